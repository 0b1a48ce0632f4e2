"""A file is shown before it is saved, and saved as it was shown."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.web.clinic import Clinic, notes_condition
from tests.web.importing import (
    AMARA,
    about,
    address,
    condition,
    order,
    pending_of,
    record_of,
    row_count,
    saves,
    seen_in,
    sends,
)
from tests.web.signing import signed_in, without_tokens

from concord.web.chart.actions import imports
from concord.web.chart.models import Entry, PendingImport
from concord.web.pages import asking

# --- the preview ------------------------------------------------------------------


def test_nothing_is_saved_by_looking(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    before = row_count(clinic.amara)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, order(), condition())))
    page = ruth.get(address(clinic.amara, pending))
    assert page.status_code == 200
    assert row_count(clinic.amara) == before
    assert b"Would be added" in page.content
    assert b"Depression" in page.content


def test_what_was_shown_is_what_is_saved(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, order(), condition())))
    saved = saves(ruth, clinic.amara, pending, details="take")
    assert saved.status_code == 302
    record = record_of(clinic.amara)
    assert [m.medicine.text for m in record.medications] == [
        "Sertraline 50 MG Oral Tablet"
    ]
    assert [c.text for c in record.conditions] == ["Depression"]
    assert not PendingImport.objects.exists()


def test_the_same_file_again_changes_nothing(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    file = about(AMARA, order(), condition())
    pending = pending_of(sends(ruth, clinic.amara, file))
    saves(ruth, clinic.amara, pending, details="take")
    after = row_count(clinic.amara)
    again = pending_of(sends(ruth, clinic.amara, file))
    page = ruth.get(address(clinic.amara, again)).content.decode()
    assert "unchanged <strong>3</strong>" in page
    assert "there is nothing to save" in page
    assert row_count(clinic.amara) == after


def test_an_update_shows_the_old_beside_the_new(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    first = about(AMARA, condition("Depression", meta={"versionId": "1"}))
    saves(
        ruth, clinic.amara, pending_of(sends(ruth, clinic.amara, first)), details="keep"
    )
    second = about(AMARA, condition("Bipolar II disorder", meta={"versionId": "2"}))
    pending = pending_of(sends(ruth, clinic.amara, second))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    row = page[page.index('id="kind-conditions"') :]
    cells = row[row.index("<td>") :]
    assert cells.index("Depression") < cells.index("Bipolar II disorder")
    saves(ruth, clinic.amara, pending, details="keep")
    assert [c.text for c in record_of(clinic.amara).conditions] == [
        "Bipolar II disorder"
    ]


def test_one_id_from_two_places_is_two_lines(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    for origin, text in (("Hillside", "Depression"), ("The pharmacy", "Asthma")):
        sent = sends(ruth, clinic.amara, about(AMARA, condition(text)), origin=origin)
        saves(ruth, clinic.amara, pending_of(sent), details="keep")
    texts = [c.text for c in record_of(clinic.amara).conditions]
    assert texts == ["Depression", "Asthma"]
    ids = {c.id for c in record_of(clinic.amara).conditions}
    assert len(ids) == 2


def test_a_medicine_that_is_not_recognised_says_so(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    file = about(AMARA, order("Grandmother's drops"))
    pending = pending_of(sends(ruth, clinic.amara, file))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    assert "Not recognised: cannot be checked" in page
    assert "Grandmother&#x27;s drops" in page.replace("\xa0", " ")


def test_what_was_not_understood_is_counted_with_its_reason(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    file = about(
        AMARA,
        condition(),
        {"resourceType": "Claim", "id": "x"},
        {"resourceType": "Observation", "id": "o", "status": "final", "code": 7},
    )
    pending = pending_of(sends(ruth, clinic.amara, file))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    assert "What was not understood" in page
    assert "Claim" in page
    assert "not the shape that FHIR R4 gives it" in page


def test_only_the_first_problems_are_kept_and_all_are_counted(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    wrong = [
        {"resourceType": "Observation", "id": f"o{n}", "status": "final", "code": 7}
        for n in range(imports.MOST_PROBLEMS + 1)
    ]
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, *wrong)))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    assert f"Problems: {len(wrong)}, the first {imports.MOST_PROBLEMS} shown" in page


# --- whose it is ------------------------------------------------------------------


def test_somebody_elses_file_is_not_saved_until_it_is_said_to_be_the_same(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    other = {**AMARA, "name": [{"text": "Zoe Smith"}], "birthDate": "1991-01-01"}
    pending = pending_of(sends(ruth, clinic.amara, about(other, condition())))
    page = ruth.get(address(clinic.amara, pending)).content.decode()
    assert "Zoe Smith" in page
    assert "Amara Diallo" in page
    refused = saves(ruth, clinic.amara, pending, details="keep")
    assert refused.status_code == 422
    assert record_of(clinic.amara).conditions == ()
    agreed = saves(ruth, clinic.amara, pending, details="keep", same_person="yes")
    assert agreed.status_code == 302
    record = record_of(clinic.amara)
    assert len(record.conditions) == 1
    assert record.person is not None
    assert record.person.names[0].text == "Amara Diallo"


def test_a_file_that_names_nobody_must_be_said_to_be_this_person(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    pending = pending_of(sends(ruth, clinic.amara, about(None, condition())))
    assert saves(ruth, clinic.amara, pending).status_code == 422
    assert saves(ruth, clinic.amara, pending, same_person="yes").status_code == 302


def test_one_identifier_does_not_outweigh_another_birth_date(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    numbered = {**AMARA, "identifier": [{"system": "urn:mrn", "value": "7"}]}
    first = pending_of(sends(ruth, clinic.amara, about(numbered)))
    saves(ruth, clinic.amara, first, details="take")
    twin = {**numbered, "birthDate": "1990-01-01", "id": "twin"}
    pending = pending_of(sends(ruth, clinic.amara, about(twin, condition())))
    assert saves(ruth, clinic.amara, pending, details="keep").status_code == 422


def test_the_details_of_a_person_are_chosen_by_whoever_reads_them(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA)))
    assert saves(ruth, clinic.amara, pending).status_code == 422
    assert saves(ruth, clinic.amara, pending, details="take").status_code == 302
    person = record_of(clinic.amara).person
    assert person is not None
    assert person.sex.value == "female"


# --- between looking and saving ---------------------------------------------------


def test_where_the_record_changed_since_it_is_shown_again_and_not_saved(
    clinic: Clinic,
) -> None:
    ruth = signed_in(clinic.ruth)
    file = about(AMARA, condition("Depression", meta={"versionId": "1"}))
    saves(
        ruth, clinic.amara, pending_of(sends(ruth, clinic.amara, file)), details="keep"
    )
    newer = about(AMARA, condition("Bipolar", meta={"versionId": "2"}))
    pending = pending_of(sends(ruth, clinic.amara, newer))
    seen = seen_in(ruth.get(address(clinic.amara, pending)).content)
    noor = signed_in(clinic.noor)
    third = about(AMARA, condition("Dysthymia", meta={"versionId": "3"}))
    saves(
        noor, clinic.amara, pending_of(sends(noor, clinic.amara, third)), details="keep"
    )
    given = {"key": str(uuid4()), "seen": seen, "details": "keep"}
    stale = ruth.post(address(clinic.amara, pending), given)
    assert stale.status_code == 409
    assert b"The record changed while you were reading" in stale.content
    assert [c.text for c in record_of(clinic.amara).conditions] == ["Dysthymia"]
    assert saves(ruth, clinic.amara, pending, details="keep").status_code == 302


def test_sent_twice_it_is_saved_once(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, condition())))
    seen = seen_in(ruth.get(address(clinic.amara, pending)).content)
    given = {"key": str(uuid4()), "seen": seen, "details": "keep"}
    first = ruth.post(address(clinic.amara, pending), given)
    after = row_count(clinic.amara)
    second = ruth.post(address(clinic.amara, pending), given)
    assert (first.status_code, second.status_code) == (302, 302)
    assert row_count(clinic.amara) == after


def test_a_preview_ends_by_itself(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, condition())))
    held = PendingImport.objects.filter(id=pending)
    here = address(clinic.amara, pending)
    held.update(ends_at=asking.now() + timedelta(minutes=1))
    assert ruth.get(here).status_code == 200
    held.update(ends_at=asking.now() - timedelta(seconds=1))
    assert ruth.get(here).status_code == 404


def test_thrown_away_it_leaves_nothing(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    before = row_count(clinic.amara)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, condition())))
    gone = ruth.post(
        address(clinic.amara, pending), {"key": str(uuid4()), "discard": "yes"}
    )
    assert gone.status_code == 302
    assert not PendingImport.objects.exists()
    assert row_count(clinic.amara) == before


def test_one_actor_holds_one_file_of_a_person_at_a_time(clinic: Clinic) -> None:
    ruth, noor = signed_in(clinic.ruth), signed_in(clinic.noor)
    pending_of(sends(noor, clinic.amara, about(AMARA, condition())))
    for text in ("Depression", "Asthma", "Insomnia"):
        pending_of(sends(ruth, clinic.amara, about(AMARA, condition(text))))
    assert PendingImport.objects.filter(actor=clinic.ruth.id).count() == 1
    assert PendingImport.objects.count() == 2


def test_what_is_held_back_is_sealed(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, condition("Hiccups"))))
    content = bytes(PendingImport.objects.get(id=pending).content)
    assert b"Hiccups" not in content
    assert b"Amara" not in content


# --- who may ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["paul", "olga", "alma", "tomas", "ravi"])
def test_who_may_not_import_finds_no_page(name: str, clinic: Clinic) -> None:
    client = signed_in(getattr(clinic, name))
    assert client.get(address(clinic.amara)).status_code == 404
    assert sends(client, clinic.amara, about(AMARA)).status_code == 404
    assert not PendingImport.objects.exists()


@pytest.mark.parametrize("name", ["ruth", "noor", "farah", "cora"])
def test_who_may_import_finds_the_page(name: str, clinic: Clinic) -> None:
    assert (
        signed_in(getattr(clinic, name)).get(address(clinic.amara)).status_code == 200
    )


def test_a_colleagues_preview_and_a_missing_one_are_answered_alike(
    clinic: Clinic,
) -> None:
    pending = pending_of(
        sends(signed_in(clinic.ruth), clinic.amara, about(AMARA, condition()))
    )
    noor = signed_in(clinic.noor)
    theirs = noor.get(address(clinic.amara, pending))
    missing = noor.get(address(clinic.amara, str(uuid4())))
    assert theirs.status_code == missing.status_code == 404
    assert without_tokens(theirs.content) == without_tokens(missing.content)
    taken = noor.post(
        address(clinic.amara, pending),
        {"key": str(uuid4()), "seen": "0" * 64, "details": "keep"},
    )
    assert taken.status_code == 404
    assert record_of(clinic.amara).conditions == ()
    assert PendingImport.objects.filter(id=pending).exists()


def test_every_look_and_every_saving_is_in_the_log(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)

    def entries() -> int:
        return Entry.objects.filter(subject=clinic.amara, action="import").count()

    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, condition())))
    assert entries() == 1
    ruth.get(address(clinic.amara, pending))
    assert entries() == 2
    saves(ruth, clinic.amara, pending, details="keep")
    assert entries() >= 4


def test_a_form_that_fails_keeps_its_key_and_what_was_typed(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    key = str(uuid4())
    page = sends(ruth, clinic.amara, b"no json", origin="Hillside clinic", key=key)
    assert page.status_code == 415
    text = page.content.decode()
    assert f'value="{key}"' in text
    assert 'value="Hillside clinic"' in text


def test_a_preview_of_a_person_who_is_known_adds_to_what_is_there(
    clinic: Clinic,
) -> None:
    notes_condition(clinic.ruth, clinic.amara, "Insomnia")
    ruth = signed_in(clinic.ruth)
    pending = pending_of(sends(ruth, clinic.amara, about(AMARA, condition())))
    saves(ruth, clinic.amara, pending, details="keep")
    texts = {c.text for c in record_of(clinic.amara).conditions}
    assert texts == {"Insomnia", "Depression"}
