"""What several commands ask for and read: a record, where its person is, the clocks."""

from __future__ import annotations

import re
from datetime import tzinfo
from pathlib import Path

import click

from concord.cli.edge import now, opened
from concord.dosing.schedule import Policy, zone
from concord.errors import UnknownZoneError, UnusableInputError
from concord.knowledge.lookup import Knowledge
from concord.record.forms import is_record, record_from_json
from concord.record.model import Record

DAY = click.DateTime(["%Y-%m-%d"])
_FIRST_KEY = re.compile(rb'\s*\{\s*"([a-z_]+)"')
_HEAD = 1024


def record_of(record: str, knowledge: Knowledge) -> Record:
    """Return the record of a FHIR R4 file, a folder of them, or `-`.

    A file may hold Concord's own JSON form of a record instead.
    Raises `NoSuchFileError` where nothing is there.
    """
    # Imported here, so that only a run pays for it.
    from concord.exchange import Recogniser, read  # noqa: PLC0415
    from concord.knowledge.catalogue import load_catalogue  # noqa: PLC0415

    mine = _own_form(Path(record))
    if mine is not None:
        return record_from_json(mine)
    recogniser = Recogniser(load_catalogue(), knowledge)
    with opened(record) as (source, name):
        imported = read(source, recogniser, read_at=now(), name=name)
    if imported.problems:
        click.echo(
            f"concord: {len(imported.problems)} problem(s) in what was read; concord "
            "review names each",
            err=True,
        )
    return imported.record


def _own_form(path: Path) -> bytes | None:
    """Return what a file holds where that is meant as a record of our own form.

    The first key tells most others at once, so that a long bundle is not read twice.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        first = _FIRST_KEY.match(file.read(_HEAD))
        if first is None or first[1].decode() not in Record.__struct_fields__:
            return None
        file.seek(0)
        data = file.read()
    return data if is_record(data) else None


def zones(record: Record, named: str | None) -> tuple[tzinfo, tzinfo]:
    """Return where the person is and their zone at home; one stands for the other."""
    home = record.person.zone if record.person is not None else None
    if named is None and home is None:
        msg = (
            "--zone: found none, and none in the record, expected a name like "
            "America/New_York; say where the person is"
        )
        raise UnknownZoneError(msg)
    return zone(named or home or ""), zone(home or named or "")


def own_times(given: tuple[str, ...]) -> dict[str, str]:
    """Return a person's own times by event, from texts like `HS=23:00`."""
    found = {}
    for text in given:
        event, sign, at = text.partition("=")
        if not sign:
            raise click.BadParameter(f"{text!r} is not EVENT=HH:MM", param_hint="--at")
        found[event] = at
    return found


def policies_of(given: tuple[str, ...]) -> dict[str | None, Policy]:
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


def end_with(problems: list[str]) -> None:
    """Raise what could not be followed, once all the rest has been printed."""
    if problems:
        raise UnusableInputError("\n".join(problems))
