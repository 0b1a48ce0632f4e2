"""Care relationships: who looks after whom, from when, until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from concord.errors import DeniedError
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.models import CareRelationship, Membership
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource


def begin(
    *,
    actor: Actor,
    organisation: UUID,
    person: UUID,
    membership: UUID,
    key: UUID,
    now: datetime,
    programme: UUID | None = None,
) -> dict[str, Any]:
    """Put a person in someone's care, and return the relationship's id.

    The membership is of the programme that is named, or of none.
    """
    ask = _ask(
        actor=actor,
        organisation=organisation,
        programme=programme,
        person=person,
        key=key,
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        ours = Membership.objects.filter(
            id=membership, organisation=organisation, programme=programme
        )
        if not ours.exists():
            raise DeniedError("not-found")
        relation = CareRelationship.objects.create(
            person_id=person, membership_id=membership, starts_at=now
        )
        return Did(rows=(relation.id,), answer={"relationship": str(relation.id)})

    return act(ask, [membership], write)


def end(
    *,
    actor: Actor,
    organisation: UUID,
    person: UUID,
    relationship: UUID,
    key: UUID,
    now: datetime,
    programme: UUID | None = None,
) -> dict[str, Any]:
    """End a care relationship now."""
    ask = _ask(
        actor=actor,
        organisation=organisation,
        programme=programme,
        person=person,
        key=key,
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        ours = CareRelationship.objects.filter(
            id=relationship,
            person=person,
            membership__organisation=organisation,
            membership__programme=programme,
        )
        if not ours.update(ends_at=now):
            raise DeniedError("not-found")
        return Did(rows=(relationship,), answer={"relationship": str(relationship)})

    return act(ask, ["end", relationship], write)


def _ask(
    *,
    actor: Actor,
    organisation: UUID,
    programme: UUID | None,
    person: UUID,
    key: UUID,
    now: datetime,
) -> Ask:
    return Ask(
        actor=actor,
        action=Action.MANAGE_CARE,
        on=Resource(person=person, organisation=organisation, programme=programme),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )
