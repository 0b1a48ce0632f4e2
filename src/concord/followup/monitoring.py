"""What each medicine calls to be measured: what is overdue, what is out of range."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from concord.followup.case import Case, Taking
from concord.followup.results import Measured, within_bounds
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Monitoring, MonitoringBound, MonitoringDue
from concord.terms import Duration, Value


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
    for taking in case.systemic:
        assert taking.drug is not None  # noqa: S101 - only known ones
        for wanted in case.knowledge.monitoring_for(taking.drug.id):
            yield from _judge(case, taking, wanted)


def _judge(case: Case, taking: Taking, wanted: Monitoring) -> Iterator[Judged]:
    last = _latest(case, wanted)
    judged = False
    for result in (_overdue(case, taking, wanted, last), _bounds(case, taking, wanted)):
        if result is not None:
            judged = True
            yield result
    if not judged:
        yield InOrder(monitoring=wanted, taking=taking)


def _latest(case: Case, wanted: Monitoring) -> Measured | None:
    results = [r for name in wanted.observation if (r := case.results.latest(name))]
    return max(results, key=lambda r: r.on.order, default=None)


def _overdue(
    case: Case, taking: Taking, wanted: Monitoring, last: Measured | None
) -> Overdue | Missing | None:
    """Return the gravest row that is overdue, or what keeps it from being known."""
    results = [r for name in wanted.observation for r in case.results.of(name)]
    needs: list[str] = []
    late: list[Overdue] = []
    for row in in_force(wanted.due, case.as_of):
        applies = case.holds(row.when, taking)
        if applies is False:
            continue
        due_by = _due_by(case, taking, row, results)
        if isinstance(due_by, str):
            needs.append(due_by)
        elif due_by is not None and case.as_of > due_by:
            if applies is None:
                needs += _needs(case, row, taking)
                continue
            late.append(
                Overdue(
                    monitoring=wanted, taking=taking, row=row, due_by=due_by, last=last
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


def _needs(case: Case, row: MonitoringDue, taking: Taking) -> list[str]:
    assert row.when is not None  # noqa: S101 - an absent `when` always holds
    return [need for need, answer in case.parts(row.when, taking) if answer is None]


def _due_by(
    case: Case, taking: Taking, row: MonitoringDue, results: list[Measured]
) -> date | str | None:
    """Return the last day on which a row is not yet overdue.

    `None`: nothing is due now by this row; a text: what must be known first.
    """
    state = taking.entry.state
    event = state.changed if row.after_event == "dose-change" else state.since
    if event is None:
        open_ended = row.phase == "repeat" and row.ends is None and row.every
        if not (open_ended and results):
            return "start-date"
        newest = max(r.on.last for r in results)
        return _later(_plus(newest, row.every), row.grace)
    start = event.last
    if row.phase == "baseline":
        since = row.before.before(start) if row.before else date.min
        if any(r.on.last >= since for r in results):
            return None
        if row.after is None and row.grace is None:
            return start - timedelta(days=1)  # before the first dose, not on its day
        return _later(_plus(start, row.after), row.grace)
    if row.phase == "once":
        if any(r.on.last > start for r in results):
            return None
        return _later(_plus(start, row.after), row.grace)
    begins, ends = _plus(start, row.begins), row.ends
    if case.as_of < begins or (ends and case.as_of >= ends.after(start)):
        return None
    newest = max((r.on.last for r in results), default=date.min)
    return _later(_plus(max(newest, begins), row.every), row.grace)


def _plus(day: date, length: Duration | None) -> date:
    return length.after(day) if length else day


def _later(day: date, grace: Duration | None) -> date:
    return grace.after(day) if grace else day


def _bounds(
    case: Case, taking: Taking, wanted: Monitoring
) -> OutOfRange | Missing | None:
    """Return the gravest bound that the latest result of any observation crosses."""
    crossed: list[OutOfRange] = []
    needs: list[str] = []
    rows = in_force(wanted.bound, case.as_of)
    for name in wanted.observation:
        result = case.results.latest(name)
        doubtful = case.results.questionable(name)
        if doubtful and (result is None or doubtful[-1].on.order > result.on.order):
            needs.append(f"plausible-{name}")
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
            if applies is None and row.when is not None:
                parts = case.parts(row.when, taking)
                needs += [need for need, answer in parts if answer is None]
            elif applies:
                crossed.append(
                    OutOfRange(
                        monitoring=wanted, taking=taking, bound=row, result=result
                    )
                )
    if crossed:
        return min(crossed, key=lambda o: o.bound.severity.rank)
    if needs:
        return Missing(
            monitoring=wanted, taking=taking, needs=tuple(dict.fromkeys(needs))
        )
    return None
