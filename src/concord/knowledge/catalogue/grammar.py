"""The grammar of RxNorm names: size, name, strength, dose form, brand."""

from __future__ import annotations

import re
import unicodedata

# "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]" is a size,
# a name, a strength, a dose form and a brand.

# Unit as RxNorm, RxTerms and people write it -> UCUM. RxNorm's UNT is a unit of its
# own substance, so it stays a count of units that mixes with nothing.
UNITS = {
    "MG": "mg",
    "MCG": "ug",
    "UG": "ug",
    "G": "g",
    "ML": "mL",
    "UNT": "{unit}",
    "MEQ": "meq",
    "MMOL": "mmol",
    "MCI": "mCi",
    "CELLS": "{cells}",
    "BAU": "{BAU}",
    "AU": "{AU}",
    "IR": "{IR}",
    "%": "%",
    "HR": "h",
    "ACTUAT": "{actuat}",
    "SQCM": "cm2",
}
_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"(?:MG|MCG|UG|G|ML|UNT|MEQ|MMOL|MCI|CELLS|BAU|AU|IR|%)"
_PER = r"(?:/(?:ML|MG|HR|ACTUAT|SQCM|G))?"
STRENGTH = re.compile(
    rf"^(?P<name>.+?)\s+(?P<number>{_NUMBER})\s?(?P<unit>{_UNIT}{_PER})"
    r"(?:\s+(?P<form>\S.*))?$",
    re.IGNORECASE,
)
_SIZE = re.compile(rf"^{_NUMBER}\s(?:HR|ML|ACTUAT|DAY|MG|SQCM)\s+", re.IGNORECASE)
BRAND = re.compile(r"\s*\[([^\[\]]+)\]\s*$")
_RELEASES = (("extended release", "extended"), ("delayed release", "delayed"))
# The letters that makers put behind a brand ("Effexor XR").
RELEASE_LETTERS = {
    "er": "extended",
    "xr": "extended",
    "xl": "extended",
    "sr": "extended",
    "cr": "extended",
    "la": "extended",
    "cd": "extended",
    "dr": "delayed",
    "ec": "delayed",
}
# Dose forms as people write them, where RxNorm writes "Oral Tablet". The route that
# they leave open stays open.
PLAIN_FORMS = {
    "tablet": "Tablet",
    "tab": "Tablet",
    "capsule": "Capsule",
    "cap": "Capsule",
    "film": "Film",
    "patch": "Patch",
    "solution": "Solution",
    "liquid": "Solution",
    "concentrate": "Solution",
    "suspension": "Suspension",
    "syrup": "Syrup",
    "lozenge": "Lozenge",
    "vial": "Injection",
}
# "buprenorphine/naloxone 8 mg/2 mg film": the names, then as many strengths.
_NAMES_THEN_STRENGTHS = re.compile(
    rf"^(?P<names>[^\d/]+(?:/[^\d/]+)+?)\s+"
    rf"(?P<strengths>{_NUMBER}(?:\s?{_UNIT})?(?:\s?[/-]\s?{_NUMBER}(?:\s?{_UNIT})?)+)"
    r"(?:\s+(?P<form>\S.*))?$",
    re.IGNORECASE,
)
_MARKS = str.maketrans("", "", "®™\u2122")


def normal(text: str) -> str:
    """Return the name in the form in which names are compared: case and spaces only."""
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS))
    return " ".join(plain.casefold().split())


def ucum(unit: str) -> str:
    """Return the UCUM form of a strength's unit (`MG/ML` -> `mg/mL`)."""
    return "/".join(
        UNITS.get(p, "{" + p.lower() + "}") for p in unit.upper().split("/")
    )


def paired(text: str) -> str:
    """Return "a 8 mg / b 2 mg film" for "a/b 8 mg/2 mg film" or "a/b 8-2 mg film".

    Unchanged where there are not as many strengths as names.
    """
    found = _NAMES_THEN_STRENGTHS.match(text)
    if not found:
        return text
    names = [name.strip() for name in found["names"].split("/")]
    strengths = [s.strip() for s in re.split(r"[/-]", found["strengths"])]
    if len(names) != len(strengths):
        return text
    unit = re.sub(r"^[\d.\s]+", "", strengths[-1])
    if not unit:
        return text
    each = [
        s if re.search(r"[a-z%]", s, re.IGNORECASE) else f"{s} {unit}"
        for s in strengths
    ]
    told = " / ".join(f"{n} {s}" for n, s in zip(names, each, strict=True))
    return f"{told} {found['form']}" if found["form"] else told


def without_size(text: str) -> str:
    """Return a name without the container size or duration that stands before it."""
    return _SIZE.sub("", text)


def split_form(form: str | None) -> tuple[str | None, str | None]:
    """Return a dose form without its release, and the release.

    >>> split_form("Extended Release Oral Tablet")
    ('Oral Tablet', 'extended')
    """
    if not form:
        return None, None
    for words, release in _RELEASES:
        place = form.casefold().find(words)
        if place >= 0:
            rest = form[:place] + form[place + len(words) :]
            return " ".join(rest.strip(" ,").replace(", ,", ",").split()), release
    return form, None
