"""The PHQ-9 totals of a national measure's patients, read and judged as it does.

CMS159 (2024): the index score is above 9; in remission is whose newest score within 60
days of twelve months after it is under 5. Who is excluded or leaves is the measure's
own matter and another part's: here the scores are read and judged, nothing else.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fhir_builders import READ_AT

from concord.exchange import Recogniser, read
from concord.followup.response import judge
from concord.followup.results import Measured, Results
from concord.knowledge.index import load
from concord.record.model import Sex

KNOWLEDGE = load()
FIRST, LAST = date(2023, 11, 1), date(2024, 10, 31)
END = date(2025, 12, 31)


def expected(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "ecqm-2024" / "expected.csv").open(newline="") as lines:
        return {
            row["case"]: row for row in csv.DictReader(lines) if row["cms"] == "CMS159"
        }


def scores(folder: Path, recogniser: Recogniser) -> tuple[Measured, ...]:
    record = read(folder, recogniser, read_at=READ_AT).record
    results = Results(record.observations, KNOWLEDGE, END, age=None, sex=Sex.UNKNOWN)
    return results.of("phq-9")


def value(measured: Measured) -> Decimal:
    assert measured.quantity is not None
    return measured.quantity.value


def in_remission(found: tuple[Measured, ...]) -> bool:
    """Whether the newest score around a year after the index score is remission."""
    first = next(
        (m for m in found if FIRST <= m.on.first <= LAST and value(m) > 9), None
    )
    if first is None:
        return False
    around = date(first.on.first.year + 1, first.on.first.month, first.on.first.day)
    near = timedelta(days=60)
    then = [m for m in found if around - near <= m.on.first <= around + near]
    if not then:
        return False
    judged = judge(KNOWLEDGE.scales["phq-9"], value(first), value(then[-1]))
    return bool(judged and judged.remission)


def test_the_numerator_of_every_patient_who_is_counted_is_ours(
    shared_data: Path, recogniser: Recogniser
) -> None:
    rows = expected(shared_data)
    found = {
        case: in_remission(
            scores(shared_data / "ecqm-2024" / "cases" / "CMS159" / case, recogniser)
        )
        for case, row in rows.items()
        if row["denominator"] == "1" and row["denominator-exclusion"] == "0"
    }
    wanted = {case: rows[case]["numerator"] == "1" for case in found}
    assert found == wanted
    assert (len(found), sum(wanted.values())) == (12, 5)


def test_a_total_of_three_hundred_is_questioned_and_not_used(
    shared_data: Path, recogniser: Recogniser
) -> None:
    case = "01083d96-9f99-4138-824d-f4a0eab21f75"
    folder = shared_data / "ecqm-2024" / "cases" / "CMS159" / case
    assert [value(m) for m in scores(folder, recogniser)] == [10]
    record = read(folder, recogniser, read_at=READ_AT).record
    results = Results(record.observations, KNOWLEDGE, END, age=None, sex=Sex.UNKNOWN)
    (odd,) = results.questionable("phq-9")
    assert value(odd) == 300


@pytest.mark.parametrize(("score", "remission"), [(4, True), (5, False)])
def test_remission_is_under_five(score: int, remission: bool) -> None:
    judged = judge(KNOWLEDGE.scales["phq-9"], Decimal(10), Decimal(score))
    assert judged is not None
    assert judged.remission is remission
