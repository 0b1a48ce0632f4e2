"""Is it working: what a scale says of a medicine since it was started."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

from concord.dosing.indications import stated
from concord.followup.case import Case, Taking
from concord.followup.results import Measured
from concord.knowledge.lookup import in_force
from concord.knowledge.model import ExpectedResponse, ScaleChange
from concord.terms import Value


class Course(StrEnum):
    """What the scores say of a course of treatment."""

    TOO_EARLY = "too-early"
    NOT_MEASURED = "not-measured"
    NO_BASELINE = "no-baseline"
    WORSE = "worse"
    NO_RESPONSE = "no-response"
    PARTLY = "response-without-remission"
    REMISSION = "remission"
    UNKNOWN_START = "unknown-start"


class Response(Value, frozen=True, kw_only=True):
    """What is known of the response to one medicine for one condition."""

    taking: Taking
    expected: ExpectedResponse
    course: Course
    due_by: date | None = None
    baseline: Measured | None = None
    latest: Measured | None = None


def responses(case: Case) -> Iterator[Response]:
    """Yield the response to each current medicine for each condition it is taken for.

    A row applies where the person has the condition and the medicine is taken for it:
    its stated indication, or, where none is stated, an indication of the medicine.
    """
    for taking in case.known:
        assert taking.drug is not None  # noqa: S101 - `known` holds only these
        for followup in case.knowledge.followup_for(taking.drug.id):
            for row in in_force(followup.response, case.as_of):
                if row.condition in treats(case, taking):
                    yield _judge(case, taking, row)


def treats(case: Case, taking: Taking) -> tuple[str, ...]:
    """Return the conditions that a medicine is taken for, as far as is recorded.

    The stated indications where any is understood; else the person's own conditions
    that the medicine is indicated for.
    """
    if taking.key not in case.treated:
        case.treated[taking.key] = _treats(case, taking)
    return case.treated[taking.key]


def _treats(case: Case, taking: Taking) -> tuple[str, ...]:
    broader = case.knowledge.links.broader
    named = stated_conditions(case, taking)
    if named:
        return tuple(dict.fromkeys(b for s in named for b in broader.get(s, (s,))))
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    return tuple(
        dict.fromkeys(
            i.condition for i in taking.drug.indication if case.has(i.condition)
        )
    )


def stated_conditions(case: Case, taking: Taking) -> tuple[str, ...]:
    """Return the conditions that the indications on a medicine's lines mean."""
    return stated(taking.entry, case.condition_lines, case.knowledge)


def _judge(case: Case, taking: Taking, row: ExpectedResponse) -> Response:
    since = taking.entry.state.since
    if since is None:
        return Response(taking=taking, expected=row, course=Course.UNKNOWN_START)
    start = since.last
    due_by = row.measured_within.after(start)
    best = Response(
        taking=taking, expected=row, course=Course.NOT_MEASURED, due_by=due_by
    )
    if case.as_of <= due_by:
        best = Response(
            taking=taking, expected=row, course=Course.TOO_EARLY, due_by=due_by
        )
    for name in row.scales:
        results = [r for r in case.results.of(name) if r.quantity is not None]
        after = [r for r in results if r.on.last > start]
        before = [r for r in results if r.on.last <= start]
        if not after:
            continue
        if not before:
            course = Course.NO_BASELINE
            baseline = None
        else:
            baseline = before[-1]
            course = _course(case, row, start, baseline, after[-1])
        return Response(
            taking=taking,
            expected=row,
            course=course,
            due_by=due_by,
            baseline=baseline,
            latest=after[-1],
        )
    return best


def _course(
    case: Case,
    row: ExpectedResponse,
    start: date,
    baseline: Measured,
    latest: Measured,
) -> Course:
    change = case.knowledge.scales[latest.observation].change
    if change is None or baseline.quantity is None or latest.quantity is None:
        return Course.NO_BASELINE
    was, now = baseline.quantity.value, latest.quantity.value
    if change.remission_below is not None and now < change.remission_below:
        return Course.REMISSION
    if change.reliable_change is not None and now - was >= change.reliable_change:
        return Course.WORSE
    if responded(was, now, change):
        return Course.PARTLY
    judged_from = row.adequate_trial.after(start)
    return Course.NO_RESPONSE if case.as_of >= judged_from else Course.TOO_EARLY


def responded(was: Decimal, now: Decimal, change: ScaleChange) -> bool:
    """Return whether the fall from the baseline reaches the scale's response share.

    The share is of the distance above the scale's floor, so a scale that begins at 18
    is not flattered.
    """
    above = was - change.floor
    if change.response_share is None or above <= 0:
        return False
    return (was - now) / above >= change.response_share
