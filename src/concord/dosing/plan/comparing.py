"""What published equivalents say of two doses, beside a plan and never in it."""

from __future__ import annotations

from datetime import date

from concord.dosing.equivalents import Given, Worth, worth
from concord.dosing.plan.building import cited
from concord.dosing.plan.model import Basis
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug, Equivalents
from concord.terms import Quantity
from concord.wording.amounts import amount, worked_out
from concord.wording.names import cased


def compared(
    knowledge: Knowledge,
    old: tuple[Drug, Quantity],
    new: tuple[Drug, Quantity | None],
    on: date,
) -> tuple[Basis, ...]:
    """Return what each table in force says of a dose a day of two medicines.

    Only tables that hold both: each dose in the table's own reference. Nothing is
    worked out for the new one; a reader compares.
    """
    found: list[Basis] = []
    for table in knowledge.equivalents.values():
        if not _in_force(table, on) or not _holds(table, old[0], new[0]):
            continue
        said = []
        row = None
        for drug, dose in (old, new):
            if dose is None:
                continue
            answer = worth(table, Given(drug=drug.id, amount=dose), on)
            if not isinstance(answer, Worth):
                said.append(f"{cased(drug.name)}: {answer.why}")
                continue
            row = row or answer.row
            reference = cased(knowledge.drugs[table.reference].name)
            said.append(
                f"{cased(drug.name)} {amount(dose)} a day answers {reference} "
                f"{worked_out(answer.equals)}"
            )
        text = f"{table.title}: {'; '.join(said)}. For comparison, not to convert."
        found.append(cited(row, text) if row is not None else Basis(text=text))
    return tuple(found)


def _in_force(table: Equivalents, on: date) -> bool:
    return (table.since is None or table.since <= on) and (
        table.until is None or on < table.until
    )


def _holds(table: Equivalents, one: Drug, other: Drug) -> bool:
    named = {row.drug for row in table.row}
    return {one.id, other.id} <= named
