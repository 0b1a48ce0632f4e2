"""How long remission was kept: scores under the bound, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile

from concord.followup.case import Case
from concord.followup.results import Measured
from concord.knowledge.lookup import in_force
from concord.knowledge.model import RemissionKept, Scale
from concord.terms import Value


class Standing(StrEnum):
    """How far a remission has come.

    `no-published-time`: for the condition no source says how long it is to be kept.
    """

    REACHED = "reached"
    SUSTAINED = "sustained"
    RECOVERED = "recovered"
    NO_PUBLISHED_TIME = "no-published-time"


class Kept(Value, frozen=True, kw_only=True):
    """The last unbroken run of scores under the bound for remission.

    From the first of them to the last: what came after the last score is not known.
    `row` is the source of the time, and `sustained_from` the first day on which a
    further score under the bound makes it sustained.
    """

    standing: Standing
    since: date
    until: date
    scores: int
    row: RemissionKept | None = None
    sustained_from: date | None = None

    @property
    def days(self) -> int:
        """The days between the first of the scores and the last."""
        return (self.until - self.since).days


def kept(
    scale: Scale, results: Iterable[Measured], row: RemissionKept | None
) -> Kept | None:
    """Return how long remission was kept; `None` where the last score is none.

    `results` are the scores of the scale, the oldest first. One score at the bound or
    above breaks the run, also a single one. A score of which only the month is known
    counts so that the time comes out the shortest it can be.
    Two scores long apart with none between them are one run: nobody measured in
    between, and the number of scores says how much it rests on.
    """
    under = scale.change.remission_below if scale.change else None
    if under is None:
        return None
    scores = [r for r in results if r.quantity is not None]
    run = list(takewhile(lambda r: _worth(r) < under, reversed(scores)))
    if not run:
        return None
    since, until = run[-1].on.last, run[0].on.first
    until = max(until, since)
    return Kept(
        standing=_standing(row, since, until),
        since=since,
        until=until,
        scores=len(run),
        row=row,
        sustained_from=row.sustained_after.after(since) if row else None,
    )


def _worth(result: Measured) -> Decimal:
    assert result.quantity is not None  # noqa: S101 - the others were left out
    return result.quantity.value


def _standing(row: RemissionKept | None, since: date, until: date) -> Standing:
    if row is None:
        return Standing.NO_PUBLISHED_TIME
    if row.recovered_after is not None and until >= row.recovered_after.after(since):
        return Standing.RECOVERED
    if until >= row.sustained_after.after(since):
        return Standing.SUSTAINED
    return Standing.REACHED


def time_for(case: Case, condition: str) -> RemissionKept | None:
    """Return how long remission of a condition is to be kept, where a source says so.

    That of the condition itself, else of one that it is a case of.
    """
    names = case.knowledge.links.broader.get(condition, (condition,))
    for name in dict.fromkeys((condition, *names)):
        for outcome in case.knowledge.outcomes.values():
            rows = in_force(outcome.remission, case.as_of)
            if outcome.condition == name and rows:
                return rows[0]
    return None


def kept_of(case: Case, scale: Scale) -> Kept | None:
    """Return how long remission by a scale was kept, for what it is used for here.

    The time is that of the person's condition which the scale measures; of several the
    longest.
    """
    rows: list[RemissionKept | None] = [
        row
        for outcome in case.knowledge.outcomes.values()
        if scale.id in outcome.scales and case.has(outcome.condition)
        for row in in_force(outcome.remission, case.as_of)
    ]
    results = case.results.of(scale.id)
    found = [kept(scale, results, row) for row in rows or [None]]
    whole = [one for one in found if one is not None]
    return max(whole, key=_needs) if whole else None


def _needs(one: Kept) -> date:
    return one.sustained_from or date.min
