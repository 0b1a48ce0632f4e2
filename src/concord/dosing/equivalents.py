"""Equivalent doses by a published table: for risk and comparison, never to convert.

A drug of which the table has no figure is refused by name; nothing is guessed and
nothing is counted as zero. What a table leaves out on purpose (buprenorphine taken for
opioid use disorder) is told apart from that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import structs

from concord.errors import UnitMismatchError, UnusableInputError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Equivalent, Equivalents, NoEquivalent
from concord.terms import Quantity, Value


class Given(Value, frozen=True, kw_only=True):
    """What is given of one drug in a day: its amount, or a rate (a patch in ug/h).

    `days_between` is how far single injections of `amount` are apart, where they are
    not given every day.
    `treats` are the conditions that it is taken for, `None` where that is not known.
    """

    drug: str
    amount: Quantity
    route: str = "oral"
    days_between: Decimal | None = None
    treats: tuple[str, ...] | None = ()


class Worth(Value, frozen=True, kw_only=True):
    """What is given, in the table's reference, by which row."""

    given: Given
    equals: Quantity
    row: Equivalent


class Refused(Value, frozen=True, kw_only=True):
    """What is given and has no equivalent here, and the row that says why, if any.

    `otherwise` is what it would be, where the table counts it for some uses only and
    what it is taken for is not known: for the reader, in no sum.
    """

    given: Given
    row: NoEquivalent | None = None
    why: str
    otherwise: Quantity | None = None


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


Kind = Literal["opioid", "benzodiazepine", "antipsychotic"]


def table_named(
    knowledge: Knowledge, kind: Kind, school: str | None, on: date
) -> Equivalents:
    """Return the table of a kind: of a school by its name, else the one in use.

    In use is, of the tables with dates, the one of the day; else the default.
    Raises `UnusableInputError` for a school that is none, or more than one.
    """
    tables = [t for t in knowledge.equivalents.values() if t.kind == kind]
    if school is None:
        dated = [t for t in tables if t.since is not None and t.since <= on]
        in_use = [t for t in dated if t.until is None or on < t.until]
        return (in_use or [t for t in tables if t.default])[0]
    wanted = school.casefold()
    found = [t for t in tables if wanted in t.school.casefold()]
    if len(found) != 1:
        known = ", ".join(t.school for t in tables)
        msg = (
            f"the table: found {school!r}, expected a word that names one of {known}; "
            "nothing was added up"
        )
        raise UnusableInputError(msg)
    return found[0]


def worth(table: Equivalents, given: Given, on: date) -> Worth | Refused:
    """Return what an amount of a drug is worth by a table, or the refusal.

    Rows with a label belong to another school and are not used. A sliding table is
    asked with the whole daily amount, never dose by dose.
    """
    for refusal in in_force(table.refused, on):
        if refusal.drug != given.drug or refusal.route not in (None, given.route):
            continue
        if refusal.condition is None or refusal.condition in (given.treats or ()):
            return Refused(given=given, row=refusal, why=refusal.text)
        if given.treats is None:
            why = (
                "What it is taken for is not recorded, and the table does not count it "
                "for every use."
            )
            other = worth(table, structs.replace(given, treats=()), on)
            equals = other.equals if isinstance(other, Worth) else None
            return Refused(given=given, why=why, otherwise=equals)
    spaced = given.days_between is not None
    rows = [
        row
        for row in in_force(table.row, on)
        if row.drug == given.drug
        and row.route == given.route
        and (row.every is not None) == spaced
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
            if row.every is not None and given.days_between is not None:
                share = share * (row.every.after(on) - on).days / given.days_between
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
    worths = [part.equals for part in parts]
    unit = next(one.unit for one in (*worths, *(row.equals for row in table.row)))
    value = sum((one.to(unit).value for one in worths), Decimal(0))
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
            if _kept_apart(before) != _kept_apart(one):
                continue
            try:
                more = one.amount.to(before.amount.unit).value
            except UnitMismatchError:
                continue
            amount = Quantity(before.amount.value + more, before.amount.unit)
            summed[place] = structs.replace(before, amount=amount)
            break
        else:
            summed.append(one)
    return summed


def _kept_apart(given: Given) -> tuple[object, ...]:
    return (given.drug, given.route, given.days_between, given.treats)


def _within(row: Equivalent, amount: Quantity) -> bool:
    value = amount.to(row.dose.unit).value
    low = row.from_dose.to(row.dose.unit).value if row.from_dose else None
    high = row.to_dose.to(row.dose.unit).value if row.to_dose else None
    return (low is None or value >= low) and (high is None or value <= high)


def _plain(number: Decimal) -> Decimal:
    """Return the number without the zeros that a division leaves behind."""
    return Decimal(format(number.normalize(), "f"))
