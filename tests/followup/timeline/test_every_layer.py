"""Each layer that a person's time is made of is drawn where it is on the record.

Scores above all: a form filled in here, a total that staff entered, a result that came
from elsewhere, all on one line before the bands of its scale.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from builders import TODAY, A, a_person, day, loinc
from concord.followup.answered import CANONICAL, questionnaire_of
from concord.followup.case import Case
from concord.followup.timeline import Marks, Series, Timeline, TrackName, timeline
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import Code, Period, Quantity, System
from concord.wording import say
from concord.wording.overtime import OVER_TIME

OWN = System.OWN


def drawn(person: A, knowledge: Knowledge) -> Timeline:
    return timeline(
        Case(person.record, knowledge, TODAY),
        begins=date(2026, 1, 1),
        marks=900,
        most_told=12,
    )


def of(made: Timeline, key: str) -> Series | Marks:
    (row,) = [r for r in (*made.series, *made.marks) if r.key == key]
    return row


def line(made: Timeline, key: str) -> Series:
    found = of(made, key)
    assert isinstance(found, Series)
    return found


def filled(person: A, *forms: rec.Response) -> A:
    return A(msgspec.structs.replace(person.record, responses=forms))


def form(
    knowledge: Knowledge, scale: str, on: str, **answers: int | str
) -> rec.Response:
    """A form filled in on this site; `near_1=3` answers the item `near-1`."""
    return rec.Response(
        id=f"{scale} {on}",
        questionnaire=questionnaire_of(knowledge.scales[scale]),
        at=day(on),
        answers=tuple(
            rec.Answer(
                item=item.replace("_", "-"),
                number=Decimal(said) if isinstance(said, int) else None,
                text=said if isinstance(said, str) else None,
            )
            for item, said in answers.items()
        ),
    )


def total(scale: str, on: str, number: int) -> rec.Response:
    """A total that staff entered of a form whose words may not be shown."""
    return rec.Response(
        id=f"{scale} {on}",
        questionnaire=f"{CANONICAL}{scale}",
        at=day(on),
        answers=(rec.Answer(item="total", number=Decimal(number)),),
    )


def measured(person: A, code: Code, number: str, on: str, unit: str = "") -> A:
    told = rec.Observation(
        id=f"{code.code} {on}",
        codes=(code,),
        at=day(on),
        quantity=Quantity(Decimal(number), unit),
    )
    before = person.record.observations
    return A(msgspec.structs.replace(person.record, observations=(*before, told)))


# --- scores -----------------------------------------------------------------------


def test_a_form_a_total_and_a_result_of_elsewhere_are_one_line_with_its_bands(
    knowledge: Knowledge,
) -> None:
    items = {item.id.replace("-", "_"): 1 for item in _scored(knowledge, "phq-9")}
    person = measured(a_person(), loinc("44261-6"), "12", "2026-02-01", "{score}")
    person = filled(person, form(knowledge, "phq-9", "2026-03-01", **items))
    found = line(drawn(person, knowledge), "phq-9")
    assert [p.last for p in found.points] == [12, 9]
    assert [b.title for b in found.bands][:2] == ["None or minimal", "Mild"]
    assert (found.lowest, found.highest, found.track) == (0, 27, TrackName.SCORES)


def _scored(knowledge: Knowledge, scale: str) -> list[object]:
    asked = knowledge.scales[scale].form
    assert asked is not None
    return [item for item in asked.item if item.scored]  # type: ignore[return-value]


def test_a_scale_without_an_observation_of_its_own_is_drawn_with_its_bands(
    knowledge: Knowledge,
) -> None:
    person = filled(
        a_person(), total("who-5", "2026-02-01", 24), total("who-5", "2026-04-01", 60)
    )
    made = drawn(person, knowledge)
    found = line(made, "who-5")
    assert [p.last for p in found.points] == [24, 60]
    assert len(found.bands) == 3
    assert found.plain == "Well-being (WHO-5)"
    said = [say(one.message, OVER_TIME) for one in made.told]
    assert "rose from 24 (low: depression likely) to 60" in said[-1]
    assert made.unread == 0


def test_a_total_of_such_a_scale_that_came_as_a_result_counts_too(
    knowledge: Knowledge,
) -> None:
    person = measured(a_person(), loinc("55758-7"), "4", "2026-02-01")
    person = measured(person, Code(system=OWN, code="who-5"), "40", "2026-02-01", "1")
    made = drawn(person, knowledge)
    assert [p.last for p in line(made, "phq-2").points] == [4]
    assert [p.last for p in line(made, "who-5").points] == [40]
    assert made.unread == 0


@pytest.mark.parametrize(
    ("number", "unit", "drawn_"),
    [("6", "", 1), ("7", "", 0), ("0", "", 1), ("4", "mg", 0)],
)
def test_a_total_outside_its_range_or_in_a_unit_is_in_doubt_and_counted(
    knowledge: Knowledge, number: str, unit: str, drawn_: int
) -> None:
    made = drawn(
        measured(a_person(), loinc("55758-7"), number, "2026-02-01", unit), knowledge
    )
    assert len(made.series) == drawn_
    assert made.unread == 1 - drawn_


def test_a_scale_without_a_total_is_no_result_by_its_name(knowledge: Knowledge) -> None:
    person = measured(a_person(), Code(system=OWN, code="goals"), "4", "2026-02-01")
    made = drawn(person, knowledge)
    assert made.series == ()
    assert made.unread == 1


def test_the_parts_of_a_scale_without_a_total_are_a_line_each(
    knowledge: Knowledge,
) -> None:
    person = filled(
        a_person(),
        form(knowledge, "weekly-check-in", "2026-02-01", mood=3, sleep=4, craving=2),
        form(knowledge, "weekly-check-in", "2026-02-08", mood=6, sleep=4),
    )
    made = drawn(person, knowledge)
    assert [p.last for p in line(made, "weekly-check-in:mood").points] == [3, 6]
    craving = line(made, "weekly-check-in:craving")
    assert [(b.low, b.high, b.title) for b in craving.bands][2:] == [
        (2, 2, "Quite a lot"),
        (3, 3, "Very much"),
    ]
    mood = line(made, "weekly-check-in:mood")
    assert mood.bands == ()
    assert mood.title.endswith(": Mood (10 is very good)")
    assert craving.title.endswith(": Wish to use or drink")
    assert (mood.lowest, mood.highest) == (0, 10)
    assert (craving.lowest, craving.highest) == (0, 3)
    where = {row.key.partition(":")[2]: row.track for row in made.series}
    assert where == {
        "mood": TrackName.SCORES,
        "sleep": TrackName.SLEEP,
        "craving": TrackName.SUBSTANCE_USE,
    }


def test_each_goal_is_a_line_in_its_own_words_and_another_goal_another_line(
    knowledge: Knowledge,
) -> None:
    person = filled(
        a_person(),
        form(knowledge, "goals", "2026-02-01", goal_1="See my  son", near_1=2),
        form(knowledge, "goals", "2026-03-01", goal_1="see my son", near_1=5),
        form(knowledge, "goals", "2026-04-01", goal_1="Find work", near_1=0),
        form(knowledge, "goals", "2026-05-01", near_1=1),
    )
    made = drawn(person, knowledge)
    assert {row.plain: [p.last for p in row.points] for row in made.series} == {
        "How near to my goal: see my son": [2, 5],
        "How near to my goal: Find work": [0],
        "How near to my goal": [1],
    }
    assert all((row.lowest, row.highest) == (0, 10) for row in made.series)


def test_a_form_that_is_not_ours_or_not_finished_draws_nothing(
    knowledge: Knowledge,
) -> None:
    theirs = msgspec.structs.replace(
        total("who-5", "2026-02-01", 24), questionnaire="http://example.org/who-5"
    )
    open_ = msgspec.structs.replace(total("who-5", "2026-03-01", 24), complete=False)
    assert drawn(filled(a_person(), theirs, open_), knowledge).series == ()


def test_within_a_group_scores_stand_above_what_is_measured_otherwise(
    knowledge: Knowledge,
) -> None:
    # By name alone the hours would come first.
    person = measured(a_person(), loinc("93832-4"), "7", "2026-02-01", "h")
    person = filled(person, form(knowledge, "weekly-check-in", "2026-02-01", sleep=4))
    assert [row.key for row in drawn(person, knowledge).series] == [
        "weekly-check-in:sleep",
        "sleep-duration",
    ]


# --- side effects with a number ---------------------------------------------------


def nauseous(*told: rec.Observation, forms: tuple[rec.Response, ...] = ()) -> A:
    taking = a_person().taking("6448", "900 mg").record
    return A(msgspec.structs.replace(taking, observations=told, responses=forms))


def answered(on: str, number: int) -> rec.Response:
    answer = rec.Answer(item="effect:nausea", number=Decimal(number))
    return rec.Response(id=on, at=day(on), answers=(answer,))


def test_an_effect_of_the_checklist_stands_before_its_answers(
    knowledge: Knowledge,
) -> None:
    forms = (answered("2026-02-01", 3), answered("2026-03-01", 1))
    found = line(drawn(nauseous(forms=forms), knowledge), "side-effects:nausea")
    assert [p.last for p in found.points] == [3, 1]
    assert [(b.low, b.title) for b in found.bands] == [
        (0, "Not at all"),
        (1, "A little"),
        (2, "Quite a lot"),
        (3, "Very much"),
    ]
    assert (found.lowest, found.highest) == (0, 3)


def test_a_number_of_elsewhere_is_drawn_and_is_none_of_the_answers(
    knowledge: Knowledge,
) -> None:
    seen = rec.Observation(
        id="n",
        codes=(),
        text="Nausea",
        at=day("2026-04-01"),
        quantity=Quantity(Decimal(7), ""),
    )
    person = nauseous(seen, forms=(answered("2026-02-01", 3),))
    found = line(drawn(person, knowledge), "side-effects:nausea")
    assert [p.last for p in found.points] == [3, 7]
    assert (found.bands, found.lowest, found.highest) == ((), None, None)


# --- what happened ----------------------------------------------------------------


def test_a_life_event_is_a_layer_of_its_own_noted_or_by_the_code_of_a_problem(
    knowledge: Knowledge,
) -> None:
    person = a_person().with_icd10("Z63.4", onset=day("2026-02-01"), text="Loss")
    person = A(
        msgspec.structs.replace(
            person.with_icd10(
                "F33.1", onset=day("2026-03-01"), text="Depression"
            ).record,
            observations=(
                rec.Observation(
                    id="event",
                    codes=(Code(system=OWN, code="life-event"),),
                    at=day("2026-05-01"),
                    value_text="Moved to a new flat",
                ),
            ),
        )
    )
    made = drawn(person, knowledge)
    life = of(made, "life")
    assert isinstance(life, Marks)
    assert [mark.text for mark in life.marks] == ["Loss", "Moved to a new flat"]
    problems = of(made, "conditions")
    assert isinstance(problems, Marks)
    assert [mark.text for mark in problems.marks] == ["Depression"]
    said = [say(one.message, OVER_TIME) for one in made.told]
    assert said == ["Loss.", "Depression began.", "Moved to a new flat."]
    assert made.unread == 0


def test_every_layer_that_is_on_record_is_drawn(knowledge: Knowledge) -> None:
    person = (
        a_person()
        .taking("lithium", "900 mg")
        .with_condition("Depression", "2026-01-05")
        .with_icd10("Z56.1", onset=day("2026-02-03"))
        .moved("admitted", "2026-03-01")
        .moved("discharged", "2026-03-09")
        .seen("2026-04-01")
        .measured("93832-4", "7 h", "2026-04-02")
        .measured("14334-7", "0.8 mmol/L", "2026-04-02")
        .measured("29463-7", "80 kg", "2026-04-02")
    )
    person = A(
        msgspec.structs.replace(
            person.record,
            therapies=(
                rec.Therapy(
                    id="t",
                    text="Talking therapy",
                    period=Period(start=day("2026-02-01"), end=None),
                ),
            ),
            responses=(
                total("who-5", "2026-05-01", 24),
                form(knowledge, "craving", "2026-05-01", **_craving(knowledge)),
                total("bars", "2026-05-01", 2),
            ),
        )
    )
    tracks = {row.track for row in drawn(person, knowledge).rows()}
    # What is due is an argument, and of a medicine the tests have no lane here.
    assert {*TrackName} - tracks <= {TrackName.DUE, TrackName.MEDICINES}


def _craving(knowledge: Knowledge) -> dict[str, int]:
    return {i.id.replace("-", "_"): 1 for i in _scored(knowledge, "craving")}  # type: ignore[attr-defined]
