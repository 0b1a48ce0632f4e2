"""Two medicines, or a medicine and the person's circumstances, that interact."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import (
    THEN,
    A,
    Said,
    a_person,
    asked,
    cited,
    condition,
    drug,
    group,
    observation,
    some_knowledge,
)
from concord.knowledge.lookup import Knowledge
from concord.review.rules.interaction import INTERACTION

MAOI_SSRI = cited(
    id="maoi-ssri",
    title="t",
    a={"groups": ["maoi"]},
    b={"groups": ["ssri"]},
    mechanism="m",
    effect="e",
    severity="serious",
    action="act",
)


def made(*rules: dict[str, Any]) -> Knowledge:
    return some_knowledge(
        drugs=[
            drug(d)
            for d in ("phenelzine", "sertraline", "fluoxetine", "naloxone", "other")
        ],
        groups=[
            group("maoi", "phenelzine"),
            group("ssri", "sertraline", "fluoxetine"),
            group(
                "high-dose",
                member=[cited(drug="sertraline", when={"dose_at_least": "100 mg"})],
            ),
        ],
        conditions=[condition("seizures"), condition("pregnancy")],
        observations=[
            observation("level", "mmol/L"),
            observation(
                "smoking-status",
                answer=[
                    cited(codes=["smokes"], means="current"),
                    cited(codes=["stopped"], means="former"),
                ],
            ),
        ],
        interactions=list(rules or (MAOI_SSRI,)),
    )


def rule(**fields: Any) -> Knowledge:
    return made(MAOI_SSRI | fields)


def both(*drugs: str, since: str | None = "2026-01-01", **person: Any) -> A:
    a = a_person(**person)
    for name in drugs or ("phenelzine", "sertraline"):
        a = a.taking(name, "50 mg", since=since)
    return a


def ask(person: A, knowledge: Knowledge, on: str = "2026-11-22") -> Said:
    return asked(INTERACTION, person, knowledge, on)


# --- who is on which side ---------------------------------------------------------


@pytest.mark.parametrize(
    ("drugs", "found"),
    [
        (("phenelzine", "sertraline"), True),
        (("sertraline", "phenelzine"), True),
        (("phenelzine", "other"), False),
        (("sertraline", "fluoxetine"), False),
        (("phenelzine",), False),
    ],
)
def test_a_rule_holds_between_its_two_sides_in_either_order(
    drugs: tuple[str, ...], found: bool
) -> None:
    said = ask(both(*drugs), made())
    assert bool(said.findings) is found
    assert said.checked is not found


def test_one_rule_is_one_finding_with_everyone_it_concerns() -> None:
    finding = ask(both("sertraline", "phenelzine", "fluoxetine"), made()).one
    assert finding.id == "interaction:maoi-ssri:fluoxetine+phenelzine+sertraline"
    assert set(finding.medications) == {"m0", "m1", "m2"}
    assert finding.severity == "serious"
    assert finding.why.values == {"mechanism": "m", "effect": "e"}
    assert [o.values["text"] for o in finding.options] == ["act"]
    assert finding.first_say is None


def test_what_must_not_be_done_is_said_first_and_options_last() -> None:
    knowledge = rule(first_say="Do not stop it.", options=["then this"])
    finding = ask(both(), knowledge).one
    assert finding.first_say is not None
    assert finding.first_say.values == {"text": "Do not stop it."}
    assert [o.values["text"] for o in finding.options] == ["act", "then this"]


def test_one_drug_in_two_medicines_does_not_interact_with_itself() -> None:
    within = rule(b={"groups": ["maoi", "ssri"]}, a={"groups": ["ssri"]})
    twice = both("sertraline").taking("sertraline", "50 mg", by="x")
    assert ask(twice, within).checked
    assert ask(both("sertraline", "fluoxetine"), within).findings


def test_a_drug_that_a_side_leaves_out_is_not_on_it() -> None:
    side = {"groups": ["ssri"], "except_drugs": ["sertraline"]}
    assert ask(both(), rule(b=side)).checked
    assert ask(both("phenelzine", "fluoxetine"), rule(b=side)).findings
    named = {"drugs": ["other"]}
    assert ask(both("phenelzine", "other"), rule(b=named)).findings


def test_a_pair_that_fits_both_ways_round_is_met_once() -> None:
    everyone = {"groups": ["maoi", "ssri"]}
    finding = ask(both(), rule(a=everyone, b=everyone)).one
    assert len([m for m in finding.seen if m.key.startswith("seen.taking")]) == 2
    assert finding.drugs == ("phenelzine", "sertraline")


@pytest.mark.parametrize(
    ("form", "found"), [("Nasal Spray", False), ("Oral Tablet", True), (None, True)]
)
def test_a_side_may_hold_only_by_some_routes(form: str | None, found: bool) -> None:
    knowledge = rule(b={"groups": ["ssri"], "routes": ["oral"]})
    person = both("phenelzine").taking("sertraline", "1 mg", form=form)
    assert bool(ask(person, knowledge).findings) is found


@pytest.mark.parametrize(
    ("dose", "found"), [("99 mg", False), ("100 mg", True), (None, True)]
)
def test_a_member_from_a_dose_on_counts_where_that_is_not_ruled_out(
    dose: str | None, found: bool
) -> None:
    knowledge = rule(b={"groups": ["high-dose"]})
    person = both("phenelzine").taking("sertraline", dose)
    assert bool(ask(person, knowledge).findings) is found


def test_a_rule_counts_on_the_days_it_is_in_force() -> None:
    knowledge = rule(until=date(2026, 6, 1))
    assert ask(both(), knowledge, "2026-05-31").findings
    assert ask(both(), knowledge, "2026-06-01").checked


def test_what_is_not_known_may_interact() -> None:
    person = both("phenelzine").taking_something_called("pill").taking("new")
    assert ask(person, made()).needs == ("recognised", "drug-knowledge")


# --- the person changes the severity ----------------------------------------------


def change(to: str, **when: Any) -> dict[str, Any]:
    return cited(to=to, when=when, text=f"to {to}")


@pytest.mark.parametrize(
    ("fields", "born", "severity"),
    [
        ({"raises": [change("contraindicated", age_at_least=65)]}, "1950", 0),
        ({"raises": [change("contraindicated", age_at_least=65)]}, "1990", 1),
        ({"raises": [change("serious", age_at_least=65)]}, "1950", 1),
        ({"raises": [change("moderate", age_at_least=65)]}, "1950", 1),
        ({"lowers": [change("minor", age_at_least=65)]}, "1950", 3),
        ({"lowers": [change("minor", age_at_least=65)]}, "1990", 1),
        ({"lowers": [change("minor", age_at_least=65)]}, None, 1),
        ({"lowers": [change("contraindicated", age_at_least=65)]}, "1950", 1),
        ({"lowers": [change("serious", age_at_least=65)]}, "1950", 1),
        (
            {
                "lowers": [change("moderate", age_below=200)],
                "raises": [change("contraindicated", age_at_least=65)],
            },
            "1950",
            0,
        ),
        (
            {
                "lowers": [
                    change("minor", age_below=200),
                    change("moderate", age_below=200),
                ]
            },
            "1950",
            3,
        ),
    ],
    ids=str,
)
def test_the_severity_is_raised_or_lowered_for_the_person(
    fields: dict[str, Any], born: str | None, severity: int
) -> None:
    scale = ("contraindicated", "serious", "moderate", "minor")
    said = ask(both(born=born), rule(**fields))
    assert said.severity == scale[severity]
    because = [m.values["text"] for m in said.one.seen if m.key == "seen.because"]
    assert because == ([] if severity == 1 else [f"to {scale[severity]}"])


@pytest.mark.parametrize(
    ("to", "said_so"),
    [("contraindicated", True), ("serious", False), ("moderate", False)],
)
def test_what_might_make_it_graver_is_said_where_it_is_not_known(
    to: str, said_so: bool
) -> None:
    said = ask(both(born=None), rule(raises=[change(to, age_at_least=65)]))
    assert said.severity == "serious"
    open_ = [m for m in said.one.seen if m.key == "seen.might-be"]
    assert bool(open_) is said_so


def test_a_change_may_depend_on_either_medicine() -> None:
    knowledge = rule(raises=[change("contraindicated", dose_at_least="100 mg")])
    for first, second, severity in (
        ("50 mg", "50 mg", "serious"),
        ("100 mg", "50 mg", "contraindicated"),
        ("50 mg", "100 mg", "contraindicated"),
        ("50 mg", None, "serious"),
    ):
        person = a_person().taking("phenelzine", first).taking("sertraline", second)
        said = ask(person, knowledge)
        assert said.severity == severity
        unsure = any(m.key == "seen.might-be" for m in said.one.seen)
        assert unsure is (second is None)


@pytest.mark.parametrize(
    ("born", "found"), [("1950", False), ("1990", True), (None, True)]
)
def test_an_exemption_counts_only_where_it_is_known_to_hold(
    born: str | None, found: bool
) -> None:
    knowledge = rule(exempt=[cited(text="old", when={"age_at_least": 65})])
    assert bool(ask(both(born=born), knowledge).findings) is found


def test_of_several_pairs_of_one_rule_the_gravest_speaks() -> None:
    knowledge = rule(raises=[change("contraindicated", dose_at_least="100 mg")])
    for doses in (("50 mg", "100 mg"), ("100 mg", "50 mg")):
        person = both("phenelzine").taking("sertraline", doses[0])
        assert ask(person.taking("fluoxetine", doses[1]), knowledge).severity == (
            "contraindicated"
        )


# --- watched ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "on", "severity"),
    [
        ("serious", "2026-03-02", "moderate"),
        ("serious", "2026-03-01", "serious"),
        ("serious", "2026-03", "serious"),
        ("serious", "2026-04", "moderate"),
        ("contraindicated", "2026-03-02", "contraindicated"),
        ("moderate", "2026-03-02", "moderate"),
        ("minor", "2026-03-02", "minor"),
    ],
)
def test_what_was_measured_since_both_are_taken_is_one_step_less(
    base: str, on: str, severity: str
) -> None:
    knowledge = rule(severity=base, managed_by=["level"])
    person = both("phenelzine").taking("sertraline", "50 mg", since="2026-03-01")
    person = person.measured("level", "1 mmol/L", on)
    said = ask(person, knowledge)
    assert said.severity == severity
    watched = "It is being watched: measured since both are taken." in said.seen
    assert watched is (on in ("2026-03-02", "2026-04"))


def test_without_a_start_it_is_not_known_to_be_watched() -> None:
    knowledge = rule(managed_by=["level"])
    person = both("phenelzine", since=None).taking("sertraline", "50 mg")
    person = person.measured("level", "1 mmol/L", "2026-11-01")
    assert ask(person, knowledge).severity == "serious"
    unmeasured = ask(both(), knowledge)
    assert unmeasured.severity == "serious"
    other = both().measured("level", "1 mmol/L", "2026-11-01")
    assert ask(other, made()).severity == "serious"


# --- stopped, and still working ---------------------------------------------------

WASHOUT = cited(after={"groups": ["maoi"]}, lasts="14 days")


@pytest.mark.parametrize(
    ("on", "found"),
    [("2026-03-01", True), ("2026-03-14", True), ("2026-03-15", False)],
)
def test_a_rule_holds_after_one_side_was_stopped_until_its_washout_is_over(
    on: str, found: bool
) -> None:
    person = both("sertraline").taking("phenelzine", "15 mg", stopped="2026-03-01")
    said = ask(person, rule(washout=[WASHOUT]), on)
    assert bool(said.findings) is found
    assert said.checked is not found
    if found:
        assert said.seen[-1] == (
            "phenelzine was stopped on Sun 1 Mar 2026; its effect lasts 14 days."
        )
        assert set(said.one.medications) == {"m0", "m1"}


def test_a_stop_in_this_month_may_have_been_on_any_day_of_it() -> None:
    recorded = THEN.replace(month=11, day=10)
    person = both("sertraline", "phenelzine")
    person = person.then("stopped", "2026-11", recorded=recorded)
    knowledge = rule(washout=[WASHOUT])
    assert ask(person, knowledge, "2026-11-11").findings
    assert ask(person, knowledge, "2026-12-13").findings
    assert ask(person, knowledge, "2026-12-14").checked


def test_only_the_side_that_the_washout_names_lingers() -> None:
    person = both("phenelzine").taking("sertraline", "1 mg", stopped="2026-11-20")
    assert ask(person, rule(washout=[WASHOUT])).checked
    assert ask(person, rule()).checked
    two = [WASHOUT, cited(after={"groups": ["ssri"]}, lasts="5 weeks")]
    assert ask(person, rule(washout=two)).findings


def test_a_washout_of_the_drug_itself_stands_before_that_of_its_group() -> None:
    rows = [
        cited(after={"groups": ["ssri"]}, lasts="14 days"),
        cited(after={"drugs": ["fluoxetine"]}, lasts="5 weeks"),
    ]
    for order in (rows, rows[::-1]):
        knowledge = rule(washout=order)
        for name, on, found in (
            ("sertraline", "2026-03-14", True),
            ("sertraline", "2026-03-15", False),
            ("fluoxetine", "2026-04-04", True),
            ("fluoxetine", "2026-04-05", False),
        ):
            person = both("phenelzine").taking(name, "1 mg", stopped="2026-03-01")
            assert bool(ask(person, knowledge, on).findings) is found
    shorter = [rows[0], cited(after={"drugs": ["sertraline"]}, lasts="2 days")]
    person = both("phenelzine").taking("sertraline", "1 mg", stopped="2026-03-01")
    assert ask(person, rule(washout=shorter), "2026-03-03").checked


def test_a_medicine_still_taken_elsewhere_was_not_stopped() -> None:
    person = both("phenelzine", "sertraline")
    again = person.taking("sertraline", "9 mg", stopped="2026-11-20", by="x")
    knowledge = rule(washout=[cited(after={"groups": ["ssri"]}, lasts="1 year")])
    finding = ask(again, knowledge).one
    assert "seen.stopped" not in [m.key for m in finding.seen]


def test_during_a_washout_nothing_is_being_watched() -> None:
    knowledge = rule(washout=[WASHOUT], managed_by=["level"])
    person = both("sertraline").taking("phenelzine", "1 mg", stopped="2026-11-20")
    person = person.measured("level", "1 mmol/L", "2026-11-01")
    assert ask(person, knowledge).severity == "serious"


def test_an_exemption_holds_during_the_washout_too() -> None:
    exempt = [cited(text="old", when={"age_at_least": 65})]
    knowledge = rule(washout=[WASHOUT], exempt=exempt)
    person = both("sertraline", born="1950")
    person = person.taking("phenelzine", "1 mg", stopped="2026-11-20")
    assert ask(person, knowledge).checked


# --- a condition or an event of the person ----------------------------------------


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        (both("sertraline").with_condition("seizures"), "finding"),
        (both("sertraline").with_condition("pregnancy"), "checked"),
        (both("sertraline"), "not checked"),
        (both("other"), "checked"),
    ],
)
def test_a_side_may_be_a_condition_of_the_person(person: A, outcome: str) -> None:
    for sides in (
        {"a": {"groups": ["ssri"]}, "b": {"condition": "seizures"}},
        {"b": {"groups": ["ssri"]}, "a": {"condition": "seizures"}},
    ):
        said = ask(person, rule(**sides))
        assert said.outcome == outcome
        if outcome == "not checked":
            assert said.needs == ("conditions",)


def smoking(*answers: tuple[str, str]) -> A:
    person = both("sertraline")
    for answer, on in answers:
        person = person.found("smoking-status", answer, on)
    return person


STOPPED = (("smokes", "2026-01-01"), ("stopped", "2026-09-23"))


@pytest.mark.parametrize(
    ("answers", "on", "outcome"),
    [
        (STOPPED, "2026-11-22", "finding"),
        (STOPPED, "2026-11-23", "checked"),
        (STOPPED[:1], "2026-11-22", "checked"),
        ((), "2026-11-22", "not checked"),
    ],
)
def test_a_side_may_be_a_recent_change_of_smoking(
    answers: tuple[tuple[str, str], ...], on: str, outcome: str
) -> None:
    sides = {"a": {"groups": ["ssri"]}, "b": {"event": "smoking-stopped"}}
    said = ask(smoking(*answers), rule(**sides), on)
    assert said.outcome == outcome
    if outcome == "finding":
        assert "Stopped smoking, recorded on Wed 23 Sep 2026." in said.seen


def test_a_rule_may_say_how_recent_a_change_of_smoking_counts() -> None:
    sides = {"a": {"groups": ["ssri"]}, "b": {"event": "smoking-stopped"}}
    knowledge = rule(**sides, event_within="10 days")
    assert ask(smoking(*STOPPED), knowledge, "2026-10-03").findings
    assert ask(smoking(*STOPPED), knowledge, "2026-10-04").checked


@pytest.mark.parametrize(("on", "found"), [("2026-11-22", True), ("2026-11-23", False)])
def test_starting_to_smoke_is_an_event_of_its_own(on: str, found: bool) -> None:
    sides = {"a": {"groups": ["ssri"]}, "b": {"event": "smoking-started"}}
    began = smoking(("stopped", "2026-01-01"), ("smokes", "2026-09-23"))
    assert bool(ask(began, rule(**sides), on).findings) is found


@pytest.mark.parametrize(
    ("on", "severity"),
    [("2026-09-23", "serious"), ("2026-09-24", "moderate")],
)
def test_what_was_measured_since_the_event_is_one_step_less(
    on: str, severity: str
) -> None:
    sides = {"a": {"groups": ["ssri"]}, "b": {"event": "smoking-stopped"}}
    person = smoking(*STOPPED).measured("level", "1 mmol/L", on)
    assert ask(person, rule(**sides, managed_by=["level"])).severity == severity


def test_an_event_before_the_start_is_watched_from_the_start() -> None:
    sides = {"a": {"groups": ["ssri"]}, "b": {"event": "smoking-stopped"}}
    knowledge = rule(**sides, managed_by=["level"])
    person = a_person().taking("sertraline", "1 mg", since="2026-10-10")
    for answer, on in STOPPED:
        person = person.found("smoking-status", answer, on)
    for on, severity in (("2026-10-10", "serious"), ("2026-10-11", "moderate")):
        measured = person.measured("level", "1 mmol/L", on)
        assert ask(measured, knowledge).severity == severity


def test_a_rule_with_the_person_may_be_exempt_too() -> None:
    sides = {"a": {"groups": ["ssri"]}, "b": {"condition": "seizures"}}
    exempt = [cited(text="young", when={"age_below": 65})]
    person = both("sertraline").with_condition("seizures")
    assert ask(person, rule(**sides, exempt=exempt)).checked
    smoke = {"a": {"groups": ["ssri"]}, "b": {"event": "smoking-stopped"}}
    assert ask(smoking(*STOPPED), rule(**smoke, exempt=exempt)).checked


# --- on what it rests -------------------------------------------------------------


def test_what_raised_the_severity_or_made_it_last_must_be_verified_to_interrupt() -> (
    None
):
    unverified = {"status": "unverified"}
    raised = change("contraindicated", age_below=200) | unverified
    lowered = change("serious", age_below=200) | unverified
    current = both()
    stopped = both("sertraline").taking("phenelzine", "1 mg", stopped="2026-11-20")
    for person, fields, interrupts in (
        (current, {}, True),
        (current, unverified, False),
        (current, {"raises": [raised]}, False),
        (current, {"severity": "contraindicated", "lowers": [lowered]}, True),
        (current, {"raises": [raised | {"to": "moderate"}]}, True),
        # Lowered and raised back: it is as grave as the checked rule alone says.
        (
            current,
            {
                "lowers": [change("moderate", age_below=200)],
                "raises": [raised | {"to": "serious"}],
            },
            True,
        ),
        (stopped, {"washout": [WASHOUT]}, True),
        (stopped, {"washout": [WASHOUT | unverified]}, False),
    ):
        assert ask(person, rule(**fields)).one.interrupts is interrupts


def test_every_row_it_rests_on_is_cited() -> None:
    rows = change("contraindicated", age_below=200) | {"locator": "raise"}
    washout = WASHOUT | {"locator": "washout"}
    stopped = both("sertraline").taking("phenelzine", "1 mg", stopped="2026-11-20")
    finding = ask(stopped, rule(raises=[rows], washout=[washout])).one
    assert {s.locator for s in finding.sources} == {"p. 1", "raise", "washout"}
