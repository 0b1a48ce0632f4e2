"""What was said of the person for one plan, and which rows of the knowledge hold then.

As in a review every question has three answers: yes, no and not known. A plan is
refused where the answer that decides it is not known; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from concord.errors import UndecidedError
from concord.knowledge.links import drugs_of
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug, Side, When
from concord.terms import Duration, Quantity, Value
from concord.wording.names import cased, within
from concord.wording.timing import listed


class Known(Value, frozen=True, kw_only=True):
    """What was said of the person; what was not said is not known.

    `beside` are the ids of the drugs taken as well, `nothing_else` that no other is.
    `taken_for` is how long the drug has been taken, `taken_at_least` a time for which
    it certainly has been (since its last dose). `given` is how many doses (injections)
    of this course were given so far.
    """

    beside: tuple[str, ...] = ()
    nothing_else: bool = False
    age: int | None = None
    conditions: tuple[str, ...] = ()
    taken_for: Duration | None = None
    taken_at_least: Duration | None = None
    given: int | None = None


NOTHING_SAID = Known()


class Asked(Value, frozen=True, kw_only=True):
    """The drug that a row is asked for: its route, its dose a day, on which day."""

    drug: str
    on: date
    route: str | None = None
    dose: Quantity | None = None


def holds(when: When | None, known: Known, knowledge: Knowledge, asked: Asked) -> bool:
    """Return whether a `When` holds for certain; `False` where that is not known."""
    return when is None or all(
        answer is True for _, answer in answers(when, known, knowledge, asked)
    )


def open_questions(
    when: When | None, known: Known, knowledge: Knowledge, asked: Asked
) -> tuple[str, ...]:
    """Return in words what has to be known before a `When` is decided.

    Nothing where it is decided: one part that does not hold decides, whatever the
    others are.
    """
    if when is None:
        return ()
    found = list(answers(when, known, knowledge, asked))
    if any(answer is False for _, answer in found):
        return ()
    return tuple(need for need, answer in found if answer is None)


def answers(
    when: When, known: Known, knowledge: Knowledge, asked: Asked
) -> Iterator[tuple[str, bool | None]]:
    """Yield what each stated part of a `When` asks, in words, with its answer."""
    yield from _of_the_person(when, known, knowledge)
    for names, wanted in ((when.taking, True), (when.not_taking, False)):
        if names:
            taken = _takes_any(names, known, knowledge)
            need = f"whether {_named(names, knowledge)} is taken as well"
            yield need, None if taken is None else taken is wanted
    if when.dose_at_least is not None or when.dose_below is not None:
        yield "the dose that is taken now", _dose(when, asked)
    if when.route is not None:
        yield "the route", None if asked.route is None else asked.route == when.route
    for length, wanted in (
        (when.taken_for_at_least, True),
        (when.taken_for_less_than, False),
    ):
        if length is not None:
            long = _taken(known.taken_for, length, asked.on)
            if long is None and _taken(known.taken_at_least, length, asked.on):
                long = True
            answer = None if long is None else long is wanted
            yield "for how long it has been taken", answer
    if when.given_at_least is not None or when.given_fewer_than is not None:
        yield "how many injections of it were given", _given(when, known, asked.on)


def _of_the_person(
    when: When, known: Known, knowledge: Knowledge
) -> Iterator[tuple[str, bool | None]]:
    """Yield the parts that ask of the person and not of what is taken."""
    age = known.age
    if when.age_at_least is not None:
        yield "the age", None if age is None else age >= when.age_at_least
    if when.age_below is not None:
        yield "the age", None if age is None else age < when.age_below
    if when.sex is not None:
        yield "the sex", None
    if when.condition is not None:
        has = when.condition in known.conditions or None
        yield f"whether there is {_condition(knowledge, when.condition)}", has
    if when.without_condition is not None:
        none = False if when.without_condition in known.conditions else None
        yield f"whether there is {_condition(knowledge, when.without_condition)}", none
    if when.observation is not None:
        title = knowledge.observations[when.observation].title
        yield f"the result of {title}", None


def _condition(knowledge: Knowledge, name: str) -> str:
    return within(knowledge.conditions[name].title)


def _named(names: Sequence[str], knowledge: Knowledge) -> str:
    said = [
        cased(knowledge.drugs[name].name)
        if name in knowledge.drugs
        else f"one of the {within(knowledge.groups[name].title)}"
        for name in names
    ]
    return " or ".join(said)


def _takes_any(names: Sequence[str], known: Known, knowledge: Knowledge) -> bool | None:
    for drug in known.beside:
        if not {drug, *knowledge.groups_of(drug)}.isdisjoint(names):
            return True
    return False if known.nothing_else else None


def _dose(when: When, asked: Asked) -> bool | None:
    if asked.dose is None or when.dose_of not in (None, asked.drug):
        return None
    for bound, above in ((when.dose_at_least, True), (when.dose_below, False)):
        if bound is None:
            continue
        if not asked.dose.fits(bound.unit):
            return None
        if (asked.dose.to(bound.unit).value >= bound.value) is not above:
            return False
    return True


def _taken(taken: Duration | None, length: Duration, on: date) -> bool | None:
    """Return whether it has been taken for so long (inclusive) on a day."""
    return None if taken is None else length.after(taken.before(on)) <= on


def needing(what: str, needs: Sequence[str]) -> UndecidedError:
    """Return the error that something must be known first."""
    asked = listed(tuple(dict.fromkeys(needs)))
    return UndecidedError(
        f"{what}: found nothing said of what decides it, expected to know {asked}; say "
        "it. Nothing was planned and nothing guessed"
    )


def _given(when: When, known: Known, on: date) -> bool | None:
    after = when.given_presumed_after
    long = after is not None and (
        _taken(known.taken_for, after, on) or _taken(known.taken_at_least, after, on)
    )
    return when.given(known.given or 0, known.given, presumed=bool(long))


def on_side(side: Side, drug: Drug, knowledge: Knowledge) -> bool:
    """Return whether a drug is on a side of a rule."""
    members = {group: tuple(knowledge.members(group)) for group in side.groups}
    return drug.id in set(drugs_of(side, members))
