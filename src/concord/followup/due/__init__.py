"""What is due for a person, and why: visits, contacts, measurements, injections."""

from concord.followup.due.listing import due
from concord.followup.due.model import (
    Answer,
    Due,
    Event,
    EventKind,
    Reason,
    State,
    What,
)

__all__ = [
    "Answer",
    "Due",
    "Event",
    "EventKind",
    "Reason",
    "State",
    "What",
    "due",
]
