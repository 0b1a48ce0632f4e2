"""What is taken as needed: how soon again, how many are left, which is the last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, pairwise

import pytest

from concord.dosing.daily import Unclear
from concord.dosing.schedule import Allowance, allowance, limits
from concord.dosing.schedule.needed import Given, Limits, soonest
from concord.record.model import (
    AsNeeded,
    Dosage,
    Ingredient,
    Maximum,
    Medicine,
    Timing,
)
from concord.terms import Duration, Quantity
from scheduling import NEW_YORK, every, of, utc

TABLET = Medicine(
    text="oxycodone 5 mg tablet",
    ingredients=(
        Ingredient(rxcui="1", name="oxycodone", strength=Quantity.parse("5 mg")),
    ),
)
NOON = utc("2026-02-03T12:00")


def most(amount: str, within: str) -> Maximum:
    return Maximum(amount=Quantity.parse(amount), within=Duration.parse(within))


def needed(
    timing: Timing | None, *maxima: Maximum, dose: str = "1 {tablet}", **more: object
) -> Dosage:
    first, *others = maxima or (None,)
    return of(
        timing,
        dose,
        as_needed=AsNeeded(reason="pain"),
        maximum=first,
        more_maxima=tuple(others),
        **more,
    )


def allowed(dosage: Dosage, *taken: str, at: datetime = NOON) -> Allowance:
    given = (Given(at=utc(f"2026-{t}")) for t in taken)
    found = allowance(dosage, TABLET, given, at, NEW_YORK)
    assert isinstance(found, Allowance)
    return found


def test_every_6_hours_as_needed_is_a_least_gap_of_6_hours() -> None:
    dosage = needed(every(6, "h"))
    assert limits(dosage).gap == timedelta(hours=6)
    assert allowed(dosage).now
    assert allowed(dosage, "02-03T06:00").now
    found = allowed(dosage, "02-03T06:01")
    assert not found.now
    assert found.earliest == utc("2026-02-03T12:01")


@pytest.mark.parametrize(
    ("timing", "gap"),
    [
        (every(30, "s"), timedelta(seconds=30)),
        (every(20, "min"), timedelta(minutes=20)),
        (every(1, "d"), timedelta(hours=24)),
        (every("0.5", "d"), timedelta(hours=12)),
        (every(1, "wk"), timedelta(days=7)),
    ],
    ids=str,
)
def test_once_in_a_time_is_a_least_gap_of_that_time(
    timing: Timing, gap: timedelta
) -> None:
    assert limits(needed(timing)).gap == gap


@pytest.mark.parametrize(
    ("within", "left"),
    [
        ("1 hour", {"02-03T11:00": 2, "02-03T11:01": 1}),
        ("1 day", {"02-02T12:00": 2, "02-02T12:01": 1}),
        ("1 week", {"01-27T12:00": 2, "01-27T12:01": 1}),
        ("1 month", {"01-03T12:00": 2, "01-03T12:01": 1}),
    ],
)
def test_a_dose_counts_for_as_long_as_its_limit_is(
    within: str, left: dict[str, int]
) -> None:
    dosage = needed(None, most("2 {tablet}", within))
    assert {at: allowed(dosage, at).left for at in left} == left


@pytest.mark.parametrize(
    ("unit", "name", "earliest"),
    [("mo", "month", "2026-03-01T09:00"), ("a", "year", "2027-02-01T09:00")],
)
def test_so_many_times_a_month_or_a_year_are_counted_by_the_calendar(
    unit: str, name: str, earliest: str
) -> None:
    dosage = needed(every(1, unit, 2))
    assert limits(dosage).doses_within == Duration(1, name)
    assert allowed(dosage, "02-01T09:00").left == 1
    found = allowed(dosage, "02-01T09:00", "02-02T09:00")
    assert (found.now, found.earliest) == (False, utc(earliest))


def test_every_4_to_6_hours_allows_the_closer_one() -> None:
    assert limits(needed(every(4, "h", period_max=Decimal(6)))).gap == timedelta(
        hours=4
    )


def test_up_to_4_times_a_day_is_a_most_in_any_24_hours_and_no_gap() -> None:
    dosage = needed(every(1, "d", 4))
    assert limits(dosage).gap is None
    three = ("02-02T12:01", "02-03T08:00", "02-03T11:59")
    found = allowed(dosage, *three)
    assert (found.now, found.left, found.last) == (True, 1, True)
    found = allowed(dosage, *three, "02-03T11:59")
    assert (found.now, found.left) == (False, 0)
    assert found.earliest == utc("2026-02-03T12:01")


@pytest.mark.parametrize(
    ("first", "left"), [("02-02T12:00", 3), ("02-02T12:00:01", 2), ("02-02T11:59", 3)]
)
def test_a_dose_counts_until_its_24_hours_have_passed(first: str, left: int) -> None:
    dosage = needed(None, most("3 {tablet}", "24 hours"))
    assert allowed(dosage, first).left == left


def test_a_most_in_a_day_and_in_a_month_both_hold() -> None:
    dosage = needed(None, most("2 {tablet}", "1 day"), most("4 {tablet}", "1 month"))
    month = ("01-10T12:00", "01-20T12:00", "01-30T12:00")
    found = allowed(dosage, *month)
    assert (found.now, found.left) == (True, 1)
    found = allowed(dosage, *month, "02-01T12:00")
    assert not found.now
    assert found.earliest == utc("2026-02-10T12:00")


def test_a_month_ends_on_the_same_day_and_clock_time_over_a_change_of_clocks() -> None:
    dosage = needed(None, most("1 {tablet}", "1 month"))
    found = allowed(dosage, "02-20T12:00", at=utc("2026-03-01T00:00"))
    # 7 am in New York, winter and summer.
    assert found.earliest == utc("2026-03-20T11:00")


def test_a_most_in_mass_counts_tablets_by_their_strength() -> None:
    dosage = needed(every(4, "h"), most("15 mg", "24 hours"))
    taken = ("02-03T00:00", "02-03T04:00")
    assert allowed(dosage, *taken).left == 1
    assert allowed(dosage, *taken, "02-03T08:00").left == 0
    assert allowed(dosage, *taken, "02-03T08:00").earliest == utc("2026-02-04T00:00")


def test_a_range_of_doses_counts_what_was_said_else_the_larger() -> None:
    dosage = needed(
        None,
        most("4 {tablet}", "1 day"),
        dose_max=Quantity.parse("2 {tablet}"),
    )
    assert allowed(dosage, "02-03T08:00").left == 2
    one = [Given(at=utc("2026-02-03T08:00"), amount=Quantity.parse("1 {tablet}"))]
    found = allowance(dosage, TABLET, one, NOON, NEW_YORK)
    assert isinstance(found, Allowance)
    assert found.left == 3


def test_without_a_limit_on_record_none_is_known_and_none_is_made_up() -> None:
    dosage = needed(None)
    assert not limits(dosage).known
    found = allowed(dosage, "02-03T11:59")
    assert (found.now, found.left, found.last) == (True, None, False)


def test_a_part_of_a_frequency_that_is_not_stated_is_one() -> None:
    three = limits(needed(Timing(frequency=3, period_unit="d")))
    assert (three.doses, three.doses_within) == (3, timedelta(days=1))
    six_hours = limits(needed(Timing(period=Decimal(6), period_unit="h")))
    assert (six_hours.gap, six_hours.doses) == (timedelta(hours=6), None)


def test_months_are_limits_of_the_calendar_and_parts_of_one_or_no_time_are_none() -> (
    None
):
    monthly = limits(needed(every(2, "mo")))
    assert (monthly.doses, monthly.doses_within) == (1, Duration(2, "month"))
    assert limits(needed(every("1.5", "mo"))) == Limits()
    assert limits(needed(every(0, "h"))) == Limits()


@pytest.mark.parametrize(
    ("dose", "left"), [("0.5 {tablet}", 4), ("2 {tablet}", 1), ("0 {tablet}", 0)]
)
def test_how_many_are_left_hangs_on_how_much_one_is(dose: str, left: int) -> None:
    assert allowed(needed(None, most("2 {tablet}", "1 day"), dose=dose)).left == left


def test_amounts_that_cannot_be_compared_are_said_to_be_unclear() -> None:
    dosage = needed(None, most("15 mL", "1 day"))
    found = allowance(dosage, TABLET, (), NOON, NEW_YORK)
    assert isinstance(found, Unclear)
    bare = Dosage(as_needed=AsNeeded(), maximum=most("15 mg", "1 day"))
    assert allowance(bare, TABLET, (), NOON, NEW_YORK) is Unclear.NO_DOSE


def test_a_dose_that_is_more_than_the_most_is_never_allowed() -> None:
    found = allowed(needed(None, most("1 mg", "1 day")))
    assert not found.now
    assert found.left == 0


def test_a_dose_to_come_does_not_count() -> None:
    assert allowed(needed(every(6, "h")), "02-03T12:01").now


def test_the_soonest_doses_keep_every_limit() -> None:
    dosage = needed(every(4, "h"), most("3 {tablet}", "24 hours"))
    found = list(islice(soonest(dosage, TABLET, NOON, NEW_YORK), 9))
    assert found[:4] == [NOON + timedelta(hours=h) for h in (0, 4, 8, 24)]
    assert all(b - a >= timedelta(hours=4) for a, b in pairwise(found))
    for at in found:
        assert sum(at - timedelta(hours=24) < one <= at for one in found) <= 3
    assert list(soonest(needed(None), TABLET, NOON, NEW_YORK)) == []
    never = needed(None, most("1 mg", "1 day"))
    assert list(soonest(never, TABLET, NOON.astimezone(UTC), NEW_YORK)) == []
