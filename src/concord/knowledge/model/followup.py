"""What is due and when: `monitoring/`, `followup/`."""

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
    """What a result outside a bound calls for."""

    below: Quantity | None = None
    at_least: Quantity | None = None
    above: Quantity | None = None
    severity: Severity
    action: str
    when: When | None = None


class Monitoring(Value, frozen=True, kw_only=True):
    """One measurement that one group or drug calls for."""

    id: str
    title: str
    side: Side
    observation: tuple[str, ...]
    why: str
    due: tuple[MonitoringDue, ...] = ()
    bound: tuple[MonitoringBound, ...] = ()


class Visit(Cited, frozen=True, kw_only=True):
    """When the person is seen after an event."""

    event: Literal["start", "dose-change", "switch", "stable", "stop"]
    after: Duration
    every: Duration | None = None
    ends: Duration | None = None
    when: When | None = None
    text: str | None = None


class ExpectedResponse(Cited, frozen=True, kw_only=True):
    """By when a measured response is expected, for a condition, by a scale."""

    condition: str
    scales: tuple[str, ...]
    measured_within: Duration
    adequate_trial: Duration


class Followup(Value, frozen=True, kw_only=True):
    """The cadence of follow-up for one class."""

    id: str
    title: str
    side: Side
    visit: tuple[Visit, ...] = ()
    response: tuple[ExpectedResponse, ...] = ()
