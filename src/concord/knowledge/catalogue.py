"""The product catalogue: RxNorm, NDC and ATC codes and names -> ingredients.

The facts stand as text in `data/catalogue/` (their origin in its PROVENANCE.md) and
are compiled into one read-only SQLite file.
Nothing is matched approximately: a code or a name is in the catalogue or it is not,
and a name that means two different things is not.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from concord.errors import KnowledgeError
from concord.terms import Quantity, Value

FOLDER = Path(__file__).parent / "data" / "catalogue"
CATALOGUE = Path(__file__).parent / "catalogue.sqlite"

# Answers kept in memory; a long-running process meets the same medicines again.
_MOST_REMEMBERED = 10_000

# Changed with the tables below, so that a file of an older format is made anew.
FORMAT = 1


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


# --- the grammar of RxNorm names --------------------------------------------------

# "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]" is a size,
# a name, a strength, a dose form and a brand.

# Unit as RxNorm, RxTerms and people write it -> UCUM. RxNorm's UNT is a unit of its
# own substance, so it stays a count of units that mixes with nothing.
UNITS = {
    "MG": "mg",
    "MCG": "ug",
    "UG": "ug",
    "G": "g",
    "ML": "mL",
    "UNT": "{unit}",
    "MEQ": "meq",
    "MMOL": "mmol",
    "MCI": "mCi",
    "CELLS": "{cells}",
    "BAU": "{BAU}",
    "AU": "{AU}",
    "IR": "{IR}",
    "%": "%",
    "HR": "h",
    "ACTUAT": "{actuat}",
    "SQCM": "cm2",
}
_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"(?:MG|MCG|UG|G|ML|UNT|MEQ|MMOL|MCI|CELLS|BAU|AU|IR|%)"
_PER = r"(?:/(?:ML|MG|HR|ACTUAT|SQCM|G))?"
STRENGTH = re.compile(
    rf"^(?P<name>.+?)\s+(?P<number>{_NUMBER})\s?(?P<unit>{_UNIT}{_PER})"
    r"(?:\s+(?P<form>\S.*))?$",
    re.IGNORECASE,
)
_SIZE = re.compile(rf"^{_NUMBER}\s(?:HR|ML|ACTUAT|DAY|MG|SQCM)\s+", re.IGNORECASE)
_BRAND = re.compile(r"\s*\[([^\[\]]+)\]\s*$")
_RELEASES = (("extended release", "extended"), ("delayed release", "delayed"))
# The letters that makers put behind a brand ("Effexor XR").
_RELEASE_LETTERS = {
    "er": "extended",
    "xr": "extended",
    "xl": "extended",
    "sr": "extended",
    "cr": "extended",
    "la": "extended",
    "cd": "extended",
    "dr": "delayed",
    "ec": "delayed",
}
# Dose forms as people write them, where RxNorm writes "Oral Tablet". The route that
# they leave open stays open.
_PLAIN_FORMS = {
    "tablet": "Tablet",
    "tab": "Tablet",
    "capsule": "Capsule",
    "cap": "Capsule",
    "film": "Film",
    "patch": "Patch",
    "solution": "Solution",
    "liquid": "Solution",
    "concentrate": "Solution",
    "suspension": "Suspension",
    "syrup": "Syrup",
    "lozenge": "Lozenge",
    "vial": "Injection",
}
# "buprenorphine/naloxone 8 mg/2 mg film": the names, then as many strengths.
_NAMES_THEN_STRENGTHS = re.compile(
    rf"^(?P<names>[^\d/]+(?:/[^\d/]+)+?)\s+"
    rf"(?P<strengths>{_NUMBER}(?:\s?{_UNIT})?(?:\s?[/-]\s?{_NUMBER}(?:\s?{_UNIT})?)+)"
    r"(?:\s+(?P<form>\S.*))?$",
    re.IGNORECASE,
)
_MARKS = str.maketrans("", "", "®™\u2122")


def normal(text: str) -> str:
    """Return the name in the form in which names are compared: case and spaces only."""
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS))
    return " ".join(plain.casefold().split())


def ucum(unit: str) -> str:
    """Return the UCUM form of a strength's unit (`MG/ML` -> `mg/mL`)."""
    return "/".join(
        UNITS.get(p, "{" + p.lower() + "}") for p in unit.upper().split("/")
    )


def _paired(text: str) -> str:
    """Return "a 8 mg / b 2 mg film" for "a/b 8 mg/2 mg film" or "a/b 8-2 mg film".

    Unchanged where there are not as many strengths as names.
    """
    found = _NAMES_THEN_STRENGTHS.match(text)
    if not found:
        return text
    names = [name.strip() for name in found["names"].split("/")]
    strengths = [s.strip() for s in re.split(r"[/-]", found["strengths"])]
    if len(names) != len(strengths):
        return text
    unit = re.sub(r"^[\d.\s]+", "", strengths[-1])
    if not unit:
        return text
    each = [
        s if re.search(r"[a-z%]", s, re.IGNORECASE) else f"{s} {unit}"
        for s in strengths
    ]
    told = " / ".join(f"{n} {s}" for n, s in zip(names, each, strict=True))
    return f"{told} {found['form']}" if found["form"] else told


def without_size(text: str) -> str:
    """Return a name without the container size or duration that stands before it."""
    return _SIZE.sub("", text)


def split_form(form: str | None) -> tuple[str | None, str | None]:
    """Return a dose form without its release, and the release.

    >>> split_form("Extended Release Oral Tablet")
    ('Oral Tablet', 'extended')
    """
    if not form:
        return None, None
    for words, release in _RELEASES:
        place = form.casefold().find(words)
        if place >= 0:
            rest = form[:place] + form[place + len(words) :]
            return " ".join(rest.strip(" ,").replace(", ,", ",").split()), release
    return form, None


# --- compiling --------------------------------------------------------------------

_TABLES = """
create table meta (format integer, fingerprint text);
create table ingredient (rxcui integer primary key, name text, base integer);
create table concept (rxcui integer primary key, parts text, form text, brand text);
create table product (ndc integer primary key, makeup integer);
create table makeup (id integer primary key, parts text, form text, brand text);
create table atc (code text primary key, rxcui integer) without rowid;
create table name (name text primary key, parts text, brand text) without rowid;
create table word (kind text, word text, primary key (kind, word)) without rowid;
"""

# parts: "6918:866414=100 mg" is rxcui=strength, joined by "|".
_Parts = str


def compile_catalogue(folder: Path = FOLDER, target: Path = CATALOGUE) -> Catalogue:
    """Write the catalogue's SQLite file whole or not at all, and return it.

    Raises `KnowledgeError` where a file is absent or a line does not fit.
    """
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=".catalogue-", delete=False
    ) as file:
        made = Path(file.name)
    try:
        connection = sqlite3.connect(made)
        try:
            connection.executescript("pragma journal_mode = off;" + _TABLES)
            _fill(connection, folder)
            connection.execute(
                "insert into meta values (?, ?)", (FORMAT, _fingerprint(folder))
            )
            connection.commit()
            connection.execute("vacuum")
        finally:
            connection.close()
        # A temporary file is its maker's alone; this one is for every user to read.
        made.chmod(0o644)
        made.replace(target)
    except (OSError, ValueError, KeyError, sqlite3.Error) as error:
        problem = f"{folder.name}: the catalogue's files do not fit: {error}"
        raise KnowledgeError([problem]) from error
    finally:
        made.unlink(missing_ok=True)
    return Catalogue(target)


def load_catalogue(folder: Path = FOLDER, target: Path = CATALOGUE) -> Catalogue:
    """Return the catalogue from its compiled file, made anew where a file changed."""
    catalogue = Catalogue(target)
    if catalogue.made_from() != _fingerprint(folder):
        catalogue.close()
        return compile_catalogue(folder, target)
    return catalogue


def _fingerprint(folder: Path) -> str:
    stats = [p.stat() for p in sorted(folder.glob("*.tsv"))]
    newest = max((s.st_mtime_ns for s in stats), default=0)
    return f"{FORMAT}-{len(stats)}-{sum(s.st_size for s in stats)}-{newest}"


def _rows(folder: Path, name: str) -> Iterator[list[str]]:
    with (folder / f"{name}.tsv").open(encoding="utf-8") as file:
        width = len(next(file).rstrip("\n").split("\t"))
        for number, line in enumerate(file, start=2):
            row = line.rstrip("\n").split("\t")
            if len(row) != width:
                msg = f"{name}.tsv line {number}: {len(row)} fields, expected {width}"
                raise ValueError(msg)
            yield row


class _Meaning(NamedTuple):
    parts: _Parts
    brand: str | None


def _fill(connection: sqlite3.Connection, folder: Path) -> None:
    names: dict[str, set[_Meaning]] = {}
    many = connection.executemany
    concepts: dict[int, tuple[_Parts, str | None, str | None]] = {}
    bases: dict[str, str] = {}
    single: list[tuple[int, str, int]] = []
    for rxcui, tty, name, base in _rows(folder, "ingredients"):
        # A combination (MIN) is the list of its ingredients.
        parts = base if tty == "MIN" else rxcui
        concepts[int(rxcui)] = (parts, None, None)
        if tty != "MIN":
            bases[rxcui] = base
            single.append((int(rxcui), name, int(base)))
        names.setdefault(normal(name), set()).add(_Meaning(parts, None))
    many("insert into ingredient values (?, ?, ?)", single)
    for rxcui, parts, form in _rows(folder, "clinical"):
        concepts[int(rxcui)] = (parts, form or None, None)
    for rxcui, clinical, brand in _rows(folder, "branded"):
        parts, dose_form, _ = concepts[int(clinical)]
        concepts[int(rxcui)] = (parts, dose_form, brand)
    for rxcui, parts, form, brand in _rows(folder, "groups"):
        concepts.setdefault(int(rxcui), (parts, form or None, brand or None))
    for rxcui, brand, parts in _rows(folder, "brands"):
        if rxcui:
            concepts.setdefault(int(rxcui), (parts, None, brand))
        names.setdefault(normal(brand), set()).add(_Meaning(parts, brand))
    for name, parts in _rows(folder, "aliases"):
        names.setdefault(name, set()).add(_Meaning(parts, None))
    many(
        "insert into concept values (?, ?, ?, ?)",
        ((code, *concept) for code, concept in sorted(concepts.items())),
    )
    many(
        "insert into name values (?, ?, ?)",
        ((name, *m) for name, found in names.items() if (m := _one(found, bases))),
    )
    _fill_products(connection, folder)
    many("insert into atc values (?, ?)", _rows(folder, "atc"))
    many("insert into word values (?, ?)", _rows(folder, "words"))


def _one(found: set[_Meaning], bases: dict[str, str]) -> _Meaning | None:
    """Return the one meaning of a name, or `None` where it has several.

    A generic name wins over a brand of the same spelling and the same ingredients.
    """
    ingredients = {
        frozenset(bases.get(p, p) for p in meaning.parts.split("|"))
        for meaning in found
    }
    if len(ingredients) > 1:
        return None
    return min(found, key=lambda m: (m.brand is not None, m.parts, m.brand or ""))


def _fill_products(connection: sqlite3.Connection, folder: Path) -> None:
    products: dict[int, int | None] = {}
    rows = enumerate(_rows(folder, "products"))
    for number, (parts, form, brand, codes) in rows:
        connection.execute(
            "insert into makeup values (?, ?, ?, ?)",
            (number, parts, form or None, brand or None),
        )
        for code in codes.split():
            # One code for two products says nothing about either.
            products[int(code)] = None if int(code) in products else number
    connection.executemany(
        "insert into product values (?, ?)",
        ((c, m) for c, m in sorted(products.items()) if m is not None),
    )


# --- asking -----------------------------------------------------------------------


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
        if not _plain_digits(code):
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
        bracket = _BRAND.search(text)
        if bracket:
            brand = self._exact(normal(bracket[1]))
            text = text[: bracket.start()]
        text = _paired(text)
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
            letters = _RELEASE_LETTERS.get(word)
            if letters and release is None:
                release = letters
            else:
                kept.append(word)
        left = " ".join(kept)
        singular = left.removesuffix("es") if left.endswith("ches") else left
        plain = _PLAIN_FORMS.get(singular.removesuffix("s"))
        if plain:
            return plain, release
        if left.removesuffix("s") in self._word("form"):
            return self._spelling(left.removesuffix("s")), release
        return None if left else (None, release)

    def _name_and_letters(self, name: str) -> tuple[Found | None, str | None]:
        """Return what a name stands for, and the release its last letters state."""
        found = self._exact(name)
        stem, _, letters = name.rpartition(" ")
        release = _RELEASE_LETTERS.get(letters) if stem else None
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


def _plain_digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def product_of(ndc: str) -> str | None:
    """Return the nine digits (labeler and product) of a National Drug Code, or `None`.

    >>> product_of("0049-4900-66"), product_of("00049490066")
    ('000494900', '000494900')
    """
    segments = ndc.strip().split("-")
    if not all(_plain_digits(s) for s in segments):
        return None
    if len(segments) == 1:
        return ndc.strip()[:9] if len(segments[0]) == 11 else None
    labeler, product = segments[0], segments[1]
    package = segments[2] if len(segments) == 3 else ""
    if len(segments) > 3 or len(labeler) not in (4, 5) or len(product) not in (3, 4):
        return None
    if len(segments) == 3 and len(package) not in (1, 2):
        return None
    return labeler.zfill(5) + product.zfill(4)
