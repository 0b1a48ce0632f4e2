"""Another date for what is due: by mouse, by keyboard alone, and without a script."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator
from tests.browser import doing
from tests.browser.conftest import Desk, Window
from tests.browser.test_clinician_road import words_of

from concord.web.pages.asking import now

WIDE, NARROW, NARROWEST = 1280, 390, 320
# In six weeks: never in the past, and not so far that it may be mistyped.
SOON = now().date() + timedelta(weeks=6)
BUTTON = re.compile("^Set another date ?: Lithium level")
CHANGE = re.compile("^Change or take back this date ?: Lithium level")


def picture(window: Window, name: str) -> None:
    """Keep a picture of the page at both widths, where somebody asks for them."""
    folder = os.environ.get("CONCORD_LOOK")
    for width in (WIDE, NARROW, NARROWEST):
        window.page.set_viewport_size({"width": width, "height": 900})
        fits = window.page.evaluate(
            "() => document.documentElement.scrollWidth <= window.innerWidth"
        )
        assert fits, (name, width)
        if folder:
            window.page.screenshot(
                path=Path(folder) / f"{name}-{width}.png", full_page=True
            )


def due(window: Window) -> Locator:
    return window.page.locator("section[aria-labelledby=due-title]")


def parts(year: int) -> tuple[str, str, str]:
    """The day, month and year of a day to come, in that year."""
    return str(SOON.day), str(SOON.month), str(year)


def types_date(window: Window, year: int) -> None:
    for label, typed in zip(("Day", "Month", "Year"), parts(year), strict=True):
        window.page.get_by_label(label, exact=True).fill(typed)


@pytest.mark.parametrize("script", [True, False])
def test_a_date_is_set_read_by_a_colleague_and_taken_back(
    desk: Desk, script: bool
) -> None:
    with desk.window("ravi", java_script_enabled=script) as window:
        page = window.page
        of_miguel = doing.person(window, "Miguel")
        window.open(of_miguel)
        due(window).get_by_role("button", name=BUTTON).click()
        page.get_by_role("heading", name="Set another date").wait_for()
        assert "measure" not in page.url
        if script:
            picture(window, "set-date")
        # A mistyped year is asked about, and nothing that was typed is lost.
        types_date(window, SOON.year + 36)
        page.get_by_label("Why", exact=True).fill("Travels; level taken there")
        page.get_by_role("button", name="Save this date").click()
        page.get_by_role("heading", name="Not saved yet").wait_for()
        assert "is far away" in words_of(page.locator("#problems"))
        assert page.get_by_label("Why", exact=True).input_value().startswith("Travels;")
        if script:
            picture(window, "set-date-asked")
        types_date(window, SOON.year)
        page.get_by_role("button", name="Save this date").click()
        page.wait_for_url(doing.IS_PERSON)
        said = words_of(due(window))
        assert "Date set by Dr. Ravi Menon" in said
        assert "“Travels; level taken there”" in said
        assert "By the rule: ▲ Overdue" in said
        assert "The date that was set is later than the rule." in said
        if script:
            picture(window, "person-decided")

    with desk.window("grace") as window:
        window.open(of_miguel)
        assert "Date set by Dr. Ravi Menon" in words_of(due(window))

    with desk.window("ravi", java_script_enabled=script) as window:
        page = window.page
        window.open(of_miguel)
        due(window).get_by_role("button", name=CHANGE).click()
        page.get_by_role("button", name="Take it back").click()
        page.get_by_role("heading", name="Not saved yet").wait_for()
        if script:
            picture(window, "take-back-asked")
        page.locator("#end_reason").fill("Is back sooner")
        page.get_by_role("button", name="Take it back").click()
        page.wait_for_url(doing.IS_PERSON)
        assert "Date set by" not in words_of(due(window))
        due(window).get_by_role("button", name=BUTTON).click()
        page.get_by_text("earlier decision").first.click()
        earlier = words_of(page.locator("main"))
        assert "Taken back by Dr. Ravi Menon" in earlier
        if script:
            picture(window, "set-date-history")


def test_a_date_is_set_by_the_keyboard_alone(desk: Desk) -> None:
    with desk.window("ravi") as window:
        page = window.page
        window.open(doing.person(window, "Miguel"))
        button = due(window).get_by_role("button", name=BUTTON)
        for _ in range(200):
            page.keyboard.press("Tab")
            if button.evaluate("(b) => b === document.activeElement"):
                break
        assert button.evaluate("(b) => b === document.activeElement")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Set another date").wait_for()
        day = page.get_by_label("Day", exact=True)
        for _ in range(100):
            page.keyboard.press("Tab")
            if day.evaluate("(b) => b === document.activeElement"):
                break
        for typed in (*parts(SOON.year), "By phone until then"):
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        focused = page.evaluate("() => document.activeElement.textContent")
        assert focused == "Save this date"
        page.keyboard.press("Enter")
        page.wait_for_url(doing.IS_PERSON)
        assert "“By phone until then”" in words_of(due(window))
