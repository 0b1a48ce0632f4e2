"""The dose of any day of a plan, and a plan as the directions of a record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from concord.dosing.plan.model import Course, Step
from concord.record.model import Dosage, Timing
from concord.terms import PartialDate, Period, Quantity


def unit_of(course: Course) -> str:
    """Return the unit in which a course counts its doses."""
    every = (*course.steps, *course.waiting)
    if every:
        return every[0].dose.unit
    return course.before.unit if course.before is not None else ""


def step_on(course: Course, day: date) -> Step | None:
    """Return the step of a day, `None` where none holds it."""
    for step in course.steps:
        if step.starts <= day and (step.ends is None or day <= step.ends):
            return step
    return None


def taken_on(step: Step, day: date) -> bool:
    """Return whether a day of a step is one on which it is taken."""
    return (day - (step.since or step.starts)).days % step.every_days == 0


def dose_on(course: Course, day: date) -> Quantity:
    """Return how much is taken of a medicine on a day.

    Before the first step it is the dose that was taken until then; on a day between
    two doses (every other day, between injections) it is nothing.
    """
    unit = unit_of(course)
    step = step_on(course, day)
    if step is None:
        begun = bool(course.steps) and course.steps[0].starts <= day
        if begun or course.before is None:
            return Quantity(0, unit)
        return course.before.to(unit)
    if not taken_on(step, day):
        return Quantity(0, unit)
    return Quantity(sum((i.amount.value for i in step.intakes), Decimal(0)), unit)


def mean_on(course: Course, day: date) -> Quantity:
    """Return the dose a day of a day's step, on average over its days."""
    step = step_on(course, day)
    return dose_on(course, day) if step is None else step.dose


def dosages(course: Course) -> tuple[Dosage, ...]:
    """Return a course as directions: one for each time of each step, with its days.

    `concord.dosing.schedule` lays them out so that the doses of each day add up to the
    plan's. Steps of nothing have no directions.
    """
    found: list[Dosage] = []
    for number, step in enumerate(course.steps, start=1):
        first = _first_taken(step)
        if step.ends is not None and first > step.ends:
            continue
        start = PartialDate.of(first)
        end = PartialDate.of(step.ends) if step.ends is not None else None
        found += [
            Dosage(
                dose=intake.amount,
                route=course.route,
                timing=Timing(
                    frequency=1,
                    period=Decimal(step.every_days),
                    period_unit="d",
                    when=(intake.when,) if intake.when else (),
                ),
                sequence=number,
                bounds=Period(start=start, end=end),
            )
            for intake in step.intakes
        ]
    return tuple(found)


def _first_taken(step: Step) -> date:
    """Return the first day of a step on which it is taken."""
    past = (step.starts - (step.since or step.starts)).days % step.every_days
    return step.starts + timedelta(days=-past % step.every_days)
