"""A way up by the rows that hold, and a refusal where that is not known."""

from __future__ import annotations

import pytest

from builders import cited, drug
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Plan
from concord.dosing.plan.titration import titrate
from concord.errors import ImpossiblePlanError, UndecidedError, UnmakeableDoseError
from planning import (
    DRUGS,
    KNOWN,
    START,
    doses,
    pieces,
    q,
    steps,
    tablets,
    the_knowledge,
)

ALONE = Known(nothing_else=True)
WITH_BETA = Known(beside=("beta",))


def up(
    name: str = "alpha",
    to: str | None = None,
    known: Known = ALONE,
    first: tuple[str, ...] = (),
) -> Plan:
    return titrate(
        KNOWN,
        KNOWN.drugs[name],
        starts=START,
        to=q(to) if to is not None else None,
        steps=steps(*first).steps,
        known=known,
    )


def test_the_row_is_that_of_the_other_medicines() -> None:
    assert doses(up(to="20 mg")) == ["2026-12-01 10 mg", "2026-12-15 20 mg"]
    assert doses(up(known=WITH_BETA)) == ["2026-12-01 5 mg", "2026-12-15 10 mg"]


def test_every_other_day_is_kept_as_it_is() -> None:
    first = up(known=WITH_BETA).courses[0].steps[0]
    assert (first.every_days, str(first.dose)) == (2, "5 mg")
    assert [str(i.amount) for i in first.intakes] == ["10 mg"]
    assert pieces(up(known=WITH_BETA)) == ["1 x 10 mg"]


def test_what_is_not_known_is_named_and_nothing_is_guessed() -> None:
    with pytest.raises(UndecidedError) as error:
        up(known=Known())
    assert "whether beta is taken as well" in str(error.value)
    assert "nothing guessed" in str(error.value)


def test_another_medicine_alone_does_not_say_that_there_is_no_third() -> None:
    with pytest.raises(UndecidedError):
        up(known=Known(beside=("gamma",)))
    assert doses(up(to="10 mg", known=Known(beside=("gamma",), nothing_else=True)))


def test_after_the_listed_steps_it_goes_on_to_the_wanted_dose() -> None:
    # 20 mg is kept for 2 weeks, as the step before it; then 10 mg more each week.
    assert doses(up(to="35 mg")) == [
        "2026-12-01 10 mg",
        "2026-12-15 20 mg",
        "2026-12-29 30 mg",
        "2027-01-05 35 mg",
    ]


def test_what_the_last_listed_step_needs_each_further_one_needs_too() -> None:
    found = up(to="40 mg").courses[0].steps
    assert [step.needs for step in found] == [None, "a level", "a level", "a level"]


def test_a_wanted_dose_below_a_listed_step_ends_there() -> None:
    assert doses(up(to="15 mg")) == ["2026-12-01 10 mg", "2026-12-15 15 mg"]
    assert doses(up(to="10 mg")) == ["2026-12-01 10 mg"]
    assert doses(up(to="8 mg")) == ["2026-12-01 8 mg"]


def test_a_row_without_steps_begins_with_the_first_dose_of_the_drug() -> None:
    plan = up("beta", to="60 mg")
    assert doses(plan) == ["2026-12-01 20 mg", "2026-12-08 40 mg", "2026-12-15 60 mg"]
    assert plan.courses[0].steps[-1].ends is None


def test_a_row_that_says_how_fast_and_not_how_far_asks_for_the_dose() -> None:
    with pytest.raises(ImpossiblePlanError, match="no wanted dose"):
        up("beta")


def test_a_wanted_dose_above_the_last_listed_step_is_refused() -> None:
    with pytest.raises(
        ImpossiblePlanError,
        match=r"above the last step that the knowledge names \(10 mg\)",
    ):
        up(to="20 mg", known=WITH_BETA)


def test_a_medicine_without_a_titration_in_figures_is_refused() -> None:
    with pytest.raises(ImpossiblePlanError, match="no titration in figures"):
        up("delta")
    assert (
        doses(up("delta", first=("5 mg for 2 weeks", "10 mg")))[-1]
        == "2026-12-15 10 mg"
    )


def test_a_wanted_dose_that_is_too_small_to_make_is_refused_as_that() -> None:
    with pytest.raises(UnmakeableDoseError, match="below the smallest"):
        up(to="1 mg")


def test_a_way_up_has_as_many_steps_as_the_most_and_no_more() -> None:
    # 20 mg more each week: 100 steps come before 2020 mg (which are too many tablets).
    with pytest.raises(UnmakeableDoseError, match="above what exists"):
        up("beta", to="2020 mg")
    with pytest.raises(ImpossiblePlanError, match="more than 100 steps"):
        up("beta", to="2040 mg")


def test_a_row_for_some_people_stands_before_one_for_all() -> None:
    found = [dict(one) for one in DRUGS]
    listed = [{"from_day": 1, "dose": "10 mg"}]
    low = [{"from_day": 1, "dose": "5 mg"}]
    found[0]["titration"] = [
        cited(text="all", steps=listed),
        cited(text="beside beta", steps=low, when={"taking": ["beta"]}),
    ]
    knowledge = the_knowledge(drugs=found)

    def first(known: Known) -> list[str]:
        alpha = knowledge.drugs["alpha"]
        return doses(titrate(knowledge, alpha, starts=START, known=known))

    assert first(WITH_BETA) == ["2026-12-01 5 mg"]
    assert first(ALONE) == ["2026-12-01 10 mg"]


def test_without_a_wanted_dose_it_goes_up_to_the_last_listed_step() -> None:
    plan = up()
    assert doses(plan) == ["2026-12-01 10 mg", "2026-12-15 20 mg"]
    assert plan.courses[0].steps[-1].ends is None


def test_the_last_listed_step_is_kept_as_long_as_the_source_says() -> None:
    found = [dict(one) for one in DRUGS]
    listed = [{"from_day": 1, "dose": "10 mg"}, {"from_day": 15, "dose": "20 mg"}]
    listed[-1]["lasts"] = "3 weeks"
    more = {"step_at_most": "10 mg", "step_every": "1 week"}
    found[0]["titration"] = [cited(text="up", steps=listed, **more)]
    knowledge = the_knowledge(drugs=found)
    plan = titrate(knowledge, knowledge.drugs["alpha"], starts=START, to=q("30 mg"))
    assert doses(plan)[-1] == "2027-01-05 30 mg"


def test_the_first_dose_alone_is_a_plan_where_it_is_what_is_wanted() -> None:
    found = [dict(one) for one in DRUGS]
    found[3]["dose"] = [cited(population="adult", start="5 mg", maximum="40 mg")]
    knowledge = the_knowledge(drugs=found)

    def alone(to: str | None) -> Plan:
        wanted = None if to is None else q(to)
        return titrate(knowledge, knowledge.drugs["delta"], starts=START, to=wanted)

    (step,) = alone("5 mg").courses[0].steps
    assert (str(step.dose), step.ends) == ("5 mg", None)
    assert [b.source for b in step.basis] == ["book"]
    for other in ("10 mg", None):
        with pytest.raises(ImpossiblePlanError, match="no titration in figures"):
            alone(other)


@pytest.mark.parametrize("to", ["0 mg", "-5 mg"])
def test_a_way_up_leads_to_a_dose(to: str) -> None:
    with pytest.raises(ImpossiblePlanError, match="above nothing"):
        up(to=to)


def test_steps_that_were_named_need_their_lengths_and_a_dose() -> None:
    with pytest.raises(ImpossiblePlanError, match="without a length"):
        titrate(
            KNOWN,
            KNOWN.drugs["alpha"],
            starts=START,
            steps=steps("5 mg", "10 mg", every=None).steps,
        )
    with pytest.raises(ImpossiblePlanError, match="above nothing"):
        up(first=("0 mg",))
    with pytest.raises(ImpossiblePlanError, match="found a length of 0 days"):
        up(first=("5 mg for 0 days", "10 mg"))


def test_a_named_dose_below_one_is_a_dose() -> None:
    own = the_knowledge(drugs=[drug("alpha", product=[tablets("0.5 mg")])])
    plan = titrate(
        own, own.drugs["alpha"], starts=START, steps=steps("0.5 mg", "1 mg").steps[:1]
    )
    assert doses(plan) == ["2026-12-01 0.5 mg"]


def test_each_step_says_on_what_it_rests() -> None:
    for step in up(to="40 mg").courses[0].steps:
        assert [b.source for b in step.basis] == ["book"]
