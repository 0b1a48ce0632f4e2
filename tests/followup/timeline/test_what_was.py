"""What was measured and what happened: bands, limits, effects, places, visits, due."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

import concord
from builders import (
    TODAY,
    A,
    a_person,
    cited,
    day,
    drug,
    group,
    observation,
    some_knowledge,
)
from concord.followup.case import Case
from concord.followup.timeline import (
    DueItem,
    Limit,
    Marks,
    Series,
    Timeline,
    TrackName,
    table,
    timeline,
)
from concord.followup.timeline.limits import limits
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.record.model import SettingKind
from concord.terms import Code, Period, System
from concord.wording import say
from concord.wording.overtime import OVER_TIME, PLAIN_OVER_TIME

BANDS = [
    cited(low=0, high=4, title="None"),
    cited(low=5, high=9, title="Mild"),
    cited(low=10, high=27, title="Severe"),
]


def a_scale() -> dict[str, object]:
    return {
        "id": "mood",
        "title": "Mood",
        "lowest": 0,
        "highest": 27,
        "items": 9,
        "codes": [cited(loinc=["mood"])],
        "licence": cited(ship_text=False, text="x"),
        "band": BANDS,
    }


def bound(severity: str, **fields: object) -> dict[str, object]:
    return cited(severity=severity, action="x", **fields)


def level(*bounds: dict[str, object]) -> Knowledge:
    return some_knowledge(
        drugs=[drug("lithium", side_effect=[cited(name="tremor", kind="common")])],
        groups=[group("class", "lithium")],
        scales=[a_scale()],
        observations=[
            observation("mood", "{score}"),
            observation("level", "mmol/L"),
            observation("test", answer=[cited(codes=["pos"], means="positive")]),
        ],
        monitoring=[
            {
                "id": "lithium-level",
                "title": "Level",
                "side": {"drugs": ["lithium"]},
                "observation": ["level"],
                "why": "x",
                "bound": list(bounds),
            }
        ],
        tracks=[
            {
                "id": "therapy",
                "title": "Therapy",
                "plain": "Therapy",
                "codes": [cited(snomed=["cbt"])],
                **cited(),
            },
            {
                "id": "substance-use",
                "title": "Substance use",
                "plain": "x",
                "observation": ["test"],
                **cited(),
            },
        ],
    )


LITHIUM = (
    bound("contraindicated", at_least="4.0 mmol/L"),
    bound("contraindicated", at_least="2.0 mmol/L", below="4.0 mmol/L"),
    bound("serious", at_least="1.5 mmol/L", below="2.0 mmol/L"),
    bound("serious", above="1.2 mmol/L", below="1.5 mmol/L"),
    bound("moderate", above="1.0 mmol/L"),
    bound("moderate", below="0.4 mmol/L"),
    bound("minor", at_least="0.4 mmol/L", below="0.6 mmol/L"),
)


def drawn(person: A, knowledge: Knowledge | None = None, **more: object) -> Timeline:
    case = Case(person.record, knowledge or level(*LITHIUM), TODAY)
    return timeline(case, marks=900, most_told=12, **more)  # type: ignore[arg-type]


def of(made: Timeline, key: str) -> Series | Marks:
    (row,) = [r for r in (*made.series, *made.marks) if r.key == key]
    return row


def told(made: Timeline, sentences: dict[str, str] = OVER_TIME) -> list[str]:
    return [f"{one.day} {say(one.message, sentences)}" for one in made.told]


# --- scores -----------------------------------------------------------------------


def test_a_score_is_told_first_and_then_when_its_band_is_another() -> None:
    person = a_person()
    for on, score in (
        ("2026-01-01", "9"), ("2026-02-01", "5"), ("2026-03-01", "4"),
        ("2026-04-01", "10"), ("2026-05-01", "27"),
    ):  # fmt: skip
        person = person.measured("mood", f"{score} {{score}}", on)
    assert told(drawn(person)) == [
        "2026-01-01 mood: 9 (mild).",
        "2026-03-01 mood fell from 5 (mild) to 4 (none).",
        "2026-04-01 mood rose from 4 (none) to 10 (severe).",
    ]


def test_a_score_that_changes_all_the_time_is_told_from_few_of_its_results() -> None:
    person = a_person()
    for n in range(28):
        person = person.measured(
            "mood", f"{n % 2 * 9} {{score}}", f"2026-02-{n + 1:02}"
        )
    case = Case(person.record, level(), TODAY)
    every = timeline(case, marks=900, most_told=40)
    few = timeline(case, marks=900, most_told=6)
    assert len(every.told) == 28
    assert len(few.told) <= 6


# --- limits -----------------------------------------------------------------------


def limits_of(*bounds: dict[str, object]) -> list[tuple[str, str, str, bool]]:
    case = Case(a_person().taking("lithium", "1 mg").record, level(*bounds), TODAY)
    return [
        (one.side, str(one.value), one.severity.value, one.reached)
        for one in limits(case, "level")
    ]


def test_limits_are_where_it_begins_to_matter_and_where_it_is_grave() -> None:
    assert limits_of(*LITHIUM) == [
        ("below", "0.4", "moderate", False),
        ("above", "1.0", "moderate", False),
        ("above", "1.2", "serious", False),
    ]


def test_a_row_between_two_figures_reaches_down_from_the_open_one() -> None:
    # As of TSH: 10 and more, from 4.5 up to 10, and below 0.4.
    assert limits_of(
        bound("serious", at_least="10 mmol/L"),
        bound("moderate", above="4.5 mmol/L", below="10 mmol/L"),
        bound("moderate", below="0.4 mmol/L"),
    ) == [
        ("below", "0.4", "moderate", False),
        ("above", "4.5", "moderate", False),
        ("above", "10", "serious", True),
    ]


def test_a_row_between_two_figures_reaches_up_from_the_open_one() -> None:
    # As of a filtration rate: below 30, and from 30 up to 60.
    assert limits_of(
        bound("serious", below="30 mmol/L"),
        bound("moderate", at_least="30 mmol/L", below="60 mmol/L"),
    ) == [
        ("below", "30", "serious", False),
        ("below", "60", "moderate", False),
    ]


def test_a_minor_bound_and_one_for_other_people_are_not_drawn() -> None:
    assert limits_of(bound("minor", above="1 mmol/L")) == []
    older = {"age_at_least": 65}
    assert limits_of(bound("serious", above="1 mmol/L", when=older)) == []


@pytest.mark.parametrize(
    ("reached", "value", "beyond"),
    [
        (True, "2", True),
        (False, "2", False),
        (False, "2.1", True),
        (True, "1.9", False),
    ],
)
def test_a_limit_is_crossed_beyond_it_or_at_it(
    reached: bool, value: str, beyond: bool
) -> None:
    row = bound("serious", **{"at_least" if reached else "above": "2 mmol/L"})
    person = (
        a_person()
        .taking("lithium", "1 mg")
        .measured("level", f"{value} mmol/L", "2026-02-01")
    )
    made = drawn(person, level(row))
    series = of(made, "level")
    assert isinstance(series, Series)
    (limit,) = series.limits
    assert isinstance(limit, Limit)
    assert limit.crossed_by(series.points[0].last) is beyond
    assert any("above the limit" in one for one in told(made)) is beyond


def test_a_result_is_told_when_it_crosses_and_when_it_is_back() -> None:
    person = a_person().taking("lithium", "1 mg")
    for on, value in (
        ("2026-02-01", "0.7"), ("2026-03-01", "1.1"), ("2026-03-10", "1.15"),
        ("2026-04-01", "1.3"), ("2026-05-01", "0.8"), ("2026-06-01", "0.3"),
    ):  # fmt: skip
        person = person.measured("level", f"{value} mmol/L", on)
    assert told(drawn(person))[1:] == [
        "2026-03-01 level 1.1 mmol/L, above the limit (1 mmol/L).",
        "2026-04-01 level 1.3 mmol/L, above the limit (1.2 mmol/L).",
        "2026-05-01 level 0.8 mmol/L, within the limits again.",
        "2026-06-01 level 0.3 mmol/L, below the limit (0.4 mmol/L).",
    ]


def test_a_peak_within_a_mark_is_told_too() -> None:
    person = a_person().taking("lithium", "1 mg")
    for on, value in (
        ("2026-02-01", "0.7"),
        ("2026-02-02", "1.3"),
        ("2026-02-03", "0.8"),
    ):
        person = person.measured("level", f"{value} mmol/L", on)
    made = timeline(Case(person.record, level(*LITHIUM), TODAY), marks=1, most_told=9)
    assert any("level 1.3 mmol/L" in one for one in told(made))


def test_without_the_medicine_a_result_has_no_limits() -> None:
    made = drawn(a_person().measured("level", "1.3 mmol/L", "2026-02-01"))
    series = of(made, "level")
    assert isinstance(series, Series)
    assert (series.limits, series.called_for) == ((), False)


# --- what is not drawn ------------------------------------------------------------


def test_what_is_not_known_is_counted_and_what_cannot_be_true_too() -> None:
    person = a_person().measured("strange", "1 mg", "2026-02-01")
    assert drawn(person).unread == 1
    wrong_unit = a_person().measured("level", "1 kg", "2026-02-01")
    assert drawn(wrong_unit).unread == 1
    assert drawn(a_person().measured("level", "1 mmol/L", "2026-02-01")).unread == 0


def test_an_empty_record_is_empty_and_begins_nowhere() -> None:
    made = drawn(A(rec.Record()))
    assert made.empty
    assert (made.earliest, made.begins, made.ends) == (None, TODAY, TODAY)
    assert table(made, most=60) == ()


def test_an_end_before_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="exchange them"):
        drawn(a_person(), begins=date(2026, 2, 2), ends=date(2026, 2, 1))


def test_a_result_of_tomorrow_has_not_been_measured() -> None:
    made = drawn(a_person().measured("mood", "9 {score}", "2026-11-23"))
    assert made.series == ()


# --- what happened ----------------------------------------------------------------


def test_a_word_is_a_possible_effect_only_of_a_medicine_that_is_known_for_it() -> None:
    seen = rec.Observation(
        id="o", codes=(), text="Tremor", value_text="mild", at=day("2026-02-01")
    )
    record = msgspec.structs.replace(
        a_person().taking("lithium", "1 mg").record, observations=(seen,)
    )
    made = drawn(A(record))
    assert of(made, "side-effects:tremor").track is TrackName.SIDE_EFFECTS
    assert (
        told(made)[-1] == "2026-02-01 Tremor noted (mild), which may be a side effect."
    )
    assert made.unread == 0
    alone = msgspec.structs.replace(record, medications=())
    assert drawn(A(alone)).marks == ()
    assert drawn(A(alone)).unread == 1


def test_the_checklist_draws_a_line_for_each_effect_that_was_answered() -> None:
    answers = tuple(
        rec.Response(
            id=f"r{n}",
            at=day(on),
            answers=(rec.Answer(item="effect:tremor", number=number),),
        )
        for n, (on, number) in enumerate([("2026-02-01", 3), ("2026-03-01", 1)])
    )
    record = msgspec.structs.replace(
        a_person().taking("lithium", "1 mg").record, responses=answers
    )
    series = of(drawn(A(record)), "side-effects:tremor")
    assert isinstance(series, Series)
    assert [point.last for point in series.points] == [3, 1]


def test_a_problem_stays_a_problem_even_where_a_medicine_may_cause_it() -> None:
    person = a_person().taking("lithium", "1 mg").with_condition("tremor", "2026-02-01")
    made = drawn(person)
    assert [row.track for row in made.marks] == [TrackName.CONDITIONS]


def test_an_answer_in_words_is_told_when_it_changes() -> None:
    person = a_person()
    for on in ("2026-02-01", "2026-03-01"):
        person = person.found("test", "pos", on)
    assert told(drawn(person)) == ["2026-02-01 test: positive."]
    assert of(drawn(person), "test").track is TrackName.SUBSTANCE_USE


def settings(*events: tuple[SettingKind, str]) -> A:
    return A(
        rec.Record(
            settings=tuple(
                rec.SettingEvent(id=f"s{n}", kind=kind, on=day(on))
                for n, (kind, on) in enumerate(events)
            )
        )
    )


def test_a_stay_ends_with_its_own_counterpart_or_is_not_over() -> None:
    kinds = SettingKind
    both = settings(
        (kinds.IN_CUSTODY, "2026-07-01"),
        (kinds.ADMITTED, "2026-08-01"),
        (kinds.DISCHARGED, "2026-08-20"),
        (kinds.RELEASED, "2026-10-01"),
    )
    made = drawn(both)
    custody, hospital = of(made, "places").marks  # type: ignore[union-attr]
    assert (custody.begins, custody.ends) == (date(2026, 7, 1), date(2026, 10, 2))
    assert (hospital.begins, hospital.ends) == (date(2026, 8, 1), date(2026, 8, 21))
    assert told(made) == [
        "2026-07-01 In custody.",
        "2026-08-01 In hospital.",
        "2026-08-20 Left the hospital.",
        "2026-10-01 Released from custody.",
    ]
    assert told(made, PLAIN_OVER_TIME)[-1] == "2026-10-01 Out of jail or prison."
    (open_,) = of(drawn(settings((kinds.ADMITTED, "2026-11-01"))), "places").marks  # type: ignore[union-attr]
    assert (open_.open, open_.ends) == (True, date(2026, 11, 23))


def visit(id: str, on: str, *codes: Code, kind: str = "AMB") -> rec.Encounter:
    when = day(on)
    return rec.Encounter(
        id=id, kind=kind, codes=codes, period=Period(start=when, end=when)
    )


def test_sessions_of_therapy_stand_apart_from_visits() -> None:
    cbt = Code(system=System.SNOMED, code="cbt", display="CBT")
    person = A(
        rec.Record(
            encounters=(
                visit("a", "2026-02-01", cbt),
                visit("b", "2026-02-02"),
                visit("c", "2026-02-03", kind="VR"),
                visit("d", "2026-02-04", kind="?"),
            ),
            therapies=(
                rec.Therapy(
                    id="t",
                    text="Group",
                    period=Period(start=day("2026-03-01"), end=None),
                ),
            ),
        )
    )
    made = drawn(person)
    therapy, visits = of(made, "therapy"), of(made, "visits")
    assert isinstance(therapy, Marks)
    assert isinstance(visits, Marks)
    assert [m.text for m in therapy.marks] == ["CBT", "Group"]
    assert therapy.marks[1].open
    assert [m.text for m in visits.marks] == [
        "Visit",
        "Visit by phone or video",
        "Visit",
    ]
    assert told(made) == ["2026-03-01 Group began."]


def test_what_is_due_lies_ahead_and_is_taken_as_it_was_told() -> None:
    due = (DueItem(on=date(2026, 12, 20), text="Lithium level", kind="lab"),)
    made = drawn(a_person().taking("lithium", "1 mg"), due=due)
    (mark,) = of(made, "due").marks  # type: ignore[union-attr]
    assert (mark.begins, mark.text) == (date(2026, 12, 20), "Lithium level")
    assert made.ends == date(2026, 12, 20)
    # The medicine itself ends with the day: what comes has not happened.
    assert made.lanes[0].stretches[-1].ends == date(2026, 11, 23)


# --- the table, the words ---------------------------------------------------------


def test_the_table_says_all_that_is_drawn_oldest_first() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", since="2026-01-01", stopped="2026-08-01")
        .said("lithium", "taken", "2026-02-01")
        .said("lithium", "not_taken", "2026-02-02")
        .measured("mood", "9 {score}", "2026-03-01")
        .with_condition("flu", "2026-04-01")
    )
    said = [(c.when, c.what, c.says) for c in table(drawn(person), most=60)]
    assert said == [
        ("Thu 1 Jan 2026", "lithium", "lithium started: 600 mg a day."),
        ("Feb 2026", "lithium: doses", "1 logged as taken, 1 as not taken"),
        ("Sun 1 Mar 2026", "mood", "9 (mild)"),
        ("Wed 1 Apr 2026", "conditions", "flu"),
        ("Sat 1 Aug 2026", "lithium", "lithium stopped."),
    ]


def test_many_results_are_told_by_months_with_the_least_and_the_most() -> None:
    person = a_person()
    for n in range(28):
        person = person.measured("mood", f"{n} {{score}}", f"2026-02-{n + 1:02}")
    made = drawn(person)
    assert len(table(made, most=28)) == 28
    (row,) = table(made, most=27)
    assert (row.when, row.says) == ("Feb 2026", "0 to 27 (28 results)")


def test_both_voices_have_the_same_sentences_and_every_one_is_said() -> None:
    assert set(OVER_TIME) == set(PLAIN_OVER_TIME)
    folder = Path(concord.__file__).parent / "followup" / "timeline"
    written = {
        node.value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    put_together = {
        "started", "resumed", "held", "stopped",
        "started-dose-unknown", "resumed-dose-unknown", "limit-above", "limit-below",
    }  # fmt: skip
    assert set(OVER_TIME) - written - put_together == set()


def test_no_sentence_for_the_person_tells_them_what_to_do() -> None:
    order = re.compile(
        r"(?:^|[.:;] )(?:take|stop|start|do|call|ask|see)\b|\b(?:should|must)\b",
        re.IGNORECASE,
    )
    for words in PLAIN_OVER_TIME.values():
        assert not order.search(words), words
    assert order.search("Stop taking it.")


def test_the_tracks_of_the_knowledge_are_those_that_the_timeline_has(
    knowledge: Knowledge,
) -> None:
    assert set(knowledge.table("tracks")) == {track.value for track in TrackName}


def test_every_score_has_a_plain_name(knowledge: Knowledge) -> None:
    said = {
        one.of for track in knowledge.table("tracks").values() for one in track.said
    }
    for scale in knowledge.scales.values():
        if scale.lowest is not None:
            assert scale.id in said
        for part in scale.subscale:
            assert f"{scale.id}:{part.id}" in said
