"""`concord schedule` and `concord supply`: what is due when, how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import click

from concord.dosing.outlook import (
    NextInjection,
    Outlook,
    Setting,
    next_injections,
    outlook,
    plan_of,
    setting,
)
from concord.dosing.schedule import (
    Due,
    Left,
    Policy,
    Unplanned,
    instant,
    limits,
    zone,
)
from concord.dosing.supply import RunOut, Trip, Uncountable, trip
from concord.errors import (
    ImpossibleRangeError,
    ImpossibleScheduleError,
    ImpossibleSupplyError,
    UnknownZoneError,
    UnusableInputError,
)
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.record.agreed import CURRENT, Entry, Told, agreed_list
from concord.record.fold import LineStatus
from concord.record.model import Dosage, Record
from concord.terms import Value
from concord.wording import cased, day, dose_clinical
from concord.wording.dates import clock
from concord.wording.directions import dose as dose_of
from concord.wording.planning import UNCOUNTABLE, UNPLANNED

_DAY = click.DateTime(["%Y-%m-%d"])
_NOT_ORDERS = (
    "What is due by the directions on record. Not a reminder, and not an order; not "
    "clinically signed off."
)
_BY_FILLS = (
    "Worked out from fills and directions: a fill is no proof of taking. Count what is "
    "left."
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


@click.command()
@click.argument("record")
@click.option("--from", "first", type=_DAY, required=True, help="The first day.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day, included.")
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
    known = _record(record, knowledge)
    here, home = _zones(known, zone_name)
    where = setting(knowledge, first.date(), here=here, home=home, own=_own_times(own))
    shown, problems = _planned(
        known, where, knowledge, (first.date(), last.date()), _policies(policies)
    )
    if as_json:
        _print_json(_schedule_json(shown, problems, here))
    else:
        _print_schedule(shown, here, first.date())
    _end_with(problems)


@click.command()
@click.argument("record")
@click.option("--on", type=_DAY, required=True, help="As of this day.")
@click.option("--zone", "zone_name", help="Where the person is (default: their zone).")
@click.option("--leaving", type=_DAY, help="The day of leaving (default: --on).")
@click.option("--back", type=_DAY, help="Is it enough until this day, included?")
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
    known = _record(record, knowledge)
    here, home = _zones(known, zone_name)
    where = setting(knowledge, day_on, here=here, home=home)
    fills = Told(known.dispensings)
    rows: list[tuple[Entry, Outlook, Trip | None]] = []
    problems: list[str] = []
    for entry in agreed_list(known.medications, day_on):
        if entry.state.status not in CURRENT:
            continue
        try:
            found = outlook(entry, fills.of(entry), where, knowledge, day_on)
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
        _print_json(
            {
                "on": day_on,
                "medicines": [_supply_json(*row) for row in rows],
                "problems": problems,
            }
        )
    else:
        _print_supply(rows, day_on)
    _end_with(problems)


# --- reading what was asked -------------------------------------------------------


def _record(record: str, knowledge: Knowledge) -> Record:
    # Imported here, since the group imports this module: and only a run pays for it.
    from concord.cli import _now, _opened  # noqa: PLC0415
    from concord.exchange import Recogniser, read  # noqa: PLC0415
    from concord.knowledge.catalogue import load_catalogue  # noqa: PLC0415

    recogniser = Recogniser(load_catalogue(), knowledge)
    with _opened(record) as (source, name):
        return read(source, recogniser, read_at=_now(), name=name).record


def _print_json(value: Any) -> None:
    from concord.cli import _print_json as printed  # noqa: PLC0415 - as above

    printed(value)


def _zones(record: Record, named: str | None) -> tuple[tzinfo, tzinfo]:
    """Return where the person is and their zone at home; one stands for the other."""
    home = record.person.zone if record.person is not None else None
    if named is None and home is None:
        msg = (
            "--zone: found none, and none in the record, expected a name like "
            "America/New_York; say where the person is"
        )
        raise UnknownZoneError(msg)
    return zone(named or home or ""), zone(home or named or "")


def _own_times(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in given:
        event, sign, at = text.partition("=")
        if not sign:
            raise click.BadParameter(f"{text!r} is not EVENT=HH:MM", param_hint="--at")
        found[event] = at
    return found


def _policies(given: tuple[str, ...]) -> dict[str | None, Policy]:
    """Return the policy of each medicine by id; `None` is for all the others."""
    found: dict[str | None, Policy] = {}
    for text in given:
        name, sign, word = text.rpartition("=")
        if word not in set(Policy):
            known = ", ".join(Policy)
            msg = f"{word!r} is no policy; expected one of {known}"
            raise click.BadParameter(msg, param_hint="--policy")
        found[name if sign else None] = Policy(word)
    return found


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


def _end_with(problems: list[str]) -> None:
    """Raise what could not be followed, once all the rest has been printed."""
    if problems:
        raise UnusableInputError("\n".join(problems))


# --- printing ---------------------------------------------------------------------


def _name(entry: Entry) -> str:
    return cased(entry.line.medicine.text)


def _amount(one: Due, entry: Entry) -> str:
    return dose_of(one.dosage, entry.line.medicine) or "dose not recorded"


def _print_schedule(shown: list[Shown], here: tzinfo, on: date) -> None:
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
        click.echo(f"  {when:>8}  {_name(entry)}: {_amount(one, entry)}{off}")
    if not doses:
        click.echo("\nNothing is due on these days.")
    for title, lines in (
        ("As needed", list(_needed_lines(shown))),
        ("Long-acting injections", list(_injection_lines(shown, on))),
        ("Not on the calendar", list(_left_lines(shown))),
    ):
        if lines:
            click.echo(f"\n{title}")
            for line in lines:
                click.echo(f"  {line}")
    defaults = [_name(row.entry) for row in shown if row.by_default and row.due]
    if defaults:
        click.echo(
            "\nNobody stated these times of day; a usual day stands in (concord "
            f"measures day-times): {', '.join(dict.fromkeys(defaults))}."
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
            yield f"{_name(row.entry)}: {words}{known}"


def _injection_lines(shown: list[Shown], on: date) -> Iterator[str]:
    for row in shown:
        for one in row.injections:
            ahead = one.window
            ends = f"{day(ahead.first)} to {day(ahead.last)}"
            if ahead.first is None or ahead.last is None:
                ends = f"from {day(ahead.first)}" if ahead.first else "no window known"
            yield (
                f"{_name(row.entry)} ({one.form}): last {day(one.given)}, next "
                f"{day(ahead.due)} ({ends}); on {day(on)}: "
                f"{_WHERE_DOES_IT_STAND[ahead.on(on)]}"
            )


def _left_lines(shown: list[Shown]) -> Iterator[str]:
    for row in shown:
        if row.entry.state.status is LineStatus.HELD and not row.due:
            yield f"{_name(row.entry)}: on hold"
        for one in row.left:
            yield f"{_name(row.entry)}: {UNPLANNED[one.why]}"


def _print_supply(rows: list[tuple[Entry, Outlook, Trip | None]], on: date) -> None:
    for entry, found, journey in rows:
        click.echo(f"\n{_name(entry)}")
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
    if not rows:
        click.echo("\nNo current medicine is on record. That is not an empty list.")
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


# --- JSON -------------------------------------------------------------------------


def _schedule_json(shown: list[Shown], problems: list[str], here: tzinfo) -> Any:
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


def _supply_json(entry: Entry, found: Outlook, journey: Trip | None) -> Any:
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
