"""Why a dose, a supply or a daily amount cannot be worked out, in words."""

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

UNCOUNTED: dict[str, str] = {
    "no-directions": "directions are not recorded, or none hold on this day",
    "no-dose": "how much one dose is, is not recorded",
    "no-unit": "what the dose counts is not recorded",
    "no-strength": "the strength of one piece is not recorded",
    "no-frequency": "how often it is taken is not recorded",
    "steps-undated": "when each step begins is not recorded",
    "mixed-units": "its doses are in different units",
    "not-recognised": "it was not recognised: it might be one of these",
    "no-route": "the route is not recorded",
    "patches-at-once": "how many patches are worn at once is not recorded",
}
