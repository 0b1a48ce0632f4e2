"""The first page of the office: what there is, and what waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from concord.web.chart.actions import organisations
from concord.web.office import forms
from concord.web.office.asking import ask, done, office_of, page, staff_office_of
from concord.web.pages.asking import actor_of, for_staff, now


@require_safe
@for_staff
def home(request: HttpRequest) -> HttpResponse:
    """Show the organisation in a few numbers, each leading to its page."""
    return page(request, "home", office_of(request))


@for_staff
def phone(request: HttpRequest) -> HttpResponse:
    """Say at which number the organisation, or a programme of it, is reached."""
    office = staff_office_of(request)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        organisations.reach_at(
            actor=actor_of(request),
            organisation=office.id,
            programme=given["programme"],
            phone=given["phone"],
            key=key,
            now=now(),
        )
        return done("phone", "home")

    return ask(
        request,
        office,
        make=lambda data: forms.Phone(data, office=office),
        write=write,
        title="Phone number",
        lead="People see it on their own pages, under “My team”.",
        button="Save",
        back=(reverse("office:home"), "Office"),
    )
