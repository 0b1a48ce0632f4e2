"""Clock time and instants: zones by name, and the days on which clocks are changed.

One rule for both kinds of day, with the reason beside it:

- A clock time that the day does not have (the clocks go forward over it) is taken after
  the gap, as much later as the clocks were moved: 02:30 is taken at 03:30. RFC 5545
  3.3.10 would leave such a dose out; a dose left out is a dose missed.
- A clock time that the day has twice (the clocks go back over it) is taken once, the
  first time: the second would be a second dose.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from concord.errors import UnknownZoneError

_DAY = timedelta(days=1)
_MIDNIGHT = time()
# The first and last day that are ever laid out: every zone has an instant of them.
FIRST_DAY = date.min.replace(year=2)
LAST_DAY = date.max.replace(year=date.max.year - 1)


class Policy(StrEnum):
    """Which clock a medicine follows; each medicine has its own.

    `WALL`: the clock on the wall where the person is. `HOME`: the clock at home while
    travelling. `INTERVAL`: the time between doses counts, whatever clocks do.
    """

    WALL = "wall"
    HOME = "home"
    INTERVAL = "interval"


def clock_of(
    policy: Policy, *, here: tzinfo, home: tzinfo, since: datetime | None
) -> tzinfo | None:
    """Return the clock that a policy follows, `None` where it cannot be told.

    A true interval is a clock that is never changed: the one that was in force at home
    when the directions began. So it needs that beginning.
    """
    if policy is Policy.WALL:
        return here
    if policy is Policy.HOME:
        return home
    if since is None:
        return None
    offset = since.astimezone(home).utcoffset()
    return timezone(offset) if offset is not None else UTC


@cache
def zone(name: str) -> ZoneInfo:
    """Return a zone of the pinned data (`tzdata`), never of the machine's own.

    Raises `UnknownZoneError`, with the nearest names, for any other name.
    """
    known = zone_names()
    if name not in known:
        near = difflib.get_close_matches(name, known)
        hint = f"nearest names: {', '.join(near)}" if near else "no near name"
        msg = (
            "found a zone that the time zone data do not hold, expected a name like "
            f"America/New_York ({hint}); give the zone's exact name"
        )
        raise UnknownZoneError(msg)
    path = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of all zones of the pinned data."""
    listed = resources.files("tzdata").joinpath("zones").read_text("utf-8")
    return tuple(listed.split())


def instant(day: date, at: time, clock: tzinfo) -> datetime:
    """Return when a clock shows a time on a day: after a gap, the first of two.

    >>> instant(date(2026, 3, 8), time(2, 30), zone("America/New_York")).isoformat()
    '2026-03-08T07:30:00+00:00'
    """
    # `fold=0` is the offset from before the change: in a gap that is one change later,
    # in an overlap the first of the two.
    return datetime.combine(day, at, clock).replace(fold=0).astimezone(UTC)


def instants(
    day: date, times: Sequence[time], clock: tzinfo, after: datetime | None = None
) -> list[datetime]:
    """Return when a clock shows several times (in order) on a day.

    A day that a zone never had (Samoa's 30 December 2011) has none of them.
    Where a dose moved out of a gap would meet or pass the next one, the next one keeps
    its distance from it: no two doses are ever taken at once. `after` is the last dose
    of the day before, which may have been moved into this day.
    """
    if not _exists(day, clock):
        return []
    found: list[datetime] = []
    before = after_midnight(times[-1]) - _DAY
    for at in times:
        moment = instant(day, at, clock)
        if after is not None and moment <= after:
            moment = after + (after_midnight(at) - before)
        found.append(moment)
        after, before = moment, after_midnight(at)
    return found


def after_midnight(at: time) -> timedelta:
    """Return how long after midnight a clock shows a time on a plain day."""
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


@lru_cache(maxsize=1024)
def midnights(clock: tzinfo, year: int) -> tuple[tuple[date, datetime | None], ...]:
    """Return each day of a year and when it begins, `None` where clocks are changed.

    On the other days a clock time is that long after midnight, which is what makes
    laying out a year fast. The day after a change is `None` too, since a dose may be
    moved into it.
    """
    first = date(year, 1, 1)
    found: list[tuple[date, datetime | None]] = []
    plain_before = _plain(first - _DAY, clock)
    day = first
    while day.year == year:
        plain = _plain(day, clock)
        whole = plain and plain_before
        found.append((day, instant(day, _MIDNIGHT, clock) if whole else None))
        plain_before = plain
        day += _DAY
    return tuple(found)


def _plain(day: date, clock: tzinfo) -> bool:
    """Return whether a clock is not changed on a day, nor at either end of it."""
    begins = datetime.combine(day, _MIDNIGHT, clock)
    ends = datetime.combine(day + _DAY, _MIDNIGHT, clock)
    offsets = {
        moment.replace(fold=fold).utcoffset()
        for moment in (begins, ends)
        for fold in (0, 1)
    }
    return len(offsets) == 1


def _exists(day: date, clock: tzinfo) -> bool:
    """Return whether any part of a day was on the calendar of a zone."""
    ends = (_MIDNIGHT, time.max)
    return any(instant(day, at, clock).astimezone(clock).date() == day for at in ends)
