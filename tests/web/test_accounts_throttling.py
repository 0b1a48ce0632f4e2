"""Throttles that cannot be used to fill a table, or to lock a person out for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings as given_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.web.clinic import Clinic
from tests.web.signing import PASSWORD, account

from concord.web.accounts.models import Count, Session

MOST = 1_000
LONGEST_LOCK = 15 * 60


def tries(
    email: str, password: str, *, ip: str = "192.0.2.1", browser: Any = None
) -> Any:
    form = {"login": email, "password": password}
    return (browser or Client()).post("/accounts/login/", form, REMOTE_ADDR=ip)


def is_locked(answer: Any) -> bool:
    return answer.status_code == 429 or "too many attempts" in answer.content.decode()


def a_while_later(seconds: int) -> None:
    """As if so much time had passed, in what the throttles remember."""
    for row in Count.objects.all():
        if isinstance(row.value, list):
            row.value = [moment - seconds for moment in row.value]
        row.ends_at -= timedelta(seconds=seconds)
        row.save()


def test_ten_thousand_random_names_do_not_fill_the_store(clinic: Clinic) -> None:
    for number in range(10_000):
        cache.add(f"a name {uuid4()}", [number], 300)
    assert 0 < Count.objects.count() <= MOST


def test_random_names_from_one_place_are_refused_before_they_are_remembered(
    clinic: Clinic,
) -> None:
    answers = [
        tries(f"{uuid4()}@example.org", "some wrong password") for _ in range(30)
    ]
    assert is_locked(answers[-1])
    assert Count.objects.count() < 30
    assert Session.objects.count() == 0


def test_the_sixth_wrong_attempt_on_one_address_is_refused_even_if_right(
    clinic: Clinic,
) -> None:
    email = account(clinic.ruth).email
    for number in range(5):
        answer = tries(email, "some wrong password", ip=f"192.0.2.{number}")
        assert not is_locked(answer)
    assert is_locked(tries(email, PASSWORD, ip="192.0.2.77"))


def test_a_lock_ends_by_itself_after_five_minutes(clinic: Clinic) -> None:
    email = account(clinic.ruth).email
    for number in range(9):  # going on with it does not make the lock longer
        tries(email, "some wrong password", ip=f"192.0.2.{number}")
    a_while_later(240)
    assert is_locked(tries(email, PASSWORD, ip="192.0.2.77"))
    a_while_later(60)
    assert tries(email, PASSWORD, ip="192.0.2.77").status_code == 302


def test_no_lock_is_longer_than_fifteen_minutes() -> None:
    for rates in given_settings.ACCOUNT_RATE_LIMITS.values():
        assert all(rate.duration <= LONGEST_LOCK for rate in parse_rates(rates))


def test_a_stranger_does_not_lock_a_person_out_of_their_own_browser(
    clinic: Clinic,
) -> None:
    email = account(clinic.ruth).email
    own = Client()
    assert tries(email, PASSWORD, browser=own).status_code == 302
    own.post("/accounts/logout/")
    for number in range(6):
        tries(email, "some wrong password", ip=f"198.51.100.{number}")
    assert is_locked(tries(email, PASSWORD, ip="198.51.100.77"))
    assert tries(email, PASSWORD, browser=own).status_code == 302


def test_a_known_browser_is_throttled_too_and_its_mark_serves_one_account(
    clinic: Clinic,
) -> None:
    own = Client()
    tries(account(clinic.ruth).email, PASSWORD, browser=own)
    own.post("/accounts/logout/")
    ruth, paul = account(clinic.ruth).email, account(clinic.paul).email
    for number in range(6):
        tries(paul, "some wrong password", ip=f"198.51.100.{number}")
    assert is_locked(tries(paul, PASSWORD, browser=own, ip="198.51.100.77"))
    for number in range(5):
        tries(ruth, "a wrong one", browser=own, ip=f"203.0.113.{number}")
    assert is_locked(tries(ruth, PASSWORD, browser=own, ip="203.0.113.77"))
    assert ruth not in own.cookies["known"].value


def test_what_has_ended_makes_room_first_then_the_soonest_to_end(
    clinic: Clinic,
) -> None:
    cache.set("long", "kept", 3_000)
    for number in range(2_000):
        cache.set(f"short {number}", number, 60)
    assert cache.get("long") == "kept"
    assert Count.objects.count() <= MOST


@pytest.mark.parametrize("timeout", [0, -1])
def test_what_has_ended_is_not_found(clinic: Clinic, timeout: int) -> None:
    cache.set("a", 1, timeout)
    assert cache.get("a") is None
    assert cache.add("a", 2, 60)
    assert not cache.add("a", 3, 60)
    assert cache.get("a") == 2
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.get("a", "none") == "none"


def test_the_store_holds_no_address_of_a_person(clinic: Clinic) -> None:
    email = account(clinic.ruth).email
    tries(email, "some wrong password")
    kept = str(list(Count.objects.values_list("key", "value")))
    assert kept != "[]"
    assert email not in kept
    assert "192.0.2" not in kept


def test_asking_for_passkeys_does_not_fill_the_sessions(clinic: Clinic) -> None:
    now = timezone.now()
    Session.objects.bulk_create(
        Session(
            session_key=str(number),
            session_data="",
            acted_at=now,
            expire_date=now + timedelta(minutes=10),
        )
        for number in range(MOST)
    )
    asked = Client().get(
        "/accounts/factors/webauthn/login/", headers={"accept": "application/json"}
    )
    assert asked.status_code == 200
    assert Session.objects.count() <= MOST
