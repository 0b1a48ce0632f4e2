"""What staff need before they see anything: a second factor, and a hat.

One place for every page, so that a new page cannot forget it (trust.md SEC-14).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from concord.web.accounts.models import User
from concord.web.chart.policy import ActorKind
from concord.web.pages import asking

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What one may do with one factor: enrol the second, show who one is, leave.
_BEFORE_A_FACTOR = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_stay",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_view_recovery_codes",
    }
)
_BEFORE_A_HAT = frozenset({"choose_membership", "account_change_password"})


class Gate:
    """Sends staff to enrol a second factor, or to choose their membership, first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response of the site."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _given: Any
    ) -> HttpResponse | None:
        """Return the way to what is still missing, or nothing."""
        user: Any = request.user
        if not user.is_authenticated or user.actor_kind != ActorKind.STAFF:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if needs_factor(user) and name not in _BEFORE_A_FACTOR:
            if not is_mfa_enabled(user, _FACTORS):
                return redirect("mfa_index")
            if not used_factor(request, user):
                logout(request)
                return redirect("account_login")
        if (
            asking.MEMBERSHIP not in request.session
            and name not in _BEFORE_A_FACTOR | _BEFORE_A_HAT
            and not name.startswith("mfa_")
        ):
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('choose_membership')}?{query}")
        return None


def needs_factor(user: User) -> bool:
    """Return whether an account must have a second factor: staff, in earnest.

    Off only for accounts of the demonstration, and only in a demonstration.
    """
    exempt = settings.CONCORD_DEMO and user.demonstration
    return user.actor_kind == ActorKind.STAFF and not exempt


def used_factor(request: HttpRequest, user: User) -> bool:
    """Return whether a second factor was used in this very session."""
    records = get_authentication_records(request, user)
    return any(record.get("method") == "mfa" for record in records)
