"""Reports how two readers agreed, and writes how their differences were settled.

`python tools/agreement.py` reads the forms in `docs/knowledge/readings/` that a second
reader filled from the sources without seeing the first reader's values, and rewrites
`docs/knowledge/second-reading.md`.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from concord.knowledge.index import load
from concord.knowledge.readings import agrees
from concord.terms import Quantity

ROOT = Path(__file__).parents[1]
FORMS = ROOT / "docs" / "knowledge" / "readings"
PAGE = ROOT / "docs" / "knowledge" / "second-reading.md"

_WON = {
    "first": "as the first reader had it",
    "second": "as the second had it",
    "both": "both right, in their ways",
    "neither": "as neither had it",
}


def main() -> None:
    """Write the page."""
    PAGE.write_text("\n".join([*_head(), *_doses(), *_monitoring()]) + "\n", "utf-8")
    print(PAGE.relative_to(ROOT))


def _rows(name: str) -> list[dict[str, str]]:
    with (FORMS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _head() -> list[str]:
    return [
        "# The second reading",
        "",
        "Made by `python tools/agreement.py` from the forms in `readings/`.",
        "A second reader filled each form from the source alone: what drug, what use,",
        "for whom; the figures blank. Where the two differed, a third reader opened",
        "the source and settled it, and the knowledge was mended.",
        "The first thirty-one medicines were read a second time before",
        "(`../evidence/second-reading*.md`); the rules are in",
        "`second-reading-interactions.md`.",
        "",
    ]


def _doses() -> list[str]:
    rows = _rows("doses.tsv")
    both = [r for r in rows if r["first"] and r["second"]]
    same = [r for r in both if _same(r["first"], r["second"])]
    settled = [r for r in rows if r["whose"]]
    whose = Counter(r["whose"] for r in settled)
    drugs = len({r["drug"] for r in rows})
    cells = len({(r["drug"], r["row"]) for r in rows})
    lines = [
        "## Doses",
        "",
        f"{drugs} medicines, {cells} rows. Both readers gave a figure in {len(both)}",
        f"places; in {len(same)} it was the same ({len(same) / len(both):.1%}).",
        f"{len(settled)} differences were settled, maxima that only one found among",
        "them: "
        + ", ".join(f"{n} {_WON[who]}" for who, n in whose.most_common())
        + ".",
        "A top of a usual range that the first reader had called a maximum lost that",
        "name: a dose above a checked maximum interrupts a prescriber.",
        "",
        "| medicine | use | figure | first | second | settled | why |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in settled:
        use = " ".join(
            part for part in (row["population"], row["indication"], row["form"]) if part
        )
        cells_ = (
            row["drug"], use, row["field"], row["first"] or "none",
            row["second"] or "none", row["settled"], row["why"],
        )  # fmt: skip
        lines.append("| " + " | ".join(_cell(c) for c in cells_) + " |")
    return [*lines, ""]


def _monitoring() -> list[str]:
    knowledge = load()
    agreed, differing = 0, []
    for row in _rows("monitoring.tsv"):
        entry = knowledge.table("monitoring").get(row["entry"])
        values = getattr(entry, row["table"]) if entry else ()
        if int(row["index"]) >= len(values):
            continue
        value = values[int(row["index"])]
        for part in row["figures"].split(";"):
            field, _, printed = (p.strip() for p in part.partition("="))
            figure = getattr(value, field, None) if printed else None
            if figure is None:
                continue
            if agrees(figure, printed):
                agreed += 1
            else:
                differing.append((row, field, figure, printed))
    lines = [
        "## Monitoring",
        "",
        (
            f"{agreed} figures of {agreed + len(differing)} were the same "
            f"({agreed / (agreed + len(differing)):.1%})."
        ),
        "",
        "| entry | field | ours | the second reader | remark |",
        "|---|---|---|---|---|",
    ]
    for row, field, figure, printed in differing:
        where = f"{row['entry']} {row['table']}[{row['index']}]"
        cells = (where, field, str(figure), printed, row["remark"])
        lines.append("| " + " | ".join(_cell(c) for c in cells) + " |")
    return lines


def _same(one: str, other: str) -> bool:
    return agrees(Quantity.parse(one), other)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


if __name__ == "__main__":
    main()
