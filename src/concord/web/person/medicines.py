"""My medicines: what, how, why, who, since when; what is new since the last look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.knowledge.index import load
from concord.record.agreed import Entry
from concord.record.fold import LineStatus
from concord.record.model import ChangeKind, Indication, Party
from concord.web.chart.actions import circle
from concord.web.person.discreet import Shown
from concord.web.person.visit import Visit, page, visiting

# A year: this browser remembers when its owner last looked, and nothing else.
_REMEMBERED_SECONDS = 365 * 24 * 60 * 60
_LOOKED = "looked"


@dataclass(frozen=True)
class Card:
    """One medicine as its card shows it."""

    shown: Shown
    why: tuple[str, ...]
    prescriber: str | None
    added_by: str | None
    new: bool


@require_safe
@visiting
def medicines(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the agreed list in plain words, and mark what is new."""
    last = _last_look(request, visit)
    names = circle.names_of(_authors(visit.entries))
    cards: dict[LineStatus, list[Card]] = {status: [] for status in LineStatus}
    for entry in visit.entries:
        if entry.state.status is LineStatus.STOPPED and not _lately(entry, visit):
            continue
        cards[entry.state.status].append(_card(entry, visit, names, last))
    response = page(
        request,
        visit,
        "person/medicines.html",
        active=cards[LineStatus.ACTIVE],
        held=cards[LineStatus.HELD],
        planned=cards[LineStatus.PLANNED],
        stopped=cards[LineStatus.STOPPED],
        last=visit.day(last) if last else None,
    )
    response.set_cookie(
        _LOOKED,
        visit.now.isoformat(),
        max_age=_REMEMBERED_SECONDS,
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _card(
    entry: Entry, visit: Visit, names: dict[str, str], last: datetime | None
) -> Card:
    prescriber = entry.line.prescriber
    authors = [c.author for c in entry.line.changes if c.kind is ChangeKind.STARTED]
    lines = (entry.line, *entry.also)
    return Card(
        shown=visit.veil.over(entry),
        why=tuple(filter(None, (_why(one) for one in entry.line.indications))),
        prescriber=prescriber.name if prescriber else None,
        added_by=next((_who(a, visit, names) for a in authors if a), None),
        new=last is not None
        and any(c.recorded_at > last for line in lines for c in line.changes),
    )


def _who(author: Party, visit: Visit, names: dict[str, str]) -> str | None:
    if author.id == str(visit.person):
        return "You" if visit.own else visit.name
    return author.name or names.get(author.id or "")


def _why(indication: Indication) -> str | None:
    if indication.text:
        return indication.text
    return next((code.display for code in indication.codes if code.display), None)


def _authors(entries: tuple[Entry, ...]) -> list[str | None]:
    return [
        change.author.id
        for entry in entries
        for change in entry.line.changes
        if change.author
    ]


def _lately(entry: Entry, visit: Visit) -> bool:
    """Whether it was stopped so lately that it stands on the clinician's page too."""
    days = load().figure("person-page", "stopped-shown-days", visit.on)
    ended = entry.state.ended
    return ended is None or (visit.on - ended.last).days <= days


def _last_look(request: HttpRequest, visit: Visit) -> datetime | None:
    """Return when this browser looked before the present session, if it ever did.

    Held in the session for as long as that lasts, so that a mark does not go away at
    the second look.
    """
    key = f"looked:{visit.person}"
    if key not in request.session:
        request.session[key] = request.COOKIES.get(_LOOKED, "")
    try:
        last = datetime.fromisoformat(request.session[key])
    except ValueError:
        return None
    return last if last.tzinfo else None
