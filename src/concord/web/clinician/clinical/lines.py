"""Conditions, allergies, results and who the person is: the views, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.errors import DeniedError
from concord.record import model as rec
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Action
from concord.web.clinician.changes.asked import Asked
from concord.web.clinician.clinical import choices
from concord.web.clinician.clinical.describing import told
from concord.web.clinician.clinical.editing import (
    Page,
    adding,
    correcting,
    edit_view,
    line_of,
    made_with,
    opened,
    withdraw_view,
)
from concord.web.clinician.clinical.forms import (
    AllergyForm,
    ConditionForm,
    PersonForm,
)
from concord.web.clinician.clinical.result_form import ObservationForm
from concord.web.pages.asking import for_staff
from concord.wording.names import cased

_CONDITION = Page(
    kind="conditions",
    title="Add a condition",
    says="What is on the list decides what can be checked of every medicine.",
    button="Add the condition",
)
_ALLERGY = Page(
    kind="allergies",
    title="Add an allergy, or that none is known",
    says="“None known” is an answer of its own: an empty list is not.",
    button="Add it",
)
_RESULT = Page(
    kind="observations",
    title="Add a result",
    says="What was measured or noted, and on which day.",
    button="Add the result",
)

_CORRECT = {
    "conditions": "clinician:edit_condition",
    "allergies": "clinician:edit_allergy",
    "observations": "clinician:edit_observation",
}
# Of one measurement, the last few results: who corrects one has just seen it.
_SHOWN = 3


def _correction(page: Page, title: str) -> Page:
    return Page(
        kind=page.kind,
        title=title,
        says="What it says now stays in the record; this stands in its place.",
        button="Save the correction",
    )


def _no_more(_ask: Asked, _old: Any) -> Mapping[str, Any]:
    return {}


@for_staff
def add_condition(request: HttpRequest, person: UUID) -> HttpResponse:
    """Add a condition: `?condition=` has it chosen."""
    ask = opened(request, person, Action.WRITE_CLINICAL)
    typed = request.POST if request.method == "POST" else None
    initial = {"condition": request.GET.get("condition", "")}
    form = ConditionForm(typed, initial=initial, **made_with(ask))
    return adding(
        request, ask, _CONDITION, form, **_had(ask, "conditions", ask.record.conditions)
    )


def _had(ask: Asked, kind: str, had: Sequence[rec.Line]) -> dict[str, Any]:
    """Return what is on record already, each with the way to correct it."""
    shown = [told(kind, line, ask.today) for line in had]
    return {"had": shown, "correct": _CORRECT[kind]}


edit_condition = edit_view(
    _correction(_CONDITION, "Correct a condition"), ConditionForm, _no_more
)


@for_staff
def add_allergy(request: HttpRequest, person: UUID) -> HttpResponse:
    """Add an allergy, or that none is known."""
    ask = opened(request, person, Action.WRITE_CLINICAL)
    typed = request.POST if request.method == "POST" else None
    form = AllergyForm(typed, others=_others(ask, None), **made_with(ask))
    return adding(
        request, ask, _ALLERGY, form, **_had(ask, "allergies", ask.record.allergies)
    )


def _others(ask: Asked, line: rec.Allergy | None) -> tuple[str, ...]:
    """Return the allergies that hold besides a line: none is known only without."""
    return tuple(
        other.text or "an allergy without words"
        for other in ask.record.allergies
        if other.active
        and not other.refuted
        and not other.none_known
        and (line is None or other.id != line.id)
    )


edit_allergy = edit_view(
    _correction(_ALLERGY, "Correct an allergy"),
    AllergyForm,
    lambda ask, old: {"others": _others(ask, old)},
)


@for_staff
def add_observation(request: HttpRequest, person: UUID) -> HttpResponse:
    """Add a result of `?observation=`, or choose of what first."""
    ask = opened(request, person, Action.WRITE_CLINICAL)
    known = knowledge()
    chosen = request.GET.get("observation", "")
    if chosen != choices.OTHER and chosen not in known.observations:
        offered = choices.observations(known)
        context = {"person": person, "record": ask.record, "today": ask.today}
        context |= {"offered": offered, "other": choices.OTHER}
        return render(request, "clinician/clinical/which_result.html", context)
    typed = request.POST if request.method == "POST" else None
    form = ObservationForm(typed, observation=chosen, **made_with(ask))
    title = known.observations[chosen].title if chosen != choices.OTHER else ""
    page = Page(
        kind=_RESULT.kind,
        title=f"Add a result: {cased(title)}" if title else "Add another result",
        says=_RESULT.says,
        button=_RESULT.button,
    )
    had = [
        line
        for line in ask.record.observations
        if (choices.observation_of(known, line.codes) or choices.OTHER) == chosen
    ]
    return adding(request, ask, page, form, **_had(ask, "observations", had[-_SHOWN:]))


@for_staff
def edit_observation(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Correct a result."""
    ask = opened(request, person, Action.WRITE_CLINICAL)
    old = line_of(ask, "observations", line)
    name = choices.observation_of(knowledge(), old.codes) or choices.OTHER
    if old.components:
        # A panel came as a whole from its source; it is corrected there.
        name = ""
    typed = request.POST if request.method == "POST" else None
    initial = ObservationForm.told(old, knowledge())
    form = ObservationForm(typed, initial=initial, observation=name, **made_with(ask))
    page = _correction(_RESULT, "Correct a result")
    return correcting(request, ask, page, form, old, panel=bool(old.components))


@for_staff
def edit_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Correct who the person is: name, birth, sex, pronouns."""
    ask = opened(request, person, Action.WRITE_CLINICAL)
    old = ask.record.person
    if old is None:
        raise DeniedError("not-found")
    typed = request.POST if request.method == "POST" else None
    initial = PersonForm.told(old, knowledge())
    form = PersonForm(typed, initial=initial, **made_with(ask))
    page = Page(
        kind="person",
        title="Correct who this is",
        says="Ask the person. What it says now stays in the record.",
        button="Save the correction",
    )
    return correcting(request, ask, page, form, old)


def _withdrawal(kind: str, what: str) -> Page:
    return Page(
        kind=kind,
        title=f"This {what} was entered in error",
        says=(
            "It is taken out of the record and no longer counts. What it said, who "
            "took it out and why is kept."
        ),
        button="Take it out",
    )


withdraw_condition = withdraw_view(
    _withdrawal("conditions", "condition"), rec.Condition
)
withdraw_allergy = withdraw_view(_withdrawal("allergies", "allergy"), rec.Allergy)
withdraw_observation = withdraw_view(
    _withdrawal("observations", "result"), rec.Observation
)
