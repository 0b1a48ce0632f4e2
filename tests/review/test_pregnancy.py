"""A pregnancy, or its possibility, that makes a medicine unsuitable."""

from __future__ import annotations

from typing import Any

import pytest

from builders import (
    A,
    Said,
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
from concord.record.model import Sex
from concord.review.rules.pregnancy import PREGNANCY


def advice(advice_: str, **fields: Any) -> dict[str, Any]:
    return cited(advice=advice_, text=advice_, **fields)


def made(*rows: dict[str, Any]) -> Knowledge:
    return some_knowledge(
        drugs=[drug("valproate", pregnancy=list(rows)), drug("silent")],
        conditions=[
            condition("pregnancy", lasts=cited(length="280 days")),
            condition("epilepsy"),
            condition("migraine"),
        ],
        observations=[
            observation(
                "pregnancy-test",
                answer=[
                    cited(codes=["yes"], means="positive"),
                    cited(codes=["no"], means="negative"),
                ],
            )
        ],
    )


AVOID = made(advice("avoid"))


def amara(
    born: str | None = "1990", sex: Sex = Sex.FEMALE, drug_: str = "valproate"
) -> A:
    return a_person(born=born, sex=sex).taking(drug_, "500 mg")


def ask(person: A, knowledge: Knowledge = AVOID, on: str = "2026-11-22") -> Said:
    return asked(PREGNANCY, person, knowledge, on)


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        (advice("contraindicated"), "contraindicated"),
        (advice("avoid"), "serious"),
        (advice("caution"), "moderate"),
        (advice("usually-continue"), "minor"),
        (advice("usually-continue", contraception=True), "minor"),
    ],
)
def test_in_a_pregnancy_every_advice_is_a_finding(
    row: dict[str, Any], severity: str
) -> None:
    finding = ask(amara().with_condition("pregnancy", "2026-09"), made(row)).one
    assert finding.severity == severity
    assert finding.id == "pregnancy:pregnant:valproate"
    assert finding.first_say is not None
    assert finding.options[0].key == "option.pregnancy"
    assert finding.seen[0].values["since"] == "Sep 2026"


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (advice("contraindicated"), "not checked"),
        (advice("avoid"), "not checked"),
        (advice("caution"), "checked"),
        (advice("usually-continue"), "checked"),
        (advice("caution", contraception=True), "finding"),
    ],
)
def test_where_it_is_possible_only_what_calls_for_contraception_is_a_finding(
    row: dict[str, Any], outcome: str
) -> None:
    said = ask(amara(), made(row))
    assert said.outcome == outcome
    if outcome == "finding":
        assert said.severity == "serious"
        assert said.one.id == "pregnancy:possible:valproate"
        assert said.one.seen[0].key == "seen.childbearing"
        assert said.one.options[0].key == "option.contraception"
    elif outcome == "not checked":
        assert said.needs == ("pregnancy-status",)


@pytest.mark.parametrize(
    ("born", "outcome"),
    [
        ("2014-11-23", "not applicable"),
        ("2014-11-22", "finding"),
        ("1976-11-22", "finding"),
        ("1975-11-23", "finding"),
        ("1975-11-22", "not applicable"),
        ("2014", "not checked"),
        ("1975", "not checked"),
        ("2013", "finding"),
        (None, "not checked"),
    ],
)
def test_it_is_possible_from_twelve_to_fifty_both_included(
    born: str | None, outcome: str
) -> None:
    said = ask(amara(born), made(advice("avoid", contraception=True)))
    assert said.outcome == outcome
    if outcome == "not checked":
        assert said.needs == ("age",)
    if outcome == "not applicable":
        assert said.not_applicable[0].why.key == "why-not.childbearing-age"


@pytest.mark.parametrize(
    ("sex", "outcome", "needs"),
    [
        (Sex.FEMALE, "finding", ()),
        (Sex.MALE, "not applicable", ()),
        (Sex.OTHER, "not checked", ("sex",)),
        (Sex.UNKNOWN, "not checked", ("sex",)),
    ],
)
def test_it_is_asked_by_the_recorded_sex(
    sex: Sex, outcome: str, needs: tuple[str, ...]
) -> None:
    said = ask(amara(sex=sex), made(advice("avoid", contraception=True)))
    assert (said.outcome, said.needs) == (outcome, needs)


def test_a_recorded_pregnancy_counts_whatever_the_age_and_sex_say() -> None:
    for person in (amara("1950"), amara(None), amara(sex=Sex.MALE)):
        assert ask(person.with_condition("pregnancy")).findings
    nameless = nobody().taking("valproate")
    assert ask(nameless.with_condition("pregnancy")).findings
    assert ask(nameless).needs == ("sex", "age")


@pytest.mark.parametrize(
    ("answer", "on", "outcome"),
    [
        ("yes", "2026-10-23", "finding"),
        ("yes", "2026-10-22", "not checked"),
        ("no", "2026-10-23", "checked"),
        ("no", "2026-10-22", "not checked"),
        ("maybe", "2026-11-20", "not checked"),
    ],
)
def test_a_test_counts_for_thirty_days(answer: str, on: str, outcome: str) -> None:
    said = ask(amara().found("pregnancy-test", answer, on))
    assert said.outcome == outcome
    if outcome == "finding":
        assert said.one.seen[0].key == "seen.pregnancy-test"


def test_of_two_tests_the_newest_counts() -> None:
    person = amara().found("pregnancy-test", "yes", "2026-11-01")
    assert ask(person.found("pregnancy-test", "no", "2026-11-10")).checked
    assert ask(person.found("pregnancy-test", "no", "2026-10-30")).findings


def test_a_pregnancy_that_must_be_over_no_longer_counts() -> None:
    person = amara().with_condition("pregnancy", "2026-01-01")
    assert ask(person, on="2026-10-08").findings
    assert ask(person, on="2026-10-09").outcome == "not checked"


def test_the_advice_is_for_what_it_is_taken_for() -> None:
    knowledge = made(
        advice("contraindicated", indication="migraine"), advice("caution")
    )
    pregnant = a_person(born="1990").with_condition("pregnancy")
    for for_, severity in (("migraine", "contraindicated"), ("epilepsy", "moderate")):
        said = ask(pregnant.taking("valproate", for_=for_), knowledge)
        assert said.severity == severity


def test_a_medicine_of_which_nothing_is_known_in_pregnancy_is_not_checked() -> None:
    said = ask(amara(drug_="silent"))
    assert (said.outcome, said.needs) == ("not checked", ("pregnancy-knowledge",))
    for_another = made(advice("avoid", indication="migraine"))
    assert ask(amara(), for_another).needs == ("pregnancy-knowledge",)
    unread = ask(a_person(born="1990").taking("new").taking_something_called("pill"))
    assert unread.needs == ("recognised", "drug-knowledge")


def test_of_an_age_not_quite_known_the_youngest_is_said() -> None:
    knowledge = made(advice("caution", contraception=True))
    seen = ask(amara("1990"), knowledge).one.seen[0]
    assert seen.values["age"] == "35"  # 35 or 36


def test_what_is_taken_for_the_pregnancy_itself_is_no_finding() -> None:
    """Folic acid: to weigh it again because of the pregnancy would be absurd."""
    person = amara().with_condition("pregnancy", "2026-09")
    knowledge = some_knowledge(
        drugs=[
            drug(
                "valproate",
                pregnancy=[advice("usually-continue")],
                indication=[cited(condition="pregnancy", kind="approved")],
            )
        ],
        conditions=[condition("pregnancy", lasts=cited(length="280 days"))],
    )
    said = ask(person, knowledge)
    assert said.ids == ()
    assert said.checked
