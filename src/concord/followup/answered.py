"""From a filled-in form on a record to its score.

Only forms of ours are read, in the version that is filled in here: another one may ask
the same in other words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from concord.errors import ImpossibleAnswersError
from concord.followup.scoring import Given, Score, score, score_total
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import AnswerSet, Form, Scale, ScaleItem
from concord.record.model import Answer, Record, Response
from concord.terms import Code, Duration, PartialDate, System, Value

# A name, not an address: nothing is fetched by it.
CANONICAL = "urn:concord:scale:"
ANSWERS = "urn:concord:answers:"
# The item under which a total stands that was entered by itself.
TOTAL = "total"
# The questions of a checklist that was built for one person; never scored.
BUILT = "effect:"


class Scored(Value, frozen=True, kw_only=True):
    """A form on the record with what it amounts to, and the day that it speaks of."""

    scale: str
    on: PartialDate
    score: Score
    response: str


class Flagged(Value, frozen=True, kw_only=True):
    """An answer about suicide that counts, in a form on the record, and its day."""

    scale: str
    item: str
    value: Decimal
    on: PartialDate | None
    response: str


def questionnaire_of(scale: Scale) -> str:
    """Return the name under which a filled-in form of a scale stands on a record."""
    version = f"|{scale.form.version}" if scale.form else ""
    return f"{CANONICAL}{scale.id}{version}"


def scale_of(response: Response, scales: Mapping[str, Scale]) -> Scale | None:
    """Return the scale that a form on the record is of, or `None` for another's form.

    A form in another version than the one that is filled in here is another's.
    """
    name = response.questionnaire or ""
    if not name.startswith(CANONICAL):
        return None
    id_, _, version = name.removeprefix(CANONICAL).partition("|")
    scale = scales.get(id_)
    if scale is None:
        return None
    current = scale.form.version if scale.form else ""
    return scale if version in ("", current) else None


def score_of(response: Response, scales: Mapping[str, Scale], on: date) -> Score | None:
    """Return what a form on the record amounts to.

    `None` for a form that is not ours, that is still being filled in, or that holds
    what its scale does not have: such a form is kept and says nothing.
    """
    scale = scale_of(response, scales)
    if scale is None or not response.complete:
        return None
    try:
        total = _total(response)
        if total is not None:
            return score_total(scale, total, on)
        return score(scale, given_of(scale, response), on)
    except ImpossibleAnswersError:
        return None


def scored(record: Record, knowledge: Knowledge, as_of: date) -> tuple[Scored, ...]:
    """Return every form on the record that can be scored, the oldest first.

    One without a day, or with a day to come, is left out.
    """
    return tuple(sorted(_scored(record, knowledge, as_of), key=lambda s: s.on.order))


def _scored(record: Record, knowledge: Knowledge, as_of: date) -> Iterator[Scored]:
    for response in record.responses:
        if response.at is None or response.at.first > as_of:
            continue
        scale = scale_of(response, knowledge.scales)
        found = score_of(response, knowledge.scales, as_of)
        if scale is not None and found is not None:
            yield Scored(
                scale=scale.id, on=response.at, score=found, response=response.id
            )


def _total(response: Response) -> Decimal | None:
    found = [a.number for a in response.answers if a.item == TOTAL]
    return found[0] if len(response.answers) == 1 and found else None


def given_of(scale: Scale, response: Response) -> tuple[Given, ...]:
    """Return the answers of a form as its scale counts them.

    A code that the item does not have stands as words, which scoring refuses.
    """
    form = scale.form
    if form is None:
        return ()
    return tuple(
        _given(scale, form, answer)
        for answer in response.answers
        if not answer.item.startswith(BUILT)
    )


def _given(scale: Scale, form: Form, answer: Answer) -> Given:
    item = form.named(answer.item)
    answers = form.answers_of(item) if item else None
    if answers is None:
        return Given(item=answer.item, value=answer.number, text=answer.text)
    for code in answer.codes:
        value = _value(scale, answers, code)
        if value is not None:
            return Given(item=answer.item, value=value)
    if answer.codes and answer.number is None:
        return Given(item=answer.item, text=answer.text or answer.codes[0].code)
    return Given(item=answer.item, value=answer.number, text=answer.text)


def _value(scale: Scale, answers: AnswerSet, code: Code) -> Decimal | None:
    """Return what a coded answer is worth: by LOINC's code of it, or by ours."""
    for choice in answers.choice:
        if code.system == System.LOINC and choice.loinc == code.code:
            return choice.value
        ours = code.system == f"{ANSWERS}{scale.id}:{answers.id}"
        if ours and code.code == str(choice.value):
            return choice.value
    return None


# --- the question on suicide ------------------------------------------------------


def flagged(response: Response, scales: Mapping[str, Scale]) -> Flagged | None:
    """Return the answer about suicide of a form on the record, where it counts.

    A form that is not finished counts: so does an answer on the site. One of ours in
    another version counts by the same name of the question, and a form of another's
    where it names the question by its LOINC code: to score such a form would be a
    guess, to pass over this answer a danger. Of several answers the highest counts.
    `None` where the question was not asked, or is not among the answers: a total says
    nothing of it, it is *not assessed*.
    """
    for asked, worth in _answered(response, scales):
        asks = asked.suicide_item
        if asks is not None and worth >= asks.from_answer:
            return Flagged(
                scale=asked.id,
                item=asks.item,
                value=worth,
                on=response.at,
                response=response.id,
            )
    return None


def assessed(response: Response, scales: Mapping[str, Scale]) -> bool:
    """Return whether a form on the record holds an answer to a question on suicide."""
    return any(True for _ in _answered(response, scales))


def left_open(response: Response, scales: Mapping[str, Scale]) -> bool:
    """Return whether a form of ours on the record asks of suicide and has no answer.

    So has a total that came without its answers: it says nothing of the question.
    """
    asks = (scale for scale in scales.values() if scale.suicide_item)
    ours = any(_is_of(response, scale) for scale in asks)
    return ours and not assessed(response, scales)


def asks_of(scale: Scale, knowledge: Knowledge, on: date) -> Duration:
    """Return of how long a time a scale asks; a measure's, where it does not say."""
    if scale.recall is not None:
        return scale.recall
    days = knowledge.figure("crisis-escalation", "answer-speaks-of-days", on)
    return Duration(int(days), "day")


def _answered(
    response: Response, scales: Mapping[str, Scale]
) -> Iterator[tuple[Scale, Decimal]]:
    """Yield each scale whose question on suicide has an answer, with its worth."""
    for scale in scales.values():
        asks = scale.suicide_item
        item = scale.form.named(asks.item) if scale.form and asks else None
        worth = _worth(response, scale, item) if item is not None else None
        if worth is not None:
            yield scale, worth


def _is_of(response: Response, scale: Scale) -> bool:
    """Return whether a form is of a scale of ours, whatever its version."""
    name = (response.questionnaire or "").partition("|")[0]
    return name == f"{CANONICAL}{scale.id}"


def _worth(response: Response, scale: Scale, item: ScaleItem) -> Decimal | None:
    ours = _is_of(response, scale)
    answers = scale.form.answers_of(item) if scale.form else None
    if answers is None:
        return None
    found = []
    for answer in response.answers:
        named = _names_code(answer.item, item.loinc)
        if not (named or (ours and answer.item == item.id)):
            continue
        coded = (_value(scale, answers, code) for code in answer.codes)
        value = next((v for v in coded if v is not None), answer.number)
        if value is not None and answers.allows(value):
            found.append(value)
    return max(found, default=None)


def _names_code(item: str, loinc: str | None) -> bool:
    """Return whether an item is called by a LOINC code, bare or behind a slash."""
    return loinc is not None and item.rpartition("/")[2] == loinc
