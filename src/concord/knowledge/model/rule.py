"""Rules between medicines, and of a medicine in a condition or at an age."""

from __future__ import annotations

from typing import Literal

from concord.knowledge.model.cited import Cited, Severity
from concord.knowledge.model.when import Side, When
from concord.terms import Duration


class SeverityChange(Cited, frozen=True, kw_only=True):
    """For whom the severity is another than the base, and why."""

    to: Severity
    when: When
    text: str


class Exemption(Cited, frozen=True, kw_only=True):
    """When the rule does not apply."""

    text: str
    when: When


class Washout(Cited, frozen=True, kw_only=True):
    """How long after stopping one side the rule still holds."""

    after: Side
    lasts: Duration


class Interaction(Cited, frozen=True, kw_only=True):
    """A rule between two sides (groups, drugs, a condition or an event).

    `yields_to` names rules that say the same in particular: where one of them holds
    between the same two medicines, this one is silent.
    """

    id: str
    title: str
    a: Side
    b: Side
    mechanism: str
    effect: str
    severity: Severity
    action: str
    options: tuple[str, ...] = ()
    first_say: str | None = None
    onset: Literal["rapid", "delayed", "unstated"] = "unstated"
    raises: tuple[SeverityChange, ...] = ()
    lowers: tuple[SeverityChange, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    washout: tuple[Washout, ...] = ()
    managed_by: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    event_within: Duration | None = None


class Caution(Cited, frozen=True, kw_only=True):
    """A medicine that a condition or an age makes unsuitable."""

    id: str
    title: str
    kind: Literal["condition", "geriatric"]
    a: Side
    severity: Severity
    why: str
    options: tuple[str, ...]
    when: When
    exempt: tuple[Exemption, ...] = ()
