"""The vocabulary of directions in words: every phrase that is read, and its meaning.

A word stands here for one of four reasons: it is what our own formatter says (the
phrases of `wording.vocabulary` are taken over, so that what is printed is read back);
FHIR R4 or UCUM define it (EventTiming, TimingAbbreviation, units); ISMP's *List of
Error-Prone Abbreviations* (2024) gives it one meaning, so that it is read here but
never written (QD, QOD, qhs, SC, BIW, TIW, cc, U); or it is plain English with one
meaning.
A word that a list gives two meanings stands in `REFUSED`, with them.

No number of medicine is here: a spoonful is not 5 mL, a month is a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from concord.wording.vocabulary import EVENTS, PIECES

# --- how much ---------------------------------------------------------------------

NUMBERS: Mapping[str, Decimal] = {
    "one": Decimal(1), "two": Decimal(2), "three": Decimal(3), "four": Decimal(4),
    "five": Decimal(5), "six": Decimal(6), "seven": Decimal(7), "eight": Decimal(8),
    "nine": Decimal(9), "ten": Decimal(10), "eleven": Decimal(11),
    "twelve": Decimal(12),
}  # fmt: skip
PARTS: Mapping[str, Decimal] = {
    "half": Decimal("0.5"),
    "a half": Decimal("0.5"),
    "one half": Decimal("0.5"),
    "quarter": Decimal("0.25"),
    "a quarter": Decimal("0.25"),
    "one quarter": Decimal("0.25"),
    "three quarters": Decimal("0.75"),
}
# UCUM, by what is written; `unit` is a count of the product's own units, as FHIR
# senders write it: which ones (international, USP) the words do not say.
UNITS: Mapping[str, str] = {
    "mg": "mg", "mgs": "mg", "milligram": "mg", "milligrams": "mg",
    "g": "g", "gm": "g", "gms": "g", "gram": "g", "grams": "g",
    "mcg": "ug", "mcgs": "ug", "ug": "ug", "µg": "ug", "μg": "ug",
    "microgram": "ug", "micrograms": "ug",
    "mcg per hour": "ug/h", "mcg/hour": "ug/h", "mcg/hr": "ug/h", "mcg/h": "ug/h",
    "ml": "mL", "mls": "mL", "cc": "mL", "ccs": "mL",
    "milliliter": "mL", "milliliters": "mL", "millilitre": "mL", "millilitres": "mL",
    "meq": "meq", "milliequivalent": "meq", "milliequivalents": "meq",
    "unit": "{unit}", "units": "{unit}", "u": "{unit}",
    "iu": "[IU]", "international unit": "[IU]", "international units": "[IU]",
}  # fmt: skip
# What is counted: the formatter's own words, their plurals, and abbreviations.
_PIECE_WORDS = sorted(set(PIECES.values()))
COUNTED: Mapping[str, str] = {
    **{word: word for word in _PIECE_WORDS},
    **{f"{word}{'es' if word == 'patch' else 's'}": word for word in _PIECE_WORDS},
    "suppositories": "suppository",
    "tab": "tablet", "tabs": "tablet",
    "caplet": "tablet", "caplets": "tablet",  # a tablet in the shape of a capsule
    "cap": "capsule", "caps": "capsule",
    # what people call the sublingual film
    "strip": "film", "strips": "film",
    "gtt": "drop", "gtts": "drop",
    "supp": "suppository", "supps": "suppository",
}  # fmt: skip
PIECE_UNITS = frozenset(f"{{{piece}}}" for piece in _PIECE_WORDS)
# In front of a form ("1 sublingual film"): they say the route.
ROUTE_ADJECTIVES: Mapping[str, str] = {
    "oral": "oral",
    "sublingual": "sublingual",
    "sl": "sublingual",
    "buccal": "buccal",
    "transdermal": "transdermal",
}
OF_WHAT_IS_NOT_RECORDED = "( of what is not recorded )"

# --- by which route ---------------------------------------------------------------

# The verb, and the only route that it leaves open (`None`: any).
VERBS: Mapping[str, str | None] = {
    "take": None, "takes": None, "give": None, "use": None, "get": None,
    "administer": None, "put": None, "place": None, "dissolve": None, "apply": None,
    "insert": None, "instill": None, "spray": None, "put on": None,
    "swallow": "oral",
    "inject": "injection",
    "inhale": "inhalation", "breathe in": "inhalation",
}  # fmt: skip
# A verb of a later step that says nothing but "from now on".
STEP_VERBS = ("increase to", "decrease to", "reduce to", "continue with")
# The routes that a verb fits.
INJECTIONS = frozenset({"injection", "intramuscular", "subcutaneous", "intravenous"})
SKIN = "skin"
ROUTES_SAID: Mapping[str, str] = {
    "by mouth": "oral", "orally": "oral", "po": "oral", "per os": "oral",
    "via oral route": "oral", "by the oral route": "oral", "oral": "oral",
    "under the tongue": "sublingual", "under your tongue": "sublingual",
    "under tongue": "sublingual", "sublingually": "sublingual",
    "sublingual": "sublingual", "sl": "sublingual",
    "inside the cheek": "buccal", "inside your cheek": "buccal", "buccally": "buccal",
    "on the skin": SKIN, "on your skin": SKIN, "on skin": SKIN,
    "to the skin": SKIN, "to your skin": SKIN, "to skin": SKIN,
    "onto the skin": SKIN, "onto your skin": SKIN,
    "transdermally": "transdermal", "topically": "topical",
    "intranasal": "nasal", "intranasally": "nasal", "nasally": "nasal",
    "in the nose": "nasal", "in your nose": "nasal", "into the nose": "nasal",
    "intramuscular": "intramuscular", "intramuscularly": "intramuscular",
    "im": "intramuscular", "into a muscle": "intramuscular",
    "into the muscle": "intramuscular", "as a shot into a muscle": "intramuscular",
    "subcutaneous": "subcutaneous", "subcutaneously": "subcutaneous",
    "subcut": "subcutaneous", "subq": "subcutaneous", "sub q": "subcutaneous",
    "sq": "subcutaneous", "sc": "subcutaneous", "under the skin": "subcutaneous",
    "as a shot under the skin": "subcutaneous",
    "intravenous": "intravenous", "intravenously": "intravenous",
    "iv": "intravenous", "into a vein": "intravenous",
    "by injection": "injection", "as a shot": "injection",
    "inhaled": "inhalation", "by inhalation": "inhalation",
    "rectal": "rectal", "rectally": "rectal", "per rectum": "rectal",
    "in your rectum (bottom)": "rectal",
    "vaginal": "vaginal", "vaginally": "vaginal", "in your vagina": "vaginal",
    "in the eye": "ophthalmic", "in your eye": "ophthalmic",
    "in the ear": "otic", "in your ear": "otic",
}  # fmt: skip

# --- how often --------------------------------------------------------------------

# (times, in how many, of which UCUM unit of time)
RATES: Mapping[str, tuple[int, int, str]] = {
    "daily": (1, 1, "d"), "qd": (1, 1, "d"), "q day": (1, 1, "d"), "qday": (1, 1, "d"),
    "bid": (2, 1, "d"), "tid": (3, 1, "d"), "qid": (4, 1, "d"),
    "qod": (1, 2, "d"), "q other day": (1, 2, "d"),
    "alternate days": (1, 2, "d"), "on alternate days": (1, 2, "d"),
    "every alternate day": (1, 2, "d"),
    "hourly": (1, 1, "h"), "qh": (1, 1, "h"), "q hour": (1, 1, "h"),
    "weekly": (1, 1, "wk"), "qw": (1, 1, "wk"), "qwk": (1, 1, "wk"),
    "q week": (1, 1, "wk"), "qweek": (1, 1, "wk"),
    "biw": (2, 1, "wk"), "tiw": (3, 1, "wk"),
    "monthly": (1, 1, "mo"), "q month": (1, 1, "mo"), "qmonth": (1, 1, "mo"),
    "yearly": (1, 1, "a"),
}  # fmt: skip
# Each day, without how often in it.
EVERY_DAY = ("every day", "everyday", "each day")
HOW_MANY: Mapping[str, int] = {"once": 1, "twice": 2, "thrice": 3}
TIMES_SAID = ("times", "time", "x")
# What stands for "in one": `3 times a day`.
PER = ("a", "an", "per", "each", "every", "/")
PER_ADVERBS: Mapping[str, str] = {
    "daily": "d", "weekly": "wk", "monthly": "mo", "yearly": "a", "hourly": "h",
}  # fmt: skip
TIME_UNITS: Mapping[str, str] = {
    "second": "s", "seconds": "s",
    "minute": "min", "minutes": "min", "min": "min", "mins": "min",
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "h": "h",
    "day": "d", "days": "d",
    "week": "wk", "weeks": "wk", "wk": "wk", "wks": "wk",
    "month": "mo", "months": "mo", "mo": "mo",
    "year": "a", "years": "a", "yr": "a", "yrs": "a",
}  # fmt: skip
# Behind "q" and a number, one letter does: q6h, q3d, q2w; `m` would be two.
Q_UNITS: Mapping[str, str] = {**TIME_UNITS, "d": "d", "w": "wk"}
DURATION_UNITS: Mapping[str, str] = {
    "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year",
}  # fmt: skip
ORDINALS: Mapping[str, int] = {"other": 2, "second": 2, "2nd": 2, "third": 3}

# --- when -------------------------------------------------------------------------

# FHIR's EventTiming, in our own words and in those of others.
# "With food" is a meal to FHIR (C); "in the pm" is the evening, as in `vocabulary`.
# "hs" is bedtime where a time can stand; half-strength would stand before a form.
EVENTS_SAID: Mapping[str, str] = {
    **{words: code for code, words in EVENTS.items()},
    "every morning": "MORN", "each morning": "MORN", "in the mornings": "MORN",
    "in morning": "MORN", "mornings": "MORN", "morning": "MORN", "qam": "MORN",
    "q am": "MORN",
    "q morning": "MORN", "every am": "MORN", "in the am": "MORN", "in am": "MORN",
    "noon": "NOON", "at midday": "NOON", "midday": "NOON",
    "every afternoon": "AFT", "each afternoon": "AFT", "afternoon": "AFT",
    "every evening": "EVE", "each evening": "EVE", "evenings": "EVE",
    "in the evenings": "EVE", "evening": "EVE", "q evening": "EVE",
    "qpm": "EVE", "q pm": "EVE", "every pm": "EVE", "in the pm": "EVE", "in pm": "EVE",
    "every night": "NIGHT", "each night": "NIGHT", "nightly": "NIGHT",
    "night": "NIGHT", "qn": "NIGHT", "q night": "NIGHT", "nights": "NIGHT",
    "at bed time": "HS", "bedtime": "HS", "every bedtime": "HS", "before bed": "HS",
    "before bedtime": "HS", "qhs": "HS", "q hs": "HS", "hs": "HS", "q bedtime": "HS",
    "every night at bedtime": "HS", "each night at bedtime": "HS",
    "nightly at bedtime": "HS", "at night at bedtime": "HS",
    "upon waking": "WAKE", "on waking": "WAKE", "after waking": "WAKE",
    "with food": "C", "with meals": "C", "with each meal": "C", "w/ food": "C",
    "w/food": "C", "w/ meals": "C", "w/meals": "C", "with a meal": "C",
    "take with food": "C", "take with meals": "C",
    "before meals": "AC", "before each meal": "AC", "before food": "AC", "ac": "AC",
    "after meals": "PC", "after each meal": "PC", "after food": "PC", "pc": "PC",
    "with supper": "CV", "before supper": "ACV", "after supper": "PCV",
}  # fmt: skip
# A meal named behind "and": it takes the preposition of the one before.
MEALS: Mapping[str, str] = {
    "breakfast": "M", "lunch": "D", "dinner": "V", "supper": "V",
}  # fmt: skip
# Events of no number: which meals they are is not said.
ANY_MEAL = frozenset({"C", "AC", "PC"})
# Part of the day -> what lies in it: named side by side they are one occasion.
WITHIN: Mapping[str, frozenset[str]] = {
    "MORN": frozenset({"CM", "ACM", "PCM", "WAKE"}),
    "NOON": frozenset({"CD", "ACD", "PCD"}),
    "EVE": frozenset({"CV", "ACV", "PCV", "HS"}),
    "NIGHT": frozenset({"HS"}),
}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS_SAID: Mapping[str, str] = {
    "monday": "mon", "mondays": "mon", "mon": "mon",
    "tuesday": "tue", "tuesdays": "tue", "tue": "tue", "tues": "tue",
    "wednesday": "wed", "wednesdays": "wed", "wed": "wed", "weds": "wed",
    "thursday": "thu", "thursdays": "thu", "thu": "thu", "thur": "thu", "thurs": "thu",
    "friday": "fri", "fridays": "fri", "fri": "fri",
    "saturday": "sat", "saturdays": "sat", "sat": "sat",
    "sunday": "sun", "sundays": "sun", "sun": "sun",
}  # fmt: skip
DAY_SETS: Mapping[str, tuple[str, ...]] = {
    "on weekdays": WEEK[:5], "weekdays": WEEK[:5], "every weekday": WEEK[:5],
    "on weekends": WEEK[5:], "weekends": WEEK[5:],
    "every day of the week": WEEK,
    "mwf": ("mon", "wed", "fri"),
}  # fmt: skip
BEFORE_DAYS = ("on", "every", "each")
THROUGH = ("through", "thru", "to", "-")
CONNECTORS = frozenset({"and", "&", "+", ",", "/", "(", ":", ";", "."})
MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip

# --- when needed, how much at most, how long --------------------------------------

AS_NEEDED = (
    "as needed", "as required", "prn", "if needed", "when needed", "if required",
    "only if you need it", "only if needed", "only as needed", "only when needed",
)  # fmt: skip
# What a medicine is taken for when it is needed. A closed list: open words behind "for"
# would swallow what else is said ("for pain but not with alcohol").
REASONS = (
    "pain", "mild pain", "moderate pain", "severe pain", "breakthrough pain",
    "back pain", "chest pain", "tooth pain", "headache", "headaches", "migraine",
    "migraines", "fever", "nausea", "vomiting", "anxiety", "severe anxiety", "panic",
    "panic attack", "panic attacks", "agitation", "aggression", "irritability",
    "restlessness", "restless legs", "akathisia", "dystonia", "tremor", "tremors",
    "stiffness", "muscle stiffness", "muscle spasm", "muscle spasms", "spasms",
    "cramps", "muscle cramps", "insomnia", "sleep", "sleeplessness",
    "trouble sleeping", "difficulty sleeping", "nightmares", "hallucinations",
    "seizure", "seizures", "craving", "cravings", "opioid craving",
    "opioid cravings", "alcohol craving", "alcohol cravings", "nicotine cravings",
    "withdrawal", "withdrawal symptoms", "opioid withdrawal", "alcohol withdrawal",
    "nicotine withdrawal", "constipation", "diarrhea", "heartburn", "indigestion",
    "upset stomach", "cough", "congestion", "allergies", "itching", "rash", "hives",
    "wheezing", "shortness of breath", "dizziness", "dry mouth", "sweating",
)  # fmt: skip
MOST = (
    "max", "maximum", "max of", "maximum of", "max dose", "maximum dose",
    "maximum dose of", "max dose of", "no more than", "not more than",
    "never more than", "not to exceed", "do not exceed", "do not take more than",
    "do not use more than", "up to a maximum of",
)  # fmt: skip
MOST_A_DAY = (
    "max daily dose", "maximum daily dose", "max daily dose of",
    "maximum daily dose of", "daily max", "daily maximum",
)  # fmt: skip
FOR_DURATION = ("for", "x", "×")
COUNT_ONE = ("one time only", "1 time only", "one dose only", "1 dose only")

# --- one instruction and the next -------------------------------------------------

STRONG_ALSO = ("; and", "also :")
THEN = (
    "then", "; then", ", then", ". then", "then :", ". then :", "and then",
    ", and then",
    "followed by", ", followed by",
)  # fmt: skip
FIRST = ("first", "first :")
BEGINNINGS = ("sig :", "directions :")
# What our own formatter says of what a record does not state, and of which field.
ABSENT: Mapping[str, str] = {
    "dose not recorded": "dose",
    "how much is not recorded": "dose",
    "( route not recorded )": "route",
    "the way to take it is not recorded": "route",
    "how often not recorded": "timing",
    "how often is not recorded": "timing",
    "( for what is not recorded )": "reason",
    "the most for one day is not recorded": "most",
    "( when each step ends is not recorded )": "ends",
    "when each step ends is not recorded": "ends",
}

# --- what is not read -------------------------------------------------------------

# Words that are seen often and have no one meaning, or none that a field can hold.
REFUSED: Mapping[str, str] = {
    "d": "it is short for day, days or dose",
    "od": "it is once daily or the right eye",
    "m": "it is minutes or months",
    "biweekly": "it is twice a week or every 2 weeks",
    "bimonthly": "it is twice a month or every 2 months",
    "gr": "it is grains, and read as grams",
    **dict.fromkeys(
        ("as directed", "as instructed", "as prescribed", "per instructions", "ud",
         "utd"),
        "the directions stand elsewhere",
    ),
    **dict.fromkeys(
        ("tsp", "teaspoon", "teaspoons", "teaspoonful", "teaspoonfuls", "tbsp",
         "tablespoon", "tablespoons", "tablespoonful"),
        "a spoon is not a measure",
    ),
    **dict.fromkeys(
        ("on an empty stomach", "with water", "with a full glass of water",
         "in each nostril", "in one nostril", "in both eyes", "in each eye",
         "in the right eye", "in the left eye", "to the affected area",
         "to affected area", "until gone", "until finished", "may repeat", "now",
         "stat"),
        "no field holds it",
    ),
    "in divided doses": "how many at a time is not said",
}  # fmt: skip
WHY: Mapping[str, str] = {
    "unknown": "it is not a word of directions that is read, or not at this place",
    "nothing": "nothing is said of how it is taken",
    "of-what": "of what it counts so many is not said",
    "at-a-time": "how many at a time is not said",
    "none": "no dose is nothing",
    "downwards": "a range goes from less to more",
    "against": "it speaks against what is said before",
    "again": "the same thing is said a second time, and otherwise",
    "meals": "how many meals a day is not said",
    "occasions": "the times that are named are not as many as the times that are said",
    "too-short": "how long it is taken is shorter than from one dose to the next",
    "scope": "of which of the instructions it holds is not said",
    "overlap": "whether it is added to the one before or takes its place is not said",
    "holds": "what one piece holds could not be held against the medicine",
    "of-the-medicine": "it could not be held against what the medicine holds",
    "alone": "an amount alone may be a strength",
    "only-when-needed": "whether it is taken only when needed is not said",
    "am-or-pm": "morning or evening is not said",
    "noon-or-midnight": "12 o'clock is noon or midnight: people differ",
    "clock-and-event": "a time and a part of the day: one dose or two is not said",
    "no-date": "it is not a date that exists",
    "open-bracket": "a bracket is not closed",
}


def known() -> frozenset[str]:
    """Return every word of the vocabulary that can stand behind a number."""
    tables = (
        UNITS, COUNTED, ROUTE_ADJECTIVES, VERBS, ROUTES_SAID, RATES, HOW_MANY,
        PER_ADVERBS, TIME_UNITS, EVENTS_SAID, MEALS, WEEKDAYS_SAID, DAY_SETS, NUMBERS,
    )  # fmt: skip
    phrases = (EVERY_DAY, TIMES_SAID, PER, BEFORE_DAYS, AS_NEEDED, MOST, FOR_DURATION)
    said = [phrase for table in (*tables, *phrases) for phrase in table]
    return frozenset(word for phrase in said for word in phrase.split())
