"""What is said around the rules for missed doses, to staff and to the person."""

from __future__ import annotations

# What would decide which rule holds, by the need that it names.
DECIDES: dict[str, str] = {
    "age": "the age",
    "conditions": "the problem list",
    "dose": "the dose",
    "form": "which form it is",
    "given": "how many injections of it were given so far",
    "gap-exact": "the day and, where it counts hours, the hour of the last dose",
    "indication": "what it is taken for",
    "medication-list": "what is taken with it",
    "route": "the route",
    "sex": "the sex",
    "start-date": "since when it is taken",
    "taken-with": "what is taken with it",
}

NOTHING_KNOWN = (
    "The knowledge has no rule for this gap in this form. That does not mean that "
    "nothing is to be done."
)

GENERAL = "General information about this medicine. It was not written for one person."
CALL = (
    "Call your team before the next dose. Tell them how long you have gone without it. "
    "They know what is safe for you now."
)
ASK = "Nothing is written here about a missed dose of this medicine. Ask your team."
MORE_THAN_ONE = "If you missed more than one dose, ask your team before you go on."
NOT_SEEN = "Not checked in its source yet."
OWN_PRACTICE = "Common practice; no source is quoted."
