"""Dates as people know them: whole, partial, or to the second with a zone."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import msgspec

_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")
_DURATION = re.compile(r"^(\d+) (hour|day|week|month|year)s?$")

SHORTEST_MONTH = 28


class PartialDate:
    """A year, a month, a day, or a zoned moment, as FHIR's `dateTime` allows.

    `first` and `last` are the days between which it certainly lies.
    Immutable; its text is the FHIR form, kept as it was given.

    >>> PartialDate.parse("2024-02").last
    datetime.date(2024, 2, 29)
    """

    __slots__ = ("first", "last", "moment", "text")
    example: ClassVar[str] = '"2024", "2024-03", "2024-03-05" or a time with its zone'
    first: date
    last: date
    moment: datetime | None
    text: str

    def __init__(
        self, text: str, first: date, last: date, moment: datetime | None = None
    ) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "last", last)
        object.__setattr__(self, "moment", moment)

    def __setattr__(self, name: str, value: Any) -> None:
        msg = f"a PartialDate is frozen; cannot set {name}"
        raise AttributeError(msg)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Return the date that a FHIR `date` or `dateTime` states.

        Raises `ValueError` for a date that does not exist (30 February) and for a
        time without a zone.
        """
        found = _PARTIAL.match(text)
        try:
            if found and found[3]:
                day = date(int(found[1]), int(found[2]), int(found[3]))
                return cls(text, day, day)
            if found and found[2]:
                year, month = int(found[1]), int(found[2])
                length = calendar.monthrange(year, month)[1]
                return cls(text, date(year, month, 1), date(year, month, length))
            if found:
                year = int(found[1])
                return cls(text, date(year, 1, 1), date(year, 12, 31))
            moment = datetime.fromisoformat(text)
        except (ValueError, calendar.IllegalMonthError):
            msg = f"not a date that exists; expected {cls.example}"
            raise ValueError(msg) from None
        if moment.tzinfo is None:
            msg = "a time without a zone; expected one that ends in Z or +hh:mm"
            raise ValueError(msg)
        return cls(text, moment.date(), moment.date(), moment)

    @classmethod
    def of(cls, when: date | datetime) -> PartialDate:
        """Return the partial date of a day or of a zoned moment."""
        return cls.parse(when.isoformat())

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last

    @property
    def order(self) -> tuple[date, datetime]:
        """The key by which dates are put in order: first day, then moment.

        A bare day comes before every moment of that day.
        """
        return (self.first, self.moment or datetime.min.replace(tzinfo=UTC))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"PartialDate({self.text!r})"


class Duration:
    """A count of hours, days, weeks, months or years; its text is `"4 weeks"`.

    Months and years are calendar months and years.
    """

    __slots__ = ("count", "unit")
    example: ClassVar[str] = '"4 weeks"'
    count: int
    unit: str

    def __init__(self, count: int, unit: str) -> None:
        object.__setattr__(self, "count", count)
        object.__setattr__(self, "unit", unit)

    def __setattr__(self, name: str, value: Any) -> None:
        msg = f"a Duration is frozen; cannot set {name}"
        raise AttributeError(msg)

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Return the duration that a text like `"4 weeks"` states, or `ValueError`."""
        found = _DURATION.match(text)
        if not found:
            msg = f"{text!r} is not a duration; expected a text like {cls.example}"
            raise ValueError(msg)
        return cls(int(found[1]), found[2])

    def after(self, day: date) -> date:
        """Return the day this long after another; hours count as started days.

        A month that lacks the day ends on its last one.

        >>> Duration.parse("1 month").after(date(2026, 1, 31))
        datetime.date(2026, 2, 28)
        """
        return self._shift(day, self.count)

    def before(self, day: date) -> date:
        """Return the day this long before another."""
        return self._shift(day, -self.count)

    def _shift(self, day: date, count: int) -> date:
        """Return the day so far from another; beyond the calendar, its last or first.

        A record may name any year: a day after 9999 is never reached anyway.
        """
        try:
            return self._moved(day, count)
        except (OverflowError, ValueError):
            return date.max if count > 0 else date.min

    def _moved(self, day: date, count: int) -> date:
        if self.unit == "hour":
            days = -(-abs(count) // 24)
            return day + timedelta(days=days if count > 0 else -days)
        if self.unit == "day":
            return day + timedelta(days=count)
        if self.unit == "week":
            return day + timedelta(weeks=count)
        months = count * (12 if self.unit == "year" else 1)
        index = day.year * 12 + day.month - 1 + months
        year, month = divmod(index, 12)
        if day.day <= SHORTEST_MONTH:
            return date(year, month + 1, day.day)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Duration)
            and self.count == other.count
            and self.unit == other.unit
        )

    def __hash__(self) -> int:
        return hash((self.count, self.unit))

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def __repr__(self) -> str:
        return f"Duration({str(self)!r})"


class Period(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A stretch of time; either end may be unknown (`None`)."""

    start: PartialDate | None = None
    end: PartialDate | None = None


def age_on(birth: PartialDate, on: date) -> tuple[int, int]:
    """Return the youngest and the oldest whole age in years possible on a day.

    Both are equal when the day of birth is known.

    >>> age_on(PartialDate.parse("1960"), date(2026, 6, 1))
    (65, 66)
    """
    return (_years(birth.last, on), _years(birth.first, on))


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
