"""More: the pages that are not in the bar."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.web.person.visit import Visit, page, visiting


@require_safe
@visiting
def more(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the way to every other page."""
    return page(request, visit, "person/more.html")
