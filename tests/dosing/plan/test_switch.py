"""From one medicine to another: never closer than their washout, unless asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from builders import cited, group
from concord.dosing.plan.changing import revise
from concord.dosing.plan.check import checked
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Plan
from concord.dosing.plan.pace import Wanted
from concord.dosing.plan.switch import switch, then_taper
from concord.dosing.plan.ways import Change
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Status
from concord.terms import Duration
from planning import START, a_taper, doses, q, share, steps, the_knowledge


def rule(
    *washouts: dict[str, Any], severity: str = "contraindicated"
) -> dict[str, Any]:
    return cited(
        id="both",
        title="both raise it",
        a={"drugs": ["alpha"]},
        b={"drugs": ["beta"]},
        mechanism="m",
        effect="harm",
        severity=severity,
        action="never together",
        washout=list(washouts),
    )


def after(lasts: str, *drugs: str, **more: Any) -> dict[str, Any]:
    return cited(after={"drugs": list(drugs), **more}, lasts=lasts)


def way(method: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "ab",
        "title": "alpha to beta",
        "a": {"drugs": ["alpha"]},
        "b": {"drugs": ["beta"]},
        "way": [cited(method=method, text="so", **more)],
    }


ALONE = Known(nothing_else=True)


def change(
    knowledge: Knowledge, *, old: str = "alpha", new: str = "beta", **more: Any
) -> Plan:
    more.setdefault("dose", q("20 mg"))
    wanted = Change(to=more.pop("to", q("40 mg")), **more)
    return switch(
        knowledge,
        knowledge.drugs[old],
        knowledge.drugs[new],
        wanted,
        starts=START,
        known=ALONE,
    )


def codes(plan: Plan, knowledge: Knowledge) -> list[str]:
    found = checked(plan, knowledge, known=ALONE).caveats
    return [c.code for c in found if c.code != "rounded"]


# --- why the doses are as they are --------------------------------------------------


def texts(plan: Plan, place: int) -> list[list[str]]:
    return [[b.text for b in s.basis] for s in plan.courses[place].steps]


def test_the_doses_of_a_cross_taper_rest_on_its_way_and_of_another_on_none() -> None:
    named = steps("20 mg for 1 week", "40 mg for 1 week", "60 mg").steps
    over = Duration(2, "week")
    knowledge = the_knowledge(switches=[way("cross-taper")])
    plan = change(knowledge, new_steps=named, over=over)
    assert all(said[-1] == "so" for said in texts(plan, 1))
    knowledge = the_knowledge(switches=[way("direct")])
    plan = change(knowledge, new_steps=named)
    assert all("so" not in said for said in texts(plan, 1))


def test_a_first_dose_that_a_way_names_rests_on_it() -> None:
    knowledge = the_knowledge(switches=[way("direct", first_dose="10 mg")])
    first, *others = texts(change(knowledge, to=q("40 mg")), 1)
    assert "so" in first
    assert all("so" not in other for other in others)
    # One that the prescriber named does not, nor one that is another.
    asked = change(knowledge, to=q("40 mg"), first=q("20 mg"))
    assert all("so" not in said for said in texts(asked, 1))
    (only,) = texts(change(knowledge, to=q("10 mg")), 1)
    assert "so" in only


def test_there_is_a_dose_to_switch_from_however_small() -> None:
    knowledge = the_knowledge(switches=[way("direct")])
    assert doses(change(knowledge, dose=q("1 mg")), 0) == ["2026-12-01 0 mg"]
    with pytest.raises(ImpossiblePlanError, match="the dose now: found nothing"):
        change(knowledge, dose=q("0 mg"))


def test_an_old_medicine_that_goes_on_is_named_with_its_dose() -> None:
    knowledge = the_knowledge(switches=[way("taper-then-start")])
    named = steps("16 mg for 2 weeks", "10 mg").steps
    with pytest.raises(ImpossiblePlanError, match="found 10 mg at the end"):
        change(knowledge, steps=named)


def test_the_old_one_comes_down_rounded_up_and_always_lower() -> None:
    # 7 mg in quarters: 5.25, 3.5 and 1.75 mg; of 2 and 5 mg: 6, 4 and 2.
    named = steps("20 mg", "40 mg", "60 mg", every="1 week").steps
    named = tuple(Wanted(dose=w.dose, lasts=Duration(1, "week")) for w in named)
    knowledge = the_knowledge(switches=[way("cross-taper")])
    over = Duration(3, "week")
    plan = change(knowledge, dose=q("7 mg"), new_steps=named, over=over)
    assert doses(plan, 0) == [
        "2026-12-01 6 mg",
        "2026-12-08 4 mg",
        "2026-12-15 2 mg",
        "2026-12-22 0 mg",
    ]


# --- at once, and after a washout ---------------------------------------------------


def test_direct_ends_the_old_one_the_day_before_the_new_one() -> None:
    knowledge = the_knowledge(switches=[way("direct")])
    plan = change(knowledge)
    assert doses(plan, 0) == ["2026-12-01 0 mg"]
    assert doses(plan, 1) == ["2026-12-01 20 mg", "2026-12-08 40 mg"]
    assert codes(plan, knowledge) == []


def test_the_washout_of_the_old_one_counts_from_its_first_day_without() -> None:
    knowledge = the_knowledge(
        switches=[way("direct")],
        interactions=[rule(after("14 days", "alpha"), after("5 weeks", "beta"))],
    )
    assert doses(change(knowledge), 1)[0] == "2026-12-15 20 mg"
    assert codes(change(knowledge), knowledge) == []


def test_the_other_direction_has_its_own_washout() -> None:
    back = way("direct") | {"a": {"drugs": ["beta"]}, "b": {"drugs": ["alpha"]}}
    knowledge = the_knowledge(
        switches=[back],
        interactions=[rule(after("14 days", "alpha"), after("5 weeks", "beta"))],
    )
    plan = change(knowledge, old="beta", new="alpha", to=q("10 mg"))
    assert doses(plan, 1)[0] == "2027-01-05 10 mg"


def test_a_row_that_names_the_drug_stands_before_one_of_its_group() -> None:
    knowledge = the_knowledge(
        switches=[way("direct")],
        interactions=[
            rule(
                cited(after={"groups": ["slow"]}, lasts="14 days"),
                after("5 weeks", "alpha"),
            )
        ],
    )
    assert doses(change(knowledge), 1)[0] == "2027-01-05 20 mg"


@pytest.mark.parametrize(("gap", "short"), [("14 days", False), ("13 days", True)])
def test_an_asked_gap_below_the_washout_asks_for_a_reason(
    gap: str, short: bool
) -> None:
    knowledge = the_knowledge(
        switches=[way("direct")], interactions=[rule(after("14 days", "alpha"))]
    )
    plan = change(knowledge, gap=Duration.parse(gap))
    found = [
        c for c in checked(plan, knowledge).caveats if c.code == "washout-too-short"
    ]
    assert bool(found) == short
    for caveat in found:
        assert caveat.needs_reason
        assert caveat.seen == "13 days without alpha before beta"
        assert caveat.expected == "14 days (contraindicated before)"


def test_a_gap_of_the_way_stands_where_it_is_the_longer_one() -> None:
    knowledge = the_knowledge(
        switches=[way("direct", gap="3 weeks")],
        interactions=[rule(after("14 days", "alpha"))],
    )
    assert doses(change(knowledge), 1)[0] == "2026-12-22 20 mg"


def test_taper_then_start_waits_from_the_last_dose_of_the_taper() -> None:
    knowledge = the_knowledge(
        switches=[way("taper-then-start", gap="4 days", first_dose="10 mg")]
    )
    plan = change(
        knowledge,
        steps=(
            Wanted(dose=q("10 mg"), lasts=Duration(1, "week")),
            Wanted(dose=q("0 mg")),
        ),
    )
    assert doses(plan, 0) == ["2026-12-01 10 mg", "2026-12-08 0 mg"]
    assert doses(plan, 1)[0] == "2026-12-12 10 mg"


# --- a cross-taper ------------------------------------------------------------------


def test_in_a_cross_taper_the_old_one_comes_down_as_the_new_one_goes_up() -> None:
    # Beta: 20 mg, from day 8 40 mg, from day 15 60 mg. Alpha 20 mg over 3 weeks, three
    # times down: 15, 10, 5 mg, then nothing.
    knowledge = the_knowledge(switches=[way("cross-taper", over_high="3 weeks")])
    plan = change(knowledge, to=q("60 mg"))
    assert doses(plan, 0) == [
        "2026-12-01 15 mg",
        "2026-12-08 10 mg",
        "2026-12-15 5 mg",
        "2026-12-22 0 mg",
    ]
    assert doses(plan, 1) == [
        "2026-12-01 20 mg",
        "2026-12-08 40 mg",
        "2026-12-15 60 mg",
    ]


def test_a_cross_taper_of_two_that_must_be_apart_says_both() -> None:
    knowledge = the_knowledge(
        switches=[way("cross-taper", over_high="3 weeks")],
        interactions=[rule(after("14 days", "alpha"))],
    )
    assert "washout-too-short" in codes(change(knowledge), knowledge)
    serious = the_knowledge(
        switches=[way("cross-taper", over_high="3 weeks")],
        interactions=[rule(severity="serious")],
    )
    assert codes(change(serious), serious) == ["interaction"]
    moderate = the_knowledge(
        switches=[way("cross-taper", over_high="3 weeks")],
        interactions=[rule(severity="moderate")],
    )
    assert codes(change(moderate), moderate) == []


def test_two_that_must_be_apart_are_said_once_and_by_how_much() -> None:
    """The rule that asks for the time is not told again as an interaction."""
    other = rule(severity="serious") | {"id": "other", "title": "both sedate"}
    knowledge = the_knowledge(
        switches=[way("cross-taper", over_high="3 weeks")],
        interactions=[rule(after("14 days", "alpha")), other],
    )
    found = checked(change(knowledge), knowledge, known=ALONE).caveats
    told = {c.code: c.seen for c in found if c.code != "rounded"}
    assert told["washout-too-short"] == "none without alpha before beta"
    assert "both sedate" in told["interaction"]
    assert len([c for c in found if c.code == "interaction"]) == 1


def test_a_medicine_begun_on_the_day_on_which_the_other_ends_is_not_beside_it() -> None:
    knowledge = the_knowledge(
        switches=[way("direct")], interactions=[rule(severity="serious")]
    )
    plan = change(knowledge)
    assert "interaction" not in codes(plan, knowledge)
    old, new = plan.courses
    (first, *rest) = old.steps
    assert first.dose.value == 0
    for days, last in ((1, START), (2, START + timedelta(days=1))):
        longer = msgspec.structs.replace(
            first, dose=q("20 mg"), ends=START + timedelta(days=days - 1)
        )
        moved = msgspec.structs.replace(first, starts=START + timedelta(days=days))
        taken = msgspec.structs.replace(old, steps=(longer, moved, *rest))
        later = msgspec.structs.replace(
            new.steps[0], starts=last, ends=new.steps[0].ends
        )
        begun = msgspec.structs.replace(new, steps=(later, *new.steps[1:]))
        beside = msgspec.structs.replace(plan, courses=(taken, begun))
        assert "interaction" in codes(beside, knowledge)


def test_an_old_one_that_goes_on_is_beside_the_new_one() -> None:
    knowledge = the_knowledge(
        switches=[way("direct")], interactions=[rule(after("14 days", "alpha"))]
    )
    plan = change(knowledge, gap=Duration(20, "day"))
    assert "washout-too-short" not in codes(plan, knowledge)
    old, new = plan.courses
    for ends, told in (
        (None, "none without alpha before beta"),
        (new.steps[0].starts - timedelta(days=1), "0 days without alpha before beta"),
        (new.steps[0].starts - timedelta(days=4), "3 days without alpha before beta"),
    ):
        taken = msgspec.structs.replace(old.steps[0], dose=q("20 mg"), ends=ends)
        goes_on = msgspec.structs.replace(
            plan, courses=(msgspec.structs.replace(old, steps=(taken,)), new)
        )
        found = checked(goes_on, knowledge, known=ALONE).caveats
        assert [c.seen for c in found if c.code == "washout-too-short"] == [told]


def test_a_third_medicine_beside_a_switch_leaves_its_two_as_they_were_judged() -> None:
    knowledge = the_knowledge(
        switches=[way("cross-taper", over_high="3 weeks")],
        interactions=[rule(after("14 days", "alpha"))],
    )
    plan = change(knowledge)
    on = START + timedelta(days=3)
    third = a_taper(
        "delta", "10 mg", steps("5 mg", "0 mg"), knowledge=knowledge, starts=on
    )
    both = revise(plan, on, third)
    assert len(both.courses) == 3
    assert "washout-too-short" in codes(both, knowledge)


def test_a_file_of_the_drugs_themselves_stands_before_one_of_their_class() -> None:
    own = way("direct") | {"id": "own"}
    of_old = way("cross-taper", over_high="3 weeks") | {
        "id": "a-class",
        "a": {"groups": ["slow"]},
    }
    of_new = way("taper-then-start") | {"id": "b-class", "b": {"groups": ["fast"]}}
    groups = [group("slow", "alpha"), group("fast", "beta")]
    for of_class in (of_old, of_new):
        knowledge = the_knowledge(switches=[of_class, own], groups=groups)
        plan = change(knowledge)
        assert doses(plan, 0)[0] == "2026-12-01 0 mg"
        assert doses(plan, 1)[0] == "2026-12-01 20 mg"


def test_a_cross_taper_needs_its_time() -> None:
    knowledge = the_knowledge(switches=[way("cross-taper")])
    with pytest.raises(ImpossiblePlanError, match="no time for the cross-taper"):
        change(knowledge)
    with pytest.raises(ImpossiblePlanError, match="no time for the cross-taper"):
        change(knowledge, over=Duration(0, "week"))
    assert doses(change(knowledge, over=Duration(2, "week")), 0)[-1].startswith(
        "2026-12-15"
    )


# --- ways, equivalents, and a taper of the new one ----------------------------------


def test_without_a_way_in_the_knowledge_one_is_asked_for() -> None:
    knowledge = the_knowledge()
    with pytest.raises(ImpossiblePlanError, match="direct, cross-taper"):
        change(knowledge)
    with pytest.raises(ImpossiblePlanError, match="direct, cross-taper"):
        change(knowledge, way="sideways")
    plan = change(knowledge, way="direct")
    assert "not-checked" in codes(plan, knowledge)


def test_a_way_may_be_named_by_its_label() -> None:
    entry = way("direct")
    entry["way"].append(cited(method="direct", text="wait", gap="1 week", label="slow"))
    knowledge = the_knowledge(switches=[entry])
    assert doses(change(knowledge, way="slow"), 1)[0] == "2026-12-08 20 mg"


def test_one_medicine_is_no_switch() -> None:
    with pytest.raises(ImpossiblePlanError, match="one medicine twice"):
        change(the_knowledge(), new="alpha")


EQUAL = {
    "id": "school",
    "title": "School",
    "kind": "benzodiazepine",
    "school": "s",
    "reference": "beta",
    "use": "u",
    "row": [
        cited(drug="alpha", dose="1 mg", equals="10 mg"),
        cited(drug="beta", dose="10 mg", equals="10 mg"),
    ],
}


def test_an_equivalent_stands_beside_the_plan_and_never_in_it() -> None:
    knowledge = the_knowledge(switches=[way("direct")], equivalents=[EQUAL])
    with pytest.raises(ImpossiblePlanError) as error:
        change(knowledge, dose=q("2 mg"), to=None)
    assert "name the dose" in str(error.value)
    plan = change(knowledge, dose=q("2 mg"), to=q("40 mg"))
    (note,) = [n for n in plan.notes if n.text.startswith("School")]
    assert (note.source, note.status) == ("book", Status.CHECKED)
    assert "alpha 2 mg a day answers beta 20 mg" in note.text
    assert "beta 40 mg a day answers beta 40 mg" in note.text
    assert doses(plan, 1)[-1].endswith("40 mg")


@pytest.mark.parametrize(
    ("dates", "in_use"),
    [
        ({"since": START}, True),
        ({"since": START + timedelta(days=1)}, False),
        ({"until": START}, False),
        ({"until": START + timedelta(days=1)}, True),
    ],
)
def test_only_a_table_in_use_on_the_first_day_stands_beside_the_plan(
    dates: dict[str, date], in_use: bool
) -> None:
    knowledge = the_knowledge(switches=[way("direct")], equivalents=[EQUAL | dates])
    notes = change(knowledge, dose=q("2 mg")).notes
    assert any(n.text.startswith("School") for n in notes) is in_use


def test_the_new_one_may_be_tapered_in_the_same_plan() -> None:
    back = way("direct") | {"a": {"drugs": ["beta"]}, "b": {"drugs": ["alpha"]}}
    knowledge = the_knowledge(switches=[back])
    plan = change(knowledge, old="beta", new="alpha", to=q("10 mg"))
    down = a_taper(
        dose="10 mg", pace=share("0.1"), starts=date(2026, 12, 15), to="8 mg"
    )
    whole = then_taper(plan, down)
    assert doses(whole, 1) == [
        "2026-12-01 10 mg",
        "2026-12-15 9 mg",
        "2026-12-29 8 mg",
    ]
    assert whole.courses[1].steps[0].ends == date(2026, 12, 14)
    assert whole.courses[1].steps[1].needs
    early = a_taper(dose="10 mg", pace=steps("8 mg"), starts=START)
    with pytest.raises(ImpossiblePlanError, match="before the new dose"):
        then_taper(plan, early)
