"""The tables of the chart, a file per noun; only `actions/` and the log write them."""

from concord.web.chart.models.access import (
    ActionKey,
    BreakGlass,
    Entry,
    GlassReview,
    Head,
    Tip,
)
from concord.web.chart.models.asking import (
    EndKind,
    ScaleAnswer,
    ScaleEnd,
    ScaleRequest,
    SendWhenDue,
    SendWhenDueEnd,
)
from concord.web.chart.models.crises import (
    CrisisPlan,
    CrisisStep,
    CrisisTask,
    OnCall,
    StepKind,
)
from concord.web.chart.models.grants import AgeRule, Basis, Caregiver, Grant, Power
from concord.web.chart.models.organisations import Organisation, Programme
from concord.web.chart.models.pending import PendingImport
from concord.web.chart.models.people import (
    Enrolment,
    Invitation,
    Person,
    PersonIndex,
    PersonKey,
)
from concord.web.chart.models.record import Held, Kept, Line, MedicationChange
from concord.web.chart.models.reviews import AnswerKind, FindingAnswer, StoredReview
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
    "AnswerKind",
    "Basis",
    "BreakGlass",
    "CareRelationship",
    "Caregiver",
    "Cover",
    "CrisisPlan",
    "CrisisStep",
    "CrisisTask",
    "EndKind",
    "Enrolment",
    "Entry",
    "FindingAnswer",
    "GlassReview",
    "Grant",
    "Head",
    "Held",
    "Invitation",
    "Kept",
    "Line",
    "MedicationChange",
    "Membership",
    "OnCall",
    "Organisation",
    "PendingImport",
    "Person",
    "PersonIndex",
    "PersonKey",
    "Power",
    "PrescribingAuthority",
    "Programme",
    "Role",
    "Row",
    "ScaleAnswer",
    "ScaleEnd",
    "ScaleRequest",
    "SendWhenDue",
    "SendWhenDueEnd",
    "Span",
    "Staff",
    "StepKind",
    "StoredReview",
    "Tip",
    "current",
]
