"""The account: an address and a password that stand for one actor of the chart."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
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
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    actor_kind = models.CharField(max_length=16)
    actor = models.UUIDField()
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Users()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_kind", "actor"], name="one_account")
        ]
