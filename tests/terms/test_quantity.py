"""Quantities are exact, typed by their unit, and read strictly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.errors import UnitMismatchError
from concord.terms import Quantity

amounts = st.decimals(
    min_value=0, max_value=10**6, places=4, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize(
    ("text", "unit", "result"),
    [
        ("1 g", "mg", "1000 mg"),
        ("500 mcg", "mg", "0.5 mg"),
        ("0.1 mg/mL", "g/L", "0.1 g/L"),
        ("1.5 10*3/uL", "/uL", "1500 /uL"),
        ("2 10*9/L", "/uL", "2000 /uL"),
        ("70 mL/min", "mL/min", "70 mL/min"),
        ("60 mL/min/{1.73_m2}", "mL/min/{1.73_m2}", "60 mL/min/{1.73_m2}"),
        ("180 [lb_av]", "kg", "81.6466266 kg"),
        ("0.45 s", "ms", "450 ms"),
        ("300 ng/mL", "ug/L", "300 ug/L"),
    ],
)
def test_an_amount_is_converted_exactly(text: str, unit: str, result: str) -> None:
    assert str(Quantity.parse(text).to(unit)) == result


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1 mg", "mL"),
        ("1 {tablet}", "mg"),
        ("1 {tablet}", "{capsule}"),
        ("1 mmol/L", "meq/L"),
        ("1 %", "1"),
        ("5", "mg"),
    ],
)
def test_units_of_different_things_never_mix(text: str, unit: str) -> None:
    quantity = Quantity.parse(text)
    assert not quantity.fits(unit)
    with pytest.raises(UnitMismatchError):
        quantity.to(unit)


@pytest.mark.parametrize("text", ["1,0 mg", "", "mg", "1 mg daily", "1e3 mg", "1-2 mg"])
def test_what_is_not_plainly_an_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        Quantity.parse(text)


@given(amounts)
def test_the_text_of_a_quantity_reads_back_as_the_same(value: Decimal) -> None:
    quantity = Quantity(value, "mg")
    assert Quantity.parse(str(quantity)) == quantity


@given(amounts)
def test_there_and_back_again_changes_nothing(value: Decimal) -> None:
    there = Quantity(value, "mg").to("ug")
    assert there.to("mg").value == value


def test_a_quantity_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Quantity.parse("1 mg").value = Decimal(2)


def test_one_gram_is_not_equal_to_a_thousand_milligrams_until_converted() -> None:
    assert Quantity.parse("1 g") != Quantity.parse("1000 mg")
    assert Quantity.parse("1 g").to("mg") == Quantity.parse("1000 mg")
    assert hash(Quantity.parse("1 g")) == hash(Quantity.parse("1 g"))
