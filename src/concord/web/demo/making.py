"""Making the demonstration: by the actions alone, all of it or nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from concord.errors import UnsafeSettingsError
from concord.exchange import Recogniser, read
from concord.followup.crisis import Hours
from concord.followup.scoring import Given
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.index import load as load_knowledge
from concord.record import model as rec
from concord.terms import PartialDate
from concord.web.accounts.making import make_account
from concord.web.accounts.models import User
from concord.web.chart.actions import (
    asking,
    care,
    crisis_plans,
    grants,
    imports,
    memberships,
    organisations,
    people,
    staff,
)
from concord.web.chart.actions import settings as places
from concord.web.chart.actions.offices import Power, Role
from concord.web.chart.policy import Actor, ActorKind, Purpose
from concord.web.demo import cast
from concord.web.demo.bundles import AUTHORED_ON, bundle, part

LEAVE = timedelta(days=14)
# Andre's road, as his record was authored: booked, and released sixteen days ago.
CUSTODY = (
    ("andre-baptiste", rec.SettingKind.IN_CUSTODY, date(2026, 7, 14)),
    ("andre-baptiste", rec.SettingKind.RELEASED, date(2026, 11, 6)),
)


def load(now: datetime) -> bool:
    """Make the demonstration as of now; return whether it was not there before.

    What is there already is left as it is, so it may be asked for at every start.
    Raises `UnsafeSettingsError` where this is not a demonstration, or the database is
    somebody's: no account with a known password stands beside a real record.
    """
    if not settings.CONCORD_DEMO:
        msg = (
            "CONCORD_DEMO: found an install that is not a demonstration, expected "
            "CONCORD_DEMO=1; nothing was made: its passwords are known to everybody"
        )
        raise UnsafeSettingsError(msg)
    if User.objects.filter(demonstration=False).exists():
        msg = (
            "the database: found accounts that are no demonstration's, expected a "
            "database of its own; leave DATABASE_URL out, or name an empty one"
        )
        raise UnsafeSettingsError(msg)
    if User.objects.filter(demonstration=True).exists():
        return False
    with transaction.atomic():
        _Making(now).all()
    return True


class _House:
    """An organisation of the demonstration, and who may act in it."""

    def __init__(self, made: dict[str, Any]) -> None:
        self.id = UUID(made["organisation"])
        self.programme = next((UUID(p) for p in made["programmes"]), None)
        self.administrator = Actor(
            kind=ActorKind.STAFF,
            id=UUID(made["staff"]),
            membership=UUID(made["membership"]),
        )


class _Making:
    """One making of the demonstration, at one moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        # The day that it is where they are, which is the day of their reviews.
        self._today = now.astimezone(ZoneInfo(cast.ZONE)).date()
        self._houses: dict[str, _House] = {}
        self._staff: dict[str, Actor] = {}
        self._people: dict[str, UUID] = {}
        self._recogniser = Recogniser(load_catalogue(), load_knowledge())

    def all(self) -> None:
        """Make the organisations, the staff, the people and the sign-ins."""
        self._found(cast.CLINIC, ((cast.PROGRAMME, True),))
        self._found(cast.PRACTICE, ())
        for somebody in cast.STAFF:
            self._take_on(somebody)
        for patient in cast.PEOPLE:
            self._people[patient.record] = self._bring(patient)
        for record, kind, day in CUSTODY:
            self._place(record, kind, day)
        self._go_on_leave("naomi", by="ravi")
        self._plan_for_crises()
        self._send_form(cast.FORM_FOR, reader="ravi")
        self._answer_form(cast.ANSWERED_BY, reader="chidi")
        for record, somebody in cast.THEMSELVES.items():
            self._account(somebody, ActorKind.PERSON, self._people[record])
        self._account(cast.CAREGIVER, ActorKind.CAREGIVER, self._let_in())

    # --- organisations and staff ------------------------------------------------

    def _found(self, name: str, programmes: tuple[tuple[str, bool], ...]) -> None:
        first = next(
            one
            for one in cast.STAFF
            if one.at == name and one.role is Role.ADMINISTRATOR
        )
        house = _House(
            organisations.found(
                name=name,
                administrator=first.name,
                programmes=programmes,
                zone=cast.ZONE,
                **self._asked(),
            )
        )
        organisations.reach_at(
            actor=house.administrator,
            organisation=house.id,
            programme=None,
            phone=cast.PHONES[name],
            **self._asked(),
        )
        self._houses[name] = house
        self._staff[first.key] = house.administrator
        self._account(first, ActorKind.STAFF, house.administrator.id)

    def _take_on(self, somebody: cast.Somebody) -> None:
        if somebody.key in self._staff or somebody.role is None:
            return
        house = self._houses[somebody.at]
        made = staff.take_on(
            actor=house.administrator,
            organisation=house.id,
            name=somebody.name,
            role=somebody.role,
            programme=house.programme if somebody.programme else None,
            **self._asked(),
        )
        actor = Actor(
            kind=ActorKind.STAFF,
            id=UUID(made["staff"]),
            membership=UUID(made["membership"]),
        )
        self._staff[somebody.key] = actor
        if somebody.schedules:
            staff.allow_to_prescribe(
                actor=house.administrator,
                organisation=house.id,
                membership=UUID(made["membership"]),
                jurisdiction="US-OH",
                schedules=somebody.schedules,
                source="Invented for the demonstration",
                **self._asked(),
            )
        self._account(somebody, ActorKind.STAFF, actor.id)

    def _go_on_leave(self, absent: str, *, by: str) -> None:
        house = self._houses[cast.CLINIC]
        memberships.cover(
            actor=house.administrator,
            organisation=house.id,
            absent=self._membership(absent),
            by=self._membership(by),
            starts_at=self._now,
            ends_at=self._now + LEAVE,
            **self._asked(),
        )

    # --- people -----------------------------------------------------------------

    def _bring(self, patient: cast.Patient) -> UUID:
        """Add a person, put them in their team's care, and import their record."""
        house = self._houses[patient.at]
        content = bundle(patient.record, self._today)
        whole = self._read(content, patient.record)
        if whole.person is None:
            msg = "a record of the demonstration is of a person"
            raise TypeError(msg)
        programme = house.programme if patient.programme else None
        runs = self._staff["tess"] if programme else house.administrator
        if patient.before_by is None:
            person = self._add(house, runs, whole.person, programme)
        else:
            person = self._add(house, house.administrator, whole.person, None)
            self._look_after(
                house, person, (patient.before_by, *patient.before_team), None
            )
            outside = self._read(part(content, patient.before), patient.record)
            self._import(patient.before_by, person, outside)
            people.enrol(
                actor=runs,
                person=person,
                organisation=house.id,
                programme=programme,
                **self._asked(),
            )
        self._look_after(house, person, (patient.brought_by, *patient.team), programme)
        self._import(patient.brought_by, person, whole)
        return person

    def _add(
        self, house: _House, by: Actor, who: rec.Person, programme: UUID | None
    ) -> UUID:
        made = people.add(
            actor=by,
            organisation=house.id,
            who=who,
            programme=programme,
            **self._asked(),
        )
        return UUID(made["person"])

    def _look_after(
        self, house: _House, person: UUID, team: tuple[str, ...], programme: UUID | None
    ) -> None:
        for key in team:
            care.begin(
                actor=self._staff["tess"] if programme else house.administrator,
                organisation=house.id,
                person=person,
                membership=self._membership(key),
                programme=programme,
                **self._asked(),
            )

    def _read(self, content: bytes, name: str) -> rec.Record:
        found = read(content, self._recogniser, read_at=self._now, name=name)
        return found.record

    def _import(self, by: str, person: UUID, record: rec.Record) -> None:
        imports.bring_in(
            actor=self._staff[by],
            person=person,
            record=record,
            purpose=Purpose.TREATMENT,
            **self._asked(),
        )

    def _place(self, record: str, kind: rec.SettingKind, authored: date) -> None:
        patient = next(one for one in cast.PEOPLE if one.record == record)
        day = authored + (self._today - AUTHORED_ON)
        places.record(
            actor=self._staff[patient.brought_by],
            person=self._people[record],
            kind=kind,
            on=PartialDate.of(day),
            purpose=Purpose.TREATMENT,
            **self._asked(),
        )

    # --- forms --------------------------------------------------------------------

    def _plan_for_crises(self) -> None:
        """Say when somebody reads at the clinic, and who is on call."""
        house = self._houses[cast.CLINIC]
        crisis_plans.set_plan(
            actor=house.administrator,
            organisation=house.id,
            plan=crisis_plans.Plan(
                texts=cast.CRISIS_TEXTS,
                hours=tuple(
                    Hours(day=day, begins="08:00", ends="18:00") for day in range(5)
                ),
                next_step=cast.NEXT_STEP,
            ),
            **self._asked(),
        )
        crisis_plans.be_on_call(
            actor=house.administrator,
            organisation=house.id,
            membership=self._membership("amy"),
            starts_at=self._now,
            ends_at=self._now + LEAVE,
            **self._asked(),
        )

    def _send_form(self, record: str, *, reader: str) -> UUID:
        made = asking.send(
            actor=self._staff[reader],
            person=self._people[record],
            scale="phq-9",
            reader=self._membership(reader),
            opens=self._today,
            purpose=Purpose.TREATMENT,
            **self._asked(),
        )
        return UUID(made["forms"][0])

    def _answer_form(self, record: str, *, reader: str) -> None:
        """Let somebody fill in a form of today, with an answer above zero."""
        person = self._people[record]
        form = self._send_form(record, reader=reader)
        who = Actor(kind=ActorKind.PERSON, id=person)
        own: dict[str, Any] = {
            "actor": who,
            "person": person,
            "form": form,
            "purpose": Purpose.OWN,
        }
        for item, value in cast.ANSWERS.items():
            given = Given(item=item, value=Decimal(value))
            asking.answer(given=given, **own, **self._asked())
        asking.finish(**own, **self._asked())

    def _let_in(self) -> UUID:
        """Let a daughter read and report, as her father chose; return her id."""
        person = self._people[cast.CARED_FOR]
        made = grants.give(
            actor=Actor(kind=ActorKind.PERSON, id=person),
            person=person,
            caregiver=cast.CAREGIVER.name,
            powers=frozenset({Power.READ, Power.REPORT}),
            **self._asked(),
        )
        return UUID(made["caregiver"])

    # --- what all of it needs ---------------------------------------------------

    def _asked(self) -> dict[str, Any]:
        return {"key": uuid4(), "now": self._now}

    def _membership(self, key: str) -> UUID:
        membership = self._staff[key].membership
        if membership is None:
            msg = "staff of the demonstration have a membership"
            raise TypeError(msg)
        return membership

    def _account(self, somebody: cast.Somebody, kind: ActorKind, actor: UUID) -> None:
        make_account(
            email=somebody.email,
            password=cast.PASSWORD,
            actor_kind=kind,
            actor=actor,
        )
