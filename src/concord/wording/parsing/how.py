"""Readers of how much, of what and by which route, and of where the next one begins.

Each takes a part further, and returns the place behind what it read, or `None`.
"""

from __future__ import annotations

from concord.wording.parsing import held, times, when, words
from concord.wording.parsing.amounts import Refused, amount, measured, span
from concord.wording.parsing.parts import Reading
from concord.wording.parsing.tokens import Phrases

_VERBS = Phrases({verb: (route,) for verb, route in words.VERBS.items()})
_STEP_VERBS = Phrases(dict.fromkeys(words.STEP_VERBS, True))
_ROUTES = Phrases(words.ROUTES_SAID)
_ABSENT = Phrases(words.ABSENT)
_ALSO = Phrases(dict.fromkeys(words.STRONG_ALSO, True))
# With whether it stands apart from what goes before.
_THEN = Phrases({p: p.startswith(";") or p.endswith(":") for p in words.THEN})
# The routes that a verb leaves open.
_FITS = {
    "injection": words.INJECTIONS,
    "inhalation": frozenset({"inhalation", "oral"}),
    "oral": frozenset({"oral"}),
}


def next_part(reading: Reading, at: int) -> int | None:
    """Read that another instruction begins: the next step, or one beside it."""
    then = _THEN.at(reading.given, at)
    if then is not None:
        reading.begin(then[1], step=reading.part.step + 1, apart=then[0])
        return then[1]
    also = _ALSO.at(reading.given, at)
    if also is not None:
        reading.begin(also[1], step=reading.part.step, apart=True)
        return also[1]
    return None


def absence(reading: Reading, at: int) -> int | None:
    """Read what our own words say to be not recorded."""
    found = _ABSENT.at(reading.given, at)
    if found is None:
        return None
    reading.part.absent.add(found[0])
    return found[1]


def verb(reading: Reading, at: int) -> int | None:
    """Read the verb; a second one begins another instruction."""
    found = _VERBS.at(reading.given, at)
    if found is None:
        return _step_verb(reading, at)
    if times.EVENTS.at(reading.given, at) is not None:
        return None  # "take with food"
    part = reading.part
    if part.verb is not None or part.dose is not None:
        if part.dose is None and not part.timed:
            raise Refused(at, "again")
        reading.begin_another(at)
    reading.part.verb, reading.part.verb_route = reading.word(at), found[0][0]
    return found[1] + (reading.word(found[1]) == "it")


def _step_verb(reading: Reading, at: int) -> int | None:
    found = _STEP_VERBS.at(reading.given, at)
    if found is None or reading.part.step == 1 or reading.part.verb:
        return None
    reading.part.verb = reading.word(at)
    return found[1]


def dose(reading: Reading, at: int) -> int | None:
    """Read how much one dose is, and in brackets what that holds."""
    present = reading.part.dose
    if present is not None and span(reading.given, at) is None:
        return None
    if present is not None and not reading.listed(at):
        raise Refused(at, "again" if measured(reading.given, at) else "unknown")
    before = present or (reading.parts[-2].dose if len(reading.parts) > 1 else None)
    found = amount(reading.given, at, before.largest.unit if before else None)
    if found is None:
        return None
    if present is not None:
        reading.begin_another(at)
    said, after = found
    reading.part.dose = said
    reading.part.where["dose"] = at
    if said.route:
        _set_route(reading, said.route, at)
    ranged = said.low is None or said.high is not None
    inside = held.holds(
        reading.given, after, reading.medicine, said.largest, ranged=ranged
    )
    return after if inside is None else inside


def name(reading: Reading, at: int) -> int | None:
    """Read the name of the medicine, and behind a dose the strength of one piece."""
    of = reading.word(at) == "of"
    after = held.name(reading.given, at + of, reading.medicine)
    if after is None or reading.medicine is None:
        if of:
            raise Refused(at + 1)
        return None
    if reading.part.named:
        raise Refused(at, "again")
    reading.part.named = True
    if reading.part.dose is None:
        return after
    return held.strength(reading.given, after, reading.medicine)


def route(reading: Reading, at: int) -> int | None:
    """Read by which route."""
    found = _ROUTES.at(reading.given, at)
    if found is None:
        return None
    _set_route(reading, found[0], at)
    return found[1]


def _set_route(reading: Reading, said: str, at: int) -> None:
    part = reading.part
    fits = _FITS.get(part.verb_route or "", frozenset({said}))
    if part.route not in (None, said) or said not in fits:
        raise Refused(at, "against")
    part.route = said
    part.where.setdefault("route", at)


def mark(reading: Reading, at: int) -> int | None:
    """Read a mark or "and" between two things that are said."""
    word = reading.word(at)
    if word in (",", ".", ";"):
        return at + 1
    if word == "(" and reading.open_bracket is None and when.stands(reading, at + 1):
        reading.open_bracket = at
        return at + 1
    if word == ")" and reading.open_bracket is not None:
        reading.open_bracket = None
        return at + 1
    timed = reading.part.timed
    if word == ":" and timed and when.event_stands(reading, at + 1):
        return at + 1
    if word in ("and", "&", "+", "/") and timed and _goes_on(reading, at + 1):
        return at + 1
    return None


def _goes_on(reading: Reading, at: int) -> bool:
    """Return whether a list of times goes on here, or another instruction begins."""
    part = reading.part
    if (part.events or part.clocks) and when.event_stands(reading, at):
        return True
    found = _VERBS.at(reading.given, at)
    return span(reading.given, found[1] if found else at) is not None
