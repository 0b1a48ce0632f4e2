"""The way in: each kind of account to its own first page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from concord.web.chart.policy import ActorKind
from concord.web.pages.asking import actor_of


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send staff to their people, everyone else to their own pages."""
    staff = actor_of(request).kind is ActorKind.STAFF
    return redirect("clinician:panel" if staff else "person:today")
