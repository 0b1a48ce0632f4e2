"""The tables of the chart, a file per noun; only `actions/` and the log write them."""

from concord.web.chart.models.access import ActionKey, BreakGlass, Entry, Head, Tip
from concord.web.chart.models.grants import AgeRule, Basis, Caregiver, Grant, Power
from concord.web.chart.models.organisations import Organisation, Programme
from concord.web.chart.models.people import Enrolment, Person, PersonKey
from concord.web.chart.models.record import Held, Line, MedicationChange
from concord.web.chart.models.row import Row, Span, current
from concord.web.chart.models.team import (
    CareRelationship,
    Cover,
    Membership,
    PrescribingAuthority,
    Role,
    Staff,
)

__all__ = [
    "ActionKey",
    "AgeRule",
    "Basis",
    "BreakGlass",
    "CareRelationship",
    "Caregiver",
    "Cover",
    "Enrolment",
    "Entry",
    "Grant",
    "Head",
    "Held",
    "Line",
    "MedicationChange",
    "Membership",
    "Organisation",
    "Person",
    "PersonKey",
    "Power",
    "PrescribingAuthority",
    "Programme",
    "Role",
    "Row",
    "Span",
    "Staff",
    "Tip",
    "current",
]
