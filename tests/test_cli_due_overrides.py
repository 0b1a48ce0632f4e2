"""`concord due` where the record holds a prescriber's decision: both answers stand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from builders import THEN
from concord.cli import main
from concord.exchange import Recogniser, read
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.index import load
from concord.record import model as rec
from concord.record.forms import record_from_json, record_to_json
from concord.web.demo.bundles import FOLDER

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
RUTH = rec.Party(name="Dr. Ruth Lee", id="7")


def decided(on: str | None = "2027-01-11", **more: Any) -> rec.Override:
    return rec.Override(
        id="o1",
        ask="measure:lithium-level",
        on=date.fromisoformat(on) if on else None,
        by=RUTH,
        reason="Travels until then; reached by phone",
        decided=date(2026, 11, 20),
        recorded_at=AT,
        **more,
    )


@cache
def miguel() -> rec.Record:
    """One of the ten, whose lithium level is overdue since 18 November."""
    recogniser = Recogniser(load_catalogue(), load())
    with (FOLDER / "miguel-santos-reyes.json").open("rb") as file:
        return read(file, recogniser, read_at=THEN).record


def kept(folder: Path, *overrides: rec.Override) -> str:
    """His record in its own JSON form, with decisions."""
    record = msgspec.structs.replace(miguel(), overrides=overrides)
    data = record_to_json(record)
    assert record_from_json(data) == record
    file = folder / "record.json"
    file.write_bytes(data)
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["due", *arguments, "--on", "2026-11-22"])


def level_of(file: str) -> Any:
    found = json.loads(run(file, "--json").stdout)
    return next(i for i in found["due"] if i["ask"] == "measure:lithium-level")


def test_a_decision_in_the_record_file_is_honoured_and_the_rule_stands_beside_it(
    tmp_path: Path,
) -> None:
    by_rule = level_of(kept(tmp_path))
    assert (by_rule["override"], by_rule["by_rule"]) == (None, None)
    assert by_rule["later_than_rule"] is False
    item = level_of(kept(tmp_path, decided()))
    assert (item["due"], item["state"]) == ("2027-01-11", "not-yet")
    assert item["override"] == {
        "id": "o1",
        "on": "2027-01-11",
        "by": {"name": "Dr. Ruth Lee", "id": "7"},
        "reason": "Travels until then; reached by phone",
        "decided": "2026-11-20",
        "recorded_at": "2026-11-20T09:00:00Z",
        "until": None,
    }
    assert item["by_rule"] == {
        key: by_rule[key] for key in ("state", "early", "due", "overdue_after")
    }
    assert item["later_than_rule"] is True
    assert item["reasons"] == by_rule["reasons"]


def test_the_terminal_says_who_why_the_rules_answer_and_that_it_is_later(
    tmp_path: Path,
) -> None:
    by_rule = level_of(kept(tmp_path))
    words = " ".join(run(kept(tmp_path, decided())).stdout.split())
    assert "Mon 11 Jan 2027 Lithium level" in words
    assert (
        "Date set by Dr. Ruth Lee on Fri 20 Nov 2026: Travels until then; reached by "
        "phone By the rule: overdue"
    ) in words
    assert by_rule["state"] == "overdue"
    assert "This date is later than the rule." in words


def test_what_is_not_to_be_done_stands_set_aside_with_its_reason(
    tmp_path: Path,
) -> None:
    words = " ".join(run(kept(tmp_path, decided(None))).stdout.split())
    assert "Set aside by the prescriber (1)" in words
    assert "Set aside by Dr. Ruth Lee on Fri 20 Nov 2026: Travels" in words
    assert "By the rule: overdue" in words
    assert "later than the rule" not in words


def test_one_that_was_taken_back_leaves_the_rules(tmp_path: Path) -> None:
    end = rec.Ended(on=date(2026, 11, 22), by=RUTH, reason="is back", recorded_at=AT)
    assert level_of(kept(tmp_path, decided(ended=end))) == level_of(kept(tmp_path))
    later = rec.Ended(on=date(2026, 11, 23), by=RUTH, reason="is back", recorded_at=AT)
    assert level_of(kept(tmp_path, decided(ended=later)))["due"] == "2027-01-11"


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (b'"reason":"Travels until then; reached by phone"', b'"reason":" "', "reason"),
        (b'{"name":"Dr. Ruth Lee","id":"7"}', b"{}", "author"),
        (b'"on":"2027-01-11"', b'"on":"soon"', "not a Concord record"),
        (b'"decided":"2026-11-20",', b"", "not a Concord record"),
    ],
)
def test_a_decision_that_is_none_is_refused_in_words(
    tmp_path: Path, was: bytes, now: bytes, says: str
) -> None:
    file = Path(kept(tmp_path, decided()))
    data = file.read_bytes()
    assert was in data
    file.write_bytes(data.replace(was, now))
    found = run(str(file))
    assert found.exit_code != 0
    assert says in found.stderr
    assert "Traceback" not in found.stderr
