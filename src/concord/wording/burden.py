"""What a regimen asks for, and what might be simpler, in words."""

from __future__ import annotations

from concord.wording.planning import UNCOUNTED, UNPLANNED

RULES: dict[str, str] = {
    "with-a-meal": "with a meal, by its directions",
    "before-a-meal": "before a meal, by its directions",
    "after-a-meal": "after a meal, by its directions",
    "intake": "how to take it",
    "not-split": "not split, crushed or chewed",
}

DEVICES: dict[str, str] = {
    "injection": "an injection",
    "patch": "a patch",
    "measured": "a measured liquid",
    "nasal": "a nasal spray",
    "inhaled": "an inhaler",
    "drops": "drops",
    "other": "a cream, suppository or other",
}

UNCHECKED: dict[str, str] = {
    **UNCOUNTED,
    **UNPLANNED,
    "impossible": "its directions cannot be followed: see `concord schedule`",
    "not-recognised": "it was not recognised: its rules of taking are not known",
    "not-covered": "an ingredient of it is not covered: its rules are not known",
    "no-food-advice": "the knowledge says nothing of food",
    "no-pieces": "its dose is no number of pieces",
    "which-product": "which product it is, is not recorded",
}

SIMPLER: dict[str, tuple[str, str]] = {
    "one-piece": (
        "One piece of another strength",
        "This strength is made: one piece in place of several.",
    ),
    "whole-piece": (
        "A strength that needs no splitting",
        "This strength is made: nothing has to be split.",
    ),
    "fewer-times": (
        "The same dose of the day at fewer times",
        "A source gives as much in a day in so many doses.",
    ),
    "longer-release": (
        "A form that is taken less often",
        "A form with longer release is made.",
    ),
    "same-time": (
        "A time at which other medicines are taken",
        "It is the only one at its time, and may be taken with or without food.",
    ),
}

CAUTIONS: dict[str, str] = {
    "not-interchangeable": (
        "Not interchangeable piece for piece: its dose, time and food are those of its "
        "own label."
    ),
    "check-stock": "Whether the pharmacy has it, and at which cost, is not known here.",
    "food-not-known": "The knowledge says nothing of food with it.",
    "time-by-default": "Nobody stated its present time; a usual day stands in.",
    "single-dose-not-known": "The knowledge states no most at one time.",
    "unverified": "It rests on a value that was not checked in its source.",
}
