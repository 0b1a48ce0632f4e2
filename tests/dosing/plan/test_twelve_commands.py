"""Each plan that was worked by hand, asked for on the command line as people do."""

from __future__ import annotations

import json
import shlex
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from by_hand import PLANS, plan
from concord.cli import main
from concord.terms import Quantity

LAMOTRIGINE = "titrate lamotrigine --for bipolar-disorder --without-others"
PHENELZINE = (
    'switch fluoxetine phenelzine --dose "20 mg" --to-dose "45 mg" --to-times 3 '
    '--steps "20 mg every other day for 2 weeks, 0"'
)
TENTH = 'taper diazepam --dose "20 mg" --by 10% --every "2 weeks"'
COMMANDS = {
    "lamotrigine-alone": LAMOTRIGINE,
    "lamotrigine-with-valproate": f"{LAMOTRIGINE} --with valproate",
    "lamotrigine-with-carbamazepine": f"{LAMOTRIGINE} --with carbamazepine",
    "lamotrigine-too-fast": f"{LAMOTRIGINE} --steps "
    '"25 mg for 7 days, 50 mg for 7 days, 100 mg for 7 days, 200 mg"',
    "sertraline-to-venlafaxine": 'switch sertraline venlafaxine --dose "100 mg" '
    '--steps "50, 25 mg, 0" --every "2 weeks" --school "Scotland, standard" '
    "--to-form XR",
    "fluoxetine-to-phenelzine": PHENELZINE,
    "fluoxetine-to-phenelzine-too-soon": f'{PHENELZINE} --gap "28 days"',
    "diazepam-tablets": TENTH,
    "diazepam-solution": f'{TENTH} --liquid "5 mg/5 mL" --liquid-below "9 mg" '
    '--last-dose "1 mg"',
    "alprazolam-by-way-of-diazepam": 'switch alprazolam diazepam --dose "2 mg" '
    '--times 2 --over "12 days" --to-dose "20 mg" '
    '--to-steps "5 mg for 4 days, 10 mg for 4 days, 15 mg for 4 days, 20 mg" '
    '--then-taper 10% --then-every "2 weeks" --then-after "16 days"',
    "alprazolam-too-fast": 'taper alprazolam --dose "2 mg" --times 2 --by "0.5 mg" '
    '--every "3 days"',
    "citalopram-hyperbolic": 'taper citalopram --dose "20 mg" --plan occupancy '
    '--in 8 --every "4 weeks" --liquid "10 mg/5 mL" --liquid-below "9 mg" '
    '--measure "0.05 mL"',
    "clozapine-restart": 'restart clozapine --dose "300 mg" --times 2 --gap "3 days"',
    "lithium-by-level": "titrate lithium --for mania --form capsule "
    '--made-of "300 mg" --to "1200 mg"',
    "buprenorphine-start": "titrate buprenorphine --for opioid-use-disorder --form SL",
    "paliperidone-late": 'restart paliperidone --form SUSTENNA --dose "156 mg" '
    "--last 2026-10-16",
}


def printed(name: str) -> Any:
    words = [*shlex.split(COMMANDS[name]), "--start", "2027-01-04", "--json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def counts(step: dict[str, Any], intakes: str, pieces: str | None) -> list[Decimal]:
    """How many pieces are taken at the times of a day, one after the other."""
    return [
        Decimal(str(piece["count"]))
        for intake in step.get(intakes, ())
        for piece in (intake[pieces] if pieces else intake)
    ]


def test_every_plan_that_was_worked_by_hand_has_a_command() -> None:
    assert sorted(COMMANDS) == PLANS


@pytest.mark.parametrize("name", PLANS)
def test_the_command_prints_the_plan_that_was_worked_by_hand(name: str) -> None:
    made, told = printed(name), plan(name)
    assert [c["drug"] for c in made["courses"]] == [c["drug"] for c in told["course"]]
    for course, by_hand in zip(made["courses"], told["course"], strict=True):
        assert [
            (s["starts"], s["ends"], Quantity.parse(s["dose"]), s["every_days"],
             counts(s, "each", "pieces"))
            for s in course["steps"]
        ] == [
            (str(s["starts"]), str(s["ends"]) if "ends" in s else None,
             Quantity.parse(s["dose"]), s.get("every_days", 1), counts(s, "take", None))
            for s in by_hand["step"]
        ]  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_the_command_asks_for_a_reason_where_the_table_does(name: str) -> None:
    asked = [c for c in plan(name).get("caveat", []) if c["needs_reason"]]
    made = printed(name)
    assert made["reason_needed"] == bool(asked)
    assert sum(c["needs_reason"] for c in made["caveats"]) == len(asked)
