"""The person's pages in a real browser: help without a network, leaving, a small phone.

Chromium is the machine's own; the site is served from a database of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    sync_playwright,
)
from tests.web.clinic import NOW, Clinic, starts
from tests.web.serving import Site, serving

from builders import day
from concord.record import model as rec
from concord.terms import Quantity
from concord.web.chart.actions import medicines
from concord.web.chart.policy import Purpose

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}
NEUTRAL = "https://www.weather.gov/"
PAGES = (
    "/me/", "/me/medicines/", "/me/changes/", "/me/team/", "/me/access/", "/me/more/",
    "/me/settings/", "/me/sharing/", "/help/",
)  # fmt: skip


def _dosage(amount: Quantity, *when: str) -> rec.Dosage:
    timing = rec.Timing(
        frequency=len(when) or 1, period=Decimal(1), period_unit="d", when=when
    )
    return rec.Dosage(dose=amount, route="oral", timing=timing)


def fill(clinic: Clinic) -> None:
    """Give Amara a list as long as many people's, and a change of it."""
    line = starts(
        clinic.ruth,
        clinic.amara,
        "sertraline",
        dosage=(_dosage(Quantity(50, "mg"), "MORN"),),
        indications=(rec.Indication(text="depression"),),
        prescriber=rec.Party(name="Ruth"),
    )
    medicines.change_dose(
        actor=clinic.ruth,
        person=clinic.amara,
        line=line,
        dosage=(_dosage(Quantity(100, "mg"), "MORN"),),
        effective=day("2026-11-17"),
        reason="still low in the morning",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    starts(
        clinic.hana,
        clinic.amara,
        "buprenorphine",
        dosage=(rec.Dosage(text="8 mg film under the tongue every morning"),),
        prescriber=rec.Party(name="Hana"),
    )
    starts(
        clinic.ruth,
        clinic.amara,
        "quetiapine",
        dosage=(_dosage(Quantity(2, "{tablet}"), "HS"),),
    )
    starts(
        clinic.ruth,
        clinic.amara,
        "hydroxyzine",
        dosage=(
            rec.Dosage(
                dose=Quantity(1, "{tablet}"),
                route="oral",
                as_needed=rec.AsNeeded(reason="anxiety"),
                maximum=rec.Maximum(
                    amount=Quantity(4, "{tablet}"), within=rec.Duration.parse("1 day")
                ),
            ),
        ),
        indications=(rec.Indication(text="anxiety"),),
    )
    held = starts(clinic.ruth, clinic.amara, "propranolol")
    medicines.hold(
        actor=clinic.ruth,
        person=clinic.amara,
        line=held,
        effective=day("2026-11-20"),
        reason="slow pulse",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("person")
    with serving(folder, prepare="tests.web.test_person_browser:fill") as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=PHONE)
    context.route(
        f"{NEUTRAL}**",
        lambda route: route.fulfill(body="<title>Weather</title>Sunny"),
    )
    yield context
    context.close()


def _worker_is_ready(page: Page) -> None:
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    # Patient, for a machine that does much else: what is kept is fetched first.
    page.wait_for_function(
        "() => navigator.serviceWorker.controller !== null", timeout=120_000
    )


def _kept(page: Page) -> list[str]:
    """The path of everything that the browser's caches hold."""
    found: list[str] = page.evaluate(
        """async () => {
          const paths = [];
          for (const name of await caches.keys())
            for (const kept of await (await caches.open(name)).keys())
              paths.push(new URL(kept.url).pathname);
          return paths.sort();
        }"""
    )
    return found


def test_help_works_without_a_network_after_one_visit_to_any_page(
    site: Site, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{site.url}/help/")
    _worker_is_ready(page)
    phone.set_offline(True)
    page.goto(f"{site.url}/help/")
    assert page.get_by_role("link", name="Call 988").first.is_visible()
    drawn = page.evaluate("() => getComputedStyle(document.body).fontFamily")
    assert "system-ui" in drawn


def test_without_a_network_a_page_of_the_record_leads_to_help(
    site: Site, phone: BrowserContext
) -> None:
    page = phone.new_page()
    site.sign_in(page, "amara")
    page.goto(f"{site.url}/me/")
    _worker_is_ready(page)
    phone.set_offline(True)
    page.goto(f"{site.url}/me/medicines/")
    assert page.get_by_role("heading", name="No network").is_visible()
    assert "sertraline" not in page.content()
    page.get_by_role("main").get_by_role("link", name="Help now").click()
    assert page.get_by_role("heading", name="Help now").is_visible()


def test_the_browser_keeps_no_page_of_a_record(
    site: Site, phone: BrowserContext
) -> None:
    page = phone.new_page()
    site.sign_in(page, "amara")
    for address in PAGES:
        page.goto(f"{site.url}{address}")
    _worker_is_ready(page)
    kept = _kept(page)
    assert "/help/" in kept
    others = [path for path in kept if not path.startswith(("/static/", "/help/"))]
    assert others == []


def _leave_by_button(page: Page) -> None:
    page.get_by_role("button", name="Leave").click()


def _leave_by_keys(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


@pytest.mark.parametrize("leave", [_leave_by_button, _leave_by_keys])
def test_leaving_goes_at_once_and_back_does_not_show_the_record(
    site: Site, phone: BrowserContext, leave: Any
) -> None:
    page = phone.new_page()
    site.sign_in(page, "amara")
    page.goto(f"{site.url}/me/")
    page.goto(f"{site.url}/me/medicines/")
    assert page.get_by_text("This dose since").is_visible()
    with page.expect_request("**/leave/"):
        leave(page)
        page.wait_for_url(NEUTRAL)
    page.go_back()
    page.wait_for_url("**/accounts/login/**")
    assert page.get_by_text("This dose since").count() == 0


def test_back_shows_no_record_also_where_the_server_has_not_heard_of_the_leaving(
    site: Site, phone: BrowserContext
) -> None:
    page = phone.new_page()
    site.sign_in(page, "amara")
    page.goto(f"{site.url}/me/")
    page.goto(f"{site.url}/me/medicines/")
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort()

    phone.route("**/leave/", lose_the_first)
    _leave_by_keys(page)
    page.wait_for_url(NEUTRAL)
    page.go_back()
    page.wait_for_url("**/accounts/login/**")
    assert lost
    page.goto(f"{site.url}/me/")
    assert "/accounts/login/" in page.url
    phone.unroute("**/leave/")
    site.sign_in(page, "amara")
    page.goto(f"{site.url}/me/")
    assert page.get_by_role("main").is_visible()


def test_one_escape_does_not_leave(site: Site, phone: BrowserContext) -> None:
    page = phone.new_page()
    site.sign_in(page, "amara")
    page.goto(f"{site.url}/me/")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1100)
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.url == f"{site.url}/me/"


def test_leaving_works_without_scripts(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="Sunny"))
    page = context.new_page()
    site.sign_in(page, "amara")
    page.goto(f"{site.url}/me/medicines/")
    _leave_by_button(page)
    page.wait_for_url(NEUTRAL)
    page.goto(f"{site.url}/me/medicines/")
    assert "/accounts/login/" in page.url
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(
    site: Site, phone: BrowserContext, width: int
) -> None:
    page = phone.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    site.sign_in(page, "amara")
    for address in PAGES:
        page.goto(f"{site.url}{address}")
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, address


def test_everything_to_press_is_44_px_high(site: Site, phone: BrowserContext) -> None:
    page = phone.new_page()
    site.sign_in(page, "amara")
    for address in (*PAGES, "/me/medicines/?show=all"):
        page.goto(f"{site.url}{address}")
        _small_targets(page, address)
    page.goto(f"{site.url}/me/settings/")
    page.get_by_role("button", name="Turn discreet pages on").click()
    for address in ("/me/", "/me/medicines/", "/me/changes/"):
        page.goto(f"{site.url}{address}")
        assert page.get_by_role("link", name="Show number 1").count() >= 1
        _small_targets(page, address)


def _small_targets(page: Page, address: str) -> None:
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            "a[href], button, summary, input:not([type=hidden]), select, textarea")]
          .filter((e) => !e.matches(".skip") && e.checkVisibility())
          .map((e) => (e.matches("[type=checkbox]") ? e.closest("label") || e : e))
          .map((e) => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
          .filter(([_, box]) => box.height > 0 && (box.height < 44 || box.width < 44))
          .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
    )
    assert small == [], address


def test_a_person_finds_every_page_by_the_keyboard_alone(
    site: Site, phone: BrowserContext
) -> None:
    page = phone.new_page()
    site.sign_in(page, "amara")
    page.goto(f"{site.url}/me/")
    page.locator("body").focus()
    reached: list[str] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.textContent.trim()"))
    for name in ("Leave", "Today", "Medicines", "Help", "More"):
        assert name in reached
