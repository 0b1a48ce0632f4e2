"""Tries mutants in forked children of one pytest process that has collected already.

`Forked` is a pytest plugin that takes the place of the loop over the tests. One child
runs every test once and notes which functions of the tried files it calls. Then one
child for each mutant gives the changed functions their changed code and runs only the
tests that call them, quickest first, until one fails. What cannot be changed that way
(numbers of a module or class, defaults of arguments, code that runs when imported) is
handed back as `untried`, for the slow road of `mutants.py`.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, Generic, Protocol, TypeVar

import pytest
from _pytest.runner import runtestprotocol

Place = tuple[str, str, int]  # file, qualified name, first line

_LEAST_SECONDS = 30
_SLOWER = 10  # a mutant that takes so many times as long runs for ever


class Tried(Protocol):
    """What a mutant must be able to say of itself."""

    @property
    def path(self) -> Path:
        """The file that is changed."""

    def codes(self) -> tuple[CodeType, CodeType]:
        """The file's code, as it stands and changed."""


M = TypeVar("M", bound=Tried)


@dataclass
class Learned:
    """Which tests call a function, how long each takes, and which failed unchanged."""

    callers: dict[Place, set[int]]
    seconds: list[float]
    failed: list[str]


class Forked(Generic[M]):
    """The plugin. `told` is called with each mutant tried and whether it lives."""

    def __init__(
        self, mutants: list[M], workers: int, told: Callable[[M, bool], None]
    ) -> None:
        self.mutants = mutants
        self.workers = workers
        self.told = told
        self.untried: list[M] = []
        self.failed: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn, then try every mutant; leave what cannot be tried in `untried`."""
        items = session.items
        files = {str(mutant.path) for mutant in self.mutants}
        _import(mutant.path for mutant in self.mutants)
        learned = _learned(_in_child(lambda: _learn(items, files)))
        self.failed = learned.failed
        if learned.failed:
            return True
        functions = _functions(files)
        killers: dict[Path, list[int]] = defaultdict(list)
        running: dict[int, tuple[M, int]] = {}
        for mutant in self.mutants:
            changed = list(_changed(*mutant.codes()))
            places = [(str(mutant.path), *place) for place, _ in changed]
            callers = set().union(
                *(learned.callers.get(place, set()) for place in places)
            )
            # The outermost comes first; what is inside of it comes with its code.
            found = bool(places and functions.get(places[0]))
            if None in [code for _, code in changed] or not callers or not found:
                self.untried.append(mutant)
                continue
            first = killers[mutant.path]
            order = sorted(
                callers, key=lambda n: (n not in first[-20:], learned.seconds[n])
            )
            while len(running) >= self.workers:
                self._reap(running, killers)
            changes = [
                (function, code)
                for place, (_, code) in zip(places, changed, strict=True)
                if code is not None
                for function in functions[place]
            ]
            expected = sum(learned.seconds[number] for number in order)
            chosen = [items[number] for number in order]
            pid, end = _fork(lambda: _try(changes, chosen, order, expected))  # noqa: B023 -- called at once, in the child
            running[pid] = (mutant, end)
        while running:
            self._reap(running, killers)
        return True

    def _reap(
        self, running: dict[int, tuple[M, int]], killers: dict[Path, list[int]]
    ) -> None:
        pid, status = os.wait()
        mutant, end = running.pop(pid)
        with os.fdopen(end, "rb") as pipe:
            written = pipe.read()
        answer = json.loads(written) if written else None
        if isinstance(answer, int):
            killers[mutant.path].append(answer)
        self.told(mutant, status == 0 and answer is None)


def _changed(
    before: CodeType, after: CodeType
) -> Iterator[tuple[tuple[str, int], CodeType | None]]:
    """Yield the place and new code of each function that differs.

    The code is None where what differs runs when the file is imported.
    """
    if before == after:
        return
    place = (before.co_qualname, before.co_firstlineno)
    if before.co_flags & inspect.CO_NEWLOCALS and before.co_name[0] != "<":
        yield place, after
    inner = [
        (old, new)
        for old, new in zip(before.co_consts, after.co_consts, strict=False)
        if isinstance(old, CodeType) and isinstance(new, CodeType)
    ]
    outside = not before.co_flags & inspect.CO_NEWLOCALS
    if outside and (before.co_code != after.co_code or _plain(before) != _plain(after)):
        yield place, None
    for old, new in inner:
        if outside or old.co_name[0] != "<":
            yield from _changed(old, new)


def _plain(code: CodeType) -> list[object]:
    return [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]


def _import(paths: Iterable[Path]) -> None:
    """Import every tried file, so that its functions are there to be changed.

    What a command imports only when it is called would be imported by each child anew,
    as it stands: its mutants would all seem to live.
    """
    for path in dict.fromkeys(paths):
        parts = list(path.with_suffix("").parts)
        below = parts[len(parts) - parts[::-1].index("src") :]
        importlib.import_module(".".join(below).removesuffix(".__init__"))


def _functions(files: set[str]) -> dict[Place, list[FunctionType]]:
    found: dict[Place, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename in files:
            found[_place(one.__code__)].append(one)
    return found


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _learn(items: list[pytest.Item], files: set[str]) -> dict[str, Any]:
    seconds: list[float] = []
    failed: list[str] = []
    callers: dict[Place, list[int]] = defaultdict(list)
    called: set[Place] = set()

    def note(frame: FrameType, _event: str, _argument: Any) -> None:
        if frame.f_code.co_filename in files:
            called.add(_place(frame.f_code))

    for number, item in enumerate(items):
        called.clear()
        began = time.perf_counter()
        sys.settrace(note)
        passed = _passes(item, _after(items, number))
        sys.settrace(None)
        seconds.append(time.perf_counter() - began)
        if not passed:
            failed.append(item.nodeid)
        for place in called:
            callers[place].append(number)
    return {"seconds": seconds, "failed": failed, "callers": list(callers.items())}


def _learned(answer: dict[str, Any] | None) -> Learned:
    if answer is None:
        return Learned({}, [], ["the run of the tests itself"])
    callers = {tuple(place): set(tests) for place, tests in answer["callers"]}
    return Learned(callers, answer["seconds"], answer["failed"])


def _after(items: list[pytest.Item], number: int) -> pytest.Item | None:
    return items[number + 1] if number + 1 < len(items) else None


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=following)
    return not any(report.failed for report in reports)


def _try(
    changes: list[tuple[FunctionType, CodeType]],
    items: list[pytest.Item],
    numbers: list[int],
    expected: float,
) -> int | None:
    """Return the number of the test that failed, or None."""
    for function, code in changes:
        function.__code__ = code
    for one in gc.get_objects():
        # What was reckoned before the change must not answer for it.
        if hasattr(one, "cache_clear") and _ours(one):
            one.cache_clear()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(_LEAST_SECONDS + _SLOWER * expected))
    for place, (number, item) in enumerate(zip(numbers, items, strict=True)):
        if not _passes(item, _after(items, place)):
            return number
    return None


def _ours(one: object) -> bool:
    return str(getattr(one, "__module__", "")).startswith("concord.")


def _fork(work: Callable[[], object]) -> tuple[int, int]:
    """Return the child's number and the end of the pipe that its answer comes by."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    code = 1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        answer = json.dumps(work()).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        code = 0
    finally:
        os._exit(code)


def _in_child(work: Callable[[], object]) -> Any:
    pid, reading = _fork(work)
    with os.fdopen(reading, "rb") as pipe:
        written = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(written) if written else None
