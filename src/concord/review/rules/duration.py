"""Has a medicine been taken for longer than its course is meant to last?"""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.case import Case, Taking
from concord.followup.uses import treats
from concord.knowledge.lookup import in_force
from concord.knowledge.model import IntendedDuration, Severity
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

ID = "longer-than-intended"


def longer_than_intended(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each medicine taken past the end of its intended course.

    The day on which the course would end is still within it.
    A row for an indication counts only where the medicine is taken for it.
    """
    for taking in case.known:
        assert taking.drug is not None  # noqa: S101 - `known` holds only these
        rows = in_force(taking.drug.duration, case.as_of)
        taken_for = treats(case, taking)
        rows = tuple(
            r for r in rows if r.indication is None or r.indication in taken_for
        )
        if not rows:
            yield Ran(rule=ID)
            continue
        since = taking.entry.state.since
        if since is None:
            yield missing(case, ID, [taking.entry], ["start-date"])
            continue
        past = [r for r in rows if case.as_of > r.at_most.after(since.last)]
        if past:
            yield _finding(case, taking, past[0])
        elif any(case.as_of > r.at_most.after(since.first) for r in rows):
            yield missing(case, ID, [taking.entry], ["start-date"])
        else:
            yield Ran(rule=ID)
    yield from unreadable(case, ID)


def _finding(case: Case, taking: Taking, row: IntendedDuration) -> Finding:
    return Finding(
        id=finding_id(ID, row.indication or "", [taking.name]),
        circumstance=circumstance(ID, row.at_most, taking.entry.state.since),
        rule=ID,
        question=Question.INDICATION,
        problem=Problem.UNNECESSARY,
        severity=Severity.MODERATE,
        medications=(taking.entry.id,),
        drugs=(taking.name,),
        seen=(seen_taking(case, taking),),
        why=text(row.text),
        options=(
            Message(key="option.review-need"),
            Message(key="option.no-abrupt-stop"),
        ),
        sources=cited(case, row),
        verified=verified(row),
    )


DURATION = Rule(
    id=ID,
    question=Question.INDICATION,
    needs=("medication-list", "start-date"),
    run=longer_than_intended,
)
