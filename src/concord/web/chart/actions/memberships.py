"""Memberships: give one, end it, cover somebody's while they are away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from concord.errors import DeniedError, ImpossibleChangeError
from concord.web.chart.actions.acting import Did, act
from concord.web.chart.actions.staff import check_ours, check_programme, managing
from concord.web.chart.models import Cover, Membership, Role
from concord.web.chart.policy import Actor, Hat


def give(
    *,
    actor: Actor,
    organisation: UUID,
    staff: UUID,
    role: Role,
    key: UUID,
    now: datetime,
    programme: UUID | None = None,
) -> dict[str, Any]:
    """Give someone of the organisation one more membership, and return its id."""
    ask = managing(actor, organisation, programme, key, now)

    def write(_hat: Hat | None) -> Did:
        ours = Membership.objects.filter(staff=staff, organisation=organisation)
        check_programme(organisation, programme)
        if not ours.exists():
            raise DeniedError("not-found")
        member = Membership.objects.create(
            staff_id=staff,
            organisation_id=organisation,
            programme_id=programme,
            role=role,
            starts_at=now,
        )
        return Did(rows=(member.id,), answer={"membership": str(member.id)})

    return act(ask, [staff, role], write)


def end(
    *, actor: Actor, organisation: UUID, membership: UUID, key: UUID, now: datetime
) -> dict[str, Any]:
    """End a membership now, and with it all that was seen under it."""
    ask = managing(actor, organisation, None, key, now)

    def write(_hat: Hat | None) -> Did:
        check_ours(organisation, membership)
        Membership.objects.filter(id=membership).update(ends_at=now)
        return Did(rows=(membership,), answer={"membership": str(membership)})

    return act(ask, ["end", membership], write)


def cover(
    *,
    actor: Actor,
    organisation: UUID,
    absent: UUID,
    by: UUID,
    starts_at: datetime,
    ends_at: datetime,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Let one membership have another's care relationships while that one is away."""
    ask = managing(actor, organisation, None, key, now)

    def write(_hat: Hat | None) -> Did:
        check_ours(organisation, absent)
        check_ours(organisation, by)
        away, here = Membership.objects.get(id=absent), Membership.objects.get(id=by)
        if away.programme_id != here.programme_id or ends_at <= starts_at:
            msg = (
                "found a cover across programmes or without length, expected two "
                "memberships of one programme and an end after the start"
            )
            raise ImpossibleChangeError(msg)
        made = Cover.objects.create(
            absent=away, by=here, starts_at=starts_at, ends_at=ends_at
        )
        return Did(rows=(made.id,), answer={"cover": str(made.id)})

    return act(ask, [absent, by, starts_at, ends_at], write)
