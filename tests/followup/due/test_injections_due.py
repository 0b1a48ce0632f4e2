"""Long-acting injections: the window of the label, its rule when late, and no date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import MEASURES, a_case, a_person, cited, drug, some_knowledge
from concord.followup.due import Due, EventKind, State, What, due
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Severity

PRODUCT = cited(
    form="injection",
    route="intramuscular",
    strengths=["100 mg/1 mL"],
    release="depot",
    tag="DEPOT",
    brands=["Depot"],
    interval="4 weeks",
)
LATE = cited(form="DEPOT", since_last=True, gap="5 weeks", action="soon")
LATER = cited(form="DEPOT", since_last=True, gap="8 weeks", action="again from day 1")
AT_ONCE = cited(form="DEPOT", since_last=True, gap="4 weeks", action="today")
NEW = cited(
    form="DEPOT",
    since_last=True,
    gap="5 weeks",
    action="for a new course",
    when={"taken_for_less_than": "1 month"},
)
OTHER = cited(form="OTHER", since_last=True, gap="5 weeks", action="of another form")
WINDOW = cited(form="DEPOT", before="3 days", after="1 week")


ONE = cited(
    form="DEPOT",
    since_last=True,
    gap="6 weeks",
    action="after the first alone",
    when={"given_fewer_than": 2, "given_presumed_after": "1 year"},
)


def world(*windows: dict[str, Any], more: tuple[dict[str, Any], ...] = ()) -> Knowledge:
    return some_knowledge(
        drugs=[drug("depotine", product=[PRODUCT])],
        missed_doses=[
            {
                "id": "late",
                "title": "Late",
                "side": {"drugs": ["depotine"]},
                "rule": [AT_ONCE, NEW, LATE, LATER, OTHER, *more],
                "window": list(windows),
            }
        ],
        measures=list(MEASURES),
    )


def injection(on: str, *given: str, windows: tuple[dict[str, Any], ...]) -> Due:
    person = a_person().taking("depotine", "100 mg", text="depotine (Depot) injection")
    for at in given:
        person = person.said("depotine", "taken", at)
    items = due(a_case(person, world(*windows), on), date(2030, 1, 1))
    (item,) = (i for i in items if i.what is What.INJECTION)
    return item


@pytest.mark.parametrize(
    ("on", "state", "advice"),
    [
        ("2026-03-26", "not-yet", None),
        ("2026-03-27", "in-window", None),
        ("2026-03-30", "due", None),
        ("2026-03-31", "due", "today"),
        ("2026-04-05", "due", "today"),
        ("2026-04-06", "due", "soon"),
        ("2026-04-07", "overdue", "soon"),
        ("2026-04-26", "overdue", "soon"),
        ("2026-04-27", "overdue", "again from day 1"),
    ],
)
def test_an_injection_is_due_in_its_window_and_late_by_its_rule(
    on: str, state: str, advice: str | None
) -> None:
    item = injection(on, "2026-03-02", windows=(WINDOW,))
    assert (item.state, item.due) == (state, date(2026, 3, 30))
    assert (item.early, item.last) == (date(2026, 3, 27), date(2026, 4, 6))
    assert item.reasons[0].advice == advice
    assert item.reasons[0].event.kind is EventKind.INJECTION
    assert item.severity is Severity.SERIOUS


@pytest.mark.parametrize(
    ("on", "state"),
    [("2026-03-29", "not-yet"), ("2026-03-30", "due"), ("2026-03-31", "overdue")],
)
def test_where_the_label_names_no_window_the_day_itself_counts(
    on: str, state: str
) -> None:
    item = injection(on, "2026-03-02", windows=())
    assert item.state == state
    assert (item.early, item.last) == (None, None)


def test_the_last_injection_that_was_given_counts() -> None:
    item = injection("2026-04-20", "2026-03-02", "2026-04-13", windows=(WINDOW,))
    assert (item.state, item.due) == (State.NOT_YET, date(2026, 5, 11))


def test_without_any_injection_on_record_the_next_is_not_known() -> None:
    item = injection("2026-04-20", windows=(WINDOW,))
    assert (item.state, item.due) == (State.NOT_KNOWN, None)
    assert item.needs == ("last-injection",)


@pytest.mark.parametrize(
    ("since", "given", "on", "advice"),
    [
        ("2026-03-02", ("2026-03-02",), "2026-04-12", "soon"),
        ("2026-03-02", ("2026-03-02",), "2026-04-13", "after the first alone"),
        ("2026-02-23", ("2026-02-23", "2026-03-02"), "2026-04-13", "soon"),
        # An earlier one may be missing: what holds for certain stands before it.
        ("2026-01-01", ("2026-03-02",), "2026-04-13", "soon"),
        (None, ("2026-03-02",), "2026-04-13", "soon"),
        # After a year it is presumed that there were more.
        ("2025-04-13", ("2026-03-02",), "2026-04-13", "soon"),
    ],
)
def test_a_rule_for_the_first_injection_alone_holds_where_it_was_counted(
    since: str | None, given: tuple[str, ...], on: str, advice: str
) -> None:
    text = "depotine (Depot) injection"
    person = a_person().taking("depotine", "100 mg", since=since, text=text)
    for at in given:
        person = person.said("depotine", "taken", at)
    items = due(a_case(person, world(WINDOW, more=(ONE,)), on), date(2030, 1, 1))
    (item,) = (i for i in items if i.what is What.INJECTION)
    assert item.reasons[0].advice == advice
