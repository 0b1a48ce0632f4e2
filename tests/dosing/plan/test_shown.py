"""A plan in words, as a calendar and as a stair: said right, and readable."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.ismp import violations

from concord.cli.plan_printing import lines
from concord.documents.stair import stair
from concord.dosing.plan.building import (
    AS_IT_COMES,
    Laid,
    Making,
    asked_for,
    lay_out,
    maker_of,
)
from concord.dosing.plan.calendar import calendar
from concord.dosing.plan.changing import pause
from concord.dosing.plan.check import checked
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Basis, Caveat, Course, Plan
from concord.dosing.plan.switch import switch
from concord.dosing.plan.titration import titrate
from concord.dosing.plan.ways import Change
from concord.dosing.plan.words import (
    basis_words,
    caveat_words,
    days_words,
    dose_words,
    step_words,
)
from concord.knowledge.model import Status
from concord.terms import Duration
from concord.wording.plans import CAVEATS, pieces_words, spaced_words
from planning import KNOWN, START, a_taper, caveats, q, share, steps

SVG = "{http://www.w3.org/2000/svg}"


def a_plan() -> Plan:
    return a_taper(pace=steps("18 mg", "16 mg for 10 days", "0 mg"))


def every_other_day() -> Plan:
    known = Known(beside=("beta",))
    return titrate(KNOWN, KNOWN.drugs["alpha"], starts=START, known=known)


# --- words --------------------------------------------------------------------------


def test_a_step_says_its_dose_and_how_many_of_which_tablet() -> None:
    (course,) = a_plan().courses
    said = [step_words(step, course) for step in course.steps]
    assert said == [
        "18 mg a day: 1 tablet of 10 mg and 4 tablets of 2 mg",
        "16 mg a day: 1 tablet of 10 mg and 3 tablets of 2 mg",
        "nothing",
    ]
    assert [days_words(step) for step in course.steps] == [
        "Tue 1 Dec 2026 to Mon 14 Dec 2026",
        "Tue 15 Dec 2026 to Thu 24 Dec 2026",
        "from Fri 25 Dec 2026",
    ]


def test_parts_of_a_day_halves_and_liquids_are_said() -> None:
    plan = a_taper("beta", "60 mg", steps("50 mg", "0 mg"), making=Making(times=2))
    (course,) = plan.courses
    assert step_words(course.steps[0], course) == (
        "50 mg a day: in the morning: 1 tablet of 20 mg; "
        "in the evening: 1 and a half tablets of 20 mg"
    )
    assert pieces_words(Decimal("4.5"), q("2 mg/mL"), "oral solution") == (
        "4.5 mL of oral solution (2 mg/mL)"
    )


def test_every_other_day_says_what_is_taken_on_such_a_day() -> None:
    (course,) = every_other_day().courses
    assert step_words(course.steps[0], course) == (
        "10 mg every other day: 1 tablet of 10 mg"
    )
    assert (spaced_words(1), spaced_words(3)) == ("", "every 3 days")


def one_day(plan: Plan, *days: int, route: str) -> Course:
    """The first step of a plan as single days, so many days after its beginning."""
    course = plan.courses[0]
    single = tuple(
        msgspec.structs.replace(course.steps[0], starts=on, ends=on)
        for on in (START + timedelta(days=n) for n in days)
    )
    return msgspec.structs.replace(course, steps=single, route=route)


@pytest.mark.parametrize("days", [(0,), (0, 7), (0, 7, 38)])
def test_no_injection_is_said_as_a_dose_a_day_the_last_one_neither(
    days: tuple[int, ...],
) -> None:
    course = one_day(a_plan(), *days, route="intramuscular")
    assert {dose_words(step, course) for step in course.steps} == {"18 mg"}


def test_tablets_of_one_day_among_others_are_so_much_a_day() -> None:
    alone = one_day(a_plan(), 0, route="oral")
    assert dose_words(alone.steps[0], alone) == "18 mg a day"
    longer = msgspec.structs.replace(
        a_plan().courses[0].steps[1], starts=START + timedelta(days=1)
    )
    course = msgspec.structs.replace(alone, steps=(*alone.steps, longer))
    assert [dose_words(step, course) for step in course.steps] == [
        "18 mg a day",
        "16 mg a day",
    ]
    visits = one_day(a_plan(), 0, 4, route="nasal")
    assert {dose_words(step, visits) for step in visits.steps} == {"18 mg"}


@pytest.mark.parametrize(
    ("status", "mark"),
    [
        (Status.CHECKED, ""),
        (Status.UNVERIFIED, ", unverified"),
        (Status.CONVENTION, ", convention"),
        (None, ""),
    ],
)
def test_a_source_that_was_not_read_is_marked(status: Status | None, mark: str) -> None:
    said = Basis(text="so", source="book", locator="p. 1", status=status)
    assert basis_words(said) == f"so [book, p. 1{mark}]"
    assert basis_words(Basis(text="asked for")) == "asked for"


def test_a_caveat_says_what_was_seen_and_what_is_advised() -> None:
    (caveat,) = [
        c for c in caveats(a_taper(pace=steps("14 mg"))) if c.code == "too-fast"
    ]
    assert caveat_words(caveat) == (
        "faster than advised on Tue 1 Dec 2026: from 20 mg to 14 mg, 30 % within "
        "2 weeks; advised: at most 25 % within 2 weeks"
    )


def test_every_code_of_a_caveat_has_its_words() -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(Caveat)}
    assert set(CAVEATS) == set(get_args(fields["code"]))


# Each example makes a whole plan: no clock on each.
@settings(deadline=None)
@given(st.integers(2, 50), st.sampled_from(["0.05", "0.1", "0.33"]), st.integers(1, 4))
def test_nothing_that_a_plan_says_can_be_misread(
    dose: int, part: str, times: int
) -> None:
    plan = checked(
        a_taper(dose=f"{dose} mg", pace=share(part), making=Making(times=times)), KNOWN
    )
    rows = [line for row in calendar(plan) for line in row.lines]
    drawn = ET.fromstring(stair(plan))  # noqa: S314 - our own text
    texts = [node.text or "" for node in drawn.iter()]
    assert violations("\n".join([*lines(plan), *rows, *texts])) == []


# --- the calendar -------------------------------------------------------------------


def test_a_row_of_the_calendar_is_a_week_or_less_where_something_changes() -> None:
    rows = [(row.first, row.last, row.lines) for row in calendar(a_plan())]
    eighteen = ("alpha: 1 tablet of 10 mg and 4 tablets of 2 mg",)
    sixteen = ("alpha: 1 tablet of 10 mg and 3 tablets of 2 mg",)
    assert rows == [
        (date(2026, 12, 1), date(2026, 12, 7), eighteen),
        (date(2026, 12, 8), date(2026, 12, 14), eighteen),
        (date(2026, 12, 15), date(2026, 12, 21), sixteen),
        (date(2026, 12, 22), date(2026, 12, 24), sixteen),
        (date(2026, 12, 25), date(2026, 12, 28), ("alpha: nothing",)),
        (date(2026, 12, 29), date(2026, 12, 31), ("alpha: nothing",)),
    ]


def test_day_by_day_a_day_without_a_dose_says_nothing_is_taken() -> None:
    rows = calendar(every_other_day(), weekly=False, until=date(2026, 12, 3))
    assert [row.lines for row in rows] == [
        ("alpha: 1 tablet of 10 mg",),
        ("alpha: nothing",),
        ("alpha: 1 tablet of 10 mg",),
    ]
    week = calendar(every_other_day())[0]
    assert week.lines == ("alpha: 1 tablet of 10 mg, every other day",)


@pytest.mark.parametrize("weekly", [True, False])
def test_the_rows_follow_each_other_without_a_gap(weekly: bool) -> None:
    rows = calendar(a_plan(), weekly=weekly)
    assert rows[0].first == START
    for one, other in pairwise(rows):
        assert (other.first - one.last).days == 1


# --- the stair ----------------------------------------------------------------------


def test_the_stair_is_accessible_and_holds_no_script() -> None:
    drawn = stair(a_plan(), name="plan-1")
    root = ET.fromstring(drawn)  # noqa: S314 - our own text
    assert root.get("role") == "img"
    assert root.get("viewBox", "").split()[2] == "390"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == title.get("id") == "plan-1-title"
    assert root.get("aria-describedby") == desc.get("id") == "plan-1-desc"
    assert "before: 20 mg a day; Tue 1 Dec 2026 to Mon 14 Dec 2026: 18 mg a day" in (
        desc.text or ""
    )
    assert "script" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_the_stair_goes_down_where_the_dose_does() -> None:
    root = ET.fromstring(stair(a_plan()))  # noqa: S314 - our own text
    (line,) = root.iter(f"{SVG}polyline")
    heights = [float(p.split(",")[1]) for p in line.get("points", "").split()]
    assert heights == sorted(heights)  # y grows downwards
    assert len(set(heights)) == 4  # 20, 18, 16 mg and nothing
    texts = [node.text for node in root.iter(f"{SVG}text")]
    assert {"18 mg", "16 mg", "0 mg"} <= set(texts)


def test_what_is_drawn_stays_within_the_drawing() -> None:
    for plan in (a_plan(), every_other_day(), pause(a_plan(), date(2026, 12, 8))):
        root = ET.fromstring(stair(plan))  # noqa: S314 - our own text
        height = float(root.get("viewBox", "").split()[3])
        for node in root.iter(f"{SVG}text"):
            assert 0 <= float(node.get("x", "")) <= 390
            assert 0 <= float(node.get("y", "")) <= height


def test_the_same_plan_is_drawn_alike() -> None:
    assert stair(a_plan()) == stair(a_plan())


# --- a medicine that ends, and one that begins later --------------------------------


def ends_before_the_next() -> Plan:
    """Alpha down to nothing on 15 December, beta from a week later on."""
    change = Change(
        dose=q("20 mg"),
        to=q("40 mg"),
        way="taper-then-start",
        gap=Duration(1, "week"),
        steps=steps("10 mg for 2 weeks", "0 mg").steps,
    )
    return switch(
        KNOWN,
        KNOWN.drugs["alpha"],
        KNOWN.drugs["beta"],
        change,
        starts=START,
        known=Known(nothing_else=True),
    )


def test_a_medicine_that_ends_and_one_that_begins_later_keep_their_days() -> None:
    plan = ends_before_the_next()
    assert [[days_words(step) for step in c.steps] for c in plan.courses] == [
        ["Tue 1 Dec 2026 to Mon 14 Dec 2026", "from Tue 15 Dec 2026"],
        ["Tue 22 Dec 2026 to Mon 28 Dec 2026", "from Tue 29 Dec 2026"],
    ]
    assert [[step_words(step, c) for step in c.steps] for c in plan.courses] == [
        ["10 mg a day: 1 tablet of 10 mg", "nothing"],
        ["20 mg a day: 1 tablet of 20 mg", "40 mg a day: 2 tablets of 20 mg"],
    ]


def test_between_the_two_the_calendar_says_that_nothing_is_taken() -> None:
    rows = {row.first: row.lines for row in calendar(ends_before_the_next())}
    assert rows[date(2026, 12, 8)] == ("alpha: 1 tablet of 10 mg",)
    assert rows[date(2026, 12, 15)] == ("alpha: nothing",)
    assert "beta: 1 tablet of 20 mg" in rows[date(2026, 12, 22)]


@pytest.mark.parametrize(("before", "said"), [("20 mg", ["as before"]), (None, [])])
def test_until_its_first_step_a_medicine_is_taken_as_before_or_not_at_all(
    before: str | None, said: list[str]
) -> None:
    plan = a_plan()
    given = one_day(plan, 14, 21, route="intramuscular")
    given = msgspec.structs.replace(
        given, name="gamma", before=q(before) if before else None
    )
    both = msgspec.structs.replace(plan, courses=(*plan.courses, given))
    rows = {row.first: row.lines for row in calendar(both, weekly=False)}

    def of_gamma(day: date) -> list[str]:
        return [
            line.partition(": ")[2] for line in rows[day] if line.startswith("gamma")
        ]

    assert of_gamma(START) == said
    assert of_gamma(START + timedelta(days=13)) == said
    assert len(of_gamma(START + timedelta(days=14))) == 1
    assert of_gamma(START + timedelta(days=15)) == []  # between two injections


def laid_out(*wanted: str) -> list[str]:
    """Steps of a week each but the last, as `2026-12-01 to 2026-12-07: 10 mg`."""
    maker = maker_of(KNOWN, KNOWN.drugs["alpha"], AS_IT_COMES, START)
    week = Duration(1, "week")
    laid = [Laid(dose=q(dose), lasts=week) for dose in wanted[:-1]]
    laid.append(Laid(dose=q(wanted[-1])))
    found = lay_out(laid, START, maker, AS_IT_COMES)
    return [f"{s.starts} to {s.ends}: {s.dose}" for s in found]


def test_nothing_twice_is_nothing_from_the_first_of_its_days() -> None:
    assert laid_out("10 mg", "0 mg", "0 mg") == [
        "2026-12-01 to 2026-12-07: 10 mg",
        "2026-12-08 to None: 0 mg",
    ]
    assert laid_out("0 mg", "0 mg", "10 mg") == [
        "2026-12-01 to 2026-12-14: 0 mg",
        "2026-12-15 to None: 10 mg",
    ]


def test_nothing_and_a_dose_are_two_steps_either_way_round() -> None:
    assert laid_out("10 mg", "0 mg", "10 mg") == [
        "2026-12-01 to 2026-12-07: 10 mg",
        "2026-12-08 to 2026-12-14: 0 mg",
        "2026-12-15 to None: 10 mg",
    ]


def test_nothing_for_another_reason_is_a_step_of_its_own() -> None:
    maker = maker_of(KNOWN, KNOWN.drugs["alpha"], AS_IT_COMES, START)
    week = Duration(1, "week")
    laid = [
        Laid(dose=q("0 mg"), lasts=week, basis=(asked_for("a pause"),)),
        Laid(dose=q("0 mg"), basis=(asked_for("the end"),)),
    ]
    assert len(lay_out(laid, START, maker, AS_IT_COMES)) == 2
