"""Making, closing and restoring accounts: by the office and the command line alone.

There is no sign-up and no reset by mail: a mailbox is one factor, and it must not
stand in for two (trust.md SEC-14). Who lost a password or a factor asks the office.
"""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from concord.web.accounts.models import User
from concord.web.accounts.sessions import end_sessions
from concord.web.chart.policy import ActorKind


def make_account(
    *, email: str, password: str | None, actor_kind: ActorKind, actor: UUID
) -> User:
    """Return a new account that stands for an actor of the chart.

    Made in demo mode it is of the demonstration, for good: it needs no second factor
    there and cannot sign in elsewhere. Without a password nobody can sign in by it.
    Raises `ValidationError` for a password that is too short or common (not in demo
    mode, whose passwords are public), and `IntegrityError` for an address or an actor
    that has an account.
    """
    user = User(
        email=email.strip().casefold(),
        actor_kind=ActorKind(actor_kind).value,
        actor=actor,
        demonstration=settings.CONCORD_DEMO,
    )
    if password is not None and not settings.CONCORD_DEMO:
        validate_password(password, user)
    user.set_password(password)
    user.save(force_insert=True)
    return user


@transaction.atomic
def set_password(*, account: UUID, password: str) -> None:
    """Give an account a new password, and end its sessions; its factors stay.

    Raises `ValidationError` for a password that is too short or too common.
    """
    user = User.objects.get(id=account)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(account)


@transaction.atomic
def forget_factors(*, account: UUID) -> None:
    """Take an account's second factors away, and end its sessions.

    Staff must then enrol again before they see anything.
    """
    Authenticator.objects.filter(user_id=account).delete()
    end_sessions(account)


@transaction.atomic
def close_account(*, account: UUID) -> None:
    """Let nobody sign in by an account, and end its sessions at once."""
    User.objects.filter(id=account).update(is_active=False)
    end_sessions(account)


def open_account(*, account: UUID) -> None:
    """Let an account that was closed be used again, with its password and factors."""
    User.objects.filter(id=account).update(is_active=True)
