"""From rows to the `Record` that `exchange` makes, and from lines to what rows hold."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid5

import msgspec
from django.db.models import QuerySet

from concord.record import model as rec
from concord.terms import decode_hook, encode_hook
from concord.web.chart.models import Line, MedicationChange
from concord.web.chart.seal import Seal, seal_of

PERSON = "person"
MEDICATIONS = "medications"
CHANGE = "change"


def _types() -> dict[str, type[rec.Line]]:
    """Return the type of line that each field of a record holds."""
    hints = get_type_hints(rec.Record)
    types: dict[str, type[rec.Line]] = {PERSON: rec.Person}
    for name in rec.Record.__struct_fields__:
        arguments = get_args(hints[name])
        if name != PERSON and arguments:
            types[name] = arguments[0]
    return types


TYPES = _types()
_ENCODER = msgspec.json.Encoder(
    enc_hook=encode_hook, decimal_format="string", order="deterministic"
)
_DECODERS = {
    kind: msgspec.json.Decoder(type_, dec_hook=decode_hook)
    for kind, type_ in TYPES.items()
}
_CHANGES = msgspec.json.Decoder(rec.Change, dec_hook=decode_hook)


def encoded(value: Any) -> bytes:
    """Return the JSON form of a line, a change or a request."""
    return _ENCODER.encode(value)


def line_id(person: UUID, kind: str, line: rec.Line) -> UUID:
    """Return what all rows of one line share: whose it is, and where it came from.

    A line keeps its id through every version of its source; without a source the
    line's own id is what makes it the same (as `record.merge` has it).
    """
    key: tuple[str, ...] = ("", "", line.id)
    if kind == PERSON:
        key = ()
    elif line.source is not None:
        key = (line.source.system, line.source.type, line.source.id)
    return uuid5(person, msgspec.json.encode([kind, *key]).decode())


def header(line: rec.Line) -> rec.Line:
    """Return the line as its row holds it: a medicine without its changes."""
    if isinstance(line, rec.MedicationLine):
        return msgspec.structs.replace(line, changes=())
    return line


def lines_of(record: rec.Record) -> dict[str, tuple[rec.Line, ...]]:
    """Return a record's lines by kind, the person's own among them."""
    person = (record.person,) if record.person else ()
    return {PERSON: person} | {
        kind: getattr(record, kind) for kind in TYPES if kind != PERSON
    }


def record_of(
    person: UUID, lines: QuerySet[Line], changes: QuerySet[MedicationChange]
) -> rec.Record:
    """Return a person's record of the rows that may be seen: three queries, always.

    Of each line the newest row that is seen speaks, in the place where it was first
    told; a medicine has the changes that are seen.
    """
    newest: dict[UUID, Line] = {}
    for row in lines.filter(person=person).order_by("kind", "place", "version"):
        newest[row.line] = row
    if not newest:
        return rec.Record()
    seal = seal_of(person)
    told: defaultdict[UUID, list[rec.Change]] = defaultdict(list)
    for change in changes.filter(person=person).order_by("line", "place"):
        told[change.line].append(_change(change, seal))
    fields: defaultdict[str, list[rec.Line]] = defaultdict(list)
    for row in newest.values():
        line = _line(row, seal)
        if isinstance(line, rec.MedicationLine):
            line = msgspec.structs.replace(line, changes=tuple(told[row.line]))
        fields[row.kind].append(line)
    who = fields.pop(PERSON, [None])[-1]
    many: dict[str, Any] = {kind: tuple(lines) for kind, lines in fields.items()}
    return rec.Record(person=who, **many)  # type: ignore[arg-type]


def latest_person(person: UUID) -> rec.Line | None:
    """Return who a person is by the newest row, whoever made it: for age alone."""
    rows = Line.objects.filter(person=person, kind=PERSON)
    row = rows.order_by("-version").first()
    return _line(row, seal_of(person)) if row else None


def _line(row: Line, seal: Seal) -> rec.Line:
    return _DECODERS[row.kind].decode(seal.open(row.id, row.kind, bytes(row.content)))


def _change(row: MedicationChange, seal: Seal) -> rec.Change:
    return _CHANGES.decode(seal.open(row.id, CHANGE, bytes(row.content)))
