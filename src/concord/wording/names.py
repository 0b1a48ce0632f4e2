"""The names of medicines: generic in lower case with Tall Man letters, then brand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from concord.knowledge.index import load
from concord.record.agreed import Entry
from concord.record.model import Ingredient, MedicationLine, Medicine

Named = Entry | MedicationLine | Medicine | Ingredient | str

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@cache
def spellings() -> Mapping[str, str]:
    """Return how each name that has Tall Man letters is written, by its lower case."""
    return {
        drug.name.casefold(): drug.tall_man
        for drug in load().drugs.values()
        if drug.tall_man
    }


def cased(text: str) -> str:
    """Return a text with the names of medicines in it in Tall Man letters.

    >>> cased("Takes Olanzapine with bupropion.")
    'Takes OLANZapine with buPROPion.'
    """
    known = spellings()
    return _WORD.sub(lambda found: known.get(found[0].casefold(), found[0]), text)


def drug_name(named: Named) -> str:
    """Return the generic name: lower case, Tall Man letters, ingredients joined.

    Where nothing was recognised, the words stand as they were written.
    """
    if isinstance(named, str):
        return cased(named)
    if isinstance(named, Ingredient):
        return cased(named.name.lower())
    medicine = _medicine(named)
    if not medicine.ingredients:
        return medicine.text
    return " / ".join(dict.fromkeys(drug_name(i) for i in medicine.ingredients))


def medicine_name(named: Named) -> str:
    """Return the generic name with what matters beside it: brand, release, form."""
    if isinstance(named, str | Ingredient):
        return drug_name(named)
    medicine = _medicine(named)
    if not medicine.ingredients:
        return medicine.text
    brand = f" ({medicine.brand})" if medicine.brand else ""
    return f"{drug_name(medicine)}{brand}"


def _medicine(named: Entry | MedicationLine | Medicine) -> Medicine:
    if isinstance(named, Entry):
        return named.line.medicine
    return named.medicine if isinstance(named, MedicationLine) else named
