"""The person's own pages, and the caregiver's: what they show, to whom, how worded."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from tests.web.clinic import NOW, Clinic, own, starts
from tests.web.signing import PASSWORD, signed_in, without_tokens

from builders import a_person, day
from concord.record import model as rec
from concord.record.agreed import Entry, agreed_list
from concord.record.fold import state_on
from concord.terms import Quantity
from concord.web.chart.actions import care, grants, lines, medicines, settings
from concord.web.chart.actions.reviewing import zone_of
from concord.web.chart.models import Organisation, Power
from concord.web.chart.policy import Purpose
from concord.web.person import access, visit
from concord.web.person.day import day_of
from concord.web.person.discreet import veil_of
from concord.web.person.helping import STATIC
from concord.web.person.lines import help_lines
from concord.web.person.telling import told

PAGES = ("", "medicines/", "changes/", "team/", "more/", "timeline/")
ONLY_MINE = ("access/", "settings/", "sharing/")
ON = NOW.date()


@pytest.fixture(autouse=True)
def at_the_clinics_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are asked for a minute after the clinic was founded."""
    monkeypatch.setattr(visit, "now", lambda: NOW + timedelta(minutes=1))


def tablets(count: str, *when: str, **more: Any) -> rec.Dosage:
    timing = rec.Timing(
        frequency=max(len(when), 1),
        period=Decimal(1),
        period_unit=more.pop("unit", "d"),
        when=when,
        **more.pop("timing", {}),
    )
    return rec.Dosage(
        dose=Quantity(count, "{tablet}"), route="oral", timing=timing, **more
    )


def milligrams(amount: str, *when: str) -> rec.Dosage:
    timing = rec.Timing(frequency=1, period=Decimal(1), period_unit="d", when=when)
    return rec.Dosage(dose=Quantity(amount, "mg"), route="oral", timing=timing)


class _Words(HTMLParser):
    """What a page says between its tags, the scripts left out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._quiet += tag in ("script", "style", "svg")

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("script", "style", "svg")

    def handle_data(self, data: str) -> None:
        if not self._quiet and data.strip():
            self.said.append(" ".join(data.split()))


def words(page: Any) -> str:
    parser = _Words()
    parser.feed(page.content.decode())
    return " ".join(parser.said)


def amara(clinic: Clinic) -> Client:
    return signed_in(own(clinic.amara))


# --- today ------------------------------------------------------------------------


def test_today_puts_each_medicine_under_its_time_of_day(clinic: Clinic) -> None:
    starts(clinic.ruth, clinic.amara, "sertraline", dosage=(tablets("1", "MORN"),))
    starts(clinic.ruth, clinic.amara, "quetiapine", dosage=(tablets("2", "HS"),))
    said = words(amara(clinic).get("/me/"))
    morning, bedtime = said.index("Morning"), said.index("Bedtime")
    assert morning < said.index("sertraline") < bedtime < said.index("QUEtiapine")


def _entry(*dosage: rec.Dosage) -> Entry:
    change = rec.Change(
        id="c",
        kind=rec.ChangeKind.STARTED,
        recorded_at=NOW,
        effective=day("2026-11-01"),
        dosage=dosage,
    )
    line = rec.MedicationLine(
        id="m", medicine=rec.Medicine(text="x"), changes=(change,)
    )
    return Entry(line=line, state=state_on(line.changes, ON))


def _titles(*dosage: rec.Dosage) -> list[str]:
    return [section.title for section in day_of([_entry(*dosage)], ON).sections]


def test_a_dose_twice_a_day_stands_in_both_sections() -> None:
    assert _titles(tablets("1", "MORN", "HS")) == ["Morning", "Bedtime"]


def test_a_dose_without_a_time_is_not_given_one() -> None:
    assert _titles(tablets("1")) == ["No set time"]
    assert _titles(rec.Dosage(text="as directed")) == ["No set time"]


def test_a_clock_time_belongs_to_its_part_of_the_day() -> None:
    def at(time: str) -> list[str]:
        return _titles(tablets("1", timing={"times_of_day": (time,)}))

    assert at("03:59:00") == ["Bedtime"]
    assert at("04:00:00") == ["Morning"]
    assert at("10:59:00") == ["Morning"]
    assert at("11:00:00") == ["Midday"]
    assert at("14:00:00") == ["Afternoon"]
    assert at("17:00:00") == ["Evening"]
    assert at("20:59:00") == ["Evening"]
    assert at("21:00:00") == ["Bedtime"]


def test_what_is_taken_once_a_week_is_not_under_today_unless_its_day_is_known() -> None:
    assert _titles(tablets("1", unit="wk")) == ["Not every day"]
    assert ON.strftime("%a") == "Sun"
    sunday = tablets("1", "MORN", unit="wk", timing={"days_of_week": ("sun",)})
    monday = tablets("1", "MORN", unit="wk", timing={"days_of_week": ("mon",)})
    assert _titles(sunday) == ["Morning"]
    assert _titles(monday) == ["Not every day"]


def test_what_is_taken_as_needed_stands_apart_with_what_is_allowed(
    clinic: Clinic,
) -> None:
    needed = rec.Dosage(
        dose=Quantity("1", "{tablet}"),
        route="oral",
        as_needed=rec.AsNeeded(reason="anxiety"),
        maximum=rec.Maximum(
            amount=Quantity("4", "{tablet}"),
            within=rec.Duration.parse("1 day"),
        ),
    )
    starts(clinic.ruth, clinic.amara, "hydroxyzine", dosage=(needed,))
    said = words(amara(clinic).get("/me/"))
    assert said.index("When you need it") < said.index("hydrOXYzine")
    assert "4 tablets" in said
    assert "Morning" not in said


def test_a_medicine_on_hold_is_named_but_not_under_a_time(clinic: Clinic) -> None:
    line = starts(clinic.ruth, clinic.amara, "lithium", dosage=(tablets("1", "HS"),))
    medicines.hold(
        actor=clinic.ruth,
        person=clinic.amara,
        line=line,
        effective=day("2026-11-20"),
        reason="level too high",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    said = words(amara(clinic).get("/me/"))
    assert "Bedtime" not in said
    assert said.index("On hold for now") < said.index("lithium")
    assert "Take 1 tablet" not in said
    assert "Before: Take 1 tablet" in words(amara(clinic).get("/me/medicines/"))


def _goes(clinic: Clinic, kind: rec.SettingKind, on: str) -> None:
    settings.record(
        actor=clinic.ruth,
        person=clinic.amara,
        kind=kind,
        on=day(on),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )


def test_reminders_are_paused_from_an_admission_until_the_discharge(
    clinic: Clinic,
) -> None:
    browser = amara(clinic)
    assert "Reminders are paused" not in words(browser.get("/me/"))
    _goes(clinic, rec.SettingKind.ADMITTED, "2026-11-18")
    said = words(browser.get("/me/"))
    assert "Reminders are paused" in said
    assert "in a hospital since Wed 18 Nov 2026 (4 days)" in said
    _goes(clinic, rec.SettingKind.DISCHARGED, "2026-11-21")
    assert "Reminders are paused" not in words(browser.get("/me/"))


# --- medicines and changes ---------------------------------------------------------


def _sertraline_raised(clinic: Clinic) -> str:
    line = starts(
        clinic.ruth,
        clinic.amara,
        "sertraline",
        dosage=(milligrams("50", "MORN"),),
        indications=(rec.Indication(text="depression"),),
        prescriber=rec.Party(name="Ruth"),
    )
    medicines.change_dose(
        actor=clinic.ruth,
        person=clinic.amara,
        line=line,
        dosage=(milligrams("100", "MORN"),),
        effective=day("2026-11-17"),
        reason="still low in the morning",
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    return line


def test_a_medicine_says_why_who_and_since_when(clinic: Clinic) -> None:
    _sertraline_raised(clinic)
    said = words(amara(clinic).get("/me/medicines/"))
    assert "Why depression" in said
    assert "Prescriber Ruth" in said
    assert "Since Sun 1 Nov 2026 (3 weeks)" in said
    assert "This dose since Tue 17 Nov 2026 (5 days)" in said


def test_what_was_not_recognised_is_shown_as_it_was_written(clinic: Clinic) -> None:
    medicines.add(
        actor=clinic.ruth,
        person=clinic.amara,
        medicine=rec.Medicine(text="The blue one from Dr Bob"),
        kind=rec.LineKind.ORDER,
        effective=None,
        reason=None,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    said = words(amara(clinic).get("/me/medicines/"))
    assert "The blue one from Dr Bob" in said
    assert "Shown as it was written" in said


def test_a_change_is_told_in_one_plain_sentence(clinic: Clinic) -> None:
    _sertraline_raised(clinic)
    said = words(amara(clinic).get("/me/changes/"))
    assert (
        "On Tue 17 Nov 2026: Ruth raised sertraline from 50 mg to 100 mg a day." in said
    )
    assert "Reason: still low in the morning" in said
    assert said.index("17 Nov") < said.index("put on your list")


def test_a_dose_that_cannot_be_compared_is_not_said_to_be_raised() -> None:
    dosed = [rec.Dosage(text="one"), rec.Dosage(text="two")]
    changes = tuple(
        rec.Change(
            id=str(place),
            kind=kind,
            recorded_at=NOW + timedelta(minutes=place),
            effective=day("2026-11-01"),
            dosage=(dosage,),
        )
        for place, (kind, dosage) in enumerate(
            zip(
                (rec.ChangeKind.STARTED, rec.ChangeKind.DOSE_CHANGED),
                dosed,
                strict=True,
            )
        )
    )
    line = rec.MedicationLine(id="m", medicine=rec.Medicine(text="x"), changes=changes)
    newest = told([line], ON)[0]
    assert newest.kind is rec.ChangeKind.DOSE_CHANGED
    assert newest.before is newest.after is None


def test_what_is_new_since_the_last_look_is_marked_for_the_whole_session(
    clinic: Clinic,
) -> None:
    first = amara(clinic)
    starts(clinic.ruth, clinic.amara, "sertraline", now=NOW)
    assert "New since" not in words(first.get("/me/medicines/"))
    starts(clinic.ruth, clinic.amara, "lithium", now=NOW + timedelta(hours=1))
    second = amara(clinic)
    second.cookies["looked"] = first.cookies["looked"].value
    for _ in range(2):
        said = words(second.get("/me/medicines/"))
        assert said.count("New since you last looked") == 1
        assert "lithium New since you last looked" in said


# --- team, log, grants ---------------------------------------------------------------


def test_the_team_is_named_with_role_and_place_and_says_that_no_number_is_known(
    clinic: Clinic,
) -> None:
    _sertraline_raised(clinic)
    said = words(amara(clinic).get("/me/team/"))
    for name in ("Ruth", "Noor", "Tomas", "Farah", "Cora", "Hana"):
        assert name in said
    assert "Paul" not in said
    assert "Riverside, Harbour Recovery" in said
    assert "Prescribes on your list: sertraline" in said
    assert "phone numbers are not written down here" in said


def test_a_care_relationship_that_ended_is_off_the_team(clinic: Clinic) -> None:
    care.end(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        person=clinic.amara,
        relationship=clinic.relation["tomas"],
        key=uuid4(),
        now=NOW,
    )
    assert "Tomas" not in words(amara(clinic).get("/me/team/"))


def test_the_log_says_who_opened_the_record_and_who_was_refused(
    clinic: Clinic,
) -> None:
    signed_in(clinic.ruth).get(f"/people/{clinic.amara}/")
    signed_in(clinic.paul).get(f"/people/{clinic.amara}/")
    said = words(amara(clinic).get("/me/access/"))
    assert "Ruth (prescriber, Riverside) opened your record." in said
    assert "asked, and was refused: opened your record" in said
    assert "To treat you" in said


def _form(**fields: Any) -> dict[str, Any]:
    """A form with a key of its own."""
    return {"key": str(uuid4()), **fields}


def _a_while_later(browser: Client) -> None:
    """Let the signing in be so long ago that it does not count as a step-up."""
    session = browser.session
    session["account_authentication_methods"] = []
    session.save()


@pytest.mark.parametrize("ends", [False, True])
def test_letting_in_and_ending_it_ask_again_who_it_is(
    clinic: Clinic, ends: bool
) -> None:
    browser = amara(clinic)
    _a_while_later(browser)
    address = f"/me/sharing/{clinic.grant}/end/" if ends else "/me/sharing/"
    form = _form(name="Jo")
    assert browser.post(address, form).status_code == 403
    said = words(browser.get("/me/sharing/"))
    assert "Jo" not in said
    assert "Maya" in said
    answered = browser.post(address, {**form, "step_up-password": PASSWORD})
    assert answered.status_code == 302
    said = words(browser.get("/me/sharing/"))
    assert ("Maya" not in said) if ends else ("Jo" in said)


def test_a_person_lets_somebody_in_and_ends_it(clinic: Clinic) -> None:
    browser = amara(clinic)
    assert "Maya" in words(browser.get("/me/sharing/"))
    browser.post("/me/sharing/", _form(name="Jo"))
    said = words(browser.get("/me/sharing/"))
    assert "Jo" in said
    browser.post(f"/me/sharing/{clinic.grant}/end/", _form())
    assert "Maya" not in words(browser.get("/me/sharing/"))
    found = signed_in(clinic.maya).get(f"/for/{clinic.amara}/")
    assert found.status_code == 404


def test_letting_in_sent_twice_is_done_once(clinic: Clinic) -> None:
    browser = amara(clinic)
    twice = _form(name="Jo")
    browser.post("/me/sharing/", twice)
    browser.post("/me/sharing/", twice)
    assert words(browser.get("/me/sharing/")).count("End this now for Jo") == 1


def test_a_form_without_a_name_keeps_its_key_and_what_was_ticked(
    clinic: Clinic,
) -> None:
    key = str(uuid4())
    page = amara(clinic).post(
        "/me/sharing/", {"name": "", "powers": ["report"], "key": key}
    )
    html = page.content.decode()
    assert "please check" in html
    assert f'value="{key}"' in html
    assert re.search(r'value="report"[^>]*checked', html)


def test_the_same_look_again_and_again_is_one_line_of_the_log(clinic: Clinic) -> None:
    browser = amara(clinic)
    for _ in range(3):
        browser.get("/me/")
    said = words(browser.get("/me/access/"))
    assert "You opened your record, 4 times in a row." in said


def test_looks_on_two_days_of_the_persons_own_are_two_lines(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 03:00 UTC it is still the day before in Ohio, at 06:00 it is not."""
    Organisation.objects.filter(id=clinic.riverside.id).update(zone="America/New_York")
    browser = amara(clinic)
    for day_, hour in ((22, 12), (22, 20), (23, 3), (23, 6)):
        at = datetime(2026, 11, day_, hour, tzinfo=UTC)
        monkeypatch.setattr(visit, "now", lambda at=at: at)
        browser.get("/me/")
    said = words(browser.get("/me/access/"))
    assert "You opened your record, 3 times in a row." in said
    assert "You opened your record, 2 times in a row." in said, "and this page itself"


def test_the_log_is_turned_page_by_page_and_nonsense_is_its_first_page(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "A_PAGE", 2)
    browser = amara(clinic)
    first = browser.get("/me/access/").content.decode()
    older = re.search(r'href="(\?before=\d+)">Older', first)
    assert older is not None
    assert "Newest" not in first
    assert "Newest" in browser.get(f"/me/access/{older[1]}").content.decode()
    for nonsense in ("x", "-1", "²", "9" * 40, "' or 1=1"):
        found = browser.get("/me/access/", {"before": nonsense})
        assert found.status_code == 200
    for nonsense in ("x", "-1", "9" * 40):
        assert browser.get("/me/changes/", {"page": nonsense}).status_code == 200


# --- caregivers and strangers --------------------------------------------------------


def test_a_caregiver_sees_the_pages_of_whoever_let_them_in(clinic: Clinic) -> None:
    starts(clinic.ruth, clinic.amara, "sertraline")
    browser = signed_in(clinic.maya)
    found = browser.get("/me/")
    assert found.status_code == 302
    assert found.url == f"/for/{clinic.amara}/"
    for name in PAGES:
        page = browser.get(f"/for/{clinic.amara}/{name}")
        assert page.status_code == 200
        assert "for Amara Diallo" in words(page)
        assert f"/for/{clinic.amara}/medicines/" in page.content.decode()


def test_a_caregiver_sees_a_part_2_programme_only_where_the_person_said_so(
    clinic: Clinic,
) -> None:
    starts(clinic.hana, clinic.amara, "buprenorphine")
    browser = signed_in(clinic.maya)
    pages = [f"/for/{clinic.amara}/{name}" for name in PAGES]
    for address in pages:
        html = (
            browser.get(address)
            .content.decode()
            .replace(
                "Ask your team about methadone, buprenorphine and other clinics", ""
            )
        )
        assert "buprenorphine" not in html.casefold()
        assert "Harbour" not in html
        assert "Hana" not in html
    grants.give(
        actor=own(clinic.amara),
        person=clinic.amara,
        caregiver=clinic.maya.id,
        powers=frozenset({Power.READ, Power.READ_PART_2}),
        key=uuid4(),
        now=NOW,
    )
    assert words(browser.get(pages[1])).count("buprenorphine") == 2
    team = browser.get(f"/for/{clinic.amara}/team/")
    assert "Harbour Recovery" in words(team)


@pytest.mark.parametrize("name", [*PAGES, "access/"])
def test_somebody_elses_pages_answer_like_nobodys(clinic: Clinic, name: str) -> None:
    for actor in (clinic.sam, clinic.maya, own(clinic.ben)):
        browser = signed_in(actor)
        foreign = browser.get(f"/for/{clinic.ben}/{name}")
        missing = browser.get(f"/for/{uuid4()}/{name}")
        if actor == own(clinic.ben):
            foreign = browser.get(f"/for/{clinic.amara}/{name}")
        assert foreign.status_code == missing.status_code == 404
        assert without_tokens(foreign.content) == without_tokens(missing.content)


@pytest.mark.parametrize("name", ["sharing/", "access/"])
def test_a_caregiver_has_no_page_of_grants_and_none_of_the_log(
    clinic: Clinic, name: str
) -> None:
    found = signed_in(clinic.maya).get(f"/for/{clinic.amara}/{name}")
    assert found.status_code == 404


@pytest.mark.parametrize("name", [*PAGES, *ONLY_MINE])
def test_staff_have_no_such_pages(clinic: Clinic, name: str) -> None:
    assert signed_in(clinic.ruth).get(f"/me/{name}").status_code == 404


@pytest.mark.parametrize("name", [*PAGES, *ONLY_MINE])
def test_nobody_sees_them_without_signing_in(clinic: Clinic, name: str) -> None:
    assert Client().get(f"/me/{name}").status_code == 302


# --- help, leave, offline ------------------------------------------------------------


def test_help_is_there_for_everybody_and_the_same_for_everybody(
    clinic: Clinic,
) -> None:
    anybody = Client().get("/help/")
    assert anybody.status_code == 200
    assert anybody.content == amara(clinic).get("/help/").content
    said = words(anybody)
    for number in ("988", "911", "1-800-222-1222", "1-800-799-7233", "1-800-662-4357"):
        assert f"Call {number}" in said


def test_help_is_one_tap_from_every_page_and_so_is_leaving(clinic: Clinic) -> None:
    browser = amara(clinic)
    for name in (*PAGES, *ONLY_MINE):
        html = browser.get(f"/me/{name}").content.decode()
        assert 'href="/help/"' in html
        assert 'action="/leave/"' in html


def test_each_help_line_says_where_its_number_was_read() -> None:
    for group in help_lines().group:
        for line in group.line:
            printed = " ".join(source.printed for source in line.sources)
            digits = re.sub(r"\D", "", printed)
            assert all(s.address.startswith("http") for s in line.sources)
            for number in filter(None, (line.call, line.text)):
                assert re.sub(r"\D", "", number).removeprefix("1800") in digits, line


def test_leaving_ends_the_session_and_goes_to_a_neutral_page(clinic: Clinic) -> None:
    browser = amara(clinic)
    found = browser.post("/leave/")
    assert found.headers["Refresh"] == "0; url=https://www.weather.gov/"
    assert found.headers["Cache-Control"] == "no-store"
    assert "concord" not in found.content.decode().casefold()
    assert browser.get("/me/").status_code == 302
    assert Client().get("/leave/").status_code == 405


def test_the_worker_keeps_files_of_the_look_and_public_pages_alone(
    clinic: Clinic,
) -> None:
    script = Client().get("/worker.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    found = re.search(r"const KEPT = (\[.*?\]);", script.content.decode())
    assert found is not None
    kept = json.loads(found[1])
    assert [k for k in kept if not k.startswith("/static/")] == [
        "/help/",
        "/help/offline/",
    ]
    assert len(kept) == len(STATIC) + 2
    for address in kept:
        if not address.startswith("/static/"):
            assert Client().get(address).status_code == 200


# --- discreet ------------------------------------------------------------------------


def test_discreet_pages_hold_no_name_of_a_medicine_and_no_reason(
    clinic: Clinic,
) -> None:
    _sertraline_raised(clinic)
    starts(
        clinic.hana,
        clinic.amara,
        "buprenorphine",
        dosage=(rec.Dosage(text="Suboxone film under the tongue"),),
        prescriber=rec.Party(name="Hana"),
    )
    browser = amara(clinic)
    before = browser.get("/me/medicines/").content.decode()
    assert "sertraline" in before
    browser.post("/me/settings/", {"discreet": "on"})
    for name in (*PAGES, *ONLY_MINE):
        html = browser.get(f"/me/{name}").content.decode()
        assert "<title>Notes</title>" in html
        for word in (
            "sertraline", "buprenorphine", "methadone", "suboxone", "depression",
            "low in the morning", "tongue", "medicines</h1>",
        ):  # fmt: skip
            assert word not in html.casefold(), (name, word)
        if name != "settings/":
            assert "Harbour" not in html


def test_a_tap_shows_one_medicine_and_no_other(clinic: Clinic) -> None:
    _sertraline_raised(clinic)
    starts(clinic.ruth, clinic.amara, "lithium")
    browser = amara(clinic)
    browser.post("/me/settings/", {"discreet": "on"})
    html = browser.get("/me/medicines/").content.decode()
    taps = re.findall(r'href="(\?show=[0-9a-f]{12})#', html)
    assert len(taps) == 2
    shown = [words(browser.get(f"/me/medicines/{tap}")) for tap in taps]
    assert sorted(("sertraline" in s, "lithium" in s) for s in shown) == [
        (False, True),
        (True, False),
    ]
    everything = words(browser.get("/me/medicines/?show=all"))
    assert "sertraline" in everything
    assert "lithium" in everything


def test_discreet_pages_are_turned_off_again(clinic: Clinic) -> None:
    _sertraline_raised(clinic)
    browser = amara(clinic)
    browser.post("/me/settings/", {"discreet": "on"})
    browser.post("/me/settings/", {})
    assert "sertraline" in words(browser.get("/me/medicines/"))


# --- words ---------------------------------------------------------------------------

# What a machine must not tell a person (trust.md CLN-11). What the team decided is
# told in the past: "raised", "stopped", "put on hold".
_DIRECTIVES = re.compile(
    r"\b(start|stop|increase|decrease|reduce|raise|lower|double|skip|avoid|quit|"
    r"do not take|don’t take|should take|must take|taper)\b",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"\b(addict|abuse|abuser|dirty|clean|non-?complian\w*|fail\w*|missed|oops)\b",
    re.IGNORECASE,
)


def _syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", word.casefold())
    silent = word.casefold().endswith("e") and not word.casefold().endswith("le")
    return max(1, len(groups) - silent)


def _grade(text: str) -> float:
    """The Flesch–Kincaid grade of a text (0.39 W/S + 11.8 Y/W − 15.59)."""
    sentences = [s for s in re.split(r"[.:!?]+(?:\s|$)", text) if s.strip()]
    found = re.findall(r"[A-Za-z’'-]+", text)
    syllables = sum(map(_syllables, found))
    per_sentence, per_word = len(found) / len(sentences), syllables / len(found)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def _sentences(page: Any) -> str:
    """The text of a page's main part, each heading and line a sentence."""
    html = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    blocks = re.split(r"</(?:p|h1|h2|h3|li|dt|dd|button|label|summary|a)>", html)
    said = (" ".join(re.sub(r"<[^>]*>", " ", b).split()).lstrip(">") for b in blocks)
    spoken = [s for s in said if len(s.split()) > 1]
    return " ".join(s if s[-1] in ".:?!" else f"{s}." for s in spoken)


@pytest.fixture
def with_a_record(clinic: Clinic) -> Clinic:
    _sertraline_raised(clinic)
    _goes(clinic, rec.SettingKind.ADMITTED, "2026-11-18")
    return clinic


@pytest.mark.parametrize(
    "address", [*(f"/me/{name}" for name in (*PAGES, *ONLY_MINE)), "/help/"]
)
def test_no_page_gives_a_directive_or_blames(
    with_a_record: Clinic, address: str
) -> None:
    said = _sentences(amara(with_a_record).get(address)).replace("Text START to", "")
    assert not _DIRECTIVES.findall(said)
    assert not _BLAME.findall(said)


@pytest.mark.parametrize(
    "address",
    [*(f"/me/{name}" for name in (*PAGES, *ONLY_MINE)), "/help/", "/help/offline/"],
)
def test_each_page_reads_at_grade_6_or_lower(
    with_a_record: Clinic, address: str
) -> None:
    text = _sentences(amara(with_a_record).get(address))
    assert _grade(text) <= 6, text


def test_a_page_shows_nothing_of_the_review(clinic: Clinic) -> None:
    """Two medicines that the review finds unsafe together stand without a word."""
    for name, code in (("phenelzine", "8123"), ("sertraline", "36437")):
        medicine = rec.Medicine(
            text=name, ingredients=(rec.Ingredient(rxcui=code, name=name),)
        )
        medicines.add(
            actor=clinic.ruth,
            person=clinic.amara,
            medicine=medicine,
            kind=rec.LineKind.REPORT,
            effective=day("2026-11-01"),
            reason=None,
            purpose=Purpose.TREATMENT,
            key=uuid4(),
            now=NOW,
        )
    browser = amara(clinic)
    for name in PAGES:
        said = words(browser.get(f"/me/{name}")).casefold()
        for word in ("contraindicated", "serious", "interaction", "not checked"):
            assert word not in said


def test_every_text_that_a_stranger_wrote_is_shown_as_text(clinic: Clinic) -> None:
    evil = "<script>alert(1)</script>"
    starts(
        clinic.ruth,
        clinic.amara,
        evil,
        dosage=(rec.Dosage(text=evil),),
        indications=(rec.Indication(text=evil),),
        prescriber=rec.Party(name=evil),
    )
    lines.add(
        actor=clinic.ruth,
        person=clinic.amara,
        line=rec.Condition(id="new", text=evil),
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=NOW,
    )
    browser = amara(clinic)
    for name in PAGES:
        html = browser.get(f"/me/{name}").content.decode()
        assert evil not in html
    assert "&lt;script&gt;" in browser.get("/me/medicines/").content.decode()


def test_what_stands_twice_on_the_list_is_marked_and_nothing_else() -> None:
    person = a_person().taking("sertraline", "100 mg", by="Ruth")
    person = person.taking("sertraline", "50 mg", by="Paul").taking("lithium", "1 mg")
    person = person.taking("lithium", "2 mg", stopped="2026-10-01")
    entries = agreed_list(person.record.medications, date(2026, 11, 22))
    request = RequestFactory().get("/me/")
    veil = veil_of(request, entries)
    marked = {e.line.medicine.text for e in entries if veil.over(e).twice}
    assert marked == {"sertraline"}
    page = render_to_string("person/_dose.html", {"shown": veil.over(entries[0])})
    assert "This is on your list twice. Ask your team which one is right." in page


def test_the_day_is_the_clinics_where_the_record_names_no_zone(clinic: Clinic) -> None:
    """At 03:00 UTC it is still yesterday in Ohio, for the person as for the clinic."""
    night = datetime(2026, 11, 23, 3, tzinfo=UTC)
    Organisation.objects.filter(id=clinic.riverside.id).update(zone="America/New_York")
    assert zone_of(clinic.amara, None, night) == "America/New_York"
    assert zone_of(clinic.ben, None, night) == "UTC"
    away = rec.Person(id="p", zone="Europe/Warsaw")
    assert zone_of(clinic.amara, away, night) == "Europe/Warsaw"
    lost = rec.Person(id="p", zone="Mars/Olympus")
    assert zone_of(clinic.amara, lost, night) == "America/New_York"
