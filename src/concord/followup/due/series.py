"""The next date of a visit that is asked for once, so often, or not too far apart."""

from __future__ import annotations

from datetime import date

from concord.followup.seen import Seen
from concord.followup.windows import Windows
from concord.knowledge.model import Recurring
from concord.terms import Duration, Value


class Slot(Value, frozen=True, kw_only=True):
    """One date of a row with its window; `done` is the visit that was it, if any.

    `final` is the last date of the row, `None` where it has none.
    """

    early: date
    due: date
    last: date
    done: date | None = None
    final: date | None = None


def next_slot(row: Recurring, event: date, seen: Seen, windows: Windows) -> Slot:
    """Return the first date of a row that no visit after the event was for.

    Else its last one, as done. A visit is for every date whose window had opened by
    then, so one more visit never makes anything due sooner.
    """
    first = row.after.after(event)
    newest = seen.last
    previous, due, number = event, first, 0
    final = _final(row, event, first)
    while True:
        early = windows.early(previous, due)
        last = windows.last(previous, due, row.grace)
        slot = Slot(early=early, due=due, last=last, final=final)
        if newest is None or newest <= event or newest < early:
            return slot
        number += 1
        following = _later(row, event, first, number)
        if (
            following is None
            or following <= due
            or (final is not None and following > final)
        ):
            since = max(early, event)
            return Slot(
                early=early,
                due=due,
                last=last,
                done=seen.first_from(since),
                final=final,
            )
        previous, due = due, following


def rolling_slot(
    row: Recurring, start: date, stable: date, seen: Seen, windows: Windows
) -> Slot | None:
    """Return the next date so long after the last visit, once a course is stable.

    Without a visit since the start it is counted from the start. `None` where it would
    lie past the end of the row.
    """
    assert row.every is not None  # noqa: S101 - the loader lets no other row roll
    newest = seen.last
    anchor = newest if newest is not None and newest > start else start
    due = max(row.every.after(anchor), stable)
    if row.ends is not None and due > row.ends.after(stable):
        return None
    return Slot(
        early=windows.early(anchor, due),
        due=due,
        last=windows.last(anchor, due, row.grace),
    )


def _final(row: Recurring, event: date, first: date) -> date | None:
    if row.every is None:
        return first
    return row.ends.after(event) if row.ends is not None else None


def _later(row: Recurring, event: date, first: date, number: int) -> date | None:
    """Return the date so many intervals after the first.

    Counted from the event where both are in one unit, so that months do not drift from
    the last day of a short one.
    """
    if row.every is None:
        return None
    unit, count = row.every.unit, row.every.count * number
    if row.after.unit == unit:
        return Duration(row.after.count + count, unit).after(event)
    return Duration(count, unit).after(first)
