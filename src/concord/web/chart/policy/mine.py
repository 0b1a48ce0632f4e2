"""One's own memberships, to choose the one to act under."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from concord.terms import Value
from concord.web.chart.models import Membership, Role, current


class MyMembership(Value, frozen=True, kw_only=True):
    """A membership of one's own, in words: where, and as what."""

    id: UUID
    organisation: str
    programme: str | None
    role: Role


def memberships_of(staff: UUID, now: datetime) -> tuple[MyMembership, ...]:
    """Return the memberships that a member of staff holds now, by name of the place."""
    held = (
        Membership.objects.select_related("organisation", "programme")
        .filter(current(now), staff=staff)
        .order_by("organisation__name", "programme__name", "role", "id")
    )
    return tuple(
        MyMembership(
            id=member.id,
            organisation=member.organisation.name,
            programme=member.programme.name if member.programme else None,
            role=Role(member.role),
        )
        for member in held
    )
