"""The tables of the knowledge, and what each holds: one folder, one class."""

from __future__ import annotations

from concord.knowledge import model

TABLES: dict[str, type] = {
    "drugs": model.Drug,
    "groups": model.Group,
    "conditions": model.ConditionEntry,
    "observations": model.ObservationEntry,
    "interactions": model.Interaction,
    "cautions": model.Caution,
    "monitoring": model.Monitoring,
    "followup": model.Followup,
    "outcomes": model.Outcome,
    "scales": model.Scale,
    "tapers": model.Taper,
    "switches": model.Switch,
    "missed_doses": model.MissedDoses,
    "equivalents": model.Equivalents,
    "measures": model.Measure,
    "education": model.Education,
    "tallman": model.TallMan,
    "coverage": model.Coverage,
    "tracks": model.Track,
}
