"""`concord schedule` and `concord supply`, run as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concord.cli import main
from concord.web.demo.bundles import FOLDER as PEOPLE

ANDRE = str(PEOPLE / "andre-baptiste.json")
MORGAN = str(PEOPLE / "morgan-ellis.json")
NEW_YORK = ("--zone", "America/New_York")
SPRING = ("--from", "2026-03-07", "--to", "2026-03-09")


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def order(
    repeat: dict[str, Any],
    *,
    id: str = "a",
    text: str = "sertraline 50 mg tablet",
    **more: Any,
) -> dict[str, Any]:
    dosage = {
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
        **more,
    }
    return {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "authoredOn": "2026-01-01",
        "medicationCodeableConcept": {"text": text},
        "dosageInstruction": [dosage],
    }


def fill(on: str, count: int, *, order: str = "a") -> dict[str, Any]:
    return {
        "resourceType": "MedicationDispense",
        "id": f"fill-{on}",
        "status": "completed",
        "whenHandedOver": on,
        "medicationCodeableConcept": {"text": "sertraline 50 mg tablet"},
        "quantity": {"value": count, "unit": "tablet"},
        "authorizingPrescription": [{"reference": f"MedicationRequest/{order}"}],
    }


def bundle(*resources: dict[str, Any], zone: str | None = None) -> bytes:
    patient: dict[str, Any] = {"resourceType": "Patient", "id": "p"}
    if zone:
        patient["extension"] = [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/timezone",
                "valueCode": zone,
            }
        ]
    entries = [{"resource": r} for r in (patient, *resources)]
    made = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(made).encode()


DAILY = {"timeOfDay": ["02:30:00"], "boundsPeriod": {"start": "2026-01-01"}}


def as_json(*arguments: str, stdin: bytes) -> Any:
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_doses_of_some_days_are_printed_day_by_day() -> None:
    result = run("schedule", "-", *SPRING, *NEW_YORK, stdin=bundle(order(DAILY)))
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.stdout.splitlines()]
    for heading, time in (
        ("Sat 7 Mar 2026", "2:30 am"),
        ("Sun 8 Mar 2026", "3:30 am"),
        ("Mon 9 Mar 2026", "2:30 am"),
    ):
        assert lines[lines.index(heading) + 1].startswith(time)
    assert "not clinically signed off" in " ".join(result.stdout.split())
    assert "Nobody stated" not in result.stdout


def test_json_gives_the_instant_and_the_local_time_of_each_dose() -> None:
    found = as_json("schedule", "-", *SPRING, *NEW_YORK, stdin=bundle(order(DAILY)))
    (medicine,) = found["medicines"]
    assert [(one["at"], one["local"], one["day"]) for one in medicine["due"]][1] == (
        "2026-03-08T07:30:00+00:00",
        "2026-03-08T03:30:00-04:00",
        "2026-03-08",
    )
    assert medicine["policy"] == "wall"
    assert found["problems"] == []


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        ((), "2026-07-01T02:30:00+09:00"),
        (("--policy", "home"), "2026-07-01T15:30:00+09:00"),
        (("--policy", "interval"), "2026-07-01T16:30:00+09:00"),
        (("--policy", "MedicationRequest/a=home"), "2026-07-01T15:30:00+09:00"),
        (
            ("--policy", "home", "--policy", "MedicationRequest/a=wall"),
            "2026-07-01T02:30:00+09:00",
        ),
    ],
)
def test_away_from_home_each_medicine_follows_its_policy(
    policy: tuple[str, ...], shown: str
) -> None:
    found = as_json(
        "schedule",
        "-",
        "--from",
        "2026-07-01",
        "--to",
        "2026-07-01",
        "--zone",
        "Asia/Tokyo",
        *policy,
        stdin=bundle(order(DAILY), zone="America/New_York"),
    )
    ids = {m["id"]: m for m in found["medicines"]}
    (medicine,) = ids.values()
    assert [one["local"] for one in medicine["due"]] == [shown]


def test_the_zone_of_the_record_is_where_the_person_is_unless_said_otherwise() -> None:
    given = bundle(order(DAILY), zone="America/New_York")
    assert as_json("schedule", "-", *SPRING, stdin=given)["zone"] == "America/New_York"


def test_a_default_time_says_so_and_an_own_one_stands_in_its_place() -> None:
    bedtime = {"when": ["HS"], "boundsPeriod": {"start": "2026-01-01"}}
    given = bundle(order(bedtime))
    usual = run("schedule", "-", *SPRING, *NEW_YORK, stdin=given)
    assert "10:00 pm" in usual.stdout
    assert "Nobody stated these times" in usual.stdout
    own = run("schedule", "-", *SPRING, *NEW_YORK, "--at", "HS=23:15", stdin=given)
    assert "11:15 pm" in own.stdout
    assert "Nobody stated these times" not in own.stdout


def test_as_needed_and_what_is_not_on_the_calendar_are_told_apart() -> None:
    result = run(
        "schedule",
        ANDRE,
        "--from",
        "2026-11-22",
        "--to",
        "2026-11-22",
        *NEW_YORK,
    )
    assert result.exit_code == 0, result.output
    needed = result.stdout.split("As needed")[1].split("Long-acting injections")[0]
    assert "oxyCODONE" in needed
    assert "no least gap, no most on record" in needed
    assert "naltrexone" in result.stdout.split("Long-acting injections")[1]


def test_directions_that_cannot_be_followed_are_told_after_all_the_others() -> None:
    wrong = order(
        {"frequency": 13, "period": 1, "periodUnit": "d"},
        id="b",
        text="Brixadi 16 mg/0.32 mL prefilled syringe",
    )
    wrong["medicationCodeableConcept"]["coding"] = [
        {
            "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
            "code": "2639021",
        }
    ]
    given = bundle(order(DAILY), wrong)
    result = run("schedule", "-", *SPRING, *NEW_YORK, stdin=given)
    assert result.exit_code == 65, result.output
    assert "Sat 7 Mar 2026" in result.stdout
    assert "dosage[0].timing: found doses far closer together" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--from", "2026-03-09", "--to", "2026-03-07"), 65, "an end before its start"),
        (("--from", "2026-02-30", "--to", "2026-03-07"), 2, "2026-02-30"),
        (("--from", "2026-03-07"), 2, "--to"),
        ((*SPRING, "--zone", "Mars/Olympus"), 65, "expected a name like"),
        ((*SPRING, "--zone", "America/NewYork"), 65, "America/New_York"),
        (SPRING, 65, "say where the person is"),
        ((*SPRING, *NEW_YORK, "--policy", "moon"), 2, "wall, home, interval"),
        ((*SPRING, *NEW_YORK, "--policy", "zzz=home"), 2, "no medicine of this record"),
        ((*SPRING, *NEW_YORK, "--at", "HS"), 2, "EVENT=HH:MM"),
        ((*SPRING, *NEW_YORK, "--at", "HS=24:00"), 65, "does not exist"),
        ((*SPRING, *NEW_YORK, "--at", "TEA=16:00"), 65, "FHIR code"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code(
    arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = run("schedule", "-", *arguments, stdin=bundle(order(DAILY)))
    assert result.exit_code == code, result.output
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_time_of_day_that_does_not_exist_is_refused() -> None:
    wrong = order({"timeOfDay": ["25:00:00"], "boundsPeriod": {"start": "2026-01-01"}})
    result = run("schedule", "-", *SPRING, *NEW_YORK, stdin=bundle(wrong))
    assert result.exit_code == 65
    assert "a clock time that does not exist" in result.output
    assert "25:00" not in result.output


# --- supply -----------------------------------------------------------------------


def test_the_supply_of_each_medicine_is_printed() -> None:
    result = run("supply", MORGAN, "--on", "2026-11-22", *NEW_YORK)
    assert result.exit_code == 0, result.output
    said = result.stdout.split("ALPRAZolam")[1].split("\n\n")[0]
    assert "runs out on" in said
    assert "controlled (schedule IV); next fill from: Fri 4 Dec 2026" in said
    assert "no proof of taking" in result.stdout


@pytest.mark.parametrize(
    ("back", "enough", "words"),
    [
        ("2026-01-30", True, "enough until back: yes"),
        ("2026-01-31", False, "enough until back: no, short from Sat 31 Jan 2026"),
    ],
)
def test_a_journey_is_checked_to_the_day_of_coming_back(
    back: str, enough: bool, words: str
) -> None:
    once = {"frequency": 1, "period": 1, "periodUnit": "d",
            "boundsPeriod": {"start": "2026-01-01"}}  # fmt: skip
    given = bundle(order(once), fill("2026-01-01", 30))
    asked = ("supply", "-", "--on", "2026-01-10", *NEW_YORK, "--back", back)
    (row,) = as_json(*asked, stdin=given)["medicines"]
    assert row["runs_out_earliest"] == row["runs_out_latest"] == "2026-01-31"
    assert row["left"] == "21"
    assert row["enough_until_back"] is enough
    assert words in run(*asked, stdin=given).stdout


def test_a_negative_supply_is_refused_and_named_by_its_entry() -> None:
    once = {"frequency": 1, "period": 1, "periodUnit": "d",
            "boundsPeriod": {"start": "2026-01-01"}}  # fmt: skip
    given = bundle(order(once), fill("2026-01-01", -30))
    result = run("supply", "-", "--on", "2026-01-10", *NEW_YORK, stdin=given)
    assert result.exit_code == 65, result.output
    assert "found less than nothing" in result.stderr


def test_coming_back_before_leaving_is_refused() -> None:
    asked = ("supply", MORGAN, "--on", "2026-11-22", *NEW_YORK)
    result = run(*asked, "--back", "2026-11-21")
    assert result.exit_code == 65
    assert "coming back before" in result.output


@pytest.mark.parametrize("path", sorted(PEOPLE.glob("*.json")), ids=lambda p: p.stem)
def test_every_authored_person_has_a_schedule_and_a_supply(path: Path) -> None:
    days = ("--from", "2026-10-30", "--to", "2026-11-05")
    planned = run("schedule", str(path), *days, *NEW_YORK)
    assert planned.exit_code == 0, planned.output
    counted = run("supply", str(path), "--on", "2026-11-22", *NEW_YORK)
    assert counted.exit_code == 0, counted.output
