"""Age rules, and what the law lets parents and guardians do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.web.accounts.stepping_up import stepped_up
from concord.web.chart.actions import ages, grants
from concord.web.office import forms
from concord.web.office.asking import Nothing, ask, done, page, staff_office_of, the
from concord.web.office.people import theirs_of
from concord.web.pages.asking import actor_of, for_staff, now


@require_safe
@for_staff
def rules(request: HttpRequest) -> HttpResponse:
    """Show the age rules, each with its law, and who holds a grant by law."""
    office = staff_office_of(request)
    shown = tuple(
        (rule, forms.SUBJECTS.get(rule.subject, rule.subject)) for rule in office.rules
    )
    return page(request, "rules", office, rules=shown)


@require_http_methods(["GET", "POST"])
@for_staff
def add_rule(request: HttpRequest) -> HttpResponse:
    """Record an age rule with the law that it rests on."""
    office = staff_office_of(request)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        ages.set_rule(
            actor=actor_of(request),
            organisation=office.id,
            subject=given["subject"],
            from_years=given["from_years"],
            until_years=given["until_years"],
            source=given["source"],
            locator=given["locator"],
            key=key,
            now=now(),
        )
        return done("added", "rules")

    return ask(
        request,
        office,
        make=forms.AgeRuleForm,
        write=write,
        title="Add an age rule",
        lead="A person whose birth is not known is taken to be on neither side of it.",
        button="Add",
        back=(reverse("office:rules"), "Age rules"),
    )


@require_http_methods(["GET", "POST"])
@for_staff
def end_rule(request: HttpRequest, rule: UUID) -> HttpResponse:
    """End an age rule, after asking."""
    office = staff_office_of(request)
    held = the(office.rules, rule)

    def write(_given: dict[str, Any], key: UUID) -> HttpResponse:
        ages.end_rule(
            actor=actor_of(request),
            organisation=office.id,
            rule=held.id,
            key=key,
            now=now(),
        )
        return done("ended", "rules")

    return ask(
        request,
        office,
        make=Nothing,
        write=write,
        title="End this age rule?",
        lead=f"{forms.SUBJECTS.get(held.subject, held.subject)}: {held.source}.",
        button="End it",
        back=(reverse("office:rules"), "Age rules"),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def add_proxy(request: HttpRequest, person: UUID) -> HttpResponse:
    """Record what the law lets a parent or guardian of one person do."""
    office = staff_office_of(request, person)
    theirs = theirs_of(office, person)

    def write(given: dict[str, Any], key: UUID) -> HttpResponse:
        until = given["until"]
        grants.give_by_law(
            actor=actor_of(request),
            organisation=office.id,
            person=person,
            caregiver=given["name"],
            basis=given["basis"],
            powers=frozenset(given["powers"]),
            ends_at=forms.end_of(until, office.zone) if until else None,
            key=key,
            now=now(),
        )
        return done("given", "person", person)

    return ask(
        request,
        office,
        make=forms.ProxyForm,
        write=write,
        title=f"A parent or guardian of {theirs['name']}",
        lead="Only after you have seen the papers. What a person chooses is their own.",
        button="Record it",
        back=(reverse("office:person", args=[person]), theirs["name"]),
    )


@require_http_methods(["GET", "POST"])
@for_staff
@stepped_up
def end_proxy(request: HttpRequest, person: UUID, grant: UUID) -> HttpResponse:
    """End a parent's or guardian's grant, after asking."""
    office = staff_office_of(request, person)
    theirs = theirs_of(office, person)
    held = the(theirs["proxies"], grant)

    def write(_given: dict[str, Any], key: UUID) -> HttpResponse:
        grants.end_by_law(
            actor=actor_of(request),
            organisation=office.id,
            person=person,
            grant=held.id,
            key=key,
            now=now(),
        )
        return done("ended", "person", person)

    return ask(
        request,
        office,
        make=Nothing,
        write=write,
        title=f"{held.name} no longer acts for {theirs['name']}?",
        lead="It ends now: their next look at the record finds nothing.",
        button="End it",
        back=(reverse("office:person", args=[person]), theirs["name"]),
        danger=True,
    )
