"""Was it given a fair chance: the dose, and how long it was taken at that dose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from concord.dosing.daily import Unclear, daily_amount
from concord.followup.case import Case, Taking
from concord.followup.doses import amount_given, comparable, compare, rows_for, weighed
from concord.knowledge.model import Dose
from concord.record.fold import LineStatus, State, history, state_on, takes_effect
from concord.terms import Duration, Quantity, Value


class Chance(StrEnum):
    """Whether a trial is adequate, and what is wanting."""

    ADEQUATE = "adequate"
    TOO_SHORT = "too-short"
    DOSE_TOO_LOW = "dose-too-low"
    DOSE_UNKNOWN = "dose-unknown"


class Trial(Value, frozen=True, kw_only=True):
    """A trial of one medicine for one use.

    `at_dose_since` is the day from which the directions have reached the least usual
    dose without a break; `adequate_from` the day from which that is long enough.
    `least` is that dose, `None` where no source states one.
    It is counted from what was directed; what was taken stands beside it.
    """

    chance: Chance
    at_dose_since: date | None = None
    adequate_from: date | None = None
    least: Quantity | None = None


def trial(case: Case, taking: Taking, length: Duration) -> Trial:
    """Return whether a medicine was directed at a usual dose for so long.

    The least usual dose is the lowest of the rows for this person and use; a dose as
    needed, one that cannot be read, or one in another unit is not known to reach it.
    """
    rows = rows_for(case, taking)
    if isinstance(rows, str):
        return Trial(chance=Chance.DOSE_UNKNOWN)
    least = _least(case, rows)
    if least is None:
        return Trial(chance=Chance.DOSE_UNKNOWN)
    since: date | None = None
    reached: bool | None = None
    for day in _days(case, taking):
        reached = _reached(taking, rows, least, day)
        if not reached:
            since = None
        elif since is None:
            since = day
    if reached is None:
        return Trial(chance=Chance.DOSE_UNKNOWN, least=least)
    if since is None:
        return Trial(chance=Chance.DOSE_TOO_LOW, least=least)
    enough = length.after(since)
    long_enough = enough <= case.as_of
    return Trial(
        chance=Chance.ADEQUATE if long_enough else Chance.TOO_SHORT,
        at_dose_since=since,
        adequate_from=enough,
        least=least,
    )


def _least(case: Case, rows: tuple[Dose, ...]) -> Quantity | None:
    """Return the lowest usual dose; `None` unless every row states a comparable one."""
    lows = [
        weighed(case, row, row.usual_low) if row.usual_low else None for row in rows
    ]
    stated = [low for low in lows if low is not None]
    if not stated or len(stated) < len(rows):
        return None
    if not all(low.fits(stated[0].unit) for low in stated):
        return None
    return min(stated, key=lambda low: low.to(stated[0].unit).value)


def _days(case: Case, taking: Taking) -> Iterator[date]:
    """Yield the days on which the directions may have begun to say another dose.

    Those of a change and the day itself; every day where directions run in steps.
    """
    since = taking.entry.state.since
    start = since.last if since else case.as_of
    changes = history(taking.entry.line.changes)
    stepped = any(len({d.sequence for d in c.dosage}) > 1 for c in changes)
    if stepped:
        whole = range((case.as_of - start).days + 1)
        yield from (start + timedelta(days=n) for n in whole)
        return
    days = {start, case.as_of, *(takes_effect(c) for c in changes)}
    yield from sorted(d for d in days if start <= d <= case.as_of)


def _reached(
    taking: Taking, rows: tuple[Dose, ...], least: Quantity, on: date
) -> bool | None:
    """Return whether the directions of a day reach a dose; `None` if not known."""
    state: State = state_on(taking.entry.line.changes, on)
    if state.status is not LineStatus.ACTIVE:
        return False
    since = state.since.first if state.since else None
    amount = daily_amount(
        state.dosage, taking.entry.line.medicine, taking.ingredient, on, since
    )
    if isinstance(amount, Unclear) or amount.as_needed:
        return None
    given = amount_given(amount, rows)
    if given.value == Decimal(0) or not comparable(given, rows):
        return None
    return compare(given, least) >= 0
