"""One medicine's changes as stretches of one dose each, and the turns between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from concord.dosing.daily import DailyAmount, Unclear, daily_amount, in_force
from concord.followup.timeline.days import DAY
from concord.followup.timeline.model import Course, Stretch, Turn
from concord.record.fold import (
    LineStatus,
    State,
    history,
    kind_of,
    state_on,
    takes_effect,
)
from concord.record.model import Change, ChangeKind, Dosage, MedicationLine
from concord.terms import PartialDate
from concord.wording import amounts, directions

_DRAWN = {LineStatus.ACTIVE: Course.TAKEN, LineStatus.HELD: Course.HELD}


def stretches(line: MedicationLine, after: date) -> Iterator[Stretch]:
    """Yield the stretches of one line, up to and not including the day `after`.

    Between the days on which a change may have been, it is not known which holds.
    Directions in steps (a titration, a taper) are a stretch for each step.
    """
    changes = history(line.changes)
    days = sorted({takes_effect(c) for c in changes if takes_effect(c) < after})
    for begins, ends in pairwise([*days, after]):
        state = state_on(line.changes, begins)
        course = _DRAWN.get(state.status)
        if course is None:
            continue
        sure = min(max((d.last for d in _told(changes, begins)), default=begins), ends)
        unsure = min((d.first for d in _told(changes, ends)), default=ends)
        unsure = min(max(unsure, sure), ends)
        if sure > begins:
            yield _unsure(line, begins, sure)
        yield from _steps(line, state, course, sure, unsure)
        if ends > unsure:
            yield _unsure(line, unsure, ends)


def _told(changes: Iterable[Change], day: date) -> list[PartialDate]:
    """Return the dates, as they were told, of the changes that count from a day."""
    return [c.effective for c in changes if takes_effect(c) == day and c.effective]


def _unsure(line: MedicationLine, begins: date, ends: date) -> Stretch:
    return Stretch(begins=begins, ends=ends, course=Course.UNSURE, line=line.id)


def _steps(
    line: MedicationLine, state: State, course: Course, begins: date, ends: date
) -> Iterator[Stretch]:
    if begins >= ends:
        return
    if course is Course.HELD:
        yield Stretch(begins=begins, ends=ends, course=course, line=line.id)
        return
    inside = {d for d in _turning_days(state, begins) if begins < d < ends}
    before: Stretch | None = None
    for first, after in pairwise(sorted({begins, ends, *inside})):
        amount = amount_on(line, state, first)
        dose = dose_on(line, state, first)
        if before is not None and (before.amount, before.dose) == (amount, dose):
            first = before.begins  # noqa: PLW2901 - the same dose goes on
        elif before is not None:
            yield before
        before = Stretch(
            begins=first,
            ends=after,
            course=course,
            line=line.id,
            amount=amount,
            dose=dose,
        )
    if before is not None:
        yield before


def _turning_days(state: State, begins: date) -> Iterator[date]:
    """Yield the days on which directions in steps may go on to another step."""
    for dosage in state.dosage:
        if dosage.bounds is not None and dosage.bounds.start is not None:
            yield dosage.bounds.start.first
        if dosage.bounds is not None and dosage.bounds.end is not None:
            yield dosage.bounds.end.last + DAY
    day = state.since.first if state.since else begins
    for step in sorted({d.sequence for d in state.dosage}):
        lasts = [d.lasts for d in state.dosage if d.sequence == step and d.lasts]
        if not lasts:
            return
        day = max(length.after(day) for length in lasts)
        yield day


# --- how much ---------------------------------------------------------------------


def amount_on(line: MedicationLine, state: State, day: date) -> DailyAmount | None:
    """Return what the directions of a state amount to in a day, `None` if unknown."""
    if not line.medicine.ingredients:
        return None
    first = line.medicine.ingredients[0]
    since = state.since.first if state.since else None
    found = daily_amount(state.dosage, line.medicine, first, day, since)
    return found if isinstance(found, DailyAmount) else None


def dose_on(
    line: MedicationLine, state: State, day: date, *, how_read: bool = False
) -> str:
    """Return the amount of a day in words; else how much one dose is; else nothing.

    Only of the directions that hold on the day; steps of which nobody says how long
    they last follow each other. `how_read` adds that it was read from directions in
    words, where it was.
    """
    amount = amount_on(line, state, day)
    if amount is not None:
        return amounts.daily(
            amount.low,
            amount.high,
            single=amount.single,
            as_needed=amount.as_needed,
            days_between=amount.days_between,
            read_from_text=how_read and any(d.read_from_text for d in state.dosage),
        )
    held = in_force(state.dosage, day, state.since.first if state.since else None)
    if held is Unclear.STEPS_UNDATED:
        steps = sorted({d.sequence for d in state.dosage})
        each = [[d for d in state.dosage if d.sequence == step] for step in steps]
    else:
        each = [] if isinstance(held, Unclear) else [list(held)]
    said = (_one_dose(line, step) for step in each)
    return ", then ".join(step for step in said if step)


def _one_dose(line: MedicationLine, dosages: Iterable[Dosage]) -> str:
    said = (directions.dose(d, line.medicine) for d in dosages)
    return " + ".join(dict.fromkeys(dose for dose in said if dose))


# --- turns ------------------------------------------------------------------------


def turns(line: MedicationLine, after: date) -> Iterator[Turn]:
    """Yield the changes of one line before a day, in the order in which they count.

    One that never happened is not told, a correction in the place of what it corrects.
    """
    before: State | None = None
    for change in history(line.changes):
        day = takes_effect(change)
        if day >= after:
            return
        state = state_on(line.changes, day)
        if change.dosage:
            state = _with(state, change.dosage)
        yield Turn(
            day=day,
            on=change.effective,
            kind=kind_of(change),
            line=line.id,
            reason=change.reason,
            before=dose_on(line, before, day, how_read=True) if before else "",
            after=dose_on(line, state, day, how_read=True),
            raised=_raised(line, before, state, day),
        )
        before = state


def _with(state: State, dosage: tuple[Dosage, ...]) -> State:
    return State(status=state.status, dosage=dosage, since=state.since)


def _raised(
    line: MedicationLine, before: State | None, after: State, day: date
) -> bool | None:
    """Return whether the amount a day went up; `None` where that cannot be told."""
    if before is None:
        return None
    return higher(amount_on(line, before, day), amount_on(line, after, day))


def higher(was: DailyAmount | None, now: DailyAmount | None) -> bool | None:
    """Return whether an amount a day is above another; `None` if that is not known."""
    if was is None or now is None or not was.high.fits(now.high.unit):
        return None
    if was.as_needed != now.as_needed:
        return None
    old, new = was.high.to(now.high.unit).value, now.high.value
    return None if old == new else new > old


def followed_on(stop: Turn, start: Turn) -> bool:
    """Whether a stop and a start of the same medicine are one change of its dose.

    The next order begins on the day on which the last one ends, or the day after.
    """
    kinds = (stop.kind, start.kind) == (ChangeKind.STOPPED, ChangeKind.STARTED)
    return kinds and stop.line != start.line and stop.day <= start.day <= stop.day + DAY
