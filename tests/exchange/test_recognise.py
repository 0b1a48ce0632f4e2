"""Medicines are recognised by code or exact name, never by likeness."""

from __future__ import annotations

import pytest
from fhir_builders import NDC, RXNORM, concept, imported, order

from concord.exchange import Recogniser
from concord.record.model import Medicine
from concord.terms import Code, Quantity, System


def of(recogniser: Recogniser, text: str | None = None, *codes: Code) -> Medicine:
    return recogniser.medicine(text, codes)[0]


def rx(code: str, display: str | None = None) -> Code:
    return Code(system=RXNORM, code=code, display=display)


@pytest.mark.parametrize(
    ("text", "name", "strength", "brand"),
    [
        ("Sertraline 100MG", "sertraline", "100 mg", None),
        ("oxyCODONE 5 MG Oral Tablet", "oxycodone", "5 mg", None),
        ("Hydrochlorothiazide 25 MG", "hydrochlorothiazide", "25 mg", None),
        ("Diazepam [Valium]", "diazepam", None, "Valium"),
        ("Carbamazepine[Tegretol]", "carbamazepine", None, "Tegretol"),
        ("Lasix 40mg", "furosemide", "40 mg", "Lasix"),
        ("sertraline 50 mg tablet", "sertraline", "50 mg", None),
        ("clozapine 100 mg tablets", "clozapine", "100 mg", None),
        ("venlafaxine ER 75 mg capsule", "venlafaxine", "75 mg", None),
        ("quetiapine 50 mg XR tab", "quetiapine", "50 mg", None),
        ("methadone 10 mg/mL oral solution", "methadone", "10 mg/mL", None),
        (
            "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]",
            "metoprolol",
            "100 mg",
            "Toprol",
        ),
        (
            "amitriptyline hydrochloride 25 MG Oral Tablet",
            "amitriptyline",
            "25 mg",
            None,
        ),
        ("Nizatidine 15 MG/ML Oral Solution [Axid]", "nizatidine", "15 mg/mL", None),
    ],
)
def test_a_name_by_rxnorms_grammar_is_recognised(
    recogniser: Recogniser,
    text: str,
    name: str,
    strength: str | None,
    brand: str | None,
) -> None:
    medicine = of(recogniser, text)
    (ingredient,) = medicine.ingredients
    assert ingredient.name == name
    assert ingredient.strength == (Quantity.parse(strength) if strength else None)
    assert medicine.brand == brand
    assert medicine.recognised_by == "name"


@pytest.mark.parametrize(
    "text",
    [
        "buprenorphine/naloxone 8 mg/2 mg sublingual film",
        "buprenorphine / naloxone 8-2 mg film",
        "buprenorphine 8 MG / naloxone 2 MG Sublingual Film",
    ],
)
def test_the_strengths_of_a_combination_go_with_its_names(
    recogniser: Recogniser, text: str
) -> None:
    found = of(recogniser, text).ingredients
    assert [(i.name, str(i.strength)) for i in found] == [
        ("buprenorphine", "8 mg"),
        ("naloxone", "2 mg"),
    ]


@pytest.mark.parametrize("text", ["Acetaminophen/Hydrocodone", "Tylenol PM Pill"])
def test_a_combination_has_all_its_ingredients(
    recogniser: Recogniser, text: str
) -> None:
    assert len(of(recogniser, text).ingredients) == 2


@pytest.mark.parametrize(
    "text",
    [
        "sertralin",
        "sertraline hydrochlorid",
        "setraline 50 MG",
        "sertraline 50 MG with food",
        "sertraline 50 MG tablet nightly",
        "sertraline 50 MG tablet film",
        "sertraline/lithium 50 mg tablet",
        "sertraline or lithium",
        "Sertraline [Valium]",
        "Dana's pills",
        "sodium",
        "Lisinopril / an herb",
    ],
)
def test_what_is_only_like_a_name_stays_as_it_is_written(
    recogniser: Recogniser, text: str
) -> None:
    medicine = of(recogniser, text)
    assert medicine.ingredients == ()
    assert medicine.text == text
    assert medicine.recognised_by is None


def test_the_code_goes_before_the_name(recogniser: Recogniser) -> None:
    assert of(recogniser, "my blue pill", rx("312938")).recognised_by == "rxnorm"


def test_the_order_of_belief_is_rxnorm_ndc_atc(recogniser: Recogniser) -> None:
    atc = Code(system=System.ATC, code="N06AB06")
    ndc = Code(system=NDC, code="0049-4900-66")
    assert of(recogniser, None, atc).recognised_by == "atc"
    assert of(recogniser, None, atc, ndc).recognised_by == "ndc"
    assert of(recogniser, None, atc, ndc, rx("36437")).recognised_by == "rxnorm"


def test_an_unknown_code_leaves_the_name_to_be_read(recogniser: Recogniser) -> None:
    medicine = of(recogniser, None, rx("999999999", "Sertraline 100 MG Oral Tablet"))
    assert medicine.recognised_by == "name"
    assert medicine.text == "Sertraline 100 MG Oral Tablet"


def test_a_salt_stands_for_its_base_and_keeps_its_own_name(
    recogniser: Recogniser,
) -> None:
    (ingredient,) = of(recogniser, None, rx("859871")).ingredients
    assert (ingredient.rxcui, ingredient.name) == ("5093", "haloperidol")


def test_code_and_words_that_disagree_leave_the_medicine_unrecognised(
    recogniser: Recogniser,
) -> None:
    found = imported(
        recogniser, order(medicationCodeableConcept=concept("Lithium", "36437"))
    )
    (line,) = found.record.medications
    assert line.medicine.ingredients == ()
    assert line.medicine.text == "Lithium"
    (problem,) = found.problems
    assert problem.found == "a code and words that name different ingredients"


def test_two_strengths_for_one_medicine_leave_the_strength_unknown(
    recogniser: Recogniser,
) -> None:
    medicine, trouble = recogniser.medicine(
        "Sertraline 50 MG Oral Tablet", (rx("312938"),)
    )
    assert medicine.ingredients[0].strength is None
    assert trouble == "a code and words of different strengths"


def test_words_complete_what_an_ingredient_code_leaves_open(
    recogniser: Recogniser,
) -> None:
    medicine = of(recogniser, "Sertraline 50 MG Oral Tablet", rx("36437"))
    assert medicine.ingredients[0].strength == Quantity(50, "mg")
    assert medicine.form == "Oral Tablet"
