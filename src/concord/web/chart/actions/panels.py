"""The panel: the people in one's care, by what needs attention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from concord.errors import DeniedError
from concord.knowledge.model import Severity
from concord.record import model as rec
from concord.review import Finding, Review, Settled, settle
from concord.terms import Value
from concord.web.chart import rows
from concord.web.chart.actions.acting import Ask, note
from concord.web.chart.actions.answers import Answered, answers_of
from concord.web.chart.actions.crises import Crisis, called_to, open_among
from concord.web.chart.actions.reviewing import (
    Made,
    day_in,
    ready,
)
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


class Need(Value, frozen=True, kw_only=True):
    """A finding that waits for someone: since when it is known, and who has it.

    `owner` is whom the last answer named, else who prescribes the medicine.
    """

    finding: Finding
    since: date
    owner: str | None


class PanelRow(Value, frozen=True, kw_only=True):
    """One person on the panel; `reviewed_on` says of which day the needs are."""

    person: UUID
    who: rec.Person
    needs: tuple[Need, ...]
    not_checked: int
    reviewed_on: date | None
    setting: rec.SettingEvent | None
    crises: tuple[Crisis, ...] = ()


class Called(Value, frozen=True, kw_only=True):
    """A crisis of somebody outside one's care, that one was called to."""

    crisis: Crisis
    who: rec.Person | None


class Panel(Value, frozen=True, kw_only=True):
    """The people in one's care, and the crises that one was called to besides."""

    rows: tuple[PanelRow, ...]
    called: tuple[Called, ...]


def read_panel(*, actor: Actor, now: datetime) -> tuple[PanelRow, ...]:
    """Return the people in an actor's care, as `read_whole_panel` does."""
    return read_whole_panel(actor=actor, now=now).rows


def read_whole_panel(*, actor: Actor, now: datetime) -> Panel:
    """Return the people in an actor's care, those with the gravest needs first.

    An open crisis stands before everything else, and so do crises of people who are
    in nobody's care here but the one's who is on call.

    A fixed number of queries, however many people: where stored reviews are stale they
    are all made again together, so that "nothing needs attention" is never said of a
    review that was not made.
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
    return Panel(rows=shown, called=called)


def _rows(people: tuple[UUID, ...], hat: Hat, now: datetime) -> tuple[PanelRow, ...]:
    view = view_in_care(hat)
    day = day_in(hat.zone, now) or now.date()
    seals = seals_of(people)
    reviews = ready(people, view, day, seals, now)
    answers = answers_of(people, view)
    banners = _banners(people, view, seals)
    crises = open_among(people, view)
    made = [
        _row(
            person,
            reviews[person],
            answers[person],
            banners[person],
            day,
            crises=crises.get(person, ()),
        )
        for person in people
    ]
    return tuple(
        sorted(made, key=lambda row: (_crisis_first(row), *_gravest_first(row)))
    )


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
    made: Made,
    answers: tuple[Answered, ...],
    banner: rec.Record,
    day: date,
    *,
    crises: tuple[Crisis, ...],
) -> PanelRow:
    settled = settle(made.review, [a.answer for a in answers], day)
    return PanelRow(
        person=person,
        who=banner.person or rec.Person(id=str(person)),
        needs=needs_of(made, settled, answers),
        not_checked=len(made.review.not_checked),
        reviewed_on=made.review.as_of,
        setting=_last(banner.settings, day),
        crises=crises,
    )


def needs_of(
    made: Made, settled: Settled, answers: tuple[Answered, ...]
) -> tuple[Need, ...]:
    """Return what waits for someone, the gravest and then the oldest first.

    Findings that are open or open again, of moderate severity or graver; and all whose
    result is to be looked at.
    """
    owners = {a.answer.finding: a.answer.owner for a in reversed(answers)}
    waiting = [
        finding
        for finding in (*settled.open, *settled.reopened)
        if finding.severity.rank <= Severity.MODERATE.rank
    ]
    needs = (
        Need(
            finding=finding,
            since=made.since.get(finding.id, made.review.as_of),
            owner=owners.get(finding.id) or _prescriber(finding, made.review),
        )
        for finding in (*waiting, *settled.to_check)
    )
    return tuple(sorted(needs, key=_need_order))


def _need_order(need: Need) -> tuple[int, date, str]:
    return (need.finding.severity.rank, need.since, need.finding.id)


def _prescriber(finding: Finding, review: Review) -> str | None:
    """Return who prescribes the first medicine of a finding that has a prescriber."""
    named = {m.id: m.prescriber for m in review.medications}
    found = (named.get(medicine) for medicine in finding.medications)
    return next((name for name in found if name), None)


def _last(settings: tuple[rec.SettingEvent, ...], day: date) -> rec.SettingEvent | None:
    """Return the setting event that holds: the last one that has happened."""
    happened = [s for s in settings if s.on is None or s.on.first <= day]
    if not happened:
        return None
    order = {s.id: place for place, s in enumerate(settings)}
    return max(happened, key=lambda s: (s.on.first if s.on else date.min, order[s.id]))


def _crisis_first(row: PanelRow) -> tuple[bool, bool, float]:
    """Return the order of crises: those that nobody took up first, then the oldest."""
    if not row.crises:
        return (True, True, 0.0)
    taken = all(crisis.acknowledged for crisis in row.crises)
    return (False, taken, min(c.opened_at.timestamp() for c in row.crises))


def _gravest_first(row: PanelRow) -> tuple[int, date, int, str, UUID]:
    first = row.needs[0] if row.needs else None
    name = row.who.names[0].text.casefold() if row.who.names else ""
    if first is None:
        return (len(Severity), date.max, -row.not_checked, name, row.person)
    return (
        first.finding.severity.rank,
        first.since,
        -row.not_checked,
        name,
        row.person,
    )
