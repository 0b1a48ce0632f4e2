"""The facts of a decision, as they are now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from concord.record.model import Person as Who
from concord.terms import age_on
from concord.web.chart import rows
from concord.web.chart.models import (
    AgeRule,
    BreakGlass,
    CareRelationship,
    Cover,
    CrisisStep,
    CrisisTask,
    Enrolment,
    Grant,
    Membership,
    Person,
    PrescribingAuthority,
    Programme,
    Role,
    StepKind,
    current,
)
from concord.web.chart.policy.judging import CARE, EMERGENCY_ROLES, OFFICE, judge
from concord.web.chart.policy.words import (
    Action,
    Actor,
    ActorKind,
    Decision,
    Facts,
    Hat,
    Limit,
    Purpose,
    Resource,
)


def decide(
    actor: Actor, action: Action, resource: Resource, purpose: Purpose, now: datetime
) -> Decision:
    """Return whether an actor may do this now, why, and what must go with it.

    A person, organisation or programme that is not there is answered like one that is
    not the actor's.
    """
    return weigh(actor, action, resource, purpose, now)[0]


def weigh(
    actor: Actor, action: Action, resource: Resource, purpose: Purpose, now: datetime
) -> tuple[Decision, Facts]:
    """Return a decision with the facts that it rests on, which were loaded once."""
    facts = facts_of(actor, resource, now)
    return judge(facts, action, purpose), facts


def facts_of(
    actor: Actor, resource: Resource, now: datetime, hat: Hat | None = None
) -> Facts:
    """Return all that a decision about this actor and resource rests on.

    `hat` is the actor's own of this moment, where it is at hand already.
    """
    person = resource.person
    if actor.kind is ActorKind.PERSON:
        if person != actor.id:
            return Facts(kind=actor.kind)
        limits, age = _age_facts(actor.id, now)
        return Facts(kind=actor.kind, is_self=True, limits=limits, age=age)
    if actor.kind is ActorKind.CAREGIVER:
        grants = tuple(
            (grant.basis, tuple(grant.powers))
            for grant in Grant.objects.filter(
                current(now), caregiver=actor.id, person=person
            )
        )
        limits, age = _age_facts(person, now) if person and grants else ((), None)
        return Facts(kind=actor.kind, grants=grants, limits=limits, age=age)
    hat = hat or hat_of(actor, now)
    if hat is None:
        return Facts(kind=actor.kind)
    return Facts(
        kind=actor.kind,
        hat=hat,
        # Each is asked for only where a role's decision can rest on it.
        person_exists=person is not None
        and hat.role in EMERGENCY_ROLES
        and Person.objects.filter(id=person).exists(),
        in_care=person is not None
        and relations(hat, now).filter(person=person).exists(),
        glass=person is not None
        and hat.role in EMERGENCY_ROLES
        and glasses(hat, now).filter(person=person).exists(),
        called=person is not None
        and hat.role in EMERGENCY_ROLES
        and calls(hat).filter(person=person).exists(),
        enrolled=person is not None
        and hat.role in OFFICE
        and enrolments(hat, now).filter(person=person).exists(),
        same_organisation=resource.organisation == hat.organisation,
        within=_within(hat, resource),
    )


def hat_of(actor: Actor, now: datetime) -> Hat | None:
    """Return the membership under which staff act, where it is theirs and holds now."""
    if actor.kind is not ActorKind.STAFF or actor.membership is None:
        return None
    member = (
        Membership.objects.select_related("programme", "organisation")
        .filter(current(now), id=actor.membership, staff=actor.id)
        .first()
    )
    if member is None:
        return None
    return Hat(
        membership=member.id,
        role=Role(member.role),
        organisation=member.organisation_id,
        programme=member.programme_id,
        part_2=bool(member.programme and member.programme.part_2),
        prescribes=PrescribingAuthority.objects.filter(
            current(now), membership=member
        ).exists(),
        zone=member.organisation.zone,
    )


def schedules_of(hat: Hat, now: datetime) -> frozenset[str]:
    """Return the controlled schedules to which a hat's authorities extend now."""
    held = PrescribingAuthority.objects.filter(current(now), membership=hat.membership)
    return frozenset(
        name for names in held.values_list("schedules", flat=True) for name in names
    )


def _age_facts(
    person: UUID, now: datetime
) -> tuple[tuple[Limit, ...], tuple[int, int] | None]:
    """Return the age rules where a person is enrolled, and the age if one is needed."""
    organisations = Enrolment.objects.filter(current(now), person=person)
    limits = tuple(
        Limit(
            subject=rule.subject,
            from_years=rule.from_years,
            until_years=rule.until_years,
        )
        for rule in AgeRule.objects.filter(
            current(now), organisation__in=organisations.values("organisation")
        )
    )
    who = rows.latest_person(person) if limits else None
    if not isinstance(who, Who) or who.birth is None:
        return limits, None
    return limits, age_on(who.birth, now.date())


def relations(hat: Hat, now: datetime) -> QuerySet[CareRelationship]:
    """Return the care relationships of a hat: its own, and those that it covers."""
    covered = Cover.objects.filter(
        current(now),
        current(now, "absent__"),
        by=hat.membership,
        absent__organisation=hat.organisation,
        absent__programme=hat.programme,
    )
    return CareRelationship.objects.filter(
        current(now),
        Q(membership=hat.membership) | Q(membership__in=covered.values("absent")),
    )


def readers_of(hat: Hat, person: UUID, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Return who in the house of a hat looks after a person: membership and name.

    Only those who see what is made under the hat, and may take up a crisis.
    """
    able = [role for role, may in CARE.items() if Action.HANDLE_CRISIS in may]
    here = Q(membership__programme=hat.programme)
    if not hat.part_2:
        here |= Q(membership__programme__isnull=True)
        here |= Q(membership__programme__part_2=False)
    found = CareRelationship.objects.filter(
        current(now),
        current(now, "membership__"),
        here,
        person=person,
        membership__organisation=hat.organisation,
        membership__role__in=able,
    )
    names = found.values_list("membership", "membership__staff__name").distinct()
    return tuple(sorted(names, key=lambda pair: (pair[1], pair[0])))


def glasses(hat: Hat, now: datetime) -> QuerySet[BreakGlass]:
    """Return the broken glasses of a hat that have not ended."""
    return BreakGlass.objects.filter(current(now), membership=hat.membership)


def calls(hat: Hat) -> QuerySet[CrisisTask]:
    """Return the open crises of which a hat was told, on whichever rung."""
    told = CrisisStep.objects.filter(kind=StepKind.TOLD, membership=hat.membership)
    closed = CrisisStep.objects.filter(kind=StepKind.CLOSED)
    tasks = CrisisTask.objects.filter(id__in=told.values("task"))
    return tasks.exclude(id__in=closed.values("task"))


def enrolments(hat: Hat, now: datetime) -> QuerySet[Enrolment]:
    """Return whom a hat sees enrolled in its organisation."""
    return Enrolment.objects.filter(
        current(now), seen_under(hat), organisation=hat.organisation
    )


def seen_under(hat: Hat) -> Q:
    """Return the rows that a hat sees: all but what other Part 2 programmes made."""
    return (
        Q(programme__isnull=True)
        | Q(programme__part_2=False)
        | Q(programme=hat.programme)
    )


def _within(hat: Hat, resource: Resource) -> bool:
    """Whether a resource is of the hat's organisation, outside others' Part 2 walls."""
    if resource.organisation != hat.organisation:
        return False
    if resource.programme is None or resource.programme == hat.programme:
        return True
    return Programme.objects.filter(
        id=resource.programme, organisation=hat.organisation, part_2=False
    ).exists()
