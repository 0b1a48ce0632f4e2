"""Is the same ingredient, or the same purpose, on the list twice?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from concord.followup.case import Case, Taking
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Group, Severity
from concord.review.building import (
    Rule,
    cited,
    distinct,
    missing,
    rule_source,
    seen_taking,
    text,
    unreadable,
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

SAME = "same-ingredient"
THERAPY = "duplicate-therapy"


def same_ingredient(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each ingredient that two medicines on the list hold.

    Two forms of one ingredient (tablet and injection, immediate and extended release)
    may be meant: moderate.
    The same form twice is serious, since the dose is then taken twice.
    Salts and esters of one drug are the same ingredient.
    """
    by_key: dict[str, list[Taking]] = {}
    for taking in case.taking:
        key = taking.drug.id if taking.drug else taking.ingredient.rxcui
        by_key.setdefault(key, []).append(taking)
    for takings in by_key.values():
        entries = {t.entry.id for t in takings}
        if len(entries) > 1:
            yield _same(case, takings)
        else:
            yield Ran(rule=SAME)
    if case.unrecognised:
        yield missing(case, SAME, case.unrecognised, ["recognised"])


def _same(case: Case, takings: Sequence[Taking]) -> Finding:
    source = rule_source(case, SAME)
    forms = {
        (case.route(t), t.entry.line.medicine.release or "immediate") for t in takings
    }
    prescribers = [t.entry.line.prescriber for t in takings]
    names = {p.name for p in prescribers if p is not None and p.name}
    severity = Severity.SERIOUS if len(forms) == 1 else Severity.MODERATE
    seen = [seen_taking(case, t) for t in takings]
    if len(names) > 1:
        seen.append(
            Message(key="seen.prescribers", values={"names": ", ".join(sorted(names))})
        )
    name = takings[0].name
    ids = tuple(dict.fromkeys(t.entry.id for t in takings))
    return Finding(
        id=finding_id(SAME, "", [name]),
        circumstance=circumstance(SAME, severity, *sorted(ids)),
        rule=SAME,
        question=Question.INDICATION,
        problem=Problem.UNNECESSARY,
        severity=severity,
        medications=ids,
        drugs=(name,),
        seen=tuple(seen),
        why=text(source.text),
        options=(
            Message(key="option.keep-one"),
            Message(key="option.confirm-both"),
        ),
        sources=cited(case, source),
        verified=verified(source),
    )


def duplicate_therapy(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each curated group of which two different drugs are taken.

    Combinations that the group allows do not count, as long as they have not lasted
    longer than it allows them to; where a start is not known, that is said.
    """
    groups: dict[str, tuple[Group, list[Taking]]] = {}
    for taking in case.systemic:
        assert taking.drug is not None  # noqa: S101 - only known ones
        for group in case.knowledge.duplicate_groups_of(taking.drug.id):
            when = case.knowledge.members(group.id)[taking.drug.id].when
            if case.holds(when, taking) is not False:
                groups.setdefault(group.id, (group, []))[1].append(taking)
        yield Ran(rule=THERAPY)
    for group, takings in groups.values():
        pairs = [
            (one, other)
            for one, other in combinations(takings, 2)
            if one.drug is not other.drug
        ]
        allowed = {id(pair): _allowed(case, group, pair) for pair in pairs}
        undated = [p for p in pairs if allowed[id(p)] is None]
        counted = [p for p in pairs if allowed[id(p)] is False]
        for pair in undated:
            yield missing(case, THERAPY, [t.entry for t in pair], ["start-date"])
        if counted:
            members = distinct(t for pair in counted for t in pair)
            yield _duplicate(case, group, members)
    yield from unreadable(case, THERAPY)


def _allowed(case: Case, group: Group, pair: tuple[Taking, Taking]) -> bool | None:
    """Return whether a group allows two drugs together; `None` if no start is known."""
    drugs = {t.drug.id for t in pair if t.drug}
    answer: bool | None = False
    for row in in_force(group.allowed, case.as_of):
        if not drugs <= set(row.drugs):
            continue
        if row.planned and not any(_has_an_end(t) for t in pair):
            continue
        if row.at_most is None:
            return True
        starts = [t.entry.state.since for t in pair]
        if any(s is None for s in starts):
            answer = None
            continue
        together = max(s.last for s in starts if s is not None)
        if case.as_of <= row.at_most.after(together):
            return True
    return answer


def _has_an_end(taking: Taking) -> bool:
    """Return whether directions say that a medicine ends, or come in steps."""
    dosage = taking.entry.state.dosage
    bounded = any(d.lasts or (d.bounds and d.bounds.end) for d in dosage)
    return bounded or len({d.sequence for d in dosage}) > 1


def _duplicate(case: Case, group: Group, takings: tuple[Taking, ...]) -> Finding:
    members = case.knowledge.members(group.id)
    rows = [members[t.drug.id] for t in takings if t.drug]
    names = tuple(dict.fromkeys(t.name for t in takings))
    found = group.duplicate
    assert found is not None  # noqa: S101 - checked when the files are compiled
    return Finding(
        id=finding_id(THERAPY, group.id, names),
        circumstance=circumstance(THERAPY, group.id, found.severity, *names),
        rule=THERAPY,
        question=Question.INDICATION,
        problem=Problem.UNNECESSARY,
        severity=found.severity,
        medications=tuple(dict.fromkeys(t.entry.id for t in takings)),
        drugs=names,
        seen=tuple(seen_taking(case, t) for t in takings),
        why=text(found.why),
        options=tuple(text(o) for o in found.options),
        sources=cited(case, found, *rows),
        verified=verified(found, *rows),
    )


SAME_INGREDIENT = Rule(
    id=SAME,
    question=Question.INDICATION,
    needs=("medication-list",),
    run=same_ingredient,
)
DUPLICATE_THERAPY = Rule(
    id=THERAPY,
    question=Question.INDICATION,
    needs=("medication-list",),
    run=duplicate_therapy,
)
