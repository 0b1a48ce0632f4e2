"""How a value is cited: source, locator, status, and the scale of severity."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from concord.terms import Value


class Status(StrEnum):
    """How a value was come by; `unverified` never drives an interrupting finding."""

    CHECKED = "checked"
    CONVENTION = "convention"
    UNVERIFIED = "unverified"


class Severity(StrEnum):
    """The one scale of four; the first two may interrupt, and only at a change."""

    CONTRAINDICATED = "contraindicated"
    SERIOUS = "serious"
    MODERATE = "moderate"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 for the gravest, 3 for the least."""
        return _RANKS[self]

    @property
    def interrupts(self) -> bool:
        """Whether a finding of this severity may interrupt a start or an increase."""
        return self in (Severity.CONTRAINDICATED, Severity.SERIOUS)


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Cited(Value, frozen=True, kw_only=True):
    """A value with its source, locator and status, and the dates it held between.

    `printed` is the reading: the figures as they stand in the source, number and unit,
    no sentence (`"4 mg × 3"` where the value adds up what is printed for each dose).
    `local` names the fields that are ours and not the source's: the window within
    which a baseline counts, the first day beyond a limit, an amount worked out.
    Where sources conflict both values stand: the default has no `label`, the other
    one's `label` names the school it belongs to, and no rule uses it.
    """

    source: str
    locator: str
    status: Status
    printed: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    label: str | None = None
    note: str | None = None


class SourceEntry(Value, frozen=True, kw_only=True):
    """One source: what it is, who made it, when, and what its terms allow."""

    title: str
    kind: Literal["label", "guideline", "paper", "regulation", "dataset", "local"]
    publisher: str
    published: str
    licence: str
    url: str | None = None
    identifier: str | None = None
    read: str | None = None
