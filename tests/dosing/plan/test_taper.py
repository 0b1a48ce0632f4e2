"""A way down as steps of days, tablets and reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from builders import cited
from concord.dosing.plan.building import Making
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Plan
from concord.dosing.plan.pace import Pace, PaceKind, Wanted
from concord.errors import ImpossiblePlanError, UndecidedError, UnmakeableDoseError
from concord.knowledge.lookup import Knowledge
from concord.terms import Duration
from planning import (
    KNOWN,
    PACE,
    a_taper,
    caveats,
    doses,
    pieces,
    q,
    share,
    steps,
    the_knowledge,
)


def test_each_step_follows_the_one_before_it_on_the_next_day() -> None:
    plan = a_taper(pace=steps("15 mg", "10 mg for 1 week", "5 mg", "0 mg"))
    assert doses(plan) == [
        "2026-12-01 15 mg",
        "2026-12-15 10 mg",
        "2026-12-22 5 mg",
        "2027-01-05 0 mg",
    ]
    ends = [step.ends for step in plan.courses[0].steps]
    assert ends == [date(2026, 12, 14), date(2026, 12, 21), date(2027, 1, 4), None]
    assert str(plan.courses[0].before) == "20 mg"


def test_months_are_calendar_months() -> None:
    plan = a_taper(
        pace=steps("15 mg", "0 mg", every="1 month"), starts=date(2026, 1, 31)
    )
    assert doses(plan) == ["2026-01-31 15 mg", "2026-02-28 0 mg"]


def test_a_share_of_the_present_dose_is_made_of_tablets_and_says_what_was_rounded() -> (
    None
):
    # Of the dose taken: 20, 18; 0.9 × 18 = 16.2, up to 17; 0.9 × 17 = 15.3, up to 16;
    # 0.9 × 16 = 14.4 would be below the end.
    plan = a_taper(pace=share("0.1"), to="15 mg")
    assert doses(plan) == [
        "2026-12-01 18 mg",
        "2026-12-15 17 mg",
        "2026-12-29 16 mg",
        "2027-01-12 15 mg",
    ]
    assert pieces(plan, 0) == ["1 x 10 mg", "4 x 2 mg"]
    assert pieces(plan, 3) == ["1 x 10 mg", "1 x 5 mg"]
    (rounded,) = [c for c in plan.caveats if c.code == "rounded"]
    assert rounded.seen == "16.2 mg as 17 mg, 15.3 mg as 16 mg"
    assert rounded.expected.endswith("; oral solution 2 mg/mL comes closer")
    assert not rounded.needs_reason


def test_of_what_is_measured_already_nothing_is_said_to_come_closer() -> None:
    plan = a_taper(pace=steps("15.1 mg"), making=Making(form="oral solution"))
    (rounded,) = [c for c in plan.caveats if c.code == "rounded"]
    assert rounded.seen == "15.1 mg as 15.2 mg"
    assert "closer" not in rounded.expected


def test_one_liquid_that_comes_closer_is_enough(knowledge: Knowledge) -> None:
    plan = a_taper("diazepam", "20 mg", steps("15.5 mg"), knowledge=knowledge)
    (rounded,) = [c for c in plan.caveats if c.code == "rounded"]
    assert rounded.expected.count("closer") == 1


def test_nothing_is_said_of_rounding_where_nothing_was_rounded() -> None:
    assert a_taper(pace=steps("15 mg", "0 mg")).caveats == ()


def test_steps_that_come_out_alike_are_one_longer_step() -> None:
    # 5.3 mg rounded up is the present 6 mg again: 5 mg. 4.9 mg is 5 mg again: 4 mg,
    # and the 4 mg that were named are no step any more.
    plan = a_taper(dose="6 mg", pace=steps("5.3 mg", "4.9 mg", "4 mg", "0 mg"))
    assert doses(plan) == ["2026-12-01 5 mg", "2026-12-15 4 mg", "2027-01-12 0 mg"]


def test_the_default_pace_is_the_larger_share_at_the_slower_interval() -> None:
    plan = a_taper(to="18 mg", dose="20 mg")
    assert doses(plan) == ["2026-12-01 18 mg"]
    plan = a_taper(to="16 mg", dose="20 mg")
    assert doses(plan) == [
        "2026-12-01 18 mg",
        "2026-12-29 17 mg",  # 4 weeks
        "2027-01-26 16 mg",
    ]
    (basis,) = [b for b in plan.courses[0].steps[0].basis if b.text == PACE["text"]]
    assert (basis.source, basis.locator) == ("book", "p. 1")


def test_what_the_prescriber_asked_for_has_no_source() -> None:
    first = a_taper(pace=share("0.1"), to="10 mg").courses[0].steps[0].basis[0]
    assert first.source == ""
    assert "10 % of the present dose" in first.text


def sources(plan: Plan) -> list[str]:
    """Where the first step comes from; what is to be expected aside."""
    return [b.source for b in plan.courses[0].steps[0].basis][:-2]


@pytest.mark.parametrize(
    ("pace", "source"),
    [
        (share("0.1", "2 weeks"), True),
        (share("0.1", "13 days"), False),  # sooner than every 2 weeks
        (share("0.11", "2 weeks"), False),  # more than 10 %
        (share("0.05", "8 weeks"), True),  # slower than it says is within it
        (steps("18 mg", "17 mg"), True),
        (steps("18 mg", "16 mg"), False),  # 11 % of 18 mg
        (steps("18 mg", "17 mg", every="13 days"), False),
        (steps("18 mg", "0 mg"), True),  # the step to nothing is no share
        (
            Pace(kind=PaceKind.AMOUNT, amount=q("2 mg"), every=Duration(2, "week")),
            False,
        ),
    ],
)
def test_what_was_asked_for_within_an_advised_pace_names_its_source(
    pace: Pace, source: bool
) -> None:
    assert sources(a_taper(pace=pace, to="10 mg" if not pace.steps else None)) == (
        ["", "book"] if source else [""]
    )


def test_a_pace_that_leaves_something_to_the_knowledge_names_its_source() -> None:
    long = Pace(kind=PaceKind.SHARE, every=Duration(3, "week"))
    assert sources(a_taper(pace=long, to="16 mg")) == ["book"]
    share_alone = Pace(kind=PaceKind.SHARE, share=Decimal("0.2"))
    assert sources(a_taper(pace=share_alone, to="10 mg")) == ["", "book"]
    # Steps with lengths of their own leave nothing to it.
    own = steps("14 mg for 2 weeks", "10 mg", every=None)
    assert sources(a_taper(pace=own)) == [""]


def test_a_share_is_as_it_was_asked_for_whatever_the_figure_is_rounded_to() -> None:
    # A tenth of 3.3335 mg is 0.33335: 3.00015 mg left, said as 3 mg, a hair more.
    plan = a_taper(
        dose="3.3335 mg", pace=share("0.1"), making=Making(form="oral solution")
    )
    assert sources(plan) == ["", "book"]


def test_a_whole_pace_needs_no_knowledge() -> None:
    plan = a_taper("beta", "60 mg", share("0.5"))
    assert doses(plan)[:2] == ["2026-12-01 30 mg", "2026-12-15 20 mg"]
    third = Pace(kind=PaceKind.STARTING, parts=3, every=Duration(1, "week"))
    assert [d.split(" ", 1)[1] for d in doses(a_taper("beta", "60 mg", third))] == [
        "40 mg",
        "20 mg",
        "0 mg",
    ]


def test_a_pace_of_the_starting_dose_is_held_to_the_starting_dose() -> None:
    knowledge = the_knowledge(
        tapers=[
            {
                "id": "alpha",
                "title": "alpha",
                "side": {"drugs": ["alpha"]},
                "pace": [cited(**{**PACE, "of": "starting", "step_high": "0.2"})],
                "sign": [
                    cited(kind="expect", text="poor sleep"),
                    cited(kind="watch", text="fits"),
                ],
            }
        ]
    )

    def found(*doses: str) -> list[str]:
        return sources(a_taper(knowledge=knowledge, pace=steps(*doses)))

    # 4 of 20 mg each time; the second is 25 % of the 16 mg that are left.
    assert found("16 mg", "12 mg") == ["", "book"]
    assert found("16 mg", "11 mg") == [""]


def test_another_published_pace_is_followed_by_its_label() -> None:
    other = {**PACE, "step_high": "0.5", "every_high": "1 week", "label": "the other"}
    knowledge = the_knowledge(
        tapers=[
            {
                "id": "alpha",
                "title": "alpha",
                "side": {"drugs": ["alpha"]},
                "pace": [cited(**PACE), cited(**{**other, "locator": "p. 2"})],
            }
        ]
    )
    pace = Pace(kind=PaceKind.SHARE, school="the other")
    plan = a_taper(knowledge=knowledge, pace=pace, to="5 mg")
    assert doses(plan) == ["2026-12-01 10 mg", "2026-12-08 5 mg"]
    assert [b.locator for b in plan.courses[0].steps[0].basis] == ["p. 2"]
    # It is held to the default pace all the same.
    found = [c.code for c in caveats(plan, knowledge) if c.needs_reason]
    assert "too-fast" in found
    named = steps("10 mg", "5 mg")
    named = Pace(kind=named.kind, steps=named.steps, every=named.every, school="x")
    with pytest.raises(ImpossiblePlanError, match="expected one of: the other"):
        a_taper(knowledge=knowledge, pace=named)


def test_days_of_taking_may_be_apart() -> None:
    other = Wanted(
        dose=q("5 mg"), each=q("10 mg"), every_days=2, lasts=Duration(2, "week")
    )
    pace = Pace(kind=PaceKind.STEPS, steps=(other, Wanted(dose=q("0 mg"))))
    plan = a_taper(dose="10 mg", pace=pace)
    assert doses(plan) == ["2026-12-01 5 mg", "2026-12-15 0 mg"]
    first = plan.courses[0].steps[0]
    assert (first.every_days, pieces(plan)) == (2, ["1 x 10 mg"])
    # The dose of a day is not the smallest, but days apart are a way below it.
    assert "last-step-large" not in [c.code for c in caveats(plan)]


def test_every_step_but_the_first_needs_a_check() -> None:
    steps_of = a_taper(pace=steps("15 mg", "10 mg", "0 mg")).courses[0].steps
    assert [step.needs is not None for step in steps_of] == [False, True, True]


def test_each_step_says_what_to_expect_and_what_to_watch() -> None:
    plan = a_taper(pace=steps("15 mg", "0 mg"))
    for step in plan.courses[0].steps:
        assert step.expect == ("poor sleep",)
        assert step.watch == ("fits",)
    assert [note.text for note in plan.notes] == ["never at once"]


def test_a_pace_for_some_people_counts_where_it_is_known_to_be_theirs() -> None:
    fast = {**PACE, "step_high": "0.5", "when": {"taken_for_less_than": "3 months"}}
    knowledge = the_knowledge(
        tapers=[
            {
                "id": "alpha",
                "title": "alpha",
                "side": {"drugs": ["alpha"]},
                "pace": [cited(**PACE), cited(**fast)],
            }
        ]
    )

    def first(known: Known) -> str:
        return doses(a_taper(knowledge=knowledge, known=known, to="4 mg"))[0]

    assert first(Known()) == "2026-12-01 18 mg"
    assert first(Known(taken_for=Duration(3, "month"))) == "2026-12-01 18 mg"
    assert first(Known(taken_for=Duration(11, "week"))) == "2026-12-01 10 mg"


def test_a_pace_that_hangs_on_what_is_not_known_is_refused() -> None:
    only = {**PACE, "when": {"taken_for_less_than": "3 months"}}
    knowledge = the_knowledge(
        tapers=[
            {
                "id": "alpha",
                "title": "alpha",
                "side": {"drugs": ["alpha"]},
                "pace": [cited(**only)],
            }
        ]
    )
    with pytest.raises(UndecidedError, match="for how long it has been taken"):
        a_taper(knowledge=knowledge)


def test_a_file_of_the_drug_stands_before_one_of_its_class() -> None:
    slow = {**PACE, "step_high": "0.5", "ceiling": "0.6"}
    entry = {
        "id": "class",
        "title": "class",
        "side": {"groups": ["slow"]},
        "pace": [cited(**slow)],
    }
    own = entry | {"id": "own", "side": {"drugs": ["alpha"]}, "pace": [cited(**PACE)]}
    knowledge = the_knowledge(tapers=[entry, own])
    assert doses(a_taper(knowledge=knowledge, to="10 mg"))[0] == "2026-12-01 18 mg"
    knowledge = the_knowledge(tapers=[entry])
    assert doses(a_taper(knowledge=knowledge, to="5 mg"))[0] == "2026-12-01 10 mg"


def test_a_medicine_without_taper_knowledge_asks_for_a_pace() -> None:
    with pytest.raises(ImpossiblePlanError, match="no pace of a taper"):
        a_taper("beta", "60 mg")
    with pytest.raises(ImpossiblePlanError, match="no pace of a taper"):
        a_taper("beta", "60 mg", Pace(kind=PaceKind.SHARE, every=Duration(1, "week")))
    plan = a_taper("beta", "60 mg", steps("40 mg", "20 mg", "10 mg", "0 mg"))
    assert doses(plan)[:2] == ["2026-12-01 40 mg", "2026-12-15 20 mg"]
    assert "not-checked" in [c.code for c in caveats(plan)]


def test_a_named_step_below_the_smallest_piece_is_refused() -> None:
    with pytest.raises(UnmakeableDoseError, match="oral solution 2 mg/mL exists"):
        a_taper(pace=steps("10 mg", "1 mg", "0 mg"))
    plan = a_taper(
        pace=steps("10 mg", "1 mg", "0 mg"),
        making=Making(made_of=("10 mg", "10 mg/5 mL")),
    )
    assert pieces(plan, 1) == ["0.5 x 2 mg/mL"]


def test_an_end_below_the_smallest_piece_is_refused() -> None:
    with pytest.raises(UnmakeableDoseError, match="below the smallest piece"):
        a_taper(pace=share("0.5"), to="1 mg")


def test_by_occupancy_with_tablets_alone_the_liquid_is_named() -> None:
    pace = Pace(kind=PaceKind.OCCUPANCY, every=Duration(4, "week"))
    with pytest.raises(UnmakeableDoseError, match="oral solution"):
        a_taper(dose="15 mg", pace=pace)
    plan = a_taper(dose="15 mg", pace=pace, making=Making(form="oral solution"))
    assert [d.split(" ", 1)[1] for d in doses(plan)] == ["6 mg", "1 mg", "0 mg"]


def test_a_plan_may_begin_ahead_or_in_the_past() -> None:
    for starts in (date(2031, 2, 28), date(1999, 12, 31)):
        plan = a_taper(pace=steps("15 mg", "0 mg"), starts=starts)
        assert plan.starts == plan.courses[0].steps[0].starts == starts


def test_a_plan_that_would_pass_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(ImpossiblePlanError, match="on the calendar"):
        a_taper(pace=steps("15 mg", "0 mg", every="9000 years"))


def test_a_taper_may_be_taken_in_parts_of_a_day() -> None:
    plan = a_taper(pace=steps("18 mg", "0 mg"), making=Making(times=2))
    first = plan.courses[0].steps[0]
    assert [(i.when, str(i.amount)) for i in first.intakes] == [
        ("MORN", "9 mg"),
        ("EVE", "9 mg"),
    ]
    assert KNOWN.drugs["alpha"].name in plan.title
    assert first.dose == q("18 mg")
