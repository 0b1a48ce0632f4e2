"""What is due on the person's page: what, why, by when, and nothing said twice."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from tests.web.clinic import NOW, Clinic, own
from tests.web.ismp import violations
from tests.web.signing import signed_in
from tests.web.test_panels import ANC, depressed, measured, person_of, takes, visited

from builders import day
from concord.record import model as rec
from concord.web.chart.actions import reading
from concord.web.chart.policy import Purpose
from concord.web.clinician import person as clinicians
from concord.web.clinician import timeline as over_time
from concord.web.person import visit

TODAY = NOW.date()
WEIGHT = "29463-7"


@pytest.fixture(autouse=True)
def at_the_clinics_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are asked for a minute after the clinic was founded."""
    for module in (clinicians, over_time, visit):
        monkeypatch.setattr(module, "now", lambda: NOW + timedelta(minutes=1))


def section_of(browser: Client, person: UUID) -> str:
    """The section of what is due, as it stands in the page."""
    found = browser.get(f"/people/{person}/")
    assert found.status_code == 200
    page = html.unescape(found.content.decode())
    assert violations(page) == []
    start = page.index('<section class="due" aria-labelledby="due-title">')
    return page[start : page.index("</section>", start)]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


def not_seen(clinic: Clinic, **more: tuple[rec.Line, ...]) -> UUID:
    """Somebody on sertraline for a year, who was last seen at its start."""
    return person_of(
        clinic,
        "Nora Notseen",
        medications=(takes("sertraline", "2025-11-01"),),
        encounters=(visited(date(2025, 11, 1)),),
        **more,
    )


def test_an_item_says_its_state_its_event_its_day_and_its_owner(
    clinic: Clinic,
) -> None:
    page = section_of(signed_in(clinic.ruth), not_seen(clinic))
    said = words(page)
    assert re.search(r"▲ Overdue Visit ?, for sertraline", said)
    assert re.search(r"From: [a-z ]+, \w{3} \d+ \w{3} 202\d", said)
    assert re.search(r"Was due \w{3} \d+ \w{3} \d{4} \([^)]+\) · Dr\. Elsewhere", said)
    # One tap away, and no further.
    folded = r"<details class=\"fold\"><summary>Why.*?</details>"
    reasons = re.search(folded, page, re.DOTALL)
    assert reasons
    assert "Visits at weeks 4, 8 and 12" in words(reasons[0])
    assert "Local convention" in reasons[0]


def test_every_reason_names_a_source_or_that_it_was_agreed(clinic: Clinic) -> None:
    page = section_of(signed_in(clinic.ruth), not_seen(clinic))
    reasons = page.split('<div class="why">')[1:]
    assert reasons
    for reason in reasons:
        of_source = re.search(r'<p class="quiet">[^<]+, [^<]+', reason)
        assert of_source or "Agreed with the person" in reason


def test_what_the_review_found_is_linked_and_not_said_again(clinic: Clinic) -> None:
    person = person_of(
        clinic,
        "Olan",
        medications=(takes("clozapine", "2020-01-01"),),
        observations=(measured(WEIGHT, date(2021, 1, 1), "80 kg"),),
    )
    found = reading.read_review(
        actor=clinic.ruth, person=person, purpose=Purpose.TREATMENT, now=NOW
    )
    (finding,) = [
        f for f in found.review.findings if f.id == "monitoring:overdue:clozapine"
    ]
    page = section_of(signed_in(clinic.ruth), person)
    now = page[: page.index("coming until")] if "coming until" in page else page
    assert now.count("In the review:") == 1
    titles = {s.values["title"] for s in finding.seen if "title" in s.values}
    assert "Weight on an antipsychotic" in titles
    assert "Body weight (" in words(page)
    assert "▲ Overdue Body weight" not in words(page)


def test_overdue_stands_first_and_coming_is_folded(clinic: Clinic) -> None:
    person = person_of(
        clinic,
        "Clara",
        medications=(
            takes("clozapine", "2020-01-01"),
            takes("sertraline", "2025-11-01"),
        ),
        encounters=(visited(date(2025, 11, 1)),),
        observations=(measured(ANC, TODAY, "4000 /uL"),),
    )
    page = section_of(signed_in(clinic.ruth), person)
    open_part, fold, coming = page.partition('<details class="fold"><summary><span>')
    assert fold
    assert re.match(r"\d+ coming until Sat 20 Feb 2027", words(coming))
    assert "○ Coming Absolute neutrophil count , for cloZAPine" in words(coming)
    assert "○" not in open_part
    signs = re.findall("[▲●◐]", open_part)
    assert signs
    assert signs == sorted(signs, key="▲●◐".index)


def test_what_follows_from_a_discharge_is_said_once(clinic: Clinic) -> None:
    person = not_seen(
        clinic,
        settings=(
            rec.SettingEvent(
                id="s", kind=rec.SettingKind.DISCHARGED, on=day("2026-11-20")
            ),
        ),
    )
    said = words(section_of(signed_in(clinic.ruth), person))
    # Once as what it is, and in the hidden words of its fold and of its button.
    assert said.count("Go through the list") == 3
    assert said.count("source : Go through the list") == 1
    assert said.count("Set another date : Go through the list") == 1
    assert "Go through the whole list with the person: what was added" not in said


def test_nothing_on_record_is_no_clean_bill(clinic: Clinic) -> None:
    said = words(section_of(signed_in(clinic.ruth), clinic.amara))
    assert "Nothing is due by what is on record." in said
    assert "May be incomplete." in said


# --- over time --------------------------------------------------------------------


def test_the_clinicians_timeline_shows_what_is_due_and_where_it_stands(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    found = signed_in(clinic.ruth).get(
        f"/people/{person}/timeline/", {"last": "all", "view": "table"}
    )
    assert "Visit (overdue)" in words(html.unescape(found.content.decode()))


def test_the_person_sees_what_is_planned_and_no_word_of_being_late(
    clinic: Clinic,
) -> None:
    person = not_seen(
        clinic,
        conditions=(depressed(),),
        observations=(measured("44261-6", date(2026, 10, 1), "3 {score}"),),
    )
    browser = signed_in(own(person))
    found = browser.get("/me/timeline/", {"last": "all", "view": "table"})
    said = words(html.unescape(found.content.decode()))
    assert "overdue" not in said.casefold()
    assert "A visit" not in said, "it was due long ago: the team reaches out"
    clinicians_own = signed_in(clinic.ruth).get(
        f"/people/{person}/timeline/", {"last": "all", "view": "table"}
    )
    assert "Visit (overdue)" in words(html.unescape(clinicians_own.content.decode()))
