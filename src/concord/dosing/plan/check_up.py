"""A way up against the titration and the maximum of the knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from concord.dosing.plan.building import cited
from concord.dosing.plan.dose_rows import dose_row
from concord.dosing.plan.known import Asked, Known, holds
from concord.dosing.plan.model import Basis, Caveat, Course, Step
from concord.dosing.plan.titration_rows import length_of, row_of
from concord.errors import UndecidedError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Dose, Drug, Titration
from concord.terms import Duration, Quantity
from concord.wording.amounts import amount
from concord.wording.timing import listed


def asked_of(course: Course, on: date) -> Asked:
    """Return what the rows of a drug are asked for, by a course."""
    return Asked(drug=course.drug, on=on, route=course.route, dose=course.before)


def check_titration(
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
            asked=asked_of(course, course.steps[0].starts),
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


def check_maximum(
    course: Course,
    drug: Drug,
    knowledge: Knowledge,
    *,
    known: Known,
    indication: str | None,
    since: date | None,
) -> Iterator[Caveat]:
    """Yield the first step above the maximum of a day, for this use and form.

    What an adjustment puts in its place, or lowers it to, counts where it is known to
    hold (the medicines taken as well); of one that may hold nothing is said here.
    """
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
        asked=asked_of(course, steps[0].starts),
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
    asked = asked_of(course, steps[0].starts)
    most, basis = _bounded(found.row, found.row.maximum, drug, knowledge, known, asked)
    for step in steps:
        if step.dose.fits(most.unit) and step.dose.to(most.unit).value > most.value:
            yield Caveat(
                code="above-maximum",
                drug=drug.id,
                seen=amount(step.dose),
                expected=f"at most {amount(most)} (for: {found.row.population})",
                starts=step.starts,
                needs_reason=True,
                basis=(basis,),
            )
            return


def _bounded(  # noqa: PLR0917 - a row, its figure, and of whom it is asked
    row: Dose,
    most: Quantity,
    drug: Drug,
    knowledge: Knowledge,
    known: Known,
    asked: Asked,
) -> tuple[Quantity, Basis]:
    """Return the maximum that holds beside what else is known, and what says so."""
    basis = cited(row, "The maximum dose.")
    for adjustment in in_force(drug.adjustment, asked.on):
        bound = adjustment.maximum
        if adjustment.share is not None and row.maximum is not None:
            bound = Quantity(row.maximum.value * adjustment.share, row.maximum.unit)
        speaks = adjustment.form in (None, row.form) and adjustment.indication in (
            None,
            row.indication,
        )
        if bound is None or not speaks or not bound.fits(most.unit):
            continue
        lower = bound.to(most.unit).value < most.value
        if (adjustment.replaces or lower) and holds(
            adjustment.when, known, knowledge, asked
        ):
            most, basis = bound.to(most.unit), cited(adjustment, adjustment.text)
    return most, basis


def _not_checked(drug: Drug, seen: str, expected: str) -> Caveat:
    return Caveat(code="not-checked", drug=drug.id, seen=seen, expected=expected)
