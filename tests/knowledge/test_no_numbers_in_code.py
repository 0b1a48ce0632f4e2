"""No dose, threshold, interval or code stands in the Python of the core."""

from __future__ import annotations

import ast
from pathlib import Path

import concord

PARTS = ("review", "followup", "education", "dosing")
ROOT = Path(concord.__file__).parent

# Numbers of arithmetic, not of medicine: with the reason beside each.
ALLOWED = {
    "dosing/adherence/self_report.py": {100: "a share as per cent"},
    "dosing/daily.py": {
        86400: "seconds in a day",
        1440: "minutes in a day",
        24: "hours in a day",
        30: "days in an average month, for the unit of a period",
        365: "days in a year, for the unit of a period",
        7: "days in a week",
        12: "every 2 hours",
        8: "every 3 hours",
        6: "every 4 hours",
        4: "four times a day",
        3: "three times a day",
    },
    "dosing/missed/gap.py": {
        24: "hours in a day",
        7: "days in a week",
        28: "days in the shortest month",
        31: "days in the longest month",
        365: "days in a year",
        366: "days in a leap year",
    },
    "dosing/missed/voices.py": {100: "a share as per cent"},
    "dosing/schedule/days.py": {12: "months in a year"},
    "dosing/schedule/rhythm.py": {
        12: "months in a year",
        28: "days in the shortest month",
        3: "letters of a weekday's code",
    },
    "dosing/schedule/zones.py": {1024: "years of zones that are kept ready"},
    "review/building.py": {3: "decimals shown", 7: "days in a week"},
    "review/model.py": {12: "length of a digest"},
    "review/rules/adherence.py": {100: "a share as per cent"},
}


def test_the_core_holds_no_number_of_its_own() -> None:
    found = []
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Constant):
                    continue
                value = node.value
                if isinstance(value, bool) or not isinstance(value, int | float):
                    continue
                if value not in (0, 1, 2) and value not in ALLOWED.get(name, {}):
                    found.append(f"{name}:{node.lineno}: {value}")
    assert found == []


def test_the_core_names_no_drug_and_no_code() -> None:
    drugs = {p.stem for p in (ROOT / "knowledge" / "data" / "drugs").glob("*.toml")}
    found = []
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            found += [
                f"{path.name}:{node.lineno}: {node.value}"
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Constant) and node.value in drugs
            ]
    assert found == []
