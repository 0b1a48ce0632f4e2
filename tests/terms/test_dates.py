"""Partial dates know what they do not know."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.terms import Duration, PartialDate, age_on

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-29T23:30:00-05:00", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-29T23:30:00Z", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_a_partial_date_spans_the_days_it_may_be(
    text: str, first: date, last: date
) -> None:
    found = PartialDate.parse(text)
    assert (found.first, found.last) == (first, last)
    assert str(found) == text
    assert found.exact == (first == last)


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "2023-02-29", "2024-13", "24-01-01", "", "2024-1-1", "soon", "0000"],
)
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="date"):
        PartialDate.parse(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        PartialDate.parse("2024-02-29T10:00:00")


def test_a_bare_day_comes_before_the_moments_of_that_day() -> None:
    bare = PartialDate.parse("2024-02-29")
    moment = PartialDate.parse("2024-02-29T00:00:00Z")
    assert bare.order < moment.order


@pytest.mark.parametrize(
    ("length", "start", "end"),
    [
        ("1 month", date(2026, 1, 31), date(2026, 2, 28)),
        ("1 year", date(2024, 2, 29), date(2025, 2, 28)),
        ("2 weeks", date(2026, 1, 1), date(2026, 1, 15)),
        ("14 days", date(2026, 1, 1), date(2026, 1, 15)),
        ("48 hours", date(2026, 1, 1), date(2026, 1, 3)),
        ("25 hours", date(2026, 1, 1), date(2026, 1, 3)),
        ("12 months", date(2025, 12, 15), date(2026, 12, 15)),
        ("13 months", date(2025, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_duration_after_a_day(length: str, start: date, end: date) -> None:
    assert Duration.parse(length).after(start) == end


def test_a_duration_before_a_day() -> None:
    assert Duration.parse("1 month").before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert Duration.parse("36 hours").before(date(2026, 1, 3)) == date(2026, 1, 1)


@pytest.mark.parametrize("text", ["4", "weeks", "4 fortnights", "-1 day", "1.5 days"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        Duration.parse(text)


@given(st.integers(1, 500), st.sampled_from(["hour", "day", "week", "month", "year"]))
def test_the_text_of_a_duration_reads_back_as_the_same(count: int, unit: str) -> None:
    assert Duration.parse(str(Duration(count, unit))) == Duration(count, unit)


@given(days, st.integers(0, 200), st.sampled_from(["day", "week"]))
def test_before_undoes_after(start: date, count: int, unit: str) -> None:
    length = Duration(count, unit)
    assert length.before(length.after(start)) == start


@pytest.mark.parametrize(
    ("born", "on", "ages"),
    [
        ("1960-06-01", date(2026, 5, 31), (65, 65)),
        ("1960-06-01", date(2026, 6, 1), (66, 66)),
        ("1960-06", date(2026, 6, 15), (65, 66)),
        ("1960", date(2026, 12, 31), (66, 66)),
        ("1960", date(2026, 6, 1), (65, 66)),
        ("2008-02-29", date(2026, 2, 28), (17, 17)),
        ("2008-02-29", date(2026, 3, 1), (18, 18)),
    ],
)
def test_an_age_is_a_range_when_the_birthday_is_not_known(
    born: str, on: date, ages: tuple[int, int]
) -> None:
    assert age_on(PartialDate.parse(born), on) == ages


def test_a_single_day_beyond_the_calendar_ends_on_its_last_or_first_day() -> None:
    assert Duration.parse("1 day").after(date.max) == date.max
    assert Duration.parse("1 day").before(date.min) == date.min


def test_a_span_beyond_the_calendar_ends_on_its_last_or_first_day() -> None:
    for unit in ("hours", "days", "weeks", "months", "years"):
        span = Duration.parse(f"99999 {unit}")
        assert span.after(date(9999, 12, 31)) == date.max
        assert span.before(date(1, 1, 1)) == date.min
