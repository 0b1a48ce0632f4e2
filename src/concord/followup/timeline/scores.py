"""What stands behind a score, and the ratings that are each of their own words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from concord.followup.case import Case
from concord.followup.timeline.days import Days
from concord.followup.timeline.model import ScoreBand, Series
from concord.followup.timeline.names import Names
from concord.followup.timeline.thinning import Result, points
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import AnswerSet, Scale, ScaleItem, Subscale
from concord.terms import Value


class Ruler(Value, frozen=True, kw_only=True):
    """What a score is read against: its bands, and the ends of its scale."""

    bands: tuple[ScoreBand, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None


def ruler(case: Case, name: str) -> Ruler | None:
    """Return what a score is read against; `None` for what is no score.

    `name` is a scale, or a part of one by `scale:part`.
    """
    found = _scored(case.knowledge, name)
    if found is None:
        return None
    bands = in_force(found.band, case.as_of)
    drawn = tuple(ScoreBand(low=b.low, high=b.high, title=b.title) for b in bands)
    return Ruler(
        bands=drawn or _of_answers(case.knowledge, name),
        lowest=found.lowest,
        highest=found.highest,
    )


def _scored(knowledge: Knowledge, name: str) -> Scale | Subscale | None:
    whole, _, part = name.partition(":")
    scale = knowledge.scales.get(whole)
    if scale is None or not part:
        return scale
    return next((p for p in scale.subscale if p.id == part), None)


def _of_answers(knowledge: Knowledge, name: str) -> tuple[ScoreBand, ...]:
    """Return the answers of a part that is one question, each with its words.

    Without them a 2 says nothing; numbers from one end to another have none.
    """
    whole, _, part = name.partition(":")
    scale = knowledge.scales[whole]
    items = next((p.items for p in scale.subscale if p.id == part), ())
    item = scale.form.named(items[0]) if scale.form and len(items) == 1 else None
    answers = scale.form.answers_of(item) if scale.form and item else None
    return of_choices(answers)


def of_choices(answers: AnswerSet | None) -> tuple[ScoreBand, ...]:
    """Return each answer of a set that has words as a band of its own, lowest first."""
    choices = answers.choice if answers else ()
    return tuple(
        ScoreBand(low=one.value, high=one.value, title=one.text)
        for one in sorted(choices, key=lambda c: c.value)
        if one.text
    )


# --- goals, and whatever else is rated in one's own words -------------------------


def of_words(knowledge: Knowledge) -> dict[str, ScaleItem]:
    """Return the parts of scales that rate what was written just before them.

    Such a part is one question, and the question before it is answered in words: a
    goal, and how near it is. By the name of the part, the question of the words.
    """
    found: dict[str, ScaleItem] = {}
    for scale in knowledge.scales.values():
        items = scale.form.item if scale.form else ()
        before = dict(zip((i.id for i in items[1:]), items, strict=False))
        for part in scale.subscale:
            asked = before.get(part.items[0]) if len(part.items) == 1 else None
            if asked is not None and asked.answers is None:
                found[f"{scale.id}:{part.id}"] = asked
    return found


def series_of_words(case: Case, days: Days, names: Names) -> Iterator[Series]:
    """Yield a line for each thing that somebody wrote and rated, by its newest words.

    Another goal in the place of the last one is a line of its own.
    """
    for name, asked in of_words(case.knowledge).items():
        read = ruler(case, name)
        assert read is not None  # noqa: S101 - it is a part of a scale
        rated = _rated(case, name, asked)
        for number, (words, results) in enumerate(rated):
            found = points(results, days)
            if not found:
                continue
            yield Series(
                key=f"{name}:{number}",
                track=names.track_of(name),
                title=_with(names.title_of(name), words),
                plain=_with(names.plain_of(name), words),
                unit="{score}",
                points=found,
                bands=read.bands,
                called_for=True,
                lowest=read.lowest,
                highest=read.highest,
            )


def _with(title: str, words: str) -> str:
    return f"{title}: {words}" if words else title


def _rated(
    case: Case, name: str, asked: ScaleItem
) -> tuple[tuple[str, list[Result]], ...]:
    """Return what was written, each with its ratings, in the order of the first ones.

    Words are the same whatever their case; a rating without words has none.
    """
    whole, _, part = name.partition(":")
    responses = {one.id: one for one in case.record.responses}
    told: dict[str, tuple[str, list[Result]]] = {}
    for form in case.scored:
        if form.scale != whole:
            continue
        answers = responses[form.response].answers
        said = next((a.text for a in answers if a.item == asked.id), None) or ""
        words = " ".join(said.split())
        total = next((p.total for p in form.score.parts if p.id == part), None)
        if total is None:
            continue
        results = told.get(words.casefold(), ("", []))[1]
        results.append((form.on.first, form.on, total))
        told[words.casefold()] = (words, results)
    return tuple(told.values())
