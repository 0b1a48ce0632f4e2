"""Parts that were read, made into `Dosage`s; what does not agree in them is refused."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from concord.record.model import Dosage, Timing
from concord.wording.parsing import words
from concord.wording.parsing.amounts import Refused
from concord.wording.parsing.parts import Part
from concord.wording.parsing.times import Rate


def dosages(parts: list[Part]) -> tuple[Dosage, ...]:
    """Return the instructions; raises `Refused` where they do not agree."""
    _carry_over(parts)
    _check_scope(parts)
    made = tuple(_dosage(part) for part in parts)
    _check_ends(parts)
    _check_overlap(parts, made)
    return made


# --- one instruction and the others -----------------------------------------------


def _carry_over(parts: list[Part]) -> None:
    """Give a later instruction the route, and a later step the dose, of the last."""
    for before, part in pairwise(parts):
        if part.said_route is None and "route" not in part.absent:
            part.route = before.said_route
        if part.dose is None and "dose" not in part.absent:
            if part.step == before.step:
                raise Refused(part.start, "of-what")
            part.dose = before.dose


def _check_scope(parts: list[Part]) -> None:
    """Refuse what is said in one of several joined parts and may be said of all."""
    if all(part.apart for part in parts):
        return
    in_step = Counter(part.step for part in parts)
    for part in parts:
        if part.as_needed or part.maximum:
            raise part.refused("scope", "as_needed", "maximum")
        if in_step[part.step] > 1 and (part.lasts or part.bounds or part.count):
            raise part.refused("scope", "lasts", "bounds", "count")
        if not part.timed:
            raise part.refused("scope", "dose")


def _check_ends(parts: list[Part]) -> None:
    """Refuse "when each step ends is not recorded" where each end is said."""
    if any("ends" in part.absent for part in parts):
        ended = {p.step for p in parts if p.lasts or (p.bounds and p.bounds.end)}
        if ended >= {p.step for p in parts[:-1]} - {parts[-1].step}:
            raise Refused(parts[-1].start, "against")


def _check_overlap(parts: list[Part], made: tuple[Dosage, ...]) -> None:
    """Refuse instructions joined by a mere "and" that may be for the same time.

    What the instructions of one step name is kept as one set, since a long text may
    hold hundreds of them.
    """
    named: dict[int, set[str]] = {}
    kinds: dict[int, set[str]] = {}
    for dosage, part in zip(made, parts, strict=True):
        kind, occasions = _occasions(dosage.timing)
        before, kinds_before = named.get(part.step, set()), kinds.get(part.step, set())
        if (
            before
            and not part.apart
            and (not occasions or occasions & before or kinds_before != {kind})
        ):
            raise Refused(part.start, "overlap")
        named[part.step] = before | occasions
        kinds[part.step] = kinds_before | {kind}


def _occasions(timing: Timing | None) -> tuple[str, set[str]]:
    """Return the days or the times of each day that are named, and which of the two."""
    if timing is None:
        return "any", {"any"}
    if timing.days_of_week:
        return "days", set(timing.days_of_week)
    times = {*timing.when, *timing.times_of_day} - words.ANY_MEAL
    if not times or timing.period != 1 or timing.period_unit != "d":
        return "any", {"any"}
    return "times", times


# --- one instruction --------------------------------------------------------------


def _dosage(part: Part) -> Dosage:
    dosage = Dosage(
        dose=part.dose.low if part.dose else None,
        dose_max=part.dose.high if part.dose else None,
        route=_route(part),
        timing=_timing(part),
        as_needed=part.as_needed,
        maximum=part.maximum,
        sequence=part.step,
        bounds=part.bounds,
        lasts=part.lasts,
    )
    _check(part, dosage)
    return dosage


def _route(part: Part) -> str | None:
    route = part.said_route
    if route != words.SKIN:
        return route
    patch = part.dose is not None and part.dose.largest.unit == "{patch}"
    return "transdermal" if patch else "topical"


def _check(part: Part, dosage: Dosage) -> None:
    """Refuse what says nothing, or something and that it is not recorded."""
    told = {
        "dose": part.dose,
        "route": dosage.route,
        "timing": dosage.timing,
        "reason": dosage.as_needed.reason if dosage.as_needed else None,
        "most": dosage.maximum,
    }
    if any(told.get(name) for name in part.absent):
        raise Refused(part.start, "against")
    if not part.dose and not dosage.timing:
        raise Refused(part.start, "nothing")
    said_how = part.verb or dosage.route or dosage.timing or dosage.as_needed
    if not said_how and not part.absent:
        raise Refused(part.start, "alone")
    if part.dose and dosage.maximum:
        units = {part.dose.largest.unit, dosage.maximum.amount.unit}
        pieces = units & words.PIECE_UNITS
        if len(pieces) > 1 or (len(units) > 1 and "{dose}" in units):
            raise part.refused("against", "maximum")


def _timing(part: Part) -> Timing | None:
    """Return when, where all that is said of it agrees: the rules are in `reading`."""
    named = [e for e in part.events if e not in words.ANY_MEAL]
    each = len(named) + len(part.clocks)
    if part.clocks and part.events:
        # FHIR (invariant tim-10) lets no timing have both.
        raise part.refused("clock-and-event", "event", "clock")
    rate = _rate(part, each)
    if rate is None:
        if part.events and not named:
            raise part.refused("meals", "event")
        if not part.days and not part.count:
            return None
        return Timing(
            days_of_week=part.days,
            when=tuple(part.events),
            times_of_day=tuple(part.clocks),
            count=part.count,
        )
    _check_rate(part, rate, each)
    return Timing(
        frequency=rate.times,
        frequency_max=rate.times_max,
        period=rate.period,
        period_max=rate.period_max,
        period_unit=rate.unit,
        days_of_week=part.days,
        when=tuple(part.events),
        times_of_day=tuple(part.clocks),
        count=part.count,
    )


def _rate(part: Part, each: int) -> Rate | None:
    """Return the rate that is said, else the one that the named times make."""
    if part.bare is not None:
        if not _one_piece(part) or part.rate or part.every_day:
            raise part.refused("at-a-time", "bare")
        return part.bare
    if part.every_day:
        if part.days or (part.rate and not part.rate.in_a_day):
            raise part.refused("again", "rate", "days")
        return part.rate or Rate(times=max(each, 1))
    if part.rate is None and each and not part.days:
        return Rate(times=each)
    return part.rate


def _one_piece(part: Part) -> bool:
    dose = part.dose
    if dose is None or dose.low is None or dose.high is not None:
        return False
    return dose.low.value == 1 and dose.low.unit in words.PIECE_UNITS


def _check_rate(part: Part, rate: Rate, each: int) -> None:
    once_a_day = rate.in_a_day and rate.times == 1
    if once_a_day and part.meals:
        raise part.refused("meals", "event")
    up_to = part.dose is not None and part.dose.low is None
    if once_a_day and up_to and not each and not part.times_said:
        raise part.refused("at-a-time", "rate")
    if not as_many(rate, each):
        raise part.refused("occasions", "rate", "event", "clock")
    if not on_days(rate, part.days):
        raise part.refused("occasions", "rate", "days")
    if part.lasts is not None and not rate.within(part.lasts):
        raise part.refused("too-short", "lasts", "rate")


def as_many(rate: Rate, each: int) -> bool:
    """Return whether as many times are named as the rate has; none may be named."""
    if not each:
        return True
    if rate.in_a_day:
        return rate.times == each and rate.times_max is None
    if rate.unit == "d":
        return rate.times == each == 1 and rate.times_max is None
    return rate.unit in ("wk", "mo", "a") and each == 1


def on_days(rate: Rate, days: tuple[str, ...]) -> bool:
    """Return whether a rate can hold on named days of the week."""
    if not days or rate.in_a_day:
        return True
    weekly = rate.unit == "wk" and rate.period == 1 and rate.period_max is None
    return weekly and rate.times == len(days) and rate.times_max is None
