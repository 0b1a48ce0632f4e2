"""Response, remission, and remission that is kept: both sides of each bound."""

from __future__ import annotations

from datetime import date

import pytest

from builders import A, a_case, a_person
from concord.followup.remission import Kept, Standing, kept_of, time_for
from concord.followup.response import Course, Response, responses
from concord.knowledge.index import load
from concord.review import review

SHIPPED = load()
DEPRESSION, SEVERE, ANXIETY = "F32.9", "F32.2", "F41.1"
PHQ_9, GAD_7 = "44261-6", "70274-6"
# Amara's first score under 5; three weeks later is 22 April, four months 1 August.
FIRST = ("4", "2026-04-01")


def amara(*scores: tuple[str, str], icd10: str = DEPRESSION, code: str = PHQ_9) -> A:
    rxcui = SHIPPED.drugs["sertraline"].identity.rxcui[0]
    person = a_person().with_icd10(icd10).taking(rxcui, "50 mg", since="2026-03-01")
    person = person.measured(code, "18", "2026-02-20")
    for value, on in scores:
        person = person.measured(code, value, on)
    return person


def the_response(a: A, on: str = "2027-01-01") -> Response:
    (found,) = responses(a_case(a, SHIPPED, on))
    return found


def held(*scores: tuple[str, str]) -> Kept:
    found = the_response(amara(*scores)).kept
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("second", "course", "standing"),
    [
        ("2026-04-21", Course.REMISSION, Standing.REACHED),
        ("2026-04-22", Course.SUSTAINED, Standing.SUSTAINED),
        ("2026-07-31", Course.SUSTAINED, Standing.SUSTAINED),
        ("2026-08-01", Course.SUSTAINED, Standing.RECOVERED),
    ],
)
def test_remission_is_sustained_after_three_weeks_and_recovery_after_four_months(
    second: str, course: Course, standing: Standing
) -> None:
    found = the_response(amara(FIRST, ("4", second)))
    assert found.course is course
    assert found.kept is not None
    assert found.kept.standing is standing
    assert found.kept.sustained_from == date(2026, 4, 22)
    assert found.kept.row is not None
    assert (found.kept.row.source, found.kept.row.status) == ("acnp-2006", "checked")


def test_one_score_under_the_bound_is_not_kept_however_long_ago_it_was() -> None:
    found = the_response(amara(FIRST), "2027-06-01")
    assert found.course is Course.REMISSION
    assert found.kept is not None
    assert (found.kept.days, found.kept.scores) == (0, 1)


def test_a_score_at_the_bound_breaks_the_run_and_it_begins_again() -> None:
    broken = (FIRST, ("5", "2026-04-15"), ("4", "2026-04-29"))
    found = held(*broken)
    assert (found.since, found.scores) == (date(2026, 4, 29), 1)
    assert found.standing is Standing.REACHED
    unbroken = held(FIRST, ("4", "2026-04-15"), ("4", "2026-04-29"))
    assert (unbroken.since, unbroken.scores) == (date(2026, 4, 1), 3)
    assert unbroken.standing is Standing.SUSTAINED


def test_what_was_kept_is_over_with_a_last_score_at_the_bound() -> None:
    lost = the_response(amara(FIRST, ("4", "2026-06-01"), ("5", "2026-07-01")))
    assert lost.course is Course.PARTLY
    assert lost.kept is None


def test_half_the_score_is_a_response_and_no_remission() -> None:
    found = the_response(amara(("9", "2026-04-29")))
    assert found.course is Course.PARTLY
    assert found.kept is None


def test_scores_from_before_the_start_do_not_count_for_the_medicine() -> None:
    person = amara(FIRST).measured(PHQ_9, "3", "2026-02-25")
    kept = the_response(person).kept
    assert kept is not None
    assert kept.since == date(2026, 4, 1)


def test_of_a_month_the_time_is_the_shortest_it_can_be() -> None:
    assert held(("4", "2026-04"), ("4", "2026-05-20")).standing is Standing.REACHED
    assert held(("4", "2026-04"), ("4", "2026-05-21")).standing is Standing.SUSTAINED
    assert held(("4", "2026-04-15"), ("4", "2026-04")).days == 0


def test_a_case_of_depression_has_the_time_of_depression() -> None:
    case = a_case(amara(icd10=SEVERE), SHIPPED, "2026-05-01")
    row = time_for(case, "depression")
    assert row is not None
    assert str(row.sustained_after) == "3 weeks"


def test_where_no_source_gives_a_time_remission_is_remission_and_says_so() -> None:
    person = amara(FIRST, ("4", "2026-12-01"), icd10=ANXIETY, code=GAD_7)
    found = the_response(person)
    assert found.course is Course.REMISSION
    assert found.kept is not None
    assert found.kept.standing is Standing.NO_PUBLISHED_TIME
    assert (found.kept.row, found.kept.sustained_from) == (None, None)


def test_the_other_school_stands_beside_it_and_no_rule_uses_it() -> None:
    rows = SHIPPED.outcomes["depression"].remission
    assert [(str(r.sustained_after), r.label) for r in rows] == [
        ("3 weeks", None),
        ("2 months", "dsm-5"),
    ]
    assert rows[1].status == "unverified"


def test_sustained_remission_is_no_finding() -> None:
    person = amara(FIRST, ("4", "2026-05-01"))
    found = review(person.record, SHIPPED, date(2026, 5, 2))
    assert [f for f in found.findings if f.rule == "effectiveness"] == []


@pytest.mark.parametrize(
    ("icd10", "standing"),
    [(DEPRESSION, Standing.SUSTAINED), ("M54.5", Standing.NO_PUBLISHED_TIME)],
)
def test_a_scale_has_the_time_of_the_condition_it_is_used_for(
    icd10: str, standing: Standing
) -> None:
    person = a_person().with_icd10(icd10)
    for value, on in (FIRST, ("3", "2026-04-22")):
        person = person.measured(PHQ_9, value, on)
    case = a_case(person, SHIPPED, "2026-05-01")
    found = kept_of(case, SHIPPED.scales["phq-9"])
    assert found is not None
    assert found.standing is standing
    assert kept_of(case, SHIPPED.scales["cows"]) is None
