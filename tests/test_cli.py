"""The command line, run as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concord.cli import main
from concord.web.demo.bundles import FOLDER as PEOPLE

DANA = str(PEOPLE / "dana-okafor.json")
ON = ("--on", "2026-11-22")


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def as_json(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_review_is_printed_by_the_four_questions() -> None:
    result = run("review", DANA, *ON)
    assert result.exit_code == 0
    for heading in ("agreed list", "Indicated?", "Effective?", "Safe?", "Taken?"):
        assert heading in result.stdout
    assert "Could not be checked" in result.stdout
    assert "May be incomplete" in result.stdout
    assert "not clinically signed off" in " ".join(result.stdout.split())


def test_a_review_as_json_has_the_promised_keys() -> None:
    found = as_json("review", DANA, *ON)
    assert found["as_of"] == "2026-11-22"
    assert found["knowledge"]["version"]
    whole = "person medications findings checked not_checked problems read"
    medicine = "id drug rxcui text dose indication status prescriber source"
    finding = "id rule question problem severity medications drugs seen why options"
    assert set(whole.split()) <= found.keys()
    assert set(medicine.split()) <= found["medications"][0].keys()
    assert {*finding.split(), "sources"} <= found["findings"][0].keys()
    questions = {"indication", "effectiveness", "safety", "adherence"}
    for finding in found["findings"]:
        assert finding["question"] in questions
        assert finding["seen"]
        assert finding["sources"]
        for source in finding["sources"]:
            assert source["id"]
            assert source["locator"]
            assert source["title"]
    for row in found["not_checked"]:
        assert row["needs"]
    assert {"read", "left", "why"} <= found["read"]["Patient"].keys()


def test_standard_input_and_a_folder_are_read_as_a_file_is(tmp_path: Path) -> None:
    bundle = Path(DANA).read_bytes()
    by_file = as_json("review", DANA, *ON)
    piped = run("review", "-", *ON, "--json", stdin=bundle)
    assert json.loads(piped.stdout)["findings"] == by_file["findings"]
    for number, entry in enumerate(json.loads(bundle)["entry"]):
        (tmp_path / f"{number}.json").write_text(json.dumps(entry["resource"]))
    by_folder = as_json("review", str(tmp_path), *ON)
    assert {f["id"] for f in by_folder["findings"]} == {
        f["id"] for f in by_file["findings"]
    }


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("review", "nobody.json"), 66, "no such file"),
        (("review",), 2, "Missing argument"),
        (("review", DANA, "--on", "2026-02-30"), 2, "2026-02-30"),
        (("interactions", "lithium"), 2, "at least two"),
        (("interactions", "lithium", "lisinoprill"), 65, "lisinopril"),
        (("drug", "zzzz"), 65, "no near name"),
        (("knowledge", "sample"), 2, "--seed"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code(
    arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert told in result.output
    assert "Traceback" not in result.output


def test_unusable_input_is_65_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"resourceType": "Bundle", "resourceType": "Bundle"}')
    result = run("review", str(path))
    assert result.exit_code == 65
    assert "bad.json" in result.output
    assert "Traceback" not in result.output


def test_an_unknown_drug_gives_no_result_at_all() -> None:
    result = run("interactions", "phenelzine", "sertralin", "--json")
    assert result.exit_code == 65
    assert "sertraline" in result.output
    assert "[" not in result.stdout


@pytest.mark.parametrize(
    ("pair", "severity"),
    [
        ("phenelzine sertraline", "contraindicated"),
        ("lithium lisinopril", "serious"),
        ("lithium ibuprofen", "serious"),
        ("buprenorphine alprazolam", "serious"),
        ("lamotrigine valproate", "serious"),
        ("methadone diazepam", "serious"),
        ("naltrexone oxycodone", "contraindicated"),
    ],
)
def test_the_pairs_that_must_be_caught_are_caught_with_a_source(
    pair: str, severity: str
) -> None:
    rules = as_json("interactions", *pair.split())
    assert rules[0]["severity"] == severity
    for rule in rules:
        assert len(rule["drugs"]) == 2
        assert rule["sources"]
        assert {
            "mechanism",
            "effect",
            "action",
            "raises_if",
            "lowers_if",
        } <= rule.keys()


@pytest.mark.parametrize("pair", ["sertraline lisinopril", "lisinopril quetiapine"])
def test_the_pairs_that_are_no_matter_interrupt_nobody(pair: str) -> None:
    rules = as_json("interactions", *pair.split())
    assert not [r for r in rules if r["severity"] in ("contraindicated", "serious")]


def test_buprenorphine_with_a_benzodiazepine_opens_with_what_not_to_do() -> None:
    rule = as_json("interactions", "buprenorphine", "Xanax")[0]
    assert rule["first"].startswith("Do not stop buprenorphine")
    printed = run("interactions", "buprenorphine", "alprazolam").stdout
    assert printed.index("Do not stop") < printed.index("Effect")


def test_names_brands_and_codes_of_one_drug_give_the_same_rules() -> None:
    by_name = as_json("interactions", "sertraline", "phenelzine")
    assert as_json("interactions", "Zoloft", "Nardil") == by_name
    assert as_json("interactions", "36437", "phenelzine") == by_name


def test_a_drug_is_shown_with_the_source_and_status_of_each_value() -> None:
    result = run("drug", "lithium")
    assert result.exit_code == 0
    assert "checked" in result.stdout
    found = as_json("drug", "Lithobid")
    assert found["drug"]["id"] == "lithium"
    assert all(row["source"] in found["sources"] for row in found["drug"]["dose"])


def test_the_knowledge_can_be_checked_counted_and_sampled() -> None:
    checked = run("knowledge", "check")
    assert checked.exit_code == 0
    assert "no problem found" in checked.stdout
    assert "unverified:" in checked.stdout
    counts = as_json("knowledge", "stats")
    assert counts["tables"]["drugs"]["entries"] >= 31
    assert "table" in run("knowledge", "stats").stdout
    one = run("knowledge", "sample", "--seed", "7", "--drugs", "2").stdout
    assert one == run("knowledge", "sample", "--seed", "7", "--drugs", "2").stdout


def test_text_of_a_record_cannot_steer_the_terminal(tmp_path: Path) -> None:
    bundle = json.loads(Path(DANA).read_text("utf-8"))
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["name"] = [{"text": "Eve \u001b[31mred\u202e"}]
    path = tmp_path / "eve.json"
    path.write_text(json.dumps(bundle))
    result = run("review", str(path), *ON)
    assert "\u001b[31m" not in result.stdout
    assert "\u202e" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("review",), ("interactions",), ("drug",), ("knowledge",),
        ("knowledge", "check"), ("knowledge", "stats"), ("knowledge", "sample"),
        ("knowledge", "compile"),
    ],
)  # fmt: skip
def test_every_command_says_what_it_is_for(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.split("\n")[2].strip()) > 20
