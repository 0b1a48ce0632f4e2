"""What a clinician does in a form, in one line each; by mouse unless it says so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator
from tests.browser.conftest import Window

from concord.web.demo.bundles import FOLDER

IS_PERSON = re.compile(r"/people/[0-9a-f-]{36}/$")


def person(window: Window, first_name: str) -> str:
    """Open the panel, and return the path of somebody's page."""
    window.open("/people/")
    name = re.compile(f"^{first_name} ")
    link = window.page.get_by_role("link", name=name).first
    path = link.get_attribute("href")
    assert path is not None
    return path


def who(record: str) -> tuple[str, tuple[str, str, str]]:
    """Return a person's name, and the day, month and year of birth, from a record."""
    told = json.loads((FOLDER / f"{record}.json").read_text("utf-8"))
    patient = next(
        entry["resource"]
        for entry in told["entry"]
        if entry["resource"]["resourceType"] == "Patient"
    )
    name = patient["name"][0]
    year, month, day = patient["birthDate"].split("-")
    full = " ".join((*name["given"], name["family"]))
    return full, (str(int(day)), str(int(month)), year)


def find(window: Window, name: str) -> None:
    """Search the catalogue in the page for adding a medicine."""
    page = window.page
    page.get_by_label("Name or brand").fill(name)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Find it").click()
    page.locator(".found").wait_for()
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def choose(window: Window, name: str) -> Locator:
    """Choose a name that was found; return the form that follows."""
    page = window.page
    page.locator(
        "button.name-choice", has_text=re.compile(name, re.IGNORECASE)
    ).first.click()
    form = page.locator(".change", has=page.locator(".instruction"))
    form.wait_for()
    return form


def field(form: Locator, name: str) -> Locator:
    """A field of a form by its name, whichever prefix its form has."""
    return form.locator(f"[name={name}], [name$='-{name}']").first


def radio(form: Locator, words: str | re.Pattern[str]) -> None:
    """Choose one of several by its words."""
    form.get_by_label(words).first.check()


def take(form: Locator, amount: str, unit: str = "mg", *, times: str = "1") -> None:
    """Say how much of it is taken by mouth, and how many times a day."""
    field(form, "dose").fill(amount)
    field(form, "unit").select_option(unit)
    field(form, "route").select_option("oral")
    radio(form, re.compile("times a day", re.IGNORECASE))
    field(form, "times").fill(times)


def since_today(window: Window, form: Locator) -> None:
    """Say that it holds from today, as the machine has it."""
    year, month, day = window.page.evaluate(
        "() => [d => d.getFullYear(), d => d.getMonth() + 1, d => d.getDate()]"
        ".map((f) => String(f(new Date())))"
    )
    _write_date(form.locator(".date-parts").first, (day, month, year))


def _write_date(parts: Locator, values: tuple[str, str, str]) -> None:
    for part, value in zip(parts.locator("input, select").all(), values, strict=True):
        if part.evaluate("(e) => e.tagName") == "SELECT":
            part.select_option(value)
        else:
            part.fill(value)


def save(form: Locator) -> None:
    """Press the button that saves."""
    form.locator(".actions button:not(.secondary)").first.click()


def bring(window: Window, file: Path, origin: str = "Another clinic") -> None:
    """Choose a file to import, and ask what it would change."""
    page = window.page
    page.locator("input[type=file]").set_input_files(str(file))
    where = page.get_by_label("Where the file comes from")
    if where.count():
        where.fill(origin)
    page.get_by_role("button", name="Show what it would change").click()


def submit_empty(window: Window) -> None:
    """Send the first form of the page as it is, past the browser's own checks."""
    page = window.page
    form = page.locator("main form[method=post]").first
    form.evaluate("(f) => f.setAttribute('novalidate', '')")
    form.locator("button:not(.visually-hidden)").last.click()
    page.locator(".problems").first.wait_for()


def break_the_glass(window: Window, record: str) -> None:
    """Open the record of somebody who is not in one's care, for an emergency."""
    page = window.page
    name, birth = who(record)
    form = page.locator("main form")
    form.get_by_label("Full name").fill(name)
    _write_date(form.locator(".date-parts").first, birth)
    form.get_by_label("What is the emergency?").fill("Found unresponsive at home")
    form.get_by_label("Who discloses it").fill("Dr. Ravi Menon")
    form.locator("button").last.click()
    page.wait_for_url(IS_PERSON)


def fingerprint_reader(window: Window) -> Any:
    """Give the browser a fingerprint reader that always agrees."""
    session = window.page.context.new_cdp_session(window.page)
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
