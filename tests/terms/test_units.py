"""Every unit and every spelling that is read, against a statement made by hand."""

from __future__ import annotations

import pytest

from concord.terms import Quantity


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 kg", "1000 g"),
        ("1 g", "1000 mg"),
        ("1 mg", "1000 ug"),
        ("1 ug", "1000 ng"),
        ("1 [lb_av]", "453.59237 g"),
        ("1 L", "10 dL"),
        ("1 dL", "100 mL"),
        ("1 mL", "1000 uL"),
        ("1 m", "100 cm"),
        ("1 [in_i]", "2.54 cm"),
        ("1 mol", "1000 mmol"),
        ("1 mmol", "1000 umol"),
        ("1 umol", "1000 nmol"),
        ("1 nmol", "1000 pmol"),
        ("1 meq/L", "0.001 meq/mL"),
        ("1 s", "1000 ms"),
        ("1 min", "60 s"),
        ("1 h", "60 min"),
        ("1 d", "24 h"),
        ("1 wk", "7 d"),
        ("1 [IU]", "1000 m[IU]"),
        ("1 m[IU]", "1000 u[IU]"),
        ("1 10*3", "1000"),
        ("1 10*6", "1000 10*3"),
        ("1 10*9", "1000 10*6"),
        ("1 g/d", "1000 mg/d"),
        ("1 mg/dL", "10 mg/L"),
        ("1 10*9/L", "1 10*3/uL"),
        ("1 mg/h", "24 mg/d"),
        ("1 kg/m2", "1000 g/m2"),
    ],
)
def test_one_unit_is_so_many_of_another(text: str, same: str) -> None:
    one, other = Quantity.parse(text), Quantity.parse(same)
    assert one.to(other.unit).value == other.value
    assert other.to(one.unit).value == one.value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mcg", "ug"), ("µg", "ug"), ("μg", "ug"), ("microgram", "ug"),
        ("micrograms", "ug"), ("milligram", "mg"), ("milligrams", "mg"),
        ("gram", "g"), ("grams", "g"), ("ml", "mL"), ("dl", "dL"), ("ul", "uL"),
        ("µL", "uL"), ("l", "L"), ("mEq", "meq"), ("day", "d"), ("hour", "h"),
        ("hr", "h"), ("lbs", "[lb_av]"), ("lb", "[lb_av]"), ("in", "[in_i]"),
        ("mmHg", "mm[Hg]"), ("mIU", "m[IU]"), ("uIU", "u[IU]"), ("K", "10*3"),
        ("mL/min/1.73m2", "mL/min"), ("mL/min/{1.73_m2}", "mL/min"),
        ("[arb'U]", "1"), ("mg/day", "mg/d"), ("K/uL", "10*3/uL"),
        ("mg{total}", "mg"), ("1", ""), ("/uL", "1/uL"),
    ],
)  # fmt: skip
def test_a_unit_is_known_by_what_people_write(written: str, meant: str) -> None:
    assert Quantity(7, written).to(meant).value == 7


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("%", "1"), ("mg", "mL"), ("mmol", "meq"), ("U", "[IU]"), ("mm[Hg]", "1"),
        ("m", "m2"), ("mol", "g"), ("d", "g"), ("mg/kg", "mg"), ("{score}", "1"),
        ("{tablet}", "{capsule}"), ("mg/mg", "mg"), ("wobbles", "1"),
        ("1/mg", "mg"), ("m2", "1"), ("s", "1"), ("U", "1"), ("[IU]", "1"),
        ("L", "1"), ("m", "1"), ("mol", "1"), ("meq", "1"),
    ],
)  # fmt: skip
def test_units_of_different_things_do_not_fit(one: str, other: str) -> None:
    assert not Quantity(1, one).fits(other)
    assert not Quantity(1, other).fits(one)


def test_a_unit_over_itself_is_a_plain_number() -> None:
    assert Quantity.parse("3 mg/mg").to("1").value == 3
    assert Quantity.parse("3 mg/g").to("1").value == Quantity("0.003").value
