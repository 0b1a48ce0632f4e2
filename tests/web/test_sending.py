"""Forms that are sent whenever they are due, and once; on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.web.clinic import LATER, NOW, Clinic, caregiver, own
from tests.web.signing import signed_in
from tests.web.taking import orders
from tests.web.test_forms_actions import PHQ_9, answers, finishes, sends

from builders import day
from concord.errors import DeniedError, ImpossibleChangeError
from concord.record import model as rec
from concord.terms import Code, System
from concord.web.chart import log
from concord.web.chart.actions import asking, care, lines, memberships, sending
from concord.web.chart.actions.forms import ByWhom, State, forms_of
from concord.web.chart.models import Entry, SendWhenDue, SendWhenDueEnd
from concord.web.chart.policy import Actor, Purpose, visible
from concord.web.worker import work_once

DAY = timedelta(days=1)
# Amara takes sertraline since 1 November: a score is due on the 29th, 4 weeks later.
DUE = datetime.combine(date(2026, 11, 29), NOW.timetz())


def quiet(_said: str) -> None:
    """Say nothing of a round."""


def depressed(clinic: Clinic, by: Actor | None = None) -> None:
    """Amara takes sertraline for depression; her PHQ-9 of October was 18."""
    actor = by or clinic.ruth
    lines.add(
        actor=actor,
        person=clinic.amara,
        line=rec.Condition(
            id="new",
            text="Depression",
            codes=(Code(system=System.ICD10CM, code="F32.9"),),
        ),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    orders(actor, clinic.amara, "sertraline", "50 mg")
    asking.enter_total(
        actor=actor,
        person=clinic.amara,
        scale="phq-9",
        total=Decimal(18),
        on=day("2026-10-30"),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )


def says(clinic: Clinic, by: Actor | None = None, **more: Any) -> UUID:
    """Ruth says that Amara's PHQ-9 is sent whenever it is due, and reads it."""
    actor = by or clinic.ruth
    made = sending.send_when_due(
        **{
            "actor": actor,
            "person": clinic.amara,
            "scale": "phq-9",
            "reader": actor.membership,
            "purpose": Purpose.TREATMENT,
            "key": uuid4(),
            "now": NOW,
        }
        | more
    )
    return UUID(made["order"])


def stops(clinic: Clinic, order: UUID, by: Actor | None = None, **more: Any) -> None:
    sending.stop_sending(
        **{
            "actor": by or clinic.ruth,
            "person": clinic.amara,
            "order": order,
            "purpose": Purpose.TREATMENT,
            "key": uuid4(),
            "now": NOW,
        }
        | more
    )


def waiting(clinic: Clinic, at: datetime, by: Actor | None = None) -> list[Any]:
    found = forms_of(actor=by or own(clinic.amara), person=clinic.amara, now=at)
    return [f for f in found if f.state is State.OPEN]


def test_a_form_is_sent_on_the_day_it_is_due_and_not_before(clinic: Clinic) -> None:
    depressed(clinic)
    order = says(clinic)
    assert work_once(DUE - DAY, quiet).sent == 0
    assert waiting(clinic, DUE - DAY) == []
    assert work_once(DUE, quiet).sent == 1
    (form,) = waiting(clinic, DUE)
    assert (form.wanted.scale, form.wanted.by) == ("phq-9", ByWhom.PERSON)
    assert (form.reader, form.wanted.order) == ("Ruth", order)


def test_it_is_sent_once_however_many_rounds_there_are(clinic: Clinic) -> None:
    depressed(clinic)
    says(clinic)
    assert [work_once(DUE + n * DAY, quiet).sent for n in (0, 0, 1, 9)] == [1, 0, 0, 0]
    assert len(waiting(clinic, DUE + 9 * DAY)) == 1


def test_called_off_it_is_not_sent_again_for_the_same_day(clinic: Clinic) -> None:
    depressed(clinic)
    says(clinic)
    work_once(DUE, quiet)
    (form,) = waiting(clinic, DUE)
    asking.call_off(
        actor=clinic.ruth,
        person=clinic.amara,
        form=form.id,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=DUE,
    )
    assert work_once(DUE + DAY, quiet).sent == 0


def test_filled_in_it_is_sent_again_when_it_is_due_again(clinic: Clinic) -> None:
    depressed(clinic)
    says(clinic)
    work_once(DUE, quiet)
    (form,) = waiting(clinic, DUE)
    for item in PHQ_9:
        answers(clinic, form.id, item, 0, now=DUE)
    finishes(clinic, form.id, now=DUE)
    # Eight weeks after the start is 27 December.
    eighth = DUE + 28 * DAY
    assert work_once(eighth - DAY, quiet).sent == 0
    assert work_once(eighth, quiet).sent == 1


def test_nothing_is_sent_while_one_that_was_sent_by_hand_waits(clinic: Clinic) -> None:
    depressed(clinic)
    says(clinic)
    sends(clinic)
    assert work_once(DUE, quiet).sent == 0
    assert len(waiting(clinic, DUE)) == 1


def test_without_a_date_nothing_is_sent(clinic: Clinic) -> None:
    # No condition and no score: nothing asks for the form.
    says(clinic)
    assert work_once(DUE, quiet).sent == 0


def test_stopped_it_is_sent_no_more_and_cannot_be_stopped_twice(clinic: Clinic) -> None:
    depressed(clinic)
    order = says(clinic)
    assert [o.title[:7] for o in listed(clinic)] == ["Patient"]
    stops(clinic, order)
    assert listed(clinic) == ()
    assert work_once(DUE, quiet).sent == 0
    with pytest.raises(ImpossibleChangeError, match="not sent any more"):
        stops(clinic, order)


def listed(clinic: Clinic, by: Actor | None = None) -> tuple[sending.Order, ...]:
    actor = by or clinic.ruth
    return sending.orders_of(actor=actor, person=clinic.amara, now=NOW)


def test_nothing_is_sent_in_the_name_of_somebody_who_has_left(clinic: Clinic) -> None:
    depressed(clinic)
    says(clinic)
    memberships.end(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        membership=clinic.ruth.membership,
        key=uuid4(),
        now=LATER,
    )
    assert work_once(DUE, quiet).sent == 0


def test_nothing_is_sent_that_nobody_would_read(clinic: Clinic) -> None:
    depressed(clinic)
    says(clinic, reader=clinic.noor.membership)
    care.end(
        actor=clinic.alma,
        relationship=clinic.relation["noor"],
        organisation=clinic.riverside.id,
        person=clinic.amara,
        key=uuid4(),
        now=LATER,
    )
    assert work_once(DUE, quiet).sent == 0


@pytest.mark.parametrize(
    ("chosen", "says_so"),
    [
        ({"scale": "cows"}, "cannot fill in"),
        ({"scale": "weekly-check-in"}, "never asks for"),
        ({"scale": "side-effects"}, "never asks for"),
        ({"reader": uuid4()}, "does not look after"),
    ],
)
def test_what_cannot_be_sent_when_due_is_refused(
    clinic: Clinic, chosen: dict[str, Any], says_so: str
) -> None:
    with pytest.raises(ImpossibleChangeError, match=says_so):
        says(clinic, **chosen)
    assert not SendWhenDue.objects.exists()


def test_one_order_for_a_scale_is_enough(clinic: Clinic) -> None:
    says(clinic)
    with pytest.raises(ImpossibleChangeError, match="already"):
        says(clinic, by=clinic.noor)
    says(clinic, scale="gad-7")
    assert len(listed(clinic)) == 2


def test_the_same_key_says_it_once(clinic: Clinic) -> None:
    key = uuid4()
    assert says(clinic, key=key) == says(clinic, key=key)
    assert SendWhenDue.objects.count() == 1


def test_what_a_part_2_programme_sends_is_not_seen_outside_it(clinic: Clinic) -> None:
    depressed(clinic, clinic.hana)
    order = says(clinic, by=clinic.hana)
    assert listed(clinic) == ()
    assert len(listed(clinic, clinic.hana)) == 1
    with pytest.raises(DeniedError):
        stops(clinic, order)
    assert work_once(DUE, quiet).sent == 1
    assert waiting(clinic, DUE, clinic.ruth) == []
    (form,) = waiting(clinic, DUE, clinic.hana)
    assert form.programme == clinic.riverside.programme


@pytest.mark.parametrize("who", ["paul", "olga", "alma"])
def test_who_does_not_look_after_the_person_says_nothing(
    clinic: Clinic, who: str
) -> None:
    order = says(clinic)
    actor = getattr(clinic, who)
    with pytest.raises(DeniedError):
        says(clinic, by=actor, scale="gad-7", reader=clinic.ruth.membership)
    with pytest.raises(DeniedError):
        stops(clinic, order, by=actor)
    assert not SendWhenDueEnd.objects.exists()


def test_no_caregiver_sees_that_a_form_is_sent(clinic: Clinic) -> None:
    says(clinic)
    assert visible(clinic.maya, NOW).orders().count() == 0
    assert visible(caregiver(uuid4()), NOW).orders().count() == 0


def test_each_step_is_in_the_log(clinic: Clinic) -> None:
    depressed(clinic)
    order = says(clinic)
    work_once(DUE, quiet)
    stops(clinic, order, now=DUE)
    told = Entry.objects.filter(subject=clinic.amara).order_by("number")
    did = [(e.action, e.actor_kind) for e in told]
    assert did[-3:] == [
        ("ask_scale", "staff"),
        ("send_due", "install"),
        ("ask_scale", "staff"),
    ]
    log.verify()


def test_the_rows_are_never_changed_or_removed(clinic: Clinic) -> None:
    order = says(clinic)
    stops(clinic, order)
    for rows in (SendWhenDue.objects.all(), SendWhenDueEnd.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(actor=uuid4())
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


# --- the pages --------------------------------------------------------------------


def test_it_is_said_and_stopped_on_the_pages_of_scales(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    base = f"/people/{clinic.amara}/scales/"
    page = ruth.get(f"{base}send/?scale=phq-9").content.decode()
    assert '<option value="phq-9" selected>' in page
    asked = {
        "scale": "phq-9",
        "reader": str(clinic.ruth.membership),
        "opens_day": "1",
        "opens_month": "1",
        "opens_year": "2099",
        "when_due": "on",
    }
    twice = ruth.post(f"{base}send/", asked | {"key": str(uuid4()), "every_weeks": "2"})
    assert twice.status_code == 422
    assert "a schedule, or whenever it is due" in twice.content.decode()
    assert ruth.post(f"{base}send/", asked | {"key": str(uuid4())}).status_code == 302
    shown = ruth.get(base).content.decode()
    assert "Sent whenever due" in shown
    assert "Ruth reads it" in shown
    (order,) = SendWhenDue.objects.all()
    stop = f"{base}when-due/{order.id}/stop/"
    for _ in range(2):
        assert ruth.post(stop, {"key": str(uuid4())}).status_code == 302
    assert "Sent whenever due" not in ruth.get(base).content.decode()
    assert SendWhenDueEnd.objects.count() == 1
