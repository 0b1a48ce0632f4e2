"""Adding a line, and correcting one in place: one road for every kind of line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.errors import DeniedError
from concord.record import model as rec
from concord.terms import Value, encode_hook
from concord.web.chart.actions import lines
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Action, Resource, decide
from concord.web.clinician.changes.asked import Asked, asked
from concord.web.clinician.changes.fields import WordsField
from concord.web.clinician.changes.lookup import recogniser
from concord.web.clinician.clinical.describing import told
from concord.web.clinician.clinical.forms import LineForm
from concord.web.pages.asking import for_staff

_encode = msgspec.json.Encoder(enc_hook=encode_hook, order="deterministic").encode


class Page(Value, frozen=True, kw_only=True):
    """What a form's page says: its title, what it is for, what its button does."""

    kind: str
    title: str
    says: str
    button: str


def permit(ask: Asked, action: Action) -> None:
    """Raise `DeniedError` where the actor may not do this: the page is not there."""
    on = Resource(person=ask.person)
    decision = decide(ask.actor, action, on, ask.purpose, ask.now)
    if not decision.allowed:
        raise DeniedError(decision.reason)


def opened(request: HttpRequest, person: UUID, action: Action) -> Asked:
    """Return what was asked, once the record was read and the action is allowed."""
    ask = asked(request, person)
    _ = ask.record  # An access like every other: decided and logged, then the rest.
    permit(ask, action)
    return ask


def line_of(ask: Asked, kind: str, line: str) -> Any:
    """Return a line of the record by its id, or raise `DeniedError`."""
    found = next((x for x in getattr(ask.record, kind) if x.id == line), None)
    if found is None:
        raise DeniedError("not-found")
    return found


def digest(line: rec.Line) -> str:
    """Return a digest of a line as it was shown, to tell whether it changed since."""
    return hashlib.sha256(_encode(line)).hexdigest()


def made_with(ask: Asked) -> dict[str, Any]:
    """Return what every form of a line is made with."""
    return {
        "knowledge": knowledge(),
        "recogniser": recogniser(),
        "today": ask.today,
    }


def show(
    request: HttpRequest,
    ask: Asked,
    page: Page,
    form: forms.Form,
    **more: Any,
) -> HttpResponse:
    """Return the page of a form, with what was typed and the same key."""
    context = {"person": ask.person, "record": ask.record, "today": ask.today}
    context |= {"page": page, "form": form, "key": ask.key}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(
        request, "clinician/clinical/form.html", context | more, status=status
    )


def adding(
    request: HttpRequest,
    ask: Asked,
    page: Page,
    form: LineForm,
    **more: Any,
) -> HttpResponse:
    """Add the line of a form that is right, or show what is not."""
    if not form.is_bound or not form.is_valid():
        return show(request, ask, page, form, **more)
    lines.add(line=form.line(None), **ask.who)
    return redirect("clinician:person", person=ask.person)


def correcting(
    request: HttpRequest,
    ask: Asked,
    page: Page,
    form: LineForm,
    old: rec.Line,
    **more: Any,
) -> HttpResponse:
    """Add a version of a line with what was typed; the old version stays.

    Where somebody else changed the line since it was shown, nothing is saved: the page
    says what it says now, keeps what was typed, and may be sent again.
    """
    more |= {
        "now": told(page.kind, old, ask.today),
        "seen": digest(old),
        "withdraw": _withdraw(ask, page, old),
    }
    if not form.is_bound or not form.is_valid():
        if form.is_bound:
            more["seen"] = request.POST.get("seen", "")
        return show(request, ask, page, form, **more)
    new = form.line(old)
    if new == old:
        return redirect("clinician:person", person=ask.person)
    if request.POST.get("seen") != digest(old):
        return show(request, ask, page, form, changed_since=True, **more)
    lines.correct(line=new, **ask.who)
    return redirect("clinician:person", person=ask.person)


def edit_view(
    page: Page, form: type[LineForm], more: Callable[[Asked, Any], Mapping[str, Any]]
) -> Callable[..., HttpResponse]:
    """Return the view that corrects a line of one kind."""

    @for_staff
    def edit(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
        ask = opened(request, person, Action.WRITE_CLINICAL)
        old = line_of(ask, page.kind, line)
        typed = request.POST if request.method == "POST" else None
        initial = form.told(old, knowledge())  # type: ignore[attr-defined]
        made = form(typed, initial=initial, **made_with(ask), **more(ask, old))
        return correcting(request, ask, page, made, old)

    return edit


_WITHDRAW = {
    "conditions": "clinician:withdraw_condition",
    "allergies": "clinician:withdraw_allergy",
    "observations": "clinician:withdraw_observation",
}


def _withdraw(ask: Asked, page: Page, old: rec.Line) -> str:
    """Return the address at which a line is taken out; nothing for a person."""
    name = _WITHDRAW.get(page.kind)
    return reverse(name, args=[ask.person, old.id]) if name else ""


class WithdrawForm(forms.Form):
    """Why a line was entered in error: its next reader must be able to tell."""

    reason = WordsField(
        label="What was the error?",
        lines=3,
        help_text="Another person's result, say, or a wrong value that was typed.",
    )


def withdraw_view(page: Page, type_: type[rec.Line]) -> Callable[..., HttpResponse]:
    """Return the view that takes a line of one kind out of the record, for a reason."""

    @for_staff
    def withdraw(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
        ask = opened(request, person, Action.WRITE_CLINICAL)
        typed = request.POST if request.method == "POST" else None
        form = WithdrawForm(typed)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            lines.withdraw(kind=type_, line=line, reason=reason, **ask.who)
            return redirect("clinician:person", person=person)
        old = line_of(ask, page.kind, line)
        return show(request, ask, page, form, now=told(page.kind, old, ask.today))

    return withdraw
