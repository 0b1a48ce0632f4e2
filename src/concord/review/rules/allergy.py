"""Is the person allergic to a medicine, or to one of its class?"""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.case import Case, Taking
from concord.knowledge.model import Cited as KnownCited
from concord.knowledge.model import Severity
from concord.record.model import Allergy
from concord.review.building import (
    Rule,
    cited,
    missing,
    rule_source,
    seen_taking,
    text,
    verified,
)
from concord.review.model import (
    Finding,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.wording import Message

ID = "allergy"
CLASS = "allergy-class"


def allergy(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each medicine that the person is allergic to, or its class.

    The ingredient itself is contraindicated, an intolerance to it moderate; a class
    in which allergies cross is serious.
    No allergy line at all is *not checked*; "no known allergy" is a line.
    """
    active = [a for a in case.record.allergies if a.active and not a.refuted]
    stated = bool(case.record.allergies)
    substances = {a: _classes(case, a) for a in active if not a.none_known}
    for taking in case.every_ingredient:
        if not stated:
            yield missing(case, ID, [taking.entry], ["allergies"])
            continue
        yield from _of(case, taking, substances)
    if case.unrecognised:
        yield missing(case, ID, case.unrecognised, ["recognised"])
    unread = any(not a.ingredients and not substances[a] for a in substances)
    if unread and case.current:
        yield missing(case, ID, case.current, ["allergy-recognised"])
    if any(_class_unknown(case, a) for a in substances):
        crossing = [t.entry for t in case.known if _crosses(case, t)]
        if crossing:
            yield missing(case, ID, crossing, ["allergy-class"])
    if substances and case.unknown:
        yield missing(case, ID, case.unknown, ["drug-knowledge"])


def _class_unknown(case: Case, line: Allergy) -> bool:
    """Return whether nothing is known of an allergen: it may cross to a medicine."""
    return any(case.knowledge.drug_of(i.rxcui) is None for i in line.ingredients)


def _crosses(case: Case, taking: Taking) -> bool:
    """Return whether a medicine is of a class in which allergies cross."""
    groups = case.knowledge.groups_of(taking.drug.id) if taking.drug else ()
    return any(case.knowledge.groups[g].cross_allergy for g in groups)


def _of(
    case: Case, taking: Taking, allergies: dict[Allergy, set[str]]
) -> Iterator[Outcome]:
    found = False
    for line, classes in allergies.items():
        if _same(case, taking, line):
            found = True
            yield _finding(case, taking, line, None)
            continue
        group = _shared_class(case, taking, classes)
        if group is not None:
            found = True
            yield _finding(case, taking, line, group)
    if not found:
        yield Ran(rule=ID)


def _same(case: Case, taking: Taking, line: Allergy) -> bool:
    for ingredient in line.ingredients:
        if ingredient.rxcui == taking.ingredient.rxcui:
            return True
        drug = case.knowledge.drug_of(ingredient.rxcui)
        if drug is not None and drug is taking.drug:
            return True
    return False


def _classes(case: Case, line: Allergy) -> set[str]:
    """Return the classes in which the allergy crosses, by ingredient or by name."""
    found = set()
    for ingredient in line.ingredients:
        drug = case.knowledge.drug_of(ingredient.rxcui)
        found |= set(case.knowledge.groups_of(drug.id)) if drug else set()
    words = (line.text or "").strip().casefold()
    found |= case.knowledge.groups_by_title.get(words, frozenset())
    return {g for g in found if case.knowledge.groups[g].cross_allergy}


def _shared_class(case: Case, taking: Taking, classes: set[str]) -> str | None:
    if taking.drug is None:
        return None
    mine = set(case.knowledge.groups_of(taking.drug.id))
    return min(mine & classes, default=None)


def _finding(case: Case, taking: Taking, line: Allergy, group: str | None) -> Finding:
    source = rule_source(case, CLASS if group else ID)
    rows: list[KnownCited] = [source]
    if group and taking.drug:
        rows.append(case.knowledge.members(group)[taking.drug.id])
    severity = Severity.SERIOUS if group else Severity.CONTRAINDICATED
    if line.kind == "intolerance":
        severity = Severity.MODERATE
    reactions = ", ".join(line.reactions)
    values = {
        "allergy": line.text or (line.ingredients[0].name if line.ingredients else ""),
        "reactions": reactions,
    }
    key = "seen.allergy-reactions" if reactions else "seen.allergy"
    return Finding(
        id=finding_id(ID, group or "", [taking.name, line.id]),
        circumstance=circumstance(ID, severity, reactions, line.criticality),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=severity,
        medications=(taking.entry.id,),
        drugs=(taking.name,),
        seen=(Message(key=key, values=values), seen_taking(case, taking)),
        why=text(source.text),
        options=(
            Message(key="option.check-reaction"),
            Message(key="option.other-drug"),
        ),
        sources=cited(case, *rows),
        verified=verified(*rows),
    )


ALLERGY = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("medication-list", "allergies"),
    run=allergy,
)
