"""The timeline: everything about one person between two days, in one value."""

from concord.followup.timeline.days import Days
from concord.followup.timeline.model import (
    Course,
    DueItem,
    Lane,
    Limit,
    Logged,
    Mark,
    Marks,
    Named,
    Point,
    ScoreBand,
    Series,
    Stretch,
    Timeline,
    Told,
    TrackName,
    Turn,
)
from concord.followup.timeline.putting import first, timeline
from concord.followup.timeline.table import Cell, table

__all__ = [
    "Cell",
    "Course",
    "Days",
    "DueItem",
    "Lane",
    "Limit",
    "Logged",
    "Mark",
    "Marks",
    "Named",
    "Point",
    "ScoreBand",
    "Series",
    "Stretch",
    "Timeline",
    "Told",
    "TrackName",
    "Turn",
    "first",
    "table",
    "timeline",
]
