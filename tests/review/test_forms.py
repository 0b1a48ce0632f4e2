"""A review survives its JSON form, and what is none is refused plainly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from builders import TODAY
from concord.errors import UnusableInputError
from concord.record.model import Record
from concord.review import review, review_from_json, review_to_json
from small_world import PEOPLE, WORLD, records


@settings(deadline=None, max_examples=60)
@given(records())
def test_a_review_survives_its_json_form(record: Record) -> None:
    found = review(record, WORLD, TODAY)
    data = review_to_json(found)
    assert review_from_json(data) == found
    assert review_to_json(review_from_json(data)) == data


@pytest.mark.parametrize("name", PEOPLE)
def test_the_same_record_gives_the_same_bytes(name: str) -> None:
    record = PEOPLE[name].record
    one, other = (review_to_json(review(record, WORLD, TODAY)) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b'{"version": 1}', b"\xff", b"[" * 100_000]
)
def test_what_is_not_a_review_is_refused_plainly(data: bytes) -> None:
    with pytest.raises(UnusableInputError, match="not a Concord review of version 1"):
        review_from_json(data)


def test_a_review_of_another_version_or_with_an_unknown_key_is_refused() -> None:
    data = review_to_json(review(PEOPLE["nobody"].record, WORLD, TODAY))
    assert data.startswith(b"{")
    newer = b'{"version":2,' + data[1:]
    with pytest.raises(UnusableInputError, match="version 2; expected 1"):
        review_from_json(newer)
    with pytest.raises(UnusableInputError, match="not a Concord review"):
        review_from_json(b'{"surprise":1,' + data[1:])
