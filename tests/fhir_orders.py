"""FHIR files of one person's orders, for commands that read a record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def order(
    text: str,
    dose: float | None,
    times: int | None,
    unit: str = "tablet",
    *,
    period: float = 1,
    period_unit: str = "d",
    id: str = "a",
    reason: dict[str, Any] | None = None,
    when: list[str] | None = None,
    **dosage: Any,
) -> dict[str, Any]:
    """An active order: so much, so many times in a period, or at events of the day."""
    made: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "authoredOn": "2026-01-01",
        "medicationCodeableConcept": {"text": text},
    }
    if reason is not None:
        made["reasonCode"] = [reason]
    if dose is not None:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": dose, "unit": unit}}]
    repeat: dict[str, Any] = {}
    if times is not None:
        repeat = {"frequency": times, "period": period, "periodUnit": period_unit}
    if when is not None:
        repeat["when"] = when
    if repeat:
        dosage["timing"] = {"repeat": repeat}
    if dosage:
        made["dosageInstruction"] = [dosage]
    return made


def a_file(folder: Path, *resources: dict[str, Any], **person: Any) -> Path:
    """A bundle of one person and what is known of them, in a folder."""
    patient = {"resourceType": "Patient", "id": "p", **person}
    entries = [{"resource": r} for r in (patient, *resources)]
    made = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    path = folder / "person.json"
    path.write_text(json.dumps(made))
    return path
