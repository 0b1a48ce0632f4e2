"""Who opened my record: every access, in the person's words, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.web.chart.actions.reading import Access, read_log
from concord.web.chart.policy import Action, ActorKind, Purpose
from concord.web.person.visit import Visit, page, visiting

A_PAGE = 50
# The largest number that a page may be asked from: what both databases can compare.
_LARGEST = 2**62

_DID = {
    Action.READ_RECORD: "opened your record",
    Action.READ_LOG: "looked at this list",
    Action.CHANGE_ORDER: "changed a medicine",
    Action.OVERRIDE_DUE: "set another date for something planned, or took it back",
    Action.RECORD_REPORT: "wrote down what you take",
    Action.WRITE_CLINICAL: "wrote in your record",
    Action.WRITE_CARE: "wrote in your care plan",
    Action.WRITE_SETTING: "wrote down where you are cared for",
    Action.IMPORT: "added papers from elsewhere",
    Action.GIVE_GRANT: "let someone take part",
    Action.END_GRANT: "ended what someone may see",
    Action.BREAK_GLASS: "opened your record in an emergency",
    Action.ADD_PERSON: "added you to a clinic",
    Action.MANAGE_CARE: "changed who looks after you",
    Action.ASK_SCALE: "sent you a form, or took one back",
    Action.FILL_IN: "filled in a form",
    Action.HANDLE_CRISIS: "looked after an answer of yours about your safety",
    Action.SEND_DUE: "sent you a form that your team wanted now",
    Action.ESCALATE: "told one more of your team of an answer about your safety",
}
_WHY = {
    Purpose.TREATMENT: "To treat you",
    Purpose.EMERGENCY: "In an emergency",
    Purpose.OPERATIONS: "To run the clinic",
}


@dataclass(frozen=True)
class Line:
    """One access, or the same by the same one several times in a row on one day.

    `at` is the last of them, `first` the first where they differ.
    """

    at: datetime
    who: str
    role: str | None
    where: str | None
    did: str
    why: str
    refused: bool
    times: int
    first: datetime | None


@require_safe
@visiting
def access(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show who opened or changed the record, or tried to, a page at a time."""
    before = _before(request.GET.get("before"))
    found = read_log(
        actor=visit.actor,
        person=visit.person,
        now=visit.now,
        before=before,
        size=A_PAGE,
    )
    return page(
        request,
        visit,
        "person/access.html",
        lines=list(_lines(found, visit)),
        newest=before is None,
        older=found[-1].number if len(found) == A_PAGE else None,
    )


def _lines(found: Iterable[Access], visit: Visit) -> Iterable[Line]:
    """Return the accesses in words; the same in a row is one line, with its count."""
    for _, same in groupby(found, key=lambda one: _same(one, visit.day(one.at))):
        last, *before = same
        yield _line(last, before)


def _same(one: Access, on: date) -> tuple[object, ...]:
    who = (one.kind, one.yourself, one.name, one.role)
    where = (one.organisation, one.programme)
    return (who, where, one.action, one.purpose, one.allowed, on)


def _line(one: Access, before: list[Access]) -> Line:
    did = _DID.get(Action(one.action), "did something with your record")
    where = ", ".join(filter(None, (one.organisation, one.programme)))
    return Line(
        at=one.at,
        who=_who(one),
        role=_role(one),
        where=where or None,
        did=did if one.allowed else f"asked, and was refused: {did}",
        why=_why(one),
        refused=not one.allowed,
        times=1 + len(before),
        first=_first(one, before),
    )


def _who(one: Access) -> str:
    if one.kind is ActorKind.INSTALL:
        return "This site, by itself"
    return "You" if one.yourself else one.name or "Someone"


def _first(last: Access, before: list[Access]) -> datetime | None:
    """Return when the first of several was, where that is another minute."""
    first = before[-1].at if before else last.at
    same = first.replace(second=0, microsecond=0) == last.at.replace(
        second=0, microsecond=0
    )
    return None if same else first


def _role(one: Access) -> str | None:
    if one.kind is ActorKind.CAREGIVER:
        return "someone you let take part"
    return one.role


def _why(one: Access) -> str:
    if one.yourself:
        return "For yourself"
    if one.kind is ActorKind.CAREGIVER:
        return "On your behalf"
    return _WHY.get(Purpose(one.purpose), "For another reason")


def _before(text: str | None) -> int | None:
    """Return from which access on, where the address names one; nonsense names none."""
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return min(int(text[:20]), _LARGEST)
