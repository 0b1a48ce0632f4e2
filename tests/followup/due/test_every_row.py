"""The monitoring table and the list of what is due agree: every row, both sides.

For each row a person is made for whom it holds, and the days are worked out here
again, from the row alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from builders import THEN, day, loinc
from concord.followup.case import Case
from concord.followup.due import Due, Reason, State, due
from concord.followup.monitoring import OutOfRange, Overdue, monitoring
from concord.knowledge.index import load
from concord.knowledge.links import drugs_of
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import (
    Monitoring,
    MonitoringBound,
    MonitoringDue,
    Visit,
    When,
)
from concord.record import model as rec
from concord.terms import Code, PartialDate, Period, Quantity, System

KNOWN = load()
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


def found(record: rec.Record, on: date) -> tuple[Due, ...]:
    return due(Case(record, KNOWN, on), on + timedelta(days=4000))


def reason(record: rec.Record, on: date, rule: str) -> Reason | None:
    reasons = [
        r
        for item in found(record, on)
        for r in item.reasons
        if r.rule == rule and r.medicines and r.medicines[0] == record.medications[0].id
    ]
    assert len(reasons) < 2
    return reasons[0] if reasons else None


# --- when a row of monitoring is due ----------------------------------------------


def plus(on: date, length: Any) -> date:
    return length.after(on) if length else on


def rows() -> Iterator[Any]:
    for entry in KNOWN.table("monitoring").values():
        for index, row in enumerate(entry.due):
            if row.label is None:
                yield pytest.param(entry, index, row, id=f"{entry.id}-{index}")


def made(entry: Monitoring, row: MonitoringDue) -> tuple[rec.Record, date, date]:
    """The person, the day on which a row is due and the last that is not overdue."""
    drugs = [d for d in drugs_on(entry, KNOWN) if KNOWN.drugs[d].identity.rxcui]
    when = row.when or When()
    changed = row.after_event == "dose-change"
    results: tuple[rec.Observation, ...] = ()
    since = plus(START, row.begins)
    if when.observation is not None:
        on = START + 10 * DAY
        if row.phase == "baseline":
            on = START - 400 * DAY  # known before, and too old to be the baseline
        results = (result(when.observation, inside(when), on, KNOWN),)
        if when.observation in entry.observation:
            since = max(since, on)
    for drug in drugs:
        if when.dose_of not in (None, drug, *KNOWN.groups_of(drug)):
            continue
        record = record_for(
            KNOWN, drug, row.when, entry.observation, changed=changed, results=results
        )
        case = Case(record, KNOWN, START + 11 * DAY)
        if any(
            case.holds(row.when, t) and t.drug and t.drug.id == drug
            for t in case.followed
        ):
            break
    else:
        raise AssertionError(f"nobody can be made for {entry.id}")
    if row.phase == "baseline":
        bare = row.after is None and row.grace is None
        on = START - DAY if bare else plus(START, row.after)
    elif row.phase == "once":
        on = plus(START, row.after)
    else:
        on = plus(since, row.every)
    return record, on, plus(on, row.grace)


@pytest.mark.parametrize(("entry", "index", "row"), list(rows()))
def test_a_row_of_the_monitoring_table_is_due_on_its_day(
    entry: Monitoring, index: int, row: MonitoringDue
) -> None:
    record, on, last = made(entry, row)
    rule = f"monitoring/{entry.id} due[{index}]"
    before = reason(record, on - DAY, rule)
    assert before is not None
    assert before.state in (State.NOT_YET, State.IN_WINDOW)
    assert (before.due, before.last) == (on, last)
    at = reason(record, on, rule)
    assert at is not None
    assert at.state is State.DUE
    at_last = reason(record, last, rule)
    assert at_last is not None
    assert at_last.state is State.DUE
    after = reason(record, last + DAY, rule)
    assert after is not None
    assert after.state is State.OVERDUE
    assert after.basis is not None
    assert (after.basis.source, after.basis.locator) == (row.source, row.locator)
    assert after.severity is row.severity


@pytest.mark.parametrize(("entry", "index", "row"), list(rows()))
def test_a_row_of_the_monitoring_table_is_overdue_where_the_review_says_so(
    entry: Monitoring, index: int, row: MonitoringDue
) -> None:
    record, _, last = made(entry, row)
    # Before the first dose it is planned: the review speaks of what is taken.
    for on in (d for d in (last, last + DAY) if d >= START):
        case = Case(record, KNOWN, on)
        late = {
            (one.monitoring.id, one.taking.entry.id)
            for one in monitoring(case)
            if isinstance(one, Overdue)
        }
        listed = {
            (r.rule.split()[0].removeprefix("monitoring/"), r.medicines[0])
            for item in due(case, on)
            for r in item.reasons
            if r.state is State.OVERDUE and " due[" in r.rule
        }
        assert listed == late
        assert ((entry.id, record.medications[0].id) in late) or on == last


@pytest.mark.parametrize(("entry", "index", "row"), list(rows()))
def test_a_result_on_its_day_answers_a_row_of_the_monitoring_table(
    entry: Monitoring, index: int, row: MonitoringDue
) -> None:
    record, on, last = made(entry, row)
    more = answered(entry.observation[0], on, KNOWN)
    measured = msgspec.structs.replace(
        record, observations=(*record.observations, more)
    )
    after = reason(measured, last + DAY, f"monitoring/{entry.id} due[{index}]")
    if after is not None and after.state is not State.DONE:
        assert row.phase == "repeat"
        assert after.due is not None
        assert after.due > on


def test_the_rows_of_another_school_are_not_asked_for() -> None:
    schools = {
        f"monitoring/{entry.id} due[{index}]"
        for entry in KNOWN.table("monitoring").values()
        for index, row in enumerate(entry.due)
        if row.label is not None
    }
    assert len(schools) > 20
    for name in ("olanzapine", "lithium", "viloxazine"):
        record = record_for(KNOWN, name, None, ())
        for days in (1, 40, 100, 400):
            said = {
                r.rule
                for item in found(record, START + days * DAY)
                for r in item.reasons
            }
            assert not said & schools


# --- a bound that is crossed ------------------------------------------------------


def bounds() -> Iterator[Any]:
    for entry in KNOWN.table("monitoring").values():
        for index, row in enumerate(entry.bound):
            if row.label is None:
                yield pytest.param(entry, index, row, id=f"{entry.id}-{index}")


def crossing(row: MonitoringBound) -> Quantity:
    if row.at_least is not None:
        return row.at_least
    if row.above is not None:
        if row.below is not None:
            return Quantity((row.above.value + row.below.value) / 2, row.above.unit)
        return Quantity(row.above.value + Decimal("0.01"), row.above.unit)
    assert row.below is not None
    return Quantity(row.below.value - Decimal("0.01"), row.below.unit)


def outside(row: MonitoringBound) -> Quantity:
    """The nearest value on the other side of the bound."""
    if row.below is not None:
        return row.below
    if row.above is not None:
        return row.above
    assert row.at_least is not None
    return Quantity(row.at_least.value - Decimal("0.01"), row.at_least.unit)


@pytest.mark.parametrize(("entry", "index", "row"), list(bounds()))
def test_a_crossed_bound_is_repeated_where_the_table_says_by_when(
    entry: Monitoring, index: int, row: MonitoringBound
) -> None:
    wanted = crossing(row)
    name = next(
        o for o in entry.observation if wanted.fits(KNOWN.observations[o].unit or "")
    )
    rule = f"monitoring/{entry.id} bound[{index}]"
    on = START + 10 * DAY
    when = row.when or When()
    made_for = None
    for drug in drugs_on(entry, KNOWN):
        if not KNOWN.drugs[drug].identity.rxcui:
            continue
        value = wanted.to(KNOWN.observations[name].unit or "").value
        own = (result(name, str(value), on, KNOWN),)
        record = record_for(KNOWN, drug, row.when, entry.observation, results=own)
        case = Case(record, KNOWN, on)
        crossed = [
            one
            for one in monitoring(case)
            if isinstance(one, OutOfRange) and one.monitoring.id == entry.id
        ]
        if crossed:
            made_for = record
            break
    assert made_for is not None, when
    asked = reason(made_for, on, rule)
    if row.repeat_within is None:
        assert asked is None
        return
    by = row.repeat_within.after(on)
    assert asked is not None
    assert (asked.due, asked.last) == (by, by)
    late = reason(made_for, by + DAY, rule)
    assert late is not None
    assert late.state is State.OVERDUE
    beyond = outside(row).to(KNOWN.observations[name].unit or "").value
    other = record_for(
        KNOWN,
        drug,
        row.when,
        entry.observation,
        results=(result(name, str(beyond), on, KNOWN),),
    )
    assert reason(other, on, rule) is None


# --- the cadence ------------------------------------------------------------------


def visits() -> Iterator[Any]:
    for entry in KNOWN.table("followup").values():
        for index, row in enumerate(entry.visit):
            if row.label is None and row.event == "start":
                yield pytest.param(entry, index, row, id=f"{entry.id}-{index}")


@pytest.mark.parametrize(("entry", "index", "row"), list(visits()))
def test_a_visit_after_a_start_is_due_on_its_day(
    entry: Any, index: int, row: Visit
) -> None:
    rule = f"followup/{entry.id} visit[{index}]"
    on = row.after.after(START)
    for drug in drugs_on(entry, KNOWN):
        if not KNOWN.drugs[drug].identity.rxcui:
            continue
        record = record_for(KNOWN, drug, row.when, ())
        at = reason(record, on, rule)
        if at is not None:
            break
    else:
        raise AssertionError(f"nobody can be made for {rule}")
    assert (at.state, at.due) == (State.DUE, on)
    before = reason(record, on - DAY, rule)
    assert before is not None
    assert before.state in (State.NOT_YET, State.IN_WINDOW)
    assert at.last is not None
    after = reason(record, at.last + DAY, rule)
    assert after is not None
    assert after.state is State.OVERDUE
