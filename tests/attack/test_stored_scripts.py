"""Markup in everything that is stored: shown as text, run nowhere (ATK-10).

Payloads go in by the actions, which check less than any form; then every page of every
actor is parsed, and no element or attribute may come from data.
"""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.attack.payloads import SCRIPTS
from tests.attack.trying import ACTING, addresses, held, tries
from tests.web.clinic import NOW, Clinic, own
from tests.web.importing import AMARA, about, condition, order, sends
from tests.web.serving import serving
from tests.web.taking import known

from builders import daily, day
from concord.record import model as rec
from concord.terms import Code
from concord.web.chart.actions import (
    emergencies,
    grants,
    imports,
    people,
    staff,
)
from concord.web.chart.models import Power, Role
from concord.web.chart.policy import Purpose
from concord.web.pages.asking import now

pytestmark = pytest.mark.crawl

CARED = {"purpose": Purpose.TREATMENT, "now": NOW}


def hostile(clinic: Clinic) -> dict[str, Any]:
    """Put every payload into every kind of text that is kept, and say what is where."""
    text = itertools.cycle(SCRIPTS)
    record = rec.Record(
        conditions=tuple(
            rec.Condition(
                id=f"c{n}", source=_source("Condition", f"c{n}"), text=payload
            )
            for n, payload in enumerate(SCRIPTS)
        ),
        allergies=tuple(
            rec.Allergy(
                id=f"a{n}",
                source=_source("AllergyIntolerance", f"a{n}"),
                text=payload,
                reactions=(next(text), next(text)),
            )
            for n, payload in enumerate(SCRIPTS)
        ),
        observations=tuple(
            rec.Observation(
                id=f"o{n}",
                source=_source("Observation", f"o{n}"),
                codes=(Code(system="http://loinc.org", code="x", display=next(text)),),
                text=payload,
                at=day("2026-10-01"),
                value_text=next(text),
            )
            for n, payload in enumerate(SCRIPTS)
        ),
        medications=(
            *(_medicine(n, payload, text) for n, payload in enumerate(SCRIPTS)),
            *(
                _medicine(len(SCRIPTS) + n, name, text, known(name))
                for n, name in enumerate(("lithium", "lisinopril", "ibuprofen"))
            ),
        ),
    )
    imports.bring_in(
        actor=clinic.ruth,
        person=clinic.amara,
        record=record,
        key=uuid4(),
        **CARED,
    )
    made = {"line": "m0", "condition": "c0"}
    return made | _hostile_names(clinic, text)


def _source(type_: str, id_: str) -> rec.Source:
    return rec.Source(system="elsewhere", type=type_, id=id_)


def _medicine(
    number: int, payload: str, text: Any, medicine: rec.Medicine | None = None
) -> rec.MedicationLine:
    id_ = f"m{number}"
    if medicine is None:
        medicine = rec.Medicine(text=payload, brand=next(text), form=next(text))

    def change(kind: rec.ChangeKind, on: str, **more: Any) -> rec.Change:
        return rec.Change(
            id=f"{id_}-{kind}",
            kind=kind,
            recorded_at=NOW,
            effective=day(on),
            reason=next(text),
            author=rec.Party(name=next(text)),
            pharmacy=rec.AtPharmacy(
                told="sent", by=rec.Party(name=next(text)), pills_left="unknown"
            ),
            **more,
        )

    changes = [
        change(
            rec.ChangeKind.STARTED,
            "2026-10-01",
            dosage=(daily("300 mg"), rec.Dosage(text=next(text), route=next(text))),
        )
    ]
    if number % 3 == 0:
        changes.append(change(rec.ChangeKind.HELD, "2026-11-10"))
    return rec.MedicationLine(
        id=id_,
        source=_source("MedicationRequest", id_),
        medicine=medicine,
        prescriber=rec.Party(name=next(text)),
        indications=(rec.Indication(text=next(text)),),
        changes=tuple(changes),
    )


def _hostile_names(clinic: Clinic, text: Any) -> dict[str, Any]:
    """Names of people, staff and caregivers; a source and a law; an emergency."""
    house, alma = clinic.riverside, clinic.alma
    given: dict[str, Any] = {"actor": alma, "organisation": house.id, "now": NOW}
    first: UUID | None = None
    for payload in SCRIPTS:
        person = people.add(
            who=rec.Person(
                id="p",
                names=(rec.Name(text=payload),),
                birth=day("1980-05-05"),
                identifiers=(rec.Identifier(system="x", value=next(text)),),
            ),
            key=uuid4(),
            **given,
        )
        first = first or UUID(person["person"])
        house.takes_on(payload, Role.NURSE)
        grants.give(
            actor=own(clinic.amara),
            person=clinic.amara,
            caregiver=payload,
            powers=frozenset({Power.READ}),
            key=uuid4(),
            now=NOW,
        )
    assert first is not None
    house.puts(first, clinic.ruth)
    staff.allow_to_prescribe(
        membership=clinic.ruth.membership,
        jurisdiction=next(text)[:60],
        schedules=("II",),
        source=next(text),
        key=uuid4(),
        **given,
    )
    emergencies.break_glass(
        actor=clinic.paul,
        person=clinic.amara,
        nature="\n".join(SCRIPTS),
        discloser=next(text),
        key=uuid4(),
        now=now(),
    )
    return {"hostile": str(first)}


# --- what a page may hold ----------------------------------------------------------


class Page(HTMLParser):
    """Every element and attribute of a page that payloads could have made."""

    _SCRIPTS = re.compile(r"/static/[\w./-]+\.js")
    _LINKS = ("href", "src", "action", "formaction", "data", "srcdoc", "poster")

    def __init__(self) -> None:
        super().__init__()
        self.evil: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "script" and not (
            self._SCRIPTS.fullmatch(told.get("src", ""))
            or told.get("type") == "application/json"
        ):
            self.evil.append(f"<script {told}>")
        if tag in ("iframe", "object", "embed", "base", "style", "svg:script"):
            self.evil.append(f"<{tag} {told}>")
        if tag == "meta" and "http-equiv" in told:
            self.evil.append(f"<meta {told}>")
        for name, value in told.items():
            runs = name.startswith(("on", "hx-on", "data-hx-on"))
            # A link to a help line is ours, and so is the picture of a second factor.
            scheme = r"\s*(javascript|vbscript|data(?!:image/svg)):|.*evil\.test"
            elsewhere = name in self._LINKS and re.match(scheme, value, re.IGNORECASE)
            # What a payload means to do, in the name of any attribute or a link.
            ours = "x55" in name or (
                "x55" in value
                and name
                not in ("value", "title", "aria-label", "content", "placeholder", "alt")
                and not value.startswith("/people/?")
            )
            if runs or name == "style" or elsewhere or ours:
                self.evil.append(f"<{tag} {name}={value!r}>"[:200])
            if name.startswith(("hx-", "data-hx-")) and "x55" in value:
                self.evil.append(f"<{tag} {name}={value!r}>"[:200])


def evil_of(page: str) -> list[str]:
    parser = Page()
    parser.feed(page)
    parser.close()
    return parser.evil


def test_the_parser_sees_each_payload_that_is_not_escaped() -> None:
    harmless_as_text = {
        "javascript:x55()",
        "data:text/html,<script>x55()</script>",
    }
    seen = [p for p in SCRIPTS if evil_of(f"<p>{p}</p>") or evil_of(f'<a title="{p}">')]
    seen += [p for p in SCRIPTS if evil_of(f"<a title='{p}'>") and p not in seen]
    seen += [p for p in SCRIPTS if evil_of(f"<a href='{p}'>") and p not in seen]
    seen += [p for p in SCRIPTS if evil_of(f"<a {p}>") and p not in seen]
    unseen = set(SCRIPTS) - set(seen) - harmless_as_text
    assert len(unseen) <= 8, unseen  # those that only a browser or a template would run


def test_no_page_of_anybody_has_an_element_or_attribute_that_data_made(
    clinic: Clinic,
) -> None:
    made = held(clinic)
    lines_of = hostile(clinic)
    evil, shown = [], 0
    ids = made.ids
    for name, other in (
        *((name, {}) for name in ("paul", *ACTING)),
        ("ruth", {"line": lines_of["condition"]}),
        ("alma", {"person": lines_of["hostile"]}),
    ):
        for address in addresses({**ids, "line": lines_of["line"], **other}):
            if other and not set(other) & set(address.gaps):
                continue
            answer = tries(made.browsers[name], "GET", address.path)
            assert answer.status < 500, (address.path, name, answer.failed)
            if "<html" not in answer.page:
                continue
            shown += "x55" in answer.page
            evil += [(address.name, name, e) for e in evil_of(answer.page)]
    assert evil == []
    assert shown > 40  # the payloads were really on the pages


def test_what_is_typed_and_refused_comes_back_as_text(clinic: Clinic) -> None:
    made = held(clinic)
    ruth, alma = made.browsers["ruth"], made.browsers["alma"]
    of_amara = f"/people/{clinic.amara}"
    evil = []
    for payload in SCRIPTS:
        for browser, path, names in (
            (ruth, f"{of_amara}/medicines/add/", ("name", "step")),
            (ruth, f"{of_amara}/conditions/add/", ("words", "onset_day", "status")),
            (ruth, f"{of_amara}/allergies/add/", ("words", "reactions", "kind")),
            (ruth, f"{of_amara}/setting/", ("kind", "on_year", "save")),
            (ruth, f"{of_amara}/import/", ("origin",)),
            (ruth, "/people/emergency/", ("name", "nature", "born_day")),
            (alma, "/office/people/add/", ("name", "birth", "number")),
            (alma, "/office/staff/take-on/", ("name", "role")),
            (alma, "/office/rules/add/", ("subject", "from_years", "locator")),
            (made.browsers["amara"], "/me/sharing/", ("name", "powers")),
        ):
            sent = dict.fromkeys((*names, "key"), payload)
            answer = tries(browser, "POST", path, sent)
            assert answer.status < 500, (path, payload, answer.failed)
            evil += [(path, e) for e in evil_of(answer.page)]
        query = dict.fromkeys(("q", "owner", "severity", "done", "next"), payload)
        for browser, path in ((ruth, "/people/"), (ruth, "/accounts/membership/")):
            evil += [
                (path, e) for e in evil_of(tries(browser, "GET", path, query).page)
            ]
    assert evil == []


def test_a_preview_of_a_file_shows_its_markup_as_text(clinic: Clinic) -> None:
    made = held(clinic)
    ruth = made.browsers["ruth"]
    told = [condition(p, id=f"c{n}") for n, p in enumerate(SCRIPTS)]
    told += [order(p, id=f"m{n}") for n, p in enumerate(SCRIPTS)]
    sent = sends(ruth, clinic.amara, about(AMARA, *told), origin=SCRIPTS[0])
    page = ruth.get(sent.url).content.decode()
    assert "x55" in page
    assert evil_of(page) == []
    assert evil_of(ruth.get(f"/people/{clinic.amara}/import/").content.decode()) == []


# --- in a real browser -------------------------------------------------------------


def fill(clinic: Clinic) -> dict[str, Any]:
    return hostile(clinic)


# Pages that show none of it: the doses of the day, and where files come from.
CLEAN = ("/me/", "/people/{}/import/")
CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no browser here")
def test_nothing_of_it_runs_in_a_browser(tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    dialogs: list[str] = []
    reports: list[str] = []
    elsewhere: list[str] = []
    with (
        serving(tmp_path, prepare="tests.attack.test_stored_scripts:fill") as site,
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"]
        )
        amara = site.ids["amara"]
        of_amara = f"/people/{amara}"
        crawl = {
            "ruth": (
                "/people/",
                of_amara + "/",
                f"{of_amara}/medicines/{site.given['line']}/history/",
                f"{of_amara}/medicines/{site.given['line']}/correct/",
                f"{of_amara}/conditions/{site.given['condition']}/correct/",
                f"{of_amara}/import/",
            ),
            "alma": ("/office/people/", "/office/staff/", "/office/emergencies/"),
            "amara": ("/me/", "/me/medicines/", "/me/changes/", "/me/sharing/"),
        }
        for name, pages in crawl.items():
            context = browser.new_context()
            page = context.new_page()
            page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
            page.on(
                "console",
                lambda m: (
                    reports.append(m.text)
                    if "Content Security Policy" in m.text or "x55" in m.text
                    else None
                ),
            )
            page.on("pageerror", lambda e: reports.append(str(e)))
            page.on(
                "request",
                lambda r: (
                    elsewhere.append(r.url)
                    if not r.url.startswith(site.url) or "x55" in r.url
                    else None
                ),
            )
            site.sign_in(page, name)
            for path in pages:
                page.goto(site.url + path)
                page.wait_for_load_state("networkidle")
                assert "x55" in page.content() or path.replace(amara, "{}") in CLEAN, (
                    path
                )
            context.close()
        browser.close()
    assert dialogs == []
    assert reports == []
    assert elsewhere == []
