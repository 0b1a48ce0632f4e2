"""The timeline: a record as a picture of bars and marks, and the same as a table.

Pure: from a case to places on the page; the template draws them and says the words.
What nobody recorded is not drawn: a gap is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from concord.followup.case import Case
from concord.followup.results import Measured
from concord.record.agreed import Entry
from concord.record.fold import LineStatus, State, history, kind_of, state_on
from concord.record.fold import takes_effect as effect_of
from concord.record.model import Change, SettingEvent, SettingKind
from concord.terms import PartialDate
from concord.web.clinician.picture import (
    MARK_SPAN,
    MARK_TOP,
    Bar,
    Fits,
    Kind,
    Picture,
    Piece,
    Point,
    Series,
    Stay,
    Tick,
    Told,
)
from concord.wording import amount, directions

_AXIS, _LANE, _RESULTS, _FOOT = 30, 52, 90, 40
# The names of stays that may overlap stand on so many lines in turn.
_LINE, _LINES = 16, 2
# Widths in pixels, to judge whether a text fits: a phone, a page, one letter.
_PHONE, _PAGE, _LETTER = 330, 900, 8
_FEWEST_DAYS = 28
_MOST_TICKS = 6
_RIGHT_HALF = 55.0

# What ends a stay: its own counterpart, or what cannot be at the same time.
_ENDS = {
    SettingKind.ADMITTED: {
        SettingKind.ADMITTED,
        SettingKind.DISCHARGED,
        SettingKind.HOME,
    },
    SettingKind.IN_CUSTODY: {
        SettingKind.IN_CUSTODY,
        SettingKind.RELEASED,
        SettingKind.HOME,
    },
    SettingKind.IN_SHELTER: set(SettingKind),
}


def picture(case: Case) -> Picture:
    """Return the timeline of a case up to its day.

    It begins with the first thing that it shows, and at most so long ago as
    `measures/person-page: timeline-shown-days` says.
    Planned medicines are not drawn: nothing of them has happened.
    """
    across = _Across(*_span(case))
    y = _AXIS
    bars: list[Bar] = []
    for entry in case.agreed:
        bar = _bar(entry, across, y)
        if bar is not None:
            bars.append(bar)
            y += _LANE
    series: list[Series] = []
    for title, results in _key_results(case):
        shown = [r for r in results if across.holds(r.on.first)]
        if shown:
            series.append(_series(title, shown, across, y))
            y += _RESULTS
    rows = sorted(_rows(case, across, bars, series), key=lambda row: row.order)
    return Picture(
        begins=across.begins,
        ends=across.ends,
        height=y + _FOOT,
        ticks=tuple(_ticks(across)),
        bars=tuple(bars),
        stays=tuple(_stays(case.record.settings, across, y + _LINE)),
        series=tuple(series),
        rows=tuple(reversed(rows)),
    )


class _Across:
    """The days of the picture, and where each of them stands."""

    def __init__(self, begins: date, ends: date) -> None:
        self.begins = begins
        self.ends = ends
        self._days = (ends - begins).days

    def place(self, day: date) -> float:
        """Return where a day stands, those outside at the edge."""
        inside = min(max(day, self.begins), self.ends)
        return 100 * (inside - self.begins).days / self._days

    def holds(self, day: date) -> bool:
        """Whether a day is in the picture."""
        return self.begins <= day <= self.ends


def _span(case: Case) -> tuple[date, date]:
    most = int(case.knowledge.figure("person-page", "timeline-shown-days", case.as_of))
    earliest = case.as_of - timedelta(days=most)
    starts = [
        effect_of(change)
        for entry in case.agreed
        for change in history(entry.line.changes)
    ]
    starts += [event.on.first for event in case.record.settings if event.on]
    starts += [r.on.first for _, results in _key_results(case) for r in results]
    first = min((day for day in starts if day <= case.as_of), default=case.as_of)
    latest = case.as_of - timedelta(days=_FEWEST_DAYS)
    return max(earliest, min(first, latest)), case.as_of


# --- medicines --------------------------------------------------------------------


def _bar(entry: Entry, across: _Across, y: int) -> Bar | None:
    pieces = tuple(_pieces(entry, across))
    if not pieces:
        return None
    left = float(pieces[0].x)
    end = left if left <= _RIGHT_HALF else float(pieces[-1].x) + float(pieces[-1].width)
    began = min(effect_of(change) for change in history(entry.line.changes))
    stopped = entry.state.status is LineStatus.STOPPED
    ended = entry.state.ended if stopped else None
    return Bar(
        y=y,
        label_x=_percent(end),
        anchor="start" if left <= _RIGHT_HALF else "end",
        entry=entry,
        pieces=pieces,
        before=began < across.begins,
        stopped_x=_percent(across.place(ended.last)) if ended else None,
    )


def _pieces(entry: Entry, across: _Across) -> Iterator[Piece]:
    """Yield the stretches between the changes of a medicine, unsure ones apart."""
    changes = history(entry.line.changes)
    days = sorted({effect_of(c) for c in changes if effect_of(c) <= across.ends})
    for begins, ends in pairwise([*days, across.ends]):
        if ends < across.begins or (ends == across.begins and begins != ends):
            continue
        state = state_on(entry.line.changes, begins)
        if state.status not in (LineStatus.ACTIVE, LineStatus.HELD):
            continue
        kind = Kind.TAKEN if state.status is LineStatus.ACTIVE else Kind.HELD
        sure = min(max((d.last for d in _told(changes, begins)), default=begins), ends)
        unsure = min((d.first for d in _told(changes, ends)), default=ends)
        unsure = min(max(unsure, sure), ends)
        if sure > begins:
            yield _piece(Kind.UNSURE, begins, sure, "", across)
        dose = _dose(entry, state) if kind is Kind.TAKEN else ""
        yield _piece(kind, sure, unsure, dose, across)
        if ends > unsure:
            yield _piece(Kind.UNSURE, unsure, ends, "", across)


def _told(changes: Iterable[Change], day: date) -> list[PartialDate]:
    """Return the dates, as they were told, of the changes that count from a day."""
    return [c.effective for c in changes if effect_of(c) == day and c.effective]


def _dose(entry: Entry, state: State) -> str:
    """Return how much one dose is, by the one formatter; nothing where unknown."""
    said = (directions.dose(d, entry.line.medicine) for d in state.dosage)
    return " + ".join(dict.fromkeys(dose for dose in said if dose))


def _piece(kind: Kind, begins: date, ends: date, dose: str, across: _Across) -> Piece:
    left, right = across.place(begins), across.place(ends)
    return Piece(
        x=_percent(left),
        width=_percent(right - left),
        kind=kind,
        dose=dose,
        fits=_fits(len(dose) + 1, right - left) if dose else Fits.NEVER,
    )


# --- results ----------------------------------------------------------------------


def _key_results(case: Case) -> list[tuple[str, tuple[Measured, ...]]]:
    """Return the scores, then what the medicines on the list call to be measured."""
    wanted = dict.fromkeys(case.knowledge.scales)
    drugs = [
        drug.id
        for entry in case.agreed
        for ingredient in entry.line.medicine.ingredients
        if (drug := case.knowledge.drug_of(ingredient.rxcui))
    ]
    for drug_id in dict.fromkeys(drugs):
        for monitoring in case.knowledge.monitoring_for(drug_id):
            wanted |= dict.fromkeys(monitoring.observation)
    found = []
    for name in wanted:
        results = tuple(r for r in case.results.of(name) if r.quantity)
        if results:
            found.append((case.knowledge.observations[name].title, results))
    return found


def _series(title: str, results: list[Measured], across: _Across, y: int) -> Series:
    values = [r.quantity.value for r in results if r.quantity]
    low, high = min(values), max(values)
    points: list[Point] = []
    # The newest is always written; an older one where it does not run into another.
    phone, page = _Room(_PHONE), _Room(_PAGE)
    for result in reversed(results):
        assert result.quantity is not None  # noqa: S101 - chosen for having one
        share = (result.quantity.value - low) / (high - low) if high > low else 0.5
        place = across.place(result.on.first)
        anchor = "end" if place > _RIGHT_HALF else "start"
        letters = len(amount(result.quantity)) + 1
        fits = Fits.NEVER
        if page.free(place, letters, anchor):
            fits = Fits.ROOMY
            if phone.free(place, letters, anchor):
                fits = Fits.ALWAYS
                phone.take(place, letters, anchor)
            page.take(place, letters, anchor)
        points.append(
            Point(
                x=_percent(place),
                y=y + MARK_TOP + round(MARK_SPAN * (1 - float(share))),
                result=result,
                anchor=anchor,
                fits=fits,
            )
        )
    return Series(y=y, title=title, points=tuple(reversed(points)))


class _Room:
    """The stretches of one line that are written on, at one width of the page."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._taken: list[tuple[float, float]] = []

    def _stretch(self, place: float, letters: int, anchor: str) -> tuple[float, float]:
        length = 100 * letters * _LETTER / self._pixels
        return (place - length, place) if anchor == "end" else (place, place + length)

    def free(self, place: float, letters: int, anchor: str) -> bool:
        """Whether a text of so many letters runs into no other here."""
        left, right = self._stretch(place, letters, anchor)
        return all(right <= begins or left >= ends for begins, ends in self._taken)

    def take(self, place: float, letters: int, anchor: str) -> None:
        """Write a text here."""
        self._taken.append(self._stretch(place, letters, anchor))


# --- where the person was ---------------------------------------------------------


def _stays(events: Iterable[SettingEvent], across: _Across, y: int) -> Iterator[Stay]:
    """Yield the times elsewhere; one that nobody ended lasts until the last day."""
    dated = sorted((e for e in events if e.on), key=lambda e: e.on.order)  # type: ignore[union-attr]
    shown = 0
    for place, event in enumerate(dated):
        ends = _ENDS.get(event.kind)
        if ends is None:
            continue
        later = (e for e in dated[place + 1 :] if e.kind in ends)
        stay = _stay(event, next(later, None), across, y + _LINE * (shown % _LINES))
        if stay is not None:
            shown += 1
            yield stay


def _stay(
    event: SettingEvent, ended: SettingEvent | None, across: _Across, y: int
) -> Stay | None:
    assert event.on is not None  # noqa: S101 - only dated events are drawn
    last = ended.on.first if ended and ended.on else across.ends
    if last < across.begins or event.on.first > across.ends:
        return None
    left, right = across.place(event.on.first), across.place(last)
    at_right = left > _RIGHT_HALF
    return Stay(
        x=_percent(left),
        width=_percent(max(right - left, 0.4)),
        anchor="end" if at_right else "start",
        text_x=_percent(right if at_right else left),
        text_y=y,
        event=event,
        ended=ended,
    )


# --- the months, the table --------------------------------------------------------


def _ticks(across: _Across) -> Iterator[Tick]:
    """Yield firsts of months, about as many as there is room for."""
    months = max(1, (across.ends - across.begins).days // 30)
    step = next(s for s in (1, 2, 3, 6, 12, 24, 1200) if months / s <= _MOST_TICKS)
    index = across.begins.year * 12 + across.begins.month
    index += -index % step if step > 1 else 0
    place = 0
    while (first := date(index // 12, index % 12 + 1, 1)) <= across.ends:
        x = across.place(first)
        even = Fits.ALWAYS if place % 2 == 0 else Fits.ROOMY
        near_edge = x > 100 * (1 - 7 * _LETTER / _PHONE)
        yield Tick(
            x=_percent(x),
            on=PartialDate.parse(first.isoformat()[:7]),
            anchor="end" if near_edge else "start",
            fits=even,
        )
        index += step
        place += 1


def _rows(
    case: Case, across: _Across, bars: Iterable[Bar], series: Iterable[Series]
) -> Iterator[Told]:
    for bar in bars:
        line = bar.entry.line
        for change in history(line.changes):
            day = effect_of(change)
            if not across.holds(day):
                continue
            state = State(
                status=LineStatus.ACTIVE,
                dosage=change.dosage or state_on(line.changes, day).dosage,
            )
            yield Told(
                on=change.effective,
                order=day,
                change=kind_of(change),
                entry=Entry(line=line, state=state),
            )
    for event in case.record.settings:
        if event.on and across.holds(event.on.first):
            yield Told(on=event.on, order=event.on.first, setting=event.kind)
    for one in series:
        for point in one.points:
            yield Told(
                on=point.result.on,
                order=point.result.on.first,
                title=one.title,
                result=point.result,
            )


def _fits(letters: int, width: float) -> Fits:
    """Return where a text of so many letters has room in a share of the width."""
    if letters * _LETTER <= _PHONE * width / 100:
        return Fits.ALWAYS
    if letters * _LETTER <= _PAGE * width / 100:
        return Fits.ROOMY
    return Fits.NEVER


def _percent(share: float) -> str:
    return f"{share:.2f}"
