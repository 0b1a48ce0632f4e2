"""Change the dose, hold, resume, stop, correct: one more entry, never over the last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from concord.record import model as rec
from concord.record.agreed import Entry
from concord.review import Finding
from concord.terms import PartialDate
from concord.web.chart.actions import medicines
from concord.web.chart.actions.interrupting import Override
from concord.web.chart.actions.reading import preview
from concord.web.clinician.changes import lookup
from concord.web.clinician.changes.asked import Asked, asked
from concord.web.clinician.changes.forms import (
    ChangeForm,
    CorrectForm,
    DoseForm,
    HoldForm,
    ResumeForm,
    StopForm,
)
from concord.web.clinician.changes.steps import Page, Save, show_form, submitted
from concord.web.clinician.words import CHANGES
from concord.web.pages.asking import for_staff
from concord.wording import day, drug_name

Kind = rec.ChangeKind
Form = Callable[[Any, Entry], ChangeForm]


def _change(request: HttpRequest, ask: Asked, page: Page, kind: Kind) -> HttpResponse:
    """Show the form, or do what it asks for."""
    assert page.entry is not None  # noqa: S101 - a change is of a medicine
    line = page.entry.id
    changes = page.entry.line.changes
    page.seen = request.POST.get("seen", changes[-1].id if changes else "")[:100]
    page.hidden = [("seen", page.seen)]
    if request.method == "GET":
        return show_form(request, page)
    if request.POST.get("step") == "more":
        page.form.add_an_instruction()
    return submitted(
        request,
        page,
        save=_saving(kind, ask, line, page.form),
        preview=_previewing(kind, ask, line, page.form),
    )


def _saving(kind: Kind, ask: Asked, line: str, form: ChangeForm) -> Save:
    def save(overrides: tuple[Override, ...]) -> dict[str, Any]:
        told: dict[str, Any] = {
            **ask.who,
            "line": line,
            "effective": form.from_when,
            "reason": form.why,
            "pharmacy": form.at_pharmacy,
        }
        match kind:
            case Kind.DOSE_CHANGED:
                return medicines.change_dose(
                    **told, dosage=form.directions, overrides=overrides
                )
            case Kind.RESUMED:
                return medicines.resume(
                    **told, dosage=form.directions, overrides=overrides
                )
            case Kind.HELD:
                return medicines.hold(**told)
            case Kind.STOPPED:
                return medicines.stop(**told)
            case _:
                assert isinstance(form, CorrectForm)  # noqa: S101 - made below
                return medicines.correct(
                    **told,
                    dosage=form.directions,
                    change=form.corrected.id,
                    becomes=form.becomes_kind,
                    overrides=overrides,
                )

    return save


def _previewing(
    kind: Kind, ask: Asked, line: str, form: ChangeForm
) -> Callable[[], tuple[Finding, ...]]:
    def would_cause() -> tuple[Finding, ...]:
        correction = form if isinstance(form, CorrectForm) else None
        change = rec.Change(
            id="new",
            kind=kind,
            recorded_at=ask.now,
            effective=form.from_when,
            dosage=form.directions,
            corrects=correction.corrected.id if correction else None,
            becomes=correction.becomes_kind if correction else None,
        )
        return preview(
            actor=ask.actor,
            person=ask.person,
            purpose=ask.purpose,
            now=ask.now,
            change=change,
            of=line,
        )

    return would_cause


@for_staff
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Change the dose."""
    ask = asked(request, person)
    entry = ask.entry(line)
    page = Page(
        title=f"Change the dose of {drug_name(entry)}",
        button="Save the new dose",
        asked=ask,
        entry=entry,
        form=DoseForm(
            _sent(request),
            initial=_today(ask),
            instructions=1,
            dosage=entry.state.dosage,
        ),
    )
    return _change(request, ask, page, Kind.DOSE_CHANGED)


@for_staff
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Hold a medicine for now."""
    ask = asked(request, person)
    entry = ask.entry(line)
    page = Page(
        title=f"Hold {drug_name(entry)}",
        button="Hold it",
        asked=ask,
        entry=entry,
        form=HoldForm(_sent(request), initial=_today(ask)),
        notes=lookup.of_gaps(entry.line.medicine, ask.today),
        notes_title="What the sources say of a gap",
    )
    return _change(request, ask, page, Kind.HELD)


@for_staff
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Resume a held medicine; what a gap means for it stands beside the form."""
    ask = asked(request, person)
    entry = ask.entry(line)
    page = Page(
        title=f"Resume {drug_name(entry)}",
        button="Resume it",
        asked=ask,
        entry=entry,
        form=ResumeForm(
            _sent(request),
            initial=_today(ask),
            instructions=1,
            dosage=entry.state.dosage,
        ),
        notes=lookup.of_gaps(entry.line.medicine, ask.today),
        notes_title="What the sources say after a gap",
    )
    return _change(request, ask, page, Kind.RESUMED)


@for_staff
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Stop a medicine."""
    ask = asked(request, person)
    entry = ask.entry(line)
    page = Page(
        title=f"Stop {drug_name(entry)}",
        button="Stop it",
        asked=ask,
        entry=entry,
        form=StopForm(_sent(request), initial=_today(ask)),
        notes=lookup.of_stopping(entry.line.medicine, ask.today),
        notes_title="What the sources say of stopping it",
    )
    return _change(request, ask, page, Kind.STOPPED)


@for_staff
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Say what an entry should have been; the wrong one stays in the history."""
    ask = asked(request, person)
    entry = ask.entry(line)
    page = Page(
        title=f"Correct an entry of {drug_name(entry)}",
        button="Save the correction",
        asked=ask,
        entry=entry,
        form=CorrectForm(
            _sent(request),
            instructions=1,
            dosage=entry.state.dosage,
            entries=_entries(entry),
        ),
    )
    return _change(request, ask, page, Kind.CORRECTED)


def _today(ask: Asked) -> dict[str, Any]:
    """Return the day that most changes take effect; it may be typed over."""
    return {"effective": PartialDate.of(ask.today)}


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _entries(entry: Entry) -> list[tuple[rec.Change, str]]:
    """Return the changes that can be wrong, the newest first, each in a few words."""
    return [
        (change, f"{CHANGES[change.kind]}, {day(change.effective)}")
        for change in reversed(entry.line.changes)
        if change.kind is not Kind.CORRECTED
    ]
