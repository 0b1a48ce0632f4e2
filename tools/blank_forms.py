"""Writes blank forms for a second reader: what is asked of which source, no figure.

`python tools/blank_forms.py SINCE --sample 120 --seed 20261127 > forms.tsv` lists the
checked values that were not so, or had other figures, at the commit SINCE: first those
that may interrupt (severe monitoring, bounds, restarts after missed doses, the steps of
medicines that are dangerous to build up), all of them, then others drawn by the seed.
What stands as figures, notes and printed readings is left out, and numbers in a
condition are masked, so that the form gives nothing away.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = "src/concord/knowledge/data"
COLUMNS = (
    "key", "stratum", "about", "asked", "source", "title", "url", "locator", "same",
)  # fmt: skip

# What says which value is meant, and so stands on the form.
_CONTEXT = (
    "phase", "after_event", "observation", "severity", "drug", "form", "indication",
    "of", "unit", "kind", "method", "event", "id", "school", "title", "when", "item",
    "condition", "population", "route", "since_last", "target", "long_form",
)  # fmt: skip
# What is neither asked nor shown: who says so, and what is ours.
_SILENT = (
    "source", "locator", "status", "printed", "local", "note", "label", "since",
    "until", "grace", "share_is", "carries", "part",
)  # fmt: skip
# Bookkeeping, in whose change no figure of a source changed.
_BOOKS = ("note", "printed", "locator", "severity", "action", "text", "grace", "local")
_DANGEROUS_TO_BUILD_UP = {
    "lamotrigine", "clozapine", "lithium", "buprenorphine", "methadone",
}  # fmt: skip

# A figure that a locator gives away; sections and tables keep their numbers.
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:/\d+)?\s*(?=ms\b|mg|m?mol|%|m?[gl]/|hours|days|weeks|months)"
    r"|\d+/\d+"
)

_Found = tuple[str, dict[str, Any]]


def main() -> None:
    """Print the forms as a table with tabs."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("since")
    asked.add_argument("--sample", type=int, default=120)
    asked.add_argument("--seed", type=int, default=20261127)
    given = asked.parse_args()
    every = list(changed(given.since))
    forms = list(_joined(every))
    first = [f for f in forms if f["stratum"] != "other"]
    others = [f for f in forms if f["stratum"] == "other"]
    random.Random(given.seed).shuffle(others)  # noqa: S311 - a sample, no secret
    taken = first + others[: max(0, given.sample - len(first))]
    print(len(every), "values on", len(forms), "forms", file=sys.stderr)
    print(Counter(f["stratum"] for f in forms), file=sys.stderr)
    writer = csv.DictWriter(sys.stdout, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(taken)


def changed(since: str) -> Iterator[dict[str, str]]:
    """Yield a form for each value that became checked, or changed, after a commit."""
    sources = _sources()
    for path in _paths(since):
        now = tomllib.loads((ROOT / path).read_text("utf-8"))
        before = Counter(_known(v) for _, v in _cited(_then(since, path)))
        for place, value in _cited(now):
            if value["status"] != "checked":
                continue
            if before[_known(value)] > 0:
                before[_known(value)] -= 1
                continue
            yield _form(path, place, value, now, sources)


def _joined(forms: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Yield one form where many rows of monitoring ask the same of one passage."""
    first: dict[tuple[str, ...], dict[str, str]] = {}
    for form in forms:
        shown = form["about"].partition("; severity=")[2]
        asks = [form[k] for k in ("stratum", "source", "locator", "asked")]
        key = (*asks, shown if form["key"].startswith("monitoring") else form["key"])
        if key in first:
            first[key]["same"] += " " + form["key"]
        else:
            first[key] = form
    yield from first.values()


def _form(
    path: str,
    place: str,
    value: dict[str, Any],
    entry: dict[str, Any],
    sources: dict[str, dict[str, Any]],
) -> dict[str, str]:
    table, name = Path(path).parent.name, Path(path).stem
    shown = [f"entry={entry.get('title', name)}"]
    if "observation" in entry:
        shown.append(f"observation={entry['observation']}")
    shown += [f"{side}={entry[side]}" for side in ("side", "a", "b") if side in entry]
    shown += [f"{k}={_masked(k, value[k])}" for k in _CONTEXT if k in value]
    ours = value.get("local", [])
    asked = [
        k
        for k in value
        if k not in _CONTEXT and k not in _SILENT and k not in ours
        and not isinstance(value[k], bool)
    ]  # fmt: skip
    if table == "missed_doses" and place.startswith("rule"):
        asked = ["gap", "resume_low", "resume_high", "begin_again", "give"]
    source = sources.get(value["source"], {})
    return {
        "key": f"{table}/{name}/{place}",
        "stratum": _stratum(table, name, place, value),
        "about": "; ".join(shown),
        "asked": ", ".join([*asked, *(["when"] if "when" in value else [])]),
        "source": value["source"],
        "title": f"{source.get('title', '')} ({source.get('published', '')})",
        "url": source.get("url", "") or source.get("identifier", "") or "",
        "locator": _FIGURE.sub("#", value["locator"]),
        "same": "",
    }


def _stratum(table: str, name: str, place: str, value: dict[str, Any]) -> str:
    if table == "monitoring":
        if value.get("severity") in ("contraindicated", "serious"):
            return "severe monitoring"
        if place.startswith("bound"):
            return "bound"
    restarts = ("resume_low", "resume_high", "give", "begin_again")
    if table == "missed_doses" and any(k in value for k in restarts):
        return "restart"
    if "titration" in place and name in _DANGEROUS_TO_BUILD_UP:
        return "steps"
    return "other"


def _masked(key: str, shown: Any) -> str:
    return re.sub(r"\d+(\.\d+)?", "#", str(shown)) if key == "when" else str(shown)


def _known(value: dict[str, Any]) -> str:
    """Return what a value said at a commit: the same text, the same value."""
    return repr(sorted((k, v) for k, v in value.items() if k not in _BOOKS))


def _cited(found: Any, place: str = "") -> Iterator[_Found]:
    if isinstance(found, dict):
        if "status" in found and "source" in found:
            yield place, found
        for key, part in found.items():
            yield from _cited(part, f"{place}.{key}" if place else key)
    elif isinstance(found, list):
        for index, part in enumerate(found):
            yield from _cited(part, f"{place}[{index}]")


def _sources() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / DATA / "sources").glob("*.toml")):
        found |= tomllib.loads(path.read_text("utf-8"))
    return found


def _paths(since: str) -> list[str]:
    names = _git("diff", "--name-only", "--diff-filter=AMR", since, "--", DATA)
    return [
        n
        for n in names.splitlines()
        if n.endswith(".toml") and not n.startswith(f"{DATA}/sources")
    ]


def _then(since: str, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_git("show", f"{since}:{path}"))
    except subprocess.CalledProcessError:
        return {}


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
