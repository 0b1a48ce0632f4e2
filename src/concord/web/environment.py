"""What the environment says of an install: parsed once, refused where it is unsafe.

Nothing here knows Django, so every refusal is tested as a plain function.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from concord.errors import UnsafeSettingsError
from concord.terms import Value

SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 10
KEY_BYTES = 32
# SQLite's WAL-reset bug: two connections that write and checkpoint at once can, rarely,
# corrupt the file (https://sqlite.org/wal.html, "The WAL-reset bug"; fixed in 3.51.3).
FIRST_WITH_BUG, FIRST_WITHOUT_BUG = (3, 7, 0), (3, 51, 3)

# Good for demonstration only, and refused everywhere else.
DEMO_SECRET = "a secret of the demonstration, known to everybody who reads this file"  # noqa: S105


class Environment(Value, frozen=True, kw_only=True):
    """An install as its environment describes it.

    `data_keys` are the keys that wrap each person's own key, the first one being used
    for what is new; the others open what was wrapped before a rotation.
    """

    demo: bool
    secret: str
    data_keys: dict[str, bytes]
    database: dict[str, Any]
    hosts: tuple[str, ...]


def environment(given: Mapping[str, str]) -> Environment:
    """Return the install that these variables describe.

    CONCORD_DEMO=1 allows the secret and the data key of the demonstration.
    CONCORD_SECRET_KEY and CONCORD_DATA_KEYS may each be given as a file by the same
    name with `_FILE`; CONCORD_DATA_KEYS is `id:base64` of 32 bytes, comma-separated,
    the key in use first.
    DATABASE_URL is `sqlite:///path` or `postgresql://...`; CONCORD_HOSTS names the
    hosts that are served.
    Raises `UnsafeSettingsError` where a secret is missing, known, short or guessable.
    """
    demo = given.get("CONCORD_DEMO") == "1"
    return Environment(
        demo=demo,
        secret=_secret(_given(given, "CONCORD_SECRET_KEY"), demo=demo),
        data_keys=_data_keys(_given(given, "CONCORD_DATA_KEYS"), demo=demo),
        database=database(given.get("DATABASE_URL", "sqlite:///concord.sqlite3")),
        hosts=tuple(given.get("CONCORD_HOSTS", "localhost,127.0.0.1").split(",")),
    )


def _given(given: Mapping[str, str], name: str) -> str | None:
    if name in given:
        return given[name].strip()
    file = given.get(f"{name}_FILE")
    if file is None:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError:
        msg = f"{name}_FILE: found no file that can be read, expected the secret in it"
        raise UnsafeSettingsError(msg) from None


def _secret(secret: str | None, *, demo: bool) -> str:
    if secret is None:
        if demo:
            return DEMO_SECRET
        msg = (
            "CONCORD_SECRET_KEY: found nothing, expected a random text of "
            f"{SHORTEST_SECRET} characters or more; make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(50))'`"
        )
        raise UnsafeSettingsError(msg)
    weak = (
        secret == DEMO_SECRET
        or secret.startswith("django-insecure-")
        or len(secret) < SHORTEST_SECRET
        or len(set(secret)) < FEWEST_CHARACTERS
    )
    if weak and not demo:
        msg = (
            "CONCORD_SECRET_KEY: found a known, short or guessable text, expected a "
            f"random one of {SHORTEST_SECRET} characters or more"
        )
        raise UnsafeSettingsError(msg)
    return secret


def _data_keys(text: str | None, *, demo: bool) -> dict[str, bytes]:
    if not text:
        if demo:
            return {"demo": hashlib.sha256(DEMO_SECRET.encode()).digest()}
        msg = (
            "CONCORD_DATA_KEYS: found nothing, expected `id:base64` of a random key "
            f"of {KEY_BYTES} bytes; without it no record can be kept or read"
        )
        raise UnsafeSettingsError(msg)
    keys: dict[str, bytes] = {}
    for place, part in enumerate(text.split(","), start=1):
        name, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not name or name in keys or len(key) != KEY_BYTES or len(set(key)) == 1:
            msg = (
                f"CONCORD_DATA_KEYS: key {place}: expected an id of its own, a colon "
                f"and the base64 of {KEY_BYTES} random bytes"
            )
            raise UnsafeSettingsError(msg)
        keys[name] = key
    return keys


def database(url: str) -> dict[str, Any]:
    """Return Django's settings of the database that a URL names.

    SQLite writes ahead, waits for the disk at every commit (an acknowledged write
    outlives a power cut) and takes the write lock when a transaction begins (or two
    readers that both turn into writers would fail at once instead of waiting).
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode = WAL;"
                    "PRAGMA synchronous = FULL;"
                    "PRAGMA mmap_size = 0;"
                    "PRAGMA trusted_schema = OFF;"
                ),
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        options = dict(
            pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair
        )
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(options.pop("host", parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "OPTIONS": {name: unquote(value) for name, value in options.items()},
        }
    msg = (
        f"DATABASE_URL: found a scheme other than sqlite and postgresql "
        f"({len(parts.scheme)} characters); expected sqlite:///path or postgresql://..."
    )
    raise UnsafeSettingsError(msg)


def check_sqlite(version: tuple[int, ...], *, demo: bool) -> None:
    """Refuse a SQLite library with the WAL-reset bug, except for a demonstration.

    Raises `UnsafeSettingsError` for 3.7.0 up to and including 3.51.2.
    """
    if FIRST_WITH_BUG <= version < FIRST_WITHOUT_BUG and not demo:
        shown = ".".join(map(str, version))
        msg = (
            f"SQLite {shown} can corrupt a database that two connections write at "
            "once (the WAL-reset bug, 3.7.0 to 3.51.2); expected 3.51.3 or later: "
            "install `pysqlite3`, or use PostgreSQL by DATABASE_URL"
        )
        raise UnsafeSettingsError(msg)
