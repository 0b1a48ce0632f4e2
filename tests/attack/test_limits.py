"""Bodies, fields and texts beyond every measure, and what the logs then hold.

ATK-12, SEC-13, SEC-22, SEC-30: refused in a moment, never with an error of the server,
and with no word of a record in the log of the process.
"""

from __future__ import annotations

import itertools
import logging
import tracemalloc
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.attack.payloads import ODD, XML
from tests.attack.trying import (
    ACTING,
    addresses,
    filled,
    forms_of,
    held,
    tries,
)
from tests.web.clinic import Clinic, own, starts
from tests.web.importing import sends
from tests.web.signing import signed_in

pytestmark = pytest.mark.crawl

MIB = 1024 * 1024
DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000
DEEP_LIST = "[" * 100_000 + "]" * 100_000
DAYS = ("0001-01-01", "9999-12-31", "9999", "0001")
# Fields of a number or a day, by the ends of their names.
COUNTED = ("year", "first", "last", "until", "birth", "instructions", "years", "times")


def places(made: Any) -> list[tuple[str, str]]:
    """Return who can open which page, once for each route."""
    found = {}
    for name in ACTING:
        for address in addresses(made.ids):
            if address.name not in found and not address.path.endswith("/logout/"):
                page = tries(made.browsers[name], "GET", address.path)
                if page.status == 200 and forms_of(page.page):
                    found[address.name] = (name, address.path)
    return list(found.values())


# --- size --------------------------------------------------------------------------


def test_a_body_over_five_mebibytes_is_refused_everywhere(clinic: Clinic) -> None:
    made = held(clinic)
    body = "a=" + "x" * (5 * MIB)
    for name, path in (*places(made), ("anonymous", "/accounts/login/")):
        if path.endswith("/import/"):
            continue  # a file may be ten: test_uploads.py
        browser = made.browsers[name]
        answer = tries(browser, "POST", path, body)
        assert answer.status in (400, 413), (path, answer.failed)


def test_a_file_that_nobody_asked_for_is_never_read_nor_written(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's upload to any page: refused by its length, before a byte is read."""
    made: list[str] = []
    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryUploadedFile",
        lambda *a, **k: made.append("on the disk"),
    )

    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    amara = f"/people/{clinic.amara}/"
    for browser, path in (
        (Client(), "/accounts/login/"),
        (Client(), "/help/"),
        (signed_in(clinic.ruth), amara),
        (signed_in(clinic.ruth), f"{amara}conditions/add/"),
    ):
        answer = browser.generic(
            "POST",
            path,
            b"",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(500 * MIB),
            **{"wsgi.input": Unread()},
        )
        assert answer.status_code == 413, path
    assert made == []


def test_a_length_that_is_no_number_is_refused(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    for path in ("/accounts/login/", f"/people/{clinic.amara}/import/", "/people/"):
        for length in ("x", "-1", "1e9", "9" * 5_000, " "):
            answer = ruth.generic(
                "POST",
                path,
                b"",
                content_type="application/x-www-form-urlencoded",
                CONTENT_LENGTH=length,
            )
            assert answer.status_code < 500, (path, length)


def test_ten_thousand_fields_are_refused_everywhere(clinic: Clinic) -> None:
    made = held(clinic)
    body = "&".join(f"f{n}=1" for n in range(10_000))
    for name, path in (*places(made), ("anonymous", "/accounts/login/")):
        browser = made.browsers[name]
        answer = tries(browser, "POST", path, body)
        # 405: a page that only shows refuses before it reads a field.
        assert answer.status in (400, 405), (path, answer.status, answer.failed)


def test_ten_thousand_parameters_of_an_address_are_no_error(clinic: Clinic) -> None:
    made = held(clinic)
    query = "&".join(f"f{n}=1" for n in range(10_000))
    for name, path in (
        ("ruth", "/people/"),
        ("amara", "/me/"),
        ("anonymous", "/help/"),
    ):
        answer = tries(made.browsers[name], "GET", f"{path}?{query}")
        assert answer.status in (200, 400, 414), (path, answer.failed)


# --- what is JSON or XML, or says that it is ---------------------------------------


def test_a_hundred_thousand_levels_are_refused_wherever_json_is_read(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    of_amara = f"/people/{clinic.amara}/conditions/add/"
    for deep in (DEEP, DEEP_LIST):
        assert sends(ruth, clinic.amara, deep.encode()).status_code in (415, 422)
        for browser, path in (
            (Client(), "/accounts/login/"),
            (Client(), "/accounts/factors/webauthn/login/"),
            (ruth, "/accounts/factors/webauthn/reauthenticate/"),
            (ruth, "/accounts/factors/webauthn/add/"),
            (ruth, "/accounts/reauthenticate/"),
            (ruth, of_amara),
        ):
            for sent, kind in (
                (deep, "application/json"),
                (f"credential={deep}", "application/x-www-form-urlencoded"),
            ):
                answer = tries(browser, "POST", path, sent, **{"Content-Type": kind})
                assert answer.status < 500, (path, kind, answer.failed)


def test_a_credential_that_is_json_and_nonsense_is_refused(clinic: Clinic) -> None:
    ask = {"accept": "application/json"}
    for told in (
        *("null", "1", "[]", "{}", '"\\ud800"', '{"id":"\\ud800"}', "NaN", "\x00"),
        *('{"rawId":1,"response":[]}', '{"id": null}', "9" * 5_000, DEEP, DEEP_LIST),
    ):
        stranger = Client()
        stranger.get("/accounts/factors/webauthn/login/", headers=ask)
        answer = tries(
            stranger, "POST", "/accounts/factors/webauthn/login/", {"credential": told}
        )
        assert answer.status < 500, (told, answer.failed)


def test_xml_is_read_nowhere_and_no_entity_grows(clinic: Clinic) -> None:
    made = held(clinic)
    ruth = made.browsers["ruth"]
    tracemalloc.start()
    for xml in XML:
        refused = sends(ruth, clinic.amara, xml.encode())
        assert refused.status_code in (413, 415, 422)
        told = refused.content.decode()
        assert "root:x:0" not in told
        assert "hahaha" not in told
        for path in ("/people/", f"/people/{clinic.amara}/conditions/add/"):
            for kind in ("application/xml", "application/fhir+xml", "image/svg+xml"):
                answer = tries(ruth, "POST", path, xml, **{"Content-Type": kind})
                assert answer.status in (200, 400, 405, 415, 422), answer.failed
                assert "root:x:0" not in answer.page
        words = tries(
            ruth,
            "POST",
            f"/people/{clinic.amara}/conditions/add/",
            {"key": str(uuid4()), "words": xml[:200], "status": "active"},
        )
        assert words.status in (302, 422)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * MIB


# --- odd text ----------------------------------------------------------------------


def test_no_odd_text_in_any_field_is_an_error_of_the_server(clinic: Clinic) -> None:
    made = held(clinic)
    failed = []
    tried = 0
    for name, path in places(made):
        browser = made.browsers[name]
        for form in forms_of(tries(browser, "GET", path).page):
            right = filled(form)
            for turn in range(0, len(ODD), 4):
                # Another one in every field, so that four turns try all in most.
                odd = itertools.cycle(ODD[turn:] + ODD[:turn])
                sent = {f: [next(odd).encode("utf-8", "surrogatepass")] for f in right}
                answer = tries(browser, "POST", form.action or path, sent)
                tried += len(sent)
                if answer.status >= 500:
                    failed.append((path, turn, answer.failed))
    assert failed == []
    assert tried > 700


@pytest.mark.parametrize("of", ["ruth", "alma"])
def test_no_odd_text_in_one_field_of_a_right_form_is_an_error(
    clinic: Clinic, of: str
) -> None:
    made = held(clinic)
    failed = []
    for name, path in places(made):
        if name != of:
            continue
        browser = made.browsers[name]
        for form in forms_of(tries(browser, "GET", path).page):
            right = filled(form)
            for field in right:
                if not field.endswith(COUNTED):
                    continue
                for odd in (*DAYS, "9" * 5_000):
                    answer = tries(
                        browser, "POST", form.action or path, {**right, field: odd}
                    )
                    if answer.status >= 500:
                        failed.append((path, field, odd[:12], answer.failed))
    assert failed == []


def test_no_odd_text_in_a_path_is_an_error(clinic: Clinic) -> None:
    made = held(clinic)
    for odd in ("%00", "%ED%A0%80", "%ff", "%0d%0aX-Evil:1", "a" * 9_000, "%E2%80%AE"):
        for name, path in (
            ("ruth", f"/people/{clinic.amara}/medicines/{odd}/history/"),
            ("ruth", f"/people/{clinic.amara}/conditions/{odd}/correct/"),
            ("ruth", f"/people/{odd}/"),
            ("ruth", f"/{odd}"),
            ("alma", f"/office/begin/{odd}/"),
            ("alma", f"/static/{odd}"),
        ):
            for method in ("GET", "POST"):
                answer = tries(made.browsers[name], method, path)
                assert answer.status < 500, (path, answer.failed)
                assert "X-Evil" not in answer.leads_to


def test_odd_cookies_and_headers_are_no_error(clinic: Clinic) -> None:
    made = held(clinic)
    for odd in (
        "\x00",
        "a" * 9_000,
        "é",
        "9999-12-31T23:59:59+14:00",
        "0001-01-01",
        "{",
    ):
        for name in ("looked", "discreet", "known", "sessionid", "csrftoken"):
            browser = made.browsers["amara"]
            copy = Client()
            copy.cookies.load(browser.cookies.output(header="", sep=";"))
            copy.cookies[name] = odd
            for path in ("/me/", "/me/medicines/", "/accounts/login/"):
                assert tries(copy, "GET", path).status < 500, (name, odd, path)
        for header in ("Accept-Language", "Referer", "HX-Current-URL", "HX-Trigger",
                       "X-Forwarded-For", "Origin", "Accept", "Range"):  # fmt: skip
            answer = tries(made.browsers["ruth"], "GET", "/people/", **{header: odd})
            assert answer.status < 500, (header, odd, answer.failed)


# --- what the logs hold ------------------------------------------------------------


CANARIES = (
    "Zzyxcanary",
    "zzyxdrug",
    "zzyxreason",
    "Zzyxstaff",
    "zzyxmail",
    "zzyxquery",
)


def test_the_logs_hold_ids_and_counts_and_no_word_of_a_record(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = held(clinic)
    person = clinic.riverside.adds("Zzyxcanary Person")
    clinic.riverside.puts(person, clinic.ruth)
    starts(clinic.ruth, person, "zzyxdrug")
    ruth, alma, theirs = made.browsers["ruth"], made.browsers["alma"], own(person)
    ids = {**made.ids, "person": person}
    for name in ("ruth", "alma", "noor", "cora", "maya"):
        for address in addresses(ids):
            page = tries(made.browsers[name], "GET", f"{address.path}?q=zzyxquery")
            for form in forms_of(page.page) if page.status == 200 else ():
                sent = filled(form, "zzyxreason")
                tries(made.browsers[name], "POST", form.action or address.path, sent)
    for address in addresses(ids):
        tries(signed_in(theirs), "GET", address.path)
    for path, sent in (
        ("/accounts/login/", {"login": "zzyxmail@x.test", "password": "zzyxreason"}),
        ("/people/emergency/", {"name": "Zzyxcanary Person", "nature": "zzyxreason"}),
    ):
        tries(ruth, "POST", path, sent)
    tries(alma, "POST", "/office/staff/take-on/", {"name": "Zzyxstaff", "role": "x"})
    sends(ruth, person, b'{"resourceType": "Patient", "id": "zzyxdrug"}')
    sends(ruth, person, b"zzyxdrug")
    told = "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        # Shut in the settings whatever the level; caplog's own handler opens it.
        if not record.name.startswith(("django.db.backends", "django.template"))
    ).casefold()
    assert told  # something is logged at all
    assert [c for c in CANARIES if c.casefold() in told] == []
    assert "amara" not in told


def test_the_log_of_the_process_shuts_what_would_hold_values() -> None:
    for name in ("django.db.backends", "django.template"):
        logger = logging.getLogger(name)
        assert not logger.propagate
        assert logger.level >= logging.CRITICAL
