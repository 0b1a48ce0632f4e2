"""How often and when, in words: rates, days of the week, times of the clock, dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from concord.terms import Duration, PartialDate, Period, Value
from concord.wording.parsing import words
from concord.wording.parsing.amounts import Refused, count, span, whole, word_at
from concord.wording.parsing.tokens import Phrases, Token, Tokens

_RATES = Phrases(words.RATES)
_EVERY_DAY = Phrases(dict.fromkeys(words.EVERY_DAY, True))
_UP_TO = Phrases({"up to": True})
EVENTS = Phrases(words.EVENTS_SAID)
_DAY_SETS = Phrases(words.DAY_SETS)
_SEPARATORS = frozenset({"and", "&", "+", ",", "/"})


class Rate(Value, frozen=True, kw_only=True):
    """So many times in a period; no `times` but a most where it is "up to"."""

    times: int | None
    times_max: int | None = None
    period: Decimal = Decimal(1)
    period_max: Decimal | None = None
    unit: str = "d"

    @property
    def in_a_day(self) -> bool:
        """Whether it counts the times of one day."""
        return self.unit == "d" and self.period == 1 and self.period_max is None

    def within(self, lasts: Duration) -> bool:
        """Return whether a length of time holds one period: not 5 days every month."""
        longest = self.period_max or self.period
        return longest * _DAYS[self.unit] <= lasts.count * _DAYS[lasts.unit]

    def same_as(self, other: Rate) -> bool:
        """Return whether another says no more: twice a day and every 12 hours."""
        return self == other or (
            self.in_a_day
            and self.times is not None
            and self.times_max is None
            and other.unit == "h"
            and other.times == 1
            and (other.times_max, other.period_max) == (None, None)
            and other.period * self.times == _HOURS
        )


_HOURS = 24
# About so many days: only to tell a period from a shorter one.
_DAYS = {
    "s": Decimal(0), "min": Decimal(0), "h": Decimal(1) / _HOURS, "d": Decimal(1),
    "wk": Decimal(7), "mo": Decimal(28), "a": Decimal(365),
    "hour": Decimal(1) / _HOURS, "day": Decimal(1), "week": Decimal(7),
    "month": Decimal(31), "year": Decimal(366),
}  # fmt: skip


def every_day(given: Tokens, at: int) -> int | None:
    """Return the place behind "every day", which does not say how often in it."""
    found = _EVERY_DAY.at(given, at)
    if found is None or _DAY_SETS.at(given, at) is not None:
        return None
    return found[1]


def rate(given: Tokens, at: int) -> tuple[Rate, int] | None:
    """Return how often, and the place behind it."""
    if _DAY_SETS.at(given, at) is not None:
        return None  # "every day of the week" names days
    known = _RATES.at(given, at)
    if known is not None:
        often, in_so_many, of = known[0]
        return Rate(times=often, period=Decimal(in_so_many), unit=of), known[1]
    up_to = _UP_TO.at(given, at)
    said = _times(given, at if up_to is None else up_to[1])
    if said is not None:
        return _in_a_period(given, said, up_to=up_to is not None)
    every = None if up_to else _every(given, at) or _q(given, at)
    if every is None:
        return None
    period, longest, unit = every[0]
    return Rate(times=1, period=period, period_max=longest, unit=unit), every[1]


def _in_a_period(
    given: Tokens, said: tuple[int, int | None, int], *, up_to: bool
) -> tuple[Rate, int] | None:
    """Return so many times with the period behind them: a day, every 3 days."""
    low, high, after = said
    per = _per(given, after)
    if per is None:
        return None
    if up_to and high is not None:
        raise Refused(after - 1, "downwards")
    period, longest, unit = per[0]
    return (
        Rate(
            times=None if up_to else low,
            times_max=low if up_to else high,
            period=period,
            period_max=longest,
            unit=unit,
        ),
        per[1],
    )


def each_event(given: Tokens, at: int) -> int | None:
    """Return the place behind "once" in "once every night": one time at that event."""
    if word_at(given, at) != "once":
        return None
    found = EVENTS.at(given, at + 1)
    named = word_at(given, at + 1) in ("every", "each", "nightly")
    return at + 1 if found is not None and named else None


def _times(given: Tokens, at: int) -> tuple[int, int | None, int] | None:
    """Return how many times: once, 3 times, 2-3x, once or twice."""
    low = words.HOW_MANY.get(word_at(given, at))
    if low is not None:
        high = words.HOW_MANY.get(word_at(given, at + 2))
        if high is not None and word_at(given, at + 1) in ("to", "or", "-"):
            if high <= low:
                raise Refused(at + 2, "downwards")
            return low, high, at + 3
        return low, None, at + 1
    found = whole(given, at)
    if found is None or word_at(given, found[2]) not in words.TIMES_SAID:
        return None
    return found[0], found[1], found[2] + 1


_Spacing = tuple[tuple[Decimal, Decimal | None, str], int]


def _per(given: Tokens, at: int) -> _Spacing | None:
    """Return in how long the times are: a day, per week, every 3 days, /day."""
    adverb = words.PER_ADVERBS.get(word_at(given, at))
    if adverb is not None:
        return (Decimal(1), None, adverb), at + 1
    every = _every(given, at)
    if every is not None:
        return every
    unit = words.TIME_UNITS.get(word_at(given, at + 1))
    if unit is None or word_at(given, at) not in words.PER:
        return None
    return (Decimal(1), None, unit), at + 2


def _every(given: Tokens, at: int) -> _Spacing | None:
    """Return the spacing of "every 6 hours", "every other day", "each week"."""
    if word_at(given, at) not in ("every", "each"):
        return None
    ordinal = words.ORDINALS.get(word_at(given, at + 1))
    if ordinal is not None:
        unit = words.TIME_UNITS.get(word_at(given, at + 2))
        return None if unit is None else ((Decimal(ordinal), None, unit), at + 3)
    unit = words.TIME_UNITS.get(word_at(given, at + 1))
    if unit is not None:
        return (Decimal(1), None, unit), at + 2
    return _spaced(given, at + 1, words.TIME_UNITS)


def _q(given: Tokens, at: int) -> _Spacing | None:
    """Return the spacing of q6h, q4-6h, q2w, q 8 hours; `q4m` is refused."""
    if word_at(given, at) != "q":
        return None
    return _spaced(given, at + 1, words.Q_UNITS)


def _spaced(given: Tokens, at: int, units: Iterable[str]) -> _Spacing | None:
    found = span(given, at)
    if found is None:
        return None
    low, high, after = found
    unit = words.Q_UNITS.get(word_at(given, after))
    if unit is None or word_at(given, after) not in units or low <= 0:
        return None
    return (low, high, unit), after + 1


# --- days and times of day --------------------------------------------------------


def days(given: Tokens, at: int) -> tuple[tuple[str, ...], int] | None:
    """Return the named days of the week, each once, and the place behind them."""
    known = _DAY_SETS.at(given, at)
    if known is not None:
        return known
    if word_at(given, at) in words.BEFORE_DAYS:
        at += 1
    first = _weekday(given, at)
    if first is None:
        return None
    through = _through(given, at)
    if through is not None:
        return through
    found, at = [first], at + 1
    while True:
        after = at
        while word_at(given, after) in _SEPARATORS and after < at + 2:
            after += 1
        next_day = _weekday(given, after) if after > at else None
        if next_day is None:
            return tuple(found), at
        if next_day in found:
            raise Refused(after, "again")
        found.append(next_day)
        at = after + 1


def _weekday(given: Tokens, at: int) -> str | None:
    return words.WEEKDAYS_SAID.get(word_at(given, at))


def _through(given: Tokens, at: int) -> tuple[tuple[str, ...], int] | None:
    """Return the days from one through another: Monday to Friday, Mon-Fri."""
    last = at + 1
    if not (last < len(given) and given[last].after_dash):
        if word_at(given, last) not in words.THROUGH:
            return None
        last += 1
    end = _weekday(given, last)
    if end is None:
        return None
    from_, to = words.WEEK.index(_weekday(given, at) or ""), words.WEEK.index(end)
    if to <= from_:
        raise Refused(last, "downwards")
    return words.WEEK[from_ : to + 1], last + 1


def clock(given: Tokens, at: int, *, listed: bool = False) -> tuple[str, int] | None:
    """Return a time of day as `20:30`, and the place behind it.

    Without am or pm only what is written as on a clock of 24 hours: 08:00, 20:30.
    `listed` is whether it continues a list, so that "at" need not be said again.
    """
    said = word_at(given, at) in ("at", "@")
    at += said
    if said and word_at(given, at) == "midnight":
        return "00:00", at + 1
    hour = given[at] if at < len(given) else None
    if hour is None or not _in_figures(hour) or len(hour.text) > 2:
        return None
    after, minute = at + 1, _minute(given, at)
    if minute is not None:
        after += 2
    half = word_at(given, after)
    if half not in ("am", "pm"):
        if minute is None or not (said or listed):
            return None
        plain = hour.text.startswith("0") or int(hour.text) > 12
        if not plain or len(hour.text) != 2 or int(hour.text) > 23:
            raise Refused(at, "am-or-pm")
        return f"{hour.text}:{minute:02}", after
    number = int(hour.text)
    if not 1 <= number <= 12:
        raise Refused(at)
    if number == 12 and not minute:
        raise Refused(at, "noon-or-midnight")
    number = number % 12 + (12 if half == "pm" else 0)
    return f"{number:02}:{minute or 0:02}", after + 1


def _minute(given: Tokens, at: int) -> int | None:
    if word_at(given, at + 1) != ":" or at + 2 >= len(given):
        return None
    minute = given[at + 2]
    if len(minute.text) != 2 or not _in_figures(minute) or int(minute.text) > 59:
        return None
    return int(minute.text)


def _in_figures(token: Token) -> bool:
    """Return whether a token is digits alone, no point, no part of one."""
    return token.value is not None and token.text.isdecimal()


# --- how long ---------------------------------------------------------------------


def duration(
    given: Tokens, at: int, *, one: bool = False
) -> tuple[Duration, int] | None:
    """Return a length of time in whole units, and the place behind it.

    `one` is whether a unit alone is one of it ("per day").
    """
    number = count(given, at)
    if number is None and word_at(given, at) in ("a", "an"):
        number = Decimal(1), at + 1
    if number is None and one:
        number = Decimal(1), at
    if number is None:
        return None
    value, after = number
    coded = words.TIME_UNITS.get(word_at(given, after))
    unit = words.DURATION_UNITS.get(coded or "")
    if unit is None or value != value.to_integral_value() or value < 1:
        return None
    return Duration(int(value), unit), after + 1


def bounds(given: Tokens, at: int) -> tuple[Period, int] | None:
    """Return from when and until when, and the place behind it."""
    word = word_at(given, at)
    if word in ("until", "through"):
        end = _date(given, at + 1)
        return None if end is None else (Period(end=end[0]), end[1])
    if word != "from":
        return None
    start = _date(given, at + 1)
    if start is None:
        return None
    if word_at(given, start[1]) in ("to", "until", "through"):
        end = _date(given, start[1] + 1)
        if end is not None:
            return Period(start=start[0], end=end[0]), end[1]
    return Period(start=start[0]), start[1]


def _date(given: Tokens, at: int) -> tuple[PartialDate, int] | None:
    """Return a date as we write it (`Tue 3 Feb 2026`) or in figures (`2026-02-03`).

    3/4/2026 is refused: it is March to some and April to others.
    """
    if at < len(given) and given[at].date:
        return _partial(given[at].text, at), at + 1
    weekday = _weekday(given, at)
    number = at + 1 if weekday else at
    day = _figures(given, number, 2)
    month = number + 1 if day else number
    named = word_at(given, month) in words.MONTHS
    year = _figures(given, month + 1 if named else month, 4)
    if year is None or (day and not named) or (weekday and not day):
        return None
    text = year.text
    if named:
        text += f"-{words.MONTHS.index(word_at(given, month)) + 1:02}"
    if day:
        text += f"-{int(day.text):02}"
    found = _partial(text, at)
    if weekday and words.WEEK[date.weekday(found.first)] != weekday:
        raise Refused(at, "no-date")
    return found, (month + 2 if named else month + 1)


def _figures(given: Tokens, at: int, most: int) -> Token | None:
    """Return a token of figures alone: one or two, or just so many as a year has."""
    if at >= len(given):
        return None
    text = given[at].text
    fits = len(text) == 4 if most == 4 else len(text) <= most
    return given[at] if fits and _in_figures(given[at]) else None


def _partial(text: str, at: int) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError:
        raise Refused(at, "no-date") from None
