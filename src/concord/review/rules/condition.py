"""Does a condition, or the person's age, make a medicine unsuitable?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from concord.followup.case import Case, Taking
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Caution, Contraindication, Severity, When
from concord.review.building import (
    Rule,
    cited,
    missing,
    needs_of,
    seen_result,
    seen_taking,
    shown_date,
    text,
    unreadable,
    verified,
)
from concord.review.model import (
    Finding,
    NotApplicable,
    NotChecked,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.wording import Message

ID = "contraindicating-condition"
GERIATRIC_ID = "geriatric"


def contraindicating_condition(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each condition in which a label or guideline advises against.

    A label's contraindication is contraindicated; a class's caution has the severity
    that its source gives it.
    """
    for taking in case.systemic:
        assert taking.drug is not None  # noqa: S101 - only known ones
        for row in in_force(taking.drug.contraindication, case.as_of):
            if row.condition is None and row.when is None:
                continue
            yield from _label(case, taking, row)
        yield from _cautions(case, taking, "condition", ID)
        yield Ran(rule=ID)
    yield from unreadable(case, ID)


def _label(case: Case, taking: Taking, row: Contraindication) -> Iterator[Outcome]:
    when = row.when or When()
    answers = [case.holds(when, taking)]
    if row.condition:
        answers.append(case.has(row.condition))
    if False in answers:
        return
    if None in answers:
        needs = [n for n, answer in case.parts(when, taking) if answer is None]
        if row.condition and case.has(row.condition) is None:
            needs.append("conditions")
        yield missing(case, ID, [taking.entry], needs)
        return
    cause = row.condition or row.locator
    yield Finding(
        id=finding_id(ID, cause, [taking.name]),
        circumstance=circumstance(ID, cause, taking.name),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=Severity.CONTRAINDICATED,
        medications=(taking.entry.id,),
        drugs=(taking.name,),
        seen=(*_seen(case, when, row.condition), seen_taking(case, taking)),
        why=text(row.text),
        options=(
            Message(key="option.other-drug"),
            Message(key="option.no-abrupt-stop"),
        ),
        sources=cited(case, row),
        verified=verified(row),
    )


def geriatric(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each medicine that criteria for older adults advise against.

    Not applicable below the age that every row states; not checked without an age.
    """
    if case.age is None:
        yield missing(case, GERIATRIC_ID, case.current, ["age"])
        return
    asked = False
    for taking in case.systemic:
        for outcome in _cautions(case, taking, "geriatric", GERIATRIC_ID):
            asked = True
            yield outcome
    if case.age[1] < case.knowledge.figure(
        "populations", "older-adult-from-years", case.as_of
    ):
        yield NotApplicable(rule=GERIATRIC_ID, why=Message(key="why-not.younger"))
        return
    if not asked and case.known:
        yield Ran(rule=GERIATRIC_ID)
    yield from unreadable(case, GERIATRIC_ID)


def _cautions(
    case: Case,
    taking: Taking,
    kind: Literal["condition", "geriatric"],
    rule: str,
) -> Iterator[Outcome]:
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    for caution in in_force(case.knowledge.cautions_for(taking.drug.id), case.as_of):
        if caution.kind != kind:
            continue
        answer = case.holds(caution.when, taking)
        if answer is False:
            continue
        exempt = [case.holds(e.when, taking) for e in caution.exempt]
        if True in exempt:
            continue
        if answer is None:
            parts = case.parts(caution.when, taking)
            yield NotChecked(
                rule=rule,
                medications=(taking.entry.id,),
                needs=needs_of(case, [need for need, a in parts if a is None]),
            )
            continue
        yield _caution(case, taking, caution, rule, unsure=None in exempt)


def _caution(
    case: Case, taking: Taking, row: Caution, rule: str, *, unsure: bool
) -> Finding:
    seen = [*_seen(case, row.when, row.when.condition), seen_taking(case, taking)]
    if unsure:
        words = "; ".join(e.text for e in row.exempt)
        seen.append(Message(key="seen.unless", values={"text": words}))
    return Finding(
        id=finding_id(rule, row.id, [taking.name]),
        circumstance=circumstance(rule, row.id, row.severity, taking.name),
        rule=rule,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=row.severity,
        medications=(taking.entry.id,),
        drugs=(taking.name,),
        seen=tuple(seen),
        why=text(row.why),
        options=tuple(text(o) for o in row.options),
        sources=cited(case, row),
        verified=verified(row),
    )


def _seen(case: Case, when: When, condition: str | None) -> Iterator[Message]:
    names = {condition, when.condition} - {None}
    for name in sorted(str(n) for n in names):
        line = case.condition(name)
        title = case.knowledge.conditions[name].title
        since = shown_date(line.onset) if line else ""
        key = "seen.condition-since" if since else "seen.condition"
        yield Message(key=key, values={"condition": title, "since": since})
    if case.age is not None and (when.age_at_least or when.age_below):
        yield Message(key="seen.age", values={"age": str(case.age[0])})
    if when.observation is not None:
        result = case.results.latest(when.observation)
        if result is not None and result.quantity is not None:
            yield seen_result(case, result)


CONTRAINDICATION = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("medication-list", "conditions"),
    run=contraindicating_condition,
)
GERIATRIC = Rule(
    id=GERIATRIC_ID,
    question=Question.SAFETY,
    needs=("medication-list", "age"),
    run=geriatric,
)
