"""Is there an answer about suicide from elsewhere that nobody asked about since?"""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.answered import Flagged, asks_of, assessed, flagged, left_open
from concord.followup.case import Case
from concord.followup.crisis import speaks_of_now
from concord.knowledge.model import Scale, Severity
from concord.record.model import Response
from concord.review.building import Rule, cited, need, rule_source, verified
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
from concord.wording import Message, day

ID = "answer-from-elsewhere"


def answer_from_elsewhere(case: Case) -> Iterator[Outcome]:
    """Yield the newest answer about suicide above zero that came from elsewhere.

    Only where it is too old to be about now (one that is opens a task of its own), and
    where no form since holds an answer to such a question, whatever that is: whoever
    asked since has had their own. It never interrupts: it is no reason against a
    medicine. Checked where the newest answer came from elsewhere and is zero; not
    checked where a form came without the answer, and nothing else tells of it.
    """
    scales = case.knowledge.scales
    forms = case.record.responses
    told = [r for r in forms if assessed(r, scales)]
    if not told and any(r.source and left_open(r, scales) for r in forms):
        yield NotChecked(rule=ID, medications=(), needs=(need("suicide-answer"),))
        return
    told.sort(key=lambda r: r.at.order if r.at else ())
    newest = told[-1] if told else None
    found = flagged(newest, scales) if newest else None
    if newest is None or not newest.source or (found and _is_now(case, found)):
        yield NotApplicable(rule=ID, why=Message(key="why-not.no-answer"))
    elif found is None:
        yield Ran(rule=ID)
    else:
        yield _finding(case, scales[found.scale], newest, found)


def _is_now(case: Case, found: Flagged) -> bool:
    scale = case.knowledge.scales[found.scale]
    time = asks_of(scale, case.knowledge, case.as_of)
    return speaks_of_now(found.on, time, case.as_of)


def _finding(case: Case, scale: Scale, response: Response, found: Flagged) -> Finding:
    why = rule_source(case, ID)
    values = {"scale": scale.title, "on": day(found.on) if found.on else ""}
    return Finding(
        id=finding_id(ID, scale.id, []),
        circumstance=circumstance(ID, response.id, str(found.value)),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.NEEDS_MORE,
        severity=Severity.MODERATE,
        medications=(),
        drugs=(),
        seen=(),
        why=Message(key="why.answer-from-elsewhere", values=values),
        options=(Message(key="option.ask-about-suicide"),),
        sources=cited(case, why),
        verified=verified(why),
    )


ANSWER_FROM_ELSEWHERE = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("forms",),
    run=answer_from_elsewhere,
    of_person=True,
)
