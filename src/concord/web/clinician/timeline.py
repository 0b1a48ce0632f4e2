"""The page of a person over time."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concord.followup.case import Case
from concord.web.chart.actions.reading import read_review
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Obligation
from concord.web.clinician.banner import banner
from concord.web.pages.asking import actor_of, for_staff, now, purpose
from concord.web.timeline.part import part
from concord.web.timeline.planned import due_items, items_of


@require_safe
@for_staff
def timeline(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show one person over time, as the one who asks may see them."""
    actor, at, why = actor_of(request), now(), purpose(request, person)
    found = read_review(actor=actor, person=person, purpose=why, now=at)
    case = Case(found.record, knowledge(), found.review.as_of)
    context = {
        "person": person,
        "as_of": case.as_of,
        "banner": banner(case, found.review),
        "part_2_notice": Obligation.PART_2_NOTICE in found.obligations,
        **part(case, request.GET, due=due_items(case, items_of(case))),
    }
    return render(request, "clinician/timeline.html", context)
