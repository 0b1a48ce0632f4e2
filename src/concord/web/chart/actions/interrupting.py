"""What a change would cause, before it is saved: the record before and after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from concord.dosing.daily import DailyAmount, daily_amount
from concord.errors import DeniedError, ImpossibleChangeError, MustAnswerError
from concord.record import model as rec
from concord.record.agreed import agreed_list
from concord.record.fold import LineStatus, State, history, state_on, takes_effect
from concord.review import Finding, Reason, review
from concord.terms import Value
from concord.web.chart.actions.answers import answers_of
from concord.web.chart.actions.reviewing import day_for, knowledge
from concord.web.chart.policy import View


class Override(Value, frozen=True, kw_only=True):
    """Why a change is made in spite of one finding, as it stood when it was shown."""

    finding: str
    circumstance: str
    reason: Reason
    words: str | None = None

    def __post_init__(self) -> None:
        if self.reason is Reason.OTHER and not (self.words or "").strip():
            msg = "found another reason and no words, expected words that say which"
            raise ImpossibleChangeError(msg)


class Wanted(Value, frozen=True, kw_only=True):
    """A change as it would be: a line to be added, or a change to the line `of`."""

    line: rec.MedicationLine | None = None
    change: rec.Change | None = None
    of: str | None = None


def with_change(before: rec.Record, wanted: Wanted) -> tuple[rec.Record, str]:
    """Return the record as it would be, and the id of the line that is changed.

    Raises `DeniedError` for a line that is not there.
    """
    lines = before.medications
    if wanted.line is not None:
        changed = wanted.line
        after = tuple(changed if m.id == changed.id else m for m in lines)
        if changed not in after:
            after = (*after, changed)
        return msgspec.structs.replace(before, medications=after), changed.id
    old = next((m for m in lines if m.id == wanted.of), None)
    if old is None or wanted.change is None:
        raise DeniedError("not-found")
    new = msgspec.structs.replace(old, changes=(*old.changes, wanted.change))
    after = tuple(new if m is old else m for m in lines)
    return msgspec.structs.replace(before, medications=after), old.id


def caused(
    before: rec.Record,
    after: rec.Record,
    line: str,
    *,
    person: UUID,
    view: View,
    now: datetime,
) -> tuple[Finding, ...]:
    """Return the findings that a change would newly cause or make graver.

    Newly: before, there was none of this id, or one in another circumstance.
    Only those count that concern the changed line or one of its medicines.
    Both records are reviewed as of today, or as of the day on which the change takes
    effect where that is still to come.
    """
    day = _day(_line(after, line), day_for(view, person, before.person, now))
    had = {f.id: f for f in review(before, knowledge(), day).findings}
    entries, drugs = _concerned(after, line, day)
    return tuple(
        sorted(
            (
                finding
                for finding in review(after, knowledge(), day).findings
                if _is_new(finding, had.get(finding.id))
                and (entries & set(finding.medications) or drugs & set(finding.drugs))
            ),
            key=lambda f: (f.severity.rank, f.id),
        )
    )


def check(
    before: rec.Record,
    after: rec.Record,
    line: str,
    overrides: tuple[Override, ...],
    *,
    person: UUID,
    view: View,
    now: datetime,
) -> tuple[Finding, ...]:
    """Return the grave findings that a start, increase or restart causes, answered.

    A decrease, a hold and a stop never interrupt, nor does what somebody reports.
    What was overridden in the same circumstance a short while ago (measure
    `interruptions`) does not interrupt again.
    Raises `MustAnswerError` where one has no override of its own.
    """
    changed = _line(after, line)
    if changed is None or changed.kind is rec.LineKind.REPORT:
        return ()
    today = day_for(view, person, before.person, now)
    if not raises(_line(before, line), changed, _day(changed, today)):
        return ()
    found = caused(before, after, line, person=person, view=view, now=now)
    grave = tuple(f for f in found if f.interrupts)
    if not grave:
        return ()
    given = {(o.finding, o.circumstance) for o in overrides}
    lately = _overridden_lately(person, view, today, now)
    unanswered = tuple(f for f in grave if (f.id, f.circumstance) not in given | lately)
    if unanswered:
        raise MustAnswerError(unanswered)
    return tuple(f for f in grave if (f.id, f.circumstance) in given)


def raises(
    before: rec.MedicationLine | None, after: rec.MedicationLine, day: date
) -> bool:
    """Whether a change starts, restarts or increases a medicine.

    What cannot be compared (no dose, another unit) counts as an increase: the check is
    then made rather than left out.
    """
    now = state_on(after.changes, day)
    if now.status is not LineStatus.ACTIVE:
        return False
    then = state_on(before.changes, day) if before else State(status=LineStatus.NEVER)
    if before is None or then.status is not LineStatus.ACTIVE:
        return True
    return then.dosage != now.dosage and not _at_most(before, then, now, day)


def _at_most(line: rec.MedicationLine, then: State, now: State, day: date) -> bool:
    """Whether every ingredient is known to be no more than before."""
    ingredients = line.medicine.ingredients
    for ingredient in ingredients:
        old, new = (
            daily_amount(
                state.dosage,
                line.medicine,
                ingredient,
                day,
                state.changed.first if state.changed else None,
            )
            for state in (then, now)
        )
        if not isinstance(old, DailyAmount) or not isinstance(new, DailyAmount):
            return False
        for was, becomes in ((old.high, new.high), (old.single, new.single)):
            if not becomes.fits(was.unit) or becomes.to(was.unit).value > was.value:
                return False
    return bool(ingredients)


def _is_new(finding: Finding, had: Finding | None) -> bool:
    return (
        had is None
        or finding.severity.rank < had.severity.rank
        or finding.circumstance != had.circumstance
    )


def _line(record: rec.Record, line: str) -> rec.MedicationLine | None:
    return next((m for m in record.medications if m.id == line), None)


def day_of(
    line: rec.MedicationLine,
    view: View,
    person: UUID,
    before: rec.Record,
    now: datetime,
) -> date:
    """Return the day as of which the newest change of a line is looked at."""
    return _day(line, day_for(view, person, before.person, now))


def _day(changed: rec.MedicationLine | None, today: date) -> date:
    """Return today, or the later day on which the newest change takes effect."""
    if changed is None or not changed.changes:
        return today
    newest = max(changed.changes, key=lambda c: (c.recorded_at, c.id))
    standing = next((c for c in history(changed.changes) if c.id == newest.id), newest)
    return max(today, takes_effect(standing))


def _concerned(after: rec.Record, line: str, day: date) -> tuple[set[str], set[str]]:
    """Return the entries and the drugs, as findings name them, that a line is of."""
    entries = {
        entry.id
        for entry in agreed_list(after.medications, day)
        if line in {entry.id, *(other.id for other in entry.also)}
    }
    changed = _line(after, line)
    drugs: set[str] = set()
    for ingredient in changed.medicine.ingredients if changed else ():
        known = knowledge().drug_of(ingredient.rxcui)
        drugs.add(known.name if known else ingredient.name)
    return entries, drugs


def _overridden_lately(
    person: UUID, view: View, today: date, now: datetime
) -> set[tuple[str, str]]:
    days = knowledge().figure("interruptions", "repeat-after-days", today)
    since = now - timedelta(days=int(days))
    return {
        (given.answer.finding, given.answer.circumstance)
        for given in answers_of([person], view)[person]
        if given.override and given.at > since
    }
