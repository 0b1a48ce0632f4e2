"""Stored reviews and what is read of them: never stale, never another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.clinic import LATER, NOW, Clinic, House, notes_condition, own, starts
from tests.web.taking import (
    LITHIUM_AND_ACE_INHIBITOR,
    LITHIUM_AND_NSAID,
    changes,
    in_spite_of,
    known,
    orders,
)

from builders import daily, day
from concord.errors import DeniedError, MustAnswerError
from concord.record import model as rec
from concord.review import Finding
from concord.web.chart.actions import (
    care,
    emergencies,
    lines,
    medicines,
    organisations,
    reading,
    settings,
)
from concord.web.chart.actions.reading import PanelRow, Reviewed
from concord.web.chart.actions.reviewing import told_to
from concord.web.chart.models import Entry, Role, StoredReview
from concord.web.chart.policy import Actor, ActorKind, Purpose, View, view_of

DAY = timedelta(days=1)


def reviewed(actor: Actor, person: UUID, now: datetime = LATER) -> Reviewed:
    purpose = Purpose.TREATMENT if actor.membership else Purpose.OWN
    return reading.read_review(actor=actor, person=person, purpose=purpose, now=now)


def ids(found_: Reviewed) -> list[str]:
    return [finding.id for finding in found_.review.findings]


def would_cause(actor: Actor, person: UUID, name: str, dose: str) -> Finding:
    """Order it, and return the one grave finding that hinders it."""
    with pytest.raises(MustAnswerError) as asked:
        orders(actor, person, name, dose)
    (finding,) = asked.value.findings
    return finding


def on_both(actor: Actor, person: UUID, now: datetime = NOW) -> str:
    """Put lithium and, in spite of what it causes, lisinopril on the list."""
    orders(actor, person, "lithium", "900 mg", now=now)
    finding = would_cause(actor, person, "lisinopril", "10 mg")
    answer = (in_spite_of(finding),)
    return orders(actor, person, "lisinopril", "10 mg", overrides=answer, now=now)


def kept(person: UUID) -> list[StoredReview]:
    return list(StoredReview.objects.filter(person=person).order_by("view"))


@contextmanager
def untouched(person: UUID) -> Iterator[None]:
    before = [(row.view, bytes(row.content)) for row in kept(person)]
    assert before
    yield
    assert [(row.view, bytes(row.content)) for row in kept(person)] == before


# --- kept, and made again ---------------------------------------------------------


def test_a_write_makes_the_review_of_the_one_who_wrote_again(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    (row,) = kept(clinic.amara)
    assert row.view == f"care:{clinic.riverside.id}"
    with untouched(clinic.amara):
        assert [m.id for m in reviewed(clinic.ruth, clinic.amara).entries]


def test_a_review_that_still_holds_is_not_made_again(clinic: Clinic) -> None:
    on_both(clinic.ruth, clinic.amara)
    with untouched(clinic.amara):
        first = reviewed(clinic.ruth, clinic.amara)
        second = reviewed(clinic.noor, clinic.amara)
    assert first.review == second.review
    assert ids(first) == [LITHIUM_AND_ACE_INHIBITOR]


def test_a_review_is_made_again_on_another_day(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    before_midnight = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)
    with untouched(clinic.amara):
        reviewed(clinic.ruth, clinic.amara, before_midnight)
    after = reviewed(clinic.ruth, clinic.amara, before_midnight + timedelta(seconds=1))
    assert after.review.as_of == date(2026, 11, 23)
    (row,) = kept(clinic.amara)
    assert row.as_of == date(2026, 11, 23)


def test_a_review_is_made_again_on_new_knowledge(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    now = reviewed(clinic.ruth, clinic.amara).review.knowledge
    StoredReview.objects.update(knowledge="an older version")
    assert reviewed(clinic.ruth, clinic.amara).review.knowledge == now
    (row,) = kept(clinic.amara)
    assert row.knowledge == now


def test_a_review_is_made_again_when_another_view_wrote_what_it_shows(
    clinic: Clinic,
) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    assert ids(reviewed(clinic.ruth, clinic.amara)) == []
    orders(
        own(clinic.amara),
        clinic.amara,
        "ibuprofen",
        "400 mg",
        kind=rec.LineKind.REPORT,
        purpose=Purpose.OWN,
    )
    assert ids(reviewed(clinic.ruth, clinic.amara)) == [LITHIUM_AND_NSAID]


def test_a_review_whose_record_is_not_the_one_shown_is_made_again(
    clinic: Clinic,
) -> None:
    on_both(clinic.ruth, clinic.amara)
    StoredReview.objects.update(record="another")
    assert ids(reviewed(clinic.ruth, clinic.amara)) == [LITHIUM_AND_ACE_INHIBITOR]
    assert kept(clinic.amara)[0].record != "another"


def test_a_finding_is_known_since_the_day_on_which_it_was_first_seen(
    clinic: Clinic,
) -> None:
    lisinopril = on_both(clinic.ruth, clinic.amara)
    later = reviewed(clinic.ruth, clinic.amara, NOW + 9 * DAY)
    assert later.review.as_of == date(2026, 12, 1)
    assert later.since == {LITHIUM_AND_ACE_INHIBITOR: date(2026, 11, 22)} | {
        f.id: date(2026, 12, 1)
        for f in later.review.findings
        if f.id != LITHIUM_AND_ACE_INHIBITOR
    }
    stop = changes(
        medicines.stop, clinic.ruth, clinic.amara, lisinopril, now=NOW + 9 * DAY
    )
    gone = reviewed(clinic.ruth, clinic.amara, NOW + 10 * DAY)
    assert LITHIUM_AND_ACE_INHIBITOR not in gone.since
    changes(
        medicines.correct,
        clinic.ruth,
        clinic.amara,
        lisinopril,
        change=stop,
        becomes=None,
        now=NOW + 11 * DAY,
    )
    again = reviewed(clinic.ruth, clinic.amara, NOW + 11 * DAY)
    assert again.since[LITHIUM_AND_ACE_INHIBITOR] == date(2026, 12, 3)


def test_a_stored_review_is_sealed(clinic: Clinic) -> None:
    on_both(clinic.ruth, clinic.amara)
    for row in kept(clinic.amara):
        assert b"lithium" not in bytes(row.content).lower()
        assert "lithium" not in repr(row.__dict__).lower()


def test_the_day_is_the_one_where_the_team_is(clinic: Clinic) -> None:
    made = organisations.found(
        name="Auckland",
        administrator="Aroha",
        key=uuid4(),
        now=NOW,
        zone="Pacific/Auckland",
    )
    aroha = Actor(
        kind=ActorKind.STAFF,
        id=UUID(made["staff"]),
        membership=UUID(made["membership"]),
    )
    house = House(id=UUID(made["organisation"]), programme=uuid4(), administrator=aroha)
    prescriber = house.takes_on("Moana", Role.PRESCRIBER)
    wiremu = house.adds("Wiremu Parata")
    house.puts(wiremu, prescriber)
    evening = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert reviewed(prescriber, wiremu, evening).review.as_of == date(2026, 11, 23)
    # The person has no zone of their own: theirs is where they are enrolled.
    assert reviewed(own(wiremu), wiremu, evening).review.as_of == date(2026, 11, 23)


# --- views ------------------------------------------------------------------------


def test_a_part_2_programme_has_a_review_of_its_own(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    hanas = would_cause(clinic.hana, clinic.amara, "lisinopril", "10 mg")
    orders(
        clinic.hana,
        clinic.amara,
        "lisinopril",
        "10 mg",
        overrides=(in_spite_of(hanas),),
    )
    assert ids(reviewed(clinic.hana, clinic.amara)) == [LITHIUM_AND_ACE_INHIBITOR]
    ruths = reviewed(clinic.ruth, clinic.amara)
    assert ids(ruths) == []
    assert ruths.answers == ()
    assert len(ruths.entries) == 1
    mayas = reviewed(clinic.maya, clinic.amara)
    assert ids(mayas) == []
    assert ids(reviewed(own(clinic.amara), clinic.amara)) == [LITHIUM_AND_ACE_INHIBITOR]
    assert {row.view for row in kept(clinic.amara)} == {
        f"care:{clinic.riverside.id}",
        f"care:{clinic.riverside.id}:{clinic.riverside.programme}",
        "open",
        "whole",
    }


def test_what_a_hidden_programme_writes_does_not_make_a_review_stale(
    clinic: Clinic,
) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    with_ruths = f"care:{clinic.riverside.id}"
    before = StoredReview.objects.get(person=clinic.amara, view=with_ruths)
    orders(clinic.hana, clinic.amara, "sertraline", "50 mg")
    reviewed(clinic.ruth, clinic.amara)
    after = StoredReview.objects.get(person=clinic.amara, view=with_ruths)
    assert bytes(after.content) == bytes(before.content)


def test_an_emergency_shares_the_view_of_the_person(clinic: Clinic) -> None:
    orders(clinic.hana, clinic.amara, "lithium", "900 mg")
    reviewed(own(clinic.amara), clinic.amara)
    emergencies.break_glass(
        actor=clinic.paul,
        person=clinic.amara,
        nature="found unconscious",
        discloser="Riverside",
        key=uuid4(),
        now=NOW,
    )
    with untouched(clinic.amara):
        seen = reading.read_review(
            actor=clinic.paul,
            person=clinic.amara,
            purpose=Purpose.EMERGENCY,
            now=LATER,
        )
    assert len(seen.entries) == 1


@pytest.mark.parametrize("name", ["ruth", "noor", "hana", "maya", "amara"])
def test_a_view_shows_the_same_record_as_reading_it(clinic: Clinic, name: str) -> None:
    starts(clinic.ruth, clinic.amara, "at riverside")
    starts(clinic.hana, clinic.amara, "in the programme")
    starts(
        own(clinic.amara),
        clinic.amara,
        "of her own",
        kind=rec.LineKind.REPORT,
        purpose=Purpose.OWN,
    )
    actor = own(clinic.amara) if name == "amara" else getattr(clinic, name)
    view = view_of(actor, clinic.amara, LATER)
    assert view is not None
    assert View.of(view.key) == view
    read = reading.read_record(
        actor=actor,
        person=clinic.amara,
        purpose=Purpose.TREATMENT if actor.membership else Purpose.OWN,
        now=LATER,
    ).record
    assert told_to([clinic.amara], view)[clinic.amara].record == read
    shown = {m.medicine.text for m in read.medications}
    assert ("in the programme" in shown) == (name in ("hana", "amara"))
    assert {"at riverside", "of her own"} <= shown


@pytest.mark.parametrize("name", ["paul", "alma", "olga", "sam", "ben"])
def test_whoever_may_not_read_sees_no_review(clinic: Clinic, name: str) -> None:
    actor = own(clinic.ben) if name == "ben" else getattr(clinic, name)
    before = Entry.objects.filter(subject=clinic.amara, outcome="refused").count()
    with pytest.raises(DeniedError):
        reviewed(actor, clinic.amara)
    assert view_of(actor, clinic.amara, LATER) is None
    after = Entry.objects.filter(subject=clinic.amara, outcome="refused").count()
    assert after == before + 1


# --- the panel --------------------------------------------------------------------


def panel(actor: Actor, now: datetime = LATER) -> tuple[PanelRow, ...]:
    return reading.read_panel(actor=actor, now=now)


def names(rows: tuple[PanelRow, ...]) -> list[str]:
    return [row.who.names[0].text for row in rows]


def in_care_of_ruth(clinic: Clinic, name: str) -> UUID:
    person = clinic.riverside.adds(name)
    clinic.riverside.puts(person, clinic.ruth)
    return person


def test_the_panel_shows_the_gravest_need_first_with_its_age_and_owner(
    clinic: Clinic,
) -> None:
    carla = in_care_of_ruth(clinic, "Carla Bianchi")
    settings.record(
        actor=clinic.ruth,
        person=carla,
        kind=rec.SettingKind.RELEASED,
        on=day("2026-11-20"),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    dr_lee = rec.Party(name="Dr Lee")
    orders(clinic.ruth, carla, "lithium", "900 mg", prescriber=dr_lee)
    # What she reports does not interrupt, so it waits for someone.
    orders(
        own(carla),
        carla,
        "ibuprofen",
        "400 mg",
        kind=rec.LineKind.REPORT,
        purpose=Purpose.OWN,
    )
    first, second = panel(clinic.ruth, NOW + 2 * DAY)
    assert (first.person, second.person) == (carla, clinic.amara)
    assert names((first, second)) == ["Carla Bianchi", "Amara Diallo"]
    (need, *_) = first.needs
    assert need.finding.id == LITHIUM_AND_NSAID
    assert need.owner == "Dr Lee"
    assert need.since == date(2026, 11, 24)
    assert first.reviewed_on == second.reviewed_on == date(2026, 11, 24)
    assert first.setting is not None
    assert first.setting.kind is rec.SettingKind.RELEASED
    assert second.needs == ()
    assert second.not_checked > 0
    assert second.setting is None


def test_a_setting_still_to_come_is_not_where_someone_is(clinic: Clinic) -> None:
    for kind, on in (
        (rec.SettingKind.DISCHARGED, "2026-11-23"),
        (rec.SettingKind.ADMITTED, "2026-11-10"),
    ):
        settings.record(
            actor=clinic.ruth,
            person=clinic.amara,
            kind=kind,
            on=day(on),
            purpose=Purpose.TREATMENT,
            key=uuid4(),
            now=NOW,
        )
    kinds = []
    for now in (LATER, NOW + DAY):
        (row,) = panel(clinic.ruth, now)
        assert row.setting is not None
        kinds.append(row.setting.kind)
    assert kinds == [rec.SettingKind.ADMITTED, rec.SettingKind.DISCHARGED]


def test_the_panel_is_never_of_a_review_that_was_not_made(clinic: Clinic) -> None:
    assert kept(clinic.amara) == []
    (row,) = panel(clinic.ruth)
    assert row.reviewed_on == date(2026, 11, 22)
    assert len(kept(clinic.amara)) == 1
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    orders(
        own(clinic.amara),
        clinic.amara,
        "ibuprofen",
        "400 mg",
        kind=rec.LineKind.REPORT,
        purpose=Purpose.OWN,
    )
    (row,) = panel(clinic.ruth)
    assert [n.finding.id for n in row.needs] == [LITHIUM_AND_NSAID]


def test_what_was_overridden_does_not_wait_for_someone(clinic: Clinic) -> None:
    on_both(clinic.ruth, clinic.amara)
    (row,) = panel(clinic.ruth)
    assert row.needs == ()
    (hers,) = panel(clinic.hana)
    assert hers.needs == (), "the programme sees what the clinic answered"


def test_the_panel_has_who_is_in_care_and_nobody_else(clinic: Clinic) -> None:
    assert names(panel(clinic.ruth)) == ["Amara Diallo"]
    assert panel(clinic.paul) == ()
    emergencies.break_glass(
        actor=clinic.paul,
        person=clinic.amara,
        nature="found unconscious",
        discloser="Riverside",
        key=uuid4(),
        now=NOW,
    )
    assert panel(clinic.paul) == ()
    care.end(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        person=clinic.amara,
        relationship=clinic.relation["ruth"],
        key=uuid4(),
        now=NOW,
    )
    assert panel(clinic.ruth) == ()


@pytest.mark.parametrize("name", ["alma", "maya", "sam", "amara"])
def test_a_panel_is_for_those_who_look_after_people(clinic: Clinic, name: str) -> None:
    actor = own(clinic.amara) if name == "amara" else getattr(clinic, name)
    with pytest.raises(DeniedError):
        panel(actor)


def test_a_panel_is_one_entry_that_names_everyone_shown(clinic: Clinic) -> None:
    carla = in_care_of_ruth(clinic, "Carla Bianchi")
    before = Entry.objects.count()
    panel(clinic.ruth)
    assert Entry.objects.count() == before + 1
    entry = Entry.objects.get(action="read_panel")
    assert entry.subject == clinic.riverside.id
    assert set(entry.rows) == {str(clinic.amara), str(carla)}


def test_a_panel_of_twenty_takes_no_more_queries_than_one_of_one(
    clinic: Clinic,
) -> None:
    counts = []
    for people in (1, 20):
        for number in range(people - 1):
            person = in_care_of_ruth(clinic, f"Person {number}")
            orders(clinic.ruth, person, "lithium", "900 mg")
        stale = NOW + people * DAY
        for now in (stale, stale):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert len(panel(clinic.ruth, now)) == people
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert counts[1] < counts[0], "what holds is not made again"


def test_a_review_takes_no_more_queries_for_a_longer_record(clinic: Clinic) -> None:
    counts = []
    for number in (1, 30):
        for place in range(number):
            notes_condition(clinic.ruth, clinic.amara, f"condition {place}")
        with CaptureQueriesContext(connection) as queries:
            reviewed(clinic.ruth, clinic.amara)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the log of one's own ---------------------------------------------------------


def test_a_person_reads_who_opened_their_record_newest_first(clinic: Clinic) -> None:
    reviewed(clinic.ruth, clinic.amara)
    reviewed(clinic.maya, clinic.amara)
    with pytest.raises(DeniedError):
        reviewed(clinic.olga, clinic.amara)
    refused, hers, ruths, *_ = reading.read_log(
        actor=own(clinic.amara), person=clinic.amara, now=LATER
    )
    assert (refused.name, refused.allowed) == ("Olga", False)
    assert (refused.organisation, refused.role) == ("Hillside", "prescriber")
    assert (hers.name, hers.organisation, hers.purpose) == ("Maya", None, "own")
    assert (ruths.name, ruths.organisation) == ("Ruth", "Riverside")
    assert (ruths.action, ruths.purpose) == ("read_record", "treatment")
    assert not ruths.yourself
    (own_, *_) = reading.read_log(
        actor=own(clinic.amara), person=clinic.amara, now=LATER
    )
    assert (own_.yourself, own_.action) == (True, "read_log")


def test_the_log_is_read_in_pages_that_leave_nothing_out(clinic: Clinic) -> None:
    for _ in range(5):
        reviewed(clinic.ruth, clinic.amara)
    numbers: list[int] = []
    before = None
    while True:
        page = reading.read_log(
            actor=own(clinic.amara),
            person=clinic.amara,
            now=LATER,
            before=before,
            size=3,
        )
        if not page:
            break
        numbers += [access.number for access in page]
        before = page[-1].number
    assert numbers == list(range(numbers[0], 0, -1))


@pytest.mark.parametrize("name", ["ruth", "alma", "maya", "ben"])
def test_nobody_else_reads_that_log(clinic: Clinic, name: str) -> None:
    actor = own(clinic.ben) if name == "ben" else getattr(clinic, name)
    with pytest.raises(DeniedError):
        reading.read_log(actor=actor, person=clinic.amara, now=LATER)


# --- what a change would cause ----------------------------------------------------


def a_line(name: str, dose: str, on: str = "2026-11-22") -> rec.MedicationLine:
    change = rec.Change(
        id="first",
        kind=rec.ChangeKind.STARTED,
        recorded_at=NOW,
        effective=day(on),
        dosage=(daily(dose),),
    )
    return rec.MedicationLine(id="new", medicine=known(name), changes=(change,))


def caused(clinic: Clinic, **what: object) -> list[str]:
    found_ = reading.preview(
        actor=clinic.ruth,
        person=clinic.amara,
        purpose=Purpose.TREATMENT,
        now=LATER,
        **what,  # type: ignore[arg-type]
    )
    return [finding.id for finding in found_]


def test_a_preview_tells_what_a_start_would_cause_and_saves_nothing(
    clinic: Clinic,
) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    before = len(reviewed(clinic.ruth, clinic.amara).entries)
    assert caused(clinic, line=a_line("lisinopril", "10 mg")) == [
        LITHIUM_AND_ACE_INHIBITOR
    ]
    assert caused(clinic, line=a_line("lithium", "300 mg", on="2026-12-01"))
    assert len(reviewed(clinic.ruth, clinic.amara).entries) == before


def test_a_start_that_is_still_to_come_is_looked_at_on_its_day(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    later = a_line("lisinopril", "10 mg", on="2026-12-01")
    assert LITHIUM_AND_ACE_INHIBITOR in caused(clinic, line=later)


def test_what_was_there_before_is_not_told_again(clinic: Clinic) -> None:
    on_both(clinic.ruth, clinic.amara)
    assert LITHIUM_AND_ACE_INHIBITOR not in caused(
        clinic, line=a_line("sertraline", "50 mg")
    )


def test_a_preview_of_a_line_that_is_not_there_is_refused_and_logged(
    clinic: Clinic,
) -> None:
    change = a_line("lithium", "900 mg").changes[0]
    with pytest.raises(DeniedError):
        caused(clinic, change=change, of="no such line")
    entry = Entry.objects.filter(subject=clinic.amara).order_by("number").last()
    assert entry is not None
    assert (entry.outcome, entry.reason) == ("refused", "not-found")


def test_a_withdrawn_line_is_out_of_the_record_and_of_the_review(
    clinic: Clinic,
) -> None:
    line = notes_condition(clinic.ruth, clinic.amara, "low mood")
    assert len(reviewed(clinic.ruth, clinic.amara).record.conditions) == 1
    lines.withdraw(
        actor=clinic.noor,
        person=clinic.amara,
        kind=rec.Condition,
        line=line,
        reason="it was somebody else's",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    assert reviewed(clinic.ruth, clinic.amara).record.conditions == ()
