"""The answers that findings were given, as a view shows them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Count

from concord.review import Answer, Reason
from concord.terms import Value, decode_hook
from concord.web.chart.models import AnswerKind, FindingAnswer, Staff
from concord.web.chart.policy import View
from concord.web.chart.seal import seals_of

SEALED = "answer"


class Content(Value, frozen=True, kw_only=True):
    """What an answer's row holds, sealed."""

    answer: Answer
    reason: Reason | None = None
    words: str | None = None


class Answered(Value, frozen=True, kw_only=True):
    """One answer to one finding: what was decided, why, by whom and when.

    `override` says that the finding interrupted a change, which was made all the same.
    """

    answer: Answer
    rule: str
    override: bool
    reason: Reason | None
    words: str | None
    by: str
    at: datetime


_DECODER = msgspec.json.Decoder(Content, dec_hook=decode_hook)


_SAID = (AnswerKind.OVERRIDE, AnswerKind.DECISION)


def count_answers(people: Collection[UUID], view: View) -> Counter[UUID]:
    """Return how many answers about each person a view shows, in one query."""
    said = FindingAnswer.objects.filter(view.held(), person__in=people, kind__in=_SAID)
    counted = said.order_by().values("person").annotate(n=Count("*"))
    return Counter(dict(counted.values_list("person", "n")))


def answers_of(
    people: Collection[UUID], view: View
) -> dict[UUID, tuple[Answered, ...]]:
    """Return the answers about people that a view shows, newest first: three queries.

    Who answered is named as they are now.
    """
    kept = list(
        FindingAnswer.objects.filter(
            view.held(),
            person__in=people,
            kind__in=_SAID,
        ).order_by("-created_at", "-id")
    )
    seals = seals_of({row.person_id for row in kept})
    names = dict(
        Staff.objects.filter(id__in={row.actor for row in kept}).values_list(
            "id", "name"
        )
    )
    found: defaultdict[UUID, list[Answered]] = defaultdict(list)
    for row in kept:
        data = seals[row.person_id].open(row.id, SEALED, bytes(row.content))
        content = _DECODER.decode(data)
        found[row.person_id].append(
            Answered(
                answer=content.answer,
                rule=row.rule,
                override=row.kind == AnswerKind.OVERRIDE,
                reason=content.reason,
                words=content.words,
                by=names.get(row.actor, ""),
                at=row.created_at,
            )
        )
    return {person: tuple(found[person]) for person in people}
