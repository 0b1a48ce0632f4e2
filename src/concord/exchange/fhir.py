"""The elements of FHIR R4 that we read, and no others.

FHIR has hundreds of elements that a review does not use, so here an unknown element
is allowed; one that we do read must have the shape that R4 gives it.
Dates and amounts stay as they were written: a wrong one costs itself, not its resource.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec


class Element(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Any part of a resource."""


# --- data types -------------------------------------------------------------------


class Coding(Element, frozen=True):
    system: str | None = None
    code: str | None = None
    display: str | None = None
    extension: tuple[Any, ...] = ()


class Concept(Element, frozen=True):
    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Reference(Element, frozen=True):
    reference: str | None = None
    type: str | None = None
    display: str | None = None


class Amount(Element, frozen=True):
    """FHIR's Quantity; `value` is judged where it is used."""

    value: Any = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Element, frozen=True):
    low: Amount | None = None
    high: Amount | None = None


class Ratio(Element, frozen=True):
    numerator: Amount | None = None
    denominator: Amount | None = None


class FhirPeriod(Element, frozen=True):
    start: str | None = None
    end: str | None = None


class FhirIdentifier(Element, frozen=True):
    system: str | None = None
    value: str | None = None


class HumanName(Element, frozen=True):
    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()


class Extension(Element, frozen=True):
    url: str | None = None
    value_code: str | None = None
    value_string: str | None = None
    value_decimal: Any = None
    value_coding: Coding | None = None
    value_codeable_concept: Concept | None = None
    extension: tuple[Extension, ...] = ()


class Meta(Element, frozen=True):
    version_id: str | None = None
    last_updated: str | None = None
    source: str | None = None
    profile: tuple[str, ...] = ()
    security: tuple[Coding, ...] = ()


class Repeat(Element, frozen=True):
    bounds_period: FhirPeriod | None = None
    bounds_duration: Amount | None = None
    bounds_range: Range | None = None
    count: int | None = None
    count_max: int | None = None
    duration: Any = None
    duration_max: Any = None
    duration_unit: str | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: Any = None
    period_max: Any = None
    period_unit: str | None = None
    day_of_week: tuple[str, ...] = ()
    time_of_day: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    offset: int | None = None


class FhirTiming(Element, frozen=True):
    event: tuple[str, ...] = ()
    repeat: Repeat | None = None
    code: Concept | None = None


class DoseAndRate(Element, frozen=True):
    type: Concept | None = None
    dose_quantity: Amount | None = None
    dose_range: Range | None = None


class FhirDosage(Element, frozen=True):
    sequence: int | None = None
    text: str | None = None
    patient_instruction: str | None = None
    timing: FhirTiming | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: Concept | None = None
    route: Concept | None = None
    dose_and_rate: tuple[DoseAndRate, ...] = ()
    max_dose_per_period: Ratio | None = None


# --- resources --------------------------------------------------------------------


class Resource(Element, frozen=True):
    """What every resource has."""

    id: str | None = None
    meta: Meta | None = None


class Patient(Resource, frozen=True):
    identifier: tuple[FhirIdentifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    birth_date: str | None = None
    gender: str | None = None
    communication: tuple[Communication, ...] = ()
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    extension: tuple[Extension, ...] = ()


class Communication(Element, frozen=True):
    language: Concept | None = None
    preferred: bool = False


class Condition(Resource, frozen=True):
    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    code: Concept | None = None
    onset_date_time: str | None = None
    onset_period: FhirPeriod | None = None
    abatement_date_time: str | None = None
    abatement_period: FhirPeriod | None = None


class Reaction(Element, frozen=True):
    substance: Concept | None = None
    manifestation: tuple[Concept, ...] = ()


class AllergyIntolerance(Resource, frozen=True):
    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    type: str | None = None
    category: tuple[str, ...] = ()
    criticality: str | None = None
    code: Concept | None = None
    reaction: tuple[Reaction, ...] = ()


class MedicationIngredient(Element, frozen=True):
    item_codeable_concept: Concept | None = None
    item_reference: Reference | None = None


class Medication(Resource, frozen=True):
    code: Concept | None = None
    form: Concept | None = None
    ingredient: tuple[MedicationIngredient, ...] = ()


class DispenseRequest(Element, frozen=True):
    validity_period: FhirPeriod | None = None
    number_of_repeats_allowed: int | None = None
    quantity: Amount | None = None
    expected_supply_duration: Amount | None = None


class Medicinal(Resource, frozen=True):
    """What all four resources that name a medicine have."""

    status: str | None = None
    contained: tuple[Any, ...] = ()
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None


class MedicationRequest(Medicinal, frozen=True):
    status_reason: Concept | None = None
    intent: str | None = None
    category: tuple[Concept, ...] = ()
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    authored_on: str | None = None
    requester: Reference | None = None
    reason_code: tuple[Concept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()
    dosage_instruction: tuple[FhirDosage, ...] = ()
    dispense_request: DispenseRequest | None = None
    prior_prescription: Reference | None = None


class MedicationStatement(Medicinal, frozen=True):
    status_reason: tuple[Concept, ...] = ()
    effective_date_time: str | None = None
    effective_period: FhirPeriod | None = None
    date_asserted: str | None = None
    information_source: Reference | None = None
    reason_code: tuple[Concept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()
    dosage: tuple[FhirDosage, ...] = ()


class Performer(Element, frozen=True):
    actor: Reference | None = None


class MedicationDispense(Medicinal, frozen=True):
    performer: tuple[Performer, ...] = ()
    authorizing_prescription: tuple[Reference, ...] = ()
    quantity: Amount | None = None
    days_supply: Amount | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None


class AdministrationDosage(Element, frozen=True):
    dose: Amount | None = None


class MedicationAdministration(Medicinal, frozen=True):
    status_reason: tuple[Concept, ...] = ()
    effective_date_time: str | None = None
    effective_period: FhirPeriod | None = None
    request: Reference | None = None
    dosage: AdministrationDosage | None = None


class Measured(Element, frozen=True):
    """A code and its value, as an observation and its components have them."""

    code: Concept | None = None
    value_quantity: Amount | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_integer: int | None = None
    value_boolean: bool | None = None


class ObservationComponent(Measured, frozen=True):
    pass


class Observation(Measured, frozen=True):
    id: str | None = None
    meta: Meta | None = None
    status: str | None = None
    effective_date_time: str | None = None
    effective_period: FhirPeriod | None = None
    effective_instant: str | None = None
    component: tuple[ObservationComponent, ...] = ()


class ResponseAnswer(Element, frozen=True):
    value_boolean: bool | None = None
    value_decimal: Any = None
    value_integer: int | None = None
    value_date: str | None = None
    value_date_time: str | None = None
    value_string: str | None = None
    value_coding: Coding | None = None
    value_quantity: Amount | None = None
    item: tuple[ResponseItem, ...] = ()


class ResponseItem(Element, frozen=True):
    link_id: str | None = None
    text: str | None = None
    answer: tuple[ResponseAnswer, ...] = ()
    item: tuple[ResponseItem, ...] = ()


class QuestionnaireResponse(Resource, frozen=True):
    questionnaire: str | None = None
    status: str | None = None
    authored: str | None = None
    item: tuple[ResponseItem, ...] = ()


class Encounter(Resource, frozen=True):
    status: str | None = None
    class_: Coding | None = msgspec.field(default=None, name="class")
    type: tuple[Concept, ...] = ()
    period: FhirPeriod | None = None
    reason_code: tuple[Concept, ...] = ()
    service_provider: Reference | None = None


class Procedure(Resource, frozen=True):
    status: str | None = None
    code: Concept | None = None
    performed_date_time: str | None = None
    performed_period: FhirPeriod | None = None


class CarePlan(Resource, frozen=True):
    status: str | None = None
    title: str | None = None
    category: tuple[Concept, ...] = ()
    period: FhirPeriod | None = None


class GoalTarget(Element, frozen=True):
    due_date: str | None = None


class Goal(Resource, frozen=True):
    lifecycle_status: str | None = None
    description: Concept | None = None
    target: tuple[GoalTarget, ...] = ()


class Provision(Element, frozen=True):
    type: str | None = None
    period: FhirPeriod | None = None


class Consent(Resource, frozen=True):
    status: str | None = None
    scope: Concept | None = None
    provision: Provision | None = None


class Qualification(Element, frozen=True):
    code: Concept | None = None


class Practitioner(Resource, frozen=True):
    name: tuple[HumanName, ...] = ()
    qualification: tuple[Qualification, ...] = ()


class PractitionerRole(Resource, frozen=True):
    practitioner: Reference | None = None
    code: tuple[Concept, ...] = ()
    specialty: tuple[Concept, ...] = ()


class Organization(Resource, frozen=True):
    name: str | None = None


Number = Decimal | int
