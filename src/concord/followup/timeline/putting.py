"""Putting a timeline together: a case and two days in, one value out."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from concord.followup.case import Case
from concord.followup.timeline.days import Days
from concord.followup.timeline.happened import Happened
from concord.followup.timeline.lanes import first_day, lanes
from concord.followup.timeline.measured import answers, series, unread
from concord.followup.timeline.model import DueItem, Lane, Marks, Series, Timeline
from concord.followup.timeline.names import Names
from concord.followup.timeline.telling import told

_HOME = "UTC"


def timeline(
    case: Case,
    *,
    begins: date | None = None,
    ends: date | None = None,
    marks: int,
    most_told: int,
    due: tuple[DueItem, ...] = (),
) -> Timeline:
    """Return what is known of a person between two days, both included.

    Without `begins` from the first day of which anything is recorded, without `ends`
    to the day of the case or the last of what is due, whichever is later.
    `marks` is about how many marks a row may have (a pixel each), `most_told` how
    many sentences one series of results may need.
    Days are those where the person lives (`UTC` where that is not recorded).

    Raises `ValueError` where the last day lies before the first.
    """
    earliest = first(case)
    last = ends or max([case.as_of, *(item.on for item in due)])
    start = begins or min(earliest or last, last)
    if last < start:
        msg = f"found an end ({last}) before its start ({start}); exchange them"
        raise ValueError(msg)
    days = Days(begins=start, ends=last, marks=marks)
    names = Names(case.knowledge)
    happened = Happened(case, days, names)
    bars = lanes(case, days, _zone(case))
    lines: list[Series] = [*series(case, days, names), *happened.effect_series()]
    rows: list[Marks] = [
        *happened.effect_marks(),
        *answers(case, days, names),
        *happened.conditions(),
        *happened.life(),
        *happened.therapy(),
        *happened.places(),
        *happened.visits(),
        *happened.due(due),
    ]
    every: list[Lane | Series | Marks] = [*bars, *lines, *rows]
    return Timeline(
        begins=start,
        ends=last,
        as_of=case.as_of,
        earliest=earliest,
        lanes=bars,
        series=tuple(sorted(lines, key=lambda one: one.track.rank)),
        marks=tuple(sorted(rows, key=lambda one: one.track.rank)),
        told=told(every, days, most=most_told),
        unread=unread(case, days, lambda told: bool(happened.effect_of(told))),
    )


def first(case: Case) -> date | None:
    """Return the first day of which anything is recorded, `None` where nothing is.

    A problem that began before all else is not it: a diagnosis of long ago would
    leave a picture of nothing.
    """
    record = case.record
    told_on = [
        *(observation.at for observation in record.observations),
        *(event.on for event in record.settings),
        *(dose.at for dose in record.dose_events),
        *(response.at for response in record.responses),
        *(v.period.start for v in record.encounters if v.period),
        *(t.period.start for t in record.therapies if t.period),
        *(p.at.start for p in record.procedures if p.at),
    ]
    days = [at.first for at in told_on if at is not None and at.first <= case.as_of]
    medicine = first_day(case)
    return min([*days, *([medicine] if medicine else [])], default=None)


def _zone(case: Case) -> ZoneInfo:
    named = case.record.person.zone if case.record.person else None
    try:
        return ZoneInfo(named or _HOME)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(_HOME)
