"""People for whom a rule of the knowledge holds: of the age, with the condition.

Each takes one medicine from START on, and has what a `When` asks for.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from builders import THEN, day, loinc
from concord.knowledge.links import drugs_of
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import When
from concord.record import model as rec
from concord.terms import Code, PartialDate, Period, Quantity, System

START = date(2024, 1, 15)
LONG_BEFORE = "2014-01-15"
DAY = timedelta(days=1)
FORMS = {
    "oral": "Oral Tablet",
    "subcutaneous": "subcutaneous injection",
    "intramuscular": "intramuscular injection",
    "sublingual": "sublingual film",
}


def drugs_on(entry: Any, knowledge: Knowledge) -> list[str]:
    members = {g: tuple(knowledge.members(g)) for g in entry.side.groups}
    return list(drugs_of(entry.side, members))


def named(name: str, knowledge: Knowledge, but: str) -> str:
    """A drug that a `taking` means, other than the medicine itself."""
    if name in knowledge.drugs:
        return name
    return next(
        d
        for d in knowledge.members(name)
        if d != but and knowledge.drugs[d].identity.rxcui
    )


def beside_of(names: tuple[str, ...], knowledge: Knowledge, but: str) -> list[str]:
    if not names:
        return []
    found = [named(n, knowledge, but) for n in names if n != but]
    return found[:1]


def code_of(condition: str, knowledge: Knowledge) -> Code:
    for row in knowledge.conditions[condition].codes:
        if row.snomed:
            return Code(system=System.SNOMED, code=row.snomed[0])
        if row.icd10cm:
            return Code(system=System.ICD10CM, code=row.icd10cm[0])
    return Code(system=System.OWN, code=condition)


def observed(name: str, knowledge: Knowledge) -> Code:
    for row in knowledge.observations[name].codes:
        if row.loinc:
            return loinc(row.loinc[0])
    return Code(system=System.OWN, code=name)


def course(
    drug: str,
    knowledge: Knowledge,
    since: str,
    *,
    dose: str | None = None,
    form: str | None = None,
    changed: str | None = None,
) -> rec.MedicationLine:
    known = knowledge.drugs[drug]
    timing = rec.Timing(frequency=1, period=Decimal(1), period_unit="d")
    dosage = (rec.Dosage(dose=Quantity.parse(dose or "1 mg"), timing=timing),)
    changes = [
        rec.Change(
            id=f"{drug}-start",
            kind=rec.ChangeKind.STARTED,
            recorded_at=THEN,
            effective=day(since),
            dosage=dosage,
        )
    ]
    if changed:
        more = (rec.Dosage(dose=Quantity.parse(dose or "2 mg"), timing=timing),)
        changes.append(
            rec.Change(
                id=f"{drug}-change",
                kind=rec.ChangeKind.DOSE_CHANGED,
                recorded_at=THEN,
                effective=day(changed),
                dosage=more,
            )
        )
    return rec.MedicationLine(
        id=f"m-{drug}",
        medicine=rec.Medicine(
            text=known.name,
            ingredients=(
                rec.Ingredient(rxcui=known.identity.rxcui[0], name=known.name),
            ),
            form=form,
        ),
        changes=tuple(changes),
    )


def age_for(when: When) -> int:
    if when.age_at_least is not None:
        return when.age_at_least + 1
    if when.age_below is not None:
        return min(when.age_below - 3, 40)
    return 40


def result(name: str, value: str, on: date, knowledge: Knowledge) -> rec.Observation:
    entry = knowledge.observations[name]
    return rec.Observation(
        id=f"{name}-{on}",
        codes=(observed(name, knowledge),),
        at=PartialDate.of(on),
        quantity=Quantity(Decimal(value), entry.unit or "{score}"),
    )


def answered(name: str, on: date, knowledge: Knowledge) -> rec.Observation:
    """A result of an observation that counts, whatever it says."""
    entry = knowledge.observations[name]
    if entry.unit is None and entry.answer:
        code = Code(system=System.SNOMED, code=entry.answer[0].codes[0])
        return rec.Observation(
            id=f"{name}-{on}",
            codes=(observed(name, knowledge),),
            at=PartialDate.of(on),
            coded=(code,),
        )
    if entry.unit is None:
        return rec.Observation(
            id=f"{name}-{on}",
            codes=(observed(name, knowledge),),
            at=PartialDate.of(on),
            value_text="made",
        )
    middle = "1"
    if entry.plausible is not None:
        middle = str((entry.plausible.low + entry.plausible.high) / 2)
    return result(name, middle, on, knowledge)


def inside(when: When) -> str:
    if when.at_least is not None:
        return str(when.at_least.value)
    bound = when.below or when.at_most
    assert bound is not None
    return str(bound.value * Decimal("0.9"))


def filler(knowledge: Knowledge, but: tuple[str, ...]) -> rec.Observation:
    name = "height" if "height" not in but else "ldl"
    return answered(name, date(2013, 1, 1), knowledge)


def record_for(
    knowledge: Knowledge,
    drug: str,
    when: When | None,
    observations: tuple[str, ...],
    *,
    changed: bool = False,
    results: tuple[rec.Observation, ...] = (),
) -> rec.Record:
    """A person for whom a `When` holds, taking a drug from START on."""
    when = when or When()
    dose = str(when.dose_at_least) if when.dose_at_least else None
    form = FORMS[when.route] if when.route else None
    since = LONG_BEFORE if changed else str(START)
    lines = [
        course(
            drug,
            knowledge,
            since,
            dose=dose,
            form=form,
            changed=str(START) if changed else None,
        )
    ]
    lines.extend(
        course(other, knowledge, LONG_BEFORE)
        for other in beside_of(when.taking, knowledge, drug)
        if other != drug
    )
    conditions = ["migraine"]
    if when.condition:
        conditions.append(when.condition)
    born = START.replace(year=START.year - age_for(when))
    return rec.Record(
        person=rec.Person(
            id="p",
            birth=PartialDate.of(born),
            sex=rec.Sex(when.sex or "male"),
        ),
        medications=tuple(lines),
        conditions=tuple(
            rec.Condition(
                id=name,
                codes=(code_of(name, knowledge),),
                status=rec.ConditionStatus.ACTIVE,
            )
            for name in conditions
        ),
        observations=(filler(knowledge, observations), *results),
        encounters=(
            rec.Encounter(
                id="long-before", period=Period(start=day("2013-01-01")), finished=True
            ),
        ),
    )
