"""Laws of a timeline: nothing from outside, no extreme lost, any order of the input."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from builders import TODAY, A, a_person, daily, observation, some_knowledge
from concord.followup.case import Case
from concord.followup.timeline import Course, Timeline, table, timeline
from concord.followup.timeline.days import Days
from concord.followup.timeline.model import Mark
from concord.followup.timeline.thinning import marks, points
from concord.record import model as rec
from concord.record.fold import LineStatus, regimen
from concord.terms import PartialDate, Quantity, decode_hook, encode_hook

WORLD = some_knowledge(observations=[observation("score", "{score}")])
FIRST = date(2016, 11, 22)

days = st.integers(0, 3_650).map(lambda n: FIRST + timedelta(days=n))
values = st.decimals(0, 100, places=1)
results = st.lists(st.tuples(days, st.none(), values), max_size=60)
windows = st.tuples(days, days).map(sorted)
widths = st.integers(1, 900)


def a_record(told: list[tuple[date, None, Decimal]]) -> A:
    person = a_person().taking("lithium", "600 mg", since="2020-02-01")
    for on, _, value in told:
        person = person.measured("score", f"{value} {{score}}", on.isoformat())
        if value > 50:
            person = person.said("lithium", "taken", on.isoformat())
    return person


def drawn(record: rec.Record, between: list[date], width: int = 900) -> Timeline:
    begins, ends = between
    return timeline(
        Case(record, WORLD, TODAY), begins=begins, ends=ends, marks=width, most_told=12
    )


@given(results, windows, widths)
def test_thinning_keeps_the_least_the_most_the_ends_and_the_count(
    told: list[tuple[date, None, Decimal]], between: list[date], width: int
) -> None:
    shown = Days(begins=between[0], ends=between[1], marks=width)
    found = points(told, shown)
    inside = sorted((on, value) for on, _, value in told if shown.holds(on))
    assert sum(point.count for point in found) == len(inside)
    if not inside:
        assert found == ()
        return
    every = [value for _, value in inside]
    assert min(point.low for point in found) == min(every)
    assert max(point.high for point in found) == max(every)
    assert (found[0].first, found[-1].last) == (every[0], every[-1])


@given(results, windows, widths)
def test_no_peak_is_lost_in_any_mark_and_there_are_no_more_marks_than_asked_for(
    told: list[tuple[date, None, Decimal]], between: list[date], width: int
) -> None:
    shown = Days(begins=between[0], ends=between[1], marks=width)
    found = points(told, shown)
    assert len(found) <= width
    for on, _, value in told:
        if not shown.holds(on):
            continue
        (place,) = [p for p in found if p.begins <= on <= p.ends]
        assert place.low <= value <= place.high


@given(results, windows, widths)
def test_nothing_outside_the_days_is_drawn_or_told(
    told: list[tuple[date, None, Decimal]], between: list[date], width: int
) -> None:
    made = drawn(a_record(told).record, between, width)
    begins, ends = between
    after = ends + timedelta(days=1)
    for lane in made.lanes:
        assert all(begins <= s.begins < s.ends <= after for s in lane.stretches)
        assert all(begins <= one.begins < one.ends <= after for one in lane.log)
        assert all(begins <= turn.day <= ends for turn in lane.turns)
    for series in made.series:
        assert all(begins <= p.begins <= p.ends <= ends for p in series.points)
    assert all(begins <= one.day <= ends for one in made.told)
    assert all(begins <= cell.order <= ends for cell in table(made, most=60))


@given(results, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    told: list[tuple[date, None, Decimal]], chance: random.Random
) -> None:
    record = a_record(told).record
    between = [FIRST, TODAY]
    shuffled = {}
    for field in ("observations", "dose_events", "medications"):
        lines = list(getattr(record, field))
        chance.shuffle(lines)
        shuffled[field] = tuple(lines)
    other = msgspec.structs.replace(record, **shuffled)
    assert drawn(record, between) == drawn(other, between)


@given(results, windows, widths)
def test_a_timeline_comes_back_from_its_json_as_it_was(
    told: list[tuple[date, None, Decimal]], between: list[date], width: int
) -> None:
    made = drawn(a_record(told).record, between, width)
    text = msgspec.json.encode(made, enc_hook=encode_hook)
    assert msgspec.json.decode(text, type=Timeline, dec_hook=decode_hook) == made


@given(st.lists(st.tuples(days, st.integers(0, 400)), max_size=40), windows, widths)
def test_marks_that_share_a_place_are_counted_and_what_lasts_keeps_its_own(
    told: list[tuple[date, int]], between: list[date], width: int
) -> None:
    shown = Days(begins=between[0], ends=between[1], marks=width)
    given_ = [
        Mark(begins=on, ends=on + timedelta(days=lasts) if lasts else None, text="x")
        for on, lasts in told
    ]
    found = marks(given_, shown)
    lasting = [m for m in given_ if m.ends and shown.touches(m.begins, m.ends)]
    single = [m for m in given_ if m.ends is None and shown.holds(m.begins)]
    assert len([m for m in found if m.ends]) == len(lasting)
    assert sum(m.count for m in found if m.ends is None) == len(single)
    assert len([m for m in found if m.ends is None]) <= width


@given(results)
def test_the_doses_logged_are_all_counted_and_none_is_made_up(
    told: list[tuple[date, None, Decimal]],
) -> None:
    made = drawn(a_record(told).record, [FIRST, TODAY])
    said = sum(value > 50 for _, _, value in told)
    # A dose logged before the medicine began is of no lane that is drawn otherwise.
    counted = sum(one.taken for lane in made.lanes for one in lane.log)
    assert counted == said
    assert sum(one.not_taken for lane in made.lanes for one in lane.log) == 0


def test_ten_years_of_daily_results_are_at_most_one_point_a_mark() -> None:
    told = [(FIRST + timedelta(days=n), None, Decimal(n % 27)) for n in range(3_653)]
    found = points(told, Days(begins=FIRST, ends=date(2026, 11, 22), marks=900))
    # 3,653 days in 900 marks: five days each, so 731 of them.
    assert len(found) == 731
    assert {point.count for point in found} == {5, 3}
    assert max(point.high for point in found) == 26


def test_the_days_share_a_mark_only_where_there_are_more_of_them() -> None:
    assert Days(begins=TODAY, ends=TODAY, marks=900).each == 1
    first = TODAY - timedelta(days=899)
    assert Days(begins=first, ends=TODAY, marks=900).each == 1
    assert Days(begins=first - timedelta(days=1), ends=TODAY, marks=900).each == 2


def test_a_dose_of_any_unit_survives_the_json() -> None:
    person = a_person().taking("x", dosage=(daily("1.50 mg"),))
    made = drawn(person.record, [date(2026, 1, 1), TODAY])
    (lane,) = made.lanes
    assert lane.stretches[0].amount is not None
    assert lane.stretches[0].amount.high == Quantity("1.50", "mg")
    assert PartialDate.parse("2026-01-01") == lane.turns[0].on


orders = st.lists(
    st.tuples(
        st.sampled_from(["300 mg", "600 mg"]),
        st.integers(0, 12),
        st.none() | st.integers(0, 12),
        st.sampled_from(["stopped", "held", "dose_changed"]),
    ),
    max_size=5,
)


def of_one_medicine(told: list[tuple[str, int, int | None, str]]) -> A:
    """Orders of one medicine, days apart, each with or without what came after."""
    person = a_person()
    for dose, after, lasts, how in told:
        begins = FIRST + timedelta(days=after)
        person = person.taking("lithium", dose, since=begins.isoformat())
        if lasts is not None:
            ends = (begins + timedelta(days=lasts)).isoformat()
            person = person.then(how, ends, "600 mg" if "dose" in how else None)
    return person


@given(orders, st.lists(st.integers(0, 24), max_size=3))
def test_whatever_the_orders_no_bar_of_a_lane_lies_over_another(
    told: list[tuple[str, int, int | None, str]], doses: list[int]
) -> None:
    person = of_one_medicine(told)
    for after in doses:
        on = FIRST + timedelta(days=after)
        person = person.said("lithium", "taken", on.isoformat())
    made = drawn(person.record, [FIRST, TODAY])
    for lane in made.lanes:
        for one, other in pairwise(lane.stretches):
            assert one.begins < one.ends <= other.begins
    # A dose is of one lane, and of none only where nothing of the medicine is drawn.
    counted = sum(one.taken for lane in made.lanes for one in lane.log)
    assert counted <= len(doses)


@given(orders)
def test_every_day_on_which_an_order_says_it_is_taken_is_drawn_as_taken(
    told: list[tuple[str, int, int | None, str]],
) -> None:
    # Of a renewal that is on hold the renewal speaks, and not what it renewed.
    told = [one for one in told if one[3] != "held"]
    record = of_one_medicine(told).record
    made = drawn(record, [FIRST, TODAY])
    bars = [s for lane in made.lanes for s in lane.stretches]
    for after in range(26):
        on = FIRST + timedelta(days=after)
        taken = any(
            state.status is LineStatus.ACTIVE
            for _, state in regimen(record.medications, on)
        )
        drawn_ = any(s.course is Course.TAKEN and s.begins <= on < s.ends for s in bars)
        assert drawn_ == taken
