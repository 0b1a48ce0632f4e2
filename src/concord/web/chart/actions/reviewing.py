"""Stored reviews: made of what a view shows, kept sealed, never shown stale.

A stored review holds for one view of one person, one day, one version of the knowledge
and one record; where any of them is another it is made again before it is shown.
It is derived from the record, so it is replaced in place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import NamedTuple, TypeGuard
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.db import transaction

from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.record.forms import digest
from concord.review import Review, review
from concord.terms import Code, System, Value, decode_hook
from concord.web.chart import rows
from concord.web.chart.actions.answers import answers_of, count_answers
from concord.web.chart.actions.needs import Waiting, waiting
from concord.web.chart.models import (
    Enrolment,
    Line,
    MedicationChange,
    Organisation,
    StoredReview,
    current,
)
from concord.web.chart.policy import (
    OPEN,
    SHARED,
    WHOLE,
    Actor,
    View,
    view_of,
    views_in_use,
)
from concord.web.chart.rows import Told
from concord.web.chart.seal import Seal, seals_of

_KIND, _PANEL = "review", "panel"
_REPLACED = [
    "as_of",
    "knowledge",
    "record",
    "rows",
    "content",
    "panel",
    "created_at",
]


class Made(Value, frozen=True, kw_only=True):
    """A review, and since which day each of its findings is known, by finding id."""

    review: Review
    since: dict[str, date] = {}


_DECODER = msgspec.json.Decoder(Made, dec_hook=decode_hook)
_WAITING = msgspec.json.Decoder(Waiting, dec_hook=decode_hook)


class Of(NamedTuple):
    """Whose review: the person, and the day on which it is made for them."""

    person: UUID
    day: date


@cache
def knowledge() -> Knowledge:
    """Return the knowledge that this process reviews with, loaded once."""
    return load()


def told_to(people: Collection[UUID], view: View) -> dict[UUID, Told]:
    """Return the records of people as a view shows them, in four queries.

    The answers to their findings are counted with their rows: what a panel shows
    changes with an answer, as a review does with a row.
    """
    lines = Line.objects.filter(view.lines())
    changes = MedicationChange.objects.filter(view.held())
    answered = count_answers(people, view)
    told = {
        person: msgspec.structs.replace(one, rows=one.rows + answered[person])
        for person, one in rows.told_of(people, lines, changes).items()
    }
    if not view.for_caregivers:
        return told
    return {
        person: msgspec.structs.replace(one, record=_for_caregivers(one.record))
        for person, one in told.items()
    }


# A caregiver comes along on the day that was decided; why is between the others.
_WHY_IS_THEIRS = "Known to the care team."


def _for_caregivers(record: rec.Record) -> rec.Record:
    """Return a record as whoever stands beside the person sees it.

    Without single answers about suicide that came as results, and without the words in
    which a date was decided or taken back.
    """
    decided = tuple(
        msgspec.structs.replace(
            one,
            reason=_WHY_IS_THEIRS,
            ended=one.ended
            and msgspec.structs.replace(one.ended, reason=_WHY_IS_THEIRS),
        )
        for one in record.overrides
    )
    return msgspec.structs.replace(_without_items(record), overrides=decided)


def _without_items(record: rec.Record) -> rec.Record:
    """Return a record without single answers about suicide that came as results."""
    private = private_items()

    def is_private(codes: tuple[Code, ...]) -> bool:
        return any(c.system == System.LOINC and c.code in private for c in codes)

    shown = tuple(
        msgspec.structs.replace(
            one,
            components=tuple(c for c in one.components if not is_private(c.codes)),
        )
        for one in record.observations
        if not is_private(one.codes)
    )
    return msgspec.structs.replace(record, observations=shown)


@cache
def private_items() -> frozenset[str]:
    """Return the LOINC codes of the questions on suicide."""
    items = (
        scale.form.named(scale.suicide_item.item)
        for scale in knowledge().scales.values()
        if scale.form and scale.suicide_item
    )
    return frozenset(item.loinc for item in items if item and item.loinc)


def counted_for(people: Collection[UUID], view: View) -> Mapping[UUID, int]:
    """Return how many rows of each person a view shows, in three queries.

    Answers to findings are counted too, as in `told_to`.
    """
    lines = Line.objects.filter(view.lines())
    changes = MedicationChange.objects.filter(view.held())
    return rows.count_of(people, lines, changes) + count_answers(people, view)


# --- the day ----------------------------------------------------------------------


def day_in(zone: str | None, now: datetime) -> date:
    """Return the day that a moment is in a zone; in UTC where there is no such zone."""
    return (now.astimezone(ZoneInfo(zone)) if is_zone(zone) else now).date()


def is_zone(zone: str | None) -> TypeGuard[str]:
    """Return whether a text names a zone of which the rules are known."""
    try:
        return bool(zone) and ZoneInfo(str(zone)) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def day_for(view: View, person: UUID, who: rec.Person | None, now: datetime) -> date:
    """Return the day on which a review is made.

    For a care team it is the organisation's day; for everyone else the person's own,
    or that of the organisation where they were first enrolled.
    """
    if view.organisation is not None:
        houses = Organisation.objects.filter(id=view.organisation)
        zone = houses.values_list("zone", flat=True).first()
        return day_in(zone, now)
    return day_in(zone_of(person, who, now), now)


def zone_of(person: UUID, who: rec.Person | None, now: datetime) -> str:
    """Return the zone in which a person's own days begin.

    It is the one on their record, else that of the organisation where they were first
    enrolled, else UTC.
    """
    if who is not None and is_zone(who.zone):
        return who.zone
    enrolled = Enrolment.objects.filter(current(now), person=person)
    first = enrolled.order_by("starts_at", "id").values_list("organisation__zone")
    (zone,) = first.first() or (None,)
    return zone if is_zone(zone) else "UTC"


# --- making and keeping -----------------------------------------------------------


def current_review(person: UUID, view: View, told: Told, now: datetime) -> Made:
    """Return the review of what was told, made again where the stored one is stale.

    Within the caller's transaction, before its log entry: who writes locks in the same
    order.
    """
    day = day_for(view, person, told.record.person, now)
    seals = seals_of([person])
    stored = StoredReview.objects.filter(person=person, view=view.key).first()
    if (
        stored is not None
        and is_current(stored, day, told.rows)
        and stored.record == digest(told.record)
    ):
        return opened(stored, seals[person])
    before = {person: stored} if stored else {}
    return make({Of(person, day): told}, view, before, seals, now)[person]


class Known(Value, frozen=True, kw_only=True):
    """What the stored review of a person says for a panel, and of which day.

    `stale`: the day, the knowledge or a row is another since, and it waits to be made
    again. Nothing in `waiting` where no review was made yet.
    """

    waiting: Waiting | None
    as_of: date | None
    stale: bool


def ready(
    people: Collection[UUID],
    view: View,
    day: date,
    seals: Mapping[UUID, Seal],
    now: datetime,
    *,
    most: int | None = None,
) -> dict[UUID, Known]:
    """Return what waits with everybody for a view, in a fixed number of queries.

    Those that are stale are made again together, but no more than `most`: first who
    has no review at all, then who has something new on record, then the others. What
    is left comes back as it was last, and says that it is stale.
    """
    kept = StoredReview.objects.filter(person__in=people, view=view.key)
    stored = {row.person_id: row for row in kept.defer("content")}
    counts = counted_for(people, view)

    def urgency(person: UUID) -> tuple[int, UUID]:
        row = stored.get(person)
        if row is None or not row.panel:
            return (0, person)
        return (1 if row.rows != counts[person] else 2, person)

    stale = sorted(
        (
            person
            for person in people
            if person not in stored
            or not is_current(stored[person], day, counts[person])
        ),
        key=urgency,
    )
    again = stale[:most]
    made: dict[UUID, Known] = {}
    if again:
        before = {row.person_id: row for row in kept.filter(person__in=again)}
        told = {Of(person, day): t for person, t in told_to(again, view).items()}
        make(told, view, before, seals, now)
        stored |= {row.person_id: row for row in kept.filter(person__in=again)}
    left = set(stale[len(again) :])
    for person in people:
        row = stored.get(person)
        shown = row if row is not None and row.panel else None
        made[person] = Known(
            waiting=opened_panel(shown, seals[person]) if shown else None,
            as_of=shown.as_of if shown else None,
            stale=person in left,
        )
    return made


def renew(actor: Actor, person: UUID, now: datetime) -> None:
    """Make the review again for who has just written, where they may see the record.

    Reviews for other views have become stale by the write itself (`StoredReview.rows`).
    """
    view = view_of(actor, person, now)
    if view is not None:
        current_review(person, view, told_to([person], view)[person], now)


def is_current(stored: StoredReview, day: date, seen_rows: int) -> bool:
    """Whether a stored review still holds, as far as can be told without opening it."""
    return (
        stored.as_of == day
        and stored.rows == seen_rows
        and stored.knowledge == knowledge().version
        and bool(stored.panel)
    )


def opened(stored: StoredReview, seal: Seal) -> Made:
    """Return what a stored review holds."""
    return _DECODER.decode(seal.open(stored.id, _KIND, bytes(stored.content)))


def opened_panel(stored: StoredReview, seal: Seal) -> Waiting:
    """Return what a stored review holds for a panel."""
    return _WAITING.decode(seal.open(stored.id, _PANEL, bytes(stored.panel)))


def make(
    told: Mapping[Of, Told],
    view: View,
    before: Mapping[UUID, StoredReview],
    seals: Mapping[UUID, Seal],
    now: datetime,
) -> dict[UUID, Made]:
    """Make and keep the reviews of people for one view, in one write.

    What a panel shows of them is worked out here, with what is due, and kept beside.
    A finding that the review before it had is known since the same day as there.
    """
    made: dict[UUID, Made] = {}
    kept: list[StoredReview] = []
    answers = answers_of([person for person, _ in told], view)
    for (person, day), seen in told.items():
        seal = seals[person]
        found = review(seen.record, knowledge(), day)
        known = opened(before[person], seal).since if person in before else {}
        since = {f.id: known.get(f.id, day) for f in found.findings}
        made[person] = Made(review=found, since=since)
        waits = waiting(seen.record, knowledge(), found, since, answers[person])
        id_ = uuid5(person, f"{_KIND} {view.key}")
        kept.append(
            StoredReview(
                id=id_,
                person_id=person,
                view=view.key,
                as_of=day,
                knowledge=found.knowledge,
                record=found.record,
                rows=seen.rows,
                content=seal.close(id_, _KIND, rows.encoded(made[person])),
                panel=seal.close(id_, _PANEL, rows.encoded(waits)),
                created_at=now,
            )
        )
    # In the order of their ids, so that two who make the same ones wait for another
    # and never for each other.
    StoredReview.objects.bulk_create(
        sorted(kept, key=lambda row: row.id),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_REPLACED,
    )
    return made


# --- the day's round --------------------------------------------------------------

# How many people are reviewed in one transaction: short enough that nobody waits.
_TOGETHER = 20


def make_ready(now: datetime) -> Iterator[tuple[int, int]]:
    """Make the reviews of all people for every view in use, a few in a transaction.

    Yields, after each few, how many are done and of how many. Killed at any moment it
    leaves whole reviews, and the next round makes the others.
    """
    groups = _views(now)
    total = sum(len(people) for people in groups.values())
    done = 0
    for view, people in groups.items():
        for place in range(0, len(people), _TOGETHER):
            some = people[place : place + _TOGETHER]
            with transaction.atomic():
                _ready_for(view, some, now)
            done += len(some)
            yield done, total


def _ready_for(view: View, people: list[UUID], now: datetime) -> None:
    if view.organisation is not None:
        day = day_for(view, view.organisation, None, now)
        ready(people, view, day, seals_of(people), now)
        return
    for person, told in told_to(people, view).items():
        current_review(person, view, told, now)


def _views(now: datetime) -> dict[View, list[UUID]]:
    """Return whom to review for which view: who is cared for, and who has looked.

    A person's own view, or a caregiver's, is in use once it was asked for.
    """
    groups: defaultdict[View, list[UUID]] = defaultdict(list)
    for person, view in views_in_use(now):
        groups[view].append(person)
    asked = StoredReview.objects.filter(view__in=[WHOLE.key, SHARED.key, OPEN.key])
    for person, key in asked.order_by("view", "person").values_list("person", "view"):
        groups[View.of(key)].append(person)
    return dict(groups)
