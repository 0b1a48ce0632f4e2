"""The monitoring table and the list of what is due agree: every row, both sides.

For each row a person is made for whom it holds, and the days are worked out here
again, from the row alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from concord.followup.case import Case
from concord.followup.due import Due, Reason, State, due
from concord.followup.monitoring import OutOfRange, Overdue, monitoring
from concord.knowledge.index import load
from concord.knowledge.model import (
    Monitoring,
    MonitoringBound,
    MonitoringDue,
    Visit,
    When,
)
from concord.record import model as rec
from concord.terms import Quantity
from following import (
    DAY,
    LONG_BEFORE,
    START,
    answered,
    drugs_on,
    inside,
    record_for,
    result,
)

KNOWN = load()


def found(record: rec.Record, on: date) -> tuple[Due, ...]:
    return due(Case(record, KNOWN, on), on + timedelta(days=4000))


def reason(record: rec.Record, on: date, rule: str) -> Reason | None:
    reasons = [
        r
        for item in found(record, on)
        for r in item.reasons
        if r.rule == rule and r.medicines and r.medicines[0] == record.medications[0].id
    ]
    assert len(reasons) < 2
    return reasons[0] if reasons else None


# --- when a row of monitoring is due ----------------------------------------------


def plus(on: date, length: Any) -> date:
    return length.after(on) if length else on


def rows() -> Iterator[Any]:
    for entry in KNOWN.table("monitoring").values():
        for index, row in enumerate(entry.due):
            if row.label is None:
                yield pytest.param(entry, index, row, id=f"{entry.id}-{index}")


def made(entry: Monitoring, row: MonitoringDue) -> tuple[rec.Record, date, date]:
    """The person, the day on which a row is due and the last that is not overdue."""
    drugs = [d for d in drugs_on(entry, KNOWN) if KNOWN.drugs[d].identity.rxcui]
    when = row.when or When()
    changed = row.after_event == "dose-change"
    results: tuple[rec.Observation, ...] = ()
    since = plus(START, row.begins)
    if when.observation is not None:
        on = START + 10 * DAY
        if row.phase == "baseline":
            on = START - 400 * DAY  # known before, and too old to be the baseline
        results = (result(when.observation, inside(when), on, KNOWN),)
        if when.observation in entry.observation:
            since = max(since, on)
    for drug in drugs:
        if when.dose_of not in (None, drug, *KNOWN.groups_of(drug)):
            continue
        record = record_for(
            KNOWN, drug, row.when, entry.observation, changed=changed, results=results
        )
        case = Case(record, KNOWN, START + 11 * DAY)
        if any(
            case.holds(row.when, t) and t.drug and t.drug.id == drug
            for t in case.followed
        ):
            break
    else:
        raise AssertionError(f"nobody can be made for {entry.id}")
    if row.phase == "baseline":
        bare = row.after is None and row.grace is None
        on = START - DAY if bare else plus(START, row.after)
    elif row.phase == "once":
        on = plus(START, row.after)
    else:
        on = plus(since, row.every)
    return record, on, plus(on, row.grace)


@pytest.mark.parametrize(("entry", "index", "row"), list(rows()))
def test_a_row_of_the_monitoring_table_is_due_on_its_day(
    entry: Monitoring, index: int, row: MonitoringDue
) -> None:
    record, on, last = made(entry, row)
    rule = f"monitoring/{entry.id} due[{index}]"
    before = reason(record, on - DAY, rule)
    assert before is not None
    at = reason(record, on, rule)
    assert at is not None
    if on < START and row.after_event == "dose-change":
        # What is wanted before a change of dose can be asked for by the change alone:
        # until it is on record the start counts, and was long ago.
        assert before.event.on == at.event.on == date.fromisoformat(LONG_BEFORE)
    else:
        assert before.state in (State.NOT_YET, State.IN_WINDOW)
        assert (before.due, before.last) == (on, last)
        assert at.state is State.DUE
        at_last = reason(record, last, rule)
        assert at_last is not None
        assert at_last.state is State.DUE
    after = reason(record, last + DAY, rule)
    assert after is not None
    assert after.state is State.OVERDUE
    assert (after.due, after.last) == (on, last)
    assert after.basis is not None
    assert (after.basis.source, after.basis.locator) == (row.source, row.locator)
    assert after.severity is row.severity


@pytest.mark.parametrize(("entry", "index", "row"), list(rows()))
def test_a_row_of_the_monitoring_table_is_overdue_where_the_review_says_so(
    entry: Monitoring, index: int, row: MonitoringDue
) -> None:
    record, _, last = made(entry, row)
    # Before the first dose it is planned: the review speaks of what is taken.
    for on in (d for d in (last, last + DAY) if d >= START):
        case = Case(record, KNOWN, on)
        late = {
            (one.monitoring.id, one.taking.entry.id)
            for one in monitoring(case)
            if isinstance(one, Overdue)
        }
        listed = {
            (r.rule.split()[0].removeprefix("monitoring/"), r.medicines[0])
            for item in due(case, on)
            for r in item.reasons
            if r.state is State.OVERDUE and " due[" in r.rule
        }
        assert listed == late
        assert ((entry.id, record.medications[0].id) in late) or on == last


@pytest.mark.parametrize(("entry", "index", "row"), list(rows()))
def test_a_result_on_its_day_answers_a_row_of_the_monitoring_table(
    entry: Monitoring, index: int, row: MonitoringDue
) -> None:
    record, on, last = made(entry, row)
    more = answered(entry.observation[0], on, KNOWN)
    measured = msgspec.structs.replace(
        record, observations=(*record.observations, more)
    )
    after = reason(measured, last + DAY, f"monitoring/{entry.id} due[{index}]")
    if after is not None and after.state is not State.DONE:
        assert row.phase == "repeat"
        assert after.due is not None
        assert after.due > on


def test_the_rows_of_another_school_are_not_asked_for() -> None:
    schools = {
        f"monitoring/{entry.id} due[{index}]"
        for entry in KNOWN.table("monitoring").values()
        for index, row in enumerate(entry.due)
        if row.label is not None
    }
    assert len(schools) > 20
    for name in ("olanzapine", "lithium", "viloxazine"):
        record = record_for(KNOWN, name, None, ())
        for days in (1, 40, 100, 400):
            said = {
                r.rule
                for item in found(record, START + days * DAY)
                for r in item.reasons
            }
            assert not said & schools


# --- a bound that is crossed ------------------------------------------------------


def bounds() -> Iterator[Any]:
    for entry in KNOWN.table("monitoring").values():
        for index, row in enumerate(entry.bound):
            if row.label is None:
                yield pytest.param(entry, index, row, id=f"{entry.id}-{index}")


def crossing(row: MonitoringBound) -> Quantity:
    if row.at_least is not None:
        return row.at_least
    if row.above is not None:
        if row.below is not None:
            return Quantity((row.above.value + row.below.value) / 2, row.above.unit)
        return Quantity(row.above.value + Decimal("0.01"), row.above.unit)
    assert row.below is not None
    return Quantity(row.below.value - Decimal("0.01"), row.below.unit)


def outside(row: MonitoringBound) -> Quantity:
    """The nearest value on the other side of the bound."""
    if row.below is not None:
        return row.below
    if row.above is not None:
        return row.above
    assert row.at_least is not None
    return Quantity(row.at_least.value - Decimal("0.01"), row.at_least.unit)


@pytest.mark.parametrize(("entry", "index", "row"), list(bounds()))
def test_a_crossed_bound_is_repeated_where_the_table_says_by_when(
    entry: Monitoring, index: int, row: MonitoringBound
) -> None:
    wanted = crossing(row)
    name = next(
        o for o in entry.observation if wanted.fits(KNOWN.observations[o].unit or "")
    )
    rule = f"monitoring/{entry.id} bound[{index}]"
    on = START + 10 * DAY
    when = row.when or When()
    made_for = None
    for drug in drugs_on(entry, KNOWN):
        if not KNOWN.drugs[drug].identity.rxcui:
            continue
        value = wanted.to(KNOWN.observations[name].unit or "").value
        own = (result(name, str(value), on, KNOWN),)
        record = record_for(KNOWN, drug, row.when, entry.observation, results=own)
        case = Case(record, KNOWN, on)
        crossed = [
            one
            for one in monitoring(case)
            if isinstance(one, OutOfRange) and one.monitoring.id == entry.id
        ]
        if crossed:
            made_for = record
            break
    assert made_for is not None, when
    asked = reason(made_for, on, rule)
    if row.repeat_within is None:
        assert asked is None
        return
    by = row.repeat_within.after(on)
    assert asked is not None
    assert (asked.due, asked.last) == (by, by)
    late = reason(made_for, by + DAY, rule)
    assert late is not None
    assert late.state is State.OVERDUE
    beyond = outside(row).to(KNOWN.observations[name].unit or "").value
    other = record_for(
        KNOWN,
        drug,
        row.when,
        entry.observation,
        results=(result(name, str(beyond), on, KNOWN),),
    )
    assert reason(other, on, rule) is None


# --- the cadence ------------------------------------------------------------------


def visits() -> Iterator[Any]:
    for entry in KNOWN.table("followup").values():
        for index, row in enumerate(entry.visit):
            if row.label is None and row.event == "start":
                yield pytest.param(entry, index, row, id=f"{entry.id}-{index}")


@pytest.mark.parametrize(("entry", "index", "row"), list(visits()))
def test_a_visit_after_a_start_is_due_on_its_day(
    entry: Any, index: int, row: Visit
) -> None:
    rule = f"followup/{entry.id} visit[{index}]"
    on = row.after.after(START)
    for drug in drugs_on(entry, KNOWN):
        if not KNOWN.drugs[drug].identity.rxcui:
            continue
        record = record_for(KNOWN, drug, row.when, ())
        at = reason(record, on, rule)
        if at is not None:
            break
    else:
        raise AssertionError(f"nobody can be made for {rule}")
    assert (at.state, at.due) == (State.DUE, on)
    before = reason(record, on - DAY, rule)
    assert before is not None
    assert before.state in (State.NOT_YET, State.IN_WINDOW)
    assert at.last is not None
    after = reason(record, at.last + DAY, rule)
    assert after is not None
    assert after.state is State.OVERDUE
