"""Who is around a person: their team, whom they let take part, who wrote what.

Each is read as the record is: decided, and logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from concord.errors import DeniedError
from concord.terms import Value
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.models import (
    Caregiver,
    CareRelationship,
    Cover,
    Grant,
    Membership,
    Power,
    Staff,
    current,
)
from concord.web.chart.policy import (
    Action,
    Actor,
    ActorKind,
    Purpose,
    Resource,
    decide,
    facts_of,
    hat_of,
    powers,
)


class Member(Value, frozen=True, kw_only=True):
    """Someone who looks after a person: as what, where, since when.

    `stands_in_for` is the colleague on leave whose place they take; `phone` the number
    of their programme, else of their organisation.
    """

    staff: UUID
    name: str
    role: str
    organisation: str
    programme: str | None = None
    part_2: bool = False
    since: datetime
    stands_in_for: str | None = None
    phone: str = ""


class Given(Value, frozen=True, kw_only=True):
    """What one caregiver may do with one person's record, and by what right."""

    grant: UUID
    name: str
    basis: str
    powers: tuple[str, ...]
    since: datetime
    until: datetime | None = None


def read_team(*, actor: Actor, person: UUID, now: datetime) -> tuple[Member, ...]:
    """Return who looks after a person now, by organisation and name.

    A caregiver who may not see what a Part 2 programme made does not see who works
    there either: the name of the programme alone would tell.
    Raises `DeniedError`, and logs that too.
    """
    _read(actor, person, now)
    relations = CareRelationship.objects.filter(
        current(now), current(now, "membership__"), person=person
    ).select_related(
        "membership__staff", "membership__organisation", "membership__programme"
    )
    if actor.kind is ActorKind.CAREGIVER:
        given = powers(facts_of(actor, Resource(person=person), now))
        if Power.READ_PART_2 not in given:
            relations = relations.filter(
                Q(membership__programme__isnull=True)
                | Q(membership__programme__part_2=False)
            )
    found = {relation.membership_id: relation for relation in relations}
    covers = Cover.objects.filter(
        current(now), current(now, "by__"), absent__in=found
    ).select_related("by__staff", "by__organisation", "by__programme")
    members = [_member(r.membership, r.starts_at) for r in found.values()]
    members += [
        _member(
            cover.by,
            cover.starts_at,
            stands_in_for=found[cover.absent_id].membership.staff.name,
        )
        for cover in covers
    ]
    return tuple(
        sorted(members, key=lambda m: (m.organisation, m.programme or "", m.name))
    )


def read_grants(*, actor: Actor, person: UUID, now: datetime) -> tuple[Given, ...]:
    """Return whom a person lets take part now; only the person may ask.

    Raises `DeniedError`, and logs that too.
    """
    if actor.kind is not ActorKind.PERSON:
        raise DeniedError("not-listed")
    _read(actor, person, now)
    grants = Grant.objects.filter(current(now), person=person)
    return tuple(
        Given(
            grant=grant.id,
            name=grant.caregiver.name,
            basis=grant.basis,
            powers=tuple(grant.powers),
            since=grant.starts_at,
            until=grant.ends_at,
        )
        for grant in grants.select_related("caregiver").order_by(
            "caregiver__name", "starts_at"
        )
    )


def people_of(*, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    """Return the people who let a caregiver read their record now: ids alone."""
    if actor.kind is not ActorKind.CAREGIVER:
        return ()
    people = (
        Grant.objects.filter(current(now), caregiver=actor.id)
        .order_by("starts_at")
        .values_list("person", flat=True)
    )
    return tuple(
        person
        for person in dict.fromkeys(people)
        if Power.READ in powers(facts_of(actor, Resource(person=person), now))
    )


def powers_named(names: Iterable[str]) -> frozenset[Power]:
    """Return the powers by their names; a name that is none is left out."""
    known = {power.value: power for power in Power}
    return frozenset(known[name] for name in names if name in known)


def names_of(ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of those who wrote a record, by the ids on its lines.

    An id that is no member of staff and no caregiver has no name here.
    """
    wanted = {made for id_ in ids if (made := _uuid(id_)) is not None}
    named = [
        *Staff.objects.filter(id__in=wanted).values_list("id", "name"),
        *Caregiver.objects.filter(id__in=wanted).values_list("id", "name"),
    ]
    return {str(id_): name for id_, name in named}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _member(
    membership: Membership, since: datetime, *, stands_in_for: str | None = None
) -> Member:
    programme = membership.programme
    return Member(
        staff=membership.staff_id,
        name=membership.staff.name,
        role=membership.role,
        organisation=membership.organisation.name,
        programme=programme.name if programme else None,
        part_2=bool(programme and programme.part_2),
        since=since,
        stands_in_for=stands_in_for,
        phone=(programme.phone if programme else "") or membership.organisation.phone,
    )


def _read(actor: Actor, person: UUID, now: datetime) -> None:
    """Decide and log a reading, as `reading.read_record` does."""
    ask = Ask(
        actor=actor,
        action=Action.READ_RECORD,
        on=Resource(person=person),
        purpose=Purpose.OWN,
        key=uuid4(),
        now=now,
    )
    with transaction.atomic():
        decision = decide(actor, ask.action, ask.on, ask.purpose, now)
        note(ask, decision, hat_of(actor, now))
    if not decision.allowed:
        raise DeniedError(decision.reason)
