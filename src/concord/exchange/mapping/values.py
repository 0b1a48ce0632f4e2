"""Codes, dates, amounts and names: FHIR's data types as our terms.

What is wrong costs itself, is noted with its element, and is never mended by guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from concord.exchange.fhir import Amount, Coding, Concept, FhirPeriod, HumanName
from concord.exchange.problems import Place, kind_of, shown_amount
from concord.terms import Code, Duration, PartialDate, Period, Quantity, System

UCUM = "http://unitsofmeasure.org"

# How else the code systems are written: the OIDs of C-CDA, and other spellings.
_SYSTEMS = {
    "urn:oid:2.16.840.1.113883.6.88": System.RXNORM,
    "urn:oid:2.16.840.1.113883.6.69": System.NDC,
    "urn:oid:2.16.840.1.113883.6.73": System.ATC,
    "http://www.whocc.no/atc/": System.ATC,
    "urn:oid:2.16.840.1.113883.6.96": System.SNOMED,
    "urn:oid:2.16.840.1.113883.6.90": System.ICD10CM,
    "urn:oid:2.16.840.1.113883.6.1": System.LOINC,
}
# No clinical amount has a greater power of ten; a number like 1e999999999 would fill
# the memory when it is written out.
_MOST_POWER = 30
_DURATION_UNITS = {"h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
_DAYS = {"d": 1, "wk": 7}
# Words for pieces as systems abbreviate them.
_PIECES = {"tab": "tablet", "tabs": "tablet", "cap": "capsule", "caps": "capsule"}
_PIECE = re.compile(r"^[a-z]+(?: [a-z]+)*$")
_MEASURES = {
    "mg",
    "g",
    "kg",
    "ug",
    "mcg",
    "µg",
    "μg",
    "ng",
    "ml",
    "mL",
    "L",
    "l",
    "mEq",
    "meq",
    "mmol",
    "mol",
    "%",
    "h",
    "d",
}


def codes(concept: Concept | None) -> tuple[Code, ...]:
    """Return the codes of a concept that name their system."""
    if concept is None:
        return ()
    return tuple([code for c in concept.coding if (code := coded(c))])


def coded(coding: Coding | None) -> Code | None:
    """Return one code, its system in our spelling, or `None` without either."""
    if coding is None or not coding.code or not coding.system:
        return None
    return Code(
        system=_SYSTEMS.get(coding.system, coding.system),
        code=coding.code,
        display=coding.display,
    )


def words(concept: Concept | None) -> str | None:
    """Return what a concept says in words: its text, else a display."""
    if concept is None:
        return None
    if concept.text and concept.text.strip():
        return concept.text
    return next((c.display for c in concept.coding if c.display), None)


def first_code(concept: Concept | None) -> str | None:
    """Return the first bare code of a concept, for FHIR's own small code lists."""
    if concept is None:
        return None
    return next((c.code for c in concept.coding if c.code), None)


def all_codes(concepts: Iterable[Concept]) -> tuple[Code, ...]:
    """Return the codes of several concepts."""
    return tuple(code for concept in concepts for code in codes(concept))


# --- dates ------------------------------------------------------------------------


def day(text: str | None, element: str, place: Place) -> PartialDate | None:
    """Return a date or time; one that does not exist is noted and unknown."""
    if text is None:
        return None
    try:
        return _date(text)
    except (ValueError, OverflowError) as error:
        place.note(
            element,
            _wrong_date(str(error)),
            PartialDate.example,
            "correct the date; it was taken as not known",
        )
        return None


# A visit's measurements carry the same time to the second.
_date = lru_cache(maxsize=1024)(PartialDate.parse)


def _wrong_date(why: str) -> str:
    if why.startswith("a time without a zone"):
        return "a time without its zone"
    return "a date that does not exist or is not written as FHIR writes dates"


def period(given: FhirPeriod | None, element: str, place: Place) -> Period | None:
    """Return a period, `None` where neither end is known."""
    if given is None:
        return None
    start = day(given.start, f"{element}.start", place)
    end = day(given.end, f"{element}.end", place)
    return Period(start=start, end=end) if start or end else None


def moment(when: PartialDate | None) -> datetime | None:
    """Return when something was written down; a bare day counts from its beginning."""
    if when is None:
        return None
    return when.moment or datetime.combine(when.first, time(), UTC)


# --- amounts ----------------------------------------------------------------------


def number(value: Any, element: str, place: Place) -> Decimal | None:
    """Return a number as written; a text or a number without measure is noted."""
    if value is None:
        return None
    exact = _exact(value)
    if exact is None:
        found = kind_of(value)
        if isinstance(value, str):
            found = shown_amount(value)
        elif found == "a number":
            found = "a number larger or smaller than any measurement"
        place.note(
            element,
            found,
            "a number like 12.5 (digits and a point, without quotes)",
            "correct the number; it was taken as not known",
        )
    return exact


def _exact(value: Any) -> Decimal | None:
    kind = type(value)  # not isinstance: true is an int there
    if kind is not Decimal:
        if kind is not int:
            return None
        value = Decimal(value)
    exact: Decimal = value
    return exact if -_MOST_POWER < exact.adjusted() < _MOST_POWER else None


def quantity(amount: Amount | None, element: str, place: Place) -> Quantity | None:
    """Return an exact amount in UCUM where its code says so, else in its own word.

    Without a unit it stays without: what a bare 2 counts is not known.
    An amount that is only a bound ("less than 5") is no exact amount.
    """
    if amount is None or amount.comparator:
        return None
    value = _exact(amount.value)
    if value is None:
        number(amount.value, f"{element}.value", place)
        return None
    return Quantity(value, unit_of(amount))


def unit_of(amount: Amount) -> str:
    """Return the unit: the UCUM code, a known measure, else pieces (`{tablet}`)."""
    if amount.system == UCUM and amount.code:
        code = amount.code
        return "_".join(code.split()) if " " in code else code
    word = (amount.unit or amount.code or "").strip()
    if not word or word in _MEASURES:
        return word
    plain = word.casefold().removesuffix("(s)")
    if not _PIECE.match(plain):
        return "_".join(word.split())
    plain = _PIECES.get(plain, plain)
    if plain in ("milligram", "milligrams", "microgram", "micrograms"):
        return plain
    if plain.endswith("s") and not plain.endswith("ss"):
        plain = plain[:-1]
    return "{" + plain.replace(" ", "_") + "}"


def duration(amount: Amount | None, element: str, place: Place) -> Duration | None:
    """Return a whole length of time in hours to years, `None` where it is another."""
    if amount is None:
        return None
    value = number(amount.value, f"{element}.value", place)
    unit = _DURATION_UNITS.get(_time_unit(amount))
    if value is None or unit is None or value != value.to_integral_value() or value < 0:
        return None
    return Duration(int(value), unit)


def days(amount: Amount | None, element: str, place: Place) -> Decimal | None:
    """Return a length of time in days, `None` where it is not days or weeks."""
    if amount is None:
        return None
    value = number(amount.value, f"{element}.value", place)
    each = _DAYS.get(_time_unit(amount))
    return None if value is None or each is None else value * each


def _time_unit(amount: Amount) -> str:
    if amount.code and (amount.system in (None, UCUM)):
        return amount.code
    word = (amount.unit or "").casefold().removesuffix("s")
    return {"day": "d", "week": "wk", "month": "mo", "year": "a", "hour": "h"}.get(
        word, word
    )


# --- names ------------------------------------------------------------------------


def name_of(name: HumanName) -> str | None:
    """Return a name as written, else put together from its parts."""
    if name.text:
        return name.text
    parts = (*name.prefix, *name.given, name.family, *name.suffix)
    return " ".join(p for p in parts if p) or None
