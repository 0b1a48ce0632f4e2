"""Long-acting injections: when the next one is due, how early and how late it may be.

The window is the label's own; what to do beyond it is in the rules for missed doses.
It is counted from the injection that was last given, since that is what still works.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import InjectionWindow, MissedDoses, Product
from concord.terms import Duration, Value


class Window(Value, frozen=True, kw_only=True):
    """The days on which the next injection is given, both ends included.

    `first` or `last` is `None` where the label names no such end: not that there is
    none.
    """

    due: date
    first: date | None
    last: date | None
    row: InjectionWindow | None = None

    def on(self, day: date) -> Literal["early", "open", "due", "late", "unknown"]:
        """Return where a day lies: too early, in the window, on the day, too late.

        `unknown` before a day or after it on a side of which the label says nothing.
        """
        if day == self.due:
            return "due"
        end = self.first if day < self.due else self.last
        if end is None:
            return "unknown"
        if day < self.due:
            return "early" if day < end else "open"
        return "late" if day > end else "open"


def window(given: date, interval: Duration, row: InjectionWindow | None) -> Window:
    """Return when the injection after one that was given is due.

    >>> window(date(2026, 1, 31), Duration(1, "month"), None).due
    datetime.date(2026, 2, 28)
    """
    due = interval.after(given)
    first = last = None
    if row is not None:
        if row.before is not None:
            first = row.before.before(due)
        if row.not_before is not None:
            since = row.not_before.after(given)
            first = since if first is None else max(first, since)
        if row.after is not None:
            last = row.after.after(due)
    return Window(due=due, first=first, last=last, row=row)


def windows_of(
    knowledge: Knowledge, drug: str, products: Iterable[Product], on: date
) -> tuple[tuple[Product, InjectionWindow | None], ...]:
    """Return the long-acting products among some, each with its window, if any."""
    rows: dict[str, InjectionWindow] = {}
    entry: MissedDoses
    for entry in knowledge.entries_for("missed_doses", drug):
        rows |= {row.form: row for row in in_force(entry.window, on)}
    return tuple(
        (product, rows.get(product.tag or ""))
        for product in products
        if product.interval is not None
    )
