"""The part of a page that shows a timeline, for whichever door it stands behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import QueryDict

from concord.followup.case import Case
from concord.followup.timeline import DueItem, Timeline, first, table, timeline
from concord.web.timeline.asked import FEWEST_DAYS, Asked, asked
from concord.web.timeline.drawing import picture
from concord.web.timeline.ways import Way, moves, ranges
from concord.wording import say
from concord.wording.overtime import OVER_TIME, PLAIN_OVER_TIME

# About one mark for each pixel of a wide page; so many sentences for one series; with
# more results than this the table tells months.
MARKS, MOST_TOLD, MOST_ROWS = 900, 12, 60


@dataclass(frozen=True)
class Sentence:
    """One thing that changed, in words; the reason as somebody wrote it."""

    told: Any
    says: str
    reason: str | None


def part(
    case: Case,
    query: QueryDict,
    *,
    plain: bool = False,
    usual: str = "1y",
    due: tuple[DueItem, ...] = (),
) -> dict[str, Any]:
    """Return what the template of the part needs, for a record as it may be seen."""
    last_day = max([case.as_of, *(item.on for item in due)])
    wanted = asked(query, last_day, usual)
    made = _made(case, wanted, due)
    drawn = picture(made, case.knowledge, wanted.rows, plain=plain)
    words = PLAIN_OVER_TIME if plain else OVER_TIME
    shown = {row.token for group in drawn.groups for row in group.shown}
    return {
        "asked": wanted,
        "timeline": made,
        "picture": drawn,
        "plain": plain,
        "ranges": tuple(ranges(wanted)),
        "moves": tuple(moves(wanted, made, last_day)),
        "other_view": other_view(wanted),
        "sentences": tuple(
            Sentence(told=one, says=say(one.message, words), reason=one.reason)
            for one in reversed(made.told)
        ),
        "table": table(made, most=MOST_ROWS, plain=plain) if wanted.table else (),
        "chosen": shown,
    }


def _made(case: Case, wanted: Asked, due: tuple[DueItem, ...]) -> Timeline:
    """Return the timeline of the days that were asked for, and no emptier than it is.

    A usual time begins with the first thing that is recorded, where that is later.
    """
    begins = wanted.begins
    if wanted.last is not None:
        least = wanted.ends - timedelta(days=FEWEST_DAYS - 1)
        earliest = first(case) or least
        begins = min(max(earliest, begins or earliest), least)
    return timeline(
        case, begins=begins, ends=wanted.ends, marks=MARKS, most_told=MOST_TOLD, due=due
    )


def usual(case: Case, due: tuple[DueItem, ...] = ()) -> dict[str, Any]:
    """Return what the picture alone needs, of so much of the past as is usual.

    At most so long ago as `measures/person-page: timeline-shown-days` says, and until
    the last of what is due.
    """
    shown = case.knowledge.figure("person-page", "timeline-shown-days", case.as_of)
    begins = case.as_of - timedelta(days=int(shown))
    ends = max([case.as_of, *(item.on for item in due)])
    made = _made(case, Asked(begins=begins, ends=ends, last="2y"), due)
    return {"timeline": made, "picture": picture(made, case.knowledge), "plain": False}


def other_view(wanted: Asked) -> Way:
    """Return the way to the table, or from it back to the picture."""
    to = replace(wanted, table=not wanted.table)
    words = "Show the picture" if wanted.table else "Show it as a table"
    return Way(id="view", words=words, query=to.query(), key="t")
