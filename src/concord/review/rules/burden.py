"""Does one hazard add up over the whole list?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from concord.followup.case import Case, Taking
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Burden, Group, Member
from concord.review.building import (
    Rule,
    cited,
    missing,
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

ID = "additive-burden"

Contributors = list[tuple[Taking, Member]]


def additive_burden(case: Case) -> Iterator[Outcome]:
    """Yield one finding for each hazard whose sum over the list reaches a burden.

    Each drug counts once, by its score or as one; the gravest row that holds speaks.
    A drug whose part in the hazard depends on something unknown is counted only to say
    that the hazard could not be judged.
    """
    yield Ran(rule=ID)
    for group in case.knowledge.hazards():
        certain, open_ = _contributors(case, group)
        if not certain and not open_:
            continue
        rows = [
            (row, case.holds(row.when)) for row in in_force(group.burden, case.as_of)
        ]
        rows.sort(key=lambda pair: (pair[0].severity.rank, -pair[0].at_least))
        reached = [
            row
            for row, answer in rows
            if answer is True and _sum(certain, row) >= row.at_least
        ]
        if reached:
            yield _finding(case, group, reached[0], certain)
            continue
        everyone = certain + open_
        needs = [
            need
            for row, answer in rows
            if answer is None and row.when and _sum(everyone, row) >= row.at_least
            for need, part in case.parts(row.when)
            if part is None
        ]
        possible = [
            row
            for row, answer in rows
            if answer is not False and _sum(everyone, row) >= row.at_least
        ]
        if possible:
            entries = [t.entry for t, _ in everyone]
            needs += [n for t, m in open_ for n in _needs(case, t, m)]
            yield missing(case, ID, entries, needs)
        elif case.known:
            yield Ran(rule=ID)
    yield from unreadable(case, ID)


def _contributors(case: Case, group: Group) -> tuple[Contributors, Contributors]:
    """Return the members of a hazard that are taken: those certain, those possible."""
    members = case.knowledge.members(group.id)
    certain: Contributors = []
    open_: Contributors = []
    seen: set[str] = set()
    for taking in case.systemic:
        assert taking.drug is not None  # noqa: S101 - only known ones
        member = members.get(taking.drug.id)
        if member is None or taking.drug.id in seen:
            continue
        answer = case.holds(member.when, taking)
        if answer is not False:
            seen.add(taking.drug.id)
            (certain if answer else open_).append((taking, member))
    return certain, open_


def _needs(case: Case, taking: Taking, member: Member) -> list[str]:
    parts = case.parts(member.when, taking) if member.when else ()
    return [need for need, answer in parts if answer is None]


def _sum(members: Contributors, row: Burden) -> Decimal:
    if row.counting == "members":
        return Decimal(len(members))
    return sum((m.score or Decimal(0) for _, m in members), Decimal(0))


def _finding(case: Case, group: Group, row: Burden, members: Contributors) -> Finding:
    names = tuple(t.name for t, _ in members)
    total = _sum(members, row)
    scores = ", ".join(
        f"{t.name} {m.score}" if row.counting == "score" else t.name for t, m in members
    )
    values = {"title": group.title, "total": str(total), "scores": scores}
    return Finding(
        id=finding_id(ID, group.id, names),
        circumstance=circumstance(ID, group.id, row.severity, total),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=row.severity,
        medications=tuple(dict.fromkeys(t.entry.id for t, _ in members)),
        drugs=names,
        seen=(
            Message(key=f"seen.burden-{row.counting}", values=values),
            *(seen_taking(case, t) for t, _ in members),
        ),
        why=text(row.why),
        options=tuple(text(o) for o in row.options),
        sources=cited(case, row, *(m for _, m in members)),
        verified=verified(row, *(m for _, m in members)),
    )


BURDEN = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("medication-list",),
    run=additive_burden,
)
