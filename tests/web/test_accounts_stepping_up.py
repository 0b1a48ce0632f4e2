"""Step-up: asked before the actions that need it, and nothing typed is lost by it."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from tests.web.clinic import Clinic
from tests.web.signing import PASSWORD, account, signed_in

from concord.web.accounts.forms import step_now
from concord.web.accounts.stepping_up import stepped_up
from concord.web.pages.asking import for_staff

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACT = "/act/?at=1"
TYPED = {"words": ["one", "two <b>"], "key": "the same key"}


@for_staff
@stepped_up
def act(request: HttpRequest) -> HttpResponse:
    """Say what the form held, as a view that needs a step-up sees it."""
    assert not any(name.startswith("step_up-") for name in request.POST)
    said = [
        f"{name}={value}" for name, values in request.POST.lists() for value in values
    ]
    return HttpResponse(f"DONE {request.method} " + " ".join(sorted(said)))


urlpatterns = [
    path("act/", act, name="act"),
    path("", include("concord.web.urls")),
]


@pytest.fixture(autouse=True)
def _our_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


def some_time_after(browser: Client, *, seconds: int) -> Client:
    """As if so much time had passed since the person last showed who they are."""
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()
    return browser


def done(answer: Any) -> bool:
    return answer.status_code == 200 and answer.content.startswith(b"DONE")


@pytest.mark.parametrize(("seconds", "fresh"), [(290, True), (300, False)])
def test_it_holds_for_five_minutes(clinic: Clinic, seconds: int, fresh: bool) -> None:
    browser = some_time_after(signed_in(clinic.ruth), seconds=seconds)
    assert done(browser.post(ACT, TYPED)) is fresh
    assert done(browser.get(ACT)) is fresh


def test_what_was_typed_is_kept_and_done_with_the_right_password(
    clinic: Clinic,
) -> None:
    browser = some_time_after(signed_in(clinic.ruth), seconds=300)
    asked = browser.post(ACT, TYPED)
    page = asked.content.decode()
    assert asked.status_code == 403
    assert f'action="{ACT}"' in page
    assert 'name="words" value="two &lt;b&gt;"' in page
    assert 'name="key" value="the same key"' in page
    again = browser.post(ACT, TYPED | {"step_up-password": PASSWORD})
    assert again.content.decode() == (
        "DONE POST key=the same key words=one words=two <b>"
    )
    assert done(browser.post(ACT, TYPED))


def test_a_wrong_password_does_nothing_and_keeps_what_was_typed(
    clinic: Clinic,
) -> None:
    browser = some_time_after(signed_in(clinic.ruth), seconds=300)
    answer = browser.post(ACT, TYPED | {"step_up-password": "a wrong one"})
    page = answer.content.decode()
    assert not done(answer)
    assert "This is not your password" in page
    assert 'value="the same key"' in page
    assert "a wrong one" not in page
    assert not done(browser.post(ACT, TYPED))


def test_a_page_that_needs_it_is_shown_after_it(clinic: Clinic) -> None:
    browser = some_time_after(signed_in(clinic.ruth), seconds=300)
    assert "step_up-was_get" in browser.get(ACT).content.decode()
    form = {"step_up-was_get": "1", "step_up-password": PASSWORD}
    answer = browser.post(ACT, form)
    assert answer.url == ACT
    assert done(browser.get(ACT))


def test_with_a_second_factor_the_password_is_not_enough(clinic: Clinic) -> None:
    user = account(clinic.ruth)
    TOTP.activate(user, SEED)
    browser = some_time_after(signed_in(clinic.ruth), seconds=300)
    assert "step_up-code" in browser.post(ACT, TYPED).content.decode()
    by_password = TYPED | {"step_up-password": PASSWORD}
    assert not done(browser.post(ACT, by_password))
    code = format_hotp_value(hotp_value(SEED, step_now()))
    assert done(browser.post(ACT, TYPED | {"step_up-code": code}))
    some_time_after(browser, seconds=300)
    assert not done(browser.post(ACT, TYPED | {"step_up-code": code})), "once"


@pytest.mark.parametrize(
    "junk",
    [
        {"step_up-": "1"},
        {"step_up-was_get": "1"},
        {"step_up-password": ""},
        {"step_up-credential": "{}"},
        {"step_up-code": "000000"},
        {"step_up": "done", "stepped_up": "1", "reauthenticated": "true"},
    ],
)
def test_nothing_but_the_right_answer_passes(
    clinic: Clinic, junk: dict[str, str]
) -> None:
    browser = some_time_after(signed_in(clinic.ruth), seconds=300)
    assert not done(browser.post(ACT, TYPED | junk))
    assert not done(browser.get(ACT))


def test_guessing_is_throttled(clinic: Clinic) -> None:
    browser = some_time_after(signed_in(clinic.ruth), seconds=300)
    for _ in range(5):
        browser.post(ACT, TYPED | {"step_up-password": "a wrong one"})
    answer = browser.post(ACT, TYPED | {"step_up-password": PASSWORD})
    assert not done(answer)
    assert "too many attempts" in answer.content.decode()


def test_a_part_of_a_page_that_needs_it_is_asked_in_the_whole_page(
    clinic: Clinic,
) -> None:
    browser = some_time_after(signed_in(clinic.ruth), seconds=300)
    answer = browser.post(ACT, TYPED, headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#content"


def test_others_are_not_asked_but_not_let_in(clinic: Clinic) -> None:
    assert signed_in(clinic.maya).get(ACT).status_code == 404
    assert Client().get(ACT).status_code == 302
