"""What directions ask for: each part of FHIR's timing, and what cannot be followed."""

from __future__ import annotations

import itertools
from collections import ChainMap
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from builders import THEN, a_person, day, started
from concord.dosing.daily import in_force
from concord.dosing.outlook import plan_of, setting
from concord.dosing.schedule import Spacing, Stretch, day_times, plan, stretches
from concord.dosing.schedule.rhythm import Interval, Unplanned
from concord.errors import ImpossibleScheduleError
from concord.knowledge.lookup import Knowledge
from concord.knowledge.tables import TABLES
from concord.record.fold import LineStatus, state_on
from concord.record.forms import record_from_json, record_to_json
from concord.record.model import (
    AsNeeded,
    Change,
    ChangeKind,
    Cycle,
    Dosage,
    MedicationLine,
    Medicine,
    Timing,
)
from concord.terms import Duration, PartialDate, Period
from scheduling import (
    A_DAY,
    NEW_YORK,
    between,
    days,
    every,
    local,
    of,
    planned,
    taken,
)

WEEK = Duration.parse("7 days")


def due_in(timing: Timing, first: str, last: str, **more: object) -> list[str]:
    return local(between(planned(of(timing), **more), first, last))  # type: ignore[arg-type]


def one_change(
    kind: ChangeKind, effective: PartialDate, dosage: tuple[Dosage, ...] = ()
) -> Change:
    return Change(
        id=kind.value, kind=kind, recorded_at=THEN, effective=effective, dosage=dosage
    )


# --- times of the day -------------------------------------------------------------


@pytest.mark.parametrize(
    ("timing", "times"),
    [
        (taken("07:30"), "07:30"),
        (taken("20:00", "08:00"), "08:00 20:00"),
        (every(1, "d"), "08:00"),
        (every(1, "d", 2), "08:00 20:00"),
        (every(1, "d", 4), "08:00 12:00 17:00 22:00"),
        (every(1, "d", 2, times_of_day=("09:00", "21:00")), "09:00 21:00"),
        (every(12, "h", times_of_day=("09:00", "21:00")), "09:00 21:00"),
        (Timing(code="BID"), "08:00 20:00"),
        (Timing(code="QHS"), "22:00"),
        (Timing(when=("CM", "CV")), "08:00 18:00"),
        (Timing(when=("C",)), "08:00 12:30 18:00"),
        (every(1, "d", 3, when=("C",)), "08:00 12:30 18:00"),
        (every(1, "d", 2, when=("C",)), "08:00 18:00"),
        (every(1, "d", 1, when=("C",)), "08:00"),
        (Timing(when=("ACM",)), "07:30"),
        (Timing(when=("ACM",), offset=60), "07:00"),
        (Timing(when=("PCV",)), "18:30"),
        (Timing(when=("PCV",), offset=10), "18:10"),
        (Timing(when=("HS",), offset=30), "21:30"),
        (Timing(when=("HS",), offset=0), "22:00"),
        (Timing(frequency=2, period_unit="d"), "08:00 20:00"),
        (every(6, "h", None), "00:00 06:00 12:00 18:00"),
        (every(1, "d", 2, frequency_max=2), "08:00 20:00"),
        (Timing(when=("WAKE",), offset=15), "07:15"),
        (every(6, "h"), "00:00 06:00 12:00 18:00"),
        (every(6, "h", times_of_day=("08:00",)), "02:00 08:00 14:00 20:00"),
        (every(90, "min", times_of_day=("00:30",)), None),
    ],
    ids=str,
)
def test_times_are_those_named_else_the_events_else_the_usual_ones(
    timing: Timing, times: str | None
) -> None:
    found = due_in(timing, "2026-02-03", "2026-02-03")
    if times is None:
        assert len(found) == 16
    else:
        assert found == [f"02-03 {t}" for t in times.split()]


@pytest.mark.parametrize(
    ("timing", "on"),
    [
        # 1 January 2026 is a Thursday.
        (every(1, "d", 1), "01 02 03 04 05 06 07 08"),
        (every(2, "d", 1), "01 03 05 07"),
        (every(2, "d", 2), "01 02 03 04 05 06 07 08"),
        (every(1, "wk", 1), "01 08"),
        (every(1, "wk", 2), "01 04 08"),
        (every(2, "wk", 1), "01"),
        (every(1, "mo", 1), "01"),
        (every(1, "wk", 1, days_of_week=("mon",)), "05"),
        (every(1, "wk", 2, days_of_week=("mon", "wed")), "05 07"),
    ],
    ids=str,
)
def test_one_dose_on_a_day_with_a_meal_is_with_the_first_one(
    timing: Timing, on: str
) -> None:
    with_food = msgspec.structs.replace(timing, when=("C",))
    found = due_in(with_food, "2026-01-01", "2026-01-08")
    assert found == [f"01-{one} 08:00" for one in on.split()]


@pytest.mark.parametrize(
    "timing",
    [every(2, "d", 4), every(1, "wk", 14), every(1, "wk", 2, days_of_week=("thu",))],
    ids=str,
)
def test_two_doses_on_a_day_with_a_meal_are_with_the_first_and_the_last(
    timing: Timing,
) -> None:
    with_food = msgspec.structs.replace(timing, when=("C",))
    found = due_in(with_food, "2026-01-01", "2026-01-01")
    assert found == ["01-01 08:00", "01-01 18:00"]


@pytest.mark.parametrize(
    ("timing", "default"),
    [
        (taken("08:00"), False),
        (every(8, "h", times_of_day=("06:00",)), False),
        (every(1, "d"), True),
        (every(8, "h"), True),
        (Timing(when=("HS",)), True),
        (Timing(event=(day("2026-02-03"),)), True),
        (Timing(event=(day("2026-02-03T10:00:00Z"),)), False),
    ],
)
def test_what_comes_from_a_default_says_so(timing: Timing, default: bool) -> None:
    assert planned(of(timing)).by_default is default


def test_a_usual_time_holds_from_its_first_day_until_the_day_on_which_it_ended(
    knowledge: Knowledge,
) -> None:
    on = date(2026, 11, 22)
    measure = knowledge.measures["day-times"]
    (old,) = (value for value in measure.value if value.name == "HS")
    others = tuple(value for value in measure.value if value.name != "HS")
    later = structs.replace(old, at=(time(23, 30),), since=on)
    earlier = structs.replace(old, until=on)
    values = (*others, later, earlier)
    tables = {name: knowledge.table(name) for name in TABLES}
    tables["measures"] = ChainMap(
        {measure.id: structs.replace(measure, value=values)}, dict(tables["measures"])
    )
    own = Knowledge(
        version="t", tables=tables, sources=knowledge.sources, links=knowledge.links
    )
    assert day_times(own, on).events["HS"] == time(23, 30)
    assert day_times(own, on - timedelta(days=1)).events["HS"] == old.at[0]


def test_a_persons_own_times_come_before_the_default(knowledge: Knowledge) -> None:
    on = date(2026, 2, 3)
    usual = day_times(knowledge, on)
    own = day_times(knowledge, on, {"CV": "19:45", "HS": "23:30"})
    for when, at in (("CV", "19:45"), ("PCV", "20:15"), ("HS", "23:30")):
        plan = planned(of(Timing(when=(when,))), day=own)
        assert local(between(plan, str(on), str(on))) == [f"02-03 {at}"]
        assert not plan.by_default
        assert planned(of(Timing(when=(when,))), day=usual).by_default
    assert planned(of(Timing(when=("CM",))), day=own).by_default


def test_the_default_day_has_a_time_for_every_event_and_up_to_five_doses(
    knowledge: Knowledge,
) -> None:
    found = day_times(knowledge, date(2026, 2, 3))
    assert set(found.spread) == {1, 2, 3, 4, 5}
    for times in found.spread.values():
        assert list(times) == sorted(set(times))
    for event in ("MORN", "NOON", "AFT", "EVE", "NIGHT", "PHS", "HS", "WAKE"):
        assert event in found.events
    values = knowledge.measures["day-times"].value
    assert {value.status.value for value in values} == {"convention"}


# --- days -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timing", "first", "last", "on"),
    [
        (every(2, "d"), "2026-01-01", "2026-01-07", "01 03 05 07"),
        (every(2, "d"), "2026-01-02", "2026-01-06", "03 05"),
        (every(3, "d"), "2026-01-01", "2026-01-08", "01 04 07"),
        (every(1, "wk"), "2026-01-01", "2026-01-31", "01 08 15 22 29"),
        (every(2, "wk"), "2026-01-01", "2026-01-31", "01 15 29"),
        (every(1, "wk", 3), "2026-01-01", "2026-01-12", "01 03 05 08 10 12"),
        (every(1, "wk", 2), "2026-01-01", "2026-01-12", "01 04 08 11"),
        # 1 January 2026 is a Thursday.
        (every(1, "d", days_of_week=("mon", "fri")), "2026-01-01", "2026-01-12",
         "02 05 09 12"),
        (every(1, "wk", days_of_week=("mon", "fri")), "2026-01-01", "2026-01-12",
         "02 05 09 12"),
        (every(2, "wk", days_of_week=("mon", "thu")), "2026-01-01", "2026-01-31",
         "01 12 15 26 29"),
        (Timing(days_of_week=("Tuesday",)), "2026-01-01", "2026-01-14", "06 13"),
        (taken("09:00", days_of_week=("sun",)), "2026-01-01", "2026-01-14", "04 11"),
        (every(1, "d", cycle=Cycle(length=5, days=(1, 2))), "2026-01-01",
         "2026-01-12", "01 02 06 07 11 12"),
        (every(1, "d", cycle=Cycle(length=5, days=(5,))), "2026-01-01",
         "2026-01-12", "05 10"),
        (every(1, "wk", None, days_of_week=("mon",)), "2026-01-01", "2026-01-14",
         "05 12"),
        (every(1, "wk", 4, days_of_week=("mon", "tue")), "2026-01-01",
         "2026-01-09", "05 05 06 06"),
        (every(1, "mo", None), "2026-01-01", "2026-01-31", "01"),
        (every(1, "mo"), "2026-01-01", "2026-01-31", "01"),
        (every(1, "mo", 2), "2026-01-01", "2026-01-31", "01 16"),
        (every(2, "d", 2, times_of_day=("08:00", "20:00")), "2026-01-01",
         "2026-01-04", "01 01 03 03"),
        (every(2, "d", 4), "2026-01-01", "2026-01-02", "01 01 02 02"),
        (every(1, "d", count=3), "2026-01-01", "2026-01-12", "01 02 03"),
        (every(1, "d", count=3), "2026-01-03", "2026-01-12", "03"),
        (every(1, "d", count=10), "2026-01-09", "2026-01-31", "09 10"),
        (every(12, "h", days_of_week=("mon",)), "2026-01-01", "2026-01-14",
         "05 05 12 12"),
        (every(24, "h", count=3), "2026-01-02", "2026-01-12", "02 03"),
        (Timing(count=1), "2026-01-01", "2026-01-12", "01"),
        (every("1.5", "d"), "2026-01-01", "2026-01-05", "01 02 04 05"),
    ],
    ids=str,
)  # fmt: skip
def test_days_are_counted_from_the_day_on_which_the_directions_began(
    timing: Timing, first: str, last: str, on: str
) -> None:
    found = between(planned(of(timing)), first, last)
    assert [one.day.strftime("%d") for one in found] == on.split()


@pytest.mark.parametrize(
    ("months", "since", "on"),
    [
        (1, "2026-01-31", ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        (3, "2025-11-30", ["02-28", "05-30"]),
        (12, "2024-02-29", ["02-28"]),
    ],
)
def test_a_month_that_lacks_the_day_has_the_dose_on_its_last_one(
    months: int, since: str, on: list[str]
) -> None:
    plan = planned(of(every(months, "mo")), since=since)
    assert days(between(plan, "2026-01-01", "2026-05-31")) == on


def test_a_cycle_of_21_days_on_and_7_off_is_counted_from_its_first_day() -> None:
    pill = every(1, "d", cycle=Cycle(length=28, days=tuple(range(1, 22))))
    found = between(planned(of(pill)), "2026-01-01", "2026-02-25")
    offsets = [(one.day - date(2026, 1, 1)).days for one in found]
    assert offsets == [*range(21), *range(28, 49)]


def test_named_moments_are_due_as_they_are_named() -> None:
    timing = Timing(event=(day("2026-02-05"), day("2026-02-03T15:00:00Z")))
    assert due_in(timing, "2026-02-01", "2026-02-28") == ["02-03 10:00", "02-05 08:00"]


def test_named_moments_count_from_the_first_to_before_the_last_of_a_range() -> None:
    nine, ten = "2026-02-03T14:00:00Z", "2026-02-03T15:00:00Z"
    found = planned(of(Timing(event=(day(ten), day(nine)))))
    for first, last, hours in (
        (nine, ten, [9]),
        (ten, "2026-02-04T00:00:00Z", [10]),
        (nine, "2026-02-03T15:00:01Z", [9, 10]),
    ):
        due = found.due(datetime.fromisoformat(first), datetime.fromisoformat(last))
        assert [one.at.astimezone(NEW_YORK).hour for one in due] == hours
    both = between(found, "2026-02-03", "2026-02-03")
    assert [one.nth for one in both] == [1, 2]


def test_a_named_day_without_an_hour_is_at_the_time_of_one_dose_a_day() -> None:
    nine = structs.replace(A_DAY, spread={1: (time(9),), 2: (time(8), time(20))})
    found = planned(of(Timing(event=(day("2026-02-03"),))), day=nine)
    assert local(between(found, "2026-02-01", "2026-02-28")) == ["02-03 09:00"]


@pytest.mark.parametrize(
    ("timing", "doses"),
    [
        (Timing(period=Decimal(8), period_unit="h"), 31 * 3),
        (Timing(period=Decimal(1), period_unit="mo"), 1),
        (Timing(period=Decimal(1), period_unit="d"), 31),
    ],
    ids=str,
)
def test_a_period_without_a_number_of_doses_has_one(timing: Timing, doses: int) -> None:
    assert len(due_in(timing, "2026-01-02", "2026-02-01")) == doses


THREE = ("mon", "wed", "fri")


@pytest.mark.parametrize(
    ("timing", "doses"),
    [
        (Timing(frequency=2, period_unit="d"), 14),
        (every(1, "wk", 7), 7),
        (every(1, "wk", 1, days_of_week=THREE), 3),
        (every(1, "wk", 3, days_of_week=THREE), 3),
        (every(1, "wk", 6, days_of_week=THREE), 6),
        (Timing(period=Decimal(1), period_unit="wk", days_of_week=THREE), 3),
    ],
    ids=str,
)
def test_a_week_has_as_many_doses_as_directions_say_whenever_they_began(
    timing: Timing, doses: int
) -> None:
    found = planned(of(timing), since=None)
    assert found.left == ()
    assert len(between(found, "2026-01-05", "2026-01-11")) == doses


def test_two_doses_on_three_named_days_are_refused() -> None:
    with pytest.raises(ImpossibleScheduleError, match="named days do not make up"):
        planned(of(every(1, "wk", 2, days_of_week=THREE)))


@pytest.mark.parametrize(
    ("timing", "left"),
    [
        (every(1, "mo", 28), False),
        (every(1, "mo", 29), True),
        (every(1, "mo", 1, times_of_day=("08:00",)), False),
        (every(1, "mo", 1, times_of_day=("08:00", "20:00")), True),
        (every(1, "s"), False),
    ],
    ids=str,
)
def test_a_month_has_a_day_for_each_dose_or_is_left_open(
    timing: Timing, left: bool
) -> None:
    assert bool(planned(of(timing)).left) is left


@pytest.mark.parametrize("on", [1, 28])
def test_a_cycle_may_have_one_day_its_first_or_its_last(on: int) -> None:
    timing = every(1, "d", cycle=Cycle(length=28, days=(on,)))
    found = days(between(planned(of(timing)), "2026-01-01", "2026-01-28"))
    assert found == [f"01-{on:02}"]


def test_a_range_of_one_number_and_no_minutes_from_an_event_can_be_followed() -> None:
    assert planned(of(every(1, "d", 2, frequency_max=2))).left == ()
    at_bedtime = Timing(when=("HS",), offset=0)
    assert due_in(at_bedtime, "2026-01-02", "2026-01-02") == ["01-02 22:00"]


@pytest.mark.parametrize(
    ("first", "last", "on"),
    [("02-03", "02-05", ["02-03", "02-05"]), ("02-04", "02-04", [])],
)
def test_named_moments_on_the_first_and_last_day_of_their_bounds_are_due(
    first: str, last: str, on: list[str]
) -> None:
    timing = Timing(event=(day("2026-02-03"), day("2026-02-05")))
    bounds = Period(start=day(f"2026-{first}"), end=day(f"2026-{last}"))
    found = planned(of(timing, bounds=bounds))
    assert days(between(found, "2026-02-01", "2026-02-28")) == on


MONDAY = ("mon",)


@pytest.mark.parametrize(
    ("timing", "last"),
    [
        (every(2, "wk", days_of_week=MONDAY), "2026-01-19"),
        (every(1, "wk", 3), "2026-01-19"),
        (every(1, "mo"), "2026-02-05"),
        (every(1, "d", days_of_week=MONDAY), "2026-01-19"),
    ],
    ids=str,
)
def test_a_dose_on_the_last_day_of_the_directions_is_due_and_one_after_it_is_not(
    timing: Timing, last: str
) -> None:
    end = date.fromisoformat(last)
    for more, is_due in ((0, True), (1, False)):
        bounds = Period(end=PartialDate.of(end - timedelta(days=more)))
        found = planned(of(timing, bounds=bounds), since="2026-01-05")
        due = between(found, "2026-01-01", "2026-04-01")
        assert (max(days(due)) == end.strftime("%m-%d")) is is_due


def test_a_monthly_dose_for_one_day_is_due_on_that_day() -> None:
    found = planned(of(every(1, "mo"), lasts=Duration.parse("1 day")))
    assert days(between(found, "2026-01-01", "2026-03-01")) == ["01-01"]


def test_a_monthly_dose_is_found_years_after_it_began() -> None:
    found = planned(of(every(1, "mo")), since="2020-11-15")
    wanted = ["02-15", "03-15", "04-15"]
    assert days(between(found, "2026-02-01", "2026-04-30")) == wanted


def test_doses_that_were_due_before_a_range_count_in_how_many_there_are() -> None:
    found = planned(of(every(1, "d", count=10)))
    assert days(between(found, "2026-01-09", "2026-02-28")) == ["01-09", "01-10"]
    assert between(found, "2026-01-11", "2026-02-28") == ()


def test_each_of_many_patches_says_when_it_comes_off() -> None:
    patch = taken("20:00", duration=Decimal(12), duration_unit="h")
    found = between(planned(of(patch, "1 {patch}")), "2026-01-01", "2026-03-01")
    assert {one.until and one.until - one.at for one in found} == {timedelta(hours=12)}


def test_an_interval_on_named_weekdays_is_due_on_these_alone() -> None:
    timing = every(36, "h", days_of_week=MONDAY)
    found = between(planned(of(timing)), "2026-01-01", "2026-02-28")
    assert found
    assert {one.day.weekday() for one in found} == {0}


@pytest.mark.parametrize(
    ("anchor", "doses"),
    [
        ("2026-01-01T13:00:00Z", 3),  # 8 in the morning: to before 8 in the evening
        ("2026-01-01", 4),  # the hour is not known: two whole days
    ],
)
def test_directions_that_last_some_hours_end_by_the_hour_where_it_is_known(
    anchor: str, doses: int
) -> None:
    dosage = of(every(12, "h"), lasts=Duration.parse("36 hours"))
    begins = PartialDate.parse(anchor)
    stretch = Stretch(
        dosage=(dosage,), first=date(2026, 1, 1), anchor=begins, begins=begins.moment
    )
    found = plan((stretch,), A_DAY, here=NEW_YORK)
    due = between(found, "2026-01-01", "2026-01-10")
    assert len(due) == doses
    # An interval counts from the hour at which it began, else from the usual one.
    assert local(due)[0] == ("01-01 08:00" if begins.moment else "01-01 06:00")


@pytest.mark.parametrize(
    ("timing", "refused"), [(every(2, "d"), False), (every(1, "d"), True)]
)
def test_just_twice_as_often_as_it_lasts_is_no_slip_yet(
    timing: Timing, refused: bool
) -> None:
    four_days = Spacing(interval=Duration.parse("4 days"), least_share=Decimal("0.5"))
    try:
        planned(of(timing, "16 mg"), spacing=four_days)
    except ImpossibleScheduleError:
        assert refused
    else:
        assert not refused


def test_bounds_of_one_moment_are_not_refused() -> None:
    now = day("2026-01-03T13:00:00Z")
    found = planned(of(every(1, "d"), bounds=Period(start=now, end=now)))
    assert days(between(found, "2026-01-01", "2026-01-10")) == ["01-03"]


@pytest.mark.parametrize(("stopped", "on"), [(2, ["01-01"]), (1, [])])
def test_what_is_stopped_on_the_next_day_was_taken_for_one_and_on_the_same_for_none(
    stopped: int, on: list[str]
) -> None:
    for at in ("", "T17:00:00Z"):
        first = PartialDate.parse(f"2026-01-01{at}")
        last = PartialDate.parse(f"2026-01-0{stopped}{at}")
        dosage = (of(taken("08:00", "20:00")),)
        changes = (
            one_change(ChangeKind.STARTED, first, dosage),
            one_change(ChangeKind.STOPPED, last),
        )
        found = plan(stretches(changes), A_DAY, here=NEW_YORK)
        due = between(found, "2026-01-01", "2026-01-10")
        assert sorted(set(days(due)))[:1] == on
        assert bool(stretches(changes)) is bool(on)


def test_a_patch_says_when_it_comes_off_counted_in_time_that_passes() -> None:
    patch = taken("20:00", duration=Decimal(12), duration_unit="h")
    (one,) = between(planned(of(patch, "1 {patch}")), "2026-03-07", "2026-03-07")
    assert one.until == one.at + timedelta(hours=12)
    assert one.until.astimezone(NEW_YORK).strftime("%m-%d %H:%M") == "03-08 09:00"


def test_a_patch_each_72_hours_keeps_its_72_hours() -> None:
    found = between(planned(of(every(72, "h"))), "2026-03-01", "2026-03-20")
    assert {b.at - a.at for a, b in itertools.pairwise(found)} == {timedelta(hours=72)}


@pytest.mark.parametrize(
    ("length", "unit", "wears"),
    [
        ("30", "s", timedelta(seconds=30)),
        ("90", "min", timedelta(minutes=90)),
        ("12", "h", timedelta(hours=12)),
        ("3", "d", timedelta(days=3)),
        ("1", "wk", timedelta(days=7)),
        ("1", "mo", None),  # months have no one length
    ],
)
def test_one_dose_stays_on_for_as_long_as_the_directions_say(
    length: str, unit: str, wears: timedelta | None
) -> None:
    patch = taken("08:00", duration=Decimal(length), duration_unit=unit)
    for one in between(planned(of(patch, "1 {patch}")), "2026-01-05", "2026-01-20"):
        assert one.until == (None if wears is None else one.at + wears)


@pytest.mark.parametrize(
    ("timing", "apart"),
    [
        (every(1, "s"), timedelta(seconds=1)),
        (every(30, "s"), timedelta(seconds=30)),
        (every(1, "min"), timedelta(minutes=1)),
        (every(1, "h", 2), timedelta(minutes=30)),
        (every("1.5", "wk"), timedelta(days=10, hours=12)),
    ],
    ids=str,
)
def test_an_interval_is_as_long_as_its_unit_says(
    timing: Timing, apart: timedelta
) -> None:
    plan = planned(of(timing))
    (course, _clock), *_ = plan.courses
    assert isinstance(course.rhythm, Interval)
    assert course.rhythm.every == apart


def test_an_interval_counts_from_the_hour_at_which_it_was_begun() -> None:
    changes = (started("a", "2026-01-05T15:15:00Z", dosage=(of(every(8, "h")),)),)
    plan_ = plan(stretches(changes), A_DAY, here=NEW_YORK)
    assert local(between(plan_, "2026-01-05", "2026-01-06")) == [
        "01-05 10:15",
        "01-05 18:15",
        "01-06 02:15",
        "01-06 10:15",
        "01-06 18:15",
    ]


def test_once_a_year_is_on_the_same_day_of_each_year() -> None:
    found = between(planned(of(every(1, "a"))), "2026-01-01", "2028-12-31")
    assert [str(one.day) for one in found] == ["2026-01-01", "2027-01-01", "2028-01-01"]


# --- which dose of its day --------------------------------------------------------


def test_doses_by_the_clock_are_numbered_in_each_day_and_others_through() -> None:
    # Clocks are changed on 8 March 2026.
    twice = between(planned(of(taken("08:00", "20:00"))), "2026-03-01", "2026-03-14")
    assert [one.nth for one in twice] == [1, 2] * 14
    assert twice[0].key == ("2026-03-01", 1)
    through = between(planned(of(every(12, "h"))), "2026-01-02", "2026-01-03")
    assert [one.nth for one in through] == [3, 4, 5, 6]
    assert through[0].key == ("", 3)
    named = Timing(event=(day("2026-02-05"), day("2026-02-03")))
    moments = between(planned(of(named)), "2026-02-01", "2026-02-28")
    assert [one.key for one in moments] == [("", 1), ("", 2)]


def test_a_dose_by_an_interval_at_midnight_is_of_the_day_that_begins() -> None:
    found = between(planned(of(every(6, "h"))), "2026-01-02", "2026-01-04")
    assert days(found) == ["01-02"] * 4 + ["01-03"] * 4 + ["01-04"] * 4


# --- ranges -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timing", "least", "most"),
    [
        (every(1, "d", 3, frequency_max=4), 3, 4),
        (every(4, "h", period_max=Decimal(6)), 4, 6),
        (every(1, "d", 2), 2, 2),
    ],
)
def test_of_a_range_the_least_is_due_and_the_most_is_what_may_be_used(
    timing: Timing, least: int, most: int
) -> None:
    for wanted, found in (
        (least, planned(of(timing))),
        (most, planned(of(timing), most=True)),
    ):
        assert len(between(found, "2026-02-03", "2026-02-03")) == wanted


# --- bounds and steps -------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "on"),
    [
        ({"bounds": Period(start=day("2026-01-03"), end=day("2026-01-05"))},
         ["01-03", "01-04", "01-05"]),
        ({"bounds": Period(end=day("2026-01-02"))}, ["01-01", "01-02"]),
        ({"lasts": Duration.parse("2 days")}, ["01-01", "01-02"]),
        ({"lasts": Duration.parse("48 hours")}, ["01-01", "01-02"]),
        ({"lasts_max": Duration.parse("2 days")}, ["01-01", "01-02"]),
        ({"bounds": Period(start=day("2026-01-09")), "lasts": Duration.parse("1 day")},
         ["01-09"]),
        ({"bounds": Period(end=day("2026-01-02T13:00:00Z"))}, ["01-01", "01-02"]),
        ({"bounds": Period(end=day("2026-01-02T12:59:59Z"))}, ["01-01"]),
        ({"bounds": Period(start=day("2026-01-09T13:00:00Z"))}, ["01-09", "01-10"]),
        ({"bounds": Period(start=day("2026-01-09T13:00:01Z"))}, ["01-10"]),
    ],
    ids=str,
)  # fmt: skip
def test_directions_hold_within_their_bounds_days_included(
    more: dict[str, object], on: list[str]
) -> None:
    plan = planned(of(taken("08:00"), **more))
    assert days(between(plan, "2025-12-01", "2026-01-10")) == on


def test_every_second_day_within_bounds_is_counted_from_their_start() -> None:
    bounds = Period(start=day("2026-01-04"), end=day("2026-01-09"))
    plan = planned(of(every(2, "d"), bounds=bounds))
    assert days(between(plan, "2026-01-01", "2026-01-31")) == [
        "01-04",
        "01-06",
        "01-08",
    ]


TAPER = (
    of(every(1, "d"), "3 {tablet}", sequence=1, lasts=WEEK),
    of(every(1, "d"), "2 {tablet}", sequence=2, lasts=WEEK),
    of(every(2, "d"), "1 {tablet}", sequence=3, lasts=WEEK),
)


def test_steps_follow_each_other_and_a_last_one_that_ends_ends() -> None:
    found = between(planned(*TAPER), "2025-12-01", "2026-02-28")
    assert [int(one.dosage.dose.value) for one in found if one.dosage.dose] == (
        [3] * 7 + [2] * 7 + [1] * 4
    )
    assert found[-1].day == date(2026, 1, 21)


def test_a_later_range_begins_in_the_middle_of_a_step() -> None:
    found = between(planned(*TAPER), "2026-01-13", "2026-01-16")
    assert [str(one.dosage.dose) for one in found] == ["2 {tablet}"] * 2 + [
        "1 {tablet}"
    ]


@given(st.integers(0, 25))
def test_steps_are_those_that_the_daily_amount_counts_by(later: int) -> None:
    on = date(2026, 1, 1) + timedelta(days=later)
    steps = (TAPER[0], TAPER[1], of(every(1, "d"), sequence=3))
    (one,) = between(planned(*steps), str(on), str(on))
    assert in_force(steps, on, date(2026, 1, 1)) == (one.dosage,)


# --- changes of mind --------------------------------------------------------------


def change(kind: str, on: str | None, *dosage: Dosage, id: str) -> Change:
    return Change(
        id=id,
        kind=ChangeKind(kind),
        recorded_at=THEN,
        effective=day(on) if on else None,
        dosage=dosage,
    )


STORY = (
    started("a", "2026-01-05", dosage=(of(taken("08:00")),)),
    change("dose_changed", "2026-01-08", of(taken("08:00"), "2 {tablet}"), id="b"),
    change("held", "2026-01-10", id="c"),
    change("resumed", "2026-01-13", id="d"),
    change("stopped", "2026-01-15", id="e"),
)


def story(*changes: Change) -> list[tuple[str, str]]:
    found = plan(stretches(changes), A_DAY, here=NEW_YORK)
    return [
        (one.day.strftime("%d"), str(one.dosage.dose))
        for one in between(found, "2026-01-01", "2026-01-31")
    ]


def test_each_change_holds_from_its_day_and_touches_none_before_it() -> None:
    assert story(*STORY) == [
        *[(f"{n:02}", "1 {tablet}") for n in (5, 6, 7)],
        *[(f"{n:02}", "2 {tablet}") for n in (8, 9, 13, 14)],
    ]
    for count in range(1, len(STORY)):
        before, after = story(*STORY[:count]), story(*STORY[: count + 1])
        effective = STORY[count].effective
        assert effective is not None
        until = effective.first.strftime("%d")
        assert [d for d in before if d[0] < until] == [d for d in after if d[0] < until]


@given(st.integers(0, 20))
def test_a_day_has_doses_where_the_fold_says_that_it_is_taken(later: int) -> None:
    on = date(2026, 1, 1) + timedelta(days=later)
    state = state_on(STORY, on)
    doses = [dose for d, dose in story(*STORY) if d == on.strftime("%d")]
    if state.status is LineStatus.ACTIVE:
        assert doses == [str(one.dose) for one in state.dosage]
    else:
        assert doses == []


def test_a_change_that_names_its_hour_divides_the_day() -> None:
    twice = of(taken("08:00", "20:00"))
    later = of(taken("09:00", "21:00"), "2 {tablet}")
    changes = (
        started("a", "2026-01-05", dosage=(twice,)),
        change("dose_changed", "2026-01-06T17:00:00Z", later, id="b"),
        change("stopped", "2026-01-07T15:00:00Z", id="c"),
    )
    assert story(*changes) == [
        ("05", "1 {tablet}"),
        ("05", "1 {tablet}"),
        ("06", "1 {tablet}"),
        ("06", "2 {tablet}"),
        ("07", "2 {tablet}"),
    ]


def test_every_second_day_goes_on_in_step_after_a_pause() -> None:
    changes = (
        started("a", "2026-01-01", dosage=(of(every(2, "d")),)),
        change("held", "2026-01-04", id="b"),
        change("resumed", "2026-01-06", id="c"),
        change("stopped", "2026-01-10", id="d"),
    )
    assert [d for d, _ in story(*changes)] == ["01", "03", "07", "09"]


def test_every_eight_hours_goes_on_by_its_own_hours_after_a_pause() -> None:
    changes = (
        started("a", "2026-01-01T14:00:00Z", dosage=(of(every(8, "h")),)),
        change("held", "2026-01-02", id="b"),
        change("resumed", "2026-01-04", id="c"),
        change("held", "2026-01-05", id="d"),
        change("resumed", "2026-01-06T20:00:00Z", id="e"),
        change("stopped", "2026-01-07", id="f"),
    )
    found = plan(stretches(changes), A_DAY, here=NEW_YORK)
    # 14:00 UTC is 09:00 here.
    assert [
        one.at.astimezone(NEW_YORK).strftime("%d %H:%M")
        for one in between(found, "2026-01-01", "2026-01-31")
    ] == ["01 09:00", "01 17:00", *["04 01:00", "04 09:00", "04 17:00"], "06 17:00"]


# --- what is left out, and what is refused ----------------------------------------


@pytest.mark.parametrize(
    ("dosage", "since", "why"),
    [
        (of(None), "2026-01-01", Unplanned.NO_FREQUENCY),
        (of(Timing()), "2026-01-01", Unplanned.NO_FREQUENCY),
        (of(Timing(code="as directed")), "2026-01-01", Unplanned.NO_FREQUENCY),
        (
            of(every(1, "d", None, frequency_max=3)),
            "2026-01-01",
            Unplanned.NO_FREQUENCY,
        ),
        (of(every(1, "d", 7)), "2026-01-01", Unplanned.NO_CLOCK_TIMES),
        (of(Timing(when=("XYZ",))), "2026-01-01", Unplanned.NO_CLOCK_TIMES),
        (of(every(2, "d", 3)), "2026-01-01", Unplanned.NO_DAYS),
        (of(every("1.5", "mo")), "2026-01-01", Unplanned.NO_DAYS),
        (of(every(1, "mo", days_of_week=("mon",))), "2026-01-01", Unplanned.NO_DAYS),
        # A month may have 28 days, and nobody says on which ones a second time is.
        (of(every(1, "mo", 29)), "2026-01-01", Unplanned.NO_DAYS),
        (
            of(every(1, "mo", 2, times_of_day=("08:00", "20:00"))),
            "2026-01-01",
            Unplanned.NO_DAYS,
        ),
        (of(every(1, "mo")), None, Unplanned.NO_START),
        (
            of(every(1, "d", cycle=Cycle(length=5, days=(1,)))),
            None,
            Unplanned.NO_START,
        ),
        (of(every(2, "d")), None, Unplanned.NO_START),
        (of(every(2, "d")), "2026-01", Unplanned.NO_START),
        (of(every(1, "wk")), "2026", Unplanned.NO_START),
        (of(every(8, "h")), None, Unplanned.NO_START),
        (of(every(1, "d"), lasts=WEEK), None, Unplanned.NO_START),
        (of(every(1, "d", count=5)), None, Unplanned.NO_START),
    ],
    ids=str,
)
def test_directions_that_leave_something_open_say_what(
    dosage: Dosage, since: str | None, why: Unplanned
) -> None:
    plan = planned(dosage, since=since)
    assert [one.why for one in plan.left] == [why]
    assert between(plan, "2026-01-01", "2026-12-31") == ()


def test_steps_without_an_end_or_a_beginning_are_not_laid_out() -> None:
    undated = (of(every(1, "d"), sequence=1), of(every(1, "d"), sequence=2))
    for steps, since in ((undated, "2026-01-01"), (TAPER, None)):
        plan = planned(*steps, since=since)
        assert {one.why for one in plan.left} == {Unplanned.STEPS_UNDATED}
        assert plan.courses == ()


def test_daily_doses_need_no_beginning_and_weekdays_none_either() -> None:
    for timing in (
        every(1, "d"),
        every(1, "wk", 7),
        every(2, "d", 2),
        taken("08:00", days_of_week=("mon",)),
    ):
        assert planned(of(timing), since=None).left == ()


WEEKLY = Spacing(interval=Duration.parse("1 week"), least_share=Decimal("0.5"))


@pytest.mark.parametrize(
    ("timing", "refused"),
    [
        (every(1, "d", 13), True),
        (every(1, "d"), True),
        (every(3, "d"), True),
        (every(4, "d"), False),
        (every(1, "wk"), False),
        (every(4, "wk"), False),
    ],
)
def test_a_weekly_injection_ordered_far_more_often_is_refused(
    timing: Timing, refused: bool
) -> None:
    if refused:
        with pytest.raises(ImpossibleScheduleError, match="about one each 1 week"):
            planned(of(timing, "16 mg"), spacing=WEEKLY)
    else:
        planned(of(timing, "16 mg"), spacing=WEEKLY)


def test_thirteen_times_a_day_of_a_weekly_injection_is_refused_by_its_product(
    knowledge: Knowledge,
) -> None:
    medicine = "Brixadi 16 mg/0.32 mL weekly injection"
    person = a_person().taking(
        "1819", text=medicine, dosage=(of(every(1, "d", 13), "16 mg"),)
    )
    on = date(2026, 1, 5)
    (line,) = person.record.medications
    where = setting(knowledge, on, here=NEW_YORK)
    with pytest.raises(ImpossibleScheduleError) as refused:
        plan_of(line, where, knowledge, on)
    told = str(refused.value)
    assert "dosage[0].timing" in told
    assert "ask the prescriber" in told
    assert "13" not in told
    assert "Brixadi" not in told


@pytest.mark.parametrize(
    ("timing", "told"),
    [
        (taken("24:00"), "a clock time that does not exist"),
        (taken("07:60"), "a clock time that does not exist"),
        (taken("8 am"), "a clock time that does not exist"),
        (taken("08:00", "08:00"), "one clock time twice"),
        (taken("08:00", when=("HS",)), "clock times and events of the day together"),
        (every(1, "d", 0), "a count of doses that is not above nothing"),
        (every(1, "d", -2), "a count of doses that is not above nothing"),
        (every(0, "d"), "a length of time that is not above nothing"),
        (every(-8, "h"), "a length of time that is not above nothing"),
        (every(1, "fortnight"), "a unit of time that is none"),
        (Timing(frequency=1, period=Decimal(1)), "a period without its unit"),
        (every(1, "d", 3, frequency_max=2), "a most that is less than the least"),
        (every(1, "d", days_of_week=("someday",)), "a day of the week that is none"),
        (every(1, "d", 3, times_of_day=("08:00", "20:00")), "another number of doses"),
        (every(8, "h", times_of_day=("08:00", "20:00")), "an interval that the named"),
        (every(1, "wk", 3, days_of_week=("mon", "tue")), "that the named days"),
        (every(1, "wk", 2, days_of_week=("mon", "tue", "wed")), "that the named days"),
        (every(1, "wk", 3, when=("MORN", "HS")), "that the named times"),
        (Timing(when=("CM",), offset=10), "minutes from an event that is at a meal"),
        (taken("08:00", offset=10), "minutes from an event, and no event"),
        (every("0.0001", "s"), "doses within one second"),
        (every("0.999", "s"), "doses within one second"),
        (every(1, "d", cycle=Cycle(length=7, days=(8,))), "a day of a cycle"),
        (every(1, "d", cycle=Cycle(length=7, days=())), "a day of a cycle"),
    ],
    ids=str,
)
def test_directions_that_contradict_themselves_are_refused(
    timing: Timing, told: str
) -> None:
    with pytest.raises(ImpossibleScheduleError, match=told) as refused:
        planned(of(timing))
    assert "dosage[0].timing" in str(refused.value)
    assert "expected" in str(refused.value)


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        ("2026-01-03", "2026-01-02", True),
        ("2026-01-03", "2026-01-03", False),
        ("2026-02", "2026-01", True),
        ("2026-01", "2026-01", False),
        ("2026-01-03T10:00:00Z", "2026-01-03T09:00:00Z", True),
        ("2026-01-03T10:00:00Z", "2026-01-03T10:00:00Z", False),
        ("2026-01-03T10:00:00Z", "2026-01-03", False),
    ],
)
def test_bounds_that_end_before_they_start_are_refused(
    start: str, end: str, refused: bool
) -> None:
    dosage = of(taken("08:00"), bounds=Period(start=day(start), end=day(end)))
    if refused:
        with pytest.raises(ImpossibleScheduleError, match="an end before its start"):
            planned(dosage)
    else:
        planned(dosage)


@pytest.mark.parametrize(
    ("own", "told"),
    [({"HS": "25:00"}, "does not exist"), ({"TEA": "16:00"}, "expected one of")],
)
def test_an_own_time_that_does_not_exist_is_refused(
    own: dict[str, str], told: str, knowledge: Knowledge
) -> None:
    with pytest.raises(ImpossibleScheduleError, match=told):
        day_times(knowledge, date(2026, 2, 3), own)


def test_what_is_taken_as_needed_is_never_due_and_is_told_apart() -> None:
    dosage = of(every(6, "h"), as_needed=AsNeeded(reason="pain"))
    plan = planned(dosage, since=None)
    assert [course.dosage for course in plan.as_needed] == [dosage]
    assert between(plan, "2026-01-01", "2026-12-31") == ()
    assert plan.left == ()


# --- the record -------------------------------------------------------------------


def test_every_new_part_of_a_timing_survives_its_json_form() -> None:
    timing = every(
        1,
        "d",
        count=3,
        count_max=5,
        when=("ACM",),
        offset=30,
        duration=Decimal("0.5"),
        duration_max=Decimal(2),
        duration_unit="h",
        cycle=Cycle(length=28, days=(1, 2, 3)),
        event=(day("2026-02-03T10:00:00Z"),),
    )
    dosage = of(timing, lasts=WEEK, lasts_max=Duration.parse("10 days"))
    record = a_person().taking("x", dosage=(dosage,)).record
    assert record_from_json(record_to_json(record)) == record
    bare = a_person().taking("x", dosage=(of(every(1, "d")),)).record
    for name in (b"offset", b"cycle", b"event", b"duration", b"lasts_max"):
        assert name not in record_to_json(bare)


def test_the_whole_calendar_can_be_asked_for() -> None:
    (line,) = (MedicationLine(id="m", medicine=Medicine(text="x")),)
    assert stretches(line.changes) == ()
    plan = planned(of(every(1, "a")), since="2020-06-01")
    daily = planned(of(every(1, "d")), since="0001-01-01")
    for on in ("0002-01-10", "9998-12-20"):
        assert len(between(daily, on, on)) == 1
    for year in ("0001", "9999"):
        found = between(plan, f"{year}-06-01", f"{year}-06-02", clock=NEW_YORK)
        assert [one.at.astimezone(NEW_YORK).time() for one in found] in ([], [time(8)])


def test_a_start_of_which_only_the_month_is_known_counts_from_its_first_day() -> None:
    changes = (started("a", "2026-01", dosage=(of(every(1, "d")),)),)
    assert [d for d, _ in story(*changes)][:2] == ["01", "02"]
    assert stretches(changes)[0].anchor == PartialDate.parse("2026-01")
