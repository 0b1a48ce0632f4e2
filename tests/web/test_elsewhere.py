"""Answers about suicide in imported forms: the same task, once; on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from tests.web.clinic import NOW, Clinic, own
from tests.web.importing import AMARA, about, address, pending_of, saves, sends
from tests.web.signing import signed_in
from tests.web.test_crises import ALWAYS, after, closes, on_call, plans, told

from builders import day
from concord.followup.crisis import Rung
from concord.record import model as rec
from concord.review import review
from concord.terms import Code, System
from concord.web.chart.actions import imports
from concord.web.chart.actions.crises import crises_of, escalate, read_crisis
from concord.web.chart.actions.forms import ByWhom, State, forms_of
from concord.web.chart.actions.reading import read_record
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.models import CrisisTask, Entry, Line, ScaleRequest
from concord.web.chart.policy import Actor, Purpose
from concord.web.pages import asking

TODAY = NOW.date()
OURS = "urn:concord:scale:phq-9|1"


def answer(item: str, number: int | None = None, code: str | None = None) -> rec.Answer:
    codes = (Code(system=System.LOINC, code=code),) if code else ()
    return rec.Answer(item=item, number=number, codes=codes)


def form(
    *answers: rec.Answer,
    on: str | None = "2026-11-22",
    version: str = "1",
    **more: Any,
) -> rec.Response:
    """A form of the Hillside, as it comes with a file."""
    return rec.Response(
        **{
            "id": "r1",
            "source": rec.Source(
                system="hillside",
                type="QuestionnaireResponse",
                id="r1",
                version=version,
            ),
            "questionnaire": OURS,
            "at": day(on) if on else None,
            "answers": answers,
        }
        | more
    )


def comes(clinic: Clinic, *forms: rec.Response, by: Actor | None = None) -> list[Any]:
    """The forms are brought in; return the tasks, the newest first."""
    imports.bring_in(
        actor=by or clinic.ruth,
        person=clinic.amara,
        record=rec.Record(responses=forms),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    return tasks(clinic, by)


def tasks(clinic: Clinic, by: Actor | None = None) -> list[Any]:
    found = crises_of(actor=by or clinic.ruth, person=clinic.amara, now=NOW)
    return list(found)


@pytest.mark.parametrize(
    ("given", "opens"),
    [
        ((answer("self-harm", 1),), True),
        ((answer("self-harm", 3),), True),
        ((answer("self-harm", 0),), False),
        ((answer("mood", 3),), False),
        ((answer("self-harm", code="LA6569-3"),), True),
        ((answer("self-harm", code="LA6568-5"),), False),
        # A total says nothing of it: not assessed.
        ((answer("total", 27),), False),
        # The answers of two: the higher counts.
        ((answer("self-harm", 0), answer("self-harm", 2)), True),
    ],
)
def test_an_imported_answer_above_zero_opens_a_task_and_no_other_does(
    clinic: Clinic, given: tuple[rec.Answer, ...], *, opens: bool
) -> None:
    found = comes(clinic, form(*given))
    assert bool(found) is opens
    assert CrisisTask.objects.exists() is opens


@pytest.mark.parametrize(
    ("item", "questionnaire"),
    [
        ("44260-8", None),
        ("/44260-8", "http://hl7.org/fhir/us/core/Questionnaire/phq-9-example"),
        ("self-harm", "urn:concord:scale:phq-9|0.9"),
    ],
)
def test_a_form_of_another_is_heard_where_it_names_the_very_question(
    clinic: Clinic, item: str, questionnaire: str | None
) -> None:
    said = answer(item, code="LA6570-1")
    (task,) = comes(clinic, form(said, questionnaire=questionnaire))
    assert (task.asked.scale, task.asked.value) == ("phq-9", 2)


def test_another_question_of_another_form_is_not_this_one(clinic: Clinic) -> None:
    assert comes(clinic, form(answer("self-harm", 2), questionnaire="theirs")) == []
    assert comes(clinic, form(answer("/44255-8", 3), questionnaire=None)) == []


def test_a_form_that_is_not_finished_counts_too(clinic: Clinic) -> None:
    assert len(comes(clinic, form(answer("self-harm", 1), complete=False))) == 1


def test_it_opens_one_task_however_often_it_comes_and_whatever_it_says(
    clinic: Clinic,
) -> None:
    once = form(answer("self-harm", 1))
    (task,) = comes(clinic, once)
    assert [t.id for t in comes(clinic, once)] == [task.id]
    graver = form(answer("self-harm", 3), version="2")
    assert [t.id for t in comes(clinic, graver, by=clinic.noor)] == [task.id]
    closes(clinic, task.id, clinic.ruth)
    assert len(comes(clinic, form(answer("self-harm", 2), version="3"))) == 1
    # Another form is another task.
    other = form(answer("self-harm", 1))
    more = rec.Source(system="hillside", type="QuestionnaireResponse", id="r2")
    second = msgspec.structs.replace(other, id="r2", source=more)
    assert len(comes(clinic, second)) == 2


def test_a_form_that_turns_above_zero_opens_its_task_then(clinic: Clinic) -> None:
    assert comes(clinic, form(answer("self-harm", 0))) == []
    assert len(comes(clinic, form(answer("self-harm", 1), version="2"))) == 1


@pytest.mark.parametrize(
    ("on", "opens"),
    [
        # The form asks of the past two weeks.
        ("2026-11-08", True),
        ("2026-11-07", False),
        ("2020-01-01", False),
        ("2026-11", True),
        ("2026-10", False),
        # Not known to be old: without a day, or with one to come.
        (None, True),
        ("2026-12-24", True),
    ],
)
def test_an_answer_older_than_what_its_form_asks_of_wakes_nobody(
    clinic: Clinic, on: str | None, *, opens: bool
) -> None:
    assert bool(comes(clinic, form(answer("self-harm", 2), on=on))) is opens


def findings(clinic: Clinic, *, on: date = TODAY) -> list[Any]:
    read = read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=NOW
    )
    found = review(read.record, knowledge(), on)
    return [f for f in found.findings if f.rule == "answer-from-elsewhere"]


def test_an_old_answer_is_a_finding_that_never_interrupts(clinic: Clinic) -> None:
    comes(clinic, form(answer("self-harm", 2), on="2026-11-07"))
    (finding,) = findings(clinic)
    assert not finding.interrupts
    assert finding.why.values["on"] == "Sat 7 Nov 2026"
    # Asked here since, whatever was said: it is no longer the newest.
    here = form(answer("self-harm", 0), on="2026-11-20")
    comes(clinic, here, here_since(here))
    assert findings(clinic) == []


def here_since(there: rec.Response) -> rec.Response:
    other = rec.Source(system="hillside", type="QuestionnaireResponse", id="r9")
    return msgspec.structs.replace(there, id="r9", source=other)


def test_what_woke_somebody_is_no_finding_beside_its_task_until_it_is_old(
    clinic: Clinic,
) -> None:
    comes(clinic, form(answer("self-harm", 2), on="2026-11-22"))
    assert findings(clinic) == []
    assert findings(clinic, on=date(2026, 12, 6)) == []
    assert len(findings(clinic, on=date(2026, 12, 7))) == 1


def test_who_brings_it_in_is_told_then_the_ladder_goes_on(clinic: Clinic) -> None:
    plans(clinic, hours=ALWAYS)
    on_call(clinic, clinic.noor)
    (task,) = comes(clinic, form(answer("self-harm", 1)))
    assert told(clinic, task.id) == [(Rung.NAMED, "Ruth")]
    assert escalate(after(15)) == 1
    assert told(clinic, task.id)[-1] == (Rung.ON_CALL, "Noor")


def test_its_page_says_that_it_was_filled_in_elsewhere(clinic: Clinic) -> None:
    (task,) = comes(clinic, form(answer("self-harm", 1), on="2026-11-20"))
    shown = read_crisis(
        actor=clinic.ruth,
        person=clinic.amara,
        task=task.id,
        purpose=Purpose.TREATMENT,
        now=NOW,
    )
    assert shown.form.wanted.by is ByWhom.ELSEWHERE
    assert shown.form.state is State.COMPLETED
    ruth = signed_in(clinic.ruth)
    page = ruth.get(f"/people/{clinic.amara}/crisis/{task.id}/").content.decode()
    assert "filled in elsewhere" in page
    assert "20 Nov 2026" in page.replace("\u00a0", " ")
    assert "was shown at once" not in page


def test_neither_side_of_a_part_2_wall_sees_the_others_task(clinic: Clinic) -> None:
    same = form(answer("self-harm", 1))
    (hers,) = comes(clinic, same, by=clinic.hana)
    assert tasks(clinic) == []
    (ours,) = comes(clinic, same)
    assert ours.id != hers.id
    assert ScaleRequest.objects.count() == 2


def test_a_caregiver_sees_neither_form_nor_task(clinic: Clinic) -> None:
    comes(clinic, form(answer("self-harm", 1)))
    assert forms_of(actor=clinic.maya, person=clinic.amara, now=NOW) == ()
    assert crises_of(actor=clinic.maya, person=clinic.amara, now=NOW) == ()


def test_the_person_is_not_asked_to_fill_it_in_again(clinic: Clinic) -> None:
    comes(clinic, form(answer("self-harm", 1)))
    (shown,) = forms_of(actor=own(clinic.amara), person=clinic.amara, now=NOW)
    assert not shown.fillable


def test_record_task_and_log_are_one_write(clinic: Clinic) -> None:
    before = Entry.objects.filter(subject=clinic.amara).count()
    comes(clinic, form(answer("self-harm", 1)))
    entries = Entry.objects.filter(subject=clinic.amara).order_by("number")[before:]
    assert [e.action for e in entries] == ["import"]
    assert Line.objects.filter(kind="responses").count() == 1
    assert CrisisTask.objects.count() == 1


# --- by a file --------------------------------------------------------------------


def resource(points: int, on: str) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "qr1",
        "status": "completed",
        "questionnaire": OURS,
        "authored": on,
        "item": [{"linkId": "self-harm", "answer": [{"valueInteger": points}]}],
    }


@pytest.mark.parametrize(("points", "warns"), [(1, True), (0, False)])
def test_the_preview_says_it_and_saving_opens_the_task(
    clinic: Clinic, points: int, *, warns: bool
) -> None:
    ruth = signed_in(clinic.ruth)
    yesterday = (asking.now() - timedelta(days=1)).date().isoformat()
    file = about(AMARA, resource(points, yesterday))
    pending = pending_of(sends(ruth, clinic.amara, file))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    assert ("An answer about suicide above zero is among it" in page) is warns
    assert not CrisisTask.objects.exists()
    saves(ruth, clinic.amara, pending, details="take")
    assert CrisisTask.objects.exists() is warns
