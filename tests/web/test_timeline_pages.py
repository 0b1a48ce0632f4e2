"""A person over time, behind both doors: what is drawn, chosen, hidden and logged."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.web.clinic import NOW, Clinic, own
from tests.web.ismp import violations
from tests.web.signing import signed_in

from builders import daily, day, loinc
from concord.record import model as rec
from concord.terms import Quantity
from concord.web.chart.actions import imports, lines
from concord.web.chart.models import Entry
from concord.web.chart.policy import Purpose
from concord.web.clinician import timeline as clinicians
from concord.web.person import visit
from concord.web.timeline.asked import token

PHQ_9, WEIGHT = "44261-6", "29463-7"


@pytest.fixture(autouse=True)
def at_the_clinics_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are asked for a minute after the clinic was founded."""
    for module in (visit, clinicians):
        monkeypatch.setattr(module, "now", lambda: NOW + timedelta(minutes=1))


@pytest.fixture
def amara(clinic: Clinic) -> UUID:
    """Amara, with a medicine whose dose was raised, scores, and a weight."""
    start = rec.Change(
        id="start",
        kind=rec.ChangeKind.STARTED,
        recorded_at=NOW - timedelta(days=300),
        effective=day("2026-02-01"),
        dosage=(daily("50 mg"),),
    )
    raised = rec.Change(
        id="raised",
        kind=rec.ChangeKind.DOSE_CHANGED,
        recorded_at=NOW - timedelta(days=100),
        effective=day("2026-06-01"),
        dosage=(daily("100 mg"),),
        reason="Not better yet",
    )
    medicine = rec.Medicine(
        text="sertraline",
        ingredients=(rec.Ingredient(rxcui="36437", name="sertraline"),),
    )
    record = rec.Record(
        medications=(
            rec.MedicationLine(
                id="m", source=_from("m"), medicine=medicine, changes=(start, raised)
            ),
        ),
        observations=(
            *(
                rec.Observation(
                    id=f"o{n}",
                    source=_from(f"o{n}"),
                    codes=(loinc(PHQ_9),),
                    at=day(on),
                    quantity=Quantity.parse(f"{score} {{score}}"),
                )
                for n, (on, score) in enumerate(
                    [("2026-02-01", 17), ("2026-06-01", 14), ("2026-10-01", 4)]
                )
            ),
            rec.Observation(
                id="w",
                source=_from("w"),
                codes=(loinc(WEIGHT),),
                at=day("2026-03-01"),
                quantity=Quantity("70", "kg"),
            ),
        ),
        dose_events=(
            rec.DoseEvent(
                id="d",
                source=_from("d"),
                medicine=medicine,
                at=day("2026-11-01"),
                taken=rec.Taken.TAKEN,
            ),
        ),
    )
    imports.bring_in(
        actor=clinic.ruth,
        person=clinic.amara,
        record=record,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    return clinic.amara


def _from(id_: str) -> rec.Source:
    return rec.Source(system="elsewhere", type="x", id=id_)


def asked(browser: Client, path: str) -> str:
    found = browser.get(path)
    assert found.status_code == 200, found.status_code
    return html.unescape(found.content.decode()).replace("\u00a0", " ")


def shown_rows(page: str) -> list[str]:
    return re.findall(r'<strong class="name">([^<]+)</strong>', page)


def test_both_doors_show_the_same_days_each_in_its_own_words(
    clinic: Clinic, amara: UUID
) -> None:
    ruths = asked(signed_in(clinic.ruth), f"/people/{amara}/timeline/")
    hers = asked(signed_in(own(amara)), "/me/timeline/")
    between = "Sun 1 Feb 2026</time> to <time>Sun 22 Nov 2026"
    assert between in ruths
    assert between in hers
    assert "sertraline raised from 50 mg a day to 100 mg a day." in ruths
    assert "sertraline went up from 50 mg a day to 100 mg a day." in hers
    assert "PHQ-9 total score fell from 14 (moderate) to 4 (none or minimal)." in ruths
    assert "Low mood (PHQ-9) went down from 14 (moderate) to 4" in hers
    for page in (ruths, hers):
        assert "Reason: Not better yet" in page
        assert "leaves a gap, and was not missed for that" in page
        assert violations(page) == []


def test_the_usual_rows_leave_out_one_weight_and_a_choice_brings_it_back(
    clinic: Clinic, amara: UUID
) -> None:
    ruth = signed_in(clinic.ruth)
    path = f"/people/{amara}/timeline/"
    assert "Body weight" not in shown_rows(asked(ruth, path))
    chosen = f"{path}?chosen=1&row={token('weight')}&row={token('phq-9')}"
    assert shown_rows(asked(ruth, chosen)) == ["PHQ-9 total score", "Body weight"]
    assert shown_rows(asked(ruth, f"{path}?chosen=1")) == []


def test_the_links_keep_what_was_chosen_and_hold_no_word_of_the_record(
    clinic: Clinic, amara: UUID
) -> None:
    page = asked(
        signed_in(clinic.ruth),
        f"/people/{amara}/timeline/?last=3m&chosen=1&row={token('phq-9')}",
    )
    links = re.findall(r'href="(\?[^"]+)"', page)
    assert len(links) >= 6
    for link in links:
        query = parse_qs(urlsplit(link).query)
        assert query["row"] == [token("phq-9")]
        assert set(query) <= {"from", "to", "last", "row", "chosen", "view"}
        assert "phq" not in link


def test_the_table_says_the_same_and_leads_back(clinic: Clinic, amara: UUID) -> None:
    ruth = signed_in(clinic.ruth)
    page = asked(ruth, f"/people/{amara}/timeline/?view=table")
    assert "Show the picture" in page
    assert '<svg width="100%"' not in page
    rows = re.findall(
        r"<tr><td>([^<]*)</td><td[^>]*><strong>([^<]*)</strong> <span>([^<]*)<", page
    )
    assert ("Sun 1 Mar 2026", "Body weight", "70 kg") in rows
    assert ("Nov 2026", "sertraline: doses", "1 logged as taken") in rows
    assert ("Thu 1 Oct 2026", "PHQ-9 total score", "4 (none or minimal)") in rows


def test_days_that_were_asked_for_are_shown_and_nothing_else(
    clinic: Clinic, amara: UUID
) -> None:
    page = asked(
        signed_in(clinic.ruth),
        f"/people/{amara}/timeline/?from=2026-05-01&to=2026-07-01",
    )
    assert "sertraline raised" in page
    assert "fell from 14" not in page
    assert "PHQ-9 total score: 14 (moderate)." in page


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=y", "from=2026-13-01", "last=never", "from=0001-01-01",
        "to=9999-12-31", "from=2026-05-02&to=2026-05-01", "row=1&row=2&view=?",
        "from=2026-05-01&to=2026-05-01", "from=2030-01-01&to=2030-02-01",
    ],
)  # fmt: skip
def test_nonsense_in_an_address_is_answered_with_a_page(
    clinic: Clinic, amara: UUID, query: str
) -> None:
    for browser, path in (
        (signed_in(clinic.ruth), f"/people/{amara}/timeline/"),
        (signed_in(own(amara)), "/me/timeline/"),
    ):
        asked(browser, f"{path}?{query}")


def test_every_look_is_in_the_log(clinic: Clinic, amara: UUID) -> None:
    for browser, path in (
        (signed_in(clinic.ruth), f"/people/{amara}/timeline/"),
        (signed_in(own(amara)), "/me/timeline/"),
        (signed_in(clinic.maya), f"/for/{amara}/timeline/"),
    ):
        before = Entry.objects.filter(subject=amara).count()
        asked(browser, path)
        assert Entry.objects.filter(subject=amara).count() == before + 1


def test_what_a_programme_made_is_absent_outside_it(
    clinic: Clinic, amara: UUID
) -> None:
    lines.add(
        actor=clinic.hana,
        person=amara,
        line=rec.Condition(id="new", text="Harbour only", onset=day("2026-05-01")),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    path = f"/people/{amara}/timeline/"
    assert "Harbour only" in asked(signed_in(clinic.hana), path)
    assert "Harbour only" not in asked(signed_in(clinic.ruth), path)


def test_a_discreet_page_has_nothing_in_it_until_it_is_asked(amara: UUID) -> None:
    browser = signed_in(own(amara))
    browser.cookies["plain"] = "1"
    page = asked(browser, "/me/timeline/")
    for word in ("sertraline", "PHQ", "<svg width", "mood", "50 mg"):
        assert word not in page
    page = asked(browser, "/me/timeline/?show=all")
    assert "sertraline" in page
    for link in re.findall(r'href="(\?last[^"]+)"', page):
        assert "sertraline" in asked(browser, f"/me/timeline/{link}")


def test_an_empty_record_says_what_will_stand_there(clinic: Clinic) -> None:
    page = asked(signed_in(clinic.ruth), f"/people/{clinic.amara}/timeline/")
    assert "Nothing with a date is written down yet" in page


def test_the_persons_page_shows_no_step_for_a_team_and_no_severity(
    clinic: Clinic, amara: UUID
) -> None:
    page = asked(signed_in(own(amara)), "/me/timeline/?last=all").casefold()
    for word in ("serious", "contraindicated", "moderate:", "hold ", "same day"):
        assert word not in page, word


def test_the_page_of_the_person_leads_to_it(clinic: Clinic, amara: UUID) -> None:
    page = asked(signed_in(clinic.ruth), f"/people/{amara}/")
    assert f"/people/{amara}/timeline/" in page
    assert "sertraline" in " ".join(shown_rows(page))
