"""Classes, duplicate-therapy groups, enzyme roles and hazards: `groups/`."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from concord.knowledge.model.cited import Cited, Severity
from concord.knowledge.model.when import When
from concord.terms import Duration, Value


class Member(Cited, frozen=True, kw_only=True):
    """A drug's membership in a group; `score` where the group counts by a scale.

    `when` narrows it: trazodone may belong to a group only above some dose.
    """

    drug: str
    score: Decimal | None = None
    when: When | None = None


class EnzymeDerivation(Value, frozen=True, kw_only=True):
    """Members are the drugs whose own file states this role and strength."""

    enzyme: str
    role: Literal["substrate", "inhibitor", "inducer"]
    strength: tuple[str, ...]


class AllowedTogether(Cited, frozen=True, kw_only=True):
    """Members of a duplicate-therapy group that may be taken together, and why.

    `planned`: only where the directions of one of them have an end or steps, so that
    the overlap is a plan and not an oversight.
    """

    drugs: tuple[str, ...]
    text: str
    at_most: Duration | None = None
    planned: bool = False


class DuplicateFinding(Cited, frozen=True, kw_only=True):
    """What two members of a duplicate-therapy group amount to."""

    severity: Severity
    why: str
    options: tuple[str, ...]


class Burden(Cited, frozen=True, kw_only=True):
    """When the sum of a hazard over the regimen becomes a finding.

    `counting` is `members` (each counts 1) or `score` (each counts its score).
    The gravest row that holds is the finding.
    """

    at_least: Decimal
    counting: Literal["members", "score"]
    severity: Severity
    why: str
    options: tuple[str, ...]
    when: When | None = None


class Group(Value, frozen=True, kw_only=True):
    """A class, a duplicate-therapy group, an enzyme role or a hazard.

    `excludes` names groups that no member of this one may also be in.
    """

    id: str
    title: str
    kind: Literal["class", "duplicate-therapy", "enzyme", "hazard"]
    member: tuple[Member, ...] = ()
    derived: EnzymeDerivation | None = None
    duplicate: DuplicateFinding | None = None
    allowed: tuple[AllowedTogether, ...] = ()
    burden: tuple[Burden, ...] = ()
    cross_allergy: bool = False
    excludes: tuple[str, ...] = ()
