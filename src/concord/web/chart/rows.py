"""From rows to the `Record` that `exchange` makes, and from lines to what rows hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid5

import msgspec
from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast

from concord.record import model as rec
from concord.terms import Value, decode_hook, encode_hook
from concord.web.chart.models import Line, MedicationChange
from concord.web.chart.seal import Seal, seal_of, seals_of

PERSON = "person"
MEDICATIONS = "medications"
OVERRIDES = "overrides"
CHANGE = "change"
WITHDRAWN = "withdrawn"


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


# What is read of a row of a line: its line and its own id, both as texts, its kind, and
# what is sealed in it; and a reason, where it was withdrawn.
_READ = ("of", "row", "kind", "content", "withdrawn")
_Row = tuple[str, str, str, bytes, bytes | None]
# A database hands out so many rows at once.
_AT_A_TIME = 2_000


class Told(Value, frozen=True, kw_only=True):
    """A record, and of how many rows it was made: rows are only ever added."""

    record: rec.Record = rec.Record()
    rows: int = 0


def record_of(
    person: UUID, lines: QuerySet[Line], changes: QuerySet[MedicationChange]
) -> rec.Record:
    """Return a person's record of the rows that may be seen: three queries, always.

    Of each line the newest row that is seen speaks, in the place where it was first
    told; a medicine has the changes that are seen.
    A line whose newest row was withdrawn is left out.
    """
    return told_of([person], lines, changes)[person].record


def told_of(
    people: Collection[UUID], lines: QuerySet[Line], changes: QuerySet[MedicationChange]
) -> dict[UUID, Told]:
    """Return the records of many people, in the same three queries."""
    seals = seals_of(people)
    newest, counts = _newest(people, lines)
    told: defaultdict[str, list[MedicationChange]] = defaultdict(list)
    for change in (
        changes.filter(person__in=people)
        .annotate(of=Cast("line", CharField()))
        .order_by("line", "place")
    ):
        told[change.of].append(change)
        counts[change.person_id] += 1
    return {
        person: Told(
            record=_record(newest[person].values(), told, seals.get(person)),
            rows=counts[person],
        )
        for person in people
    }


def _newest(
    people: Collection[UUID], lines: QuerySet[Line]
) -> tuple[dict[UUID, dict[str, _Row]], Counter[UUID]]:
    """Return of each line its newest row, in the place where it was first told.

    And of how many rows they were the newest. As plain tuples whose ids are texts: to
    make a model of each of ten thousand rows, and three ids of each, takes longer than
    to read, open and decode them.
    """
    newest: dict[UUID, dict[str, _Row]] = {person: {} for person in people}
    counts: Counter[UUID] = Counter()
    chosen = (
        lines.filter(person__in=people)
        .annotate(of=Cast("line", CharField()), row=Cast("id", CharField()))
        .order_by("kind", "place", "version")
    )
    if len(people) == 1:
        (person,) = people
        rows = list(chosen.values_list(*_READ).iterator(_AT_A_TIME))
        newest[person] = {row[0]: row for row in rows}
        counts[person] = len(rows)
        return newest, counts
    for whose, *told in chosen.values_list("person_id", *_READ).iterator(_AT_A_TIME):
        newest[whose][told[0]] = (told[0], told[1], told[2], told[3], told[4])
        counts[whose] += 1
    return newest, counts


def _record(
    newest: Iterable[_Row],
    told: Mapping[str, list[MedicationChange]],
    seal: Seal | None,
) -> rec.Record:
    fields: defaultdict[str, list[rec.Line]] = defaultdict(list)
    for of, row, kind, content, withdrawn in newest:
        if seal is None or withdrawn is not None:
            continue
        line = _opened(row, kind, content, seal)
        if isinstance(line, rec.MedicationLine):
            changes = tuple(_change(change, seal) for change in told.get(of, ()))
            line = msgspec.structs.replace(line, changes=changes)
        fields[kind].append(line)
    who = fields.pop(PERSON, [None])[-1]
    many: dict[str, Any] = {kind: tuple(lines) for kind, lines in fields.items()}
    return rec.Record(person=who, **many)  # type: ignore[arg-type]


def count_of(
    people: Collection[UUID], lines: QuerySet[Line], changes: QuerySet[MedicationChange]
) -> Counter[UUID]:
    """Return how many rows of each person may be seen, in two queries."""
    counts: Counter[UUID] = Counter()
    for rows in (lines, changes):
        counted = rows.filter(person__in=people).order_by().values("person")
        # Of `*`, so that an index alone answers it.
        for person, number in counted.annotate(n=Count("*")).values_list("person", "n"):
            counts[person] += number
    return counts


def latest_person(person: UUID) -> rec.Line | None:
    """Return who a person is by the newest row, whoever made it: for age alone."""
    rows = Line.objects.filter(person=person, kind=PERSON)
    row = rows.order_by("-version").first()
    return line_in(row, seal_of(person)) if row else None


def latest_people(people: Collection[UUID]) -> dict[UUID, rec.Person]:
    """Return who people are by their newest rows, in two queries, to be named."""
    seals = seals_of(people)
    found: dict[UUID, rec.Person] = {}
    told = Line.objects.filter(person__in=people, kind=PERSON)
    for row in told.order_by("version"):
        line = line_in(row, seals[row.person_id])
        if isinstance(line, rec.Person):
            found[row.person_id] = line
    return found


def line_in(row: Line, seal: Seal) -> rec.Line:
    """Return the line that a row holds, opened."""
    return _opened(row.id, row.kind, row.content, seal)


def _opened(
    row: UUID | str, kind: str, content: bytes | memoryview, seal: Seal
) -> rec.Line:
    return _DECODERS[kind].decode(seal.open(row, kind, bytes(content)))


def _change(row: MedicationChange, seal: Seal) -> rec.Change:
    return _CHANGES.decode(seal.open(row.id, CHANGE, bytes(row.content)))
