"""At which clock time a person's meals, bedtime and other events are.

The person's own times come first; where they stated none, the default of the measure
`day-times` stands in: a convention, and said to be one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from concord.dosing.schedule.zones import FIRST_DAY
from concord.errors import ImpossibleScheduleError
from concord.knowledge.lookup import Knowledge
from concord.terms import Value

MEASURE = "day-times"

# HL7 FHIR R4, value set EventTiming. Before and after a meal hang on that meal.
_BEFORE = {"ACM": "CM", "ACD": "CD", "ACV": "CV"}
_AFTER = {"PCM": "CM", "PCD": "CD", "PCV": "CV"}
_MEALS = ("CM", "CD", "CV")
# What is said of meals without naming one, and which meals that is, by how many: the
# first one, the first and the last, all of them.
_ANY_MEAL = {
    "C": _MEALS,
    "AC": ("ACM", "ACD", "ACV"),
    "PC": ("PCM", "PCD", "PCV"),
}
# The event of these lies after the dose: an offset counts backwards from it.
_COUNTS_BACK = frozenset({"HS", *_BEFORE})
_NO_OFFSET = frozenset({"C", *_MEALS})
_CLOCK = re.compile(r"^\d{2}:\d{2}(:\d{2})?$")


class DayTimes(Value, frozen=True, kw_only=True):
    """A person's day: the time of each event, which of them they stated, the defaults.

    `spread` is the clock times of a medicine so many times a day, `begins` when one
    given every so many hours begins.
    """

    events: dict[str, time]
    own: frozenset[str] = frozenset()
    spread: dict[int, tuple[time, ...]] = {}
    begins: time = time()
    before_meal: timedelta = timedelta()
    after_meal: timedelta = timedelta()


def day_times(
    knowledge: Knowledge, on: date, own: Mapping[str, str] | None = None
) -> DayTimes:
    """Return a person's day from the defaults of a day and their own times.

    `own` names events by their FHIR code (`{"CV": "19:30", "HS": "23:00"}`).
    Raises `ImpossibleScheduleError` for an event or a time that does not exist.
    """
    rows = {
        value.name: value
        for value in knowledge.measures[MEASURE].value
        if (value.since is None or value.since <= on)
        and (value.until is None or on < value.until)
    }
    events = {name: row.at[0] for name, row in rows.items() if name[0].isupper()}
    stated = {
        _event(name, events): clock_time(text, f"the time of {name}")
        for name, text in (own or {}).items()
    }
    return DayTimes(
        events=events | stated,
        own=frozenset(stated),
        spread={
            len(row.at): row.at
            for name, row in rows.items()
            if name.startswith("times-a-day")
        },
        begins=rows["every-some-hours-from"].at[0],
        before_meal=_minutes(knowledge, "before-a-meal-minutes", on),
        after_meal=_minutes(knowledge, "after-a-meal-minutes", on),
    )


def _minutes(knowledge: Knowledge, name: str, on: date) -> timedelta:
    return timedelta(minutes=float(knowledge.figure(MEASURE, name, on)))


def _event(name: str, events: Mapping[str, time]) -> str:
    if name not in events:
        msg = (
            f"found an own time for something else, expected one of "
            f"{', '.join(sorted(events))}; name the event by its FHIR code"
        )
        raise ImpossibleScheduleError(msg)
    return name


def clock_time(text: str, where: str) -> time:
    """Return the clock time that a text like `08:00` states.

    Raises `ImpossibleScheduleError` for one that does not exist (24:00, 07:60).
    """
    if _CLOCK.match(text):
        try:
            return time.fromisoformat(text)
        except ValueError:
            pass
    msg = (
        f"{where}: found a clock time that does not exist, expected one from 00:00 to "
        "23:59; correct it"
    )
    raise ImpossibleScheduleError(msg)


def events_named(when: tuple[str, ...], times: int | None) -> tuple[str, ...]:
    """Return the events that directions mean; "with a meal" is as many as there are.

    Without a number it is every meal.
    """
    named: list[str] = []
    for code in when:
        meals = _ANY_MEAL.get(code)
        if meals is None:
            named.append(code)
        elif times == 1:
            named.append(meals[0])
        elif times == 2:
            named += [meals[0], meals[-1]]
        else:
            named += meals
    return tuple(named)


def time_of(
    event: str, day: DayTimes, offset: int | None, where: str
) -> tuple[time, bool] | None:
    """Return the clock time of an event, and whether the person stated it.

    `None` for a code that is not known here. An offset in minutes counts back from
    what comes after the dose (bedtime, a meal that it is before), else on.
    Raises `ImpossibleScheduleError` for an offset from "with a meal" (FHIR, tim-9).
    """
    base = _BEFORE.get(event) or _AFTER.get(event) or event
    if base not in day.events:
        return None
    if offset and event in _NO_OFFSET:
        msg = (
            f"{where}: found minutes from an event that is at a meal, expected before "
            "or after it; correct the event"
        )
        raise ImpossibleScheduleError(msg)
    shift = timedelta(minutes=offset or 0)
    if event in _BEFORE and offset is None:
        shift = day.before_meal
    if event in _AFTER and offset is None:
        shift = day.after_meal
    moment = datetime.combine(FIRST_DAY, day.events[base])
    moved = moment - shift if event in _COUNTS_BACK else moment + shift
    return moved.time(), base in day.own
