"""How an amount is said in clinical form."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders import a_case, a_person, day
from concord.dosing.daily import DailyAmount
from concord.followup.results import Measured
from concord.review.building import dose_text, plain, seen_result
from concord.terms import Quantity
from small_world import WORLD


def amount(high: str, days: Decimal | int = 1, **more: object) -> DailyAmount:
    quantity = Quantity.parse(high)
    return DailyAmount(
        low=more.pop("low", quantity),  # type: ignore[arg-type]
        high=quantity,
        single=quantity,
        days_between=Decimal(days),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (Decimal(1), "100 mg a day"),
        (Decimal(2), "100 mg every other day"),
        (Decimal(7), "100 mg every 7 days"),
        (Decimal(28), "100 mg every 28 days"),
        (Decimal(7) / 2, "100 mg twice a week"),
        (Decimal(7) / 3, "100 mg 3 times a week"),
        (Decimal(7) / 6, "100 mg 6 times a week"),
        (Decimal("2.4"), "100 mg every 2 days"),
        (Decimal("1.6"), "100 mg every 2 days"),
        (Decimal("1.2"), "100 mg almost daily"),
        # 7 / 2.3334 is 2.99991..., three times a week only when rounded to tenths.
        (Decimal("2.3334"), "100 mg 3 times a week"),
        (Decimal("2.335"), "100 mg every 2 days"),
    ],
)
def test_doses_that_are_not_daily_are_spaced_in_whole_numbers(
    days: Decimal, words: str
) -> None:
    assert dose_text(amount("100 mg", days)) == words


def test_a_range_and_an_amount_as_needed_are_said_as_such() -> None:
    low = Quantity.parse("50 mg")
    assert dose_text(amount("100 mg", low=low)) == "50 mg to 100 mg a day"
    assert dose_text(amount("3 mg", as_needed=True)) == "up to 3 mg a day, as needed"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("100.0 mg", "100 mg"),
        ("1200 mg", "1,200 mg"),
        ("12.5 mg", "12.5 mg"),
        ("0.0375 mg", "37.5 mcg"),
        ("0.099 mg", "99 mcg"),
        ("0.1 mg", "0.1 mg"),
        ("0 mg", "0 mg"),
        ("0.12345 mg", "0.123 mg"),
        ("9 {score}", "9"),
        ("900 /uL", "900 /µL"),
        ("25 ug", "25 mcg"),
    ],
)
def test_an_amount_is_shown_to_a_thousandth_or_three_figures_without_trailing_zeros(
    written: str, shown: str
) -> None:
    assert plain(Quantity.parse(written)) == shown


@pytest.mark.parametrize(
    ("worked_out", "words"), [(True, "48 mL/min"), (False, "47.6 mL/min")]
)
def test_a_result_that_was_worked_out_is_said_in_whole_numbers(
    worked_out: bool, words: str
) -> None:
    result = Measured(
        observation="creatinine-clearance",
        on=day("2026-05-01"),
        quantity=Quantity.parse("47.6 mL/min"),
        worked_out=worked_out,
    )
    message = seen_result(a_case(a_person(), WORLD), result)
    assert message.values["value"] == words
