"""Second factors: required of staff, sealed at rest, a code accepted once."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client, TestCase
from tests.web.clinic import Clinic, own
from tests.web.routes import every_address
from tests.web.signing import PASSWORD, account, signed_in

from concord.errors import SealError
from concord.web.accounts import making, sealing
from concord.web.accounts.forms import step_now
from concord.web.accounts.models import Session

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECOND_STEP = "/accounts/factors/authenticate/"


def code(step: int | None = None, seed: str = SEED) -> str:
    return format_hotp_value(hotp_value(seed, step_now() if step is None else step))


@pytest.fixture
def ruth(clinic: Clinic) -> Any:
    """Ruth's account, in earnest, with an authenticator app and recovery codes."""
    user = account(clinic.ruth, in_earnest=True)
    TOTP.activate(user, SEED)
    RecoveryCodes.activate(user)
    return user


class Committing:
    """What a request has done when it commits is done, though a test never does."""

    def __init__(self, get_response: Any) -> None:
        self._get_response = get_response

    def __call__(self, request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return self._get_response(request)


@pytest.fixture
def committing(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Committing"]


def by_password(user: Any) -> Client:
    browser = Client()
    form = {"login": user.email, "password": PASSWORD}
    assert browser.post("/accounts/login/", form).status_code == 302
    return browser


def by_both(user: Any, typed: str) -> Client:
    browser = by_password(user)
    browser.post(SECOND_STEP, {"code": typed})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/people/").status_code == 200


# --- required of staff ---------------------------------------------------------------


def test_no_page_answers_staff_with_one_factor(clinic: Clinic, settings: Any) -> None:
    account(clinic.ruth, in_earnest=True)
    settings.CONCORD_DEMO = False
    open_to_anyone = Client()
    enrolment = 0
    for address in every_address(person=clinic.amara):
        if address == "/accounts/logout/":
            continue
        browser = signed_in(clinic.ruth)
        for answer in (browser.get(address), browser.post(address)):
            if answer.status_code != 200:
                assert answer.status_code in {302, 403, 404, 405}, address
                continue
            if address.startswith("/accounts/"):
                enrolment += 1
                continue
            anonymous = open_to_anyone.get(address)
            assert anonymous.status_code == 200, f"{address} answers one factor"
    assert enrolment > 0
    assert signed_in(clinic.ruth).get("/people/").url == "/accounts/factors/"


def test_off_for_the_accounts_of_the_demonstration_in_demo_mode_only(
    clinic: Clinic, settings: Any
) -> None:
    assert settings.CONCORD_DEMO
    assert is_in(signed_in(clinic.ruth))
    account(clinic.paul, in_earnest=True)
    assert not is_in(signed_in(clinic.paul))


def test_persons_may_do_without(clinic: Clinic, settings: Any) -> None:
    account(own(clinic.amara), in_earnest=True)
    settings.CONCORD_DEMO = False
    browser = signed_in(own(clinic.amara))
    assert browser.get("/accounts/factors/").status_code == 200
    assert browser.get("/").url != "/accounts/factors/"


def test_a_session_that_used_one_factor_of_two_is_ended(
    clinic: Clinic, ruth: Any
) -> None:
    browser = signed_in(clinic.ruth)
    assert browser.get("/people/").url == "/accounts/login/"
    assert Session.objects.filter(account=ruth.id).count() == 0


def test_a_password_alone_leads_to_the_second_step(clinic: Clinic, ruth: Any) -> None:
    browser = by_password(ruth)
    assert not is_in(browser)
    assert "Second step" in browser.get(SECOND_STEP).content.decode()


# --- codes ---------------------------------------------------------------------------


def test_a_code_of_the_app_signs_in_once(clinic: Clinic, ruth: Any) -> None:
    typed = code()
    assert is_in(by_both(ruth, typed))
    assert not is_in(by_both(ruth, typed))


def test_a_code_is_accepted_once_even_where_the_throttles_forgot_it(
    clinic: Clinic, ruth: Any
) -> None:
    from django.core.cache import cache  # noqa: PLC0415 - only here

    typed = code()
    assert is_in(by_both(ruth, typed))
    cache.clear()
    assert not is_in(by_both(ruth, typed))
    assert not is_in(by_both(ruth, code(step_now() - 1)))


@pytest.mark.parametrize(("away", "accepted"), [(-2, False), (-1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(
    clinic: Clinic, ruth: Any, away: int, accepted: bool
) -> None:
    assert is_in(by_both(ruth, code(step_now() + away))) is accepted


def test_a_recovery_code_signs_in_once(clinic: Clinic, ruth: Any) -> None:
    codes = Authenticator.objects.get(user=ruth, type="recovery_codes")
    typed = codes.wrap().generate_codes()[3]
    assert is_in(by_both(ruth, typed))
    assert not is_in(by_both(ruth, typed))


def test_seeds_are_not_in_the_database_in_the_clear(clinic: Clinic, ruth: Any) -> None:
    kept = [factor.data for factor in Authenticator.objects.filter(user=ruth)]
    assert SEED not in str(kept)
    codes = Authenticator.objects.get(user=ruth, type="recovery_codes").wrap()
    assert not any(one in str(kept) for one in codes.generate_codes())
    assert len(codes.generate_codes()) == 10


def test_what_is_sealed_opens_with_its_context_and_any_key_of_the_install(
    settings: Any,
) -> None:
    sealed = sealing.close("a seed", "factor")
    assert sealing.open_(sealed, "factor") == "a seed"
    with pytest.raises(SealError):
        sealing.open_(sealed, "session")
    with pytest.raises(SealError):
        sealing.open_(sealed[:-4] + "AAA=", "factor")
    old = settings.CONCORD_DATA_KEYS
    settings.CONCORD_DATA_KEYS = {"new": bytes(range(32)), **old}
    assert sealing.open_(sealed, "factor") == "a seed"
    assert sealing.close("a seed", "factor").startswith("new:")
    settings.CONCORD_DATA_KEYS = {"new": bytes(range(32))}
    with pytest.raises(SealError, match="CONCORD_DATA_KEYS"):
        sealing.open_(sealed, "factor")


# --- enrolling and changing ----------------------------------------------------------


def enrol(browser: Client) -> Any:
    """Set an authenticator app up, as a person does; the answer to the first code."""
    page = browser.get("/accounts/factors/totp/activate/")
    assert page.status_code == 200
    seed = page.context["form"].secret
    return browser.post("/accounts/factors/totp/activate/", {"code": code(seed=seed)})


def test_staff_enrol_an_app_see_their_recovery_codes_once_and_are_let_in(
    clinic: Clinic, settings: Any, committing: None
) -> None:
    account(clinic.ruth, in_earnest=True)
    settings.CONCORD_DEMO = False
    browser = signed_in(clinic.ruth)
    answer = enrol(browser)
    assert answer.url == "/accounts/factors/recovery-codes/"
    first = browser.get(answer.url)
    codes = first.context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] in first.content.decode()
    assert codes[0] not in browser.get(answer.url).content.decode()
    assert is_in(browser)


def test_the_seed_that_waits_to_be_confirmed_is_sealed_in_the_session(
    clinic: Clinic,
) -> None:
    browser = signed_in(clinic.ruth)
    page = browser.get("/accounts/factors/totp/activate/")
    seed = page.context["form"].secret
    kept = Session.objects.get(account=account(clinic.ruth).id)
    assert browser.session["mfa.totp.secret"] == seed
    assert seed not in kept.session_data


def test_a_new_factor_ends_the_other_sessions_and_leaves_this_one(
    clinic: Clinic, committing: None
) -> None:
    here, elsewhere = signed_in(clinic.ruth), signed_in(clinic.ruth)
    assert is_in(here)
    assert is_in(elsewhere)
    enrol(here)
    assert is_in(here)
    assert not is_in(elsewhere)


def test_taking_factors_away_in_the_office_ends_all_sessions(
    clinic: Clinic, ruth: Any
) -> None:
    browser = by_both(ruth, code())
    assert is_in(browser)
    making.forget_factors(account=ruth.id)
    assert not is_in(browser)
    assert by_password(ruth).get("/people/").url == "/accounts/factors/"


def test_a_factor_is_not_changed_without_showing_again_who_one_is(
    clinic: Clinic, ruth: Any
) -> None:
    browser = by_both(ruth, code(step_now() - 1))
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    asked = browser.get("/accounts/factors/totp/deactivate/")
    assert asked.url.startswith("/accounts/factors/reauthenticate/")
    # With a second factor, the password is not enough to show it.
    password = browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert password.url.startswith("/accounts/factors/reauthenticate/")
    assert browser.get("/accounts/factors/totp/deactivate/").status_code == 302
    shown = browser.post(asked.url, {"code": code()})
    assert shown.url == "/accounts/factors/totp/deactivate/"
    assert browser.get(shown.url).status_code == 200
