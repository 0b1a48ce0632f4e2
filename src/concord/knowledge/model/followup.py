"""What is due and when: `monitoring/`, `followup/`, `outcomes/`."""

from __future__ import annotations

from typing import Literal

from concord.knowledge.model.cited import Cited, Severity
from concord.knowledge.model.when import Side, When
from concord.terms import Duration, Quantity, Value


class MonitoringDue(Cited, frozen=True, kw_only=True):
    """When a measurement is due.

    `phase` baseline: once, from `before` before the start to `after` after it (without
    `after` and `grace`: before the day of the first dose).
    `phase` once: `after` after the start.
    `phase` repeat: every `every`, from `begins` to `ends` after the start.
    `grace` is how long past due it is before it counts as overdue.
    """

    phase: Literal["baseline", "once", "repeat"]
    before: Duration | None = None
    after: Duration | None = None
    every: Duration | None = None
    begins: Duration | None = None
    ends: Duration | None = None
    grace: Duration | None = None
    after_event: Literal["start", "dose-change"] = "start"
    when: When | None = None
    severity: Severity = Severity.MODERATE


class MonitoringBound(Cited, frozen=True, kw_only=True):
    """What a result outside a bound calls for.

    `repeat_within` is how long after it the next one is due, where the source or the
    action says so.
    """

    below: Quantity | None = None
    at_least: Quantity | None = None
    above: Quantity | None = None
    severity: Severity
    action: str
    when: When | None = None
    repeat_within: Duration | None = None


class Monitoring(Value, frozen=True, kw_only=True):
    """One measurement that one group or drug calls for."""

    id: str
    title: str
    side: Side
    observation: tuple[str, ...]
    why: str
    due: tuple[MonitoringDue, ...] = ()
    bound: tuple[MonitoringBound, ...] = ()


class Recurring(Cited, frozen=True, kw_only=True):
    """Something that is done again: first `after` an event, then `every` so often.

    The last is no later than `ends` after the event.
    `rolling` counts `every` from the last time, not from the event: for what only must
    not be too far apart. It holds of `stable` alone.
    `grace` is how long past its day it is before it counts as overdue; without it, a
    share of the interval (`measures/followup-windows`).
    """

    after: Duration
    every: Duration | None = None
    ends: Duration | None = None
    grace: Duration | None = None
    rolling: bool = False
    text: str | None = None
    severity: Severity = Severity.MODERATE


class Visit(Recurring, frozen=True, kw_only=True):
    """When the person is seen, or something is measured, after an event.

    `event` `taper` is a lowering of the dose, `pregnancy` the day it was known,
    `beside` the start, change or stop of another medicine, one of `beside`.
    Where `observation` is named it is measured; else somebody sees the person.
    """

    event: Literal[
        "start",
        "dose-change",
        "switch",
        "stable",
        "taper",
        "stop",
        "pregnancy",
        "beside",
    ]
    beside: tuple[str, ...] = ()
    observation: tuple[str, ...] = ()
    when: When | None = None


class Repeat(Recurring, frozen=True, kw_only=True):
    """When a scale in use for a condition is filled in again.

    `event` is of a medicine that the person takes for the condition, or `score`: the
    last score itself, whatever they take.
    """

    event: Literal["start", "dose-change", "stable", "score"]


class RemissionKept(Cited, frozen=True, kw_only=True):
    """How long scores stay under the bound until remission is sustained, and longer.

    `recovered_after` is where the same source speaks of recovery.
    """

    sustained_after: Duration
    recovered_after: Duration | None = None


class Outcome(Value, frozen=True, kw_only=True):
    """How a condition is measured: by which scales, how often again, for how long well.

    Any of the `scales` counts; none of them is asked for that was never filled in.
    """

    id: str
    title: str
    condition: str
    scales: tuple[str, ...]
    repeat: tuple[Repeat, ...] = ()
    remission: tuple[RemissionKept, ...] = ()


class Settled(Cited, frozen=True, kw_only=True):
    """How long after the start of a course it counts as stable."""

    after: Duration


class ExpectedResponse(Cited, frozen=True, kw_only=True):
    """By when a measured response is expected, for a condition, by a scale."""

    condition: str
    scales: tuple[str, ...]
    measured_within: Duration
    adequate_trial: Duration


class Followup(Value, frozen=True, kw_only=True):
    """The cadence of follow-up for one class.

    Without `settled` a course is stable after `measures/followup-events`.
    """

    id: str
    title: str
    side: Side
    visit: tuple[Visit, ...] = ()
    settled: tuple[Settled, ...] = ()
    response: tuple[ExpectedResponse, ...] = ()
