"""The route that the words of directions or of a dose form state."""

from __future__ import annotations

INJECTED = ("intramuscular", "subcutaneous", "intravenous")

_ROUTE_OF_WORD = {
    "oral": "oral",
    "by mouth": "oral",
    "sublingual": "sublingual",
    "buccal": "buccal",
    "transdermal": "transdermal",
    "topical": "topical",
    "cutaneous": "topical",
    "nasal": "nasal",
    "intramuscular": "intramuscular",
    "subcutaneous": "subcutaneous",
    "intravenous": "intravenous",
    "inject": "injection",
    "syringe": "injection",
    "ophthalmic": "ophthalmic",
    "rectal": "rectal",
    "vaginal": "vaginal",
    "otic": "otic",
    "shampoo": "topical",
}


def route_of_form(words: str | None) -> str | None:
    """Return the route that the name of a route or of a dose form states, or `None`.

    >>> route_of_form("Extended Release Oral Tablet")
    'oral'
    """
    said = (words or "").casefold()
    if "subcutaneous" in said:
        return "subcutaneous"
    return next((r for w, r in _ROUTE_OF_WORD.items() if w in said), None)
