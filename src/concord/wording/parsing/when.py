"""Readers of when: how often, at which times of the day, on which days.

Each takes a part further, and returns the place behind what it read, or `None`.
"""

from __future__ import annotations

from concord.wording.parsing import times, words
from concord.wording.parsing.amounts import Refused
from concord.wording.parsing.parts import Part, Reading
from concord.wording.parsing.times import Rate


def when(reading: Reading, at: int) -> int | None:
    """Read how often, at which times of the day, on which days."""
    for reader in (_each_day, _rate, _clock, _days, _event, _bare):
        after = reader(reading, at)
        if after is not None:
            return after
    return None


def stands(reading: Reading, at: int) -> bool:
    """Return whether something is said here of when."""
    given = reading.given
    return (
        event_stands(reading, at)
        or times.every_day(given, at) is not None
        or times.rate(given, at) is not None
        or times.days(given, at) is not None
    )


def event_stands(reading: Reading, at: int) -> bool:
    """Return whether a time of the day is named here, in a list of them."""
    return (
        times.EVENTS.at(reading.given, at) is not None
        or times.clock(reading.given, at, listed=True) is not None
        or _meal(reading, at) is not None
    )


def _each_day(reading: Reading, at: int) -> int | None:
    after = times.every_day(reading.given, at)
    if after is not None:
        reading.part.every_day = True
        reading.part.where.setdefault("rate", at)
    return after


def _rate(reading: Reading, at: int) -> int | None:
    """Read how often; a second time only in brackets, where it says the same."""
    part = reading.part
    once = times.each_event(reading.given, at)
    found = (Rate(times=1), once) if once else times.rate(reading.given, at)
    if found is None:
        return None
    said, after = found
    present = part.rate
    if present is None:
        part.rate = said
        first = reading.given[at]
        part.times_said = first.word in words.HOW_MANY or first.value is not None
        part.where.setdefault("rate", at)
        return after
    same = present.same_as(said) or said.same_as(present)
    if said == present or (same and reading.open_bracket is not None):
        return after
    raise Refused(at, "again")


def _clock(reading: Reading, at: int) -> int | None:
    part = reading.part
    q_pm = reading.word(at) == "q" and reading.word(at + 2) in ("am", "pm")
    listed = bool(part.clocks) and reading.listed(at)
    found = times.clock(reading.given, at + q_pm, listed=listed)
    if found is None:
        return None
    if found[0] in part.clocks or (part.clocks and not listed):
        raise Refused(at, "again")
    part.clocks.append(found[0])
    part.where.setdefault("clock", at)
    return found[1]


def _days(reading: Reading, at: int) -> int | None:
    found = times.days(reading.given, at)
    if found is None:
        return None
    reading.part.once("days", at)
    reading.part.days = found[0]
    return found[1]


def _event(reading: Reading, at: int) -> int | None:
    """Read an event of the day, or a meal that goes on a list of meals.

    Two side by side without "and" are one occasion, or refused.
    """
    part = reading.part
    found = times.EVENTS.at(reading.given, at) or _meal(reading, at)
    if found is None:
        return None
    code, after = found
    if code in part.events:
        raise Refused(at, "again")
    if code in words.ANY_MEAL:
        said = {t.word for t in reading.given[at:after]}
        part.meals = part.meals or bool(said & {"meals", "each"})
    elif not reading.listed(at) and _narrowed(part, code, at):
        return after
    part.events.append(code)
    part.where.setdefault("event", at)
    return after


def _narrowed(part: Part, code: str, at: int) -> bool:
    """Put the narrower of two names of one occasion into the place of the other."""
    named = [e for e in part.events if e not in words.ANY_MEAL]
    if not named:
        return False
    last = named[-1]
    if code in words.WITHIN.get(last, ()):
        part.events[part.events.index(last)] = code
        return True
    if last in words.WITHIN.get(code, ()):
        return True
    raise Refused(at, "occasions")


def _meal(reading: Reading, at: int) -> tuple[str, int] | None:
    """Return a meal named behind "and": before breakfast and dinner."""
    meal = words.MEALS.get(reading.word(at))
    last = reading.part.events[-1] if reading.part.events else ""
    if meal is None or last in words.ANY_MEAL or last[:-1] not in words.ANY_MEAL:
        return None
    return f"{last[:-1]}{meal}", at + 1


def _bare(reading: Reading, at: int) -> int | None:
    """Read "a day" without how often: of one piece it is once, of more refused."""
    unit = words.TIME_UNITS.get(reading.word(at + 1))
    if unit not in ("d", "wk", "mo") or reading.word(at) not in ("a", "per", "/"):
        return None
    reading.part.once("bare", at)
    reading.part.bare = Rate(times=1, unit=unit)
    return at + 2
