"""What every table of the chart has: a UUID key, and for many a span of time."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q


class Row(models.Model):
    """A row with a key that tells nothing and cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    class Meta:
        abstract = True


class Span(Row):
    """A row that holds from one moment up to, and not including, another.

    Moments and not days, so that an end stops the very next request.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def current(now: datetime, prefix: str = "") -> Q:
    """Return the condition that a span holds at a moment."""
    return Q(**{f"{prefix}starts_at__lte": now}) & (
        Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": now})
    )
