"""Numbers and amounts in words, by the rules that keep doses from being misread.

The rules are those of ISMP's *List of Error-Prone Abbreviations, Symbols, and Dose
Designations* and of the Joint Commission's "Do Not Use" list:
no trailing zero, always a leading zero, a comma from 1,000 up, a space between number
and unit, no full stop after a unit, and units in words that cannot be taken for another
(`mcg`, never `µg`; `units`, never `U` or `IU`; `mL`, never `cc`).
"""

from __future__ import annotations

from decimal import Decimal

from concord.terms import Quantity
from concord.wording.vocabulary import PIECES, PIECES_OF, UNITS, UNITS_PER

_FEWEST_PLACES = 3
_A_TENTH = Decimal("0.1")
_HALF = Decimal("0.5")
_QUARTER = Decimal("0.25")
_PARTS = {_HALF: "half", _QUARTER: "a quarter", Decimal("0.75"): "three quarters"}


def number(value: Decimal) -> str:
    """Return a number exactly, with commas from 1,000 up and no trailing zero.

    Raises `ValueError` for what is no number (NaN, infinity).

    >>> number(Decimal("1250.50"))
    '1,250.5'
    >>> number(Decimal(".5"))
    '0.5'
    """
    if not value.is_finite():
        msg = "not a number that an amount can have"
        raise ValueError(msg)
    text = format(value, ",f")
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text


def amount(quantity: Quantity) -> str:
    """Return an amount exactly as it is, in a unit that cannot be misread.

    A unit that we have no word for stands as it was given.

    >>> amount(Quantity("0.50", "mg"))
    '0.5 mg'
    >>> amount(Quantity("10000", "[IU]"))
    '10,000 units'
    >>> amount(Quantity("2", "{tablet}"))
    '2 tablets'
    """
    written = number(quantity.value)
    return f"{written} {unit(quantity.unit, quantity.value)}".strip()


def rounded(quantity: Quantity) -> Quantity:
    """Return an amount that was worked out, to what a person can use.

    To a thousandth, and smaller ones to three figures: 62.5 micrograms are not
    0.062 mg.

    >>> rounded(Quantity("33.33333", "mg"))
    Quantity('33.333 mg')
    """
    places = max(_FEWEST_PLACES, _FEWEST_PLACES - 1 - quantity.value.adjusted())
    return Quantity(round(quantity.value, places), quantity.unit)


def counted(value: Decimal, piece: str) -> str:
    """Return a count of pieces as a person says it, parts in words.

    ISMP asks for "half tablet" in text, since ½ has been read as 1 or 2.

    >>> counted(Decimal("0.5"), "tablet")
    'half a tablet'
    >>> counted(Decimal("1.5"), "tablet")
    '1 and a half tablets'
    >>> counted(Decimal("2.0"), "film")
    '2 films'
    """
    whole, part = divmod(value, 1)
    words = _PARTS.get(part)
    if words is None:
        return f"{number(value)} {_numbered(piece, value)}"
    if whole == 0:
        return f"half a {piece}" if part == _HALF else f"{words} of a {piece}"
    joined = "a half" if part == _HALF else words
    return f"{number(whole)} and {joined} {_numbered(piece, value)}"


def piece_of(unit_text: str) -> str | None:
    """Return what a unit counts, in the singular, or `None` where it measures.

    >>> piece_of("{tbl}")
    'tablet'
    """
    return PIECES.get(unit_text.strip().casefold())


def unit(ucum: str, value: Decimal = Decimal(2)) -> str:
    """Return a UCUM unit in words or marks that cannot be misread.

    >>> unit("ug/h")
    'mcg per hour'
    """
    whole = UNITS.get(ucum)
    if whole is not None:
        return _numbered(whole, value) if whole in PIECES_OF else whole
    piece = piece_of(ucum)
    if piece is not None:
        return _numbered(piece, value)
    first, *rest = ucum.split("/")
    said = UNITS.get(first)
    if not rest or (said is None and first):
        return ucum
    top = _numbered(said, value) if said in PIECES_OF else (said or "")
    for part in rest:
        below = UNITS_PER.get(part)
        if below is None:
            top = f"{top}/{UNITS.get(part, part)}"
        else:
            top = f"{top} per {below}"
    return top.strip()


def _numbered(word: str | None, value: Decimal) -> str:
    """Return a word in the singular for up to one, else in the plural."""
    if word is None:
        return ""
    if abs(value) <= 1 and value != 0:
        return word
    return f"{word}es" if word.endswith(("ch", "sh", "s")) else f"{word}s"


def daily(
    low: Quantity,
    high: Quantity,
    *,
    single: Quantity,
    as_needed: bool = False,
    days_between: Decimal = Decimal(1),
    read_from_text: bool = False,
) -> str:
    """Return how much is taken in a day, or how one dose is spaced in days.

    What was worked out from directions that we read in words is said to be so.

    >>> daily(Quantity("50", "mg"), Quantity("100", "mg"), single=Quantity("100", "mg"))
    '50 mg to 100 mg a day'
    """
    said = _in_a_day(low, high, single, days_between, as_needed=as_needed)
    return f"{said} (read from directions in words)" if read_from_text else said


def _in_a_day(
    low: Quantity,
    high: Quantity,
    single: Quantity,
    days_between: Decimal,
    *,
    as_needed: bool,
) -> str:
    if days_between > 1:
        return f"{worked_out(single)} {_spaced(days_between)}"
    if as_needed:
        return f"up to {worked_out(high)} a day, as needed"
    if low != high:
        return f"{worked_out(low)} to {worked_out(high)} a day"
    return f"{worked_out(high)} a day"


def worked_out(quantity: Quantity) -> str:
    """Return an amount that was worked out, rounded to what a person can use.

    Less than a tenth of a milligram is said in micrograms, as labels say it: the
    catalogue holds 75 mcg of levothyroxine as 0.075 mg, where a nought is soon lost.

    >>> worked_out(Quantity("100.0", "mg"))
    '100 mg'
    >>> worked_out(Quantity("0.075", "mg"))
    '75 mcg'
    """
    shown = rounded(quantity)
    if shown.unit == "mg" and 0 < shown.value < _A_TENTH:
        shown = shown.to("ug")
    return amount(shown)


def _spaced(days: Decimal) -> str:
    """Return how doses that are not daily are spaced, in whole numbers.

    >>> _spaced(Decimal(7) / 2)
    'twice a week'
    """
    a_week = _DAYS_IN_A_WEEK / days
    if days != days.to_integral() and round(a_week, 3) == round(a_week):
        return f"{_TIMES.get(round(a_week)) or f'{round(a_week)} times'} a week"
    if days == 2:
        return "every other day"
    return f"every {round(days)} days" if round(days) > 1 else "almost daily"


_DAYS_IN_A_WEEK = 7
_TIMES = {1: "once", 2: "twice"}
