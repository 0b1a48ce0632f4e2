"""The recurrence cases of libical that a dose can be ordered by, and why not the rest.

A rule of RFC 5545 that FHIR's timing can state is put into directions and must give the
same instances. The others are told apart by the part of the rule that no directions
have; two kinds are ours to do otherwise, on purpose.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from concord.dosing.schedule import Stretch, plan
from concord.record.model import Timing
from concord.terms import PartialDate, Period
from scheduling import A_DAY, of

UNITS = {
    "YEARLY": "a",
    "MONTHLY": "mo",
    "WEEKLY": "wk",
    "DAILY": "d",
    "HOURLY": "h",
    "MINUTELY": "min",
}
WEEKDAYS = {
    "MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat",
    "SU": "sun",
}  # fmt: skip
# What a rule has and no directions have.
NOT_DOSING = {
    "BYSETPOS": "the nth of a set of days",
    "BYWEEKNO": "weeks by their number in the year",
    "BYYEARDAY": "days by their number in the year",
    "BYMONTH": "some months of the year only",
    "BYMONTHDAY": "several or the last days of a month",
    "BYSECOND": "seconds",
}
OURS = "a month that lacks the day has the dose on its last day: no dose is left out"


class Case(NamedTuple):
    rule: dict[str, str]
    start: datetime
    wanted: list[datetime]


def cases(path: Path) -> list[Case]:
    found = []
    for block in path.read_text("utf-8").split("\n\n"):
        lines = dict(
            line.split(":", 1)
            for line in block.splitlines()
            if ":" in line and not line.startswith("#")
        )
        if "RRULE" not in lines or "UNIMPLEMENTED" in lines["INSTANCES"]:
            continue
        parts = [p for p in lines["RRULE"].split(";") if p]
        if "T" not in lines["DTSTART"]:  # a bare day: parts of the hour mean nothing
            parts = [p for p in parts if not p.startswith(("BYHOUR", "BYMINUTE"))]
        found.append(
            Case(
                rule=dict(part.split("=", 1) for part in parts),
                start=moment(lines["DTSTART"]),
                wanted=[moment(t) for t in lines["INSTANCES"].split(",")],
            )
        )
    return found


def moment(text: str) -> datetime:
    form = "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d"
    return datetime.strptime(text.strip().rstrip("Z"), form).replace(tzinfo=UTC)


def why_not(case: Case) -> str | None:
    """Why a rule is none that a dose is ordered by, or `None` where it is."""
    rule, freq = case.rule, case.rule["FREQ"]
    for part, reason in NOT_DOSING.items():
        if part in rule:
            return reason
    if freq == "SECONDLY":
        return "seconds"
    if freq in ("YEARLY", "MONTHLY") and "BYDAY" in rule:
        return "weekdays of a month or a year"
    if freq in ("HOURLY", "MINUTELY") and {"BYDAY", "BYHOUR", "BYMINUTE"} & rule.keys():
        return "an interval in some hours of the day only"
    if freq in ("YEARLY", "MONTHLY") and case.start.day > 28:
        return OURS
    odd_week = rule.get("WKST", "MO") not in ("MO", "SU")
    on_sunday = rule.get("WKST") == "SU" and "SU" in rule.get("BYDAY", "")
    if (odd_week or on_sunday) and rule.get("INTERVAL", "1") != "1":
        return "weeks that do not begin on Monday"
    return None


def directions(case: Case) -> Timing:
    rule = case.rule
    hours = [int(h) for h in rule.get("BYHOUR", str(case.start.hour)).split(",")]
    minutes = [int(m) for m in rule.get("BYMINUTE", str(case.start.minute)).split(",")]
    second = case.start.second
    times = tuple(  # a rule may name an hour twice and means it once
        dict.fromkeys(f"{h:02}:{m:02}:{second:02}" for h in hours for m in minutes)
    )
    weekdays = tuple(WEEKDAYS[d] for d in rule.get("BYDAY", "").split(",") if d)
    return Timing(
        period=Decimal(rule.get("INTERVAL", "1")),
        period_unit=UNITS[rule["FREQ"]],
        frequency=1 if len(times) == 1 and not weekdays else None,
        times_of_day=times,
        days_of_week=weekdays,
        count=int(rule["COUNT"]) if "COUNT" in rule else None,
    )


def laid_out(case: Case, start: datetime, end: datetime) -> list[datetime]:
    until = case.rule.get("UNTIL")
    bounds = Period(end=PartialDate.of(moment(until))) if until else None
    stretch = Stretch(
        dosage=(of(directions(case), bounds=bounds),),
        first=case.start.date(),
        anchor=PartialDate.of(case.start),
        begins=case.start,
    )
    found = plan((stretch,), A_DAY, here=UTC)
    assert found.left == ()
    return [one.at for one in found.due(start, end)]


@pytest.fixture
def libical(shared_data: Path) -> list[Case]:
    path = shared_data / "recurrence" / "icalrecur_test.txt"
    if not path.exists():
        pytest.skip("no recurrence cases beside the project")
    return cases(path)


def test_rules_that_directions_can_state_give_the_same_instants(
    libical: list[Case],
) -> None:
    dosing = [case for case in libical if why_not(case) is None]
    assert len(dosing) >= 20
    for case in dosing:
        end = case.wanted[-1] + timedelta(days=800)
        assert laid_out(case, case.start, end) == case.wanted, case.rule


def test_a_range_that_begins_later_gives_the_same_instants_from_there_on(
    libical: list[Case],
) -> None:
    for case in libical:
        if why_not(case) is None:
            middle = case.wanted[len(case.wanted) // 2]
            end = case.wanted[-1] + timedelta(days=1)
            assert laid_out(case, middle, end) == [
                one for one in case.wanted if one >= middle
            ]


def test_every_other_rule_is_left_out_for_a_reason_that_is_known(
    libical: list[Case],
) -> None:
    reasons = Counter(why_not(case) for case in libical)
    assert sum(reasons.values()) == len(libical)
    assert set(reasons) - {None} <= {
        *NOT_DOSING.values(),
        "weekdays of a month or a year",
        "an interval in some hours of the day only",
        "weeks that do not begin on Monday",
        OURS,
    }


def test_where_a_month_lacks_the_day_no_dose_is_left_out(libical: list[Case]) -> None:
    """RFC 5545 leaves such months out; an injection is due in each of them."""
    ours = [case for case in libical if why_not(case) == OURS]
    assert {case.rule["FREQ"] for case in ours} == {"MONTHLY", "YEARLY"}
    (monthly,) = (case for case in ours if case.rule["FREQ"] == "MONTHLY")
    found = laid_out(monthly, monthly.start, datetime(2007, 7, 1, tzinfo=UTC))
    assert [one.date() for one in found] == [
        date(2007, month, day)
        for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30))
    ]
    assert {one.time() for one in found} == {time(9)}
    (yearly,) = (case for case in ours if case.rule["FREQ"] == "YEARLY")
    found = laid_out(yearly, yearly.start, datetime(2015, 1, 1, tzinfo=UTC))
    assert [str(one.date()) for one in found] == [
        "2012-02-29",
        "2013-02-28",
        "2014-02-28",
    ]
