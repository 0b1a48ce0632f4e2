"""What the scores say of a medicine since it was started."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from builders import (
    A,
    a_case,
    a_person,
    cited,
    condition,
    drug,
    observation,
    snomed,
    some_knowledge,
)
from concord.followup.response import Course, Response, responded, responses
from concord.followup.uses import treats
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import ScaleChange
from concord.record.model import Indication


def scale(id: str, **change: Any) -> dict[str, Any]:
    return {
        "id": id,
        "title": id.upper(),
        "licence": cited(ship_text=False, text="no"),
        "lowest": "0",
        "highest": "27",
        "items": 9,
        "codes": [cited(loinc=[id])],
        **({"change": cited(**change)} if change else {}),
    }


def made(**change: Any) -> Knowledge:
    """Sertraline for depression: a score within 4 weeks, a trial of 6."""
    return some_knowledge(
        drugs=[
            drug(
                "sertraline",
                indication=[cited(condition="depression", kind="approved")],
            ),
            drug("other"),
        ],
        conditions=[
            condition("depression"),
            condition("severe", broader=["depression"]),
            condition("pain"),
        ],
        observations=[observation("phq", "{score}"), observation("madrs", "{score}")],
        scales=[
            scale(
                "phq",
                **(
                    change
                    or {
                        "response_share": "0.5",
                        "remission_below": "5",
                        "reliable_change": "5",
                    }
                ),
            ),
            scale("madrs"),
        ],
        followup=[
            {
                "id": "antidepressants",
                "title": "Antidepressants",
                "side": {"drugs": ["sertraline"]},
                "response": [
                    cited(
                        condition="depression",
                        scales=["phq", "madrs"],
                        measured_within="4 weeks",
                        adequate_trial="6 weeks",
                    )
                ],
            }
        ],
    )


MADE = made()


def amara(since: str | None = "2026-03-01") -> A:
    person = a_person().with_condition("depression")
    return person.taking("sertraline", "50 mg", since=since)


def scored(*scores: tuple[str, str]) -> A:
    person = amara()
    for value, on in scores:
        person = person.measured("phq", value, on)
    return person


def the_response(a: A, on: str, knowledge: Knowledge = MADE) -> Response:
    (found,) = responses(a_case(a, knowledge, on))
    return found


@pytest.mark.parametrize(
    ("on", "course"),
    [
        ("2026-03-01", Course.TOO_EARLY),
        ("2026-03-29", Course.TOO_EARLY),
        ("2026-03-30", Course.NOT_MEASURED),
    ],
)
def test_a_score_is_expected_within_four_weeks_of_the_start(
    on: str, course: Course
) -> None:
    assert the_response(amara(), on).course is course
    before = scored(("20", "2026-02-28"), ("20", "2026-03-01"))
    assert the_response(before, on).course is course


def test_without_a_start_nothing_can_be_said_of_the_response() -> None:
    assert the_response(amara(None), "2026-06-01").course is Course.UNKNOWN_START


def test_a_start_in_a_month_counts_from_its_last_day() -> None:
    found = the_response(amara("2026-03"), "2026-04-28")
    assert found.course is Course.TOO_EARLY
    assert the_response(amara("2026-03"), "2026-04-29").course is Course.NOT_MEASURED


@pytest.mark.parametrize(
    ("first", "course"),
    [
        ("2026-03-01", Course.PARTLY),
        ("2026-03-02", Course.NO_BASELINE),
    ],
)
def test_a_score_of_the_day_of_the_start_is_a_baseline(
    first: str, course: Course
) -> None:
    person = scored(("20", first), ("10", "2026-04-01"))
    assert the_response(person, "2026-06-01").course is course


@pytest.mark.parametrize(
    ("now", "course"),
    [
        ("4", Course.REMISSION),
        ("5", Course.PARTLY),
        ("10", Course.PARTLY),
        ("11", Course.NO_RESPONSE),
        ("20", Course.NO_RESPONSE),
        ("24", Course.NO_RESPONSE),
        ("25", Course.WORSE),
    ],
)
def test_of_a_baseline_of_twenty(now: str, course: Course) -> None:
    person = scored(("20", "2026-02-20"), (now, "2026-05-01"))
    found = the_response(person, "2026-06-01")
    assert found.course is course
    assert found.baseline is not None
    assert found.latest is not None
    assert str(found.baseline.on) == "2026-02-20"
    assert str(found.latest.on) == "2026-05-01"


@pytest.mark.parametrize(
    ("on", "course"),
    [("2026-04-11", Course.TOO_EARLY), ("2026-04-12", Course.NO_RESPONSE)],
)
def test_no_response_is_said_from_the_day_the_trial_is_adequate(
    on: str, course: Course
) -> None:
    person = scored(("20", "2026-02-20"), ("18", "2026-04-01"))
    assert the_response(person, on).course is course


def test_the_newest_score_before_and_the_newest_after_are_compared() -> None:
    person = scored(
        ("6", "2025-01-01"),
        ("20", "2026-02-20"),
        ("4", "2026-04-01"),
        ("18", "2026-05-01"),
    )
    found = the_response(person, "2026-06-01")
    assert found.course is Course.NO_RESPONSE
    assert the_response(person, "2026-04-15").course is Course.REMISSION


def test_the_first_scale_with_a_score_since_the_start_is_used() -> None:
    person = scored(("20", "2026-02-20")).measured("madrs", "30", "2026-02-20")
    person = person.measured("madrs", "10", "2026-05-01")
    found = the_response(person, "2026-06-01")
    assert found.course is Course.NO_BASELINE
    assert found.latest is not None
    assert found.latest.observation == "madrs"


def test_a_scale_without_these_values_says_less() -> None:
    person = scored(("20", "2026-02-20"), ("2", "2026-05-01"))
    only_response = made(response_share="0.5")
    assert the_response(person, "2026-06-01", only_response).course is Course.PARTLY
    only_change = made(reliable_change="5")
    assert the_response(person, "2026-06-01", only_change).course is Course.NO_RESPONSE


@pytest.mark.parametrize(
    ("was", "now", "share", "floor", "answer"),
    [
        ("20", "10", "0.5", "0", True),
        ("20", "10.1", "0.5", "0", False),
        ("58", "38", "0.5", "18", True),
        ("58", "39", "0.5", "18", False),
        ("18", "18", "0.5", "18", False),
        ("19", "18", "0.5", "18", True),
        ("20", "0", None, "0", False),
    ],
)
def test_a_response_is_a_share_of_the_distance_above_the_floor(
    was: str, now: str, share: str | None, floor: str, answer: bool
) -> None:
    change = msgspec.convert(
        cited(response_share=share, floor=floor), ScaleChange, strict=False
    )
    assert responded(Decimal(was), Decimal(now), change) is answer


# --- what it is taken for ---------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "asked"),
    [
        (amara(), True),
        (a_person().with_condition("severe").taking("sertraline"), True),
        (a_person().taking("sertraline", for_="depression"), True),
        (a_person().taking("sertraline", for_="severe"), True),
        (a_person().with_condition("depression").taking("sertraline", for_="pain"), 0),
        (a_person().with_condition("pain").taking("sertraline"), False),
        (a_person().taking("sertraline"), False),
        (a_person().with_condition("depression").taking("other"), False),
        (a_person().with_condition("depression").taking("unknown"), False),
        (
            a_person().with_condition("depression").taking("sertraline", for_="?"),
            True,
        ),
    ],
)
def test_a_response_is_asked_for_what_the_medicine_is_taken_for(
    person: A, asked: bool
) -> None:
    assert len(list(responses(a_case(person, MADE)))) == int(asked)


def test_an_indication_may_point_to_a_line_of_the_problem_list() -> None:
    person = a_person().with_condition("pain").with_condition("severe")
    person = person.taking("sertraline")
    (line,) = person.record.medications
    for id_, expected in (
        ("c0", ("pain",)),
        ("c1", ("depression", "severe")),
        ("c9", ("depression",)),
    ):
        line = msgspec.structs.replace(line, indications=(Indication(condition=id_),))
        record = msgspec.structs.replace(person.record, medications=(line,))
        case = a_case(A(record), MADE)
        assert treats(case, case.taking[0]) == expected


def test_an_indication_stated_on_a_report_of_the_same_medicine_counts() -> None:
    person = a_person().taking("sertraline", "50 mg", id="order")
    (order,) = person.record.medications
    report = msgspec.structs.replace(
        order,
        id="report",
        kind=type(order.kind)("report"),
        indications=(Indication(codes=(snomed("pain"),)),),
    )
    record = msgspec.structs.replace(person.record, medications=(order, report))
    case = a_case(A(record), MADE)
    (taking,) = case.taking
    assert treats(case, taking) == ("pain",)
