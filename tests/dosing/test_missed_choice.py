"""Which of several rules for missed doses is followed, on a small made-up knowledge."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from builders import cited, drug, some_knowledge
from concord.dosing.missed import (
    Advice,
    Gap,
    Told,
    advice,
    for_person,
    for_staff,
    gap_between,
    gap_of_length,
)
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import When
from concord.terms import Duration
from concord.wording.missed import CALL, MORE_THAN_ONE

ON = date(2026, 11, 22)


def product(tag: str, **fields: Any) -> dict[str, Any]:
    given = {"form": "tablet", "route": "oral", "strengths": ["1 mg"], "tag": tag}
    return cited(**given, **fields)


TABLET = product("IR", release="immediate")
SLOW = product("ER", release="extended")
WEEKLY = product("WEEKLY", release="depot", interval="1 week")
MONTHLY = product("MONTHLY", release="depot", interval="4 weeks")
ALL = (TABLET, SLOW, WEEKLY, MONTHLY)


def rule(action: str, **fields: Any) -> dict[str, Any]:
    return cited(action=action, **fields)


def world(
    *rules: dict[str, Any],
    products: tuple[dict[str, Any], ...] = ALL,
    windows: tuple[dict[str, Any], ...] = (),
) -> Knowledge:
    entry = {
        "id": "gamma",
        "title": "Missed gamma",
        "side": {"drugs": ["gamma"]},
        "rule": list(rules),
        "window": list(windows),
    }
    gamma = drug("gamma", product=list(products))
    return some_knowledge(
        drugs=[gamma, drug("delta"), drug("epsilon")], missed_doses=[entry]
    )


def asked(
    known: Knowledge,
    gap: Gap,
    form: str | None = None,
    *,
    told: Told | None = None,
    on: date = ON,
) -> Advice:
    circumstances = told or Told()

    def judge(when: When) -> list[tuple[str, bool | None]]:
        return list(circumstances.parts(when, known, on))

    return advice(known, known.drugs["gamma"], gap, judge, on=on, form=form)


def said(
    *rules: dict[str, Any],
    gap: Gap,
    form: str | None = None,
    told: Told | None = None,
    on: date = ON,
) -> Advice:
    return asked(world(*rules), gap, form, told=told, on=on)


def person_hears(
    *rules: dict[str, Any], gap: Gap, form: str | None = None
) -> list[str]:
    known = world(*rules)
    return [one.text for one in for_person(asked(known, gap, form), known).holds]


def days(count: int) -> Gap:
    return gap_of_length(Duration(count, "day"))


def since(count: int) -> Gap:
    return gap_between(ON - timedelta(days=count), ON)


def actions(found: Advice, where: str = "holds") -> list[str]:
    return [heard.rule.action for heard in getattr(found, where)]


# --- the longest gap, and what stands beside it -----------------------------------


def test_rules_for_shorter_gaps_stand_beside_the_longest_that_is_reached() -> None:
    rules = (
        rule("any"),
        rule("two", gap="2 days"),
        rule("five", gap="5 days"),
        rule("nine", gap="9 days"),
    )
    found = said(*rules, gap=days(8))
    assert actions(found) == ["five"]
    assert actions(found, "also") == ["two", "any"]
    assert actions(said(*rules, gap=days(9)), "also") == ["five", "two", "any"]


def test_of_two_rules_for_one_gap_the_one_for_the_form_is_followed() -> None:
    rules = (rule("all", gap="2 days"), rule("slow", gap="2 days", form="ER"))
    found = said(*rules, gap=days(2), form="ER")
    assert (actions(found), actions(found, "also")) == (["slow"], ["all"])
    # Of another form it says nothing.
    found = said(*rules, gap=days(2), form="IR")
    assert (actions(found), actions(found, "also")) == (["all"], [])


def test_of_two_rules_for_one_gap_the_one_that_names_more_of_the_case_is_followed() -> (
    None
):
    rules = (
        rule("in any case", gap="2 days"),
        rule("with delta", gap="2 days", when={"taking": ["delta"]}),
        rule(
            "with delta, without epsilon",
            gap="2 days",
            when={"taking": ["delta"], "not_taking": ["epsilon"]},
        ),
    )
    for taking, followed, beside in (
        ((), ["in any case"], []),
        (("delta", "epsilon"), ["with delta"], ["in any case"]),
        (
            ("delta",),
            ["with delta, without epsilon"],
            ["with delta", "in any case"],
        ),
    ):
        told = Told(taking=frozenset(taking))
        found = said(*rules, gap=days(2), told=told)
        assert (actions(found), actions(found, "also")) == (followed, beside)


CASE = {"taking": ["delta"]}


def test_what_a_case_asks_at_any_gap_comes_before_the_rule_for_the_gap() -> None:
    rules = (
        rule("any, with delta", when=CASE, call_team=True),
        rule("two", gap="2 days"),
    )
    told = Told(taking=frozenset({"delta"}))
    found = said(*rules, gap=days(2), told=told)
    assert actions(found) == ["any, with delta", "two"]
    assert found.call_team
    # Where it is not known whether that case holds, it is asked at any gap too.
    found = said(*rules, gap=days(2))
    assert actions(found) == ["two"]
    assert actions(found, "open") == ["any, with delta"]
    assert found.needs == ("taken-with",)


@pytest.mark.parametrize(
    "of_no_case",
    [
        rule("call", call_team=True),
        rule("one day, with delta", gap="1 day", when=CASE, call_team=True),
        rule("any, with delta, no call", when=CASE),
    ],
    ids=lambda one: one["action"],
)
def test_a_rule_of_no_case_of_a_gap_or_without_a_call_gives_way_to_the_longest(
    of_no_case: dict[str, Any],
) -> None:
    told = Told(taking=frozenset({"delta"}))
    found = said(of_no_case, rule("two", gap="2 days"), gap=days(2), told=told)
    assert actions(found) == ["two"]
    assert actions(found, "also") == [of_no_case["action"]]


# --- what is not decided ----------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "asked"), [("1 day", []), ("2 days", ["with"]), ("3 days", ["with"])]
)
def test_a_case_that_is_not_known_is_asked_where_its_gap_is_as_long_as_the_chosen_one(
    gap: str, asked: list[str]
) -> None:
    rules = (rule("with", gap=gap, when=CASE), rule("two", gap="2 days"))
    found = said(*rules, gap=days(3))
    assert actions(found) == ["two"]
    assert actions(found, "open") == asked


def test_a_rule_for_any_gap_in_a_case_that_is_not_known_is_asked_where_none_holds() -> (
    None
):
    found = said(rule("any, with delta", when=CASE), gap=days(1))
    assert (actions(found), actions(found, "open")) == ([], ["any, with delta"])


def test_without_a_form_a_rule_of_one_of_several_forms_is_not_decided() -> None:
    slow = rule("slow", gap="2 days", form="ER")
    found = said(slow, gap=days(2))
    assert (actions(found), actions(found, "open")) == ([], ["slow"])
    assert found.needs == ("form",)
    # Where there is no other form it is this one.
    found = asked(world(slow, products=(SLOW,)), days(2))
    assert (actions(found), found.decided) == (["slow"], True)


@pytest.mark.parametrize(
    ("on", "held"),
    [
        ("2026-02-28", ["old"]),
        ("2026-03-01", ["new"]),
    ],
)
def test_a_rule_holds_from_its_first_day_to_the_day_before_the_next_one(
    on: str, held: list[str]
) -> None:
    rules = (
        rule("old", gap="2 days", until="2026-03-01"),
        rule("new", gap="2 days", since="2026-03-01"),
    )
    assert actions(said(*rules, gap=days(2), on=date.fromisoformat(on))) == held


# --- injections -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "told", "holds"),
    [
        # From one injection to the next the time is told as it is.
        ("MONTHLY", 27, False),
        ("MONTHLY", 28, True),
        # Of tablets the days without one are: up to a day less than since the last.
        ("ER", 26, False),
        ("ER", 27, None),
        ("ER", 28, True),
    ],
)
def test_a_told_time_since_the_last_dose_is_exact_for_an_injection_alone(
    form: str, told: int, holds: bool | None
) -> None:
    late = rule("late", gap="28 days", since_last=True, form=form)
    found = said(late, gap=days(told), form=form)
    assert actions(found) == (["late"] if holds else [])
    assert actions(found, "open") == (["late"] if holds is None else [])


WINDOW = cited(form="MONTHLY", before="3 days", after="1 week")


def test_a_day_lies_in_no_window_where_the_day_of_the_last_injection_is_a_range() -> (
    None
):
    last = ON - timedelta(days=30)
    exact = Gap(on=ON, last=(last, last))
    known = world(windows=(WINDOW,))
    found = asked(known, exact, "MONTHLY")
    assert found.window is not None
    range_of_days = Gap(on=ON, last=(last, last + timedelta(days=1)))
    found = asked(known, range_of_days, "MONTHLY")
    assert found.window is None


@pytest.mark.parametrize(
    ("since_last", "stands"),
    [
        (23, "2 days too early"),
        (24, "1 day too early"),
        (25, "in the window"),
        (28, "on the day"),
        (35, "in the window"),
        (36, "1 day too late"),
        (37, "2 days too late"),
    ],
)
def test_staff_are_told_where_the_day_lies_and_who_says_so(
    since_last: int, stands: str
) -> None:
    known = world(windows=(WINDOW,))
    found = asked(known, since(since_last), "MONTHLY")
    told = for_staff(found, known).window
    assert told is not None
    assert told.text.endswith(f"; {stands}.")
    assert (told.title, told.locator) == ("The Book", WINDOW["locator"])


def test_without_a_window_staff_are_told_that_none_is_named_and_no_source() -> None:
    known = world()
    found = asked(known, since(29), "MONTHLY")
    told = for_staff(found, known).window
    assert told is not None
    assert "no first day is named to no last day is named" in told.text
    assert told.text.endswith(
        "1 day from that day, where the knowledge names no window."
    )
    assert (told.case, told.source, told.locator) == ("MONTHLY", None, None)


# --- what the person hears --------------------------------------------------------


def test_of_an_injection_the_person_is_told_to_call_and_of_a_tablet_what_to_do() -> (
    None
):
    rules = (rule("take it", form="ER"), rule("come for it", form="MONTHLY"))
    assert person_hears(*rules, gap=days(1), form="ER") == ["take it"]
    assert person_hears(*rules, gap=days(1), form="MONTHLY") == [CALL]


def test_the_person_is_told_one_general_rule_and_not_every_one() -> None:
    rules = (rule("for all forms"), rule("for this form", form="ER"))
    assert person_hears(*rules, gap=days(1), form="ER") == ["for this form"]


@pytest.mark.parametrize(("missed", "asks"), [(1, False), (2, True)])
def test_who_missed_more_than_one_dose_is_told_to_ask(missed: int, asks: bool) -> None:
    for gap in (days(missed), since(missed + 1)):
        heard = person_hears(rule("take it"), gap=gap)
        assert heard == ["take it", *([MORE_THAN_ONE] if asks else [])]


@pytest.mark.parametrize(
    ("fields", "case"),
    [
        ({"gap": "6 hours"}, "6 hours or more late"),
        ({"gap": "1 day"}, "1 day or more missed"),
        ({"gap": "6 hours", "since_last": True}, "6 hours or more since the last dose"),
        ({}, "any gap"),
    ],
)
def test_a_dose_is_hours_late_and_days_are_missed(
    fields: dict[str, Any], case: str
) -> None:
    known = world(rule("x", **fields))
    found = asked(known, days(9))
    assert [one.case for one in for_staff(found, known).holds] == [case]
