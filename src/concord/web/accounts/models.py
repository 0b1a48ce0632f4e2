"""The account: an address and a password that stand for one actor of the chart."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Users(BaseUserManager["User"]):
    """Makes accounts; there is no super-user."""

    def create_user(self, email: str, password: str | None, **given: Any) -> User:
        """Return a new account for an actor; without a password it cannot sign in."""
        user = self.model(email=email.strip().casefold(), **given)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who can sign in; `actor` is a staff, person or caregiver id of the chart.

    The chart's row, not the account, says what they may do.
    A `demonstration` account was made in demo mode: it needs no second factor there,
    and cannot sign in anywhere else.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    actor_kind = models.CharField(max_length=16)
    actor = models.UUIDField()
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Users()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_kind", "actor"], name="one_account")
        ]


class Session(AbstractBaseSession):
    """A browser's session: its key hashed, its content sealed (see `sessions.py`).

    `account` is nobody until someone signed in; `acted_at` is when they last did
    something themselves.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    account = models.UUIDField(null=True, db_index=True)
    acted_at = models.DateTimeField()


class Count(models.Model):
    """What the throttles of sign-in remember for a while (see `counting.py`)."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()
    ends_at = models.DateTimeField(db_index=True)
