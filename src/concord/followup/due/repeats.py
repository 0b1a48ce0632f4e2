"""When a scale in use for a condition is filled in again, by the phase of treatment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from concord.followup.case import Case, Taking
from concord.followup.changes import dose_changes, owed
from concord.followup.due.events import stable_from
from concord.followup.due.model import Event, EventKind, Reason, State, Wanted, standing
from concord.followup.due.naming import thing
from concord.followup.due.series import Slot, next_slot, rolling_slot
from concord.followup.seen import Seen
from concord.followup.settings import basis
from concord.followup.uses import treats
from concord.followup.windows import Windows
from concord.knowledge.lookup import is_in_force
from concord.knowledge.model import Outcome, Repeat
from concord.record.fold import LineStatus


class Repeats:
    """The scales that are due again, on the day of a case."""

    def __init__(self, case: Case, windows: Windows) -> None:
        self._case = case
        self._windows = windows

    def wanted(self) -> Iterator[Wanted]:
        """Yield each date of each condition of the person that a scale is used for.

        Nothing for a scale that was never filled in: that it was never measured is
        said by what expects a first score (`due.scores`, and the review), and is not
        hidden behind a date of a second one.
        """
        for outcome in self._case.knowledge.outcomes.values():
            if not self._case.has(outcome.condition):
                continue
            used = self._in_use(outcome)
            if used is None:
                continue
            scale, seen = used
            for reason in self._reasons(outcome, seen):
                yield thing(self._case, scale, reason)

    def _in_use(self, outcome: Outcome) -> tuple[str, Seen] | None:
        """Return the scale of a condition that was filled in last, and all its days.

        Any of the condition's scales counts for all of them.
        """
        newest: tuple[date, str] | None = None
        days: list[date] = []
        for scale in outcome.scales:
            own = measured_on(self._case, scale)
            days += own
            if own and (newest is None or max(own) > newest[0]):
                newest = (max(own), scale)
        return (newest[1], Seen(days, known=True)) if newest else None

    def _reasons(self, outcome: Outcome, seen: Seen) -> Iterator[Reason]:
        for index, row in enumerate(outcome.repeat):
            if not is_in_force(row, self._case.as_of):
                continue
            rule = f"outcomes/{outcome.id} repeat[{index}]"
            if row.event == "score":
                yield self._since_score(row, rule, seen)
                continue
            for taking in self._case.followed:
                planned = taking.entry.state.status is LineStatus.PLANNED
                if planned or outcome.condition not in treats(self._case, taking):
                    continue
                found = self._of_course(row, rule, taking, seen)
                if found is not None:
                    yield found

    def _since_score(self, row: Repeat, rule: str, seen: Seen) -> Reason:
        """Return by when there is another score, whatever the person takes."""
        last = seen.last
        assert last is not None  # noqa: S101 - a scale in use has a day
        due = row.after.after(last)
        slot = Slot(
            early=self._windows.early(last, due),
            due=due,
            last=self._windows.last(last, due, row.grace),
        )
        event = Event(kind=EventKind.SCORE, on=last)
        return self._reason(row, rule, event, slot, seen)

    def _of_course(
        self, row: Repeat, rule: str, taking: Taking, seen: Seen
    ) -> Reason | None:
        """Return what a row asks for of one medicine; `None` where it asks nothing.

        A course without a known start asks for nothing here: what expects the first
        score says that the start is not known.
        """
        since = taking.entry.state.since
        start = since.last if since else None
        if start is None:
            return None
        days: tuple[date, ...] = (start,)
        if row.event == "dose-change":
            changes = dose_changes(taking, self._case.as_of)
            days = owed((c.last for c in changes), seen.days)
        elif row.event == "stable":
            assert taking.drug is not None  # noqa: S101 - only known ones are followed
            classes = self._case.knowledge.followup_for(taking.drug.id)
            days = (stable_from(self._case, classes, start),)
        for on in days:  # an earlier change may be let go, and the newest not
            slot = self._slot(row, start, on, seen)
            if slot is not None:
                event = Event(kind=EventKind(row.event), on=on)
                return self._reason(row, rule, event, slot, seen, taking=taking)
        return None

    def _slot(self, row: Repeat, start: date, on: date, seen: Seen) -> Slot | None:
        """Return the next date; a series that ended is let go some time after it."""
        if row.rolling and row.every is not None:
            return rolling_slot(row, start, on, seen, self._windows)
        slot = next_slot(row, on, seen, self._windows)
        long_ago = self._case.as_of - self._windows.let_go
        return None if slot.final is not None and slot.final < long_ago else slot

    def _reason(
        self,
        row: Repeat,
        rule: str,
        event: Event,
        slot: Slot,
        seen: Seen,
        *,
        taking: Taking | None = None,
    ) -> Reason:
        case = self._case
        done = slot.done is not None
        return Reason(
            rule=rule,
            event=event,
            state=State.DONE
            if done
            else standing(case.as_of, slot.early, slot.due, slot.last),
            severity=row.severity,
            medicines=(taking.entry.id,) if taking else (),
            names=(taking.name,) if taking else (),
            text=row.text,
            basis=basis(case, row),
            early=slot.early,
            due=slot.due,
            last=slot.last,
            done_on=slot.done,
            last_done=seen.last,
        )


def measured_on(case: Case, scale: str) -> list[date]:
    """Return the days on which a scale was filled in, as a form or as a total.

    A form counts whether or not it has a total. Of a month that is not over the day
    of the case stands for its last.
    """
    days = {result.on.last for result in case.results.of(scale)}
    days |= {form.on.last for form in case.scored if form.scale == scale}
    return sorted(min(day, case.as_of) for day in days)
