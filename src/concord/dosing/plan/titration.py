"""A way up: the rows of a drug's titration that hold for the person, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from concord.dosing.plan import building
from concord.dosing.plan.building import AS_IT_COMES, Laid, Making, asked_for, cited
from concord.dosing.plan.dose_rows import dose_row
from concord.dosing.plan.known import (
    NOTHING_SAID,
    Asked,
    Known,
    holds,
    needing,
    open_questions,
)
from concord.dosing.plan.model import Basis, Course, Plan, PlanKind
from concord.dosing.plan.pace import Wanted
from concord.dosing.plan.pieces import Maker
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug, Titration
from concord.terms import Duration, Quantity, Value
from concord.wording.amounts import amount
from concord.wording.names import cased
from concord.wording.plans import pace_words

_AT_A_START = Duration(0, "day")


class Advice(Value, frozen=True, kw_only=True):
    """The row of a titration that holds, and the dose and row that it begins with."""

    row: Titration
    first: Quantity
    first_basis: tuple[Basis, ...] = ()


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
) -> Advice:
    """Return how a drug is started: its row, and the dose of its first step.

    Raises `ImpossiblePlanError` where the knowledge has no steps, or no start.
    """
    row = row_of(
        knowledge, drug, indication=indication, tag=tag, known=known, asked=asked
    )
    name = cased(drug.name)
    if row is None:
        uses = sorted({r.indication for r in drug.titration if r.indication})
        hint = f" (uses with rows of their own: {', '.join(uses)})" if uses else ""
        raise ImpossiblePlanError(
            f"{name}: found no titration in figures in the knowledge, expected one for "
            f"this use{hint}; name the steps"
        )
    if row.steps:
        return Advice(row=row, first=row.steps[0].dose)
    known = msgspec.structs.replace(known, taken_for=_AT_A_START)
    found = dose_row(
        knowledge,
        drug,
        field="start",
        indication=indication,
        tag=tag,
        known=known,
        asked=asked,
    )
    if found.needs:
        raise needing(f"the first dose of {name}", found.needs)
    if found.row is None or found.row.start is None:
        raise ImpossiblePlanError(
            f"{name}: found no first dose in the knowledge for this use, expected one; "
            "name the use, or the steps"
        )
    basis = cited(found.row, "The first dose.")
    return Advice(row=row, first=found.row.start, first_basis=(basis,))


def way_up(
    knowledge: Knowledge,
    drug: Drug,
    starts: date,
    *,
    indication: str | None = None,
    to: Quantity | None = None,
    steps: Sequence[Wanted] = (),
    first: Quantity | None = None,
    making: Making,
    known: Known,
) -> tuple[Course, Maker]:
    """Return the steps up from the first dose, and what makes them.

    `steps` are doses that the prescriber named instead; `first` a first dose other
    than the row's.
    """
    maker = building.maker_of(knowledge, drug, making, starts)
    if steps:
        laid = _named(steps, maker)
    else:
        asked = Asked(drug=drug.id, on=starts, route=maker.stock.route)
        advice = advice_of(
            knowledge,
            drug,
            indication=indication,
            tag=maker.stock.tag,
            known=known,
            asked=asked,
        )
        most = building.most_steps(knowledge, starts)
        laid = _advised(drug, advice, maker, to=to, first=first, most=most)
    found = building.lay_out(laid, starts, maker, making)
    return building.course_of(drug, found, maker), maker


def _named(steps: Sequence[Wanted], maker: Maker) -> list[Laid]:
    basis = (asked_for(pace_words("steps", None, None)),)
    found = []
    for place, step in enumerate(steps):
        if step.dose.value <= 0:
            raise ImpossiblePlanError(
                f"the steps: found {amount(step.dose)}, expected a dose above nothing; "
                "correct it"
            )
        if step.lasts is None and place < len(steps) - 1:
            raise ImpossiblePlanError(
                "the steps: found a step without a length, expected one like 2 weeks; "
                "name how long each step lasts"
            )
        found.append(Laid(dose=maker.in_unit(step.dose), lasts=step.lasts, basis=basis))
    found[-1] = msgspec.structs.replace(found[-1], lasts=None)
    return found


def _advised(
    drug: Drug,
    advice: Advice,
    maker: Maker,
    *,
    to: Quantity | None,
    first: Quantity | None,
    most: Decimal,
) -> list[Laid]:
    end = maker.in_unit(to) if to is not None else None
    if end is not None and end.value <= 0:
        raise ImpossiblePlanError(
            "the end: found nothing, expected a dose above nothing; make a taper"
        )
    if end is None and not advice.row.steps:
        raise ImpossiblePlanError(
            f"{cased(drug.name)}: found no wanted dose, expected one: the knowledge "
            "says how fast it goes up and not how far; name the dose"
        )
    found: list[Laid] = []
    for laid in _series(advice, first, maker):
        value = laid.dose.value
        if end is not None and value >= end.value:
            exact = laid if value == end.value else _at(laid, end)
            found.append(msgspec.structs.replace(exact, lasts=None))
            return found
        found.append(laid)
        if laid.lasts is None:
            break
        if len(found) > most:
            raise ImpossiblePlanError(
                f"the titration: found more than {most} steps, expected fewer; correct "
                "the wanted dose"
            )
    if end is not None:
        raise ImpossiblePlanError(
            f"{cased(drug.name)}: found a wanted dose ({amount(end)}) above the last "
            f"step that the knowledge names ({amount(found[-1].dose)}), expected no "
            "more than that; name the further steps yourself"
        )
    return found


def _at(laid: Laid, dose: Quantity) -> Laid:
    return msgspec.structs.replace(laid, dose=dose, each=None)


def _series(advice: Advice, first: Quantity | None, maker: Maker) -> Iterator[Laid]:
    """Yield the listed steps, then further ones by the largest step and its interval.

    A further step needs what the last listed one needed.
    """
    row = advice.row
    basis = (*advice.first_basis, cited(row, row.text))
    goes_on = row.step_at_most is not None and row.step_every is not None
    last: Laid | None = None
    if not row.steps:
        dose = maker.in_unit(first or advice.first)
        last = Laid(dose=dose, lasts=row.step_every, basis=basis)
        yield last
    for place, step in enumerate(row.steps):
        lasts = length_of(row, place)
        said = cited(row, step.text or row.text)
        last = Laid(
            dose=maker.in_unit(step.dose),
            lasts=lasts,
            each=step.each,
            times=step.times,
            every_days=step.every_days or 1,
            needs=step.needs,
            basis=(said,),
        )
        if place == 0 and first is not None:
            last = _at(last, maker.in_unit(first))
        yield last
    while goes_on and last is not None:
        assert row.step_at_most is not None  # noqa: S101 - it goes on
        more = last.dose.value + maker.in_unit(row.step_at_most).value
        last = Laid(
            dose=Quantity(more, last.dose.unit),
            lasts=row.step_every,
            times=last.times,
            needs=last.needs,
            basis=(cited(row, row.text),),
        )
        yield last


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


def titrate(
    knowledge: Knowledge,
    drug: Drug,
    *,
    starts: date,
    indication: str | None = None,
    to: Quantity | None = None,
    steps: Sequence[Wanted] = (),
    making: Making = AS_IT_COMES,
    known: Known = NOTHING_SAID,
    reason: str | None = None,
) -> Plan:
    """Return a titration from the first dose, by the rows of the knowledge that hold.

    After the listed steps it goes on by the largest step that the row allows, at its
    interval, up to the wanted dose. `steps` are doses that the prescriber named.
    Raises `UndecidedError` where it depends on what is not known (the medicines taken
    as well, the age), and `ImpossiblePlanError` where the knowledge has no steps.
    """
    course, maker = way_up(
        knowledge,
        drug,
        starts,
        indication=indication,
        to=to,
        steps=steps,
        making=making,
        known=known,
    )
    return Plan(
        kind=PlanKind.TITRATION,
        title=f"{cased(drug.name)} titration to {amount(course.steps[-1].dose)}",
        starts=starts,
        courses=(course,),
        caveats=building.rounded_doses(course, maker),
        reason=reason,
    )
