"""What an incoming record would change, line by line, before it is merged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from concord.record.merge import line_key, merge
from concord.record.model import Line, MedicationLine, Record
from concord.terms import Value, encode_hook

PERSON = "person"


class Difference(Value, frozen=True, kw_only=True):
    """One line that would be new, or that would say something else than `before`.

    `kind` is the field of the record.
    """

    kind: str
    after: Line
    before: Line | None = None


class Differences(Value, frozen=True, kw_only=True):
    """What merging would do: lines added, lines updated, and the rest by count.

    `kept` are lines that say something else under a version that was read before (they
    were corrected here since): they stay as they are.
    """

    added: tuple[Difference, ...] = ()
    updated: tuple[Difference, ...] = ()
    kept: tuple[Difference, ...] = ()
    unchanged: int = 0

    @property
    def any(self) -> bool:
        """Whether anything at all would be written."""
        return bool(self.added or self.updated)


def differences(record: Record, incoming: Record) -> Differences:
    """Return what `merge` would change, and nothing that it would not."""
    merged = merge(record, incoming).record
    added: list[Difference] = []
    updated: list[Difference] = []
    kept: list[Difference] = []
    unchanged = 0
    for kind, told in _by_kind(incoming):
        had = {line_key(line): line for line in _lines(record, kind)}
        now = {line_key(line): line for line in _lines(merged, kind)}
        for key, line in {line_key(line): line for line in told}.items():
            before, after = had.get(key), now[key]
            if before is None:
                added.append(Difference(kind=kind, after=after))
            elif before != after:
                updated.append(Difference(kind=kind, after=after, before=before))
            elif _says_else(before, line):
                kept.append(Difference(kind=kind, after=after, before=before))
            else:
                unchanged += 1
    if incoming.person is not None:
        person = Difference(
            kind=PERSON, after=incoming.person, before=record.person or None
        )
        if record.person is None:
            added.insert(0, person)
        elif record.person != incoming.person:
            updated.insert(0, person)
        else:
            unchanged += 1
    return Differences(
        added=tuple(added),
        updated=tuple(updated),
        kept=tuple(kept),
        unchanged=unchanged,
    )


def digest_of(found: Differences) -> str:
    """Return a digest of all that differences say: another change, another digest."""
    told = msgspec.json.encode(found, enc_hook=encode_hook, order="deterministic")
    return hashlib.sha256(told).hexdigest()


def _by_kind(record: Record) -> Iterator[tuple[str, tuple[Line, ...]]]:
    for name in Record.__struct_fields__:
        lines = getattr(record, name)
        if isinstance(lines, tuple) and lines:
            yield name, lines


def _lines(record: Record, kind: str) -> tuple[Line, ...]:
    lines: tuple[Line, ...] = getattr(record, kind)
    return lines


def _says_else(before: Line, told: Line) -> bool:
    """Return whether a line that stays was told otherwise, changes left aside."""
    told = msgspec.structs.replace(told, id=before.id, holder=before.holder)
    if isinstance(before, MedicationLine) and isinstance(told, MedicationLine):
        told = msgspec.structs.replace(told, changes=before.changes)
    return told != before
