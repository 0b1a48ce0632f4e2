"""What a code or a name stands for."""

from __future__ import annotations

from concord.terms import Quantity, Value


class Part(Value, frozen=True, kw_only=True):
    """One ingredient of a product: the base ingredient, and its strength if stated.

    `precise` is the salt or ester as the product names it ("haloperidol decanoate").
    """

    rxcui: str
    name: str
    strength: Quantity | None = None
    precise: str | None = None


class Found(Value, frozen=True, kw_only=True):
    """What a code or a name stands for, and by `how` it was found."""

    ingredients: tuple[Part, ...]
    form: str | None = None
    release: str | None = None
    brand: str | None = None
    how: str

    @property
    def bases(self) -> frozenset[str]:
        """The RxCUIs of the base ingredients."""
        return frozenset(part.rxcui for part in self.ingredients)
