"""`concord burden`: how much a regimen of a day asks for, and what might be simpler."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from concord.cli.asked import DAY, record_of, zones
from concord.cli.edge import print_json
from concord.dosing.burden import burden as burden_of
from concord.dosing.burden import simplifications
from concord.dosing.outlook import setting
from concord.knowledge.index import load
from concord.printing.burden import burden_json, print_burden
from concord.record.agreed import agreed_list


@click.command()
@click.argument("record")
@click.option("--on", type=DAY, required=True, help="The day.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def burden(record: str, *, on: datetime, as_json: bool) -> None:
    """Count what RECORD's regimen asks for on a day, and what might be simpler.

    Times of the day, pieces, rules of taking, devices; what could not be counted is
    named. Simplifications are for the prescriber to consider, with their reasons.

    \b
    Example: concord burden person.json --on 2026-11-22
    """
    day = on.date()
    knowledge = load()
    known = record_of(record, knowledge)
    # Clock times are the same wherever the clock hangs.
    stated = known.person.zone if known.person is not None else None
    here, home = zones(known, None) if stated else (UTC, UTC)
    where = setting(knowledge, day, here=here, home=home)
    found = burden_of(agreed_list(known.medications, day), where, knowledge, day)
    offers = simplifications(found, knowledge)
    if as_json:
        print_json(burden_json(found, offers, knowledge))
    else:
        print_burden(found, offers, knowledge)
