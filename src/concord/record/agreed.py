"""The one agreed list: every source's lines, put together without guessing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Generic, TypeVar

import msgspec

from concord.record.fold import LineStatus, State, regimen
from concord.record.model import (
    Dispensing,
    Dosage,
    DoseEvent,
    LineKind,
    MedicationLine,
    Medicine,
)
from concord.terms import Value


class Entry(Value, frozen=True, kw_only=True):
    """One medicine on the agreed list: the line that speaks for it, and the others.

    `also` are lines that state the same medicine with the same directions (a renewal,
    the person's own report of an order): evidence, not a second medicine.
    """

    line: MedicationLine
    state: State
    also: tuple[MedicationLine, ...] = ()

    @property
    def id(self) -> str:
        """The id of the line that speaks for the medicine."""
        return self.line.id

    @property
    def ingredients(self) -> frozenset[str]:
        """The RxCUIs of what was recognised; empty where nothing was."""
        return frozenset(i.rxcui for i in self.line.medicine.ingredients)


CURRENT = (LineStatus.ACTIVE, LineStatus.HELD)


def agreed_list(
    lines: Iterable[MedicationLine], on: date, known_at: datetime | None = None
) -> tuple[Entry, ...]:
    """Return the medicines on the list on a day: current, held, planned or stopped.

    A report of what a person takes joins the order of the same ingredients; an order
    joins another of the same product, directions and prescriber (a renewal: the later
    one speaks).
    Two orders that differ in any of these both stand, for the review to point at.
    Lines in which nothing was recognised join only a line with the very same text.
    """
    entries: list[Entry] = []
    same: dict[frozenset[str], list[int]] = {}  # places in `entries`, by identity
    dated = sorted(regimen(lines, on, known_at), key=_newest_first)
    orders = [pair for pair in dated if pair[0].kind is LineKind.ORDER]
    reports = [pair for pair in dated if pair[0].kind is LineKind.REPORT]
    for line, state in orders + reports:
        if state.status is LineStatus.NEVER:
            continue
        places = same.setdefault(identity(line.medicine), [])
        place = next((p for p in places if _joins(line, state, entries[p])), None)
        if place is None:
            places.append(len(entries))
            entries.append(Entry(line=line, state=state))
        else:
            entry = entries[place]
            entries[place] = Entry(
                line=entry.line, state=entry.state, also=(*entry.also, line)
            )
    return tuple(entries)


def _newest_first(pair: tuple[MedicationLine, State]) -> tuple[int, int, str]:
    line, state = pair
    rank = 0 if state.status in CURRENT else 1
    day = state.since.first.toordinal() if state.since else 0
    return (rank, -day, line.id)


def _joins(line: MedicationLine, state: State, entry: Entry) -> bool:
    """Return whether a line of the same ingredients is evidence for an entry."""
    if line.kind is LineKind.REPORT and entry.line.kind is LineKind.ORDER:
        both_current = entry.state.status in CURRENT and state.status in CURRENT
        return both_current or entry.state.status is state.status
    return _renewal(entry, line, state)


def identity(medicine: Medicine) -> frozenset[str]:
    """Return what makes two medicines the same: their ingredients, else their words."""
    recognised = frozenset(i.rxcui for i in medicine.ingredients)
    return recognised or frozenset({f"as written: {medicine.text.casefold()}"})


def _directions(state: State) -> tuple[Dosage, ...]:
    """Return the directions without the dates between which they hold."""
    return tuple(
        msgspec.structs.replace(dosage, bounds=None) for dosage in state.dosage
    )


def _renewal(entry: Entry, line: MedicationLine, state: State) -> bool:
    return (
        entry.line.kind is line.kind
        and entry.line.medicine.text.casefold() == line.medicine.text.casefold()
        and _directions(entry.state) == _directions(state)
        and entry.line.prescriber == line.prescriber
    )


T = TypeVar("T", Dispensing, DoseEvent)


class Told(Generic[T]):
    """Fills or doses, found by the order that they name or by their medicine."""

    def __init__(self, lines: Iterable[T]) -> None:
        self._by_order: dict[str | None, list[T]] = {}
        self._by_medicine: dict[frozenset[str], list[T]] = {}
        for line in lines:
            self._by_order.setdefault(line.order, []).append(line)
            self._by_medicine.setdefault(identity(line.medicine), []).append(line)

    def of(self, entry: Entry) -> tuple[T, ...]:
        """Return what was told of one medicine on the list, each line once."""
        found = {
            t.id: t for t in self._by_medicine.get(identity(entry.line.medicine), ())
        }
        for line in (entry.line, *entry.also):
            found |= {t.id: t for t in self._by_order.get(line.id, ())}
        return tuple(found.values())
