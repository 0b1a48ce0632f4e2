"""Conditions and observations, with their codes: `conditions/`, `observations/`."""

from __future__ import annotations

from decimal import Decimal

from concord.knowledge.model.cited import Cited
from concord.terms import Duration, Value


class ConditionCodes(Cited, frozen=True, kw_only=True):
    """Codes that mean the condition; ICD-10-CM codes stand for all below them."""

    icd10cm: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()


class Lasts(Cited, frozen=True, kw_only=True):
    """How long after its onset a condition is taken to hold, if no end is recorded."""

    length: Duration


class ConditionEntry(Value, frozen=True, kw_only=True):
    """A condition that knowledge speaks of.

    `broader` names conditions that this one is a case of.
    `lasts` bounds a condition that passes (a pregnancy, a fever).
    """

    id: str
    title: str
    codes: tuple[ConditionCodes, ...]
    broader: tuple[str, ...] = ()
    lasts: Lasts | None = None


class UnitFactor(Cited, frozen=True, kw_only=True):
    """1 `unit` of this observation is `factor` of its own unit."""

    unit: str
    factor: Decimal


class Answer(Cited, frozen=True, kw_only=True):
    """A coded answer and what it means here."""

    codes: tuple[str, ...]
    means: str


class Plausible(Cited, frozen=True, kw_only=True):
    """Outside these a result is questioned, not used."""

    low: Decimal
    high: Decimal


class LoincCodes(Cited, frozen=True, kw_only=True):
    """The LOINC codes that mean this observation."""

    loinc: tuple[str, ...]


class StandIn(Cited, frozen=True, kw_only=True):
    """Another observation that may stand in for this one where it was not made."""

    observation: str


class ObservationEntry(Value, frozen=True, kw_only=True):
    """A measurement that knowledge speaks of, in one unit of its own."""

    id: str
    title: str
    codes: tuple[LoincCodes, ...]
    unit: str | None = None
    convert: tuple[UnitFactor, ...] = ()
    answer: tuple[Answer, ...] = ()
    plausible: Plausible | None = None
    stand_in: tuple[StandIn, ...] = ()
