"""Medicines at their edges: the day of a change, of a stop, of a dose, of today."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from builders import TODAY, A, a_person, daily, day, drug, some_knowledge
from concord.followup.case import Case
from concord.followup.timeline import Course, DueItem, Lane, Timeline, timeline
from concord.record import model as rec
from concord.record.model import ChangeKind
from concord.terms import Duration, Period
from concord.wording import say
from concord.wording.overtime import OVER_TIME

WORLD = some_knowledge(drugs=[drug("lithium"), drug("sertraline")])
IN_JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)


def drawn(
    person: A, begins: str = "2026-01-01", *, due: tuple[DueItem, ...] = ()
) -> Timeline:
    return timeline(
        Case(person.record, WORLD, TODAY),
        begins=date.fromisoformat(begins),
        marks=900,
        most_told=12,
        due=due,
    )


def only(person: A, begins: str = "2026-01-01") -> Lane:
    (lane,) = drawn(person, begins).lanes
    return lane


def told(made: Timeline) -> list[str]:
    return [f"{one.day} {say(one.message, OVER_TIME)}" for one in made.told]


def bars(lane: Lane) -> list[tuple[str, str, str, str]]:
    return [
        (str(s.begins), str(s.ends), s.course.value, s.dose) for s in lane.stretches
    ]


# --- stretches and steps ----------------------------------------------------------


def test_a_hold_that_may_have_begun_as_late_as_it_ended_is_no_bar_of_its_own() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg")
        .then("held", "2026-06", recorded=IN_JUNE)
        .then("resumed", "2026-06-20")
    )
    assert bars(only(person)) == [
        ("2026-01-01", "2026-06-01", "taken", "600 mg a day"),
        ("2026-06-01", "2026-06-20", "unsure", ""),
        ("2026-06-20", "2026-11-23", "taken", "600 mg a day"),
    ]


def test_each_step_lasts_as_long_as_it_says_and_not_as_long_as_another() -> None:
    steps = (
        daily("900 mg", sequence=1, lasts=Duration(1, "week")),
        daily("600 mg", sequence=2, lasts=Duration(3, "week")),
        daily("300 mg", sequence=3),
    )
    lane = only(a_person().taking("lithium", dosage=steps, since="2026-02-01"))
    assert bars(lane) == [
        ("2026-02-01", "2026-02-08", "taken", "900 mg a day"),
        ("2026-02-08", "2026-03-01", "taken", "600 mg a day"),
        ("2026-03-01", "2026-11-23", "taken", "300 mg a day"),
    ]


def test_on_days_for_which_no_directions_hold_there_is_no_dose() -> None:
    steps = (
        daily("600 mg", bounds=Period(end=day("2026-02-10"))),
        daily("900 mg", bounds=Period(start=day("2026-02-15"))),
    )
    lane = only(a_person().taking("lithium", dosage=steps, since="2026-02-01"))
    assert bars(lane) == [
        ("2026-02-01", "2026-02-11", "taken", "600 mg a day"),
        ("2026-02-11", "2026-02-15", "taken", ""),
        ("2026-02-15", "2026-11-23", "taken", "900 mg a day"),
    ]


def test_steps_of_which_nobody_says_how_long_they_last_are_not_added_up() -> None:
    steps = (daily("900 mg", sequence=2), daily("600 mg", sequence=1))
    person = a_person().taking("lithium", dosage=steps, since="2026-02-01")
    assert [s.amount for s in only(person).stretches] == [None]
    assert bars(only(person)) == [
        ("2026-02-01", "2026-11-23", "taken", "600 mg, then 900 mg")
    ]
    assert told(drawn(person)) == ["2026-02-01 lithium started: 600 mg, then 900 mg."]


def test_how_much_one_dose_is_stands_where_how_often_is_not_known() -> None:
    both = tuple(
        msgspec.structs.replace(daily(dose), timing=None)
        for dose in ("300 mg", "600 mg")
    )
    lane = only(a_person().taking("lithium", dosage=both, since="2026-02-01"))
    assert bars(lane) == [("2026-02-01", "2026-11-23", "taken", "300 mg + 600 mg")]


def test_a_change_of_today_is_told_and_one_of_tomorrow_is_not() -> None:
    ahead = (DueItem(on=date(2026, 12, 20), text="Level"),)
    person = a_person().taking("lithium", "600 mg")
    today = drawn(person.then("dose_changed", "2026-11-22", "900 mg"), due=ahead)
    assert told(today)[1:2] == [
        "2026-11-22 lithium raised from 600 mg a day to 900 mg a day."
    ]
    assert [t.day for t in today.lanes[0].turns] == [date(2026, 1, 1), TODAY]
    later = drawn(person.then("dose_changed", "2026-11-23", "900 mg"), due=ahead)
    assert [t.day for t in later.lanes[0].turns] == [date(2026, 1, 1)]
    assert bars(later.lanes[0]) == [
        ("2026-01-01", "2026-11-23", "taken", "600 mg a day")
    ]


# --- what is among the days, and what is current ----------------------------------


@pytest.mark.parametrize(
    ("stopped", "lanes"), [("2026-05-01", 0), ("2026-05-02", 1), ("2026-05-03", 1)]
)
def test_what_stopped_on_the_first_day_was_not_taken_on_any(
    stopped: str, lanes: int
) -> None:
    person = a_person().taking("lithium", "600 mg", stopped=stopped)
    assert len(drawn(person, "2026-05-01").lanes) == lanes


def test_what_was_stopped_today_is_not_current_and_what_stops_tomorrow_is() -> None:
    today = a_person().taking("lithium", "600 mg", stopped="2026-11-22")
    assert only(today).now is None
    tomorrow = a_person().taking("lithium", "600 mg", stopped="2026-11-23")
    assert only(tomorrow).now is Course.TAKEN


def test_what_is_taken_now_stands_above_what_was_taken_before() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", since="2026-02-01", stopped="2026-03-01")
        .taking("sertraline", "50 mg", since="2026-06-01")
    )
    assert [lane.title for lane in drawn(person).lanes] == ["sertraline", "lithium"]


# --- several orders ---------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("b", "a")])
def test_an_order_that_takes_over_on_the_day_of_the_stop_is_one_change_of_dose(
    old: str, new: str
) -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", stopped="2026-05-01", id=old)
        .taking("lithium", "900 mg", since="2026-05-01", id=new)
    )
    lane = only(person)
    assert bars(lane) == [
        ("2026-01-01", "2026-05-01", "taken", "600 mg a day"),
        ("2026-05-01", "2026-11-23", "taken", "900 mg a day"),
    ]
    assert told(drawn(person)) == [
        "2026-01-01 lithium started: 600 mg a day.",
        "2026-05-01 lithium raised from 600 mg a day to 900 mg a day.",
    ]


def test_an_order_that_fits_between_two_others_stands_in_their_lane() -> None:
    # The agreed list has what is taken now first, then the newest start.
    person = (
        a_person()
        .taking("lithium", "900 mg", since="2026-01-01", stopped="2026-02-01")
        .taking("lithium", "600 mg", since="2026-02-01", stopped="2026-03-01")
        .taking("lithium", "300 mg", since="2026-01-01", stopped="2026-01-01")
        .then("started", "2026-03-01", "300 mg")
    )
    assert [s.dose for s in only(person).stretches] == [
        "900 mg a day",
        "600 mg a day",
        "300 mg a day",
    ]


def test_an_order_after_a_restarted_one_of_before_stands_in_its_lane() -> None:
    # The order that was stopped and begun again counts from its newest start, so it
    # has its lane first; the other ended on the very day of that start.
    person = (
        a_person()
        .taking("lithium", "600 mg", stopped="2026-03-01")
        .then("started", "2026-08-01", "600 mg")
        .taking("lithium", "900 mg", since="2026-03-01", stopped="2026-08-01")
    )
    assert [(str(s.begins), s.dose) for s in only(person).stretches] == [
        ("2026-01-01", "600 mg a day"),
        ("2026-03-01", "900 mg a day"),
        ("2026-08-01", "600 mg a day"),
    ]


def test_an_order_that_ends_a_day_into_another_has_a_lane_of_its_own() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", stopped="2026-05-02")
        .taking("lithium", "900 mg", since="2026-05-01")
    )
    assert len(drawn(person).lanes) == 2


def test_two_orders_of_one_day_are_the_bar_and_the_start_of_the_one_that_speaks() -> (
    None
):
    person = (
        a_person()
        .taking("lithium", "600 mg", by="one", id="b")
        .taking("lithium", "600 mg", by="one", id="a")
    )
    lane = only(person)
    assert [(s.line, str(s.begins)) for s in lane.stretches] == [("a", "2026-01-01")]
    assert [(t.line, t.kind) for t in lane.turns] == [("a", ChangeKind.STARTED)]


def test_a_renewal_of_the_same_start_adds_no_bar_to_one_of_which_it_is_unsure() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", by="one", id="b", since="2026-02-01")
        .taking("lithium", "600 mg", by="one", id="a", since="2026-02")
    )
    assert bars(only(person)) == [
        ("2026-02-01", "2026-02-28", "unsure", ""),
        ("2026-02-28", "2026-11-23", "taken", "600 mg a day"),
    ]


def test_a_dose_that_went_up_and_back_by_three_orders_is_two_changes() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", id="a", stopped="2026-03-01")
        .taking("lithium", "900 mg", id="b", since="2026-03-01", stopped="2026-06-01")
        .taking("lithium", "600 mg", id="c", since="2026-06-01")
    )
    assert bars(only(person)) == [
        ("2026-01-01", "2026-03-01", "taken", "600 mg a day"),
        ("2026-03-01", "2026-06-01", "taken", "900 mg a day"),
        ("2026-06-01", "2026-11-23", "taken", "600 mg a day"),
    ]
    assert told(drawn(person)) == [
        "2026-01-01 lithium started: 600 mg a day.",
        "2026-03-01 lithium raised from 600 mg a day to 900 mg a day.",
        "2026-06-01 lithium lowered from 900 mg a day to 600 mg a day.",
    ]


def test_an_order_after_one_that_was_renewed_knows_the_doses_of_both() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", id="a", stopped="2026-03-01")
        .taking("lithium", "600 mg", id="b", since="2026-03-01", stopped="2026-06-01")
        .taking("lithium", "900 mg", id="c", since="2026-06-01")
        .said("lithium", "taken", "2026-02-01")
    )
    (dose,) = person.record.dose_events
    named = msgspec.structs.replace(dose, order="a")
    lane = only(A(msgspec.structs.replace(person.record, dose_events=(named,))))
    assert bars(lane) == [
        ("2026-01-01", "2026-06-01", "taken", "600 mg a day"),
        ("2026-06-01", "2026-11-23", "taken", "900 mg a day"),
    ]
    assert [(str(one.begins), one.taken, one.expected) for one in lane.log] == [
        ("2026-02-01", 1, Decimal(1))
    ]


def test_a_dose_changed_on_the_day_of_its_renewal_is_a_change_and_no_start() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", id="a")
        .then("dose_changed", "2026-06-01", "900 mg")
        .then("stopped", "2026-06-01")
        .taking("lithium", "900 mg", id="b", since="2026-06-01")
    )
    assert told(drawn(person)) == [
        "2026-01-01 lithium started: 600 mg a day.",
        "2026-06-01 lithium raised from 600 mg a day to 900 mg a day.",
    ]


def test_an_order_changed_on_its_first_day_is_still_a_start_when_it_is_renewed() -> (
    None
):
    person = (
        a_person()
        .taking("lithium", "600 mg", id="b", since="2026-06-01")
        .then("dose_changed", "2026-06-01", "900 mg")
        .taking("lithium", "900 mg", id="a", since="2026-06-01")
    )
    assert told(drawn(person)) == ["2026-06-01 lithium started: 900 mg a day."]


@pytest.mark.parametrize(
    ("double", "order", "over"),
    [
        ("2026-04-01", "2026-06-01", "2026-06-01"),
        ("2026-06-01", "2026-06-01", "2026-06-01"),
        ("2026-06-02", "2026-06-01", "2026-06-02"),
    ],
)
def test_of_two_orders_of_the_same_the_one_that_is_over_last_is_the_stop(
    double: str, order: str, over: str
) -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", id="a", stopped=order)
        .taking("lithium", "600 mg", id="b", since="2026-03-01", stopped=double)
    )
    assert bars(only(person)) == [("2026-01-01", over, "taken", "600 mg a day")]
    assert told(drawn(person)) == [
        "2026-01-01 lithium started: 600 mg a day.",
        f"{over} lithium stopped.",
    ]


def test_a_double_that_was_over_before_the_renewal_leaves_no_gap() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", id="a")
        .taking("lithium", "600 mg", id="b", since="2026-02-01", stopped="2026-03-01")
        .taking("lithium", "600 mg", id="c", since="2026-06-01")
    )
    assert bars(only(person)) == [("2026-01-01", "2026-11-23", "taken", "600 mg a day")]
    assert told(drawn(person)) == ["2026-01-01 lithium started: 600 mg a day."]


def test_a_person_begins_with_the_first_of_the_orders_and_not_with_its_renewal() -> (
    None
):
    person = (
        a_person()
        .taking("lithium", "600 mg", since="2026-02-01")
        .taking("lithium", "600 mg", since="2026-06-01")
    )
    made = timeline(Case(person.record, WORLD, TODAY), marks=900, most_told=12)
    assert (made.earliest, made.begins) == (date(2026, 2, 1), date(2026, 2, 1))
    assert not made.lanes[0].before


# --- the dose log -----------------------------------------------------------------


def logged(person: A) -> dict[str, list[str]]:
    """The days on which a dose was logged, by the lane that it was logged in."""
    return {
        lane.key: [str(one.begins) for one in lane.log]
        for lane in drawn(person, "2025-12-01").lanes
    }


def test_a_dose_without_an_order_is_of_the_lane_that_was_taken_on_its_day() -> None:
    two = (
        a_person()
        .taking("lithium", "600 mg", id="old", stopped="2026-06-01")
        .taking("lithium", "900 mg", id="new", since="2026-03-01", stopped="2026-05-01")
    )
    days = {
        "2025-12-31": "new",  # nobody takes it: the first on the list
        "2026-01-01": "old",
        "2026-02-28": "old",
        "2026-03-01": "new",
        "2026-04-30": "new",
        "2026-05-01": "old",
        "2026-05-31": "old",
        "2026-06-01": "new",
    }
    for on, where in days.items():
        found = logged(two.said("lithium", "taken", on))
        assert {key: log for key, log in found.items() if log} == {where: [on]}


def test_a_dose_on_the_day_of_a_hold_is_of_the_lane_that_is_still_taken() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", id="old")
        .taking("lithium", "900 mg", id="new", since="2026-03-01")
        .then("held", "2026-05-01")
        .said("lithium", "taken", "2026-04-30")
        .said("lithium", "taken", "2026-05-01")
    )
    assert logged(person) == {"old": ["2026-05-01"], "new": ["2026-04-30"]}


def test_a_dose_of_no_day_is_counted_in_no_lane() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", id="old")
        .taking("lithium", "900 mg", id="new", since="2026-03-01")
        .said("lithium", "taken", None)
    )
    assert logged(person) == {"old": [], "new": []}


def test_how_many_were_expected_is_known_from_the_day_on_which_it_is_regular() -> None:
    needed = daily("300 mg", 1, as_needed=rec.AsNeeded())
    person = (
        a_person()
        .taking("lithium", dosage=(needed,))
        .then("dose_changed", "2026-03-01", "300 mg", times=2)
        .said("lithium", "taken", "2026-02-28")
        .said("lithium", "taken", "2026-03-01")
    )
    assert [(str(one.begins), one.expected) for one in only(person).log] == [
        ("2026-02-28", None),
        ("2026-03-01", Decimal(2)),
    ]


@pytest.mark.parametrize(("most", "expected"), [(None, Decimal(2)), (3, None)])
def test_how_many_were_expected_is_not_known_of_two_to_three_times_a_day(
    most: int | None, expected: Decimal | None
) -> None:
    timing = rec.Timing(
        frequency=2, frequency_max=most, period=Decimal(1), period_unit="d"
    )
    dosage = msgspec.structs.replace(daily("300 mg"), timing=timing)
    person = (
        a_person()
        .taking("lithium", dosage=(dosage,))
        .said("lithium", "taken", "2026-03-01")
    )
    (one,) = only(person).log
    assert one.expected == expected
