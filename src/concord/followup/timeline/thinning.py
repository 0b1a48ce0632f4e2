"""Years of results in about one mark a pixel, without losing a peak or a trough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from concord.followup.timeline.days import DAY, Days
from concord.followup.timeline.model import Mark, Point
from concord.terms import PartialDate

# When it was, as it was told, and the value.
Result = tuple[date, PartialDate | None, Decimal]


def points(results: Iterable[Result], days: Days) -> tuple[Point, ...]:
    """Return the results of the days in order, those that share a mark as one point.

    A point of several keeps the least and the most of them, the first and the last,
    and how many they are; results outside the days are left out.
    """
    found: list[Point] = []
    # Of two on one day the higher is last, whatever order they came in.
    ordered = sorted((r for r in results if days.holds(r[0])), key=_in_order)
    shared: list[Result] = []
    first, each, place = days.begins, days.each, -1
    for result in ordered:
        here = (result[0] - first).days // each
        if shared and here != place:
            found.append(_point(shared))
            shared = []
        place = here
        shared.append(result)
    if shared:
        found.append(_point(shared))
    return tuple(found)


def _in_order(result: Result) -> tuple[object, ...]:
    day, on, value = result
    return (day, on.order if on else (), value)


def _point(shared: list[Result]) -> Point:
    values = [value for _, _, value in shared]
    day, on, first = shared[0]
    return Point(
        begins=day,
        ends=shared[-1][0],
        first=first,
        last=values[-1],
        low=min(values),
        high=max(values),
        count=len(values),
        on=on if len(values) == 1 else None,
    )


def marks(found: Iterable[Mark], days: Days) -> tuple[Mark, ...]:
    """Return the marks that touch the days in order, those that share a place as one.

    What lasts for a time keeps its own mark.
    """
    ordered = sorted(
        (m for m in found if days.touches(m.begins, m.ends or m.begins + DAY)),
        key=lambda m: (m.begins, m.ends or m.begins, m.text, m.plain),
    )
    kept: list[Mark] = []
    places: dict[int, int] = {}
    for mark in ordered:
        place = days.bucket(mark.begins)
        if mark.ends is not None:
            kept.append(mark)
        elif place in places:
            kept[places[place]] = _together(kept[places[place]], mark)
        else:
            places[place] = len(kept)
            kept.append(mark)
    return tuple(kept)


def _together(one: Mark, other: Mark) -> Mark:
    same = one.text == other.text
    return Mark(
        begins=one.begins,
        on=one.on if one.begins == other.begins else None,
        text=one.text if same else f"{one.text}; {other.text}",
        plain=one.plain if same else f"{one.plain}; {other.plain}",
        count=one.count + other.count,
    )
