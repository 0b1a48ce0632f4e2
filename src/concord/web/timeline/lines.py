"""The lines of what was measured: with bands, with limits, broken where it was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from statistics import median

from concord.followup.timeline import Limit, Point, Series
from concord.terms import Quantity
from concord.web.timeline.across import (
    Across,
    Writing,
    anchor_at,
    percent,
    thousandths,
)
from concord.web.timeline.shapes import Box, Dot, Drawn, Fits, Level, Path, Text
from concord.wording import amount, day

# In pixels: the plot, and the room above it for what is written.
_PLOT, _ABOVE, _BELOW = 76, 16, 6
# With more points than this a dot for each is a smear: the line alone is drawn.
_MOST_DOTS = 90
# A line is broken where nothing was measured for so many times the usual while.
_LONG = 5
_FEWEST_DAYS = 14


def drawn_series(series: Series, across: Across, number: str, *, plain: bool) -> Drawn:
    """Return one line: its bands or limits behind it, its turning points written."""
    scale = _Scale(series)
    name = series.plain if plain else series.title
    dots = [
        Dot(x=percent(_x(p, across)), y=scale.y(p.last), kind=_dot_kind(series, p))
        for p in series.points
        if p.count == 1
    ]
    if len(dots) > _MOST_DOTS:
        dots = []
    return Drawn(
        token=number,
        track=series.track,
        title=name,
        now=_now(series),
        says=_says(series, name),
        height=_ABOVE + _PLOT + _BELOW,
        boxes=tuple(_bands(series, scale)),
        levels=tuple(
            Level(y=scale.y(one.value), kind=f"limit {one.severity}")
            for one in series.limits
        ),
        paths=tuple(_paths(series.points, across, scale)),
        dots=tuple(dots),
        texts=(
            *_values(series, across, scale),
            *_band_names(series, scale),
            *_limit_names(series, scale, plain=plain),
        ),
    )


class _Scale:
    """How high a value stands, more being higher."""

    def __init__(self, series: Series) -> None:
        values = [v for p in series.points for v in (p.low, p.high)]
        values += [limit.value for limit in series.limits]
        ends = (series.lowest, series.highest)
        values += [end for end in ends if end is not None and series.bands]
        self._low, self._high = min(values), max(values)

    def y(self, value: Decimal) -> str:
        """Return the place down of a value."""
        if self._high == self._low:
            return f"{_ABOVE + _PLOT / 2:.1f}"
        share = (value - self._low) / (self._high - self._low)
        return f"{_ABOVE + _PLOT * (1 - float(share)):.1f}"


def _x(point: Point, across: Across) -> float:
    return (across.middle(point.begins) + across.middle(point.ends)) / 2


def _dot_kind(series: Series, point: Point) -> str:
    beyond = any(limit.crossed_by(point.last) for limit in series.limits)
    return "result beyond" if beyond else "result"


def _paths(points: Sequence[Point], across: Across, scale: _Scale) -> Iterator[Path]:
    """Yield the line; within a mark of several results from the least to the most."""
    longest = longest_gap(points)
    parts: list[str] = []
    before: Point | None = None
    for point in points:
        x = thousandths(_x(point, across))
        gap = before is not None and (point.begins - before.ends).days > longest
        parts.append(
            f"{'M' if before is None or gap else 'L'}{x},{scale.y(point.first)}"
        )
        if point.high != point.low:
            parts += [f"L{x},{scale.y(v)}" for v in (point.high, point.low, point.last)]
        before = point
    yield Path(d="".join(parts), kind="line")


def longest_gap(points: Sequence[Point]) -> int:
    """Return beyond how many days without a result the line is broken."""
    gaps = [(later.begins - one.ends).days for one, later in pairwise(points)]
    if not gaps:
        return _FEWEST_DAYS
    return max(_FEWEST_DAYS, int(_LONG * median(gaps)))


# --- what stands behind the line --------------------------------------------------


def _bands(series: Series, scale: _Scale) -> Iterator[Box]:
    """Yield every other band as a box: the edges between all of them are then seen."""
    for place, band in enumerate(series.bands):
        if place % 2 == 0:
            continue
        top = float(scale.y(min(band.high + 1, series.highest or band.high)))
        bottom = float(scale.y(band.low))
        yield Box(
            x="0",
            width="100",
            y=f"{top:.1f}",
            height=f"{max(bottom - top, 0.5):.1f}",
            kind="band",
        )


def _band_names(series: Series, scale: _Scale) -> Iterator[Text]:
    for band in series.bands:
        yield Text(
            x="0",
            y=f"{float(scale.y(band.low)) - 3:.1f}",
            words=band.title,
            kind="behind",
        )


def _limit_names(series: Series, scale: _Scale, *, plain: bool) -> Iterator[Text]:
    for limit in series.limits:
        yield Text(
            x="0",
            y=f"{float(scale.y(limit.value)) - 3:.1f}",
            words=limit_words(limit, series.unit, plain=plain),
            kind="behind",
        )


def limit_words(limit: Limit, unit: str, *, plain: bool) -> str:
    """Return what a limit says, without a word of what to do."""
    said = amount(Quantity(limit.value, unit))
    start = "from" if limit.reached else limit.side
    if plain:
        return f"{start} {said}: a closer look"
    return f"{start} {said}: {limit.severity}"


# --- what is written --------------------------------------------------------------


def _values(series: Series, across: Across, scale: _Scale) -> Iterator[Text]:
    """Yield the values where there is room: the newest, the most, the least, all."""
    points = series.points
    newest = points[-1]
    wanted = [
        (newest, newest.last),
        (max(points, key=lambda p: p.high), max(p.high for p in points)),
        (min(points, key=lambda p: p.low), min(p.low for p in points)),
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
        words = _number(value, series)
        anchor = anchor_at(place)
        fits = writing.fits(place, words, anchor)
        if fits is Fits.NEVER:
            continue
        yield Text(
            x=percent(place),
            y=f"{float(scale.y(value)) - 7:.1f}",
            words=words,
            anchor=anchor,
            fits=fits,
        )


def _number(value: Decimal, series: Series) -> str:
    return amount(Quantity(value, series.unit))


def _now(series: Series) -> str:
    last = series.points[-1]
    said = _number(last.last, series)
    band = next((b for b in series.bands if b.low <= last.last <= b.high), None)
    if band is not None:
        said += f" ({band.title.lower()})"
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
