"""My team: who looks after me, as what, where; who prescribes what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.record.agreed import CURRENT
from concord.record.model import Party
from concord.web.chart.actions import circle
from concord.web.chart.actions.circle import Member
from concord.web.person.discreet import Shown
from concord.web.person.visit import Visit, page, visiting

# What each role does, for somebody who meets the word for the first time.
_DOES = {
    "prescriber": "decides on medicines with you",
    "pharmacist": "checks medicines and answers questions about them",
    "nurse": "looks after you and your medicines",
    "therapist": "works with you by talking",
    "coordinator": "arranges visits and care",
    "administrator": "runs the office",
}


@dataclass(frozen=True)
class Colleague:
    """A member of the team, and the medicines that they prescribe on this list."""

    member: Member
    since: date
    does: str
    prescribes: tuple[Shown, ...]

    @property
    def call(self) -> str:
        """The number as a telephone takes it."""
        return re.sub(r"[^+0-9]", "", self.member.phone)


@require_safe
@visiting
def team(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show who looks after the person, and who else prescribed for them."""
    members = circle.read_team(actor=visit.actor, person=visit.person, now=visit.now)
    current = [e for e in visit.entries if e.state.status in CURRENT]
    colleagues = []
    known: set[str] = set()
    for member in members:
        theirs = [e for e in current if _prescribed(e.line.prescriber, member)]
        known |= {entry.id for entry in theirs}
        colleagues.append(
            Colleague(
                member=member,
                since=visit.day(member.since),
                does=_DOES[member.role],
                prescribes=tuple(visit.veil.over(entry) for entry in theirs),
            )
        )
    others: dict[str, list[Shown]] = {}
    for entry in current:
        prescriber = entry.line.prescriber
        if prescriber and prescriber.name and entry.id not in known:
            others.setdefault(prescriber.name, []).append(visit.veil.over(entry))
    return page(
        request,
        visit,
        "person/team.html",
        colleagues=colleagues,
        told=any(one.member.phone for one in colleagues),
        others=sorted(others.items()),
    )


def _prescribed(prescriber: Party | None, member: Member) -> bool:
    """Whether a medicine's prescriber is this member, by id or by the very name."""
    if prescriber is None:
        return False
    return prescriber.id == str(member.staff) or prescriber.name == member.name
