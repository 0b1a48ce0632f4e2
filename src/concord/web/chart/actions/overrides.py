"""A prescriber's own day for something that is due: set it, and take it back.

Each is a line of the record, so it is sealed, seen and held like every other, and an
end is one more version of it: nothing that was decided ever goes away.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from concord.errors import DeniedError, ImpossibleChangeError
from concord.followup.case import Case
from concord.followup.due import Due, State, due
from concord.followup.due.merging import newest
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.keeping import keep
from concord.web.chart.actions.reviewing import day_for, knowledge, told_to
from concord.web.chart.models import Staff
from concord.web.chart.policy import (
    Action,
    Actor,
    Hat,
    Purpose,
    Resource,
    view_of,
)
from concord.wording import day


def set_date(
    *,
    actor: Actor,
    person: UUID,
    ask: str,
    on: date,
    reason: str,
    replaces: str | None,
    meant: bool,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Decide by which day one thing that is due is to be done; return the id.

    `ask` is what the due list calls it; `replaces` the decision about it that the actor
    has seen, `None` where there was none. `meant` says that the actor was asked about
    a day that is far away and stays with it.
    Raises `ImpossibleChangeError` for a day that is past, one that is far away and not
    `meant`, no reason, what is no longer due, and where another decision was made
    since: what somebody has not read is never decided over.
    """
    about = _asked(actor, person, purpose, key, now)

    def write(hat: Hat | None) -> Did:
        record, today = _seen(actor, person, now)
        item = undone(record, today, ask)
        if item is None:
            msg = "found nothing of that name due, expected a thing that is to be done"
            raise ImpossibleChangeError(msg)
        if (item.override.id if item.override else None) != replaces:
            msg = (
                "found another decision than the one that was shown, expected none "
                "since; read it, then decide again"
            )
            raise ImpossibleChangeError(msg)
        if on < today:
            msg = f"found a day that is past, expected {day(today)} or a later one"
            raise ImpossibleChangeError(msg)
        if is_far(on, item, today, knowledge()) and not meant:
            msg = "found a day that is far away, expected that it was said to be meant"
            raise ImpossibleChangeError(msg)
        _need(reason)
        made = rec.Override(
            id=str(uuid4()),
            ask=ask,
            on=on,
            by=_author(actor),
            reason=reason.strip(),
            decided=today,
            recorded_at=now,
            replaces=replaces,
        )
        kept = keep(about, hat, rec.Record(), rec.Record(overrides=(made,)))
        return Did(rows=kept, answer={"override": made.id})

    return act(about, ["set date", ask, on, reason, replaces, meant], write)


def take_back(
    *,
    actor: Actor,
    person: UUID,
    override: str,
    reason: str,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """End a decision from today on, so that the rules speak again; return its id.

    Whoever could have decided may; who did, when and why stays on the record.
    Raises `ImpossibleChangeError` without a reason and for one that was taken back or
    replaced, and `DeniedError` for one that is not the actor's to see.
    """
    about = _asked(actor, person, purpose, key, now)

    def write(hat: Hat | None) -> Did:
        record, today = _seen(actor, person, now)
        old = next((o for o in record.overrides if o.id == override), None)
        if old is None:
            raise DeniedError("not-found")
        last = newest(record.overrides, old.ask, today)
        if old.ended is not None or last is None or last.id != old.id:
            msg = (
                "found a decision that was taken back or replaced, expected the last "
                "one; read it, then decide again"
            )
            raise ImpossibleChangeError(msg)
        _need(reason)
        ended = rec.Ended(
            on=today, by=_author(actor), reason=reason.strip(), recorded_at=now
        )
        new = msgspec.structs.replace(old, ended=ended)
        before, after = (rec.Record(overrides=(one,)) for one in (old, new))
        return Did(rows=keep(about, hat, before, after), answer={"override": old.id})

    return act(about, ["take back", override, reason], write)


def undone(record: rec.Record, today: date, ask: str) -> Due | None:
    """Return a thing that is to be done, by what the due list calls it.

    Of two of one name (a part of it is not known) the one that a decision is about.
    """
    items = [i for i in due(Case(record, knowledge(), today), date.max) if i.ask == ask]
    known = [i for i in items if i.state is not State.NOT_KNOWN]
    found = next(iter(known or items), None)
    return None if found is None or found.state is State.DONE else found


def is_far(on: date, item: Due, today: date, known: Knowledge) -> bool:
    """Whether a day is so far off that it is asked about (`followup-windows`).

    Counted from today or, where that is later, from the rules' own day: some things
    are asked for every few years.
    """
    days = known.figure("followup-windows", "asked-about-after-days", today)
    rule = item.by_rule.due if item.by_rule is not None else item.due
    return (on - max(today, rule or today)).days > days


def _need(reason: str) -> None:
    if not reason.strip():
        msg = "found no reason, expected why; the next reader needs it"
        raise ImpossibleChangeError(msg)


def _author(actor: Actor) -> rec.Party:
    """Return who decides: by id, and by the name of today."""
    names = Staff.objects.filter(id=actor.id).values_list("name", flat=True)
    return rec.Party(id=str(actor.id), name=names.first())


def _seen(actor: Actor, person: UUID, now: datetime) -> tuple[rec.Record, date]:
    """Return the record as the actor may see it, and the day where they work."""
    view = view_of(actor, person, now)
    if view is None:
        raise DeniedError("not-in-care")
    record = told_to([person], view)[person].record
    return record, day_for(view, person, record.person, now)


def _asked(
    actor: Actor, person: UUID, purpose: Purpose, key: UUID, now: datetime
) -> Ask:
    return Ask(
        actor=actor,
        action=Action.OVERRIDE_DUE,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )
