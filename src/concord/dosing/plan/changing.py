"""Pausing, resuming and making a plan anew: what is past never changes."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from concord.dosing.plan.days import step_on
from concord.dosing.plan.model import Basis, Course, Plan, Step
from concord.errors import ImpossiblePlanError

_DAY = timedelta(days=1)


def pause(plan: Plan, on: date, reason: str | None = None) -> Plan:
    """Return the plan paused from a day on: each dose goes on as it was the day before.

    What was still to come waits until `resume`.
    Raises `ImpossiblePlanError` for a plan that is paused already, that has not begun
    by the day before, or of which nothing is left to come.
    """
    if plan.paused is not None:
        raise ImpossiblePlanError(
            f"the pause: found a plan paused since {plan.paused}, expected one that "
            "goes on; resume it first"
        )
    if on <= plan.starts:
        raise ImpossiblePlanError(
            f"the pause: found {on}, expected a day after {plan.starts}, on which the "
            "plan begins; make it anew with a later start instead"
        )
    courses = tuple(_paused(course, on, reason) for course in plan.courses)
    if not any(course.waiting for course in courses):
        raise ImpossiblePlanError(
            f"the pause: found no step that begins on {on} or later, expected one; "
            "there is nothing to pause"
        )
    return _changed(plan, on, courses, paused=on)


def _paused(course: Course, on: date, reason: str | None) -> Course:
    """Return a course that goes on as on the day before; the rest of it waits.

    A course that has come to its last step, or has not begun, has nothing to hold.
    """
    ahead = tuple(s for s in course.steps if s.starts >= on)
    here = step_on(course, on - _DAY)
    done = _until(course.steps, on)
    if here is not None and here.ends is None:
        return course
    alone = here is not None and here.ends == on - _DAY and not _starts(ahead, on)
    if here is None or alone:
        # An injection is not repeated by a pause, and what has ended stays so.
        return msgspec.structs.replace(course, steps=done, waiting=ahead)
    basis = Basis(text=reason or "The plan is paused.")
    held = msgspec.structs.replace(
        here,
        starts=on,
        ends=None,
        since=_since(here),
        held=True,
        needs=None,
        basis=(basis,),
    )
    left = _from(here, on)
    waiting = (left, *ahead) if left is not None else ahead
    return msgspec.structs.replace(course, steps=(*done, held), waiting=waiting)


def _starts(steps: tuple[Step, ...], on: date) -> bool:
    return any(step.starts == on for step in steps)


def resume(plan: Plan, on: date) -> Plan:
    """Return the plan going on from a day: all that waited comes so much later.

    Raises `ImpossiblePlanError` where it is not paused, or was not yet.
    """
    if plan.paused is None:
        raise ImpossiblePlanError(
            "resuming: found a plan that is not paused, expected one that is"
        )
    if on <= plan.paused:
        raise ImpossiblePlanError(
            f"resuming: found {on}, expected a day after {plan.paused}, from which it "
            "is paused"
        )
    later = on - plan.paused
    courses = []
    for course in plan.courses:
        if not course.waiting:
            courses.append(course)
            continue
        shifted = tuple(_shifted(step, later) for step in course.waiting)
        done = _until(course.steps, shifted[0].starts)
        courses.append(
            msgspec.structs.replace(course, steps=(*done, *shifted), waiting=())
        )
    return _changed(plan, on, tuple(courses), paused=None)


def revise(plan: Plan, on: date, anew: Plan) -> Plan:
    """Return the plan made anew from a day: another plan takes over from there.

    A medicine that the other plan does not name goes on as it was planned. What was
    taken before the day is as it was; a pause ends.
    The caveats are those of the other plan: check the whole again.
    Raises `ImpossiblePlanError` where the other plan begins on another day, or leaves
    a medicine waiting in a pause.
    """
    if anew.starts != on:
        raise ImpossiblePlanError(
            f"the new plan: found one that begins on {anew.starts}, expected {on}, the "
            "day of the change; give both the same day"
        )
    new = {course.drug: course for course in anew.courses}
    waits = [c.name for c in plan.courses if c.waiting and c.drug not in new]
    if waits:
        raise ImpossiblePlanError(
            f"the new plan: found none for {', '.join(waits)}, which waits in a pause, "
            "expected one; resume the plan first, or plan it anew too"
        )
    courses = []
    for course in plan.courses:
        other = new.pop(course.drug, None)
        if other is None:
            courses.append(course)
            continue
        done = _until(course.steps, other.steps[0].starts if other.steps else on)
        courses.append(
            msgspec.structs.replace(
                other,
                steps=(*done, *other.steps),
                before=course.before,
            )
        )
    merged = msgspec.structs.replace(
        anew,
        kind=plan.kind,
        starts=min(plan.starts, anew.starts),
        courses=(*courses, *new.values()),
        reason=anew.reason or plan.reason,
        changed=plan.changed,
        notes=tuple(dict.fromkeys((*plan.notes, *anew.notes))),
    )
    return _changed(merged, on, merged.courses, paused=None)


def _changed(
    plan: Plan, on: date, courses: tuple[Course, ...], *, paused: date | None
) -> Plan:
    return msgspec.structs.replace(
        plan, courses=courses, changed=(*plan.changed, on), paused=paused
    )


def _until(steps: tuple[Step, ...], on: date) -> tuple[Step, ...]:
    """Return the steps as far as the day before, the running one cut there."""
    found = []
    for step in steps:
        if step.starts >= on:
            continue
        if step.ends is None or step.ends >= on:
            step = msgspec.structs.replace(step, ends=on - _DAY)  # noqa: PLW2901
        found.append(step)
    return tuple(found)


def _from(step: Step, on: date) -> Step | None:
    """Return what is left of a step from a day on, `None` where nothing is."""
    if step.ends is not None and step.ends < on:
        return None
    return msgspec.structs.replace(step, starts=on, since=_since(step))


def _since(step: Step) -> date | None:
    """Return the day from which days of taking are counted, where it matters."""
    return (step.since or step.starts) if step.every_days > 1 else None


def _shifted(step: Step, later: timedelta) -> Step:
    return msgspec.structs.replace(
        step,
        starts=step.starts + later,
        ends=None if step.ends is None else step.ends + later,
        since=None if step.since is None else step.since + later,
    )
