"""Directions in words, read into the `Dosage`s that they state, or not at all.

Every word must be understood at its place; the first that is not ends the reading, and
the text then stands as it was written. Nothing is half read, and nothing is guessed:
where people could mean two things the text is refused (`words.REFUSED`, `words.WHY`).

Rules where the words leave something open:

- An amount needs its unit: "take 2 daily" is refused. In a later instruction a bare
  number counts what the first one counts ("1 tablet in the morning and 2 at bedtime"),
  and a step without a dose or a route keeps the one before.
- "2 tablets daily" is both at once; "2 tablets a day" is refused (one dose or two?),
  "1 tablet a day" is one. "Up to 3 tablets daily" is refused too, "up to 3 times a day"
  is a rate without a least.
- Times of the day without a rate are once each: "at bedtime" is once a day at bedtime.
  With a rate there must be as many: "twice daily at bedtime" is refused.
- A meal that is not named needs a rate: "with food" alone is refused.
- "For 5 days every month" is refused: a length of time holds one period at the least.
- Named days stand for every week: "on Monday" is each Monday.
- A patch on the skin is transdermal, all else there topical.
- Instructions joined by a mere "and" must name other times of the day or other days,
  else one might stand in the other's place; what is said of one alone (as needed, a
  most, a length of time) is refused there, for it might be said of both.
"""

from __future__ import annotations

from concord.record.model import Dosage, Medicine
from concord.terms import Value
from concord.wording.parsing import how, limits, making, words
from concord.wording.parsing.amounts import Refused
from concord.wording.parsing.parts import Reading
from concord.wording.parsing.tokens import Phrases, Tokens, tokens
from concord.wording.parsing.when import when


class Understood(Value, frozen=True, kw_only=True):
    """Directions of which every word was understood."""

    dosages: tuple[Dosage, ...]


class AsWritten(Value, frozen=True, kw_only=True):
    """Directions that stand as they were written.

    `word` is the first word (or phrase without one meaning) that was not understood,
    `start` its place in the text, `why` a key of `words.WHY`, `because` says it.
    """

    text: str
    word: str
    start: int
    why: str
    because: str


def parse(text: str, medicine: Medicine | None = None) -> Understood | AsWritten:
    """Return the directions that a text states, understood in full or as written.

    `medicine` is the one that they are for: its name and what a piece holds are
    understood where they are its own.

    >>> found = parse("1 tab po bid x 7 days")
    >>> [str(d.dose) for d in found.dosages]
    ['1 {tablet}']
    >>> parse("take 1 tablet daily as directed").word
    'as directed'
    """
    given = tokens(text)
    try:
        return Understood(dosages=_dosages(Reading(given=given, medicine=medicine)))
    except Refused as refused:
        return _as_written(text, given, refused)


_REFUSED = Phrases(words.REFUSED)
_BEGINNINGS = Phrases(dict.fromkeys(words.BEGINNINGS, True))
_FIRST = Phrases(dict.fromkeys(words.FIRST, True))
# The order counts: "3 times" is tried before 3 of something, "8 am" before 8.
_READERS = (
    how.next_part,
    how.absence,
    how.verb,
    limits.count,
    limits.maximum,
    limits.as_needed,
    limits.for_,
    limits.bounds,
    when,
    how.route,
    how.dose,
    how.name,
    how.mark,
)


def _dosages(reading: Reading) -> tuple[Dosage, ...]:
    beginning = _BEGINNINGS.at(reading.given, 0)
    begins = beginning[1] if beginning else 0
    first = _FIRST.at(reading.given, begins)
    at = first[1] if first else begins
    while at < len(reading.given):
        at = _next(reading, at)
    if reading.open_bracket is not None:
        raise Refused(reading.open_bracket, "open-bracket")
    if first is not None and reading.part.step == 1:
        raise Refused(begins)  # "first", and no "then"
    return making.dosages(reading.parts)


def _next(reading: Reading, at: int) -> int:
    """Return the place behind what is said here; `Refused` where nobody reads it."""
    for reader in _READERS:
        after = reader(reading, at)
        if after is not None:
            return after
    raise Refused(at)


def _as_written(text: str, given: Tokens, refused: Refused) -> AsWritten:
    if not given:
        return AsWritten(text=text, word="", start=0, why="nothing", because=_why(""))
    at = min(refused.at, len(given) - 1)
    meant = _REFUSED.at(given, at) if refused.why == "unknown" else None
    start, end = given[at].start, given[meant[1] - 1 if meant else at].end
    return AsWritten(
        text=text,
        word=text[start:end],
        start=start,
        why=refused.why,
        because=meant[0] if meant else _why(refused.why),
    )


def _why(why: str) -> str:
    return words.WHY[why or "nothing"]
