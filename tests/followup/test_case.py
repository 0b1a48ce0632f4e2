"""The questions that rules ask of a case: yes, no and not known, at each boundary."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from builders import (
    TODAY,
    A,
    a_case,
    a_person,
    cited,
    condition,
    daily,
    drug,
    group,
    nobody,
    observation,
    some_knowledge,
)
from concord.dosing.daily import Unclear
from concord.dosing.routes import route_of_form
from concord.followup.case import Case
from concord.followup.results import within_bounds
from concord.knowledge.model import When
from concord.record.model import (
    Code,
    Component,
    ConditionStatus,
    Dosage,
    Sex,
)
from concord.terms import Duration, PartialDate, Quantity, System, decode_hook

MADE = some_knowledge(
    drugs=[drug(d) for d in ("lithium", "sertraline", "oxycodone", "morphine")],
    groups=[group("ssri", "sertraline"), group("opioid", "oxycodone", "morphine")],
    conditions=[
        {
            "id": "depression",
            "title": "Depression",
            "codes": [cited(snomed=["depression"], icd10cm=["F32", "F33.1"])],
        },
        condition("severe-depression", broader=["depression"]),
        condition("psychotic-depression", broader=["severe-depression"]),
        condition("pregnancy", lasts=cited(length="280 days")),
    ],
    observations=[
        observation(
            "level",
            "mmol/L",
            plausible=cited(low="0.1", high="5"),
            convert=[
                cited(unit="meq/L", factor="1"),
                cited(unit="mg/dL", factor="1.44"),
                cited(unit="{old}", factor="2", until="2026-01-01"),
            ],
        ),
        observation("score", "{score}"),
        observation("ratio"),
        observation(
            "smoking-status",
            answer=[
                cited(codes=["smokes"], means="current"),
                cited(codes=["stopped"], means="former"),
                cited(codes=["no"], means="never"),
            ],
        ),
    ],
)


def case(a: A, on: date | str = TODAY) -> Case:
    return a_case(a, MADE, on)


def when(**fields: Any) -> When:
    return msgspec.convert(fields, When, dec_hook=decode_hook)


# --- the person -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "on", "at_least", "below"),
    [
        ("1961-11-23", "2026-11-22", False, True),
        ("1961-11-22", "2026-11-22", True, False),
        ("1961-11", "2026-11-22", None, None),
        ("1961", "2026-11-22", None, None),
        ("1961", "2026-12-31", True, False),
        ("1962", "2026-11-22", False, True),
        ("1960", "2026-11-22", True, False),
        (None, "2026-11-22", None, None),
    ],
)
def test_an_age_of_65_is_reached_not_reached_or_not_known(
    born: str | None, on: str, at_least: bool | None, below: bool | None
) -> None:
    someone = case(a_person(born=born), on)
    assert someone.holds(when(age_at_least=65)) is at_least
    assert someone.holds(when(age_below=65)) is below


def test_without_a_person_neither_age_nor_sex_is_known() -> None:
    empty = case(nobody())
    assert empty.age is None
    assert empty.sex is Sex.UNKNOWN
    assert empty.holds(when(age_at_least=18)) is None
    assert empty.holds(when(sex="female")) is None


@pytest.mark.parametrize(
    ("sex", "female", "male"),
    [
        (Sex.FEMALE, True, False),
        (Sex.MALE, False, True),
        (Sex.OTHER, None, None),
        (Sex.UNKNOWN, None, None),
    ],
)
def test_sex_is_yes_no_or_not_known(
    sex: Sex, female: bool | None, male: bool | None
) -> None:
    assert case(a_person(sex=sex)).holds(when(sex="female")) is female
    assert case(a_person(sex=sex)).holds(when(sex="male")) is male


# --- conditions -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("F32", ("depression",)),
        ("F32.2", ("depression",)),
        ("F322", ("depression",)),
        ("f32.2", ("depression",)),
        ("F33.1", ("depression",)),
        ("F33.10", ("depression",)),
        ("F33", ()),
        ("F33.2", ()),
        ("F3", ()),
        ("F31", ()),
    ],
)
def test_an_icd_10_code_stands_for_all_below_it(
    code: str, means: tuple[str, ...]
) -> None:
    found = case(nobody()).conditions_of([Code(system=System.ICD10CM, code=code)])
    assert found == means
    assert case(a_person().with_icd10(code)).has("depression") is bool(means)


def test_a_snomed_code_means_itself_alone_and_another_system_nothing() -> None:
    someone = case(nobody())
    for system, code, means in (
        (System.SNOMED, "depression", ("depression",)),
        (System.SNOMED, "depressions", ()),
        (System.SNOMED, "F32", ()),
        (System.ICD10CM, "depression", ()),
        (System.LOINC, "depression", ()),
    ):
        assert someone.conditions_of([Code(system=system, code=code)]) == means


def test_a_case_of_a_condition_is_the_condition_and_not_the_reverse() -> None:
    for code in ("severe-depression", "psychotic-depression"):
        assert case(a_person().with_condition(code)).has("depression") is True
    broad = case(a_person().with_condition("depression"))
    assert broad.has("severe-depression") is False


def test_without_a_problem_list_a_condition_is_not_known() -> None:
    assert case(a_person()).has("depression") is None
    assert case(a_person().with_condition("other")).has("depression") is False
    assert case(a_person().with_condition("depression")).has("depression") is True


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({}, True),
        ({"status": ConditionStatus.UNKNOWN}, True),
        ({"status": ConditionStatus.RESOLVED}, False),
        ({"status": ConditionStatus.INACTIVE}, False),
        ({"refuted": True}, False),
        ({"onset": "2026-11-22"}, True),
        ({"onset": "2026-11-23"}, False),
        ({"onset": "2026-11"}, True),
        ({"onset": "2026-12"}, False),
        ({"abated": PartialDate.parse("2026-11-22")}, False),
        ({"abated": PartialDate.parse("2026-11-23")}, True),
        ({"abated": PartialDate.parse("2026-11")}, True),
        ({"abated": PartialDate.parse("2026-10")}, False),
    ],
)
def test_a_condition_holds_from_its_onset_until_it_ended(
    more: dict[str, Any], holds: bool
) -> None:
    assert case(a_person().with_condition("depression", **more)).has("depression") is (
        holds
    )


@pytest.mark.parametrize(
    ("onset", "on", "holds"),
    [
        ("2026-01-01", "2026-10-08", True),
        ("2026-01-01", "2026-10-09", False),
        ("2026-01", "2026-11-07", True),
        ("2026-01", "2026-11-08", False),
        (None, "2030-01-01", True),
    ],
)
def test_a_condition_that_lasts_so_long_is_over_after_that(
    onset: str | None, on: str, holds: bool
) -> None:
    pregnant = a_person().with_condition("pregnancy", onset)
    assert case(pregnant, on).has("pregnancy") is holds


def test_of_two_lines_of_a_condition_the_one_that_holds_counts() -> None:
    twice = (
        a_person()
        .with_condition("depression", status=ConditionStatus.RESOLVED)
        .with_condition("depression", "2026-02-01")
    )
    line = case(twice).condition("depression")
    assert line is not None
    assert line.id == "c1"


def test_a_condition_is_asked_for_or_against() -> None:
    has = case(a_person().with_condition("depression"))
    has_not = case(a_person().with_condition("other"))
    unknown = case(a_person())
    wanted, unwanted = (
        when(condition="depression"),
        when(without_condition="depression"),
    )
    assert [c.holds(wanted) for c in (has, has_not, unknown)] == [True, False, None]
    assert [c.holds(unwanted) for c in (has, has_not, unknown)] == [False, True, None]


# --- medicines --------------------------------------------------------------------


def test_only_medicines_that_are_active_are_being_taken() -> None:
    someone = case(
        a_person()
        .taking("lithium", "900 mg", since="2026-11-23")
        .taking("sertraline", "50 mg", stopped="2026-11-22")
        .taking("oxycodone", "5 mg")
        .then("held", "2026-11-22")
        .taking("morphine", "5 mg", since="2026-11-22")
    )
    assert [t.name for t in someone.taking] == ["morphine"]


def test_a_medicine_counts_by_its_drug_and_by_its_groups() -> None:
    someone = case(a_person().taking("sertraline", "50 mg"))
    assert someone.takes("sertraline") is True
    assert someone.takes("ssri") is True
    assert someone.takes("lithium") is False
    assert someone.takes("opioid") is False


def test_what_was_not_recognised_might_be_anything() -> None:
    someone = case(a_person().taking_something_called("a blue pill"))
    assert someone.takes("lithium") is None
    assert [e.id for e in someone.unrecognised] == ["m0"]
    both = case(a_person().taking("lithium").taking_something_called("a blue pill"))
    assert both.takes("lithium") is True
    assert both.holds(when(taking=["lithium"])) is True
    assert both.holds(when(taking=["ssri"])) is None
    assert both.holds(when(not_taking=["lithium"])) is False
    assert both.holds(when(not_taking=["ssri"])) is None


def test_a_recognised_ingredient_of_which_nothing_is_known_is_told_apart() -> None:
    someone = case(a_person().taking("newdrug", "1 mg").taking("lithium"))
    assert [e.id for e in someone.unknown] == ["m0"]
    assert [t.name for t in someone.known] == ["lithium"]
    assert someone.holds(when(not_taking=["ssri"])) is True


def test_of_several_drugs_any_one_that_is_taken_counts() -> None:
    someone = case(a_person().taking("lithium"))
    assert someone.holds(when(taking=["ssri", "lithium"])) is True
    assert someone.holds(when(taking=["ssri", "opioid"])) is False
    assert someone.holds(when(not_taking=["ssri", "lithium"])) is False
    assert someone.holds(when(not_taking=["ssri", "opioid"])) is True
    with_unread = case(a_person().taking("lithium").taking_something_called("pill"))
    assert with_unread.holds(when(taking=["ssri", "lithium"])) is True
    assert with_unread.holds(when(taking=["ssri", "opioid"])) is None
    assert with_unread.holds(when(not_taking=["ssri", "opioid"])) is None


def test_medicines_that_were_stopped_come_newest_first() -> None:
    someone = case(
        a_person()
        .taking("lithium", stopped="2026-03-01")
        .taking("sertraline", stopped="2026-11-22")
        .taking("morphine", stopped="2026-11")
        .then("started", "2026-11-20")
        .taking("oxycodone")
        .then("held", "2026-11-20")
        .taking("newdrug", stopped="2026-03-01")
    )
    assert [t.name for t in someone.stopped] == ["sertraline", "lithium"]


def test_an_ingredient_still_taken_in_another_medicine_was_not_stopped() -> None:
    someone = case(
        a_person().taking("lithium", stopped="2026-03-01", id="a").taking("lithium")
    )
    assert someone.stopped == ()


# --- doses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "at_least", "below"),
    [
        ("89 mg", False, True),
        ("90 mg", True, False),
        ("0.09 g", True, False),
        ("91 mg", True, False),
        ("90 [IU]", None, None),
        (None, None, None),
    ],
)
def test_a_daily_dose_reaches_a_bound_at_the_bound(
    dose: str | None, at_least: bool | None, below: bool | None
) -> None:
    someone = case(a_person().taking("oxycodone", dose))
    (taking,) = someone.taking
    for of in ({}, {"dose_of": "oxycodone"}, {"dose_of": "opioid"}):
        high, low = when(dose_at_least="90 mg", **of), when(dose_below="90 mg", **of)
        assert someone.holds(high, taking) is at_least
        assert someone.holds(low, taking) is below


@pytest.mark.parametrize(
    ("dose", "holds"),
    [("49 mg", False), ("50 mg", True), ("99 mg", True), ("100 mg", False)],
)
def test_a_dose_between_two_bounds_must_hold_of_both(dose: str, holds: bool) -> None:
    someone = case(a_person().taking("oxycodone", dose))
    between = when(dose_at_least="50 mg", dose_below="100 mg")
    assert someone.holds(between, someone.taking[0]) is holds


def test_a_dose_of_nothing_in_particular_is_not_known() -> None:
    someone = case(a_person().taking("oxycodone", "90 mg"))
    assert someone.holds(when(dose_at_least="90 mg")) is None
    assert someone.holds(when(dose_of="oxycodone", dose_at_least="90 mg")) is True


def test_the_dose_of_a_medicine_follows_its_steps_from_its_start() -> None:
    steps = (
        daily("25 mg", sequence=1, lasts=Duration.parse("7 days")),
        daily("50 mg", sequence=2),
    )
    for since, expected in (
        ("2026-11-15", "50 mg"),
        ("2026-11-16", "25 mg"),
        (None, Unclear.STEPS_UNDATED),
    ):
        someone = case(a_person().taking("lithium", dosage=steps, since=since))
        amount = someone.daily(someone.taking[0])
        high = amount if isinstance(amount, Unclear) else str(amount.high)
        assert high == expected


# --- routes and starts ------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("Extended Release Oral Tablet", "oral"),
        ("by mouth", "oral"),
        ("Sublingual Film", "sublingual"),
        ("Buccal Film", "buccal"),
        ("Transdermal Patch", "transdermal"),
        ("Topical Gel", "topical"),
        ("Cutaneous route", "topical"),
        ("Nasal Spray", "nasal"),
        ("Intramuscular route", "intramuscular"),
        ("Subcutaneous route", "subcutaneous"),
        ("intravenous", "intravenous"),
        ("Injection", "injection"),
        ("Prefilled Syringe", "injection"),
        ("Ophthalmic Solution", "ophthalmic"),
        ("Rectal Suppository", "rectal"),
        ("Tablet", None),
        (None, None),
    ],
)
def test_the_name_of_a_route_or_of_a_form_may_state_the_route(
    words: str | None, route: str | None
) -> None:
    assert route_of_form(words) == route
    dosage = (Dosage(text="as told"), Dosage(route=words))
    by_directions = case(a_person().taking("lithium", dosage=dosage))
    (taking,) = by_directions.taking
    assert by_directions.route(taking) == ("tablet" if words == "Tablet" else route)


@pytest.mark.parametrize(
    ("form", "oral"),
    [
        ("Oral Tablet", True),
        ("Nasal Spray", False),
        ("Tablet", None),
        ("Injection", False),
    ],
)
def test_a_route_is_the_wanted_one_another_or_not_known(
    form: str, oral: bool | None
) -> None:
    someone = case(a_person().taking("lithium", "1 mg", form=form))
    assert someone.holds(when(route="oral"), someone.taking[0]) is oral


def test_the_directions_state_the_route_before_the_form_does() -> None:
    dosage = (Dosage(route="Subcutaneous"),)
    someone = case(a_person().taking("lithium", dosage=dosage, form="Oral Tablet"))
    (taking,) = someone.taking
    assert someone.route(taking) == "subcutaneous"
    assert someone.holds(when(route="oral"), taking) is False


def injected(
    *products: tuple[str, str], release: str | None = None, said: str | None = None
) -> str | None:
    """The route of an injection of a drug with these products (route, release)."""
    rows = [
        cited(form="Injection", route=route, strengths=[], release=release)
        for route, release in products
    ]
    knowledge = some_knowledge(drugs=[drug("depot", product=rows)])
    dosage = (Dosage(route=said),) if said else ()
    form = None if said else "Injection"
    someone = a_case(
        a_person().taking("depot", form=form, release=release, dosage=dosage), knowledge
    )
    return someone.route(someone.taking[0])


def test_an_injection_goes_where_its_products_leave_no_choice() -> None:
    muscle, skin, mouth = "intramuscular", "subcutaneous", "oral"
    assert injected((muscle, "depot"), (mouth, "immediate")) == muscle
    assert injected((muscle, "depot"), (muscle, "immediate")) == muscle
    assert injected((muscle, "depot"), (skin, "depot")) == "injection"
    both = ((muscle, "depot"), (skin, "immediate"))
    assert injected(*both) == "injection"
    assert injected(*both, release="depot") == muscle
    assert injected(*both, release="immediate") == skin
    assert injected() == "injection"


def test_directions_that_say_inject_leave_it_to_the_products_where() -> None:
    muscle, skin = "intramuscular", "subcutaneous"
    assert injected((muscle, "depot"), said="injection") == muscle
    assert injected((muscle, "depot"), (skin, "depot"), said="injection") == "injection"
    assert injected((muscle, "depot"), said="Subcutaneous") == skin


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [("intramuscular", None), ("subcutaneous", None), ("oral", False)],
)
def test_an_injection_whose_way_is_not_known_may_be_any_injection(
    wanted: str, answer: bool | None
) -> None:
    someone = case(a_person().taking("lithium", "1 mg", form="Injection"))
    assert someone.holds(when(route=wanted), someone.taking[0]) is answer


def test_a_medicine_is_not_its_own_company() -> None:
    one = case(a_person().taking("oxycodone").taking("oxycodone", "5 mg", by="x"))
    two = case(a_person().taking("oxycodone").taking("morphine"))
    opioid = when(taking=["opioid"])
    assert one.holds(opioid) is True
    assert one.holds(opioid, one.taking[0]) is False
    assert two.holds(opioid, two.taking[0]) is True


@pytest.mark.parametrize(
    ("since", "at_least", "less_than"),
    [
        ("2026-10-25", True, False),
        ("2026-10-26", False, True),
        ("2026-11-22", False, True),
        ("2026-10", None, None),
        ("2026-09", True, False),
        ("2026-11", False, True),
        (None, None, None),
    ],
)
def test_a_medicine_taken_for_four_weeks_on_the_day_they_are_over(
    since: str | None, at_least: bool | None, less_than: bool | None
) -> None:
    someone = case(a_person().taking("lithium", "1 mg", since=since))
    (taking,) = someone.taking
    assert someone.holds(when(taken_for_at_least="28 days"), taking) is at_least
    assert someone.holds(when(taken_for_less_than="28 days"), taking) is less_than


@pytest.mark.parametrize(
    ("since", "logged", "enough"),
    [
        ("2026-11-01", ("2026-11-01",), False),
        ("2026-11-01", ("2026-11-01", "2026-11-08"), True),
        ("2026-11-01", ("2026-11-02",), None),
        ("2026-10-26", ("2026-11-02",), None),  # 27 days
        ("2026-10-25", ("2026-11-02",), True),  # 28 days: presumed
        ("2026-10-25", ("2026-10-25",), False),  # it was counted
        (None, ("2026-11-02",), None),
    ],
)
def test_so_many_were_given_as_the_log_has_or_as_is_presumed(
    since: str | None, logged: tuple[str, ...], enough: bool | None
) -> None:
    person = a_person().taking("lithium", "1 mg", since=since)
    for on in logged:
        person = person.said("lithium", "taken", on)
    someone = case(person)
    (taking,) = someone.taking
    presumed = {"given_presumed_after": "28 days"}
    assert someone.holds(when(given_at_least=2, **presumed), taking) is enough
    turned = None if enough is None else not enough
    assert someone.holds(when(given_fewer_than=2, **presumed), taking) is turned
    assert someone.holds(when(given_at_least=2)) is None


def test_a_month_whose_first_day_is_just_long_enough_ago_leaves_it_open() -> None:
    someone = case(a_person().taking("lithium", "1 mg", since="2026-10"))
    (taking,) = someone.taking  # from 1 October to 22 November are 52 days
    assert someone.holds(when(taken_for_at_least="52 days"), taking) is None
    assert someone.holds(when(taken_for_at_least="53 days"), taking) is False


# --- measurements -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("0.8 mmol/L", "0.8 mmol/L"),
        ("800 umol/L", "0.8 mmol/L"),
        ("0.8 meq/L", "0.8 mmol/L"),
        ("0.8 mEq/L", "0.8 mmol/L"),
        ("0.08 meq/dL", "0.8 mmol/L"),
        ("1 mg/dL", "1.44 mmol/L"),
        ("10 mg/L", "1.44 mmol/L"),
    ],
)
def test_a_result_is_read_in_the_unit_of_its_observation(value: str, read: str) -> None:
    results = case(a_person().measured("level", value, "2026-11-01")).results._measured
    (found,) = results["level"]
    assert found.quantity is not None
    assert found.quantity.unit == "mmol/L"
    assert found.quantity.value == Quantity.parse(read).value


@pytest.mark.parametrize("value", ["0.8", "0.8 {score}", "0.8 U/L", "0.8 {old}"])
def test_a_result_in_a_unit_that_cannot_be_read_is_questioned(value: str) -> None:
    someone = case(a_person().measured("level", value, "2026-11-01"))
    assert someone.results.of("level") == ()
    assert len(someone.results.questionable("level")) == 1
    assert someone.results.latest("level") is None


def test_a_conversion_counts_until_the_day_it_ends() -> None:
    person = a_person().measured("level", "0.5 {old}", "2025-12-01")
    assert case(person, "2025-12-31").results.of("level")[0].quantity == Quantity(
        Decimal("1.0"), "mmol/L"
    )
    assert case(person, "2026-01-01").results.of("level") == ()


@pytest.mark.parametrize(
    ("value", "usable"),
    [("0.09", False), ("0.1", True), ("5", True), ("5.01", False)],
)
def test_an_implausible_result_is_questioned_not_used(value: str, usable: bool) -> None:
    someone = case(a_person().measured("level", f"{value} mmol/L", "2026-11-01"))
    assert bool(someone.results.of("level")) is usable
    assert bool(someone.results.questionable("level")) is not usable
    bound = when(observation="level", at_least="0 mmol/L")
    assert someone.holds(bound) is (True if usable else None)


def test_a_score_without_a_unit_is_in_points_and_a_ratio_in_what_it_says() -> None:
    person = (
        a_person()
        .measured("score", "12", "2026-11-01")
        .measured("ratio", "3 parts", "2026-11-01")
    )
    assert case(person).results.of("score")[0].quantity == Quantity(12, "{score}")
    assert case(person).results.of("ratio")[0].quantity == Quantity(3, "parts")


def test_a_result_of_the_day_counts_and_one_of_tomorrow_does_not() -> None:
    for on, counted in (
        ("2026-11-22", True),
        ("2026-11-23", False),
        ("2026-11", True),
        ("2026-12", False),
        (None, False),
    ):
        someone = case(a_person().measured("level", "1 mmol/L", on))
        assert bool(someone.results.of("level")) is counted


def test_a_preliminary_result_does_not_count() -> None:
    early = a_person().measured("level", "1 mmol/L", "2026-11-01", preliminary=True)
    assert case(early).results.of("level") == ()
    assert case(early).results.questionable("level") == ()


def test_a_part_of_an_observation_is_a_result_of_its_own() -> None:
    part = Component(
        codes=(Code(system=System.LOINC, code="level"),),
        quantity=Quantity.parse("0.8 mmol/L"),
    )
    panel = a_person().measured("score", "3", "2026-11-01", components=(part,))
    assert len(case(panel).results.of("level")) == 1
    assert len(case(panel).results.of("score")) == 1


def test_a_code_of_another_system_is_no_result() -> None:
    person = a_person().measured("level", "1 mmol/L", "2026-11-01")
    (line,) = person.record.observations
    other = msgspec.structs.replace(
        line, codes=(Code(system=System.SNOMED, code="level"),)
    )
    record = msgspec.structs.replace(person.record, observations=(other,))
    assert case(A(record)).results.of("level") == ()


def test_the_latest_result_is_the_newest_however_they_are_ordered() -> None:
    person = (
        a_person()
        .measured("level", "3 mmol/L", "2026-11-02T09:00:00Z")
        .measured("level", "1 mmol/L", "2026-10-01")
        .measured("level", "2 mmol/L", "2026-11-02")
    )
    newest = case(person).results.latest("level")
    assert newest is not None
    assert str(newest.quantity) == "3 mmol/L"
    values = [str(m.quantity) for m in case(person).results.of("level")]
    assert values == ["1 mmol/L", "2 mmol/L", "3 mmol/L"]


def test_of_two_results_of_one_moment_the_higher_counts_in_either_order() -> None:
    one, other = ("2 mmol/L", "2026-11-02"), ("3 mmol/L", "2026-11-02")
    for first, second in ((one, other), (other, one)):
        person = a_person().measured("level", *first).measured("level", *second)
        newest = case(person).results.latest("level")
        assert newest is not None
        assert str(newest.quantity) == "3 mmol/L"
    for first_, second_ in (("smokes", "stopped"), ("stopped", "smokes")):
        person = smoking((first_, "2026-11-02"), (second_, "2026-11-02"))
        newest = case(person).results.latest("smoking-status")
        assert newest is not None
        assert newest.means == "former"


@pytest.mark.parametrize(
    ("on", "recent"),
    [
        ("2026-10-23", True),
        ("2026-10-22", False),
        ("2026-10", True),
        ("2026-09", False),
    ],
)
def test_the_latest_result_within_thirty_days_includes_the_thirtieth(
    on: str, recent: bool
) -> None:
    someone = case(a_person().measured("level", "1 mmol/L", on))
    assert (
        someone.results.latest("level", Duration.parse("30 days")) is not None
    ) is recent
    bound = when(observation="level", at_least="1 mmol/L", within="30 days")
    assert someone.holds(bound) is (True if recent else None)
    assert someone.results.latest("level") is not None


@pytest.mark.parametrize(
    ("value", "below", "at_least", "between"),
    [
        ("0.9", True, False, False),
        ("1.0", False, True, True),
        ("1.4", False, True, True),
        ("1.5", False, True, False),
    ],
)
def test_a_result_is_below_a_bound_or_at_least_at_it(
    value: str, below: bool, at_least: bool, between: bool
) -> None:
    someone = case(a_person().measured("level", f"{value} mmol/L", "2026-11-01"))
    assert someone.holds(when(observation="level", below="1 mmol/L")) is below
    assert someone.holds(when(observation="level", at_least="1 mmol/L")) is at_least
    at_most = when(observation="level", at_most="1 mmol/L")
    assert someone.holds(at_most) is (value in ("0.9", "1.0"))
    both = when(observation="level", at_least="1 mmol/L", below="1.5 mmol/L")
    assert someone.holds(both) is between


def test_a_bound_is_not_known_without_a_result_or_in_another_unit() -> None:
    bound = when(observation="level", below="1 mmol/L")
    assert case(a_person()).holds(bound) is None
    someone = case(a_person().measured("level", "1 mmol/L", "2026-11-01"))
    assert someone.holds(when(observation="level", below="1 mg/dL")) is None


def test_a_coded_answer_is_no_number() -> None:
    someone = case(a_person().found("smoking-status", "smokes", "2026-11-01"))
    newest = someone.results.latest("smoking-status")
    assert newest is not None
    assert newest.means == "current"
    assert someone.holds(when(observation="smoking-status", below="1")) is None


def test_an_answer_of_unknown_meaning_is_questioned() -> None:
    someone = case(a_person().found("smoking-status", "sometimes", "2026-11-01"))
    assert someone.results.of("smoking-status") == ()
    assert len(someone.results.questionable("smoking-status")) == 1


@pytest.mark.parametrize(
    ("value", "above", "at_least", "below"),
    [
        ("0.9 g", False, False, True),
        ("1000 mg", False, True, False),
        ("1.1 g", True, True, False),
        ("1 mL", None, None, None),
    ],
)
def test_bounds_include_or_exclude_the_bound_itself(
    value: str, above: bool | None, at_least: bool | None, below: bool | None
) -> None:
    one, bound = Quantity.parse(value), Quantity.parse("1 g")
    assert within_bounds(one, above=bound) is above
    assert within_bounds(one, at_least=bound) is at_least
    assert within_bounds(one, below=bound) is below
    at_most = None if above is None else not above
    assert within_bounds(one, at_most=bound) is at_most
    assert within_bounds(one) is True


# --- creatinine clearance, worked out ---------------------------------------------

KIDNEY = some_knowledge(
    drugs=[
        drug("buprenorphine"),
        drug("naloxone", deterrent=[cited(combined_with=["buprenorphine"], text="")]),
    ],
    observations=[
        observation(
            "creatinine-clearance", "mL/min", stand_in=[cited(observation="egfr")]
        ),
        observation("egfr", "mL/min"),
        observation("plain-clearance", "mL/min"),
        observation("creatinine", "mg/dL"),
        observation("weight", "kg"),
    ],
)


def kidney(
    *, creatinine: str | None = "2 mg/dL", weight: str | None = "72 kg", **who: Any
) -> A:
    person = a_person(**{"born": "1980-05-05", "sex": Sex.MALE, **who})
    if creatinine:
        person = person.measured("creatinine", creatinine, "2026-11-01")
    return person.measured("weight", weight, "2026-11-01") if weight else person


def clearance(a: A, on: str = "2026-11-22") -> str | None:
    found = a_case(a, KIDNEY, on).results.latest("creatinine-clearance")
    return None if found is None else f"{found.quantity} {found.worked_out}"


def test_a_clearance_is_worked_out_from_creatinine_weight_age_and_sex() -> None:
    """(140 - 46) x 72 / (72 x 2) is 47; for a woman 0.85 of it, 39.95."""
    assert clearance(kidney()) == "47 mL/min True"
    assert clearance(kidney(sex=Sex.FEMALE)) == "39.95 mL/min True"
    assert clearance(kidney(born="1986-11-22")) == "50 mL/min True"
    assert clearance(kidney(born="1986-11-23")) == "50.5 mL/min True"
    assert clearance(kidney(born="1985-11-22", weight="144 kg")) == "99 mL/min True"
    assert clearance(kidney(creatinine="1 mg/dL")) == "94 mL/min True"


@pytest.mark.parametrize(
    "person",
    [
        kidney(creatinine=None),
        kidney(weight=None),
        kidney(creatinine="0 mg/dL"),
        kidney(born=None),
        kidney(born="1980"),
        kidney(sex=Sex.UNKNOWN),
        kidney(sex=Sex.OTHER),
    ],
)
def test_without_any_of_the_four_no_clearance_is_worked_out(person: A) -> None:
    assert clearance(person) is None


def test_a_clearance_is_worked_out_from_results_of_the_last_year() -> None:
    assert clearance(kidney(), "2027-11-01") is not None
    assert clearance(kidney(), "2027-11-02") is None
    newer = kidney().measured("creatinine", "2 mg/dL", "2027-06-01")
    assert clearance(newer, "2027-11-02") is None
    both = newer.measured("weight", "72 kg", "2027-06-01")
    assert clearance(both, "2027-11-02") is not None
    heavier = kidney().measured("weight", "72 kg", "2027-06-01")
    assert clearance(heavier, "2027-11-02") is None


def test_what_was_measured_stands_before_what_is_worked_out() -> None:
    egfr = kidney().measured("egfr", "80 mL/min", "2026-11-01")
    assert clearance(egfr) == "47 mL/min True"
    without = kidney(weight=None).measured("egfr", "80 mL/min", "2026-11-01")
    assert clearance(without) == "80 mL/min False"
    measured = egfr.measured("creatinine-clearance", "30 mL/min", "2020-01-01")
    assert clearance(measured) == "30 mL/min False"
    plain = a_case(without, KIDNEY)
    assert plain.results.latest("plain-clearance") is None
    assert plain.results.latest("unheard-of") is None


def test_what_is_worked_out_is_as_old_as_its_creatinine() -> None:
    month = Duration.parse("21 days")
    recent = a_case(kidney(), KIDNEY, "2026-11-22")
    assert recent.results.latest("creatinine-clearance", month) is not None
    later = a_case(kidney(), KIDNEY, "2026-11-23")
    assert later.results.latest("creatinine-clearance", month) is None


def test_what_only_deters_misuse_is_not_taken() -> None:
    person = a_person().taking("buprenorphine")
    (line,) = person.record.medications
    both = (
        *line.medicine.ingredients,
        msgspec.structs.replace(
            line.medicine.ingredients[0], rxcui="naloxone", name="naloxone"
        ),
    )
    film = msgspec.structs.replace(
        line, medicine=msgspec.structs.replace(line.medicine, ingredients=both)
    )
    record = msgspec.structs.replace(person.record, medications=(film,))
    names = [t.name for t in a_case(A(record), KIDNEY).taking]
    assert names == ["buprenorphine"]
    alone = a_case(a_person().taking("naloxone"), KIDNEY)
    assert [t.name for t in alone.taking] == ["naloxone"]


# --- several parts ----------------------------------------------------------------


def test_all_stated_parts_must_hold_and_one_that_does_not_decides() -> None:
    someone = case(a_person(born="1950", sex=Sex.UNKNOWN))
    assert someone.holds(None) is True
    assert someone.holds(when()) is True
    assert someone.holds(when(age_at_least=65)) is True
    assert someone.holds(when(age_at_least=65, sex="male")) is None
    assert someone.holds(when(age_below=65, sex="male")) is False


def test_each_part_is_named_by_what_it_needs() -> None:
    someone = case(nobody().taking("lithium", since=None))
    everything = when(
        age_at_least=1,
        age_below=2,
        sex="male",
        condition="depression",
        without_condition="pregnancy",
        observation="level",
        taking=["ssri"],
        not_taking=["opioid"],
        dose_below="1 mg",
        route="oral",
        taken_for_less_than="1 day",
        taken_for_at_least="1 day",
    )
    parts = list(someone.parts(everything, someone.taking[0]))
    assert parts == [
        ("age", None),
        ("age", None),
        ("sex", None),
        ("conditions", None),
        ("conditions", None),
        ("level", None),
        ("medication-list", False),
        ("medication-list", True),
        ("dose", None),
        ("route", None),
        ("start-date", None),
        ("start-date", None),
    ]


# --- smoking ----------------------------------------------------------------------


def smoking(*answers: tuple[str, str]) -> A:
    person = a_person()
    for answer, on in answers:
        person = person.found("smoking-status", answer, on)
    return person


@pytest.mark.parametrize(
    ("answers", "stopped", "started"),
    [
        ([("smokes", "2026-01-01"), ("stopped", "2026-10-23")], True, False),
        ([("smokes", "2026-01-01"), ("stopped", "2026-10-22")], False, False),
        ([("smokes", "2026-01-01"), ("no", "2026-11-01")], True, False),
        ([("no", "2026-01-01"), ("smokes", "2026-11-01")], False, True),
        ([("stopped", "2026-01-01"), ("smokes", "2026-10-22")], False, False),
        ([("smokes", "2026-11-01")], False, False),
        ([("stopped", "2026-11-01")], False, False),
        ([("stopped", "2026-01-01"), ("no", "2026-11-01")], False, False),
        ([("smokes", "2026-01-01"), ("smokes", "2026-11-01")], False, False),
        (
            [
                ("smokes", "2026-01-01"),
                ("stopped", "2026-11-01"),
                ("smokes", "2026-11-10"),
            ],
            False,
            True,
        ),
        (
            [
                ("smokes", "2026-01-01"),
                ("stopped", "2026-11-01"),
                ("no", "2026-11-10"),
            ],
            True,
            False,
        ),
        (
            [
                ("smokes", "2026-10-01"),
                ("sometimes", "2026-10-20"),
                ("stopped", "2026-11-01"),
            ],
            True,
            False,
        ),
        ([], False, False),
    ],
)
def test_only_the_newest_change_of_smoking_counts_within_its_time(
    answers: list[tuple[str, str]], stopped: bool, started: bool
) -> None:
    someone = case(smoking(*answers))
    month = timedelta(days=30)
    assert bool(someone.results.smoking_event("smoking-stopped", month)) is stopped
    assert bool(someone.results.smoking_event("smoking-started", month)) is started


@pytest.mark.parametrize(("value", "made"), [("410 ms", True), (None, False)])
def test_a_trace_that_was_made_counts_by_any_value_and_an_empty_line_does_not(
    value: str | None, made: bool
) -> None:
    """Nothing more is asked of some observations than that they were made."""
    knowledge = some_knowledge(observations=[observation("trace")])
    person = a_person().measured("trace", value or "1 ms", "2026-03-01")
    if value is None:
        (line,) = person.record.observations
        empty = msgspec.structs.replace(line, quantity=None)
        person = A(msgspec.structs.replace(person.record, observations=(empty,)))
    case = Case(person.record, knowledge, date(2026, 3, 2))
    assert bool(case.results.of("trace")) is made
