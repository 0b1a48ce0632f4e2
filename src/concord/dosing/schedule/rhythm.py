"""What a record's timing asks for, parsed once: clock times, an interval, or moments.

FHIR R4's Timing is read in full. Directions that contradict themselves are refused with
`ImpossibleScheduleError`; directions that leave open what a plan needs are `Unplanned`,
with what is missing. Nothing is guessed; what comes from a default says so (`stated`).
"""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum

from concord.dosing.schedule.day_times import (
    DayTimes,
    clock_time,
    events_named,
    time_of,
)
from concord.dosing.schedule.days import WEEK, WEEKDAYS, Days
from concord.errors import ImpossibleScheduleError
from concord.record.model import Timing
from concord.terms import PartialDate, Value
from concord.terms.dates import SHORTEST_MONTH
from concord.wording.timing import spelled_out

_DAY = timedelta(days=1)
# UCUM's units of time that are the same length on every day.
_ELAPSED = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
}
_ALIKE = _ELAPSED | {"d": _DAY, "wk": timedelta(weeks=1)}
_MONTHS = {"mo": 1, "a": 12}


class Unplanned(StrEnum):
    """Why directions cannot be laid out in days: what is missing."""

    NO_DIRECTIONS = "no-directions"
    NO_FREQUENCY = "no-frequency"
    STEPS_UNDATED = "steps-undated"
    NO_START = "start-date"
    NO_CLOCK_TIMES = "clock-times"
    NO_DAYS = "which-days"


class Clock(Value, frozen=True, kw_only=True):
    """At clock times of certain days; `stated` where no default stands for a time."""

    times: tuple[time, ...]
    days: Days = Days()
    stated: bool = True


class Interval(Value, frozen=True, kw_only=True):
    """Every so long, whatever clocks do, from a first time on the first day."""

    every: timedelta
    begins: time
    weekdays: tuple[int, ...] = ()
    stated: bool = True


class Moments(Value, frozen=True, kw_only=True):
    """At moments that the directions name; a bare day is at `at` of that day."""

    moments: tuple[PartialDate, ...]
    at: time
    stated: bool = True


Rhythm = Clock | Interval | Moments


class _Asked(Value, frozen=True, kw_only=True):
    """A timing in parts: the clock times and weekdays that it names, in order.

    `stated` is whether no default stands for a named time.
    """

    timing: Timing
    times: tuple[time, ...]
    weekdays: tuple[int, ...]
    day: DayTimes
    where: str
    stated: bool = True


def rhythm(
    timing: Timing | None, day: DayTimes, *, most: bool = False, where: str = "timing"
) -> Rhythm | Unplanned:
    """Return what a timing asks for on a person's day.

    Of a range (3 to 4 times a day, every 4 to 6 hours) it is the least that is asked
    for, with `most` the most that is allowed.
    Raises `ImpossibleScheduleError` where it contradicts itself.
    """
    if timing is None:
        return Unplanned.NO_FREQUENCY
    timing = spelled_out(timing)
    _refuse_impossible(timing, where)
    count, period = _rate(timing, most=most)
    unit = timing.period_unit
    every_day = unit == "d" and period == 1
    asked = _asked(timing, day, where, count if every_day else None)
    if isinstance(asked, Unplanned):
        return asked
    if timing.event:
        return _moments(asked)
    if period is None:
        return _unpaced(asked)
    up_to = count is None and timing.frequency_max is not None
    if unit is None or up_to:  # "up to 3 times a day" does not say how often
        return Unplanned.NO_FREQUENCY
    if unit in _ELAPSED or (unit in _ALIKE and period % 1):
        return _elapsed(asked, _length(period, _ALIKE[unit], count or 1))
    if period % 1:
        return Unplanned.NO_DAYS
    if unit in _MONTHS:
        return _monthly(asked, count or 1, int(period) * _MONTHS[unit])
    if unit == "wk" and asked.weekdays:
        return _on_weekdays(asked, count, int(period))
    return _daily(asked, count, int(period) * (WEEK if unit == "wk" else 1))


def _moments(asked: _Asked) -> Moments:
    event = asked.timing.event
    exact = all(moment.moment for moment in event)
    at = (asked.times or asked.day.spread[1])[0]
    stated = exact or (bool(asked.times) and asked.stated)
    return Moments(moments=event, at=at, stated=stated)


# --- what a timing says -----------------------------------------------------------


def _refuse_impossible(timing: Timing, where: str) -> None:
    """Raise for what no direction can mean, whatever else it says."""
    whole = (timing.frequency, timing.frequency_max, timing.count, timing.count_max)
    longs = (timing.period, timing.period_max, timing.duration, timing.duration_max)
    units = (timing.period_unit, timing.duration_unit)
    pairs = (
        (timing.frequency, timing.frequency_max),
        (timing.count, timing.count_max),
        (timing.period, timing.period_max),
        (timing.duration, timing.duration_max),
    )
    cycle = timing.cycle
    wrong = {
        "a count of doses that is not above nothing": any(
            n is not None and n <= 0 for n in whole
        ),
        "a length of time that is not above nothing": any(
            n is not None and (not n.is_finite() or n <= 0) for n in longs
        ),
        "a unit of time that is none": any(
            u is not None and u not in _ALIKE and u not in _MONTHS for u in units
        ),
        "a period without its unit": timing.period is not None
        and timing.period_unit is None,
        "a length without its unit": timing.duration is not None
        and timing.duration_unit is None,
        "a most that is less than the least": any(
            low is not None and high is not None and high < low for low, high in pairs
        ),
        "clock times and events of the day together": bool(
            timing.times_of_day and timing.when
        ),
        "minutes from an event, and no event": bool(timing.offset) and not timing.when,
        "minutes before nothing": timing.offset is not None and timing.offset < 0,
        "a day of a cycle that the cycle does not have": cycle is not None
        and (
            not cycle.days
            or not 1 <= min(cycle.days) <= max(cycle.days) <= cycle.length
        ),
    }
    for what, found in wrong.items():
        if found:
            refuse(where, what, "directions that can be followed")


def refuse(where: str, found: str, expected: str) -> None:
    """Raise that directions cannot be followed, with the way out."""
    msg = (
        f"{where}: found {found}, expected {expected}; ask the prescriber and correct "
        "the directions. Nothing was planned by them"
    )
    raise ImpossibleScheduleError(msg)


def _rate(timing: Timing, *, most: bool) -> tuple[int | None, Decimal | None]:
    """Return how many times in how many units; `None` where it is not stated."""
    count, period = timing.frequency, timing.period
    if count is not None and period is None:
        period = Decimal(1)
    if most:
        count = timing.frequency_max or count
    elif timing.period_max is not None:
        period = timing.period_max
    return count, period


def _length(period: Decimal, unit: timedelta, count: int) -> timedelta:
    """Return how long one of so many parts of a period is, to the microsecond."""
    exact = unit // timedelta.resolution * period / count
    return timedelta(microseconds=int(exact))


def _asked(
    timing: Timing, day: DayTimes, where: str, count: int | None
) -> _Asked | Unplanned:
    """Return a timing in parts; an event that is not known here leaves it open."""
    times = [clock_time(text, where) for text in timing.times_of_day]
    stated = True
    for event in events_named(timing.when, count):
        found = time_of(event, day, timing.offset, where)
        if found is None:
            return Unplanned.NO_CLOCK_TIMES
        times.append(found[0])
        stated = stated and found[1]
    if len(set(times)) != len(times):
        refuse(where, "one clock time twice", "each time of the day once")
    return _Asked(
        timing=timing,
        times=tuple(sorted(times)),
        weekdays=_weekdays(timing, where),
        day=day,
        where=where,
        stated=stated,
    )


def _weekdays(timing: Timing, where: str) -> tuple[int, ...]:
    named = [name.casefold()[:3] for name in timing.days_of_week]
    if any(name not in WEEKDAYS for name in named):
        refuse(where, "a day of the week that is none", f"one of {', '.join(WEEKDAYS)}")
    return tuple(sorted({WEEKDAYS.index(name) for name in named}))


# --- the four kinds of rhythm -----------------------------------------------------


def _unpaced(asked: _Asked) -> Rhythm | Unplanned:
    """Return directions that state no period: named times are for every day."""
    timing = asked.timing
    if not (asked.times or asked.weekdays or timing.count or timing.cycle):
        return Unplanned.NO_FREQUENCY
    return _at(asked, 1, Days(weekdays=asked.weekdays, cycle=timing.cycle))


def _elapsed(asked: _Asked, every: timedelta) -> Rhythm:
    """Return an interval; several named times that make it up are clock times."""
    if every < _ELAPSED["s"]:
        refuse(asked.where, "doses within one second", "time between two doses")
    if len(asked.times) > 1:
        if every * len(asked.times) != _DAY:
            refuse(
                asked.where,
                "an interval that the named times of the day do not make up",
                "as many times of the day as intervals in 24 hours",
            )
        days = Days(weekdays=asked.weekdays)
        return Clock(times=asked.times, days=days, stated=asked.stated)
    return Interval(
        every=every,
        begins=asked.times[0] if asked.times else asked.day.begins,
        weekdays=asked.weekdays,
        stated=bool(asked.times) and asked.stated,
    )


def _monthly(asked: _Asked, count: int, months: int) -> Rhythm | Unplanned:
    """Return so many days in so many months."""
    too_many = count > months * SHORTEST_MONTH or len(asked.times) > 1
    if asked.weekdays or asked.timing.cycle or too_many:
        return Unplanned.NO_DAYS
    return _at(asked, 1, Days(unit="month", every=months, spread=count))


def _on_weekdays(asked: _Asked, count: int | None, weeks: int) -> Rhythm | Unplanned:
    """Return the named days of every so many weeks.

    "Once a week on Monday and Friday" means both days, as it is written.
    """
    on = len(asked.weekdays)
    if count is not None and count > 1 and count % on:
        refuse(
            asked.where,
            "a number of doses that the named days do not make up",
            "as many on each named day",
        )
    cycle = asked.timing.cycle
    days = Days(unit="week", every=weeks, weekdays=asked.weekdays, cycle=cycle)
    return _of_day(asked, None if count is None else max(count // on, 1), days)


def _daily(asked: _Asked, count: int | None, span: int) -> Rhythm | Unplanned:
    """Return so many times in so many days; named weekdays leave out the others.

    More doses than days are as many on each day; fewer are on days as evenly apart as
    whole days allow.
    """
    a_day = len(asked.times) or 1
    if count is None:
        count = a_day
    weekdays, cycle = asked.weekdays, asked.timing.cycle
    if a_day == count > 1 and span > 1:
        # Every other day, at two named times of it.
        return _at(asked, count, Days(every=span, weekdays=weekdays, cycle=cycle))
    if count >= span:
        if count % span:
            return Unplanned.NO_DAYS
        return _of_day(asked, count // span, Days(weekdays=weekdays, cycle=cycle))
    if count % a_day:
        refuse(
            asked.where,
            "a number of doses that the named times do not make up",
            "as many on each day",
        )
    spread = count // a_day
    return _at(
        asked, a_day, Days(every=span, spread=spread, weekdays=weekdays, cycle=cycle)
    )


def _of_day(asked: _Asked, times: int | None, days: Days) -> Clock | Unplanned:
    """Return so many times on each day, as many as are named where any are."""
    if asked.times and times is not None and len(asked.times) != times:
        refuse(
            asked.where,
            "another number of doses a day than of named times",
            "one named time for each dose",
        )
    return _at(asked, times or 1, days)


def _at(asked: _Asked, times: int, days: Days) -> Clock | Unplanned:
    """Return the named times, else the usual ones of so many times a day."""
    if asked.times:
        return Clock(times=asked.times, days=days, stated=asked.stated)
    usual = asked.day.spread.get(times)
    if usual is None:
        return Unplanned.NO_CLOCK_TIMES
    return Clock(times=usual, days=days, stated=False)
