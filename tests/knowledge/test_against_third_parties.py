"""What we typed, held against what others published; each difference has its reason."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from concord.knowledge.lookup import Knowledge

# RxCUIs that stand under another name than the drug's own names, with the reason.
OTHER_NAMES: dict[str, str] = {
    "insulin-aspart": "RxNorm adds the species: insulin aspart, human",
    "insulin-regular": "RxNorm adds the species: insulin, regular, human",
    "isosorbide-mononitrate": "RxNorm's ingredient is isosorbide; this is its nitrate",
    "sennosides": "RxNorm adds the pharmacopoeia: sennosides, USP",
    "thyroid": "RxNorm adds the pharmacopoeia: thyroid (USP)",
}

# Schedules that differ from the directory of April 2019, with the reason.
SCHEDULES: dict[str, str] = {
    "brexanolone": "scheduled after April 2019",
    "butalbital": "its products are listed by their combinations; III alone",
    "cenobamate": "scheduled after April 2019",
    "clorazepate": "listed there as clorazepate dipotassium",
    "daridorexant": "scheduled after April 2019",
    "dihydrocodeine": "listed there only in combinations",
    "diphenoxylate": "listed there only with atropine",
    "esketamine": "listed after April 2019; III as ketamine",
    "lasmiditan": "scheduled after April 2019",
    "lemborexant": "scheduled after April 2019",
    "oliceridine": "scheduled after April 2019",
    "pentazocine": "listed there only with naloxone",
    "pregabalin": "half of its products there have an empty field; V by its label",
    "remimazolam": "scheduled after April 2019",
    "serdexmethylphenidate": "scheduled after April 2019",
    "solriamfetol": "scheduled after April 2019",
    "zuranolone": "scheduled after April 2019",
}

# ATC codes that another source than Health Canada states, with the reason.
ATC = {"cytisinicline": "not sold in Canada; by the UK product text"}

# Strengths that no RxNorm product of October 2025 has, with the reason.
STRENGTHS: dict[tuple[str, str], str] = {
    ("levomefolic-acid", "7.5 mg"): "a medical food, which RxNorm does not list so",
    ("levomefolic-acid", "15 mg"): "a medical food, which RxNorm does not list so",
    ("semaglutide", "25 mg"): "a tablet that is newer than October 2025",
}


@pytest.fixture(scope="module")
def ingredients(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "knowledge" / "ingredients.csv").open(encoding="utf-8") as file:
        return {row["rxcui"]: row for row in csv.DictReader(file)}


def test_the_first_code_of_each_drug_is_an_ingredient_of_its_name(
    knowledge: Knowledge, ingredients: dict[str, dict[str, str]]
) -> None:
    odd = {}
    for drug in knowledge.drugs.values():
        if not drug.identity.rxcui or drug.kind == "substance":
            continue
        row = ingredients.get(drug.identity.rxcui[0])
        names = {n.casefold() for n in (drug.name, *drug.synonyms)}
        if row is None or row["name"].casefold() not in names:
            odd[drug.id] = row["name"] if row else "no such ingredient"
    assert odd.keys() == OTHER_NAMES.keys()


def test_schedules_are_those_of_the_national_directory(
    knowledge: Knowledge, ingredients: dict[str, dict[str, str]]
) -> None:
    odd = {}
    for drug in knowledge.drugs.values():
        if drug.schedule is None or not drug.identity.rxcui:
            continue
        # The file counts products by schedule, most first: "CIV:252|-:6".
        counted = ingredients[drug.identity.rxcui[0]]["dea_schedule_ndc2019"]
        theirs = counted.partition(":")[0].replace("-", "")
        ours = "" if drug.schedule.dea == "none" else f"C{drug.schedule.dea}"
        if theirs != ours:
            odd[drug.id] = f"{ours or 'none'}, there {theirs or 'none'}"
    assert odd.keys() == SCHEDULES.keys(), odd


def test_atc_codes_that_are_called_checked_are_those_of_health_canada(
    knowledge: Knowledge, ingredients: dict[str, dict[str, str]]
) -> None:
    for drug in knowledge.drugs.values():
        if drug.atc is None or drug.atc.status != "checked" or drug.id in ATC:
            continue
        theirs = {
            code
            for rxcui in drug.identity.rxcui
            if rxcui in ingredients
            for code in ingredients[rxcui]["atc_dpd"].replace("|", " ").split()
        }
        assert set(drug.atc.codes) <= theirs, drug.id


def test_tablet_and_capsule_strengths_are_made(
    knowledge: Knowledge, shared_data: Path
) -> None:
    """A strength of an oral solid stands in the name of some RxNorm product."""
    path = shared_data / "knowledge" / "rxnorm-prescribable-20251006"
    names = (path / "clinical_drugs.tsv").read_text("utf-8").casefold().splitlines()
    odd = {}
    for drug in knowledge.drugs.values():
        if not drug.identity.rxcui or drug.name[0] == "a":
            continue  # the letter A is missing from this copy of RxNorm
        rxcui = drug.identity.rxcui
        mine = [
            name
            for name in names
            if any(f"{code}:in" in name.rpartition("\t")[2] for code in rxcui)
        ]
        for product in drug.product:
            if product.form not in ("tablet", "capsule"):
                continue
            for strength in product.strengths:
                if not re.fullmatch(r"[\d.]+ mg", strength):
                    continue
                number = Decimal(strength.split()[0]).normalize()
                wanted = re.compile(rf"(?<![\d.]){number:f}(\.0+)? mg\b")
                if not any(wanted.search(name) for name in mine):
                    odd[drug.id, strength] = len(mine)
    assert odd.keys() == STRENGTHS.keys(), odd
