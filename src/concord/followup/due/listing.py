"""What is due for a person on a day, and until another: all of it, soonest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from concord.dosing.plan.model import Plan
from concord.errors import ImpossibleRangeError
from concord.followup.case import Case
from concord.followup.due.agreed import agreed
from concord.followup.due.cadence import Cadence
from concord.followup.due.contacts import Contacts
from concord.followup.due.injections import injections
from concord.followup.due.labs import Labs
from concord.followup.due.merging import merged, overruled
from concord.followup.due.model import Due, State, Wanted
from concord.followup.due.repeats import Repeats
from concord.followup.due.scores import scores
from concord.followup.seen import seen
from concord.followup.windows import Windows


def due(
    case: Case,
    horizon: date,
    *,
    plans: Iterable[Plan] = (),
) -> tuple[Due, ...]:
    """Return what is due on the day of a case or comes until a horizon, soonest first.

    Each item is the next date of one thing: later dates depend on when it is done.
    Where several rules ask for the same thing the soonest wins and the others stay
    visible as its reasons. What is overdue, done or not known is named whatever the
    horizon, and so is what a prescriber put off past it. Of somebody who died by the
    day of the case nothing is due.
    `plans` are those agreed with the person, for which the record has no place yet.
    Raises `ImpossibleRangeError` for a horizon before the day of the case.
    """
    if horizon < case.as_of:
        msg = (
            "horizon: found a day before the day that is asked for, expected that day "
            "or a later one; exchange them"
        )
        raise ImpossibleRangeError(msg)
    if case.died:
        return ()
    found = merged(_wanted(case, tuple(plans)))
    items = overruled(found, case.record.overrides, case.as_of)
    return tuple(sorted((i for i in items if _shown(i, horizon)), key=_order))


def _wanted(case: Case, plans: tuple[Plan, ...]) -> Iterator[Wanted]:
    windows = Windows(case.knowledge, case.as_of)
    visits = seen(case)
    yield from Contacts(case, visits, windows).wanted()
    yield from Cadence(case, visits, windows).wanted()
    yield from Labs(case, windows).wanted()
    yield from injections(case)
    yield from scores(case)
    yield from Repeats(case, windows).wanted()
    yield from agreed(case, plans, windows)


def _shown(item: Due, horizon: date) -> bool:
    """Whether an item is named: by its own day, or by the day that the rules ask for.

    So a decision never makes anything vanish that would be named without it.
    """
    own = item.by_rule
    return _named(item.state, item.due, horizon) or (
        own is not None and _named(own.state, own.due, horizon)
    )


def _named(state: State, day: date | None, horizon: date) -> bool:
    coming = state in (State.NOT_YET, State.IN_WINDOW, State.SET_ASIDE)
    return not coming or day is None or day <= horizon


def _order(item: Due) -> tuple[date, int, str, str]:
    return (item.due or date.max, item.severity.rank, item.ask, item.state)
