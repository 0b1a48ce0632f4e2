"""Whether, and until when, the glass over a record is broken for the one who asks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from concord.web.chart.models import BreakGlass, current
from concord.web.chart.policy import Actor


def open_until(actor: Actor, person: UUID, now: datetime) -> datetime | None:
    """Return when the actor's own emergency access to a record ends, if it is open."""
    if actor.membership is None:
        return None
    glasses = BreakGlass.objects.filter(
        current(now), membership=actor.membership, person=person
    )
    last = glasses.order_by("-ends_at").first()
    return last.ends_at if last else None
