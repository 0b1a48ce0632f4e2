"""The page of a person: who they are, what they take, what the review says."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.web.chart.actions.reading import read_record
from concord.web.pages.asking import actor_of, for_staff, now, purpose


@for_staff
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show one person's record as the one who asks may see it."""
    reading = read_record(
        actor=actor_of(request),
        person=person,
        purpose=purpose(request, person),
        now=now(),
    )
    return render(request, "clinician/person.html", {"reading": reading})
