"""Small FHIR resources that read as what they say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from concord.exchange import Import, Recogniser, read

READ_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
NDC = "http://hl7.org/fhir/sid/ndc"

DANA: dict[str, Any] = {"resourceType": "Patient", "id": "dana"}


def concept(
    text: str | None = None, code: str | None = None, system: str = RXNORM
) -> Any:
    made: dict[str, Any] = {}
    if code is not None:
        made["coding"] = [{"system": system, "code": code}]
    if text is not None:
        made["text"] = text
    return made


def resource(kind: str, id_: str, **elements: Any) -> dict[str, Any]:
    """A resource of Dana's; an element set to `None` is left away."""
    made = {
        "resourceType": kind,
        "id": id_,
        "subject": {"reference": "Patient/dana"},
        **elements,
    }
    return {key: value for key, value in made.items() if value is not None}


def order(text: str | None = "Sertraline 50 MG Oral Tablet", **elements: Any) -> Any:
    """An active order, of sertraline unless another medicine is named."""
    given: dict[str, Any] = {
        "id_": "m1",
        "status": "active",
        "intent": "order",
        "authoredOn": "2026-01-05",
        "medicationCodeableConcept": concept(text),
        **elements,
    }
    return resource("MedicationRequest", given.pop("id_"), **given)


def dose(
    value: Any, unit: str | None = None, code: str | None = None, **more: Any
) -> Any:
    """A dosage instruction of so much."""
    amount: dict[str, Any] = {"value": value}
    if unit is not None:
        amount["unit"] = unit
    if code is not None:
        amount |= {"system": UCUM, "code": code}
    return {"doseAndRate": [{"doseQuantity": amount}], **more}


def bundle(*resources: Any, **elements: Any) -> bytes:
    """A collection of resources as bytes."""
    entries = [{"resource": r} for r in resources]
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": entries, **elements}
    ).encode()


def imported(recogniser: Recogniser, *resources: Any) -> Import:
    """What is read of Dana with these resources."""
    return read(bundle(DANA, *resources), recogniser, read_at=READ_AT)
