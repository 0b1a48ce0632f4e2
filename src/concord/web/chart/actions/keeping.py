"""From one record to the next: the rows that must be added, and no other."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from concord.record import model as rec
from concord.terms import Value
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask
from concord.web.chart.actions.finding import index
from concord.web.chart.actions.reviewing import current_review, renew
from concord.web.chart.models import Line, MedicationChange
from concord.web.chart.policy import Hat, View, visible
from concord.web.chart.seal import Seal, seal_of


def seen_record(ask: Ask) -> rec.Record:
    """Return the record of the person asked about, as the actor may see it."""
    seen = visible(ask.actor, ask.now)
    return rows.record_of(_person(ask), seen.lines(), seen.changes())


def _person(ask: Ask) -> UUID:
    if ask.on.person is None:
        msg = "an action on a record names a person"
        raise TypeError(msg)
    return ask.on.person


class Holding(Value, frozen=True, kw_only=True):
    """Who holds what is kept, where that is not who acts: a form's own clinic."""

    organisation: UUID
    programme: UUID | None = None


def keep(
    ask: Ask,
    hat: Hat | Holding | None,
    before: rec.Record,
    after: rec.Record,
    then: Then | None = None,
) -> tuple[UUID, ...]:
    """Add the rows that make one record the next, and return their lines' ids.

    Nothing is ever taken away: a line or a change that `after` lacks stays.
    The review for the view of who writes is made again; of the record that `then` says
    there is afterwards, where the caller has it, else of the rows.
    """
    keeping = _Keeping(ask, hat)
    kept = keeping.keep(before, after)
    if after.person is not None and after.person != before.person:
        index(_person(ask), after.person)
    if kept and then is not None:
        rows_now = then.told.rows + keeping.added
        told = msgspec.structs.replace(then.told, rows=rows_now)
        current_review(_person(ask), then.view, told, ask.now)
    elif kept:
        renew(ask.actor, _person(ask), ask.now)
    return kept


class Then(Value, frozen=True, kw_only=True):
    """The record as it will be in a view, with the number of rows before the write."""

    view: View
    told: rows.Told


def take_out(
    ask: Ask, hat: Hat | None, kind: str, line: rec.Line, reason: str
) -> tuple[UUID, ...]:
    """Add the row that withdraws a line, with why, and return the line's id."""
    kept = _Keeping(ask, hat).take_out(kind, line, reason)
    renew(ask.actor, _person(ask), ask.now)
    return (kept,)


class _Keeping:
    """One write of one person's record, under one hat."""

    def __init__(self, ask: Ask, hat: Hat | Holding | None) -> None:
        self._person = _person(ask)
        self._ask = ask
        self._hat = hat
        self.added = 0
        self._seal: Seal = seal_of(self._person)
        self._versions: dict[UUID, int] = {}
        self._places: dict[UUID, int] = {}
        self._next_place: defaultdict[str, int] = defaultdict(int)
        # Every row counts here, seen or not: versions and places are the person's.
        for kind, line, version, place in Line.objects.filter(
            person=self._person
        ).values_list("kind", "line", "version", "place"):
            self._versions[line] = max(version, self._versions.get(line, 0))
            self._places[line] = place
            self._next_place[kind] = max(place + 1, self._next_place[kind])
        self._next_change: defaultdict[UUID, int] = defaultdict(int)
        for line, place in MedicationChange.objects.filter(
            person=self._person
        ).values_list("line", "place"):
            self._next_change[line] = max(place + 1, self._next_change[line])

    def keep(self, before: rec.Record, after: rec.Record) -> tuple[UUID, ...]:
        """Add what `after` has and `before` has not."""
        had = {
            rows.line_id(self._person, kind, line): line
            for kind, lines in rows.lines_of(before).items()
            for line in lines
        }
        lines: list[Line] = []
        changes: list[MedicationChange] = []
        for kind, now in rows.lines_of(after).items():
            for line in now:
                id_ = rows.line_id(self._person, kind, line)
                old = had.get(id_)
                if old is None or rows.header(old) != rows.header(line):
                    lines.append(self._line(id_, kind, line))
                if isinstance(line, rec.MedicationLine):
                    known = old.changes if isinstance(old, rec.MedicationLine) else ()
                    changes += self._changes(id_, known, line.changes)
        self.added = len(lines) + len(changes)
        Line.objects.bulk_create(lines)
        MedicationChange.objects.bulk_create(changes)
        return tuple(dict.fromkeys(row.line for row in (*lines, *changes)))

    def take_out(self, kind: str, line: rec.Line, reason: str) -> UUID:
        """Add the last version of a line: that it was entered in error."""
        id_ = rows.line_id(self._person, kind, line)
        row = self._line(id_, kind, line)
        row.withdrawn = self._seal.close(row.id, rows.WITHDRAWN, reason.encode())
        row.save(force_insert=True)
        return id_

    def _line(self, id_: UUID, kind: str, line: rec.Line) -> Line:
        row = uuid4()
        if id_ not in self._places:
            self._places[id_] = self._next_place[kind]
            self._next_place[kind] += 1
        self._versions[id_] = self._versions.get(id_, 0) + 1
        source = line.source
        return Line(
            id=row,
            line=id_,
            kind=kind,
            place=self._places[id_],
            version=self._versions[id_],
            source_system=source.system if source else "",
            source_type=source.type if source else "",
            source_id=source.id if source else "",
            source_version=source.version if source else None,
            labels=list(line.labels),
            content=self._seal.close(row, kind, rows.encoded(rows.header(line))),
            **self._held(),
        )

    def _changes(
        self, id_: UUID, had: tuple[rec.Change, ...], now: tuple[rec.Change, ...]
    ) -> list[MedicationChange]:
        known = {change.id for change in had}
        made = []
        for change in now:
            if change.id in known:
                continue
            row = uuid4()
            made.append(
                MedicationChange(
                    id=row,
                    line=id_,
                    change=change.id,
                    place=self._next_change[id_],
                    content=self._seal.close(row, rows.CHANGE, rows.encoded(change)),
                    **self._held(),
                )
            )
            self._next_change[id_] += 1
        return made

    def _held(self) -> dict[str, UUID | datetime | None]:
        return {
            "person_id": self._person,
            "organisation_id": self._hat.organisation if self._hat else None,
            "programme_id": self._hat.programme if self._hat else None,
            "created_at": self._ask.now,
            "actor": self._ask.actor.id,
            "key": self._ask.key,
        }
