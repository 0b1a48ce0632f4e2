"""What the shipped knowledge makes of what is due."""

from __future__ import annotations

from datetime import date

import msgspec

from builders import THEN, day
from concord.followup.case import Case
from concord.followup.due import State, due
from concord.knowledge.index import load
from concord.knowledge.model import Severity, Status
from concord.record import model as rec
from following import DAY, START, answered, record_for

KNOWLEDGE = load()


def test_a_missing_count_on_clozapine_is_a_task_and_never_a_block() -> None:
    record = record_for(KNOWLEDGE, "clozapine", None, ("anc",))
    for days in (8, 30, 200, 400):
        case = Case(record, KNOWLEDGE, START + days * DAY)
        (item,) = (i for i in due(case, case.as_of) if i.ask == "measure:anc")
        assert item.state is State.OVERDUE
        assert item.severity is Severity.SERIOUS
        assert all(r.severity is not Severity.CONTRAINDICATED for r in item.reasons)
    (table,) = (
        m for m in KNOWLEDGE.monitoring_for("clozapine") if m.id == "clozapine-anc"
    )
    assert "never a reason for a pharmacy to withhold" in table.why


def test_every_reason_names_its_source_place_and_status() -> None:
    for name in ("clozapine", "lithium", "sertraline", "methadone", "valproate"):
        record = record_for(KNOWLEDGE, name, None, ())
        for days in (5, 30, 100, 400):
            case = Case(record, KNOWLEDGE, START + days * DAY)
            for item in due(case, case.as_of + 400 * DAY):
                for reason in item.reasons:
                    assert reason.basis is not None
                    assert reason.basis.source in KNOWLEDGE.sources
                    assert reason.basis.locator
                    assert Status(reason.basis.status)


def test_every_class_of_follow_up_can_become_stable_or_says_why_not() -> None:
    courses = {
        entry.id
        for entry in KNOWLEDGE.table("followup").values()
        if not any(row.event == "stable" for row in entry.visit)
    }
    # Courses of weeks, or covered by a wider class of the same medicine.
    assert courses == {
        "anorectic",
        "lofexidine",
        "neurosteroid-postpartum",
        "perampanel",
        "smoking-cessation",
    }


def test_a_rolling_visit_is_one_of_a_stable_course_and_repeats() -> None:
    rows = [
        row
        for entry in KNOWLEDGE.table("followup").values()
        for row in entry.visit
        if row.rolling
    ]
    assert len(rows) > 30
    assert all(row.event == "stable" and row.every is not None for row in rows)


def test_a_series_after_a_stop_or_a_lowering_has_an_end() -> None:
    for entry in KNOWLEDGE.table("followup").values():
        for row in entry.visit:
            if row.event in ("stop", "taper") and row.every is not None:
                assert row.ends is not None, entry.id


def test_what_is_asked_beside_a_medicine_names_what_and_what_for() -> None:
    for entry in KNOWLEDGE.table("followup").values():
        for row in entry.visit:
            assert (row.event == "beside") is bool(row.beside), entry.id


def test_a_lithium_level_on_its_day_answers_the_new_medicine_beside_it() -> None:
    record = record_for(KNOWLEDGE, "lithium", None, ("lithium-level",))
    ibuprofen = KNOWLEDGE.drugs["ibuprofen"]
    on = START + 300 * DAY
    line = rec.MedicationLine(
        id="ibuprofen",
        medicine=rec.Medicine(
            text="ibuprofen",
            ingredients=(
                rec.Ingredient(rxcui=ibuprofen.identity.rxcui[0], name="ibuprofen"),
            ),
        ),
        changes=(
            rec.Change(
                id="i",
                kind=rec.ChangeKind.STARTED,
                recorded_at=THEN,
                effective=day(str(on)),
            ),
        ),
    )

    def beside(*levels: date) -> list[date | None]:
        made = msgspec.structs.replace(
            record,
            medications=(*record.medications, line),
            observations=(
                *record.observations,
                *(answered("lithium-level", at, KNOWLEDGE) for at in levels),
            ),
        )
        case = Case(made, KNOWLEDGE, on + 2 * DAY if not levels else max(levels))
        return [
            r.due
            for i in due(case, on + 60 * DAY)
            for r in i.reasons
            if r.event.kind == "beside" and r.state is not State.DONE
        ]

    assert beside() == [on + 7 * DAY]
    assert beside(on + 5 * DAY) == [on + 7 * DAY]
    assert beside(on + 6 * DAY) == []
