"""Ended sessions, forged forms and floods of sign-ins (ATK-08, ATK-14, ATK-15)."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import hashers
from django.test import Client
from tests.attack.payloads import JUNK
from tests.attack.trying import addresses, filled, forms_of, held, tries
from tests.web.clinic import Clinic
from tests.web.signing import PASSWORD, account

from concord.web.accounts.models import Count, Session
from concord.web.accounts.sessions import SessionStore
from concord.web.chart.models import Entry, Line, MedicationChange
from concord.web.pages.asking import now

pytestmark = pytest.mark.crawl

MOST_ROWS = 1_000
# What a page asks for by itself, and what pretends to be a person.
POLLS = (
    {},
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Trigger": "poll"},
    {"HX-Request": "true", "HX-Boosted": "true"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Accept": "text/event-stream"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"},
)


def end_all_sessions() -> None:
    """As if nobody had acted for an hour."""
    Session.objects.update(acted_at=now() - timedelta(hours=1))


@pytest.mark.parametrize("name", ["ruth", "alma", "amara", "maya"])
def test_an_ended_session_is_nobodys_on_every_route_whatever_is_added(
    clinic: Clinic, name: str
) -> None:
    made = held(clinic)
    key = made.browsers[name].session.session_key
    cookie = made.browsers[name].cookies.output(header="", sep=";")
    row = Session.objects.get(pk=SessionStore.row_of(key))
    log = Entry.objects.count()
    anonymous = Client()
    for place, address in enumerate(addresses(made.ids)):
        headers = POLLS[place % len(POLLS)]
        query = f"{address.path}?" + "&".join(f"{word}=1" for word in JUNK)
        for method in ("GET", "POST", "HEAD"):
            replay = Client()
            replay.cookies = SimpleCookie(cookie)
            row.acted_at = now() - timedelta(hours=1)
            row.save(force_insert=not Session.objects.filter(pk=row.pk).exists())
            data = dict.fromkeys(JUNK, "1") if method == "POST" else None
            ended = tries(replay, method, query, data, **headers)
            nobody = tries(anonymous, method, query, data, **headers)
            assert ended.status == nobody.status, (address.name, method)
            assert "Amara" not in ended.page
            assert "Sign out" not in ended.page
    assert Entry.objects.count() == log


@pytest.mark.parametrize("headers", POLLS[1:5])
def test_no_poll_and_no_parameter_puts_the_end_off_for_a_part_of_a_page(
    clinic: Clinic, headers: dict[str, str]
) -> None:
    made = held(clinic)
    ruth = made.browsers["ruth"]
    row = Session.objects.filter(pk=SessionStore.row_of(ruth.session.session_key))
    then = now() - timedelta(minutes=10)
    row.update(acted_at=then)
    for word in JUNK:
        ruth.get(f"/people/?{word}=1", headers=headers)
    assert row.get().acted_at == then


# --- tokens ------------------------------------------------------------------------


def with_checks(browser: Client) -> Client:
    copy = Client(enforce_csrf_checks=True)
    copy.cookies = SimpleCookie(browser.cookies.output(header="", sep=";"))
    return copy


# Without a token on purpose: it signs out at most, and needs no network (leaving.py).
WITHOUT_TOKEN = {"leave"}


@pytest.mark.parametrize("name", ["ruth", "alma", "amara", "maya", "anonymous"])
def test_no_form_is_taken_without_its_token_or_with_anothers(
    clinic: Clinic, name: str
) -> None:
    made = held(clinic)
    browser = made.browsers[name]
    stranger = Client()
    theirs = str(stranger.get("/accounts/login/").context["csrf_token"])
    before = Line.objects.count(), MedicationChange.objects.count()
    taken = []
    for address in addresses(made.ids):
        if address.name in WITHOUT_TOKEN:
            continue
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for token, headers in (
                (None, {}),
                (theirs, {}),
                ("x" * 64, {}),
                (None, {"X-CSRFToken": theirs}),
                (None, {"HX-Request": "true"}),
                (theirs, {"Origin": "https://evil.test"}),
                (theirs, {"Origin": "null"}),
            ):
                attack = with_checks(browser)
                with_cookie = token is not None or "X-CSRFToken" in headers
                if with_cookie and "Origin" not in headers:
                    attack.cookies["csrftoken"] = "y" * 32  # not the one it was for
                data: Any = {} if token is None else {"csrfmiddlewaretoken": token}
                try:
                    found = getattr(attack, method.lower())(
                        address.path, data, headers=headers
                    )
                except TypeError:
                    raise AssertionError(address.name) from None
                away = name == "anonymous" and "/login" in found.headers.get(
                    "Location", ""
                )
                if found.status_code not in (401, 403, 404, 405) and not away:
                    taken.append((address.name, method, token, found.status_code))
    assert taken == []
    assert (Line.objects.count(), MedicationChange.objects.count()) == before


def test_with_its_own_token_a_form_is_taken(clinic: Clinic) -> None:
    made = held(clinic)
    browser = with_checks(made.browsers["ruth"])
    path = f"/people/{clinic.amara}/conditions/add/"
    page = browser.get(path)
    (form, *_) = forms_of(page.content.decode())
    assert browser.post(path, filled(form)).status_code == 302


def test_leaving_without_a_token_signs_out_and_does_no_more(clinic: Clinic) -> None:
    made = held(clinic)
    before = Entry.objects.count()
    browser = with_checks(made.browsers["amara"])
    assert browser.post("/leave/").status_code == 200
    assert Entry.objects.count() == before


# --- floods ------------------------------------------------------------------------


def test_a_flood_of_sign_ins_leaves_few_rows_and_everybody_can_sign_in(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From ever new places, so that no throttle by place spares the table.

    More than the table holds; 10,000 straight into it are in test_accounts_throttling.
    """
    ruth = account(clinic.ruth)
    # The cost of the slow hash is no part of this: the rows are.
    slow = hashers.make_password
    monkeypatch.setattr("django.contrib.auth.base_user.make_password", lambda _: "!")
    browser = Client()
    for number in range(1_500):
        place = f"198.{18 + number // 65_536}.{number // 256 % 256}.{number % 256}"
        browser.post(
            "/accounts/login/",
            {"login": f"{uuid4()}@example.org", "password": "wrong"},
            REMOTE_ADDR=place,
        )
    monkeypatch.setattr("django.contrib.auth.base_user.make_password", slow)
    assert Count.objects.count() <= MOST_ROWS
    assert Session.objects.count() <= MOST_ROWS
    longest = max(row.ends_at for row in Count.objects.all()) - now()
    assert longest <= timedelta(minutes=15)
    sent = {"login": ruth.email, "password": PASSWORD}
    answer = Client().post("/accounts/login/", sent, REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 302
