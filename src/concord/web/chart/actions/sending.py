"""Forms that are sent whenever they are due: the order, its end, and the sending.

A clinician says once that a form is to be sent when the due list asks for it, and who
reads it. The worker sends it then, once for each day for which it was due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
from django.db.models import Q, QuerySet

from concord.errors import DeniedError, ImpossibleChangeError
from concord.knowledge.lookup import Knowledge
from concord.terms import Value, decode_hook
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.asking import (
    CHECKLIST,
    check_reader,
    fillable_by,
    keep_request,
    today_of,
    version_of,
)
from concord.web.chart.actions.forms import ByWhom, State, Wanted, forms_by
from concord.web.chart.actions.keeping import Holding
from concord.web.chart.actions.organisations import INSTALL
from concord.web.chart.actions.reviewing import day_for, knowledge, opened_panel
from concord.web.chart.models import (
    ActionKey,
    Membership,
    ScaleRequest,
    SendWhenDue,
    SendWhenDueEnd,
    StoredReview,
)
from concord.web.chart.policy import (
    Action,
    Actor,
    ActorKind,
    Hat,
    Purpose,
    Resource,
    View,
    hat_of,
    readers_of,
    view_in_care,
    visible,
)
from concord.web.chart.seal import seal_of, seals_of

_ORDER, _END = "send when due", "end of send when due"


class Standing(Value, frozen=True, kw_only=True):
    """What an order holds, sealed: which scale, who reads it, under which membership.

    `by` is the membership of who said it: the form is sent on their authority, as long
    as they have it.
    """

    scale: str
    reader: UUID
    by: UUID


class Order(Value, frozen=True, kw_only=True):
    """An order that is in force, with the name of who reads the form."""

    id: UUID
    scale: str
    title: str
    reader: str
    since: datetime


_STANDING = msgspec.json.Decoder(Standing, dec_hook=decode_hook)


def repeated(known: Knowledge) -> frozenset[str]:
    """Return the scales that the due list may ask for again, or for the first time."""
    again = {s for o in known.outcomes.values() if o.repeat for s in o.scales}
    first = {
        s
        for f in known.table("followup").values()
        for row in f.response
        for s in row.scales
    }
    return frozenset(again | first)


def send_when_due(
    *,
    actor: Actor,
    person: UUID,
    scale: str,
    reader: UUID,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Have a form sent to a person whenever it is due, and return the order's id.

    Raises `ImpossibleChangeError` for a scale that no person fills in here or that no
    list of what is due asks for, a reader who does not look after the person, and one
    that is sent when due already.
    """
    ask = _ask(actor, person, purpose, key, now)

    def write(hat: Hat | None) -> Did:
        found = fillable_by(scale, ByWhom.PERSON)
        check_reader(hat, person, reader, now)
        if hat is None:
            raise DeniedError("no-membership")
        if scale == CHECKLIST or scale not in repeated(knowledge()):
            msg = (
                "found a form that the due list never asks for, expected one that it "
                "does; send it by a schedule"
            )
            raise ImpossibleChangeError(msg)
        if any(
            o.scale == scale for o in orders_of(actor=actor, person=person, now=now)
        ):
            msg = (
                "found this form sent whenever it is due already, expected none; stop "
                "the other one first"
            )
            raise ImpossibleChangeError(msg)
        id_ = uuid4()
        said = Standing(scale=found.id, reader=reader, by=hat.membership)
        SendWhenDue.objects.create(
            id=id_,
            content=seal_of(person).close(id_, _ORDER, rows.encoded(said)),
            organisation_id=hat.organisation,
            programme_id=hat.programme,
            **_made(ask, person),
        )
        return Did(rows=(id_,), answer={"order": str(id_)})

    return act(ask, ["send when due", scale, reader], write)


def stop_sending(
    *,
    actor: Actor,
    person: UUID,
    order: UUID,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Say that a form is not sent any more when it is due; what was sent stays.

    Raises `ImpossibleChangeError` for an order that was stopped.
    """
    ask = _ask(actor, person, purpose, key, now)

    def write(_hat: Hat | None) -> Did:
        row = visible(actor, now).orders().filter(person=person, id=order).first()
        if row is None:
            raise DeniedError("not-found")
        if SendWhenDueEnd.objects.filter(order=row).exists():
            msg = "found a form that is not sent any more, expected one that is"
            raise ImpossibleChangeError(msg)
        id_ = uuid4()
        SendWhenDueEnd.objects.create(
            id=id_,
            order=row,
            content=seal_of(person).close(id_, _END, b""),
            organisation_id=row.organisation_id,
            programme_id=row.programme_id,
            **_made(ask, person),
        )
        return Did(rows=(id_,), answer={"stopped": str(id_)})

    return act(ask, ["stop sending", order], write)


def orders_of(*, actor: Actor, person: UUID, now: datetime) -> tuple[Order, ...]:
    """Return the orders in force for a person that an actor may see, by their titles.

    For who has read the record, which is decided and logged.
    """
    found = _read(_open(visible(actor, now).orders().filter(person=person)))
    return tuple(sorted(found, key=lambda o: (o.title, o.since)))


# --- the worker -------------------------------------------------------------------


def send_due(now: datetime) -> int:
    """Send the forms that are due and are to be sent then; return how many.

    What is due is read from what was worked out with the day's review of who said it:
    where none of today is ready, the form waits for the next round. Each sending is
    one action under a key made of the order and the day it was due: killed at any
    moment, or run by two workers, it sends nothing twice. One broken order does not
    hold up the next.
    """
    sent = 0
    failed: Exception | None = None
    for row in _open(SendWhenDue.objects.all()).order_by("created_at", "id"):
        try:
            sent += _send(row, now)
        except Exception as error:  # noqa: BLE001 - one order must not hold up the next
            failed = error
    if failed is not None:
        raise failed
    return sent


def _send(row: SendWhenDue, now: datetime) -> int:
    """Send one form, where it is due and may be sent; return how many were."""
    said = _said(row)
    hat = _hat(row, said, now)
    if hat is None:
        return 0
    due = _due(row, said, view_in_care(hat), now)
    if due is None:
        return 0
    key = uuid5(row.id, due.isoformat())
    # What was done for this day is not asked for again, nor logged again each round.
    done = ActionKey.objects.filter(actor=INSTALL.id, key=key).exists()
    if done or not _may(row, said, hat, now):
        return 0
    ask = Ask(
        actor=INSTALL,
        action=Action.SEND_DUE,
        on=Resource(person=row.person_id),
        purpose=Purpose.TREATMENT,
        key=key,
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        # Somebody may have stopped it, or sent the same, while this one waited.
        stopped = SendWhenDueEnd.objects.filter(order=row).exists()
        if stopped or not _may(row, said, hat, now):
            return Did(answer={"sent": 0})
        scale = fillable_by(said.scale, ByWhom.PERSON)
        wanted = Wanted(
            scale=scale.id,
            version=version_of(scale),
            by=ByWhom.PERSON,
            reader=said.reader,
            opens=today_of(row.person_id, now),
            order=row.id,
        )
        holding = Holding(organisation=hat.organisation, programme=hat.programme)
        made = keep_request(ask, holding, wanted)
        return Did(rows=(made,), answer={"sent": 1})

    return int(act(ask, ["send due", row.id, due], write)["sent"])


def _hat(row: SendWhenDue, said: Standing, now: datetime) -> Hat | None:
    """Return the membership of who said it, where they still have it and it is theirs.

    Nothing is sent in the name of somebody who has left.
    """
    actor = Actor(kind=ActorKind.STAFF, id=row.actor, membership=said.by)
    return hat_of(actor, now)


def _due(row: SendWhenDue, said: Standing, view: View, now: datetime) -> date | None:
    """Return since which day a scale is due, by today's review for a view."""
    stored = StoredReview.objects.filter(person=row.person_id, view=view.key).first()
    if stored is None or not stored.panel:
        return None
    if stored.as_of != day_for(view, row.person_id, None, now):
        return None
    waits = opened_panel(stored, seal_of(row.person_id))
    return next((f.due for f in waits.forms if f.scale == said.scale), None)


def _may(row: SendWhenDue, said: Standing, hat: Hat, now: datetime) -> bool:
    """Whether the reader still looks after the person, and no such form waits."""
    if said.reader not in {m for m, _ in readers_of(hat, row.person_id, now)}:
        return False
    held = view_in_care(hat).held()
    asked = ScaleRequest.objects.filter(held, person=row.person_id)
    forms = forms_by(asked.values_list("id", flat=True), now)
    return not any(
        form.wanted.scale == said.scale
        and form.wanted.by is ByWhom.PERSON
        and form.state in (State.OPEN, State.TO_COME)
        for form in forms.values()
    )


# --- reading ----------------------------------------------------------------------


def _open(orders: QuerySet[SendWhenDue]) -> QuerySet[SendWhenDue]:
    return orders.filter(~Q(id__in=SendWhenDueEnd.objects.values("order")))


def _said(row: SendWhenDue) -> Standing:
    seal = seal_of(row.person_id)
    return _STANDING.decode(seal.open(row.id, _ORDER, bytes(row.content)))


def _read(orders: Iterable[SendWhenDue]) -> list[Order]:
    kept = list(orders)
    seals = seals_of({row.person_id for row in kept})
    said = {
        row.id: _STANDING.decode(
            seals[row.person_id].open(row.id, _ORDER, bytes(row.content))
        )
        for row in kept
    }
    names = dict(
        Membership.objects.filter(id__in={s.reader for s in said.values()}).values_list(
            "id", "staff__name"
        )
    )
    scales = knowledge().scales
    return [
        Order(
            id=row.id,
            scale=said[row.id].scale,
            title=scales[said[row.id].scale].title,
            reader=names.get(said[row.id].reader, ""),
            since=row.created_at,
        )
        for row in kept
        if said[row.id].scale in scales
    ]


def _made(ask: Ask, person: UUID) -> dict[str, Any]:
    return {
        "person_id": person,
        "created_at": ask.now,
        "actor": ask.actor.id,
        "key": ask.key,
    }


def _ask(actor: Actor, person: UUID, purpose: Purpose, key: UUID, now: datetime) -> Ask:
    return Ask(
        actor=actor,
        action=Action.ASK_SCALE,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )
