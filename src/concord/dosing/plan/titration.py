"""A way up: the rows of a drug's titration that hold for the person, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from concord.dosing.plan import building
from concord.dosing.plan.building import AS_IT_COMES, Laid, Making, asked_for, cited
from concord.dosing.plan.known import (
    NOTHING_SAID,
    Asked,
    Known,
)
from concord.dosing.plan.model import Basis, Course, Plan, PlanKind
from concord.dosing.plan.pace import Wanted
from concord.dosing.plan.pieces import Maker
from concord.dosing.plan.titration_rows import Advice, advice_of, length_of
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug, Titration
from concord.terms import Quantity
from concord.wording.amounts import amount
from concord.wording.names import cased
from concord.wording.plans import pace_words


def way_up(
    knowledge: Knowledge,
    drug: Drug,
    starts: date,
    *,
    indication: str | None = None,
    to: Quantity | None = None,
    steps: Sequence[Wanted] = (),
    first: Quantity | None = None,
    first_times: int | None = None,
    first_basis: tuple[Basis, ...] = (),
    making: Making,
    known: Known,
) -> tuple[Course, Maker]:
    """Return the steps up from the first dose, and what makes them.

    `steps` are doses that the prescriber named instead; `first` a first dose other
    than the row's, at `first_times` of the day, and `first_basis` why (or why the named
    ones).
    """
    maker = building.maker_of(knowledge, drug, making, starts)
    if steps:
        laid = _named(steps, maker, first_basis)
    else:
        asked = Asked(drug=drug.id, on=starts, route=maker.stock.route)
        advice = advice_of(
            knowledge,
            drug,
            indication=indication,
            tag=maker.stock.tag,
            known=known,
            asked=asked,
            to=to,
        )
        most = building.most_steps(knowledge, starts)
        if first is not None:
            dose = maker.in_unit(first)
            advice = msgspec.structs.replace(
                advice, own=dose, times=first_times, first_basis=first_basis
            )
        laid = _advised(drug, advice, maker, to=to, most=most)
    found = building.lay_out(laid, starts, maker, making)
    return building.course_of(drug, found, maker), maker


def _named(
    steps: Sequence[Wanted], maker: Maker, said: tuple[Basis, ...]
) -> list[Laid]:
    basis = (asked_for(pace_words("steps", None, None)), *said)
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
        found.append(
            Laid(
                dose=maker.in_unit(step.dose),
                lasts=step.lasts,
                each=step.each,
                every_days=step.every_days,
                basis=basis,
            )
        )
    found[-1] = msgspec.structs.replace(found[-1], lasts=None)
    return found


def _advised(
    drug: Drug,
    advice: Advice,
    maker: Maker,
    *,
    to: Quantity | None,
    most: Decimal,
) -> list[Laid]:
    row = advice.row
    end = maker.in_unit(to) if to is not None else None
    if end is not None and end.value <= 0:
        raise ImpossiblePlanError(
            "the end: found nothing, expected a dose above nothing; make a taper"
        )
    if row is None:
        return [Laid(dose=maker.in_unit(advice.first), basis=advice.first_basis)]
    if end is None and not row.steps:
        raise ImpossiblePlanError(
            f"{cased(drug.name)}: found no wanted dose, expected one: the knowledge "
            "says how fast it goes up and not how far; name the dose"
        )
    found: list[Laid] = []
    for laid in _series(advice, row, maker):
        value = laid.dose.value
        if end is not None and value >= end.value:
            exact = laid if value == end.value else _at(laid, end)
            found.append(msgspec.structs.replace(exact, lasts=None))
            return found
        found.append(laid)
        if end is None and len(found) == len(row.steps):
            # How far it goes on after the listed steps is the prescriber's.
            found[-1] = msgspec.structs.replace(laid, lasts=None)
            return found
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


def _series(advice: Advice, row: Titration, maker: Maker) -> Iterator[Laid]:
    """Yield the listed steps, then further ones by the largest step and its interval.

    A further step needs what the last listed one needed.
    """
    basis = (*advice.first_basis, cited(row, row.text))
    goes_on = row.step_at_most is not None and row.step_every is not None
    last: Laid | None = None
    if not row.steps:
        dose = maker.in_unit(advice.own or advice.first)
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
        if place == 0 and advice.own is not None:
            last = msgspec.structs.replace(
                _at(last, advice.own),
                times=advice.times or last.times,
                basis=(*advice.first_basis, *last.basis),
            )
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
