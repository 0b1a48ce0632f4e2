"""Closes a review: which findings are open, answered, or open again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from concord.review.model import Finding, Review
from concord.terms import Value
from concord.wording.reasons import REASONS


class Decision(StrEnum):
    """What someone decided of a finding's proposal."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Reason(StrEnum):
    """Why a proposal was declined or a warning overridden, as one of a few.

    Their words are in `wording.reasons`; `OTHER` alone says nothing, so it needs words
    of one's own.
    """

    BENEFIT = "benefit"
    TOLERATED = "tolerated"
    MONITORED = "monitored"
    CHOICE = "choice"
    SPECIALIST = "specialist"
    RECORD_WRONG = "record-wrong"
    NOT_TAKEN = "not-taken"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason in words."""
        return REASONS[self.value]


class Answer(Value, frozen=True, kw_only=True):
    """A decision on one finding, as it stood when it was made.

    `owner` is who will act, `check_on` the day on which the result is looked at,
    `to_do` what the person has to do.
    A decision to decline has a `reason`.
    """

    finding: str
    circumstance: str
    decision: Decision
    by: str
    on: date
    reason: str | None = None
    owner: str | None = None
    check_on: date | None = None
    to_do: str | None = None

    def __post_init__(self) -> None:
        if self.decision is Decision.DECLINED and not (self.reason or "").strip():
            msg = "a finding is declined with a reason; give one"
            raise ValueError(msg)


class Settled(Value, frozen=True, kw_only=True):
    """The findings of a review by what became of them.

    `reopened` were answered under another circumstance; `to_check` were answered, and
    the day to look at the result has come.
    `gone` are the ids of answered findings that the review no longer has.
    """

    open: tuple[Finding, ...]
    answered: tuple[Finding, ...]
    reopened: tuple[Finding, ...]
    to_check: tuple[Finding, ...]
    gone: tuple[str, ...]


def settle(review: Review, answers: Iterable[Answer], as_of: date) -> Settled:
    """Return which findings are open, answered or reopened on a day.

    The newest answer up to the day counts; the order in which they are given does not
    matter.
    """
    newest: dict[str, Answer] = {}
    for answer in sorted(answers, key=_order):
        if answer.on <= as_of:
            newest[answer.finding] = answer
    places: dict[str, list[Finding]] = {
        name: [] for name in ("open", "answered", "reopened", "to_check")
    }
    for finding in review.findings:
        places[_place(finding, newest.get(finding.id), as_of)].append(finding)
    present = {finding.id for finding in review.findings}
    return Settled(
        open=tuple(places["open"]),
        answered=tuple(places["answered"]),
        reopened=tuple(places["reopened"]),
        to_check=tuple(places["to_check"]),
        gone=tuple(sorted(newest.keys() - present)),
    )


def _order(answer: Answer) -> tuple[date, str, str, str, str, str, date, str]:
    """Return a key that no two different answers to one finding share."""
    return (
        answer.on,
        answer.by,
        answer.circumstance,
        answer.decision,
        answer.reason or "",
        answer.owner or "",
        answer.check_on or date.min,
        answer.to_do or "",
    )


def _place(finding: Finding, answer: Answer | None, as_of: date) -> str:
    if answer is None:
        return "open"
    if answer.circumstance != finding.circumstance:
        return "reopened"
    if answer.check_on is not None and answer.check_on <= as_of:
        return "to_check"
    return "answered"
