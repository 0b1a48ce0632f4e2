"""What is visible: the rows that the same decision lets through."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from concord.terms import Value
from concord.web.chart.models import (
    CareRelationship,
    CrisisTask,
    Enrolment,
    Entry,
    Grant,
    Line,
    MedicationChange,
    Person,
    Power,
    ScaleRequest,
    SendWhenDue,
    current,
)
from concord.web.chart.policy.facts import (
    calls,
    enrolments,
    facts_of,
    glasses,
    hat_of,
    relations,
)
from concord.web.chart.policy.judging import (
    CARE,
    EMERGENCY_ROLES,
    OFFICE,
    judge,
    powers,
)
from concord.web.chart.policy.words import (
    Action,
    Actor,
    ActorKind,
    Facts,
    Hat,
    Purpose,
    Resource,
)


class View(Value, frozen=True, kw_only=True):
    """Which rows of a person's record someone sees; who sees the same shares a view.

    `whole` is all of it (the person, an emergency), `shared` all but the forms that the
    person filled in (a caregiver let in to Part 2), `open` that without what Part 2
    programmes made (other caregivers); `care` is what an
    organisation holds outside its Part 2 programmes, what the viewer's own one (named
    in `programme`) made, and the person's own reports.
    """

    kind: Literal["whole", "shared", "open", "care"]
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
            case "whole" | "shared":
                return Q()
            case "open":
                return open_to_all
        if self.programme is not None:
            open_to_all |= Q(programme=self.programme)
        here = Q(organisation=self.organisation) & open_to_all
        return here | Q(organisation__isnull=True)

    def lines(self) -> Q:
        """Return the same condition on lines, of which caregivers see fewer kinds."""
        return self.held() & shared_kinds() if self.for_caregivers else self.held()

    @property
    def for_caregivers(self) -> bool:
        """Whether it is the view of somebody whom the person let take part."""
        return self.kind in ("shared", "open")


def shared_kinds() -> Q:
    """Return the condition on lines that a caregiver may see.

    What a person answered in a form is theirs and their team's: whoever stands beside
    them sees neither a question on suicide, nor its answer, nor that it was asked.
    """
    return ~Q(kind="responses")


WHOLE = View(kind="whole")
SHARED = View(kind="shared")
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
        return SHARED if Power.READ_PART_2 in given else OPEN
    hat = facts.hat
    if hat is None or Action.READ_RECORD not in CARE[hat.role]:
        return None
    if facts.glass:
        return WHOLE
    return view_in_care(hat) if facts.in_care else None


def people_in_care(hat: Hat, now: datetime) -> tuple[UUID, ...]:
    """Return whom a hat looks after now, itself or covering: no broken glass."""
    found = relations(hat, now).order_by("person").distinct()
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
        self,
        people: Q,
        held: Q,
        *,
        lines: Q | None = None,
        forms: bool = True,
        called: Hat | None = None,
        enrolled: Q | None = None,
        own: UUID | None = None,
    ) -> None:
        self._people = people
        self._held = held
        self._lines = held if lines is None else lines
        self._forms = held if forms else _NOTHING
        self._called = called
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
        return Line.objects.filter(self._lines)

    def requests(self) -> QuerySet[ScaleRequest]:
        """Return the forms that people were asked to fill in; none for a caregiver."""
        return ScaleRequest.objects.filter(self._forms)

    def orders(self) -> QuerySet[SendWhenDue]:
        """Return what is to be sent whenever it is due; none for a caregiver."""
        return SendWhenDue.objects.filter(self._forms)

    def tasks(self) -> QuerySet[CrisisTask]:
        """Return the crisis tasks, with those that one was called to; none likewise."""
        seen = self._forms
        if self._called is not None:
            seen |= Q(id__in=calls(self._called).values("id"))
        return CrisisTask.objects.filter(seen)

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
        enrolled = Q(id__in=enrolments(hat, now).values("id"))
    if Action.READ_RECORD not in CARE[hat.role]:
        return Visible(_NOTHING, _NOTHING, enrolled=enrolled)
    called = hat if hat.role in EMERGENCY_ROLES else None
    in_care = relations(hat, now).values("person")
    opened = glasses(hat, now).values("person")
    return Visible(
        Q(id__in=in_care) | Q(id__in=opened),
        Q(person__in=in_care) & view_in_care(hat).held() | Q(person__in=opened),
        enrolled=enrolled,
        called=called,
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
    held = Q(person__in=people) & (OPEN.held() | Q(person__in=part_2))
    return Visible(Q(id__in=people), held, lines=held & shared_kinds(), forms=False)


def purpose_of(actor: Actor, person: UUID | None, now: datetime) -> Purpose:
    """Return what an actor asks a person's record for, by what lets them in.

    Staff who look after the person treat them; otherwise, where they broke the glass,
    it is an emergency. Everyone else asks on the person's own behalf.
    """
    hat = hat_of(actor, now)
    if hat is None:
        return Purpose.OWN
    if relations(hat, now).filter(person=person).exists():
        return Purpose.TREATMENT
    if glasses(hat, now).filter(person=person).exists():
        return Purpose.EMERGENCY
    if hat.role in EMERGENCY_ROLES and calls(hat).filter(person=person).exists():
        return Purpose.EMERGENCY
    return Purpose.TREATMENT
