"""Forms that my team sent me: who reads them, one question a page, help at once.

They are a person's own: a caregiver is shown none of it, whatever they were let see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.errors import DeniedError
from concord.followup.scoring import Given
from concord.web.chart.actions import asking
from concord.web.chart.actions.crises import Crisis, Rung, crises_of
from concord.web.chart.actions.crisis_plans import House, house_of
from concord.web.chart.actions.forms import ByWhom, Form, State, form_of, forms_of
from concord.web.chart.policy import Purpose
from concord.web.pages import filling
from concord.web.pages.filling import LANGUAGE, LANGUAGES, Reads, Sheet
from concord.web.person.discreet import shell
from concord.web.person.lines import Crisis as CrisisWords
from concord.web.person.lines import help_lines
from concord.web.person.visit import Visit, page, visiting

BASE = "person/filling.html"


@dataclass(frozen=True)
class Waiting:
    """A form that waits on Today; in discreet pages its name is not in the page."""

    form: UUID
    title: str
    reader: str
    begun: bool
    count: int
    total: int


@dataclass(frozen=True)
class Help:
    """What stands beside a question on suicide: words, numbers, who is told."""

    words: CrisisWords
    own: str
    phone: str
    told: str


def waiting(visit: Visit) -> list[Waiting]:
    """Return the forms that wait for the person who looks, the oldest first."""
    if not visit.own:
        return []
    found = forms_of(actor=visit.actor, person=visit.person, now=visit.now)
    shown = []
    for form in reversed(found):
        if form.wanted.by is not ByWhom.PERSON or not form.fillable:
            continue
        sheet = _sheet(form, "en")
        shown.append(
            Waiting(
                form=form.id,
                title=form.scale.title if visit.veil.all else "",
                reader=form.reader if visit.veil.all else "",
                begun=bool(form.said),
                count=sheet.count,
                total=len(sheet.questions),
            )
        )
    return shown


@require_safe
@visiting
def start(request: HttpRequest, visit: Visit, form: UUID) -> HttpResponse:
    """Say who reads the form and when, before the first question."""
    sheet = _opened(request, visit, form)
    if not sheet.form.fillable:
        return _over(request, visit, sheet)
    others = [
        (language, LANGUAGES.get(language, language), _sheet(sheet.form, language))
        for language in filling.offered(sheet.form)
    ]
    return page(
        request,
        visit,
        "person/form.html",
        tab="today",
        sheet=sheet,
        reads=_reads(sheet.form, visit.now),
        languages=[
            (language, name, other.way(other.first_open or "check"))
            for language, name, other in others
        ],
        asks_suicide=sheet.form.scale.suicide_item is not None,
    )


@require_http_methods(["GET", "POST"])
@visiting
def question(
    request: HttpRequest, visit: Visit, form: UUID, number: int
) -> HttpResponse:
    """Ask one question, and keep its answer."""
    sheet = _opened(request, visit, form)
    if not sheet.form.fillable:
        return _over(request, visit, sheet)

    def keep(given: Given, key: UUID) -> str | None:
        kept = asking.answer(
            actor=visit.actor,
            person=visit.person,
            form=form,
            given=given,
            language=sheet.language,
            purpose=Purpose.OWN,
            key=key,
            now=visit.now,
        )
        asks = sheet.form.scale.suicide_item
        above = (
            asks is not None
            and given.item == asks.item
            and given.value is not None
            and given.value >= asks.from_answer
        )
        if kept["task"] is None or not above:
            return None
        # On from the very question: where the person was is not lost.
        query = urlencode({LANGUAGE: sheet.language, "after": number})
        return f"{reverse('person:form_help', args=(form,))}?{query}"

    return filling.ask(
        request,
        sheet,
        number,
        keep,
        crisis=_help(sheet.form, sheet.language, visit.now),
        **_shell(request, visit),
    )


@require_http_methods(["GET", "POST"])
@visiting
def check(request: HttpRequest, visit: Visit, form: UUID) -> HttpResponse:
    """Show all answers, and send them."""
    sheet = _opened(request, visit, form)
    if not sheet.form.fillable:
        return _over(request, visit, sheet)

    def send(key: UUID) -> str:
        sent = asking.finish(
            actor=visit.actor,
            person=visit.person,
            form=form,
            purpose=Purpose.OWN,
            key=key,
            now=visit.now,
        )
        if sent["next"]:
            longer = {LANGUAGE: sheet.language, "longer": 1}
            there = reverse("person:form", args=(sent["next"],))
            return f"{there}?{urlencode(longer)}"
        there = reverse("person:form_sent", args=(form,))
        return f"{there}?{urlencode({LANGUAGE: sheet.language})}"

    return filling.check(
        request,
        sheet,
        send,
        send_words="Send",
        reads=_reads(sheet.form, visit.now),
        **_shell(request, visit),
    )


@require_safe
@visiting
def form_help(request: HttpRequest, visit: Visit, form: UUID) -> HttpResponse:
    """Show whom to reach now, and who of the clinic was told of the answer."""
    sheet = _opened(request, visit, form)
    found = crises_of(actor=visit.actor, person=visit.person, now=visit.now)
    crisis = next((one for one in found if one.form == form), None)
    if crisis is None:
        return redirect(sheet.way("start"))
    after = request.GET.get("after", "")
    on = int(after) + 1 if after.isascii() and after.isdigit() and len(after) < 4 else 0
    more = 1 <= on <= len(sheet.questions)
    return page(
        request,
        visit,
        "person/form_help.html",
        tab="today",
        help_=_help(sheet.form, sheet.language, visit.now),
        reads=_reads(sheet.form, visit.now),
        crisis=crisis,
        told=_told(crisis),
        go_on=sheet.way(on if more else "check") if sheet.form.fillable else None,
    )


@require_safe
@visiting
def sent(request: HttpRequest, visit: Visit, form: UUID) -> HttpResponse:
    """Say that it was sent, who reads it, and where help is meanwhile."""
    sheet = _opened(request, visit, form)
    if sheet.form.state is not State.COMPLETED:
        return redirect(sheet.way("start"))
    found = crises_of(actor=visit.actor, person=visit.person, now=visit.now)
    crisis = next((one for one in found if one.form == form), None)
    return page(
        request,
        visit,
        "person/form_sent.html",
        tab="today",
        sheet=sheet,
        reads=_reads(sheet.form, visit.now),
        crisis=crisis,
        told=_told(crisis) if crisis else (),
        help_=_help(sheet.form, sheet.language, visit.now),
    )


# --- what these pages share -------------------------------------------------------


def _opened(request: HttpRequest, visit: Visit, form: UUID) -> Sheet:
    """Return a form of the person's own, or raise `DeniedError`."""
    if not visit.own:
        raise DeniedError("not-listed")
    found = form_of(actor=visit.actor, person=visit.person, form=form, now=visit.now)
    if found.wanted.by is not ByWhom.PERSON:
        raise DeniedError("not-found")
    who = visit.record.person
    spoken = who.languages if who else ()
    return _sheet(found, filling.language_of(request, found, spoken))


def _sheet(form: Form, language: str) -> Sheet:
    return Sheet(
        form=form, language=language, base=BASE, way=partial(_way, form.id, language)
    )


def _way(form: UUID, language: str, part: str | int) -> str:
    match part:
        case int():
            path = reverse("person:form_question", args=(form, part))
        case "check":
            path = reverse("person:form_check", args=(form,))
        case _:
            path = reverse("person:form", args=(form,))
    return path if language == "en" else f"{path}?{urlencode({LANGUAGE: language})}"


def _over(request: HttpRequest, visit: Visit, sheet: Sheet) -> HttpResponse:
    return filling.over(
        request, sheet, home=reverse("person:today"), **_shell(request, visit)
    )


def _shell(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    return shell(request) | {
        "visit": visit,
        "veil": visit.veil,
        "links": visit.links,
        "tab": "today",
        "as_of": visit.on,
    }


def _reads(form: Form, now: datetime) -> Reads:
    house = house_of(form.organisation)
    return filling.reads(form.reader, house.name, house.plan.hours, house.zone, now)


def _help(form: Form, language: str, now: datetime) -> Help:
    house = house_of(form.organisation)
    reads = filling.reads(form.reader, house.name, house.plan.hours, house.zone, now)
    told = f"When you press “Next”, {form.reader} is told."
    if not reads.now:
        told += " Nobody may be reading now. Do not wait: call."
    return Help(
        words=help_lines().crisis_in(language),
        own=_own_words(house, language),
        phone=re.sub(r"\s", "", house.phone),
        told=told,
    )


def _own_words(house: House, language: str) -> str:
    """Return the clinic's own words in a language, else in English."""
    return house.plan.texts.get(language) or house.plan.texts.get("en", "")


def _told(crisis: Crisis) -> tuple[str, ...]:
    """Return who was told and who took it up, in sentences."""
    names = [step.who for step in crisis.told if step.rung is not Rung.NOBODY]
    said = [f"{' and '.join(dict.fromkeys(names))} was told of your answer."]
    if len(set(names)) > 1:
        said = [f"{' and '.join(dict.fromkeys(names))} were told of your answer."]
    if crisis.closed is not None:
        said.append(f"{crisis.closed.who} has dealt with it.")
    elif crisis.acknowledged is not None:
        said.append(f"{crisis.acknowledged.who} has seen it.")
    else:
        said.append("No one has seen it yet.")
    return tuple(said)
