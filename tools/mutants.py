"""Breaks every comparison and number of the core, one at a time, and runs the tests.

A mutant that no test notices is printed and named in the report with its reason from
`docs/evidence/mutants-accepted.toml`, or as unexplained.
Run by `make prove`; it takes some minutes.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from types import CodeType

import hypothesis
import pytest
from mutants_forked import Forked
from rich.console import Console
from rich.progress import Progress

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PARTS = ("terms", "dosing", "followup", "review")
# The tests that speak of a part; the other parts' tests use it and are tried after.
# Schedules, supply and adherence stand on their own and are many: `dosing` is tried
# against its own tests and those of the review, which asks it for daily amounts.
TESTS = {
    "terms": ("terms", "record", "followup", "review", "test_people.py"),
    "dosing": ("dosing", "review", "test_people.py"),
    "followup": ("followup", "review", "test_people.py", "record"),
    "review": ("review", "test_people.py", "followup", "record"),
}
SHARED = ROOT.parent / "shared"
ACCEPTED = ROOT / "docs" / "evidence" / "mutants-accepted.toml"

_SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    """One file with one comparison or number changed.

    `spot` counts the comparisons and numbers of the file, from 0; -1 changes nothing.
    """

    path: Path
    line: int
    function: str
    change: str
    spot: int

    @property
    def id(self) -> str:
        """The mutant's name: file, function and change, without a line number."""
        place = self.path.relative_to(SOURCE / "concord").as_posix()
        return f"{place}:{self.function}: {self.change}"

    @property
    def source(self) -> str:
        """The file with this one change in it."""
        return ast.unparse(self._tree())

    @property
    def digest(self) -> str:
        """What stands for the file with this one change in it."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:20]

    def codes(self) -> tuple[CodeType, CodeType]:
        """Return the file's code as it stands and with the change."""
        trees = ast.parse(self.path.read_text("utf-8")), self._tree()
        before, after = (
            compile(t, self.path, "exec", dont_inherit=True) for t in trees
        )
        return before, after

    def _tree(self) -> ast.Module:
        tree = ast.parse(self.path.read_text("utf-8"))
        if self.spot >= 0:
            _, node, place = list(_spots(tree, "module"))[self.spot]
            _change(node, place)
        return tree


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    for spot, (function, node, place) in enumerate(_spots(tree, "module")):
        before = ast.unparse(node)
        _change(node, place)
        after = ast.unparse(node)
        _change_back(node, place)
        yield Mutant(path, node.lineno, function, f"{before} -> {after}", spot)


def _change(node: ast.Compare | ast.Constant, place: int) -> None:
    if isinstance(node, ast.Compare):
        node.ops[place] = _SWAPS[type(node.ops[place])]()
    else:
        node.value = node.value + 1  # type: ignore[operator]


def _change_back(node: ast.Compare | ast.Constant, place: int) -> None:
    if isinstance(node, ast.Compare):
        _change(node, place)  # each swap is its own way back
    else:
        node.value = node.value - 1  # type: ignore[operator]


def _spots(
    node: ast.AST, function: str
) -> Iterator[tuple[str, ast.Compare | ast.Constant, int]]:
    for child in ast.iter_child_nodes(node):
        inside = function
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inside = child.name
        if isinstance(child, ast.Compare):
            for place, operator in enumerate(child.ops):
                if type(operator) in _SWAPS:
                    yield inside, child, place
        elif isinstance(child, ast.Constant) and type(child.value) is int:
            yield inside, child, 0
        yield from _spots(child, inside)


def survives(mutant: Mutant, workers: Queue[Path]) -> bool:
    """Return whether all tests pass with the mutant in place."""
    folder = workers.get()
    try:
        target = folder / "src" / mutant.path.relative_to(SOURCE)
        original = target.read_text("utf-8")
        target.write_text(mutant.source, "utf-8")
        part = mutant.path.relative_to(SOURCE / "concord").parts[0]
        environment = dict(os.environ, PYTHONPATH=str(folder / "src"))
        done = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
                "--hypothesis-seed=1", "--no-header", "--tb=no", "-p", "no:django",
                "-c", "pytest.ini",
                *(str(own.relative_to(folder)) for own in _own_tests(folder, mutant)),
                *(f"tests/{name}" for name in TESTS[part]),
            ],
            cwd=folder, env=environment, capture_output=True, timeout=600, check=False,
        )  # fmt: skip
        target.write_text(original, "utf-8")
    finally:
        workers.put(folder)
    return done.returncode == 0


def _own_tests(folder: Path, mutant: Mutant) -> list[Path]:
    """Return the tests that are named after the file: they come first, and see most."""
    inside = mutant.path.relative_to(SOURCE / "concord")
    names = {inside.stem, inside.parent.name} - {inside.parts[0]}
    below = (folder / "tests" / inside.parts[0]).rglob("test_*.py")
    return sorted(test for test in below if any(name in test.stem for name in names))


def try_forked(
    tried: list[Mutant], part: str, workers: int, told: Callable[[Mutant, bool], None]
) -> list[Mutant]:
    """Try what can be tried in one process; return the rest (`mutants_forked`)."""
    if not tried:
        return []
    # A busy machine is no reason for a test to fail.
    patient = hypothesis.settings(
        deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    hypothesis.settings.register_profile("patient", patient)
    hypothesis.settings.load_profile("patient")
    plugin = Forked(tried, workers, told)
    with tempfile.TemporaryDirectory() as temporary:
        settings = Path(temporary) / "pytest.ini"
        settings.write_text("[pytest]\naddopts = --import-mode=importlib")
        pytest.main(
            [
                "-c", str(settings), "--rootdir", str(ROOT), "-q", "-s", "--no-header",
                "-p", "no:cacheprovider", "-p", "no:django", "-p", "no:xdist",
                "--hypothesis-seed=1",
                *(str(ROOT / "tests" / name) for name in TESTS[part]),
            ],
            plugins=[plugin],
        )  # fmt: skip
    if plugin.failed:
        sys.exit(f"these fail with nothing changed; mend them first: {plugin.failed}")
    return plugin.untried


def try_whole(
    tried: list[Mutant], count: int, told: Callable[[Mutant, bool], None]
) -> None:
    """Try each mutant in a copy of the project, with a pytest process of its own."""
    if not tried:
        return
    workers: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory() as temporary:
        if SHARED.exists():  # the published cases, as they stand beside the project
            (Path(temporary) / "shared").symlink_to(SHARED)
        for number in range(count):
            folder = Path(temporary) / str(number)
            shutil.copytree(SOURCE, folder / "src")
            shutil.copytree(ROOT / "tests", folder / "tests")
            (folder / "pytest.ini").write_text(
                "[pytest]\naddopts = --import-mode=importlib"
            )
            workers.put(folder)
        if not survives(Mutant(tried[0].path, 0, "module", "nothing", -1), workers):
            sys.exit("the tests fail with nothing changed; mend them first")
        with ThreadPoolExecutor(count) as pool:
            results = pool.map(lambda m: survives(m, workers), tried)
            for mutant, lives in zip(tried, results, strict=True):
                told(mutant, lives)


def main() -> None:
    """Run every mutant and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--only", default="", help="only files whose path holds this")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--kept",
        type=Path,
        help="what earlier runs killed: an unchanged file is not tried again",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="leave out what can be tried only in a process of its own",
    )
    arguments = parser.parse_args()
    paths = [
        path
        for part in arguments.parts
        for path in sorted((SOURCE / "concord" / part).rglob("*.py"))
        if arguments.only in path.as_posix()
    ]
    found = [m for path in paths for m in mutants(path)]
    kept = _kept(arguments.kept)
    tried = [m for m in found if m.digest not in kept]  # what survived is tried again
    accepted = tomllib.loads(ACCEPTED.read_text("utf-8")) if ACCEPTED.exists() else {}
    alive: list[Mutant] = []
    untried: list[Mutant] = []
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("mutants", total=len(tried))

        def told(mutant: Mutant, lives: bool) -> None:
            progress.advance(bar)
            if lives:
                alive.append(mutant)
                print(f"alive: {mutant.id}", flush=True)
            else:
                _keep(arguments.kept, mutant)

        for part in arguments.parts:
            folder = SOURCE / "concord" / part
            mine = [m for m in tried if m.path.is_relative_to(folder)]
            left = try_forked(mine, part, arguments.workers, told)
            if arguments.quick:
                untried += left
            else:
                try_whole(left, arguments.workers, told)
    alive.sort(key=lambda m: (m.path, m.line))
    text = _report(found, alive, accepted, untried)
    if arguments.report:
        arguments.report.write_text(text, "utf-8")
    print(text)


def _keep(path: Path | None, mutant: Mutant) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{mutant.digest}\t{mutant.id}\n")


def _kept(path: Path | None) -> set[str]:
    """Return the digests of the mutants that earlier runs killed.

    A mutant is known again while its file and its change are the same; what was killed
    stays killed, since tests are only added.
    """
    if path is None or not path.exists():
        return set()
    lines = path.read_text("utf-8").splitlines()
    return {line.partition("\t")[0] for line in lines}


def _report(
    found: list[Mutant],
    alive: list[Mutant],
    accepted: dict[str, str],
    untried: list[Mutant],
) -> str:
    found = [m for m in found if m not in untried]
    parts = [
        part
        for part in PARTS
        if any(m.path.is_relative_to(SOURCE / "concord" / part) for m in found)
    ]
    killed = len(found) - len(alive)
    share = 100 * killed / max(len(found), 1)
    lines = f"""# Mutants of the core

Every comparison and every whole number in {", ".join(f"`{p}`" for p in parts)}
was changed, one at a time, and the tests were run (`make prove`).

{killed} of {len(found)} mutants killed ({share:.1f} %).

| part | mutants | killed |
|---|---|---|""".splitlines()
    for part in parts:
        folder = SOURCE / "concord" / part
        total = [m for m in found if m.path.is_relative_to(folder)]
        lost = [m for m in alive if m.path.is_relative_to(folder)]
        lines.append(f"| {part} | {len(total)} | {len(total) - len(lost)} |")
    if untried:
        lines += ["", f"Not tried, and not counted above: {len(untried)}."]
    if alive:
        lines += ["", "## What survived, and why", ""]
    for mutant in alive:
        reason = accepted.get(mutant.id, "unexplained")
        lines.append(f"- `{mutant.id}` (line {mutant.line}): {reason}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
