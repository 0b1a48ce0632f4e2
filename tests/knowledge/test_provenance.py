"""Every value that a rule uses says where it was read, and how sure that is."""

from __future__ import annotations

import msgspec
import pytest

from concord.knowledge.check import problems_of
from concord.knowledge.counts import counts, total
from concord.knowledge.files import DATA, cited_values, read_files
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited, Drug, Severity, Status
from concord.knowledge.tables import TABLES

THE_THIRTY = """
    sertraline fluoxetine citalopram venlafaxine phenelzine amitriptyline bupropion
    mirtazapine trazodone lithium valproate carbamazepine lamotrigine clozapine
    olanzapine quetiapine paliperidone haloperidol diazepam alprazolam zolpidem
    methylphenidate lisdexamfetamine buprenorphine methadone naltrexone oxycodone
    disulfiram ibuprofen lisinopril
""".split()


def test_the_shipped_files_have_no_problem() -> None:
    tables, sources = read_files()
    assert problems_of(tables, sources) == []


def test_every_table_of_the_design_holds_something(knowledge: Knowledge) -> None:
    assert [name for name in TABLES if not knowledge.table(name)] == []


WHOLE = (
    "atc schedule product indication dose half_life onset stopping pregnancy lactation "
    "contraindication side_effect enzyme"
).split()

# What a medicine rightly lacks, with the reason.
LACKS = {
    ("lithium", "enzyme"): "cleared by the kidney unchanged",
    ("lisinopril", "enzyme"): "cleared by the kidney unchanged",
    ("naltrexone", "enzyme"): "its label names no cytochrome or transporter",
    ("fluoxetine", "contraindication"): "its label forbids drug pairs only: rules",
    ("trazodone", "contraindication"): "its label forbids drug pairs only: rules",
    ("olanzapine", "contraindication"): "its label states none",
    ("disulfiram", "onset"): "it does nothing until alcohol is drunk",
}


@pytest.mark.parametrize("name", THE_THIRTY)
def test_each_of_the_thirty_medicines_is_whole(name: str, knowledge: Knowledge) -> None:
    drug = knowledge.drugs[name]
    lacking = {field for field in WHOLE if not getattr(drug, field)}
    assert lacking == {field for who, field in LACKS if who == name}
    assert drug.identity.rxcui
    assert knowledge.entries_for("missed_doses", name)
    assert knowledge.entries_for("education", name)


def test_what_can_be_cited_cannot_be_left_uncited() -> None:
    """The format itself refuses a cited value without source, locator or status."""
    required = {
        f.name
        for f in msgspec.structs.fields(Cited)
        if f.default is msgspec.NODEFAULT and f.default_factory is msgspec.NODEFAULT
    }
    assert required == {"source", "locator", "status"}


def test_an_uncited_number_has_no_place_in_the_format() -> None:
    """Each amount, share and duration stands in a cited table, or inside one."""
    uncited = {
        f"{table}: {path}" for table, kind in TABLES.items() for path in _amounts(kind)
    }
    assert uncited == set()


def _amounts(kind: type, cited: bool = False, path: str = "") -> set[str]:
    found: set[str] = set()
    cited = cited or issubclass(kind, Cited)
    for field in msgspec.structs.fields(kind):
        here = f"{path}.{field.name}"
        for inner in _types(field.type):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                found |= _amounts(inner, cited, here)
            elif not cited and getattr(inner, "__name__", "") in (
                "Quantity",
                "Duration",
                "Decimal",
            ):
                found.add(here)
    # The range of a scale and the time it asks about are its definition.
    return found - {".lowest", ".highest", ".recall"}


def _types(annotation: object) -> list[object]:
    inner = getattr(annotation, "__args__", ())
    return [annotation, *(t for i in inner for t in _types(i))]


def test_nothing_unverified_can_interrupt_by_itself(knowledge: Knowledge) -> None:
    """A rule of an interrupting severity must have been read in its source."""
    unread = [
        rule.id
        for table in ("interactions", "cautions")
        for rule in knowledge.table(table).values()
        if rule.severity.interrupts and rule.status is Status.UNVERIFIED
    ]
    assert unread == []


def test_the_share_of_verified_values_is_counted_by_table(
    knowledge: Knowledge,
) -> None:
    tables, _ = read_files()
    counted = counts(knowledge)
    for table, entries in tables.items():
        values = sum(len(cited_values(e)) for e in entries.values())
        assert counted.tables[table].values == values
    summed = total(counted.tables)
    assert summed["checked"] / sum(summed.values()) > 0.6


def test_severities_rank_from_the_gravest() -> None:
    assert [s.rank for s in Severity] == [0, 1, 2, 3]
    assert [s for s in Severity if s.interrupts] == [
        Severity.CONTRAINDICATED,
        Severity.SERIOUS,
    ]


def test_texts_hold_no_sentence_that_speaks_of_blame() -> None:
    blame = ("non-compliant", "noncompliant", "abuser", "addict ", "dirty", "refuses")
    found = [
        f"{path.name}: {word}"
        for path in DATA.rglob("*.toml")
        for word in blame
        if word in path.read_text("utf-8").casefold()
    ]
    assert found == []


def test_drugs_and_their_files_are_named_alike(knowledge: Knowledge) -> None:
    for name, drug in knowledge.drugs.items():
        assert isinstance(drug, Drug)
        assert drug.id == name
