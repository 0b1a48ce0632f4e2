"""Discreet mode: a page that tells a glance nothing, until somebody taps.

What is veiled is not in the page at all: a tap asks for it, by a number that names
nothing. The choice is kept in a cookie of this browser, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

import msgspec
from django.http import HttpRequest

from concord.record.agreed import Entry
from concord.record.fold import LineStatus
from concord.record.model import Dosage, MedicationLine
from concord.web.person.lines import help_lines

COOKIE = "plain"
# What the address asks to be shown: a token, or all of the page.
SHOW, ALL = "show", "all"


@dataclass(frozen=True)
class Shown:
    """A medicine as a page may show it now: open, or by its number alone.

    The number is its place on the agreed list, the same on every page of a day;
    `twice` says that something in it stands in another current medicine too.
    """

    entry: Entry
    number: int
    token: str
    open: bool
    twice: bool = False


@dataclass(frozen=True)
class Veil:
    """Whether this browser asked for discreet pages, and what was tapped on one."""

    on: bool
    shown: frozenset[str]
    numbers: dict[str, int] = field(default_factory=dict)
    twice: frozenset[str] = frozenset()

    @property
    def all(self) -> bool:
        """Whether all of the page may be read."""
        return not self.on or ALL in self.shown

    def over(self, entry: Entry) -> Shown:
        """Return the medicine with its words where they may be seen, else without."""
        token = _token(entry.line)
        open_ = self.all or token in self.shown
        number = self.numbers.get(entry.id, 0)
        shown = entry if open_ else _without_words(entry)
        return Shown(shown, number, token, open_, twice=entry.id in self.twice)


def veil_of(request: HttpRequest, entries: Iterable[Entry]) -> Veil:
    """Return what this request may show of a list."""
    entries = tuple(entries)
    return Veil(
        twice=_twice(entries),
        on=discreet(request),
        shown=frozenset(request.GET.getlist(SHOW)),
        numbers={
            line.id: number
            for number, entry in enumerate(entries, start=1)
            for line in (entry.line, *entry.also)
        },
    )


def _twice(entries: tuple[Entry, ...]) -> frozenset[str]:
    """Return the current medicines that share an ingredient with another one."""
    current = [e for e in entries if e.state.status is LineStatus.ACTIVE]
    return frozenset(
        one.id
        for one in current
        if any(one.ingredients & other.ingredients for other in current if other != one)
    )


def discreet(request: HttpRequest) -> bool:
    """Whether this browser asked for discreet pages."""
    return request.COOKIES.get(COOKIE) == "1"


def shell(request: HttpRequest) -> dict[str, object]:
    """Return what the frame of every page needs: discreet or not, where to leave to."""
    return {"discreet": discreet(request), "leave": help_lines().leave}


def _token(line: MedicationLine) -> str:
    return blake2b(line.id.encode(), digest_size=6).hexdigest()


def _without_words(entry: Entry) -> Entry:
    """Return the entry with amounts and times alone: free text may name anything."""
    dosage = tuple(_plain(one) for one in entry.state.dosage if one.dose is not None)
    state = msgspec.structs.replace(entry.state, dosage=dosage, reason=None)
    return msgspec.structs.replace(entry, state=state)


def _plain(dosage: Dosage) -> Dosage:
    needed = dosage.as_needed and msgspec.structs.replace(dosage.as_needed, reason=None)
    return msgspec.structs.replace(dosage, text=None, as_needed=needed)
