"""The demonstration: made by the actions, as of any day, and nowhere else."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from tests.web.clinic import Clinic
from tests.web.signing import signed_in

from concord.errors import UnsafeSettingsError
from concord.exchange import Recogniser, read
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.lookup import Knowledge
from concord.review import review
from concord.web import serving
from concord.web.accounts.making import make_account
from concord.web.accounts.models import User
from concord.web.chart.policy import ActorKind
from concord.web.demo import cast
from concord.web.demo.bundles import AUTHORED_ON, FOLDER, bundle, moved, part
from concord.web.demo.making import load
from concord.web.demo.running import NotRunningError, together

NOW = datetime(2027, 3, 5, 15, 0, tzinfo=UTC)
EXPECTED = Path(__file__).parents[1] / "people"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


# --- the ten records ---------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_in_any_month_the_review_is_the_one_written_by_hand(
    name: str, knowledge: Knowledge
) -> None:
    on = date(2027, 3, 5)
    imported = read(
        bundle(name, on), Recogniser(load_catalogue(), knowledge), read_at=NOW
    )
    assert imported.problems == ()
    found = {
        (f.rule, tuple(sorted(f.drugs)), f.severity.value)
        for f in review(imported.record, knowledge, on).findings
    }
    written = tomllib.loads((EXPECTED / f"{name}.expected.toml").read_text("utf-8"))
    assert found == {
        (f["rule"], tuple(sorted(f["drugs"])), f["severity"])
        for f in written.get("finding", [])
    }


def test_on_the_day_of_its_making_a_record_is_as_it_was_authored() -> None:
    path = FOLDER / "dana-okafor.json"
    assert bundle("dana-okafor", AUTHORED_ON) == path.read_bytes()


def test_every_day_moves_by_as_many_days_and_births_stay() -> None:
    told = {"a": ["2026-02-28", "2026-11-22T08:00:00-05:00"], "birthDate": "1980-06-14"}
    assert json.loads(moved(json.dumps(told).encode(), 1)) == {
        "a": ["2026-03-01", "2026-11-23T08:00:00-05:00"],
        "birthDate": "1980-06-14",
    }
    year = b'{"onsetDateTime":"2026"}'
    assert moved(year, 1) == year


def test_the_part_outside_the_programme_names_nothing_of_the_programme() -> None:
    kayla = next(p for p in cast.PEOPLE if p.record == "kayla-brennan")
    outside = part(bundle(kayla.record, AUTHORED_ON), kayla.before).decode().casefold()
    assert "alprazolam" in outside
    for word in ("buprenorphine", "naloxone", "opioid", "scioto", "simon", "recovery"):
        assert word not in outside


# --- and nowhere else (trust.md HIP-01) --------------------------------------------


def test_outside_a_demonstration_none_of_it_is_made(clinic: Clinic) -> None:
    with (
        override_settings(CONCORD_DEMO=False),
        pytest.raises(UnsafeSettingsError, match="CONCORD_DEMO"),
    ):
        load(NOW)
    assert not User.objects.filter(email__endswith=cast.DOMAIN).exists()


def test_beside_somebodys_account_none_of_it_is_made(clinic: Clinic) -> None:
    with override_settings(CONCORD_DEMO=False):
        make_account(
            email="ruth@riverside.org",
            password="a long enough password of her own",  # noqa: S106
            actor_kind=ActorKind.STAFF,
            actor=clinic.ruth.id,
        )
    with pytest.raises(UnsafeSettingsError, match="database"):
        load(NOW)
    assert not User.objects.filter(demonstration=True).exists()


def test_other_machines_reach_no_demonstration() -> None:
    serving.check_host("127.0.0.1")
    serving.check_host("::1")
    serving.check_host("localhost")
    for host in ("0.0.0.0", "192.168.1.4", "clinic.example.org"):  # noqa: S104
        with pytest.raises(UnsafeSettingsError, match="passwords are known"):
            serving.check_host(host)
    with override_settings(CONCORD_DEMO=False):
        serving.check_host("0.0.0.0")  # noqa: S104


def test_the_sign_in_page_lists_the_sign_ins_in_a_demonstration(clinic: Clinic) -> None:
    found = signed_in(clinic.ruth)
    found.logout()
    page = found.get("/accounts/login/").content.decode()
    for one in cast.SIGN_INS:
        assert one.email in page


# --- serving ----------------------------------------------------------------------


def test_a_port_that_somebody_listens_on_is_refused_at_once() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UnsafeSettingsError, match=f"PORT={port + 1}"):
            serving.check_port("127.0.0.1", port)


def test_a_command_that_ends_by_itself_is_named() -> None:
    def until_one_has_ended() -> None:
        with together([("drug", "no such medicine")]) as still_running:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                still_running()
                time.sleep(0.05)

    with pytest.raises(NotRunningError, match="drug"):
        until_one_has_ended()


def _free_port() -> int:
    with socket.socket() as any_:
        any_.bind(("127.0.0.1", 0))
        return int(any_.getsockname()[1])


def _demonstration(folder: Path, *options: str) -> subprocess.Popen[str]:
    """`concord demo`, as `make demo` runs it, in an empty folder."""
    own = {"CONCORD_DEMO", "DATABASE_URL", "PORT", "DJANGO_SETTINGS_MODULE"}
    environment = {k: v for k, v in os.environ.items() if k not in own}
    program = "from concord.cli import main; main(prog_name='concord')"
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, "demo", "--port", str(_free_port()), *options],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Tests that run in the background of a shell inherit a Ctrl-C that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


def _running(folder: Path) -> list[int]:
    """The processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").readlink() == folder:
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration was made and looked at once."""
    folder = tmp_path_factory.mktemp("demo")
    with _demonstration(folder, "--check") as demo:
        said, _ = demo.communicate(timeout=300)
    assert demo.returncode == 0, said
    (folder / "said").write_text(said)
    return folder


def test_it_starts_shows_three_pages_and_leaves_no_process_behind(folder: Path) -> None:
    said = (folder / "said").read_text()
    assert len(re.findall(r"^200 http://127", said, re.MULTILINE)) == 3
    assert (folder / "demo.sqlite3").exists()
    assert _running(folder) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only its kernel ends orphans")
@pytest.mark.parametrize(
    "ends_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name
)
def test_site_and_worker_end_with_it_however_it_ends(
    folder: Path, ends_by: signal.Signals
) -> None:
    with _demonstration(folder) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "Ctrl-C" in line:
                break
        # Itself, the site with its workers, and the worker.
        assert len(_running(folder)) >= 4
        demo.send_signal(ends_by)
        demo.stdout.read()
        ended = demo.wait(60)
    assert ended == (-ends_by if ends_by is signal.SIGKILL else 0)
    until = time.monotonic() + 30
    while _running(folder) and time.monotonic() < until:
        time.sleep(0.1)
    assert _running(folder) == []
