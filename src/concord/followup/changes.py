"""When the dose of a course was changed, and which of several events still asks.

A newer event adds to what is asked for and takes nothing away: what an earlier one
asked for is owed until it was done once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from concord.followup.case import Taking
from concord.record.fold import history, kind_of, takes_effect
from concord.record.model import Change, ChangeKind
from concord.terms import PartialDate


def dose_changes(taking: Taking, as_of: date) -> tuple[PartialDate, ...]:
    """Return when the dose of the present course was changed, in that order.

    Without its start, and without what is dated on the day of the start or before.
    """
    since = taking.entry.state.since
    found = (
        change.effective or PartialDate.of(change.recorded_at.date())
        for change in present_course(taking, as_of)
        if kind_of(change) is ChangeKind.DOSE_CHANGED
    )
    return tuple(on for on in found if since is None or on.last > since.first)


def present_course(taking: Taking, as_of: date) -> tuple[Change, ...]:
    """Return what happened to a medicine since it was last started, until a day."""
    found: list[Change] = []
    for change in history(taking.entry.line.changes):
        if takes_effect(change) > as_of:
            continue
        if kind_of(change) is ChangeKind.STARTED:
            found = []
        found.append(change)
    return tuple(found)


def owed(days: Iterable[date], done: Iterable[date]) -> tuple[date, ...]:
    """Return the days, of some on which a thing became wanted, that still ask for it.

    The first after which it was not done at all, and the newest. Of those between, each
    asks later than the first and sooner than the newest: what is done for one of these
    two is done for them. Who changed a dose after the thing was done knew of it, so an
    earlier day asks no more, even if it was done before its window.
    None where there are no days.
    """
    ordered = sorted(set(days))
    last = max(done, default=date.min)
    return tuple(dict.fromkeys([*[d for d in ordered if d >= last][:1], *ordered[-1:]]))
