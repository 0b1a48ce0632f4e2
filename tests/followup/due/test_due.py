"""What is due next: merged, tightened, overridden, done, or not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import (
    MEASURES,
    A,
    a_case,
    a_person,
    cited,
    condition,
    day,
    drug,
    observation,
    snomed,
    some_knowledge,
)
from concord.dosing.plan.model import Course, Plan, PlanKind, Step
from concord.errors import ImpossibleRangeError, UnfoundedOverrideError
from concord.followup.case import Case
from concord.followup.due import Due, EventKind, State, What, due
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Severity
from concord.record import model as rec
from concord.terms import Code, PartialDate, Quantity, System

FAR = date(2036, 1, 1)
DAY = timedelta(days=1)


def followed(*visits: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "class",
        "title": "Class",
        "side": {"drugs": ["pill", "sister"]},
        "visit": list(visits),
        **more,
    }


def visit(event: str, after: str, **more: Any) -> dict[str, Any]:
    return cited(event=event, after=after, text=f"{event} {after}", **more)


def made(
    *visits: dict[str, Any],
    due: tuple[dict[str, Any], ...] = (),
    bounds: tuple[dict[str, Any], ...] = (),
    measures: tuple[dict[str, Any], ...] = (),
    **more: Any,
) -> Knowledge:
    """Two medicines of one class, one of them watched by a level."""
    return some_knowledge(
        drugs=[drug("pill"), drug("sister"), drug("other")],
        conditions=[condition("frail"), condition("pregnancy")],
        observations=[
            observation("level", "mmol/L", plausible=cited(low="0", high="9")),
            observation("weight", "kg"),
        ],
        monitoring=[
            {
                "id": "watch",
                "title": "Watch",
                "side": {"drugs": ["pill"]},
                "observation": ["level"],
                "why": "because",
                "due": list(due),
                "bound": list(bounds),
            }
        ]
        if due or bounds
        else [],
        followup=[followed(*visits, **more)],
        measures=[*MEASURES, *measures],
    )


def listed(
    a: A,
    knowledge: Knowledge,
    on: str,
    until: date = FAR,
    overrides: list[rec.Override] | None = None,
    **more: Any,
) -> tuple[Due, ...]:
    record = msgspec.structs.replace(a.record, overrides=tuple(overrides or ()))
    return due(a_case(A(record), knowledge, on), until, **more)


def one(a: A, knowledge: Knowledge, on: str, ask: str = "visit", **more: Any) -> Due:
    (item,) = (i for i in listed(a, knowledge, on, **more) if i.ask == ask)
    return item


def amara(since: str | None = "2026-03-02") -> A:
    return a_person().taking("pill", "10 mg", since=since).seen("2026-03-02")


@pytest.mark.parametrize(
    ("died", "asked"), [("2026-05-02", True), ("2026-05-01", False)]
)
def test_nothing_is_due_of_somebody_who_died(died: str, asked: bool) -> None:
    record = amara().record
    assert record.person is not None
    person = msgspec.structs.replace(record.person, died=PartialDate.parse(died))
    known = msgspec.structs.replace(record, person=person)
    case = Case(known, made(visit("start", "2 weeks")), date(2026, 5, 1))
    assert bool(due(case, FAR)) is asked


# --- one item for all who ask for the same ----------------------------------------


def test_the_soonest_of_several_reasons_wins_and_the_others_stay_visible() -> None:
    knowledge = made(visit("start", "4 weeks"), visit("start", "2 weeks"))
    item = one(amara(), knowledge, "2026-03-03")
    assert item.due == date(2026, 3, 16)
    assert [str(r.due) for r in item.reasons] == ["2026-03-16", "2026-03-30"]
    assert [r.text for r in item.reasons] == ["start 2 weeks", "start 4 weeks"]


def test_two_medicines_ask_for_one_visit() -> None:
    knowledge = made(visit("start", "2 weeks"))
    both = amara().taking("sister", "1 mg", since="2026-03-01")
    item = one(both, knowledge, "2026-03-03")
    assert item.names == ("sister", "pill")
    assert item.due == date(2026, 3, 15)


def test_an_item_is_overdue_once_any_of_its_reasons_is() -> None:
    knowledge = made(
        visit("start", "2 weeks", grace="2 weeks"), visit("start", "3 weeks")
    )
    # 2 weeks is 16 March, in grace until the 30th; 3 weeks is the 23rd, until the 28th.
    assert one(amara(), knowledge, "2026-03-28").state is State.DUE
    assert one(amara(), knowledge, "2026-03-29").state is State.OVERDUE


def test_the_gravest_severity_of_the_reasons_is_that_of_the_item() -> None:
    knowledge = made(
        visit("start", "2 weeks", severity="minor"),
        visit("start", "4 weeks", severity="serious"),
    )
    assert one(amara(), knowledge, "2026-03-03").severity is Severity.SERIOUS


def test_a_visit_and_a_measurement_are_two_items() -> None:
    knowledge = made(
        visit("start", "2 weeks"), due=(cited(phase="once", after="7 days"),)
    )
    asks = [item.ask for item in listed(amara(), knowledge, "2026-03-03")]
    assert asks == ["measure:level", "visit"]


# --- where a date stands ----------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-03-12", "not-yet"),
        ("2026-03-13", "in-window"),
        ("2026-03-15", "in-window"),
        ("2026-03-16", "due"),
        ("2026-03-19", "due"),
        ("2026-03-20", "overdue"),
    ],
)
def test_a_visit_counts_from_a_quarter_of_its_interval_before_to_one_after(
    on: str, state: str
) -> None:
    item = one(amara(), made(visit("start", "2 weeks")), on)
    assert item.state == state
    assert (str(item.early), str(item.last)) == ("2026-03-13", "2026-03-19")


def test_the_grace_of_a_long_interval_is_two_weeks_at_most() -> None:
    item = one(amara(), made(visit("start", "1 year")), "2026-03-03")
    assert (item.due, item.last) == (date(2027, 3, 2), date(2027, 3, 16))


@pytest.mark.parametrize(
    ("seen_on", "state"),
    [("2026-03-12", "overdue"), ("2026-03-13", "done"), ("2026-03-25", "done")],
)
def test_a_visit_within_its_window_or_later_is_done(seen_on: str, state: str) -> None:
    person = amara().seen(seen_on)
    item = one(person, made(visit("start", "2 weeks")), "2026-03-25")
    assert item.state == state
    assert item.done_on == (date.fromisoformat(seen_on) if state == "done" else None)


def test_the_visit_of_the_start_is_no_follow_up() -> None:
    knowledge = made(visit("start", "1 day"))
    assert one(amara(), knowledge, "2026-03-10").state is State.OVERDUE


def test_a_series_goes_on_to_its_end_which_is_in_it() -> None:
    knowledge = made(visit("start", "4 weeks", every="4 weeks", ends="12 weeks"))
    person = amara().seen("2026-03-30", "2026-04-27")
    assert one(person, knowledge, "2026-05-01").due == date(2026, 5, 25)
    assert one(person.seen("2026-05-25"), knowledge, "2026-06-01").state is State.DONE


def test_a_monthly_series_from_the_last_of_a_month_does_not_drift() -> None:
    knowledge = made(visit("start", "1 month", every="1 month"))
    person = a_person().taking("pill", "1 mg", since="2026-01-31").seen("2026-02-28")
    assert one(person, knowledge, "2026-03-01").due == date(2026, 3, 31)


def test_a_series_that_ended_over_a_year_ago_is_let_go() -> None:
    knowledge = made(visit("start", "2 weeks"))
    assert one(amara(), knowledge, "2027-03-16").state is State.OVERDUE
    assert listed(amara(), knowledge, "2027-03-17") == ()


def test_a_series_without_an_end_is_not_let_go() -> None:
    knowledge = made(visit("start", "1 month", every="1 month"))
    assert one(amara(), knowledge, "2030-01-01").state is State.OVERDUE


# --- events -----------------------------------------------------------------------


def test_a_course_is_stable_twelve_weeks_after_its_start_or_by_its_class() -> None:
    row = visit("stable", "3 months", every="3 months", rolling=True)
    seen = amara().seen("2026-05-25")
    item = one(seen, made(row), "2026-06-01")
    assert item.reasons[0].event.on == date(2026, 5, 25)
    assert item.due == date(2026, 8, 25)
    own = made(row, settled=[cited(after="1 week")])
    assert one(seen, own, "2026-06-01").reasons[0].event.on == date(2026, 3, 9)


def test_a_rolling_visit_is_so_long_after_the_last_one() -> None:
    row = visit("stable", "3 months", every="3 months", rolling=True)
    person = amara().seen("2026-07-10", "2026-08-20")
    assert one(person, made(row), "2026-09-01").due == date(2026, 11, 20)


def test_a_visit_counted_from_the_event_is_not_moved_by_other_visits() -> None:
    row = visit("stable", "1 year", every="1 year")
    person = amara().seen("2026-07-10", "2026-11-20")
    assert one(person, made(row), "2027-01-01").due == date(2027, 5, 25)


def test_visits_until_some_time_after_a_course_is_stable_end_there() -> None:
    row = visit("stable", "1 month", every="1 month", ends="3 months", rolling=True)
    assert one(amara().seen("2026-07-20"), made(row), "2026-07-21").due == date(
        2026, 8, 20
    )
    assert listed(amara().seen("2026-07-26"), made(row), "2026-07-27") == ()


def test_a_change_of_dose_has_visits_of_its_own() -> None:
    row = visit("dose-change", "2 weeks")
    assert listed(amara(), made(row), "2026-04-01") == ()
    changed = amara().then("dose_changed", "2026-04-06", "20 mg")
    item = one(changed, made(row), "2026-04-07")
    assert item.due == date(2026, 4, 20)
    assert item.reasons[0].event.kind is EventKind.DOSE_CHANGE


@pytest.mark.parametrize(("dose", "tapers"), [("9 mg", True), ("11 mg", False)])
def test_a_taper_is_a_change_to_less(dose: str, tapers: bool) -> None:
    changed = amara().then("dose_changed", "2026-04-06", dose)
    found = listed(changed, made(visit("taper", "2 weeks")), "2026-04-07")
    assert bool(found) is tapers


def test_a_taper_ends_with_the_next_rise() -> None:
    person = amara().then("dose_changed", "2026-04-06", "8 mg")
    person = person.then("dose_changed", "2026-04-20", "10 mg")
    assert listed(person, made(visit("taper", "2 weeks")), "2026-04-21") == ()


def test_doses_that_cannot_be_compared_are_no_taper() -> None:
    person = amara().then("dose_changed", "2026-04-06", "1 mL")
    assert listed(person, made(visit("taper", "2 weeks")), "2026-04-07") == ()


@pytest.mark.parametrize(
    ("stopped", "switched"),
    [
        ("2026-02-01", False),
        ("2026-02-02", True),
        ("2026-03-30", True),
        ("2026-03-31", False),
    ],
)
def test_a_switch_is_a_stop_and_a_start_of_a_class_within_four_weeks(
    stopped: str, switched: bool
) -> None:
    person = a_person().taking("sister", "1 mg", since="2025-01-01", stopped=stopped)
    person = person.taking("pill", "1 mg", since="2026-03-02").seen("2026-03-02")
    found = listed(person, made(visit("switch", "1 week")), "2026-04-01")
    assert bool(found) is switched
    if switched:
        assert found[0].reasons[0].event.of == "sister"


def test_a_stop_has_visits_after_the_last_dose() -> None:
    person = a_person().taking("pill", "1 mg", since="2025-01-01", stopped="2026-03-02")
    item = one(person.seen("2026-03-02"), made(visit("stop", "2 weeks")), "2026-03-05")
    assert item.due == date(2026, 3, 16)


def test_a_medicine_beside_it_brings_a_measurement_when_it_starts_or_stops() -> None:
    row = visit("beside", "1 week", beside=["other"], observation=["level"])
    person = amara().measured("level", "1 mmol/L", "2026-04-01")
    assert listed(person, made(row), "2026-05-01") == ()
    started = person.taking("other", "1 mg", since="2026-05-04")
    item = one(started, made(row), "2026-05-05", "measure:level")
    assert (item.what, item.due) == (What.MEASUREMENT, date(2026, 5, 11))
    assert item.reasons[0].event.of == "other"
    measured = started.measured("level", "1 mmol/L", "2026-05-11")
    assert one(measured, made(row), "2026-05-12", "measure:level").state is State.DONE
    stopped = person.taking("other", "1 mg", since="2026-05-04", stopped="2026-06-01")
    again = one(stopped, made(row), "2026-06-02", "measure:level")
    assert again.due == date(2026, 6, 8)


def beside(person: A, drug: str, *on: str) -> A:
    """The person takes one more medicine, whose dose may change."""
    person = person.taking(drug, "1 mg", since=on[0])
    for number, changed in enumerate(on[1:], start=2):
        person = person.then("dose_changed", changed, f"{number} mg")
    return person


def test_a_second_medicine_beside_it_takes_nothing_away_that_the_first_asked_for() -> (
    None
):
    row = visit("beside", "1 week", beside=["other", "sister"], observation=["level"])
    person = amara().measured("level", "1 mmol/L", "2026-04-01")
    person = beside(beside(person, "other", "2026-05-04"), "sister", "2026-05-20")
    item = one(person, made(row), "2026-05-21", "measure:level")
    assert (item.state, item.due) == (State.OVERDUE, date(2026, 5, 11))
    both = [(r.event.of, r.due) for r in item.reasons]
    assert both == [("other", date(2026, 5, 11)), ("sister", date(2026, 5, 27))]
    # What is measured after the first alone leaves what the second asks for.
    measured = person.measured("level", "1 mmol/L", "2026-05-20")
    item = one(measured, made(row), "2026-05-21", "measure:level")
    assert (item.state, item.due) == (State.NOT_YET, date(2026, 5, 27))
    measured = person.measured("level", "1 mmol/L", "2026-05-27")
    assert one(measured, made(row), "2026-05-28", "measure:level").state is State.DONE


def test_a_change_of_a_medicine_beside_it_takes_nothing_away_either() -> None:
    row = visit("beside", "1 week", beside=["other"], observation=["level"])
    person = amara().measured("level", "1 mmol/L", "2026-04-01")
    person = beside(person, "other", "2026-05-04", "2026-05-20", "2026-05-25")
    item = one(person, made(row), "2026-05-26", "measure:level")
    assert [r.due for r in item.reasons] == [date(2026, 5, 11), date(2026, 6, 1)]


def test_a_change_of_dose_takes_nothing_away_that_an_earlier_one_asked_for() -> None:
    row = visit("dose-change", "2 weeks")
    person = amara()
    for on, dose in (("06", "20 mg"), ("13", "30 mg"), ("20", "40 mg")):
        person = person.then("dose_changed", f"2026-04-{on}", dose)
    item = one(person, made(row), "2026-04-24")
    assert (item.state, item.due) == (State.OVERDUE, date(2026, 4, 20))
    assert [r.due for r in item.reasons] == [date(2026, 4, 20), date(2026, 5, 4)]
    # Who was seen after the first change, however early, was seen for it.
    item = one(person.seen("2026-04-13"), made(row), "2026-04-24")
    assert (item.state, item.due) == (State.IN_WINDOW, date(2026, 4, 27))
    item = one(person.seen("2026-04-14"), made(row), "2026-04-24")
    assert (item.state, item.due) == (State.NOT_YET, date(2026, 5, 4))


def test_a_change_on_the_day_of_the_start_is_no_change_and_one_after_a_month_is() -> (
    None
):
    row = visit("dose-change", "2 weeks")
    begun = amara().then("dose_changed", "2026-03-02", "20 mg")
    assert listed(begun, made(row), "2026-03-20") == ()
    unknown = amara(since=None).then("dose_changed", "2026-04-06", "20 mg")
    assert one(unknown, made(row), "2026-04-07").due == date(2026, 4, 20)


def test_a_measurement_is_owed_from_the_first_change_after_which_there_is_none() -> (
    None
):
    row = cited(phase="once", after="7 days", after_event="dose-change")
    person = amara().measured("level", "1 mmol/L", "2026-03-20")
    for on, dose in (("06", "20 mg"), ("13", "30 mg"), ("20", "40 mg")):
        person = person.then("dose_changed", f"2026-04-{on}", dose)
    item = one(person, made(due=(row,)), "2026-04-21", "measure:level")
    assert (item.state, item.due) == (State.OVERDUE, date(2026, 4, 13))
    measured = person.measured("level", "1 mmol/L", "2026-04-13")
    item = one(measured, made(due=(row,)), "2026-04-21", "measure:level")
    assert item.due == date(2026, 4, 20)
    measured = person.measured("level", "1 mmol/L", "2026-04-14")
    item = one(measured, made(due=(row,)), "2026-04-21", "measure:level")
    assert item.due == date(2026, 4, 27)


def test_a_taper_asks_from_its_first_step_after_which_nobody_saw_the_person() -> None:
    person = amara().then("dose_changed", "2026-04-06", "12 mg")
    for on, dose in (("13", "9 mg"), ("20", "8 mg"), ("27", "7 mg")):
        person = person.then("dose_changed", f"2026-04-{on}", dose)
    item = one(person, made(visit("taper", "2 weeks")), "2026-04-28")
    assert [r.due for r in item.reasons] == [date(2026, 4, 27), date(2026, 5, 11)]


def test_what_was_taken_before_the_start_is_no_news_beside_it() -> None:
    row = visit("beside", "1 week", beside=["other"], observation=["level"])
    person = a_person().taking("other", "1 mg", since="2026-01-01")
    person = person.taking("pill", "1 mg", since="2026-03-02")
    assert listed(person, made(row), "2026-03-05") == ()


def test_a_pregnancy_of_which_the_day_is_not_known_is_asked_for() -> None:
    knowledge = made(visit("pregnancy", "2 days"))
    assert listed(amara().with_condition("frail"), knowledge, "2026-05-01") == ()
    item = one(amara().with_condition("pregnancy"), knowledge, "2026-05-01")
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("onset",))
    known = amara().with_condition("pregnancy", "2026-05-01")
    assert one(known, knowledge, "2026-05-02").due == date(2026, 5, 3)


def test_a_start_of_which_the_month_is_known_counts_from_its_last_day() -> None:
    item = one(amara("2026-03"), made(visit("start", "2 weeks")), "2026-04-01")
    assert item.due == date(2026, 4, 14)


# --- planned and on hold ----------------------------------------------------------


def test_what_is_due_before_a_planned_start_is_named_ahead() -> None:
    knowledge = made(due=(cited(phase="baseline", before="1 month"),))
    person = a_person().taking("pill", "1 mg", since="2026-06-01")
    person = person.measured("weight", "70 kg", "2020-01-01")
    item = one(person, knowledge, "2026-05-20", "measure:level")
    assert (item.state, item.due) == (State.IN_WINDOW, date(2026, 5, 31))
    done = person.measured("level", "1 mmol/L", "2026-05-10")
    assert one(done, knowledge, "2026-05-20", "measure:level").state is State.DONE


def test_a_medicine_on_hold_is_still_followed_up() -> None:
    knowledge = made(due=(cited(phase="repeat", every="1 week"),))
    person = (
        amara().then("held", "2026-03-10").measured("level", "1 mmol/L", "2026-03-09")
    )
    item = one(person, knowledge, "2026-03-12", "measure:level")
    assert item.due == date(2026, 3, 16)


# --- what is not known ------------------------------------------------------------


def test_without_the_day_of_the_start_a_visit_is_not_known() -> None:
    item = one(amara(None), made(visit("start", "2 weeks")), "2026-03-03")
    assert (item.state, item.due) == (State.NOT_KNOWN, None)
    assert item.needs == ("start-date",)


def test_a_record_without_any_visit_does_not_tell_whether_one_was_made() -> None:
    person = a_person().taking("pill", "1 mg", since="2026-03-02")
    knowledge = made(visit("start", "2 weeks"))
    assert one(person, knowledge, "2026-03-12").state is State.NOT_YET
    item = one(person, knowledge, "2026-03-13")
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("encounters",))


def test_a_record_without_any_result_does_not_tell_whether_one_was_made() -> None:
    knowledge = made(due=(cited(phase="once", after="7 days", grace="2 days"),))
    assert one(amara(), knowledge, "2026-03-11", "measure:level").state is State.DUE
    item = one(amara(), knowledge, "2026-03-12", "measure:level")
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("results",))


def test_who_a_row_is_for_is_asked_once_its_window_has_opened() -> None:
    knowledge = made(visit("start", "2 weeks", when={"age_below": 25}))
    person = a_person(born=None).taking("pill", "1 mg", since="2026-03-02")
    person = person.seen("2026-03-02")
    assert listed(person, knowledge, "2026-03-12") == ()
    item = one(person, knowledge, "2026-03-13")
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("age",))


def test_a_reason_without_a_date_hides_none_that_has_one() -> None:
    knowledge = made(visit("start", "2 weeks"))
    person = amara().taking("sister", "1 mg", since=None)
    states = {i.state: i for i in listed(person, knowledge, "2026-03-25")}
    assert set(states) == {State.OVERDUE, State.NOT_KNOWN}
    assert states[State.NOT_KNOWN].names == ("sister",)


def test_a_person_who_takes_nothing_has_nothing_due() -> None:
    assert listed(a_person(), made(visit("start", "2 weeks")), "2026-03-03") == ()


# --- results ----------------------------------------------------------------------


def bound(**fields: Any) -> dict[str, Any]:
    return cited(severity="serious", action="act", **fields)


def test_a_crossed_bound_asks_for_a_repeat_where_it_says_by_when() -> None:
    rows = (bound(above="2 mmol/L", repeat_within="3 days"),)
    high = amara().measured("level", "2.1 mmol/L", "2026-04-01")
    item = one(high, made(bounds=rows), "2026-04-02", "measure:level")
    assert (item.due, item.state) == (date(2026, 4, 4), State.IN_WINDOW)
    assert item.reasons[0].event.kind is EventKind.RESULT
    fine = amara().measured("level", "2 mmol/L", "2026-04-01")
    assert listed(fine, made(bounds=rows), "2026-04-02") == ()
    again = high.measured("level", "1 mmol/L", "2026-04-03")
    assert listed(again, made(bounds=rows), "2026-04-05") == ()


def test_a_crossed_bound_that_names_no_day_asks_for_none() -> None:
    high = amara().measured("level", "2.1 mmol/L", "2026-04-01")
    assert listed(high, made(bounds=(bound(above="2 mmol/L"),)), "2026-04-02") == ()


SAMPLE = {
    "id": "sample-level",
    "title": "Sample",
    "steward": "tests",
    "value": [
        cited(name="least-hours", number=10, text="least"),
        cited(name="most-hours", number=14, text="most"),
    ],
}


@pytest.mark.parametrize(
    ("dose_at", "drawn_at", "doubts"),
    [
        ("2026-03-31T20:00:00Z", "2026-04-01T05:59:00Z", ("sample-again",)),
        ("2026-03-31T20:00:00Z", "2026-04-01T06:00:00Z", ()),
        ("2026-03-31T20:00:00Z", "2026-04-01T10:00:00Z", ()),
        ("2026-03-31T20:00:00Z", "2026-04-01T10:01:00Z", ("sample-again",)),
        ("2026-03-31T20:00:00Z", "2026-04-01", ("sample-time",)),
        ("2026-03-31", "2026-04-01T06:00:00Z", ("sample-time",)),
        ("2026-04-01T08:00:00Z", "2026-04-01T06:00:00Z", ("sample-time",)),
    ],
)
def test_a_level_is_judged_by_the_time_since_the_last_dose(
    dose_at: str, drawn_at: str, doubts: tuple[str, ...]
) -> None:
    rows = (bound(above="2 mmol/L", repeat_within="3 days"),)
    person = (
        amara().said("pill", "taken", dose_at).measured("level", "3 mmol/L", drawn_at)
    )
    knowledge = made(bounds=rows, measures=(SAMPLE,))
    item = one(person, knowledge, "2026-04-02", "measure:level")
    assert item.reasons[0].doubts == doubts


# --- contacts ---------------------------------------------------------------------


def contacts() -> tuple[dict[str, Any], ...]:
    def within(id: str, *values: tuple[str, int], **more: Any) -> dict[str, Any]:
        rows = [cited(name=name, days=days, text=name) for name, days in values]
        return {"id": id, "title": id, "steward": "tests", "value": rows, **more}

    both = (("within-days", 7), ("at-latest-within-days", 30))
    frail = {"condition": "frail"}
    return (
        within("contact-after-discharge", *both),
        within("contact-after-discharge-suicide-risk", ("within-days", 2), side=frail),
        within("contact-after-release", ("within-days", 2)),
        within("contact-after-attempt", ("within-days", 3), side=frail),
        within(
            "contact-after-emergency", *both, encounters=["EMER"], reasons=["frail"]
        ),
        within("setting-list-review", ("list-compared", 1), ("within-days", 14)),
    )


EMERGENCY = snomed("frail")


def test_an_emergency_is_followed_up_and_is_no_follow_up_itself() -> None:
    knowledge = made(visit("start", "2 weeks"), measures=contacts())
    person = amara().seen("2026-03-16", kind="EMER", reasons=(EMERGENCY,))
    assert one(person, knowledge, "2026-03-20").state is State.OVERDUE
    item = one(person, knowledge, "2026-03-20", "contact")
    assert (item.due, item.reasons[-1].due) == (date(2026, 3, 23), date(2026, 4, 15))
    seen = person.seen("2026-03-18")
    assert one(seen, knowledge, "2026-03-20", "contact").state is State.DONE


def test_an_emergency_for_something_else_is_none_of_ours() -> None:
    knowledge = made(measures=contacts())
    person = amara().seen("2026-03-16", kind="EMER", reasons=(snomed("cut finger"),))
    assert listed(person, knowledge, "2026-03-20") == ()


def test_an_emergency_without_a_reason_on_record_is_not_known() -> None:
    person = amara().seen("2026-03-16", kind="EMER")
    item = one(person, made(measures=contacts()), "2026-03-20", "contact")
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("emergency-reason",))


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-05-01", "not-yet"),
        ("2026-05-02", "in-window"),
        ("2026-05-04", "due"),
        ("2026-05-05", "overdue"),
    ],
)
def test_somebody_is_in_touch_within_days_of_a_known_risk(on: str, state: str) -> None:
    person = amara().with_condition("frail", "2026-05-01")
    assert one(person, made(measures=contacts()), on, "contact").state == state


def test_a_risk_of_which_the_day_is_not_known_is_asked_for() -> None:
    item = one(
        amara().with_condition("frail"),
        made(measures=contacts()),
        "2026-05-01",
        "contact",
    )
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("onset",))


def test_the_list_is_gone_through_after_a_discharge() -> None:
    knowledge = made(measures=contacts())
    person = amara().moved("admitted", "2026-04-01").moved("discharged", "2026-04-10")
    assert one(person, knowledge, "2026-04-24", "list").state is State.DUE
    assert one(person, knowledge, "2026-04-25", "list").state is State.OVERDUE
    done = person.went_through_the_list("2026-04-20")
    assert one(done, knowledge, "2026-04-25", "list").done_on == date(2026, 4, 20)


def test_nobody_is_to_be_in_touch_while_others_look_after_the_person() -> None:
    person = amara().moved("admitted", "2026-04-01")
    assert listed(person, made(measures=contacts()), "2026-04-10") == ()


# --- the prescriber's decision ----------------------------------------------------

DR = rec.Party(name="Dr Rivera")
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)


ROW = made(visit("start", "2 weeks"))


def taken_back(on: str) -> rec.Ended:
    return rec.Ended(
        on=date.fromisoformat(on), by=DR, reason="is back sooner", recorded_at=AT
    )


def override(
    on: str | None, decided: str = "2026-03-03", at: int = 9, **more: Any
) -> rec.Override:
    made = date.fromisoformat(decided)
    return rec.Override(
        id=f"o {decided} {at}",
        ask="visit",
        on=date.fromisoformat(on) if on else None,
        by=DR,
        reason="travels until then",
        decided=made,
        recorded_at=datetime(made.year, made.month, made.day, at, tzinfo=UTC),
        **more,
    )


def test_a_decision_moves_the_day_and_the_rules_answer_stays_beside_it() -> None:
    knowledge = made(visit("start", "2 weeks"))
    item = one(amara(), knowledge, "2026-03-25", overrides=[override("2026-04-01")])
    assert (item.state, item.due) == (State.NOT_YET, date(2026, 4, 1))
    assert item.override is not None
    assert item.override.by is DR
    assert item.by_rule is not None
    assert (item.by_rule.state, item.by_rule.due) == (
        State.OVERDUE,
        date(2026, 3, 16),
    )
    assert item.reasons[0].due == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("on", "state"),
    [("2026-03-31", "not-yet"), ("2026-04-01", "due"), ("2026-04-02", "overdue")],
)
def test_a_decided_day_has_no_grace(on: str, state: str) -> None:
    knowledge = made(visit("start", "2 weeks"))
    item = one(amara(), knowledge, on, overrides=[override("2026-04-01")])
    assert item.state == state


def test_what_is_decided_against_is_set_aside_not_done() -> None:
    knowledge = made(visit("start", "2 weeks"))
    item = one(amara(), knowledge, "2026-03-25", overrides=[override(None)])
    assert item.state is State.SET_ASIDE
    assert item.by_rule is not None
    assert item.by_rule.state is State.OVERDUE


def test_a_decision_ends_when_the_thing_is_done_or_at_its_own_end() -> None:
    row = visit("start", "2 weeks", every="2 weeks")
    moved = [override("2026-04-20")]
    seen = amara().seen("2026-03-16")
    assert one(seen, made(row), "2026-03-20", overrides=moved).override is None
    ended = [override("2026-04-20", until=date(2026, 3, 10))]
    at_end = one(amara(), made(row), "2026-03-10", overrides=ended)
    assert at_end.override is not None
    assert one(amara(), made(row), "2026-03-11", overrides=ended).override is None


def test_a_decision_not_yet_made_or_about_something_else_does_not_count() -> None:
    row = visit("start", "2 weeks")
    later = [override("2026-04-20", decided="2026-03-26")]
    assert one(amara(), made(row), "2026-03-25", overrides=later).override is None
    other = [msgspec.structs.replace(override("2026-04-20"), ask="contact")]
    assert one(amara(), made(row), "2026-03-25", overrides=other).override is None


def test_of_two_decisions_the_newest_counts() -> None:
    both = [override("2026-05-01", decided="2026-03-05"), override("2026-04-01")]
    item = one(amara(), made(visit("start", "2 weeks")), "2026-03-25", overrides=both)
    assert item.due == date(2026, 5, 1)


def test_of_two_decisions_of_one_day_the_later_one_counts() -> None:
    both = [override("2026-05-01", at=15), override("2026-04-01", at=9)]
    for told in (both, both[::-1]):
        item = one(amara(), ROW, "2026-03-25", overrides=told)
        assert item.due == date(2026, 5, 1)


def test_what_was_replaced_speaks_no_more_whatever_the_clocks_said() -> None:
    first = override("2026-05-01", at=15)
    second = override("2026-04-01", at=9, replaces=first.id)
    for told in ([first, second], [second, first]):
        assert one(amara(), ROW, "2026-03-25", overrides=told).override == second
    # Where the second is not seen, the first holds.
    assert one(amara(), ROW, "2026-03-25", overrides=[first]).override == first


@pytest.mark.parametrize(
    ("on", "counts"), [("2026-03-09", True), ("2026-03-10", False)]
)
def test_a_decision_counts_until_the_day_on_which_it_is_taken_back(
    on: str, counts: bool
) -> None:
    back = [override("2026-04-20", ended=taken_back("2026-03-10"))]
    assert (one(amara(), ROW, on, overrides=back).override is not None) == counts


def test_where_the_newest_was_taken_back_no_older_one_speaks_again() -> None:
    told = [
        override("2026-04-01"),
        override("2026-05-01", "2026-03-05", ended=taken_back("2026-03-10")),
    ]
    item = one(amara(), ROW, "2026-03-12", overrides=told)
    assert (item.override, item.by_rule, item.due) == (None, None, date(2026, 3, 16))


@pytest.mark.parametrize(("on", "later"), [("2026-03-16", False), ("2026-03-17", True)])
def test_a_day_after_the_rules_own_day_is_later_than_the_rule(
    on: str, later: bool
) -> None:
    item = one(amara(), ROW, "2026-03-05", overrides=[override(on)])
    assert item.later_than_rule == later
    assert not one(amara(), ROW, "2026-03-05").later_than_rule


def test_what_is_not_to_be_done_is_set_aside_and_not_later() -> None:
    item = one(amara(), ROW, "2026-03-25", overrides=[override(None)])
    assert not item.later_than_rule


def test_a_day_where_the_rules_know_none_is_not_later_than_any() -> None:
    item = one(amara(None), ROW, "2026-03-25", overrides=[override("2026-04-20")])
    assert item.by_rule is not None
    assert (item.by_rule.state, item.by_rule.due) == (State.NOT_KNOWN, None)
    assert (item.due, item.later_than_rule) == (date(2026, 4, 20), False)


@pytest.mark.parametrize(("started", "outrun"), [("2026-03-03", 0), ("2026-03-04", 1)])
def test_what_happened_after_a_decision_and_asks_sooner_outruns_it(
    started: str, outrun: bool
) -> None:
    # Decided on 3 March: of a start on that day the prescriber knew.
    person = amara().taking("sister", "1 mg", since=started)
    told = override("2026-04-20")
    item = one(person, ROW, "2026-03-10", overrides=[told])
    assert (item.outrun == told) == outrun
    assert (item.override is None) == outrun
    due_on = date(2026, 3, 16) if outrun else date(2026, 4, 20)
    assert item.due == due_on


@pytest.mark.parametrize(("day_set", "outrun"), [("2026-03-18", 0), ("2026-03-19", 1)])
def test_what_happened_since_and_asks_for_no_sooner_day_outruns_nothing(
    day_set: str, outrun: bool
) -> None:
    # The new medicine's own visit is on 18 March.
    person = amara().taking("sister", "1 mg", since="2026-03-04")
    item = one(person, ROW, "2026-03-10", overrides=[override(day_set)])
    assert (item.outrun is not None) == outrun


def test_what_was_set_aside_is_asked_for_again_by_what_happened_since() -> None:
    person = amara().taking("sister", "1 mg", since="2026-03-04")
    item = one(person, ROW, "2026-03-10", overrides=[override(None)])
    assert (item.state, item.outrun is not None) == (State.NOT_YET, True)


def test_a_start_that_is_only_to_come_was_there_to_be_known() -> None:
    person = amara().taking("sister", "1 mg", since="2026-03-11")
    told = [override("2026-04-20")]
    assert one(person, ROW, "2026-03-10", overrides=told).override is not None
    assert one(person, ROW, "2026-03-11", overrides=told).override is None


def test_a_course_that_becomes_stable_outruns_no_decision() -> None:
    row = made(visit("stable", "1 month", every="1 month", rolling=True))
    told = [override("2026-09-01")]
    item = one(amara(), row, "2026-08-01", overrides=told)
    assert item.reasons[0].event.kind is EventKind.STABLE
    assert item.reasons[0].event.on is not None
    assert item.reasons[0].event.on > date(2026, 3, 3)
    assert item.override is not None


def test_a_decision_leaves_what_is_not_known_of_the_same_thing_to_be_known() -> None:
    person = amara().taking("sister", "1 mg", since=None)
    told = [override("2026-04-20")]
    items = listed(person, ROW, "2026-03-25", overrides=told)
    assert [(i.ask, i.state, i.override is not None) for i in items] == [
        ("visit", State.NOT_YET, True),
        ("visit", State.NOT_KNOWN, False),
    ]


def test_what_is_put_off_past_the_horizon_is_named_where_the_rules_name_it() -> None:
    far = [override("2026-09-01")]
    # By the rules it is due on 16 March and overdue after the 19th.
    for on, until, named in (
        ("2026-03-25", date(2026, 3, 25), True),
        ("2026-03-10", date(2026, 3, 16), True),
        ("2026-03-10", date(2026, 3, 15), False),
    ):
        assert bool(listed(amara(), ROW, on, until, overrides=far)) == named


def test_what_is_wanted_sooner_is_named_by_the_day_that_was_decided() -> None:
    sooner = [override("2026-03-09")]
    (item,) = listed(amara(), ROW, "2026-03-05", date(2026, 3, 9), overrides=sooner)
    assert (item.due, item.later_than_rule) == (date(2026, 3, 9), False)
    assert listed(amara(), ROW, "2026-03-05", date(2026, 3, 8), overrides=sooner) == ()


def test_what_was_done_by_the_day_of_the_decision_does_not_end_it() -> None:
    # The only visit of the rule was on 16 March, where the next one was agreed.
    seen = amara().seen("2026-03-16")
    moved = [override("2026-04-20", decided="2026-03-16")]
    item = one(seen, ROW, "2026-03-20", overrides=moved)
    assert (item.state, item.due) == (State.NOT_YET, date(2026, 4, 20))
    assert item.by_rule is not None
    assert item.by_rule.state is State.DONE
    aside = [override(None, decided="2026-03-16")]
    assert one(seen, ROW, "2026-03-20", overrides=aside).state is State.DONE
    before = [override("2026-04-20", decided="2026-03-15")]
    assert one(seen, ROW, "2026-03-20", overrides=before).state is State.DONE


@pytest.mark.parametrize("missing", ["reason", "author"])
def test_nobody_takes_a_decision_back_without_a_reason(missing: str) -> None:
    with pytest.raises(UnfoundedOverrideError, match=missing):
        rec.Ended(
            on=date(2026, 3, 10),
            by=rec.Party() if missing == "author" else DR,
            reason=" " if missing == "reason" else "because",
            recorded_at=AT,
        )


@pytest.mark.parametrize("missing", ["reason", "author"])
def test_a_decision_of_nobody_or_without_a_reason_is_refused(missing: str) -> None:
    with pytest.raises(UnfoundedOverrideError, match=missing):
        rec.Override(
            id="o",
            ask="visit",
            on=None,
            by=rec.Party() if missing == "author" else DR,
            reason=" " if missing == "reason" else "because",
            decided=date(2026, 3, 3),
            recorded_at=AT,
        )


# --- what was agreed --------------------------------------------------------------


def step(starts: str, mg: str, **more: Any) -> Step:
    dose = Quantity.parse(f"{mg} mg")
    return Step(
        starts=date.fromisoformat(starts),
        ends=None,
        aim=dose,
        dose=dose,
        intakes=(),
        **more,
    )


def a_taper(**last: Any) -> Plan:
    steps = (step("2026-04-06", "8"), step("2026-04-20", "6", **last))
    course = Course(drug="pill", name="pill", steps=steps)
    return Plan(
        kind=PlanKind.TAPER,
        title="Taper",
        starts=date(2026, 4, 6),
        courses=(course,),
    )


def test_the_next_step_of_a_plan_is_the_one_no_change_has_taken() -> None:
    knowledge = made()
    item = one(amara(), knowledge, "2026-04-06", "step:pill", plans=[a_taper()])
    assert (item.what, item.state, item.due) == (
        What.STEP,
        State.DUE,
        date(2026, 4, 6),
    )
    taken = amara().then("dose_changed", "2026-04-06", "8 mg")
    item = one(taken, knowledge, "2026-04-10", "step:pill", plans=[a_taper()])
    assert (item.state, item.due) == (State.NOT_YET, date(2026, 4, 20))
    last = taken.then("dose_changed", "2026-04-20", "6 mg")
    assert listed(last, knowledge, "2026-04-21", plans=[a_taper()]) == ()


def test_a_plan_that_is_paused_asks_for_no_step() -> None:
    taken = amara().then("dose_changed", "2026-04-06", "8 mg")
    assert listed(taken, made(), "2026-04-10", plans=[a_taper(held=True)]) == ()


def test_a_goal_with_a_date_is_due_on_it_unless_it_is_over() -> None:
    goal = rec.Goal(id="g", text="Work again", status="active", due=day("2026-05-01"))
    person = A(msgspec.structs.replace(amara().record, goals=(goal,)))
    item = one(person, made(), "2026-05-02", "goal:g")
    assert (item.what, item.state, item.title) == (
        What.GOAL,
        State.OVERDUE,
        "Work again",
    )
    over = msgspec.structs.replace(goal, status="completed")
    done = A(msgspec.structs.replace(amara().record, goals=(over,)))
    assert listed(done, made(), "2026-05-02") == ()


# --- the list ---------------------------------------------------------------------


def test_a_horizon_before_the_day_is_refused() -> None:
    with pytest.raises(ImpossibleRangeError, match="horizon"):
        listed(amara(), made(), "2026-03-03", date(2026, 3, 2))


def test_what_comes_after_the_horizon_is_left_out_what_is_overdue_is_not() -> None:
    knowledge = made(visit("start", "2 weeks"))
    assert listed(amara(), knowledge, "2026-03-10", date(2026, 3, 15)) == ()
    assert len(listed(amara(), knowledge, "2026-03-10", date(2026, 3, 16))) == 1
    assert len(listed(amara(), knowledge, "2026-03-25", date(2026, 3, 25))) == 1


days = st.dates(date(2026, 3, 3), date(2027, 6, 1))
WORLD = made(
    visit("start", "1 week"),
    visit("start", "4 weeks", every="4 weeks", ends="12 weeks"),
    visit("stable", "3 months", every="3 months", rolling=True),
    visit("stable", "1 year", every="1 year"),
    due=(
        cited(phase="baseline", before="1 month"),
        cited(phase="once", after="2 weeks"),
        cited(phase="repeat", every="3 months", grace="1 week"),
    ),
)


def next_visit(seen_on: set[date], on: date) -> tuple[date, bool]:
    person = amara().seen(*sorted(map(str, seen_on)))
    found = [
        i
        for i in due(a_case(person, WORLD, on), FAR)
        if i.ask == "visit" and i.state is not State.DONE
    ]
    assert len(found) == 1
    assert found[0].due is not None
    return found[0].due, found[0].state is State.OVERDUE


@given(st.sets(days, max_size=6), days, days)
def test_one_more_visit_never_makes_the_next_one_sooner(
    seen_on: set[date], more: date, on: date
) -> None:
    before, was_overdue = next_visit(seen_on, on)
    after, is_overdue = next_visit(seen_on | {more}, on)
    assert after >= before
    assert is_overdue <= was_overdue


@given(st.sets(days, max_size=4), days)
def test_a_day_later_the_list_still_names_what_was_overdue(
    seen_on: set[date], on: date
) -> None:
    person = amara().seen(*sorted(map(str, seen_on)))
    person = person.measured("level", "1 mmol/L", "2026-03-02")
    overdue = {
        r.rule
        for i in due(a_case(person, WORLD, on), on)
        for r in i.reasons
        if r.state is State.OVERDUE
    }
    known = seen_on - {on + DAY}
    if known != seen_on:
        return
    later = {
        r.rule
        for i in due(a_case(person, WORLD, on + DAY), on + DAY)
        for r in i.reasons
        if r.state is State.OVERDUE
    }
    let_go = date(2026, 3, 9) + timedelta(days=365)
    assert overdue <= later or on + DAY > let_go


@given(st.permutations(range(5)))
def test_the_order_of_the_lines_does_not_matter(order: list[int]) -> None:
    person = amara().taking("sister", "1 mg", since="2026-03-01")
    person = person.seen("2026-03-09", "2026-03-30", "2026-04-27", "2026-06-01")
    lines = person.record.encounters
    mixed = msgspec.structs.replace(
        person.record,
        encounters=tuple(lines[n] for n in order),
        medications=person.record.medications[:: 1 if order[0] else -1],
    )
    wanted = listed(person, WORLD, "2026-07-01")
    assert listed(A(mixed), WORLD, "2026-07-01") == wanted


def test_every_date_of_an_item_lies_in_order() -> None:
    for on in (date(2026, 3, 3) + n * timedelta(days=11) for n in range(60)):
        person = amara().seen("2026-04-01").measured("level", "1 mmol/L", "2026-05-05")
        for item in due(a_case(person, WORLD, on), FAR):
            for r in (item, *item.reasons):
                known = [d for d in (r.early, r.due, r.last) if d is not None]
                assert known == sorted(known)


def test_what_has_no_code_anywhere_is_read_by_its_own_id() -> None:
    knowledge = made(
        visit("start", "2 weeks", when={"condition": "frail"}),
        due=(cited(phase="once", after="1 day"),),
    )
    own = rec.Condition(
        id="c",
        codes=(Code(system=System.OWN, code="frail"),),
        status=rec.ConditionStatus.ACTIVE,
    )
    level = rec.Observation(
        id="o",
        codes=(Code(system=System.OWN, code="level"),),
        at=day("2026-03-04"),
        quantity=Quantity(Decimal(1), "mmol/L"),
    )
    record = msgspec.structs.replace(
        amara().record, conditions=(own,), observations=(level,)
    )
    asks = {i.ask: i.state for i in listed(A(record), knowledge, "2026-03-05")}
    assert asks == {"visit": State.NOT_YET, "measure:level": State.DONE}
    other = msgspec.structs.replace(
        own, codes=(Code(system=System.OWN, code="no such id"),)
    )
    record = msgspec.structs.replace(record, conditions=(other,))
    assert [i.ask for i in listed(A(record), knowledge, "2026-03-05")] == [
        "measure:level"
    ]


# --- the edges of each ------------------------------------------------------------


def test_a_decision_made_at_a_visit_is_about_the_next_one() -> None:
    row = visit("start", "2 weeks", every="2 weeks")
    seen = amara().seen("2026-03-16")
    moved = [override("2026-04-20", decided="2026-03-16")]
    assert one(seen, made(row), "2026-03-16", overrides=moved).override is not None
    before = [override("2026-04-20", decided="2026-03-15")]
    assert one(seen, made(row), "2026-03-16", overrides=before).override is None


def test_the_last_month_of_a_rolling_series_is_in_it() -> None:
    row = visit("stable", "1 month", every="1 month", ends="3 months", rolling=True)
    # Stable on 25 May, so until 25 August: seen on 25 July it is due on that day.
    item = one(amara().seen("2026-07-25"), made(row), "2026-07-27")
    assert item.due == date(2026, 8, 25)


def test_a_medicine_beside_it_started_on_the_same_day_is_no_news() -> None:
    row = visit("beside", "1 week", beside=["other"], observation=["level"])
    person = amara().measured("level", "1 mmol/L", "2026-01-01")
    same = person.taking("other", "1 mg", since="2026-03-02")
    assert listed(same, made(row), "2026-03-03") == ()
    later = person.taking("other", "1 mg", since="2026-03-03")
    assert one(later, made(row), "2026-03-03", "measure:level").due == date(2026, 3, 10)


def test_a_taper_counts_from_its_own_day_and_an_equal_dose_is_none() -> None:
    lowered = amara().then("dose_changed", "2026-04-06", "8 mg")
    assert len(listed(lowered, made(visit("taper", "2 weeks")), "2026-04-06")) == 1
    same = amara().then("dose_changed", "2026-04-06", "10 mg")
    assert listed(same, made(visit("taper", "2 weeks")), "2026-04-06") == ()


def test_a_step_is_taken_by_a_change_on_the_day_that_is_asked_about() -> None:
    taken = amara().then("dose_changed", "2026-04-06", "8 mg")
    item = one(taken, made(), "2026-04-06", "step:pill", plans=[a_taper()])
    assert item.due == date(2026, 4, 20)
    # 14 days from the step before: a quarter is 3.
    assert (item.early, item.last) == (date(2026, 4, 17), date(2026, 4, 23))


def test_whom_a_measurement_is_for_is_asked_once_its_window_has_opened() -> None:
    row = cited(phase="repeat", every="4 weeks", when={"age_at_least": 65})
    person = a_person(born=None).taking("pill", "1 mg", since="2026-03-02")
    person = person.measured("weight", "70 kg", "2020-01-01")
    # 4 weeks is 30 March; a quarter of 28 days is 7.
    assert listed(person, made(due=(row,)), "2026-03-22") == ()
    item = one(person, made(due=(row,)), "2026-03-23", "measure:level")
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("age",))


def test_what_only_the_measurement_itself_would_tell_is_not_asked_for() -> None:
    row = cited(
        phase="repeat",
        every="1 day",
        when={"observation": "level", "at_least": "2 mmol/L"},
    )
    person = amara().measured("weight", "70 kg", "2020-01-01")
    assert listed(person, made(due=(row,)), "2026-05-01") == ()


def test_a_contact_is_not_known_in_a_record_without_visits() -> None:
    person = a_person().with_condition("frail", "2026-05-01")
    knowledge = made(measures=contacts())
    assert one(person, knowledge, "2026-05-01", "contact").state is State.NOT_YET
    item = one(person, knowledge, "2026-05-02", "contact")
    assert (item.state, item.needs) == (State.NOT_KNOWN, ("encounters",))


def test_a_contact_is_let_go_a_year_after_what_it_followed() -> None:
    knowledge = made(measures=contacts())
    risk = amara().with_condition("frail", "2026-05-01")
    back = amara().moved("admitted", "2026-04-01").moved("discharged", "2026-05-01")
    emergency = amara().seen("2026-05-01", kind="EMER", reasons=(EMERGENCY,))
    for person in (risk, back, emergency):
        assert one(person, knowledge, "2027-05-01", "contact").state is State.OVERDUE
        assert [
            i for i in listed(person, knowledge, "2027-05-02") if i.ask == "contact"
        ] == []


def test_an_emergency_of_the_day_itself_is_followed_up_and_the_newest_counts() -> None:
    knowledge = made(measures=contacts())
    person = amara().seen("2026-03-16", kind="EMER", reasons=(EMERGENCY,))
    item = one(person, knowledge, "2026-03-16", "contact")
    assert (item.state, item.due) == (State.NOT_YET, date(2026, 3, 23))
    older = a_person().seen(
        "2026-03-20", "2026-03-16", kind="EMER", reasons=(EMERGENCY,)
    )
    older = older.seen("2026-01-01")
    assert one(older, knowledge, "2026-03-21", "contact").due == date(2026, 3, 27)


@pytest.mark.parametrize("on", ["2026-04-10", "2026-04-12"])
def test_the_list_may_be_gone_through_on_the_day_of_the_discharge(on: str) -> None:
    person = amara().moved("admitted", "2026-04-01").moved("discharged", "2026-04-10")
    done = person.went_through_the_list(on)
    assert one(done, made(measures=contacts()), on, "list").state is State.DONE


def test_a_score_counts_from_the_day_after_the_start() -> None:
    knowledge = load()
    sertraline = knowledge.drugs["sertraline"].identity.rxcui[0]
    person = a_person().taking(sertraline, "50 mg", since="2026-03-02")
    person = person.with_icd10("F32.9").seen("2026-03-02")
    person = person.measured("44261-6", "19 {score}", "2026-03-02")
    item = one(person, knowledge, "2026-03-30", "scale:phq-9")
    assert (item.what, item.state) == (What.SCALE, State.DUE)
    assert (item.early, item.due) == (date(2026, 3, 3), date(2026, 3, 30))
    assert item.reasons[0].last_done == date(2026, 3, 2)
    assert one(person, knowledge, "2026-03-31", "scale:phq-9").state is State.OVERDUE
    again = person.measured("44261-6", "15 {score}", "2026-03-03")
    # What was expected once is done; that it is repeated is another reason.
    item = one(again, knowledge, "2026-03-30", "scale:phq-9")
    assert (item.state, item.reasons[0].rule) == (
        State.DUE,
        "outcomes/depression repeat[0]",
    )
    assert item.reasons[0].last_done == date(2026, 3, 3)
    none = A(msgspec.structs.replace(person.record, observations=()))
    unknown = one(none, knowledge, "2026-03-31", "scale:phq-9")
    assert (unknown.state, unknown.needs) == (State.NOT_KNOWN, ("results",))


def test_a_dose_at_the_moment_of_the_sample_is_not_the_one_before_it() -> None:
    rows = (bound(above="2 mmol/L", repeat_within="3 days"),)
    person = amara().said("pill", "taken", "2026-04-01T06:00:00Z")
    person = person.measured("level", "3 mmol/L", "2026-04-01T06:00:00Z")
    knowledge = made(bounds=rows, measures=(SAMPLE,))
    item = one(person, knowledge, "2026-04-02", "measure:level")
    assert item.reasons[0].doubts == ("sample-time",)


def test_a_decision_counts_from_the_day_it_is_made() -> None:
    made_today = [override("2026-04-20", decided="2026-03-25")]
    item = one(
        amara(), made(visit("start", "2 weeks")), "2026-03-25", overrides=made_today
    )
    assert item.override is not None


def test_a_repeat_that_would_fall_on_the_end_of_its_phase_is_not_asked_for() -> None:
    # Started on 2 March, so the phase ends on 30 March: that day is no longer in it.
    row = cited(phase="repeat", every="1 week", ends="4 weeks")
    at_end = amara().measured("level", "1 mmol/L", "2026-03-23")
    assert listed(at_end, made(due=(row,)), "2026-03-24") == ()
    before = amara().measured("level", "1 mmol/L", "2026-03-22")
    item = one(before, made(due=(row,)), "2026-03-24", "measure:level")
    assert item.due == date(2026, 3, 29)
