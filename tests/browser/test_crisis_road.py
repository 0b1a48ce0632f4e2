"""The suicide item end to end: person, clinician, task, log, with the network cut.

Dr. Menon sends a form to Kayla; she answers above zero while there is no network.
"""

from __future__ import annotations

import re

from tests.browser import doing, keys, tree
from tests.browser.conftest import Desk, Window

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
CUT = "net::ERR_INTERNET_DISCONNECTED"


def send(desk: Desk, scale: str, to: str) -> None:
    """Let Dr. Menon send somebody a form that he reads himself, from today on."""
    with desk.window("ravi") as window:
        window.open(f"{doing.person(window, to)}scales/send/")
        page = window.page
        page.get_by_label("Form").select_option(scale)
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Scales").wait_for()
        assert "Dr. Ravi Menon reads it" in page.locator("main").inner_text()


def tasks(desk: Desk, account: str, name: str) -> int:
    """How many crisis tasks of somebody stand on the panel of one of the staff."""
    with desk.window(account) as window:
        window.open("/people/")
        card = window.page.locator("li.card", has_text=name).first
        return card.get_by_text("An answer about suicide").count()


def waits_for(window: Window, words: str) -> None:
    window.page.get_by_text(words).first.wait_for()


def comes_into_view(window: Window) -> None:
    """The top of the help, and the first number to call, lie inside the window."""
    window.page.wait_for_function(
        """() => [document.getElementById("crisis-now"),
                  document.querySelector("#crisis-now a[href^='tel:']")]
            .map((part) => part.getBoundingClientRect())
            .every((box, place) => box.top >= 0
                && (place ? box.bottom : box.top + 1) <= window.innerHeight)"""
    )


def test_an_answer_above_zero_with_the_network_cut(desk: Desk) -> None:
    send(desk, "phq-9", "Kayla")
    with desk.window("kayla", **PHONE) as window:
        page = window.page
        window.open("/me/")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.get_by_role("link", name="Begin with this form").tap()
        said = page.locator("main").inner_text()
        assert "Dr. Ravi Menon at Miami Valley Psychiatry Associates reads" in said
        assert "They are read Monday to Friday 8 am to 6 pm." in said
        page.get_by_role("link", name="Begin in English").tap()
        for number in range(1, 9):
            page.get_by_text(f"Question {number} of 10").wait_for()
            page.get_by_role("radio").nth(1).check()
            page.get_by_role("button", name="Next").tap()
        page.get_by_text("Question 9 of 10").wait_for()

        help_ = page.locator("#crisis-now")
        assert not help_.is_visible()
        page.context.set_offline(True)
        page.get_by_role("radio").nth(0).check()
        assert not help_.is_visible()
        page.get_by_role("radio").nth(1).check()
        # The help is on the page itself: no network is needed for it.
        comes_into_view(window)
        assert help_.get_by_role("link", name="Call 988").is_visible()
        assert help_.get_by_role("link", name="Call 911").is_visible()
        told = page.locator("#announcements").inner_text()
        assert "988" in told

        page.get_by_role("button", name="Next").tap()
        waits_for(window, "Not sent: there is no network. Nobody has seen this answer.")
        assert page.get_by_role("radio").nth(1).is_checked()
        assert help_.is_visible()
        assert tasks(desk, "ravi", "Kayla") == 0

        page.context.set_offline(False)
        page.wait_for_url("**/help/**")
        assert (
            page.get_by_role("heading", level=1).inner_text().startswith("You do not")
        )
        said = page.locator("main").inner_text()
        assert "Dr. Ravi Menon" in said
        assert "No one has seen it yet." in said
        assert tasks(desk, "ravi", "Kayla") == 1
        # What the console says of the cut is meant.
        assert all(CUT in c for c in window.complaints), window.complaints
        window.complaints.clear()

    with desk.window("ravi") as window:
        page = window.page
        window.open("/people/")
        card = page.locator("li.card", has_text="Kayla").first
        card.get_by_role("link", name="An answer about suicide").click()
        page.get_by_role("heading", name="An answer about suicide").wait_for()
        said = page.locator("main").inner_text()
        assert "Several days (1)" in said
        assert "Call the person on the same day." in said
        page.get_by_role("button", name="I take it up").click()
        waits_for(window, "Dr. Ravi Menon took it up")
        page.get_by_role("button", name="Close with what was done").click()
        page.locator("#problems").wait_for()
        page.get_by_label("Talked with the person; a plan").check()
        page.get_by_label("In your words").fill("Rang her. She is with her mother.")
        page.get_by_role("button", name="Close with what was done").click()
        waits_for(window, "Closed by Dr. Ravi Menon.")
    assert tasks(desk, "ravi", "Kayla") == 0

    with desk.window("kayla", **PHONE) as window:
        page = window.page
        window.open("/me/")
        page.get_by_role("link", name="Go on with this form").tap()
        page.get_by_role("link", name="Go on in English").tap()
        page.get_by_role("button", name="Leave this open").tap()
        page.get_by_role("button", name="Send").tap()
        page.get_by_role("heading", name="Sent").wait_for()
        assert "Dr. Ravi Menon has dealt with it." in page.locator("main").inner_text()
        window.open("/me/access/")
        log = page.locator("main").inner_text()
        while page.get_by_role("link", name="Older").count():
            page.get_by_role("link", name="Older").click()
            page.wait_for_load_state()
            log += page.locator("main").inner_text()
        for words in (
            "sent you a form",
            "filled in a form",
            "looked after an answer of yours about your safety",
        ):
            assert words in log
    with desk.window("ravi") as window:
        window.open(f"{doing.person(window, 'Kayla')}scales/")
        said = window.page.locator("main").inner_text()
        assert "Question on suicide: answered above zero" in said
        assert re.search(r"\b9\b", said)  # nine answers of one


def test_the_help_comes_into_view_whichever_way_one_answers(desk: Desk) -> None:
    send(desk, "phq-9", "Kayla")
    for motion in ("no-preference", "reduce"):
        small = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
        with desk.window("kayla", reduced_motion=motion, **small) as window:
            page = window.page
            window.open("/me/")
            page.get_by_role("link", name=re.compile("with this form")).tap()
            page.get_by_role("link", name=re.compile("in English")).tap()
            page.get_by_text(re.compile(r"Question \d+ of 10")).wait_for()
            window.open(re.sub(r"/\d+/", "/9/", page.url))
            page.get_by_role("radio").nth(0).focus()
            page.keyboard.press("ArrowDown")
            if motion == "reduce":
                # It is there at once: nothing glides.
                top = (
                    "document.getElementById('crisis-now').getBoundingClientRect().top"
                )
                assert 0 <= page.evaluate(top) < 640
            comes_into_view(window)
            # The focus stayed where the arrow keys go on from.
            page.keyboard.press("ArrowDown")
            assert page.get_by_role("radio").nth(2).is_checked()
            comes_into_view(window)
            page.keyboard.press("ArrowUp")
            page.keyboard.press("ArrowUp")
            assert not page.locator("#crisis-now").is_visible()
    with desk.window("ravi") as window:
        window.open(f"{doing.person(window, 'Kayla')}scales/")
        window.page.get_by_role("button", name=re.compile("Call it off")).first.click()
        waits_for(window, "No form waits.")


def test_without_a_network_the_pages_that_stay_name_the_crisis_lines(
    desk: Desk,
) -> None:
    with desk.window("kayla", **PHONE) as window:
        page = window.page
        window.open("/me/")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        page.context.set_offline(True)
        for path in ("/help/", "/me/"):
            window.open(path)
            assert page.get_by_role("link", name="Call 988").first.is_visible()
            assert page.get_by_role("link", name="Llama al 988").is_visible()
        window.complaints.clear()


def test_a_printed_page_of_help_keeps_its_numbers_and_nothing_to_press(
    desk: Desk,
) -> None:
    with desk.window(None, **PHONE) as window:
        page = window.page
        window.open("/help/")
        page.emulate_media(media="print")
        for name in ("Call 988", "Call 911", "Text 838255", "Llama al 988"):
            assert page.get_by_role("link", name=name).first.is_visible()
        address = "getComputedStyle(a, '::after').content"
        listed = page.get_by_role("link", name="See the list")
        assert "https:" in listed.evaluate(f"(a) => {address}")
        assert not page.get_by_role("link", name="My team").is_visible()


def test_without_a_script_the_help_shows_and_the_form_is_filled_in(desk: Desk) -> None:
    send(desk, "phq-2", "Kayla")
    with desk.window("kayla", java_script_enabled=False, **PHONE) as window:
        page = window.page
        window.open("/me/")
        page.get_by_role("link", name="Begin with this form").click()
        page.get_by_role("link", name="Begin in English").click()
        for number in (1, 2):
            page.get_by_text(f"Question {number} of 2").wait_for()
            page.get_by_role("radio").nth(3).check()
            page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name="Send").click()
        waits_for(window, "They lead to some more questions.")
        assert "2 done" in page.locator("main").inner_text()
        page.get_by_role("link", name="Go on in English").click()
        page.get_by_text("Question 3 of 10").wait_for()
        window.open(page.url.replace("/3/", "/9/"))
        assert not page.locator("#crisis-now").is_visible()
        page.get_by_role("radio").nth(3).check()
        assert page.locator("#crisis-now").is_visible()
        page.get_by_role("radio").nth(0).check()
        assert not page.locator("#crisis-now").is_visible()
    with desk.window("ravi") as window:
        window.open(f"{doing.person(window, 'Kayla')}scales/")
        window.page.get_by_role("button", name=re.compile("Call it off")).first.click()
        waits_for(window, "No form waits.")


def test_a_form_is_filled_in_by_the_keyboard_alone_and_reads_in_order(
    desk: Desk,
) -> None:
    send(desk, "phq-9", "Kayla")
    with desk.window("kayla", viewport={"width": 1280, "height": 900}) as window:
        page = window.page
        window.open("/me/")
        keys.tab_to(window, "Begin with this form")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Begin in English").wait_for()
        assert tree.problems(tree.read(page)) == []
        keys.tab_to(window, "Begin in English")
        page.keyboard.press("Enter")
        for number in range(1, 11):
            page.get_by_text(f"Question {number} of 10").wait_for()
            if number in (1, 9):
                assert tree.problems(tree.read(page)) == []
            keys.option(window, "answer", "0")
            keys.tab_to(window, "Next")
            page.keyboard.press("Enter")
        page.get_by_role("heading", name="Check the answers").wait_for()
        assert tree.problems(tree.read(page)) == []
        keys.tab_to(window, "Send")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Sent").wait_for()
        assert tree.problems(tree.read(page)) == []
