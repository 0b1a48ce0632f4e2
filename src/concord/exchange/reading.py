"""From bytes to JSON documents: one file, a folder of files, or NDJSON.

What cannot be one person's FHIR in JSON is refused here, with memory bounded: a
document has at most `MOST_BYTES`, nesting at most `MOST_LEVELS`; NDJSON of any size is
read line by line.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from concord.errors import NoSuchFileError, UnusableInputError
from concord.exchange.problems import Problem, element_of

MOST_BYTES = 32 * 1024 * 1024
MOST_LEVELS = 100
_SUFFIXES = (".json", ".ndjson", ".jsonl")
_LINES = (".ndjson", ".jsonl")

# A line that may hold an object, and something behind it.
_FIRST_LINE = re.compile(rb"\s*(\{[^\n]*\})[ \t\r]*\n\s*\S")
_BRACKETS_ONLY = bytes(b for b in range(256) if b not in b"[]{}")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_ESCAPED_COLON = re.compile(rb"\\u003[aA]")

Source = Path | str | bytes | BinaryIO


class Document(NamedTuple):
    """One JSON document and where it stands; `of_many` files of a folder, or lines."""

    file: str
    entry: str | None
    content: Any
    of_many: bool = False


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """Why a document cannot be read: where in it, found, expected, what to do."""

    def __init__(self, found: str, expected: str, do: str, at: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.do, self.at = found, expected, do, at


def documents(
    source: Source, name: str | None, problems: list[Problem]
) -> Iterator[Document]:
    """Yield the documents of a file, a folder, bytes or an open binary file.

    A line of NDJSON or a file of a folder that cannot be read costs itself and is
    added to the problems.
    Raises `NoSuchFileError` where nothing is there, `UnusableInputError` where the
    whole is unusable.
    """
    if isinstance(source, bytes):
        yield from _from_head(source, io.BytesIO(), name or "input", "", problems)
        return
    if not isinstance(source, str | Path):
        yield from _from_file(source, name or "input", "", problems)
        return
    path = Path(source)
    if path.is_dir():
        yield from _from_folder(path, problems)
        return
    try:
        with path.open("rb") as file:
            shown = name or path.name
            yield from _from_file(file, shown, path.suffix.lower(), problems)
    except (FileNotFoundError, NotADirectoryError):
        msg = f"{name or path.name}: no such file or folder; check the path"
        raise NoSuchFileError(msg) from None
    except OSError as error:
        msg = f"{name or path.name}: cannot be opened ({error.strerror})"
        raise NoSuchFileError(msg) from None


def _from_folder(folder: Path, problems: list[Problem]) -> Iterator[Document]:
    paths = sorted(
        p
        for p in folder.rglob("*")
        if p.suffix.lower() in _SUFFIXES and not p.name.startswith(".") and p.is_file()
    )
    if not paths:
        msg = (
            f"{folder.name}: found no .json or .ndjson file, expected a folder of "
            "FHIR resources; name another folder"
        )
        raise UnusableInputError(msg)
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            with path.open("rb") as file:
                for found in _from_file(file, name, path.suffix.lower(), problems):
                    yield found._replace(of_many=True)
        except (UnusableInputError, OSError) as error:
            problems.append(_problem_of(name, error))


def _problem_of(name: str, error: UnusableInputError | OSError) -> Problem:
    cause = error.__cause__
    if isinstance(cause, _Unreadable):
        return Problem(
            file=name,
            element=cause.at or None,
            found=cause.found,
            expected=cause.expected,
            do=cause.do,
        )
    return Problem(
        file=name,
        found="a file that cannot be opened",
        expected="a readable file",
        do="check its permissions",
    )


def _from_file(
    file: BinaryIO, name: str, suffix: str, problems: list[Problem]
) -> Iterator[Document]:
    yield from _from_head(file.read(MOST_BYTES + 1), file, name, suffix, problems)


def _from_head(
    head: bytes, rest: BinaryIO, name: str, suffix: str, problems: list[Problem]
) -> Iterator[Document]:
    if suffix in _LINES or _is_lines(head):
        yield from _from_lines(head, rest, name, problems)
        return
    try:
        yield Document(name, None, parse(head))
    except _Unreadable as why:
        at = f" {why.at}:" if why.at else ""
        msg = f"{name}:{at} found {why.found}, expected {why.expected}; {why.do}"
        raise UnusableInputError(msg) from why


def _is_lines(head: bytes) -> bool:
    """Return whether the first line is a whole object and others follow it."""
    found = _FIRST_LINE.match(head)
    if found is None:
        return False
    first = found[1]
    try:
        msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _from_lines(
    head: bytes, rest: BinaryIO, name: str, problems: list[Problem]
) -> Iterator[Document]:
    seen = 0
    for number, line in enumerate(_lines(head, rest), start=1):
        if not line.strip():
            continue
        seen += 1
        entry = f"line {number}"
        try:
            yield Document(name, entry, parse(line))
        except _Unreadable as why:
            problems.append(
                Problem(
                    file=name,
                    entry=entry,
                    element=why.at or None,
                    found=why.found,
                    expected=why.expected,
                    do=why.do,
                )
            )
    if not seen:
        msg = f"{name}: found nothing, expected FHIR R4 in NDJSON; export it again"
        raise UnusableInputError(msg)


def _lines(head: bytes, rest: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of what was read already and of what follows it.

    A line over the limit is cut there: the parser then says that it is too large.
    """
    buffer = io.BytesIO(head)
    while line := buffer.readline():
        if not line.endswith(b"\n"):
            line += rest.readline(MOST_BYTES + 1)
        yield line
    while line := rest.readline(MOST_BYTES + 1):
        yield line


# --- one document -----------------------------------------------------------------


def parse(data: bytes) -> Any:
    """Return the JSON value that bytes hold, numbers with a point as `Decimal`.

    The fast parser keeps the last of two equal keys in silence. Each key has its
    colon, so writing out what was kept and counting colons shows a lost one; the slow
    parser then tells where it was.
    """
    if len(data) > MOST_BYTES:
        raise _Unreadable(
            f"more than {MOST_BYTES // 1024 // 1024} MiB in one JSON document",
            "a smaller document, or NDJSON (one resource a line, any size)",
            "export it as NDJSON",
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data or data.isspace():
        raise _Unreadable("nothing", "FHIR R4 in JSON", "export it again")
    if too_deep(data):
        raise _Unreadable(
            f"more than {MOST_LEVELS} levels of nesting",
            f"FHIR R4, at most {MOST_LEVELS} levels",
            "export it again",
        )
    try:
        content = _DECODER.decode(data)
        kept = msgspec.json.encode(content).count(b":")
    except (msgspec.DecodeError, RecursionError, OverflowError, UnicodeError):
        return _slow(data)
    if kept != data.count(b":") or _ESCAPED_COLON.search(data):
        return _slow(data)
    return content


def too_deep(data: bytes) -> bool:
    """Return whether brackets nest deeper than the limit, before anything is parsed.

    Taking out empty pairs lowers the nesting by one a time; brackets inside texts can
    spoil this, so what does not vanish is counted with the texts left out.
    """
    brackets = data.translate(None, _BRACKETS_ONLY)
    for _ in range(MOST_LEVELS):
        if not brackets:
            return False
        shorter = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if len(shorter) == len(brackets):
            break
        brackets = shorter
    level = 0
    for token in _TOKEN.finditer(data):
        first = token[0][:1]
        if first in b"[{":
            level += 1
            if level > MOST_LEVELS:
                return True
        elif first in b"]}":
            level -= 1
    return False


class _Twice:
    """Stands in place of an object in which a key stands twice."""

    def __init__(self, key: str) -> None:
        self.key = key


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    seen = dict(pairs)
    if len(seen) == len(pairs):
        return seen
    keys: set[str] = set()
    for key, _ in pairs:
        if key in keys:
            return _Twice(key)
        keys.add(key)
    return seen  # pragma: no cover - fewer keys than pairs means that one repeats


def _refuse_constant(_: str) -> Any:
    raise _Unreadable("a number that is none (NaN)", "a number", "export it again")


def _slow(data: bytes) -> Any:
    """Parse again, to say what is wrong; or to accept what only looked wrong."""
    try:
        text = data.decode("utf-8")
        content = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise _Unreadable(
            f"a byte that is not UTF-8 (byte {error.start})",
            "text in UTF-8",
            "save it as UTF-8",
        ) from None
    except json.JSONDecodeError as error:
        raise _Unreadable(
            f"text that is not JSON (line {error.lineno}, column {error.colno})",
            "FHIR R4 in JSON",
            "export it again",
        ) from None
    except RecursionError:
        raise _Unreadable(
            "nesting too deep to be read",
            f"FHIR R4, at most {MOST_LEVELS} levels",
            "export it again",
        ) from None
    except (ValueError, ArithmeticError):
        raise _Unreadable(
            "a number of thousands of digits", "a number", "export it again"
        ) from None
    place = _twice_at(content)
    if place is not None:
        raise _Unreadable(
            "the same key twice in one object",
            "each key once, since only one of two values can be meant",
            "remove one of them",
            place,
        )
    try:
        json.dumps(content, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        raise _Unreadable(
            "half of a character (a lone surrogate)",
            "whole characters",
            "export it again",
        ) from None
    return content


def _twice_at(content: Any) -> str | None:
    """Return the path of the first object with a key twice, ending in that key."""
    if isinstance(content, _Twice):
        return element_of(content.key)
    if isinstance(content, dict):
        for key, value in content.items():
            below = _twice_at(value)
            if below is not None:
                joint = "" if below.startswith("[") else "."
                return element_of(key) + joint + below
    elif isinstance(content, list):
        for index, value in enumerate(content):
            below = _twice_at(value)
            if below is not None:
                return f"[{index}].{below}"
    return None


_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)
