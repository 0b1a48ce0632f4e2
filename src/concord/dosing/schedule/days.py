"""On which days a medicine is taken: every so many days, weeks or months, in cycles.

Days are counted as ordinals (`date.toordinal`), in which a Monday leaves 1 when divided
by 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from concord.record.model import Cycle
from concord.terms import Duration, Value

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = len(WEEKDAYS)


class Days(Value, frozen=True, kw_only=True):
    """A rule for days: every `every` days, weeks or months, counted from an anchor.

    `weekdays` (0 is Monday): only on these; a week begins on its Monday.
    `spread`: so many days in each period, as even as whole days allow, the first one
    on the period's first day.
    """

    unit: Literal["day", "week", "month"] = "day"
    every: int = 1
    spread: int = 1
    weekdays: tuple[int, ...] = ()
    cycle: Cycle | None = None

    @property
    def anchored(self) -> bool:
        """Whether the days depend on the day on which the directions began."""
        return self.every > 1 or self.unit == "month" or self.cycle is not None


def ordinals(rule: Days, anchor: int, first: int, last: int) -> Iterable[int]:
    """Return the days of a rule from the first to the last one, both included.

    >>> from datetime import date
    >>> one = date(2026, 1, 1).toordinal()
    >>> [day - one for day in ordinals(Days(every=7, spread=3), one, one, one + 9)]
    [0, 2, 4, 7, 9]
    """
    first = max(first, anchor) if rule.anchored else first
    found: Iterable[int]
    if rule.unit == "week":
        found = _in_weeks(rule, anchor, first, last)
    elif rule.unit == "month":
        found = _in_months(rule, anchor, first, last)
    elif rule.spread > 1:
        found = _spread(rule, anchor, first, last)
    else:
        begin = first + (anchor - first) % rule.every
        found = range(begin, last + 1, rule.every)
    if rule.weekdays and rule.unit != "week":
        found = [day for day in found if (day - 1) % WEEK in rule.weekdays]
    if rule.cycle is not None:
        on = frozenset(rule.cycle.days)
        length = rule.cycle.length
        found = [day for day in found if (day - anchor) % length + 1 in on]
    return found


def _in_weeks(rule: Days, anchor: int, first: int, last: int) -> Iterator[int]:
    """Yield the named weekdays of every so many weeks; the anchor's week is one."""
    monday = anchor - (anchor - 1) % WEEK
    step = rule.every * WEEK
    begin = monday + (first - monday) // step * step
    for week in range(begin, last + 1, step):
        for weekday in rule.weekdays:
            if first <= week + weekday <= last:
                yield week + weekday


def _spread(rule: Days, anchor: int, first: int, last: int) -> Iterator[int]:
    """Yield so many days of each period, evenly."""
    begin = anchor + (first - anchor) // rule.every * rule.every
    offsets = [place * rule.every // rule.spread for place in range(rule.spread)]
    for period in range(begin, last + 1, rule.every):
        for offset in offsets:
            if first <= period + offset <= last:
                yield period + offset


def _in_months(rule: Days, anchor: int, first: int, last: int) -> Iterator[int]:
    """Yield the anchor's day of every so many months, to before the calendar ends.

    A month that lacks the day has it on its last one: an injection of the 31st is
    given on 30 April, where RFC 5545 would leave the month out.
    """
    start, begin = date.fromordinal(anchor), date.fromordinal(first)
    months = (begin.year - start.year) * 12 + begin.month - start.month
    count = max(0, months // rule.every - 1)
    day = anchor
    while day <= last:
        period = count * rule.every
        day = Duration(period, "month").after(start).toordinal()
        length = Duration(period + rule.every, "month").after(start).toordinal() - day
        for place in range(rule.spread):
            chosen = day + place * length // rule.spread
            if first <= chosen <= last:
                yield chosen
        count += 1
