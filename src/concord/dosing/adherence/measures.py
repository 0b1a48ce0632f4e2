"""The continuous measures of medication availability, as published, for one person.

CMA1 to CMA8: Vollmer and others, BMC Health Serv Res 2012;12:155; CMA9, and all nine in
one set of terms: Dima and Dediu, PLoS ONE 2017;12:e0174426, and AdhereR's documentation
(overview, "The simple CMAs"; the manual page of each). Days covered: PQA.

Each asks another question of the same fills, so none is "the adherence".

====== ================================= ============================= ================
       days counted                      of the days                   carry-over
====== ================================= ============================= ================
PDC    covered by any medicine           first fill in window to end   each medicine
MPR    supplied, may be more than all    first fill in window to end   none
CMA1   supplied but by the last fill     first to last fill in window  none
CMA2   supplied                          first fill in window to end   none
CMA3   CMA1, at most all
CMA4   CMA2, at most all
CMA5   with supply                       first to last fill in window  in the window
CMA6   with supply                       first fill in window to end   in the window
CMA7   with supply                       the whole window              before it too
CMA8   with supply                       the window, less the days     before it too
                                         that supply from before lasts
CMA9   each weighted by the supply of    the whole window              before it too
       its interval
====== ================================= ============================= ================
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from concord.dosing.adherence.coverage import days_covered, laid_end_to_end
from concord.dosing.adherence.events import Fill, Observation, Window
from concord.dosing.adherence.figure import Evidence, Figure, NoFigure
from concord.dosing.adherence.intervals import days_supplied, intervals
from concord.terms import Value


class Measure(StrEnum):
    """A way to count what the fills of a person cover."""

    PDC = "pdc"
    MPR = "mpr"
    CMA1 = "cma1"
    CMA2 = "cma2"
    CMA3 = "cma3"
    CMA4 = "cma4"
    CMA5 = "cma5"
    CMA6 = "cma6"
    CMA7 = "cma7"
    CMA8 = "cma8"
    CMA9 = "cma9"


def figure(measure: Measure, seen: Observation) -> Figure:
    """Return what one measure finds in the fills of a person.

    Without a fill, or without a day to count of, there is no figure; never nought.
    """
    return _COUNTS[measure](measure, seen)


# --- supply without regard to time: MPR, CMA1 to CMA4 -----------------------------


def _supplied_to_end(measure: Measure, seen: Observation) -> Figure:
    """MPR and CMA2: the days supplied, of those from the first fill to the end.

    The medication possession ratio has no single definition; this is the one that
    counts every fill. CMA1 is called so as well.
    """
    fills = seen.within
    window = _from_first(fills, seen.window)
    return _of(measure, window, sum(f.days for f in fills), fills)


def _supplied_to_last(measure: Measure, seen: Observation) -> Figure:
    """CMA1: the days supplied before the last fill, of those from first to last."""
    fills = seen.within
    window = _first_to_last(fills, seen.window)
    return _of(measure, window, sum(f.days for f in fills[:-1]), fills)


def _at_most_all(measure: Measure, seen: Observation) -> Figure:
    """CMA3 and CMA4: CMA1 and CMA2, where no more than every day can be counted."""
    by = Measure.CMA1 if measure is Measure.CMA3 else Measure.CMA2
    found = figure(by, seen)
    counted = None
    if found.counted is not None and found.of is not None:
        counted = min(found.counted, Decimal(found.of))
    return Figure(
        measure=measure,
        evidence=Evidence.FILLS,
        window=found.window,
        unit="days",
        counted=counted,
        of=found.of,
        none=found.none,
    )


# --- days with supply: PDC, CMA5 to CMA8 ------------------------------------------


def _covered(measure: Measure, seen: Observation) -> Figure:
    """PDC: the days on which any medicine was at hand, from the first fill to the end.

    PQA: an early refill of the same medicine counts from the end of the supply before;
    different medicines may overlap, and a day that both cover counts once.
    Supply from before the window does not count. Fills without the name of a medicine
    count as of one medicine.
    """
    fills = seen.within
    window = _from_first(fills, seen.window)
    supplies: dict[str | None, list[tuple[int, int]]] = {}
    for fill in fills:
        supply = (fill.on.toordinal(), fill.days)
        supplies.setdefault(fill.medicine, []).append(supply)
    spans = [span for one in supplies.values() for span in laid_end_to_end(one)]
    start, end = window.start.toordinal(), window.end.toordinal()
    return _of(measure, window, days_covered(spans, start, end), fills)


def _used_to_last(measure: Measure, seen: Observation) -> Figure:
    """CMA5: the days with supply from the first to the last fill in the window."""
    fills = seen.within
    return _used(measure, seen, fills, _first_to_last(fills, seen.window))


def _used_to_end(measure: Measure, seen: Observation) -> Figure:
    """CMA6: the days with supply from the first fill in the window to its end."""
    fills = seen.within
    return _used(measure, seen, fills, _from_first(fills, seen.window))


def _used_in_window(measure: Measure, seen: Observation) -> Figure:
    """CMA7: the days of the window with supply, also from fills before it."""
    return _used(measure, seen, _until(seen, seen.window.end), seen.window)


def _used_after_lag(measure: Measure, seen: Observation) -> Figure:
    """CMA8: CMA7 from the day on which the supply from before the window is used up.

    The lag is what is left on the first day of the window; its end does not move.
    It is not cut short by a new medicine in the window, also where supply is carried
    within one medicine only (so the published figures).
    """
    whole = seen.window
    before = [f for f in seen.fills if f.on < whole.start]
    lag = 0
    if before:
        last = intervals(before, whole.start, same=seen.carry_same)[-1]
        lag = min(max(0, last.at_hand - last.days), whole.days)
    window = Window(start=whole.start + timedelta(lag), end=whole.end)
    return _used(measure, seen, _until(seen, whole.end), window)


def _used(
    measure: Measure, seen: Observation, fills: tuple[Fill, ...], window: Window
) -> Figure:
    """Return the days of a window with supply from the fills, left-overs first."""
    stretches = intervals(fills, window.end, same=seen.carry_same)
    days = days_supplied(stretches, window.start, window.end)
    return _of(measure, window, days, fills)


# --- each day by the supply of its interval: CMA9 ---------------------------------


def _weighted(measure: Measure, seen: Observation) -> Figure:
    """CMA9: each day of the window counts as the share of its interval with supply.

    The intervals are those of the whole follow-up, so the one that the window's end
    cuts goes on to the next fill, or to the end of the follow-up.
    """
    window = seen.window
    first, last = window.start.toordinal(), window.end.toordinal()
    counted = Decimal(0)
    for one in intervals(seen.fills, seen.followup.end, same=seen.carry_same):
        days = min(one.begins + one.days, last) - max(one.begins, first)
        if days > 0:
            at_hand = min(one.at_hand, one.days)
            counted += Decimal(days * at_hand) / one.days
    return _of(measure, window, counted, seen.fills)


_COUNTS: dict[Measure, Callable[[Measure, Observation], Figure]] = {
    Measure.PDC: _covered,
    Measure.MPR: _supplied_to_end,
    Measure.CMA1: _supplied_to_last,
    Measure.CMA2: _supplied_to_end,
    Measure.CMA3: _at_most_all,
    Measure.CMA4: _at_most_all,
    Measure.CMA5: _used_to_last,
    Measure.CMA6: _used_to_end,
    Measure.CMA7: _used_in_window,
    Measure.CMA8: _used_after_lag,
    Measure.CMA9: _weighted,
}
_TO_THE_LAST_FILL = {Measure.CMA1, Measure.CMA3, Measure.CMA5}


def _from_first(fills: tuple[Fill, ...], window: Window) -> Window:
    return Window(start=fills[0].on, end=window.end) if fills else window


def _first_to_last(fills: tuple[Fill, ...], window: Window) -> Window:
    return Window(start=fills[0].on, end=fills[-1].on) if fills else window


def _until(seen: Observation, end: date) -> tuple[Fill, ...]:
    return tuple(f for f in seen.fills if f.on <= end)


def _of(
    measure: Measure,
    window: Window,
    counted: int | Decimal,
    fills: tuple[Fill, ...],
) -> Figure:
    """Return the figure of days counted in a window, or why there is none."""
    none = None
    if not fills:
        none = NoFigure.NO_FILL
    elif measure in _TO_THE_LAST_FILL and len(fills) == 1:
        none = NoFigure.ONE_FILL
    elif window.days == 0:
        none = NoFigure.NO_DAYS
    return Figure(
        measure=measure,
        evidence=Evidence.FILLS,
        window=window,
        unit="days",
        counted=None if none else Decimal(counted),
        of=None if none else window.days,
        none=none,
    )


# --- what each fill adds ----------------------------------------------------------


class Place(StrEnum):
    """Where a fill lies by the observation window."""

    BEFORE = "before"
    WITHIN = "within"
    AFTER = "after"


class Event(Value, frozen=True, kw_only=True):
    """What one fill is to a measure: its interval, gap and carry-over, in days.

    `None` is what the measure does not look at; `counts`: it uses the interval.
    """

    fill: Fill
    place: Place
    counts: bool
    interval: int | None = None
    gap: int | None = None
    carried: int | None = None


def events(measure: Measure, seen: Observation) -> tuple[Event, ...]:
    """Return what each fill of the follow-up is to one of CMA1 to CMA9, in order.

    Intervals end with the window here, also for CMA9, which counts on to the next fill.
    CMA7 and CMA8 take only the carry-over from the fills before the window.
    """
    within = seen.within
    before = tuple(f for f in seen.fills if f.on < seen.window.start)
    from_before = measure in _CARRIED_IN
    considered = before + within if from_before else within
    stretches = intervals(
        considered,
        seen.window.end,
        carry=measure in _CARRIED_WITHIN or from_before,
        same=seen.carry_same,
    )
    skipped = 0 if from_before else len(before)
    found = []
    for number, fill in enumerate(seen.fills):
        place = _place(number, len(before), len(within))
        at = number - skipped
        one = stretches[at] if 0 <= at < len(stretches) else None
        looked_at = place is Place.WITHIN or (
            place is Place.BEFORE and measure is Measure.CMA9
        )
        is_last = number == len(before) + len(within) - 1
        found.append(
            Event(
                fill=fill,
                place=place,
                counts=looked_at and not (is_last and measure in _TO_THE_LAST_FILL),
                interval=one.days if one and looked_at else None,
                gap=one.gap if one else None,
                carried=one.carried if one else None,
            )
        )
    return tuple(found)


_CARRIED_WITHIN = {Measure.CMA5, Measure.CMA6}
_CARRIED_IN = {Measure.CMA7, Measure.CMA8, Measure.CMA9}


def _place(number: int, before: int, within: int) -> Place:
    if number < before:
        return Place.BEFORE
    return Place.WITHIN if number < before + within else Place.AFTER
