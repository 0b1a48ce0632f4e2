"""What is taken at one time against the maximum of a single dose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from concord.dosing.plan.building import cited
from concord.dosing.plan.dose_rows import dose_row
from concord.dosing.plan.known import Asked, Known
from concord.dosing.plan.model import Caveat, Course
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug, Status
from concord.terms import Duration
from concord.wording.amounts import amount
from concord.wording.timing import listed


def check_single(
    course: Course,
    drug: Drug,
    knowledge: Knowledge,
    *,
    known: Known,
    indication: str | None,
    since: date | None,
) -> Iterator[Caveat]:
    """Yield the first step of which more is taken at once than the maximum.

    Nothing is said where no maximum of a single dose is stated: most medicines have
    none. Where it is stated for other people alone, or hangs on what is not known, it
    is said as not checked. On a way down it asks for no reason: more was taken before.
    """
    steps = [s for s in course.steps if since is None or s.starts >= since]
    if not steps:
        return
    at_a_start = course.before is None
    if at_a_start:
        known = msgspec.structs.replace(known, taken_for=Duration(0, "day"))
    found = dose_row(
        knowledge,
        drug,
        field="single_maximum",
        indication=indication,
        tag=course.form,
        known=known,
        asked=Asked(
            drug=drug.id, on=steps[0].starts, route=course.route, dose=course.before
        ),
    )
    if found.needs:
        yield Caveat(
            code="not-checked",
            drug=drug.id,
            seen=f"not known: {listed(found.needs)}",
            expected="the maximum of a single dose",
        )
        return
    if found.row is None or found.row.single_maximum is None:
        if _stated_for_others(course, drug, indication, steps[0].starts):
            yield Caveat(
                code="not-checked",
                drug=drug.id,
                seen="the knowledge states the maximum of a single dose for other "
                "people alone",
                expected="whether too much is taken at once was not judged",
            )
        return
    most = found.row.single_maximum
    for step in steps:
        for intake in step.intakes:
            each = intake.amount
            if each.fits(most.unit) and each.to(most.unit).value > most.value:
                yield Caveat(
                    code="above-single-maximum",
                    drug=drug.id,
                    seen=f"{amount(each)} at once",
                    expected=f"at most {amount(most)} at once "
                    f"(for: {found.row.population})",
                    starts=step.starts,
                    needs_reason=at_a_start
                    and found.row.status is not Status.UNVERIFIED,
                    basis=(cited(found.row, "The maximum of a single dose."),),
                )
                return


def _stated_for_others(
    course: Course, drug: Drug, indication: str | None, on: date
) -> bool:
    """Return whether some row for this form and use states one, for whomever."""
    return any(
        row.single_maximum is not None
        and row.form in (None, course.form)
        and row.indication in (None, indication)
        for row in in_force(drug.dose, on)
    )
