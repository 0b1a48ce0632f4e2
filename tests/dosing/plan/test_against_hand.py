"""The engine makes each plan that was worked by hand from the sources, step for step.

Two people worked apart: the tables under `hand/` know nothing of the engine. What a
table says was asked goes to the functions that the commands call; what comes back must
be equal in days, doses, pieces, conditions, sources and warnings.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from by_hand import PLANS, plan
from concord.dosing.plan.building import Making
from concord.dosing.plan.check import checked
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Course, Plan, Step
from concord.dosing.plan.pace import Pace, PaceKind, Wanted
from concord.dosing.plan.restart import restart
from concord.dosing.plan.stock import plain, read_strength
from concord.dosing.plan.switch import switch, then_taper
from concord.dosing.plan.taper import taper
from concord.dosing.plan.titration import titrate
from concord.dosing.plan.ways import Change
from concord.knowledge.lookup import Knowledge
from concord.terms import Duration, Quantity

ADULT = 40


# --- what was asked ---------------------------------------------------------------


def q(text: str) -> Quantity:
    return Quantity.parse(text)


def lasting(text: str | None) -> Duration | None:
    return None if text is None else Duration.parse(text)


def known_of(asked: dict[str, Any]) -> Known:
    return Known(
        beside=tuple(asked.get("other_medicines", ())),
        nothing_else="other_medicines" in asked,
        age=ADULT if asked.get("population") == "adult" else None,
    )


def making_of(asked: dict[str, Any], told: dict[str, Any] | None = None) -> Making:
    """How doses are made: by the form that was asked for, or its container."""
    containers = asked.get("containers") or [asked.get("container")]
    liquid = next((c for c in containers if isinstance(c, dict) and "measure" in c), {})
    solid = containers[0] if isinstance(containers[0], dict) else {}
    form = asked.get("form") or solid.get("form") or containers[0]
    return Making(
        form=form,
        made_of=tuple(asked.get("strengths", ())),
        times=asked.get("times", 1),
        liquid=liquid.get("strength"),
        liquid_below=_below(solid, told) if liquid else None,
        measure=q(liquid["measure"]) if liquid else None,
    )


def _below(solid: dict[str, Any], told: dict[str, Any] | None) -> Quantity:
    """The dose below which the solution is measured.

    After so many steps in tablets it lies between two wanted doses: there half-way.
    """
    if "down_to" in solid:
        return q(solid["down_to"])
    assert told is not None
    wanted = [q(step.get("aim", step["dose"])) for step in told["course"][0]["step"]]
    last, following = wanted[solid["steps"] - 1], wanted[solid["steps"]]
    return Quantity((last.value + following.value) / 2, last.unit)


def pace_of(asked: dict[str, Any]) -> Pace:
    every = lasting(asked["every"])
    last = q(asked["last_dose"]) if "last_dose" in asked else None
    if "curve" in asked:
        return Pace(kind=PaceKind.OCCUPANCY, parts=asked["steps"], every=every)
    if "step_amount" in asked:
        amount = q(asked["step_amount"])
        return Pace(kind=PaceKind.AMOUNT, amount=amount, every=every)
    kind = {"current": PaceKind.SHARE, "starting": PaceKind.STARTING}[asked["of"]]
    return Pace(kind=kind, share=Decimal(asked["step"]), every=every, last=last)


def a_taper(asked: dict[str, Any], told: dict[str, Any], knowledge: Knowledge) -> Plan:
    return taper(
        knowledge,
        knowledge.drugs[asked["drug"]],
        dose=q(asked["dose"]),
        starts=asked["starts"],
        pace=pace_of(asked),
        to=q(asked["to"]),
        making=making_of(asked, told),
        known=known_of(asked),
    )


def a_titration(
    asked: dict[str, Any], told: dict[str, Any], knowledge: Knowledge
) -> Plan:
    steps = asked.get("steps", [])
    days = [step["from_day"] for step in steps]
    named = [
        Wanted(
            dose=q(step["dose"]),
            lasts=Duration(after - step["from_day"], "day") if after else None,
        )
        for step, after in zip(steps, [*days[1:], None], strict=True)
    ] if steps else []  # fmt: skip
    return titrate(
        knowledge,
        knowledge.drugs[asked["drug"]],
        starts=asked["starts"],
        indication=asked["indication"],
        to=q(asked["target"]),
        steps=named,
        making=making_of(asked),
        known=known_of(asked),
    )


def a_restart(
    asked: dict[str, Any], told: dict[str, Any], knowledge: Knowledge
) -> Plan:
    return restart(
        knowledge,
        knowledge.drugs[asked["drug"]],
        dose=q(asked["dose"]),
        last=asked.get("last_taken") or asked["last_given"],
        starts=asked["starts"],
        making=making_of(asked),
        known=known_of(asked),
    )


def a_switch(asked: dict[str, Any], told: dict[str, Any], knowledge: Knowledge) -> Plan:
    old, new = asked["from"], asked["to"]
    made = switch(
        knowledge,
        knowledge.drugs[old["drug"]],
        knowledge.drugs[new["drug"]],
        change_of(asked),
        starts=asked["starts"],
        making=making_of(old),
        new_making=making_of(new),
        known=known_of(asked),
    )
    return _then(made, asked, knowledge) if "then" in asked else made


def change_of(asked: dict[str, Any]) -> Change:
    old, new = asked["from"], asked["to"]
    way, dose = asked["method"], q(old["dose"])
    to = q(new["dose"]) if "dose" in new else None
    if "parts" in asked:
        every, parts = Duration.parse(asked["every"]), asked["parts"]
        assert to is not None
        quarters = tuple(
            Wanted(
                dose=Quantity(to.value * part / parts, to.unit),
                lasts=every if part < parts else None,
            )
            for part in range(1, parts + 1)
        )
        over = Duration(every.count * (parts - 1), every.unit)
        return Change(dose=dose, way=way, over=over, to=to, new_steps=quarters)
    gap = None
    if "starts" in new:
        # 4 to 17 January every other day: the first day without is the 18th.
        gap = Duration((new["starts"] - date(2027, 1, 18)).days, "day")
    if "doses" in old:
        every = lasting(old["every"])
        steps = tuple(
            Wanted(dose=q(one), lasts=None if one == "0 mg" else every)
            for one in old["doses"]
        )
        school = Pace(kind=PaceKind.STEPS, school="Scotland, standard")
        return Change(dose=dose, way=way, steps=steps, pace=school, to=to, gap=gap)
    assert old["then"] == "20 mg every other day for 2 weeks, then nothing"
    other = Wanted(
        dose=q("10 mg"), each=q("20 mg"), every_days=2, lasts=Duration(2, "week")
    )
    return Change(dose=dose, way=way, steps=(other,), to=to, gap=gap)


def _then(made: Plan, asked: dict[str, Any], knowledge: Knowledge) -> Plan:
    then = asked["then"]
    reached = made.courses[1].steps[-1].dose
    down = taper(
        knowledge,
        knowledge.drugs[asked["to"]["drug"]],
        dose=reached,
        starts=then["starts"],
        pace=pace_of(then),
        making=making_of(then),
    )
    return then_taper(made, down)


MAKES = {
    "taper": a_taper,
    "titration": a_titration,
    "restart": a_restart,
    "switch": a_switch,
}


def engine(name: str, knowledge: Knowledge) -> Plan:
    told = plan(name)
    asked = told["asked"]
    made = MAKES[told["kind"]](asked, told, knowledge)
    return checked(
        made, knowledge, known=known_of(asked), indication=asked.get("indication")
    )


# --- what came back, as the tables say it -----------------------------------------


def held(strength: str) -> str:
    """What one piece holds; a syringe is given whole, a liquid by the millilitre."""
    found = read_strength(strength)
    assert found is not None
    return str(found)


def told_pieces(step: dict[str, Any]) -> list[list[tuple[str, str, str]]]:
    return [
        [
            (
                str(plain(Decimal(piece["count"]))),
                held(
                    piece["strength"].split("/")[0]
                    if piece["form"] == "injection"
                    else piece["strength"]
                ),
                piece["form"],
            )
            for piece in intake
        ]
        for intake in step.get("take", ())
    ]


def made_pieces(step: Step) -> list[list[tuple[str, str, str]]]:
    return [
        [(str(p.count), str(p.strength), p.form) for p in intake.pieces]
        for intake in step.intakes
    ]


def told_step(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "starts": step["starts"],
        "ends": step.get("ends"),
        "dose": q(step["dose"]),
        "pieces": told_pieces(step),
        "every_days": step.get("every_days", 1),
        "needs": "needs" in step,
    }


def made_step(step: Step) -> dict[str, Any]:
    return {
        "starts": step.starts,
        "ends": step.ends,
        "dose": step.dose,
        "pieces": made_pieces(step),
        "every_days": step.every_days,
        "needs": step.needs is not None,
    }


def locators(step: Step, source: str) -> set[str]:
    """The places in a source on which a step rests."""
    found = "; ".join(b.locator for b in step.basis if b.source == source)
    return {part.split(" (")[0].strip() for part in found.split(";")}


@pytest.mark.parametrize("name", PLANS)
def test_every_step_is_the_one_that_was_worked_by_hand(
    name: str, knowledge: Knowledge
) -> None:
    made = engine(name, knowledge)
    told = plan(name)["course"]
    assert made.kind.value == plan(name)["kind"]
    assert [course.drug for course in made.courses] == [c["drug"] for c in told]
    assert [course.form for course in made.courses] == [c.get("form") for c in told]
    for course, by_hand in zip(made.courses, told, strict=True):
        assert [made_step(s) for s in course.steps] == [
            told_step(s) for s in by_hand["step"]
        ]


@pytest.mark.parametrize("name", PLANS)
def test_every_wanted_dose_is_the_one_that_was_worked_by_hand(
    name: str, knowledge: Knowledge
) -> None:
    for course, by_hand in zip(
        engine(name, knowledge).courses, plan(name)["course"], strict=True
    ):
        for step, told in zip(course.steps, by_hand["step"], strict=True):
            aim = q(told.get("aim", told["dose"]))
            assert abs(step.aim.value - aim.value) <= Decimal("0.0005"), told


@pytest.mark.parametrize("name", PLANS)
def test_every_step_rests_on_the_place_that_the_table_names(
    name: str, knowledge: Knowledge
) -> None:
    for course, by_hand in zip(
        engine(name, knowledge).courses, plan(name)["course"], strict=True
    ):
        for step, told in zip(course.steps, by_hand["step"], strict=True):
            _assert_source(course, step, told)


def _assert_source(course: Course, step: Step, told: dict[str, Any]) -> None:
    why = [b for b in step.basis if b.text not in (*step.expect, *step.watch)]
    if not told["source"]:
        assert [b.source for b in why] == [""], (course.drug, step.starts)
        return
    named = {part.strip() for part in told["locator"].split(";")}
    found = locators(step, told["source"])
    for place in named:
        # "2.2" is named by "2.2, 5.2" too.
        assert any(f"{one}, ".startswith(f"{place}, ") for one in found), (step, found)


def reasons(made: Plan) -> list[tuple[str, str, date | None]]:
    return [(c.code, c.drug, c.starts) for c in made.caveats if c.needs_reason]


@pytest.mark.parametrize("name", PLANS)
def test_a_reason_is_asked_for_where_the_table_asks_for_one_and_nowhere_else(
    name: str, knowledge: Knowledge
) -> None:
    made = engine(name, knowledge)
    told = [c for c in plan(name).get("caveat", []) if c["needs_reason"]]
    assert sorted(reasons(made)) == sorted(
        (c["code"], c["drug"], c["starts"]) for c in told
    )


@pytest.mark.parametrize("name", PLANS)
def test_what_is_told_without_asking_for_a_reason_is_what_the_table_names(
    name: str, knowledge: Knowledge
) -> None:
    made = engine(name, knowledge)
    told = [c for c in plan(name).get("caveat", []) if not c["needs_reason"]]
    assert sorted((c.code, c.drug) for c in made.caveats if not c.needs_reason) == (
        sorted((c["code"], c["drug"]) for c in told)
    )
