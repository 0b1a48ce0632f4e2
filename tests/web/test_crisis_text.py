"""No way to start the site goes on without words for somebody in a crisis."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.core.checks import Error, Tags, run_checks
from django.db import DatabaseError
from tests.web.clinic import NOW, Clinic
from tests.web.test_processes import CONCORD, SCRIPT, run

from concord.errors import UnsafeSettingsError
from concord.web.chart.actions import crisis_plans
from concord.web.chart.actions.crisis_plans import Plan
from concord.web.chart.models import CrisisPlan
from concord.web.person import checks
from concord.web.person.checks import check_crisis
from concord.web.person.lines import crisis_problems, help_lines


def empties(clinic: Clinic) -> None:
    """Let a clinic have an empty text, which no page would keep."""
    CrisisPlan.objects.create(
        organisation_id=clinic.riverside.id,
        number=1,
        content={"texts": {"en": "  "}},
        created_at=NOW,
        actor=uuid4(),
        key=uuid4(),
    )


def test_the_shipped_help_is_fit() -> None:
    assert crisis_problems(help_lines(), {"en", "es"}) == []


def test_a_site_without_words_for_a_crisis_does_not_start(clinic: Clinic) -> None:
    whole = help_lines()
    english, spanish = whole.crisis
    check_crisis(whole)

    def refused(*crisis: Any) -> str:
        with pytest.raises(UnsafeSettingsError) as refusal:
            check_crisis(msgspec.structs.replace(whole, crisis=crisis))
        return str(refusal.value)

    assert "en: found no words" in refused(spanish)
    assert "es: found no words" in refused(english)
    empty = msgspec.structs.replace(spanish, says=" ")
    assert "es: found a title or words that are empty" in refused(english, empty)
    lines = tuple(line for line in english.line if line.emergency)
    assert "found nobody to call" in refused(
        msgspec.structs.replace(english, line=lines), spanish
    )
    lines = tuple(line for line in english.line if not line.emergency)
    assert "found no emergency number" in refused(
        msgspec.structs.replace(english, line=lines), spanish
    )
    empties(clinic)
    with pytest.raises(UnsafeSettingsError, match="1 clinic"):
        check_crisis(whole)
    assert crisis_plans.plan_of(clinic.hillside.id) == Plan()


# --- whichever way it is started --------------------------------------------------


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


WAYS = {
    "the site": (CONCORD, "serve", "--port", str(free_port())),
    "another WSGI server": (
        *("-m", "gunicorn", "concord.web.wsgi:application"),
        *("--bind", "127.0.0.1:0"),
    ),
    "the worker": (CONCORD, "worker", "--once"),
    "Django's check": ("-m", "django", "check", "--database", "default"),
}


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database that commits, in which the text of a clinic is empty."""
    url = f"sqlite:///{tmp_path_factory.mktemp('emptied') / 'own.sqlite3'}"
    assert run(url, str(SCRIPT), "found")[0] == 0
    assert run(url, str(SCRIPT), "empty-text")[0] == 0
    return url


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_text_of_a_clinic_stops_every_way_to_start(
    emptied: str, way: str
) -> None:
    code, out, err = run(emptied, *WAYS[way])
    assert code != 0
    said = out + err
    assert "the crisis text: 1 clinic(s): found words of their own" in said


@pytest.mark.parametrize("way", ["the worker", "Django's check"])
def test_with_words_for_a_crisis_the_same_ways_go_on(tmp_path: Path, way: str) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    assert run(url, str(SCRIPT), "found")[0] == 0
    code, _, err = run(url, *WAYS[way])
    assert code == 0, err


def test_a_wsgi_server_with_words_for_a_crisis_has_an_application(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    assert run(url, str(SCRIPT), "found")[0] == 0
    program = (
        "from concord.web.wsgi import application\n"
        "from django.db import connections\n"
        "print(callable(application), [c.connection for c in connections.all()])"
    )
    code, out, err = run(url, "-c", program)
    # No connection is left open, since a server forks after it.
    assert (code, out) == (0, "True [None]\n"), err


def test_djangos_check_names_what_is_missing_in_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not [c for c in run_checks() if c.id and c.id.startswith("concord")]
    without = msgspec.structs.replace(help_lines(), crisis=help_lines().crisis[:1])
    monkeypatch.setattr(checks, "help_lines", lambda: without)
    found = [c for c in run_checks() if c.id == "concord.E001"]
    assert [c.msg for c in found] == [
        "the crisis text: es: found no words for a crisis"
    ]
    assert all(isinstance(c, Error) for c in found)


def test_djangos_check_of_the_database_is_an_error_or_says_that_nobody_looked(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> list[str | None]:
        return [c.id for c in run_checks(tags=[Tags.database], databases=["default"])]

    assert "concord.E002" not in found()
    empties(clinic)
    assert "concord.E002" in found()

    def no_table() -> int:
        raise DatabaseError

    monkeypatch.setattr(checks, "empty_texts", no_table)
    assert "concord.W001" in found()
