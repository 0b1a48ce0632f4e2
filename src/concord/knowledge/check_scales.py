"""Finds what is wrong with the scales: forms that do not fit their own scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from concord.knowledge.model import AnswerSet, Band, Form, Scale, ScaleItem, Translation


def scale_problems(scales: Mapping[str, Any]) -> Iterator[str]:
    """Yield every problem of the scales, each with its file and what to mend."""
    for scale in scales.values():
        where = f"scales/{scale.id}.toml"
        yield from (f"{where}: {told}" for told in _problems(scale, scales))


def track_problems(
    tracks: Mapping[str, Any], scales: Mapping[str, Any]
) -> Iterator[str]:
    """Yield every score that a track names and no scale has."""
    known = {
        name
        for scale in scales.values()
        for name in (scale.id, *(f"{scale.id}:{part.id}" for part in scale.subscale))
    }
    for track in tracks.values():
        where = f"tracks/{track.id}.toml"
        for name in (*track.score, *(said.score for said in track.said if said.score)):
            if name not in known:
                yield f"{where}: score: {name!r} is no scale and no part of one"
        for index, said in enumerate(track.said):
            if (said.observation is None) == (said.score is None):
                yield f"{where}: said[{index}]: name an observation or a score"


def _problems(scale: Scale, scales: Mapping[str, Any]) -> Iterator[str]:
    yield from _bands("band", scale.band, scale.lowest, scale.highest)
    yield from _change(scale)
    for part in scale.subscale:
        yield from _bands(f"subscale {part.id}", part.band, part.lowest, part.highest)
    if scale.form is None:
        if not scale.licence.obtain:
            yield "licence: no form and no obtain; say where the form is to be had"
        return
    yield from _form(scale, scale.form)
    yield from _scoring(scale, scale.form)
    yield from _named_items(scale, scale.form)
    yield from _step_up(scale, scale.form, scales)
    for translation in scale.translation:
        yield from _translation(scale.form, translation)


def _bands(
    what: str, bands: Iterable[Band], lowest: Decimal | None, highest: Decimal | None
) -> Iterator[str]:
    """Yield gaps and overlaps of the default bands, which must cover the range."""
    default = sorted((b for b in bands if b.label is None), key=lambda b: b.low)
    if not default:
        return
    if (default[0].low, default[-1].high) != (lowest, highest):
        yield f"{what}: the bands do not reach from {lowest} to {highest}"
    for one, other in pairwise(default):
        if other.low != one.high + 1:
            yield f"{what}: after {one.high} comes {other.low}; a gap or an overlap"


def _change(scale: Scale) -> Iterator[str]:
    """Yield where a scale does not say what a change of it means, or says both."""
    for one in scale.meaningful:
        if (one.points is None) == (one.share is None):
            yield "meaningful: state points or a share, and not both"
    change = scale.change
    stated = bool(scale.meaningful) or (
        change is not None and change.reliable_change is not None
    )
    if scale.no_change_value and stated:
        yield "no_change_value: a value of a change is stated; take one away"
    if not scale.no_change_value and not stated:
        yield (
            "meaningful: missing, and no reliable_change; state a published value, or "
            "in no_change_value that none was found"
        )


def _form(scale: Scale, form: Form) -> Iterator[str]:
    for twice, count in Counter(i.id for i in form.item).items():
        if count > 1:
            yield f"form: two items are called {twice!r}; each needs its own id"
    for item in form.item:
        yield from (f"form: item {item.id}: {t}" for t in _item(scale, form, item))
    for answers in form.answers:
        yield from (
            f"form: answers {answers.id}: {t}" for t in _answers(scale, answers)
        )
    asked = [i for i in form.item if not i.optional and not _is_gate(scale, i)]
    if len(asked) != scale.items:
        yield f"form: {len(asked)} items to be answered, items says {scale.items}"


def _item(scale: Scale, form: Form, item: ScaleItem) -> Iterator[str]:
    if item.answers is not None and form.answers_of(item) is None:
        yield f"no answers are called {item.answers!r}"
    if item.answers is None and item.scored:
        yield "answered in words, so it cannot be scored"
    if bool(item.text) != scale.licence.ship_text:
        yield (
            "its text and licence.ship_text disagree; ship the words only where the "
            "licence lets us"
        )
    if item.help and not scale.licence.ship_text:
        yield "help without a licence to ship text"


def _answers(scale: Scale, answers: AnswerSet) -> Iterator[str]:
    values = [c.value for c in answers.choice]
    if len(set(values)) != len(values):
        yield "two answers are worth the same"
    ends = answers.lowest is not None and answers.highest is not None
    if bool(values) == ends:
        yield "either a list or two ends"
    if any(c.text for c in answers.choice) and not scale.licence.ship_text:
        yield "words without a licence to ship text"


def _is_gate(scale: Scale, item: ScaleItem) -> bool:
    gate = scale.scoring.gate if scale.scoring else None
    return gate is not None and gate.item == item.id


def _scoring(scale: Scale, form: Form) -> Iterator[str]:
    scoring = scale.scoring
    if scoring is None:
        yield "scoring: missing; say how a total is made, or that there is none"
        return
    scored = [i for i in form.item if i.scored]
    if scoring.method == "none":
        if scale.lowest is not None or scale.highest is not None:
            yield "scoring: none, but the scale has a range; take one away"
    else:
        least, most = _ends(form, scored, scoring.method)
        ends = (least * scoring.multiplier, most * scoring.multiplier)
        if ends != (scale.lowest, scale.highest):
            yield (
                f"scoring: the answers reach from {ends[0]} to {ends[1]}, the scale "
                f"says {scale.lowest} to {scale.highest}"
            )
    if scoring.missing_at_most >= max(len(scored), 1):
        yield "scoring: missing_at_most would let an empty form be scored"
    if scoring.missing_at_most and any(i.weight != 1 for i in scored):
        yield "scoring: weighted items cannot be made up by the mean of the others"
    for part in scale.subscale:
        items = [i for i in form.item if i.id in part.items]
        least, most = _ends(form, items, part.method)
        if (least, most) != (part.lowest, part.highest):
            yield (
                f"subscale {part.id}: the answers reach from {least} to {most}, it "
                f"says {part.lowest} to {part.highest}"
            )


def _ends(form: Form, items: list[ScaleItem], method: str) -> tuple[Decimal, Decimal]:
    least = most = Decimal(0)
    for item in items:
        answers = form.answers_of(item)
        if answers is not None:
            least += answers.low * item.weight
            most += answers.high * item.weight
    count = len(items) if method == "mean" and items else 1
    return least / count, most / count


def _named_items(scale: Scale, form: Form) -> Iterator[str]:
    """Yield items that a part of the scale names and the form does not have."""
    named: list[tuple[str, str]] = [
        (f"subscale {p.id}", item) for p in scale.subscale for item in p.items
    ]
    for criterion in scale.criterion:
        for part in criterion.part:
            named += [(f"criterion {criterion.id}", item) for item in part.items]
    if scale.suicide_item:
        named.append(("suicide_item", scale.suicide_item.item))
    if scale.scoring and scale.scoring.gate:
        named.append(("scoring.gate", scale.scoring.gate.item))
    for where, item in named:
        if form.named(item) is None:
            yield f"{where}: no item is called {item!r}"
    if scale.suicide_item:
        asks = form.named(scale.suicide_item.item)
        answers = form.answers_of(asks) if asks else None
        if answers and not answers.allows(scale.suicide_item.from_answer):
            yield "suicide_item: from_answer is none of the item's answers"


def _step_up(scale: Scale, form: Form, scales: Mapping[str, Any]) -> Iterator[str]:
    step = scale.step_up
    if step is None or step.long_form not in scales:
        return  # an id that is no scale is told with the other references
    longer = scales[step.long_form].form
    for mine, theirs in step.carries.items():
        one = form.named(mine)
        other = longer.named(theirs) if longer else None
        if one is None or other is None:
            yield f"step_up: {mine} -> {theirs}: one of the two is no item"
            continue
        here, there = form.answers_of(one), longer.answers_of(other)
        same = here and there and here.choice == there.choice
        if one.text != other.text or not same:
            yield f"step_up: {mine} -> {theirs}: not the same question and answers"


def _translation(form: Form, translation: Translation) -> Iterator[str]:
    where = f"translation {translation.language}"
    asked = {i.id for i in form.item}
    if set(translation.items) != asked:
        odd = ", ".join(sorted(asked ^ set(translation.items)))
        yield f"{where}: not the items of the form: {odd}"
    for answers in form.answers:
        words = translation.answers.get(answers.id, ())
        if len(words) != len(answers.choice):
            yield (
                f"{where}: answers {answers.id}: {len(words)} in this language, "
                f"{len(answers.choice)} in the form"
            )
