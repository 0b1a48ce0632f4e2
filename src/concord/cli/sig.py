"""`concord sig`: directions in words, as the structure that they state."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from concord.errors import UnusableInputError
from concord.record.model import Medicine
from concord.terms import encode_hook
from concord.wording import questionable
from concord.wording.directions import clinical, sentences
from concord.wording.parsing import AsWritten, Understood, parse


@click.command()
@click.argument("text")
@click.option(
    "--medicine",
    "named",
    help="The medicine that they are for: its name and strength are then understood.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def sig(text: str, named: str | None, *, as_json: bool) -> None:
    """Read TEXT, the directions for a medicine, in full or not at all (exit 65).

    \b
    Example: concord sig "take 1 tablet by mouth twice daily with food"
    """
    medicine = _medicine(named) if named else None
    found = parse(text, medicine)
    if as_json:
        _print_json(_as_json(text, found, medicine))
    if isinstance(found, AsWritten):
        raise UnusableInputError(_not_understood(found))
    if not as_json:
        _print(text, found, medicine)


def _medicine(named: str) -> Medicine:
    """Return the medicine of a name, recognised exactly or kept as it was written."""
    # Imported here, so that other directions do not pay for the catalogue.
    from concord.exchange import Recogniser  # noqa: PLC0415
    from concord.knowledge.catalogue import load_catalogue  # noqa: PLC0415
    from concord.knowledge.index import load  # noqa: PLC0415

    return Recogniser(load_catalogue(), load()).medicine(named, ())[0]


def _not_understood(found: AsWritten) -> str:
    return (
        f"directions, character {found.start + 1}: found {found.word!r} "
        f"({found.because}), expected directions of which every word is understood; "
        "write them otherwise, or keep them as text"
    )


def _print(text: str, found: Understood, medicine: Medicine | None) -> None:
    click.echo(f"clinical   {clinical(found.dosages, medicine)}")
    click.echo(f"plain      {sentences(found.dosages, medicine)}")
    for dosage in found.dosages:
        click.echo(
            f"structure  {msgspec.json.encode(dosage, enc_hook=encode_hook).decode()}"
        )
    for typed in questionable(text):
        click.echo(f"concord: {typed.question}", err=True)


def _as_json(
    text: str, found: Understood | AsWritten, medicine: Medicine | None
) -> dict[str, Any]:
    if isinstance(found, AsWritten):
        return {
            "understood": False,
            "text": text,
            "word": found.word,
            "start": found.start,
            "why": found.why,
            "because": found.because,
        }
    return {
        "understood": True,
        "text": text,
        "dosages": found.dosages,
        "clinical": clinical(found.dosages, medicine),
        "plain": sentences(found.dosages, medicine),
        "misread": [typed.question for typed in questionable(text)],
    }


def _print_json(value: Any) -> None:
    data = msgspec.json.encode(value, enc_hook=encode_hook)
    click.echo(msgspec.json.format(data, indent=2).decode())
