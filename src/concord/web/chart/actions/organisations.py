"""Organisations: found one, with its programmes and its first administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.staff import check_programme, managing
from concord.web.chart.models import Membership, Organisation, Programme, Role, Staff
from concord.web.chart.policy import (
    Action,
    Actor,
    ActorKind,
    Hat,
    Purpose,
    Resource,
)

INSTALL = Actor(kind=ActorKind.INSTALL, id=UUID(int=1))


def found(
    *,
    name: str,
    administrator: str,
    key: UUID,
    now: datetime,
    programmes: tuple[tuple[str, bool], ...] = (),
    zone: str = "UTC",
) -> dict[str, Any]:
    """Found an organisation, as whoever runs commands on the machine may.

    `programmes` are names, each with whether it is a Part 2 programme.
    Returns the ids of all that was made.
    """
    id_ = uuid4()
    ask = Ask(
        actor=INSTALL,
        action=Action.FOUND,
        on=Resource(),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        organisation = Organisation.objects.create(id=id_, name=name, zone=zone)
        made = [
            Programme.objects.create(organisation=organisation, name=n, part_2=part_2)
            for n, part_2 in programmes
        ]
        staff = Staff.objects.create(name=administrator, created_at=now)
        member = Membership.objects.create(
            staff=staff,
            organisation=organisation,
            role=Role.ADMINISTRATOR,
            starts_at=now,
        )
        return Did(
            rows=(id_,),
            answer={
                "organisation": str(id_),
                "programmes": [str(p.id) for p in made],
                "staff": str(staff.id),
                "membership": str(member.id),
            },
        )

    return act(ask, [name, administrator, programmes, zone], write)


def reach_at(
    *,
    actor: Actor,
    organisation: UUID,
    programme: UUID | None,
    phone: str,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Say at which number an organisation, or one of its programmes, is reached.

    An empty number says that none is told any more.
    """
    ask = managing(actor, organisation, programme, key, now)

    def write(_hat: Hat | None) -> Did:
        check_programme(organisation, programme)
        if programme is None:
            Organisation.objects.filter(id=organisation).update(phone=phone)
        else:
            Programme.objects.filter(id=programme).update(phone=phone)
        return Did(rows=(programme or organisation,), answer={})

    return act(ask, ["phone", phone], write)
