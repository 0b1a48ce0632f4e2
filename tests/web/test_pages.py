"""What holds of every page: headers, refusals, and who is let in."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client
from tests.web.clinic import Clinic
from tests.web.signing import signed_in, without_tokens


def test_a_page_asks_for_sign_in_and_keeps_nothing_behind(clinic: Clinic) -> None:
    found = Client().get("/people/")
    assert found.status_code == 302
    assert found.url.startswith("/accounts/login/")
    assert found.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert "unsafe" not in found.headers["Content-Security-Policy"]


def test_a_record_that_is_not_ours_is_answered_like_one_that_is_not_there(
    clinic: Clinic,
) -> None:
    browser = signed_in(clinic.ruth)
    foreign = browser.get(f"/people/{clinic.ben}/")
    missing = browser.get(f"/people/{uuid4()}/")
    assert foreign.status_code == missing.status_code == 404
    assert without_tokens(foreign.content) == without_tokens(missing.content)


def test_staff_see_the_record_of_a_person_in_their_care(clinic: Clinic) -> None:
    found = signed_in(clinic.ruth).get(f"/people/{clinic.amara}/")
    assert found.status_code == 200
    assert "Amara" in found.content.decode()


def test_what_the_knowledge_holds_is_told_with_what_nobody_has_read(
    clinic: Clinic,
) -> None:
    found = signed_in(clinic.ruth).get("/knowledge/")
    page = " ".join(found.content.decode().split())
    assert "254 of 254" in page
    assert "240 of 240" in page
    assert "Unverified" in page
    assert Client().get("/knowledge/").status_code == 302
