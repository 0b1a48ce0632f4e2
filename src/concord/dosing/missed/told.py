"""Circumstances as somebody told them, for a question that has no record behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import When
from concord.terms import Duration, Value


class Told(Value, frozen=True, kw_only=True):
    """What else is taken, what for, since when: `None` where nobody said.

    `taking` and `conditions` are complete where they are told: an empty one says that
    there is none.
    `started_by` is a day by which it was certainly started, such as that of a dose.
    `given` is how many doses (injections) of this course were given so far.
    """

    taking: frozenset[str] | None = None
    conditions: frozenset[str] | None = None
    started: date | None = None
    started_by: date | None = None
    given: int | None = None

    def parts(
        self, when: When, knowledge: Knowledge, on: date
    ) -> Iterator[tuple[str, bool | None]]:
        """Yield each stated part of a `When`, by the need it names, with its answer.

        Age, sex, results, doses and routes are not told here: they stay unknown.
        """
        for field in when.__struct_fields__:
            value = getattr(when, field)
            if value in (None, ()):
                continue
            match field:
                case "taking":
                    yield "taken-with", self._takes(value, knowledge)
                case "not_taking":
                    yield "taken-with", _not(self._takes(value, knowledge))
                case "condition":
                    yield "indication", self._has(value, knowledge)
                case "without_condition":
                    yield "indication", _not(self._has(value, knowledge))
                case "taken_for_at_least":
                    yield "start-date", self._taken_for(value, on)
                case "taken_for_less_than":
                    yield "start-date", _not(self._taken_for(value, on))
                case "given_at_least" | "given_fewer_than":
                    yield "given", self._given(when, on)
                case "given_presumed_after":
                    pass
                case _:
                    yield _NEED.get(field, field.replace("_", "-")), None

    def _takes(self, names: tuple[str, ...], knowledge: Knowledge) -> bool | None:
        if self.taking is None:
            return None
        own = set(self.taking)
        for drug in self.taking:
            own |= set(knowledge.groups_of(drug))
        return not own.isdisjoint(names)

    def _has(self, name: str, knowledge: Knowledge) -> bool | None:
        if self.conditions is None:
            return None
        cases = knowledge.links.narrower.get(name, (name,))
        return not self.conditions.isdisjoint(cases)

    def _given(self, when: When, on: date) -> bool | None:
        after = when.given_presumed_after
        presumed = after is not None and self._taken_for(after, on) is True
        return when.given(self.given or 0, self.given, presumed=presumed)

    def _taken_for(self, length: Duration, on: date) -> bool | None:
        if self.started is not None:
            return length.after(self.started) <= on
        if self.started_by is not None and length.after(self.started_by) <= on:
            return True
        return None


_NEED = {
    "age_at_least": "age",
    "age_below": "age",
    "dose_at_least": "dose",
    "dose_below": "dose",
    "dose_of": "dose",
}


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
