"""The timeline: gaps are gaps, unsure dates look unsure, the table says the same."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from builders import TODAY, A, a_person, daily, day, loinc
from concord.followup.case import Case
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import Quantity
from concord.web.clinician.picture import Bar, Fits, Kind, Picture
from concord.web.clinician.timeline import picture

THEN = datetime(2026, 1, 1, 12, tzinfo=UTC)


def drawn(person: A, knowledge: Knowledge) -> Picture:
    return picture(Case(person.record, knowledge, TODAY))


def with_changes(person: A, *changes: rec.Change) -> A:
    line = person.record.medications[0]
    line = msgspec.structs.replace(line, changes=(*line.changes, *changes))
    return A(msgspec.structs.replace(person.record, medications=(line,)))


def change(kind: rec.ChangeKind, on: str, dose: str | None = None) -> rec.Change:
    return rec.Change(
        id=f"{kind}-{on}",
        kind=kind,
        recorded_at=THEN,
        effective=day(on),
        dosage=(daily(dose),) if dose else (),
    )


def settings(*events: tuple[rec.SettingKind, str]) -> rec.Record:
    return rec.Record(
        settings=tuple(
            rec.SettingEvent(id=f"s{n}", kind=kind, on=day(on))
            for n, (kind, on) in enumerate(events)
        )
    )


def only_bar(found: Picture) -> Bar:
    (bar,) = found.bars
    return bar


def test_an_empty_record_draws_nothing(knowledge: Knowledge) -> None:
    assert drawn(A(rec.Record()), knowledge).empty


def test_a_change_of_dose_begins_a_new_stretch_and_a_hold_is_hatched(
    knowledge: Knowledge,
) -> None:
    person = with_changes(
        a_person().taking("lithium", "600 mg"),
        change(rec.ChangeKind.DOSE_CHANGED, "2026-03-01", "900 mg"),
        change(rec.ChangeKind.HELD, "2026-06-01"),
        change(rec.ChangeKind.RESUMED, "2026-07-01"),
    )
    bar = only_bar(drawn(person, knowledge))
    kinds = [piece.kind for piece in bar.pieces]
    assert kinds == [Kind.TAKEN, Kind.TAKEN, Kind.HELD, Kind.TAKEN]
    doses = [piece.dose.replace("\xa0", " ") for piece in bar.pieces]
    assert doses == ["600 mg", "900 mg", "", "900 mg"]
    assert sum(float(piece.width) for piece in bar.pieces) == 100.0


def test_between_a_stop_and_a_new_start_nothing_is_drawn(knowledge: Knowledge) -> None:
    person = with_changes(
        a_person().taking("lithium", "600 mg"),
        change(rec.ChangeKind.STOPPED, "2026-03-01"),
        change(rec.ChangeKind.STARTED, "2026-09-01"),
    )
    first, second = only_bar(drawn(person, knowledge)).pieces
    gap = float(second.x) - (float(first.x) + float(first.width))
    assert gap > 50, "six of eleven months"


def test_a_start_of_which_only_the_month_is_known_is_drawn_as_unsure(
    knowledge: Knowledge,
) -> None:
    person = a_person().taking("lithium", "600 mg", since="2026-02")
    unsure, sure = only_bar(drawn(person, knowledge)).pieces
    assert (unsure.kind, sure.kind) == (Kind.UNSURE, Kind.TAKEN)
    exact = a_person().taking("lithium", "600 mg", since="2026-02-01")
    assert [p.kind for p in only_bar(drawn(exact, knowledge)).pieces] == [Kind.TAKEN]


def test_a_stop_of_which_only_the_month_is_known_ends_as_unsure(
    knowledge: Knowledge,
) -> None:
    person = a_person().taking("lithium", "600 mg", stopped="2026-05")
    bar = only_bar(drawn(person, knowledge))
    assert [piece.kind for piece in bar.pieces] == [Kind.TAKEN, Kind.UNSURE]
    assert bar.stopped_x is not None


def test_what_began_before_the_picture_enters_it_from_the_left(
    knowledge: Knowledge,
) -> None:
    # 730 days before 22 Nov 2026 is 22 Nov 2024.
    inside = a_person().taking("lithium", "600 mg", since="2024-11-22")
    before = a_person().taking("lithium", "600 mg", since="2024-11-21")
    assert not only_bar(drawn(inside, knowledge)).before
    assert only_bar(drawn(before, knowledge)).before
    assert drawn(before, knowledge).begins == drawn(inside, knowledge).begins


def test_a_planned_medicine_is_not_drawn(knowledge: Knowledge) -> None:
    person = a_person().taking("lithium", "600 mg", since="2026-12-01")
    assert drawn(person, knowledge).bars == ()


def test_a_stay_ends_with_its_own_counterpart_or_is_not_over(
    knowledge: Knowledge,
) -> None:
    kinds = rec.SettingKind
    both = settings(
        (kinds.IN_CUSTODY, "2026-07-01"),
        (kinds.ADMITTED, "2026-08-01"),
        (kinds.DISCHARGED, "2026-08-20"),
        (kinds.RELEASED, "2026-10-01"),
    )
    custody, hospital = drawn(A(both), knowledge).stays
    assert (custody.ended, hospital.ended) == (both.settings[3], both.settings[2])
    assert custody.text_y != hospital.text_y, "their names do not overlap"
    (open_,) = drawn(A(settings((kinds.ADMITTED, "2026-11-01"))), knowledge).stays
    assert open_.ended is None
    assert float(open_.x) + float(open_.width) == 100.0


def test_results_stand_higher_where_they_are_more_and_the_newest_is_written(
    knowledge: Knowledge,
) -> None:
    scores = tuple(
        rec.Observation(
            id=f"o{n}",
            codes=(loinc("44261-6"),),
            at=day(on),
            quantity=Quantity.parse(f"{score} {{score}}"),
        )
        for n, (on, score) in enumerate(
            [("2026-03-01", 17), ("2026-10-30", 4), ("2026-11-02", 3)]
        )
    )
    (series,) = drawn(A(rec.Record(observations=scores)), knowledge).series
    high, low, lowest = series.points
    assert high.y < low.y < lowest.y, "down the page is less"
    assert lowest.fits is Fits.ALWAYS
    assert low.fits is Fits.NEVER, "three days apart, it would run into the newest"
    assert high.fits is Fits.ALWAYS


def test_the_table_holds_all_that_is_drawn_newest_first(knowledge: Knowledge) -> None:
    person = with_changes(
        a_person().taking("lithium", "600 mg", stopped="2026-08-01"),
        change(rec.ChangeKind.DOSE_CHANGED, "2026-03-01", "900 mg"),
    )
    record = msgspec.structs.replace(
        person.record,
        settings=settings((rec.SettingKind.ADMITTED, "2026-07-01")).settings,
    )
    found = drawn(A(record), knowledge)
    told = [row.change or row.setting for row in found.rows]
    assert told == [
        rec.ChangeKind.STOPPED,
        rec.SettingKind.ADMITTED,
        rec.ChangeKind.DOSE_CHANGED,
        rec.ChangeKind.STARTED,
    ]
    assert (found.changes, found.stopped, found.taken) == (1, 1, 0)
