"""On which days somebody saw the person, as far as the record holds visits at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date

from concord.followup.case import Case
from concord.record.model import Encounter

EMERGENCY = "contact-after-emergency"


class Seen:
    """The days up to a day on which the person was seen, or some things were measured.

    `known` is whether the record speaks of such things at all: without it an absent
    day says nothing.
    """

    def __init__(self, days: Iterable[date], *, known: bool) -> None:
        self.days = sorted(days)
        self.known = known

    @property
    def last(self) -> date | None:
        """The newest of the days, or `None`."""
        return self.days[-1] if self.days else None

    def first_from(self, day: date) -> date | None:
        """Return the first of the days that is not before a day, or `None`."""
        place = bisect_left(self.days, day)
        return self.days[place] if place < len(self.days) else None


def seen(case: Case) -> Seen:
    """Return when the person was seen: every encounter but an emergency.

    An emergency is a reason to see the person, not the visit that was planned. One of
    which only the month is known counts from its first day.
    """
    days = []
    for visit in case.record.encounters:
        day = began(visit)
        if day is not None and day <= case.as_of and not is_emergency(case, visit):
            days.append(day)
    return Seen(days, known=bool(case.record.encounters))


def began(visit: Encounter) -> date | None:
    """Return the first day of an encounter, or `None` where it is not known."""
    start = visit.period.start if visit.period else None
    return start.first if start else None


def is_emergency(case: Case, visit: Encounter) -> bool:
    """Return whether an encounter is of a class that the knowledge calls emergency."""
    measure = case.knowledge.measures.get(EMERGENCY)
    return measure is not None and visit.kind in measure.encounters
