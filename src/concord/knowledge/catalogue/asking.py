"""Asking the catalogue: by RxCUI, NDC, ATC code or exact name."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from concord.errors import KnowledgeError
from concord.knowledge.catalogue.codes import plain_digits, product_of
from concord.knowledge.catalogue.grammar import (
    BRAND,
    PLAIN_FORMS,
    RELEASE_LETTERS,
    STRENGTH,
    normal,
    paired,
    split_form,
    ucum,
    without_size,
)
from concord.knowledge.catalogue.values import Found, Part
from concord.terms import Quantity

CATALOGUE = Path(__file__).parents[1] / "catalogue.sqlite"

# Answers kept in memory; a long-running process meets the same medicines again.
_MOST_REMEMBERED = 10_000

# Changed with the tables that `compiling` makes, so that a file of an older format is
# made anew.
FORMAT = 1


class Catalogue:
    """The compiled catalogue, opened read-only when it is first asked something."""

    def __init__(self, path: Path = CATALOGUE) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._words: dict[str, frozenset[str]] = {}
        self._seen: dict[tuple[str, str], Found | None] = {}

    def close(self) -> None:
        """Let go of the file; the next question opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def made_from(self) -> str | None:
        """Return the fingerprint of the files it was made from, if there is a file."""
        try:
            row = self._ask("select fingerprint from meta", ())
        except KnowledgeError:
            self.close()
            return None
        return str(row[0]) if row else None

    def by_rxcui(self, code: str) -> Found | None:
        """Return what an RxCUI stands for: an ingredient, salt, combination, drug.

        A salt or ester (PIN) stands for its base ingredient.
        """
        return self._remembered("rxnorm", code.strip())

    def by_ndc(self, code: str) -> Found | None:
        """Return the product of a National Drug Code, whatever its package.

        Ten digits need their dashes, since only these tell where the labeler ends.
        """
        product = product_of(code)
        return None if product is None else self._remembered("ndc", product)

    def by_atc(self, code: str) -> Found | None:
        """Return the ingredient of a 5th-level ATC code that has exactly one."""
        return self._remembered("atc", code.strip().upper())

    def by_name(self, text: str) -> Found | None:
        """Return what a name stands for: an ingredient, a brand or an RxNorm name.

        Only case, spaces and trade marks are overlooked.
        """
        return self._remembered("name", normal(text))

    def _remembered(self, how: str, key: str) -> Found | None:
        if (how, key) not in self._seen:
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            self._seen[how, key] = _QUESTIONS[how](self, key)
        return self._seen[how, key]

    # --- the four questions -----------------------------------------------------

    def _rxnorm(self, code: str) -> Found | None:
        if not plain_digits(code):
            return None
        question = "select parts, form, brand from concept where rxcui = ?"
        row = self._ask(question, (int(code),))
        return self._found(row, "rxnorm") if row else None

    def _ndc(self, product: str) -> Found | None:
        row = self._ask(
            "select parts, form, brand from makeup "
            "where id = (select makeup from product where ndc = ?)",
            (int(product),),
        )
        return self._found(row, "ndc") if row else None

    def _atc(self, code: str) -> Found | None:
        row = self._ask("select rxcui from atc where code = ?", (code,))
        return self._found((str(row[0]), None, None), "atc") if row else None

    def _named(self, text: str) -> Found | None:
        found, letters = self._name_and_letters(text)
        if found is None:
            return self._product_name(text)
        return msgspec.structs.replace(found, release=letters) if letters else found

    # --- names --------------------------------------------------------------------

    def _exact(self, name: str) -> Found | None:
        row = self._ask("select parts, brand from name where name = ?", (name,))
        if row:
            return self._found((row[0], None, row[1]), "name")
        # "amitriptyline hydrochloride": RxNorm's file lacks the salts of letter A.
        words = name.split()
        for cut in range(len(words) - 1, 0, -1):
            base = " ".join(words[:cut])
            salt = " ".join(words[cut:])
            if salt in self._word("salt") and base not in self._word("element"):
                question = "select parts from name where name = ? and brand is null"
                row = self._ask(question, (base,))
                if row and "|" not in row[0]:
                    return self._found((row[0], None, None), "name")
        return None

    def _product_name(self, text: str) -> Found | None:
        """Return what a name by RxNorm's grammar means, every word accounted for."""
        brand = None
        bracket = BRAND.search(text)
        if bracket:
            brand = self._exact(normal(bracket[1]))
            text = text[: bracket.start()]
        text = paired(text)
        pieces = re.split(r"\s+/\s+", text)
        if len(pieces) == 1 and "/" in text and not STRENGTH.match(text):
            pieces = [piece.strip() for piece in text.split("/")]
        found: list[Found] = []
        for place, piece in enumerate(pieces):
            component = self._component(piece, last=place == len(pieces) - 1)
            if component is None or (component.brand and len(pieces) > 1):
                return None
            found.append(component)
        ingredients = _joined(part for f in found for part in f.ingredients)
        bases = frozenset(part.rxcui for part in ingredients)
        if brand and (brand.brand is None or brand.bases != bases):
            # The bracket names something else; a brand that is not in the catalogue
            # (a retired one) takes nothing from the ingredients before it.
            return None
        return Found(
            ingredients=ingredients,
            form=found[-1].form,
            release=found[-1].release,
            brand=brand.brand if brand else found[-1].brand,
            how="name",
        )

    def _component(self, piece: str, *, last: bool) -> Found | None:
        piece = self._without_prefix(piece)
        stated = STRENGTH.match(piece)
        form = release = None
        strength = None
        if stated:
            words = stated["form"]
            if words:
                spelled = self._form(words) if last else None
                if spelled is None:
                    return None
                form, release = spelled
            strength = Quantity(stated["number"], ucum(stated["unit"]))
            found, letters = self._name_and_letters(stated["name"])
        else:
            found, letters = self._name_and_letters(piece)
            if found is None and last:
                found, letters, form, release = self._name_and_form(piece)
        if found is None or (strength and len(found.ingredients) > 1):
            return None
        parts = found.ingredients
        if strength:
            parts = (msgspec.structs.replace(parts[0], strength=strength),)
        return Found(
            ingredients=parts,
            form=form,
            release=release or letters,
            brand=found.brand,
            how="name",
        )

    def _form(self, words: str) -> tuple[str | None, str | None] | None:
        """Return the dose form and release that words state, all of them accounted for.

        RxNorm's own forms, the plain words of prescriptions, and the letters of a
        release ("ER tablets"); `None` for anything else.
        """
        if words in self._word("form"):
            return split_form(self._spelling(words))
        rest, release = split_form(words.replace("-", " "))
        kept = []
        for word in (rest or "").split():
            letters = RELEASE_LETTERS.get(word)
            if letters and release is None:
                release = letters
            else:
                kept.append(word)
        left = " ".join(kept)
        singular = left.removesuffix("es") if left.endswith("ches") else left
        plain = PLAIN_FORMS.get(singular.removesuffix("s"))
        if plain:
            return plain, release
        if left.removesuffix("s") in self._word("form"):
            return self._spelling(left.removesuffix("s")), release
        return None if left else (None, release)

    def _name_and_letters(self, name: str) -> tuple[Found | None, str | None]:
        """Return what a name stands for, and the release its last letters state."""
        found = self._exact(name)
        stem, _, letters = name.rpartition(" ")
        release = RELEASE_LETTERS.get(letters) if stem else None
        if found is None and release:
            return self._exact(stem), release
        return found, release if found and found.brand else None

    def _name_and_form(
        self, piece: str
    ) -> tuple[Found | None, str | None, str | None, str | None]:
        words = piece.split()
        for cut in range(1, len(words)):
            form = " ".join(words[cut:])
            if form in self._word("form"):
                found, letters = self._name_and_letters(" ".join(words[:cut]))
                if found:
                    return found, letters, *split_form(self._spelling(form))
        return None, None, None, None

    def _without_prefix(self, piece: str) -> str:
        while True:
            shorter = without_size(piece)
            for prefix in self._word("prefix"):
                if shorter.startswith(prefix + " "):
                    shorter = shorter[len(prefix) + 1 :]
            if shorter == piece:
                return piece
            piece = shorter

    def _spelling(self, form: str | None) -> str | None:
        """Return a dose form with the capitals that RxNorm gives it."""
        return form.title().replace(" For ", " for ") if form else None

    def _word(self, kind: str) -> frozenset[str]:
        if kind not in self._words:
            rows = self._open().execute("select word from word where kind = ?", (kind,))
            self._words[kind] = frozenset(word for (word,) in rows)
        return self._words[kind]

    # --- rows into values ---------------------------------------------------------

    def _found(self, row: tuple[str, str | None, str | None], how: str) -> Found | None:
        parts, form, brand = row
        shape, release = split_form(form)
        return Found(
            ingredients=_joined(self._part(text) for text in parts.split("|")),
            form=shape,
            release=release,
            brand=brand,
            how=how,
        )

    def _part(self, text: str) -> Part:
        rxcui, _, strength = text.partition("=")
        row = self._ask(
            "select mine.name, base.rxcui, base.name from ingredient mine "
            "join ingredient base on base.rxcui = mine.base where mine.rxcui = ?",
            (int(rxcui),),
        )
        if row is None:
            msg = f"{self._path.name}: ingredient {rxcui} is not in the catalogue"
            raise KnowledgeError([msg])
        name, base, base_name = row
        return Part(
            rxcui=str(base),
            name=base_name,
            strength=Quantity.parse(strength) if strength else None,
            precise=name if name != base_name else None,
        )

    def rows(self, question: str, values: tuple[int | str, ...]) -> list[Any]:
        """Return every row of the answer to a question of the catalogue's tables.

        For the modules beside this one: nothing else knows the tables.
        """
        return self._answered(question, values).fetchall()

    def _ask(self, question: str, values: tuple[int | str, ...]) -> Any:
        return self._answered(question, values).fetchone()

    def _answered(self, question: str, values: tuple[int | str, ...]) -> sqlite3.Cursor:
        try:
            return self._open().execute(question, values)
        except sqlite3.Error:
            problem = (
                f"{self._path.name}: no catalogue; run `concord knowledge compile`"
            )
            raise KnowledgeError([problem]) from None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # `immutable`: the file is only ever replaced whole, so no lock is needed.
            place = self._path.absolute().as_uri() + "?mode=ro&immutable=1"
            self._connection = sqlite3.connect(place, uri=True, check_same_thread=False)
        return self._connection


_QUESTIONS = {
    "rxnorm": Catalogue._rxnorm,  # noqa: SLF001 - the class's own questions
    "ndc": Catalogue._ndc,  # noqa: SLF001
    "atc": Catalogue._atc,  # noqa: SLF001
    "name": Catalogue._named,  # noqa: SLF001
}


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts with salts of one base put together, strengths added up.

    Mixed amphetamine salts are dosed by their sum; where two strengths cannot be
    added the ingredient stands without one.
    """
    joined: dict[str, Part] = {}
    for part in parts:
        had = joined.get(part.rxcui)
        if had is None:
            joined[part.rxcui] = part
            continue
        one, other = had.strength, part.strength
        total = None
        if one is not None and other is not None and one.unit == other.unit:
            total = Quantity(Decimal(one.value + other.value), one.unit)
        joined[part.rxcui] = Part(rxcui=part.rxcui, name=part.name, strength=total)
    return tuple(joined.values())
