"""What is measured for each medicine: by its schedule, and after a crossed bound."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from concord.followup.asked import DAY, Asked, asked, needs_event
from concord.followup.case import Case, Taking
from concord.followup.due.model import Event, EventKind, Reason, State, Wanted, standing
from concord.followup.due.naming import thing
from concord.followup.monitoring import OutOfRange, crossed, event_of, needs_of
from concord.followup.results import Measured
from concord.followup.settings import basis
from concord.followup.windows import Windows
from concord.knowledge.lookup import is_in_force
from concord.knowledge.model import Monitoring, MonitoringDue
from concord.record.agreed import Told
from concord.record.model import Taken

MINUTE = timedelta(minutes=1)
MINUTES = timedelta(hours=1) // MINUTE
_RESULTS = "results"


class Labs:
    """The measurements that the medicines ask for, on the day of a case."""

    def __init__(self, case: Case, windows: Windows) -> None:
        self._case = case
        self._windows = windows
        self._doses = Told(case.record.dose_events)

    def wanted(self) -> Iterator[Wanted]:
        """Yield what each row of monitoring asks for, and each bound that is crossed.

        The dates are those by which the review judges what is overdue.
        """
        for taking in self._case.followed:
            assert taking.drug is not None  # noqa: S101 - only known ones are followed
            for entry in self._case.knowledge.monitoring_for(taking.drug.id):
                yield from self._scheduled(taking, entry)
                yield from self._crossed(taking, entry)

    def _scheduled(self, taking: Taking, entry: Monitoring) -> Iterator[Wanted]:
        case = self._case
        results = [r for name in entry.observation for r in case.results.of(name)]
        for index, row in enumerate(entry.due):
            if not is_in_force(row, case.as_of):
                continue
            applies = case.holds(row.when, taking)
            if applies is False:
                continue
            found = self._row(taking, entry, index, row, results, applies=applies)
            if found is not None:
                yield thing(case, entry.observation[0], found)

    def _row(
        self,
        taking: Taking,
        entry: Monitoring,
        index: int,
        row: MonitoringDue,
        results: list[Measured],
        *,
        applies: bool | None,
    ) -> Reason | None:
        """Return what one row asks for; `None` where it asks for nothing now.

        Before its window a row of which it is not known whether it is for this person
        is not said: it is not due either way.
        """
        case = self._case
        event = event_of(taking, row, results, case.as_of)
        dates = None
        if needs_event(row, event, results):
            needs: tuple[str, ...] = ("start-date",)
            state = State.NOT_KNOWN
        else:
            dates = asked(row, event, results, case.as_of, self._windows)
            if dates is None:
                return None
            found = self._state(entry, row, dates, taking, applies=applies)
            if found is None:
                return None
            state, needs = found
        change = row.after_event == "dose-change"
        return Reason(
            rule=f"monitoring/{entry.id} due[{index}]",
            event=Event(
                kind=EventKind.DOSE_CHANGE if change else EventKind.START,
                on=event.last if event else None,
            ),
            state=state,
            severity=row.severity,
            medicines=(taking.entry.id,),
            names=(taking.name,),
            text=entry.title,
            basis=basis(case, row),
            early=self._early(row, dates) if dates else None,
            due=dates.due if dates else None,
            last=dates.last if dates else None,
            done_on=dates.done if dates else None,
            last_done=max((r.on.last for r in results), default=None),
            needs=needs,
        )

    def _state(
        self,
        entry: Monitoring,
        row: MonitoringDue,
        dates: Asked,
        taking: Taking,
        *,
        applies: bool | None,
    ) -> tuple[State, tuple[str, ...]] | None:
        """Return where a date stands, and what is needed where that is not known.

        What only the measurement itself would tell is not asked for: it is due anyway.
        """
        case = self._case
        if dates.done is not None:
            return (State.DONE, ()) if applies else None
        early = self._early(row, dates)
        state = standing(case.as_of, early, dates.due, dates.last)
        if applies is None:
            if state is State.NOT_YET:
                return None
            unknown = needs_of(case, row.when, taking)
            needs = tuple(n for n in unknown if n not in entry.observation)
            return (State.NOT_KNOWN, needs) if needs else None
        if state is State.OVERDUE and not case.record.observations:
            return State.NOT_KNOWN, (_RESULTS,)
        return state, ()

    def _early(self, row: MonitoringDue, dates: Asked) -> date | None:
        if row.phase == "repeat" and dates.since is not None:
            return self._windows.early(dates.since, dates.due)
        return dates.since

    def _crossed(self, taking: Taking, entry: Monitoring) -> Iterator[Wanted]:
        """Yield by when a result that crosses a bound is repeated, if that is said."""
        case = self._case
        for one in crossed(case, taking, entry):
            if not isinstance(one, OutOfRange) or one.bound.repeat_within is None:
                continue
            on = one.result.on.last
            due = one.bound.repeat_within.after(on)
            early = on + DAY
            reason = Reason(
                rule=f"monitoring/{entry.id} bound[{entry.bound.index(one.bound)}]",
                event=Event(kind=EventKind.RESULT, on=on),
                state=standing(case.as_of, early, due, due),
                severity=one.bound.severity,
                medicines=(taking.entry.id,),
                names=(taking.name,),
                text=one.bound.action,
                basis=basis(case, one.bound),
                early=early,
                due=due,
                last=due,
                last_done=on,
                doubts=self._doubts(taking, one.result),
            )
            yield thing(case, entry.observation[0], reason)

    def _doubts(self, taking: Taking, result: Measured) -> tuple[str, ...]:
        """Return whether a level can be judged by the time since the last dose.

        Only where the knowledge says between which hours it is drawn; without the time
        of the sample, or of a dose before it, that is not known.
        """
        measure = f"sample-{result.observation}"
        if measure not in self._case.knowledge.measures:
            return ()
        drawn = result.on.moment
        taken = [
            dose.at.moment
            for dose in self._doses.of(taking.entry)
            if dose.taken is Taken.TAKEN and dose.at is not None and dose.at.moment
        ]
        before = [moment for moment in taken if drawn is not None and moment < drawn]
        needs: tuple[str, ...] = ("sample-time",)
        if drawn is not None and before:
            hours = Decimal((drawn - max(before)) // MINUTE) / MINUTES
            least, most = (
                self._case.knowledge.figure(measure, name, self._case.as_of)
                for name in ("least-hours", "most-hours")
            )
            needs = () if least <= hours <= most else ("sample-again",)
        return needs
