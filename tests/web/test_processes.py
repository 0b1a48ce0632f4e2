"""Several processes on one database that really commits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.conftest import new_database

SCRIPT = Path(__file__).parent / "own_database.py"
CONCORD = str(Path(sys.executable).parent / "concord")
WRITERS, TURNS = 3, 5


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'own.sqlite3'}"
    else:
        yield new_database(request.getfixturevalue("postgresql_server"))


def begin(url: str, *command: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": url, "CONCORD_DEMO": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "concord.web.settings"
    return subprocess.Popen(  # noqa: S603 - our own script and command
        [sys.executable, *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(url: str, *command: str) -> tuple[int, str, str]:
    process = begin(url, *command)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_writers_at_once_with_the_same_keys_write_once_and_the_log_is_whole(
    url: str,
) -> None:
    assert run(url, str(SCRIPT), "found")[0] == 0
    writers = [begin(url, str(SCRIPT), "write", str(TURNS)) for _ in range(WRITERS)]
    answers = [writer.communicate(timeout=120) for writer in writers]
    assert [w.returncode for w in writers] == [0] * WRITERS, answers
    said = {tuple(out.split()) for out, _ in answers}
    assert len(said) == 1, "every writer has the same answers"
    assert len(set(next(iter(said)))) == TURNS
    code, out, _ = run(url, CONCORD, "audit", "verify")
    assert (code, out) == (0, "the log is whole\n")
    code, out, _ = run(url, CONCORD, "audit", "sign")
    assert (code, len(out.split())) == (0, 2)
    assert run(url, str(SCRIPT), "alter")[0] == 0
    code, out, err = run(url, CONCORD, "audit", "verify")
    assert code == 65
    assert "entry 2 was altered" in err
