"""Signing in: who may, and what a session begins with."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from concord.web.accounts.forms import step_now
from concord.web.accounts.models import User
from concord.web.accounts.sessions import BEGAN, end_sessions
from concord.web.chart.policy import ActorKind, memberships_of
from concord.web.pages import asking


class Backend(ModelBackend):
    """Checks an address and a password; of all that Django can refuse, says nothing.

    A disabled account, one that is not there and a wrong password are answered alike.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **given: Any,
    ) -> User | None:
        """Return the account of this address, or `None`."""
        address = (username or given.get("email") or "").strip().casefold()
        found = super().authenticate(request, username=address, password=password)
        return found if isinstance(found, User) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether an account may be used at all, here and now."""
        return may_sign_in(user)


def may_sign_in(user: User) -> bool:
    """Return whether an account is open; the demonstration's are in demo mode only."""
    return user.is_active and (settings.CONCORD_DEMO or not user.demonstration)


def begin(request: HttpRequest, user: User, **_given: Any) -> None:
    """Give a new session its beginning, its step-up and, where it is one, its hat.

    To have signed in is as good as a step-up, for as long as one lasts.
    """
    now = asking.now()
    session: Any = request.session
    session[BEGAN] = int(now.timestamp())
    session.acted_at = now
    record_authentication(request, user, method="sign-in", reauthenticated=True)
    session.pop(asking.MEMBERSHIP, None)
    if user.actor_kind == ActorKind.STAFF:
        held = memberships_of(user.actor, now)
        if len(held) == 1:
            session[asking.MEMBERSHIP] = str(held[0].id)


def end_the_others(request: HttpRequest, user: User, **_given: Any) -> None:
    """End an account's other sessions: its password or a factor has changed."""
    session: Any = request.session
    session.cycle_key()
    end_sessions(user.id, but=session.session_key)


def count_as_used(
    request: HttpRequest, user: User, authenticator: Authenticator, **_given: Any
) -> None:
    """Note that a factor which was just shown to work was used in this session.

    The code that confirmed an authenticator app is not accepted a second time.
    """
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    if authenticator.type == Authenticator.Type.TOTP:
        authenticator.data["step"] = step_now()
        authenticator.save(update_fields=["data"])
    record_authentication(
        request, user, method="mfa", id=authenticator.pk, type=authenticator.type
    )


def connect() -> None:
    """Be told of sign-ins and of changed passwords and factors."""
    user_logged_in.connect(begin, dispatch_uid="begin")
    password_changed.connect(end_the_others, dispatch_uid="password")
    for changed in (authenticator_added, authenticator_removed, authenticator_reset):
        changed.connect(end_the_others, dispatch_uid="factor")
    authenticator_added.connect(count_as_used, dispatch_uid="used")
