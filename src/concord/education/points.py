"""The points to talk through when a medicine is started, changed or asked about."""

from __future__ import annotations

from datetime import date

from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import EducationPoint


def points(knowledge: Knowledge, drug: str, on: date) -> tuple[EducationPoint, ...]:
    """Return what to tell a person about a drug, each topic from its nearest entry.

    What is written for the drug itself comes first; a topic that it leaves out is
    filled from the drug's class.
    Empty where nothing is written: say so, and do not improvise.
    """
    entries = sorted(
        knowledge.entries_for("education", drug), key=lambda e: drug not in e.side.drugs
    )
    told: set[str] = set()
    found: list[EducationPoint] = []
    for entry in entries:
        fresh = [p for p in in_force(entry.point, on) if p.topic not in told]
        told |= {p.topic for p in fresh}
        found += fresh
    return tuple(found)
