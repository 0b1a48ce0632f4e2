"""The site on a real port, with a database of its own: for the tests in a browser.

    with serving(tmp_path) as site:
        site.sign_in(page, "ruth")
        page.goto(f"{site.url}/people/{site.ids['amara']}/")

The database is a SQLite file in `tmp_path`; in it is the clinic of `clinic.py`, and
each of its actors can sign in: staff by the name that the clinic gives them (`ruth`,
`alma`, ...), the caregivers `maya` and `sam`, the persons `amara` and `ben`.
`prepare="tests.web.some_test:fill"` names a function that is called with the clinic in
the process of that database, after it was founded; what it returns (JSON) is in
`site.given`. The process ends with the block.
Accounts are of the demonstration, so no second factor is asked of them; those named in
`in_earnest=("ruth",)` are not.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PASSWORD = "a long enough password for the tests"  # noqa: S105
SECONDS_TO_START = 60


@dataclass
class Site:
    """A served site: its address, and the ids of who and what is in it."""

    url: str
    database: Path
    ids: dict[str, str] = field(default_factory=dict)
    given: Any = None

    def email(self, name: str) -> str:
        """The address with which an actor of the clinic signs in."""
        return f"{name}@example.org"

    def sign_in(self, page: Any, name: str) -> None:
        """Sign an actor in, in a page of Playwright's, by the form alone."""
        page.goto(f"{self.url}/accounts/login/")
        page.fill("input[name=login], input[name=username]", self.email(name))
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)


@contextlib.contextmanager
def serving(
    tmp_path: Path, *, prepare: str | None = None, in_earnest: tuple[str, ...] = ()
) -> Iterator[Site]:
    """The clinic's site, served until the block ends."""
    database = tmp_path / "served.sqlite3"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "CONCORD_DEMO": "1",
        "CONCORD_HOSTS": "localhost,127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "concord.web.settings",
    }
    founded = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, __file__, prepare or "", *in_earnest],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert founded.returncode == 0, founded.stderr
    said = json.loads(founded.stdout.splitlines()[-1])
    port = _free_port()
    log = (tmp_path / "served.log").open("w")
    with log:
        server = subprocess.Popen(  # noqa: S603 - our own server
            [
                *(sys.executable, "-m", "gunicorn", "concord.web.wsgi:application"),
                *("--bind", f"127.0.0.1:{port}", "--threads", "4"),
            ],
            env=environment,
            stdout=log,
            stderr=log,
            cwd=tmp_path,
        )
        try:
            url = f"http://localhost:{port}"
            _wait_for(url, server, tmp_path / "served.log")
            yield Site(url, database, said["ids"], said["given"])
        finally:
            server.terminate()
            server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url + "/accounts/login/", timeout=5)  # noqa: S310
        except urllib.error.HTTPError:
            raise AssertionError(log.read_text()) from None
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def _found(prepare: str, in_earnest: list[str]) -> None:
    """Found the clinic in the database of DATABASE_URL, and say who is who."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    from concord.web.start import start  # noqa: PLC0415 - Django must be started first

    start()
    from django.core.management import call_command  # noqa: PLC0415
    from tests.web import clinic as clinics  # noqa: PLC0415
    from tests.web.signing import account  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    clinic = clinics.a_clinic()
    actors = {
        **clinic.staff,
        "maya": clinic.maya,
        "sam": clinic.sam,
        "amara": clinics.own(clinic.amara),
        "ben": clinics.own(clinic.ben),
    }
    for name, actor in actors.items():
        account(actor, name=name, in_earnest=name in in_earnest)
    given = None
    if prepare:
        module, _, function = prepare.partition(":")
        given = getattr(importlib.import_module(module), function)(clinic)
    ids = {name: str(actor.id) for name, actor in actors.items()}
    print(json.dumps({"ids": ids, "given": given}))


if __name__ == "__main__":
    _found(sys.argv[1], sys.argv[2:])
