"""Times the site's reads and writes with 10,000 people in each database.

`python tools/bench_site.py` makes a SQLite file and a PostgreSQL of its own, fills each
with 10,000 people (those on the panel with the longest authored record, the others with
the beginning of it), and prints for the person's page and the panels of 50 and of 500
(as they are sent, and what stands behind them alone), for a timeline of ten years of
daily data and for a change the 95th percentile beside its limit; a ratio above 1 is a
miss and is marked so.
Nothing here fails a build: machines are noisy.
The rows are made without the actions, for speed: this is a bench, not a test of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

ROOT = Path(__file__).parents[1]
LONGEST = ROOT / "src" / "concord" / "web" / "demo" / "records"
LONGEST = LONGEST / "stanislaw-kowalczyk.json"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PEOPLE, EACH, WIDE = 10_000, 50, 500
READ_MS, PANEL_MS, WIDE_MS, CHANGE_MS = 100, 100, 200, 150
# A timeline of ten years, in which something is written down every day twice.
TIMELINE_MS, YEARS = 150, 10
FIRST_PANEL_MS = 1_000  # our own: once a day, where the worker was not there before


def main() -> None:
    """Time both databases, each in a process of its own."""
    if len(sys.argv) > 1:
        _timed(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        _run("SQLite", f"sqlite:///{folder}/bench.sqlite3")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                from pgserver.postgres_server import (  # noqa: PLC0415 - where it has wheels
                    get_server,
                )
            except ImportError:
                print("PostgreSQL   not timed: none can be had here")
                return
            server = get_server(Path(folder) / "pg")
        try:
            _run("PostgreSQL", server.get_uri())
        finally:
            server.cleanup()


def _run(name: str, url: str) -> None:
    settings = {
        "DATABASE_URL": url,
        "CONCORD_DEMO": "1",
        "CONCORD_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "concord.web.settings",
    }
    command = [sys.executable, __file__, name]
    subprocess.run(command, env={**os.environ, **settings}, check=True)


def _timed(name: str) -> None:
    from concord.web.start import start  # noqa: PLC0415

    start()
    import logging  # noqa: PLC0415

    logging.disable(logging.INFO)
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    actor, wide, people = _fill()
    made = time.perf_counter() - began
    from concord.web.serving import settle_down  # noqa: PLC0415

    settle_down()
    print(f"{name:12} {PEOPLE} people made in {made:.0f} s", flush=True)
    for what, limit, times, run in _runs(actor, wide, people):
        run()
        busy = time.process_time()
        took = sorted(_ms(run) for _ in range(times))
        busy = (time.process_time() - busy) * 1000 / times
        p95 = took[int(times * 0.95) - 1]
        mark = "" if p95 <= limit else "  MISS"
        print(
            f"{name:12} {what:34} p50 {took[times // 2]:7.1f} ms   p95 {p95:7.1f} ms   "
            f"of it computing {busy:7.1f} ms   limit {limit} ms   "
            f"ratio {p95 / limit:.2f}{mark}",
            flush=True,
        )


def _ms(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def _fill() -> tuple[Any, Any, list[UUID]]:
    """Fill the database; return two prescribers, and the people of the first.

    The second one looks after ten times as many, those of the first among them.
    """
    from concord.exchange import Recogniser, read  # noqa: PLC0415
    from concord.knowledge.catalogue import load_catalogue  # noqa: PLC0415
    from concord.knowledge.index import load  # noqa: PLC0415
    from concord.record.model import Record  # noqa: PLC0415
    from concord.web.chart import models, rows  # noqa: PLC0415
    from concord.web.chart.actions import organisations, staff  # noqa: PLC0415
    from concord.web.chart.policy import Actor, ActorKind  # noqa: PLC0415
    from concord.web.chart.seal import new_key, seals_of  # noqa: PLC0415

    with LONGEST.open("rb") as file:
        recogniser = Recogniser(load_catalogue(), load())
        record = read(file, recogniser, read_at=NOW, name="longest").record
    house = organisations.found(
        name="Bench", administrator="Ada", key=uuid4(), now=NOW - timedelta(days=1)
    )
    administrator = Actor(
        kind=ActorKind.STAFF,
        id=UUID(house["staff"]),
        membership=UUID(house["membership"]),
    )
    team = []
    for number in range(1 + PEOPLE // 1_000):
        made = staff.take_on(
            actor=administrator,
            organisation=UUID(house["organisation"]),
            name=f"Prescriber {number}",
            role=models.Role.PRESCRIBER,
            key=uuid4(),
            now=NOW,
        )
        team.append((UUID(made["staff"]), UUID(made["membership"])))
    models.PrescribingAuthority.objects.create(
        membership_id=team[0][1], jurisdiction="-", source="-", starts_at=NOW
    )
    ids = [uuid4() for _ in range(PEOPLE)]
    held: dict[str, Any] = {
        "organisation_id": UUID(house["organisation"]),
        "created_at": NOW,
        "actor": team[0][0],
        "key": uuid4(),
    }
    _in_bulk(models.Person, (models.Person(id=i, created_at=NOW) for i in ids))
    wrapped = ((i, *new_key(i)) for i in ids)
    _in_bulk(
        models.PersonKey,
        (
            models.PersonKey(person_id=i, wrapped_by=by, wrapped=key)
            for i, by, key in wrapped
        ),
    )
    _in_bulk(
        models.CareRelationship,
        (
            models.CareRelationship(
                person_id=i, membership_id=_whose(team, place), starts_at=NOW
            )
            for place, i in enumerate(ids)
        ),
    )
    _in_bulk(
        models.CareRelationship,
        (
            models.CareRelationship(
                person_id=i, membership_id=team[1][1], starts_at=NOW
            )
            for i in ids[:EACH]
        ),
    )
    seals = seals_of(ids)
    begins = msgspec.structs.replace(
        Record(),
        person=record.person,
        medications=record.medications[:4],
        conditions=record.conditions[:3],
    )

    def every_row(people: list[UUID], of: Record) -> Iterator[tuple[Any, ...]]:
        lines = [
            (kind, place, line, rows.encoded(rows.header(line)))
            for kind, lines in rows.lines_of(of).items()
            for place, line in enumerate(lines)
        ]
        return ((i, *told) for i in people for told in lines)

    def lines(people: list[UUID], of: Record) -> Iterator[Any]:
        for i, kind, place, line, data in every_row(people, of):
            row = uuid4()
            yield models.Line(
                id=row,
                line=rows.line_id(i, kind, line),
                person_id=i,
                kind=kind,
                place=place,
                version=1,
                content=seals[i].close(row, kind, data),
                **held,
            )

    def changes(people: list[UUID], of: Record) -> Iterator[Any]:
        for i in people:
            for line in of.medications:
                for place, change in enumerate(line.changes):
                    row = uuid4()
                    yield models.MedicationChange(
                        id=row,
                        line=rows.line_id(i, rows.MEDICATIONS, line),
                        person_id=i,
                        change=change.id,
                        place=place,
                        content=seals[i].close(row, rows.CHANGE, rows.encoded(change)),
                        **held,
                    )

    every_day = _every_day(record)
    for some, of in (
        (ids[: EACH - 1], record),
        (ids[EACH - 1 : EACH], every_day),
        (ids[EACH:WIDE], record),
        (ids[WIDE:], begins),
    ):
        _in_bulk(models.Line, lines(some, of))
        _in_bulk(models.MedicationChange, changes(some, of))
    first, second = (
        Actor(kind=ActorKind.STAFF, id=id_, membership=membership)
        for id_, membership in team[:2]
    )
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return first, second, ids[:EACH]


def _every_day(record: Any) -> Any:
    """Return a record with a dose logged and a night's sleep on every day of years."""
    from concord.record.model import DoseEvent, Observation, Taken  # noqa: PLC0415
    from concord.terms import Code, PartialDate, Quantity, System  # noqa: PLC0415

    first = NOW.date().replace(year=NOW.year - YEARS)
    days = [first + timedelta(days=n) for n in range((NOW.date() - first).days + 1)]
    sleep = Code(system=System.LOINC, code="93832-4")
    medicine = record.medications[0].medicine
    return msgspec.structs.replace(
        record,
        observations=(
            *record.observations,
            *(
                Observation(
                    id=f"sleep-{day}",
                    codes=(sleep,),
                    at=PartialDate.of(day),
                    quantity=Quantity(Decimal(day.toordinal() % 9), "h"),
                )
                for day in days
            ),
        ),
        dose_events=tuple(
            DoseEvent(
                id=f"dose-{day}",
                medicine=medicine,
                at=PartialDate.of(day),
                taken=Taken.TAKEN,
            )
            for day in days
            if day.toordinal() % 7
        ),
    )


def _whose(team: list[tuple[UUID, UUID]], place: int) -> UUID:
    """Return who looks after a person: the first two have a panel of their own."""
    if place < WIDE:
        return team[0 if place < EACH else 1][1]
    return team[2 + place % (len(team) - 2)][1]


def _in_bulk(model: Any, made: Iterator[Any]) -> None:
    while some := list(islice(made, 2_000)):
        model.objects.bulk_create(some)


def _browser(actor: Any, name: str) -> Any:
    """Return a browser in which the prescriber is signed in; it skips the network."""
    from django.test import Client  # noqa: PLC0415

    from concord.web.accounts.models import User  # noqa: PLC0415
    from concord.web.pages.asking import MEMBERSHIP  # noqa: PLC0415

    user = User.objects.create_user(
        f"{name}@example.org",
        str(uuid4()),
        actor_kind=actor.kind,
        actor=actor.id,
        demonstration=True,
    )
    browser = Client(headers={"host": "localhost"})
    browser.force_login(user)
    session = browser.session
    session[MEMBERSHIP] = str(actor.membership)
    session.save()
    return browser


def _make_ready(actor: Any, day: datetime) -> None:
    """Make the reviews of a day as the worker does, those of a request at a time."""
    from concord.web.chart.actions import reading  # noqa: PLC0415

    while any(row.stale for row in reading.read_panel(actor=actor, now=day)):
        pass


def _page(browser: Any, path: str) -> object:
    answer = browser.get(path)
    assert answer.status_code == HTTPStatus.OK, answer.status_code
    return answer


def _runs(
    actor: Any, wide: Any, people: list[UUID]
) -> Iterator[tuple[str, int, int, Callable[[], object]]]:
    """Yield what is timed: its name, its limit, how often, and one run of it."""
    from concord.record.model import Dosage, LineKind, Medicine, Timing  # noqa: PLC0415
    from concord.terms import PartialDate, Quantity  # noqa: PLC0415
    from concord.web.chart.actions import medicines, reading  # noqa: PLC0415
    from concord.web.chart.policy import Purpose  # noqa: PLC0415
    from concord.web.pages.asking import now  # noqa: PLC0415

    turn = iter(range(10_000_000))
    treating: dict[str, Any] = {"actor": actor, "purpose": Purpose.TREATMENT}

    def read_person() -> object:
        person = people[next(turn) % EACH]
        return reading.read_review(person=person, now=NOW, **treating)

    def first_read() -> object:
        day = NOW + timedelta(days=next(turn))
        return reading.read_review(person=people[0], now=day, **treating)

    def panel() -> object:
        shown = reading.read_panel(actor=actor, now=NOW + timedelta(days=1))
        assert len(shown) == EACH
        return shown

    def panel_of_a_new_day() -> object:
        day = NOW + timedelta(days=next(turn))
        return reading.read_panel(actor=actor, now=day)

    line = str(
        medicines.add(
            person=people[0],
            medicine=Medicine(text="vitamin D"),
            kind=LineKind.ORDER,
            effective=PartialDate.of(NOW.date()),
            reason=None,
            key=uuid4(),
            now=NOW,
            **treating,
        )["line"]
    )

    def change() -> object:
        number = next(turn)
        dosage = Dosage(
            dose=Quantity(number + 1, "mg"),
            timing=Timing(frequency=1, period=Decimal(1), period_unit="d"),
        )
        return medicines.change_dose(
            person=people[0],
            line=line,
            dosage=(dosage,),
            effective=PartialDate.of(NOW.date()),
            reason=None,
            key=uuid4(),
            now=NOW + timedelta(seconds=number),
            **treating,
        )

    browser, of_wide = _browser(actor, "bench"), _browser(wide, "wide")

    # As the worker leaves it at night: every review of the day is made.
    reading.read_panel(actor=actor, now=now())
    tomorrow = NOW + timedelta(days=1)
    _make_ready(wide, tomorrow)

    def wide_panel() -> object:
        shown = reading.read_panel(actor=wide, now=tomorrow)
        assert len(shown) == WIDE
        return shown

    def wide_page() -> object:
        return _page(of_wide, "/people/")

    def person_page() -> object:
        return _page(browser, f"/people/{people[next(turn) % EACH]}/")

    def panel_page() -> object:
        return _page(browser, "/people/")

    years = people[EACH - 1]

    def timeline_page() -> object:
        return _page(browser, f"/people/{years}/timeline/?last=all")

    def timeline_table() -> object:
        return _page(browser, f"/people/{years}/timeline/?last=all&view=table")

    yield f"a panel of {WIDE}", WIDE_MS, 100, wide_panel
    # The same people have one stored review: it is made anew for the day of the clock.
    _make_ready(wide, now())
    yield f"the page of the panel of {WIDE}", WIDE_MS, 100, wide_page
    yield f"a timeline of {YEARS} years of daily data", TIMELINE_MS, 60, timeline_page
    yield "the same as a table", TIMELINE_MS, 30, timeline_table
    yield "a person's page, as it is sent", READ_MS, 100, person_page
    yield f"the page of the panel of {EACH}", PANEL_MS, 100, panel_page
    yield "a person's record and review", READ_MS, 100, read_person
    yield "the same, reviewed for a new day", READ_MS, 50, first_read
    yield f"a panel of {EACH}", PANEL_MS, 100, panel
    yield f"the first panel of {EACH} of a day", FIRST_PANEL_MS, 5, panel_of_a_new_day
    yield "a change saved, logged, reviewed", CHANGE_MS, 100, change


if __name__ == "__main__":
    main()
