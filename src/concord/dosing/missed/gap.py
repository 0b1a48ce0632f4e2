"""How long a medicine was not taken: missed days, or the time since the last dose.

A gap is known from two days, told as a length, or read from a dose log. What is not
known for sure is a range, and a rule that only a part of it reaches is *not decided*.
A dose that was not logged is never a missed one: it widens the range.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo

from concord.errors import ImpossibleRangeError
from concord.knowledge.model import MissedDoseRule
from concord.record.model import DoseEvent, Taken
from concord.terms import Duration, Value

_HOURS_A_DAY = 24
_DAY = timedelta(days=1)
# How many days a unit of the calendar can have, at the least and at the most, when
# nobody says from which day it is counted.
_DAYS = {
    "day": (1, 1),
    "week": (7, 7),
    "month": (28, 31),
    "year": (365, 366),
}


class Gap(Value, frozen=True, kw_only=True):
    """A gap: from the days on which the last dose can have been, or a told length.

    `last` are the earliest and the latest of those days, `on` the day asked about,
    whose own dose is not missed yet. `length` counts missed days, or for a long-acting
    form the time since the last injection.
    """

    on: date | None = None
    last: tuple[date, date] | None = None
    length: Duration | None = None

    @property
    def missed_days(self) -> tuple[int, int] | None:
        """The whole days without a dose, at the least and at the most."""
        if self.last is not None and self.on is not None:
            earliest, latest = self.last
            between = ((self.on - day).days - 1 for day in (latest, earliest))
            low, high = (max(0, days) for days in between)
            return low, high
        if self.length is None:
            return None
        low, high = _hours(self.length)
        return low // _HOURS_A_DAY, high // _HOURS_A_DAY

    def reaches(
        self, rule: MissedDoseRule, *, long_acting: bool = False
    ) -> bool | None:
        """Return whether the gap is as long as a rule's or longer; `None`: not decided.

        A rule counts missed days or, `since_last`, the time from the last dose. Of a
        told length that time is up to a day more than the days missed, for a medicine
        that is not long-acting.
        """
        if rule.gap is None:
            return True
        if self.last is not None and self.on is not None:
            return _by_days(rule, self.on, self.last)
        if self.length is None:
            return None
        if self.length.unit == rule.gap.unit and (long_acting or not rule.since_last):
            return self.length.count >= rule.gap.count
        low, high = _hours(self.length)
        if rule.since_last and not long_acting:
            high += _HOURS_A_DAY
        return _reached((low, high), _hours(rule.gap))


def gap_between(last: date, on: date) -> Gap:
    """Return the gap from the day of the last dose to a day.

    The days between are missed; the day itself is not yet.
    Raises `ImpossibleRangeError` for a last dose after the day.
    """
    if last > on:
        msg = (
            "found a last dose after the day asked about, expected that day or an "
            "earlier one; exchange them"
        )
        raise ImpossibleRangeError(msg)
    return Gap(on=on, last=(last, last))


def gap_of_length(length: Duration) -> Gap:
    """Return a gap of which only the length is told."""
    return Gap(length=length)


def gap_of_log(events: Iterable[DoseEvent], on: date, clock: tzinfo) -> Gap | None:
    """Return the gap that a dose log leaves up to a day, `None` where it tells none.

    The last dose was on the day of the last one logged as taken, or on any later day of
    which nobody said that the dose was missed: not logged is neither taken nor missed.
    """
    taken: set[date] = set()
    missed: set[date] = set()
    for event in events:
        if event.at is None or not event.at.exact:
            continue
        moment = event.at.moment
        day = moment.astimezone(clock).date() if moment else event.at.first
        if event.taken is Taken.TAKEN:
            taken.add(day)
        elif event.taken is Taken.NOT_TAKEN:
            missed.add(day)
    before = [day for day in taken if day <= on]
    if not before:
        return None
    earliest = max(before)
    latest = on if earliest == on else on - _DAY
    while latest > earliest and latest in missed:
        latest -= _DAY
    return Gap(on=on, last=(earliest, latest))


def _by_days(rule: MissedDoseRule, on: date, last: tuple[date, date]) -> bool | None:
    assert rule.gap is not None  # noqa: S101 - the caller asked for it
    shift = timedelta() if rule.since_last else _DAY
    answers: set[bool | None] = set()
    for day in last:
        if rule.gap.unit == "hour":
            days = (on - day).days
            answers.add(_hours_reached(rule, days))
        else:
            # Of missed days the first is the one after the last dose.
            answers.add(_after(rule.gap, day, shift) <= on)
    return answers.pop() if len(answers) == 1 else None


def _after(gap: Duration, day: date, shift: timedelta) -> date:
    end = gap.after(day)
    return end + min(shift, date.max - end)


def _hours_reached(rule: MissedDoseRule, days: int) -> bool | None:
    """Return whether so many hours have passed, of which only the days are known.

    From one day to another it may be nearly a day more or less; a dose is late by
    hours once its own day is over.
    """
    assert rule.gap is not None  # noqa: S101 - the caller asked for it
    if (days - 1) * _HOURS_A_DAY >= rule.gap.count:
        return True
    if rule.since_last:
        return False if (days + 1) * _HOURS_A_DAY <= rule.gap.count else None
    return False if days < 1 else None


def _hours(length: Duration) -> tuple[int, int]:
    """Return how many hours a length has, at the least and at the most."""
    if length.unit == "hour":
        return length.count, length.count
    low, high = _DAYS[length.unit]
    return length.count * low * _HOURS_A_DAY, length.count * high * _HOURS_A_DAY


def _reached(found: tuple[int, int], wanted: tuple[int, int]) -> bool | None:
    if found[0] >= wanted[1]:
        return True
    return False if found[1] < wanted[0] else None


def rank(gap: Duration | None) -> int:
    """Return a number that puts gaps in order of length; none is the shortest."""
    return 0 if gap is None else sum(_hours(gap))
