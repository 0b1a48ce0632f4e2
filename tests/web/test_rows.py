"""What was brought in comes back equal, and reading it twice adds nothing."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.clinic import LATER, NOW, Clinic

from concord.errors import ImpossibleChangeError, SealError
from concord.record import model as rec
from concord.record.merge import merge
from concord.terms import PartialDate
from concord.web.chart import rows
from concord.web.chart.actions import imports, people, reading
from concord.web.chart.models import Line, MedicationChange, PersonKey
from concord.web.chart.policy import Purpose
from concord.web.chart.seal import seal_of
from small_world import records


def bring_in(clinic: Clinic, record: rec.Record, **more: object) -> dict[str, int]:
    return imports.bring_in(
        actor=more.pop("actor", clinic.ruth),  # type: ignore[arg-type]
        person=more.pop("person", clinic.amara),  # type: ignore[arg-type]
        record=record,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=LATER,
        **more,  # type: ignore[arg-type]
    )


def read(clinic: Clinic) -> rec.Record:
    return reading.read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=LATER
    ).record


@st.composite
def a_life(draw: st.DrawFn) -> rec.Record:
    """A record of the small world, with ids and sources such as imports give."""
    record = draw(records())
    sourced = draw(st.booleans())
    fields = {}
    for kind in rows.TYPES:
        lines = getattr(record, kind)
        if isinstance(lines, tuple) and sourced:
            fields[kind] = tuple(
                msgspec.structs.replace(
                    line,
                    source=rec.Source(system="clinic", type=kind, id=str(number)),
                    labels=tuple(draw(st.lists(st.sampled_from("RV"), max_size=2))),
                )
                for number, line in enumerate(lines)
            )
    return msgspec.structs.replace(record, **fields)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(record=a_life())
def test_a_record_that_was_brought_in_comes_back_equal(
    clinic: Clinic, record: rec.Record
) -> None:
    made = people.add(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        who=record.person or rec.Person(id="p"),
        key=uuid4(),
        now=NOW,
    )
    person = rows.UUID(made["person"])
    relation = clinic.riverside.puts(person, clinic.ruth)
    assert relation
    before = rec.Record(person=record.person or rec.Person(id="p"))
    expected = merge(before, record).record
    first = bring_in(clinic, record, person=person)
    found = reading.read_record(
        actor=clinic.ruth, person=person, purpose=Purpose.TREATMENT, now=LATER
    ).record
    assert found == expected
    counted = (Line.objects.count(), MedicationChange.objects.count())
    again = bring_in(clinic, record, person=person)
    twice = merge(expected, record)
    assert again == {"added": len(twice.added), "updated": len(twice.updated)}
    assert first["added"] >= again["added"] == 0
    assert (Line.objects.count(), MedicationChange.objects.count()) == counted


def a_condition(version: str, text: str) -> rec.Record:
    source = rec.Source(system="clinic", type="Condition", id="1", version=version)
    return rec.Record(
        conditions=(rec.Condition(id="Condition/1", source=source, text=text),)
    )


def test_a_newer_version_is_a_new_row_and_the_old_row_stays(clinic: Clinic) -> None:
    bring_in(clinic, a_condition("a", "low mood"))
    bring_in(clinic, a_condition("b", "depression"))
    assert [c.text for c in read(clinic).conditions] == ["depression"]
    versions = Line.objects.filter(kind="conditions").values_list("version", flat=True)
    assert sorted(versions) == [1, 2]


def test_a_record_of_somebody_else_is_not_merged_by_guess(clinic: Clinic) -> None:
    other = rec.Record(person=rec.Person(id="x", names=(rec.Name(text="Ann Lee"),)))
    with pytest.raises(ImpossibleChangeError, match="same person"):
        bring_in(clinic, other)
    assert bring_in(clinic, other, same_person=True) == {"added": 0, "updated": 1}


def test_no_value_of_the_record_stands_in_a_row_in_clear(clinic: Clinic) -> None:
    bring_in(clinic, a_condition("a", "canary-condition"))
    for row in Line.objects.values():
        assert "canary" not in repr(row)


def test_a_sealed_value_that_was_moved_to_another_row_does_not_open(
    clinic: Clinic,
) -> None:
    bring_in(clinic, a_condition("a", "low mood"))
    one, two = Line.objects.filter(person=clinic.amara)[:2]
    seal = seal_of(clinic.amara)
    assert seal.open(one.id, one.kind, bytes(one.content))
    for row, kind in ((two.id, one.kind), (one.id, "goals")):
        with pytest.raises(SealError):
            seal.open(row, kind, bytes(one.content))
    with pytest.raises(SealError):
        seal_of(clinic.ben).open(one.id, one.kind, bytes(one.content))


def test_the_installs_key_is_changed_without_touching_a_row(
    clinic: Clinic, settings: object
) -> None:
    bring_in(clinic, a_condition("a", "low mood"))
    sealed = {row.id: bytes(row.content) for row in Line.objects.all()}
    old = settings.CONCORD_DATA_KEYS  # type: ignore[attr-defined]
    settings.CONCORD_DATA_KEYS = {"new": bytes(range(32)), **old}  # type: ignore[attr-defined]
    assert people.rewrap_keys() == PersonKey.objects.count()
    settings.CONCORD_DATA_KEYS = {"new": bytes(range(32))}  # type: ignore[attr-defined]
    assert [c.text for c in read(clinic).conditions] == ["low mood"]
    assert {row.id: bytes(row.content) for row in Line.objects.all()} == sealed
    settings.CONCORD_DATA_KEYS = old  # type: ignore[attr-defined]
    with pytest.raises(SealError, match="CONCORD_DATA_KEYS"):
        read(clinic)


def test_a_record_takes_the_same_number_of_queries_whatever_its_length(
    clinic: Clinic, django_assert_num_queries: object
) -> None:
    from concord.web.chart.policy import visible  # noqa: PLC0415

    lines = tuple(
        rec.Observation(id=f"o{n}", codes=(), at=PartialDate.parse("2026"))
        for n in range(50)
    )
    bring_in(clinic, rec.Record(observations=lines))
    seen = visible(clinic.ruth, LATER)
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = rows.record_of(clinic.amara, seen.lines(), seen.changes())
    assert found.observations == lines
