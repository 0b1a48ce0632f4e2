"""For which directions our own words are read back as the very same directions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from concord.errors import UnitMismatchError
from concord.record.model import AsNeeded, Dosage, Maximum, Timing
from concord.terms import Period, Quantity
from concord.wording.parsing import words
from concord.wording.parsing.making import as_many, on_days
from concord.wording.parsing.times import Rate
from concord.wording.vocabulary import EVENTS

_UNITS = words.PIECE_UNITS | {"mg", "g", "ug", "ug/h", "mL", "meq", "{unit}"}
_ROUTES = {r for r in words.ROUTES_SAID.values() if r != words.SKIN}
_DIGITS, _DECIMALS = 9, 6
_YEAR = 4


def reads_back(dosages: tuple[Dosage, ...]) -> bool:
    """Return whether printing these directions claims that `parse` gives them back.

    Both forms do, of the directions alone, without the medicine's own words.
    The claim is made by what the fields hold, not by trying: units and routes that our
    words keep apart (an international unit is said as a unit), a timing that says one
    thing once, a reason of the closed list, dates without a time; the steps count
    from 1, and no text stands beside them.
    """
    steps = [d.sequence for d in dosages]
    return (
        bool(dosages)
        and steps == sorted(steps)
        and set(steps) == set(range(1, steps[-1] + 1))
        and all(map(_one, dosages))
    )


def _one(dosage: Dosage) -> bool:
    return (
        dosage.text is None
        and not dosage.read_from_text
        and (dosage.dose or dosage.dose_max or dosage.timing) is not None
        and _dose(dosage.dose, dosage.dose_max)
        and _route(dosage)
        and _timing(dosage)
        and _needed(dosage.as_needed)
        and _most(dosage.maximum, dosage.dose or dosage.dose_max)
        and (dosage.lasts is None or _lasts(dosage))
        and (dosage.bounds is None or _bounds(dosage.bounds))
    )


def _amount(given: Quantity) -> bool:
    return given.unit in _UNITS and _number(given.value)


def _number(value: Decimal) -> bool:
    """Return whether a number is one that is read: above nothing, and not endless."""
    if not value.is_finite() or not 0 < value < 10**_DIGITS:
        return False
    return value == round(value, _DECIMALS)


def _dose(low: Quantity | None, high: Quantity | None) -> bool:
    if not all(_amount(end) for end in (low, high) if end is not None):
        return False
    if low is None or high is None:
        return True
    try:
        return high.to(low.unit).value > low.value
    except UnitMismatchError:
        return False


def _route(dosage: Dosage) -> bool:
    dose = dosage.dose or dosage.dose_max
    patch = dose is not None and dose.unit == "{patch}"
    if dosage.route in ("transdermal", "topical"):
        return (dosage.route == "transdermal") is patch
    return dosage.route is None or dosage.route in _ROUTES


def _needed(needed: AsNeeded | None) -> bool:
    return needed is None or needed.reason is None or needed.reason in words.REASONS


def _most(maximum: Maximum | None, dose: Quantity | None) -> bool:
    if maximum is None:
        return True
    amount = maximum.amount
    units = {amount.unit} | ({dose.unit} if dose else set())
    pieces = units & words.PIECE_UNITS
    of_doses = "{dose}" in pieces and dose is not None and dose.unit != "{dose}"
    return (
        _amount(amount)
        and maximum.within.count > 0
        and len(pieces) < 2
        and not of_doses
        and not (dose is not None and dose.unit == "{dose}" and len(units) > 1)
    )


def _lasts(dosage: Dosage) -> bool:
    lasts = dosage.lasts
    if lasts is None or not 0 < lasts.count < 10**_DIGITS:
        return False
    rate = _rate(dosage.timing) if dosage.timing else None
    return rate is None or rate.within(lasts)


def _bounds(bounds: Period) -> bool:
    ends = [end for end in (bounds.start, bounds.end) if end is not None]
    return bool(ends) and all(
        end.moment is None and end.first.year >= 10 ** (_YEAR - 1) for end in ends
    )


# --- when -------------------------------------------------------------------------


def _timing(dosage: Dosage) -> bool:
    timing = dosage.timing
    if timing is None:
        return True
    if timing.code is not None or not _listed(timing):
        return False
    rate = _rate(timing)
    each = len(timing.times_of_day) + len(set(timing.when) - words.ANY_MEAL)
    if rate is not None:
        return (
            _plain(rate) and as_many(rate, each) and on_days(rate, timing.days_of_week)
        )
    no_rate = (timing.frequency, timing.frequency_max, timing.period, timing.period_max)
    if no_rate != (None,) * 4 or timing.period_unit is not None:
        return False
    if timing.days_of_week:
        return bool(each) or not timing.when
    return timing.count is not None and not each and not timing.when


def _listed(timing: Timing) -> bool:
    """Return whether what is named is named once, in words that are read back.

    Noon is an event in our words, and so no time of the clock.
    """
    return (
        all(map(_once, (timing.when, timing.times_of_day, timing.days_of_week)))
        and set(timing.when) <= set(EVENTS)
        and set(timing.days_of_week) <= set(words.WEEK)
        and (
            set(timing.days_of_week) != set(words.WEEK)
            or timing.days_of_week == words.WEEK
        )
        and all(map(_clock, timing.times_of_day))
        and not (timing.when and timing.times_of_day)
        and (timing.count is None or 0 < timing.count < 10**_DIGITS)
    )


def _once(names: Iterable[str]) -> bool:
    names = tuple(names)
    return len(set(names)) == len(names)


def _clock(time: str) -> bool:
    hour, _, minute = time.partition(":")
    digits = hour.isascii() and minute.isascii() and (hour + minute).isdecimal()
    if not digits or (len(hour), len(minute)) != (2, 2) or time == "12:00":
        return False
    return int(hour) < 24 and int(minute) < 60


def _rate(timing: Timing) -> Rate | None:
    """Return the rate of a timing, `None` where it has none or half of one."""
    if timing.period is None or timing.period_unit is None:
        return None
    if timing.frequency is None and timing.frequency_max is None:
        return None
    return Rate(
        times=timing.frequency,
        times_max=timing.frequency_max,
        period=timing.period,
        period_max=timing.period_max,
        unit=timing.period_unit,
    )


def _plain(rate: Rate) -> bool:
    """Return whether a rate says how often in positive numbers, a range upwards."""
    times, most = rate.times, rate.times_max
    return (
        rate.unit in words.TIME_UNITS.values()
        and (times is None or 0 < times < 10**_DIGITS)
        and (most is None or (times or 0) < most < 10**_DIGITS)
        and _number(rate.period)
        and (rate.period_max is None or _number(rate.period_max))
        and (rate.period_max is None or rate.period_max > rate.period)
    )
