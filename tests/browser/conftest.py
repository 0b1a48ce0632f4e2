"""The demonstration, served once, and a real Chromium in front of it.

An account signs in once a minute at most; its cookies are used again in every window.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from concord.web.demo.cast import DOMAIN, PASSWORD

SECONDS_TO_START = 300
# Some pages ask who signed in minutes ago to sign in again: a slow machine comes to
# them late, so a window begins with a sign-in that is newer than this.
SIGNED_IN_FOR = 60.0
FONTS = Path(__file__).parent / "fonts.conf"
# What a console says of an answer that is meant to be a refusal.
EXPECTED_LINES = ("the server responded with a status of 422",)


def chromium_path() -> str | None:
    """Return where Chromium is on this machine."""
    named = os.environ.get("CONCORD_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demonstration of our own: site and worker."""
    folder = tmp_path_factory.mktemp("demonstration")
    own = {"CONCORD_DEMO", "DATABASE_URL", "PORT", "DJANGO_SETTINGS_MODULE"}
    with socket.socket() as any_:
        any_.bind(("127.0.0.1", 0))
        port = int(any_.getsockname()[1])
    program = "from concord.cli import main; main(prog_name='concord')"
    said = folder / "said"
    with said.open("w") as log:
        demo = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program, "demo", "--port", str(port)],
            cwd=folder,
            env={k: v for k, v in os.environ.items() if k not in own},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in range(SECONDS_TO_START * 5):
                if "Ctrl-C" in said.read_text() or demo.poll() is not None:
                    break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    demo.wait(0.2)
            assert demo.poll() is None, said.read_text()
            assert "Ctrl-C" in said.read_text(), said.read_text()
            # By its name: a passkey is never of a bare address.
            yield f"http://localhost:{port}"
        finally:
            demo.terminate()
            demo.wait(timeout=60)


@dataclass
class Window:
    """One window of a browser, of one account; what its console says is kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.page
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._said)

    def _said(self, line: Any) -> None:
        told = line.text
        wrong = line.type in {"error", "warning"} or "Content Security" in told
        if wrong and not any(words in told for words in EXPECTED_LINES):
            self.complaints.append(f"{self.page.url}: {told}")

    def open(self, path: str) -> int:
        """Go to a page of the site, and return the status of the answer."""
        found = self.page.goto(path if path.startswith("http") else self.address + path)
        return found.status if found else 0


@dataclass
class Desk:
    """A browser with which any account of the demonstration can work."""

    browser: Browser
    address: str
    signed_in: dict[str, Any]

    @contextlib.contextmanager
    def window(self, account: str | None, **options: Any) -> Iterator[Window]:
        """A new window of an account (None: of nobody), closed with the block.

        A complaint of its console, a broken content policy too, fails the test.
        """
        since, state = self.signed_in.get(account or "", (0.0, None))
        if account and (state is None or monotonic() - since > SIGNED_IN_FOR):
            state = self._sign_in(account)
            self.signed_in[account] = (monotonic(), state)
        # The clinic's zone: a day that has not begun there is a day to come.
        context = self.browser.new_context(
            storage_state=state, timezone_id="America/New_York", **options
        )
        context.set_default_timeout(20_000)
        try:
            window = Window(context.new_page(), self.address)
            yield window
            assert window.complaints == []
        finally:
            context.close()

    def _sign_in(self, account: str) -> Any:
        """Sign in, in a window of its own, and return what the browser keeps of it."""
        context = self.browser.new_context(timezone_id="America/New_York")
        page = context.new_page()
        page.goto(f"{self.address}/accounts/login/")
        page.get_by_label("E-mail address").fill(f"{account}@{DOMAIN}")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        state = context.storage_state()
        context.close()
        return state


@pytest.fixture(scope="session")
def _signed_in() -> dict[str, Any]:
    return {}


# Of a module and not of the session: Playwright must have ended before the tests of
# another folder start theirs.
@pytest.fixture(scope="module")
def desk(address: str, _signed_in: dict[str, Any]) -> Iterator[Desk]:
    """Chromium before the demonstration."""
    path = chromium_path()
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium can be found on this machine")
    assert path is not None, "CI: found no Chromium, expected one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox"],
            env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
        )
        yield Desk(browser, address, _signed_in)
        browser.close()


def axe_source() -> str:
    """The text of axe-core, which is run in a page without being part of it."""
    here = Path(__file__).parents[1] / "vendor" / "axe.min.js"
    return here.read_text("utf-8")
