"""The history of one medicine: every change of it, and every correction."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concord.errors import DeniedError
from concord.followup.case import Case
from concord.record.agreed import Entry
from concord.record.fold import state_on
from concord.record.model import LineKind
from concord.web.chart.actions.circle import names_of
from concord.web.chart.actions.reading import read_review
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Action, Obligation
from concord.web.clinician.banner import banner
from concord.web.clinician.changed import changed
from concord.web.clinician.listing import authors
from concord.web.clinician.may import may
from concord.web.pages.asking import actor_of, for_staff, now, purpose


@require_safe
@for_staff
def history(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Show every change of one medicine, the newest recorded first.

    A medicine that is not there is answered like a person who is not.
    """
    actor, at, why = actor_of(request), now(), purpose(request, person)
    found = read_review(actor=actor, person=person, purpose=why, now=at)
    medicine = next((m for m in found.record.medications if m.id == line), None)
    if medicine is None:
        raise DeniedError("not-found")
    case = Case(found.record, knowledge(), found.review.as_of)
    allowed = may(actor, person, why, at)
    report = medicine.kind is LineKind.REPORT
    needed = Action.RECORD_REPORT if report else Action.CHANGE_ORDER
    context = {
        "person": person,
        "as_of": case.as_of,
        "banner": banner(case, found.review),
        "entry": Entry(line=medicine, state=state_on(medicine.changes, case.as_of)),
        "changes": changed(medicine, names_of(authors(case))),
        "may_correct": needed in allowed,
        "part_2_notice": Obligation.PART_2_NOTICE in found.obligations,
    }
    return render(request, "clinician/history.html", context)
