"""The interaction rules between named drugs, with no person: base severities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from concord.knowledge.links import drugs_of
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Interaction
from concord.terms import Value


class Pair(Value, frozen=True, kw_only=True):
    """Two drugs, and one rule that holds between them."""

    drugs: tuple[str, str]
    rule: Interaction


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
