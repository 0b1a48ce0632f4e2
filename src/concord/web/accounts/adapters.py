"""How allauth is made ours: who may sign in, how attempts count, what is sealed."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from concord.web.accounts import sealing
from concord.web.accounts.signing_in import may_sign_in

_KNOWN_FOR = 90 * 24 * 60 * 60
_FACTOR = "factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts that the office makes, and throttles that lock nobody out for long."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This address and password do not go together.",
        "too_many_login_attempts": (
            "There were too many attempts. Wait five minutes, then try again; a "
            "passkey works at once."
        ),
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password as it is now.",
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def pre_login(
        self, request: HttpRequest, user: Any, **given: Any
    ) -> HttpResponse | None:
        """Return a way back for an account that may not be used, else nothing."""
        if not may_sign_in(user):
            clear_login(request)
            return redirect("account_login")
        found: HttpResponse | None = super().pre_login(request, user, **given)
        return found

    def post_login(self, request: HttpRequest, user: Any, **given: Any) -> HttpResponse:
        """Return the way on, and have the browser known as one of this account's."""
        response: HttpResponse = super().post_login(request, user, **given)
        response.set_cookie(
            _cookie(),
            signing.dumps(
                [_mark(user.email), secrets.token_urlsafe(12)], salt=_cookie()
            ),
            max_age=_KNOWN_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Return whether this is the account's password; attempts count as sign-ins."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to show who one is: with a second factor, only that.

        A passkey comes first, where there is one.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors[::-1] or methods

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Return the page of one's sign-in."""
        return reverse("mfa_index")

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Return under what attempts count: the address, or the browser known for it.

        A browser in which this account has signed in before counts on its own, so a
        stranger who tries the address over and over does not lock its owner out.
        """
        address = str(credentials.get("email", "")).strip().casefold()
        try:
            mark, browser = signing.loads(
                request.COOKIES.get(_cookie(), ""), salt=_cookie(), max_age=_KNOWN_FOR
            )
        except (signing.BadSignature, ValueError):
            return f"address:{address}"
        return f"browser:{browser}" if mark == _mark(address) else f"address:{address}"


def _cookie() -> str:
    return "known" if settings.CONCORD_DEMO else "__Host-known"


def _mark(address: str) -> str:
    """Return what stands for an address in the cookie, without telling it."""
    return salted_hmac("concord known browser", address).hexdigest()


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors whose seeds are sealed by the install's key."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or was used already.",
    }

    def encrypt(self, text: str) -> str:
        """Return a seed sealed."""
        return sealing.close(text, _FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a seed opened; raise `SealError` where its key is gone."""
        return sealing.open_(encrypted_text, _FACTOR)

    def generate_authenticator_name(self, _user: Any, _type: Any) -> str:
        """Return a name for a passkey whose owner gave none."""
        return "Passkey"
