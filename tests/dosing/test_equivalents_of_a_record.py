"""`concord mme` and `concord equivalents` over FHIR files: parts, sums, refusals."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concord.cli import main
from concord.dosing.equivalents import Given, Worth, worth
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Equivalent, Equivalents, Status
from concord.terms import Duration, Quantity
from fhir_orders import a_file, order

ON = ("--on", "2026-11-22")
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
FOR_PAIN = {"text": "Chronic pain", "coding": [{"system": ICD, "code": "G89.4"}]}
FOR_USE_DISORDER = {"coding": [{"system": ICD, "code": "F11.20"}]}

HYDROCODONE = "Hydrocodone Bitartrate 5 MG / Acetaminophen 325 MG Oral Tablet"
OXYCODONE_ER = "12 HR oxycodone 10 MG Extended Release Oral Tablet"
FENTANYL = "72 HR Fentanyl 0.025 MG/HR Transdermal System"
METHADONE = "Methadone hydrochloride 10 MG Oral Tablet"
TRAMADOL = "Tramadol hydrochloride 50 MG Oral Tablet"
MORPHINE = "Morphine sulfate 30 MG Oral Tablet"
OXYCODONE = "Oxycodone hydrochloride 10 MG Oral Tablet"


def run(folder: Path, *arguments: str, orders: list[dict[str, Any]]) -> Result:
    """Run a command on a file that holds these orders of one person."""
    path = a_file(folder, *orders)
    name, *rest = arguments
    return CliRunner().invoke(main, [name, str(path), *rest, *ON])


def mme(folder: Path, *orders: dict[str, Any], table: str = "2022") -> Any:
    result = run(folder, "mme", "--table", table, "--json", orders=list(orders))
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.mark.parametrize(
    ("given", "in_2022", "in_2016"),
    [
        (order(HYDROCODONE, 1, 4), "20", "20"),
        (order(OXYCODONE_ER, 1, 2), "30", "30"),
        (order(FENTANYL, 1, 1, "patch", period=72, period_unit="h"), "60", "60"),
        # 30 mg lies between 21 and 40 mg: 8 times as much, in 2016.
        (order(METHADONE, 3, 1, reason=FOR_PAIN), "141", "240"),
        (order(TRAMADOL, 2, 3), "60", "30"),
        (order("Hydromorphone 4 MG Oral Tablet", 1, 2), "40", "32"),
    ],
)
def test_the_worked_examples_come_out_of_real_files(
    tmp_path: Path, given: dict[str, Any], in_2022: str, in_2016: str
) -> None:
    for table, expected in (("2022", in_2022), ("2016", in_2016)):
        found = mme(tmp_path, given, table=table)
        assert (found["total"], found["unit"], found["whole"]) == (expected, "mg", True)
        assert found["table"]["school"] == f"CDC {table}"
        assert found["converts_a_dose"] is False


def test_two_opioids_of_a_day_are_added_up(tmp_path: Path) -> None:
    found = mme(tmp_path, order(MORPHINE, 1, 2), order(OXYCODONE, 1, 2, id="b"))
    assert [(p["drug"], p["equals"]) for p in found["parts"]] == [
        ("morphine", "60"),
        ("oxycodone", "30"),
    ]
    assert found["total"] == "90"


def test_a_sliding_row_is_asked_with_the_whole_day_and_not_dose_by_dose(
    tmp_path: Path,
) -> None:
    for pieces, times, expected in ((1, 2, "80"), (2, 2, "320")):
        # 20 mg a day is times 4; 40 mg, in two doses of 20, is times 8.
        given = order(METHADONE, pieces, times, reason=FOR_PAIN)
        assert mme(tmp_path, given, table="2016")["total"] == expected


def test_methadone_for_opioid_use_disorder_is_left_out_on_purpose(
    tmp_path: Path,
) -> None:
    found = mme(tmp_path, order(METHADONE, 8, 1, reason=FOR_USE_DISORDER))
    assert (found["total"], found["whole"]) == ("0", True)
    assert [row["drug"] for row in found["not_counted"]] == ["methadone"]
    assert found["not_counted"][0]["source"]["status"] == "unverified"


@pytest.mark.parametrize("reason", [None, {"text": "as discussed"}])
def test_methadone_for_nobody_knows_what_is_neither_counted_nor_left_out(
    tmp_path: Path, reason: dict[str, Any] | None
) -> None:
    found = mme(tmp_path, order(METHADONE, 3, 1, reason=reason))
    assert (found["total"], found["whole"]) == ("0", False)
    assert found["refused"][0]["if_counted"] == "141"
    assert found["not_counted"] == []


def test_an_indication_in_the_exact_words_of_a_condition_is_understood(
    tmp_path: Path,
) -> None:
    in_words = {"text": "Opioid use disorder"}
    found = mme(tmp_path, order(METHADONE, 3, 1, reason=in_words))
    assert [row["drug"] for row in found["not_counted"]] == ["methadone"]


def test_buprenorphine_for_opioid_use_disorder_is_not_counted_and_says_so(
    tmp_path: Path,
) -> None:
    film = "Buprenorphine 8 MG / Naloxone 2 MG Sublingual Film"
    found = mme(tmp_path, order(film, 2, 1, "film", reason=FOR_USE_DISORDER))
    assert (found["total"], found["whole"]) == ("0", True)
    assert [row["drug"] for row in found["not_counted"]] == ["buprenorphine"]


def test_every_opioid_without_a_factor_is_refused_by_name(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    table = knowledge.equivalents["opioid-cdc-2022"]
    groups = [g for g in knowledge.groups if g.startswith("opioid")]
    groups = [g for g in groups if "antagonist" not in g and "use" not in g]
    opioids = {drug for group in groups for drug in knowledge.members(group)}
    without = sorted(opioids - {row.drug for row in table.row})
    assert len(without) >= 13
    orders = [
        order(f"{knowledge.drugs[drug].name} 10 MG Oral Tablet", 1, 1, id=f"o{n}")
        for n, drug in enumerate(without)
    ]
    found = mme(tmp_path, *orders, order(MORPHINE, 1, 2, id="known"))
    left_out = {row["drug"] for row in found["refused"] + found["not_counted"]}
    # A street drug is no name of a medicine: such a line is named as not recognised.
    substances = [d for d in without if knowledge.drugs[d].kind == "substance"]
    assert left_out == set(without) - set(substances)
    assert [row["why"] for row in found["not_known"]] == ["not-recognised"] * len(
        substances
    )
    assert {row["drug"] for row in found["not_counted"]} == {"buprenorphine"}
    assert [part["drug"] for part in found["parts"]] == ["morphine"]
    assert (found["total"], found["whole"]) == ("60", False)


def test_fentanyl_under_the_tongue_is_refused_though_the_patch_has_a_factor(
    tmp_path: Path,
) -> None:
    found = mme(tmp_path, order("Fentanyl 0.1 MG Sublingual Tablet", 1, 4))
    assert [row["drug"] for row in found["refused"]] == ["fentanyl"]


def test_patches_count_as_the_rate_worn_however_often_they_are_changed(
    tmp_path: Path,
) -> None:
    for period in (48, 72):
        given = order(FENTANYL, 2, 1, "patch", period=period, period_unit="h")
        assert mme(tmp_path, given)["total"] == "120"


def test_two_patches_in_three_days_leave_open_how_many_are_worn(
    tmp_path: Path,
) -> None:
    given = order(FENTANYL, 1, 2, "patch", period=72, period_unit="h")
    found = mme(tmp_path, given)
    assert [row["why"] for row in found["not_known"]] == ["patches-at-once"]
    assert found["whole"] is False


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (order(OXYCODONE, None, None), "no-directions"),
        (order(OXYCODONE, None, 2), "no-dose"),
        (order(OXYCODONE, 1, None), "no-frequency"),
        (order("Oxycodone", 1, 2, route={"text": "oral"}), "no-strength"),
        (order("Something from the clinic", 1, 2), "not-recognised"),
    ],
)
def test_a_line_whose_dose_is_not_known_is_named_and_the_sum_is_a_part(
    tmp_path: Path, given: dict[str, Any], why: str
) -> None:
    found = mme(tmp_path, given, order(MORPHINE, 1, 2, id="b"))
    assert [(row["id"], row["why"]) for row in found["not_known"]] == [
        ("MedicationRequest/a", why)
    ]
    assert (found["total"], found["whole"]) == ("60", False)
    printed = run(tmp_path, "mme", orders=[given, order(MORPHINE, 1, 2, id="b")])
    assert "This is a part" in " ".join(printed.output.split())


def test_what_is_taken_as_needed_counts_from_nothing_to_all_that_is_allowed(
    tmp_path: Path,
) -> None:
    needed = order(TRAMADOL, 1, 4, asNeededBoolean=True)
    found = mme(tmp_path, needed, order(MORPHINE, 1, 1, id="b"))
    assert (found["total_at_least"], found["total"]) == ("30", "70")


def test_what_is_stopped_on_the_day_is_not_in_the_sum(tmp_path: Path) -> None:
    stopped = order(MORPHINE, 1, 2) | {"status": "stopped"}
    found = mme(tmp_path, stopped)
    assert (found["total"], found["parts"]) == ("0", [])


def test_without_a_table_named_it_is_the_one_in_use_on_the_day(
    tmp_path: Path,
) -> None:
    for on, school in (
        ("2016-03-14", "CDC 2022"),  # before any of them: the default
        ("2016-03-15", "CDC 2016"),
        ("2022-11-03", "CDC 2016"),
        ("2022-11-04", "CDC 2022"),
    ):
        path = tmp_path / "p.json"
        path.write_text('{"resourceType": "Patient", "id": "p"}')
        said = CliRunner().invoke(main, ["mme", str(path), "--on", on, "--json"])
        assert json.loads(said.output)["table"]["school"] == school


def test_a_table_of_another_day_says_so_and_none_of_the_tables_converts(
    tmp_path: Path,
) -> None:
    old = run(tmp_path, "mme", "--table", "2016", orders=[order(MORPHINE, 1, 2)])
    assert "It was not the one in use on the day." in " ".join(old.output.split())
    assert "it never converts a dose for a person" in " ".join(old.output.split())


def test_a_table_that_is_none_is_65_and_names_those_there_are(
    tmp_path: Path,
) -> None:
    for word in ("2014", "CDC"):
        result = run(tmp_path, "mme", "--table", word, orders=[])
        assert result.exit_code == 65
        assert "CDC 2016, CDC 2022" in result.output


def equivalents(folder: Path, kind: str, school: str, *orders: dict[str, Any]) -> Any:
    result = run(
        folder,
        "equivalents",
        "--kind",
        kind,
        "--school",
        school,
        "--json",
        orders=list(orders),
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_benzodiazepines_by_two_schools_differ_twofold(tmp_path: Path) -> None:
    alprazolam = order("Alprazolam 0.5 MG Oral Tablet", 1, 2)
    for school, expected in (("VA/DoD", "10"), ("Ashton", "20")):
        found = equivalents(tmp_path, "benzodiazepine", school, alprazolam)
        assert (found["total"], found["table"]["reference"]) == (expected, "diazepam")


def test_antipsychotics_by_mouth_and_by_injection(tmp_path: Path) -> None:
    tablet = order("Haloperidol 5 MG Oral Tablet", 1, 2)
    found = equivalents(tmp_path, "antipsychotic", "Gardner", tablet)
    assert found["total"] == "20"  # 10 mg answer 20 mg of olanzapine
    injected = order(
        "Haloperidol decanoate 100 MG/ML Injectable Solution",
        150,
        1,
        "mg",
        period=4,
        period_unit="wk",
        route={"text": "intramuscular"},
    )
    found = equivalents(tmp_path, "antipsychotic", "Gardner", injected)
    assert found["total"] == "20"  # 150 mg every 4 weeks do too


@pytest.mark.parametrize(("weeks", "expected"), [(2, 40), (4, 20), (8, 10)])
def test_an_injection_given_more_often_than_in_the_table_is_worth_more(
    weeks: int, expected: int
) -> None:
    """The table has 150 mg every 4 weeks as 20 mg of olanzapine a day."""
    row = Equivalent(
        drug="haloperidol",
        dose=Quantity.parse("150 mg"),
        equals=Quantity.parse("20 mg"),
        route="intramuscular",
        every=Duration.parse("4 weeks"),
        source="s",
        locator="l",
        status=Status.CHECKED,
    )
    table = Equivalents(
        id="t",
        title="T",
        school="S",
        kind="antipsychotic",
        reference="r",
        use="u",
        row=(row,),
    )
    given = Given(
        drug="haloperidol",
        amount=Quantity.parse("150 mg"),
        route="intramuscular",
        days_between=Decimal(7 * weeks),
    )
    found = worth(table, given, date(2026, 11, 22))
    assert isinstance(found, Worth)
    assert found.equals == Quantity(expected, "mg")


@pytest.mark.parametrize(("said", "left_out"), [("c", 1), ("elsewhere", 0)])
def test_an_indication_that_is_a_line_of_the_problem_list_is_that_condition(
    tmp_path: Path, said: str, left_out: int
) -> None:
    """One that points to a line that is not here leaves it unknown what it is for."""
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/p"},
        "code": FOR_USE_DISORDER,
    }
    made = order(METHADONE, 3, 1)
    made["reasonReference"] = [{"reference": f"Condition/{said}"}]
    found = mme(tmp_path, made, condition)
    assert len(found["not_counted"]) == left_out
    assert len(found["refused"]) == 1 - left_out


def test_an_antipsychotic_without_a_figure_is_refused(tmp_path: Path) -> None:
    found = equivalents(
        tmp_path,
        "antipsychotic",
        "Leucht",
        order("Cariprazine 3 MG Oral Capsule", 1, 1),
    )
    assert [row["drug"] for row in found["refused"]] == ["cariprazine"]
    assert found["whole"] is False
