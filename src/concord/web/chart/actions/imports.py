"""Imports: what a source tells of a person, merged into their record.

A file that somebody sends is read, held back and shown first (`hold`, `look`), and
merged only when they say so (`confirm`).
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import transaction

from concord.errors import (
    ChangedSinceError,
    DeniedError,
    ImpossibleChangeError,
    UnusableInputError,
)
from concord.exchange import Import, Problem, Tally
from concord.followup.answered import Flagged
from concord.record.apart import apart
from concord.record.differences import Differences, differences, digest_of
from concord.record.merge import merge
from concord.record.model import Identifier, Person, Record
from concord.terms import PartialDate, Value, decode_hook
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, Did, act, note
from concord.web.chart.actions.elsewhere import open_tasks, waking
from concord.web.chart.actions.keeping import keep, seen_record
from concord.web.chart.models import PendingImport
from concord.web.chart.policy import (
    Action,
    Actor,
    Hat,
    Purpose,
    Resource,
    decide,
    hat_of,
)
from concord.web.chart.seal import seal_of

# Local policy: long enough to read a preview with the person, and it ends by itself.
LASTS = timedelta(minutes=30)
MOST_PROBLEMS = 100
# What was read of 10 MiB takes less; more would be a mistake of ours.
MOST_BYTES = 48 * 1024 * 1024
PENDING = "pending-import"


class Held(Value, frozen=True, kw_only=True):
    """What was read from a file: the record, the first problems, and the counts."""

    record: Record
    problems: tuple[Problem, ...]
    problem_count: int
    read: dict[str, Tally]


class Preview(Value, frozen=True, kw_only=True):
    """What a held import would change in the record as it is now.

    `seen` stands for exactly these changes: confirming another is refused.
    `mine` and `theirs` are whom the record and the file are about.
    `waking` are answers about suicide that would open a task at once.
    """

    id: UUID
    ends_at: datetime
    held: Held
    found: Differences
    seen: str
    mine: Person | None
    theirs: Person | None
    may_be_another: bool
    waking: tuple[Flagged, ...] = ()


_HELD = msgspec.json.Decoder(Held, dec_hook=decode_hook)


def bring_in(
    *,
    actor: Actor,
    person: UUID,
    record: Record,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    same_person: bool = False,
) -> dict[str, Any]:
    """Merge a record into a person's own, and return how many lines it changed.

    What was read before adds nothing, a newer version of a source line updates its own
    line and no other, and a medicine keeps every change (`record.merge`).
    Raises `ImpossibleChangeError` where the record may be somebody else's and nobody
    said that it is the `same_person`.
    """
    ask = _ask(actor=actor, person=person, purpose=purpose, key=key, now=now)

    def write(hat: Hat | None) -> Did:
        return _merge(ask, hat, seen_record(ask), record, same_person=same_person)

    return act(ask, [record, same_person], write)


# --- a file, read but not yet merged ----------------------------------------------


def permitted(*, actor: Actor, person: UUID, purpose: Purpose, now: datetime) -> None:
    """Raise `DeniedError`, and log it, where the actor may not import for a person.

    Asked before a file is read, so that no one's file is read for nothing.
    """
    ask = _ask(actor=actor, person=person, purpose=purpose, key=uuid4(), now=now)
    decision = decide(actor, ask.action, ask.on, purpose, now)
    if not decision.allowed:
        note(ask, decision, hat_of(actor, now))
        raise DeniedError(decision.reason)


def hold(
    *,
    actor: Actor,
    person: UUID,
    imported: Import,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Keep what was read, sealed, until it is confirmed; return its id.

    Of one person an actor holds one import at a time: a new one replaces it.
    """
    ask = _ask(actor=actor, person=person, purpose=purpose, key=key, now=now)
    held = Held(
        record=imported.record,
        problems=imported.problems[:MOST_PROBLEMS],
        problem_count=len(imported.problems),
        read=imported.read,
    )
    content = rows.encoded(held)
    if len(content) > MOST_BYTES:
        msg = "found more than can be shown at once; import it in parts"
        raise UnusableInputError(msg)

    def write(_hat: Hat | None) -> Did:
        PendingImport.objects.filter(ends_at__lte=now).delete()
        PendingImport.objects.filter(actor=actor.id, person=person).delete()
        id_ = uuid4()
        PendingImport.objects.create(
            id=id_,
            person_id=person,
            actor=actor.id,
            membership=actor.membership,
            content=seal_of(person).close(id_, PENDING, zlib.compress(content)),
            made_at=now,
            ends_at=now + LASTS,
        )
        return Did(answer={"pending": str(id_)})

    return act(ask, [PENDING, held], write)


def look(
    *, actor: Actor, person: UUID, pending: UUID, purpose: Purpose, now: datetime
) -> Preview:
    """Return what a held import would change now, and log that it was looked at.

    Raises `DeniedError` for one that is another's, used, ended or never was.
    """
    ask = _ask(actor=actor, person=person, purpose=purpose, key=uuid4(), now=now)
    with transaction.atomic():
        decision = decide(actor, ask.action, ask.on, purpose, now)
        row = _row(ask, pending) if decision.allowed else None
        hat = hat_of(actor, now)
        note(ask, decision, hat)
        if row is not None:
            return _preview(ask, hat, row)
    raise DeniedError("not-found" if decision.allowed else decision.reason)


def confirm(
    *,
    actor: Actor,
    person: UUID,
    pending: UUID,
    seen: str,
    same_person: bool,
    take_person: bool,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Merge a held import as it was `seen`, and return how many lines it changed.

    Without `take_person`, who the person is stays as it is here.
    Raises `ChangedSinceError` where the record changed since, so that other lines
    would change than were shown; and `ImpossibleChangeError` as `bring_in` does.
    """
    ask = _ask(actor=actor, person=person, purpose=purpose, key=key, now=now)

    def write(hat: Hat | None) -> Did:
        row = _row(ask, pending)
        if row is None:
            raise DeniedError("not-found")
        preview = _preview(ask, hat, row)
        if preview.seen != seen:
            raise ChangedSinceError
        if preview.may_be_another and not same_person:
            _refuse_another()
        row.delete()
        record = preview.held.record
        if preview.mine is not None and not take_person:
            record = msgspec.structs.replace(record, person=None)
        return _merge(ask, hat, seen_record(ask), record, same_person=True)

    return act(ask, [pending, seen, same_person, take_person], write)


def discard(
    *,
    actor: Actor,
    person: UUID,
    pending: UUID,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Throw a held import away; nothing of it was saved."""
    ask = _ask(actor=actor, person=person, purpose=purpose, key=key, now=now)

    def write(_hat: Hat | None) -> Did:
        row = _row(ask, pending)
        if row is None:
            raise DeniedError("not-found")
        row.delete()
        return Did(answer={"pending": str(pending)})

    return act(ask, [PENDING, "discard", pending], write)


# --- what they share --------------------------------------------------------------


def _ask(
    *, actor: Actor, person: UUID, purpose: Purpose, key: UUID, now: datetime
) -> Ask:
    return Ask(
        actor=actor,
        action=Action.IMPORT,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )


def _row(ask: Ask, pending: UUID) -> PendingImport | None:
    """Return a held import of this actor, membership and person that has not ended."""
    return (
        PendingImport.objects.select_for_update()
        .filter(
            id=pending,
            person=ask.on.person,
            actor=ask.actor.id,
            membership=ask.actor.membership,
            ends_at__gt=ask.now,
        )
        .first()
    )


def _preview(ask: Ask, hat: Hat | None, row: PendingImport) -> Preview:
    content = seal_of(row.person_id).open(row.id, PENDING, bytes(row.content))
    held = _HELD.decode(zlib.decompress(content))
    mine = seen_record(ask)
    theirs = apart(mine, held.record)
    found = differences(mine, theirs)
    return Preview(
        id=row.id,
        ends_at=row.ends_at,
        held=held,
        found=found,
        seen=digest_of(found),
        mine=mine.person,
        theirs=held.record.person,
        may_be_another=_unsure(mine.person, held.record.person),
        waking=waking(ask, hat, mine, merge(mine, theirs).record),
    )


def _merge(
    ask: Ask, hat: Hat | None, before: Record, record: Record, *, same_person: bool
) -> Did:
    if not same_person and _may_be_another(before.person, record.person):
        _refuse_another()
    if record.overrides:
        msg = (
            "found decisions of a prescriber in what is brought in, expected none; "
            "whoever decides it here sets the date here"
        )
        raise ImpossibleChangeError(msg)
    merged = merge(before, apart(before, record))
    kept = keep(ask, hat, before, merged.record)
    tasks = open_tasks(ask, hat, before, merged.record)
    return Did(
        rows=(*kept, *tasks),
        answer={"added": len(merged.added), "updated": len(merged.updated)},
    )


def _refuse_another() -> None:
    msg = (
        "found a record whose person shares no identifier, source or name and birth "
        "with this one, expected the same person; compare the two, then say that they "
        "are the same"
    )
    raise ImpossibleChangeError(msg)


def _unsure(mine: Person | None, theirs: Person | None) -> bool:
    """Whether it must be asked if a file is about this person; unnamed, always."""
    return mine is None or theirs is None or _may_be_another(mine, theirs)


def _may_be_another(mine: Person | None, theirs: Person | None) -> bool:
    """Whether two persons have nothing in common that says that they are one.

    Births that cannot be the same day make them two whatever else they share.
    """
    if mine is None or theirs is None or mine == theirs:
        return False
    if mine.birth and theirs.birth and not _overlap(mine.birth, theirs.birth):
        return True
    if _known(mine) & _known(theirs):
        return False
    if mine.source and theirs.source and mine.source.id == theirs.source.id:
        return mine.source.system != theirs.source.system
    names = {n.text.casefold() for n in mine.names}
    shared = names & {n.text.casefold() for n in theirs.names}
    return not (shared and mine.birth and mine.birth == theirs.birth)


def _known(person: Person) -> set[Identifier]:
    """Return the identifiers that name their system: a bare number is anybody's."""
    return {i for i in person.identifiers if i.system}


def _overlap(one: PartialDate, other: PartialDate) -> bool:
    return one.first <= other.last and other.first <= one.last
