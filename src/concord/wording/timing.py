"""How often and when a dose is taken, in words, from the coded timing of a record.

`None` comes back where a record does not say; nothing is guessed instead.
ISMP: "daily" and never QD, "every other day" and never QOD, "at bedtime" and never HS.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from concord.record.model import Timing
from concord.wording.amounts import number
from concord.wording.dates import clock, day
from concord.wording.vocabulary import ABBREVIATED_TIMES, EVENTS, TIMES, WEEKDAYS

_TIMES_WORDS = {1: "once", 2: "twice"}
_ALL_WEEK = 7


def how_often(timing: Timing | None, *, plain: bool) -> str | None:
    """Return how often and when, for a person (`plain`) or in clinical form.

    >>> twice = Timing(frequency=2, period=Decimal(1), period_unit="d",
    ...     when=("MORN", "HS"))
    >>> how_often(twice, plain=True)
    'twice a day: in the morning and at bedtime'
    >>> how_often(twice, plain=False)
    'twice daily (in the morning and at bedtime)'
    """
    if timing is None:
        return None
    timing = spelled_out(timing)
    rate = _rate(timing, plain=plain)
    when = _when(timing)
    days = _days(timing)
    more = _more(timing)
    if rate is None and not when and not days:
        said = listed([f"on {day(one)}" for one in timing.event]) or _once_only(timing)
        return ", ".join([said, *more]) if said else None
    if rate is None:
        rate = _named(timing, plain=plain)
    said = f"{rate} {days}".strip() if rate else days
    if when:
        said = _with_times(said, when, plain=plain)
    counted = [_count(timing.count)] if timing.count else []
    return ", ".join([said, *more, *counted])


def _more(timing: Timing) -> list[str]:
    """Return on which days of a cycle, and how long one dose stays on."""
    said = []
    if timing.cycle is not None:
        days = _runs(timing.cycle.days)
        word = "day" if len(timing.cycle.days) == 1 else "days"
        said.append(f"on {word} {days} of every {timing.cycle.length} days")
    unit = TIMES.get(timing.duration_unit or "")
    if timing.duration is not None and unit is not None:
        one = timing.duration == 1
        said.append(f"each for {number(timing.duration)} {unit}{'' if one else 's'}")
    return said


def _runs(days: tuple[int, ...]) -> str:
    """Return numbers in words, those that follow each other as a run.

    >>> _runs((1, 2, 3, 8))
    '1 to 3 and 8'
    """
    runs: list[list[int]] = []
    for one in sorted(days):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return listed([f"{r[0]} to {r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs])


def spelled_out(timing: Timing) -> Timing:
    """Return the timing with an abbreviation that we know put into numbers."""
    known = ABBREVIATED_TIMES.get((timing.code or "").strip().upper().replace(".", ""))
    if known is None or timing.frequency is not None or timing.period is not None:
        return timing
    times, period, unit, event = known
    if timing.times_of_day or timing.when or timing.days_of_week:
        event = None
    return msgspec.structs.replace(
        timing,
        frequency=times,
        period=Decimal(period),
        period_unit=unit,
        when=timing.when or ((event,) if event else ()),
    )


def _rate(timing: Timing, *, plain: bool) -> str | None:
    """Return the times in a period, `None` where no period is stated."""
    if timing.frequency is None and timing.period is None:
        return None
    unit = TIMES.get(timing.period_unit or "")
    if unit is None:
        return None
    period = timing.period if timing.period is not None else Decimal(1)
    times = timing.frequency if timing.frequency is not None else 1
    most = timing.frequency_max or times
    longest = timing.period_max or period
    if period <= 0 or times <= 0:
        return None
    up_to = timing.frequency is None and timing.frequency_max is not None
    if times == most == 1 and not up_to:
        return _spaced(period, longest, unit, plain=plain)
    often = f"up to {_times(most, most)}" if up_to else _times(times, most)
    if period == longest == 1:
        each = {"day": "daily", "week": "weekly"}.get(unit)
        article = "an" if unit == "hour" else "a"
        return f"{often} {each}" if each and not plain else f"{often} {article} {unit}"
    return f"{often} {_every(period, longest, unit)}"


def _spaced(period: Decimal, longest: Decimal, unit: str, *, plain: bool) -> str:
    """Return how far apart single doses are."""
    if period == longest == 1:
        adverb = {"day": "daily", "week": "weekly", "month": "monthly"}.get(unit)
        if unit == "hour":
            return "every hour"
        return f"once {adverb}" if adverb and not plain else f"once a {unit}"
    if period == longest and unit == "hour" and period == 24:
        return "every 24 hours"
    return _every(period, longest, unit)


def _every(period: Decimal, longest: Decimal, unit: str) -> str:
    if period == longest:
        if period == 2 and unit in ("day", "week", "month"):
            return f"every other {unit}"
        return f"every {number(period)} {unit}{'' if period == 1 else 's'}"
    return f"every {number(period)} to {number(longest)} {unit}s"


def _times(times: int, most: int) -> str:
    if most != times:
        return f"{number(Decimal(times))} to {number(Decimal(most))} times"
    return _TIMES_WORDS.get(times) or f"{number(Decimal(times))} times"


def _named(timing: Timing, *, plain: bool) -> str:
    """Return how often, where only the times of each day are named."""
    if timing.frequency:
        most = timing.frequency_max or timing.frequency
        return f"{_times(timing.frequency, most)} (in how long is not recorded)"
    if timing.days_of_week:
        return ""
    each = len(timing.times_of_day) or len(timing.when)
    return f"{_times(each, each)} {'a day' if plain else 'daily'}"


def _when(timing: Timing) -> tuple[str, ...]:
    """Return the events and times of day in words; an unknown code as it was given."""
    events = (_event(code, timing.offset) for code in timing.when)
    times = (f"at {_clock(time)}" for time in timing.times_of_day)
    return (*events, *times)


def _event(code: str, offset: int | None) -> str:
    """Return an event of the day, with the minutes before or after it."""
    said = EVENTS.get(code, f"“{code}”")
    if not offset:
        return said
    minutes = f"{offset} minute{'' if offset == 1 else 's'}"
    if code == "HS":
        return f"{minutes} before bedtime"
    if said.startswith(("before ", "after ")):
        return f"{minutes} {said}"
    return f"{said} ({minutes} after)"


def _clock(time: str) -> str:
    hour, _, minute = time.partition(":")
    if not (hour.isdecimal() and minute[:2].isdecimal()):
        return time
    return clock(int(hour), int(minute[:2]))


def _with_times(said: str, when: tuple[str, ...], *, plain: bool) -> str:
    joined = listed(when)
    if not said:
        return joined
    if len(when) == 1:
        return f"{said}, {joined}" if plain else f"{said} {joined}"
    return f"{said}: {joined}" if plain else f"{said} ({joined})"


def _days(timing: Timing) -> str:
    named = [WEEKDAYS.get(day, day) for day in timing.days_of_week]
    if not named or len(named) == _ALL_WEEK:
        return "every day of the week" if named else ""
    return f"on {listed(named)}"


def _once_only(timing: Timing) -> str | None:
    if timing.count:
        return _count(timing.count)
    return None


def _count(count: int) -> str:
    return "one time only" if count == 1 else f"{number(Decimal(count))} doses in all"


def listed(words: tuple[str, ...] | list[str]) -> str:
    """Return words joined as in a sentence.

    >>> listed(["Monday", "Wednesday", "Friday"])
    'Monday, Wednesday and Friday'
    """
    if not words:
        return ""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
