"""What changed: plain sentences, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.web.chart.actions import circle
from concord.web.person.discreet import Shown
from concord.web.person.telling import Told, told
from concord.web.person.visit import Visit, page, visiting

A_PAGE = 20


@dataclass(frozen=True)
class Sentence:
    """One event, with who did it and what of it may be seen."""

    told: Told
    shown: Shown
    who: str | None
    by_you: bool


@require_safe
@visiting
def changes(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what happened to the medicines, a page at a time."""
    events = told(visit.record.medications, visit.on)
    part = Paginator(events, A_PAGE).get_page(request.GET.get("page"))
    names = circle.names_of(t.author.id for t in part if t.author)
    return page(
        request,
        visit,
        "person/changes.html",
        part=part,
        page_number=part.number if part.number > 1 else None,
        sentences=[_sentence(event, visit, names) for event in part],
    )


def _sentence(event: Told, visit: Visit, names: dict[str, str]) -> Sentence:
    author = event.author
    id_ = author.id if author else None
    named = author.name if author else None
    return Sentence(
        told=event,
        shown=visit.veil.over(event.directions),
        who=named or names.get(id_ or ""),
        by_you=id_ == str(visit.person) and visit.own,
    )
