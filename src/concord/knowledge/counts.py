"""Counts what the knowledge holds: honestly, by table, status, reading and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from concord.knowledge.files import cited_values
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited, Status
from concord.knowledge.readings import has_figure
from concord.knowledge.tables import TABLES
from concord.terms import Value

# The tables whose values the review acts on by figures: what the list of the most
# used medicines is judged by.
JUDGED = ("drugs: dose", "interactions", "monitoring")
# Between a table and one kind of its rows, which the table's own count holds too.
_KIND = ": "
MOST_USED = "most-used"


class Counted(Value, frozen=True, kw_only=True):
    """The cited values of one table: how many, of which status, with how many readings.

    `drugs` is how many medicines have something there. `figures` are the checked
    values with a figure of the source, `read` those whose printed figure is kept.
    """

    entries: int
    drugs: int
    values: int
    checked: int
    convention: int
    unverified: int
    figures: int
    read: int

    @property
    def share_checked(self) -> Decimal:
        """The share of the values that were read in their source."""
        return Decimal(self.checked) / self.values if self.values else Decimal(0)


class Covered(Value, frozen=True, kw_only=True):
    """One list of what should be covered, and how much of it is.

    `missing` names the drugs of which no more is known than what they are called and
    made as.
    """

    id: str
    title: str
    of: int
    covered: int
    missing: tuple[str, ...]


class Counts(Value, frozen=True, kw_only=True):
    """All that `concord knowledge stats` tells."""

    version: str
    tables: dict[str, Counted]
    coverage: tuple[Covered, ...]
    most_used: dict[str, Counted]
    sources: dict[str, int]


def counts(knowledge: Knowledge) -> Counts:
    """Return the counts of a knowledge; every entry is decoded for it."""
    values = {name: list(found) for name, found in _by_table(knowledge)}
    sources = Counter(
        value.source
        for name, found in values.items()
        for _, _, value in found
        if _KIND not in name
    )
    wanted = knowledge.coverage.get(MOST_USED)
    used = frozenset(wanted.drugs if wanted else ())
    return Counts(
        version=knowledge.version,
        tables={
            name: _counted(
                found,
                entries=len({entry for entry, _, _ in found}),
                drugs=frozenset(d for _, drugs, _ in found for d in drugs),
            )
            for name, found in values.items()
        },
        coverage=tuple(
            sorted(
                (_covered(knowledge, name) for name in knowledge.coverage),
                key=lambda one: -one.of,
            )
        ),
        most_used={
            name: _of(values[name], used) for name in JUDGED if used and name in values
        },
        sources=dict(sources.most_common()),
    )


def total(tables: Mapping[str, Counted]) -> Counter[str]:
    """Return how many values have which status, over all tables, each value once."""
    summed: Counter[str] = Counter()
    for name, one in tables.items():
        for status in Status if _KIND not in name else ():
            summed[status.value] += getattr(one, status.value)
    return summed


_Found = tuple[str, tuple[str, ...], Cited]


def _by_table(knowledge: Knowledge) -> Iterator[tuple[str, Iterable[_Found]]]:
    """Yield each table with its values; `drugs` also by each kind of row apart."""
    by_kind: dict[str, list[_Found]] = {}
    for drug in knowledge.drugs.values():
        for path, value in cited_values(drug).items():
            kind = path.partition("[")[0].partition(".")[0]
            by_kind.setdefault(f"drugs{_KIND}{kind}", []).append(
                (drug.id, (drug.id,), value)
            )
    yield "drugs", [row for found in by_kind.values() for row in found]
    yield from sorted(by_kind.items())
    reached = _drugs_by_entry(knowledge)
    for table in TABLES:
        if table == "drugs":
            continue
        yield (
            table,
            [
                (name, reached.get((table, name), ()), value)
                for name, entry in knowledge.table(table).items()
                for value in cited_values(entry).values()
            ],
        )


def _drugs_by_entry(knowledge: Knowledge) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return, for each entry that speaks of drugs, which ones."""
    links = knowledge.links
    found: dict[tuple[str, str], list[str]] = {}
    for table, by_drug in links.entries_by_drug.items():
        for drug, entries in by_drug.items():
            for entry in entries:
                found.setdefault((table, entry), []).append(drug)
    for sides in (links.rules_a, links.rules_b):
        for drug, rules in sides.items():
            for rule in rules:
                found.setdefault(("interactions", rule), []).append(drug)
    for drug, groups in links.groups_by_drug.items():
        for group in groups:
            found.setdefault(("groups", group), []).append(drug)
    return {key: tuple(drugs) for key, drugs in found.items()}


def _counted(
    found: Iterable[_Found], *, entries: int, drugs: frozenset[str]
) -> Counted:
    values = [value for _, _, value in found]
    status = Counter(value.status for value in values)
    with_figure = [v for v in values if v.status is Status.CHECKED and has_figure(v)]
    return Counted(
        entries=entries,
        drugs=len(drugs),
        values=len(values),
        checked=status[Status.CHECKED],
        convention=status[Status.CONVENTION],
        unverified=status[Status.UNVERIFIED],
        figures=len(with_figure),
        read=sum(bool(v.printed) for v in with_figure),
    )


def _of(found: Iterable[_Found], drugs: frozenset[str]) -> Counted:
    """Return the counts of the values that concern any of some drugs."""
    mine = [row for row in found if drugs & set(row[1])]
    return _counted(
        mine,
        entries=len({entry for entry, _, _ in mine}),
        drugs=drugs & {d for _, of, _ in mine for d in of},
    )


def _covered(knowledge: Knowledge, name: str) -> Covered:
    listed = knowledge.coverage[name]
    missing = tuple(d for d in listed.drugs if not _is_covered(knowledge, d))
    return Covered(
        id=name,
        title=listed.title,
        of=len(listed.drugs),
        covered=len(listed.drugs) - len(missing),
        missing=missing,
    )


def _is_covered(knowledge: Knowledge, name: str) -> bool:
    """Return whether more is known of a drug than what it is called and made as.

    For one that is not psychotropic that may be a rule alone: how it interacts.
    """
    links, drug = knowledge.links, knowledge.drugs[name]
    kinds = {path.partition("[")[0].partition(".")[0] for path in cited_values(drug)}
    return bool(
        kinds - {"identity", "atc", "schedule", "product"}
        or links.groups_by_drug.get(name)
        or links.rules_a.get(name)
        or links.rules_b.get(name)
    )
