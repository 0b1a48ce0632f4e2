"""What a medicine is taken for, as its lines state it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from concord.knowledge.lookup import Knowledge
from concord.record.agreed import Entry
from concord.record.model import Condition, Indication


def stated(
    entry: Entry, conditions: Mapping[str, Condition], knowledge: Knowledge
) -> tuple[str, ...]:
    """Return the conditions that the coded indications on a medicine's lines mean.

    `conditions` are the person's condition lines by id, since an indication may be one
    of them.
    """
    found: dict[str, None] = {}
    for indication in _indications(entry):
        codes = indication.codes
        line = conditions.get(indication.condition or "")
        if line is not None:
            codes = (*codes, *line.codes)
        found |= dict.fromkeys(knowledge.conditions_of(codes))
    return tuple(found)


def treated(
    entry: Entry, conditions: Iterable[Condition], knowledge: Knowledge
) -> tuple[str, ...] | None:
    """Return the conditions that a medicine is taken for, broader ones included.

    `None` where no indication is stated, or one only in words that are not exactly the
    name of a condition: then it is not known.
    """
    by_id = {condition.id: condition for condition in conditions}
    found = list(stated(entry, by_id, knowledge))
    known = bool(found)
    for indication in _indications(entry):
        named = _named(indication.text, knowledge)
        found += named
        known = known or bool(named or indication.codes)
    broader = knowledge.links.broader
    every = (b for name in found for b in broader.get(name, (name,)))
    return tuple(dict.fromkeys(every)) if known else None


def _indications(entry: Entry) -> list[Indication]:
    return [i for line in (entry.line, *entry.also) for i in line.indications]


def _named(text: str | None, knowledge: Knowledge) -> list[str]:
    said = (text or "").strip().casefold()
    return [
        name
        for name, entry in knowledge.conditions.items()
        if said and said in (entry.title.casefold(), name)
    ]
