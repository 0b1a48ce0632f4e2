"""By which signs a resource of another FHIR version is known, and one of R4."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

# A profile or an `fhirVersion` that names a version.
_NAMED = re.compile(r"/(DSTU2|STU3|R5|R6|[1-9]\.\d(?:\.\d)?)/StructureDefinition/")
_NUMBERS = {"1": "DSTU2", "3": "STU3", "5": "R5", "6": "R6"}

# Resource types that only another version has, of those that hold what we read.
OTHER_TYPES = {
    "MedicationOrder": "DSTU2",
    "DiagnosticOrder": "DSTU2",
    "ProcedureRequest": "STU3",
    "ReferralRequest": "STU3",
    "MedicationUsage": "R5",
}
# Elements that only another version has.
_OTHER_ELEMENTS = {
    "MedicationRequest": {"medication": "R5", "reason": "R5", "context": "STU3"},
    "MedicationStatement": {
        "medication": "R5",
        "adherence": "R5",
        "taken": "STU3",
        "wasNotTaken": "DSTU2",
    },
    "MedicationDispense": {"medication": "R5", "recorded": "R5"},
    "MedicationAdministration": {
        "medication": "R5",
        "occurenceDateTime": "R5",
        "occurencePeriod": "R5",
        "prescription": "STU3",
        "wasNotGiven": "DSTU2",
        "notGiven": "STU3",
    },
    "Condition": {"participant": "R5", "dateRecorded": "DSTU2"},
    "AllergyIntolerance": {"substance": "DSTU2", "participant": "R5"},
    "Encounter": {"actualPeriod": "R5", "patient": "DSTU2"},
    "Procedure": {
        "occurrenceDateTime": "R5",
        "occurrencePeriod": "R5",
        "notDone": "STU3",
        "notPerformed": "DSTU2",
    },
    "Patient": {"careProvider": "DSTU2", "animal": "STU3"},
    "Observation": {"comments": "DSTU2", "context": "STU3"},
    "Consent": {"consentingParty": "STU3", "grantor": "R5", "decision": "R5"},
}
# Elements that changed their shape: what a text, a list or an object means there.
_SHAPES: dict[str, tuple[tuple[str, type, str], ...]] = {
    "Condition": (
        ("clinicalStatus", str, "STU3"),
        ("verificationStatus", str, "STU3"),
    ),
    "AllergyIntolerance": (
        ("clinicalStatus", str, "STU3"),
        ("verificationStatus", str, "STU3"),
        ("type", dict, "R5"),
    ),
    "Encounter": (("class", str, "DSTU2"), ("class", list, "R5")),
    "Observation": (("category", dict, "DSTU2"),),
    "Consent": (("provision", list, "R5"),),
    "Goal": (("status", str, "STU3"),),
}
_MEDICATIONS = (
    "MedicationRequest",
    "MedicationStatement",
    "MedicationDispense",
    "MedicationAdministration",
)
_R5 = frozenset({"R5", "R6"})
_OLD = frozenset({"DSTU2", "STU3"})


class Sign(NamedTuple):
    """A version, and the element by which it was known."""

    version: str
    element: str


def other_version(kind: str, content: dict[str, Any]) -> Sign | None:
    """Return the sign that a resource is of another version than R4, if it has one."""
    if kind in OTHER_TYPES:
        return Sign(OTHER_TYPES[kind], "resourceType")
    stated = content.get("fhirVersion")
    if isinstance(stated, str) and stated[:1] in _NUMBERS:
        return Sign(_NUMBERS[stated[0]], "fhirVersion")
    meta = content.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    if profiles and isinstance(profiles, list):
        for profile in profiles:
            found = _NAMED.search(profile) if isinstance(profile, str) else None
            name = found and _NUMBERS.get(found[1][0], found[1])
            if name and name in ("DSTU2", "STU3", "R5", "R6"):
                return Sign(name, "meta.profile")
    elements = _OTHER_ELEMENTS.get(kind)
    if elements and not elements.keys().isdisjoint(content):
        for element in sorted(elements.keys() & content.keys()):
            return Sign(elements[element], element)
    for element, shape, version in _SHAPES.get(kind, ()):
        if isinstance(content.get(element), shape):
            return Sign(version, element)
    return None


def cannot_be(kind: str, content: dict[str, Any]) -> frozenset[str]:
    """Return the versions that a resource cannot be of, by what R4 writes otherwise."""
    if kind in _MEDICATIONS:
        later = (
            "medicationCodeableConcept" in content or "medicationReference" in content
        )
        return _R5 if later else frozenset()
    if kind in ("Condition", "AllergyIntolerance"):
        return _OLD if isinstance(content.get("clinicalStatus"), dict) else frozenset()
    if kind == "Encounter" and isinstance(content.get("class"), dict):
        return _R5 | {"DSTU2"}
    return frozenset()
