"""Is the dose within its range for this person and this use?"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from builders import (
    A,
    Said,
    a_person,
    asked,
    cited,
    condition,
    daily,
    drug,
    nobody,
    observation,
    some_knowledge,
)
from concord.knowledge.lookup import Knowledge
from concord.record.model import AsNeeded, Dosage, Maximum, Timing
from concord.review.rules.dose import DOSE
from concord.terms import Duration, Quantity
from concord.wording import say

ADULT = cited(
    population="adult",
    start="25 mg",
    usual_low="50 mg",
    usual_high="150 mg",
    maximum="200 mg",
)


def made(*doses: dict[str, Any], **fields: Any) -> Knowledge:
    return some_knowledge(
        drugs=[drug("sertraline", dose=list(doses or (ADULT,)), **fields), drug("b")],
        conditions=[condition("ocd"), condition("pain"), condition("cirrhosis")],
        observations=[observation("egfr", "mL/min"), observation("weight", "kg")],
    )


def amara(dose: str | None = "50 mg", *, born: str | None = "1980", **more: Any) -> A:
    return a_person(born=born).taking("sertraline", dose, **more)


def ask(person: A, knowledge: Knowledge | None = None, on: str = "2026-11-22") -> Said:
    return asked(DOSE, person, knowledge or made(), on)


@pytest.mark.parametrize(
    ("dose", "ids"),
    [
        ("24 mg", ("dose-range:below:sertraline",)),
        ("25 mg", ()),
        ("200 mg", ()),
        ("0.2 g", ()),
        ("201 mg", ("dose-range:above:sertraline",)),
    ],
)
def test_a_dose_is_in_range_at_both_ends(dose: str, ids: tuple[str, ...]) -> None:
    said = ask(amara(dose))
    assert said.ids == ids
    assert said.checked == (not ids)


def test_too_high_is_serious_and_too_low_is_minor() -> None:
    high, low = ask(amara("300 mg")).one, ask(amara("5 mg")).one
    assert (high.severity, high.problem) == ("serious", "dosage too high")
    assert (low.severity, low.problem) == ("minor", "dosage too low")
    assert high.why.values["given"] == "300 mg"
    assert high.why.values["maximum"] == "200 mg"
    assert low.why.values["low"] == "25 mg"


def test_the_least_is_the_lower_of_the_start_and_the_usual_dose() -> None:
    only_usual = cited(population="adult", usual_low="50 mg")
    assert ask(amara("49 mg"), made(only_usual)).findings
    assert ask(amara("50 mg"), made(only_usual)).checked
    mixed = cited(population="adult", start="0.1 g", usual_low="50 mg")
    assert ask(amara("60 mg"), made(mixed)).checked
    only_start = cited(population="adult", start="25 mg")
    assert ask(amara("500 mg"), made(only_start)).checked


def test_a_range_of_doses_is_judged_by_its_high_end() -> None:
    def between(low: str, high: str) -> A:
        dosage = daily(low, dose_max=Quantity.parse(high))
        return a_person().taking("sertraline", dosage=(dosage,))

    assert ask(between("5 mg", "25 mg")).checked
    assert ask(between("50 mg", "201 mg")).findings


def test_a_dose_taken_only_when_needed_is_never_too_low() -> None:
    assert ask(amara("5 mg", as_needed=True)).checked
    assert ask(amara("201 mg", as_needed=True)).findings


def test_a_rescue_dose_is_checked_where_no_source_gives_a_most() -> None:
    no_most = made(cited(population="adult", start="25 mg"))
    needed = Dosage(dose=Quantity.parse("5 mg"), as_needed=AsNeeded())
    rescue = a_person().taking("sertraline", dosage=(needed,))
    assert ask(rescue, no_most).checked
    assert ask(rescue).needs == ("no-frequency",)
    fixed = a_person().taking("sertraline", dosage=(needed, daily("5")))
    assert ask(fixed, no_most).needs == ("no-frequency",)
    assert ask(amara(None), no_most).needs == ("no-directions",)
    most = Maximum(amount=Quantity.parse("5"), within=Duration.parse("1 day"))
    limited = daily("5 mg", as_needed=AsNeeded(), maximum=most)
    assert ask(a_person().taking("sertraline", dosage=(limited,)), no_most).checked


@pytest.mark.parametrize(
    ("person", "needs"),
    [
        (amara(None), ("no-directions",)),
        (amara("2 {tablet}"), ("no-strength",)),
        (amara("50"), ("no-unit",)),
        (amara(born=None), ("age",)),
        (nobody().taking("sertraline", "50 mg"), ("age",)),
        (a_person().taking_something_called("pill"), ("recognised",)),
        (a_person().taking("new", "1 mg"), ("drug-knowledge",)),
        (a_person().taking("b", "1 mg"), ("dose-for-age",)),
    ],
)
def test_what_cannot_be_judged_says_what_is_missing(
    person: A, needs: tuple[str, ...]
) -> None:
    said = ask(person)
    assert said.outcome == "not checked"
    assert said.needs == needs


# --- age groups -------------------------------------------------------------------

CHILD = cited(population="child", maximum="100 mg")
OLDER = cited(population="older-adult", maximum="150 mg")


@pytest.mark.parametrize(
    ("born", "on", "maximum"),
    [
        ("2008-11-23", "2026-11-22", 100),
        ("2008-11-22", "2026-11-22", 200),
        ("1961-11-23", "2026-11-22", 200),
        ("1961-11-22", "2026-11-22", 150),
    ],
)
def test_each_age_group_has_its_own_rows(born: str, on: str, maximum: int) -> None:
    knowledge = made(ADULT, CHILD, OLDER)
    assert not ask(amara(f"{maximum} mg", born=born), knowledge, on).findings
    above = ask(amara(f"{maximum + 1} mg", born=born), knowledge, on)
    assert above.ids == ("dose-range:above:sertraline",)


def test_an_age_that_may_be_in_two_groups_is_not_known() -> None:
    assert ask(amara(born="2008-11")).needs == ("age",)
    assert ask(amara(born="1961")).needs == ("age",)


def test_an_adult_row_stands_in_for_older_adults_but_not_for_children() -> None:
    assert ask(amara("201 mg", born="1940")).findings
    assert ask(amara("20 mg", born="2015")).needs == ("dose-for-age",)
    assert ask(amara("20 mg", born="1940"), made(CHILD)).needs == ("dose-for-age",)


def test_a_row_for_older_adults_stands_before_the_adult_one_of_the_same_use() -> None:
    for_ocd = ADULT | {"indication": "ocd", "maximum": "300 mg"}
    knowledge = made(ADULT, for_ocd, OLDER)
    plain = ask(amara("151 mg", born="1940", for_="pain"), knowledge)
    assert plain.findings
    ocd = ask(amara("300 mg", born="1940", for_="ocd"), knowledge)
    assert not ocd.findings
    assert ask(amara("301 mg", born="1940", for_="ocd"), knowledge).findings


def test_an_adult_row_of_another_use_is_not_held_against_an_older_adult() -> None:
    adult_ocd = cited(population="adult", indication="ocd", maximum="50 mg")
    older = cited(population="older-adult", indication="pain", maximum="150 mg")
    knowledge = made(adult_ocd, older)
    assert ask(amara("150 mg", born="1940"), knowledge).checked
    assert ask(amara("151 mg", born="1940"), knowledge).findings


# --- uses and forms ---------------------------------------------------------------

OCD = ADULT | {"indication": "ocd", "maximum": "300 mg", "start": "50 mg"}


@pytest.mark.parametrize(
    ("for_", "dose", "found"),
    [
        ("ocd", "300 mg", False),
        ("ocd", "301 mg", True),
        ("ocd", "49 mg", True),
        ("pain", "200 mg", False),
        ("pain", "201 mg", True),
        (None, "201 mg", True),
    ],
)
def test_the_row_of_the_use_stands_before_the_one_for_any(
    for_: str | None, dose: str, found: bool
) -> None:
    said = ask(amara(dose, for_=for_), made(ADULT, OCD))
    assert bool(said.findings) is found


def test_above_one_use_but_not_above_another_needs_the_use() -> None:
    pain = ADULT | {"indication": "pain"}
    said = ask(amara("250 mg"), made(OCD, pain))
    assert said.outcome == "not checked"
    assert said.needs == ("form-or-indication",)
    above_both = ask(amara("301 mg"), made(OCD, pain)).one
    assert above_both.why.values["maximum"] == "300 mg"
    below_one = ask(amara("30 mg"), made(OCD, pain))
    assert below_one.checked
    below_both = ask(amara("24 mg"), made(OCD, pain)).one
    assert below_both.why.values["low"] == "25 mg"


def test_a_use_without_a_least_keeps_a_dose_from_being_too_low() -> None:
    open_ended = cited(population="adult", indication="pain", maximum="200 mg")
    assert ask(amara("1 mg"), made(OCD, open_ended)).checked


XR = cited(
    form="Extended Release Tablet",
    route="oral",
    release="extended",
    tag="XR",
    strengths=["50 mg"],
    brands=["Slowly"],
)
IR = XR | {"form": "Tablet", "release": "immediate", "tag": "IR", "brands": ["Fastly"]}
PLAIN = XR | {"tag": None, "brands": ["Plainly"]}


@pytest.mark.parametrize(
    ("more", "maximum"),
    [
        ({"text": "Slowly 50 mg"}, 300),
        ({"text": "Fastly 50 mg"}, 200),
        ({"form": "Extended Release Tablet", "release": "extended"}, 300),
        ({"form": "Oral something", "release": "extended"}, 300),
        ({"form": "Oral something", "release": "immediate"}, 200),
        ({"form": "Tablet", "release": "immediate"}, 200),
        ({"text": "Plainly", "form": "Syrup"}, 100),
        ({"form": "Syrup"}, 100),
        ({"release": "delayed"}, 100),
    ],
)
def test_the_row_of_the_form_taken_is_the_one_held_against_it(
    more: dict[str, Any], maximum: int
) -> None:
    rows = (
        ADULT | {"form": "XR", "maximum": "300 mg"},
        ADULT | {"form": "IR", "maximum": "200 mg"},
        ADULT | {"maximum": "100 mg"},
    )
    knowledge = made(*rows, product=[PLAIN, XR, IR])
    assert ask(amara(f"{maximum} mg", **more), knowledge).checked
    finding = ask(amara(f"{maximum + 1} mg", **more), knowledge).one
    assert finding.why.values["maximum"] == f"{maximum} mg"


def test_a_brand_tells_the_form() -> None:
    rows = (ADULT | {"form": "XR", "maximum": "300 mg"}, ADULT)
    knowledge = made(*rows, product=[XR])
    person = amara("300 mg", release="delayed")
    assert ask(person, knowledge).findings
    (line,) = person.record.medications
    branded = msgspec.structs.replace(line.medicine, brand="SLOWLY")
    line = msgspec.structs.replace(line, medicine=branded)
    record = msgspec.structs.replace(person.record, medications=(line,))
    assert ask(A(record), knowledge).checked


@pytest.mark.parametrize(
    ("form", "release", "maximum"),
    [
        ("Intramuscular Injection", "extended", 300),
        ("Intramuscular Prefilled Syringe", "extended", 300),
        ("Intramuscular Injection", "depot", 300),
        ("Intramuscular Injection", "immediate", 100),
        ("Intramuscular implant", "extended", 100),
        ("Oral Tablet", "extended", 100),
    ],
)
def test_an_injection_of_extended_release_is_a_depot(
    form: str, release: str, maximum: int
) -> None:
    depot = XR | {
        "form": "Suspension",
        "route": "intramuscular",
        "release": "depot",
        "tag": "LAI",
        "brands": [],
    }
    rows = (
        ADULT | {"form": "LAI", "maximum": "300 mg"},
        ADULT | {"maximum": "100 mg"},
    )
    person = amara("301 mg", form=form, release=release)
    finding = ask(person, made(*rows, product=[depot])).one
    assert finding.why.values["maximum"] == f"{maximum} mg"


@pytest.mark.parametrize(
    ("taking_b", "maximum"),
    [(True, 300), (False, 200)],
)
def test_a_row_for_some_people_counts_unless_it_is_known_not_to_hold(
    taking_b: bool, maximum: int
) -> None:
    rows = (
        ADULT | {"maximum": "300 mg", "when": {"taking": ["b"]}},
        ADULT | {"when": {"not_taking": ["b"]}},
    )
    person = amara(f"{maximum + 1} mg")
    person = person.taking("b", "1 mg") if taking_b else person
    assert ask(person, made(*rows)).one.why.values["maximum"] == f"{maximum} mg"
    unread = amara("250 mg").taking_something_called("pill")
    assert "form-or-indication" in ask(unread, made(*rows)).needs


def test_a_form_that_cannot_be_told_is_above_only_what_is_above_all() -> None:
    rows = (
        ADULT | {"form": "XR", "maximum": "300 mg"},
        ADULT | {"form": "IR", "maximum": "200 mg"},
    )
    knowledge = made(*rows, product=[XR, IR])
    assert ask(amara("250 mg"), knowledge).needs == ("form-or-indication",)
    assert ask(amara("301 mg"), knowledge).findings
    assert ask(amara("200 mg"), knowledge).checked
    syrup = ask(amara("250 mg", form="Syrup"), knowledge)
    assert syrup.needs == ("form-or-indication",)


def test_an_injection_is_judged_by_the_single_dose() -> None:
    row = cited(
        population="adult", usual_low="50 mg", maximum="100 mg", every="1 month"
    )

    def injected(dose: str) -> A:
        timing = Timing(frequency=1, period=28, period_unit="d")  # type: ignore[arg-type]
        dosage = Dosage(dose=Quantity.parse(dose), timing=timing)
        return a_person().taking("sertraline", dosage=(dosage,))

    assert ask(injected("100 mg"), made(row)).checked
    above = ask(injected("101 mg"), made(row)).one
    assert above.why.values["per"] == "every 1 month"
    assert ask(injected("49 mg"), made(row)).ids == ("dose-range:below:sertraline",)
    a_day = ask(injected("2800 mg"), made(ADULT | {"usual_low": "100 mg"}))
    assert a_day.checked


# --- weight -----------------------------------------------------------------------

BY_WEIGHT = cited(population="adult", by_weight=True, usual_low="1 mg", maximum="3 mg")


@pytest.mark.parametrize(
    ("dose", "ids"),
    [
        ("69 mg", ("dose-range:below:sertraline",)),
        ("70 mg", ()),
        ("210 mg", ()),
        ("211 mg", ("dose-range:above:sertraline",)),
    ],
)
def test_a_dose_by_weight_is_multiplied_by_it(dose: str, ids: tuple[str, ...]) -> None:
    weighed = amara(dose).measured("weight", "70000 g", "2026-11-01")
    assert ask(weighed, made(BY_WEIGHT)).ids == ids
    without = ask(amara(dose), made(BY_WEIGHT))
    (need,) = without.not_checked[0].needs
    assert need.values == {"name": "weight"}
    assert not without.findings


# --- the kidney, the liver and other medicines ------------------------------------


def adjustment(**fields: Any) -> dict[str, Any]:
    when = {"observation": "egfr", "below": "30 mL/min"}
    return cited(organ="kidney", when=when, text="less") | fields


@pytest.mark.parametrize(
    "limit", [{"maximum": "100 mg"}, {"share": "0.5"}, {"maximum": "0.1 g"}], ids=str
)
@pytest.mark.parametrize(
    ("egfr", "dose", "outcome"),
    [
        ("29", "101 mg", "finding"),
        ("29", "100 mg", "checked"),
        ("30", "101 mg", "checked"),
        ("30", "201 mg", "finding"),
        (None, "101 mg", "not checked"),
        (None, "100 mg", "checked"),
    ],
)
def test_a_failing_kidney_lowers_the_most_where_it_would_matter(
    egfr: str | None, dose: str, outcome: str, limit: dict[str, str]
) -> None:
    person = amara(dose)
    if egfr:
        person = person.measured("egfr", f"{egfr} mL/min", "2026-11-01")
    said = ask(person, made(adjustment=[adjustment(**limit)]))
    assert said.outcome == outcome
    if outcome == "not checked":
        assert said.not_checked[0].needs[0].key == "need.observation"


def test_the_finding_names_what_lowered_the_limit() -> None:
    person = amara("150 mg").measured("egfr", "20 mL/min", "2026-11-01")
    finding = ask(person, made(adjustment=[adjustment(maximum="100 mg")])).one
    assert finding.why.key == "why.above-adjusted"
    assert finding.why.values["because"] == "less"
    assert "20" in finding.seen[1].values["value"]
    plain = ask(amara("201 mg"), made()).one
    assert plain.why.key == "why.above"


def test_an_adjustment_above_the_most_does_not_raise_it() -> None:
    person = amara("201 mg").measured("egfr", "20 mL/min", "2026-11-01")
    for limit in ("300 mg", "200 mg"):
        said = ask(person, made(adjustment=[adjustment(maximum=limit)])).one
        assert said.why.key == "why.above"
    unknown = ask(amara("150 mg"), made(adjustment=[adjustment(maximum="300 mg")]))
    assert unknown.checked


def test_of_two_adjustments_the_lower_limit_holds() -> None:
    rows = [adjustment(maximum="100 mg"), adjustment(maximum="50 mg", organ="liver")]
    person = amara("75 mg").measured("egfr", "20 mL/min", "2026-11-01")
    for order in (rows, rows[::-1]):
        assert ask(person, made(adjustment=order)).one.why.values["maximum"] == "50 mg"


def test_an_adjustment_of_one_form_is_not_held_against_another() -> None:
    rows = (ADULT | {"form": "XR"}, ADULT | {"form": "IR"})
    knowledge = made(
        *rows,
        product=[XR, IR],
        adjustment=[adjustment(maximum="100 mg", form="XR")],
    )
    failing = amara("150 mg", text="Fastly").measured("egfr", "9 mL/min", "2026-11-01")
    assert ask(failing, knowledge).checked
    slow = amara("150 mg", text="Slowly").measured("egfr", "9 mL/min", "2026-11-01")
    assert ask(slow, knowledge).findings


@pytest.mark.parametrize(
    ("egfr", "dose", "outcome"),
    [
        ("29", "300 mg", "checked"),
        ("29", "301 mg", "finding"),
        ("30", "200 mg", "checked"),
        ("30", "201 mg", "finding"),
        (None, "200 mg", "checked"),
        (None, "201 mg", "finding"),
    ],
)
def test_an_adjustment_that_replaces_the_most_may_raise_it(
    egfr: str | None, dose: str, outcome: str
) -> None:
    person = amara(dose)
    if egfr:
        person = person.measured("egfr", f"{egfr} mL/min", "2026-11-01")
    row = adjustment(maximum="300 mg", replaces=True)
    assert ask(person, made(adjustment=[row])).outcome == outcome


@pytest.mark.parametrize(("for_", "found"), [("ocd", True), ("pain", False)])
def test_an_adjustment_of_one_use_is_not_held_against_another(
    for_: str, found: bool
) -> None:
    rows = (ADULT | {"indication": "ocd"}, ADULT | {"indication": "pain"})
    row = adjustment(maximum="100 mg", indication="ocd")
    person = amara("150 mg", for_=for_).measured("egfr", "9 mL/min", "2026-11-01")
    assert bool(ask(person, made(*rows, adjustment=[row])).findings) is found


def test_advice_in_words_alone_moves_no_limit() -> None:
    person = amara("150 mg").measured("egfr", "9 mL/min", "2026-11-01")
    assert ask(person, made(adjustment=[adjustment()])).checked


@pytest.mark.parametrize(
    ("egfr", "outcome"), [("29", "finding"), ("30", "checked"), (None, "not checked")]
)
def test_a_medicine_to_avoid_is_one_whatever_its_dose(
    egfr: str | None, outcome: str
) -> None:
    person = amara("50 mg")
    if egfr:
        person = person.measured("egfr", f"{egfr} mL/min", "2026-11-01")
    said = ask(person, made(adjustment=[adjustment(avoid=True, maximum="1 mg")]))
    assert said.outcome == outcome
    if outcome == "not checked":
        assert said.not_checked[0].needs[0].values == {"name": "egfr"}
    if outcome == "finding":
        assert said.one.id == "dose-range:avoid-kidney:sertraline"
        assert said.severity == "serious"


@pytest.mark.parametrize(
    ("fields", "more", "found"),
    [
        ({"indication": "ocd"}, {"for_": "ocd"}, True),
        ({"indication": "ocd"}, {"for_": "pain"}, False),
        ({"form": "XR"}, {"text": "Slowly"}, True),
        ({"form": "XR"}, {"text": "Fastly"}, False),
        ({"form": "XR"}, {}, False),
    ],
)
def test_what_to_avoid_may_be_one_use_or_one_form(
    fields: dict[str, Any], more: dict[str, Any], found: bool
) -> None:
    row = adjustment(avoid=True, **fields)
    person = amara("50 mg", **more).measured("egfr", "9 mL/min", "2026-11-01")
    said = ask(person, made(adjustment=[row], product=[XR, IR]))
    assert bool(said.findings) is found


def test_a_dose_that_cannot_be_read_does_not_hide_what_to_avoid() -> None:
    person = amara(None).measured("egfr", "9 mL/min", "2026-11-01")
    said = ask(person, made(adjustment=[adjustment(avoid=True)]))
    assert said.ids == ("dose-range:avoid-kidney:sertraline",)
    assert said.needs == ("no-directions",)


def test_what_a_condition_or_an_age_forbids_is_seen() -> None:
    rows = [
        adjustment(avoid=True, organ="liver", when={"condition": "cirrhosis"}),
        adjustment(avoid=True, organ="age", when={"age_at_least": 65}),
    ]
    person = amara("50 mg", born="1940").with_condition("cirrhosis")
    said = ask(person, made(adjustment=rows))
    keys = [[m.key for m in f.seen] for f in said.findings]
    assert sorted(keys) == [
        ["seen.taking-dose-since", "seen.age"],
        ["seen.taking-dose-since", "seen.condition"],
    ]


def test_of_an_age_not_quite_known_the_youngest_is_seen() -> None:
    rows = [adjustment(avoid=True, organ="age", when={"age_at_least": 65})]
    said = ask(amara("50 mg", born="1950"), made(adjustment=rows))
    (age,) = (m for m in said.one.seen if m.key == "seen.age")
    assert age.values["age"] == "75"  # 75 or 76


def test_an_adjustment_in_another_measure_is_not_checked_where_it_may_hold() -> None:
    row = adjustment(maximum="2 mL", when={"age_at_least": 65})
    old, young = amara("50 mg", born="1940"), amara("50 mg", born="1980")
    assert ask(old, made(adjustment=[row])).needs == ("mixed-units",)
    assert ask(young, made(adjustment=[row])).outcome == "checked"


@pytest.mark.parametrize("field", ["start", "usual_low", "maximum"])
def test_what_measures_another_thing_is_not_checked(field: str) -> None:
    row = cited(population="adult", **{field: "5 meq"})
    said = ask(amara("500 mg"), made(row))
    assert (said.outcome, said.needs) == ("not checked", ("mixed-units",))
    assert ask(amara("5 meq"), made(row)).needs == ("no-unit",)
    in_pieces = amara("1 {tablet}", strength="5 meq")
    assert ask(in_pieces, made(row)).checked


def test_a_row_counts_from_the_day_it_holds() -> None:
    rows = (
        ADULT | {"until": date(2026, 6, 1)},
        ADULT | {"maximum": "100 mg", "since": date(2026, 6, 1)},
    )
    assert ask(amara("150 mg"), made(*rows), "2026-05-31").checked
    assert ask(amara("150 mg"), made(*rows), "2026-06-01").findings


def test_an_unverified_row_never_interrupts() -> None:
    for status, interrupts in (
        ("checked", True),
        ("convention", True),
        ("unverified", False),
    ):
        finding = ask(amara("300 mg"), made(ADULT | {"status": status})).one
        assert finding.interrupts is interrupts


FOR_OCD = cited(population="adult", indication="ocd", usual_high="300 mg")
FOR_PAIN = cited(
    population="adult", indication="pain", usual_high="80 mg", maximum="90 mg"
)


@pytest.mark.parametrize(("dose", "ids"), [("90 mg", ()), ("91 mg", ())])
def test_a_use_without_a_stated_maximum_allows_any_amount(
    dose: str, ids: tuple[str, ...]
) -> None:
    """Where it may be taken for either use, the limit of one does not decide."""
    assert ask(amara(dose), made(FOR_OCD, FOR_PAIN)).ids == ids


def test_a_limit_that_holds_for_one_use_only_is_not_checked_while_the_use_is_open() -> (
    None
):
    said = ask(amara("91 mg"), made(FOR_OCD, FOR_PAIN))
    assert said.needs == ("form-or-indication",)
    assert ask(amara("90 mg"), made(FOR_OCD, FOR_PAIN)).needs == ()


@pytest.mark.parametrize(
    ("dose", "ids"), [("200 mg", ()), ("201 mg", ("dose-range:above:sertraline",))]
)
def test_an_older_adults_row_without_a_maximum_leaves_the_adults_standing(
    dose: str, ids: tuple[str, ...]
) -> None:
    older = cited(population="older-adult", start="25 mg", usual_high="100 mg")
    assert ask(amara(dose, born="1950"), made(ADULT, older)).ids == ids


def test_an_older_adults_own_maximum_takes_the_place_of_the_adults() -> None:
    older = cited(population="older-adult", start="25 mg", maximum="100 mg")
    said = ask(amara("101 mg", born="1950"), made(ADULT, older))
    assert said.ids == ("dose-range:above:sertraline",)


# --- directions in words ----------------------------------------------------------


def test_a_dose_that_was_read_in_words_is_judged_and_said_to_be_so() -> None:
    read = daily("300 mg", text="300 mg daily", read_from_text=True)
    found = ask(a_person().taking("sertraline", dosage=(read,))).one
    words = "300 mg a day (read from directions in words)"
    assert words in say(found.seen[0])
    stated = ask(amara("300 mg")).one
    assert "in words" not in say(stated.seen[0])


def test_a_dose_in_words_that_were_not_understood_is_not_checked() -> None:
    kept = Dosage(text="take as directed")
    said = ask(a_person().taking("sertraline", dosage=(kept,)))
    assert said.outcome == "not checked"
    assert said.needs == ("no-dose",)
