"""What a plan has taken at one time, against the maximum of a single dose."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from builders import cited, drug
from concord.cli import main
from concord.dosing.plan.building import Making
from concord.dosing.plan.check import checked
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Caveat, Plan
from concord.dosing.plan.titration import titrate
from concord.knowledge.lookup import Knowledge
from planning import START, a_taper, steps, tablets, the_knowledge

ALONE = Known(nothing_else=True)


def knowing(*rows: dict[str, Any]) -> Knowledge:
    """Alpha in tablets of 2, 5 and 10 mg, with these rows of doses."""
    product = [tablets("2 mg", "5 mg", "10 mg", tag="PLAIN")]
    return the_knowledge(drugs=[drug("alpha", product=product, dose=list(rows))])


def most(amount: str, **more: Any) -> dict[str, Any]:
    return cited(**{"population": "adult", **more}, single_maximum=amount)


def up(knowledge: Knowledge, *doses: str, times: int = 1, known: Known = ALONE) -> Plan:
    return titrate(
        knowledge,
        knowledge.drugs["alpha"],
        starts=START,
        steps=steps(*doses).steps,
        making=Making(times=times),
        known=known,
    )


def met(
    plan: Plan, knowledge: Knowledge, known: Known = ALONE, **more: Any
) -> list[Caveat]:
    found = checked(plan, knowledge, known=known, **more).caveats
    return [c for c in found if c.code == "above-single-maximum"]


@pytest.mark.parametrize(("dose", "said"), [("19 mg", 0), ("20 mg", 0), ("22 mg", 1)])
def test_as_much_as_the_maximum_at_once_is_inside_and_more_is_not(
    dose: str, said: int
) -> None:
    knowledge = knowing(most("20 mg"))
    assert len(met(up(knowledge, dose), knowledge)) == said


def test_it_is_said_with_its_source_at_the_first_step_that_is_above() -> None:
    knowledge = knowing(most("20 mg"))
    doses = ("20 mg for 3 days", "22 mg for 3 days", "30 mg")
    (caveat,) = met(up(knowledge, *doses), knowledge)
    assert (caveat.drug, caveat.starts) == ("alpha", date(2026, 12, 4))
    assert caveat.seen == "22 mg at once"
    assert caveat.expected == "at most 20 mg at once (for: adult)"
    assert [(b.text, b.source, b.locator) for b in caveat.basis] == [
        ("The maximum of a single dose.", "book", "p. 1")
    ]
    assert caveat.needs_reason


def test_it_is_the_dose_of_one_time_that_counts_and_not_the_day() -> None:
    knowledge = knowing(most("20 mg"))
    assert met(up(knowledge, "40 mg", times=2), knowledge) == []
    (caveat,) = met(up(knowledge, "44 mg", times=2), knowledge)
    assert caveat.seen == "22 mg at once"


def test_the_larger_of_two_unlike_doses_counts() -> None:
    # 19 mg in two: 5 + 2 + 2 in the morning and 10 in the evening.
    knowledge = knowing(most("9 mg"))
    (caveat,) = met(up(knowledge, "19 mg", times=2), knowledge)
    assert caveat.seen == "10 mg at once"


def test_a_maximum_in_another_unit_is_the_same_maximum() -> None:
    knowledge = knowing(most("0.02 g"))
    assert met(up(knowledge, "20 mg"), knowledge) == []
    assert len(met(up(knowledge, "22 mg"), knowledge)) == 1


def test_a_maximum_that_cannot_be_compared_says_nothing() -> None:
    knowledge = knowing(most("20 mL"))
    assert met(up(knowledge, "40 mg"), knowledge) == []


def test_a_medicine_without_such_a_maximum_has_no_caveat_of_it() -> None:
    knowledge = knowing(cited(population="adult", maximum="60 mg"))
    plan = checked(up(knowledge, "40 mg"), knowledge, known=ALONE)
    assert not any("at once" in c.seen or "single" in c.expected for c in plan.caveats)


def test_the_row_of_the_form_and_of_the_use_stand_before_the_others() -> None:
    rows = [most("10 mg"), most("20 mg", form="PLAIN"), most("5 mg", form="OTHER")]
    knowledge = knowing(*rows)
    assert met(up(knowledge, "20 mg"), knowledge) == []
    assert len(met(up(knowledge, "22 mg"), knowledge)) == 1
    knowledge = knowing(most("20 mg"), most("10 mg", indication="sleep"))
    assert met(up(knowledge, "12 mg"), knowledge) == []
    assert len(met(up(knowledge, "12 mg"), knowledge, indication="sleep")) == 1
    assert met(up(knowledge, "10 mg"), knowledge, indication="sleep") == []


@pytest.mark.parametrize(("age", "said"), [(64, 0), (65, 1)])
def test_an_older_person_has_the_maximum_of_older_people(age: int, said: int) -> None:
    older = most("10 mg", population="older-adult")
    knowledge = knowing(most("20 mg"), older)
    known = Known(nothing_else=True, age=age)
    plan = up(knowledge, "12 mg", known=known)
    assert len(met(plan, knowledge, known)) == said


def test_a_maximum_for_others_alone_is_not_checked_for_this_person() -> None:
    knowledge = knowing(most("20 mg"))

    def told(age: int) -> list[str]:
        known = Known(nothing_else=True, age=age)
        plan = checked(up(knowledge, "22 mg", known=known), knowledge, known=known)
        return [c.code for c in plan.caveats if "single dose" in c.expected + c.seen]

    assert told(17) == ["not-checked"]
    assert told(18) == []
    by_weight = knowing(most("1 mg", by_weight=True))
    plan = checked(up(by_weight, "22 mg"), by_weight, known=ALONE)
    assert [c.seen for c in plan.caveats if "single dose" in c.seen] == [
        "the knowledge states the maximum of a single dose for other people alone"
    ]


def test_what_would_decide_it_and_is_not_known_is_said() -> None:
    with_beta = most("10 mg", when={"taking": ["alpha"]})
    knowledge = knowing(with_beta)
    plan = up(knowledge, "12 mg", known=Known())
    found = checked(plan, knowledge, known=Known()).caveats
    (caveat,) = [c for c in found if c.expected == "the maximum of a single dose"]
    assert caveat.code == "not-checked"
    assert caveat.seen == "not known: whether alpha is taken as well"


def test_a_row_for_the_first_weeks_is_for_a_start() -> None:
    early = most("10 mg", when={"taken_for_less_than": "4 weeks"})
    late = most("20 mg", when={"taken_for_at_least": "4 weeks"})
    knowledge = knowing(early, late)
    assert len(met(up(knowledge, "12 mg"), knowledge)) == 1


def test_a_way_down_is_told_of_it_and_asked_for_no_reason() -> None:
    knowledge = knowing(most("15 mg"))
    plan = a_taper(knowledge=knowledge, pace=steps("17 mg", "15 mg"), known=ALONE)
    (caveat,) = met(plan, knowledge)
    assert (caveat.starts, caveat.needs_reason) == (START, False)
    split = a_taper(
        knowledge=knowledge,
        pace=steps("17 mg", "15 mg"),
        known=ALONE,
        making=Making(times=2),
    )
    assert met(split, knowledge) == []


def test_an_unverified_maximum_is_told_and_asks_for_no_reason() -> None:
    knowledge = knowing(most("20 mg", status="unverified"))
    (caveat,) = met(up(knowledge, "22 mg"), knowledge)
    assert not caveat.needs_reason


def test_steps_before_the_plan_was_made_anew_are_not_judged_again() -> None:
    knowledge = knowing(most("20 mg"))
    plan = up(knowledge, "22 mg for 3 days", "24 mg for 3 days", "20 mg")
    second, third = date(2026, 12, 4), date(2026, 12, 7)
    assert [c.starts for c in met(plan, knowledge, since=second)] == [second]
    assert met(plan, knowledge, since=third) == []
    assert met(plan, knowledge, since=date(2026, 12, 8)) == []


@pytest.mark.parametrize(("dose", "above"), [("150 mg", False), ("175 mg", True)])
def test_the_command_warns_of_more_bupropion_at_once_than_its_label_allows(
    dose: str, above: bool
) -> None:
    # The label of the plain tablets: a single dose of no more than 150 mg.
    words = ["titrate", "bupropion", "--form", "IR", "--steps", dose, "--json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)["caveats"]
    told = [c["basis"][0] for c in found if c["code"] == "above-single-maximum"]
    assert bool(told) == above
    if above:
        assert told[0]["source"].startswith("label-bupropion")
        assert told[0]["status"] == "checked"
