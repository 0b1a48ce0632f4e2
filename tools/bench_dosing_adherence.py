"""Times CMA7 with carry-over for 7,000 people against a plain loop in pandas.

The peer is what a data analyst would write: the fills of each person by `groupby`, in
order of their days, and one pass over them. Both begin with the same table in memory
and must find the same figures. Wanted: at least 5 times as fast.
pandas is no dependency of Concord: `make bench` runs this with it beside the project's
environment; where it is missing, this says so.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from concord.dosing.adherence import Fill, Measure, figure, observe
from concord.exchange.fills import Columns, read_fills

PEOPLE, FILLS = 7_000, 100_000
FOLLOWUP, FROM, DAYS = 730, 182, 365
FIRST = date(2024, 1, 1)
WANTED = 5

Row = tuple[str, date, int, str]


def table() -> list[Row]:
    """Return invented fills: two medicines, refills early and late, mixed rows."""
    chance = random.Random(20261127)  # noqa: S311 - the same table in every run
    days = {n: FIRST + timedelta(chance.randrange(300)) for n in range(PEOPLE)}
    rows = []
    for number in range(FILLS):
        person = number % PEOPLE
        days[person] += timedelta(chance.randrange(1, 95))
        supply = chance.choice((28, 30, 30, 60, 90))
        medicine = chance.choice(("first", "first", "second"))
        rows.append((f"p{person}", days[person], supply, medicine))
    chance.shuffle(rows)
    return rows


def ours(rows: list[Row]) -> dict[str, float]:
    """Return CMA7 of each person by `concord.dosing.adherence`."""
    people = defaultdict(list)
    for person, on, days, medicine in rows:
        people[person].append(Fill(on=on, days=days, medicine=medicine))
    found = {}
    for person, fills in people.items():
        seen = observe(
            fills, followup_days=FOLLOWUP, observe_from=FROM, observe_days=DAYS
        )
        share = figure(Measure.CMA7, seen).share
        assert share is not None
        found[person] = float(share)
    return found


def peer(frame: Any) -> dict[str, float]:
    """Return CMA7 of each person by a plain loop over a data frame."""
    pd = import_module("pandas")
    found = {}
    for person, fills in frame.groupby("person"):
        ordered = fills.sort_values("date")
        first = ordered["date"].iloc[0]
        start = first + pd.Timedelta(days=FROM)
        end = start + pd.Timedelta(days=DAYS)
        ordered = ordered[ordered["date"] <= end]
        nexts = ordered["date"].shift(-1).fillna(end)
        carried = covered = 0
        for on, supply, until in zip(
            ordered["date"], ordered["days"], nexts, strict=True
        ):
            interval = (until - on).days
            used = min(interval, supply + carried)
            carried = supply + carried - used
            begins, ends = max(on, start), on + pd.Timedelta(days=used)
            covered += max(0, (min(ends, end) - begins).days)
        found[person] = covered / DAYS
    return found


def seconds(run: Callable[[], object]) -> float:
    """Return how long one run takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def main() -> None:
    """Print both times and their ratio, in one run."""
    rows = table()
    mine = ours(rows)
    taken = [seconds(lambda: ours(rows)) for _ in range(5)]
    what = f"CMA7 of {PEOPLE:,} people, {FILLS:,} fills"
    print(f"{what}: {statistics.median(taken):.3f} s")
    text = ["person,on,days,drug\n", *(f"{p},{d},{n},{m}\n" for p, d, n, m in rows)]
    columns = Columns(person="person", on="on", days="days", medicine="drug")
    reading = [
        seconds(lambda: read_fills(text, columns, name="bench", same_day="add"))
        for _ in range(3)
    ]
    print(f"reading and checking them as CSV: {statistics.median(reading):.3f} s")
    try:
        pd = import_module("pandas")
    except ImportError:
        print("against a plain loop in pandas: not run (pandas is not installed)")
        return
    frame = pd.DataFrame(rows, columns=["person", "date", "days", "drug"])
    frame["date"] = pd.to_datetime(frame["date"])
    theirs = peer(frame)
    assert mine.keys() == theirs.keys()
    assert all(abs(mine[p] - theirs[p]) < 1e-9 for p in mine), "the figures differ"
    # In turn, so that a slow moment of the machine hits both.
    ratio = statistics.median(
        seconds(lambda: peer(frame)) / seconds(lambda: ours(rows)) for _ in range(3)
    )
    print(
        f"against a plain loop in pandas: {ratio:.1f} times as fast (wanted: {WANTED})"
        f"{'' if ratio >= WANTED else '   MISSED'}"
    )


if __name__ == "__main__":
    main()
