"""Changes of setting: recorded, with what follows from them shown beforehand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.followup.case import Case
from concord.followup.settings import Implication, implications, setting_on
from concord.record import model as rec
from concord.terms import PartialDate
from concord.web.chart.actions import settings
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Action
from concord.web.clinician.clinical.describing import SETTINGS
from concord.web.clinician.clinical.editing import made_with, opened
from concord.web.clinician.clinical.forms import SettingForm
from concord.web.pages.asking import for_staff


@for_staff
def setting(request: HttpRequest, person: UUID) -> HttpResponse:
    """Record a change of setting: what follows from it is shown, then it is saved."""
    ask = opened(request, person, Action.WRITE_SETTING)
    typed = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"on": PartialDate.of(ask.today)}
    if request.GET.get("kind") in {kind.value for kind in rec.SettingKind}:
        initial["kind"] = request.GET["kind"]
    form = SettingForm(typed, initial=initial, **made_with(ask))
    context: dict[str, Any] = {
        "person": person,
        "record": ask.record,
        "today": ask.today,
    }
    context |= {
        "form": form,
        "key": ask.key,
        "now_in": setting_on(ask.record, ask.today),
    }
    if context["now_in"]:
        context["now_in_words"] = SETTINGS[context["now_in"].kind]
    if not form.is_bound:
        return render(request, "clinician/clinical/setting.html", context)
    if not form.is_valid():
        return render(request, "clinician/clinical/setting.html", context, status=422)
    event = form.line(None)
    told = f"{event.kind} {event.on}"
    if request.POST.get("save") != told:
        context |= {"event": SETTINGS[event.kind], "on": event.on, "told": told}
        context["implications"] = would_follow(ask.record, event, ask.today)
        return render(request, "clinician/clinical/setting.html", context)
    settings.record(kind=event.kind, on=event.on, **ask.who)
    return redirect("clinician:person", person=person)


def would_follow(
    record: rec.Record, event: rec.SettingEvent, as_of: date
) -> tuple[Implication, ...]:
    """Return what would follow if the event were on the record."""
    with_it = msgspec.structs.replace(record, settings=(*record.settings, event))
    return implications(Case(with_it, knowledge(), as_of))
