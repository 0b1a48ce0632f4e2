"""The ten authored people as FHIR bundles, brought to a day of one's choice."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent / "records"
# The day as of which every record was authored, and its review written by hand.
AUTHORED_ON = date(2026, 11, 22)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*)?")
# Whoever is 82 stays 82 for as long as nobody looks at the day; a birthday that moved
# from one demonstration to the next would look like another person.
_STAYS = "birthDate"


def bundle(name: str, on: date) -> bytes:
    """Return a person's bundle, every day moved so that it was authored on `on`.

    A fill of last week is then a fill of last week in any month, and the review is the
    one that was written by hand. Birth dates stay.
    """
    content = (FOLDER / f"{name}.json").read_bytes()
    days = (on - AUTHORED_ON).days
    return content if days == 0 else moved(content, days)


def moved(content: bytes, days: int) -> bytes:
    """Return JSON with every date in it moved by a number of days, but for births."""
    return msgspec.json.encode(_moved(msgspec.json.decode(content), days))


def _moved(value: Any, days: int) -> Any:
    match value:
        case dict():
            return {
                name: part if name == _STAYS else _moved(part, days)
                for name, part in value.items()
            }
        case list():
            return [_moved(part, days) for part in value]
        case str() if found := _DAY.fullmatch(value):
            day = date.fromordinal(date.fromisoformat(found[1]).toordinal() + days)
            return day.isoformat() + (found[2] or "")
        case _:
            return value


def part(content: bytes, about: frozenset[str]) -> bytes:
    """Return the part of a bundle that is about these, with all that it refers to.

    `about` are the ids of resources: they are in it, and so is what refers to them.
    A record of two clinics is so taken apart into what each would have sent.
    """
    whole = msgspec.json.decode(content)
    by_url = {entry["fullUrl"]: entry for entry in whole["entry"]}
    wanted = {f"{_URL}{id_}" for id_ in about}
    chosen = {
        url
        for url, entry in by_url.items()
        if url in wanted or wanted & _references(entry["resource"])
    }
    told = [by_url[url]["resource"] for url in chosen]
    needed = chosen.union(*(_references(resource) for resource in told))
    whole["entry"] = [entry for url, entry in by_url.items() if url in needed]
    return msgspec.json.encode(whole)


_URL = "urn:uuid:"


def _references(value: Any) -> set[str]:
    match value:
        case dict():
            own = {value["reference"]} if "reference" in value else set()
            return own.union(*(_references(part) for part in value.values()))
        case list():
            return set().union(*(_references(part) for part in value))
        case _:
            return set()
