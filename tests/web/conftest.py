"""Both databases: every test of the chart runs on SQLite and on a real PostgreSQL.

A test's database is the default one while it runs, inside a transaction that is
rolled back; so no test sees what another wrote, and no trigger is in the way.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.db.utils import load_backend
from tests.web.clinic import Clinic, a_clinic

from concord.web.environment import database as settings_of


def _connection(url: str) -> Any:
    """Return Django's connection to a database, under the name of the default."""
    settings = connections.configure_settings({"default": settings_of(url)})
    settings["default"]["TEST"] = {"NAME": None}
    backend = load_backend(settings["default"]["ENGINE"])
    return backend.DatabaseWrapper(settings["default"], "default")


def _migrated(url: str) -> tuple[Any, Clinic]:
    """A database with the clinic in it, which each test finds as it was founded."""
    made = _connection(url)
    before = connections["default"]
    connections["default"] = made
    try:
        call_command("migrate", verbosity=0)
        return made, a_clinic()
    finally:
        connections["default"] = before


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL: a running one that is named, or one of our own."""
    named = os.environ.get("CONCORD_TEST_POSTGRESQL")
    if named:
        yield named
        return
    # It says farewell when the interpreter ends, after standard error was closed.
    logging.getLogger("pgserver").disabled = True
    pgserver = pytest.importorskip("pgserver", reason="no PostgreSQL can be had here")
    # Not below pytest's own folder: every session that begins closes that to others,
    # and a server that runs as somebody else loses its files to it.
    folder = Path(tempfile.mkdtemp(prefix="concord-postgresql-"))
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # its folder for sockets is in /tmp: that is fine
        try:
            server = pgserver.get_server(folder)
        except Exception as error:  # noqa: BLE001 - whatever hinders it, say so and skip
            pytest.skip(f"pgserver cannot start here: {type(error).__name__}")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """Make an empty database on a PostgreSQL server, and return its address."""
    import psycopg  # noqa: PLC0415 - only with a server

    name = f"concord_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Any:
    file = tmp_path_factory.mktemp("sqlite") / "concord.sqlite3"
    with django_db_blocker.unblock():
        made = _migrated(f"sqlite:///{file}")
        yield made
        made[0].close()


@pytest.fixture(scope="session")
def postgresql(postgresql_server: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        made = _migrated(new_database(postgresql_server))
        yield made
        made[0].close()


@pytest.fixture(params=["sqlite", "postgresql"])
def clinic(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Clinic]:
    """The clinic as it was founded; nothing that a test adds to it is kept."""
    made, founded = request.getfixturevalue(request.param)
    with django_db_blocker.unblock():
        before = connections["default"]
        connections["default"] = made
        try:
            with transaction.atomic():
                yield founded
                transaction.set_rollback(True)
        finally:
            connections["default"] = before
