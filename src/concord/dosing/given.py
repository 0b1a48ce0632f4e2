"""How many doses of a course were given, as far as a record tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from concord.record.agreed import Entry
from concord.record.model import Dispensing, DoseEvent, Taken


def given_so_far(
    entry: Entry, fills: Iterable[Dispensing], doses: Iterable[DoseEvent], on: date
) -> tuple[int, int | None]:
    """Return how many were given up to a day, at the least and at the most.

    Each day on which one is logged as taken counts once; where none is logged, each
    day of a fill, for injections are handed out to be given. How many there were at the
    most is known only by the log, and only where the first of it lies on the first day
    of the course, so that none can be missing before it. A dose that was not logged,
    or a fill more, may be one that was given.
    """
    since = entry.state.since

    def of_the_course(day: date) -> bool:
        return day <= on and (since is None or since.first <= day)

    told = [dose for dose in doses if dose.at is None or of_the_course(dose.at.first)]
    taken = [dose for dose in told if dose.taken is Taken.TAKEN]
    logged = {dose.at.first for dose in taken if dose.at is not None}
    days = {fill.on.first for fill in fills if fill.on is not None}
    handed = {day for day in days if of_the_course(day)}
    least = len(logged or handed)
    exact = all(dose.at is not None and dose.at.exact for dose in taken)
    if not logged or not exact or since is None or min(logged) > since.last:
        return least, None
    silent = [dose for dose in told if dose.taken is Taken.NOT_LOGGED]
    return least, max(len(logged) + len(silent), len(handed))
