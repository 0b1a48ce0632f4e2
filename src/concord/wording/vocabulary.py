"""The words for coded units, routes, forms and times: plain tables, with their sources.

Units: UCUM on the left; the words follow ISMP's *List of Error-Prone Abbreviations,
Symbols, and Dose Designations* (2024).
Times: HL7 FHIR R4 value sets *EventTiming* and *TimingAbbreviation*, and UCUM's units
of time.
"""

from __future__ import annotations

# What a unit is called where it stands alone or first.
UNITS = {
    "kg": "kg",
    "g": "g",
    "mg": "mg",
    "ug": "mcg",
    "ng": "nanogram",
    "L": "L",
    "dL": "dL",
    "mL": "mL",
    "uL": "microlitre",
    "mol": "mol",
    "mmol": "mmol",
    "umol": "micromol",
    "nmol": "nanomol",
    "pmol": "picomol",
    "meq": "mEq",
    "U": "unit",
    "[IU]": "unit",
    "[USP'U]": "unit",
    "[arb'U]": "unit",
    "m[IU]": "milliunit",
    "u[IU]": "microunit",
    "mm[Hg]": "mmHg",
    "[lb_av]": "lb",
    "[in_i]": "inch",
    "cm": "cm",
    "m": "m",
    "%": "%",
    "s": "second",
    "ms": "ms",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
    "1": "",
    "{score}": "",
    "{ratio}": "",
    "{INR}": "",
    "kg/m2": "kg/m²",
    "/uL": "/µL",
    "10*3/uL": "×10³/µL",
    "10*6/uL": "×10⁶/µL",
    "10*9/L": "×10⁹/L",
    "10*12/L": "×10¹²/L",
    "{cells}/uL": "cells/µL",
    "/min": "a minute",
    "{beats}/min": "beats a minute",
    "mL/min": "mL/min",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
}
# Which of these are words, that take a plural.
PIECES_OF = frozenset(
    {
        "nanogram", "microlitre", "unit", "milliunit", "microunit", "inch", "second",
        "minute", "hour", "day", "week", "month", "year",
    }
)  # fmt: skip
# What stands after "per": ISMP asks for the word, since a slash has been read as a 1.
UNITS_PER = {
    "h": "hour",
    "d": "day",
    "wk": "week",
    "kg": "kg",
    "m2": "m²",
    "{tablet}": "tablet",
    "{dose}": "dose",
    "{actuat}": "spray",
}
# What is counted: as it is written in records, and the one word for it.
PIECES = {
    "{tablet}": "tablet", "{tbl}": "tablet", "tablet": "tablet", "tablets": "tablet",
    "tab": "tablet", "tabs": "tablet", "[tab]": "tablet",
    "{capsule}": "capsule", "capsule": "capsule", "capsules": "capsule",
    "cap": "capsule", "caps": "capsule",
    "{film}": "film", "film": "film", "films": "film",
    "{patch}": "patch", "patch": "patch", "patches": "patch",
    "{piece}": "piece", "piece": "piece", "pieces": "piece",
    "{dose}": "dose", "dose": "dose", "doses": "dose",
    "{suppository}": "suppository",
    "{spray}": "spray", "{actuat}": "spray", "spray": "spray", "sprays": "spray",
    "{puff}": "puff", "puff": "puff", "puffs": "puff",
    "[drp]": "drop", "{drop}": "drop", "drop": "drop", "drops": "drop",
    "{lozenge}": "lozenge", "{injection}": "injection", "{packet}": "packet",
    "{syringe}": "syringe",
}  # fmt: skip
