"""The dose of a day, and a plan as directions that the schedule lays out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.dosing.plan.building import Making
from concord.dosing.plan.changing import pause, resume
from concord.dosing.plan.days import dosages, dose_on, unit_of
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Course, Plan
from concord.dosing.plan.restart import restart
from concord.dosing.plan.titration import titrate
from concord.dosing.schedule import day_times, stretches, zone
from concord.dosing.schedule import plan as schedule_of
from concord.knowledge.lookup import Knowledge
from concord.record.model import Change, ChangeKind
from concord.terms import PartialDate
from planning import KNOWN, START, a_taper, on_day, q, steps, the_knowledge

DAY = timedelta(days=1)
HERE = zone("America/New_York")


def due_of(
    course: Course, first: date, days: int, knowledge: Knowledge
) -> list[Decimal]:
    """What the schedule says is due on each day, in the course's unit."""
    change = Change(
        id="start",
        kind=ChangeKind.STARTED,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        effective=PartialDate.of(course.steps[0].starts),
        dosage=dosages(course),
    )
    laid = schedule_of(
        stretches((change,)), day_times(knowledge, START), here=HERE, home=HERE
    )
    assert laid.left == ()
    start = datetime.combine(first, time(), HERE)
    end = datetime.combine(first + days * DAY, time(), HERE)
    total = dict.fromkeys((first + n * DAY for n in range(days)), Decimal(0))
    for one in laid.due(start, end):
        assert one.dosage.dose is not None
        total[one.at.astimezone(HERE).date()] += one.dosage.dose.value
    return list(total.values())


def planned(course: Course, first: date, days: int) -> list[Decimal]:
    return [dose_on(course, first + n * DAY).value for n in range(days)]


@st.composite
def some_plans(draw: st.DrawFn) -> Plan:
    """Tapers in parts of a day, and titrations every other day, some of them paused."""
    if draw(st.booleans()):
        known = Known(beside=("beta",))
        made = titrate(KNOWN, KNOWN.drugs["alpha"], starts=START, known=known)
    else:
        values = sorted(
            draw(st.sets(st.sampled_from([4, 6, 8, 9, 10, 15]), min_size=1)),
            reverse=True,
        )
        named = [f"{v} mg for {draw(st.integers(1, 9))} days" for v in values]
        made = a_taper(
            pace=steps(*named, "0 mg"), making=Making(times=draw(st.integers(1, 4)))
        )
    last = made.courses[0].steps[-1].starts
    if (last - START).days > 2 and draw(st.booleans()):
        on = START + draw(st.integers(1, (last - START).days - 1)) * DAY
        made = resume(pause(made, on), on + draw(st.integers(1, 9)) * DAY)
    return made


@given(some_plans())
def test_the_due_doses_of_each_day_add_up_to_the_dose_of_the_plan(plan: Plan) -> None:
    (course,) = plan.courses
    knowledge = _with_real_day_times()
    assert due_of(course, START, 60, knowledge) == planned(course, START, 60)


_REAL: list[Knowledge] = []


def _with_real_day_times() -> Knowledge:
    if not _REAL:
        from concord.knowledge.index import load  # noqa: PLC0415 - once for all

        _REAL.append(load())
    return _REAL[0]


def test_every_other_day_falls_on_its_days_across_the_clocks() -> None:
    known = Known(beside=("beta",))
    starts = date(2026, 3, 7)  # clocks go forward on the 8th
    plan = titrate(KNOWN, KNOWN.drugs["alpha"], starts=starts, known=known)
    (course,) = plan.courses
    assert due_of(course, starts, 5, _with_real_day_times()) == [10, 0, 10, 0, 10]
    assert planned(course, starts, 5) == [10, 0, 10, 0, 10]


def test_before_a_plan_the_dose_is_the_one_before_it() -> None:
    (course,) = a_taper(pace=steps("18 mg", "0 mg")).courses
    assert on_day(course, START - DAY) == "20 mg"
    assert on_day(course, START) == "18 mg"
    assert on_day(course, date(2026, 12, 14)) == "18 mg"
    assert on_day(course, date(2026, 12, 15)) == "0 mg"


@pytest.mark.parametrize(("before", "unit"), [("20 mg", "mg"), (None, "")])
def test_without_a_step_the_unit_is_that_of_the_dose_before(
    before: str | None, unit: str
) -> None:
    taken = q(before) if before else None
    assert unit_of(Course(drug="a", name="a", steps=(), before=taken)) == unit


def test_between_injections_there_is_no_dose() -> None:
    rule = {
        "action": "two",
        "form": "DEPOT",
        "since_last": True,
        "gap": "6 weeks",
        "give": [{"day": 1}, {"day": 8}],
        "source": "book",
        "locator": "p. 1",
        "status": "checked",
    }
    entry = {"id": "g", "title": "g", "side": {"drugs": ["gamma"]}, "rule": [rule]}
    knowledge = the_knowledge(missed_doses=[entry])
    plan = restart(
        knowledge,
        knowledge.drugs["gamma"],
        dose=q("60 mg"),
        last=START - timedelta(days=60),
        starts=START,
    )
    (course,) = plan.courses
    assert planned(course, START, 9) == [60, 0, 0, 0, 0, 0, 0, 60, 0]
    assert due_of(course, START, 9, _with_real_day_times()) == planned(course, START, 9)


def test_a_step_of_nothing_has_no_directions() -> None:
    (course,) = a_taper(pace=steps("18 mg", "0 mg")).courses
    assert [d.sequence for d in dosages(course)] == [1]
