"""`concord adherence` and the reading of a table of fills: bad rows are named."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from concord.cli import main
from concord.errors import UnusableInputError
from concord.exchange.fills import Columns, FillTable, read_fills

COLUMNS = Columns(person="who", on="when", days="days", medicine="what", birth="born")
HEADER = "who,when,days,what,born"
GOOD = "Dana,2026-01-01,30,lithium,1980-05-05"
OPTIONS = ("--person", "who", "--date", "when", "--days", "days")


def read(*rows: str, **more: Any) -> FillTable:
    lines = [f"{row}\n" for row in (HEADER, *rows)]
    return read_fills(lines, COLUMNS, name="fills.csv", **more)


def run(path: Path | str, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(
        main, ["adherence", str(path), *OPTIONS, *arguments], input=stdin
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "fills.csv"
    path.write_text(f"{HEADER}\n{GOOD}\nDana,2026-01-21,30,lithium,\n", "utf-8")
    return path


# --- reading ----------------------------------------------------------------------


def test_rows_become_the_fills_of_each_person_in_order_of_their_first_row() -> None:
    found = read(
        "Amir,2026-02-01,30,lithium,", GOOD, "Amir,2026-01-05, 60.0 ,sertraline,", ""
    )
    assert [p.person for p in found.people] == ["Amir", "Dana"]
    assert [(str(f.on), f.days, f.medicine) for f in found.people[0].fills] == [
        ("2026-02-01", 30, "lithium"),
        ("2026-01-05", 60, "sertraline"),
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Dana,2026-02-30,30,lithium,", "when: found no date of this form that exists"),
        ("Dana,03/01/2026,30,lithium,", "when: found no date of this form that exists"),
        ("Dana,,30,lithium,", "when: found nothing, expected a date like 2001-02-03"),
        (
            "Dana,2026-03-01,0,lithium,",
            "days: found no day of supply, expected one day",
        ),
        ("Dana,2026-03-01,-5,lithium,", "days: found less than no day of supply"),
        (
            "Dana,2026-03-01,7.5,lithium,",
            'days: found the text "7.5", expected a whole',
        ),
        ("Dana,2026-03-01,1_0,lithium,", "days: found a text, expected a whole number"),
        ("Dana,2026-03-01,,lithium,", "days: found nothing, expected a whole number"),
        ("Dana,2026-03-01,30,,", "what: found nothing, expected the medicine"),
        ("Dana,1979-05-05,30,lithium,1980-05-05", "when: found a fill before birth"),
        (
            "Dana,2026-03-01,30,lithium,1981-05-05",
            "born: found another date of birth than in row 2",
        ),
        (
            "Dana,2026-01-01,30,lithium,",
            "found a second fill of one medicine on one day (the first is row 2)",
        ),
        ("Dana,2026-03-01", "found 2 cells, expected at least 5"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_its_person_has_no_fills(
    row: str, told: str
) -> None:
    found = read(GOOD, row, "Amir,2026-02-01,30,lithium,")
    (problem,) = found.problems
    assert str(problem).startswith("fills.csv row 3")
    assert told in str(problem)
    assert "Dana" not in str(problem)
    by_person = {p.person: p.fills for p in found.people}
    assert len(by_person["Amir"]) == 1
    assert by_person.get("Dana", ()) == () or "cells" in told


def test_a_row_of_nobody_belongs_to_nobody() -> None:
    found = read(GOOD, ",2026-02-01,30,lithium,")
    assert len(found.people[0].fills) == 1
    assert "who: found nothing, expected whose fill it is" in str(found.nobody[0])


@pytest.mark.parametrize("on", ["1980-05-05", "1980-05-06"])
def test_a_fill_on_the_day_of_birth_or_later_is_one(on: str) -> None:
    assert read(f"Dana,{on},30,lithium,1980-05-05").problems == ()


def test_two_medicines_on_one_day_are_two_fills() -> None:
    assert read(GOOD, "Dana,2026-01-01,30,sertraline,").problems == ()


def test_two_fills_of_one_medicine_on_one_day_count_where_one_says_so() -> None:
    found = read(GOOD, GOOD, same_day="add")
    assert len(found.people[0].fills) == 2


def test_medicines_that_are_not_told_apart_are_one_on_one_day() -> None:
    lines = [f"{row}\n" for row in (HEADER, GOOD, "Dana,2026-01-01,30,sertraline,")]
    unnamed = Columns(person="who", on="when", days="days")
    (problem,) = read_fills(lines, unnamed, name="fills.csv").problems
    assert "of a medicine that is not named" in str(problem)
    assert "--drug" in str(problem)


@pytest.mark.parametrize("pattern", ["%Y", "%m/%d", "%Q", "nonsense", "%Y-%d"])
def test_a_form_of_dates_without_day_month_and_year_is_refused(pattern: str) -> None:
    with pytest.raises(UnusableInputError, match="--date-format"):
        read(GOOD, date_format=pattern)


def test_a_day_may_stand_before_the_month_if_one_says_so() -> None:
    found = read("Dana,2/1/26,30,lithium,", date_format="%d/%m/%y")
    assert str(found.people[0].fills[0].on) == "2026-01-02"


def test_a_column_that_is_not_there_is_named_and_no_row_is_shown() -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_fills([f"{GOOD}\n"], COLUMNS, name="fills.csv")
    lines = str(caught.value).splitlines()
    assert len(lines) == 5
    assert "row 1: found 5 columns, 0 of them called 'who'" in lines[0]
    assert "Dana" not in str(caught.value)


@pytest.mark.parametrize("lines", [[], [f"{HEADER}\n"], [f"{HEADER}\n", ",,,,\n"]])
def test_a_table_without_fills_is_refused(lines: list[str]) -> None:
    with pytest.raises(UnusableInputError):
        read_fills(lines, COLUMNS, name="fills.csv")


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_at_all_is_read_or_refused_on_purpose(rows: list[str]) -> None:
    lines = [f"{row}\n" for row in (HEADER, GOOD, *rows)]
    try:
        found = read_fills(lines, COLUMNS, name="fills.csv")
    except UnusableInputError:
        return
    assert found.people[0].person == "Dana"


# --- the command ------------------------------------------------------------------


def test_each_figure_is_printed_with_its_days_and_what_it_is_from(table: Path) -> None:
    found = run(
        table, "--drug", "what", "--measure", "pdc,cma1,cma5", "--followup", "60"
    )
    assert found.exit_code == 0, found.output
    assert "what was supplied, not what was taken" in found.output
    assert "1.0000  60 of 60 days, Thu 1 Jan 2026 up to Mon 2 Mar 2026" in found.output
    assert "cma1  1.5000  30 of 20 days" in found.output
    assert "adherence" not in found.output.lower()


def test_json_holds_every_figure_with_its_window(table: Path) -> None:
    found = run(
        table, "--drug", "what", "--measure", "cma7,episodes", "--gap", "10",
        "--followup", "100", "--observe-from", "40", "--observe", "40", "--json",
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["evidence"] == "fills"
    assert told["settings"]["permissible_gap"] == 10
    (person,) = told["people"]
    assert person["person"] == "Dana"
    assert person["figures"] == [
        {
            "measure": "cma7",
            "evidence": "fills",
            "window": {"start": "2026-02-10", "end": "2026-03-22", "days": 40},
            "unit": "days",
            "counted": 20.0,
            "of": 40,
            "value": 0.5,
            "none": None,
        }
    ]
    assert person["episodes"] == [
        {
            "start": "2026-01-01",
            "end": "2026-03-02",
            "days": 60,
            "gap": 40,
            "ended": True,
        }
    ]


def test_without_a_length_the_follow_up_is_that_of_the_published_package(
    table: Path,
) -> None:
    told = json.loads(run(table, "--measure", "mpr", "--json").stdout)
    assert told["people"][0]["followup"]["days"] == 730
    assert told["people"][0]["figures"][0]["of"] == 730
    assert told["settings"]["medicines_told_apart"] is False


def test_a_person_with_a_bad_row_has_no_figures_and_the_others_have(
    table: Path,
) -> None:
    text = table.read_text("utf-8") + "Amir,2026-02-30,30,lithium,\n"
    found = run("-", "--drug", "what", "--measure", "pdc", "--json", stdin=text)
    assert found.exit_code == 65
    people = json.loads(found.stdout)["people"]
    assert [p["person"] for p in people if p["figures"]] == ["Dana"]
    assert "standard input row 4: when: found no date" in found.stderr
    assert "1 of 2 people" in found.stderr
    printed = run("-", "--drug", "what", "--measure", "pdc", stdin=text)
    assert "no figures: a row of this person could not be used" in printed.output


def test_no_figure_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n", "utf-8")
    found = run(path, "--drug", "what", "--measure", "cma5")
    assert "cma5  no figure: only one fill in the window" in found.output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--measure", "cma10"), 2, "unknown: cma10"),
        (("--measure", "episodes"), 2, "--gap"),
        (("--measure", "cma7", "--carry-same"), 2, "--carry-same needs --drug"),
        (("--measure", "cma7", "--drug", "nope"), 65, "called 'nope'"),
        (("--measure", "cma7", "--observe-from", "730"), 65, "observation window"),
        (("--measure", "cma7", "--followup", "9", "--observe", "10"), 65, "day 10"),
        (("--measure", "cma7", "--followup", "0"), 2, "--followup"),
        ((), 2, "--measure"),
    ],
)
def test_what_cannot_be_measured_is_said_with_its_exit_code(
    table: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    found = run(table, *arguments)
    assert found.exit_code == code
    assert told in found.output
    assert "Traceback" not in found.output


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    assert run(tmp_path / "none.csv", "--measure", "pdc").exit_code == 66
    path = tmp_path / "other.csv"
    path.write_bytes(b"who,when,days\n\xff\xfe,2026-01-01,30\n")
    found = run(path, "--measure", "pdc")
    assert found.exit_code == 65
    assert "UTF-8" in found.output


def test_many_bad_rows_are_counted_after_the_first_twenty(tmp_path: Path) -> None:
    path = tmp_path / "fills.csv"
    rows = "".join(f"Dana,0{n % 9 + 1}/01/2026,30,a,\n" for n in range(30))
    path.write_text(f"{HEADER}\n{rows}", "utf-8")
    found = run(path, "--measure", "pdc")
    assert found.exit_code == 65
    assert found.stderr.count(" row ") == 20
    assert "and 10 more" in found.stderr


def test_the_published_figures_come_out_of_the_command(shared_data: Path) -> None:
    """All of AdhereR's people; two of them have one row twice, and both count there."""
    folder = shared_data / "adherer"
    common = (
        "--person", "PATIENT_ID", "--date", "DATE", "--days", "DURATION",
        "--drug", "CATEGORY", "--date-format", "%m/%d/%Y", "--json",
    )  # fmt: skip
    cma = ",".join(f"cma{n}" for n in range(1, 10))
    parameters = {
        "default": ("--measure", cma, "--followup", "730"),
        "obs365from182_same": (
            "--measure", "cma5,cma6,cma7,cma8,cma9", "--carry-same",
            "--followup", "730", "--observe-from", "182", "--observe", "365",
        ),
    }  # fmt: skip
    found = {}
    for name, arguments in parameters.items():
        result = CliRunner().invoke(
            main,
            ["adherence", str(folder / "med_events.csv"), *common, *arguments,
             "--same-day", "add"],
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        for person in json.loads(result.stdout)["people"]:
            for told in person["figures"]:
                key = (name, told["measure"].upper(), person["person"])
                found[key] = told["value"]
    with (folder / "expected_cma.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            (row["set"], row["cma"], row["PATIENT_ID"]): row["value"]
            for row in csv.DictReader(file)
        }
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        if value == "NA":
            assert found[key] is None
        else:
            assert found[key] == pytest.approx(float(value), abs=1e-9, rel=0)


def test_the_rows_that_stand_twice_in_the_published_table_are_refused_by_default(
    shared_data: Path,
) -> None:
    path = shared_data / "adherer" / "med_events.csv"
    result = CliRunner().invoke(
        main,
        ["adherence", str(path), "--person", "PATIENT_ID", "--date", "DATE",
         "--days", "DURATION", "--drug", "CATEGORY", "--date-format", "%m/%d/%Y",
         "--measure", "cma1"],
    )  # fmt: skip
    assert result.exit_code == 65
    for row in (289, 651):
        assert f"row {row}: found a second fill of one medicine" in result.stderr
    assert "2 of 100 people" in result.stderr
