"""Real records lose nothing that we understand, and name what is left."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import pytest
from fhir_builders import READ_AT

from concord.exchange import Import, Recogniser, read
from concord.exchange.fhir import Concept
from concord.exchange.mapping.values import codes, words
from concord.record.forms import record_from_json, record_to_json
from concord.record.merge import merge


@pytest.fixture
def synthea(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "synthea-r4").glob("*.json"))


def recognised(*imports: Import) -> tuple[int, Counter[str]]:
    known, unknown = 0, Counter[str]()
    for found in imports:
        record = found.record
        lines = (*record.medications, *record.dispensings, *record.dose_events)
        for line in lines:
            if line.medicine.ingredients:
                known += 1
            else:
                unknown[line.medicine.text] += 1
    return known, unknown


def test_every_resource_of_six_whole_records_is_read_or_left_with_a_reason(
    recogniser: Recogniser, synthea: list[Path]
) -> None:
    imports = []
    for path in synthea:
        found = read(path, recogniser, read_at=READ_AT)
        entries = json.loads(path.read_bytes())["entry"]
        kinds = Counter(e["resource"]["resourceType"] for e in entries)
        assert {k: t.read + t.left for k, t in found.read.items()} == kinds
        assert all(t.left == sum(t.why.values()) for t in found.read.values())
        assert found.problems == ()
        assert record_from_json(record_to_json(found.record)) == found.record
        assert merge(found.record, found.record).added == ()
        imports.append(found)
    known, unknown = recognised(*imports)
    assert known == 46
    # RxNorm writes it as one word and this older code is no longer prescribable.
    assert unknown == {"Vitamin B 12 5 MG/ML Injectable Solution": 1}


def test_every_case_of_the_measures_is_read_without_a_problem(
    recogniser: Recogniser, shared_data: Path
) -> None:
    cases = sorted((shared_data / "ecqm-2024" / "cases").glob("*/*"))
    imports = [read(case, recogniser, read_at=READ_AT) for case in cases]
    assert all(i.problems == () for i in imports)
    assert all(i.record.person is not None for i in imports)
    known, unknown = recognised(*imports)
    assert (known, unknown) == (105, Counter())


def test_every_us_core_example_is_read(
    recogniser: Recogniser, shared_data: Path
) -> None:
    paths = sorted((shared_data / "us-core").glob("*.json"))
    imports = [read(path, recogniser, read_at=READ_AT) for path in paths]
    assert all([p.found for p in i.problems] == ["no Patient"] for i in imports)
    assert recognised(*imports) == (5, Counter())
    answers = next(
        i.record.responses[0].answers
        for p, i in zip(paths, imports, strict=True)
        if p.name == "QuestionnaireResponse-phq-9-example.json"
    )
    assert sum(a.item.startswith("/44") for a in answers) >= 9


def _medicines(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "medicationCodeableConcept" in value:
            yield value["medicationCodeableConcept"]
        for inner in value.values():
            yield from _medicines(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _medicines(inner)


def test_the_medicines_of_the_opioid_requests_are_recognised(
    recogniser: Recogniser, shared_data: Path
) -> None:
    seen = Counter[str]()
    for path in sorted((shared_data / "opioid-cds" / "requests").glob("*.json")):
        for given in _medicines(json.loads(path.read_bytes())):
            concept = msgspec.convert(given, Concept)
            medicine, trouble = recogniser.medicine(words(concept), codes(concept))
            assert trouble is None
            first = next(iter(medicine.ingredients), None)
            seen[first.name if first else medicine.text] += 1
    assert seen["oxycodone"] == 10
    # A retired code, and words in another order than RxNorm's.
    assert seen["oxyCODONE HCl 10 MG 12HR Extended Release Oral Tablet"] == 1
    assert seen["Buprenorphine 2 MG / Naloxone 0.5 MG Oral Strip"] == 0


def test_a_bundle_is_read_several_times_as_fast_as_the_referee_parses_it(
    recogniser: Recogniser, synthea: list[Path]
) -> None:
    bundles = pytest.importorskip("fhir.resources.R4B.bundle")
    data = synthea[0].read_bytes()

    def seconds(work: Any) -> float:
        took = []
        for _ in range(5):
            start = time.perf_counter()
            work()
            took.append(time.perf_counter() - start)
        return median(took)

    read(data, recogniser, read_at=READ_AT)
    ours = seconds(lambda: read(data, recogniser, read_at=READ_AT))
    theirs = seconds(lambda: bundles.Bundle.model_validate_json(data))
    # `make bench` holds the limit of 10; a busy machine is given room here.
    assert theirs > 4 * ours
