"""`concord due`: what is due for a person, why, from which event, by which source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import click

from concord.cli.asked import record_of
from concord.cli.edge import print_json, today
from concord.errors import ImpossibleRangeError
from concord.followup.case import Case
from concord.followup.due import Answer, Due, Reason, State
from concord.followup.due import due as what_is_due
from concord.followup.settings import Basis
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.printing import MAY_BE_INCOMPLETE, NOT_SIGNED_OFF, clean
from concord.record.model import Override
from concord.wording import Message, cased, day, say
from concord.wording.due import EVENTS, STATES

VERSION = 1
_DAY = click.DateTime(["%Y-%m-%d"])
_WIDTH = 80

# The order in which they are read: what presses first.
_GROUPS = (
    ("Overdue", (State.OVERDUE,)),
    ("Due", (State.DUE,)),
    ("Coming", (State.IN_WINDOW, State.NOT_YET)),
    ("Not known", (State.NOT_KNOWN,)),
    ("Set aside by the prescriber", (State.SET_ASIDE,)),
)
_DONE = ("Done", (State.DONE,))


@click.command()
@click.argument("record")
@click.option("--on", "on", type=_DAY, help="As of this day (default: today).")
@click.option(
    "--until",
    type=_DAY,
    help="What comes until this day (default: as far as the pages show).",
)
@click.option("--all", "everything", is_flag=True, help="Show what was done too.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def due(
    record: str,
    *,
    on: datetime | None,
    until: datetime | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Show what is due for RECORD's person, why, and what is not known.

    Visits, contacts, measurements, scales, injections: the soonest rule of each wins
    and the others stand beside it. A prescriber's decision about one is honoured where
    the record holds it (Concord's own JSON form does, FHIR has no place for it), with
    the rules' own answer beside it.

    \b
    Example: concord due person.json --on 2026-11-22 --until 2027-02-28
    """
    as_of = on.date() if on else today()
    knowledge = load()
    ahead = int(knowledge.figure("person-page", "due-shown-days", as_of))
    horizon = until.date() if until else as_of + timedelta(days=ahead)
    if horizon < as_of:
        msg = (
            "--until: found a day before --on, expected that day or a later one; "
            "exchange them"
        )
        raise ImpossibleRangeError(msg)
    known = record_of(record, knowledge)
    case = Case(known, knowledge, as_of)
    items = what_is_due(case, horizon)
    if as_json:
        print_json(
            {
                "version": VERSION,
                "knowledge": knowledge.version,
                "on": as_of,
                "until": horizon,
                "due": [_item_json(item) for item in items],
            }
        )
    else:
        _print(items, case, horizon, everything=everything)


# --- the terminal -----------------------------------------------------------------


def _print(
    items: tuple[Due, ...], case: Case, until: date, *, everything: bool
) -> None:
    click.echo(f"Due on {day(case.as_of)}, and coming until {day(until)}")
    shown = 0
    for title, states in (*_GROUPS, *([_DONE] if everything else [])):
        group = [item for item in items if item.state in states]
        if not group:
            continue
        shown += len(group)
        click.echo(f"\n{title} ({len(group)})")
        for item in group:
            for line in _lines(item, case.knowledge):
                click.echo(line)
    if case.died:
        click.echo("\nNothing: the person is recorded as having died.")
    elif not shown:
        click.echo("\nNothing is due by what is on record. That is not a clean bill.")
    done = sum(item.state is State.DONE for item in items)
    if done and not everything:
        click.echo(f"\n{done} done on record; --all shows them.")
    click.echo(f"\n{MAY_BE_INCOMPLETE}")
    click.echo(NOT_SIGNED_OFF)


def _lines(item: Due, knowledge: Knowledge) -> Iterator[str]:
    when = day(item.due) if item.due else "no date"
    if item.state is State.DONE and item.done_on is not None:
        when = f"{when}, done {day(item.done_on)}"
    head = f"{when}  {cased(item.title)}"
    if item.names:
        head += f", for {cased(', '.join(item.names))}"
    yield from _wrapped(f"{head} [{item.severity}]", "  ")
    window = _window(item)
    if window:
        yield from _wrapped(window, "      ")
    if item.override is not None:
        for words in _decided(item, item.override):
            yield from _wrapped(words, "      ")
    if item.outrun is not None:
        yield from _wrapped(_outrun(item.outrun), "      ")
    if item.needs:
        needed = ", ".join(_need(name, knowledge) for name in item.needs)
        yield from _wrapped(f"To know it: {needed}.", "      ")
    for reason in item.reasons:
        for number, words in enumerate(_reason(reason, knowledge)):
            yield from _wrapped(words, "      - " if number == 0 else "        ")


def _window(item: Due) -> str:
    parts = []
    if item.early is not None and item.early != item.due:
        parts.append(f"counts from {day(item.early)}")
    if item.last is not None and item.state is not State.DONE:
        parts.append(f"overdue after {day(item.last)}")
    return "; ".join(parts)


def _outrun(override: Override) -> str:
    """Return that a decision counts no more, and why."""
    author = override.by.name or "an author without a name"
    what = f"set {day(override.on)}" if override.on else "set it aside"
    return (
        f"{author} {what} on {day(override.decided)} ({override.reason}); something "
        "happened since, so it counts no more."
    )


def _decided(item: Due, override: Override) -> Iterator[str]:
    """Yield who decided it and why, what the rules say, and whether it is later."""
    author = override.by.name or "an author without a name"
    what = "Set aside" if override.on is None else "Date set"
    until = f", through {day(override.until)}" if override.until else ""
    yield f"{what} by {author} on {day(override.decided)}{until}: {override.reason}"
    own = item.by_rule
    if own is None:
        return
    state = STATES[own.state][0].lower()
    when = f", {day(own.due)}" if own.due else ", no day"
    last = f", overdue after {day(own.last)}" if own.last else ""
    later = " This date is later than the rule." if item.later_than_rule else ""
    yield f"By the rule: {state}{when}{last}.{later}"


def _reason(reason: Reason, knowledge: Knowledge) -> Iterator[str]:
    when = f"{day(reason.due)}: " if reason.due else ""
    event = EVENTS[reason.event.kind]
    if reason.event.of:
        event = f"{event} ({reason.event.of})"
    on = f" {day(reason.event.on)}" if reason.event.on else ", day not known"
    for_ = f"{', '.join(reason.names)}: " if reason.names else ""
    text = reason.text or ""
    if text and not text.endswith((".", "?", "!")):
        text += "."
    yield f"{when}{for_}{text} From: {event}{on}."
    if reason.last_done is not None and reason.done_on is None:
        yield f"Last on {day(reason.last_done)}."
    if reason.basis is not None:
        yield f"By: {_cited(reason.basis)}"
    if reason.advice is not None and reason.advice_basis is not None:
        yield f"Late: {reason.advice} By: {_cited(reason.advice_basis)}"
    if reason.doubts:
        asked = ", ".join(_need(name, knowledge) for name in reason.doubts)
        yield f"Before it is judged: {asked}."


def _cited(basis: Basis) -> str:
    return f"{basis.title}, {basis.locator} ({basis.status})."


def _need(name: str, knowledge: Knowledge) -> str:
    """Return what is needed in words, an observation by its title."""
    plain = name.removeprefix("plausible-")
    if plain in knowledge.observations:
        key = "need.observation" if plain == name else "need.plausible"
        title = knowledge.observations[plain].title
        return say(Message(key=key, values={"name": title}))
    return say(Message(key=f"need.{name}"))


def _wrapped(words: str, indent: str) -> Iterator[str]:
    lines = textwrap.wrap(
        clean(cased(words)),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_on_hyphens=False,
    )
    yield from lines


# --- JSON -------------------------------------------------------------------------


def _item_json(item: Due) -> dict[str, Any]:
    return {
        "ask": item.ask,
        "what": item.what,
        "title": item.title,
        "state": item.state,
        "severity": item.severity,
        "early": item.early,
        "due": item.due,
        "overdue_after": item.last,
        "done_on": item.done_on,
        "needs": item.needs,
        "for": item.names,
        "override": _override_json(item.override),
        "by_rule": _answer_json(item.by_rule),
        "outrun": _override_json(item.outrun),
        "later_than_rule": item.later_than_rule,
        "reasons": [_reason_json(reason) for reason in item.reasons],
    }


def _override_json(override: Override | None) -> dict[str, Any] | None:
    if override is None:
        return None
    return {
        "id": override.id,
        "on": override.on,
        "by": {"name": override.by.name, "id": override.by.id},
        "reason": override.reason,
        "decided": override.decided,
        "recorded_at": override.recorded_at,
        "until": override.until,
    }


def _answer_json(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "state": answer.state,
        "early": answer.early,
        "due": answer.due,
        "overdue_after": answer.last,
    }


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "text": reason.text,
        "event": {
            "kind": reason.event.kind,
            "on": reason.event.on,
            "of": reason.event.of,
        },
        "state": reason.state,
        "severity": reason.severity,
        "medicines": reason.medicines,
        "for": reason.names,
        "early": reason.early,
        "due": reason.due,
        "overdue_after": reason.last,
        "done_on": reason.done_on,
        "last_done": reason.last_done,
        "needs": reason.needs,
        "doubts": reason.doubts,
        "source": _basis_json(reason.basis),
        "advice": reason.advice,
        "advice_source": _basis_json(reason.advice_basis),
    }


def _basis_json(basis: Basis | None) -> dict[str, Any] | None:
    if basis is None:
        return None
    return {
        "id": basis.source,
        "title": basis.title,
        "locator": basis.locator,
        "status": basis.status,
        "url": basis.url,
    }
