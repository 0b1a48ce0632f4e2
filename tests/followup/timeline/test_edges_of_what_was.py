"""What was measured and what happened at the edges: of a band, a day, a mark, today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

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
    Mark,
    Marks,
    Series,
    Timeline,
    table,
    timeline,
)
from concord.followup.timeline.days import Days
from concord.followup.timeline.limits import limits
from concord.followup.timeline.thinning import marks, points
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import Code, PartialDate, Period, System, encode_hook
from concord.wording import say
from concord.wording.overtime import OVER_TIME

BANDS = (
    cited(low=0, high=4, title="None"),
    cited(low=5, high=9, title="Mild"),
    cited(low=10, high=27, title="Severe"),
)
TOMORROW = TODAY + timedelta(days=1)
AHEAD = (DueItem(on=date(2026, 12, 20), text="Level"),)


def a_world(
    *bounds: dict[str, object],
    bands: tuple[dict[str, object], ...] = BANDS,
    lowest: int = 0,
) -> Knowledge:
    return some_knowledge(
        drugs=[drug("lithium", side_effect=[cited(name="tremor", kind="common")])],
        groups=[group("class", "lithium")],
        scales=[
            {
                "id": "mood",
                "title": "Mood",
                "lowest": lowest,
                "highest": 27,
                "items": 9,
                "codes": [cited(loinc=["mood"])],
                "licence": cited(ship_text=False, text="x"),
                "band": list(bands),
            }
        ],
        observations=[observation("mood", "{score}"), observation("level", "mmol/L")],
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
            }
        ],
    )


def drawn(
    person: A,
    knowledge: Knowledge | None = None,
    *,
    width: int = 900,
    most: int = 12,
    due: tuple[DueItem, ...] = (),
) -> Timeline:
    return timeline(
        Case(person.record, knowledge or a_world(), TODAY),
        begins=date(2026, 1, 1),
        marks=width,
        most_told=most,
        due=due,
    )


def row(made: Timeline, key: str) -> Series | Marks:
    (found,) = [r for r in (*made.series, *made.marks) if r.key == key]
    return found


def of(made: Timeline, key: str) -> tuple[Mark, ...]:
    found = row(made, key)
    assert isinstance(found, Marks)
    return found.marks


def moods(*told: tuple[str, int]) -> A:
    person = a_person()
    for on, score in told:
        person = person.measured("mood", f"{score} {{score}}", on)
    return person


def with_lines(**lines: tuple[object, ...]) -> A:
    return A(msgspec.structs.replace(a_person().record, **lines))


def on(text: str, end: str | None = None) -> Period:
    return Period(start=day(text), end=day(end or text))


# --- scores, and what the table says of them --------------------------------------


@pytest.mark.parametrize(
    ("score", "says"),
    [
        (0, "0 (none)"),
        (4, "4 (none)"),
        (5, "5 (mild)"),
        (9, "9 (mild)"),
        (10, "10 (severe)"),
        (27, "27 (severe)"),
    ],
)
def test_a_score_at_either_end_of_a_band_is_in_it(score: int, says: str) -> None:
    (cell,) = table(drawn(moods(("2026-02-01", score))), most=60)
    assert cell.says == says


@pytest.mark.parametrize(("lowest", "says"), [(0, "9 of 27"), (1, "9")])
def test_a_score_without_a_band_is_out_of_the_most_where_the_scale_begins_at_0(
    lowest: int, says: str
) -> None:
    knowledge = a_world(bands=(), lowest=lowest)
    (cell,) = table(drawn(moods(("2026-02-01", 9)), knowledge), most=60)
    assert cell.says == says


def test_two_results_of_one_day_are_one_row_with_the_day_once() -> None:
    (cell,) = table(drawn(moods(("2026-02-01", 5), ("2026-02-01", 9))), most=60)
    assert (cell.when, cell.says) == ("Sun 1 Feb 2026", "5 to 9 (2 results)")


def test_two_results_that_share_a_mark_are_one_row_from_the_first_to_the_last() -> None:
    made = drawn(moods(("2026-02-01", 5), ("2026-02-03", 9)), width=1)
    (cell,) = table(made, most=60)
    assert cell.when == "Sun 1 Feb 2026 to Tue 3 Feb 2026"
    assert cell.says == "5 to 9 (2 results)"


def test_as_many_changes_as_may_be_told_are_all_told_and_of_one_more_only_a_few() -> (
    None
):
    person = moods(("2026-02-01", 2), ("2026-02-02", 7), ("2026-02-03", 20))
    every = [say(one.message, OVER_TIME) for one in drawn(person, most=3).told]
    assert every == [
        "mood: 2 (none).",
        "mood rose from 2 (none) to 7 (mild).",
        "mood rose from 7 (mild) to 20 (severe).",
    ]
    few = [say(one.message, OVER_TIME) for one in drawn(person, most=2).told]
    assert few == ["mood: 20 (severe)."]


# --- limits -----------------------------------------------------------------------


def limits_of(*bounds: dict[str, object]) -> list[tuple[str, str, str, bool]]:
    person = a_person().taking("lithium", "1 mg")
    case = Case(person.record, a_world(*bounds), TODAY)
    return [
        (one.side, str(one.value), one.severity.value, one.reached)
        for one in limits(case, "level")
    ]


def bound(severity: str, **fields: str) -> dict[str, object]:
    amounts = {side: f"{value} mmol/L" for side, value in fields.items()}
    return cited(severity=severity, action="x", **amounts)


def test_any_result_above_nothing_may_be_too_high() -> None:
    assert limits_of(
        bound("moderate", above="0"), bound("serious", at_least="0.5")
    ) == [("above", "0", "moderate", False), ("above", "0.5", "serious", True)]


def test_any_result_below_nothing_may_be_too_low() -> None:
    assert limits_of(
        bound("serious", below="0"), bound("moderate", at_least="0", below="0.5")
    ) == [("below", "0", "serious", False), ("below", "0.5", "moderate", False)]


def test_rows_that_meet_at_nothing_reach_up_one_after_the_other() -> None:
    assert limits_of(
        bound("serious", below="0"),
        bound("serious", at_least="0.5", below="2"),
        bound("moderate", at_least="0", below="0.5"),
    ) == [("below", "2", "serious", False)]


def test_rows_that_meet_at_nothing_reach_down_one_after_the_other() -> None:
    # As of a value that may lie on either side of nothing.
    assert limits_of(
        bound("serious", at_least="0.5"),
        bound("moderate", at_least="-5", below="0"),
        bound("serious", at_least="0", below="0.5"),
    ) == [("above", "-5", "moderate", True), ("above", "0", "serious", True)]


# --- results and marks that share a place -----------------------------------------


def test_one_result_keeps_its_date_as_it_was_told_and_two_have_none() -> None:
    shown = Days(begins=date(2026, 1, 1), ends=date(2026, 12, 31), marks=900)
    month = PartialDate.parse("2026-02")
    first = (month.first, month, Decimal(3))
    (alone,) = points([first], shown)
    assert (alone.on, alone.count) == (month, 1)
    (both,) = points([first, (month.first, month, Decimal(5))], shown)
    assert (both.on, both.count) == (None, 2)


def a_mark(on: str, text: str) -> Mark:
    return Mark(begins=date.fromisoformat(on), on=day(on), text=text, plain=text)


@pytest.mark.parametrize(
    ("other", "text", "on"),
    [
        (a_mark("2026-01-01", "Visit"), "Visit", day("2026-01-01")),
        (a_mark("2026-01-01", "Zoom"), "Visit; Zoom", day("2026-01-01")),
        (a_mark("2026-01-02", "Visit"), "Visit", None),
        (a_mark("2026-01-02", "Zoom"), "Visit; Zoom", None),
    ],
)
def test_two_marks_in_one_place_keep_the_day_and_the_words_that_they_share(
    other: Mark, text: str, on: PartialDate | None
) -> None:
    shown = Days(begins=date(2026, 1, 1), ends=date(2026, 1, 31), marks=1)
    (found,) = marks([a_mark("2026-01-01", "Visit"), other], shown)
    assert (found.text, found.plain, found.on, found.count) == (text, text, on, 2)


def test_the_table_counts_from_two_in_one_place() -> None:
    once = drawn(a_person().seen("2026-02-01"))
    assert [cell.says for cell in table(once, most=60)] == ["Visit"]
    twice = drawn(a_person().seen("2026-02-01", "2026-02-01"))
    assert [cell.says for cell in table(twice, most=60)] == ["Visit (2 times)"]


@pytest.mark.parametrize(
    ("ends", "marked"),
    [("2026-02-01", False), ("2026-02-02", True)],
)
def test_what_ended_before_the_first_day_is_not_among_the_days(
    ends: str, marked: bool
) -> None:
    shown = Days(begins=date(2026, 2, 1), ends=date(2026, 2, 28), marks=900)
    lasting = Mark(begins=date(2026, 1, 5), ends=date.fromisoformat(ends), text="x")
    assert bool(marks([lasting], shown)) is marked


# --- problems ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("abated", "ends", "when"),
    [
        (None, None, "Wed 1 Apr 2026"),
        ("2026-04-01", date(2026, 4, 2), "Wed 1 Apr 2026"),
        ("2026-04-09", date(2026, 4, 10), "Wed 1 Apr 2026 to Thu 9 Apr 2026"),
    ],
)
def test_a_problem_lasts_to_the_day_on_which_it_ended_and_it_may_be_one_day(
    abated: str | None, ends: date | None, when: str
) -> None:
    ended = day(abated) if abated else None
    made = drawn(a_person().with_condition("flu", "2026-04-01", abated=ended))
    (mark,) = of(made, "conditions")
    assert mark.ends == ends
    (cell,) = table(made, most=60)
    assert cell.when == when


def test_a_problem_that_ended_before_it_began_has_no_end_that_could_be_drawn() -> None:
    made = drawn(a_person().with_condition("flu", "2026-04-01", abated=day("2026-03")))
    (mark,) = of(made, "conditions")
    assert mark.ends is None


# --- today and tomorrow -----------------------------------------------------------


def happening(on_: date) -> dict[str, A]:
    """One thing of each kind on a day, by the row that it stands in."""
    text = on_.isoformat()
    cbt = Code(system=System.SNOMED, code="cbt", display="CBT")
    course = rec.Therapy(id="t", text="Group", period=Period(start=day(text)))
    done = rec.Procedure(id="p", text="ECT", at=on(text))
    session = rec.Encounter(id="e", codes=(cbt,), period=on(text))
    tremor = rec.Observation(
        id="o", codes=(), text="Tremor", value_text="mild", at=day(text)
    )
    lithium = a_person().taking("lithium", "1 mg").record
    return {
        "conditions": a_person().with_condition("flu", text),
        "places": a_person().moved("admitted", text),
        "visits": a_person().seen(text),
        "visits ": with_lines(procedures=(done,)),
        "therapy": with_lines(therapies=(course,)),
        "therapy ": with_lines(encounters=(session,)),
        "side-effects:tremor": A(
            msgspec.structs.replace(lithium, observations=(tremor,))
        ),
    }


@pytest.mark.parametrize("kind", list(happening(TODAY)))
def test_what_happened_today_is_drawn_and_what_will_happen_tomorrow_is_not(
    kind: str,
) -> None:
    made = drawn(happening(TODAY)[kind], due=AHEAD)
    assert [mark.begins for mark in of(made, kind.strip())] == [TODAY]
    later = drawn(happening(TOMORROW)[kind], due=AHEAD)
    assert [found.key for found in later.marks] == ["due"]


def test_a_person_of_whom_all_is_of_today_begins_today() -> None:
    def earliest(person: A) -> date | None:
        case = Case(person.record, a_world(), TODAY)
        return timeline(case, marks=900, most_told=12).earliest

    assert earliest(a_person().seen("2026-11-22")) == TODAY
    assert earliest(a_person().seen("2026-11-23")) is None


# --- visits -----------------------------------------------------------------------


def test_the_visit_on_whose_day_a_stay_began_is_that_stay() -> None:
    person = (
        a_person()
        .moved("admitted", "2026-03-01")
        .seen("2026-02-28", "2026-03-01", "2026-03-02")
    )
    assert [mark.begins for mark in of(drawn(person), "visits")] == [
        date(2026, 2, 28),
        date(2026, 3, 2),
    ]


def test_a_visit_or_a_procedure_of_no_day_is_not_drawn() -> None:
    ended = Period(start=None, end=day("2026-02-01"))
    person = with_lines(
        encounters=(
            rec.Encounter(id="a"),
            rec.Encounter(id="b", period=ended),
            rec.Encounter(id="c", period=on("2026-02-03")),
        ),
        procedures=(
            rec.Procedure(id="d", text="X-ray"),
            rec.Procedure(id="e", text="X-ray", at=ended),
            rec.Procedure(id="f", text="ECT", at=on("2026-02-04")),
            rec.Procedure(id="g", text="ECT", at=on("2026-02-05"), done=False),
        ),
    )
    assert [(str(m.begins), m.text) for m in of(drawn(person), "visits")] == [
        ("2026-02-03", "Visit"),
        ("2026-02-04", "ECT"),
    ]


def test_a_timeline_says_of_which_shape_it_is() -> None:
    made = drawn(a_person().seen("2026-02-01"))
    assert (made.version, made.unread) == (1, 0)


def test_what_the_json_leaves_out_is_none_logged_one_result_and_nothing_unread() -> (
    None
):
    person = (
        a_person().taking("lithium", "300 mg").said("lithium", "taken", "2026-02-01")
    )
    person = person.said("lithium", "not_taken", "2026-02-02")
    for when, score in (("2026-03-01", 5), ("2026-04-01", 5), ("2026-04-01", 9)):
        person = person.measured("mood", f"{score} {{score}}", when)

    def said(person: A) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.to_builtins(drawn(person), enc_hook=encode_hook)
        return found

    known = said(person)
    assert "unread" not in known
    (lane,) = known["lanes"]
    assert [(one.get("taken"), one.get("not_taken")) for one in lane["log"]] == [
        (1, None),
        (None, 1),
    ]
    (series,) = known["series"]
    assert [point.get("count") for point in series["points"]] == [None, 2]
    strange = person.measured("strange", "1 mg", "2026-02-01")
    assert said(strange)["unread"] == 1
