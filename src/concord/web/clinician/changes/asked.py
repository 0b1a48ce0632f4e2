"""What every page of a change begins with: who asks, of whom, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from concord.errors import DeniedError
from concord.followup.case import Case
from concord.record import model as rec
from concord.record.agreed import Entry
from concord.record.fold import state_on
from concord.web.chart.actions.reading import Reviewed, read_review
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Action, Actor, Purpose, hat_of
from concord.web.clinician.banner import banner
from concord.web.clinician.may import may
from concord.web.pages import asking

_NEEDS = {
    rec.LineKind.ORDER: Action.CHANGE_ORDER,
    rec.LineKind.REPORT: Action.RECORD_REPORT,
}


@dataclass(frozen=True)
class Asked:
    """One request about one person, as the session and the address tell it.

    Nothing of it is ever taken from the body.
    """

    actor: Actor
    person: UUID
    purpose: Purpose
    now: datetime
    key: UUID

    @cached_property
    def reviewed(self) -> Reviewed:
        """The person's record and its review as the actor may see them: one access."""
        return read_review(
            actor=self.actor, person=self.person, purpose=self.purpose, now=self.now
        )

    @property
    def record(self) -> rec.Record:
        """The person's record as the actor may see it."""
        return self.reviewed.record

    @property
    def today(self) -> date:
        """The day where the actor works: that of the review."""
        return self.reviewed.review.as_of

    @property
    def shown(self) -> dict[str, Any]:
        """What every page of a person shows: who it is, by two identifiers."""
        case = Case(self.record, knowledge(), self.today)
        hat = hat_of(self.actor, self.now)
        return {
            "person": self.person,
            "banner": banner(case, self.reviewed.review),
            "as_of": self.today,
            "zone": hat.zone if hat else "UTC",
            "key": self.key,
        }

    @property
    def who(self) -> dict[str, Any]:
        """The arguments that every action of a person's record takes."""
        return {
            "actor": self.actor,
            "person": self.person,
            "purpose": self.purpose,
            "now": self.now,
            "key": self.key,
        }

    def allowed(self) -> tuple[rec.LineKind, ...]:
        """Return the kinds of line that the actor may put on the list or change."""
        may_do = may(self.actor, self.person, self.purpose, self.now)
        return tuple(kind for kind, action in _NEEDS.items() if action in may_do)

    def entry(self, line: str) -> Entry:
        """Return one medicine with its state today.

        Raises `DeniedError` where it is not there, is hidden, or is not the actor's
        to change: all three alike.
        """
        found = next((m for m in self.record.medications if m.id == line), None)
        if found is None:
            raise DeniedError("not-found")
        if found.kind not in self.allowed():
            raise DeniedError("role")
        return Entry(line=found, state=state_on(found.changes, self.today))


def asked(request: HttpRequest, person: UUID) -> Asked:
    """Return what was asked, by whom."""
    return Asked(
        actor=asking.actor_of(request),
        person=person,
        purpose=asking.purpose(request, person),
        now=asking.now(),
        key=asking.action_key(request),
    )
