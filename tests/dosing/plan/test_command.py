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
    assert texts.startswith("Replace one part of the day's dose")
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


# --- held, and made anew -------------------------------------------------------------

TENTHS = (*DIAZEPAM, "--by", "10%", "--every", "2 weeks", "--to", "16 mg")


def test_a_plan_that_is_held_keeps_its_past_and_comes_later() -> None:
    planned = stair_of(as_json(*TENTHS))
    assert planned == ["2026-12-01 18 mg", "2026-12-15 17 mg", "2026-12-29 16 mg"]
    held = as_json(*TENTHS, "--hold", "2026-12-22..2027-01-05")
    assert stair_of(held) == [
        *planned[:2],
        "2026-12-22 17 mg",  # held for two weeks
        "2027-01-05 17 mg",  # the week that was left of it
        "2027-01-12 16 mg",
    ]
    assert held["changed"] == ["2026-12-22", "2027-01-05"]
    apart = ("--paused", "2026-12-22", "--resumed", "2027-01-05")
    assert as_json(*TENTHS, *apart) == held


def test_a_plan_that_is_paused_waits_until_somebody_decides() -> None:
    paused = as_json(*TENTHS, "--paused", "2026-12-22")
    assert stair_of(paused)[-1] == "2026-12-22 17 mg"
    assert paused["paused"] == "2026-12-22"
    assert paused == as_json(*TENTHS, "--hold", "2026-12-22..")


def test_a_plan_may_be_made_anew_from_the_dose_of_that_day() -> None:
    # From 17 mg on 22 December: 5 % is 16.15 mg, up to 17 again: the next down, 16 mg.
    anew = as_json(
        *TENTHS, "--anew", "2026-12-22", "--anew-by", "5%", "--anew-every", "4 weeks"
    )
    assert stair_of(anew) == [
        "2026-12-01 18 mg",
        "2026-12-15 17 mg",
        "2026-12-22 16 mg",
    ]
    assert anew["title"] == "diazePAM taper from 20 mg to 16 mg"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--hold", "2026-12-22"), "two days like"),
        (("--hold", "2026-12-22..2026-12-20"), "expected a day after 2026-12-22"),
        (("--hold", "2026-12-01..2026-12-20"), "expected a day after 2026-12-01"),
        (("--hold", "2026-12-02..", "--paused", "2026-12-03"), "it alone"),
        (("--resumed", "2026-12-22"), "--paused with it"),
        (("--paused", "2027-05-01"), "nothing to pause"),
        (("--anew", "2026-12-01"), "a day after 2026-12-01"),
        (("--anew-by", "5%"), "the day from which it is made anew"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    options: tuple[str, ...], said: str
) -> None:
    assert said in refusal(*TENTHS, *options)


# --- bad input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--to", "0.9 mg"), "below the smallest piece"),
        (("--to", "0.9 mg"), "oral solution 1 mg/mL exists"),
        (("--made-of", "3 mg"), "a strength that nobody makes (3 mg)"),
        (("--liquid", "7 mg/mL", "--liquid-below", "9 mg"), "a strength that nobody"),
        (("--liquid", "5 mg", "--liquid-below", "9 mg"), "no liquid of 5 mg"),
        (("--liquid", "5 mg/5 mL"), "--liquid and --liquid-below together"),
        (("--liquid-below", "9 mg"), "--liquid and --liquid-below together"),
        (("--liquid", "5 mg/5 mL", "--liquid-below", "9 mL"), "expected one in mg"),
        (("--measure", "0 mL"), "one above nothing"),
        (("--measure", "1 mg"), "one above nothing"),
        (("--in", "0"), "found 0 equal steps"),
        (("--in", "4", "--by", "10%"), "it alone"),
        (("--in", "4", "--plan", "share"), "--plan starting or --plan occupancy"),
        (("--last-dose", "20 mg"), "below the dose now (20 mg)"),
        (("--last-dose", "0 mg"), "above nothing"),
        (("--last-dose", "1 mg", "--steps", "18 mg"), "no last dose"),
        (("--school", "Scotland"), "no pace of a taper named 'Scotland'"),
        (("--steps", "18 mg every 1 days", "--every", "1 week"), "doses like"),
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
