"""Pausing, resuming, making anew: the past is as it was, and the rest moves."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.dosing.plan.changing import pause, resume, revise
from concord.dosing.plan.days import dose_on
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Plan
from concord.dosing.plan.pace import Pace, PaceKind, Wanted
from concord.dosing.plan.titration import titrate
from concord.errors import ImpossiblePlanError
from concord.terms import Duration, Quantity
from planning import KNOWN, START, a_taper, doses, on_day, q, steps

DAY = timedelta(days=1)


def a_plan() -> Plan:
    return a_taper(pace=steps("18 mg", "16 mg", "14 mg", "0 mg"))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A taper of some steps, or a titration that begins every other day."""
    if draw(st.booleans()):
        known = Known(beside=("beta",))
        return titrate(KNOWN, KNOWN.drugs["alpha"], starts=START, known=known)
    values = sorted(draw(st.sets(st.sampled_from([2, 4, 6, 8, 9, 10]))), reverse=True)
    lengths = [draw(st.integers(1, 20)) for _ in values]
    named = tuple(
        Wanted(dose=Quantity(Decimal(v), "mg"), lasts=Duration(n, "day"))
        for v, n in zip(values, lengths, strict=True)
    )
    pace = Pace(kind=PaceKind.STEPS, steps=(*named, Wanted(dose=q("0 mg"))))
    return a_taper(dose="12 mg", pace=pace)


def same_until(one: Plan, other: Plan, on: date) -> bool:
    days = [START - 5 * DAY + n * DAY for n in range((on - START).days + 5)]
    return all(
        dose_on(a, day) == dose_on(b, day)
        for a, b in zip(one.courses, other.courses, strict=True)
        for day in days
    )


# --- laws ---------------------------------------------------------------------------


@given(plans(), st.integers(1, 100), st.integers(1, 60))
def test_no_change_touches_a_day_before_it_and_the_rest_comes_later(
    plan: Plan, after: int, long: int
) -> None:
    on, again = START + after * DAY, START + (after + long) * DAY
    if plan.courses[0].steps[-1].starts < on:
        with pytest.raises(ImpossiblePlanError, match="nothing to pause"):
            pause(plan, on)
        return
    paused = pause(plan, on)
    assert same_until(plan, paused, on)
    resumed = resume(paused, again)
    assert same_until(paused, resumed, again)
    (old,), (new,) = plan.courses, resumed.courses
    for n in range(120):
        day = on + n * DAY
        assert dose_on(new, day + long * DAY) == dose_on(old, day)
    assert (paused.paused, resumed.paused) == (on, None)
    assert resumed.changed == (on, again)


@given(plans(), plans(), st.integers(0, 100))
def test_a_plan_made_anew_keeps_the_past_and_follows_the_new_one(
    plan: Plan, other: Plan, after: int
) -> None:
    on = START + after * DAY
    shifted = _from(other, on)
    made = revise(plan, on, shifted)
    assert same_until(plan, made, on)
    for n in range(100):
        day = on + n * DAY
        assert dose_on(made.courses[0], day) == dose_on(shifted.courses[0], day)


def _from(plan: Plan, on: date) -> Plan:
    """The same plan, begun on another day."""
    course = plan.courses[0]
    named = tuple(
        Wanted(
            dose=s.aim,
            lasts=Duration((s.ends - s.starts).days + 1, "day") if s.ends else None,
        )
        for s in course.steps
    )
    if course.before is None:
        return titrate(KNOWN, KNOWN.drugs["alpha"], starts=on, steps=named)
    pace = Pace(kind=PaceKind.STEPS, steps=named)
    return a_taper(dose="12 mg", pace=pace, starts=on)


# --- by hand ------------------------------------------------------------------------


def test_a_pause_keeps_the_dose_and_what_was_left_of_the_step_comes_after_it() -> None:
    # 18 mg from 1 December for 14 days; paused on the 8th for 10 days.
    plan = resume(pause(a_plan(), date(2026, 12, 8), "poor sleep"), date(2026, 12, 18))
    assert doses(plan) == [
        "2026-12-01 18 mg",
        "2026-12-08 18 mg",  # paused
        "2026-12-18 18 mg",  # the other 7 days
        "2026-12-25 16 mg",
        "2027-01-08 14 mg",
        "2027-01-22 0 mg",
    ]
    held = plan.courses[0].steps[1]
    assert held.held
    assert held.basis[0].text == "poor sleep"


def test_a_pause_on_the_day_of_a_step_keeps_the_dose_before_it() -> None:
    paused = pause(a_plan(), date(2026, 12, 15))
    assert on_day(paused.courses[0], date(2027, 6, 1)) == "18 mg"
    assert doses(resume(paused, date(2026, 12, 16)))[2] == "2026-12-16 16 mg"


def test_days_of_taking_go_on_as_they_were_through_a_pause() -> None:
    known = Known(beside=("beta",))
    plan = titrate(KNOWN, KNOWN.drugs["alpha"], starts=START, known=known)
    paused = pause(plan, date(2026, 12, 4))  # the 1st and 3rd are days of taking
    taken = [on_day(paused.courses[0], START + n * DAY) for n in range(6)]
    assert taken == ["10 mg", "0 mg", "10 mg", "0 mg", "10 mg", "0 mg"]


def test_the_days_of_taking_are_kept_and_a_daily_dose_has_none_to_keep() -> None:
    known = Known(beside=("beta",))
    other = titrate(KNOWN, KNOWN.drugs["alpha"], starts=START, known=known)
    for plan, since in ((a_plan(), None), (other, START)):
        paused = pause(plan, date(2026, 12, 4))
        assert paused.courses[0].steps[-1].since == since


def test_a_pause_on_the_last_day_of_a_step_leaves_that_day_for_later() -> None:
    plan = resume(pause(a_plan(), date(2026, 12, 14)), date(2026, 12, 24))
    assert doses(plan)[2:4] == ["2026-12-24 18 mg", "2026-12-25 16 mg"]


def test_a_medicine_that_waits_in_a_pause_must_be_in_the_new_plan() -> None:
    paused = pause(a_plan(), date(2026, 12, 8))
    on = date(2026, 12, 10)
    own = a_taper(dose="18 mg", pace=steps("15 mg", "0 mg"), starts=on)
    assert revise(paused, on, own).paused is None
    other = a_taper("beta", "40 mg", steps("20 mg", "0 mg"), starts=on)
    with pytest.raises(ImpossiblePlanError, match="waits in a pause"):
        revise(paused, on, other)


def test_an_injection_is_not_repeated_by_a_pause() -> None:
    course = a_plan().courses[0]
    one, other = START, START + 7 * DAY
    single = [
        msgspec.structs.replace(course.steps[0], starts=day, ends=day)
        for day in (one, other)
    ]
    given = msgspec.structs.replace(
        a_plan(),
        courses=(msgspec.structs.replace(course, steps=tuple(single), before=None),),
    )
    paused = pause(given, START + DAY)
    assert [on_day(paused.courses[0], START + n * DAY) for n in range(9)] == [
        "18 mg",
        *["0 mg"] * 8,
    ]
    assert doses(resume(paused, START + 3 * DAY)) == [
        "2026-12-01 18 mg",
        "2026-12-10 18 mg",
    ]


@pytest.mark.parametrize("on", [START, START - DAY])
def test_a_plan_that_has_not_begun_cannot_be_paused(on: date) -> None:
    with pytest.raises(ImpossiblePlanError, match="on which the plan begins"):
        pause(a_plan(), on)
    assert pause(a_plan(), START + DAY).paused == START + DAY


def test_a_pause_in_a_pause_and_resuming_without_one_are_refused() -> None:
    paused = pause(a_plan(), date(2026, 12, 8))
    with pytest.raises(ImpossiblePlanError, match="paused since"):
        pause(paused, date(2026, 12, 9))
    with pytest.raises(ImpossiblePlanError, match="not paused"):
        resume(a_plan(), date(2026, 12, 9))
    with pytest.raises(ImpossiblePlanError, match="a day after"):
        resume(paused, date(2026, 12, 8))


def test_a_new_plan_that_begins_on_another_day_is_refused() -> None:
    other = a_taper(pace=steps("15 mg", "0 mg"), starts=date(2026, 12, 20))
    with pytest.raises(ImpossiblePlanError, match="the day of the change"):
        revise(a_plan(), date(2026, 12, 19), other)


def test_a_medicine_that_the_new_plan_does_not_name_goes_on() -> None:
    other = a_taper("beta", "40 mg", steps("20 mg", "0 mg"), starts=date(2026, 12, 20))
    made = revise(a_plan(), date(2026, 12, 20), other)
    assert [course.drug for course in made.courses] == ["alpha", "beta"]
    assert made.courses[0] == a_plan().courses[0]
    assert made.changed == (date(2026, 12, 20),)
