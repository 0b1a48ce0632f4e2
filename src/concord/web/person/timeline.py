"""Over time: what I took, how I was, what happened, on one picture and in sentences."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.followup.case import Case
from concord.knowledge.index import load
from concord.web.person.visit import Visit, page, visiting
from concord.web.timeline.part import part
from concord.web.timeline.planned import items_of, planned_items


@require_safe
@visiting
def timeline(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the person over time; veiled, nothing of it is in the page."""
    shown: dict[str, Any] = {}
    if visit.veil.all:
        case = Case(visit.record, load(), visit.on)
        planned = planned_items(case, items_of(case))
        shown = part(case, request.GET, plain=True, due=planned)
    return page(request, visit, "person/timeline.html", **shown)
