"""Equivalent doses: the worked examples of the guideline, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from concord.dosing.equivalents import Given, Refused, Worth, total, worth
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Equivalents
from concord.terms import Quantity

ON = date(2026, 11, 22)


@pytest.fixture(scope="module")
def cdc_2022(knowledge: Knowledge) -> Equivalents:
    return knowledge.equivalents["opioid-cdc-2022"]


@pytest.fixture(scope="module")
def cdc_2016(knowledge: Knowledge) -> Equivalents:
    return knowledge.equivalents["opioid-cdc-2016"]


def taken(drug: str, amount: str, route: str = "oral") -> Given:
    return Given(drug=drug, amount=Quantity.parse(amount), route=route)


@pytest.mark.parametrize(
    ("drug", "amount", "route", "expected"),
    [
        ("hydrocodone", "20 mg", "oral", "20"),  # 5 mg, four times a day
        ("oxycodone", "20 mg", "oral", "30"),  # ER 10 mg, twice a day
        ("fentanyl", "25 ug/h", "transdermal", "60"),
        ("methadone", "30 mg", "oral", "141"),
        ("tramadol", "300 mg", "oral", "60"),
        ("morphine", "60 mg", "oral", "60"),
        ("codeine", "120 mg", "oral", "18"),
        ("hydromorphone", "8 mg", "oral", "40"),
        ("oxymorphone", "20 mg", "oral", "60"),
        ("tapentadol", "200 mg", "oral", "80"),
        ("morphine", "0.06 g", "oral", "60"),
    ],
)
def test_the_worked_examples_of_2022(
    cdc_2022: Equivalents, drug: str, amount: str, route: str, expected: str
) -> None:
    found = worth(cdc_2022, taken(drug, amount, route), ON)
    assert isinstance(found, Worth)
    assert (found.equals.value, found.equals.unit) == (Decimal(expected), "mg")


def test_two_opioids_add_up_to_the_worked_example(cdc_2022: Equivalents) -> None:
    found = total(
        cdc_2022, [taken("morphine", "60 mg"), taken("oxycodone", "20 mg")], ON
    )
    assert found.equals == Quantity(90, "mg")
    assert found.whole


@pytest.mark.parametrize(
    "drug",
    [
        "butorphanol",
        "dihydrocodeine",
        "levorphanol",
        "meperidine",
        "pentazocine",
        "nalbuphine",
        "opium",
        "oliceridine",
        "sufentanil",
        "remifentanil",
        "alfentanil",
    ],
)
def test_an_opioid_without_a_factor_is_refused_by_name(
    cdc_2022: Equivalents, drug: str
) -> None:
    found = total(cdc_2022, [taken("morphine", "30 mg"), taken(drug, "10 mg")], ON)
    assert [r.given.drug for r in found.refused] == [drug]
    assert not found.whole
    assert found.equals == Quantity(30, "mg"), "a part of the sum, and it says so"


@pytest.mark.parametrize("route", ["buccal", "nasal", "intravenous", "sublingual"])
def test_fentanyl_has_a_factor_as_a_patch_alone(
    cdc_2022: Equivalents, route: str
) -> None:
    assert isinstance(worth(cdc_2022, taken("fentanyl", "100 ug", route), ON), Refused)


def test_a_patch_is_counted_by_its_rate_and_not_by_its_milligrams(
    cdc_2022: Equivalents,
) -> None:
    found = worth(cdc_2022, taken("fentanyl", "2.1 mg", "transdermal"), ON)
    assert isinstance(found, Refused)
    assert "ug/h" in found.why


def test_buprenorphine_is_left_out_on_purpose_and_not_for_want_of_a_figure(
    cdc_2022: Equivalents,
) -> None:
    found = total(cdc_2022, [taken("buprenorphine", "16 mg", "sublingual")], ON)
    assert [r.given.drug for r in found.not_counted] == ["buprenorphine"]
    assert found.refused == ()
    assert found.equals == Quantity(0, "mg")


@pytest.mark.parametrize(
    ("drug", "amount", "old", "new"),
    [
        ("hydromorphone", "8 mg", "32", "40"),
        ("tramadol", "300 mg", "30", "60"),
        ("methadone", "20 mg", "80", "94"),
        ("methadone", "21 mg", "168", "98.7"),
        ("methadone", "40 mg", "320", "188"),
        ("methadone", "41 mg", "410", "192.7"),
        ("methadone", "60 mg", "600", "282"),
        ("methadone", "61 mg", "732", "286.7"),
    ],
)
def test_the_table_of_2016_reproduces_its_own_day(
    cdc_2016: Equivalents,
    cdc_2022: Equivalents,
    *,
    drug: str,
    amount: str,
    old: str,
    new: str,
) -> None:
    for table, expected in ((cdc_2016, old), (cdc_2022, new)):
        found = worth(table, taken(drug, amount), ON)
        assert isinstance(found, Worth)
        assert found.equals.value == Decimal(expected)


def test_a_sliding_table_is_asked_with_the_whole_day(cdc_2016: Equivalents) -> None:
    halves = [taken("methadone", "15 mg"), taken("methadone", "15 mg")]
    assert total(cdc_2016, halves, ON).equals == Quantity(240, "mg")


def test_benzodiazepine_tables_differ_and_the_guideline_is_the_default(
    knowledge: Knowledge,
) -> None:
    of_kind = [t for t in knowledge.equivalents.values() if t.kind == "benzodiazepine"]
    assert [t.id for t in of_kind if t.default] == ["benzodiazepine-guideline-2025"]
    worths = {}
    for table in of_kind:
        found = worth(table, taken("lorazepam", "2 mg"), ON)
        assert isinstance(found, Worth)
        worths[table.school] = found.equals.value
    assert worths == {"VA/DoD 2021": Decimal(10), "Ashton 2002": Decimal(20)}


def test_each_kind_has_exactly_one_default(knowledge: Knowledge) -> None:
    kinds = [t.kind for t in knowledge.equivalents.values() if t.default]
    assert sorted(kinds) == ["antipsychotic", "benzodiazepine", "opioid"]


@draw(
    st.decimals("0.1", "500", places=1),
    st.decimals("0.1", "500", places=1),
)
def test_the_sum_is_the_sum_of_its_parts(
    knowledge: Knowledge, one: Decimal, other: Decimal
) -> None:
    table = knowledge.equivalents["opioid-cdc-2022"]
    both = [
        Given(drug="morphine", amount=Quantity(one, "mg")),
        Given(drug="oxycodone", amount=Quantity(other, "mg")),
    ]
    apart = sum(total(table, [g], ON).equals.value for g in both)
    assert total(table, both, ON).equals.value == apart
    assert total(table, reversed(both), ON).equals == total(table, both, ON).equals
