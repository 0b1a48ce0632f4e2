"""How early and how late a follow-up still counts: a share of its interval."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from concord.knowledge.lookup import Knowledge
from concord.terms import Duration

MEASURE = "followup-windows"


class Windows:
    """The shares and days of `measures/followup-windows` as they hold on a day."""

    def __init__(self, knowledge: Knowledge, on: date) -> None:
        self._early = knowledge.figure(MEASURE, "early-share", on)
        self._grace = knowledge.figure(MEASURE, "grace-share", on)
        self._most = int(knowledge.figure(MEASURE, "grace-most-days", on))
        self.let_go = timedelta(
            days=int(knowledge.figure(MEASURE, "let-go-after-days", on))
        )

    def early(self, since: date, due: date) -> date:
        """Return the first day that counts, of an interval from a day to its due day.

        Parts of days are left out, so that a window is never wider than its share.
        """
        return due - timedelta(days=_part(since, due, self._early))

    def last(self, since: date, due: date, grace: Duration | None) -> date:
        """Return the last day that is not overdue, by the grace or else by a share."""
        if grace is not None:
            return grace.after(due)
        late = min(_part(since, due, self._grace), self._most)
        return due + timedelta(days=late)


def _part(since: date, due: date, share: Decimal) -> int:
    return int(max((due - since).days, 0) * share)
