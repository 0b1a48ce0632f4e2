"""Forms that were sent to a person, with their answers so far, as a view shows them.

Whoever shows them has read the record, which is decided and logged; a form that is not
visible is answered like one that is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from concord.errors import DeniedError
from concord.followup.checklist import checklist
from concord.followup.scoring import Given
from concord.knowledge.model import Scale, ScaleItem
from concord.terms import Value, decode_hook
from concord.web.chart.actions.reviewing import day_in, knowledge, zone_of
from concord.web.chart.models import (
    EndKind,
    Membership,
    ScaleAnswer,
    ScaleEnd,
    ScaleRequest,
)
from concord.web.chart.policy import Actor, visible
from concord.web.chart.seal import seals_of

REQUEST, ANSWER, END = "scale request", "scale answer", "scale end"


class ByWhom(StrEnum):
    """Who fills a form in; `elsewhere`: it was filled in before it came here."""

    PERSON = "person"
    STAFF = "staff"
    ELSEWHERE = "elsewhere"


class Wanted(Value, frozen=True, kw_only=True):
    """What a request holds, sealed.

    `reader` is the membership whose holder reads the answers. It can be filled in from
    `opens` on, and before `closes` where the next one of its `series` takes its place.
    `order` is what had it sent when it was due (`actions.sending`).
    `drugs` are those of which a checklist of side effects asks; `after` is the short
    form that led to it.
    """

    scale: str
    version: str
    by: ByWhom
    reader: UUID
    opens: date
    closes: date | None = None
    series: UUID | None = None
    drugs: tuple[str, ...] = ()
    after: UUID | None = None
    order: UUID | None = None


class Told(Value, frozen=True, kw_only=True):
    """What one answer holds, sealed; without a value and words it was left open."""

    given: Given
    language: str = "en"


class Finished(Value, frozen=True, kw_only=True):
    """What an end holds, sealed: the form on the record, or why it was called off."""

    response: str | None = None
    reason: str | None = None
    next: UUID | None = None


class State(StrEnum):
    """Where a form is."""

    TO_COME = "to-come"
    OPEN = "open"
    LAPSED = "lapsed"
    COMPLETED = "completed"
    CALLED_OFF = "called-off"


class Answer(Value, frozen=True, kw_only=True):
    """One answer with the moment at which it was given."""

    given: Given
    at: datetime
    language: str = "en"


class Form(Value, frozen=True, kw_only=True):
    """One form: its scale, where it is, and the newest answer to each question.

    `reader` is the name of who reads it; `said` is every answer in its order.
    """

    id: UUID
    person: UUID
    wanted: Wanted
    scale: Scale
    state: State
    sent_at: datetime
    reader: str
    organisation: UUID
    programme: UUID | None
    said: tuple[Answer, ...] = ()
    ended_at: datetime | None = None
    end: Finished | None = None

    @property
    def answers(self) -> dict[str, Answer]:
        """The newest answer to each question that was answered or left open."""
        return {answer.given.item: answer for answer in self.said}

    @property
    def items(self) -> tuple[ScaleItem, ...]:
        """The questions, in their order."""
        return self.scale.form.item if self.scale.form else ()

    @property
    def asked(self) -> tuple[ScaleItem, ...]:
        """The questions that are still asked: none after the one that ends a form."""
        gate = self.scale.scoring.gate if self.scale.scoring else None
        if gate is None:
            return self.items
        answer = self.answers.get(gate.item)
        if answer is None or answer.given.value != gate.ends_at:
            return self.items
        return tuple(item for item in self.items if item.id == gate.item)

    @property
    def given(self) -> tuple[Given, ...]:
        """The answers that count: the newest, of questions that are still asked."""
        asked = {item.id for item in self.asked}
        return tuple(a.given for a in self.answers.values() if a.given.item in asked)

    @property
    def fillable(self) -> bool:
        """Whether it can be filled in now."""
        return self.state is State.OPEN


_WANTED = msgspec.json.Decoder(Wanted, dec_hook=decode_hook)
_TOLD = msgspec.json.Decoder(Told, dec_hook=decode_hook)
_FINISHED = msgspec.json.Decoder(Finished, dec_hook=decode_hook)


def forms_of(*, actor: Actor, person: UUID, now: datetime) -> tuple[Form, ...]:
    """Return the forms of a person that an actor may see, the newest first."""
    rows = visible(actor, now).requests().filter(person=person)
    return _read(rows.order_by("-created_at", "-id"), now)


def form_of(*, actor: Actor, person: UUID, form: UUID, now: datetime) -> Form:
    """Return one form, or raise `DeniedError` where it is not the actor's to see."""
    rows = visible(actor, now).requests().filter(person=person, id=form)
    found = _read(rows, now)
    if not found:
        raise DeniedError("not-found")
    return found[0]


def forms_by(ids: Iterable[UUID], now: datetime) -> dict[UUID, Form]:
    """Return forms by their ids, for who has decided that they may be seen."""
    return {f.id: f for f in _read(ScaleRequest.objects.filter(id__in=ids), now)}


def scale_of(wanted: Wanted, on: date) -> Scale | None:
    """Return the scale as it is asked: a checklist with its own questions."""
    scale = knowledge().scales.get(wanted.scale)
    if scale is None or not wanted.drugs:
        return scale
    known = knowledge().drugs
    return checklist(scale, [known[d] for d in wanted.drugs if d in known], on)


def _read(rows: QuerySet[ScaleRequest], now: datetime) -> tuple[Form, ...]:
    """Return forms in the order of their rows: five queries, however many they are."""
    kept = list(rows)
    ids = [row.id for row in kept]
    seals = seals_of({row.person_id for row in kept})
    said: defaultdict[UUID, list[Answer]] = defaultdict(list)
    for one in ScaleAnswer.objects.filter(request__in=ids).order_by("number"):
        data = seals[one.person_id].open(one.id, ANSWER, bytes(one.content))
        told = _TOLD.decode(data)
        said[one.request_id].append(
            Answer(given=told.given, at=one.created_at, language=told.language)
        )
    ends = {end.request_id: end for end in ScaleEnd.objects.filter(request__in=ids)}
    wanted = {
        row.id: _WANTED.decode(
            seals[row.person_id].open(row.id, REQUEST, bytes(row.content))
        )
        for row in kept
    }
    readers = dict(
        Membership.objects.filter(
            id__in={one.reader for one in wanted.values()}
        ).values_list("id", "staff__name")
    )
    days = {
        person: day_in(zone_of(person, None, now), now)
        for person in {row.person_id for row in kept}
    }
    found = []
    for row in kept:
        ask, end = wanted[row.id], ends.get(row.id)
        scale = scale_of(ask, days[row.person_id])
        if scale is None or row.organisation_id is None:
            continue
        finished = None
        if end is not None:
            data = seals[row.person_id].open(end.id, END, bytes(end.content))
            finished = _FINISHED.decode(data)
        found.append(
            Form(
                id=row.id,
                person=row.person_id,
                wanted=ask,
                scale=scale,
                state=_state(ask, scale, end, days[row.person_id]),
                sent_at=row.created_at,
                reader=readers.get(ask.reader, ""),
                organisation=row.organisation_id,
                programme=row.programme_id,
                said=tuple(said[row.id]),
                ended_at=end.created_at if end else None,
                end=finished,
            )
        )
    return tuple(found)


def _state(wanted: Wanted, scale: Scale, end: ScaleEnd | None, on: date) -> State:
    if end is not None:
        done = end.kind == EndKind.COMPLETED
        return State.COMPLETED if done else State.CALLED_OFF
    if on < wanted.opens:
        return State.TO_COME
    closed = wanted.closes is not None and on >= wanted.closes
    # Other questions under the same name would be other answers.
    changed = scale.form is None or scale.form.version != wanted.version
    return State.LAPSED if closed or changed else State.OPEN
