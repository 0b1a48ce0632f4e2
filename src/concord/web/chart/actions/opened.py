"""Who opened my record: the log of one's own record, with names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from concord.errors import DeniedError
from concord.terms import Value
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.models import (
    Caregiver,
    Entry,
    Membership,
    Organisation,
    Programme,
    Staff,
)
from concord.web.chart.policy import (
    Action,
    Actor,
    ActorKind,
    Purpose,
    Resource,
    decide,
    hat_of,
    visible,
)

PAGE = 50


class Access(Value, frozen=True, kw_only=True):
    """One access to one's record: who, from where, what, what for, how it ended.

    `number` is its place in the chain of the log; `yourself` where it was one's own.
    `name` is empty where nobody of that name is known any more.
    """

    number: int
    at: datetime
    kind: ActorKind
    yourself: bool
    name: str
    role: str | None
    organisation: str | None
    programme: str | None
    action: str
    purpose: str
    allowed: bool
    reason: str
    lines: int


def read_log(
    *,
    actor: Actor,
    person: UUID,
    now: datetime,
    before: int | None = None,
    size: int = PAGE,
) -> tuple[Access, ...]:
    """Return who opened or changed one's own record, the newest first, a page of it.

    `before` is the `number` of the last access of the page before this one.
    Reading the log is an access of its own, shown the next time.
    Raises `DeniedError`, and logs that too.
    """
    ask = Ask(
        actor=actor,
        action=Action.READ_LOG,
        on=Resource(person=person),
        purpose=Purpose.OWN,
        key=uuid4(),
        now=now,
    )
    with transaction.atomic():
        decision = decide(actor, ask.action, ask.on, ask.purpose, now)
        if decision.allowed:
            entries = visible(actor, now).entries()
            if before is not None:
                entries = entries.filter(number__lt=before)
            found = _named(person, list(entries.order_by("-number")[:size]))
        note(ask, decision, hat_of(actor, now))
        if decision.allowed:
            return found
    raise DeniedError(decision.reason)


def _named(person: UUID, entries: list[Entry]) -> tuple[Access, ...]:
    """Return entries with the names of who and where, in a fixed number of queries."""
    actors = {entry.actor for entry in entries}
    names = _names(Staff.objects.filter(id__in=actors).values_list("id", "name"))
    names |= _names(Caregiver.objects.filter(id__in=actors).values_list("id", "name"))
    houses = _names(
        Organisation.objects.filter(
            id__in={entry.organisation for entry in entries}
        ).values_list("id", "name")
    )
    programmes = _names(
        Programme.objects.filter(
            id__in={entry.programme for entry in entries}
        ).values_list("id", "name")
    )
    roles = _names(
        Membership.objects.filter(
            id__in={entry.membership for entry in entries}
        ).values_list("id", "role")
    )
    return tuple(
        Access(
            number=entry.number,
            at=entry.at,
            kind=ActorKind(entry.actor_kind),
            yourself=entry.actor == person,
            name=names.get(entry.actor, ""),
            role=roles.get(entry.membership),
            organisation=houses.get(entry.organisation),
            programme=programmes.get(entry.programme),
            action=entry.action,
            purpose=entry.purpose,
            allowed=entry.outcome == "allowed",
            reason=entry.reason,
            lines=len(entry.rows),
        )
        for entry in entries
    )


def _names(pairs: Iterable[tuple[UUID, str]]) -> dict[UUID | None, str]:
    return dict(pairs)
