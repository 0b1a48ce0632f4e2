"""What fills, a dose log and a person's own word say of taking a medicine.

Three kinds of evidence and many measures; every figure names both, and its window.
None of them is called adherence.
"""

from concord.dosing.adherence.dose_log import DoseLog, Plan, read_log
from concord.dosing.adherence.episodes import Episode, episodes
from concord.dosing.adherence.events import (
    Fill,
    LeftOut,
    Observation,
    Unusable,
    Window,
    fills_of,
    observe,
)
from concord.dosing.adherence.figure import Evidence, Figure, NoFigure
from concord.dosing.adherence.measures import Event, Measure, Place, events, figure
from concord.dosing.adherence.self_report import DaysMissed, DosesTaken, as_told

__all__ = [
    "DaysMissed",
    "DoseLog",
    "DosesTaken",
    "Episode",
    "Event",
    "Evidence",
    "Figure",
    "Fill",
    "LeftOut",
    "Measure",
    "NoFigure",
    "Observation",
    "Place",
    "Plan",
    "Unusable",
    "Window",
    "as_told",
    "episodes",
    "events",
    "figure",
    "fills_of",
    "observe",
    "read_log",
]
