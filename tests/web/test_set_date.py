"""Another date for what is due, on the page: the form, its errors, both answers."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.web.clinic import LATER, NOW, Clinic, own
from tests.web.deciding import (
    WHY,
    brings,
    not_seen,
    seen_by,
    sets,
    takes_back,
    visit_of,
)
from tests.web.ismp import violations
from tests.web.signing import signed_in, without_tokens
from tests.web.test_due_section import WEIGHT, section_of
from tests.web.test_due_section import words as raw_words
from tests.web.test_panels import measured, person_of, takes, visited

from concord.web.chart.models import Line
from concord.web.clinician import person as clinicians
from concord.web.clinician import timeline as over_time
from concord.web.clinician.changes import asked as forms_asked
from concord.web.pages import asking
from concord.web.person import visit

TODAY = NOW.date()
DAY = timedelta(days=1)
SOON = TODAY + timedelta(days=30)
SET = "Date set by Ruth on Sun 22 Nov 2026: “Travels until then; reached by phone”"


@pytest.fixture(autouse=True)
def at_the_clinics_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are asked for a minute after the clinic was founded."""
    for module in (clinicians, over_time, visit):
        monkeypatch.setattr(module, "now", lambda: LATER)
    then = SimpleNamespace(**vars(asking) | {"now": lambda: LATER})
    monkeypatch.setattr(forms_asked, "asking", then)


def words(page: str) -> str:
    """The words of a page, without the space that a tag before a mark leaves."""
    return re.sub(r" ([:,;.?])", r"\1", raw_words(page))


def posts(
    browser: Client, person: UUID, where: str = "date", **typed: Any
) -> tuple[int, str]:
    """Send a form, and return the status and the words of the page."""
    found = browser.post(f"/people/{person}/due/{where}/", typed)
    page = html.unescape(found.content.decode())
    if page and "Did you mean" not in page:
        assert violations(page) == []
    return found.status_code, page


def filled(on: date = SOON, **more: Any) -> dict[str, Any]:
    typed = {
        "ask": "visit",
        "replaces": "",
        "on_day": str(on.day),
        "on_month": str(on.month),
        "on_year": str(on.year),
        "reason": WHY,
        "key": str(uuid4()),
    }
    return typed | more


def kept(person: UUID) -> int:
    return Line.objects.filter(person=person, kind="overrides").count()


def value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"(?: value="([^"]*)")?', page)
    assert found
    return found[1] or ""


def test_a_row_offers_another_date_to_a_prescriber_and_to_nobody_else(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    clinic.riverside.puts(person, clinic.noor)
    assert "Set another date" in section_of(signed_in(clinic.ruth), person)
    assert "Set another date" not in section_of(signed_in(clinic.noor), person)
    page = section_of(signed_in(clinic.ruth), person)
    assert "visit" not in "".join(re.findall(r'action="([^"]*)"', page))


def test_the_form_shows_the_item_with_its_rule_and_keeps_the_date(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    browser = signed_in(clinic.ruth)
    status, page = posts(browser, person, step="open", ask="visit")
    assert status == 200
    assert "▲ Overdue Visit" in words(page)
    assert "Take the date back" not in page
    status, page = posts(browser, person, **filled(replaces=value(page, "replaces")))
    assert (status, page) == (302, "")
    said = words(section_of(browser, person))
    assert f"Coming Visit, for sertraline {SET}" in said
    assert re.search(r"By the rule: ▲ Overdue, by \w{3} \d+ \w{3} \d{4}", said)
    assert "The date that was set is later than the rule." in said
    assert f"By {SOON:%a} {SOON.day} {SOON:%b %Y}" in said
    assert "Why: " in said


def test_what_the_rules_want_now_is_not_folded_away_when_it_was_put_off(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    sets(clinic.ruth, person, date(2027, 6, 1))
    page = section_of(signed_in(clinic.ruth), person)
    first_fold = (
        page.index('<details class="fold"><summary><span>')
        if ("coming until" in page)
        else len(page)
    )
    assert page.index("Date set by") < first_fold


def test_everyone_in_care_reads_who_decided_it_and_why(clinic: Clinic) -> None:
    person = not_seen(clinic)
    clinic.riverside.puts(person, clinic.noor)
    sets(clinic.ruth, person, SOON)
    said = words(section_of(signed_in(clinic.noor), person))
    assert SET in said
    assert "Change or take back" not in said


def test_it_is_taken_back_on_the_same_page_with_a_reason(clinic: Clinic) -> None:
    person = not_seen(clinic)
    browser = signed_in(clinic.ruth)
    made = sets(clinic.ruth, person, SOON)
    _, page = posts(browser, person, step="open", ask="visit")
    assert "Take the date back" in page
    assert value(page, "override") == made
    status, page = posts(
        browser, person, "take-back", override=made, reason="", key=str(uuid4())
    )
    assert status == 422
    assert "Why it is taken back: Write this: the next" in words(page)
    status, _ = posts(
        browser, person, "take-back", override=made, reason="Back", key=str(uuid4())
    )
    assert status == 302
    assert "Date set by" not in section_of(browser, person)
    _, page = posts(browser, person, step="open", ask="visit")
    said = words(page)
    assert "1 earlier decision about it" in said
    assert "Taken back by Ruth on Sun 22 Nov 2026: “Back”" in said


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"on_day": "", "on_month": "", "on_year": ""}, "By which day: Write the day."),
        ({"on_day": ""}, "Write the whole date: day, month and year."),
        (
            {"on_day": "31", "on_month": "2"},
            "31 February 2026 is not a date that exists.",
        ),
        (
            {"on_day": "21", "on_month": "11"},
            "Sat 21 Nov 2026 is past: write Sun 22 Nov",
        ),
        ({"on_year": "26"}, "Write the year in four digits."),
        ({"on_year": "2062"}, "is far away (the year is 36 after this one)"),
        ({"reason": "  "}, "Why: Write this: the next reader needs it."),
        ({"reason": "q.d. now"}, "Why: Did you mean"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_is_kept(
    clinic: Clinic, typed: dict[str, str], says: str
) -> None:
    person = not_seen(clinic)
    told = filled() | typed
    status, page = posts(signed_in(clinic.ruth), person, **told)
    assert status == 422
    assert says in words(page)
    assert kept(person) == 0
    assert value(page, "key") == told["key"]
    for name in ("on_day", "on_month", "on_year"):
        shown = re.search(rf'<input type="text" name="{name}"[^>]*>', page)
        assert shown
        assert (f'value="{told[name]}"' in shown[0]) == bool(told[name])
    assert told["reason"].strip() in page


def test_a_day_that_is_far_away_is_kept_once_it_was_said_to_be_meant(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    browser = signed_in(clinic.ruth)
    _, page = posts(browser, person, step="open", ask="visit")
    assert "Yes, I mean this day" not in page
    far = filled(TODAY + timedelta(days=361))
    _, page = posts(browser, person, **far)
    assert "Yes, I mean this day" in page
    status, _ = posts(browser, person, **far, meant="on")
    assert (status, kept(person)) == (302, 1)
    assert SET in words(section_of(browser, person))


def test_of_two_who_decide_at_once_the_second_reads_the_first(clinic: Clinic) -> None:
    person = not_seen(clinic)
    clinic.riverside.puts(person, clinic.farah)
    browser = signed_in(clinic.farah)
    _, page = posts(browser, person, step="open", ask="visit")
    sets(clinic.ruth, person, SOON, now=NOW)
    told = filled(SOON + DAY, replaces=value(page, "replaces"))
    status, page = posts(browser, person, **told)
    assert status == 422
    assert "Somebody decided about it since you opened it." in page
    assert SET in words(page)
    assert WHY in page
    again = told | {"replaces": value(page, "replaces"), "key": value(page, "key")}
    assert posts(browser, person, **again)[0] == 302
    assert visit_of(clinic.ruth, person).due == SOON + DAY


def test_a_form_sent_twice_decides_once_and_with_other_words_it_asks(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    browser = signed_in(clinic.ruth)
    told = filled()
    assert posts(browser, person, **told)[0] == 302
    made = visit_of(clinic.ruth, person).override
    assert made is not None
    # The same reply again is read against what it made: it says so, and adds nothing.
    assert posts(browser, person, **told)[0] == 302
    assert kept(person) == 1
    status, page = posts(browser, person, **told | {"reason": "Other words"})
    assert status == 422
    assert "This form was already saved, with other words in it." in page
    assert value(page, "key") != told["key"]


def test_what_is_no_longer_due_says_so_and_saves_nothing(clinic: Clinic) -> None:
    person = not_seen(clinic)
    browser = signed_in(clinic.ruth)
    for where, typed in (
        ("date", filled(ask="measure:anc")),
        ("date", {"step": "open", "ask": "nothing"}),
        ("date", {}),
        ("take-back", {"override": "nothing", "reason": "x"}),
        ("take-back", {}),
    ):
        status, page = posts(browser, person, where, **typed)
        assert status == 422
        assert "This is no longer due by what is on record" in page
    assert kept(person) == 0


def test_one_that_was_taken_back_meanwhile_is_not_taken_back_twice(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    made = sets(clinic.ruth, person, SOON)
    takes_back(clinic.ruth, person, made)
    typed = {"override": made, "reason": "Again", "key": str(uuid4())}
    status, page = posts(signed_in(clinic.ruth), person, "take-back", **typed)
    assert status == 422
    assert "Somebody decided about it since you opened it." in page
    assert kept(person) == 2


@pytest.mark.parametrize("name", ["noor", "tomas", "cora", "paul", "hana"])
def test_who_may_not_decide_finds_no_page(clinic: Clinic, name: str) -> None:
    person = not_seen(clinic)
    if name in ("noor", "tomas", "cora"):
        clinic.riverside.puts(person, clinic.staff[name])
    browser = signed_in(clinic.staff[name])
    for where in ("date", "take-back"):
        for typed in ({"step": "open", "ask": "visit"}, filled()):
            assert posts(browser, person, where, **typed)[0] == 404
    assert kept(person) == 0


def test_what_happened_since_is_said_with_the_decision_that_it_outran(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = person_of(clinic, "Nora", medications=(takes("sertraline", "2026-11-21"),))
    sets(clinic.ruth, person, date(2027, 6, 1))
    later = LATER + timedelta(days=3)
    monkeypatch.setattr(clinicians, "now", lambda: later)
    assert "Date set by" in section_of(signed_in(clinic.ruth), person)
    brings(clinic, person, later, medications=(takes("clozapine", "2026-11-24"),))
    said = words(section_of(signed_in(clinic.ruth), person))
    assert "Ruth set Tue 1 Jun 2027 on Sun 22 Nov 2026" in said
    assert "Something happened since, so this counts no more." in said


def test_the_timeline_says_who_set_the_date_and_the_person_reads_only_the_day(
    clinic: Clinic,
) -> None:
    person = not_seen(clinic)
    sets(clinic.ruth, person, SOON)
    asked = {"last": "all", "view": "table"}
    found = signed_in(clinic.ruth).get(f"/people/{person}/timeline/", asked)
    said = words(html.unescape(found.content.decode()))
    assert re.search(
        r"Visit \(coming; date set by Ruth; by the rule: overdue, \w+ \d+ \w+ \d+\)",
        said,
    )
    found = signed_in(own(person)).get("/me/timeline/", asked)
    said = words(html.unescape(found.content.decode()))
    assert "A visit" in said
    assert "Ruth" not in said[said.index("A visit") :]
    assert "Travels" not in said


def test_a_day_past_what_pages_show_stretches_no_timeline(clinic: Clinic) -> None:
    person = not_seen(clinic)
    sets(clinic.ruth, person, date(2062, 1, 1), meant=True)
    found = signed_in(clinic.ruth).get(f"/people/{person}/timeline/", {"last": "all"})
    assert "2062" not in found.content.decode()


def test_what_a_finding_says_already_can_be_given_another_date_too(
    clinic: Clinic,
) -> None:
    person = person_of(
        clinic,
        "Olan",
        medications=(takes("clozapine", "2020-01-01"),),
        observations=(measured(WEIGHT, date(2021, 1, 1), "80 kg"),),
    )
    browser = signed_in(clinic.ruth)
    asks = "Set another date: Body weight"
    assert asks in words(section_of(browser, person))
    ask = "measure:weight"
    assert posts(browser, person, **filled(ask=ask))[0] == 302
    said = words(section_of(browser, person))
    assert "Coming Body weight, for cloZAPine Date set by Ruth" in said
    assert asks not in said
    # The finding is judged by itself: it waits for an answer of its own.
    found = seen_by(clinic.ruth, person).review.findings
    assert "monitoring:overdue:clozapine" in {finding.id for finding in found}


def test_no_page_outside_a_part_2_programme_is_another_for_what_it_decided(
    clinic: Clinic,
) -> None:
    brings(
        clinic,
        clinic.amara,
        NOW,
        medications=(takes("sertraline", "2025-11-01"),),
        encounters=(visited(date(2025, 11, 1)),),
    )
    theirs = sets(clinic.ruth, clinic.amara, SOON, now=NOW)
    people = f"/people/{clinic.amara}/"
    paths = (people, "/people/", f"{people}timeline/?last=all&view=table")

    def seen() -> list[bytes]:
        found = []
        for actor in (clinic.ruth, clinic.noor, clinic.maya):
            browser = signed_in(actor)
            found += [without_tokens(browser.get(path).content) for path in paths]
            typed = {"step": "open", "ask": "visit"}
            answer = browser.post(f"{people}due/date/", typed)
            page = without_tokens(answer.content)
            found.append(page)
        return found

    before = seen()
    sets(clinic.hana, clinic.amara, SOON + DAY, replaces=theirs)
    assert seen() == before
    hers = section_of(signed_in(clinic.hana), clinic.amara)
    assert "Date set by Hana" in words(hers)
