"""Which SQLite library Django uses: the one that `pysqlite3` brings, where it is."""

from __future__ import annotations

import importlib
import sys


def use_own_library() -> tuple[int, ...]:
    """Put `pysqlite3` in the place of `sqlite3`, and return the library's version.

    It must be called before Django loads its back end.
    Debian 12 and Python 3.11's own builds bring libraries with the WAL-reset bug.
    """
    try:
        own = importlib.import_module("pysqlite3")
    except ImportError:
        own = importlib.import_module("sqlite3")
    else:
        sys.modules["sqlite3"] = own
        sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")
    version: tuple[int, ...] = own.sqlite_version_info
    return version
