"""Answers about suicide that came with papers from elsewhere: the same task, once.

An answer that is still about now opens the task that it would have opened here
(decision 23). An older one opens none: the review says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

from concord.followup.answered import Flagged, asks_of, flagged
from concord.followup.crisis import speaks_of_now
from concord.followup.scoring import Given
from concord.record.merge import line_key
from concord.record.model import Record, Response
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask
from concord.web.chart.actions.asking import version_of
from concord.web.chart.actions.crises import open_task
from concord.web.chart.actions.forms import (
    ANSWER,
    END,
    REQUEST,
    ByWhom,
    Finished,
    Told,
    Wanted,
    forms_by,
)
from concord.web.chart.actions.reviewing import day_in, knowledge
from concord.web.chart.models import EndKind, ScaleAnswer, ScaleEnd, ScaleRequest
from concord.web.chart.policy import Hat, readers_of
from concord.web.chart.seal import seal_of


def waking(
    ask: Ask, hat: Hat | None, before: Record, after: Record
) -> tuple[Flagged, ...]:
    """Return the answers whose tasks `open_tasks` would open; it writes nothing.

    `before` is the record without what is brought in.
    """
    return tuple(found for _, found in _new(before, after, _today(ask, hat)))


def open_tasks(ask: Ask, hat: Hat | None, before: Record, after: Record) -> list[UUID]:
    """Open the task of each answer that was brought in; within its transaction.

    One for each form of a source, and once, however often it comes and whatever it
    says later. The first told is who brought it in, where they look after the person,
    else one of those who do.
    """
    person = ask.on.person
    if hat is None or person is None:
        return []
    on = _today(ask, hat)
    opened: list[UUID] = []
    for response, found in _new(before, after, on):
        form = _id(person, hat, response)
        if ScaleRequest.objects.filter(id=form).exists():
            continue
        _keep_form(ask, hat, form, found, on)
        given = Given(item=found.item, value=found.value)
        opened.append(open_task(ask, forms_by([form], ask.now)[form], given))
    return opened


def _today(ask: Ask, hat: Hat | None) -> date:
    """Return the day that it is where the one works who brings it in."""
    return day_in(hat.zone if hat else None, ask.now)


def _new(before: Record, after: Record, on: date) -> Iterator[tuple[Response, Flagged]]:
    had = {line_key(line): line for line in before.responses}
    for response in after.responses:
        if had.get(line_key(response)) == response:
            continue
        found = flagged(response, knowledge().scales)
        if found is None:
            continue
        scale = knowledge().scales[found.scale]
        if speaks_of_now(found.on, asks_of(scale, knowledge(), on), on):
            yield response, found


def _id(person: UUID, hat: Hat, response: Response) -> UUID:
    """Return the id of the form that stands for one from elsewhere: always the same.

    Of each house and Part 2 programme its own: neither sees what the other brought in.
    """
    wall = str(hat.programme) if hat.part_2 else ""
    return uuid5(person, "|".join((str(hat.organisation), wall, *line_key(response))))


def _named(hat: Hat, person: UUID, now: datetime) -> UUID:
    readers = [membership for membership, _ in readers_of(hat, person, now)]
    if hat.membership in readers or not readers:
        return hat.membership
    return readers[0]


def _keep_form(ask: Ask, hat: Hat, form: UUID, found: Flagged, on: date) -> None:
    """Keep a finished form with this one answer, so that its task has its question."""
    person = ask.on.person
    assert person is not None  # noqa: S101 - who calls has asked for one
    scale = knowledge().scales[found.scale]
    seal = seal_of(person)
    held = {
        "person_id": person,
        "organisation_id": hat.organisation,
        "programme_id": hat.programme,
        "created_at": ask.now,
        "actor": ask.actor.id,
        "key": ask.key,
    }
    wanted = Wanted(
        scale=scale.id,
        version=version_of(scale),
        by=ByWhom.ELSEWHERE,
        reader=_named(hat, person, ask.now),
        opens=found.on.first if found.on else on,
    )
    ScaleRequest.objects.create(
        id=form, content=seal.close(form, REQUEST, rows.encoded(wanted)), **held
    )
    answer, end = uuid4(), uuid4()
    told = Told(given=Given(item=found.item, value=found.value))
    ScaleAnswer.objects.create(
        id=answer,
        request_id=form,
        number=1,
        content=seal.close(answer, ANSWER, rows.encoded(told)),
        **held,
    )
    finished = Finished(response=found.response)
    ScaleEnd.objects.create(
        id=end,
        request_id=form,
        kind=EndKind.COMPLETED,
        content=seal.close(end, END, rows.encoded(finished)),
        **held,
    )
