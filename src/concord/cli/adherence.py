"""`concord adherence`: what fills say of taking medicines, measure by measure."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import msgspec

from concord.dosing.adherence import (
    Episode,
    Figure,
    Measure,
    Observation,
    Window,
    episodes,
    figure,
    observe,
)
from concord.errors import NoSuchFileError, UnusableInputError
from concord.knowledge.index import load
from concord.printing import clean
from concord.wording import day
from concord.wording.measures import EVIDENCE, MEASURES, NO_FIGURE

if TYPE_CHECKING:
    from concord.exchange.fills import FillTable, PersonFills
    from concord.exchange.problems import Problem

_EPISODES = "episodes"
# So many problems are told one by one; a wrong date form spoils every row.
_TOLD = 20


def _measures(
    _ctx: click.Context, _param: click.Parameter, value: str
) -> tuple[str, ...]:
    """Return the measures asked for, in their order and each once."""
    names = [name.strip().lower() for name in value.split(",")]
    unknown = [name for name in names if name not in (*Measure, _EPISODES)]
    if unknown:
        known = ", ".join((*Measure, _EPISODES))
        msg = f"unknown: {', '.join(unknown)}; expected {known}, with commas"
        raise click.BadParameter(msg)
    return tuple(dict.fromkeys(names))


@click.command()
@click.argument("events")
@click.option("--person", required=True, help="Column that says whose fill it is.")
@click.option("--date", "on", required=True, help="Column of the day of the fill.")
@click.option("--days", required=True, help="Column of the days that it lasts.")
@click.option("--drug", help="Column of the medicine.")
@click.option("--birth", help="Column of the date of birth.")
@click.option(
    "--date-format",
    default="%Y-%m-%d",
    show_default=True,
    help="How dates are written (strptime).",
)
@click.option(
    "--measure",
    "measures",
    callback=_measures,
    required=True,
    help="pdc, mpr, cma1 to cma9, episodes; several with commas.",
)
@click.option(
    "--carry-same",
    is_flag=True,
    help="Carry left-over supply to the same medicine only (needs --drug).",
)
@click.option(
    "--gap", type=click.IntRange(0), help="Longest gap in an episode, in days."
)
@click.option(
    "--followup",
    type=click.IntRange(1),
    help="Days from the first fill that are looked at (default: two years).",
)
@click.option(
    "--observe-from",
    type=click.IntRange(0),
    default=0,
    help="Day of the follow-up on which the measured window begins; the first is 0.",
)
@click.option(
    "--observe",
    "observe_days",
    type=click.IntRange(1),
    help="Days of the measured window (default: to the end of the follow-up).",
)
@click.option(
    "--same-day",
    type=click.Choice(["refuse", "add"]),
    default="refuse",
    show_default=True,
    help="Two fills of one medicine on one day.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def adherence(
    events: str,
    *,
    person: str,
    on: str,
    days: str,
    drug: str | None,
    birth: str | None,
    date_format: str,
    measures: tuple[str, ...],
    carry_same: bool,
    gap: int | None,
    followup: int | None,
    observe_from: int,
    observe_days: int | None,
    same_day: Any,
    as_json: bool,
) -> None:
    """Measure what the fills in EVENTS (a CSV file, or -) cover, person by person.

    A fill shows that a medicine was supplied, not that it was taken; each figure says
    over which days it was counted.

    \b
    Example: concord adherence fills.csv --person id --date on --days supply
                 --drug medicine --measure pdc,cma7,episodes --gap 90
    """
    if carry_same and drug is None:
        msg = "--carry-same needs --drug: which medicine is the same is not known"
        raise click.UsageError(msg)
    if _EPISODES in measures and gap is None:
        msg = (
            "episodes need --gap: how many days without supply end a treatment is "
            "for you to say"
        )
        raise click.UsageError(msg)
    # Imported here, so that no other command pays for the readers.
    from concord.exchange.fills import Columns, read_fills  # noqa: PLC0415

    columns = Columns(person=person, on=on, days=days, medicine=drug, birth=birth)
    lines, name = _lines(events)
    table = read_fills(
        lines, columns, name=name, date_format=date_format, same_day=same_day
    )
    followup = followup or _usual_followup()
    people = []
    for one in table.people:
        seen = None
        if one.fills:
            seen = observe(
                one.fills,
                followup_days=followup,
                observe_from=observe_from,
                observe_days=observe_days,
                carry_same=carry_same,
            )
        people.append(_measured(one, seen, measures, gap))
    if as_json:
        settings = {
            "followup_days": followup,
            "observe_from": observe_from,
            "observe_days": observe_days,
            "medicines_told_apart": drug is not None,
            "carry_same": carry_same,
            "permissible_gap": gap,
        }
        _print_json(people, settings, table)
    else:
        _print(people, told_apart=drug is not None)
    _refuse(table)


def _lines(events: str) -> tuple[list[str], str]:
    """Return the lines of the file and what to call it."""
    path = Path(events)
    if events == "-":
        data, name = sys.stdin.buffer.read(), "standard input"
    elif not path.is_file():
        msg = f"{events}: no such file; expected a CSV table of fills"
        raise NoSuchFileError(msg)
    else:
        data, name = path.read_bytes(), path.name
    try:
        return data.decode("utf-8-sig").splitlines(keepends=True), name
    except UnicodeDecodeError:
        msg = f"{name}: found text that is no UTF-8, expected UTF-8; export it so"
        raise UnusableInputError(msg) from None


def _usual_followup() -> int:
    today = datetime.now(UTC).astimezone().date()  # noqa: TID251 - the edge reads it
    return int(load().figure("medication-availability", "followup-days", today))


class _Person(NamedTuple):
    """One person as printed; without an observation, no figure was made."""

    read: PersonFills
    seen: Observation | None
    figures: Sequence[Figure] = ()
    episodes: Sequence[Episode] | None = None


def _measured(
    read: PersonFills,
    seen: Observation | None,
    measures: tuple[str, ...],
    gap: int | None,
) -> _Person:
    if seen is None:
        return _Person(read, None)
    figures = [figure(Measure(m), seen) for m in measures if m != _EPISODES]
    if _EPISODES not in measures or gap is None:
        return _Person(read, seen, figures)
    return _Person(read, seen, figures, episodes(seen, gap))


def _refuse(table: FillTable) -> None:
    """End with the exit code of unusable input where a row could not be used."""
    problems = table.problems
    if not problems:
        return
    lines = [str(problem) for problem in problems[:_TOLD]]
    if len(problems) > _TOLD:
        lines.append(f"and {len(problems) - _TOLD} more")
    left = sum(1 for one in table.people if one.problems)
    lines.append(f"{left} of {len(table.people)} people have no figures for this")
    raise UnusableInputError("\n".join(lines))


# --- as JSON ----------------------------------------------------------------------


def _print_json(
    people: Sequence[_Person], settings: dict[str, Any], table: FillTable
) -> None:
    value = {
        "evidence": "fills",
        "means": EVIDENCE["fills"],
        "settings": settings,
        "people": [_person_json(one) for one in people],
        "problems": [_problem_json(problem) for problem in table.nobody],
    }
    data = msgspec.json.encode(value)
    click.echo(msgspec.json.format(data, indent=2).decode())


def _person_json(one: _Person) -> dict[str, Any]:
    found: dict[str, Any] = {"person": one.read.person}
    if one.seen is not None:
        found["followup"] = _window_json(one.seen.followup)
        found["window"] = _window_json(one.seen.window)
    found["figures"] = [_figure_json(f) for f in one.figures]
    if one.episodes is not None:
        found["episodes"] = [_episode_json(e) for e in one.episodes]
    if one.read.problems:
        found["problems"] = [_problem_json(problem) for problem in one.read.problems]
    return found


def _figure_json(found: Figure) -> dict[str, Any]:
    share = found.share
    return {
        "measure": found.measure,
        "evidence": found.evidence.value,
        "window": _window_json(found.window),
        "unit": found.unit,
        "counted": None if found.counted is None else float(found.counted),
        "of": found.of,
        "value": None if share is None else float(share),
        "none": found.none.value if found.none else None,
    }


def _window_json(window: Window) -> dict[str, Any]:
    """Return a window; its `end` is the day after its last."""
    return {"start": window.start, "end": window.end, "days": window.days}


def _episode_json(episode: Episode) -> dict[str, Any]:
    return {
        "start": episode.start,
        "end": episode.end,
        "days": episode.days,
        "gap": episode.gap,
        "ended": episode.ended,
    }


def _problem_json(problem: Problem) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(problem)
    return found


# --- on a terminal ----------------------------------------------------------------


def _print(people: Sequence[_Person], *, told_apart: bool) -> None:
    click.echo(EVIDENCE["fills"])
    if not told_apart:
        click.echo("The medicines are not told apart; fills count as of one medicine.")
    asked = dict.fromkeys(found.measure for one in people for found in one.figures)
    for measure in asked:
        click.echo(f"{measure}: {MEASURES[measure]}")
    for one in people:
        click.echo(f"\n{clean(one.read.person)}")
        if one.seen is None:
            click.echo("  no figures: a row of this person could not be used")
            continue
        click.echo(f"  observed: {_span(one.seen.window)}")
        for found in one.figures:
            click.echo(f"  {found.measure:<5} {_told(found)}")
        if one.episodes is not None:
            click.echo(f"  episodes in the follow-up: {_span(one.seen.followup)}")
        for episode in one.episodes or ():
            window = Window(start=episode.start, end=episode.end)
            where = "after" if episode.ended else "at the end of"
            click.echo(f"    {_span(window)}; {episode.gap} without supply {where} it")


def _told(found: Figure) -> str:
    share, counted = found.share, found.counted
    if share is None or counted is None:
        return NO_FIGURE[found.none.value] if found.none else ""
    days = f"{counted:.1f}" if counted % 1 else f"{counted:.0f}"
    return f"{share:.4f}  {days} of {found.of} {found.unit}, {_span(found.window)}"


def _span(window: Window) -> str:
    """Return a window in words; its last day is the one before its end."""
    return f"{day(window.start)} up to {day(window.end)} ({window.days} days)"
