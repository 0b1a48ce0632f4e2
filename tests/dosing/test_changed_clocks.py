"""Days on which clocks are changed: exactly the prescribed doses, never two at once.

The table is New York, London, Lord Howe (half an hour), Cairo (at midnight) and
Casablanca (the other way round, for Ramadan), each with its gap and overlap in 2026, by
once daily, twice daily, every 8 hours, weekly, steps of a taper and as needed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.dosing.daily import Unclear
from concord.dosing.schedule import Policy, allowance, due, instant, replanned, zone
from concord.dosing.schedule.needed import Given
from concord.dosing.schedule.zones import instants
from concord.errors import ImpossibleRangeError, UnknownZoneError
from concord.record.model import AsNeeded, Maximum, Medicine, Timing
from concord.terms import Duration, Quantity
from scheduling import NEW_YORK, between, days, every, local, of, planned, taken, utc

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# zone, day of the change, a clock time inside it, what the clock then shows, the shift
GAPS = [
    ("America/New_York", "2026-03-08", "02:30", "03:30", HOUR),
    ("Europe/London", "2026-03-29", "01:30", "02:30", HOUR),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "02:45", HOUR / 2),
    ("Africa/Cairo", "2026-04-24", "00:30", "01:30", HOUR),
    ("Africa/Casablanca", "2026-03-22", "02:30", "03:30", HOUR),
]
OVERLAPS = [
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30", HOUR),
    ("Europe/London", "2026-10-25", "01:30", "2026-10-25T00:30", HOUR),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45", HOUR / 2),
    ("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29T20:30", HOUR),
    ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30", HOUR),
]
CHANGES = [row[:2] for row in (*GAPS, *OVERLAPS)]


def around(day: str, by: int = 3) -> tuple[date, date]:
    middle = date.fromisoformat(day)
    return middle - by * DAY, middle + by * DAY


# --- by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(("name", "day", "at", "shown", "_shift"), GAPS)
def test_a_dose_in_the_gap_is_taken_after_it_by_as_much_as_clocks_moved(
    name: str, day: str, at: str, shown: str, _shift: timedelta
) -> None:
    clock = zone(name)
    doses = between(planned(of(taken(at)), clock=clock), day, day, clock)
    assert local(doses, clock) == [f"{day[5:]} {shown}"]
    assert days(doses) == [day[5:]]


@pytest.mark.parametrize(("name", "day", "at", "first", "_shift"), OVERLAPS)
def test_a_dose_in_the_overlap_is_taken_once_the_first_time(
    name: str, day: str, at: str, first: str, _shift: timedelta
) -> None:
    clock = zone(name)
    doses = between(planned(of(taken(at)), clock=clock), day, day, clock)
    assert [d.at for d in doses] == [utc(first)]


@pytest.mark.parametrize(("name", "day"), CHANGES)
@pytest.mark.parametrize("times", [("08:00",), ("02:30",), ("00:00",), ("23:59",)])
def test_once_daily_is_once_on_each_local_day(
    name: str, day: str, times: tuple[str, ...]
) -> None:
    assert counts(name, day, taken(*times)) == [1] * 7


@pytest.mark.parametrize(("name", "day"), CHANGES)
@pytest.mark.parametrize(
    "times", [("08:00", "20:00"), ("01:30", "02:30"), ("00:30", "23:30")]
)
def test_twice_daily_is_twice_on_each_local_day(
    name: str, day: str, times: tuple[str, ...]
) -> None:
    assert counts(name, day, taken(*times)) == [2] * 7


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_every_8_hours_keeps_its_8_hours(name: str, day: str) -> None:
    clock = zone(name)
    first, last = around(day)
    plan = planned(of(every(8, "h")), clock=clock)
    doses = between(plan, str(first), str(last), clock)
    gaps = {b.at - a.at for a, b in itertools.pairwise(doses)}
    assert gaps == {8 * HOUR}
    assert len(doses) == 21


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_every_8_hours_from_6_is_three_times_on_each_local_day(
    name: str, day: str
) -> None:
    assert counts(name, day, every(8, "h")) == [3] * 7


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_weekly_keeps_its_day_and_its_clock_time(name: str, day: str) -> None:
    clock = zone(name)
    weekday = date.fromisoformat(day).strftime("%a").casefold()
    plan = planned(
        of(every(1, "wk", days_of_week=(weekday,), times_of_day=("09:00",))),
        clock=clock,
    )
    first, last = around(day, 7)
    doses = between(plan, str(first), str(last), clock)
    assert len(doses) == 3
    assert {d.at.astimezone(clock).time() for d in doses} == {time(9)}
    assert [(b.day - a.day).days for a, b in itertools.pairwise(doses)] == [
        7,
        7,
    ]


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_a_taper_step_that_ends_at_the_change_neither_loses_nor_repeats_a_dose(
    name: str, day: str
) -> None:
    clock = zone(name)
    week = Duration.parse("7 days")
    steps = (
        of(taken("02:30"), "2 {tablet}", sequence=1, lasts=week),
        of(taken("02:30"), "1 {tablet}", sequence=2, lasts=week),
    )
    since = date.fromisoformat(day) - 6 * DAY  # the last day of step 1 is the change
    plan = planned(*steps, since=str(since), clock=clock)
    doses = between(plan, str(since - DAY), str(since + 20 * DAY), clock)
    assert [(d.day - since).days for d in doses] == list(range(14))
    assert [d.dosage.sequence for d in doses] == [1] * 7 + [2] * 7


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_as_needed_keeps_its_gap_and_its_most_in_24_hours_of_time_that_passed(
    name: str, day: str
) -> None:
    clock = zone(name)
    dosage = of(
        every(6, "h"),
        as_needed=AsNeeded(reason="pain"),
        maximum=Maximum(
            amount=Quantity(3, "{tablet}"), within=Duration.parse("24 hours")
        ),
    )
    assert planned(dosage, clock=clock).due(*span(day, clock)) == ()
    midnight = instant(date.fromisoformat(day), time(), clock)
    taken_at = [midnight - 2 * HOUR]  # 10 pm of the day before
    for _ in range(3):
        found = allowance(
            dosage, Medicine(text="x"), map(dose_at, taken_at), taken_at[-1], clock
        )
        assert not isinstance(found, Unclear)
        assert not found.now
        taken_at.append(found.earliest)
    gaps = [b - a for a, b in itertools.pairwise(taken_at)]
    assert gaps == [6 * HOUR, 6 * HOUR, 12 * HOUR]


def dose_at(at: datetime) -> Given:
    return Given(at=at)


def span(day: str, clock: tzinfo, by: int = 3) -> tuple[datetime, datetime]:
    first, last = around(day, by)
    return instant(first, time(), clock), instant(last + DAY, time(), clock)


def counts(name: str, day: str, timing: Timing) -> list[int]:
    """How many doses fall on each of the seven local days around a change."""
    clock = zone(name)
    first, last = around(day)
    doses = between(planned(of(timing), clock=clock), str(first), str(last), clock)
    assert doses == tuple(sorted(doses, key=lambda d: d.at))
    assert len({d.at for d in doses}) == len(doses)
    found = Counter(d.day for d in doses)
    assert found == Counter(d.at.astimezone(clock).date() for d in doses)
    return [found[first + n * DAY] for n in range((last - first).days + 1)]


# --- rare ways of changing clocks -------------------------------------------------


def test_doses_in_and_behind_a_gap_keep_their_order_and_are_never_taken_at_once() -> (
    None
):
    doses = between(
        planned(of(taken("02:00", "02:30", "03:00", "05:00"))),
        "2026-03-08",
        "2026-03-09",
    )
    assert local(doses)[:4] == [
        "03-08 03:00",
        "03-08 03:30",
        "03-08 04:00",
        "03-08 05:00",
    ]
    assert local(doses)[4:] == [
        f"03-09 {t}" for t in ("02:00", "02:30", "03:00", "05:00")
    ]


def test_a_dose_that_a_gap_moves_past_midnight_still_belongs_to_its_day() -> None:
    nuuk = zone("America/Nuuk")  # 23:00 on 28 March 2026 is followed by midnight
    plan = planned(of(taken("00:15", "23:30")), clock=nuuk)
    doses = between(plan, "2026-03-28", "2026-03-29", nuuk)
    assert local(doses, nuuk) == [
        "03-28 00:15",
        "03-29 00:30",
        "03-29 01:15",
        "03-29 23:30",
    ]
    assert days(doses) == ["03-28", "03-28", "03-29", "03-29"]


def test_a_day_that_a_zone_never_had_has_no_doses() -> None:
    apia = zone("Pacific/Apia")  # 29 December 2011 was followed by the 31st
    plan = planned(of(taken("08:00", "20:00")), since="2011-12-01", clock=apia)
    doses = between(plan, "2011-12-28", "2012-01-01", apia)
    assert Counter(days(doses)) == {"12-28": 2, "12-29": 2, "12-31": 2, "01-01": 2}


# --- one policy for each medicine -------------------------------------------------


def test_on_a_journey_each_policy_follows_its_own_clock() -> None:
    tokyo = zone("Asia/Tokyo")
    found = {
        policy: local(
            between(
                planned(of(taken("08:00")), clock=tokyo, home=NEW_YORK, policy=policy),
                "2026-07-01",
                "2026-07-01",
                tokyo,
            ),
            tokyo,
        )
        for policy in Policy
    }
    assert found == {
        Policy.WALL: ["07-01 08:00"],
        Policy.HOME: ["07-01 21:00"],
        # Begun on 1 January: 8 am of winter time, which is 9 am in summer.
        Policy.INTERVAL: ["07-01 22:00"],
    }


def test_a_true_interval_is_kept_over_the_change_where_the_wall_clock_is_not() -> None:
    for policy, gap in ((Policy.WALL, 23 * HOUR), (Policy.INTERVAL, DAY)):
        plan = planned(of(taken("08:00")), policy=policy)
        before, after = between(plan, "2026-03-07", "2026-03-08")
        assert after.at - before.at == gap


def test_a_true_interval_needs_to_know_when_it_began() -> None:
    plan = planned(of(taken("08:00")), since=None, policy=Policy.INTERVAL)
    assert [one.why for one in plan.left] == ["start-date"]


# --- two versions of the zone data ------------------------------------------------


class Abolished(tzinfo):
    """New York as a later version of the zone data might have it: no summer time.

    From 2027 on it keeps standard time; up to then it is what it was.
    """

    def utcoffset(self, when: datetime | None) -> timedelta:
        assert when is not None
        if when.year >= 2027:
            return timedelta(hours=-5)
        offset = when.replace(tzinfo=NEW_YORK).utcoffset()
        assert offset is not None
        return offset

    def dst(self, when: datetime | None) -> timedelta:
        return timedelta()

    def tzname(self, when: datetime | None) -> str:
        return "EST"

    def fromutc(self, when: datetime) -> datetime:
        old = when.replace(tzinfo=UTC).astimezone(NEW_YORK)
        if when.replace(tzinfo=None) >= datetime(2027, 1, 1, 5):  # noqa: DTZ001
            old = when.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=-5)))
        return old.replace(tzinfo=self)


RANGE = utc("2026-06-01T00:00"), utc("2027-09-01T00:00")


@pytest.mark.parametrize(
    "timing",
    [taken("08:00"), taken("08:00", "20:00"), every(1, "wk"), every(1, "mo")],
    ids=["daily", "twice daily", "weekly", "monthly"],
)
def test_new_zone_data_move_doses_to_come_and_none_that_was_due(
    timing: Timing,
) -> None:
    old = planned(of(timing)).due(*RANGE)
    new = planned(of(timing), clock=Abolished()).due(*RANGE)
    assert [d.key for d in old] == [d.key for d in new]
    as_of = utc("2026-12-01T00:00")
    merged = replanned(old, new, as_of)
    assert [d.key for d in merged] == [d.key for d in old]
    past = [d for d in old if d.at < as_of]
    assert list(merged[: len(past)]) == past
    moved = [a for a, b in zip(old, merged, strict=True) if a.at != b.at]
    assert moved
    assert min(d.day for d in moved) >= date(2027, 3, 14)
    assert all(
        d.at.astimezone(Abolished()).time() == b.at.astimezone(NEW_YORK).time()
        for d, b in zip(merged, old, strict=True)
    )


def test_a_dose_of_this_very_moment_is_of_the_fresh_plan_and_is_not_lost() -> None:
    clocks = (timezone(timedelta(hours=-5)), timezone(timedelta(hours=-6)))
    old, new = (planned(of(taken("08:00")), clock=c).due(*RANGE) for c in clocks)
    now = old[10].at
    assert replanned(old, new, now)[10] == new[10]
    assert replanned(old, new, now + timedelta(minutes=1))[10] == old[10]
    assert replanned((), new[10:], new[10].at) == new[10:]


def test_new_zone_data_do_not_move_an_interval() -> None:
    old = planned(of(every(8, "h"))).due(*RANGE)
    new = planned(of(every(8, "h")), clock=Abolished()).due(*RANGE)
    assert [d.at for d in old] == [d.at for d in new]


@pytest.mark.parametrize("minutes", [-90, -30, 30, 90])
def test_a_dose_that_moves_across_now_is_neither_lost_nor_due_twice(
    minutes: int,
) -> None:
    """As-of lies between the old and the new instant of one dose, on either side."""
    shifted = timezone(timedelta(hours=-5) + timedelta(minutes=minutes))
    standard = timezone(timedelta(hours=-5))
    old = planned(of(taken("08:00")), clock=standard).due(*RANGE)
    new = planned(of(taken("08:00")), clock=shifted).due(*RANGE)
    for as_of in (old[10].at + timedelta(minutes=15), old[10].at - HOUR / 4):
        merged = replanned(old, new, as_of)
        assert [d.key for d in merged] == [d.key for d in old]


# --- what is refused --------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "America", "new_york", "", "../etc/passwd", "/etc/passwd"]
)
def test_an_unknown_zone_is_refused_and_none_is_put_in_its_place(name: str) -> None:
    with pytest.raises(UnknownZoneError, match="expected a name like America/New_York"):
        zone(name)


def test_a_zone_nearly_named_is_told_the_nearest_names() -> None:
    with pytest.raises(UnknownZoneError, match="America/New_York"):
        zone("America/NewYork")


def test_an_end_before_its_start_is_refused_and_an_empty_range_is_empty() -> None:
    (pair,) = planned(of(taken("08:00"))).courses
    course, clock = pair
    with pytest.raises(ImpossibleRangeError):
        due(course, utc("2026-03-02T00:00"), utc("2026-03-01T00:00"), clock)
    same = utc("2026-03-01T13:00")  # 8 am in New York
    assert list(due(course, same, same, clock)) == []
    assert [d.at for d in due(course, same, same + timedelta.resolution, clock)] == [
        same
    ]


# --- laws -------------------------------------------------------------------------

NAMES = sorted(
    {name for name, _ in CHANGES}
    | {"America/Nuuk", "Asia/Kathmandu", "Pacific/Chatham", "America/Santiago", "UTC"}
)
clocks = st.sampled_from(NAMES).map(zone)
minutes = st.integers(0, 24 * 60 - 1).map(lambda m: f"{m // 60:02}:{m % 60:02}")
some_times = st.lists(minutes, min_size=1, max_size=6, unique=True).map(sorted)
some_day = st.integers(0, 5 * 365).map(lambda n: date(2024, 1, 1) + n * DAY)


@settings(max_examples=300)
@given(clocks, some_times, some_day)
def test_each_local_day_has_exactly_the_prescribed_doses(
    clock: tzinfo, times: list[str], first: date
) -> None:
    plan = planned(of(taken(*times)), since="2020-01-01", clock=clock)
    last = first + 200 * DAY  # holds a change wherever clocks are changed
    doses = plan.due(
        instant(first - DAY, time(), clock), instant(last + 2 * DAY, time(), clock)
    )
    found = Counter(d.day for d in doses)
    assert all(
        found[first + n * DAY] == len(times) for n in range((last - first).days + 1)
    )


@settings(max_examples=300)
@given(clocks, some_times, some_day)
def test_no_two_doses_are_nearer_than_their_clock_times_less_the_change_of_clocks(
    clock: tzinfo, times: list[str], first: date
) -> None:
    plan = planned(of(taken(*times)), since="2020-01-01", clock=clock)
    doses = plan.due(
        instant(first, time(), clock), instant(first + 200 * DAY, time(), clock)
    )
    for before, after in itertools.pairwise(doses):
        assert before.at < after.at
        around_it = (before.at - DAY, before.at, after.at, after.at + DAY)
        offsets = [offset_at(at, clock) for at in around_it]
        nominal = on_paper(after, times) - on_paper(before, times)
        least = nominal - (max(offsets) - min(offsets))
        assert after.at - before.at >= (least if least > timedelta() else nominal)


def offset_at(at: datetime, clock: tzinfo) -> timedelta:
    offset = at.astimezone(clock).utcoffset()
    assert offset is not None
    return offset


def on_paper(one: object, times: list[str]) -> datetime:
    """When a dose would be if no clock were ever changed."""
    day, nth = one.day, one.nth  # type: ignore[attr-defined]
    return datetime.combine(day, time.fromisoformat(times[nth - 1]), UTC)


@given(clocks, some_times, some_day, st.integers(0, 40), st.integers(0, 40))
def test_a_range_laid_out_in_two_parts_is_the_range_laid_out_whole(
    clock: tzinfo, times: list[str], first: date, one: int, other: int
) -> None:
    plan = planned(
        of(taken(*times)), of(every(7, "h")), since="2023-01-01", clock=clock
    )
    start = instant(first, time(3, 17), clock)
    middle, end = start + one * 5 * HOUR, start + (one + other) * 5 * HOUR
    whole = plan.due(start, end)
    assert plan.due(start, middle) + plan.due(middle, end) == whole


@given(clocks, some_day, st.integers(1, 23), st.integers(0, 400))
def test_an_interval_is_kept_whatever_the_clocks_do(
    clock: tzinfo, first: date, hours: int, later: int
) -> None:
    plan = planned(of(every(hours, "h")), since=str(first), clock=clock)
    start = instant(first, time(), clock) + later * DAY
    doses = plan.due(start, start + 10 * DAY)
    gaps = {b.at - a.at for a, b in itertools.pairwise(doses)}
    assert gaps == {hours * HOUR}
    assert doses[0].at - start < hours * HOUR + DAY


@settings(max_examples=200)
@given(clocks, some_times, some_day)
def test_the_fast_way_agrees_with_one_day_after_the_other(
    clock: tzinfo, times: list[str], first: date
) -> None:
    """The referee asks the zone for every single dose, and knows no plain days."""
    plan = planned(of(taken(*times)), since="2020-01-01", clock=clock)
    end = first + 60 * DAY
    fast = [
        d.at
        for d in plan.due(instant(first, time(), clock), instant(end, time(), clock))
    ]
    slow: list[datetime] = []
    last = None
    for n in range(-2, 63):
        found = instants(
            first + n * DAY, [time.fromisoformat(t) for t in times], clock, last
        )
        last = found[-1] if found else None
        slow += found
    start = instant(first, time(), clock)
    assert fast == [at for at in slow if start <= at < instant(end, time(), clock)]


@given(
    st.lists(st.integers(0, 72 * 60), max_size=12),
    st.integers(1, 12),
    st.integers(1, 6),
    clocks,
)
def test_an_allowed_dose_never_breaks_the_gap_nor_the_most(
    minutes_ago: list[int], gap: int, most: int, clock: tzinfo
) -> None:
    at = utc("2026-11-01T12:00")
    given_at = sorted(at - timedelta(minutes=m) for m in minutes_ago)
    dosage = of(
        every(gap, "h"),
        as_needed=AsNeeded(),
        maximum=Maximum(
            amount=Quantity(Decimal(most), "{tablet}"), within=Duration.parse("1 day")
        ),
    )
    found = allowance(dosage, Medicine(text="x"), map(dose_at, given_at), at, clock)
    assert not isinstance(found, Unclear)
    then = found.earliest
    assert found.now == (then <= at)
    assert all(then - one >= gap * HOUR for one in given_at)
    assert sum(1 for one in given_at if one > then - DAY) + 1 <= most
