"""CLN-02, CLN-03, CLN-06: nothing that the formatter says can be misread.

The referee (`tests/web/ismp.py`) knows nothing of the formatter; it reads what it said.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.ismp import RULES, violations

from concord.record.model import (
    AsNeeded,
    Dosage,
    Ingredient,
    Maximum,
    Medicine,
    Timing,
)
from concord.terms import Duration, Quantity
from concord.wording.amounts import amount, counted, daily, number, rounded, unit
from concord.wording.directions import clinical, sentences
from concord.wording.vocabulary import (
    ABBREVIATED_TIMES,
    EVENTS,
    PIECES,
    ROUTES,
    TIMES,
    UNITS,
    WEEKDAYS,
)

VALUES = 100_000
UNIT_CODES = (*UNITS, *PIECES, "mg/mL", "ug/h", "ug/mL", "mg/kg", "[IU]/L", "mg/d")


def a_number(chance: random.Random) -> Decimal:
    """A number as records hold them: with zeros behind and before, large and small."""
    whole = chance.choice(("0", "", "1", "10", "999", "1000", "1001", "10000"))
    if chance.random() < 0.5:
        whole = str(chance.randrange(10 ** chance.randrange(1, 8)))
    parts = ("", ".0", ".00", ".5", ".50", ".25", ".125", ".0625", ".001", ".10")
    part = chance.choice(parts)
    if not whole and not part.strip("."):
        return Decimal(0)
    value = Decimal(f"{whole}{part}" if whole or part else "0")
    return value.scaleb(chance.choice((0, 0, 0, 3, -3)))


def an_amount(chance: random.Random) -> Quantity:
    return Quantity(a_number(chance), chance.choice(UNIT_CODES))


def some_timing(chance: random.Random) -> Timing | None:
    kind = chance.randrange(6)
    if kind == 0:
        return None
    if kind == 1:
        return Timing(code=chance.choice((*ABBREVIATED_TIMES, "q.d.", "bid")))
    if kind == 2:
        return Timing(days_of_week=tuple(chance.sample(sorted(WEEKDAYS), 2)))
    times = chance.choice((None, 1, 1, 2, 3, 4))
    return Timing(
        frequency=times,
        frequency_max=chance.choice((None, None, 5)),
        period=Decimal(chance.choice(("1", "1.0", "2", "4", "0.5", "12"))),
        period_max=chance.choice((None, None, Decimal(24))),
        period_unit=chance.choice(sorted(TIMES)),
        when=tuple(chance.sample(sorted(EVENTS), chance.randrange(3))),
        times_of_day=tuple(chance.sample(("08:00", "12:00", "21:30"), kind - 3)),
        count=chance.choice((None, None, 1, 1500)),
    )


def a_direction(chance: random.Random) -> Dosage:
    return Dosage(
        dose=chance.choice((None, an_amount(chance), an_amount(chance))),
        dose_max=chance.choice((None, None, an_amount(chance))),
        route=chance.choice((None, *ROUTES)),
        timing=some_timing(chance),
        as_needed=chance.choice((None, AsNeeded(), AsNeeded(reason="anxiety"))),
        maximum=chance.choice(
            (None, Maximum(amount=an_amount(chance), within=Duration(24, "hour")))
        ),
        lasts=chance.choice((None, Duration(7, "day"))),
        sequence=chance.choice((1, 1, 2)),
    )


def a_medicine(chance: random.Random) -> Medicine:
    names = chance.sample(("OLANZAPINE", "fluoxetine", "Bupropion", "insulin"), 2)
    many = tuple(
        Ingredient(rxcui=name, name=name, strength=an_amount(chance)) for name in names
    )
    return Medicine(text="x", ingredients=many[: chance.randrange(3)])


def sayings(chance: random.Random) -> Iterator[str]:
    """One hundred thousand texts of the formatter, of every kind."""
    for place in range(VALUES):
        kind = place % 5
        if kind == 0:
            low = an_amount(chance)
            high = Quantity(a_number(chance), low.unit)
            spaced = Decimal(chance.choice(("1", "2", "3.5", "14")))
            yield daily(low, high, single=high, days_between=spaced)
        elif kind == 1:
            yield counted(a_number(chance), chance.choice(sorted(PIECES.values())))
        elif kind == 2:
            yield clinical((a_direction(chance), a_direction(chance)))
        elif kind == 3:
            yield sentences((a_direction(chance),), a_medicine(chance))
        else:
            yield amount(an_amount(chance))


def test_of_100_000_values_none_is_said_in_a_way_that_can_be_misread() -> None:
    found: list[str] = []
    some: list[str] = []
    for said in sayings(random.Random(20260203)):  # noqa: S311 - no secret
        some.append(said)
        if len(some) == 1000:
            found += violations("\n".join(some))
            some = []
    assert not some
    assert found == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("trailing zero", "Take 1.0 mg"),
        ("trailing zero", "Take 2.50 mg"),
        ("no leading zero", "Take .5 mg"),
        ("no comma in a thousand", "Take 1000 mg"),
        ("no comma in a thousand", "10000 units"),
        ("a wrong comma", "1,00 mg"),
        ("an exponent", "1E+3 mg"),
        ("no space before the unit", "Take 10mg"),
        ("full stop after a unit", "10 mg. daily"),
        ("micro sign", "25 µg"),
        ("ng", "5 ng"),
        ("IU or U", "500 IU"),
        ("IU or U", "10 U"),
        ("cc", "5 cc"),
        ("daily", "10 mg QD"),
        ("daily", "10 mg q.d."),
        ("every other day", "10 mg QOD"),
        ("bedtime", "10 mg qhs"),
        ("twice or more", "10 mg TIW"),
        ("route", "10 mg SC"),
        ("eye or ear", "1 drop OS"),
        ("drug letters", "MS 10 mg"),
        ("stop or discharge", "D/C it"),
        ("a half", "½ tablet"),
        ("per day", "100 mg/d"),
        ("more than", "> 5 mg"),
        ("trade mark", "Zoloft®"),
    ],
)
def test_the_referee_sees_each_kind_of_error(rule: str, text: str) -> None:
    assert any(found.startswith(rule) for found in violations(f"<p>{text}</p>"))


def test_the_referee_tries_every_rule_that_it_has() -> None:
    tried = test_the_referee_sees_each_kind_of_error.pytestmark[0].args[1]
    assert {rule for rule, _ in tried} == set(RULES)


def test_the_referee_passes_what_is_right_and_what_somebody_wrote() -> None:
    assert violations("<p>Take 0.5 mg, then 1,000 units daily by mouth.</p>") == []
    assert violations("<p>As written: “1.0 mg QD”</p><textarea>QD</textarea>") == []
    assert violations("<p>Olanzapine</p>") != []


# --- numbers and amounts ----------------------------------------------------------

AMOUNT = re.compile(r"^(-?[\d,]+(?:\.\d+)?)(?: (.+))?$")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_a_number_is_said_exactly_and_read_back_as_it_was(value: Decimal) -> None:
    said = number(value)
    assert Decimal(said.replace(",", "")) == value
    assert not said.startswith((".", "-."))
    assert "E" not in said
    assert not ("." in said and said.endswith(("0", ".")))


@given(
    st.decimals(min_value=0, max_value=10**9, places=4),
    st.sampled_from(["mg", "ug", "g", "mL", "[IU]", "meq", "mmol/L"]),
)
def test_an_amount_comes_back_from_its_words_unchanged(
    value: Decimal, ucum: str
) -> None:
    found = AMOUNT.match(amount(Quantity(value, ucum)))
    assert found is not None
    assert Decimal(found[1].replace(",", "")) == value
    assert found[2] == unit(ucum, value)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ("0.5 mg", "0.5 mg"),
        ("1.0 mg", "1 mg"),
        ("999 mg", "999 mg"),
        ("999.9 mg", "999.9 mg"),
        ("1000 mg", "1,000 mg"),
        ("1000.5 mg", "1,000.5 mg"),
        ("10000 [IU]", "10,000 units"),
        ("1 [IU]", "1 unit"),
        ("0 mg", "0 mg"),
        ("25 ug", "25 mcg"),
        ("25 ug/h", "25 mcg per hour"),
        ("5 mg/mL", "5 mg/mL"),
        ("2 {tablet}", "2 tablets"),
        ("1 {tablet}", "1 tablet"),
        ("3 {patch}", "3 patches"),
        ("0.8 mmol/L", "0.8 mmol/L"),
        ("12 {of our own}", "12 {of our own}"),
        ("250 10*9/L", "250 ×10⁹/L"),
        ("9 {score}", "9"),
    ],
)
def test_an_amount_is_said_in_words_that_cannot_be_misread(
    given_: str, said: str
) -> None:
    value, _, ucum = given_.partition(" ")
    assert amount(Quantity(value, ucum)) == said


def test_a_number_written_without_its_zero_is_said_with_it() -> None:
    assert amount(Quantity(Decimal(".5"), "mg")) == "0.5 mg"
    assert amount(Quantity(Decimal("1E+3"), "mg")) == "1,000 mg"
    assert number(Decimal("-0.0")) == "0"


@pytest.mark.parametrize("nothing", ["NaN", "Infinity"])
def test_what_is_no_number_is_not_said_as_one(nothing: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(Decimal(nothing))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0.25", "a quarter of a tablet"),
        ("0.5", "half a tablet"),
        ("0.75", "three quarters of a tablet"),
        ("1", "1 tablet"),
        ("1.5", "1 and a half tablets"),
        ("1.25", "1 and a quarter tablets"),
        ("2.00", "2 tablets"),
        ("0.3", "0.3 tablet"),
        ("1000", "1,000 tablets"),
    ],
)
def test_parts_of_a_piece_are_said_in_words(value: str, said: str) -> None:
    assert counted(Decimal(value), "tablet") == said


@given(st.decimals(min_value=Decimal("0.0001"), max_value=10**6, places=6))
def test_rounding_keeps_three_figures_at_the_least(value: Decimal) -> None:
    shown = rounded(Quantity(value, "mg")).value
    assert abs(shown - value) <= max(Decimal("0.0005"), 0) * 1
    assert abs(shown - value) * 200 <= value
