"""Who may do what: every actor, action and resource, denied unless it is listed."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from tests.web.clinic import (
    LATER,
    NOW,
    Clinic,
    caregiver,
    notes_condition,
    own,
    starts,
)

from concord.errors import DeniedError
from concord.record import model as rec
from concord.web.chart.actions import (
    care,
    emergencies,
    grants,
    lines,
    memberships,
    people,
    reading,
)
from concord.web.chart.models import AgeRule, BreakGlass, Entry, Grant, Power, Role
from concord.web.chart.policy import (
    Action,
    Actor,
    ActorKind,
    Obligation,
    Purpose,
    Resource,
    decide,
    facts_of,
    judge,
    visible,
)

READS = {Action.READ_RECORD}
TREATS = READS | {
    Action.WRITE_CARE,
    Action.WRITE_SETTING,
    Action.ASK_SCALE,
    Action.FILL_IN,
    Action.HANDLE_CRISIS,
}
MEDICAL = TREATS | {
    Action.RECORD_REPORT,
    Action.WRITE_CLINICAL,
    Action.IMPORT,
    Action.ANSWER,
}
# Of the whole house: only whoever administers it, whosever record is named.
HOUSE = {Action.MANAGE_STAFF, Action.REVIEW_GLASS, Action.SET_AGE_RULE}
ORDERS = MEDICAL | {Action.CHANGE_ORDER, Action.OVERRIDE_DUE}
RUNS = {Action.READ_OFFICE, Action.ADD_PERSON}
OFFICE = RUNS | {Action.MANAGE_CARE}
OWN = {
    Action.READ_RECORD,
    Action.READ_LOG,
    Action.RECORD_REPORT,
    Action.GIVE_GRANT,
    Action.END_GRANT,
    Action.INVITE,
    Action.FILL_IN,
}
GLASS = {Action.BREAK_GLASS}

# actor -> whose record, for what -> what is allowed. Everything else is denied.
ALLOWED: dict[str, dict[tuple[str, Purpose], set[Action]]] = {
    "ruth": {("amara", Purpose.TREATMENT): ORDERS},
    "farah": {("amara", Purpose.TREATMENT): ORDERS},
    "noor": {("amara", Purpose.TREATMENT): MEDICAL},
    "tomas": {("amara", Purpose.TREATMENT): TREATS},
    "cora": {
        ("amara", Purpose.TREATMENT): TREATS | {Action.RECORD_REPORT, Action.IMPORT},
        ("amara", Purpose.OPERATIONS): OFFICE,
        ("ben", Purpose.OPERATIONS): RUNS,
        ("nobody", Purpose.OPERATIONS): RUNS,
    },
    "alma": {
        ("amara", Purpose.OPERATIONS): OFFICE | HOUSE | {Action.GIVE_LEGAL_GRANT},
        ("ben", Purpose.OPERATIONS): RUNS | HOUSE,
        ("nobody", Purpose.OPERATIONS): RUNS | HOUSE,
    },
    "hana": {("amara", Purpose.TREATMENT): ORDERS},
    "olga": {("ben", Purpose.TREATMENT): ORDERS},
    "maya": {("amara", Purpose.OWN): {Action.READ_RECORD, Action.RECORD_REPORT}},
    "amara": {("amara", Purpose.OWN): OWN},
    "ben": {("ben", Purpose.OWN): OWN},
    "install": {
        (whose, purpose): {action}
        for whose in ("amara", "ben", "nobody")
        for purpose, action in (
            (Purpose.OPERATIONS, Action.FOUND),
            (Purpose.EMERGENCY, Action.ESCALATE),
            (Purpose.TREATMENT, Action.SEND_DUE),
        )
    },
    **{name: {} for name in ("paul", "ravi", "sam", "igor", "nobody")},
}
# What the machine does by itself, of whomever.
_MACHINE = (Action.FOUND, Action.ESCALATE, Action.SEND_DUE)
for _name in ("ruth", "paul", "farah", "noor", "hana", "ravi", "olga"):
    for _whose in ("amara", "ben"):
        ALLOWED[_name].setdefault((_whose, Purpose.EMERGENCY), set()).update(GLASS)
# What is asked of Riverside itself is the same whoever's record is named.
IN_EMERGENCIES = ("ruth", "paul", "farah", "noor", "hana", "ravi")
CLINICIANS = (*IN_EMERGENCIES, "tomas", "cora")
for _names, _purpose, _action in (
    (IN_EMERGENCIES, Purpose.EMERGENCY, Action.FIND_PERSON),
    (CLINICIANS, Purpose.TREATMENT, Action.READ_PANEL),
    ((*CLINICIANS, "alma"), Purpose.OPERATIONS, Action.READ_COUNTS),
):
    for _name, _whose in product(_names, ("amara", "ben", "nobody")):
        _asked = ALLOWED[_name].setdefault((_whose, _purpose), set())
        ALLOWED[_name][_whose, _purpose] = _asked | {_action}


def actor_named(clinic: Clinic, name: str) -> Actor:
    match name:
        case "amara" | "ben":
            return own(getattr(clinic, name))
        case "maya" | "sam":
            return getattr(clinic, name)
        case "install":
            return Actor(kind=ActorKind.INSTALL, id=uuid4())
        case "nobody":
            return Actor(kind=ActorKind.STAFF, id=uuid4(), membership=uuid4())
    return clinic.staff[name]


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_an_actor_may_do_what_is_listed_and_nothing_else(
    clinic: Clinic, name: str
) -> None:
    whose = {"amara": clinic.amara, "ben": clinic.ben, "nobody": uuid4()}
    actor = actor_named(clinic, name)
    for who, purpose in product(whose, Purpose):
        resource = Resource(person=whose[who], organisation=clinic.riverside.id)
        listed = ALLOWED[name].get((who, purpose), set())
        facts = facts_of(actor, resource, LATER)
        allowed = {a for a in Action if judge(facts, a, purpose).allowed}
        assert allowed == listed, (who, purpose)


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_somebody_elses_record_and_a_missing_one_are_answered_alike(
    clinic: Clinic, name: str
) -> None:
    actor = actor_named(clinic, name)
    foreign = clinic.amara if name in ("olga", "ben") else clinic.ben
    theirs, nobodys = (
        facts_of(actor, Resource(person=p), LATER) for p in (foreign, uuid4())
    )
    for action, purpose in product(Action, Purpose):
        if action is not Action.BREAK_GLASS:
            answer = judge(theirs, action, purpose)
            assert judge(nobodys, action, purpose) == answer
            assert not answer.allowed or action in _MACHINE


@pytest.mark.parametrize("name", sorted(set(ALLOWED) - {"install", "nobody"}))
def test_what_is_visible_is_what_may_be_read(clinic: Clinic, name: str) -> None:
    actor = actor_named(clinic, name)
    purpose = Purpose.TREATMENT if actor.kind is ActorKind.STAFF else Purpose.OWN
    readable = {
        person
        for person in (clinic.amara, clinic.ben)
        if decide(
            actor, Action.READ_RECORD, Resource(person=person), purpose, LATER
        ).allowed
    }
    seen = visible(actor, LATER)
    assert set(seen.people().values_list("id", flat=True)) == readable
    assert set(seen.lines().values_list("person", flat=True)) <= readable


def conditions(
    actor: Actor, person: UUID, purpose: Purpose = Purpose.TREATMENT
) -> list[str | None]:
    found = reading.read_record(actor=actor, person=person, purpose=purpose, now=LATER)
    return [line.text for line in found.record.conditions]


def test_what_a_part_2_programme_made_is_seen_in_it_and_by_the_person_alone(
    clinic: Clinic,
) -> None:
    notes_condition(clinic.ruth, clinic.amara, "low mood")
    before = reading.read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=LATER
    )
    notes_condition(clinic.hana, clinic.amara, "opioid use disorder")
    starts(clinic.hana, clinic.amara, "buprenorphine")
    after = reading.read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=LATER
    )
    assert after == before
    assert conditions(clinic.maya, clinic.amara, Purpose.OWN) == ["low mood"]
    both = ["low mood", "opioid use disorder"]
    assert conditions(clinic.hana, clinic.amara) == both
    assert conditions(own(clinic.amara), clinic.amara, Purpose.OWN) == both
    for name in ("alma", "cora"):
        seen = visible(clinic.staff[name], LATER).enrolments()
        assert not seen.filter(programme=clinic.riverside.programme).exists()


def test_a_change_that_a_part_2_programme_made_to_a_clinics_order_stays_inside(
    clinic: Clinic,
) -> None:
    from concord.web.chart.actions import medicines  # noqa: PLC0415

    line = starts(clinic.ruth, clinic.amara, "naltrexone")
    medicines.stop(
        actor=clinic.hana,
        person=clinic.amara,
        line=line,
        effective=None,
        reason="methadone begins",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    for actor, count in ((clinic.ruth, 1), (clinic.hana, 2)):
        found = reading.read_record(
            actor=actor, person=clinic.amara, purpose=Purpose.TREATMENT, now=LATER
        )
        (medicine,) = found.record.medications
        assert len(medicine.changes) == count


def test_a_notice_goes_with_what_part_2_protects(clinic: Clinic) -> None:
    on = Resource(person=clinic.amara)
    read = (Action.READ_RECORD, on, Purpose.TREATMENT, LATER)
    notice = Obligation.PART_2_NOTICE
    assert notice in decide(clinic.hana, *read).obligations
    assert notice not in decide(clinic.ruth, *read).obligations
    assert Obligation.MAY_BE_INCOMPLETE in decide(clinic.ruth, *read).obligations


def may_read(actor: Actor, person: UUID, at: object = LATER) -> bool:
    purpose = Purpose.TREATMENT if actor.kind is ActorKind.STAFF else Purpose.OWN
    return decide(
        actor,
        Action.READ_RECORD,
        Resource(person=person),
        purpose,
        at,  # type: ignore[arg-type]
    ).allowed


def test_what_has_ended_stops_the_next_request(clinic: Clinic) -> None:
    house = clinic.riverside
    care.end(
        actor=clinic.alma,
        organisation=house.id,
        person=clinic.amara,
        relationship=clinic.relation["ruth"],
        key=uuid4(),
        now=LATER,
    )
    memberships.end(
        actor=clinic.alma,
        organisation=house.id,
        membership=clinic.noor.membership,  # type: ignore[arg-type]
        key=uuid4(),
        now=LATER,
    )
    grants.end(
        actor=own(clinic.amara),
        person=clinic.amara,
        grant=clinic.grant,
        key=uuid4(),
        now=LATER,
    )
    just_before = LATER - timedelta(microseconds=1)
    for actor in (clinic.ruth, clinic.noor, clinic.maya):
        assert may_read(actor, clinic.amara, just_before)
        assert not may_read(actor, clinic.amara)
        assert not visible(actor, LATER).lines().exists()


def test_cover_gives_the_care_of_the_absent_while_it_lasts(clinic: Clinic) -> None:
    back = NOW + timedelta(days=7)
    assert not may_read(clinic.paul, clinic.amara)
    memberships.cover(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        absent=clinic.ruth.membership,  # type: ignore[arg-type]
        by=clinic.paul.membership,  # type: ignore[arg-type]
        starts_at=NOW,
        ends_at=back,
        key=uuid4(),
        now=NOW,
    )
    assert may_read(clinic.paul, clinic.amara)
    assert not may_read(clinic.paul, clinic.ben)
    assert not may_read(clinic.paul, clinic.amara, back)


def test_a_membership_of_somebody_else_is_no_hat(clinic: Clinic) -> None:
    forged = Actor(
        kind=ActorKind.STAFF, id=clinic.paul.id, membership=clinic.ruth.membership
    )
    assert not may_read(forged, clinic.amara)


def test_the_glass_opens_all_for_four_hours_and_everything_is_noted(
    clinic: Clinic,
) -> None:
    notes_condition(clinic.hana, clinic.amara, "opioid use disorder")
    made = emergencies.break_glass(
        actor=clinic.olga,
        person=clinic.amara,
        nature="found unconscious",
        discloser="Riverside",
        key=uuid4(),
        now=NOW,
    )
    found = reading.read_record(
        actor=clinic.olga, person=clinic.amara, purpose=Purpose.EMERGENCY, now=LATER
    )
    assert [c.text for c in found.record.conditions] == ["opioid use disorder"]
    assert set(found.obligations) == {
        Obligation.TELL_PERSON,
        Obligation.PART_2_NOTICE,
    }
    kept = BreakGlass.objects.get(id=made["break_glass"])
    assert (kept.recipient, kept.affiliation) == ("Olga", "Hillside")
    assert (kept.discloser, kept.starts_at) == ("Riverside", NOW)
    assert b"unconscious" not in bytes(kept.nature)
    entry = Entry.objects.get(subject=clinic.amara, action="break_glass")
    assert (entry.actor, entry.outcome) == (clinic.olga.id, "allowed")
    over = NOW + timedelta(hours=4)
    assert visible(clinic.olga, over - timedelta(seconds=1)).people().count() == 2
    assert [p.id for p in visible(clinic.olga, over).people()] == [clinic.ben]


def test_a_parents_grant_ends_with_the_age_that_a_rule_names(clinic: Clinic) -> None:
    child = clinic.riverside.adds("Ivy Diallo", born="2012-11-23")
    parent = caregiver(clinic.maya.id)
    Grant.objects.create(
        caregiver_id=parent.id,
        person_id=child,
        basis="parent",
        powers=[Power.READ, Power.READ_PART_2],
        starts_at=NOW,
    )
    assert not may_read(parent, child), "without a rule a parent's grant gives nothing"
    rule = AgeRule.objects.create(
        organisation_id=clinic.riverside.id,
        subject="parent:read",
        until_years=14,
        source="a law",
        locator="section 1",
        starts_at=NOW,
    )
    assert may_read(parent, child)
    assert not may_read(parent, child, NOW + timedelta(days=1)), "the birthday"
    rule.until_years = 18
    rule.save()
    assert may_read(parent, child, NOW + timedelta(days=1))


def test_a_child_reads_their_own_record_from_the_age_that_a_rule_names(
    clinic: Clinic,
) -> None:
    child = clinic.riverside.adds("Ivy Diallo", born="2012-11-23")
    unknown = clinic.riverside.adds("Kit", born="2012")
    AgeRule.objects.create(
        organisation_id=clinic.riverside.id,
        subject="read_record",
        from_years=14,
        source="a law",
        locator="section 1",
        starts_at=NOW,
    )
    assert not may_read(own(child), child)
    assert may_read(own(child), child, NOW + timedelta(days=1))
    assert not may_read(own(unknown), unknown), "perhaps not yet fourteen"


def test_a_refusal_says_the_same_for_a_foreign_line_and_a_missing_one(
    clinic: Clinic,
) -> None:
    hidden = notes_condition(clinic.hana, clinic.amara, "opioid use disorder")
    said = []
    for id_ in (hidden, str(uuid4())):
        with pytest.raises(DeniedError) as denied:
            lines.correct(
                actor=clinic.ruth,
                person=clinic.amara,
                line=rec.Condition(id=id_, text="nothing"),
                purpose=Purpose.TREATMENT,
                key=uuid4(),
                now=LATER,
            )
        said.append((str(denied.value), denied.value.reason))
    assert said[0] == said[1]


def test_an_administrator_cannot_reach_into_a_part_2_programme(
    clinic: Clinic,
) -> None:
    with pytest.raises(DeniedError):
        people.enrol(
            actor=clinic.alma,
            person=clinic.amara,
            organisation=clinic.riverside.id,
            programme=clinic.riverside.programme,
            key=uuid4(),
            now=LATER,
        )


def test_nobody_is_taken_on_into_a_programme_of_another_organisation(
    clinic: Clinic,
) -> None:
    with pytest.raises(DeniedError):
        clinic.riverside.takes_on(
            "Eve", Role.PRESCRIBER, programme=clinic.hillside.programme
        )
    with pytest.raises(DeniedError):
        memberships.give(
            actor=clinic.alma,
            organisation=clinic.riverside.id,
            staff=clinic.paul.id,
            role=Role.PRESCRIBER,
            programme=clinic.hillside.programme,
            key=uuid4(),
            now=LATER,
        )
