"""An exact amount with its unit, and conversion between units of one dimension.

Units are written in UCUM.
Only arithmetic of units lives here (1 g is 1000 mg); what depends on the substance
(1 mEq of lithium is 1 mmol) is knowledge and lives in an observation file.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar

from concord.errors import UnitMismatchError

# UCUM atom -> (dimension, factor to the dimension's base unit).
_ATOMS: dict[str, tuple[str, Decimal]] = {
    "kg": ("mass", Decimal(1000)),
    "g": ("mass", Decimal(1)),
    "mg": ("mass", Decimal("1e-3")),
    "ug": ("mass", Decimal("1e-6")),
    "ng": ("mass", Decimal("1e-9")),
    "[lb_av]": ("mass", Decimal("453.59237")),
    "L": ("volume", Decimal(1)),
    "dL": ("volume", Decimal("1e-1")),
    "mL": ("volume", Decimal("1e-3")),
    "uL": ("volume", Decimal("1e-6")),
    "m": ("length", Decimal(1)),
    "cm": ("length", Decimal("1e-2")),
    "[in_i]": ("length", Decimal("0.0254")),
    "m2": ("area", Decimal(1)),
    "mol": ("amount", Decimal(1)),
    "mmol": ("amount", Decimal("1e-3")),
    "umol": ("amount", Decimal("1e-6")),
    "nmol": ("amount", Decimal("1e-9")),
    "pmol": ("amount", Decimal("1e-12")),
    "meq": ("equivalents", Decimal("1e-3")),
    "s": ("time", Decimal(1)),
    "ms": ("time", Decimal("1e-3")),
    "min": ("time", Decimal(60)),
    "h": ("time", Decimal(3600)),
    "d": ("time", Decimal(86400)),
    "wk": ("time", Decimal(604800)),
    "U": ("enzyme", Decimal(1)),
    "[IU]": ("international unit", Decimal(1)),
    "m[IU]": ("international unit", Decimal("1e-3")),
    "u[IU]": ("international unit", Decimal("1e-6")),
    "mm[Hg]": ("pressure", Decimal(1)),
    "10*3": ("1", Decimal(1000)),
    "10*6": ("1", Decimal(1000000)),
    "10*9": ("1", Decimal(1000000000)),
    "%": ("percent", Decimal(1)),
    "1": ("1", Decimal(1)),
    "": ("1", Decimal(1)),
}

# What people and systems write, and the UCUM that they mean.
_SPELLINGS = {
    "mcg": "ug",
    "µg": "ug",
    "μg": "ug",
    "microgram": "ug",
    "micrograms": "ug",
    "milligram": "mg",
    "milligrams": "mg",
    "gram": "g",
    "grams": "g",
    "ml": "mL",
    "dl": "dL",
    "ul": "uL",
    "µL": "uL",
    "l": "L",
    "mEq": "meq",
    "day": "d",
    "hour": "h",
    "hr": "h",
    "lbs": "[lb_av]",
    "lb": "[lb_av]",
    "in": "[in_i]",
    "mmHg": "mm[Hg]",
    "mIU": "m[IU]",
    "uIU": "u[IU]",
    "K": "10*3",
    "1.73m2": "",
    "{1.73_m2}": "",
    "[arb'U]": "1",
}
_ANNOTATION = re.compile(r"\{[^}]*\}")
_TEXT = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*(\S*)\s*$")


@cache
def _meaning(unit: str) -> tuple[tuple[tuple[str, int], ...], Fraction]:
    """Return the dimension of a unit (sorted powers) and its factor to base units.

    The factor is a fraction, since one over sixty has no exact decimal: 30 mL/min would
    not be 30 mL/min in another spelling, and fall below a bound of 30.
    An unknown atom is a dimension of its own, so `{tablet}` and `mg` never mix.
    """
    powers: dict[str, int] = {}
    factor = Fraction(1)
    for place, part in enumerate(unit.split("/")):
        sign = 1 if place == 0 else -1
        written = _SPELLINGS.get(part, part)
        atom = _SPELLINGS.get(
            _ANNOTATION.sub("", written), _ANNOTATION.sub("", written)
        )
        if atom in _ATOMS:
            dimension, size = _ATOMS[atom]
        else:
            dimension, size = atom, Decimal(1)
        # An annotation alone ({tablet}) counts things of its own kind.
        if atom == "" and written.startswith("{") and place == 0:
            dimension = written
        factor *= Fraction(size) ** sign
        if dimension != "1":
            powers[dimension] = powers.get(dimension, 0) + sign
    return tuple(sorted((d, p) for d, p in powers.items() if p)), factor


class Quantity:
    """An exact decimal and a UCUM unit; immutable; its text is `"50 mg"`.

    Two quantities are equal when value and unit are, so `1 g != 1000 mg`: use
    `to` before comparing.

    >>> Quantity.parse("0.5 g").to("mg")
    Quantity('500 mg')
    """

    __slots__ = ("unit", "value")
    example: ClassVar[str] = '"50 mg"'
    value: Decimal
    unit: str

    def __init__(self, value: Decimal | int | str, unit: str = "") -> None:
        object.__setattr__(self, "value", Decimal(value))
        object.__setattr__(self, "unit", unit)

    def __setattr__(self, name: str, value: Any) -> None:
        msg = f"a Quantity is frozen; cannot set {name}"
        raise AttributeError(msg)

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Return the quantity that a text like `"50 mg"` states.

        Raises `ValueError` for anything else; `"1,0 mg"` is refused, since a comma
        is a decimal mark in some places and a thousands mark in others.
        """
        found = _TEXT.match(text)
        if not found:
            msg = f"{text!r} is not an amount; expected a text like {cls.example}"
            raise ValueError(msg)
        try:
            return cls(Decimal(found[1]), found[2])
        except InvalidOperation as error:  # pragma: no cover - the pattern forbids it
            raise ValueError(text) from error

    def to(self, unit: str) -> Quantity:
        """Return the same amount in another unit of the same dimension, exactly.

        Raises `UnitMismatchError` where the units measure different things.
        """
        if unit == self.unit:
            return self
        dimension, factor = _meaning(self.unit)
        wanted, wanted_factor = _meaning(unit)
        if dimension != wanted:
            msg = f"{self.unit or 'no unit'} cannot be expressed in {unit or 'no unit'}"
            raise UnitMismatchError(msg)
        ratio = factor / wanted_factor
        value = self.value * ratio.numerator / ratio.denominator
        return Quantity(_plain(value), unit)

    def fits(self, unit: str) -> bool:
        """Return whether this amount can be expressed in that unit."""
        return _meaning(self.unit)[0] == _meaning(unit)[0]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Quantity)
            and self.value == other.value
            and self.unit == other.unit
        )

    def __hash__(self) -> int:
        return hash((self.value, self.unit))

    def __str__(self) -> str:
        number = format(self.value, "f")
        return f"{number} {self.unit}" if self.unit else number

    def __repr__(self) -> str:
        return f"Quantity({str(self)!r})"


def _plain(number: Decimal) -> Decimal:
    """Return the number without trailing zeros and without an exponent."""
    normal = number.normalize()
    return normal.quantize(Decimal(1)) if normal == normal.to_integral() else normal
