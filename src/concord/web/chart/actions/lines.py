"""Conditions, allergies and every other line: add one, correct it, withdraw it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from concord.errors import DeniedError, ImpossibleChangeError
from concord.record import model as rec
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.keeping import keep, seen_record, take_out
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource

_CARE = {"responses", "goals", "plans", "therapies"}
# Medicines have actions of their own: a change of them is never a new version. So has
# a prescriber's decision: who may write a line may not decide.
_NOT_HERE = {rows.MEDICATIONS, rows.OVERRIDES}
_KINDS = {type_: kind for kind, type_ in rows.TYPES.items() if kind not in _NOT_HERE}


def add(
    *,
    actor: Actor,
    person: UUID,
    line: rec.Line,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Add a line of any kind but a medicine, and return its id.

    The line gets an id of its own and no source: it was written here.
    """
    kind = _kind(line)
    if kind == rows.PERSON:
        msg = "found a second person, expected a correction of the one on the record"
        raise ImpossibleChangeError(msg)
    ask = _ask(actor=actor, person=person, kind=kind, purpose=purpose, key=key, now=now)

    def write(hat: Hat | None) -> Did:
        made = msgspec.structs.replace(line, id=str(uuid4()), source=None)
        kept = keep(ask, hat, rec.Record(), _record(kind, made))
        return Did(rows=kept, answer={"line": made.id})

    return act(ask, [kind, line], write)


def correct(
    *,
    actor: Actor,
    person: UUID,
    line: rec.Line,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Add a version of a line with what it should say; the old version stays.

    The line is found by its id, and keeps its source and its holder.
    """
    kind = _kind(line)
    ask = _ask(actor=actor, person=person, kind=kind, purpose=purpose, key=key, now=now)

    def write(hat: Hat | None) -> Did:
        lines = rows.lines_of(seen_record(ask))[kind]
        old = next((other for other in lines if other.id == line.id), None)
        if old is None:
            raise DeniedError("not-found")
        new = msgspec.structs.replace(line, source=old.source, holder=old.holder)
        kept = keep(ask, hat, _record(kind, old), _record(kind, new))
        return Did(rows=kept, answer={"line": line.id})

    return act(ask, [kind, line], write)


def withdraw(
    *,
    actor: Actor,
    person: UUID,
    kind: type[rec.Line],
    line: str,
    reason: str,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Say that a line was entered in error, and why; the record then leaves it out.

    What was there stays in the table. A medicine has corrections of its own, and who
    the person is can only be corrected.
    """
    field = _KINDS.get(kind)
    if field is None or field == rows.PERSON:
        msg = "found a line of a kind that is corrected, expected one to withdraw"
        raise ImpossibleChangeError(msg)
    if not reason.strip():
        msg = "found no reason, expected why the line was entered in error"
        raise ImpossibleChangeError(msg)
    ask = _ask(
        actor=actor, person=person, kind=field, purpose=purpose, key=key, now=now
    )

    def write(hat: Hat | None) -> Did:
        lines = rows.lines_of(seen_record(ask))[field]
        old = next((other for other in lines if other.id == line), None)
        if old is None:
            raise DeniedError("not-found")
        kept = take_out(ask, hat, field, old, reason)
        return Did(rows=kept, answer={"line": line})

    return act(ask, ["withdraw", field, line, reason], write)


def _kind(line: rec.Line) -> str:
    kind = _KINDS.get(type(line))
    if kind is None:
        msg = (
            "found a medicine or a prescriber's decision, expected another kind of "
            "line; these have actions of their own"
        )
        raise ImpossibleChangeError(msg)
    return kind


def _record(kind: str, line: rec.Line) -> rec.Record:
    value: Any = line if kind == rows.PERSON else (line,)
    return msgspec.structs.replace(rec.Record(), **{kind: value})


def _ask(
    *, actor: Actor, person: UUID, kind: str, purpose: Purpose, key: UUID, now: datetime
) -> Ask:
    action = Action.WRITE_CLINICAL
    if kind == "settings":
        action = Action.WRITE_SETTING
    elif kind in _CARE:
        action = Action.WRITE_CARE
    return Ask(
        actor=actor,
        action=action,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )
