"""Emergencies: find a person, say why, and open their whole record for some hours."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.errors import DeniedError
from concord.terms import PartialDate
from concord.web.accounts.stepping_up import stepped_up
from concord.web.chart.actions import emergencies
from concord.web.chart.actions.finding import find
from concord.web.chart.policy import EMERGENCY_ROLES, hat_of
from concord.web.clinician.changes.fields import NAME, PartialDateField, WordsField
from concord.web.pages import asking
from concord.web.pages.asking import for_staff

_PROBLEM = "No one is on record under exactly this name and birth date."


class FindForm(forms.Form):
    """Whom: by exact name and whole birth date, since nobody is to be browsed."""

    name = WordsField(label="Full name, as it is on record", longest=NAME)
    born = PartialDateField(label="Birth date", help_text="The whole date.")

    def clean_born(self) -> PartialDate:
        """Ask for the whole date: part of one would find others too."""
        born: PartialDate = self.cleaned_data["born"]
        if not born.exact:
            raise forms.ValidationError("Write day, month and year.")
        return born


class GlassForm(FindForm):
    """Whom, and what 42 CFR 2.51(c) asks to be written down."""

    nature = WordsField(
        label="What is the emergency?",
        lines=3,
        help_text="What happened, and what must be known to help.",
    )
    discloser = WordsField(
        label="Who discloses it",
        longest=NAME,
        help_text="Your name, or that of whoever opens the record with you.",
    )


@for_staff
@stepped_up
def emergency(request: HttpRequest) -> HttpResponse:
    """Show the form; break the glass for the one person whom it names.

    Nobody found, several found and nobody there are answered alike.
    """
    actor, now = asking.actor_of(request), asking.now()
    hat = hat_of(actor, now)
    if hat is None or hat.role not in EMERGENCY_ROLES:
        raise DeniedError("role")
    hours = int(emergencies.LASTS.total_seconds()) // 3600
    context: dict[str, Any] = {"hours": hours, "key": uuid4()}
    if request.method != "POST":
        context["form"] = GlassForm()
        return render(request, "clinician/clinical/emergency.html", context)
    context["key"] = key = asking.action_key(request)
    form = context["form"] = GlassForm(request.POST)
    person = _found(request, form) if form.is_valid() else None
    if person is None:
        page = "clinician/clinical/emergency.html"
        return render(request, page, context, status=422)
    told = form.cleaned_data
    emergencies.break_glass(
        actor=actor,
        person=person,
        nature=told["nature"],
        discloser=told["discloser"],
        key=key,
        now=now,
    )
    return redirect("clinician:person", person=person)


def _found(request: HttpRequest, form: GlassForm) -> UUID | None:
    """Return the one person of a name and birth date, or say that there is none."""
    told = form.cleaned_data
    people = find(
        actor=asking.actor_of(request),
        name=told["name"],
        born=told["born"].first,
        now=asking.now(),
    )
    if len(people) == 1:
        return people[0]
    problem = _PROBLEM
    if people:
        problem = (
            "More than one person has this name and birth date. Ask whoever runs the "
            "office which record is theirs."
        )
    form.add_error(None, problem)
    return None
