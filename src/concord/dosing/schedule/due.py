"""Due doses: a course of directions laid out over a range, as instants.

Each local day has exactly the doses that are prescribed for it, whatever the clocks do
on it; an interval keeps its length. See `zones` for the rule of changed clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from concord.dosing.schedule.days import ordinals
from concord.dosing.schedule.rhythm import Clock, Interval, Moments, Rhythm
from concord.dosing.schedule.zones import (
    FIRST_DAY,
    LAST_DAY,
    after_midnight,
    instant,
    instants,
    midnights,
)
from concord.errors import ImpossibleRangeError
from concord.record.model import Dosage
from concord.terms import Value

# A clock is at most so many days away from the calendar of another one.
_AROUND = timedelta(days=2)
_DAY = timedelta(days=1)
_MIDNIGHT = time()
# Nothing is due beyond the calendar.
_BEGINNING = datetime.combine(FIRST_DAY + _AROUND, _MIDNIGHT, UTC)
_END = datetime.combine(LAST_DAY - _AROUND, _MIDNIGHT, UTC)


class Course(Value, frozen=True, kw_only=True):
    """One instruction as it is followed: its rhythm, from a day to a day.

    `first` and `last` are days of its own clock, both included; `begins` (included) and
    `ends` (not included) narrow them where the hour is known.
    `anchor` is day 1, from which every second day or a cycle is counted; `None` where
    it is not known. `zero` is its hour, where that is known: from it every so many
    hours is counted, after a pause too.
    `rhythm` is `None` for what is taken as needed: nothing is due then.
    `most` is how many doses there are in all, from the anchor on.
    `wears` is how long one dose stays on (a patch).
    """

    dosage: Dosage
    rhythm: Rhythm | None
    first: date
    last: date
    anchor: date | None = None
    zero: datetime | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    most: int | None = None
    wears: timedelta | None = None


class Due(Value, frozen=True, kw_only=True):
    """One due dose: when (UTC), on which prescribed day, which one of that day.

    A dose keeps its `day` where changed clocks move it past midnight. Doses by an
    interval or at named moments are numbered through (`by_day` false).
    `until` is when it comes off again, where one dose lasts (a patch).
    """

    at: datetime
    day: date
    nth: int
    dosage: Dosage
    by_day: bool = True
    until: datetime | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What stays the same where the instant moves: the day and the place in it."""
        return (self.day.isoformat() if self.by_day else "", self.nth)


def due(course: Course, start: datetime, end: datetime, clock: tzinfo) -> Iterator[Due]:
    """Yield the doses of a course from one instant to before another, in order.

    Raises `ImpossibleRangeError` where the end lies before the start.
    """
    if end < start:
        msg = (
            "found an end before its start, expected a start and a later end; exchange "
            "them"
        )
        raise ImpossibleRangeError(msg)
    if course.begins is not None:
        start = max(start, course.begins)
    if course.ends is not None:
        end = min(end, course.ends)
    start = max(start.astimezone(UTC), _BEGINNING)
    end = min(end.astimezone(UTC), _END)
    if end <= start:
        return iter(())
    match course.rhythm:
        case Clock():
            return _by_clock(course, course.rhythm, start, end, clock)
        case Interval():
            return _by_interval(course, course.rhythm, start, end, clock)
        case Moments():
            return _at_moments(course, course.rhythm, start, end, clock)
        case None:
            return iter(())


def _by_clock(
    course: Course, rhythm: Clock, start: datetime, end: datetime, clock: tzinfo
) -> Iterator[Due]:
    dosage, wears, most = course.dosage, course.wears, course.most
    anchor = course.anchor or course.first
    first = max(course.first, start.date() - _AROUND)
    last = min(course.last, end.date() + _AROUND)
    if most is not None:  # all doses so far must be counted
        first = max(anchor, FIRST_DAY)
    if last < first:
        return
    numbered = [(n, after_midnight(at)) for n, at in enumerate(rhythm.times, 1)]
    # Of days well within the range each dose is due: nothing is left to compare.
    inner = max(first, course.first, start.date() + _AROUND).toordinal()
    outer = (end.date() - _AROUND).toordinal() if most is None else 0
    given = 0
    moved: datetime | None = None
    begins, year = _year(first.year, clock)
    for ordinal in ordinals(
        rhythm.days, anchor.toordinal(), first.toordinal(), last.toordinal()
    ):
        place = ordinal - begins
        if place >= len(year):
            begins, year = _year(date.fromordinal(ordinal).year, clock)
            place = ordinal - begins
        day, midnight = year[place]
        if midnight is not None and wears is None and inner < ordinal < outer:
            for nth, later in numbered:
                yield Due(at=midnight + later, day=day, nth=nth, dosage=dosage)
            continue
        if midnight is not None:
            doses = [midnight + later for _, later in numbered]
        else:
            doses = instants(day, rhythm.times, clock, moved)
            moved = doses[-1] if doses else None
        for nth, at in enumerate(doses, 1):
            if most is not None and not (course.begins and at < course.begins):
                given += 1
                if given > most:
                    return
            if start <= at < end and day >= course.first:
                until = None if wears is None else at + wears
                yield Due(at=at, day=day, nth=nth, dosage=dosage, until=until)


def _year(
    year: int, clock: tzinfo
) -> tuple[int, tuple[tuple[date, datetime | None], ...]]:
    """Return the ordinal of a year's first day, and when each of its days begins."""
    return date(year, 1, 1).toordinal(), midnights(clock, year)


def _by_interval(
    course: Course, rhythm: Interval, start: datetime, end: datetime, clock: tzinfo
) -> Iterator[Due]:
    anchor = course.anchor or course.first
    zero = instant(anchor, rhythm.begins, clock)
    if course.zero is not None and not rhythm.stated:
        zero = course.zero.astimezone(UTC)
    start = max(start, instant(max(course.first, FIRST_DAY), _MIDNIGHT, clock))
    if course.last < LAST_DAY:
        end = min(end, instant(course.last + _DAY, _MIDNIGHT, clock))
    dosage, wears, most = course.dosage, course.wears, course.most
    nth = max(0, -((zero - start) // rhythm.every))
    at = zero + nth * rhythm.every
    turns, day = at, course.first
    while at < end and (most is None or nth < most):
        nth += 1
        if at >= turns:  # a new local day, by the same table as `_by_clock`
            day = at.astimezone(clock).date()
            midnight = midnights(clock, day.year)[day.timetuple().tm_yday - 1][1]
            turns = at if midnight is None else midnight + _DAY
        if not rhythm.weekdays or day.weekday() in rhythm.weekdays:
            until = None if wears is None else at + wears
            yield Due(at=at, day=day, nth=nth, dosage=dosage, by_day=False, until=until)
        at += rhythm.every


def _at_moments(
    course: Course, rhythm: Moments, start: datetime, end: datetime, clock: tzinfo
) -> Iterator[Due]:
    found = sorted(
        when.moment.astimezone(UTC)
        if when.moment is not None
        else instant(when.first, rhythm.at, clock)
        for when in rhythm.moments
    )
    for n, at in enumerate(found[: course.most], 1):
        day = at.astimezone(clock).date()
        if start <= at < end and course.first <= day <= course.last:
            until = at + course.wears if course.wears is not None else None
            yield Due(
                at=at, day=day, nth=n, dosage=course.dosage, by_day=False, until=until
            )


def replanned(
    planned: Iterable[Due], fresh: Iterable[Due], as_of: datetime
) -> tuple[Due, ...]:
    """Return one course's plan after its zone's rules or its zone were changed.

    What was due before `as_of` stays exactly as it was planned, since people have
    acted and logged by it; from then on the fresh plan holds. A dose that was due
    already is not due again, nor is one left out, where its instant moves across
    `as_of`: a dose is the same by its `key`.
    """
    before = [one for one in planned if one.at < as_of]
    done = {one.key for one in before}
    begins = min((one.at for one in before), default=as_of)
    later = [one for one in fresh if one.key not in done and one.at >= begins]
    return (*before, *sorted(later, key=lambda one: one.at))
