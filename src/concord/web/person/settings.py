"""Settings of this phone alone: discreet pages, and what "Leave" does."""

from __future__ import annotations

from django.conf import settings as site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.web.chart.policy import ActorKind
from concord.web.pages.asking import for_
from concord.web.person.discreet import COOKIE, shell

_A_YEAR = 365 * 24 * 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@for_(ActorKind.PERSON, ActorKind.CAREGIVER)
def settings(request: HttpRequest) -> HttpResponse:
    """Show the settings; posted, turn discreet pages on or off in this browser."""
    if request.method != "POST":
        return render(request, "person/settings.html", shell(request) | {"tab": "more"})
    response = redirect("person:settings")
    if request.POST.get("discreet") == "on":
        response.set_cookie(
            COOKIE,
            "1",
            max_age=_A_YEAR,
            secure=site.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
