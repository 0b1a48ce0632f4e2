"""How fast a dose comes down: the doses that are wanted, before any tablet is asked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

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


class Wanted(Value, frozen=True, kw_only=True):
    """A dose a day that is wanted, for how long: `None` until somebody decides."""

    dose: Quantity
    lasts: Duration | None = None


class Pace(Value, frozen=True, kw_only=True):
    """A way down: by what, and how long each step lasts.

    `share` is of the present dose, of the starting dose, or so much of the target's
    occupancy; `steps` are doses that were named, each with its own length if it has
    one.
    """

    kind: PaceKind
    every: Duration | None = None
    share: Decimal | None = None
    amount: Quantity | None = None
    steps: tuple[Wanted, ...] = ()


def doses(
    pace: Pace,
    dose: Quantity,
    to: Quantity,
    *,
    smallest: Quantity,
    most: Decimal,
    curve: OccupancyCurve | None = None,
) -> tuple[Wanted, ...]:
    """Return the doses that a pace asks for after a present one, down to an end.

    A way down by shares or amounts goes on to nothing once it is below the smallest
    dose that can be made; by occupancy or by named doses it is what was asked for.
    All are in the unit of the present dose.
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
        return _named(pace, dose)
    if pace.every is None:
        raise ImpossiblePlanError(
            "the pace: found no length for the steps, expected one like 2 weeks; "
            "name it"
        )
    found: list[Wanted] = []
    ends_early = to.value == 0 and pace.kind is not PaceKind.OCCUPANCY
    for value in _series(pace, dose, curve):
        below = ends_early and value < smallest.value
        if below or value <= to.value:
            break
        wanted = rounded(Quantity(value, dose.unit))
        wanted = Quantity(plain(wanted.value), wanted.unit)
        if found and wanted.value >= found[-1].dose.value:
            break
        found.append(Wanted(dose=wanted, lasts=pace.every))
        if len(found) > most:
            raise ImpossiblePlanError(
                f"the pace: found more than {most} steps, expected a plan that ends; "
                "take larger steps"
            )
    found.append(Wanted(dose=to))
    return tuple(found)


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


def _named(pace: Pace, dose: Quantity) -> tuple[Wanted, ...]:
    """Return the doses that were named; the last one is until somebody decides."""
    if not pace.steps:
        raise ImpossiblePlanError(
            "the steps: found none, expected doses like 18 mg, 16 mg; name them"
        )
    found: list[Wanted] = []
    before = dose
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
        found.append(Wanted(dose=wanted, lasts=lasts))
        before = wanted
    if found[-1].lasts is not None and found[-1].dose.value > 0:
        # A dose that was given an end is followed by nothing.
        found.append(Wanted(dose=Quantity(0, dose.unit)))
    elif found[-1].lasts is not None:
        found[-1] = Wanted(dose=found[-1].dose)
    return tuple(found)


def _series(
    pace: Pace, dose: Quantity, curve: OccupancyCurve | None
) -> Iterator[Decimal]:
    """Yield the doses one after the other, without end where there is none."""
    if pace.kind is PaceKind.OCCUPANCY:
        yield from _by_occupancy(pace.share, dose, curve)
        return
    if pace.kind is PaceKind.AMOUNT:
        if pace.amount is None or pace.amount.to(dose.unit).value <= 0:
            raise ImpossiblePlanError(
                "the pace: found no amount for a step, expected one above nothing, "
                "like 2 mg; name it"
            )
        step = pace.amount.to(dose.unit).value
    else:
        step = dose.value * _share(pace)
    value = dose.value
    while value > 0:
        if pace.kind is PaceKind.SHARE:
            value -= value * _share(pace)
        else:
            value -= step
        yield value


def _share(pace: Pace) -> Decimal:
    if pace.share is None or not 0 < pace.share <= 1:
        raise ImpossiblePlanError(
            "the pace: found no share for a step, expected one above 0 % and up to "
            "100 %, like 10 %; name it"
        )
    return pace.share


def _by_occupancy(
    share: Decimal | None, dose: Quantity, curve: OccupancyCurve | None
) -> Iterator[Decimal]:
    """Yield doses that are equal steps of occupancy apart, else the published ones."""
    if curve is None:
        raise ImpossiblePlanError(
            "the pace: found no curve of occupancy for this medicine, expected one "
            "that is published and cited; choose a share of the present dose"
        )
    if share is None:
        points = sorted((p.dose.to(dose.unit).value for p in curve.point), reverse=True)
        yield from (value for value in points if value < dose.value)
        return
    if not 0 < share < 1:
        raise ImpossiblePlanError(
            "the pace: found a step of occupancy that is none, expected one above 0 % "
            "and below 100 %, like 10 %; name it"
        )
    occupied = occupancy(curve, dose) - share
    while occupied > 0:
        yield dose_at(curve, occupied, dose.unit)
        occupied -= share


def occupancy(curve: OccupancyCurve, dose: Quantity) -> Decimal:
    """Return the share of the target that a dose a day occupies, on a cited curve."""
    value = dose.to(curve.half_at.unit).value
    return curve.most * value / (curve.half_at.value + value)


def dose_at(curve: OccupancyCurve, occupied: Decimal, unit: str) -> Decimal:
    """Return the dose a day at which so much of the target is occupied."""
    value = curve.half_at.value * occupied / (curve.most - occupied)
    return Quantity(value, curve.half_at.unit).to(unit).value
