"""Ids of others, in addresses and in bodies: nothing of theirs changes (ATK-02 to -06).

The address and the session say who acts on what; a body that claims something else is
read for its own fields alone, in whole pages and in parts of pages (htmx) alike.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from tests.attack.payloads import CLAIMS
from tests.attack.trying import (
    ACTING,
    Held,
    addresses,
    entries,
    filled,
    forms_of,
    held,
    of_ben,
    tries,
)
from tests.web.clinic import Clinic
from tests.web.signing import without_tokens

from concord.web.chart.models import (
    BreakGlass,
    CareRelationship,
    Enrolment,
    Entry,
    FindingAnswer,
    Grant,
    Line,
    MedicationChange,
    Membership,
    Staff,
)

pytestmark = pytest.mark.crawl

HTMX = {"HX-Request": "true"}


def same(page: str) -> bytes:
    """Return a page without its tokens and without how long a session has still."""
    page = re.sub(r'data-seconds="\d+"', "", page)
    return without_tokens(page.encode())


def claims(made: Held) -> dict[str, str]:
    """What a forged body says: that it is Ben's, and that Olga wrote it."""
    clinic = made.clinic
    said = dict.fromkeys(CLAIMS, str(clinic.ben))
    said |= dict.fromkeys(
        ("author", "actor", "user", "signed_by", "prescribed_by"), str(clinic.olga.id)
    )
    said |= dict.fromkeys(("id", "pk", "line_id", "form_id"), made.bens_line)
    said |= dict.fromkeys(("organisation", "tenant"), str(clinic.hillside.id))
    said |= {
        "programme_id": str(clinic.hillside.programme),
        "is_superuser": "1",
        "recorded_at": "2001-01-01T00:00:00Z",
        "created_at": "2001-01-01T00:00:00Z",
        "outcome": "allowed",
        "purpose": "emergency",
        "version": "1",
    }
    return said


def written(actor: Any, before: set[Any]) -> list[Any]:
    """Return the rows of the record that a request added."""
    return [
        row
        for model in (Line, MedicationChange)
        for row in model.objects.all()
        if row.pk not in before
    ]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["pages", "htmx"])
def test_a_forged_body_changes_nothing_of_anothers_and_no_author(
    clinic: Clinic, headers: dict[str, str]
) -> None:
    made = held(clinic)
    forged = claims(made)
    ben = of_ben(made)
    entries_of_ben = entries(clinic.ben)
    saved: set[str] = set()
    places = list(addresses(made.ids))  # as they are before anything was done
    for name in ACTING:
        actor, browser = made.actor(name), made.browsers[name]
        for address in places:
            page = tries(browser, "GET", address.path)
            if page.status != 200:
                continue
            for form in forms_of(page.page):
                path = form.action or address.path
                sent = {**forged, **filled(form)}
                before = {
                    row.pk for m in (Line, MedicationChange) for row in m.objects.all()
                }
                # Kept, so that what it did can be looked at; each form has its key.
                answer = tries(browser, "POST", path, sent, keep=True, **headers)
                assert answer.status < 500, (name, path, answer.failed)
                for row in written(actor, before):
                    assert row.person_id != clinic.ben, (name, path)
                    if "person" in address.gaps:
                        assert row.person_id == clinic.amara, (name, path)
                    assert row.actor == actor.id, (name, path)
                    assert row.created_at.year > 2001
                    assert row.organisation_id in (clinic.riverside.id, None)
                    saved.add(address.name)
    assert of_ben(made) == ben
    assert entries(clinic.ben) == entries_of_ben
    assert not Entry.objects.filter(actor=clinic.olga.id, subject=clinic.amara).exists()
    # Forms that were filled rightly did write, so the claims were really carried.
    assert {"add_condition", "hold"} <= saved
    assert not BreakGlass.objects.exists()


def test_a_line_of_another_record_is_not_found_under_ones_own(clinic: Clinic) -> None:
    made = held(clinic)
    ids = {**made.ids, "line": made.bens_line}
    conditions = {**made.ids, "line": made.bens_condition}
    nowhere = {**made.ids, "line": str(uuid4())}
    tried = 0
    for foreign in (ids, conditions):
        for one, other in zip(addresses(foreign), addresses(nowhere), strict=True):
            if "line" not in one.gaps:
                continue
            for name in ("ruth", "hana"):
                for method, headers in (
                    ("GET", {}),
                    ("POST", {}),
                    ("GET", HTMX),
                    ("POST", HTMX),
                ):
                    browser = made.browsers[name]
                    theirs = tries(browser, method, one.path, **headers)
                    missing = tries(browser, method, other.path, **headers)
                    assert theirs.status == missing.status, (one.name, name)
                    assert theirs.status in (404, 405), (one.name, name)
                    assert same(theirs.page) == same(missing.page), one.name
                    tried += 1
    assert tried > 150


def test_ids_of_another_organisation_are_not_found_in_the_office(
    clinic: Clinic,
) -> None:
    made = held(clinic)
    ours = made.ids
    own = {address.name: address for address in addresses(ours)}
    before = [
        list(m.objects.order_by("pk").values_list())
        for m in (CareRelationship, Enrolment, Grant, Membership, Staff)
    ]
    tried = 0
    for gap, id_ in made.theirs.items():
        for address in addresses({**ours, gap: id_}):
            if not address.path.startswith("/office/") or gap not in address.gaps:
                continue
            for name in ("alma", "cora", "hugo"):
                for method in ("GET", "POST"):
                    for headers in ({}, HTMX):
                        answer = tries(
                            made.browsers[name],
                            method,
                            address.path,
                            {"membership": str(clinic.olga.membership)},
                            keep=True,
                            **headers,
                        )
                        assert answer.status in (404, 405), (address.path, name)
                        tried += 1
            assert address.path != own[address.name].path
    after = [
        list(m.objects.order_by("pk").values_list())
        for m in (CareRelationship, Enrolment, Grant, Membership, Staff)
    ]
    assert before == after
    assert tried > 60


def test_ids_of_others_in_a_forms_choices_are_refused(clinic: Clinic) -> None:
    """Somebody of another house, or of another programme, cannot be put in care."""
    made = held(clinic)
    alma = made.browsers["alma"]
    for path, fields in (
        (
            f"/office/people/{clinic.amara}/care/begin/",
            {"membership": str(clinic.olga.membership)},
        ),
        (
            f"/office/people/{clinic.amara}/care/begin/",
            {"membership": str(clinic.ravi.membership)},
        ),
        (
            f"/office/people/{clinic.amara}/enrol/",
            {"programme": str(clinic.hillside.programme)},
        ),
        ("/office/people/add/", {"programme": str(clinic.hillside.programme)}),
        ("/office/staff/take-on/", {"programme": str(clinic.hillside.programme)}),
        (
            "/office/cover/add/",
            {
                "absent": str(clinic.ruth.membership),
                "by": str(clinic.olga.membership),
            },
        ),
        (
            "/office/cover/add/",
            {
                "absent": str(clinic.olga.membership),
                "by": str(clinic.ruth.membership),
            },
        ),
    ):
        (form,) = forms_of(tries(alma, "GET", path).page)
        answer = tries(alma, "POST", path, {**filled(form), **fields})
        assert answer.status == 422, path


def test_the_session_cannot_be_given_a_membership_of_another(clinic: Clinic) -> None:
    made = held(clinic)
    for name in ("ruth", "cora", "noor"):
        browser = made.browsers[name]
        for stolen in (clinic.olga, clinic.alma, clinic.hana):
            browser.post(
                "/accounts/membership/",
                {"membership": str(stolen.membership), "next": "/people/"},
            )
            assert browser.session["membership"] == str(made.actor(name).membership)


def test_nobody_is_sent_to_another_site_after_choosing(clinic: Clinic) -> None:
    made = held(clinic)
    for elsewhere in (
        "https://evil.test/",
        "//evil.test/",
        "///evil.test",
        "\\\\evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "http:evil.test",
        "\thttps://evil.test",
    ):
        chosen = {"membership": str(clinic.ruth.membership), "next": elsewhere}
        answer = tries(made.browsers["ruth"], "POST", "/accounts/membership/", chosen)
        assert answer.leads_to == "/", elsewhere


# --- forged signatures -------------------------------------------------------------


def test_persons_and_caregivers_are_refused_at_every_door_of_the_clinicians(
    clinic: Clinic,
) -> None:
    made = held(clinic)
    forged = {**claims(made), "type": "admin-signature", "step": "save"}
    before = Line.objects.count(), MedicationChange.objects.count()
    tried = 0
    for address in addresses(made.ids):
        if not address.path.startswith(("/people/", "/office/")):
            continue
        if address.name == "begin":  # an invitation is for nobody who is signed in
            continue
        for name in ("amara", "ben", "maya", "sam"):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                for headers in ({}, HTMX):
                    answer = tries(
                        made.browsers[name],
                        method,
                        address.path,
                        forged if method == "POST" else None,
                        keep=True,
                        **headers,
                    )
                    assert answer.status in (404, 405), (address.name, name)
                    tried += 1
    assert (Line.objects.count(), MedicationChange.objects.count()) == before
    assert not FindingAnswer.objects.exists()
    assert tried > 1_000


@pytest.mark.parametrize("name", ["tomas", "cora", "alma", "noor"])
def test_who_may_not_order_cannot_by_naming_somebody_who_may(
    clinic: Clinic, name: str
) -> None:
    """Noor, Tomas, Cora and Alma claim to be Ruth, in every way a body has."""
    made = held(clinic)
    right = f"/people/{clinic.amara}/medicines/{made.line}/hold/"
    (form, *_) = forms_of(tries(made.browsers["ruth"], "GET", right).page)
    sent = filled(form)
    as_ruth = {
        "actor": str(clinic.ruth.id),
        "author": str(clinic.ruth.id),
        "signed_by": str(clinic.ruth.id),
        "membership": str(clinic.ruth.membership),
        "role": "prescriber",
    }
    before = MedicationChange.objects.count()
    for headers in ({}, HTMX):
        answer = tries(
            made.browsers[name],
            "POST",
            right,
            {**sent, **as_ruth},
            keep=True,
            **headers,
        )
        assert answer.refused, (name, answer.status)
    assert MedicationChange.objects.count() == before
    done = tries(made.browsers["ruth"], "POST", right, sent, keep=True)
    assert done.status == 302
    assert MedicationChange.objects.count() == before + 1


def test_a_key_of_another_does_nothing_of_theirs_and_tells_nothing(
    clinic: Clinic,
) -> None:
    made = held(clinic)
    path = f"/people/{clinic.amara}/conditions/add/"
    (form, *_) = forms_of(tries(made.browsers["ruth"], "GET", path).page)
    sent = filled(form)
    assert tries(made.browsers["ruth"], "POST", path, sent, keep=True).status == 302
    count = Line.objects.count()
    theirs = f"/people/{clinic.ben}/conditions/add/"
    assert tries(made.browsers["olga"], "POST", theirs, sent, keep=True).status == 302
    # A key is its owner's: hers did her own thing, and answered nothing of Ruth's.
    assert Line.objects.count() == count + 1
    again = {**sent, "words": "something else"}
    assert tries(made.browsers["ruth"], "POST", path, again).status == 409
