"""How long two medicines must be apart, and what is between them when they are not.

The time is the `washout` of their interaction: one fact, in one place. The direction
matters: it counts from the day on which the old one is no longer taken.
"""

from __future__ import annotations

from datetime import date

from concord.dosing.plan.known import on_side
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug, Interaction, Washout
from concord.knowledge.pairs import between
from concord.terms import Value


class Apart(Value, frozen=True, kw_only=True):
    """A time for which two medicines must be apart, and the rule that says so."""

    rule: Interaction
    row: Washout


def apart(knowledge: Knowledge, old: Drug, new: Drug, on: date) -> Apart | None:
    """Return the longest time to wait after the old one, `None` where none is stated.

    Of one rule, a row that names the drug itself (fluoxetine) stands before one of its
    group.
    """
    found: list[Apart] = []
    for rule in in_force(knowledge.interactions_between(old.id, new.id), on):
        crosses = (
            on_side(rule.a, old, knowledge) and on_side(rule.b, new, knowledge)
        ) or (on_side(rule.b, old, knowledge) and on_side(rule.a, new, knowledge))
        if not crosses:
            continue
        rows = [
            row
            for row in in_force(rule.washout, on)
            if on_side(row.after, old, knowledge)
        ]
        named = [row for row in rows if old.id in row.after.drugs]
        found += [Apart(rule=rule, row=row) for row in named or rows]
    return max(found, key=lambda one: one.row.lasts.after(date.min), default=None)


def together(knowledge: Knowledge, old: Drug, new: Drug) -> tuple[Interaction, ...]:
    """Return the rules between two medicines that may interrupt, gravest first."""
    pairs = between(knowledge, (old.id, new.id))
    return tuple(pair.rule for pair in pairs if pair.rule.severity.interrupts)
