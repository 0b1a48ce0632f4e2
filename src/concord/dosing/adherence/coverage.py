"""Days covered: the supplies of one medicine laid end to end, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable


def laid_end_to_end(supplies: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return from when until when (exclusive) each supply of one medicine is used.

    A supply is a day (its ordinal) and a count of days, in order of the days.
    PQA's rule: a refill that comes early counts from the day after the one before ends.

    >>> laid_end_to_end([(1, 30), (21, 30), (90, 10)])
    [(1, 31), (31, 61), (90, 100)]
    """
    spans = []
    until = 0
    for on, days in supplies:
        begins = max(on, until)
        until = begins + days
        spans.append((begins, until))
    return spans


def days_covered(spans: Iterable[tuple[int, int]], start: int, end: int) -> int:
    """Return how many days from `start` to `end` (exclusive) lie in one of the spans.

    A day that two medicines cover counts once.

    >>> days_covered([(1, 31), (21, 41)], 11, 36)
    25
    """
    days = 0
    reached = start
    for begins, ends in sorted(spans):
        first, last = max(begins, reached), min(ends, end)
        if last > first:
            days += last - first
            reached = last
    return days
