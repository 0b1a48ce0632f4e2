"""For whom a value is, in words: the parts of a `When`, as a clinician reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import When
from concord.wording.names import within


def case_words(when: When, knowledge: Knowledge) -> str:
    """Return a case in words: `taken for at least 4 weeks and with valproate`."""
    return " and ".join((*_regimen(when, knowledge), *_person(when, knowledge)))


def _regimen(when: When, knowledge: Knowledge) -> Iterator[str]:
    if when.taken_for_less_than is not None:
        yield f"taken for less than {when.taken_for_less_than}"
    if when.taken_for_at_least is not None:
        yield f"taken for at least {when.taken_for_at_least}"
    if when.given_at_least is not None:
        yield f"{when.given_at_least} or more given so far"
    if when.given_fewer_than is not None:
        yield f"fewer than {when.given_fewer_than} given so far"
    if when.taking:
        yield f"taken with {_names(when.taking, knowledge)}"
    if when.not_taking:
        yield f"taken without {_names(when.not_taking, knowledge)}"
    if when.route is not None:
        yield f"by the {when.route} route"
    if when.dose_at_least is not None:
        yield f"at {when.dose_at_least} a day or more"
    if when.dose_below is not None:
        yield f"below {when.dose_below} a day"


def _person(when: When, knowledge: Knowledge) -> Iterator[str]:
    if when.condition is not None:
        yield f"for a person with {_condition(when.condition, knowledge)}"
    if when.without_condition is not None:
        yield f"for a person without {_condition(when.without_condition, knowledge)}"
    if when.age_at_least is not None:
        yield f"aged {when.age_at_least} or more"
    if when.age_below is not None:
        yield f"aged below {when.age_below}"
    if when.sex is not None:
        yield when.sex
    if when.observation is not None:
        title = knowledge.observations[when.observation].title
        yield f"by the last result of {title}"


def _condition(name: str, knowledge: Knowledge) -> str:
    return within(knowledge.conditions[name].title)


def _names(names: Iterable[str], knowledge: Knowledge) -> str:
    found = [
        within(knowledge.groups[name].title)
        if name in knowledge.groups
        else knowledge.drugs[name].name
        for name in names
    ]
    return " or ".join(found)
