"""The pages of a person's scales: results, send a form, enter a total."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from concord.errors import ImpossibleAnswersError, ImpossibleChangeError
from concord.followup.case import Case
from concord.web.chart.actions import asking, sending
from concord.web.chart.actions.crises import crises_of
from concord.web.chart.actions.forms import ByWhom, State, forms_of
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Action
from concord.web.clinician.changes.asked import Asked
from concord.web.clinician.clinical.editing import opened
from concord.web.clinician.scales.forms import RateForm, SendForm, TotalForm
from concord.web.clinician.scales.results import results_of
from concord.web.pages.asking import for_staff

# A few of what is over; the rest is in the results.
_OVER = 5


@require_safe
@for_staff
def scales(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show what the scales say, which forms wait, and what may be done."""
    ask = opened(request, person, Action.ASK_SCALE)
    found = forms_of(actor=ask.actor, person=person, now=ask.now)
    waiting = [f for f in found if f.state in (State.OPEN, State.TO_COME)]
    over = [f for f in found if f.state in (State.LAPSED, State.CALLED_OFF)]
    context = {
        **ask.shown,
        "results": results_of(Case(ask.record, knowledge(), ask.today)),
        # Each has a key of its own: to call one off is not to call off another.
        "waiting": [
            (form, uuid4())
            for form in sorted(waiting, key=lambda f: (f.wanted.opens, f.sent_at))
        ],
        "orders": [
            (order, uuid4())
            for order in sending.orders_of(actor=ask.actor, person=person, now=ask.now)
        ],
        "over": over[:_OVER],
        "crises": crises_of(actor=ask.actor, person=person, now=ask.now),
        "rate": RateForm(None, scales=asking.fillable(ByWhom.STAFF)),
        "sent": request.GET.get("done") == "sent",
    }
    return render(request, "clinician/scales/scales.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def send(request: HttpRequest, person: UUID) -> HttpResponse:
    """Send a form to the person, once or every so many weeks."""
    ask = opened(request, person, Action.ASK_SCALE)
    form = SendForm(
        request.POST if request.method == "POST" else None,
        scales=asking.fillable(ByWhom.PERSON),
        readers=asking.readers(actor=ask.actor, person=person, now=ask.now),
        me=ask.actor.membership,
        today=ask.today,
        scale=request.GET.get("scale", ""),
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            _send(ask, told)
        except ImpossibleChangeError as error:
            form.add_error(None, _said(error))
        else:
            return _back(person)
    return _show(
        request,
        ask,
        form,
        title="Send a form",
        lead="The person finds it on their own page, under Today.",
        button="Send",
    )


def _send(ask: Asked, told: dict[str, Any]) -> None:
    """Send a form as was said: whenever it is due, or on a day and by a schedule."""
    chosen = {"scale": told["scale"], "reader": told["reader"]}
    if told["when_due"]:
        sending.send_when_due(**chosen, **ask.who)
        return
    asking.send(
        **chosen,
        opens=told["opens"].first,
        every_weeks=told["every_weeks"],
        until=told["until"].first if told["until"] else None,
        **ask.who,
    )


@require_POST
@for_staff
def stop_sending(request: HttpRequest, person: UUID, order: UUID) -> HttpResponse:
    """Stop sending a form whenever it is due."""
    ask = opened(request, person, Action.ASK_SCALE)
    # Stopped by somebody else meanwhile is stopped all the same.
    with suppress(ImpossibleChangeError):
        sending.stop_sending(order=order, **ask.who)
    return _back(person)


@require_http_methods(["GET", "POST"])
@for_staff
def total(request: HttpRequest, person: UUID) -> HttpResponse:
    """Enter the total of a scale whose form is not here, with where to obtain it."""
    ask = opened(request, person, Action.WRITE_CARE)
    offered = asking.totals_only()
    form = TotalForm(
        request.POST if request.method == "POST" else None,
        scales=offered,
        today=ask.today,
        scale=request.GET.get("scale", ""),
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            asking.enter_total(
                scale=told["scale"], total=told["total"], on=told["on"], **ask.who
            )
        except ImpossibleAnswersError as error:
            form.add_error("total", _said(error))
        except ImpossibleChangeError as error:
            form.add_error("on", _said(error))
        else:
            return _back(person)
    return _show(
        request,
        ask,
        form,
        title="Enter a total",
        lead=(
            "For a form that was filled in elsewhere, because its questions may not be "
            "shown here. A question on suicide in it counts as not assessed."
        ),
        button="Save",
        obtain=offered,
    )


@require_POST
@for_staff
def rate(request: HttpRequest, person: UUID) -> HttpResponse:
    """Begin a scale that staff fill in, and go to its first question."""
    ask = opened(request, person, Action.ASK_SCALE)
    form = RateForm(request.POST, scales=asking.fillable(ByWhom.STAFF))
    if not form.is_valid():
        return _show(
            request, ask, form, title="Rate a scale", lead="Choose one.", button="Begin"
        )
    made = asking.begin_rating(scale=form.cleaned_data["scale"], **ask.who)
    return redirect("clinician:rating", person, made["form"])


@require_POST
@for_staff
def call_off(request: HttpRequest, person: UUID, form: UUID) -> HttpResponse:
    """Call a form off, alone or with all of its series."""
    ask = opened(request, person, Action.ASK_SCALE)
    asking.call_off(
        form=form, with_those_to_come=request.POST.get("all") == "1", **ask.who
    )
    return redirect("clinician:scales", person)


def _back(person: UUID) -> HttpResponse:
    return redirect("clinician:scales", person)


def _show(
    request: HttpRequest, ask: Asked, form: forms.Form, **more: Any
) -> HttpResponse:
    status = 422 if form.is_bound and not form.is_valid() else 200
    context = {**ask.shown, "form": form, **more}
    return render(request, "clinician/scales/form.html", context, status=status)


def _said(error: Exception) -> str:
    """Return an error of the chart as a sentence."""
    text = str(error).partition(": ")[2] or str(error)
    return f"{text[:1].upper()}{text[1:]}."
