"""Emergencies: each break of the glass is looked into by somebody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.web.chart.actions import emergencies as glasses
from concord.web.office.asking import ask, done, page, staff_office_of, the
from concord.web.pages.asking import actor_of, for_staff, now


class Found(forms.Form):
    """What the one who looked into it found."""

    words = forms.CharField(
        label="What you found",
        max_length=2000,
        widget=forms.Textarea,
        help_text="Whom you asked, and whether the emergency was one.",
    )


@require_safe
@for_staff
def emergencies(request: HttpRequest) -> HttpResponse:
    """Show the breaks of the glass that nobody has looked into, the oldest first."""
    office = staff_office_of(request)
    waiting = glasses.read_unreviewed(actor=actor_of(request), now=now())
    return page(request, "emergencies", office, waiting=waiting)


@require_http_methods(["GET", "POST"])
@for_staff
def review(request: HttpRequest, glass: UUID) -> HttpResponse:
    """Keep what was found of one of them."""
    office = staff_office_of(request)
    broken = the(glasses.read_unreviewed(actor=actor_of(request), now=now()), glass)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        glasses.review(
            actor=actor_of(request),
            glass=broken.id,
            words=given["words"],
            key=key,
            now=now(),
        )
        return done("reviewed", "emergencies")

    return ask(
        request,
        office,
        make=Found,
        write=write,
        title=f"{broken.recipient} opened a record in an emergency",
        lead=f"On behalf of: {broken.discloser}. What happened: {broken.nature}",
        button="Keep what I found",
        back=(reverse("office:emergencies"), "Emergencies"),
    )
