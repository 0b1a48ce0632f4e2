"""Lamotrigine is built up faster with the medicines its label names, and no others.

Too fast a start risks a grave rash (boxed warning), so the short list is a safeguard.
"""

from __future__ import annotations

from datetime import date

import pytest

from concord.dosing.plan.known import Known
from concord.dosing.plan.titration import titrate
from concord.knowledge.index import load

KNOWN = load()
NAMED = ("carbamazepine", "phenytoin", "phenobarbital", "primidone", "rifampin")
OTHERS = sorted(
    set(KNOWN.members("cyp3a4-inducer-strong"))
    | {"st-johns-wort", "oxcarbazepine", "topiramate", "ethinyl-estradiol"}
)


def first_weeks(*beside: str) -> list[str]:
    plan = titrate(
        KNOWN,
        KNOWN.drugs["lamotrigine"],
        starts=date(2027, 1, 4),
        indication="bipolar-disorder",
        known=Known(beside=beside, nothing_else=True),
    )
    return [str(step.dose) for step in plan.courses[0].steps][:2]


@pytest.mark.parametrize("drug", NAMED)
def test_with_a_medicine_that_the_label_names_it_goes_up_faster(drug: str) -> None:
    assert first_weeks(drug) == ["50 mg", "100 mg"]


@pytest.mark.parametrize("drug", [d for d in OTHERS if d in KNOWN.drugs])
def test_with_any_other_inducer_it_goes_up_as_if_alone(drug: str) -> None:
    if drug not in (*NAMED, "fosphenytoin"):
        assert first_weeks(drug) == first_weeks() == ["25 mg", "50 mg"]


@pytest.mark.parametrize("drug", NAMED)
def test_with_valproate_too_it_goes_up_slowest(drug: str) -> None:
    assert first_weeks("valproate", drug) == ["12.5 mg", "25 mg"]
