"""What a dose log says, and that its silence is never an answer."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.dosing.adherence import (
    DaysMissed,
    DoseLog,
    DosesTaken,
    Evidence,
    Figure,
    NoFigure,
    Plan,
    Window,
    as_told,
    read_log,
)
from concord.dosing.adherence.dose_log import Tally
from concord.record.model import DoseEvent, Medicine, Taken
from concord.terms import PartialDate

NEW_YORK = ZoneInfo("America/New_York")
WEEK = Window(start=date(2026, 1, 5), end=date(2026, 1, 12))  # Monday to Sunday
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """A moment in New York: `05 08:00` is Monday morning, the fifth of January."""
    day, clock = text.split()
    local = datetime.combine(date(2026, 1, int(day)), time.fromisoformat(clock))
    return local.replace(tzinfo=NEW_YORK)


def entry(when: str | None, state: Taken = Taken.TAKEN, *, id: str = "") -> DoseEvent:
    told = None
    if when is not None:
        told = PartialDate.of(at(when)) if " " in when else PartialDate.parse(when)
    return DoseEvent(
        id=id or f"{when} {state}",
        medicine=Medicine(text="lithium"),
        at=told,
        taken=state,
    )


def not_taken(when: str) -> DoseEvent:
    return entry(when, Taken.NOT_TAKEN)


def daily(*clocks: str, window: Window = WEEK) -> list[datetime]:
    return [
        at(f"{(window.start + timedelta(n)).day:02} {clock}")
        for n in range(window.days)
        for clock in clocks
    ]


def log(
    *entries: DoseEvent, due: list[datetime] | None, window: Window = WEEK
) -> DoseLog:
    plan = None if due is None else Plan(due=tuple(due), on_time=HOUR)
    return read_log(entries, window, NEW_YORK, plan)


def tally(taken: int = 0, not_taken: int = 0, not_logged: int = 0) -> Tally:
    return Tally(taken=taken, not_taken=not_taken, not_logged=not_logged)


def shares(found: DoseLog) -> dict[str, tuple[int, int] | NoFigure]:
    told: dict[str, tuple[int, int] | NoFigure] = {}
    for one in found.figures:
        if one.none is not None:
            told[one.measure] = one.none
        else:
            assert one.counted is not None
            assert one.of is not None
            told[one.measure] = (int(one.counted), one.of)
    return told


# --- three states -----------------------------------------------------------------


def test_taken_not_taken_and_not_logged_are_counted_apart() -> None:
    found = log(
        entry("05 08:00"), entry("06 08:30"), not_taken("07 08:00"), due=daily("08:00")
    )
    assert found.planned
    assert found.doses == tally(2, 1, 4)
    assert shares(found) == {
        "taken-of-logged": (2, 3),
        "taken-of-due-at-least": (2, 7),
        "taken-of-due-at-most": (6, 7),
        "on-time-of-taken": (2, 2),
    }


def test_silence_is_no_missed_dose_and_has_no_share_of_what_was_logged() -> None:
    found = log(due=daily("08:00"))
    assert found.doses == tally(not_logged=7)
    assert shares(found) == {
        "taken-of-logged": NoFigure.NOTHING_LOGGED,
        "taken-of-due-at-least": (0, 7),
        "taken-of-due-at-most": (7, 7),
        "on-time-of-taken": NoFigure.NO_TIMES,
    }


def test_an_entry_that_says_not_logged_says_nothing() -> None:
    silent = entry("05 08:00", Taken.NOT_LOGGED)
    assert log(silent, due=daily("08:00")).doses == tally(not_logged=7)
    assert log(silent, due=None).doses == tally(not_logged=1)


def test_every_figure_says_that_it_is_from_the_log_and_over_which_days() -> None:
    found = log(entry("05 08:00"), due=daily("08:00"))
    assert {f.evidence for f in found.figures} == {Evidence.LOG}
    assert {f.window for f in found.figures} == {WEEK}
    assert {f.unit for f in found.figures} == {"doses"}


def test_without_a_plan_only_what_was_logged_has_a_share() -> None:
    found = log(entry("05 08:00"), entry("06 21:10"), not_taken("2026-01-07"), due=None)
    assert not found.planned
    assert found.doses == tally(2, 1)
    assert shares(found) == {"taken-of-logged": (2, 3)}
    assert found.by_time == {"08:00": tally(1), "21:00": tally(1)}


def test_entries_without_a_day_are_counted_apart_and_nowhere_else() -> None:
    found = log(entry(None), entry("2026-01"), entry("05 08:00"), due=daily("08:00"))
    assert found.undated == 2
    assert found.doses == tally(1, 0, 6)
    assert found.beyond == tally()


@pytest.mark.parametrize(
    ("when", "taken"),
    [("04 23:59", 0), ("05 00:00", 1), ("11 23:59", 1), ("12 00:00", 0)],
)
def test_the_window_holds_the_days_of_the_place_where_the_person_lives(
    when: str, taken: int
) -> None:
    assert log(entry(when), due=None).doses == tally(taken)


def test_a_dose_due_on_the_day_on_which_the_window_ends_is_not_of_it() -> None:
    longer = Window(start=date(2026, 1, 4), end=date(2026, 1, 14))
    found = log(due=daily("00:00", "23:59", window=longer))
    assert found.doses == tally(not_logged=2 * 7)
    assert {dose.day for dose in found.each} == {date(2026, 1, n) for n in range(5, 12)}


# --- which dose an entry speaks of ------------------------------------------------


@pytest.mark.parametrize(
    ("when", "on_time"),
    [("06 07:00", 1), ("06 06:59", 0), ("06 09:00", 1), ("06 09:01", 0)],
)
def test_on_time_is_within_the_given_time_before_or_after(
    when: str, on_time: int
) -> None:
    assert shares(log(entry(when), due=daily("08:00")))["on-time-of-taken"] == (
        on_time,
        1,
    )


def test_a_dose_that_is_not_on_time_is_late_rather_than_early() -> None:
    late = entry("06 15:00")  # 7 hours after the morning, 5 before the evening
    due = daily("08:00", "20:00")
    found = log(late, due=due)
    assert found.by_time == {"08:00": tally(1, 0, 6), "20:00": tally(0, 0, 7)}
    assert shares(found)["on-time-of-taken"] == (0, 1)
    found = log(late, entry("06 20:00"), due=due)
    assert found.by_time == {"08:00": tally(1, 0, 6), "20:00": tally(1, 0, 6)}


def test_a_dose_is_early_where_the_one_before_has_its_own_entry() -> None:
    due = daily("08:00", "20:00")
    found = log(entry("06 08:00"), entry("06 15:00"), due=due)
    assert found.by_time == {"08:00": tally(1, 0, 6), "20:00": tally(1, 0, 6)}


def test_a_dose_taken_past_midnight_belongs_to_the_evening() -> None:
    found = log(entry("07 00:30"), due=daily("22:00"))
    assert found.by_weekday["tue"] == tally(1)
    assert found.by_weekday["wed"] == tally(not_logged=1)


@pytest.mark.parametrize("second", ["06 08:05", "06 09:00", "06 07:00"])
def test_a_second_entry_for_one_dose_is_told_and_counts_for_no_other(
    second: str,
) -> None:
    found = log(entry("06 08:00"), entry(second), due=daily("08:00"))
    assert found.doses == tally(1, 0, 6)
    assert found.beyond == tally(1)


@pytest.mark.parametrize(
    ("when", "wednesday", "beyond"), [("06 20:00", 0, 1), ("06 20:01", 1, 0)]
)
def test_a_second_entry_is_the_next_dose_only_if_it_is_nearer_to_that_one(
    when: str, wednesday: int, beyond: int
) -> None:
    found = log(entry("06 08:00"), entry(when), due=daily("08:00"))
    assert found.by_weekday["wed"].taken == wednesday
    assert found.beyond.taken == beyond


def test_a_dose_logged_both_ways_at_one_moment_counts_as_not_taken() -> None:
    both = (entry("06 08:00"), not_taken("06 08:00"))
    found = log(*both, due=daily("08:00"))
    assert found.doses == tally(0, 1, 6)
    assert found.beyond == tally(1)


def test_an_entry_with_a_day_alone_counts_but_not_as_on_time() -> None:
    due = daily("08:00", "20:00")
    found = log(entry("2026-01-06"), entry("06 08:00"), due=due)
    assert found.doses == tally(2, 0, 12)
    assert shares(found)["on-time-of-taken"] == (1, 1)
    third = entry("2026-01-06", id="third")
    assert log(entry("2026-01-06"), third, entry("06 08:00"), due=due).beyond == tally(
        1
    )


@pytest.mark.parametrize(
    ("when", "found"), [("06 07:59", tally(1)), ("06 08:00", tally(0, 0, 1))]
)
def test_an_entry_long_after_the_last_dose_speaks_of_none(
    when: str, found: Tally
) -> None:
    """The plan ends on Monday: an entry a whole interval later belongs to no dose."""
    due = [at("04 08:00"), at("05 08:00")]
    both = Window(start=date(2026, 1, 4), end=date(2026, 1, 12))
    assert log(entry(when), due=due, window=both).by_weekday["mon"] == found


@pytest.mark.parametrize(
    ("when", "taken", "beyond"), [("06 08:01", 1, 0), ("06 08:00", 0, 1)]
)
def test_an_entry_long_before_the_first_dose_speaks_of_none(
    when: str, taken: int, beyond: int
) -> None:
    """The plan begins on Wednesday: an interval earlier, no dose of it was meant."""
    found = log(entry(when), due=[at("07 08:00"), at("08 08:00"), at("09 08:00")])
    assert found.doses == tally(taken, 0, 3 - taken)
    assert found.beyond == tally(beyond)


def test_the_only_dose_is_spoken_of_on_its_own_day() -> None:
    due = [at("06 08:00")]
    assert log(entry("06 23:00"), due=due).doses == tally(1)
    assert log(entry("07 01:00"), due=due).doses == tally(not_logged=1)
    assert log(entry("07 01:00"), due=due).beyond == tally(1)


def test_a_plan_without_a_zone_is_refused() -> None:
    naive = at("05 08:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="without a zone"):
        log(due=[naive])


def test_a_window_in_which_nothing_was_due_has_no_share_of_what_was_due() -> None:
    found = log(entry("05 08:00"), due=[])
    assert found.beyond == tally(1)
    assert shares(found)["taken-of-due-at-least"] is NoFigure.NOTHING_DUE


def test_the_night_on_which_clocks_go_back_has_two_doses_at_one_on_the_wall() -> None:
    night = Window(start=date(2026, 11, 1), end=date(2026, 11, 2))
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 1:30, and an hour later again
    found = read_log(
        [
            DoseEvent(
                id="a",
                medicine=Medicine(text="lithium"),
                at=PartialDate.of(first + HOUR),
                taken=Taken.TAKEN,
            )
        ],
        night,
        NEW_YORK,
        Plan(
            due=(first.astimezone(NEW_YORK), (first + HOUR).astimezone(NEW_YORK)),
            on_time=timedelta(0),
        ),
    )
    assert found.doses == tally(1, 0, 1)
    assert found.by_time == {"01:30": tally(1, 0, 1)}
    assert shares(found)["on-time-of-taken"] == (1, 1)


# --- patterns and gaps ------------------------------------------------------------


def test_the_pattern_shows_the_weekend_and_the_evening() -> None:
    due = daily("08:00", "20:00")
    mornings = [entry(f"{n:02} 08:00") for n in range(5, 10)]
    found = log(*mornings, not_taken("10 20:00"), due=due)
    assert list(found.by_weekday) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert found.by_weekday["fri"] == tally(1, 0, 1)
    assert found.by_weekday["sat"] == tally(0, 1, 1)
    assert found.by_time == {"08:00": tally(5, 0, 2), "20:00": tally(0, 1, 6)}


def test_the_longest_gap_is_between_two_doses_logged_as_taken() -> None:
    taken = [entry(f"{n:02} 08:00") for n in (5, 6, 9, 10, 11)]
    found = log(*taken, not_taken("07 08:00"), due=daily("08:00")).longest_gap
    assert found is not None
    assert (found.start, found.end) == (at("06 08:00"), at("09 08:00"))
    assert found.lasts == timedelta(days=3)
    assert found.doses == tally(0, 1, 1)
    assert not found.open_start
    assert not found.open_end


def test_a_gap_that_goes_to_the_edge_of_the_window_says_so() -> None:
    last = log(entry("05 08:00"), due=daily("08:00")).longest_gap
    assert last is not None
    assert (last.start, last.end) == (at("05 08:00"), at("12 00:00"))
    assert (last.open_start, last.open_end) == (False, True)
    whole = log(due=daily("08:00")).longest_gap
    assert whole is not None
    assert (whole.open_start, whole.open_end) == (True, True)
    assert whole.doses == tally(not_logged=7)


def test_a_dose_with_a_day_alone_makes_the_gap_beside_it_no_longer_than_is_sure() -> (
    None
):
    found = log(entry("05 08:00"), entry("2026-01-09"), due=None).longest_gap
    assert found is not None
    assert (found.start, found.end) == (at("05 08:00"), at("09 00:00"))


def test_a_dose_with_a_day_alone_ends_its_gap_with_the_day_itself() -> None:
    found = log(entry("2026-01-05"), entry("09 08:00"), due=None).longest_gap
    assert found is not None
    assert (found.start, found.end) == (at("06 00:00"), at("09 08:00"))


def test_a_dose_of_the_same_day_with_its_time_makes_no_gap_begin_sooner() -> None:
    """Which of the two came last is not known, so the gap is sure from midnight on."""
    both = (entry("2026-01-05"), entry("05 08:00"))
    found = log(*both, entry("09 08:00"), due=None).longest_gap
    assert found is not None
    assert (found.start, found.end) == (at("06 00:00"), at("09 08:00"))


def test_a_dose_at_the_midnight_on_which_the_window_begins_is_in_the_gap() -> None:
    found = log(due=daily("00:00")).longest_gap
    assert found is not None
    assert found.start == at("05 00:00")
    assert found.doses == tally(not_logged=7)


@pytest.mark.parametrize(("other", "in_it"), [("08", 1), ("09", 0)])
def test_what_was_not_taken_on_the_day_on_which_a_gap_ends_is_not_in_it(
    other: str, in_it: int
) -> None:
    """The gap ends as the 9th begins; somewhere in that day a dose was taken."""
    told = (entry("05 08:00"), not_taken(f"2026-01-{other}"), entry("2026-01-09"))
    found = log(*told, due=None).longest_gap
    assert found is not None
    assert found.end == at("09 00:00")
    assert found.doses == tally(0, in_it)


def test_a_dose_on_each_day_leaves_no_gap_that_is_sure() -> None:
    days = [entry(f"2026-01-{n:02}") for n in range(5, 12)]
    assert log(*days, due=None).longest_gap is None
    missing_one = log(*days[:3], *days[4:], due=None).longest_gap
    assert missing_one is not None
    assert missing_one.lasts == timedelta(days=1)


# --- self-report ------------------------------------------------------------------


def test_an_answer_of_days_missed_is_a_figure_of_what_the_person_said() -> None:
    told = as_told(DaysMissed(asked_on=date(2026, 1, 12), missed=2, of_days=7))
    assert told == Figure(
        measure="days-without-a-miss",
        evidence=Evidence.SELF_REPORT,
        window=WEEK,
        unit="days",
        counted=Decimal(5),
        of=7,
    )


def test_an_answer_on_the_line_is_a_share_of_a_hundred() -> None:
    told = as_told(
        DosesTaken(asked_on=date(2026, 1, 12), percent=Decimal(80), of_days=7)
    )
    assert (told.share, told.window, told.unit) == (Decimal("0.8"), WEEK, "percent")


@pytest.mark.parametrize(("missed", "of_days"), [(-1, 7), (8, 7), (0, 0)])
def test_an_answer_that_cannot_be_is_refused(missed: int, of_days: int) -> None:
    with pytest.raises(ValueError, match="ask again"):
        DaysMissed(asked_on=date(2026, 1, 12), missed=missed, of_days=of_days)


@pytest.mark.parametrize(("missed", "of_days"), [(0, 7), (7, 7), (0, 1), (1, 1)])
def test_none_all_and_one_day_are_answers(missed: int, of_days: int) -> None:
    on = date(2026, 1, 12)
    told = as_told(DaysMissed(asked_on=on, missed=missed, of_days=of_days))
    assert (told.counted, told.of) == (of_days - missed, of_days)


def test_a_share_of_the_last_day_is_an_answer_and_of_no_day_is_none() -> None:
    on = date(2026, 1, 12)
    told = as_told(DosesTaken(asked_on=on, percent=Decimal(50), of_days=1))
    assert told.window == Window(start=date(2026, 1, 11), end=on)
    with pytest.raises(ValueError, match="ask again"):
        DosesTaken(asked_on=on, percent=Decimal(50), of_days=0)


@pytest.mark.parametrize("percent", ["-0.1", "100.1"])
def test_an_answer_off_the_line_is_refused(percent: str) -> None:
    on = date(2026, 1, 12)
    for good in ("0", "100"):
        DosesTaken(asked_on=on, percent=Decimal(good), of_days=30)
    with pytest.raises(ValueError, match="from 0 to 100"):
        DosesTaken(asked_on=on, percent=Decimal(percent), of_days=30)


# --- laws -------------------------------------------------------------------------

some_entries = st.lists(
    st.tuples(
        st.integers(0, 7 * 24 - 1),
        st.sampled_from([Taken.TAKEN, Taken.NOT_TAKEN, Taken.NOT_LOGGED]),
        st.booleans(),
    ),
    max_size=12,
).map(
    lambda rows: [
        entry(
            f"{5 + hour // 24:02} {hour % 24:02}:00"
            if timed
            else f"2026-01-{5 + hour // 24:02}",
            state,
            id=str(number),
        )
        for number, (hour, state, timed) in enumerate(rows)
    ]
)
some_plan = st.lists(st.integers(0, 23), min_size=1, max_size=3, unique=True).map(
    lambda hours: daily(*(f"{hour:02}:00" for hour in hours))
)


@given(some_entries, some_plan)
def test_every_dose_that_was_due_is_in_one_state_and_no_entry_is_lost(
    entries: list[DoseEvent], due: list[datetime]
) -> None:
    found = log(*entries, due=due)
    doses = found.doses
    assert doses.taken + doses.not_taken + doses.not_logged == len(due)
    said = [e.taken for e in entries]
    assert doses.taken + found.beyond.taken == said.count(Taken.TAKEN)
    assert doses.not_taken + found.beyond.not_taken == said.count(Taken.NOT_TAKEN)
    for pattern in (found.by_weekday, found.by_time):
        assert sum(t.taken for t in pattern.values()) == doses.taken
        assert sum(t.not_taken for t in pattern.values()) == doses.not_taken
        assert sum(t.not_logged for t in pattern.values()) == doses.not_logged


@given(some_entries, some_plan)
def test_a_share_lies_between_nought_and_all_and_the_least_below_the_most(
    entries: list[DoseEvent], due: list[datetime]
) -> None:
    found = log(*entries, due=due)
    by_name = {f.measure: f.share for f in found.figures}
    assert all(0 <= share <= 1 for share in by_name.values() if share is not None)
    least, most = (by_name[f"taken-of-due-at-{end}"] for end in ("least", "most"))
    assert least is not None
    assert most is not None
    assert least <= most
    assert (least == most) == (found.doses.not_logged == 0)


@given(some_entries, some_plan, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(
    entries: list[DoseEvent], due: list[datetime], chance: random.Random
) -> None:
    shuffled, plan = list(entries), list(due)
    chance.shuffle(shuffled)
    chance.shuffle(plan)
    assert log(*shuffled, due=plan) == log(*entries, due=due)
    assert log(*shuffled, due=None) == log(*entries, due=None)
