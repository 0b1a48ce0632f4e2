"""Is it working: is there a measured response, and what does it say?"""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.case import Case
from concord.followup.response import Course, Response, change_rows, responses
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Severity
from concord.review.building import (
    Rule,
    cited,
    missing,
    seen_result,
    seen_taking,
    unreadable,
    verified,
)
from concord.review.model import (
    Finding,
    NotApplicable,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.wording import Message

ID = "effectiveness"

_SEVERITY = {
    Course.NOT_MEASURED: Severity.MINOR,
    Course.NO_BASELINE: Severity.MINOR,
    Course.PARTLY: Severity.MINOR,
    Course.NO_RESPONSE: Severity.MODERATE,
    Course.WORSE: Severity.MODERATE,
}


def effectiveness(case: Case) -> Iterator[Outcome]:
    """Yield what the scales say of each medicine for each condition that has one.

    Not measured in the expected time, no response after an adequate trial, worse, or
    response without remission are findings; remission is none.
    Of several medicines for one condition the findings are merged into one.
    """
    asked = False
    by_cause: dict[tuple[str, Course], list[Response]] = {}
    for response in responses(case):
        asked = True
        if response.course is Course.UNKNOWN_START:
            yield missing(case, ID, [response.taking.entry], ["start-date"])
        elif response.course in _SEVERITY:
            cause = (response.expected.condition, response.course)
            by_cause.setdefault(cause, []).append(response)
        else:
            yield Ran(rule=ID)
    for (condition, course), found in by_cause.items():
        yield _finding(case, condition, course, found)
    if not asked and case.known:
        if case.record.conditions:
            yield NotApplicable(rule=ID, why=Message(key="why-not.no-scale"))
        else:
            takings = [t.entry for t in case.known]
            yield missing(case, ID, takings, ["indication", "conditions"])
    yield from unreadable(case, ID)


def _finding(
    case: Case, condition: str, course: Course, found: list[Response]
) -> Finding:
    names = tuple(dict.fromkeys(r.taking.name for r in found))
    first = found[0]
    scales = [case.knowledge.scales[s] for s in first.expected.scales]
    seen = [seen_taking(case, r.taking) for r in found]
    seen += [seen_result(case, m) for m in (first.baseline, first.latest) if m]
    rows = [r.expected for r in found]
    changes = [row for s in scales for row in change_rows(s)]
    judged = in_force(changes, case.as_of) if first.latest else ()
    title = case.knowledge.conditions[condition].title
    values = {
        "condition": title,
        "scale": ", ".join(s.title for s in scales),
        "within": str(first.expected.measured_within),
        "trial": str(first.expected.adequate_trial),
    }
    return Finding(
        id=finding_id(ID, f"{course}-{condition}", names),
        circumstance=circumstance(
            ID, course, first.latest.on if first.latest else "", *names
        ),
        rule=ID,
        question=Question.EFFECTIVENESS,
        problem=Problem.INEFFECTIVE,
        severity=_SEVERITY[course],
        medications=tuple(dict.fromkeys(r.taking.entry.id for r in found)),
        drugs=names,
        seen=tuple(seen),
        why=Message(key=f"why.{course}", values=values),
        options=(Message(key=f"option.{course}", values=values),),
        sources=cited(case, *rows, *judged),
        verified=verified(*rows, *judged),
    )


EFFECTIVENESS = Rule(
    id=ID,
    question=Question.EFFECTIVENESS,
    needs=("medication-list", "start-date", "scores"),
    run=effectiveness,
)
