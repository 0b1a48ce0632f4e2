"""Importing a file: sent, read and shown first; saved only when somebody says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from concord.errors import ChangedSinceError, DeniedError, UnusableInputError
from concord.exchange import read
from concord.web.chart.actions import imports
from concord.web.chart.actions.imports import Preview
from concord.web.chart.policy import hat_of
from concord.web.clinician.changes.asked import Asked, asked
from concord.web.clinician.changes.fields import NAME, ChoicesField, WordsField
from concord.web.clinician.changes.lookup import recogniser
from concord.web.clinician.clinical.previewing import page_of
from concord.web.clinician.clinical.upload import (
    FILE,
    MOST_REQUEST,
    InMemory,
    Refused,
    refusal,
    too_large,
    unusable,
)
from concord.web.pages import asking
from concord.web.pages.asking import for_staff
from concord.web.pages.limits import OWN_LIMIT

# How a file's own origin is named where its resources do not name theirs.
_ORIGIN = "file:"


class OriginForm(forms.Form):
    """Where a file comes from: two sources may give one id to two different things."""

    origin = WordsField(
        label="Where the file comes from",
        longest=NAME,
        help_text=(
            "The clinic, hospital, pharmacy or app. Write it the same way each time: "
            "what came from one place is updated only from there."
        ),
    )


class ConfirmForm(forms.Form):
    """What is asked before a file is brought in: whose it is."""

    same_person = forms.MultipleChoiceField(
        label="Is it the same person?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("yes", "I have compared the two: this file is about this person")],
        error_messages={"required": "Compare the two, and tick this if they are one."},
    )
    details = ChoicesField(
        label="Which details of the person should stand?",
        choices=[
            ("keep", "Keep what the record says"),
            ("take", "Take what the file says"),
        ],
    )

    def __init__(self, *args: object, preview: Preview, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        if not preview.may_be_another:
            del self.fields["same_person"]
        if not any(d.kind == "person" for d in preview.found.updated):
            del self.fields["details"]


# --- sending a file ---------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # Its token is asked for in `_read`, once the size is known to be small.
@for_staff
def import_file(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show the form, or read a file and go on to its preview.

    A request that is too large is refused by its stated length, before any of it is
    read; the file itself is held in memory only.
    """
    if request.method != "POST":
        return _form(request, _permitted(asked(request, person)), OriginForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_REQUEST:
        ask = _permitted(_asked_unread(request, person))
        return _form(request, ask, OriginForm(), too_large(), status=413)
    handler = InMemory(request)
    request.upload_handlers = [handler]
    return _read(request, person, handler)


@csrf_protect
def _read(request: HttpRequest, person: UUID, handler: InMemory) -> HttpResponse:
    ask = _permitted(asked(request, person))
    form = OriginForm(request.POST)
    if handler.too_large:
        return _form(request, ask, form, too_large(), status=413)
    sent = request.FILES.get(FILE)
    if sent is None:
        return _form(request, ask, form, Refused(words="Choose a file."), status=422)
    data = sent.read()
    refused = refusal(data)
    if refused is not None:
        return _form(request, ask, form, refused, status=415)
    if not form.is_valid():
        return _form(request, ask, form, status=422)
    origin = " ".join(form.cleaned_data["origin"].casefold().split())
    try:
        imported = read(
            data,
            recogniser(),
            read_at=ask.now,
            system=_ORIGIN + origin,
            name="the file",
        )
        made = imports.hold(imported=imported, **ask.who)
    except UnusableInputError as error:
        return _form(request, ask, form, unusable(error), status=422)
    return redirect("clinician:import_preview", person=person, pending=made["pending"])


def _permitted(ask: Asked) -> Asked:
    _ = ask.record  # An access like every other: decided and logged, then the rest.
    imports.permitted(
        actor=ask.actor, person=ask.person, purpose=ask.purpose, now=ask.now
    )
    return ask


def _asked_unread(request: HttpRequest, person: UUID) -> Asked:
    """Return what was asked without a look at the body, which is not to be read."""
    return Asked(
        actor=asking.actor_of(request),
        person=person,
        purpose=asking.purpose(request, person),
        now=asking.now(),
        key=uuid4(),
    )


def _form(
    request: HttpRequest,
    ask: Asked,
    form: OriginForm,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    systems = {
        line.source.system.removeprefix(_ORIGIN)
        for line in (*ask.record.medications, *ask.record.conditions)
        if line.source is not None and line.source.system.startswith(_ORIGIN)
    }
    context = {"person": ask.person, "record": ask.record, "today": ask.today}
    context |= {"form": form, "refused": refused, "key": ask.key}
    context |= {"origins": sorted(systems)}
    return render(request, "clinician/clinical/import.html", context, status=status)


# Larger than a form may be: what is too large is refused above, in its own words.
setattr(import_file, OWN_LIMIT, True)


# --- the preview ------------------------------------------------------------------


@for_staff
def preview(request: HttpRequest, person: UUID, pending: UUID) -> HttpResponse:
    """Show what a file would change; save it, or throw it away, when told to."""
    ask = _permitted(asked(request, person))
    try:
        if request.method == "POST" and "discard" in request.POST:
            imports.discard(pending=pending, **ask.who)
            return redirect("clinician:import", person=person)
        return _looked_at(request, ask, pending)
    except DeniedError:
        context = {"person": person, "record": ask.record}
        return render(request, "clinician/clinical/gone.html", context, status=404)


def _looked_at(request: HttpRequest, ask: Asked, pending: UUID) -> HttpResponse:
    try:
        found = imports.look(
            actor=ask.actor,
            person=ask.person,
            pending=pending,
            purpose=ask.purpose,
            now=ask.now,
        )
    except DeniedError:
        # Sent twice: the first one did it, and its answer is this one's too.
        if request.method == "POST":
            return _confirmed(request, ask, pending)
        raise
    if request.method != "POST":
        return _page(request, ask, found, ConfirmForm(preview=found))
    form = ConfirmForm(request.POST, preview=found)
    if not form.is_valid():
        return _page(request, ask, found, form, status=422)
    try:
        return _confirmed(request, ask, pending)
    except ChangedSinceError:
        return _page(request, ask, found, form, status=409)


def _confirmed(request: HttpRequest, ask: Asked, pending: UUID) -> HttpResponse:
    imports.confirm(
        pending=pending,
        seen=request.POST.get("seen", ""),
        same_person="same_person" in request.POST,
        take_person=request.POST.get("details") == "take",
        **ask.who,
    )
    return redirect("clinician:person", person=ask.person)


def _page(
    request: HttpRequest,
    ask: Asked,
    found: Preview,
    form: ConfirmForm,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"person": ask.person, "record": ask.record}
    context |= {"form": form, "key": ask.key, "changed_since": status == 409}
    hat = hat_of(ask.actor, ask.now)
    context |= {"preview": found, "page": page_of(found, ask.today)}
    context["zone"] = hat.zone if hat else None
    return render(request, "clinician/clinical/preview.html", context, status=status)
