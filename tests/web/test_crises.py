"""A crisis task: opened by an answer, told on, taken up, closed; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.test.utils import CaptureQueriesContext
from tests.web.clinic import NOW, Clinic, own
from tests.web.test_forms_actions import answers, finishes, sends

from concord.errors import DeniedError, ImpossibleChangeError
from concord.followup.crisis import Hours, WhatWasDone
from concord.web.chart import log
from concord.web.chart.actions import crisis_plans, grants, memberships
from concord.web.chart.actions.crises import (
    acknowledge,
    close,
    crises_of,
    escalate,
    read_crisis,
    waiting_for,
)
from concord.web.chart.actions.crisis_plans import Plan, plan_of
from concord.web.chart.actions.reading import read_record, read_whole_panel
from concord.web.chart.models import (
    CrisisPlan,
    CrisisStep,
    CrisisTask,
    Entry,
    Power,
)
from concord.web.chart.policy import Actor, Purpose, visible
from concord.web.worker import work_once

# NOW is a Sunday, 9:30 in the clinic's zone.
ALWAYS = tuple(Hours(day=d, begins="00:00", ends="24:00") for d in range(7))
MONDAYS = (Hours(day=0, begins="09:00", ends="17:00"),)


def plans(clinic: Clinic, **plan: Any) -> None:
    crisis_plans.set_plan(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        plan=Plan(**({"hours": ALWAYS} | plan)),
        key=uuid4(),
        now=NOW,
    )


def on_call(clinic: Clinic, who: Actor, *, hours: int = 12) -> None:
    assert who.membership is not None
    crisis_plans.be_on_call(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        membership=who.membership,
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=hours),
        key=uuid4(),
        now=NOW,
    )


def covers(clinic: Clinic, absent: Actor, by: Actor) -> None:
    memberships.cover(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        absent=absent.membership,
        by=by.membership,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=14),
        key=uuid4(),
        now=NOW,
    )


def flagged(clinic: Clinic, value: int = 1, by: Actor | None = None) -> UUID:
    """Amara answers above zero; return the task."""
    (form,) = sends(clinic, by)
    return UUID(answers(clinic, form, "self-harm", value)["task"])


def told(clinic: Clinic, task: UUID) -> list[tuple[str, str]]:
    steps = CrisisStep.objects.filter(task=task, kind="told").order_by("number")
    return [(s.rung, s.membership.staff.name if s.membership else "") for s in steps]


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def takes_up(clinic: Clinic, task: UUID, by: Actor, **more: Any) -> None:
    acknowledge(
        **{
            "actor": by,
            "person": clinic.amara,
            "task": task,
            "purpose": Purpose.TREATMENT,
            "key": uuid4(),
            "now": after(1),
        }
        | more
    )


def closes(clinic: Clinic, task: UUID, by: Actor, **more: Any) -> None:
    close(
        **{
            "actor": by,
            "person": clinic.amara,
            "task": task,
            "what": WhatWasDone.SAFE_WITH_PLAN,
            "words": "Rang her; she is with her sister.",
            "purpose": Purpose.TREATMENT,
            "key": uuid4(),
            "now": after(2),
        }
        | more
    )


@pytest.mark.parametrize(("value", "opens"), [(None, False), (0, False), (1, True)])
def test_an_answer_above_zero_opens_a_task_and_no_other_does(
    clinic: Clinic, value: int | None, *, opens: bool
) -> None:
    (form,) = sends(clinic)
    made = answers(clinic, form, "self-harm", value)
    assert (made["task"] is not None) is opens
    assert CrisisTask.objects.exists() is opens
    answers(clinic, form, "mood", 3)
    assert CrisisTask.objects.exists() is opens


def test_a_form_opens_one_task_whatever_is_answered_after(clinic: Clinic) -> None:
    (form,) = sends(clinic)
    first = answers(clinic, form, "self-harm", 1)["task"]
    answers(clinic, form, "self-harm", 0)
    assert answers(clinic, form, "self-harm", 3)["task"] == first
    answers(clinic, form, "mood", 1)
    finishes(clinic, form)
    assert CrisisTask.objects.count() == 1
    (crisis,) = crises_of(actor=clinic.ruth, person=clinic.amara, now=NOW)
    assert crisis.closed is None


def test_the_named_clinician_is_told_first_then_cover_then_who_is_on_call(
    clinic: Clinic,
) -> None:
    plans(clinic)
    covers(clinic, clinic.ruth, clinic.noor)
    on_call(clinic, clinic.paul)
    task = flagged(clinic)
    named = ("named", "Ruth")
    cover, called = ("cover", "Noor"), ("on-call", "Paul")
    assert told(clinic, task) == [named]
    assert escalate(after(15) - timedelta(seconds=1)) == 0
    assert escalate(after(15)) == 1
    assert told(clinic, task) == [named, cover]
    assert escalate(after(30) - timedelta(seconds=1)) == 0
    assert escalate(after(30)) == 1
    assert told(clinic, task) == [named, cover, called]
    assert escalate(after(45) - timedelta(seconds=1)) == 0
    assert escalate(after(45)) == 1
    assert told(clinic, task) == [named, cover, called, ("nobody", "")]
    assert escalate(after(500)) == 0
    (crisis,) = crises_of(actor=clinic.ruth, person=clinic.amara, now=NOW)
    assert crisis.nobody_took_it


def test_out_of_hours_all_are_told_at_once(clinic: Clinic) -> None:
    plans(clinic, hours=MONDAYS)
    on_call(clinic, clinic.paul)
    task = flagged(clinic)
    assert told(clinic, task) == [("named", "Ruth"), ("on-call", "Paul")]
    assert escalate(after(15)) == 1
    assert told(clinic, task)[-1] == ("nobody", "")


def test_a_clinic_that_never_said_when_it_reads_tells_all_at_once(
    clinic: Clinic,
) -> None:
    on_call(clinic, clinic.paul)
    assert told(clinic, flagged(clinic)) == [("named", "Ruth"), ("on-call", "Paul")]


def test_who_comes_on_call_later_is_told_then(clinic: Clinic) -> None:
    plans(clinic, hours=MONDAYS)
    task = flagged(clinic)
    assert told(clinic, task) == [("named", "Ruth")]
    on_call(clinic, clinic.noor)
    assert escalate(after(1)) == 1
    assert told(clinic, task)[-1] == ("on-call", "Noor")


def test_nobody_further_is_told_once_somebody_took_it_up(clinic: Clinic) -> None:
    plans(clinic)
    on_call(clinic, clinic.paul)
    task = flagged(clinic)
    takes_up(clinic, task, clinic.noor)
    assert escalate(after(500)) == 0
    (crisis,) = crises_of(actor=clinic.ruth, person=clinic.amara, now=NOW)
    assert (crisis.owner, crisis.nobody_took_it) == ("Noor", False)
    with pytest.raises(ImpossibleChangeError, match="taken up"):
        takes_up(clinic, task, clinic.ruth)


def test_a_worker_that_runs_twice_tells_nobody_twice(clinic: Clinic) -> None:
    plans(clinic)
    on_call(clinic, clinic.paul)
    task = flagged(clinic)
    said: list[str] = []
    assert work_once(after(15), said.append).told == 1
    assert work_once(after(15), said.append).told == 0
    assert told(clinic, task) == [("named", "Ruth"), ("on-call", "Paul")]
    assert said[0] == "1 told of an answer that nobody took up"


def test_a_part_2_programme_calls_only_its_own(clinic: Clinic) -> None:
    on_call(clinic, clinic.paul)
    task = flagged(clinic, by=clinic.hana)
    assert told(clinic, task) == [("named", "Hana")]
    on_call(clinic, clinic.ravi)
    escalate(after(1))
    assert told(clinic, task) == [("named", "Hana"), ("on-call", "Ravi")]
    assert crises_of(actor=clinic.ruth, person=clinic.amara, now=NOW) == ()
    rows = read_whole_panel(actor=clinic.ruth, now=NOW).rows
    assert [row.crises for row in rows] == [()]


def test_a_task_is_not_closed_without_what_was_done(clinic: Clinic) -> None:
    task = flagged(clinic)
    for words in ("", "   ", "ok", "x" * 4001):
        with pytest.raises(ImpossibleChangeError, match="no words"):
            closes(clinic, task, clinic.ruth, words=words)
    closes(clinic, task, clinic.ruth, words="Ran")
    (crisis,) = crises_of(actor=clinic.ruth, person=clinic.amara, now=NOW)
    assert crisis.closed is not None
    assert crisis.closed.done.what is WhatWasDone.SAFE_WITH_PLAN
    assert crisis.closed.done.words == "Ran"
    with pytest.raises(ImpossibleChangeError, match="closed already"):
        closes(clinic, task, clinic.noor)


def test_a_repeated_click_takes_up_and_closes_once(clinic: Clinic) -> None:
    task = flagged(clinic)
    one, other = uuid4(), uuid4()
    for _ in range(2):
        takes_up(clinic, task, clinic.ruth, key=one)
        closes(clinic, task, clinic.ruth, key=other)
    kinds = CrisisStep.objects.filter(task=task).values_list("kind", flat=True)
    assert sorted(kinds) == ["acknowledged", "closed", "told"]


def test_who_is_on_call_sees_the_crisis_and_not_the_record(clinic: Clinic) -> None:
    on_call(clinic, clinic.paul)
    task = flagged(clinic)
    emergency = {"purpose": Purpose.EMERGENCY}
    seen = read_crisis(
        actor=clinic.paul, person=clinic.amara, task=task, now=NOW, **emergency
    )
    assert seen.in_care is False
    assert seen.who is not None
    for purpose in (Purpose.TREATMENT, Purpose.EMERGENCY):
        with pytest.raises(DeniedError):
            read_record(
                actor=clinic.paul, person=clinic.amara, purpose=purpose, now=NOW
            )
    (called,) = read_whole_panel(actor=clinic.paul, now=NOW).called
    assert called.crisis.id == task
    assert waiting_for(clinic.paul, NOW) == 1
    takes_up(clinic, task, clinic.paul, **emergency)
    assert waiting_for(clinic.paul, NOW) == 0
    closes(clinic, task, clinic.paul, **emergency)
    # Once it is closed there is nothing to see any more.
    with pytest.raises(DeniedError):
        read_crisis(
            actor=clinic.paul, person=clinic.amara, task=task, now=NOW, **emergency
        )
    assert read_whole_panel(actor=clinic.paul, now=NOW).called == ()


def test_nobody_else_sees_takes_up_or_closes_a_task(clinic: Clinic) -> None:
    task = flagged(clinic)
    strangers = [
        clinic.paul, clinic.ravi, clinic.olga, clinic.alma, clinic.maya, clinic.sam,
        own(clinic.ben), own(clinic.amara),
    ]  # fmt: skip
    for actor in strangers:
        for purpose in Purpose:
            more = {"purpose": purpose}
            with pytest.raises(DeniedError):
                read_crisis(
                    actor=actor, person=clinic.amara, task=task, now=NOW, **more
                )
            with pytest.raises(DeniedError):
                takes_up(clinic, task, actor, **more)
            with pytest.raises(DeniedError):
                closes(clinic, task, actor, **more)
    with pytest.raises(DeniedError):
        takes_up(clinic, uuid4(), clinic.ruth)
    with pytest.raises(DeniedError):
        takes_up(clinic, task, clinic.ruth, person=clinic.ben)


def test_a_caregiver_sees_no_task_whatever_they_were_let_see(clinic: Clinic) -> None:
    grants.give(
        actor=own(clinic.amara),
        person=clinic.amara,
        caregiver=clinic.maya.id,
        powers=frozenset({Power.READ, Power.READ_PART_2, Power.REPORT}),
        key=uuid4(),
        now=NOW,
    )
    flagged(clinic, 3)
    assert list(visible(clinic.maya, NOW).tasks()) == []
    assert crises_of(actor=clinic.maya, person=clinic.amara, now=NOW) == ()


def test_the_panel_stands_in_order_of_what_nobody_took_up(clinic: Clinic) -> None:
    task = flagged(clinic)
    (row,) = read_whole_panel(actor=clinic.ruth, now=NOW).rows
    assert [c.id for c in row.crises] == [task]
    closes(clinic, task, clinic.ruth)
    (row,) = read_whole_panel(actor=clinic.ruth, now=NOW).rows
    assert row.crises == ()


def test_each_step_is_in_the_log_and_the_log_verifies(clinic: Clinic) -> None:
    plans(clinic)
    on_call(clinic, clinic.paul)
    before = Entry.objects.filter(subject=clinic.amara).count()
    task = flagged(clinic)
    escalate(after(15))
    takes_up(clinic, task, clinic.ruth)
    closes(clinic, task, clinic.ruth)
    read_crisis(
        actor=clinic.ruth,
        person=clinic.amara,
        task=task,
        purpose=Purpose.TREATMENT,
        now=after(3),
    )
    found = Entry.objects.filter(subject=clinic.amara).order_by("number")[before:]
    assert [(e.action, e.actor_kind) for e in found] == [
        ("ask_scale", "staff"),
        ("fill_in", "person"),
        ("escalate", "install"),
        ("handle_crisis", "staff"),
        ("handle_crisis", "staff"),
        ("handle_crisis", "staff"),
    ]
    log.verify()


def test_no_word_of_a_task_is_in_clear_and_none_can_be_changed(clinic: Clinic) -> None:
    task = flagged(clinic)
    closes(clinic, task, clinic.ruth, words="Amaranth was said")
    for model in (CrisisTask, CrisisStep):
        content = b"".join(
            bytes(row.content) for row in model.objects.filter(person=clinic.amara)
        )
        assert b"self-harm" not in content
        assert b"Amaranth" not in content
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(created_at=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()


def test_a_plan_has_versions_and_refuses_what_is_none(clinic: Clinic) -> None:
    assert plan_of(clinic.riverside.id) == Plan()
    plans(clinic, texts={"en": "Call the clinic."})
    plans(clinic, texts={"en": "Call us."}, next_step="ASQ")
    assert plan_of(clinic.riverside.id).texts == {"en": "Call us."}
    assert plan_of(clinic.hillside.id) == Plan()
    for wrong in (
        {"texts": {"en": " "}},
        {"texts": {"en": "x" * 1001}},
        {"hours": (Hours(day=0, begins="09:00", ends="09:00"),)},
        {"hours": (Hours(day=7, begins="09:00", ends="10:00"),)},
        {"hours": (Hours(day=0, begins="9", ends="10:00"),)},
    ):
        with pytest.raises(ImpossibleChangeError):
            plans(clinic, **wrong)
    with pytest.raises(DeniedError):
        crisis_plans.set_plan(
            actor=clinic.ruth,
            organisation=clinic.riverside.id,
            plan=Plan(),
            key=uuid4(),
            now=NOW,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        CrisisPlan.objects.update(number=9)


def test_a_time_on_call_is_of_ones_own_house_and_ends(clinic: Clinic) -> None:
    with pytest.raises(DeniedError):
        on_call(clinic, clinic.olga)
    with pytest.raises(ImpossibleChangeError, match="end before"):
        on_call(clinic, clinic.paul, hours=-1)
    made = crisis_plans.be_on_call(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        membership=clinic.paul.membership,
        starts_at=NOW,
        ends_at=after(60),
        key=uuid4(),
        now=NOW,
    )
    crisis_plans.end_on_call(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        on_call=UUID(made["on_call"]),
        key=uuid4(),
        now=NOW,
    )
    assert told(clinic, flagged(clinic)) == [("named", "Ruth")]


def test_a_panel_asks_as_often_however_many_crises_there_are(clinic: Clinic) -> None:
    """Of people in one's care, and of those one is called to."""
    on_call(clinic, clinic.paul)

    def asked(by: Actor) -> int:
        read_whole_panel(actor=by, now=NOW)  # the reviews are then of today
        with CaptureQueriesContext(connections["default"]) as queries:
            read_whole_panel(actor=by, now=NOW)
        return len(queries)

    flagged(clinic)
    before = (asked(clinic.ruth), asked(clinic.paul))
    for number in range(3):
        other = clinic.riverside.adds(f"Somebody {number}")
        clinic.riverside.puts(other, clinic.ruth)
        (form,) = sends(clinic, person=other)
        answers(clinic, form, "self-harm", 1, person=other, actor=own(other))
    assert (asked(clinic.ruth), asked(clinic.paul)) == before
    assert len(read_whole_panel(actor=clinic.paul, now=NOW).called) == 4
