"""Whose pages these are, and who looks: the person, or somebody whom they let in.

`/me/...` are a person's own pages; `/for/<person>/...` are the same, for a caregiver
with a grant. Each page begins with one reading of the record, decided and logged, so
that somebody else's pages and pages of nobody answer alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.record.agreed import Entry, agreed_list
from concord.record.model import Record
from concord.web.chart.actions import circle
from concord.web.chart.actions.reading import read_record
from concord.web.chart.actions.reviewing import zone_of
from concord.web.chart.policy import Actor, ActorKind, Purpose
from concord.web.pages.asking import actor_of, for_, now
from concord.web.person.discreet import Veil, shell, veil_of

P = ParamSpec("P")

# The pages that are in the bar; every other one is under "More".
TABS = ("today", "medicines", "help", "more")
_PLACES = ("today", "medicines", "changes", "timeline", "team", "access", "more")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One look at one person's pages: who looks, at what, on which day.

    `entries` is the agreed list of that day, as it may be seen.
    """

    actor: Actor
    person: UUID
    record: Record
    now: datetime
    on: date
    zone: str
    own: bool
    entries: tuple[Entry, ...]
    veil: Veil

    @property
    def name(self) -> str:
        """The name of the person for somebody else who looks, else nothing."""
        who = self.record.person
        if self.own:
            return ""
        return who.names[0].text if who and who.names else "this person"

    def day(self, moment: datetime) -> date:
        """Return the day of a moment where the person lives."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    @property
    def links(self) -> dict[str, str]:
        """The address of each of these pages, by its name."""
        given = () if self.own else (self.person,)
        places = {place: reverse(f"person:{place}", args=given) for place in _PLACES}
        return places | {
            "help": reverse("person:help"),
            "settings": reverse("person:settings"),
        }


def visiting(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Return a view that is given whose pages they are; without a right to, not found.

    A caregiver at `/me/` is sent to the pages of whoever let them in.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> HttpResponse:
        person = kwargs.pop("person", None)
        actor = actor_of(request)
        if not isinstance(person, UUID):
            if actor.kind is ActorKind.CAREGIVER:
                return _choose(request, actor)
            person = actor.id
        return view(request, _visit(request, actor, person), *args, **kwargs)

    return for_(ActorKind.PERSON, ActorKind.CAREGIVER)(guarded)


def _visit(request: HttpRequest, actor: Actor, person: UUID) -> Visit:
    moment = now()
    record = read_record(
        actor=actor, person=person, purpose=Purpose.OWN, now=moment
    ).record
    zone = zone_of(person, record.person, moment)
    on = moment.astimezone(ZoneInfo(zone)).date()
    entries = agreed_list(record.medications, on)
    return Visit(
        actor=actor,
        person=person,
        record=record,
        now=moment,
        on=on,
        zone=zone,
        own=actor.kind is ActorKind.PERSON,
        entries=entries,
        veil=veil_of(request, entries),
    )


def _choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send a caregiver to the one person who let them in, or let them choose."""
    people = circle.people_of(actor=actor, now=now())
    if len(people) == 1:
        return redirect("person:today", person=people[0])
    visits = [_visit(request, actor, person) for person in people]
    return render(request, "person/choose.html", shell(request) | {"visits": visits})


def page(
    request: HttpRequest, visit: Visit, template: str, **context: Any
) -> HttpResponse:
    """Return a page of a visit; what every such page shows is added."""
    name = template.removeprefix("person/").removesuffix(".html")
    return render(
        request,
        template,
        shell(request)
        | {
            "visit": visit,
            "veil": visit.veil,
            "links": visit.links,
            "tab": name if name in TABS else "more",
            "as_of": visit.on,
            **context,
        },
    )
