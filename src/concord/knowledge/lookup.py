"""The loaded knowledge: what the core is handed, decoded as it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from concord.knowledge.links import Links
from concord.knowledge.model import (
    Caution,
    Cited,
    ConditionEntry,
    Coverage,
    Drug,
    Equivalents,
    Followup,
    Group,
    Interaction,
    Measure,
    MeasureValue,
    Member,
    Monitoring,
    ObservationEntry,
    Outcome,
    Scale,
    SourceEntry,
)
from concord.terms import Code, System


class Knowledge:
    """Tables of cited values, by id, with the look-ups that the core needs.

    `version` is a digest of the files; every review states it.
    Entries are decoded on first use, so a review pays for the drugs it meets.
    """

    def __init__(
        self,
        *,
        version: str,
        tables: Mapping[str, Mapping[str, Any]],
        sources: Mapping[str, SourceEntry],
        links: Links,
    ) -> None:
        self.version = version
        self._tables = tables
        self.sources = sources
        self.links = links
        self._entries: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._figures: dict[tuple[str, str, date], Decimal] = {}

    # --- entries by id ------------------------------------------------------------

    @property
    def drugs(self) -> Mapping[str, Drug]:
        """Every drug by id."""
        return self._tables["drugs"]

    @property
    def groups(self) -> Mapping[str, Group]:
        """Every group by id."""
        return self._tables["groups"]

    @property
    def conditions(self) -> Mapping[str, ConditionEntry]:
        """Every condition by id."""
        return self._tables["conditions"]

    @property
    def observations(self) -> Mapping[str, ObservationEntry]:
        """Every observation by id."""
        return self._tables["observations"]

    @property
    def scales(self) -> Mapping[str, Scale]:
        """Every scale by id."""
        return self._tables["scales"]

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """How each condition is measured, by id."""
        return self._tables["outcomes"]

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure by id."""
        return self._tables["measures"]

    @property
    def equivalents(self) -> Mapping[str, Equivalents]:
        """Every table of equivalent doses by id."""
        return self._tables["equivalents"]

    @property
    def coverage(self) -> Mapping[str, Coverage]:
        """Every list of what the knowledge means to cover, by id."""
        return self._tables["coverage"]

    def table(self, name: str) -> Mapping[str, Any]:
        """Return one table by its folder's name."""
        return self._tables[name]

    # --- look-ups -----------------------------------------------------------------

    def drug_of(self, rxcui: str) -> Drug | None:
        """Return the drug of an ingredient code, or `None` where none is known."""
        found = self.links.drug_by_rxcui.get(rxcui)
        return self.drugs[found] if found else None

    def drug_named(self, name: str) -> Drug | None:
        """Return the drug of an exact name, synonym, brand, id or RxCUI, or `None`."""
        wanted = name.strip().casefold()
        found = self.links.drug_by_name.get(wanted)
        found = found or self.links.drug_by_rxcui.get(wanted)
        return self.drugs[found] if found else None

    @cached_property
    def groups_by_title(self) -> Mapping[str, frozenset[str]]:
        """The groups that are called by a title or an id, in lower case."""
        found: dict[str, set[str]] = {}
        for group in self.groups.values():
            for name in (group.title.casefold(), group.id):
                found.setdefault(name, set()).add(group.id)
        return {name: frozenset(ids) for name, ids in found.items()}

    def groups_of(self, drug: str) -> tuple[str, ...]:
        """Return the ids of every group that a drug belongs to."""
        return self.links.groups_by_drug.get(drug, ())

    def members(self, group: str) -> Mapping[str, Member]:
        """Return the members of a group by drug id."""
        return self._members_of(group)

    def _members_of(self, group: str) -> Mapping[str, Member]:
        if group not in self._member_cache:
            entry = self.groups[group]
            found = {m.drug: m for m in entry.member}
            if entry.derived is not None:
                for drug in self.links.derived.get(group, ()):
                    found.setdefault(drug, self._derived_member(group, drug))
            self._member_cache[group] = found
        return self._member_cache[group]

    @cached_property
    def _member_cache(self) -> dict[str, Mapping[str, Member]]:
        return {}

    def _derived_member(self, group: str, drug: str) -> Member:
        derived = self.groups[group].derived
        assert derived is not None  # noqa: S101 - the caller asked only for these
        role = next(
            e
            for e in self.drugs[drug].enzyme
            if e.enzyme == derived.enzyme
            and e.role == derived.role
            and e.strength in derived.strength
            and e.label is None
        )
        return Member(
            drug=drug, source=role.source, locator=role.locator, status=role.status
        )

    def conditions_of(self, codes: Iterable[Code]) -> tuple[str, ...]:
        """Return the conditions that codes mean: SNOMED exactly, ICD-10-CM by stem.

        A condition that has no code in either is meant by its own id.
        """
        found: dict[str, None] = {}
        for code in codes:
            if code.system == System.SNOMED:
                found |= dict.fromkeys(self.links.conditions_by_code.get(code.code, ()))
            elif code.system == System.ICD10CM:
                plain = code.code.replace(".", "").upper()
                for length in range(3, len(plain) + 1):
                    if names := self.links.condition_prefixes.get(plain[:length]):
                        found |= dict.fromkeys(names)
            elif code.system == System.OWN and code.code in self.conditions:
                found[code.code] = None
        return tuple(found)

    def interactions_between(self, one: str, other: str) -> tuple[Interaction, ...]:
        """Return the rules that have one drug on one side and one on the other."""
        mine = self.links.rules_a.get(one, frozenset())
        yours = self.links.rules_b.get(other, frozenset())
        ids = mine & yours
        ids |= self.links.rules_a.get(other, frozenset()) & self.links.rules_b.get(
            one, frozenset()
        )
        return tuple(self._tables["interactions"][i] for i in sorted(ids))

    def interaction(self, rule: str) -> Interaction:
        """Return an interaction rule by its id."""
        found: Interaction = self._tables["interactions"][rule]
        return found

    def sides_of(self, drug: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the ids of the rules that have a drug on side a, and on side b."""
        none: frozenset[str] = frozenset()
        links = self.links
        return links.rules_a.get(drug, none), links.rules_b.get(drug, none)

    def interactions_with_event(self, drug: str) -> tuple[Interaction, ...]:
        """Return the rules between a drug and a condition or event of the person."""
        ids = self.links.event_rules.get(drug, ())
        return tuple(self._tables["interactions"][i] for i in ids)

    def cautions_for(self, drug: str) -> tuple[Caution, ...]:
        """Return the cautions whose side holds a drug."""
        return self._by_drug("cautions", drug)

    def monitoring_for(self, drug: str) -> tuple[Monitoring, ...]:
        """Return what a drug calls to be measured."""
        return self._by_drug("monitoring", drug)

    def followup_for(self, drug: str) -> tuple[Followup, ...]:
        """Return the follow-up cadences that apply to a drug."""
        return self._by_drug("followup", drug)

    def entries_for(self, table: str, drug: str) -> tuple[Any, ...]:
        """Return the entries of a table with a `side` that holds a drug."""
        return self._by_drug(table, drug)

    def _by_drug(self, table: str, drug: str) -> tuple[Any, ...]:
        asked = (table, drug)
        if asked not in self._entries:
            ids = self.links.entries_by_drug.get(table, {}).get(drug, ())
            self._entries[asked] = tuple(self._tables[table][i] for i in ids)
        return self._entries[asked]

    def hazards(self) -> Iterator[Group]:
        """Yield every hazard group that adds up to a burden."""
        for group in self.links.hazards:
            yield self.groups[group]

    def duplicate_groups_of(self, drug: str) -> tuple[Group, ...]:
        """Return the duplicate-therapy groups that a drug belongs to."""
        return tuple(
            self.groups[g]
            for g in self.groups_of(drug)
            if self.links.group_kinds[g] == "duplicate-therapy"
        )

    def threshold(self, measure: str, name: str, on: date) -> MeasureValue:
        """Return the value of a measure that holds on a day.

        Raises `KeyError` where no value of that name is in force: knowledge is
        checked for this when it is compiled.
        """
        for value in in_force(self.measures[measure].value, on):
            if value.name == name:
                return value
        msg = f"measures/{measure}.toml has no value {name!r} in force on {on}"
        raise KeyError(msg)

    def figure(self, measure: str, name: str, on: date) -> Decimal:
        """Return the one figure that a value of a measure states.

        Raises `KeyError` where it states none, or several.
        """
        asked = (measure, name, on)
        if asked not in self._figures:
            figures = figures_of(self.threshold(measure, name, on))
            if len(figures) != 1:
                msg = f"measures/{measure}.toml: {name!r} states {len(figures)} figures"
                raise KeyError(msg)
            self._figures[asked] = figures[0]
        return self._figures[asked]


def figures_of(value: MeasureValue) -> tuple[Decimal, ...]:
    """Return the figures that a value of a measure states."""
    stated = (value.share, value.days, value.years, value.number)
    return tuple(figure for figure in stated if figure is not None)


T = TypeVar("T", bound=Cited)


def in_force(values: Iterable[T], on: date) -> tuple[T, ...]:
    """Return the default values that hold on a day: `since` <= day < `until`.

    Values with a `label` belong to another school and are left out.
    """
    if not isinstance(values, tuple):
        values = tuple(values)
    for v in values:
        if v.label is not None or v.since is not None or v.until is not None:
            return tuple(v for v in values if is_in_force(v, on))
    return values  # nearly always: nothing is dated and nothing has a label


def is_in_force(value: Cited, on: date) -> bool:
    """Return whether a value is a default one that holds on a day."""
    return (
        value.label is None
        and (value.since is None or value.since <= on)
        and (value.until is None or on < value.until)
    )
