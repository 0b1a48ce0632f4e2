"""What a panel shows of a person, worked out when their review is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from concord.followup.case import Case
from concord.followup.due import Due, State, What, due
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Severity
from concord.record import model as rec
from concord.review import Finding, Review, settle
from concord.review.pressing import Pressing, of_due, of_finding
from concord.terms import Value
from concord.web.chart.actions.answers import Answered
from concord.wording import Message


class Brief(Value, frozen=True, kw_only=True):
    """As much of a finding as names it, and says in a sentence why it matters."""

    id: str
    rule: str
    drugs: tuple[str, ...]
    why: Message


class Late(Value, frozen=True, kw_only=True):
    """As much of an overdue item as names it: what, of which medicines."""

    ask: str
    title: str
    names: tuple[str, ...]


class Need(Value, frozen=True, kw_only=True):
    """Something that waits for someone: a finding, or a thing that is overdue.

    `since` is the day from which a finding is known, or for which a thing was due.
    `owner` is whom the last answer named, else who prescribes the medicine.
    `to_check`: it was answered, and the day to look at the result has come.
    """

    kind: Pressing
    severity: Severity
    since: date
    owner: str | None
    finding: Brief | None = None
    late: Late | None = None
    to_check: bool = False

    @property
    def order(self) -> tuple[int, int, date, str]:
        """The place among all needs: the most pressing, the gravest, the oldest."""
        name = self.finding.id if self.finding else self.late.ask if self.late else ""
        return (self.kind.rank, self.severity.rank, self.since, name)


class FormDue(Value, frozen=True, kw_only=True):
    """A scale that the due list asks for today, and since which day."""

    scale: str
    due: date


class Waiting(Value, frozen=True, kw_only=True):
    """A person as the panel shows them on a day, the most pressing need first.

    `forms` are the scales that are due, which the worker may send (`actions.sending`).
    """

    who: rec.Person | None
    setting: rec.SettingEvent | None
    needs: tuple[Need, ...]
    not_checked: int
    forms: tuple[FormDue, ...] = ()


def waiting(
    record: rec.Record,
    knowledge: Knowledge,
    found: Review,
    since: Mapping[str, date],
    answers: tuple[Answered, ...],
) -> Waiting:
    """Return what waits for someone in a record, by its review and its due list.

    Findings that are open or open again, of moderate severity or graver; all whose
    result is to be looked at; and what is overdue and no finding says already.
    """
    day = found.as_of
    late = due(Case(record, knowledge, day), day)
    needs = (*_found(found, since, answers), *_late(found, late))
    return Waiting(
        who=shown_of(record.person),
        setting=last_setting(record.settings, day),
        needs=tuple(sorted(needs, key=lambda need: need.order)),
        not_checked=len(found.not_checked),
        forms=tuple(_forms(late)),
    )


def _found(
    found: Review, since: Mapping[str, date], answers: tuple[Answered, ...]
) -> Iterator[Need]:
    settled = settle(found, [a.answer for a in answers], found.as_of)
    owners = {a.answer.finding: a.answer.owner for a in reversed(answers)}
    to_check = {finding.id for finding in settled.to_check}
    for finding in (*settled.open, *settled.reopened, *settled.to_check):
        kind = of_finding(finding)
        if kind is None and finding.id not in to_check:
            continue
        yield Need(
            kind=kind or Pressing.OPEN,
            severity=finding.severity,
            since=since.get(finding.id, found.as_of),
            owner=owners.get(finding.id) or _prescriber(finding, found),
            finding=Brief(
                id=finding.id, rule=finding.rule, drugs=finding.drugs, why=finding.why
            ),
            to_check=finding.id in to_check,
        )


def _late(found: Review, items: tuple[Due, ...]) -> Iterator[Need]:
    prescribers = {m.id: m.prescriber for m in found.medications}
    for item in items:
        kind = of_due(item, found.findings)
        if kind is None:
            continue
        asked = (prescribers.get(m) for r in item.reasons for m in r.medicines)
        yield Need(
            kind=kind,
            severity=item.severity,
            since=item.due or found.as_of,
            owner=next((name for name in asked if name), None),
            late=Late(ask=item.ask, title=item.title, names=item.names),
        )


def _forms(items: tuple[Due, ...]) -> Iterator[FormDue]:
    for item in items:
        kind, _, scale = item.ask.partition(":")
        now = item.state in (State.DUE, State.OVERDUE)
        if kind == What.SCALE and now and item.due is not None:
            yield FormDue(scale=scale, due=item.due)


def _prescriber(finding: Finding, review: Review) -> str | None:
    """Return who prescribes the first medicine of a finding that has a prescriber."""
    named = {m.id: m.prescriber for m in review.medications}
    asked = (named.get(medicine) for medicine in finding.medications)
    return next((name for name in asked if name), None)


def shown_of(person: rec.Person | None) -> rec.Person | None:
    """Return of a person what a panel shows: names and birth, and nothing else."""
    if person is None:
        return None
    return rec.Person(id=person.id, names=person.names, birth=person.birth)


def last_setting(
    settings: tuple[rec.SettingEvent, ...], day: date
) -> rec.SettingEvent | None:
    """Return the setting event that holds: the last one that has happened."""
    happened = [s for s in settings if s.on is None or s.on.first <= day]
    if not happened:
        return None
    order = {s.id: place for place, s in enumerate(settings)}
    return max(happened, key=lambda s: (s.on.first if s.on else date.min, order[s.id]))
