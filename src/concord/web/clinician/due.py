"""What is due for a person, why, and who has it: one section under the banner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from concord.followup.case import Case
from concord.followup.due import Due, Reason, State, What
from concord.followup.settings import Basis, Follows, implications
from concord.review.building import needs_of
from concord.review.model import Finding
from concord.review.pressing import said
from concord.terms import Value
from concord.web.chart.actions.reading import Reviewed
from concord.web.timeline.planned import coming_until
from concord.wording import Message
from concord.wording.due import EVENTS, STATES

# What follows from a setting and is an item of the due list too.
_LISTED = {Follows.CONTACT: What.CONTACT, Follows.LIST: What.LIST}
_NOW = (State.OVERDUE, State.DUE)
_NO_ORDERS: Mapping[str, str] = {}


class Why(Value, frozen=True, kw_only=True):
    """One reason of an item: counted from what, and what keeps it from being judged."""

    reason: Reason
    event: str
    doubts: tuple[Message, ...] = ()


class Way(StrEnum):
    """How a scale that is due is filled in: by the person, by staff, or elsewhere."""

    SEND = "send"
    RATE = "rate"
    TOTAL = "total"


class Form(Value, frozen=True, kw_only=True):
    """A scale that is due: how it is filled in, and who reads it if sent when due."""

    scale: str
    way: Way
    reader: str = ""


class Row(Value, frozen=True, kw_only=True):
    """One thing to do: an item, words of the knowledge, or a finding to look at again.

    `by` is the day by which it is wanted, or `until` which it holds; `None` where no
    day is set. `said` are the items that a finding says already: they stand there.
    `rule` is where the item stands by the rules alone, where a prescriber decided
    about it; `decidable` says that a decision would be about this item.
    `forms` are the scales among what is due.
    """

    late: bool
    until: bool = False
    by: date | None = None
    owner: str | None = None
    item: Due | None = None
    state: str = ""
    sign: str = ""
    rule: tuple[str, str] | None = None
    decidable: bool = False
    why: tuple[Why, ...] = ()
    needs: tuple[Message, ...] = ()
    said: tuple[Due, ...] = ()
    says: Message | None = None
    finding: Finding | None = None
    to_do: str | None = None
    basis: tuple[Basis, ...] = ()
    forms: tuple[Form, ...] = ()


class Section(Value, frozen=True, kw_only=True):
    """What is due now or may be done now, what is not known, and what is coming.

    `until` is the last day of what is coming.
    """

    now: tuple[Row, ...]
    not_known: tuple[Row, ...]
    coming: tuple[Row, ...]
    until: date

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.now or self.not_known or self.coming)


def section(
    case: Case,
    found: Reviewed,
    items: tuple[Due, ...],
    orders: Mapping[str, str] = _NO_ORDERS,
) -> Section:
    """Return what is due: overdue first, then due, then what may be done already.

    `orders` are the scales that are sent whenever they are due, with who reads each.

    What follows from where the person is and every finding whose newest answer named
    a day stand among it. What a finding of the review says already is named by it,
    once, and what the due list says is not said again as following from a setting.
    What a prescriber put off although the rules want it now, or past the last day of
    what is coming, is not folded away.
    """
    until = coming_until(case)
    rows = [
        *_listed(case, found, items, orders),
        *_settings(case, items),
        *_answers(found, case.as_of),
    ]
    shown = [row for row in rows if _is_open(row, until)]
    folded = [row for row in rows if not _is_open(row, until)]
    return Section(
        now=tuple(sorted(shown, key=_order)),
        not_known=_of(folded, State.NOT_KNOWN),
        coming=_of(folded, State.NOT_YET),
        until=until,
    )


_SHOWN = (*_NOW, State.IN_WINDOW, State.SET_ASIDE)


def _is_open(row: Row, until: date) -> bool:
    item = row.item
    if item is None or item.state in _SHOWN:
        return True
    if item.by_rule is None or item.due is None:
        return False
    return item.by_rule.state in _NOW or item.due > until


def _of(rows: list[Row], state: State) -> tuple[Row, ...]:
    return tuple(
        row for row in rows if row.item is not None and row.item.state is state
    )


def _finding(row: Row) -> str | None:
    return row.finding.id if row.finding is not None else None


def _order(row: Row) -> tuple[int, bool, date]:
    """Return the place: late, then due, then the rest; the undated last of each."""
    due_now = row.item is not None and row.item.state is State.DUE
    place = 0 if row.late else 1 if due_now else 2
    return (place, row.by is None, row.by or date.max)


def _listed(
    case: Case,
    found: Reviewed,
    items: tuple[Due, ...],
    orders: Mapping[str, str],
) -> Iterator[Row]:
    owners = owners_of(found)
    of_findings: dict[str, list[Due]] = {}
    findings = {f.id: f for f in found.review.findings}
    known = {item.ask for item in items if item.state is not State.NOT_KNOWN}
    for item in items:
        finding = said(item, found.review.findings)
        if finding is not None:
            of_findings.setdefault(finding.id, []).append(item)
        elif item.state is not State.DONE:
            apart = item.state is State.NOT_KNOWN and item.ask in known
            row = shown_item(case, item, owners, orders)
            yield msgspec.structs.replace(row, decidable=not apart)
    for id_, some in of_findings.items():
        yield Row(
            late=True,
            by=min((i.due for i in some if i.due), default=None),
            owner=_owner(some[0], owners),
            state=STATES[State.OVERDUE][0],
            sign=STATES[State.OVERDUE][1],
            said=tuple(some),
            finding=findings[id_],
            forms=_forms(case, some, orders),
        )


def owners_of(found: Reviewed) -> dict[str, str | None]:
    """Return who prescribes each medicine that has a prescriber, by its line."""
    return {
        entry.id: entry.line.prescriber.name
        for entry in found.entries
        if entry.line.prescriber is not None
    }


def _forms(
    case: Case, items: Iterable[Due], orders: Mapping[str, str]
) -> tuple[Form, ...]:
    """Return the scales among some items, each with the way to have it filled in."""
    found = []
    for item in items:
        if item.what is not What.SCALE:
            continue
        scale = case.knowledge.scales[item.ask.partition(":")[2]]
        way = Way.TOTAL
        if scale.languages and scale.form is not None:
            way = Way.SEND if scale.form.who == "self" else Way.RATE
        found.append(Form(scale=scale.id, way=way, reader=orders.get(scale.id, "")))
    return tuple(found)


def shown_item(
    case: Case,
    item: Due,
    owners: dict[str, str | None],
    orders: Mapping[str, str] = _NO_ORDERS,
) -> Row:
    """Return one item as it is shown; `owners` are who prescribes, by line."""
    words, sign = STATES[item.state]
    return Row(
        late=item.state is State.OVERDUE,
        by=item.due,
        owner=_owner(item, owners),
        item=item,
        state=words,
        sign=sign,
        rule=STATES[item.by_rule.state] if item.by_rule else None,
        why=tuple(
            Why(
                reason=reason,
                event=_event(reason),
                doubts=needs_of(case, reason.doubts),
            )
            for reason in item.reasons
        ),
        needs=needs_of(case, item.needs),
        forms=_forms(case, [item], orders),
    )


def _event(reason: Reason) -> str:
    words = EVENTS[reason.event.kind]
    return f"{words} ({reason.event.of})" if reason.event.of else words


def _owner(item: Due, owners: dict[str, str | None]) -> str | None:
    """Return who prescribes the first medicine of an item that has a prescriber."""
    named = (owners.get(m) for reason in item.reasons for m in reason.medicines)
    return next((name for name in named if name), None)


def _settings(case: Case, items: tuple[Due, ...]) -> Iterator[Row]:
    listed = {item.what for item in items if item.state is not State.DONE}
    for one in implications(case):
        if _LISTED.get(one.follows) in listed:
            continue
        yield Row(
            late=one.due is not None and one.due < case.as_of,
            until=one.follows is Follows.TOLERANCE,
            by=one.due,
            says=one.message,
            basis=one.basis,
        )


def _answers(found: Reviewed, as_of: date) -> Iterator[Row]:
    newest = {a.answer.finding: a for a in reversed(found.answers)}
    for finding in (*found.settled.answered, *found.settled.to_check):
        answered = newest.get(finding.id)
        if answered is None or answered.answer.check_on is None:
            continue
        answer = answered.answer
        yield Row(
            late=answered.answer.check_on <= as_of,
            by=answer.check_on,
            owner=answer.owner or answered.by,
            finding=finding,
            to_do=answer.to_do,
        )
