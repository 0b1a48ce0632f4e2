"""Is it working: what the rule makes of each course of treatment."""

from __future__ import annotations

from typing import Any

import pytest

from builders import (
    A,
    a_person,
    asked,
    cited,
    condition,
    drug,
    observation,
    some_knowledge,
)
from concord.review.rules.effectiveness import EFFECTIVENESS

MADE_FIELDS: dict[str, Any] = {
    "drugs": [
        drug(d, indication=[cited(condition="depression", kind="approved")])
        for d in ("sertraline", "mirtazapine")
    ]
    + [drug("aspirin")],
    "conditions": [condition("depression"), condition("gout")],
    "observations": [observation("phq", "{score}")],
    "scales": [
        {
            "id": "phq",
            "title": "PHQ",
            "licence": cited(ship_text=False, text="no"),
            "lowest": "0",
            "highest": "27",
            "items": 9,
            "codes": [cited(loinc=["phq"])],
            "change": cited(
                response_share="0.5",
                remission_below="5",
                reliable_change="5",
                status="convention",
                locator="p. 9",
            ),
        }
    ],
    "followup": [
        {
            "id": "f",
            "title": "f",
            "side": {"drugs": ["sertraline", "mirtazapine"]},
            "response": [
                cited(
                    condition="depression",
                    scales=["phq"],
                    measured_within="4 weeks",
                    adequate_trial="6 weeks",
                )
            ],
        }
    ],
}
MADE = some_knowledge(**MADE_FIELDS)


def amara(*scores: tuple[str, str], since: str | None = "2026-03-01") -> A:
    person = a_person().with_condition("depression")
    person = person.taking("sertraline", "50 mg", since=since)
    for value, on in scores:
        person = person.measured("phq", value, on)
    return person


BEFORE = ("20", "2026-02-20")


@pytest.mark.parametrize(
    ("person", "id_", "severity"),
    [
        (amara(), "not-measured-depression", "minor"),
        (amara(("9", "2026-05-01")), "no-baseline-depression", "minor"),
        (
            amara(BEFORE, ("8", "2026-05-01")),
            "response-without-remission-depression",
            "minor",
        ),
        (amara(BEFORE, ("18", "2026-05-01")), "no-response-depression", "moderate"),
        (amara(BEFORE, ("25", "2026-05-01")), "worse-depression", "moderate"),
    ],
)
def test_what_the_scores_say_is_a_finding(person: A, id_: str, severity: str) -> None:
    finding = asked(EFFECTIVENESS, person, MADE, "2026-06-01").one
    assert finding.id == f"effectiveness:{id_}:sertraline"
    assert finding.severity == severity
    assert finding.problem == "ineffective drug"


def test_remission_and_a_course_too_young_are_checked() -> None:
    well = amara(BEFORE, ("4", "2026-05-01"))
    assert asked(EFFECTIVENESS, well, MADE, "2026-06-01").outcome == "checked"
    assert asked(EFFECTIVENESS, amara(), MADE, "2026-03-29").outcome == "checked"


def test_without_a_start_it_is_not_checked() -> None:
    said = asked(EFFECTIVENESS, amara(since=None), MADE)
    assert (said.outcome, said.needs) == ("not checked", ("start-date",))


def test_without_anything_that_has_a_scale_it_is_not_applicable() -> None:
    gout = a_person().with_condition("gout").taking("aspirin")
    said = asked(EFFECTIVENESS, gout, MADE)
    assert said.outcome == "not applicable"
    assert said.not_applicable[0].why.key == "why-not.no-scale"


def test_without_a_problem_list_it_is_not_checked() -> None:
    said = asked(EFFECTIVENESS, a_person().taking("sertraline"), MADE)
    assert (said.outcome, said.needs) == ("not checked", ("indication", "conditions"))


def test_two_medicines_for_one_condition_are_one_finding() -> None:
    person = amara(BEFORE, ("18", "2026-05-01"))
    person = person.taking("mirtazapine", "15 mg", since="2026-03-01")
    finding = asked(EFFECTIVENESS, person, MADE, "2026-06-01").one
    assert finding.drugs == ("sertraline", "mirtazapine")
    assert finding.medications == ("m0", "m1")
    assert len(finding.seen) == 4


def test_the_scale_is_cited_only_where_it_judged() -> None:
    judged = asked(EFFECTIVENESS, amara(BEFORE, ("18", "2026-05-01")), MADE).one
    assert [s.locator for s in judged.sources] == ["p. 1", "p. 9"]
    unmeasured = asked(EFFECTIVENESS, amara(), MADE).one
    assert [s.locator for s in unmeasured.sources] == ["p. 1"]


def test_an_unknown_medicine_is_said_besides_what_was_found() -> None:
    said = asked(EFFECTIVENESS, amara().taking_something_called("pill"), MADE)
    assert said.findings
    assert said.needs == ("recognised",)
