"""Today: what is taken when, in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.record.fold import LineStatus
from concord.record.model import Record, SettingEvent, SettingKind
from concord.web.person.day import Due, Section, day_of
from concord.web.person.forms import waiting
from concord.web.person.visit import Visit, page, visiting

# Where others look after a person's medicines: nothing is asked of the person then.
_AWAY = {
    SettingKind.ADMITTED: "in a hospital",
    SettingKind.IN_CUSTODY: "in jail or prison",
}


@require_safe
@visiting
def today(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the day's medicines by time of day, as needed ones apart, and forms."""
    day = day_of(visit.entries, visit.on)
    away = latest_setting(visit.record)
    return page(
        request,
        visit,
        "person/today.html",
        sections=[_shown(section, visit) for section in day.sections],
        as_needed=_veiled(day.as_needed, visit),
        held=[
            visit.veil.over(entry)
            for entry in visit.entries
            if entry.state.status is LineStatus.HELD
        ],
        forms=waiting(visit),
        away=_AWAY.get(away.kind) if away else None,
        away_since=away.on if away else None,
    )


def latest_setting(record: Record) -> SettingEvent | None:
    """Return the last that is known of where the person lives or is cared for.

    An event without a date does not count: nobody can say that it is the last.
    """
    dated = [event for event in record.settings if event.on is not None]
    return max(dated, key=lambda e: e.on.order if e.on else (), default=None)


def _shown(section: Section, visit: Visit) -> dict[str, object]:
    return {"title": section.title, "due": _veiled(section.due, visit)}


def _veiled(due: tuple[Due, ...], visit: Visit) -> list[object]:
    return [visit.veil.over(one.entry) for one in due]
