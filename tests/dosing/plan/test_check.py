"""What the knowledge has against a plan: both sides of each boundary."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cited
from concord.dosing.plan.building import Making
from concord.dosing.plan.changing import pause
from concord.dosing.plan.check import checked, unanswered
from concord.dosing.plan.dose_rows import dose_row
from concord.dosing.plan.known import Asked, Known
from concord.dosing.plan.model import Plan
from concord.dosing.plan.pace import Pace, PaceKind, Wanted
from concord.dosing.plan.titration import titrate
from concord.knowledge.lookup import Knowledge
from concord.terms import Duration, Quantity
from planning import (
    DRUGS,
    KNOWN,
    PACE,
    START,
    a_taper,
    caveats,
    codes,
    q,
    steps,
    the_knowledge,
)

LIQUID = Making(form="oral solution")
ALONE = Known(nothing_else=True)


def fast(plan: Plan, knowledge: Knowledge = KNOWN) -> list[date | None]:
    return [c.starts for c in caveats(plan, knowledge) if c.code == "too-fast"]


# --- 25 % in 2 weeks ----------------------------------------------------------------


def test_a_quarter_in_two_weeks_is_inside_and_a_hair_over_is_not() -> None:
    inside = a_taper(dose="20 mg", pace=steps("15 mg"), making=LIQUID)
    assert fast(inside) == []
    over = a_taper(dose="20 mg", pace=steps("14.8 mg"), making=LIQUID)
    (caveat,) = [c for c in caveats(over) if c.code == "too-fast"]
    assert caveat.seen == "from 20 mg to 14.8 mg, 26 % within 2 weeks"
    assert caveat.expected == "at most 25 % within 2 weeks"
    assert caveat.needs_reason
    assert caveat.basis[0].source == "book"


def test_two_steps_that_are_small_alone_are_judged_together() -> None:
    # 20 to 17 is 15 %, 17 to 14 is 17.6 %; 20 to 14 within 13 days is 30 %.
    near = a_taper(pace=steps("17 mg for 13 days", "14 mg"))
    assert fast(near) == [date(2026, 12, 14)]
    apart = a_taper(pace=steps("17 mg for 14 days", "14 mg"))
    assert fast(apart) == []


def test_the_dose_before_the_plan_counts_in_its_first_window() -> None:
    plan = a_taper(pace=steps("18 mg for 1 day", "16 mg for 1 day", "14 mg"))
    assert fast(plan) == [date(2026, 12, 3)]


def test_a_pace_of_the_starting_dose_is_judged_by_the_starting_dose() -> None:
    # 4 of 20 mg is a fifth of the starting dose, and a third of the 12 mg left then.
    pace = cited(**{**PACE, "of": "starting", "step_high": "0.25"})
    knowledge = the_knowledge(tapers=[_entry(pace)])
    plan = a_taper(
        knowledge=knowledge, pace=steps("16 mg", "12 mg", "8 mg", "4 mg", "2 mg")
    )
    assert fast(plan, knowledge) == []
    assert fast(a_taper(pace=steps("16 mg", "12 mg", "8 mg"))) == [date(2026, 12, 29)]


def test_a_pace_without_a_ceiling_is_held_to_the_top_of_its_range() -> None:
    pace = {k: v for k, v in PACE.items() if not k.startswith("ceiling")}
    knowledge = the_knowledge(tapers=[_entry(cited(**pace))])

    def second(dose: str) -> list[date | None]:
        plan = a_taper(
            knowledge=knowledge,
            making=LIQUID,
            pace=steps("19 mg", dose, every="2 weeks"),
        )
        return fast(plan, knowledge)

    assert second("17.2 mg") == []  # 9.5 %
    assert second("17 mg") == [date(2026, 12, 15)]  # 10.5 %


def _entry(pace: dict[str, object]) -> dict[str, object]:
    return {
        "id": "alpha",
        "title": "alpha",
        "side": {"drugs": ["alpha"]},
        "pace": [pace],
    }


@given(st.lists(st.integers(1, 199), min_size=1, max_size=8, unique=True), st.data())
def test_a_plan_is_too_fast_where_some_two_weeks_lose_more_than_a_quarter(
    tenths: list[int], data: st.DataObject
) -> None:
    falling = sorted(tenths, reverse=True)
    days = [data.draw(st.integers(1, 30)) for _ in falling]
    pace = Pace(
        kind=PaceKind.STEPS,
        steps=tuple(
            Wanted(dose=Quantity(Decimal(2 * n) / 10, "mg"), lasts=Duration(d, "day"))
            for n, d in zip(falling, days, strict=True)
        ),
    )
    plan = a_taper(dose="40 mg", pace=pace, making=LIQUID)
    # The slow way: every day of the plan against each of the 14 days before it.
    each = [Decimal(40)] * 14
    for n, d in zip(falling, days, strict=True):
        each += [Decimal(2 * n) / 10] * d
    worst = any(
        (each[past] - each[day]) / each[past] > Decimal("0.25")
        for day in range(14, len(each))
        for past in range(day - 14, day)
    )
    assert bool(fast(plan)) == worst


# --- the first and the last step ----------------------------------------------------


def test_a_first_step_of_a_tenth_is_inside_and_more_is_not() -> None:
    def first(dose: str) -> bool:
        plan = a_taper(pace=steps(dose), making=LIQUID)
        return "first-step-too-large" in codes(plan)

    assert not first("18 mg")
    assert first("17.8 mg")


def test_a_first_step_of_a_milligram_is_judged_like_any_other() -> None:
    def first(dose: str, step: str) -> bool:
        plan = a_taper(dose=dose, pace=steps(step), making=LIQUID)
        return "first-step-too-large" in codes(plan)

    assert first("4 mg", "1 mg")
    assert first("1 mg", "0.8 mg")
    assert first("0.4 mg", "0.2 mg")


def test_a_last_dose_of_a_medicine_without_a_pace_is_said_on_no_authority() -> None:
    plan = a_taper("beta", "60 mg", steps("40 mg", "20 mg", "0 mg"))
    (caveat,) = [c for c in caveats(plan) if c.code == "last-step-large"]
    assert (caveat.basis, caveat.needs_reason) == ((), True)
    plan = a_taper(dose="6 mg", pace=steps("4 mg", "0 mg", every="4 weeks"))
    (caveat,) = [c for c in caveats(plan) if c.code == "last-step-large"]
    assert [b.source for b in caveat.basis] == ["book"]


def test_a_last_dose_that_is_not_the_smallest_is_said() -> None:
    def last(dose: str) -> list[str]:
        plan = a_taper(dose="6 mg", pace=steps(dose, "0 mg", every="4 weeks"))
        return [c.expected for c in caveats(plan) if c.code == "last-step-large"]

    assert last("2 mg") == []
    assert last("4 mg") == ["2 mg first, the smallest that can be made"]


def test_the_last_dose_is_that_of_the_last_day_before_nothing() -> None:
    plan = a_taper(dose="6 mg", pace=steps("4 mg for 4 weeks", "2 mg for 1 day"))
    assert "last-step-large" not in [c.code for c in caveats(plan)]


@pytest.mark.parametrize(
    ("since", "found"), [(date(2026, 12, 15), True), (date(2026, 12, 16), False)]
)
def test_what_was_done_before_a_day_is_not_judged_again(
    since: date, found: bool
) -> None:
    plan = a_taper(pace=steps("18 mg", "10 mg"))
    told = caveats(plan, since=since)
    assert ("too-fast" in [c.code for c in told]) == found


@pytest.mark.parametrize(
    ("dose", "last", "asks"),
    [
        ("20 mg", "5 mg", False),  # a quarter of the first dose, the ceiling itself
        ("20 mg", "6 mg", True),
        ("16 mg", "5 mg", True),
    ],
)
def test_a_last_dose_is_judged_by_the_first_one(
    dose: str, last: str, asks: bool
) -> None:
    plan = a_taper(dose=dose, pace=steps(last, "0 mg", every="4 weeks"))
    (caveat,) = [c for c in caveats(plan) if c.code == "last-step-large"]
    assert caveat.needs_reason == asks


def test_a_stop_at_once_asks_for_a_reason() -> None:
    plan = a_taper(dose="20 mg", pace=steps("0 mg"))
    (caveat,) = [c for c in caveats(plan) if c.code == "last-step-large"]
    assert caveat.needs_reason


def test_a_pace_that_is_unverified_tells_and_asks_for_no_reason() -> None:
    knowledge = the_knowledge(
        tapers=[_entry(cited(**{**PACE, "status": "unverified"}))]
    )
    plan = a_taper(knowledge=knowledge, pace=steps("10 mg", "8 mg", "0 mg"))
    found = caveats(plan, knowledge)
    assert {c.code for c in found} == {
        "first-step-too-large",
        "too-fast",
        "last-step-large",
    }
    assert not any(c.needs_reason for c in found)


def test_a_last_measured_dose_is_said_and_asks_for_no_reason() -> None:
    def last(dose: str) -> list[tuple[str, bool]]:
        plan = a_taper(pace=steps(dose, "0 mg", every="4 weeks"), making=LIQUID)
        found = [c for c in caveats(plan) if c.code == "last-step-large"]
        return [(c.expected, c.needs_reason) for c in found]

    assert last("0.2 mg") == []  # 0.1 mL of 2 mg/mL
    assert last("0.4 mg") == [("0.2 mg first, the smallest that can be made", False)]


def test_the_smallest_is_that_of_the_form_whatever_the_prescriber_allowed() -> None:
    plan = a_taper(pace=steps("10 mg", "0 mg"), making=Making(made_of=("10 mg",)))
    assert "last-step-large" in codes(plan)


def test_the_step_to_nothing_is_no_step_that_is_too_fast() -> None:
    assert fast(a_taper(dose="2 mg", pace=steps("0 mg"))) == []


# --- reasons ------------------------------------------------------------------------


def test_a_reason_answers_what_asks_for_one_and_forbids_nothing() -> None:
    plan = a_taper(pace=steps("5 mg", "0 mg"))
    assert unanswered(checked(plan, KNOWN))
    answered = a_taper(pace=steps("5 mg", "0 mg"), reason="a rash")
    assert unanswered(checked(answered, KNOWN)) == ()
    assert codes(answered) == codes(plan)


def test_a_check_that_could_not_run_says_so() -> None:
    only = cited(**{**PACE, "when": {"taken_for_less_than": "3 months"}})
    knowledge = the_knowledge(tapers=[_entry(only)])
    plan = a_taper(pace=steps("18 mg"), knowledge=knowledge)
    (caveat,) = [c for c in caveats(plan, knowledge) if c.code == "not-checked"]
    assert caveat.seen == "not known: for how long it has been taken"
    known = Known(taken_for=Duration(1, "month"))
    assert codes(plan, knowledge, known=known) == []


def test_a_plan_as_advised_has_nothing_against_it() -> None:
    assert codes(a_taper(to="10 mg", making=LIQUID)) == []


# --- a way up -----------------------------------------------------------------------


def up(*doses: str, known: Known = ALONE) -> Plan:
    named = steps(*doses).steps
    alpha = KNOWN.drugs["alpha"]
    return titrate(KNOWN, alpha, starts=START, steps=named, known=known)


def too_fast(plan: Plan) -> list[tuple[date | None, str]]:
    return [
        (c.starts, c.expected)
        for c in caveats(plan, known=ALONE)
        if c.code == "titration-too-fast"
    ]


def test_the_listed_steps_are_inside_and_a_day_sooner_is_not() -> None:
    assert too_fast(up("10 mg for 14 days", "20 mg")) == []
    assert too_fast(up("10 mg for 13 days", "20 mg")) == [
        (date(2026, 12, 14), "at most 10 mg by then")
    ]


def test_a_first_dose_above_the_first_step_is_too_fast() -> None:
    assert too_fast(up("12 mg")) == [(START, "at most 10 mg by then")]


def test_after_the_listed_steps_it_grows_by_the_largest_step_at_its_interval() -> None:
    # 20 mg from day 15; the row names no length for it, so it is kept as long as the
    # step before it: 2 weeks. Then 30 mg.
    assert too_fast(up("10 mg for 14 days", "20 mg for 14 days", "30 mg")) == []
    assert too_fast(up("10 mg for 14 days", "20 mg for 13 days", "30 mg")) == [
        (date(2026, 12, 28), "at most 20 mg by then")
    ]
    four = ("10 mg for 14 days", "20 mg for 14 days", "30 mg for 7 days", "40 mg")
    assert too_fast(up(*four)) == []
    four = ("10 mg for 14 days", "20 mg for 14 days", "30 mg for 6 days", "40 mg")
    assert too_fast(up(*four)) == [(date(2027, 1, 4), "at most 30 mg by then")]


def adjusted(*adjustments: dict[str, object]) -> Knowledge:
    """The knowledge with the maximum of 40 mg of alpha changed beside gamma."""
    found = [dict(one) for one in DRUGS]
    beside = {"organ": "interaction", "when": {"taking": ["gamma"]}, "text": "beside"}
    found[0]["adjustment"] = [cited(**beside, **one) for one in adjustments]
    return the_knowledge(drugs=found)


@pytest.mark.parametrize(
    ("adjustment", "most"),
    [
        ({"maximum": "30 mg"}, "30 mg"),
        ({"share": "0.5"}, "20 mg"),
        ({"maximum": "60 mg"}, "40 mg"),  # it lowers, and no more
        ({"maximum": "60 mg", "replaces": True}, "60 mg"),
        ({"maximum": "30 mg", "indication": "epilepsy"}, "40 mg"),
        ({"avoid": True}, "40 mg"),
    ],
)
def test_the_maximum_is_the_one_beside_the_medicines_taken_as_well(
    adjustment: dict[str, object], most: str
) -> None:
    knowledge = adjusted(adjustment)
    beside = Known(beside=("gamma",), nothing_else=True)

    def above(dose: str, known: Known) -> list[str]:
        named = steps(dose).steps
        plan = titrate(
            knowledge, knowledge.drugs["alpha"], starts=START, steps=named, known=known
        )
        found = caveats(plan, knowledge, known=known)
        return [c.expected for c in found if c.code == "above-maximum"]

    over = f"{q(most).value + 2} mg"
    assert above(most, beside) == []
    assert above(over, beside) == [f"at most {most} (for: adult)"]
    assert above("40 mg", ALONE) == []
    assert above("42 mg", ALONE) == ["at most 40 mg (for: adult)"]


@pytest.mark.parametrize(
    ("maximum", "says"), [("40 mg", "The maximum dose."), ("38 mg", "beside")]
)
def test_an_adjustment_is_named_only_where_it_lowers_the_maximum(
    maximum: str, says: str
) -> None:
    knowledge = adjusted({"maximum": maximum})
    known = Known(beside=("gamma",), nothing_else=True)
    plan = titrate(
        knowledge,
        knowledge.drugs["alpha"],
        starts=START,
        steps=steps("42 mg").steps,
        known=known,
    )
    found = caveats(plan, knowledge, known=known)
    (caveat,) = [c for c in found if c.code == "above-maximum"]
    assert [b.text for b in caveat.basis] == [says]


def test_a_dose_that_is_kept_is_not_judged_as_a_way_down() -> None:
    kept = pause(up("10 mg for 14 days", "20 mg"), date(2026, 12, 8))
    assert [s.dose for s in kept.courses[0].steps] == [q("10 mg"), q("10 mg")]
    assert "last-step-large" not in codes(kept, known=ALONE)
    unpaced = titrate(
        KNOWN,
        KNOWN.drugs["beta"],
        starts=START,
        steps=steps("20 mg for 14 days", "40 mg").steps,
    )
    told = caveats(pause(unpaced, date(2026, 12, 8)))
    assert not [c for c in told if "pace" in c.expected]


@pytest.mark.parametrize(
    ("row", "chosen"),
    [
        ({"indication": "sleep"}, True),
        ({"form": "XR"}, True),
        ({"indication": "pain"}, False),
        ({"form": "IR"}, False),
    ],
)
def test_the_row_of_the_use_and_of_the_form_stands_before_one_for_all(
    row: dict[str, str], chosen: bool
) -> None:
    found = [dict(one) for one in DRUGS]
    found[0]["dose"] = [
        cited(population="adult", maximum="40 mg"),
        cited(population="adult", maximum="30 mg", **row),
    ]
    knowledge = the_knowledge(drugs=found)
    held = dose_row(
        knowledge,
        knowledge.drugs["alpha"],
        field="maximum",
        indication="sleep",
        tag="XR",
        known=ALONE,
        asked=Asked(drug="alpha", on=START),
    )
    assert held.row is not None
    assert held.row.maximum == q("30 mg" if chosen else "40 mg")


def test_a_step_that_is_too_fast_names_its_dose_and_its_day() -> None:
    plan = up("10 mg for 13 days", "20 mg")
    found = [c for c in caveats(plan, known=ALONE) if c.needs_reason]
    assert [c.seen for c in found] == ["20 mg on day 14"]


@pytest.mark.parametrize(
    ("since", "found"), [(date(2026, 12, 14), True), (date(2026, 12, 15), False)]
)
def test_steps_up_before_a_day_are_not_judged_again(since: date, found: bool) -> None:
    fast_up = up("10 mg for 13 days", "42 mg")
    told = {c.code for c in caveats(fast_up, known=ALONE, since=since)}
    assert ("titration-too-fast" in told) == found
    assert ("above-maximum" in told) == found


def test_a_row_without_steps_grows_from_the_first_dose_at_its_interval() -> None:
    def found(*named: str) -> list[str]:
        plan = titrate(
            KNOWN, KNOWN.drugs["beta"], starts=START, steps=steps(*named).steps
        )
        told = caveats(plan)
        return [c.expected for c in told if c.code == "titration-too-fast"]

    assert found("20 mg for 7 days", "40 mg") == []
    assert found("20 mg for 6 days", "40 mg") == ["at most 20 mg by then"]
    assert found("20 mg for 7 days", "60 mg") == ["at most 40 mg by then"]


@pytest.mark.parametrize(("dose", "above"), [("40 mg", False), ("42 mg", True)])
def test_the_maximum_itself_is_inside(dose: str, above: bool) -> None:
    assert ("above-maximum" in codes(up(dose), known=ALONE)) == above


def test_a_titration_that_hangs_on_what_is_not_known_is_not_checked() -> None:
    plan = up("10 mg", known=ALONE)
    (caveat,) = [c for c in caveats(plan) if c.code == "not-checked"]
    assert "beta" in caveat.seen
    assert q("10 mg") == plan.courses[0].steps[0].dose
