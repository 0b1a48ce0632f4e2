"""A whole plan against the knowledge: what it asks a reason for, and what it could not.

Nothing is forbidden: a caveat says what was seen, what is advised and by whom. A check
that could not be made says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec

from concord.dosing.plan import building
from concord.dosing.plan.apart import apart, together
from concord.dosing.plan.building import AS_IT_COMES, Making, cited
from concord.dosing.plan.check_down import check_down
from concord.dosing.plan.dose_rows import dose_row
from concord.dosing.plan.known import NOTHING_SAID, Asked, Known
from concord.dosing.plan.model import Caveat, Course, Plan, PlanKind, Step
from concord.dosing.plan.taper import advised
from concord.dosing.plan.titration import length_of, row_of
from concord.errors import UndecidedError
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug, Severity, Titration
from concord.terms import Duration, Quantity
from concord.wording.amounts import amount
from concord.wording.names import cased
from concord.wording.timing import listed

_DAY = timedelta(days=1)


def checked(
    plan: Plan,
    knowledge: Knowledge,
    *,
    known: Known = NOTHING_SAID,
    indication: str | None = None,
    making: Making = AS_IT_COMES,
    since: date | None = None,
) -> Plan:
    """Return a plan with all that the knowledge has against it.

    With `since`, what was done before that day is not judged again.
    """
    found: list[Caveat] = []
    for course in plan.courses:
        drug = knowledge.drugs[course.drug]
        made = making if making.form else _by_form(making, course)
        if _falls(course) and not course.by_way:
            maker = building.maker_of(knowledge, drug, made, plan.starts)
            asked = _asked(course, plan.starts)
            advice = advised(knowledge, known, asked, drug)
            found += check_down(course, advice, maker.smallest_of_form, since)
        if course.before is None:
            for check in (_titration, _maximum):
                found += check(
                    course,
                    drug,
                    knowledge,
                    known=known,
                    indication=indication,
                    since=since,
                )
    if plan.kind is PlanKind.SWITCH:
        old, new = plan.courses
        found += _apart(old, new, knowledge, plan.starts)
    return msgspec.structs.replace(
        plan, caveats=tuple(dict.fromkeys((*plan.caveats, *found)))
    )


def unanswered(plan: Plan) -> tuple[Caveat, ...]:
    """Return the caveats that ask for a reason, where the plan has none."""
    if plan.reason:
        return ()
    return tuple(caveat for caveat in plan.caveats if caveat.needs_reason)


def _by_form(making: Making, course: Course) -> Making:
    return msgspec.structs.replace(making, form=course.form, made_of=())


def _asked(course: Course, on: date) -> Asked:
    return Asked(drug=course.drug, on=on, route=course.route, dose=course.before)


def _falls(course: Course) -> bool:
    """Return whether a course comes down anywhere."""
    doses = [] if course.before is None else [course.before.value]
    doses += [step.dose.value for step in course.steps]
    return any(low < high for high, low in pairwise(doses))


# --- a way up ---------------------------------------------------------------------


def _titration(
    course: Course,
    drug: Drug,
    knowledge: Knowledge,
    *,
    known: Known,
    indication: str | None,
    since: date | None,
) -> Iterator[Caveat]:
    """Yield the steps that are higher than the rows allow on their day."""
    rising = _rising(course)
    if len(rising) <= 1 and course.form is not None and _depot(course):
        return
    try:
        row = row_of(
            knowledge,
            drug,
            indication=indication,
            tag=course.form,
            known=known,
            asked=_asked(course, course.steps[0].starts),
        )
    except UndecidedError as error:
        yield _not_checked(drug, str(error), "the titration of this person")
        return
    if row is None:
        yield _not_checked(
            drug,
            "the knowledge has no titration in figures for this use",
            "steps with a source; how fast this goes up was not judged",
        )
        return
    begins = course.steps[0]
    for step in rising:
        if since is not None and step.starts < since:
            continue
        most = _allowed(row, begins, step.starts)
        if most is not None and step.dose.value > most.to(step.dose.unit).value:
            day = (step.starts - begins.starts).days + 1
            yield Caveat(
                code="titration-too-fast",
                drug=drug.id,
                seen=f"{amount(step.dose)} on day {day}",
                expected=f"at most {amount(most)} by then",
                starts=step.starts,
                needs_reason=True,
                basis=(cited(row, row.text),),
            )


def _depot(course: Course) -> bool:
    return all(step.ends == step.starts for step in course.steps)


def _rising(course: Course) -> list[Step]:
    """Return the first step, and each that is higher than all before it."""
    found: list[Step] = []
    for step in course.steps:
        if not found or step.dose.value > found[-1].dose.value:
            found.append(step)
    return found


def _allowed(row: Titration, begins: Step, on: date) -> Quantity | None:
    """Return the highest dose that a row allows on a day, `None` where it is open.

    After the listed steps, or from the first dose where none is listed, it grows by
    the largest step at each interval.
    """
    day = begins.starts
    unit = begins.dose.unit
    if row.steps:
        value = Decimal(0)
        for place, step in enumerate(row.steps):
            value = step.dose.to(unit).value
            lasts = length_of(row, place)
            after = None if lasts is None else lasts.after(day)
            if after is None or on < after:
                return Quantity(value, unit)
            day = after
    else:
        value = begins.dose.value
        if row.step_every is not None:
            day = row.step_every.after(day)
    if row.step_at_most is None or row.step_every is None:
        return None
    more = row.step_at_most.to(unit).value
    while day <= on:
        value += more
        day = row.step_every.after(day)
    return Quantity(value, unit)


def _maximum(
    course: Course,
    drug: Drug,
    knowledge: Knowledge,
    *,
    known: Known,
    indication: str | None,
    since: date | None,
) -> Iterator[Caveat]:
    """Yield the first step above the maximum of a day, for this use and form."""
    steps = [s for s in course.steps if since is None or s.starts >= since]
    if not steps:
        return
    known = msgspec.structs.replace(known, taken_for=Duration(0, "day"))
    found = dose_row(
        knowledge,
        drug,
        field="maximum",
        indication=indication,
        tag=course.form,
        known=known,
        asked=_asked(course, steps[0].starts),
    )
    if found.needs:
        yield _not_checked(drug, f"not known: {listed(found.needs)}", "the maximum")
        return
    if found.row is None or found.row.maximum is None:
        yield _not_checked(
            drug,
            "the knowledge states no maximum for this use",
            "whether a dose is too high was not judged",
        )
        return
    most = found.row.maximum
    for step in steps:
        if step.dose.fits(most.unit) and step.dose.to(most.unit).value > most.value:
            yield Caveat(
                code="above-maximum",
                drug=drug.id,
                seen=amount(step.dose),
                expected=f"at most {amount(most)} (for: {found.row.population})",
                starts=step.starts,
                needs_reason=True,
                basis=(cited(found.row, "The maximum dose."),),
            )
            return


def _not_checked(drug: Drug, seen: str, expected: str) -> Caveat:
    return Caveat(code="not-checked", drug=drug.id, seen=seen, expected=expected)


# --- two medicines ----------------------------------------------------------------


def _apart(
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
