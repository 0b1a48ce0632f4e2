"""Is each medicine taken for something that is on record?"""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.case import Case
from concord.knowledge.model import Severity
from concord.record.agreed import Entry
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

ID = "no-indication"


def no_indication(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each current medicine that nothing on record explains.

    A stated indication explains it, and so does a recorded condition that the medicine
    is indicated for, on or off label.
    Without a stated indication and without a problem list nothing can be said; the
    same holds for a medicine of which nothing is known.
    """
    for entry in case.current:
        if any(line.indications for line in (entry.line, *entry.also)):
            yield Ran(rule=ID)
            continue
        takings = case.takings_of(entry)
        if not takings or any(t.drug is None for t in takings):
            need = "recognised" if not takings else "drug-knowledge"
            yield missing(case, ID, [entry], ["indication", need])
        elif not case.record.conditions:
            yield missing(case, ID, [entry], ["indication", "conditions"])
        elif any(
            case.has(i.condition) for t in takings if t.drug for i in t.drug.indication
        ):
            yield Ran(rule=ID)
        else:
            yield _finding(case, entry)


def _finding(case: Case, entry: Entry) -> Finding:
    takings = case.takings_of(entry)
    names = tuple(t.name for t in takings)
    source = rule_source(case, ID)
    return Finding(
        id=finding_id(ID, "", names),
        circumstance=circumstance(ID, *names),
        rule=ID,
        question=Question.INDICATION,
        problem=Problem.UNNECESSARY,
        severity=Severity.MODERATE,
        medications=(entry.id,),
        drugs=names,
        seen=(
            seen_taking(case, takings[0]),
            Message(
                key="seen.conditions",
                values={"count": str(len(case.record.conditions))},
            ),
        ),
        why=text(source.text),
        options=(
            Message(key="option.ask-indication"),
            Message(key="option.stop-if-none"),
        ),
        sources=cited(case, source),
        verified=verified(source),
    )


NO_INDICATION = Rule(
    id=ID,
    question=Question.INDICATION,
    needs=("medication-list", "conditions"),
    run=no_indication,
)
