"""The due list as a timeline shows it: to clinicians whole, to the person in part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from concord.followup.case import Case
from concord.followup.due import Due, State, due
from concord.followup.timeline import DueItem
from concord.followup.timeline.names import Names
from concord.wording import day
from concord.wording.due import PLAIN_PLANNED, STATES

_UNDONE = frozenset({State.OVERDUE, State.DUE, State.IN_WINDOW, State.NOT_YET})


def coming_until(case: Case) -> date:
    """Return the last day of what is shown as coming (`measures/person-page`)."""
    days = case.knowledge.figure("person-page", "due-shown-days", case.as_of)
    return case.as_of + timedelta(days=int(days))


def items_of(case: Case) -> tuple[Due, ...]:
    """Return the due list of a case, as far ahead as pages show it."""
    return due(case, coming_until(case))


def due_items(case: Case, items: Iterable[Due]) -> tuple[DueItem, ...]:
    """Return what is due and when, with where it stands in words.

    What was done, is not known or was set aside has no day on which it is due. What a
    prescriber put off past the days that pages show stands in the list of what is due:
    a picture that reached so far would show nothing else.
    """
    until = coming_until(case)
    return tuple(
        DueItem(on=item.due, text=_with_state(item), kind=item.what)
        for item in items
        if item.due is not None and item.due <= until and item.state in _UNDONE
    )


def _with_state(item: Due) -> str:
    words = STATES[item.state][0].lower()
    if item.override is None or item.by_rule is None:
        return f"{item.title} ({words})"
    own = item.by_rule
    rule = STATES[own.state][0].lower() + (f", {day(own.due)}" if own.due else "")
    author = item.override.by.name or "a prescriber"
    return f"{item.title} ({words}; date set by {author}; by the rule: {rule})"


def planned_items(case: Case, items: Iterable[Due]) -> tuple[DueItem, ...]:
    """Return the visits, tests and forms that are still to come, in plain words.

    Nothing says that the person is late, nor what to do: what is overdue is for the
    team, who reach out. Injections, contacts after a crisis and steps of a plan stand
    elsewhere, in the words of whoever agreed them. A date that a prescriber set is
    told as every other.
    """
    names = Names(case.knowledge)
    until = coming_until(case)
    return tuple(
        DueItem(
            on=item.due,
            text=_plainly(item, names),
            kind=item.what,
        )
        for item in items
        if item.what in PLAIN_PLANNED
        and item.state in _UNDONE
        and item.due is not None
        and case.as_of <= item.due <= until
    )


def _plainly(item: Due, names: Names) -> str:
    """Return what is planned; what has no plain name is only called a test, a form."""
    kind = PLAIN_PLANNED[item.what]
    name = names.said_plainly(item.ask.partition(":")[2])
    return f"{kind}: {name}" if name else kind
