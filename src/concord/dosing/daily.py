"""How much of an ingredient a set of directions amounts to in a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

from concord.record.model import Dosage, Ingredient, Medicine, Timing
from concord.terms import Quantity, Value


class Unclear(StrEnum):
    """Why a daily amount cannot be worked out; nothing is guessed instead."""

    NO_DIRECTIONS = "no-directions"
    NO_DOSE = "no-dose"
    NO_UNIT = "no-unit"
    NO_STRENGTH = "no-strength"
    NO_FREQUENCY = "no-frequency"
    STEPS_UNDATED = "steps-undated"
    MIXED_UNITS = "mixed-units"


class DailyAmount(Value, frozen=True, kw_only=True):
    """An amount per day, from `low` to `high`; `single` is the largest one dose.

    `as_needed` is whether all of it is: then `low` is nothing and `high` the most that
    the directions allow.
    `days_between` is the time between doses that are not given every day.
    """

    low: Quantity
    high: Quantity
    single: Quantity
    as_needed: bool = False
    days_between: Decimal = Decimal(1)


# Pieces are counted, whatever they are called.
PIECES = frozenset(
    {
        "{tablet}", "{tbl}", "{capsule}", "{film}", "{patch}", "{piece}", "{dose}",
        "tablet", "tablets", "tab", "tabs", "capsule", "capsules", "cap", "caps",
        "film", "films", "patch", "patches", "piece", "pieces", "{Tablet}",
        "{Capsule}", "{suppository}", "[TAB]", "TAB", "CAP",
    }
)  # fmt: skip

# Times in a period of days, by the codes of FHIR's TimingAbbreviation.
_CODED = {
    "QD": (1, 1), "BID": (2, 1), "TID": (3, 1), "QID": (4, 1), "QOD": (1, 2),
    "AM": (1, 1), "PM": (1, 1), "BED": (1, 1), "WK": (1, 7), "MO": (1, 30),
    "Q1H": (24, 1), "Q2H": (12, 1), "Q3H": (8, 1), "Q4H": (6, 1), "Q6H": (4, 1),
    "Q8H": (3, 1), "Q12H": (2, 1), "Q24H": (1, 1),
}  # fmt: skip

# (days, units): so many units are so many days. A fraction of a day as a decimal is
# not exact (a dose every 8 hours would be 2.99... a day).
_DAYS_IN = {
    "s": (1, 86400),
    "min": (1, 1440),
    "h": (1, 24),
    "d": (1, 1),
    "wk": (7, 1),
    "mo": (30, 1),
    "a": (365, 1),
}


def daily_amount(
    dosages: Iterable[Dosage],
    medicine: Medicine,
    ingredient: Ingredient,
    on: date,
    since: date | None = None,
) -> DailyAmount | Unclear:
    """Return how much of an ingredient the directions in force on a day amount to.

    Directions that run together are added up; of steps, only those in force count.
    A dose in pieces is multiplied by the ingredient's strength in one piece.
    A dose in mass counts for the first ingredient of a combination, since that is how
    combinations are ordered; the others follow in the ratio of the strengths.
    """
    instructions = in_force(tuple(dosages), on, since)
    if isinstance(instructions, Unclear):
        return instructions
    total: DailyAmount | None = None
    for dosage in instructions:
        part = _amount(dosage, medicine, ingredient)
        if isinstance(part, Unclear):
            return part
        if total is None:
            total = part
        elif not part.high.fits(total.high.unit):
            return Unclear.MIXED_UNITS
        else:
            total = _add(total, part)
    return total or Unclear.NO_DIRECTIONS


def in_force(
    dosages: tuple[Dosage, ...], on: date, since: date | None
) -> tuple[Dosage, ...] | Unclear:
    """Return the directions that hold on a day: those whose bounds hold it."""
    if not dosages:
        return Unclear.NO_DIRECTIONS
    steps = sorted({d.sequence for d in dosages})
    if len(steps) > 1 and all(d.lasts or d.sequence == steps[-1] for d in dosages):
        if since is None:
            return Unclear.STEPS_UNDATED
        day = since
        for step in steps:
            of_step = tuple(d for d in dosages if d.sequence == step)
            ends = max((d.lasts.after(day) for d in of_step if d.lasts), default=None)
            if ends is None or on < ends or step == steps[-1]:
                return of_step
            day = ends
    bounded = tuple(d for d in dosages if d.bounds is not None)
    if bounded:
        held = tuple(d for d in dosages if _holds(d, on))
        return held or Unclear.NO_DIRECTIONS
    if len(steps) > 1:
        return Unclear.STEPS_UNDATED
    return dosages


def _holds(dosage: Dosage, on: date) -> bool:
    if dosage.bounds is None:
        return True
    start, end = dosage.bounds.start, dosage.bounds.end
    return (start is None or start.first <= on) and (end is None or on <= end.last)


def _amount(
    dosage: Dosage, medicine: Medicine, ingredient: Ingredient
) -> DailyAmount | Unclear:
    if dosage.dose is None:
        return Unclear.NO_DOSE
    low = of_ingredient(dosage.dose, medicine, ingredient)
    high = of_ingredient(dosage.dose_max or dosage.dose, medicine, ingredient)
    if isinstance(low, Unclear):
        return low
    if isinstance(high, Unclear):
        return high
    rate = times_a_day(dosage.timing)
    cap = _cap(dosage, medicine, ingredient)
    if rate is None and cap is None:
        return Unclear.NO_FREQUENCY
    if not low.fits(high.unit) or (cap is not None and not cap.fits(high.unit)):
        return Unclear.MIXED_UNITS
    nothing = Decimal(0)
    least, most = rate or (nothing, nothing)
    highest = Quantity(high.value * most, high.unit)
    if cap is not None and (rate is None or cap.to(high.unit).value < highest.value):
        highest = cap.to(high.unit)
    needed = dosage.as_needed is not None
    return DailyAmount(
        low=Quantity(nothing if needed else low.value * least, low.unit),
        high=highest,
        single=high,
        as_needed=needed,
        days_between=1 / most if 0 < most < 1 else Decimal(1),
    )


def _cap(dosage: Dosage, medicine: Medicine, ingredient: Ingredient) -> Quantity | None:
    """Return the most in a day that the directions themselves allow, or `None`."""
    if dosage.maximum is None:
        return None
    amount = of_ingredient(dosage.maximum.amount, medicine, ingredient)
    within = dosage.maximum.within
    in_a_day = {"hour": 24, "day": 1}.get(within.unit)
    if isinstance(amount, Unclear) or in_a_day is None or within.count == 0:
        return None
    return Quantity(amount.value * in_a_day / within.count, amount.unit)


def times_a_day(timing: Timing | None) -> tuple[Decimal, Decimal] | None:
    """Return the least and most doses a day on average, or `None` where not stated.

    >>> times_a_day(Timing(frequency=1, period=Decimal(2), period_unit="d"))
    (Decimal('0.5'), Decimal('0.5'))
    """
    if timing is None:
        return None
    days = Decimal(len(timing.days_of_week)) / 7 if timing.days_of_week else Decimal(1)
    named = len(timing.times_of_day) or len(timing.when)
    if timing.frequency is None and timing.period is None:
        if named:
            return (named * days, named * days)
        if timing.code in _CODED:
            times, in_days = _CODED[timing.code]
            return (Decimal(times) / in_days, Decimal(times) / in_days)
        return (days, days) if timing.days_of_week else None
    period = timing.period if timing.period is not None else Decimal(1)
    if timing.period_unit not in _DAYS_IN or period <= 0:
        return None
    in_days, units = _DAYS_IN[timing.period_unit]
    least = timing.frequency if timing.frequency is not None else max(named, 1)
    most = timing.frequency_max or least
    longest = timing.period_max or period
    if timing.days_of_week and timing.period_unit == "wk":
        days = Decimal(1)
        least, most = (max(n, len(timing.days_of_week)) for n in (least, most))
    return (
        least * units * days / (longest * in_days),
        most * units * days / (period * in_days),
    )


def pieces_of(dose: Quantity) -> bool:
    """Return whether an amount counts pieces: tablets, patches, films."""
    return dose.unit in PIECES


def of_ingredient(
    dose: Quantity, medicine: Medicine, ingredient: Ingredient
) -> Quantity | Unclear:
    """Return how much of the ingredient one dose holds."""
    if dose.unit in PIECES:
        piece = ingredient.strength
        if piece is None or "/" in piece.unit:
            return Unclear.NO_STRENGTH
        return Quantity(dose.value * piece.value, piece.unit)
    if not dose.unit:
        return Unclear.NO_UNIT
    if dose.fits("mg"):
        return _share(dose, medicine, ingredient)
    if dose.fits("mL"):
        strength = ingredient.strength
        if strength is None or not strength.fits("mg/mL"):
            return Unclear.NO_STRENGTH
        per_ml = strength.to("mg/mL").value
        return Quantity(dose.to("mL").value * per_ml, "mg")
    if dose.fits("ug/h"):
        return Unclear.NO_STRENGTH
    return Unclear.NO_UNIT


def _share(
    dose: Quantity, medicine: Medicine, ingredient: Ingredient
) -> Quantity | Unclear:
    leading = medicine.ingredients[0]
    if leading.rxcui == ingredient.rxcui:
        return dose
    if leading.strength is None or ingredient.strength is None:
        return Unclear.NO_STRENGTH
    if not ingredient.strength.fits(leading.strength.unit):
        return Unclear.MIXED_UNITS
    part = ingredient.strength.to(leading.strength.unit).value
    return Quantity(dose.value * part / leading.strength.value, dose.unit)


def _add(one: DailyAmount, other: DailyAmount) -> DailyAmount:
    unit = one.high.unit
    single = max(one.single.value, other.single.to(unit).value)
    return DailyAmount(
        low=Quantity(one.low.to(unit).value + other.low.to(unit).value, unit),
        high=Quantity(one.high.value + other.high.to(unit).value, unit),
        single=Quantity(single, unit),
        as_needed=one.as_needed and other.as_needed,
        days_between=min(one.days_between, other.days_between),
    )
