"""Reading a record: an access like every other, decided and logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import transaction

from concord.errors import DeniedError
from concord.record.agreed import Entry, agreed_list
from concord.record.model import Change, MedicationLine, Record
from concord.review import Finding, Review, Settled, settle
from concord.terms import Value
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.actions.answers import Answered, answers_of
from concord.web.chart.actions.interrupting import Wanted, caused, with_change
from concord.web.chart.actions.needs import Need
from concord.web.chart.actions.opened import Access, read_log
from concord.web.chart.actions.panels import (
    Called,
    Panel,
    PanelRow,
    read_panel,
    read_whole_panel,
)
from concord.web.chart.actions.reviewing import current_review, told_to
from concord.web.chart.policy import (
    Action,
    Actor,
    Decision,
    Facts,
    Obligation,
    Purpose,
    Resource,
    View,
    hat_of,
    view_by,
    weigh,
)

__all__ = [
    "Access",
    "Called",
    "Need",
    "Panel",
    "PanelRow",
    "Reading",
    "Reviewed",
    "preview",
    "read_log",
    "read_panel",
    "read_record",
    "read_review",
    "read_whole_panel",
]

T = TypeVar("T")


class Reading(Value, frozen=True, kw_only=True):
    """The record as the actor may see it, and what must go with it."""

    record: Record
    obligations: tuple[Obligation, ...]


class Reviewed(Value, frozen=True, kw_only=True):
    """A person's record with its review, as the actor may see both.

    `since` says from which day each finding is known, by finding id; `answers` are the
    newest first, overrides among them; `entries` the agreed list on the day of the
    review; `facts` what the decision to show it rested on.
    """

    record: Record
    review: Review
    settled: Settled
    since: dict[str, date]
    answers: tuple[Answered, ...]
    obligations: tuple[Obligation, ...]
    entries: tuple[Entry, ...]
    facts: Facts


def read_record(
    *, actor: Actor, person: UUID, purpose: Purpose, now: datetime
) -> Reading:
    """Return a person's record as the actor may see it, and log that they did.

    Raises `DeniedError`, and logs that too.
    """
    ask = _ask(actor, person, purpose, now)
    return _read(
        ask,
        lambda decision, view, _facts: Reading(
            record=told_to([person], view)[person].record,
            obligations=decision.obligations,
        ),
    )


def read_review(
    *, actor: Actor, person: UUID, purpose: Purpose, now: datetime
) -> Reviewed:
    """Return a person's record and its review as the actor may see them, and log it.

    The review is the stored one of the actor's view, made again where the day, the
    knowledge or the record is another.
    Raises `DeniedError`, and logs that too.
    """
    ask = _ask(actor, person, purpose, now)

    def read(decision: Decision, view: View, facts: Facts) -> Reviewed:
        told = told_to([person], view)[person]
        made = current_review(person, view, told, now)
        answers = answers_of([person], view)[person]
        as_of = made.review.as_of
        return Reviewed(
            record=told.record,
            review=made.review,
            settled=settle(made.review, [a.answer for a in answers], as_of),
            since=made.since,
            answers=answers,
            obligations=decision.obligations,
            entries=agreed_list(told.record.medications, as_of),
            facts=facts,
        )

    return _read(ask, read)


def preview(
    *,
    actor: Actor,
    person: UUID,
    purpose: Purpose,
    now: datetime,
    line: MedicationLine | None = None,
    change: Change | None = None,
    of: str | None = None,
) -> tuple[Finding, ...]:
    """Return what adding a medicine, or changing one, would newly cause or make graver.

    `line` is the medicine to be added, with its first change; or `change` one to be
    added to the line `of`. Findings of every severity, the gravest first; nothing is
    saved. Raises `DeniedError` where the line is not there, and logs all of it.
    """
    ask = _ask(actor, person, purpose, now)

    def read(_decision: Decision, view: View, _facts: Facts) -> tuple[Finding, ...]:
        before = told_to([person], view)[person].record
        wanted = Wanted(line=line, change=change, of=of)
        after, changed = with_change(before, wanted)
        return caused(before, after, changed, person=person, view=view, now=now)

    return _read(ask, read)


def _read(ask: Ask, read: Callable[[Decision, View, Facts], T]) -> T:
    """Return what is read, in one transaction with the log entry that says so."""
    try:
        with transaction.atomic():
            decision, facts = weigh(ask.actor, ask.action, ask.on, ask.purpose, ask.now)
            view = view_by(facts)
            if not decision.allowed or view is None:
                raise DeniedError(decision.reason)
            answer = read(decision, view, facts)
            note(ask, decision, facts.hat)
            return answer
    except DeniedError as denied:
        refused = Decision(allowed=False, reason=denied.reason)
        note(ask, refused, hat_of(ask.actor, ask.now))
        raise


def _ask(actor: Actor, person: UUID, purpose: Purpose, now: datetime) -> Ask:
    return Ask(
        actor=actor,
        action=Action.READ_RECORD,
        on=Resource(person=person),
        purpose=purpose,
        key=uuid4(),
        now=now,
    )
