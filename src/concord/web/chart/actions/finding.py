"""Finding a person in an emergency, by exactly their name and date of birth.

Names are sealed, so what is searched is a keyed digest of them; whoever reads the table
alone can neither read a name in it nor try one.
"""

from __future__ import annotations

import hmac
import unicodedata
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

import msgspec
from django.conf import settings
from django.db import transaction

from concord.errors import DeniedError
from concord.record import model as rec
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.models import PersonIndex
from concord.web.chart.policy import (
    Action,
    Actor,
    Purpose,
    Resource,
    decide,
    hat_of,
)


def find(*, actor: Actor, name: str, born: date, now: datetime) -> tuple[UUID, ...]:
    """Return the people of exactly this name and birth date, wherever they are.

    Capitals, accents, punctuation and spaces do not matter; nothing else is near
    enough. A name that somebody had before finds them too.
    For those who may break the glass; the look-up is logged for the organisation, and
    for everyone whom it found. Raises `DeniedError`, and logs that too.
    """
    hat = hat_of(actor, now)
    ask = Ask(
        actor=actor,
        action=Action.FIND_PERSON,
        on=Resource(organisation=hat.organisation if hat else None),
        purpose=Purpose.EMERGENCY,
        key=uuid4(),
        now=now,
    )
    decision = decide(actor, ask.action, ask.on, ask.purpose, now)
    if not decision.allowed:
        note(ask, decision, hat)
        raise DeniedError(decision.reason)
    with transaction.atomic():
        matching = PersonIndex.objects.filter(digest=_digest(name, born))
        found = tuple(matching.order_by("person").values_list("person", flat=True))
        for person in found:
            about = msgspec.structs.replace(ask, on=Resource(person=person))
            note(about, decision, hat)
        note(ask, decision, hat, rows=found)
    return found


def index(person: UUID, who: rec.Person) -> None:
    """Let a person be found by each of their names; within the caller's transaction.

    Without a whole date of birth nobody can be found: a name alone is not enough.
    """
    if who.birth is None or who.birth.first != who.birth.last:
        return
    digests = {_digest(name.text, who.birth.first) for name in who.names}
    PersonIndex.objects.bulk_create(
        [
            PersonIndex(id=uuid5(person, digest), person_id=person, digest=digest)
            for digest in sorted(digests)
        ],
        ignore_conflicts=True,
    )


def _digest(name: str, born: date) -> str:
    secret = settings.SECRET_KEY.encode()
    key = hmac.digest(secret, b"concord person index v1", "sha256")
    content = f"{_plain(name)}\0{born.isoformat()}"
    return hmac.new(key, content.encode(), "sha256").hexdigest()


def _plain(name: str) -> str:
    """Return a name in small letters and single spaces, without marks.

    >>> _plain("  Zoë  O'Brien-Lee ")
    'zoe o brien lee'
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
