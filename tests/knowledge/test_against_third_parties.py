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


# --- groups against the value sets of the CDC opioid recommendations ------------------

# The groups whose members the value sets list, with what differs and why.
GROUPS = {
    "benzodiazepine-medications": "benzodiazepine",
    "barbiturate-medications": "barbiturate",
    "fentanyl-type-medications": "opioid-full-agonist",
    "methadone-medications": "opioid-full-agonist",
    "buprenorphine-medications": "opioid-partial-agonist",
    "opioid-analgesics-with-ambulatory-misuse-potential": "opioid",
}
APART = {
    ("barbiturate", "primidone"): "an anticonvulsant that becomes phenobarbital",
}


@pytest.fixture(scope="module")
def alone(shared_data: Path) -> dict[str, str]:
    """Each clinical drug of one ingredient, by its code: the ingredient's code."""
    found: dict[str, set[str]] = {}
    folder = shared_data / "knowledge"
    path = folder / "rxnorm-prescribable-20251006" / "clinical_drugs.tsv"
    for row in _table(path):
        base = {p.partition(":")[0] for p in row["ingredient_rxcuis"].split("|")}
        found[row["scd_rxcui"]] = base
    for row in _table(folder / "cqf-opioid-cds" / "omtk_drug_ingredients.tsv"):
        if " / " not in row["drug"]:  # it names the opioid of a combination alone
            found.setdefault(row["drug_rxcui"], set()).add(row["ingredient_rxcui"])
    return {code: next(iter(of)) for code, of in found.items() if len(of) == 1}


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize(("value_set", "group"), GROUPS.items())
def test_the_members_of_a_value_set_are_in_our_group(
    value_set: str,
    group: str,
    alone: dict[str, str],
    knowledge: Knowledge,
    shared_data: Path,
) -> None:
    """Of the products of one ingredient; a combination says nothing of its parts."""
    path = shared_data / "knowledge" / "cqf-opioid-cds" / "valuesets_rxnorm.tsv"
    listed = {
        drug.id
        for row in _table(path)
        if row["valueset"] == value_set and row["rxcui"] in alone
        if (drug := knowledge.drug_of(alone[row["rxcui"]])) is not None
    }
    assert listed
    missing = listed - set(knowledge.members(group))
    assert {(group, drug) for drug in missing} <= APART.keys()


# --- genotypes against CPIC ---------------------------------------------------------

CONDITIONS_OF_GENE = {
    "CYP2C19": "cyp2c19",
    "CYP2C9": "cyp2c9",
    "CYP2D6": "cyp2d6",
    "HLA-A": "hlaa",
    "HLA-B": "hlab",
}


def test_every_pair_of_cpics_highest_level_has_a_row(
    knowledge: Knowledge, shared_data: Path
) -> None:
    """Of the psychotropic medicines: a gene and drug of level A, final."""
    covered = set(knowledge.coverage["psychotropic"].drugs)
    path = shared_data / "knowledge" / "cpic" / "cpic-table.csv"
    with path.open(encoding="utf-8") as file:
        pairs = [
            (row["Gene"], drug)
            for row in csv.DictReader(file)
            if row["CPICLevel"] == "A" and row["CPICLevelStatus"] == "Final"
            if (drug := knowledge.drug_named(row["Drug"])) and drug.id in covered
        ]
    assert len(pairs) >= 19
    silent = [
        (gene, drug.id)
        for gene, drug in pairs
        if not any(
            (row.when.condition or "").startswith(CONDITIONS_OF_GENE[gene])
            for row in drug.adjustment
            if row.organ == "genotype"
        )
    ]
    assert silent == []


# --- equivalents against the published tables ---------------------------------------


def test_the_factors_are_those_of_the_cdc(
    knowledge: Knowledge, shared_data: Path
) -> None:
    path = shared_data / "knowledge" / "cdc-mme" / "cdc_2022_factors.tsv"
    ours = {
        row.drug: row.equals.value / row.dose.value
        for row in knowledge.equivalents["opioid-cdc-2022"].row
    }
    theirs = {
        row["opioid"].removesuffix(" transdermal"): Decimal(row["factor"])
        for row in _table(path)
    }
    assert ours == theirs


@pytest.mark.parametrize(
    ("table", "file", "column", "reference"),
    [
        ("antipsychotic-ddd-2016", "leucht2016.csv", "CPZ100MGEQ", Decimal(100)),
        ("antipsychotic-consensus-2010", "gardner2010.csv", "median", Decimal(20)),
    ],
)
def test_antipsychotic_equivalents_are_those_of_the_papers(
    *,
    table: str,
    file: str,
    column: str,
    reference: Decimal,
    knowledge: Knowledge,
    shared_data: Path,
) -> None:
    path = shared_data / "knowledge" / "antipsychotic-equivalents" / file
    other_names = {"thiothixene": ("thiothixene", "tiotixene")}
    with path.open(encoding="utf-8-sig") as lines:
        theirs = {
            row["drug"].casefold(): Decimal(row[column])
            for row in csv.DictReader(lines)
            if row["route"] == "oral"
        }
    for row in knowledge.equivalents[table].row:
        if row.route != "oral":
            continue
        names = other_names.get(row.drug, (row.drug,))
        assert row.dose.value in {theirs[n] for n in names if n in theirs}, row.drug
        assert row.equals.value == reference
