"""From a medicine's directions and changes to courses that can be laid out.

A record may hold several instructions that run together, steps of a taper that follow
each other, and changes of mind: started, changed, held, resumed, stopped. Each stretch
of time in which one set of directions is followed gives its own courses, so a later
change never touches what was due before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from operator import attrgetter

from concord.dosing.daily import times_a_day
from concord.dosing.schedule.day_times import DayTimes
from concord.dosing.schedule.due import Course, Due, due
from concord.dosing.schedule.rhythm import (
    Clock,
    Interval,
    Rhythm,
    Unplanned,
    refuse,
    rhythm,
)
from concord.dosing.schedule.zones import (
    FIRST_DAY,
    LAST_DAY,
    Policy,
    clock_of,
    instant,
)
from concord.record.fold import history, kind_of, takes_effect
from concord.record.model import Change, ChangeKind, Dosage, Timing
from concord.terms import Duration, PartialDate, Value
from concord.wording.timing import spelled_out

_DAY = timedelta(days=1)
_INSTANT = attrgetter("at")
_MIDNIGHT = time()
_LENGTHS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "wk": timedelta(weeks=1),
}


class Stretch(Value, frozen=True, kw_only=True):
    """A time in which one set of directions is followed, days included at both ends.

    `anchor` is when these directions began, which may be before the stretch (it was
    held in between); `None` where it is not known.
    """

    dosage: tuple[Dosage, ...]
    first: date = FIRST_DAY
    last: date = LAST_DAY
    anchor: PartialDate | None = None
    begins: datetime | None = None
    ends: datetime | None = None


class Left(Value, frozen=True, kw_only=True):
    """Directions that are not on the calendar, and what is missing."""

    dosage: Dosage | None
    why: Unplanned


class Spacing(Value, frozen=True, kw_only=True):
    """The time between doses of a long-acting form, and how much shorter is a slip."""

    interval: Duration
    least_share: Decimal


class Plan(Value, frozen=True, kw_only=True):
    """How one medicine is followed: its courses with their clocks, and what is left."""

    courses: tuple[tuple[Course, tzinfo], ...] = ()
    left: tuple[Left, ...] = ()

    def due(self, start: datetime, end: datetime) -> tuple[Due, ...]:
        """Return what is due from one instant to before another, in order."""
        found: list[Due] = []
        for course, clock in self.courses:
            found += due(course, start, end, clock)
        if len(self.courses) > 1:
            found.sort(key=_INSTANT)
        return tuple(found)

    @property
    def as_needed(self) -> tuple[Course, ...]:
        """The courses of what is taken as needed: nothing is due then."""
        return tuple(course for course, _ in self.courses if course.rhythm is None)

    @property
    def by_default(self) -> bool:
        """Whether a default stands for a time that nobody stated."""
        return any(
            course.rhythm is not None and not course.rhythm.stated
            for course, _ in self.courses
        )


def stretches(
    changes: Iterable[Change], known_at: datetime | None = None
) -> tuple[Stretch, ...]:
    """Return the times in which a medicine is taken, each with its directions.

    The changes known by a moment are folded as `state_on` folds them: the day of a
    change belongs to what it brings, a day of stopping or holding has no doses. Where a
    change names its hour, that hour divides the day.
    """
    found: list[Stretch] = []
    dosage: tuple[Dosage, ...] = ()
    anchor: PartialDate | None = None
    active = False
    first, begins = FIRST_DAY, None
    for change in history(changes, known_at):
        day, hour = takes_effect(change), _hour(change)
        if active:
            found.append(
                Stretch(
                    dosage=dosage,
                    first=first,
                    last=day if hour is not None else day - _DAY,
                    anchor=anchor,
                    begins=begins,
                    ends=hour,
                )
            )
        kind = kind_of(change)
        if change.dosage or kind is ChangeKind.STARTED:
            dosage = change.dosage or dosage
            anchor = change.effective
        if kind in (ChangeKind.STARTED, ChangeKind.RESUMED):
            active = True
        elif kind in (ChangeKind.HELD, ChangeKind.STOPPED):
            active = False
        first, begins = max(day, FIRST_DAY), hour
    if active:
        found.append(Stretch(dosage=dosage, first=first, anchor=anchor, begins=begins))
    return tuple(one for one in found if _lasts(one))


def _hour(change: Change) -> datetime | None:
    return change.effective.moment if change.effective is not None else None


def _lasts(stretch: Stretch) -> bool:
    if stretch.begins is not None and stretch.ends is not None:
        return stretch.begins < stretch.ends
    return stretch.first <= stretch.last


def plan(
    found: Iterable[Stretch],
    day: DayTimes,
    *,
    here: tzinfo,
    home: tzinfo | None = None,
    policy: Policy = Policy.WALL,
    spacing: Spacing | None = None,
    most: bool = False,
) -> Plan:
    """Return how stretches of directions are followed, by one policy for the clock.

    With `most`, the most that a range allows instead of the least.
    Raises `ImpossibleScheduleError` for directions that contradict themselves.
    """
    courses: list[tuple[Course, tzinfo]] = []
    left: list[Left] = []
    home = home or here
    for stretch in found:
        since = _since(stretch.anchor, home)
        clock = clock_of(policy, here=here, home=home, since=since)
        if clock is None:
            left.append(Left(dosage=None, why=Unplanned.NO_START))
            continue
        for one in _laid_out(stretch, day, clock, spacing, most=most):
            if isinstance(one, Left):
                left.append(one)
            else:
                courses.append((one, clock))
    return Plan(courses=tuple(courses), left=tuple(left))


def _since(anchor: PartialDate | None, home: tzinfo) -> datetime | None:
    """Return the moment from which directions count, `None` where it is not known."""
    if anchor is None or not anchor.exact:
        return None
    return anchor.moment or instant(anchor.first, _MIDNIGHT, home)


def _laid_out(
    stretch: Stretch,
    day: DayTimes,
    clock: tzinfo,
    spacing: Spacing | None,
    *,
    most: bool,
) -> Iterator[Course | Left]:
    if not stretch.dosage:
        yield Left(dosage=None, why=Unplanned.NO_DIRECTIONS)
        return
    for place, span in _spans(stretch, clock, most=most):
        dosage, where = stretch.dosage[place], f"dosage[{place}]"
        if isinstance(span, Unplanned):
            yield Left(dosage=dosage, why=span)
            continue
        _refuse_slip(dosage, spacing, where)
        if dosage.as_needed is not None:
            course = _course(dosage, span, None, most=most)
        else:
            found = rhythm(dosage.timing, day, most=most, where=f"{where}.timing")
            if isinstance(found, Unplanned):
                yield Left(dosage=dosage, why=found)
                continue
            if span.anchor is None and _needs_anchor(found, dosage.timing):
                yield Left(dosage=dosage, why=Unplanned.NO_START)
                continue
            course = _course(dosage, span, found, most=most)
        if course.first <= course.last:
            yield course


class _Span(Value, frozen=True, kw_only=True):
    """When one instruction holds: days included, hours where they are known."""

    anchor: date | None
    first: date
    last: date
    zero: datetime | None = None
    begins: datetime | None = None
    ends: datetime | None = None


def _spans(
    stretch: Stretch, clock: tzinfo, *, most: bool
) -> Iterator[tuple[int, _Span | Unplanned]]:
    """Yield each instruction, by its place, with the time in which it holds.

    Steps that say how long they last follow each other from the beginning; a last one
    that says so ends. Other instructions hold between their own bounds.
    """
    steps = sorted({d.sequence for d in stretch.dosage})
    chained = len(steps) > 1 and all(
        _length(d, most=most) or d.sequence == steps[-1] for d in stretch.dosage
    )
    bounded = all(d.bounds is not None for d in stretch.dosage)
    undated = len(steps) > 1 and not chained and not bounded
    begin = _local_day(stretch.anchor, clock)
    for step in steps:
        ends: list[date] = []
        for place, dosage in enumerate(stretch.dosage):
            if dosage.sequence != step:
                continue
            if undated or (chained and begin is None):
                yield place, Unplanned.STEPS_UNDATED
                continue
            yield place, _span(dosage, stretch, begin, clock, most=most)
            length = _length(dosage, most=most)
            if begin is not None and length is not None:
                ends.append(length.after(begin))
        if chained and ends:
            begin = max(ends)


def _length(dosage: Dosage, *, most: bool) -> Duration | None:
    longest = dosage.lasts_max or dosage.lasts
    return longest if most else dosage.lasts or dosage.lasts_max


def _span(
    dosage: Dosage,
    stretch: Stretch,
    begin: date | None,
    clock: tzinfo,
    *,
    most: bool,
) -> _Span | Unplanned:
    """Return when one instruction of a stretch holds, from the day it begins."""
    bounds = dosage.bounds
    start = bounds.start if bounds is not None else None
    end = bounds.end if bounds is not None else None
    if start and end and _after(start, end):
        refuse("dosage.bounds", "an end before its start", "a start and a later end")
    begins, ends = stretch.begins, stretch.ends
    first = stretch.first if begin is None else max(stretch.first, begin)
    last = stretch.last
    if start is not None:
        begin = _local_day(start, clock)
        first = max(first, begin or start.first)
        begins = _later(begins, start.moment)
    if end is not None:
        last = min(last, _local_day(end, clock) or end.last)
        ends = _sooner(ends, end.moment + _DAY.resolution if end.moment else None)
    length = _length(dosage, most=most)
    if length is not None:
        if begin is None:
            return Unplanned.NO_START
        exact = start.moment if start else _begins_exactly(stretch, begin, clock)
        if length.unit == "hour" and exact is not None:
            ends = _sooner(ends, exact + timedelta(hours=length.count))
        else:
            last = min(last, length.after(begin) - _DAY)
    zero = begins if first == begin else None
    if zero is None and begin is not None:
        zero = start.moment if start else _begins_exactly(stretch, begin, clock)
    return _Span(
        anchor=begin, first=first, last=last, zero=zero, begins=begins, ends=ends
    )


def _after(one: PartialDate, other: PartialDate) -> bool:
    """Return whether a date certainly lies after another one."""
    if one.moment is not None and other.moment is not None:
        return one.moment > other.moment
    return one.first > other.last


def _begins_exactly(stretch: Stretch, begin: date, clock: tzinfo) -> datetime | None:
    """Return the hour at which an instruction begins, where it is the stretch's own."""
    anchor = stretch.anchor
    if anchor is None or anchor.moment is None:
        return None
    return anchor.moment if _local_day(anchor, clock) == begin else None


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((m for m in (one, other) if m is not None), default=None)


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((m for m in (one, other) if m is not None), default=None)


def _local_day(when: PartialDate | None, clock: tzinfo) -> date | None:
    """Return the day of a date on a clock, `None` where it is not one day."""
    if when is None or not when.exact:
        return None
    return when.first if when.moment is None else when.moment.astimezone(clock).date()


def _course(dosage: Dosage, span: _Span, found: Rhythm | None, *, most: bool) -> Course:
    timing = dosage.timing or Timing()
    return Course(
        dosage=dosage,
        rhythm=found,
        first=max(span.first, FIRST_DAY),
        last=min(span.last, LAST_DAY),
        anchor=span.anchor,
        zero=span.zero,
        begins=span.begins,
        ends=span.ends,
        most=(timing.count_max if most else None) or timing.count,
        wears=_wears(timing),
    )


def _wears(timing: Timing) -> timedelta | None:
    """Return how long one dose stays on; months have no one length."""
    unit = _LENGTHS.get(timing.duration_unit or "")
    if timing.duration is None or unit is None:
        return None
    exact = unit // timedelta.resolution * timing.duration
    return timedelta(microseconds=int(exact))


def _needs_anchor(found: Rhythm, timing: Timing | None) -> bool:
    """Return whether the days depend on a beginning that must be known."""
    if timing is not None and timing.count is not None:
        return True
    if isinstance(found, Interval):
        return True
    return isinstance(found, Clock) and found.days.anchored


def _refuse_slip(dosage: Dosage, spacing: Spacing | None, where: str) -> None:
    """Raise where a form that lasts for long is ordered far more often than it lasts.

    It is how a wrong unit shows: a weekly injection thirteen times a day.
    """
    rate = times_a_day(spelled_out(dosage.timing) if dosage.timing else None)
    if spacing is None or rate is None:
        return
    begin = FIRST_DAY
    days = (spacing.interval.after(begin) - begin).days
    if rate[1] * days * spacing.least_share > 1:
        refuse(
            f"{where}.timing",
            "doses far closer together than this long-acting form is given",
            f"about one each {spacing.interval}",
        )
