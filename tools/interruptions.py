"""Counts what interrupts, per person and by rule, before and after a change.

`python tools/interruptions.py --before docs/knowledge/interruptions-before.json`
rewrites `docs/knowledge/interruptions.md`; `--json FILE` writes the counts alone, as
they are made in a worktree of an earlier commit.
The people are the ten of the demonstration, the six Synthea records and the test
patients of the national measures, by folder name, the first 200.
Few of those patients take anything on the last day of the period, so each is reviewed
on the day of the newest order too.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from main_road import as_if_alive
from rich.console import Console
from rich.progress import track

from concord.exchange import Recogniser, read
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.index import load
from concord.record.model import Record
from concord.review import Finding, review
from concord.terms import Value

ROOT = Path(__file__).parents[1]
PEOPLE = ROOT / "src" / "concord" / "web" / "demo" / "records"
SHARED = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "knowledge" / "interruptions.md"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIRST = 200

DEMO = "ten demonstration people"
SYNTHEA = "Synthea records"
ECQM = "patients of the national measures"
NEWEST = "the same patients on the day of the newest order"


class Counts(Value, frozen=True, kw_only=True):
    """How often each rule interrupts each person, by set of people and name.

    A rule is named with its cause: `monitoring:overdue`.
    """

    knowledge: str
    drugs: int
    sets: dict[str, dict[str, dict[str, int]]]

    def people(self, of: str) -> dict[str, int]:
        """Return the number of interrupting findings of each person of a set."""
        return {name: sum(rules.values()) for name, rules in self.sets[of].items()}

    def rules(self, of: str) -> Counter[str]:
        """Return how often each rule interrupts in a set."""
        found: Counter[str] = Counter()
        for rules in self.sets[of].values():
            found.update(rules)
        return found


def records() -> Iterator[tuple[str, str, Path, date | None]]:
    """Yield the set, name, place and day of each record; no day: that of its orders."""
    for path in sorted(PEOPLE.glob("*.json")):
        yield DEMO, path.stem, path, NOW.date()
    for path in sorted((SHARED / "synthea-r4").glob("*.json")):
        yield SYNTHEA, "_".join(path.stem.split("_")[:2]), path, date(2022, 1, 1)
    patients = sorted(p for p in (SHARED / "ecqm-2024/cases").glob("*/*") if p.is_dir())
    for of, on in ((ECQM, date(2025, 12, 31)), (NEWEST, None)):
        for path in patients[:FIRST]:
            yield of, f"{path.parent.name}/{path.name[:8]}", path, on


def newest_order(record: Record) -> date:
    """Return the day of the newest start or change; the last of a period without."""
    changes = [c for line in record.medications for c in line.changes]
    days = [c.effective.last for c in changes if c.effective is not None]
    return max(days, default=date(2025, 12, 31))


def cause(finding: Finding) -> str:
    """Return the rule of a finding with its cause, without the drugs."""
    drugs = "+".join(sorted(set(finding.drugs)))
    return finding.id.removesuffix(f":{drugs}")


def count() -> Counts:
    """Return the counts of the knowledge as it stands, with a bar of progress."""
    knowledge = load()
    recogniser = Recogniser(load_catalogue(), knowledge)
    sets: dict[str, dict[str, dict[str, int]]] = {}
    for of, name, path, on in track(list(records()), "Reviewing", transient=True):
        record = as_if_alive(read(path, recogniser, read_at=NOW).record)
        found = review(record, knowledge, on or newest_order(record)).findings
        rules = Counter(cause(f) for f in found if f.interrupts)
        sets.setdefault(of, {})[name] = dict(sorted(rules.items()))
    return Counts(knowledge=knowledge.version, drugs=len(knowledge.drugs), sets=sets)


def page(now: Counts, before: Counts) -> str:
    """Return the page: the sums, the demonstration people, and the rules."""
    return "\n".join([*_head(now, before), *_demo(now, before), *_rules(now, before)])


def _head(now: Counts, before: Counts) -> Iterator[str]:
    yield f"""# What interrupts

Made by `python tools/interruptions.py --before docs/knowledge/interruptions-before.json`.
A finding interrupts where it is contraindicated or serious and rests on no unverified value.

*Before* is knowledge {before.knowledge} with {before.drugs} drugs, *now* {now.knowledge} with {now.drugs}.
The records and days are the same; each side is read by the program of its commit.
The {ECQM} are the first {FIRST} folders by name; there are {len(now.sets[ECQM])}.

| people | how many | findings, before | now | median a person, before | now | most, before | now | with none, before | now |
|---|---|---|---|---|---|---|---|---|---|"""  # noqa: E501 - a sentence, or a row, is a line
    for of in now.sets:
        pairs = [(before.people(of), now.people(of))]
        cells = [of, str(len(now.sets[of]))]
        for figure in (sum, median, max, _none):
            cells += [f"{figure(side.values()):g}" for pair in pairs for side in pair]
        yield _row(cells)
    yield ""


def _none(counts: Iterable[int]) -> int:
    return sum(1 for n in counts if n == 0)


def _demo(now: Counts, before: Counts) -> Iterator[str]:
    yield f"## The {DEMO}"
    yield ""
    yield "| person | before | now | what interrupts now |"
    yield "|---|---|---|---|"
    were = before.people(DEMO)
    for name, found in now.people(DEMO).items():
        told = ", ".join(f"`{rule}`" for rule in now.sets[DEMO][name])
        yield _row([name, str(were[name]), str(found), told])
    yield ""


def _rules(now: Counts, before: Counts) -> Iterator[str]:
    yield "## By rule"
    yield ""
    yield _row(["rule and cause", *(f"{of}, {w}" for of in now.sets for w in _SIDES)])
    yield "|---|" + "---|" * (2 * len(now.sets))
    columns = [side.rules(of) for of in now.sets for side in (before, now)]
    total: Counter[str] = sum(columns, Counter())
    for rule in sorted(total, key=lambda r: (-sum(c[r] for c in columns[1::2]), r)):
        yield _row([f"`{rule}`", *(str(column[rule]) for column in columns)])
    yield ""


_SIDES = ("before", "now")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _read(path: Path) -> Counts:
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Counts(**told)


def main() -> None:
    """Count, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--before", type=Path, help="counts to stand beside these")
    wanted.add_argument("--json", type=Path, help="where to write the counts alone")
    options = parser.parse_args()
    counts = count()
    if options.json:
        told = {f: getattr(counts, f) for f in ("knowledge", "drugs", "sets")}
        text = json.dumps(told, indent=1, ensure_ascii=False)
        options.json.write_text(f"{text}\n", "utf-8")
    else:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(counts, _read(options.before)), "utf-8")
    written = options.json or PAGE.relative_to(ROOT)
    Console().print(f"wrote {written}", highlight=False)


if __name__ == "__main__":
    main()
