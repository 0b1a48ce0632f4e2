"""The office, the emergency desk and the machine: rules, reviews, codes and keys."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from tests.web.clinic import (
    LATER,
    NOW,
    Clinic,
    caregiver,
    notes_condition,
    own,
    starts,
)
from tests.web.taking import changes, orders

from builders import daily, day
from concord.errors import DeniedError, ImpossibleChangeError, NoAuthorityError
from concord.record import model as rec
from concord.web.chart.actions import (
    ages,
    emergencies,
    finding,
    grants,
    invitations,
    lines,
    medicines,
    people,
    reading,
    staff,
)
from concord.web.chart.models import (
    Basis,
    Enrolment,
    Entry,
    Invitation,
    Line,
    PersonIndex,
    PersonKey,
    Power,
)
from concord.web.chart.policy import Actor, Purpose

DAY = timedelta(days=1)


def reads(actor: Actor, person: UUID, now: Any = LATER) -> rec.Record:
    purpose = Purpose.TREATMENT if actor.membership else Purpose.OWN
    read = reading.read_record(actor=actor, person=person, purpose=purpose, now=now)
    return read.record


def may_read(actor: Actor, person: UUID) -> bool:
    try:
        reads(actor, person)
    except DeniedError:
        return False
    return True


# --- age rules, and grants by law -------------------------------------------------


def rules(clinic: Clinic, **more: Any) -> UUID:
    asked: dict[str, Any] = {
        "actor": clinic.alma,
        "organisation": clinic.riverside.id,
        "subject": "parent:read",
        "from_years": None,
        "until_years": 16,
        "source": "Code of the state",
        "locator": "section 12",
        "key": uuid4(),
        "now": NOW,
    }
    return UUID(ages.set_rule(**(asked | more))["rule"])


def by_law(clinic: Clinic, person: UUID, **more: Any) -> tuple[Actor, UUID]:
    asked: dict[str, Any] = {
        "actor": clinic.alma,
        "organisation": clinic.riverside.id,
        "person": person,
        "caregiver": "Grace",
        "basis": Basis.PARENT,
        "powers": frozenset({Power.READ}),
        "key": uuid4(),
        "now": NOW,
    }
    made = grants.give_by_law(**(asked | more))
    return caregiver(UUID(made["caregiver"])), UUID(made["grant"])


@pytest.mark.parametrize(
    ("born", "reads_it"), [("2010-11-23", True), ("2010-11-22", False)]
)
def test_a_parent_reads_until_the_age_that_the_rule_names(
    clinic: Clinic, born: str, reads_it: bool
) -> None:
    child = clinic.riverside.adds("Kofi Mensah", born)
    parent, _ = by_law(clinic, child)
    assert not may_read(parent, child), "without a rule it gives nothing"
    rule = rules(clinic)
    assert may_read(parent, child) is reads_it
    ages.end_rule(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        rule=rule,
        key=uuid4(),
        now=NOW,
    )
    assert not may_read(parent, child)


def test_a_guardian_reads_until_the_office_ends_it(clinic: Clinic) -> None:
    guardian, grant = by_law(clinic, clinic.amara, basis=Basis.GUARDIAN)
    assert may_read(guardian, clinic.amara)
    with pytest.raises(DeniedError):
        grants.end(
            actor=own(clinic.amara),
            person=clinic.amara,
            grant=grant,
            key=uuid4(),
            now=NOW,
        )
    assert may_read(guardian, clinic.amara)
    grants.end_by_law(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        person=clinic.amara,
        grant=grant,
        key=uuid4(),
        now=NOW,
    )
    assert not may_read(guardian, clinic.amara)


def test_an_office_does_not_end_what_a_person_chose(clinic: Clinic) -> None:
    with pytest.raises(DeniedError):
        grants.end_by_law(
            actor=clinic.alma,
            organisation=clinic.riverside.id,
            person=clinic.amara,
            grant=clinic.grant,
            key=uuid4(),
            now=NOW,
        )
    assert may_read(clinic.maya, clinic.amara)


def test_a_grant_by_law_is_for_someone_enrolled_and_not_of_their_choice(
    clinic: Clinic,
) -> None:
    with pytest.raises(DeniedError):
        by_law(clinic, clinic.ben)
    with pytest.raises(ImpossibleChangeError):
        by_law(clinic, clinic.amara, basis=Basis.CHOSEN)


@pytest.mark.parametrize("name", ["ruth", "cora", "hugo", "igor"])
def test_only_an_administrator_of_the_house_sets_what_the_law_says(
    clinic: Clinic, name: str
) -> None:
    actor = getattr(clinic, name)
    with pytest.raises(DeniedError):
        rules(clinic, actor=actor)
    with pytest.raises(DeniedError):
        by_law(clinic, clinic.amara, actor=actor)


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "parent:everything"},
        {"until_years": None},
        {"from_years": 16},
        {"source": " "},
        {"locator": ""},
    ],
)
def test_a_rule_that_says_nothing_is_refused(
    clinic: Clinic, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ImpossibleChangeError):
        rules(clinic, **wrong)


# --- entered in error -------------------------------------------------------------


def withdraws(clinic: Clinic, line: str, **more: Any) -> None:
    asked: dict[str, Any] = {
        "actor": clinic.noor,
        "person": clinic.amara,
        "kind": rec.Condition,
        "line": line,
        "reason": "canary: it was somebody else's",
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": NOW,
    }
    lines.withdraw(**(asked | more))


def test_a_withdrawn_line_is_left_out_and_stays_in_the_table(clinic: Clinic) -> None:
    wrong = notes_condition(clinic.ruth, clinic.amara, "low mood")
    notes_condition(clinic.ruth, clinic.amara, "asthma")
    withdraws(clinic, wrong)
    assert [c.text for c in reads(clinic.ruth, clinic.amara).conditions] == ["asthma"]
    kept = Line.objects.filter(person=clinic.amara, kind="conditions")
    assert kept.count() == 3
    (row,) = kept.filter(withdrawn__isnull=False)
    assert b"canary" not in bytes(row.withdrawn)


def test_a_line_is_withdrawn_once(clinic: Clinic) -> None:
    wrong = notes_condition(clinic.ruth, clinic.amara, "low mood")
    withdraws(clinic, wrong)
    with pytest.raises(DeniedError):
        withdraws(clinic, wrong)


def test_what_is_withdrawn_is_a_line_with_a_reason_and_no_medicine(
    clinic: Clinic,
) -> None:
    line = notes_condition(clinic.ruth, clinic.amara, "low mood")
    medicine = starts(clinic.ruth, clinic.amara, "lithium")
    for wrong in (
        {"reason": " "},
        {"kind": rec.MedicationLine, "line": medicine},
        {"kind": rec.Person, "line": "p"},
    ):
        with pytest.raises(ImpossibleChangeError):
            withdraws(clinic, **({"line": line} | wrong))
    with pytest.raises(DeniedError):
        withdraws(clinic, line, actor=clinic.tomas)
    assert len(reads(clinic.ruth, clinic.amara).conditions) == 1


def test_a_hidden_line_is_not_withdrawn(clinic: Clinic) -> None:
    line = notes_condition(clinic.hana, clinic.amara, "in the programme")
    with pytest.raises(DeniedError):
        withdraws(clinic, line)


# --- emergencies ------------------------------------------------------------------


def breaks(clinic: Clinic, actor: Actor) -> UUID:
    made = emergencies.break_glass(
        actor=actor,
        person=clinic.amara,
        nature="canary: found unconscious",
        discloser="Riverside",
        key=uuid4(),
        now=NOW,
    )
    return UUID(made["break_glass"])


def looks_into(clinic: Clinic, glass: UUID, **more: Any) -> None:
    asked: dict[str, Any] = {
        "actor": clinic.alma,
        "glass": glass,
        "words": "as it should be",
        "key": uuid4(),
        "now": LATER,
    }
    emergencies.review(**(asked | more))


def test_a_broken_glass_waits_until_an_administrator_looked_into_it(
    clinic: Clinic,
) -> None:
    glass = breaks(clinic, clinic.paul)
    (waiting,) = emergencies.read_unreviewed(actor=clinic.alma, now=LATER)
    assert (waiting.id, waiting.person) == (glass, clinic.amara)
    assert (waiting.recipient, waiting.affiliation) == ("Paul", "Riverside")
    assert waiting.nature == "canary: found unconscious"
    looks_into(clinic, glass)
    assert emergencies.read_unreviewed(actor=clinic.alma, now=LATER) == ()
    with pytest.raises(ImpossibleChangeError):
        looks_into(clinic, glass)


def test_the_person_sees_that_it_was_broken_and_looked_into(clinic: Clinic) -> None:
    looks_into(clinic, breaks(clinic, clinic.paul))
    seen = reading.read_log(actor=own(clinic.amara), person=clinic.amara, now=LATER)
    assert [(a.name, a.action) for a in seen[:2]] == [
        ("the first one", "review_glass"),
        ("Paul", "break_glass"),
    ]


def test_a_break_is_looked_into_in_the_house_of_the_one_who_broke_it(
    clinic: Clinic,
) -> None:
    glass = breaks(clinic, clinic.olga)
    assert emergencies.read_unreviewed(actor=clinic.alma, now=LATER) == ()
    with pytest.raises(DeniedError):
        looks_into(clinic, glass)
    looks_into(clinic, glass, actor=clinic.igor)


@pytest.mark.parametrize("name", ["ruth", "cora", "paul"])
def test_nobody_but_an_administrator_looks_into_it(clinic: Clinic, name: str) -> None:
    glass = breaks(clinic, clinic.paul)
    with pytest.raises(DeniedError):
        emergencies.read_unreviewed(actor=getattr(clinic, name), now=LATER)
    with pytest.raises(DeniedError):
        looks_into(clinic, glass, actor=getattr(clinic, name))


def test_what_was_found_takes_words(clinic: Clinic) -> None:
    glass = breaks(clinic, clinic.paul)
    with pytest.raises(ImpossibleChangeError):
        looks_into(clinic, glass, words="  ")


# --- finding someone --------------------------------------------------------------

BORN = date(1980, 5, 5)


def finds(actor: Actor, name: str, born: date = BORN) -> tuple[UUID, ...]:
    return finding.find(actor=actor, name=name, born=born, now=LATER)


@pytest.mark.parametrize("name", ["Amara Diallo", " amara  DIALLO", "Amára-Diallo"])
def test_a_person_is_found_by_exactly_their_name_and_birth(
    clinic: Clinic, name: str
) -> None:
    assert finds(clinic.olga, name) == (clinic.amara,)


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("Amara", BORN),
        ("Amara Diall", BORN),
        ("Diallo Amara", BORN),
        ("Amara Diallo", date(1980, 5, 6)),
        ("", BORN),
    ],
)
def test_what_is_only_near_finds_nobody(clinic: Clinic, name: str, born: date) -> None:
    assert finds(clinic.ruth, name, born) == ()


def test_a_corrected_name_finds_as_the_old_one_does(clinic: Clinic) -> None:
    who = reads(clinic.ruth, clinic.amara).person
    assert who is not None
    lines.correct(
        actor=clinic.ruth,
        person=clinic.amara,
        line=rec.Person(
            id=who.id, names=(rec.Name(text="Amara Diallo-Keita"),), birth=who.birth
        ),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    for name in ("Amara Diallo Keita", "Amara Diallo"):
        assert finds(clinic.ruth, name) == (clinic.amara,)


def test_every_look_up_is_logged_also_for_whom_it_found(clinic: Clinic) -> None:
    finds(clinic.olga, "Amara Diallo")
    finds(clinic.olga, "Nobody At All")
    house = Entry.objects.filter(subject=clinic.hillside.id, action="find_person")
    assert [e.rows for e in house.order_by("number")] == [[str(clinic.amara)], []]
    hers = Entry.objects.filter(subject=clinic.amara, action="find_person")
    assert [(e.actor, e.purpose) for e in hers] == [(clinic.olga.id, "emergency")]


@pytest.mark.parametrize("name", ["tomas", "cora", "alma", "maya", "sam"])
def test_only_those_who_may_break_the_glass_look_people_up(
    clinic: Clinic, name: str
) -> None:
    with pytest.raises(DeniedError):
        finds(getattr(clinic, name), "Amara Diallo")


def test_the_index_holds_no_name_and_nobody_without_a_whole_birth_date(
    clinic: Clinic,
) -> None:
    clinic.riverside.adds("Born In May", "1980-05")
    assert finds(clinic.ruth, "Born In May", date(1980, 5, 1)) == ()
    for row in PersonIndex.objects.values_list("digest", flat=True):
        assert len(row) == 64
        assert "amara" not in row


# --- invitations ------------------------------------------------------------------


def invites(clinic: Clinic, **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "actor": own(clinic.ben),
        "person": clinic.ben,
        "key": uuid4(),
        "now": NOW,
    }
    return invitations.create(**(asked | more))


def accepts(clinic: Clinic, code: str, **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "actor": clinic.alma,
        "organisation": clinic.riverside.id,
        "code": code,
        "key": uuid4(),
        "now": LATER,
    }
    return invitations.accept(**(asked | more))


def test_a_person_is_enrolled_by_the_code_that_they_made(clinic: Clinic) -> None:
    starts(clinic.olga, clinic.ben, "lithium")
    code = invites(clinic)["code"].lower().replace("-", " ")
    made = accepts(clinic, code, now=NOW)
    assert made["person"] == str(clinic.ben)
    clinic.riverside.puts(clinic.ben, clinic.ruth)
    seen = reads(clinic.ruth, clinic.ben)
    assert seen.person is not None
    assert seen.person.names[0].text == "Ben Ortiz"
    assert seen.medications == (), "who he is, and nothing else of his record"
    assert len(reads(clinic.olga, clinic.ben).medications) == 1
    (entry,) = Entry.objects.filter(
        subject=clinic.ben, organisation=clinic.riverside.id, action="add_person"
    )
    assert entry.actor == clinic.alma.id


def test_a_code_is_good_once(clinic: Clinic) -> None:
    code, key = invites(clinic)["code"], uuid4()
    first = accepts(clinic, code, key=key)
    assert accepts(clinic, code, key=key) == first
    with pytest.raises(DeniedError):
        accepts(clinic, code)
    held = Enrolment.objects.filter(person=clinic.ben, organisation=clinic.riverside.id)
    assert held.count() == 1


def test_a_code_ends_after_a_week_and_with_the_next_one(clinic: Clinic) -> None:
    code = invites(clinic)["code"]
    with pytest.raises(DeniedError):
        accepts(clinic, code, now=NOW + 7 * DAY)
    second = invites(clinic, now=LATER)["code"]
    with pytest.raises(DeniedError):
        accepts(clinic, code, now=LATER)
    accepts(clinic, second, now=LATER + 7 * DAY - timedelta(seconds=1))


def test_the_same_key_has_the_same_code_which_is_kept_nowhere(clinic: Clinic) -> None:
    key = uuid4()
    made = invites(clinic, key=key)
    assert invites(clinic, key=key) == made
    kept = repr(list(Invitation.objects.values()))
    kept += repr(list(Entry.objects.values()))
    assert made["code"] not in kept
    assert made["code"].replace("-", "") not in kept


@pytest.mark.parametrize("name", ["alma", "maya", "olga", "amara"])
def test_nobody_else_invites_for_a_person(clinic: Clinic, name: str) -> None:
    actor = own(clinic.amara) if name == "amara" else getattr(clinic, name)
    with pytest.raises(DeniedError):
        invites(clinic, actor=actor)


def test_a_code_lets_nobody_into_another_house(clinic: Clinic) -> None:
    code = invites(clinic)["code"]
    for wrong in (
        {"actor": clinic.igor},
        {"actor": clinic.ruth},
        {"code": "AAAAA-AAAAA"},
    ):
        with pytest.raises(DeniedError):
            accepts(clinic, **({"code": code} | wrong))


# --- schedules --------------------------------------------------------------------


def authority(clinic: Clinic, actor: Actor, *schedules: str) -> None:
    """Let an actor order these schedules, instead of what they could."""
    from concord.web.chart.models import PrescribingAuthority  # noqa: PLC0415

    for held in PrescribingAuthority.objects.filter(membership=actor.membership):
        staff.end_authority(
            actor=clinic.alma,
            organisation=clinic.riverside.id,
            authority=held.id,
            key=uuid4(),
            now=NOW,
        )
    staff.allow_to_prescribe(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        membership=actor.membership,
        jurisdiction="US-MA",
        schedules=schedules,
        source="licence",
        key=uuid4(),
        now=NOW,
    )


def test_a_controlled_medicine_is_ordered_by_whom_its_schedule_allows(
    clinic: Clinic,
) -> None:
    authority(clinic, clinic.ruth, "III", "IV")
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    orders(clinic.ruth, clinic.amara, "zolpidem", "5 mg")
    with pytest.raises(NoAuthorityError, match="schedule II,"):
        orders(clinic.ruth, clinic.amara, "methylphenidate", "10 mg")
    assert len(reads(clinic.ruth, clinic.amara).medications) == 2
    (entry,) = Entry.objects.filter(subject=clinic.amara, outcome="refused")
    assert entry.reason == "no-authority"


def test_without_the_schedule_a_medicine_is_stopped_but_not_increased(
    clinic: Clinic,
) -> None:
    line = orders(clinic.ruth, clinic.amara, "zolpidem", "5 mg")
    authority(clinic, clinic.ruth)
    more = {"dosage": (daily("10 mg"),)}
    with pytest.raises(NoAuthorityError):
        changes(medicines.change_dose, clinic.ruth, clinic.amara, line, **more)
    less = {"dosage": (daily("2.5 mg"),), "effective": day("2026-11-21")}
    changes(medicines.change_dose, clinic.ruth, clinic.amara, line, **less)
    changes(medicines.stop, clinic.ruth, clinic.amara, line)


def test_what_a_person_reports_needs_no_authority(clinic: Clinic) -> None:
    orders(
        own(clinic.amara),
        clinic.amara,
        "zolpidem",
        "5 mg",
        kind=rec.LineKind.REPORT,
        purpose=Purpose.OWN,
    )
    assert len(reads(clinic.ruth, clinic.amara).medications) == 1


# --- keys -------------------------------------------------------------------------


def test_keys_are_wrapped_by_the_new_key_and_the_old_one_may_go(
    clinic: Clinic, settings: Any
) -> None:
    starts(clinic.ruth, clinic.amara, "lithium")
    before = reads(clinic.ruth, clinic.amara)
    old = dict(settings.CONCORD_DATA_KEYS)
    new = {"new": base64.b64decode(base64.b64encode(bytes(range(32))))}
    said: list[int] = []
    with override_settings(CONCORD_DATA_KEYS=new | old):
        everyone = PersonKey.objects.count()
        assert people.rewrap_keys(said.append) == everyone
        assert people.rewrap_keys(said.append) == 0
        assert said == [everyone]
    with override_settings(CONCORD_DATA_KEYS=new):
        assert reads(clinic.ruth, clinic.amara) == before
