"""Doses that a pace asks for, before any tablet is asked."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.dosing.plan.pace import Pace, PaceKind, dose_at, doses, occupancy
from concord.errors import ImpossiblePlanError
from concord.knowledge.model import OccupancyCurve
from concord.terms import Duration, Quantity, decode_hook
from planning import CURVE, cited, q, share, steps

CURVE_OF_ALPHA: OccupancyCurve = msgspec.convert(
    cited(**CURVE), OccupancyCurve, dec_hook=decode_hook
)


def down(
    pace: Pace,
    dose: str = "20 mg",
    to: str = "0 mg",
    smallest: str = "2 mg",
    curve: OccupancyCurve | None = None,
) -> list[str]:
    found = doses(
        pace, q(dose), q(to), smallest=q(smallest), most=Decimal(100), curve=curve
    )
    return [f"{w.taken} {w.lasts or '-'}" for w in found]


def by(kind: PaceKind, **more: object) -> Pace:
    return Pace(kind=kind, every=Duration(1, "week"), **more)  # type: ignore[arg-type]


def test_a_share_of_the_present_dose_makes_ever_smaller_steps() -> None:
    assert down(by(PaceKind.SHARE, share=Decimal("0.5"))) == [
        "10 mg 1 week",
        "5 mg 1 week",
        "2.5 mg 1 week",
        "2 mg 1 week",  # 1.25 mg would be below the smallest
        "0 mg -",
    ]


def test_a_share_of_the_starting_dose_makes_equal_steps() -> None:
    found = down(by(PaceKind.STARTING, share=Decimal("0.25")))
    assert [text.split()[0] for text in found] == ["15", "10", "5", "0"]


def test_an_amount_at_each_step_ends_at_a_target() -> None:
    pace = by(PaceKind.AMOUNT, amount=q("4 mg"))
    assert down(pace, to="6 mg") == [
        "16 mg 1 week",
        "12 mg 1 week",
        "8 mg 1 week",
        "6 mg -",
    ]


def test_equal_steps_of_occupancy_are_ever_smaller_steps_of_the_dose() -> None:
    # 12 mg occupies 0.9 × 12 / 15 = 72 %. At 54 %: 3 × 0.54 / 0.36 = 4.5 mg, at 36 %:
    # 3 × 0.36 / 0.54 = 2 mg, at 18 %: 3 × 0.18 / 0.72 = 0.75 mg.
    assert occupancy(CURVE_OF_ALPHA, q("12 mg")) == Decimal("0.72")
    pace = by(PaceKind.OCCUPANCY, share=Decimal("0.18"))
    found = down(pace, "12 mg", smallest="0.1 mg", curve=CURVE_OF_ALPHA)
    assert [text.split()[0] for text in found] == ["4.5", "2", "0.75", "0"]


def test_without_a_step_of_occupancy_the_published_doses_are_taken() -> None:
    pace = by(PaceKind.OCCUPANCY)
    found = down(pace, "15 mg", smallest="0.1 mg", curve=CURVE_OF_ALPHA)
    assert [text.split()[0] for text in found] == ["6", "1", "0"]


@given(st.integers(1, 89))
def test_the_dose_at_an_occupancy_occupies_so_much(per_cent: int) -> None:
    wanted = Decimal(per_cent) / 100
    dose = Quantity(dose_at(CURVE_OF_ALPHA, wanted, "mg"), "mg")
    assert abs(occupancy(CURVE_OF_ALPHA, dose) - wanted) < Decimal("1e-20")


def test_a_medicine_without_a_curve_is_refused_by_occupancy() -> None:
    with pytest.raises(ImpossiblePlanError, match="no curve of occupancy"):
        down(by(PaceKind.OCCUPANCY, share=Decimal("0.1")))


def test_doses_that_were_named_are_taken_as_they_are() -> None:
    assert down(steps("18 mg", "14 mg for 3 weeks", "0 mg")) == [
        "18 mg 2 weeks",
        "14 mg 3 weeks",
        "0 mg -",
    ]


def test_a_last_dose_with_a_length_is_followed_by_nothing() -> None:
    assert down(steps("18 mg", "14 mg for 3 weeks")) == [
        "18 mg 2 weeks",
        "14 mg 3 weeks",
        "0 mg -",
    ]


@pytest.mark.parametrize(
    ("pace", "because"),
    [
        (steps("18 mg", "18 mg"), "18 mg after 18 mg"),
        (steps("18 mg", "19 mg"), "19 mg after 18 mg"),
        (steps("21 mg"), "21 mg after 20 mg"),
        (steps("18 mg for 0 weeks", "0 mg"), "no length"),
        (steps("18 mg", "0 mg", every=None), "without a length"),
        (steps(every="0 days"), "no length"),
        (steps(), "found none"),
        (share("0.1", "0 weeks"), "no length"),
        (share("0"), "no share"),
        (share("1.01"), "no share"),
        (by(PaceKind.SHARE), "no share"),
        (by(PaceKind.AMOUNT), "no amount"),
        (by(PaceKind.AMOUNT, amount=q("0 mg")), "no amount"),
        (Pace(kind=PaceKind.SHARE, share=Decimal("0.1")), "no length for the steps"),
        (by(PaceKind.AMOUNT, amount=q("0.01 mg")), "more than 100 steps"),
    ],
)
def test_a_pace_that_nobody_can_follow_is_refused(pace: Pace, because: str) -> None:
    with pytest.raises(ImpossiblePlanError, match=because):
        down(pace)


@pytest.mark.parametrize("to", ["20 mg", "21 mg", "-1 mg"])
def test_the_end_lies_below_the_dose_now_and_not_below_nothing(to: str) -> None:
    with pytest.raises(ImpossiblePlanError, match="expected less than the dose now"):
        down(share("0.1"), to=to)


@pytest.mark.parametrize("dose", ["0 mg", "-5 mg"])
def test_there_is_a_dose_to_come_down_from(dose: str) -> None:
    with pytest.raises(ImpossiblePlanError, match="above nothing"):
        down(share("0.1"), dose=dose)


@given(
    st.decimals("0.01", "1", places=2),
    st.integers(1, 400),
    st.sampled_from([PaceKind.SHARE, PaceKind.STARTING]),
)
def test_every_way_down_falls_at_each_step_and_ends(
    part: Decimal, dose: int, kind: PaceKind
) -> None:
    found = doses(
        Pace(kind=kind, share=part, every=Duration(1, "week")),
        Quantity(dose, "mg"),
        q("0 mg"),
        smallest=q("1 mg"),
        most=Decimal(1000),
    )
    values = [Decimal(dose), *(w.dose.value for w in found)]
    assert all(low < high for high, low in pairwise(values))
    assert values[-1] == 0
    assert found[-1].lasts is None
