"""Supply: until when fills last, when it runs out, when it may be filled again.

A fill is evidence that a medicine was supplied, not that it was taken: what is worked
out here is what the directions would leave, and says so.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from concord.dosing.adherence.coverage import laid_end_to_end
from concord.dosing.daily import PIECES, Unclear
from concord.dosing.products import in_unit
from concord.dosing.schedule.course import Plan
from concord.dosing.schedule.due import Due, due
from concord.dosing.schedule.needed import limits, soonest
from concord.dosing.schedule.zones import LAST_DAY, instant
from concord.errors import ImpossibleRangeError, ImpossibleSupplyError
from concord.record.model import Dispensing, Medicine, Supply
from concord.terms import PartialDate, Quantity, Value


class Covered(Value, frozen=True, kw_only=True):
    """Until when the fills last (exclusive), and the share of days they covered.

    `from_day` is the first fill that counts, `days` the days covered up to `as_of`.
    A fill is evidence that a medicine was supplied, not that it was taken.
    """

    from_day: date
    until: date
    days: int
    in_days: int

    @property
    def share(self) -> Decimal:
        """The proportion of days covered: days covered by days in the period."""
        return Decimal(self.days) / Decimal(self.in_days)


def covered(fills: Iterable[Dispensing], as_of: date, since: date) -> Covered | None:
    """Return what the fills of one medicine covered from the first one to a day.

    Supply left over when the next fill comes is used first (PQA's rule for the same
    medicine: the later fill counts from the day after the earlier one ends).
    Fills before `since`, after `as_of`, without a date or without days of supply do
    not count; `None` where no fill is left, or the first one is of the day itself.
    """
    dated = sorted(
        (fill.on.first, int(fill.supply.days))
        for fill in fills
        if fill.on is not None
        and fill.supply.days is not None
        and since <= fill.on.first <= as_of
    )
    if not dated or dated[0][0] == as_of:
        return None
    spans = laid_end_to_end((on.toordinal(), supply) for on, supply in dated)
    today = as_of.toordinal()
    days = sum(max(0, min(end, today) - min(begin, today)) for begin, end in spans)
    first, until = dated[0][0], date.fromordinal(spans[-1][1])
    return Covered(from_day=first, until=until, days=days, in_days=(as_of - first).days)


# --- how long it lasts ------------------------------------------------------------


class Stock(Value, frozen=True, kw_only=True):
    """What was at hand at the beginning of a day: a fill, or a count at home."""

    on: date
    amount: Decimal


class Uncountable(StrEnum):
    """Why it cannot be said how long a supply lasts; nothing is guessed instead."""

    NO_FILLS = "no-fills"
    NO_PLAN = "no-plan"
    NO_DOSE = "no-dose"
    NO_UNIT = "no-unit"
    NO_STRENGTH = "no-strength"
    MIXED_UNITS = "mixed-units"
    UNEVEN_PIECES = "uneven-pieces"
    NO_MAXIMUM = "no-maximum"


class RunOut(Value, frozen=True, kw_only=True):
    """The first day on which a dose cannot be taken in full, at the soonest and latest.

    Both are one day where a fixed dose is taken at fixed times. `latest` is `None`
    where it is unknown, since what is taken as needed may never be taken.
    `lasts` is whether the supply outlasts the directions at their most: then there is
    no such day.
    `left` is what is left at the beginning of the day asked about, at the least.
    """

    earliest: date | None
    latest: date | None = None
    lasts: bool = False
    left: Decimal = Decimal(0)
    unit: str = ""


def stock_of(fills: Iterable[Dispensing], on: date) -> tuple[tuple[Stock, ...], str]:
    """Return what fills up to a day supplied, in one unit, and that unit.

    Fills without a day or a quantity, and those after the day, do not count; of fills
    in different units only those in the newest one's.
    Raises `ImpossibleSupplyError` for fewer than none.
    """
    dated: list[tuple[date, Quantity]] = []
    for fill in fills:
        refuse_impossible(fill.supply, f"dispensing {fill.id}")
        if fill.on is None or fill.supply.quantity is None or fill.on.first > on:
            continue
        dated.append((fill.on.first, fill.supply.quantity))
    if not dated:
        return (), ""
    dated.sort(key=lambda pair: pair[0])
    unit = dated[-1][1].unit
    same = [(day, amount) for day, amount in dated if amount.unit == unit]
    return tuple(Stock(on=day, amount=amount.value) for day, amount in same), unit


def refuse_impossible(supply: Supply, where: str) -> None:
    """Raise `ImpossibleSupplyError` for a supply that nobody can have."""
    told = {
        "quantity": supply.quantity.value if supply.quantity is not None else None,
        "days": supply.days,
        "refills": supply.refills,
    }
    for name, value in told.items():
        if value is not None and value < 0:
            msg = (
                f"{where}: {name}: found less than nothing, expected 0 or more; "
                "correct the entry. Nothing was worked out from it"
            )
            raise ImpossibleSupplyError(msg)


def refuse_impossible_fills(
    fills: Iterable[Dispensing], birth: PartialDate | None = None
) -> None:
    """Raise `ImpossibleSupplyError` for fills of one medicine that cannot all be so.

    A fill from before the person's birth is somebody else's, or its day is wrong. Of
    two of the same medicine on one day nobody can tell here whether the second is a
    second supply or the same line again.
    """
    seen: dict[tuple[date, str], str] = {}
    for fill in fills:
        refuse_impossible(fill.supply, f"dispensing {fill.id}")
        if fill.on is None or not fill.on.exact:
            continue
        if birth is not None and fill.on.last < birth.first:
            msg = (
                f"dispensing {fill.id}: day: found one before the person's birth, "
                "expected the day of birth or later; correct the entry. Nothing was "
                "worked out from it"
            )
            raise ImpossibleSupplyError(msg)
        same = seen.setdefault((fill.on.first, fill.medicine.text.casefold()), fill.id)
        if same != fill.id:
            msg = (
                f"dispensing {fill.id}: day: found a second fill of one medicine on "
                f"one day (the first is {same}), expected one; remove the line that is "
                "there twice, or enter both as one fill. Nothing was worked out from "
                "them"
            )
            raise ImpossibleSupplyError(msg)


def amount_used(
    dose: Quantity, unit: str, medicine: Medicine, smallest_part: Decimal
) -> Decimal | Uncountable:
    """Return how much of a supply one dose uses: split tablets count as parts.

    A dose of pieces that is no multiple of the smallest part cannot be made of them.
    """
    found = in_unit(dose, unit, medicine)
    if isinstance(found, Unclear):
        return Uncountable(found.value)
    if unit in PIECES and found % smallest_part:
        return Uncountable.UNEVEN_PIECES
    return found


def run_out(
    stock: Iterable[Stock],
    least: Iterable[tuple[date, Decimal]],
    most: Iterable[tuple[date, Decimal]],
    on: date,
    *,
    unit: str = "",
) -> RunOut:
    """Return when a supply runs out, by taking from it dose by dose.

    `most` and `least` are what is used on which day, in order, from the first stock on
    and without end (or to the end of the directions). `least` may be nothing at all:
    then the latest day is unknown.
    What is left when a fill comes is used first. Before the last fill a dose that could
    not be taken is passed over; after it, it is the day looked for.
    """
    arrivals = sorted(stock, key=lambda one: one.on)
    earliest, left = _first_short(arrivals, most, on)
    latest, _ = _first_short(arrivals, least, on)
    return RunOut(
        earliest=earliest,
        latest=latest,
        lasts=earliest is None,
        left=left,
        unit=unit,
    )


def _first_short(
    arrivals: list[Stock], uses: Iterable[tuple[date, Decimal]], on: date
) -> tuple[date | None, Decimal]:
    """Return the first day short after the last arrival, and what is left on a day."""
    waiting = list(arrivals)
    shelf = Decimal(0)
    left: Decimal | None = None
    for day, amount in uses:
        if left is None and day >= on:
            shelf += _come(waiting, on)
            left = shelf
        shelf += _come(waiting, day)
        if amount <= shelf:
            shelf -= amount
        elif not waiting:
            return day, shelf if left is None else left
    return None, shelf + _come(waiting, on) if left is None else left


def _come(waiting: list[Stock], until: date) -> Decimal:
    """Take what has come by a day from what is waited for; return how much it is."""
    come = Decimal(0)
    while waiting and waiting[0].on <= until:
        come += waiting.pop(0).amount
    return come


Uses = Iterable[tuple[date, Decimal]]


def uses(
    planned: Plan,
    medicine: Medicine,
    unit: str,
    since: date,
    clock: tzinfo,
    *,
    smallest_part: Decimal,
    most: bool,
) -> Uses | Uncountable:
    """Return what a plan uses of a supply on which day, in order, from a day on.

    With `most`, the upper end of a range of doses, and what is taken as needed as soon
    as its directions allow (give it a plan made with `most` too); without, the lower
    end, and nothing as needed.
    """
    if planned.left or not planned.courses:
        return Uncountable.NO_PLAN
    start = instant(since, time(), clock)
    end = instant(LAST_DAY, time(), clock)
    streams: list[Iterator[tuple[datetime, date, Decimal]]] = []
    for course, own_clock in planned.courses:
        dosage = course.dosage
        dose = (dosage.dose_max if most else None) or dosage.dose
        if dose is None:
            return Uncountable.NO_DOSE
        amount = amount_used(dose, unit, medicine, smallest_part)
        if isinstance(amount, Uncountable):
            return amount
        if amount <= 0:
            continue
        if course.rhythm is not None:
            streams.append(_taken(due(course, start, end, own_clock), amount))
        elif most:
            if not limits(dosage).known:
                return Uncountable.NO_MAXIMUM
            begin = max(start, instant(course.first, time(), own_clock))
            when = soonest(dosage, medicine, begin, own_clock)
            streams.append(_needed(when, course.last, amount, own_clock))
    return ((day, amount) for _, day, amount in heapq.merge(*streams))


def _taken(
    doses: Iterable[Due], amount: Decimal
) -> Iterator[tuple[datetime, date, Decimal]]:
    for one in doses:
        yield one.at, one.day, amount


def _needed(
    when: Iterable[datetime], last: date, amount: Decimal, clock: tzinfo
) -> Iterator[tuple[datetime, date, Decimal]]:
    for at in when:
        day = at.astimezone(clock).date()
        if day > last:
            return
        yield at, day, amount


# --- the next fill, and a journey -------------------------------------------------


def refills_left(supply: Supply | None, fills: Iterable[Dispensing]) -> int | None:
    """Return how many refills an order still has, `None` where it does not say.

    Its first fill is no refill. More fills than were allowed leave none.
    """
    if supply is None or supply.refills is None:
        return None
    refuse_impossible(supply, "order")
    filled = sum(1 for _ in fills)
    return max(0, supply.refills - max(0, filled - 1))


def earliest_refill(
    fills: Iterable[Dispensing], share: Decimal, on: date
) -> date | None:
    """Return from when a controlled medicine may be filled again.

    It is when a share of the last fill's days has been used, counted from the day on
    which that fill began to be used; `None` where no fill says how many days it is for.

    >>> from concord.terms import PartialDate
    >>> thirty = Dispensing(id="f", medicine=Medicine(text="x"),
    ...     on=PartialDate.parse("2026-01-01"), supply=Supply(days=Decimal(30)))
    >>> earliest_refill([thirty], Decimal("0.85"), date(2026, 1, 10))
    datetime.date(2026, 1, 27)
    """
    known = [
        (fill.on.first, fill.supply.days)
        for fill in fills
        if fill.on is not None and fill.supply.days is not None and fill.on.first <= on
    ]
    until: date | None = None
    last = Decimal(0)
    for day, days in sorted(known):
        begins = day if until is None else max(day, until)
        until, last = begins + timedelta(days=int(days)), days
    if until is None:
        return None
    return until - timedelta(days=int((1 - share) * last))


class Trip(Value, frozen=True, kw_only=True):
    """Whether a supply is enough until somebody is back.

    `enough` is `None` where it is not known. `short_from` is the day from which it is
    not; `fill_first` whether it may be filled again before leaving, where known.
    """

    enough: bool | None
    short_from: date | None = None
    fill_first: bool | None = None


def trip(
    found: RunOut | Uncountable,
    leaving: date,
    back: date,
    *,
    refills: int | None = None,
    refill_from: date | None = None,
) -> Trip:
    """Return whether a supply reaches through the day of coming back.

    It is judged by the soonest day on which it can run out.
    A refill before leaving counts where one is left and its day has come by then; that
    is unknown where the order says nothing of refills.
    Raises `ImpossibleRangeError` for coming back before leaving.
    """
    if back < leaving:
        msg = (
            "found a day of coming back before the day of leaving, expected a later "
            "one; exchange them"
        )
        raise ImpossibleRangeError(msg)
    if isinstance(found, Uncountable):
        return Trip(enough=None)
    if found.earliest is None or found.earliest > back:
        return Trip(enough=True)
    fill_first = None if refills is None else refills > 0
    if fill_first and refill_from is not None:
        fill_first = refill_from <= leaving
    return Trip(enough=False, short_from=found.earliest, fill_first=fill_first)
