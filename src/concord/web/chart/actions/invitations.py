"""Invitations: a person lets another organisation enrol them, by a code, once."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.conf import settings

from concord.errors import DeniedError
from concord.record import model as rec
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.keeping import keep
from concord.web.chart.models import Enrolment, Invitation
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource

# Local policy: long enough to reach an appointment, and it ends by itself.
LASTS = timedelta(days=7)
# 50 bits: what an office could try before somebody looks at its log finds none.
_CHARACTERS = 10


def create(*, actor: Actor, person: UUID, key: UUID, now: datetime) -> dict[str, Any]:
    """Let whoever has this code enrol one, once; return the code and when it ends.

    The code is kept nowhere: it is made from the invitation's id, so that the same key
    has the same code again. A new invitation ends those before it.
    """
    ask = Ask(
        actor=actor,
        action=Action.INVITE,
        on=Resource(person=person),
        purpose=Purpose.OWN,
        key=key,
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        open_ = Invitation.objects.filter(person=person, expires_at__gt=now)
        open_.update(expires_at=now)
        id_, ends = uuid4(), now + LASTS
        Invitation.objects.create(
            id=id_,
            person_id=person,
            digest=_digest(_code(id_)),
            created_at=now,
            expires_at=ends,
        )
        return Did(
            rows=(id_,), answer={"invitation": str(id_), "ends_at": ends.isoformat()}
        )

    answer = act(ask, ["invite"], write)
    return answer | {"code": _code(UUID(answer["invitation"]))}


def accept(
    *,
    actor: Actor,
    organisation: UUID,
    code: str,
    key: UUID,
    now: datetime,
    programme: UUID | None = None,
) -> dict[str, Any]:
    """Enrol the person who gave this code, and return their id and the enrolment's.

    Who they are is told to the organisation, nothing else of their record.
    A code that was used, has ended or never was is answered as not there.
    """
    ask = Ask(
        actor=actor,
        action=Action.ADD_PERSON,
        on=Resource(organisation=organisation, programme=programme),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )

    def write(hat: Hat | None) -> Did:
        open_ = Invitation.objects.filter(
            digest=_digest(code), used_at__isnull=True, expires_at__gt=now
        )
        invited = open_.first()
        # The update is what claims it: of two at one moment, one finds it unused.
        if invited is None or not open_.update(used_at=now):
            raise DeniedError("not-found")
        person = invited.person_id
        enrolment = Enrolment.objects.create(
            person_id=person,
            organisation_id=organisation,
            programme_id=programme,
            starts_at=now,
        )
        about = msgspec.structs.replace(ask, on=Resource(person=person))
        held = hat
        if hat is not None and programme is not None:
            held = msgspec.structs.replace(hat, programme=programme)
        who = rows.latest_person(person)
        known = rec.Record(person=who if isinstance(who, rec.Person) else None)
        kept = keep(about, held, rec.Record(), known)
        return Did(
            person=person,
            rows=(enrolment.id, *kept),
            answer={"person": str(person), "enrolment": str(enrolment.id)},
        )

    return act(ask, [_digest(code)], write)


def _code(invitation: UUID) -> str:
    """Return an invitation's code, in two groups that can be read out."""
    made = base64.b32encode(_keyed(b"code", invitation.bytes)).decode()
    half = _CHARACTERS // 2
    return f"{made[:half]}-{made[half:_CHARACTERS]}"


def _digest(code: str) -> str:
    """Return what a code is found by; capitals, spaces and the dash do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return _keyed(b"digest", plain.encode()).hex()


def _keyed(what: bytes, content: bytes) -> bytes:
    secret = settings.SECRET_KEY.encode()
    key = hmac.digest(secret, b"concord invitation v1 " + what, "sha256")
    return hmac.digest(key, content, "sha256")
