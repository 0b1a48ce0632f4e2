"""`concord timeline`: what the terminal shows, what the JSON holds, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from tests.web.ismp import violations

from concord.cli import main
from concord.followup.timeline import Timeline
from concord.terms import decode_hook
from concord.web.demo.bundles import FOLDER

DANA, PRIYA = FOLDER / "dana-okafor.json", FOLDER / "priya-raghunathan.json"


def ran(record: Path | str, *options: str) -> Result:
    return CliRunner().invoke(main, ["timeline", str(record), *options])


def told(record: Path, *options: str) -> dict[str, Any]:
    result = ran(record, "--on", "2026-11-22", "--json", *options)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_terminal_shows_bars_lines_and_what_changed_when() -> None:
    result = ran(PRIYA, "--on", "2026-11-22")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Fri 13 Feb 2026 to Sun 22 Nov 2026"
    (bar,) = [line for line in lines if line.endswith("50 mg a day") and "█" in line]
    # 30 of 50 mg is six tenths: the fifth of eight heights, then the highest.
    assert set(bar[4:64]) == {" ", "▅", "█"}
    assert (
        "  Mon 14 Sep 2026: lisdexamfetamine raised from 30 mg a day to 50 mg a day. "
        "Reason: Dose raised"
    ) in lines
    assert violations(result.stdout) == []


def test_the_json_is_the_timeline_with_its_sentences_and_its_table() -> None:
    found = told(DANA)
    assert found["version"] == 1
    made = msgspec.convert(found["timeline"], Timeline, dec_hook=decode_hook)
    assert made.version == 1
    assert len(found["sentences"]) == len(made.told) > 10
    assert {"when": "Tue 10 Nov 2026", "what": "PHQ-9 total score",
            "says": "3 (none or minimal)"} in found["table"]  # fmt: skip
    (lane,) = [lane for lane in made.lanes if lane.log]
    assert sum(one.taken for one in lane.log) == 47
    assert sum(one.not_taken for one in lane.log) == 2


def test_only_the_days_that_were_asked_for_are_told() -> None:
    found = told(DANA, "--from", "2026-09-01", "--to", "2026-09-30")
    days = {one["on"][:7] for one in found["sentences"]}
    assert days == {"2026-09"}
    assert found["timeline"]["begins"] == "2026-09-01"
    assert found["timeline"]["ends"] == "2026-09-30"


@pytest.mark.parametrize(
    ("record", "options", "code", "words"),
    [
        (DANA, ("--from", "2026-02-02", "--to", "2026-02-01"), 65, "exchange them"),
        (DANA, ("--from", "2026-02-02", "--on", "2026-02-01"), 65, "exchange them"),
        ("no-such-file.json", (), 66, "no such file"),
        (DANA, ("--from", "yesterday"), 2, "--from"),
    ],
)
def test_what_cannot_be_shown_says_why(
    record: Path | str, options: tuple[str, ...], code: int, words: str
) -> None:
    result = ran(record, *options)
    assert result.exit_code == code
    assert words in result.output


def test_a_record_without_a_date_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({"resourceType": "Bundle", "type": "collection"}))
    result = ran(empty, "--on", "2026-11-22")
    assert result.exit_code == 0
    assert "Nothing with a date is on record for these days." in result.stdout
