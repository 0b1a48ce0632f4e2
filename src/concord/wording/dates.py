"""Dates and moments as people say them: the weekday first, and how long ago."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from concord.terms import PartialDate

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_ONLY_A_YEAR, _ONLY_A_MONTH = 4, 7
# Up to these, an age is said in days, in weeks, in months.
_AS_DAYS, _AS_WEEKS, _AS_MONTHS = 14, 12 * 7, 24
NOT_RECORDED = "date not recorded"


def day(when: PartialDate | date | None) -> str:
    """Return a date as far as it is known, `date not recorded` where it is not.

    >>> day(PartialDate.parse("2026-02-03"))
    'Tue 3 Feb 2026'
    >>> day(PartialDate.parse("2026-02"))
    'Feb 2026'
    """
    if when is None:
        return NOT_RECORDED
    if isinstance(when, date):
        return f"{_WEEKDAYS[when.weekday()]} {when.day} {_month(when)}"
    if len(when.text) == _ONLY_A_YEAR:
        return str(when.first.year)
    if len(when.text) == _ONLY_A_MONTH:
        return _month(when.first)
    return day(when.first)


def since(when: PartialDate | date | None, as_of: date) -> str:
    """Return a date and how long before (or after) a day it lies.

    A month or a year that holds that day is said alone: how long ago is not known.

    >>> since(PartialDate.parse("2026-02-03"), date(2026, 3, 24))
    'Tue 3 Feb 2026 (7 weeks)'
    """
    if when is None:
        return NOT_RECORDED
    as_of = as_of.date() if isinstance(as_of, datetime) else as_of
    when = when.date() if isinstance(when, datetime) else when
    first = when if isinstance(when, date) else when.first
    last = when if isinstance(when, date) else when.last
    if first <= as_of <= last and first != last:
        return day(when)
    if first > as_of:
        return f"{day(when)} (in {length(as_of, first)})"
    if first == as_of:
        return f"{day(when)} (today)"
    about = "" if first == last else "about "
    return f"{day(when)} ({about}{length(first, as_of)})"


def length(start: date, end: date) -> str:
    """Return how long it is between two days: in days, weeks, months or years.

    >>> length(date(2026, 1, 1), date(2026, 1, 15))
    '2 weeks'
    """
    days = (end - start).days
    if days < _AS_DAYS:
        return _count(days, "day")
    if days < _AS_WEEKS:
        return _count(days // 7, "week")
    months = (end.year - start.year) * 12 + end.month - start.month
    months -= end.day < start.day
    if months < _AS_MONTHS:
        return _count(months, "month")
    return _count(months // 12, "year")


def moment(when: datetime | None, zone: str | None = None) -> str:
    """Return a moment in a zone, by default (and if there is no such zone) in its own.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 2, 3, 14, 5, tzinfo=UTC), "America/New_York")
    'Tue 3 Feb 2026, 9:05 am'
    """
    if when is None:
        return NOT_RECORDED
    try:
        local = when.astimezone(ZoneInfo(zone)) if zone else when
    except (ZoneInfoNotFoundError, ValueError):
        local = when
    return f"{day(local.date())}, {clock(local.hour, local.minute)}"


def clock(hour: int, minute: int) -> str:
    """Return a time of day, with noon and midnight in words.

    >>> clock(21, 30)
    '9:30 pm'
    """
    if minute == 0 and hour in (0, 12):
        return "midnight" if hour == 0 else "noon"
    half = "am" if hour < 12 else "pm"
    shown = hour % 12 or 12
    return f"{shown}:{minute:02} {half}"


def _month(when: date) -> str:
    return f"{_MONTHS[when.month - 1]} {when.year}"


def _count(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"
