"""What the one who asks may do with a person's record, so that pages offer only that.

The policy alone decides: a page that hides a button protects nothing, it only does not
promise what would be refused.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from concord.web.chart.policy import (
    Action,
    Actor,
    Facts,
    Purpose,
    Resource,
    facts_of,
    hat_of,
    judge,
)

_OFFERED = (
    Action.CHANGE_ORDER,
    Action.OVERRIDE_DUE,
    Action.RECORD_REPORT,
    Action.WRITE_CLINICAL,
    Action.WRITE_SETTING,
    Action.IMPORT,
    Action.ANSWER,
    Action.ASK_SCALE,
)


def may(
    actor: Actor, person: UUID, purpose: Purpose, now: datetime
) -> frozenset[Action]:
    """Return the changes of a record that the policy would allow now."""
    return may_by(facts_of(actor, Resource(person=person), now), purpose)


def may_by(facts: Facts, purpose: Purpose) -> frozenset[Action]:
    """Return the same from facts that are at hand."""
    return frozenset(a for a in _OFFERED if judge(facts, a, purpose).allowed)


def runs_an_office_only(actor: Actor, now: datetime) -> bool:
    """Whether the one who asks has an office to run and nobody in their care.

    Such a role sees no record, so its first page is the office and not the panel.
    """
    hat = hat_of(actor, now)
    if hat is None:
        return False
    facts = facts_of(actor, Resource(organisation=hat.organisation), now, hat)
    panel = judge(facts, Action.READ_PANEL, Purpose.TREATMENT).allowed
    return not panel and judge(facts, Action.ADD_PERSON, Purpose.OPERATIONS).allowed
