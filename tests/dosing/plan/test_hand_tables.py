"""The hand-worked plans are right in themselves, before any engine is held to them.

Each table under `hand/` was worked out from the sources and the sizes of the pieces.
Here its own arithmetic is tried, and every source, strength and split it leans on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from by_hand import PLANS, plan
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import CurvePoint, OccupancyCurve, Product
from concord.terms import Quantity


def steps(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for course in plan(name)["course"]:
        for step in course["step"]:
            yield course, step


def milligrams(strength: str) -> Decimal:
    """Return what one piece holds, or 1 mL of a liquid or an injection."""
    amount, _, volume = strength.partition("/")
    whole = Quantity.parse(amount.strip()).to("mg").value
    return whole / (Quantity.parse(volume).value if volume else 1)


def in_a_day(step: dict[str, Any]) -> Decimal:
    taken = sum(
        (
            Decimal(piece["count"]) * milligrams(piece["strength"])
            for intake in step.get("take", ())
            for piece in intake
        ),
        Decimal(0),
    )
    return taken / step.get("every_days", 1)


@pytest.mark.parametrize("name", PLANS)
def test_the_pieces_of_each_step_make_its_dose(name: str) -> None:
    for _, step in steps(name):
        assert in_a_day(step) == Quantity.parse(step["dose"]).value, step


@pytest.mark.parametrize("name", PLANS)
def test_the_steps_of_a_course_follow_one_another_without_a_gap(name: str) -> None:
    for course in plan(name)["course"]:
        told = course["step"]
        for step, following in pairwise(told):
            assert step["starts"] <= step["ends"]
            if course.get("form") != "SUSTENNA":  # injections are single days
                assert following["starts"] == step["ends"] + timedelta(days=1)


@pytest.mark.parametrize("name", PLANS)
def test_each_strength_is_made_and_only_a_scored_tablet_is_split(
    name: str, knowledge: Knowledge
) -> None:
    for course, step in steps(name):
        for piece in (piece for intake in step.get("take", ()) for piece in intake):
            made = [
                product
                for product in knowledge.drugs[course["drug"]].product
                if course.get("form") in (None, product.tag) and fits(product, piece)
            ]
            assert made, (name, piece)
            if piece["form"] == "tablet" and Decimal(piece["count"]) % 1:
                assert all(product.splittable for product in made), (name, piece)


def fits(product: Product, piece: dict[str, Any]) -> bool:
    return (
        product.form == piece["form"]
        and piece["strength"] in product.strengths
        and product.route in ("oral", "sublingual", "intramuscular")
    )


@pytest.mark.parametrize("name", PLANS)
def test_each_step_names_a_source_of_the_knowledge_or_the_prescriber(
    name: str, knowledge: Knowledge
) -> None:
    for _, step in steps(name):
        if step["source"]:
            assert step["source"] in knowledge.sources
            assert step["locator"]
        else:
            # Only a plan whose steps were asked for has none.
            assert "too-fast" in name


@pytest.mark.parametrize("name", [n for n in PLANS if n.startswith("diazepam")])
def test_a_diazepam_step_takes_no_more_than_asked_while_a_dose_can_be_made(
    name: str,
) -> None:
    liquid = name.endswith("solution")
    present, cuts = Decimal(20), []
    for _, step in steps(name):
        dose = Quantity.parse(step["dose"]).value
        cuts.append((present - dose) / present)
        present = dose
    largest = max(cuts[:-1])
    assert largest == Decimal("0.1") if liquid else largest == Decimal("0.5")
    # Tablets: from 9 mg down a milligram is more than a tenth.
    assert all(cut <= Decimal("0.1") for cut in cuts[:10])


def test_citalopram_doses_lie_on_equal_steps_of_the_curve(
    knowledge: Knowledge,
) -> None:
    (curve,) = knowledge.table("tapers")["antidepressant"].curve
    told = [
        Quantity.parse(step["aim"])
        for _, step in steps("citalopram-hyperbolic")
        if "aim" in step
    ]
    start = share(curve, Quantity.parse("20 mg"))
    for index, aim in enumerate(told, start=1):
        assert abs(share(curve, aim) - start * (8 - index) / 8) < Decimal("0.0001")
    assert len(told) == 7


def share(curve: OccupancyCurve, dose: Quantity) -> Decimal:
    return curve.most * dose.value / (curve.half_at.value + dose.value)


def test_the_citalopram_curve_gives_its_pairs_within_two_points(
    knowledge: Knowledge,
) -> None:
    (curve,) = knowledge.table("tapers")["antidepressant"].curve

    def off(point: CurvePoint) -> Decimal:
        return abs(share(curve, point.dose) - point.share)

    assert max(map(off, curve.point)) < Decimal("0.017")
    assert max(off(p) for p in curve.point if p.dose.value >= 20) < Decimal("0.001")


@pytest.mark.parametrize(
    ("name", "days"),
    [("fluoxetine-to-phenelzine", 35), ("fluoxetine-to-phenelzine-too-soon", 28)],
)
def test_phenelzine_comes_so_many_days_after_fluoxetine(name: str, days: int) -> None:
    old, new = plan(name)["course"]
    assert new["step"][0]["starts"] - old["step"][-1]["starts"] == timedelta(days=days)


def test_five_weeks_are_what_the_knowledge_asks_between_them(
    knowledge: Knowledge,
) -> None:
    rules = knowledge.interactions_between("fluoxetine", "phenelzine")
    lasts = {
        row.lasts.after(date(2027, 1, 18))
        for rule in rules
        for row in rule.washout
        if "fluoxetine" in row.after.drugs and row.label is None
    }
    assert lasts == {date(2027, 2, 22)}


@pytest.mark.parametrize("school", ["guideline-2025", "ashton-2002"])
def test_the_schools_beside_the_diazepam_dose_say_what_their_tables_say(
    school: str, knowledge: Knowledge
) -> None:
    table = knowledge.equivalents[f"benzodiazepine-{school}"]
    (row,) = [row for row in table.row if row.drug == "alprazolam"]
    (told,) = [
        beside
        for beside in plan("alprazolam-by-way-of-diazepam")["beside"]
        if beside["table"] == table.id
    ]
    worth = Decimal(2) / row.dose.value * row.equals.value
    assert Quantity.parse(told["equals"]).value == worth


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("lamotrigine-alone", ((), ("valproate", "lamotrigine-inducer"))),
        ("lamotrigine-with-valproate", (("valproate",), ())),
        (
            "lamotrigine-with-carbamazepine",
            (("lamotrigine-inducer",), ("valproate",)),
        ),
    ],
)
def test_the_lamotrigine_table_is_the_one_that_the_knowledge_states(
    name: str, when: tuple[tuple[str, ...], tuple[str, ...]], knowledge: Knowledge
) -> None:
    (titration,) = [
        row
        for row in knowledge.drugs["lamotrigine"].titration
        if row.indication == "bipolar-disorder"
        and row.when is not None
        and (row.when.taking, row.when.not_taking) == when
    ]
    day_one = date(2027, 1, 4)
    told = [
        ((step["starts"] - day_one).days + 1, Quantity.parse(step["dose"]))
        for _, step in steps(name)
    ]
    assert told == [(step.from_day, step.dose) for step in titration.steps]
