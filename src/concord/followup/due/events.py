"""The events of a course from which follow-up is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from concord.dosing.daily import Unclear, daily_amount
from concord.errors import UnitMismatchError
from concord.followup.case import Case, Taking
from concord.followup.due.model import Event, EventKind
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Followup, Visit
from concord.record.fold import history, kind_of, takes_effect
from concord.record.model import Change, ChangeKind
from concord.terms import PartialDate

MEASURE = "followup-events"


def events(
    case: Case, taking: Taking, followup: Followup, row: Visit
) -> Iterator[Event]:
    """Yield the events of a row's kind in one course; none where none took place.

    An event of which only the month is known counts from its last day; one without
    any day is yielded without it.
    """
    state = taking.entry.state
    start = _day(state.since)
    match row.event:
        case "start":
            yield Event(kind=EventKind.START, on=start)
        case "dose-change":
            changed = changed_on(taking)
            if changed is not None:
                yield Event(kind=EventKind.DOSE_CHANGE, on=changed)
        case "taper":
            changed = changed_on(taking)
            if changed is not None and _was_lowered(case, taking):
                yield Event(kind=EventKind.TAPER, on=changed)
        case "switch":
            yield from _switch(case, taking, followup, start)
        case "stable":
            on = stable_from(case, (followup,), start) if start is not None else None
            yield Event(kind=EventKind.STABLE, on=on)
        case "pregnancy":
            line = case.condition(row.event)
            if line is not None:
                yield Event(kind=EventKind.PREGNANCY, on=_day(line.onset))
        case "beside":
            yield from _beside(case, taking, row, start)
        case "stop":
            return  # of stopped courses only


def stable_from(case: Case, classes: Iterable[Followup], start: date) -> date:
    """Return the day from which a course counts as stable, by its class or for all.

    Of several classes the one that takes longest.
    """
    own = [
        settled.after.after(start)
        for followup in classes
        for settled in in_force(followup.settled, case.as_of)
    ]
    if own:
        return max(own)
    days = case.knowledge.figure(MEASURE, "stable-after-days", case.as_of)
    return start + timedelta(days=int(days))


def _day(when: PartialDate | None) -> date | None:
    return when.last if when is not None else None


def changed_on(taking: Taking) -> date | None:
    """Return when the dose was last changed, if it was since the start."""
    state = taking.entry.state
    changed, since = _day(state.changed), _day(state.since)
    if changed is None or (since is not None and changed <= since):
        return None
    return changed


def _was_lowered(case: Case, taking: Taking) -> bool:
    """Return whether the last change of the dose took it down, as far as can be told.

    Doses that cannot be compared are no taper: they have the rows of any change.
    """
    doses: list[Change] = []
    for change in history(taking.entry.line.changes):
        if takes_effect(change) > case.as_of:
            continue
        if kind_of(change) is ChangeKind.STARTED:
            doses = []
        if change.dosage:
            doses.append(change)
    if len(doses) < 2 or kind_of(doses[-1]) is not ChangeKind.DOSE_CHANGED:  # two doses
        return False
    was, now = (
        daily_amount(
            change.dosage,
            taking.entry.line.medicine,
            taking.ingredient,
            takes_effect(change),
            takes_effect(change),
        )
        for change in doses[-2:]
    )
    if isinstance(was, Unclear) or isinstance(now, Unclear):
        return False
    try:
        return now.high.to(was.high.unit).value < was.high.value
    except UnitMismatchError:
        return False


def _switch(
    case: Case, taking: Taking, followup: Followup, start: date | None
) -> Iterator[Event]:
    """Yield a switch: a start near the stop of another medicine of the class.

    Or one of which the line says that it replaces another.
    """
    if start is None:
        return
    days = case.knowledge.figure(MEASURE, "switch-within-days", case.as_of)
    near = timedelta(days=int(days))
    for other in case.stopped:
        ended = _day(other.entry.state.ended)
        if ended is None or other.drug is None or other.drug is taking.drug:
            continue
        named = taking.entry.line.replaces == other.entry.id
        alike = followup in case.knowledge.followup_for(other.drug.id)
        if named or (alike and abs(start - ended) <= near):
            yield Event(kind=EventKind.SWITCH, on=start, of=other.name)
            return


def _beside(
    case: Case, taking: Taking, row: Visit, start: date | None
) -> Iterator[Event]:
    """Yield the newest start, change or stop of a medicine that matters beside it."""
    found: list[tuple[date, str]] = []
    for other in (*case.systemic, *case.stopped):
        if other.drug is None or other.drug is taking.drug:
            continue
        own = {other.drug.id, *case.knowledge.groups_of(other.drug.id)}
        if not own & set(row.beside):
            continue
        state = other.entry.state
        for when in (state.ended, state.changed, state.since):
            day = _day(when)
            if day is not None and day <= case.as_of:
                found.append((day, other.name))
                break
    found = [one for one in found if start is None or one[0] > start]
    if found:
        on, name = max(found)
        yield Event(kind=EventKind.BESIDE, on=on, of=name)
