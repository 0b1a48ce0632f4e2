"""Deciding about what is due, in one line each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from tests.web.clinic import LATER, Clinic
from tests.web.test_panels import person_of, takes, visited

from concord.followup.case import Case
from concord.followup.due import Due, State, due
from concord.record import model as rec
from concord.web.chart.actions import imports, overrides, reading
from concord.web.chart.actions.reviewing import knowledge
from concord.web.chart.policy import Actor, Purpose

WHY = "Travels until then; reached by phone"


def not_seen(clinic: Clinic, **more: tuple[rec.Line, ...]) -> UUID:
    """Somebody on sertraline for a year, who was last seen at its start."""
    return person_of(
        clinic,
        "Nora Notseen",
        medications=(takes("sertraline", "2025-11-01"),),
        encounters=(visited(date(2025, 11, 1)),),
        **more,
    )


def sets(actor: Actor, person: UUID, on: date | str, **more: Any) -> str:
    """Set a date for the visit, and return the decision's id."""
    asked: dict[str, Any] = {
        "actor": actor,
        "person": person,
        "ask": "visit",
        "on": date.fromisoformat(on) if isinstance(on, str) else on,
        "reason": WHY,
        "replaces": None,
        "meant": False,
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": LATER,
    }
    return str(overrides.set_date(**(asked | more))["override"])


def takes_back(actor: Actor, person: UUID, override: str, **more: Any) -> str:
    asked: dict[str, Any] = {
        "actor": actor,
        "person": person,
        "override": override,
        "reason": "Is back sooner",
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": LATER,
    }
    return str(overrides.take_back(**(asked | more))["override"])


def seen_by(actor: Actor, person: UUID, **more: Any) -> reading.Reviewed:
    asked: dict[str, Any] = {"purpose": Purpose.TREATMENT, "now": LATER}
    return reading.read_review(actor=actor, person=person, **(asked | more))


def visit_of(actor: Actor, person: UUID, **more: Any) -> Due:
    """What the due list says of the visit to whoever asks."""
    found = seen_by(actor, person, **more)
    case = Case(found.record, knowledge(), found.review.as_of)
    items = [i for i in due(case, date.max) if i.ask == "visit"]
    return next(i for i in items if i.state is not State.NOT_KNOWN)


def brings(
    clinic: Clinic, person: UUID, at: datetime, **lines: tuple[rec.Line, ...]
) -> None:
    """Bring in what Ruth read elsewhere of somebody."""
    imports.bring_in(
        actor=clinic.ruth,
        person=person,
        record=rec.Record(**lines),  # type: ignore[arg-type]
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=at,
    )
