"""The demonstration as its staff and people find it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import override_settings

from concord.errors import UnsafeSettingsError
from concord.record.model import SettingKind
from concord.web import serving
from concord.web.accounts.models import User
from concord.web.chart.actions.offices import Office, read_office
from concord.web.chart.actions.reading import read_record
from concord.web.chart.models import Membership, Staff
from concord.web.chart.policy import Actor, ActorKind, Purpose, visible
from concord.web.demo import cast
from concord.web.demo.making import load

NOW = datetime(2027, 3, 5, 3, 0, tzinfo=UTC)


def staff_named(key: str) -> Actor:
    """The actor of one of the demonstration's staff."""
    name = next(one.name for one in cast.STAFF if one.key == key)
    staff = Staff.objects.get(name=name)
    return Actor(
        kind=ActorKind.STAFF,
        id=staff.id,
        membership=Membership.objects.get(staff=staff).id,
    )


def panel_of(key: str) -> dict[str, Any]:
    """Whose records one of the staff may read, with the records, by name."""
    actor = staff_named(key)
    found = {}
    for person in visible(actor, NOW).people():
        record = read_record(
            actor=actor, person=person.id, purpose=Purpose.TREATMENT, now=NOW
        ).record
        assert record.person is not None
        found[record.person.names[0].text] = record
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, made once in each database, and gone again at the end."""
    made, _ = request.getfixturevalue(request.param)
    with django_db_blocker.unblock():
        before = connections["default"]
        connections["default"] = made
        try:
            with transaction.atomic():
                assert load(NOW)
                yield
                transaction.set_rollback(True)
        finally:
            connections["default"] = before


@pytest.fixture
def demonstration(database: None) -> Iterator[None]:
    """The demonstration as it was made; nothing that a test adds to it is kept."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_each_of_the_ten_is_on_somebodys_panel(demonstration: None) -> None:
    on_a_panel = {name for one in ("ravi", "simon", "helen") for name in panel_of(one)}
    assert len(on_a_panel) == len(cast.PEOPLE) == 10


def test_who_covers_has_the_people_of_the_one_on_leave_until_it_ends(
    demonstration: None,
) -> None:
    assert "Miguel Ángel Santos-Reyes" in panel_of("ravi")
    afterwards = NOW + timedelta(days=15)
    ravi = staff_named("ravi")
    naomi = staff_named("naomi")
    hers = {p.id for p in visible(naomi, afterwards).people()}
    assert hers
    assert not hers & {p.id for p in visible(ravi, afterwards).people()}


def test_buprenorphine_is_seen_inside_the_programme_alone(demonstration: None) -> None:
    def medicines(key: str) -> str:
        record = panel_of(key)["Kayla Marie Brennan"]
        return " ".join(line.medicine.text for line in record.medications)

    assert "alprazolam" in medicines("ravi")
    assert "buprenorphine" not in medicines("ravi")
    assert "alprazolam" in medicines("simon")
    assert "buprenorphine" in medicines("simon")


def test_the_office_sees_no_one_whom_the_programme_alone_enrolled(
    demonstration: None,
) -> None:
    def people(office: Office) -> set[str]:
        return {one.name for one in office.people}

    clinic = people(read_office(actor=staff_named("owen"), now=NOW))
    programme = people(read_office(actor=staff_named("tess"), now=NOW))
    assert "Andre Luc Baptiste" not in clinic
    assert {"Andre Luc Baptiste", "Kayla Marie Brennan"} <= programme


def test_asked_for_again_it_adds_nothing(demonstration: None) -> None:
    before = User.objects.count(), Staff.objects.count()
    assert not load(NOW + timedelta(days=1))
    assert (User.objects.count(), Staff.objects.count()) == before


def test_everyone_on_the_list_has_an_account_of_their_own(demonstration: None) -> None:
    for one in cast.SIGN_INS:
        account = User.objects.get(email=one.email)
        assert account.check_password(cast.PASSWORD)
        assert account.demonstration
    assert len({one.email for one in cast.SIGN_INS}) == len(cast.SIGN_INS)


def test_a_database_with_its_accounts_is_not_served_outside_a_demonstration(
    demonstration: None,
) -> None:
    serving.check_database()
    with (
        override_settings(CONCORD_DEMO=False),
        pytest.raises(UnsafeSettingsError, match="demonstration's accounts"),
    ):
        serving.check_database()


def test_what_happened_today_happened_on_the_day_that_it_is_there(
    demonstration: None,
) -> None:
    """At three in the morning in Greenwich it is still the day before in Ohio."""
    andre = panel_of("simon")["Andre Luc Baptiste"]
    released = [s.on for s in andre.settings if s.kind is SettingKind.RELEASED]
    assert [str(on) for on in released] == ["2027-02-16"]
