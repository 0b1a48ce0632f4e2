"""Conditions, allergies, observations, questionnaires, visits and the person."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_builders import (
    DANA,
    READ_AT,
    SNOMED,
    UCUM,
    bundle,
    concept,
    imported,
    order,
    resource,
)

from concord.exchange import Recogniser, read
from concord.record.model import ConditionStatus, SettingKind, Sex
from concord.terms import Quantity


def test_a_condition_keeps_its_codes_and_status(recogniser: Recogniser) -> None:
    found = imported(
        recogniser,
        resource(
            "Condition",
            "c1",
            clinicalStatus=concept(code="resolved"),
            verificationStatus=concept(code="confirmed"),
            code=concept("Depression", "35489007", SNOMED),
            onsetDateTime="2019",
            abatementDateTime="2020-05",
        ),
    )
    (line,) = found.record.conditions
    assert line.status is ConditionStatus.RESOLVED
    assert (str(line.onset), str(line.abated)) == ("2019", "2020-05")
    assert not line.refuted


def test_a_refuted_condition_is_kept_as_refuted_and_an_error_is_left(
    recogniser: Recogniser,
) -> None:
    def with_(status: str) -> Any:
        return resource(
            "Condition",
            status,
            verificationStatus=concept(code=status),
            code=concept("Depression"),
        )

    found = imported(recogniser, with_("refuted"), with_("entered-in-error"))
    (line,) = found.record.conditions
    assert line.refuted
    assert found.read["Condition"].why == {"entered in error": 1}


def test_an_allergy_to_a_medicine_has_its_ingredient(recogniser: Recogniser) -> None:
    allergy = resource(
        "AllergyIntolerance",
        "a1",
        clinicalStatus=concept(code="active"),
        category=["medication"],
        code=concept("Lamotrigine"),
        reaction=[{"manifestation": [concept("Rash")]}],
    )
    (line,) = imported(recogniser, allergy).record.allergies
    assert line.ingredients[0].name == "lamotrigine"
    assert line.reactions == ("Rash",)
    assert line.active
    assert not line.none_known


@pytest.mark.parametrize("code", ["716186003", "409137002"])
def test_no_known_allergy_is_said_positively(recogniser: Recogniser, code: str) -> None:
    none = resource("AllergyIntolerance", "a1", code=concept("None", code, SNOMED))
    (line,) = imported(recogniser, none).record.allergies
    assert line.none_known


def test_no_known_food_allergy_says_nothing_of_medicines(
    recogniser: Recogniser,
) -> None:
    none = resource("AllergyIntolerance", "a1", code=concept("", "429625007", SNOMED))
    assert imported(recogniser, none).record.allergies == ()


def test_an_observation_keeps_amount_components_and_bounds(
    recogniser: Recogniser,
) -> None:
    def amount(value: float, unit: str, **more: Any) -> Any:
        return {"value": value, "unit": unit, "system": UCUM, "code": unit, **more}

    found = imported(
        recogniser,
        resource(
            "Observation",
            "o1",
            status="final",
            code=concept("Blood pressure"),
            effectiveDateTime="2026-03-01T08:00:00Z",
            component=[
                {"code": concept("Systolic"), "valueQuantity": amount(120, "mm[Hg]")}
            ],
        ),
        resource(
            "Observation",
            "o2",
            status="preliminary",
            code=concept("Lithium"),
            valueQuantity=amount(0.2, "mmol/L", comparator="<"),
        ),
        resource("Observation", "o3", status="cancelled", code=concept("x")),
        resource(
            "Observation", "o4", status="final", code=concept("Score"), valueInteger=11
        ),
    )
    pressure, lithium, score = found.record.observations
    assert pressure.components[0].quantity == Quantity(120, "mm[Hg]")
    assert lithium.quantity is None
    assert lithium.value_text == "< 0.2 mmol/L"
    assert lithium.preliminary
    assert score.quantity == Quantity(11)


def test_nested_answers_are_flattened_in_their_order(recogniser: Recogniser) -> None:
    response = resource(
        "QuestionnaireResponse",
        "q1",
        status="in-progress",
        authored="2026-03-01",
        item=[
            {
                "linkId": "1",
                "answer": [
                    {"valueInteger": 2, "item": [{"linkId": "1a", "answer": [{}]}]},
                    {"valueBoolean": True},
                ],
                "item": [{"linkId": "1b", "answer": [{"valueString": "worse"}]}],
            },
            {
                "linkId": "2",
                "answer": [
                    {
                        "valueCoding": {
                            "system": "http://loinc.org",
                            "code": "LA6570-1",
                            "extension": [
                                {
                                    "url": "http://hl7.org/fhir/StructureDefinition/"
                                    "ordinalValue",
                                    "valueDecimal": 2,
                                }
                            ],
                        }
                    }
                ],
            },
        ],
    )
    (line,) = imported(recogniser, response).record.responses
    assert [(a.item, a.number, a.text) for a in line.answers] == [
        ("1", 2, None),
        ("1", None, "true"),
        ("1b", None, "worse"),
        ("2", 2, None),
    ]
    assert not line.complete


def test_an_inpatient_stay_is_an_admission_and_a_discharge(
    recogniser: Recogniser,
) -> None:
    stay = resource(
        "Encounter",
        "e1",
        status="finished",
        period={"start": "2026-03-01", "end": "2026-03-09"},
        **{"class": {"code": "IMP"}},
    )
    record = imported(recogniser, stay).record
    assert [(s.kind, str(s.on)) for s in record.settings] == [
        (SettingKind.ADMITTED, "2026-03-01"),
        (SettingKind.DISCHARGED, "2026-03-09"),
    ]
    sources = {s.source.id for s in record.settings if s.source}
    assert len(sources) == 2


def test_a_planned_visit_is_no_visit(recogniser: Recogniser) -> None:
    planned = resource("Encounter", "e1", status="planned")
    assert imported(recogniser, planned).record.encounters == ()


def test_the_person_is_read_with_partial_birth_date_and_pronouns(
    recogniser: Recogniser,
) -> None:
    us_core = "http://hl7.org/fhir/us/core/StructureDefinition/"
    dana = {
        **DANA,
        "name": [{"use": "official", "family": "Okafor", "given": ["Dana"]}],
        "birthDate": "1984-07",
        "gender": "other",
        "communication": [
            {"language": concept(code="en")},
            {"language": concept(code="es"), "preferred": True},
        ],
        "extension": [
            {"url": f"{us_core}us-core-birthsex", "valueCode": "F"},
            {
                "url": "http://hl7.org/fhir/StructureDefinition/individual-pronouns",
                "extension": [
                    {"url": "value", "valueCodeableConcept": concept("they/them")}
                ],
            },
        ],
    }
    person = read(bundle(dana), recogniser, read_at=READ_AT).record.person
    assert person is not None
    assert person.names[0].text == "Dana Okafor"
    assert str(person.birth) == "1984-07"
    assert person.sex is Sex.FEMALE
    assert person.pronouns == "they/them"
    assert person.languages == ("es", "en")


def test_resources_that_are_not_used_are_counted_with_the_reason(
    recogniser: Recogniser,
) -> None:
    found = imported(recogniser, {"resourceType": "Claim"}, {"resourceType": "List"})
    assert found.read["Claim"].why == {"not used by the review": 1}
    assert found.read["List"].why == {"its entries are read one by one": 1}


def test_a_prescriber_is_named_by_the_practitioner_in_the_input(
    recogniser: Recogniser,
) -> None:
    found = imported(
        recogniser,
        resource("Practitioner", "lee", subject=None, name=[{"text": "Dr. Lee"}]),
        order(requester={"reference": "Practitioner/lee"}),
    )
    prescriber = found.record.medications[0].prescriber
    assert prescriber is not None
    assert (prescriber.name, prescriber.id) == ("Dr. Lee", "Practitioner/lee")
