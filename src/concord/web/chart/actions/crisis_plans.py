"""How an organisation takes up answers about suicide: its words, its hours, on call.

A plan is never changed: a newer one is added, so that it can be said what held when
somebody answered.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q

from concord.errors import ImpossibleChangeError
from concord.followup.crisis import Hours
from concord.terms import Value
from concord.web.chart.actions.acting import Did, act
from concord.web.chart.actions.staff import check_ours, managing
from concord.web.chart.models import CrisisPlan, OnCall, Organisation
from concord.web.chart.policy import Actor, Hat

LONGEST_TEXT = 1000
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


class Plan(Value, frozen=True, kw_only=True):
    """What an organisation says to people, by language; when it reads; its next step.

    Without texts the words of the country's help file stand alone; without hours
    nobody reads.
    """

    texts: dict[str, str] = {}
    hours: tuple[Hours, ...] = ()
    next_step: str = ""


def plan_of(organisation: UUID) -> Plan:
    """Return the plan of an organisation that holds now; an empty one without any."""
    rows = CrisisPlan.objects.filter(organisation=organisation).order_by("-number")
    row = rows.first()
    return msgspec.convert(row.content, Plan) if row else Plan()


def empty_texts() -> int:
    """Return how many organisations have a plan in which a text is empty."""
    newest: dict[UUID, Any] = {}
    for row in CrisisPlan.objects.order_by("number"):
        newest[row.organisation_id] = row.content
    plans = [msgspec.convert(content, Plan) for content in newest.values()]
    return sum(
        1 for plan in plans if any(not text.strip() for text in plan.texts.values())
    )


def set_plan(
    *, actor: Actor, organisation: UUID, plan: Plan, key: UUID, now: datetime
) -> dict[str, Any]:
    """Keep the next version of a plan.

    Raises `ImpossibleChangeError` for a text that is empty or too long, and for hours
    that end before they begin.
    """
    ask = managing(actor, organisation, None, key, now)

    def write(_hat: Hat | None) -> Did:
        _check(plan)
        number = CrisisPlan.objects.filter(organisation=organisation).count() + 1
        made = CrisisPlan.objects.create(
            organisation_id=organisation,
            number=number,
            content=msgspec.to_builtins(plan),
            created_at=now,
            actor=actor.id,
            key=key,
        )
        return Did(rows=(made.id,), answer={"plan": str(made.id)})

    return act(ask, ["crisis plan", plan], write)


def be_on_call(
    *,
    actor: Actor,
    organisation: UUID,
    membership: UUID,
    starts_at: datetime,
    ends_at: datetime,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Put a member of staff on call from one moment to another, and return the id."""
    ask = managing(actor, organisation, None, key, now)

    def write(_hat: Hat | None) -> Did:
        check_ours(organisation, membership)
        if ends_at <= starts_at:
            msg = "found an end before the start, expected one after it"
            raise ImpossibleChangeError(msg)
        made = OnCall.objects.create(
            membership_id=membership, starts_at=starts_at, ends_at=ends_at
        )
        return Did(rows=(made.id,), answer={"on_call": str(made.id)})

    return act(ask, ["on call", membership, starts_at, ends_at], write)


def end_on_call(
    *, actor: Actor, organisation: UUID, on_call: UUID, key: UUID, now: datetime
) -> dict[str, Any]:
    """End a time on call now; one that has not begun is then none."""
    ask = managing(actor, organisation, None, key, now)

    def write(_hat: Hat | None) -> Did:
        row = OnCall.objects.filter(id=on_call).first()
        check_ours(organisation, row.membership_id if row else on_call)
        OnCall.objects.filter(id=on_call).update(ends_at=now)
        return Did(rows=(on_call,), answer={"on_call": str(on_call)})

    return act(ask, ["end on call", on_call], write)


def _check(plan: Plan) -> None:
    for text in plan.texts.values():
        if not text.strip() or len(text) > LONGEST_TEXT:
            msg = (
                f"found an empty text or one of more than {LONGEST_TEXT} letters, "
                "expected words for somebody in a crisis; leave a language out instead"
            )
            raise ImpossibleChangeError(msg)
    for one in plan.hours:
        fits = all(_TIME.fullmatch(t) for t in (one.begins, one.ends))
        if not fits or not 0 <= one.day < 7 or one.ends <= one.begins:
            msg = "found hours that end before they begin, expected times such as 09:00"
            raise ImpossibleChangeError(msg)


class House(Value, frozen=True, kw_only=True):
    """A clinic as somebody who fills in its form is told of it."""

    name: str
    phone: str
    zone: str
    plan: Plan


class Duty(Value, frozen=True, kw_only=True):
    """Somebody's time on call."""

    id: UUID
    membership: UUID
    since: datetime
    until: datetime | None
    begun: bool


def house_of(organisation: UUID) -> House:
    """Return what is told of a clinic: nothing in it is about a person."""
    row = Organisation.objects.get(id=organisation)
    return House(
        name=row.name, phone=row.phone, zone=row.zone, plan=plan_of(organisation)
    )


def duties_of(organisation: UUID, now: datetime) -> tuple[Duty, ...]:
    """Return who is on call in an organisation, now and later, the first one first."""
    still = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    rows = OnCall.objects.filter(still, membership__organisation=organisation)
    return tuple(
        Duty(
            id=row.id,
            membership=row.membership_id,
            since=row.starts_at,
            until=row.ends_at,
            begun=row.starts_at <= now,
        )
        for row in rows.order_by("starts_at", "id")
    )
