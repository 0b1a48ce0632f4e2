"""A prescriber's own date: with a reason, taken back, and never hiding the rule.

Each test runs on both databases.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import DatabaseError, transaction
from tests.web.clinic import LATER, NOW, Clinic, own
from tests.web.deciding import (
    WHY,
    not_seen,
    seen_by,
    sets,
    takes_back,
    visit_of,
)
from tests.web.test_panels import takes, visited

from concord.errors import DeniedError, ImpossibleChangeError, RepeatedKeyError
from concord.followup.due import Due, State
from concord.record import model as rec
from concord.review.pressing import Pressing
from concord.web.chart import log
from concord.web.chart.actions import (
    emergencies,
    imports,
    lines,
    overrides,
    reading,
)
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.models import (
    Entry,
    Grant,
    Line,
    Power,
    PrescribingAuthority,
    StoredReview,
)
from concord.web.chart.policy import Purpose

TODAY = NOW.date()
DAY = timedelta(days=1)
SOON = TODAY + timedelta(days=30)


def amara_not_seen(clinic: Clinic) -> UUID:
    """Amara on sertraline for a year: both Ruth and, in her programme, Hana see it."""
    imports.bring_in(
        actor=clinic.ruth,
        person=clinic.amara,
        record=rec.Record(
            medications=(takes("sertraline", "2025-11-01"),),
            encounters=(visited(date(2025, 11, 1)),),
        ),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    return clinic.amara


def decided(item: Due) -> rec.Override:
    assert item.override is not None
    return item.override


# --- to decide, and to take it back -----------------------------------------------


def test_a_date_is_kept_with_author_and_reason_and_the_rules_answer_stays(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    before = visit_of(clinic.ruth, person)
    assert before.state is State.OVERDUE
    sets(clinic.ruth, person, SOON)
    item = visit_of(clinic.ruth, person)
    assert (item.state, item.due) == (State.NOT_YET, SOON)
    told = decided(item)
    assert (told.by.name, told.by.id) == ("Ruth", str(clinic.ruth.id))
    assert (told.reason, told.decided, told.recorded_at) == (WHY, TODAY, LATER)
    assert item.by_rule is not None
    assert (item.by_rule.state, item.by_rule.due) == (before.state, before.due)
    assert item.reasons == before.reasons
    assert item.later_than_rule


def test_a_date_that_was_taken_back_leaves_the_rules_and_stays_on_record(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    before = visit_of(clinic.ruth, person)
    made = sets(clinic.ruth, person, SOON)
    # Whoever could have decided it may take it back.
    clinic.riverside.puts(person, clinic.farah)
    assert takes_back(clinic.farah, person, made) == made
    assert visit_of(clinic.ruth, person) == before
    (kept,) = seen_by(clinic.ruth, person).record.overrides
    assert kept.reason == WHY
    assert kept.ended is not None
    assert (kept.ended.by.name, kept.ended.on) == ("Farah", TODAY)
    assert kept.ended.reason == "Is back sooner"
    with pytest.raises(ImpossibleChangeError, match="taken back"):
        takes_back(clinic.ruth, person, made)


def test_a_later_date_stands_in_place_of_the_first_which_stays(clinic: Clinic) -> None:
    person = not_seen(clinic)
    first = sets(clinic.ruth, person, SOON)
    second = sets(
        clinic.ruth, person, SOON + DAY, replaces=first, now=LATER + timedelta(hours=1)
    )
    after = LATER + timedelta(hours=2)
    item = visit_of(clinic.ruth, person, now=after)
    assert (decided(item).id, item.due) == (second, SOON + DAY)
    told = seen_by(clinic.ruth, person, now=after).record.overrides
    assert [one.id for one in told] == [first, second]
    assert [one.replaces for one in told] == [None, first]


def test_what_somebody_has_not_read_is_not_decided_over(clinic: Clinic) -> None:
    person = not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    for replaces in (None, "another"):
        with pytest.raises(ImpossibleChangeError, match="another decision"):
            sets(clinic.ruth, person, SOON + DAY, replaces=replaces)
    takes_back(clinic.ruth, person, made)
    with pytest.raises(ImpossibleChangeError, match="another decision"):
        sets(clinic.ruth, person, SOON + DAY, replaces=made)


def test_sent_twice_it_is_decided_once(clinic: Clinic) -> None:
    person = not_seen(clinic)
    key, other = uuid4(), uuid4()
    made = sets(clinic.ruth, person, SOON, key=key)
    assert sets(clinic.ruth, person, SOON, key=key) == made
    with pytest.raises(RepeatedKeyError):
        sets(clinic.ruth, person, SOON + DAY, key=key)
    ended = takes_back(clinic.ruth, person, made, key=other)
    assert takes_back(clinic.ruth, person, made, key=other) == ended
    assert Line.objects.filter(person=person, kind="overrides").count() == 2


# --- which dates ------------------------------------------------------------------


def test_today_may_be_set_and_yesterday_not(clinic: Clinic) -> None:
    person = not_seen(clinic)
    with pytest.raises(ImpossibleChangeError, match="past, expected Sun 22 Nov 2026"):
        sets(clinic.ruth, person, TODAY - DAY)
    sets(clinic.ruth, person, TODAY)
    item = visit_of(clinic.ruth, person)
    assert (item.state, item.due) == (State.DUE, TODAY)


def test_a_day_far_off_is_asked_about_and_kept_when_it_was_meant(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    # Overdue by the rules, so it is counted from today: 360 days are not asked about.
    near, far = (TODAY + timedelta(days=n) for n in (360, 361))
    with pytest.raises(ImpossibleChangeError, match="far away"):
        sets(clinic.ruth, person, far)
    made = sets(clinic.ruth, person, near, now=NOW)
    sets(clinic.ruth, person, date(2062, 3, 3), replaces=made, meant=True)
    item = visit_of(clinic.ruth, person)
    assert (item.due, item.by_rule is not None) == (date(2062, 3, 3), True)


def test_far_off_is_counted_from_the_rules_own_day_where_that_is_later(
    clinic: Clinic,
) -> None:
    rule = TODAY + timedelta(days=1800)
    person = not_seen(clinic)
    item = msgspec.structs.replace(visit_of(clinic.ruth, person), due=rule)
    for days, far in ((360, False), (361, True)):
        on = rule + timedelta(days=days)
        assert overrides.is_far(on, item, TODAY, knowledge()) == far


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_is_decided_nor_taken_back(
    clinic: Clinic, reason: str
) -> None:
    person = not_seen(clinic)
    with pytest.raises(ImpossibleChangeError, match="no reason"):
        sets(clinic.ruth, person, SOON, reason=reason)
    made = sets(clinic.ruth, person, SOON)
    with pytest.raises(ImpossibleChangeError, match="no reason"):
        takes_back(clinic.ruth, person, made, reason=reason)


def test_what_is_not_due_or_was_done_is_not_decided_about(clinic: Clinic) -> None:
    person = not_seen(clinic)
    for ask in ("measure:anc", "no such thing", ""):
        with pytest.raises(ImpossibleChangeError, match="nothing of that name"):
            sets(clinic.ruth, person, SOON, ask=ask)


def test_a_visit_after_the_decision_ends_it(clinic: Clinic) -> None:
    person = not_seen(clinic)
    sets(clinic.ruth, person, SOON)
    later = NOW + timedelta(days=5)
    imports.bring_in(
        actor=clinic.ruth,
        person=person,
        record=rec.Record(encounters=(visited(TODAY + DAY),)),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=later,
    )
    assert visit_of(clinic.ruth, person, now=later).override is None


# --- what it changes elsewhere ----------------------------------------------------


def test_the_stored_review_is_made_again_and_the_panel_follows(clinic: Clinic) -> None:
    person = not_seen(clinic)

    def presses(now: object = LATER) -> bool:
        (row,) = [
            row
            for row in reading.read_panel(actor=clinic.ruth, now=now)
            if row.person == person
        ]
        return any(need.kind is Pressing.NOT_SEEN for need in row.needs)

    assert presses()
    made = sets(clinic.ruth, person, SOON)
    assert not presses()
    assert presses(LATER + timedelta(days=31)), "overdue by the decision itself"
    takes_back(clinic.ruth, person, made)
    assert presses()


def test_for_a_colleague_the_stored_review_is_stale_once_it_was_decided(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    seen_by(clinic.ruth, person)
    (before,) = StoredReview.objects.filter(person=person).values_list("rows")
    sets(clinic.ruth, person, SOON)
    (after,) = StoredReview.objects.filter(person=person).values_list("rows")
    assert after == (before[0] + 1,)


# --- who may, who sees ------------------------------------------------------------


@pytest.mark.parametrize("name", ["noor", "tomas", "cora", "paul", "alma", "olga"])
def test_who_holds_no_authority_or_is_not_in_care_decides_nothing(
    clinic: Clinic, name: str
) -> None:
    person = amara_not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    for purpose in Purpose:
        with pytest.raises(DeniedError):
            sets(clinic.staff[name], person, SOON, replaces=made, purpose=purpose)
        with pytest.raises(DeniedError):
            takes_back(clinic.staff[name], person, made, purpose=purpose)
    assert len(seen_by(clinic.ruth, person).record.overrides) == 1


def test_neither_the_person_nor_a_caregiver_decides(clinic: Clinic) -> None:
    person = amara_not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    for actor in (own(person), clinic.maya, clinic.sam):
        with pytest.raises(DeniedError):
            sets(actor, person, SOON, replaces=made, purpose=Purpose.OWN)
        with pytest.raises(DeniedError):
            takes_back(actor, person, made, purpose=Purpose.OWN)


def test_a_prescriber_whose_authority_ended_decides_nothing(clinic: Clinic) -> None:
    person = amara_not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    PrescribingAuthority.objects.filter(membership=clinic.ruth.membership).update(
        ends_at=NOW
    )
    for write in (
        lambda: sets(clinic.ruth, person, SOON, replaces=made),
        lambda: takes_back(clinic.ruth, person, made),
    ):
        with pytest.raises(DeniedError) as refused:
            write()
        assert refused.value.reason == "no-authority"


def test_a_broken_glass_shows_a_decision_and_makes_none(clinic: Clinic) -> None:
    person = amara_not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    emergencies.break_glass(
        actor=clinic.paul,
        person=person,
        nature="found unresponsive",
        discloser="Paul",
        key=uuid4(),
        now=NOW,
    )
    seen = seen_by(clinic.paul, person, purpose=Purpose.EMERGENCY)
    assert [one.id for one in seen.record.overrides] == [made]
    with pytest.raises(DeniedError) as refused:
        sets(clinic.paul, person, SOON, replaces=made, purpose=Purpose.EMERGENCY)
    assert refused.value.reason == "not-in-care"


def test_what_a_part_2_programme_decided_is_absent_outside_it(clinic: Clinic) -> None:
    person = amara_not_seen(clinic)
    before = visit_of(clinic.ruth, person)
    secret = sets(clinic.hana, person, SOON, reason="Comes for methadone then")
    assert visit_of(clinic.ruth, person) == before
    assert seen_by(clinic.ruth, person).record.overrides == ()
    # To Ruth it is as if there were none: she decides, and hers hides not Hana's.
    sets(clinic.ruth, person, SOON + DAY, now=LATER - timedelta(seconds=1))
    assert visit_of(clinic.ruth, person).due == SOON + DAY
    assert decided(visit_of(clinic.hana, person)).id == secret
    # What is hidden is answered as what is not there.
    for one in (secret, "no such id"):
        with pytest.raises(DeniedError) as refused:
            takes_back(clinic.ruth, person, one)
        assert refused.value.reason == "not-found"
    assert visit_of(own(person), person, purpose=Purpose.OWN).due == SOON


def test_what_a_part_2_programme_takes_back_holds_on_outside_it(
    clinic: Clinic,
) -> None:
    person = amara_not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    before = seen_by(clinic.ruth, person)
    takes_back(clinic.hana, person, made, reason="Missed the methadone dose")
    after = seen_by(clinic.ruth, person)
    assert (after.record, after.review) == (before.record, before.review)
    assert visit_of(clinic.hana, person).override is None


def test_another_organisation_sees_nothing_of_it(clinic: Clinic) -> None:
    person = amara_not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    for name in ("olga", "igor", "ravi", "paul"):
        with pytest.raises(DeniedError):
            seen_by(clinic.staff[name], person)
        with pytest.raises(DeniedError):
            takes_back(clinic.staff[name], person, made)


@pytest.mark.parametrize("part_2", [False, True])
def test_a_caregiver_sees_the_day_and_never_the_words(
    clinic: Clinic, part_2: bool
) -> None:
    person = amara_not_seen(clinic)
    if part_2:
        Grant.objects.filter(id=clinic.grant).update(
            powers=[Power.READ, Power.READ_PART_2]
        )
    sets(clinic.ruth, person, SOON, reason="Bruises seen; ask when alone")
    item = visit_of(clinic.maya, person, purpose=Purpose.OWN)
    assert item.due == SOON
    seen = seen_by(clinic.maya, person, purpose=Purpose.OWN)
    assert "Bruises" not in repr(seen)
    takes_back(clinic.ruth, person, decided(item).id, reason="Bruises explained")
    after = seen_by(clinic.maya, person, purpose=Purpose.OWN)
    assert "Bruises" not in repr(after)
    assert after.record.overrides[0].ended is not None
    mine = seen_by(own(person), person, purpose=Purpose.OWN).record.overrides
    assert mine[0].reason == "Bruises seen; ask when alone"


# --- no other road ----------------------------------------------------------------


def test_whoever_may_write_a_line_or_bring_in_a_file_cannot_decide_by_it(
    clinic: Clinic,
) -> None:
    person = amara_not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    (kept,) = seen_by(clinic.ruth, person).record.overrides
    asked = {
        "person": person,
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": LATER,
    }
    for actor in (clinic.noor, clinic.ruth):
        for write in (lines.add, lines.correct):
            with pytest.raises(ImpossibleChangeError):
                write(actor=actor, line=kept, **asked)
        with pytest.raises(ImpossibleChangeError):
            lines.withdraw(
                actor=actor, kind=rec.Override, line=made, reason="error", **asked
            )
        with pytest.raises(ImpossibleChangeError, match="decisions of a prescriber"):
            imports.bring_in(actor=actor, record=rec.Record(overrides=(kept,)), **asked)
    assert seen_by(clinic.ruth, person).record.overrides == (kept,)


def test_no_word_of_it_is_in_clear_and_no_row_can_be_changed(clinic: Clinic) -> None:
    person = not_seen(clinic)
    takes_back(clinic.ruth, person, sets(clinic.ruth, person, SOON))
    for row in Line.objects.filter(person=person, kind="overrides").values_list():
        words = b" ".join(
            bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode()
            for v in row
        )
        for secret in (b"Travels", b"sooner", b"visit", b"Ruth"):
            assert secret not in words
    kept = Line.objects.filter(person=person, kind="overrides")
    for change in (lambda: kept.update(place=9), kept.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_each_is_one_entry_of_the_log_a_refusal_too(clinic: Clinic) -> None:
    person = amara_not_seen(clinic)
    before = Entry.objects.filter(subject=person).count()
    made = sets(clinic.ruth, person, SOON)
    takes_back(clinic.ruth, person, made)
    with pytest.raises(DeniedError):
        sets(clinic.noor, person, SOON)
    found = Entry.objects.filter(subject=person).order_by("number")[before:]
    assert [(e.action, e.outcome, e.reason) for e in found] == [
        ("override_due", "allowed", "in-care"),
        ("override_due", "allowed", "in-care"),
        ("override_due", "refused", "role"),
    ]
    assert [len(e.rows) for e in found] == [1, 1, 0]
    log.verify()
