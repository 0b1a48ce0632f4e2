"""The review as a whole: three outcomes, always; one order; ids that hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import (
    TODAY,
    A,
    a_person,
    cited,
    daily,
    drug,
    group,
    nobody,
    some_knowledge,
)
from concord.followup.case import Case
from concord.knowledge.model import Severity
from concord.record.model import Dosage, Ingredient, Name, Record
from concord.review import Finding, Problem, Question, Review, review
from concord.review.building import Rule
from concord.review.engine import gravest, interrupting, merge
from concord.review.model import NotApplicable, circumstance, finding_id
from concord.review.rules import RULES
from concord.terms import PartialDate
from concord.wording import Message, say
from small_world import A_LONG_STORY, PEOPLE, WORLD, records

IDS = tuple(rule.id for rule in RULES)


def of(a: A, on: date = TODAY) -> Review:
    return review(a.record, WORLD, on)


def outcomes(found: Review) -> dict[str, set[str]]:
    said: dict[str, set[str]] = {rule: set() for rule in IDS}
    for finding in found.findings:
        said[finding.rule].add("finding")
    for row in found.not_checked:
        said[row.rule].add("not checked")
    for idle in found.not_applicable:
        said[idle.rule].add("not applicable")
    for rule in found.checked:
        said[rule].add("checked")
    return said


# --- silence is never safety ------------------------------------------------------


@pytest.mark.parametrize("person", [nobody(), a_person(), a_person(born=None)])
def test_of_an_empty_record_every_rule_says_that_it_could_not_check(person: A) -> None:
    found = of(person)
    assert all(said == {"not checked"} for said in outcomes(found).values())
    assert {say(n) for row in found.not_checked for n in row.needs} == {
        "a medication list (nothing on record is not an empty list)"
    }


@pytest.mark.parametrize(
    ("on", "known"),
    [
        ("2026-11-22", True),
        ("2026-08-24", True),
        ("2026-08-23", False),
        ("2026-11-23", False),
    ],
)
def test_a_list_gone_through_in_these_ninety_days_is_known_to_be_empty(
    on: str, known: bool
) -> None:
    for person in (nobody(), a_person(), a_person().taking("alpha", since="2027")):
        found = of(person.went_through_the_list(on))
        expected = {"not applicable"} if known else {"not checked"}
        assert all(said == expected for said in outcomes(found).values())
        if known:
            assert {n.why.key for n in found.not_applicable} == {
                "why-not.takes-nothing"
            }


def test_a_list_of_stopped_medicines_alone_is_not_an_empty_one() -> None:
    found = of(a_person().taking("alpha", "10 mg", stopped="2026-05-01"))
    assert all(said == {"not checked"} for said in outcomes(found).values())
    assert found.medications[0].status == "stopped"


def test_with_one_medicine_and_nothing_else_only_what_needs_nothing_is_checked() -> (
    None
):
    found = of(PEOPLE["one medicine and nothing else"])
    said = outcomes(found)
    assert [rule for rule in IDS if said[rule] == {"checked"}] == [
        "same-ingredient",
        "duplicate-therapy",
        "longer-than-intended",
        "interaction",
        "additive-burden",
        "pregnancy",
    ]
    assert [rule for rule in IDS if said[rule] == {"not checked"}] == [
        "no-indication",
        "effectiveness",
        "dose-range",
        "contraindicating-condition",
        "allergy",
        "monitoring",
        "adherence",
    ]
    assert said["geriatric"] == {"not applicable"}
    assert found.findings == ()


def test_of_an_unrecognised_medicine_no_rule_says_that_all_is_well() -> None:
    found = of(PEOPLE["something unrecognised"])
    said = outcomes(found)
    assert said.pop("geriatric") == {"not applicable"}
    assert said.pop("answer-from-elsewhere") == {"not applicable"}
    assert all(s == {"not checked"} for s in said.values())
    assert {row.medications for row in found.not_checked} == {("m0",)}
    assert found.medications[0].text == "a blue pill"
    assert found.medications[0].drug is None


@settings(deadline=None, max_examples=150)
@given(records())
def test_each_rule_has_an_outcome_and_is_never_both_checked_and_not(
    record: Record,
) -> None:
    found = review(record, WORLD, TODAY)
    said = outcomes(found)
    for rule in IDS:
        if rule == "additive-burden" and not said[rule]:
            # The one exception: a burden whose contributors an interaction already
            # names is told there (see the tests of merging).
            assert "interaction" in {f.rule for f in found.findings}
            continue
        assert said[rule], rule
        if "checked" in said[rule] or "not applicable" in said[rule]:
            assert len(said[rule]) == 1, (rule, said[rule])
    assert len({f.id for f in found.findings}) == len(found.findings)
    for finding in found.findings:
        assert finding.sources
        assert finding.seen
        assert finding.options
        assert finding.medications
    rows = [(r.rule, tuple(str(n) for n in r.needs)) for r in found.not_checked]
    assert len(set(rows)) == len(rows)


@settings(deadline=None, max_examples=60)
@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_change_what_is_found(
    record: Record, random: Any
) -> None:
    fields = {}
    for name in ("medications", "conditions", "observations", "allergies"):
        lines = list(getattr(record, name))
        random.shuffle(lines)
        fields[name] = tuple(lines)
    shuffled = msgspec.structs.replace(record, **fields)
    one, other = review(record, WORLD, TODAY), review(shuffled, WORLD, TODAY)
    assert {(f.id, f.circumstance, f.severity) for f in one.findings} == {
        (f.id, f.circumstance, f.severity) for f in other.findings
    }
    assert one.checked == other.checked
    assert {r.rule for r in one.not_checked} == {r.rule for r in other.not_checked}


@pytest.mark.parametrize(
    ("died", "dead"),
    [
        (TODAY + timedelta(days=1), False),
        (TODAY, True),
        (TODAY - timedelta(days=400), True),
        (f"{TODAY:%Y-%m}", True),
        (f"{TODAY.year}", True),
        (f"{TODAY.year + 1}", False),
    ],
)
def test_of_somebody_who_died_a_review_says_only_that(
    died: date | str, dead: bool
) -> None:
    record = A_LONG_STORY.record
    assert record.person is not None
    day = died if isinstance(died, str) else died.isoformat()
    person = msgspec.structs.replace(record.person, died=PartialDate.parse(day))
    found = review(msgspec.structs.replace(record, person=person), WORLD, TODAY)
    assert (found.findings == ()) is dead
    assert (not found.checked and not found.not_checked) is dead
    whys = {n.why.key for n in found.not_applicable}
    assert (whys == {"why-not.died"}) is dead


def test_a_rule_that_has_nothing_to_say_of_a_person_says_so_once() -> None:
    found = of(PEOPLE["a man who smokes again"])
    assert [n.rule for n in found.not_applicable].count("pregnancy") == 1


def test_a_rule_that_has_two_reasons_to_say_nothing_says_the_first() -> None:
    def idle(_case: Case) -> Iterator[NotApplicable]:
        for why in ("why-not.takes-nothing", "why-not.told-elsewhere"):
            yield NotApplicable(rule="idle", why=Message(key=why))

    rule = Rule(id="idle", question=Question.SAFETY, needs=(), run=idle)
    found = review(A_LONG_STORY.record, WORLD, TODAY, rules=(rule,))
    assert [n.why.key for n in found.not_applicable] == ["why-not.takes-nothing"]


def test_the_summary_tells_the_name_that_is_told_first() -> None:
    names = (Name(text="Amara Diallo"), Name(text="Amara Kone", use="old"))
    record = a_person().record
    assert record.person is not None
    person = msgspec.structs.replace(record.person, names=names)
    found = review(msgspec.structs.replace(record, person=person), WORLD, TODAY)
    assert found.person.name == "Amara Diallo"


# --- ids and circumstances --------------------------------------------------------


def test_the_ids_of_findings_are_the_same_tomorrow() -> None:
    for person in PEOPLE.values():
        today, tomorrow = of(person), of(person, TODAY + timedelta(days=1))
        assert [f.id for f in today.findings] == [f.id for f in tomorrow.findings]
        assert [f.circumstance for f in today.findings] == [
            f.circumstance for f in tomorrow.findings
        ]


def test_an_id_is_the_rule_the_cause_and_the_drugs_in_words() -> None:
    assert finding_id("rule", "cause", ["b", "a", "b"]) == "rule:cause:a+b"
    assert finding_id("rule", "", ["a"]) == "rule:a"
    assert finding_id("rule", "cause", []) == "rule:cause"
    assert circumstance("a", 1) == circumstance("a", "1")
    assert circumstance("a", 1) != circumstance("a", 2)
    assert circumstance("ab", "c") != circumstance("a", "bc")
    assert len(circumstance()) == 12


def of_id(found: Review, start: str) -> Finding:
    (finding,) = (f for f in found.findings if f.id.startswith(start))
    return finding


def pair(born: str | None = "1990", *, dose: str = "50 mg") -> A:
    person = a_person(born=born).taking("beta", "3 mg").taking("gamma", "1 mg")
    return person.taking("alpha", dose)


@pytest.mark.parametrize(
    ("before", "after", "start"),
    [
        (pair("1990"), pair("1950"), "interaction:beta-gamma"),
        (pair(dose="50 mg"), pair(dose="60 mg"), "dose-range:above:alpha"),
        (
            pair().measured("level", "1.3 mmol/L", "2026-11-01"),
            pair().measured("level", "1.4 mmol/L", "2026-11-01"),
            "monitoring:level",
        ),
        (
            pair().measured("level", "1.3 mmol/L", "2026-11-01"),
            pair().measured("level", "1.3 mmol/L", "2026-11-02"),
            "monitoring:level",
        ),
        (
            pair().filled("beta", "2026-09-01", 30),
            pair().filled("beta", "2026-09-01", 40),
            "adherence:refill-gap:beta",
        ),
        (
            pair().allergic_to("gamma"),
            pair().allergic_to("gamma", kind="intolerance"),
            "allergy:a0+gamma",
        ),
        (
            pair().allergic_to("gamma"),
            pair().allergic_to("gamma", reactions=("anaphylaxis",)),
            "allergy:a0+gamma",
        ),
        (
            a_person().taking("beta", since="2026-01-01"),
            a_person().taking("beta", since="2026-02-01"),
            "longer-than-intended",
        ),
        (
            a_person().with_condition("low-mood").taking("alpha"),
            a_person()
            .with_condition("low-mood")
            .taking("alpha")
            .measured("score", "20", "2025-12-01")
            .measured("score", "20", "2026-10-01"),
            "effectiveness:no",
        ),
    ],
)
def test_a_circumstance_changes_with_what_was_seen(
    before: A, after: A, start: str
) -> None:
    one, other = of_id(of(before), start), of_id(of(after), start)
    assert one.circumstance != other.circumstance


def test_a_circumstance_does_not_change_with_what_has_nothing_to_do_with_it() -> None:
    before = of_id(of(pair()), "interaction:beta-gamma")
    more = pair().with_condition("rare").measured("egfr", "80 mL/min", "2026-11-01")
    after = of_id(of(more), "interaction:beta-gamma")
    assert (after.id, after.circumstance) == (before.id, before.circumstance)


# --- order, gravity and interruption ----------------------------------------------


def test_findings_come_by_question_then_gravity_then_id() -> None:
    found = of(A_LONG_STORY)
    questions = list(Question)
    keys = [
        (questions.index(f.question), f.severity.rank, f.id) for f in found.findings
    ]
    assert keys == sorted(keys)
    assert {f.question for f in found.findings} == set(Question)
    assert len({f.severity for f in found.findings}) == 4


def test_only_the_two_gravest_interrupt_and_never_what_is_unverified() -> None:
    found = of(A_LONG_STORY)
    assert {f.severity.value for f in interrupting(found)} == {
        "contraindicated",
        "serious",
    }
    assert gravest(found) is Severity.CONTRAINDICATED
    assert gravest(of(nobody())) is None
    for severity, verified, interrupts in (
        (Severity.CONTRAINDICATED, True, True),
        (Severity.SERIOUS, True, True),
        (Severity.MODERATE, True, False),
        (Severity.MINOR, True, False),
        (Severity.CONTRAINDICATED, False, False),
        (Severity.SERIOUS, False, False),
    ):
        finding = a_finding(severity=severity, verified=verified)
        assert finding.interrupts is interrupts


def test_severities_are_one_scale_of_four() -> None:
    assert [s.value for s in sorted(Severity, key=lambda s: s.rank)] == [
        "contraindicated",
        "serious",
        "moderate",
        "minor",
    ]


# --- merging ----------------------------------------------------------------------


def a_finding(
    id_: str = "x", rule: str = "interaction", drugs: tuple[str, ...] = ("a",), **f: Any
) -> Finding:
    fields: dict[str, Any] = {
        "severity": Severity.MODERATE,
        "medications": drugs,
        "seen": (Message(key="text", values={"text": id_}),),
        "options": (Message(key="option.keep-one"),),
        "sources": (),
        **f,
    }
    return Finding(
        id=id_,
        circumstance="c",
        rule=rule,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        drugs=drugs,
        why=Message(key="text", values={"text": id_}),
        **fields,
    )


def test_findings_of_one_id_are_one_and_the_graver_speaks() -> None:
    minor = a_finding(severity=Severity.MINOR, medications=("1", "2"))
    serious = a_finding(severity=Severity.SERIOUS, medications=("2", "3"))
    for order in ((minor, serious), (serious, minor)):
        (merged,) = merge(order)
        assert merged.severity is Severity.SERIOUS
        assert set(merged.medications) == {"1", "2", "3"}
        assert len(merged.seen) == 1
    assert len(merge([minor, a_finding("y")])) == 2


@pytest.mark.parametrize(
    ("drugs", "burden", "told"),
    [
        (("a", "b"), Severity.MODERATE, True),
        (("b",), Severity.MODERATE, True),
        (("a", "b", "c"), Severity.MODERATE, False),
        (("a", "b"), Severity.MINOR, True),
        (("a", "b"), Severity.SERIOUS, False),
    ],
)
def test_a_burden_that_an_interaction_already_tells_is_not_told_again(
    drugs: tuple[str, ...], burden: Severity, told: bool
) -> None:
    interaction = a_finding("i", drugs=("a", "b"))
    hazard = a_finding("h", rule="additive-burden", drugs=drugs, severity=burden)
    kept = merge([hazard, interaction])
    assert (hazard not in kept) is told
    other = a_finding("h", rule="duplicate-therapy", drugs=drugs, severity=burden)
    assert other in merge([other, interaction])
    assert hazard in merge([hazard, a_finding("i", rule="allergy", drugs=("a", "b"))])


# --- what the review says of the record -------------------------------------------


@pytest.mark.parametrize(
    ("born", "age"),
    [("1980-05-05", "46"), ("1980", "45 to 46"), (None, None)],
)
def test_the_person_is_summed_up_in_few_words(
    born: str | None, age: str | None
) -> None:
    summary = of(a_person(born=born)).person
    assert (summary.id, summary.name, summary.sex) == ("p", "Amara Diallo", "female")
    assert (summary.birth, summary.age) == (born, age)
    assert of(nobody()).person.sex == "unknown"
    assert of(nobody()).person.id is None


def test_every_line_of_the_list_is_shown_as_the_review_saw_it() -> None:
    lines = {m.id: m for m in of(A_LONG_STORY).medications}
    first = lines["a1"]
    assert (first.drug, first.rxcui, first.text) == ("alpha", ("alpha",), "alpha")
    assert (first.dose, first.indication, first.status) == (
        "50 mg a day",
        "low-mood",
        "active",
    )
    assert (first.prescriber, first.since) == ("Dr One", "2026-01-01")
    assert lines["d"].drug == "delta"
    assert lines["g"].since is None
    assert lines["m5"].dose is None


def test_a_review_states_its_knowledge_its_day_and_its_record() -> None:
    one, other = of(PEOPLE["nobody"]), of(PEOPLE["no medicine"])
    assert (one.knowledge, one.as_of) == ("tests", TODAY)
    assert one.record != other.record
    assert of(PEOPLE["nobody"]).record == one.record


def test_a_review_may_run_some_rules_only() -> None:
    some = review(A_LONG_STORY.record, WORLD, TODAY, rules=RULES[:1])
    assert {f.rule for f in some.findings} == {"no-indication"}


def test_with_knowledge_of_no_hazard_the_rest_of_the_review_still_stands() -> None:
    knowledge = some_knowledge(drugs=[drug("alpha")], groups=[group("g", "alpha")])
    found = review(PEOPLE["a long story"].record, knowledge, TODAY)
    assert found.not_checked
    assert cited(a=1)["source"] == "book"


def test_the_list_shows_the_dose_worked_out_or_else_as_it_was_written() -> None:
    told = Dosage(text="take one as told")
    counted = daily("2 mg", 3, text="take one as told")
    for dosage, shown in (((told,), "take one as told"), ((counted,), "6 mg a day")):
        person = a_person().taking("gamma", dosage=dosage)
        assert review(person.record, WORLD, TODAY).medications[0].dose == shown


def test_the_list_names_every_ingredient_those_that_only_deter_among_them() -> None:
    world = some_knowledge(
        drugs=[
            drug("bup"),
            drug("nal", deterrent=[cited(combined_with=["bup"], text="deters")]),
        ]
    )
    line = a_person().taking("bup").record.medications[0]
    both = msgspec.structs.replace(
        line.medicine,
        ingredients=(
            Ingredient(rxcui="bup", name="bup"),
            Ingredient(rxcui="nal", name="nal"),
        ),
    )
    record = Record(medications=(msgspec.structs.replace(line, medicine=both),))
    assert review(record, world, TODAY).medications[0].drug == "bup / nal"


@pytest.mark.parametrize(
    ("born", "age"), [("1980-05-05", "46"), ("1980", "45 to 46"), (None, None)]
)
def test_the_summary_tells_the_age_as_far_as_it_is_known(
    born: str | None, age: str | None
) -> None:
    assert review(a_person(born=born).record, WORLD, TODAY).person.age == age
