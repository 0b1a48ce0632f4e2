"""The office: what it does is done, and what it may not see is not there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.web.clinic import Clinic, own, starts
from tests.web.signing import signed_in, without_tokens

from concord.web.accounts.models import User
from concord.web.chart.actions import emergencies
from concord.web.chart.models import (
    AgeRule,
    CareRelationship,
    Cover,
    Enrolment,
    Entry,
    Grant,
    Membership,
    PrescribingAuthority,
    Programme,
    Staff,
    current,
)
from concord.web.office import inviting
from concord.web.pages.asking import now

PAGES = ("", "people/", "care/", "staff/", "cover/")
OF_ADMINISTRATORS = ("rules/", "emergencies/")
_KEY = re.compile(r'name="key" value="([^"]+)"')


def key_of(page: str) -> str:
    found = _KEY.search(page)
    assert found
    return found[1]


def sends(browser: Client, path: str, **fields: Any) -> Any:
    """Send a form as a browser does: with the key that its page gave it."""
    page = browser.get(f"/office/{path}")
    assert page.status_code == 200, (path, page.status_code)
    return browser.post(
        f"/office/{path}", {"key": key_of(page.content.decode()), **fields}
    )


def says(browser: Client, path: str) -> str:
    page = browser.get(f"/office/{path}")
    assert page.status_code == 200, (path, page.status_code)
    return str(page.content.decode())


# --- what it sees ------------------------------------------------------------------


def test_its_pages_hold_names_and_no_medicine(clinic: Clinic) -> None:
    starts(clinic.ruth, clinic.amara, "sertraline")
    for actor, pages in (
        (clinic.alma, PAGES + OF_ADMINISTRATORS),
        (clinic.cora, PAGES),
    ):
        browser = signed_in(actor)
        everything = [says(browser, path) for path in pages]
        everything.append(says(browser, f"people/{clinic.amara}/"))
        assert any("Amara Diallo" in page for page in everything)
        assert not any("sertraline" in page.casefold() for page in everything)


def test_it_says_nothing_of_whom_a_part_2_programme_enrolled_or_cares_for(
    clinic: Clinic,
) -> None:
    """Hana looks after Amara in the programme; the clinic's office does not know."""
    page = says(signed_in(clinic.alma), f"people/{clinic.amara}/")
    assert "Ruth" in page
    assert "Hana" not in page
    assert "Harbour Recovery" not in page
    inside = says(signed_in(clinic.hugo), f"people/{clinic.amara}/")
    assert "Hana" in inside
    assert "Harbour Recovery" in inside


def test_a_person_or_a_member_of_another_organisation_is_not_there(
    clinic: Clinic,
) -> None:
    alma = signed_in(clinic.alma)
    theirs = CareRelationship.objects.get(person=clinic.ben)
    olga = clinic.olga
    ours = f"/office/people/{clinic.amara}/"
    for foreign, missing in (
        (f"/office/people/{clinic.ben}/", f"/office/people/{uuid4()}/"),
        (f"/office/people/{clinic.ben}/enrol/", f"/office/people/{uuid4()}/enrol/"),
        (f"{ours}care/{theirs.id}/end/", f"{ours}care/{uuid4()}/end/"),
        (f"/office/staff/{olga.id}/", f"/office/staff/{uuid4()}/"),
        (f"/office/staff/{olga.id}/account/", f"/office/staff/{uuid4()}/account/"),
        (
            f"/office/staff/{clinic.ruth.id}/roles/{olga.membership}/end/",
            f"/office/staff/{clinic.ruth.id}/roles/{uuid4()}/end/",
        ),
    ):
        for method in (alma.get, alma.post):
            one, other = method(foreign), method(missing)
            # A page that takes no form says so before it looks for anything.
            assert one.status_code == other.status_code, foreign
            assert one.status_code in (404, 405), foreign
            assert without_tokens(one.content) == without_tokens(other.content)
    assert CareRelationship.objects.get(id=theirs.id).ends_at is None


@pytest.mark.parametrize("name", ["ruth", "noor", "tomas", "farah", "maya"])
def test_who_runs_no_office_finds_none(clinic: Clinic, name: str) -> None:
    browser = signed_in(getattr(clinic, name))
    for path in (*PAGES, *OF_ADMINISTRATORS, "people/add/", "staff/take-on/"):
        assert browser.get(f"/office/{path}").status_code == 404


def test_a_coordinator_changes_no_staff(clinic: Clinic) -> None:
    cora = signed_in(clinic.cora)
    assert "Take someone on" not in says(cora, "staff/")
    for path in (
        *OF_ADMINISTRATORS,
        "staff/take-on/",
        "cover/add/",
        f"staff/{clinic.ruth.id}/role/",
        f"people/{clinic.amara}/proxies/add/",
    ):
        assert cora.get(f"/office/{path}").status_code == 404
        assert cora.post(f"/office/{path}").status_code in (404, 405)


def test_what_is_read_of_one_person_stands_in_their_own_log(clinic: Clinic) -> None:
    read = Entry.objects.filter(subject=clinic.amara, action="read_office")
    before = read.count()
    says(signed_in(clinic.alma), f"people/{clinic.amara}/")
    assert read.count() == before + 1
    theirs = Entry.objects.filter(subject=clinic.ben, action="read_office")
    signed_in(clinic.alma).get(f"/office/people/{clinic.ben}/")
    assert theirs.get().outcome == "refused"


# --- people ----------------------------------------------------------------------


def test_a_person_is_added_enrolled_and_looked_after(clinic: Clinic) -> None:
    cora = signed_in(clinic.cora)
    added = sends(cora, "people/add/", name="Ines Duarte", birth="1984-03")
    assert added.status_code == 302
    page = cora.get(added.url).content.decode()
    assert "Ines Duarte" in page
    assert "Nobody looks after them yet" in page
    person = UUID(added.url.split("/")[3])
    begun = sends(
        cora, f"people/{person}/care/begin/", membership=str(clinic.ruth.membership)
    )
    assert "Begun" in cora.get(begun.url).content.decode()
    assert signed_in(clinic.ruth).get(f"/people/{person}/").status_code == 200
    relation = CareRelationship.objects.get(person=person)
    sends(cora, f"people/{person}/care/{relation.id}/end/")
    assert signed_in(clinic.ruth).get(f"/people/{person}/").status_code == 404


def test_a_birth_that_cannot_be_is_said_beside_what_was_typed(clinic: Clinic) -> None:
    cora = signed_in(clinic.cora)
    key = key_of(says(cora, "people/add/"))
    again = cora.post(
        "/office/people/add/", {"key": key, "name": "Ines Duarte", "birth": "30.2.84"}
    )
    page = again.content.decode()
    assert again.status_code == 422
    assert 'value="Ines Duarte"' in page
    assert "like 1984-03-07" in page
    assert key_of(page) == key


def test_a_name_that_is_there_already_is_asked_about(clinic: Clinic) -> None:
    alma = signed_in(clinic.alma)
    same = {"name": "amara diallo", "birth": "1990"}
    asked = sends(alma, "people/add/", **same)
    assert asked.status_code == 422
    assert "Somebody of this name is enrolled" in asked.content.decode()
    assert sends(alma, "people/add/", **same, another="on").status_code == 302


def test_a_form_sent_twice_adds_one_person(clinic: Clinic) -> None:
    alma = signed_in(clinic.alma)
    form = {
        "key": key_of(says(alma, "people/add/")),
        "name": "Ines Duarte",
        "birth": "1984",
        "another": "on",
    }
    first, second = (alma.post("/office/people/add/", form) for _ in range(2))
    assert first.url == second.url


def test_an_enrolment_ends_and_the_person_is_not_listed_any_more(
    clinic: Clinic,
) -> None:
    alma = signed_in(clinic.alma)
    enrolment = Enrolment.objects.get(person=clinic.amara, programme=None)
    found = sends(alma, f"people/{clinic.amara}/enrolments/{enrolment.id}/end/")
    assert "Ended" in alma.get(found.url).content.decode()
    assert "Amara Diallo" not in says(alma, "people/")


def test_a_part_2_programme_is_offered_to_its_own_office_alone(clinic: Clinic) -> None:
    harbour = Programme.objects.get(id=clinic.riverside.programme)
    alma = signed_in(clinic.alma)
    assert harbour.name not in says(alma, "people/add/")
    assert harbour.name in says(signed_in(clinic.hugo), "people/add/")
    key = key_of(says(alma, f"people/{clinic.amara}/enrol/"))
    tried = alma.post(
        f"/office/people/{clinic.amara}/enrol/",
        {"key": key, "programme": str(harbour.id)},
    )
    assert tried.status_code == 422


# --- staff -----------------------------------------------------------------------


def test_somebody_is_taken_on_may_prescribe_and_leaves(clinic: Clinic) -> None:
    alma = signed_in(clinic.alma)
    taken = sends(alma, "staff/take-on/", name="Dr. Vera Lind", role="prescriber")
    vera = Staff.objects.get(name="Dr. Vera Lind")
    assert taken.url.startswith(f"/office/staff/{vera.id}/")
    role = Membership.objects.get(staff=vera)
    sends(
        alma,
        f"staff/{vera.id}/roles/{role.id}/prescribing/",
        jurisdiction="US-MA",
        schedules=["IV", "V"],
        source="licence 12",
    )
    right = PrescribingAuthority.objects.get(membership=role)
    assert (right.schedules, right.ends_at) == (["IV", "V"], None)
    sends(alma, f"staff/{vera.id}/prescribing/{right.id}/end/")
    right.refresh_from_db()
    assert right.ends_at is not None
    sends(alma, f"staff/{vera.id}/roles/{role.id}/end/")
    role.refresh_from_db()
    assert role.ends_at is not None
    assert "Vera Lind" not in says(alma, "staff/")


def test_a_change_of_role_asks_again_who_one_is(clinic: Clinic) -> None:
    """trust.md SEC-18."""
    alma = signed_in(clinic.alma)
    session = alma.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": now().timestamp() - 3600}
    ]
    session.save()
    asked = alma.get(f"/office/staff/{clinic.ruth.id}/role/")
    assert "step_up" in asked.content.decode()
    before = Membership.objects.count()
    alma.post(f"/office/staff/{clinic.ruth.id}/role/", {"role": "administrator"})
    assert Membership.objects.count() == before


def test_cover_runs_from_the_first_day_through_the_last(clinic: Clinic) -> None:
    alma = signed_in(clinic.alma)
    first = (now() + timedelta(days=3)).date()
    last = first + timedelta(days=4)
    form = {
        "absent": str(clinic.ruth.membership),
        "by": str(clinic.paul.membership),
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    sends(alma, "cover/add/", **form)
    cover = Cover.objects.get(absent=clinic.ruth.membership)
    assert cover.starts_at.date() == first
    assert cover.ends_at == cover.starts_at + timedelta(days=5)
    assert "Paul" in says(alma, "cover/")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"by": "ruth"}, "Nobody covers for themselves"),
        ({"by": "hana"}, "of the same programme"),
        ({"last": "2020-01-01"}, "before the first"),
        ({"first": "2020-01-01", "last": "2020-01-02"}, "This day is past"),
    ],
)
def test_a_cover_that_cannot_be_is_refused_in_words(
    clinic: Clinic, changed: dict[str, str], said: str
) -> None:
    day = now().date().isoformat()
    form = {"absent": "ruth", "by": "paul", "first": day, "last": day} | changed
    for name in ("absent", "by"):
        form[name] = str(clinic.staff[form[name]].membership)
    found = sends(signed_in(clinic.alma), "cover/add/", **form)
    assert found.status_code == 422
    assert said in found.content.decode()
    assert not Cover.objects.filter(absent=clinic.ruth.membership).exists()


# --- accounts --------------------------------------------------------------------


def link_for(clinic: Clinic) -> str:
    found = sends(
        signed_in(clinic.alma),
        f"staff/{clinic.paul.id}/account/",
        email="Paul@Riverside.org",
    )
    page = found.content.decode()
    assert found.status_code == 200, page
    match = re.search(r"<code>http://testserver(/office/begin/[^<]+)</code>", page)
    assert match
    return match[1]


def test_the_link_of_an_account_works_once(clinic: Clinic) -> None:
    link = link_for(clinic)
    account = User.objects.get(email="paul@riverside.org")
    assert not account.has_usable_password()
    chosen = {
        "password": "eleven green bottles",
        "password_again": "eleven green bottles",
    }
    nobody = Client()
    assert "Your password is kept" in nobody.post(link, chosen).content.decode()
    account.refresh_from_db()
    assert account.check_password(chosen["password"])
    stolen = {
        "password": "a password of a thief",
        "password_again": "a password of a thief",
    }
    assert Client().post(link, stolen).status_code == 404
    account.refresh_from_db()
    assert account.check_password(chosen["password"])


def test_a_new_link_ends_once_a_password_is_chosen_by_the_other(clinic: Clinic) -> None:
    first, second = link_for(clinic), link_for(clinic)
    chosen = {
        "password": "eleven green bottles",
        "password_again": "eleven green bottles",
    }
    assert Client().post(second, chosen).status_code == 200
    assert Client().get(first).status_code == 404


def test_a_link_that_was_altered_or_is_old_is_not_there(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_for(clinic)
    assert Client().get(link).status_code == 200
    assert Client().get(link[:-3] + "AA/").status_code == 404
    monkeypatch.setattr(inviting, "GOOD_FOR_HOURS", -1)
    assert Client().get(link).status_code == 404


def test_a_short_or_differing_password_is_refused_in_words(clinic: Clinic) -> None:
    link = link_for(clinic)
    short = Client().post(link, {"password": "short", "password_again": "short"})
    assert short.status_code == 422
    other = {"password": "eleven green bottles", "password_again": "ten green bottles"}
    assert "not the same" in Client().post(link, other).content.decode()
    assert not User.objects.get(email="paul@riverside.org").has_usable_password()


def test_an_account_is_logged_where_it_was_given(clinic: Clinic) -> None:
    link_for(clinic)
    entry = Entry.objects.filter(action="manage_staff").latest("number")
    assert entry.rows == [str(clinic.paul.id)]
    assert entry.actor == clinic.alma.id


# --- rules, parents, emergencies -------------------------------------------------


def test_an_age_rule_is_kept_with_its_law_and_ended(clinic: Clinic) -> None:
    alma = signed_in(clinic.alma)
    rule = {"subject": "parent:read", "source": "A law", "locator": "§ 3"}
    nothing = sends(alma, "rules/add/", **rule)
    assert "at least one of the two ages" in nothing.content.decode()
    upside_down = sends(alma, "rules/add/", **rule, from_years=14, until_years=14)
    assert upside_down.status_code == 422
    sends(alma, "rules/add/", **rule, until_years=14)
    kept = AgeRule.objects.get(organisation=clinic.riverside.id)
    assert (kept.from_years, kept.until_years) == (None, 14)
    assert "A parent sees the record" in says(alma, "rules/")
    sends(alma, f"rules/{kept.id}/end/")
    kept.refresh_from_db()
    assert kept.ends_at is not None


def test_a_parent_is_recorded_and_ended_by_an_administrator(clinic: Clinic) -> None:
    alma = signed_in(clinic.alma)
    person = f"people/{clinic.amara}/"
    sends(
        alma,
        f"{person}proxies/add/",
        name="Fatou Diallo",
        basis="guardian",
        powers=["read"],
    )
    grant = Grant.objects.get(person=clinic.amara, basis="guardian")
    assert grant.powers == ["read"]
    assert "Fatou Diallo" in says(alma, person)
    chosen = Grant.objects.get(id=clinic.grant)
    assert "Maya" not in says(alma, person)
    assert alma.get(f"/office/{person}proxies/{chosen.id}/end/").status_code == 404
    sends(alma, f"{person}proxies/{grant.id}/end/")
    assert not Grant.objects.filter(current(now()), id=grant.id).exists()
    assert Grant.objects.filter(current(now()), id=chosen.id).exists()


def test_an_emergency_waits_until_somebody_else_looked_into_it(clinic: Clinic) -> None:
    made = emergencies.break_glass(
        actor=clinic.paul,
        person=clinic.amara,
        nature="unconscious at the door",
        discloser="the ambulance",
        key=uuid4(),
        now=now(),
    )
    alma = signed_in(clinic.alma)
    queue = says(alma, "emergencies/")
    assert "Paul" in queue
    assert "unconscious" not in queue
    glass = made["break_glass"]
    assert "unconscious at the door" in says(alma, f"emergencies/{glass}/")
    assert (
        signed_in(clinic.igor).get(f"/office/emergencies/{glass}/").status_code == 404
    )
    sends(alma, f"emergencies/{glass}/", words="I asked the ambulance; it was one.")
    assert "Nothing waits" in says(alma, "emergencies/")


def test_staff_of_another_organisation_open_nothing_by_our_ids(clinic: Clinic) -> None:
    """The same roads, asked by Hillside's administrator about Riverside."""
    igor = signed_in(clinic.igor)
    ruth = clinic.ruth
    for path in (
        f"people/{clinic.amara}/",
        f"people/{clinic.amara}/enrol/",
        f"people/{clinic.amara}/care/begin/",
        f"people/{clinic.amara}/care/{clinic.relation['ruth']}/end/",
        f"people/{clinic.amara}/proxies/add/",
        f"staff/{ruth.id}/",
        f"staff/{ruth.id}/role/",
        f"staff/{ruth.id}/roles/{ruth.membership}/end/",
        f"staff/{ruth.id}/roles/{ruth.membership}/prescribing/",
    ):
        assert igor.get(f"/office/{path}").status_code == 404, path
        assert igor.post(f"/office/{path}").status_code in (404, 405), path
    assert CareRelationship.objects.get(id=clinic.relation["ruth"]).ends_at is None


def test_the_number_that_an_administrator_gives_stands_on_the_teams_page(
    clinic: Clinic,
) -> None:
    person = signed_in(own(clinic.amara))
    assert "not written down here" in person.get("/me/team/").content.decode()
    address = "/office/phone/"
    office = signed_in(clinic.alma)
    wrong = office.post(address, {"phone": "call us"})
    assert wrong.status_code == 422
    assert "no telephone number" in wrong.content.decode()
    assert office.post(address, {"phone": "937-555-0140"}).status_code == 302
    team = person.get("/me/team/").content.decode()
    assert 'href="tel:9375550140"' in team
    assert "not written down here" not in team
    foreign = {"phone": "1", "programme": str(clinic.hillside.programme)}
    assert office.post(address, foreign).status_code == 422
    assert signed_in(clinic.cora).post(address, {"phone": "1"}).status_code == 404
