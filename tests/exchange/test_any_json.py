"""Whatever JSON comes in, no traceback comes out, and nothing of the person."""

from __future__ import annotations

import json
from typing import Any

from fhir_builders import DANA, READ_AT, bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concord.errors import ConcordError
from concord.exchange import Recogniser, read
from concord.exchange.kinds import READ
from concord.exchange.read import _MAPPINGS
from concord.record.forms import record_from_json, record_to_json

# The recogniser is asked again for each example; it only answers questions.
relaxed = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["2026-02-30", "2026", "1,0 mg", "active", "order", "mg", "h"])
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)


def _elements() -> list[str]:
    """Every element that some wire form reads, at any depth, as FHIR writes it."""
    from concord.exchange import fhir  # noqa: PLC0415 - its classes are walked here

    found: set[str] = set()
    for kind in vars(fhir).values():
        if isinstance(kind, type) and issubclass(kind, fhir.Element):
            found.update(kind.__struct_encode_fields__)
    return sorted(found)


ELEMENTS = _elements()
fhir_like = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(ELEMENTS), inner, max_size=4)
    ),
    max_leaves=20,
)


@st.composite
def resources(draw: st.DrawFn) -> Any:
    """A resource of a type we read, its own elements filled with anything."""
    kind = draw(st.sampled_from(sorted(READ)))
    form = _MAPPINGS[kind][1] if kind in _MAPPINGS else None
    names = form.__struct_encode_fields__ if form else ("code", "id")
    filled = draw(st.dictionaries(st.sampled_from(names), fhir_like, max_size=6))
    return {"resourceType": kind, **filled}


def _survives(recogniser: Recogniser, data: bytes) -> None:
    try:
        found = read(data, recogniser, read_at=READ_AT)
    except ConcordError:
        return
    assert record_from_json(record_to_json(found.record)) == found.record


@relaxed
@given(anything)
def test_any_json_is_read_or_refused(recogniser: Recogniser, value: Any) -> None:
    _survives(recogniser, json.dumps(value).encode())


@relaxed
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(recogniser: Recogniser, data: bytes) -> None:
    _survives(recogniser, data)


@relaxed
@given(st.lists(resources(), max_size=4))
def test_any_filling_of_our_resources_is_read_or_refused(
    recogniser: Recogniser, filled: list[Any]
) -> None:
    _survives(recogniser, bundle(DANA, *filled))


words = st.text(alphabet="QXZWVqxzwv", min_size=8, max_size=12)
secrets = st.recursive(
    words,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(ELEMENTS), inner, max_size=3)
    ),
    max_leaves=8,
)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    return (
        [t for v in inner for t in _texts(v)] if isinstance(value, dict | list) else []
    )


@relaxed
@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "name", "birthDate", "gender", "identifier", "address", "meta"]
        ),
        secrets,
        max_size=5,
    )
)
def test_no_text_of_the_patient_is_in_a_problem(
    recogniser: Recogniser, patient: dict[str, Any]
) -> None:
    data = bundle({"resourceType": "Patient", **patient})
    try:
        shown = [str(p) for p in read(data, recogniser, read_at=READ_AT).problems]
    except ConcordError as error:
        shown = [str(error)]
    for text in _texts(patient):
        assert not any(text in line for line in shown)
