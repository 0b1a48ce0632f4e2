"""Puts reviews, rules and knowledge on a terminal, or into plain values for JSON."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click
import msgspec

from concord.education import points
from concord.knowledge.counts import Counted, Counts, counts, total
from concord.knowledge.files import cited_values
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited, Drug, Severity, SeverityChange
from concord.knowledge.pairs import Pair
from concord.terms import PartialDate
from concord.wording import Message, cased, day, say

if TYPE_CHECKING:
    from concord.exchange import Import
    from concord.review import Finding, Review

NOT_SIGNED_OFF = (
    "Decision support for clinicians. Not a medical device; not clinically signed off."
)
MAY_BE_INCOMPLETE = (
    "May be incomplete. Ask about methadone, buprenorphine and other clinics."
)

# Word, icon and shape first; colour last (ux.md, Severity).
_MARKS = {
    Severity.CONTRAINDICATED: ("⯃", "Contraindicated", "bold red"),
    Severity.SERIOUS: ("▲", "Serious", "bold dark_orange"),
    Severity.MODERATE: ("●", "Moderate", "bold blue"),
    Severity.MINOR: ("·", "Minor", "bold"),
}
_NOT_CHECKED = ("◌", "Not checked", "dim")
_QUESTIONS = {
    "indication": "Indicated?",
    "effectiveness": "Effective?",
    "safety": "Safe?",
    "adherence": "Taken?",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return a record's text without what would steer a terminal."""
    return _CONTROL.sub("\N{MIDDLE DOT}", text)


def _told(message: Message) -> str:
    """Return a message as the terminal shows it: names in Tall Man letters."""
    return clean(cased(say(message)))


# --- a review ---------------------------------------------------------------------


def review_json(found: Review, imported: Import, knowledge: Knowledge) -> Any:
    """Return a review and its import as plain values, every message in words."""
    return {
        "as_of": found.as_of,
        "knowledge": {"version": found.knowledge, "drugs": len(knowledge.drugs)},
        "person": {
            name: getattr(found.person, name) for name in found.person.__struct_fields__
        },
        "medications": [
            {
                "id": m.id,
                "drug": m.drug,
                "rxcui": " / ".join(m.rxcui) or None,
                "text": m.text,
                "dose": m.dose,
                "indication": m.indication,
                "status": m.status,
                "prescriber": m.prescriber,
                "source": m.source,
                "since": m.since,
                "also": list(m.also),
            }
            for m in found.medications
        ],
        "findings": [_finding_json(f) for f in found.findings],
        "checked": list(found.checked),
        "not_checked": [
            {
                "rule": row.rule,
                "medications": list(row.medications),
                "needs": [say(n) for n in row.needs],
            }
            for row in found.not_checked
        ],
        "not_applicable": [
            {"rule": row.rule, "why": say(row.why)} for row in found.not_applicable
        ],
        "problems": [msgspec.to_builtins(p) for p in imported.problems],
        "read": {name: msgspec.to_builtins(t) for name, t in imported.read.items()},
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "circumstance": finding.circumstance,
        "rule": finding.rule,
        "question": finding.question.value,
        "problem": finding.problem.value,
        "severity": finding.severity.value,
        "interrupts": finding.interrupts,
        "medications": list(finding.medications),
        "drugs": list(finding.drugs),
        "first": say(finding.first_say) if finding.first_say else None,
        "seen": [say(m) for m in finding.seen],
        "why": say(finding.why),
        "options": [say(m) for m in finding.options],
        "sources": [
            {"id": s.id, "locator": s.locator, "title": s.title}
            for s in finding.sources
        ],
    }


def print_review(
    found: Review, imported: Import, knowledge: Knowledge, *, everything: bool
) -> None:
    """Print a review: the person, the agreed list, the four questions, the gaps."""
    page = _Page()
    _print_person(page, found)
    _print_list(page, found, everything=everything)
    names = {m.id: clean(m.drug or m.text) for m in found.medications}
    for question, title in _QUESTIONS.items():
        findings = [f for f in found.findings if f.question.value == question]
        page.heading(f"{title}  ({_count(found, question, len(findings))})")
        for finding in findings:
            _print_finding(page, finding)
    _print_not_checked(page, found, names)
    page.heading("What ran")
    page.text(f"Checked, nothing found: {', '.join(found.checked) or 'none'}.")
    for row in found.not_applicable:
        page.text(f"Not applicable: {row.rule} ({say(row.why)}).")
    _print_import(page, imported)
    page.line()
    page.text(
        f"Reviewed as of {day(found.as_of)} with knowledge {found.knowledge} "
        f"({len(knowledge.drugs)} drugs). {NOT_SIGNED_OFF}"
    )


def _count(found: Review, question: str, findings: int) -> str:
    """Return how many findings a question has, and whether all of it was checked."""
    from concord.review.rules import RULES  # noqa: PLC0415 - JSON does not need it

    asked = {rule.id for rule in RULES if rule.question.value == question}
    open_ = [row for row in found.not_checked if row.rule in asked]
    if asked <= {row.rule for row in open_ if not row.medications}:
        return "could not be checked"
    told = f"{findings} to look at" if findings else "nothing found"
    return f"{told}; not all could be checked" if open_ else told


def _print_person(page: _Page, found: Review) -> None:
    person = found.person
    parts = [
        clean(person.name or "Name not on record"),
        f"born {person.birth} (age {person.age})" if person.birth else "age not known",
        f"sex {person.sex}",
    ]
    page.title("  ·  ".join(parts))


def _print_list(page: _Page, found: Review, *, everything: bool) -> None:
    shown = [m for m in found.medications if everything or m.status != "stopped"]
    stopped = len(found.medications) - len(shown)
    page.heading(f"The agreed list  ({len(shown)})")
    if not shown:
        page.text("No current medicine is on record. That is not an empty list.")
    for medicine in shown:
        dose = clean(medicine.dose or "dose not stated")
        name = clean(cased(medicine.drug or medicine.text))
        page.item(name, f"{dose} [{medicine.status}]")
        details = [
            f"for {clean(medicine.indication)}" if medicine.indication else "",
            f"by {clean(medicine.prescriber)}" if medicine.prescriber else "",
            f"since {day(PartialDate.parse(medicine.since))}"
            if medicine.since
            else "start not known",
            f"as written: {clean(medicine.text)}",
        ]
        page.detail("; ".join(d for d in details if d))
    if stopped:
        page.text(f"{stopped} stopped medicine(s) not shown; --all shows them.")
    page.text(MAY_BE_INCOMPLETE)


def _print_finding(page: _Page, finding: Finding) -> None:
    icon, word, style = _MARKS[finding.severity]
    drugs = clean(cased(" + ".join(finding.drugs)))
    unverified = "" if finding.verified else "  (rests on an unverified value)"
    page.mark(f"{icon} {word}", style, f"{drugs}: {finding.rule}{unverified}")
    if finding.first_say:
        page.detail(_told(finding.first_say), bold=True)
    page.detail("Seen: " + " ".join(_told(m) for m in finding.seen))
    page.detail("Why: " + _told(finding.why))
    for option in finding.options:
        page.detail("- " + _told(option))
    cited = "; ".join(f"{s.title or s.id}, {s.locator}" for s in finding.sources)
    page.detail(f"Source: {cited}", dim=True)


def _print_not_checked(page: _Page, found: Review, names: dict[str, str]) -> None:
    page.heading(f"Could not be checked  ({len(found.not_checked)})")
    icon, word, style = _NOT_CHECKED
    by_need: dict[tuple[str, str], list[str]] = {}
    for row in found.not_checked:
        needs = "; ".join(say(n) for n in row.needs)
        whom = [names[m] for m in row.medications if m in names]
        named = ", ".join(dict.fromkeys(whom)) or "the whole list"
        by_need.setdefault((named, needs), []).append(row.rule)
    for (named, needs), rules in by_need.items():
        page.mark(f"{icon} {word}", style, named)
        page.detail(f"Needs: {clean(needs)}.")
        page.detail(f"For: {', '.join(rules)}.", dim=True)


def _print_import(page: _Page, imported: Import) -> None:
    page.heading("What was read")
    for name, tally in imported.read.items():
        left = f", {tally.left} left" if tally.left else ""
        why = "; ".join(f"{reason} ({n})" for reason, n in tally.why.items())
        page.text(f"{name}: {tally.read} read{left}" + (f": {why}" if why else ""))
    if imported.problems:
        page.heading(f"Problems in what was read  ({len(imported.problems)})")
        for problem in imported.problems[:_MOST_PROBLEMS]:
            page.text(clean(str(problem)))
        more = len(imported.problems) - _MOST_PROBLEMS
        if more > 0:
            page.text(f"and {more} more; --json lists them all.")


_MOST_PROBLEMS = 20


# --- interactions -----------------------------------------------------------------


def pairs_json(pairs: Sequence[Pair], knowledge: Knowledge) -> list[dict[str, Any]]:
    """Return rules between drugs as plain values."""
    return [
        {
            "drugs": list(pair.drugs),
            "rule": pair.rule.id,
            "severity": pair.rule.severity.value,
            "first": pair.rule.first_say,
            "mechanism": pair.rule.mechanism,
            "effect": pair.rule.effect,
            "action": pair.rule.action,
            "options": list(pair.rule.options),
            "onset": pair.rule.onset,
            "raises_if": [_change(row) for row in pair.rule.raises],
            "lowers_if": [_change(row) for row in pair.rule.lowers],
            "not_if": [row.text for row in pair.rule.exempt],
            "status": pair.rule.status.value,
            "sources": [_source(row, knowledge) for row in _rows(pair)],
        }
        for pair in pairs
    ]


def _change(row: SeverityChange) -> dict[str, str]:
    return {"to": row.to.value, "if": row.text}


def _rows(pair: Pair) -> Iterator[Cited]:
    seen = set()
    for row in (pair.rule, *pair.rule.raises, *pair.rule.lowers):
        if (row.source, row.locator) not in seen:
            seen.add((row.source, row.locator))
            yield row


def _source(row: Cited, knowledge: Knowledge) -> dict[str, str]:
    title = knowledge.sources[row.source].title
    return {"id": row.source, "locator": row.locator, "title": title}


def print_pairs(pairs: Sequence[Pair], knowledge: Knowledge) -> None:
    """Print rules between drugs."""
    page = _Page()
    if not pairs:
        page.text("No rule between these medicines in the knowledge of this version.")
        page.text("That is not proof that they do not interact.")
    for pair in pairs:
        icon, word, style = _MARKS[pair.rule.severity]
        page.mark(f"{icon} {word}", style, cased(" + ".join(pair.drugs)))
        if pair.rule.first_say:
            page.detail(pair.rule.first_say, bold=True)
        page.detail(f"Effect: {pair.rule.effect}")
        page.detail(f"Mechanism: {pair.rule.mechanism}")
        page.detail(f"Action: {pair.rule.action}")
        for option in pair.rule.options:
            page.detail(f"- {option}")
        for title, rows in (
            ("Graver", pair.rule.raises),
            ("Less grave", pair.rule.lowers),
        ):
            for row in rows:
                page.detail(f"{title} ({row.to.value}) if: {row.text}")
        for exemption in pair.rule.exempt:
            page.detail(f"Does not apply if: {exemption.text}")
        for cited in _rows(pair):
            title = knowledge.sources[cited.source].title
            page.detail(f"Source: {title}, {cited.locator} ({cited.status})", dim=True)
    page.line()
    page.text(NOT_SIGNED_OFF)


# --- knowledge --------------------------------------------------------------------


def drug_json(found: Drug, knowledge: Knowledge) -> dict[str, Any]:
    """Return all that is known of a drug, with its entries in the other tables."""
    from concord.terms import encode_hook  # noqa: PLC0415 - only JSON needs it

    def plain(value: Any) -> Any:
        return msgspec.to_builtins(value, enc_hook=encode_hook)

    related = {
        table: [plain(e) for e in knowledge.entries_for(table, found.id)]
        for table in ("monitoring", "followup", "missed_doses", "cautions", "education")
    }
    rules = knowledge.links.rules_a.get(found.id, frozenset())
    rules |= knowledge.links.rules_b.get(found.id, frozenset())
    cited = cited_values(found)
    return {
        "drug": plain(found),
        "groups": list(knowledge.groups_of(found.id)),
        "interactions": sorted(rules),
        **related,
        "sources": {
            v.source: plain(knowledge.sources[v.source]) for v in cited.values()
        },
    }


def print_drug(found: Drug, knowledge: Knowledge, on: date) -> None:
    """Print all that is known of a drug, each value with its source and status."""
    page = _Page()
    page.title(f"{found.tall_man or found.name}  ·  knowledge {knowledge.version}")
    names = ", ".join((*found.synonyms, *found.brands))
    page.text(f"Also called: {names}" if names else "No other names.")
    groups = ", ".join(knowledge.groups[g].title for g in knowledge.groups_of(found.id))
    page.text(f"Groups: {groups or 'none'}")
    for field in Drug.__struct_fields__:
        value = getattr(found, field)
        rows = value if isinstance(value, tuple) else (value,)
        cited = [row for row in rows if isinstance(row, Cited)]
        if cited:
            page.heading(_HEADINGS.get(field, field.replace("_", " ").capitalize()))
        for row in cited:
            page.text(_row_text(row))
            title = knowledge.sources[row.source].title
            page.detail(f"{title}, {row.locator} ({row.status})", dim=True)
    for table in ("monitoring", "missed_doses", "cautions"):
        entries = knowledge.entries_for(table, found.id)
        if entries:
            page.heading(table.replace("_", " ").capitalize())
            page.text("; ".join(e.title for e in entries))
    told = points(knowledge, found.id, on)
    if told:
        page.heading("To tell the person")
    for point in told:
        page.text(f"{point.topic.replace('-', ' ').capitalize()}: {point.text}")


_HEADINGS = {"atc": "ATC", "dose": "Dose (a day, or each time for a given interval)"}
_PROVENANCE = ("source", "locator", "status", "since", "until", "label", "note")


def _row_text(row: Cited) -> str:
    parts = []
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if name in _PROVENANCE or value in (None, (), False):
            continue
        parts.append(f"{name.replace('_', ' ')}: {_value_text(value)}")
    if row.label:
        parts.append(f"(by another school: {row.label})")
    return "; ".join(parts)


def _value_text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_value_text(v) for v in value)
    if isinstance(value, msgspec.Struct):
        stated = (
            (name, getattr(value, name))
            for name in value.__struct_fields__
            if getattr(value, name) not in (None, (), False)
        )
        told = (f"{name.replace('_', ' ')} {_value_text(v)}" for name, v in stated)
        return f"({', '.join(told)})"
    return str(value)


def print_check(knowledge: Knowledge) -> None:
    """Print that the knowledge is clean, and how much of it is unverified."""
    counted = counts(knowledge)
    summed = total(counted.tables)
    click.echo(
        f"knowledge {knowledge.version}: {len(knowledge.drugs)} drugs, "
        f"{sum(summed.values())} cited values, no problem found"
    )
    for status in ("checked", "convention", "unverified"):
        click.echo(f"  {status}: {summed[status]}")


def print_stats(counted: Counts) -> None:
    """Print the counts as tables."""
    page = _Page()
    page.table(("table", *_COUNTED), _count_rows(counted.tables))
    if counted.coverage:
        page.line()
        page.table(
            ("meant to be covered", "drugs", "covered"),
            [(c.id, str(c.of), str(c.covered)) for c in counted.coverage],
        )
    if counted.most_used:
        page.line()
        page.table(("of the most used", *_COUNTED), _count_rows(counted.most_used))
    page.line()
    page.table(("source", "values"), [(k, str(v)) for k, v in counted.sources.items()])


_COUNTED = ("files", "drugs", "values", "check", "local", "unver", "fig.", "read", "%")


def _count_rows(tables: dict[str, Counted]) -> list[tuple[str, ...]]:
    """Return a row a table.

    `fig.` are the checked values with a figure, `read` those with a reading of it.
    """
    return [
        (
            name,
            str(row.entries),
            str(row.drugs),
            str(row.values),
            str(row.checked),
            str(row.convention),
            str(row.unverified),
            str(row.figures),
            str(row.read),
            f"{row.share_checked * 100:.0f}",
        )
        for name, row in tables.items()
    ]


def print_sample(knowledge: Knowledge, seed: int, count: int, on: date) -> None:
    """Print a random sample of drugs, to be read against their sources."""
    names = sorted(d.id for d in knowledge.drugs.values() if d.kind == "medicine")
    drawn = random.Random(seed).sample(names, min(count, len(names)))  # noqa: S311
    for name in sorted(drawn):
        print_drug(knowledge.drugs[name], knowledge, on)


# --- the terminal -----------------------------------------------------------------


class _Page:
    """Lines on a terminal: wrapped to its width, plain where it is none."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - JSON does not pay for it

        self._console = Console(highlight=False, soft_wrap=False)

    def _print(self, text: str, style: str = "", indent: int = 0) -> None:
        from rich.padding import Padding  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        words = Text(text, style=style)
        self._console.print(Padding(words, (0, 0, 0, indent)) if indent else words)

    def line(self) -> None:
        """Print an empty line."""
        self._console.print()

    def title(self, text: str) -> None:
        """Print the first line of a page."""
        self._print(text, "bold")

    def heading(self, text: str) -> None:
        """Print a heading with space before it."""
        self.line()
        self._print(text, "bold underline")

    def text(self, text: str) -> None:
        """Print a paragraph."""
        self._print(text)

    def item(self, name: str, rest: str) -> None:
        """Print a line that begins with a name."""
        from rich.text import Text  # noqa: PLC0415

        self._console.print(Text.assemble((name, "bold"), "  ", rest))

    def mark(self, mark: str, style: str, text: str) -> None:
        """Print a line that begins with a mark of severity."""
        from rich.text import Text  # noqa: PLC0415

        self._console.print(Text.assemble((mark, style), "  ", (text, "bold")))

    def detail(self, text: str, *, bold: bool = False, dim: bool = False) -> None:
        """Print an indented paragraph below a line."""
        self._print(text, "bold" if bold else "dim" if dim else "", indent=4)

    def table(self, names: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
        """Print a plain table; the first column is text, the others numbers."""
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=None, padding=(0, 1, 0, 0))
        for index, name in enumerate(names):
            table.add_column(name, justify="right" if index else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        self._console.print(table)
