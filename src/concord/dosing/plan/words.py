"""A plan in words: a step, an intake, a caveat; every dose by the one formatter."""

from __future__ import annotations

from concord.dosing.plan.model import Basis, Caveat, Course, Intake, Step
from concord.dosing.routes import INJECTED
from concord.knowledge.model import Status
from concord.wording.amounts import amount
from concord.wording.dates import day
from concord.wording.names import cased
from concord.wording.plans import (
    CAVEATS,
    NOTHING,
    pieces_words,
    spaced_words,
    time_words,
)
from concord.wording.timing import listed


def intake_words(intake: Intake) -> str:
    """Return what is taken at one time, in pieces."""
    pieces = [pieces_words(p.count, p.strength, p.form) for p in intake.pieces]
    said = listed(pieces)
    return f"{time_words(intake.when)}: {said}" if intake.when else said


def dose_words(step: Step, course: Course) -> str:
    """Return the dose of a step: a day's, one of several days', or an injection's."""
    if not step.intakes:
        return NOTHING
    if step.every_days > 1:
        each = step.dose.value * step.every_days
        whole = type(step.dose)(each, step.dose.unit)
        return f"{amount(whole)} {spaced_words(step.every_days)}"
    if is_single(step, course):
        return amount(step.dose)
    return f"{amount(step.dose)} a day"


def is_single(step: Step, course: Course) -> bool:
    """Return whether a step is one dose of one day, and no dose a day.

    An injection is, also the last one or a lone one; else one of several such steps.
    """
    return step.ends == step.starts and (
        course.route in INJECTED
        or any(o is not step and o.ends == o.starts for o in course.steps)
    )


def step_words(step: Step, course: Course) -> str:
    """Return a step in one line: its dose, and the pieces that make it."""
    said = dose_words(step, course)
    pieces = "; ".join(intake_words(intake) for intake in step.intakes)
    held = " (paused here)" if step.held else ""
    return f"{said}{held}: {pieces}" if pieces else f"{said}{held}"


def days_words(step: Step) -> str:
    """Return the days of a step."""
    if step.ends is None:
        return f"from {day(step.starts)}"
    if step.ends == step.starts:
        return day(step.starts)
    return f"{day(step.starts)} to {day(step.ends)}"


def caveat_words(caveat: Caveat) -> str:
    """Return a caveat in one line: what, seen, advised, by whom."""
    when = f" on {day(caveat.starts)}" if caveat.starts is not None else ""
    said = f"{CAVEATS[caveat.code]}{when}: {cased(caveat.seen)}"
    return f"{said}; advised: {cased(caveat.expected)}"


def basis_words(basis: Basis) -> str:
    """Return a basis with its source; one that is the prescriber's has none."""
    text = cased(basis.text)
    if not basis.source:
        return text
    marks: dict[Status | None, str] = {
        Status.UNVERIFIED: ", unverified",
        Status.CONVENTION: ", convention",
    }
    return f"{text} [{basis.source}, {basis.locator}{marks.get(basis.status, '')}]"
