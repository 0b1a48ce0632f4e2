"""Today: what is taken when, in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.web.chart.policy import ActorKind
from concord.web.pages.asking import for_


@for_(ActorKind.PERSON, ActorKind.CAREGIVER)
def today(request: HttpRequest) -> HttpResponse:
    """Show the day's medicines."""
    return render(request, "person/today.html")
