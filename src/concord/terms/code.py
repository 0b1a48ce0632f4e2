"""A code in a named code system."""

from __future__ import annotations

from concord.terms.value import Value


class System:
    """The code systems that we read, by their FHIR URIs.

    `OWN` holds the ids of the knowledge itself, for what has no code anywhere else.
    """

    RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
    NDC = "http://hl7.org/fhir/sid/ndc"
    ATC = "http://www.whocc.no/atc"
    SNOMED = "http://snomed.info/sct"
    ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
    LOINC = "http://loinc.org"
    OWN = "urn:concord:knowledge"


class Code(Value, frozen=True, kw_only=True):
    """A code, the system it belongs to, and the words that came with it."""

    system: str
    code: str
    display: str | None = None
