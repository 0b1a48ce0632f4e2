"""Equivalent doses by a published table: for risk and comparison, never to convert.

A drug of which the table has no figure is refused by name; nothing is guessed and
nothing is counted as zero. What a table leaves out on purpose (buprenorphine taken for
opioid use disorder) is told apart from that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from concord.errors import UnitMismatchError
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Equivalent, Equivalents, NoEquivalent
from concord.terms import Quantity, Value


class Given(Value, frozen=True, kw_only=True):
    """What is given of one drug in a day: its amount, or a rate (a patch in ug/h)."""

    drug: str
    amount: Quantity
    route: str = "oral"


class Worth(Value, frozen=True, kw_only=True):
    """What is given, in the table's reference, by which row."""

    given: Given
    equals: Quantity
    row: Equivalent


class Refused(Value, frozen=True, kw_only=True):
    """What is given and has no equivalent here, and the row that says why, if any."""

    given: Given
    row: NoEquivalent | None = None
    why: str


class Total(Value, frozen=True, kw_only=True):
    """The sum by one table, what it is made of, and what is not in it.

    `whole` is whether nothing was refused: otherwise the sum is a part only.
    """

    table: str
    reference: str
    equals: Quantity
    parts: tuple[Worth, ...] = ()
    not_counted: tuple[Refused, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything that should be counted is."""
        return not self.refused


def worth(table: Equivalents, given: Given, on: date) -> Worth | Refused:
    """Return what an amount of a drug is worth by a table, or the refusal.

    Rows with a label belong to another school and are not used. A sliding table is
    asked with the whole daily amount, never dose by dose.
    """
    for refusal in in_force(table.refused, on):
        if refusal.drug == given.drug and refusal.route in (None, given.route):
            return Refused(given=given, row=refusal, why=refusal.text)
    rows = [
        row
        for row in in_force(table.row, on)
        if row.drug == given.drug and row.route == given.route and row.every is None
    ]
    if not rows:
        why = f"{table.title} has no figure for it by this route."
        return Refused(given=given, why=why)
    for row in rows:
        if not given.amount.fits(row.dose.unit):
            why = (
                f"The amount is in {given.amount.unit or 'no unit'}; the table counts "
                f"it in {row.dose.unit}."
            )
            return Refused(given=given, why=why)
        if _within(row, given.amount):
            share = given.amount.to(row.dose.unit).value / row.dose.value
            equals = Quantity(_plain(share * row.equals.value), row.equals.unit)
            return Worth(given=given, equals=equals, row=row)
    why = f"{table.title} has no row for {given.amount}."
    return Refused(given=given, why=why)


def total(table: Equivalents, given: Iterable[Given], on: date) -> Total:
    """Return the sum of what is given by a table: each drug's whole amount at once."""
    parts: list[Worth] = []
    refused: list[Refused] = []
    for one in _by_drug(given):
        found = worth(table, one, on)
        if isinstance(found, Worth):
            parts.append(found)
        else:
            refused.append(found)
    unit = parts[0].equals.unit if parts else table.row[0].equals.unit
    value = sum((part.equals.to(unit).value for part in parts), Decimal(0))
    purpose = [r for r in refused if r.row is not None and r.row.not_counted]
    return Total(
        table=table.id,
        reference=table.reference,
        equals=Quantity(_plain(value), unit),
        parts=tuple(parts),
        not_counted=tuple(purpose),
        refused=tuple(r for r in refused if r not in purpose),
    )


def _by_drug(given: Iterable[Given]) -> list[Given]:
    """Return what is given, each drug and route once: two fills of one drug are one.

    Amounts of one drug that measure different things (mg and mL) stand apart, and
    each is judged alone.
    """
    summed: list[Given] = []
    for one in given:
        for place, before in enumerate(summed):
            if (before.drug, before.route) != (one.drug, one.route):
                continue
            try:
                more = one.amount.to(before.amount.unit).value
            except UnitMismatchError:
                continue
            amount = Quantity(before.amount.value + more, before.amount.unit)
            summed[place] = Given(drug=one.drug, amount=amount, route=one.route)
            break
        else:
            summed.append(one)
    return summed


def _within(row: Equivalent, amount: Quantity) -> bool:
    value = amount.to(row.dose.unit).value
    low = row.from_dose.to(row.dose.unit).value if row.from_dose else None
    high = row.to_dose.to(row.dose.unit).value if row.to_dose else None
    return (low is None or value >= low) and (high is None or value <= high)


def _plain(number: Decimal) -> Decimal:
    """Return the number without the zeros that a division leaves behind."""
    return Quantity(number).to("").value if number == 0 else number.normalize()
