"""The changes of one medicine as pages show them: who, when, why, and what became."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from concord.record.agreed import Entry
from concord.record.fold import LineStatus, State, takes_effect
from concord.record.model import (
    AtPharmacy,
    Change,
    ChangeKind,
    MedicationLine,
    Party,
)
from concord.terms import PartialDate, Value
from concord.web.clinician.words import CHANGES, PILLS_LEFT, TOLD


class Changed(Value, frozen=True, kw_only=True):
    """One change as told; `corrected` where a later one stands in its place.

    `never` is a correction that says that it never happened.
    `dosed` holds the directions where the change states any.
    """

    id: str
    what: str
    effective: PartialDate | None
    recorded_at: datetime
    by: str | None
    reason: str | None
    dosed: Entry | None
    pharmacy: str | None
    corrects: str | None = None
    corrected: bool = False
    never: bool = False


def changed(line: MedicationLine, names: Mapping[str, str]) -> tuple[Changed, ...]:
    """Return every change of a medicine, the newest recorded first.

    `names` are those of the staff by id. Nothing is left out: what was corrected stays
    beside its correction.
    """
    # Of those brought in together, the one that took effect last stands first.
    told = sorted(
        line.changes, key=lambda c: (c.recorded_at, takes_effect(c), c.id), reverse=True
    )
    corrected = {c.corrects for c in told if c.corrects}
    kinds = {change.id: change.kind for change in told}
    return tuple(_shown(line, c, names, kinds, c.id in corrected) for c in told)


def _shown(
    line: MedicationLine,
    change: Change,
    names: Mapping[str, str],
    kinds: Mapping[str, ChangeKind],
    corrected: bool,
) -> Changed:
    what = CHANGES[change.kind]
    never = change.kind is ChangeKind.CORRECTED and change.becomes is None
    if change.kind is ChangeKind.CORRECTED:
        was = CHANGES[kinds.get(change.corrects or "", ChangeKind.CORRECTED)].lower()
        meant = CHANGES[change.becomes].lower() if change.becomes else None
        what = f"Correction: “{was}” never happened"
        if meant:
            what = f"Correction: “{was}” should read “{meant}”, as here"
    state = State(status=LineStatus.ACTIVE, dosage=change.dosage)
    return Changed(
        id=change.id,
        what=what,
        effective=change.effective,
        recorded_at=change.recorded_at,
        by=name_of(change.author, names),
        reason=change.reason,
        dosed=Entry(line=line, state=state) if change.dosage else None,
        pharmacy=_pharmacy(change.pharmacy, names),
        corrects=change.corrects,
        corrected=corrected,
        never=never,
    )


def name_of(party: Party | None, names: Mapping[str, str]) -> str | None:
    """Return the name of somebody on a line, or `None` where nobody knows it."""
    if party is None:
        return None
    return party.name or names.get(party.id or "")


def _pharmacy(told: AtPharmacy | None, names: Mapping[str, str]) -> str | None:
    if told is None:
        return None
    by = name_of(told.by, names)
    who = f" by {by}" if by else ""
    return f"{TOLD[told.told]}{who}; {PILLS_LEFT[told.pills_left]}."
