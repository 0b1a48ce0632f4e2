"""`concord supply`: until when a record's medicines last, and the next fill."""

from __future__ import annotations

from datetime import datetime

import click

from concord.cli.asked import DAY, end_with, record_of, zones
from concord.cli.edge import print_json
from concord.dosing.outlook import Outlook, outlook, setting
from concord.dosing.supply import Trip, trip
from concord.errors import ImpossibleScheduleError, ImpossibleSupplyError
from concord.knowledge.index import load
from concord.printing.supply import print_supply, supply_json
from concord.record.agreed import CURRENT, Entry, Told, agreed_list


@click.command()
@click.argument("record")
@click.option("--on", type=DAY, required=True, help="As of this day.")
@click.option("--zone", "zone_name", help="Where the person is (default: their zone).")
@click.option("--leaving", type=DAY, help="The day of leaving (default: --on).")
@click.option("--back", type=DAY, help="Is it enough until this day, included?")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def supply(
    record: str,
    *,
    on: datetime,
    zone_name: str | None,
    leaving: datetime | None,
    back: datetime | None,
    as_json: bool,
) -> None:
    """Show until when the supply of RECORD's medicines lasts, and the next fill.

    \b
    Example: concord supply person.json --on 2026-11-22 --back 2026-12-06
    """
    day_on = on.date()
    leaves = leaving.date() if leaving else day_on
    knowledge = load()
    known = record_of(record, knowledge)
    here, home = zones(known, zone_name)
    where = setting(knowledge, day_on, here=here, home=home)
    fills = Told(known.dispensings)
    birth = known.person.birth if known.person is not None else None
    rows: list[tuple[Entry, Outlook, Trip | None]] = []
    problems: list[str] = []
    for entry in agreed_list(known.medications, day_on):
        if entry.state.status not in CURRENT:
            continue
        try:
            found = outlook(
                entry, fills.of(entry), where, knowledge, day_on, birth=birth
            )
        except (ImpossibleScheduleError, ImpossibleSupplyError) as error:
            problems.append(f"medicine {entry.id}: {error}")
            continue
        journey = None
        if back is not None:
            journey = trip(
                found.runs_out,
                leaves,
                back.date(),
                refills=found.refills,
                refill_from=found.refill_from,
            )
        rows.append((entry, found, journey))
    if as_json:
        print_json(
            {
                "on": day_on,
                "medicines": [supply_json(*row) for row in rows],
                "problems": problems,
            }
        )
    else:
        print_supply(rows, day_on, some_left=bool(problems))
    end_with(problems)
