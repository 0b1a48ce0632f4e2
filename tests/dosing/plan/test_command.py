"""`concord taper`, `titrate`, `switch` and `restart`, run as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concord.cli import main

START = ("--start", "2026-12-01")
PIECES = "18 mg a day: 1 tablet of 10 mg, 1 tablet of 5 mg and 1 and a half tablets of"
DIAZEPAM = ("taper", "diazepam", "--dose", "20 mg")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def as_json(*arguments: str) -> Any:
    result = run(*arguments, *START, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*arguments: str, code: int = 65) -> str:
    result = run(*arguments, *START)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    return result.stderr


def stair_of(plan: Any, place: int = 0) -> list[str]:
    return [f"{s['starts']} {s['dose']}" for s in plan["courses"][place]["steps"]]


# --- what it prints -----------------------------------------------------------------


def test_a_taper_is_printed_as_a_stair_with_its_reasons() -> None:
    result = run(
        *DIAZEPAM, "--by", "10%", "--every", "2 weeks", "--to", "15 mg", *START
    )
    assert result.exit_code == 0
    assert "diazePAM taper from 20 mg to 15 mg" in result.stdout
    assert PIECES in result.stdout
    assert "█" in result.stdout
    assert "not an order" in result.stdout


def test_the_json_of_a_plan_is_plain() -> None:
    plan = as_json(*DIAZEPAM, "--by", "10%", "--every", "2 weeks", "--to", "15 mg")
    assert plan["form"] == 1
    assert (plan["kind"], plan["drugs"], plan["starts"]) == (
        "taper",
        ["diazepam"],
        "2026-12-01",
    )
    first = plan["courses"][0]["steps"][0]
    assert (first["ends"], first["dose"], first["every_days"]) == (
        "2026-12-14",
        "18 mg",
        1,
    )
    assert first["each"] == [
        {
            "when": None,
            "pieces": [
                {"count": "1", "strength": "10 mg", "form": "tablet"},
                {"count": "1", "strength": "5 mg", "form": "tablet"},
                {"count": "1.5", "strength": "2 mg", "form": "tablet"},
            ],
            "amount": "18 mg",
        }
    ]
    assert set(first["basis"][0]) == {"source", "locator", "status", "text"}


def test_steps_may_be_named_with_their_lengths() -> None:
    plan = as_json(
        *DIAZEPAM, "--steps", "18,16 mg for 1 week,14 mg", "--every", "2 weeks"
    )
    assert stair_of(plan) == [
        "2026-12-01 18 mg",
        "2026-12-15 16 mg",
        "2026-12-22 14 mg",
    ]


def test_a_plan_outside_the_pace_asks_for_a_reason_and_is_made() -> None:
    fast = (*DIAZEPAM, "--steps", "14 mg", "--every", "2 weeks")
    plan = as_json(*fast)
    assert plan["reason_needed"]
    found = {c["code"] for c in plan["caveats"] if c["needs_reason"]}
    assert found == {"too-fast", "first-step-too-large"}
    assert not as_json(*fast, "--reason", "a fall")["reason_needed"]
    assert "Give a reason" in run(*fast, *START).stdout
    assert "Reason given: a fall" in run(*fast, "--reason", "a fall", *START).stdout


def test_lamotrigine_hangs_on_valproate() -> None:
    base = ("titrate", "lamotrigine", "--for", "bipolar-disorder")
    assert "valproate" in refusal(*base)
    alone = as_json(*base, "--without-others")
    assert stair_of(alone) == [
        "2026-12-01 25 mg",
        "2026-12-15 50 mg",
        "2026-12-29 100 mg",
        "2027-01-05 200 mg",
    ]
    assert not [c for c in alone["caveats"] if c["needs_reason"]]


def test_fluoxetine_and_phenelzine_are_five_weeks_apart() -> None:
    asked = (
        "switch", "fluoxetine", "phenelzine", "--dose", "20 mg", "--way", "direct",
        "--to-steps", "45 mg",
    )  # fmt: skip
    plan = as_json(*asked)
    assert stair_of(plan, 0) == ["2026-12-01 0 mg"]
    assert stair_of(plan, 1) == ["2027-01-05 45 mg"]
    short = as_json(*asked, "--gap", "34 days")
    (caveat,) = [c for c in short["caveats"] if c["code"] == "washout-too-short"]
    assert "contraindicated" in caveat["expected"]


def test_alprazolam_by_way_of_diazepam_shows_both_schools_and_converts_nothing() -> (
    None
):
    asked = (
        "switch", "alprazolam", "diazepam", "--dose", "2 mg", "--way", "cross-taper",
        "--over", "2 weeks",
    )  # fmt: skip
    told = refusal(*asked)
    assert "name the dose" in told
    plan = as_json(
        *asked, "--to-dose", "30 mg", "--first-dose", "30 mg",
        "--then-taper", "10%", "--then-every", "2 weeks", "--then-after", "4 weeks",
    )  # fmt: skip
    texts = " ".join(note["text"] for note in plan["notes"])
    assert "diazePAM 20 mg" in texts
    assert "diazePAM 40 mg" in texts
    assert stair_of(plan, 1)[:2] == ["2026-12-01 30 mg", "2026-12-29 27 mg"]


def test_a_drawing_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "stair.svg"
    assert run(*DIAZEPAM, "--svg", str(file), *START).exit_code == 0
    assert file.read_text("utf-8").startswith("<svg")
    missing = str(tmp_path / "no" / "stair.svg")
    assert "cannot be written" in refusal(*DIAZEPAM, "--svg", missing, code=66)


def test_the_calendar_is_printed_by_week_and_by_day() -> None:
    short = (*DIAZEPAM, "--steps", "18 mg for 3 days, 16 mg", *START)
    assert "Tue 1 Dec 2026 to Thu 3 Dec 2026" in run(*short, "--calendar").stdout
    assert "  Wed 2 Dec 2026\n" in run(*short, "--daily").stdout


# --- bad input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--to", "0.9 mg"), "below the smallest piece"),
        (("--to", "0.9 mg"), "oral solution 1 mg/mL exists"),
        (("--made-of", "3 mg"), "a strength that nobody makes (3 mg)"),
        (("--form", "suppository"), "no form of that name"),
        (("--every", "0 weeks"), "a step of no length"),
        (("--every", "a while"), "a time like"),
        (("--by", "0%"), "no share"),
        (("--by", "some"), "an amount like"),
        (("--by", "2 mg", "--plan", "share"), "a share like"),
        (("--by", "10%", "--plan", "amount"), "an amount like"),
        (("--plan", "occupancy"), "no curve of occupancy"),
        (("--steps", "18 mg, 19 mg", "--every", "2 weeks"), "19 mg after 18 mg"),
        (("--steps", "eighteen"), "doses like"),
        (("--to", "25 mg"), "less than the dose now"),
        (("--times", "9"), "1 to 4"),
        (("--start", "2026-02-30"), "a day that exists"),
        (("--start", "2026"), "a day that exists"),
        (("--with", "valproat"), "valproate"),
        (("--for", "bipolar"), "bipolar-disorder"),
    ],
)
def test_what_nobody_can_follow_is_refused_with_what_was_expected(
    options: tuple[str, ...], said: str
) -> None:
    start = () if "--start" in options else START
    result = run(*DIAZEPAM, *options, *start)
    assert result.exit_code == 65, result.output
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_drug_is_told_with_the_nearest_names() -> None:
    assert "diazepam" in refusal("taper", "diazepan", "--dose", "20 mg")


def test_an_unknown_pace_is_told_with_those_that_there_are() -> None:
    told = refusal(*DIAZEPAM, "--plan", "fast", code=2)
    assert "'share', 'starting', 'amount', 'occupancy', 'steps'" in told


def test_an_amount_without_a_unit_is_not_guessed() -> None:
    assert "its unit" in refusal("taper", "diazepam", "--dose", "20")
    assert "an amount like" in refusal("taper", "diazepam", "--dose", "twenty")


def test_a_drug_without_taper_knowledge_asks_for_a_pace() -> None:
    told = refusal("taper", "buspirone", "--dose", "30 mg")
    assert "no pace of a taper" in told
    named = refusal("taper", "buspirone", "--dose", "30 mg", "--steps", "20 mg, 10 mg")
    assert "a step without a length" in named


def test_a_dose_above_what_exists_is_refused() -> None:
    told = refusal("taper", "diazepam", "--dose", "5000 mg", "--by", "10%")
    assert "above what exists" in told


def test_a_restart_needs_one_gap() -> None:
    base = ("restart", "clozapine", "--dose", "300 mg")
    assert "either --gap or --last" in refusal(*base)
    both = (*base, "--gap", "3 days", "--last", "2026-11-27")
    assert "either --gap or --last" in refusal(*both)
    assert "expected a day before" in refusal(*base, "--last", "2026-12-01")


def test_brands_and_codes_name_the_medicine() -> None:
    by_brand = as_json("taper", "Valium", "--dose", "20 mg")
    assert by_brand["drugs"] == ["diazepam"]
    assert as_json("taper", "3322", "--dose", "20 mg")["drugs"] == ["diazepam"]
