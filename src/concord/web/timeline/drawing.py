"""From a timeline to a picture: pure; the template writes it down and says no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from concord.followup.timeline import (
    Course,
    Lane,
    Marks,
    Series,
    Stretch,
    Timeline,
    TrackName,
)
from concord.knowledge.lookup import Knowledge
from concord.record.fold import LineStatus
from concord.web.timeline.across import (
    Across,
    Writing,
    anchor_at,
    percent,
    thousandths,
    within,
)
from concord.web.timeline.asked import token
from concord.web.timeline.lines import drawn_series
from concord.web.timeline.shapes import (
    Box,
    Dot,
    Drawn,
    Group,
    Path,
    Picture,
    Shade,
    Text,
)
from concord.wording import day

# In pixels down: the highest bar, the lowest that is still seen, the dose log below.
_BAR, _LOWEST, _LOG = 34, 7, 10
# Above the bar: room for why it changed, or just for the mark of a change.
_WHY, _EDGE = 18, 4
_ROW = 30
_DAY = timedelta(days=1)


def picture(
    made: Timeline,
    knowledge: Knowledge,
    rows: frozenset[str] | None = None,
    *,
    plain: bool = False,
) -> Picture:
    """Return the picture of a timeline.

    `rows` are the numbers of the rows to be shown, `None` for the usual ones; the
    others are there by name, so that they can be chosen.
    `plain`: in the words for the person.
    """
    across = Across(begins=made.begins, ends=made.ends)
    tracks = knowledge.table("tracks")
    groups = []
    tops = _tops(made.lanes)
    for name, some in groupby(made.rows(), key=lambda row: row.track):
        track = tracks.get(name)
        title = (track.plain if plain else track.title) if track else name.value
        drawn = [_drawn(row, across, tops, rows, plain=plain) for row in some]
        groups.append(Group(track=name, title=title, rows=tuple(drawn)))
    today = across.share(made.as_of + _DAY) if made.as_of < made.ends else None
    return Picture(
        begins=made.begins,
        ends=made.ends,
        groups=tuple(groups),
        ticks=tuple(across.ticks()),
        shades=tuple(_shades(made, across)),
        today=percent(today) if today is not None else None,
    )


def _drawn(
    row: Lane | Series | Marks,
    across: Across,
    tops: dict[tuple[str, str], Decimal],
    rows: frozenset[str] | None,
    *,
    plain: bool,
) -> Drawn:
    number = token(row.key)
    hidden = number not in rows if rows is not None else not _usual(row)
    if hidden:
        name = row.plain if plain else row.title
        return Drawn(
            token=number, track=row.track, title=name, says="", height=0, hidden=True,
            now=_lane_now(row) if isinstance(row, Lane) else "",
        )  # fmt: skip
    if isinstance(row, Lane):
        return _lane(row, across, tops, number)
    if isinstance(row, Series):
        return drawn_series(row, across, number, plain=plain)
    return _marks(row, across, number, plain=plain)


def _usual(row: Lane | Series | Marks) -> bool:
    """Whether a row is shown where nobody chose.

    Of tests and of the body what a medicine calls for, and of that what was measured
    more than once or lies beyond a limit: one point is no line.
    """
    if not isinstance(row, Series) or row.track not in (
        TrackName.TESTS,
        TrackName.BODY,
    ):
        return True
    if not row.called_for:
        return False
    beyond = any(
        limit.crossed_by(value)
        for limit in row.limits
        for point in row.points
        for value in (point.low, point.high)
    )
    return beyond or len(row.points) > 1


def _shades(made: Timeline, across: Across) -> Iterator[Shade]:
    for row in made.marks:
        if row.track is not TrackName.PLACES:
            continue
        for mark in row.marks:
            left = across.share(mark.begins)
            right = across.share(mark.ends or mark.begins + _DAY)
            yield Shade(x=percent(left), width=percent(right - left), kind="stay")
    if made.as_of < made.ends:
        left = across.share(made.as_of + _DAY)
        yield Shade(x=percent(left), width=percent(1 - left), kind="future")


# --- medicines --------------------------------------------------------------------


def _tops(lanes: Iterable[Lane]) -> dict[tuple[str, str], Decimal]:
    """Return the highest amount a day of each medicine, in each unit.

    One scale for all lanes of a medicine: where two overlap, half the dose is half
    as high.
    """
    found: dict[tuple[str, str], Decimal] = {}
    for lane in lanes:
        for stretch in lane.stretches:
            if stretch.amount is not None:
                high = stretch.amount.high
                key = (lane.title, high.unit)
                found[key] = max(found.get(key, Decimal(0)), high.value)
    return found


def _lane(
    lane: Lane,
    across: Across,
    tops: dict[tuple[str, str], Decimal],
    number: str,
) -> Drawn:
    reasons = list(_reasons(lane, across))
    top = _WHY if reasons else _EDGE
    boxes: list[Box] = []
    texts: list[Text] = []
    for stretch in lane.stretches:
        left, right = across.share(stretch.begins), across.share(stretch.ends)
        height = _height(stretch, lane, tops)
        boxes.append(
            Box(
                x=percent(left),
                width=percent(right - left),
                y=str(top + _BAR - height),
                height=str(height),
                kind=_kind(stretch),
            )
        )
        if stretch.dose:
            texts.append(
                Text(
                    x=percent(left),
                    y=str(top + _BAR - 5),
                    words=stretch.dose,
                    fits=within(stretch.dose, right - left),
                    kind="in-bar",
                )
            )
    logged = list(_log(lane, across, top + _BAR + 3))
    return Drawn(
        token=number,
        track=lane.track,
        title=lane.title,
        now=_lane_now(lane),
        says=_lane_says(lane),
        height=top + _BAR + _EDGE + (_LOG * 2 if logged else 0),
        boxes=(*boxes, *_turn_boxes(lane, across, top)),
        paths=tuple(logged),
        texts=(*texts, *reasons),
    )


def _reasons(lane: Lane, across: Across) -> Iterator[Text]:
    """Yield why each change was made, above it, where that was written down."""
    writing = Writing()
    for turn in reversed(lane.turns):
        if not turn.reason:
            continue
        place = across.share(turn.day)
        anchor = anchor_at(place)
        yield Text(
            x=percent(place),
            y="11",
            words=turn.reason,
            anchor=anchor,
            fits=writing.fits(place, turn.reason, anchor),
            kind="reason",
        )


def _height(stretch: Stretch, lane: Lane, tops: dict[tuple[str, str], Decimal]) -> int:
    """Return how high a dose is drawn; one that is not known as high as half."""
    if stretch.amount is None:
        return _BAR // 2
    top = tops[lane.title, stretch.amount.high.unit]
    if not top:
        return _LOWEST
    return max(_LOWEST, round(_BAR * stretch.amount.high.value / top))


def _kind(stretch: Stretch) -> str:
    if stretch.course is not Course.TAKEN:
        return stretch.course.value
    if stretch.amount is None:
        return "taken no-dose"
    return "taken as-needed" if stretch.amount.as_needed else "taken"


def _turn_boxes(lane: Lane, across: Across, top: int) -> Iterator[Box]:
    """Yield a thin line for each change, thicker where the medicine was stopped."""
    for turn in lane.turns:
        if turn.kind.value == "started":
            continue
        stopped = turn.kind.value == "stopped"
        yield Box(
            x=percent(across.share(turn.day)),
            width="0.01",
            y=str(top - 2),
            height=str(_BAR + 4),
            kind="stop" if stopped else "turn",
        )


def _log(lane: Lane, across: Across, top: int) -> Iterator[Path]:
    """Yield the doses taken as bars below, and those not taken as bars further down.

    As high as the share of the doses that the directions amount to; where that is not
    known, whole. Days without an entry are empty.
    """
    taken: list[str] = []
    not_taken: list[str] = []
    for one in lane.log:
        left, right = across.share(one.begins), across.share(one.ends)
        width = max(right - left, 0.001)
        due = one.expected or Decimal(one.taken + one.not_taken)
        for count, into, up in (
            (one.taken, taken, True),
            (one.not_taken, not_taken, False),
        ):
            if count:
                high = max(2, round(_LOG * min(Decimal(1), count / due)))
                y = top + _LOG - high if up else top + _LOG + 1
                into.append(
                    f"M{thousandths(left)},{y}h{thousandths(width)}v{high}"
                    f"h-{thousandths(width)}z"
                )
    if taken:
        yield Path(d="".join(taken), kind="logged")
    if not_taken:
        yield Path(d="".join(not_taken), kind="logged-not")


def _lane_now(lane: Lane) -> str:
    last = lane.stretches[-1]
    if lane.now is Course.TAKEN:
        return last.dose or "how much is not recorded"
    if lane.now is Course.HELD:
        return "on hold"
    if lane.now is Course.UNSURE:
        return "not known since when"
    stops = [turn for turn in lane.turns if turn.kind.value == LineStatus.STOPPED.value]
    return f"stopped {day(stops[-1].on or stops[-1].day)}" if stops else "stopped"


def _lane_says(lane: Lane) -> str:
    """Return the picture of a lane in words: each dose, from when to when."""
    said = [
        f"{stretch.dose or _course(stretch.course)} from {day(stretch.begins)} "
        f"to {day(stretch.ends - _DAY)}"
        for stretch in lane.stretches
    ]
    text = f"{lane.title}: {'; '.join(said)}."
    if lane.log:
        taken = sum(one.taken for one in lane.log)
        not_taken = sum(one.not_taken for one in lane.log)
        text += f" Logged: {taken:,} taken, {not_taken:,} not taken."
    return text


def _course(course: Course) -> str:
    return {
        Course.TAKEN: "how much is not recorded",
        Course.HELD: "on hold",
        Course.UNSURE: "not known whether taken",
    }[course]


# --- what happened ----------------------------------------------------------------

_SQUARE = (TrackName.CONDITIONS, TrackName.LIFE, TrackName.SIDE_EFFECTS)


def _marks(row: Marks, across: Across, number: str, *, plain: bool) -> Drawn:
    boxes: list[Box] = []
    dots: list[Dot] = []
    texts: list[Text] = []
    writing = Writing()
    newer = ""
    # The newest is written first, so that an older one gives way to it.
    for mark in reversed(row.marks):
        words = mark.plain if plain else mark.text
        left = across.middle(mark.begins)
        if mark.ends is None:
            dots.append(
                Dot(
                    x=percent(left),
                    y="20",
                    kind=row.track.value,
                    square=row.track in _SQUARE,
                )
            )
        else:
            left = across.share(mark.begins)
            right = across.share(mark.ends)
            boxes.append(
                Box(
                    x=percent(left),
                    width=percent(max(right - left, 0.004)),
                    y="15",
                    height="11",
                    kind="time open" if mark.open else "time",
                )
            )
        anchor = anchor_at(left)
        if words == newer:
            continue  # said once, beside the newest that is so
        newer = words
        texts.append(
            Text(
                x=percent(left),
                y="10",
                words=words,
                anchor=anchor,
                fits=writing.fits(left, words, anchor),
                kind="happened",
            )
        )
    name = row.plain if plain else row.title
    count = sum(mark.count for mark in row.marks)
    last = row.marks[-1]
    newest = last.plain if plain else last.text
    when = day(last.on or last.begins)
    return Drawn(
        token=number,
        track=row.track,
        title=name,
        now=f"{newest}, {when}"
        if count == 1
        else f"{count} in all; last {newest}, {when}",
        says=f"{name}: {_listed(row, plain=plain)}.",
        height=_ROW,
        boxes=tuple(boxes),
        dots=tuple(dots),
        texts=tuple(texts),
    )


def _listed(row: Marks, *, plain: bool) -> str:
    """Return the marks in words; of many the first and the last."""
    said = [
        f"{mark.plain if plain else mark.text}, {day(mark.on or mark.begins)}"
        for mark in row.marks
    ]
    if len(said) > 12:
        return f"{len(said)} in all, from {said[0]} to {said[-1]}"
    return "; ".join(said)
