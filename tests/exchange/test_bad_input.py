"""Each kind of bad input has a clear message, and costs no more than itself."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from fhir_builders import (
    DANA,
    READ_AT,
    bundle,
    concept,
    dose,
    imported,
    order,
    resource,
)

from concord.errors import NoSuchFileError, UnusableInputError
from concord.exchange import Recogniser, read
from concord.exchange.reading import MOST_BYTES, MOST_LEVELS, parse, too_deep


def refusal(recogniser: Recogniser, data: bytes) -> str:
    with pytest.raises(UnusableInputError) as refused:
        read(data, recogniser, read_at=READ_AT, name="dana.json")
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "found nothing"),
        (b" \n ", "found nothing"),
        (b"not JSON", "found text that is not JSON (line 1, column 1)"),
        (b"\xff\xfe{}", "a byte that is not UTF-8 (byte 0)"),
        (b'{"resourceType": "Bundle", "total": NaN}', "a number that is none"),
        (b'{"resourceType": "Bundle", "id": "\\ud800"}', "half of a character"),
        (b"[1, 2]", "found a list without `resourceType`"),
        (b'{"name": 1}', "found an object without `resourceType`"),
        (b'{"resourceType": "Bundle", "entry": 1}', "an `entry` that is no list"),
    ],
)
def test_what_is_no_fhir_in_json_is_refused_by_name(
    recogniser: Recogniser, data: bytes, found: str
) -> None:
    message = refusal(recogniser, data)
    assert message.startswith("dana.json:")
    assert found in message
    assert "expected" in message


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
)
def test_a_hundred_thousand_levels_are_refused_before_they_are_parsed(
    recogniser: Recogniser, data: bytes
) -> None:
    assert f"more than {MOST_LEVELS} levels" in refusal(recogniser, data)


def test_nesting_at_the_limit_is_read_and_one_more_is_not() -> None:
    assert not too_deep(b"[" * MOST_LEVELS + b"]" * MOST_LEVELS)
    assert too_deep(b"[" * (MOST_LEVELS + 1) + b"]" * (MOST_LEVELS + 1))


def test_brackets_inside_texts_are_no_nesting() -> None:
    assert not too_deep(json.dumps(["[{" * 500, '\\"[', "]"]).encode())


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"resourceType": "Bundle", "id": 1, "id": 1}', "dana.json: id:"),
        (
            bundle({"name": [{"family": "a"}]}).replace(b'"a"', b'"a", "family": "b"'),
            "entry[0].resource.name[0].family:",
        ),
        (
            # An escaped colon would make up for the one that is lost.
            b'{"resourceType": "Bundle", "id": "\\u003a", "id": "b"}',
            "dana.json: id:",
        ),
    ],
)
def test_a_key_twice_is_refused_with_its_place(
    recogniser: Recogniser, data: bytes, place: str
) -> None:
    message = refusal(recogniser, data)
    assert place in message
    assert "the same key twice" in message


def test_an_escaped_colon_alone_is_no_reason_to_refuse() -> None:
    assert parse(b'{"a": "\\u003a", "b": 1.50}') == {"a": ":", "b": parse(b"1.50")}


def test_fifty_megabytes_in_one_document_are_refused_with_memory_bounded(
    recogniser: Recogniser,
) -> None:
    class Endless(io.RawIOBase):
        """Fifty megabytes that are never in memory together."""

        def __init__(self) -> None:
            self.left = 50 * 1024 * 1024

        def read(self, size: int = -1) -> bytes:
            given = min(size, self.left)
            self.left -= given
            return b"x" * given

    tracemalloc.start()
    with pytest.raises(UnusableInputError, match="more than 32 MiB"):
        read(Endless(), recogniser, read_at=READ_AT)  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MOST_BYTES


def test_lines_may_be_more_than_one_document_may_be(
    recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concord.exchange.reading.MOST_BYTES", 1000)
    lines = [json.dumps(order(id_=f"m{n}")).encode() for n in range(50)]
    data = b"\n".join([json.dumps(DANA).encode(), *lines])
    assert len(data) > 1000
    assert len(read(data, recogniser, read_at=READ_AT).record.medications) == 50


def test_a_line_that_is_too_large_costs_itself(
    recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("concord.exchange.reading.MOST_BYTES", 1000)
    large = order("x" * 1500, id_="m2")
    file = tmp_path / "all.ndjson"
    file.write_text("\n".join(json.dumps(r) for r in (DANA, order(), large, order())))
    found = read(file, recogniser, read_at=READ_AT)
    assert len(found.record.medications) == 1
    assert any("more than" in p.found for p in found.problems)


def test_a_missing_file_is_no_such_file(recogniser: Recogniser, tmp_path: Path) -> None:
    with pytest.raises(NoSuchFileError, match=r"nobody\.json: no such file"):
        read(tmp_path / "nobody.json", recogniser, read_at=READ_AT)


def test_a_folder_without_json_is_refused(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    with pytest.raises(UnusableInputError, match=r"no \.json or \.ndjson file"):
        read(tmp_path, recogniser, read_at=READ_AT)


def test_one_wrong_file_of_a_folder_costs_itself(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(DANA))
    (tmp_path / "b.json").write_text("{")
    (tmp_path / "c.json").write_text(json.dumps(order()))
    (tmp_path / "d.json").write_text("{}")
    (tmp_path / "README.md").write_text("not read")
    found = read(tmp_path, recogniser, read_at=READ_AT)
    assert [p.file for p in found.problems] == ["b.json", "d.json"]
    assert len(found.record.medications) == 1


def test_a_wrong_line_costs_itself_and_is_named(recogniser: Recogniser) -> None:
    data = b"\n".join([json.dumps(DANA).encode(), b"", b"{wrong", b"[1]"])
    data += b"\n" + json.dumps(order()).encode()
    (one, two) = read(data, recogniser, read_at=READ_AT, name="x.ndjson").problems[:2]
    assert (one.entry, two.entry) == ("line 3", "line 4")


def test_two_patients_are_refused(recogniser: Recogniser) -> None:
    message = refusal(recogniser, bundle(DANA, {**DANA, "id": "eve"}))
    assert "entry[0] and" in message
    assert "entry[1]: found 2 different Patients, expected one" in message


def test_two_people_without_a_patient_are_refused(recogniser: Recogniser) -> None:
    other = order(id_="m2", subject={"reference": "Patient/eve"})
    assert "a second person" in refusal(recogniser, bundle(order(), other))


def test_no_patient_is_a_problem_and_the_rest_is_read(recogniser: Recogniser) -> None:
    found = read(bundle(order()), recogniser, read_at=READ_AT)
    assert found.record.person is None
    assert [p.found for p in found.problems] == ["no Patient"]
    assert len(found.record.medications) == 1


def test_a_resource_about_somebody_else_is_left_and_named(
    recogniser: Recogniser,
) -> None:
    found = imported(recogniser, order(subject={"reference": "Patient/eve"}))
    assert found.record.medications == ()
    assert found.read["MedicationRequest"].why == {"about somebody else": 1}
    assert found.problems[0].element == "subject"


def test_a_dose_of_one_comma_nought_mg_is_named_and_the_medicine_stays(
    recogniser: Recogniser,
) -> None:
    wrong = dose("1,0 mg")
    found = imported(recogniser, order(dosageInstruction=[wrong]))
    (problem,) = found.problems
    assert problem.entry == "entry[1]"
    assert problem.resource == "MedicationRequest/m1"
    assert problem.element == ("dosageInstruction[0].doseAndRate[0].doseQuantity.value")
    assert problem.found == 'the text "1,0 mg"'
    assert "12.5" in problem.expected
    (line,) = found.record.medications
    assert line.changes[0].dosage == ()


def test_words_in_place_of_a_dose_are_not_shown(recogniser: Recogniser) -> None:
    found = imported(
        recogniser, order(dosageInstruction=[dose("as Dr. Lee told Dana")])
    )
    assert found.problems[0].found == "a text"


def test_a_number_that_would_fill_the_memory_is_no_amount(
    recogniser: Recogniser,
) -> None:
    data = bundle(DANA, order(dosageInstruction=[dose(99, "mg")])).replace(
        b"99", b"1e999999999"
    )
    (problem,) = read(data, recogniser, read_at=READ_AT).problems
    assert "larger or smaller than any" in problem.found


def test_the_thirtieth_of_february_is_named_and_not_known(
    recogniser: Recogniser,
) -> None:
    found = imported(recogniser, order(authoredOn="2026-02-30"))
    (problem,) = found.problems
    assert problem.element == "authoredOn"
    assert "a date that does not exist" in problem.found
    (line,) = found.record.medications
    assert line.changes[0].effective is None


def test_a_time_without_its_zone_is_named(recogniser: Recogniser) -> None:
    found = imported(recogniser, order(authoredOn="2026-02-03T10:00:00"))
    assert found.problems[0].found == "a time without its zone"


@pytest.mark.parametrize("medicine", [{}, {"text": " "}, {"coding": [{"code": "1"}]}])
def test_a_medicine_without_code_and_text_is_left_and_named(
    recogniser: Recogniser, medicine: Any
) -> None:
    found = imported(recogniser, order(medicationCodeableConcept=medicine))
    assert found.record.medications == ()
    assert found.problems[0].found == "neither a code nor words"
    assert found.read["MedicationRequest"].why == {"no code and no words": 1}


def test_a_resource_of_a_wrong_shape_costs_itself(recogniser: Recogniser) -> None:
    found = imported(recogniser, order(dosageInstruction="one a day"), order(id_="m2"))
    assert [line.id for line in found.record.medications] == ["MedicationRequest/m2"]
    (problem,) = found.problems
    assert (problem.element, problem.found, problem.expected) == (
        "dosageInstruction",
        "a text",
        "a list",
    )


@pytest.mark.parametrize(
    ("other", "version"),
    [
        (
            order(medicationCodeableConcept=None, medication={"concept": concept("x")}),
            "R5",
        ),
        (
            resource("Condition", "c", clinicalStatus="active", code=concept("x")),
            "STU3",
        ),
        (resource("MedicationStatement", "s", taken="y", status="active"), "STU3"),
        (resource("MedicationOrder", "o", status="active"), "DSTU2"),
        (resource("Encounter", "e", **{"class": "inpatient"}), "DSTU2"),
        (resource("Encounter", "e", **{"class": [concept("x")]}), "R5"),
        (
            {
                **DANA,
                "meta": {"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/x"]},
            },
            "R5",
        ),
    ],
)
def test_a_bundle_of_another_fhir_version_is_refused(
    recogniser: Recogniser, other: Any, version: str
) -> None:
    people = () if other["resourceType"] == "Patient" else (DANA,)
    message = refusal(recogniser, bundle(*people, other))
    assert f"found FHIR {version}, expected FHIR R4" in message


def test_one_resource_of_another_version_among_r4_costs_itself(
    recogniser: Recogniser,
) -> None:
    later = order(id_="m2", medicationCodeableConcept=None, medication={"concept": {}})
    sure = resource("Encounter", "e", **{"class": {"code": "AMB"}})
    found = imported(recogniser, order(), later, sure)
    assert found.read["MedicationRequest"].why == {"FHIR R5": 1}
    assert len(found.record.medications) == 1


def test_an_unknown_resource_type_is_counted_without_its_word(
    recogniser: Recogniser,
) -> None:
    found = imported(recogniser, {"resourceType": "Dana Okafor"}, 7)
    assert found.read["(unknown)"].left == 2
    assert not any("Okafor" in str(p) for p in found.problems)
