"""What might make a regimen lighter, for the prescriber to consider.

Each is put forward only where the knowledge holds what it rests on, and keeps the dose
of the day as it is. None is where the knowledge says otherwise: a most at one time, a
rule of food, a medicine of which small changes matter, a time of day that is part of
the order. Nothing is changed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from concord.dosing.burden.counting import (
    Burden,
    LineBurden,
    RuleKind,
    is_free,
    made_as,
)
from concord.dosing.daily import PIECES, of_ingredient
from concord.dosing.outlook import drugs_of
from concord.knowledge.links import drugs_of as drugs_of_side
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Cited, Drug, Product
from concord.record.model import Dosage, Ingredient
from concord.terms import Quantity, Value
from concord.wording import amount, number

UNCHANGED = "simplify-unchanged"
SAME_TIME = "simplify-same-time"
SAME_RELEASE = "simplify-same-release"


class SimplerKind(StrEnum):
    """What is put forward."""

    ONE_PIECE = "one-piece"
    WHOLE_PIECE = "whole-piece"
    FEWER_TIMES = "fewer-times"
    LONGER_RELEASE = "longer-release"
    SAME_TIME = "same-time"


class Caution(StrEnum):
    """What to mind, by the word that the wording knows."""

    NOT_INTERCHANGEABLE = "not-interchangeable"
    CHECK_STOCK = "check-stock"
    FOOD_NOT_KNOWN = "food-not-known"
    TIME_BY_DEFAULT = "time-by-default"
    SINGLE_DOSE_NOT_KNOWN = "single-dose-not-known"
    UNVERIFIED = "unverified"


class Simpler(Value, frozen=True, kw_only=True):
    """One simplification: of which line, from what to what, resting on what.

    `saves` is how many pieces, or times of the day, it saves.
    """

    kind: SimplerKind
    line: LineBurden
    now: str
    then: str
    saves: Decimal
    cited: tuple[Cited, ...] = ()
    cautions: tuple[Caution, ...] = ()


def simplifications(found: Burden, knowledge: Knowledge) -> tuple[Simpler, ...]:
    """Return what a prescriber may consider, line by line.

    Only of lines of one known drug that are taken by plan and swallowed by the piece;
    none of the medicines that the knowledge keeps as they are.
    """
    kept = _side(knowledge, UNCHANGED)
    offers: list[Simpler] = []
    for line in found.lines:
        drug = _one_drug(line, knowledge)
        if drug is None or drug.id in kept or line.device is not None:
            continue
        if line.as_needed or not line.times or len(line.entry.state.dosage) != 1:
            continue
        (dosage,) = line.entry.state.dosage
        offers += _other_piece(line, dosage, drug, found.on)
        offers += _fewer_times(line, dosage, drug, found.on)
        offers += _longer_release(line, drug, knowledge, found.on)
        offers += _same_time(line, dosage, drug, found, knowledge)
        offers += _joined(line, drug, found, knowledge)
    return tuple(offers)


def _side(knowledge: Knowledge, measure: str) -> frozenset[str]:
    side = knowledge.measures[measure].side
    if side is None:
        return frozenset()
    members = {group: tuple(knowledge.members(group)) for group in side.groups}
    return frozenset(drugs_of_side(side, members))


def _one_drug(line: LineBurden, knowledge: Knowledge) -> Drug | None:
    medicine = line.entry.line.medicine
    drugs = drugs_of(medicine, knowledge)
    return drugs[0] if len(drugs) == len(medicine.ingredients) == 1 else None


def _ingredient(line: LineBurden) -> Ingredient:
    return line.entry.line.medicine.ingredients[0]


# --- another strength -------------------------------------------------------------


def _other_piece(
    line: LineBurden, dosage: Dosage, drug: Drug, on: date
) -> Iterator[Simpler]:
    """Yield one piece of a strength that is made, in place of several or of a part."""
    dose, strength = dosage.dose, _ingredient(line).strength
    if dose is None or dosage.dose_max is not None or strength is None:
        return
    if dose.unit not in PIECES or dose.value == 1 or "/" in strength.unit:
        return
    wanted = Quantity(dose.value * strength.value, strength.unit)
    medicine = line.entry.line.medicine
    for product in in_force(made_as(medicine, drug), on):
        if not _made(product, strength) or not _made(product, wanted):
            continue
        part = dose.value % 1 != 0
        yield Simpler(
            kind=SimplerKind.WHOLE_PIECE if part else SimplerKind.ONE_PIECE,
            line=line,
            now=f"{number(dose.value)} × {amount(strength)}",
            then=f"1 × {amount(wanted)}",
            saves=max(Decimal(0), (dose.value - 1) * len(line.times)),
            cited=(product,),
            cautions=(Caution.CHECK_STOCK, *_doubt(product)),
        )
        return


def _joined(
    line: LineBurden, drug: Drug, found: Burden, knowledge: Knowledge
) -> Iterator[Simpler]:
    """Yield one piece in place of two strengths of one form taken together."""
    medicine, strength = line.entry.line.medicine, _ingredient(line).strength
    if strength is None or not _one_each(line):
        return
    for other in found.lines[found.lines.index(line) + 1 :]:
        if _one_drug(other, knowledge) != drug or not _one_each(other):
            continue
        second = _ingredient(other).strength
        if other.times != line.times or second is None:
            continue
        if not second.fits(strength.unit) or "/" in strength.unit:
            continue
        more = strength.value + second.to(strength.unit).value
        wanted = Quantity(more, strength.unit)
        for product in in_force(made_as(medicine, drug), found.on):
            if product in made_as(other.entry.line.medicine, drug) and _made(
                product, wanted
            ):
                yield Simpler(
                    kind=SimplerKind.ONE_PIECE,
                    line=line,
                    now=f"1 × {amount(strength)} with 1 × {amount(second)}",
                    then=f"1 × {amount(wanted)}",
                    saves=Decimal(len(line.times)),
                    cited=(product,),
                    cautions=(Caution.CHECK_STOCK, *_doubt(product)),
                )
                return


def _one_each(line: LineBurden) -> bool:
    """Return whether one piece is taken at each of the times."""
    return not line.as_needed and bool(line.times) and line.pieces == len(line.times)


def _made(product: Product, wanted: Quantity) -> bool:
    return any(_same(text, wanted) for text in product.strengths)


def _same(text: str, wanted: Quantity) -> bool:
    try:
        strength = Quantity.parse(text)
    except ValueError:
        return False
    return strength.fits(wanted.unit) and strength.to(wanted.unit) == wanted


# --- fewer times ------------------------------------------------------------------


def _fewer_times(
    line: LineBurden, dosage: Dosage, drug: Drug, on: date
) -> Iterator[Simpler]:
    """Yield fewer doses where a source gives as much a day in so few.

    The most at one time that a source states is never passed; where none is stated,
    that is said.
    """
    each = _each(line, dosage)
    now = len(line.times)
    if each is None:
        return
    total = Quantity(each.value * now, each.unit)
    tags = {p.tag for p in made_as(line.entry.line.medicine, drug)}
    for titration in in_force(drug.titration, on):
        if titration.form is not None and titration.form not in tags:
            continue
        for step in titration.steps:
            if step.times is None or not 0 < step.times < now or step.each is None:
                continue
            then = Quantity(total.value / step.times, total.unit)
            if not step.each.fits(total.unit) or step.each.to(total.unit) != then:
                continue
            most = list(_single_maxima(drug, tags, on))
            if any(not row.fits(then.unit) for row in most):
                continue
            if any(then.value > row.to(then.unit).value for row in most):
                continue
            unknown = () if most else (Caution.SINGLE_DOSE_NOT_KNOWN,)
            yield Simpler(
                kind=SimplerKind.FEWER_TIMES,
                line=line,
                now=f"{amount(each)}, {now} times a day",
                then=f"{amount(then)}, {step.times} times a day",
                saves=Decimal(now - step.times),
                cited=(titration,),
                cautions=(*unknown, *_doubt(titration)),
            )
            return


def _each(line: LineBurden, dosage: Dosage) -> Quantity | None:
    if dosage.dose is None or dosage.dose_max is not None:
        return None
    found = of_ingredient(dosage.dose, line.entry.line.medicine, _ingredient(line))
    return found if isinstance(found, Quantity) else None


def _single_maxima(
    drug: Drug, tags: Iterable[str | None], on: date
) -> Iterator[Quantity]:
    for row in in_force(drug.dose, on):
        if row.single_maximum is not None and row.form in (None, *tags):
            yield row.single_maximum


# --- another release, another time ------------------------------------------------


def _longer_release(
    line: LineBurden, drug: Drug, knowledge: Knowledge, on: date
) -> Iterator[Simpler]:
    """Yield a longer-acting form that is made, where the present one is taken often."""
    if len(line.times) < 2 or drug.id in _side(knowledge, SAME_RELEASE):
        return
    own = made_as(line.entry.line.medicine, drug)
    if not own or any(p.release != "immediate" for p in own):
        return
    routes = {p.route for p in own}
    longer = [
        p
        for p in in_force(drug.product, on)
        if p.release == "extended" and p.route in routes
    ]
    if not longer:
        return
    names = dict.fromkeys(p.tag or p.form for p in longer)
    caution = knowledge.threshold(SAME_RELEASE, "not-interchangeable", on)
    yield Simpler(
        kind=SimplerKind.LONGER_RELEASE,
        line=line,
        now=f"{len(line.times)} times a day",
        then=f"an extended-release form: {', '.join(names)}",
        saves=Decimal(0),
        cited=(longer[0], caution),
        cautions=(Caution.NOT_INTERCHANGEABLE, *_doubt(longer[0])),
    )


def _same_time(
    line: LineBurden,
    dosage: Dosage,
    drug: Drug,
    found: Burden,
    knowledge: Knowledge,
) -> Iterator[Simpler]:
    """Yield a time at which other medicines are taken, where this one stands alone.

    Not where the directions hang on an event of the day, a source says when or with
    what to take it, or an interaction is known with what is taken then.
    """
    if len(line.times) != 1 or drug.id in _side(knowledge, SAME_TIME):
        return
    if dosage.timing is not None and dosage.timing.when:
        return
    if drug.food is not None and not is_free(drug):
        return
    (own,) = line.times
    others = [o for o in found.lines if o is not line and o.times]
    if any(own in other.times for other in others):
        return
    at = _best_time(drug, others, knowledge)
    if at is None:
        return
    cautions = [Caution.FOOD_NOT_KNOWN] if drug.food is None else []
    if line.by_default:
        cautions.append(Caution.TIME_BY_DEFAULT)
    yield Simpler(
        kind=SimplerKind.SAME_TIME,
        line=line,
        now=f"{own:%H:%M}",
        then=f"{at:%H:%M}",
        saves=Decimal(1),
        cited=(drug.food,) if drug.food is not None else (),
        cautions=tuple(cautions),
    )


def _best_time(
    drug: Drug, others: list[LineBurden], knowledge: Knowledge
) -> time | None:
    """Return the time with most medicines of which none is known to interact."""
    companies: dict[time, list[LineBurden]] = {}
    for other in others:
        for at in other.times:
            companies.setdefault(at, []).append(other)
    fit = {
        at: len(company)
        for at, company in companies.items()
        if all(_apart_from_nothing(drug, other, knowledge) for other in company)
    }
    return min(fit, key=lambda at: (-fit[at], at), default=None)


def _apart_from_nothing(drug: Drug, other: LineBurden, knowledge: Knowledge) -> bool:
    medicine = other.entry.line.medicine
    drugs = drugs_of(medicine, knowledge)
    if not drugs or len(drugs) < len(medicine.ingredients):
        return False
    if any(rule.kind is RuleKind.INTAKE for rule in other.rules):
        return False
    return not any(knowledge.interactions_between(drug.id, d.id) for d in drugs)


def _doubt(value: Cited) -> tuple[Caution, ...]:
    return (Caution.UNVERIFIED,) if value.status == "unverified" else ()
