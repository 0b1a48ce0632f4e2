"""Readings: whether a value says what its source printed.

A checked value keeps, beside its source and locator, the figures as they are printed
there (`printed`): number and unit, no sentence. This module says what such a figure
amounts to, and which figures of a value none of them gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from concord.errors import UnitMismatchError
from concord.knowledge import model
from concord.terms import Duration, Quantity

_Figure = Quantity | Duration | Decimal

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
    model.Titration: ("step_at_most", "step_every", "steps"),
    model.TimeRange: ("low", "high"),
    model.IntendedDuration: ("at_most",),
    model.Stopping: ("at_least",),
    model.MonitoringDue: ("before", "after", "every", "begins", "ends"),
    model.MonitoringBound: ("below", "at_least", "above", "repeat_within"),
    model.Washout: ("lasts",),
    model.MissedDoseRule: ("gap", "resume_low", "resume_high", "give"),
    model.InjectionWindow: ("before", "after", "not_before"),
    model.TaperPace: ("step_low", "step_high", "every_low", "every_high"),
    model.OccupancyCurve: ("most", "half_at", "point"),
    model.SwitchWay: ("gap", "over_low", "over_high", "first_dose"),
    model.Visit: ("after", "every", "ends"),
    model.Repeat: ("after", "every", "ends"),
    model.RemissionKept: ("sustained_after", "recovered_after"),
    model.MeaningfulChange: ("points", "share"),
}
# The figures of what stands in such a field as a list, by the class of its items.
PARTS: dict[type, tuple[str, ...]] = {
    model.TitrationStep: ("dose", "each"),
    model.CatchUpDose: ("dose", "at_most", "after_last"),
    model.CurvePoint: ("dose", "share"),
}

_NUMBER = r"\d+(?:\.\d+)?"
_AMOUNT = re.compile(rf"({_NUMBER})\s*([^\d\s×÷,;]*)")
_PRODUCT = re.compile(rf"({_NUMBER})\s*(\S*)\s*([×÷])\s*({_NUMBER})")
# A cut is printed as what is taken off; a share says what is left.
_LESS = re.compile(rf"({_NUMBER})\s*% less")
# How often: "6-monthly", "weekly", "1 mg a week", "each day"; a bare period is one.
_EVERY = re.compile(rf"(?:({_NUMBER})[ -])?\b(dai|week|month|year)ly\b", re.IGNORECASE)
_PERIOD = re.compile(r"(?:(?:an?|per|each|every|/)\s*|^)(day|week|month|year)\b")
_OFTEN = {"annually": (1, "year"), "quarterly": (3, "month")}
_BETWEEN = ("", "to", "-", "–", "or", "and")
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
}
_DAYS = {
    "minute": Decimal(1) / 1440,
    "hour": Decimal(1) / 24,
    "day": Decimal(1),
    "week": Decimal(7),
}
_MONTHS = {"month": 1, "year": 12}
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
    for less in _LESS.findall(text):
        yield 1 - Decimal(less) / 100, ""
    text = _LESS.sub("", text)
    for number, unit, sign, other in _PRODUCT.findall(text):
        one, two = Decimal(number), Decimal(other)
        if two:
            yield (one * two if sign == "×" else one / two), unit
    for word, (count, period) in _OFTEN.items():
        if word in text.casefold():
            yield Decimal(count), period
    for number, period in _EVERY.findall(text):
        yield Decimal(number or 1), period.casefold().replace("dai", "day")
    text = _EVERY.sub("", text)
    for period in _PERIOD.findall(text):
        yield Decimal(1), period
    found = _AMOUNT.findall(text)
    units = [unit for _, unit in found]
    for index, (number, unit) in enumerate(found):
        # "25 to 50 mg": the unit stands once, behind the last of them.
        stated = next((u for u in units[index:] if u not in _BETWEEN), "")
        yield Decimal(number), unit if unit not in _BETWEEN else stated
    words = text.casefold()
    for word, share in _WORDS.items():
        if word in words:
            yield share, ""


def unprinted(value: model.Cited) -> Iterator[str]:
    """Yield the fields of a value whose figure no printed figure gives.

    A value without `printed` yields nothing: it has no reading to disagree with.
    """
    if not value.printed:
        return
    given = [amount for text in value.printed for amount in amounts(text)]
    for field in figures(value):
        for name, figure in parts(field, getattr(value, field)):
            if not any(_same(figure, n, u) for n, u in given):
                yield name


def figures(value: model.Cited) -> tuple[str, ...]:
    """Return the fields of a value whose figures its source should print."""
    return tuple(
        field
        for field in FIGURES.get(type(value), ())
        if getattr(value, field) not in (None, ()) and field not in value.local
    )


def parts(field: str, found: Any) -> Iterator[tuple[str, _Figure]]:
    """Yield a field and its figure, or the figures of each item of its list.

    `steps[2].dose` names the dose of the third step.
    """
    if not isinstance(found, tuple):
        yield field, found
        return
    for index, item in enumerate(found):
        for part in PARTS[type(item)]:
            figure = getattr(item, part)
            if figure is not None:
                yield f"{field}[{index}].{part}", figure


def has_figure(value: model.Cited) -> bool:
    """Return whether a value states a figure that a reading should show."""
    return bool(figures(value))


def agrees(figure: _Figure, printed: str) -> bool:
    """Return whether a printed figure gives a figure.

    >>> agrees(Quantity.parse("12 mg"), "4 mg × 3")
    True
    """
    return any(_same(figure, number, unit) for number, unit in amounts(printed))


def _same(figure: _Figure, number: Decimal, unit: str) -> bool:
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
    if word not in _DAYS and word not in _MONTHS:
        return not word and figure.count == number
    if figure.unit in _MONTHS and word in _MONTHS:
        return figure.count * _MONTHS[figure.unit] == number * _MONTHS[word]
    if figure.unit in _MONTHS or word in _MONTHS:
        return False  # a calendar month is no number of days
    wanted = figure.count * _DAYS[figure.unit]
    return abs(wanted - number * _DAYS[word]) < Decimal("0.01")
