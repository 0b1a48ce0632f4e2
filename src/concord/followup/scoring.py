"""What the answers of a scale add up to: total, parts, band, and what cannot be said.

A total is never guessed: a missing item is made up only as far as the scale lets it
be, and is said to be. A question on suicide that was left open is *not assessed*,
also where the total stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from concord.errors import ImpossibleAnswersError
from concord.knowledge.lookup import in_force
from concord.knowledge.model import (
    AnswerSet,
    Band,
    Criterion,
    CriterionPart,
    Form,
    Scale,
    ScaleItem,
    Scoring,
    Subscale,
)
from concord.terms import Value


class Given(Value, frozen=True, kw_only=True):
    """What was answered to one item: a value, or words; neither is a skipped item."""

    item: str
    value: Decimal | None = None
    text: str | None = None


class NoTotal(StrEnum):
    """Why there is no total; never the same as a total of nought."""

    TOO_MANY_MISSING = "too-many-missing"
    NONE_BY_DESIGN = "none-by-design"


class Suicide(StrEnum):
    """What the item on suicide says; left open it says nothing, and never "no"."""

    FLAGGED = "flagged"
    NOT_FLAGGED = "not-flagged"
    NOT_ASSESSED = "not-assessed"


class PartScore(Value, frozen=True, kw_only=True):
    """The score of one subscale; no total where `missing` names too many items."""

    id: str
    title: str
    total: Decimal | None = None
    band: Band | None = None
    prorated: bool = False
    missing: tuple[str, ...] = ()


class CriterionMet(Value, frozen=True, kw_only=True):
    """Whether a reading of single items is met; `None` while open items could tell."""

    id: str
    title: str
    met: bool | None


class Score(Value, frozen=True, kw_only=True):
    """What a filled-in scale amounts to.

    `missing` are the scored items that were left open.
    `prorated`: the total was made up from the others; `unrounded` is what it was
    before it was rounded.
    `suicide` is `None` only where the scale has no such item.
    """

    scale: str
    total: Decimal | None = None
    unrounded: Decimal | None = None
    none: NoTotal | None = None
    band: Band | None = None
    prorated: bool = False
    missing: tuple[str, ...] = ()
    parts: tuple[PartScore, ...] = ()
    criteria: tuple[CriterionMet, ...] = ()
    suicide: Suicide | None = None
    long_form: str | None = None


def score(scale: Scale, given: Iterable[Given], on: date) -> Score:
    """Return what the answers to a scale amount to, by the values in force on a day.

    An item that is not among the answers counts as skipped.
    Raises `ImpossibleAnswersError` with every problem: an item that the scale does not
    have or that is answered twice, an answer that is none of its own, answers after
    the one that ended the form, a scale of which only a total can be entered.
    """
    form, scoring = scale.form, scale.scoring
    if form is None or scoring is None:
        raise ImpossibleAnswersError([_no_form(scale)])
    values = _values(scale, form, given)
    ended = _ended(scale, form, scoring, values)
    missing = () if ended is not None else _missing(form, scoring, values)
    exact = ended if ended is not None else _exact(form, scoring, values, missing)
    prorated = bool(missing) and exact is not None
    total = _whole(exact) if prorated and scoring.rounded else exact
    return Score(
        scale=scale.id,
        total=total,
        unrounded=exact if prorated and exact != total else None,
        none=_why_no_total(scoring, total),
        band=band_of(scale.band, total, on),
        prorated=prorated,
        missing=missing,
        parts=tuple(_part(form, p, values, on) for p in scale.subscale),
        criteria=tuple(_criterion(c, values) for c in in_force(scale.criterion, on)),
        suicide=_suicide(scale, values),
        long_form=_long_form(scale, total),
    )


def score_total(scale: Scale, total: Decimal, on: date) -> Score:
    """Return what a total entered by itself amounts to; its items are not known.

    A question on suicide among them is *not assessed*.
    Raises `ImpossibleAnswersError` for a total outside the scale's range or between two
    whole numbers, and for one of a scale that has none.
    """
    if scale.lowest is None or scale.highest is None:
        problem = f"{scale.id}: found a total, expected none: {_why_none(scale)}"
        raise ImpossibleAnswersError([problem])
    if not (total.is_finite() and scale.lowest <= total <= scale.highest):
        problem = (
            f"{scale.id}: found a total outside its range, expected one from "
            f"{scale.lowest} to {scale.highest}; look at the form again"
        )
        raise ImpossibleAnswersError([problem])
    means = scale.scoring is not None and scale.scoring.method == "mean"
    if not means and total != total.to_integral_value():
        problem = (
            f"{scale.id}: found a broken number, expected a whole one; look at the "
            "form again"
        )
        raise ImpossibleAnswersError([problem])
    return Score(
        scale=scale.id,
        total=total,
        band=band_of(scale.band, total, on),
        suicide=Suicide.NOT_ASSESSED if scale.suicide_item else None,
        long_form=_long_form(scale, total),
    )


def carried(scale: Scale, given: Iterable[Given]) -> tuple[Given, ...]:
    """Return the answers of a short form as answers of its long one.

    Empty for a scale that leads to none, and without what was skipped.
    """
    step = scale.step_up
    if step is None:
        return ()
    return tuple(
        Given(item=step.carries[g.item], value=g.value)
        for g in given
        if g.item in step.carries and g.value is not None
    )


def band_of(bands: Iterable[Band], total: Decimal | None, on: date) -> Band | None:
    """Return the band in which a total lies, both ends inclusive; `None` for none."""
    if total is None:
        return None
    return next((b for b in in_force(bands, on) if b.low <= total <= b.high), None)


# --- reading the answers ----------------------------------------------------------


def _values(scale: Scale, form: Form, given: Iterable[Given]) -> Mapping[str, Decimal]:
    """Return the value of each item that was answered."""
    problems: list[str] = []
    values: dict[str, Decimal] = {}
    seen: set[str] = set()
    for answer in given:
        item = form.named(answer.item)
        if item is None:
            problems.append(
                f"{scale.id}: found an item that it does not have, expected one of "
                f"{', '.join(i.id for i in form.item)}; correct its name"
            )
            continue
        if answer.item in seen:
            problems.append(
                f"{scale.id}, item {item.id}: found two answers, expected one; take "
                "one out"
            )
            continue
        seen.add(answer.item)
        told = _problem(form, item, answer)
        if told:
            problems.append(f"{scale.id}, item {item.id}: {told}")
        elif answer.value is not None:
            values[item.id] = answer.value
    if problems:
        raise ImpossibleAnswersError(problems)
    return values


def _problem(form: Form, item: ScaleItem, answer: Given) -> str | None:
    answers = form.answers_of(item)
    if answers is None:
        if answer.value is None:
            return None
        return "found a number, expected words; write it as text"
    if answer.text is not None:
        return f"found words, expected {allowed(answers)}; give the number"
    if answer.value is None or answers.allows(answer.value):
        return None
    return f"found another answer, expected {allowed(answers)}; look at the form again"


def allowed(answers: AnswerSet) -> str:
    """Return the values that may be answered, in words."""
    if answers.choice:
        return "one of " + ", ".join(str(c.value) for c in answers.choice)
    return f"a whole number from {answers.low} to {answers.high}"


def _ended(
    scale: Scale, form: Form, scoring: Scoring, values: Mapping[str, Decimal]
) -> Decimal | None:
    """Return the total of a form that ended at its first question, else `None`."""
    gate = scoring.gate
    if gate is None or values.get(gate.item) != gate.ends_at:
        return None
    after = [i.id for i in form.item if i.id != gate.item and i.id in values]
    if after:
        problem = (
            f"{scale.id}: found answers to {', '.join(after)} after {gate.item} had "
            "ended the form, expected none; correct one of the two"
        )
        raise ImpossibleAnswersError([problem])
    return gate.total


# --- counting ---------------------------------------------------------------------


def _missing(
    form: Form, scoring: Scoring, values: Mapping[str, Decimal]
) -> tuple[str, ...]:
    """Return the items that a total needs and that were left open."""
    gate = scoring.gate.item if scoring.gate else None
    needed = (i.id for i in form.item if i.scored or i.id == gate)
    return tuple(i for i in needed if i not in values)


def _exact(
    form: Form,
    scoring: Scoring,
    values: Mapping[str, Decimal],
    missing: tuple[str, ...],
) -> Decimal | None:
    """Return the total before it is rounded; `None` where there is to be none."""
    if scoring.method == "none" or len(missing) > scoring.missing_at_most:
        return None
    scored = [i for i in form.item if i.scored]
    return _summed(form, scored, values, scoring.method) * scoring.multiplier


def _whole(total: Decimal | None) -> Decimal | None:
    return None if total is None else total.quantize(Decimal(1), ROUND_HALF_UP)


def _why_no_total(scoring: Scoring, total: Decimal | None) -> NoTotal | None:
    if total is not None:
        return None
    if scoring.method == "none":
        return NoTotal.NONE_BY_DESIGN
    return NoTotal.TOO_MANY_MISSING


def _summed(
    form: Form, items: list[ScaleItem], values: Mapping[str, Decimal], method: str
) -> Decimal:
    """Return the sum or the mean of the items, the open ones worth the others' mean.

    At least one is answered: the caller has refused a form with too many open.
    """
    counted = [_counted(form, i, values[i.id]) for i in items if i.id in values]
    total = sum(counted, Decimal(0))
    answered = len(counted)
    if method == "mean":
        return total / answered
    return total if answered == len(items) else total * len(items) / answered


def _counted(form: Form, item: ScaleItem, value: Decimal) -> Decimal:
    answers = form.answers_of(item)
    if item.reversed and answers is not None:
        value = answers.low + answers.high - value
    return value * item.weight


def _part(
    form: Form, part: Subscale, values: Mapping[str, Decimal], on: date
) -> PartScore:
    items = [i for i in form.item if i.id in part.items]
    missing = tuple(i.id for i in items if i.id not in values)
    if len(missing) > part.missing_at_most:
        return PartScore(id=part.id, title=part.title, missing=missing)
    total = _summed(form, items, values, part.method)
    return PartScore(
        id=part.id,
        title=part.title,
        total=total,
        band=band_of(part.band, total, on),
        prorated=bool(missing),
        missing=missing,
    )


def _criterion(criterion: Criterion, values: Mapping[str, Decimal]) -> CriterionMet:
    parts = [_part_met(p, values) for p in criterion.part]
    decides = criterion.met_by == "any"  # one such part settles it
    if decides in parts:
        met: bool | None = decides
    else:
        met = None if None in parts else not decides
    return CriterionMet(id=criterion.id, title=criterion.title, met=met)


def _part_met(part: CriterionPart, values: Mapping[str, Decimal]) -> bool | None:
    answered = [values[i] for i in part.items if i in values]
    reached = sum(1 for v in answered if v >= part.at_least)
    if reached >= part.count:
        return True
    still_open = len(part.items) - len(answered)
    return None if reached + still_open >= part.count else False


def _suicide(scale: Scale, values: Mapping[str, Decimal]) -> Suicide | None:
    asks = scale.suicide_item
    if asks is None:
        return None
    answer = values.get(asks.item)
    if answer is None:
        return Suicide.NOT_ASSESSED
    return Suicide.FLAGGED if answer >= asks.from_answer else Suicide.NOT_FLAGGED


def _long_form(scale: Scale, total: Decimal | None) -> str | None:
    """Return the long form that follows from this total on, or `None`."""
    step = scale.step_up
    reached = step is not None and total is not None and total >= step.from_score
    return step.long_form if step is not None and reached else None


def _no_form(scale: Scale) -> str:
    where = scale.licence.obtain or "its publisher"
    if scale.lowest is None:
        return f"{scale.id}: found answers, expected none: {_why_none(scale)}"
    return (
        f"{scale.id}: found answers, expected a total: its questions may not be "
        f"shipped; fill in the form of {where} and enter the total"
    )


def _why_none(scale: Scale) -> str:
    return scale.missing or "there is no total of this scale"
