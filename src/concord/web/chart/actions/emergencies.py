"""Emergencies: break the glass for a reason, for a few hours; it is looked into."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from concord.errors import DeniedError, ImpossibleChangeError
from concord.terms import Value
from concord.web.chart.actions.acting import Ask, Did, act, note
from concord.web.chart.models import BreakGlass, GlassReview, Membership
from concord.web.chart.policy import (
    Action,
    Actor,
    Hat,
    Purpose,
    Resource,
    decide,
    hat_of,
)
from concord.web.chart.seal import seal_of, seals_of

# Local policy (trust.md HIP-02): long enough for an emergency, and it ends by itself.
LASTS = timedelta(hours=4)
NATURE = "nature"
FOUND = "glass-review"


class Broken(Value, frozen=True, kw_only=True):
    """A break of the glass as somebody has to look into it: who, whose, why, when."""

    id: UUID
    person: UUID
    recipient: str
    affiliation: str
    discloser: str
    nature: str
    starts_at: datetime
    ends_at: datetime | None


def break_glass(
    *,
    actor: Actor,
    person: UUID,
    nature: str,
    discloser: str,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Open a person's whole record for the emergency told of; return when it ends.

    Who received, from whom, when and the nature of the emergency are kept with it, in
    the same transaction (42 CFR 2.51(c)).
    """
    if not nature.strip() or not discloser.strip():
        msg = (
            "found no nature of the emergency or nobody who discloses, expected both; "
            "say what happened and on whose behalf the record is opened"
        )
        raise ImpossibleChangeError(msg)
    ask = Ask(
        actor=actor,
        action=Action.BREAK_GLASS,
        on=Resource(person=person),
        purpose=Purpose.EMERGENCY,
        key=key,
        now=now,
    )

    def write(hat: Hat | None) -> Did:
        if hat is None:
            raise DeniedError("no-membership")
        member = Membership.objects.select_related("staff", "organisation").get(
            id=hat.membership
        )
        id_ = uuid4()
        BreakGlass.objects.create(
            id=id_,
            person_id=person,
            membership=member,
            recipient=member.staff.name,
            affiliation=member.organisation.name,
            discloser=discloser,
            nature=seal_of(person).close(id_, NATURE, nature.encode()),
            starts_at=now,
            ends_at=now + LASTS,
        )
        ends = (now + LASTS).isoformat()
        return Did(rows=(id_,), answer={"break_glass": str(id_), "ends_at": ends})

    return act(ask, [nature, discloser], write)


def read_unreviewed(*, actor: Actor, now: datetime) -> tuple[Broken, ...]:
    """Return the breaks of the glass in one's organisation that nobody looked into.

    The oldest first, for whoever administers it. The nature of an emergency is told to
    the one who reviews it; nothing else of the record is.
    Raises `DeniedError`, and logs that too.
    """
    hat = hat_of(actor, now)
    ask = Ask(
        actor=actor,
        action=Action.REVIEW_GLASS,
        on=Resource(organisation=hat.organisation if hat else None),
        purpose=Purpose.OPERATIONS,
        key=uuid4(),
        now=now,
    )
    decision = decide(actor, ask.action, ask.on, ask.purpose, now)
    if hat is None or not decision.allowed:
        note(ask, decision, hat)
        raise DeniedError(decision.reason)
    with transaction.atomic():
        waiting = BreakGlass.objects.filter(
            membership__organisation=hat.organisation, glassreview__isnull=True
        )
        broken = list(waiting.order_by("starts_at", "id"))
        seals = seals_of({row.person_id for row in broken})
        note(ask, decision, hat, rows=tuple(row.id for row in broken))
    return tuple(
        Broken(
            id=row.id,
            person=row.person_id,
            recipient=row.recipient,
            affiliation=row.affiliation,
            discloser=row.discloser,
            nature=seals[row.person_id]
            .open(row.id, NATURE, bytes(row.nature))
            .decode(),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in broken
    )


def review(
    *, actor: Actor, glass: UUID, words: str, key: UUID, now: datetime
) -> dict[str, Any]:
    """Keep what was found of a break of the glass; once, in the person's own log too.

    Nobody reviews their own.
    """
    if not words.strip():
        msg = "found nothing, expected what you found when you looked into it"
        raise ImpossibleChangeError(msg)
    hat = hat_of(actor, now)
    ask = Ask(
        actor=actor,
        action=Action.REVIEW_GLASS,
        on=Resource(organisation=hat.organisation if hat else None),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )

    def write(hat: Hat | None) -> Did:
        broken = BreakGlass.objects.filter(
            id=glass, membership__organisation=hat.organisation if hat else None
        )
        row = broken.exclude(membership__staff=actor.id).first()
        if row is None or hat is None:
            raise DeniedError("not-found")
        if GlassReview.objects.filter(glass=row).exists():
            msg = "found a break of the glass that was looked into, expected one that "
            raise ImpossibleChangeError(msg + "was not; look at the queue again")
        id_ = uuid4()
        GlassReview.objects.create(
            id=id_,
            glass=row,
            membership_id=hat.membership,
            words=seal_of(row.person_id).close(id_, FOUND, words.encode()),
            at=now,
        )
        return Did(person=row.person_id, rows=(id_,), answer={"review": str(id_)})

    return act(ask, [glass, words], write)
