"""A record without a medicine is not one of a person who takes none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from concord.cli import main

BARE = {"resourceType": "Patient", "id": "p", "birthDate": "1990-01-01"}
STOPPED = {
    "resourceType": "MedicationStatement",
    "id": "m",
    "status": "completed",
    "subject": {"reference": "Patient/p"},
    "medicationCodeableConcept": {"text": "sertraline 50 mg tablet"},
    "effectivePeriod": {"start": "2026-01-01", "end": "2026-03-01"},
}


def told(folder: Path, command: str, *resources: object, as_json: bool) -> str:
    entries = [{"resource": one} for one in (BARE, *resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    file = folder / "record.json"
    file.write_text(json.dumps(bundle))
    words = [*command.split(), str(file), "--on", "2026-11-27"]
    done = CliRunner().invoke(main, [*words, *(["--json"] if as_json else [])])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    "command", ["mme", "equivalents --kind benzodiazepine", "burden"]
)
def test_without_any_medicine_on_record_nothing_is_known_and_no_nought_is_said(
    command: str, tmp_path: Path
) -> None:
    said = told(tmp_path, command, as_json=False)
    assert "Not known. No current medicine is on record." in said
    assert "\n0 mg" not in said
    assert ": 0" not in said


def test_without_any_medicine_the_figures_are_absent_and_not_nought(
    tmp_path: Path,
) -> None:
    added = json.loads(told(tmp_path, "mme", as_json=True))
    assert (added["total"], added["total_at_least"]) == (None, None)
    assert added["whole"] is False
    asked = json.loads(told(tmp_path, "burden", as_json=True))
    assert (asked["times_a_day"], asked["pieces_a_day"]) == (None, None)
    assert asked["whole"] is False


def test_with_only_a_stopped_medicine_on_record_nothing_is_taken(
    tmp_path: Path,
) -> None:
    added = json.loads(told(tmp_path, "mme", STOPPED, as_json=True))
    assert added["total"] == "0"
    asked = json.loads(told(tmp_path, "burden", STOPPED, as_json=True))
    assert asked["times_a_day"] == 0
    said = told(tmp_path, "burden", STOPPED, as_json=False)
    assert "No medicine is taken on this day." in said
