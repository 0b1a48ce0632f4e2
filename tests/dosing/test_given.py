"""How many doses of a course were given, as far as a record tells."""

from __future__ import annotations

from datetime import date

import pytest

from builders import day, fill, started
from concord.dosing.given import given_so_far
from concord.record.agreed import Entry, agreed_list
from concord.record.model import (
    Dispensing,
    DoseEvent,
    Ingredient,
    MedicationLine,
    Medicine,
    Taken,
)

ON = date(2026, 3, 1)
GAMMA = Medicine(text="gamma", ingredients=(Ingredient(rxcui="gamma", name="gamma"),))


def begun(on: str | None = "2026-01-05") -> Entry:
    line = MedicationLine(id="m", medicine=GAMMA, changes=(started(on=on),))
    (entry,) = agreed_list([line], ON)
    return entry


def logged(*days: str, taken: Taken = Taken.TAKEN) -> list[DoseEvent]:
    return [
        DoseEvent(id=f"{on} {taken}", medicine=GAMMA, at=day(on), taken=taken)
        for on in days
    ]


def fills(*days: str) -> list[Dispensing]:
    return [fill(on, 30, drug="gamma") for on in days]


def test_one_on_the_first_day_of_the_course_is_one_and_no_more() -> None:
    assert given_so_far(begun(), [], logged("2026-01-05"), ON) == (1, 1)


def test_each_day_counts_once() -> None:
    doses = logged("2026-01-05", "2026-01-12")
    assert given_so_far(begun(), [], doses, ON) == (2, 2)
    assert given_so_far(begun(), [], [*doses, *doses], ON) == (2, 2)


@pytest.mark.parametrize(("first", "most"), [("2026-01-05", 1), ("2026-01-06", None)])
def test_one_before_the_first_that_is_logged_may_be_missing(
    first: str, most: int | None
) -> None:
    assert given_so_far(begun(), [], logged(first), ON) == (1, most)


def test_without_a_first_day_nobody_knows_how_many_there_were() -> None:
    assert given_so_far(begun(None), [], logged("2026-01-05"), ON) == (1, None)


def test_what_was_not_logged_may_have_been_given() -> None:
    doses = logged("2026-01-05") + logged("2026-01-12", taken=Taken.NOT_LOGGED)
    assert given_so_far(begun(), [], doses, ON) == (1, 2)


def test_what_was_missed_as_somebody_said_was_not_given() -> None:
    doses = logged("2026-01-05") + logged("2026-01-12", taken=Taken.NOT_TAKEN)
    assert given_so_far(begun(), [], doses, ON) == (1, 1)


def test_a_fill_more_than_was_logged_may_have_been_given() -> None:
    doses = logged("2026-01-05")
    assert given_so_far(begun(), fills("2026-01-05"), doses, ON) == (1, 1)
    two = fills("2026-01-05", "2026-01-12")
    assert given_so_far(begun(), two, doses, ON) == (1, 2)


def test_fills_alone_say_how_many_at_the_least() -> None:
    assert given_so_far(begun(), fills("2026-01-05"), [], ON) == (1, None)
    two = fills("2026-01-05", "2026-02-05")
    assert given_so_far(begun(), two, [], ON) == (2, None)
    assert given_so_far(begun(), [], [], ON) == (0, None)


def test_what_is_of_an_earlier_course_or_later_than_the_day_does_not_count() -> None:
    doses = logged("2025-06-01", "2026-01-05", "2026-03-02")
    assert given_so_far(begun(), [], doses, ON) == (1, 1)
    at = logged("2026-01-05", "2026-03-01")
    assert given_so_far(begun(), [], at, ON) == (2, 2)
    handed = fills("2025-12-01", "2026-01-05", "2026-03-02")
    assert given_so_far(begun(), handed, [], ON) == (1, None)


def test_a_dose_whose_day_is_not_known_leaves_the_number_open() -> None:
    undated = DoseEvent(id="x", medicine=GAMMA, taken=Taken.TAKEN)
    assert given_so_far(begun(), [], [*logged("2026-01-05"), undated], ON) == (1, None)
    month = logged("2026-01")
    assert given_so_far(begun("2026-01-01"), [], month, ON) == (1, None)
