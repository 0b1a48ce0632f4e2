"""What a regimen gives of each drug in a day, and what a table makes of all of it.

A line whose dose is not known is named and never counted as nothing: what is added up
without it is a part. A table is for risk and comparison; it never converts a dose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

from concord.dosing.daily import DailyAmount, Unclear, daily_amount, in_force, pieces_of
from concord.dosing.equivalents import Given, Kind, Total, total
from concord.dosing.indications import treated
from concord.dosing.products import products_of
from concord.dosing.routes import INJECTED, route_of
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug, Equivalents
from concord.record.agreed import Entry
from concord.record.fold import LineStatus
from concord.record.model import Condition, Dosage, Ingredient
from concord.terms import Quantity, Value
from concord.wording.vocabulary import ROUTES

_RATE = "ug/h"
_TRANSDERMAL = "transdermal"


class Untold(StrEnum):
    """Why a line is not counted, beside what a daily amount leaves unclear."""

    NOT_RECOGNISED = "not-recognised"
    NO_ROUTE = "no-route"
    PATCHES_AT_ONCE = "patches-at-once"


class Line(Value, frozen=True, kw_only=True):
    """What one medicine gives of one drug in a day, at the least and at the most.

    Both are `None` where it is not known, and `why` says what is missing.
    `least` is nothing of what is taken as needed (`as_needed`).
    `drug` is `None` where the medicine was not recognised: it might be any.
    """

    entry: Entry
    drug: Drug | None
    least: Given | None = None
    most: Given | None = None
    as_needed: bool = False
    why: Unclear | Untold | None = None


class Sum(Value, frozen=True, kw_only=True):
    """A regimen by one table: each line, and its total at the least and at the most.

    `least` is `None` where it is the same as `most`.
    `listed` is whether any medicine is on record, taken or not: a list without one is
    not an empty list, and what the regimen comes to is not known.
    `whole` is whether that and every line is known and nothing was refused.
    """

    table: Equivalents
    on: date
    lines: tuple[Line, ...]
    most: Total
    least: Total | None = None
    listed: bool = True

    @property
    def unknown(self) -> tuple[Line, ...]:
        """The lines of which it is not known how much they give."""
        return tuple(line for line in self.lines if line.why is not None)

    @property
    def whole(self) -> bool:
        """Whether nothing that should be counted is missing."""
        return self.listed and self.most.whole and not self.unknown


def summed(
    entries: Iterable[Entry],
    conditions: Iterable[Condition],
    table: Equivalents,
    knowledge: Knowledge,
    on: date,
) -> Sum:
    """Return what the medicines being taken on a day come to by a table.

    Those on hold, planned or stopped are not taken. A medicine that was not recognised
    is among the lines, since it might be one of the kind.
    """
    entries = tuple(entries)
    taken = [e for e in entries if e.state.status is LineStatus.ACTIVE]
    lines = tuple(_lines(taken, tuple(conditions), table, knowledge, on))
    most = total(table, _known(line.most for line in lines), on)
    least = total(table, _known(line.least for line in lines), on)
    return Sum(
        table=table,
        on=on,
        lines=lines,
        most=most,
        least=None if least.equals == most.equals else least,
        listed=bool(entries),
    )


def _known(given: Iterable[Given | None]) -> Iterator[Given]:
    return (one for one in given if one is not None)


def of_kind(kind: Kind, table: Equivalents, knowledge: Knowledge) -> frozenset[str]:
    """Return the drugs that a table of a kind is asked about: its own and the group."""
    own = {row.drug for row in table.row} | {row.drug for row in table.refused}
    return frozenset(own | set(knowledge.members(kind)))


def _lines(
    entries: Iterable[Entry],
    conditions: tuple[Condition, ...],
    table: Equivalents,
    knowledge: Knowledge,
    on: date,
) -> Iterator[Line]:
    asked = of_kind(table.kind, table, knowledge)
    for entry in entries:
        medicine = entry.line.medicine
        if not medicine.ingredients:
            yield Line(entry=entry, drug=None, why=Untold.NOT_RECOGNISED)
        treats = treated(entry, conditions, knowledge)
        for ingredient in medicine.ingredients:
            drug = knowledge.drug_of(ingredient.rxcui)
            if drug is not None and drug.id in asked:
                yield _line(entry, drug, ingredient, treats, on)


def _line(
    entry: Entry,
    drug: Drug,
    ingredient: Ingredient,
    treats: tuple[str, ...] | None,
    on: date,
) -> Line:
    route = _route(entry, drug)
    if route is None:
        return Line(entry=entry, drug=drug, why=Untold.NO_ROUTE)
    amount = (
        _rate(entry, ingredient, on)
        if route == _TRANSDERMAL
        else _daily(entry, ingredient, on)
    )
    if not isinstance(amount, DailyAmount):
        return Line(entry=entry, drug=drug, why=amount)
    low, high, apart = amount.low, amount.high, None
    if route in INJECTED and amount.days_between > 1:
        low = high = amount.single
        apart = amount.days_between
    given = Given(
        drug=drug.id, amount=high, route=route, days_between=apart, treats=treats
    )
    least = Given(
        drug=drug.id, amount=low, route=route, days_between=apart, treats=treats
    )
    return Line(
        entry=entry, drug=drug, least=least, most=given, as_needed=amount.as_needed
    )


def _daily(entry: Entry, ingredient: Ingredient, on: date) -> DailyAmount | Unclear:
    since = entry.state.since
    return daily_amount(
        entry.state.dosage,
        entry.line.medicine,
        ingredient,
        on,
        since.first if since else None,
    )


def _route(entry: Entry, drug: Drug) -> str | None:
    """Return the route, else the one that all products of this form have."""
    medicine = entry.line.medicine
    route = route_of(entry.state.dosage, medicine, drug)
    if route is not None:
        return ROUTES.get(route, route)
    form = (medicine.form or "").casefold()
    routes = {p.route for p in products_of(medicine, drug)} or {
        p.route for p in drug.product if p.form.casefold() in form
    }
    return routes.pop() if len(routes) == 1 else None


def _rate(
    entry: Entry, ingredient: Ingredient, on: date
) -> DailyAmount | Unclear | Untold:
    """Return the rate of the patches worn at once, whenever they are changed."""
    since = entry.state.since
    held = in_force(entry.state.dosage, on, since.first if since else None)
    if isinstance(held, Unclear):
        return held
    low, high = Decimal(0), Decimal(0)
    for dosage in held:
        one = _worn(dosage, ingredient)
        if not isinstance(one, tuple):
            return one
        low, high = low + one[0], high + one[1]
    most = Quantity(high, _RATE)
    return DailyAmount(low=Quantity(low, _RATE), high=most, single=most)


def _worn(
    dosage: Dosage, ingredient: Ingredient
) -> tuple[Decimal, Decimal] | Unclear | Untold:
    if dosage.dose is None:
        return Unclear.NO_DOSE
    timing = dosage.timing
    if timing is not None and (timing.frequency_max or timing.frequency or 1) > 1:
        return Untold.PATCHES_AT_ONCE
    found = []
    for dose in (dosage.dose, dosage.dose_max or dosage.dose):
        if dose.fits(_RATE):
            found.append(dose.to(_RATE).value)
            continue
        if not pieces_of(dose):
            return Unclear.NO_UNIT
        strength = ingredient.strength
        if strength is None or not strength.fits(_RATE):
            return Unclear.NO_STRENGTH
        found.append(dose.value * strength.to(_RATE).value)
    return found[0], found[1]
