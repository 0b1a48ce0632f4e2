"""Medicines: add one, then change, hold, resume, stop or correct; only ever adding."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from concord.errors import (
    DeniedError,
    ImpossibleChangeError,
    MustAnswerError,
)
from concord.record import model as rec
from concord.record.fold import LineStatus, state_on
from concord.terms import PartialDate
from concord.web.chart.actions.acting import Ask, Did, Writing, act
from concord.web.chart.actions.answering import count_fired
from concord.web.chart.actions.checking import Seen, safe
from concord.web.chart.actions.interrupting import (
    Override,
)
from concord.web.chart.actions.keeping import keep
from concord.web.chart.actions.reviewing import day_in, zone_of
from concord.web.chart.models import MedicationChange
from concord.web.chart.policy import (
    Action,
    Actor,
    Hat,
    Purpose,
    Resource,
    hat_of,
    visible,
)
from concord.web.chart.rows import MEDICATIONS, record_of

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
        seen = Seen.of(ask)
        answered, then = safe(ask, hat, seen, line, overrides)
        after = rec.Record(medications=(line,))
        kept = keep(ask, hat, rec.Record(), after, then)
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
        seen = Seen.of(ask)
        old = seen.line(line)
        if old is None:
            raise DeniedError("not-found")
        zone = hat.zone if hat else zone_of(person, None, now)
        _check(old, wanted, day_in(zone, now))
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
        answered, then = safe(ask, hat, seen, new, wanted.overrides)
        kept = keep(
            ask,
            hat,
            rec.Record(medications=(old,)),
            rec.Record(medications=(new,)),
            then,
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


def _present(ask: Ask, line: str) -> rec.MedicationLine | None:
    """Return the medicine asked about, where the actor may see it; not its changes."""
    person = ask.on.person
    if person is None:
        return None
    medicines = visible(ask.actor, ask.now).lines().filter(kind=MEDICATIONS)
    found = record_of(person, medicines, MedicationChange.objects.none())
    return next((m for m in found.medications if m.id == line), None)


def _check(line: rec.MedicationLine, wanted: _Wanted, today: date) -> None:
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
    state = state_on(line.changes, today)
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
