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
    "{unit}": "unit",
    "[IU]": "unit",
    "[USP'U]": "unit",
    "[arb'U]": "unit",
    "m[IU]": "milliunit",
    "u[IU]": "microunit",
    "mm[Hg]": "mmHg",
    "Cel": "°C",
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
    "{syringe}": "syringe", "{pill}": "pill", "{inhalation}": "inhalation",
}  # fmt: skip

# To be filled by the one who writes `names` (put here so that it can be imported).
FORMS: dict[str, str] = {}
PLAIN_FORMS: frozenset[str] = frozenset()
RELEASES: dict[str, str] = {}

# --- forms and releases -----------------------------------------------------------

# RxNorm dose forms whose words are better said otherwise; the rest in lower case.
FORMS = {
    "oral tablet": "tablet",
    "oral capsule": "capsule",
    "oral pill": "pill",
    "oral film": "film",
    "disintegrating oral tablet": "orally disintegrating tablet",
    "oral disintegrating": "orally disintegrating tablet",
    "chewable oral tablet": "chewable tablet",
    "chewable": "chewable tablet",
    "injectable": "injection",
    "injectable solution": "injection",
    "injectable suspension": "injection (suspension)",
    "prefilled syringe": "injection (prefilled syringe)",
    "auto-injector": "injection (auto-injector)",
    "pen injector": "injection (pen)",
    "transdermal system": "skin patch",
    "transdermal": "skin patch",
    "sublingual": "sublingual form",
    "metered dose nasal spray": "nasal spray",
}
# Where nothing else is said, a medicine is one of these: they go without saying.
PLAIN_FORMS = frozenset({"", "tablet", "capsule", "pill"})
RELEASES = {
    "extended": "extended-release",
    "delayed": "delayed-release",
    "depot": "long-acting",
}
# The salts that tell products of one ingredient apart (ISMP, *Guidelines for Safe
# Electronic Communication of Medication Information*, 2019, item 2).
SALTS = {
    "aripiprazole": ("lauroxil",),
    "bupropion": ("hydrobromide",),
    "fluphenazine": ("decanoate",),
    "haloperidol": ("decanoate",),
    "hydroxyzine": ("hydrochloride", "pamoate"),
    "lithium": ("carbonate", "citrate"),
    "metoprolol": ("succinate", "tartrate"),
    "olanzapine": ("pamoate",),
    "paliperidone": ("palmitate",),
    "venlafaxine": ("besylate",),
}

# --- routes -----------------------------------------------------------------------

# What is written or coded (SNOMED CT) for a route, and the one name of it here.
ROUTES = {
    "oral": "oral", "by mouth": "oral", "po": "oral", "per os": "oral",
    "26643006": "oral",
    "sublingual": "sublingual", "sl": "sublingual", "under the tongue": "sublingual",
    "37839007": "sublingual",
    "buccal": "buccal", "54471007": "buccal",
    "transdermal": "transdermal", "45890007": "transdermal",
    "topical": "topical", "cutaneous": "topical", "6064005": "topical",
    "nasal": "nasal", "intranasal": "nasal", "46713006": "nasal",
    "intramuscular": "intramuscular", "im": "intramuscular",
    "78421000": "intramuscular",
    "subcutaneous": "subcutaneous", "subcut": "subcutaneous", "sc": "subcutaneous",
    "sq": "subcutaneous", "34206005": "subcutaneous",
    "intravenous": "intravenous", "iv": "intravenous", "47625008": "intravenous",
    "injection": "injection",
    "inhalation": "inhaled", "inhaled": "inhaled", "respiratory tract": "inhaled",
    "447694001": "inhaled",
    "rectal": "rectal", "per rectum": "rectal", "37161004": "rectal",
    "vaginal": "vaginal", "16857009": "vaginal",
    "ophthalmic": "ophthalmic", "54485002": "ophthalmic",
    "otic": "otic", "10547007": "otic",
}  # fmt: skip
# How a route is said: (for clinicians, the verb for a person, the place for a person).
ROUTE_WORDS = {
    "oral": ("by mouth", "Take", "by mouth"),
    "sublingual": ("under the tongue", "Put", "under your tongue"),
    "buccal": ("inside the cheek", "Put", "inside your cheek"),
    "transdermal": ("on the skin", "Put", "on your skin"),
    "topical": ("on the skin", "Put", "on your skin"),
    "nasal": ("intranasal", "Use", "in your nose"),
    "intramuscular": ("intramuscular", "Get", "as a shot into a muscle"),
    "subcutaneous": ("subcutaneous", "Get", "as a shot under the skin"),
    "intravenous": ("intravenous", "Get", "into a vein"),
    "injection": ("by injection", "Get", "as a shot"),
    "inhaled": ("inhaled", "Breathe in", ""),
    "rectal": ("rectal", "Use", "in your rectum (bottom)"),
    "vaginal": ("vaginal", "Use", "in your vagina"),
    "ophthalmic": ("in the eye", "Put", "in your eye"),
    "otic": ("in the ear", "Put", "in your ear"),
}

# --- times ------------------------------------------------------------------------

# HL7 FHIR R4, value set EventTiming.
EVENTS = {
    "MORN": "in the morning",
    "MORN.early": "early in the morning",
    "MORN.late": "late in the morning",
    "NOON": "at noon",
    "AFT": "in the afternoon",
    "AFT.early": "early in the afternoon",
    "AFT.late": "late in the afternoon",
    "EVE": "in the evening",
    "EVE.early": "early in the evening",
    "EVE.late": "late in the evening",
    "NIGHT": "at night",
    "PHS": "after sleep",
    "HS": "at bedtime",
    "WAKE": "after waking up",
    "C": "with a meal",
    "CM": "with breakfast",
    "CD": "with lunch",
    "CV": "with dinner",
    "AC": "before a meal",
    "ACM": "before breakfast",
    "ACD": "before lunch",
    "ACV": "before dinner",
    "PC": "after a meal",
    "PCM": "after breakfast",
    "PCD": "after lunch",
    "PCV": "after dinner",
}
# HL7 FHIR R4, value set TimingAbbreviation, and the letters that people write:
# (times, in how many, of which UCUM unit of time, when).
ABBREVIATED_TIMES: dict[str, tuple[int, int, str, str | None]] = {
    "QD": (1, 1, "d", None), "DAILY": (1, 1, "d", None), "OD": (1, 1, "d", None),
    "BID": (2, 1, "d", None), "TID": (3, 1, "d", None), "QID": (4, 1, "d", None),
    "QOD": (1, 2, "d", None), "AM": (1, 1, "d", "MORN"), "PM": (1, 1, "d", "EVE"),
    "BED": (1, 1, "d", "HS"), "HS": (1, 1, "d", "HS"), "QHS": (1, 1, "d", "HS"),
    "WK": (1, 1, "wk", None), "MO": (1, 1, "mo", None),
    "Q1H": (1, 1, "h", None), "Q2H": (1, 2, "h", None), "Q3H": (1, 3, "h", None),
    "Q4H": (1, 4, "h", None), "Q6H": (1, 6, "h", None), "Q8H": (1, 8, "h", None),
    "Q12H": (1, 12, "h", None), "Q24H": (1, 24, "h", None),
}  # fmt: skip
# UCUM units of time.
TIMES = {
    "s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week",
    "mo": "month", "a": "year",
}  # fmt: skip
WEEKDAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday",
    "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
