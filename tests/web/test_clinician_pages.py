"""The panel, the page of a person and the history of a medicine, in the browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.clinic import NOW, Clinic, notes_condition, starts
from tests.web.signing import signed_in, without_tokens

from builders import daily, day
from concord.record import model as rec
from concord.review.settle import Decision, Reason
from concord.terms import Quantity, age_on
from concord.web.chart.actions import (
    answering,
    emergencies,
    imports,
    lines,
    medicines,
    reading,
)
from concord.web.chart.policy import Purpose
from concord.web.pages.asking import now

# RxCUIs of the catalogue: what an import would have recognised.
KNOWN = {"lithium": "6448", "lisinopril": "29046", "ibuprofen": "5640"}


def recognised(name: str, **more: Any) -> rec.Medicine:
    ingredient = rec.Ingredient(rxcui=KNOWN[name], name=name)
    return rec.Medicine(text=name, ingredients=(ingredient,), **more)


def bring_in(clinic: Clinic, person: UUID, *names: str) -> None:
    """Bring in medicines as an import does: no finding is asked about."""
    record = rec.Record(
        medications=tuple(
            rec.MedicationLine(
                id=f"MedicationRequest/{name}-{n}",
                source=rec.Source(
                    system="elsewhere", type="MedicationRequest", id=f"{name}-{n}"
                ),
                medicine=recognised(name),
                prescriber=rec.Party(name="Dr. Elsewhere"),
                changes=(
                    rec.Change(
                        id=f"{name}-{n}-start",
                        kind=rec.ChangeKind.STARTED,
                        recorded_at=NOW,
                        effective=day("2026-10-01"),
                        dosage=(daily("300 mg"),),
                    ),
                ),
            )
            for n, name in enumerate(names)
        )
    )
    imports.bring_in(
        actor=clinic.ruth,
        person=person,
        record=record,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )


def page_of(browser: Client, person: UUID) -> str:
    found = browser.get(f"/people/{person}/")
    assert found.status_code == 200
    return html.unescape(found.content.decode())


def words(page: str) -> str:
    """The page as it is read: without its marks, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connections["default"]) as queries:
        yield queries


# --- the panel --------------------------------------------------------------------


def test_the_panel_shows_who_is_in_ones_care_and_nobody_else(clinic: Clinic) -> None:
    page = signed_in(clinic.ruth).get("/people/").content.decode()
    assert "Amara Diallo" in page
    assert "Ben Ortiz" not in page
    assert "Amara Diallo" not in signed_in(clinic.olga).get("/people/").content.decode()


def test_a_panel_without_anybody_says_what_it_is_for(clinic: Clinic) -> None:
    page = words(signed_in(clinic.paul).get("/people/").content.decode())
    assert "Nobody is in your care yet." in page


def test_the_gravest_need_stands_first_with_its_owner_and_its_age(
    clinic: Clinic,
) -> None:
    calm = clinic.riverside.adds("Aaron Calm")
    clinic.riverside.puts(calm, clinic.ruth)
    bring_in(clinic, clinic.amara, "lithium", "lisinopril")
    page = signed_in(clinic.ruth).get("/people/").content.decode()
    assert page.index("Amara Diallo") < page.index("Aaron Calm")
    said = words(html.unescape(page))
    assert "Serious lithium + lisinopril: interaction" in said
    aged = r"Dr\. Elsewhere · since \w{3} \d+ \w{3} \d{4} \((today|\d+ \w+)\)"
    assert re.search(aged, said)


def test_the_panel_is_narrowed_by_name_severity_and_owner(clinic: Clinic) -> None:
    calm = clinic.riverside.adds("Aaron Calm")
    clinic.riverside.puts(calm, clinic.ruth)
    bring_in(clinic, clinic.amara, "lithium", "lisinopril")
    browser = signed_in(clinic.ruth)

    def shown(**wanted: str) -> set[str]:
        found = browser.get("/people/", wanted)
        assert found.status_code == 200
        names = ("Amara Diallo", "Aaron Calm")
        return {name for name in names if name in found.content.decode()}

    everybody = {"Amara Diallo", "Aaron Calm"}
    assert shown() == everybody
    assert shown(q="diALLo") == {"Amara Diallo"}
    assert shown(q="nobody of this name") == set()
    assert shown(severity="serious") == {"Amara Diallo"}
    assert shown(severity="contraindicated") == set()
    assert shown(owner="Dr. Elsewhere") == {"Amara Diallo"}
    assert shown(owner="nobody") == set()


@pytest.mark.parametrize("field", ["severity", "owner"])
def test_a_filter_that_is_no_choice_is_refused_in_words_and_narrows_nothing(
    clinic: Clinic, field: str
) -> None:
    found = signed_in(clinic.ruth).get("/people/", {field: "1' OR '1'='1"})
    assert found.status_code == 400
    page = html.unescape(found.content.decode())
    assert "is not one of the available choices" in page
    assert "Amara Diallo" in page


def test_the_panel_takes_the_same_queries_however_many_people(clinic: Clinic) -> None:
    browser = signed_in(clinic.ruth)
    browser.get("/people/")
    with counted() as one:
        browser.get("/people/")
    for number in range(4):
        person = clinic.riverside.adds(f"Person {number}")
        clinic.riverside.puts(person, clinic.ruth)
        bring_in(clinic, person, "lithium", "lisinopril")
    browser.get("/people/")
    with counted() as five:
        browser.get("/people/")
    assert len(five) == len(one)


def test_who_only_runs_the_office_is_sent_there(clinic: Clinic) -> None:
    found = signed_in(clinic.alma).get("/people/")
    assert (found.status_code, found.url) == (302, reverse("office:home"))


# --- who it is --------------------------------------------------------------------


def test_the_banner_has_two_identifiers_and_says_what_is_not_recorded(
    clinic: Clinic,
) -> None:
    page = words(page_of(signed_in(clinic.ruth), clinic.amara))
    age, _ = age_on(day("1980-05-05"), now().date())
    assert f"Amara Diallo Born Mon 5 May 1980 (age {age})" in page
    assert "Record number not recorded" in page
    assert "Allergies not recorded" in page


def test_allergies_stand_in_the_banner_with_their_reactions(clinic: Clinic) -> None:
    lines.add(
        actor=clinic.ruth,
        person=clinic.amara,
        line=rec.Allergy(id="new", text="penicillin", reactions=("rash", "fever")),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    page = words(page_of(signed_in(clinic.ruth), clinic.amara))
    assert "Allergies penicillin (rash, fever)" in page


# --- the list ---------------------------------------------------------------------


def test_an_empty_list_says_that_it_is_not_the_same_as_taking_nothing(
    clinic: Clinic,
) -> None:
    page = words(page_of(signed_in(clinic.ruth), clinic.amara))
    assert "No medicine is on record. That is not the same as taking none." in page
    assert "Ask about methadone, buprenorphine and other clinics." in page


def test_a_medicine_stands_with_dose_reason_prescriber_start_and_source(
    clinic: Clinic,
) -> None:
    bring_in(clinic, clinic.amara, "lithium")
    page = words(page_of(signed_in(clinic.ruth), clinic.amara))
    start = page.index("lithium", page.index("Scheduled"))
    said = page[start : start + 400]
    for part in (
        "300 mg",
        "No reason recorded",
        "By Dr. Elsewhere",
        "Since Thu 1 Oct 2026",
        "From elsewhere",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("who", "offered"), [("ruth", True), ("noor", False), ("tomas", False)]
)
def test_only_who_may_change_an_order_is_offered_to(
    clinic: Clinic, who: str, offered: bool
) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium")
    page = page_of(signed_in(getattr(clinic, who)), clinic.amara)
    assert (reverse("clinician:stop", args=[clinic.amara, line]) in page) is offered


def test_an_imported_medicine_has_addresses_though_its_id_has_a_slash(
    clinic: Clinic,
) -> None:
    bring_in(clinic, clinic.amara, "lithium")
    browser = signed_in(clinic.ruth)
    page = page_of(browser, clinic.amara)
    for what in ("change", "hold", "stop", "history"):
        url = f"/people/{clinic.amara}/medicines/MedicationRequest/lithium-0/{what}/"
        assert f'href="{url}"' in page
        assert browser.get(url).status_code == 200


# --- the review -------------------------------------------------------------------


def test_a_finding_opens_to_what_was_seen_why_options_and_sources(
    clinic: Clinic,
) -> None:
    bring_in(clinic, clinic.amara, "lithium", "lisinopril")
    page = words(page_of(signed_in(clinic.ruth), clinic.amara))
    start = page.index("Serious lithium + lisinopril: interaction")
    parts = ["What was seen", "Why it matters", "Options", "Sources", "The decision"]
    places = [page.index(part, start) for part in parts]
    assert places == sorted(places)
    assert "Nobody has answered it yet." in page[start:]


def test_what_could_not_be_checked_has_the_way_to_add_it(clinic: Clinic) -> None:
    bring_in(clinic, clinic.amara, "lithium")
    page = page_of(signed_in(clinic.ruth), clinic.amara)
    assert "Not checked" in words(page)
    gaps = re.findall(r'<li class="gap">.*?</li>', page, re.DOTALL)
    ways = {url for gap in gaps for url in re.findall(r'href="([^"]+)"', gap)}
    assert reverse("clinician:add_allergy", args=[clinic.amara]) in ways
    assert reverse("clinician:add_condition", args=[clinic.amara]) in ways


def test_a_therapist_sees_what_was_not_checked_without_a_way_they_may_not_go(
    clinic: Clinic,
) -> None:
    bring_in(clinic, clinic.amara, "lithium")
    page = page_of(signed_in(clinic.tomas), clinic.amara)
    gaps = re.findall(r'<li class="gap">.*?</li>', page, re.DOTALL)
    assert gaps
    assert not any("href" in gap for gap in gaps)


def test_an_answer_is_shown_to_the_next_reader_with_who_and_why(
    clinic: Clinic,
) -> None:
    bring_in(clinic, clinic.amara, "lithium", "lisinopril")
    at = now()
    found = reading.read_review(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=at
    )
    finding = next(f for f in found.review.findings if f.rule == "interaction")
    answering.answer(
        actor=clinic.ruth,
        person=clinic.amara,
        finding=finding.id,
        circumstance=finding.circumstance,
        decision=Decision.DECLINED,
        reason=Reason.MONITORED,
        words="levels every week",
        owner="Noor",
        check_on=at.date() + timedelta(days=7),
        to_do=None,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=at,
    )
    page = words(page_of(signed_in(clinic.farah), clinic.amara))
    assert "Declined by Ruth on" in page
    assert "because: It is being monitored. “levels every week”" in page
    assert "1 answered" in page
    due = page[page.index("Due") : page.index("The agreed list")]
    assert "lithium + lisinopril: interaction" in due
    assert "Noor" in due


def test_no_address_on_a_page_names_a_medicine_of_a_finding(clinic: Clinic) -> None:
    bring_in(clinic, clinic.amara, "lithium", "lisinopril")
    browser = signed_in(clinic.ruth)
    for url in ("/people/", f"/people/{clinic.amara}/"):
        page = browser.get(url).content.decode()
        anchors = re.findall(r'href="[^"]*#([^"]+)"', page)
        assert anchors
        assert not any("lithium" in anchor for anchor in anchors)


# --- what is hidden stays hidden --------------------------------------------------


def test_a_hidden_part_2_line_changes_no_byte_for_who_may_not_see_it(
    clinic: Clinic,
) -> None:
    bring_in(clinic, clinic.amara, "lithium")
    browser = signed_in(clinic.ruth)
    urls = ("/people/", f"/people/{clinic.amara}/")

    def pages() -> list[bytes]:
        return [without_tokens(browser.get(url).content) for url in urls]

    before = pages()
    starts(clinic.hana, clinic.amara, "methadone")
    notes_condition(clinic.hana, clinic.amara, "opioid use disorder")
    assert pages() == before
    assert "methadone" in words(page_of(signed_in(clinic.hana), clinic.amara))


def test_the_part_2_notice_stands_where_the_rule_asks_for_it(clinic: Clinic) -> None:
    notice = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    assert notice in page_of(signed_in(clinic.hana), clinic.amara)
    assert notice not in page_of(signed_in(clinic.ruth), clinic.amara)


def test_an_emergency_says_that_it_is_one_and_when_it_ends(clinic: Clinic) -> None:
    browser = signed_in(clinic.paul)
    assert browser.get(f"/people/{clinic.amara}/").status_code == 404
    emergencies.break_glass(
        actor=clinic.paul,
        person=clinic.amara,
        nature="unconscious",
        discloser="the ward",
        key=uuid4(),
        now=now(),
    )
    page = words(page_of(browser, clinic.amara))
    assert "Emergency access." in page
    assert "It ends by itself on" in page
    assert "Emergency access." not in page_of(signed_in(clinic.ruth), clinic.amara)


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '<a hx-get="/people/" hx-trigger="load">x</a>',
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_was_typed_comes_out_as_text(clinic: Clinic, payload: str) -> None:
    person = clinic.riverside.adds(payload)
    clinic.riverside.puts(person, clinic.ruth)
    line = medicines.add(
        actor=clinic.ruth,
        person=person,
        medicine=rec.Medicine(text=payload),
        kind=rec.LineKind.REPORT,
        effective=None,
        reason=payload,
        dosage=(rec.Dosage(text=payload),),
        indications=(rec.Indication(text=payload),),
        prescriber=rec.Party(name=payload),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )["line"]
    allergy = rec.Allergy(id="new", text=payload, reactions=(payload,))
    notes_condition(clinic.ruth, person, payload)
    lines.add(
        actor=clinic.ruth,
        person=person,
        line=allergy,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    browser = signed_in(clinic.ruth)
    history = reverse("clinician:history", args=[person, line])
    for url in ("/people/", f"/people/{person}/", history):
        page = browser.get(url).content.decode()
        assert html.escape(payload) in page
        assert payload not in page
        inert = re.sub(r"&lt;.*?&gt;", "", page)
        assert "onerror=" not in inert
        assert 'hx-trigger="load"' not in inert


def test_no_page_has_a_style_or_a_handler_of_its_own(clinic: Clinic) -> None:
    bring_in(clinic, clinic.amara, "lithium", "lisinopril")
    browser = signed_in(clinic.ruth)
    for url in ("/people/", f"/people/{clinic.amara}/"):
        page = browser.get(url).content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


# --- how long it may take ---------------------------------------------------------


def test_the_page_takes_the_same_queries_however_long_the_record(
    clinic: Clinic,
) -> None:
    browser = signed_in(clinic.ruth)
    bring_in(clinic, clinic.amara, "lithium")
    page_of(browser, clinic.amara)
    with counted() as short:
        page_of(browser, clinic.amara)
    bring_in(clinic, clinic.amara, "lisinopril", "ibuprofen", "lithium")
    for number in range(12):
        lines.add(
            actor=clinic.ruth,
            person=clinic.amara,
            line=rec.Observation(
                id="new",
                codes=(),
                text=f"result {number}",
                at=day("2026-10-01"),
                quantity=Quantity.parse("1 mg"),
            ),
            purpose=Purpose.TREATMENT,
            key=uuid4(),
            now=NOW,
        )
    page_of(browser, clinic.amara)
    with counted() as long:
        page_of(browser, clinic.amara)
    assert len(long) == len(short)


# --- the history ------------------------------------------------------------------


def test_the_history_shows_who_changed_what_when_and_why(clinic: Clinic) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium")
    medicines.stop(
        actor=clinic.farah,
        person=clinic.amara,
        line=line,
        effective=day("2026-11-20"),
        reason="tremor",
        pharmacy=rec.AtPharmacy(told="cancelled", pills_left="yes"),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW + timedelta(minutes=2),
    )
    url = reverse("clinician:history", args=[clinic.amara, line])
    page = words(html.unescape(signed_in(clinic.noor).get(url).content.decode()))
    assert "Stopped Fri 20 Nov 2026" in page
    assert "Farah, written down Sun 22 Nov 2026" in page
    assert "Reason: tremor" in page
    assert "Cancelled at the pharmacy; pills are left at home." in page
    assert page.index("Stopped Fri") < page.index("Started Sun 1 Nov 2026")


def test_a_correction_is_seen_as_one_in_the_history(clinic: Clinic) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium")
    record = reading.read_record(
        actor=clinic.ruth, person=clinic.amara, purpose=Purpose.TREATMENT, now=now()
    ).record
    (started,) = record.medications[0].changes
    medicines.correct(
        actor=clinic.ruth,
        person=clinic.amara,
        line=line,
        change=started.id,
        becomes=None,
        effective=None,
        reason="another person's",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW + timedelta(minutes=2),
    )
    url = reverse("clinician:history", args=[clinic.amara, line])
    page = words(html.unescape(signed_in(clinic.ruth).get(url).content.decode()))
    assert "Correction: “started” never happened" in page
    assert "Was corrected later; it stays here for whoever acted on it." in page


def test_a_hidden_medicine_has_a_history_no_more_than_one_that_is_not_there(
    clinic: Clinic,
) -> None:
    hidden = starts(clinic.hana, clinic.amara, "methadone")
    browser = signed_in(clinic.ruth)
    answers = [
        browser.get(reverse("clinician:history", args=[clinic.amara, line]))
        for line in (hidden, str(uuid4()))
    ]
    assert [a.status_code for a in answers] == [404, 404]
    assert without_tokens(answers[0].content) == without_tokens(answers[1].content)
