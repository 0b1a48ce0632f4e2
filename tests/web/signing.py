"""Signing in for the tests: an account for an actor of the clinic, and its browser."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from concord.web.accounts.models import User
from concord.web.chart.policy import Actor
from concord.web.pages.asking import MEMBERSHIP

PASSWORD = "a long enough password for the tests"  # noqa: S105


def account(actor: Actor, *, name: str | None = None, in_earnest: bool = False) -> Any:
    """The account of an actor, made where there is none yet.

    It is of the demonstration (no second factor is asked), unless `in_earnest`.
    """
    found = User.objects.filter(actor_kind=actor.kind, actor=actor.id).first()
    return found or User.objects.create_user(
        f"{name or actor.id}@example.org",
        PASSWORD,
        actor_kind=actor.kind,
        actor=actor.id,
        demonstration=not in_earnest,
    )


def signed_in(actor: Actor) -> Client:
    """A browser in which the actor is signed in, as staff under their membership."""
    client = Client()
    client.force_login(account(actor))
    if actor.membership is not None:
        session = client.session
        session[MEMBERSHIP] = str(actor.membership)
        session.save()
    return client


def without_tokens(page: bytes) -> bytes:
    """The page without what is new in every answer: its tokens and action keys."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)
    return re.sub(rb'name="key" value="[^"]+"', b"", page)
