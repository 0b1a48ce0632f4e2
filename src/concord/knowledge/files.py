"""Reads the cited TOML files into typed values, reporting every problem at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from concord.errors import KnowledgeError
from concord.knowledge.model import SourceEntry
from concord.knowledge.tables import TABLES
from concord.terms import decode_hook

DATA = Path(__file__).parent / "data"

Tables = dict[str, dict[str, Any]]
Sources = dict[str, SourceEntry]


Parsed = dict[tuple[str, str], Any]


def read_files(
    folder: Path = DATA, parsed: Parsed | None = None
) -> tuple[Tables, Sources]:
    """Return every table and the sources, decoded strictly.

    `parsed` keeps what was read, by table and text, for who reads nearly the same
    files again and again: an unchanged one is not parsed twice.
    Raises `KnowledgeError` with all problems of all files: TOML that does not parse
    (a duplicate key included), an unknown or missing key, a wrong type, an id that
    is not the file's name.
    """
    problems: list[str] = []
    tables: Tables = {}
    for table, kind in TABLES.items():
        tables[table] = {}
        for path in sorted((folder / table).glob("*.toml")):
            entry = _read(path, kind, problems, parsed)
            if entry is None:
                continue
            if entry.id != path.stem:
                problems.append(
                    f"{table}/{path.name}: id: found {entry.id!r}, expected "
                    f"{path.stem!r}: a file is named for what it holds"
                )
            tables[table][path.stem] = entry
    sources = _read_sources(folder, problems)
    if problems:
        raise KnowledgeError(problems)
    return tables, sources


def _read_sources(folder: Path, problems: list[str]) -> Sources:
    """Return the entries of `sources.toml` and of every file in `sources/`."""
    sources: Sources = {}
    paths = [folder / "sources.toml", *sorted((folder / "sources").glob("*.toml"))]
    for path in (p for p in paths if p.exists()):
        found = _read(path, dict[str, SourceEntry], problems) or {}
        problems.extend(
            f"{path.name}: {key}: a source of this id stands already"
            for key in sorted(sources.keys() & found.keys())
        )
        sources |= found
    return sources


def _read(
    path: Path, kind: Any, problems: list[str], parsed: Parsed | None = None
) -> Any:
    """Return the decoded file, or `None` with its problem noted."""
    where = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text("utf-8")
        known = (path.parent.name, text)
        if parsed is not None and known in parsed:
            return parsed[known]
        raw = tomllib.loads(text, parse_float=Decimal)
        entry = msgspec.convert(raw, kind, dec_hook=decode_hook)
        if parsed is not None:
            parsed[known] = entry
        return entry
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{where}: not TOML: {error}; mend the line")
    except UnicodeDecodeError:
        problems.append(f"{where}: not UTF-8 text; save it as UTF-8")
    except msgspec.ValidationError as error:
        problems.append(f"{where}: {error}; see knowledge/model.py for the format")
    return None


def version_of(folder: Path = DATA) -> str:
    """Return a digest of all files: the version that every review states."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.toml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def cited_values(value: Any, where: str = "") -> Mapping[str, Any]:
    """Return every cited value inside a value, by its path."""
    found: dict[str, Any] = {}
    if isinstance(value, msgspec.Struct):
        if hasattr(value, "locator"):
            found[where] = value
        for name in value.__struct_fields__:
            path = f"{where}.{name}" if where else name
            found |= cited_values(getattr(value, name), path)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            found |= cited_values(item, f"{where}[{index}]")
    return found
