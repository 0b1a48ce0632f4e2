"""Is the person allergic to a medicine, or to one of its class?"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from builders import A, Said, a_person, asked, cited, drug, group, some_knowledge
from concord.record import model as rec
from concord.review.rules.allergy import ALLERGY

MADE = some_knowledge(
    drugs=[
        drug("carbamazepine"),
        drug("phenytoin"),
        drug("lithium"),
        {"id": "valproate", "name": "valproate", "identity": cited(rxcui=["v", "w"])},
        drug("lamotrigine"),
    ],
    groups=[
        group("aromatic", "carbamazepine", "phenytoin", cross_allergy=True),
        group("mood", "carbamazepine", "lithium"),
    ],
)


def ask(person: A) -> Said:
    return asked(ALLERGY, person, MADE)


def taking(*drugs: str) -> A:
    person = a_person()
    for name in drugs or ("carbamazepine",):
        person = person.taking(name, "100 mg")
    return person


@pytest.mark.parametrize(
    ("to", "more", "severity"),
    [
        ("carbamazepine", {}, "contraindicated"),
        ("carbamazepine", {"kind": "allergy"}, "contraindicated"),
        ("carbamazepine", {"kind": "intolerance"}, "moderate"),
        ("phenytoin", {}, "serious"),
        ("phenytoin", {"kind": "intolerance"}, "moderate"),
        ("lithium", {}, None),
        ("lamotrigine", {}, None),
        ("carbamazepine", {"active": False}, None),
        ("carbamazepine", {"refuted": True}, None),
    ],
)
def test_an_allergy_to_the_ingredient_or_to_a_class_that_crosses(
    to: str, more: dict[str, Any], severity: str | None
) -> None:
    said = ask(taking().allergic_to(to, **more))
    assert said.severity == severity
    assert said.checked is (severity is None)


def test_an_allergen_of_which_nothing_is_known_may_cross_to_a_class_that_crosses() -> (
    None
):
    said = ask(taking("carbamazepine", "lithium").allergic_to("unheard-of"))
    assert said.severity is None
    assert said.needs == ("allergy-class",)
    assert said.not_checked[0].medications == ("m0",)
    assert ask(taking("lithium").allergic_to("unheard-of")).outcome == "checked"


def test_the_salt_of_the_same_drug_is_the_same_ingredient() -> None:
    assert ask(taking("v").allergic_to("w")).severity == "contraindicated"
    assert ask(taking("new").allergic_to("new")).severity == "contraindicated"


def test_without_a_line_of_allergies_nothing_is_checked() -> None:
    said = ask(taking("carbamazepine", "lithium"))
    assert (said.outcome, said.needs) == ("not checked", ("allergies",))
    assert said.not_checked[0].medications == ("m0", "m1")
    assert ask(taking().with_no_known_allergy()).outcome == "checked"


def test_an_allergy_to_a_class_by_its_name_counts() -> None:
    for name in ("Aromatic", " aromatic "):
        line = rec.Allergy(id="a", text=name)
        said = ask(taking()._with(allergies=(line,)))
        assert said.severity == "serious"
        assert said.one.id.startswith("allergy:aromatic:")
    mood = rec.Allergy(id="a", text="mood")
    assert ask(taking()._with(allergies=(mood,))).needs == ("allergy-recognised",)


def test_an_allergy_that_was_not_recognised_is_not_checked() -> None:
    line = rec.Allergy(id="a", text="the red one")
    said = ask(taking()._with(allergies=(line,)))
    assert (said.outcome, said.needs) == ("not checked", ("allergy-recognised",))
    nameless = rec.Allergy(id="a")
    assert ask(taking()._with(allergies=(nameless,))).needs == ("allergy-recognised",)
    past = rec.Allergy(id="a", text="the red one", active=False)
    assert ask(taking()._with(allergies=(past,))).outcome == "checked"


def test_a_medicine_that_was_not_recognised_is_not_checked() -> None:
    person = taking().with_no_known_allergy().taking_something_called("pill")
    said = ask(person)
    assert said.needs == ("recognised",)
    assert said.not_checked[0].medications == ("m1",)


def test_a_medicine_of_unknown_class_is_checked_only_where_no_allergy_is_known() -> (
    None
):
    assert ask(taking("new").with_no_known_allergy()).outcome == "checked"
    said = ask(taking("new").allergic_to("phenytoin"))
    assert (said.outcome, said.needs) == ("not checked", ("drug-knowledge",))
    both = ask(taking("new").allergic_to("lithium").taking_something_called("pill"))
    assert both.needs == ("recognised", "drug-knowledge")


def test_the_reaction_is_seen_where_there_is_one() -> None:
    said = ask(taking().allergic_to("phenytoin", reactions=("rash", "fever")))
    assert said.seen[0] == "Allergy on record: phenytoin (rash, fever)."
    assert ask(taking().allergic_to("phenytoin")).seen[0] == (
        "Allergy on record: phenytoin."
    )


def test_a_class_finding_cites_the_membership_and_rests_on_it() -> None:
    member = cited(drug="phenytoin", status="unverified", locator="p. 7")
    knowledge = some_knowledge(
        drugs=[drug("carbamazepine"), drug("phenytoin")],
        groups=[
            group(
                "aromatic",
                member=[cited(drug="carbamazepine"), member],
                cross_allergy=True,
            )
        ],
    )
    said = asked(ALLERGY, taking("phenytoin").allergic_to("carbamazepine"), knowledge)
    assert "p. 7" in [s.locator for s in said.one.sources]
    assert not said.one.interrupts
    other = asked(ALLERGY, taking().allergic_to("phenytoin"), knowledge)
    assert other.one.interrupts


def test_two_allergies_to_one_medicine_are_two_findings() -> None:
    person = taking().allergic_to("phenytoin").allergic_to("carbamazepine")
    assert [f.severity.value for f in ask(person).findings] == [
        "contraindicated",
        "serious",
    ]


def test_an_allergy_without_words_is_named_by_its_ingredient() -> None:
    (line,) = taking().allergic_to("carbamazepine").record.allergies
    wordless = msgspec.structs.replace(line, text=None)
    said = ask(taking()._with(allergies=(wordless,)))
    assert said.seen[0] == "Allergy on record: carbamazepine."
