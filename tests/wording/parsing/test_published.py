"""Somebody else's directions: what is read of them is what their file says, or nothing.

The file is of `parsigs`, whose parser corrects spelling and guesses; ours refuses.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from concord.record.model import Dosage, Ingredient, Medicine
from concord.terms import Quantity
from concord.wording.parsing import AsWritten, Understood, parse

UNITS = {"h": "Hour", "d": "Day", "wk": "Week", "mo": "Month"}
# Kept as text, by the name of their test, and the word that is not understood.
KEPT = {
    "test_parse_sig_period": "for",  # every 12 days for 10 days: one dose, or a cycle?
    "test_parse_sig_no_form": "codeine",  # one of what? no form is said
    "test_parse_sig_latin2": "times",  # "qd times"
    "test_parse_sig_latin3": "times",  # "q7h times"
    "test_parse_sig_latin_weekly": "Q.I.W",  # no published list has it
    "test_autocorrect_and__pre_process1": "Tkae",
    "test_autocorrect_and__pre_process2": "Tkae",
    "test_autocorrect_and__pre_process4": "Atke",
    "test_autocorrect_and_pre_process5": "takr",
}
# Without the medicine of the line, its name is not understood either.
NAMED = {
    "test_parse_sig_period": "amoxicillin",
    "test_parse_sig_period_year": "amoxicillin",
    "test_parse_sig_text_and_regular_numbers": "ibuprofen",
    "test_parse_sig_short_form": "Benadryl",
    "test_parse_sig_latin": "BENADRYL",
    "test_parse_sig_latin2": "BENADRYL",
    "test_parse_sig_latin3": "BENADRYL",
    "test_parse_sig_latin_tid": "amoxicillin",
    "test_parse_sig_latin_weekly": "Albuterol",
    "test_parse_sig_capsules": "amoxicillin",
}

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    path = shared_data / "directions-text" / "parsigs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def medicine(row: Row) -> Medicine | None:
    """The medicine of the line: the name and the strength that the file gives."""
    if not row["drug"]:
        return None
    strength = row["strength"].removesuffix("mg")
    held = Quantity(strength, "mg") if strength else None
    ingredient = Ingredient(rxcui="1", name=row["drug"], strength=held)
    return Medicine(text=row["drug"], ingredients=(ingredient,))


def differences(row: Row, dosage: Dosage) -> Iterator[str]:
    """Return the fields of the file that ours speaks against.

    Two columns are read for what they mean: `interval` 1 without a unit is none, and
    `times` is 1 or empty where a spacing alone is said.
    """
    timing = dosage.timing
    if dosage.dose is None or dosage.dose_max is not None:
        yield "a dose"
        return
    if dosage.dose != Quantity(row["singleDosageAmount"], f"{{{row['form']}}}"):
        yield f"{dosage.dose} for {row['singleDosageAmount']} {row['form']}"
    if (dosage.as_needed is not None) is not (row["takeAsNeeded"] == "True"):
        yield "as needed"
    lasts = str(dosage.lasts or "").removesuffix("s").split()
    stated = [row["periodAmount"], row["periodType"].lower()]
    if lasts != (stated if row["periodAmount"] else []):
        yield f"for {lasts} instead of {stated}"
    if not row["frequencyType"]:
        if timing is not None:
            yield "a timing"
        return
    if timing is None or timing.period is None:
        yield "no timing"
        return
    if UNITS[timing.period_unit or ""] != row["frequencyType"]:
        yield f"the unit {timing.period_unit} for {row['frequencyType']}"
    if timing.period != Decimal(row["interval"]):
        yield f"every {timing.period} for {row['interval']}"
    if timing.frequency != int(row["times"] or 1):
        yield f"{timing.frequency} times for {row['times']}"
    if timing.when or timing.days_of_week or timing.frequency_max or timing.period_max:
        yield "more than is stated"


def test_no_structure_is_wrong_and_every_direction_kept_as_text_is_named(
    rows: list[Row],
) -> None:
    kept = {}
    for row in rows:
        found = parse(row["sig"], medicine(row))
        if isinstance(found, AsWritten):
            kept[row["test"]] = found.word
            continue
        (dosage,) = found.dosages
        assert list(differences(row, dosage)) == [], row["sig"]
    assert kept == KEPT
    assert (len(rows), len(rows) - len(kept)) == (25, 16)


def test_without_the_medicine_its_name_is_not_understood(rows: list[Row]) -> None:
    counted: Counter[type] = Counter()
    for row in rows:
        found = parse(row["sig"])
        counted[type(found)] += 1
        if isinstance(found, AsWritten):
            assert (
                found.word
                == (
                    NAMED
                    | {test: word for test, word in KEPT.items() if test not in NAMED}
                )[row["test"]]
            )
        else:
            assert list(differences(row, found.dosages[0])) == []
    assert counted == {Understood: 10, AsWritten: 15}
