"""What is drawn of a timeline: heights that compare, gaps that stay, no overlap."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.http import QueryDict

from builders import TODAY, A, a_person, cited, daily, drug, observation, some_knowledge
from concord.followup.case import Case
from concord.followup.timeline import Timeline, timeline
from concord.web.timeline.across import Across, Writing
from concord.web.timeline.asked import asked, token
from concord.web.timeline.drawing import picture
from concord.web.timeline.lines import broken_before
from concord.web.timeline.shapes import Drawn, Fits, Picture
from concord.web.timeline.ways import moves

WORLD = some_knowledge(
    drugs=[drug("lithium")], observations=[observation("sleep", "h")]
)


def made(person: A, begins: str = "2026-01-01", ends: date = TODAY) -> Timeline:
    return timeline(
        Case(person.record, WORLD, TODAY),
        begins=date.fromisoformat(begins),
        ends=ends,
        marks=900,
        most_told=12,
    )


def drawn(person: A, begins: str = "2026-01-01") -> Picture:
    every = made(person, begins)
    keys = [token(row.key) for row in every.rows()]
    return picture(every, WORLD, frozenset(keys))


def rows(found: Picture) -> list[Drawn]:
    return [row for group in found.groups for row in group.rows]


def test_half_the_dose_is_half_as_high_in_lanes_that_overlap_too() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg", by="one")
        .taking("lithium", "300 mg", since="2026-03-01", by="other")
    )
    whole, half = rows(drawn(person))
    assert (whole.boxes[0].height, half.boxes[0].height) == ("34", "17")


def test_a_dose_that_is_not_known_is_drawn_as_such() -> None:
    (row,) = rows(drawn(a_person().taking("lithium")))
    assert row.boxes[0].kind == "taken no-dose"
    assert row.now == "how much is not recorded"


def test_stretches_fill_the_width_from_the_first_day_to_the_end_of_the_last() -> None:
    person = (
        a_person()
        .taking("lithium", "600 mg")
        .then("dose_changed", "2026-06-01", "900 mg")
    )
    (row,) = rows(drawn(person))
    bars = [box for box in row.boxes if box.kind == "taken"]
    assert bars[0].x == "0.00"
    assert sum(float(box.width) for box in bars) == pytest.approx(100, abs=0.02)


def test_a_day_without_a_dose_logged_leaves_a_gap_in_the_log() -> None:
    person = a_person().taking("lithium", "600 mg")
    for on in ("2026-03-01", "2026-03-02", "2026-03-04"):
        person = person.said("lithium", "taken", on)
    person = person.said("lithium", "not_taken", "2026-03-05")
    (row,) = rows(drawn(person, "2026-03-01"))
    taken, not_taken = row.paths
    assert (taken.kind, taken.d.count("M")) == ("logged", 3)
    assert (not_taken.kind, not_taken.d.count("M")) == ("logged-not", 1)
    assert "Logged: 3 taken, 1 not taken." in row.says


def slept(*days: int) -> A:
    person = a_person()
    for n in days:
        on = (date(2026, 1, 1) + timedelta(days=n)).isoformat()
        person = person.measured("sleep", f"{n % 5 + 4} h", on)
    return person


def breaks(person: A) -> frozenset[int]:
    (series,) = made(person).series
    return broken_before(series.points)


def test_a_daily_line_is_broken_where_a_month_is_missing() -> None:
    assert breaks(slept(*range(10), *range(40, 50))) == {10}


def test_a_yearly_line_is_whole_and_so_is_one_that_becomes_rarer() -> None:
    assert breaks(slept(0, 100, 200, 300)) == frozenset()
    assert breaks(slept(0, 7, 14, 21, 50, 80, 110)) == frozenset()


def test_fourteen_days_are_no_gap_and_fifteen_are() -> None:
    assert breaks(slept(*range(5), *range(18, 24))) == frozenset()
    assert breaks(slept(*range(5), *range(19, 25))) == {5}


def test_a_value_that_hardly_changes_is_drawn_nearly_flat() -> None:
    person = a_person().measured("sleep", "100 h", "2026-02-01")
    person = person.measured("sleep", "101 h", "2026-03-01")
    (row,) = rows(drawn(person))
    first, last = (float(dot.y) for dot in row.dots)
    # A fifth of 101 is 20.2 in 64 pixels: one more is 3.2 of them.
    assert first - last == pytest.approx(3.2, abs=0.1)


def test_texts_that_would_run_into_each_other_give_way() -> None:
    writing = Writing()
    assert writing.fits(0.2, "300 mg a day", "start") is Fits.ALWAYS
    assert writing.fits(0.25, "300 mg a day", "start") is Fits.NEVER
    # 13 letters are 98 pixels: a third of a phone, a ninth of a page.
    assert writing.fits(0.4, "300 mg a day", "start") is Fits.ROOMY


def test_the_months_are_few_enough_to_read_whatever_the_length() -> None:
    for days in (28, 90, 365, 730, 3_650, 20_000):
        across = Across(begins=TODAY - timedelta(days=days), ends=TODAY)
        ticks = list(across.ticks())
        assert 1 <= len(ticks) <= 12, days
        assert all(0 <= float(tick.x) <= 100 for tick in ticks)


def test_years_are_named_by_the_year() -> None:
    across = Across(begins=date(2016, 3, 1), ends=date(2026, 3, 1))
    assert [tick.on.text for tick in across.ticks()][:2] == ["2018", "2020"]


# --- what an address asks ---------------------------------------------------------


def ways(query: str, person: A) -> dict[str, str]:
    wanted = asked(QueryDict(query), TODAY)
    shown = timeline(
        Case(person.record, WORLD, TODAY),
        begins=wanted.begins,
        ends=wanted.ends,
        marks=900,
        most_told=12,
    )
    return {way.id: way.query for way in moves(wanted, shown, TODAY)}


def test_at_the_last_day_nothing_is_later_and_half_stays_in_sight() -> None:
    person = a_person().taking("lithium", dosage=(daily("1 mg"),), since="2020-01-01")
    found = ways("from=2026-10-14&to=2026-11-22", person)  # forty days
    assert found["later"] == ""
    assert found["earlier"] == "from=2026-09-24&to=2026-11-02"
    assert found["closer"] == "from=2026-10-26&to=2026-11-22"
    assert found["wider"] == "from=2026-09-24&to=2026-11-22"


def test_no_closer_than_four_weeks_and_no_wider_than_all() -> None:
    person = a_person().taking("lithium", dosage=(daily("1 mg"),), since="2026-10-26")
    found = ways("from=2026-10-26&to=2026-11-22", person)  # 28 days
    assert set(found.values()) == {""}


def test_a_time_by_a_word_ends_with_the_day() -> None:
    wanted = asked(QueryDict("last=3m"), TODAY)
    assert (wanted.begins, wanted.ends) == (date(2026, 8, 22), TODAY)
    assert asked(QueryDict("last=all"), TODAY).begins is None
    assert asked(QueryDict(""), TODAY).begins == date(2025, 11, 22)


# --- scores -----------------------------------------------------------------------


def scored(*results: tuple[str, str], **scale: object) -> Drawn:
    """A score of a scale of the tests, drawn on a phone and on a wide page alike."""
    known = some_knowledge(
        observations=[observation("mood", "{score}")],
        scales=[
            {
                "id": "mood",
                "title": "Mood",
                "lowest": 0,
                "highest": 20,
                "items": 5,
                "codes": [cited(loinc=["mood"])],
                "licence": cited(ship_text=False, text="x", obtain="x"),
                **scale,
            }
        ],
    )
    person = a_person()
    for value, on in results:
        person = person.measured("mood", value, on)
    case = Case(person.record, known, TODAY)
    made = timeline(case, begins=date(2026, 1, 1), marks=900, most_told=12)
    found = picture(made, known)
    (row,) = rows(found)
    return row


def test_a_band_is_said_in_a_sentence_and_an_abbreviation_keeps_its_capitals() -> None:
    bands = [
        cited(low=0, high=9, title="PTSD not likely"),
        cited(low=10, high=20, title="Positive; the VA asks for more"),
    ]
    low = scored(("4 {score}", "2026-02-01"), band=bands)
    assert low.now == "4 (PTSD not likely), Sun 1 Feb 2026"
    high = scored(("12 {score}", "2026-02-01"), band=bands)
    assert high.now == "12 (positive; the VA asks for more), Sun 1 Feb 2026"


def test_a_score_without_bands_says_of_how_many_and_stands_on_its_whole_scale() -> None:
    row = scored(("5 {score}", "2026-02-01"), ("10 {score}", "2026-03-01"))
    assert row.now == "10 of 20, Sun 1 Mar 2026"
    first, last = (float(dot.y) for dot in row.dots)
    top, bottom = 16.0, 16.0 + 64.0
    assert first == pytest.approx(bottom - (bottom - top) / 4, abs=0.1)
    assert last == pytest.approx((bottom + top) / 2, abs=0.1)


def test_the_same_result_twice_on_one_day_is_still_a_dot() -> None:
    twice = scored(("5 {score}", "2026-02-01"), ("5 {score}", "2026-02-01"))
    assert len(twice.dots) == 1
    two = scored(("5 {score}", "2026-02-01"), ("7 {score}", "2026-02-01"))
    assert two.dots == ()  # a stroke from one to the other


def test_one_result_alone_takes_little_room_and_two_take_that_of_a_line() -> None:
    one = scored(("5 {score}", "2026-02-01"))
    two = scored(("5 {score}", "2026-02-01"), ("6 {score}", "2026-03-01"))
    assert one.height < two.height / 2


def test_a_long_name_of_a_band_is_broken_between_words_and_loses_none() -> None:
    name = "At or above the higher provisional cut-off for PTSD"
    bands = [
        cited(low=0, high=9, title="Below the provisional cut-off"),
        cited(low=10, high=20, title=name),
    ]
    row = scored(("4 {score}", "2026-10-01"), ("12 {score}", "2026-11-01"), band=bands)
    for kind, most in (("edge", 21), ("behind", 32)):
        lines = [text for text in row.texts if text.kind == kind]
        assert max(len(text.words) for text in lines) <= most
        down = [float(text.y) for text in lines]
        assert all(later - one >= 11.9 for one, later in pairwise(sorted(down)))
    beside = " ".join(text.words for text in row.texts if text.kind == "edge")
    assert beside == f"{name} Below the provisional cut-off"


def test_answers_are_bands_each_with_its_value_in_its_middle() -> None:
    bands = [
        cited(low=n, high=n, title=words)
        for n, words in enumerate(("No", "A little", "Much"))
    ]
    row = scored(
        ("2 {score}", "2026-02-01"), ("1 {score}", "2026-03-01"),
        band=bands, highest=2,
    )  # fmt: skip
    assert row.now == "1 (a little), Sun 1 Mar 2026"
    (box,) = row.boxes  # every other one is shaded
    middle = float(box.y) + float(box.height) / 2
    assert middle == pytest.approx(float(row.dots[1].y), abs=0.1)
    named = {text.words for text in row.texts if text.kind == "edge"}
    assert named == {"No", "A little", "Much"}
