"""A person over time in a real browser: zoom, rows, table, keys, print, no script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.browser import doing, tree
from tests.browser.conftest import Desk, Window

WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
_BETWEEN = """() => [...document.querySelectorAll(".time-between time")].map(
  (t) => t.textContent.replaceAll("\\u00a0", " "))"""
_ROWS = """() => [...document.querySelectorAll(".time-picture .time-row .name")].map(
  (n) => n.textContent)"""


def dana(window: Window) -> str:
    """Open Dana's timeline as her clinician."""
    path = f"{doing.person(window, 'Dana')}timeline/"
    assert window.open(f"{path}?last=all") == 200
    return path


def between(page: Any) -> list[str]:
    found: list[str] = page.evaluate(_BETWEEN)
    return found


def settled(page: Any, press: Any) -> None:
    """Press something that brings another timeline, and wait until it is there."""
    with page.expect_response(lambda answer: "/timeline/" in answer.url):
        press()
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    page.locator("#timeline").wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_zoom_move_and_back_with_a_script_and_without(desk: Desk, script: bool) -> None:
    with desk.window("ravi", **WIDE) as signed:
        path = dana(signed)
    with desk.window("ravi", java_script_enabled=script, **WIDE) as window:
        page = window.page
        window.open(f"{path}?last=all")
        link = page.get_by_role("link", name="3 months")
        link.click()
        page.wait_for_url("**last=3m*")
        page.locator("a#last-3m[aria-current]").wait_for()
        three_months = page.locator(".time-between").inner_text()
        page.get_by_role("link", name="Earlier").click()
        page.wait_for_url("**from=*")
        page.locator("a#later").wait_for()
        assert page.locator(".time-between").inner_text() != three_months
        page.get_by_role("link", name="Later").click()
        page.locator("span#later").wait_for()
        assert page.locator(".time-between").inner_text() == three_months


def test_rows_are_hidden_and_shown_as_soon_as_they_are_chosen(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        dana(window)
        assert "sertraline" in page.evaluate(_ROWS)
        page.get_by_text("Hide and show rows").click()
        box = page.get_by_label("PHQ-9 total score", exact=True)
        assert box.is_checked()
        settled(page, box.uncheck)
        assert "PHQ-9 total score" not in page.evaluate(_ROWS)
        assert "Sleep in a night" in page.evaluate(_ROWS)
        # The box keeps the focus, so that the next one is a key away.
        name = page.evaluate("() => document.activeElement.closest('label').innerText")
        assert name.strip() == "PHQ-9 total score"
        settled(page, lambda: page.get_by_label("Body weight").check())
        assert "Body weight" in page.evaluate(_ROWS)


def test_rows_are_chosen_without_a_script_by_the_button(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as signed:
        path = dana(signed)
    with desk.window("ravi", java_script_enabled=False, **WIDE) as window:
        page = window.page
        window.open(f"{path}?last=all&chosen=1")
        assert page.locator(".time-row").count() == 0
        page.get_by_label("PHQ-9 total score", exact=True).check()
        page.get_by_role("button", name="Show these rows").click()
        page.wait_for_url("**row=*")
        assert page.locator(".time-row").count() == 1


def test_keys_move_and_zoom_only_with_the_picture_in_focus(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        dana(window)
        before = between(page)
        page.keyboard.press("+")
        assert between(page) == before
        page.locator(".time-picture").focus()
        settled(page, lambda: page.keyboard.press("+"))
        closer = between(page)
        assert closer[1] == before[1], "the last day stays in sight"
        assert closer[0] != before[0]
        # The focus is on the picture again, so the next key works.
        page.wait_for_function("() => document.activeElement.matches('.time-picture')")
        settled(page, lambda: page.keyboard.press("ArrowLeft"))
        assert between(page)[1] != closer[1]
        settled(page, lambda: page.keyboard.press("0"))
        assert between(page) == before
        settled(page, lambda: page.keyboard.press("t"))
        assert page.get_by_role("columnheader", name="When").is_visible()


def test_the_wheel_zooms_with_ctrl_and_scrolls_without(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        dana(window)
        before = between(page)
        page.mouse.move(600, 500)
        page.mouse.wheel(0, 200)
        page.wait_for_function("() => window.scrollY > 0")
        assert between(page) == before
        page.keyboard.down("Control")
        settled(page, lambda: page.mouse.wheel(0, -100))
        page.keyboard.up("Control")
        assert between(page) != before


def test_what_is_heard_is_each_row_in_words_and_the_table_by_its_name(
    desk: Desk,
) -> None:
    with desk.window("dana", **PHONE) as window:
        window.open("/me/timeline/?last=all")
        nodes = tree.read(window.page)
        assert tree.problems(nodes) == []
        said = tree.names(nodes, "image")
        heard = [one.replace("\u00a0", " ") for one in said]
        assert any(re.match(r"Low mood \(PHQ-9\): 6 results from ", w) for w in heard)
        assert any("Logged: 47 taken, 2 not taken." in w for w in heard)
        window.page.get_by_role("link", name="Show it as a table").tap()
        window.page.wait_for_url("**view=table*")
        window.page.locator("table").wait_for()
        nodes = tree.read(window.page)
        assert tree.problems(nodes) == []
        assert "The same as a table" in tree.names(nodes, "region")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_prints_whole_and_without_what_can_only_be_pressed(
    desk: Desk, scheme: Any
) -> None:
    with desk.window("ravi", color_scheme=scheme, **WIDE) as window:
        page = window.page
        dana(window)
        page.emulate_media(media="print")
        for gone in (".time-ways", ".time-rows", ".top", ".keys-here"):
            assert not page.locator(gone).first.is_visible(), gone
        assert page.locator(".time-row").first.is_visible()
        assert page.locator(".time-told li").last.is_visible()
        over = page.evaluate(
            "() => document.documentElement.scrollWidth - window.innerWidth"
        )
        assert over <= 0
        ink = page.evaluate(
            "() => getComputedStyle(document.querySelector('.time-name .name')).color"
        )
        assert ink == "rgb(0, 0, 0)", "black on white, whatever the screen was"
        assert len(page.pdf(format="A4")) > 20_000


def test_a_phone_has_no_sideways_scroll_in_any_view(desk: Desk) -> None:
    wide = "() => document.documentElement.scrollWidth - window.innerWidth"
    with desk.window("stanislaw", **PHONE) as window:
        for query in ("", "?last=all", "?last=3m", "?view=table&last=all"):
            window.open(f"/me/timeline/{query}")
            assert window.page.evaluate(wide) <= 0, query
            for link in window.page.locator(".time-ways a").all():
                box = link.bounding_box()
                assert box is not None
                assert box["height"] >= 44, query


def test_nothing_of_the_table_is_cut_off_on_the_narrowest_phone(desk: Desk) -> None:
    with desk.window("stanislaw", viewport={"width": 320, "height": 640}) as window:
        window.open("/me/timeline/?view=table&last=all")
        inside = "(box) => box.scrollWidth <= box.clientWidth"
        assert window.page.locator(".scroll").evaluate(inside)
        assert window.page.locator(".time-cell").first.is_visible()
