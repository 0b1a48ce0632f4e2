"""A way down against the pace that the knowledge advises: it warns, never forbids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from concord.dosing.plan.building import cited
from concord.dosing.plan.days import mean_on, step_on
from concord.dosing.plan.model import Basis, Caveat, Course, Step
from concord.dosing.plan.taper import Advised
from concord.knowledge.model import Status, TaperPace
from concord.terms import Duration, Quantity
from concord.wording.amounts import amount
from concord.wording.plans import per_cent
from concord.wording.timing import listed

_DAY = timedelta(days=1)


def check_down(
    course: Course, advice: Advised, smallest: Quantity, since: date | None = None
) -> Iterator[Caveat]:
    """Yield what a way down has against it, by the pace that holds for the person.

    `smallest` is the least dose that the form makes. With `since`, only steps from that
    day on are judged, against the doses before it too.
    """
    row = advice.row
    steps = [s for s in course.steps if since is None or s.starts >= since]
    if row is None or advice.needs:
        yield _not_checked(course, advice)
    if row is not None:
        if since is None:
            yield from _first_step(course, row)
        yield from _windows(course, steps, row)
    yield from _last_dose(course, steps, smallest, row)


def _not_checked(course: Course, advice: Advised) -> Caveat:
    """Return that the pace could not be held against all that is known of paces."""
    if advice.needs:
        seen = f"not known: {listed(tuple(dict.fromkeys(advice.needs)))}"
        expected = "another pace may hold for this person"
    else:
        seen = "the knowledge has no pace of a taper for this medicine"
        expected = "a pace with a source; how fast this is was not judged"
    return Caveat(code="not-checked", drug=course.drug, seen=seen, expected=expected)


def _first_step(course: Course, row: TaperPace) -> Iterator[Caveat]:
    """Yield a first step that is larger than the advised range."""
    before, first = course.before, course.steps[0]
    if before is None or before.value == 0 or first.dose.value == 0:
        return
    taken_off = (before.value - first.dose.value) / before.value
    if taken_off > row.step_high:
        yield Caveat(
            code="first-step-too-large",
            drug=course.drug,
            seen=_fall(before, first.dose, taken_off),
            expected=f"at most {per_cent(row.step_high)} at first",
            starts=first.starts,
            needs_reason=_asks(row),
            basis=(_basis(row),),
        )


def _windows(course: Course, steps: list[Step], row: TaperPace) -> Iterator[Caveat]:
    """Yield each step by which the dose fell too far within the window that ends there.

    Any window of that length counts, not only from step to step: it holds the day of
    the step and the days before it, so two steps that are exactly its length apart are
    never in one. A pace without a ceiling is held to the largest step of its range at
    the shortest interval. The step to nothing is all of the dose by nature and is
    judged by the last dose before it.
    """
    ceiling = _ceiling(row)
    within = row.ceiling_within or row.every_low
    for step in steps:
        if step.dose.value == 0 or step.held:
            continue
        highest = _highest(course, step.starts, within)
        of = highest if row.of == "current" else (course.before or highest)
        if of.value == 0:
            continue
        fallen = (highest.value - step.dose.value) / of.value
        if fallen > ceiling:
            yield Caveat(
                code="too-fast",
                drug=course.drug,
                seen=f"{_fall(highest, step.dose, fallen)} within {within}",
                expected=f"at most {per_cent(ceiling)} within {within}",
                starts=step.starts,
                needs_reason=_asks(row),
                basis=(_basis(row),),
            )


def _highest(course: Course, on: date, within: Duration) -> Quantity:
    """Return the highest dose of the window that ends on a day, that day left out."""
    first = within.before(on)
    days = {first, on - _DAY}
    days |= {s.starts for s in course.steps if first <= s.starts < on}
    return max((mean_on(course, day) for day in days), key=lambda dose: dose.value)


def _last_dose(
    course: Course, steps: list[Step], smallest: Quantity, row: TaperPace | None
) -> Iterator[Caveat]:
    """Yield a last dose before nothing that is not the smallest that can be made.

    It is all of the present dose by nature, so it is judged by the dose before the
    plan: where the last dose is no larger a share of that than a window may lose, it is
    said and asks for no reason. Nor does it where it is measured from a liquid: the
    smallest mark of a syringe is no aim.
    """
    for step in steps:
        before = mean_on(course, step.starts - _DAY)
        last = step_on(course, step.starts - _DAY)
        if last is not None and last.every_days > 1:
            continue  # days apart are a way of going below the smallest dose
        if step.dose.value == 0 and before.value > smallest.to(before.unit).value:
            large = row is None or (_asks(row) and _all_at_once(course, before, row))
            yield Caveat(
                code="last-step-large",
                drug=course.drug,
                seen=f"from {amount(before)} to nothing",
                expected=f"{amount(smallest)} first, the smallest that can be made",
                starts=step.starts,
                needs_reason=large and not _measured(course, step.starts - _DAY),
                basis=(_basis(row),) if row is not None else (),
            )


def _all_at_once(course: Course, last: Quantity, row: TaperPace) -> bool:
    """Return whether a last dose is more of the first than a window may lose."""
    whole = course.before or last
    return last.value > whole.to(last.unit).value * _ceiling(row)


def _ceiling(row: TaperPace) -> Decimal:
    return row.step_high if row.ceiling is None else row.ceiling


def _asks(row: TaperPace) -> bool:
    """Return whether a pace asks for reasons: what is unverified interrupts nobody."""
    return row.status is not Status.UNVERIFIED


def _measured(course: Course, on: date) -> bool:
    """Return whether the dose of a day is measured from a liquid."""
    step = step_on(course, on)
    return step is not None and any(
        piece.strength.unit.endswith("/mL")
        for intake in step.intakes
        for piece in intake.pieces
    )


def _basis(row: TaperPace) -> Basis:
    return cited(row, row.text)


def _fall(high: Quantity, low: Quantity, share: Decimal) -> str:
    return f"from {amount(high)} to {amount(low)}, {per_cent(share)}"
