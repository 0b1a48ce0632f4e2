"""The worker: whole or nothing at every step, and nothing twice."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from tests.web.clinic import LATER, NOW, Clinic, own
from tests.web.taking import orders
from tests.web.test_processes import CONCORD, SCRIPT, run, url

from concord.web import worker
from concord.web.chart.actions import care, reading, reviewing
from concord.web.chart.log import verify
from concord.web.chart.models import Entry, Head, StoredReview
from concord.web.chart.policy import Purpose

__all__ = ["url"]

DAY = timedelta(days=1)


def stored() -> dict[tuple[UUID, str], date]:
    return {(row.person_id, row.view): row.as_of for row in StoredReview.objects.all()}


def rounds(now: Any) -> int:
    return sum(1 for _ in reviewing.make_ready(now))


def views(clinic: Clinic) -> dict[str, str]:
    return {
        "clinic": f"care:{clinic.riverside.id}",
        "programme": f"care:{clinic.riverside.id}:{clinic.riverside.programme}",
        "hillside": f"care:{clinic.hillside.id}",
    }


def test_a_round_makes_every_review_that_somebody_looks_after(clinic: Clinic) -> None:
    rounds(NOW)
    of = views(clinic)
    assert stored() == {
        (clinic.amara, of["clinic"]): date(2026, 11, 22),
        (clinic.amara, of["programme"]): date(2026, 11, 22),
        (clinic.ben, of["hillside"]): date(2026, 11, 22),
    }


def test_a_persons_own_view_is_made_ready_once_they_asked(clinic: Clinic) -> None:
    reading.read_review(
        actor=own(clinic.amara), person=clinic.amara, purpose=Purpose.OWN, now=NOW
    )
    rounds(NOW + DAY)
    assert stored()[clinic.amara, "whole"] == date(2026, 11, 23)
    assert (clinic.ben, "whole") not in stored()


def test_a_second_round_of_a_day_makes_nothing_again(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    rounds(NOW)
    before = list(StoredReview.objects.order_by("id").values())
    rounds(LATER)
    assert list(StoredReview.objects.order_by("id").values()) == before


def test_who_is_looked_after_no_longer_is_not_reviewed(clinic: Clinic) -> None:
    care.end(
        actor=clinic.igor,
        organisation=clinic.hillside.id,
        person=clinic.ben,
        relationship=clinic.relation["olga"],
        key=uuid4(),
        now=NOW,
    )
    rounds(LATER)
    assert {person for person, _ in stored()} == {clinic.amara}


def test_the_panel_of_the_day_finds_its_reviews_made(clinic: Clinic) -> None:
    rounds(NOW + DAY)
    before = stored()
    (row,) = reading.read_panel(actor=clinic.ruth, now=NOW + DAY)
    assert row.reviewed_on == date(2026, 11, 23)
    assert stored() == before


def test_a_round_that_is_ended_on_the_way_is_finished_by_the_next(
    clinic: Clinic,
) -> None:
    for number in range(50):
        person = clinic.riverside.adds(f"Person {number}")
        clinic.riverside.puts(person, clinic.ruth)
    half = reviewing.make_ready(NOW)
    done, total = next(half)
    half.close()
    assert 0 < len(stored()) <= done < total
    rounds(NOW)
    assert len(stored()) == total == 53


def test_a_round_signs_the_head_of_the_day_once_and_says_so(clinic: Clinic) -> None:
    said: list[str] = []
    first = worker.work_once(NOW, said.append)
    again = worker.work_once(LATER, said.append)
    assert first == again
    assert first.reviews == 3
    assert [head.day for head in Head.objects.all()] == [date(2026, 11, 22)]
    assert verify().problems == ()
    assert said == ["3 reviews are of today; head of 2026-11-22 signed"] * 2


def test_a_round_reads_nobodys_record_in_anybodys_name(clinic: Clinic) -> None:
    before = Entry.objects.exclude(action="register").count()
    worker.work_once(NOW, lambda _words: None)
    assert Entry.objects.exclude(action="register").count() == before


def test_a_round_that_fails_is_told_without_a_value_and_the_next_one_tried(
    clinic: Clinic,
) -> None:
    said: list[str] = []
    moments = iter([None, NOW])
    left = iter([True, False])
    worker.work(lambda: next(moments), said.append, lambda: next(left))  # type: ignore[arg-type,return-value]
    failed, done = said
    assert failed == "this round failed (ValueError); trying again later"
    assert done.startswith("3 reviews")


def test_the_commands_work_on_a_database_that_commits(url: str) -> None:
    assert run(url, str(SCRIPT), "found")[0] == 0
    code, out, err = run(url, CONCORD, "worker", "--once")
    assert (code, out) == (0, ""), err
    assert "3 reviews are of today" in err
    code, out, _ = run(url, CONCORD, "keys", "rotate")
    assert code == 0
    assert out.startswith("0 keys were wrapped")
    code, out, _ = run(url, CONCORD, "audit", "verify")
    assert (code, out) == (0, "the log is whole\n")


def test_the_worker_has_no_query_of_its_own() -> None:
    text = Path(worker.__file__).read_text()
    assert ".objects" not in text
