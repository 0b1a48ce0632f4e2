"""A plan of doses on a terminal, in a file, and as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from concord.cli.edge import print_json
from concord.dosing.plan.calendar import calendar
from concord.dosing.plan.check import unanswered
from concord.dosing.plan.model import Basis, Caveat, Course, Plan, Step
from concord.dosing.plan.words import (
    basis_words,
    caveat_words,
    days_words,
    step_words,
)
from concord.errors import NoSuchFileError
from concord.terms import Quantity
from concord.wording.amounts import amount
from concord.wording.dates import day
from concord.wording.names import cased

FORM = 1  # the version of the JSON
_NOT_AN_ORDER = (
    "A plan to look at with the prescriber: not an order, and not clinically signed "
    "off. No step follows by itself."
)
_BARS = " ▏▎▍▌▋▊▉█"
_WIDE = 24


def show(
    plan: Plan,
    *,
    as_json: bool,
    svg: str | None,
    weekly: bool = False,
    daily: bool = False,
    knowledge_version: str,
) -> None:
    """Print a plan as it was asked for, and draw it to a file where one is named."""
    if svg is not None:
        from concord.documents.stair import stair  # noqa: PLC0415 - only this pays

        try:
            Path(svg).write_text(stair(plan), "utf-8")
        except OSError:
            msg = f"--svg: {svg} cannot be written; name a file in a folder that exists"
            raise NoSuchFileError(msg) from None
        click.echo(f"drawn to {svg}", err=True)
    if as_json:
        print_json(plan_json(plan, knowledge_version))
        return
    for line in lines(plan):
        click.echo(line)
    if weekly or daily:
        click.echo("\nCalendar")
        for row in calendar(plan, weekly=not daily):
            ends = "" if row.first == row.last else f" to {day(row.last)}"
            click.echo(f"  {day(row.first)}{ends}")
            for line in row.lines:
                click.echo(f"    {line}")
    click.echo(f"\n{_NOT_AN_ORDER}")


def lines(plan: Plan) -> Iterator[str]:
    """Yield a plan in lines: each medicine's stair, the reasons, what to mind."""
    yield plan.title
    for course in plan.courses:
        yield ""
        yield from _course_lines(course)
    if plan.caveats:
        yield "\nMind"
        for caveat in plan.caveats:
            yield f"  {'▲' if caveat.needs_reason else '·'} {caveat_words(caveat)}"
            for basis in caveat.basis:
                yield f"      {basis_words(basis)}"
    if unanswered(plan):
        yield "  Give a reason for what is marked ▲ (--reason). Nothing is forbidden."
    elif plan.reason:
        yield f"  Reason given: {plan.reason}"
    yield from _reasons(plan)
    yield from _signs(plan)
    if plan.notes:
        yield "\nBeside it"
        for note in plan.notes:
            yield f"  {basis_words(note)}"


def _course_lines(course: Course) -> Iterator[str]:
    form = f" ({course.form})" if course.form else ""
    before = f", before: {amount(course.before)} a day" if course.before else ""
    yield f"{cased(course.name)}{form}{before}"
    highest = max(
        [step.dose.value for step in course.steps]
        + [course.before.value if course.before else Decimal(0)]
    )
    for step in course.steps:
        yield f"  {_bar(step.dose, highest)} {days_words(step)}"
        yield f"  {' ' * _WIDE} {step_words(step, course)}"
    needs = dict.fromkeys(step.needs for step in course.steps if step.needs)
    for need in needs:
        days = [s.starts for s in course.steps if s.needs == need]
        every = len(days) == len(course.steps) - 1 and len(days) > 1
        named = "each further step" if every else ", ".join(map(day, days))
        yield f"  before {named}: {need}"


def _bar(dose: Quantity, highest: Decimal) -> str:
    """Return a dose as a bar of block characters, in eighths of one."""
    if not highest:
        return " " * _WIDE
    eighths = round(dose.value / highest * _WIDE * 8)
    whole, part = divmod(eighths, 8)
    return f"{'█' * whole}{_BARS[part] if part else ''}".ljust(_WIDE)


def _reasons(plan: Plan) -> Iterator[str]:
    steps = [step for course in plan.courses for step in course.steps]
    bases = dict.fromkeys(basis for step in steps for basis in step.basis)
    if bases:
        yield "\nWhy so"
        for basis in bases:
            yield f"  {basis_words(basis)}"


def _signs(plan: Plan) -> Iterator[str]:
    steps = [step for course in plan.courses for step in course.steps]
    for title, signs in (
        ("To expect", [sign for step in steps for sign in step.expect]),
        ("To watch for", [sign for step in steps for sign in step.watch]),
    ):
        if signs:
            yield f"\n{title}"
            for sign in dict.fromkeys(signs):
                yield f"  {sign}"


# --- JSON -------------------------------------------------------------------------


def plan_json(plan: Plan, knowledge_version: str) -> dict[str, Any]:
    """Return a plan as plain values; every step with its pieces and its basis."""
    return {
        "form": FORM,
        "knowledge": knowledge_version,
        "kind": plan.kind.value,
        "title": plan.title,
        "drugs": [course.drug for course in plan.courses],
        "starts": plan.starts,
        "reason": plan.reason,
        "paused": plan.paused,
        "changed": list(plan.changed),
        "courses": [_course_json(course) for course in plan.courses],
        "caveats": [_caveat_json(caveat) for caveat in plan.caveats],
        "reason_needed": bool(unanswered(plan)),
        "notes": [_basis_json(note) for note in plan.notes],
    }


def _course_json(course: Course) -> dict[str, Any]:
    return {
        "drug": course.drug,
        "name": course.name,
        "form": course.form,
        "route": course.route,
        "before": course.before,
        "steps": [_step_json(step) for step in course.steps],
    }


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "starts": step.starts,
        "ends": step.ends,
        "dose": step.dose,
        "wanted": step.aim,
        "each": [
            {
                "when": intake.when or None,
                "pieces": [
                    {"count": p.count, "strength": p.strength, "form": p.form}
                    for p in intake.pieces
                ],
                "amount": intake.amount,
            }
            for intake in step.intakes
        ],
        "every_days": step.every_days,
        "needs": step.needs,
        "held": step.held,
        "basis": [_basis_json(basis) for basis in step.basis],
        "expect": list(step.expect),
        "watch": list(step.watch),
    }


def _caveat_json(caveat: Caveat) -> dict[str, Any]:
    return {
        "code": caveat.code,
        "drug": caveat.drug,
        "starts": caveat.starts,
        "seen": caveat.seen,
        "expected": caveat.expected,
        "needs_reason": caveat.needs_reason,
        "basis": [_basis_json(basis) for basis in caveat.basis],
    }


def _basis_json(basis: Basis) -> dict[str, Any]:
    return {
        "source": basis.source or None,
        "locator": basis.locator or None,
        "status": basis.status.value if basis.status is not None else None,
        "text": basis.text,
    }
