"""Running the demonstration: site and worker, two processes that end together."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from concord.errors import ConcordError
from concord.web.demo.cast import PASSWORD, STAFF

# How long the site may take until it answers, and a process until it has ended.
STARTS_WITHIN, ENDS_WITHIN = 60.0, 15.0
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PERSON = re.compile(r'href="(/people/[0-9a-f-]{36}/)"')
_PR_SET_PDEATHSIG = 1


class NotRunningError(ConcordError):
    """A process of the demonstration ended, or a page did not answer (exit 70)."""

    exit_code = 70


@contextmanager
def together(commands: Sequence[Sequence[str]]) -> Iterator[Callable[[], None]]:
    """Run these commands of `concord` until the block is left, however it is left.

    Yields a function that raises `NotRunningError` once one of them has ended.
    An interrupt and a SIGTERM leave the block; if this very process is killed, the
    kernel ends the others (Linux).
    """
    own = os.getpid()
    before = signal.signal(signal.SIGTERM, _as_interrupt)
    running: list[tuple[str, subprocess.Popen[bytes]]] = []
    try:
        for command in commands:
            running.append((command[0], _started(command, own)))  # noqa: PERF401 - each is ended, also when the next one fails to start

        def check() -> None:
            for name, process in running:
                if process.poll() is not None:
                    msg = (
                        f"{name}: found that it ended by itself "
                        f"(exit {process.returncode}); see what it said above"
                    )
                    raise NotRunningError(msg)

        yield check
    finally:
        _end([process for _, process in running])
        signal.signal(signal.SIGTERM, before)


def rest() -> None:
    """Wait a moment, then look again."""
    time.sleep(0.5)


def _as_interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _started(command: Sequence[str], parent: int) -> subprocess.Popen[bytes]:
    program = "from concord.cli import main; main(prog_name='concord')"
    return subprocess.Popen(  # noqa: S603 - our own program, our own words
        [sys.executable, "-c", program, *command],
        stdin=subprocess.DEVNULL,
        preexec_fn=(lambda: _end_with(parent)) if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs yet
    )


def _end_with(parent: int) -> None:
    """Ask the kernel for a SIGTERM when the parent dies; it may have died already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + ENDS_WITHIN
    for process in processes:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(address: str, check: Callable[[], None]) -> None:
    """Return once the site answers; raise `NotRunningError` where it does not."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        check()
        try:
            Visitor(address).get("/accounts/login/")
        except HTTPError as error:
            msg = f"{error.url}: found {error.code}, expected 200"
            raise NotRunningError(msg) from None
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    msg = f"{address}: found no answer in {STARTS_WITHIN:.0f} seconds"
    raise NotRunningError(msg)


class Visitor:
    """A browser of few words: it keeps cookies and reads pages."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """Return a page, or raise `HTTPError` for one that is not there."""
        return self._ask(Request(self._address + path))  # noqa: S310 - our own site

    def sign_in(self, email: str, password: str) -> str:
        """Sign in, and return the first page that follows."""
        found = _CSRF.search(self.get("/accounts/login/"))
        fields = {
            "csrfmiddlewaretoken": found[1] if found else "",
            "login": email,
            "username": email,
            "password": password,
        }
        request = Request(  # noqa: S310 - our own site
            f"{self._address}/accounts/login/", data=urlencode(fields).encode()
        )
        return self._ask(request)

    def _ask(self, request: Request) -> str:
        with self._opener.open(request, timeout=10) as answer:
            text: str = answer.read().decode()
            return text


def visit(address: str) -> list[str]:
    """Return what a visitor saw: the sign-in page, a panel, a person's page.

    Raises `NotRunningError` where one of them is not there.
    """
    seen = [f"200 {address}/accounts/login/"]
    visitor = Visitor(address)
    prescriber = STAFF[0]
    try:
        visitor.sign_in(prescriber.email, PASSWORD)
        people = _PERSON.findall(visitor.get("/people/"))
        if not people:
            msg = f"{address}/people/: found nobody, expected the people in care"
            raise NotRunningError(msg)
        seen.append(
            f"200 {address}/people/ as {prescriber.name}: {len(set(people))} people"
        )
        visitor.get(people[0])
        seen.append(f"200 {address}{people[0]}")
    except HTTPError as error:
        msg = f"{error.url}: found {error.code}, expected 200"
        raise NotRunningError(msg) from None
    return seen
