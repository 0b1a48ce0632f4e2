"""Schedules: directions laid out in days as due doses, in the person's own zone.

`stretches` folds a medicine's changes, `plan` parses them once for a clock, `Plan.due`
lays out any range; `needed` is for what is taken as needed, `windows` for injections.
"""

from concord.dosing.schedule.course import (
    Left,
    Plan,
    Spacing,
    Stretch,
    plan,
    stretches,
)
from concord.dosing.schedule.day_times import DayTimes, day_times
from concord.dosing.schedule.due import Course, Due, due, replanned
from concord.dosing.schedule.needed import Allowance, Limits, allowance, limits
from concord.dosing.schedule.rhythm import Unplanned
from concord.dosing.schedule.windows import Window, window, windows_of
from concord.dosing.schedule.zones import Policy, instant, zone, zone_names

__all__ = [
    "Allowance",
    "Course",
    "DayTimes",
    "Due",
    "Left",
    "Limits",
    "Plan",
    "Policy",
    "Spacing",
    "Stretch",
    "Unplanned",
    "Window",
    "allowance",
    "day_times",
    "due",
    "instant",
    "limits",
    "plan",
    "replanned",
    "stretches",
    "window",
    "windows_of",
    "zone",
    "zone_names",
]
