"""The same ingredient twice, and two medicines for one purpose."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from builders import (
    A,
    a_person,
    asked,
    cited,
    daily,
    drug,
    group,
    some_knowledge,
)
from concord.knowledge.lookup import Knowledge
from concord.record.model import Ingredient
from concord.review.rules.duplicate import DUPLICATE_THERAPY, SAME_INGREDIENT
from concord.terms import Duration, Period

MADE = some_knowledge(
    drugs=[
        drug("quetiapine"),
        {"id": "valproate", "name": "valproate", "identity": cited(rxcui=["v", "w"])},
    ]
)


def twice(one: dict[str, Any], other: dict[str, Any]) -> A:
    return (
        a_person()
        .taking("quetiapine", "50 mg", **{"by": "Dr One", **one})
        .taking("quetiapine", "50 mg", **{"by": "Dr Two", **other})
    )


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ({}, {}, "serious"),
        ({"release": "immediate"}, {}, "serious"),
        ({"release": "extended"}, {}, "moderate"),
        ({"release": "extended"}, {"release": "extended"}, "serious"),
        ({"form": "Oral Tablet"}, {"form": "Oral Capsule"}, "serious"),
        ({"form": "Oral Tablet"}, {"form": "Nasal Spray"}, "moderate"),
    ],
)
def test_the_same_form_twice_is_graver_than_two_forms(
    one: dict[str, Any], other: dict[str, Any], severity: str
) -> None:
    said = asked(SAME_INGREDIENT, twice(one, other), MADE)
    assert said.severity == severity
    assert said.one.id == "same-ingredient:quetiapine"
    assert said.one.medications == ("m0", "m1")


def test_two_prescribers_are_named_and_one_is_not() -> None:
    seen = asked(SAME_INGREDIENT, twice({}, {}), MADE).seen
    assert seen[-1] == "Prescribed by: Dr One, Dr Two."
    same = twice({"by": "Dr One"}, {"by": "Dr One", "text": "other"})
    assert "Prescribed" not in " ".join(asked(SAME_INGREDIENT, same, MADE).seen)


def test_one_medicine_is_no_duplicate_and_neither_are_two() -> None:
    one = a_person().taking("quetiapine")
    assert asked(SAME_INGREDIENT, one, MADE).outcome == "checked"
    two = one.taking("valproate")
    assert asked(SAME_INGREDIENT, two, MADE).outcome == "checked"
    stopped = one.taking("quetiapine", stopped="2026-05-01", by="x")
    assert asked(SAME_INGREDIENT, stopped, MADE).outcome == "checked"


def test_two_salts_of_one_drug_are_the_same_ingredient() -> None:
    person = a_person().taking("v", "1 mg").taking("w", "1 mg")
    assert asked(SAME_INGREDIENT, person, MADE).ids == ("same-ingredient:valproate",)


def test_an_ingredient_of_which_nothing_is_known_can_still_be_on_twice() -> None:
    person = a_person().taking("new", by="a").taking("new", by="b")
    assert asked(SAME_INGREDIENT, person, MADE).ids == ("same-ingredient:new",)


def test_one_piece_that_holds_two_salts_is_one_medicine() -> None:
    person = a_person().taking("v")
    (line,) = person.record.medications
    both = (*line.medicine.ingredients, Ingredient(rxcui="w", name="w"))
    medicine = msgspec.structs.replace(line.medicine, ingredients=both)
    line = msgspec.structs.replace(line, medicine=medicine)
    record = msgspec.structs.replace(person.record, medications=(line,))
    assert asked(SAME_INGREDIENT, A(record), MADE).outcome == "checked"


def test_what_was_not_recognised_may_be_the_same() -> None:
    person = a_person().taking("quetiapine").taking_something_called("a pill")
    said = asked(SAME_INGREDIENT, person, MADE)
    assert said.outcome == "not checked"
    assert said.needs == ("recognised",)
    assert said.not_checked[0].medications == ("m1",)


# --- one purpose ------------------------------------------------------------------


def made(*allowed: dict[str, Any], **group_fields: Any) -> Knowledge:
    fields: dict[str, Any] = {
        "duplicate": cited(severity="serious", why="why", options=["one of them"]),
        "allowed": list(allowed),
        **group_fields,
    }
    return some_knowledge(
        drugs=[drug(d) for d in ("ssri-a", "ssri-b", "ssri-c", "other")],
        groups=[
            group("ssri", "ssri-a", "ssri-b", "ssri-c", kind="duplicate-therapy")
            | fields,
            group("class", "ssri-a", "other"),
        ],
    )


def taking(*drugs: str, since: str | None = "2026-01-01") -> A:
    person = a_person()
    for name in drugs:
        person = person.taking(name, "1 mg", since=since)
    return person


@pytest.mark.parametrize(
    ("drugs", "ids"),
    [
        (("ssri-a",), ()),
        (("ssri-a", "other"), ()),
        (("ssri-a", "ssri-b"), ("duplicate-therapy:ssri:ssri-a+ssri-b",)),
        (
            ("ssri-b", "ssri-c", "ssri-a"),
            ("duplicate-therapy:ssri:ssri-a+ssri-b+ssri-c",),
        ),
    ],
)
def test_two_drugs_of_one_duplicate_group_are_one_finding(
    drugs: tuple[str, ...], ids: tuple[str, ...]
) -> None:
    said = asked(DUPLICATE_THERAPY, taking(*drugs), made())
    assert said.ids == ids
    assert said.checked == (not ids)
    assert said.severity == ("serious" if ids else None)


def test_one_drug_twice_is_not_two_drugs_of_a_group() -> None:
    person = taking("ssri-a").taking("ssri-a", "2 mg")
    assert asked(DUPLICATE_THERAPY, person, made()).outcome == "checked"


@pytest.mark.parametrize(
    ("dose", "found"), [("99 mg", False), ("100 mg", True), (None, True)]
)
def test_a_member_that_belongs_only_from_a_dose_counts_where_that_is_not_ruled_out(
    dose: str | None, found: bool
) -> None:
    members = [
        cited(drug="ssri-a"),
        cited(drug="ssri-b", when={"dose_at_least": "100 mg"}),
    ]
    person = taking("ssri-a").taking("ssri-b", dose)
    said = asked(DUPLICATE_THERAPY, person, made(member=members))
    assert bool(said.findings) is found


ALLOWED = cited(drugs=["ssri-a", "ssri-b"], text="known to help")


def test_an_allowed_pair_does_not_count_and_another_pair_still_does() -> None:
    assert asked(DUPLICATE_THERAPY, taking("ssri-a", "ssri-b"), made(ALLOWED)).checked
    said = asked(DUPLICATE_THERAPY, taking("ssri-a", "ssri-c"), made(ALLOWED))
    assert said.one.drugs == ("ssri-a", "ssri-c")
    three = asked(
        DUPLICATE_THERAPY, taking("ssri-a", "ssri-b", "ssri-c"), made(ALLOWED)
    )
    assert set(three.one.drugs) == {"ssri-a", "ssri-b", "ssri-c"}


@pytest.mark.parametrize(
    ("on", "allowed"), [("2026-03-28", True), ("2026-03-29", False)]
)
def test_an_allowed_overlap_ends_after_its_time(on: str, allowed: bool) -> None:
    row = ALLOWED | {"at_most": "4 weeks"}
    person = taking("ssri-a").taking("ssri-b", "1 mg", since="2026-02-28")
    said = asked(DUPLICATE_THERAPY, person, made(row), on)
    assert said.checked is allowed
    assert bool(said.findings) is not allowed


def test_an_overlap_of_which_a_start_is_not_known_is_not_checked() -> None:
    row = ALLOWED | {"at_most": "4 weeks"}
    person = taking("ssri-a").taking("ssri-b", "1 mg", since=None)
    said = asked(DUPLICATE_THERAPY, person, made(row))
    assert said.outcome == "not checked"
    assert said.needs == ("start-date",)
    for rows in ((row, ALLOWED), (ALLOWED, row)):
        assert asked(DUPLICATE_THERAPY, person, made(*rows)).checked


def test_a_longer_allowance_counts_where_a_shorter_one_has_ended() -> None:
    short, long = ALLOWED | {"at_most": "1 week"}, ALLOWED | {"at_most": "1 year"}
    both = taking("ssri-a", "ssri-b")
    for rows in ((short, long), (long, short)):
        assert asked(DUPLICATE_THERAPY, both, made(*rows), "2026-06-01").checked
        assert asked(DUPLICATE_THERAPY, both, made(*rows), "2027-01-02").findings


def test_an_allowance_that_ended_no_longer_allows() -> None:
    row = ALLOWED | {"until": date(2026, 6, 1)}
    both = taking("ssri-a", "ssri-b")
    assert asked(DUPLICATE_THERAPY, both, made(row), "2026-05-31").checked
    assert asked(DUPLICATE_THERAPY, both, made(row), "2026-06-01").findings


@pytest.mark.parametrize(
    ("dosage", "planned"),
    [
        ((daily("1 mg"),), False),
        ((daily("1 mg", lasts=Duration.parse("1 week")),), True),
        ((daily("1 mg", bounds=Period()),), False),
        ((daily("1 mg"), daily("2 mg")), False),
        ((daily("1 mg"), daily("2 mg", sequence=2)), True),
    ],
)
def test_a_planned_overlap_needs_directions_that_end_or_come_in_steps(
    dosage: Any, planned: bool
) -> None:
    row = ALLOWED | {"planned": True}
    person = taking("ssri-a").taking("ssri-b", dosage=dosage)
    assert asked(DUPLICATE_THERAPY, person, made(row)).checked is planned


def test_a_medicine_that_is_not_known_may_be_of_the_group() -> None:
    person = taking("ssri-a").taking_something_called("pill").taking("new")
    said = asked(DUPLICATE_THERAPY, person, made())
    assert said.needs == ("recognised", "drug-knowledge")
