"""Where the commands touch the world: the clock, what is read, names, what is printed.

The only module beside the tools that reads a clock.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from concord.errors import NoSuchFileError, UnknownDrugError
from concord.knowledge.lookup import Knowledge
from concord.terms import encode_hook

# From this size on, reading takes long enough to show how far it is.
_LONG = 4 * 1024 * 1024


@contextmanager
def opened(record: str) -> Iterator[tuple[Any, str | None]]:
    """Yield what to read, and what to call it; a long file with a progress bar.

    Raises `NoSuchFileError` where nothing is there.
    """
    path = Path(record)
    if record == "-":
        yield sys.stdin.buffer, "standard input"
    elif not path.exists():
        msg = f"{record}: no such file or folder; expected a FHIR R4 record"
        raise NoSuchFileError(msg)
    elif path.is_file() and path.stat().st_size > _LONG:
        from rich.console import Console  # noqa: PLC0415 - only long files pay for it
        from rich.progress import open as open_with_progress  # noqa: PLC0415

        console = Console(stderr=True)
        title = f"Reading {path.name}"
        with open_with_progress(path, "rb", description=title, console=console) as file:
            yield file, path.name
    else:
        yield path, None


def drug_named(known: Knowledge, name: str) -> str:
    """Return the id of a named drug, or raise with the nearest known names."""
    found = known.drug_named(name)
    if found is None:
        import difflib  # noqa: PLC0415 - only an error pays for it

        near = difflib.get_close_matches(
            name.casefold(), list(known.links.drug_by_name), n=4, cutoff=0.6
        )
        hint = f"nearest known names: {', '.join(near)}" if near else "no near name"
        msg = (
            f"{name!r} is not a medicine that Concord knows; {hint}. Nothing was "
            "checked: give an exact name, a brand or an RxCUI"
        )
        raise UnknownDrugError(msg)
    return found.id


def print_json(value: Any) -> None:
    """Print a value as JSON, indented."""
    data = msgspec.json.encode(value, enc_hook=encode_hook)
    click.echo(msgspec.json.format(data, indent=2).decode())


def now() -> datetime:
    """Return this moment in the zone of the machine: the one clock of the program."""
    return datetime.now(UTC).astimezone()  # noqa: TID251 - only the edge reads a clock


def today() -> date:
    """Return the day on the clock of the machine."""
    return now().date()
