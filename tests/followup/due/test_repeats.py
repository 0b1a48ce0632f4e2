"""When a scale in use is filled in again: by the phase, by the last score, or never."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from builders import (
    MEASURES,
    A,
    a_case,
    a_person,
    cited,
    condition,
    drug,
    observation,
    some_knowledge,
)
from concord.followup.answered import CANONICAL, TOTAL
from concord.followup.due import Due, EventKind, Reason, State, What, due
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import PartialDate
from following import DAY, code_of

FAR = date(2036, 1, 1)
SHIPPED = load()
DEPRESSION, ANXIETY, PTSD, ALCOHOL = "F32.9", "F41.1", "F43.10", "F10.20"


def scale(id: str) -> dict[str, Any]:
    return {
        "id": id,
        "title": id.upper(),
        "licence": cited(ship_text=False, text="no"),
        "lowest": "0",
        "highest": "27",
        "items": 9,
        "codes": [cited(loinc=[id])],
    }


def made(*repeats: dict[str, Any]) -> Knowledge:
    """A pill for low mood, which two scales measure; a course is stable in 12 weeks."""
    return some_knowledge(
        drugs=[
            drug("pill", indication=[cited(condition="low", kind="approved")]),
            drug("other"),
        ],
        conditions=[condition("low"), condition("pain")],
        observations=[observation("phq", "{score}"), observation("madrs", "{score}")],
        scales=[scale("phq"), scale("madrs")],
        outcomes=[
            {
                "id": "low",
                "title": "Low mood",
                "condition": "low",
                "scales": ["phq", "madrs"],
                "repeat": list(repeats),
            }
        ],
        measures=list(MEASURES),
    )


def row(event: str, after: str, **more: Any) -> dict[str, Any]:
    return cited(event=event, after=after, text=f"{event} {after}", **more)


START = row("start", "4 weeks", every="4 weeks", ends="12 weeks")
STABLE = row("stable", "3 months", every="3 months", rolling=True)


def amara(since: str | None = "2026-03-02") -> A:
    return a_person().with_condition("low").taking("pill", "10 mg", since=since)


def listed(a: A, knowledge: Knowledge, on: str) -> list[Due]:
    found = due(a_case(a, knowledge, on), FAR)
    return [item for item in found if item.what is What.SCALE]


def one(a: A, knowledge: Knowledge, on: str) -> Due:
    (item,) = listed(a, knowledge, on)
    return item


# --- only what is in use ----------------------------------------------------------


def test_a_scale_that_was_never_filled_in_has_no_second_date() -> None:
    assert (
        listed(amara(), made(START, STABLE, row("score", "4 months")), "2027-01-01")
        == []
    )


def test_it_is_not_asked_of_somebody_without_the_condition() -> None:
    person = a_person().taking("pill", "10 mg", since="2026-03-02")
    person = person.with_condition("pain").measured("phq", "18", "2026-03-01")
    assert listed(person, made(START, row("score", "4 months")), "2026-04-01") == []


def test_the_one_that_was_filled_in_last_is_asked_for_and_any_counts() -> None:
    person = amara().measured("phq", "18", "2026-03-01")
    person = person.measured("madrs", "20", "2026-03-29")
    item = one(person, made(START), "2026-04-20")
    assert item.ask == "scale:madrs"
    # The MADRS of week 4 stood for the PHQ-9 of week 4.
    assert item.due == date(2026, 4, 27)


def test_a_medicine_for_something_else_brings_no_date() -> None:
    person = amara().taking("other", "1 mg", since="2026-03-20")
    item = one(person.measured("phq", "18", "2026-03-01"), made(START), "2026-03-21")
    assert item.names == ("pill",)


# --- by phase ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "state"),
    [
        # Four weeks after 2 March is the 30th; a quarter of the interval is a week.
        ("2026-03-22", State.NOT_YET),
        ("2026-03-23", State.IN_WINDOW),
        ("2026-03-29", State.IN_WINDOW),
        ("2026-03-30", State.DUE),
        ("2026-04-06", State.DUE),
        ("2026-04-07", State.OVERDUE),
    ],
)
def test_after_a_start_it_has_its_window(on: str, state: State) -> None:
    person = amara().measured("phq", "18", "2026-03-01")
    item = one(person, made(START), on)
    assert (item.state, item.due) == (state, date(2026, 3, 30))
    assert item.reasons[0].event.kind is EventKind.START
    assert item.reasons[0].last_done == date(2026, 3, 1)
    assert item.reasons[0].basis is not None


def test_a_score_in_its_window_moves_it_on_and_one_before_does_not() -> None:
    early = amara().measured("phq", "18", "2026-03-22")
    assert one(early, made(START), "2026-03-25").due == date(2026, 3, 30)
    inside = amara().measured("phq", "18", "2026-03-23")
    assert one(inside, made(START), "2026-03-25").due == date(2026, 4, 27)


def test_a_series_ends_with_its_phase() -> None:
    person = amara().measured("phq", "18", "2026-05-20")
    item = one(person, made(START), "2026-05-26")
    assert (item.state, item.done_on) == (State.DONE, date(2026, 5, 20))


def test_a_series_that_ended_is_let_go_a_year_after_its_last_date() -> None:
    """Its end is 12 weeks after 2 March, on 25 May; what was missed then is over."""
    person = amara().measured("phq", "18", "2026-03-01")
    assert one(person, made(START), "2027-05-25").state is State.OVERDUE
    assert listed(person, made(START), "2027-05-26") == []


def test_a_change_that_was_let_go_hides_no_newer_one() -> None:
    person = amara().measured("phq", "18", "2026-03-01")
    person = person.then("dose_changed", "2026-04-06", "20 mg")
    row_ = row("dose-change", "4 weeks")
    assert one(person, made(row_), "2027-04-01").due == date(2026, 5, 4)
    person = person.then("dose_changed", "2027-05-10", "30 mg")
    assert one(person, made(row_), "2027-05-20").due == date(2027, 6, 7)


def test_a_series_without_an_end_goes_on() -> None:
    person = amara().measured("phq", "18", "2026-03-01")
    endless = row("start", "4 weeks", every="4 weeks")
    assert one(person, made(endless), "2028-03-01").due == date(2026, 3, 30)


def test_of_two_scales_of_one_day_the_first_of_the_condition_is_asked_for() -> None:
    person = amara().measured("madrs", "30", "2026-03-01")
    person = person.measured("phq", "18", "2026-03-01")
    assert one(person, made(START), "2026-03-05").ask == "scale:phq"


def test_a_change_of_dose_brings_a_date_of_its_own() -> None:
    knowledge = made(row("dose-change", "4 weeks"))
    person = amara().measured("phq", "18", "2026-03-01")
    assert listed(person, knowledge, "2026-04-20") == []
    changed = person.then("dose_changed", "2026-04-01", "20 mg")
    item = one(changed, knowledge, "2026-04-20")
    assert (item.due, item.reasons[0].event.kind) == (
        date(2026, 4, 29),
        EventKind.DOSE_CHANGE,
    )


def test_in_a_stable_course_it_is_counted_from_the_last_score() -> None:
    person = amara("2025-03-02").measured("phq", "4", "2026-02-10")
    item = one(person, made(STABLE), "2026-03-01")
    assert (item.due, item.reasons[0].event.kind) == (
        date(2026, 5, 10),
        EventKind.STABLE,
    )


def test_a_course_without_a_known_start_says_nothing_of_its_phase() -> None:
    person = amara(None).measured("phq", "18", "2026-03-01")
    assert listed(person, made(START, STABLE), "2026-06-01") == []
    assert len(listed(person, made(START, row("score", "4 months")), "2026-06-01")) == 1


# --- by the last score ------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "state"),
    [("2026-06-30", State.IN_WINDOW), ("2026-07-01", State.DUE)],
)
def test_without_any_medicine_it_is_counted_from_the_last_score(
    on: str, state: State
) -> None:
    person = a_person().with_condition("low").measured("phq", "18", "2026-03-01")
    item = one(person, made(row("score", "4 months")), on)
    assert (item.state, item.due, item.names) == (state, date(2026, 7, 1), ())
    assert item.reasons[0].event.kind is EventKind.SCORE
    assert item.reasons[0].event.on == date(2026, 3, 1)


def test_a_row_that_is_not_in_force_asks_for_nothing() -> None:
    person = a_person().with_condition("low").measured("phq", "18", "2026-03-01")
    ended = row("score", "4 months", until="2026-06-01")
    assert listed(person, made(ended), "2026-06-01") == []
    assert len(listed(person, made(ended), "2026-05-31")) == 1


# --- as shipped -------------------------------------------------------------------


def reasons(a: A, on: str) -> dict[str, Reason]:
    found = due(a_case(a, SHIPPED, on), FAR)
    return {
        reason.rule: reason
        for item in found
        for reason in item.reasons
        if reason.rule.startswith("outcomes/")
    }


def taking(drug: str, icd10: str, since: str = "2026-03-02") -> A:
    code = SHIPPED.drugs[drug].identity.rxcui[0]
    return a_person().with_icd10(icd10).taking(code, "50 mg", since=since)


def filled_in(a: A, scale: str, number: str, on: str, item: str = TOTAL) -> A:
    """With a form of a scale on the record: its total alone, or one answer."""
    form = rec.Response(
        id=f"{scale}-{on}",
        questionnaire=f"{CANONICAL}{scale}",
        at=PartialDate.of(date.fromisoformat(on)),
        answers=(rec.Answer(item=item, number=Decimal(number)),),
    )
    return A(msgspec.structs.replace(a.record, responses=(form,)))


@pytest.mark.parametrize(
    ("icd10", "scale", "rule", "on", "status"),
    [
        (DEPRESSION, "phq-9", "depression repeat[0]", "2026-03-30", "convention"),
        (DEPRESSION, "phq-9", "depression repeat[3]", "2026-07-01", "checked"),
        (ANXIETY, "gad-7", "generalized-anxiety repeat[0]", "2026-03-30", "unverified"),
        (PTSD, "pcl-5", "ptsd repeat[0]", "2026-04-27", "convention"),
    ],
)
def test_each_condition_has_its_dates_with_their_source(
    icd10: str, scale: str, rule: str, on: str, status: str
) -> None:
    person = filled_in(taking("sertraline", icd10), scale, "18", "2026-03-01")
    found = reasons(person, "2026-03-05")[f"outcomes/{rule}"]
    assert found.due == date.fromisoformat(on)
    assert found.basis is not None
    assert found.basis.status == status


def test_what_no_guideline_gives_is_minor() -> None:
    for outcome in SHIPPED.outcomes.values():
        assert all(not r.severity.interrupts for r in outcome.repeat), outcome.id


def test_the_addiction_monitor_is_asked_for_monthly_though_it_has_no_total() -> None:
    person = filled_in(a_person().with_icd10(ALCOHOL), "bam", "2", "2026-03-01", "1")
    found = reasons(person, "2026-03-05")["outcomes/substance-use-disorder repeat[0]"]
    assert found.due == date(2026, 4, 1)


# --- every row --------------------------------------------------------------------

ROWS = [
    (outcome.id, index)
    for outcome in SHIPPED.outcomes.values()
    for index in range(len(outcome.repeat))
]
BEGAN, BEFORE, LATER = date(2026, 1, 15), date(2026, 1, 10), date(2026, 2, 20)


def somebody(outcome: str, event: str) -> A:
    """Somebody with the condition, who takes what treats it where the row asks so."""
    entry = SHIPPED.outcomes[outcome]
    line = rec.Condition(id="c", codes=(code_of(entry.condition, SHIPPED),))
    person = A(msgspec.structs.replace(a_person().record, conditions=(line,)))
    scale = entry.scales[0]
    item = TOTAL if SHIPPED.scales[scale].lowest is not None else "1"
    person = filled_in(person, scale, "2", str(BEFORE), item)
    if event == "score":
        return person
    drug = next(
        d
        for d in SHIPPED.drugs.values()
        if d.identity.rxcui
        and any(i.condition == entry.condition for i in d.indication)
    )
    since = "2025-01-15" if event == "stable" else str(BEGAN)
    person = person.taking(drug.identity.rxcui[0], "50 mg", since=since)
    if event == "dose-change":
        person = person.then("dose_changed", str(LATER), "100 mg")
    return person


@pytest.mark.parametrize(("outcome", "index"), ROWS)
def test_every_row_is_due_on_its_day_and_not_before(outcome: str, index: int) -> None:
    row = SHIPPED.outcomes[outcome].repeat[index]
    due_on = {
        "start": row.after.after(BEGAN),
        "dose-change": row.after.after(LATER),
        "score": row.after.after(BEFORE),
        "stable": (row.every or row.after).after(BEFORE),
    }[row.event]
    rule = f"outcomes/{outcome} repeat[{index}]"
    person = somebody(outcome, row.event)
    before = reasons(person, str(due_on - DAY))[rule]
    assert (before.state, before.due) == (State.IN_WINDOW, due_on)
    assert reasons(person, str(due_on))[rule].state is State.DUE
