"""What needs a person today, and in which order; and what a finding says already."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from concord.followup.due import Due, Reason, State, What
from concord.followup.response import Course
from concord.knowledge.model import Severity
from concord.review.model import Finding, cause_of
from concord.review.rules import effectiveness, monitoring


class Pressing(StrEnum):
    """Why somebody should look at a person today, the most pressing first.

    `interrupting` is what may interrupt a change; `open` every other finding of
    moderate severity or graver that waits for an answer.
    A crisis stands before all of them and is no finding.
    """

    INTERRUPTING = "interrupting"
    ABNORMAL = "abnormal"
    OVERDUE = "overdue"
    WORSE = "worse"
    NOT_SEEN = "not-seen"
    OPEN = "open"

    @property
    def rank(self) -> int:
        """The place in the order."""
        return _ORDER[self]


_ORDER = {one: place for place, one in enumerate(Pressing)}
_SEEN = frozenset({What.VISIT, What.CONTACT})


def of_finding(finding: Finding) -> Pressing | None:
    """Return why a finding presses; `None` where it is of minor severity and may wait.

    A result out of range that may interrupt is the first of the two.
    """
    if finding.severity.rank > Severity.MODERATE.rank:
        return None
    if finding.interrupts:
        return Pressing.INTERRUPTING
    if finding.rule == monitoring.ID:
        overdue = cause_of(finding) == monitoring.OVERDUE
        return Pressing.OVERDUE if overdue else Pressing.ABNORMAL
    worse = finding.rule == effectiveness.ID and cause_of(finding).startswith(
        f"{Course.WORSE}-"
    )
    return Pressing.WORSE if worse else Pressing.OPEN


def of_due(item: Due, findings: Iterable[Finding]) -> Pressing | None:
    """Return why an item presses; `None` where it is not overdue, or minor.

    Nor does one that a finding says already: that finding was graded, and may have
    been answered.
    """
    overdue = item.state is State.OVERDUE
    if not overdue or item.severity.rank > Severity.MODERATE.rank:
        return None
    if item.what in _SEEN:
        return Pressing.NOT_SEEN
    return Pressing.OVERDUE if said(item, findings) is None else None


def said(item: Due, findings: Iterable[Finding]) -> Finding | None:
    """Return the finding that already says that an item is overdue, or `None`.

    Only where a finding says it of every rule by which the item is overdue: what is
    late for two medicines and found of one is not all said. A decision of the
    prescriber is more than the finding says.
    """
    late = [r for r in item.reasons if r.state is State.OVERDUE]
    if item.state is not State.OVERDUE or item.override is not None or not late:
        return None
    known = tuple(findings)
    found = [next((f for f in known if _says(f, r)), None) for r in late]
    return found[0] if all(f is not None for f in found) else None


def _says(finding: Finding, reason: Reason) -> bool:
    if not set(reason.medicines) & set(finding.medications):
        return False
    table, _, row = reason.rule.partition("/")
    if finding.rule == monitoring.ID and cause_of(finding) == monitoring.OVERDUE:
        named = any(seen.values.get("title") == reason.text for seen in finding.seen)
        return named and table == "monitoring" and " due[" in row
    if finding.rule == effectiveness.ID:
        unmeasured = cause_of(finding).startswith(f"{Course.NOT_MEASURED}-")
        of_it = finding.why.values.get("condition") == reason.text
        return unmeasured and of_it and table == "followup" and " response[" in row
    return False
