"""Input that cannot be: a clear message, exit 65, and nothing worked out from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concord.cli import main
from concord.dosing.products import products_of
from concord.knowledge.lookup import Knowledge
from concord.record.model import Medicine
from fhir_orders import a_file, order

ZONE = ("--zone", "America/New_York")
SERTRALINE = "sertraline 50 mg tablet"


def fill(on: str, count: int = 30, *, id: str | None = None) -> dict[str, Any]:
    return {
        "resourceType": "MedicationDispense",
        "id": id or on,
        "status": "completed",
        "whenHandedOver": on,
        "medicationCodeableConcept": {"text": SERTRALINE},
        "quantity": {"value": count, "unit": "tablet"},
        "authorizingPrescription": [{"reference": "MedicationRequest/a"}],
    }


def supply(folder: Path, *resources: dict[str, Any], **person: Any) -> Result:
    path = a_file(folder, *resources, **person)
    on = ("--on", "2026-11-22")
    return CliRunner().invoke(main, ["supply", str(path), *on, *ZONE])


def schedule(
    folder: Path, *resources: dict[str, Any], more: tuple[str, ...] = ()
) -> Result:
    path = a_file(folder, *resources)
    days = ("--from", "2026-11-22", "--to", "2026-11-23")
    return CliRunner().invoke(main, ["schedule", str(path), *days, *ZONE, *more])


def refused(result: Result, words: str) -> None:
    assert result.exit_code == 65, result.output
    assert words in result.output
    assert "Nothing was" in result.output or "correct it" in result.output
    assert "runs out" not in result.output
    assert "No current medicine" not in result.output  # there is one


def test_two_fills_of_one_medicine_on_one_day_are_not_added_up(tmp_path: Path) -> None:
    twice = (fill("2026-11-01"), fill("2026-11-01", id="again"))
    refused(supply(tmp_path, order(SERTRALINE, 1, 1), *twice), "a second fill")
    apart = supply(
        tmp_path, order(SERTRALINE, 1, 1), fill("2026-11-01"), fill("2026-11-02")
    )
    assert apart.exit_code == 0
    assert "runs out" in apart.output


def test_a_fill_before_birth_is_refused_and_one_on_the_day_is_not(
    tmp_path: Path,
) -> None:
    born = {"birthDate": "2026-11-02"}
    before = supply(tmp_path, order(SERTRALINE, 1, 1), fill("2026-11-01"), **born)
    refused(before, "before the person's birth")
    on_the_day = supply(tmp_path, order(SERTRALINE, 1, 1), fill("2026-11-02"), **born)
    assert on_the_day.exit_code == 0
    in_the_year = supply(
        tmp_path, order(SERTRALINE, 1, 1), fill("2026-11-01"), birthDate="2026"
    )
    assert in_the_year.exit_code == 0  # it may have been born before


def test_a_negative_supply_is_refused(tmp_path: Path) -> None:
    for count, code in ((-1, 65), (0, 0)):
        result = supply(tmp_path, order(SERTRALINE, 1, 1), fill("2026-11-01", count))
        assert result.exit_code == code
    result = supply(tmp_path, order(SERTRALINE, 1, 1), fill("2026-11-01", -1))
    refused(result, "less than nothing")


@pytest.mark.parametrize(
    "text",
    [
        "Invega Sustenna 156 mg injection",
        "Wegovy 0.25 mg injection",
        "Vivitrol 380 mg injection",
        "Sublocade 300 mg injection",
        "Haloperidol decanoate 100 MG/ML Injectable Solution",
    ],
)
def test_a_long_acting_injection_thirteen_times_a_day_is_a_slip(
    tmp_path: Path, text: str
) -> None:
    given = order(text, 100, 13, "mg", route={"text": "intramuscular"})
    refused(schedule(tmp_path, given), "far closer together")
    one = order(text, 100, 1, "mg", period=3, period_unit="mo")
    assert schedule(tmp_path, one).exit_code == 0


@pytest.mark.parametrize("at", ["24:00:00", "25:61:00", "08:60:00"])
def test_a_time_that_does_not_exist_is_refused(tmp_path: Path, at: str) -> None:
    given = order(SERTRALINE, 1, None)
    given["dosageInstruction"][0]["timing"] = {"repeat": {"timeOfDay": [at]}}
    refused(schedule(tmp_path, given), "a clock time that does not exist")


def test_an_own_time_and_a_zone_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    given = order(SERTRALINE, 1, 1)
    for more in (("--at", "HS=24:00"), ("--zone", "Mars/Base")):
        assert schedule(tmp_path, given, more=more).exit_code == 65


def test_what_could_not_be_read_is_told_beside_what_could(tmp_path: Path) -> None:
    result = supply(tmp_path, order(SERTRALINE, 1, 1), fill("2026-02-30"))
    assert "1 problem(s) in what was read" in result.output
    assert "is not known" in result.output


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,2026-01-01,30,1990-01-01", "a second fill"),
        ("2,1989-12-31,30,1990-01-01", "before birth"),
        ("2,2026-02-30,30,1990-01-01", "on:"),
        ("2,2026-01-01,-5,1990-01-01", "supply:"),
    ],
)
def test_adherence_leaves_out_a_person_with_a_row_that_cannot_be(
    tmp_path: Path, row: str, words: str
) -> None:
    path = tmp_path / "fills.csv"
    path.write_text(f"id,on,supply,birth\n1,2026-01-01,30,1990-01-01\n{row}\n")
    columns = ("--person", "id", "--date", "on", "--days", "supply")
    result = CliRunner().invoke(
        main,
        ["adherence", str(path), *columns, "--birth", "birth", "--measure", "pdc"],
    )
    assert result.exit_code == 65
    assert words in result.output
    assert "no figures" in result.output


@pytest.mark.parametrize(
    ("drug", "text", "tags"),
    [
        ("paliperidone", "Invega Sustenna 156 mg", {"SUSTENNA"}),
        ("paliperidone", "Invega 6 mg tablet", {"ER"}),
        ("haloperidol", "haloperidol decanoate 100 mg/mL", {"DECANOATE"}),
        ("semaglutide", "Wegovy 0.25 mg injection", {"WEGOVY"}),
        ("bupropion", "bupropion XL 150 mg tablet", {"XL"}),
        ("buprenorphine", "Brixadi weekly 16 mg", {"BRIXADI-WEEKLY"}),
        ("buprenorphine", "Brixadi 16 mg", {"BRIXADI-WEEKLY", "BRIXADI-MONTHLY"}),
    ],
)
def test_a_medicine_is_the_product_that_its_words_name(
    knowledge: Knowledge, drug: str, text: str, tags: set[str]
) -> None:
    found = products_of(Medicine(text=text), knowledge.drugs[drug])
    assert {product.tag for product in found} == tags


@pytest.mark.parametrize(
    ("drug", "text", "forms"),
    [
        ("risperidone", "Risperdal 1 mg/mL oral solution", {"oral solution"}),
        ("risperidone", "Risperdal 1 mg oral tablet", {"tablet"}),
        ("risperidone", "Risperdal 1 mg", {"tablet", "oral solution"}),
        ("amphetamine", "Dyanavel XR 5 mg tablet", {"tablet"}),
        ("ziprasidone", "Geodon 20 mg capsule", {"capsule"}),
        ("ziprasidone", "Geodon 20 mg injection", {"injection"}),
    ],
)
def test_of_a_brand_of_several_forms_the_form_in_the_words_is_meant(
    knowledge: Knowledge, drug: str, text: str, forms: set[str]
) -> None:
    found = products_of(Medicine(text=text), knowledge.drugs[drug])
    assert {product.form for product in found} == forms
