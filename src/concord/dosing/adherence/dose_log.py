"""What a dose log says, and where it is silent.

A dose is *taken* or *not taken* because somebody said so, or *not logged*. The three
never become two: no dose is missed for want of an entry, and no share is given as if
silence were an answer. Where silence matters there are two figures, the least and the
most that can have been taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from zoneinfo import ZoneInfo

from concord.dosing.adherence.events import Window
from concord.dosing.adherence.figure import Evidence, Figure, NoFigure
from concord.record.model import DoseEvent, Taken
from concord.terms import Value

# As FHIR writes the days of a week, Monday first as Python counts them.
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Tally(Value, frozen=True, kw_only=True):
    """How many doses were taken, not taken as somebody said, and not logged."""

    taken: int = 0
    not_taken: int = 0
    not_logged: int = 0


class Logged(Value, frozen=True, kw_only=True):
    """One dose of the log: its day, its moment where that is known, what was said."""

    day: date
    at: datetime | None
    state: Taken

    @property
    def missed(self) -> bool | None:
        """Whether it was missed: only because somebody said so, else not known.

        A dose that was taken is not missed; of one that was not logged nobody knows.
        """
        if self.state is Taken.NOT_LOGGED:
            return None
        return self.state is Taken.NOT_TAKEN


class Gap(Value, frozen=True, kw_only=True):
    """A stretch of time without a dose logged as taken.

    `doses` are those in it, from `start` up to and not including `end`: not taken as
    somebody said, and not logged.
    `open_start` and `open_end`: it goes to an edge of the window, not to a dose.
    """

    start: datetime
    end: datetime
    open_start: bool
    open_end: bool
    doses: Tally

    @property
    def lasts(self) -> timedelta:
        """How long it is, by the clock and not by the wall."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


class DoseLog(Value, frozen=True, kw_only=True):
    """What was logged of one medicine in a window.

    `doses`: those that were due, by the plan; without one, the entries themselves
    (`planned` says which); `each` are they one by one.
    `beyond`: entries that belong to no dose that was due.
    `undated`: entries whose day is not known; they are counted nowhere else.
    `by_time`: by the hour and minute at which a dose was due; without a plan, by the
    hour of the entry.
    """

    window: Window
    planned: bool
    doses: Tally
    beyond: Tally
    undated: int
    by_weekday: dict[str, Tally]
    by_time: dict[str, Tally]
    longest_gap: Gap | None
    figures: tuple[Figure, ...]
    each: tuple[Logged, ...] = ()


class Plan(Value, frozen=True, kw_only=True):
    """When doses were due, as the schedule of the time had them, each with its zone.

    `on_time` is how far from that moment a dose is still on time, before or after.
    """

    due: tuple[datetime, ...]
    on_time: timedelta


# In which order entries are joined to the doses that were due.
_ON_TIME, _LATE, _EARLY = 0, 1, 2


class _Entry(Value, frozen=True, kw_only=True):
    """An entry of the log: its day where the person lives, its moment (UTC) if told."""

    day: date
    moment: datetime | None
    state: Taken


class _Dose(Value, frozen=True, kw_only=True):
    """A dose as it is counted: due or logged when, what was said, and how far off."""

    day: date
    moment: datetime | None
    clock: str | None
    state: Taken
    off: timedelta | None = None


def read_log(
    events: Iterable[DoseEvent],
    window: Window,
    zone: ZoneInfo,
    plan: Plan | None = None,
) -> DoseLog:
    """Return what the entries of one medicine say of the days of a window.

    `plan` is `None` where there is none: taken as needed, or not known.
    Days and times of day are those of the person's `zone`.

    Raises `ValueError` for a moment of the plan without a zone.
    """
    entries, undated = _in_window(events, window, zone)
    beyond: list[_Entry] = []
    if plan is None:
        doses = [_as_logged(entry, zone) for entry in entries]
    else:
        due = _moments(plan, window, zone)
        doses, beyond = _matched(due, entries, zone, plan.on_time)
    return DoseLog(
        window=window,
        planned=plan is not None,
        doses=_tally(d.state for d in doses),
        beyond=_tally(entry.state for entry in beyond),
        undated=undated,
        by_weekday=_by((_WEEKDAYS[d.day.weekday()], d.state) for d in doses),
        by_time=_by((d.clock, d.state) for d in doses if d.clock is not None),
        longest_gap=_longest_gap(entries, doses, window, zone),
        figures=tuple(_figures(window, doses, plan)),
        each=tuple(Logged(day=d.day, at=d.moment, state=d.state) for d in doses),
    )


def by_day(
    events: Iterable[DoseEvent], window: Window, zone: ZoneInfo
) -> dict[date, Tally]:
    """Return how many doses were logged on each day of a window, in order of days.

    A day without an entry is absent; what was not logged is counted nowhere.
    """
    entries, _ = _in_window(events, window, zone)
    found: dict[date, list[Taken]] = {}
    for entry in entries:
        found.setdefault(entry.day, []).append(entry.state)
    return {
        day: Tally(
            taken=states.count(Taken.TAKEN), not_taken=states.count(Taken.NOT_TAKEN)
        )
        for day, states in found.items()
    }


def _in_window(
    events: Iterable[DoseEvent], window: Window, zone: ZoneInfo
) -> tuple[list[_Entry], int]:
    """Return the entries of the window in order, and how many have no day."""
    found = []
    undated = 0
    for event in events:
        if event.at is None or not event.at.exact:
            undated += 1
            continue
        moment = event.at.moment.astimezone(UTC) if event.at.moment else None
        day = moment.astimezone(zone).date() if moment else event.at.first
        if window.start <= day < window.end:
            found.append(_Entry(day=day, moment=moment, state=event.taken))
    earliest = datetime.min.replace(tzinfo=UTC)
    found.sort(key=lambda e: (e.day, e.moment or earliest, e.state))
    return found, undated


def _moments(plan: Plan, window: Window, zone: ZoneInfo) -> list[datetime]:
    """Return the moments of the window in order, each once, in UTC.

    Two moments of one zone compare by the wall, which goes back an hour once a year.
    """
    moments = set()
    for moment in plan.due:
        if moment.tzinfo is None:
            msg = "found a time without a zone, expected one with it; give the zone"
            raise ValueError(msg)
        if window.start <= moment.astimezone(zone).date() < window.end:
            moments.add(moment.astimezone(UTC))
    return sorted(moments)


def _as_logged(entry: _Entry, zone: ZoneInfo) -> _Dose:
    clock = f"{entry.moment.astimezone(zone):%H}:00" if entry.moment else None
    return _Dose(day=entry.day, moment=entry.moment, clock=clock, state=entry.state)


# --- entries and the doses that were due ------------------------------------------


def _matched(
    due: list[datetime], entries: list[_Entry], zone: ZoneInfo, on_time: timedelta
) -> tuple[list[_Dose], list[_Entry]]:
    """Return each dose that was due with what was said of it, and the entries left.

    Joined first are the doses on time, then those that came late, then those that came
    early, each time the nearest first (`_pairs`).
    An entry with a day and no time speaks of the first dose of that day of which
    nothing else was said. A moment logged both ways counts as not taken.
    """
    said: dict[int, tuple[_Entry, timedelta | None]] = {}
    used: set[int] = set()
    days = [moment.astimezone(zone).date() for moment in due]
    for _, off, place, number in sorted(_pairs(due, days, entries, on_time)):
        if place not in said and number not in used:
            said[place] = (entries[number], off)
            used.add(number)
    spoken = [(n, e) for n, e in enumerate(entries) if e.state is not Taken.NOT_LOGGED]
    for number, entry in spoken:
        if entry.moment is None:
            free = [p for p, d in enumerate(days) if d == entry.day and p not in said]
            if free:
                said[free[0]] = (entry, None)
                used.add(number)
    doses = []
    for place, moment in enumerate(due):
        told, off_by = said.get(place, (None, None))
        doses.append(
            _Dose(
                day=days[place],
                moment=moment,
                clock=f"{moment.astimezone(zone):%H:%M}",
                state=told.state if told else Taken.NOT_LOGGED,
                off=off_by,
            )
        )
    return doses, [entry for number, entry in spoken if number not in used]


def _pairs(
    due: list[datetime], days: list[date], entries: list[_Entry], on_time: timedelta
) -> Iterator[tuple[int, timedelta, int, int]]:
    """Yield the doses that each entry with a time can speak of: how, and how far off.

    An entry that is on time for a dose speaks of that dose or of none: a second one
    beside it is a second dose, and never the one before come late or the next come
    early. Any other is late for the dose before it, or, where that is further away,
    early for the one after it; but no further from either than that dose is from its
    nearest neighbour, and on its own day if it has none.
    Entries are in order, "not taken" before "taken" at one moment.
    """
    for number, entry in enumerate(entries):
        if entry.moment is None or entry.state is Taken.NOT_LOGGED:
            continue
        after = bisect_left(due, entry.moment)
        before = after - 1
        off = {
            place: abs(entry.moment - due[place])
            for place in (before, after)
            if 0 <= place < len(due)
        }
        at_its_time = [place for place in off if off[place] <= on_time]
        for place in at_its_time:
            yield _ON_TIME, off[place], place, number
        if at_its_time:
            continue
        if before in off and _reaches(due, days, before, entry):
            yield _LATE, off[before], before, number
        nearer = after in off and (before not in off or off[after] < off[before])
        if nearer and _reaches(due, days, after, entry):
            yield _EARLY, off[after], after, number


def _reaches(due: list[datetime], days: list[date], place: int, entry: _Entry) -> bool:
    """Whether an entry is nearer to a dose than the dose nearest to that one."""
    beside = [
        abs(due[p] - due[place]) for p in (place - 1, place + 1) if 0 <= p < len(due)
    ]
    if not beside or entry.moment is None:
        return entry.day == days[place]
    return abs(entry.moment - due[place]) < min(beside)


# --- counting ---------------------------------------------------------------------


def _tally(states: Iterable[Taken]) -> Tally:
    found = Counter(states)
    return Tally(
        taken=found[Taken.TAKEN],
        not_taken=found[Taken.NOT_TAKEN],
        not_logged=found[Taken.NOT_LOGGED],
    )


def _by(states: Iterable[tuple[str, Taken]]) -> dict[str, Tally]:
    """Return a tally for each key that occurs, in order of the week or of the day."""
    found: dict[str, list[Taken]] = {}
    for key, state in states:
        found.setdefault(key, []).append(state)
    order = [day for day in _WEEKDAYS if day in found] or sorted(found)
    return {key: _tally(found[key]) for key in order}


def _figures(window: Window, doses: list[_Dose], plan: Plan | None) -> Iterator[Figure]:
    """Yield the shares that the log can give.

    Of the doses logged; of those due, the least and the most; and of those taken at a
    time that is known, the ones on time.
    """
    tally = _tally(d.state for d in doses)

    def share(measure: str, counted: int, of: int, none: NoFigure) -> Figure:
        return Figure(
            measure=measure,
            evidence=Evidence.LOG,
            window=window,
            unit="doses",
            counted=Decimal(counted) if of else None,
            of=of or None,
            none=None if of else none,
        )

    logged = tally.taken + tally.not_taken
    yield share("taken-of-logged", tally.taken, logged, NoFigure.NOTHING_LOGGED)
    if plan is None:
        return
    most, none = tally.taken + tally.not_logged, NoFigure.NOTHING_DUE
    yield share("taken-of-due-at-least", tally.taken, len(doses), none)
    yield share("taken-of-due-at-most", most, len(doses), none)
    offs = [d.off for d in doses if d.state is Taken.TAKEN and d.off is not None]
    near = sum(off <= plan.on_time for off in offs)
    yield share("on-time-of-taken", near, len(offs), NoFigure.NO_TIMES)


def _longest_gap(
    entries: list[_Entry], doses: list[_Dose], window: Window, zone: ZoneInfo
) -> Gap | None:
    """Return the longest time without a dose logged as taken, edges of the window too.

    A dose with a day and no time was taken somewhere in that day: the gap before it
    ends when the day begins, and the one after it begins when the day has ended, also
    where another dose of that day has its time. So a gap is at least so long.
    """
    taken = sorted(_span(e, zone) for e in entries if e.state is Taken.TAKEN)
    first, last = _midnight(window.start, zone), _midnight(window.end, zone)
    starts = list(accumulate((end for _, end in taken), max, initial=first))
    ends = [*(start for start, _ in taken), last]
    number = max(range(len(starts)), key=lambda n: ends[n] - starts[n])
    start, end = starts[number], ends[number]
    if end <= start:
        return None
    return Gap(
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        open_start=number == 0,
        open_end=number == len(taken),
        doses=_tally(
            d.state
            for d in doses
            if d.state is not Taken.TAKEN
            and start <= (d.moment or _midnight(d.day, zone)) < end
        ),
    )


def _span(entry: _Entry, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if entry.moment:
        return entry.moment, entry.moment
    return _midnight(entry.day, zone), _midnight(entry.day + timedelta(1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of a day where the person lives, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
