"""An old answer about suicide from elsewhere is found, and interrupts nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from builders import A, Said, a_person
from concord.record import model as rec
from concord.review import review
from concord.terms import PartialDate
from small_world import WORLD, answered_elsewhere

ID = "answer-from-elsewhere"
# The form asks of two weeks: one of 1 March is about now through the 15th.
MARCH = "2026-03-01"


def said(a: A, on: str) -> Said:
    return Said(review(a.record, WORLD, date.fromisoformat(on)), ID)


def and_then(a: A, on: str, number: int, *, here: bool = True) -> A:
    """One more form, filled in here or in another house."""
    form = rec.Response(
        id=f"r-{on}",
        source=None
        if here
        else rec.Source(system="there", type="QuestionnaireResponse", id=f"r-{on}"),
        questionnaire="urn:concord:scale:asks",
        at=PartialDate.of(date.fromisoformat(on)),
        answers=(rec.Answer(item="dark", number=Decimal(number)),),
    )
    forms = (*a.record.responses, form)
    return A(msgspec.structs.replace(a.record, responses=forms))


@pytest.mark.parametrize(("on", "found"), [("2026-03-15", 0), ("2026-03-16", 1)])
def test_it_is_found_once_it_is_no_longer_about_now(on: str, found: int) -> None:
    assert len(said(answered_elsewhere(MARCH), on).findings) == found


@pytest.mark.parametrize(("number", "found"), [(0, 0), (1, 1), (3, 1)])
def test_an_answer_of_zero_is_none(number: int, found: int) -> None:
    assert len(said(answered_elsewhere(MARCH, number), "2026-05-01").findings) == found


def test_it_never_interrupts_whatever_is_about_to_be_started() -> None:
    finding = said(answered_elsewhere(MARCH).taking("beta"), "2026-05-01").one
    assert not finding.interrupts
    assert finding.severity == "moderate"


@pytest.mark.parametrize("number", [0, 2])
def test_one_who_was_asked_here_since_is_no_longer_found(number: int) -> None:
    person = and_then(answered_elsewhere(MARCH), "2026-03-20", number)
    assert said(person, "2026-05-01").findings == ()


def test_asked_elsewhere_since_the_newest_speaks() -> None:
    better = and_then(answered_elsewhere(MARCH), "2026-03-20", 0, here=False)
    assert said(better, "2026-05-01").findings == ()
    worse = and_then(answered_elsewhere(MARCH, 0), "2026-03-20", 1, here=False)
    assert len(said(worse, "2026-05-01").findings) == 1


def test_a_total_that_came_since_says_nothing_of_it() -> None:
    person = answered_elsewhere(MARCH)
    total = rec.Response(
        id="t",
        questionnaire="urn:concord:scale:asks",
        at=PartialDate.of(date(2026, 4, 1)),
        answers=(rec.Answer(item="total", number=Decimal(0)),),
    )
    forms = (*person.record.responses, total)
    told = A(msgspec.structs.replace(person.record, responses=forms))
    assert len(said(told, "2026-05-01").findings) == 1


def test_it_is_said_of_somebody_who_takes_nothing_and_of_one_who_does() -> None:
    nothing = said(answered_elsewhere(MARCH), "2026-05-01")
    assert nothing.outcome == "finding"
    something = said(answered_elsewhere(MARCH).taking("beta"), "2026-05-01")
    assert something.outcome == "finding"


@pytest.mark.parametrize("medicine", [None, "beta"])
def test_an_answer_of_zero_that_came_from_elsewhere_was_checked(
    medicine: str | None,
) -> None:
    person = answered_elsewhere(MARCH, 0)
    person = person.taking(medicine) if medicine else person
    assert said(person, "2026-05-01").outcome == "checked"


@pytest.mark.parametrize("medicine", [None, "beta"])
def test_a_form_from_elsewhere_without_the_answer_is_not_checked(
    medicine: str | None,
) -> None:
    person = answered_elsewhere(MARCH)
    (form,) = person.record.responses
    skipped = msgspec.structs.replace(form, answers=())
    open_ = A(msgspec.structs.replace(person.record, responses=(skipped,)))
    open_ = open_.taking(medicine) if medicine else open_
    found = review(open_.record, WORLD, date(2026, 5, 1))
    assert Said(found, ID).outcome == "not checked"
    needs = [n.key for row in found.not_checked if row.rule == ID for n in row.needs]
    assert needs == ["need.suicide-answer"]


def test_one_without_the_answer_beside_one_with_it_is_not_asked_about() -> None:
    person = answered_elsewhere(MARCH, 0)
    (form,) = person.record.responses
    skipped = msgspec.structs.replace(form, id="r2", answers=())
    both = A(msgspec.structs.replace(person.record, responses=(form, skipped)))
    assert said(both, "2026-05-01").outcome == "checked"


def test_of_an_answer_that_is_still_about_now_the_task_speaks() -> None:
    assert said(answered_elsewhere(MARCH), "2026-03-10").outcome == "not checked"
    known = answered_elsewhere(MARCH).taking("beta")
    assert said(known, "2026-03-10").outcome == "not applicable"


def test_of_somebody_without_such_a_form_it_does_not_apply() -> None:
    assert said(a_person().taking("beta"), "2026-05-01").outcome == "not applicable"
