"""Forms that are sent, answered and finished; on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.web.clinic import LATER, NOW, Clinic, own

from builders import day
from concord.errors import DeniedError, ImpossibleAnswersError, ImpossibleChangeError
from concord.followup.case import Case
from concord.followup.scoring import Given
from concord.web.chart.actions import asking
from concord.web.chart.actions.forms import State, form_of, forms_of
from concord.web.chart.actions.reading import read_record
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.models import (
    Entry,
    ScaleAnswer,
    ScaleEnd,
    ScaleRequest,
    StoredReview,
)
from concord.web.chart.policy import Actor, Purpose, visible

TODAY = NOW.date()
PHQ_9 = (
    "interest", "mood", "sleep", "energy", "appetite", "worth", "concentration",
    "movement", "self-harm",
)  # fmt: skip


def sends(clinic: Clinic, by: Actor | None = None, **more: Any) -> list[UUID]:
    """Send Amara a form, of which its sender is the reader, and return the ids."""
    actor = by or clinic.ruth
    made = asking.send(
        **{
            "actor": actor,
            "person": clinic.amara,
            "scale": "phq-9",
            "reader": actor.membership,
            "opens": TODAY,
            "purpose": Purpose.TREATMENT,
            "key": uuid4(),
            "now": NOW,
        }
        | more
    )
    return [UUID(id_) for id_ in made["forms"]]


def answers(
    clinic: Clinic, form: UUID, item: str, value: object = None, **more: Any
) -> dict[str, Any]:
    """Answer one question of a form as Amara; without a value it is left open."""
    text = more.pop("text", None)
    number = None if value is None else Decimal(str(value))
    return asking.answer(
        **{
            "actor": own(clinic.amara),
            "person": clinic.amara,
            "form": form,
            "given": Given(item=item, value=number, text=text),
            "purpose": Purpose.OWN,
            "key": uuid4(),
            "now": NOW,
        }
        | more
    )


def finishes(clinic: Clinic, form: UUID, **more: Any) -> dict[str, Any]:
    return asking.finish(
        **{
            "actor": own(clinic.amara),
            "person": clinic.amara,
            "form": form,
            "purpose": Purpose.OWN,
            "key": uuid4(),
            "now": NOW,
        }
        | more
    )


def the(clinic: Clinic, form: UUID, by: Actor | None = None, **more: Any) -> Any:
    actor = by or own(clinic.amara)
    given = {"now": NOW} | more
    return form_of(actor=actor, person=clinic.amara, form=form, **given)


def as_seen_by(actor: Actor, clinic: Clinic, purpose: Purpose) -> Case:
    read = read_record(actor=actor, person=clinic.amara, purpose=purpose, now=NOW)
    return Case(read.record, knowledge(), TODAY)


def test_a_form_goes_from_the_clinician_to_the_person_and_back_as_a_score(
    clinic: Clinic,
) -> None:
    (form,) = sends(clinic)
    assert the(clinic, form).state is State.OPEN
    for place, item in enumerate(PHQ_9):
        answers(clinic, form, item, 0 if item == "self-harm" else place % 3)
    finishes(clinic, form)
    case = as_seen_by(clinic.ruth, clinic, Purpose.TREATMENT)
    # 0 + 1 + 2 + 0 + 1 + 2 + 0 + 1 + 0 = 7: mild.
    (score,) = case.scored
    assert (score.score.total, score.score.band.title) == (7, "Mild")
    assert case.results.latest("phq-9").quantity.value == 7
    assert the(clinic, form).state is State.COMPLETED


def test_each_answer_is_kept_as_it_is_given_and_the_newest_speaks(
    clinic: Clinic,
) -> None:
    (form,) = sends(clinic)
    answers(clinic, form, "mood", 1)
    answers(clinic, form, "interest", 2)
    answers(clinic, form, "mood", 3)
    found = the(clinic, form)
    assert {i: a.given.value for i, a in found.answers.items()} == {
        "mood": 3,
        "interest": 2,
    }
    assert [a.given.value for a in found.said] == [1, 2, 3]


def test_an_answer_that_arrives_twice_counts_once(clinic: Clinic) -> None:
    (form,) = sends(clinic)
    key = uuid4()
    first = answers(clinic, form, "mood", 1, key=key)
    assert answers(clinic, form, "mood", 1, key=key) == first
    assert ScaleAnswer.objects.count() == 1
    key = uuid4()
    sent = finishes(clinic, form, key=key)
    assert finishes(clinic, form, key=key) == sent
    assert ScaleEnd.objects.count() == 1


def test_a_finished_form_takes_no_answer_and_is_not_finished_again(
    clinic: Clinic,
) -> None:
    (form,) = sends(clinic)
    answers(clinic, form, "mood", 1)
    finishes(clinic, form)
    with pytest.raises(ImpossibleChangeError, match="sent already"):
        answers(clinic, form, "mood", 2)
    with pytest.raises(ImpossibleChangeError, match="sent already"):
        finishes(clinic, form)
    assert the(clinic, form).answers["mood"].given.value == 1


def test_a_form_without_any_answer_is_not_sent(clinic: Clinic) -> None:
    (form,) = sends(clinic)
    answers(clinic, form, "mood")
    with pytest.raises(ImpossibleChangeError, match="no answer"):
        finishes(clinic, form)


@pytest.mark.parametrize("value", [-1, 4, "1.5"])
def test_an_answer_outside_its_range_is_refused_and_nothing_is_lost(
    clinic: Clinic, value: object
) -> None:
    (form,) = sends(clinic)
    answers(clinic, form, "interest", 2)
    with pytest.raises(ImpossibleAnswersError, match="another answer"):
        answers(clinic, form, "mood", value)
    with pytest.raises(ImpossibleAnswersError, match="does not have"):
        answers(clinic, form, "weather", 1)
    assert set(the(clinic, form).answers) == {"interest"}


def test_two_left_open_are_made_up_and_three_are_not(clinic: Clinic) -> None:
    for skipped, total in (((), 9), (("sleep", "energy"), 9), (PHQ_9[:3], None)):
        (form,) = sends(clinic)
        for item in PHQ_9:
            value = 0 if item == "self-harm" else 1
            if item == "worth":
                value = 2
            answers(clinic, form, item, None if item in skipped else value)
        finishes(clinic, form)
        found = as_seen_by(clinic.ruth, clinic, Purpose.TREATMENT).scored[-1].score
        # Two open: 7 of seven answers, so 7 x 9 / 7 = 9.
        assert found.total == total
        assert found.missing == tuple(skipped)


def test_a_suicide_item_left_open_is_not_assessed_also_in_a_total(
    clinic: Clinic,
) -> None:
    (form,) = sends(clinic)
    for item in PHQ_9[:-1]:
        answers(clinic, form, item, 1)
    answers(clinic, form, "self-harm")
    finishes(clinic, form)
    found = as_seen_by(clinic.ruth, clinic, Purpose.TREATMENT).scored[0].score
    assert (found.total, found.prorated, found.suicide) == (9, True, "not-assessed")


@pytest.mark.parametrize(("mood", "steps_up"), [(1, False), (2, True)])
def test_a_short_form_steps_up_from_three_on_with_its_answers(
    clinic: Clinic, mood: int, steps_up: bool
) -> None:
    (form,) = sends(clinic, scale="phq-2")
    answers(clinic, form, "interest", 1)
    answers(clinic, form, "mood", mood)
    next_ = finishes(clinic, form)["next"]
    assert (next_ is not None) is steps_up
    if next_ is not None:
        longer = the(clinic, UUID(next_))
        assert longer.scale.id == "phq-9"
        assert longer.wanted.reader == clinic.ruth.membership
        carried = {i: a.given.value for i, a in longer.answers.items()}
        assert carried == {"interest": 1, "mood": mood}


def test_a_schedule_makes_a_form_for_each_of_its_weeks_and_no_more(
    clinic: Clinic,
) -> None:
    forms = sends(clinic, every_weeks=2, until=TODAY + timedelta(days=28))
    assert len(forms) == 3
    opens = [the(clinic, f).wanted.opens for f in forms]
    assert opens == [TODAY + timedelta(days=d) for d in (0, 14, 28)]

    def states(days: int) -> list[State]:
        then = NOW + timedelta(days=days)
        return [the(clinic, f, now=then).state for f in forms]

    assert states(0) == [State.OPEN, State.TO_COME, State.TO_COME]
    assert states(13) == [State.OPEN, State.TO_COME, State.TO_COME]
    assert states(14) == [State.LAPSED, State.OPEN, State.TO_COME]
    assert states(28) == [State.LAPSED, State.LAPSED, State.OPEN]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"opens": TODAY - timedelta(days=1)}, "past"),
        ({"every_weeks": 1}, "half a schedule"),
        ({"until": TODAY}, "half a schedule"),
        ({"every_weeks": 0, "until": TODAY}, "half a schedule"),
        ({"every_weeks": 53, "until": TODAY}, "half a schedule"),
        ({"every_weeks": 1, "until": TODAY - timedelta(days=1)}, "before the first"),
        ({"every_weeks": 1, "until": TODAY + timedelta(weeks=60)}, "more than 60"),
        ({"scale": "madrs"}, "cannot fill in"),
        ({"scale": "aims"}, "cannot fill in"),
        ({"scale": "nonsense"}, "cannot fill in"),
        ({"reader": uuid4()}, "reader"),
    ],
)
def test_a_form_that_cannot_be_is_not_sent(
    clinic: Clinic, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(ImpossibleChangeError, match=words):
        sends(clinic, **more)
    assert ScaleRequest.objects.count() == 0


def test_sixty_weekly_forms_are_sent(clinic: Clinic) -> None:
    until = TODAY + timedelta(weeks=59)
    assert len(sends(clinic, every_weeks=1, until=until)) == 60


def test_a_second_form_of_the_kind_is_refused_until_the_first_is_called_off(
    clinic: Clinic,
) -> None:
    first, *_ = sends(clinic, every_weeks=1, until=TODAY + timedelta(weeks=2))
    with pytest.raises(ImpossibleChangeError, match="sent already"):
        sends(clinic)
    asking.call_off(
        actor=clinic.noor,
        person=clinic.amara,
        form=first,
        with_those_to_come=True,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=LATER,
    )
    assert len(sends(clinic)) == 1
    with pytest.raises(ImpossibleChangeError, match="not open"):
        answers(clinic, first, "mood", 1, now=LATER)


def test_a_reader_is_somebody_who_looks_after_the_person_here(clinic: Clinic) -> None:
    named = asking.readers(actor=clinic.ruth, person=clinic.amara, now=NOW)
    assert [name for _, name in named] == ["Cora", "Farah", "Noor", "Ruth", "Tomas"]
    with pytest.raises(ImpossibleChangeError, match="reader"):
        sends(clinic, reader=clinic.paul.membership)
    with pytest.raises(ImpossibleChangeError, match="reader"):
        sends(clinic, reader=clinic.hana.membership)


def test_staff_fill_in_what_staff_rate_and_nothing_that_a_person_does(
    clinic: Clinic,
) -> None:
    made = asking.begin_rating(
        actor=clinic.noor,
        person=clinic.amara,
        scale="cgi",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    rating = UUID(made["form"])
    by_noor = {"actor": clinic.noor, "purpose": Purpose.TREATMENT}
    answers(clinic, rating, "severity", 4, **by_noor)
    with pytest.raises(DeniedError):
        answers(clinic, rating, "improvement", 2)  # Amara does not rate herself
    finishes(clinic, rating, **by_noor)
    case = as_seen_by(clinic.ruth, clinic, Purpose.TREATMENT)
    assert case.results.latest("cgi:severity").quantity.value == 4
    (form,) = sends(clinic)
    with pytest.raises(DeniedError):
        answers(clinic, form, "mood", 1, **by_noor)


def test_a_total_is_entered_with_its_day_and_says_nothing_of_suicide(
    clinic: Clinic,
) -> None:
    def enters(total: str, on: str = "2026-11-20", scale: str = "madrs") -> None:
        asking.enter_total(
            actor=clinic.noor,
            person=clinic.amara,
            scale=scale,
            total=Decimal(total),
            on=day(on),
            purpose=Purpose.TREATMENT,
            key=uuid4(),
            now=NOW,
        )

    enters("60")
    found = as_seen_by(clinic.ruth, clinic, Purpose.TREATMENT).scored[0]
    assert (found.score.total, found.score.suicide) == (60, "not-assessed")
    assert found.on == day("2026-11-20")
    for wrong in ("61", "-1", "10.5", "NaN"):
        with pytest.raises(ImpossibleAnswersError):
            enters(wrong)
    with pytest.raises(ImpossibleChangeError, match="still to come"):
        enters("10", on="2026-11-23")
    with pytest.raises(ImpossibleAnswersError, match="triage"):
        enters("1", scale="c-ssrs")
    with pytest.raises(DeniedError):
        enters("1", scale="nonsense")


def test_no_form_is_seen_or_filled_in_by_anybody_whose_it_is_not(
    clinic: Clinic,
) -> None:
    (form,) = sends(clinic)
    strangers = [
        clinic.paul, clinic.ravi, clinic.olga, clinic.alma, clinic.maya, clinic.sam,
        own(clinic.ben),
    ]  # fmt: skip
    for actor in strangers:
        assert forms_of(actor=actor, person=clinic.amara, now=NOW) == ()
        with pytest.raises(DeniedError):
            the(clinic, form, by=actor)
        for purpose in (Purpose.OWN, Purpose.TREATMENT):
            with pytest.raises(DeniedError):
                answers(clinic, form, "mood", 1, actor=actor, purpose=purpose)
    with pytest.raises(DeniedError):
        answers(clinic, uuid4(), "mood", 1)
    assert ScaleAnswer.objects.count() == 0


def test_what_a_part_2_programme_asks_is_absent_outside_it(clinic: Clinic) -> None:
    (form,) = sends(clinic, by=clinic.hana)
    answers(clinic, form, "mood", 2)
    finishes(clinic, form)
    outside = as_seen_by(clinic.ruth, clinic, Purpose.TREATMENT)
    assert outside.record.responses == ()
    assert forms_of(actor=clinic.ruth, person=clinic.amara, now=NOW) == ()
    assert len(as_seen_by(clinic.hana, clinic, Purpose.TREATMENT).scored) == 1
    assert len(as_seen_by(own(clinic.amara), clinic, Purpose.OWN).scored) == 1


def test_a_caregiver_sees_no_form_no_answer_and_no_score(clinic: Clinic) -> None:
    (form,) = sends(clinic)
    for item in PHQ_9:
        answers(clinic, form, item, 2)
    before = as_seen_by(clinic.maya, clinic, Purpose.OWN).record
    finishes(clinic, form)
    after = as_seen_by(clinic.maya, clinic, Purpose.OWN)
    assert (after.record, after.scored) == (before, ())
    assert list(visible(clinic.maya, NOW).requests()) == []
    assert list(visible(clinic.maya, NOW).tasks()) == []
    assert not StoredReview.objects.filter(view__in=("open", "shared")).exists()


def test_every_action_on_a_form_is_one_entry_of_the_log(clinic: Clinic) -> None:
    def entries() -> list[tuple[str, str, str]]:
        found = Entry.objects.filter(subject=clinic.amara).order_by("number")
        return [(e.action, e.outcome, e.actor_kind) for e in found]

    before = len(entries())
    (form,) = sends(clinic)
    answers(clinic, form, "mood", 1)
    finishes(clinic, form)
    with pytest.raises(DeniedError):
        sends(clinic, by=clinic.paul)
    assert entries()[before:] == [
        ("ask_scale", "allowed", "staff"),
        ("fill_in", "allowed", "person"),
        ("fill_in", "allowed", "person"),
        ("ask_scale", "refused", "staff"),
    ]


def test_no_word_of_a_form_is_in_clear(clinic: Clinic) -> None:
    (form,) = sends(clinic, scale="goals")
    answers(clinic, form, "goal-1", text="Walk to the lake")
    finishes(clinic, form)
    for model in (ScaleRequest, ScaleAnswer, ScaleEnd):
        for row in model.objects.all():
            words = b" ".join(
                bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode()
                for v in model.objects.filter(pk=row.pk).values_list()[0]
            )
            assert b"goal" not in words
            assert b"lake" not in words


@pytest.mark.parametrize("model", [ScaleRequest, ScaleAnswer, ScaleEnd])
def test_what_was_asked_and_answered_cannot_be_changed_or_removed(
    clinic: Clinic, model: Any
) -> None:
    (form,) = sends(clinic)
    answers(clinic, form, "mood", 1)
    finishes(clinic, form)
    rows = model.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(created_at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
