"""The timeline as a table: every row of the picture in words, oldest first.

Where there are more results than a reader can use they are told month by month, with
the least and the most of each month; so ten years of daily results are 120 rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from concord.followup.timeline.model import (
    Lane,
    Logged,
    Mark,
    Marks,
    Point,
    Series,
    Timeline,
    Told,
    TrackName,
)
from concord.terms import PartialDate, Quantity, Value
from concord.wording import amount, number, say
from concord.wording.dates import day as said_day
from concord.wording.names import within
from concord.wording.overtime import OVER_TIME, PLAIN_OVER_TIME


class Cell(Value, frozen=True, kw_only=True):
    """One row of the table: when, of which row of the picture, and what."""

    order: date
    track: TrackName
    key: str
    when: str
    what: str
    says: str


def table(made: Timeline, *, most: int, plain: bool = False) -> tuple[Cell, ...]:
    """Return the rows of the table, oldest first.

    A series with more than `most` points is told by months. `plain`: in the words for
    the person.
    """
    found: list[Cell] = []
    for row in made.rows():
        named = row.plain if plain else row.title
        if isinstance(row, Lane):
            found += _turns(made.told, row, named, plain=plain)
            found += _log(row, named)
        elif isinstance(row, Series):
            found += _series(row, named, most)
        else:
            found += _marks(row, named, plain=plain)
    return tuple(sorted(found, key=lambda c: (c.order, c.track.rank, c.key, c.says)))


def _turns(
    told: Iterable[Told], lane: Lane, named: str, *, plain: bool
) -> Iterator[Cell]:
    for one in told:
        if one.key != lane.key or one.track is not TrackName.MEDICINES:
            continue
        words = say(one.message, PLAIN_OVER_TIME if plain else OVER_TIME)
        reason = f" Reason: {one.reason}" if one.reason else ""
        yield Cell(
            order=one.day,
            track=lane.track,
            key=lane.key,
            when=said_day(one.on),
            what=named,
            says=words + reason,
        )


def _log(lane: Lane, named: str) -> Iterator[Cell]:
    """Yield month by month how many doses were logged, and that the rest was not."""
    for month, some in groupby(lane.log, key=lambda one: _month(one.begins)):
        logged: list[Logged] = list(some)
        taken = sum(one.taken for one in logged)
        not_taken = sum(one.not_taken for one in logged)
        said = f"{taken} logged as taken"
        if not_taken:
            said += f", {not_taken} as not taken"
        yield Cell(
            order=logged[0].begins,
            track=lane.track,
            key=lane.key,
            when=said_day(month),
            what=f"{named}: doses",
            says=said,
        )


def _month(when: date) -> PartialDate:
    return PartialDate.parse(f"{when:%Y-%m}")


def _series(series: Series, named: str, most: int) -> Iterator[Cell]:
    if len(series.points) <= most:
        groups: list[tuple[PartialDate | None, list[Point]]] = [
            (one.on, [one]) for one in series.points
        ]
    else:
        groups = [
            (month, list(some))
            for month, some in groupby(series.points, key=lambda p: _month(p.begins))
        ]
    for on, some in groups:
        low, high = min(p.low for p in some), max(p.high for p in some)
        count = sum(p.count for p in some)
        said = amount(Quantity(low, series.unit))
        if high != low:
            said = f"{said} to {amount(Quantity(high, series.unit))}"
        if count > 1:
            said += f" ({count:,} results)"
        yield Cell(
            order=some[0].begins,
            track=series.track,
            key=series.key,
            when=said_day(on) if on else _between(some[0].begins, some[-1].ends),
            what=named,
            says=said + _means(series, some[-1]) if count == 1 else said,
        )


def _means(series: Series, point: Point) -> str:
    """Return the band of a score, or the most that its scale reaches to."""
    band = next((b for b in series.bands if b.low <= point.last <= b.high), None)
    if band is None and series.lowest == 0 and series.highest is not None:
        return f" of {number(series.highest)}"
    return f" ({within(band.title)})" if band else ""


def _between(begins: date, ends: date) -> str:
    if begins == ends:
        return said_day(begins)
    return f"{said_day(begins)} to {said_day(ends)}"


def _marks(row: Marks, named: str, *, plain: bool) -> Iterator[Cell]:
    for mark in row.marks:
        said = mark.plain if plain else mark.text
        if mark.count > 1:
            said = f"{said} ({mark.count} times)"
        yield Cell(
            order=mark.begins,
            track=row.track,
            key=row.key,
            when=_when(mark),
            what=named,
            says=said,
        )


def _when(mark: Mark) -> str:
    began = said_day(mark.on) if mark.on else said_day(mark.begins)
    if mark.until is not None and mark.until != mark.on:
        return f"{began} to {said_day(mark.until)}"
    return f"{began}, not over" if mark.open else began
