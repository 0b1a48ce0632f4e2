"""Long-acting injections: when the next one is due, and the window around it."""

from __future__ import annotations

from datetime import date

import pytest

from builders import a_person
from concord.dosing.outlook import next_injections
from concord.dosing.schedule import window
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import InjectionWindow, Status
from concord.record.agreed import agreed_list
from concord.terms import Duration

ON = date(2026, 11, 22)


def row(**lengths: str) -> InjectionWindow:
    found = {name: Duration.parse(text) for name, text in lengths.items()}
    return InjectionWindow(
        form="X", source="book", locator="p. 1", status=Status.CONVENTION, **found
    )


MONTH = Duration(1, "month")


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        ("2026-02-02", "early"),
        ("2026-02-03", "open"),
        ("2026-02-09", "open"),
        ("2026-02-10", "due"),
        ("2026-02-11", "open"),
        ("2026-02-24", "open"),
        ("2026-02-25", "late"),
    ],
)
def test_both_ends_of_the_window_are_in_it(day: str, stands: str) -> None:
    ahead = window(date(2026, 1, 10), MONTH, row(before="1 week", after="2 weeks"))
    assert (ahead.first, ahead.last) == (date(2026, 2, 3), date(2026, 2, 24))
    assert ahead.on(date.fromisoformat(day)) == stands


def test_a_least_time_since_the_last_one_is_counted_from_it() -> None:
    ahead = window(date(2026, 1, 10), MONTH, row(not_before="26 days"))
    assert (ahead.first, ahead.last) == (date(2026, 2, 5), None)
    assert ahead.on(date(2026, 2, 4)) == "early"
    assert ahead.on(date(2026, 2, 5)) == "open"


def test_the_later_of_two_first_days_holds() -> None:
    ahead = window(date(2026, 1, 10), MONTH, row(before="1 week", not_before="26 days"))
    assert ahead.first == date(2026, 2, 5)


def test_a_side_that_the_label_does_not_name_is_unknown_not_open() -> None:
    ahead = window(date(2026, 1, 10), MONTH, None)
    assert ahead.due == date(2026, 2, 10)
    assert ahead.on(date(2026, 2, 9)) == "unknown"
    assert ahead.on(date(2026, 2, 11)) == "unknown"
    assert ahead.on(date(2026, 2, 10)) == "due"


def test_an_injection_of_the_31st_is_due_on_the_last_day_of_a_shorter_month() -> None:
    assert window(date(2026, 1, 31), MONTH, None).due == date(2026, 2, 28)


def next_of(
    person: object, knowledge: Knowledge
) -> list[tuple[str, str, str | None, str | None]]:
    record = person.record  # type: ignore[attr-defined]
    (entry,) = agreed_list(record.medications, ON)
    return [
        (
            one.form,
            str(one.window.due),
            str(one.window.first) if one.window.first else None,
            str(one.window.last) if one.window.last else None,
        )
        for one in next_injections(
            entry, record.dispensings, record.dose_events, knowledge, ON
        )
    ]


def test_the_next_sublocade_is_counted_from_the_last_one_given(
    knowledge: Knowledge,
) -> None:
    person = a_person().taking("1819", text="Sublocade 300 mg/1.5 mL injection")
    person = person.filled("1819", "2026-10-20", 30)
    wanted = ("SUBLOCADE", "2026-11-20", "2026-11-15", "2026-12-04")
    assert next_of(person, knowledge) == [wanted]
    # What was logged as given comes before the fill; what is to come does not count.
    person = person.said("1819", "taken", "2026-10-25").said(
        "1819", "taken", "2026-12-01"
    )
    wanted = ("SUBLOCADE", "2026-11-25", "2026-11-20", "2026-12-09")
    assert next_of(person, knowledge) == [wanted]


def test_an_injection_of_the_day_itself_is_the_last_one(knowledge: Knowledge) -> None:
    person = a_person().taking("1819", text="Sublocade 300 mg/1.5 mL injection")
    person = person.filled("1819", "2026-10-20", 30)
    wanted = ["2026-12-22"]
    by_fill = person.filled("1819", str(ON), 30)
    assert [row[1] for row in next_of(by_fill, knowledge)] == wanted
    by_log = person.said("1819", "taken", "2026-10-25").said("1819", "taken", str(ON))
    assert [row[1] for row in next_of(by_log, knowledge)] == wanted


def test_a_brand_of_two_forms_says_both(knowledge: Knowledge) -> None:
    person = a_person().taking("1819", text="Brixadi injection")
    person = person.filled("1819", "2026-11-01", None)
    assert next_of(person, knowledge) == [
        ("BRIXADI-WEEKLY", "2026-11-08", "2026-11-06", "2026-11-10"),
        ("BRIXADI-MONTHLY", "2026-12-01", "2026-11-24", "2026-12-08"),
    ]


def test_without_one_that_was_given_there_is_no_next_one(knowledge: Knowledge) -> None:
    person = a_person().taking("1819", text="Sublocade 300 mg/1.5 mL injection")
    assert next_of(person, knowledge) == []
    tablets = a_person().taking("1819", text="buprenorphine 8 mg sublingual tablet")
    assert next_of(tablets.filled("1819", "2026-11-01", 30), knowledge) == []


def test_every_window_names_a_form_that_its_drug_has(knowledge: Knowledge) -> None:
    seen = 0
    for entry in knowledge.table("missed_doses").values():
        for found in entry.window:
            tags = {
                product.tag: product
                for drug in entry.side.drugs
                for product in knowledge.drugs[drug].product
            }
            assert found.form in tags, (entry.id, found.form)
            assert tags[found.form].interval is not None
            assert found.before or found.after or found.not_before
            seen += 1
    assert seen >= 6
