"""Files that somebody sends to harm: refused in words, within limits, nothing saved.

trust.md SEC-20 to SEC-22, REL-16, REL-17, REL-19, REL-20; ATK-10 to ATK-12.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import tarfile
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files import uploadedfile
from tests.web.clinic import Clinic
from tests.web.importing import (
    AMARA,
    about,
    address,
    condition,
    order,
    pending_of,
    record_of,
    row_count,
    saves,
    sends,
)
from tests.web.signing import signed_in

from concord.web.chart.models import PendingImport
from concord.web.clinician.clinical import upload

MIB = 1024 * 1024


def zipped(*files: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return held.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return held.getvalue()


BOMB = zipped(("a.json", b" " * (200 * MIB)))
XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<Patient xmlns="http://hl7.org/fhir"><id value="&e;"/></Patient>"""
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'

OTHER_KINDS = {
    "a ZIP": zipped(("a.json", about(AMARA))),
    "a ZIP of nothing": zipped(),
    "a ZIP that climbs": zipped(("../../../tmp/evil.json", about(AMARA))),
    "a ZIP bomb": BOMB,
    "a ZIP in a ZIP": zipped(("b.zip", BOMB)),
    "gzip": gzip.compress(about(AMARA)),
    "a gzip bomb": gzip.compress(b" " * (200 * MIB)),
    "bzip2": b"BZh91AY&SY",
    "xz": b"\xfd7zXZ\x00",
    "Zstandard": b"\x28\xb5\x2f\xfd\x04",
    "7-Zip": b"7z\xbc\xaf\x27\x1c",
    "RAR": b"Rar!\x1a\x07\x01\x00",
    "tar": tarred("../../etc/cron.d/x", b"{}"),
    "XML that reads a file": XXE,
    "XML that grows": LAUGHS,
    "XML with a mark before it": b"\xef\xbb\xbf" + XXE,
    "XML after blanks": b"\n\n  " + XXE,
    "a drawing with a script": b"<svg onload='alert(1)'><script>x</script></svg>",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "JPEG": b"\xff\xd8\xff\xe0" + bytes(64),
    "GIF": b"GIF89a" + bytes(64),
    "BMP": b"BM" + bytes(64),
    "TIFF": b"II*\x00" + bytes(64),
    "WebP": b"RIFF\x00\x00\x00\x00WEBP",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(64),
    "a Windows program": b"MZ\x90\x00" + bytes(64),
    "an old office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "rich text": b"{\\rtf1\\ansi {\\object x}}",
    "a database": b"SQLite format 3\x00" + bytes(64),
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "CSV": b"drug,dose\nlithium,900\n",
    "plain text": b"Take two and call me",
    "UTF-16": '{"resourceType": "Bundle"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"resourceType": "Bundle"}'.encode("utf-16-le"),
    "nothing but noughts": bytes(1000),
    "HL7 version 2": b"MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5",
    "YAML": b"resourceType: Bundle\n",
    "a number": b"42",
    "a word": b"null",
    "a text": b'"resourceType"',
}
UNUSABLE = {
    "cut short": about(AMARA, order())[:-5],
    "a list": b"[1, 2, 3]",
    "an empty object": b"{}",
    "an empty list": b"[]",
    "no resource": b'{"hello": "world"}',
    "the same key twice": b'{"resourceType": "Patient", "id": "a", "id": "b"}',
    "no number": b'{"resourceType": "Patient", "id": NaN}',
    "half a character": b'{"resourceType": "Patient", "id": "\\ud800"}',
    "no UTF-8": b'{"resourceType": "Patient", "id": "\xff\xfe"}',
    "an escaped end": b'{"resourceType": "Patient"}\x00{"a": 1}',
    "a huge number": b'{"resourceType": "Patient", "id": ' + b"9" * 100_000 + b"}",
    "levels of lists": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "levels without an end": b"[" * 100_000,
    "bundles in bundles": b'{"resourceType":"Bundle","entry":[{"resource":' * 5_000
    + b"{}"
    + b"}]}" * 5_000,
    "two people": about(AMARA, {"resourceType": "Patient", "id": "other"}),
    "another version": json.dumps(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [],
            "meta": {"profile": ["http://hl7.org/fhir/3.0/StructureDefinition/Bundle"]},
        }
    ).encode()[:-1],
}


def assert_nothing_was_kept(clinic: Clinic, before: tuple[int, int]) -> None:
    assert row_count(clinic.amara) == before
    assert not PendingImport.objects.exists()


# --- by its content ---------------------------------------------------------------


def test_every_other_kind_of_file_is_refused_in_words_whatever_it_is_called(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    before = row_count(clinic.amara)
    assert len(OTHER_KINDS) >= 40
    for kind, data in OTHER_KINDS.items():
        answer = sends(ruth, clinic.amara, data, name="record.json")
        assert answer.status_code == 415, kind
        assert "This file was not read" in answer.content.decode(), kind
    assert_nothing_was_kept(clinic, before)


def test_what_is_json_but_nobodys_fhir_is_refused_in_words(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    before = row_count(clinic.amara)
    for kind, data in UNUSABLE.items():
        answer = sends(ruth, clinic.amara, data)
        assert answer.status_code in (415, 422), kind
        assert "This file was not read" in answer.content.decode(), kind
    assert_nothing_was_kept(clinic, before)


def test_a_file_is_known_by_its_content_alone(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    data = about(AMARA, condition())
    for name in ("picture.png", "archive.zip", "x.xml", "no-name", ".htaccess"):
        assert sends(ruth, clinic.amara, data, name=name).status_code == 302, name
    marked = b"\xef\xbb\xbf" + data
    assert sends(ruth, clinic.amara, marked).status_code == 302


def test_ndjson_is_read_line_by_line(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    of = {"subject": {"reference": "Patient/amara"}}
    told = [AMARA, {**condition(), **of}, {**order(), **of}]
    data = b"\n".join(json.dumps(line).encode() for line in told)
    saves(
        ruth, clinic.amara, pending_of(sends(ruth, clinic.amara, data)), details="keep"
    )
    assert len(record_of(clinic.amara).conditions) == 1


# --- by its name ------------------------------------------------------------------

NAMES = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "file:///etc/passwd",
    "\\\\evil.test\\share\\x.json",
    "....//....//x.json",
    "x.json%00.png",
    "CON",
    "<script>alert(1)</script>.json",
    '"><img src=x onerror=alert(1)>.json',
    "';drop table chart_line;--.json",
    "a" * 250 + ".json",
    "{{ 7*7 }}.json",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_used_for_nothing_and_shown_nowhere(
    name: str, clinic: Clinic
) -> None:
    ruth = signed_in(clinic.ruth)
    pending = pending_of(
        sends(ruth, clinic.amara, about(AMARA, condition()), name=name)
    )
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    refused = sends(ruth, clinic.amara, b"no", name=name).content.decode()
    for text in (page, refused):
        assert name not in text
        assert "alert(1)" not in text
        assert "passwd" not in text


def test_a_file_never_touches_the_disk(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    class Refusing(uploadedfile.TemporaryUploadedFile):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            made.append("a temporary file")
            raise AssertionError

    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryUploadedFile", Refusing
    )
    ruth = signed_in(clinic.ruth)
    large = about(AMARA, condition("x" * (4 * MIB)))
    assert sends(ruth, clinic.amara, large).status_code == 302
    assert made == []


def test_what_a_file_says_is_shown_as_text_and_never_runs(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    attacks = (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<b hx-get='/x' hx-trigger='load'>",
        "{{ 7*7 }}{% csrf_token %}",
        "javascript:alert(1)",
    )
    told = [condition(text, id=f"c{n}") for n, text in enumerate(attacks)]
    told += [order(text, id=f"m{n}") for n, text in enumerate(attacks)]
    patient = {**AMARA, "name": [{"text": attacks[0]}, {"text": "Amara Diallo"}]}
    pending = pending_of(sends(ruth, clinic.amara, about(patient, *told)))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b hx-get" not in page
    assert "{{ 7*7 }}" in page
    assert 'href="javascript:' not in page


# --- by its size ------------------------------------------------------------------


def padded(size: int) -> bytes:
    data = about(AMARA, condition())
    return data + b" " * (size - len(data))


def test_ten_mebibytes_are_read_and_one_byte_more_is_not(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    before = row_count(clinic.amara)
    over = sends(ruth, clinic.amara, padded(upload.MOST_BYTES + 1))
    assert over.status_code == 413
    assert "larger than 10 MB" in over.content.decode()
    assert_nothing_was_kept(clinic, before)
    assert sends(ruth, clinic.amara, padded(upload.MOST_BYTES)).status_code == 302


def test_a_request_that_is_too_large_is_refused_by_its_length_unread(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)

    class Unread(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    answer = ruth.generic(
        "POST",
        address(clinic.amara),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(upload.MOST_REQUEST + 1),
        **{"wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert "larger than 10 MB" in answer.content.decode()


def test_a_bomb_is_refused_at_once_and_never_grows(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    sends(ruth, clinic.amara, b"{}")
    tracemalloc.start()
    begun = time.process_time()
    for bomb in (BOMB, OTHER_KINDS["a gzip bomb"], OTHER_KINDS["a ZIP in a ZIP"]):
        assert upload.refusal(bomb) is not None
    took = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 0.2
    assert peak < MIB


def test_ten_thousand_wrong_entries_are_answered_within_the_limits(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    before = row_count(clinic.amara)
    pending_of(sends(ruth, clinic.amara, about(AMARA)))  # What is loaded once, is.
    wrong = [
        {"resourceType": "Observation", "id": f"o{n}", "status": 1, "code": []}
        for n in range(10_000)
    ]
    data = about(AMARA, *wrong)
    had = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    pending = pending_of(sends(ruth, clinic.amara, data))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    took = time.process_time() - begun
    grew = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - had
    assert "Problems: 10000, the first 100 shown" in page
    assert page.count("<li>Expected") + page.count("<li>the file") == 100
    assert took <= 5
    assert grew <= 256 * 1024
    assert row_count(clinic.amara) == before


def test_ten_thousand_lines_are_shown_by_count_and_saved_whole(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    told = [condition(f"Condition {n}", id=f"c{n}") for n in range(10_000)]
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, *told)))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    assert "Added <strong>10000</strong>" in page
    assert "more of this kind, counted but not shown" in page
    assert len(page) < MIB
    assert saves(ruth, clinic.amara, pending, details="keep").status_code == 302
    assert row_count(clinic.amara)[0] >= 10_000


# --- damaged on the way -----------------------------------------------------------


def test_damaged_files_are_answered_and_none_is_half_saved(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    before = row_count(clinic.amara)
    whole = about(AMARA, order(), condition())
    dice = random.Random(3)  # noqa: S311 - the same damage in every run
    for _ in range(250):  # and as many on the other database
        data = bytearray(whole)
        if dice.random() < 0.5:
            del data[dice.randrange(1, len(data)) :]
        else:
            for _ in range(dice.randrange(1, 20)):
                data[dice.randrange(len(data))] = dice.randrange(256)
        answer = sends(ruth, clinic.amara, bytes(data))
        assert answer.status_code in (302, 415, 422)
    assert row_count(clinic.amara) == before


# --- around the form --------------------------------------------------------------


def test_without_its_token_a_file_is_not_read(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    ruth.handler.enforce_csrf_checks = True
    assert sends(ruth, clinic.amara, about(AMARA)).status_code == 403
    assert not PendingImport.objects.exists()
    page = ruth.get(address(clinic.amara))
    token = page.context["csrf_token"]
    with_it = sends(ruth, clinic.amara, about(AMARA), csrfmiddlewaretoken=str(token))
    assert with_it.status_code == 302


def test_the_path_of_a_file_on_the_server_is_no_file(
    clinic: Clinic, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(about(AMARA, condition("Secret")))
    ruth = signed_in(clinic.ruth)
    given = {"key": str(uuid4()), "origin": "x", "file": str(secret)}
    answer = ruth.post(address(clinic.amara), given)
    assert answer.status_code == 422
    assert "Secret" not in answer.content.decode()
    assert not PendingImport.objects.exists()


def test_ids_in_the_body_lead_nowhere(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    forged = {
        "person": str(clinic.ben),
        "pending": str(uuid4()),
        "actor": str(clinic.olga.id),
        "membership": str(clinic.olga.membership),
    }
    sent = sends(ruth, clinic.amara, about(AMARA, condition()), **forged)
    saves(ruth, clinic.amara, pending_of(sent), details="keep", **forged)
    assert len(record_of(clinic.amara).conditions) == 1
    assert record_of(clinic.ben).conditions == ()
    theirs = address(clinic.ben)
    assert ruth.post(theirs, {"key": str(uuid4())}).status_code == 404
