"""A review on a terminal, or as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concord.knowledge.lookup import Knowledge
from concord.printing.terminal import (
    MARKS,
    MAY_BE_INCOMPLETE,
    NO_LIST,
    NOT_CHECKED,
    NOT_SIGNED_OFF,
    Page,
    clean,
    told,
)
from concord.terms import PartialDate
from concord.wording import cased, day, say

if TYPE_CHECKING:
    from concord.exchange import Import
    from concord.review import Finding, Review

_QUESTIONS = {
    "indication": "Indicated?",
    "effectiveness": "Effective?",
    "safety": "Safe?",
    "adherence": "Taken?",
}
# So many problems are told one by one; a wrong file may have thousands.
_MOST_PROBLEMS = 20


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
    page = Page()
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
    said = f"{findings} to look at" if findings else "nothing found"
    return f"{said}; not all could be checked" if open_ else said


def _print_person(page: Page, found: Review) -> None:
    person = found.person
    parts = [
        clean(person.name or "Name not on record"),
        f"born {person.birth} (age {person.age})" if person.birth else "age not known",
        f"sex {person.sex}",
    ]
    page.title("  ·  ".join(parts))


def _print_list(page: Page, found: Review, *, everything: bool) -> None:
    shown = [m for m in found.medications if everything or m.status != "stopped"]
    stopped = len(found.medications) - len(shown)
    page.heading(f"The agreed list  ({len(shown)})")
    if not shown:
        page.text(NO_LIST)
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


def _print_finding(page: Page, finding: Finding) -> None:
    icon, word, style = MARKS[finding.severity]
    drugs = clean(cased(" + ".join(finding.drugs)))
    unverified = "" if finding.verified else "  (rests on an unverified value)"
    page.mark(f"{icon} {word}", style, f"{drugs}: {finding.rule}{unverified}")
    if finding.first_say:
        page.detail(told(finding.first_say), bold=True)
    page.detail("Seen: " + " ".join(told(m) for m in finding.seen))
    page.detail("Why: " + told(finding.why))
    for option in finding.options:
        page.detail("- " + told(option))
    cited = "; ".join(f"{s.title or s.id}, {s.locator}" for s in finding.sources)
    page.detail(f"Source: {cited}", dim=True)


def _print_not_checked(page: Page, found: Review, names: dict[str, str]) -> None:
    page.heading(f"Could not be checked  ({len(found.not_checked)})")
    icon, word, style = NOT_CHECKED
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


def _print_import(page: Page, imported: Import) -> None:
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
