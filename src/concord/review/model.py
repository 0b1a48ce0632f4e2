"""The values of a review: findings, and what was, was not and could not be checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from concord.knowledge.model import Severity
from concord.terms import Value
from concord.wording import Message

REVIEW_VERSION = 1


class Question(StrEnum):
    """The four questions, in the order in which they are asked."""

    INDICATION = "indication"
    EFFECTIVENESS = "effectiveness"
    SAFETY = "safety"
    ADHERENCE = "adherence"


class Problem(StrEnum):
    """The seven categories of drug therapy problem.

    Cipolle, Strand and Morley, Pharmaceutical Care Practice, 3rd ed., ch. 5.
    """

    UNNECESSARY = "unnecessary drug therapy"
    NEEDS_MORE = "needs additional drug therapy"
    INEFFECTIVE = "ineffective drug"
    TOO_LOW = "dosage too low"
    ADVERSE = "adverse drug reaction"
    TOO_HIGH = "dosage too high"
    NONADHERENCE = "nonadherence"


class Cited(Value, frozen=True, kw_only=True):
    """Where a finding's knowledge stands: a source id and the place in it."""

    id: str
    locator: str
    title: str = ""


class Finding(Value, frozen=True, kw_only=True):
    """One thing that the review found, with its reasons.

    `id` is the same tomorrow; `circumstance` changes when what was seen changes enough
    to ask again.
    """

    id: str
    circumstance: str
    rule: str
    question: Question
    problem: Problem
    severity: Severity
    medications: tuple[str, ...]
    drugs: tuple[str, ...]
    seen: tuple[Message, ...]
    why: Message
    options: tuple[Message, ...]
    sources: tuple[Cited, ...]
    first_say: Message | None = None
    verified: bool = True

    @property
    def interrupts(self) -> bool:
        """Whether it may interrupt a start, an increase, a restart or a signature.

        What rests on an unverified value never does.
        """
        return self.severity.interrupts and self.verified


class NotChecked(Value, frozen=True, kw_only=True):
    """A check that could not be made: of which medicines, and what is missing."""

    rule: str
    medications: tuple[str, ...]
    needs: tuple[Message, ...]


class NotApplicable(Value, frozen=True, kw_only=True):
    """A check that has nothing to say of this person, and why."""

    rule: str
    why: Message


class Ran(Value, frozen=True, kw_only=True):
    """A check that was made of a medicine, whatever it found."""

    rule: str


class ListedMedicine(Value, frozen=True, kw_only=True):
    """One line of the agreed list, as the review saw it."""

    id: str
    drug: str | None
    rxcui: tuple[str, ...]
    text: str
    dose: str | None
    indication: str | None
    status: str
    prescriber: str | None
    source: str | None
    since: str | None = None
    also: tuple[str, ...] = ()


class Summary(Value, frozen=True, kw_only=True):
    """Who was reviewed, in as few words as a reader needs."""

    id: str | None = None
    name: str | None = None
    birth: str | None = None
    age: str | None = None
    sex: str = "unknown"


class Review(Value, frozen=True, kw_only=True):
    """A review of one record on one day, whole: it is stored as it stands."""

    version: int = REVIEW_VERSION
    as_of: date
    knowledge: str
    record: str
    person: Summary
    medications: tuple[ListedMedicine, ...]
    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    not_applicable: tuple[NotApplicable, ...]


Outcome = Finding | NotChecked | NotApplicable | Ran


def finding_id(rule: str, cause: str, drugs: Iterable[str]) -> str:
    """Return the id of a finding: the rule, its cause and the drugs, in words."""
    return ":".join(
        part for part in (rule, cause, "+".join(sorted(set(drugs)))) if part
    )


def cause_of(finding: Finding) -> str:
    """Return the cause in a finding's id, the part that `finding_id` was given."""
    return finding.id.split(":")[1]


def circumstance(*inputs: object) -> str:
    """Return a digest of the inputs that should reopen a finding when they change."""
    text = "\x1f".join(str(i) for i in inputs)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
