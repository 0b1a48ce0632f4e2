"""The bounds that the medicines on the list set a result, as a few lines to draw."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from concord.errors import UnitMismatchError
from concord.followup.case import Case
from concord.followup.timeline.model import Limit
from concord.knowledge.lookup import in_force
from concord.knowledge.model import MonitoringBound, Severity
from concord.terms import Quantity, Value

# Beyond a minor one nothing is called for at once, and a picture of every bound is
# none: drawn are where it begins to matter, and where it is grave.
_DRAWN = (Severity.MODERATE, Severity.SERIOUS)


class _Rows(Value, frozen=True, kw_only=True):
    """Where a bound's row begins and ends, in the unit of the observation."""

    low: Decimal | None
    high: Decimal | None
    severity: Severity
    reached: bool


def called_for(case: Case) -> frozenset[str]:
    """Return the observations that the current medicines call to be measured."""
    return frozenset(
        name
        for taking in case.known
        if taking.drug is not None
        for monitoring in case.knowledge.monitoring_for(taking.drug.id)
        for name in monitoring.observation
    )


def limits(case: Case, name: str) -> tuple[Limit, ...]:
    """Return on each side where a result begins to matter, and where it is grave.

    Only bounds that hold for this person now; the nearest to the middle of each.
    """
    rows = list(_rows(case, name))
    found: dict[tuple[str, Decimal], Limit] = {}
    for least in _DRAWN:
        for limit in (_above(rows, least), _below(rows, least)):
            if limit is not None:
                found.setdefault((limit.side, limit.value), limit)
    return tuple(sorted(found.values(), key=lambda one: one.value))


def _rows(case: Case, name: str) -> Iterator[_Rows]:
    unit = case.knowledge.observations[name].unit or ""
    for taking in case.systemic:
        assert taking.drug is not None  # noqa: S101 - only known ones
        for monitoring in case.knowledge.monitoring_for(taking.drug.id):
            if name not in monitoring.observation:
                continue
            for row in in_force(monitoring.bound, case.as_of):
                if case.holds(row.when, taking) is True and _in_unit(row, unit):
                    low = row.at_least or row.above
                    yield _Rows(
                        low=low.to(unit).value if low else None,
                        high=row.below.to(unit).value if row.below else None,
                        severity=row.severity,
                        reached=row.at_least is not None,
                    )


def _in_unit(row: MonitoringBound, unit: str) -> bool:
    try:
        for bound in (row.below, row.at_least, row.above):
            if isinstance(bound, Quantity):
                bound.to(unit)
    except UnitMismatchError:
        return False
    return True


def _above(rows: list[_Rows], least: Severity) -> Limit | None:
    """Return the lowest value from which on results are too high."""
    open_ends = [r.low for r in rows if r.high is None and r.low is not None]
    if not open_ends:
        return None
    edge = min(open_ends)
    # A row that reaches up to the others is one of them: from 1.2 up to 1.5, say.
    steps = sorted(
        (r for r in rows if r.high is not None), key=lambda r: -(r.high or 0)
    )
    for row in steps:
        if row.low is not None and row.high is not None and row.high >= edge:
            edge = min(edge, row.low)
    grave = [
        r
        for r in rows
        if r.low is not None and r.low >= edge and r.severity.rank <= least.rank
    ]
    if not grave:
        return None
    first = min(grave, key=lambda r: (r.low or 0, not r.reached))
    return _limit("above", first.low, first, reached=first.reached)


def _below(rows: list[_Rows], least: Severity) -> Limit | None:
    """Return the highest value below which results are too low."""
    open_ends = [r.high for r in rows if r.low is None and r.high is not None]
    if not open_ends:
        return None
    edge = max(open_ends)
    for row in sorted((r for r in rows if r.low is not None), key=lambda r: r.low or 0):
        if row.low is not None and row.high is not None and row.low <= edge:
            edge = max(edge, row.high)
    grave = [
        r
        for r in rows
        if r.high is not None and r.high <= edge and r.severity.rank <= least.rank
    ]
    if not grave:
        return None
    first = max(grave, key=lambda r: r.high or 0)
    return _limit("below", first.high, first, reached=False)


def _limit(side: str, value: Decimal | None, row: _Rows, *, reached: bool) -> Limit:
    assert value is not None  # noqa: S101 - chosen for having one
    return Limit(
        side="above" if side == "above" else "below",
        value=value,
        severity=row.severity,
        reached=reached,
    )
