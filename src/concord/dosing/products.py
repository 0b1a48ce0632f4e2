"""Which product of a drug a medicine is, as far as its words and form tell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from concord.dosing.daily import PIECES, Unclear, of_ingredient
from concord.knowledge.model import Drug, Product
from concord.record.model import Medicine
from concord.terms import Duration, Quantity


def products_of(medicine: Medicine, drug: Drug) -> tuple[Product, ...]:
    """Return the named products that a medicine may be; empty where none fits.

    A brand settles it, the longest that is named (Invega Sustenna is not Invega); else
    the form in the medicine's words, or its release with its route.
    """
    words = f"{medicine.text} {medicine.form or ''} {medicine.brand or ''}".casefold()
    release = medicine.release
    if release == "extended" and any(word in words for word in ("inject", "syringe")):
        release = "depot"
    named = [product for product in drug.product if product.tag is not None]
    branded = [
        (len(brand), product)
        for product in named
        for brand in product.brands
        if brand.casefold() in words
    ]
    if branded:
        longest = max(length for length, _ in branded)
        return tuple(product for length, product in branded if length == longest)
    found = []
    for product in named:
        shaped = product.form.casefold() in words and (
            release is None or product.release == release
        )
        routed = product.route.casefold() in words
        if shaped or (product.release == release and routed):
            found.append(product)
    return tuple(found)


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
