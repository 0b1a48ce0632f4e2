"""A whole plan against the knowledge: what it asks a reason for, and what it could not.

Nothing is forbidden: a caveat says what was seen, what is advised and by whom. A check
that could not be made says so.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import msgspec

from concord.dosing.plan import building
from concord.dosing.plan.building import Making
from concord.dosing.plan.check_apart import check_apart
from concord.dosing.plan.check_beside import check_beside
from concord.dosing.plan.check_down import check_down
from concord.dosing.plan.check_single import check_single
from concord.dosing.plan.check_up import asked_of, check_maximum, check_titration
from concord.dosing.plan.known import NOTHING_SAID, Known
from concord.dosing.plan.model import Caveat, Course, Plan, PlanKind
from concord.dosing.plan.taper import advised
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug
from concord.terms import Quantity


def checked(
    plan: Plan,
    knowledge: Knowledge,
    *,
    known: Known = NOTHING_SAID,
    indication: str | None = None,
    since: date | None = None,
) -> Plan:
    """Return a plan with all that the knowledge has against it.

    With `since`, what was done before that day is not judged again.
    """
    found: list[Caveat] = []
    for course in plan.courses:
        drug = knowledge.drugs[course.drug]
        if _falls(course) and not course.by_way:
            advice = advised(knowledge, known, asked_of(course, plan.starts), drug)
            smallest = _smallest(course, drug, knowledge, plan.starts)
            found += check_down(course, advice, smallest, since)
        checks = [check_single]
        if course.before is None:
            checks = [check_titration, check_maximum, check_single]
        for check in checks:
            found += check(
                course,
                drug,
                knowledge,
                known=known,
                indication=indication,
                since=since,
            )
        found += check_beside(
            course, knowledge, known=known, indication=indication, since=since
        )
    if plan.kind is PlanKind.SWITCH:
        old, new = plan.courses[:2]
        found += check_apart(old, new, knowledge, plan.starts)
    return msgspec.structs.replace(
        plan, caveats=tuple(dict.fromkeys((*plan.caveats, *found)))
    )


def unanswered(plan: Plan) -> tuple[Caveat, ...]:
    """Return the caveats that ask for a reason, where the plan has none."""
    if plan.reason:
        return ()
    return tuple(caveat for caveat in plan.caveats if caveat.needs_reason)


def _falls(course: Course) -> bool:
    """Return whether a course comes down anywhere."""
    doses = [] if course.before is None else [course.before.value]
    doses += [step.dose.value for step in course.steps]
    return any(low < high for high, low in pairwise(doses))


def _smallest(course: Course, drug: Drug, knowledge: Knowledge, on: date) -> Quantity:
    """Return the least dose of the form that a course is made of, in all strengths."""
    pieces = (p for s in course.steps for i in s.intakes for p in i.pieces)
    form = next((piece.form for piece in pieces), None)
    same = tuple(
        product
        for product in in_force(drug.product, on)
        if (product.tag, product.route) == (course.form, course.route)
    )
    alone = msgspec.structs.replace(drug, product=same)
    maker = building.maker_of(knowledge, alone, Making(form=form), on)
    return maker.smallest_of_form
