"""The fills of one person and the windows in which they are looked at.

Terms and rules are those of Dima and Dediu (PLoS ONE 2017;12:e0174426) and of the
documentation of their package AdhereR (overview, Definitions): the *follow-up window*
is the time in which every fill is on record, the *observation window* the part of it
that is measured. Both end on the day after their last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from concord.errors import UnusableInputError
from concord.record.model import Dispensing
from concord.terms import PartialDate, Value


class Fill(Value, frozen=True, kw_only=True):
    """So many days' supply of a medicine, handed over on a day.

    `medicine` is `None` where the medicines are not told apart.
    Evidence that it was supplied, not that it was taken.
    """

    on: date
    days: int
    medicine: str | None = None

    def __post_init__(self) -> None:
        """Refuse a supply that lasts no day."""
        if self.days < 1:
            msg = "found no day of supply, expected one day or more; mend the fill"
            raise ValueError(msg)


class Window(Value, frozen=True, kw_only=True):
    """A stretch of whole days, from `start` up to and not including `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days


class Observation(Value, frozen=True, kw_only=True):
    """The fills of one person in their follow-up, and the window that is measured.

    `fills` are in order. `carry_same`: what is left over is used up before a new
    supply of the same medicine only, and is given up at a change of medicine;
    otherwise before any new supply.
    """

    fills: tuple[Fill, ...]
    followup: Window
    window: Window
    carry_same: bool = False

    @property
    def within(self) -> tuple[Fill, ...]:
        """The fills in the observation window.

        One on the day on which the window ends is the last of them: an interval
        reaches up to it.
        """
        start, end = self.window.start, self.window.end
        return tuple(f for f in self.fills if start <= f.on <= end)


def in_order(fills: Iterable[Fill]) -> list[Fill]:
    """Return fills by day; of one day the shortest first, so that input order is void.

    The published method takes the fills of a day as they stand in the file, which makes
    its result hang on that order where supply is carried within a medicine only.
    """
    return sorted(fills, key=lambda f: (f.on, f.days, f.medicine or ""))


def observe(
    fills: Iterable[Fill],
    *,
    followup_days: int,
    observe_from: int = 0,
    observe_days: int | None = None,
    carry_same: bool = False,
) -> Observation:
    """Return the fills of one person as they are observed.

    The follow-up begins with the first fill; later fills than its end are left out.
    The observation begins `observe_from` days after the first fill and lasts
    `observe_days`, by default to the end of the follow-up.

    Raises `UnusableInputError` where there is no fill, or the observation is empty or
    reaches out of the follow-up.
    """
    ordered = in_order(fills)
    if not ordered:
        msg = "found no fill, expected one or more; without a fill nothing can be said"
        raise UnusableInputError(msg)
    if observe_days is None:
        observe_days = followup_days - observe_from
    if observe_from < 0 or observe_days < 1:
        msg = (
            "the observation window: found one without a day in the follow-up, "
            "expected a start before its end; choose an earlier start or a longer "
            "follow-up"
        )
        raise UnusableInputError(msg)
    if observe_from + observe_days > followup_days:
        msg = (
            f"the observation window: found one that ends on day "
            f"{observe_from + observe_days}, expected an end within the follow-up of "
            f"{followup_days} days; what was filled after it is not known"
        )
        raise UnusableInputError(msg)
    first = ordered[0].on
    try:
        followup = Window(start=first, end=first + timedelta(followup_days))
    except OverflowError:
        msg = (
            "the follow-up: found one that ends after the year 9999, expected one "
            "within the calendar; mend the date of the first fill or the length"
        )
        raise UnusableInputError(msg) from None
    start = first + timedelta(observe_from)
    window = Window(start=start, end=start + timedelta(observe_days))
    kept = tuple(f for f in ordered if f.on <= followup.end)
    return Observation(
        fills=kept, followup=followup, window=window, carry_same=carry_same
    )


# --- fills of a record ------------------------------------------------------------


class Unusable(StrEnum):
    """Why a dispensing of a record cannot be counted."""

    NO_DAY = "no-day"
    NO_SUPPLY = "no-supply"
    NO_WHOLE_DAYS = "no-whole-days"
    BEFORE_BIRTH = "before-birth"
    TWICE_A_DAY = "twice-a-day"


class LeftOut(Value, frozen=True, kw_only=True):
    """A dispensing that was not counted: its line's id, and why."""

    line: str
    why: Unusable


def fills_of(
    dispensings: Iterable[Dispensing], birth: PartialDate | None = None
) -> tuple[tuple[Fill, ...], tuple[LeftOut, ...]]:
    """Return the fills of a record, and the dispensings that cannot be counted.

    A medicine is what was recognised in it, else its text.
    Of two dispensings of one medicine on one day neither is taken: whether the second
    is a second supply or the same line again is not known here.
    """
    fills: dict[tuple[date, str], list[tuple[str, Fill]]] = {}
    left: list[LeftOut] = []
    for line in dispensings:
        found = _fill_of(line, birth)
        if isinstance(found, Unusable):
            left.append(LeftOut(line=line.id, why=found))
        else:
            key = (found.on, found.medicine or "")
            fills.setdefault(key, []).append((line.id, found))
    once = [same[0][1] for same in fills.values() if len(same) == 1]
    left += [
        LeftOut(line=id_, why=Unusable.TWICE_A_DAY)
        for same in fills.values()
        if len(same) > 1
        for id_, _ in same
    ]
    return tuple(in_order(once)), tuple(left)


def _fill_of(line: Dispensing, birth: PartialDate | None) -> Fill | Unusable:
    if line.on is None or not line.on.exact:
        return Unusable.NO_DAY
    days = line.supply.days
    if days is None:
        return Unusable.NO_SUPPLY
    if days < 1 or days != days.to_integral_value():
        return Unusable.NO_WHOLE_DAYS
    if birth is not None and line.on.first < birth.first:
        return Unusable.BEFORE_BIRTH
    names = sorted(i.rxcui for i in line.medicine.ingredients)
    medicine = " ".join(names) or line.medicine.text
    return Fill(on=line.on.first, days=int(days), medicine=medicine)
