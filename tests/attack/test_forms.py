"""Forms and crisis tasks, attacked: markup in what is answered, ids of others.

What a person types in an answer, what staff write when they close a task, and what a
clinic tells people stand on pages of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.attack.payloads import CLAIMS, SCRIPTS
from tests.attack.test_stored_scripts import evil_of
from tests.attack.trying import held as held_by
from tests.attack.trying import of_ben, rows, tries
from tests.web.clinic import Clinic, own
from tests.web.signing import signed_in, without_tokens

from concord.followup.crisis import WhatWasDone
from concord.followup.scoring import Given
from concord.web.chart.actions import asking, crises, crisis_plans
from concord.web.chart.actions.crisis_plans import Plan
from concord.web.chart.models import ScaleAnswer
from concord.web.chart.policy import Actor, Purpose
from concord.web.pages.asking import now

pytestmark = pytest.mark.crawl


@dataclass(frozen=True)
class Sent:
    """A form of words, one with an answer above zero, and its task."""

    words: UUID
    phq: UUID
    task: UUID


def sent(clinic: Clinic, person: UUID, by: Actor, words: str = "Walk") -> Sent:
    cared = {"person": person, "now": now(), "purpose": Purpose.TREATMENT}
    theirs = cared | {"actor": own(person), "purpose": Purpose.OWN}
    made = {}
    for scale in ("goals", "phq-9"):
        given = asking.send(
            actor=by,
            scale=scale,
            reader=by.membership,
            opens=now().date(),
            key=uuid4(),
            **cared,
        )
        made[scale] = UUID(given["forms"][0])
    for scale, answer in (
        ("goals", Given(item="goal-1", text=words)),
        ("phq-9", Given(item="self-harm", value=Decimal(1))),
    ):
        kept = asking.answer(form=made[scale], given=answer, key=uuid4(), **theirs)
    return Sent(made["goals"], made["phq-9"], UUID(kept["task"]))


def test_markup_in_answers_texts_and_closing_words_is_shown_as_text(
    clinic: Clinic,
) -> None:
    amara, ruth, alma = (
        signed_in(a) for a in (own(clinic.amara), clinic.ruth, clinic.alma)
    )
    made = sent(clinic, clinic.amara, clinic.ruth)
    base = f"/people/{clinic.amara}/"
    pages: list[tuple[Client, str]] = [
        *((amara, f"/me/forms/{made.words}/{p}/") for p in (1, "check")),
        *((amara, f"/me/forms/{made.phq}/{p}/") for p in (9, "help")),
        *((ruth, base + p) for p in ("", "scales/", f"crisis/{made.task}/")),
        *((alma, f"/office/crisis/{p}") for p in ("", "plan/")),
    ]
    evil, shown = [], 0
    for payload in SCRIPTS:
        asking.answer(
            actor=own(clinic.amara),
            person=clinic.amara,
            form=made.words,
            given=Given(item="goal-1", text=payload),
            purpose=Purpose.OWN,
            key=uuid4(),
            now=now(),
        )
        crisis_plans.set_plan(
            actor=clinic.alma,
            organisation=clinic.riverside.id,
            plan=Plan(texts={"en": payload, "es": payload}, next_step=payload),
            key=uuid4(),
            now=now(),
        )
        for browser, path in pages:
            answer = tries(browser, "GET", path)
            assert answer.status == 200, (path, answer.failed)
            shown += "x55" in answer.page
            evil += [(path, e) for e in evil_of(answer.page)]
        refused = tries(
            ruth,
            "POST",
            f"{base}crisis/{made.task}/",
            {"step": "close", "what": payload, "words": payload},
        )
        assert refused.status == 422
        evil += [("closing", e) for e in evil_of(refused.page)]
        refused = tries(amara, "POST", f"/me/forms/{made.phq}/9/", {"answer": payload})
        evil += [("answering", e) for e in evil_of(refused.page)]
    crises.close(
        actor=clinic.ruth,
        person=clinic.amara,
        task=made.task,
        what=WhatWasDone.MISTAKE,
        words=" ".join(SCRIPTS)[:4000],
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=now(),
    )
    closed = tries(ruth, "GET", f"{base}crisis/{made.task}/").page
    assert "x55" in closed
    assert evil_of(closed) == []
    assert evil == []
    assert shown > len(SCRIPTS)


def test_a_form_or_task_of_somebody_else_is_answered_like_none(clinic: Clinic) -> None:
    bens = sent(clinic, clinic.ben, clinic.olga)
    nowhere = Sent(uuid4(), uuid4(), uuid4())
    amara = signed_in(own(clinic.amara))
    staff = [signed_in(a) for a in (clinic.ruth, clinic.hana)]

    def paths(of: Sent) -> list[tuple[Client, str]]:
        found = [
            (amara, f"/me/forms/{form}/{part}")
            for form in (of.words, of.phq)
            for part in ("", "1/", "9/", "check/", "help/", "sent/")
        ]
        for person in (clinic.amara, clinic.ben):
            base = f"/people/{person}/"
            found += [
                (browser, base + part)
                for browser in staff
                for part in (
                    f"scales/{of.phq}/",
                    f"scales/{of.phq}/1/",
                    f"scales/{of.phq}/check/",
                    f"scales/{of.phq}/call-off/",
                    f"scales/when-due/{of.phq}/stop/",
                    f"crisis/{of.task}/",
                )
            ]
        return found

    before, tried = rows(), 0
    for (browser, theirs), (_, missing) in zip(
        paths(bens), paths(nowhere), strict=True
    ):
        for method in ("GET", "POST"):
            data = {"answer": "1", "step": "take"} if method == "POST" else None
            one = tries(browser, method, theirs, data, keep=True)
            other = tries(browser, method, missing, data, keep=True)
            assert one.status == other.status, (theirs, one.status, other.status)
            assert one.status in (404, 405), (theirs, one.status)
            assert without_tokens(one.page.encode()) == without_tokens(
                other.page.encode()
            )
            tried += 1
    assert rows() == before
    assert tried > 60


def test_a_forged_body_answers_for_nobody_else(clinic: Clinic) -> None:
    made = held_by(clinic)
    bens = sent(clinic, clinic.ben, clinic.olga)
    amaras = sent(clinic, clinic.amara, clinic.ruth)
    of_his = of_ben(made)
    forged: dict[str, Any] = dict.fromkeys(CLAIMS, str(clinic.ben))
    forged |= {"form": str(bens.phq), "task": str(bens.task), "item": "self-harm"}
    amara, ruth = signed_in(own(clinic.amara)), signed_in(clinic.ruth)
    before = ScaleAnswer.objects.filter(person=clinic.amara).count()
    amara.post(f"/me/forms/{amaras.phq}/1/", forged | {"answer": "2", "key": ""})
    ruth.post(
        f"/people/{clinic.amara}/crisis/{amaras.task}/",
        forged | {"step": "take", "key": str(uuid4())},
    )
    assert of_ben(made) == of_his
    assert ScaleAnswer.objects.filter(person=clinic.amara).count() == before + 1
    newest = ScaleAnswer.objects.order_by("created_at").last()
    assert newest is not None
    assert (newest.actor, newest.person_id) == (clinic.amara, clinic.amara)


def test_a_reader_or_one_on_call_of_another_house_is_refused(clinic: Clinic) -> None:
    ruth, alma = signed_in(clinic.ruth), signed_in(clinic.alma)
    today = now().date()
    for reader in (clinic.olga, clinic.paul, clinic.hana):
        answer = ruth.post(
            f"/people/{clinic.amara}/scales/send/",
            {
                "key": str(uuid4()),
                "scale": "phq-9",
                "reader": str(reader.membership),
                "opens_day": today.day,
                "opens_month": today.month,
                "opens_year": today.year,
            },
        )
        assert answer.status_code == 422
    for member in (clinic.olga, clinic.tomas):
        given = {"who": str(member.membership), "first": str(today), "last": str(today)}
        refused = alma.post("/office/crisis/on-call/add/", given | {"key": ""})
        assert refused.status_code == 422
    made = crisis_plans.be_on_call(
        actor=clinic.igor,
        organisation=clinic.hillside.id,
        membership=clinic.olga.membership,
        starts_at=now(),
        ends_at=now() + timedelta(days=1),
        key=uuid4(),
        now=now(),
    )
    for duty in (made["on_call"], uuid4()):
        assert alma.post(f"/office/crisis/on-call/{duty}/end/").status_code == 404
