"""`concord sig`, run as a person runs it."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from concord.cli import main

FOOD = "take 1 tablet by mouth twice daily with food"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ("sig", *arguments))


def test_directions_that_are_understood_are_printed_in_three_forms() -> None:
    result = run(FOOD)
    assert result.exit_code == 0
    assert "1 tablet by mouth twice daily with a meal" in result.stdout
    assert "Take 1 tablet by mouth, twice a day, with a meal." in result.stdout
    assert '"dose":"1 {tablet}"' in result.stdout


def test_as_json_it_has_the_structure_and_both_forms() -> None:
    result = run("1 tab po qhs", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["understood"] is True
    assert found["dosages"][0]["timing"]["when"] == ["HS"]
    assert found["clinical"] == "1 tablet by mouth once daily at bedtime"
    assert found["plain"] == "Take 1 tablet by mouth, once a day, at bedtime."
    assert "qhs" in found["misread"][0]


def test_what_is_not_understood_is_65_and_names_the_word() -> None:
    result = run("take 1 tablet daily as directed")
    assert result.exit_code == 65
    assert result.stdout == ""
    assert "'as directed' (the directions stand elsewhere)" in result.stderr
    assert "character 21" in result.stderr


def test_what_is_not_understood_is_said_as_json_too() -> None:
    result = run("take 2 daily", "--json")
    assert result.exit_code == 65
    found = json.loads(result.stdout)
    assert (found["understood"], found["word"], found["start"]) == (False, "2", 5)
    assert "dosages" not in found


def test_with_its_medicine_a_strength_is_understood() -> None:
    text = "1 tablet (50 mg) by mouth daily"
    assert run(text).exit_code == 65
    result = run(text, "--medicine", "sertraline 50 MG Oral Tablet")
    assert result.exit_code == 0
    assert "1 tablet (50 mg) by mouth once daily" in result.stdout
    assert run(text, "--medicine", "sertraline 25 MG Oral Tablet").exit_code == 65


def test_an_abbreviation_that_is_misread_is_questioned_on_the_side() -> None:
    result = run("1 tab qd")
    assert result.exit_code == 0
    assert "qd" not in result.stdout
    assert "“qd” can be misread" in result.stderr
