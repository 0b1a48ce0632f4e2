"""What can be chosen from the catalogue: names that begin so, and their products.

Nothing is chosen here and nothing is matched by likeness: the one who types sees what
the catalogue has under exactly these letters, and chooses.
"""

from __future__ import annotations

from concord.knowledge.catalogue import Catalogue, Found, normal
from concord.terms import Value

# Fewer letters than this name half the catalogue.
FEWEST_LETTERS = 2


class Name(Value, frozen=True, kw_only=True):
    """A name in the catalogue, and what it stands for."""

    name: str
    found: Found


class Product(Value, frozen=True, kw_only=True):
    """A product that can be chosen, by its RxCUI: strengths, form, release, brand."""

    rxcui: str
    found: Found

    @property
    def text(self) -> str:
        """The product as RxNorm's grammar names it, in plain small letters.

        A name that the catalogue reads back as the same product.
        """
        parts = " / ".join(
            f"{part.precise or part.name} {part.strength}"
            for part in self.found.ingredients
        )
        release = f"{self.found.release} release " if self.found.release else ""
        brand = f" [{self.found.brand}]" if self.found.brand else ""
        return f"{parts} {release}{(self.found.form or '').lower()}".strip() + brand


def beginning(catalogue: Catalogue, text: str, most: int) -> tuple[Name, ...]:
    """Return the names that begin with these letters, shortest first, at most so many.

    Only case, spaces and trade marks are overlooked.
    Empty for fewer than two letters.
    """
    letters = normal(text)
    if len(letters) < FEWEST_LETTERS:
        return ()
    found = catalogue.rows(
        "select name from name where name >= ? and name < ? "
        "order by length(name), name limit ?",
        (letters, letters + "\U0010ffff", most),
    )
    names = ((name, catalogue.by_name(name)) for (name,) in found)
    return tuple(Name(name=name, found=stands) for name, stands in names if stands)


def products(catalogue: Catalogue, meant: Found) -> tuple[Product, ...]:
    """Return the products with exactly these ingredients, by form and strength.

    Of a brand, its own products; of a generic name, the products without a brand.
    Two codes of one product are one choice.
    """
    first = next(iter(sorted(meant.bases)), None)
    if first is None:
        return ()
    kept: dict[str, Product] = {}
    for product in _with(catalogue, first):
        found = product.found
        same = found.bases == meant.bases and found.brand == meant.brand
        stated = all(part.strength is not None for part in found.ingredients)
        if same and stated and found.form:
            kept.setdefault(product.text, product)
    return tuple(sorted(kept.values(), key=_order))


def _with(catalogue: Catalogue, base: str) -> list[Product]:
    """Return every drug of the catalogue with one ingredient or one of its salts."""
    mine = catalogue.rows("select rxcui from ingredient where base = ?", (int(base),))
    codes: dict[int, None] = {}
    for (rxcui,) in mine:
        told = catalogue.rows(
            "select rxcui from concept where form is not null "
            "and '|' || parts like '%|' || ? || '=%' order by rxcui",
            (str(rxcui),),
        )
        codes |= dict.fromkeys(code for (code,) in told)
    made = ((str(code), catalogue.by_rxcui(str(code))) for code in codes)
    return [Product(rxcui=code, found=found) for code, found in made if found]


def _order(product: Product) -> tuple[object, ...]:
    strengths = tuple(
        (part.strength.unit, part.strength.value)
        for part in product.found.ingredients
        if part.strength is not None
    )
    return (product.found.form or "", product.found.release or "", strengths)
