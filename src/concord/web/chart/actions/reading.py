"""Reading a record: an access like every other, decided and logged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from concord.errors import DeniedError
from concord.record.model import Record
from concord.terms import Value
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.actions.keeping import seen_record
from concord.web.chart.policy import (
    Action,
    Actor,
    Obligation,
    Purpose,
    Resource,
    decide,
    hat_of,
)


class Reading(Value, frozen=True, kw_only=True):
    """The record as the actor may see it, and what must go with it."""

    record: Record
    obligations: tuple[Obligation, ...]


def read_record(
    *, actor: Actor, person: UUID, purpose: Purpose, now: datetime
) -> Reading:
    """Return a person's record as the actor may see it, and log that they did.

    Raises `DeniedError`, and logs that too.
    """
    ask = Ask(
        actor=actor,
        action=Action.READ_RECORD,
        on=Resource(person=person),
        purpose=purpose,
        key=uuid4(),
        now=now,
    )
    with transaction.atomic():
        decision = decide(actor, ask.action, ask.on, purpose, now)
        note(ask, decision, hat_of(actor, now))
        if decision.allowed:
            record = seen_record(ask)
            return Reading(record=record, obligations=decision.obligations)
    raise DeniedError(decision.reason)
