"""Times a year of due doses of many regimens against dateutil.rrule, in one run.

The same rules, the same zones, the same instants: those that differ are shown. dateutil
expands in local time and its instances are put into the zone one by one, first of two
and after a gap, as ours are.
dateutil is no dependency of ours: `make bench` runs this with it beside the project's
environment; without it our own figures are printed and the comparison is said to be
missing.

    python tools/bench_dosing_schedule.py [REGIMENS]
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time as clock_time
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from concord.dosing.schedule import DayTimes, Plan, Stretch, instant, plan, zone
from concord.record.model import Dosage, Timing
from concord.terms import PartialDate, Quantity

REGIMENS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
WANTED = 3.0
SINCE = date(2026, 1, 1)
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
ZONES = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Africa/Casablanca",
)
A_DAY = DayTimes(events={}, spread={1: (time(8),)}, begins=time(6))

# What is taken, as our timing and as a rule of RFC 5545: (frequency, period, unit,
# clock times, weekdays), and dateutil's (freq, interval, byweekday).
Rule = tuple[Timing, str, int, tuple[int, ...], tuple[str, ...]]


def timing(times: tuple[str, ...], period: int, unit: str, *weekdays: str) -> Timing:
    """Return a timing with its clock times named."""
    return Timing(
        frequency=None if weekdays else len(times),
        period=Decimal(period),
        period_unit=unit,
        times_of_day=times,
        days_of_week=weekdays,
    )


RULES: tuple[Rule, ...] = (
    (timing(("08:00",), 1, "d"), "DAILY", 1, (), ("08:00",)),
    (timing(("02:30",), 1, "d"), "DAILY", 1, (), ("02:30",)),
    (timing(("08:00", "20:00"), 1, "d"), "DAILY", 1, (), ("08:00", "20:00")),
    (
        timing(("08:00", "14:00", "20:00"), 1, "d"),
        "DAILY",
        1,
        (),
        ("08:00", "14:00", "20:00"),
    ),
    (timing(("09:00",), 2, "d"), "DAILY", 2, (), ("09:00",)),
    (
        timing(("09:00",), 1, "wk", "mon", "thu"),
        "WEEKLY",
        1,
        (0, 3),
        ("09:00",),
    ),
    (timing(("10:00",), 1, "mo"), "MONTHLY", 1, (), ("10:00",)),
    (
        Timing(
            frequency=1, period=Decimal(8), period_unit="h", times_of_day=("06:00",)
        ),
        "HOURLY",
        8,
        (),
        ("06:00",),
    ),
)


def regimens() -> list[tuple[Rule, tzinfo]]:
    """Return the regimens: every rule in every zone, as often as asked for."""
    zones = [zone(name) for name in ZONES]
    return [
        (RULES[n % len(RULES)], zones[n // len(RULES) % len(zones)])
        for n in range(REGIMENS)
    ]


def ours(rule: Rule, clock: tzinfo) -> list[datetime]:
    """Return a year's instants as Concord lays them out, from the timing on."""
    dosage = Dosage(dose=Quantity(1, "{tablet}"), timing=rule[0])
    stretch = Stretch(
        dosage=(dosage,), first=SINCE, anchor=PartialDate.parse(SINCE.isoformat())
    )
    made: Plan = plan((stretch,), A_DAY, here=clock)
    start, end = (instant(day, time(), clock) for day in YEAR)
    return [one.at for one in made.due(start, end)]


def theirs(rrule: Any, rule: Rule, clock: tzinfo) -> list[datetime]:
    """Return a year's instants by dateutil.rrule, as its own documentation has it.

    A rule in local time, each instance put into the zone and then into UTC; every 8
    hours in UTC, since hours that pass are meant.
    """
    _, freq, interval, weekdays, times = rule
    at = [time.fromisoformat(text) for text in times]
    start, end = (instant(day, time(), clock) for day in YEAR)
    if freq == "HOURLY":
        begin = instant(SINCE, at[0], clock)
        found = rrule.rrule(rrule.HOURLY, dtstart=begin, interval=interval, until=end)
        return [one for one in found if start <= one < end]
    found = rrule.rrule(
        getattr(rrule, freq),
        dtstart=datetime.combine(SINCE, at[0]),
        interval=interval,
        byweekday=weekdays or None,
        byhour=[one.hour for one in at],
        byminute=at[0].minute,
        until=datetime.combine(YEAR[1], time()) - timedelta(seconds=1),
    )
    return [one.replace(tzinfo=clock).astimezone(UTC) for one in found]


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """Return the median processor time of some runs: others may use the machine."""
    taken = []
    for _ in range(times):
        begun = clock_time.process_time()
        run()
        taken.append(clock_time.process_time() - begun)
    return statistics.median(taken)


def main() -> None:
    """Print both times, their ratio, and whether the instants are the same."""
    asked = regimens()
    count = sum(len(ours(rule, clock)) for rule, clock in asked)
    print(f"{len(asked):,} regimens, one year, {count:,} due doses")
    mine = seconds(lambda: sum(len(ours(rule, clock)) for rule, clock in asked))
    print(f"concord         {mine:8.2f} s   {mine / count * 1e9:7.0f} ns a dose")
    try:
        rrule = importlib.import_module("dateutil.rrule")
    except ModuleNotFoundError:
        print("dateutil.rrule is not installed here: nothing to compare with")
        return
    once = asked[: len(RULES) * len(ZONES)]
    different = [
        (ours(rule, clock), theirs(rrule, rule, clock), clock) for rule, clock in once
    ]
    unlike = [(a, b, clock) for a, b, clock in different if a != b]
    print(f"the same instants in {len(once) - len(unlike)} of {len(once)} rules")
    for mine_, other, clock in unlike:
        apart = sorted(set(mine_) ^ set(other))
        print(f"  {clock}: {[one.isoformat() for one in apart]}")
    peer = seconds(
        lambda: sum(len(theirs(rrule, rule, clock)) for rule, clock in asked), 1
    )
    ratio = peer / mine
    mark = "" if ratio >= WANTED else "   MISSED"
    print(f"dateutil.rrule  {peer:8.2f} s   {peer / count * 1e9:7.0f} ns a dose")
    print(f"faster by       {ratio:8.2f} ×  wanted {WANTED:.1f}{mark}")


if __name__ == "__main__":
    main()
