"""A change of setting: what follows is shown, then it is saved."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.web.clinic import Clinic
from tests.web.importing import record_of
from tests.web.signing import signed_in

from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import PartialDate
from concord.web.chart.actions import medicines
from concord.web.chart.models import BreakGlass
from concord.web.chart.policy import Purpose
from concord.web.pages import asking


def at(person: UUID) -> str:
    return f"/people/{person}/setting/"


def day(days_ago: int) -> dict[str, str]:
    on = (asking.now() - timedelta(days=days_ago)).date()
    return {"on_day": str(on.day), "on_month": str(on.month), "on_year": str(on.year)}


def posts(client: Any, person: UUID, kind: str, **more: str) -> Any:
    given = {"key": str(uuid4()), "kind": kind, **day(0), **more}
    return client.post(at(person), given)


def told_in(page: Any) -> str:
    found = re.search(r'name="save" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_what_follows_is_shown_before_anything_is_saved(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    page = posts(ruth, clinic.amara, "in_custody")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Reminders are paused" in text
    assert "Local convention" in text
    assert record_of(clinic.amara).settings == ()


@pytest.mark.parametrize("kind", [kind.value for kind in rec.SettingKind])
def test_each_kind_of_setting_is_saved_with_its_day(kind: str, clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    shown = posts(ruth, clinic.amara, kind)
    saved = posts(ruth, clinic.amara, kind, save=told_in(shown))
    assert saved.status_code == 302
    (event,) = record_of(clinic.amara).settings
    assert event.kind == kind
    assert event.on is not None
    assert event.on.exact


def test_another_choice_than_the_one_shown_is_shown_first(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    shown = posts(ruth, clinic.amara, "admitted")
    changed = posts(ruth, clinic.amara, "released", save=told_in(shown))
    assert changed.status_code == 200
    assert "What follows: Released from custody" in changed.content.decode()
    assert record_of(clinic.amara).settings == ()


def test_after_a_release_lost_tolerance_naloxone_and_contact_are_named(
    clinic: Clinic, knowledge: Knowledge
) -> None:
    methadone = rec.Ingredient(
        rxcui=knowledge.drugs["methadone"].identity.rxcui[0], name="methadone"
    )
    medicines.add(
        actor=clinic.ruth,
        person=clinic.amara,
        medicine=rec.Medicine(text="methadone", ingredients=(methadone,)),
        kind=rec.LineKind.REPORT,
        effective=PartialDate.parse("2026-11-01"),
        reason=None,
        purpose=Purpose.TREATMENT,
        key=uuid4(),
        now=asking.now(),
    )
    text = posts(signed_in(clinic.ruth), clinic.amara, "released").content.decode()
    assert "Tolerance of methadone" in text
    assert "Offer naloxone" in text
    assert "Be in touch" in text
    assert "Why this is said" in text


def test_a_day_to_come_is_refused_and_today_is_not(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    later = posts(ruth, clinic.amara, "admitted", **day(-2))
    assert later.status_code == 422
    assert "still to come" in later.content.decode()
    assert posts(ruth, clinic.amara, "admitted").status_code == 200


def test_a_year_alone_is_a_day_as_far_as_it_is_known(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    year = {"on_day": "", "on_month": "", "on_year": "2025"}
    shown = posts(ruth, clinic.amara, "in_shelter", **year)
    posts(ruth, clinic.amara, "in_shelter", **year, save=told_in(shown))
    (event,) = record_of(clinic.amara).settings
    assert str(event.on) == "2025"


def test_a_form_that_fails_keeps_its_key(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    key = str(uuid4())
    page = ruth.post(at(clinic.amara), {"key": key, "kind": "flown", **day(0)})
    assert page.status_code == 422
    assert f'value="{key}"' in page.content.decode()


def test_the_address_can_have_a_kind_chosen(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    page = ruth.get(at(clinic.amara), {"kind": "discharged"}).content.decode()
    assert re.search(r'value="discharged"[^>]*checked', page)
    other = ruth.get(at(clinic.amara), {"kind": "<script>"}).content.decode()
    assert '<script>"' not in other


@pytest.mark.parametrize("name", ["tomas", "cora", "noor", "farah"])
def test_everyone_who_looks_after_somebody_may_tell(name: str, clinic: Clinic) -> None:
    assert signed_in(getattr(clinic, name)).get(at(clinic.amara)).status_code == 200


@pytest.mark.parametrize("name", ["paul", "olga", "alma"])
def test_others_find_no_page(name: str, clinic: Clinic) -> None:
    client = signed_in(getattr(clinic, name))
    assert client.get(at(clinic.amara)).status_code == 404
    assert posts(client, clinic.amara, "admitted").status_code == 404


# --- emergencies ------------------------------------------------------------------

GLASS = {
    "name": "Ben Ortiz",
    "born_day": "5",
    "born_month": "5",
    "born_year": "1980",
    "nature": "Found unconscious",
    "discloser": "Ruth, on call",
}


def breaks(client: Any, **more: str) -> Any:
    return client.post("/people/emergency/", {"key": str(uuid4()), **GLASS, **more})


@pytest.mark.parametrize("name", ["ruth", "noor", "farah"])
def test_in_an_emergency_the_record_of_a_stranger_opens_for_some_hours(
    name: str, clinic: Clinic
) -> None:
    client = signed_in(getattr(clinic, name))
    page = client.get("/people/emergency/").content.decode()
    assert "for 4 hours" in page
    assert "The person is told" in page
    assert client.get(f"/people/{clinic.ben}/").status_code == 404
    opened = breaks(client)
    assert opened.status_code == 302
    assert opened["Location"] == f"/people/{clinic.ben}/"
    assert client.get(opened["Location"]).status_code == 200
    (glass,) = BreakGlass.objects.all()
    assert glass.person_id == clinic.ben
    assert (glass.discloser, glass.ends_at - glass.starts_at) == (
        "Ruth, on call",
        timedelta(hours=4),
    )


@pytest.mark.parametrize("name", ["tomas", "cora", "alma"])
def test_other_roles_find_no_emergency_page(name: str, clinic: Clinic) -> None:
    client = signed_in(getattr(clinic, name))
    assert client.get("/people/emergency/").status_code == 404
    assert breaks(client).status_code == 404
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"name": "Ben"},
        {"name": "Ben Ort"},
        {"born_day": "6"},
        {"born_day": "", "born_month": ""},
        {"nature": " "},
        {"discloser": ""},
    ],
)
def test_without_the_exact_person_or_the_reason_nothing_opens(
    more: dict[str, str], clinic: Clinic
) -> None:
    ruth = signed_in(clinic.ruth)
    page = breaks(ruth, **more)
    assert page.status_code == 422
    assert 'value="1980"' in page.content.decode()
    assert not BreakGlass.objects.exists()


def test_sent_twice_the_glass_breaks_once(clinic: Clinic) -> None:
    ruth = signed_in(clinic.ruth)
    given = {"key": str(uuid4()), **GLASS}
    for _ in range(2):
        opened = ruth.post("/people/emergency/", given)
        assert opened.status_code == 302
    assert BreakGlass.objects.count() == 1
