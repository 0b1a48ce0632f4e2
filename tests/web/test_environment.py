"""An install starts with safe settings or not at all."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest

from concord.errors import UnsafeSettingsError
from concord.web.environment import DEMO_SECRET, check_sqlite, database, environment

SAFE = {
    "CONCORD_SECRET_KEY": secrets.token_urlsafe(50),
    "CONCORD_DATA_KEYS": "a:" + base64.b64encode(secrets.token_bytes(32)).decode(),
}


def test_a_safe_environment_is_read() -> None:
    found = environment(SAFE)
    assert not found.demo
    assert list(found.data_keys) == ["a"]


@pytest.mark.parametrize(
    "secret", ["", "pw-4821", "a" * 60, DEMO_SECRET, "django-insecure-" + "x8#k" * 20]
)
def test_a_known_short_or_guessable_secret_is_refused(secret: str) -> None:
    with pytest.raises(UnsafeSettingsError, match="CONCORD_SECRET_KEY") as error:
        environment(SAFE | {"CONCORD_SECRET_KEY": secret})
    assert not secret or secret not in str(error.value)


@pytest.mark.parametrize(
    "keys", ["", "a", "a:!!", "a:YQ==", "a:" + base64.b64encode(bytes(32)).decode()]
)
def test_a_data_key_that_is_none_is_refused(keys: str) -> None:
    with pytest.raises(UnsafeSettingsError, match="CONCORD_DATA_KEYS"):
        environment(SAFE | {"CONCORD_DATA_KEYS": keys})


def test_nothing_at_all_is_enough_for_a_demonstration_only() -> None:
    assert environment({"CONCORD_DEMO": "1"}).secret == DEMO_SECRET
    with pytest.raises(UnsafeSettingsError):
        environment({})


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SAFE["CONCORD_SECRET_KEY"] + "\n")
    given = {"CONCORD_DATA_KEYS": SAFE["CONCORD_DATA_KEYS"]}
    found = environment(given | {"CONCORD_SECRET_KEY_FILE": str(file)})
    assert found.secret == SAFE["CONCORD_SECRET_KEY"]
    with pytest.raises(UnsafeSettingsError, match="no file"):
        environment(given | {"CONCORD_SECRET_KEY_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), True),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_a_sqlite_with_the_wal_reset_bug_is_refused(
    version: tuple[int, ...], safe: bool
) -> None:
    check_sqlite(version, demo=True)
    if safe:
        check_sqlite(version, demo=False)
        return
    with pytest.raises(UnsafeSettingsError, match="pysqlite3"):
        check_sqlite(version, demo=False)


def test_a_database_is_named_by_its_url() -> None:
    file = database("sqlite:////var/lib/concord.sqlite3")
    assert file["NAME"] == "/var/lib/concord.sqlite3"
    assert file["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    server = database("postgresql://ann:p%40ss@db.example:5433/concord?sslmode=require")
    assert (server["NAME"], server["USER"]) == ("concord", "ann")
    assert (server["PASSWORD"], server["HOST"], server["PORT"]) == (
        "p@ss",
        "db.example",
        "5433",
    )
    assert server["OPTIONS"] == {"sslmode": "require"}
    with pytest.raises(UnsafeSettingsError, match="DATABASE_URL") as error:
        database("mysql://ann:secret@db/concord")
    assert "secret" not in str(error.value)
