"""Times what is due for a person with fifteen medicines and five years of results."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec
from bench import FIFTEEN, NOW, median_ms, report

from concord.followup.case import Case
from concord.followup.due import due
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.record.model import (
    Change,
    ChangeKind,
    Condition,
    ConditionStatus,
    Dosage,
    Encounter,
    Ingredient,
    MedicationLine,
    Medicine,
    Observation,
    Person,
    Record,
    Sex,
    Timing,
)
from concord.review import review
from concord.terms import Code, PartialDate, Period, Quantity, System

AS_OF = date(2026, 11, 22)
FIRST = date(2021, 11, 22)
LIMIT = 10


def _line(knowledge: Knowledge, name: str, number: int) -> MedicationLine:
    """Return a medicine that was started in these years and changed twice since."""
    drug = knowledge.drugs[name]
    amount = next(
        (d.usual_high for d in drug.dose if d.usual_high and not d.every), None
    )
    once_a_day = Timing(frequency=1, period=Decimal(1), period_unit="d")
    dosage = (Dosage(dose=amount, timing=once_a_day),)
    begun = FIRST + timedelta(days=40 * number)
    changes = [
        Change(
            id=f"{name}-{months}",
            kind=ChangeKind.DOSE_CHANGED if months else ChangeKind.STARTED,
            recorded_at=NOW,
            effective=PartialDate.of(begun + timedelta(days=30 * months)),
            dosage=dosage,
        )
        for months in (0, 3, 12)
    ]
    ingredient = Ingredient(rxcui=drug.identity.rxcui[0], name=name)
    return MedicationLine(
        id=name,
        medicine=Medicine(text=name, ingredients=(ingredient,)),
        changes=tuple(changes),
    )


def five_years(knowledge: Knowledge) -> Record:
    """Return fifteen medicines, a visit a month, and everything measured monthly."""
    results: list[Observation] = []
    wanted = {
        name
        for drug in FIFTEEN
        for entry in knowledge.monitoring_for(drug)
        for name in entry.observation
    }
    days = (AS_OF - FIRST).days
    for name in sorted(wanted):
        entry = knowledge.observations[name]
        codes = [code for row in entry.codes for code in row.loinc]
        if not codes or entry.unit is None or entry.plausible is None:
            continue
        value = (entry.plausible.low + entry.plausible.high) / 2
        results.extend(
            Observation(
                id=f"{name}-{on}",
                codes=(Code(system=System.LOINC, code=codes[0]),),
                at=PartialDate.of(FIRST + timedelta(days=on)),
                quantity=Quantity(value, entry.unit),
            )
            for on in range(0, days, 30)
        )
    visits = tuple(
        Encounter(
            id=f"v{on}",
            kind="AMB",
            period=Period(start=PartialDate.of(FIRST + timedelta(days=on))),
            finished=True,
        )
        for on in range(0, days, 30)
    )
    conditions = tuple(
        Condition(
            id=code,
            codes=(Code(system=System.ICD10CM, code=code),),
            status=ConditionStatus.ACTIVE,
        )
        for code in ("F33.1", "F31.9", "N18.3", "F11.20")
    )
    return Record(
        person=Person(id="p", birth=PartialDate.parse("1955-03-04"), sex=Sex.FEMALE),
        medications=tuple(_line(knowledge, n, i) for i, n in enumerate(FIFTEEN)),
        conditions=conditions,
        observations=tuple(results),
        encounters=visits,
    )


def main() -> None:
    """Print the median time of a due list with all that it reads, and its parts."""
    knowledge = load()
    record = five_years(knowledge)
    until = AS_OF + timedelta(days=90)

    def whole() -> object:
        return due(Case(record, knowledge, AS_OF), until)

    found = due(Case(record, knowledge, AS_OF), until)
    reasons = sum(len(item.reasons) for item in found)
    print(
        f"due: {len(record.medications)} medicines, {len(record.observations)} "
        f"results, {len(record.encounters)} visits; {len(found)} items by {reasons} "
        "reasons"
    )
    report("what is due, from the record", median_ms(whole, 50), LIMIT)

    ready = Case(record, knowledge, AS_OF)
    review(record, knowledge, AS_OF)
    due(ready, until)
    report(
        "the same, of a case that was read already",
        median_ms(lambda: due(ready, until), 50),
        LIMIT,
    )
    bare = msgspec.structs.replace(record, observations=())
    report(
        "the same, of a record without results",
        median_ms(lambda: due(Case(bare, knowledge, AS_OF), until), 50),
        LIMIT,
    )


if __name__ == "__main__":
    main()
