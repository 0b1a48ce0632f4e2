"""How fast a dose comes down: the doses that are wanted, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum

import msgspec

from concord.dosing.plan.stock import plain
from concord.errors import ImpossiblePlanError
from concord.knowledge.model import OccupancyCurve
from concord.terms import Duration, Quantity, Value
from concord.wording.amounts import amount, rounded


class PaceKind(StrEnum):
    """By what the dose comes down at each step."""

    SHARE = "share"
    STARTING = "starting"
    AMOUNT = "amount"
    OCCUPANCY = "occupancy"
    STEPS = "steps"


# From what is wanted and what is taken now to what can be made: a lower dose, or none.
Make = Callable[[Quantity, Quantity], Quantity | None]


class Wanted(Value, frozen=True, kw_only=True):
    """A dose a day that is wanted, for how long: `None` until somebody decides.

    `made` is the dose that can be made for it, where that is settled. `each` is what is
    taken on a day of taking where such days are `every_days` apart: `dose` is then the
    mean of a day.
    """

    dose: Quantity
    lasts: Duration | None = None
    made: Quantity | None = None
    each: Quantity | None = None
    every_days: int = 1

    @property
    def taken(self) -> Quantity:
        """The dose a day that is taken, as far as it is settled."""
        return self.made or self.dose


class Pace(Value, frozen=True, kw_only=True):
    """A way down: by what, and how long each step lasts.

    `share` is of the present dose, of the starting dose, or so much of the target's
    occupancy; `parts` in how many equal steps the starting dose or the occupancy is
    taken away instead; `steps` are doses that were named, each with its own length if
    it has one. `last` is the smallest dose before nothing. `school` is the label of
    the published pace that is followed, where it is not the default one.
    """

    kind: PaceKind
    every: Duration | None = None
    share: Decimal | None = None
    amount: Quantity | None = None
    parts: int | None = None
    steps: tuple[Wanted, ...] = ()
    last: Quantity | None = None
    school: str | None = None


def as_asked(dose: Quantity, _present: Quantity) -> Quantity | None:
    """Return what is wanted as if it could always be made."""
    return dose


def doses(
    pace: Pace,
    dose: Quantity,
    to: Quantity,
    *,
    smallest: Quantity,
    most: Decimal,
    make: Make = as_asked,
    curve: OccupancyCurve | None = None,
) -> tuple[Wanted, ...]:
    """Return the doses that a pace asks for after a present one, down to an end.

    A share or an amount is taken from the dose that is taken, not from the one that was
    wanted before it was rounded, so that no step is larger than asked. Such a way goes
    on to nothing after the smallest dose that can be made; by occupancy or by named
    doses it is what was asked for. All are in the unit of the present dose.
    Raises `ImpossiblePlanError` for a step of no length, a step up, an end that is not
    below the present dose, and more steps than anyone plans.

    >>> found = doses(Pace(kind=PaceKind.AMOUNT, amount=Quantity("4", "mg"),
    ...     every=Duration(1, "week")), Quantity("10", "mg"), Quantity("0", "mg"),
    ...     smallest=Quantity("1", "mg"), most=Decimal(9))
    >>> [str(one.dose) for one in found]
    ['6 mg', '2 mg', '0 mg']
    """
    _refuse_end(dose, to)
    if pace.every is not None and pace.every.count == 0:
        raise _no_length()
    if pace.kind is PaceKind.STEPS:
        return _named(pace, dose, make)
    if pace.every is None:
        raise ImpossiblePlanError(
            "the pace: found no length for the steps, expected one like 2 weeks; "
            "name it"
        )
    if pace.kind is PaceKind.OCCUPANCY:
        aims = _by_occupancy(pace, dose, curve)
        series = _at_points(aims, dose, to, make)
    else:
        series = _by_steps(pace, dose, to, smallest, make)
    found: list[Wanted] = []
    for wanted in series:
        found.append(msgspec.structs.replace(wanted, lasts=pace.every))
        if len(found) > most:
            raise ImpossiblePlanError(
                f"the pace: found more than {most} steps, expected a plan that ends; "
                "take larger steps"
            )
    present = found[-1].taken if found else dose
    found.append(Wanted(dose=to, made=make(to, present) if to.value else None))
    return tuple(found)


def _by_steps(
    pace: Pace, dose: Quantity, to: Quantity, smallest: Quantity, make: Make
) -> Iterator[Wanted]:
    """Yield doses that are each a share or an amount below the one that is taken."""
    fixed, share = _away(pace, dose)
    last = None if pace.last is None else pace.last.to(dose.unit)
    if last is not None and not 0 < last.value < dose.value:
        raise ImpossiblePlanError(
            f"the last dose: found {amount(last)}, expected one above nothing and "
            f"below the dose now ({amount(dose)}); correct it"
        )
    least = smallest if last is None else last
    present = dose
    while present.value > least.value:
        aim = _rounded(present.value * (1 - share) - fixed, dose.unit)
        if aim.value <= to.value:
            return
        made = make(max(aim, least, smallest, key=lambda one: one.value), present)
        if made is None or made.value <= to.value:
            return
        yield Wanted(dose=aim, made=made)
        present = made


def _rounded(value: Decimal, unit: str) -> Quantity:
    exact = rounded(Quantity(value, unit))
    return Quantity(plain(exact.value), unit)


def _at_points(
    aims: Iterator[Decimal], dose: Quantity, to: Quantity, make: Make
) -> Iterator[Wanted]:
    """Yield doses that lie at points of their own, whatever was taken before them.

    Where rounding has gone below a point already, the dose is kept for its time too.
    """
    present = dose
    for value in aims:
        aim = _rounded(value, dose.unit)
        if aim.value <= to.value:
            return
        if aim.value < present.value:
            made = make(aim, present)
            if made is None or made.value <= to.value:
                return
            present = made
        yield Wanted(dose=aim, made=present)


def _refuse_end(dose: Quantity, to: Quantity) -> None:
    if dose.value <= 0:
        raise ImpossiblePlanError(
            "the dose now: found nothing, expected a dose above nothing; correct it"
        )
    if not 0 <= to.value < dose.value:
        raise ImpossiblePlanError(
            f"the end: found {amount(to)}, expected less than the dose now "
            f"({amount(dose)}) and not below nothing; correct one of them"
        )


def _no_length() -> ImpossiblePlanError:
    return ImpossiblePlanError(
        "the pace: found a step of no length, expected at least a day; name how long "
        "each step lasts"
    )


def _named(pace: Pace, dose: Quantity, make: Make) -> tuple[Wanted, ...]:
    """Return the doses that were named; the last one is until somebody decides."""
    if not pace.steps:
        raise ImpossiblePlanError(
            "the steps: found none, expected doses like 18 mg, 16 mg; name them"
        )
    found: list[Wanted] = []
    before = present = dose
    for place, step in enumerate(pace.steps):
        wanted = step.dose.to(dose.unit)
        last = place == len(pace.steps) - 1
        lasts = step.lasts or (None if last else pace.every)
        if lasts is not None and lasts.count == 0:
            raise _no_length()
        if lasts is None and not last:
            raise ImpossiblePlanError(
                "the steps: found a step without a length, expected one like 2 weeks; "
                "name how long each step lasts"
            )
        if wanted.value >= before.value or wanted.value < 0:
            raise ImpossiblePlanError(
                f"the steps: found {amount(wanted)} after {amount(before)}, expected "
                "a lower dose at each step of a taper; correct the steps, or make a "
                "titration"
            )
        made = None
        if wanted.value > 0 and step.every_days == 1:
            below = wanted.value < present.value
            made = make(wanted, present) if below else present
        one = msgspec.structs.replace(step, dose=wanted, lasts=lasts, made=made)
        found.append(one)
        before, present = wanted, one.taken
    if found[-1].lasts is not None and found[-1].dose.value > 0:
        # A dose that was given an end is followed by nothing.
        found.append(Wanted(dose=Quantity(0, dose.unit)))
    elif found[-1].lasts is not None:
        found[-1] = Wanted(dose=found[-1].dose)
    return tuple(found)


def _away(pace: Pace, dose: Quantity) -> tuple[Decimal, Decimal]:
    """Return the amount and the share of the present dose that a step takes away."""
    if pace.kind is PaceKind.AMOUNT:
        if pace.amount is None or pace.amount.to(dose.unit).value <= 0:
            raise ImpossiblePlanError(
                "the pace: found no amount for a step, expected one above nothing, "
                "like 2 mg; name it"
            )
        return pace.amount.to(dose.unit).value, Decimal(0)
    if pace.kind is not PaceKind.STARTING:
        return Decimal(0), _share(pace)
    if pace.parts is not None:
        return dose.value / _parts(pace), Decimal(0)
    return dose.value * _share(pace), Decimal(0)


def _share(pace: Pace) -> Decimal:
    if pace.share is None or not 0 < pace.share <= 1:
        raise ImpossiblePlanError(
            "the pace: found no share for a step, expected one above 0 % and up to "
            "100 %, like 10 %; name it"
        )
    return pace.share


def _parts(pace: Pace) -> int:
    if pace.parts is None or pace.parts < 1:
        raise ImpossiblePlanError(
            f"the pace: found {pace.parts} equal steps, expected at least one; name "
            "in how many"
        )
    return pace.parts


def _by_occupancy(
    pace: Pace, dose: Quantity, curve: OccupancyCurve | None
) -> Iterator[Decimal]:
    """Yield doses that are equal steps of occupancy apart, else the published ones."""
    if curve is None:
        raise ImpossiblePlanError(
            "the pace: found no curve of occupancy for this medicine, expected one "
            "that is published and cited; choose a share of the present dose"
        )
    if pace.parts is not None:
        whole, parts = occupancy(curve, dose), _parts(pace)
        for left in range(parts - 1, 0, -1):
            yield dose_at(curve, whole * left / parts, dose.unit)
        return
    if pace.share is None:
        points = sorted((p.dose.to(dose.unit).value for p in curve.point), reverse=True)
        yield from (value for value in points if value < dose.value)
        return
    if not 0 < pace.share < 1:
        raise ImpossiblePlanError(
            "the pace: found a step of occupancy that is none, expected one above 0 % "
            "and below 100 %, like 10 %; name it"
        )
    occupied = occupancy(curve, dose) - pace.share
    while occupied > 0:
        yield dose_at(curve, occupied, dose.unit)
        occupied -= pace.share


def occupancy(curve: OccupancyCurve, dose: Quantity) -> Decimal:
    """Return the share of the target that a dose a day occupies, on a cited curve."""
    value = dose.to(curve.half_at.unit).value
    return curve.most * value / (curve.half_at.value + value)


def dose_at(curve: OccupancyCurve, occupied: Decimal, unit: str) -> Decimal:
    """Return the dose a day at which so much of the target is occupied."""
    value = curve.half_at.value * occupied / (curve.most - occupied)
    return Quantity(value, curve.half_at.unit).to(unit).value
