"""Dates as people say them, with how long ago."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.terms import PartialDate
from concord.wording.dates import clock, day, length, moment, since

TODAY = date(2026, 3, 24)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-03", "Tue 3 Feb 2026"),
        ("2026-02", "Feb 2026"),
        ("2026", "2026"),
        ("2026-02-03T22:00:00-05:00", "Tue 3 Feb 2026"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(text: str, said: str) -> None:
    assert day(PartialDate.parse(text)) == said


def test_a_date_that_is_not_known_is_said_to_be_so() -> None:
    assert day(None) == since(None, TODAY) == moment(None) == "date not recorded"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-24", "Tue 24 Mar 2026 (today)"),
        ("2026-03-23", "Mon 23 Mar 2026 (1 day)"),
        ("2026-03-11", "Wed 11 Mar 2026 (13 days)"),
        ("2026-03-10", "Tue 10 Mar 2026 (2 weeks)"),
        ("2026-02-03", "Tue 3 Feb 2026 (7 weeks)"),
        ("2025-12-31", "Wed 31 Dec 2025 (11 weeks)"),
        ("2025-12-30", "Tue 30 Dec 2025 (2 months)"),
        ("2025-12-24", "Wed 24 Dec 2025 (3 months)"),
        ("2025-12-25", "Thu 25 Dec 2025 (2 months)"),
        ("2024-03-25", "Mon 25 Mar 2024 (23 months)"),
        ("2024-03-24", "Sun 24 Mar 2024 (2 years)"),
        ("2026-03-26", "Thu 26 Mar 2026 (in 2 days)"),
        ("2025-10", "Oct 2025 (about 5 months)"),
        ("2026-03", "Mar 2026"),
        ("2026", "2026"),
        ("2020", "2020 (about 6 years)"),
        ("2027", "2027 (in 9 months)"),
    ],
)
def test_a_date_says_how_long_ago_it_was(text: str, said: str) -> None:
    assert since(PartialDate.parse(text), TODAY) == said


def test_a_moment_counts_by_its_day() -> None:
    at = datetime(2026, 3, 24, 9, tzinfo=UTC)
    assert since(PartialDate.parse("2026-03-23"), at) == "Mon 23 Mar 2026 (1 day)"
    assert since(at, TODAY) == "Tue 24 Mar 2026 (today)"


@given(st.dates(date(1930, 1, 1), date(2090, 1, 1)), st.integers(0, 20_000))
def test_a_length_is_never_nothing_and_never_more_than_it_was(
    start: date, days: int
) -> None:
    said = length(start, start + timedelta(days=days))
    count, unit = said.split()
    sizes = {"day": 1, "week": 7, "month": 28, "year": 365}
    assert int(count) * sizes[unit.removesuffix("s")] <= days
    assert int(count) >= 1 or days == 0


def test_a_moment_is_said_in_a_zone() -> None:
    at = datetime(2026, 2, 3, 3, 5, tzinfo=UTC)
    assert moment(at) == "Tue 3 Feb 2026, 3:05 am"
    assert moment(at, "America/New_York") == "Mon 2 Feb 2026, 10:05 pm"
    assert moment(at, "Nowhere/At all") == "Tue 3 Feb 2026, 3:05 am"
    assert moment(at, "../etc/passwd") == "Tue 3 Feb 2026, 3:05 am"


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "midnight"),
        (0, 1, "12:01 am"),
        (11, 59, "11:59 am"),
        (12, 0, "noon"),
        (12, 1, "12:01 pm"),
        (23, 59, "11:59 pm"),
    ],
)
def test_noon_and_midnight_are_said_in_words(hour: int, minute: int, said: str) -> None:
    assert clock(hour, minute) == said
