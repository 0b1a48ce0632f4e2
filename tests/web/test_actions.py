"""Writing: once, whole, logged, and never over what was there."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.web.clinic import LATER, NOW, Clinic, medicine, notes_condition, own, starts
from tests.web.taking import orders

import concord.web.chart
from builders import daily, day
from concord.errors import (
    BrokenLogError,
    DeniedError,
    ImpossibleChangeError,
    MustAnswerError,
    RepeatedKeyError,
)
from concord.record import model as rec
from concord.record.fold import LineStatus, state_on
from concord.web.chart.actions import lines, medicines, reading, settings
from concord.web.chart.models import (
    ActionKey,
    BreakGlass,
    Entry,
    FindingAnswer,
    GlassReview,
    Head,
    Line,
    MedicationChange,
    Organisation,
    Tip,
)
from concord.web.chart.policy import Purpose


def do(what: Any, clinic: Clinic, line: str, **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "actor": clinic.ruth,
        "person": clinic.amara,
        "line": line,
        "effective": day("2026-11-20"),
        "reason": "as agreed",
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": NOW,
    }
    answer: dict[str, Any] = what(**(asked | more))
    return answer


def the_medicine(clinic: Clinic) -> rec.MedicationLine:
    found = reading.read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=LATER
    )
    (line,) = found.record.medications
    return line


def status(clinic: Clinic) -> LineStatus:
    return state_on(the_medicine(clinic).changes, LATER.date()).status


def test_a_medicine_is_started_changed_held_resumed_and_stopped(
    clinic: Clinic,
) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium", dosage=(daily("300 mg"),))
    seen = [status(clinic)]
    do(medicines.change_dose, clinic, line, dosage=(daily("600 mg"),))
    do(medicines.hold, clinic, line, now=NOW + timedelta(seconds=1))
    seen.append(status(clinic))
    do(medicines.resume, clinic, line, now=NOW + timedelta(seconds=2))
    seen.append(status(clinic))
    do(medicines.stop, clinic, line, now=NOW + timedelta(seconds=3))
    seen.append(status(clinic))
    assert seen == ["active", "held", "active", "stopped"]
    kinds = [change.kind.value for change in the_medicine(clinic).changes]
    assert kinds == ["started", "dose_changed", "held", "resumed", "stopped"]
    assert all(c.author for c in the_medicine(clinic).changes)


def test_a_correction_undoes_a_stop_and_keeps_it_in_the_history(
    clinic: Clinic,
) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium")
    stop = do(medicines.stop, clinic, line)["change"]
    do(medicines.correct, clinic, line, change=stop, becomes=None)
    assert status(clinic) is LineStatus.ACTIVE
    assert len(the_medicine(clinic).changes) == 3


def test_a_change_that_does_not_fit_is_refused_and_nothing_is_kept(
    clinic: Clinic,
) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium")
    with pytest.raises(ImpossibleChangeError, match="active"):
        do(medicines.resume, clinic, line)
    with pytest.raises(ImpossibleChangeError, match="correction"):
        do(medicines.correct, clinic, line, change="other", becomes=None)
    assert len(the_medicine(clinic).changes) == 1


def test_a_change_fits_what_is_so_on_the_clinics_day(clinic: Clinic) -> None:
    """At 03:00 UTC it is still the day before in Ohio: what stops then is taken."""
    Organisation.objects.filter(id=clinic.riverside.id).update(zone="America/New_York")
    night = datetime(2026, 11, 23, 3, tzinfo=UTC)
    line = starts(clinic.ruth, clinic.amara, "lithium")
    do(medicines.stop, clinic, line, effective=day("2026-11-23"))
    do(medicines.hold, clinic, line, effective=day("2026-11-22"), now=night)
    with pytest.raises(ImpossibleChangeError, match="stopped"):
        do(medicines.hold, clinic, line, now=night + timedelta(hours=3))


def test_two_people_who_change_one_medicine_are_both_kept(clinic: Clinic) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium", dosage=(daily("300 mg"),))
    do(medicines.change_dose, clinic, line, dosage=(daily("600 mg"),))
    do(medicines.hold, clinic, line, actor=clinic.farah)
    authors = {c.author.id for c in the_medicine(clinic).changes if c.author}
    assert authors == {str(clinic.ruth.id), str(clinic.farah.id)}


def test_a_person_reports_what_they_take_and_their_team_sees_it(
    clinic: Clinic,
) -> None:
    line = starts(
        own(clinic.amara),
        clinic.amara,
        "ibuprofen",
        kind=rec.LineKind.REPORT,
        purpose=Purpose.OWN,
    )
    assert the_medicine(clinic).id == line
    do(
        medicines.stop,
        clinic,
        line,
        actor=own(clinic.amara),
        purpose=Purpose.OWN,
    )
    assert status(clinic) is LineStatus.STOPPED
    order = starts(clinic.ruth, clinic.amara, "lithium")
    with pytest.raises(DeniedError):
        do(medicines.stop, clinic, order, actor=own(clinic.amara), purpose=Purpose.OWN)


def test_the_same_key_and_body_have_the_same_answer_and_act_once(
    clinic: Clinic,
) -> None:
    key = uuid4()
    answers = {starts(clinic.ruth, clinic.amara, "lithium", key=key) for _ in range(5)}
    assert len(answers) == 1
    assert MedicationChange.objects.filter(person=clinic.amara).count() == 1
    assert ActionKey.objects.filter(key=key).count() == 1


def test_the_same_key_with_another_body_is_refused(clinic: Clinic) -> None:
    key = uuid4()
    starts(clinic.ruth, clinic.amara, "lithium", key=key)
    with pytest.raises(RepeatedKeyError):
        starts(clinic.ruth, clinic.amara, "clozapine", key=key)
    with pytest.raises(RepeatedKeyError):
        notes_condition(clinic.ruth, clinic.amara, "low mood", key=key)
    starts(clinic.farah, clinic.amara, "clozapine", key=key)
    assert MedicationChange.objects.filter(person=clinic.amara).count() == 2


def test_who_may_no_longer_act_has_no_answer_to_a_key_that_was_used(
    clinic: Clinic,
) -> None:
    key = uuid4()
    notes_condition(clinic.ruth, clinic.amara, "low mood", key=key)
    from concord.web.chart.actions import care  # noqa: PLC0415

    care.end(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        person=clinic.amara,
        relationship=clinic.relation["ruth"],
        key=uuid4(),
        now=LATER,
    )
    with pytest.raises(DeniedError):
        notes_condition(clinic.ruth, clinic.amara, "low mood", key=key, now=LATER)


def test_a_line_is_corrected_by_a_new_version(clinic: Clinic) -> None:
    line = notes_condition(clinic.ruth, clinic.amara, "low mod")
    lines.correct(
        actor=clinic.noor,
        person=clinic.amara,
        line=rec.Condition(id=line, text="low mood"),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    found = reading.read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=LATER
    ).record
    assert [c.text for c in found.conditions] == ["low mood"]
    assert Line.objects.filter(kind="conditions", person=clinic.amara).count() == 2


def test_a_medicine_or_a_second_person_is_no_line_to_add(clinic: Clinic) -> None:
    for line in (
        rec.MedicationLine(id="m", medicine=medicine("x")),
        rec.Person(id="p"),
    ):
        with pytest.raises(ImpossibleChangeError):
            lines.add(
                actor=clinic.ruth,
                person=clinic.amara,
                line=line,
                purpose=Purpose.TREATMENT,
                key=uuid4(),
                now=NOW,
            )


def test_a_setting_event_is_recorded_by_whoever_is_in_the_team(clinic: Clinic) -> None:
    settings.record(
        actor=clinic.tomas,
        person=clinic.amara,
        kind=rec.SettingKind.RELEASED,
        on=day("2026-11-20"),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    found = reading.read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=LATER
    ).record
    assert [s.kind for s in found.settings] == [rec.SettingKind.RELEASED]


def entries(clinic: Clinic) -> list[tuple[str, str]]:
    made = Entry.objects.filter(subject=clinic.amara).order_by("number")
    return list(made.values_list("action", "outcome"))


def test_every_read_write_and_refusal_is_one_entry(clinic: Clinic) -> None:
    before = len(entries(clinic))
    starts(clinic.ruth, clinic.amara, "lithium")
    the_medicine(clinic)
    with pytest.raises(DeniedError):
        starts(clinic.tomas, clinic.amara, "lithium")
    with pytest.raises(DeniedError):
        do(medicines.stop, clinic, "no such line")
    assert entries(clinic)[before:] == [
        ("change_order", "allowed"),
        ("read_record", "allowed"),
        ("change_order", "refused"),
        ("change_order", "refused"),
    ]


def test_nothing_is_read_or_written_where_the_log_cannot_be(clinic: Clinic) -> None:
    kept = (Line.objects.count(), MedicationChange.objects.count())
    Tip.objects.filter(subject=clinic.amara).update(signature="forged")
    with pytest.raises(BrokenLogError):
        starts(clinic.ruth, clinic.amara, "lithium")
    with pytest.raises(BrokenLogError):
        the_medicine(clinic)
    assert (Line.objects.count(), MedicationChange.objects.count()) == kept


@pytest.mark.parametrize(
    "model",
    [Line, MedicationChange, Entry, Head, BreakGlass, FindingAnswer, GlassReview],
)
def test_what_may_only_be_added_refuses_to_be_changed_or_removed(
    clinic: Clinic, model: Any
) -> None:
    from concord.web.chart import log  # noqa: PLC0415
    from concord.web.chart.actions import emergencies  # noqa: PLC0415

    log.sign_head(NOW.date(), NOW)
    made = emergencies.break_glass(
        actor=clinic.paul,
        person=clinic.amara,
        nature="found unconscious",
        discloser="Riverside",
        key=uuid4(),
        now=NOW,
    )
    emergencies.review(
        actor=clinic.alma,
        glass=UUID(made["break_glass"]),
        words="as it should be",
        key=uuid4(),
        now=NOW,
    )
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    with pytest.raises(MustAnswerError):
        orders(clinic.ruth, clinic.amara, "ibuprofen", "400 mg")
    row = model.objects.first()
    field = model._meta.pk.name
    table = model._meta.db_table
    for refused in (
        lambda: model.objects.filter(pk=row.pk).update(**{field: row.pk}),
        lambda: model.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: _run(f"DELETE FROM {table}"),  # noqa: S608 - a table of our own
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            refused()


def _run(sql: str) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(sql)


WRITES = {"create", "save", "update", "delete", "bulk_create", "bulk_update"}
WRITES |= {"get_or_create", "update_or_create", "_raw_delete"}


def test_only_actions_and_the_log_call_what_writes() -> None:
    web = Path(concord.web.chart.__file__).parents[1]
    found = {
        file.relative_to(web).as_posix()
        for file in web.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ast.unparse(node.func) != "digest.update"  # of hashlib
    }
    # Accounts write tables of their own, and may import none of the chart's.
    allowed = ("chart/actions/", "chart/log.py", "chart/migrations/", "accounts/")
    assert [file for file in sorted(found) if not file.startswith(allowed)] == []


def test_an_answer_and_a_key_hold_no_value_of_the_record(clinic: Clinic) -> None:
    notes_condition(clinic.ruth, clinic.amara, "canary-condition")
    for model in (ActionKey, Entry):
        for row in model.objects.values():
            assert "canary" not in repr(row)
