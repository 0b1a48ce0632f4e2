"""Who is told of an answer about suicide, and when; hand-computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.followup.crisis import Due, Hours, Rung, Waits, due_by, ladder, reads_at

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
WAITS = Waits(named=15, cover=10, on_call=5)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def steps(*, reading: bool, cover: bool, on_call: bool) -> list[tuple[Rung, int]]:
    found = ladder(NINE, reading=reading, cover=cover, on_call=on_call, waits=WAITS)
    return [(d.rung, int((d.at - NINE).total_seconds() // 60)) for d in found]


def test_each_waits_for_the_one_before_while_somebody_reads() -> None:
    assert steps(reading=True, cover=True, on_call=True) == [
        (Rung.NAMED, 0),
        (Rung.COVER, 15),
        (Rung.ON_CALL, 25),
        (Rung.NOBODY, 30),
    ]


def test_an_empty_rung_costs_no_wait() -> None:
    assert steps(reading=True, cover=False, on_call=True) == [
        (Rung.NAMED, 0),
        (Rung.ON_CALL, 15),
        (Rung.NOBODY, 20),
    ]
    assert steps(reading=True, cover=True, on_call=False) == [
        (Rung.NAMED, 0),
        (Rung.COVER, 15),
        (Rung.NOBODY, 25),
    ]
    assert steps(reading=True, cover=False, on_call=False) == [
        (Rung.NAMED, 0),
        (Rung.NOBODY, 15),
    ]


def test_all_are_told_at_once_while_nobody_reads() -> None:
    assert steps(reading=False, cover=True, on_call=True) == [
        (Rung.NAMED, 0),
        (Rung.COVER, 0),
        (Rung.ON_CALL, 0),
        (Rung.NOBODY, 5),
    ]


def test_a_step_is_due_from_its_minute_on() -> None:
    one = (Due(rung=Rung.COVER, at=at(15)),)
    assert due_by(one, at(15) - timedelta(seconds=1)) == ()
    assert due_by(one, at(15)) == one


@pytest.mark.parametrize(
    ("clock", "reads"),
    [("08:59", False), ("09:00", True), ("16:59", True), ("17:00", False)],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last(
    clock: str, *, reads: bool
) -> None:
    hour, minute = map(int, clock.split(":"))
    monday = (Hours(day=0, begins="09:00", ends="17:00"),)
    moment = NINE.replace(hour=hour, minute=minute)
    assert reads_at(monday, moment) is reads
    assert reads_at(monday, moment + timedelta(days=1)) is False


def test_nobody_reads_where_no_hours_were_said() -> None:
    assert reads_at((), NINE) is False


def test_a_day_may_be_read_to_its_very_end() -> None:
    night = (Hours(day=0, begins="18:00", ends="24:00"),)
    assert reads_at(night, NINE.replace(hour=23, minute=59)) is True


@given(
    reading=st.booleans(),
    cover=st.booleans(),
    on_call=st.booleans(),
    waits=st.builds(
        Waits,
        named=st.integers(0, 600),
        cover=st.integers(0, 600),
        on_call=st.integers(0, 600),
    ),
)
def test_nobody_is_told_later_than_the_waits_together(
    *, reading: bool, cover: bool, on_call: bool, waits: Waits
) -> None:
    found = ladder(NINE, reading=reading, cover=cover, on_call=on_call, waits=waits)
    moments = [d.at for d in found]
    assert moments == sorted(moments)
    assert (found[0].rung, found[0].at) == (Rung.NAMED, NINE)
    assert found[-1].rung is Rung.NOBODY
    assert found[-1].at <= at(waits.named + waits.cover + waits.on_call)
    rungs = {d.rung for d in found}
    assert (Rung.COVER in rungs, Rung.ON_CALL in rungs) == (cover, on_call)
