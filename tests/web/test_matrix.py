"""Who gets through where: every route and method, every actor, one's own and others'.

The routes come from the URL resolver, so a new one fails until it has a row in
`matrix.toml`; what a row does not list is refused (trust.md SEC-02, HIP-05).
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web.clinic import NOW, Clinic, notes_condition, own, starts
from tests.web.signing import signed_in, without_tokens

from builders import loinc
from concord.followup.scoring import Given
from concord.record import model as rec
from concord.web.chart.actions import asking, sending
from concord.web.chart.actions import lines as clinical
from concord.web.chart.models import Entry
from concord.web.chart.policy import Purpose

pytestmark = pytest.mark.crawl

TABLE = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text("utf-8"))
ASKED = ("GET", "POST")
METHODS = (*ASKED, "PUT", "PATCH", "DELETE")
# Answers that show and change nothing: sign in first, no, not there, not so.
REFUSED = {401, 403, 404, 405}
# Words that stand in one record only, and where they may be seen.
OF_AMARA, OF_HARBOUR, OF_BEN = "Amaranth fever", "Harbour only", "Benign tremor"


@dataclass(frozen=True)
class Route:
    """An address of the site, with what has to be filled in."""

    name: str
    pattern: str
    gaps: tuple[str, ...]

    def filled(self, person: UUID, **more: Any) -> str:
        """The address, a `line` being of the kind that the route is about."""
        path = self.pattern
        kind = self.name.rpartition("_")[2]
        for gap in self.gaps:
            # A form of a person's own and one that staff fill in are two.
            own_gap = f"{self.name.partition(':')[0]}:{gap}"
            value = more.get(own_gap, more.get(gap, uuid4()))
            if gap == "person":
                value = person
            if gap == "line" and kind in more:
                value = more[kind]
            start, _, rest = path.partition("<")
            path = start + str(value) + rest.partition(">")[2]
        return "/" + path


def routes(
    resolver: URLResolver | None = None, prefix: str = "", space: str = ""
) -> Iterator[Route]:
    """Yield every route of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            gaps = tuple(
                part.partition(">")[0].rpartition(":")[2]
                for part in pattern.split("<")[1:]
            )
            name = space + (entry.name or pattern)
            yield Route(f"{name}/for" if "for/" in pattern else name, pattern, gaps)


def allowed(route: Route, method: str) -> set[str]:
    """The actors that a row lets through; by another method those of either row."""
    rows = TABLE["route"].get(route.name, {})
    row = (
        rows.get(method, []) if method in ASKED else [*itertools.chain(*rows.values())]
    )
    found: set[str] = set()
    for name in row:
        found |= set(TABLE["group"].get(name, [name]))
    return found


@pytest.fixture
def lines(clinic: Clinic) -> dict[str, str]:
    """Lines of Amara's record, of its Part 2 programme, and of Ben's."""
    given: dict[str, str] = {}
    about: dict[str, rec.Line] = {
        "allergy": rec.Allergy(id="new", text="penicillin"),
        "observation": rec.Observation(id="new", codes=(loinc("29463-7"),)),
    }
    for kind, line in about.items():
        made = clinical.add(
            actor=clinic.ruth,
            person=clinic.amara,
            line=line,
            purpose=Purpose.TREATMENT,
            key=uuid4(),
            now=NOW,
        )
        given[kind] = str(made["line"])
    given["condition"] = notes_condition(clinic.ruth, clinic.amara, OF_AMARA)
    notes_condition(clinic.hana, clinic.amara, OF_HARBOUR)
    notes_condition(clinic.olga, clinic.ben, OF_BEN)
    given |= forms_of_amara(clinic)
    return given | {"line": starts(clinic.ruth, clinic.amara, "sertraline")}


def forms_of_amara(clinic: Clinic) -> dict[str, str]:
    """A form of hers with an answer above zero, its task, and one that staff rate."""
    cared = {"person": clinic.amara, "now": NOW}
    sent = asking.send(
        actor=clinic.ruth,
        scale="phq-9",
        reader=clinic.ruth.membership,
        opens=NOW.date(),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        **cared,
    )
    form = UUID(sent["forms"][0])
    kept = asking.answer(
        actor=own(clinic.amara),
        form=form,
        given=Given(item="self-harm", value=Decimal(1)),
        purpose=Purpose.OWN,
        key=uuid4(),
        **cared,
    )
    rated = asking.begin_rating(
        actor=clinic.noor,
        scale="cgi",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        **cared,
    )
    ordered = sending.send_when_due(
        actor=clinic.ruth,
        scale="gad-7",
        reader=clinic.ruth.membership,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        **cared,
    )
    return {
        "order": ordered["order"],
        "person:form": str(form),
        "form": rated["form"],
        "task": kept["task"],
        "number": "1",
    }


@pytest.fixture
def browsers(clinic: Clinic) -> dict[str, Client]:
    """The nine kinds of actors, and more of some."""
    found = {name: signed_in(actor) for name, actor in clinic.staff.items()}
    found |= {
        "anonymous": Client(),
        "amara": signed_in(own(clinic.amara)),
        "ben": signed_in(own(clinic.ben)),
        "maya": signed_in(clinic.maya),
        "sam": signed_in(clinic.sam),
    }
    return found


@dataclass(frozen=True)
class Answer:
    """What a request was answered with, and how many entries the log gained by it."""

    status: int
    page: bytes
    leads_to: str
    logged: int

    @property
    def refused(self) -> bool:
        to_sign_in = self.status == 302 and "/login" in self.leads_to
        return to_sign_in or self.status in REFUSED


def asked(browser: Client, method: str, path: str, about: UUID | None = None) -> Answer:
    """Ask as a browser does, and undo all that it did, a sign-out too."""
    copy = Client()
    copy.cookies = SimpleCookie(browser.cookies.output(header="", sep=";"))
    with transaction.atomic():
        before = Entry.objects.filter(subject=about).count()
        found = copy.generic(method, path)
        page = b"".join(found) if found.streaming else found.content
        for close in found._resource_closers:  # `close` would end the connection too
            close()
        logged = Entry.objects.filter(subject=about).count() - before
        transaction.set_rollback(True)
    return Answer(found.status_code, page, found.headers.get("Location", ""), logged)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    named = {route.name for route in routes()}
    assert named - set(TABLE["route"]) == set()
    assert set(TABLE["route"]) - named == set()


def test_only_those_who_are_listed_get_through(
    clinic: Clinic, browsers: dict[str, Client], lines: dict[str, str]
) -> None:
    leaks, locked = [], []
    tried = 0
    for route in routes():
        own_record = route.filled(clinic.amara, **lines)
        for method in METHODS:
            for name, browser in browsers.items():
                answer = asked(browser, method, own_record)
                tried += 1
                assert answer.status < 500, (route.name, method, name)
                through, may = not answer.refused, name in allowed(route, method)
                if through and not may:
                    leaks.append((route.name, method, name, answer.status))
                if may and not through and method in ASKED:
                    locked.append((route.name, method, name, answer.status))
    assert tried == len(list(routes())) * len(METHODS) * len(browsers)
    assert leaks == []
    assert locked == []


def test_another_record_is_nobodys_and_answered_like_one_that_is_not_there(
    clinic: Clinic, browsers: dict[str, Client], lines: dict[str, str]
) -> None:
    theirs = {"olga", "igor", "ben"}
    for route in routes():
        if "person" not in route.gaps:
            continue
        ids = {gap: uuid4() for gap in route.gaps if gap != "person"} | lines
        nobody = uuid4()
        foreign, missing = (route.filled(p, **ids) for p in (clinic.ben, nobody))
        for method in ASKED:
            for name, browser in browsers.items():
                if name in theirs:
                    continue
                one, other = (asked(browser, method, p) for p in (foreign, missing))
                assert one.refused, (route.name, method, name, one.status)
                assert one.status == other.status
                # A sign-in leads back to the address asked for, whosever it is.
                mine = without_tokens(one.page).replace(str(clinic.ben).encode(), b"")
                yours = without_tokens(other.page).replace(str(nobody).encode(), b"")
                assert mine == yours, (route.name, method, name)


def test_nobody_reads_a_word_that_is_not_theirs_to_read(
    clinic: Clinic, browsers: dict[str, Client], lines: dict[str, str]
) -> None:
    may_read = {
        OF_AMARA: {*"ruth noor tomas farah cora hana amara maya".split()},
        OF_HARBOUR: {"hana", "amara"},
        OF_BEN: {"olga", "ben"},
    }
    read: set[tuple[str, str]] = set()
    for route in routes():
        for person in (clinic.amara, clinic.ben):
            path = route.filled(person, **lines)
            for name, browser in browsers.items():
                page = asked(browser, "GET", path).page.decode(errors="replace")
                read |= {(word, name) for word in may_read if word in page}
    expected = {(word, name) for word, names in may_read.items() for name in names}
    assert read <= expected
    for word in (OF_AMARA, OF_HARBOUR, OF_BEN):  # the words can be seen at all
        assert any(seen == word for seen, _ in read)


def test_every_request_on_a_record_is_in_the_log(
    clinic: Clinic, browsers: dict[str, Client], lines: dict[str, str]
) -> None:
    unlogged = []
    for route in routes():
        if "person" not in route.gaps:
            continue
        path = route.filled(clinic.amara, **lines)
        for method in ASKED:
            for name, browser in browsers.items():
                if name == "anonymous":
                    continue  # nobody to name; it is sent to the sign-in
                answer = asked(browser, method, path, clinic.amara)
                # The way back to the page of the record, logged when it is followed.
                back = answer.status == 302 and method == "GET"
                if answer.status != 405 and not back and not answer.logged:
                    unlogged.append((route.name, method, name, answer.status))
    assert unlogged == []
