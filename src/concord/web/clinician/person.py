"""The page of a person: who they are, what they take, what the review says."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concord.followup.case import Case
from concord.web.chart.actions.circle import names_of
from concord.web.chart.actions.crises import crises_of
from concord.web.chart.actions.glasses import open_until
from concord.web.chart.actions.reading import read_review
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.actions.sending import orders_of
from concord.web.chart.policy import Action, Obligation, Purpose
from concord.web.clinician.banner import banner
from concord.web.clinician.due import section
from concord.web.clinician.listing import authors, sections
from concord.web.clinician.may import may_by
from concord.web.clinician.questions import asked
from concord.web.clinician.scales.results import results_of
from concord.web.pages.asking import actor_of, for_staff, now, purpose
from concord.web.timeline.part import usual
from concord.web.timeline.planned import due_items, items_of


@require_safe
@for_staff
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show one person's list, review and timeline as the one who asks may see them."""
    actor, at, why = actor_of(request), now(), purpose(request, person)
    found = read_review(actor=actor, person=person, purpose=why, now=at)
    case = Case(found.record, knowledge(), found.review.as_of)
    allowed = may_by(found.facts, why)
    emergency = why is Purpose.EMERGENCY
    items = items_of(case)
    orders = {o.scale: o.reader for o in orders_of(actor=actor, person=person, now=at)}
    context = {
        "person": person,
        "as_of": found.review.as_of,
        "banner": banner(case, found.review),
        "due": section(case, found, items, orders),
        "sections": sections(
            case, found.review.findings, allowed, names_of(authors(case))
        ),
        "questions": asked(person, found, allowed, case.knowledge),
        **usual(case, due_items(case, items)),
        "scales": results_of(case),
        "crises": crises_of(actor=actor, person=person, now=at),
        "knowledge_version": found.review.knowledge,
        "may_add": Action.CHANGE_ORDER in allowed or Action.RECORD_REPORT in allowed,
        "may_set_date": Action.OVERRIDE_DUE in allowed,
        "may_write": Action.WRITE_CLINICAL in allowed,
        "may_answer": Action.ANSWER in allowed,
        "may_import": Action.IMPORT in allowed,
        "may_ask": Action.ASK_SCALE in allowed,
        "may_set": Action.WRITE_SETTING in allowed,
        "part_2_notice": Obligation.PART_2_NOTICE in found.obligations,
        "emergency": emergency,
        "emergency_ends": open_until(actor, person, at) if emergency else None,
    }
    return render(request, "clinician/person.html", context)
