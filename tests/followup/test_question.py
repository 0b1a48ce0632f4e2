"""A result that is entered is taken, asked about or refused."""

from __future__ import annotations

from datetime import date

import pytest

from builders import cited, observation, some_knowledge
from concord.followup.question import Because, Questioned, Verdict, question
from concord.knowledge.index import load
from concord.terms import Quantity

TODAY = date(2026, 11, 22)
KNOWLEDGE = some_knowledge(
    observations=[
        observation(
            "level",
            "mmol/L",
            plausible=cited(low="0", high="6"),
            convert=[cited(unit="mEq/L", factor="1"), cited(unit="mg/dL", factor="2")],
        ),
        observation("anything", "mmol/L"),
    ]
)


def asked(value: str, on: date = TODAY, name: str = "level") -> Questioned:
    return question(KNOWLEDGE, name, Quantity.parse(value), on=on, as_of=TODAY)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("-0.1 mmol/L", "asked"),
        ("0 mmol/L", "taken"),
        ("6 mmol/L", "taken"),
        ("6.1 mmol/L", "asked"),
        ("3 mg/dL", "taken"),
        ("3.1 mg/dL", "asked"),
    ],
)
def test_a_result_outside_of_what_is_plausible_is_asked_about(
    value: str, verdict: str
) -> None:
    found = asked(value)
    assert found.verdict == verdict
    assert (found.because is Because.IMPLAUSIBLE) is (verdict == "asked")


def test_a_result_in_another_unit_is_converted_by_table_or_refused() -> None:
    assert asked("2 mg/dL").value == Quantity.parse("4 mmol/L")
    refused = asked("2 kg")
    assert (refused.verdict, refused.because) == (Verdict.REFUSED, Because.UNIT)
    assert (refused.value, refused.expected) == (None, "mmol/L")


def test_a_result_of_a_day_to_come_is_refused() -> None:
    assert asked("1 mmol/L", TODAY).verdict is Verdict.TAKEN
    refused = asked("1 mmol/L", date(2026, 11, 23))
    assert (refused.verdict, refused.because) == (Verdict.REFUSED, Because.FUTURE)


def test_where_nobody_said_what_is_plausible_every_number_is_taken() -> None:
    assert asked("999 mmol/L", name="anything").verdict is Verdict.TAKEN


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("lithium-level", "0.7 mmol/L", "taken"),
        ("lithium-level", "0.7 mEq/L", "taken"),
        ("lithium-level", "7 mmol/L", "asked"),
        ("anc", "3200 /uL", "taken"),
        ("anc", "3.2 10*3/uL", "taken"),
        ("weight", "70 kg", "taken"),
        ("weight", "700 kg", "asked"),
        ("weight", "70 mmol/L", "refused"),
    ],
)
def test_the_results_of_the_knowledge_are_questioned(
    name: str, value: str, verdict: str
) -> None:
    found = question(load(), name, Quantity.parse(value), on=TODAY, as_of=TODAY)
    assert found.verdict == verdict
