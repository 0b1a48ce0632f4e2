"""How many days the fills cover, with a referee that counts them one by one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import fill
from concord.dosing.supply import Covered, covered
from concord.record.model import Dispensing

LONG_AGO = date(2025, 1, 1)


def of(*fills: tuple[str, int], on: str, since: date = LONG_AGO) -> Covered | None:
    found = [fill(when, days) for when, days in fills]
    return covered(found, date.fromisoformat(on), since)


# clinical.md 10.1, from the PQA's own example: the second fill, a week early,
# counts from 1 April to 29 June.
PQA = (("2026-01-01", 90), ("2026-03-25", 90))


@pytest.mark.parametrize(
    ("on", "days", "in_days"),
    [
        ("2026-03-25", 83, 83),
        ("2026-04-01", 90, 90),
        ("2026-04-02", 91, 91),
        ("2026-06-29", 179, 179),
        ("2026-06-30", 180, 180),
        ("2026-07-01", 180, 181),
    ],
)
def test_an_early_refill_counts_from_the_end_of_the_supply_before(
    on: str, days: int, in_days: int
) -> None:
    found = of(*PQA, on=on)
    assert found is not None
    assert (found.days, found.in_days) == (days, in_days)


def test_the_supply_lasts_until_the_first_day_without() -> None:
    found = of(*PQA, on="2026-07-01")
    assert found is not None
    assert found.from_day == date(2026, 1, 1)
    assert found.until == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("refill", "days"),
    [("2026-01-30", 40), ("2026-01-31", 40), ("2026-02-01", 39), ("2026-02-05", 35)],
)
def test_a_late_refill_leaves_days_uncovered(refill: str, days: int) -> None:
    found = of(("2026-01-01", 30), (refill, 30), on="2026-02-10")
    assert found is not None
    assert (found.days, found.in_days) == (days, 40)


def test_the_share_is_of_the_days_since_the_first_fill() -> None:
    found = of(("2026-01-01", 30), on="2026-02-10")
    assert found is not None
    assert found.share == Decimal("0.75")


def test_supply_beyond_the_day_does_not_count_yet() -> None:
    found = of(("2026-01-01", 30), on="2026-01-11")
    assert found is not None
    assert (found.days, found.in_days, found.until) == (10, 10, date(2026, 1, 31))


@pytest.mark.parametrize(
    ("since", "first"),
    [
        (date(2025, 12, 31), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 2), date(2026, 2, 1)),
    ],
)
def test_fills_before_the_period_do_not_count(since: date, first: date) -> None:
    fills = (("2026-01-01", 30), ("2026-02-01", 30))
    found = of(*fills, on="2026-03-01", since=since)
    assert found is not None
    assert found.from_day == first


def test_a_fill_counts_from_the_day_after_it_and_one_to_come_never() -> None:
    assert of(("2026-01-01", 30), on="2026-01-01") is None
    assert of(("2026-01-02", 30), on="2026-01-01") is None
    found = of(("2026-01-01", 30), on="2026-01-02")
    assert found is not None
    assert (found.days, found.in_days) == (1, 1)


def test_a_fill_of_the_day_itself_extends_the_supply() -> None:
    found = of(("2026-01-01", 10), ("2026-02-01", 30), on="2026-02-01")
    assert found is not None
    assert (found.days, found.until) == (10, date(2026, 3, 3))


@pytest.mark.parametrize("bad", [fill(None, 30), fill("2026-01-01", None)])
def test_a_fill_without_a_date_or_a_length_shows_nothing(bad: Dispensing) -> None:
    assert covered([bad], date(2026, 2, 1), LONG_AGO) is None


def test_without_fills_nothing_can_be_said() -> None:
    assert covered([], date(2026, 2, 1), LONG_AGO) is None


# --- laws -------------------------------------------------------------------------

FIRST = date(2026, 1, 1)
fills_of_a_year = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 95)), min_size=1, max_size=8
).map(lambda rows: [fill(str(FIRST + timedelta(n)), days) for n, days in rows])
a_day = st.integers(0, 260).map(lambda n: FIRST + timedelta(n))


@given(fills_of_a_year, a_day)
def test_the_count_agrees_with_one_made_day_by_day(
    fills: list[Dispensing], as_of: date
) -> None:
    assert covered(fills, as_of, LONG_AGO) == _day_by_day(fills, as_of)


def _day_by_day(fills: list[Dispensing], as_of: date) -> Covered | None:
    """Put each fill on the shelf on its day and take one day's worth every day."""
    arrivals: dict[date, int] = {}
    for one in fills:
        if one.on and one.supply.days and one.on.first <= as_of:
            arrivals[one.on.first] = arrivals.get(one.on.first, 0) + int(
                one.supply.days
            )
    if not arrivals or min(arrivals) == as_of:
        return None
    first = min(arrivals)
    shelf = days = 0
    on, until = first, first
    while on < as_of or shelf or on in arrivals:
        shelf += arrivals.pop(on, 0)
        if shelf:
            shelf -= 1
            days += on < as_of
            until = on + timedelta(days=1)
        on += timedelta(days=1)
    return Covered(from_day=first, until=until, days=days, in_days=(as_of - first).days)


@given(fills_of_a_year, a_day, st.randoms(use_true_random=False))
def test_the_order_of_the_fills_does_not_matter(
    fills: list[Dispensing], as_of: date, random: object
) -> None:
    shuffled = list(fills)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert covered(shuffled, as_of, LONG_AGO) == covered(fills, as_of, LONG_AGO)


@given(fills_of_a_year, a_day)
def test_no_more_days_are_covered_than_there_were(
    fills: list[Dispensing], as_of: date
) -> None:
    found = covered(fills, as_of, LONG_AGO)
    if found is not None:
        assert 0 <= found.days <= found.in_days
        assert 0 <= found.share <= 1


@given(fills_of_a_year, st.integers(1, 95), a_day)
def test_a_later_fill_never_covers_fewer_days(
    fills: list[Dispensing], days: int, as_of: date
) -> None:
    before = covered(fills, as_of, LONG_AGO)
    last = max(f.on.first for f in fills if f.on)
    after = covered([*fills, fill(str(last), days)], as_of, LONG_AGO)
    if before is not None:
        assert after is not None
        assert after.days >= before.days
        assert after.until >= before.until
