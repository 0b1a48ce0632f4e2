"""Readings: whether a value says what its source printed.

A checked value keeps, beside its source and locator, the figures as they are printed
there (`printed`): number and unit, no sentence. This module says what such a figure
amounts to, and which figures of a value none of them gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from concord.errors import UnitMismatchError
from concord.knowledge import model
from concord.terms import Duration, Quantity

# The fields that hold a figure of the source, by class. What is not here is our own
# (a tier, a share of burdens), or words.
FIGURES: dict[type, tuple[str, ...]] = {
    model.Dose: (
        "start",
        "usual_low",
        "usual_high",
        "maximum",
        "single_maximum",
        "every",
    ),
    model.Adjustment: ("maximum", "share"),
    model.Titration: ("step_at_most", "step_every"),
    model.TimeRange: ("low", "high"),
    model.IntendedDuration: ("at_most",),
    model.Stopping: ("at_least",),
    model.MonitoringDue: ("before", "after", "every", "begins", "ends"),
    model.MonitoringBound: ("below", "at_least", "above"),
    model.Washout: ("lasts",),
    model.MissedDoseRule: ("gap",),
    model.InjectionWindow: ("before", "after", "not_before"),
    model.TaperPace: ("step_low", "step_high", "every_low", "every_high"),
    model.Visit: ("after", "every", "ends"),
}

_NUMBER = r"\d+(?:\.\d+)?"
_AMOUNT = re.compile(rf"({_NUMBER})\s*([^\d\s×÷,;]*)")
_PRODUCT = re.compile(rf"({_NUMBER})\s*(\S*)\s*([×÷])\s*({_NUMBER})")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_WORDS = {
    "half": Decimal("0.5"),
    "one third": Decimal(1) / 3,
    "two thirds": Decimal(2) / 3,
    "quarter": Decimal("0.25"),
    "one sixth": Decimal(1) / 6,
    "double": Decimal(2),
    "twice": Decimal(2),
    "once": Decimal(1),
    "daily": Decimal(1),
    "weekly": Decimal(1),
    "monthly": Decimal(1),
    "yearly": Decimal(1),
    "annually": Decimal(1),
    "quarterly": Decimal(3),
}
_DAYS = {
    "minute": Decimal(1) / 1440,
    "hour": Decimal(1) / 24,
    "day": Decimal(1),
    "week": Decimal(7),
    "month": Decimal(30),
    "year": Decimal(365),
}
_TIME_WORDS = {"daily": "day", "weekly": "week", "monthly": "month"} | dict.fromkeys(
    ("yearly", "annually"), "year"
)
# A share is rounded as people round it: a third is 0.33.
_CLOSE = Decimal("0.005")


def amounts(printed: str) -> Iterator[tuple[Decimal, str]]:
    """Yield what a printed figure amounts to: each number with the unit behind it.

    `"25 to 50 mg"` is 25 mg and 50 mg; `"4 mg × 3"` is also 12 mg, for a figure that
    is given for each of several doses; `"half"` and `"50%"` are a share.

    >>> [(str(n), u) for n, u in amounts("4 mg × 3")]
    [('12', 'mg'), ('4', 'mg'), ('3', '')]
    """
    text = _THOUSANDS.sub("", printed)
    for number, unit, sign, other in _PRODUCT.findall(text):
        one, two = Decimal(number), Decimal(other)
        if two:
            yield (one * two if sign == "×" else one / two), unit
    found = _AMOUNT.findall(text)
    units = [unit for _, unit in found]
    for index, (number, unit) in enumerate(found):
        # "25 to 50 mg": the unit stands once, behind the last of them.
        stated = next((u for u in units[index:] if u not in ("", "to", "-", "or")), "")
        yield Decimal(number), unit if unit not in ("", "to", "-", "or") else stated
    words = text.casefold()
    for word, share in _WORDS.items():
        if word in words:
            yield share, _TIME_WORDS.get(word, "")


def unprinted(value: model.Cited) -> Iterator[str]:
    """Yield the fields of a value whose figure no printed figure gives.

    A value without `printed` yields nothing: it has no reading to disagree with.
    """
    if not value.printed:
        return
    given = [amount for text in value.printed for amount in amounts(text)]
    for field in FIGURES.get(type(value), ()):
        figure = getattr(value, field)
        if figure is not None and not any(_same(figure, n, u) for n, u in given):
            yield field


def has_figure(value: model.Cited) -> bool:
    """Return whether a value states a figure that a reading should show."""
    return any(
        getattr(value, field) is not None for field in FIGURES.get(type(value), ())
    )


def _same(figure: Quantity | Duration | Decimal, number: Decimal, unit: str) -> bool:
    if isinstance(figure, Quantity):
        return _same_amount(figure, number, unit)
    if isinstance(figure, Duration):
        return _same_time(figure, number, unit)
    share = number / 100 if "%" in unit or unit.startswith("percent") else number
    return figure == number or abs(figure - share) < _CLOSE


def _same_amount(figure: Quantity, number: Decimal, unit: str) -> bool:
    if figure.value == number and (not unit or not figure.unit):
        return True
    try:
        printed = Quantity(number, _plain_unit(unit))
        return printed.to(figure.unit).value == figure.value
    except (UnitMismatchError, ValueError):
        # A unit that is written in its own way ("mg/day", "tablets"): the number
        # alone is held against it.
        return figure.value == number


def _plain_unit(unit: str) -> str:
    plain = unit.strip(".)(").casefold()
    return {"mcg": "ug", "µg": "ug", "grams": "g", "gram": "g"}.get(plain, plain)


def _same_time(figure: Duration, number: Decimal, unit: str) -> bool:
    """Return whether a time is the one printed; a unit that is none is not compared."""
    word = unit.strip(".)(").casefold().removesuffix("s")
    word = {"hr": "hour", "h": "hour", "wk": "week", "mo": "month", "yr": "year"}.get(
        word, word
    )
    if word not in _DAYS:
        return figure.count == number
    wanted = figure.count * _DAYS[figure.unit]
    if figure.count == number and figure.unit == word:
        return True
    return abs(wanted - number * _DAYS[word]) < Decimal("0.01") and {
        figure.unit,
        word,
    } != {"month", "day"}
