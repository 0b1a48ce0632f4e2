"""Staff: take someone on, give them prescribing authority, end it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from concord.errors import DeniedError
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.models import (
    Membership,
    PrescribingAuthority,
    Programme,
    Role,
    Staff,
)
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource


def take_on(
    *,
    actor: Actor,
    organisation: UUID,
    name: str,
    role: Role,
    key: UUID,
    now: datetime,
    programme: UUID | None = None,
) -> dict[str, Any]:
    """Take someone on, with a first membership; return both ids."""
    ask = managing(actor, organisation, programme, key, now)

    def write(_hat: Hat | None) -> Did:
        check_programme(organisation, programme)
        staff = Staff.objects.create(id=uuid4(), name=name, created_at=now)
        member = Membership.objects.create(
            staff=staff,
            organisation_id=organisation,
            programme_id=programme,
            role=role,
            starts_at=now,
        )
        return Did(
            rows=(staff.id, member.id),
            answer={"staff": str(staff.id), "membership": str(member.id)},
        )

    return act(ask, [name, role], write)


def allow_to_prescribe(
    *,
    actor: Actor,
    organisation: UUID,
    membership: UUID,
    jurisdiction: str,
    schedules: tuple[str, ...],
    source: str,
    key: UUID,
    now: datetime,
    ends_at: datetime | None = None,
) -> dict[str, Any]:
    """Record what a membership may order, where, by which rule; return its id."""
    ask = managing(actor, organisation, None, key, now)

    def write(_hat: Hat | None) -> Did:
        check_ours(organisation, membership)
        authority = PrescribingAuthority.objects.create(
            membership_id=membership,
            jurisdiction=jurisdiction,
            schedules=list(schedules),
            source=source,
            starts_at=now,
            ends_at=ends_at,
        )
        return Did(rows=(authority.id,), answer={"authority": str(authority.id)})

    body = [membership, jurisdiction, schedules, source, ends_at]
    return act(ask, body, write)


def end_authority(
    *, actor: Actor, organisation: UUID, authority: UUID, key: UUID, now: datetime
) -> dict[str, Any]:
    """End a prescribing authority now."""
    ask = managing(actor, organisation, None, key, now)

    def write(_hat: Hat | None) -> Did:
        ours = PrescribingAuthority.objects.filter(
            id=authority, membership__organisation=organisation
        )
        if not ours.update(ends_at=now):
            raise DeniedError("not-found")
        return Did(rows=(authority,), answer={"authority": str(authority)})

    return act(ask, ["end", authority], write)


def managing(
    actor: Actor, organisation: UUID, programme: UUID | None, key: UUID, now: datetime
) -> Ask:
    """Return the ask of every action on an organisation's staff."""
    return Ask(
        actor=actor,
        action=Action.MANAGE_STAFF,
        on=Resource(organisation=organisation, programme=programme),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )


def check_ours(organisation: UUID, membership: UUID) -> None:
    """Refuse a membership of another organisation as one that is not there."""
    ours = Membership.objects.filter(id=membership, organisation=organisation)
    if not ours.exists():
        raise DeniedError("not-found")


def check_programme(organisation: UUID, programme: UUID | None) -> None:
    """Refuse a programme of another organisation as one that is not there."""
    if programme is None:
        return
    if not Programme.objects.filter(id=programme, organisation=organisation).exists():
        raise DeniedError("not-found")
