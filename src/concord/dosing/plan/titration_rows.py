"""Which row of a drug's titration holds for a person at a start."""

from __future__ import annotations

from datetime import date

import msgspec

from concord.dosing.plan.building import cited
from concord.dosing.plan.dose_rows import Found, dose_row
from concord.dosing.plan.known import Asked, Known, holds, needing, open_questions
from concord.dosing.plan.model import Basis
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug, Titration
from concord.terms import Duration, Quantity, Value
from concord.wording.names import cased
from concord.wording.plans import FIRST_DOSE

_AT_A_START = Duration(0, "day")


class Advice(Value, frozen=True, kw_only=True):
    """The row of a titration that holds, and the dose and row that it begins with.

    Without a `row` the first dose is all that the knowledge states. `own` is another
    first dose than the row's, `times` how often on its day.
    """

    row: Titration | None
    first: Quantity
    first_basis: tuple[Basis, ...] = ()
    own: Quantity | None = None
    times: int | None = None


def row_of(
    knowledge: Knowledge,
    drug: Drug,
    *,
    indication: str | None,
    tag: str | None,
    known: Known,
    asked: Asked,
) -> Titration | None:
    """Return the row that holds at a start, `None` where none says how to go up.

    Rows of the use stand before those for all uses, rows for some people before those
    for all, steps before a bare largest step.
    Raises `UndecidedError` where what decides is not known: the rows of the same use
    would be different plans.
    """
    known = msgspec.structs.replace(known, taken_for=_AT_A_START)
    rows = [
        row
        for row in in_force(drug.titration, asked.on)
        if row.form in (None, tag) and _says_how(row)
    ]
    uses = [indication] if indication is not None else []
    for use in (*uses, None):
        same = [row for row in rows if row.indication == use]
        needs = [
            need
            for row in same
            for need in open_questions(row.when, known, knowledge, asked)
        ]
        if needs:
            raise needing(f"the titration of {cased(drug.name)}", needs)
        held = [r for r in same if holds(r.when, known, knowledge, asked)]
        held.sort(key=lambda r: (r.form is None, r.when is None, not r.steps))
        if held:
            return held[0]
    return None


def _says_how(row: Titration) -> bool:
    return bool(row.steps) or (
        row.step_at_most is not None and row.step_every is not None
    )


def advice_of(
    knowledge: Knowledge,
    drug: Drug,
    *,
    indication: str | None,
    tag: str | None,
    known: Known,
    asked: Asked,
    to: Quantity | None = None,
) -> Advice:
    """Return how a drug is started: its row, and the dose of its first step.

    Without steps in figures there is a start where the wanted dose is the first dose.
    Raises `ImpossiblePlanError` where the knowledge has no steps, or no start.
    """
    row = row_of(
        knowledge, drug, indication=indication, tag=tag, known=known, asked=asked
    )
    name = cased(drug.name)
    if row is not None and row.steps:
        return Advice(row=row, first=row.steps[0].dose)
    start = _first_dose(
        knowledge, drug, indication=indication, tag=tag, known=known, asked=asked
    )
    if row is None:
        if start.row is not None and start.row.start is not None and to is not None:
            first = start.row.start
            if first.fits(to.unit) and first.to(to.unit) == to:
                basis = cited(start.row, FIRST_DOSE)
                return Advice(row=None, first=first, first_basis=(basis,))
        uses = sorted({r.indication for r in drug.titration if r.indication})
        hint = f" (uses with rows of their own: {', '.join(uses)})" if uses else ""
        raise ImpossiblePlanError(
            f"{name}: found no titration in figures in the knowledge, expected one for "
            f"this use{hint}; name the steps"
        )
    if start.needs:
        raise needing(f"the first dose of {name}", start.needs)
    if start.row is None or start.row.start is None:
        raise ImpossiblePlanError(
            f"{name}: found no first dose in the knowledge for this use, expected one; "
            "name the use, or the steps"
        )
    basis = cited(start.row, FIRST_DOSE)
    return Advice(row=row, first=start.row.start, first_basis=(basis,))


def _first_dose(
    knowledge: Knowledge,
    drug: Drug,
    *,
    indication: str | None,
    tag: str | None,
    known: Known,
    asked: Asked,
) -> Found:
    """Return the row that states the first dose at a start."""
    return dose_row(
        knowledge,
        drug,
        field="start",
        indication=indication,
        tag=tag,
        known=msgspec.structs.replace(known, taken_for=_AT_A_START),
        asked=asked,
    )


def length_of(row: Titration, place: int) -> Duration | None:
    """Return how long a listed step lasts, `None` for the last of all.

    Where further steps follow the last listed one, it is kept as long as its row says,
    else as long as the longest of the listed ones or the interval, whichever is more:
    a source that lists weeks 3 and 4 means two weeks of them.
    """
    step = row.steps[place]
    if place + 1 < len(row.steps):
        return Duration(row.steps[place + 1].from_day - step.from_day, "day")
    if row.step_at_most is None or row.step_every is None:
        return None
    if step.lasts is not None:
        return step.lasts
    before = [length_of(row, one) for one in range(place)]
    lengths = [row.step_every, *(one for one in before if one is not None)]
    return max(lengths, key=lambda length: length.after(date.min))
