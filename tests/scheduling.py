"""Schedules that read as prose: `taken("08:00", "20:00")`, and their due doses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from concord.dosing.schedule import (
    DayTimes,
    Due,
    Plan,
    Policy,
    Stretch,
    instant,
    plan,
    zone,
)
from concord.record.model import Dosage, Timing
from concord.terms import PartialDate, Quantity

NEW_YORK = zone("America/New_York")

# A day of the tests' own, so that none of them hangs on the real measure.
A_DAY = DayTimes(
    events={
        "WAKE": time(7),
        "MORN": time(8),
        "CM": time(8),
        "CD": time(12, 30),
        "CV": time(18),
        "HS": time(22),
    },
    spread={
        1: (time(8),),
        2: (time(8), time(20)),
        3: (time(8), time(14), time(20)),
        4: (time(8), time(12), time(17), time(22)),
    },
    begins=time(6),
    before_meal=timedelta(minutes=30),
    after_meal=timedelta(minutes=30),
)


def every(period: int | str, unit: str, times: int | None = 1, **more: Any) -> Timing:
    return Timing(frequency=times, period=Decimal(period), period_unit=unit, **more)


def taken(*times: str, **more: Any) -> Timing:
    return Timing(times_of_day=times, **more)


def of(timing: Timing | None, dose: str = "1 {tablet}", **more: Any) -> Dosage:
    return Dosage(dose=Quantity.parse(dose), timing=timing, **more)


def planned(
    *dosages: Dosage,
    since: str | None = "2026-01-01",
    clock: tzinfo = NEW_YORK,
    home: tzinfo | None = None,
    policy: Policy = Policy.WALL,
    day: DayTimes = A_DAY,
    most: bool = False,
    **more: Any,
) -> Plan:
    anchor = PartialDate.parse(since) if since else None
    first = anchor.first if anchor else date(2026, 1, 1)
    stretch = Stretch(dosage=dosages, first=first, anchor=anchor)
    return plan(
        (stretch,), day, here=clock, home=home, policy=policy, most=most, **more
    )


def between(
    plan_: Plan, first: str, last: str, clock: tzinfo = NEW_YORK
) -> tuple[Due, ...]:
    """What is due from one local day to another, both included."""
    end = date.fromisoformat(last) + timedelta(days=1)
    return plan_.due(
        instant(date.fromisoformat(first), time(), clock), instant(end, time(), clock)
    )


def local(doses: tuple[Due, ...], clock: tzinfo = NEW_YORK) -> list[str]:
    """When doses are due, as the clock shows it: `03-08 03:30`."""
    return [d.at.astimezone(clock).strftime("%m-%d %H:%M") for d in doses]


def days(doses: tuple[Due, ...]) -> list[str]:
    """The prescribed days of doses: `03-08`."""
    return [d.day.strftime("%m-%d") for d in doses]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
