"""The terms are values: equal by what they say, frozen, and strict when read."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

import concord.review  # noqa: F401 - so that every value is there
from concord.errors import UnitMismatchError
from concord.terms import (
    Code,
    Duration,
    PartialDate,
    Period,
    Quantity,
    Value,
    decode_hook,
    encode_hook,
)

ALIKE = [
    (PartialDate.parse("2026-01"), PartialDate.parse("2026-01")),
    (Duration.parse("2 weeks"), Duration(2, "week")),
    (Quantity.parse("5 mg"), Quantity(5, "mg")),
    (Period(start=PartialDate.parse("2026")), Period(start=PartialDate.parse("2026"))),
]
UNLIKE = [
    (PartialDate.parse("2026-01"), PartialDate.parse("2026-01-01")),
    (PartialDate.parse("2026-01"), "2026-01"),
    (Duration.parse("2 weeks"), Duration.parse("2 days")),
    (Duration.parse("2 weeks"), Duration.parse("3 weeks")),
    (Duration.parse("2 weeks"), "2 weeks"),
    (Quantity.parse("5 mg"), Quantity.parse("5 g")),
    (Quantity.parse("5 mg"), Quantity.parse("6 mg")),
    (Quantity.parse("5 mg"), "5 mg"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_says_the_same_is_equal(one: object, other: object) -> None:
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_what_says_something_else_is_not_equal(one: object, other: object) -> None:
    assert one != other


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (PartialDate.parse("2026"), "text"),
        (Duration.parse("1 day"), "count"),
        (Quantity.parse("1 mg"), "unit"),
        (Period(), "start"),
        (Code(system="s", code="c"), "code"),
    ],
)
def test_no_term_can_be_changed(value: object, field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(value, field, None)


@pytest.mark.parametrize("text", ["0 days", "1 day", "2 days", "1 hour", "12 months"])
def test_a_duration_is_written_as_one_would_say_it(text: str) -> None:
    assert str(Duration.parse(text)) == text
    assert repr(Duration.parse(text)) == f"Duration({text!r})"


@pytest.mark.parametrize(
    ("hours", "days"), [(0, 0), (1, 1), (24, 1), (25, 2), (48, 2), (49, 3)]
)
def test_hours_count_as_started_days_both_ways(hours: int, days: int) -> None:
    length, middle = Duration(hours, "hour"), date(2026, 6, 15)
    assert length.after(middle) == date(2026, 6, 15 + days)
    assert length.before(middle) == date(2026, 6, 15 - days)


@pytest.mark.parametrize(
    ("length", "start", "after", "before"),
    [
        ("1 month", "2026-01-28", "2026-02-28", "2025-12-28"),
        ("1 month", "2026-01-29", "2026-02-28", "2025-12-29"),
        ("1 month", "2028-01-30", "2028-02-29", "2027-12-30"),
        ("1 month", "2026-03-31", "2026-04-30", "2026-02-28"),
        ("1 year", "2028-02-29", "2029-02-28", "2027-02-28"),
        ("0 months", "2026-03-31", "2026-03-31", "2026-03-31"),
        ("12 months", "2026-12-01", "2027-12-01", "2025-12-01"),
        ("2 years", "2026-06-30", "2028-06-30", "2024-06-30"),
        ("3 weeks", "2026-03-01", "2026-03-22", "2026-02-08"),
    ],
)
def test_months_and_years_are_those_of_the_calendar(
    length: str, start: str, after: str, before: str
) -> None:
    on = date.fromisoformat(start)
    assert Duration.parse(length).after(on) == date.fromisoformat(after)
    assert Duration.parse(length).before(on) == date.fromisoformat(before)


def test_a_unit_that_fits_and_one_that_does_not() -> None:
    assert Quantity.parse("5 mg").fits("g")
    assert Quantity.parse("5 mg").fits("mg")
    assert Quantity.parse("5 ng/mL").fits("ug/L")
    assert not Quantity.parse("5 mg").fits("mL")
    with pytest.raises(UnitMismatchError, match=r"^mg cannot be expressed in no unit$"):
        Quantity.parse("5 mg").to("")
    with pytest.raises(UnitMismatchError, match=r"^no unit cannot be expressed in mg$"):
        Quantity.parse("5").to("mg")


def test_a_conversion_is_written_plainly() -> None:
    assert str(Quantity.parse("0.10 g").to("mg")) == "100 mg"
    assert str(Quantity.parse("15 mg").to("g")) == "0.015 g"
    assert str(Quantity.parse("0.10 g").to("g")) == "0.10 g"


def test_no_spelling_moves_a_result_across_a_bound() -> None:
    for value in range(1, 200):
        for spelled in ("mL/min/1.73m2", "mL/min/{1.73_m2}", "mL/min"):
            assert Quantity(value, spelled).to("mL/min").value == value


def test_an_unknown_field_is_an_error_and_a_term_is_read_from_text_only() -> None:
    for kind, text in (
        (Code, b'{"system":"s","code":"c","x":1}'),
        (Period, b'{"x":1}'),
    ):
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            msgspec.json.decode(text, type=kind, dec_hook=decode_hook)
    for kind in (Quantity, PartialDate, Duration):
        with pytest.raises(ValueError, match="expected a text like"):
            decode_hook(kind, 5)
    with pytest.raises(NotImplementedError):
        decode_hook(complex, "1")
    with pytest.raises(NotImplementedError):
        encode_hook(1j)
    assert encode_hook(Quantity.parse("5 mg")) == "5 mg"


def test_a_period_of_nothing_is_written_as_nothing() -> None:
    assert msgspec.json.encode(Period(), enc_hook=encode_hook) == b"{}"
    with pytest.raises(TypeError):
        Period(PartialDate.parse("2026"))  # type: ignore[misc]


def test_every_value_of_the_core_is_frozen_and_refuses_what_it_does_not_know() -> None:
    kinds = [Value]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert len(kinds) > 100
    for kind in kinds:
        assert kind.__struct_config__.frozen, kind
        assert kind.__struct_config__.forbid_unknown_fields, kind
