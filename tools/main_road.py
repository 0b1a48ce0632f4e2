"""Walks twelve third-party records down the main road and writes what came of them.

`make docs` rewrites `docs/evidence/main-road.md`.
Whether a finding is right is a person's judgement: it stands in
`main-road-verdicts.toml` beside it, by record and finding id, and a finding without one
is shown as not judged.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from concord.exchange import Import, Recogniser, read
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.index import load
from concord.record.model import Record
from concord.review import Review, review
from concord.wording import say

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "evidence" / "main-road.md"
VERDICTS = ROOT / "docs" / "evidence" / "main-road-verdicts.toml"
NOW = datetime(2026, 11, 22, tzinfo=UTC)

SYNTHEA = date(2022, 1, 1)
ECQM = date(2025, 12, 31)
CASES = (
    "CMS506/57da77da-de92-4ef5-9311-1d86e67c9de4",
    "CMS506/5c316557-a562-48e4-94fd-76c02ddc388f",
    "CMS156/64c49012-0f98-41da-a00b-9cd673294d16",
    "CMS2/b51c3f3e-f4b5-41fc-b781-a1a98e25d1b3",
    "CMS136/002040bd-6bc2-4a80-8f94-f76d373777d3",
    "CMS137/645c11ae-4768-4711-9b46-0b6fd309699f",
)


def as_if_alive(record: Record) -> Record:
    """Return a record without its death: of the dead a review says only that."""
    if record.person is None:
        return record
    person = msgspec.structs.replace(record.person, died=None)
    return msgspec.structs.replace(record, person=person)


def records() -> Iterator[tuple[str, Path, date]]:
    """Yield the name, place and day of each record."""
    for path in sorted((SHARED / "synthea-r4").glob("*.json")):
        yield "_".join(path.stem.split("_")[:2]), path, SYNTHEA
    for case in CASES:
        yield case[: case.index("/") + 9], SHARED / "ecqm-2024" / "cases" / case, ECQM


def page() -> str:
    """Return the page: a section for each record, and the sums."""
    knowledge = load()
    recogniser = Recogniser(load_catalogue(), knowledge)
    verdicts = tomllib.loads(VERDICTS.read_text("utf-8")) if VERDICTS.exists() else {}
    sections: list[str] = []
    judged: Counter[str] = Counter()
    interrupting: list[int] = []
    recognised: Counter[str] = Counter()
    for name, path, on in records():
        imported = read(path, recogniser, read_at=NOW)
        found = review(as_if_alive(imported.record), knowledge, on)
        interrupting.append(sum(f.interrupts for f in found.findings))
        sections.append(_section(name, imported, found, verdicts.get(name, {}), judged))
        recognised += _recognised(imported, knowledge)
    told = ", ".join(f"{n} {what}" for what, n in judged.most_common()) or "none"
    read_as = ", ".join(f"{n} {what}" for what, n in recognised.most_common())
    head = f"""# The main road, walked by real records

Made by `make docs` from the third-party records beside the project: six whole Synthea
records and six patients of the national measures.
Verdicts are a reader's (`main-road-verdicts.toml`), not the program's.
Four of the Synthea people died in their records; they are read as if alive on the day.

Four findings of the first reading with 519 drugs were wrong and are mended, so they no
longer stand below: two that nothing explains nitroglycerin and one amlodipine in
coronary disease, one for the acetaminophen of a person with osteoarthritis.
Two more counted a cream of hydrocortisone as if it were a tablet (blood pressure,
potassium); rules of the whole body now go by the route.

Knowledge {knowledge.version}, {len(knowledge.drugs)} drugs.

- Medicine lines: {read_as}.
- Findings: {told}.
- Interrupting findings per record: {sorted(interrupting)}.
""".splitlines()
    return "\n".join(head + sections)


def _recognised(imported: Import, knowledge: object) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in imported.record.medications:
        ingredients = line.medicine.ingredients
        known = any(knowledge.drug_of(i.rxcui) for i in ingredients)  # type: ignore[attr-defined]
        found[
            "recognised and known"
            if known
            else "recognised, not yet covered"
            if ingredients
            else "not recognised"
        ] += 1
    return found


def _section(
    name: str,
    imported: Import,
    found: Review,
    verdicts: dict[str, str],
    judged: Counter[str],
) -> str:
    lines = [
        f"## {name}, as of {found.as_of}",
        "",
        "| medicine as written | recognised as |",
    ]
    lines.append("|---|---|")
    for line in imported.record.medications:
        medicine = line.medicine
        how = ", ".join(i.name for i in medicine.ingredients)
        told = f"{how} (by {medicine.recognised_by})" if how else "not recognised"
        lines.append(f"| {medicine.text} | {told} |")
    if not imported.record.medications:
        lines.append("| none on record | |")
    lines += ["", "| finding | severity | verdict |", "|---|---|---|"]
    for finding in found.findings:
        verdict = verdicts.get(finding.id, "not judged")
        judged[verdict.split(":")[0]] += 1
        lines.append(f"| `{finding.id}` | {finding.severity} | {verdict} |")
    if not found.findings:
        lines.append("| none | | |")
    lines += ["", "Not checked:", ""]
    names = {m.id: m.drug or m.text for m in found.medications}
    by_need: dict[tuple[str, str], list[str]] = {}
    for row in found.not_checked:
        whom = ", ".join(dict.fromkeys(names[m] for m in row.medications))
        needs = "; ".join(say(n) for n in row.needs)
        by_need.setdefault((whom or "the whole list", needs), []).append(row.rule)
    for (whom, needs), rules in by_need.items():
        lines.append(f"- {whom}: {needs} ({', '.join(rules)})")
    idle = ", ".join(f"{r.rule} ({say(r.why)})" for r in found.not_applicable)
    checked = ", ".join(found.checked) or "none"
    lines += f"""
Checked, nothing found: {checked}. Not applicable: {idle or "none"}.

| resource | read | left | why |
|---|---|---|---|""".splitlines()
    for kind, tally in imported.read.items():
        why = "; ".join(f"{w} ({n})" for w, n in tally.why.items())
        lines.append(f"| {kind} | {tally.read} | {tally.left} | {why} |")
    lines += [f"| problems | {len(imported.problems)} | | |", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
