"""`concord mme` and `concord equivalents`: a regimen by a published table."""

from __future__ import annotations

from datetime import date, datetime

import click

from concord.cli.asked import DAY, record_of
from concord.cli.edge import print_json, today
from concord.dosing.equivalents import Kind, table_named
from concord.dosing.regimen import Sum, summed
from concord.knowledge.index import load
from concord.printing.equivalents import print_sum, sum_json
from concord.record.agreed import agreed_list

_ON = click.option("--on", type=DAY, help="The day of the regimen (default: today).")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.command()
@click.argument("record")
@click.option("--table", help="2022 or 2016 (default: the one in use on the day).")
@_ON
@_JSON
def mme(record: str, *, table: str | None, on: datetime | None, as_json: bool) -> None:
    """Add up RECORD's opioids of a day in morphine milligram equivalents.

    For the risk of a whole regimen: it never converts a dose for a person. An opioid
    without a factor is refused by name, and the sum is then called a part.

    \b
    Example: concord mme person.json --table 2022 --on 2026-11-22
    """
    _told(record, "opioid", table, on.date() if on else today(), as_json=as_json)


@click.command()
@click.argument("record")
@click.option(
    "--kind",
    type=click.Choice(["opioid", "benzodiazepine", "antipsychotic"]),
    required=True,
)
@click.option("--school", help="A word of the table's name: Ashton, VA/DoD, Gardner.")
@_ON
@_JSON
def equivalents(
    record: str,
    *,
    kind: Kind,
    school: str | None,
    on: datetime | None,
    as_json: bool,
) -> None:
    """Add up RECORD's medicines of a kind and a day by a table of equivalent doses.

    Schools differ, up to twofold for benzodiazepines. Never to convert a dose.

    \b
    Example: concord equivalents person.json --kind benzodiazepine --school Ashton
    """
    _told(record, kind, school, on.date() if on else today(), as_json=as_json)


def _told(
    record: str, kind: Kind, school: str | None, on: date, *, as_json: bool
) -> None:
    knowledge = load()
    table = table_named(knowledge, kind, school, on)
    known = record_of(record, knowledge)
    found: Sum = summed(
        agreed_list(known.medications, on), known.conditions, table, knowledge, on
    )
    if as_json:
        print_json(sum_json(found, knowledge))
    else:
        print_sum(found, knowledge)
