"""Treatment episodes: from when to when a person went on with a treatment.

Dima and Dediu (PLoS ONE 2017;12:e0174426) and AdhereR's documentation (overview,
"Persistence"; `compute.treatment.episodes`). How long a gap may be is for the one who
asks to say: there is no figure that fits every medicine.
"""

from __future__ import annotations

from datetime import date

from concord.dosing.adherence.events import Observation
from concord.dosing.adherence.intervals import intervals
from concord.terms import Value


class Episode(Value, frozen=True, kw_only=True):
    """A stretch of treatment without a longer gap than is permitted.

    `ended`: supply ran out on `end`, and the gap that follows is too long; otherwise
    the follow-up ends on `end`, and what comes after is not known.
    `gap` are the days without supply after it, or the last ones in it.
    """

    start: date
    end: date
    gap: int
    ended: bool

    @property
    def days(self) -> int:
        """How many days it lasted."""
        return (self.end - self.start).days


def episodes(seen: Observation, permissible_gap: int) -> tuple[Episode, ...]:
    """Return the episodes of the follow-up, in order, whatever the medicine.

    A gap as long as the permissible one is permitted; one day more ends the episode on
    the day on which the last supply is used up. Left-over supply is used first, as
    the observation says. The observation window plays no part.
    """
    stretches = intervals(seen.fills, seen.followup.end, same=seen.carry_same)
    found = []
    start = None
    for place, one in enumerate(stretches):
        start = one.begins if start is None else start
        until = one.begins + one.days
        last = place == len(stretches) - 1
        ended = one.gap > permissible_gap
        if ended or last:
            end = until - one.gap if ended else until
            found.append(
                Episode(
                    start=date.fromordinal(start),
                    end=date.fromordinal(end),
                    gap=one.gap,
                    ended=ended,
                )
            )
            start = None
    return tuple(found)
