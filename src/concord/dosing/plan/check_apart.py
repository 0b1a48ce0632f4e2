"""Two medicines of a switch: apart for long enough, and not together in danger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from concord.dosing.plan.apart import apart, together
from concord.dosing.plan.building import cited
from concord.dosing.plan.model import Caveat, Course
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Severity
from concord.wording.names import cased

_DAY = timedelta(days=1)


def check_apart(
    old: Course, new: Course, knowledge: Knowledge, on: date
) -> Iterator[Caveat]:
    """Yield what is against two medicines together, or too soon after each other."""
    last, first = _free_from(old), _begins(new)
    if first is None:
        return
    one, other = knowledge.drugs[old.drug], knowledge.drugs[new.drug]
    wait = apart(knowledge, one, other, on)
    late = last is not None and (wait is None or wait.row.lasts.after(last) <= first)
    if wait is not None and not late:
        grave = wait.rule.severity is Severity.CONTRAINDICATED
        gap = "none" if last is None or last > first else f"{(first - last).days} days"
        yield Caveat(
            code="washout-too-short",
            drug=new.drug,
            seen=f"{gap} without {cased(one.name)} before {cased(other.name)}",
            expected=f"{wait.row.lasts}{' (contraindicated before)' if grave else ''}",
            starts=first,
            needs_reason=True,
            basis=(cited(wait.row, wait.rule.title),),
        )
    if last is None or first < last:
        for rule in together(knowledge, one, other):
            if wait is not None and rule.id == wait.rule.id:
                continue
            yield Caveat(
                code="interaction",
                drug=new.drug,
                seen=f"{cased(one.name)} and {cased(other.name)} together: "
                f"{rule.severity} ({rule.title})",
                expected=rule.action,
                starts=first,
                needs_reason=True,
                basis=(cited(rule, rule.effect),),
            )


def _free_from(course: Course) -> date | None:
    """Return the first day on which a medicine is no longer taken, if there is one."""
    free: date | None = None
    for step in course.steps:
        if step.dose.value == 0:
            free = free or step.starts
        else:
            free = None if step.ends is None else step.ends + _DAY
    return free


def _begins(course: Course) -> date | None:
    return next((s.starts for s in course.steps if s.dose.value), None)
