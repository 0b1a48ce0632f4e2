"""Has a medicine been taken for longer than its course is meant to last?"""

from __future__ import annotations

import pytest

from builders import a_person, asked, cited, condition, drug, some_knowledge
from concord.review.rules.duration import DURATION

MADE = some_knowledge(
    drugs=[
        drug("zolpidem", duration=[cited(at_most="4 weeks", text="short courses")]),
        drug(
            "naproxen",
            duration=[
                cited(at_most="10 days", text="for gout", indication="gout"),
                cited(at_most="1 year", text="for anything"),
            ],
        ),
        drug("lithium"),
    ],
    conditions=[condition("gout"), condition("pain")],
)


@pytest.mark.parametrize(
    ("since", "on", "outcome"),
    [
        ("2026-03-01", "2026-03-28", "checked"),
        ("2026-03-01", "2026-03-29", "checked"),
        ("2026-03-01", "2026-03-30", "finding"),
        ("2026-03", "2026-03-29", "checked"),
        ("2026-03", "2026-03-30", "not checked"),
        ("2026-03", "2026-04-28", "not checked"),
        ("2026-03", "2026-04-29", "finding"),
        (None, "2026-12-01", "not checked"),
    ],
)
def test_the_day_on_which_a_course_would_end_is_still_within_it(
    since: str | None, on: str, outcome: str
) -> None:
    person = a_person().taking("zolpidem", "5 mg", since=since)
    said = asked(DURATION, person, MADE, on)
    assert said.outcome == outcome
    assert said.needs == (("start-date",) if outcome == "not checked" else ())


@pytest.mark.parametrize(
    ("for_", "on", "ids"),
    [
        ("gout", "2026-01-11", ()),
        ("gout", "2026-01-12", ("longer-than-intended:gout:naproxen",)),
        ("pain", "2026-01-12", ()),
        ("pain", "2027-01-01", ()),
        ("pain", "2027-01-02", ("longer-than-intended:naproxen",)),
    ],
)
def test_the_course_of_an_indication_counts_only_for_it(
    for_: str, on: str, ids: tuple[str, ...]
) -> None:
    person = a_person().taking("naproxen", "500 mg", for_=for_)
    said = asked(DURATION, person, MADE, on)
    assert said.ids == ids
    assert said.checked == (not ids)


def test_a_medicine_without_an_intended_course_is_checked_without_a_start() -> None:
    assert asked(DURATION, a_person().taking("lithium", since=None), MADE).checked


def test_the_finding_warns_against_stopping_at_once() -> None:
    finding = asked(DURATION, a_person().taking("zolpidem", "5 mg"), MADE).one
    assert finding.severity == "moderate"
    assert "option.no-abrupt-stop" in [o.key for o in finding.options]


def test_of_an_unknown_medicine_nothing_is_said() -> None:
    person = a_person().taking("lithium").taking("new").taking_something_called("x")
    assert asked(DURATION, person, MADE).needs == ("recognised", "drug-knowledge")
