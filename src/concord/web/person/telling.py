"""What changed, told as events: who did what to which medicine, from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from concord.dosing.daily import DailyAmount, daily_amount
from concord.record.agreed import Entry
from concord.record.fold import State, history, kind_of, state_on, takes_effect
from concord.record.model import (
    Change,
    ChangeKind,
    Dosage,
    LineKind,
    MedicationLine,
    Party,
)
from concord.terms import PartialDate, Quantity, Value


class Told(Value, frozen=True, kw_only=True):
    """One thing that happened to one medicine.

    `before` and `after` are its amounts a day, where both could be worked out and
    differ; `directions` are those that it left behind.
    """

    line: MedicationLine
    change: Change
    kind: ChangeKind
    on: date
    when: PartialDate | None
    recorded_at: datetime
    directions: Entry
    before: Quantity | None = None
    after: Quantity | None = None
    planned: bool = False
    reported: bool = False
    corrected: bool = False

    @property
    def raised(self) -> bool:
        """Whether the amount a day went up."""
        return bool(self.before and self.after and self.after.value > self.before.value)

    @property
    def author(self) -> Party | None:
        """Who decided it, where that was recorded."""
        return self.change.author


def told(lines: Iterable[MedicationLine], on: date) -> tuple[Told, ...]:
    """Return what happened to the medicines, newest first; plans for later come first.

    A correction is told in place of what it corrects; what never happened is not told.
    """
    found = [event for line in lines for event in _of_line(line, on)]
    return tuple(
        sorted(found, key=lambda t: (t.on, t.recorded_at, t.change.id), reverse=True)
    )


def _of_line(line: MedicationLine, on: date) -> Iterable[Told]:
    before: tuple[Dosage, ...] = ()
    for change in history(line.changes):
        effective = takes_effect(change)
        after = change.dosage or before
        amounts = _amounts(line, before, after, effective)
        yield Told(
            line=line,
            change=change,
            kind=kind_of(change),
            on=effective,
            when=change.effective,
            recorded_at=change.recorded_at,
            directions=_with(line, after, effective),
            before=amounts[0] if amounts else None,
            after=amounts[1] if amounts else None,
            planned=effective > on,
            reported=line.kind is LineKind.REPORT,
            corrected=change.kind is ChangeKind.CORRECTED,
        )
        before = after


def _amounts(
    line: MedicationLine,
    before: tuple[Dosage, ...],
    after: tuple[Dosage, ...],
    on: date,
) -> tuple[Quantity, Quantity] | None:
    """Return the amounts a day of one ingredient, where both are plain and differ."""
    ingredients = line.medicine.ingredients
    if not before or not after or len(ingredients) != 1:
        return None
    old = daily_amount(before, line.medicine, ingredients[0], on)
    new = daily_amount(after, line.medicine, ingredients[0], on)
    if not isinstance(old, DailyAmount) or not isinstance(new, DailyAmount):
        return None
    plain = all(
        amount.low == amount.high and amount.days_between == 1 for amount in (old, new)
    )
    if not plain or old.high.unit != new.high.unit or old.high == new.high:
        return None
    return (old.high, new.high)


def _with(line: MedicationLine, dosage: tuple[Dosage, ...], on: date) -> Entry:
    state: State = msgspec.structs.replace(state_on(line.changes, on), dosage=dosage)
    return Entry(line=line, state=state)
