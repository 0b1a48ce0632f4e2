"""Who may do what: one function for every surface, and the rows that it lets through.

`judge` is pure: facts in, a decision out, and what is not listed is denied.
`decide` loads the facts; `visible` gives the querysets of the same answer.
A missing id has no facts, so it is answered as somebody else's is.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from concord.record.model import Person as Who
from concord.terms import Value, age_on
from concord.web.chart import rows
from concord.web.chart.models import (
    AgeRule,
    BreakGlass,
    CareRelationship,
    Cover,
    Enrolment,
    Entry,
    Grant,
    Line,
    MedicationChange,
    Membership,
    Person,
    Power,
    PrescribingAuthority,
    Programme,
    Role,
    current,
)


class ActorKind(StrEnum):
    """What an actor is; `install` is whoever runs commands on the machine itself."""

    STAFF = "staff"
    CAREGIVER = "caregiver"
    PERSON = "person"
    INSTALL = "install"


class Actor(Value, frozen=True, kw_only=True):
    """Who acts; staff act under one membership at a time."""

    kind: ActorKind
    id: UUID
    membership: UUID | None = None


class Action(StrEnum):
    """What can be asked for."""

    READ_RECORD = "read_record"
    READ_LOG = "read_log"
    CHANGE_ORDER = "change_order"
    RECORD_REPORT = "record_report"
    WRITE_CLINICAL = "write_clinical"
    WRITE_CARE = "write_care"
    WRITE_SETTING = "write_setting"
    IMPORT = "import"
    GIVE_GRANT = "give_grant"
    END_GRANT = "end_grant"
    BREAK_GLASS = "break_glass"
    READ_OFFICE = "read_office"
    ADD_PERSON = "add_person"
    MANAGE_CARE = "manage_care"
    MANAGE_STAFF = "manage_staff"
    FOUND = "found"
    READ_PANEL = "read_panel"
    READ_COUNTS = "read_counts"
    ANSWER = "answer"
    FIND_PERSON = "find_person"
    INVITE = "invite"
    REVIEW_GLASS = "review_glass"
    SET_AGE_RULE = "set_age_rule"
    GIVE_LEGAL_GRANT = "give_legal_grant"


class Purpose(StrEnum):
    """What for."""

    TREATMENT = "treatment"
    EMERGENCY = "emergency"
    OWN = "own"
    OPERATIONS = "operations"


class Obligation(StrEnum):
    """What must go with an allowed action."""

    MAY_BE_INCOMPLETE = "may_be_incomplete"
    PART_2_NOTICE = "part_2_notice"
    TELL_PERSON = "tell_person"


class Resource(Value, frozen=True, kw_only=True):
    """What is acted on: a person's record, an organisation, one of its programmes."""

    person: UUID | None = None
    organisation: UUID | None = None
    programme: UUID | None = None


class Decision(Value, frozen=True, kw_only=True):
    """Whether it is allowed, why, and what must go with it."""

    allowed: bool
    reason: str
    obligations: tuple[Obligation, ...] = ()


class Hat(Value, frozen=True, kw_only=True):
    """The membership under which staff act, where it holds now."""

    membership: UUID
    role: Role
    organisation: UUID
    programme: UUID | None = None
    part_2: bool = False
    prescribes: bool = False
    zone: str = "UTC"


class Limit(Value, frozen=True, kw_only=True):
    """An age rule: from an age, inclusive, or until one, exclusive."""

    subject: str
    from_years: int | None = None
    until_years: int | None = None


class Facts(Value, frozen=True, kw_only=True):
    """All that a decision rests on, as it is now.

    `age` is the youngest and the oldest age possible, `None` where nothing is known.
    `within` says whether the resource lies where the hat may administer.
    """

    kind: ActorKind
    hat: Hat | None = None
    person_exists: bool = False
    is_self: bool = False
    in_care: bool = False
    glass: bool = False
    enrolled: bool = False
    same_organisation: bool = False
    within: bool = False
    grants: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[Limit, ...] = ()
    age: tuple[int, int] | None = None


_TREATING = {Action.READ_RECORD, Action.WRITE_CARE, Action.WRITE_SETTING}
_MEDICAL = _TREATING | {
    Action.RECORD_REPORT,
    Action.WRITE_CLINICAL,
    Action.IMPORT,
    Action.ANSWER,
}

# What each role may do for a person in its care.
CARE: dict[Role, frozenset[Action]] = {
    Role.PRESCRIBER: frozenset(_MEDICAL | {Action.CHANGE_ORDER}),
    Role.PHARMACIST: frozenset(_MEDICAL | {Action.CHANGE_ORDER}),
    Role.NURSE: frozenset(_MEDICAL),
    Role.THERAPIST: frozenset(_TREATING),
    Role.COORDINATOR: frozenset(_TREATING | {Action.RECORD_REPORT, Action.IMPORT}),
    Role.ADMINISTRATOR: frozenset(),
}
# What each role may do in its organisation; none of it shows clinical content.
OFFICE: dict[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Action.READ_OFFICE,
            Action.ADD_PERSON,
            Action.MANAGE_CARE,
            Action.MANAGE_STAFF,
            Action.REVIEW_GLASS,
            Action.SET_AGE_RULE,
            Action.GIVE_LEGAL_GRANT,
        }
    ),
    Role.COORDINATOR: frozenset(
        {Action.READ_OFFICE, Action.ADD_PERSON, Action.MANAGE_CARE}
    ),
}
EMERGENCY_ROLES = frozenset({Role.PRESCRIBER, Role.PHARMACIST, Role.NURSE})
OWN = frozenset(
    {
        Action.READ_RECORD,
        Action.READ_LOG,
        Action.RECORD_REPORT,
        Action.GIVE_GRANT,
        Action.END_GRANT,
        Action.INVITE,
    }
)
# What is of the whole organisation, and of nobody in it by name.
_ALL_OF_IT = {
    Action.MANAGE_STAFF,
    Action.REVIEW_GLASS,
    Action.SET_AGE_RULE,
}
BY_GRANT = {Action.READ_RECORD: Power.READ, Action.RECORD_REPORT: Power.REPORT}
# A parent's grant rests on the child's age alone: without a rule it gives nothing.
_NEEDS_AGE_RULE = "parent"


def _deny(reason: str) -> Decision:
    return Decision(allowed=False, reason=reason)


def _allow(reason: str, *obligations: Obligation) -> Decision:
    return Decision(allowed=True, reason=reason, obligations=obligations)


# --- the decision, pure -----------------------------------------------------------


def judge(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    """Return the decision that these facts allow; what is not listed is denied."""
    match facts.kind:
        case ActorKind.STAFF:
            return _staff(facts, action, purpose)
        case ActorKind.PERSON:
            return _person(facts, action, purpose)
        case ActorKind.CAREGIVER:
            return _caregiver(facts, action, purpose)
        case ActorKind.INSTALL:
            if action is Action.FOUND and purpose is Purpose.OPERATIONS:
                return _allow("install")
            return _deny("not-listed")


def _staff(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    hat = facts.hat
    if hat is None:
        return _deny("no-membership")
    if action in OFFICE.get(hat.role, ()):
        return _office(facts, action, purpose)
    if action in (Action.READ_PANEL, Action.READ_COUNTS):
        return _of_ones_own_house(facts, action, purpose)
    if action in (Action.BREAK_GLASS, Action.FIND_PERSON):
        return _emergency(facts, hat, action, purpose)
    if action not in CARE[hat.role]:
        return _deny("role")
    if action is Action.CHANGE_ORDER and not hat.prescribes:
        return _deny("no-authority")
    if facts.in_care and purpose is Purpose.TREATMENT:
        notice = (Obligation.PART_2_NOTICE,) if hat.part_2 or facts.glass else ()
        return _allow("in-care", Obligation.MAY_BE_INCOMPLETE, *notice)
    if facts.glass and purpose is Purpose.EMERGENCY:
        return _allow("emergency", Obligation.TELL_PERSON, Obligation.PART_2_NOTICE)
    return _deny("purpose" if facts.in_care else "not-in-care")


def _emergency(facts: Facts, hat: Hat, action: Action, purpose: Purpose) -> Decision:
    """Return the decision on finding somebody in an emergency, and on the glass."""
    if hat.role not in EMERGENCY_ROLES:
        return _deny("role")
    if purpose is not Purpose.EMERGENCY:
        return _deny("purpose")
    if action is Action.FIND_PERSON:
        here = facts.same_organisation
        return _allow("emergency") if here else _deny("not-found")
    if not facts.person_exists:
        return _deny("not-in-care")
    return _allow("emergency", Obligation.TELL_PERSON, Obligation.PART_2_NOTICE)


def _of_ones_own_house(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    """Return the decision on the panel, and on counts that name nobody."""
    panel = action is Action.READ_PANEL
    if panel and facts.hat and Action.READ_RECORD not in CARE[facts.hat.role]:
        return _deny("role")
    if purpose is not (Purpose.TREATMENT if panel else Purpose.OPERATIONS):
        return _deny("purpose")
    if not facts.same_organisation:
        return _deny("not-found")
    part_2 = panel and facts.hat is not None and facts.hat.part_2
    notice = (Obligation.PART_2_NOTICE,) if part_2 else ()
    return _allow("own-house", *notice)


def _office(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    """Return the decision on running an organisation, inside the hat's own walls."""
    if purpose is not Purpose.OPERATIONS:
        return _deny("purpose")
    if not facts.same_organisation:
        return _deny("not-found")
    if action in _ALL_OF_IT:
        return _allow("office")
    if not facts.within:
        return _deny("not-found")
    if action in (Action.MANAGE_CARE, Action.GIVE_LEGAL_GRANT) and not facts.enrolled:
        return _deny("not-found")
    return _allow("office")


def _person(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    if not facts.is_self:
        return _deny("not-in-care")
    if action not in OWN:
        return _deny("not-listed")
    if purpose is not Purpose.OWN:
        return _deny("purpose")
    if not _old_enough(facts, action.value):
        return _deny("age")
    return _allow("own", Obligation.MAY_BE_INCOMPLETE)


def _caregiver(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    power = BY_GRANT.get(action)
    if power is None:
        return _deny("not-listed")
    if power not in powers(facts):
        return _deny("not-in-care")
    if purpose is not Purpose.OWN:
        return _deny("purpose")
    return _allow("grant", Obligation.MAY_BE_INCOMPLETE)


def powers(facts: Facts) -> frozenset[str]:
    """Return what a caregiver's grants give now, age considered."""
    return frozenset(
        power
        for basis, given in facts.grants
        for power in given
        if _old_enough(facts, f"{basis}:{power}", needs_rule=basis == _NEEDS_AGE_RULE)
    )


def _old_enough(facts: Facts, subject: str, *, needs_rule: bool = False) -> bool:
    """Whether the age rules of a subject all hold; an unknown age holds none."""
    limits = [limit for limit in facts.limits if limit.subject == subject]
    if not limits:
        return not needs_rule
    if facts.age is None:
        return False
    youngest, oldest = facts.age
    return all(
        (limit.from_years is None or youngest >= limit.from_years)
        and (limit.until_years is None or oldest < limit.until_years)
        for limit in limits
    )


# --- the facts --------------------------------------------------------------------


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


def facts_of(actor: Actor, resource: Resource, now: datetime) -> Facts:
    """Return all that a decision about this actor and resource rests on."""
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
    hat = hat_of(actor, now)
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
        and _relations(hat, now).filter(person=person).exists(),
        glass=person is not None
        and hat.role in EMERGENCY_ROLES
        and _glasses(hat, now).filter(person=person).exists(),
        enrolled=person is not None
        and hat.role in OFFICE
        and _enrolments(hat, now).filter(person=person).exists(),
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


def _relations(hat: Hat, now: datetime) -> QuerySet[CareRelationship]:
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


def _glasses(hat: Hat, now: datetime) -> QuerySet[BreakGlass]:
    return BreakGlass.objects.filter(current(now), membership=hat.membership)


def _enrolments(hat: Hat, now: datetime) -> QuerySet[Enrolment]:
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


# --- what is visible --------------------------------------------------------------


class View(Value, frozen=True, kw_only=True):
    """Which rows of a person's record someone sees; who sees the same shares a view.

    `whole` is all of it (the person, an emergency, a caregiver let in to Part 2),
    `open` all but what Part 2 programmes made (other caregivers); `care` is what an
    organisation holds outside its Part 2 programmes, what the viewer's own one (named
    in `programme`) made, and the person's own reports.
    """

    kind: Literal["whole", "open", "care"]
    organisation: UUID | None = None
    programme: UUID | None = None

    @property
    def key(self) -> str:
        """The view in a word, as a stored review has it."""
        parts = (self.organisation, self.programme)
        return ":".join([self.kind, *(str(part) for part in parts if part)])

    @classmethod
    def of(cls, key: str) -> View:
        """Return the view that a key names: the inverse of `key`."""
        kind, *ids = key.split(":")
        organisation, programme, *_ = (*map(UUID, ids), None, None)
        return msgspec.convert(
            {"kind": kind, "organisation": organisation, "programme": programme}, cls
        )

    def held(self) -> Q:
        """Return the condition on the rows of one person that the view shows."""
        open_to_all = Q(programme__isnull=True) | Q(programme__part_2=False)
        match self.kind:
            case "whole":
                return Q()
            case "open":
                return open_to_all
        if self.programme is not None:
            open_to_all |= Q(programme=self.programme)
        here = Q(organisation=self.organisation) & open_to_all
        return here | Q(organisation__isnull=True)


WHOLE = View(kind="whole")
OPEN = View(kind="open")


def view_in_care(hat: Hat) -> View:
    """Return the view that a hat has of the people in its care."""
    programme = hat.programme if hat.part_2 else None
    return View(kind="care", organisation=hat.organisation, programme=programme)


def view_of(actor: Actor, person: UUID, now: datetime) -> View | None:
    """Return what an actor may see of a person now; `None` where it is nothing."""
    return view_by(facts_of(actor, Resource(person=person), now))


def view_by(facts: Facts) -> View | None:
    """Return what these facts let their actor see of the person they are about."""
    if facts.kind is ActorKind.PERSON:
        return WHOLE if judge(facts, Action.READ_RECORD, Purpose.OWN).allowed else None
    if facts.kind is ActorKind.CAREGIVER:
        given = powers(facts)
        if Power.READ not in given:
            return None
        return WHOLE if Power.READ_PART_2 in given else OPEN
    hat = facts.hat
    if hat is None or Action.READ_RECORD not in CARE[hat.role]:
        return None
    if facts.glass:
        return WHOLE
    return view_in_care(hat) if facts.in_care else None


def people_in_care(hat: Hat, now: datetime) -> tuple[UUID, ...]:
    """Return whom a hat looks after now, itself or covering: no broken glass."""
    found = _relations(hat, now).order_by("person").distinct()
    return tuple(found.values_list("person", flat=True))


def views_in_use(now: datetime) -> tuple[tuple[UUID, View], ...]:
    """Return, for all people, the views that someone looks after them with now."""
    made = CareRelationship.objects.filter(current(now), current(now, "membership__"))
    found = made.values_list(
        "person",
        "membership__organisation",
        "membership__programme",
        "membership__programme__part_2",
    )
    pairs = {
        (
            person,
            View(
                kind="care",
                organisation=organisation,
                programme=programme if part_2 else None,
            ),
        )
        for person, organisation, programme, part_2 in found.distinct().iterator()
    }
    return tuple(sorted(pairs, key=lambda pair: (pair[0], pair[1].key)))


class Visible:
    """The querysets that an actor may see at a moment; everything else is not there."""

    def __init__(
        self, people: Q, held: Q, *, enrolled: Q | None = None, own: UUID | None = None
    ) -> None:
        self._people = people
        self._held = held
        self._enrolled = enrolled
        self._own = own

    def people(self) -> QuerySet[Person]:
        """Return the people whose records the actor may read."""
        return Person.objects.filter(self._people)

    def enrolments(self) -> QuerySet[Enrolment]:
        """Return whom the actor's office may enrol or assign: no clinical content."""
        if self._enrolled is None:
            return Enrolment.objects.none()
        return Enrolment.objects.filter(self._enrolled)

    def lines(self) -> QuerySet[Line]:
        """Return the rows of the records' lines."""
        return Line.objects.filter(self._held)

    def changes(self) -> QuerySet[MedicationChange]:
        """Return the rows of the medicines' changes."""
        return MedicationChange.objects.filter(self._held)

    def entries(self) -> QuerySet[Entry]:
        """Return the log of the actor's own record."""
        if self._own is None:
            return Entry.objects.none()
        return Entry.objects.filter(subject=self._own)


_NOTHING = Q(pk__in=[])


def visible(actor: Actor, now: datetime) -> Visible:
    """Return what an actor may see now: the querysets of what `decide` allows."""
    if actor.kind is ActorKind.PERSON:
        facts = facts_of(actor, Resource(person=actor.id), now)
        reads = judge(facts, Action.READ_RECORD, Purpose.OWN).allowed
        log = judge(facts, Action.READ_LOG, Purpose.OWN).allowed
        return Visible(
            Q(id=actor.id) if reads else _NOTHING,
            Q(person=actor.id) if reads else _NOTHING,
            own=actor.id if log else None,
        )
    if actor.kind is ActorKind.CAREGIVER:
        return _visible_to_caregiver(actor, now)
    hat = hat_of(actor, now)
    if hat is None:
        return Visible(_NOTHING, _NOTHING)
    enrolled = None
    if hat.role in OFFICE:
        enrolled = Q(id__in=_enrolments(hat, now).values("id"))
    if Action.READ_RECORD not in CARE[hat.role]:
        return Visible(_NOTHING, _NOTHING, enrolled=enrolled)
    in_care = _relations(hat, now).values("person")
    opened = _glasses(hat, now).values("person")
    return Visible(
        Q(id__in=in_care) | Q(id__in=opened),
        Q(person__in=in_care) & view_in_care(hat).held() | Q(person__in=opened),
        enrolled=enrolled,
    )


def _visible_to_caregiver(actor: Actor, now: datetime) -> Visible:
    people: list[UUID] = []
    part_2: list[UUID] = []
    granted = Grant.objects.filter(current(now), caregiver=actor.id)
    for person in granted.values_list("person", flat=True).distinct():
        given = powers(facts_of(actor, Resource(person=person), now))
        if Power.READ in given:
            people.append(person)
            if Power.READ_PART_2 in given:
                part_2.append(person)
    return Visible(
        Q(id__in=people),
        Q(person__in=people) & (OPEN.held() | Q(person__in=part_2)),
    )


def purpose_of(actor: Actor, person: UUID | None, now: datetime) -> Purpose:
    """Return what an actor asks a person's record for, by what lets them in.

    Staff who look after the person treat them; otherwise, where they broke the glass,
    it is an emergency. Everyone else asks on the person's own behalf.
    """
    hat = hat_of(actor, now)
    if hat is None:
        return Purpose.OWN
    if _relations(hat, now).filter(person=person).exists():
        return Purpose.TREATMENT
    if _glasses(hat, now).filter(person=person).exists():
        return Purpose.EMERGENCY
    return Purpose.TREATMENT


# --- one's own memberships ----------------------------------------------------------


class MyMembership(Value, frozen=True, kw_only=True):
    """A membership of one's own, in words: where, and as what."""

    id: UUID
    organisation: str
    programme: str | None
    role: Role


def memberships_of(staff: UUID, now: datetime) -> tuple[MyMembership, ...]:
    """Return the memberships that a member of staff holds now, by name of the place."""
    held = (
        Membership.objects.select_related("organisation", "programme")
        .filter(current(now), staff=staff)
        .order_by("organisation__name", "programme__name", "role", "id")
    )
    return tuple(
        MyMembership(
            id=member.id,
            organisation=member.organisation.name,
            programme=member.programme.name if member.programme else None,
            role=Role(member.role),
        )
        for member in held
    )
