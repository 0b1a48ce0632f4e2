"""What a set of directions amounts to in a day, and why it sometimes cannot be told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from builders import TODAY, daily, day
from concord.dosing.daily import DailyAmount, Unclear, daily_amount, times_a_day
from concord.record.model import (
    AsNeeded,
    Dosage,
    Ingredient,
    Maximum,
    Medicine,
    Timing,
)
from concord.terms import Duration, Period, Quantity


def every(period: int, unit: str, frequency: int | None = 1, **more: Any) -> Timing:
    return Timing(frequency=frequency, period=Decimal(period), period_unit=unit, **more)


THREE_DAYS = ("mon", "wed", "fri")


@pytest.mark.parametrize(
    ("timing", "least", "most"),
    [
        (every(1, "d"), "1", "1"),
        (every(1, "d", 3), "3", "3"),
        (every(1, "d", 1, frequency_max=2), "1", "2"),
        (every(2, "d"), "0.5", "0.5"),
        (every(1, "d", 1, period_max=Decimal(2)), "0.5", "1"),
        (every(12, "h"), "2", "2"),
        (every(8, "h"), "3", "3"),
        (every(6, "h", 2), "8", "8"),
        (every(4, "h", 1, period_max=Decimal(6)), "4", "6"),
        (every(90, "min"), "16", "16"),
        (every(43200, "s"), "2", "2"),
        (every(1, "wk", 7), "1", "1"),
        (every(2, "wk", 7), "0.5", "0.5"),
        (every(1, "mo", 30), "1", "1"),
        (every(1, "a", 365), "1", "1"),
        (Timing(frequency=2, period_unit="d"), "2", "2"),
        (Timing(times_of_day=("08:00", "20:00")), "2", "2"),
        (Timing(when=("ACM", "ACD", "ACV")), "3", "3"),
        (every(1, "d", None, times_of_day=("08:00", "20:00")), "2", "2"),
        (every(2, "d", None), "0.5", "0.5"),
        (every(1, "d", 7, days_of_week=THREE_DAYS), "3", "3"),
        (every(1, "wk", 1, days_of_week=("mon",) * 7), "1", "1"),
        (every(1, "wk", 14, days_of_week=THREE_DAYS), "2", "2"),
        (every(1, "wk", 1, frequency_max=14, days_of_week=("m",) * 7), "1", "2"),
        (Timing(days_of_week=("mon",) * 7), "1", "1"),
        (Timing(times_of_day=("08:00",), days_of_week=("mon",) * 7), "1", "1"),
        (Timing(code="QD"), "1", "1"),
        (Timing(code="BID"), "2", "2"),
        (Timing(code="TID"), "3", "3"),
        (Timing(code="QID"), "4", "4"),
        (Timing(code="QOD"), "0.5", "0.5"),
        (Timing(code="AM"), "1", "1"),
        (Timing(code="PM"), "1", "1"),
        (Timing(code="BED"), "1", "1"),
        (Timing(code="Q1H"), "24", "24"),
        (Timing(code="Q2H"), "12", "12"),
        (Timing(code="Q3H"), "8", "8"),
        (Timing(code="Q4H"), "6", "6"),
        (Timing(code="Q6H"), "4", "4"),
        (Timing(code="Q8H"), "3", "3"),
        (Timing(code="Q12H"), "2", "2"),
        (Timing(code="Q24H"), "1", "1"),
        (Timing(code="BID", frequency=3, period_unit="d"), "3", "3"),
    ],
    ids=str,
)
def test_a_timing_amounts_to_so_many_doses_a_day(
    timing: Timing, least: str, most: str
) -> None:
    assert times_a_day(timing) == (Decimal(least), Decimal(most))


@pytest.mark.parametrize(
    ("timing", "in_days", "doses"),
    [
        (Timing(code="WK"), 7, 1),
        (Timing(code="MO"), 30, 1),
        (Timing(days_of_week=THREE_DAYS), 7, 3),
        (Timing(when=("ACM", "ACV"), days_of_week=THREE_DAYS), 7, 6),
        (every(1, "wk", 1, days_of_week=THREE_DAYS), 7, 3),
        (every(1, "d", 2, days_of_week=THREE_DAYS), 7, 6),
        (every(4, "wk"), 28, 1),
        (every(3, "mo"), 90, 1),
    ],
    ids=str,
)
def test_doses_that_are_not_daily_are_spread_over_their_days(
    timing: Timing, in_days: int, doses: int
) -> None:
    rate = times_a_day(timing)
    assert rate is not None
    assert rate[0] == rate[1]
    assert round(rate[0] * in_days, 20) == doses


@pytest.mark.parametrize(
    "timing",
    [
        None,
        Timing(),
        Timing(code="WHENEVER"),
        every(0, "d"),
        every(1, "fortnight"),
        Timing(frequency=2),
    ],
    ids=str,
)
def test_a_frequency_that_is_not_stated_is_not_guessed(timing: Timing | None) -> None:
    assert times_a_day(timing) is None


def a_medicine(*strengths: str | None) -> Medicine:
    """A medicine of ingredients i0, i1... each with its strength in one piece."""
    return Medicine(
        text="made",
        ingredients=tuple(
            Ingredient(
                rxcui=f"i{n}",
                name=f"i{n}",
                strength=Quantity.parse(strength) if strength else None,
            )
            for n, strength in enumerate(strengths)
        ),
    )


def amount_of(
    *dosages: Dosage,
    strengths: tuple[str | None, ...] = (None,),
    ingredient: int = 0,
    on: date = TODAY,
    since: date | None = date(2026, 1, 1),
) -> DailyAmount | Unclear:
    medicine = a_medicine(*strengths)
    return daily_amount(dosages, medicine, medicine.ingredients[ingredient], on, since)


def low_high(amount: DailyAmount | Unclear) -> tuple[str, str]:
    assert isinstance(amount, DailyAmount), amount
    return str(amount.low), str(amount.high)


@pytest.mark.parametrize(
    ("dose", "times", "strength", "result"),
    [
        ("300 mg", 3, None, "900 mg"),
        ("0.5 g", 2, None, "1.0 g"),
        ("2 {tablet}", 2, "25 mg", "100 mg"),
        ("1.5 tablets", 1, "10 mg", "15.0 mg"),
        ("10 mL", 2, "8 mg/mL", "160 mg"),
        ("5 mL", 1, "1 g/L", "5 mg"),
        ("1 {capsule}", 1, "1000 [IU]", "1000 [IU]"),
    ],
)
def test_the_daily_amount_is_the_dose_times_the_doses(
    dose: str, times: int, strength: str | None, result: str
) -> None:
    amount = amount_of(daily(dose, times), strengths=(strength,))
    assert low_high(amount) == (result, result)
    assert isinstance(amount, DailyAmount)
    assert not amount.as_needed
    assert amount.days_between == 1


@pytest.mark.parametrize(
    ("dosage", "strength", "reason"),
    [
        (Dosage(timing=every(1, "d")), "5 mg", Unclear.NO_DOSE),
        (daily("1 {tablet}"), None, Unclear.NO_STRENGTH),
        (daily("1 {tablet}"), "5 mg/mL", Unclear.NO_STRENGTH),
        (daily("5 mL"), None, Unclear.NO_STRENGTH),
        (daily("5 mL"), "5 mg", Unclear.NO_STRENGTH),
        (daily("12 ug/h"), "5 mg", Unclear.NO_STRENGTH),
        (daily("5"), "5 mg", Unclear.NO_UNIT),
        (daily("5 [IU]"), "5 mg", Unclear.NO_UNIT),
        (
            daily("5 mg", dose_max=Quantity.parse("6 [IU]")),
            None,
            Unclear.NO_UNIT,
        ),
        (
            daily("5 mg", dose_max=Quantity.parse("2 {tablet}")),
            "1000 [IU]",
            Unclear.MIXED_UNITS,
        ),
        (Dosage(dose=Quantity.parse("5 mg")), None, Unclear.NO_FREQUENCY),
        (
            Dosage(dose=Quantity.parse("5 mg"), as_needed=AsNeeded()),
            None,
            Unclear.NO_FREQUENCY,
        ),
    ],
    ids=str,
)
def test_what_cannot_be_worked_out_says_why(
    dosage: Dosage, strength: str | None, reason: Unclear
) -> None:
    assert amount_of(dosage, strengths=(strength,)) is reason


def test_without_directions_there_is_no_amount() -> None:
    assert amount_of() is Unclear.NO_DIRECTIONS


# --- combinations -----------------------------------------------------------------

FILM = ("8 mg", "2 mg")


@pytest.mark.parametrize(
    ("dose", "strengths", "ingredient", "result"),
    [
        ("2 {film}", FILM, 0, "16 mg"),
        ("2 {film}", FILM, 1, "4 mg"),
        ("16 mg", FILM, 0, "16 mg"),
        ("16 mg", FILM, 1, "4 mg"),
        ("16 mg", ("8 mg", "2000 ug"), 1, "4 mg"),
        ("16 mg", (None, None), 0, "16 mg"),
    ],
)
def test_a_dose_of_a_combination_is_that_of_its_first_ingredient(
    dose: str, strengths: tuple[str | None, ...], ingredient: int, result: str
) -> None:
    amount = amount_of(daily(dose), strengths=strengths, ingredient=ingredient)
    assert low_high(amount) == (result, result)


@pytest.mark.parametrize(
    ("strengths", "reason"),
    [
        (("8 mg", None), Unclear.NO_STRENGTH),
        ((None, "2 mg"), Unclear.NO_STRENGTH),
        (("8 mg", "2 mL"), Unclear.MIXED_UNITS),
    ],
)
def test_the_second_ingredient_needs_both_strengths(
    strengths: tuple[str | None, ...], reason: Unclear
) -> None:
    assert amount_of(daily("16 mg"), strengths=strengths, ingredient=1) is reason


# --- as needed, ranges and the most ----------------------------------------------


def at_most(amount: str, within: str) -> Maximum:
    return Maximum(amount=Quantity.parse(amount), within=Duration.parse(within))


@pytest.mark.parametrize(
    ("most", "high"),
    [
        (None, "20 mg"),
        (at_most("15 mg", "1 day"), "15 mg"),
        (at_most("25 mg", "1 day"), "20 mg"),
        (at_most("0.015 g", "24 hours"), "15 mg"),
        (at_most("30 mg", "2 days"), "15 mg"),
        (at_most("5 mg", "8 hours"), "15 mg"),
        (at_most("3 {tablet}", "1 day"), "15 mg"),
        (at_most("15 mg", "1 week"), "20 mg"),
        (at_most("15 mg", "0 hours"), "20 mg"),
        (at_most("1 [IU]", "1 day"), "20 mg"),
    ],
    ids=str,
)
def test_an_as_needed_dose_is_from_nothing_to_the_most_allowed(
    most: Maximum | None, high: str
) -> None:
    dosage = daily("5 mg", 4, as_needed=AsNeeded(), maximum=most)
    amount = amount_of(dosage, strengths=("5 mg",))
    assert low_high(amount) == ("0 mg", high)
    assert isinstance(amount, DailyAmount)
    assert amount.as_needed
    assert str(amount.single) == "5 mg"


def test_a_maximum_stands_in_for_a_frequency_that_is_not_stated() -> None:
    dosage = Dosage(dose=Quantity.parse("5 mg"), maximum=at_most("15 mg", "1 day"))
    assert low_high(amount_of(dosage)) == ("0 mg", "15 mg")


def test_a_maximum_in_a_unit_of_another_thing_is_not_compared() -> None:
    dosage = daily("1 {tablet}", maximum=at_most("4 mg", "1 day"))
    assert amount_of(dosage, strengths=("1000 [IU]",)) is Unclear.MIXED_UNITS


def test_a_range_of_doses_and_of_times_is_a_range_of_amounts() -> None:
    dosage = Dosage(
        dose=Quantity.parse("5 mg"),
        dose_max=Quantity.parse("10 mg"),
        timing=every(1, "d", 1, frequency_max=3),
    )
    amount = amount_of(dosage)
    assert low_high(amount) == ("5 mg", "30 mg")
    assert isinstance(amount, DailyAmount)
    assert str(amount.single) == "10 mg"


# --- several directions -----------------------------------------------------------


def test_directions_that_run_together_are_added_up() -> None:
    amount = amount_of(daily("300 mg"), daily("0.6 g"), daily("1 {tablet}"))
    assert amount is Unclear.NO_STRENGTH
    amount = amount_of(daily("300 mg"), daily("0.6 g"))
    assert low_high(amount) == ("900 mg", "900 mg")
    assert isinstance(amount, DailyAmount)
    assert str(amount.single) == "600 mg"


def test_a_low_and_a_high_in_two_units_are_added_in_one() -> None:
    range_ = daily("0.5 g", dose_max=Quantity.parse("1000 mg"))
    assert low_high(amount_of(range_, daily("500 mg"))) == ("1000 mg", "1500 mg")


def test_directions_in_units_of_different_things_are_not_added() -> None:
    doses = (daily("5 mg"), daily("1 {tablet}"))
    assert amount_of(*doses, strengths=("1000 [IU]",)) is Unclear.MIXED_UNITS


def test_a_fixed_dose_with_one_as_needed_is_not_as_needed() -> None:
    fixed, needed = daily("10 mg"), daily("5 mg", 2, as_needed=AsNeeded())
    amount = amount_of(fixed, needed)
    assert low_high(amount) == ("10 mg", "20 mg")
    assert isinstance(amount, DailyAmount)
    assert not amount.as_needed
    both = amount_of(needed, needed)
    assert isinstance(both, DailyAmount)
    assert both.as_needed


@pytest.mark.parametrize(
    ("timings", "days"),
    [
        ((every(28, "d"),), 28),
        ((every(2, "d"),), 2),
        ((every(1, "d"),), 1),
        ((every(1, "d", 2),), 1),
        ((every(2, "d", 3),), 1),  # more than one a day, on average
        ((every(28, "d"), every(14, "d")), 14),
        ((every(28, "d"), every(1, "d")), 1),
    ],
)
def test_the_time_between_doses_that_are_not_daily_is_kept(
    timings: tuple[Timing, ...], days: int
) -> None:
    dosages = (Dosage(dose=Quantity.parse("100 mg"), timing=t) for t in timings)
    amount = amount_of(*dosages)
    assert isinstance(amount, DailyAmount)
    assert round(amount.days_between, 20) == days


# --- steps and bounds -------------------------------------------------------------

STEPS = (
    daily("25 mg", sequence=1, lasts=Duration.parse("7 days")),
    daily("50 mg", sequence=2, lasts=Duration.parse("7 days")),
    daily("100 mg", sequence=3),
)


@pytest.mark.parametrize(
    ("on", "dose"),
    [
        (date(2026, 1, 1), "25 mg"),
        (date(2026, 1, 7), "25 mg"),
        (date(2026, 1, 8), "50 mg"),
        (date(2026, 1, 14), "50 mg"),
        (date(2026, 1, 15), "100 mg"),
        (date(2026, 12, 31), "100 mg"),
    ],
)
def test_of_steps_only_the_one_of_the_day_counts(on: date, dose: str) -> None:
    for steps in (STEPS, STEPS[::-1]):
        assert low_high(amount_of(*steps, on=on)) == (dose, dose)


def test_steps_count_from_the_start_and_without_it_say_so() -> None:
    assert amount_of(*STEPS, since=None) is Unclear.STEPS_UNDATED
    later = amount_of(*STEPS, since=date(2026, 11, 16), on=TODAY)
    assert low_high(later) == ("25 mg", "25 mg")


def test_directions_of_one_step_run_together() -> None:
    week = Duration.parse("7 days")
    night = daily("50 mg", sequence=1, lasts=Duration.parse("3 days"))
    steps = (daily("25 mg", sequence=1, lasts=week), night, daily("9 mg", sequence=2))
    for on, dose in ((date(2026, 1, 7), "75 mg"), (date(2026, 1, 8), "9 mg")):
        assert low_high(amount_of(*steps, on=on)) == (dose, dose)


def test_the_last_step_goes_on_after_its_time() -> None:
    steps = (STEPS[0], STEPS[1])
    assert low_high(amount_of(*steps, on=date(2026, 6, 1))) == ("50 mg", "50 mg")


def test_steps_of_which_some_have_no_timing_are_undated() -> None:
    steps = (
        daily("25 mg", sequence=1),
        Dosage(text="then more", sequence=2),
    )
    assert amount_of(*steps) is Unclear.STEPS_UNDATED


def between(first: str | None, last: str | None) -> Period:
    return Period(start=day(first) if first else None, end=day(last) if last else None)


@pytest.mark.parametrize(
    ("bounds", "on", "held"),
    [
        (between("2026-03-01", "2026-03-10"), date(2026, 2, 28), False),
        (between("2026-03-01", "2026-03-10"), date(2026, 3, 1), True),
        (between("2026-03-01", "2026-03-10"), date(2026, 3, 10), True),
        (between("2026-03-01", "2026-03-10"), date(2026, 3, 11), False),
        (between("2026-03", "2026-03"), date(2026, 3, 1), True),
        (between("2026-03", "2026-03"), date(2026, 3, 31), True),
        (between("2026-03", "2026-03"), date(2026, 4, 1), False),
        (between(None, "2026-03-10"), date(2026, 3, 10), True),
        (between("2026-03-01", None), date(2026, 3, 1), True),
        (between(None, None), date(2026, 3, 1), True),
    ],
)
def test_directions_hold_within_their_bounds_both_days_included(
    bounds: Period, on: date, held: bool
) -> None:
    amount = amount_of(daily("5 mg", bounds=bounds), on=on)
    assert (amount is not Unclear.NO_DIRECTIONS) == held


def test_directions_without_bounds_hold_beside_those_that_have_some() -> None:
    extra = daily("5 mg", bounds=between("2026-03-01", "2026-03-10"))
    both = (daily("10 mg"), extra)
    assert low_high(amount_of(*both, on=date(2026, 3, 10))) == ("15 mg", "15 mg")
    assert low_high(amount_of(*both, on=date(2026, 3, 11))) == ("10 mg", "10 mg")
