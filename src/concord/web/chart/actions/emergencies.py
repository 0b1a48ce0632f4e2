"""Emergencies: break the glass for a reason, for a few hours, on the record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from concord.errors import DeniedError, ImpossibleChangeError
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.models import BreakGlass, Membership
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource
from concord.web.chart.seal import seal_of

# Local policy (trust.md HIP-02): long enough for an emergency, and it ends by itself.
LASTS = timedelta(hours=4)
NATURE = "nature"


def break_glass(
    *,
    actor: Actor,
    person: UUID,
    nature: str,
    discloser: str,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Open a person's whole record for the emergency told of; return when it ends.

    Who received, from whom, when and the nature of the emergency are kept with it, in
    the same transaction (42 CFR 2.51(c)).
    """
    if not nature.strip() or not discloser.strip():
        msg = (
            "found no nature of the emergency or nobody who discloses, expected both; "
            "say what happened and on whose behalf the record is opened"
        )
        raise ImpossibleChangeError(msg)
    ask = Ask(
        actor=actor,
        action=Action.BREAK_GLASS,
        on=Resource(person=person),
        purpose=Purpose.EMERGENCY,
        key=key,
        now=now,
    )

    def write(hat: Hat | None) -> Did:
        if hat is None:
            raise DeniedError("no-membership")
        member = Membership.objects.select_related("staff", "organisation").get(
            id=hat.membership
        )
        id_ = uuid4()
        BreakGlass.objects.create(
            id=id_,
            person_id=person,
            membership=member,
            recipient=member.staff.name,
            affiliation=member.organisation.name,
            discloser=discloser,
            nature=seal_of(person).close(id_, NATURE, nature.encode()),
            starts_at=now,
            ends_at=now + LASTS,
        )
        ends = (now + LASTS).isoformat()
        return Did(rows=(id_,), answer={"break_glass": str(id_), "ends_at": ends})

    return act(ask, [nature, discloser], write)
