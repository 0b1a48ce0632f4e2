"""`concord score` and `concord scales`: what answers amount to, and what is there."""

from __future__ import annotations

import json
import sys
import tomllib
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
import msgspec

from concord.cli.edge import today
from concord.errors import ImpossibleAnswersError, NoSuchFileError, UnusableInputError
from concord.followup.scoring import (
    Given,
    NoTotal,
    PartScore,
    Score,
    Suicide,
    score_total,
)
from concord.followup.scoring import score as score_answers
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Band, Scale
from concord.printing import clean
from concord.terms import encode_hook

_VERSION = 1
_SUICIDE = {
    Suicide.FLAGGED: "FLAGGED: ask the person about suicide now",
    Suicide.NOT_FLAGGED: "answered, not flagged",
    Suicide.NOT_ASSESSED: "NOT ASSESSED: the question was left open",
}


@click.command()
@click.argument("scale")
@click.argument("answers", nargs=-1, required=True)
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Read it by the values in force on this day (default: today).",
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def score(
    scale: str, answers: tuple[str, ...], on: datetime | None, *, as_json: bool
) -> None:
    """Score SCALE from ANSWERS: item=value pairs, a JSON or TOML file, or -.

    A file holds an object: the value of each item by its id; null is a skipped item.
    "total=12" enters the total of a form that was filled in elsewhere.
    A QuestionnaireResponse (FHIR R4, JSON) to one of our forms is read as well.

    \b
    Example: concord score phq-2 interest=2 mood=1
             concord score ymrs total=14
    """
    # Imported here, since the program itself is what loads this command.

    knowledge = load()
    found = _scale(knowledge, scale)
    day = on.date() if on else today()
    total, given = _answers(answers, found)
    if total is None:
        scored = score_answers(found, given, day)
    else:
        scored = score_total(found, total, day)
    if as_json:
        print_json(_as_json(found, scored))
    else:
        _print(found, scored)


@click.command()
@click.argument("scale", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def scales(scale: str | None, *, as_json: bool) -> None:
    """List the scales, or show one SCALE: its items, answers, bands and licence.

    \b
    Example: concord scales
             concord scales phq-9
    """
    knowledge = load()
    if scale is None:
        listed = sorted(knowledge.scales.values(), key=lambda s: s.id)
        if as_json:
            print_json({"version": _VERSION, "scales": [_in_short(s) for s in listed]})
        else:
            for one in listed:
                click.echo(_line(one))
        return
    found = _scale(knowledge, scale)
    if as_json:
        print_json({"version": _VERSION, "scale": found})
    else:
        _show(found)


def _scale(knowledge: Knowledge, name: str) -> Scale:
    found = knowledge.scales.get(name.strip().casefold())
    if found is None:
        msg = (
            "scale: found a name that the knowledge does not hold, expected one of "
            f"{', '.join(sorted(knowledge.scales))}; see `concord scales`"
        )
        raise UnusableInputError(msg)
    return found


# --- the answers ------------------------------------------------------------------


def _answers(
    words: tuple[str, ...], scale: Scale
) -> tuple[Decimal | None, list[Given]]:
    """Return a total entered by itself, or the answers item by item."""
    if all("=" in word for word in words):
        pairs: list[tuple[str, Any]] = []
        for word in words:
            name, _, value = word.partition("=")
            pairs.append((name.strip(), value.strip() or None))
    elif len(words) == 1:
        read = _read(words[0])
        if isinstance(read, dict) and "resourceType" in read:
            return None, _from_fhir(read, scale)
        pairs = _pairs(read)
    else:
        msg = "answers: give item=value pairs, or one file; not both"
        raise click.UsageError(msg)
    if [name for name, _ in pairs] == ["total"]:
        return _total(scale, pairs[0][1]), []
    return None, [_given(scale, name, value) for name, value in pairs]


class _Twice(dict[str, Any]):
    """An object that was written with its pairs, so that a second one is seen."""

    pairs: list[tuple[str, Any]]


def _kept(pairs: list[tuple[str, Any]]) -> _Twice:
    made = _Twice(pairs)
    made.pairs = pairs
    return made


def _read(name: str) -> Any:
    if name == "-":
        text, shown = sys.stdin.read(), "standard input"
    else:
        try:
            text, shown = Path(name).read_text("utf-8"), Path(name).name
        except (FileNotFoundError, IsADirectoryError):
            msg = f"{clean(name)}: found no such file, expected answers; correct it"
            raise NoSuchFileError(msg) from None
        except UnicodeDecodeError:
            msg = f"{clean(name)}: found no UTF-8 text, expected JSON or TOML"
            raise UnusableInputError(msg) from None
    try:
        if name.endswith(".toml"):
            return tomllib.loads(text, parse_float=Decimal)
        return json.loads(text, object_pairs_hook=_kept, parse_float=Decimal)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        where = f", line {error.lineno}" if hasattr(error, "lineno") else ""
        msg = (
            f"{clean(shown)}{where}: found text that does not parse, expected JSON "
            "(or TOML in a .toml file); mend it"
        )
        raise UnusableInputError(msg) from None


def _pairs(read: Any) -> list[tuple[str, Any]]:
    if isinstance(read, _Twice):
        return read.pairs
    if isinstance(read, dict):
        return list(read.items())
    msg = "answers: found no object, expected the value of each item by its id"
    raise UnusableInputError(msg)


def _from_fhir(read: dict[str, Any], scale: Scale) -> list[Given]:
    # Imported here, so that plain answers do not pay for the FHIR reader.
    from concord.exchange.questionnaires import read_response  # noqa: PLC0415

    return list(read_response(read, {scale.id: scale}).answers)


def _given(scale: Scale, name: str, value: Any) -> Given:
    item = scale.form.named(name) if scale.form else None
    in_words = item is not None and item.answers is None
    if value is None or (in_words and isinstance(value, str)):
        return Given(item=name, text=value)
    return Given(item=name, value=_number(f"{scale.id}, item {clean(name)}", value))


def _total(scale: Scale, value: Any) -> Decimal:
    return _number(f"{scale.id}, total", value)


def _number(where: str, value: Any) -> Decimal:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise InvalidOperation
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        problem = f"{where}: found no number, expected one; correct it"
        raise ImpossibleAnswersError([problem])
    return number


# --- printing ---------------------------------------------------------------------


def _print(scale: Scale, scored: Score) -> None:
    click.echo(scale.title)
    if scored.total is not None:
        of = f" of {scale.lowest} to {scale.highest}"
        click.echo(f"total      {_plain(scored.total)}{of}{_made_up(scored)}")
    elif scored.none is NoTotal.TOO_MANY_MISSING:
        click.echo("total      refused: too many items were left open")
    else:
        click.echo("total      none: this scale has no total")
    if scored.missing:
        click.echo(f"left open  {', '.join(scored.missing)}")
    if scored.band:
        click.echo(f"means      {scored.band.title}{_doubt(scored.band)}")
    for part in scored.parts:
        click.echo(f"{part.title}: {_part(part)}")
    for criterion in scored.criteria:
        met = {True: "met", False: "not met", None: "not known"}[criterion.met]
        click.echo(f"{criterion.title}: {met}")
    if scored.suicide:
        click.echo(f"suicide    {_SUICIDE[scored.suicide]}")
    if scored.long_form:
        click.echo(f"next       the long form: {scored.long_form}")


def _made_up(scored: Score) -> str:
    if not scored.prorated:
        return ""
    exact = f" from {scored.unrounded:.2f}" if scored.unrounded is not None else ""
    return f" (made up from the answered items{exact})"


def _part(part: PartScore) -> str:
    if part.total is None:
        return f"not scored, left open: {', '.join(part.missing)}"
    means = f", {part.band.title}" if part.band else ""
    return f"{_plain(part.total)}{means}"


def _doubt(band: Band) -> str:
    return "" if band.status == "checked" else f" ({band.status})"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _line(scale: Scale) -> str:
    if scale.languages:
        how = f"form in {', '.join(scale.languages)}"
    elif scale.form is not None:
        how = "answers by number, no words"
    else:
        how = "total only" if scale.lowest is not None else "nothing to enter"
    return f"{scale.id:18} {how:28} {scale.title}"


def _show(scale: Scale) -> None:
    click.echo(_line(scale))
    click.echo(f"licence  {scale.licence.text}")
    if scale.licence.obtain:
        click.echo(f"obtain   {scale.licence.obtain}")
    if scale.missing:
        click.echo(f"missing  {scale.missing}")
    form = scale.form
    for item in form.item if form else ():
        answers = form.answers_of(item) if form else None
        allowed = ""
        if answers is not None:
            allowed = f"{_plain(answers.low)} to {_plain(answers.high)}"
        click.echo(f"  {item.id:16} {allowed:8} {item.text or ''}")
    for band in scale.band:
        school = f" [{band.label}]" if band.label else ""
        click.echo(f"  {band.low} to {band.high}  {band.title}{_doubt(band)}{school}")


def _in_short(scale: Scale) -> dict[str, Any]:
    return {
        "id": scale.id,
        "title": scale.title,
        "items": scale.items,
        "lowest": scale.lowest,
        "highest": scale.highest,
        "languages": scale.languages,
        "ship_text": scale.licence.ship_text,
        "obtain": scale.licence.obtain,
    }


def _as_json(scale: Scale, scored: Score) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "scale": {"id": scale.id, "title": scale.title},
        "total": scored.total,
        "lowest": scale.lowest,
        "highest": scale.highest,
        "no_total": scored.none,
        "band": scored.band,
        "prorated": scored.prorated,
        "unrounded": scored.unrounded,
        "missing": scored.missing,
        "parts": scored.parts,
        "criteria": scored.criteria,
        "suicide": scored.suicide,
        "long_form": scored.long_form,
    }


def print_json(value: Any) -> None:
    encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="number")
    click.echo(msgspec.json.format(encoder.encode(value), indent=2).decode())
