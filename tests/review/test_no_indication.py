"""Is each medicine taken for something that is on record?"""

from __future__ import annotations

import msgspec
import pytest

from builders import A, a_person, asked, cited, condition, drug, some_knowledge
from concord.record.model import Indication, LineKind
from concord.review.rules.indication import NO_INDICATION

MADE = some_knowledge(
    drugs=[
        drug(
            "sertraline",
            indication=[
                cited(condition="depression", kind="approved"),
                cited(condition="pain", kind="off-label"),
            ],
        ),
        drug("aspirin"),
    ],
    conditions=[
        condition("depression"),
        condition("severe", broader=["depression"]),
        condition("pain"),
        condition("gout"),
    ],
)


@pytest.mark.parametrize(
    ("person", "outcome", "needs"),
    [
        (a_person().with_condition("depression"), "checked", ()),
        (a_person().with_condition("severe"), "checked", ()),
        (a_person().with_condition("pain"), "checked", ()),
        (a_person().with_condition("gout"), "finding", ()),
        (a_person(), "not checked", ("indication", "conditions")),
    ],
)
def test_a_condition_on_record_explains_a_medicine_for_it(
    person: A, outcome: str, needs: tuple[str, ...]
) -> None:
    said = asked(NO_INDICATION, person.taking("sertraline", "50 mg"), MADE)
    assert said.outcome == outcome
    assert said.needs == needs


def test_a_stated_indication_explains_it_whatever_it_is() -> None:
    person = a_person().with_condition("gout").taking("sertraline", for_="sleep")
    assert asked(NO_INDICATION, person, MADE).outcome == "checked"


def test_an_indication_stated_on_a_report_of_it_explains_it() -> None:
    person = a_person().with_condition("gout").taking("sertraline", "50 mg")
    (order,) = person.record.medications
    report = msgspec.structs.replace(
        order,
        id="report",
        kind=LineKind.REPORT,
        indications=(Indication(text="for sleep"),),
    )
    record = msgspec.structs.replace(person.record, medications=(order, report))
    assert asked(NO_INDICATION, A(record), MADE).outcome == "checked"


def test_of_a_medicine_that_is_not_known_nothing_is_said() -> None:
    gout = a_person().with_condition("gout")
    unread = asked(NO_INDICATION, gout.taking_something_called("a pill"), MADE)
    assert unread.needs == ("indication", "recognised")
    unknown = asked(NO_INDICATION, gout.taking("newdrug"), MADE)
    assert unknown.needs == ("indication", "drug-knowledge")


def test_the_finding_says_what_was_seen_and_that_no_condition_explains_it() -> None:
    person = a_person().with_condition("gout").with_condition("gout")
    finding = asked(NO_INDICATION, person.taking("sertraline", "50 mg"), MADE).one
    assert finding.id == "no-indication:sertraline"
    assert finding.severity == "moderate"
    assert finding.problem == "unnecessary drug therapy"
    assert finding.seen[1].values == {"count": "2"}
    assert [s.id for s in finding.sources] == ["book"]


def test_each_medicine_is_asked_about_for_itself() -> None:
    person = a_person().with_condition("depression")
    person = person.taking("sertraline").taking("aspirin")
    said = asked(NO_INDICATION, person, MADE)
    assert said.ids == ("no-indication:aspirin",)
    assert said.one.medications == ("m1",)
