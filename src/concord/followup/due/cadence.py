"""When the person is seen for each medicine: the visits of its class by its events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from concord.followup.case import Case, Taking
from concord.followup.changes import owed
from concord.followup.due.events import events
from concord.followup.due.model import Event, EventKind, Reason, State, Wanted, standing
from concord.followup.due.naming import thing, visit
from concord.followup.due.series import Slot, next_slot, rolling_slot
from concord.followup.monitoring import needs_of
from concord.followup.seen import Seen
from concord.followup.settings import basis
from concord.followup.windows import Windows
from concord.knowledge.lookup import is_in_force
from concord.knowledge.model import Followup, Visit


class Cadence:
    """The visits that the classes of the medicines ask for, on the day of a case."""

    def __init__(self, case: Case, seen: Seen, windows: Windows) -> None:
        self._case = case
        self._seen = seen
        self._windows = windows

    def wanted(self) -> Iterator[Wanted]:
        """Yield every visit or measurement that a row of follow-up asks for."""
        for taking in self._case.followed:
            for followup, index, row in self._rows(taking):
                for event in self._asking(taking, followup, row):
                    yield from self._one(taking, followup, index, row, event)
        for taking in self._case.stopped:
            for followup, index, row in self._rows(taking):
                if row.event == "stop":
                    ended = taking.entry.state.ended
                    event = Event(kind=EventKind.STOP, on=ended.last if ended else None)
                    yield from self._one(taking, followup, index, row, event)

    def _asking(
        self, taking: Taking, followup: Followup, row: Visit
    ) -> Iterator[Event]:
        """Yield the events of a row that still ask for it; one of several of a day."""
        by_day = {e.on: e for e in events(self._case, taking, followup, row)}
        days = owed((day for day in by_day if day is not None), self._done(row).days)
        for day, event in by_day.items():
            if day is None or day in days:
                yield event

    def _rows(self, taking: Taking) -> Iterator[tuple[Followup, int, Visit]]:
        assert taking.drug is not None  # noqa: S101 - only known ones are followed
        for followup in self._case.knowledge.followup_for(taking.drug.id):
            for index, row in enumerate(followup.visit):
                if is_in_force(row, self._case.as_of):
                    yield followup, index, row

    def _one(
        self, taking: Taking, followup: Followup, index: int, row: Visit, event: Event
    ) -> Iterator[Wanted]:
        case = self._case
        applies = case.holds(row.when, taking)
        if applies is False:
            return
        seen = self._done(row)
        slot = self._slot(taking, row, event, seen)
        if slot is None and event.on is not None:
            return
        state, needs = self._state(taking, row, slot, seen, applies=applies)
        if state is None:
            return
        found = Reason(
            rule=f"followup/{followup.id} visit[{index}]",
            event=event,
            state=state,
            severity=row.severity,
            medicines=(taking.entry.id,),
            names=(taking.name,),
            text=row.text,
            basis=basis(case, row),
            early=slot.early if slot else None,
            due=slot.due if slot else None,
            last=slot.last if slot else None,
            done_on=slot.done if slot else None,
            last_done=seen.last,
            needs=needs,
        )
        if row.observation:
            yield thing(case, row.observation[0], found)
        else:
            yield visit(found)

    def _slot(
        self, taking: Taking, row: Visit, event: Event, seen: Seen
    ) -> Slot | None:
        """Return the next date of a row; `None` where it asks for nothing, or cannot.

        A series that has ended is let go some time after its last date.
        """
        if event.on is None:
            return None
        if row.rolling and row.every is not None:
            since = taking.entry.state.since
            assert since is not None  # noqa: S101 - else it is not stable either
            return rolling_slot(row, since.last, event.on, seen, self._windows)
        slot = next_slot(row, event.on, seen, self._windows)
        if slot.final is not None and slot.final < self._long_ago:
            return None
        return slot

    @property
    def _long_ago(self) -> date:
        return self._case.as_of - self._windows.let_go

    def _state(
        self,
        taking: Taking,
        row: Visit,
        slot: Slot | None,
        seen: Seen,
        *,
        applies: bool | None,
    ) -> tuple[State | None, tuple[str, ...]]:
        """Return where a date stands, and what is needed where that is not known.

        Before its window it is not yet due, whatever else is not known: then it is
        not said at all whether a row is for this person.
        """
        if slot is None:
            needs = ("onset",) if row.event == "pregnancy" else ("start-date",)
            return State.NOT_KNOWN, needs
        if slot.done is not None:
            return (State.DONE if applies else None), ()
        stands = standing(self._case.as_of, slot.early, slot.due, slot.last)
        if stands is State.NOT_YET:
            return (stands if applies else None), ()
        unknown = [] if applies else needs_of(self._case, row.when, taking)
        if not seen.known:
            unknown.append("results" if row.observation else "encounters")
        if unknown:
            return State.NOT_KNOWN, tuple(dict.fromkeys(unknown))
        return stands, ()

    def _done(self, row: Visit) -> Seen:
        """Return when that was done which a row asks for, a visit or a measurement."""
        if not row.observation:
            return self._seen
        results = self._case.results
        days = (r.on.last for name in row.observation for r in results.of(name))
        return Seen(days, known=bool(self._case.record.observations))
