"""Every way of climbing out of a folder: nothing outside is read (ATK-09, ATK-11)."""

from __future__ import annotations

import builtins
import io
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.attack.payloads import ABSOLUTE, PATHS
from tests.attack.trying import held, tries
from tests.web.clinic import Clinic

pytestmark = pytest.mark.crawl

# What stands in the files that the payloads aim at, and in no page.
TELL_TALE = ("root:x:0", "PATH=", "[tool.pytest", "SECRET_KEY", "ROOT_URLCONF")


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were opened by a name with a payload's in it."""
    opened: list[str] = []
    aims = ("etc/passwd", "self/environ", "pyproject.toml", "settings.py", "win.ini")
    real, real_os = builtins.open, os.open

    def watched(file: Any, *args: Any, **more: Any) -> Any:
        if any(aim in str(file) for aim in aims):
            opened.append(str(file))
        return real(file, *args, **more)

    def watched_os(file: Any, *args: Any, **more: Any) -> int:
        if any(aim in str(file) for aim in aims):
            opened.append(str(file))
        return real_os(file, *args, **more)

    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr(io, "open", watched)
    monkeypatch.setattr(os, "open", watched_os)
    return opened


def told_nothing(page: str) -> bool:
    return not any(word in page for word in TELL_TALE)


def test_no_static_address_leads_out_of_the_static_files(
    clinic: Clinic, outside: list[str]
) -> None:
    browser = Client()
    assert len(PATHS) + len(ABSOLUTE) >= 60
    for path in (*PATHS, *ABSOLUTE):
        for folder in ("/static/", "/static/pages/", "/static//", "//static/"):
            answer = tries(browser, "GET", folder + path)
            assert answer.status in (301, 302, 400, 404), (folder + path, answer.failed)
            assert told_nothing(answer.page), path
    assert outside == []


def test_no_path_in_an_address_reaches_a_file(
    clinic: Clinic, outside: list[str]
) -> None:
    made = held(clinic)
    browser = made.browsers["ruth"]
    of_amara = f"/people/{clinic.amara}"
    for path in (*PATHS, *ABSOLUTE):
        for address in (
            f"{of_amara}/medicines/{path}/history/",
            f"{of_amara}/conditions/{path}/correct/",
            f"{of_amara}/import/{path}/",
            f"/office/begin/{path}/",
            f"/{path}",
        ):
            answer = tries(browser, "GET", address)
            assert answer.status in (301, 302, 400, 404), (address, answer.failed)
            assert told_nothing(answer.page), address
    assert outside == []


def test_no_field_that_names_a_file_reaches_one(
    clinic: Clinic, outside: list[str]
) -> None:
    made = held(clinic)
    browser = made.browsers["ruth"]
    for path in (*PATHS[::4], *ABSOLUTE):
        sent = {"key": str(uuid4()), "origin": path, "file": path, "template": path}
        answer = tries(browser, "POST", f"/people/{clinic.amara}/import/", sent)
        assert answer.status == 422, (path, answer.failed)
        assert told_nothing(answer.page)
        for name in ("template", "file", "report", "next", "lang", "theme"):
            page = tries(browser, "GET", "/people/", {name: path})
            assert page.status == 200
            assert told_nothing(page.page)
    assert outside == []


def test_the_watch_sees_a_file_that_is_opened(outside: list[str]) -> None:
    assert Path("/etc/passwd").read_text("utf-8")
    assert outside == ["/etc/passwd"]
