"""The banner of a person: who they are, and what must be seen before all else."""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.case import Case
from concord.followup.settings import is_away, setting_on
from concord.knowledge.lookup import Knowledge
from concord.record.model import (
    Allergy,
    Condition,
    Identifier,
    Person,
    SettingEvent,
    SettingKind,
)
from concord.review.model import Review
from concord.terms import PartialDate, Value
from concord.wording import Message

# The observations by which a kidney flag is recognised in what the review saw.
_KIDNEY = ("creatinine-clearance", "egfr")
_CRISIS = "suicidality"


class Flag(Value, frozen=True, kw_only=True):
    """Something of the person that made a finding, in the review's own words."""

    kind: str
    seen: Message


class Banner(Value, frozen=True, kw_only=True):
    """Who it is, by two identifiers; allergies; what matters to every decision.

    `allergies` empty and `none_known` false: nothing was recorded, which is not none.
    """

    name: str
    birth: PartialDate | None
    age: str | None
    identifier: Identifier | None
    pronouns: str | None
    died: PartialDate | None
    allergies: tuple[Allergy, ...]
    none_known: bool
    flags: tuple[Flag, ...]
    crisis: Condition | None
    setting: SettingEvent | None


def banner(case: Case, review: Review) -> Banner:
    """Return the banner of a case, with the flags that its review calls for."""
    person = case.record.person or Person(id="unknown")
    stated = [a for a in case.record.allergies if a.active and not a.refuted]
    setting = setting_on(case.record, case.as_of)
    elsewhere = is_away(setting) or (
        setting is not None and setting.kind is SettingKind.IN_SHELTER
    )
    return Banner(
        name=person.names[0].text if person.names else "Name not recorded",
        birth=person.birth,
        age=review.person.age,
        identifier=person.identifiers[0] if person.identifiers else None,
        pronouns=person.pronouns,
        died=person.died,
        allergies=tuple(a for a in stated if not a.none_known),
        none_known=any(a.none_known for a in stated),
        flags=tuple({f.seen.key: f for f in _flags(review, case.knowledge)}.values()),
        crisis=case.condition(_CRISIS),
        setting=setting if elsewhere else None,
    )


def _flags(review: Review, knowledge: Knowledge) -> Iterator[Flag]:
    """Yield what the findings say that they saw of a pregnancy and of the kidneys."""
    kidney = {
        knowledge.observations[name].title
        for name in _KIDNEY
        if name in knowledge.observations
    }
    for finding in review.findings:
        for seen in finding.seen:
            if finding.rule == "pregnancy" and not seen.key.startswith("seen.taking"):
                yield Flag(kind="Pregnancy", seen=seen)
            elif seen.values.get("name") in kidney:
                yield Flag(kind="Kidneys", seen=seen)
