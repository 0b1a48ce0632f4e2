"""What changed when, as sentences in order; a key and its values, said by `wording`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from concord.followup.timeline.days import Days
from concord.followup.timeline.model import (
    Lane,
    Limit,
    Mark,
    Marks,
    Point,
    ScoreBand,
    Series,
    Told,
    TrackName,
    Turn,
)
from concord.record.model import ChangeKind
from concord.terms import PartialDate, Quantity
from concord.wording import Message, amount
from concord.wording.names import within

# The rows of which nothing has changed that the picture does not say.
_UNTOLD = (TrackName.VISITS, TrackName.DUE)


def told(
    rows: Iterable[Lane | Series | Marks], days: Days, *, most: int
) -> tuple[Told, ...]:
    """Return what changed among the days, oldest first.

    Of a medicine every change; of a score the first and each change of its band; of a
    test each time that it crosses a limit; and what began or ended.
    A series that changes more often than `most` times is told from its last results
    of so many equal times, so that years of daily results are not a thousand sentences.
    """
    found: list[Told] = []
    for row in rows:
        if isinstance(row, Lane):
            found += _of_lane(row)
        elif isinstance(row, Series):
            found += _of_series(row, days, most)
        elif row.track not in _UNTOLD:
            found += _of_marks(row, days)
    return tuple(sorted(found, key=_order))


def _order(one: Told) -> tuple[object, ...]:
    return (one.day, one.track.rank, one.key, one.message.key)


def _say(
    row: Lane | Series | Marks,
    what: Point | Turn | Mark,
    key: str,
    on: PartialDate | None,
    **values: str,
) -> Told:
    return Told(
        day=what.day if isinstance(what, Turn) else what.begins,
        on=on,
        track=row.track,
        key=row.key,
        message=Message(
            key=key, values={"name": row.title, "plain": row.plain, **values}
        ),
        reason=what.reason if isinstance(what, Turn) else None,
    )


# --- medicines --------------------------------------------------------------------


def _of_lane(lane: Lane) -> Iterator[Told]:
    for turn in lane.turns:
        yield _say(
            lane,
            turn,
            _turn(turn),
            turn.on,
            before=turn.before,
            after=turn.after,
        )


def _turn(turn: Turn) -> str:
    match turn.kind:
        case ChangeKind.STARTED | ChangeKind.RESUMED:
            known = "" if turn.after else "-dose-unknown"
            return f"{turn.kind.value}{known}"
        case ChangeKind.HELD | ChangeKind.STOPPED:
            return turn.kind.value
    if not turn.after:
        return "changed-dose-unknown"
    if not turn.before or turn.before == turn.after:
        return "changed-to"
    return {True: "raised", False: "lowered", None: "changed"}[turn.raised]


# --- what was measured ------------------------------------------------------------


def _of_series(series: Series, days: Days, most: int) -> Iterator[Told]:
    if not series.called_for:
        return iter(())
    if series.limits:
        return _few(list(_crossings(series, series.points)), series, days, most)
    if series.bands:
        return _few(list(_bands(series, series.points)), series, days, most)
    return iter(())


def _few(found: list[Told], series: Series, days: Days, most: int) -> Iterator[Told]:
    if len(found) <= most:
        return iter(found)
    fewer = _sparse(series.points, Days(begins=days.begins, ends=days.ends, marks=most))
    return (_crossings if series.limits else _bands)(series, fewer)


def _sparse(points: Sequence[Point], days: Days) -> list[Point]:
    """Return the last point of each of some equal times."""
    return list({days.bucket(point.begins): point for point in points}.values())


def _bands(series: Series, points: Sequence[Point]) -> Iterator[Told]:
    """Yield the first score, and each that lies in another band than the one before."""
    before: Point | None = None
    for point in points:
        is_now = _band(series.bands, point.last)
        said = _scored(series, point.last, is_now)
        if before is None:
            yield _say(series, point, "score-first", point.on, after=said)
        else:
            was = _band(series.bands, before.last)
            if was != is_now and before.last != point.last:
                rose = point.last > before.last
                yield _say(
                    series,
                    point,
                    "score-rose" if rose else "score-fell",
                    point.on,
                    before=_scored(series, before.last, was),
                    after=said,
                )
        before = point


def _band(bands: Iterable[ScoreBand], value: Decimal) -> ScoreBand | None:
    return next((b for b in bands if b.low <= value <= b.high), None)


def _scored(series: Series, value: Decimal, band: ScoreBand | None) -> str:
    said = amount(Quantity(value, series.unit))
    return f"{said} ({within(band.title)})" if band else said


def _crossings(series: Series, points: Sequence[Point]) -> Iterator[Told]:
    """Yield each result that crosses a limit, and the first one within them again.

    Of several results in one mark the one furthest out speaks.
    """
    before: Limit | None = None
    for point in points:
        out = _out(series.limits, point)
        if out is None and before is not None:
            said = amount(Quantity(point.last, series.unit))
            yield _say(series, point, "limit-within", point.on, after=said)
        elif out is not None and out[0] != before:
            limit, value = out
            yield _say(
                series,
                point,
                f"limit-{limit.side}",
                point.on,
                after=amount(Quantity(value, series.unit)),
                limit=amount(Quantity(limit.value, series.unit)),
            )
        before = out[0] if out else None


def _out(limits: Iterable[Limit], point: Point) -> tuple[Limit, Decimal] | None:
    """Return the gravest limit that a point lies beyond, and its result there."""
    crossed = [
        (limit, value)
        for limit in limits
        for value in (point.high if limit.side == "above" else point.low,)
        if limit.crossed_by(value)
    ]
    return min(crossed, key=lambda one: one[0].severity.rank, default=None)


# --- what happened ----------------------------------------------------------------


def _of_marks(row: Marks, days: Days) -> Iterator[Told]:
    before: Mark | None = None
    for mark in row.marks:
        if days.holds(mark.begins):
            told_now = _began(row, mark, before)
            if told_now is not None:
                yield told_now
        if mark.until is not None and days.holds(mark.until.first):
            yield _ended(row, mark)
        before = mark


def _began(row: Marks, mark: Mark, before: Mark | None) -> Told | None:
    same = before is not None and before.text == mark.text
    match row.track:
        case TrackName.SIDE_EFFECTS:
            if mark.text and same:
                return None
            key = "effect-said" if mark.text and mark.text != row.title else "effect"
            return _say(row, mark, key, mark.on, after=mark.text)
        case TrackName.PLACES:
            return _say(
                row, mark, "stay-began", mark.on, name=mark.text, plain=mark.plain
            )
        case TrackName.CONDITIONS:
            return _say(row, mark, "began", mark.on, name=mark.text, plain=mark.plain)
        case TrackName.LIFE:
            key = "happened" if mark.ends is None else "began"
            return _say(row, mark, key, mark.on, name=mark.text, plain=mark.plain)
        case TrackName.THERAPY:
            # A course began; single sessions are in the picture and in the table.
            if mark.ends is None:
                return None
            return _say(row, mark, "began", mark.on, name=mark.text, plain=mark.plain)
    if same:
        return None
    said = {"after": mark.text, "plain_after": mark.plain}
    if before is None:
        return _say(row, mark, "answer-first", mark.on, **said)
    said |= {"before": before.text, "plain_before": before.plain}
    return _say(row, mark, "answer-changed", mark.on, **said)


def _ended(row: Marks, mark: Mark) -> Told:
    assert mark.until is not None  # noqa: S101 - asked of ended ones only
    key, name, plain = "ended", mark.text, mark.plain
    if row.track is TrackName.PLACES:
        key, name, plain = "stay-ended", mark.left, mark.plain_left
    return Told(
        day=mark.until.first,
        on=mark.until,
        track=row.track,
        key=row.key,
        message=Message(key=key, values={"name": name, "plain": plain}),
    )
