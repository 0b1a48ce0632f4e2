"""After a gap: a share of the dose, the first step again, or the doses of a rule."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from builders import cited, condition
from concord.cli import main
from concord.dosing.plan.building import Making
from concord.dosing.plan.check import checked
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Plan
from concord.dosing.plan.restart import last_dose, restart
from concord.errors import ImpossiblePlanError, UndecidedError, UnmakeableDoseError
from concord.knowledge.lookup import Knowledge
from concord.terms import Duration
from planning import START, doses, q, the_knowledge


def missed(*rules: dict[str, Any], drug: str = "alpha") -> Any:
    entry = {"id": "m", "title": "m", "side": {"drugs": [drug]}, "rule": list(rules)}
    return the_knowledge(missed_doses=[entry])


def again(
    knowledge: Any,
    gap: str,
    *,
    drug: str = "alpha",
    dose: str = "20 mg",
    known: Known = Known(nothing_else=True),  # noqa: B008 - a frozen value
) -> Plan:
    found = knowledge.drugs[drug]
    interval = found.product[0].interval
    return restart(
        knowledge,
        found,
        dose=q(dose),
        last=last_dose(Duration.parse(gap), START, interval),
        starts=START,
        known=known,
    )


SHARE = cited(
    action="at 40 to 50 %",
    gap="1 day",
    resume_low="0.4",
    resume_high="0.5",
    call_team=True,
)
LESS = cited(action="at a quarter", gap="2 days", resume_low="0.25")
ANEW = cited(action="begin again", gap="3 days", begin_again=True)
GRADED = missed(SHARE, LESS, ANEW)


@pytest.mark.parametrize(
    ("gap", "first"),
    [
        ("1 day", "8 mg"),  # 40 % of 20 mg
        ("2 days", "5 mg"),  # a quarter
        ("3 days", "10 mg"),  # the first step of the titration
        ("30 days", "10 mg"),
    ],
)
def test_the_longest_rule_that_is_reached_decides(gap: str, first: str) -> None:
    assert doses(again(GRADED, gap))[0] == f"2026-12-01 {first}"


def test_beginning_again_goes_up_to_the_earlier_dose_and_no_further() -> None:
    assert doses(again(GRADED, "3 days")) == ["2026-12-01 10 mg", "2026-12-15 20 mg"]


def test_a_share_is_made_within_its_range_where_the_tablets_allow() -> None:
    # 40 to 50 % of 18 mg is 7.2 to 9 mg: 7 is nearest to 7.2 and below the range.
    assert doses(again(GRADED, "1 day", dose="18 mg"))[0] == "2026-12-01 9 mg"


def test_whoever_restarts_decides_when_the_earlier_dose_is_taken_again() -> None:
    (step,) = again(GRADED, "1 day").courses[0].steps
    assert step.ends is None
    assert step.needs
    assert any("asked" in note.text for note in again(GRADED, "1 day").notes)


def test_a_rule_in_words_alone_makes_no_plan() -> None:
    words = cited(action="ask the team first", gap="10 days")
    knowledge = missed(SHARE, words)
    assert doses(again(knowledge, "9 days"))
    with pytest.raises(ImpossiblePlanError, match="ask the team first"):
        again(knowledge, "10 days")


def test_a_gap_without_a_rule_makes_no_plan() -> None:
    with pytest.raises(ImpossiblePlanError, match="no rule for this gap"):
        again(missed(ANEW), "2 days")


def test_a_rule_that_hangs_on_what_is_not_known_is_not_guessed() -> None:
    knowledge = missed(
        SHARE, ANEW | {"when": {"taking": ["beta"]}}, LESS | {"gap": "5 days"}
    )
    with pytest.raises(UndecidedError, match="whether beta is taken"):
        again(knowledge, "3 days", known=Known())
    assert doses(again(knowledge, "3 days"))[0].endswith("8 mg")
    # From five days on another rule stands before it, and nothing hangs on beta.
    assert doses(again(knowledge, "5 days", known=Known()))[0].endswith("5 mg")


def test_a_gap_may_count_from_the_last_dose() -> None:
    since = cited(action="begin again", gap="3 days", since_last=True, begin_again=True)
    knowledge = missed(SHARE, since)
    # Two missed days: the last dose was three days ago.
    assert doses(again(knowledge, "2 days"))[0].endswith("10 mg")
    assert doses(again(knowledge, "1 day"))[0].endswith("8 mg")


@pytest.mark.parametrize(
    ("times", "at_most", "first"),
    [
        (1, 2, ["10 mg"]),
        (2, 2, ["10 mg", "10 mg"]),
        (3, 2, ["10 mg", "10 mg"]),  # as often as the rule allows
        (2, None, ["10 mg"]),  # a rule that says nothing says once
    ],
)
def test_the_first_dose_again_is_taken_as_often_as_asked_and_allowed(
    times: int, at_most: int | None, first: list[str]
) -> None:
    give = {"day": 1, "dose": "10 mg"} | ({"times_at_most": at_most} if at_most else {})
    knowledge = missed(ANEW | {"give": [give]})
    plan = restart(
        knowledge,
        knowledge.drugs["alpha"],
        dose=q("40 mg"),
        last=last_dose(Duration(3, "day"), START),
        starts=START,
        making=Making(times=times),
        known=Known(nothing_else=True),
    )
    step = plan.courses[0].steps[0]
    assert [str(intake.amount) for intake in step.intakes] == first


@pytest.mark.parametrize(("length", "holds"), [("4 days", True), ("5 days", False)])
def test_what_is_taken_again_was_taken_since_its_last_dose_at_least(
    length: str, holds: bool
) -> None:
    # Three days missed: the last dose was four days ago.
    knowledge = missed(ANEW | {"when": {"taken_for_at_least": length}})
    if holds:
        assert doses(again(knowledge, "3 days"))
    else:
        with pytest.raises(UndecidedError, match="for how long"):
            again(knowledge, "3 days")
    long = Known(nothing_else=True, taken_for=Duration(1, "year"))
    assert doses(again(knowledge, "3 days", known=long))


def test_not_for_so_long_is_never_taken_from_the_gap() -> None:
    knowledge = missed(ANEW | {"when": {"taken_for_less_than": "4 days"}})
    with pytest.raises(ImpossiblePlanError, match="no rule for this gap"):
        again(knowledge, "3 days")
    knowledge = missed(ANEW | {"when": {"taken_for_less_than": "5 days"}})
    with pytest.raises(UndecidedError, match="for how long"):
        again(knowledge, "3 days")


def test_a_file_of_the_drug_stands_before_one_of_its_class() -> None:
    of_class = {"id": "a", "title": "a", "side": {"groups": ["slow"]}}
    of_class["rule"] = [LESS | {"gap": "1 day"}]
    own = {"id": "m", "title": "m", "side": {"drugs": ["alpha"]}, "rule": [SHARE]}
    knowledge = the_knowledge(missed_doses=[of_class, own])
    assert doses(again(knowledge, "3 days"))[0].endswith(" 8 mg")
    knowledge = the_knowledge(missed_doses=[of_class])
    assert doses(again(knowledge, "3 days"))[0].endswith(" 5 mg")


def test_of_two_rules_for_one_gap_the_one_for_some_people_decides() -> None:
    some = LESS | {"gap": "1 day", "when": {"not_taking": ["beta"]}}
    for rules in ((SHARE, some), (some, SHARE)):
        assert doses(again(missed(*rules), "1 day"))[0].endswith(" 5 mg")


def test_a_rule_for_a_use_holds_where_the_use_was_said() -> None:
    entry = {"id": "m", "title": "m", "side": {"drugs": ["alpha"]}}
    entry["rule"] = [SHARE | {"when": {"condition": "mania"}}]
    knowledge = the_knowledge(missed_doses=[entry], conditions=[condition("mania")])

    def planned(use: str | None) -> Plan:
        return restart(
            knowledge,
            knowledge.drugs["alpha"],
            dose=q("20 mg"),
            last=last_dose(Duration(1, "day"), START),
            starts=START,
            indication=use,
        )

    assert doses(planned("mania"))[0].endswith(" 8 mg")
    with pytest.raises(UndecidedError, match="whether there is mania"):
        planned(None)


def test_the_other_rules_stand_beside_the_plan_after_the_call_to_the_team() -> None:
    notes = [note.text for note in again(GRADED, "2 days").notes]
    assert notes[1:] == ["at 40 to 50 %"]
    assert "team" in notes[0]


def test_a_small_usual_dose_is_refused_as_too_small_and_not_as_none() -> None:
    with pytest.raises(UnmakeableDoseError, match="below the smallest"):
        again(GRADED, "1 day", dose="1 mg")


@pytest.mark.parametrize(
    ("give", "needs"),
    [
        ([{"day": 1, "dose": "10 mg"}], [True]),
        ([{"day": 1, "dose": "10 mg"}, {"day": 4}], [False, False]),
        ([{"day": 1}, {"day": 4, "dose": "10 mg"}], [False, True]),
    ],
)
def test_a_last_dose_below_the_usual_one_waits_for_the_prescriber(
    give: list[dict[str, Any]], needs: list[bool]
) -> None:
    rule = cited(action="so", gap="3 days", give=give)
    found = again(missed(rule), "3 days").courses[0].steps
    assert [step.needs is not None for step in found] == needs


# --- injections ---------------------------------------------------------------------

LATE = cited(
    action="two doses a week apart",
    form="DEPOT",
    since_last=True,
    gap="43 days",
    give=[{"day": 1, "at_most": "60 mg"}, {"day": 8, "at_most": "60 mg"}],
)


def late(gap: str, dose: str) -> list[str]:
    return doses(again(missed(LATE, drug="gamma"), gap, drug="gamma", dose=dose))


def test_an_injection_seven_weeks_late_is_given_twice_and_then_monthly() -> None:
    assert late("7 weeks", "40 mg") == [
        "2026-12-01 40 mg",
        "2026-12-08 40 mg",
        "2027-01-08 40 mg",
    ]


def test_the_doses_of_a_rule_are_bounded_and_the_next_is_the_usual_one() -> None:
    assert late("7 weeks", "100 mg") == [
        "2026-12-01 60 mg",
        "2026-12-08 60 mg",
        "2027-01-08 100 mg",
    ]


@pytest.mark.parametrize(("dose", "rises"), [("60 mg", False), ("100 mg", True)])
def test_injections_that_rise_are_a_way_up_and_others_are_not(
    dose: str, rises: bool
) -> None:
    knowledge = missed(LATE, drug="gamma")
    plan = again(knowledge, "7 weeks", drug="gamma", dose=dose)
    told = [c.seen for c in checked(plan, knowledge).caveats]
    assert any("titration" in seen for seen in told) == rises


def test_injections_that_begin_again_are_those_that_the_rule_names() -> None:
    anew = LATE | {
        "begin_again": True,
        "give": [{"day": 1, "dose": "100 mg"}, {"day": 8, "dose": "60 mg"}],
    }
    plan = again(missed(anew, drug="gamma"), "7 weeks", drug="gamma", dose="40 mg")
    assert doses(plan) == [
        "2026-12-01 100 mg",
        "2026-12-08 60 mg",
        "2027-01-08 40 mg",
    ]
    assert all(
        [b.source for b in step.basis if b.source] == ["book"]
        for step in plan.courses[0].steps
    )


def test_each_injection_is_one_day() -> None:
    plan = again(missed(LATE, drug="gamma"), "7 weeks", drug="gamma", dose="40 mg")
    assert all(step.starts == step.ends for step in plan.courses[0].steps)


def test_how_late_an_injection_is_counts_after_its_interval() -> None:
    # Due on 1 November, 30 days ago: last given on 1 October.
    gap = Duration(30, "day")
    assert last_dose(gap, START, Duration(1, "month")) == date(2026, 10, 1)
    with pytest.raises(ImpossiblePlanError, match="no rule for this gap"):
        late("11 days", "40 mg")  # due on 20 November, given on 20 October: 42 days
    assert late("12 days", "40 mg")  # given on 19 October: 43 days


def test_doses_of_a_daily_medicine_last_until_the_next_one() -> None:
    rule = cited(
        action="half, then the whole",
        gap="3 days",
        give=[{"day": 1, "dose": "10 mg"}, {"day": 4}],
    )
    assert doses(again(missed(rule), "3 days")) == [
        "2026-12-01 10 mg",
        "2026-12-04 20 mg",
    ]


# --- bad input ----------------------------------------------------------------------


@pytest.mark.parametrize("days", [0, -1])
def test_without_a_gap_there_is_no_restart(days: int) -> None:
    with pytest.raises(ImpossiblePlanError, match="expected a day before"):
        restart(
            GRADED,
            GRADED.drugs["alpha"],
            dose=q("20 mg"),
            last=START - timedelta(days=days),
            starts=START,
        )


def test_a_usual_dose_of_nothing_is_none() -> None:
    with pytest.raises(ImpossiblePlanError, match="above nothing"):
        again(GRADED, "1 day", dose="0 mg")


# --- Sustenna after its first injection alone ---------------------------------------

# The label, 2.3, a missed second starting injection. On 4 January 2027, by hand:
# 8 December is 23 + 4 = 27 days before: 156 mg now, 117 mg five weeks (35 days) after
# 8 December: 23 days to the 31st and 12 more, 12 January; monthly from there.
# 7 December is 28 days before, 4 weeks: 156 mg now and on 11 January, then monthly.
# 16 November is 14 + 31 + 4 = 49 days before, 7 weeks: the same.
# 15 November is 50 days before: 234 mg now, 156 mg on 11 January, then monthly.
AGAIN_ON = date(2027, 1, 4)
FIRST_ALONE = {
    date(2026, 12, 8): ["2027-01-04 156 mg", "2027-01-12 117 mg", "2027-02-12 78 mg"],
    date(2026, 12, 7): ["2027-01-04 156 mg", "2027-01-11 156 mg", "2027-02-11 78 mg"],
    date(2026, 11, 16): ["2027-01-04 156 mg", "2027-01-11 156 mg", "2027-02-11 78 mg"],
    date(2026, 11, 15): ["2027-01-04 234 mg", "2027-01-11 156 mg", "2027-02-11 78 mg"],
    date(2026, 9, 1): ["2027-01-04 234 mg", "2027-01-11 156 mg", "2027-02-11 78 mg"],
}


def sustenna(knowledge: Knowledge, last: date, given: int | None) -> Plan:
    return restart(
        knowledge,
        knowledge.drugs["paliperidone"],
        dose=q("78 mg"),
        last=last,
        starts=AGAIN_ON,
        making=Making(form="SUSTENNA"),
        known=Known(given=given),
    )


@pytest.mark.parametrize("last", FIRST_ALONE)
def test_sustenna_after_its_first_injection_alone_is_started_as_the_label_says(
    knowledge: Knowledge, last: date
) -> None:
    plan = sustenna(knowledge, last, given=1)
    assert doses(plan) == FIRST_ALONE[last]
    for step in plan.courses[0].steps:
        assert (step.basis[0].source, step.basis[0].locator) == (
            "label-paliperidone-sustenna",
            "2.3 Missed doses, second initiation dose",
        )


def test_sustenna_after_more_injections_goes_on_by_its_monthly_rules(
    knowledge: Knowledge,
) -> None:
    # 50 days: the usual 78 mg now and a week later, then monthly.
    assert doses(sustenna(knowledge, date(2026, 11, 15), given=2)) == [
        "2027-01-04 78 mg",
        "2027-01-11 78 mg",
        "2027-02-11 78 mg",
    ]


def test_where_nobody_counted_the_injections_nothing_is_guessed_before_eight_weeks(
    knowledge: Knowledge,
) -> None:
    # 10 November is 20 + 31 + 4 = 55 days before, 9 November 56: 8 weeks.
    with pytest.raises(UndecidedError, match="how many injections of it were given"):
        sustenna(knowledge, date(2026, 11, 10), given=None)
    assert doses(sustenna(knowledge, date(2026, 11, 9), given=None))[0].endswith(
        " 78 mg"
    )


def test_a_second_injection_of_sustenna_before_its_window_has_no_rule(
    knowledge: Knowledge,
) -> None:
    with pytest.raises(ImpossiblePlanError, match="no rule for this gap"):
        sustenna(knowledge, date(2027, 1, 2), given=1)
    assert doses(sustenna(knowledge, date(2027, 1, 1), given=1))[0].endswith("156 mg")


def test_the_command_asks_how_many_injections_there_were() -> None:
    words = ["restart", "paliperidone", "--form", "SUSTENNA", "--dose", "78 mg"]
    days = ["--last", "2026-11-15", "--start", "2027-01-04", "--json"]
    refused = CliRunner().invoke(main, [*words, *days])
    assert refused.exit_code == 65
    assert "how many injections of it were given" in refused.output
    made = CliRunner().invoke(main, [*words, *days, "--injections", "1"])
    assert made.exit_code == 0, made.output
    steps = json.loads(made.stdout)["courses"][0]["steps"]
    assert [f"{s['starts']} {s['dose']}" for s in steps] == FIRST_ALONE[
        date(2026, 11, 15)
    ]
