"""What can be chosen, from the knowledge: conditions, allergens, results and units.

Each choice stands for codes that the knowledge has; none is made up here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import ObservationEntry
from concord.record import model as rec
from concord.terms import Code, Quantity, System, Value
from concord.wording.amounts import unit
from concord.wording.names import cased

Choice = tuple[str, str]
Choices = list[Choice]

OTHER = "other"
CLASS, DRUG = "class", "drug"


# --- conditions -------------------------------------------------------------------


def conditions(knowledge: Knowledge) -> Choices:
    """Return every condition that knowledge has a code for, by its title."""
    titled = (
        (c.id, c.title)
        for c in knowledge.conditions.values()
        if any(row.snomed or row.icd10cm for row in c.codes)
    )
    return sorted(titled, key=lambda choice: choice[1].casefold())


def condition_code(knowledge: Knowledge, name: str) -> Code:
    """Return a code that means the condition, and it alone where there is one.

    SNOMED CT before ICD-10-CM, of which it is the stem that stands for all below it.
    """
    entry = knowledge.conditions[name]
    means = knowledge.links.conditions_by_code
    snomed = [code for row in entry.codes for code in row.snomed]
    alone = [code for code in snomed if means.get(code) == (name,)]
    for code in (*alone, *snomed):
        return Code(system=System.SNOMED, code=code, display=entry.title)
    stem = next(code for row in entry.codes for code in row.icd10cm)
    return Code(system=System.ICD10CM, code=stem, display=entry.title)


# --- allergens --------------------------------------------------------------------


def allergens(knowledge: Knowledge) -> list[tuple[str, Choices]]:
    """Return the classes in which allergies cross, then every medicine by its name."""
    groups = [
        (f"{CLASS}:{g.id}", cased(g.title))
        for g in knowledge.groups.values()
        if g.cross_allergy
    ]
    drugs = [
        (f"{DRUG}:{d.id}", cased(d.name))
        for d in knowledge.drugs.values()
        if d.identity.rxcui and d.kind == "medicine"
    ]
    by_name = sorted(drugs, key=lambda choice: choice[1].casefold())
    return [("Classes", sorted(groups, key=lambda g: g[1])), ("Medicines", by_name)]


def allergen(
    knowledge: Knowledge, choice: str
) -> tuple[str, tuple[rec.Ingredient, ...]]:
    """Return the words of a chosen allergen, and its ingredient if it is a medicine."""
    kind, _, name = choice.partition(":")
    if kind == CLASS:
        return knowledge.groups[name].title, ()
    drug = knowledge.drugs[name]
    return drug.name, (rec.Ingredient(rxcui=drug.identity.rxcui[0], name=drug.name),)


def chosen_allergen(knowledge: Knowledge, line: rec.Allergy) -> str:
    """Return the choice that an allergy line stands for, or none."""
    for ingredient in line.ingredients:
        drug = knowledge.drug_of(ingredient.rxcui)
        if drug is not None:
            return f"{DRUG}:{drug.id}"
    words = (line.text or "").strip().casefold()
    for group in knowledge.groups.values():
        if group.cross_allergy and words in (group.title.casefold(), group.id):
            return f"{CLASS}:{group.id}"
    return ""


# --- results ----------------------------------------------------------------------


class Meaning(Value, frozen=True, kw_only=True):
    """One answer of a coded result: the word it means, and a code that means it."""

    word: str
    code: Code


def observations(knowledge: Knowledge) -> Choices:
    """Return every measurement that knowledge speaks of, by its title."""
    titled = ((o.id, o.title) for o in knowledge.observations.values())
    return sorted(titled, key=lambda choice: choice[1].casefold())


def observation_code(entry: ObservationEntry) -> Code:
    """Return the first LOINC code of a measurement; its own id where it has none."""
    loinc = next((code for row in entry.codes for code in row.loinc), None)
    if loinc is None:
        return Code(system=System.OWN, code=entry.id, display=entry.title)
    return Code(system=System.LOINC, code=loinc, display=entry.title)


def units(entry: ObservationEntry, as_of: date, had: str = "") -> Choices:
    """Return the units in which a result can be read; its own is the first.

    Of several spellings of one unit only one is offered; `had` is the unit of a result
    that is being corrected.
    """
    if entry.unit is None:
        return []
    one = Quantity(1, entry.unit)
    offered = [entry.unit]
    for row in in_force(entry.convert, as_of):
        spelling = row.factor == 1 and (
            one.fits(row.unit) or unit(row.unit) == row.unit
        )
        if not spelling:
            offered.append(row.unit)
    if had and had not in offered:
        offered.append(had)
    named: dict[str, str] = {}
    for ucum in offered:
        named.setdefault(unit(ucum), ucum)
    return [(ucum, shown) for shown, ucum in named.items()]


def meanings(entry: ObservationEntry, as_of: date) -> tuple[Meaning, ...]:
    """Return the answers of a coded result, each meaning once."""
    found: dict[str, Meaning] = {}
    for row in in_force(entry.answer, as_of):
        code = row.codes[0]
        # LOINC's answer codes begin so; SNOMED CT's are digits alone.
        system = System.LOINC if code.startswith("LA") else System.SNOMED
        meaning = Meaning(
            word=row.means, code=Code(system=system, code=code, display=row.means)
        )
        found.setdefault(row.means, meaning)
    return tuple(found.values())


def meant(entry: ObservationEntry, coded: Iterable[Code], as_of: date) -> str:
    """Return the meaning of a coded answer, or nothing where it has none here."""
    codes = {code.code for code in coded}
    rows = in_force(entry.answer, as_of)
    return next((row.means for row in rows if codes & set(row.codes)), "")


def observation_of(knowledge: Knowledge, codes: Iterable[Code]) -> str | None:
    """Return the measurement that codes mean, or `None`."""
    by_loinc = knowledge.links.observation_by_loinc
    for code in codes:
        if code.system == System.LOINC and (names := by_loinc.get(code.code)):
            return names[0]
        if code.system == System.OWN and code.code in knowledge.observations:
            return code.code
    return None


def in_own_unit(
    entry: ObservationEntry, quantity: Quantity, as_of: date
) -> Decimal | None:
    """Return a result's number in the unit of its measurement, where it can be told."""
    if entry.unit is None or quantity.unit == entry.unit:
        return quantity.value
    for row in in_force(entry.convert, as_of):
        if row.unit == quantity.unit:
            return quantity.value * row.factor
    return quantity.to(entry.unit).value if quantity.fits(entry.unit) else None


def implausible(
    entry: ObservationEntry, quantity: Quantity, as_of: date
) -> tuple[Quantity, Quantity] | None:
    """Return the bounds that a result lies outside of, or `None` where it does not."""
    value = in_own_unit(entry, quantity, as_of)
    bounds = entry.plausible
    if bounds is None or value is None or bounds.low <= value <= bounds.high:
        return None
    own = entry.unit or ""
    return Quantity(bounds.low, own), Quantity(bounds.high, own)
