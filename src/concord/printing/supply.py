"""How long supplies last, on a terminal or as plain values."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from concord.dosing.outlook import Outlook
from concord.dosing.supply import RunOut, Trip, Uncountable
from concord.printing.terminal import NO_LIST, name_of
from concord.record.agreed import Entry
from concord.wording import day
from concord.wording.planning import UNCOUNTABLE

_BY_FILLS = (
    "Worked out from fills and directions: a fill is no proof of taking. Count what is "
    "left."
)


def print_supply(
    rows: list[tuple[Entry, Outlook, Trip | None]], on: date, *, some_left: bool
) -> None:
    """Print how long each supply lasts; `some_left`: not all could be worked out."""
    for entry, found, journey in rows:
        click.echo(f"\n{name_of(entry)}")
        click.echo(f"  {_lasts(found.runs_out, on)}")
        if found.refills is not None:
            click.echo(f"  refills left: {found.refills}")
        if found.controlled is not None:
            when = day(found.refill_from) if found.refill_from else "not known"
            click.echo(
                f"  controlled (schedule {found.controlled}); next fill from: {when}"
            )
        if journey is not None:
            click.echo(f"  {_journey(journey)}")
    if not rows and some_left:
        click.echo("\nNothing could be worked out.")
    elif not rows:
        click.echo(f"\n{NO_LIST}")
    click.echo(f"\n{_BY_FILLS}")


def _lasts(found: RunOut | Uncountable, on: date) -> str:
    if isinstance(found, Uncountable):
        return f"how long it lasts is not known: {UNCOUNTABLE[found]}"
    if found.lasts or found.earliest is None:
        return "lasts to the end of the directions"
    ran = "ran out" if found.earliest <= on else "runs out"
    if found.latest is None:
        return f"{ran} on {day(found.earliest)} at the soonest; at the latest: unknown"
    if found.latest != found.earliest:
        return f"{ran} between {day(found.earliest)} and {day(found.latest)}"
    return f"{ran} on {day(found.earliest)}"


def _journey(found: Trip) -> str:
    if found.enough is None:
        return "enough until back: not known"
    if found.enough or found.short_from is None:
        return "enough until back: yes"
    said = f"enough until back: no, short from {day(found.short_from)}"
    if found.fill_first is None:
        return f"{said}; whether it may be filled before is not known"
    fill = (
        "may be filled before leaving" if found.fill_first else "ask for a fill early"
    )
    return f"{said}; {fill}"


def supply_json(entry: Entry, found: Outlook, journey: Trip | None) -> Any:
    known = found.runs_out
    counted = isinstance(known, RunOut)
    return {
        "id": entry.id,
        "text": entry.line.medicine.text,
        "runs_out_earliest": known.earliest if isinstance(known, RunOut) else None,
        "runs_out_latest": known.latest if isinstance(known, RunOut) else None,
        "lasts_to_the_end": known.lasts if isinstance(known, RunOut) else None,
        "left": known.left if isinstance(known, RunOut) else None,
        "unit": known.unit if isinstance(known, RunOut) else None,
        "why_not_known": None if counted else UNCOUNTABLE[str(known)],
        "refills_left": found.refills,
        "controlled": found.controlled,
        "refill_from": found.refill_from,
        "enough_until_back": journey.enough if journey else None,
        "short_from": journey.short_from if journey else None,
        "fill_before_leaving": journey.fill_first if journey else None,
    }
