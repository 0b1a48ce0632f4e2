"""Before a medicine is started or raised: what it would cause, and who may order it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from concord.errors import NoAuthorityError
from concord.record import model as rec
from concord.terms import Value
from concord.web.chart.actions.acting import Ask
from concord.web.chart.actions.answering import keep_overrides
from concord.web.chart.actions.interrupting import (
    Override,
    Wanted,
    check,
    day_of,
    raises,
    with_change,
)
from concord.web.chart.actions.keeping import Then
from concord.web.chart.actions.reviewing import knowledge, told_to
from concord.web.chart.policy import Hat, View, schedules_of, view_of
from concord.web.chart.rows import Told


class Seen(Value, frozen=True, kw_only=True):
    """What the actor sees of the person before a change, read once."""

    view: View | None
    told: Told

    @classmethod
    def of(cls, ask: Ask) -> Seen:
        """Return what is seen now; nothing where the actor may read nothing."""
        person = ask.on.person
        view = view_of(ask.actor, person, ask.now) if person else None
        if view is None or person is None:
            return cls(view=None, told=Told())
        return cls(view=view, told=told_to([person], view)[person])

    def line(self, line: str) -> rec.MedicationLine | None:
        """Return a medicine on the list by its id."""
        medicines = self.told.record.medications
        return next((m for m in medicines if m.id == line), None)


def safe(
    ask: Ask,
    hat: Hat | None,
    seen: Seen,
    line: rec.MedicationLine,
    overrides: tuple[Override, ...],
) -> tuple[tuple[UUID, ...], Then | None]:
    """Check what a changed line would cause and keep the overrides.

    Returns their ids, and the record as it will be. Of a report nothing is asked.
    Raises `MustAnswerError` and `NoAuthorityError`.
    """
    person, view, before = ask.on.person, seen.view, seen.told.record
    if view is None or person is None:
        return (), None
    after, id_ = with_change(before, Wanted(line=line))
    then = Then(view=view, told=Told(record=after, rows=seen.told.rows))
    if line.kind is rec.LineKind.REPORT:
        return (), then
    if raises(seen.line(id_), line, day_of(line, view, person, before, ask.now)):
        _check_schedule(hat, line.medicine, ask.now)
    found = check(before, after, id_, overrides, person=person, view=view, now=ask.now)
    kept = keep_overrides(ask, hat, view, found, overrides)
    # They are kept already, and count as rows that the review has seen.
    rows = seen.told.rows + len(kept)
    return kept, Then(view=view, told=Told(record=after, rows=rows))


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
