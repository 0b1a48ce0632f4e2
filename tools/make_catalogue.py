"""Derives the catalogue's text files from the publishers' tables.

    python tools/make_catalogue.py PATH_TO_shared_data_knowledge [--ndc product.txt]

`product.txt` is FDA's NDC product file as published (tab separated, Latin-1); without
it the products that stand already are kept.
Only facts are written: codes, names, strengths, forms.
What the sources say two ways is left out and counted.
"""

from __future__ import annotations

import argparse
import collections
import csv
import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from concord.knowledge.catalogue import (
    FOLDER,
    STRENGTH,
    normal,
    ucum,
    without_size,
)

Parts = tuple[str, ...]  # "866414=100 mg": rxcui, and strength where it is stated

# A word behind an ingredient's name that RxNorm knows as its salt or ester; those of
# them that make another substance of it; and salts that only FDA writes out.
_SALT = re.compile(r"^[a-z]{5,}$")
_NOT_SALTS = {
    "extract",
    "human",
    "isopropyl",
    "liposomal",
    "liposome",
    "methylchalcone",
    "oxybate",
    "tincture",
}
_FDA_SALTS = {
    "aspartate",
    "aspartate monohydrate",
    "axetil",
    "benzoate",
    "besylate",
    "bisulfate",
    "calcium trihydrate",
    "hydrochloride anhydrous",
    "hydrochloride monohydrate",
    "olamine",
    "oxalate",
    "proxetil",
    "sodium phosphate",
    "sodium succinate",
    "xinafoate",
}
# At least so many ingredients begin with it: then it is an element with its salts.
_ELEMENT_AT_LEAST = 3
# Ways in which RxNorm groups its dose forms in names ("Tylenol PM Pill").
_DOSE_FORM_GROUPS = (
    "Pill",
    "Oral Product",
    "Oral Liquid Product",
    "Injectable Product",
    "Topical Product",
    "Transdermal Product",
)
_NDC_PER = re.compile(r"^(?P<unit>[a-zA-Z\[\]'%]+)/(?P<amount>\d*\.?\d*)(?P<per>\w+)$")
_NDC_UNITS = {"mg", "g", "ug", "mL", "meq", "mmol", "[iU]"}
_NDC_WORDS = {"[iU]": "[IU]"}


def read(path: Path, delimiter: str = "\t") -> Iterator[dict[str, str]]:
    """Yield the rows of a table; quotes mean nothing in tab-separated ones."""
    with path.open(encoding="utf-8", newline="") as file:
        if delimiter == "\t":
            yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        else:
            yield from csv.DictReader(file, delimiter=delimiter)


class Maker:
    """The tables as they are built up, and counts of what was left out."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.rxnorm = source / "rxnorm-prescribable-20251006"
        self.rxterms = source / "rxterms-202606"
        self.left: collections.Counter[str] = collections.Counter()
        self.tty: dict[str, str] = {}
        self.name: dict[str, str] = {}
        self.base: dict[str, str] = {}  # IN -> itself, PIN -> IN, MIN -> "IN|IN"
        self.code: dict[str, str] = {}  # normal name -> IN or PIN
        self.salts: set[str] = set()
        self.elements: set[str] = set()
        self.prefixes: set[str] = set()
        self.forms: set[str] = set()
        self.clinical: dict[str, tuple[Parts, str]] = {}
        self.branded: dict[str, tuple[str, str]] = {}
        self.brands: dict[str, str] = {}
        self.groups: dict[str, tuple[frozenset[str], str, str]] = {}
        self.brand_sets: dict[str, collections.Counter[frozenset[str]]] = {}
        self.spelling: dict[str, str] = {}

    # --- ingredients --------------------------------------------------------------

    def ingredients(self) -> None:
        """Read IN, PIN and MIN, and tie each salt and combination to its bases."""
        for row in read(self.rxnorm / "ingredients.tsv"):
            self.tty[row["rxcui"]] = row["tty"]
            self.name[row["rxcui"]] = row["name"]
        for row in read(self.rxterms / "ingredients.tsv"):
            self.tty.setdefault(row["ing_rxcui"], "IN")
            self.name.setdefault(row["ing_rxcui"], row["ingredient"])
        singles = [c for c, tty in self.tty.items() if tty == "IN"]
        for code in singles:
            self.base[code] = code
            self.code[normal(self.name[code])] = code
        firsts = collections.Counter(
            normal(self.name[c]).split()[0] for c in singles if " " in self.name[c]
        )
        self.elements = {w for w, n in firsts.items() if n >= _ELEMENT_AT_LEAST}
        self._salts()
        for code, tty in self.tty.items():
            if tty == "MIN":
                found = [self.resolve(n) for n in self.name[code].split(" / ")]
                if all(found):
                    bases = sorted({self.base[c] for c in found if c}, key=int)
                    self.base[code] = "|".join(bases)
                else:
                    self.left["combinations with an ingredient of no known name"] += 1

    def _salts(self) -> None:
        """Tie a PIN to the one IN of the products that name it, else by its name."""
        seen = self._bases_in_products()
        for code in [c for c, tty in self.tty.items() if tty == "PIN"]:
            base, ending = self._stem(normal(self.name[code]).split())
            if len(seen[code]) == 1:
                self.base[code] = next(iter(seen[code]))
            elif not seen[code] and base:
                self.base[code] = base
            else:
                self.left["salts whose base the sources do not tell"] += 1
                continue
            if self.base[code] == base and _SALT.match(ending):
                self.salts.add(ending)
        for code in self.base:
            self.code.setdefault(normal(self.name[code]), code)
        self.salts -= _NOT_SALTS
        self.salts |= _FDA_SALTS

    def _bases_in_products(self) -> dict[str, set[str]]:
        """Return for each PIN the INs of the products that have one IN only."""
        seen: dict[str, set[str]] = collections.defaultdict(set)
        for file in ("clinical_drugs.tsv", "brand_names.tsv"):
            for row in read(self.rxnorm / file):
                kinds = dict(x.split(":") for x in row["ingredient_rxcuis"].split("|"))
                bases = [c for c, tty in kinds.items() if tty == "IN"]
                if len(bases) == 1:
                    for code in (c for c, tty in kinds.items() if tty == "PIN"):
                        seen[code].add(bases[0])
        return seen

    def _stem(self, words: list[str]) -> tuple[str | None, str]:
        """Return the longest ingredient that a name begins with, and the rest of it."""
        for cut in range(len(words) - 1, 0, -1):
            code = self.code.get(" ".join(words[:cut]))
            if code:
                return code, " ".join(words[cut:])
        return None, ""

    def resolve(self, name: str) -> str | None:
        """Return the IN or PIN of a name; a salt that has no code gives its base."""
        name = normal(name)
        if name in self.code:
            return self.code[name]
        words = name.split()
        for cut in range(len(words) - 1, 0, -1):
            base, salt = " ".join(words[:cut]), " ".join(words[cut:])
            if salt in self.salts and base not in self.elements and base in self.code:
                return self.code[base]
        return None

    # --- RxNorm's drugs -----------------------------------------------------------

    def drugs(self) -> None:
        """Read the clinical drugs, the branded ones, and the brand names."""
        for row in read(self.rxnorm / "clinical_drugs.tsv"):
            parsed = self.parse(row["name"])
            kinds = [x.split(":") for x in row["ingredient_rxcuis"].split("|")]
            listed = {c for c, tty in kinds if tty == "IN"}
            if parsed is None and len(listed) == 1 and " / " not in row["name"]:
                parsed = (tuple(listed), "")
            if parsed is None:
                self.left["clinical drugs whose name does not parse"] += 1
                continue
            if not listed <= self.bases(parsed[0]):
                self.left["clinical drugs whose name and ingredients differ"] += 1
                continue
            self.clinical[row["scd_rxcui"]] = parsed
        for row in read(self.rxnorm / "branded_drugs.tsv"):
            code, brand = row["bn"].split(":", 1)
            generic = row["name"].removesuffix(f"[{brand}]")
            clinical = row["scd_rxcui"]
            if clinical not in self.clinical:
                self.left["branded drugs without their clinical drug"] += 1
                continue
            parsed = self.parse(generic)
            if parsed and self.bases(parsed[0]) != self.bases(
                self.clinical[clinical][0]
            ):
                self.left["branded drugs whose name and clinical drug differ"] += 1
                continue
            self.branded[row["sbd_rxcui"]] = (clinical, brand)
            self._brand(brand, self.bases(self.clinical[clinical][0]))
            self.brands.setdefault(code, brand)
        for row in read(self.rxnorm / "brand_names.tsv"):
            # Its list of ingredients lacks those of letter A, so that a brand of two
            # could pass for one of one: only its code and spelling are used.
            self.spelling[normal(row["brand"])] = row["brand"]
            self.brands[row["bn_rxcui"]] = row["brand"]

    def _brand(self, brand: str, bases: frozenset[str]) -> None:
        key = normal(brand)
        self.spelling.setdefault(key, brand)
        self.brand_sets.setdefault(key, collections.Counter())[bases] += 1

    def parse(self, text: str) -> tuple[Parts, str] | None:
        """Return the ingredients with strengths, and the dose form, of a name."""
        parts: list[str] = []
        pieces = text.strip().split(" / ")
        form = ""
        for place, piece in enumerate(pieces):
            stated = STRENGTH.match(without_size(self._shorn(piece)))
            if stated is None or (stated["form"] and place < len(pieces) - 1):
                return None
            code = self._longest(stated["name"])
            if code is None:
                return None
            number = format(Decimal(stated["number"]), "f")
            parts.append(f"{code}={number} {ucum(stated['unit'])}")
            form = stated["form"] or ""
        if not form or any(ch.isdigit() for ch in form):
            return None
        self.forms.add(form)
        return tuple(parts), form

    def _shorn(self, piece: str) -> str:
        """Return a component without the words that stand before its size."""
        found = re.match(
            r"^(?P<words>[A-Z][\w-]*(?: [A-Z][a-z]+)*) (?=\d+ \w+ )", piece
        )
        if found and self.resolve(found["words"]) is None:
            self.prefixes.add(normal(found["words"]))
            return piece[found.end() :]
        bead = re.match(r"^(?P<words>\d-Bead|\d+/\d+ Release) ", piece)
        if bead:
            self.prefixes.add(normal(bead["words"]))
            return piece[bead.end() :]
        return piece

    def _longest(self, before: str) -> str | None:
        words = before.split()
        for cut in range(len(words)):
            code = self.resolve(" ".join(words[cut:]))
            if code:
                if cut:
                    prefix = " ".join(words[:cut])
                    if not re.fullmatch(r"[A-Z][\w-]*(?: [A-Z][\w-]*)*", prefix):
                        return None
                    self.prefixes.add(normal(prefix))
                return code
        return None

    def bases(self, parts: Iterable[str]) -> frozenset[str]:
        """Return the base ingredients of a product's parts."""
        return frozenset(self.base[p.partition("=")[0]] for p in parts)

    # --- RxTerms ------------------------------------------------------------------

    def display_groups(self) -> None:
        """Read RxTerms' groups: a drug by route, generic or brand, with its code."""
        seen: dict[str, set[tuple[frozenset[str], str, str]]] = {}
        for row in read(self.rxterms / "display_groups.tsv"):
            found = re.match(
                r"^(?P<name>.+) \((?P<form>[^()]+)\)$", row["display_name"]
            )
            codes = frozenset(row["ingredient_rxcuis"].split("|"))
            if not found or found["form"] == "Pack" or not codes <= self.base.keys():
                self.left["RxTerms groups that are packs or lack an ingredient"] += 1
                continue
            name = re.sub(r" (XR|DR|EC)$", "", found["name"])
            generic = [self.resolve(n) for n in name.split("/")]
            if all(generic):
                named = {self.base[c] for c in generic if c}
                if named != codes:
                    self.left["RxTerms groups whose name and ingredients differ"] += 1
                    continue
                brand = ""
            elif name == name.upper():
                brand = self.spelling.get(normal(name), _capitals(name))
                self._brand(brand, codes)
            else:
                self.left["RxTerms groups with a name of neither kind"] += 1
                continue
            if row["sxdg_rxcui"].isdigit():
                group = (codes, found["form"], brand)
                seen.setdefault(row["sxdg_rxcui"], set()).add(group)
            self.forms.add(found["form"])
        for code, groups in seen.items():
            if len(groups) == 1:
                self.groups[code] = next(iter(groups))
            else:
                self.left["RxTerms codes that stand for two things"] += 1

    # --- what is written ----------------------------------------------------------

    def brand_rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield the brands that have the same ingredients wherever they are named."""
        written = set()
        for code, brand in sorted(self.brands.items(), key=lambda x: int(x[0])):
            bases = self._only(normal(brand))
            if bases:
                written.add(normal(brand))
                yield code, brand, "|".join(sorted(bases, key=int))
        for key in sorted(self.brand_sets.keys() - written):
            bases = self._only(key)
            if bases and key not in self.code:
                yield "", self.spelling[key], "|".join(sorted(bases, key=int))

    def _only(self, key: str) -> frozenset[str] | None:
        sets = self.brand_sets.get(key)
        if sets is None or len(sets) != 1:
            self.left["brands with several compositions, or none told"] += 1
            return None
        return next(iter(sets))

    def atc_rows(self) -> Iterator[tuple[str, str]]:
        """Yield the 5th-level codes that stand for exactly one ingredient."""
        found: dict[str, set[str]] = collections.defaultdict(set)
        for row in read(self.source / "ingredients.csv", ","):
            code = row["atc_dpd"]
            if (
                re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", code)
                and row["rxcui"] in self.base
            ):
                found[code].add(self.base[row["rxcui"]])
        for code, bases in sorted(found.items()):
            if len(bases) == 1:
                yield code, next(iter(bases))
            else:
                self.left["ATC codes of several ingredients"] += 1

    def products(self, file: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield FDA's products by make-up, each with its nine-digit codes."""
        makeup: dict[tuple[str, str, str], set[str]] = collections.defaultdict(set)
        wanted = {
            row["rxcui"]
            for row in read(self.source / "psychotropic_coverage.csv", ",")
            if row["rxcui"]
        }
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if not row["PRODUCTTYPENAME"].startswith("HUMAN"):
                continue
            if "HOMEOPATHIC" in row["MARKETINGCATEGORYNAME"]:
                continue
            parts = self._substances(row)
            if parts is None:
                self.left["NDC products with a substance of no known name"] += 1
                continue
            if "OTC" in row["PRODUCTTYPENAME"] and not self.bases(parts) & wanted:
                # Sunscreens and soaps; medicines bought over the counter are found
                # by name.
                self.left["NDC products over the counter, not of the 254"] += 1
                continue
            labeler, product = row["PRODUCTNDC"].split("-")
            brand = row["PROPRIETARYNAME"].strip()
            if row["MARKETINGCATEGORYNAME"] not in ("NDA", "BLA") or (
                self.resolve(brand) is not None
            ):
                brand = ""
            else:
                brand = self.spelling.get(normal(brand), _capitals(brand))
            form = row["DOSAGEFORMNAME"].capitalize()
            key = ("|".join(parts), form, brand)
            makeup[key].add(labeler.zfill(5) + product.zfill(4))
        for (joined, form, brand), codes in sorted(makeup.items()):
            yield joined, form, brand, " ".join(sorted(codes))

    def _substances(self, row: dict[str, str]) -> Parts | None:
        names = [n.strip() for n in row["SUBSTANCENAME"].split(";")]
        strengths = [n.strip() for n in row["ACTIVE_NUMERATOR_STRENGTH"].split(";")]
        units = [n.strip() for n in row["ACTIVE_INGRED_UNIT"].split(";")]
        codes = [self.resolve(n) for n in names if n]
        if not codes or not all(codes):
            return None
        aligned = len(names) == len(strengths) == len(units)
        parts = []
        for place, code in enumerate(codes):
            strength = _ndc_strength(strengths[place], units[place]) if aligned else ""
            parts.append(f"{code}={strength}" if strength else f"{code}")
        return tuple(parts)

    def ndc_brands(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Take in the brands that only FDA names."""
        known = set(self.brand_sets)
        for parts, _, brand, _ in rows:
            if brand and normal(brand) not in known:
                self._brand(brand, self.bases(parts.split("|")))


def _capitals(name: str) -> str:
    """Return a name written all in capitals as names are written; letters stay."""
    if name != name.upper():
        return name
    words = name.split()
    return " ".join(w.capitalize() if len(w) > 2 else w for w in words)


def _ndc_strength(number: str, unit: str) -> str:
    """Return FDA's strength per piece or per mL, or nothing where it is neither."""
    found = _NDC_PER.match(unit)
    if not found or found["unit"] not in _NDC_UNITS or not number:
        return ""
    amount = Decimal(found["amount"] or "1")
    try:
        value = Decimal(number)
    except ArithmeticError:
        return ""
    name = _NDC_WORDS.get(found["unit"], found["unit"])
    if unit.endswith("/1"):
        return f"{value:f} {name}"
    if found["per"] not in ("mL", "h") or not amount:
        return ""
    each = value / amount
    if each * amount != value or len(str(each)) > 12:
        return ""
    return f"{each:f} {name}/{found['per']}"


def write(name: str, head: str, rows: Iterable[Iterable[str]]) -> None:
    """Write one table, sorted so that a change shows as its own line."""
    lines = sorted({"\t".join(row) for row in rows}, key=_natural)
    path = FOLDER / f"{name}.tsv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    print(f"{name}.tsv: {len(lines)} rows, {path.stat().st_size / 1e6:.2f} MB")


def _natural(line: str) -> tuple[int, str]:
    first = line.split("\t", 1)[0]
    return (int(first) if first.isdigit() else 0, line)


def _kept_products() -> list[tuple[str, str, str, str]]:
    path = FOLDER / "products.tsv"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [(a, b, c, d) for a, b, c, d in (line.split("\t") for line in lines)]


def main(arguments: list[str]) -> None:
    """Write every table of the catalogue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--ndc", type=Path)
    given = parser.parse_args(arguments)
    maker = Maker(given.source)
    maker.ingredients()
    maker.drugs()
    maker.display_groups()
    if given.ndc:
        opener = gzip.open if given.ndc.suffix == ".gz" else open
        with opener(given.ndc, "rt", encoding="latin-1", newline="") as file:
            products = list(maker.products(file))
    else:
        products = _kept_products()
    maker.ndc_brands(products)
    FOLDER.mkdir(parents=True, exist_ok=True)
    write(
        "ingredients",
        "rxcui\ttty\tname\tbase",
        (
            (code, maker.tty[code], maker.name[code], base)
            for code, base in maker.base.items()
        ),
    )
    write(
        "clinical",
        "rxcui\tparts\tform",
        ((c, "|".join(p), form) for c, (p, form) in maker.clinical.items()),
    )
    write(
        "branded",
        "rxcui\tclinical\tbrand",
        ((c, scd, brand) for c, (scd, brand) in maker.branded.items()),
    )
    write(
        "groups",
        "rxcui\tparts\tform\tbrand",
        (
            (c, "|".join(sorted(codes, key=int)), form, brand)
            for c, (codes, form, brand) in maker.groups.items()
        ),
    )
    write("brands", "rxcui\tbrand\tparts", maker.brand_rows())
    write("atc", "code\trxcui", maker.atc_rows())
    write("products", "parts\tform\tbrand\tndc", products)
    words = [("form", normal(f)) for f in {*maker.forms, *_DOSE_FORM_GROUPS}]
    words += [("prefix", p) for p in maker.prefixes]
    words += [("salt", s) for s in maker.salts]
    words += [("element", e) for e in maker.elements]
    write("words", "kind\tword", words)
    for reason, count in sorted(maker.left.items()):
        print(f"left out: {count} {reason}")


if __name__ == "__main__":
    main(sys.argv[1:])
