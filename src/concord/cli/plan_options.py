"""What the plan commands ask for, read once: amounts, shares, steps, days, drugs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import click
import msgspec

from concord.cli.edge import drug_named
from concord.dosing.plan.building import Making
from concord.dosing.plan.known import Known
from concord.dosing.plan.pace import Pace, PaceKind, Wanted
from concord.dosing.plan.pieces import Rounding
from concord.errors import UnusableInputError
from concord.knowledge.lookup import Knowledge
from concord.terms import Duration, PartialDate, Quantity

_SHARE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*%\s*$")
_STEP = re.compile(
    r"^\s*(?P<dose>\d+(?:\.\d+)?)\s*(?P<unit>(?!for\b|every\b)[^\s\d]\S*)?"
    r"(?:\s*\bevery\s+(?P<days>other|\d+)\s+days?)?"
    r"(?:\s*\bfor\s+(?P<lasts>.+))?\s*$"
)
_NUMBER = re.compile(r"^\s*0+(?:\.0+)?\s*$")

Command = TypeVar("Command", bound=Callable[..., Any])

_COMMON = (
    click.option("--start", help="The first day that differs (default: today)."),
    click.option("--form", help="The form: a tag, a form or a brand (XR, Sustenna)."),
    click.option("--made-of", help="Only these strengths: '2 mg, 5 mg'."),
    click.option("--times", type=int, default=1, help="Times a day (default: 1)."),
    click.option(
        "--rounding",
        type=click.Choice([r.value for r in Rounding]),
        help="What becomes of a dose that cannot be made (default: up on the way "
        "down, nearest elsewhere).",
    ),
    click.option("--liquid", help="A liquid for low doses, by strength: '5 mg/5 mL'."),
    click.option("--liquid-below", help="Doses below this are of that liquid: '9 mg'."),
    click.option("--measure", help="The smallest volume measured: '0.1 mL'."),
    click.option(
        "--with",
        "beside",
        multiple=True,
        metavar="DRUG",
        help="A medicine taken as well. Repeatable.",
    ),
    click.option("--without-others", is_flag=True, help="No other medicine is taken."),
    click.option("--age", type=click.IntRange(0), help="The age in years."),
    click.option("--taken-for", help="How long it has been taken: '3 months'."),
    click.option("--for", "use", metavar="INDICATION", help="What it is taken for."),
    click.option("--paused", help="Show it as it is when paused from this day on."),
    click.option("--resumed", help="The day from which a paused plan goes on."),
    click.option("--hold", help="Both days: '2027-02-01..2027-02-15'."),
    click.option("--reason", help="Why, where the plan asks for a reason."),
    click.option("--svg", type=click.Path(dir_okay=False), help="Draw it to a file."),
    click.option("--calendar", is_flag=True, help="Print the calendar, week by week."),
    click.option("--daily", is_flag=True, help="The calendar day by day."),
    click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON."),
)


def common(command: Command) -> Command:
    """Add the options that every plan command has."""
    for option in reversed(_COMMON):
        command = option(command)
    return command


def refused(option: str, found: str, expected: str) -> UnusableInputError:
    """Return the error of an option that cannot be read."""
    return UnusableInputError(f"{option}: found {found!r}, expected {expected}")


def amount_of(option: str, text: str) -> Quantity:
    """Return the amount that an option states, or raise with what was expected."""
    try:
        found = Quantity.parse(text)
    except ValueError:
        raise refused(option, text, 'an amount like "20 mg"') from None
    if not found.unit:
        raise refused(option, text, 'an amount with its unit, like "20 mg"')
    return found


def end_of(option: str, text: str | None, dose: Quantity) -> Quantity | None:
    """Return the dose at the end; `0` needs no unit."""
    if text is None:
        return None
    if _NUMBER.match(text):
        return Quantity(0, dose.unit)
    return amount_of(option, text)


def length_of(option: str, text: str | None) -> Duration | None:
    """Return the length of time that an option states."""
    if text is None:
        return None
    try:
        return Duration.parse(text.strip())
    except ValueError:
        raise refused(option, text, 'a time like "2 weeks"') from None


def day_of(option: str, text: str | None, today: date) -> date:
    """Return the day that an option states; today where it states none."""
    if text is None:
        return today
    try:
        found = PartialDate.parse(text)
    except ValueError:
        found = None
    if found is None or not found.exact or found.moment is not None:
        raise refused(option, text, "a day that exists, like 2026-12-01")
    return found.first


def share_of(option: str, text: str) -> Decimal:
    """Return the share that a text like `10%` states."""
    found = _SHARE.match(text)
    if not found:
        raise refused(option, text, 'a share like "10%"')
    return Decimal(found[1]) / 100


def hold_of(
    hold: str | None, paused: str | None, resumed: str | None
) -> tuple[date, date | None] | None:
    """Return from which day a plan is held and from which it goes on, if it is.

    `2027-02-01..2027-02-15`, or without the second day until somebody decides.
    """
    if hold is not None:
        if paused is not None or resumed is not None:
            raise refused("--hold", hold, "it alone, without --paused and --resumed")
        first, dots, second = hold.partition("..")
        if not dots:
            raise refused("--hold", hold, 'two days like "2027-02-01..2027-02-15"')
        paused, resumed = first.strip(), second.strip() or None
    if paused is None:
        if resumed is not None:
            raise refused("--resumed", resumed, "--paused with it")
        return None
    held = day_of("--paused", paused, date.min)
    return held, None if resumed is None else day_of("--resumed", resumed, date.min)


def steps_of(
    option: str, text: str | None, unit: str, every: Duration | None = None
) -> tuple[Wanted, ...]:
    """Return the doses that a text names, each with its length where it has one.

    `18, 16, 14 mg`: a unit holds for the doses before it too.
    `18 mg for 2 weeks, 16 mg for 4 weeks, 0`: each step has its own length.
    `20 mg every other day for 2 weeks, 0`: the dose of a day on which it is taken.
    """
    if text is None:
        return ()
    read = []
    for part in text.split(","):
        found = _STEP.match(part)
        if not found or found["days"] in {"0", "1"}:
            raise refused(option, part.strip(), 'doses like "18 mg for 2 weeks, 16 mg"')
        read.append(found)
    steps: list[Wanted] = []
    for found in reversed(read):
        unit = found["unit"] or unit
        lasts = length_of(option, found["lasts"]) or every
        steps.append(_wanted(Quantity(found["dose"], unit), found["days"], lasts))
    steps.reverse()
    if every is not None and not read[-1]["lasts"]:
        steps[-1] = msgspec.structs.replace(steps[-1], lasts=None)
    return tuple(steps)


def _wanted(dose: Quantity, days: str | None, lasts: Duration | None) -> Wanted:
    """Return a dose that was named, of every day or of days so far apart."""
    if days is None:
        return Wanted(dose=dose, lasts=lasts)
    apart = 2 if days == "other" else int(days)
    mean = Quantity(dose.value / apart, dose.unit)
    return Wanted(dose=mean, each=dose, every_days=apart, lasts=lasts)


def pace_of(
    plan: str | None,
    by: str | None,
    every: str | None,
    steps: str | None,
    unit: str,
    *,
    parts: int | None = None,
    last: str | None = None,
    school: str | None = None,
) -> Pace | None:
    """Return the pace that was asked for; `None` where all is left to the knowledge."""
    length = length_of("--every", every)
    if parts is not None:
        if by is not None or steps is not None:
            raise refused("--in", str(parts), "it alone, without --by and --steps")
        pace: Pace | None = _in_parts(plan, parts, length)
    else:
        pace = _pace_of(plan, by, length, steps, unit)
    more: dict[str, Any] = {"school": school} if school is not None else {}
    if last is not None:
        if pace is not None and pace.kind in (PaceKind.OCCUPANCY, PaceKind.STEPS):
            expected = "no last dose for steps that were named or are by occupancy"
            raise refused("--last-dose", last, expected)
        more["last"] = amount_of("--last-dose", last)
    if not more:
        return pace
    return msgspec.structs.replace(pace or Pace(kind=PaceKind.SHARE), **more)


def _in_parts(plan: str | None, parts: int, length: Duration | None) -> Pace:
    kind = PaceKind(plan or PaceKind.STARTING)
    if kind not in (PaceKind.STARTING, PaceKind.OCCUPANCY):
        expected = "--plan starting or --plan occupancy with it"
        raise refused("--in", str(parts), expected)
    return Pace(kind=kind, parts=parts, every=length)


def _pace_of(
    plan: str | None,
    by: str | None,
    length: Duration | None,
    steps: str | None,
    unit: str,
) -> Pace | None:
    if steps is not None or plan == PaceKind.STEPS:
        if plan not in (None, PaceKind.STEPS) or by is not None:
            raise refused("--steps", steps or "", "the steps alone, without --by")
        named = steps_of("--steps", steps, unit, length)
        return Pace(kind=PaceKind.STEPS, steps=named, every=length)
    if by is None:
        if plan is None:
            return None if length is None else Pace(kind=PaceKind.SHARE, every=length)
        return Pace(kind=PaceKind(plan), every=length)
    if "%" in by:
        kind = PaceKind(plan or PaceKind.SHARE)
        if kind is PaceKind.AMOUNT:
            raise refused("--by", by, 'an amount like "2 mg" for --plan amount')
        return Pace(kind=kind, share=share_of("--by", by), every=length)
    if plan not in (None, PaceKind.AMOUNT):
        raise refused("--by", by, f'a share like "10%" for --plan {plan}')
    step = amount_of("--by", by)
    return Pace(kind=PaceKind.AMOUNT, amount=step, every=length)


def making_of(
    form: str | None,
    made_of: str | None,
    times: int = 1,
    rounding: str | None = None,
    *,
    liquid: str | None = None,
    below: str | None = None,
    measure: str | None = None,
) -> Making:
    """Return how doses are made."""
    if (liquid is None) != (below is None):
        expected = "--liquid and --liquid-below together"
        raise refused("--liquid", liquid or "", expected)
    parts = [part.strip() for part in made_of.split(",")] if made_of else []
    return Making(
        form=form,
        made_of=tuple(parts),
        times=times,
        rounding=None if rounding is None else Rounding(rounding),
        liquid=liquid,
        liquid_below=None if below is None else amount_of("--liquid-below", below),
        measure=None if measure is None else amount_of("--measure", measure),
    )


def known_of(
    knowledge: Knowledge,
    *,
    beside: Sequence[str],
    without_others: bool,
    age: int | None,
    taken_for: str | None,
    use: str | None,
) -> Known:
    """Return what was said of the person."""

    return Known(
        beside=tuple(drug_named(knowledge, name) for name in beside),
        nothing_else=without_others,
        age=age,
        conditions=(use,) if use else (),
        taken_for=length_of("--taken-for", taken_for),
    )


def use_of(knowledge: Knowledge, named: str | None) -> str | None:
    """Return the id of a condition by its id or title, or raise with the nearest."""
    if named is None:
        return None
    wanted = named.strip().casefold()
    by_name = {
        name: entry.id
        for entry in knowledge.conditions.values()
        for name in (entry.title.casefold(), entry.id)
    }
    if wanted in by_name:
        return by_name[wanted]
    import difflib  # noqa: PLC0415 - only an error pays for it

    near = difflib.get_close_matches(wanted, list(by_name), n=4, cutoff=0.5)
    hint = f"nearest: {', '.join(near)}" if near else "no near name"
    raise refused("--for", named, f"a condition that Concord knows ({hint})")
