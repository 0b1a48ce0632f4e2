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
    Purpose,
    Resource,
    facts_of,
    judge,
)

_OFFERED = (
    Action.CHANGE_ORDER,
    Action.RECORD_REPORT,
    Action.WRITE_CLINICAL,
    Action.WRITE_SETTING,
    Action.IMPORT,
    Action.ANSWER,
)


def may(
    actor: Actor, person: UUID, purpose: Purpose, now: datetime
) -> frozenset[Action]:
    """Return the changes of a record that the policy would allow now."""
    facts = facts_of(actor, Resource(person=person), now)
    return frozenset(a for a in _OFFERED if judge(facts, a, purpose).allowed)
