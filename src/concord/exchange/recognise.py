"""What medicine is meant: by code, else by exact name, never by likeness."""

from __future__ import annotations

from collections.abc import Iterable

from concord.knowledge.catalogue import Catalogue, Found, Part
from concord.knowledge.lookup import Knowledge
from concord.record.model import Ingredient, Medicine
from concord.terms import Code, Quantity, System

# The order in which codes are believed.
_SYSTEMS = (System.RXNORM, System.NDC, System.ATC)


class Recogniser:
    """Recognises medicines by a catalogue and, where given, the drugs we know.

    RxNorm code, NDC, ATC, then exact name by RxNorm's grammar.
    Where codes and words name different ingredients nothing is recognised.
    """

    def __init__(
        self, catalogue: Catalogue, knowledge: Knowledge | None = None
    ) -> None:
        self._catalogue = catalogue
        self._knowledge = knowledge

    def medicine(
        self, text: str | None, codes: tuple[Code, ...]
    ) -> tuple[Medicine, str | None]:
        """Return the medicine, and why nothing or less was recognised on purpose.

        The second is `None` where all that was said agrees.
        """
        by_code = [f for f in map(self._coded, _in_order(codes)) if f]
        by_name = [f for f in map(self.named, _words(text, codes)) if f]
        found = by_code + by_name
        written = text or next((c.display for c in codes if c.display), None)
        if not found:
            return Medicine(text=written or _code_text(codes), codes=codes), None
        if len({self._same(f) for f in found}) > 1:
            medicine = Medicine(text=written or _code_text(codes), codes=codes)
            if by_code and by_name:
                return medicine, "a code and words that name different ingredients"
            return medicine, "codes or words that name different ingredients"
        return self._agreed(found, written, codes)

    def ingredients(
        self, text: str | None, codes: tuple[Code, ...]
    ) -> tuple[Ingredient, ...]:
        """Return the ingredients that codes and words agree on, or none."""
        return self.medicine(text, codes)[0].ingredients

    def named(self, text: str) -> Found | None:
        """Return what an exact name stands for."""
        found = self._catalogue.by_name(text)
        if found is None and self._knowledge is not None:
            drug = self._knowledge.drug_named(text)
            if drug is not None and drug.identity.rxcui:
                part = Part(rxcui=drug.identity.rxcui[0], name=drug.name)
                return Found(ingredients=(part,), how="name")
        return found

    def _coded(self, code: Code) -> Found | None:
        match code.system:
            case System.RXNORM:
                return self._catalogue.by_rxcui(code.code)
            case System.NDC:
                return self._catalogue.by_ndc(code.code)
            case System.ATC:
                return self._catalogue.by_atc(code.code)
            case _:
                return None

    def _same(self, found: Found) -> frozenset[str]:
        """Return the ingredients as drugs: lithium and its carbonate are one."""
        if self._knowledge is None:
            return found.bases
        drugs = self._knowledge
        return frozenset(
            drug.id if (drug := drugs.drug_of(part.rxcui)) else part.rxcui
            for part in found.ingredients
        )

    def _agreed(
        self, found: list[Found], written: str | None, codes: tuple[Code, ...]
    ) -> tuple[Medicine, str | None]:
        """Return the medicine of the first answer, completed by the others.

        A strength is taken only where nobody states another one in the same unit.
        """
        first = found[0]
        trouble = None
        ingredients = []
        for place, part in enumerate(first.ingredients):
            strength = part.strength
            for other in found[1:]:
                told = _strength_of(other, part.rxcui, place)
                if strength is None:
                    strength = told
                elif told and told.unit == strength.unit and told != strength:
                    strength, trouble = None, "a code and words of different strengths"
                    break
            ingredients.append(
                Ingredient(rxcui=part.rxcui, name=part.name, strength=strength)
            )
        medicine = Medicine(
            text=written or " / ".join(i.name for i in ingredients),
            codes=codes,
            ingredients=tuple(ingredients),
            form=next((f.form for f in found if f.form), None),
            release=next((f.release for f in found if f.release), None),
            brand=next((f.brand for f in found if f.brand), None),
            recognised_by=first.how,
        )
        return medicine, trouble


def _strength_of(found: Found, rxcui: str, place: int) -> Quantity | None:
    for part in found.ingredients:
        if part.rxcui == rxcui:
            return part.strength
    # The same drug under another code (lithium, lithium carbonate) stands alone.
    return found.ingredients[place].strength if len(found.ingredients) == 1 else None


def _in_order(codes: Iterable[Code]) -> list[Code]:
    return sorted(
        (c for c in codes if c.system in _SYSTEMS),
        key=lambda c: _SYSTEMS.index(c.system),
    )


def _words(text: str | None, codes: Iterable[Code]) -> list[str]:
    """Return each different text once: the words, then the codes' displays."""
    texts = [text, *(c.display for c in codes)]
    return list(dict.fromkeys(t for t in texts if t))


def _code_text(codes: tuple[Code, ...]) -> str:
    return f"code {codes[0].code}" if codes else ""
