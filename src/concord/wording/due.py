"""What is said of a thing that is due: where it stands, and from what it is counted.

Keys are the values of `followup.due`, which knows nothing of words.
"""

from __future__ import annotations

# From what a date is counted, as it stands after "from".
EVENTS = {
    "start": "start",
    "dose-change": "change of dose",
    "switch": "switch",
    "stable": "stable since",
    "taper": "dose lowered",
    "stop": "stop",
    "beside": "a medicine beside it",
    "pregnancy": "pregnancy known",
    "risk": "suicide risk known",
    "discharge": "discharge",
    "release": "release",
    "emergency": "emergency visit",
    "result": "result out of range",
    "score": "last score",
    "injection": "last injection",
    "plan": "agreed plan",
}

# Where a thing stands, in words and as a sign of its own shape.
STATES = {
    "overdue": ("Overdue", "▲"),
    "due": ("Due", "●"),
    "in-window": ("In its window", "◐"),
    "not-yet": ("Coming", "○"),
    "not-known": ("Not known", "◌"),
    "done": ("Done", "✓"),
    "set-aside": ("Set aside", "–"),
}

# What a person is told is planned, by its kind; nothing of what to do about it.
PLAIN_PLANNED = {
    "visit": "A visit",
    "measurement": "A test",
    "scale": "A form",
}
