"""From each fill to the next: the supply at hand, what is carried on, what is missing.

AdhereR, `compute.event.int.gaps`: the interval of a fill is the days to the next one,
the gap the days of it without supply, the carry-over what is left when it ends.
New supply is kept until the old one is used up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from concord.dosing.adherence.events import Fill
from concord.terms import Value


class Interval(Value, frozen=True, kw_only=True):
    """The days from one fill to the next; `carried` came from the one before.

    `begins` is the day's ordinal (`date.toordinal`): plain integers are several times
    as fast to add and compare as dates, and a population has many fills.
    """

    begins: int
    days: int
    supply: int
    carried: int = 0

    @property
    def at_hand(self) -> int:
        """The days that can be covered: the fill's own and what was carried to it."""
        return self.supply + self.carried

    @property
    def gap(self) -> int:
        """The days without supply before the next fill."""
        return max(0, self.days - self.supply - self.carried)


def intervals(
    fills: Sequence[Fill], end: date, *, carry: bool = True, same: bool = False
) -> list[Interval]:
    """Return the interval of each fill; that of the last one goes to `end`.

    `carry`: what is left over is used before the next supply; with `same`, only if
    that is of the same medicine, and it is given up otherwise.

    >>> a, b = (Fill(on=date(2026, 1, day), days=30) for day in (1, 21))
    >>> [i.carried for i in intervals([a, b], date(2026, 3, 1))]
    [0, 10]
    """
    found = []
    carried = 0
    last = len(fills) - 1
    ends = end.toordinal()
    begins = fills[0].on.toordinal() if fills else ends
    for place, fill in enumerate(fills):
        later = fills[place + 1] if place < last else None
        until = later.on.toordinal() if later else ends
        found.append(
            Interval(
                begins=begins,
                days=until - begins,
                supply=fill.days,
                carried=carried,
            )
        )
        left = carried + fill.days - (until - begins)
        kept = carry and (not same or later is None or later.medicine == fill.medicine)
        carried = left if kept and left > 0 else 0
        begins = until
    return found


def days_supplied(stretches: Iterable[Interval], start: date, end: date) -> int:
    """Return how many days from `start` to `end` (exclusive) had supply.

    Supply is used day by day from the fill on; what an interval cannot use counts in
    the next one, to which it was carried, or nowhere.
    """
    first, last = start.toordinal(), end.toordinal()
    days = 0
    for one in stretches:
        used = min(one.at_hand, one.days)
        begins = max(first, one.begins)
        ends = one.begins + used
        ends = min(ends, last)
        if ends > begins:
            days += ends - begins
    return days
