"""Every figure that AdhereR 0.8.1 gives for its own hundred people, to 1e-9.

The data stand beside the project (shared/data/adherer) and are never copied.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from concord.dosing.adherence import (
    Fill,
    Measure,
    Observation,
    Place,
    episodes,
    events,
    figure,
    observe,
)
from concord.dosing.adherence.events import in_order

EQUAL = 1e-9
YEARS_TWO = 730


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "adherer"


@pytest.fixture(scope="module")
def people(folder: Path) -> dict[str, list[Fill]]:
    found = defaultdict(list)
    for row in _rows(folder / "med_events.csv"):
        on = datetime.strptime(row["DATE"], "%m/%d/%Y").date()  # noqa: DTZ007 - a day
        fill = Fill(on=on, days=int(row["DURATION"]), medicine=row["CATEGORY"])
        found[row["PATIENT_ID"]].append(fill)
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _seen(fills: list[Fill], parameters: str) -> Observation:
    if parameters == "default":
        return observe(fills, followup_days=YEARS_TWO)
    assert parameters == "obs365from182_same"
    return observe(
        fills,
        followup_days=YEARS_TWO,
        observe_from=182,
        observe_days=365,
        carry_same=True,
    )


def test_every_measure_of_every_person_is_equal(
    folder: Path, people: dict[str, list[Fill]]
) -> None:
    rows = list(_rows(folder / "expected_cma.csv"))
    assert len(rows) == 1400
    wrong = []
    for row in rows:
        seen = _seen(people[row["PATIENT_ID"]], row["set"])
        found = figure(Measure(row["cma"].lower()), seen).share
        if row["value"] == "NA":
            equal = found is None
        else:
            equal = (
                found is not None and abs(float(found) - float(row["value"])) < EQUAL
            )
        if not equal:
            wrong.append((row, found))
    assert wrong == []


def test_every_row_of_every_event_is_equal(
    folder: Path, people: dict[str, list[Fill]]
) -> None:
    groups = defaultdict(list)
    for row in _rows(folder / "expected_event_info.csv"):
        groups[row["set"], row["cma"], row["PATIENT_ID"]].append(row)
    assert sum(map(len, groups.values())) == 7462
    wrong = []
    for (parameters, cma, person), rows in groups.items():
        seen = _seen(people[person], parameters)
        found = events(Measure(cma.lower()), seen)
        assert len(found) == len(rows)
        all_fills = in_order(people[person])
        for number, (event, row) in enumerate(zip(found, rows, strict=True)):
            # Its auxiliary differences look past the windows, at the raw rows.
            later = all_fills[number + 1] if number + 1 < len(all_fills) else None
            next_in = (later.on - event.fill.on).days if later else None
            ends_in = event.fill.on + timedelta(event.fill.days) - seen.window.start
            ours = {
                "DURATION": event.fill.days,
                ".DATE.as.Date": event.fill.on.isoformat(),
                "event.interval": event.interval,
                "gap.days": event.gap,
                ".FU.START.DATE": seen.followup.start,
                ".FU.END.DATE": seen.followup.end,
                ".OBS.START.DATE": seen.window.start,
                ".OBS.END.DATE": seen.window.end,
                ".OBS.WITHIN.FU": True,
                ".EVENT.STARTS.BEFORE.OBS.WINDOW": event.place is Place.BEFORE,
                ".EVENT.STARTS.AFTER.OBS.WINDOW": event.place is Place.AFTER,
                ".EVENT.WITHIN.FU.WINDOW": True,
                ".TDIFF1": ends_in.days,
                ".TDIFF2": next_in,
                ".CARRY.OVER.FROM.BEFORE": event.carried,
                ".EVENT.USED.IN.CMA": event.counts,
            }
            wrong += [
                (parameters, cma, person, row["DATE"], name, value, row[name])
                for name, value in ours.items()
                if row[name] != _as_written(value)
            ]
    assert wrong == []


def _as_written(value: object) -> str:
    if value is None:
        return "NA"
    return str(value).upper() if isinstance(value, bool) else str(value)


def test_every_treatment_episode_is_equal(
    folder: Path, people: dict[str, list[Fill]]
) -> None:
    expected = [
        (
            row["PATIENT_ID"],
            int(row["episode.ID"]),
            date.fromisoformat(row["episode.start"]),
            int(row["end.episode.gap.days"]),
            int(row["episode.duration"]),
            date.fromisoformat(row["episode.end"]),
        )
        for row in _rows(folder / "expected_treatment_episodes.csv")
    ]
    assert len(expected) == 192
    assert {
        row["gap"] for row in _rows(folder / "expected_treatment_episodes.csv")
    } == {"90"}
    found = [
        (person, number, one.start, one.gap, one.days, one.end)
        for person, fills in people.items()
        for number, one in enumerate(episodes(_seen(fills, "default"), 90), start=1)
    ]
    assert found == expected
