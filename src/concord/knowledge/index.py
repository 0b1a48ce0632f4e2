"""The compiled knowledge: one file, mapped into memory, decoded entry by entry.

Parsing hundreds of TOML files takes seconds; a header of offsets takes milliseconds.
The index is made by `concord knowledge compile` (and by `make`), never committed.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from concord.errors import KnowledgeError
from concord.knowledge.check import problems_of
from concord.knowledge.files import DATA, read_files, version_of
from concord.knowledge.links import Links, link
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import SourceEntry
from concord.knowledge.tables import TABLES
from concord.terms import Value, decode_hook, encode_hook

INDEX = Path(__file__).parent / "index.msgpack"
_FORMAT = b"concord-index-1\n"

_encode = msgspec.msgpack.Encoder(enc_hook=encode_hook, decimal_format="string").encode


class _Header(Value, frozen=True, kw_only=True):
    """What stands before the entries: where each one lies, and the look-ups."""

    version: str
    fingerprint: str
    places: dict[str, dict[str, tuple[int, int]]]
    sources: tuple[int, int]
    links: Links


class _Table(Mapping[str, Any]):
    """The entries of one table, each decoded when it is first asked for."""

    def __init__(
        self, body: memoryview, places: dict[str, tuple[int, int]], kind: type
    ) -> None:
        self._body = body
        self._places = places
        self._kind = kind
        self._decoder: msgspec.msgpack.Decoder[Any] | None = None
        self._seen: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._seen:
            start, length = self._places[key]
            if self._decoder is None:
                self._decoder = msgspec.msgpack.Decoder(
                    self._kind, dec_hook=decode_hook
                )
            entry = self._decoder.decode(self._body[start : start + length])
            self._seen[key] = entry
        return self._seen[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _Sources(Mapping[str, SourceEntry]):
    """The sources, decoded together when the first one is asked for."""

    def __init__(self, body: memoryview, place: tuple[int, int]) -> None:
        self._body = body
        self._place = place
        self._all: dict[str, SourceEntry] | None = None

    def _load(self) -> dict[str, SourceEntry]:
        if self._all is None:
            start, length = self._place
            self._all = msgspec.msgpack.decode(
                self._body[start : start + length],
                type=dict[str, SourceEntry],
                dec_hook=decode_hook,
            )
        return self._all

    def __getitem__(self, key: str) -> SourceEntry:
        return self._load()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


def from_files(folder: Path = DATA) -> Knowledge:
    """Return the knowledge read straight from its files, all of it decoded.

    Raises `KnowledgeError` with every problem of every file.
    """
    tables, sources = read_files(folder)
    problems = problems_of(tables, sources)
    if problems:
        raise KnowledgeError(problems)
    return Knowledge(
        version=version_of(folder), tables=tables, sources=sources, links=link(tables)
    )


def compile_index(folder: Path = DATA, target: Path = INDEX) -> Knowledge:
    """Check the files, write the index whole or not at all, and return its knowledge.

    Raises `KnowledgeError` with every problem of every file; the old index stands.
    """
    knowledge = from_files(folder)
    body = bytearray()

    def put(value: Any) -> tuple[int, int]:
        data = _encode(value)
        start = len(body)
        body.extend(data)
        return (start, len(data))

    places = {
        name: {key: put(entry) for key, entry in knowledge.table(name).items()}
        for name in TABLES
    }
    header = _encode(
        _Header(
            version=knowledge.version,
            fingerprint=fingerprint(folder),
            places=places,
            sources=put(dict(knowledge.sources)),
            links=knowledge.links,
        )
    )
    _write_whole(target, _FORMAT + len(header).to_bytes(8, "big") + header + body)
    return knowledge


def _write_whole(target: Path, data: bytes) -> None:
    """Write a file whole or not at all; a folder that cannot be written keeps none.

    Without an index the knowledge is read from its files each time: slower, the same.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(data)
    except OSError:
        return
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)


def open_index(path: Path = INDEX) -> Knowledge:
    """Return the compiled knowledge; nothing but its header is decoded yet.

    Raises `KnowledgeError` where there is no index or it has another format.
    """
    return _open(path)[0]


def load(folder: Path = DATA, path: Path = INDEX) -> Knowledge:
    """Return the knowledge from its index, made anew where a file has changed."""
    if path.exists():
        try:
            knowledge, header = _open(path)
        except KnowledgeError:
            return compile_index(folder, path)
        if header.fingerprint == fingerprint(folder):
            return knowledge
    return compile_index(folder, path)


def fingerprint(folder: Path = DATA) -> str:
    """Return a cheap sign that files changed: their count, sizes and newest time."""
    count = size = newest = 0
    stack = [os.fspath(folder)]
    while stack:
        with os.scandir(stack.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    stack.append(entry.path)
                elif entry.name.endswith(".toml"):
                    stat = entry.stat()
                    count += 1
                    size += stat.st_size
                    newest = max(newest, stat.st_mtime_ns)
    return f"{count}-{size}-{newest}"


def _open(path: Path) -> tuple[Knowledge, _Header]:
    try:
        with path.open("rb") as file:
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        problem = f"{path.name}: no index; run `concord knowledge compile`"
        raise KnowledgeError([problem]) from None
    start = len(_FORMAT) + 8
    try:
        if mapped[: len(_FORMAT)] != _FORMAT:
            raise msgspec.DecodeError
        length = int.from_bytes(mapped[len(_FORMAT) : start], "big")
        header = msgspec.msgpack.decode(mapped[start : start + length], type=_Header)
    except msgspec.DecodeError:
        problem = f"{path.name}: another format; run `concord knowledge compile`"
        raise KnowledgeError([problem]) from None
    body = mapped[start + length :]
    tables = {
        name: _Table(body, header.places.get(name, {}), kind)
        for name, kind in TABLES.items()
    }
    knowledge = Knowledge(
        version=header.version,
        tables=tables,
        sources=_Sources(body, header.sources),
        links=header.links,
    )
    return knowledge, header
