"""The panel: the people in one's care, by what needs attention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from concord.errors import DeniedError
from concord.record import model as rec
from concord.review.pressing import Pressing
from concord.terms import Value
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.actions.crises import Crisis, called_to, open_among
from concord.web.chart.actions.needs import Need, Waiting, last_setting, shown_of
from concord.web.chart.actions.reviewing import Known, day_in, ready
from concord.web.chart.models import Line
from concord.web.chart.policy import (
    Action,
    Actor,
    Hat,
    Purpose,
    Resource,
    View,
    facts_of,
    hat_of,
    judge,
    people_in_care,
    view_in_care,
)
from concord.web.chart.seal import Seal, seals_of

_BANNER = (rows.PERSON, "settings")
# How many reviews one request makes again; the worker and the next requests make the
# others. Few enough that nobody waits, and enough for a day's changes.
MOST_AT_ONCE = 50


class PanelRow(Value, frozen=True, kw_only=True):
    """One person on the panel; `reviewed_on` says of which day the needs are.

    `stale`: something is another since, and the needs are those of the last review;
    without a `reviewed_on` there is none, so that nothing is known of them yet.
    """

    person: UUID
    who: rec.Person
    needs: tuple[Need, ...]
    not_checked: int
    reviewed_on: date | None
    setting: rec.SettingEvent | None
    crises: tuple[Crisis, ...] = ()
    stale: bool = False


class Called(Value, frozen=True, kw_only=True):
    """A crisis of somebody outside one's care, that one was called to."""

    crisis: Crisis
    who: rec.Person | None


class Panel(Value, frozen=True, kw_only=True):
    """The people in one's care, and the crises that one was called to besides.

    `on` is the day that it is at the clinic: the ages of needs are counted to it.
    """

    on: date
    rows: tuple[PanelRow, ...]
    called: tuple[Called, ...]


def read_panel(*, actor: Actor, now: datetime) -> tuple[PanelRow, ...]:
    """Return the people in an actor's care, as `read_whole_panel` does."""
    return read_whole_panel(actor=actor, now=now).rows


def read_whole_panel(*, actor: Actor, now: datetime) -> Panel:
    """Return the people in an actor's care, those with the most pressing needs first.

    An open crisis stands before everything else, and so do crises of people who are
    in nobody's care here but the one's who is on call.

    A fixed number of queries, however many people, and at most so many reviews made
    again as a request has time for. Whoever is left is shown as they were last and
    marked `stale`, so that "nothing needs attention" is never said of a review that
    was not made.
    One entry in the organisation's chain of the log names everyone shown.
    Raises `DeniedError`, and logs that too.
    """
    hat = hat_of(actor, now)
    ask = Ask(
        actor=actor,
        action=Action.READ_PANEL,
        on=Resource(organisation=hat.organisation if hat else None),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=now,
    )
    decision = judge(facts_of(actor, ask.on, now, hat), ask.action, ask.purpose)
    if hat is None or not decision.allowed:
        note(ask, decision, hat)
        raise DeniedError(decision.reason)
    with transaction.atomic():
        people = people_in_care(hat, now)
        shown = _rows(people, hat, now)
        called = tuple(
            Called(crisis=crisis, who=who) for crisis, who in called_to(hat, people)
        )
        others = tuple(one.crisis.person for one in called)
        note(ask, decision, hat, rows=(*people, *others))
    return Panel(on=day_in(hat.zone, now), rows=shown, called=called)


def _rows(people: tuple[UUID, ...], hat: Hat, now: datetime) -> tuple[PanelRow, ...]:
    view = view_in_care(hat)
    day = day_in(hat.zone, now)
    seals = seals_of(people)
    known = ready(people, view, day, seals, now, most=MOST_AT_ONCE)
    # Of who waits for a review the names of now are read, not those of last time.
    banners = _banners([p for p in people if known[p].stale], view, seals)
    crises = open_among(people, view)
    made = [
        _row(person, known[person], banners.get(person), day, crises.get(person, ()))
        for person in people
    ]
    return tuple(sorted(made, key=_order))


def _banners(
    people: Collection[UUID], view: View, seals: dict[UUID, Seal]
) -> dict[UUID, rec.Record]:
    """Return who people are and where they were last, as the view shows it."""
    newest: defaultdict[UUID, dict[UUID, Line]] = defaultdict(dict)
    seen = Line.objects.filter(view.held(), person__in=people, kind__in=_BANNER)
    for row in seen.order_by("place", "version"):
        newest[row.person_id][row.line] = row
    found: dict[UUID, rec.Record] = {}
    for person in people:
        lines = [
            rows.line_in(row, seals[person])
            for row in newest[person].values()
            if row.withdrawn is None
        ]
        found[person] = rec.Record(
            person=next((x for x in lines if isinstance(x, rec.Person)), None),
            settings=tuple(x for x in lines if isinstance(x, rec.SettingEvent)),
        )
    return found


def _row(
    person: UUID,
    known: Known,
    banner: rec.Record | None,
    day: date,
    crises: tuple[Crisis, ...],
) -> PanelRow:
    waits = known.waiting or Waiting(who=None, setting=None, needs=(), not_checked=0)
    who, setting = waits.who, waits.setting
    if banner is not None:
        who, setting = shown_of(banner.person), last_setting(banner.settings, day)
    return PanelRow(
        person=person,
        who=who or rec.Person(id=str(person)),
        needs=waits.needs,
        not_checked=waits.not_checked,
        reviewed_on=known.as_of,
        setting=setting,
        crises=crises,
        stale=known.stale,
    )


def _order(row: PanelRow) -> tuple[object, ...]:
    """Return the place of a row: crises, then by the first need, then by name.

    Who was not reviewed yet may have anything, and stands before who has nothing.
    """
    first = row.needs[0] if row.needs else None
    name = row.who.names[0].text.casefold() if row.who.names else ""
    pressing: tuple[object, ...] = (len(Pressing), 0, date.max, "")
    if first is not None:
        pressing = first.order[:3]
    unknown = row.reviewed_on is None
    return (
        *_crisis_first(row),
        *pressing[:1],
        not unknown,
        *pressing[1:3],
        -row.not_checked,
        name,
        row.person,
    )


def _crisis_first(row: PanelRow) -> tuple[bool, bool, float]:
    """Return the order of crises: those that nobody took up first, then the oldest."""
    if not row.crises:
        return (True, True, 0.0)
    taken = all(crisis.acknowledged for crisis in row.crises)
    return (False, taken, min(c.opened_at.timestamp() for c in row.crises))
