"""Records that read as prose, and a small knowledge made for the tests.

`a_person().taking("lithium", "900 mg")` is a record; `some_knowledge(...)` holds only
what a test says, so that no test depends on a figure of the real files.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from concord.followup.case import Case
from concord.knowledge import model as known
from concord.knowledge.links import link
from concord.knowledge.lookup import Knowledge
from concord.knowledge.tables import TABLES
from concord.record import model as rec
from concord.review import Finding, Review, review
from concord.review.building import Rule
from concord.terms import Code, PartialDate, Period, Quantity, System, decode_hook
from concord.wording import say

TODAY = date(2026, 11, 22)
THEN = datetime(2026, 1, 1, 12, tzinfo=UTC)


def day(text: str) -> PartialDate:
    return PartialDate.parse(text)


def started(
    id: str = "start",
    on: str | None = "2026-01-01",
    *,
    recorded: datetime = THEN,
    dosage: tuple[rec.Dosage, ...] = (),
) -> rec.Change:
    return rec.Change(
        id=id,
        kind=rec.ChangeKind.STARTED,
        recorded_at=recorded,
        effective=day(on) if on else None,
        dosage=dosage,
    )


def daily(dose: str, times: int = 1, **more: Any) -> rec.Dosage:
    return rec.Dosage(
        dose=Quantity.parse(dose),
        timing=rec.Timing(frequency=times, period=Decimal(1), period_unit="d"),
        **more,
    )


def snomed(code: str) -> Code:
    return Code(system=System.SNOMED, code=code)


def loinc(code: str) -> Code:
    return Code(system=System.LOINC, code=code)


def fill(
    on: str | None, days: int | None, *, drug: str = "lithium", order: str | None = None
) -> rec.Dispensing:
    return rec.Dispensing(
        id=f"fill-{on}",
        medicine=rec.Medicine(
            text=drug, ingredients=(rec.Ingredient(rxcui=drug, name=drug),)
        ),
        on=day(on) if on else None,
        supply=rec.Supply(days=None if days is None else Decimal(days)),
        order=order,
    )


class A:
    """A record in the making; every word returns a new one."""

    def __init__(self, record: rec.Record) -> None:
        self.record = record

    def _with(self, **fields: Any) -> A:
        return A(msgspec.structs.replace(self.record, **fields))

    def taking(
        self,
        drug: str,
        dose: str | None = None,
        times: int = 1,
        *,
        since: str | None = "2026-01-01",
        stopped: str | None = None,
        for_: str | None = None,
        by: str | None = None,
        id: str | None = None,
        form: str | None = None,
        release: str | None = None,
        as_needed: bool = False,
        dosage: tuple[rec.Dosage, ...] | None = None,
        kind: rec.LineKind = rec.LineKind.ORDER,
        taken: rec.Taken = rec.Taken.NOT_LOGGED,
        why_not: str | None = None,
        strength: str | None = None,
        text: str | None = None,
    ) -> A:
        number = len(self.record.medications)
        if dosage is None and dose is not None:
            needed = rec.AsNeeded() if as_needed else None
            dosage = (daily(dose, times, as_needed=needed),)
        changes = [started(f"start-{number}", since, dosage=dosage or ())]
        if stopped:
            changes.append(
                rec.Change(
                    id=f"stop-{number}",
                    kind=rec.ChangeKind.STOPPED,
                    recorded_at=THEN,
                    effective=day(stopped),
                )
            )
        line = rec.MedicationLine(
            id=id or f"m{number}",
            medicine=rec.Medicine(
                text=text or drug,
                ingredients=(
                    rec.Ingredient(
                        rxcui=drug,
                        name=drug,
                        strength=Quantity.parse(strength) if strength else None,
                    ),
                ),
                form=form,
                release=release,
            ),
            kind=kind,
            indications=(
                (rec.Indication(codes=(snomed(for_),), text=for_),) if for_ else ()
            ),
            prescriber=rec.Party(name=by) if by else None,
            taken=taken,
            not_taken_reason=why_not,
            changes=tuple(changes),
        )
        return self._with(medications=(*self.record.medications, line))

    def taking_something_called(self, text: str) -> A:
        line = rec.MedicationLine(
            id=f"m{len(self.record.medications)}",
            medicine=rec.Medicine(text=text),
            changes=(started(f"s{len(self.record.medications)}"),),
        )
        return self._with(medications=(*self.record.medications, line))

    def then(
        self,
        kind: str,
        on: str | None,
        dose: str | None = None,
        *,
        recorded: datetime = THEN,
        times: int = 1,
    ) -> A:
        """One more change of the newest medicine: held, resumed, dose_changed..."""
        *others, line = self.record.medications
        change = rec.Change(
            id=f"then-{line.id}-{len(line.changes)}",
            kind=rec.ChangeKind(kind),
            recorded_at=recorded,
            effective=day(on) if on else None,
            dosage=(daily(dose, times),) if dose else (),
        )
        changed = msgspec.structs.replace(line, changes=(*line.changes, change))
        return self._with(medications=(*others, changed))

    def with_condition(self, code: str, onset: str | None = None, **more: Any) -> A:
        line = rec.Condition(
            id=f"c{len(self.record.conditions)}",
            text=code,
            codes=(snomed(code),),
            status=more.pop("status", rec.ConditionStatus.ACTIVE),
            onset=day(onset) if onset else None,
            **more,
        )
        return self._with(conditions=(*self.record.conditions, line))

    def with_icd10(self, code: str, **more: Any) -> A:
        line = rec.Condition(
            id=f"c{len(self.record.conditions)}",
            codes=(Code(system=System.ICD10CM, code=code),),
            status=rec.ConditionStatus.ACTIVE,
            **more,
        )
        return self._with(conditions=(*self.record.conditions, line))

    def measured(self, code: str, value: str, on: str | None, **more: Any) -> A:
        line = rec.Observation(
            id=f"o{len(self.record.observations)}",
            codes=(loinc(code),),
            at=day(on) if on else None,
            quantity=Quantity.parse(value),
            **more,
        )
        return self._with(observations=(*self.record.observations, line))

    def found(self, code: str, answer: str, on: str) -> A:
        line = rec.Observation(
            id=f"o{len(self.record.observations)}",
            codes=(loinc(code),),
            at=day(on),
            coded=(snomed(answer),),
        )
        return self._with(observations=(*self.record.observations, line))

    def allergic_to(self, drug: str, **more: Any) -> A:
        line = rec.Allergy(
            id=f"a{len(self.record.allergies)}",
            text=drug,
            ingredients=(rec.Ingredient(rxcui=drug, name=drug),),
            **more,
        )
        return self._with(allergies=(*self.record.allergies, line))

    def with_no_known_allergy(self) -> A:
        line = rec.Allergy(id="none", none_known=True)
        return self._with(allergies=(*self.record.allergies, line))

    def filled(
        self, drug: str, on: str | None, days: int | None, order: str | None = None
    ) -> A:
        line = fill(on, days, drug=drug, order=order)
        line = msgspec.structs.replace(line, id=f"d{len(self.record.dispensings)}")
        return self._with(dispensings=(*self.record.dispensings, line))

    def said(self, drug: str, taken: str, on: str | None) -> A:
        """Somebody said of one dose that it was `taken`, `not_taken`, `not_logged`."""
        line = rec.DoseEvent(
            id=f"e{len(self.record.dose_events)}",
            medicine=rec.Medicine(
                text=drug, ingredients=(rec.Ingredient(rxcui=drug, name=drug),)
            ),
            at=day(on) if on else None,
            taken=rec.Taken(taken),
        )
        return self._with(dose_events=(*self.record.dose_events, line))

    def seen(self, *days: str, kind: str = "AMB", reasons: tuple[Code, ...] = ()) -> A:
        """Somebody saw the person on these days."""
        visits = tuple(
            rec.Encounter(
                id=f"v{len(self.record.encounters) + number}",
                kind=kind,
                period=Period(start=day(on)),
                reasons=reasons,
                finished=True,
            )
            for number, on in enumerate(days)
        )
        return self._with(encounters=(*self.record.encounters, *visits))

    def moved(self, kind: str, on: str) -> A:
        """Admitted, discharged, in_custody, released, in_shelter or home."""
        line = rec.SettingEvent(
            id=f"s{len(self.record.settings)}", kind=rec.SettingKind(kind), on=day(on)
        )
        return self._with(settings=(*self.record.settings, line))

    def went_through_the_list(self, on: str) -> A:
        line = rec.Reconciliation(id="r", on=day(on))
        return self._with(reconciliations=(*self.record.reconciliations, line))


def a_person(*, born: str | None = "1980-05-05", sex: rec.Sex = rec.Sex.FEMALE) -> A:
    return A(
        rec.Record(
            person=rec.Person(
                id="p",
                names=(rec.Name(text="Amara Diallo"),),
                birth=day(born) if born else None,
                sex=sex,
            )
        )
    )


def nobody() -> A:
    return A(rec.Record())


# --- knowledge --------------------------------------------------------------------

CITE = {"source": "book", "locator": "p. 1", "status": "checked"}


def cited(**fields: Any) -> dict[str, Any]:
    return {**CITE, **fields}


def drug(id: str, **fields: Any) -> dict[str, Any]:
    """A drug whose RxCUI is its own id."""
    return {"id": id, "name": id, "identity": cited(rxcui=[id]), **fields}


def group(id: str, *drugs: str, kind: str = "class", **fields: Any) -> dict[str, Any]:
    members = fields.pop("member", [cited(drug=d) for d in drugs])
    return {"id": id, "title": id, "kind": kind, "member": members, **fields}


def condition(id: str, **fields: Any) -> dict[str, Any]:
    """A condition whose SNOMED code is its own id."""
    return {"id": id, "title": id, "codes": [cited(snomed=[id])], **fields}


def observation(id: str, unit: str | None = None, **fields: Any) -> dict[str, Any]:
    """An observation whose LOINC code is its own id."""
    entry = {"id": id, "title": id, "codes": [cited(loinc=[id])], **fields}
    return entry | ({"unit": unit} if unit else {})


_RULES = (
    "no-indication",
    "same-ingredient",
    "duplicate-therapy",
    "allergy",
    "allergy-class",
    "not-taken",
    "answer-from-elsewhere",
)


def _measure(id: str, *values: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "title": id, "steward": "tests", "value": list(values)}


def _value(name: str, **fields: Any) -> dict[str, Any]:
    return cited(name=name, text=name, **fields)


MEASURES = (
    _measure("review-rules", *(_value(name) for name in _RULES)),
    _measure(
        "populations",
        _value("adult-from-years", years=18),
        _value("older-adult-from-years", years=65),
    ),
    _measure("review-list", _value("reconciled-within-days", days=90)),
    _measure("refill-gap", _value("late-refill-days", days=7)),
    _measure("pdc", _value("covered-share", share="0.8")),
    _measure("adherence-lookback", _value("lookback-days", days=180)),
    _measure("childbearing", _value("age-from", years=12), _value("age-to", years=50)),
    _measure("renal-function", _value("kidney-result-within-days", days=365)),
    _measure(
        "cockcroft-gault",
        _value("age-minuend", number=140),
        _value("divisor", number=72),
        _value("female-factor", number="0.85"),
    ),
    _measure(
        "followup-windows",
        _value("early-share", share="0.25"),
        _value("grace-share", share="0.25"),
        _value("grace-most-days", days=14),
        _value("let-go-after-days", days=365),
    ),
    _measure(
        "followup-events",
        _value("stable-after-days", days=84),
        _value("switch-within-days", days=28),
    ),
    _measure("pregnancy-status", _value("status-within-days", days=30)),
    _measure(
        "smoking-change",
        _value("stopped-within-days", days=60),
        _value("started-within-days", days=60),
    ),
)


def some_knowledge(**tables: list[dict[str, Any]]) -> Knowledge:
    """Return knowledge that holds these entries, and the thresholds of the tests."""
    tables.setdefault("measures", list(MEASURES))
    decoded = {
        name: {
            entry["id"]: msgspec.convert(entry, kind, dec_hook=decode_hook)
            for entry in tables.get(name, [])
        }
        for name, kind in TABLES.items()
    }
    sources = {
        "book": known.SourceEntry(
            title="The Book",
            kind="paper",
            publisher="tests",
            published="2026",
            licence="none",
        )
    }
    return Knowledge(
        version="tests", tables=decoded, sources=sources, links=link(decoded)
    )


# --- what a rule said -------------------------------------------------------------


class Said:
    """What one rule said of a record, and nothing of what the others did."""

    def __init__(self, found: Review, rule: str) -> None:
        self.review = found
        self.findings = tuple(f for f in found.findings if f.rule == rule)
        self.not_checked = tuple(n for n in found.not_checked if n.rule == rule)
        self.not_applicable = tuple(n for n in found.not_applicable if n.rule == rule)
        self.checked = rule in found.checked

    @property
    def outcome(self) -> str:
        """In one word; a rule that says two things has said the graver one."""
        if self.findings:
            return "finding"
        if self.not_checked:
            return "not checked"
        if self.not_applicable:
            return "not applicable"
        return "checked" if self.checked else "nothing"

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(f.id for f in self.findings)

    @property
    def one(self) -> Finding:
        (finding,) = self.findings
        return finding

    @property
    def severity(self) -> str | None:
        """The severity of the only finding; `None` where there is none."""
        return self.one.severity.value if self.findings else None

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys of what was missing, without their `need.`."""
        keys = (m.key.removeprefix("need.") for n in self.not_checked for m in n.needs)
        return tuple(dict.fromkeys(keys))

    @property
    def seen(self) -> tuple[str, ...]:
        return tuple(say(m) for m in self.one.seen)


def asked(rule: Rule, a: A, knowledge: Knowledge, on: date | str = TODAY) -> Said:
    """Put one rule to a record."""
    as_of = date.fromisoformat(on) if isinstance(on, str) else on
    return Said(review(a.record, knowledge, as_of, rules=[rule]), rule.id)


def a_case(a: A, knowledge: Knowledge, on: date | str = TODAY) -> Case:
    as_of = date.fromisoformat(on) if isinstance(on, str) else on
    return Case(a.record, knowledge, as_of)
