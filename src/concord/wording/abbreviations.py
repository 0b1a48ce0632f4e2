"""Abbreviations that are misread, found in what people type: what to write instead.

Sources: ISMP, *List of Error-Prone Abbreviations, Symbols, and Dose Designations*
(2024), read in reprints of its 2005 and 2007 editions, in BMJ Open (table of high-risk
abbreviations) and in ISMP's own notes on the changes of 2024; the Joint Commission's
official "Do Not Use" list (2018), read whole.
Rows with `seen=False` stand in the published list as far as is known, but in a part of
it that could not be read here.

Two entries of the list are narrowed, since they are everyday words in this field:
`SSRI` counts only beside "insulin" (it is a class of antidepressants), and `HCl` not
behind the name of a drug (ISMP allows it there as a salt).
"""

from __future__ import annotations

import re
from functools import cache

from concord.terms import Value


class Abbreviation(Value, frozen=True, kw_only=True):
    """An error-prone abbreviation as it was typed, its place, and what to write."""

    found: str
    start: int
    means: str
    write: str
    misread: str

    @property
    def question(self) -> str:
        """The question to put to whoever typed it."""
        return f"“{self.found}” can be misread ({self.misread}). Write {self.write}."


class Row(Value, frozen=True, kw_only=True):
    """One entry of the list: how it is typed, what it means, what it is taken for."""

    pattern: str
    examples: tuple[str, ...]
    means: str
    write: str
    misread: str
    seen: bool = True


_START, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_MEASURE = r"(?:mg|mcg|g|kg|mL|L|units?|mEq|mmol|tablets?|capsules?|films?)"
_NUMBER = r"\d+(?:\.\d+)?"


def _word(
    typed: str,
    means: str,
    write: str,
    misread: str,
    *,
    seen: bool = True,
    any_case: bool = False,
) -> Row:
    """Return an entry of whole words, as they are typed, dots between letters or not.

    In capitals alone, unless `any_case`: `as`, `in` and `ms` are words or units.
    """
    examples = tuple(typed.split("|"))
    flags = "(?i:{})" if any_case else "(?:{})"
    inner = "|".join(re.escape(e) for e in examples)
    return Row(
        pattern=_START + flags.format(inner) + _END,
        examples=examples,
        means=means,
        write=write,
        misread=misread,
        seen=seen,
    )


def _shape(
    pattern: str,
    examples: str,
    means: str,
    write: str,
    misread: str,
    *,
    seen: bool = True,
) -> Row:
    """Return an entry that is a shape of numbers, units or symbols."""
    return Row(
        pattern=pattern,
        examples=tuple(examples.split("|")),
        means=means,
        write=write,
        misread=misread,
        seen=seen,
    )


_TIMES = (
    _word(
        "q.o.d.|q.o.d|qod|QOD", "every other day", "“every other day”",
        "as “daily” or “4 times daily”", any_case=True,
    ),
    _word("q.d.|q.d|qd|QD", "daily", "“daily”", "as “4 times daily”", any_case=True),
    _word("q1d", "daily", "“daily”", "as “4 times daily”", any_case=True),
    _word("o.d.|OD", "daily or right eye", "“daily” or “right eye”",
          "as the one or the other", any_case=True),
    _word("i/d", "one daily", "“1 daily”", "as “3 times daily”", seen=False),
    _word("qhs|q.h.s.", "nightly at bedtime", "“at bedtime”", "as “every hour”",
          any_case=True),
    _word("qn", "nightly", "“nightly” or “at bedtime”", "as “every hour”",
          any_case=True),
    _word("HS|hs|h.s.", "at bedtime or half-strength",
          "“at bedtime” or “half-strength”", "as the one or the other", any_case=True),
    _word("BT", "bedtime", "“at bedtime”", "as “twice daily”"),
    _word("BIW|biw", "2 times a week", "“2 times a week”", "as “2 times a day”",
          seen=False, any_case=True),
    _word("TIW|tiw", "3 times a week", "“3 times a week”", "as “3 times a day”",
          seen=False, any_case=True),
    _shape(r"(?<![A-Za-z])(?i:q)\d{1,2}\s?(?i:[ap]m)\b", "q6PM|q8 am",
           "every day at a time", "“daily at 6 pm”", "as “every 6 hours”"),
    _shape(r"(?<![A-Za-z0-9])(?i:x)\s?\d{1,3}\s?d\b", "x3d|x 10d",
           "for days or doses", "“for 3 days” or “for 3 doses”",
           "as the one or the other"),
    _word("UD|ut dict", "as directed", "the directions in full", "as a unit dose",
          seen=False),
)  # fmt: skip

_ROUTES = (
    _word("SC|SQ|sq|sub q|sub-q|Sub Q", "subcutaneous", "“subcutaneous”",
          "as “sublingual” or “every 5”"),
    _word("IJ", "injection", "“injection”", "as “IV” or “intrajugular”"),
    _shape(_START + r"IN(?!\s+(?:THE|A|AN|EACH|CASE|MY|YOUR)\b)" + _END, "IN",
           "intranasal", "“intranasal”", "as “IM” or “IV”"),
    _word("NAS", "intranasal", "“intranasal”", "as another route"),
    _word("per os|Per os", "by mouth", "“by mouth”", "as “left eye”"),
    _word("AD|AS|AU|a.d.|a.s.|a.u.", "right, left or each ear",
          "“right ear”, “left ear” or “each ear”", "as an eye"),
    _word("OS|OU|o.s.|o.u.", "left or each eye", "“left eye” or “each eye”",
          "as an ear"),
    _word("OJ", "orange juice", "“orange juice”", "as an eye"),
)  # fmt: skip

_UNITS_WRITTEN = (
    _shape(r"(?:µg|μg)(?![A-Za-z])", "µg|μg", "micrograms", "“mcg”", "as “mg”"),
    _shape(r"(?<![A-Za-z])ug(?![A-Za-z])", "ug", "micrograms", "“mcg”", "as “mg”",
           seen=False),
    _shape(_START + r"(?:\d[\d,.]*\s?)?I\.?U\.?" + _END, "IU|I.U.|500 IU|500IU",
           "units", "“units”", "as “IV” or 10"),
    _shape(r"(?:(?<=\d)|(?<=\d )|(?<![A-Za-z0-9.]))(?:U|u)(?![A-Za-z0-9.])",
           "U|u|10U|10 u", "units", "“units”", "as 0, 4 or “cc”"),
    _shape(r"(?<![A-Za-z])(?i:cc)(?![A-Za-z])", "cc|CC|5cc", "millilitres", "“mL”",
           "as “units”"),
    _word("nanog|ng", "nanograms", "“nanograms”", "as “mg”"),
    _shape(r"(?<![A-Za-z])gr(?![A-Za-z])", "gr", "grains", "metric units",
           "as “grams”", seen=False),
    _word("minim", "a minim", "“mL”", "as “mL”", seen=False),
    _shape(r"\d\s?(?:K|M|MM)(?=\s+units?\b)", "5K units|2 M units|1 MM units",
           "thousands or millions", "the number in full, with commas",
           "as another number", seen=False),
)  # fmt: skip

_WORDS = (
    _word("D/C", "discharge or discontinue", "“discharge” or “stop”",
          "as the one or the other", any_case=True),
    _word("ss|SS", "sliding scale or a half", "“sliding scale” or “half”", "as 55"),
    _word("SSI", "sliding scale (insulin)", "“sliding scale (insulin)”",
          "as “strong solution of iodine”"),
    _shape(r"(?is)\bSSRI\b(?=.*\binsulin)|(?<=insulin )SSRI\b", "SSRI insulin",
           "sliding scale regular insulin", "“sliding scale (insulin)”",
           "as the class of antidepressants"),
)  # fmt: skip

_DRUGS = (
    _word("MS", "morphine sulfate", "“morphine”", "as magnesium sulfate"),
    _word("MSO4", "morphine sulfate", "“morphine”", "as magnesium sulfate"),
    _word("MgSO4", "magnesium sulfate", "“magnesium sulfate”", "as morphine sulfate"),
    _word("APAP", "acetaminophen", "“acetaminophen”", "as another drug", seen=False),
    _word("ARA A", "vidarabine", "“vidarabine”", "as cytarabine", seen=False),
    _word("AZT", "zidovudine", "“zidovudine”", "as azathioprine", seen=False),
    _word("CPZ", "prochlorperazine", "“prochlorperazine”", "as chlorpromazine",
          seen=False),
    _word("DPT", "a mixture or a vaccine", "the name in full",
          "as the one or the other", seen=False),
    _word("DTO", "tincture of opium", "the name in full",
          "as diluted tincture of opium", seen=False),
    _shape(r"(?<![A-Za-z]{3} )(?<![A-Za-z0-9])(?:HCl|HCL)(?![A-Za-z0-9])", "HCl",
           "hydrochloric acid", "the name in full", "as potassium chloride",
           seen=False),
    _word("HCT", "hydrocortisone", "“hydrocortisone”", "as hydrochlorothiazide",
          seen=False),
    _word("HCTZ", "hydrochlorothiazide", "“hydrochlorothiazide”",
          "as hydrocortisone", seen=False),
    _word("MTX", "methotrexate", "“methotrexate”", "as mitoxantrone", seen=False),
    _word("PCA", "procainamide", "the name in full",
          "as patient-controlled analgesia", seen=False),
    _word("PTU", "propylthiouracil", "“propylthiouracil”", "as mercaptopurine",
          seen=False),
    _word("T3", "a codeine combination", "the name in full", "as liothyronine",
          seen=False),
    _word("TAC", "triamcinolone", "“triamcinolone”", "as a mixture", seen=False),
    _word("TNK", "tenecteplase", "“tenecteplase”", "as TPA", seen=False),
    _word("TPA|tPA", "alteplase", "“alteplase”", "as tenecteplase", seen=False),
    _word("ZnSO4", "zinc sulfate", "“zinc sulfate”", "as morphine sulfate",
          seen=False),
)  # fmt: skip

_DOSES = (
    _shape(r"(?<![\d.,])\d+\.(?:\d*[1-9])?0+(?=\D|$)(?!\.?\d)", "1.0 mg|2.50 mg|5.0",
           "a whole number", "the number without the last 0", "as ten times as much"),
    _shape(r"(?<![\d,A-Za-z.])\.\d+", ".5 mg", "a part of one", "a 0 before the point",
           "as ten times as much"),
    _shape(rf"(?<![\d.,])\d{{4,}}(?=\s?{_MEASURE}\b)", "1000 mg|100000 units",
           "a thousand or more", "commas: 1,000", "as another number of zeros"),
    _shape(rf"(?<![\d.,A-Za-z]){_NUMBER}(?:mg|mcg|mL|g|units?)\b", "10mg|100mL",
           "a number and its unit", "a space between them", "as more zeros"),
    _shape(rf"(?<![A-Za-z])[A-Za-z]{{4,}}{_NUMBER}(?=\s?{_MEASURE}\b)",
           "Tegretol300 mg", "a name and its dose", "a space between them",
           "as another number"),
    _shape(r"\b(?:mg|mcg|mL|kg|g|L)\.(?=\s*[a-z\d,;])", "10 mg. daily|5 mL. at noon",
           "a unit", "the unit without a full stop", "as the number 1"),
    _shape(rf"\d\s?{_MEASURE}\s?/\s?\d", "25 units/10 units", "“and” or “per”",
           "“and” or “per”", "as the number 1"),
)  # fmt: skip

_SYMBOLS = (
    _shape(r"[<>](?=\s?\d)", "<10|> 5", "less or more than", "“less than”, “more than”",
           "as the opposite, or as a digit"),
    _shape(r"(?<!\w)@(?!\w)", "@", "at", "“at”", "as 2"),
    _shape(r"(?<!\w)&(?!\w)", "&", "and", "“and”", "as 2"),
    _shape(r"(?<!\w)\+(?!\w)", "+", "and", "“and” or “plus”", "as 4"),
    _shape(r"(?<=\d)\s?°(?!\s?[CF])", "q2°|6 °", "hours", "“hours”", "as a 0"),
    _shape(r"[Φ∅⌀]", "Φ|∅", "zero", "“0” or “zero”", "as 4, 6, 8 or 9", seen=False),
    _shape(r"[↑↓]", "↑|↓", "raise or lower", "“raise” or “lower”",
           "as the opposite, or as a digit", seen=False),
)  # fmt: skip

# The order matters: of two that overlap the first one counts (QOD before OD).
LIST: tuple[Row, ...] = (
    *_TIMES,
    *_ROUTES,
    *_UNITS_WRITTEN,
    *_WORDS,
    *_DRUGS,
    *_DOSES,
    *_SYMBOLS,
)


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Row], ...]:
    return tuple((re.compile(row.pattern), row) for row in LIST)


def questionable(text: str) -> tuple[Abbreviation, ...]:
    """Return the error-prone abbreviations in a text, in the order of the text.

    Parts of words never count, and what two entries find counts once.

    >>> [a.found for a in questionable("Sertraline 50 mg QD, then 1.0 mg q.h.s.")]
    ['QD', '1.0', 'q.h.s.']
    >>> questionable("Take 1 tablet as needed in the morning; no dose is odd.")
    ()
    """
    taken: list[range] = []
    found: list[Abbreviation] = []
    for pattern, row in _compiled():
        for match in pattern.finditer(text):
            place = range(*match.span())
            if any(place.start < t.stop and t.start < place.stop for t in taken):
                continue
            taken.append(place)
            found.append(
                Abbreviation(
                    found=match[0].strip(),
                    start=match.start(),
                    means=row.means,
                    write=row.write,
                    misread=row.misread,
                )
            )
    return tuple(sorted(found, key=lambda a: a.start))
