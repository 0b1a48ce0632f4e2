"""Medicines: add one, then change, hold, resume, stop or correct; only ever adding."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from concord.errors import (
    DeniedError,
    ImpossibleChangeError,
    MustAnswerError,
    NoAuthorityError,
)
from concord.record import model as rec
from concord.record.fold import LineStatus, state_on
from concord.terms import PartialDate
from concord.web.chart.actions.acting import Ask, Did, Writing, act
from concord.web.chart.actions.answering import count_fired, keep_overrides
from concord.web.chart.actions.interrupting import (
    Override,
    Wanted,
    check,
    day_of,
    raises,
    with_change,
)
from concord.web.chart.actions.keeping import keep, seen_record
from concord.web.chart.actions.reviewing import knowledge, told_to
from concord.web.chart.policy import (
    Action,
    Actor,
    Hat,
    Purpose,
    Resource,
    hat_of,
    schedules_of,
    view_of,
)

# From which states a change makes sense; a planned medicine may be changed before.
_FROM = {
    rec.ChangeKind.DOSE_CHANGED: {
        LineStatus.PLANNED,
        LineStatus.ACTIVE,
        LineStatus.HELD,
    },
    rec.ChangeKind.HELD: {LineStatus.PLANNED, LineStatus.ACTIVE},
    rec.ChangeKind.RESUMED: {LineStatus.HELD},
    rec.ChangeKind.STOPPED: {
        LineStatus.PLANNED,
        LineStatus.ACTIVE,
        LineStatus.HELD,
    },
}


def add(
    *,
    actor: Actor,
    person: UUID,
    medicine: rec.Medicine,
    kind: rec.LineKind,
    effective: PartialDate | None,
    reason: str | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    dosage: tuple[rec.Dosage, ...] = (),
    indications: tuple[rec.Indication, ...] = (),
    prescriber: rec.Party | None = None,
    over_the_counter: bool = False,
    pharmacy: rec.AtPharmacy | None = None,
    overrides: tuple[Override, ...] = (),
) -> dict[str, Any]:
    """Put a medicine on the list, as an order or as somebody's report.

    Returns the id of its line and of its first change.
    Raises `MustAnswerError` where it would cause a grave finding without an override,
    `NoAuthorityError` where its schedule is beyond the actor's authorities.
    """
    body = [medicine, kind, effective, reason, dosage, indications, prescriber]
    body += [over_the_counter, pharmacy, overrides]
    ask = _ask(actor=actor, person=person, kind=kind, purpose=purpose, key=key, now=now)

    def write(hat: Hat | None) -> Did:
        change = rec.Change(
            id=str(uuid4()),
            kind=rec.ChangeKind.STARTED,
            recorded_at=now,
            effective=effective,
            dosage=dosage,
            author=rec.Party(id=str(actor.id)),
            reason=reason,
            pharmacy=pharmacy,
        )
        line = rec.MedicationLine(
            id=str(uuid4()),
            medicine=medicine,
            kind=kind,
            indications=indications,
            prescriber=prescriber,
            over_the_counter=over_the_counter,
            changes=(change,),
        )
        answered = _safe(ask, hat, line, overrides)
        kept = keep(ask, hat, rec.Record(), rec.Record(medications=(line,)))
        return Did(
            rows=(*kept, *answered), answer={"line": line.id, "change": change.id}
        )

    return _act(ask, body, write)


def change_dose(
    *,
    actor: Actor,
    person: UUID,
    line: str,
    dosage: tuple[rec.Dosage, ...],
    effective: PartialDate | None,
    reason: str | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    pharmacy: rec.AtPharmacy | None = None,
    overrides: tuple[Override, ...] = (),
) -> dict[str, Any]:
    """Add a change of dose to a medicine, and return the change's id."""
    change = _Wanted(
        rec.ChangeKind.DOSE_CHANGED,
        effective,
        reason,
        pharmacy,
        dosage,
        overrides=overrides,
    )
    return _change(
        change, actor=actor, person=person, line=line, purpose=purpose, key=key, now=now
    )


def hold(
    *,
    actor: Actor,
    person: UUID,
    line: str,
    effective: PartialDate | None,
    reason: str | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    pharmacy: rec.AtPharmacy | None = None,
) -> dict[str, Any]:
    """Hold a medicine, and return the change's id."""
    change = _Wanted(rec.ChangeKind.HELD, effective, reason, pharmacy)
    return _change(
        change, actor=actor, person=person, line=line, purpose=purpose, key=key, now=now
    )


def resume(
    *,
    actor: Actor,
    person: UUID,
    line: str,
    effective: PartialDate | None,
    reason: str | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    dosage: tuple[rec.Dosage, ...] = (),
    pharmacy: rec.AtPharmacy | None = None,
    overrides: tuple[Override, ...] = (),
) -> dict[str, Any]:
    """Resume a held medicine, at another dose where one is given."""
    change = _Wanted(
        rec.ChangeKind.RESUMED, effective, reason, pharmacy, dosage, overrides=overrides
    )
    return _change(
        change, actor=actor, person=person, line=line, purpose=purpose, key=key, now=now
    )


def stop(
    *,
    actor: Actor,
    person: UUID,
    line: str,
    effective: PartialDate | None,
    reason: str | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    pharmacy: rec.AtPharmacy | None = None,
) -> dict[str, Any]:
    """Stop a medicine, and return the change's id."""
    change = _Wanted(rec.ChangeKind.STOPPED, effective, reason, pharmacy)
    return _change(
        change, actor=actor, person=person, line=line, purpose=purpose, key=key, now=now
    )


def correct(
    *,
    actor: Actor,
    person: UUID,
    line: str,
    change: str,
    becomes: rec.ChangeKind | None,
    effective: PartialDate | None,
    reason: str | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    dosage: tuple[rec.Dosage, ...] = (),
    pharmacy: rec.AtPharmacy | None = None,
    overrides: tuple[Override, ...] = (),
) -> dict[str, Any]:
    """Say what a change should have been, or (`becomes` None) that it never happened.

    The change that was wrong stays in the history, with its correction.
    """
    wanted = _Wanted(
        rec.ChangeKind.CORRECTED,
        effective,
        reason,
        pharmacy,
        dosage,
        change,
        becomes,
        overrides,
    )
    return _change(
        wanted, actor=actor, person=person, line=line, purpose=purpose, key=key, now=now
    )


class _Wanted(msgspec.Struct, frozen=True):
    """A change as asked for, without what the moment and the actor add."""

    kind: rec.ChangeKind
    effective: PartialDate | None
    reason: str | None
    pharmacy: rec.AtPharmacy | None = None
    dosage: tuple[rec.Dosage, ...] = ()
    corrects: str | None = None
    becomes: rec.ChangeKind | None = None
    overrides: tuple[Override, ...] = ()


def _change(
    wanted: _Wanted,
    *,
    actor: Actor,
    person: UUID,
    line: str,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    ask = _ask(
        kind=rec.LineKind.ORDER,
        actor=actor,
        person=person,
        purpose=purpose,
        key=key,
        now=now,
    )
    present = _present(ask, line)
    if present is not None and present.kind is rec.LineKind.REPORT:
        ask = _ask(
            kind=rec.LineKind.REPORT,
            actor=actor,
            person=person,
            purpose=purpose,
            key=key,
            now=now,
        )

    def write(hat: Hat | None) -> Did:
        before = seen_record(ask)
        old = next((m for m in before.medications if m.id == line), None)
        if old is None:
            raise DeniedError("not-found")
        _check(old, wanted, now)
        change = rec.Change(
            id=str(uuid4()),
            kind=wanted.kind,
            recorded_at=now,
            effective=wanted.effective,
            dosage=wanted.dosage,
            author=rec.Party(id=str(actor.id)),
            reason=wanted.reason,
            corrects=wanted.corrects,
            becomes=wanted.becomes,
            pharmacy=wanted.pharmacy,
        )
        new = msgspec.structs.replace(old, changes=(*old.changes, change))
        answered = _safe(ask, hat, new, wanted.overrides)
        kept = keep(
            ask, hat, rec.Record(medications=(old,)), rec.Record(medications=(new,))
        )
        return Did(rows=(*kept, *answered), answer={"line": line, "change": change.id})

    return _act(ask, [line, wanted], write)


def _act(ask: Ask, body: Any, write: Writing) -> dict[str, Any]:
    """Act; where the change interrupts, nothing is saved but that it did."""
    try:
        return act(ask, body, write)
    except MustAnswerError as asked:
        count_fired(ask, hat_of(ask.actor, ask.now), asked.findings)
        raise


def _safe(
    ask: Ask, hat: Hat | None, line: rec.MedicationLine, overrides: tuple[Override, ...]
) -> tuple[UUID, ...]:
    """Check what a changed line would cause, keep the overrides, and return their ids.

    Raises `MustAnswerError` and `NoAuthorityError`.
    """
    person = ask.on.person
    view = view_of(ask.actor, person, ask.now) if person else None
    if view is None or person is None or line.kind is rec.LineKind.REPORT:
        return ()
    before = told_to([person], view)[person].record
    after, id_ = with_change(before, Wanted(line=line))
    old = next((m for m in before.medications if m.id == id_), None)
    if raises(old, line, day_of(line, view, person, before, ask.now)):
        _check_schedule(hat, line.medicine, ask.now)
    found = check(before, after, id_, overrides, person=person, view=view, now=ask.now)
    return keep_overrides(ask, hat, view, found, overrides)


def _check_schedule(hat: Hat | None, medicine: rec.Medicine, now: datetime) -> None:
    """Raise `NoAuthorityError` for a schedule that no authority of the hat extends to.

    A medicine of which no schedule is known needs a plain authority, which the policy
    has asked for.
    """
    needed = set()
    for ingredient in medicine.ingredients:
        known = knowledge().drug_of(ingredient.rxcui)
        if known and known.schedule and known.schedule.dea != "none":
            needed.add(known.schedule.dea)
    missing = needed - (schedules_of(hat, now) if hat and needed else frozenset())
    if missing:
        msg = (
            f"found a medicine of schedule {', '.join(sorted(missing))}, expected one "
            "that your prescribing authority extends to; ask who prescribes it, or an "
            "administrator to record the authority that you have"
        )
        raise NoAuthorityError(msg)


def _present(ask: Ask, line: str) -> rec.MedicationLine | None:
    """Return the medicine asked about, where the actor may see it."""
    medicines = seen_record(ask).medications
    return next((m for m in medicines if m.id == line), None)


def _check(line: rec.MedicationLine, wanted: _Wanted, now: datetime) -> None:
    """Raise `ImpossibleChangeError` where a change does not fit what is so far."""
    if wanted.kind is rec.ChangeKind.CORRECTED:
        standing = {
            c.id for c in line.changes if c.kind is not rec.ChangeKind.CORRECTED
        }
        if wanted.corrects not in standing:
            msg = (
                "found a correction of a change that this medicine has not; expected "
                "the id of one of its changes; look at the medicine again"
            )
            raise ImpossibleChangeError(msg)
        return
    if wanted.kind is rec.ChangeKind.DOSE_CHANGED and not wanted.dosage:
        msg = "found no dose, expected the new one; a medicine is stopped by a stop"
        raise ImpossibleChangeError(msg)
    state = state_on(line.changes, now.date())
    if state.status not in _FROM[wanted.kind]:
        allowed = " or ".join(sorted(_FROM[wanted.kind]))
        msg = (
            f"found a medicine that is {state.status}, expected one that is {allowed}; "
            "look at the medicine again: somebody may have changed it"
        )
        raise ImpossibleChangeError(msg)


def _ask(
    *,
    actor: Actor,
    person: UUID,
    kind: rec.LineKind,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> Ask:
    order = kind is rec.LineKind.ORDER
    return Ask(
        actor=actor,
        action=Action.CHANGE_ORDER if order else Action.RECORD_REPORT,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )
