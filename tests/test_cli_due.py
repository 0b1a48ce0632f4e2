"""`concord due`: what is due, in groups, soonest first, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import concord
from concord.cli import main
from concord.printing import NOT_SIGNED_OFF

RECORDS = Path(concord.__file__).parent / "web" / "demo" / "records"
MIGUEL = str(RECORDS / "miguel-santos-reyes.json")
ANDRE = str(RECORDS / "andre-baptiste.json")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["due", *arguments])


def as_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_each_item_says_what_why_from_which_event_by_which_source() -> None:
    said = run(MIGUEL, "--on", "2026-11-22").stdout
    words = " ".join(said.split())
    assert "Overdue (1) Sun 15 Nov 2026 Lithium level, for lithium [serious]" in words
    assert "counts from Sat 14 Nov 2026; overdue after Wed 18 Nov 2026" in words
    assert "From: a medicine beside it (lisinopril) Sun 8 Nov 2026." in words
    assert "By: Lithium monitoring, After started or dose changed (checked)." in words


def test_the_groups_come_in_the_order_in_which_they_press() -> None:
    said = run(ANDRE, "--on", "2026-11-22", "--all").stdout
    heads = [
        line.split(" (")[0]
        for line in said.splitlines()
        if line and not line.startswith(" ") and line.endswith(")")
    ]
    order = ["Overdue", "Due", "Coming", "Not known", "Done"]
    assert heads == [name for name in order if name in heads]
    assert {"Overdue", "Not known"} <= set(heads)
    assert "To know it: what the emergency visit was for, in code." in said


def test_the_json_holds_every_item_with_its_window_and_reasons() -> None:
    found = as_json(MIGUEL, "--on", "2026-11-22", "--until", "2026-12-31")
    assert (found["version"], found["on"]) == (1, "2026-11-22")
    assert found["until"] == "2026-12-31"
    (level,) = (i for i in found["due"] if i["ask"] == "measure:lithium-level")
    assert (level["state"], level["due"]) == ("overdue", "2026-11-15")
    assert (level["early"], level["overdue_after"]) == ("2026-11-14", "2026-11-18")
    reason = level["reasons"][0]
    assert reason["event"] == {"kind": "beside", "on": "2026-11-08", "of": "lisinopril"}
    assert reason["source"]["id"] == "sps-lithium-monitoring"
    assert reason["source"]["locator"]
    assert reason["source"]["status"] == "checked"


def test_the_json_is_soonest_first() -> None:
    for path in sorted(RECORDS.glob("*.json")):
        found = as_json(str(path), "--on", "2026-11-22")
        dates = [item["due"] for item in found["due"] if item["due"]]
        assert dates == sorted(dates)


def test_an_end_before_the_day_is_refused() -> None:
    found = run(MIGUEL, "--on", "2026-11-22", "--until", "2026-11-21")
    assert found.exit_code == 65
    assert "--until: found a day before --on" in found.stderr


def test_no_line_is_wider_than_a_terminal() -> None:
    for path in sorted(RECORDS.glob("*.json")):
        said = run(str(path), "--on", "2026-11-22", "--all").stdout
        own = [line for line in said.splitlines() if line != NOT_SIGNED_OFF]
        assert max(len(line) for line in own) <= 80


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_file_that_is_not_there_ends_with_66(flags: tuple[str, ...]) -> None:
    assert run("nowhere.json", "--on", "2026-11-22", *flags).exit_code == 66


def test_an_empty_list_is_no_clean_bill(tmp_path: Path) -> None:
    empty = {"resourceType": "Bundle", "type": "collection", "entry": []}
    path = tmp_path / "empty.json"
    path.write_text(json.dumps(empty), "utf-8")
    said = run(str(path), "--on", "2026-11-22").stdout
    assert "That is not a clean bill." in said
