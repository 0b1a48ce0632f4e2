"""Doses that a pace asks for, before any tablet is asked."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from math import ceil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.dosing.plan.pace import Pace, PaceKind, dose_at, doses, occupancy
from concord.errors import ImpossiblePlanError
from concord.knowledge.model import CurvePoint, OccupancyCurve
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


def test_equal_steps_may_be_asked_for_by_their_number() -> None:
    found = down(by(PaceKind.STARTING, parts=4))
    assert [text.split()[0] for text in found] == ["15", "10", "5", "0"]
    assert [text.split()[0] for text in down(by(PaceKind.STARTING, parts=1))] == ["0"]
    # A quarter of 72 % is 18 %: as by share above.
    pace = by(PaceKind.OCCUPANCY, parts=4)
    found = down(pace, "12 mg", smallest="0.1 mg", curve=CURVE_OF_ALPHA)
    assert [text.split()[0] for text in found] == ["4.5", "2", "0.75", "0"]


def test_a_last_dose_comes_before_nothing_however_small_the_pieces() -> None:
    pace = by(PaceKind.SHARE, share=Decimal("0.5"), last=q("3 mg"))
    found = down(pace, smallest="0.1 mg")
    assert [text.split()[0] for text in found] == ["10", "5", "3", "0"]
    found = down(msgspec.structs.replace(pace, last=q("5 mg")), smallest="0.1 mg")
    assert [text.split()[0] for text in found] == ["10", "5", "0"]


def up_to_whole(aim: Quantity, present: Quantity) -> Quantity | None:
    """Whole milligrams, as pieces of 1 mg make them: up, and always lower."""
    made = Decimal(ceil(aim.value))
    if made >= present.value:
        made = Decimal(ceil(present.value)) - 1
    return Quantity(made, "mg") if made > 0 else None


def made(pace: Pace, dose: str, to: str = "0 mg", **more: object) -> list[str]:
    found = doses(
        pace, q(dose), q(to), smallest=q("1 mg"), most=Decimal(100),
        make=up_to_whole, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return [f"{w.dose} as {w.made}" if w.made else str(w.dose) for w in found]


def test_a_share_is_of_the_dose_that_is_taken() -> None:
    # 0.8 × 6 = 4.8, up to 5; 0.8 × 5 = 4; 0.8 × 4 = 3.2 is 4 again: 3; 2.4 is 3: 2; ...
    assert made(by(PaceKind.SHARE, share=Decimal("0.2")), "6 mg") == [
        "4.8 mg as 5 mg", "4 mg as 4 mg", "3.2 mg as 3 mg", "2.4 mg as 2 mg",
        "1.6 mg as 1 mg", "0 mg",
    ]  # fmt: skip


def test_an_amount_is_taken_from_the_dose_that_is_taken() -> None:
    assert made(by(PaceKind.AMOUNT, amount=q("1.5 mg")), "6 mg") == [
        "4.5 mg as 5 mg", "3.5 mg as 4 mg", "2.5 mg as 3 mg", "1.5 mg as 2 mg",
        "0.5 mg as 1 mg", "0 mg",
    ]  # fmt: skip


def test_a_way_to_a_lower_dose_ends_there_and_no_lower() -> None:
    pace = by(PaceKind.SHARE, share=Decimal("0.2"))
    assert made(pace, "6 mg", "4 mg") == ["4.8 mg as 5 mg", "4 mg as 4 mg"]
    assert made(pace, "6 mg", "4.5 mg") == ["4.8 mg as 5 mg", "4.5 mg as 4 mg"]
    # 4.5 mg is 5 mg again, and the next one down is the end itself.
    tenth = by(PaceKind.SHARE, share=Decimal("0.1"))
    assert made(tenth, "5 mg", "4 mg") == ["4 mg as 4 mg"]


def test_points_of_occupancy_are_each_rounded_alone() -> None:
    # At 54, 36 and 18 % of 12 mg: 4.5, 2 and 0.75 mg, whatever was taken before.
    pace = by(PaceKind.OCCUPANCY, parts=4)
    assert made(pace, "12 mg", curve=CURVE_OF_ALPHA) == [
        "4.5 mg as 5 mg", "2 mg as 2 mg", "0.75 mg as 1 mg", "0 mg",
    ]  # fmt: skip


def test_points_of_occupancy_end_at_a_lower_dose_and_no_lower() -> None:
    pace = by(PaceKind.OCCUPANCY, parts=4)
    found = made(pace, "12 mg", "2 mg", curve=CURVE_OF_ALPHA)
    assert found == ["4.5 mg as 5 mg", "2 mg as 2 mg"]
    # 4.5 mg from 5 mg is the next one down, which is the end.
    found = made(by(PaceKind.OCCUPANCY), "5 mg", "0.5 mg", curve=CURVE_OF_ALPHA)
    assert found == ["1 mg as 1 mg", "0.5 mg"]


def test_a_point_of_occupancy_that_is_the_end_is_one_step_and_not_two() -> None:
    pace = by(PaceKind.OCCUPANCY, parts=4)
    # The first of the points, which no tablets make exactly.
    found = made(pace, "12 mg", "4.5 mg", curve=CURVE_OF_ALPHA)
    assert found == ["4.5 mg as 5 mg"]
    # About 4.4 mg from 5 mg is made as 4 mg, the next one down, which is the end.
    pace = by(PaceKind.OCCUPANCY, parts=20)
    found = made(pace, "5 mg", "4 mg", curve=CURVE_OF_ALPHA)
    assert found == ["4 mg as 4 mg"]


def test_a_plan_may_have_as_many_steps_as_the_most_and_no_more() -> None:
    pace = by(PaceKind.AMOUNT, amount=q("0.2 mg"))
    assert len(down(pace, "20.2 mg", smallest="0.1 mg")) == 101  # and nothing
    with pytest.raises(ImpossiblePlanError, match="more than 100 steps"):
        down(pace, "20.4 mg", smallest="0.1 mg")


def test_a_point_that_rounding_has_passed_keeps_the_dose_for_its_time() -> None:
    # 10 points from 2.5 mg (0.9 × 2.5 / 5.5 = 40.9 %): 2.077 is up to 3, above the
    # present dose: 2; 1.714 would be 2 again: 1; those below keep it.
    pace = by(PaceKind.OCCUPANCY, parts=10)
    found = made(pace, "2.5 mg", curve=CURVE_OF_ALPHA)
    assert found[:3] == ["2.077 mg as 2 mg", "1.714 mg as 1 mg", "1.4 mg as 1 mg"]
    assert {text.split(" as ")[-1] for text in found[2:-1]} == {"1 mg"}


def test_a_point_that_is_the_present_dose_keeps_it() -> None:
    # 2.5 mg from 3 mg is 3 again: 2; the next point is 2 mg itself.
    points = tuple(
        CurvePoint(dose=q(dose), share=Decimal("0.5")) for dose in ("2.5 mg", "2 mg")
    )
    curve = msgspec.structs.replace(CURVE_OF_ALPHA, point=points)
    found = made(by(PaceKind.OCCUPANCY), "3 mg", curve=curve)
    assert found == ["2.5 mg as 2 mg", "2 mg as 2 mg", "0 mg"]


def test_a_named_dose_that_rounding_has_passed_keeps_the_dose() -> None:
    found = made(steps("2.6 mg", "2.4 mg", "2 mg", "1 mg", "0 mg"), "3 mg")
    assert found == [
        "2.6 mg as 2 mg", "2.4 mg as 2 mg", "2 mg as 2 mg", "1 mg as 1 mg", "0 mg",
    ]  # fmt: skip
    assert made(steps("0.5 mg", "0 mg"), "3 mg") == ["0.5 mg as 1 mg", "0 mg"]


def test_a_last_dose_of_less_than_a_milligram_that_has_an_end_is_followed_by_none() -> (
    None
):
    assert down(steps("0.5 mg for 1 week")) == ["0.5 mg 1 week", "0 mg -"]


def test_nothing_is_until_somebody_decides_whatever_was_said_of_its_length() -> None:
    assert down(steps("18 mg", "0 mg for 1 week")) == ["18 mg 2 weeks", "0 mg -"]


@given(st.integers(1, 99), st.integers(2, 400))
def test_no_step_is_larger_than_asked_while_a_dose_in_between_can_be_made(
    per_cent: int, dose: int
) -> None:
    share = Decimal(per_cent) / 100
    found = doses(
        by(PaceKind.SHARE, share=share), Quantity(dose, "mg"), q("0 mg"),
        smallest=q("1 mg"), most=Decimal(1000), make=up_to_whole,
    )  # fmt: skip
    present = Decimal(dose)
    for wanted in found[:-1]:
        taken = wanted.taken.value
        assert taken < present
        assert present - taken <= max(present * share, Decimal(1))
        present = taken


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
        (by(PaceKind.STARTING, parts=0), "found 0 equal steps"),
        (by(PaceKind.SHARE, share=Decimal("0.1"), last=q("20 mg")), "the last dose"),
        (by(PaceKind.SHARE, share=Decimal("0.1"), last=q("0 mg")), "the last dose"),
    ],
)
def test_a_pace_that_nobody_can_follow_is_refused(pace: Pace, because: str) -> None:
    with pytest.raises(ImpossiblePlanError, match=because):
        down(pace)


@pytest.mark.parametrize("part", ["0", "1", "1.5"])
def test_a_step_of_occupancy_is_above_none_and_below_all(part: str) -> None:
    pace = by(PaceKind.OCCUPANCY, share=Decimal(part))
    with pytest.raises(ImpossiblePlanError, match="step of occupancy that is none"):
        down(pace, "12 mg", smallest="0.1 mg", curve=CURVE_OF_ALPHA)


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
