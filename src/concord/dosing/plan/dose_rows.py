"""Which row of a drug's doses holds for a plan: its start and its maximum."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from concord.dosing.plan.known import Asked, Known, holds, open_questions
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Dose, Drug
from concord.terms import Value

_ADULT, _OLDER, _CHILD = "adult", "older-adult", "child"


class Found(Value, frozen=True, kw_only=True):
    """The row that holds, if one does, and what else must be known to tell."""

    row: Dose | None = None
    needs: tuple[str, ...] = ()


def dose_row(
    knowledge: Knowledge,
    drug: Drug,
    *,
    field: str,
    indication: str | None,
    tag: str | None,
    known: Known,
    asked: Asked,
) -> Found:
    """Return the row of a drug that states a figure (`start`, `maximum`).

    The row of the use stands before one for all uses, that of the form before one for
    all forms, that of the age before the adult's. An age that was not said counts as
    an adult's. Amounts for a kilogram are left out: no weight is known here.
    """
    rows = [
        row
        for row in in_force(drug.dose, asked.on)
        if getattr(row, field) is not None
        and not row.by_weight
        and row.form in (None, tag)
        and row.indication in (None, indication)
    ]
    for population in _populations(knowledge, known.age, asked.on):
        of_age = [row for row in rows if row.population == population]
        found = _most_specific(of_age, known, knowledge, asked)
        if found.row is not None or found.needs:
            return found
    return Found()


def _populations(knowledge: Knowledge, age: int | None, on: date) -> tuple[str, ...]:
    if age is None:
        return (_ADULT,)
    if age < knowledge.figure("populations", "adult-from-years", on):
        return (_CHILD,)
    if age >= knowledge.figure("populations", "older-adult-from-years", on):
        return (_OLDER, _ADULT)
    return (_ADULT,)


def _most_specific(
    rows: Iterable[Dose], known: Known, knowledge: Knowledge, asked: Asked
) -> Found:
    ranked: dict[tuple[bool, bool], list[Dose]] = {}
    for row in rows:
        rank = (row.indication is None, row.form is None)
        ranked.setdefault(rank, []).append(row)
    for rank in sorted(ranked):
        same = ranked[rank]
        needs = tuple(
            need
            for row in same
            for need in open_questions(row.when, known, knowledge, asked)
        )
        if needs:
            return Found(needs=needs)
        held = [r for r in same if holds(r.when, known, knowledge, asked)]
        if held:
            return Found(row=held[0])
    return Found()
