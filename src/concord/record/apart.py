"""Keeps the lines of two sources apart that call different things by one id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from concord.record.merge import line_key
from concord.record.model import (
    Dispensing,
    DoseEvent,
    Indication,
    Line,
    MedicationLine,
    Party,
    Record,
)

_L = TypeVar("_L", bound=Line)
# As many marks as tell two sources apart.
_MARKS = 8


def apart(record: Record, incoming: Record) -> Record:
    """Return the incoming record with ids that name no other line of the record.

    A line that is on the record already has its id there; a new one whose id is taken
    by another source's gets its source's mark. What refers to it is told the new id.
    """
    ids = _ids(record, incoming)
    if not ids:
        return incoming
    fields: dict[str, Any] = {
        name: tuple(_renamed(line, ids) for line in lines)
        for name in Record.__struct_fields__
        if isinstance(lines := getattr(incoming, name), tuple)
    }
    return msgspec.structs.replace(incoming, **fields)


def _ids(record: Record, incoming: Record) -> dict[str, str]:
    """Return the new id of each incoming line that needs one, by the id it has."""
    ids: dict[str, str] = {}
    for name in Record.__struct_fields__:
        mine, theirs = getattr(record, name), getattr(incoming, name)
        if not isinstance(mine, tuple):
            continue
        known = {line_key(line): line.id for line in mine}
        taken = set(known.values())
        for line in theirs:
            wanted = known.get(line_key(line))
            if wanted is None and line.id in taken:
                wanted = f"{line.id}~{_mark(line)}"
            if wanted is not None and wanted != line.id:
                ids[line.id] = wanted
    return ids


def _mark(line: Line) -> str:
    system = line.source.system if line.source else ""
    return hashlib.sha256(system.encode()).hexdigest()[:_MARKS]


def _renamed(line: _L, ids: Mapping[str, str]) -> _L:
    """Return a line under its new id, with what it refers to under theirs."""
    fields: dict[str, Any] = {"id": _new(line.id, ids)}
    if isinstance(line, MedicationLine):
        fields["indications"] = tuple(_reason(i, ids) for i in line.indications)
        fields["replaces"] = _new(line.replaces, ids)
        fields["prescriber"] = _party(line.prescriber, ids)
    if isinstance(line, Dispensing | DoseEvent):
        fields["order"] = _new(line.order, ids)
    if isinstance(line, Dispensing):
        fields["pharmacy"] = _party(line.pharmacy, ids)
    return msgspec.structs.replace(line, **fields)


def _reason(indication: Indication, ids: Mapping[str, str]) -> Indication:
    condition = _new(indication.condition, ids)
    return msgspec.structs.replace(indication, condition=condition)


def _party(party: Party | None, ids: Mapping[str, str]) -> Party | None:
    if party is None:
        return None
    return msgspec.structs.replace(party, id=_new(party.id, ids))


def _new(id_: str | None, ids: Mapping[str, str]) -> str | None:
    return ids.get(id_, id_) if id_ is not None else None
