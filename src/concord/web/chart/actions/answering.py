"""Answering findings: accept or decline, say why, and count what was overridden."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.db.models import Count

from concord.errors import DeniedError, ImpossibleChangeError
from concord.review import Answer, Decision, Finding, Reason
from concord.terms import Value
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, Did, act, note
from concord.web.chart.actions.answers import SEALED, Content
from concord.web.chart.actions.interrupting import Override
from concord.web.chart.actions.reviewing import (
    current_review,
    day_for,
    day_in,
    knowledge,
    renew,
    told_to,
)
from concord.web.chart.models import AnswerKind, FindingAnswer
from concord.web.chart.policy import (
    Action,
    Actor,
    Hat,
    Purpose,
    Resource,
    View,
    decide,
    hat_of,
    seen_under,
    view_of,
)
from concord.web.chart.seal import seal_of

__all__ = ["Override", "Reason", "RuleCount", "answer", "counted"]


class RuleCount(Value, frozen=True, kw_only=True):
    """How often a rule interrupted, and how often the change was made all the same.

    `share` is unknown where it never interrupted; `look_again` says that the rule
    itself is to be reviewed (measure `interruptions`).
    """

    rule: str
    fired: int
    overridden: int
    share: Decimal | None
    look_again: bool


def answer(
    *,
    actor: Actor,
    person: UUID,
    finding: str,
    circumstance: str,
    decision: Decision,
    reason: Reason | None,
    words: str | None,
    owner: str | None,
    check_on: date | None,
    to_do: str | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Keep a decision on a finding of the review, and return the answer's id.

    The finding must be there in this circumstance: an answer to what somebody saw
    yesterday is not an answer to what is there today. To decline takes a reason, and
    another reason takes words; else `ImpossibleChangeError`.
    """
    body = [finding, circumstance, decision, reason, words, owner, check_on, to_do]
    _check_words(decision, reason, words)
    ask = Ask(
        actor=actor,
        action=Action.ANSWER,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )

    def write(hat: Hat | None) -> Did:
        view = _view(actor, person, now)
        told = told_to([person], view)[person]
        made = current_review(person, view, told, now)
        found = next((f for f in made.review.findings if f.id == finding), None)
        if found is None or found.circumstance != circumstance:
            msg = (
                "found a finding that is no longer as it was shown, expected the one "
                "of the present review; look at the review again"
            )
            raise ImpossibleChangeError(msg)
        content = Content(
            answer=Answer(
                finding=finding,
                circumstance=circumstance,
                decision=decision,
                by=str(actor.id),
                on=made.review.as_of,
                reason=reason.value if reason else None,
                owner=owner or None,
                check_on=check_on,
                to_do=to_do or None,
            ),
            reason=reason,
            words=words or None,
        )
        id_ = _keep(ask, hat, found.rule, AnswerKind.DECISION, content)
        renew(actor, person, now)
        return Did(rows=(id_,), answer={"answer": str(id_)})

    return act(ask, body, write)


def keep_overrides(
    ask: Ask,
    hat: Hat | None,
    view: View,
    findings: tuple[Finding, ...],
    overrides: tuple[Override, ...],
) -> tuple[UUID, ...]:
    """Keep why a change is made in spite of these findings; within its transaction."""
    person = _person(ask)
    given = {(o.finding, o.circumstance): o for o in overrides}
    made = []
    for finding in findings:
        override = given[finding.id, finding.circumstance]
        content = Content(
            answer=Answer(
                finding=finding.id,
                circumstance=finding.circumstance,
                decision=Decision.DECLINED,
                by=str(ask.actor.id),
                on=day_for(view, person, None, ask.now),
                reason=override.reason.value,
            ),
            reason=override.reason,
            words=override.words or None,
        )
        made.append(_keep(ask, hat, finding.rule, AnswerKind.OVERRIDE, content))
    count_fired(ask, hat, findings)
    return tuple(made)


def count_fired(ask: Ask, hat: Hat | None, findings: tuple[Finding, ...]) -> None:
    """Keep that findings interrupted: once for each, however often a form is sent."""
    kept = [
        FindingAnswer(
            id=uuid5(ask.key, f"fired {finding.id}"),
            rule=finding.rule,
            kind=AnswerKind.FIRED,
            content=b"",
            **_held(ask, hat),
        )
        for finding in findings
    ]
    with transaction.atomic():
        FindingAnswer.objects.bulk_create(kept, ignore_conflicts=True)


def counted(
    *, actor: Actor, now: datetime, organisation: UUID | None = None
) -> tuple[RuleCount, ...]:
    """Return, by rule, how often it interrupted in one's organisation, and what then.

    Those most often overridden first; nobody is named, and what another Part 2
    programme answered is not counted.
    Raises `DeniedError`, and logs that too.
    """
    hat = hat_of(actor, now)
    house = organisation or (hat.organisation if hat else None)
    ask = Ask(
        actor=actor,
        action=Action.READ_COUNTS,
        on=Resource(organisation=house),
        purpose=Purpose.OPERATIONS,
        key=uuid4(),
        now=now,
    )
    decision = decide(actor, ask.action, ask.on, ask.purpose, now)
    if hat is None or not decision.allowed:
        note(ask, decision, hat)
        raise DeniedError(decision.reason)
    with transaction.atomic():
        numbers = {
            (rule, kind): number
            for rule, kind, number in FindingAnswer.objects.filter(
                seen_under(hat), organisation=house
            )
            .values("rule", "kind")
            .annotate(number=Count("id"))
            .values_list("rule", "kind", "number")
        }
        note(ask, decision, hat)
    today = day_in(hat.zone, now)
    counts = (_count(rule, numbers, today) for rule in {rule for rule, _ in numbers})
    shown = (count for count in counts if count.fired)
    return tuple(sorted(shown, key=lambda c: (-(c.share or 0), -c.fired, c.rule)))


def _count(rule: str, numbers: dict[tuple[str, str], int], today: date) -> RuleCount:
    fired = numbers.get((rule, AnswerKind.FIRED), 0)
    overridden = numbers.get((rule, AnswerKind.OVERRIDE), 0)
    share = Decimal(overridden) / fired if fired else None
    enough = knowledge().figure("interruptions", "review-rule-firings", today)
    most = knowledge().figure("interruptions", "review-rule-share", today)
    return RuleCount(
        rule=rule,
        fired=fired,
        overridden=overridden,
        share=share,
        look_again=share is not None and fired >= enough and share >= most,
    )


def _check_words(decision: Decision, reason: Reason | None, words: str | None) -> None:
    if decision is Decision.DECLINED and reason is None:
        msg = "found no reason to decline, expected one; choose the nearest"
        raise ImpossibleChangeError(msg)
    if reason is Reason.OTHER and not (words or "").strip():
        msg = "found another reason and no words, expected words that say which"
        raise ImpossibleChangeError(msg)


def _keep(
    ask: Ask, hat: Hat | None, rule: str, kind: AnswerKind, content: Content
) -> UUID:
    id_ = uuid4()
    seal = seal_of(_person(ask))
    FindingAnswer.objects.create(
        id=id_,
        rule=rule,
        kind=kind,
        content=seal.close(id_, SEALED, rows.encoded(content)),
        **_held(ask, hat),
    )
    return id_


def _held(ask: Ask, hat: Hat | None) -> dict[str, Any]:
    return {
        "person_id": _person(ask),
        "organisation_id": hat.organisation if hat else None,
        "programme_id": hat.programme if hat else None,
        "created_at": ask.now,
        "actor": ask.actor.id,
        "key": ask.key,
    }


def _person(ask: Ask) -> UUID:
    if ask.on.person is None:
        msg = "an answer is about a person"
        raise TypeError(msg)
    return ask.on.person


def _view(actor: Actor, person: UUID, now: datetime) -> View:
    view = view_of(actor, person, now)
    if view is None:
        raise DeniedError("not-in-care")
    return view
