"""Holds what a second reader filled in against the values as they stood then.

`python tools/compare_forms.py COMMIT > compared.tsv` reads the filled forms of
`docs/knowledge/readings/` and the data at that commit, and prints each figure of both
readers and whether they are the same. A first figure that is marked as ours (`local`)
is held against by what is printed beside it: the source says "more than 6 weeks", and
the 43 days are worked out.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from concord.knowledge.readings import agrees
from concord.terms import Duration, Quantity

ROOT = Path(__file__).parents[1]
READINGS = ROOT / "docs/knowledge/readings"
FILLED = READINGS / "second-2026-11-27.tsv"
BLANK = READINGS / "second-2026-11-27-blank.tsv"
_WORDS = {True: "yes", False: "no", None: "none"}


def main() -> None:
    """Print the comparison as a table with tabs."""
    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    writer.writerow(["row", "field", "first", "second", "opened", "same"])
    with BLANK.open(encoding="utf-8") as file:
        asked = {form["key"] for form in csv.DictReader(file, delimiter="\t")}
    with FILLED.open(encoding="utf-8") as file:
        for form in csv.DictReader(file, delimiter="\t"):
            if form["row"] not in asked:
                continue
            value = _value(sys.argv[1], form["row"])
            for part in filter(None, form["figures"].split("; ")):
                field, _, second = part.partition("=")
                first = _first(value, field)
                same = _same(first, second, value, field)
                writer.writerow(
                    [form["row"], field, _text(first), second, form["opened"], same]
                )
            if not form["figures"]:
                writer.writerow([form["row"], "", "", "", form["opened"], "unread"])


def _value(commit: str, row: str) -> dict[str, Any]:
    table, name, place = row.split("/", 2)
    path = f"src/concord/knowledge/data/{table}/{name}.toml"
    done = subprocess.run(
        ["git", "show", f"{commit}:{path}"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: Any = tomllib.loads(done.stdout)
    value: dict[str, Any] = _at(found, place)
    return value


def _at(found: Any, place: str) -> Any:
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", place):
        try:
            found = found[int(index)] if index else found[name]
        except (KeyError, IndexError):
            return None
    return found


def _first(value: dict[str, Any], field: str) -> Any:
    if field == "member":
        return True
    if field == "when":
        when = value.get("when", {})
        return when.get("taken_for_less_than") or when.get("below")
    if field == "printed":
        return "; ".join(value.get("printed", ())) or value.get("note", "")
    return _at(value, field)


def _same(first: Any, second: str, value: dict[str, Any], field: str) -> str:
    if field in ("text", "none needed"):
        return "text"
    if isinstance(first, bool) or second in ("yes", "no"):
        return _WORDS[_WORDS.get(bool(first)) == second]
    if field == "printed":
        figure = re.escape(second.removesuffix(".0"))
        return _WORDS[bool(re.search(rf"\b{figure}\b", str(first)))]
    if field == "phase":
        return _WORDS[first == second]
    printed = value.get("printed", ())
    if first is not None and _agrees(first, second):
        return "yes"
    if field == "gap":
        # A rule begins on the first day beyond what is printed.
        beyond = second in printed
        return "yes" if beyond or _beyond(first, second) else "no"
    return "no"


def _agrees(first: Any, second: str) -> bool:
    text = second.replace("mmHg", "mm[Hg]").replace("mIU", "m[IU]")
    if isinstance(first, (int, float)):
        return agrees(Quantity.parse(f"{first} 1").value, text)
    if re.search(r"day|week|month|year", str(first)):
        return agrees(Duration.parse(str(first)), text)
    return agrees(Quantity.parse(str(first)), text)


def _beyond(first: Any, second: str) -> bool:
    days = {"day": 1, "week": 7, "month": 31}
    found = re.match(r"(\d+(?:\.\d+)?) (day|week|month)", second)
    begins = re.match(r"(\d+) days", str(first))
    if not found or not begins:
        return False
    last = float(found[1]) * days[found[2]]
    return 0 <= int(begins[1]) - last <= 1 or (
        found[2] == "month" and -5 <= int(begins[1]) - last <= 1
    )


def _text(first: Any) -> str:
    return _WORDS[first] if isinstance(first, bool) or first is None else str(first)


if __name__ == "__main__":
    main()
