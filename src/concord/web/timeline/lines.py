"""The lines of what was measured: with bands, with limits, broken where it was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from statistics import median
from textwrap import wrap

from concord.followup.timeline import Limit, Point, ScoreBand, Series
from concord.terms import Quantity
from concord.web.timeline.across import (
    Across,
    Writing,
    anchor_at,
    percent,
    thousandths,
)
from concord.web.timeline.shapes import Box, Dot, Drawn, Fits, Level, Path, Text
from concord.wording import amount, day, number
from concord.wording.names import within

# In pixels: the plot, taller where it has bands, and the room for what is written
# above and below it; how far names beside it are apart.
_PLOT, _BANDED, _ABOVE, _BELOW, _APART = 64, 100, 16, 14, 12
# One result is no line, and needs no room to rise or fall in.
_ALONE = 12
# A line of one value in many is drawn flat, not as if every step were a leap.
_LEAST_SPAN = Decimal("0.2")
_HALF = Decimal("0.5")
# A name is broken where it would reach beyond the room beside the plot, or beyond the
# narrowest phone behind it, whatever the font.
_BESIDE_LETTERS, _BEHIND_LETTERS = 21, 32
# How far a name behind the line reaches on a phone, for one letter of it.
_OF_PHONE = 6.2 / 300
# With more points than this a dot for each is a smear: the line alone is drawn.
_MOST_DOTS = 90
# A line is broken where nothing was measured for so many times the usual while, which
# is that of so many gaps on each side.
_LONG = 5
_BESIDE = 2
_FEWEST_DAYS = 14


def drawn_series(series: Series, across: Across, token: str, *, plain: bool) -> Drawn:
    """Return one line: its bands or limits behind it, its turning points written."""
    scale = _Scale(series)
    name = series.plain if plain else series.title
    dots = [
        Dot(x=percent(_x(p, across)), y=scale.y(p.last), kind=_dot_kind(series, p))
        for p in series.points
        if p.low == p.high
    ]
    if len(dots) > _MOST_DOTS:
        dots = []
    return Drawn(
        token=token,
        track=series.track,
        title=name,
        now=_now(series),
        says=_says(series, name),
        height=_ABOVE + scale.plot + _BELOW,
        boxes=tuple(_bands(series, scale)),
        levels=tuple(
            Level(y=scale.y(one.value), kind=f"limit {one.severity}")
            for one in series.limits
        ),
        paths=tuple(_paths(series.points, across, scale)),
        dots=tuple(dots),
        texts=(
            *_values(series, across, scale),
            *_names(series, across, scale, plain=plain),
        ),
    )


class _Scale:
    """How high a value stands, more being higher."""

    def __init__(self, series: Series) -> None:
        values = [v for p in series.points for v in (p.low, p.high)]
        values += [limit.value for limit in series.limits]
        ends = (series.lowest, series.highest)
        values += [end for end in ends if end is not None]
        values += [end for band in series.bands for end in _reach(series, band)]
        self._low, self._high = min(values), max(values)
        least = _LEAST_SPAN * max(abs(self._low), abs(self._high))
        missing = least - (self._high - self._low)
        if missing > 0:
            self._low, self._high = self._low - missing / 2, self._high + missing / 2
        alone = len(series.points) == 1 and not series.limits and not series.bands
        wide = any(band.high > band.low for band in series.bands)
        self.plot = _BANDED if wide else _ALONE if alone else _PLOT

    def y(self, value: Decimal) -> str:
        """Return the place down of a value."""
        if self._high == self._low:
            return f"{_ABOVE + self.plot / 2:.1f}"
        share = (value - self._low) / (self._high - self._low)
        return f"{_ABOVE + self.plot * (1 - float(share)):.1f}"


def _x(point: Point, across: Across) -> float:
    return (across.middle(point.begins) + across.middle(point.ends)) / 2


def _dot_kind(series: Series, point: Point) -> str:
    beyond = any(limit.crossed_by(point.last) for limit in series.limits)
    return "result beyond" if beyond else "result"


def _paths(points: Sequence[Point], across: Across, scale: _Scale) -> Iterator[Path]:
    """Yield the line; within a mark of several results from the least to the most."""
    broken = broken_before(points)
    parts: list[str] = []
    for place, point in enumerate(points):
        x = thousandths(_x(point, across))
        start = "M" if place == 0 or place in broken else "L"
        parts.append(f"{start}{x},{scale.y(point.first)}")
        if point.high != point.low:
            parts += [f"L{x},{scale.y(v)}" for v in (point.high, point.low, point.last)]
    yield Path(d="".join(parts), kind="line")


def broken_before(points: Sequence[Point]) -> frozenset[int]:
    """Return the places of the points before which the line is broken.

    Nothing was measured before them for much longer than is usual thereabouts: what
    was measured every day and then not for a month has a gap, what is measured once a
    year has none.
    """
    gaps = [(later.begins - one.ends).days for one, later in pairwise(points)]
    found = set()
    for place, gap in enumerate(gaps):
        beside = gaps[max(place - _BESIDE, 0) : place]
        beside += gaps[place + 1 : place + 1 + _BESIDE]
        if beside and gap > max(_FEWEST_DAYS, _LONG * median(beside)):
            found.add(place + 1)
    return frozenset(found)


# --- what stands behind the line --------------------------------------------------


def _bands(series: Series, scale: _Scale) -> Iterator[Box]:
    """Yield every other band as a box: the edges between all of them are then seen."""
    for place, band in enumerate(series.bands):
        if place % 2 == 0:
            continue
        low, high = _reach(series, band)
        top, bottom = float(scale.y(high)), float(scale.y(low))
        yield Box(
            x="0",
            width="100",
            y=f"{top:.1f}",
            height=f"{max(bottom - top, 0.5):.1f}",
            kind="band",
        )


def _reach(series: Series, band: ScoreBand) -> tuple[Decimal, Decimal]:
    """Return from where to where a band is drawn: up to the next, or round an answer.

    Bands of one value each are answers, and each has its value in its middle.
    """
    if all(one.low == one.high for one in series.bands):
        return band.low - _HALF, band.high + _HALF
    return band.low, min(band.high + 1, series.highest or band.high)


def _middle(series: Series, band: ScoreBand) -> Decimal:
    low, high = _reach(series, band)
    return (low + high) / 2


def _names(
    series: Series, across: Across, scale: _Scale, *, plain: bool
) -> Iterator[Text]:
    """Yield the names of bands and limits: beside the plot, on a phone behind it.

    Beside it they are kept apart; behind it there are only those that no result and
    no other name runs into.
    """
    named = [
        (
            float(scale.y(_middle(series, b))),
            b.title,
        )
        for b in series.bands
    ] + [
        (float(scale.y(one.value)), limit_words(one, plain=plain))
        for one in series.limits
    ]
    beside = behind = float("-inf")
    for y, words in sorted(named):
        beside = max(y + 4, beside + _APART)
        for place, line in enumerate(_broken(words, _BESIDE_LETTERS)):
            beside += _APART if place else 0
            yield Text(x="100", y=f"{beside:.1f}", words=line, kind="edge")
        lines = _broken(words, _BEHIND_LETTERS)
        last = y + _APART * (len(lines) - 1)
        free = y - behind > _APART and not any(
            _runs_into(series, across, scale, y + _APART * n, line)
            for n, line in enumerate(lines)
        )
        if free:
            behind = last
            # On a line it would be struck through: it stands above it.
            down = 4 if series.bands else -4
            for n, line in enumerate(lines):
                place_down = f"{y + down + _APART * n:.1f}"
                yield Text(x="0", y=place_down, words=line, kind="behind")


def _broken(words: str, letters: int) -> list[str]:
    return wrap(words, letters, break_on_hyphens=False)


def _runs_into(
    series: Series, across: Across, scale: _Scale, y: float, words: str
) -> bool:
    reach = len(words) * _OF_PHONE
    return any(
        _x(point, across) < reach + 0.03
        and float(scale.y(point.high)) - 3 * _APART
        < y
        < float(scale.y(point.low)) + _APART
        for point in series.points
    )


def limit_words(limit: Limit, *, plain: bool) -> str:
    """Return what a limit says, without a word of what to do.

    The unit stands once, in what is said of the row.
    """
    said = number(limit.value)
    start = "from" if limit.reached else limit.side
    if plain:
        return f"{start} {said}: a closer look"
    return f"{start} {said}: {limit.severity}"


# --- what is written --------------------------------------------------------------


def _values(series: Series, across: Across, scale: _Scale) -> Iterator[Text]:
    """Yield the values where there is room: the newest, the most, the least, all.

    The unit stands once, in what is said of the row.
    """
    points = series.points
    newest = points[-1]
    lowest, highest = min(p.low for p in points), max(p.high for p in points)
    wanted = [
        (newest, newest.last),
        (max(points, key=lambda p: p.high), highest),
        (min(points, key=lambda p: p.low), lowest),
    ]
    if len(points) <= _MOST_DOTS:
        wanted += [(point, point.last) for point in reversed(points)]
    writing = Writing()
    written: set[tuple[str, Decimal]] = set()
    for point, value in wanted:
        place = _x(point, across)
        if (percent(place), value) in written:
            continue
        written.add((percent(place), value))
        words = number(value)
        anchor = anchor_at(place)
        fits = writing.fits(place, words, anchor)
        if fits is Fits.NEVER:
            continue
        below = value == lowest < highest
        y = float(scale.y(value)) + (16 if below else -8)
        yield Text(
            x=percent(place), y=f"{y:.1f}", words=words, anchor=anchor, fits=fits
        )


def _number(value: Decimal, series: Series) -> str:
    return amount(Quantity(value, series.unit))


def _now(series: Series) -> str:
    last = series.points[-1]
    said = _number(last.last, series)
    band = next((b for b in series.bands if b.low <= last.last <= b.high), None)
    if band is not None:
        said += f" ({within(band.title)})"
    elif series.lowest == 0 and series.highest is not None:
        said += f" of {number(series.highest)}"
    return f"{said}, {day(last.on or last.ends)}"


def _says(series: Series, name: str) -> str:
    points = series.points
    count = sum(p.count for p in points)
    last = points[-1]
    if count == 1:
        return f"{name}: {_number(last.last, series)} on {day(last.on or last.ends)}."
    low, high = min(p.low for p in points), max(p.high for p in points)
    return (
        f"{name}: {count:,} results from {day(points[0].begins)} to {day(last.ends)}; "
        f"first {_number(points[0].first, series)}, last {_number(last.last, series)}, "
        f"least {_number(low, series)}, most {_number(high, series)}."
    )
