"""The clinic of the tests: named people, put there by the actions alone.

Riverside is a clinic with a Part 2 programme, Harbour Recovery; Hillside is another
organisation of the same install.
Amara Diallo is enrolled at Riverside and in Harbour Recovery; Ben Ortiz at Hillside.

At Riverside: Ruth prescribes for Amara; Paul prescribes and does not know her; Noor
(nurse), Tomas (therapist), Farah (pharmacist) and Cora (coordinator) look after her;
Alma administers.
In Harbour Recovery: Hana prescribes for Amara, Ravi for nobody.
At Hillside: Olga prescribes for Ben; Igor administers.
Maya is Amara's sister and may read and report; Sam has no grant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from builders import day
from concord.record import model as rec
from concord.web.chart.actions import (
    care,
    grants,
    lines,
    medicines,
    organisations,
    people,
    staff,
)
from concord.web.chart.models import Power, Role
from concord.web.chart.policy import Actor, ActorKind, Purpose

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def own(id_: UUID) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=id_)


def caregiver(id_: UUID) -> Actor:
    return Actor(kind=ActorKind.CAREGIVER, id=id_)


@dataclass
class House:
    """An organisation with its administrator, and how it takes people on."""

    id: UUID
    programme: UUID
    administrator: Actor

    def takes_on(
        self, name: str, role: Role, *, programme: UUID | None = None
    ) -> Actor:
        made = staff.take_on(
            actor=self.administrator,
            organisation=self.id,
            name=name,
            role=role,
            programme=programme,
            key=uuid4(),
            now=NOW,
        )
        actor = Actor(
            kind=ActorKind.STAFF,
            id=UUID(made["staff"]),
            membership=UUID(made["membership"]),
        )
        if role in (Role.PRESCRIBER, Role.PHARMACIST):
            staff.allow_to_prescribe(
                actor=self.administrator,
                organisation=self.id,
                membership=actor.membership,
                jurisdiction="US-MA",
                schedules=("II", "III", "IV", "V"),
                source="licence",
                key=uuid4(),
                now=NOW,
            )
        return actor

    def adds(self, name: str, born: str = "1980-05-05") -> UUID:
        made = people.add(
            actor=self.administrator,
            organisation=self.id,
            who=rec.Person(id="p", names=(rec.Name(text=name),), birth=day(born)),
            key=uuid4(),
            now=NOW,
        )
        return UUID(made["person"])

    def puts(
        self, person: UUID, into_the_care_of: Actor, *, by: Actor | None = None
    ) -> UUID:
        made = care.begin(
            actor=by or self.administrator,
            organisation=self.id,
            person=person,
            membership=into_the_care_of.membership,
            programme=self.programme if by else None,
            key=uuid4(),
            now=NOW,
        )
        return UUID(made["relationship"])


def found(name: str, programme: str) -> House:
    made = organisations.found(
        name=name,
        administrator="the first one",
        programmes=((programme, True),),
        key=uuid4(),
        now=NOW,
    )
    return House(
        id=UUID(made["organisation"]),
        programme=UUID(made["programmes"][0]),
        administrator=Actor(
            kind=ActorKind.STAFF,
            id=UUID(made["staff"]),
            membership=UUID(made["membership"]),
        ),
    )


@dataclass
class Clinic:
    """All of them, as the docstring of this module says."""

    riverside: House
    hillside: House
    amara: UUID
    ben: UUID
    staff: dict[str, Actor] = field(default_factory=dict)
    maya: Actor = field(init=False)
    sam: Actor = field(init=False)
    grant: UUID = field(init=False)
    relation: dict[str, UUID] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.staff[name]
        except KeyError:
            raise AttributeError(name) from None


def a_clinic() -> Clinic:
    riverside = found("Riverside", "Harbour Recovery")
    hillside = found("Hillside", "Hillside Recovery")
    clinic = Clinic(
        riverside=riverside,
        hillside=hillside,
        amara=riverside.adds("Amara Diallo"),
        ben=hillside.adds("Ben Ortiz"),
    )
    who = clinic.staff
    who["alma"], who["igor"] = riverside.administrator, hillside.administrator
    who["ruth"] = riverside.takes_on("Ruth", Role.PRESCRIBER)
    who["paul"] = riverside.takes_on("Paul", Role.PRESCRIBER)
    who["noor"] = riverside.takes_on("Noor", Role.NURSE)
    who["tomas"] = riverside.takes_on("Tomas", Role.THERAPIST)
    who["farah"] = riverside.takes_on("Farah", Role.PHARMACIST)
    who["cora"] = riverside.takes_on("Cora", Role.COORDINATOR)
    harbour = riverside.programme
    who["hana"] = riverside.takes_on("Hana", Role.PRESCRIBER, programme=harbour)
    who["ravi"] = riverside.takes_on("Ravi", Role.PRESCRIBER, programme=harbour)
    who["hugo"] = riverside.takes_on("Hugo", Role.COORDINATOR, programme=harbour)
    who["olga"] = hillside.takes_on("Olga", Role.PRESCRIBER)
    for name in ("ruth", "noor", "tomas", "farah", "cora"):
        clinic.relation[name] = riverside.puts(clinic.amara, who[name])
    people.enrol(
        actor=who["hugo"],
        person=clinic.amara,
        organisation=riverside.id,
        programme=harbour,
        key=uuid4(),
        now=NOW,
    )
    clinic.relation["hana"] = riverside.puts(clinic.amara, who["hana"], by=who["hugo"])
    clinic.relation["olga"] = hillside.puts(clinic.ben, who["olga"])
    made = grants.give(
        actor=own(clinic.amara),
        person=clinic.amara,
        caregiver="Maya",
        powers=frozenset({Power.READ, Power.REPORT}),
        key=uuid4(),
        now=NOW,
    )
    clinic.maya = caregiver(UUID(made["caregiver"]))
    clinic.grant = UUID(made["grant"])
    clinic.sam = caregiver(uuid4())
    return clinic


def medicine(name: str) -> rec.Medicine:
    return rec.Medicine(text=name, ingredients=(rec.Ingredient(rxcui=name, name=name),))


def starts(
    actor: Actor, person: UUID, name: str, *, now: datetime = NOW, **more: Any
) -> str:
    """Put a medicine on the list, and return its line."""
    made = medicines.add(
        actor=actor,
        person=person,
        medicine=medicine(name),
        kind=more.pop("kind", rec.LineKind.ORDER),
        effective=day("2026-11-01"),
        reason=None,
        purpose=more.pop("purpose", Purpose.TREATMENT),
        key=more.pop("key", uuid4()),
        now=now,
        **more,
    )
    return str(made["line"])


def notes_condition(actor: Actor, person: UUID, text: str, **more: Any) -> str:
    made = lines.add(
        actor=actor,
        person=person,
        line=rec.Condition(id="new", text=text),
        purpose=more.pop("purpose", Purpose.TREATMENT),
        key=more.pop("key", uuid4()),
        now=more.pop("now", NOW),
    )
    return str(made["line"])
