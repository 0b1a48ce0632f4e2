"""Cover for leave: who has whose people while they are away."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.web.chart.actions import memberships
from concord.web.office import forms
from concord.web.office.asking import ask, done, office_of, page, staff_office_of
from concord.web.pages.asking import actor_of, for_staff, now


@require_safe
@for_staff
def covers(request: HttpRequest) -> HttpResponse:
    """Show who covers for whom, now and soon."""
    return page(request, "covers", office_of(request))


@require_http_methods(["GET", "POST"])
@for_staff
def add(request: HttpRequest) -> HttpResponse:
    """Let one of the staff have another's people for some days."""
    office = staff_office_of(request)
    today = now().astimezone(ZoneInfo(office.zone)).date()

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        memberships.cover(
            actor=actor_of(request),
            organisation=office.id,
            absent=given["absent"],
            by=given["by"],
            starts_at=forms.start_of(given["first"], office.zone),
            ends_at=forms.end_of(given["last"], office.zone),
            key=key,
            now=now(),
        )
        return done("covered", "covers")

    return ask(
        request,
        office,
        make=lambda data: forms.CoverForm(data, office=office, today=today),
        write=write,
        title="Cover for leave",
        lead="Who covers sees the people of the one who is away, as their role allows.",
        button="Keep",
        back=(reverse("office:covers"), "Cover for leave"),
    )
