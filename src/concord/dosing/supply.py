"""What fills say: until when a medicine was supplied."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from concord.dosing.adherence.coverage import laid_end_to_end
from concord.record.model import Dispensing
from concord.terms import Value


class Covered(Value, frozen=True, kw_only=True):
    """Until when the fills last (exclusive), and the share of days they covered.

    `from_day` is the first fill that counts, `days` the days covered up to `as_of`.
    A fill is evidence that a medicine was supplied, not that it was taken.
    """

    from_day: date
    until: date
    days: int
    in_days: int

    @property
    def share(self) -> Decimal:
        """The proportion of days covered: days covered by days in the period."""
        return Decimal(self.days) / Decimal(self.in_days)


def covered(fills: Iterable[Dispensing], as_of: date, since: date) -> Covered | None:
    """Return what the fills of one medicine covered from the first one to a day.

    Supply left over when the next fill comes is used first (PQA's rule for the same
    medicine: the later fill counts from the day after the earlier one ends).
    Fills before `since`, after `as_of`, without a date or without days of supply do
    not count; `None` where no fill is left, or the first one is of the day itself.
    """
    dated = sorted(
        (fill.on.first, int(fill.supply.days))
        for fill in fills
        if fill.on is not None
        and fill.supply.days is not None
        and since <= fill.on.first <= as_of
    )
    if not dated or dated[0][0] == as_of:
        return None
    spans = laid_end_to_end((on.toordinal(), supply) for on, supply in dated)
    today = as_of.toordinal()
    days = sum(max(0, min(end, today) - min(begin, today)) for begin, end in spans)
    first, until = dated[0][0], date.fromordinal(spans[-1][1])
    return Covered(from_day=first, until=until, days=days, in_days=(as_of - first).days)
