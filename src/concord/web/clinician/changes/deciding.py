"""Set another date for something that is due, or take such a decision back.

A row of the due list posts here with `step=open` and `ask`, what the list calls the
thing: that names medicines, so no address holds it. The form has `ask`, `replaces`,
`on` (three parts), `reason`, `key`; the one to take it back `override` and `reason`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.errors import ImpossibleChangeError, RepeatedKeyError
from concord.followup.case import Case
from concord.followup.due import Due
from concord.record import model as rec
from concord.web.chart.actions import overrides
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Action
from concord.web.clinician.changes.asked import Asked
from concord.web.clinician.changes.date_form import EndForm, SetDateForm
from concord.web.clinician.changes.steps import show
from concord.web.clinician.clinical.editing import opened
from concord.web.clinician.due import owners_of, shown_item
from concord.web.pages.asking import for_staff

_ONCE_ALREADY = (
    "This form was already saved, with other words in it. To save what it says now, "
    "press the button again."
)
_SINCE = (
    "Somebody decided about it since you opened it. Read how it stands now, below, "
    "then decide again."
)


@for_staff
@require_http_methods(["GET", "POST"])
def set_date(request: HttpRequest, person: UUID) -> HttpResponse:
    """Keep the date that was set, or show the form with what is missing."""
    ask = opened(request, person, Action.OVERRIDE_DUE)
    if request.method == "GET":
        return redirect("clinician:person", person)
    item = overrides.undone(ask.record, ask.today, request.POST.get("ask", ""))
    if item is None:
        return _show(request, ask, None)
    if request.POST.get("step") == "open":
        return _show(request, ask, item)
    form = SetDateForm(request.POST, item=item, today=ask.today)
    if not form.is_valid():
        return _show(request, ask, item, date_form=form)
    told = form.cleaned_data
    return _keep(
        ask,
        lambda: overrides.set_date(
            ask=item.ask,
            on=told["on"].first,
            reason=told["reason"],
            replaces=told["replaces"] or None,
            meant=told["meant"],
            **ask.who,
        ),
        form,
        lambda: _show(request, ask, item, date_form=form, key=uuid4()),
    )


@for_staff
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, person: UUID) -> HttpResponse:
    """End a decision, or show the form with what is missing."""
    ask = opened(request, person, Action.OVERRIDE_DUE)
    if request.method == "GET":
        return redirect("clinician:person", person)
    override = request.POST.get("override", "")
    told = next((o for o in ask.record.overrides if o.id == override), None)
    if told is None:
        return _show(request, ask, None)
    item = overrides.undone(ask.record, ask.today, told.ask)
    form = EndForm(request.POST)
    if item is None or not form.is_valid():
        return _show(request, ask, item, end_form=form)
    return _keep(
        ask,
        lambda: overrides.take_back(
            override=told.id, reason=form.cleaned_data["reason"], **ask.who
        ),
        form,
        lambda: _show(request, ask, item, end_form=form, key=uuid4()),
    )


def _keep(
    ask: Asked,
    save: Callable[[], dict[str, Any]],
    form: SetDateForm | EndForm,
    again: Callable[[], HttpResponse],
) -> HttpResponse:
    try:
        save()
    except RepeatedKeyError:
        form.add_error(None, _ONCE_ALREADY)
        return again()
    except ImpossibleChangeError:
        form.add_error(None, _SINCE)
        form.renew()
        return again()
    return redirect("clinician:person", ask.person)


def _show(
    request: HttpRequest,
    ask: Asked,
    item: Due | None,
    *,
    date_form: SetDateForm | None = None,
    end_form: EndForm | None = None,
    key: UUID | None = None,
) -> HttpResponse:
    """Return the page of one item; without one, that it is no longer due."""
    context: dict[str, Any] = {**ask.shown, "item": item, "wrong": item is None}
    if item is not None:
        case = Case(ask.record, knowledge(), ask.today)
        counts = item.override
        date_form = date_form or SetDateForm(item=item, today=ask.today)
        end_form = end_form or EndForm()
        context |= {
            "wrong": bool(date_form.errors or end_form.errors),
            "row": shown_item(case, item, owners_of(ask.reviewed)),
            "date_form": date_form,
            "end_form": end_form,
            "counts": counts,
            "before": decisions(ask.record, item),
            # Two forms on one page are two things that may be asked for.
            "end_key": (key or ask.key) if end_form.errors else uuid4(),
        }
        if end_form.errors or key is not None:
            context["key"] = uuid4() if end_form.errors else key
    return show(request, "set_date", context, wrong=context["wrong"])


def decisions(record: rec.Record, item: Due) -> list[rec.Override]:
    """Return what was decided about an item before, the newest first."""
    now = item.override.id if item.override is not None else None
    told = [o for o in record.overrides if o.ask == item.ask and o.id != now]
    return sorted(told, key=lambda o: (o.decided, o.recorded_at, o.id), reverse=True)
