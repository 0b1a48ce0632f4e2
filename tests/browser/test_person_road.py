"""The person's road, on a phone first: by touch, by the keyboard, as it is heard.

What works without a network, leaving, and the size of what is pressed is tried in
`tests/web/test_person_browser.py`.
"""

from __future__ import annotations

import re

import pytest
from tests.browser import doing, keys, tree
from tests.browser.conftest import Desk

from concord.web.demo.cast import DOMAIN, PASSWORD

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
PAGES = (
    "/me/", "/me/medicines/", "/me/medicines/?show=all", "/me/changes/", "/me/team/",
    "/me/access/", "/me/more/", "/me/settings/", "/me/sharing/", "/help/",
)  # fmt: skip


def test_from_today_to_each_medicine_the_team_and_who_looked(desk: Desk) -> None:
    with desk.window("helen") as window:
        window.open(doing.person(window, "Stanisław"))
    with desk.window("stanislaw", **PHONE) as window:
        page = window.page
        window.open("/")
        page.wait_for_url("**/me/")
        assert page.get_by_role("heading", level=1).inner_text().startswith("Today")
        tabs = page.get_by_role("navigation", name="Pages")
        tabs.get_by_role("link", name="Medicines").tap()
        page.get_by_role("heading", name="My medicines").wait_for()
        assert page.locator("main li.card, main .card").count() >= 12
        assert page.get_by_text("Why", exact=True).count() >= 1
        tabs.get_by_role("link", name="More").tap()
        page.wait_for_url("**/more/")
        page.get_by_role("link", name=re.compile("team", re.IGNORECASE)).first.tap()
        page.wait_for_url("**/team/")
        assert "Helen Marsh" in page.locator("main").inner_text()
        tabs.get_by_role("link", name="More").tap()
        page.get_by_role("link", name=re.compile("opened|looked|saw")).first.tap()
        page.wait_for_url("**/access/")
        assert "Helen Marsh" in page.locator("main").inner_text()
        tabs.get_by_role("link", name="Help").tap()
        page.wait_for_url("**/help/")
        assert page.get_by_role("link", name="Call 988").first.is_visible()


def test_discreet_pages_show_no_medicine_until_they_are_asked(desk: Desk) -> None:
    with desk.window("stanislaw", **PHONE) as window:
        page = window.page
        window.open("/me/settings/")
        page.get_by_role("button", name="Turn discreet pages on").tap()
        page.get_by_role("button", name="Turn discreet pages off").wait_for()
        try:
            window.open("/me/medicines/")
            assert page.title() == "Notes"
            assert "metoprolol" not in page.content().casefold()
            assert "number 1" in page.locator("main").inner_text().casefold()
        finally:
            window.open("/me/settings/")
            page.get_by_role("button", name="Turn discreet pages off").tap()
            page.get_by_role("button", name="Turn discreet pages on").wait_for()
        window.open("/me/medicines/")
        assert page.title() != "Notes"


def test_a_daughter_reads_what_her_father_lets_her_see(desk: Desk) -> None:
    with desk.window("ewa", **PHONE) as window:
        page = window.page
        window.open("/")
        page.wait_for_url("**/for/*/")
        assert "Stanisław" in page.locator(".person-top").inner_text()
        page.get_by_role("navigation", name="Pages").get_by_role(
            "link", name="Medicines"
        ).tap()
        page.wait_for_url("**/medicines/")
        assert page.locator("main .card").count() >= 12
        window.open("/me/access/")
        assert page.get_by_text("Helen Marsh").count() == 0


def test_the_same_road_by_the_keyboard_alone(desk: Desk) -> None:
    with desk.window(None, viewport=PHONE["viewport"]) as window:
        page = window.page
        window.open("/accounts/login/")
        keys.type_into(window, "login", f"dana@{DOMAIN}")
        keys.type_into(window, "password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/me/")
        assert keys.tab(window)["words"] == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "content"
        for words, path in (
            ("Medicines", "/me/medicines/"),
            ("Help", "/help/"),
            ("More", "/me/more/"),
            ("Today", "/me/"),
        ):
            page.evaluate("() => document.activeElement.blur()")
            keys.tab_to(window, words)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**{path}")


@pytest.mark.parametrize("account", ["dana", "kayla"])
def test_the_tree_of_every_page_is_in_order(desk: Desk, account: str) -> None:
    with desk.window(account, **PHONE) as window:
        for path in PAGES:
            window.open(path)
            nodes = tree.read(window.page)
            assert tree.problems(nodes) == [], path
            assert "Pages" in tree.names(nodes, "navigation"), path
            current = window.page.locator("nav.tabs [aria-current=page]")
            assert current.count() <= 1, path


def test_nothing_lies_over_the_tabs_wherever_a_page_is_scrolled_to(desk: Desk) -> None:
    reached = """() => [...document.querySelectorAll("nav.tabs a")].every((tab) => {
      const box = tab.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      return tab.contains(document.elementFromPoint(x, y));
    })"""
    with desk.window("stanislaw", **PHONE) as window:
        page = window.page
        for path in PAGES:
            window.open(path)
            height = page.evaluate("() => document.documentElement.scrollHeight")
            for top in range(0, height, 400):
                page.evaluate("(to) => scrollTo({top: to, behavior: 'instant'})", top)
                assert page.evaluate(reached), f"{path} at {top}"
