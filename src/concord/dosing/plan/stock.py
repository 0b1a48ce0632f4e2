"""Which pieces a dose may be made of: tablets, allowed halves, liquids, syringes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from concord.errors import UnmakeableDoseError
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Drug, Product
from concord.terms import Quantity, Value
from concord.wording.amounts import amount

_ORAL = "oral"
_NUMBER = r"\d+(?:\.\d+)?"
_IN_VOLUME = re.compile(
    rf"^(?P<held>{_NUMBER})\s*(?P<unit>[^\s/]+)/(?P<volume>{_NUMBER})?\s*mL$"
)
_NEXT_INGREDIENT = " / "


class Piece(Value, frozen=True, kw_only=True):
    """A tablet, a capsule, a film, a syringe: what one holds, and if halves are made.

    A half is allowed only where the knowledge says so; not known is not allowed.
    """

    strength: Quantity
    form: str
    halves: bool = False


class Liquid(Value, frozen=True, kw_only=True):
    """A liquid that is measured, by what a millilitre of it holds."""

    strength: Quantity
    form: str

    @property
    def unit(self) -> str:
        """The unit of what it holds."""
        return self.strength.unit.removesuffix("/mL")


class Stock(Value, frozen=True, kw_only=True):
    """What the doses of one medicine may be made of, by one route.

    `smallest` are the pieces of the form that make the least dose, whatever the
    prescriber allowed; `liquids` the liquids of the same kind, allowed or not.
    """

    drug: str
    unit: str
    tag: str | None
    route: str
    pieces: tuple[Piece, ...]
    measured: tuple[Liquid, ...]
    every: tuple[Piece, ...]
    liquids: tuple[Liquid, ...]
    depot: bool = False


def stock_of(
    drug: Drug, on: date, *, form: str | None = None, made_of: Sequence[str] = ()
) -> Stock:
    """Return what the doses of a drug may be made of on a day.

    `form` names a product by its tag, its form or its brand. Without it the first
    product by mouth counts, with every strength of the same form.
    `made_of` leaves only these strengths, of any form of that kind.
    Raises `UnmakeableDoseError` for a form or a strength that nobody makes.
    """
    products = in_force(drug.product, on)
    first = _first(drug, products, form)
    kind = [p for p in products if (p.tag, p.route) == (first.tag, first.route)]
    named = form is not None and form.casefold() == first.form.casefold()
    chosen = [p for p in kind if not named or p.form == first.form]
    shape = next((p.form for p in chosen if any(_pieces(p))), None)
    every = _distinct(q for p in kind if p.form == shape for q in _pieces(p))
    liquids = tuple(dict.fromkeys(q for p in kind for q in _liquids(p)))
    measured = () if shape else liquids
    pieces = every
    if made_of:
        pieces, measured = _made_of(drug, kind, shape, made_of)
    unit = (pieces[0].strength.unit if pieces else None) or (
        measured[0].unit if measured else None
    )
    if unit is None:
        msg = (
            f"{drug.name}: found no product with a strength that a dose can be made "
            f"of, expected one of {forms_of(drug, on)}; name the form"
        )
        raise UnmakeableDoseError(msg)
    return Stock(
        drug=drug.id,
        unit=unit,
        tag=first.tag,
        route=first.route,
        pieces=pieces,
        measured=measured,
        every=every or pieces,
        liquids=liquids,
        depot=first.interval is not None,
    )


def forms_of(drug: Drug, on: date) -> str:
    """Return the forms of a drug with their strengths, in words."""
    return "; ".join(
        f"{p.tag + ' ' if p.tag else ''}{p.form} {', '.join(_said(p))}"
        for p in in_force(drug.product, on)
    )


def product_of(drug: Drug, stock: Stock, on: date) -> Product:
    """Return the first product of the kind that a stock is of."""
    return next(
        p
        for p in in_force(drug.product, on)
        if (p.tag, p.route) == (stock.tag, stock.route)
    )


def _first(drug: Drug, products: tuple[Product, ...], form: str | None) -> Product:
    found: Iterable[Product]
    if form is None:
        found = [p for p in products if p.route == _ORAL] or products
    else:
        wanted = form.casefold()
        found = [
            p
            for p in products
            if wanted in {(p.tag or "").casefold(), p.form.casefold()}
            or wanted in {brand.casefold() for brand in p.brands}
        ]
    for product in found:
        return product
    known = "; ".join(
        f"{p.tag + ' ' if p.tag else ''}{p.form} {', '.join(_said(p))}"
        for p in products
    )
    msg = (
        f"{drug.name}: found no form of that name, expected one of "
        f"{known or 'none that is known'}; name one of these"
    )
    raise UnmakeableDoseError(msg)


def _said(product: Product) -> list[str]:
    found = (read_strength(text) for text in product.strengths)
    return [
        product.strengths[place] if strength is None else amount(strength)
        for place, strength in enumerate(found)
    ]


def read_strength(text: str) -> Quantity | None:
    """Return what a piece, or a millilitre, holds: of the first ingredient.

    A combination is ordered by its first ingredient. `None` for a strength that is no
    amount, or that is no exact decimal in a millilitre.

    >>> read_strength("10 mg/5 mL")
    Quantity('2 mg/mL')
    >>> read_strength("8 mg / 2 mg")
    Quantity('8 mg')
    """
    first = text.split(_NEXT_INGREDIENT, maxsplit=1)[0].strip()
    found = _IN_VOLUME.match(first)
    try:
        if not found:
            return Quantity.parse(first)
        held, volume = Decimal(found["held"]), Decimal(found["volume"] or 1)
        each = held / volume
    except (ValueError, ArithmeticError):
        return None
    if each * volume != held:
        return None
    return Quantity(plain(each), f"{found['unit']}/mL")


def plain(value: Decimal) -> Decimal:
    """Return a number without trailing zeros and without an exponent."""
    normal = value.normalize()
    return normal.quantize(Decimal(1)) if normal == normal.to_integral() else normal


def _pieces(product: Product) -> Iterable[Piece]:
    for text in product.strengths:
        strength = read_strength(text)
        if strength is None:
            continue
        if strength.unit.endswith("/mL"):
            if product.interval is None:
                continue
            # A syringe is given whole: what it holds counts, not its volume.
            strength = read_strength(text.split("/", maxsplit=1)[0])
            if strength is None:
                continue
        yield Piece(
            strength=strength, form=product.form, halves=product.splittable is True
        )


def _liquids(product: Product) -> Iterable[Liquid]:
    for text in product.strengths:
        strength = read_strength(text)
        if (
            strength is not None
            and strength.unit.endswith("/mL")
            and product.interval is None
        ):
            yield Liquid(strength=strength, form=product.form)


def _distinct(found: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return each strength once; one that may be split stands before one that not."""
    kept: dict[Quantity, Piece] = {}
    for piece in found:
        before = kept.get(piece.strength)
        if before is None or (piece.halves and not before.halves):
            kept[piece.strength] = piece
    return tuple(sorted(kept.values(), key=lambda p: -p.strength.value))


def _made_of(
    drug: Drug, kind: Sequence[Product], shape: str | None, made_of: Sequence[str]
) -> tuple[tuple[Piece, ...], tuple[Liquid, ...]]:
    """Return the pieces and liquids of the strengths that the prescriber allowed."""
    ordered = sorted(kind, key=lambda p: p.form != shape)
    pieces: list[Piece] = []
    measured: list[Liquid] = []
    for text in made_of:
        wanted = read_strength(text)
        solid = [q for p in ordered for q in _pieces(p) if _same(q.strength, wanted)]
        fluid = [q for p in ordered for q in _liquids(p) if _same(q.strength, wanted)]
        if solid:
            same = [q for q in solid if q.form == solid[0].form]
            pieces += _distinct(same)
        elif fluid:
            measured.append(fluid[0])
        else:
            made = "; ".join(f"{p.form} {', '.join(_said(p))}" for p in kind)
            msg = (
                f"{drug.name}: found a strength that nobody makes ({text}), expected "
                f"one of {made}; choose among these, or name the form"
            )
            raise UnmakeableDoseError(msg)
    return _distinct(pieces), tuple(dict.fromkeys(measured))


def _same(strength: Quantity, wanted: Quantity | None) -> bool:
    return (
        wanted is not None
        and bool(wanted.unit)
        and strength.fits(wanted.unit)
        and strength.to(wanted.unit).value == wanted.value
    )
