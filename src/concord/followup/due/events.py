"""The events of a course from which follow-up is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from concord.dosing.daily import Unclear, daily_amount
from concord.errors import UnitMismatchError
from concord.followup.case import Case, Taking
from concord.followup.changes import dose_changes, present_course
from concord.followup.due.model import Event, EventKind
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Followup, Visit
from concord.record.fold import kind_of, takes_effect
from concord.record.model import Change, ChangeKind
from concord.terms import PartialDate

MEASURE = "followup-events"


def events(
    case: Case, taking: Taking, followup: Followup, row: Visit
) -> Iterator[Event]:
    """Yield every event of a row's kind in one course; none where none took place.

    An event of which only the month is known counts from its last day; one without
    any day is yielded without it.
    """
    state = taking.entry.state
    start = _day(state.since)
    match row.event:
        case "start":
            yield Event(kind=EventKind.START, on=start)
        case "dose-change":
            for changed in dose_changes(taking, case.as_of):
                yield Event(kind=EventKind.DOSE_CHANGE, on=changed.last)
        case "taper":
            for lowered in _lowered(case, taking):
                yield Event(kind=EventKind.TAPER, on=lowered)
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


def _lowered(case: Case, taking: Taking) -> Iterator[date]:
    """Yield when the dose was taken down, in a run that goes on to its last change.

    Doses that cannot be compared are no taper: they have the rows of any change.
    """
    changes = {on.last for on in dose_changes(taking, case.as_of)}
    doses = [c for c in present_course(taking, case.as_of) if c.dosage]
    for was, now in reversed(list(pairwise(doses))):
        day = _day(now.effective) or now.recorded_at.date()
        changed = kind_of(now) is ChangeKind.DOSE_CHANGED and day in changes
        if not changed or not _is_less(taking, was, now):
            return
        yield day


def _is_less(taking: Taking, was: Change, now: Change) -> bool:
    before, after = (
        daily_amount(
            change.dosage,
            taking.entry.line.medicine,
            taking.ingredient,
            takes_effect(change),
            takes_effect(change),
        )
        for change in (was, now)
    )
    if isinstance(before, Unclear) or isinstance(after, Unclear):
        return False
    try:
        return after.high.to(before.high.unit).value < before.high.value
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
    """Yield each start and change, since the start, of what matters beside it.

    Of what was stopped again the stop alone: what its start could have done is over.
    """
    for other in (*case.systemic, *case.stopped):
        if other.drug is None or other.drug is taking.drug:
            continue
        own = {other.drug.id, *case.knowledge.groups_of(other.drug.id)}
        if not own & set(row.beside):
            continue
        state = other.entry.state
        days = (state.since, *dose_changes(other, case.as_of))
        for when in days if state.ended is None else (state.ended,):
            day = _day(when)
            if day is None or day > case.as_of or (start is not None and day <= start):
                continue
            yield Event(kind=EventKind.BESIDE, on=day, of=other.name)
