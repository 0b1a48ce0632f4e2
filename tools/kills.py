"""Kills the site in mid-write, again and again, and counts the writes that were lost.

A browser posts one condition after another to a served site; at a random moment the
whole process group gets SIGKILL and is started again.
A write counts as acknowledged when its answer (a redirect) has arrived. At the end
every acknowledged one must stand in the record, the database must be whole and the log
must verify (trust.md REL-01). Run by `make prove`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.progress import track

ROOT = Path(__file__).parents[1]
PASSWORD = "a long enough password for the tests"  # noqa: S105 - of the tests' clinic
LONGEST = 1.5  # seconds of writing before a kill: a dozen writes or two
_HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|key)" value="([^"]*)"')


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the answer to a write is its redirect."""

    def redirect_request(self, *_: Any) -> None:
        """Return nothing: stay."""


class Browser:
    """Somebody who is signed in and types conditions, one after another."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _Stay
        ).open

    def get(self, path: str) -> str:
        """Return a page."""
        with self._open(self._url + path, timeout=20) as found:
            text: str = found.read().decode()
            return text

    def post(self, path: str, page: str, **fields: str) -> str:
        """Send a page's form with these fields, and return where it led.

        Raises `HTTPError` where it led nowhere: the form was not taken.
        """
        data = {**dict(_HIDDEN.findall(page)), **fields}
        body = urllib.parse.urlencode(data).encode()
        asked = urllib.request.Request(  # noqa: S310 - our own server
            self._url + path, body, {"Referer": self._url + path}
        )
        try:
            found = self._open(asked, timeout=20)
        except urllib.error.HTTPError as answer:
            if answer.code != HTTPStatus.FOUND:
                raise
            found = answer
        with found:
            led: str = found.headers.get("Location", path)
            return led

    def sign_in(self, name: str) -> None:
        """Sign a member of the clinic's staff in."""
        path = "/accounts/login/"
        email = f"{name}@example.org"
        led = self.post(
            path, self.get(path), login=email, username=email, password=PASSWORD
        )
        assert "/login" not in led, "not signed in"


class Trials:
    """One database, its site, and what it acknowledged."""

    def __init__(self, database: str, folder: Path, seed: int) -> None:
        self._folder = folder
        self._dice = random.Random(seed)  # noqa: S311 - dice, no secret
        self._port = _free_port()
        self._environment = {
            **os.environ,
            "DATABASE_URL": database,
            "CONCORD_DEMO": "1",
            "CONCORD_HOSTS": "localhost,127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "concord.web.settings",
        }
        self.acknowledged: list[str] = []
        self.answers = 0
        said = self._python(str(ROOT / "tests/web/serving.py"), "")
        self._person = json.loads(said.splitlines()[-1])["ids"]["amara"]
        self._url = f"http://localhost:{self._port}"
        self._browser = Browser(self._url)

    def run(self, trials: int, what: str) -> None:
        """Start, write, kill: so many times."""
        for trial in track(range(trials), what, console=Console(stderr=True)):
            server = self._serve()
            if trial == 0:
                self._browser.sign_in("ruth")
            self._browser.get(f"/people/{self._person}/")  # what is slow only once
            writer = threading.Thread(target=self._write, args=(trial,), daemon=True)
            writer.start()
            time.sleep(self._dice.uniform(0.1, LONGEST))
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            writer.join()

    def _write(self, trial: int) -> None:
        path = f"/people/{self._person}/conditions/add/"
        page = ""
        for number in range(10_000):
            text = f"written {trial}-{number}"
            fields = {"words": text, "status": "active", "key": str(uuid4())}
            try:
                page = page or self._browser.get(path)
                led = self._browser.post(path, page, **fields)
            except urllib.error.HTTPError:
                raise
            except (OSError, HTTPException, ValueError):
                return  # the server was killed: this one was not acknowledged
            if led.endswith(path):
                msg = f"the form was not accepted at {led}"
                raise AssertionError(msg)
            self.acknowledged.append(text)

    def _serve(self) -> subprocess.Popen[bytes]:
        log = (self._folder / "server.log").open("a")
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "concord.web.wsgi:application"),
                *("--bind", f"127.0.0.1:{self._port}", "--threads", "2"),
            ],
            env=self._environment, stdout=log, stderr=log, cwd=self._folder,
            start_new_session=True,
        )  # fmt: skip
        for _ in range(400):
            assert server.poll() is None, (self._folder / "server.log").read_text()
            try:
                Browser(self._url).get("/accounts/login/")
            except OSError:
                time.sleep(0.05)
            else:
                return server
        raise AssertionError((self._folder / "server.log").read_text())

    def stored(self) -> dict[str, Any]:
        """Return what the database holds now, and whether it and its log are whole."""
        said = self._python("-c", _LOOK, self._person)
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self._environment, capture_output=True, text=True, check=False,
            timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


_LOOK = """
import json, sys
from uuid import UUID
from concord.web.start import start
start()
from django.db import connection
from concord.web.chart import log, rows
from concord.web.chart.models import Line, MedicationChange
record = rows.record_of(UUID(sys.argv[1]), Line.objects, MedicationChange.objects)
whole = "ok"
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        whole = cursor.execute("PRAGMA integrity_check").fetchone()[0]
print(json.dumps({
    "texts": [c.text for c in record.conditions],
    "whole": whole,
    "log": list(log.verify().problems),
}))
"""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def proof(name: str, database: str, folder: Path, trials: int) -> str:
    """Run the trials on one database, and return the row of the report."""
    made = Trials(database, folder, seed=trials)
    made.run(trials, f"killing on {name}")
    found = made.stored()
    stored = found["texts"]
    lost = set(made.acknowledged) - set(stored)
    doubled = len(stored) - len(set(stored))
    row = (
        f"| {name} | {trials} | {len(made.acknowledged)} | {len(lost)} | {doubled} "
        f"| {found['whole']} | {'verifies' if not found['log'] else found['log'][0]} |"
    )
    assert len(made.acknowledged) > trials, row  # most kills had something to lose
    assert not lost, row
    assert not doubled, row
    assert found["whole"] == "ok", row
    assert not found["log"], row
    return row


def main() -> None:
    """Kill on both databases, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "killed.sqlite3"
        rows.append(proof("SQLite", f"sqlite:///{file}", Path(folder), given.trials))
    import pgserver  # noqa: PLC0415 - only here

    with tempfile.TemporaryDirectory() as folder:
        server = pgserver.get_server(folder)  # type: ignore[attr-defined]
        try:
            address = server.get_uri()
            rows.append(proof("PostgreSQL", address, Path(folder), given.trials))
        finally:
            server.cleanup()
    report = "\n".join((_HEAD, *rows, ""))
    print(report)
    if given.report:
        given.report.write_text(report, "utf-8")


_HEAD = """# Kills in mid-write

The served site was killed with SIGKILL at a random moment while a browser sent one
write after another, and was started again (`make prove`; `tools/kills.py`).
*Lost* counts writes whose answer had arrived and that the record does not hold.

| database | kills | acknowledged writes | lost | stored twice | integrity | log |
|---|---|---|---|---|---|---|"""


if __name__ == "__main__":
    main()
