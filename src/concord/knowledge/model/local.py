"""Measures, education, coverage and look-alike names: the tables that stand alone."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Literal

from concord.knowledge.model.cited import Cited
from concord.knowledge.model.when import Side
from concord.terms import Value


class MeasureValue(Cited, frozen=True, kw_only=True):
    """A threshold of a measure: a share, a count of days or years, or a bare number.

    `at` is clock times, in order.
    """

    name: str
    share: Decimal | None = None
    days: Decimal | None = None
    years: Decimal | None = None
    number: Decimal | None = None
    at: tuple[time, ...] = ()
    text: str


class Measure(Value, frozen=True, kw_only=True):
    """A published measure of use or quality, with its thresholds.

    `encounters` are the classes of encounters that it speaks of (HL7 ActCode),
    `reasons` the conditions they are for.
    """

    id: str
    title: str
    steward: str
    side: Side | None = None
    encounters: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    value: tuple[MeasureValue, ...]


class EducationPoint(Cited, frozen=True, kw_only=True):
    """One thing to tell the person, in plain words."""

    topic: Literal[
        "why",
        "how",
        "onset",
        "expect",
        "serious",
        "do-not-mix",
        "driving",
        "missed",
        "stopping",
        "pregnancy",
        "tests",
        "storage",
    ]
    text: str


class Education(Value, frozen=True, kw_only=True):
    """What to tell the person about one drug or class."""

    id: str
    title: str
    side: Side
    point: tuple[EducationPoint, ...]


class Coverage(Cited, frozen=True, kw_only=True):
    """A list of drugs that the knowledge means to cover whole, and where it is from."""

    id: str
    title: str
    drugs: tuple[str, ...]


class TallManNames(Cited, frozen=True, kw_only=True):
    """Names as one part of a published list writes them; brands stand apart."""

    kind: Literal["generic", "brand"]
    written: tuple[str, ...]


class TallMan(Value, frozen=True, kw_only=True):
    """A published list of look-alike names and its edition."""

    id: str
    title: str
    edition: str
    names: tuple[TallManNames, ...]
