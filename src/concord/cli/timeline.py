"""`concord timeline`: everything about one person between two days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import click
import msgspec

from concord.cli.asked import record_of
from concord.cli.edge import print_json, today
from concord.errors import ImpossibleRangeError
from concord.followup.case import Case
from concord.followup.timeline import (
    Course,
    Lane,
    Marks,
    Series,
    Timeline,
    table,
)
from concord.followup.timeline import (
    timeline as between,
)
from concord.knowledge.index import load
from concord.printing import MAY_BE_INCOMPLETE, NOT_SIGNED_OFF, clean
from concord.terms import encode_hook
from concord.wording import cased, day, number, say
from concord.wording.overtime import OVER_TIME

_DAY = click.DateTime(["%Y-%m-%d"])
# Signs across in the terminal; so many marks a row in the JSON, a pixel each; so many
# sentences a series; with more results the table tells months.
_WIDE, _MARKS, _MOST_TOLD, _MOST_ROWS = 60, 900, 12, 60
_LEVELS = "▁▂▃▄▅▆▇█"


@click.command()
@click.argument("record")
@click.option("--from", "first", type=_DAY, help="The first day (default: all).")
@click.option("--to", "last", type=_DAY, help="The last day (default: --on).")
@click.option("--on", type=_DAY, help="As of this day (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def timeline(
    record: str,
    *,
    first: datetime | None,
    last: datetime | None,
    on: datetime | None,
    as_json: bool,
) -> None:
    """Show RECORD over time: medicines, scores, tests, what happened, what changed.

    RECORD is a FHIR R4 file, a folder of them, or - for standard input.
    What nobody recorded is a gap; a dose that was not logged was not missed for that.

    \b
    Example: concord timeline person.json --from 2026-01-01 --on 2026-11-22
    """
    as_of = on.date() if on else today()
    ends = last.date() if last else None
    begins = first.date() if first else None
    if begins is not None and begins > (ends or as_of):
        raise ImpossibleRangeError(
            "--from: found a first day after the last, expected --to (or --on) or an "
            "earlier day; exchange them"
        )
    knowledge = load()
    known = record_of(record, knowledge)
    made = between(
        Case(known, knowledge, as_of),
        begins=begins,
        ends=ends,
        marks=_MARKS if as_json else _WIDE,
        most_told=_MOST_TOLD,
    )
    if as_json:
        print_json(_json(made))
    else:
        _print(made)


def _json(made: Timeline) -> dict[str, Any]:
    """Return the timeline with its sentences and its table, as plain values."""
    return {
        "version": made.version,
        "timeline": msgspec.to_builtins(made, enc_hook=encode_hook),
        "sentences": [
            {
                "on": one.on or one.day,
                "track": one.track,
                "row": one.key,
                "says": say(one.message, OVER_TIME),
                "reason": one.reason,
            }
            for one in made.told
        ],
        "table": [
            {"when": cell.when, "what": cell.what, "says": cell.says}
            for cell in table(made, most=_MOST_ROWS)
        ],
    }


# --- in the terminal --------------------------------------------------------------


def _print(made: Timeline) -> None:
    click.echo(f"{day(made.begins)} to {day(made.ends)}")
    track = ""
    for row in made.rows():
        if isinstance(row, Series) and not _worth(row):
            continue
        if row.track != track:
            track = row.track
            click.echo(f"\n{_title(track)}")
        click.echo(f"  {clean(cased(row.title))}")
        if isinstance(row, Lane):
            click.echo(f"    {''.join(_bar(row, made))}  {clean(_dose(row))}")
        elif isinstance(row, Series):
            click.echo(f"    {''.join(_line(row, made))}  {_values(row)}")
        else:
            click.echo(f"    {''.join(_dots(row, made))}  {clean(_last(row))}")
    if made.empty:
        click.echo("\nNothing with a date is on record for these days.")
    if made.told:
        click.echo("\nWhat changed when")
    for one in made.told:
        reason = f" Reason: {one.reason}" if one.reason else ""
        words = f"{say(one.message, OVER_TIME)}{reason}"
        click.echo(f"  {day(one.on)}: {clean(cased(words))}")
    if made.unread:
        click.echo(
            f"\n{made.unread} results of these days are of a kind, a unit or a size "
            "that is not known here, and are not shown."
        )
    click.echo(f"\n{MAY_BE_INCOMPLETE}\n{NOT_SIGNED_OFF}")


def _title(track: str) -> str:
    entry = load().table("tracks").get(track)
    return str(entry.title) if entry else track


def _worth(series: Series) -> bool:
    """Whether a series is told: what is called for, or what there are several of."""
    return series.called_for or len(series.points) > 1


def _columns(made: Timeline) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of each sign across."""
    days = (made.ends - made.begins).days + 1
    for place in range(_WIDE):
        first = made.begins + timedelta(days=days * place // _WIDE)
        last = made.begins + timedelta(days=max(days * (place + 1) // _WIDE - 1, 0))
        yield first, max(first, last)


def _bar(lane: Lane, made: Timeline) -> Iterator[str]:
    """Yield a sign a time: higher for more a day, `·` on hold, `?` not known which."""
    # One scale for all orders of a medicine, so that half the dose is half as high.
    doses = [
        stretch.amount.high.value
        for other in made.lanes
        if other.title == lane.title
        for stretch in other.stretches
        if stretch.amount
    ]
    top = max(doses, default=Decimal(0))
    for first, last in _columns(made):
        here = [s for s in lane.stretches if s.begins <= last and s.ends > first]
        if not here:
            yield " "
        elif here[-1].course is Course.HELD:
            yield "·"
        elif here[-1].course is Course.UNSURE:
            yield "?"
        elif here[-1].amount is None or not top:
            yield "▄"
        else:
            yield _level(here[-1].amount.high.value, Decimal(0), top)


def _level(value: Decimal, low: Decimal, high: Decimal) -> str:
    if high == low:
        return _LEVELS[len(_LEVELS) // 2]
    share = (value - low) / (high - low)
    return _LEVELS[min(int(share * len(_LEVELS)), len(_LEVELS) - 1)]


def _dose(lane: Lane) -> str:
    last = lane.stretches[-1]
    said = last.dose or "dose not known"
    if lane.now is None:
        said = "stopped"
    elif lane.now is Course.HELD:
        said = "on hold"
    if lane.log:
        taken = sum(one.taken for one in lane.log)
        not_taken = sum(one.not_taken for one in lane.log)
        said += f"; logged: {taken} taken, {not_taken} not taken"
    return said


def _line(series: Series, made: Timeline) -> Iterator[str]:
    values = [v for p in series.points for v in (p.low, p.high)]
    low, high = min(values), max(values)
    for first, last in _columns(made):
        here = [p for p in series.points if p.begins <= last and p.ends >= first]
        yield _level(here[-1].last, low, high) if here else " "


def _values(series: Series) -> str:
    """Return the last value, and between which all of them lie."""
    values = [v for p in series.points for v in (p.low, p.high)]
    last = number(series.points[-1].last)
    if min(values) == max(values):
        return last
    return f"{last} ({number(min(values))} to {number(max(values))})"


def _dots(row: Marks, made: Timeline) -> Iterator[str]:
    for first, last in _columns(made):
        here = [
            m
            for m in row.marks
            if m.begins <= last and (m.ends or m.begins + timedelta(days=1)) > first
        ]
        lasting = bool(here) and all(m.ends is not None for m in here)
        yield "━" if lasting else "●" if here else " "


def _last(row: Marks) -> str:
    marks: Sequence[Any] = row.marks
    count = sum(mark.count for mark in marks)
    newest = f"{marks[-1].text}, {day(marks[-1].on or marks[-1].begins)}"
    return newest if count == 1 else f"{count}; last {newest}"
