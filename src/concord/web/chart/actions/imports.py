"""Imports: what a source tells of a person, merged into their record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from concord.errors import ImpossibleChangeError
from concord.record.merge import merge
from concord.record.model import Person, Record
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.keeping import keep, seen_record
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource


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
    ask = Ask(
        actor=actor,
        action=Action.IMPORT,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )

    def write(hat: Hat | None) -> Did:
        before = seen_record(ask)
        if not same_person and _may_be_another(before.person, record.person):
            msg = (
                "found a record whose person shares no identifier, source or name and "
                "birth with this one, expected the same person; compare the two, then "
                "say that they are the same"
            )
            raise ImpossibleChangeError(msg)
        merged = merge(before, record)
        kept = keep(ask, hat, before, merged.record)
        return Did(
            rows=kept,
            answer={"added": len(merged.added), "updated": len(merged.updated)},
        )

    return act(ask, [record, same_person], write)


def _may_be_another(mine: Person | None, theirs: Person | None) -> bool:
    """Whether two persons have nothing in common that says that they are one."""
    if mine is None or theirs is None or mine == theirs:
        return False
    if set(mine.identifiers) & set(theirs.identifiers):
        return False
    if mine.source and theirs.source and mine.source.id == theirs.source.id:
        return mine.source.system != theirs.source.system
    names = {n.text.casefold() for n in mine.names}
    shared = names & {n.text.casefold() for n in theirs.names}
    return not (shared and mine.birth and mine.birth == theirs.birth)
