"""Where to go from a timeline: closer, wider, earlier, later, and the usual times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from concord.followup.timeline import Timeline
from concord.web.timeline.asked import ALL, FEWEST_DAYS, Asked

_WORDS = {"3m": "3 months", "1y": "1 year", "2y": "2 years", ALL: "All"}


@dataclass(frozen=True)
class Way:
    """A link to the same timeline of other days; `key` presses it.

    `query` is nothing where there is nothing to go to.
    """

    id: str
    words: str
    query: str = ""
    key: str = ""
    here: bool = False


def ranges(asked: Asked) -> Iterator[Way]:
    """Yield the usual times up to the last day."""
    for word, words in _WORDS.items():
        to = replace(asked, last=word)
        yield Way(
            id=f"last-{word}",
            words=words,
            query=to.query(),
            key="0" if word == ALL else "",
            here=asked.last == word,
        )


def moves(asked: Asked, made: Timeline, last_day: date) -> Iterator[Way]:
    """Yield the ways to earlier and later days, and to fewer and more of them.

    Half of what is seen stays in sight.
    """
    begins, ends = made.begins, made.ends
    length = (ends - begins).days + 1
    half = timedelta(days=max(1, length // 2))
    earliest = min(made.earliest or begins, begins)
    back = begins - half if begins > earliest else None
    on = min(ends + half, last_day) if ends < last_day else None
    fewest = timedelta(days=FEWEST_DAYS - 1)
    quarter = timedelta(days=length // 4)
    closer = None
    if length > FEWEST_DAYS:
        first = begins + quarter
        last = max(ends - quarter, first + fewest)
        # What is shown to the last day stays at it: the newest is what is looked for.
        closer = (ends - (last - first), ends) if ends >= last_day else (first, last)
    wider = None
    if begins > earliest or ends < last_day:
        wider = (max(begins - half, earliest), min(ends + half, last_day))
    whole = timedelta(days=length - 1)
    yield _way(
        asked, "earlier", "Earlier", "ArrowLeft", (back, back + whole) if back else None
    )
    yield _way(asked, "later", "Later", "ArrowRight", (on - whole, on) if on else None)
    yield _way(asked, "closer", "Closer", "+", closer)
    yield _way(asked, "wider", "Wider", "-", wider)


def _way(
    asked: Asked, id_: str, words: str, key: str, days: tuple[date, date] | None
) -> Way:
    query = asked.between(*days).query() if days else ""
    return Way(id=id_, words=words, query=query, key=key)
