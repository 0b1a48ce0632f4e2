"""What somebody answered, question by question, as it was asked."""

from __future__ import annotations

from decimal import Decimal

from concord.followup.answered import BUILT, given_of
from concord.knowledge.model import AnswerSet, Form, Scale
from concord.record.model import Response
from concord.terms import Value
from concord.wording import number


class Said(Value, frozen=True, kw_only=True):
    """A question and its answer; nothing was answered where it was left open."""

    question: str
    answer: str


def answers_said(scale: Scale, response: Response) -> tuple[Said, ...]:
    """Return the answers of a form in the order of its questions.

    Nothing for a total that was entered by itself. Where the words of a form may not
    be shown, a question goes by its number. The questions of a checklist that was made
    for one person come first, as they were asked.
    """
    form = scale.form
    if form is None:
        return ()
    built = form.answers[0] if form.answers else None
    found = [
        Said(
            question=_built(answer.item),
            answer=_shown(built, answer.number, answer.text),
        )
        for answer in response.answers
        if answer.item.startswith(BUILT)
    ]
    given = {one.item: one for one in given_of(scale, response)}
    if not found and not any(form.named(item) for item in given):
        return ()
    for item in form.item:
        one = given.get(item.id)
        answers = form.answers_of(item)
        found.append(
            Said(
                question=item.text or f"Question {item.id}",
                answer=_shown(answers, one.value, one.text) if one else "",
            )
        )
    return _with_words(form, found)


def _with_words(form: Form, found: list[Said]) -> tuple[Said, ...]:
    """Leave out what was optional and left open: it was not missed."""
    optional = {item.text for item in form.item if item.optional}
    return tuple(one for one in found if one.answer or one.question not in optional)


def _built(item: str) -> str:
    words = item.removeprefix(BUILT).replace("-", " ")
    return words[:1].upper() + words[1:]


def _shown(answers: AnswerSet | None, value: Decimal | None, text: str | None) -> str:
    choices = answers.choice if answers else ()
    named = next((c.text for c in choices if c.value == value and c.text), None)
    if value is None:
        return text or ""
    shown = number(value)
    return f"{named} ({shown})" if named else shown
