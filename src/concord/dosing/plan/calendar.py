"""A plan as a calendar to print: a row a day or a week, how many of which pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from concord.dosing.plan.days import step_on, taken_on
from concord.dosing.plan.model import Course, Plan
from concord.dosing.plan.words import intake_words
from concord.dosing.schedule.days import WEEK
from concord.terms import Value
from concord.wording.names import cased
from concord.wording.plans import NOTHING, spaced_words
from concord.wording.timing import listed

_DAY = timedelta(days=1)


class Row(Value, frozen=True, kw_only=True):
    """Some days on which the same is taken, both included, and what that is.

    `lines` has one line a medicine: its name, and what is taken at each time.
    """

    first: date
    last: date
    lines: tuple[str, ...]


def calendar(
    plan: Plan, *, weekly: bool = True, until: date | None = None
) -> list[Row]:
    """Return the rows of a plan from its first day on.

    A week begins on the weekday of the plan's first day; one in which something
    changes is divided. Without `until` it ends with the first row of the last steps.
    """
    length = WEEK if weekly else 1
    last = until or _last_change(plan) + (length - 1) * _DAY
    rows: list[Row] = []
    first = plan.starts
    while first <= last:
        ends = min(last, _week_end(plan.starts, first, length), _change(plan, first))
        rows.append(Row(first=first, last=ends, lines=tuple(_lines(plan, first, ends))))
        first = ends + _DAY
    return rows


def _last_change(plan: Plan) -> date:
    return max(
        (step.starts for course in plan.courses for step in course.steps),
        default=plan.starts,
    )


def _week_end(starts: date, first: date, length: int) -> date:
    return first + (length - 1 - (first - starts).days % length) * _DAY


def _change(plan: Plan, first: date) -> date:
    """Return the last day from a first one on before any step changes."""
    days = [
        day
        for course in plan.courses
        for step in course.steps
        for day in (step.starts, step.ends + _DAY if step.ends else step.starts)
        if day > first
    ]
    return min(days, default=date.max) - _DAY


def _lines(plan: Plan, first: date, last: date) -> Iterator[str]:
    for course in plan.courses:
        said = _said(course, first, last)
        if said:
            yield f"{cased(course.name)}: {said}"


def _said(course: Course, first: date, last: date) -> str:
    """Return what is taken of a medicine on some days that are alike."""
    step = step_on(course, first)
    if step is None:
        between = bool(course.steps) and course.steps[0].starts > first
        return "as before" if between and course.before is not None else ""
    if not step.intakes:
        return NOTHING
    if first == last and not taken_on(step, first):
        return NOTHING
    said = listed([intake_words(intake) for intake in step.intakes])
    spaced = spaced_words(step.every_days) if first != last else ""
    return f"{said}, {spaced}" if spaced else said
