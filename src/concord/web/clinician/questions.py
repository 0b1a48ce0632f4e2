"""The review by its four questions: findings, their answers, and what is missing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from concord.knowledge.lookup import Knowledge
from concord.review.model import Finding, NotApplicable, Question
from concord.review.rules import RULES as ASKED
from concord.terms import Value
from concord.web.chart.actions.answers import Answered
from concord.web.chart.actions.reading import Reviewed
from concord.web.chart.policy import Action
from concord.web.clinician.gaps import Gap, gaps
from concord.web.clinician.words import QUESTIONS, RULES

_QUESTION_OF = {rule.id: rule.question for rule in ASKED}


class Shown(Value, frozen=True, kw_only=True):
    """A finding with what became of it: `place` is open, answered, reopened, to check.

    `answers` are the newest first, overrides among them.
    """

    finding: Finding
    place: str
    since: date | None
    answers: tuple[Answered, ...]


class Asked(Value, frozen=True, kw_only=True):
    """One question: what waits, what was answered, what could not be checked.

    `quiet`: all of it was checked, or does not apply, and nothing was found.
    `unknown`: nothing of it could be checked.
    """

    question: Question
    words: str
    open: tuple[Shown, ...]
    answered: tuple[Shown, ...]
    gaps: tuple[Gap, ...]
    checked: tuple[str, ...]
    not_applicable: tuple[tuple[str, NotApplicable], ...]

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to look at and nothing missing."""
        return not (self.open or self.gaps)

    @property
    def unknown(self) -> bool:
        """Whether nothing of it could be checked."""
        found = self.open or self.answered or self.checked or self.not_applicable
        return bool(self.gaps) and not found


def asked(
    person: UUID, found: Reviewed, may: Collection[Action], knowledge: Knowledge
) -> tuple[Asked, ...]:
    """Return the review of a person by its questions, in their order."""
    places = {
        finding.id: place
        for place in ("open", "answered", "reopened", "to_check")
        for finding in getattr(found.settled, place)
    }
    entries = {entry.id: entry for entry in found.entries}
    made = []
    for question, words in QUESTIONS.items():
        shown = [
            Shown(
                finding=finding,
                place=places[finding.id],
                since=found.since.get(finding.id),
                answers=tuple(
                    a for a in found.answers if a.answer.finding == finding.id
                ),
            )
            for finding in found.review.findings
            if finding.question is question
        ]
        rows = [
            r for r in found.review.not_checked if _QUESTION_OF.get(r.rule) is question
        ]
        made.append(
            Asked(
                question=question,
                words=words,
                open=tuple(s for s in shown if s.place != "answered"),
                answered=tuple(s for s in shown if s.place == "answered"),
                gaps=gaps(person, rows, entries, may, knowledge),
                checked=tuple(
                    RULES.get(rule, rule)
                    for rule in found.review.checked
                    if _QUESTION_OF.get(rule) is question
                ),
                not_applicable=tuple(
                    (RULES.get(row.rule, row.rule), row)
                    for row in found.review.not_applicable
                    if _QUESTION_OF.get(row.rule) is question
                ),
            )
        )
    return tuple(made)
