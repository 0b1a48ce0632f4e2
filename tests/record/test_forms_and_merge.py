"""A record survives its JSON form, and reading a source twice adds nothing."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import THEN, TODAY, a_person, daily, day, nobody, started
from concord.errors import UnusableInputError
from concord.record.agreed import agreed_list
from concord.record.forms import digest, record_from_json, record_to_json
from concord.record.merge import merge
from concord.record.model import (
    Change,
    ChangeKind,
    Condition,
    LineKind,
    MedicationLine,
    Medicine,
    Record,
    Source,
)

words = st.sampled_from(["", "x", "lithium", "\u00e9\u4e2d", "a\nb", '"', "\U0001f48a"])
amounts = st.integers(1, 900).map(lambda n: f"{n} mg")


@st.composite
def records(draw: st.DrawFn) -> Record:
    person = a_person(born=draw(st.sampled_from(["1980", "1980-05", None])))
    for number in range(draw(st.integers(0, 4))):
        person = person.taking(
            draw(words) or "x",
            draw(amounts),
            since=draw(st.sampled_from(["2026", None])),
            id=f"line-{number}",
        )
    for _ in range(draw(st.integers(0, 3))):
        person = person.with_condition(
            draw(words), draw(st.none() | st.just("2025-01"))
        )
    if draw(st.booleans()):
        person = person.measured("a", draw(amounts), "2026-02-03T10:00:00Z")
    return person.record


@given(records())
def test_a_record_survives_its_json_form(record: Record) -> None:
    assert record_from_json(record_to_json(record)) == record


@given(records())
def test_equal_records_have_equal_bytes_and_one_digest(record: Record) -> None:
    again = record_from_json(record_to_json(record))
    assert record_to_json(again) == record_to_json(record)
    assert digest(again) == digest(record)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"version": 1, "medicatons": []}', b"\xff", b"[" * 100_000],
)
def test_what_is_not_a_record_is_refused_plainly(data: bytes) -> None:
    with pytest.raises(UnusableInputError, match="record"):
        record_from_json(data)


def test_a_record_of_another_version_is_refused_by_its_version() -> None:
    with pytest.raises(UnusableInputError, match="version 2"):
        record_from_json(b'{"version": 2}')


def from_source(id: str, version: str, text: str) -> Condition:
    source = Source(system="clinic", type="Condition", id=id, version=version)
    return Condition(id=f"Condition/{id}", source=source, text=text)


def an_order(version: str, dose: str, recorded: str) -> MedicationLine:
    source = Source(system="clinic", type="MedicationRequest", id="1", version=version)
    when = day(recorded).moment
    assert when is not None
    change = started(
        f"start-{version}", "2026-01-01", recorded=when, dosage=(daily(dose),)
    )
    return MedicationLine(
        id="MedicationRequest/1",
        source=source,
        medicine=Medicine(text="lithium"),
        changes=(change,),
    )


@given(records())
def test_merging_the_same_record_again_adds_nothing(record: Record) -> None:
    once = merge(nobody().record, record)
    twice = merge(once.record, record)
    assert twice.record == once.record
    assert (twice.added, twice.updated) == ((), ())


def test_a_newer_version_of_a_line_updates_its_own_line_and_no_other() -> None:
    first = Record(conditions=(from_source("1", "a", "x"), from_source("2", "a", "y")))
    newer = Record(conditions=(from_source("1", "b", "z"),))
    merged = merge(first, newer)
    assert [c.text for c in merged.record.conditions] == ["z", "y"]
    assert (merged.added, merged.updated) == ((), ("Condition/1",))


def test_a_line_of_another_source_system_is_another_line() -> None:
    other = msgspec.structs.replace(
        from_source("1", "a", "x"),
        source=Source(system="hospital", type="Condition", id="1", version="a"),
    )
    merged = merge(
        Record(conditions=(from_source("1", "a", "x"),)), Record(conditions=(other,))
    )
    assert len(merged.record.conditions) == 2


def test_a_newer_version_of_an_order_with_another_dose_is_a_change_of_dose() -> None:
    first = Record(medications=(an_order("a", "300 mg", "2026-01-01T00:00:00Z"),))
    newer = Record(medications=(an_order("b", "600 mg", "2026-03-01T00:00:00Z"),))
    line = merge(first, newer).record.medications[0]
    assert [c.kind for c in line.changes] == [
        ChangeKind.STARTED,
        ChangeKind.DOSE_CHANGED,
    ]
    assert line.changes[1].effective == day("2026-03-01")
    again = merge(merge(first, newer).record, newer)
    assert again.record.medications[0] == line


def test_a_newer_version_of_an_order_with_the_same_dose_is_no_change() -> None:
    first = Record(medications=(an_order("a", "300 mg", "2026-01-01T00:00:00Z"),))
    newer = Record(medications=(an_order("b", "300 mg", "2026-03-01T00:00:00Z"),))
    assert len(merge(first, newer).record.medications[0].changes) == 1


def test_a_stop_in_a_newer_version_is_added_to_the_changes() -> None:
    first = Record(medications=(an_order("a", "300 mg", "2026-01-01T00:00:00Z"),))
    stopped = an_order("b", "300 mg", "2026-03-01T00:00:00Z")
    stop = Change(
        id="stop",
        kind=ChangeKind.STOPPED,
        recorded_at=THEN,
        effective=day("2026-03-01"),
    )
    newer = msgspec.structs.replace(stopped, changes=(*stopped.changes, stop))
    line = merge(first, Record(medications=(newer,))).record.medications[0]
    assert [c.kind for c in line.changes] == [ChangeKind.STARTED, ChangeKind.STOPPED]


# --- the agreed list --------------------------------------------------------------


def test_a_persons_own_report_of_an_order_joins_it() -> None:
    record = (
        a_person()
        .taking("lithium", "900 mg")
        .taking("lithium", "900 mg", kind=LineKind.REPORT)
        .record
    )
    entries = agreed_list(record.medications, TODAY)
    assert len(entries) == 1
    assert [line.id for line in entries[0].also] == ["m1"]


def test_a_renewal_by_the_same_prescriber_joins_and_the_newer_one_speaks() -> None:
    record = (
        a_person()
        .taking("lithium", "900 mg", by="Dr Osei", since="2026-01-01")
        .taking("lithium", "900 mg", by="Dr Osei", since="2026-06-01")
        .record
    )
    entries = agreed_list(record.medications, TODAY)
    assert [e.id for e in entries] == ["m1"]


@pytest.mark.parametrize(
    ("dose", "by"), [("600 mg", "Dr Osei"), ("900 mg", "Dr Lindqvist")]
)
def test_another_dose_or_another_prescriber_stands_as_a_second_medicine(
    dose: str, by: str
) -> None:
    record = (
        a_person()
        .taking("lithium", "900 mg", by="Dr Osei")
        .taking("lithium", dose, by=by)
        .record
    )
    assert len(agreed_list(record.medications, TODAY)) == 2


def test_a_report_of_something_no_longer_ordered_stands_by_itself() -> None:
    record = (
        a_person()
        .taking("lithium", "900 mg", stopped="2026-02-01")
        .taking("lithium", "900 mg", kind=LineKind.REPORT)
        .record
    )
    statuses = [e.state.status.value for e in agreed_list(record.medications, TODAY)]
    assert sorted(statuses) == ["active", "stopped"]


def test_unrecognised_lines_join_only_by_the_very_same_text() -> None:
    record = (
        a_person()
        .taking_something_called("Blue pill")
        .taking_something_called("blue pill")
        .taking_something_called("Blue pills")
        .record
    )
    assert len(agreed_list(record.medications, TODAY)) == 2
