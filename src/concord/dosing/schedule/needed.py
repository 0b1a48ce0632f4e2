"""What is taken as needed: how soon again, and how many are left.

"Every 6 hours as needed" is a least gap; "up to 4 times a day" a most in any 24 hours;
a maximum of the directions is a most in any such length of time. All of them are
counted in time that has passed, never by the calendar or the clock, so changed clocks
allow no dose too early.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from concord.dosing.daily import Unclear
from concord.dosing.products import in_unit
from concord.dosing.schedule.zones import LAST_DAY, instant
from concord.record.model import Dosage, Maximum, Medicine
from concord.terms import Duration, Quantity, Value
from concord.wording.timing import spelled_out

_ELAPSED = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "wk": timedelta(weeks=1),
}
_CALENDAR = {"mo": "month", "a": "year"}


class Limits(Value, frozen=True, kw_only=True):
    """What directions allow: the least gap, doses in a time, amounts in a time.

    Nothing of it where they state nothing: then no limit is known, which is not "no
    limit".
    """

    gap: timedelta | None = None
    doses: int | None = None
    doses_within: timedelta | Duration | None = None
    amounts: tuple[Maximum, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anything limits the doses."""
        return bool(self.gap or self.doses or self.amounts)


class Given(Value, frozen=True, kw_only=True):
    """One dose that was taken: when, and how much where it was said."""

    at: datetime
    amount: Quantity | None = None


class Allowance(Value, frozen=True, kw_only=True):
    """Whether a dose may be taken at a moment, else from when, and how many are left.

    `left` is how many more the limits of amounts and of doses in a time leave, the
    gap between them apart: `None` where there is no such limit. `last` is whether only
    one is left.
    """

    now: bool
    earliest: datetime
    left: int | None = None

    @property
    def last(self) -> bool:
        """Whether this is the last dose that is allowed for now."""
        return self.left == 1


def limits(dosage: Dosage) -> Limits:
    """Return the limits that as-needed directions state.

    Of a range it is the closest gap and the most doses: what is allowed at the most.
    """
    amounts = tuple(
        maximum for maximum in (dosage.maximum, *dosage.more_maxima) if maximum
    )
    timing = spelled_out(dosage.timing) if dosage.timing is not None else None
    if timing is None or (timing.frequency is None and timing.period is None):
        return Limits(amounts=amounts)
    count = timing.frequency_max or timing.frequency or 1
    period = timing.period if timing.period is not None else Decimal(1)
    unit = timing.period_unit or ""
    if unit in _CALENDAR and period == int(period):
        within = Duration(int(period), _CALENDAR[unit])
        return Limits(doses=count, doses_within=within, amounts=amounts)
    if unit not in _UNITS or period <= 0:
        return Limits(amounts=amounts)
    exact = int(_UNITS[unit] // timedelta.resolution * period)
    length = timedelta(microseconds=exact)
    if count == 1:
        return Limits(gap=length, amounts=amounts)
    return Limits(doses=count, doses_within=length, amounts=amounts)


def allowance(
    dosage: Dosage,
    medicine: Medicine,
    taken: Iterable[Given],
    at: datetime,
    clock: tzinfo,
) -> Allowance | Unclear:
    """Return whether a dose of as-needed directions may be taken at a moment.

    A dose that was taken without an amount counts as a whole one; of a range of doses
    each further one counts as the smaller, one without an amount as the larger.
    A dose counts in a limit until its whole length has passed: taken at noon, it no
    longer counts in "24 hours" at noon of the next day.
    A month ends on the same day and clock time of the next one, by `clock`.
    `Unclear` where amounts cannot be compared.
    """
    given = sorted((one for one in taken if one.at <= at), key=lambda one: one.at)
    stated = limits(dosage)
    earliest = at
    left: int | None = None
    if stated.gap is not None and given:
        earliest = max(earliest, given[-1].at + stated.gap)
    if stated.doses is not None and stated.doses_within is not None:
        over = [_over(one.at, stated.doses_within, clock) for one in given]
        used = [(moment, Decimal(1)) for moment in over]
        free, count = _room(used, Decimal(1), Decimal(stated.doses), at)
        earliest, left = max(earliest, free), _fewer(left, count)
    for maximum in stated.amounts:
        weighed = _weighed(dosage, medicine, maximum, given, clock)
        if isinstance(weighed, Unclear):
            return weighed
        free, count = _room(*weighed, maximum.amount.value, at)
        earliest, left = max(earliest, free), _fewer(left, count)
    now = earliest <= at
    return Allowance(now=now, earliest=earliest, left=left)


def soonest(
    dosage: Dosage, medicine: Medicine, start: datetime, clock: tzinfo
) -> Iterator[datetime]:
    """Yield when doses would be taken, each as soon as the directions allow.

    It is the fastest that a supply can be used up; never ends. Nothing where no limit
    is known or amounts cannot be compared.
    """
    if not limits(dosage).known:
        return
    given: list[Given] = []
    at = start.astimezone(UTC)
    whole = dosage.dose_max or dosage.dose
    while True:
        found = allowance(dosage, medicine, given, at, clock)
        if isinstance(found, Unclear) or found.earliest.date() > LAST_DAY:
            return
        at = found.earliest
        yield at
        given.append(Given(at=at, amount=whole))
        longest = _longest(limits(dosage), at, clock)
        given = [one for one in given if one.at > at - longest]


def _longest(stated: Limits, at: datetime, clock: tzinfo) -> timedelta:
    """Return how far back a dose can count at all."""
    lengths = [stated.gap, stated.doses_within, *(m.within for m in stated.amounts)]
    return 2 * max(_over(at, one, clock) - at for one in lengths if one is not None)


def _weighed(
    dosage: Dosage,
    medicine: Medicine,
    maximum: Maximum,
    given: list[Given],
    clock: tzinfo,
) -> tuple[list[tuple[datetime, Decimal]], Decimal] | Unclear:
    """Return until when each dose counts with how much, and how much one more is."""
    unit = maximum.amount.unit
    if dosage.dose is None:
        return Unclear.NO_DOSE
    each = in_unit(dosage.dose, unit, medicine)
    whole = in_unit(dosage.dose_max or dosage.dose, unit, medicine)
    used: list[tuple[datetime, Decimal]] = []
    for one in given:
        amount = whole if one.amount is None else in_unit(one.amount, unit, medicine)
        if isinstance(amount, Unclear):
            return amount
        used.append((_over(one.at, maximum.within, clock), amount))
    return each if isinstance(each, Unclear) else (used, each)


def _room(
    used: list[tuple[datetime, Decimal]], each: Decimal, most: Decimal, at: datetime
) -> tuple[datetime, int]:
    """Return from when one more dose fits below a most, and how many fit at `at`."""
    standing = [(over, amount) for over, amount in used if over > at]
    room = most - sum((amount for _, amount in standing), Decimal(0))
    count = max(0, int(room / each)) if each > 0 else 0
    free = at
    for over, amount in sorted(standing):
        if room >= each:
            break
        room += amount
        free = over
    if room < each:  # one dose alone is more than the most: never
        free = datetime.max.replace(tzinfo=UTC)
    return free, count


def _fewer(one: int | None, other: int) -> int:
    return other if one is None else min(one, other)


def _over(at: datetime, within: timedelta | Duration, clock: tzinfo) -> datetime:
    """Return when a length of time after a moment has passed."""
    if isinstance(within, timedelta):
        return at + within
    if within.unit in _ELAPSED:
        return at + within.count * _ELAPSED[within.unit]
    local = at.astimezone(clock)
    return instant(within.after(local.date()), local.time(), clock)
