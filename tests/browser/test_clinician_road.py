"""The clinician's road: by mouse, by the keyboard alone, and as it is heard."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator
from tests.browser import doing, keys, tree
from tests.browser.conftest import Desk, Window

from concord.web.demo.bundles import FOLDER
from concord.web.demo.cast import DOMAIN, PASSWORD

WIDE = {"viewport": {"width": 1280, "height": 900}}
SEVERITIES = ("Contraindicated", "Serious", "Moderate", "Minor", "Not checked")


def medicine(window: Window, name: str) -> Locator:
    """The card of a medicine on the agreed list."""
    return window.page.locator("li.medicine").filter(
        has=window.page.get_by_role("heading", name=re.compile(name, re.IGNORECASE))
    )


def words_of(part: Locator) -> str:
    """What stands in a part of a page, its unbreakable spaces as spaces."""
    return part.inner_text().replace("\u00a0", " ")


def answer_step_up(window: Window) -> None:
    """Show again that it is we, where the page asks for it."""
    again = window.page.get_by_role("heading", name="Show that it is you")
    if again.count():
        window.page.get_by_label("Password").fill(PASSWORD)
        window.page.get_by_role("button", name="Go on").click()


def in_full(window: Window, form: Locator, amount: str, times: str, why: str) -> None:
    """Fill in all that a new medicine asks."""
    doing.take(form, amount, times=times)
    doing.since_today(window, form)
    doing.field(form, "reason").fill(why)
    doing.radio(form, "Not yet")


# --- by mouse ------------------------------------------------------------------------


def test_a_grave_finding_is_answered_and_the_next_reader_sees_the_answer(
    desk: Desk,
) -> None:
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        of_miguel = doing.person(window, "Miguel")
        window.open(of_miguel)
        page.get_by_role("link", name="Add a medicine").click()
        doing.find(window, "ibuprofen")
        form = doing.choose(window, "ibuprofen")
        in_full(window, form, "400", "3", "Pain after a fall")
        doing.save(form)
        asks = page.get_by_role("heading", name=re.compile("Give a reason for"))
        asks.wait_for()
        assert page.get_by_text("Add a medicine: nothing is saved yet.").is_visible()
        for card in page.locator(".interruption article").all():
            card.get_by_label(
                re.compile("Benefit|benefit|monitor", re.IGNORECASE)
            ).first.check()
            card.get_by_label("In your words").fill("Five days only, level on Friday")
        page.get_by_role("button", name="Save with").click()
        answer_step_up(window)
        page.get_by_role("heading", name="Saved", exact=True).wait_for()
        assert page.get_by_role("heading", name="Saved in spite of").is_visible()
        window.open(of_miguel)
        assert "400 mg" in words_of(medicine(window, "ibuprofen"))

    with desk.window("grace", **WIDE) as window:
        window.open(of_miguel)
        assert medicine(window, "ibuprofen").is_visible()
        window.page.evaluate(
            "() => document.querySelectorAll('details').forEach((d) => d.open = true)"
        )
        told = words_of(window.page.locator(".review"))
        assert "Five days only, level on Friday" in told
        assert "Ravi Menon" in told


def test_a_dose_is_changed_held_resumed_and_stopped_in_place(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        of_lucia = doing.person(window, "Lucía")
        for act, words in (
            ("Change", "5 mg"),
            ("Hold", "on hold"),
            ("Resume", "5 mg"),
            ("Stop", "is stopped"),
        ):
            window.open(of_lucia)
            if act == "Resume":
                _open_all(window)
            card = medicine(window, "folic acid").first
            card.get_by_role("link", name=re.compile(f"^{act}")).click()
            form = card.locator(".slot .change")
            form.wait_for()
            assert page.url.endswith(of_lucia), "it is done in place"
            if act == "Change":
                doing.field(form, "dose").fill("5")
            if act == "Resume":
                doing.radio(form, "The dose it had before the hold")
            doing.since_today(window, form)
            doing.field(form, "reason").fill(f"{act}, for the test of the road")
            doing.radio(form, "Not needed")
            doing.save(form)
            card.get_by_role("heading", name="Saved").wait_for()
            assert words in words_of(card.locator(".slot"))
            assert "pharmacy" in words_of(card.locator(".slot"))
        window.open(of_lucia)
        _open_all(window)
        assert "Stopped" in medicine(window, "folic acid").first.inner_text()


def test_a_file_is_read_compared_and_saved(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "from elsewhere.json"
    file.write_text(json.dumps(_elsewhere("morgan-ellis")))
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        of_morgan = doing.person(window, "Morgan")
        window.open(of_morgan)
        page.get_by_role("link", name="Bring in a file").click()
        doing.bring(window, file)
        page.get_by_role("heading", name="What the file would change").wait_for()
        told = page.locator("main").inner_text()
        assert "Nothing is saved yet" in told
        assert "Latex" in told
        same = page.get_by_label(re.compile("I have compared the two"))
        if same.count():
            same.check()
        keep = page.get_by_label("Keep what the record says")
        if keep.count():
            keep.check()
        page.get_by_role("button", name="Save these changes").click()
        page.wait_for_url(doing.IS_PERSON)
        assert "Latex" in page.locator(".person-banner").inner_text()


def test_an_admission_says_what_follows_before_it_is_saved(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        of_terrence = doing.person(window, "Terrence")
        window.open(of_terrence)
        page.get_by_role("link", name="Admitted, discharged, custody").click()
        page.get_by_label("Admitted to hospital").check()
        doing.since_today(window, page.locator("main form"))
        page.get_by_role("button", name="See what follows").click()
        page.get_by_role("heading", name=re.compile("What follows")).wait_for()
        page.get_by_role("button", name="Save this change").click()
        page.wait_for_url(doing.IS_PERSON)
        assert "In hospital since" in words_of(page.locator(".person-banner"))


# --- by the keyboard alone -----------------------------------------------------------


def test_the_same_road_by_the_keyboard_alone(desk: Desk) -> None:
    with desk.window(None, **WIDE) as window:
        page = window.page
        window.open("/accounts/login/")
        keys.type_into(window, "login", f"ravi@{DOMAIN}")
        keys.type_into(window, "password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/people/")

        # `?` shows the keys and gives the focus back; `/` goes to the search.
        page.keyboard.press("?")
        assert page.get_by_role("dialog", name="Keys").is_visible()
        page.keyboard.press("Escape")
        assert page.get_by_role("dialog", name="Keys").is_hidden()
        page.keyboard.press("/")
        assert keys.focus(window)["words"] == "Search by name"
        page.keyboard.type("Dana")
        page.keyboard.press("Enter")
        page.wait_for_url("**/people/?**")
        keys.tab_to(window, "Dana")
        page.keyboard.press("Enter")
        page.wait_for_url(doing.IS_PERSON)
        of_dana = page.url

        # A finding opens and closes where it stands.
        page.locator("#review-title").evaluate("(e) => e.scrollIntoView()")
        keys.tab_to(window, "Serious")
        page.keyboard.press("Enter")
        assert page.locator("li.finding details[open]").count() == 1
        page.keyboard.press("Enter")
        assert page.locator("li.finding details[open]").count() == 0

        window.open(of_dana)
        keys.tab_to(window, "Add a medicine")
        page.keyboard.press("Enter")
        page.get_by_label("Name or brand").wait_for()
        assert keys.focus(window)["name"] == "name"
        page.keyboard.type("phenelzine")
        page.keyboard.press("Enter")
        # What was found has the focus, which comes a moment after it.
        page.locator(".found:focus").wait_for()
        keys.tab_to(window, "phenelzine")
        page.keyboard.press("Enter")
        page.locator(".instruction").first.wait_for()
        assert keys.focus(window)["tag"] == "h1", "the focus is not lost in the swap"

        # What is missing: the focus goes to the summary, and from there to the field.
        keys.type_into(window, "dose", "15")
        page.keyboard.press("Enter")
        page.locator("#problems").wait_for()
        assert keys.focus(window)["id"] == "problems"
        first = keys.tab(window)
        assert first["tag"] == "a"
        page.keyboard.press("Enter")
        assert keys.focus(window)["tag"] in {"input", "select", "textarea", "fieldset"}

        window.page.locator("#problems").focus()
        keys.pick(window, "unit", "mg")
        keys.pick(window, "route", "by mouth")
        keys.option(window, "how_often", "times")
        keys.type_into(window, "times", "2")
        _date_by_keys(window)
        keys.type_into(window, "reason", "Two others did not help")
        keys.option(window, "told", "not-yet")
        keys.tab_to(window, "Put it on the list")
        page.keyboard.press("Enter")
        page.locator(".interruption").wait_for()
        assert keys.focus(window)["tag"] == "h1"
        for _ in page.locator(".interruption article").all():
            keys.tab_to(window, name="reason")
            page.keyboard.press("Space")
        keys.tab_to(window, "Save with")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Saved", exact=True).wait_for()
        assert keys.focus(window)["words"] == "Saved"


def test_no_page_of_the_road_holds_the_focus(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        of_dana = doing.person(window, "Dana")
        for path in (
            "/people/",
            of_dana,
            f"{of_dana}medicines/add/",
            f"{of_dana}setting/",
        ):
            window.open(path)
            page = window.page
            page.evaluate("() => { document.activeElement.blur(); }")
            all_ = page.evaluate(
                "() => [...document.querySelectorAll('a[href], button, input, select,"
                ' textarea, summary, [tabindex="0"]\')].filter((e) => e.tabIndex >= 0'
                " && e.checkVisibility() && e.type !== 'hidden').length"
            )
            for _ in range(all_ + 3):
                found = keys.tab(window)
                if found["tag"] == "body":
                    break
            else:
                pytest.fail(f"{path}: {all_} to reach, and no way out after as many")
            for _ in range(3):
                keys.tab(window, back=True)


# --- as a screen reader has it -------------------------------------------------------


def test_the_tree_of_every_page_of_the_road_is_in_order(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        of_dana = doing.person(window, "Dana")
        paths = ["/people/", "/people/overrides/", of_dana] + [
            f"{of_dana}{more}"
            for more in (
                "medicines/add/", "import/", "setting/", "conditions/add/",
                "allergies/add/", "results/add/", "details/",
            )
        ]  # fmt: skip
        for path in paths:
            window.open(path)
            nodes = tree.read(window.page)
            assert tree.problems(nodes) == [], path
            assert "Main" in tree.names(nodes, "navigation"), path
        window.open(of_dana)
        _open_all(window)
        nodes = tree.read(window.page)
        assert tree.problems(nodes) == []
        summaries = tree.names(nodes, "DisclosureTriangle")
        findings = window.page.locator("li.finding > details > summary")
        for words in findings.all_inner_texts():
            assert words.split()[0] in " ".join(SEVERITIES)
        assert sum(s.startswith(SEVERITIES) for s in summaries) == findings.count() > 0


def test_what_is_swapped_in_is_told_and_has_the_focus(desk: Desk) -> None:
    with desk.window("ravi", **WIDE) as window:
        page = window.page
        window.open(doing.person(window, "Priya"))
        said = page.locator("#announcements")
        assert said.get_attribute("aria-live") == "polite"
        act = page.locator(".acts a", has_text="Change").first
        act.click()
        page.locator(".slot .change").wait_for()
        focused = keys.focus(window)
        assert focused["tag"] == "h1"
        assert focused["words"].startswith("Change the dose of")
        nodes = tree.read(page)
        assert tree.problems(nodes) == []
        form = page.locator(".slot .change")
        doing.save(form)
        page.locator(".slot #problems").wait_for()
        assert keys.focus(window)["id"] == "problems"
        assert tree.problems(tree.read(page)) == []
        doing.since_today(window, form)
        doing.field(form, "reason").fill("Said again")
        doing.radio(form, "Not needed")
        form.get_by_role("button", name="See first what it would cause").click()
        page.locator("#caused").wait_for()
        assert keys.focus(window)["id"] == "caused"
        assert said.inner_text() != ""
        doing.save(form)
        page.get_by_role("heading", name="Saved").wait_for()
        page.wait_for_function(
            "() => document.getElementById('announcements').textContent === 'Saved.'"
        )


# --- what is done on the way ---------------------------------------------------------


def _open_all(window: Window) -> None:
    window.page.evaluate(
        "() => document.querySelectorAll('details').forEach((d) => d.open = true)"
    )


def _date_by_keys(window: Window) -> None:
    """Write today's date into the three parts of a date."""
    day, month, year = window.page.evaluate(
        "() => { const d = new Date();"
        " return [d.getDate(), d.getMonth() + 1, d.getFullYear()].map(String); }"
    )
    for words, value in (("Day", day), ("Month", month), ("Year", year)):
        keys.tab_to(window, words)
        window.page.keyboard.press("ControlOrMeta+a")
        window.page.keyboard.type(value)


def _elsewhere(record: str) -> dict[str, Any]:
    """A file about somebody of the demonstration that another clinic could send."""
    whole = json.loads((FOLDER / f"{record}.json").read_text("utf-8"))
    patient = next(
        entry["resource"]
        for entry in whole["entry"]
        if entry["resource"]["resourceType"] == "Patient"
    )
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "latex",
        "code": {"text": "Latex"},
        "patient": {"reference": f"Patient/{patient['id']}"},
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/"
                    "allergyintolerance-clinical",
                    "code": "active",
                }
            ]
        },
    }
    entries = [{"resource": patient}, {"resource": allergy}]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
