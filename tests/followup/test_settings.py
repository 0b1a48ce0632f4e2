"""What follows from a change of setting, tried with the real knowledge.

The figures come from the knowledge, so each boundary is asked of it, not written here.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from builders import A, a_person, day, nobody
from concord.followup.case import Case
from concord.followup.settings import (
    Follows,
    Implication,
    implications,
    is_away,
    setting_on,
)
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.wording import say

LEFT = date(2026, 11, 1)
BACK = date(2026, 11, 10)
OUD = "75544000"
SUICIDAL = "267073005"


def events(a: A, *told: tuple[str, date | None]) -> rec.Record:
    settings = tuple(
        rec.SettingEvent(
            id=f"s{n}",
            kind=rec.SettingKind(kind),
            on=day(on.isoformat()) if on else None,
        )
        for n, (kind, on) in enumerate(told)
    )
    return msgspec.structs.replace(a.record, settings=settings)


def code_of(knowledge: Knowledge, drug: str) -> str:
    return knowledge.drugs[drug].identity.rxcui[0]


def follows(
    knowledge: Knowledge, record: rec.Record, on: date
) -> dict[Follows, list[Implication]]:
    found: dict[Follows, list[Implication]] = {}
    for implication in implications(Case(record, knowledge, on)):
        found.setdefault(implication.follows, []).append(implication)
    return found


def taking(knowledge: Knowledge, *drugs: str) -> A:
    a = a_person()
    for drug in drugs:
        a = a.taking(code_of(knowledge, drug), "10 mg", since="2026-01-01")
    return a


def days(knowledge: Knowledge, measure: str, name: str) -> timedelta:
    return timedelta(days=int(knowledge.figure(measure, name, BACK)))


# --- where a person is ------------------------------------------------------------


def test_the_newest_event_up_to_the_day_says_where_somebody_is() -> None:
    record = events(a_person(), ("admitted", LEFT), ("discharged", BACK))
    assert setting_on(record, LEFT - timedelta(days=1)) is None
    on = setting_on(record, BACK - timedelta(days=1))
    assert on is not None
    assert on.kind is rec.SettingKind.ADMITTED
    assert is_away(on)
    back = setting_on(record, BACK)
    assert back is not None
    assert back.kind is rec.SettingKind.DISCHARGED
    assert not is_away(back)


def test_of_two_events_of_one_day_the_one_told_later_counts() -> None:
    record = events(a_person(), ("admitted", BACK), ("discharged", BACK))
    found = setting_on(record, BACK)
    assert found is not None
    assert found.kind is rec.SettingKind.DISCHARGED


def test_an_undated_event_places_nobody(knowledge: Knowledge) -> None:
    record = events(a_person(), ("in_custody", None))
    assert setting_on(record, BACK) is None
    assert implications(Case(record, knowledge, BACK)) == ()


def test_an_empty_record_implies_nothing(knowledge: Knowledge) -> None:
    assert implications(Case(nobody().record, knowledge, BACK)) == ()


# --- while away -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["admitted", "in_custody"])
def test_reminders_are_paused_while_others_give_the_medicines(
    kind: str, knowledge: Knowledge
) -> None:
    record = events(a_person(), (kind, LEFT))
    assert Follows.PAUSED in follows(knowledge, record, LEFT)
    assert Follows.PAUSED not in follows(knowledge, record, LEFT - timedelta(days=1))


@pytest.mark.parametrize("kind", ["discharged", "released", "in_shelter", "home"])
def test_nothing_is_paused_for_somebody_who_takes_their_own(
    kind: str, knowledge: Knowledge
) -> None:
    record = events(a_person(), (kind, LEFT))
    assert Follows.PAUSED not in follows(knowledge, record, LEFT)


def test_treatment_of_opioid_use_disorder_is_asked_to_go_on_in_custody(
    knowledge: Knowledge,
) -> None:
    with_it = events(a_person().with_condition(OUD), ("in_custody", LEFT))
    without = events(a_person().with_condition("73211009"), ("in_custody", LEFT))
    in_hospital = events(a_person().with_condition(OUD), ("admitted", LEFT))
    assert Follows.TREATMENT in follows(knowledge, with_it, LEFT)
    assert Follows.TREATMENT not in follows(knowledge, without, LEFT)
    assert Follows.TREATMENT not in follows(knowledge, in_hospital, LEFT)


def test_in_a_shelter_it_is_asked_where_medicines_are_kept(
    knowledge: Knowledge,
) -> None:
    record = events(a_person(), ("in_shelter", LEFT))
    assert Follows.KEPT in follows(knowledge, record, LEFT)
    home = events(a_person(), ("in_shelter", LEFT), ("home", BACK))
    assert Follows.KEPT not in follows(knowledge, home, BACK)


# --- back -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "measure"),
    [
        ("methadone", "lost-tolerance-opioid"),
        ("buprenorphine", "lost-tolerance-opioid"),
        ("diazepam", "lost-tolerance-sedative"),
        ("zolpidem", "lost-tolerance-sedative"),
    ],
)
def test_lost_tolerance_is_warned_of_until_the_last_day_of_the_risk(
    drug: str, measure: str, knowledge: Knowledge
) -> None:
    record = events(taking(knowledge, drug), ("in_custody", LEFT), ("released", BACK))
    last = BACK + days(knowledge, measure, "risk-days")
    (warning,) = follows(knowledge, record, last)[Follows.TOLERANCE]
    assert drug in say(warning.message)
    assert warning.due == last
    after = follows(knowledge, record, last + timedelta(days=1))
    assert Follows.TOLERANCE not in after


def test_who_takes_neither_is_not_warned(knowledge: Knowledge) -> None:
    record = events(taking(knowledge, "sertraline"), ("released", BACK))
    assert Follows.TOLERANCE not in follows(knowledge, record, BACK)


def test_an_opioid_stopped_while_away_counts_and_one_stopped_before_does_not(
    knowledge: Knowledge,
) -> None:
    methadone = code_of(knowledge, "methadone")
    told = (("in_custody", LEFT), ("released", BACK))

    def stopped(on: date) -> rec.Record:
        a = a_person().taking(methadone, "60 mg", stopped=on.isoformat())
        return events(a, *told)

    assert Follows.TOLERANCE in follows(knowledge, stopped(LEFT), BACK)
    before = stopped(LEFT - timedelta(days=1))
    assert Follows.TOLERANCE not in follows(knowledge, before, BACK)


def test_who_was_away_for_part_of_one_day_was_away_that_day(
    knowledge: Knowledge,
) -> None:
    a = a_person().taking(
        code_of(knowledge, "methadone"), "60 mg", stopped=BACK.isoformat()
    )
    record = events(a, ("in_custody", BACK), ("released", BACK))
    assert Follows.TOLERANCE in follows(knowledge, record, BACK)


def test_opioid_use_disorder_is_warned_of_without_any_opioid_on_the_list(
    knowledge: Knowledge,
) -> None:
    record = events(a_person().with_condition(OUD), ("released", BACK))
    found = follows(knowledge, record, BACK)
    assert Follows.TOLERANCE in found
    assert Follows.RESCUE in found


def test_naloxone_is_offered_with_an_opioid_unless_it_is_on_the_list(
    knowledge: Knowledge,
) -> None:
    without = events(taking(knowledge, "methadone"), ("discharged", BACK))
    (offered,) = follows(knowledge, without, BACK)[Follows.RESCUE]
    assert {b.source for b in offered.basis} == {"fda-dsc-naloxone-2020"}
    with_it = taking(knowledge, "methadone", "naloxone")
    found = follows(knowledge, events(with_it, ("discharged", BACK)), BACK)
    assert Follows.RESCUE not in found


def test_naloxone_inside_a_tablet_with_buprenorphine_is_not_naloxone_at_hand(
    knowledge: Knowledge,
) -> None:
    a = taking(knowledge, "buprenorphine")
    (line,) = a.record.medications
    both = tuple(
        rec.Ingredient(rxcui=code_of(knowledge, name), name=name)
        for name in ("buprenorphine", "naloxone")
    )
    medicine = msgspec.structs.replace(line.medicine, ingredients=both)
    line = msgspec.structs.replace(line, medicine=medicine)
    record = msgspec.structs.replace(a.record, medications=(line,))
    found = follows(knowledge, events(A(record), ("released", BACK)), BACK)
    assert Follows.RESCUE in found


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("discharged", "contact-after-discharge"),
        ("released", "contact-after-release"),
    ],
)
def test_contact_is_wanted_within_the_days_the_knowledge_gives(
    kind: str, measure: str, knowledge: Knowledge
) -> None:
    record = events(a_person(), (kind, BACK))
    due = BACK + days(knowledge, measure, "within-days")
    (on_time,) = follows(knowledge, record, due)[Follows.CONTACT]
    assert on_time.due == due
    assert on_time.message.key != "setting.contact-late"
    (late,) = follows(knowledge, record, due + timedelta(days=1))[Follows.CONTACT]
    assert late.message.key == "setting.contact-late"


def test_a_risk_of_suicide_shortens_the_time_after_a_discharge(
    knowledge: Knowledge,
) -> None:
    codes = knowledge.conditions["suicidality"].codes
    code = next(c for row in codes for c in row.snomed)
    record = events(a_person().with_condition(code), ("discharged", BACK))
    (found,) = follows(knowledge, record, BACK)[Follows.CONTACT]
    measure = "contact-after-discharge-suicide-risk"
    assert found.due == BACK + days(knowledge, measure, "within-days")
    assert found.due < BACK + days(knowledge, "contact-after-discharge", "within-days")


def test_a_visit_after_the_discharge_is_contact_and_one_of_the_same_day_is_not(
    knowledge: Knowledge,
) -> None:
    def visited(on: date) -> rec.Record:
        visit = rec.Encounter(
            id="v", period=rec.Period(start=day(on.isoformat())), finished=True
        )
        record = events(a_person(), ("discharged", BACK))
        return msgspec.structs.replace(record, encounters=(visit,))

    later = BACK + timedelta(days=3)
    assert Follows.CONTACT in follows(knowledge, visited(BACK), later)
    next_day = visited(BACK + timedelta(days=1))
    assert Follows.CONTACT not in follows(knowledge, next_day, later)
    assert Follows.CONTACT not in follows(knowledge, visited(later), later)
    planned = visited(later + timedelta(days=1))
    assert Follows.CONTACT in follows(knowledge, planned, later)


def test_the_list_is_gone_through_again_after_every_return(
    knowledge: Knowledge,
) -> None:
    record = events(a_person(), ("discharged", BACK))
    assert Follows.LIST in follows(knowledge, record, BACK)
    before = (BACK - timedelta(days=1)).isoformat()
    a = a_person().went_through_the_list(before)
    assert Follows.LIST in follows(knowledge, events(a, ("discharged", BACK)), BACK)
    a = a_person().went_through_the_list(BACK.isoformat())
    done = events(a, ("discharged", BACK))
    assert Follows.LIST not in follows(knowledge, done, BACK)


def test_a_gap_as_long_as_the_stay_says_how_a_medicine_is_taken_up_again(
    knowledge: Knowledge,
) -> None:
    a = taking(knowledge, "clozapine")
    two_days = BACK + timedelta(days=2)

    def said(record: rec.Record, on: date) -> list[str]:
        return [
            say(i.message)
            for i in follows(knowledge, record, on).get(Follows.RESTART, [])
        ]

    rules = knowledge.entries_for("missed_doses", "clozapine")[0].rule
    by_gap = {str(r.gap): r.action for r in rules if r.label is None}
    short = events(a, ("admitted", BACK), ("discharged", two_days))
    assert [by_gap["2 days"] in words for words in said(short, two_days)] == [True]
    long = events(a, ("in_custody", LEFT), ("released", BACK))
    assert [by_gap["3 days"] in words for words in said(long, BACK)] == [True]
    unknown = events(a, ("released", BACK))
    assert said(unknown, BACK) == []


# --- what each rests on -----------------------------------------------------------


def test_everything_said_names_a_source_and_a_place_in_it(
    knowledge: Knowledge,
) -> None:
    a = taking(knowledge, "methadone", "diazepam", "clozapine").with_condition(OUD)
    kinds = [kind.value for kind in rec.SettingKind]
    said = [
        implication
        for kind in kinds
        for implication in implications(
            Case(events(a, ("in_custody", LEFT), (kind, BACK)), knowledge, BACK)
        )
    ]
    assert {i.follows for i in said} == set(Follows)
    for implication in said:
        assert implication.basis
        assert all(b.title and b.locator and b.status for b in implication.basis)
        assert say(implication.message)
