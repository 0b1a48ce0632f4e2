"""Which items of the due list a timeline shows, and to whom in which words."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from concord.followup.case import Case
from concord.followup.due import Due, State, What
from concord.knowledge.index import load
from concord.knowledge.model import Severity
from concord.record.model import Record
from concord.web.timeline.planned import due_items, planned_items

ON = date(2026, 11, 22)
NEXT_WEEK = ON + timedelta(days=7)


def an_item(what: What, ask: str, title: str = "Visit") -> Due:
    return Due(
        ask=ask,
        what=what,
        title=title,
        state=State.NOT_YET,
        severity=Severity.MODERATE,
        reasons=(),
        due=NEXT_WEEK,
    )


LITHIUM = an_item(What.MEASUREMENT, "measure:lithium-level", "Lithium level")


def planned(*items: Due) -> list[tuple[date, str]]:
    case = Case(Record(), load(), ON)
    return [(item.on, item.text) for item in planned_items(case, items)]


def test_the_person_is_told_of_visits_tests_and_forms_by_their_plain_names() -> None:
    assert planned(
        an_item(What.VISIT, "visit"),
        LITHIUM,
        an_item(What.SCALE, "scale:phq-9", "PHQ-9"),
    ) == [
        (NEXT_WEEK, "A visit"),
        (NEXT_WEEK, "A test: Lithium in the blood"),
        (NEXT_WEEK, "A form: Low mood (PHQ-9)"),
    ]


def test_what_has_no_plain_name_is_only_called_a_test() -> None:
    assert planned(an_item(What.MEASUREMENT, "measure:nothing-known")) == [
        (NEXT_WEEK, "A test")
    ]


@pytest.mark.parametrize(
    "what", [What.CONTACT, What.LIST, What.INJECTION, What.STEP, What.GOAL]
)
def test_nothing_else_is_shown_to_the_person(what: What) -> None:
    assert planned(an_item(what, "other")) == []


@pytest.mark.parametrize(
    ("on", "shown"), [(ON - timedelta(days=1), 0), (ON, 1), (NEXT_WEEK, 1)]
)
def test_a_day_that_has_passed_is_not_held_up_to_the_person(
    on: date, shown: int
) -> None:
    assert len(planned(msgspec.structs.replace(LITHIUM, due=on))) == shown


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (State.OVERDUE, "Lithium level (overdue)"),
        (State.DUE, "Lithium level (due)"),
        (State.IN_WINDOW, "Lithium level (in its window)"),
        (State.NOT_YET, "Lithium level (coming)"),
    ],
)
def test_clinicians_read_where_it_stands(state: State, text: str) -> None:
    (item,) = due_items(
        Case(Record(), load(), ON), [msgspec.structs.replace(LITHIUM, state=state)]
    )
    assert (item.on, item.text, item.kind) == (NEXT_WEEK, text, "measurement")


@pytest.mark.parametrize("state", [State.DONE, State.NOT_KNOWN, State.SET_ASIDE])
def test_what_is_not_due_on_any_day_is_on_no_timeline(state: State) -> None:
    item = msgspec.structs.replace(LITHIUM, state=state)
    assert due_items(Case(Record(), load(), ON), [item]) == ()
    assert planned(item) == []


def test_what_has_no_date_is_on_no_timeline() -> None:
    undated = msgspec.structs.replace(LITHIUM, due=None)
    assert due_items(Case(Record(), load(), ON), [undated]) == ()
    assert planned(undated) == []
