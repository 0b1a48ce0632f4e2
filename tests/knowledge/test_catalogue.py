"""The catalogue answers for codes and exact names, and for nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from concord.errors import KnowledgeError
from concord.knowledge.catalogue import (
    FOLDER,
    Catalogue,
    Found,
    compile_catalogue,
    load_catalogue,
    product_of,
)
from concord.terms import Quantity


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return compile_catalogue(target=tmp_path_factory.mktemp("c") / "catalogue.sqlite")


def names(found: Found | None) -> list[str]:
    assert found is not None
    return [part.name for part in found.ingredients]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("36437", ["sertraline"]),  # IN
        ("82112", ["trazodone"]),  # PIN: trazodone hydrochloride
        ("1010600", ["buprenorphine", "naloxone"]),  # SCD
        ("866414", ["metoprolol"]),  # SBD
        ("1187314", ["acetaminophen", "diphenhydramine"]),  # RxTerms: Tylenol PM Pill
        ("861221", ["amphetamine", "dextroamphetamine"]),  # four salts, two bases
    ],
)
def test_every_kind_of_rxnorm_code_gives_base_ingredients(
    catalogue: Catalogue, code: str, expected: list[str]
) -> None:
    assert names(catalogue.by_rxcui(code)) == expected


def test_a_clinical_drug_has_strength_form_and_release(catalogue: Catalogue) -> None:
    found = catalogue.by_rxcui("866414")
    assert found is not None
    (part,) = found.ingredients
    assert part.strength == Quantity(100, "mg")
    assert part.precise == "metoprolol succinate"
    assert (found.form, found.release, found.brand) == (
        "Oral Tablet",
        "extended",
        "Toprol",
    )


def test_strengths_of_salts_of_one_base_are_added_up(catalogue: Catalogue) -> None:
    found = catalogue.by_rxcui("861221")
    assert found is not None
    assert [str(p.strength) for p in found.ingredients] == ["5.0 mg", "5.0 mg"]


@pytest.mark.parametrize("code", ["", "0", "36437x", "999999999", "٣", "9" * 40])
def test_what_is_no_code_is_not_found(catalogue: Catalogue, code: str) -> None:
    assert catalogue.by_rxcui(code) is None
    assert catalogue.by_ndc(code) is None
    assert catalogue.by_atc(code) is None


@pytest.mark.parametrize("code", ["0049-4900-66", "00049490066", "0049-4900"])
def test_an_ndc_is_found_whatever_its_package(catalogue: Catalogue, code: str) -> None:
    assert names(catalogue.by_ndc(code)) == ["sertraline"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0049-4900-66", "000494900"),
        ("12345-678-90", "123450678"),
        ("12345-6789-1", "123456789"),
        ("12345678901", "123456789"),
        ("1234567890", None),  # ten digits without dashes: the labeler is not told
        ("123-4567-89", None),
        ("1-2-3-4", None),
        ("abcde-fghi-jk", None),
    ],
)
def test_an_ndc_is_normalised_to_labeler_and_product(
    written: str, expected: str | None
) -> None:
    assert product_of(written) == expected


def test_only_atc_codes_of_one_ingredient_are_answered(catalogue: Catalogue) -> None:
    assert names(catalogue.by_atc("n06ab06")) == ["sertraline"]
    assert catalogue.by_atc("N06AB") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sertraline", ["sertraline"]),
        ("  ZOLOFT® ", ["sertraline"]),
        ("Effexor XR", ["venlafaxine"]),
        ("Adderall XR", ["amphetamine", "dextroamphetamine"]),
        ("escitalopram oxalate", ["escitalopram"]),
        ("Suboxone", ["buprenorphine", "naloxone"]),
        ("acetaminophen / hydrocodone", ["acetaminophen", "hydrocodone"]),
    ],
)
def test_names_and_brands_are_compared_without_case_spaces_and_marks(
    catalogue: Catalogue, text: str, expected: list[str]
) -> None:
    assert names(catalogue.by_name(text)) == expected


@pytest.mark.parametrize(
    "text", ["", "/", "[Toprol]", "sertralin", "sodium", "sertraline 50", "50 MG"]
)
def test_a_name_that_is_not_in_the_catalogue_is_not_found(
    catalogue: Catalogue, text: str
) -> None:
    assert catalogue.by_name(text) is None


def test_the_letters_behind_a_brand_state_its_release(catalogue: Catalogue) -> None:
    for text in ("Effexor XR", "Wellbutrin XL"):
        found = catalogue.by_name(text)
        assert found is not None
        assert found.release == "extended"


def test_a_missing_file_is_told_when_it_is_asked(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="concord knowledge compile"):
        Catalogue(tmp_path / "none.sqlite").by_rxcui("1")


def test_a_line_that_does_not_fit_leaves_the_old_file_standing(tmp_path: Path) -> None:
    target = tmp_path / "catalogue.sqlite"
    target.write_bytes(b"old")
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "ingredients.tsv").write_text("rxcui\ttty\tname\tbase\n1\tIN\n")
    with pytest.raises(KnowledgeError, match=r"ingredients\.tsv line 2"):
        compile_catalogue(folder, target)
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["catalogue.sqlite"]


def test_the_compiled_file_is_made_anew_when_a_text_file_changes(
    tmp_path: Path,
) -> None:
    target = tmp_path / "catalogue.sqlite"
    first = load_catalogue(FOLDER, target)
    made = target.stat().st_mtime_ns
    first.close()
    load_catalogue(FOLDER, target).close()
    assert target.stat().st_mtime_ns == made
    target.write_bytes(b"another format")
    again = load_catalogue(FOLDER, target)
    assert again.by_rxcui("36437") is not None


def test_opening_and_asking_once_takes_milliseconds(catalogue: Catalogue) -> None:
    took = []
    for _ in range(5):
        catalogue.close()
        fresh = Catalogue(catalogue._path)
        start = time.perf_counter()
        fresh.by_rxcui("312938")
        took.append(time.perf_counter() - start)
        fresh.close()
    # 0.3 ms here; the limit of 2 ms with room for a busy machine.
    assert min(took) < 0.002


def test_the_files_stay_small_and_say_where_they_come_from() -> None:
    sizes = [p.stat().st_size for p in FOLDER.glob("*.tsv")]
    assert sum(sizes) < 4_000_000
    text = (FOLDER / "PROVENANCE.md").read_text(encoding="utf-8")
    assert "courtesy of the U.S. National Library of Medicine" in text
