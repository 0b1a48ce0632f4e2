"""The names of medicines: generic in lower case with Tall Man letters, then brand.

ISMP, *Guidelines for Safe Electronic Communication of Medication Information* (2019),
items 1 to 5: generic names in lower case but for Tall Man letters; the salt only where
there are several or it changes the release; brands with a capital first letter and
without ™ or ®.
The spellings are those of the knowledge table `tallman`.
What was coded or written in a record is never changed: only what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from concord.knowledge.index import load
from concord.record.agreed import Entry
from concord.record.model import Ingredient, MedicationLine, Medicine
from concord.wording.vocabulary import FORMS, PLAIN_FORMS, RELEASES, SALTS

Named = Entry | MedicationLine | Medicine | Ingredient | str

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_PART = re.compile(r"[A-Za-z]+")
_MARKS = re.compile(r"\s*[™®©℠]|\s*\((?:TM|R|tm)\)")
# Letters behind a brand that say which release it is ("XR"): they stay capitals.
_MOST_LETTERS = 3


@cache
def spellings() -> Mapping[str, str]:
    """Return how each look-alike name is written, by its lower case."""
    return {
        name.casefold(): name
        for entry in load().table("tallman").values()
        for part in entry.names
        for name in part.written
    }


def cased(text: str) -> str:
    """Return a text with the look-alike names in it in Tall Man letters.

    Only whole words are names; everything else stays as it was written.

    >>> cased("Takes Olanzapine with bupropion; lorazepam-induced.")
    'Takes OLANZapine with buPROPion; LORazepam-induced.'
    """
    return _WORD.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    known = spellings()
    whole = known.get(found[0].casefold())
    if whole is not None or "-" not in found[0]:
        return whole or found[0]
    return _PART.sub(lambda part: known.get(part[0].casefold(), part[0]), found[0])


def drug_name(named: Named) -> str:
    """Return the generic name: lower case, Tall Man letters, ingredients joined.

    Where nothing was recognised, the words stand as they were written.

    >>> drug_name(Ingredient(rxcui="42347", name="BUPROPION"))
    'buPROPion'
    """
    if isinstance(named, str):
        return cased(named)
    if isinstance(named, Ingredient):
        return cased(named.name.lower())
    medicine = _medicine(named)
    if not medicine.ingredients:
        return cased(medicine.text)
    return " and ".join(dict.fromkeys(drug_name(i) for i in medicine.ingredients))


def medicine_name(named: Named) -> str:
    """Return the name with all that tells products apart: release, form and brand.

    A tablet or capsule that releases at once is the plain case and is not said; a film,
    a patch, an injection, an extended release always is.

    >>> venlafaxine = Ingredient(rxcui="39786", name="venlafaxine")
    >>> medicine_name(Medicine(text="Effexor XR 75 mg", ingredients=(venlafaxine,),
    ...     form="Oral Capsule", release="extended", brand="EFFEXOR XR"))
    'venlafaxine extended-release capsule (Effexor XR)'
    """
    if isinstance(named, str | Ingredient):
        return drug_name(named)
    medicine = _medicine(named)
    if not medicine.ingredients:
        return cased(medicine.text)
    parts = [drug_name(medicine), _salt(medicine), formulation(medicine)]
    brand = brand_name(medicine.brand) if medicine.brand else ""
    if brand and brand.casefold() != parts[0].casefold():
        parts.append(f"({brand})")
    return " ".join(part for part in parts if part)


def formulation(medicine: Medicine) -> str:
    """Return the release and the form in words, nothing for the plain case."""
    release = _release(medicine.release)
    form = FORMS.get((medicine.form or "").casefold(), (medicine.form or "").lower())
    if not release and form in PLAIN_FORMS:
        return ""
    return f"{release} {form}".strip()


def brand_name(brand: str) -> str:
    """Return a brand with capital first letters and without a trademark sign.

    >>> brand_name("ZOLOFT®")
    'Zoloft'
    >>> brand_name("Prozac")
    'PROzac'
    """
    return " ".join(_capital(word) for word in _MARKS.sub("", brand).split())


def within(title: str) -> str:
    """Return a title as it stands in a sentence; an abbreviation keeps its capitals.

    >>> within("Strong CYP3A4 inducers"), within("QT prolongation")
    ('strong CYP3A4 inducers', 'QT prolongation')
    """
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _capital(word: str) -> str:
    if word.casefold() in spellings():
        return cased(word)
    if not word.isupper() and not word.islower():
        return word
    if word.isupper() and len(word) <= _MOST_LETTERS:
        return word
    return word[0].upper() + word[1:].lower()


def _salt(medicine: Medicine) -> str:
    """Return the salt that was named, where it tells products apart."""
    if len(medicine.ingredients) != 1:
        return ""
    told = (medicine.text, *(code.display or "" for code in medicine.codes))
    words = {word.casefold() for text in told for word in _PART.findall(text)}
    salts = SALTS.get(medicine.ingredients[0].name.casefold(), ())
    return next((salt for salt in salts if salt in words), "")


def _release(release: str | None) -> str:
    if release is None or release == "immediate":
        return ""
    return RELEASES.get(release.casefold(), release)


def _medicine(named: Entry | MedicationLine | Medicine) -> Medicine:
    if isinstance(named, Entry):
        return named.line.medicine
    return named.medicine if isinstance(named, MedicationLine) else named
