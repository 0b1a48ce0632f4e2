"""The agreed list on the page: its groups, what is folded, conflicts on their line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from builders import TODAY, A, a_person, daily, day
from concord.followup.case import Case
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.review import review
from concord.web.chart.policy import Action
from concord.web.clinician.banner import banner
from concord.web.clinician.changed import changed
from concord.web.clinician.listing import Group, Section, sections
from concord.web.clinician.words import brief
from concord.wording import Message

THEN = datetime(2026, 1, 1, 12, tzinfo=UTC)
ALL = frozenset(Action)


def shown(
    person: A, knowledge: Knowledge, may: frozenset[Action] = ALL
) -> dict[Group, Section]:
    case = Case(person.record, knowledge, TODAY)
    found = review(person.record, knowledge, TODAY)
    return {s.group: s for s in sections(case, found.findings, may, {})}


def with_change(person: A, kind: rec.ChangeKind, **more: object) -> A:
    line = person.record.medications[-1]
    made = rec.Change(
        id="later", kind=kind, recorded_at=THEN, effective=day("2026-05-01"), **more
    )  # type: ignore[arg-type]
    line = msgspec.structs.replace(line, changes=(*line.changes, made))
    return A(
        msgspec.structs.replace(
            person.record, medications=(*person.record.medications[:-1], line)
        )
    )


def over_the_counter(person: A) -> A:
    line = msgspec.structs.replace(person.record.medications[-1], over_the_counter=True)
    return A(
        msgspec.structs.replace(
            person.record, medications=(*person.record.medications[:-1], line)
        )
    )


def test_each_medicine_stands_in_the_group_of_how_it_is_taken(
    knowledge: Knowledge,
) -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg")
        .taking("lorazepam", "1 mg", as_needed=True)
        .taking("paliperidone", "100 mg", form="Prefilled Syringe")
    )
    person = over_the_counter(person.taking("ibuprofen", "400 mg"))
    person = with_change(person.taking("sertraline", "50 mg"), rec.ChangeKind.HELD)
    person = person.taking("clozapine", "25 mg", since="2026-12-01")
    found = shown(person, knowledge)
    names = {
        group: [row.entry.line.medicine.text for row in section.rows]
        for group, section in found.items()
    }
    assert names == {
        Group.SCHEDULED: ["lithium"],
        Group.AS_NEEDED: ["lorazepam"],
        Group.INJECTIONS: ["paliperidone"],
        Group.OVER_THE_COUNTER: ["ibuprofen"],
        Group.HELD: ["sertraline"],
        Group.PLANNED: ["clozapine"],
    }


@pytest.mark.parametrize(("days", "stands"), [(180, True), (181, False)])
def test_a_stopped_medicine_stays_folded_for_the_days_that_the_knowledge_states(
    days: int, stands: bool, knowledge: Knowledge
) -> None:
    stopped = (TODAY - timedelta(days=days)).isoformat()
    person = a_person().taking("lithium", "600 mg", stopped=stopped)
    found = shown(person, knowledge)
    assert (Group.STOPPED in found) is stands
    if stands:
        assert found[Group.STOPPED].folded
        assert found[Group.STOPPED].rows[0].acts == ()


def test_only_what_the_policy_allows_is_offered(knowledge: Knowledge) -> None:
    person = a_person().taking("lithium", "600 mg")
    person = person.taking("ibuprofen", "400 mg", kind=rec.LineKind.REPORT)

    def acts(*may: Action) -> list[tuple[str, ...]]:
        found = shown(person, knowledge, frozenset(may))
        return [row.acts for row in found[Group.SCHEDULED].rows]

    every = ("change", "hold", "stop")
    assert acts() == [(), ()]
    assert acts(Action.CHANGE_ORDER) == [every, ()]
    assert acts(Action.RECORD_REPORT) == [(), every]


def test_a_held_medicine_can_be_resumed_and_not_held_again(
    knowledge: Knowledge,
) -> None:
    person = with_change(a_person().taking("lithium", "600 mg"), rec.ChangeKind.HELD)
    (row,) = shown(person, knowledge)[Group.HELD].rows
    assert row.acts == ("change", "resume", "stop")


def test_a_report_of_another_dose_stands_as_a_conflict_on_its_line(
    knowledge: Knowledge,
) -> None:
    person = a_person().taking("lithium", "600 mg")
    same = person.taking("lithium", "600 mg", kind=rec.LineKind.REPORT)
    other = person.taking("lithium", "900 mg", kind=rec.LineKind.REPORT)
    for told, differs in ((same, False), (other, True)):
        (row,) = shown(told, knowledge)[Group.SCHEDULED].rows
        (also,) = row.others
        assert (also.report, also.differs) == (True, differs)


def test_the_same_ingredient_twice_is_said_on_both_lines(knowledge: Knowledge) -> None:
    sertraline = "36437"
    person = a_person().taking(sertraline, "50 mg", by="Ruth")
    person = person.taking(sertraline, "100 mg", by="Paul")
    rows = shown(person, knowledge)[Group.SCHEDULED].rows
    assert [[f.rule for f in row.doubles] for row in rows] == [["same-ingredient"]] * 2


# --- changes ----------------------------------------------------------------------


def test_a_correction_stays_beside_what_it_corrects(knowledge: Knowledge) -> None:
    person = a_person().taking("lithium", "600 mg")
    line = person.record.medications[0]
    wrong = rec.Change(
        id="dose",
        kind=rec.ChangeKind.DOSE_CHANGED,
        recorded_at=THEN,
        effective=day("2026-03-01"),
        dosage=(daily("900 mg"),),
    )
    never = rec.Change(
        id="fix",
        kind=rec.ChangeKind.CORRECTED,
        recorded_at=THEN + timedelta(days=1),
        corrects="dose",
        author=rec.Party(id="ruth"),
        reason="another person's",
    )
    line = msgspec.structs.replace(line, changes=(*line.changes, wrong, never))
    told = changed(line, {"ruth": "Ruth"})
    assert [c.id for c in told] == ["fix", "dose", "start-0"]
    fix, dose, start = told
    assert fix.what == "Correction: “dose changed” never happened"
    assert (fix.by, fix.reason, fix.never) == ("Ruth", "another person's", True)
    assert (dose.corrected, start.corrected) == (True, False)
    assert start.by is None, "whoever is not recorded is nobody by name"


def test_what_the_pharmacy_was_told_is_said_with_its_change() -> None:
    line = a_person().taking("lithium", "600 mg").record.medications[0]
    told = rec.AtPharmacy(
        told="cancelled", by=rec.Party(name="Farah"), pills_left="yes"
    )
    line = msgspec.structs.replace(
        line, changes=(msgspec.structs.replace(line.changes[0], pharmacy=told),)
    )
    (change,) = changed(line, {})
    expected = "Cancelled at the pharmacy by Farah; pills are left at home."
    assert change.pharmacy == expected


# --- the banner -------------------------------------------------------------------


def test_no_allergy_on_record_is_not_no_allergy(knowledge: Knowledge) -> None:
    def of(*allergies: rec.Allergy) -> tuple[int, bool]:
        record = msgspec.structs.replace(a_person().record, allergies=allergies)
        case = Case(record, knowledge, TODAY)
        found = banner(case, review(record, knowledge, TODAY))
        return len(found.allergies), found.none_known

    stated = rec.Allergy(id="a", text="penicillin", reactions=("rash",))
    assert of() == (0, False)
    assert of(rec.Allergy(id="a", none_known=True)) == (0, True)
    assert of(stated) == (1, False)
    assert of(msgspec.structs.replace(stated, refuted=True)) == (0, False)


def test_a_crisis_on_the_problem_list_is_flagged_until_it_is_resolved(
    knowledge: Knowledge,
) -> None:
    def flagged(status: rec.ConditionStatus) -> bool:
        condition = rec.Condition(
            id="c",
            text="suicidal thoughts",
            codes=(rec.Code(system="http://snomed.info/sct", code="6471006"),),
            status=status,
        )
        record = msgspec.structs.replace(a_person().record, conditions=(condition,))
        case = Case(record, knowledge, TODAY)
        return banner(case, review(record, knowledge, TODAY)).crisis is not None

    assert flagged(rec.ConditionStatus.ACTIVE)
    assert not flagged(rec.ConditionStatus.RESOLVED)


# --- a few words ------------------------------------------------------------------


def test_a_finding_is_told_in_a_whole_sentence_and_never_in_half_of_one(
    knowledge: Knowledge,
) -> None:
    record = a_person().taking("6448", "900 mg").taking("29046", "10 mg").record
    found = review(record, knowledge, TODAY).findings
    finding = next(f for f in found if f.rule == "interaction")
    assert brief(finding) == finding.why.values["effect"]
    why = Message(key="text", values={"text": "No score (PHQ-9) since. Take one."})
    told = brief(msgspec.structs.replace(finding, why=why))
    assert told == "No score (PHQ-9) since."
