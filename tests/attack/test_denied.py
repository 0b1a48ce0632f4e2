"""Deny beats allow: one reason against is enough, whatever speaks for it (ATK-07).

After OpenEMR CVE-2026-33302: a role allowed what a restriction had forbidden.
"""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.attack.trying import filled, forms_of, held, tries
from tests.web.clinic import Clinic, own

from concord.web.chart.actions import care, grants, memberships
from concord.web.chart.models import Line, MedicationChange, Power, Role
from concord.web.chart.policy import (
    Action,
    ActorKind,
    Facts,
    Hat,
    Limit,
    Purpose,
    judge,
)
from concord.web.pages.asking import now

EXAMPLES = 10_000
ACTIONS = st.sampled_from(list(Action))
PURPOSES = st.sampled_from(list(Purpose))
POWERS = st.lists(st.sampled_from([str(p) for p in Power]), max_size=3, unique=True)
GRANTS = st.lists(
    st.tuples(st.sampled_from(["chosen", "parent", "guardian"]), POWERS), max_size=5
)
# A rule that no age fulfils, for every subject that there is.
SUBJECTS = [a.value for a in Action] + [
    f"{basis}:{power}" for basis in ("chosen", "parent", "guardian") for power in Power
]
DENIED = tuple(
    Limit(subject=subject, from_years=200, until_years=None) for subject in SUBJECTS
)
AGES = st.one_of(st.none(), st.tuples(st.integers(0, 100), st.integers(0, 100)))
HATS = st.builds(
    Hat,
    membership=st.just(UUID(int=1)),
    role=st.sampled_from(list(Role)),
    organisation=st.just(UUID(int=2)),
    programme=st.one_of(st.none(), st.just(UUID(int=3))),
    part_2=st.booleans(),
    prescribes=st.booleans(),
)
_slow = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)


@_slow
@given(GRANTS, ACTIONS, PURPOSES, AGES)
def test_no_set_of_grants_beats_a_rule_that_denies(
    held_grants: list[tuple[str, list[str]]],
    action: Action,
    purpose: Purpose,
    age: tuple[int, int] | None,
) -> None:
    facts = Facts(
        kind=ActorKind.CAREGIVER,
        grants=tuple((basis, tuple(given)) for basis, given in held_grants),
        limits=DENIED,
        age=age,
        is_self=True,
        in_care=True,
        glass=True,
        enrolled=True,
        same_organisation=True,
        within=True,
        person_exists=True,
    )
    assert not judge(facts, action, purpose).allowed


@_slow
@given(ACTIONS, PURPOSES, AGES, st.integers(0, 5))
def test_an_age_rule_denies_a_person_whatever_else_allows(
    action: Action, purpose: Purpose, age: tuple[int, int] | None, more: int
) -> None:
    open_rules = tuple(
        Limit(subject=action.value, from_years=0, until_years=None) for _ in range(more)
    )
    facts = Facts(
        kind=ActorKind.PERSON, is_self=True, limits=(*open_rules, *DENIED), age=age
    )
    assert not judge(facts, action, purpose).allowed


@_slow
@given(ACTIONS, PURPOSES, GRANTS, st.tuples(*[st.booleans()] * 3))
def test_without_a_membership_nothing_else_lets_staff_in(
    action: Action,
    purpose: Purpose,
    held_grants: list[tuple[str, list[str]]],
    more: tuple[bool, bool, bool],
) -> None:
    in_care, glass, enrolled = more
    facts = Facts(
        kind=ActorKind.STAFF,
        hat=None,
        grants=tuple((basis, tuple(given)) for basis, given in held_grants),
        in_care=in_care,
        glass=glass,
        enrolled=enrolled,
        is_self=True,
        same_organisation=True,
        within=True,
        person_exists=True,
    )
    assert not judge(facts, action, purpose).allowed


@_slow
@given(HATS, ACTIONS, PURPOSES)
def test_neither_care_nor_an_emergency_is_no_record(
    hat: Hat, action: Action, purpose: Purpose
) -> None:
    facts = Facts(
        kind=ActorKind.STAFF,
        hat=hat,
        person_exists=True,
        enrolled=True,
        same_organisation=True,
        within=True,
        is_self=True,
        grants=(("chosen", ("read", "read_part_2", "report")),),
    )
    clinical = {
        Action.READ_RECORD,
        Action.READ_LOG,
        Action.CHANGE_ORDER,
        Action.RECORD_REPORT,
        Action.WRITE_CLINICAL,
        Action.WRITE_CARE,
        Action.WRITE_SETTING,
        Action.IMPORT,
        Action.ANSWER,
        Action.GIVE_GRANT,
        Action.END_GRANT,
    }
    if action in clinical:
        assert not judge(facts, action, purpose).allowed


# --- between the page and its form -------------------------------------------------


def end_care(clinic: Clinic) -> None:
    care.end(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        person=clinic.amara,
        relationship=clinic.relation["ruth"],
        programme=None,
        key=uuid4(),
        now=now(),
    )


def end_membership(clinic: Clinic) -> None:
    membership = clinic.ruth.membership
    assert membership is not None
    memberships.end(
        actor=clinic.alma,
        organisation=clinic.riverside.id,
        membership=membership,
        key=uuid4(),
        now=now(),
    )


@pytest.mark.parametrize("end", [end_care, end_membership])
@pytest.mark.parametrize("path", ["conditions/add/", "medicines/{line}/hold/"])
def test_what_ended_between_the_page_and_its_form_is_refused(
    clinic: Clinic, end: object, path: str
) -> None:
    made = held(clinic)
    ruth = made.browsers["ruth"]
    address = f"/people/{clinic.amara}/" + path.format(line=made.line)
    (form, *_) = forms_of(tries(ruth, "GET", address).page)
    end(clinic)  # type: ignore[operator]
    before = Line.objects.count(), MedicationChange.objects.count()
    answer = tries(ruth, "POST", address, filled(form), keep=True)
    assert answer.status == 404
    assert "Amara" not in answer.page
    assert (Line.objects.count(), MedicationChange.objects.count()) == before
    for again in (f"/people/{clinic.amara}/", address):
        assert tries(ruth, "GET", again).status == 404


def test_an_ended_grant_shows_nothing_at_the_next_request(clinic: Clinic) -> None:
    made = held(clinic)
    maya = made.browsers["maya"]
    pages = ["", "medicines/", "changes/", "team/", "more/"]
    for page in pages:
        assert tries(maya, "GET", f"/for/{clinic.amara}/{page}").status == 200
    grants.end(
        actor=own(clinic.amara),
        person=clinic.amara,
        grant=clinic.grant,
        key=uuid4(),
        now=now(),
    )
    for page in pages:
        answer = tries(maya, "GET", f"/for/{clinic.amara}/{page}")
        assert answer.status == 404
        assert "Amara" not in answer.page
    assert "Amara" not in tries(maya, "GET", "/me/").page
