"""The look-ups that are worked out once, when the files are compiled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from concord.knowledge.model import Group, Side
from concord.terms import Value

# The tables whose entries hang on one side, and the name of that side.
SIDED = {
    "cautions": "a",
    "monitoring": "side",
    "followup": "side",
    "tapers": "side",
    "missed_doses": "side",
    "education": "side",
}


class Links(Value, frozen=True, kw_only=True):
    """Who belongs where: plain maps from drug ids, names and codes to ids."""

    drug_by_rxcui: dict[str, str] = {}
    drug_by_name: dict[str, str] = {}
    groups_by_drug: dict[str, tuple[str, ...]] = {}
    group_kinds: dict[str, str] = {}
    derived: dict[str, tuple[str, ...]] = {}
    rules_a: dict[str, frozenset[str]] = {}
    rules_b: dict[str, frozenset[str]] = {}
    event_rules: dict[str, tuple[str, ...]] = {}
    entries_by_drug: dict[str, dict[str, tuple[str, ...]]] = {}
    hazards: tuple[str, ...] = ()
    conditions_by_code: dict[str, tuple[str, ...]] = {}
    condition_prefixes: dict[str, tuple[str, ...]] = {}
    observation_by_loinc: dict[str, tuple[str, ...]] = {}
    narrower: dict[str, tuple[str, ...]] = {}
    broader: dict[str, tuple[str, ...]] = {}


def link(tables: Mapping[str, Mapping[str, Any]]) -> Links:
    """Return the look-ups of a set of tables."""
    members = {g.id: _members(g, tables) for g in tables["groups"].values()}
    groups_by_drug: dict[str, list[str]] = defaultdict(list)
    for group, drugs in sorted(members.items()):
        for drug in drugs:
            groups_by_drug[drug].append(group)
    rules_a, rules_b, events = _rules(tables, members)
    codes, prefixes = _conditions(tables)
    names: dict[str, str] = {}
    codes_of: dict[str, str] = {}
    for drug in tables["drugs"].values():
        for name in (drug.id, drug.name, *drug.synonyms, *drug.brands):
            names.setdefault(name.casefold(), drug.id)
        for rxcui in drug.identity.rxcui:
            codes_of.setdefault(rxcui, drug.id)
    narrower = _narrower(tables)
    by_loinc: dict[str, list[str]] = defaultdict(list)
    for observation in tables["observations"].values():
        for row in observation.codes:
            for loinc in row.loinc:
                by_loinc[loinc].append(observation.id)
    return Links(
        drug_by_rxcui=codes_of,
        drug_by_name=names,
        groups_by_drug={k: tuple(v) for k, v in groups_by_drug.items()},
        group_kinds={g.id: g.kind for g in tables["groups"].values()},
        derived={g.id: members[g.id] for g in tables["groups"].values() if g.derived},
        rules_a=rules_a,
        rules_b=rules_b,
        event_rules=events,
        entries_by_drug=_sided(tables, members),
        hazards=tuple(sorted(g.id for g in tables["groups"].values() if g.burden)),
        conditions_by_code=codes,
        condition_prefixes=prefixes,
        observation_by_loinc={k: tuple(v) for k, v in by_loinc.items()},
        narrower=narrower,
        broader=_inverted(narrower),
    )


def drugs_of(side: Side, members: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the drugs of a side: its groups' members and its own, less the excepted."""
    seen: set[str] = set(side.except_drugs)
    for drug in (*side.drugs, *(d for g in side.groups for d in members.get(g, ()))):
        if drug not in seen:
            seen.add(drug)
            yield drug


def _members(group: Group, tables: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    listed = [m.drug for m in group.member]
    if group.derived is not None:
        wanted = group.derived
        listed += [
            drug.id
            for drug in tables["drugs"].values()
            if any(
                e.enzyme == wanted.enzyme
                and e.role == wanted.role
                and e.strength in wanted.strength
                and e.label is None
                for e in drug.enzyme
            )
        ]
    return tuple(dict.fromkeys(listed))


def _rules(
    tables: Mapping[str, Mapping[str, Any]], members: Mapping[str, tuple[str, ...]]
) -> tuple[
    dict[str, frozenset[str]], dict[str, frozenset[str]], dict[str, tuple[str, ...]]
]:
    a_side: dict[str, set[str]] = defaultdict(set)
    b_side: dict[str, set[str]] = defaultdict(set)
    events: dict[str, list[str]] = defaultdict(list)
    for rule in tables["interactions"].values():
        for side, other, place in ((rule.a, rule.b, a_side), (rule.b, rule.a, b_side)):
            for drug in drugs_of(side, members):
                place[drug].add(rule.id)
                if other.condition or other.event:
                    events[drug].append(rule.id)
    return (
        {k: frozenset(v) for k, v in a_side.items()},
        {k: frozenset(v) for k, v in b_side.items()},
        {k: tuple(sorted(v)) for k, v in events.items()},
    )


def _sided(
    tables: Mapping[str, Mapping[str, Any]], members: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for table, name in SIDED.items():
        by_drug: dict[str, list[str]] = defaultdict(list)
        for entry in tables[table].values():
            for drug in drugs_of(getattr(entry, name), members):
                by_drug[drug].append(entry.id)
        found[table] = {k: tuple(sorted(v)) for k, v in by_drug.items()}
    return found


def _conditions(
    tables: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the conditions of each SNOMED code and of each ICD-10-CM stem."""
    snomed: dict[str, list[str]] = defaultdict(list)
    icd: dict[str, list[str]] = defaultdict(list)
    for condition in tables["conditions"].values():
        for row in condition.codes:
            for code in row.snomed:
                snomed[code].append(condition.id)
            for code in row.icd10cm:
                icd[code.replace(".", "")].append(condition.id)
    return (
        {k: tuple(v) for k, v in snomed.items()},
        {k: tuple(v) for k, v in icd.items()},
    )


def _narrower(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return, for each condition, itself and all that are a case of it."""
    direct: dict[str, set[str]] = defaultdict(set)
    for condition in tables["conditions"].values():
        for broader in condition.broader:
            direct[broader].add(condition.id)
    closed: dict[str, tuple[str, ...]] = {}
    for condition in tables["conditions"]:
        seen = {condition}
        queue = [condition]
        while queue:
            for child in direct[queue.pop()] - seen:
                seen.add(child)
                queue.append(child)
        closed[condition] = tuple(sorted(seen))
    return closed


def _inverted(narrower: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return, for each condition, itself and all that it is a case of."""
    broader: dict[str, list[str]] = defaultdict(list)
    for name, cases in narrower.items():
        for case in cases:
            broader[case].append(name)
    return {name: tuple(sorted(wider)) for name, wider in broader.items()}
