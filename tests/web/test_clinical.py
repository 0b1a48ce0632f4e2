"""Conditions, allergies and results: added, corrected in place, taken out."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.web.clinic import Clinic, notes_condition
from tests.web.importing import record_of
from tests.web.signing import signed_in

from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import Quantity
from concord.web.chart.actions import lines
from concord.web.chart.models import Line
from concord.web.chart.policy import Purpose
from concord.web.clinician.clinical import choices

CONDITION = {"status": "active", "condition": "depression"}
ALLERGY = {"about": "substance", "allergen": "drug:lithium", "state": "active"}
WEIGHT = {"value": "70.5", "at_day": "3", "at_month": "2", "at_year": "2026"}


def at(person: UUID, what: str) -> str:
    return f"/people/{person}/{what}"


def posts(client: Any, address: str, given: dict[str, str], **more: str) -> Any:
    return client.post(address, {"key": str(uuid4()), **given, **more})


def seen_in(client: Any, address: str) -> str:
    found = re.search(
        r'name="seen" value="(\w+)"', client.get(address).content.decode()
    )
    assert found
    return found[1]


# --- adding -----------------------------------------------------------------------


def test_a_chosen_condition_gets_a_code_that_means_it(
    clinic: Clinic, knowledge: Knowledge
) -> None:
    ruth = signed_in(clinic.ruth)
    added = posts(
        ruth, at(clinic.amara, "conditions/add/"), CONDITION, onset_year="2019"
    )
    assert added.status_code == 302
    (line,) = record_of(clinic.amara).conditions
    means = knowledge.links.conditions_by_code
    assert "depression" in means[line.codes[0].code]
    assert str(line.onset) == "2019"
    assert line.status is rec.ConditionStatus.ACTIVE


def test_words_that_are_not_in_the_list_are_kept_as_written(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    given = {"status": "unknown", "condition": "", "words": "Glass-blower's cheek"}
    assert posts(ruth, at(clinic.amara, "conditions/add/"), given).status_code == 302
    (line,) = record_of(clinic.amara).conditions
    assert (line.text, line.codes) == ("Glass-blower's cheek", ())


def test_a_condition_without_a_name_is_asked_for_and_what_was_typed_stays(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    given = {"status": "resolved", "onset_year": "2019", "key": str(uuid4())}
    page = ruth.post(at(clinic.amara, "conditions/add/"), given)
    text = page.content.decode()
    assert page.status_code == 422
    assert f'value="{given["key"]}"' in text
    assert 'value="2019"' in text
    assert re.search(r'value="resolved"[^>]*checked', text)
    assert record_of(clinic.amara).conditions == ()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"onset_year": "2999"}, "still to come"),
        ({"onset_year": "2020", "abated_year": "2019"}, "ends before it begins"),
        ({"abated_year": "2019"}, "said to be present"),
        (
            {"onset_day": "30", "onset_month": "2", "onset_year": "2020"},
            "not a date that exists",
        ),
    ],
)
def test_dates_that_cannot_be_are_questioned(
    given: dict[str, str], problem: str, clinic: Clinic
) -> None:
    ruth = signed_in(clinic.ruth)
    page = posts(ruth, at(clinic.amara, "conditions/add/"), {**CONDITION, **given})
    assert page.status_code == 422
    assert problem in page.content.decode()


def test_sent_twice_it_is_added_once(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    given = {**CONDITION, "key": str(uuid4())}
    for _ in range(2):
        added = ruth.post(at(clinic.amara, "conditions/add/"), given)
        assert added.status_code == 302
    assert len(record_of(clinic.amara).conditions) == 1


def test_a_chosen_allergen_is_its_ingredient(
    clinic: Clinic, knowledge: Knowledge
) -> None:
    ruth = signed_in(clinic.ruth)
    given = {**ALLERGY, "reactions": "rash, swollen lips", "kind": "allergy"}
    assert posts(ruth, at(clinic.amara, "allergies/add/"), given).status_code == 302
    (line,) = record_of(clinic.amara).allergies
    drug = knowledge.drug_of(line.ingredients[0].rxcui)
    assert drug is not None
    assert drug.id == "lithium"
    assert line.reactions == ("rash", "swollen lips")


def test_an_exact_name_in_words_is_recognised(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    given = {**ALLERGY, "allergen": "", "words": "Zoloft"}
    assert posts(ruth, at(clinic.amara, "allergies/add/"), given).status_code == 302
    (line,) = record_of(clinic.amara).allergies
    assert [i.name for i in line.ingredients] == ["sertraline"]


def test_words_that_are_not_recognised_are_kept_once_that_was_said(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    given = {**ALLERGY, "allergen": "", "words": "that pink pill"}
    page = posts(ruth, at(clinic.amara, "allergies/add/"), given)
    assert page.status_code == 422
    assert "cannot be checked" in page.content.decode()
    assert record_of(clinic.amara).allergies == ()
    kept = posts(ruth, at(clinic.amara, "allergies/add/"), given, as_written="yes")
    assert kept.status_code == 302
    (line,) = record_of(clinic.amara).allergies
    assert (line.text, line.ingredients) == ("that pink pill", ())


def test_no_known_allergy_is_an_answer_and_not_beside_an_allergy(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    none = {"about": "none", "state": "active"}
    assert posts(ruth, at(clinic.amara, "allergies/add/"), none).status_code == 302
    (line,) = record_of(clinic.amara).allergies
    assert line.none_known
    posts(ruth, at(clinic.amara, "allergies/add/"), ALLERGY)
    again = posts(ruth, at(clinic.amara, "allergies/add/"), none)
    assert again.status_code == 422
    assert "On record: lithium" in again.content.decode()


def test_a_result_has_its_code_its_unit_and_its_day(
    clinic: Clinic, knowledge: Knowledge
) -> None:
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, "results/add/?observation=weight")
    assert posts(ruth, here, WEIGHT).status_code == 302
    (line,) = record_of(clinic.amara).observations
    assert line.quantity == Quantity("70.5", "kg")
    assert str(line.at) == "2026-02-03"
    assert choices.observation_of(knowledge, line.codes) == "weight"


def test_a_result_can_be_zero_and_not_a_number_read_in_two_ways(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, "results/add/?observation=phq-9")
    assert posts(ruth, here, {**WEIGHT, "value": "1,5"}).status_code == 422
    assert posts(ruth, here, {**WEIGHT, "value": "-1"}).status_code == 422
    assert posts(ruth, here, {**WEIGHT, "value": "0"}).status_code == 302
    (line,) = record_of(clinic.amara).observations
    assert line.quantity is not None
    assert line.quantity.value == 0


def test_only_units_that_the_knowledge_can_read_are_taken(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, "results/add/?observation=creatinine")
    given = {**WEIGHT, "value": "80"}
    assert posts(ruth, here, given, unit="stones").status_code == 422
    assert posts(ruth, here, given, unit="umol/L").status_code == 302


def test_a_result_that_can_hardly_be_is_questioned_and_not_refused(
    clinic: Clinic, knowledge: Knowledge
) -> None:
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, "results/add/?observation=weight")
    plausible = knowledge.observations["weight"].plausible
    assert plausible is not None
    highest = {**WEIGHT, "value": f"{plausible.high:f}"}
    above = {**WEIGHT, "value": f"{plausible.high + 1:f}"}
    assert posts(ruth, here, highest).status_code == 302
    asked = posts(ruth, here, above)
    assert asked.status_code == 422
    assert "lies outside" in asked.content.decode()
    assert len(record_of(clinic.amara).observations) == 1
    assert posts(ruth, here, above, as_written="yes").status_code == 302
    assert len(record_of(clinic.amara).observations) == 2


def test_a_coded_result_is_chosen_by_what_it_means(
    clinic: Clinic, knowledge: Knowledge
) -> None:
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, "results/add/?observation=pregnancy-test")
    given = {k: v for k, v in WEIGHT.items() if k != "value"}
    assert posts(ruth, here, given, answer="positive").status_code == 302
    (line,) = record_of(clinic.amara).observations
    entry = knowledge.observations["pregnancy-test"]
    assert any(line.coded[0].code in row.codes for row in entry.answer)


def test_a_life_event_is_noted_in_words_and_a_change_of_them_is_kept(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, "results/add/?observation=life-event")
    given = {k: v for k, v in WEIGHT.items() if k != "value"}
    assert 'name="value"' not in ruth.get(here).content.decode()
    assert posts(ruth, here, given, words="").status_code == 422
    assert posts(ruth, here, given, words="Began a new job").status_code == 302
    (line,) = record_of(clinic.amara).observations
    assert (line.codes[0].code, line.value_text) == ("life-event", "Began a new job")
    page = ruth.get(at(clinic.amara, "timeline/?last=all")).content.decode()
    assert "Life events" in page
    assert "Began a new job" in page


def test_every_measurement_of_the_knowledge_has_a_form(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    asked = ruth.get(at(clinic.amara, "results/add/"))
    offered = re.findall(r'<option value="([\w-]+)"', asked.content.decode())
    assert len(offered) > 40
    for name in ("weight", "pregnancy-test", "lithium-level", choices.OTHER):
        assert name in offered
        page = ruth.get(at(clinic.amara, f"results/add/?observation={name}"))
        assert page.status_code == 200
        assert 'name="at_year"' in page.content.decode()


@pytest.mark.parametrize("name", ["no-such-thing", "<script>", "../../etc/passwd"])
def test_an_unknown_measurement_in_the_address_leads_to_the_choice(
    name: str, clinic: Clinic
) -> None:
    page = signed_in(clinic.ruth).get(
        at(clinic.amara, "results/add/"), {"observation": name}
    )
    assert page.status_code == 200
    assert name not in page.content.decode()


# --- correcting -------------------------------------------------------------------


def test_a_correction_stands_in_the_place_of_the_line_and_both_are_kept(
    clinic: Clinic,
) -> None:
    line = notes_condition(clinic.ruth, clinic.amara, "Depresion")
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, f"conditions/{line}/correct/")
    assert "Depresion" in ruth.get(here).content.decode()
    seen = seen_in(ruth, here)
    given = {"status": "active", "condition": "", "words": "Depression"}
    assert posts(ruth, here, given, seen=seen).status_code == 302
    (now,) = record_of(clinic.amara).conditions
    assert (now.id, now.text) == (line, "Depression")
    assert Line.objects.filter(person=clinic.amara, kind="conditions").count() == 2


def test_codes_stay_as_they_were_where_the_choice_did(
    clinic: Clinic, knowledge: Knowledge
) -> None:
    ruth = signed_in(clinic.ruth)
    posts(ruth, at(clinic.amara, "conditions/add/"), CONDITION)
    (line,) = record_of(clinic.amara).conditions
    here = at(clinic.amara, f"conditions/{line.id}/correct/")
    given = {**CONDITION, "words": "Low mood", "status": "resolved"}
    assert posts(ruth, here, given, seen=seen_in(ruth, here)).status_code == 302
    (now,) = record_of(clinic.amara).conditions
    assert now.codes == line.codes
    assert (now.text, now.status) == ("Low mood", rec.ConditionStatus.RESOLVED)


def test_where_somebody_else_corrected_it_meanwhile_both_see_it_and_nobody_loses(
    clinic: Clinic,
) -> None:
    line = notes_condition(clinic.ruth, clinic.amara, "Depresion")
    ruth, noor = signed_in(clinic.ruth), signed_in(clinic.noor)
    here = at(clinic.amara, f"conditions/{line}/correct/")
    seen = seen_in(ruth, here)
    theirs = {"status": "active", "condition": "", "words": "Dysthymia"}
    posts(noor, here, theirs, seen=seen_in(noor, here))
    mine = {"status": "active", "condition": "", "words": "Depression"}
    page = posts(ruth, here, mine, seen=seen)
    text = page.content.decode()
    assert "Somebody changed this while you were writing" in text
    assert "Dysthymia" in text
    assert 'value="Depression"' in text
    (now,) = record_of(clinic.amara).conditions
    assert now.text == "Dysthymia"
    again = posts(ruth, here, mine, seen=seen_in(ruth, here))
    assert again.status_code == 302
    (now,) = record_of(clinic.amara).conditions
    assert now.text == "Depression"
    assert Line.objects.filter(person=clinic.amara, kind="conditions").count() == 3


def test_an_imported_line_is_corrected_under_its_own_id(clinic: Clinic) -> None:
    made = rec.Observation(id="new", codes=(), text="Mood diary", value_text="fair")
    added = lines.add(
        actor=clinic.ruth,
        person=clinic.amara,
        line=made,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=_now(),
    )
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, f"results/{added['line']}/correct/")
    given = {"name": "Mood diary", "words": "good", "at_year": "2026"}
    assert posts(ruth, here, given, seen=seen_in(ruth, here)).status_code == 302
    (now,) = record_of(clinic.amara).observations
    assert now.value_text == "good"


def _now() -> Any:
    from concord.web.pages import asking  # noqa: PLC0415 - the clock of the pages

    return asking.now()


def test_who_a_person_is_can_be_corrected_and_identifiers_stay(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, "details/")
    before = record_of(clinic.amara).person
    assert before is not None
    given = {
        "name": "Amara Diallo",
        "birth_day": "6",
        "birth_month": "5",
        "birth_year": "1980",
        "sex": "female",
    }
    assert posts(ruth, here, given, seen=seen_in(ruth, here)).status_code == 302
    person = record_of(clinic.amara).person
    assert person is not None
    assert str(person.birth) == "1980-05-06"
    assert person.sex is rec.Sex.FEMALE
    assert person.identifiers == before.identifiers


def test_a_condition_that_was_looked_into_and_is_not_so_is_refuted(
    clinic: Clinic,
) -> None:
    line = notes_condition(clinic.ruth, clinic.amara, "Epilepsy")
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, f"conditions/{line}/correct/")
    given = {"status": "refuted", "condition": "", "words": "Epilepsy"}
    assert posts(ruth, here, given, seen=seen_in(ruth, here)).status_code == 302
    (now,) = record_of(clinic.amara).conditions
    assert now.refuted
    page = ruth.get(here).content.decode()
    assert re.search(r'value="refuted"[^>]*checked', page)


# --- entered in error -------------------------------------------------------------


def test_a_line_entered_in_error_is_taken_out_for_a_reason(clinic: Clinic) -> None:
    line = notes_condition(clinic.ruth, clinic.amara, "Somebody else's asthma")
    ruth = signed_in(clinic.ruth)
    here = at(clinic.amara, f"conditions/{line}/withdraw/")
    assert "Somebody else" in ruth.get(here).content.decode()
    assert posts(ruth, here, {"reason": " "}).status_code == 422
    assert len(record_of(clinic.amara).conditions) == 1
    assert posts(ruth, here, {"reason": "Wrong person"}).status_code == 302
    assert record_of(clinic.amara).conditions == ()
    rows = Line.objects.filter(person=clinic.amara, kind="conditions")
    assert rows.count() == 2


# --- who may ----------------------------------------------------------------------

PAGES = (
    "conditions/add/",
    "allergies/add/",
    "results/add/",
    "results/add/?observation=weight",
    "details/",
)


@pytest.mark.parametrize("name", ["paul", "olga", "alma", "tomas", "cora"])
def test_who_may_not_write_it_finds_no_page(name: str, clinic: Clinic) -> None:
    client = signed_in(getattr(clinic, name))
    for page in PAGES:
        assert client.get(at(clinic.amara, page)).status_code == 404
    added = posts(client, at(clinic.amara, "conditions/add/"), CONDITION)
    assert added.status_code == 404
    assert record_of(clinic.amara).conditions == ()


@pytest.mark.parametrize("name", ["ruth", "noor", "farah"])
def test_who_may_write_it_finds_the_page(name: str, clinic: Clinic) -> None:
    client = signed_in(getattr(clinic, name))
    for page in PAGES:
        assert client.get(at(clinic.amara, page)).status_code == 200


def test_a_foreign_line_and_a_missing_one_are_answered_alike(clinic: Clinic) -> None:
    theirs = notes_condition(clinic.olga, clinic.ben, "Ben's own")
    ruth = signed_in(clinic.ruth)
    for what in ("correct", "withdraw"):
        answers = [
            ruth.get(at(clinic.amara, f"conditions/{line}/{what}/")).status_code
            for line in (theirs, str(uuid4()), "Condition/none")
        ]
        assert answers == [404, 404, 404]
        given = {**CONDITION, "reason": "mine now"}
        gone = posts(ruth, at(clinic.amara, f"conditions/{theirs}/{what}/"), given)
        assert gone.status_code == 404
    (line,) = record_of(clinic.ben).conditions
    assert line.text == "Ben's own"


def test_ids_in_the_body_change_nothing(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    theirs = notes_condition(clinic.olga, clinic.ben, "Ben's own")
    forged = {
        "id": theirs,
        "line": theirs,
        "person": str(clinic.ben),
        "actor": str(clinic.olga.id),
        "membership": str(clinic.olga.membership),
        "source": "forged",
        "holder": str(clinic.hillside.id),
    }
    posts(ruth, at(clinic.amara, "conditions/add/"), {**CONDITION, **forged})
    (mine,) = record_of(clinic.amara).conditions
    (his,) = record_of(clinic.ben).conditions
    assert his.text == "Ben's own"
    assert mine.source is None
    assert mine.id != theirs
    row = Line.objects.get(person=clinic.amara, kind="conditions")
    assert row.actor == clinic.ruth.id
    assert row.organisation_id == clinic.riverside.id


def test_what_is_typed_is_shown_as_text_and_never_runs(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    attack = '"><script>alert(1)</script><b hx-get="/x">'
    given = {"status": "active", "condition": "", "words": attack}
    posts(ruth, at(clinic.amara, "conditions/add/"), given)
    (line,) = record_of(clinic.amara).conditions
    assert line.text == attack
    page = ruth.get(at(clinic.amara, f"conditions/{line.id}/correct/"))
    text = page.content.decode()
    assert "<script>alert" not in text
    assert "<b hx-get" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_every_choice_of_a_condition_stands_for_a_code(knowledge: Knowledge) -> None:
    offered = choices.conditions(knowledge)
    assert len(offered) > 80
    for name, _ in offered:
        code = choices.condition_code(knowledge, name)
        by_code = knowledge.links.conditions_by_code.get(code.code, ())
        stem = code.code.replace(".", "")
        by_stem = knowledge.links.condition_prefixes.get(stem, ())
        assert name in (*by_code, *by_stem), name
