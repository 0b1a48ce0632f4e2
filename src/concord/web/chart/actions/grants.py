"""Grants: what a person lets a caregiver do, and the end of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from concord.errors import DeniedError
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.models import Basis, Caregiver, Grant, Power
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource


def give(
    *,
    actor: Actor,
    person: UUID,
    caregiver: str | UUID,
    powers: frozenset[Power],
    key: UUID,
    now: datetime,
    ends_at: datetime | None = None,
) -> dict[str, Any]:
    """Let a caregiver, new by name or known by id, do these things; return both ids.

    Only the person gives a grant, and what they give is of their own choosing.
    """
    ask = _ask(actor, Action.GIVE_GRANT, person, key, now)

    def write(_hat: Hat | None) -> Did:
        if isinstance(caregiver, UUID):
            id_ = caregiver
            if not Grant.objects.filter(caregiver=id_, person=person).exists():
                raise DeniedError("not-found")
        else:
            id_ = uuid4()
            Caregiver.objects.create(id=id_, name=caregiver, created_at=now)
        grant = Grant.objects.create(
            caregiver_id=id_,
            person_id=person,
            basis=Basis.CHOSEN,
            powers=sorted(powers),
            starts_at=now,
            ends_at=ends_at,
        )
        return Did(
            rows=(grant.id,), answer={"grant": str(grant.id), "caregiver": str(id_)}
        )

    return act(ask, [caregiver, sorted(powers), ends_at], write)


def end(
    *, actor: Actor, person: UUID, grant: UUID, key: UUID, now: datetime
) -> dict[str, Any]:
    """End a grant now; the caregiver's next request finds nothing."""
    ask = _ask(actor, Action.END_GRANT, person, key, now)

    def write(_hat: Hat | None) -> Did:
        if not Grant.objects.filter(id=grant, person=person).update(ends_at=now):
            raise DeniedError("not-found")
        return Did(rows=(grant,), answer={"grant": str(grant)})

    return act(ask, [grant], write)


def _ask(actor: Actor, action: Action, person: UUID, key: UUID, now: datetime) -> Ask:
    return Ask(
        actor=actor,
        action=action,
        on=Resource(person=person),
        purpose=Purpose.OWN,
        key=key,
        now=now,
    )
