"""Changing medicines in the browser: saved once and whole, asked before it harms."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.web.clinic import Clinic
from tests.web.signing import PASSWORD, signed_in

from concord.record import model as rec
from concord.record.fold import LineStatus, state_on
from concord.web.chart.actions import reading
from concord.web.chart.models import FindingAnswer, Line, MedicationChange
from concord.web.chart.policy import Actor, Purpose
from concord.web.clinician.changes import interruption
from concord.web.pages.asking import now

WHEN = {"effective_day": "20", "effective_month": "11", "effective_year": "2026"}
PHARMACY = {"told": "sent", "told_by": "Ruth", "pills_left": "no"}
DOSE = {
    "instructions": "1",
    "d0-dose": "50",
    "d0-unit": "mg",
    "d0-route": "oral",
    "d0-how_often": "times",
    "d0-times": "1",
}


def change_form(**more: Any) -> dict[str, Any]:
    """What every change is sent with."""
    given = WHEN | PHARMACY | {"reason": "as agreed", "key": str(uuid4())}
    return given | {"step": "save"} | more


def add_form(name: str, **more: Any) -> dict[str, Any]:
    """A new medicine, as the form sends it."""
    told = {"name": name, "kind": "order", "prescriber": "me"}
    return change_form(**(DOSE | told | more))


def put(browser: Client, person: UUID, name: str, **more: Any) -> str:
    """Put a medicine on the list by the page, and return its line."""
    sent = browser.post(f"/people/{person}/medicines/add/", add_form(name, **more))
    assert sent.status_code == 302, problems(sent)
    return urlparse(sent.url).path.split("/")[4]


def at(clinic: Clinic, line: str, what: str) -> str:
    return f"/people/{clinic.amara}/medicines/{line}/{what}/"


def words(response: HttpResponse) -> str:
    """The page as it is read: without marks, every space one space."""
    told = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(told).split())


def problems(response: HttpResponse) -> str:
    found = re.search(
        r'<div class="problems".*?</div>', response.content.decode(), re.DOTALL
    )
    told = re.sub(r"<[^>]+>", " ", found[0]) if found else ""
    return " ".join(html.unescape(told).split())


def typed(response: HttpResponse, name: str) -> str | None:
    """What a field of the page holds."""
    for tag in re.findall(r"<input[^>]*>", response.content.decode()):
        if f'name="{name}"' in tag:
            value = re.search(r'value="([^"]*)"', tag)
            return html.unescape(value[1]) if value else ""
    return None


def reviewed(actor: Actor, person: UUID) -> reading.Reviewed:
    return reading.read_review(
        actor=actor, person=person, purpose=Purpose.TREATMENT, now=now()
    )


def medicine_of(clinic: Clinic, line: str) -> rec.MedicationLine:
    found = reviewed(clinic.ruth, clinic.amara).record.medications
    return next(m for m in found if m.id == line)


def status(clinic: Clinic, line: str) -> LineStatus:
    return state_on(medicine_of(clinic, line).changes, now().date()).status


def rows(clinic: Clinic) -> int:
    return MedicationChange.objects.filter(person=clinic.amara).count()


def some_time_later(browser: Client) -> None:
    """Let the sign-in be too old to count as a step-up."""
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session["account_authentication_methods"] = session[
        "account_authentication_methods"
    ]
    session.save()


def stepped_up(browser: Client, page: HttpResponse) -> HttpResponse:
    """Answer the page that asks for a step-up, with all that it kept."""
    assert page.status_code == 403
    fields = [
        (
            html.unescape(re.search(r'name="([^"]*)"', tag)[1]),
            html.unescape((re.search(r'value="([^"]*)"', tag) or ["", ""])[1]),
        )
        for tag in re.findall(r"<input[^>]*>", page.content.decode())
        if 'name="' in tag and 'type="hidden"' in tag
    ]
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    data["step_up-password"] = [PASSWORD]
    return browser.post(page.wsgi_request.path, data)


# --- finding a medicine -----------------------------------------------------------


def test_a_medicine_is_found_by_its_exact_name_and_by_how_it_begins(
    clinic: Clinic,
) -> None:
    address = f"/people/{clinic.amara}/medicines/add/"
    ruth = signed_in(clinic.ruth)
    exact = words(ruth.post(address, {"name": "Zoloft", "step": "search"}))
    assert "This name" in exact
    assert "sertraline" in exact
    begins = words(ruth.post(address, {"name": "sertral", "step": "search"}))
    assert "Not found under this name" in begins
    assert "Names that begin so" in begins
    assert "sertraline" in begins


def test_a_name_that_is_only_like_another_is_not_taken_for_it(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    page = words(
        ruth.post(
            f"/people/{clinic.amara}/medicines/add/",
            {"name": "sertralin", "step": "choose"},
        )
    )
    assert "This name cannot be checked" in page
    line = put(ruth, clinic.amara, "sertralien")
    assert medicine_of(clinic, line).medicine.ingredients == ()
    assert medicine_of(clinic, line).medicine.text == "sertralien"


def test_a_chosen_product_brings_its_strength_its_form_and_its_code(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline", product="312941")
    medicine = medicine_of(clinic, line).medicine
    (ingredient,) = medicine.ingredients
    assert (ingredient.name, str(ingredient.strength)) == ("sertraline", "50 mg")
    assert (medicine.form, medicine.codes[0].code) == ("Oral Tablet", "312941")


def test_a_product_of_another_medicine_is_not_taken(clinic: Clinic) -> None:
    sent = signed_in(clinic.ruth).post(
        f"/people/{clinic.amara}/medicines/add/",
        add_form("lithium carbonate", product="312941"),
    )
    assert sent.status_code == 422
    assert rows(clinic) == 0


def test_no_address_holds_the_name_of_a_medicine(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    sent = ruth.post(f"/people/{clinic.amara}/medicines/add/", add_form("sertraline"))
    assert "sertraline" not in sent.url
    page = ruth.post(
        f"/people/{clinic.amara}/medicines/add/",
        {"name": "sertraline", "step": "choose"},
    )
    assert not re.search(r'(?:href|action)="[^"]*sertraline', page.content.decode())


# --- each change one row more -----------------------------------------------------


def test_each_change_is_one_row_more_and_says_what_it_was(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline", product="312941")
    seen = [(rows(clinic), status(clinic, line))]
    for what, more in (
        ("change", DOSE | {"d0-dose": "25"}),
        ("hold", {"until_year": "2026", "until_month": "12"}),
        ("resume", {"same_dose": "same"}),
        ("stop", {}),
    ):
        sent = ruth.post(at(clinic, line, what), change_form(**more))
        assert sent.status_code == 302, problems(sent)
        seen.append((rows(clinic), status(clinic, line)))
    assert seen == [
        (1, "active"),
        (2, "active"),
        (3, "held"),
        (4, "active"),
        (5, "stopped"),
    ]
    changes = medicine_of(clinic, line).changes
    assert [str(c.effective) for c in changes] == ["2026-11-20"] * 5
    assert changes[2].reason == "Until Dec 2026. as agreed"
    assert all(c.author and c.author.id == str(clinic.ruth.id) for c in changes)
    assert all(
        c.pharmacy
        == rec.AtPharmacy(told="sent", by=rec.Party(name="Ruth"), pills_left="no")
        for c in changes
    )


def test_a_correction_says_that_a_stop_never_happened(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline")
    ruth.post(at(clinic, line, "stop"), change_form())
    stop = medicine_of(clinic, line).changes[-1]
    sent = ruth.post(
        at(clinic, line, "correct"),
        change_form(change=stop.id, becomes="never", with_dose="same"),
    )
    assert sent.status_code == 302, problems(sent)
    assert (rows(clinic), status(clinic, line)) == (3, "active")


def test_directions_are_kept_as_they_were_told(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(
        ruth,
        clinic.amara,
        "haloperidol",
        **{
            "instructions": "2",
            "d0-dose": "1.50",
            "d0-how_often": "clock",
            "d0-clock": "20:00, 8.00",
            "d1-dose": "1",
            "d1-unit": "mg",
            "d1-how_often": "needed",
            "d1-needed_for": "agitation",
            "d1-most": "3",
            "d1-most_hours": "24",
        },
    )
    regular, needed = medicine_of(clinic, line).changes[0].dosage
    assert (str(regular.dose), regular.route) == ("1.5 mg", "oral")
    assert regular.timing == rec.Timing(times_of_day=("08:00", "20:00"))
    assert needed.as_needed == rec.AsNeeded(reason="agitation")
    assert needed.maximum is not None
    assert (str(needed.maximum.amount), str(needed.maximum.within)) == (
        "3 mg",
        "24 hours",
    )


@pytest.mark.parametrize(
    ("told", "timing"),
    [
        (
            {"d0-how_often": "hours", "d0-hours": "8"},
            rec.Timing(frequency=1, period=8, period_unit="h"),
        ),
        (
            {"d0-how_often": "every", "d0-every": "4", "d0-every_unit": "wk"},
            rec.Timing(frequency=1, period=4, period_unit="wk"),
        ),
        (
            {"d0-how_often": "days", "d0-days": ["mon", "thu"]},
            rec.Timing(days_of_week=("mon", "thu")),
        ),
        ({"d0-how_often": "unknown"}, None),
    ],
)
def test_every_way_of_telling_a_time_is_kept(
    clinic: Clinic, told: dict[str, Any], timing: rec.Timing | None
) -> None:
    line = put(signed_in(clinic.ruth), clinic.amara, "haloperidol", **told)
    (dosage,) = medicine_of(clinic, line).changes[0].dosage
    assert dosage.timing == timing


def test_a_form_begins_with_the_dose_that_is_taken_now(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline", **{"d0-times": "2"})
    page = ruth.get(at(clinic, line, "change"))
    assert typed(page, "d0-dose") == "50"
    assert typed(page, "d0-times") == "2"


def test_a_date_may_be_a_year_or_not_known(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    whole_year = {"effective_day": "", "effective_month": "", "effective_year": "2019"}
    unknown = dict.fromkeys(WHEN, "")
    one = put(ruth, clinic.amara, "sertraline", **whole_year)
    other = put(ruth, clinic.amara, "lithium carbonate", **unknown)
    assert str(medicine_of(clinic, one).changes[0].effective) == "2019"
    assert medicine_of(clinic, other).changes[0].effective is None


def test_what_a_person_says_they_take_needs_no_dose_and_no_pharmacy(
    clinic: Clinic,
) -> None:
    noor = signed_in(clinic.noor)
    line = put(
        noor,
        clinic.amara,
        "ibuprofen",
        **{
            "kind": "report",
            "over_the_counter": "on",
            "prescriber": "nobody",
            "d0-dose": "",
            "d0-unit": "",
            "d0-how_often": "",
            "d0-times": "",
            "told": "",
            "reason": "",
        },
    )
    found = medicine_of(clinic, line)
    assert (found.kind, found.prescriber) == (rec.LineKind.REPORT, None)
    assert found.over_the_counter
    assert found.changes[0].pharmacy is None


def test_every_page_of_a_change_says_that_it_does_not_prescribe(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline")
    for what in ("change", "hold", "stop", "correct"):
        page = words(ruth.get(at(clinic, line, what)))
        assert "This does not prescribe or cancel at the pharmacy" in page
        assert "Was the pharmacy told?" in page
        assert "Are any left at home" in page
        assert "Amara Diallo" in page


def test_resuming_shows_what_the_sources_say_after_a_gap(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "clozapine")
    ruth.post(at(clinic, line, "hold"), change_form())
    page = words(ruth.get(at(clinic, line, "resume")))
    assert "After a gap of 2 days or more" in page
    assert "25 percent of the earlier dose" in page
    assert "17, missed doses; 2.6" in page


# --- asked before it harms --------------------------------------------------------


def on_sertraline(clinic: Clinic) -> Client:
    ruth = signed_in(clinic.ruth)
    put(ruth, clinic.amara, "sertraline", product="312941")
    return ruth


def phenelzine(**more: Any) -> dict[str, Any]:
    return add_form("phenelzine", **({"d0-dose": "15"} | more))


def answers(page: HttpResponse, reason: str, told: str = "") -> dict[str, Any]:
    """An answer to each finding that the page asks about."""
    prefixes = re.findall(r'name="answered" value="([^"]+)"', page.content.decode())
    assert prefixes
    given: dict[str, Any] = {"answered": prefixes}
    for prefix in prefixes:
        for name in ("finding", "circumstance"):
            given[f"{prefix}-{name}"] = typed(page, f"{prefix}-{name}")
        given |= {f"{prefix}-reason": reason, f"{prefix}-words": told}
    return given


def test_a_grave_finding_interrupts_before_anything_is_saved(clinic: Clinic) -> None:
    ruth = on_sertraline(clinic)
    page = ruth.post(f"/people/{clinic.amara}/medicines/add/", phenelzine())
    assert page.status_code == 422
    assert rows(clinic) == 1
    said = words(page)
    assert "Contraindicated" in said
    assert "nothing is saved yet" in said
    assert re.search(r"Give a reason for .* to save, or go back", said)
    for part in ("Seen", "Options", "Sources", "The benefit outweighs the risk"):
        assert part in said


@pytest.mark.parametrize("reason", ["", "because", "other"])
def test_without_a_coded_reason_nothing_is_saved_whatever_is_sent(
    clinic: Clinic, reason: str
) -> None:
    ruth = on_sertraline(clinic)
    address = f"/people/{clinic.amara}/medicines/add/"
    page = ruth.post(address, phenelzine())
    sent = ruth.post(address, phenelzine(**answers(page, reason)))
    assert sent.status_code in (403, 422)
    assert rows(clinic) == 1
    forged = {"answered": ["a1"], "a1-finding": "x", "a1-circumstance": "y"}
    sent = ruth.post(address, phenelzine(**forged, **{"a1-reason": "benefit"}))
    assert sent.status_code in (403, 422)
    assert rows(clinic) == 1


def test_an_override_takes_a_step_up_and_is_shown_to_the_next_reader(
    clinic: Clinic,
) -> None:
    ruth = on_sertraline(clinic)
    address = f"/people/{clinic.amara}/medicines/add/"
    form = phenelzine()
    page = ruth.post(address, form)
    told = "two weeks off, levels seen"
    some_time_later(ruth)
    asked = ruth.post(address, form | answers(page, "specialist", told))
    assert rows(clinic) == 1
    saved = stepped_up(ruth, asked)
    assert saved.status_code == 302, problems(saved)
    assert rows(clinic) == 2
    overrides = [a for a in reviewed(clinic.farah, clinic.amara).answers if a.override]
    assert overrides
    assert {(a.reason, a.words, a.by) for a in overrides} == {
        ("specialist", told, "Ruth")
    }
    assert told in words(signed_in(clinic.farah).get(saved.url))


def test_what_has_changed_since_is_asked_anew_and_nothing_typed_is_lost(
    clinic: Clinic,
) -> None:
    ruth = on_sertraline(clinic)
    address = f"/people/{clinic.amara}/medicines/add/"
    form = phenelzine(reason="a last resort")
    page = ruth.post(address, form)
    given = answers(page, "benefit")
    before = set(given["answered"])
    put(signed_in(clinic.farah), clinic.amara, "bupropion")
    again = ruth.post(address, form | given)
    assert again.status_code == 422
    after = set(re.findall(r'name="answered" value="([^"]+)"', again.content.decode()))
    assert after > before
    assert typed(again, "reason") == "a last resort"
    assert typed(again, "key") == form["key"]
    assert 'value="benefit" ' in re.sub(
        r'(value="benefit"[^>]*checked)', r'value="benefit" \1', again.content.decode()
    )
    assert rows(clinic) == 2


def test_one_may_go_back_and_finds_what_was_typed(clinic: Clinic) -> None:
    ruth = on_sertraline(clinic)
    address = f"/people/{clinic.amara}/medicines/add/"
    form = phenelzine()
    back = ruth.post(address, form | {"step": "edit"})
    assert back.status_code == 200
    assert (typed(back, "d0-dose"), typed(back, "key")) == ("15", form["key"])
    assert rows(clinic) == 1


def test_a_decrease_a_hold_and_a_stop_never_interrupt(clinic: Clinic) -> None:
    ruth = on_sertraline(clinic)
    address = f"/people/{clinic.amara}/medicines/add/"
    form = phenelzine(**{"d0-dose": "30"})
    page = ruth.post(address, form)
    saved = ruth.post(address, form | answers(page, "benefit"))
    line = urlparse(saved.url).path.split("/")[4]
    for what, more in (
        ("change", DOSE | {"d0-dose": "15"}),
        ("hold", {}),
        ("stop", {}),
    ):
        sent = ruth.post(at(clinic, line, what), change_form(**more))
        assert sent.status_code == 302, problems(sent)
    assert rows(clinic) == 5


def test_a_correction_that_brings_a_medicine_back_is_asked_about_too(
    clinic: Clinic,
) -> None:
    ruth = on_sertraline(clinic)
    (sertraline,) = reviewed(clinic.ruth, clinic.amara).record.medications
    ruth.post(at(clinic, sertraline.id, "stop"), change_form())
    address = f"/people/{clinic.amara}/medicines/add/"
    form = phenelzine()
    page = ruth.post(address, form)
    if page.status_code == 422:  # the washout has not passed
        page = ruth.post(address, form | answers(page, "benefit"))
    assert page.status_code == 302
    stop = medicine_of(clinic, sertraline.id).changes[-1]
    undo = change_form(change=stop.id, becomes="never", with_dose="same")
    there = at(clinic, sertraline.id, "correct")
    asked = ruth.post(there, undo)
    assert asked.status_code == 422
    assert status(clinic, sertraline.id) is LineStatus.STOPPED
    assert ruth.post(there, undo | answers(asked, "record-wrong")).status_code == 302
    assert status(clinic, sertraline.id) is LineStatus.ACTIVE


def test_what_is_lesser_is_shown_on_asking_and_does_not_interrupt(
    clinic: Clinic,
) -> None:
    ruth = on_sertraline(clinic)
    address = f"/people/{clinic.amara}/medicines/add/"
    form = add_form("ibuprofen", **{"d0-dose": "400"})
    shown = ruth.post(address, form | {"step": "check"})
    assert "What it would newly cause" in words(shown)
    assert rows(clinic) == 1
    sent = ruth.post(address, form)
    assert sent.status_code == 302, words(sent)


# --- who may ----------------------------------------------------------------------


@pytest.mark.parametrize("what", ["change", "hold", "resume", "stop", "correct"])
def test_a_therapist_gets_no_form_and_a_refusal(clinic: Clinic, what: str) -> None:
    line = put(signed_in(clinic.ruth), clinic.amara, "sertraline")
    tomas = signed_in(clinic.tomas)
    page = at(clinic, line, what)
    assert tomas.get(page).status_code == 404
    assert tomas.post(page, change_form(**DOSE)).status_code == 404
    add = f"/people/{clinic.amara}/medicines/add/"
    assert tomas.get(add).status_code == 404
    assert tomas.post(add, add_form("lithium")).status_code == 404
    assert rows(clinic) == 1


def test_a_nurse_may_report_and_not_order(clinic: Clinic) -> None:
    noor = signed_in(clinic.noor)
    sent = noor.post(
        f"/people/{clinic.amara}/medicines/add/", add_form("sertraline", kind="order")
    )
    assert sent.status_code == 422
    assert "Choose one of those listed" in problems(sent)
    line = put(signed_in(clinic.ruth), clinic.amara, "lithium carbonate")
    assert noor.get(at(clinic, line, "stop")).status_code == 404


def test_another_persons_medicine_is_answered_like_none(clinic: Clinic) -> None:
    olga = signed_in(clinic.olga)
    line = put(olga, clinic.ben, "sertraline")
    ruth = signed_in(clinic.ruth)
    for page in (
        f"/people/{clinic.ben}/medicines/{line}/stop/",
        f"/people/{clinic.amara}/medicines/{line}/stop/",
        f"/people/{clinic.amara}/medicines/{uuid4()}/stop/",
    ):
        assert ruth.get(page).status_code == 404
        assert ruth.post(page, change_form()).status_code == 404


def test_forged_fields_in_the_body_change_nothing(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    forged = {
        "id": "forged",
        "person": str(clinic.ben),
        "author": str(clinic.farah.id),
        "recorded_at": "2001-01-01T00:00:00Z",
        "role": "administrator",
        "signed_by": str(clinic.farah.id),
        "tenant": str(clinic.hillside.id),
        "line": "forged",
    }
    added = ruth.post(
        f"/people/{clinic.amara}/medicines/add/", add_form("sertraline") | forged
    )
    line = urlparse(added.url).path.split("/")[4]
    sent = ruth.post(at(clinic, line, "hold"), change_form() | forged)
    assert sent.status_code == 302
    found = medicine_of(clinic, line)
    assert found.id == line != "forged"
    assert all(c.author and c.author.id == str(clinic.ruth.id) for c in found.changes)
    assert all(c.recorded_at.year > 2001 for c in found.changes)
    assert not Line.objects.filter(person=clinic.ben, kind="medications").exists()


# --- once, and never lost ---------------------------------------------------------


def test_a_form_sent_twice_is_done_once(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    form = add_form("sertraline")
    address = f"/people/{clinic.amara}/medicines/add/"
    one, other = ruth.post(address, form), ruth.post(address, form)
    assert one.url == other.url
    line = urlparse(one.url).path.split("/")[4]
    stop = change_form()
    one, other = (ruth.post(at(clinic, line, "stop"), stop) for _ in range(2))
    assert other.status_code == 302
    told = [parse_qs(urlparse(r.url).query)["change"] for r in (one, other)]
    assert told[0] == told[1]
    assert rows(clinic) == 2


def test_a_saved_form_with_other_words_is_not_taken_for_the_first(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    form = add_form("sertraline")
    address = f"/people/{clinic.amara}/medicines/add/"
    ruth.post(address, form)
    other = ruth.post(address, form | {"d0-dose": "100"})
    assert other.status_code == 422
    assert "already saved" in problems(other)
    assert typed(other, "d0-dose") == "100"
    assert typed(other, "key") != form["key"]
    assert rows(clinic) == 1


def test_a_form_that_fails_keeps_its_words_and_its_key(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline")
    form = change_form(told="", told_by="the nurse")
    page = ruth.post(at(clinic, line, "stop"), form)
    assert page.status_code == 422
    assert typed(page, "told_by") == "the nurse"
    assert typed(page, "key") == form["key"]
    (target,) = re.findall(r'href="#([^"]*_told)"', page.content.decode())
    assert f'id="{target}"' in page.content.decode()
    assert rows(clinic) == 1


def test_a_change_that_no_longer_fits_says_so_and_keeps_what_was_typed(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline")
    ruth.post(at(clinic, line, "stop"), change_form())
    page = ruth.post(at(clinic, line, "hold"), change_form(told_by="me"))
    assert page.status_code == 422
    assert "Nothing was saved" in problems(page)
    assert typed(page, "told_by") == "me"


def test_two_who_change_one_medicine_both_see_it(clinic: Clinic) -> None:
    ruth, farah = signed_in(clinic.ruth), signed_in(clinic.farah)
    line = put(ruth, clinic.amara, "sertraline")
    mine = ruth.get(at(clinic, line, "change"))
    seen = typed(mine, "seen")
    farah.post(
        at(clinic, line, "hold"), change_form(seen=seen, reason="nausea, until seen")
    )
    sent = ruth.post(
        at(clinic, line, "change"),
        change_form(**(DOSE | {"seen": seen, "d0-dose": "25"})),
    )
    page = words(ruth.get(sent.url))
    assert "Also changed by Farah at" in page
    assert "nausea, until seen" in page
    assert rows(clinic) == 3
    alone = ruth.post(
        at(clinic, line, "stop"),
        change_form(seen=medicine_of(clinic, line).changes[-1].id),
    )
    assert "Also changed by" not in words(ruth.get(alone.url))


def test_htmx_gets_the_same_part_and_an_answer_that_it_puts_in(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline")
    page = ruth.post(
        at(clinic, line, "stop"), change_form(told=""), headers={"HX-Request": "true"}
    )
    assert page.status_code == 200
    assert 'hx-select=".change"' in page.content.decode()
    assert "Was the pharmacy told?: Choose one" in problems(page)


# --- bad input --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        ("1,0", "has a comma"),
        (".5", "Write a zero before the point: 0.5"),
        ("0", "An amount is more than 0"),
        ("0.0", "An amount is more than 0"),
        ("-5", "is not an amount"),
        ("1e9", "is not an amount"),
        ("1000000000", "is not an amount"),
        ("NaN", "is not an amount"),
        ("Infinity", "is not an amount"),
        ("٥", "is not an amount"),
        ("50 mg", "is not an amount"),
        ("", "Write the dose"),
        ("5" * 500, "is not an amount"),
    ],
)
def test_a_dose_that_cannot_be_read_is_answered_in_words(
    clinic: Clinic, dose: str, said: str
) -> None:
    sent = signed_in(clinic.ruth).post(
        f"/people/{clinic.amara}/medicines/add/",
        add_form("sertraline", **{"d0-dose": dose}),
    )
    assert sent.status_code == 422
    assert said in problems(sent)
    assert typed(sent, "d0-dose") == dose
    assert rows(clinic) == 0


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("30", "2", "2026", "30 February 2026 is not a date that exists"),
        ("29", "2", "2025", "29 February 2025 is not a date that exists"),
        ("", "13", "2026", "month 13 2026 is not a date that exists"),
        ("3", "", "2026", "A day needs its month"),
        ("3", "2", "26", "Write the year in four digits"),
        ("3", "2", "", "Write the year in four digits"),
        ("third", "2", "2026", "is not a number"),
    ],
)
def test_a_date_that_does_not_exist_is_answered_in_words(
    clinic: Clinic, day: str, month: str, year: str, said: str
) -> None:
    told = {"effective_day": day, "effective_month": month, "effective_year": year}
    sent = signed_in(clinic.ruth).post(
        f"/people/{clinic.amara}/medicines/add/", add_form("sertraline", **told)
    )
    assert sent.status_code == 422
    assert said in problems(sent)
    assert typed(sent, "effective_day") == day


def test_a_leap_day_is_a_date(clinic: Clinic) -> None:
    told = {"effective_day": "29", "effective_month": "2", "effective_year": "2024"}
    line = put(signed_in(clinic.ruth), clinic.amara, "sertraline", **told)
    assert str(medicine_of(clinic, line).changes[0].effective) == "2024-02-29"


def test_an_abbreviation_is_questioned_and_may_be_meant(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    line = put(ruth, clinic.amara, "sertraline")
    form = change_form(reason="took 5 U of it QD")
    page = ruth.post(at(clinic, line, "stop"), form)
    assert page.status_code == 422
    assert "Did you mean units?" in problems(page)
    assert "Did you mean daily?" in problems(page)
    assert typed(page, "as_written") is not None
    sent = ruth.post(at(clinic, line, "stop"), form | {"as_written": "on"})
    assert sent.status_code == 302
    assert medicine_of(clinic, line).changes[-1].reason == "took 5 U of it QD"


_MARKS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7|add:7 }}{% debug %}",
)
XSS = tuple(
    before + mark for mark in _MARKS for before in ("", "x\u2028", "<!--", "&lt;")
)


TYPED = ("name", "reason", "told_by", "prescriber_name", "indication_words")


@pytest.mark.parametrize("first", range(0, len(XSS), len(TYPED)))
def test_typed_script_comes_back_as_text(clinic: Clinic, first: int) -> None:
    texts = XSS[first : first + len(TYPED)]
    ruth = signed_in(clinic.ruth)
    address = f"/people/{clinic.amara}/medicines/add/"
    form = add_form("", prescriber="other", as_written="on")
    form |= dict(zip(TYPED, texts, strict=True))
    clean = ruth.get(address).content.decode()
    found = ruth.post(address, form | {"step": "search"})
    failed = ruth.post(address, form | {"told": ""})
    assert failed.status_code == 422
    saved = ruth.post(address, form)
    assert saved.status_code == 302, problems(saved)
    line = urlparse(saved.url).path.split("/")[4]
    pages = [found, failed, ruth.get(saved.url), ruth.get(at(clinic, line, "stop"))]
    for page in pages:
        shown = page.content.decode()
        for tag in ("<script", "<img", "<iframe"):
            assert shown.count(tag) == clean.count(tag)
        assert not re.search(r"<svg[^>]*onload", shown)
        assert not re.search(r"<a[^>]*href=.?javascript", shown)
    assert html.escape(texts[0]) in found.content.decode()
    for text in texts:
        assert html.escape(text) in failed.content.decode()


# --- answering a finding ----------------------------------------------------------


def a_finding(clinic: Clinic) -> tuple[Client, Any]:
    ruth = on_sertraline(clinic)
    put(ruth, clinic.amara, "ibuprofen", **{"d0-dose": "400"})
    (finding, *_) = (
        f
        for f in reviewed(clinic.ruth, clinic.amara).review.findings
        if f.rule == "interaction"
    )
    return ruth, finding


def answer_form(finding: Any, **more: Any) -> dict[str, Any]:
    told = {"finding": finding.id, "circumstance": finding.circumstance}
    return told | {"decision": "declined", "key": str(uuid4())} | more


def test_a_finding_is_declined_with_a_reason_and_kept(clinic: Clinic) -> None:
    ruth, finding = a_finding(clinic)
    address = f"/people/{clinic.amara}/answer/"
    page = ruth.post(address, answer_form(finding))
    assert page.status_code == 422
    assert "Choose why it is declined" in problems(page)
    form = answer_form(
        finding,
        reason="monitored",
        owner="Noor",
        check_on_day="3",
        check_on_month="2",
        check_on_year="2099",
    )
    sent = [ruth.post(address, form) for _ in range(2)]
    assert [s.status_code for s in sent] == [302, 302]
    assert FindingAnswer.objects.filter(kind="decision").count() == 1
    (kept,) = reviewed(clinic.farah, clinic.amara).answers
    assert (kept.answer.owner, str(kept.answer.check_on)) == ("Noor", "2099-02-03")
    assert kept.reason == "monitored"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"decision": ""}, "Choose one"),
        ({"reason": "other"}, "Write the reason"),
        ({"reason": "nonsense"}, "Choose one of those listed"),
        ({"reason": "benefit", "check_on_year": "2099"}, "Write the whole date"),
        (
            {
                "reason": "benefit",
                "check_on_day": "1",
                "check_on_month": "1",
                "check_on_year": "2001",
            },
            "This day is past",
        ),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why(
    clinic: Clinic, told: dict[str, str], said: str
) -> None:
    ruth, finding = a_finding(clinic)
    page = ruth.post(
        f"/people/{clinic.amara}/answer/", answer_form(finding, to_do="call", **told)
    )
    assert page.status_code == 422
    assert said in problems(page)
    assert "call" in page.content.decode()
    assert not FindingAnswer.objects.filter(kind="decision").exists()


def test_a_finding_that_has_changed_is_shown_as_it_is_now(clinic: Clinic) -> None:
    ruth, finding = a_finding(clinic)
    address = f"/people/{clinic.amara}/answer/"
    form = answer_form(finding, reason="benefit") | {"circumstance": "older"}
    page = ruth.post(address, form)
    assert page.status_code == 422
    assert "has changed since you opened it" in problems(page)
    assert typed(page, "circumstance") == finding.circumstance
    gone = ruth.post(address, form | {"finding": "of another day"})
    assert "no longer in the review" in words(gone)


def test_answered_in_place_the_whole_page_comes_anew(clinic: Clinic) -> None:
    ruth, finding = a_finding(clinic)
    address = f"/people/{clinic.amara}/answer/"
    opened = ruth.post(address, {"step": "open", "finding": finding.id})
    assert opened.status_code == 200
    assert problems(opened) == ""
    sent = ruth.post(
        address,
        answer_form(finding, reason="benefit"),
        headers={"HX-Request": "true"},
    )
    assert sent.headers["HX-Redirect"] == f"/people/{clinic.amara}/"


def test_a_therapist_may_not_answer_a_finding(clinic: Clinic) -> None:
    _, finding = a_finding(clinic)
    address = f"/people/{clinic.amara}/answer/"
    sent = signed_in(clinic.tomas).post(address, answer_form(finding, reason="benefit"))
    assert sent.status_code == 404
    assert not FindingAnswer.objects.filter(kind="decision").exists()


# --- counting ---------------------------------------------------------------------


def test_overrides_are_counted_by_rule(clinic: Clinic) -> None:
    ruth = on_sertraline(clinic)
    assert "Nothing has interrupted a change yet" in words(
        ruth.get("/people/overrides/")
    )
    address = f"/people/{clinic.amara}/medicines/add/"
    form = phenelzine()
    page = ruth.post(address, form)
    count = len(set(re.findall(r'name="answered" value', page.content.decode())))
    assert count
    ruth.post(address, form | answers(page, "benefit"))
    shown = words(ruth.get("/people/overrides/"))
    assert "100 %" in shown
    assert "Interactions" in shown
    assert signed_in(clinic.igor).get("/people/overrides/").status_code == 200
    assert "100 %" not in words(signed_in(clinic.igor).get("/people/overrides/"))


def test_a_findings_form_has_the_same_prefix_on_every_page(clinic: Clinic) -> None:
    _, finding = a_finding(clinic)
    assert interruption.prefix_of(finding) == interruption.prefix_of(finding)
    assert re.fullmatch(r"a[0-9a-f]{12}", interruption.prefix_of(finding))
