"""`concord score` and `concord scales`, run as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concord.cli import main

NINE = {
    "interest": 2, "mood": 2, "sleep": 2, "energy": 2, "appetite": 1, "worth": 1,
    "concentration": 2, "movement": 0, "self-harm": 0,
}  # fmt: skip


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


def as_json(*arguments: str, typed: str | None = None) -> dict[str, Any]:
    result = run(*arguments, "--json", typed=typed)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_pairs_are_scored_and_told_in_words() -> None:
    result = run("score", "phq-2", "interest=2", "mood=1")
    assert result.exit_code == 0
    assert "total      3 of 0 to 6" in result.stdout
    assert "Positive screen" in result.stdout
    assert "the long form: phq-9" in result.stdout


def test_a_file_in_json_in_toml_or_typed_is_scored_alike(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(NINE))
    lines = "\n".join(f'"{item}" = {value}' for item, value in NINE.items())
    (tmp_path / "a.toml").write_text(lines)
    found = [
        as_json("score", "phq-9", str(tmp_path / "a.json")),
        as_json("score", "phq-9", str(tmp_path / "a.toml")),
        as_json("score", "phq-9", "-", typed=json.dumps(NINE)),
        as_json("score", "phq-9", *(f"{k}={v}" for k, v in NINE.items())),
    ]
    assert all(f == found[0] for f in found)
    assert found[0]["total"] == 12
    assert found[0]["band"]["title"] == "Moderate"
    assert found[0]["suicide"] == "not-flagged"


def test_a_skipped_item_on_suicide_is_told_beside_the_made_up_total() -> None:
    pairs = [f"{k}={v}" for k, v in NINE.items() if k != "self-harm"]
    result = run("score", "phq-9", *pairs)
    assert "total      14 of 0 to 27 (made up from the answered items" in result.stdout
    assert "NOT ASSESSED" in result.stdout
    flagged = run("score", "phq-9", *pairs, "self-harm=1")
    assert "FLAGGED: ask the person" in flagged.stdout
    null = as_json("score", "phq-9", "-", typed=json.dumps({**NINE, "self-harm": None}))
    assert null["suicide"] == "not-assessed"


def test_a_total_may_be_entered_by_itself() -> None:
    assert as_json("score", "isi", "total=15")["band"]["title"] == "Moderate"


def test_a_fhir_response_to_our_form_is_scored() -> None:
    sent = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:concord:scale:phq-2|1",
        "status": "completed",
        "item": [
            {"linkId": "interest", "answer": [{"valueInteger": 3}]},
            {"linkId": "mood", "answer": [{"valueInteger": 3}]},
        ],
    }
    assert as_json("score", "phq-2", "-", typed=json.dumps(sent))["total"] == 6
    sent["questionnaire"] = "http://example.org/phq-2"
    result = run("score", "phq-2", "-", typed=json.dumps(sent))
    assert result.exit_code == 65
    assert "not ours" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "told"),
    [
        (("nothing", "a=1"), None, 65, "does not hold"),
        (("phq-2", "mood=4"), None, 65, "expected one of 0, 1, 2, 3"),
        (("phq-2", "mood=x"), None, 65, "no number"),
        (("phq-2", "mood=NaN"), None, 65, "no number"),
        (("phq-2", "mood=1", "mood=1"), None, 65, "two answers"),
        (("phq-2", "total=7"), None, 65, "outside its range"),
        (("phq-2", "total=1", "mood=1"), None, 65, "does not have"),
        (("phq-2", "-"), '{"mood": 1, "mood": 2}', 65, "two answers"),
        (("phq-2", "-"), '{"mood": true}', 65, "no number"),
        (("phq-2", "-"), "{", 65, "does not parse"),
        (("phq-2", "-"), "[1]", 65, "found no object"),
        (("phq-2", "nowhere.json"), None, 66, "no such file"),
        (("phq-2", "a.json", "mood=1"), None, 2, "not both"),
        (("isi", "1=1"), None, 65, "enter the total"),
    ],
)
def test_bad_input_is_told_with_its_own_code(
    arguments: tuple[str, ...], typed: str | None, code: int, told: str
) -> None:
    result = run("score", *arguments, typed=typed)
    assert result.exit_code == code
    assert told in result.stderr
    assert result.stdout == ""


def test_the_list_says_of_each_scale_what_can_be_filled_in() -> None:
    lines = run("scales").stdout.splitlines()
    by_name = {line.split()[0]: line for line in lines}
    assert "form in en, es" in by_name["phq-9"]
    assert "total only" in by_name["isi"]
    assert "nothing to enter" in by_name["c-ssrs"]
    listed = as_json("scales")["scales"]
    assert [s["id"] for s in listed] == [line.split()[0] for line in lines]


def test_one_scale_is_shown_whole() -> None:
    result = run("scales", "phq-2")
    assert "Little interest or pleasure in doing things" in result.stdout
    assert "3 to 6  Positive screen" in result.stdout
    assert as_json("scales", "phq-2")["scale"]["form"]["who"] == "self"
    assert run("scales", "nothing").exit_code == 65
