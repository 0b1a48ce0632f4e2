"""The medicine of a plan beside those that are taken as well."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from builders import cited, drug, group
from concord.cli import main
from concord.dosing.plan.check import checked, unanswered
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Caveat, Plan
from concord.dosing.plan.switch import switch
from concord.dosing.plan.titration import titrate
from concord.dosing.plan.ways import Change
from concord.knowledge.lookup import Knowledge
from planning import START, a_taper, q, steps, tablets, the_knowledge

SECOND = date(2026, 12, 15)  # alpha goes from 10 to 20 mg
THIRD = date(2026, 12, 29)  # and, as it goes on, to 30 mg
DELTA = Known(beside=("delta",), nothing_else=True)


def rule(id: str = "both", severity: str = "serious", **more: Any) -> dict[str, Any]:
    fields = {
        "title": "alpha with delta",
        "a": {"drugs": ["alpha"]},
        "b": {"drugs": ["delta"]},
        "mechanism": "m",
        "effect": "harm",
        "action": "Avoid.",
        **more,
    }
    return cited(id=id, severity=severity, **fields)


def knowing(*rules: dict[str, Any], **tables: Any) -> Knowledge:
    return the_knowledge(interactions=list(rules), **tables)


def up(knowledge: Knowledge, known: Known = DELTA, to: str = "30 mg") -> Plan:
    alpha = knowledge.drugs["alpha"]
    return titrate(knowledge, alpha, starts=START, to=q(to), known=known)


def met(
    knowledge: Knowledge,
    plan: Plan | None = None,
    known: Known = DELTA,
    **more: Any,
) -> list[Caveat]:
    plan = up(knowledge, known) if plan is None else plan
    found = checked(plan, knowledge, known=known, **more).caveats
    return [c for c in found if c.code == "interaction"]


def unsure(knowledge: Knowledge, known: Known = DELTA) -> list[Caveat]:
    found = checked(up(knowledge, known), knowledge, known=known).caveats
    return [c for c in found if c.code == "not-checked" and "delta" in c.seen]


# --- what is said, and when ---------------------------------------------------------


def test_what_may_interrupt_is_said_at_the_first_step_with_its_source() -> None:
    (caveat,) = met(knowing(rule()))
    assert caveat.seen == "alpha and delta together: serious (alpha with delta)"
    assert caveat.expected == "Avoid."
    assert (caveat.drug, caveat.starts) == ("alpha", START)
    assert [(b.text, b.source, b.locator) for b in caveat.basis] == [
        ("harm", "book", "p. 1")
    ]
    assert caveat.needs_reason


@pytest.mark.parametrize(
    ("severity", "said"),
    [("contraindicated", 1), ("serious", 1), ("moderate", 0), ("minor", 0)],
)
def test_only_what_is_serious_or_graver_is_said(severity: str, said: int) -> None:
    assert len(met(knowing(rule(severity=severity)))) == said


def test_what_must_not_be_done_is_said_first() -> None:
    (caveat,) = met(knowing(rule(first_say="Do not stop delta.")))
    assert caveat.expected == "Do not stop delta. Avoid."


def test_nothing_is_said_of_a_medicine_that_is_not_taken_as_well() -> None:
    assert met(knowing(rule()), known=Known(nothing_else=True)) == []
    other = Known(beside=("gamma",), nothing_else=True)
    assert met(knowing(rule()), known=other) == []


def test_a_medicine_that_is_named_twice_is_said_once_and_itself_never() -> None:
    same = rule(b={"drugs": ["delta", "alpha"]}, a={"drugs": ["alpha", "delta"]})
    known = Known(beside=("delta", "alpha", "delta"), nothing_else=True)
    assert len(met(knowing(same), known=known)) == 1


def test_the_sides_may_stand_the_other_way_round() -> None:
    turned = rule(a={"drugs": ["delta"]}, b={"drugs": ["alpha"]})
    assert len(met(knowing(turned))) == 1


def test_each_other_medicine_has_its_own_caveat() -> None:
    rules = (rule(), rule("gammas", b={"drugs": ["gamma"]}, title="with gamma"))
    known = Known(beside=("gamma", "delta"), nothing_else=True)
    assert [
        c.seen.split(" together")[0] for c in met(knowing(*rules), known=known)
    ] == [
        "alpha and gamma",
        "alpha and delta",
    ]


# --- a rule that hangs on the dose --------------------------------------------------


def raised(at: str, **more: Any) -> dict[str, Any]:
    when = {"dose_of": "alpha", "dose_at_least": at}
    change = cited(to="serious", text=f"from {at}", when=when)
    return rule(severity="moderate", raises=[change], **more)


@pytest.mark.parametrize(
    ("at", "day"), [("10 mg", START), ("10.1 mg", SECOND), ("20.1 mg", THIRD)]
)
def test_a_rule_that_hangs_on_the_dose_is_said_at_the_step_that_reaches_it(
    at: str, day: date
) -> None:
    (caveat,) = met(knowing(raised(at)))
    assert caveat.starts == day
    assert [b.text for b in caveat.basis] == ["harm", f"from {at}"]


def test_a_dose_that_is_never_reached_is_not_said() -> None:
    assert met(knowing(raised("30 mg"))) != []
    assert met(knowing(raised("30.1 mg"))) == []
    assert unsure(knowing(raised("30.1 mg"))) == []


def test_what_becomes_graver_is_said_again() -> None:
    when = {"dose_of": "alpha", "dose_at_least": "20 mg"}
    change = cited(to="contraindicated", text="from 20 mg", when=when)
    found = met(knowing(rule(raises=[change])))
    assert [(c.starts, "contraindicated" in c.seen) for c in found] == [
        (START, False),
        (SECOND, True),
    ]


def test_the_dose_of_the_other_one_is_not_known_and_said_so() -> None:
    when = {"dose_of": "delta", "dose_at_least": "5 mg"}
    change = cited(to="serious", text="5 mg of delta", when=when)
    knowledge = knowing(rule(severity="moderate", raises=[change]))
    assert met(knowledge) == []
    (caveat,) = unsure(knowledge)
    assert caveat.expected == "to know whether this makes it serious: 5 mg of delta"
    assert caveat.starts == START
    assert not caveat.needs_reason


def test_of_what_it_might_become_the_gravest_is_said() -> None:
    rows = [
        cited(to=to, text=to, when={"dose_of": "delta", "dose_at_least": dose})
        for to, dose in (
            ("serious", "5 mg"),
            ("contraindicated", "50 mg"),
            ("serious", "9 mg"),
        )
    ]
    (caveat,) = unsure(knowing(rule(severity="moderate", raises=rows)))
    assert caveat.expected.startswith("to know whether this makes it contraindicated")


def test_what_only_might_become_moderate_is_not_asked_about() -> None:
    when = {"dose_of": "delta", "dose_at_least": "5 mg"}
    change = cited(to="moderate", text="5 mg of delta", when=when)
    assert unsure(knowing(rule(severity="minor", raises=[change]))) == []


# --- for whom -----------------------------------------------------------------------


@pytest.mark.parametrize(("age", "said"), [(64, 0), (65, 1)])
def test_an_age_that_raises_it_counts_from_that_age(age: int, said: int) -> None:
    change = cited(to="serious", text="older", when={"age_at_least": 65})
    knowledge = knowing(rule(severity="moderate", raises=[change]))
    known = Known(beside=("delta",), nothing_else=True, age=age)
    assert len(met(knowledge, known=known)) == said
    assert unsure(knowledge, known) == []
    assert len(unsure(knowledge)) == 1


def test_an_exemption_counts_where_it_is_known_to_hold() -> None:
    by_mouth = cited(text="by mouth", when={"route": "oral"})
    assert met(knowing(rule(exempt=[by_mouth]))) == []
    through_skin = cited(text="a patch", when={"route": "transdermal"})
    assert len(met(knowing(rule(exempt=[through_skin])))) == 1


def test_what_lowers_it_counts_where_it_is_known_to_hold() -> None:
    with_gamma = cited(to="moderate", text="with gamma", when={"taking": ["gamma"]})
    knowledge = knowing(rule(lowers=[with_gamma]))
    assert len(met(knowledge)) == 1
    known = Known(beside=("delta", "gamma"), nothing_else=True)
    assert met(knowledge, known=known) == []


def test_a_rule_for_another_route_is_not_for_this_one() -> None:
    into_muscle = {"drugs": ["alpha"], "routes": ["intramuscular"]}
    assert met(knowing(rule(a=into_muscle))) == []
    by_mouth = {"drugs": ["alpha"], "routes": ["oral"]}
    assert len(met(knowing(rule(a=by_mouth)))) == 1


def test_the_other_one_is_taken_by_mouth_where_nobody_said() -> None:
    into_muscle = {"drugs": ["delta"], "routes": ["intramuscular"]}
    assert met(knowing(rule(b=into_muscle))) == []


def test_a_member_of_a_group_above_a_dose_is_one_from_that_dose_on() -> None:
    above = {"dose_of": "alpha", "dose_at_least": "20 mg"}
    strong = group("strong", member=[cited(drug="alpha", when=above)])
    knowledge = knowing(rule(a={"groups": ["strong"]}), groups=[strong])
    assert [c.starts for c in met(knowledge)] == [SECOND]


def test_a_rule_that_yields_is_silent_where_the_other_holds() -> None:
    wide = rule("wide", yields_to=["both"], title="wide")
    assert [c.seen for c in met(knowing(rule(), wide))] == [
        "alpha and delta together: serious (alpha with delta)"
    ]
    exempt = [cited(text="by mouth", when={"route": "oral"})]
    assert [c.seen for c in met(knowing(rule(exempt=exempt), wide))] == [
        "alpha and delta together: serious (wide)"
    ]


def test_a_rule_counts_from_the_day_on_which_it_is_in_force() -> None:
    assert [c.starts for c in met(knowing(rule(since="2026-12-15")))] == [SECOND]


# --- what asks for a reason ---------------------------------------------------------


def test_an_unverified_rule_is_said_and_asks_for_no_reason() -> None:
    (caveat,) = met(knowing(rule(status="unverified")))
    assert not caveat.needs_reason


def test_a_checked_rule_that_an_unverified_row_raises_asks_for_no_reason() -> None:
    change = cited(
        to="serious", text="older", when={"age_at_least": 65}, status="unverified"
    )
    knowledge = knowing(rule(severity="moderate", raises=[change]))
    known = Known(beside=("delta",), nothing_else=True, age=65)
    (caveat,) = met(knowledge, known=known)
    assert not caveat.needs_reason


def test_what_is_taken_together_already_is_said_and_asks_for_no_reason() -> None:
    knowledge = knowing(rule())
    plan = a_taper(knowledge=knowledge, pace=steps("18 mg", "16 mg"), known=DELTA)
    (caveat,) = met(knowledge, plan)
    assert caveat.starts == START
    assert caveat.seen.startswith("alpha and delta together already: serious")
    assert not caveat.needs_reason


def test_a_titration_made_for_the_two_is_the_answer_to_what_is_serious() -> None:
    # Alpha has a slower titration for people who take beta as well.
    known = Known(beside=("beta",), nothing_else=True)
    plain = {"b": {"drugs": ["beta"]}, "title": "alpha with beta"}

    def asked(severity: str) -> bool:
        knowledge = knowing(rule(severity=severity, **plain))
        plan = checked(up(knowledge, known, to="10 mg"), knowledge, known=known)
        (caveat,) = [c for c in plan.caveats if c.code == "interaction"]
        assert [b.text for b in caveat.basis][1:] == (
            [] if severity == "contraindicated" else ["with beta"]
        )
        return caveat in unanswered(plan)

    assert not asked("serious")
    assert asked("contraindicated")


# --- switches, and plans that were changed ------------------------------------------


def test_the_new_medicine_of_a_switch_is_judged_from_its_own_first_day() -> None:
    betas = rule(a={"drugs": ["beta"]}, title="beta with delta")
    knowledge = knowing(rule(), betas | {"id": "betas"})
    plan = switch(
        knowledge,
        knowledge.drugs["alpha"],
        knowledge.drugs["beta"],
        Change(
            dose=q("20 mg"),
            to=q("40 mg"),
            way="taper-then-start",
            steps=steps("10 mg for 2 weeks", "0 mg").steps,
        ),
        starts=START,
        known=DELTA,
    )
    begins = next(s.starts for s in plan.courses[1].steps if s.dose.value)
    assert begins > START
    assert [(c.drug, c.starts, c.needs_reason) for c in met(knowledge, plan)] == [
        ("alpha", START, False),
        ("beta", begins, True),
    ]


def test_what_began_before_the_plan_was_made_anew_is_not_judged_again() -> None:
    knowledge = knowing(raised("20 mg"))
    assert len(met(knowledge, since=SECOND)) == 1
    assert met(knowledge, since=THIRD) == []


def test_a_dose_of_nothing_is_not_taken_together() -> None:
    # A reading for a plan that only ends: nothing was taken before it.
    knowledge = knowing(rule())
    plan = a_taper(dose="20 mg", knowledge=knowledge, pace=steps("0 mg"), known=DELTA)
    found = met(knowledge, plan)
    assert [c.seen.split(":")[0] for c in found] == ["alpha and delta together already"]


@pytest.mark.parametrize("before", ["1 mg", "0.5 mg"])
def test_a_dose_however_small_is_taken_together(before: str) -> None:
    knowledge = knowing(rule())
    plan = a_taper(dose=before, knowledge=knowledge, pace=steps("0 mg"), known=DELTA)
    (caveat,) = met(knowledge, plan)
    assert caveat.starts == START


def test_the_last_step_of_nothing_is_no_dose_below_a_bound() -> None:
    below = {"dose_of": "alpha", "dose_below": "5 mg"}
    change = cited(to="serious", text="below 5 mg", when=below)
    knowledge = knowing(rule(severity="moderate", raises=[change]))
    ends = a_taper(knowledge=knowledge, pace=steps("10 mg", "0 mg"), known=DELTA)
    assert met(knowledge, ends) == []
    low = a_taper(knowledge=knowledge, pace=steps("10 mg", "4 mg", "0 mg"), known=DELTA)
    assert [(c.starts, c.needs_reason) for c in met(knowledge, low)] == [(SECOND, True)]


@pytest.mark.parametrize(
    ("row", "answers"),
    [
        ({}, True),
        ({"indication": "sleep"}, True),
        ({"indication": "pain"}, False),
        ({"form": "OTHER"}, False),
        ({"when": {"taking": ["gamma"]}}, False),
        ({"when": {"taking": ["beta"], "age_at_least": 65}}, False),
    ],
)
def test_only_a_titration_for_these_two_and_this_use_is_their_answer(
    row: dict[str, Any], answers: bool
) -> None:
    with_beta = {"when": {"taking": ["beta"]}, **row}
    slow = cited(text="slowly", steps=[{"from_day": 1, "dose": "5 mg"}], **with_beta)
    alpha = drug("alpha", product=[tablets("5 mg")], titration=[slow])
    others = [drug("beta"), drug("gamma")]
    knowledge = knowing(rule(b={"drugs": ["beta"]}), drugs=[alpha, *others])
    known = Known(beside=("beta",), nothing_else=True, age=40)
    plan = titrate(
        knowledge,
        knowledge.drugs["alpha"],
        starts=START,
        steps=steps("5 mg").steps,
        known=known,
    )
    (caveat,) = met(knowledge, plan, known, indication="sleep")
    assert caveat.needs_reason is not answers


# --- the command --------------------------------------------------------------------


def test_the_command_warns_of_the_medicines_that_it_was_told() -> None:
    words = ["titrate", "citalopram", "--to", "40 mg", "--age", "30", "--json"]
    beside = ["--with", "methadone", "--with", "omeprazole", "--start", "2027-01-04"]
    result = CliRunner().invoke(main, [*words, *beside])
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    found = [c for c in made["caveats"] if c["code"] == "interaction"]
    # With omeprazole it is the second step that goes above the label's 20 mg.
    assert [(c["starts"], c["basis"][0]["source"]) for c in found] == [
        ("2027-01-04", "label-citalopram"),
        ("2027-01-11", "label-citalopram"),
    ]
    assert found[0]["expected"].startswith("Do not stop methadone")
    assert made["reason_needed"]


def test_the_command_says_nothing_of_medicines_that_do_not_interact() -> None:
    words = ["titrate", "citalopram", "--to", "40 mg", "--with", "levothyroxine"]
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, result.output
    codes = [c["code"] for c in json.loads(result.stdout)["caveats"]]
    assert "interaction" not in codes


@pytest.mark.parametrize(
    ("told", "said"),
    [((), True), (("--without-others",), False), (("--with", "levothyroxine"), False)],
)
def test_where_nobody_said_what_else_is_taken_the_command_says_so(
    told: tuple[str, ...], said: bool
) -> None:
    words = ["taper", "diazepam", "--dose", "20 mg", "--json"]
    result = CliRunner().invoke(main, [*words, *told])
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    found = [c for c in made["caveats"] if "other medicines" in c["seen"]]
    assert bool(found) == said
    assert [(c["code"], c["needs_reason"]) for c in found] == (
        [("not-checked", False)] if said else []
    )
