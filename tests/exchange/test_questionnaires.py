"""Our scales as FHIR questionnaires, and the answers to them, out and in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given as drawn
from hypothesis import strategies as st

from concord.errors import ImpossibleAnswersError
from concord.exchange.questionnaires import questionnaire, read_response, response
from concord.followup.scoring import Given
from concord.knowledge.index import load
from concord.knowledge.model import Scale

SCALES = load().scales
WORDED = sorted(s.id for s in SCALES.values() if s.languages)
AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def plain(value: Any) -> Any:
    """The resource after a way through JSON."""
    return json.loads(json.dumps(value, default=float))


def filled(scale: Scale) -> list[Given]:
    """Each item answered with its highest answer, or in words."""
    assert scale.form is not None
    found = []
    for item in scale.form.item:
        answers = scale.form.answers_of(item)
        if answers is None:
            found.append(Given(item=item.id, text="in my words"))
        else:
            found.append(Given(item=item.id, value=answers.high))
    return found


@pytest.mark.parametrize("name", WORDED)
def test_a_form_is_a_questionnaire_that_the_referee_takes(name: str) -> None:
    scale = SCALES[name]
    for language in scale.languages:
        made = plain(questionnaire(scale, language))
        Questionnaire.model_validate(made)
        assert made["url"] == f"urn:concord:scale:{name}"
        asked = [i["linkId"] for i in made["item"] if i["type"] != "display"]
        assert asked == [i.id for i in scale.form.item]  # type: ignore[union-attr]
        assert all(i["text"] for i in made["item"])


def test_the_spanish_form_is_in_spanish_throughout() -> None:
    made = questionnaire(SCALES["phq-9"], "es")
    assert made["language"] == "es"
    asked = [i for i in made["item"] if i["type"] == "choice"]
    assert asked[0]["text"] == "Poco interés o placer en hacer cosas"
    days = [o["valueCoding"]["display"] for o in asked[0]["answerOption"]]
    assert days == [
        "Ningún día",
        "Varios días",
        "Más de la mitad de los días",
        "Casi todos los días",
    ]


@pytest.mark.parametrize(
    ("name", "language", "told"),
    [
        ("gad-7", "es", "expected one of en"),
        ("isi", "en", "may not be shipped"),
        ("bam", "en", "may not be shipped"),
    ],
)
def test_words_that_may_not_be_shipped_do_not_leave(
    name: str, language: str, told: str
) -> None:
    with pytest.raises(ImpossibleAnswersError, match=told):
        questionnaire(SCALES[name], language)


@pytest.mark.parametrize("name", [*WORDED, "bam"])
def test_answers_come_back_as_they_went_out(name: str) -> None:
    scale = SCALES[name]
    sent = filled(scale)
    made = plain(response(scale, sent, AT))
    QuestionnaireResponse.model_validate(made)
    read = read_response(made, SCALES)
    assert read.scale == name
    assert list(read.answers) == sent
    assert read.authored == "2026-12-01T09:30:00+00:00"
    assert read.complete


@drawn(values=st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=9, max_size=9))
def test_a_skipped_item_stays_skipped_on_the_way(values: list[int | None]) -> None:
    scale = SCALES["phq-9"]
    assert scale.form is not None
    sent = [
        Given(item=i.id, value=None if v is None else Decimal(v))
        for i, v in zip(scale.form.item, values, strict=False)
    ]
    read = read_response(plain(response(scale, sent, AT)), SCALES)
    assert list(read.answers) == [g for g in sent if g.value is not None]


def test_a_form_that_is_still_being_filled_in_says_so() -> None:
    scale = SCALES["phq-2"]
    made = response(scale, [], AT, complete=False)
    assert made["status"] == "in-progress"
    assert not read_response(made, SCALES).complete


def of_phq_2(**changed: Any) -> dict[str, Any]:
    return {**response(SCALES["phq-2"], filled(SCALES["phq-2"]), AT), **changed}


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        ([], "found a list"),
        ({"resourceType": "Observation"}, "another resource"),
        (of_phq_2(questionnaire=None), "not ours"),
        (of_phq_2(questionnaire="http://example.org/phq-2"), "not ours"),
        (of_phq_2(questionnaire="urn:concord:scale:nothing|1"), "not ours"),
        (of_phq_2(questionnaire="urn:concord:scale:isi|1"), "not ours"),
        (of_phq_2(questionnaire="urn:concord:scale:phq-2|9"), "another version"),
        (of_phq_2(status="entered-in-error"), "status that is not read"),
        (of_phq_2(item="x"), "expected a list"),
        (of_phq_2(item=["x"]), "expected an object"),
        (
            of_phq_2(item=[{"linkId": "x", "answer": [{"valueInteger": 1}]}]),
            "an item that it does not have",
        ),
        (
            of_phq_2(item=[{"linkId": "mood", "answer": [{"valueInteger": 9}]}]),
            "an answer that the item does not have",
        ),
        (
            of_phq_2(item=[{"linkId": "mood", "answer": [{"valueBoolean": True}]}]),
            "an answer that the item does not have",
        ),
        (
            of_phq_2(
                item=[
                    {
                        "linkId": "mood",
                        "answer": [{"valueCoding": {"system": "x", "code": "1"}}],
                    }
                ]
            ),
            "an answer that the item does not have",
        ),
        (of_phq_2(item=[{"linkId": "mood", "answer": ["x"]}]), "expected an object"),
        (of_phq_2(item=[{"linkId": "mood", "answer": "x"}]), "expected a list"),
    ],
)
def test_what_is_not_ours_or_does_not_fit_is_refused(
    resource: object, told: str
) -> None:
    with pytest.raises(ImpossibleAnswersError, match=told):
        read_response(resource, SCALES)


def test_a_response_without_a_version_and_one_in_numbers_are_read() -> None:
    made = of_phq_2(
        questionnaire="urn:concord:scale:phq-2",
        item=[
            {"linkId": "group", "item": [{"linkId": "mood", "answer": []}]},
            {"linkId": "interest", "answer": [{"valueInteger": 2}]},
        ],
    )
    assert read_response(made, SCALES).answers == (
        Given(item="interest", value=Decimal(2)),
    )


def test_an_item_answered_twice_keeps_both_for_the_scoring_to_refuse() -> None:
    one = {"linkId": "mood", "answer": [{"valueInteger": 1}]}
    assert len(read_response(of_phq_2(item=[one, one]), SCALES).answers) == 2


def test_the_same_questions_of_somebody_else_are_refused(shared_data: Path) -> None:
    path = shared_data / "us-core" / "QuestionnaireResponse-phq-9-example.json"
    with pytest.raises(ImpossibleAnswersError, match="not ours"):
        read_response(json.loads(path.read_text("utf-8")), SCALES)
