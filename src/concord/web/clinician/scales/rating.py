"""Filling in, on the clinician's side: the same pages that a person has."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.errors import DeniedError
from concord.followup.scoring import Given
from concord.web.chart.actions import asking
from concord.web.chart.actions.forms import ByWhom, form_of
from concord.web.chart.policy import Action
from concord.web.clinician.changes.asked import Asked
from concord.web.clinician.clinical.editing import opened
from concord.web.pages import filling
from concord.web.pages.asking import for_staff
from concord.web.pages.filling import Sheet

BASE = "clinician/scales/filling.html"


@require_safe
@for_staff
def rating(request: HttpRequest, person: UUID, form: UUID) -> HttpResponse:
    """Show what is rated, and the way to the first question that is open."""
    ask, sheet = _opened(request, person, form)
    if not sheet.form.fillable:
        return _over(request, ask, sheet)
    context = {
        **ask.shown,
        "sheet": sheet,
        "first": sheet.way(sheet.first_open or "check"),
    }
    return render(request, "clinician/scales/rating.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def question(
    request: HttpRequest, person: UUID, form: UUID, number: int
) -> HttpResponse:
    """Ask one question, and keep what was seen."""
    ask, sheet = _opened(request, person, form)
    if not sheet.form.fillable:
        return _over(request, ask, sheet)

    def keep(given: Given, key: UUID) -> str | None:
        who = ask.who | {"key": key}
        asking.answer(form=form, given=given, language=sheet.language, **who)
        return None

    return filling.ask(request, sheet, number, keep, **_shell(ask))


@require_http_methods(["GET", "POST"])
@for_staff
def check(request: HttpRequest, person: UUID, form: UUID) -> HttpResponse:
    """Show all ratings, and put them on the record."""
    ask, sheet = _opened(request, person, form)
    if not sheet.form.fillable:
        return _over(request, ask, sheet)

    def send(key: UUID) -> str:
        asking.finish(form=form, **(ask.who | {"key": key}))
        return reverse("clinician:scales", args=(person,))

    return filling.check(
        request, sheet, send, send_words="Save on the record", **_shell(ask)
    )


def _opened(request: HttpRequest, person: UUID, form: UUID) -> tuple[Asked, Sheet]:
    ask = opened(request, person, Action.FILL_IN)
    found = form_of(actor=ask.actor, person=person, form=form, now=ask.now)
    if found.wanted.by is not ByWhom.STAFF:
        raise DeniedError("not-found")
    way = partial(_way, person, form)
    return ask, Sheet(form=found, language="en", base=BASE, way=way)


def _way(person: UUID, form: UUID, part: str | int) -> str:
    match part:
        case int():
            return reverse("clinician:rating_question", args=(person, form, part))
        case "check":
            return reverse("clinician:rating_check", args=(person, form))
        case _:
            return reverse("clinician:rating", args=(person, form))


def _over(request: HttpRequest, ask: Asked, sheet: Sheet) -> HttpResponse:
    home = reverse("clinician:scales", args=(ask.person,))
    return filling.over(request, sheet, home=home, **_shell(ask))


def _shell(ask: Asked) -> dict[str, Any]:
    shown = ask.shown
    del shown["key"]  # a question that was kept needs a new one
    return shown
