"""The interaction rules between named drugs: base severities, and how one is judged.

Who asks knows the person or not; the answers to what a rule asks are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations

from concord.knowledge.links import drugs_of
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Interaction, Severity, SeverityChange, When
from concord.terms import Value


class Pair(Value, frozen=True, kw_only=True):
    """Two drugs, and one rule that holds between them."""

    drugs: tuple[str, str]
    rule: Interaction


class Judged(Value, frozen=True, kw_only=True):
    """How grave a rule is for somebody.

    `reasons` are the rows that made it another than the rule's own, `open` those that
    would raise it if something unknown were so.
    """

    severity: Severity
    reasons: tuple[SeverityChange, ...] = ()
    open: tuple[SeverityChange, ...] = ()


def judged(
    rule: Interaction, holds: Callable[[When], bool | None], on: date
) -> Judged | None:
    """Return how grave a rule is by what holds on a day, `None` where it is exempt.

    `holds` answers yes, no or not known. What is not known neither exempts nor lowers.
    """
    if any(holds(row.when) is True for row in in_force(rule.exempt, on)):
        return None
    severity = rule.severity
    reasons: list[SeverityChange] = []
    unsure: list[SeverityChange] = []
    for row in in_force(rule.lowers, on):
        if row.to.rank > severity.rank and holds(row.when) is True:
            severity, reasons = row.to, [row]
    for row in in_force(rule.raises, on):
        if row.to.rank >= severity.rank:
            continue
        answer = holds(row.when)
        if answer is True:
            severity, reasons = row.to, [row]
        elif answer is None:
            unsure.append(row)
    return Judged(severity=severity, reasons=tuple(reasons), open=tuple(unsure))


def between(knowledge: Knowledge, drugs: Sequence[str]) -> tuple[Pair, ...]:
    """Return every rule between any two of some drugs, gravest first.

    Rules that a route, a dose or a use would narrow are listed, since nothing of a
    person is known here; the text of their exemptions says so.
    """
    found = []
    for one, other in combinations(dict.fromkeys(drugs), 2):
        names = (knowledge.drugs[one].name, knowledge.drugs[other].name)
        rules = [
            rule
            for rule in knowledge.interactions_between(one, other)
            if rule.label is None and _crosses(knowledge, rule, one, other)
        ]
        found += [Pair(drugs=names, rule=rule) for rule in speaking(rules)]
    return tuple(sorted(found, key=lambda p: (p.rule.severity.rank, p.drugs)))


def speaking(rules: Iterable[Interaction]) -> list[Interaction]:
    """Return the rules of one pair without those that yield to another of them."""
    rules = list(rules)
    here = {rule.id for rule in rules}
    return [rule for rule in rules if here.isdisjoint(rule.yields_to)]


def _crosses(knowledge: Knowledge, rule: Interaction, one: str, other: str) -> bool:
    members = {
        group: tuple(knowledge.members(group))
        for group in (*rule.a.groups, *rule.b.groups)
    }
    a, b = set(drugs_of(rule.a, members)), set(drugs_of(rule.b, members))
    return (one in a and other in b) or (other in a and one in b)
