"""What directions say of the medicine itself, held against the medicine of the line.

A name, a strength, or what the pieces hold ("2 tablets (100 mg)") is no part of a
`Dosage`: it is understood only where the medicine is known and says the same, so that
nothing that was written is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from concord.record.model import Ingredient, Medicine
from concord.terms import Quantity, Value
from concord.wording.amounts import rounded
from concord.wording.parsing.amounts import Refused, count, measured, word_at
from concord.wording.parsing.tokens import Tokens, tokens

_EACH, _IN_ALL = "each", "in all"


def name(given: Tokens, at: int, medicine: Medicine | None) -> int | None:
    """Return the place behind the name of the medicine, `None` where it is another."""
    if medicine is None:
        return None
    found = [at + len(n) for n in _names(medicine) if _stands(given, at, n)]
    return max(found, default=None)


def strength(given: Tokens, at: int, medicine: Medicine) -> int:
    """Return the place behind the strength of one piece, where one is written.

    Raises `Refused` where it is another than the medicine's.
    """
    found = measured(given, at)
    if found is None:
        return at
    held = [i.strength for i in medicine.ingredients]
    if len(held) != 1 or held[0] is None or not _same(found[0], held[0]):
        raise Refused(at, "of-the-medicine")
    return found[1]


class _Said(Value, frozen=True, kw_only=True):
    """One amount in the brackets, the ingredient that it is of, and in how much."""

    amount: Quantity
    of: str | None = None
    tag: str | None = None


def holds(
    given: Tokens, at: int, medicine: Medicine | None, dose: Quantity, *, ranged: bool
) -> int | None:
    """Return the place behind brackets that say what a dose holds: `(50 mg each)`.

    `None` where no such brackets stand here. Raises `Refused` where what they say
    could not be held against the medicine, or is not what it holds.
    """
    if word_at(given, at) != "(":
        return None
    number = count(given, at + 1)
    if number is None or measured(given, at + 1) is None:
        return None
    said, after = _said(given, at + 1, medicine)
    if word_at(given, after) != ")":
        raise Refused(after)
    for group in said:
        if not _agrees(group, medicine, dose, ranged=ranged):
            raise Refused(at + 1, "holds")
    return after + 1


def _said(
    given: Tokens, at: int, medicine: Medicine | None
) -> tuple[list[list[_Said]], int]:
    """Return what the brackets say, group by group, and the place behind."""
    groups: list[list[_Said]] = []
    while True:
        group: list[_Said] = []
        while True:
            found = measured(given, at)
            if found is None:
                raise Refused(at)
            amount, at = found
            of = None
            if word_at(given, at) == "of":
                of, at = _ingredient(given, at + 1, medicine)
            group.append(_Said(amount=amount, of=of))
            if word_at(given, at) not in ("and", "/"):
                break
            at += 1
        tag, at = _tag(given, at)
        groups.append([_Said(amount=s.amount, of=s.of, tag=tag) for s in group])
        if word_at(given, at) != ",":
            return groups, at
        at += 1


def _tag(given: Tokens, at: int) -> tuple[str | None, int]:
    if word_at(given, at) == "each":
        return _EACH, at + 1
    if word_at(given, at) == "total":
        return _IN_ALL, at + 1
    if word_at(given, at) == "in" and word_at(given, at + 1) in ("all", "total"):
        return _IN_ALL, at + 2
    return None, at


def _ingredient(given: Tokens, at: int, medicine: Medicine | None) -> tuple[str, int]:
    for ingredient in medicine.ingredients if medicine else ():
        words = _words(ingredient.name)
        if _stands(given, at, words):
            return ingredient.name, at + len(words)
    raise Refused(at, "of-the-medicine")


def _agrees(
    said: list[_Said], medicine: Medicine | None, dose: Quantity, *, ranged: bool
) -> bool:
    """Return whether a group says of every ingredient what so many pieces hold."""
    ingredients = medicine.ingredients if medicine else ()
    if len(said) != len(ingredients):
        return False
    named = {s.of: s for s in said}
    for place, ingredient in enumerate(ingredients):
        one = named.get(ingredient.name, said[place])
        if one.of not in (None, ingredient.name):
            return False
        if not any(
            _same(one.amount, held)
            for held in _held(dose, ingredient, one.tag, ranged=ranged)
        ):
            return False
    return True


def _held(
    dose: Quantity, ingredient: Ingredient, tag: str | None, *, ranged: bool
) -> Iterable[Quantity]:
    """Return what a dose holds of an ingredient: exactly, and as it is shown."""
    strength = ingredient.strength
    if strength is None:
        return
    if dose.unit.startswith("{"):
        if "/" in strength.unit or (ranged and tag != _EACH):
            return
        times = Decimal(1) if tag == _EACH else dose.value
        exact = Quantity(strength.value * times, strength.unit)
    elif dose.fits("mL") and strength.fits("mg/mL") and tag is None and not ranged:
        per_ml = strength.to("mg/mL").value
        exact = Quantity(dose.to("mL").value * per_ml, "mg")
    else:
        return
    yield exact
    yield rounded(exact)


def _same(one: Quantity, other: Quantity) -> bool:
    return one.fits(other.unit) and one.to(other.unit).value == other.value


def _names(medicine: Medicine) -> Iterable[tuple[str, ...]]:
    """Return how the medicine may be called: as written, by brand, by ingredient."""
    called = [medicine.text, medicine.brand or ""]
    if len(medicine.ingredients) == 1:
        called.append(medicine.ingredients[0].name)
    return [words for c in called if (words := _words(c))]


def _words(text: str) -> tuple[str, ...]:
    return tuple(t.word for t in tokens(text))


def _stands(given: Tokens, at: int, words: tuple[str, ...]) -> bool:
    return tuple(t.word for t in given[at : at + len(words)]) == words
