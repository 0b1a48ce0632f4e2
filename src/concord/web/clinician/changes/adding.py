"""Add a medicine: find it by its exact name, choose, tell how it is taken, save."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from concord.errors import DeniedError
from concord.record import model as rec
from concord.review import Finding
from concord.web.chart.actions import medicines
from concord.web.chart.actions.interrupting import Override
from concord.web.chart.actions.reading import preview
from concord.web.clinician.changes import lookup
from concord.web.clinician.changes.add_form import AddForm
from concord.web.clinician.changes.asked import Asked, asked
from concord.web.clinician.changes.fields import NAME
from concord.web.clinician.changes.questioned import questioned
from concord.web.clinician.changes.steps import (
    Page,
    ids_of,
    show,
    show_form,
    submitted,
)
from concord.web.pages.asking import for_staff

_TITLE = "Add a medicine"


@for_staff
@require_http_methods(["GET", "POST"])
def add_medicine(request: HttpRequest, person: UUID) -> HttpResponse:
    """Find a medicine, then put it on the list.

    What is searched for travels in the body, never in an address: the name of a
    medicine beside a person's id is part of their record.
    """
    ask = asked(request, person)
    if not ask.allowed():
        raise DeniedError("role")
    name = request.POST.get("name", "").strip()[:NAME]
    step = request.POST.get("step", "search")
    if request.method == "GET" or not name or step == "search":
        return _search(request, ask, name, tried=request.method == "POST")
    page = _page(request, ask, name, step)
    if step == "choose":
        return show_form(request, page)
    return _submitted(request, ask, page, name)


def _search(
    request: HttpRequest, ask: Asked, name: str, *, tried: bool
) -> HttpResponse:
    """Show what the catalogue has under these letters; the one who types chooses."""
    context: dict[str, Any] = {
        **ask.shown,
        "ids": ids_of(request),
        "name": name,
        "tried": tried,
        "exact": lookup.exact(name) if name else None,
        "beginning": lookup.beginning(name) if name else (),
        "questions": questioned(name),
    }
    return show(request, "search", context)


def _page(request: HttpRequest, ask: Asked, name: str, step: str) -> Page:
    products = lookup.products(name)
    chosen = step == "choose"
    kinds = ask.allowed()
    form = AddForm(
        None if chosen else request.POST,
        instructions=1,
        kinds=kinds,
        products=[(p.rxcui, p.text) for p in products],
        conditions=[
            (c.id, c.text or c.codes[0].display or c.codes[0].code)
            for c in ask.record.conditions
            if not c.refuted and (c.text or c.codes)
        ],
        initial={
            "name": name,
            "kind": kinds[0].value,
            "prescriber": "me" if rec.LineKind.ORDER in kinds else "nobody",
        },
    )
    if step == "more":
        form.add_an_instruction()
    medicine = lookup.medicine(name, request.POST.get("product"))
    return Page(
        title=_TITLE,
        button="Put it on the list",
        asked=ask,
        form=form,
        medicine=medicine,
        not_covered=lookup.not_covered(medicine),
        notes=lookup.of_starting(medicine, ask.today),
        notes_title="What the sources say of starting it",
        hidden=[("name", name)],
    )


def _submitted(request: HttpRequest, ask: Asked, page: Page, name: str) -> HttpResponse:
    form = page.form
    assert isinstance(form, AddForm)  # noqa: S101 - made above

    def wanted() -> dict[str, Any]:
        me = rec.Party(id=str(ask.actor.id))
        return {
            "medicine": lookup.medicine(name, form.cleaned_data.get("product")),
            "kind": form.line_kind,
            "effective": form.from_when,
            "reason": form.why,
            "dosage": form.directions,
            "indications": form.indications(ask.record.conditions),
            "prescriber": form.prescribed_by(me),
            "over_the_counter": form.cleaned_data["over_the_counter"],
        }

    def save(overrides: tuple[Override, ...]) -> dict[str, Any]:
        return medicines.add(
            **ask.who, **wanted(), pharmacy=form.at_pharmacy, overrides=overrides
        )

    def would_cause() -> tuple[Finding, ...]:
        told = wanted()
        change = rec.Change(
            id="new",
            kind=rec.ChangeKind.STARTED,
            recorded_at=ask.now,
            effective=told["effective"],
            dosage=told["dosage"],
        )
        line = rec.MedicationLine(
            id="new",
            medicine=told["medicine"],
            kind=told["kind"],
            indications=told["indications"],
            prescriber=told["prescriber"],
            over_the_counter=told["over_the_counter"],
            changes=(change,),
        )
        return preview(
            actor=ask.actor,
            person=ask.person,
            purpose=ask.purpose,
            now=ask.now,
            line=line,
        )

    return submitted(request, page, save=save, preview=would_cause)
