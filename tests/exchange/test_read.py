"""One road from a file, a folder, lines or bytes to the same record."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from fhir_builders import DANA, READ_AT, bundle, dose, imported, order, resource

from concord.exchange import Import, Problem, Recogniser, read
from concord.record.forms import record_from_json, record_to_json
from concord.record.merge import merge

RESOURCES = (DANA, order(), order("Lithium", id_="m2"))


def test_a_bundle_a_folder_lines_and_a_stream_give_one_record(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    folder = tmp_path / "dana"
    (folder / "inner").mkdir(parents=True)
    (folder / "patient.json").write_text(json.dumps(DANA))
    (folder / "inner" / "a.json").write_text(json.dumps(RESOURCES[1]))
    (folder / "inner" / "b.ndjson").write_text(json.dumps(RESOURCES[2]) + "\n")
    file = tmp_path / "dana.json"
    file.write_bytes(b"\xef\xbb\xbf" + bundle(*RESOURCES))
    lines = "\n".join(json.dumps(r) for r in RESOURCES).encode()
    records = [
        read(source, recogniser, read_at=READ_AT).record
        for source in (
            bundle(*RESOURCES),
            file,
            str(file),
            folder,
            lines,
            io.BytesIO(bundle(*RESOURCES)),
        )
    ]
    assert all(r == records[0] for r in records)
    assert len(records[0].medications) == 2


def test_one_resource_alone_is_read(recogniser: Recogniser) -> None:
    found = read(json.dumps(order()).encode(), recogniser, read_at=READ_AT)
    assert len(found.record.medications) == 1


def test_a_bundle_in_a_bundle_is_unpacked_and_named(recogniser: Recogniser) -> None:
    inner = json.loads(bundle(order(authoredOn="2026-02-30")))
    found = imported(recogniser, inner)
    assert found.problems[0].entry == "entry[1].entry[0]"


def test_reading_the_same_file_again_adds_nothing(recogniser: Recogniser) -> None:
    data = bundle(
        DANA,
        order(status="on-hold", authoredOn=None, dosageInstruction=[dose(1, "mg")]),
        resource(
            "Encounter",
            "e",
            status="finished",
            period={"start": "2026-01-01", "end": "2026-01-02"},
            **{"class": {"code": "IMP"}},
        ),
    )
    first = read(data, recogniser, read_at=READ_AT).record
    later = read(data, recogniser, read_at=READ_AT + timedelta(days=1)).record
    merged = merge(first, later)
    assert merged.record == first
    assert (merged.added, merged.updated) == ((), ())


def test_a_newer_version_of_a_line_updates_its_own_line(recogniser: Recogniser) -> None:
    before = imported(recogniser, order(), order("Lithium", id_="m2")).record
    after = imported(recogniser, order(status="stopped")).record
    merged = merge(before, after)
    assert merged.updated == ("MedicationRequest/m1",)
    assert len(merged.record.medications[0].changes) == 2
    assert merged.record.medications[1] == before.medications[1]


def test_the_same_resource_twice_in_one_input_is_read_once(
    recogniser: Recogniser,
) -> None:
    older = order(meta={"lastUpdated": "2026-03-01T00:00:00Z"}, status="active")
    newer = order(meta={"lastUpdated": "2026-04-01T00:00:00Z"}, status="stopped")
    for pair in ((older, newer), (newer, older)):
        found = imported(recogniser, *pair)
        (line,) = found.record.medications
        assert len(line.changes) == 2
        assert found.read["MedicationRequest"].left == 1


def test_a_resource_without_id_has_one_from_its_content(recogniser: Recogniser) -> None:
    bare = order()
    del bare["id"]
    turned = dict(reversed(bare.items()))
    one = imported(recogniser, bare).record.medications[0]
    other = imported(recogniser, turned).record.medications[0]
    assert one.id == other.id


def test_a_urn_is_resolved_for_the_person_and_the_condition(
    recogniser: Recogniser,
) -> None:
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "1"}},
        {
            "fullUrl": "urn:uuid:2",
            "resource": {
                "resourceType": "Condition",
                "id": "2",
                "subject": {"reference": "urn:uuid:1"},
                "code": {"text": "Depression"},
            },
        },
        {
            "fullUrl": "urn:uuid:3",
            "resource": order(
                subject={"reference": "urn:uuid:1"},
                reasonReference=[{"reference": "urn:uuid:2"}],
            ),
        },
    ]
    data = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    (line,) = read(data, recogniser, read_at=READ_AT).record.medications
    assert line.indications[0].condition == "Condition/2"


def test_when_it_was_recorded_is_the_last_update_else_the_order_else_now(
    recogniser: Recogniser,
) -> None:
    def recorded(**elements: object) -> str:
        (line,) = imported(recogniser, order(**elements)).record.medications
        return line.changes[0].recorded_at.isoformat()

    updated = {"lastUpdated": "2026-03-01T10:00:00+02:00"}
    assert recorded(meta=updated) == "2026-03-01T10:00:00+02:00"
    assert recorded() == "2026-01-05T00:00:00+00:00"
    assert recorded(authoredOn=None) == READ_AT.isoformat()


def test_the_record_that_was_read_has_its_json_form(recogniser: Recogniser) -> None:
    record = imported(recogniser, order(dosageInstruction=[dose(0.5, "mg")])).record
    assert record_from_json(record_to_json(record)) == record


def test_problems_and_counts_can_be_written_as_json(recogniser: Recogniser) -> None:
    found: Import = imported(recogniser, order(authoredOn="2026-02-30"))
    (problem,) = msgspec.json.decode(
        msgspec.json.encode(found.problems), type=tuple[Problem, ...]
    )
    assert str(problem) == str(found.problems[0])
    assert str(problem).startswith("input entry[1] MedicationRequest/m1: authoredOn:")


@pytest.mark.parametrize("secret", ["dana-okafor-1984"])
def test_the_id_of_the_person_is_never_shown(
    recogniser: Recogniser, secret: str
) -> None:
    data = bundle({**DANA, "id": secret, "birthDate": "1984-02-30"})
    (problem,) = read(data, recogniser, read_at=READ_AT).problems
    assert secret not in str(problem)
    assert problem.resource == "Patient"
