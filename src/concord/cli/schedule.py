"""`concord schedule`: what is due of a record's medicines, and when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import click

from concord.cli.asked import DAY, end_with, own_times, policies_of, record_of, zones
from concord.cli.edge import print_json
from concord.dosing.outlook import Setting, next_injections, plan_of, setting
from concord.dosing.schedule import Policy, instant
from concord.errors import ImpossibleRangeError, ImpossibleScheduleError
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.printing.schedule import Shown, print_schedule, schedule_json
from concord.record.agreed import Entry, Told, agreed_list
from concord.record.fold import LineStatus
from concord.record.model import Record


@click.command()
@click.argument("record")
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@click.option("--zone", "zone_name", help="Where the person is (default: their zone).")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="[ID=]POLICY",
    help="wall, home or interval; for one medicine by its id. Repeatable.",
)
@click.option(
    "--at",
    "own",
    multiple=True,
    metavar="EVENT=HH:MM",
    help="The person's own time of an event (CM, CD, CV, HS, WAKE ...). Repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def schedule(
    record: str,
    *,
    first: datetime,
    last: datetime,
    zone_name: str | None,
    policies: tuple[str, ...],
    own: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show what is due of RECORD's medicines from one day to another.

    Times are those of the clock on the wall (wall), of the clock at home (home, the
    zone in the record) or a true interval, whatever clocks do (interval).

    \b
    Example: concord schedule person.json --from 2026-03-07 --to 2026-03-09
             --zone America/New_York
    """
    if last < first:
        raise ImpossibleRangeError(
            "--to: found an end before its start, expected --from or a later day; "
            "exchange them"
        )
    knowledge = load()
    known = record_of(record, knowledge)
    here, home = zones(known, zone_name)
    where = setting(knowledge, first.date(), here=here, home=home, own=own_times(own))
    shown, problems = _planned(
        known, where, knowledge, (first.date(), last.date()), policies_of(policies)
    )
    if as_json:
        print_json(schedule_json(shown, problems, here))
    else:
        print_schedule(shown, here, first.date(), some_left=bool(problems))
    end_with(problems)


def _planned(
    record: Record,
    where: Setting,
    knowledge: Knowledge,
    days: tuple[date, date],
    policies: dict[str | None, Policy],
) -> tuple[list[Shown], list[str]]:
    """Return each medicine as planned, and the directions that cannot be followed."""
    first, last = days
    start = instant(first, time(), where.here)
    end = instant(last + timedelta(days=1), time(), where.here)
    fills, doses = Told(record.dispensings), Told(record.dose_events)
    shown: list[Shown] = []
    problems: list[str] = []
    entries = agreed_list(record.medications, first)
    _refuse_unknown(policies, entries)
    for entry in entries:
        if entry.state.status is LineStatus.STOPPED:
            continue
        policy = policies.get(entry.id, policies.get(None, Policy.WALL))
        try:
            plan = plan_of(entry.line, where, knowledge, first, policy=policy)
            due = plan.due(start, end)
        except ImpossibleScheduleError as error:
            problems.append(f"medicine {entry.id}: {error}")
            continue
        shown.append(
            Shown(
                entry=entry,
                due=due,
                as_needed=tuple(
                    course.dosage
                    for course in plan.as_needed
                    if course.first <= last and course.last >= first
                ),
                left=plan.left,
                by_default=plan.by_default,
                policy=policy,
                injections=next_injections(
                    entry, fills.of(entry), doses.of(entry), knowledge, first
                ),
            )
        )
    return shown, problems


def _refuse_unknown(
    policies: dict[str | None, Policy], entries: tuple[Entry, ...]
) -> None:
    ids = {entry.id for entry in entries}
    for name in policies:
        if name is not None and name not in ids:
            msg = f"{name!r} is no medicine of this record; expected one of its ids"
            raise click.BadParameter(msg, param_hint="--policy")
