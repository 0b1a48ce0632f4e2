"""Staff: take on, give a role, a right to prescribe, an account; end each of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.errors import DeniedError
from concord.web.accounts.stepping_up import stepped_up
from concord.web.chart.actions import memberships
from concord.web.chart.actions import staff as staffing
from concord.web.chart.actions.offices import Office
from concord.web.office import forms, inviting
from concord.web.office.asking import (
    Nothing,
    ask,
    done,
    office_of,
    page,
    staff_office_of,
    the,
)
from concord.web.pages.asking import actor_of, for_staff, now


@require_safe
@for_staff
def staff(request: HttpRequest) -> HttpResponse:
    """Show who works here, under which roles; a coordinator may only look."""
    return page(request, "staff", office_of(request))


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def take_on(request: HttpRequest) -> HttpResponse:
    """Take someone on, with a first role."""
    office = staff_office_of(request)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        made = staffing.take_on(
            actor=actor_of(request),
            organisation=office.id,
            name=given["name"],
            role=given["role"],
            programme=given["programme"],
            key=key,
            now=now(),
        )
        return done("added", "member", made["staff"])

    return ask(
        request,
        office,
        make=lambda data: forms.TakeOn(data, office=office),
        write=write,
        title="Take someone on",
        lead="Then say what they may prescribe, and give them an account.",
        button="Take on",
        back=(reverse("office:staff"), "Staff"),
    )


def _theirs(office: Office, staff: UUID) -> dict[str, Any]:
    """Return what an office sees of one of its staff, or raise `DeniedError`."""
    held = tuple(member for member in office.staff if member.staff == staff)
    if not held:
        raise DeniedError("not-found")
    return {"staff": staff, "name": held[0].name, "memberships": held}


def _back(theirs: dict[str, Any]) -> tuple[str, str]:
    return reverse("office:member", args=[theirs["staff"]]), theirs["name"]


@require_safe
@for_staff
def member(request: HttpRequest, staff: UUID) -> HttpResponse:
    """Show one of the staff: roles, rights, and whether they can sign in."""
    office = office_of(request)
    theirs = _theirs(office, staff)
    return page(request, "member", office, **theirs, account=inviting.account_of(staff))


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def give_membership(request: HttpRequest, staff: UUID) -> HttpResponse:
    """Give one of the staff one more role."""
    office = staff_office_of(request)
    theirs = _theirs(office, staff)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        memberships.give(
            actor=actor_of(request),
            organisation=office.id,
            staff=staff,
            role=given["role"],
            programme=given["programme"],
            key=key,
            now=now(),
        )
        return done("given", "member", staff)

    return ask(
        request,
        office,
        make=lambda data: forms.GiveMembership(data, office=office),
        write=write,
        title=f"One more role for {theirs['name']}",
        lead="They choose at sign-in under which of their roles they work.",
        button="Give",
        back=_back(theirs),
    )


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def end_membership(request: HttpRequest, staff: UUID, membership: UUID) -> HttpResponse:
    """End a role, after asking; with the last one they no longer work here."""
    office = staff_office_of(request)
    theirs = _theirs(office, staff)
    held = the(theirs["memberships"], membership)
    last = len(theirs["memberships"]) == 1

    def write(_given: dict[str, Any], key: UUID) -> HttpResponse:
        memberships.end(
            actor=actor_of(request),
            organisation=office.id,
            membership=held.id,
            key=key,
            now=now(),
        )
        return done("ended", "staff") if last else done("ended", "member", staff)

    return ask(
        request,
        office,
        make=Nothing,
        write=write,
        title=f"End: {forms.told(held)}?",
        lead=(
            "It ends now, and with it all that they see under it. Put the people in "
            "their care into somebody else's first."
        ),
        button="End the role",
        back=_back(theirs),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def give_authority(request: HttpRequest, staff: UUID, membership: UUID) -> HttpResponse:
    """Record what somebody may prescribe, where, by which rule."""
    office = staff_office_of(request)
    theirs = _theirs(office, staff)
    held = the(theirs["memberships"], membership)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        until = given["until"]
        staffing.allow_to_prescribe(
            actor=actor_of(request),
            organisation=office.id,
            membership=held.id,
            jurisdiction=given["jurisdiction"],
            schedules=tuple(given["schedules"]),
            source=given["source"],
            ends_at=forms.end_of(until, office.zone) if until else None,
            key=key,
            now=now(),
        )
        return done("given", "member", staff)

    return ask(
        request,
        office,
        make=forms.GiveAuthority,
        write=write,
        title=f"What {theirs['name']} may prescribe",
        lead=f"As {forms.told(held)}.",
        button="Record it",
        back=_back(theirs),
    )


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def end_authority(request: HttpRequest, staff: UUID, authority: UUID) -> HttpResponse:
    """End a right to prescribe, after asking."""
    office = staff_office_of(request)
    theirs = _theirs(office, staff)
    held = the([a for m in theirs["memberships"] for a in m.authorities], authority)

    def write(_given: dict[str, Any], key: UUID) -> HttpResponse:
        staffing.end_authority(
            actor=actor_of(request),
            organisation=office.id,
            authority=held.id,
            key=key,
            now=now(),
        )
        return done("ended", "member", staff)

    return ask(
        request,
        office,
        make=Nothing,
        write=write,
        title=f"{theirs['name']} no longer prescribes in {held.jurisdiction}?",
        lead="It ends now. What they ordered before stays as it is.",
        button="End it",
        back=_back(theirs),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def account(request: HttpRequest, staff: UUID) -> HttpResponse:
    """Give one of the staff an account, and show the link that opens it, once."""
    office = staff_office_of(request)
    theirs = _theirs(office, staff)

    def write(given: dict[str, Any], _key: UUID) -> HttpResponse:
        link = inviting.invite_staff(
            actor=actor_of(request),
            organisation=office.id,
            staff=staff,
            email=given["email"],
            now=now(),
        )
        return page(
            request,
            "invited",
            office,
            **theirs,
            email=given["email"],
            link=request.build_absolute_uri(link),
            hours=inviting.GOOD_FOR_HOURS,
        )

    return ask(
        request,
        office,
        make=forms.AccountForm,
        write=write,
        title=f"An account for {theirs['name']}",
        lead=(
            "You get a link that works once. They open it, choose a password, and set "
            "up their second factor."
        ),
        button="Make the link",
        back=_back(theirs),
    )
