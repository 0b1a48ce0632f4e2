"""What is due, on a terminal or as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import click

from concord.dosing.outlook import NextInjection
from concord.dosing.schedule import Due, Left, Policy, Unplanned, limits
from concord.printing.terminal import name_of
from concord.record.agreed import Entry
from concord.record.fold import LineStatus
from concord.record.model import Dosage
from concord.terms import Value
from concord.wording import day, dose_clinical
from concord.wording.dates import clock
from concord.wording.directions import dose as dose_of
from concord.wording.planning import UNPLANNED

_NOT_ORDERS = (
    "What is due by the directions on record. Not a reminder, and not an order; not "
    "clinically signed off."
)
_WHERE_DOES_IT_STAND = {
    "early": "too early",
    "open": "in the window",
    "due": "due today",
    "late": "past the window",
    "unknown": "the label names no window here",
}


class Shown(Value, frozen=True, kw_only=True):
    """One medicine of the list as planned: due doses, as needed, what is left out."""

    entry: Entry
    due: tuple[Due, ...] = ()
    as_needed: tuple[Dosage, ...] = ()
    left: tuple[Left, ...] = ()
    by_default: bool = False
    policy: Policy = Policy.WALL
    injections: tuple[NextInjection, ...] = ()


def print_schedule(
    shown: list[Shown], here: tzinfo, on: date, *, some_left: bool
) -> None:
    """Print what is due, day by day; `some_left`: not all could be planned."""
    doses = sorted(
        ((one.at, row.entry, one) for row in shown for one in row.due),
        key=lambda dose: (dose[0], dose[1].id),
    )
    heading = None
    for at, entry, one in doses:
        local = at.astimezone(here)
        if local.date() != heading:
            heading = local.date()
            click.echo(f"\n{day(heading)}")
        off = f", off {_moment(one.until, here)}" if one.until is not None else ""
        when = clock(local.hour, local.minute)
        click.echo(f"  {when:>8}  {name_of(entry)}: {_amount(one, entry)}{off}")
    if not doses:
        what = "Nothing that could be planned" if some_left else "Nothing"
        click.echo(f"\n{what} is due on these days.")
    for title, lines in (
        ("As needed", list(_needed_lines(shown))),
        ("Long-acting injections", list(_injection_lines(shown, on))),
        ("Not on the calendar", list(_left_lines(shown))),
    ):
        if lines:
            click.echo(f"\n{title}")
            for line in lines:
                click.echo(f"  {line}")
    defaults = [name_of(row.entry) for row in shown if row.by_default and row.due]
    if defaults:
        click.echo(
            "\nNobody stated these times of day; a usual day stands in (the "
            f"measure day-times): {', '.join(dict.fromkeys(defaults))}."
        )
    click.echo(f"\n{_NOT_ORDERS}")


def _moment(at: datetime, here: tzinfo) -> str:
    local = at.astimezone(here)
    return f"{day(local.date())}, {clock(local.hour, local.minute)}"


def _needed_lines(shown: list[Shown]) -> Iterator[str]:
    for row in shown:
        for dosage in row.as_needed:
            words = dose_clinical((dosage,))
            known = "" if limits(dosage).known else " (no least gap, no most on record)"
            yield f"{name_of(row.entry)}: {words}{known}"


def _injection_lines(shown: list[Shown], on: date) -> Iterator[str]:
    for row in shown:
        for one in row.injections:
            ahead = one.window
            ends = f"{day(ahead.first)} to {day(ahead.last)}"
            if ahead.first is None or ahead.last is None:
                ends = f"from {day(ahead.first)}" if ahead.first else "no window known"
            yield (
                f"{name_of(row.entry)} ({one.form}): last {day(one.given)}, next "
                f"{day(ahead.due)} ({ends}); on {day(on)}: "
                f"{_WHERE_DOES_IT_STAND[ahead.on(on)]}"
            )


def _left_lines(shown: list[Shown]) -> Iterator[str]:
    for row in shown:
        if row.entry.state.status is LineStatus.HELD and not row.due:
            yield f"{name_of(row.entry)}: on hold"
        for one in row.left:
            yield f"{name_of(row.entry)}: {UNPLANNED[one.why]}"


def schedule_json(shown: list[Shown], problems: list[str], here: tzinfo) -> Any:
    return {
        "zone": str(here),
        "medicines": [
            {
                "id": row.entry.id,
                "text": row.entry.line.medicine.text,
                "policy": row.policy.value,
                "default_times": row.by_default,
                "due": [
                    {
                        "at": one.at.isoformat(),
                        "local": one.at.astimezone(here).isoformat(),
                        "day": one.day,
                        "nth": one.nth,
                        "dose": one.dosage.dose,
                        "dose_max": one.dosage.dose_max,
                        "until": one.until.isoformat() if one.until else None,
                    }
                    for one in row.due
                ],
                "as_needed": [_needed_json(dosage) for dosage in row.as_needed],
                "injections": [
                    {
                        "form": one.form,
                        "last": one.given,
                        "due": one.window.due,
                        "first": one.window.first,
                        "until": one.window.last,
                    }
                    for one in row.injections
                ],
                "not_on_calendar": [_left_json(one.why) for one in row.left],
            }
            for row in shown
        ],
        "problems": problems,
    }


def _left_json(why: Unplanned) -> dict[str, str]:
    return {"why": why.value, "words": UNPLANNED[why]}


def _needed_json(dosage: Dosage) -> dict[str, Any]:
    stated = limits(dosage)
    within = stated.doses_within
    hours = timedelta(hours=1)
    return {
        "reason": dosage.as_needed.reason if dosage.as_needed else None,
        "dose": dosage.dose,
        "dose_max": dosage.dose_max,
        "least_gap_hours": stated.gap / hours if stated.gap is not None else None,
        "most_doses": stated.doses,
        "within": f"{within / hours:g} hours"
        if isinstance(within, timedelta)
        else within,
        "most": [{"amount": m.amount, "within": m.within} for m in stated.amounts],
    }


def _amount(one: Due, entry: Entry) -> str:
    return dose_of(one.dosage, entry.line.medicine) or "dose not recorded"
