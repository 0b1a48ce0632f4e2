"""Which product of a drug a medicine is, as far as its words and form tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from concord.dosing.daily import PIECES, Unclear, of_ingredient
from concord.knowledge.model import Drug, Product
from concord.record.model import Medicine
from concord.terms import Duration, Quantity

_WORD = re.compile(r"[a-z0-9.]+")


def products_of(medicine: Medicine, drug: Drug) -> tuple[Product, ...]:
    """Return the named products that a medicine may be; empty where none fits.

    A brand settles it, the longest one named; of several products of one brand, those
    whose own tag is in the words, and of these those whose form is. Else the tag of a
    product does ("decanoate", "XR"); else the form in the words, or the release with
    the route.
    """
    words = f"{medicine.text} {medicine.form or ''} {medicine.brand or ''}".casefold()
    release = medicine.release
    if release == "extended" and any(word in words for word in ("inject", "syringe")):
        release = "depot"
    named = [product for product in drug.product if product.tag is not None]
    brands = {b.casefold() for product in named for b in product.brands}
    said = {brand for brand in brands if brand in words}
    # "Invega Sustenna" names the injection, and not the tablet called Invega too.
    said -= {
        one for one in said if any(one in other and one != other for other in said)
    }
    branded = [p for p in named if said & {b.casefold() for b in p.brands}]
    if branded:
        of_tag = _tagged(branded, words) or branded
        return tuple(_shaped(of_tag, words) or of_tag)
    tagged = _tagged(named, words)
    if tagged:
        return tuple(tagged)
    found = []
    for product in named:
        shaped = product.form.casefold() in words and (
            release is None or product.release == release
        )
        routed = product.route.casefold() in words
        if shaped or (product.release == release and routed):
            found.append(product)
    return tuple(found)


def _tagged(products: Iterable[Product], words: str) -> list[Product]:
    """Return the products whose whole tag stands among the words."""
    found = set(_WORD.findall(words))
    return [
        p
        for p in products
        if p.tag is not None and found.issuperset(_WORD.findall(p.tag.casefold()))
    ]


def _shaped(products: Iterable[Product], words: str) -> list[Product]:
    return [p for p in products if p.form.casefold() in words]


def shortest_interval(products: tuple[Product, ...]) -> Duration | None:
    """Return the shortest time between doses of products that all last for long.

    `None` where any of them is an ordinary form: nothing can be said then.
    """
    intervals = [product.interval for product in products]
    known = [interval for interval in intervals if interval is not None]
    if not known or len(known) < len(intervals):
        return None
    return min(known, key=lambda interval: interval.after(date.min))


def in_unit(amount: Quantity, unit: str, medicine: Medicine) -> Decimal | Unclear:
    """Return an amount in another unit: pieces and mass by the strength of one piece.

    A combination is counted by its first ingredient, as it is ordered.

    >>> from concord.record.model import Ingredient
    >>> half = Ingredient(rxcui="1", name="x", strength=Quantity("50", "mg"))
    >>> tablets = Medicine(text="x 50 mg tablet", ingredients=(half,))
    >>> in_unit(Quantity("25", "mg"), "{tablet}", tablets)
    Decimal('0.5')
    """
    if amount.unit == unit or (amount.unit in PIECES and unit in PIECES):
        return amount.value if amount.unit else Unclear.NO_UNIT
    if amount.unit and unit and amount.fits(unit):
        return amount.to(unit).value
    if not medicine.ingredients:
        return Unclear.NO_STRENGTH
    first = medicine.ingredients[0]
    held = of_ingredient(amount, medicine, first)
    each = of_ingredient(Quantity(1, unit), medicine, first)
    if isinstance(held, Unclear):
        return held
    if isinstance(each, Unclear):
        return each
    if not held.fits(each.unit) or not each.value:
        return Unclear.MIXED_UNITS
    return held.to(each.unit).value / each.value
