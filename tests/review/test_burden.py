"""One hazard that adds up over the whole list."""

from __future__ import annotations

from typing import Any

import pytest

from builders import A, Said, a_person, asked, cited, drug, group, some_knowledge
from concord.review.rules.burden import BURDEN


def burden(at_least: str, severity: str, **fields: Any) -> dict[str, Any]:
    row = {"counting": "score", "why": severity, "options": ["fewer"], **fields}
    return cited(at_least=at_least, severity=severity, **row)


SCORES = [
    cited(drug="one", score="1"),
    cited(drug="two", score="2"),
    cited(drug="three", score="3"),
    cited(drug="high", score="3", when={"dose_at_least": "100 mg"}),
    cited(drug="old", score="3", when={"age_at_least": 65}),
    cited(drug="none"),
]


def ask(person: A, *rows: dict[str, Any], members: Any = SCORES) -> Said:
    knowledge = some_knowledge(
        drugs=[drug(d) for d in ("one", "two", "three", "high", "old", "none", "no")],
        groups=[group("hazard", kind="hazard", member=members, burden=list(rows))],
    )
    return asked(BURDEN, person, knowledge)


def taking(*drugs: str, born: str | None = "1980", dose: str | None = "50 mg") -> A:
    person = a_person(born=born)
    for name in drugs:
        person = person.taking(name, dose)
    return person


@pytest.mark.parametrize(
    ("drugs", "severity"),
    [
        (("one",), None),
        (("two",), None),
        (("two", "none"), None),  # a member without a score adds nothing to a sum
        (("one", "two"), "moderate"),
        (("three",), "moderate"),
        (("three", "one"), "moderate"),
        (("three", "two"), "serious"),
        (("three", "two", "one"), "serious"),
        (("three", "none", "no"), "moderate"),
    ],
)
def test_scores_add_up_and_the_gravest_row_reached_speaks(
    drugs: tuple[str, ...], severity: str | None
) -> None:
    rows = burden("3", "moderate"), burden("5", "serious")
    for order in (rows, rows[::-1]):
        said = ask(taking(*drugs), *order)
        assert said.severity == severity
        assert said.checked is (severity is None)


@pytest.mark.parametrize(
    ("drugs", "found"), [(("one", "two"), False), (("one", "two", "none"), True)]
)
def test_members_may_count_one_each(drugs: tuple[str, ...], found: bool) -> None:
    said = ask(taking(*drugs), burden("3", "moderate", counting="members"))
    assert bool(said.findings) is found


def test_one_drug_in_two_medicines_counts_once() -> None:
    person = taking("two").taking("two", "9 mg", by="x")
    assert ask(person, burden("3", "moderate")).checked


def test_the_finding_names_every_contributor_and_the_sum() -> None:
    finding = ask(taking("one", "no", "two"), burden("3", "moderate")).one
    assert finding.id == "additive-burden:hazard:one+two"
    assert finding.medications == ("m0", "m2")
    assert finding.seen[0].key == "seen.burden-score"
    assert finding.seen[0].values["total"] == "3"
    assert finding.seen[0].values["scores"] == "one 1, two 2"
    by_members = burden("2", "moderate", counting="members")
    members = ask(taking("one", "two"), by_members).one
    assert members.seen[0].key == "seen.burden-members"
    assert members.seen[0].values["scores"] == "one, two"


def test_of_two_rows_of_one_severity_the_one_reached_furthest_is_cited() -> None:
    low, high = burden("3", "moderate"), burden("4", "moderate") | {"locator": "p. 4"}
    for order in ((low, high), (high, low)):
        finding = ask(taking("three", "one"), *order).one
        assert finding.sources[0].locator == "p. 4"


@pytest.mark.parametrize(
    ("dose", "outcome"),
    [("99 mg", "checked"), ("100 mg", "finding"), (None, "not checked")],
)
def test_a_member_from_a_dose_on_counts_where_it_is_known_to(
    dose: str | None, outcome: str
) -> None:
    said = ask(taking("high", dose=dose), burden("3", "moderate"))
    assert said.outcome == outcome
    if dose is None:
        assert said.needs == ("dose",)
        assert said.not_checked[0].medications == ("m0",)


def test_what_is_not_known_is_said_only_where_it_could_matter() -> None:
    row = burden("4", "moderate")
    assert ask(taking("high", dose=None), row).checked
    assert ask(taking("high", "one", dose=None), row).outcome == "not checked"
    enough = ask(taking("three", "one", "high", dose=None), row)
    assert enough.one.drugs == ("three", "one")


@pytest.mark.parametrize(
    ("born", "outcome"),
    [("1950", "finding"), ("1990", "checked"), (None, "not checked")],
)
def test_a_row_for_some_people_counts_for_them(born: str | None, outcome: str) -> None:
    row = burden("3", "moderate", when={"age_at_least": 65})
    said = ask(taking("three", born=born), row)
    assert said.outcome == outcome
    assert said.needs == (("age",) if born is None else ())
    assert ask(taking("two", born=born), row).checked


def test_a_lesser_row_that_is_reached_speaks_where_a_graver_one_cannot_be_told() -> (
    None
):
    grave = burden("3", "serious", when={"age_at_least": 65})
    said = ask(taking("three", born=None), grave, burden("3", "minor"))
    assert said.severity == "minor"


def test_what_is_not_known_may_add_to_it() -> None:
    person = taking("one").taking("new").taking_something_called("pill")
    assert ask(person, burden("3", "moderate")).needs == (
        "recognised",
        "drug-knowledge",
    )


def test_it_rests_on_the_row_and_on_every_member() -> None:
    grave = burden("3", "serious")
    assert ask(taking("three"), grave).one.interrupts
    assert not ask(taking("three"), grave | {"status": "unverified"}).one.interrupts
    weak = [cited(drug="three", score="3", status="unverified")]
    assert not ask(taking("three"), grave, members=weak).one.interrupts
