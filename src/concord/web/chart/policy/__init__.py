"""Who may do what: one function for every surface, and the rows that it lets through.

`judge` is pure: facts in, a decision out, and what is not listed is denied.
`decide` loads the facts; `visible` gives the querysets of the same answer.
A missing id has no facts, so it is answered as somebody else's is.
"""

from concord.web.chart.policy.facts import (
    calls,
    decide,
    facts_of,
    hat_of,
    readers_of,
    schedules_of,
    seen_under,
    weigh,
)
from concord.web.chart.policy.judging import (
    BY_GRANT,
    CARE,
    EMERGENCY_ROLES,
    OFFICE,
    OWN,
    judge,
    powers,
)
from concord.web.chart.policy.mine import MyMembership, memberships_of
from concord.web.chart.policy.views import (
    OPEN,
    SHARED,
    WHOLE,
    View,
    Visible,
    people_in_care,
    purpose_of,
    view_by,
    view_in_care,
    view_of,
    views_in_use,
    visible,
)
from concord.web.chart.policy.words import (
    Action,
    Actor,
    ActorKind,
    Decision,
    Facts,
    Hat,
    Limit,
    Obligation,
    Purpose,
    Resource,
)

__all__ = [
    "BY_GRANT",
    "CARE",
    "EMERGENCY_ROLES",
    "OFFICE",
    "OPEN",
    "OWN",
    "SHARED",
    "WHOLE",
    "Action",
    "Actor",
    "ActorKind",
    "Decision",
    "Facts",
    "Hat",
    "Limit",
    "MyMembership",
    "Obligation",
    "Purpose",
    "Resource",
    "View",
    "Visible",
    "calls",
    "decide",
    "facts_of",
    "hat_of",
    "judge",
    "memberships_of",
    "people_in_care",
    "powers",
    "purpose_of",
    "readers_of",
    "schedules_of",
    "seen_under",
    "view_by",
    "view_in_care",
    "view_of",
    "views_in_use",
    "visible",
    "weigh",
]
