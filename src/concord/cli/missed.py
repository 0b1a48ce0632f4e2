"""`concord missed`: what the sources say of a gap in taking a medicine."""

from __future__ import annotations

from datetime import date, datetime

import click

from concord.cli.asked import DAY
from concord.cli.edge import drug_named, print_json, today
from concord.dosing.missed import (
    Gap,
    Told,
    advice,
    for_person,
    for_staff,
    gap_between,
    gap_of_length,
)
from concord.education import points
from concord.errors import UnusableInputError
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug, When
from concord.printing.missed import missed_json, print_missed
from concord.terms import Duration


@click.command()
@click.argument("drug")
@click.option(
    "--gap", "length", help="Missed days (an injection: time since the last one)."
)
@click.option("--last", type=DAY, help="The day of the last dose.")
@click.option("--on", type=DAY, help="The day asked about (default: today).")
@click.option("--form", help="Its form or brand: SUSTENNA, XR ...")
@click.option("--with", "others", multiple=True, help="What else is taken. Repeatable.")
@click.option("--alone", is_flag=True, help="Nothing else is taken.")
@click.option("--for", "reasons", multiple=True, help="What it is taken for.")
@click.option("--started", type=DAY, help="The day on which it was started.")
@click.option(
    "--injections",
    type=click.IntRange(1),
    help="How many injections of this course were given so far.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def missed(
    drug: str,
    *,
    length: str | None,
    last: datetime | None,
    on: datetime | None,
    form: str | None,
    others: tuple[str, ...],
    alone: bool,
    reasons: tuple[str, ...],
    started: datetime | None,
    injections: int | None,
    as_json: bool,
) -> None:
    """Show what the sources say of missed doses of DRUG: to staff, and to the person.

    The gap is told as a length (--gap) or by the day of the last dose (--last); the day
    asked about is not missed yet. What is taken with it, what for and since when are
    complete as told; what is not told may leave open which rule holds.

    \b
    Example: concord missed lamotrigine --gap "6 days" --with valproate
             concord missed paliperidone --form SUSTENNA --last 2026-09-01
                 --on 2026-10-20
    """
    if (length is None) == (last is None):
        msg = "say either --gap or --last: how long it was not taken"
        raise click.UsageError(msg)
    if alone and others:
        msg = "--alone says that nothing else is taken; leave out it or --with"
        raise click.UsageError(msg)
    knowledge = load()
    found = knowledge.drugs[drug_named(knowledge, drug)]
    as_of = on.date() if on else today()
    told = Told(
        taking=frozenset(drug_named(knowledge, name) for name in others)
        if others or alone
        else None,
        conditions=frozenset(_condition(knowledge, name) for name in reasons)
        if reasons
        else None,
        started=started.date() if started else None,
        started_by=last.date() if last else None,
        given=injections,
    )

    def judge(when: When) -> list[tuple[str, bool | None]]:
        return list(told.parts(when, knowledge, as_of))

    gap = _gap(length, last.date() if last else None, as_of)
    said = advice(
        knowledge, found, gap, judge, on=as_of, form=form or _form_named(found, drug)
    )
    point = next(
        (p for p in points(knowledge, found.id, as_of) if p.topic == "missed"), None
    )
    staff = for_staff(said, knowledge)
    person = for_person(said, knowledge, point)
    if as_json:
        print_json(missed_json(said, staff, person))
    else:
        print_missed(said, staff, person)


def _gap(length: str | None, last: date | None, on: date) -> Gap:
    if last is not None:
        return gap_between(last, on)
    try:
        return gap_of_length(Duration.parse(length or ""))
    except ValueError:
        msg = (
            f'--gap: found {length!r}, expected a length like "3 days" or '
            '"7 weeks"; nothing was looked up'
        )
        raise UnusableInputError(msg) from None


def _form_named(drug: Drug, name: str) -> str | None:
    """Return the form that a brand names, where all its products are of one form."""
    wanted = name.strip().casefold()
    tags = {
        product.tag
        for product in drug.product
        if wanted in (brand.casefold() for brand in product.brands)
    }
    return tags.pop() if len(tags) == 1 else None


def _condition(knowledge: Knowledge, name: str) -> str:
    """Return the id of a condition by its id or title."""
    wanted = name.strip().casefold()
    for id_, entry in knowledge.conditions.items():
        if wanted in (id_, entry.title.casefold()):
            return id_
    import difflib  # noqa: PLC0415 - only an error pays for it

    near = difflib.get_close_matches(wanted, list(knowledge.conditions), n=4)
    hint = f"nearest: {', '.join(near)}" if near else "no near name"
    msg = (
        f"--for: found {name!r}, expected a condition that Concord knows ({hint}); "
        "nothing was looked up"
    )
    raise UnusableInputError(msg)
