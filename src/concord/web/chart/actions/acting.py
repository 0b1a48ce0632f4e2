"""What every action has: one decision, one transaction, one log entry, one answer."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from concord.errors import (
    DeniedError,
    MustAnswerError,
    NoAuthorityError,
    RepeatedKeyError,
)
from concord.terms import Value
from concord.web.chart import log, rows
from concord.web.chart.models import ActionKey, Person
from concord.web.chart.policy import (
    Action,
    Actor,
    Decision,
    Hat,
    Purpose,
    Resource,
    hat_of,
    purpose_of,
    weigh,
)

_logger = logging.getLogger(__name__)


class Ask(Value, frozen=True, kw_only=True):
    """What is asked: who, what, of which resource, what for, under which client key.

    `key` is made by the client, once for each thing that it wants done.
    """

    actor: Actor
    action: Action
    on: Resource
    purpose: Purpose
    key: UUID
    now: datetime


class Did(Value, frozen=True, kw_only=True):
    """What an action did: ids for the log, and ids and counts for the answer.

    `person` is whom the action made, in whose chain it is then logged.
    """

    person: UUID | None = None
    rows: tuple[UUID, ...] = ()
    answer: dict[str, Any] = {}


Writing = Callable[[Hat | None], Did]
_REASONS: dict[type[Exception], Callable[[Any], str]] = {
    DeniedError: lambda denied: str(denied.reason),
    MustAnswerError: lambda _: "must-answer",
    NoAuthorityError: lambda _: "no-authority",
}


def act(ask: Ask, body: Any, write: Writing) -> dict[str, Any]:
    """Return the answer of an action, done once however often it is sent.

    `body` is all that the client asked for: the same key with the same body has the
    same answer; with another, `RepeatedKeyError`.
    Decision, write, log entry and key are one transaction; where one fails, none of
    them happened. A refusal is logged too, then raised as `DeniedError`.
    """
    try:
        return _act(ask, body, write)
    except IntegrityError:
        # The same key at the same moment: the other one did it, and this one answers.
        if not ActionKey.objects.filter(actor=ask.actor.id, key=ask.key).exists():
            raise
        return _act(ask, body, write)
    except (DeniedError, MustAnswerError, NoAuthorityError) as refused:
        decision = Decision(allowed=False, reason=_REASONS[type(refused)](refused))
        note(ask, decision, hat_of(ask.actor, ask.now))
        raise


def _act(ask: Ask, body: Any, write: Writing) -> dict[str, Any]:
    digest = _digest(ask, body)
    with transaction.atomic():
        _wait_for_others(ask)
        decision, facts = weigh(ask.actor, ask.action, ask.on, ask.purpose, ask.now)
        if not decision.allowed:
            raise DeniedError(decision.reason)
        hat = facts.hat
        used = ActionKey.objects.filter(actor=ask.actor.id, key=ask.key).first()
        if used is not None:
            if not hmac.compare_digest(used.body, digest):
                msg = (
                    f"action key {ask.key}: found another request under a key that "
                    "was used; expected a new key for each thing that is asked"
                )
                raise RepeatedKeyError(msg)
            note(ask, decision, hat, reason="repeated")
            answer: dict[str, Any] = used.answer
            return answer
        did = write(hat)
        note(ask, decision, hat, rows=did.rows, person=did.person)
        ActionKey.objects.create(
            actor=ask.actor.id, key=ask.key, body=digest, answer=did.answer, at=ask.now
        )
    _logger.info("%s by %s, %d rows", ask.action, ask.actor.id, len(did.rows))
    return did.answer


def _wait_for_others(ask: Ask) -> None:
    """Let one action at a time write about a person, so that none overtakes another.

    Two who change one medicine at one moment are then both kept, each with its place.
    SQLite has one writer at a time anyway.
    """
    if ask.on.person is not None:
        people = Person.objects.select_for_update(no_key=True)
        people.filter(id=ask.on.person).first()


def note(
    ask: Ask,
    decision: Decision,
    hat: Hat | None,
    *,
    rows: tuple[UUID, ...] = (),
    reason: str | None = None,
    person: UUID | None = None,
) -> None:
    """Write the one log entry of an action, in the transaction of the action."""
    _noted.set(True)
    log.append(
        log.Access(
            subject=person or ask.on.person or ask.on.organisation or ask.actor.id,
            at=ask.now,
            actor_kind=ask.actor.kind,
            actor=ask.actor.id,
            membership=ask.actor.membership,
            organisation=hat.organisation if hat else None,
            programme=hat.programme if hat else None,
            action=ask.action,
            purpose=ask.purpose,
            outcome="allowed" if decision.allowed else "refused",
            reason=reason or decision.reason,
            key=ask.key,
            rows=tuple(str(row) for row in rows),
        )
    )


# Whether anything was noted since `begin_request`, in this thread.
_noted: ContextVar[bool] = ContextVar("noted", default=False)


def begin_request() -> None:
    """Forget what was noted before: a new request begins."""
    _noted.set(False)


def note_refusal(*, actor: Actor, person: UUID, reason: str, now: datetime) -> None:
    """Log that somebody was refused a person's record before any action was asked.

    Nothing, where an action of this request has noted it already.
    """
    if _noted.get():
        return
    ask = Ask(
        actor=actor,
        action=Action.READ_RECORD,
        on=Resource(person=person),
        purpose=purpose_of(actor, person, now),
        key=uuid4(),
        now=now,
    )
    note(ask, Decision(allowed=False, reason=reason), hat_of(actor, now))


def _digest(ask: Ask, body: Any) -> str:
    """Return a keyed digest of a request, from which no value can be guessed."""
    content = rows.encoded([ask.action, ask.on, ask.purpose, body])
    return hmac.new(settings.SECRET_KEY.encode(), content, "sha256").hexdigest()
