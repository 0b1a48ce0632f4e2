"""Missed doses: three states that stay apart, and the rule that holds for a gap."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given as draw
from hypothesis import strategies as st
from msgspec import structs

from concord.cli import main
from concord.dosing.adherence import Window
from concord.dosing.adherence.dose_log import Plan, read_log
from concord.dosing.missed import (
    Advice,
    Gap,
    Told,
    advice,
    for_person,
    for_staff,
    gap_between,
    gap_of_length,
    gap_of_log,
)
from concord.dosing.missed.advice import Heard
from concord.dosing.missed.voices import _figures, case_of
from concord.dosing.schedule import window, windows_of
from concord.education import points
from concord.errors import ImpossibleRangeError
from concord.exchange.mapping import medicines
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import (
    CatchUpDose,
    InjectionWindow,
    MissedDoseRule,
    Status,
    When,
)
from concord.knowledge.tables import TABLES
from concord.record.model import DoseEvent, Medicine, Taken
from concord.terms import Duration, PartialDate, Quantity
from concord.wording.missed import MORE_THAN_ONE

ON = date(2026, 11, 22)
NEW_YORK = ZoneInfo("America/New_York")


def event(day: date | str, taken: Taken) -> DoseEvent:
    return DoseEvent(
        id=f"{day}-{taken}",
        medicine=Medicine(text="lamotrigine"),
        at=PartialDate.parse(str(day)),
        taken=taken,
    )


def asked(
    knowledge: Knowledge,
    drug: str,
    gap: Gap,
    *,
    form: str | None = None,
    told: Told | None = None,
    on: date = ON,
) -> Advice:
    circumstances = told or Told()

    def judge(when: When) -> list[tuple[str, bool | None]]:
        return list(circumstances.parts(when, knowledge, on))

    return advice(knowledge, knowledge.drugs[drug], gap, judge, on=on, form=form)


def days(count: int) -> Gap:
    """A gap of so many missed days, as somebody tells it."""
    return gap_of_length(Duration(count, "day"))


def since(count: int) -> Gap:
    """A gap from a last dose so many days ago."""
    return gap_between(ON - timedelta(days=count), ON)


def rule(gap: str | None, *, since_last: bool = False) -> MissedDoseRule:
    return MissedDoseRule(
        action="x",
        gap=Duration.parse(gap) if gap else None,
        since_last=since_last,
        source="concord-local",
        locator="tests",
        status=Status.CONVENTION,
    )


def first_words(found: Advice, count: int = 4) -> list[str]:
    return [" ".join(h.rule.action.split()[:count]) for h in found.holds]


# --- three states -----------------------------------------------------------------

log_days = st.dates(date(2026, 11, 1), date(2026, 11, 21))


@draw(st.lists(log_days), st.lists(log_days))
def test_what_was_not_logged_is_never_counted_as_missed(
    taken: list[date], silent: list[date]
) -> None:
    log = [event(day, Taken.TAKEN) for day in taken]
    log += [event(day, Taken.NOT_LOGGED) for day in silent]
    window_ = Window(start=date(2026, 11, 1), end=ON)
    due = [window_.start + timedelta(days=n) for n in range(window_.days)]
    moments = tuple(datetime.combine(day, time(8), NEW_YORK) for day in due)
    found = read_log(
        log, window_, NEW_YORK, Plan(due=moments, on_time=timedelta(hours=2))
    )
    assert found.doses.not_taken == 0
    assert not any(dose.missed for dose in found.each)
    assert {dose.missed for dose in found.each} <= {None, False}
    assert len(found.each) == len(due)
    gap = gap_of_log(log, ON, NEW_YORK)
    assert (gap is None) == (not taken)
    assert gap is None or gap.missed_days is None or gap.missed_days[0] == 0


def test_each_dose_says_which_of_the_three_states_it_is_in() -> None:
    log = [
        event("2026-11-01", Taken.TAKEN),
        event("2026-11-02", Taken.NOT_TAKEN),
        event("2026-11-03", Taken.NOT_LOGGED),
    ]
    found = read_log(log, Window(start=date(2026, 11, 1), end=ON), NEW_YORK)
    assert [(d.day.day, d.missed) for d in found.each] == [
        (1, False),
        (2, True),
        (3, None),
    ]


@draw(st.lists(st.tuples(log_days, st.sampled_from(list(Taken)))))
def test_a_word_more_in_the_log_never_widens_what_is_known_of_the_gap(
    told: list[tuple[date, Taken]],
) -> None:
    log = [event(day, state) for day, state in told]
    spoken = [one for one in log if one.taken is not Taken.NOT_LOGGED]
    # Entries of silence change nothing at all.
    assert gap_of_log(log, ON, UTC) == gap_of_log(spoken, ON, UTC)
    found = gap_of_log(log, ON, UTC)
    if found is not None and found.last is not None:
        earliest, latest = found.last
        assert earliest <= latest < ON
        more = [*log, event(latest, Taken.TAKEN)]
        closer = gap_of_log(more, ON, UTC)
        assert closer is not None
        assert closer.last == (latest, latest)


def test_a_gap_of_the_log_runs_from_days_that_somebody_said_were_missed() -> None:
    log = [
        event("2026-11-15", Taken.TAKEN),
        event("2026-11-18", Taken.NOT_TAKEN),
        event("2026-11-20", Taken.NOT_TAKEN),
        event("2026-11-21", Taken.NOT_TAKEN),
    ]
    found = gap_of_log(log, ON, UTC)
    assert found is not None
    # Of the 16th, 17th and 19th nobody said anything: the last dose can have been the
    # 19th's, and was the 15th's at the earliest.
    assert found.last == (date(2026, 11, 15), date(2026, 11, 19))
    assert found.missed_days == (2, 6)
    assert found.reaches(rule("2 days")) is True
    assert found.reaches(rule("3 days")) is None
    assert found.reaches(rule("7 days")) is False


def test_no_status_of_a_dose_but_not_done_is_read_as_not_taken() -> None:
    for states in (medicines._DOSE_TAKEN, medicines._STATEMENT_TAKEN):
        said = [status for status, t in states.items() if t is Taken.NOT_TAKEN]
        assert said in (["not-done"], ["not-taken"])
    assert DoseEvent(id="x", medicine=Medicine(text="x")).taken is Taken.NOT_LOGGED


# --- how long the gap is ----------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "wanted", "since_last", "answer"),
    [
        (since(3), "2 days", False, True),  # 2 days lie between
        (since(2), "2 days", False, False),
        (since(2), "2 days", True, True),
        (since(1), "2 days", True, False),
        (since(29), "4 weeks", False, True),
        (since(28), "4 weeks", False, False),
        (since(28), "4 weeks", True, True),
        (since(27), "4 weeks", True, False),
        (days(3), "3 days", False, True),
        (days(2), "3 days", False, False),
        # 4 missed days are 4 to 5 since the last dose.
        (days(4), "5 days", True, None),
        (days(5), "5 days", True, True),
        (days(3), "5 days", True, False),
        # A month is 28 to 31 days.
        (days(27), "1 month", False, False),
        (days(28), "1 month", False, None),
        (days(31), "1 month", False, True),
        # From one day to another it is a day more or less than the days between.
        (since(1), "48 hours", True, False),
        (since(2), "48 hours", True, None),
        (since(3), "48 hours", True, True),
        (since(2), "24 hours", True, True),
        (since(2), "24 hours", False, True),
        (since(1), "24 hours", False, None),
        (since(0), "6 hours", False, False),
        (since(1), "6 hours", False, None),
        (since(2), "6 hours", False, True),
        # One day missed is 24 hours late, told or counted.
        (days(1), "24 hours", False, True),
        (days(1), "25 hours", False, False),
        (gap_of_length(Duration(5, "hour")), "6 hours", False, False),
        (gap_of_length(Duration(6, "hour")), "6 hours", False, True),
        (since(0), None, False, True),
    ],
)
def test_a_gap_reaches_a_rule_or_not_or_it_is_not_known(
    gap: Gap, wanted: str | None, since_last: bool, answer: bool | None
) -> None:
    assert gap.reaches(rule(wanted, since_last=since_last)) is answer


def test_a_gap_at_the_end_of_the_calendar_is_not_reached_before_its_day() -> None:
    last = date.max - timedelta(days=3)
    for on, reached in ((date.max - timedelta(days=1), False), (date.max, True)):
        assert gap_between(last, on).reaches(rule("2 days")) is reached


@pytest.mark.parametrize(("on", "latest"), [(ON, ON), (ON - timedelta(days=1), None)])
def test_a_dose_of_the_day_itself_leaves_no_gap_and_a_later_one_is_not_counted(
    on: date, latest: date | None
) -> None:
    found = gap_of_log([event(ON, Taken.TAKEN)], on, NEW_YORK)
    assert (found.last if found else None) == (latest and (latest, latest))


@pytest.mark.parametrize(
    ("told", "surely", "perhaps", "not_yet"),
    [
        ("1 day", "24 hours", None, "25 hours"),
        ("1 week", "7 days", None, "8 days"),
        ("1 month", "28 days", "29 days", "32 days"),
        ("1 month", "28 days", "31 days", "32 days"),
        ("1 year", "365 days", "366 days", "367 days"),
    ],
)
def test_a_told_length_is_as_many_days_as_its_unit_can_have(
    told: str, surely: str, perhaps: str | None, not_yet: str
) -> None:
    gap = gap_of_length(Duration.parse(told))
    assert gap.reaches(rule(surely)) is True
    assert perhaps is None or gap.reaches(rule(perhaps)) is None
    assert gap.reaches(rule(not_yet)) is False


def test_months_are_counted_by_the_calendar_where_the_days_are_known() -> None:
    four_months = rule("4 months", since_last=True)
    last = date(2026, 7, 31)
    assert gap_between(last, date(2026, 11, 29)).reaches(four_months) is False
    assert gap_between(last, date(2026, 11, 30)).reaches(four_months) is True


def test_a_last_dose_after_the_day_is_refused() -> None:
    with pytest.raises(ImpossibleRangeError):
        gap_between(date(2026, 11, 23), ON)


@draw(st.integers(0, 400), st.integers(1, 400), st.booleans())
def test_a_longer_gap_reaches_all_that_a_shorter_one_does(
    some: int, wanted: int, since_last: bool
) -> None:
    a_rule = rule(f"{wanted} days", since_last=since_last)
    order = {False: 0, None: 1, True: 2}
    for make in (days, since):
        shorter, longer = make(some).reaches(a_rule), make(some + 1).reaches(a_rule)
        assert order[longer] >= order[shorter]


# --- clozapine, lamotrigine, methadone --------------------------------------------


@pytest.mark.parametrize(
    ("missed", "words"),
    [
        (1, "One day missed: do"),
        (2, "Two days missed: resume"),
        (3, "Longer: restart at 12.5"),
        (29, "Longer: restart at 12.5"),
        (30, "Thirty days or more:"),
    ],
)
def test_clozapine_by_days_missed(
    knowledge: Knowledge, missed: int, words: str
) -> None:
    for gap in (days(missed), since(missed + 1)):
        found = asked(knowledge, "clozapine", gap)
        assert first_words(found) == [words]
        assert found.decided
        assert found.call_team


def test_clozapine_not_missed_for_a_day_has_no_rule(knowledge: Knowledge) -> None:
    found = asked(knowledge, "clozapine", since(1))
    assert found.holds == ()
    assert "nothing is to be done" in for_staff(found, knowledge).general


def test_both_schools_of_clozapine_stand_side_by_side(knowledge: Knowledge) -> None:
    found = for_staff(asked(knowledge, "clozapine", days(2)), knowledge)
    assert [one.source for one in found.holds] == ["label-clozapine"]
    assert [(one.source, one.status) for one in found.schools] == [
        ("smpc-clozapine-uk", "unverified")
    ]
    # The other school's rule, 48 hours, is not reached by a dose of yesterday.
    assert asked(knowledge, "clozapine", since(1)).schools == ()


ALONE = Told(taking=frozenset())
WITH_VALPROATE = Told(taking=frozenset({"valproate"}))
WITH_CARBAMAZEPINE = Told(taking=frozenset({"carbamazepine"}))
WITH_BOTH = Told(taking=frozenset({"valproate", "carbamazepine"}))


@pytest.mark.parametrize(
    ("told", "begins_again_from"),
    [(ALONE, 5), (WITH_CARBAMAZEPINE, 3), (WITH_VALPROATE, 10), (WITH_BOTH, 3)],
)
def test_lamotrigine_after_five_half_lives_begins_again(
    knowledge: Knowledge, told: Told, begins_again_from: int
) -> None:
    before = asked(knowledge, "lamotrigine", since(begins_again_from - 1), told=told)
    after = asked(knowledge, "lamotrigine", since(begins_again_from), told=told)
    assert "Treat as a new" not in first_words(before)
    assert first_words(after)[0].startswith("Treat as a new")
    assert before.decided
    assert after.decided
    assert after.call_team


def test_lamotrigine_with_nobody_knows_what_is_not_decided_and_names_each_case(
    knowledge: Knowledge,
) -> None:
    found = for_staff(asked(knowledge, "lamotrigine", since(12)), knowledge)
    assert not found.decided
    assert found.needs == ("what is taken with it",)
    assert [one.case for one in found.open] == [
        "10 days or more since the last dose, taken with valproate",
        (
            "5 days or more since the last dose, taken without valproate or enzyme "
            "inducers that the lamotrigine label names"
        ),
        (
            "3 days or more since the last dose, taken with enzyme inducers that the "
            "lamotrigine label names"
        ),
    ]
    assert [one.text.split(":")[0] for one in found.holds] == [
        "Two days missed or more"
    ]
    # After 4 days only one of the cases would begin again.
    early = for_staff(asked(knowledge, "lamotrigine", since(4)), knowledge)
    assert len(early.open) == 1
    assert early.open[0].case.endswith("lamotrigine label names")


def test_four_days_missed_may_be_five_since_the_last_dose_and_that_is_asked(
    knowledge: Knowledge,
) -> None:
    found = asked(knowledge, "lamotrigine", days(4), told=ALONE)
    assert found.needs == ("gap-exact",)
    assert found.call_team
    assert asked(knowledge, "lamotrigine", days(5), told=ALONE).decided


@pytest.mark.parametrize(
    ("missed", "words"),
    [
        (1, "One day missed: no"),
        (2, "Two days missed: usual"),
        (3, "Three days missed: half"),
        (4, "Four days missed: the"),
        (5, "Five days or more"),
        (60, "Five days or more"),
    ],
)
def test_methadone_by_days_for_opioid_use_disorder(
    knowledge: Knowledge, missed: int, words: str
) -> None:
    told = Told(conditions=frozenset({"opioid-use-disorder"}))
    found = asked(knowledge, "methadone", days(missed), told=told)
    assert first_words(found) == [words]
    assert found.call_team


def test_methadone_for_pain_has_its_own_rule_and_it_says_it_is_unverified(
    knowledge: Knowledge,
) -> None:
    told = Told(conditions=frozenset({"chronic-pain"}))
    found = for_staff(asked(knowledge, "methadone", days(4), told=told), knowledge)
    assert [(o.text.split(":")[0], o.status) for o in found.holds] == [
        ("Doses for pain", "unverified")
    ]


def test_methadone_for_nobody_knows_what_names_both_cases(
    knowledge: Knowledge,
) -> None:
    found = asked(knowledge, "methadone", days(4))
    assert found.holds == ()
    assert found.needs == ("indication",)
    assert [h.rule.action.split(":")[0] for h in found.open] == [
        "Four days missed",
        "Doses for pain",
    ]


# --- injections -------------------------------------------------------------------

GIVEN = date(2026, 1, 5)
# By hand: the first and the last day of the window, and the day it is due.
WINDOWS = {
    ("buprenorphine", "SUBLOCADE"): ("2026-01-31", "2026-02-05", "2026-02-19"),
    ("buprenorphine", "BRIXADI-WEEKLY"): ("2026-01-10", "2026-01-12", "2026-01-14"),
    ("buprenorphine", "BRIXADI-MONTHLY"): ("2026-01-29", "2026-02-05", "2026-02-12"),
    ("paliperidone", "SUSTENNA"): ("2026-01-29", "2026-02-05", "2026-02-12"),
    ("paliperidone", "TRINZA"): ("2026-03-22", "2026-04-05", "2026-04-19"),
    ("paliperidone", "HAFYERA"): ("2026-06-21", "2026-07-05", "2026-07-26"),
    ("paliperidone", "ERZOFRI"): ("2026-01-29", "2026-02-05", "2026-02-12"),
}


def every_window(knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    for entry in knowledge.table("missed_doses").values():
        row: InjectionWindow
        for row in entry.window:
            yield from ((drug, row.form) for drug in entry.side.drugs)


def test_every_window_of_the_knowledge_was_worked_out_by_hand(
    knowledge: Knowledge,
) -> None:
    assert set(every_window(knowledge)) == set(WINDOWS)


@pytest.mark.parametrize(("drug", "form"), WINDOWS)
def test_early_first_day_due_last_day_and_a_day_too_late(
    knowledge: Knowledge, drug: str, form: str
) -> None:
    first, due, last = (date.fromisoformat(d) for d in WINDOWS[drug, form])
    a_day = timedelta(days=1)
    for day, where, off in (
        (first - a_day, "early", 1),
        (first, "open", 0),
        (due, "due", 0),
        (last, "open", 0),
        (last + a_day, "late", 1),
        (last + 5 * a_day, "late", 5),
    ):
        told = Told(started=GIVEN - timedelta(days=700))
        found = asked(
            knowledge, drug, gap_between(GIVEN, day), form=form, told=told, on=day
        )
        assert found.window is not None
        assert (found.window.where, found.window.days) == (where, off)
    assert found.holds, "past its window an injection has a rule"
    assert found.decided


def test_sustenna_seven_weeks_late_is_two_injections_a_week_apart(
    knowledge: Knowledge,
) -> None:
    long_since = Told(started=date(2024, 1, 1))
    last = date(2026, 9, 1)
    for day, words in (
        (date(2026, 9, 28), None),  # 27 days
        (date(2026, 9, 29), "Due; up to 7"),  # 4 weeks
        (date(2026, 10, 13), "Due; up to 7"),  # 6 weeks
        (date(2026, 10, 14), "More than 6 weeks"),
        (date(2027, 3, 4), "More than 6 weeks"),  # 184 days
        (date(2027, 3, 5), "More than 6 months:"),
    ):
        found = asked(
            knowledge,
            "paliperidone",
            gap_between(last, day),
            form="SUSTENNA",
            told=long_since,
            on=day,
        )
        words_found = first_words(found)
        assert (words_found[0] if words_found else None) == words


SECOND_NOW = "Only the first starting injection was given, less than 4 weeks ago"
TWO_OF_156 = "Only the first starting injection was given, 4 to 7 weeks ago"
START_AGAIN = "Only the first starting injection was given, more than 7 weeks ago"
MONTHLY = "Due; up to 7 days before or after the monthly date"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (2, None),  # a week less 4 days is 3: before that the second is too early
        (3, SECOND_NOW),
        (27, SECOND_NOW),
        (28, TWO_OF_156),  # 4 weeks
        (49, TWO_OF_156),  # 7 weeks
        (50, START_AGAIN),
        (80, START_AGAIN),  # the monthly rule would give 156 mg twice here
        (184, START_AGAIN),
        (185, START_AGAIN),
    ],
)
def test_after_the_first_injection_alone_sustenna_has_rules_of_its_own(
    knowledge: Knowledge, days: int, words: str | None
) -> None:
    told = Told(started=ON - timedelta(days=days), given=1)
    found = asked(knowledge, "paliperidone", since(days), form="SUSTENNA", told=told)
    assert found.decided
    assert [h.rule.action.startswith(words or "") for h in found.holds] == (
        [True] if words else []
    )
    assert not any("monthly date" in h.rule.action for h in found.also)


@pytest.mark.parametrize("given", [2, 3, 20])
def test_after_two_injections_of_sustenna_or_more_the_monthly_rules_hold(
    knowledge: Knowledge, given: int
) -> None:
    # Begun five weeks ago, the second a week later: the first monthly one is due.
    told = Told(started=ON - timedelta(weeks=5), given=given)
    found = asked(knowledge, "paliperidone", since(28), form="SUSTENNA", told=told)
    (heard,) = found.holds
    assert heard.rule.action.startswith(MONTHLY)
    assert found.decided


@pytest.mark.parametrize(("weeks", "decided"), [(7, False), (8, True)])
def test_where_nobody_counted_two_injections_are_presumed_after_eight_weeks(
    knowledge: Knowledge, weeks: int, decided: bool
) -> None:
    begun = Told(started=ON - timedelta(weeks=weeks))
    found = asked(knowledge, "paliperidone", since(33), form="SUSTENNA", told=begun)
    assert found.decided == decided
    if decided:
        (heard,) = found.holds
        assert heard.rule.action.startswith(MONTHLY)
        return
    assert found.needs == ("given",)
    monthly, starting = sorted(h.rule.action for h in found.open)
    assert monthly.startswith(MONTHLY)
    assert starting.startswith(TWO_OF_156)
    spoken = for_staff(found, knowledge)
    assert spoken.needs == ("how many injections of it were given so far",)
    assert {one.case for one in spoken.open} == {
        "4 weeks or more since the last dose, SUSTENNA, fewer than 2 given so far",
        "4 weeks or more since the last dose, SUSTENNA, 2 or more given so far",
    }


def test_that_nobody_counted_is_not_that_one_was_given(knowledge: Knowledge) -> None:
    def said(told: Told) -> list[bool | None]:
        parts = told.parts(When(given_at_least=1), knowledge, ON)
        return [answer for _, answer in parts]

    assert said(Told()) == [None]
    assert said(Told(given=1)) == [True]


@pytest.mark.parametrize(
    ("least", "most", "presumed", "enough"),
    [
        (0, None, False, None),
        (0, None, True, True),
        (1, None, False, None),
        (1, None, True, True),
        (1, 1, False, False),
        (1, 1, True, False),  # it was counted: nothing is presumed
        (1, 2, False, None),
        (1, 2, True, True),
        (2, None, False, True),
        (2, 2, True, True),
        (3, 3, False, True),
    ],
)
def test_so_many_were_given_or_fewer_or_it_is_not_known(
    least: int, most: int | None, presumed: bool, enough: bool | None
) -> None:
    two, fewer = When(given_at_least=2), When(given_fewer_than=2)
    assert two.given(least, most, presumed=presumed) is enough
    turned = None if enough is None else not enough
    assert fewer.given(least, most, presumed=presumed) is turned


def test_a_month_and_a_week_after_brixadi_is_still_in_its_window(
    knowledge: Knowledge,
) -> None:
    def said(days: int) -> list[str]:
        last = date(2026, 10, 15)  # due 15 November: a month of 31 days
        gap = gap_between(last, last + timedelta(days=days))
        found = asked(knowledge, "buprenorphine", gap, form="BRIXADI-MONTHLY")
        return first_words(found, 3)

    assert said(38) == []
    assert said(39) == ["Outside the window"]


@pytest.mark.parametrize("gap", [3, 29, 30, 200])
def test_after_any_long_gap_clozapine_begins_again_at_its_first_dose(
    knowledge: Knowledge, gap: int
) -> None:
    found = asked(knowledge, "clozapine", days(gap))
    assert all(heard.rule.begin_again for heard in found.holds)
    counts = [h for h in found.holds if "ANC" in h.rule.action]
    assert bool(counts) == (gap >= 30)


@pytest.mark.parametrize(
    "name", ["pramipexole", "ropinirole", "quetiapine", "deutetrabenazine"]
)
def test_a_rule_that_speaks_of_the_dose_after_a_gap_sends_to_the_team(
    knowledge: Knowledge, name: str
) -> None:
    found = asked(knowledge, name, days(2))
    spoken = for_person(found, knowledge)
    assert spoken.call_team
    assert all("again" not in one.text for one in spoken.holds)


def test_a_rule_that_changes_a_dose_in_words_alone_is_not_told_to_the_person(
    knowledge: Knowledge,
) -> None:
    spoken = for_person(asked(knowledge, "lamotrigine", days(1), told=ALONE), knowledge)
    (told,) = [one.text for one in spoken.holds]
    assert told.startswith("Take it as soon as remembered")


def test_a_brand_is_a_form_and_a_form_that_is_none_is_refused() -> None:
    by_brand = run("Invega Sustenna", "--gap", "7 weeks", "--started", "2024-01-01")
    by_form = run(
        *("paliperidone", "--form", "sustenna", "--gap", "7 weeks"),
        *("--started", "2024-01-01"),
    )
    assert by_brand == by_form
    assert by_form["staff"]["holds"][0]["text"].startswith("More than 6 weeks")
    refused = CliRunner().invoke(
        main, ["missed", "paliperidone", "--form", "XYZ", "--gap", "7 weeks"]
    )
    assert refused.exit_code == 65
    assert "SUSTENNA" in refused.output


def test_a_tablet_rule_is_never_told_of_an_injection(knowledge: Knowledge) -> None:
    for drug in knowledge.drugs.values():
        for product in drug.product:
            if product.release == "depot" and product.tag:
                found = asked(knowledge, drug.id, days(200), form=product.tag)
                heard = (*found.holds, *found.open, *found.also)
                assert {h.rule.form for h in heard} <= {product.tag}


# --- which of several rules: made for the tests -----------------------------------

DAYS_2 = "2 days"


def by_rules(
    knowledge: Knowledge, drug: str, *rules: MissedDoseRule, **more: Any
) -> Advice:
    """Advice where these are all the rules of a drug; by default two days missed."""
    (entry,) = knowledge.entries_for("missed_doses", drug)
    tables = {name: knowledge.table(name) for name in TABLES}
    made = structs.replace(entry, rule=rules)
    tables["missed_doses"] = ChainMap({entry.id: made}, dict(tables["missed_doses"]))
    own = Knowledge(
        version="tests",
        tables=tables,
        sources=knowledge.sources,
        links=knowledge.links,
    )
    return asked(own, drug, more.pop("gap", days(2)), **more)


def named(action: str, gap: str | None = None, **fields: Any) -> MissedDoseRule:
    return structs.replace(rule(gap), action=action, **fields)


def actions(heard: Iterable[Heard]) -> list[str]:
    return [one.rule.action for one in heard]


VALPROATE = When(taking=("valproate",))
WITH_VALPROATE = Told(taking=frozenset({"valproate"}))


def test_the_longest_gap_holds_and_the_shorter_ones_stand_beside_it_once(
    knowledge: Knowledge,
) -> None:
    found = by_rules(knowledge, "acamprosate", named("any"), named("two", DAYS_2))
    assert (actions(found.holds), actions(found.also)) == (["two"], ["any"])


@pytest.mark.parametrize(
    ("since_", "until", "heard"),
    [
        (None, None, True),
        (ON, None, True),
        (ON + timedelta(days=1), None, False),
        (None, ON, False),
        (None, ON + timedelta(days=1), True),
    ],
)
def test_a_rule_holds_from_its_first_day_until_the_day_on_which_it_ended(
    knowledge: Knowledge, since_: date | None, until: date | None, heard: bool
) -> None:
    found = by_rules(knowledge, "acamprosate", named("x", since=since_, until=until))
    assert bool(found.holds) is heard


def test_a_rule_of_one_form_is_open_where_the_drug_has_others_and_none_is_said(
    knowledge: Knowledge,
) -> None:
    """Naltrexone is an injection with a name and tablets that have none."""
    found = by_rules(knowledge, "naltrexone", named("x", form="XR"))
    assert (actions(found.holds), found.needs) == ([], ("form",))
    only = knowledge.drugs["esketamine"]
    assert {p.tag for p in only.product} == {"NASAL"}
    found = by_rules(knowledge, "esketamine", named("x", form="NASAL"))
    assert (actions(found.holds), found.needs) == (["x"], ())


def test_the_time_since_an_injection_is_told_to_the_day_and_since_a_tablet_is_not(
    knowledge: Knowledge,
) -> None:
    """41 days since an injection are not 6 weeks; 41 days missed may be 42 since."""
    for form, is_open in (("SUSTENNA", False), ("ER", True)):
        six = named("six", "42 days", since_last=True, form=form)
        found = by_rules(knowledge, "paliperidone", six, form=form, gap=days(41))
        assert (bool(found.holds), bool(found.open)) == (False, is_open)


def test_of_one_gap_the_rule_of_the_form_stands_above_that_of_every_form(
    knowledge: Knowledge,
) -> None:
    rules = (named("every", DAYS_2), named("own", DAYS_2, form="XR"))
    found = by_rules(knowledge, "lamotrigine", *rules, form="XR")
    assert (actions(found.holds), actions(found.also)) == (["own"], ["every"])


def test_of_one_gap_the_rule_of_more_circumstances_stands_above(
    knowledge: Knowledge,
) -> None:
    two = When(taking=("valproate",), taken_for_at_least=Duration(1, "week"))
    rules = (
        named("any", DAYS_2),
        named("one", DAYS_2, when=VALPROATE),
        named("two", DAYS_2, when=two),
    )
    told = Told(taking=frozenset({"valproate"}), started=date(2026, 1, 1))
    found = by_rules(knowledge, "lamotrigine", *rules, told=told)
    assert actions(found.holds) == ["two"]
    assert actions(found.also) == ["one", "any"]


def test_what_sends_to_the_team_in_a_case_at_any_gap_comes_first(
    knowledge: Knowledge,
) -> None:
    longest = named("two", DAYS_2)
    in_the_case = named("team", when=VALPROATE, call_team=True)
    found = by_rules(
        knowledge, "lamotrigine", longest, in_the_case, told=WITH_VALPROATE
    )
    assert actions(found.holds) == ["team", "two"]
    # Without a case, or without the team, it is a rule for shorter gaps.
    for other in (named("x", call_team=True), named("x", when=VALPROATE)):
        found = by_rules(knowledge, "lamotrigine", longest, other, told=WITH_VALPROATE)
        assert (actions(found.holds), actions(found.also)) == (["two"], ["x"])


@pytest.mark.parametrize(
    ("gap", "is_open"), [("3 days", False), (DAYS_2, True), ("1 day", False)]
)
def test_a_rule_that_may_hold_is_open_from_the_gap_of_the_chosen_one_on(
    knowledge: Knowledge, gap: str, is_open: bool
) -> None:
    """Two days were missed: of 3 days it does not hold, of 1 day it stands below."""
    rules = (named("two", DAYS_2), named("may", gap, when=VALPROATE))
    found = by_rules(knowledge, "lamotrigine", *rules)
    assert actions(found.open) == (["may"] if is_open else [])


def test_where_no_rule_holds_one_of_any_gap_that_may_is_open(
    knowledge: Knowledge,
) -> None:
    found = by_rules(knowledge, "lamotrigine", named("may", when=VALPROATE))
    assert (actions(found.open), found.needs) == (["may"], ("taken-with",))


def test_in_what_window_a_day_lies_is_told_only_where_the_last_injection_is_known(
    knowledge: Knowledge,
) -> None:
    last = date(2026, 10, 1)
    known = Gap(on=ON, last=(last, last))
    between = Gap(on=ON, last=(last, last + timedelta(days=1)))
    for gap, placed in ((known, True), (between, False)):
        found = asked(knowledge, "paliperidone", gap, form="SUSTENNA")
        assert (found.window is not None) is placed


@pytest.mark.parametrize(("days_", "answer"), [(14, True), (13, None)])
def test_what_was_started_by_a_day_was_taken_for_the_time_since_then(
    days_: int, answer: bool | None, knowledge: Knowledge
) -> None:
    told = Told(started_by=ON - timedelta(days=days_))
    when = When(taken_for_at_least=Duration(2, "week"))
    assert list(told.parts(when, knowledge, ON)) == [("start-date", answer)]


# --- the two voices ---------------------------------------------------------------


@pytest.mark.parametrize(("form", "calls"), [("SUSTENNA", True), ("ER", False)])
def test_of_an_injection_the_person_is_sent_to_the_team_whatever_the_rule(
    knowledge: Knowledge, form: str, calls: bool
) -> None:
    found = by_rules(knowledge, "paliperidone", named("x", form=form), form=form)
    assert for_person(found, knowledge).call_team is calls


@pytest.mark.parametrize(("missed", "more"), [(1, False), (2, True)])
def test_the_person_hears_one_rule_and_that_several_missed_doses_are_for_the_team(
    knowledge: Knowledge, missed: int, more: bool
) -> None:
    rules = (named("every"), named("own", form="XR"))
    found = by_rules(knowledge, "lamotrigine", *rules, form="XR", gap=days(missed))
    told = [one.text for one in for_person(found, knowledge).holds]
    assert told == (["own", MORE_THAN_ONE] if more else ["own"])


def test_hours_are_late_and_days_are_missed(knowledge: Knowledge) -> None:
    assert case_of(rule("6 hours"), knowledge) == "6 hours or more late"
    assert case_of(rule("2 days"), knowledge) == "2 days or more missed"


@pytest.mark.parametrize(
    ("late", "words"), [(1, "1 day too late"), (2, "2 days too late")]
)
def test_a_window_is_said_with_its_source_and_how_far_outside_the_day_is(
    knowledge: Knowledge, late: int, words: str
) -> None:
    last = date.fromisoformat(WINDOWS["paliperidone", "SUSTENNA"][2])
    on = last + timedelta(days=late)
    gap = gap_between(GIVEN, on)
    found = asked(knowledge, "paliperidone", gap, form="SUSTENNA", on=on)
    told = for_staff(found, knowledge).window
    assert told is not None
    assert told.text.endswith(f"; {words}.")
    assert told.source is not None
    unnamed = asked(knowledge, "naltrexone", gap, form="XR", on=on)
    told = for_staff(unnamed, knowledge).window
    assert told is not None
    assert told.source is None


GAPS = (since(1), since(2), since(3), days(1), days(8), days(60))
ORDERS = (" mg", "titrat", "restart", "half the dose", "lower dose", "begin again")


def test_no_gap_of_any_drug_gives_the_person_a_dose(knowledge: Knowledge) -> None:
    called = told = 0
    for drug in knowledge.drugs.values():
        for tag in (None, *dict.fromkeys(p.tag for p in drug.product)):
            for gap in GAPS:
                found = asked(knowledge, drug.id, gap, form=tag)
                point = next(
                    (p for p in points(knowledge, drug.id, ON) if p.topic == "missed"),
                    None,
                )
                said = for_person(found, knowledge, point)
                assert said.general.startswith("General information")
                words = " ".join(one.text for one in said.holds).casefold()
                assert not [order for order in ORDERS if order in words], drug.id
                if found.call_team or not found.decided:
                    called += 1
                    assert said.call_team
                    assert [one.text.split()[0] for one in said.holds] == ["Call"]
                else:
                    told += 1
    assert called > 500
    assert told > 500


def test_every_rule_told_to_staff_has_its_source_and_says_how_it_was_read(
    knowledge: Knowledge,
) -> None:
    for drug in knowledge.drugs:
        said = for_staff(asked(knowledge, drug, days(60)), knowledge)
        for one in (*said.holds, *said.open, *said.schools, *said.also):
            assert one.title
            assert one.locator
            assert one.status in ("checked", "convention", "unverified")
        assert said.decided == (not said.open) == (not said.needs)


def test_figures_of_a_restart_are_shown_where_a_rule_has_them() -> None:
    made = MissedDoseRule(
        action="x",
        resume_low=Decimal("0.40"),
        resume_high=Decimal("0.5"),
        begin_again=True,
        give=(
            CatchUpDose(day=1, at_most=Quantity.parse("156 mg"), text="deltoid"),
            CatchUpDose(day=8, dose=Quantity.parse("117 mg")),
            CatchUpDose(after_last=Duration(5, "week"), dose=Quantity.parse("78 mg")),
        ),
        source="concord-local",
        locator="tests",
        status=Status.CONVENTION,
    )
    assert list(_figures(made)) == [
        "go on at 40 to 50 % of the earlier dose",
        "begin again with the first step of the titration",
        "day 1: the usual dose, at most 156 mg (deltoid)",
        "day 8: 117 mg",
        "5 weeks after the last one before: 78 mg",
    ]


def test_the_windows_of_the_schedule_and_of_missed_doses_are_the_same(
    knowledge: Knowledge,
) -> None:
    for drug, form in WINDOWS:
        products = [p for p in knowledge.drugs[drug].product if p.tag == form]
        ((product, row),) = windows_of(knowledge, drug, products, ON)
        assert product.interval is not None
        expected = window(GIVEN, product.interval, row)
        found = asked(knowledge, drug, gap_between(GIVEN, expected.due), form=form)
        assert found.window is not None
        assert found.window.window == expected


# --- the command ------------------------------------------------------------------


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(main, ["missed", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_the_command_tells_both_voices_and_what_is_missing() -> None:
    found = run("lamotrigine", "--gap", "6 days")
    assert (found["decided"], found["call_team"]) == (False, True)
    assert found["staff"]["needs"] == ["what is taken with it"]
    assert found["person"]["holds"][0]["text"].startswith("Call your team")
    decided = run("lamotrigine", "--gap", "6 days", "--with", "Depakote")
    assert decided["decided"]
    assert decided["staff"]["open"] == []
    alone = run("lamotrigine", "--last", "2026-11-17", "--on", "2026-11-22", "--alone")
    assert alone["gap"]["missed_days"] == [4, 4]
    assert alone["staff"]["holds"][0]["text"].startswith("Treat as a new start")


def test_the_command_prints_what_was_not_checked_in_its_source() -> None:
    said = CliRunner().invoke(
        main, ["missed", "methadone", "--gap", "1 day", "--for", "chronic pain"]
    )
    words = " ".join(said.output.split())
    assert "Not checked in its source yet." in words
    assert "(unverified)" in words


def test_the_last_dose_of_a_time_ago_says_that_it_was_started_by_then() -> None:
    # 57 days ago: the first 8 weeks are over, whenever it was started.
    found = run(
        *("paliperidone", "--form", "SUSTENNA"),
        *("--last", "2026-09-26", "--on", "2026-11-22"),
    )
    assert found["decided"]
    earlier = run(
        *("paliperidone", "--form", "SUSTENNA"),
        *("--last", "2026-09-28", "--on", "2026-11-22"),
    )
    assert earlier["staff"]["needs"] == ["how many injections of it were given so far"]
    counted = run(
        *("paliperidone", "--form", "SUSTENNA", "--injections", "1"),
        *("--last", "2026-09-28", "--on", "2026-11-22"),
    )
    assert counted["decided"]
    (held,) = counted["staff"]["holds"]
    assert held["text"].startswith(START_AGAIN)
    assert held["figures"] == [
        "begin again with the first step of the titration",
        "day 1: 234 mg (deltoid)",
        "day 8: 156 mg (deltoid; then monthly)",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("sertraline",), 2, "either --gap or --last"),
        (("sertraline", "--gap", "1 day", "--last", "2026-01-01"), 2, "either"),
        (("sertraline", "--gap", "a while"), 65, "expected a length"),
        (("sertraline", "--gap", "-3 days"), 65, "expected a length"),
        (("sertralin", "--gap", "1 day"), 65, "nearest known names"),
        (("sertraline", "--gap", "1 day", "--for", "blues"), 65, "--for"),
        (("sertraline", "--gap", "1 day", "--with", "a", "--alone"), 2, "--alone"),
        (
            ("sertraline", "--last", "2026-11-23", "--on", "2026-11-22"),
            65,
            "exchange them",
        ),
    ],
)
def test_what_cannot_be_asked_is_said_with_its_exit_code(
    arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = CliRunner().invoke(main, ["missed", *arguments])
    assert (result.exit_code, words in result.output) == (code, True), result.output
