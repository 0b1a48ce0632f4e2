"""The panel: the people in one's care, by what needs attention."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.web.pages.asking import for_staff


@for_staff
def panel(request: HttpRequest) -> HttpResponse:
    """Show the people in the care of the one who asks."""
    return render(request, "clinician/panel.html")
