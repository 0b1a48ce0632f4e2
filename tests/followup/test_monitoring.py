"""When a measurement is due, overdue, out of range, or cannot be judged."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import (
    A,
    a_case,
    a_person,
    cited,
    condition,
    drug,
    nobody,
    observation,
    some_knowledge,
)
from concord.followup.monitoring import (
    InOrder,
    Missing,
    OutOfRange,
    Overdue,
    monitoring,
)
from concord.knowledge.lookup import Knowledge


def made(
    *due: dict[str, Any],
    bounds: tuple[dict[str, Any], ...] = (),
    of: tuple[str, ...] = ("level",),
) -> Knowledge:
    """Lithium, watched by these rows."""
    return some_knowledge(
        drugs=[drug("lithium"), drug("other")],
        conditions=[condition("frail")],
        observations=[
            observation("level", "mmol/L", plausible=cited(low="0", high="9")),
            observation("spare", "mmol/L"),
            observation("weight", "kg"),
        ],
        monitoring=[
            {
                "id": "watch",
                "title": "Watch",
                "side": {"drugs": ["lithium"]},
                "observation": list(of),
                "why": "because",
                "due": list(due),
                "bound": list(bounds),
            }
        ],
    )


def judged(a: A, knowledge: Knowledge, on: str) -> str:
    """In one word for each judgement, with the due date or the severity or needs."""
    words = []
    for one in monitoring(a_case(a, knowledge, on)):
        match one:
            case Overdue():
                words.append(f"overdue since {one.due_by}")
            case OutOfRange():
                words.append(f"out of range: {one.bound.severity}")
            case InOrder():
                words.append("in order")
            case Missing():
                words.append(f"missing {', '.join(one.needs)}")
    return "; ".join(words)


def amara(since: str | None = "2026-03-01") -> A:
    """Amara takes lithium, and something else was measured once."""
    person = a_person().taking("lithium", "900 mg", since=since)
    return person.measured("weight", "70 kg", "2020-01-01")


# --- baseline ---------------------------------------------------------------------

BASELINE = cited(phase="baseline", before="3 months", after="2 weeks", grace="1 week")


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-03-01", "in order"),
        ("2026-03-22", "in order"),
        ("2026-03-23", "overdue since 2026-03-22"),
    ],
)
def test_a_baseline_is_overdue_the_day_after_its_grace(on: str, words: str) -> None:
    assert judged(amara(), made(BASELINE), on) == words


@pytest.mark.parametrize(
    ("measured", "done"),
    [
        ("2025-11-30", False),
        ("2025-12-01", True),
        ("2025-12", True),
        ("2026-03-01", True),
        ("2026-05-01", True),
    ],
)
def test_a_baseline_from_three_months_before_the_start_counts(
    measured: str, done: bool
) -> None:
    person = amara().measured("level", "1 mmol/L", measured)
    words = "in order" if done else "overdue since 2026-03-22"
    assert judged(person, made(BASELINE), "2026-06-01") == words


def test_a_baseline_without_a_limit_before_counts_however_old() -> None:
    person = amara().measured("level", "1 mmol/L", "1999-01-01")
    row = cited(phase="baseline", after="2 weeks")
    assert judged(person, made(row), "2026-06-01") == "in order"
    assert judged(amara(), made(row), "2026-03-15") == "in order"
    assert judged(amara(), made(row), "2026-03-16") == "overdue since 2026-03-15"


def test_a_baseline_without_time_after_the_start_is_due_before_the_first_dose() -> None:
    row = cited(phase="baseline", before="3 months")
    assert judged(amara(), made(row), "2026-03-01") == "overdue since 2026-02-28"
    within_grace = cited(phase="baseline", before="3 months", grace="1 day")
    assert judged(amara(), made(within_grace), "2026-03-02") == "in order"
    told = judged(amara(), made(within_grace), "2026-03-03")
    assert told == "overdue since 2026-03-02"


def test_a_start_in_a_month_counts_from_the_last_day_of_the_month() -> None:
    row = cited(phase="baseline", after="1 day")
    assert judged(amara("2026-03"), made(row), "2026-04-01") == "in order"
    assert (
        judged(amara("2026-03"), made(row), "2026-04-02") == "overdue since 2026-04-01"
    )


# --- once -------------------------------------------------------------------------

ONCE = cited(phase="once", after="7 days", grace="3 days")


@pytest.mark.parametrize(
    ("on", "words"),
    [("2026-03-11", "in order"), ("2026-03-12", "overdue since 2026-03-11")],
)
def test_a_check_once_is_overdue_the_day_after_its_grace(on: str, words: str) -> None:
    assert judged(amara(), made(ONCE), on) == words


@pytest.mark.parametrize(
    ("measured", "done"),
    [("2026-03-01", False), ("2026-03-06", False), ("2026-03-07", True)],
)
def test_a_check_once_counts_from_a_quarter_of_its_time_before_its_day(
    measured: str, done: bool
) -> None:
    """Of seven days a quarter is one, rounded down: the 8th less one."""
    person = amara().measured("level", "1 mmol/L", measured)
    words = "in order" if done else "overdue since 2026-03-11"
    assert judged(person, made(ONCE), "2026-06-01") == words


def test_a_check_after_a_change_of_dose_is_due_after_each_change() -> None:
    row = cited(phase="once", after="7 days", after_event="dose-change")
    person = amara().measured("level", "1 mmol/L", "2026-03-08")
    assert judged(person, made(row), "2026-06-01") == "in order"
    changed = person.then("dose_changed", "2026-06-01", "1200 mg")
    assert judged(changed, made(row), "2026-06-08") == "in order"
    assert judged(changed, made(row), "2026-06-09") == "overdue since 2026-06-08"
    assert judged(changed, made(ONCE), "2026-06-09") == "in order"
    early = changed.measured("level", "1 mmol/L", "2026-06-06")
    assert judged(early, made(row), "2026-06-09") == "overdue since 2026-06-08"
    again = changed.measured("level", "1 mmol/L", "2026-06-07")
    assert judged(again, made(row), "2026-06-09") == "in order"


def test_a_check_the_next_day_is_done_on_that_day_and_not_before() -> None:
    row = cited(phase="once", after="1 day")
    before = amara().measured("level", "1 mmol/L", "2026-03-01")
    assert judged(before, made(row), "2026-03-03") == "overdue since 2026-03-02"
    after = amara().measured("level", "1 mmol/L", "2026-03-02")
    assert judged(after, made(row), "2026-03-03") == "in order"


def test_a_new_change_of_dose_does_not_pay_what_an_earlier_one_is_owed() -> None:
    row = cited(phase="once", after="7 days", after_event="dose-change")
    person = amara().measured("level", "1 mmol/L", "2026-03-08")
    person = person.then("dose_changed", "2026-06-01", "1200 mg")
    person = person.then("dose_changed", "2026-06-12", "1500 mg")
    assert judged(person, made(row), "2026-06-13") == "overdue since 2026-06-08"
    measured = person.measured("level", "1 mmol/L", "2026-06-11")
    assert judged(measured, made(row), "2026-06-19") == "in order"
    assert judged(measured, made(row), "2026-06-20") == "overdue since 2026-06-19"


def test_what_is_wanted_before_a_change_is_held_against_the_newest_change() -> None:
    row = cited(phase="baseline", before="1 month", after_event="dose-change")
    person = amara().then("dose_changed", "2026-06-01", "1200 mg")
    person = person.then("dose_changed", "2026-06-12", "1500 mg")
    before = person.measured("level", "1 mmol/L", "2026-05-12")
    assert judged(before, made(row), "2026-06-12") == "in order"
    before = person.measured("level", "1 mmol/L", "2026-05-11")
    assert judged(before, made(row), "2026-06-12") == "overdue since 2026-06-11"


# --- repeat -----------------------------------------------------------------------

REPEAT = cited(
    phase="repeat", every="4 weeks", begins="1 month", ends="6 months", grace="1 week"
)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-03-31", "in order"),
        ("2026-05-06", "in order"),
        ("2026-05-07", "overdue since 2026-05-06"),
        ("2026-08-31", "overdue since 2026-05-06"),
        ("2026-09-01", "in order"),
    ],
)
def test_a_repeat_is_due_between_its_beginning_and_its_end(on: str, words: str) -> None:
    assert judged(amara(), made(REPEAT), on) == words


@pytest.mark.parametrize(
    ("measured", "due"),
    [
        ("2026-03-15", "2026-05-06"),
        ("2026-04-01", "2026-05-06"),
        ("2026-04-02", "2026-05-07"),
        ("2026-06-01", "2026-07-06"),
    ],
)
def test_a_repeat_counts_from_the_newest_result_but_not_before_it_begins(
    measured: str, due: str
) -> None:
    person = amara().measured("level", "1 mmol/L", measured)
    person = person.measured("level", "1 mmol/L", "2026-01-15")
    due_on = date.fromisoformat(due)
    after = due_on.replace(day=due_on.day + 1)
    assert judged(person, made(REPEAT), str(due_on)) == "in order"
    assert judged(person, made(REPEAT), str(after)) == f"overdue since {due}"


def test_a_repeat_that_begins_on_this_day_and_comes_at_once() -> None:
    row = cited(phase="repeat", begins="1 month")
    assert judged(amara(), made(row), "2026-03-31") == "in order"
    assert judged(amara(), made(row), "2026-04-01") == "in order"
    assert judged(amara(), made(row), "2026-04-02") == "overdue since 2026-04-01"


def test_a_repeat_without_bounds_goes_on_from_the_start() -> None:
    row = cited(phase="repeat", every="1 year")
    assert judged(amara(), made(row), "2027-03-01") == "in order"
    assert judged(amara(), made(row), "2027-03-02") == "overdue since 2027-03-01"


def test_any_of_the_observations_counts_as_the_measurement() -> None:
    row = cited(phase="repeat", every="1 year")
    knowledge = made(row, of=("level", "spare"))
    person = amara().measured("spare", "1 mmol/L", "2027-01-01")
    assert judged(person, knowledge, "2028-01-01") == "in order"
    assert judged(person, knowledge, "2028-01-02") == "overdue since 2028-01-01"
    (late,) = monitoring(a_case(person, knowledge, "2028-01-02"))
    assert isinstance(late, Overdue)
    assert late.last is not None
    assert str(late.last.on) == "2027-01-01"


# --- what is not known ------------------------------------------------------------


@pytest.mark.parametrize("row", [BASELINE, ONCE, REPEAT])
def test_without_a_start_date_nothing_is_said_to_be_due(row: dict[str, Any]) -> None:
    person = amara(None).measured("level", "1 mmol/L", "2026-01-01")
    assert judged(person, made(row), "2026-06-01") == "missing start-date"


def test_without_a_start_a_repeat_without_end_counts_from_the_newest_result() -> None:
    row = cited(phase="repeat", every="1 year", grace="1 month")
    person = amara(None).measured("level", "1 mmol/L", "2025-01-10")
    person = person.measured("level", "1 mmol/L", "2024-01-10")
    assert judged(person, made(row), "2026-02-10") == "in order"
    assert judged(person, made(row), "2026-02-11") == "overdue since 2026-02-10"
    assert judged(amara(None), made(row), "2026-02-11") == "missing start-date"


def test_a_repeat_without_an_interval_needs_the_start() -> None:
    person = amara(None).measured("level", "1 mmol/L", "2025-01-10")
    row = cited(phase="repeat")
    assert judged(person, made(row), "2026-02-11") == "missing start-date"


def test_a_record_without_any_result_is_not_a_record_of_nothing_measured() -> None:
    person = a_person().taking("lithium", "900 mg", since="2026-03-01")
    assert judged(person, made(BASELINE), "2026-06-01") == "missing results"
    assert judged(person, made(BASELINE), "2026-03-22") == "in order"


@pytest.mark.parametrize(
    ("born", "words"),
    [
        ("1950", "overdue since 2026-03-22"),
        ("2000", "in order"),
        (None, "missing age"),
    ],
)
def test_a_row_for_some_people_is_asked_only_of_them(
    born: str | None, words: str
) -> None:
    row = BASELINE | {"when": {"age_at_least": 65}}
    person = a_person(born=born).taking("lithium", "1 mg", since="2026-03-01")
    person = person.measured("weight", "70 kg", "2020-01-01")
    assert judged(person, made(row), "2026-06-01") == words
    assert judged(person, made(row), "2026-03-22") == "in order"


def test_a_measurement_is_asked_of_the_medicines_that_call_for_it() -> None:
    person = a_person().taking("other", "1 mg")
    assert judged(person, made(BASELINE), "2026-06-01") == ""
    assert judged(nobody(), made(BASELINE), "2026-06-01") == ""


def test_of_two_late_rows_the_gravest_speaks_then_the_one_due_first() -> None:
    minor = cited(phase="once", after="1 day", severity="minor")
    grave = cited(phase="once", after="9 days", severity="serious")
    early = cited(phase="once", after="5 days", severity="serious")
    for rows in ((minor, grave, early), (early, minor, grave), (grave, early, minor)):
        assert judged(amara(), made(*rows), "2026-06-01") == "overdue since 2026-03-06"


def test_a_row_that_has_ended_no_longer_counts() -> None:
    row = BASELINE | {"until": date(2026, 6, 1)}
    assert judged(amara(), made(row), "2026-05-31") == "overdue since 2026-03-22"
    assert judged(amara(), made(row), "2026-06-01") == "in order"


# --- bounds -----------------------------------------------------------------------


def bound(severity: str = "serious", **fields: Any) -> dict[str, Any]:
    return cited(severity=severity, action="act", **fields)


@pytest.mark.parametrize(
    ("fields", "inside"),
    [
        ({"above": "1.2 mmol/L"}, {"1.1": False, "1.2": False, "1.3": True}),
        ({"at_least": "1.2 mmol/L"}, {"1.1": False, "1.2": True, "1.3": True}),
        ({"below": "1.2 mmol/L"}, {"1.1": True, "1.2": False, "1.3": False}),
        (
            {"at_least": "1.2 mmol/L", "below": "1.3 mmol/L"},
            {"1.1": False, "1.2": True, "1.3": False},
        ),
    ],
    ids=str,
)
def test_a_result_crosses_a_bound_at_it_or_past_it(
    fields: dict[str, str], inside: dict[str, bool]
) -> None:
    for value, crossed in inside.items():
        person = amara().measured("level", f"{value} mmol/L", "2026-05-01")
        words = "out of range: serious" if crossed else "in order"
        assert judged(person, made(bounds=(bound(**fields),)), "2026-06-01") == words


def test_only_the_latest_result_is_held_against_a_bound() -> None:
    knowledge = made(bounds=(bound(above="1.2 mmol/L"),))
    person = amara().measured("level", "2 mmol/L", "2026-05-01")
    assert judged(person, knowledge, "2026-06-01") == "out of range: serious"
    better = person.measured("level", "1 mmol/L", "2026-05-02")
    assert judged(better, knowledge, "2026-06-01") == "in order"
    assert judged(better, knowledge, "2026-05-01") == "out of range: serious"


def test_of_several_bounds_crossed_the_gravest_speaks() -> None:
    rows = (
        bound("moderate", above="1.2 mmol/L"),
        bound("contraindicated", above="2.5 mmol/L"),
        bound("serious", above="1.5 mmol/L"),
    )
    for value, severity in (
        ("1.3", "moderate"),
        ("1.6", "serious"),
        ("2.6", "contraindicated"),
    ):
        person = amara().measured("level", f"{value} mmol/L", "2026-05-01")
        found = judged(person, made(bounds=rows), "2026-06-01")
        assert found == f"out of range: {severity}"


@pytest.mark.parametrize(
    ("born", "words"),
    [("1950", "out of range: serious"), ("2000", "in order"), (None, "missing age")],
)
def test_a_bound_for_some_people_is_held_only_against_theirs(
    born: str | None, words: str
) -> None:
    row = bound(above="1.2 mmol/L", when={"age_at_least": 65})
    person = a_person(born=born).taking("lithium", "1 mg")
    person = person.measured("level", "1.3 mmol/L", "2026-05-01")
    assert judged(person, made(bounds=(row,)), "2026-06-01") == words
    low = (
        a_person(born=born)
        .taking("lithium", "1 mg")
        .measured("level", "1 mmol/L", "2026-05-01")
    )
    assert judged(low, made(bounds=(row,)), "2026-06-01") == "in order"


def test_a_newest_result_that_cannot_be_true_is_asked_for_again() -> None:
    knowledge = made(bounds=(bound(above="1.2 mmol/L"),))
    odd = amara().measured("level", "90 mmol/L", "2026-05-02T10:00:00Z")
    assert judged(odd, knowledge, "2026-06-01") == "missing plausible-level"
    before = odd.measured("level", "2 mmol/L", "2026-05-02")
    assert judged(before, knowledge, "2026-06-01") == "missing plausible-level"
    after = odd.measured("level", "2 mmol/L", "2026-05-03")
    assert judged(after, knowledge, "2026-06-01") == "out of range: serious"


def test_a_result_can_be_overdue_and_out_of_range() -> None:
    row = cited(phase="repeat", every="1 month")
    knowledge = made(row, bounds=(bound(above="1.2 mmol/L"),))
    person = amara().measured("level", "2 mmol/L", "2026-04-01")
    assert judged(person, knowledge, "2026-06-01") == (
        "overdue since 2026-05-01; out of range: serious"
    )


def test_a_bound_of_each_observation_is_held_against_its_own_result() -> None:
    knowledge = made(bounds=(bound(above="1.2 mmol/L"),), of=("level", "spare"))
    person = amara().measured("level", "1 mmol/L", "2026-05-01")
    person = person.measured("spare", "2 mmol/L", "2026-04-01")
    assert judged(person, knowledge, "2026-06-01") == "out of range: serious"


def test_of_two_results_of_one_moment_the_one_that_can_be_true_is_judged() -> None:
    knowledge = made(bounds=(bound(above="1.2 mmol/L"),))
    person = amara().measured("level", "2 mmol/L", "2026-05-01")
    person = person.measured("level", "20 mmol/L", "2026-05-01")
    assert judged(person, knowledge, "2026-06-01") == "out of range: serious"
