"""Finds what is wrong with the knowledge: provenance, references, contradictions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import msgspec

from concord.errors import UnitMismatchError
from concord.knowledge.check_missed import missed_problems
from concord.knowledge.check_scales import scale_problems, track_problems
from concord.knowledge.files import cited_values
from concord.knowledge.links import SIDED, drugs_of, link
from concord.knowledge.lookup import figures_of
from concord.knowledge.model import (
    Adjustment,
    Cited,
    Dose,
    Drug,
    Monitoring,
    Side,
    SourceEntry,
    Status,
    Titration,
    When,
)
from concord.knowledge.readings import FIGURES, figures, parts, unprinted
from concord.terms import Quantity

Tables = Mapping[str, Mapping[str, Any]]

# The fields that name an entry of another table, by the table they name.
_REFERENCES = {
    "condition": "conditions",
    "without_condition": "conditions",
    "broader": "conditions",
    "indication": "conditions",
    "observation": "observations",
    "managed_by": "observations",
    "scales": "scales",
    "long_form": "scales",
    "drug": "drugs",
    "reference": "drugs",
    "drugs": "drugs",
    "except_drugs": "drugs",
    "groups": "groups",
    "excludes": "groups",
    "yields_to": "interactions",
    "reasons": "conditions",
}
# An id that an entry names: the entry's table and name, the path and field, the id.
_Name = tuple[str, str, str, str, str]
# These may name a drug or a group.
_EITHER = ("taking", "not_taking", "dose_of", "beside")


# The thresholds that the review asks for by name; each must have a value.
THRESHOLDS = {
    "review-rules": (
        "no-indication",
        "same-ingredient",
        "duplicate-therapy",
        "allergy",
        "allergy-class",
        "not-taken",
        "answer-from-elsewhere",
    ),
    "crisis-escalation": ("answer-speaks-of-days",),
    "populations": ("adult-from-years", "older-adult-from-years"),
    "review-list": ("reconciled-within-days",),
    "interruptions": ("review-rule-firings", "review-rule-share", "repeat-after-days"),
    "refill-gap": ("late-refill-days",),
    "pdc": ("covered-share",),
    "adherence-lookback": ("lookback-days",),
    "medication-availability": ("followup-days",),
    "childbearing": ("age-from", "age-to"),
    "cockcroft-gault": ("age-minuend", "divisor", "female-factor"),
    "renal-function": ("kidney-result-within-days",),
    "pregnancy-status": ("status-within-days",),
    "smoking-change": ("stopped-within-days", "started-within-days"),
    "schedules": (
        "least-share-of-interval",
        "smallest-part",
        "controlled-refill-share",
    ),
    "plans": ("smallest-volume-ml", "most-pieces", "most-steps"),
    "followup-windows": (
        "early-share",
        "grace-share",
        "grace-most-days",
        "let-go-after-days",
        "asked-about-after-days",
    ),
    "followup-events": ("stable-after-days", "switch-within-days"),
    "day-times": ("before-a-meal-minutes", "after-a-meal-minutes"),
}


def problems_of(tables: Tables, sources: Mapping[str, SourceEntry]) -> list[str]:
    """Return every problem of the tables, each with its file, key and remedy."""
    cited = [
        (f"{table}/{name}.toml: {path or 'top'}", value)
        for table, entries in tables.items()
        for name, entry in entries.items()
        for path, value in cited_values(entry).items()
    ]
    named = [
        (table, name, path, field, target)
        for table, entries in tables.items()
        for name, entry in entries.items()
        for path, field, target in _named(entry)
    ]
    return [
        *(problem for where, value in cited for problem in _provenance(where, value)),
        *(
            problem
            for where, value in cited
            for problem in _source(where, value, sources)
        ),
        *(problem for where, value in cited for problem in _reading(where, value)),
        *_references(tables, named),
        *_orphans(tables, {value.source for _, value in cited}, named, sources),
        *_contradictions(tables),
        *_names(tables),
        *_spellings(tables),
        *_thresholds(tables),
        *missed_problems(tables.get("missed_doses", {})),
        *scale_problems(tables["scales"]),
        *track_problems(tables.get("tracks", {}), tables["scales"]),
    ]


def _provenance(where: str, value: Cited) -> Iterator[str]:
    if len(value.locator.strip()) < 1:
        yield f"{where}: no locator; name the section, table or page"
    if value.since and value.until and value.since >= value.until:
        yield f"{where}: ends before it begins; mend since or until"


def _source(
    where: str, value: Cited, sources: Mapping[str, SourceEntry]
) -> Iterator[str]:
    source = sources.get(value.source)
    if source is None:
        yield (
            f"{where}: source {value.source!r} is not in sources; add it or mend the id"
        )
    elif source.kind == "local" and value.status is Status.CHECKED:
        yield (
            f"{where}: checked against our own convention; set the status to "
            "convention or cite the authority"
        )


def _reading(where: str, value: Cited) -> Iterator[str]:
    """Yield figures that are not what their own reading of the source says."""
    for field in value.local:
        if field not in FIGURES.get(type(value), ()):
            yield (
                f"{where}: local names {field!r}, which holds no figure here; name one "
                "that does"
            )
    stated = {
        name: figure
        for field in figures(value)
        for name, figure in parts(field, getattr(value, field))
    }
    for field in unprinted(value):
        yield (
            f"{where}: {field} is {stated[field]}, which none of the printed figures "
            f"gives ({', '.join(value.printed)}); read the source again"
        )


def _references(tables: Tables, named: Iterable[_Name]) -> Iterator[str]:
    for table, name, path, field, target in named:
        places = ("drugs", "groups") if field in _EITHER else (_REFERENCES[field],)
        if not any(target in tables[p] for p in places):
            yield (
                f"{table}/{name}.toml: {path}: {target!r} stands in no file of "
                f"{' or '.join(places)}"
            )


def _named(value: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (path, field, id) for every id of another entry that a value names."""
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _named(item, f"{where}[{index}]")
        return
    if not isinstance(value, msgspec.Struct):
        return
    for field in value.__struct_fields__:
        found = getattr(value, field)
        path = f"{where}.{field}" if where else field
        if field in _REFERENCES or field in _EITHER:
            names = found if isinstance(found, tuple) else (found,)
            plain = [n for n in names if isinstance(n, str)]
            yield from ((path, field, n) for n in plain)
            if len(plain) == len(names):
                continue
        yield from _named(found, path)


def _orphans(
    tables: Tables,
    cited: set[str],
    names: Iterable[_Name],
    sources: Mapping[str, SourceEntry],
) -> Iterator[str]:
    named: dict[str, set[str]] = {name: set() for name in tables}
    for _, _, _, field, target in names:
        table_named = "groups" if field in _EITHER else _REFERENCES[field]
        named[table_named].add(target)
    for source in sorted(sources.keys() - cited):
        yield f"sources: {source}: nothing cites it; cite it or remove it"
    for group in tables["groups"].values():
        used = group.id in named["groups"] or group.burden or group.cross_allergy
        if not used and group.kind != "duplicate-therapy":
            yield f"groups/{group.id}.toml: no rule uses this group"
        if group.kind == "duplicate-therapy" and group.duplicate is None:
            yield (
                f"groups/{group.id}.toml: duplicate: missing; say what two members "
                "amount to"
            )
    for table in ("conditions", "observations"):
        for name in sorted(
            tables[table].keys() - named[table] - _scored(tables, table)
        ):
            yield f"{table}/{name}.toml: nothing uses it"


def _scored(tables: Tables, table: str) -> set[str]:
    """Return the observations that a scale or the engine reads by their role."""
    if table != "observations":
        return set()
    roles = {"smoking-status", "pregnancy-test", "creatinine", "weight"}
    return set(tables["scales"]) | roles


def _contradictions(tables: Tables) -> Iterator[str]:
    for drug in tables["drugs"].values():
        yield from _in_drug(drug)
    for entry in tables["monitoring"].values():
        yield from _bound_units(entry, tables)
    members = {name: tuple(group) for name, group in _members(tables).items()}
    for group in tables["groups"].values():
        for other in group.excludes:
            for drug in sorted({*members[group.id]} & {*members.get(other, ())}):
                yield (
                    f"groups/{group.id}.toml: {drug} is also in {other}, which "
                    f"excludes it; take it out of one"
                )
    for rule in tables["interactions"].values():
        where = f"interactions/{rule.id}.toml"
        for letter, side in (("a", rule.a), ("b", rule.b)):
            yield from _side(f"{where}: {letter}", side, members)
        one, other = set(drugs_of(rule.a, members)), set(drugs_of(rule.b, members))
        if one and one == other and len(one) == 1:
            yield f"{where}: both sides are the same drug; a rule is between two"
    yield from _switches(tables, members)
    yield from _restarts(tables)
    for table, field in SIDED.items():
        for entry in tables[table].values():
            yield from _side(
                f"{table}/{entry.id}.toml: {field}", getattr(entry, field), members
            )


def _switches(tables: Tables, members: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for entry in tables.get("switches", {}).values():
        where = f"switches/{entry.id}.toml"
        yield from _side(f"{where}: a", entry.a, members)
        yield from _side(f"{where}: b", entry.b, members)
        if sum(way.label is None for way in entry.way) != 1:
            yield f"{where}: way: one way, and no more, stands without a label"


def _restarts(tables: Tables) -> Iterator[str]:
    """Yield rules by which the dose is another one and nobody is asked first."""
    for entry in tables.get("missed_doses", {}).values():
        for index, rule in enumerate(entry.rule):
            less = rule.resume_low is not None and rule.resume_low < 1
            other = rule.begin_again or less
            if other and not rule.call_team:
                yield (
                    f"missed_doses/{entry.id}.toml: rule[{index}]: the dose is another "
                    "one and the team is not called; set call_team"
                )


def _in_drug(drug: Drug) -> Iterator[str]:
    for index, dose in enumerate(drug.dose):
        yield from _dose_order(f"drugs/{drug.id}.toml: dose[{index}]", dose)
    for index, titration in enumerate(drug.titration):
        yield from _steps(f"drugs/{drug.id}.toml: titration[{index}]", titration)
    yield from _drug_gaps(drug)
    yield from _forms(drug)


def _members(tables: Tables) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in tables["groups"]}
    for drug, groups in link(tables).groups_by_drug.items():
        for group in groups:
            found[group].append(drug)
    return found


def _side(
    where: str, side: Side, members: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    if side.condition or side.event:
        return
    if not any(True for _ in drugs_of(side, members)):
        yield f"{where}: no drug is on this side; the rule can never hold"


def _bound_units(entry: Monitoring, tables: Tables) -> Iterator[str]:
    """Yield bounds in a unit that none of the entry's observations has."""
    units = [
        tables["observations"][name].unit or ""
        for name in entry.observation
        if name in tables["observations"]
    ]
    for index, row in enumerate(entry.bound):
        for bound in (row.below, row.at_least, row.above):
            if bound is not None and not any(bound.fits(unit) for unit in units):
                yield (
                    f"monitoring/{entry.id}.toml: bound[{index}]: {bound} is in a unit "
                    f"of none of its observations ({', '.join(units)})"
                )


def _dose_order(where: str, dose: Dose) -> Iterator[str]:
    steps = [
        (name, amount)
        for name in ("start", "usual_low", "usual_high", "maximum")
        if (amount := getattr(dose, name)) is not None
    ]
    for (low_name, low), (high_name, high) in pairwise(steps):
        if (low_name, high_name) == ("start", "usual_low"):
            continue  # a start may lie above or below the usual range
        if _above(low, high):
            yield f"{where}: {low_name} {low} is above {high_name} {high}"
    if dose.start and dose.maximum and _above(dose.start, dose.maximum):
        yield f"{where}: start {dose.start} is above maximum {dose.maximum}"


def _above(low: Quantity, high: Quantity) -> bool:
    try:
        return low.to(high.unit).value > high.value
    except UnitMismatchError:
        return True


def _steps(where: str, titration: Titration) -> Iterator[str]:
    """Yield steps that begin on no day of a plan, or whose parts make another dose."""
    days = [step.from_day for step in titration.steps]
    if days and days[0] != 1:
        yield f"{where}: the first step is from day {days[0]}; day 1 is the first dose"
    if any(later <= earlier for earlier, later in pairwise(days)):
        told = ", ".join(map(str, days))
        yield f"{where}: the days of the steps do not rise ({told})"
    for index, step in enumerate(titration.steps):
        if step.each is None or step.times is None:
            continue
        total = step.each.value * step.times / (step.every_days or 1)
        if step.each.unit != step.dose.unit or total != step.dose.value:
            yield (
                f"{where}: steps[{index}]: {step.each}, {step.times} time(s) every "
                f"{step.every_days or 1} day(s), is not {step.dose} a day"
            )


def _drug_gaps(drug: Drug) -> Iterator[str]:
    if drug.kind == "substance":
        return
    where = f"drugs/{drug.id}.toml"
    if not drug.identity.rxcui and not drug.identity.note:
        yield f"{where}: identity: no rxcui and no note that says why"
    for index, adjustment in enumerate(drug.adjustment):
        if adjustment.when == When():
            yield f"{where}: adjustment[{index}]: `when` states nothing"


def _forms(drug: Drug) -> Iterator[str]:
    """Yield rows for a form that no product of the drug has."""
    tags = {product.tag for product in drug.product}
    stated: tuple[tuple[str, tuple[Dose | Adjustment | Titration, ...]], ...] = (
        ("dose", drug.dose),
        ("adjustment", drug.adjustment),
        ("titration", drug.titration),
    )
    for name, rows in stated:
        for index, row in enumerate(rows):
            if row.form is not None and row.form not in tags:
                yield (
                    f"drugs/{drug.id}.toml: {name}[{index}]: form is {row.form!r}, "
                    f"which no product has ({', '.join(sorted(filter(None, tags)))})"
                )
    for index, product in enumerate(drug.product):
        if not product.strengths and not product.note:
            yield (
                f"drugs/{drug.id}.toml: product[{index}]: no strength; name those that "
                "are made, or say in a note why there is none"
            )


def _names(tables: Tables) -> Iterator[str]:
    """Yield names and codes that two drugs claim: a look-up must have one answer."""
    owners: dict[str, str] = {}
    for drug in tables["drugs"].values():
        names = {drug.id, drug.name, *drug.synonyms, *drug.brands}
        for name in sorted({n.casefold() for n in names} | set(drug.identity.rxcui)):
            owner = owners.setdefault(name, drug.id)
            if owner != drug.id:
                yield (
                    f"drugs/{drug.id}.toml: {name!r} already names {owner}; one name, "
                    "one drug"
                )


def _spellings(tables: Tables) -> Iterator[str]:
    """Yield names that are written in two ways, by two lists or by a drug's file."""
    written: dict[str, str] = {}
    for entry in tables.get("tallman", {}).values():
        for name in (n for part in entry.names for n in part.written):
            if written.setdefault(name.casefold(), name) != name:
                yield (
                    f"tallman/{entry.id}.toml: {name!r} is also written "
                    f"{written[name.casefold()]!r}; one name, one spelling"
                )
    for drug in tables["drugs"].values():
        listed = written.get(drug.name.casefold(), drug.name)
        if drug.tall_man not in (None, listed):
            yield (
                f"drugs/{drug.id}.toml: tall_man: found {drug.tall_man!r}, the list "
                f"of look-alike names has {listed!r}"
            )


def _thresholds(tables: Tables) -> Iterator[str]:
    for measure, names in THRESHOLDS.items():
        entry = tables["measures"].get(measure)
        values = entry.value if entry else ()
        had = {v.name: v for v in values if v.label is None}
        for name in names:
            if name not in had:
                yield (
                    f"measures/{measure}.toml: value {name!r} is missing; the review "
                    "asks for it"
                )
            elif measure != "review-rules" and len(figures_of(had[name])) != 1:
                yield (
                    f"measures/{measure}.toml: value {name!r} must state one figure: "
                    "share, days, years or number"
                )
