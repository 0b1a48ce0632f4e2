"""What an item is called, so that those who ask for the same thing meet."""

from __future__ import annotations

from concord.followup.case import Case
from concord.followup.due.model import Reason, Wanted, What


def visit(reason: Reason) -> Wanted:
    """Return a reason to see the person: one visit answers all of them."""
    return Wanted(ask="visit", what=What.VISIT, title="Visit", reason=reason)


def contact(reason: Reason) -> Wanted:
    """Return a reason to be in touch soon after an event."""
    return Wanted(ask="contact", what=What.CONTACT, title="Contact", reason=reason)


def thing(case: Case, observation: str, reason: Reason) -> Wanted:
    """Return a reason to measure something: a scale where it is one."""
    if observation in case.knowledge.scales:
        return Wanted(
            ask=f"scale:{observation}",
            what=What.SCALE,
            title=case.knowledge.scales[observation].title,
            reason=reason,
        )
    return Wanted(
        ask=f"measure:{observation}",
        what=What.MEASUREMENT,
        title=case.knowledge.observations[observation].title,
        reason=reason,
    )
