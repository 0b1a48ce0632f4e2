"""What an office sees of its organisation: names and spans, nothing clinical.

The words of the tables that its forms offer are told here too, since no other room
knows the tables.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from concord.errors import DeniedError
from concord.record.model import Person as Who
from concord.terms import decode_hook
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.actions.office_values import (
    Authority,
    Care,
    Covering,
    Enrolled,
    Member,
    Office,
    Part,
    Proxy,
    Rule,
)
from concord.web.chart.actions.staff import managing
from concord.web.chart.models import (
    AgeRule,
    Basis,
    CareRelationship,
    Cover,
    Grant,
    Line,
    Membership,
    Organisation,
    PersonKey,
    Power,
    PrescribingAuthority,
    Programme,
    Role,
    current,
)
from concord.web.chart.policy import (
    Action,
    Actor,
    Decision,
    Hat,
    Purpose,
    Resource,
    decide,
    hat_of,
    visible,
)
from concord.web.chart.seal import Seal, unwrap

__all__ = [
    "Authority",
    "Basis",
    "Care",
    "Covering",
    "Enrolled",
    "Member",
    "Office",
    "Part",
    "Power",
    "Proxy",
    "Role",
    "Rule",
    "allow_account",
    "read_office",
]

_WHO = msgspec.json.Decoder(Who, dec_hook=decode_hook)


def read_office(*, actor: Actor, now: datetime, person: UUID | None = None) -> Office:
    """Return the organisation of the actor's membership, and log that it was read.

    Where it is read for one person, the entry stands in that person's log; one who is
    not enrolled here is refused.

    What another Part 2 programme made is absent: whom it enrolled, who looks after
    them there. A number of queries that does not grow with the organisation.
    Raises `DeniedError` where the membership runs no office, and logs that too.
    """
    hat = hat_of(actor, now)
    ask = Ask(
        actor=actor,
        action=Action.READ_OFFICE,
        on=Resource(person=person, organisation=hat.organisation if hat else None),
        purpose=Purpose.OPERATIONS,
        key=uuid4(),
        now=now,
    )
    with transaction.atomic():
        decision = decide(actor, ask.action, ask.on, ask.purpose, now)
        if decision.allowed and hat is not None:
            office = _Reading(actor, hat, now).office()
            listed = tuple(dict.fromkeys(p.person for p in office.people))
            if person is None or person in listed:
                note(ask, decision, hat, rows=(person,) if person else listed)
                return office
            decision = Decision(allowed=False, reason="not-found")
        note(ask, decision, hat)
    raise DeniedError(decision.reason)


def allow_account(
    *, actor: Actor, organisation: UUID, staff: UUID, now: datetime
) -> None:
    """Log that one of the staff is given an account, or raise `DeniedError`.

    For the room of accounts, inside its own transaction: the chart knows of no account,
    but says who may be given one.
    """
    ask = managing(actor, organisation, None, uuid4(), now)
    decision = decide(actor, ask.action, ask.on, ask.purpose, now)
    ours = Membership.objects.filter(
        current(now), organisation=organisation, staff=staff
    )
    if not decision.allowed or not ours.exists():
        raise DeniedError("not-found" if decision.allowed else decision.reason)
    note(ask, decision, hat_of(actor, now), rows=(staff,))


class _Reading:
    """One reading of an organisation, under one hat."""

    def __init__(self, actor: Actor, hat: Hat, now: datetime) -> None:
        self._actor = actor
        self._hat = hat
        self._now = now
        self._parts = {
            row.id: Part(id=row.id, name=row.name, part_2=row.part_2)
            for row in Programme.objects.filter(organisation=hat.organisation)
        }

    def office(self) -> Office:
        people = self._people()
        staff = self._staff()
        # Of a person in two programmes any line will do: their name is the same.
        by_person = {one.person: one for one in people}
        may = Resource(organisation=self._hat.organisation)
        manages = decide(
            self._actor, Action.MANAGE_STAFF, may, Purpose.OPERATIONS, self._now
        )
        here = Organisation.objects.get(id=self._hat.organisation)
        return Office(
            id=here.id,
            name=here.name,
            phone=here.phone,
            zone=here.zone,
            programme=self._hat.programme,
            runs_staff=manages.allowed,
            programmes=tuple(sorted(self._parts.values(), key=lambda p: p.name)),
            people=people,
            staff=tuple(staff.values()),
            care=self._care(by_person, staff),
            covers=self._covers(staff),
            proxies=self._proxies(by_person),
            rules=self._rules(),
        )

    def _within(self, prefix: str = "") -> Q:
        """Return the rows outside the walls of other Part 2 programmes."""
        return (
            Q(**{f"{prefix}programme__isnull": True})
            | Q(**{f"{prefix}programme__part_2": False})
            | Q(**{f"{prefix}programme": self._hat.programme})
        )

    def _part(self, id_: UUID | None) -> Part | None:
        return self._parts[id_] if id_ else None

    def _people(self) -> tuple[Enrolled, ...]:
        rows_ = list(visible(self._actor, self._now).enrolments())
        names = self._names({row.person_id for row in rows_})
        people = (
            Enrolled(
                id=row.id,
                person=row.person_id,
                name=names.get(row.person_id, ""),
                programme=self._part(row.programme_id),
                since=row.starts_at,
            )
            for row in rows_
        )
        return tuple(sorted(people, key=lambda one: (one.name.casefold(), one.since)))

    def _names(self, people: set[UUID]) -> dict[UUID, str]:
        """Return what people are called in the rows that this office may know of."""
        lines: QuerySet[Line] = Line.objects.filter(
            self._within(),
            person__in=people,
            kind=rows.PERSON,
            organisation=self._hat.organisation,
        )
        newest = {line.person_id: line for line in lines.order_by("version")}
        seals = {
            key.person_id: Seal(
                key.person_id,
                unwrap(key.person_id, key.wrapped_by, bytes(key.wrapped)),
            )
            for key in PersonKey.objects.filter(person__in=newest)
        }
        return {
            person: _called(
                _WHO.decode(
                    seals[person].open(line.id, rows.PERSON, bytes(line.content))
                )
            )
            for person, line in newest.items()
        }

    def _staff(self) -> dict[UUID, Member]:
        authorities: dict[UUID, list[Authority]] = {}
        for row in PrescribingAuthority.objects.filter(
            current(self._now), membership__organisation=self._hat.organisation
        ):
            authorities.setdefault(row.membership_id, []).append(
                Authority(
                    id=row.id,
                    jurisdiction=row.jurisdiction,
                    schedules=tuple(row.schedules),
                    source=row.source,
                    until=row.ends_at,
                )
            )
        members = (
            Membership.objects.filter(
                current(self._now), organisation=self._hat.organisation
            )
            .select_related("staff")
            .order_by("staff__name", "starts_at")
        )
        return {
            row.id: Member(
                id=row.id,
                staff=row.staff_id,
                name=row.staff.name,
                role=Role(row.role),
                programme=self._part(row.programme_id),
                since=row.starts_at,
                authorities=tuple(authorities.get(row.id, ())),
            )
            for row in members
        }

    def _care(
        self, people: dict[UUID, Enrolled], staff: dict[UUID, Member]
    ) -> tuple[Care, ...]:
        relations = CareRelationship.objects.filter(
            current(self._now),
            self._within("membership__"),
            person__in=people,
            membership__in=staff,
        )
        care = (
            Care(
                id=row.id,
                person=people[row.person_id],
                by=staff[row.membership_id],
                since=row.starts_at,
            )
            for row in relations
        )
        return tuple(
            sorted(care, key=lambda c: (c.person.name.casefold(), c.by.name.casefold()))
        )

    def _covers(self, staff: dict[UUID, Member]) -> tuple[Covering, ...]:
        """Return the covers that hold, or will."""
        still = Q(ends_at__isnull=True) | Q(ends_at__gt=self._now)
        covers = Cover.objects.filter(still, absent__in=staff, by__in=staff)
        return tuple(
            Covering(
                id=row.id,
                absent=staff[row.absent_id],
                by=staff[row.by_id],
                since=row.starts_at,
                until=row.ends_at,
                begun=row.starts_at <= self._now,
            )
            for row in covers.order_by("starts_at")
        )

    def _proxies(self, people: dict[UUID, Enrolled]) -> tuple[Proxy, ...]:
        """Return the grants that the office gave; what a person chose is their own."""
        grants = (
            Grant.objects.filter(current(self._now), person__in=people)
            .exclude(basis=Basis.CHOSEN)
            .select_related("caregiver")
        )
        return tuple(
            Proxy(
                id=row.id,
                person=people[row.person_id],
                name=row.caregiver.name,
                basis=Basis(row.basis),
                powers=tuple(Power(power) for power in row.powers),
                since=row.starts_at,
                until=row.ends_at,
            )
            for row in grants.order_by("starts_at")
        )

    def _rules(self) -> tuple[Rule, ...]:
        rules = AgeRule.objects.filter(
            current(self._now), organisation=self._hat.organisation
        )
        return tuple(
            Rule(
                id=row.id,
                subject=row.subject,
                from_years=row.from_years,
                until_years=row.until_years,
                source=row.source,
                locator=row.locator,
            )
            for row in rules.order_by("subject")
        )


def _called(who: Who) -> str:
    """Return the name that a person is listed by; who has none is listed without."""
    return who.names[0].text if who.names else ""
