"""Why a dose is not on the calendar, and why a supply cannot be counted, in words."""

from __future__ import annotations

UNPLANNED: dict[str, str] = {
    "no-directions": "directions are not recorded",
    "no-frequency": "how often it is taken is not recorded",
    "steps-undated": "when each step begins is not recorded",
    "start-date": "the day on which it began is not recorded",
    "clock-times": "at which times of the day it is taken is not recorded",
    "which-days": "on which days it is taken is not recorded",
}

UNCOUNTABLE: dict[str, str] = {
    "no-fills": "no fill with its day and quantity is on record",
    "no-plan": "the directions cannot be laid out in days",
    "no-dose": "how much one dose is, is not recorded",
    "no-unit": "what the dose counts is not recorded",
    "no-strength": "the strength of one piece is not recorded",
    "mixed-units": "the dose and the supply are in different units",
    "uneven-pieces": "the dose cannot be made of whole, half or quarter pieces",
    "no-maximum": "it is taken as needed, and the most is not recorded",
}
