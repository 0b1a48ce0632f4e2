"""Setting events: admitted, discharged, in custody, released, in shelter."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from concord.record.model import SettingEvent, SettingKind
from concord.terms import PartialDate
from concord.web.chart.actions import lines
from concord.web.chart.policy import Actor, Purpose


def record(
    *,
    actor: Actor,
    person: UUID,
    kind: SettingKind,
    on: PartialDate | None,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Record that a person came into, or left, a place of care or custody."""
    return lines.add(
        actor=actor,
        person=person,
        line=SettingEvent(id="new", kind=kind, on=on),
        purpose=purpose,
        key=key,
        now=now,
    )
