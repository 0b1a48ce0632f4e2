"""Answers about suicide: what people are told, when somebody reads, who is on call."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.web.chart.actions import crisis_plans
from concord.web.chart.actions.crisis_plans import Duty, Plan
from concord.web.chart.actions.offices import Member, Office
from concord.web.office import forms
from concord.web.office.asking import (
    Nothing,
    ask,
    done,
    page,
    staff_office_of,
    the,
)
from concord.web.pages.asking import actor_of, for_staff, now
from concord.web.pages.filling import LANGUAGES, hours_in_words


@require_safe
@for_staff
def crisis(request: HttpRequest) -> HttpResponse:
    """Show the plan that holds, and who is on call."""
    office = staff_office_of(request)
    found = crisis_plans.plan_of(office.id)
    return page(
        request,
        "crisis",
        office,
        plan=found,
        texts=[(code, LANGUAGES.get(code, code), t) for code, t in found.texts.items()],
        hours=hours_in_words(found.hours),
        duties=[(duty, _member(office, duty)) for duty in _duties(office)],
    )


@require_http_methods(["GET", "POST"])
@for_staff
def plan(request: HttpRequest) -> HttpResponse:
    """Keep the next version of the plan."""
    office = staff_office_of(request)
    before = crisis_plans.plan_of(office.id)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        crisis_plans.set_plan(
            actor=actor_of(request),
            organisation=office.id,
            plan=Plan(
                texts=given["texts"],
                hours=given["hours"],
                next_step=given["next_step"],
            ),
            key=key,
            now=now(),
        )
        return done("plan", "crisis")

    return ask(
        request,
        office,
        make=lambda data: forms.CrisisPlanForm(data, plan=before),
        write=write,
        title="What people are told",
        lead=(
            "Before a question on suicide people read who reads their answers, and "
            "when. Your words stand with the country’s crisis lines, never instead."
        ),
        button="Keep",
        back=(reverse("office:crisis"), "Crisis"),
    )


@require_http_methods(["GET", "POST"])
@for_staff
def add_on_call(request: HttpRequest) -> HttpResponse:
    """Put one of the staff on call for some days."""
    office = staff_office_of(request)
    today = now().astimezone(ZoneInfo(office.zone)).date()

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        crisis_plans.be_on_call(
            actor=actor_of(request),
            organisation=office.id,
            membership=given["who"],
            starts_at=forms.start_of(given["first"], office.zone),
            ends_at=forms.end_of(given["last"], office.zone),
            key=key,
            now=now(),
        )
        return done("on-call", "crisis")

    return ask(
        request,
        office,
        make=lambda data: forms.OnCallForm(data, office=office, today=today),
        write=write,
        title="Put somebody on call",
        lead=(
            "Who is on call is told of an answer about suicide that nobody took up. "
            "They see that answer, of people outside their care too, and no record."
        ),
        button="Keep",
        back=(reverse("office:crisis"), "Crisis"),
    )


@require_http_methods(["GET", "POST"])
@for_staff
def end_on_call(request: HttpRequest, duty: UUID) -> HttpResponse:
    """End a time on call now."""
    office = staff_office_of(request)
    found = the(_duties(office), duty)
    member = _member(office, found)

    def write(_given: dict[str, Any], key: UUID) -> HttpResponse:
        crisis_plans.end_on_call(
            actor=actor_of(request),
            organisation=office.id,
            on_call=found.id,
            key=key,
            now=now(),
        )
        return done("ended", "crisis")

    return ask(
        request,
        office,
        make=Nothing,
        write=write,
        title=f"End the time on call of {member.name if member else 'one who left'}",
        button="End it now",
        danger=True,
        back=(reverse("office:crisis"), "Crisis"),
    )


def _duties(office: Office) -> tuple[Duty, ...]:
    return crisis_plans.duties_of(office.id, now())


def _member(office: Office, duty: Duty) -> Member | None:
    return next((m for m in office.staff if m.id == duty.membership), None)
