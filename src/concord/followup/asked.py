"""When a row of monitoring asks for its measurement: the one definition of its dates.

The review asks whether that day has passed, the list of what is due when it comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from concord.followup.results import Measured
from concord.followup.windows import Windows
from concord.knowledge.model import MonitoringDue
from concord.terms import Duration, PartialDate, Value

DAY = timedelta(days=1)


class Asked(Value, frozen=True, kw_only=True):
    """The dates of one row: from when a result counts, when it is due, until when.

    `since` is `None` where a result counts however old it is.
    `last` is the last day on which it is not overdue.
    `done` is the day of the newest result that counts, for what is asked once only.
    """

    since: date | None
    due: date
    last: date
    done: date | None = None


def asked(
    row: MonitoringDue,
    event: PartialDate | None,
    results: Sequence[Measured],
    as_of: date,
    windows: Windows,
) -> Asked | None:
    """Return when a row asks for its measurement next, counted from its event.

    What is asked for once counts from its window on, as a visit does: a level on the
    day after a change of dose says nothing of the steady state that is asked for.
    An event of which only the month is known counts from its last day.
    `None` where the row asks for nothing now: its phase is over, or the next date of
    it would lie beyond its phase.
    Without the day of the event a repeat without end counts from the newest result;
    what else cannot be counted, `needs_event` tells.
    """
    if event is None:
        newest = max((r.on.last for r in results), default=date.min)
        due = _plus(newest, row.every)
        return Asked(since=newest, due=due, last=_plus(due, row.grace))
    start = event.last
    if row.phase == "baseline":
        return _baseline(row, start, results)
    if row.phase == "once":
        due = _plus(start, row.after)
        since = max(start + DAY, windows.early(start, due))
        return Asked(
            since=since,
            due=due,
            last=_plus(due, row.grace),
            done=_newest(results, since),
        )
    return _repeat(row, start, results, as_of)


def needs_event(
    row: MonitoringDue, event: PartialDate | None, results: Sequence[Measured]
) -> bool:
    """Return whether the day of the event must be known before a row says anything."""
    if event is not None:
        return False
    open_ended = row.phase == "repeat" and row.ends is None and row.every is not None
    return not (open_ended and results)


def _baseline(row: MonitoringDue, start: date, results: Sequence[Measured]) -> Asked:
    since = row.before.before(start) if row.before else None
    if row.after is None and row.grace is None:
        due = last = start - DAY  # before the first dose, not on its day
    else:
        due = _plus(start, row.after)
        last = _plus(due, row.grace)
    return Asked(since=since, due=due, last=last, done=_newest(results, since))


def _repeat(
    row: MonitoringDue, start: date, results: Sequence[Measured], as_of: date
) -> Asked | None:
    begins = _plus(start, row.begins)
    newest = max((r.on.last for r in results), default=date.min)
    since = max(newest, begins)
    due = _plus(since, row.every)
    if row.ends is not None:
        end = row.ends.after(start)
        if as_of >= end or due >= end:
            return None
    return Asked(since=since, due=due, last=_plus(due, row.grace))


def _newest(results: Sequence[Measured], since: date | None) -> date | None:
    days = (r.on.last for r in results if since is None or r.on.last >= since)
    return max(days, default=None)


def _plus(day: date, length: Duration | None) -> date:
    return length.after(day) if length else day
