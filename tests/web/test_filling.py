"""The pages on which forms are filled in, sent, rated; on both databases."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.web.clinic import Clinic, own
from tests.web.ismp import text_of, violations
from tests.web.signing import signed_in
from tests.web.test_crises import ALWAYS, on_call, plans
from tests.web.test_forms_actions import answers, sends

from concord.web.chart.actions import crisis_plans
from concord.web.chart.models import (
    CrisisPlan,
    CrisisTask,
    Entry,
    ScaleAnswer,
    ScaleEnd,
)
from concord.web.pages import asking as clock
from concord.web.pages.filling import hours_in_words


def now() -> datetime:
    return clock.now()


def a_form(clinic: Clinic, scale: str = "phq-9", **more: Any) -> UUID:
    (form,) = sends(clinic, scale=scale, opens=now().date(), now=now(), **more)
    return form


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", text_of(page.content.decode()))


def way(form: UUID, part: str | int = "") -> str:
    return f"/me/forms/{form}/{part}{'/' if part != '' else ''}"


def gives(browser: Client, form: UUID, number: int, **data: Any) -> Any:
    return browser.post(way(form, number), {"key": str(uuid4())} | data)


@pytest.fixture
def amara(clinic: Clinic) -> Client:
    return signed_in(own(clinic.amara))


def test_a_form_waits_on_today_and_says_who_reads_it_before_the_first_question(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    today = words(amara.get("/me/"))
    assert "Questions from Ruth" in today
    plans(clinic, hours=ALWAYS)
    start = words(amara.get(way(form)))
    assert "Ruth at Riverside reads your answers." in start
    assert "They are read Monday to Sunday midnight to midnight." in start
    assert "Nobody is reading now" not in start
    assert "One question asks about thoughts of death" in start


def test_out_of_hours_it_says_that_nobody_is_reading_now(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    assert "Your clinic has not said when" in words(amara.get(way(form)))
    other = (now().weekday() + 3) % 7
    hour = crisis_plans.Hours(day=other, begins="09:00", ends="17:00")
    plans(clinic, hours=(hour,))
    assert "Nobody is reading now." in words(amara.get(way(form)))


def test_one_question_a_page_forth_and_back_without_a_script(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    first = amara.get(way(form, 1))
    assert "Question 1 of 10" in words(first)
    assert first.content.count(b'type="radio"') == 4
    there = gives(amara, form, 1, answer="2")
    assert (there.status_code, there.url) == (302, way(form, 2))
    again = amara.get(way(form, 1)).content.decode()
    assert re.search(r'value="2" checked', again)
    assert f'href="{way(form, 1)}"' in amara.get(way(form, 2)).content.decode()
    assert amara.get(way(form, 99)).url == way(form, "check")


def test_it_is_resumed_at_the_first_question_without_an_answer(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    gives(amara, form, 1, answer="1")
    gives(amara, form, 2, skip="1")
    start = amara.get(way(form)).content.decode()
    assert f'href="{way(form, 3)}"' in start
    assert "2 done" in words(amara.get(way(form)))
    assert "Go on" in words(amara.get("/me/"))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "Choose an answer, or leave the question open."),
        ({"answer": "4"}, "This is not one of the answers."),
        ({"answer": "-1"}, "This is not one of the answers."),
        ({"answer": "1.5"}, "This is not one of the answers."),
        ({"answer": "NaN"}, "This is not one of the answers."),
        ({"answer": "Infinity"}, "This is not one of the answers."),
        ({"answer": "much"}, "This is not one of the answers."),
        ({"words": "much"}, "Choose an answer"),
    ],
)
def test_an_answer_that_cannot_be_is_said_to_be_and_nothing_is_lost(
    clinic: Clinic, amara: Client, data: dict[str, str], problem: str
) -> None:
    form = a_form(clinic)
    gives(amara, form, 1, answer="1")
    wrong = gives(amara, form, 1, **data)
    assert wrong.status_code == 422
    assert problem in words(wrong)
    assert ScaleAnswer.objects.count() == 1


def test_words_have_a_page_too_and_a_most(clinic: Clinic, amara: Client) -> None:
    form = a_form(clinic, "goals")
    assert b"<textarea" in amara.get(way(form, 1)).content
    assert gives(amara, form, 1, words="x" * 2001).status_code == 422
    assert gives(amara, form, 1, words=" ").status_code == 422
    assert gives(amara, form, 1, words="Walk to the lake").status_code == 302
    assert "Walk to the lake" in words(amara.get(way(form, "check")))


def test_spanish_is_offered_where_it_is_official_and_nowhere_else(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    question = amara.get(way(form, 1) + "?in=es").content.decode()
    assert "Poco interés o placer en hacer cosas" in question
    assert '<fieldset lang="es"' in question
    there = amara.post(way(form, 9) + "?in=es", {"answer": "1", "key": str(uuid4())})
    assert "in=es" in there.url
    assert "Línea 988 de Prevención del Suicidio" in words(amara.get(there.url))
    other = a_form(clinic, "gad-7")
    assert "Feeling nervous" in amara.get(way(other, 1) + "?in=es").content.decode()
    assert "Español" not in words(amara.get(way(other)))


def test_a_language_that_nobody_qualified_has_gone_over_is_not_offered(
    clinic: Clinic, amara: Client, settings: Any
) -> None:
    settings.REVIEWED_LANGUAGES = frozenset({"en"})
    form = a_form(clinic)
    assert "Español" not in words(amara.get(way(form)))
    question = amara.get(way(form, 9) + "?in=es").content.decode()
    assert "Thoughts that you would be better off dead" in question
    assert "Línea 988" not in question
    settings.REVIEWED_LANGUAGES = frozenset({"en", "es"})
    assert "Español" in words(amara.get(way(form)))


def test_the_help_stands_on_the_page_of_the_question_itself(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    plans(clinic, texts={"en": "Ask for the nurse."})
    page = amara.get(way(form, 9)).content.decode()
    assert page.count("data-crisis") == 3  # all but "Not at all"
    assert 'href="tel:988"' in page
    assert 'href="tel:911"' in page
    assert "Ask for the nurse." in page
    assert "crisis-now" not in amara.get(way(form, 8)).content.decode()


def test_above_zero_the_help_comes_at_once_and_says_who_knows(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    there = gives(amara, form, 9, answer="1")
    assert there.url.startswith(way(form, "help"))
    help_ = amara.get(there.url)
    said = words(help_)
    assert "Call 988" in said
    assert "Ruth was told of your answer. No one has seen it yet." in said
    assert f'href="{way(form, 10)}"' in help_.content.decode()
    ruth = signed_in(clinic.ruth)
    task = CrisisTask.objects.get()
    ruth.post(f"/people/{clinic.amara}/crisis/{task.id}/", {"key": str(uuid4())})
    assert "Ruth has seen it." in words(amara.get(there.url))


@pytest.mark.parametrize("data", [{"answer": "0"}, {"skip": "1"}])
def test_at_zero_and_left_open_it_goes_on(
    clinic: Clinic, amara: Client, data: dict[str, str]
) -> None:
    form = a_form(clinic)
    assert gives(amara, form, 9, **data).url == way(form, 10)
    assert amara.get(way(form, "help")).url == way(form)


def test_the_script_is_told_where_to_go(clinic: Clinic, amara: Client) -> None:
    form = a_form(clinic)
    sent = {"answer": "1", "key": str(uuid4())}
    there = amara.post(way(form, 1), sent, headers={"X-Filling": "1"})
    assert (there.status_code, there.headers["X-Next"]) == (204, way(form, 2))
    again = amara.post(way(form, 1), sent, headers={"X-Filling": "1"})
    assert again.status_code == 204
    assert ScaleAnswer.objects.count() == 1


def test_all_answers_are_checked_and_sent_once(clinic: Clinic, amara: Client) -> None:
    form = a_form(clinic)
    empty = amara.post(way(form, "check"), {"key": str(uuid4())})
    assert empty.status_code == 422
    gives(amara, form, 1, answer="1")
    assert "9 questions not answered yet" not in words(amara.get(way(form, "check")))
    assert "8 questions not answered yet" in words(amara.get(way(form, "check")))
    key = str(uuid4())
    for _ in range(2):
        sent = amara.post(way(form, "check"), {"key": key})
        assert sent.status_code in (302, 409)
    assert ScaleEnd.objects.count() == 1
    assert "Ruth can read your answers now" in words(amara.get(way(form, "sent")))
    for part in ("", 1, "check"):
        over = amara.get(way(form, part))
        assert over.status_code == 409
        assert "This form is sent already" in words(over)
    late = gives(amara, form, 2, answer="1")
    assert late.status_code == 409
    assert "Questions from" not in words(amara.get("/me/"))


def test_a_short_form_leads_to_its_long_one(clinic: Clinic, amara: Client) -> None:
    form = a_form(clinic, "phq-2")
    gives(amara, form, 1, answer="2")
    gives(amara, form, 2, answer="1")
    there = amara.post(way(form, "check"), {"key": str(uuid4())})
    longer = words(amara.get(there.url))
    assert "They lead to some more questions." in longer
    assert "2 done" in longer


def test_discreet_pages_do_not_name_the_form(clinic: Clinic, amara: Client) -> None:
    a_form(clinic)
    amara.cookies["plain"] = "1"
    today = words(amara.get("/me/"))
    assert "A form waits for you" in today
    assert "PHQ" not in today
    assert "Ruth" not in today


def test_no_page_of_a_caregiver_tells_of_a_form_or_a_task(clinic: Clinic) -> None:
    form = a_form(clinic)
    answers(clinic, form, "self-harm", 3, now=now())
    maya = signed_in(clinic.maya)
    for page in ("", "medicines/", "changes/", "team/", "more/"):
        said = maya.get(f"/for/{clinic.amara}/{page}").content.decode().lower()
        for word in ("phq", "suicid", "form waits", "questions from", "crisis task"):
            assert word not in said, (page, word)
    for part in ("", 1, "check", "help", "sent"):
        assert maya.get(way(form, part)).status_code == 302
        assert maya.get(f"/for/{clinic.amara}/forms/{form}/").status_code == 404


def test_staff_send_rate_and_enter_totals(clinic: Clinic) -> None:
    noor = signed_in(clinic.noor)
    base = f"/people/{clinic.amara}/scales/"
    today = now().date()
    sent = noor.post(
        base + "send/",
        {
            "key": str(uuid4()),
            "scale": "gad-7",
            "reader": str(clinic.ruth.membership),
            "opens_day": str(today.day),
            "opens_month": str(today.month),
            "opens_year": str(today.year),
        },
    )
    assert sent.status_code == 302
    assert "With the person; Ruth reads it" in words(noor.get(base))
    rated = noor.post(base + "rate/", {"key": str(uuid4()), "scale": "cows"})
    form = rated.url
    assert "Clinical Opiate Withdrawal Scale" in words(noor.get(form))
    for number in range(1, 12):  # COWS has eleven items
        page = noor.get(f"{form}{number}/").content.decode()
        values = re.findall(r'name="answer" value="(\d+)"', page)
        noor.post(f"{form}{number}/", {"key": str(uuid4()), "answer": values[-1]})
    done = noor.post(f"{form}check/", {"key": str(uuid4())})
    assert done.url == base
    assert "48" in words(noor.get(base))
    entered = {
        "key": str(uuid4()),
        "scale": "madrs",
        "total": "34",
        "on_day": "1",
        "on_month": "11",
        "on_year": "2026",
    }
    page = words(noor.get(base + "total/"))
    assert "Royal College of Psychiatrists" in page
    assert noor.post(base + "total/", entered | {"total": "61"}).status_code == 422
    assert noor.post(base + "total/", entered | {"on_year": "2031"}).status_code == 422
    assert noor.post(base + "total/", entered).status_code == 302
    said = words(noor.get(base))
    assert "34" in said
    assert "Question on suicide: not assessed" in said


def test_a_skipped_item_is_said_to_staff_to_be_not_assessed(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    for number in range(1, 9):
        gives(amara, form, number, answer="2")
    gives(amara, form, 9, skip="1")
    amara.post(way(form, "check"), {"key": str(uuid4())})
    ruth = signed_in(clinic.ruth)
    for page in (f"/people/{clinic.amara}/", f"/people/{clinic.amara}/scales/"):
        said = words(ruth.get(page))
        assert "Question on suicide: not assessed" in said
        assert "18" in said  # 16 of eight answers, so 16 x 9 / 8
    assert "the total is made up from the others" in said
    # Each answer stands under its result, what was left open too.
    assert "Feeling down, depressed, or hopeless More than half the days (2)" in said
    assert "hurting yourself in some way Left open" in said


def test_goals_and_the_checklist_are_read_in_the_words_they_were_answered_in(
    clinic: Clinic, amara: Client
) -> None:
    goals = a_form(clinic, scale="goals")
    gives(amara, goals, 1, words="See my son every week")
    gives(amara, goals, 2, answer="4")
    amara.post(way(goals, "check"), {"key": str(uuid4())})
    said = words(signed_in(clinic.ruth).get(f"/people/{clinic.amara}/scales/"))
    assert "Goal 1, in your own words See my son every week" in said
    assert "How near are you to this goal today? 4" in said
    assert "Goal 2" not in said.partition("Answers of")[2]
    for door in (signed_in(clinic.ruth), amara):
        base = "/me" if door is amara else f"/people/{clinic.amara}"
        page = words(door.get(f"{base}/timeline/?last=all"))
        assert "See my son every week" in page


def test_a_crisis_stands_first_on_the_panel_and_is_closed_only_with_words(
    clinic: Clinic,
) -> None:
    form = a_form(clinic)
    answers(clinic, form, "self-harm", 2, now=now())
    task = CrisisTask.objects.get().id
    ruth = signed_in(clinic.ruth)
    panel = words(ruth.get("/people/"))
    assert "1 crisis answer not taken up" in panel
    assert "An answer about suicide Not taken up yet Ruth" in panel
    assert "An answer about suicide waits" in words(
        ruth.get(f"/people/{clinic.amara}/")
    )
    page = f"/people/{clinic.amara}/crisis/{task}/"
    shown = words(ruth.get(page))
    assert "More than half the days (2)" in shown
    assert "Ask Suicide-Screening Questions (ASQ)" in shown
    taken = ruth.post(page, {"key": str(uuid4()), "step": "take"})
    assert taken.status_code == 302
    assert "Ruth took it up" in words(ruth.get("/people/"))
    assert "not taken up" not in words(ruth.get("/people/"))
    for data in ({}, {"what": "safe-with-plan"}, {"words": "Rang her."}):
        closing = {"key": str(uuid4()), "step": "close"} | data
        assert ruth.post(page, closing).status_code == 422
    closing = {"what": "safe-with-plan", "words": "Rang her.", "step": "close"}
    assert ruth.post(page, closing | {"key": str(uuid4())}).status_code == 302
    assert "Rang her." in words(ruth.get(page))
    assert "An answer about suicide" not in words(ruth.get("/people/"))
    assert ruth.post(page, closing | {"key": str(uuid4())}).status_code == 422


def test_two_who_take_it_up_at_once_both_see_who_has_it(clinic: Clinic) -> None:
    form = a_form(clinic)
    answers(clinic, form, "self-harm", 1, now=now())
    page = f"/people/{clinic.amara}/crisis/{CrisisTask.objects.get().id}/"
    ruth, noor = signed_in(clinic.ruth), signed_in(clinic.noor)
    assert ruth.post(page, {"key": str(uuid4())}).status_code == 302
    second = noor.post(page, {"key": str(uuid4())})
    assert second.status_code == 422
    assert "Somebody has taken it up meanwhile" in words(second)
    assert "Ruth took it up" in words(second)


def test_who_is_on_call_finds_the_task_and_no_record(clinic: Clinic) -> None:
    plans(clinic, hours=())
    crisis_plans.be_on_call(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        membership=clinic.paul.membership,
        starts_at=now(),
        ends_at=now().replace(year=now().year + 1),
        key=uuid4(),
        now=now(),
    )
    form = a_form(clinic)
    answers(clinic, form, "self-harm", 1, now=now())
    paul = signed_in(clinic.paul)
    panel = paul.get("/people/")
    assert "You are called" in words(panel)
    page = f"/people/{clinic.amara}/crisis/{CrisisTask.objects.get().id}/"
    assert page in panel.content.decode()
    shown = words(paul.get(page))
    assert "You see this answer and not the record" in shown
    assert paul.get(f"/people/{clinic.amara}/").status_code == 404
    assert paul.get(f"/people/{clinic.amara}/scales/").status_code == 404
    closing = {"what": "handed-over", "words": "Told Ruth.", "step": "close"}
    closed = paul.post(page, closing | {"key": str(uuid4())})
    assert closed.url == "/people/"
    assert paul.get(page).status_code == 404


def test_the_office_says_what_people_are_told(clinic: Clinic) -> None:
    alma = signed_in(clinic.alma)
    assert "Not said." in words(alma.get("/office/crisis/"))
    given = {
        "key": str(uuid4()),
        "text_en": "Ask for the nurse.",
        "next_step": "Call on the same day.",
        "hours_0": "9:00 to 17:00",
        "hours_4": "09:00-12:00, 13:00-15:30",
    }
    wrong = alma.post("/office/crisis/plan/", given | {"hours_1": "17 to 9"})
    assert wrong.status_code == 422
    assert alma.post("/office/crisis/plan/", given).status_code == 302
    said = words(alma.get("/office/crisis/"))
    assert "Monday 9 am to 5 pm, Friday 9 am to noon and 1 pm to 3:30 pm" in said
    assert "Ask for the nurse." in said
    assert CrisisPlan.objects.count() == 1
    on_call(clinic, clinic.noor, hours=24 * 365 * 10)
    assert "Noor" in words(alma.get("/office/crisis/"))


def test_hours_are_told_in_words() -> None:
    def hours(*told: tuple[int, str, str]) -> tuple[crisis_plans.Hours, ...]:
        return tuple(crisis_plans.Hours(day=d, begins=b, ends=e) for d, b, e in told)

    week = hours(*((d, "08:00", "18:00") for d in range(5)))
    assert hours_in_words(week) == "Monday to Friday 8 am to 6 pm"
    two = hours((5, "00:00", "12:00"), (6, "00:00", "12:00"))
    assert hours_in_words(two) == "Saturday and Sunday midnight to noon"
    split = hours((0, "12:30", "24:00"), (2, "12:30", "24:00"))
    assert hours_in_words(split) == (
        "Monday 12:30 pm to midnight, Wednesday 12:30 pm to midnight"
    )
    assert hours_in_words(()) == ""


def test_no_new_page_breaks_the_rules_of_doses_and_abbreviations(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    answers(clinic, form, "self-harm", 1, now=now())
    ruth, alma = signed_in(clinic.ruth), signed_in(clinic.alma)
    base = f"/people/{clinic.amara}/"
    task = CrisisTask.objects.get().id
    pages = [
        *(amara.get(way(form, p)) for p in ("", 1, 9, "check", "help")),
        *(ruth.get(base + p) for p in ("", "scales/", "scales/send/", "scales/total/")),
        ruth.get(f"{base}crisis/{task}/"),
        *(alma.get(f"/office/crisis/{p}") for p in ("", "plan/", "on-call/add/")),
    ]
    for page in pages:
        assert page.status_code == 200
        assert violations(page.content.decode()) == [], page.request["PATH_INFO"]


def test_every_page_of_a_form_is_a_reading_of_the_record_in_the_log(
    clinic: Clinic, amara: Client
) -> None:
    form = a_form(clinic)
    for part in ("", 1, "check"):
        before = Entry.objects.filter(subject=clinic.amara).count()
        amara.get(way(form, part))
        assert Entry.objects.filter(subject=clinic.amara).count() == before + 1
