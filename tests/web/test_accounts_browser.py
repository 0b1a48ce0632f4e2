"""Sign-in in a real browser: passkeys, and the warning before the idle end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.web.serving import PASSWORD, Site, serving

CHROMIUM = "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="no browser can be had here"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("site"), in_earnest=("ruth", "noor")) as made:
        yield made


@pytest.fixture
def tab(site: Site) -> Iterator[Any]:
    """A new browser; whatever its console complains of fails the test."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it is heavy

    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        new = browser.new_context().new_page()
        new.on("pageerror", lambda error: said.append(str(error)))
        new.on(
            "console",
            lambda line: (
                said.append(line.text)
                if "Content Security Policy" in line.text
                else None
            ),
        )
        yield new
        browser.close()
    assert said == []


def with_authenticator(tab: Any) -> Any:
    """Give the browser a fingerprint reader that always agrees."""
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def test_staff_enrol_a_passkey_and_sign_in_with_it_alone(site: Site, tab: Any) -> None:
    with_authenticator(tab)
    site.sign_in(tab, "ruth")
    assert tab.url.endswith("/accounts/factors/"), "no page before a second factor"
    tab.goto(f"{site.url}/people/")
    assert tab.url.endswith("/accounts/factors/")
    tab.get_by_role("link", name="Add a passkey").click()
    tab.get_by_label("Name of the passkey").fill("The key on my ring")
    tab.get_by_role("button", name="Add the passkey").click()
    tab.wait_for_url("**/recovery-codes/")
    assert tab.locator(".codes li").count() == 10
    tab.get_by_role("link", name="I have kept them").click()
    tab.wait_for_url("**/people/")
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url("**/login/")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url("**/people/")

    # The password is then one factor of two.
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url("**/login/")
    tab.get_by_label("E-mail address").fill(site.email("ruth"))
    tab.get_by_label("Password").fill(PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/authenticate/")
    tab.goto(f"{site.url}/people/")
    assert tab.url.endswith("/accounts/factors/authenticate/")
    tab.get_by_role("button", name="Use a passkey").click()
    tab.wait_for_url("**/people/")


def test_a_passkey_that_is_not_given_is_told_on_the_page(site: Site, tab: Any) -> None:
    session = with_authenticator(tab)
    tab.goto(f"{site.url}/accounts/login/")
    assert tab.locator("#passkey-problem").is_hidden()
    session.send("WebAuthn.disable")
    tab.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new Error('no')); }"
    )
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.locator("#passkey-problem").wait_for(state="visible")


def idle_for(site: Site, *, minutes: float) -> None:
    """As if nobody had acted anywhere for so long."""
    when = datetime.now(UTC) - timedelta(minutes=minutes)  # noqa: TID251 - the server's clock
    with sqlite3.connect(site.database, timeout=20) as database:
        database.execute(
            "UPDATE accounts_session SET acted_at = ?", (when.replace(tzinfo=None),)
        )
    database.close()


def test_one_is_warned_before_the_idle_end_and_one_key_puts_it_off(
    site: Site, tab: Any
) -> None:
    tab.clock.install()
    site.sign_in(tab, "paul")
    dialog = tab.get_by_role("dialog")
    tab.clock.run_for(12 * 60 * 1000)
    assert not dialog.is_visible(), "three minutes are left"
    idle_for(site, minutes=13.5)
    tab.clock.run_for(62 * 1000)
    dialog.wait_for(state="visible")
    assert "Are you still there?" in dialog.inner_text()
    assert tab.evaluate("document.activeElement.textContent") == "Stay signed in"
    tab.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    left = tab.evaluate(
        "fetch('/accounts/stay/').then((a) => a.json()).then((a) => a.seconds)"
    )
    assert left > 14 * 60


def test_when_it_is_over_the_page_is_covered_and_what_was_typed_is_still_there(
    site: Site, tab: Any
) -> None:
    tab.clock.install()
    site.sign_in(tab, "paul")
    tab.goto(f"{site.url}/accounts/password/")
    tab.get_by_label("Your password now").fill("typed before the end")
    idle_for(site, minutes=16)
    tab.clock.run_for(16 * 60 * 1000)
    dialog = tab.get_by_role("dialog")
    dialog.wait_for(state="visible")
    assert "You were signed out" in dialog.inner_text()
    backdrop = tab.evaluate(
        "getComputedStyle(document.getElementById('idle'), '::backdrop')"
        ".backgroundColor"
    )
    assert backdrop.startswith("rgb("), f"not opaque: {backdrop}"
    tab.keyboard.press("Escape")
    assert dialog.is_visible()
    dialog.get_by_role("button", name="I have signed in again").click()
    dialog.get_by_text("You are not signed in yet.").wait_for(state="visible")

    other = tab.context.new_page()
    site.sign_in(other, "paul")
    dialog.get_by_role("button", name="I have signed in again").click()
    dialog.wait_for(state="hidden")
    assert tab.get_by_label("Your password now").input_value() == (
        "typed before the end"
    )
