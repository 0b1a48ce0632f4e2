"""Two records of one person into one: what is new is added, nothing is guessed."""

from __future__ import annotations

from typing import Any

import msgspec

from concord.record.fold import kind_of
from concord.record.model import Change, ChangeKind, Line, MedicationLine, Record
from concord.terms import PartialDate, Value


class Merged(Value, frozen=True, kw_only=True):
    """The merged record, and the ids of the lines that were added or updated."""

    record: Record
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


def merge(record: Record, incoming: Record) -> Merged:
    """Return the record with the incoming lines in it.

    Lines are the same line when their source names the same system, type and id
    (without a source: the same id).
    The same version again adds nothing; another version updates its own line and no
    other, and a medicine keeps every change that it had.
    """
    added: list[str] = []
    updated: list[str] = []
    fields: dict[str, Any] = {}
    for name in Record.__struct_fields__:
        mine, theirs = getattr(record, name), getattr(incoming, name)
        if isinstance(mine, tuple):
            fields[name] = _merge_lines(mine, theirs, added, updated)
    person = record.person
    if incoming.person is not None and incoming.person != person:
        (updated if person else added).append(incoming.person.id)
        person = incoming.person
    merged = msgspec.structs.replace(record, person=person, **fields)
    return Merged(record=merged, added=tuple(added), updated=tuple(updated))


def line_key(line: Line) -> tuple[str, ...]:
    """Return what makes two lines the same one: their source, else their own id."""
    if line.source is None:
        return ("", "", line.id)
    return (line.source.system, line.source.type, line.source.id)


def _merge_lines(
    mine: tuple[Line, ...],
    theirs: tuple[Line, ...],
    added: list[str],
    updated: list[str],
) -> tuple[Line, ...]:
    lines = {line_key(line): line for line in mine}
    for line in theirs:
        present = lines.get(line_key(line))
        if present is None:
            lines[line_key(line)] = line
            added.append(line.id)
        elif present != line:
            newer = _update(present, line)
            if newer != present:
                lines[line_key(line)] = newer
                updated.append(line.id)
    return tuple(lines.values())


def _update(present: Line, line: Line) -> Line:
    if present.source == line.source and not isinstance(line, MedicationLine):
        return present
    if isinstance(present, MedicationLine) and isinstance(line, MedicationLine):
        changes = _append(present.changes, line.changes)
        if present.source == line.source:
            return msgspec.structs.replace(present, changes=changes)
        return msgspec.structs.replace(line, id=present.id, changes=changes)
    return msgspec.structs.replace(line, id=present.id)


def _append(had: tuple[Change, ...], new: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the changes with the new ones; a second start becomes a change of dose.

    A source that sends a whole order again with another dose tells of a change of
    dose on the day that it was written down, not of a second start.
    """
    known = {change.id for change in had}
    started = any(kind_of(change) is ChangeKind.STARTED for change in had)
    dosages = [c.dosage for c in had if c.dosage]
    result = list(had)
    for change in new:
        if change.id in known:
            continue
        known.add(change.id)
        if started and change.kind is ChangeKind.STARTED:
            if dosages and change.dosage == dosages[-1]:
                continue
            result.append(
                msgspec.structs.replace(
                    change,
                    kind=ChangeKind.DOSE_CHANGED,
                    effective=PartialDate.of(change.recorded_at.date()),
                )
            )
            continue
        result.append(change)
    return tuple(result)
