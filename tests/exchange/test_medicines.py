"""Orders, reports, fills and doses become lines with their decisions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from fhir_builders import SNOMED, UCUM, concept, dose, imported, order, resource

from concord.exchange import Recogniser
from concord.record.fold import LineStatus, state_on
from concord.record.model import (
    AsNeeded,
    ChangeKind,
    Dosage,
    LineKind,
    MedicationLine,
    Taken,
    Timing,
)
from concord.terms import Duration, PartialDate, Quantity

DAY = PartialDate.parse("2026-11-22").first


def only(recogniser: Recogniser, *resources: Any) -> MedicationLine:
    (line,) = imported(recogniser, *resources).record.medications
    return line


def only_dosage(recogniser: Recogniser, *given: Any) -> Dosage:
    line = only(recogniser, order(dosageInstruction=list(given)))
    (dosage,) = line.changes[0].dosage
    return dosage


def test_an_active_order_is_a_start_on_the_day_it_was_written(
    recogniser: Recogniser,
) -> None:
    line = only(recogniser, order())
    (change,) = line.changes
    assert line.id == "MedicationRequest/m1"
    assert line.kind is LineKind.ORDER
    assert change.kind is ChangeKind.STARTED
    assert str(change.effective) == "2026-01-05"
    assert change.recorded_at.isoformat() == "2026-01-05T00:00:00+00:00"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", LineStatus.ACTIVE),
        ("on-hold", LineStatus.HELD),
        ("stopped", LineStatus.STOPPED),
        ("completed", LineStatus.STOPPED),
        ("unknown", LineStatus.ACTIVE),
    ],
)
@pytest.mark.parametrize("authored", ["2026-01-05", "2026-01-05T10:00:00+00:00"])
def test_the_status_of_an_order_is_where_its_medicine_stands(
    recogniser: Recogniser, status: str, authored: str, expected: LineStatus
) -> None:
    line = only(recogniser, order(status=status, authoredOn=authored))
    assert state_on(line.changes, DAY).status is expected


def test_a_stop_takes_effect_when_the_dosage_ends_else_the_validity(
    recogniser: Recogniser,
) -> None:
    validity = {"validityPeriod": {"end": "2026-05-01"}}
    bounds = {"repeat": {"boundsPeriod": {"start": "2026-01-07", "end": "2026-02-01"}}}
    bounded = only(
        recogniser,
        order(
            status="stopped",
            dispenseRequest=validity,
            dosageInstruction=[{"text": "one", "timing": bounds}],
        ),
    )
    assert [str(c.effective) for c in bounded.changes] == ["2026-01-07", "2026-02-01"]
    valid = only(recogniser, order(status="stopped", dispenseRequest=validity))
    assert str(valid.changes[1].effective) == "2026-05-01"
    bare = only(recogniser, order(status="stopped"))
    assert bare.changes[1].effective is None


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ({"intent": "proposal"}, "proposal, not an order"),
        ({"intent": "plan"}, "plan, not an order"),
        ({"intent": "Dana's"}, "no known intent"),
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "cancelled"}, "cancelled before it began"),
        ({"status": "draft"}, "a draft, not yet an order"),
        ({"doNotPerform": True}, "says that the medicine is not to be taken"),
    ],
)
def test_what_is_no_order_is_left_and_counted_with_its_reason(
    recogniser: Recogniser, elements: Any, why: str
) -> None:
    found = imported(recogniser, order(**elements))
    assert found.record.medications == ()
    assert found.read["MedicationRequest"].why == {why: 1}


def test_a_plan_that_the_person_reported_is_what_they_say_they_take(
    recogniser: Recogniser,
) -> None:
    line = only(
        recogniser,
        order(
            intent="plan",
            reportedBoolean=True,
            requester={"reference": "Patient/dana"},
        ),
    )
    assert line.kind is LineKind.REPORT
    assert line.over_the_counter


def test_a_structured_dosage_keeps_every_part(recogniser: Recogniser) -> None:
    dosage = only_dosage(
        recogniser,
        dose(
            Decimal(2).__int__(),
            code="{tablet}",
            text="2 tablets twice a day",
            sequence=2,
            route=concept("Oral route (qualifier value)"),
            asNeededCodeableConcept=concept("anxiety"),
            maxDosePerPeriod={
                "numerator": {"value": 200, "unit": "mg", "system": UCUM, "code": "mg"},
                "denominator": {"value": 1, "system": UCUM, "code": "d"},
            },
            timing={
                "repeat": {
                    "frequency": 2,
                    "frequencyMax": 3,
                    "period": 1.5,
                    "periodUnit": "d",
                    "timeOfDay": ["08:00:00"],
                    "dayOfWeek": ["mon"],
                    "when": ["HS"],
                    "boundsDuration": {"value": 2, "system": UCUM, "code": "wk"},
                }
            },
        ),
    )
    assert dosage.dose == Quantity(2, "{tablet}")
    assert dosage.route == "oral"
    assert dosage.sequence == 2
    assert dosage.as_needed == AsNeeded(reason="anxiety")
    assert dosage.maximum is not None
    assert dosage.maximum.amount == Quantity(200, "mg")
    assert dosage.maximum.within == Duration(1, "day")
    assert dosage.lasts == Duration(2, "week")
    assert dosage.timing == Timing(
        frequency=2,
        frequency_max=3,
        period=Decimal("1.5"),
        period_unit="d",
        times_of_day=("08:00",),
        days_of_week=("mon",),
        when=("HS",),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (dose(50, "milligram", "mg"), Quantity(50, "mg")),
        (dose(50, "mg"), Quantity(50, "mg")),
        (dose(2, "tablets"), Quantity(2, "{tablet}")),
        (dose(2, "Tablet(s)"), Quantity(2, "{tablet}")),
        (dose(1, "CAP"), Quantity(1, "{capsule}")),
        (dose(2), Quantity(2, "")),
        (dose(0.5, code="{tbl}"), Quantity("0.5", "{tbl}")),
    ],
)
def test_a_dose_keeps_its_unit_and_without_one_stays_without(
    recogniser: Recogniser, given: Any, expected: Quantity
) -> None:
    assert only_dosage(recogniser, given).dose == expected


def test_a_dose_with_a_range_has_a_lower_and_an_upper_end(
    recogniser: Recogniser,
) -> None:
    low = {"value": 1, "unit": "tablet"}
    high = {"value": 2, "unit": "tablet"}
    both = {"doseAndRate": [{"doseRange": {"low": low, "high": high}}]}
    dosage = only_dosage(recogniser, both)
    assert (dosage.dose, dosage.dose_max) == (
        Quantity(1, "{tablet}"),
        Quantity(2, "{tablet}"),
    )


def test_the_ordered_dose_is_taken_and_not_the_calculated_one(
    recogniser: Recogniser,
) -> None:
    rates = [
        {
            "type": concept(code="calculated"),
            "doseQuantity": {"value": 7, "unit": "mg"},
        },
        {"type": concept(code="ordered"), "doseQuantity": {"value": 5, "unit": "mg"}},
    ]
    assert only_dosage(recogniser, {"doseAndRate": rates}).dose == Quantity(5, "mg")


def test_a_contained_a_referenced_and_a_named_medication_are_recognised(
    recogniser: Recogniser,
) -> None:
    inside = {"resourceType": "Medication", "id": "in", "code": concept("Lithium")}
    beside = resource("Medication", "by", subject=None, code=concept("Clozapine"))
    found = imported(
        recogniser,
        beside,
        order(
            None,
            id_="a",
            medicationCodeableConcept=None,
            contained=[inside],
            medicationReference={"reference": "#in"},
        ),
        order(
            None,
            id_="b",
            medicationCodeableConcept=None,
            medicationReference={"reference": "http://x.org/fhir/Medication/by"},
        ),
        order(
            None,
            id_="c",
            medicationCodeableConcept=None,
            medicationReference={"reference": "Medication/away", "display": "Zoloft"},
        ),
        order(
            None,
            id_="d",
            medicationCodeableConcept=None,
            medicationReference={"reference": "Medication/away"},
        ),
    )
    names = [line.medicine.ingredients[0].name for line in found.record.medications]
    assert names == ["lithium", "clozapine", "sertraline"]
    assert found.read["MedicationRequest"].why == {
        "its medication is not in the input": 1
    }


def test_a_medication_told_by_its_ingredients_has_them_all_or_none(
    recogniser: Recogniser,
) -> None:
    def told_by(*texts: str) -> MedicationLine:
        inside = {
            "resourceType": "Medication",
            "id": "in",
            "ingredient": [{"itemCodeableConcept": concept(t)} for t in texts],
        }
        return only(
            recogniser,
            order(
                None,
                medicationCodeableConcept=None,
                contained=[inside],
                medicationReference={"reference": "#in"},
            ),
        )

    assert len(told_by("buprenorphine", "naloxone").medicine.ingredients) == 2
    assert told_by("buprenorphine", "an herb").medicine.ingredients == ()


def test_an_indication_points_to_its_condition(recogniser: Recogniser) -> None:
    low_mood = resource(
        "Condition", "c1", code=concept("Depression", "35489007", SNOMED)
    )
    line = only(
        recogniser,
        low_mood,
        order(
            reasonReference=[{"reference": "Condition/c1"}],
            reasonCode=[concept("Anxiety", "48694002", SNOMED)],
        ),
    )
    anxiety, depression = line.indications
    assert anxiety.codes[0].code == "48694002"
    assert (depression.text, depression.condition) == ("Depression", "Condition/c1")


def test_what_an_order_supplies_is_kept(recogniser: Recogniser) -> None:
    line = only(
        recogniser,
        order(
            dispenseRequest={
                "quantity": {"value": 60, "unit": "tablets"},
                "expectedSupplyDuration": {"value": 4, "unit": "weeks"},
                "numberOfRepeatsAllowed": 2,
            }
        ),
    )
    assert line.supply is not None
    assert line.supply.quantity == Quantity(60, "{tablet}")
    assert line.supply.days == 28
    assert line.supply.refills == 2


@pytest.mark.parametrize(
    ("status", "taken", "stands"),
    [
        ("active", Taken.TAKEN, LineStatus.ACTIVE),
        ("not-taken", Taken.NOT_TAKEN, LineStatus.ACTIVE),
        ("completed", Taken.TAKEN, LineStatus.STOPPED),
        ("stopped", Taken.NOT_LOGGED, LineStatus.STOPPED),
        ("on-hold", Taken.NOT_LOGGED, LineStatus.HELD),
    ],
)
def test_a_statement_is_a_report_of_what_was_taken(
    recogniser: Recogniser, status: str, taken: Taken, stands: LineStatus
) -> None:
    line = only(
        recogniser,
        resource(
            "MedicationStatement",
            "s1",
            status=status,
            statusReason=[concept("felt sick")],
            medicationCodeableConcept=concept("Lithium"),
            effectivePeriod={"start": "2026-01", "end": "2026-03"},
        ),
    )
    assert line.kind is LineKind.REPORT
    assert line.taken is taken
    assert state_on(line.changes, DAY).status is stands
    assert line.not_taken_reason == ("felt sick" if status == "not-taken" else None)


def test_a_fill_is_a_dispensing_with_its_order(recogniser: Recogniser) -> None:
    handed = resource(
        "MedicationDispense",
        "d1",
        status="completed",
        medicationCodeableConcept=concept("Lithium"),
        whenHandedOver="2026-03-01",
        daysSupply={"value": 30, "unit": "days"},
        authorizingPrescription=[{"reference": "MedicationRequest/m1"}],
    )
    declined = {**handed, "id": "d2", "status": "declined"}
    found = imported(recogniser, handed, declined)
    (line,) = found.record.dispensings
    assert (line.order, line.supply.days) == ("MedicationRequest/m1", 30)
    assert found.read["MedicationDispense"].left == 1


def test_a_dose_that_was_not_given_is_not_taken_with_its_reason(
    recogniser: Recogniser,
) -> None:
    found = imported(
        recogniser,
        resource(
            "MedicationAdministration",
            "a1",
            status="not-done",
            statusReason=[concept("asleep")],
            medicationCodeableConcept=concept("Lithium"),
            effectiveDateTime="2026-03-01T08:00:00Z",
        ),
    )
    (event,) = found.record.dose_events
    assert (event.taken, event.reason) == (Taken.NOT_TAKEN, "asleep")


def test_the_rest_of_fhirs_timing_is_read_too(recogniser: Recogniser) -> None:
    dosage = only_dosage(
        recogniser,
        {
            "timing": {
                "event": ["2026-02-03", "2026-02-04T08:00:00Z"],
                "repeat": {
                    "boundsRange": {
                        "low": {"value": 7, "system": UCUM, "code": "d"},
                        "high": {"value": 10, "system": UCUM, "code": "d"},
                    },
                    "count": 3,
                    "countMax": 5,
                    "duration": 12,
                    "durationMax": 16,
                    "durationUnit": "h",
                    "when": ["ACM"],
                    "offset": 30,
                },
            }
        },
    )
    timing = dosage.timing
    assert timing is not None
    assert [str(one) for one in timing.event] == ["2026-02-03", "2026-02-04T08:00:00Z"]
    assert (timing.count, timing.count_max, timing.offset) == (3, 5, 30)
    assert (timing.duration, timing.duration_max) == (12, 16)
    assert timing.duration_unit == "h"
    assert (str(dosage.lasts), str(dosage.lasts_max)) == ("7 days", "10 days")
