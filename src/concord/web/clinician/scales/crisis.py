"""The page of a crisis task: what was answered, who knows, take it up, close it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.errors import ImpossibleChangeError
from concord.followup.crisis import Rung, WhatWasDone
from concord.terms import Value
from concord.web.chart.actions import crises
from concord.web.chart.actions.crises import Crisis, Shown
from concord.web.chart.actions.reviewing import knowledge
from concord.web.clinician.scales.forms import DONE, CloseForm
from concord.web.pages.asking import action_key, actor_of, for_staff, now, purpose

# The next step where a clinic has set none: a free screen, asked in person.
NEXT_STEP = "asq"
_RUNGS = {
    Rung.NAMED: "named on the form",
    Rung.COVER: "cover",
    Rung.ON_CALL: "on call",
}


class Answered(Value, frozen=True, kw_only=True):
    """One answer to the question on suicide, in its words."""

    at: datetime
    text: str


class Happened(Value, frozen=True, kw_only=True):
    """One thing that happened with the task, in words."""

    at: datetime
    says: str


@require_http_methods(["GET", "POST"])
@for_staff
def crisis(request: HttpRequest, person: UUID, task: UUID) -> HttpResponse:
    """Show a task; take it up, or close it with what was done."""
    actor, at, why = actor_of(request), now(), purpose(request, person)
    shown = crises.read_crisis(
        actor=actor, person=person, task=task, purpose=why, now=at
    )
    closing = request.method == "POST" and request.POST.get("step") == "close"
    form = CloseForm(request.POST if closing else None)
    problem = ""
    asked = {
        "actor": actor,
        "person": person,
        "task": task,
        "purpose": why,
        "key": action_key(request),
        "now": at,
    }
    if request.method == "POST":
        try:
            if not closing:
                crises.acknowledge(**asked)  # type: ignore[arg-type]
                return redirect("clinician:crisis", person, task)
            if form.is_valid():
                told = form.cleaned_data
                crises.close(
                    what=WhatWasDone(told["what"]),
                    words=told["words"],
                    **asked,  # type: ignore[arg-type]
                )
                # Who was on call sees nothing of the person any more.
                if not shown.in_care:
                    return redirect("clinician:panel")
                return redirect("clinician:crisis", person, task)
        except ImpossibleChangeError as error:
            problem = _said(error)
            shown = crises.read_crisis(
                actor=actor, person=person, task=task, purpose=why, now=at
            )
    wrong = problem or (closing and not form.is_valid())
    context = {
        "person": person,
        "shown": shown,
        "crisis": shown.crisis,
        "name": _name(shown),
        "question": _question(shown),
        "answers": _answers(shown),
        "happened": _happened(shown.crisis),
        "open_for": since(shown.crisis.opened_at, at),
        "form": form,
        "problem": problem,
        "next_step": shown.plan.next_step,
        "screen": knowledge().scales.get(NEXT_STEP),
    }
    return render(
        request, "clinician/scales/crisis.html", context, status=422 if wrong else 200
    )


def since(opened: datetime, at: datetime) -> str:
    """Return how long a task has been open, in words."""
    minutes = max(0, int((at - opened).total_seconds() // 60))
    if minutes == 0:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        left = f" {rest} minutes" if rest else ""
        return f"{hours} hour{'' if hours == 1 else 's'}{left}"
    days = hours // 24
    return f"{days} day{'' if days == 1 else 's'}"


def _said(error: ImpossibleChangeError) -> str:
    if "taken up" in str(error):
        return "Somebody has taken it up meanwhile: see below who."
    return "Somebody has closed it meanwhile: see below what was done."


def _name(shown: Shown) -> str:
    who = shown.who
    return who.names[0].text if who and who.names else "Name not recorded"


def _question(shown: Shown) -> str:
    item = next((i for i in shown.form.items if i.id == shown.crisis.asked.item), None)
    return (item.text if item else None) or ""


def _answers(shown: Shown) -> list[Answered]:
    """Return every answer to the question, the first one first."""
    form = shown.form.scale.form
    item = form.named(shown.crisis.asked.item) if form else None
    answers = form.answers_of(item) if form and item else None
    words = {c.value: c.text for c in answers.choice} if answers else {}
    found = []
    for said in shown.form.said:
        if said.given.item != shown.crisis.asked.item:
            continue
        value = said.given.value
        text = "left open" if value is None else f"{words.get(value, '')} ({value})"
        found.append(Answered(at=said.at, text=text))
    return found


def _happened(crisis: Crisis) -> list[Happened]:
    said = []
    for step in crisis.steps:
        match step.kind:
            case crises.StepKind.TOLD if step.rung is Rung.NOBODY:
                says = "Nobody has taken it up: everybody was told"
            case crises.StepKind.TOLD:
                rung = _RUNGS[step.rung] if step.rung else ""
                says = f"{step.who} was told ({rung})"
            case crises.StepKind.ACKNOWLEDGED:
                says = f"{step.who} took it up"
            case _:
                what = DONE[step.done.what] if step.done.what else ""
                says = f"{step.who} closed it: {what}"
        said.append(Happened(at=step.at, says=says))
    return said
