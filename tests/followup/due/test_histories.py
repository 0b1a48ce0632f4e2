"""Histories worked out by hand from the sources, held against the list of what is due.

The tables, with the hand-work, are in `histories.toml`.
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from builders import THEN, day, loinc
from concord.followup.case import Case
from concord.followup.due import Due, Reason, due
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import Code, Period, Quantity, System

TABLE = tomllib.loads((Path(__file__).parent / "histories.toml").read_text("utf-8"))
HISTORIES = TABLE["history"]
POINTS = [
    pytest.param(history, point, id=f"{history['name']}, on {point['day']}")
    for history in HISTORIES
    for point in history["on"]
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def icd10(code: str) -> Code:
    return Code(system=System.ICD10CM, code=code)


def directions(medicine: dict[str, Any], dose: str) -> tuple[rec.Dosage, ...]:
    count, unit = medicine.get("every", "1 day").split()
    timing = rec.Timing(
        frequency=1,
        period=Decimal(count),
        period_unit={"day": "d", "month": "mo"}[unit],
    )
    return (rec.Dosage(dose=Quantity.parse(dose), timing=timing),)


def line(
    medicine: dict[str, Any], number: int, knowledge: Knowledge
) -> rec.MedicationLine:
    since = medicine.get("since")
    changes = [
        rec.Change(
            id=f"start-{number}",
            kind=rec.ChangeKind.STARTED,
            recorded_at=THEN,
            effective=day(since) if since else None,
            dosage=directions(medicine, medicine["dose"]),
        )
    ]
    for index, change in enumerate(medicine.get("changes", ())):
        changes.append(
            rec.Change(
                id=f"change-{number}-{index}",
                kind=rec.ChangeKind(change["kind"]),
                recorded_at=THEN,
                effective=day(change["on"]),
                dosage=directions(medicine, change["dose"]),
            )
        )
    if "stopped" in medicine:
        changes.append(
            rec.Change(
                id=f"stop-{number}",
                kind=rec.ChangeKind.STOPPED,
                recorded_at=THEN,
                effective=day(medicine["stopped"]),
            )
        )
    return rec.MedicationLine(
        id=f"m{number}",
        medicine=the_medicine(medicine, knowledge),
        changes=tuple(changes),
    )


def the_medicine(medicine: dict[str, Any], knowledge: Knowledge) -> rec.Medicine:
    drug = knowledge.drugs[medicine["drug"]]
    return rec.Medicine(
        text=medicine.get("text", drug.name),
        ingredients=(rec.Ingredient(rxcui=drug.identity.rxcui[0], name=drug.name),),
        form=medicine.get("form"),
        release=medicine.get("release"),
        brand=medicine.get("brand"),
    )


def encounter(id: str, on: str, **more: Any) -> rec.Encounter:
    return rec.Encounter(id=id, period=Period(start=day(on)), finished=True, **more)


def record_of(history: dict[str, Any], knowledge: Knowledge) -> rec.Record:
    medicines = history.get("medicines", ())
    by_drug = {m["drug"]: m for m in medicines}
    emergencies = tuple(
        encounter(f"er{n}", e["on"], kind="EMER", reasons=(icd10(e["icd10"]),))
        for n, e in enumerate(history.get("emergencies", ()))
    )
    return rec.Record(
        person=rec.Person(
            id="p",
            birth=day(history["born"]),
            sex=rec.Sex(history.get("sex", "female")),
        ),
        medications=tuple(line(m, n, knowledge) for n, m in enumerate(medicines)),
        conditions=tuple(
            rec.Condition(
                id=f"c{n}",
                codes=(icd10(c["icd10"]),),
                status=rec.ConditionStatus.ACTIVE,
                onset=day(c["onset"]) if "onset" in c else None,
            )
            for n, c in enumerate(history.get("conditions", ()))
        ),
        observations=tuple(
            rec.Observation(
                id=f"o{n}",
                codes=(loinc(r["loinc"]),),
                at=day(r["on"]),
                quantity=Quantity.parse(r["value"]),
            )
            for n, r in enumerate(history.get("results", ()))
        ),
        encounters=(
            *(
                encounter(f"v{n}", on, kind="AMB")
                for n, on in enumerate(history.get("seen", ()))
            ),
            *emergencies,
        ),
        settings=tuple(
            rec.SettingEvent(
                id=f"s{n}", kind=rec.SettingKind(s["kind"]), on=day(s["on"])
            )
            for n, s in enumerate(history.get("settings", ()))
        ),
        dose_events=tuple(
            rec.DoseEvent(
                id=f"d{n}",
                medicine=the_medicine(by_drug[g["drug"]], knowledge),
                at=day(g["on"]),
                taken=rec.Taken.TAKEN,
            )
            for n, g in enumerate(history.get("given", ()))
        ),
    )


def event(reason: Reason) -> str:
    on = f" {reason.event.on}" if reason.event.on else ""
    return f"{reason.event.kind}{on}"


def told(item: Due) -> dict[str, Any]:
    """An item in the words of the table."""
    soonest = item.reasons[0]
    assert soonest.basis is not None
    said: dict[str, Any] = {
        "ask": item.ask,
        "state": item.state.value,
        "event": event(soonest),
        "source": soonest.basis.source,
    }
    for name in ("early", "due", "last"):
        on = getattr(item, name)
        if on is not None:
            said[name] = str(on)
    if item.needs:
        said["needs"] = list(item.needs)
    return said


@pytest.mark.parametrize(("history", "point"), POINTS)
def test_what_is_due_is_what_was_worked_out_by_hand(
    history: dict[str, Any], point: dict[str, Any], knowledge: Knowledge
) -> None:
    case = Case(
        record_of(history, knowledge), knowledge, date.fromisoformat(point["day"])
    )
    found = [
        item
        for item in due(case, date.fromisoformat(history["until"]))
        if item.ask in point["of"]
    ]
    wanted = [
        {k: v for k, v in item.items() if k not in ("also", "says")}
        for item in point["due"]
    ]
    found.sort(key=lambda item: item.ask)
    wanted.sort(key=lambda item: str(item["ask"]))
    assert [told(item) for item in found] == wanted
    expectations = sorted(point["due"], key=lambda item: str(item["ask"]))
    for item, expected in zip(found, expectations, strict=True):
        beside = {f"{event(r)} {r.due}" for r in item.reasons}
        assert set(expected.get("also", ())) <= beside
        if "says" in expected:
            advice = item.reasons[0].advice
            assert advice is not None
            assert expected["says"] in advice


def test_there_are_more_than_fifteen_histories_each_with_its_hand_work() -> None:
    assert len({h["name"] for h in HISTORIES}) == len(HISTORIES) > 15
    assert all(len(h["worked"]) > 20 for h in HISTORIES)
