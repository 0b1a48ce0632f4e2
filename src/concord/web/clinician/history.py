"""The history of one medicine: every change of it, and every correction."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.errors import DeniedError
from concord.web.chart.actions.reading import read_record
from concord.web.pages.asking import actor_of, for_staff, now, purpose


@for_staff
def history(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Show every change of one medicine, the newest first."""
    found = read_record(
        actor=actor_of(request),
        person=person,
        purpose=purpose(request, person),
        now=now(),
    )
    medicine = next((m for m in found.record.medications if m.id == line), None)
    if medicine is None:
        raise DeniedError("not-found")
    return render(request, "clinician/history.html", {"medicine": medicine})
