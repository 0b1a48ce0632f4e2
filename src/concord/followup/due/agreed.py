"""What was agreed: the next step of each plan of doses, and the goals with a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from concord.dosing.plan.model import Course, Plan, Step
from concord.followup.case import Case
from concord.followup.due.model import Event, EventKind, Reason, Wanted, What, standing
from concord.followup.settings import Basis
from concord.followup.windows import Windows
from concord.knowledge.model import Severity
from concord.record.model import Goal

_OVER = frozenset(
    {"completed", "cancelled", "rejected", "entered-in-error", "on-hold", "achieved"}
)


def agreed(case: Case, plans: Iterable[Plan], windows: Windows) -> Iterator[Wanted]:
    """Yield the next step of each medicine of each plan, and each goal with a date."""
    for plan in plans:
        for course in plan.courses:
            found = _next(case, plan, course)
            if found is not None:
                yield _step(case, plan, course, found, windows)
    for goal in case.record.goals:
        if goal.due is not None and goal.status not in _OVER:
            yield _goal(case, goal, goal.due.last)


def _next(case: Case, plan: Plan, course: Course) -> Step | None:
    """Return the first step that no change of the medicine on record has taken yet.

    None of a plan that is paused at it.
    """
    changes = [
        when.last
        for entry in case.agreed
        if any(
            (drug := case.knowledge.drug_of(i.rxcui)) is not None
            and drug.id == course.drug
            for i in entry.line.medicine.ingredients
        )
        for when in (entry.state.since, entry.state.changed, entry.state.ended)
        if when is not None and plan.starts <= when.last <= case.as_of
    ]
    newest = max(changes, default=date.min)
    step = next((s for s in course.steps if s.starts > newest), None)
    return None if step is None or step.held else step


def _step(
    case: Case, plan: Plan, course: Course, step: Step, windows: Windows
) -> Wanted:
    before = [s.starts for s in course.steps if s.starts < step.starts]
    since = max(before, default=step.starts)
    early = windows.early(since, step.starts)
    last = windows.last(since, step.starts, None)
    said = next((b for b in step.basis if b.source), None)
    reason = Reason(
        rule=f"plan {plan.kind} {plan.starts}",
        event=Event(kind=EventKind.PLAN, on=plan.starts),
        state=standing(case.as_of, early, step.starts, last),
        severity=Severity.MODERATE,
        names=(course.name,),
        text=step.needs,
        basis=_basis(case, said.source, said.locator, str(said.status or ""))
        if said
        else None,
        early=early,
        due=step.starts,
        last=last,
    )
    return Wanted(
        ask=f"step:{course.drug}",
        what=What.STEP,
        title=f"{plan.title}: {course.name} {step.dose}",
        reason=reason,
    )


def _basis(case: Case, source: str, locator: str, status: str) -> Basis:
    known = case.knowledge.sources[source]
    return Basis(
        source=source,
        title=known.title,
        locator=locator,
        status=status,
        url=known.url,
    )


def _goal(case: Case, goal: Goal, due: date) -> Wanted:
    reason = Reason(
        rule=f"goal {goal.id}",
        event=Event(kind=EventKind.PLAN),
        state=standing(case.as_of, None, due, due),
        severity=Severity.MINOR,
        text=goal.text,
        due=due,
        last=due,
    )
    return Wanted(
        ask=f"goal:{goal.id}", what=What.GOAL, title=goal.text or "Goal", reason=reason
    )
