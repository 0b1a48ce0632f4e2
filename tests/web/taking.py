"""Medicines that the real knowledge knows, put on a list by the actions alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.web.clinic import NOW

from builders import daily, day
from concord.knowledge.index import load
from concord.record import model as rec
from concord.review import Finding, Reason
from concord.web.chart.actions import medicines
from concord.web.chart.actions.answering import Override
from concord.web.chart.policy import Actor, Purpose

LITHIUM_AND_ACE_INHIBITOR = "interaction:lithium-ace-inhibitor:lisinopril+lithium"
LITHIUM_AND_NSAID = "interaction:lithium-nsaid:ibuprofen+lithium"
TOO_MUCH_SERTRALINE = "dose-range:above:sertraline"


def known(name: str) -> rec.Medicine:
    drug = load().drug_named(name)
    assert drug is not None
    ingredient = rec.Ingredient(rxcui=drug.identity.rxcui[0], name=name)
    return rec.Medicine(text=name, ingredients=(ingredient,))


def orders(actor: Actor, person: UUID, name: str, dose: str, **more: Any) -> str:
    """Order a medicine to be taken once a day, and return its line."""
    asked: dict[str, Any] = {
        "actor": actor,
        "person": person,
        "medicine": known(name),
        "kind": rec.LineKind.ORDER,
        "effective": day("2026-11-01"),
        "reason": None,
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": NOW,
        "dosage": (daily(dose),),
    }
    return str(medicines.add(**(asked | more))["line"])


def changes(what: Any, actor: Actor, person: UUID, line: str, **more: Any) -> str:
    """Do one of the changes of a medicine, and return the change."""
    asked: dict[str, Any] = {
        "actor": actor,
        "person": person,
        "line": line,
        "effective": day("2026-11-20"),
        "reason": None,
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": NOW,
    }
    return str(what(**(asked | more))["change"])


def in_spite_of(
    finding: Finding, reason: Reason = Reason.MONITORED, words: str | None = None
) -> Override:
    return Override(
        finding=finding.id,
        circumstance=finding.circumstance,
        reason=reason,
        words=words,
    )
