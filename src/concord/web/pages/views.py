"""The way in, and what belongs to nobody: what the knowledge holds."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from concord.knowledge.counts import Counts, counts
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import ActorKind
from concord.web.pages.asking import actor_of


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send staff to their people, everyone else to their own pages."""
    staff = actor_of(request).kind is ActorKind.STAFF
    return redirect("clinician:panel" if staff else "person:today")


@require_safe
@login_required
def what_is_known(request: HttpRequest) -> HttpResponse:
    """Show how much the knowledge holds, and how much of it was read in its source.

    Nothing on it is about a person; whoever is signed in may see it.
    """
    return render(request, "pages/knowledge.html", {"counted": _counted()})


@cache
def _counted() -> Counts:
    # To count is to decode every entry: once for a process, whose knowledge is one.
    return counts(knowledge())
