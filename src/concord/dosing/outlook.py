"""One medicine ahead: its plan of doses, and how long its supply lasts.

It puts together what the parts of `schedule` and `supply` work out, for one entry of
the agreed list, so that each surface says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal

from concord.dosing.products import products_of, shortest_interval
from concord.dosing.schedule.course import Plan, Spacing, plan, stretches
from concord.dosing.schedule.day_times import DayTimes, day_times
from concord.dosing.schedule.windows import Window, window, windows_of
from concord.dosing.schedule.zones import Policy
from concord.dosing.supply import (
    RunOut,
    Uncountable,
    earliest_refill,
    refills_left,
    refuse_impossible,
    refuse_impossible_fills,
    run_out,
    stock_of,
    uses,
)
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug
from concord.record.agreed import Entry
from concord.record.model import Dispensing, DoseEvent, MedicationLine, Medicine, Taken
from concord.terms import Duration, PartialDate, Value

MEASURE = "schedules"


class Setting(Value, frozen=True, kw_only=True):
    """Where and by which clocks a person lives: here, at home, and their own times."""

    here: tzinfo
    home: tzinfo
    day: DayTimes
    known_at: datetime | None = None


def setting(
    knowledge: Knowledge,
    on: date,
    *,
    here: tzinfo,
    home: tzinfo | None = None,
    own: Mapping[str, str] | None = None,
    known_at: datetime | None = None,
) -> Setting:
    """Return a person's setting; without a home of its own, home is here."""
    day = day_times(knowledge, on, own)
    return Setting(here=here, home=home or here, day=day, known_at=known_at)


def plan_of(
    line: MedicationLine,
    where: Setting,
    knowledge: Knowledge,
    on: date,
    *,
    policy: Policy = Policy.WALL,
    most: bool = False,
) -> Plan:
    """Return how a medicine's directions are followed, changes of them included.

    Raises `ImpossibleScheduleError` where they contradict themselves, or the form that
    is ordered by them.
    """
    return plan(
        stretches(line.changes, where.known_at),
        where.day,
        here=where.here,
        home=where.home,
        policy=policy,
        spacing=_spacing(line.medicine, knowledge, on),
        most=most,
    )


def _spacing(medicine: Medicine, knowledge: Knowledge, on: date) -> Spacing | None:
    """Return how far apart a long-acting form is given, `None` for every other form."""
    intervals: list[Duration] = []
    for drug in drugs_of(medicine, knowledge):
        interval = shortest_interval(products_of(medicine, drug))
        if interval is not None:
            intervals.append(interval)
    if not intervals:
        return None
    share = knowledge.figure(MEASURE, "least-share-of-interval", on)
    return Spacing(interval=intervals[0], least_share=share)


def drugs_of(medicine: Medicine, knowledge: Knowledge) -> tuple[Drug, ...]:
    """Return the known drugs of a medicine's ingredients."""
    found = (knowledge.drug_of(i.rxcui) for i in medicine.ingredients)
    return tuple(drug for drug in found if drug is not None)


# --- injections -------------------------------------------------------------------


class NextInjection(Value, frozen=True, kw_only=True):
    """When the next long-acting injection is due, after which one; for each form.

    Several stand where the record does not tell which form it is.
    """

    given: date
    form: str
    window: Window


def next_injections(
    entry: Entry,
    fills: Iterable[Dispensing],
    doses: Iterable[DoseEvent],
    knowledge: Knowledge,
    on: date,
) -> tuple[NextInjection, ...]:
    """Return when the next injection is due, counted from the last one up to a day.

    The last one is the last dose that is logged as taken; where none is, the last fill,
    for these are handed out to be given. Nothing where neither is on record.
    """
    logged = [d.at.first for d in doses if d.at is not None and d.taken is Taken.TAKEN]
    handed = [f.on.first for f in fills if f.on is not None]
    logged = [day for day in logged if day <= on]
    handed = [day for day in handed if day <= on]
    given = max(logged or handed, default=None)
    if given is None:
        return ()
    medicine = entry.line.medicine
    found: list[NextInjection] = []
    for drug in drugs_of(medicine, knowledge):
        injected = [p for p in products_of(medicine, drug) if p.release == "depot"]
        for product, row in windows_of(knowledge, drug.id, injected, on):
            if product.interval is not None:
                ahead = window(given, product.interval, row)
                form = product.tag or product.form
                found.append(NextInjection(given=given, form=form, window=ahead))
    return tuple(found)


# --- supply -----------------------------------------------------------------------


class Outlook(Value, frozen=True, kw_only=True):
    """How long one medicine's supply lasts, and when it may be filled again.

    `controlled` is its schedule, where it has one; `refill_from` is stated only then.
    """

    runs_out: RunOut | Uncountable
    refills: int | None = None
    controlled: str | None = None
    refill_from: date | None = None


def outlook(
    entry: Entry,
    fills: Iterable[Dispensing],
    where: Setting,
    knowledge: Knowledge,
    on: date,
    *,
    policy: Policy = Policy.WALL,
    birth: PartialDate | None = None,
) -> Outlook:
    """Return how long the fills of a medicine last by its directions.

    Fills from before its first day are of an order that came before and do not count,
    unless they name this order.
    Fills that cannot be (before `birth`, two on one day) are refused, counted or not.
    Raises `ImpossibleSupplyError`, `ImpossibleScheduleError`.
    """
    line = entry.line
    if line.supply is not None:
        refuse_impossible(line.supply, f"order {line.id}")
    fills = tuple(fills)
    refuse_impossible_fills(fills, birth)
    found = stretches(line.changes, where.known_at)
    begins = min((stretch.first for stretch in found), default=date.min)
    counted = [
        fill
        for fill in fills
        if fill.on is not None
        and fill.on.first <= on
        and (fill.on.first >= begins or fill.order == line.id)
    ]
    own = [fill for fill in counted if fill.order == line.id]
    controlled = next(
        (
            drug.schedule.dea
            for drug in drugs_of(line.medicine, knowledge)
            if drug.schedule is not None and drug.schedule.dea != "none"
        ),
        None,
    )
    share = knowledge.figure(MEASURE, "controlled-refill-share", on)
    return Outlook(
        runs_out=_runs_out(line, counted, where, knowledge, on, policy=policy),
        refills=refills_left(line.supply, own) if own else None,
        controlled=controlled,
        refill_from=earliest_refill(counted, share, on) if controlled else None,
    )


def _runs_out(
    line: MedicationLine,
    fills: list[Dispensing],
    where: Setting,
    knowledge: Knowledge,
    on: date,
    *,
    policy: Policy,
) -> RunOut | Uncountable:
    stock, unit = stock_of(fills, on)
    if not stock:
        return Uncountable.NO_FILLS
    part = _smallest_part(line.medicine, knowledge, on)
    both = []
    for most in (False, True):
        planned = plan_of(line, where, knowledge, on, policy=policy, most=most)
        used = uses(
            planned,
            line.medicine,
            unit,
            stock[0].on,
            where.here,
            smallest_part=part,
            most=most,
        )
        if isinstance(used, Uncountable):
            return used
        both.append(used)
    return run_out(stock, both[0], both[1], on, unit=unit)


def _smallest_part(medicine: Medicine, knowledge: Knowledge, on: date) -> Decimal:
    """Return the smallest part of a piece that is taken: all where it is not split."""
    products = [
        product
        for drug in drugs_of(medicine, knowledge)
        for product in products_of(medicine, drug)
    ]
    if products and all(product.splittable is False for product in products):
        return Decimal(1)
    return knowledge.figure(MEASURE, "smallest-part", on)
