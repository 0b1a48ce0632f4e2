"""The first page of the office: what there is, and what waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.web.office.asking import office_of, page
from concord.web.pages.asking import for_staff


@require_safe
@for_staff
def home(request: HttpRequest) -> HttpResponse:
    """Show the organisation in a few numbers, each leading to its page."""
    return page(request, "home", office_of(request))
