"""Whether a row holds by what was said: yes, no, and not known, at each boundary."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from builders import condition
from concord.dosing.plan.known import Asked, Known, holds, open_questions
from concord.knowledge.model import When
from concord.terms import decode_hook
from planning import START, q, the_knowledge

KNOWLEDGE = the_knowledge(conditions=[condition("mania")])
ORAL = Asked(drug="alpha", on=START, route="oral", dose=q("20 mg"))


def answer(known: Known, asked: Asked = ORAL, **parts: Any) -> bool | None:
    """Yes, no, or `None` where something has to be known first."""
    when = msgspec.convert(parts, When, dec_hook=decode_hook)
    if open_questions(when, known, KNOWLEDGE, asked):
        assert not holds(when, known, KNOWLEDGE, asked)
        return None
    return holds(when, known, KNOWLEDGE, asked)


@pytest.mark.parametrize(
    ("age", "from_18", "below_18"),
    [(None, None, None), (17, False, True), (18, True, False), (19, True, False)],
)
def test_an_age_begins_on_its_birthday(
    age: int | None, from_18: bool | None, below_18: bool | None
) -> None:
    known = Known(age=age)
    assert answer(known, age_at_least=18) is from_18
    assert answer(known, age_below=18) is below_18


def test_a_condition_that_was_not_said_is_not_known() -> None:
    assert answer(Known(conditions=("mania",)), condition="mania") is True
    assert answer(Known(), condition="mania") is None
    assert answer(Known(conditions=("mania",)), without_condition="mania") is False
    assert answer(Known(), without_condition="mania") is None


def test_a_route_is_that_of_the_form() -> None:
    assert answer(Known(), route="oral") is True
    assert answer(Known(), route="nasal") is False
    unsaid = Asked(drug="alpha", on=START)
    assert answer(Known(), unsaid, route="oral") is None


@pytest.mark.parametrize(
    ("dose", "from_20", "below_20"),
    [("19.9 mg", False, True), ("20 mg", True, False), ("0.0201 g", True, False)],
)
def test_a_dose_begins_at_its_figure(dose: str, from_20: bool, below_20: bool) -> None:
    asked = Asked(drug="alpha", on=START, dose=q(dose))
    assert answer(Known(), asked, dose_at_least="20 mg") is from_20
    assert answer(Known(), asked, dose_below="20 mg") is below_20
    assert answer(Known(), asked, dose_at_least="20 mg", dose_of="alpha") is from_20


def test_a_dose_between_two_figures_is_within_both() -> None:
    def between(dose: str) -> bool | None:
        asked = Asked(drug="alpha", on=START, dose=q(dose))
        return answer(Known(), asked, dose_at_least="10 mg", dose_below="20 mg")

    assert [between(d) for d in ("9 mg", "10 mg", "20 mg")] == [False, True, False]


def test_the_dose_of_another_drug_or_in_another_unit_is_not_known() -> None:
    assert answer(Known(), dose_at_least="10 mg", dose_of="beta") is None
    assert answer(Known(), dose_at_least="10 mL") is None
    assert answer(Known(), Asked(drug="alpha", on=START), dose_below="10 mg") is None


@pytest.mark.parametrize(
    ("given", "one_or_more"), [(None, None), (0, False), (1, True), (2, True)]
)
def test_that_nobody_counted_injections_is_not_that_one_was_given(
    given: int | None, one_or_more: bool | None
) -> None:
    known = Known(given=given)
    assert answer(known, given_at_least=1) is one_or_more
    fewer = None if one_or_more is None else not one_or_more
    assert answer(known, given_fewer_than=1) is fewer


def test_sex_and_results_are_never_said_here() -> None:
    assert answer(Known(), sex="female") is None


def test_one_part_that_does_not_hold_decides_whatever_the_others_are() -> None:
    assert answer(Known(age=17), age_at_least=18, sex="female") is False
