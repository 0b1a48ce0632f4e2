"""A day in sections: which directions belong to which time of day.

Nothing is guessed: directions without a time stand in a section of their own, and so
do those that are not for every day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from concord.dosing.daily import Unclear, in_force
from concord.record.agreed import Entry
from concord.record.fold import LineStatus
from concord.record.model import Dosage, Timing
from concord.terms import Value

# The parts of a day, in order, with the codes of FHIR's EventTiming and of its
# TimingAbbreviation that mean them.
PARTS: dict[str, frozenset[str]] = {
    "Morning": frozenset(
        "WAKE MORN MORN.early MORN.late CM ACM PCM AM".split()  # noqa: SIM905
    ),
    "Midday": frozenset("NOON CD ACD PCD".split()),  # noqa: SIM905
    "Afternoon": frozenset("AFT AFT.early AFT.late".split()),  # noqa: SIM905
    "Evening": frozenset(
        "EVE EVE.early EVE.late CV ACV PCV PM".split()  # noqa: SIM905
    ),
    "Bedtime": frozenset("NIGHT PHS HS BED".split()),  # noqa: SIM905
}
NO_TIME = "No set time"
NOT_DAILY = "Not every day"
# The hour at which each part of a day begins on a clock: words for the eye alone.
_BEGINS = ((0, "Bedtime"), (4, "Morning"), (11, "Midday"), (14, "Afternoon"))
_BEGINS_LATE = ((17, "Evening"), (21, "Bedtime"))
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOT_DAILY_CODES = frozenset({"QOD", "WK", "MO"})
_WITHIN_A_DAY = frozenset({"s", "min", "h"})


class Due(Value, frozen=True, kw_only=True):
    """One medicine in one section, with only the directions that belong there."""

    entry: Entry


class Section(Value, frozen=True, kw_only=True):
    """A part of the day and what is taken then."""

    title: str
    due: tuple[Due, ...]


class Day(Value, frozen=True, kw_only=True):
    """A day of directions: by time, and apart from it what is taken as needed."""

    sections: tuple[Section, ...]
    as_needed: tuple[Due, ...]


def day_of(entries: Iterable[Entry], on: date) -> Day:
    """Return a day in sections, of what is active on it; a held medicine is not there.

    Directions in steps count where the step of that day is known; where it is not, all
    of them stand under *no set time*, as they were written.
    """
    found: dict[str, list[Due]] = {}
    as_needed: list[Due] = []
    for entry in entries:
        if entry.state.status is not LineStatus.ACTIVE:
            continue
        since = entry.state.changed or entry.state.since
        now = in_force(entry.state.dosage, on, since.first if since else None)
        if isinstance(now, Unclear):
            found.setdefault(NO_TIME, []).append(Due(entry=entry))
            continue
        for title, dosages in _by_part(now, on).items():
            due = Due(entry=_only(entry, dosages))
            if title is None:
                as_needed.append(due)
            else:
                found.setdefault(title, []).append(due)
    titles = (*PARTS, NO_TIME, NOT_DAILY)
    return Day(
        sections=tuple(
            Section(title=title, due=tuple(found[title]))
            for title in titles
            if title in found
        ),
        as_needed=tuple(as_needed),
    )


def _by_part(dosages: Iterable[Dosage], on: date) -> dict[str | None, list[Dosage]]:
    """Return the directions of one medicine by section; `None` is as needed."""
    found: dict[str | None, list[Dosage]] = {}
    for dosage in dosages:
        if dosage.as_needed is not None:
            found.setdefault(None, []).append(dosage)
            continue
        for title in _titles(dosage.timing, on):
            found.setdefault(title, []).append(dosage)
    return found


def _titles(timing: Timing | None, on: date) -> list[str]:
    if timing is None:
        return [NO_TIME]
    days = {day.casefold()[:3] for day in timing.days_of_week}
    if days:
        if _DAYS[on.weekday()] not in days:
            return [NOT_DAILY]
    elif not _daily(timing):
        return [NOT_DAILY]
    parts = [_part_at(time) for time in timing.times_of_day]
    said = {*timing.when, _code(timing)}
    parts += [title for title, codes in PARTS.items() if codes & said]
    return list(dict.fromkeys(parts)) or [NO_TIME]


def _daily(timing: Timing) -> bool:
    """Whether directions are for every day, as far as they say."""
    if _code(timing) in _NOT_DAILY_CODES:
        return False
    if timing.period_unit in (None, *_WITHIN_A_DAY):
        return True
    return timing.period_unit == "d" and timing.period in (None, 1)


def _code(timing: Timing) -> str:
    """Return the abbreviation of a timing, however it was spelled: `q.o.d.`, `QOD`."""
    return (timing.code or "").strip().upper().replace(".", "")


def _part_at(time: str) -> str:
    hour = int(time[:2]) if time[:2].isdigit() else 0
    return [part for begins, part in (*_BEGINS, *_BEGINS_LATE) if begins <= hour][-1]


def _only(entry: Entry, dosages: list[Dosage]) -> Entry:
    state = msgspec.structs.replace(entry.state, dosage=tuple(dosages))
    return msgspec.structs.replace(entry, state=state)
