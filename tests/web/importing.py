"""Files to import, and a browser that sends them: for the tests of imports."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from concord.record import model as rec
from concord.web.chart import rows
from concord.web.chart.models import Line, MedicationChange

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
AMARA: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "amara",
    "name": [{"text": "Amara Diallo"}],
    "birthDate": "1980-05-05",
    "gender": "female",
}


def about(patient: dict[str, Any] | None, *resources: dict[str, Any]) -> bytes:
    """A bundle of one person's resources, as a file."""
    subject = {"subject": {"reference": f"Patient/{patient['id']}"}} if patient else {}
    entries = [{"resource": patient}] if patient else []
    entries += [{"resource": {**r, **subject}} for r in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(bundle).encode()


def order(text: str = "Sertraline 50 MG Oral Tablet", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": more.pop("id", "m1"),
        "status": "active",
        "intent": "order",
        "authoredOn": "2026-01-05",
        "medicationCodeableConcept": {"text": text},
        **more,
    }


def condition(text: str = "Depression", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": more.pop("id", "c1"),
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"text": text},
        **more,
    }


def address(person: UUID, pending: str | None = None) -> str:
    return f"/people/{person}/import/" + (f"{pending}/" if pending else "")


def sends(
    client: Client,
    person: UUID,
    data: bytes,
    /,
    *,
    name: str = "record.json",
    origin: str = "Hillside",
    **more: Any,
) -> Any:
    """Send a file as the form does, under a key of its own unless one is given."""
    given = {"key": str(uuid4()), "origin": origin, **more}
    given["file"] = SimpleUploadedFile(name, data, content_type="application/json")
    return client.post(address(person), given)


def pending_of(response: Any) -> str:
    """The id of the preview that a file led to."""
    assert response.status_code == 302, response.content.decode()[:3000]
    found = re.search(r"/import/([0-9a-f-]{36})/$", response["Location"])
    assert found
    return found[1]


def seen_in(page: bytes) -> str:
    found = re.search(rb'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1].decode()


def saves(client: Client, person: UUID, pending: str, /, **more: Any) -> Any:
    """Look at a preview and save it, as a person does who reads it."""
    page = client.get(address(person, pending))
    given = {"key": str(uuid4()), "seen": seen_in(page.content), **more}
    return client.post(address(person, pending), given)


def record_of(person: UUID) -> rec.Record:
    """All that is on record of a person, whoever may see it."""
    return rows.record_of(person, Line.objects.all(), MedicationChange.objects.all())


def row_count(person: UUID) -> tuple[int, int]:
    return (
        Line.objects.filter(person=person).count(),
        MedicationChange.objects.filter(person=person).count(),
    )
