"""Who signs in, by what, and what they are told when they do not."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as given_settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.web.clinic import LATER, Clinic, own
from tests.web.signing import PASSWORD, account, signed_in

from concord.web.accounts import making
from concord.web.accounts.models import User
from concord.web.accounts.passwords import GuessableValidator
from concord.web.chart.actions import memberships
from concord.web.chart.models import Role
from concord.web.chart.policy import ActorKind, memberships_of
from concord.web.pages.asking import MEMBERSHIP, now

SIGN_IN = "/accounts/login/"


def tries(email: str, password: str, client: Client | None = None) -> Any:
    browser = client or Client()
    return browser.post(SIGN_IN, {"login": email, "password": password})


def test_an_address_and_a_password_sign_in_whatever_the_case_of_the_address(
    clinic: Clinic,
) -> None:
    user = account(clinic.ruth)
    browser = Client()
    assert tries(user.email.upper(), PASSWORD, browser).status_code == 302
    assert browser.get("/people/").status_code == 200


def test_a_wrong_password_a_missing_and_a_closed_account_are_answered_alike(
    clinic: Clinic,
) -> None:
    user = account(clinic.ruth)
    closed = account(clinic.paul)
    making.close_account(account=closed.id)
    answers = [
        tries(user.email, "not the password of this one"),
        tries("nobody@example.org", PASSWORD),
        tries(closed.email, PASSWORD),
    ]
    assert [answer.status_code for answer in answers] == [200] * 3
    said = {str(answer.context["form"].errors) for answer in answers}
    assert said == {str(answers[0].context["form"].errors)}
    assert "do not go together" in next(iter(said))


def test_passwords_are_kept_by_argon2id(clinic: Clinic) -> None:
    assert account(clinic.ruth).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("password", "fit"),
    [
        ("elevenchars", False),
        ("twelve chars", True),
        ("1qaz2wsx3edc", False),  # in the list of common ones as it stands
        ("Password12345!", False),  # padded
        ("sunshinesunshine", False),  # repeated
        ("p@ssw0rd!!!!", False),  # respelt
        ("123456789012", False),
        ("aaaaaaaaaaaa", False),
        ("271828182845", True),
        ("no rules about what it is made of " * 3, True),
    ],
)
def test_a_password_is_long_and_not_a_common_one_and_no_more_is_asked(
    clinic: Clinic, settings: Any, password: str, fit: bool
) -> None:
    settings.CONCORD_DEMO = False
    given: Any = {"actor_kind": ActorKind.PERSON, "actor": uuid4()}
    if fit:
        making.make_account(email="a@example.org", password=password, **given)
        assert tries("a@example.org", password).status_code == 302
        return
    with pytest.raises(ValidationError):
        making.make_account(email="a@example.org", password=password, **given)
    assert not User.objects.filter(email="a@example.org").exists()


def test_three_thousand_common_passwords_that_are_long_enough_are_refused() -> None:
    validator = GuessableValidator()
    lengthened = [f"{word}2024!"[:64] for word in sorted(validator.passwords)]
    fitting = [word for word in lengthened if len(word) >= 12 and word[0].isalpha()]
    assert len(fitting) >= 3_000
    for word in fitting:
        with pytest.raises(ValidationError):
            validator.validate(word)


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password"])
def test_there_is_no_sign_up_and_no_reset_by_mail(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)
    assert "account_signup" not in str(given_settings.ACCOUNT_FORMS)


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "email/", "factors/webauthn/signup/"]
)
def test_the_addresses_of_sign_up_are_not_there(clinic: Clinic, path: str) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404


def test_an_account_of_the_demonstration_cannot_sign_in_elsewhere(
    clinic: Clinic, settings: Any
) -> None:
    user = account(clinic.ruth)
    browser = signed_in(clinic.ruth)
    assert browser.get("/people/").status_code == 200
    settings.CONCORD_DEMO = False
    assert tries(user.email, PASSWORD).status_code == 200
    assert browser.get("/people/").status_code == 302


def test_where_to_go_on_after_sign_in_is_never_another_site(clinic: Clinic) -> None:
    user = account(clinic.ruth)
    for to, expected in (
        ("/people/", "/people/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
    ):
        form = {"login": user.email, "password": PASSWORD, "next": to}
        assert Client().post(SIGN_IN, form).url == expected


def test_signing_out_needs_a_post_and_clears_what_the_browser_kept(
    clinic: Clinic,
) -> None:
    browser = signed_in(clinic.ruth)
    assert browser.get("/accounts/logout/").status_code == 200
    assert browser.get("/people/").status_code == 200
    out = browser.post("/accounts/logout/")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/people/").status_code == 302


# --- the membership under which staff act -------------------------------------------


def test_staff_with_one_membership_act_under_it_at_once(clinic: Clinic) -> None:
    browser = Client()
    tries(account(clinic.ruth).email, PASSWORD, browser)
    assert browser.session[MEMBERSHIP] == str(clinic.ruth.membership)


@pytest.fixture
def ruth_twice(clinic: Clinic) -> Any:
    """Ruth works in Harbour Recovery as well."""
    made = memberships.give(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        staff=clinic.ruth.id,
        role=Role.NURSE,
        programme=clinic.riverside.programme,
        key=uuid4(),
        now=LATER,
    )
    return str(made["membership"])


def test_staff_with_several_memberships_choose_first_and_go_on_where_they_wanted(
    clinic: Clinic, ruth_twice: str
) -> None:
    browser = Client()
    tries(account(clinic.ruth).email, PASSWORD, browser)
    asked = browser.get("/people/")
    assert asked.url == "/accounts/membership/?next=%2Fpeople%2F"
    page = browser.get(asked.url).content.decode()
    assert "Riverside" in page
    assert "Harbour Recovery" in page
    chosen = browser.post(
        "/accounts/membership/", {"membership": ruth_twice, "next": "/people/"}
    )
    assert chosen.url == "/people/"
    assert browser.session[MEMBERSHIP] == ruth_twice
    assert browser.get("/people/").status_code == 200


def test_nobody_chooses_a_membership_that_is_not_theirs_or_has_ended(
    clinic: Clinic, ruth_twice: str
) -> None:
    browser = Client()
    tries(account(clinic.ruth).email, PASSWORD, browser)
    for foreign in (str(clinic.paul.membership), str(uuid4()), "x", ""):
        browser.post("/accounts/membership/", {"membership": foreign})
        assert MEMBERSHIP not in browser.session
    memberships.end(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        membership=UUID(ruth_twice),
        key=uuid4(),
        now=now(),
    )
    browser.post("/accounts/membership/", {"membership": ruth_twice})
    assert MEMBERSHIP not in browser.session


def test_ones_memberships_are_named_by_place(clinic: Clinic, ruth_twice: str) -> None:
    found = memberships_of(clinic.ruth.id, now())
    assert {(one.organisation, one.programme, one.role) for one in found} == {
        ("Riverside", "Harbour Recovery", Role.NURSE),
        ("Riverside", None, Role.PRESCRIBER),
    }


def test_a_person_has_no_page_to_choose_a_membership(clinic: Clinic) -> None:
    assert signed_in(own(clinic.amara)).get("/accounts/membership/").status_code == 404
