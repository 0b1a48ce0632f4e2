"""Crisis tasks: who is told of an answer about suicide, who takes it up, what was done.

A task is opened by the answer itself, in its transaction. The clinician whom the form
names is told at once, then their cover, then who is on call (`followup.crisis`); the
worker goes on with that. It is closed only with what was done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from concord.errors import DeniedError, ImpossibleChangeError
from concord.followup.crisis import (
    Due,
    Rung,
    Waits,
    WhatWasDone,
    due_by,
    ladder,
    reads_at,
)
from concord.followup.scoring import Given
from concord.record.model import Person as Who
from concord.terms import Value, decode_hook
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, Did, act, note
from concord.web.chart.actions.crisis_plans import Plan, plan_of
from concord.web.chart.actions.forms import Form, forms_by
from concord.web.chart.actions.organisations import INSTALL
from concord.web.chart.actions.reviewing import day_in, knowledge
from concord.web.chart.models import (
    Cover,
    CrisisStep,
    CrisisTask,
    OnCall,
    Organisation,
    StepKind,
    current,
)
from concord.web.chart.policy import (
    Action,
    Actor,
    Decision,
    Hat,
    Purpose,
    Resource,
    View,
    calls,
    hat_of,
    visible,
    weigh,
)
from concord.web.chart.seal import seal_of, seals_of

__all__ = [
    "Crisis",
    "Rung",
    "Shown",
    "Step",
    "StepKind",
    "WhatWasDone",
    "acknowledge",
    "called_to",
    "close",
    "crises_of",
    "escalate",
    "open_among",
    "open_task",
    "read_crisis",
    "waiting_for",
]

_TASK, _STEP = "crisis task", "crisis step"
_FEWEST_LETTERS = 3
_MOST_LETTERS = 4000
_TOOK = (StepKind.ACKNOWLEDGED, StepKind.CLOSED)


class Asked(Value, frozen=True, kw_only=True):
    """What a task holds, sealed: the question of a scale that opened it, the answer."""

    scale: str
    item: str
    value: Decimal


class Done(Value, frozen=True, kw_only=True):
    """What a step holds, sealed: at its closing, what was done, as a code and words."""

    what: WhatWasDone | None = None
    words: str | None = None


class Step(Value, frozen=True, kw_only=True):
    """Something that happened with a task: to or by whom, and when."""

    kind: StepKind
    rung: Rung | None
    membership: UUID | None
    who: str
    at: datetime
    done: Done


class Crisis(Value, frozen=True, kw_only=True):
    """A task: about whom, since when, which answer, and all that happened with it."""

    id: UUID
    person: UUID
    form: UUID
    organisation: UUID
    opened_at: datetime
    asked: Asked
    named: str
    steps: tuple[Step, ...]

    @property
    def acknowledged(self) -> Step | None:
        """The step by which somebody took it up, or `None`."""
        return next((s for s in self.steps if s.kind in _TOOK), None)

    @property
    def closed(self) -> Step | None:
        """The step that closed it, or `None` while it is open."""
        return next((s for s in self.steps if s.kind is StepKind.CLOSED), None)

    @property
    def told(self) -> tuple[Step, ...]:
        """Who was told, in order."""
        return tuple(s for s in self.steps if s.kind is StepKind.TOLD)

    @property
    def nobody_took_it(self) -> bool:
        """Whether everybody was told and the last wait is over, with nobody on it."""
        last = any(s.rung is Rung.NOBODY for s in self.told)
        return last and self.acknowledged is None

    @property
    def owner(self) -> str:
        """Who has it: who took it up, else who was told last, else who is named."""
        if self.acknowledged is not None:
            return self.acknowledged.who
        names = [s.who for s in self.told if s.who]
        return names[-1] if names else self.named


class Shown(Value, frozen=True, kw_only=True):
    """A task as its page shows it.

    With its form, how the clinic takes such answers up, and who it is about: the one
    who asks may be on call and see nothing else of the person.
    """

    crisis: Crisis
    form: Form
    plan: Plan
    zone: str
    who: Who | None
    in_care: bool


_ASKED = msgspec.json.Decoder(Asked, dec_hook=decode_hook)
_DONE = msgspec.json.Decoder(Done, dec_hook=decode_hook)


# --- opening and telling ----------------------------------------------------------


def open_task(ask: Ask, form: Form, given: Given) -> UUID:
    """Open the task of a form, or return the one it has; within its transaction.

    Whoever is to be told at once is told.
    """
    found = CrisisTask.objects.filter(request=form.id).first()
    if found is not None:
        return found.id
    if given.value is None:
        msg = "a crisis task is opened by an answer"
        raise TypeError(msg)
    id_ = uuid4()
    asked = Asked(scale=form.scale.id, item=given.item, value=given.value)
    task = CrisisTask.objects.create(
        id=id_,
        request_id=form.id,
        named_id=form.wanted.reader,
        content=seal_of(form.person).close(id_, _TASK, rows.encoded(asked)),
        person_id=form.person,
        organisation_id=form.organisation,
        programme_id=form.programme,
        created_at=ask.now,
        actor=ask.actor.id,
        key=ask.key,
    )
    for rung, membership in _to_tell(task, ask.now):
        _step(ask, task, StepKind.TOLD, rung=rung, membership=membership)
    return id_


def escalate(now: datetime) -> int:
    """Tell whoever is due to be told of a task that nobody took up; return how many.

    Each telling is one action under a key made of the task and of who is told: killed
    at any moment, or run by two workers, it tells nobody twice and leaves nobody out.
    """
    told = 0
    failed: Exception | None = None
    for task in _untaken(CrisisTask.objects.all()).order_by("created_at"):
        try:
            for rung, membership in _to_tell(task, now):
                told += _escalated(task, rung, membership, now)
        except Exception as error:  # noqa: BLE001 - one task must not hold up the next
            failed = error
    if failed is not None:
        raise failed
    return told


def _escalated(
    task: CrisisTask, rung: Rung, membership: UUID | None, now: datetime
) -> int:
    ask = Ask(
        actor=INSTALL,
        action=Action.ESCALATE,
        on=Resource(person=task.person_id),
        purpose=Purpose.EMERGENCY,
        key=uuid5(task.id, f"{rung} {membership}"),
        now=now,
    )

    def write(_hat: Hat | None) -> Did:
        # Somebody may have taken it up, or told the same, while this one waited.
        if (rung, membership) not in _to_tell(task, now):
            return Did(answer={"told": 0})
        made = _step(ask, task, StepKind.TOLD, rung=rung, membership=membership)
        return Did(rows=(made,), answer={"told": 1})

    return int(act(ask, ["tell", task.id, rung, membership], write)["told"])


def _to_tell(task: CrisisTask, now: datetime) -> tuple[tuple[Rung, UUID | None], ...]:
    """Return who is due to be told now and was not: nobody, once it was taken up."""
    steps = list(task.crisisstep_set.all())
    if any(step.kind in _TOOK for step in steps):
        return ()
    had = {(step.rung, step.membership_id) for step in steps}
    standing = _standing(task, now)
    found = []
    for due in due_by(_ladder(task, standing), now):
        for membership in standing[due.rung]:
            if (due.rung, membership) not in had:
                found.append((due.rung, membership))  # noqa: PERF401 - two lines read
    return tuple(found)


def _standing(task: CrisisTask, now: datetime) -> dict[Rung, tuple[UUID | None, ...]]:
    """Return who stands on each rung now."""
    covers = Cover.objects.filter(
        current(now), current(now, "by__"), absent=task.named_id
    )
    here = Q(membership__organisation=task.organisation_id)
    programme = task.programme
    if programme is not None and programme.part_2:
        here &= Q(membership__programme=programme)
    else:
        outside = Q(membership__programme__isnull=True)
        here &= outside | Q(membership__programme__part_2=False)
    on_call = OnCall.objects.filter(current(now), current(now, "membership__"), here)
    return {
        Rung.NAMED: (task.named_id,),
        Rung.COVER: tuple(covers.values_list("by", flat=True).distinct()),
        Rung.ON_CALL: tuple(on_call.values_list("membership", flat=True).distinct()),
        Rung.NOBODY: (None,),
    }


def _ladder(
    task: CrisisTask, standing: dict[Rung, tuple[UUID | None, ...]]
) -> tuple[Due, ...]:
    house = _house(task)
    there = task.created_at.astimezone(ZoneInfo(house.zone))
    on = day_in(house.zone, task.created_at)

    def minutes(name: str) -> int:
        return int(knowledge().figure("crisis-escalation", name, on))

    return ladder(
        task.created_at,
        reading=reads_at(plan_of(house.id).hours, there),
        cover=bool(standing[Rung.COVER]),
        on_call=bool(standing[Rung.ON_CALL]),
        waits=Waits(
            named=minutes("named-minutes"),
            cover=minutes("cover-minutes"),
            on_call=minutes("on-call-minutes"),
        ),
    )


def _house(task: CrisisTask) -> Organisation:
    if task.organisation is None:
        msg = "a crisis task is of an organisation"
        raise TypeError(msg)
    return task.organisation


def _untaken(tasks: QuerySet[CrisisTask]) -> QuerySet[CrisisTask]:
    took = CrisisStep.objects.filter(kind__in=_TOOK)
    return tasks.exclude(id__in=took.values("task"))


# --- taking it up, and closing it -------------------------------------------------


def acknowledge(
    *,
    actor: Actor,
    person: UUID,
    task: UUID,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Say that one takes the task up; nobody further is told.

    Raises `ImpossibleChangeError` where somebody has it already.
    """
    ask = _ask(actor, person, purpose, key, now)

    def write(hat: Hat | None) -> Did:
        row = _the(actor, person, task, now)
        if row.crisisstep_set.filter(kind__in=_TOOK).exists():
            msg = "found a task that somebody has taken up, expected one that waits"
            raise ImpossibleChangeError(msg)
        made = _step(ask, row, StepKind.ACKNOWLEDGED, membership=_membership(hat))
        return Did(rows=(made,), answer={"step": str(made)})

    return act(ask, ["acknowledge", task], write)


def close(
    *,
    actor: Actor,
    person: UUID,
    task: UUID,
    what: WhatWasDone,
    words: str,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Close a task with what was done, as a code and in words.

    Raises `ImpossibleChangeError` without words, and for a task that is closed.
    """
    ask = _ask(actor, person, purpose, key, now)

    def write(hat: Hat | None) -> Did:
        row = _the(actor, person, task, now)
        said = words.strip()
        if not _FEWEST_LETTERS <= len(said) <= _MOST_LETTERS:
            msg = (
                "found no words that say what was done, expected some, of "
                f"{_MOST_LETTERS} letters at most; a task is not closed without"
            )
            raise ImpossibleChangeError(msg)
        if row.crisisstep_set.filter(kind=StepKind.CLOSED).exists():
            msg = "found a task that is closed already, expected an open one"
            raise ImpossibleChangeError(msg)
        done = Done(what=what, words=said)
        made = _step(ask, row, StepKind.CLOSED, membership=_membership(hat), done=done)
        return Did(rows=(made,), answer={"step": str(made)})

    return act(ask, ["close", task, what, words], write)


def _the(actor: Actor, person: UUID, task: UUID, now: datetime) -> CrisisTask:
    found = visible(actor, now).tasks().filter(person=person, id=task).first()
    if found is None:
        raise DeniedError("not-found")
    return found


def _membership(hat: Hat | None) -> UUID:
    if hat is None:
        raise DeniedError("no-membership")
    return hat.membership


def _step(
    ask: Ask,
    task: CrisisTask,
    kind: StepKind,
    *,
    membership: UUID | None,
    rung: Rung | None = None,
    done: Done | None = None,
) -> UUID:
    id_ = uuid4()
    seal = seal_of(task.person_id)
    CrisisStep.objects.create(
        id=id_,
        task=task,
        number=task.crisisstep_set.count() + 1,
        kind=kind,
        rung=rung.value if rung else "",
        membership_id=membership,
        content=seal.close(id_, _STEP, rows.encoded(done or Done())),
        person_id=task.person_id,
        organisation_id=task.organisation_id,
        programme_id=task.programme_id,
        created_at=ask.now,
        actor=ask.actor.id,
        key=ask.key,
    )
    return id_


def _ask(actor: Actor, person: UUID, purpose: Purpose, key: UUID, now: datetime) -> Ask:
    return Ask(
        actor=actor,
        action=Action.HANDLE_CRISIS,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )


# --- reading ----------------------------------------------------------------------


def read_crisis(
    *, actor: Actor, person: UUID, task: UUID, purpose: Purpose, now: datetime
) -> Shown:
    """Return a task as its page shows it, and log that it was read.

    Raises `DeniedError`, and logs that too.
    """
    ask = _ask(actor, person, purpose, uuid4(), now)
    try:
        with transaction.atomic():
            decision, facts = weigh(actor, ask.action, ask.on, purpose, now)
            if not decision.allowed:
                raise DeniedError(decision.reason)
            row = _the(actor, person, task, now)
            (crisis,) = _read([row])
            form = forms_by([row.request_id], now)[row.request_id]
            who = rows.latest_person(person)
            house = _house(row)
            note(ask, decision, facts.hat, rows=(task,))
            return Shown(
                crisis=crisis,
                form=form,
                plan=plan_of(house.id),
                zone=house.zone,
                who=who if isinstance(who, Who) else None,
                in_care=facts.in_care or facts.glass,
            )
    except DeniedError as denied:
        refused = Decision(allowed=False, reason=denied.reason)
        note(ask, refused, hat_of(actor, now))
        raise


def crises_of(*, actor: Actor, person: UUID, now: datetime) -> tuple[Crisis, ...]:
    """Return the tasks of a person that an actor may see, the newest first.

    For who has read the record, which is decided and logged.
    """
    tasks = visible(actor, now).tasks().filter(person=person)
    return _read(tasks.order_by("-created_at", "-id"))


def open_among(people: Collection[UUID], view: View) -> dict[UUID, tuple[Crisis, ...]]:
    """Return the open tasks of people as a view shows them, the oldest first.

    Three queries, however many people.
    """
    closed = CrisisStep.objects.filter(kind=StepKind.CLOSED)
    tasks = CrisisTask.objects.filter(view.held(), person__in=people)
    found: defaultdict[UUID, list[Crisis]] = defaultdict(list)
    still = tasks.exclude(id__in=closed.values("task"))
    for crisis in _read(still.order_by("created_at", "id")):
        found[crisis.person].append(crisis)
    return {person: tuple(some) for person, some in found.items()}


def called_to(
    hat: Hat, besides: Collection[UUID]
) -> tuple[tuple[Crisis, Who | None], ...]:
    """Return the open tasks of people outside one's care that one was called to.

    A fixed number of queries, however many they are.
    """
    tasks = calls(hat).exclude(person__in=besides).order_by("created_at", "id")
    found = _read(tasks)
    people = rows.latest_people({crisis.person for crisis in found}) if found else {}
    return tuple((crisis, people.get(crisis.person)) for crisis in found)


def waiting_for(actor: Actor, now: datetime) -> int:
    """Return how many tasks that one was told of nobody has taken up: a bare count."""
    hat = hat_of(actor, now)
    return _untaken(calls(hat)).count() if hat else 0


def _read(tasks: Iterable[CrisisTask] | QuerySet[CrisisTask]) -> tuple[Crisis, ...]:
    if isinstance(tasks, QuerySet):
        tasks = tasks.select_related("named__staff")
    kept = list(tasks)
    if not kept:
        return ()
    seals = seals_of({row.person_id for row in kept})
    steps: defaultdict[UUID, list[Step]] = defaultdict(list)
    told = CrisisStep.objects.filter(task__in=[row.id for row in kept])
    for row in told.select_related("membership__staff").order_by("number"):
        data = seals[row.person_id].open(row.id, _STEP, bytes(row.content))
        steps[row.task_id].append(
            Step(
                kind=StepKind(row.kind),
                rung=Rung(row.rung) if row.rung else None,
                membership=row.membership_id,
                who=row.membership.staff.name if row.membership else "",
                at=row.created_at,
                done=_DONE.decode(data),
            )
        )
    return tuple(
        Crisis(
            id=row.id,
            person=row.person_id,
            form=row.request_id,
            organisation=row.organisation_id,
            opened_at=row.created_at,
            asked=_ASKED.decode(
                seals[row.person_id].open(row.id, _TASK, bytes(row.content))
            ),
            named=row.named.staff.name,
            steps=tuple(steps[row.id]),
        )
        for row in kept
        if row.organisation_id is not None
    )
