"""Medicines over time: stretches of one dose, changes with why, doses logged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from builders import THEN, TODAY, A, a_person, daily, day, drug, some_knowledge
from concord.followup.case import Case
from concord.followup.timeline import Course, Lane, Timeline, timeline
from concord.record import model as rec
from concord.record.model import ChangeKind
from concord.terms import Duration, PartialDate, Period, Quantity
from concord.wording import say
from concord.wording.overtime import OVER_TIME, PLAIN_OVER_TIME

WORLD = some_knowledge(drugs=[drug("lithium")])


def drawn(person: A, begins: str = "2026-01-01") -> Timeline:
    return timeline(
        Case(person.record, WORLD, TODAY),
        begins=date.fromisoformat(begins),
        marks=900,
        most_told=12,
    )


def only(person: A, begins: str = "2026-01-01") -> Lane:
    (lane,) = drawn(person, begins).lanes
    return lane


def told(person: A, sentences: dict[str, str] = OVER_TIME) -> list[str]:
    return [
        f"{one.day} {say(one.message, sentences)}"
        for one in drawn(person, "2025-06-01").told
    ]


def test_each_dose_is_a_stretch_and_a_hold_is_one_without_a_dose() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg")
        .then("dose_changed", "2026-03-01", "900 mg")
        .then("held", "2026-06-01")
        .then("resumed", "2026-07-01")
    )
    lane = only(person)
    assert [
        (str(s.begins), str(s.ends), s.course.value, s.dose) for s in lane.stretches
    ] == [
        ("2026-01-01", "2026-03-01", "taken", "600 mg a day"),
        ("2026-03-01", "2026-06-01", "taken", "900 mg a day"),
        ("2026-06-01", "2026-07-01", "held", ""),
        ("2026-07-01", "2026-11-23", "taken", "900 mg a day"),
    ]
    assert lane.now is Course.TAKEN


def test_a_change_is_told_with_what_it_was_what_it_is_and_why() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg")
        .then("dose_changed", "2026-03-01", "900 mg")
    )
    line = person.record.medications[0]
    why = msgspec.structs.replace(line.changes[1], reason="Level too low")
    line = msgspec.structs.replace(line, changes=(line.changes[0], why))
    person = A(msgspec.structs.replace(person.record, medications=(line,)))
    assert told(person) == [
        "2026-01-01 lithium started: 600 mg a day.",
        "2026-03-01 lithium raised from 600 mg a day to 900 mg a day.",
    ]
    assert told(person, PLAIN_OVER_TIME) == [
        "2026-01-01 lithium was put on your list: 600 mg a day.",
        "2026-03-01 lithium went up from 600 mg a day to 900 mg a day.",
    ]
    assert [one.reason for one in drawn(person).told] == [None, "Level too low"]


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        ("900 mg", "raised from 600 mg a day to 900 mg a day"),
        ("300 mg", "lowered from 600 mg a day to 300 mg a day"),
        ("600 mg", "changed to 600 mg a day"),
    ],
)
def test_up_down_and_the_same_are_three_things(dose: str, words: str) -> None:
    person = (
        a_person().taking("lithium", "600 mg").then("dose_changed", "2026-03-01", dose)
    )
    assert told(person)[-1] == f"2026-03-01 lithium {words}."


def test_a_change_to_directions_that_cannot_be_read_claims_no_amount() -> None:
    person = a_person().taking("lithium", "600 mg")
    line = person.record.medications[0]
    change = rec.Change(
        id="x",
        kind=ChangeKind.DOSE_CHANGED,
        recorded_at=THEN,
        effective=day("2026-03-01"),
        dosage=(rec.Dosage(text="as told"),),
    )
    line = msgspec.structs.replace(line, changes=(*line.changes, change))
    person = A(msgspec.structs.replace(person.record, medications=(line,)))
    assert "how much a day is not known" in told(person)[-1]
    last = only(person).stretches[-1]
    assert (last.amount, last.dose) == (None, "")


def test_between_a_stop_and_a_new_start_there_is_no_stretch() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg")
        .then("stopped", "2026-03-01")
        .then("started", "2026-09-01", "600 mg")
    )
    first, second = only(person).stretches
    assert (first.ends, second.begins) == (date(2026, 3, 1), date(2026, 9, 1))


def test_what_was_stopped_is_not_taken_now() -> None:
    lane = only(a_person().taking("lithium", "600 mg", stopped="2026-08-01"))
    assert lane.now is None
    assert lane.turns[-1].kind is ChangeKind.STOPPED


def test_a_start_of_which_only_the_month_is_known_is_unsure_to_its_end() -> None:
    unsure, sure = only(
        a_person().taking("lithium", "600 mg", since="2026-02")
    ).stretches
    assert (unsure.course, sure.course) == (Course.UNSURE, Course.TAKEN)
    assert (unsure.begins, unsure.ends) == (date(2026, 2, 1), date(2026, 2, 28))
    exact = only(a_person().taking("lithium", "600 mg", since="2026-02-01"))
    assert [s.course for s in exact.stretches] == [Course.TAKEN]


def test_a_stop_of_which_only_the_month_is_known_ends_as_unsure() -> None:
    lane = only(a_person().taking("lithium", "600 mg", stopped="2026-05"))
    assert [s.course for s in lane.stretches] == [Course.TAKEN, Course.UNSURE]


def test_what_began_before_the_first_day_says_so() -> None:
    person = a_person().taking("lithium", "600 mg", since="2026-01-01")
    assert not only(person, "2026-01-01").before
    late = only(person, "2026-01-02")
    assert late.before
    assert late.stretches[0].begins == date(2026, 1, 2)
    assert late.turns == ()


def test_a_planned_medicine_has_not_happened() -> None:
    assert drawn(a_person().taking("lithium", "600 mg", since="2026-12-01")).lanes == ()


def test_a_taper_in_one_order_is_a_stretch_for_each_step() -> None:
    steps = (
        daily("900 mg", sequence=1, lasts=Duration(2, "week")),
        daily("600 mg", sequence=2, lasts=Duration(2, "week")),
        daily("300 mg", sequence=3),
    )
    lane = only(a_person().taking("lithium", dosage=steps, since="2026-02-01"))
    assert [(str(s.begins), s.dose) for s in lane.stretches] == [
        ("2026-02-01", "900 mg a day"),
        ("2026-02-15", "600 mg a day"),
        ("2026-03-01", "300 mg a day"),
    ]


def test_steps_with_dates_change_on_those_dates() -> None:
    steps = (
        daily("600 mg", bounds=Period(start=day("2026-02-01"), end=day("2026-02-10"))),
        daily("900 mg", bounds=Period(start=day("2026-02-11"))),
    )
    lane = only(a_person().taking("lithium", dosage=steps, since="2026-02-01"))
    assert [(str(s.begins), s.dose) for s in lane.stretches] == [
        ("2026-02-01", "600 mg a day"),
        ("2026-02-11", "900 mg a day"),
    ]


# --- several orders ---------------------------------------------------------------


def test_an_order_that_follows_another_the_next_day_is_one_change_of_dose() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", stopped="2026-04-30")
        .taking("lithium", "900 mg", since="2026-05-01")
    )
    lane = only(person)
    assert [turn.kind for turn in lane.turns] == [
        ChangeKind.STARTED,
        ChangeKind.DOSE_CHANGED,
    ]
    assert told(person)[-1] == (
        "2026-05-01 lithium raised from 600 mg a day to 900 mg a day."
    )


def test_an_order_two_days_later_is_a_stop_and_a_start() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", stopped="2026-04-30")
        .taking("lithium", "900 mg", since="2026-05-02")
    )
    assert [turn.kind for turn in only(person).turns] == [
        ChangeKind.STARTED,
        ChangeKind.STOPPED,
        ChangeKind.STARTED,
    ]


def test_two_orders_that_overlap_have_a_lane_each() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", by="one")
        .taking("lithium", "900 mg", since="2026-05-01", by="other")
    )
    assert len(drawn(person).lanes) == 2


def test_a_renewal_goes_on_from_where_the_first_order_began() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", since="2026-01-01", by="one")
        .taking("lithium", "600 mg", since="2026-06-01", by="one")
        .taking("lithium", "600 mg", since="2026-09-01", by="one")
    )
    (stretch,) = only(person).stretches
    assert (stretch.begins, stretch.ends) == (date(2026, 1, 1), date(2026, 11, 23))
    assert told(person) == ["2026-01-01 lithium started: 600 mg a day."]


def test_an_order_after_a_time_without_is_a_start_again() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", since="2026-01-01", stopped="2026-03-01", by="one")
        .taking("lithium", "600 mg", since="2026-06-01", by="one")
    )
    assert [s.begins for s in only(person).stretches] == [
        date(2026, 1, 1),
        date(2026, 6, 1),
    ]
    assert told(person) == [
        "2026-01-01 lithium started: 600 mg a day.",
        "2026-03-01 lithium stopped.",
        "2026-06-01 lithium started: 600 mg a day.",
    ]


# --- the dose log -----------------------------------------------------------------


def test_doses_are_counted_by_day_and_a_day_without_an_entry_is_absent() -> None:
    person = (
        a_person()
        .taking("lithium", "300 mg", times=2)
        .said("lithium", "taken", "2026-03-01")
        .said("lithium", "taken", "2026-03-01")
        .said("lithium", "not_taken", "2026-03-03")
        .said("lithium", "not_logged", "2026-03-04")
    )
    log = only(person).log
    assert [(str(one.begins), one.taken, one.not_taken) for one in log] == [
        ("2026-03-01", 2, 0),
        ("2026-03-03", 0, 1),
    ]
    assert {one.expected for one in log} == {Decimal(2)}


def test_how_many_were_expected_is_not_known_of_what_is_taken_as_needed() -> None:
    person = (
        a_person()
        .taking("lithium", "300 mg", as_needed=True)
        .said("lithium", "taken", "2026-03-01")
    )
    (one,) = only(person).log
    assert one.expected is None


def test_a_dose_late_at_night_belongs_to_the_day_where_the_person_lives() -> None:
    # 04:30 UTC on 2 March is 23:30 on 1 March in New York.
    person = a_person().taking("lithium", "300 mg")
    moment = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    dose = rec.DoseEvent(
        id="late",
        medicine=rec.Medicine(
            text="lithium", ingredients=(rec.Ingredient(rxcui="lithium", name="x"),)
        ),
        at=PartialDate.of(moment),
        taken=rec.Taken.TAKEN,
    )
    assert person.record.person is not None
    for zone, on in (("America/New_York", "2026-03-01"), ("UTC", "2026-03-02")):
        who = msgspec.structs.replace(person.record.person, zone=zone)
        record = msgspec.structs.replace(person.record, person=who, dose_events=(dose,))
        (one,) = only(A(record)).log
        assert str(one.begins) == on


def test_a_dose_of_an_order_is_logged_there_and_not_with_its_double() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", by="one", id="a")
        .taking("lithium", "900 mg", by="other", id="b")
        .said("lithium", "taken", "2026-03-01")
    )
    (dose,) = person.record.dose_events
    for order in ("a", "b"):
        named = msgspec.structs.replace(dose, order=order)
        record = msgspec.structs.replace(person.record, dose_events=(named,))
        logged = {lane.key for lane in drawn(A(record)).lanes if lane.log}
        assert logged == {order}


def test_a_dose_in_pieces_is_said_in_the_amount_of_a_day() -> None:
    person = a_person().taking("lithium", "2 {tablet}", strength="300 mg")
    stretch = only(person).stretches[0]
    assert stretch.amount is not None
    assert stretch.amount.high == Quantity("600", "mg")
    assert stretch.dose == "600 mg a day"
