"""Readers of what bounds an instruction: when needed, how much, how many, how long.

Each takes a part further, and returns the place behind what it read, or `None`.
"""

from __future__ import annotations

from concord.record.model import AsNeeded, Maximum
from concord.terms import Duration
from concord.wording.parsing import times, words
from concord.wording.parsing.amounts import Refused, amount, span, whole
from concord.wording.parsing.parts import Reading
from concord.wording.parsing.tokens import Phrases

_AS_NEEDED = Phrases(dict.fromkeys(words.AS_NEEDED, True))
_REASONS = Phrases({reason: reason for reason in words.REASONS})
_MOST = Phrases(
    dict.fromkeys(words.MOST, False) | dict.fromkeys(words.MOST_A_DAY, True)
)
_COUNT_ONE = Phrases(dict.fromkeys(words.COUNT_ONE, True))
_DAY = Duration(1, "day")


def count(reading: Reading, at: int) -> int | None:
    """Read how many doses in all: `x 3 doses`, `10 doses in all`, `one time only`."""
    once = _COUNT_ONE.at(reading.given, at)
    if once is not None:
        return _counted(reading, 1, at, once[1])
    prefixed = reading.word(at) in words.FOR_DURATION
    found = whole(reading.given, at + prefixed)
    if found is None or found[1] is not None:
        return None
    number, _, after = found
    if reading.word(after) not in ("dose", "doses"):
        return None
    in_all = (reading.word(after + 1), reading.word(after + 2)) == ("in", "all")
    if not in_all and not prefixed:
        return None
    return _counted(reading, number, at, after + 1 + 2 * in_all)


def _counted(reading: Reading, number: int, at: int, after: int) -> int:
    reading.part.once("count", at)
    reading.part.count = number
    return after


def maximum(reading: Reading, at: int) -> int | None:
    """Read the most that may be taken, and in how long."""
    found = _MOST.at(reading.given, at)
    if found is None:
        return None
    daily, after = found
    part = reading.part
    part.once("maximum", at)
    number = span(reading.given, after)
    if number is None or number[1] is not None:
        raise Refused(after)
    counts = part.dose.largest.unit if part.dose else None
    read = amount(reading.given, after, counts)
    if read is None or read[0].low is None or read[0].high or read[0].route:
        raise Refused(after)
    within, behind = _within(reading, read[1], daily=daily)
    part.maximum = Maximum(amount=read[0].low, within=within)
    return behind


def _within(reading: Reading, at: int, *, daily: bool) -> tuple[Duration, int]:
    """Return in how long the most holds: a day, per day, in 24 hours."""
    word = reading.word(at)
    if word == "daily":
        return _DAY, at + 1
    found = None
    if word in ("in", "within"):
        found = times.duration(reading.given, at + 1)
        if found is None and reading.word(at + 1) == "a":
            found = times.duration(reading.given, at + 2)
    elif word in words.PER:
        found = times.duration(reading.given, at + 1, one=True)
    if found is not None:
        return found[0], found[1] + (reading.word(found[1]) == "period")
    if daily:
        return _DAY, at
    raise Refused(at)


def as_needed(reading: Reading, at: int) -> int | None:
    """Read that it is taken when needed, and for what where that is said."""
    found = _AS_NEEDED.at(reading.given, at)
    if found is None:
        return None
    after = found[1]
    reason = _reason(reading, after + (reading.word(after) == "for"))
    return _needed(reading, at, *(reason or (None, after)))


def _needed(reading: Reading, at: int, reason: str | None, after: int) -> int:
    reading.part.once("as_needed", at)
    reading.part.as_needed = AsNeeded(reason=reason)
    return after


def _reason(reading: Reading, at: int) -> tuple[str, int] | None:
    """Return what it is taken for when needed: known reasons, joined as written."""
    found = _REASONS.at(reading.given, at)
    if found is None:
        return None
    said, at = found
    while reading.word(at) in ("and", "or", "/"):
        joined = reading.word(at)
        more = _REASONS.at(reading.given, at + 1)
        if more is None:
            break
        said += f"/{more[0]}" if joined == "/" else f" {joined} {more[0]}"
        at = more[1]
    return said, at


def for_(reading: Reading, at: int) -> int | None:
    """Read for how long; or behind "for" the reason, before "as needed"."""
    if reading.word(at) not in words.FOR_DURATION:
        return None
    found = times.duration(reading.given, at + 1)
    if found is not None:
        reading.part.once("lasts", at)
        reading.part.lasts = found[0]
        return found[1]
    reason = _reason(reading, at + 1) if reading.word(at) == "for" else None
    if reason is None:
        raise Refused(at + 1)
    needed = _AS_NEEDED.at(reading.given, reason[1])
    if needed is None:
        raise Refused(at + 1, "only-when-needed")
    return _needed(reading, at, reason[0], needed[1])


def bounds(reading: Reading, at: int) -> int | None:
    """Read from which day and until which."""
    found = times.bounds(reading.given, at)
    if found is None:
        return None
    reading.part.once("bounds", at)
    reading.part.bounds = found[0]
    return found[1]
