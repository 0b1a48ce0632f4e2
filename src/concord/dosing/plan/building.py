"""From wanted doses to steps: made of pieces, laid out in days, with their reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from concord.dosing.plan.model import Basis, Caveat, Course, Intake, Step
from concord.dosing.plan.pieces import Maker, Rounding
from concord.dosing.plan.stock import forms_of, plain, stock_of
from concord.errors import ImpossiblePlanError, UnmakeableDoseError
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited, Drug
from concord.terms import Duration, Quantity, Value
from concord.wording.amounts import amount

MEASURE = "plans"
_DAY = timedelta(days=1)


class Making(Value, frozen=True, kw_only=True):
    """How doses are made: the form, the strengths allowed, times a day, rounding.

    Without a `rounding` a dose on the way down is rounded up, so that no step is larger
    than asked, and any other one to the nearest. `liquid` is the strength of a liquid
    for the doses below `liquid_below`, `measure` the smallest volume that is measured,
    where it is another than the usual one.
    """

    form: str | None = None
    made_of: tuple[str, ...] = ()
    times: int = 1
    rounding: Rounding | None = None
    liquid: str | None = None
    liquid_below: Quantity | None = None
    measure: Quantity | None = None


AS_IT_COMES = Making()


class Laid(Value, frozen=True, kw_only=True):
    """A dose to be laid out in days, and all that its step says besides.

    `each` is what is taken at one time where that is settled already, and `made` the
    dose that can be made for a day.
    """

    dose: Quantity
    lasts: Duration | None = None
    each: Quantity | None = None
    made: Quantity | None = None
    times: int | None = None
    every_days: int = 1
    needs: str | None = None
    expect: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()


def maker_of(knowledge: Knowledge, drug: Drug, making: Making, on: date) -> Maker:
    """Return what makes the doses of a drug, by the conventions in force on a day."""
    stock = stock_of(drug, on, form=making.form, made_of=making.made_of)
    volume = knowledge.figure(MEASURE, "smallest-volume-ml", on)
    if making.measure is not None:
        volume = _volume(making.measure)
    most = knowledge.figure(MEASURE, "most-pieces", on)
    if making.liquid is None or making.liquid_below is None:
        return Maker(stock, volume=volume, most=most)
    measured = stock_of(drug, on, form=making.form, made_of=(making.liquid,))
    if not measured.measured:
        raise UnmakeableDoseError(
            f"{drug.name}: found no liquid of {making.liquid}, expected one of "
            f"{forms_of(drug, on)}; name its strength"
        )
    liquid = Maker(measured, volume=volume, most=most)
    below = making.liquid_below
    return Maker(stock, volume=volume, most=most, liquid=liquid, below=below)


def _volume(measure: Quantity) -> Decimal:
    if not measure.fits("mL") or measure.to("mL").value <= 0:
        raise UnmakeableDoseError(
            f"the smallest volume: found {amount(measure)}, expected one above nothing "
            'like "0.1 mL"; correct it'
        )
    return measure.to("mL").value


def most_steps(knowledge: Knowledge, on: date) -> Decimal:
    """Return how many steps a plan may have before it is taken for a slip."""
    return knowledge.figure(MEASURE, "most-steps", on)


def cited(value: Cited, text: str) -> Basis:
    """Return what a cited value says as the basis of a step."""
    return Basis(
        text=text, source=value.source, locator=value.locator, status=value.status
    )


def asked_for(text: str) -> Basis:
    """Return a basis that is nobody's but the prescriber's."""
    return Basis(text=text)


def lay_out(
    wanted: Iterable[Laid], starts: date, maker: Maker, making: Making
) -> tuple[Step, ...]:
    """Return wanted doses as steps from a day on, made of pieces.

    A dose of nothing needs no pieces. A dose that comes out as the one before it, for
    the same reasons, makes that step longer (nothing is no exception): where nothing
    changes, nothing has to be met first.
    """
    steps: list[Step] = []
    day = starts
    for laid in wanted:
        ends = None if laid.lasts is None else last_day(day, laid.lasts)
        step = step_of(laid, day, ends, maker, making)
        if steps and _goes_on(steps[-1], step):
            steps[-1] = msgspec.structs.replace(steps[-1], ends=ends)
        else:
            steps.append(step)
        if ends is None:
            break
        day = ends + _DAY
    return tuple(steps)


def last_day(starts: date, lasts: Duration) -> date:
    """Return the last day of a step that begins on a day and lasts so long.

    Raises `ImpossiblePlanError` for a step of no length, and beyond the calendar.
    """
    after = lasts.after(starts)
    if after <= starts or after == date.max:
        raise ImpossiblePlanError(
            f"a step: found a length of {lasts}, expected at least a day and an end "
            "on the calendar; name how long each step lasts"
        )
    return after - _DAY


def step_of(
    laid: Laid, starts: date, ends: date | None, maker: Maker, making: Making
) -> Step:
    """Return one step, made of pieces."""
    aim = maker.in_unit(laid.dose)
    aim = Quantity(plain(aim.value), aim.unit)
    intakes = _intakes(laid, aim, maker, making)
    day = sum((one.amount.value for one in intakes), Decimal(0))
    return Step(
        starts=starts,
        ends=ends,
        aim=aim,
        dose=Quantity(plain(day / laid.every_days), aim.unit),
        intakes=intakes,
        every_days=laid.every_days,
        needs=laid.needs,
        expect=laid.expect,
        watch=laid.watch,
        basis=laid.basis,
    )


def _intakes(
    laid: Laid, aim: Quantity, maker: Maker, making: Making
) -> tuple[Intake, ...]:
    if aim.value == 0:
        return ()
    times = laid.times or making.times
    rounding = making.rounding or Rounding.NEAREST
    if laid.made is not None:
        return maker.intakes(laid.made, times)
    if laid.each is not None:
        each = maker.in_unit(laid.each)
        made = maker.nearest(each, rounding)
        return maker.intakes(Quantity(made.value * times, made.unit), times)
    wanted = Quantity(aim.value * laid.every_days, aim.unit)
    return maker.intakes(maker.nearest(wanted, rounding), times)


def _goes_on(before: Step, step: Step) -> bool:
    """Return whether a step is no other than the one before it."""
    return (
        (before.intakes, before.every_days) == (step.intakes, step.every_days)
        and before.basis == step.basis
        and before.every_days == 1
    )


def course_of(
    drug: Drug, steps: Sequence[Step], maker: Maker, before: Quantity | None = None
) -> Course:
    """Return the steps of a drug as a course."""
    return Course(
        drug=drug.id,
        name=drug.name,
        steps=tuple(steps),
        form=maker.stock.tag,
        route=maker.stock.route,
        before=before,
    )


def rounded_doses(course: Course, maker: Maker) -> tuple[Caveat, ...]:
    """Return what was rounded, in one caveat; nothing where every dose is as wanted."""
    other = [s for s in course.steps if s.aim.value != s.dose.value]
    if not other:
        return ()
    said = ", ".join(f"{amount(s.aim)} as {amount(s.dose)}" for s in other)
    more = [q for q in maker.stock.liquids if q not in maker.stock.measured]
    closer = "".join(f"; {q.form} {amount(q.strength)} comes closer" for q in more[:1])
    return (
        Caveat(
            code="rounded",
            drug=course.drug,
            seen=said,
            expected=f"doses made of {maker.made_of()}{closer}",
            starts=other[0].starts,
        ),
    )
