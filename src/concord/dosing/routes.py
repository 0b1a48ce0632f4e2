"""The route that the words of directions or of a dose form state, of one medicine."""

from __future__ import annotations

from collections.abc import Iterable

from concord.knowledge.model import Drug
from concord.record.model import Dosage, Medicine

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


def route_of(
    dosages: Iterable[Dosage], medicine: Medicine, drug: Drug | None
) -> str | None:
    """Return the route of a medicine, from its directions, else from its form.

    "By injection" alone is made precise where the products of the drug leave one way.
    Words that name no route that we know stand as they were written.
    """
    said = next((d.route for d in dosages if d.route), None)
    route = route_of_form(said or medicine.form)
    if said and route is None:
        return said.casefold()
    if route != "injection":
        return route
    routes = {
        p.route
        for p in (drug.product if drug else ())
        if p.route in INJECTED and medicine.release in (None, p.release)
    }
    return routes.pop() if len(routes) == 1 else "injection"
