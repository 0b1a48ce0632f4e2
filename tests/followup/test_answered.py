"""Forms on a record, scored: the total stands among the results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from builders import THEN, TODAY, a_person, day, loinc, snomed
from concord.exchange.questionnaires import response as as_fhir
from concord.followup.answered import flagged, questionnaire_of, score_of, scored
from concord.followup.case import Case
from concord.followup.scoring import Given
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import Code, Quantity

ITEMS = (
    "interest", "mood", "sleep", "energy", "appetite", "worth", "concentration",
    "movement", "self-harm",
)  # fmt: skip


def form(value: int = 1, *, on: str | None = "2026-11-20", **more: Any) -> rec.Response:
    """A PHQ-9 with the same answer to each question."""
    given = {
        "id": f"r-{on}-{value}",
        "questionnaire": "urn:concord:scale:phq-9|1",
        "at": day(on) if on else None,
        "answers": tuple(rec.Answer(item=i, number=Decimal(value)) for i in ITEMS),
    }
    return rec.Response(**(given | more))


def case(knowledge: Knowledge, *forms: rec.Response, **fields: Any) -> Case:
    record = msgspec.structs.replace(a_person().record, responses=forms, **fields)
    return Case(record, knowledge, TODAY)


def test_a_total_stands_among_the_results_of_its_scale(knowledge: Knowledge) -> None:
    of = case(knowledge, form(2), form(1, on="2026-10-01")).results.of("phq-9")
    assert [(m.on.text, m.quantity) for m in of] == [
        ("2026-10-01", Quantity(9, "{score}")),
        ("2026-11-20", Quantity(18, "{score}")),
    ]


def test_a_form_of_the_day_itself_counts(knowledge: Knowledge) -> None:
    (found,) = case(knowledge, form(2, on=TODAY.isoformat())).results.of("phq-9")
    assert found.quantity == Quantity(18, "{score}")


def test_a_form_of_another_day_or_kind_says_nothing(knowledge: Knowledge) -> None:
    silent = (
        form(on=None),
        form(on="2026-11-23"),
        form(complete=False),
        form(questionnaire="http://example.org/phq-9"),
        form(questionnaire="urn:concord:scale:phq-9|2"),
        form(questionnaire="urn:concord:scale:nothing|1"),
        form(questionnaire=None),
        form(4),
        form(answers=(rec.Answer(item="weather", number=Decimal(1)),)),
    )
    of = case(knowledge, *silent)
    assert (of.scored, of.results.of("phq-9")) == ((), ())
    # The day itself counts.
    assert len(case(knowledge, form(on=TODAY.isoformat())).scored) == 1


def test_a_version_that_is_not_said_is_the_one_filled_in_here(
    knowledge: Knowledge,
) -> None:
    one = form(questionnaire="urn:concord:scale:phq-9")
    assert score_of(one, knowledge.scales, TODAY) is not None


def test_coded_answers_count_by_their_codes(knowledge: Knowledge) -> None:
    gad = knowledge.scales["gad-7"]
    assert gad.form is not None
    several, none = loinc("LA6569-3"), snomed("LA6569-3")
    answers = tuple(
        rec.Answer(item=i.id, codes=(snomed("x"), several)) for i in gad.form.item[:7]
    )
    one = rec.Response(
        id="r", questionnaire=questionnaire_of(gad), at=day("2026-11-20"),
        answers=answers,
    )  # fmt: skip
    found = score_of(one, knowledge.scales, TODAY)
    assert found is not None
    assert found.total == 7
    wrong = (rec.Answer(item=gad.form.item[0].id, codes=(none,)),)
    other = msgspec.structs.replace(one, answers=wrong)
    assert score_of(other, knowledge.scales, TODAY) is None


def test_our_own_codes_count_as_they_are_written(knowledge: Knowledge) -> None:
    """What goes out as FHIR counts the same by its codes alone."""
    ciwa = knowledge.scales["ciwa-ar"]
    assert ciwa.form is not None
    given = [Given(item=i.id, value=Decimal(4)) for i in ciwa.form.item]
    sent = as_fhir(ciwa, given, THEN)
    answers = tuple(
        rec.Answer(item=i["linkId"], codes=(Code(system=c["system"], code=c["code"]),))
        for i in sent["item"]
        for c in [i["answer"][0]["valueCoding"]]
    )
    one = rec.Response(
        id="r",
        questionnaire=sent["questionnaire"],
        at=day("2026-11-20"),
        answers=answers,
    )
    found = score_of(one, knowledge.scales, TODAY)
    assert found is not None
    assert found.total == 40


def test_a_total_alone_counts_by_its_scale(knowledge: Knowledge) -> None:
    one = rec.Response(
        id="r",
        questionnaire="urn:concord:scale:madrs",
        at=day("2026-11-20"),
        answers=(rec.Answer(item="total", number=Decimal(34)),),
    )
    (found,) = case(knowledge, one).scored
    assert (found.score.total, found.score.suicide) == (34, "not-assessed")


def test_a_part_has_a_name_of_its_own(knowledge: Knowledge) -> None:
    one = rec.Response(
        id="r",
        questionnaire="urn:concord:scale:cgi|1",
        at=day("2026-11-20"),
        answers=(rec.Answer(item="severity", number=Decimal(4)),),
    )
    results = case(knowledge, one).results
    assert results.of("cgi") == ()
    assert [m.quantity for m in results.of("cgi:severity")] == [Quantity(4, "{score}")]
    assert results.of("cgi:improvement") == ()


def test_the_same_total_as_form_and_as_observation_is_one_result(
    knowledge: Knowledge,
) -> None:
    seen = rec.Observation(
        id="o",
        codes=(loinc("44261-6"),),
        at=day("2026-11-20"),
        quantity=Quantity(9, "{score}"),
    )
    of = case(knowledge, form(1), observations=(seen,)).results.of("phq-9")
    assert len(of) == 1


def test_the_questions_of_a_persons_own_checklist_are_no_hindrance(
    knowledge: Knowledge,
) -> None:
    scale = knowledge.scales["side-effects"]
    assert scale.form is not None
    answers = tuple(
        rec.Answer(item=i.id, number=Decimal(1)) for i in scale.form.item if i.answers
    )
    one = rec.Response(
        id="r",
        questionnaire=questionnaire_of(scale),
        at=day("2026-11-20"),
        answers=(rec.Answer(item="effect:dry-mouth", number=Decimal(1)), *answers),
    )
    assert len(scored(rec.Record(responses=(one,)), knowledge, TODAY)) == 1


def test_forms_come_the_oldest_first(knowledge: Knowledge) -> None:
    record = rec.Record(
        responses=(form(2), form(1, on="2026-10-01"), form(1, on="2025"))
    )
    found = [s.on.text for s in scored(record, knowledge, date(2026, 11, 22))]
    assert found == ["2025", "2026-10-01", "2026-11-20"]


# --- the question on suicide ------------------------------------------------------


def asked(item: str, value: int | Code) -> rec.Response:
    """A form of somebody else's with one answer."""
    number = None if isinstance(value, Code) else Decimal(value)
    codes = (value,) if isinstance(value, Code) else ()
    answer = rec.Answer(item=item, number=number, codes=codes)
    return form(questionnaire="http://example.org/mood", answers=(answer,))


@pytest.mark.parametrize(
    ("item", "heard"),
    [
        ("44260-8", True),
        ("/44260-8", True),
        ("/44249-1/44260-8", True),
        ("/44260-8/other", False),
        ("44250-9", False),
        ("self-harm", False),
    ],
)
def test_the_question_is_known_in_anothers_form_by_its_code_alone(
    knowledge: Knowledge, item: str, heard: bool
) -> None:
    found = flagged(asked(item, 1), knowledge.scales)
    assert (found is not None) is heard


@pytest.mark.parametrize(("code", "worth"), [("LA6568-5", None), ("LA6570-1", 2)])
def test_an_answer_in_codes_is_worth_what_its_code_says(
    knowledge: Knowledge, code: str, worth: int | None
) -> None:
    found = flagged(asked("44260-8", loinc(code)), knowledge.scales)
    assert (found.value if found else None) == worth
