"""The steps of a change: typed, checked, interrupted, saved; one for every form.

The server alone decides: the action refuses a change that would newly cause a grave
finding without a reason (`MustAnswerError`), whatever the steps before it showed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from concord.errors import ImpossibleChangeError, MustAnswerError, RepeatedKeyError
from concord.record.agreed import Entry
from concord.record.model import Medicine
from concord.review import Finding
from concord.web.accounts.stepping_up import step_up
from concord.web.chart.actions.interrupting import Override
from concord.web.clinician.changes import interruption
from concord.web.clinician.changes.asked import Asked
from concord.web.clinician.changes.forms import MOST_INSTRUCTIONS, ChangeForm
from concord.web.clinician.changes.lookup import Note

Save = Callable[[tuple[Override, ...]], dict[str, Any]]
Preview = Callable[[], tuple[Finding, ...]]

# A form that could not be taken; htmx shows only answers that say they went well.
_WRONG = 422

_ONCE_ALREADY = (
    "This form was already saved, with other words in it. Look at the medicine as it "
    "is now; to save this as one more change, press the button again."
)


@dataclass
class Page:
    """What a page of a change shows besides its form."""

    title: str
    button: str
    asked: Asked
    form: ChangeForm
    entry: Entry | None = None
    medicine: Medicine | None = None
    not_covered: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    notes_title: str = ""
    problem: str = ""
    seen: str = ""
    caused: tuple[Finding, ...] | None = None
    hidden: list[tuple[str, str]] = field(default_factory=list)

    @property
    def checks(self) -> bool:
        """Whether it can raise anything: a hold and a stop only lower."""
        return bool(self.form.dosages)


def ids_of(request: HttpRequest, *more: str) -> str:
    """Return what the ids of one form begin with, so that two may stand on a page."""
    return "f" + sha256("|".join((request.path, *more)).encode()).hexdigest()[:8]


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    """Return a page; what could not be taken says so, but htmx puts in only a 200."""
    partial = request.headers.get("HX-Request") == "true"
    status = _WRONG if wrong and not partial else 200
    return render(request, f"clinician/changes/{template}.html", context, status=status)


def show_form(
    request: HttpRequest, page: Page, *, key: Any = None, wrong: bool = False
) -> HttpResponse:
    """Return the form with what was typed, and under the same key."""
    ids = ids_of(request)
    for form in (page.form, *page.form.dosages):
        form.auto_id = f"{ids}_%s"
    more = 0 < len(page.form.dosages) < MOST_INSTRUCTIONS
    context = {
        **page.asked.shown,
        "page": page,
        "form": page.form,
        "ids": ids,
        "more_instructions": more,
    }
    return show(request, "change", context | ({"key": key} if key else {}), wrong=wrong)


def submitted(
    request: HttpRequest, page: Page, *, save: Save, preview: Preview | None
) -> HttpResponse:
    """Return the answer to a form that was sent: by its step."""
    step = request.POST.get("step", "save")
    if step in ("edit", "more"):
        return show_form(request, page)
    if not page.form.is_valid():
        return show_form(request, page, wrong=True)
    if step == "check" and preview is not None:
        page.caused = preview()
        return show_form(request, page)
    overrides = interruption.overrides(request)
    if overrides:
        # Saving against a grave finding takes the step-up of trust.md SEC-18.
        asked = step_up(request)
        if asked is not None:
            return asked
    try:
        made = save(overrides)
    except MustAnswerError as error:
        return _interrupt(request, page, error.findings, preview)
    except RepeatedKeyError:
        page.problem = _ONCE_ALREADY
        return show_form(request, page, key=uuid4(), wrong=True)
    except ImpossibleChangeError as error:
        page.problem = f"Nothing was saved: {error}."
        return show_form(request, page, wrong=True)
    return _done(page, made)


def _interrupt(
    request: HttpRequest,
    page: Page,
    unanswered: tuple[Finding, ...],
    preview: Preview | None,
) -> HttpResponse:
    """Ask one reason for each grave finding, or to go back; nothing is saved yet."""
    caused = preview() if preview is not None else unanswered
    # What was answered already keeps its answer beside what is still unanswered.
    answered = [f for f in caused if f.interrupts and interruption.given(request, f)]
    grave = {f.id: f for f in (*unanswered, *answered)}
    asked = interruption.forms_for(request, grave.values())
    context = {
        **page.asked.shown,
        "page": page,
        "ids": ids_of(request),
        "asked": asked,
        "others": [f for f in caused if f.id not in grave],
        "carried": interruption.carried(request),
        "wrong": any(form.is_bound and not form.is_valid() for _, form in asked),
    }
    return show(request, "interruption", context, wrong=True)


def _done(page: Page, made: dict[str, Any]) -> HttpResponse:
    """Go to what was saved; a copy of the same form goes to the same place."""
    address = reverse("clinician:changed", args=[page.asked.person, made["line"]])
    told = urlencode({"change": made["change"], "seen": page.seen})
    return HttpResponseRedirect(f"{address}?{told}")
