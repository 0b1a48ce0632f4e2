"""A condition, or the person's age, that makes a medicine unsuitable."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import (
    A,
    a_person,
    asked,
    cited,
    condition,
    drug,
    nobody,
    observation,
    some_knowledge,
)
from concord.knowledge.lookup import Knowledge
from concord.review.rules.condition import CONTRAINDICATION, GERIATRIC


def made(
    *cautions: dict[str, Any], contraindication: tuple[dict[str, Any], ...] = ()
) -> Knowledge:
    return some_knowledge(
        drugs=[drug("bupropion", contraindication=list(contraindication)), drug("b")],
        conditions=[condition("seizures"), condition("asthma")],
        observations=[observation("egfr", "mL/min")],
        cautions=list(cautions),
    )


def label(**fields: Any) -> Knowledge:
    return made(contraindication=(cited(text="never", **fields),))


def amara(born: str | None = "1980", *conditions: str, **more: Any) -> A:
    person = a_person(born=born).taking("bupropion", "150 mg", **more)
    for code in conditions:
        person = person.with_condition(code, "2020")
    return person


# --- what a label forbids ---------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        (amara("1980", "seizures"), "finding"),
        (amara("1980", "asthma"), "checked"),
        (amara(), "not checked"),
    ],
)
def test_a_condition_that_the_label_forbids(person: A, outcome: str) -> None:
    said = asked(CONTRAINDICATION, person, label(condition="seizures"))
    assert said.outcome == outcome
    assert said.needs == (("conditions",) if outcome == "not checked" else ())
    if outcome == "finding":
        assert said.severity == "contraindicated"
        assert said.one.id == "contraindicating-condition:seizures:bupropion"
        assert said.seen[0] == "Condition on record: seizures, since 2020."


def test_words_alone_forbid_nothing_that_can_be_checked() -> None:
    assert asked(CONTRAINDICATION, amara(), label()).outcome == "checked"


@pytest.mark.parametrize(
    ("born", "outcome"),
    [("1950", "finding"), ("1990", "checked"), (None, "not checked")],
)
def test_a_circumstance_that_the_label_forbids(born: str | None, outcome: str) -> None:
    knowledge = label(when={"age_at_least": 65})
    said = asked(CONTRAINDICATION, amara(born), knowledge)
    assert said.outcome == outcome
    assert said.needs == (("age",) if outcome == "not checked" else ())
    if outcome == "finding":
        assert said.one.id == "contraindicating-condition:p. 1:bupropion"


@pytest.mark.parametrize(
    ("person", "outcome", "needs"),
    [
        (amara("1950", "seizures"), "finding", ()),
        (amara("1990", "seizures"), "checked", ()),
        (amara("1950", "asthma"), "checked", ()),
        (amara("1990"), "checked", ()),
        (amara(None, "asthma"), "checked", ()),
        (amara("1950"), "not checked", ("conditions",)),
        (amara(None, "seizures"), "not checked", ("age",)),
        (amara(None), "not checked", ("age", "conditions")),
    ],
)
def test_a_condition_and_a_circumstance_must_both_hold(
    person: A, outcome: str, needs: tuple[str, ...]
) -> None:
    knowledge = label(condition="seizures", when={"age_at_least": 65})
    said = asked(CONTRAINDICATION, person, knowledge)
    assert (said.outcome, said.needs) == (outcome, needs)


def test_a_contraindication_holds_on_the_days_it_is_in_force() -> None:
    knowledge = label(condition="seizures", until=date(2026, 6, 1))
    person = amara("1980", "seizures")
    assert asked(CONTRAINDICATION, person, knowledge, "2026-05-31").findings
    assert asked(CONTRAINDICATION, person, knowledge, "2026-06-01").checked


def test_what_is_not_known_may_be_forbidden() -> None:
    person = amara("1980", "asthma").taking("new").taking_something_called("pill")
    said = asked(CONTRAINDICATION, person, label(condition="seizures"))
    assert said.needs == ("recognised", "drug-knowledge")


# --- cautions ---------------------------------------------------------------------


def caution(kind: str = "condition", **fields: Any) -> dict[str, Any]:
    return cited(
        id="caution",
        title="t",
        kind=kind,
        a={"drugs": ["bupropion"]},
        severity="serious",
        why="because",
        options=["other"],
        **{"when": {"condition": "asthma"}, **fields},
    )


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        (amara("1980", "asthma"), "finding"),
        (amara("1980", "seizures"), "checked"),
        (amara(), "not checked"),
        (a_person().taking("b").with_condition("asthma"), "checked"),
    ],
)
def test_a_caution_has_the_severity_that_its_source_gives_it(
    person: A, outcome: str
) -> None:
    said = asked(CONTRAINDICATION, person, made(caution()))
    assert said.outcome == outcome
    if outcome == "finding":
        assert said.severity == "serious"
        assert said.one.id == "contraindicating-condition:caution:bupropion"


@pytest.mark.parametrize(
    ("born", "outcome", "unless"),
    [("1950", "checked", False), ("1990", "finding", False), (None, "finding", True)],
)
def test_an_exemption_that_is_not_known_to_hold_is_said(
    born: str | None, outcome: str, unless: bool
) -> None:
    exempt = [cited(text="when old", when={"age_at_least": 65})]
    said = asked(CONTRAINDICATION, amara(born, "asthma"), made(caution(exempt=exempt)))
    assert said.outcome == outcome
    if outcome == "finding":
        assert any("when old" in words for words in said.seen) is unless


def test_a_result_that_makes_it_unsuitable_is_seen() -> None:
    row = caution(when={"observation": "egfr", "below": "30 mL/min"})
    for value, outcome in (("29", "finding"), ("30", "checked")):
        person = amara().measured("egfr", f"{value} mL/min", "2026-11-01")
        said = asked(CONTRAINDICATION, person, made(row))
        assert said.outcome == outcome
        if outcome == "finding":
            assert said.seen[0] == "egfr: 29 mL/min on Sun 1 Nov 2026."
    unknown = asked(CONTRAINDICATION, amara(), made(row))
    assert unknown.not_checked[0].needs[0].values == {"name": "egfr"}


def test_an_age_that_makes_it_unsuitable_is_seen() -> None:
    for when in ({"age_at_least": 40}, {"age_below": 50}):
        said = asked(CONTRAINDICATION, amara("1980"), made(caution(when=when)))
        assert "Age 45." in said.seen


# --- the criteria for older adults ------------------------------------------------

OLD = {"age_at_least": 65}


@pytest.mark.parametrize(
    ("born", "outcome"),
    [
        ("1961-11-22", "finding"),
        ("1961-11-23", "not applicable"),
        ("1961-11", "not checked"),
        (None, "not checked"),
    ],
)
def test_the_criteria_apply_from_the_sixty_fifth_birthday(
    born: str | None, outcome: str
) -> None:
    said = asked(GERIATRIC, amara(born), made(caution("geriatric", when=OLD)))
    assert said.outcome == outcome
    assert said.needs == (("age",) if outcome == "not checked" else ())
    if outcome == "not applicable":
        assert said.not_applicable[0].why.key == "why-not.younger"


def test_an_older_person_with_nothing_to_say_of_is_checked() -> None:
    assert asked(GERIATRIC, amara("1950"), made()).outcome == "checked"
    assert asked(GERIATRIC, amara("1961-11-22"), made()).outcome == "checked"
    assert asked(GERIATRIC, amara("1961-11"), made()).outcome == "checked"
    assert asked(GERIATRIC, amara("1961-11-23"), made()).outcome == "not applicable"
    of_conditions = made(caution("condition", when=OLD))
    assert asked(GERIATRIC, amara("1950"), of_conditions).outcome == "checked"
    of_age = made(caution("geriatric", when=OLD))
    assert asked(CONTRAINDICATION, amara("1950"), of_age).outcome == "checked"


def test_without_an_age_the_criteria_are_not_checked() -> None:
    said = asked(GERIATRIC, nobody().taking("bupropion"), made())
    assert (said.outcome, said.needs) == ("not checked", ("age",))
    assert said.not_checked[0].medications == ("m0",)


def test_an_older_persons_unknown_medicine_is_said() -> None:
    person = amara("1950").taking("new").taking_something_called("pill")
    assert asked(GERIATRIC, person, made()).needs == ("recognised", "drug-knowledge")
    only = a_person(born="1950").taking("new")
    assert asked(GERIATRIC, only, made()).needs == ("drug-knowledge",)
