"""Is each medicine taken, as far as anyone said and as far as the fills reach?"""

from __future__ import annotations

import msgspec
import pytest

from builders import A, Said, a_person, asked, drug, some_knowledge
from concord.record.model import LineKind, Taken
from concord.review.rules.adherence import ADHERENCE

MADE = some_knowledge(drugs=[drug("lithium"), drug("other")])


def amara(taken: str = "not_logged") -> A:
    return a_person().taking("lithium", "900 mg", taken=Taken(taken))


def ask(person: A, on: str = "2026-11-22") -> Said:
    return asked(ADHERENCE, person, MADE, on)


# --- what was said ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "outcome"),
    [
        ("not_taken", "finding"),
        ("taken", "checked"),
        ("not_logged", "not checked"),
    ],
)
def test_not_taken_is_somebodys_word_never_the_lack_of_a_log(
    taken: str, outcome: str
) -> None:
    said = ask(amara(taken))
    assert said.outcome == outcome
    if outcome == "finding":
        assert said.one.id == "adherence:not-taken:lithium"
        assert said.severity == "moderate"
        assert said.one.problem == "nonadherence"
    if outcome == "not checked":
        assert said.needs == ("fills-or-report",)


@pytest.mark.parametrize(
    ("event", "on", "outcome"),
    [
        ("not_taken", "2026-11-22", "finding"),
        ("not_taken", "2026-11-23", "not checked"),
        ("not_taken", "2026-05-26", "finding"),
        ("not_taken", "2026-05-25", "not checked"),
        ("not_taken", None, "not checked"),
        ("taken", "2026-11-22", "checked"),
        ("not_logged", "2026-11-22", "not checked"),
    ],
)
def test_a_dose_event_counts_within_the_look_back(
    event: str, on: str | None, outcome: str
) -> None:
    assert ask(amara().said("lithium", event, on)).outcome == outcome


def test_the_newest_event_counts_and_stands_before_the_list() -> None:
    person = amara("taken").said("lithium", "not_taken", "2026-11-20")
    assert ask(person).findings
    assert ask(person.said("lithium", "taken", "2026-11-21T08:00:00Z")).checked
    assert ask(person.said("lithium", "taken", "2026-11-19")).findings
    assert ask(person.said("lithium", "not_logged", "2026-11-21")).findings
    assert ask(amara().said("other", "not_taken", "2026-11-20")).needs


def test_one_word_of_not_taken_among_several_lines_counts_with_its_reason() -> None:
    (order,) = amara("taken").record.medications
    report = msgspec.structs.replace(
        order,
        id="report",
        kind=LineKind.REPORT,
        taken=Taken.NOT_TAKEN,
        not_taken_reason="it makes me shake",
    )
    both = A(msgspec.structs.replace(amara().record, medications=(order, report)))
    said = ask(both)
    assert said.seen == ("lithium: reported as not taken (it makes me shake).",)
    silent = msgspec.structs.replace(report, not_taken_reason=None)
    plain = A(msgspec.structs.replace(amara().record, medications=(order, silent)))
    assert ask(plain).seen == ("lithium: reported as not taken.",)
    assert ask(plain).one.circumstance != said.one.circumstance


def test_what_was_said_stands_before_the_fills() -> None:
    assert ask(amara("not_taken").filled("lithium", "2026-11-01", 90)).findings


# --- the fills --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "id_"),
    [
        ("2026-10-31", None),
        ("2026-11-07", None),
        ("2026-11-08", "adherence:refill-gap:lithium"),
    ],
)
def test_a_supply_that_ran_out_more_than_a_week_ago_is_asked_about(
    on: str, id_: str | None
) -> None:
    person = amara().filled("lithium", "2026-10-01", 30)
    said = ask(person, on)
    assert said.ids == ((id_,) if id_ else ())
    assert said.checked is (id_ is None)
    if id_:
        assert said.severity == "moderate"
        assert said.seen[0].startswith(
            "lithium: supply ran out on Sat 31 Oct 2026, 8 days"
        )


@pytest.mark.parametrize(
    ("days", "id_"),
    [(32, None), (31, "adherence:days-covered:lithium")],
)
def test_the_share_is_too_low_only_below_the_threshold(
    days: int, id_: str | None
) -> None:
    """Of the 40 days before 10 August, 32 are exactly four in five."""
    person = amara().filled("lithium", "2026-07-01", days - 10)
    person = person.filled("lithium", "2026-07-31", 20)
    said = ask(person, "2026-08-10")
    assert said.ids == ((id_,) if id_ else ())
    if id_:
        assert said.severity == "minor"
        assert said.one.seen[0].values["percent"] == "77"
        assert said.one.seen[0].values["days"] == "31"
        assert said.one.seen[0].values["in_days"] == "40"


def test_a_gap_speaks_before_the_share_of_days() -> None:
    person = amara().filled("lithium", "2026-07-01", 5)
    assert ask(person).ids == ("adherence:refill-gap:lithium",)


@pytest.mark.parametrize(
    ("fill_on", "outcome"),
    [("2026-05-26", "finding"), ("2026-05-25", "not checked"), (None, "not checked")],
)
def test_fills_count_within_the_look_back(fill_on: str | None, outcome: str) -> None:
    assert ask(amara().filled("lithium", fill_on, 30)).outcome == outcome


@pytest.mark.parametrize(
    ("since", "outcome"),
    [("2026-09-01", "finding"), ("2026-09-02", "not checked"), (None, "finding")],
)
def test_fills_count_from_the_start_of_the_present_course(
    since: str | None, outcome: str
) -> None:
    person = a_person().taking("lithium", "900 mg", since=since)
    assert ask(person.filled("lithium", "2026-09-01", 30)).outcome == outcome


def test_a_renewal_goes_on_with_the_fills_of_the_order_before() -> None:
    person = a_person().taking("lithium", "900 mg", since="2026-11-01")
    renewed = person.taking("lithium", "900 mg", since="2026-08-01")
    for on, outcome in (("2026-08-01", "finding"), ("2026-07-31", "not checked")):
        assert ask(renewed.filled("lithium", on, 30)).outcome == outcome
    assert len(ask(renewed).review.medications) == 1


def test_a_fill_of_today_alone_says_nothing_yet() -> None:
    assert ask(amara().filled("lithium", "2026-11-22", 30)).outcome == "not checked"
    assert ask(amara("taken").filled("lithium", "2026-11-22", 30)).checked


def test_a_fill_belongs_to_its_order_or_to_the_same_medicine() -> None:
    def outcome(name: str, order: str | None) -> str:
        return ask(amara().filled(name, "2026-11-01", 30, order)).outcome

    assert outcome("lithium", None) == "checked"
    assert outcome("lithium", "elsewhere") == "checked"
    assert outcome("other", "m0") == "checked"
    assert outcome("other", None) == "not checked"
    assert outcome("other", "elsewhere") == "not checked"


def test_a_medicine_that_was_not_recognised_is_matched_by_its_text() -> None:
    person = a_person().taking_something_called("Blue Pill")
    assert ask(person).needs == ("fills-or-report",)
    fill = amara().filled("blue pill", "2026-10-01", 10).record.dispensings[0]
    for text, found in (("BLUE PILL", True), ("red pill", False)):
        medicine = msgspec.structs.replace(fill.medicine, text=text, ingredients=())
        unread = msgspec.structs.replace(fill, medicine=medicine)
        record = msgspec.structs.replace(person.record, dispensings=(unread,))
        said = ask(A(record))
        assert bool(said.findings) is found
        if found:
            assert said.one.id == "adherence:refill-gap:Blue Pill"


def test_each_medicine_is_asked_about_for_itself() -> None:
    person = amara().filled("lithium", "2026-10-01", 30)
    person = person.taking("other", "1 mg", taken=Taken.TAKEN)
    assert ask(person).ids == ("adherence:refill-gap:lithium",)
