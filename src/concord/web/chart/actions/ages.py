"""Age rules: from or up to which age something holds, as the law there has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from concord.errors import DeniedError, ImpossibleChangeError
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.models import AgeRule, Basis, Power
from concord.web.chart.policy import OWN, Action, Actor, Hat, Purpose, Resource

# What an age rule may be about: what a person does, or what a caregiver is let do.
SUBJECTS = frozenset(
    {action.value for action in OWN} | {f"{b}:{p}" for b in Basis for p in Power}
)


def set_rule(
    *,
    actor: Actor,
    organisation: UUID,
    subject: str,
    from_years: int | None,
    until_years: int | None,
    source: str,
    locator: str,
    key: UUID,
    now: datetime,
    ends_at: datetime | None = None,
) -> dict[str, Any]:
    """Record an age rule with the law that it rests on, and return its id.

    It holds from an age in whole years, inclusive, or until one, exclusive; one of the
    two, or both, must be there.
    """
    if subject not in SUBJECTS:
        msg = "found an age rule about nothing known, expected one of the subjects"
        raise ImpossibleChangeError(msg)
    if from_years is None and until_years is None:
        msg = "found a rule without an age, expected one to begin or to end with"
        raise ImpossibleChangeError(msg)
    if from_years is not None and until_years is not None and until_years <= from_years:
        msg = "found a rule that ends before it begins, expected the later age last"
        raise ImpossibleChangeError(msg)
    if not source.strip() or not locator.strip():
        msg = "found a rule without its law, expected the law and the place in it"
        raise ImpossibleChangeError(msg)
    ask = _ask(actor, organisation, key, now)

    def write(_hat: Hat | None) -> Did:
        rule = AgeRule.objects.create(
            organisation_id=organisation,
            subject=subject,
            from_years=from_years,
            until_years=until_years,
            source=source,
            locator=locator,
            starts_at=now,
            ends_at=ends_at,
        )
        return Did(rows=(rule.id,), answer={"rule": str(rule.id)})

    body = [subject, from_years, until_years, source, locator, ends_at]
    return act(ask, body, write)


def end_rule(
    *, actor: Actor, organisation: UUID, rule: UUID, key: UUID, now: datetime
) -> dict[str, Any]:
    """End an age rule now."""
    ask = _ask(actor, organisation, key, now)

    def write(_hat: Hat | None) -> Did:
        ours = AgeRule.objects.filter(id=rule, organisation=organisation)
        if not ours.update(ends_at=now):
            raise DeniedError("not-found")
        return Did(rows=(rule,), answer={"rule": str(rule)})

    return act(ask, ["end", rule], write)


def _ask(actor: Actor, organisation: UUID, key: UUID, now: datetime) -> Ask:
    return Ask(
        actor=actor,
        action=Action.SET_AGE_RULE,
        on=Resource(organisation=organisation),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )
