"""The regimen of a day: a fold over the decisions that were known by a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import msgspec

from concord.errors import ConflictingChangeError
from concord.record.model import Change, ChangeKind, Dosage, MedicationLine
from concord.terms import PartialDate, Value


class LineStatus(StrEnum):
    """Where a medicine on the list stands on a day."""

    PLANNED = "planned"
    ACTIVE = "active"
    HELD = "held"
    STOPPED = "stopped"
    NEVER = "never"


class State(Value, frozen=True, kw_only=True):
    """What the changes say of one medicine on one day.

    `since` is the start of the present course, `changed` the date of the present dose,
    `ended` when it was stopped.
    `corrected` is whether any change that counts stands in another one's place.
    """

    status: LineStatus
    dosage: tuple[Dosage, ...] = ()
    since: PartialDate | None = None
    changed: PartialDate | None = None
    ended: PartialDate | None = None
    reason: str | None = None
    corrected: bool = False


def history(
    changes: Iterable[Change], known_at: datetime | None = None
) -> tuple[Change, ...]:
    """Return the changes known by a moment, in the order in which they take effect.

    A correction stands in the place of the change that it corrects, under its own id;
    one that says "never happened" removes it.
    The order of the input does not matter; a change given twice counts once.
    Raises `ConflictingChangeError` where two different changes carry one id.
    """
    known: dict[str, Change] = {}
    for change in changes:
        if known_at is not None and change.recorded_at > known_at:
            continue
        if known.setdefault(change.id, change) != change:
            msg = f"change {change.id}: two different changes carry this id"
            raise ConflictingChangeError(msg)
    corrections: dict[str, Change] = {}
    for change in sorted(known.values(), key=lambda c: (c.recorded_at, c.id)):
        if change.kind is ChangeKind.CORRECTED and change.corrects:
            corrections[change.corrects] = change
    standing = (
        corrections.get(change.id, change)
        for change in known.values()
        if change.kind is not ChangeKind.CORRECTED
    )
    counted = (
        change
        for change in standing
        if change.kind is not ChangeKind.CORRECTED or change.becomes is not None
    )
    return tuple(sorted(counted, key=_order))


def state_on(
    changes: Iterable[Change], on: date, known_at: datetime | None = None
) -> State:
    """Return where a medicine stands at the end of a day.

    A start of which only the month is known counts from the month's first day, a stop
    from its last or from the day it was written down, whichever is sooner: as long
    as a person may still be taking it, it counts as taken.
    """
    known = history(changes, known_at)
    status = LineStatus.PLANNED if known else LineStatus.NEVER
    state = State(status=status)
    for change in known:
        if takes_effect(change) > on:
            continue
        state = _apply(state, change)
    if state.status is LineStatus.PLANNED and known:
        first = known[0]
        return msgspec.structs.replace(
            state, since=first.effective, dosage=first.dosage
        )
    return state


def regimen(
    lines: Iterable[MedicationLine], on: date, known_at: datetime | None = None
) -> tuple[tuple[MedicationLine, State], ...]:
    """Return each line with its state on a day, as known at a moment.

    For a fixed `known_at` the answer for a day never changes, whatever is recorded
    later.
    """
    return tuple((line, state_on(line.changes, on, known_at)) for line in lines)


def takes_effect(change: Change) -> date:
    """Return the day from which a change counts."""
    if change.effective is None:
        return change.recorded_at.date()
    if kind_of(change) in (ChangeKind.STOPPED, ChangeKind.HELD):
        recorded = change.recorded_at.date()
        within = change.effective.first <= recorded <= change.effective.last
        return recorded if within else change.effective.last
    return change.effective.first


def kind_of(change: Change) -> ChangeKind:
    """Return what a change does: for a correction, what it makes of its target."""
    return change.becomes or change.kind


def _order(change: Change) -> tuple[date, datetime, datetime, str]:
    moment = change.effective.order[1] if change.effective else change.recorded_at
    return (takes_effect(change), moment, change.recorded_at, change.id)


def _apply(state: State, change: Change) -> State:
    corrected = state.corrected or change.kind is ChangeKind.CORRECTED
    effective = change.effective or PartialDate.of(change.recorded_at.date())
    dosage = change.dosage or state.dosage
    match kind_of(change):
        case ChangeKind.STARTED:
            return State(
                status=LineStatus.ACTIVE,
                dosage=dosage,
                since=change.effective,
                changed=change.effective,
                reason=change.reason,
                corrected=corrected,
            )
        case ChangeKind.DOSE_CHANGED:
            return msgspec.structs.replace(
                state,
                dosage=dosage,
                changed=effective,
                reason=change.reason,
                corrected=corrected,
            )
        case ChangeKind.HELD:
            status = LineStatus.HELD
        case ChangeKind.RESUMED:
            status = LineStatus.ACTIVE
        case _:
            return msgspec.structs.replace(
                state,
                status=LineStatus.STOPPED,
                ended=effective,
                reason=change.reason,
                corrected=corrected,
            )
    return msgspec.structs.replace(
        state, status=status, dosage=dosage, reason=change.reason, corrected=corrected
    )
