"""Ten authored people, each with a review written by hand before the rules were run."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from concord.exchange import Recogniser, read
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.lookup import Knowledge
from concord.review import Review, review
from concord.review.rules import RULES
from concord.web.demo.bundles import FOLDER
from concord.wording import say

PEOPLE = sorted(FOLDER.glob("*.json"))
WRITTEN = Path(__file__).parent / "people"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def expected(path: Path) -> dict[str, Any]:
    return tomllib.loads((WRITTEN / f"{path.stem}.expected.toml").read_text("utf-8"))


def reviewed(path: Path, knowledge: Knowledge) -> Review:
    imported = read(path, Recogniser(load_catalogue(), knowledge), read_at=NOW)
    assert imported.problems == ()
    on = date.fromisoformat(str(expected(path)["as_of"]))
    return review(imported.record, knowledge, on)


@pytest.fixture(params=PEOPLE, ids=lambda p: p.stem)
def person(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_there_are_ten_people() -> None:
    assert len(PEOPLE) == 10


def test_the_findings_are_those_written_by_hand(
    person: Path, knowledge: Knowledge
) -> None:
    found = {
        (f.rule, tuple(sorted(f.drugs)), f.severity.value)
        for f in reviewed(person, knowledge).findings
    }
    wanted = {
        (f["rule"], tuple(sorted(f["drugs"])), f["severity"])
        for f in expected(person).get("finding", [])
    }
    assert found == wanted


def test_the_causes_are_those_written_by_hand(
    person: Path, knowledge: Knowledge
) -> None:
    """A cause stands in the finding's id.

    What is overdue is named in what was seen; a result out of range is in the id by
    its observation.
    """
    monitoring = knowledge.table("monitoring")
    findings = reviewed(person, knowledge).findings
    for wanted in expected(person).get("finding", []):
        cause = wanted.get("cause", "")
        entry = monitoring.get(cause)
        names = {cause, *(entry.observation if entry else ())}
        assert any(
            f.rule == wanted["rule"]
            and (
                any(name in f.id for name in names)
                or any(entry and entry.title in say(m) for m in f.seen)
            )
            for f in findings
        ), wanted


def test_what_could_not_be_checked_is_what_was_written_by_hand(
    person: Path, knowledge: Knowledge
) -> None:
    result = reviewed(person, knowledge)
    names = {m.id: m.drug or m.text for m in result.medications}
    everywhere = {
        name
        for row in expected(person).get("not_checked", [])
        if row["rule"] == "*"
        for name in row["medicines"]
    }
    found = {
        (row.rule, names[m])
        for row in result.not_checked
        for m in row.medications
        if names[m] not in everywhere
    }
    wanted = {
        (row["rule"], name)
        for row in expected(person).get("not_checked", [])
        for name in row["medicines"]
        if row["rule"] != "*"
    }
    assert found == wanted
    for row in result.not_checked:
        assert all(say(n) for n in row.needs)


def test_what_does_not_apply_is_what_was_written_by_hand(
    person: Path, knowledge: Knowledge
) -> None:
    found = {row.rule for row in reviewed(person, knowledge).not_applicable}
    assert found == set(expected(person).get("not_applicable", []))


def test_every_rule_says_something_of_every_person(
    person: Path, knowledge: Knowledge
) -> None:
    result = reviewed(person, knowledge)
    said = {
        *(f.rule for f in result.findings),
        *result.checked,
        *(r.rule for r in result.not_checked),
        *(r.rule for r in result.not_applicable),
    }
    assert {rule.id for rule in RULES} <= said


def test_at_most_one_finding_interrupts_the_median_visit(knowledge: Knowledge) -> None:
    counts = [
        sum(f.interrupts for f in reviewed(path, knowledge).findings) for path in PEOPLE
    ]
    assert median(counts) <= 1
    assert counts == [expected(path)["interrupting"] for path in PEOPLE]
