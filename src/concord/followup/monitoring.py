"""What each medicine calls to be measured: what is overdue, what is out of range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from concord.followup.asked import asked, needs_event
from concord.followup.case import Case, Taking
from concord.followup.changes import dose_changes, owed
from concord.followup.results import Measured, within_bounds
from concord.followup.windows import Windows
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Monitoring, MonitoringBound, MonitoringDue, When
from concord.record.fold import LineStatus
from concord.terms import PartialDate, Value


class Overdue(Value, frozen=True, kw_only=True):
    """A measurement that was due by a day and is not on record since."""

    monitoring: Monitoring
    taking: Taking
    row: MonitoringDue
    due_by: date
    last: Measured | None = None


class OutOfRange(Value, frozen=True, kw_only=True):
    """A latest result that crosses a bound, with what it calls for."""

    monitoring: Monitoring
    taking: Taking
    bound: MonitoringBound
    result: Measured


class InOrder(Value, frozen=True, kw_only=True):
    """A measurement that was looked at and is neither overdue nor out of range."""

    monitoring: Monitoring
    taking: Taking


class Missing(Value, frozen=True, kw_only=True):
    """A measurement that could not be judged, and what would be needed."""

    monitoring: Monitoring
    taking: Taking
    needs: tuple[str, ...]


Judged = Overdue | OutOfRange | InOrder | Missing


def monitoring(case: Case) -> Iterator[Judged]:
    """Yield a judgement for every measurement that the current medicines call for.

    A measurement can be both overdue and, by its last result, out of range.
    """
    windows = Windows(case.knowledge, case.as_of)
    for taking in case.systemic:
        assert taking.drug is not None  # noqa: S101 - only known ones
        for wanted in case.knowledge.monitoring_for(taking.drug.id):
            yield from _judge(case, taking, wanted, windows)


def _judge(
    case: Case, taking: Taking, wanted: Monitoring, windows: Windows
) -> Iterator[Judged]:
    late = _overdue(case, taking, wanted, windows)
    judged = False
    for result in (late, _bounds(case, taking, wanted)):
        if result is not None:
            judged = True
            yield result
    if not judged:
        yield InOrder(monitoring=wanted, taking=taking)


def _latest(case: Case, wanted: Monitoring) -> Measured | None:
    results = [r for name in wanted.observation if (r := case.results.latest(name))]
    return max(results, key=lambda r: r.on.order, default=None)


def _overdue(
    case: Case, taking: Taking, wanted: Monitoring, windows: Windows
) -> Overdue | Missing | None:
    """Return the gravest row that is overdue, or what keeps it from being known."""
    results = [r for name in wanted.observation for r in case.results.of(name)]
    last = _latest(case, wanted)
    needs: list[str] = []
    late: list[Overdue] = []
    for row in in_force(wanted.due, case.as_of):
        applies = case.holds(row.when, taking)
        if applies is False:
            continue
        event = event_of(taking, row, results, case.as_of)
        if needs_event(row, event, results):
            needs.append("start-date")
            continue
        dates = asked(row, event, results, case.as_of, windows)
        if dates is None or dates.done is not None or case.as_of <= dates.last:
            continue
        if applies is None:
            needs += needs_of(case, row.when, taking)
            continue
        late.append(
            Overdue(
                monitoring=wanted, taking=taking, row=row, due_by=dates.last, last=last
            )
        )
    if late and case.record.observations:
        return min(late, key=lambda o: (o.row.severity.rank, o.due_by))
    if late:
        needs = ["results"]
    if needs:
        return Missing(
            monitoring=wanted, taking=taking, needs=tuple(dict.fromkeys(needs))
        )
    return None


def event_of(
    taking: Taking, row: MonitoringDue, results: Sequence[Measured], as_of: date
) -> PartialDate | None:
    """Return the day from which a row counts; a planned course counts from its start.

    Of several changes of dose the first after which nothing was measured, for what it
    asked for is owed; where something was, and for what is wanted before a change, the
    newest. `None` where it is not known.
    """
    state = taking.entry.state
    if row.after_event != "dose-change" or state.status is LineStatus.PLANNED:
        return state.since
    if row.phase == "baseline":
        return state.changed
    days = {on.last: on for on in dose_changes(taking, as_of)}
    asking = owed(days, (r.on.last for r in results))
    return days[asking[0]] if asking else state.changed


def needs_of(case: Case, when: When | None, taking: Taking) -> list[str]:
    """Return what must be known before it is known whether a `When` holds."""
    parts = case.parts(when, taking) if when is not None else ()
    return [need for need, answer in parts if answer is None]


def _bounds(
    case: Case, taking: Taking, wanted: Monitoring
) -> OutOfRange | Missing | None:
    """Return the gravest bound that the latest result of any observation crosses."""
    found = list(crossed(case, taking, wanted))
    out = [one for one in found if isinstance(one, OutOfRange)]
    if out:
        return min(out, key=lambda o: o.bound.severity.rank)
    needs = [n for one in found if isinstance(one, Missing) for n in one.needs]
    if needs:
        return Missing(
            monitoring=wanted, taking=taking, needs=tuple(dict.fromkeys(needs))
        )
    return None


def crossed(
    case: Case, taking: Taking, wanted: Monitoring
) -> Iterator[OutOfRange | Missing]:
    """Yield every bound that the latest result of an observation crosses.

    And what is missing where that cannot be said: a newest result that cannot be true,
    or who a bound is for.
    """
    rows = in_force(wanted.bound, case.as_of)
    for name in wanted.observation:
        result = case.results.latest(name)
        doubtful = case.results.questionable(name)
        if doubtful and (result is None or doubtful[-1].on.order > result.on.order):
            needs = (f"plausible-{name}",)
            yield Missing(monitoring=wanted, taking=taking, needs=needs)
            continue
        if result is None or result.quantity is None:
            continue
        for row in rows:
            inside = within_bounds(
                result.quantity, below=row.below, at_least=row.at_least, above=row.above
            )
            if not inside:
                continue
            applies = case.holds(row.when, taking)
            if applies is None:
                unknown = tuple(needs_of(case, row.when, taking))
                yield Missing(monitoring=wanted, taking=taking, needs=unknown)
            elif applies:
                yield OutOfRange(
                    monitoring=wanted, taking=taking, bound=row, result=result
                )
