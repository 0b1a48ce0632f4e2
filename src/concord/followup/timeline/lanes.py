"""Every medicine over time, with the doses that were logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from concord.dosing.adherence.dose_log import by_day
from concord.dosing.adherence.events import Window
from concord.dosing.daily import DailyAmount, times_a_day
from concord.followup.case import Case
from concord.followup.timeline.courses import (
    amount_on,
    followed_on,
    higher,
    stretches,
    turns,
)
from concord.followup.timeline.days import DAY, Days
from concord.followup.timeline.model import (
    Course,
    Lane,
    Logged,
    Stretch,
    TrackName,
    Turn,
)
from concord.record.agreed import Entry, identity
from concord.record.fold import LineStatus, state_on, takes_effect
from concord.record.model import (
    ChangeKind,
    Dosage,
    DoseEvent,
    LineKind,
    MedicationLine,
)
from concord.wording import drug_name
from concord.wording.names import formulation

Key = tuple[frozenset[str], str]

# What an order that goes on says.
_GOES_ON = (ChangeKind.DOSE_CHANGED, ChangeKind.RESUMED)


def lanes(case: Case, days: Days, zone: ZoneInfo) -> tuple[Lane, ...]:
    """Return a lane for each medicine with a stretch among the days, current first.

    Nothing is drawn beyond the day of the case: what is planned has not happened.
    """
    made = _Made()
    for entry in case.agreed:
        if entry.state.status not in (LineStatus.PLANNED, LineStatus.NEVER):
            made.add(entry, case.as_of + DAY)
    logged = _Logs(case.record.dose_events, made.rows, days, zone)
    found = [
        lane
        for row in made.rows
        if (lane := row.lane(days, case.as_of, logged.of(row)))
    ]
    return tuple(sorted(found, key=_order))


def first_day(case: Case) -> date | None:
    """Return the first day on which a medicine is on record as taken."""
    firsts = [
        stretch.begins
        for entry in case.agreed
        for stretch in _of_entry(entry, case.as_of + DAY)
    ]
    return min(firsts, default=None)


def _order(lane: Lane) -> tuple[object, ...]:
    """Current ones first; of those and of the others the longest ago began first."""
    return (lane.now is None, lane.stretches[0].begins, lane.title, lane.key)


class _Row:
    """A lane in the making: the lines that follow each other, and their stretches."""

    def __init__(self, key: Key, entry: Entry) -> None:
        self.key = key
        self.entry = entry
        self.lines: list[MedicationLine] = []
        # Those, and what they renew: stretches, turns and doses may be of any.
        self.by_id: dict[str, MedicationLine] = {}
        self.stretches: list[Stretch] = []
        self.turns: list[Turn] = []

    def free(self, wanted: list[Stretch]) -> bool:
        """Whether the stretches of another line overlap none of these."""
        return all(
            one.ends <= other.begins or other.ends <= one.begins
            for one in wanted
            for other in self.stretches
        )

    def lane(self, days: Days, as_of: date, log: tuple[Logged, ...]) -> Lane | None:
        """Return the lane of the days, or `None` where nothing of it is among them."""
        every = sorted(self.stretches, key=lambda s: (s.begins, s.ends))
        shown = [_clipped(s, days) for s in every if days.touches(s.begins, s.ends)]
        if not shown:
            return None
        medicine = self.entry.line.medicine
        name = f"{drug_name(medicine)} {formulation(medicine)}".strip()
        last = every[-1]
        return Lane(
            key=min(line.id for line in self.lines),
            track=TrackName.MEDICINES,
            title=name,
            plain=name,
            lines=tuple(sorted(line.id for line in self.lines)),
            stretches=tuple(shown),
            turns=tuple(t for t in _joined(self) if days.holds(t.day)),
            log=log,
            before=every[0].begins < days.begins,
            now=last.course if last.ends > as_of else None,
        )


class _Made:
    """The rows, filled one entry of the agreed list after the other."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []

    def add(self, entry: Entry, after: date) -> None:
        """Put an entry in the first row of its medicine in which there is room."""
        medicine = entry.line.medicine
        key = (identity(medicine), formulation(medicine))
        wanted = _of_entry(entry, after)
        row = next((r for r in self.rows if r.key == key and r.free(wanted)), None)
        if row is None:
            row = _Row(key, entry)
            self.rows.append(row)
        row.lines.append(entry.line)
        row.by_id |= {line.id: line for line in (entry.line, *entry.also)}
        row.stretches += wanted
        row.turns += _turns(entry, wanted, after)


def _of_entry(entry: Entry, after: date) -> list[Stretch]:
    """Return the stretches of an entry, and before them those of earlier renewals."""
    speaks, *others = _orders(entry, after)
    own = list(stretches(speaks, after))
    begins = min((s.begins for s in own), default=after)
    found = list(own)
    for line in others:
        earlier = [s for s in stretches(line, after) if s.begins < begins]
        found = [*(_until(s, begins) for s in earlier), *found]
        begins = min((s.begins for s in earlier), default=begins)
    return list(_one_dose(sorted(found, key=lambda s: (s.begins, s.ends))))


def _orders(entry: Entry, after: date) -> list[MedicationLine]:
    """Return the line that speaks, then the other orders that say the same.

    Each fills what those before it leave free, so first the one that was over last,
    and of several the newest: a double that was taken off the list before has stopped
    nothing. Where all are over that one speaks too.
    """
    orders = [line for line in entry.also if line.kind is LineKind.ORDER]
    speaks = entry.line
    if entry.state.status is LineStatus.STOPPED:
        speaks = max([speaks, *orders], key=lambda line: _over(line, after))
    others = [line for line in (entry.line, *orders) if line is not speaks]
    firsts = {line.id: min(map(takes_effect, line.changes)) for line in others}
    others.sort(key=lambda o: (_over(o, after), firsts[o.id], o.id), reverse=True)
    return [speaks, *others]


def _over(line: MedicationLine, after: date) -> date:
    return max((s.ends for s in stretches(line, after)), default=date.min)


def _one_dose(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches, those that go on with the same dose as one."""
    before: Stretch | None = None
    for stretch in found:
        if before is not None and _goes_on(before, stretch):
            before = msgspec.structs.replace(before, ends=stretch.ends)
            continue
        if before is not None:
            yield before
        before = stretch
    if before is not None:
        yield before


def _goes_on(one: Stretch, other: Stretch) -> bool:
    same = (one.course, one.amount, one.dose) == (
        other.course,
        other.amount,
        other.dose,
    )
    return same and one.ends == other.begins


def _turns(entry: Entry, found: list[Stretch], after: date) -> Iterator[Turn]:
    """Yield the turns of an entry, and those of what it renews before it began.

    A renewal that goes on where the last one ended has started nothing, nor has the
    last one stopped.
    """
    speaks, *others = _orders(entry, after)
    own = list(turns(speaks, after))
    begins = min((turn.day for turn in own), default=after)
    earlier: list[Turn] = []
    for line in others:
        before = [turn for turn in turns(line, after) if turn.day < begins]
        on_it = [turn for turn in turns(line, after) if turn.day == begins]
        earlier += before
        # What it changed on the day on which it was renewed is the change of that day.
        earlier += [t for t in on_it if before and t.kind in _GOES_ON]
    if any(turn.day == begins for turn in earlier):
        own = [t for t in own if (t.day, t.kind) != (begins, ChangeKind.STARTED)]
    seen: set[tuple[date, ChangeKind]] = set()
    for turn in (*earlier, *own):
        inside = any(s.begins < turn.day < s.ends for s in found)
        ends = turn.kind in (ChangeKind.STARTED, ChangeKind.STOPPED)
        if (inside and ends) or (turn.day, turn.kind) in seen:
            continue
        seen.add((turn.day, turn.kind))
        yield turn


def _until(stretch: Stretch, ends: date) -> Stretch:
    return msgspec.structs.replace(stretch, ends=min(stretch.ends, ends))


def _clipped(stretch: Stretch, days: Days) -> Stretch:
    return msgspec.structs.replace(
        stretch,
        begins=max(stretch.begins, days.begins),
        ends=min(stretch.ends, days.after),
    )


def _joined(row: _Row) -> Iterator[Turn]:
    """Yield the turns in order, an order that replaced another as a change of dose."""
    waiting: Turn | None = None
    # On one day the stop of the last order comes before the start of the next.
    in_order = sorted(
        row.turns, key=lambda t: (t.day, t.kind is not ChangeKind.STOPPED, t.line)
    )
    for turn in in_order:
        if waiting is not None and followed_on(waiting, turn):
            yield _changed(waiting, turn, row.by_id)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = turn
    if waiting is not None:
        yield waiting


def _changed(stop: Turn, start: Turn, lines: dict[str, MedicationLine]) -> Turn:
    old, new = lines[stop.line], lines[start.line]
    was = _amount(old, stop.day - DAY)
    now = _amount(new, start.day)
    return msgspec.structs.replace(
        start,
        kind=ChangeKind.DOSE_CHANGED,
        reason=start.reason or stop.reason,
        before=stop.before or stop.after,
        raised=higher(was, now),
    )


def _amount(line: MedicationLine, day: date) -> DailyAmount | None:
    return amount_on(line, state_on(line.changes, day), day)


# --- the dose log -----------------------------------------------------------------


class _Logs:
    """Which lane each logged dose belongs to, counted by the marks of the days."""

    def __init__(
        self,
        events: Iterable[DoseEvent],
        rows: list[_Row],
        days: Days,
        zone: ZoneInfo,
    ) -> None:
        self._days = days
        self._of_line = {line: row for row in rows for line in row.by_id}
        self._of_medicine: dict[frozenset[str], list[_Row]] = {}
        for row in rows:
            self._of_medicine.setdefault(row.key[0], []).append(row)
        told: dict[int, list[DoseEvent]] = {}
        for event in events:
            found = self._row(event)
            if found is not None:
                told.setdefault(id(found), []).append(event)
        window = Window(start=days.begins, end=days.after)
        self._counted = {row: by_day(some, window, zone) for row, some in told.items()}

    def _row(self, event: DoseEvent) -> _Row | None:
        """Return the lane that a dose is of: its order's; else one taken that day."""
        if event.order is not None and event.order in self._of_line:
            return self._of_line[event.order]
        rows = self._of_medicine.get(identity(event.medicine), [])
        if len(rows) < 2 or event.at is None:
            return rows[0] if rows else None
        day = event.at.first
        taken = (
            r
            for r in rows
            if any(
                s.begins <= day < s.ends and s.course is Course.TAKEN
                for s in r.stretches
            )
        )
        return next(taken, rows[0])

    def of(self, row: _Row) -> tuple[Logged, ...]:
        """Return what was logged of a lane, mark by mark; a mark without is absent."""
        taken: Counter[int] = Counter()
        not_taken: Counter[int] = Counter()
        first, each = self._days.begins, self._days.each
        for day, tally in self._counted.get(id(row), {}).items():
            place = (day - first).days // each
            taken[place] += tally.taken
            not_taken[place] += tally.not_taken
        rates = _rates(row)
        return tuple(
            Logged(
                begins=begins,
                ends=ends,
                taken=taken[place],
                not_taken=not_taken[place],
                expected=_expected(rates, begins, ends),
            )
            for place in sorted({*taken, *not_taken})
            if taken[place] or not_taken[place]
            for begins, ends in [self._days.span(place)]
        )


def _rates(row: _Row) -> list[tuple[Stretch, Decimal | None]]:
    found = []
    for stretch in row.stretches:
        if stretch.course is Course.TAKEN:
            line = row.by_id[stretch.line]
            state = state_on(line.changes, stretch.begins)
            found.append((stretch, _times(state.dosage)))
    return found


def _times(dosages: Iterable[Dosage]) -> Decimal | None:
    """Return how many doses a day directions amount to, `None` where unknown."""
    total = Decimal(0)
    for dosage in dosages:
        rate = times_a_day(dosage.timing)
        if rate is None or dosage.as_needed is not None or rate[0] != rate[1]:
            return None
        total += rate[0]
    return total or None


def _expected(
    rates: list[tuple[Stretch, Decimal | None]], begins: date, ends: date
) -> Decimal | None:
    total = Decimal(0)
    for stretch, rate in rates:
        shared = (min(stretch.ends, ends) - max(stretch.begins, begins)).days
        if shared <= 0:
            continue
        if rate is None:
            return None
        total += rate * shared
    return total or None
