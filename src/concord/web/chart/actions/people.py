"""People: add one to an organisation's care, enrol them in a programme, end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.db import transaction

from concord.errors import DeniedError
from concord.record import model as rec
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.keeping import keep
from concord.web.chart.models import Enrolment, Person, PersonKey
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource, visible
from concord.web.chart.seal import new_key, unwrap, wrap

# How many keys are wrapped in one transaction: a kill loses no more than these.
_TOGETHER = 200


def add(
    *,
    actor: Actor,
    organisation: UUID,
    who: rec.Person,
    key: UUID,
    now: datetime,
    programme: UUID | None = None,
) -> dict[str, Any]:
    """Add a person in the care of an organisation (and programme), and return their id.

    Who they are is the first line of their record.
    """
    id_ = uuid4()
    ask = Ask(
        actor=actor,
        action=Action.ADD_PERSON,
        on=Resource(organisation=organisation, programme=programme),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )

    def write(hat: Hat | None) -> Did:
        Person.objects.create(id=id_, created_at=now)
        wrapped_by, wrapped = new_key(id_)
        PersonKey.objects.create(person_id=id_, wrapped_by=wrapped_by, wrapped=wrapped)
        enrolment = Enrolment.objects.create(
            person_id=id_,
            organisation_id=organisation,
            programme_id=programme,
            starts_at=now,
        )
        about = msgspec.structs.replace(ask, on=Resource(person=id_))
        held = hat
        if hat is not None and programme is not None:
            held = msgspec.structs.replace(hat, programme=programme)
        kept = keep(about, held, rec.Record(), rec.Record(person=who))
        return Did(
            person=id_,
            rows=(id_, *kept),
            answer={"person": str(id_), "enrolment": str(enrolment.id)},
        )

    return act(ask, [who], write)


def enrol(
    *,
    actor: Actor,
    person: UUID,
    organisation: UUID,
    programme: UUID | None,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Enrol a person of the organisation in one of its programmes too."""
    ask = _about(
        actor=actor,
        person=person,
        organisation=organisation,
        programme=programme,
        key=key,
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        enrolment = Enrolment.objects.create(
            person_id=person,
            organisation_id=organisation,
            programme_id=programme,
            starts_at=now,
        )
        return Did(rows=(enrolment.id,), answer={"enrolment": str(enrolment.id)})

    return act(ask, ["enrol"], write)


def end_enrolment(
    *,
    actor: Actor,
    person: UUID,
    organisation: UUID,
    enrolment: UUID,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """End an enrolment now."""
    ask = _about(
        actor=actor,
        person=person,
        organisation=organisation,
        programme=None,
        key=key,
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        seen = visible(actor, now).enrolments()
        if not seen.filter(id=enrolment, person=person).exists():
            raise DeniedError("not-found")
        Enrolment.objects.filter(id=enrolment).update(ends_at=now)
        return Did(rows=(enrolment,), answer={"enrolment": str(enrolment)})

    return act(ask, ["end", enrolment], write)


def rewrap_keys(said: Callable[[int], None] = lambda _count: None) -> int:
    """Wrap every person's key by the install's key in use; return how many it changed.

    For whoever runs commands on the machine, after a new key was put first in
    CONCORD_DATA_KEYS; the old one may go once this has ended.
    Killed on the way, it goes on where it was. `said` is told how many are done.
    """
    in_use = next(iter(settings.CONCORD_DATA_KEYS))
    count = 0
    while True:
        with transaction.atomic():
            old = PersonKey.objects.select_for_update(no_key=True).exclude(
                wrapped_by=in_use
            )
            some = list(old.order_by("person")[:_TOGETHER])
            for kept in some:
                id_ = kept.person_id
                key = unwrap(id_, kept.wrapped_by, bytes(kept.wrapped))
                kept.wrapped_by, kept.wrapped = wrap(id_, key)
            PersonKey.objects.bulk_update(some, ["wrapped_by", "wrapped"])
        if not some:
            return count
        count += len(some)
        said(count)


def _about(
    *,
    actor: Actor,
    person: UUID,
    organisation: UUID,
    programme: UUID | None,
    key: UUID,
    now: datetime,
) -> Ask:
    return Ask(
        actor=actor,
        action=Action.MANAGE_CARE,
        on=Resource(person=person, organisation=organisation, programme=programme),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )
