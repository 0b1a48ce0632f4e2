"""The product catalogue: RxNorm, NDC and ATC codes and names -> ingredients.

The facts stand as text in `data/catalogue/` (their origin in its PROVENANCE.md) and
are compiled into one read-only SQLite file.
Nothing is matched approximately: a code or a name is in the catalogue or it is not,
and a name that means two different things is not.
"""

from __future__ import annotations

from concord.knowledge.catalogue.asking import CATALOGUE, Catalogue
from concord.knowledge.catalogue.codes import product_of
from concord.knowledge.catalogue.compiling import (
    FOLDER,
    compile_catalogue,
    load_catalogue,
)
from concord.knowledge.catalogue.grammar import STRENGTH, normal, ucum, without_size
from concord.knowledge.catalogue.values import Found, Part

__all__ = [
    "CATALOGUE",
    "FOLDER",
    "STRENGTH",
    "Catalogue",
    "Found",
    "Part",
    "compile_catalogue",
    "load_catalogue",
    "normal",
    "product_of",
    "ucum",
    "without_size",
]
