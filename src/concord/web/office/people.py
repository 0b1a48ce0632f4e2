"""People of the organisation: add, enrol, put in someone's care, end each of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.web.chart.actions import care as caring
from concord.web.chart.actions import people
from concord.web.chart.actions.offices import Office, Role
from concord.web.office import forms
from concord.web.office.asking import Nothing, ask, done, office_of, page, the
from concord.web.pages.asking import actor_of, for_staff, now


@require_safe
@for_staff
def enrolled(request: HttpRequest) -> HttpResponse:
    """Show who is enrolled, by name alone."""
    return page(request, "people", office_of(request))


@require_http_methods(["GET", "POST"])
@for_staff
def add(request: HttpRequest) -> HttpResponse:
    """Add a person to the organisation's care."""
    office = office_of(request)
    made: list[forms.AddPerson] = []

    def make(data: Any) -> forms.AddPerson:
        made.append(forms.AddPerson(data, office=office))
        return made[-1]

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        answer = people.add(
            actor=actor_of(request),
            organisation=office.id,
            who=made[-1].who(f"urn:uuid:{office.id}"),
            programme=given["programme"],
            key=key,
            now=now(),
        )
        return done("added", "person", answer["person"])

    return ask(
        request,
        office,
        make=make,
        write=write,
        title="Add a person",
        lead="Only who they are. What they take is added by those who look after them.",
        button="Add",
        back=(reverse("office:people"), "People"),
    )


def theirs_of(office: Office, person: UUID) -> dict[str, Any]:
    """Return what an office that was read for one person sees of them."""
    lines = tuple(one for one in office.people if one.person == person)
    return {
        "person": person,
        "name": lines[0].name,
        "enrolments": lines,
        "care": tuple(c for c in office.care if c.person.person == person),
        "proxies": tuple(p for p in office.proxies if p.person.person == person),
    }


@require_safe
@for_staff
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show where one person is enrolled and who looks after them."""
    office = office_of(request, person)
    return page(request, "person", office, **theirs_of(office, person))


@require_http_methods(["GET", "POST"])
@for_staff
def enrol(request: HttpRequest, person: UUID) -> HttpResponse:
    """Enrol a person of the organisation in one of its programmes."""
    office = office_of(request, person)
    theirs = theirs_of(office, person)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        people.enrol(
            actor=actor_of(request),
            person=person,
            organisation=office.id,
            programme=given["programme"],
            key=key,
            now=now(),
        )
        return done("enrolled", "person", person)

    return ask(
        request,
        office,
        make=lambda data: forms.Enrol(data, office=office),
        write=write,
        title=f"Enrol {theirs['name']}",
        button="Enrol",
        back=(reverse("office:person", args=[person]), theirs["name"]),
    )


@require_http_methods(["GET", "POST"])
@for_staff
def end_enrolment(request: HttpRequest, person: UUID, enrolment: UUID) -> HttpResponse:
    """End one enrolment, after asking."""
    office = office_of(request, person)
    theirs = theirs_of(office, person)
    line = the(theirs["enrolments"], enrolment)
    where = line.programme.name if line.programme else office.name

    def write(_given: dict[str, Any], key: UUID) -> HttpResponse:
        people.end_enrolment(
            actor=actor_of(request),
            person=person,
            organisation=office.id,
            enrolment=enrolment,
            key=key,
            now=now(),
        )
        if len(theirs["enrolments"]) == 1:
            return done("ended", "people")
        return done("ended", "person", person)

    return ask(
        request,
        office,
        make=Nothing,
        write=write,
        title=f"End the enrolment of {theirs['name']}?",
        lead=f"It ends now, at {where}. The record is kept, with its log.",
        button="End the enrolment",
        back=(reverse("office:person", args=[person]), theirs["name"]),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@for_staff
def begin_care(request: HttpRequest, person: UUID) -> HttpResponse:
    """Put a person in someone's care."""
    office = office_of(request, person)
    theirs = theirs_of(office, person)
    here = {part.id for part in forms.open_to(office)}
    already = {c.by.id for c in theirs["care"]}
    # Administrators read no record; a programme's staff only where they are enrolled.
    enrolled_in = {e.programme.id for e in theirs["enrolments"] if e.programme}
    members = tuple(
        member
        for member in office.staff
        if member.id not in already
        and member.role is not Role.ADMINISTRATOR
        and (member.programme is None or member.programme.id in here & enrolled_in)
    )

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        member = the(members, given["membership"])
        caring.begin(
            actor=actor_of(request),
            organisation=office.id,
            person=person,
            membership=member.id,
            programme=member.programme.id if member.programme else None,
            key=key,
            now=now(),
        )
        return done("begun", "person", person)

    return ask(
        request,
        office,
        make=lambda data: forms.BeginCare(data, members=members),
        write=write,
        title=f"Who looks after {theirs['name']}?",
        lead="From now on they see the record, as far as their role allows.",
        button="Begin",
        back=(reverse("office:person", args=[person]), theirs["name"]),
    )


@require_http_methods(["GET", "POST"])
@for_staff
def end_care(request: HttpRequest, person: UUID, relationship: UUID) -> HttpResponse:
    """End a care relationship, after asking."""
    office = office_of(request, person)
    theirs = theirs_of(office, person)
    relation = the(theirs["care"], relationship)
    programme = relation.by.programme

    def write(_given: dict[str, Any], key: UUID) -> HttpResponse:
        caring.end(
            actor=actor_of(request),
            organisation=office.id,
            person=person,
            relationship=relationship,
            programme=programme.id if programme else None,
            key=key,
            now=now(),
        )
        return done("ended", "person", person)

    return ask(
        request,
        office,
        make=Nothing,
        write=write,
        title=f"{relation.by.name} no longer looks after {theirs['name']}?",
        lead="It ends now: their next look at the record finds nothing.",
        button="End",
        back=(reverse("office:person", args=[person]), theirs["name"]),
        danger=True,
    )


@require_safe
@for_staff
def care(request: HttpRequest) -> HttpResponse:
    """Show who looks after whom, and who is looked after by nobody."""
    office = office_of(request)
    cared_for = {c.person.person for c in office.care}
    alone = {p.person: p for p in office.people if p.person not in cared_for}
    return page(request, "care", office, alone=tuple(alone.values()))
