"""From the facts in `data/catalogue/` to one read-only SQLite file."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from concord.errors import KnowledgeError
from concord.knowledge.catalogue.asking import CATALOGUE, FORMAT, Catalogue
from concord.knowledge.catalogue.grammar import normal

FOLDER = Path(__file__).parents[1] / "data" / "catalogue"

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
