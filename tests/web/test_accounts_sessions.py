"""How long a session lasts, what cannot extend it, and what ends it at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.clinic import Clinic, own
from tests.web.routes import every_address
from tests.web.signing import PASSWORD, account, signed_in

from concord.web.accounts import making
from concord.web.accounts.models import Session
from concord.web.accounts.sessions import BEGAN, SessionStore
from concord.web.pages.asking import now

JUNK = (
    "skip_timeout_reset", "keepalive", "extend", "refresh", "poll", "stay", "touch",
    "session", "sessionid", "timeout", "idle", "no_timeout", "reset", "ping", "ajax",
    "auto", "background", "silent", "remember", "token", "debug", "test", "next",
    "user", "account", "acted", "began", "expiry", "_", "format",
)  # fmt: skip


def idle_for(browser: Client, *, seconds: int) -> Client:
    """As if nobody had acted in a browser for so long."""
    row = SessionStore.row_of(browser.session.session_key)
    when = now() - timedelta(seconds=seconds)
    assert Session.objects.filter(pk=row).update(acted_at=when) == 1
    return browser


def signed_in_since(browser: Client, *, seconds: int) -> Client:
    session = browser.session
    session[BEGAN] -= seconds
    session.save()
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/accounts/sessions/").status_code == 200


@pytest.mark.parametrize(("seconds", "still"), [(15 * 60 - 10, True), (15 * 60, False)])
def test_staff_are_signed_out_after_fifteen_minutes(
    clinic: Clinic, seconds: int, still: bool
) -> None:
    assert is_in(idle_for(signed_in(clinic.ruth), seconds=seconds)) is still


@pytest.mark.parametrize(("seconds", "still"), [(30 * 60 - 10, True), (30 * 60, False)])
def test_persons_and_caregivers_are_signed_out_after_thirty_minutes(
    clinic: Clinic, seconds: int, still: bool
) -> None:
    for actor in (own(clinic.amara), clinic.maya):
        assert is_in(idle_for(signed_in(actor), seconds=seconds)) is still


@pytest.mark.parametrize(
    ("seconds", "still"), [(12 * 3600 - 10, True), (12 * 3600, False)]
)
def test_nobody_stays_signed_in_longer_than_twelve_hours(
    clinic: Clinic, seconds: int, still: bool
) -> None:
    for actor in (clinic.ruth, own(clinic.amara)):
        browser = signed_in_since(signed_in(actor), seconds=seconds)
        browser.post("/accounts/stay/")
        assert is_in(browser) is still


def test_acting_puts_the_idle_end_off(clinic: Clinic) -> None:
    browser = idle_for(signed_in(clinic.ruth), seconds=14 * 60)
    assert is_in(browser)
    left = browser.get("/accounts/stay/").json()["seconds"]
    assert 14 * 60 < left <= 15 * 60


def test_a_step_up_does_not_put_the_absolute_end_off(clinic: Clinic) -> None:
    browser = signed_in_since(signed_in(clinic.ruth), seconds=12 * 3600 - 30)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.get("/accounts/stay/").json()["seconds"] <= 30


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Trigger": "poll"},
        {"Sec-Fetch-Mode": "cors"},
        {"Sec-Purpose": "prefetch"},
        {"Purpose": "prefetch;prerender"},
        {"X-Requested-With": "XMLHttpRequest"},
    ],
)
def test_what_a_page_asks_for_by_itself_does_not_put_the_idle_end_off(
    clinic: Clinic, headers: dict[str, str]
) -> None:
    browser = idle_for(signed_in(clinic.ruth), seconds=10 * 60)
    for address in ("/people/", "/accounts/sessions/", "/accounts/stay/"):
        browser.get(address, headers=headers)
        browser.head(address, headers=headers)
    assert browser.get("/accounts/stay/").json()["seconds"] <= 5 * 60


def test_a_poll_that_posts_does_not_either(clinic: Clinic) -> None:
    browser = idle_for(signed_in(clinic.ruth), seconds=10 * 60)
    poll = {"HX-Request": "true", "HX-Trigger": "poll"}
    assert browser.post("/accounts/stay/", headers=poll).json()["seconds"] <= 5 * 60
    assert browser.post("/accounts/stay/").json()["seconds"] > 14 * 60


def test_an_ended_session_is_refused_on_every_route_whatever_is_added_to_it(
    clinic: Clinic,
) -> None:
    junk = dict.fromkeys(JUNK, "1")
    old = signed_in(clinic.ruth)
    cookie = {name: morsel.value for name, morsel in old.cookies.items()}
    idle_for(old, seconds=15 * 60)
    refused = 0
    for address in every_address(person=clinic.amara):
        stranger = Client()
        replay = Client()
        replay.cookies.load(cookie)
        for send in ("get", "post"):
            theirs = getattr(stranger, send)(address, junk)
            ours = getattr(replay, send)(address, junk)
            assert ours.status_code == theirs.status_code, (send, address)
            assert b"Sign out" not in ours.content, (send, address)
            refused += 1
    assert refused > 20
    assert Session.objects.filter(account=account(clinic.ruth).id).count() == 0


def test_closing_an_account_ends_its_sessions_at_once(clinic: Clinic) -> None:
    browser = signed_in(clinic.ruth)
    assert is_in(browser)
    making.close_account(account=account(clinic.ruth).id)
    assert not is_in(browser)
    making.open_account(account=account(clinic.ruth).id)
    assert not is_in(browser)


def test_a_new_password_from_the_office_ends_the_sessions(clinic: Clinic) -> None:
    browser = signed_in(clinic.ruth)
    word = "another long one"
    making.set_password(account=account(clinic.ruth).id, password=word)
    assert not is_in(browser)


def test_changing_ones_password_ends_the_other_sessions_and_leaves_this_one(
    clinic: Clinic,
) -> None:
    here, elsewhere = signed_in(clinic.ruth), signed_in(clinic.ruth)
    changed = here.post(
        "/accounts/password/",
        {
            "oldpassword": PASSWORD,
            "password1": "quite another password",
            "password2": "quite another password",
        },
    )
    assert changed.status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert Session.objects.filter(account=account(clinic.ruth).id).count() == 1


def test_one_ends_ones_other_sessions_oneself(clinic: Clinic) -> None:
    here, elsewhere = signed_in(clinic.ruth), signed_in(clinic.ruth)
    another = signed_in(clinic.paul)
    assert "Another browser" in here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/")
    assert is_in(here)
    assert not is_in(elsewhere)
    assert is_in(another)


def test_whoever_reads_the_database_cannot_take_a_session_over_or_read_it(
    clinic: Clinic,
) -> None:
    browser = signed_in(clinic.ruth)
    row = Session.objects.get(account=account(clinic.ruth).id)
    key = browser.session.session_key
    assert row.session_key != key
    assert key not in row.session_data
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert not is_in(thief)
    assert str(clinic.ruth.membership) not in row.session_data


def test_a_session_that_was_altered_or_put_in_anothers_place_is_none(
    clinic: Clinic,
) -> None:
    ruth, paul = signed_in(clinic.ruth), signed_in(clinic.paul)
    theirs = Session.objects.get(account=account(clinic.paul).id)
    row = Session.objects.filter(account=account(clinic.ruth).id)
    row.update(session_data=theirs.session_data)
    assert not is_in(ruth)
    assert is_in(paul)


def test_signing_in_gives_a_new_session_key(clinic: Clinic) -> None:
    browser = Client()
    ask = {"accept": "application/json"}
    browser.get("/accounts/factors/webauthn/login/", headers=ask)
    before = browser.cookies["sessionid"].value
    form = {"login": account(clinic.ruth).email, "password": PASSWORD}
    browser.post("/accounts/login/", form)
    assert browser.cookies["sessionid"].value != before


# --- nothing typed is lost -----------------------------------------------------------


def test_a_form_sent_after_the_end_is_kept_to_be_sent_again(clinic: Clinic) -> None:
    browser = idle_for(signed_in(clinic.ruth), seconds=15 * 60)
    answer: Any = browser.post(
        f"/people/{clinic.amara}/conditions/add/?at=1",
        {"words": "typed <b>", "key": "the same"},
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'name="words" value="typed &lt;b&gt;"' in page
    assert 'name="key" value="the same"' in page
    assert f'action="/people/{clinic.amara}/conditions/add/?at=1"' in page
    assert "Amara" not in page


def test_a_part_of_a_page_is_not_replaced_by_the_sign_in_page(clinic: Clinic) -> None:
    browser = idle_for(signed_in(clinic.ruth), seconds=15 * 60)
    answer = browser.get("/people/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize(
    ("origin", "is_kept"),
    [("http://testserver", True), ("https://evil.example", False), (None, False)],
)
def test_a_form_with_an_old_token_is_kept_if_it_came_from_this_site(
    clinic: Clinic, origin: str | None, is_kept: bool
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = signed_in(clinic.ruth).cookies
    headers = {} if origin is None else {"origin": origin}
    answer = browser.post("/people/", {"words": "typed"}, headers=headers)
    assert answer.status_code == 403
    assert ('value="typed"' in answer.content.decode()) is is_kept


def test_a_password_is_never_put_back_into_a_page(clinic: Clinic) -> None:
    browser = Client(enforce_csrf_checks=True)
    origin = {"origin": "http://testserver"}
    form = {"login": "a@example.org", "password": "typed in the open"}
    for address in ("/accounts/login/", "/people/"):
        answer = browser.post(address, form, headers=origin)
        assert b"typed in the open" not in answer.content
