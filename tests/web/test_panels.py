"""The panel: in the order of what needs a person today, kept, and never said too early.

Each test runs on both databases.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.clinic import NOW, Clinic
from tests.web.signing import signed_in

from builders import daily, day, loinc
from concord.record import model as rec
from concord.review.pressing import Pressing
from concord.review.settle import Decision
from concord.terms import Code, PartialDate, Period, Quantity, System, age_on
from concord.web.chart.actions import answering, imports, reading
from concord.web.chart.actions.needs import Need
from concord.web.chart.actions.panels import MOST_AT_ONCE, PanelRow
from concord.web.chart.actions.reviewing import ready
from concord.web.chart.models import Organisation, StoredReview
from concord.web.chart.policy import Purpose, hat_of, view_in_care
from concord.web.chart.seal import seals_of
from concord.web.clinician import panel as pages

RXCUI = {
    "lithium": "6448",
    "lisinopril": "29046",
    "sertraline": "36437",
    "clozapine": "2626",
}
TODAY = NOW.date()
PHQ_9, ANC = "44261-6", "751-8"


def _from(id_: str) -> rec.Source:
    return rec.Source(system="elsewhere", type="Resource", id=id_)


def takes(name: str, since: str) -> rec.MedicationLine:
    started = rec.Change(
        id="start",
        kind=rec.ChangeKind.STARTED,
        recorded_at=NOW,
        effective=day(since),
        dosage=(daily("100 mg"),),
    )
    return rec.MedicationLine(
        id=name,
        source=_from(name),
        medicine=rec.Medicine(
            text=name, ingredients=(rec.Ingredient(rxcui=RXCUI[name], name=name),)
        ),
        prescriber=rec.Party(name="Dr. Elsewhere"),
        changes=(started,),
    )


def measured(code: str, on: date, value: str) -> rec.Observation:
    return rec.Observation(
        id=f"{code}-{on}",
        source=_from(f"{code}-{on}"),
        codes=(loinc(code),),
        at=PartialDate.of(on),
        quantity=Quantity.parse(value),
    )


def visited(on: date) -> rec.Encounter:
    at = PartialDate.of(on)
    return rec.Encounter(
        id=f"v{on}", source=_from(f"v{on}"), period=Period(start=at, end=at)
    )


def depressed() -> rec.Condition:
    code = Code(system=System.SNOMED, code="370143000")
    return rec.Condition(id="d", source=_from("d"), text="depression", codes=(code,))


def person_of(clinic: Clinic, name: str, **lines: tuple[rec.Line, ...]) -> UUID:
    """Somebody in Ruth's care, with what an import brought in."""
    person = clinic.riverside.adds(name)
    clinic.riverside.puts(person, clinic.ruth)
    if lines:
        imports.bring_in(
            actor=clinic.ruth,
            person=person,
            record=rec.Record(**lines),  # type: ignore[arg-type]
            purpose=Purpose.TREATMENT,
            key=uuid4(),
            now=NOW,
        )
    return person


def panel(clinic: Clinic, days: int = 0) -> tuple[PanelRow, ...]:
    at = NOW + timedelta(days=days, minutes=1)
    return reading.read_panel(actor=clinic.ruth, now=at)


def name_of(row: PanelRow) -> str:
    return row.who.names[0].text


def kinds(row: PanelRow) -> list[Pressing]:
    return [need.kind for need in row.needs]


def words_of(browser: Client, **query: str) -> str:
    found = browser.get("/people/", query)
    assert found.status_code == 200
    page = html.unescape(found.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


# --- the order --------------------------------------------------------------------


@pytest.fixture
def everyone(clinic: Clinic) -> Clinic:
    """One person for each kind of need, brought in from the least to the most."""
    long_ago = "2025-11-01"
    person_of(clinic, "Olive Open", medications=(takes("sertraline", "2026-11-01"),))
    person_of(
        clinic,
        "Nora Notseen",
        medications=(takes("sertraline", long_ago),),
        encounters=(visited(date(2025, 11, 1)),),
        conditions=(depressed(),),
        observations=(measured(PHQ_9, date(2026, 11, 10), "3 {score}"),),
    )
    person_of(
        clinic,
        "Wanda Worse",
        medications=(takes("sertraline", "2026-09-01"),),
        encounters=(visited(TODAY),),
        conditions=(depressed(),),
        observations=(
            measured(PHQ_9, date(2026, 9, 1), "10 {score}"),
            measured(PHQ_9, date(2026, 11, 10), "20 {score}"),
        ),
    )
    person_of(
        clinic,
        "Ida Interaction",
        medications=(takes("lithium", long_ago), takes("lisinopril", long_ago)),
    )
    return clinic


def test_the_most_pressing_need_stands_first_whoever_came_first(
    everyone: Clinic,
) -> None:
    rows = {name_of(row): row for row in panel(everyone)}
    assert kinds(rows["Ida Interaction"])[0] is Pressing.INTERRUPTING
    assert Pressing.WORSE in kinds(rows["Wanda Worse"])
    assert Pressing.NOT_SEEN in kinds(rows["Nora Notseen"])
    assert kinds(rows["Olive Open"]) == []
    ranks = [min((k.rank for k in kinds(r)), default=99) for r in panel(everyone)]
    assert ranks == sorted(ranks)
    for row in rows.values():
        assert kinds(row) == sorted(kinds(row), key=lambda kind: kind.rank)


def test_who_was_not_seen_in_time_has_an_owner_and_the_day_it_was_due(
    everyone: Clinic,
) -> None:
    rows = {name_of(row): row for row in panel(everyone)}
    (need,) = [n for n in rows["Nora Notseen"].needs if n.kind is Pressing.NOT_SEEN]
    assert need.late is not None
    assert (need.late.ask, need.late.title) == ("visit", "Visit")
    assert need.owner == "Dr. Elsewhere"
    assert need.since < TODAY
    assert Pressing.NOT_SEEN not in kinds(rows["Wanda Worse"]), "was seen today"


def test_a_result_out_of_range_is_told_from_one_that_is_overdue(
    clinic: Clinic,
) -> None:
    taking = (takes("clozapine", "2020-01-01"),)
    low = measured(ANC, TODAY, "900 /uL")
    old = measured(ANC, date(2025, 1, 1), "4000 /uL")
    person_of(clinic, "Low", medications=taking, observations=(low,))
    person_of(clinic, "Old", medications=taking, observations=(old,))
    rows = {name_of(row): row for row in panel(clinic)}

    def of_anc(needs: tuple[Need, ...]) -> set[Pressing]:
        named = [n for n in needs if n.finding and n.finding.rule == "monitoring"]
        crossed = [n for n in named if ":anc:" in (n.finding.id if n.finding else "")]
        return {n.kind for n in (crossed or named)}

    assert of_anc(rows["Low"].needs) <= {Pressing.INTERRUPTING, Pressing.ABNORMAL}
    assert of_anc(rows["Low"].needs)
    assert of_anc(rows["Old"].needs) <= {Pressing.INTERRUPTING, Pressing.OVERDUE}
    assert of_anc(rows["Old"].needs)


# --- kept, and made again ---------------------------------------------------------


def test_what_is_kept_for_the_panel_is_sealed(everyone: Clinic) -> None:
    panel(everyone)
    kept = [bytes(row.panel) for row in StoredReview.objects.all()]
    assert len(kept) == 5
    for sealed in kept:
        assert sealed
        assert b"Wanda" not in sealed
        assert b"lithium" not in sealed


def test_a_stored_review_from_before_there_was_a_panel_is_made_again(
    everyone: Clinic,
) -> None:
    whole = panel(everyone)
    StoredReview.objects.update(panel=b"")
    assert panel(everyone) == whole
    assert all(bytes(row.panel) for row in StoredReview.objects.all())


def test_a_panel_that_is_kept_opens_no_review(everyone: Clinic) -> None:
    """A review that does not open would stop it: it is not even read."""
    whole = panel(everyone)
    StoredReview.objects.update(content=b"not a review")
    with CaptureQueriesContext(connection) as queries:
        assert panel(everyone) == whole
    asked = [q["sql"] for q in queries if "chart_storedreview" in q["sql"]]
    assert asked
    assert not any('"chart_storedreview"."content"' in sql for sql in asked)


def test_an_answer_is_on_the_panel_of_every_view_at_once(clinic: Clinic) -> None:
    amara = clinic.amara
    imports.bring_in(
        actor=clinic.ruth,
        person=amara,
        record=rec.Record(
            medications=(
                takes("lithium", "2026-11-01"),
                takes("lisinopril", "2026-11-01"),
            )
        ),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    at = NOW + timedelta(minutes=1)

    def interrupting(name: str) -> int:
        (row,) = reading.read_panel(actor=getattr(clinic, name), now=at)
        return kinds(row).count(Pressing.INTERRUPTING)

    before = {name: interrupting(name) for name in ("ruth", "hana")}
    assert before["ruth"] == before["hana"] > 0
    seen = reading.read_review(
        actor=clinic.ruth, person=amara, purpose=Purpose.TREATMENT, now=at
    )
    finding = next(f for f in seen.review.findings if f.interrupts)
    answering.answer(
        actor=clinic.ruth,
        person=amara,
        finding=finding.id,
        circumstance=finding.circumstance,
        decision=Decision.ACCEPTED,
        reason=None,
        words=None,
        owner="Noor",
        check_on=None,
        to_do=None,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=at,
    )
    assert {name: interrupting(name) + 1 for name in before} == before


def test_a_finding_to_look_at_again_says_so_and_whose_it_is(clinic: Clinic) -> None:
    person = person_of(
        clinic,
        "Ida",
        medications=(
            takes("lithium", "2026-11-01"),
            takes("lisinopril", "2026-11-01"),
        ),
    )
    seen = reading.read_review(
        actor=clinic.ruth, person=person, purpose=Purpose.TREATMENT, now=NOW
    )
    finding = next(f for f in seen.review.findings if f.interrupts)
    answering.answer(
        actor=clinic.ruth,
        person=person,
        finding=finding.id,
        circumstance=finding.circumstance,
        decision=Decision.ACCEPTED,
        reason=None,
        words=None,
        owner="Noor",
        check_on=TODAY + timedelta(days=2),
        to_do=None,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )

    def of_it(days: int) -> list[tuple[bool, str | None]]:
        row = next(r for r in panel(clinic, days) if name_of(r) == "Ida")
        found = [n for n in row.needs if n.finding and n.finding.id == finding.id]
        return [(n.to_check, n.owner) for n in found]

    assert of_it(1) == []
    assert of_it(2) == [(True, "Noor")]


# --- no more than a request has time for ------------------------------------------


def test_who_has_no_review_is_made_first_and_who_is_left_says_so(
    clinic: Clinic,
) -> None:
    people = [person_of(clinic, name) for name in ("A", "B", "C")]
    hat = hat_of(clinic.ruth, NOW)
    assert hat is not None
    view, seals = view_in_care(hat), seals_of(people)
    ready(people[:1], view, TODAY, seals, NOW)
    tomorrow = TODAY + timedelta(days=1)
    known = ready(people, view, tomorrow, seals, NOW, most=1)
    made = [person for person in people if not known[person].stale]
    assert len(made) == 1
    assert made != people[:1], "who was never reviewed comes first"
    assert (known[people[0]].stale, known[people[0]].as_of) == (True, TODAY)
    (unknown,) = set(people) - {people[0], *made}
    assert (known[unknown].waiting, known[unknown].as_of) == (None, None)
    assert known[unknown].stale
    again = ready(people, view, tomorrow, seals, NOW)
    assert [known.stale for known in again.values()] == [False, False, False]


def test_a_large_panel_says_what_it_does_not_know_yet_and_how_many_it_shows(
    clinic: Clinic,
) -> None:
    for number in range(MOST_AT_ONCE + 1):  # with Amara two more than one request makes
        person_of(clinic, f"Person {number:02}")
    browser = signed_in(clinic.ruth)
    first = words_of(browser)
    assert "2 people were not reviewed yet" in first
    assert "1 to 50 of 52 shown" in first
    # They may have anything, and stand before those who have nothing.
    assert first.count("Not reviewed yet: nothing is known.") == 2
    second = words_of(browser)
    assert "not reviewed yet" not in second
    assert "1 to 50 of 52 shown" in second
    rest = words_of(browser, page="2")
    assert "51 to 52 of 52 shown" in rest
    age, _ = age_on(day("1980-05-05"), pages.now().date())
    assert rest.count(f"Age {age}") == 2
    # A page that is not there is the nearest one.
    assert "51 to 52 of 52 shown" in words_of(browser, page="99")
    assert "1 to 50 of 52 shown" in words_of(browser, page="x")


# --- the page ---------------------------------------------------------------------


def test_each_kind_is_counted_by_people_and_leads_to_them(everyone: Clinic) -> None:
    browser = signed_in(everyone.ruth)
    page = words_of(browser)
    assert re.search(r"May interrupt a change 1 person", page)
    assert "5 people, all shown" in page
    alone = words_of(browser, kind="interrupting")
    assert "1 of 5 people shown" in alone
    assert "Ida Interaction" in alone
    assert "Wanda Worse" not in alone


def test_ages_are_counted_to_the_clinics_day(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 03:00 UTC it is still the day before in Ohio."""
    Organisation.objects.filter(id=clinic.riverside.id).update(zone="America/New_York")
    taking = (takes("lithium", "2020-01-01"), takes("lisinopril", "2020-01-01"))
    person_of(clinic, "Ida", medications=taking)
    night = datetime(2026, 11, 23, 3, tzinfo=UTC)
    monkeypatch.setattr(pages, "now", lambda: night)
    said = words_of(signed_in(clinic.ruth))
    assert "since Sun 22 Nov 2026 (today)" in said
    assert "(1 day)" not in said


def test_three_of_the_needs_are_shown_and_counted_out_of_all(clinic: Clinic) -> None:
    person = person_of(
        clinic,
        "Ida",
        medications=tuple(
            takes(name, "2020-01-01")
            for name in ("lithium", "lisinopril", "sertraline", "clozapine")
        ),
        observations=(measured(ANC, date(2021, 1, 1), "900 /uL"),),
    )
    row = next(r for r in panel(clinic) if r.person == person)
    assert len(row.needs) > 3
    page = words_of(signed_in(clinic.ruth))
    assert f"3 of {len(row.needs)} shown" in page
