"""axe-core on every page of the site, as whoever reads it, and in every state of it.

The pages come from the URL resolver: a new route fails `test_every_route_was_looked_at`
until a walk reaches it by the site's own links, or it is listed below with a reason.
Each page is loaded once; width and scheme change in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.browser import doing
from tests.browser.axe import Report
from tests.browser.conftest import Desk, Window
from tests.browser.roaming import every_route, roam, route_of

from concord.web.demo.bundles import FOLDER
from concord.web.demo.cast import DOMAIN, PASSWORD

# Asked for by POST only, or answered with something that is no page.
NO_PAGES = {
    "home": "leads to the first page of whoever asks",
    "accounts": "leads to account_index",
    "account_logout": "by POST; a GET leads away",
    "account_reauthenticate": "leads to the reauthentication of the factors",
    "account_stay": "JSON: how long the session lasts",
    "mfa_login_webauthn": "JSON: the challenge for a passkey",
    "mfa_download_recovery_codes": "a text file",
    "person:worker": "a script",
    "person:manifest": "JSON",
    "person:leave": "by POST; ends the session",
    "person:end_sharing": "by POST",
    "person:access/for": "no caregiver reads who opened a record: 404",
    "clinician:answer": "by POST; its form is looked at in place",
    "clinician:set_date": "by POST; its form is looked at below",
    "clinician:take_back": "by POST; its form is looked at below",
    "clinician:rate": "by POST; leads to the rating",
    "clinician:call_off": "by POST",
    "clinician:stop_sending": "by POST",
}
# Pages that no walk reaches yet; what they are made of is looked at on other pages.
NOT_REACHED = {
    "mfa_deactivate_totp": "needs the code of an authenticator app",
    "mfa_reauthenticate": "asked only when the sign-in is five minutes old",
    "mfa_reauthenticate_webauthn": "asked only when the sign-in is five minutes old",
}


@pytest.fixture(scope="module")
def report() -> Report:
    return Report()


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The routes that a walk has looked at."""
    return set()


@pytest.fixture
def clean(report: Report) -> Iterator[Report]:
    """The report, of which this test adds nothing bad."""
    before = set(report.found)
    yield report
    new = {name: words for name, words in report.found.items() if name not in before}
    if new:
        told = (f"{n}: {w} at {at}" for n, ws in new.items() for w, at in ws.items())
        pytest.fail("\n".join(told), pytrace=False)


def walk(window: Window, report: Report, seen: set[str], *starts: str) -> None:
    """Look at one page of every route that the links lead to."""
    for stop in roam(window, starts, seen):
        assert stop.status < 400, stop
        if stop.route not in NO_PAGES:
            report.look(window, f"{stop.route} {stop.path}")


def go_through(
    window: Window, report: Report, seen: set[str], name: str, *, state: str = ""
) -> None:
    """Look at what the window shows now, which is a page of this route."""
    assert route_of(window.page.url) == name
    seen.add(name)
    report.look(window, f"{name} {state}")


def test_nobodys_pages(desk: Desk, clean: Report, seen: set[str]) -> None:
    with desk.window(None) as window:
        walk(window, clean, seen, "/accounts/login/", "/help/", "/help/offline/")
        window.open("/accounts/login/")
        window.page.get_by_label("E-mail address").fill("nobody@example.org")
        window.page.get_by_label("Password", exact=True).fill("wrong")
        window.page.keyboard.press("Enter")
        window.page.locator("#problems, .problems").first.wait_for()
        clean.look(window, "account_login with an error")
        window.open("/no-such-page/")
        clean.look(window, "not found")
        assert "404" in window.complaints.pop()


def test_the_prescribers_pages(desk: Desk, clean: Report, seen: set[str]) -> None:
    with desk.window("ravi") as window:
        page = window.page
        walk(window, clean, seen, "/people/", "/people/overrides/")
        of_dana = doing.person(window, "Dana")
        walk(window, clean, seen, *_clinical(of_dana))

        window.open(of_dana)
        _open_all(window)
        clean.look(window, "clinician:person with all opened")
        page.keyboard.press("?")
        assert page.get_by_role("dialog", name="Keys").is_visible()
        clean.look(window, "clinician:person with the keys")
        page.keyboard.press("Escape")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.locator(".acts a", has_text="Change").first.click()
        page.locator(".slot .change").wait_for()
        clean.look(window, "clinician:person with a form in place")


def test_the_states_of_adding_a_medicine(
    desk: Desk, clean: Report, seen: set[str]
) -> None:
    with desk.window("ravi") as window:
        page = window.page
        of_miguel = doing.person(window, "Miguel")
        window.open(f"{of_miguel}medicines/add/")
        doing.find(window, "no such name")
        clean.look(window, "clinician:add_medicine, not found")
        # Not the medicine of the clinician's road, which answers what it causes.
        doing.find(window, "naproxen")
        clean.look(window, "clinician:add_medicine, found")
        form = doing.choose(window, "naproxen")
        clean.look(window, "clinician:add_medicine, the form")
        doing.save(form)
        page.locator("#problems").wait_for()
        clean.look(window, "clinician:add_medicine, with errors")
        form = page.locator(".change")
        doing.take(form, "500", times="2")
        doing.since_today(window, form)
        doing.field(form, "reason").fill("Pain after a fall")
        doing.radio(form, "Sent")
        page.get_by_role("button", name="See first what it would cause").click()
        page.locator("#caused").wait_for()
        clean.look(window, "clinician:add_medicine, what it would cause")
        doing.save(page.locator(".change"))
        page.locator(".interruption").wait_for()
        clean.look(window, "clinician:add_medicine, interrupted")
        page.get_by_role("button", name="Save with").click()
        page.locator(".interruption .problems").wait_for()
        clean.look(window, "clinician:add_medicine, interrupted, no reason")


def test_a_medicine_on_hold_and_what_was_saved(
    desk: Desk, clean: Report, seen: set[str]
) -> None:
    with desk.window("ravi") as window:
        page = window.page
        window.open(doing.person(window, "Terrence"))
        page.locator(".acts a", has_text="Hold").last.click()
        form = page.locator(".slot .change")
        form.wait_for()
        doing.save(form)
        page.locator(".slot #problems").wait_for()
        clean.look(window, "clinician:person, a form in place with errors")
        doing.since_today(window, form)
        doing.field(form, "reason").fill("Waiting for a result")
        doing.radio(form, "Not needed")
        doing.save(form)
        page.get_by_role("heading", name="Saved").wait_for()
        clean.look(window, "clinician:person, saved in place")
        of_terrence = doing.person(window, "Terrence")
        window.open(of_terrence)
        stop = page.locator(".acts a[href$='/stop/']").first.get_attribute("href")
        assert stop is not None
        saved = stop.removesuffix("stop/") + "changed/"
        walk(window, clean, seen, of_terrence, saved)


def test_answering_and_the_other_forms_with_errors(
    desk: Desk, clean: Report, seen: set[str]
) -> None:
    with desk.window("ravi") as window:
        page = window.page
        of_dana = doing.person(window, "Dana")
        window.open(of_dana)
        page.locator("li.finding summary").first.click()
        page.get_by_role("button", name=re.compile("Accept or decline")).first.click()
        page.locator(".slot .change").wait_for()
        clean.look(window, "clinician:person, answering in place")
        page.get_by_role("button", name="Save the answer").click()
        page.locator(".slot #problems").wait_for()
        clean.look(window, "clinician:person, answering with errors")
        for name in ("conditions/add/", "allergies/add/", "setting/"):
            window.open(of_dana + name)
            doing.submit_empty(window)
            clean.look(window, f"{name} with errors")


def test_setting_another_date_and_taking_it_back(desk: Desk, clean: Report) -> None:
    with desk.window("ravi") as window:
        page = window.page
        window.open(doing.person(window, "Miguel"))
        page.get_by_role("button", name=re.compile("^Set another date")).first.click()
        page.get_by_role("heading", name="Set another date").wait_for()
        clean.look(window, "clinician:set_date")
        doing.submit_empty(window)
        clean.look(window, "clinician:set_date with errors")
        for label, typed in (("Day", "11"), ("Month", "1"), ("Year", "2062")):
            page.get_by_label(label, exact=True).fill(typed)
        page.get_by_label("Why", exact=True).fill("Travels until then")
        page.get_by_role("button", name="Save this date").click()
        page.get_by_label("Yes, I mean this day").wait_for()
        clean.look(window, "clinician:set_date, asked about a day far away")
        page.get_by_label("Yes, I mean this day").check()
        page.get_by_role("button", name="Save this date").click()
        page.wait_for_url(doing.IS_PERSON)
        clean.look(window, "clinician:person with a date that was set")
        page.get_by_role("button", name=re.compile("^Change or take")).first.click()
        page.get_by_role("button", name="Take it back").click()
        page.locator("#problems").wait_for()
        clean.look(window, "clinician:take_back with errors")
        page.get_by_label("Why it is taken back").fill("Is back sooner")
        page.get_by_role("button", name="Take it back").click()
        page.wait_for_url(doing.IS_PERSON)
        page.get_by_role("button", name=re.compile("^Set another date")).first.click()
        page.get_by_text("earlier decision").first.click()
        clean.look(window, "clinician:set_date with what was decided before")


def test_a_file_is_previewed(desk: Desk, clean: Report, seen: set[str]) -> None:
    with desk.window("ravi") as window:
        of_dana = doing.person(window, "Dana")
        window.open(f"{of_dana}import/")
        doing.bring(window, FOLDER / "lucia-fernandez-mora.json")
        window.page.wait_for_url("**/import/*/")
        go_through(window, clean, seen, "clinician:import_preview")
        window.page.get_by_role("button", name="Throw the file away").click()


def test_an_emergency(desk: Desk, clean: Report, seen: set[str]) -> None:
    with desk.window("ravi") as window:
        page = window.page
        window.open("/people/emergency/")
        go_through(window, clean, seen, "clinician:emergency")
        doing.submit_empty(window)
        clean.look(window, "clinician:emergency with errors")
        doing.break_the_glass(window, "andre-baptiste")
        go_through(window, clean, seen, "clinician:person", state="in an emergency")
        assert page.get_by_text("Emergency access.").is_visible()


def test_the_offices_pages(desk: Desk, clean: Report, seen: set[str]) -> None:
    with desk.window("owen") as window:
        page = window.page
        window.open("/office/rules/add/")
        doing.submit_empty(window)
        clean.look(window, "office:add_rule with errors")
        _add_a_rule(window)
        window.open("/office/staff/take-on/")
        page.get_by_label("Full name").fill("Jo Park")
        page.get_by_role("button", name="Take on").first.click()
        page.wait_for_url(lambda url: "take-on" not in url)
        jo = page.url
        walk(window, clean, seen, "/office/", jo.removeprefix(window.address))
        window.open("/office/staff/")
        of_ravi = page.get_by_role("link", name="Dr. Ravi Menon").first
        walk(window, clean, seen, str(of_ravi.get_attribute("href")))
        walk(window, clean, seen, _give_a_proxy(window))
        window.open(jo)
        page.get_by_role("link", name="Give an account").click()
        page.get_by_label("E-mail").first.fill("jo@demo.example")
        page.locator("main form button").first.click()
        page.get_by_text("not shown again").wait_for()
        clean.look(window, "office:account, the link")
        link = page.locator("code").first.inner_text()
    with desk.window(None) as window:
        window.open(link)
        go_through(window, clean, seen, "office:begin")
        doing.submit_empty(window)
        clean.look(window, "office:begin with errors")


def test_the_persons_pages(desk: Desk, clean: Report, seen: set[str]) -> None:
    with desk.window("dana") as window:
        page = window.page
        walk(window, clean, seen, "/me/")
        window.open("/me/medicines/?show=all")
        _open_all(window)
        clean.look(window, "person:medicines with all opened")
        window.open("/me/settings/")
        page.get_by_role("button", name="Turn discreet pages on").click()
        page.get_by_role("button", name="Turn discreet pages off").wait_for()
        for path in ("/me/", "/me/medicines/", "/me/changes/"):
            window.open(path)
            clean.look(window, f"{path} discreet")
        window.open("/me/settings/")
        page.get_by_role("button", name="Turn discreet pages off").click()
        page.get_by_role("button", name="Turn discreet pages on").wait_for()


def test_a_form_with_an_answer_above_zero(
    desk: Desk, clean: Report, seen: set[str]
) -> None:
    with desk.window("dana") as window:
        page = window.page
        window.open("/me/")
        page.get_by_role("link", name="Begin with this form").click()
        go_through(window, clean, seen, "person:form")
        page.get_by_role("link", name="Begin in English").click()
        go_through(window, clean, seen, "person:form_question")
        page.get_by_role("button", name="Next").click()
        page.locator("#problems").wait_for()
        clean.look(window, "person:form_question with an error")
        start = page.url.removesuffix("1/")
        window.open(f"{start}9/?in=es")
        page.get_by_role("radio").nth(3).check()
        clean.look(window, "person:form_question, help in Spanish")
        window.open(f"{start}9/")
        page.get_by_role("radio").nth(2).check()
        clean.look(window, "person:form_question, above zero")
        page.get_by_role("button", name="Next").click()
        page.wait_for_url("**/help/**")
        go_through(window, clean, seen, "person:form_help")
        window.open(f"{start}check/")
        go_through(window, clean, seen, "person:form_check")
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/sent/**")
        go_through(window, clean, seen, "person:form_sent")
        window.open(start)
        clean.look(window, "person:form, sent already")
        assert "409" in window.complaints.pop()


def test_a_rating_a_form_to_send_and_a_crisis(
    desk: Desk, clean: Report, seen: set[str]
) -> None:
    with desk.window("ravi") as window:
        page = window.page
        of_dana = doing.person(window, "Dana")
        window.open(f"{of_dana}scales/")
        page.get_by_label("Rate after looking").select_option("aims")
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("link", name="Begin").wait_for()
        go_through(window, clean, seen, "clinician:rating")
        page.get_by_role("link", name="Begin").click()
        go_through(window, clean, seen, "clinician:rating_question")
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Next").click()
        page.wait_for_url("**/2/")
        window.open(page.url.removeprefix(window.address).replace("/2/", "/check/"))
        go_through(window, clean, seen, "clinician:rating_check")
        window.open(f"{of_dana}scales/")
        clean.look(window, "clinician:scales with a form that waits")
        for name in ("send/", "total/"):
            window.open(f"{of_dana}scales/{name}")
            doing.submit_empty(window)
            clean.look(window, f"scales/{name} with errors")
        window.open(f"{of_dana}scales/send/?scale=phq-9")
        page.get_by_label("Who reads the answers").select_option(index=1)
        page.get_by_label("Send it whenever the due list asks for it").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Sent whenever due").wait_for()
        clean.look(window, "clinician:scales with a form sent whenever due")
        page.get_by_role("button", name="Stop sending it").click()
        page.wait_for_function(
            "() => !document.body.textContent.includes('Sent whenever due')"
        )
        window.open(doing.person(window, "Morgan"))
        page.get_by_role("link", name="Open it").first.click()
        go_through(window, clean, seen, "clinician:crisis")
        page.get_by_role("button", name="Close with what was done").click()
        page.locator("#problems").wait_for()
        clean.look(window, "clinician:crisis with errors")
    with desk.window("owen") as window:
        window.open("/office/crisis/plan/")
        window.page.get_by_label("Somebody reads on Monday").fill("late")
        window.page.get_by_role("button", name="Keep").click()
        window.page.locator("#problems").wait_for()
        clean.look(window, "office:crisis_plan with an error")


def test_the_caregivers_pages(desk: Desk, clean: Report, seen: set[str]) -> None:
    with desk.window("ewa") as window:
        window.open("/")
        walk(window, clean, seen, window.page.url.removeprefix(window.address))


def test_the_factors(desk: Desk, clean: Report, seen: set[str]) -> None:
    """A passkey and an app are set up, so that their pages are there to look at."""
    with desk.window("beth") as window:
        page = window.page
        doing.fingerprint_reader(window)
        window.open("/accounts/factors/webauthn/add/")
        page.get_by_label("Name of the passkey").fill("The key on my ring")
        page.get_by_role("button", name="Add the passkey").click()
        page.wait_for_url("**/recovery-codes/")
        go_through(window, clean, seen, "mfa_view_recovery_codes")
        walk(window, clean, seen, "/accounts/factors/")
        window.open("/accounts/password/")
        doing.submit_empty(window)
        clean.look(window, "account_change_password with errors")
    with desk.window(None) as window:
        page = window.page
        window.open("/accounts/login/")
        page.get_by_label("E-mail address").fill(f"beth@{DOMAIN}")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/authenticate/")
        go_through(window, clean, seen, "mfa_authenticate")


def test_every_route_was_looked_at(report: Report, seen: set[str]) -> None:
    excepted = {*NO_PAGES, *NOT_REACHED}
    missed = sorted(every_route() - seen - excepted)
    assert not missed, " ".join(missed)
    assert excepted - every_route() == set()
    assert seen & set(NOT_REACHED) == set(), "no exception any more"
    print(
        f"{len(seen - set(NO_PAGES))} routes, {report.states} pages and states, "
        f"{report.runs} runs of axe, {len(report.found)} with a violation"
    )


# --- what is done on the way ---------------------------------------------------------


def _clinical(of: str) -> tuple[str, ...]:
    """The forms of a record that lead to the correction of what is on it."""
    return (
        f"{of}conditions/add/",
        f"{of}allergies/add/",
        f"{of}results/add/?observation=weight",
        f"{of}results/add/?observation=other",
    )


def _open_all(window: Window) -> None:
    window.page.evaluate(
        "() => document.querySelectorAll('details').forEach((d) => d.open = true)"
    )


def _add_a_rule(window: Window) -> None:
    page = window.page
    page.get_by_label("From this age").fill("14")
    page.get_by_label("The law or rule").fill("A rule of the test")
    page.get_by_label("Section").fill("1")
    page.locator("main form button").last.click()
    page.wait_for_url("**/office/rules/**")


def _give_a_proxy(window: Window) -> str:
    """Record a guardian of the first person of the office; return the person's page."""
    page = window.page
    window.open("/office/people/")
    page.locator("main table a").first.click()
    path = page.url.removeprefix(window.address)
    page.locator("a[href$='/proxies/add/']").click()
    page.get_by_label("Their full name").fill("Ana Guardian")
    page.get_by_label("By what right").select_option(label="Guardian")
    page.locator("input[name=powers]").first.check()
    page.locator("main form button").last.click()
    page.wait_for_url(f"**{path}**")
    return path
