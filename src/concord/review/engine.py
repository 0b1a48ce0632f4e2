"""Runs every rule over a case and puts together what they said; never stops at one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import msgspec

from concord.dosing.daily import DailyAmount
from concord.followup.case import Case
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Severity
from concord.record.agreed import Entry
from concord.record.forms import digest
from concord.record.model import Record
from concord.review.building import (
    Rule,
    coded_date,
    dose_text,
    need,
    read_from_text,
    together,
)
from concord.review.model import (
    Finding,
    ListedMedicine,
    NotApplicable,
    NotChecked,
    Outcome,
    Question,
    Ran,
    Review,
    Summary,
)
from concord.review.rules import RULES
from concord.wording import Message

T = TypeVar("T")


def review(
    record: Record,
    knowledge: Knowledge,
    as_of: date,
    rules: Iterable[Rule] = RULES,
) -> Review:
    """Return the review of a record as of a day, by every rule.

    Each rule ends in at least one of: a finding, checked without finding, not checked,
    not applicable.
    A rule is *checked* only where it ran and nothing that it should have looked at was
    missing.
    """
    case = Case(record, knowledge, as_of)
    findings: list[Finding] = []
    not_checked: list[NotChecked] = []
    not_applicable: list[NotApplicable] = []
    checked: list[str] = []
    for rule in rules:
        outcomes = list(_run(case, rule))
        found = [o for o in outcomes if isinstance(o, Finding)]
        unsaid = [o for o in outcomes if isinstance(o, NotChecked)]
        idle = [o for o in outcomes if isinstance(o, NotApplicable)]
        findings += found
        not_checked += unsaid
        not_applicable += idle[:1] if not found and not unsaid else []
        ran = any(isinstance(o, Ran) for o in outcomes)
        if ran and not found and not unsaid and not idle:
            checked.append(rule.id)
    merged = merge(findings)
    told = {f.rule for f in merged} | {row.rule for row in not_checked}
    for name in dict.fromkeys(f.rule for f in findings if f.rule not in told):
        why = Message(key="why-not.told-elsewhere")
        not_applicable.append(NotApplicable(rule=name, why=why))
    return Review(
        as_of=as_of,
        knowledge=knowledge.version,
        record=digest(record),
        person=_summary(case),
        medications=tuple(_listed(case, e) for e in case.agreed),
        findings=_in_order(merged),
        checked=tuple(checked),
        not_checked=together(not_checked),
        not_applicable=tuple(not_applicable),
    )


def _run(case: Case, rule: Rule) -> Iterable[Outcome]:
    """Yield what a rule says; of an empty list only whether it is known to be empty.

    What a rule about the person has to say is said whatever the list holds.
    Of somebody who died nothing is said but that.
    """
    if case.died:
        yield NotApplicable(rule=rule.id, why=Message(key="why-not.died"))
        return
    if case.current:
        yield from rule.run(case)
        return
    if rule.of_person:
        said = list(rule.run(case))
        if not all(isinstance(o, NotApplicable) for o in said):
            yield from said
            return
    if any(_recent(case, r.on.last) for r in case.record.reconciliations):
        yield NotApplicable(rule=rule.id, why=Message(key="why-not.takes-nothing"))
        return
    yield NotChecked(rule=rule.id, medications=(), needs=(need("medication-list"),))


def _recent(case: Case, on: date) -> bool:
    days = case.knowledge.figure("review-list", "reconciled-within-days", case.as_of)
    return 0 <= (case.as_of - on).days <= days


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with those that share a cause made one.

    Findings of one id are one.
    A burden whose contributors an interaction of at least its severity already names,
    all of them, is told there and not again.
    """
    by_id: dict[str, Finding] = {}
    for finding in findings:
        present = by_id.get(finding.id)
        by_id[finding.id] = _both(present, finding) if present else finding
    kept = []
    interactions = [f for f in by_id.values() if f.rule == "interaction"]
    for finding in by_id.values():
        covered = finding.rule == "additive-burden" and any(
            set(finding.drugs) <= set(other.drugs)
            and other.severity.rank <= finding.severity.rank
            for other in interactions
        )
        if not covered:
            kept.append(finding)
    return kept


def _both(one: Finding, other: Finding) -> Finding:
    graver = min(one, other, key=lambda f: f.severity.rank)

    return msgspec.structs.replace(
        graver,
        medications=_union(one.medications, other.medications),
        drugs=_union(one.drugs, other.drugs),
        seen=_union(one.seen, other.seen),
        options=_union(one.options, other.options),
        sources=_union(one.sources, other.sources),
    )


def _union(mine: tuple[T, ...], theirs: tuple[T, ...]) -> tuple[T, ...]:
    return (*mine, *(item for item in theirs if item not in mine))


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings by question, then gravity, then id."""
    questions = list(Question)
    return tuple(
        sorted(
            findings, key=lambda f: (questions.index(f.question), f.severity.rank, f.id)
        )
    )


def interrupting(found: Review) -> tuple[Finding, ...]:
    """Return the findings that may interrupt a start, an increase or a restart."""
    return tuple(f for f in found.findings if f.interrupts)


def gravest(found: Review) -> Severity | None:
    """Return the gravest severity found, or `None` where nothing was."""
    return min((f.severity for f in found.findings), key=lambda s: s.rank, default=None)


def _summary(case: Case) -> Summary:
    person = case.record.person
    if person is None:
        return Summary()
    age = case.age
    words = None
    if age is not None:
        words = str(age[0]) if age[0] == age[1] else f"{age[0]} to {age[1]}"
    return Summary(
        id=person.id,
        name=person.names[0].text if person.names else None,
        birth=str(person.birth) if person.birth else None,
        age=words,
        sex=person.sex.value,
    )


def _listed(case: Case, entry: Entry) -> ListedMedicine:
    medicine = entry.line.medicine
    takings = case.takings_of(entry)
    every = case.names_of(entry)
    names = every or [i.name for i in medicine.ingredients]
    amount = case.daily(takings[0]) if takings else None
    dose = None
    if isinstance(amount, DailyAmount):
        dose = dose_text(amount, read_from_text=read_from_text(entry))
    dosage = entry.state.dosage
    if dose is None and dosage and dosage[0].text:
        dose = dosage[0].text
    indications = [
        i.text or next((c.display for c in i.codes if c.display), None)
        for i in entry.line.indications
    ]
    source = entry.line.source
    return ListedMedicine(
        id=entry.id,
        drug=" / ".join(names) or None,
        rxcui=tuple(i.rxcui for i in medicine.ingredients),
        text=medicine.text,
        dose=dose,
        indication="; ".join(i for i in indications if i) or None,
        status=entry.state.status.value,
        prescriber=entry.line.prescriber.name if entry.line.prescriber else None,
        source=f"{source.system} {source.type}/{source.id}" if source else None,
        since=coded_date(entry.state.since),
        also=tuple(line.id for line in entry.also),
    )
