"""What fills cover by each measure, by hand and by referees that go day by day."""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from builders import day, fill
from concord.dosing.adherence import (
    Episode,
    Evidence,
    Fill,
    LeftOut,
    Measure,
    NoFigure,
    Observation,
    Unusable,
    Window,
    episodes,
    events,
    figure,
    fills_of,
    observe,
)
from concord.dosing.adherence.intervals import days_supplied, intervals
from concord.dosing.supply import covered
from concord.errors import UnusableInputError
from concord.record.model import Supply
from concord.wording.measures import EVIDENCE, MEASURES, NO_FIGURE

FIRST = date(2026, 1, 1)
Row = tuple[int, int] | tuple[int, int, str]


def of(*rows: Row) -> list[Fill]:
    """Fills by day (the first of January is 0), days of supply and medicine."""
    return [
        Fill(
            on=FIRST + timedelta(on),
            days=days,
            medicine=medicine[0] if medicine else "a",
        )
        for on, days, *medicine in rows
    ]


def seen(
    *rows: Row,
    over: int = 100,
    start: int = 0,
    for_: int | None = None,
    same: bool = False,
) -> Observation:
    return observe(
        of(*rows),
        followup_days=over,
        observe_from=start,
        observe_days=for_,
        carry_same=same,
    )


def counted(
    measure: str, looked_at: Observation
) -> tuple[int | Decimal, int] | NoFigure:
    found = figure(Measure(measure), looked_at)
    if found.none is not None:
        assert (found.counted, found.of, found.share) == (None, None, None)
        return found.none
    assert found.counted is not None
    assert found.of is not None
    return (found.counted, found.of)


# --- by hand ----------------------------------------------------------------------

# Thirty days, a refill ten days early, then a gap of 20 days before the third.
EARLY_THEN_LATE = ((0, 30), (20, 30), (80, 30))


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("pdc", (80, 100)),  # 0-59, 80-99
        ("mpr", (90, 100)),
        ("cma1", (60, 80)),
        ("cma2", (90, 100)),
        ("cma3", (60, 80)),
        ("cma4", (90, 100)),
        ("cma5", (60, 80)),
        ("cma6", (80, 100)),
        ("cma7", (80, 100)),
        ("cma8", (80, 100)),
        ("cma9", (80, 100)),  # 20 × 20/20 + 60 × 40/60 + 20 × 20/20
    ],
)
def test_an_early_and_a_late_refill_by_each_measure(
    measure: str, expected: tuple[int, int]
) -> None:
    assert counted(measure, seen(*EARLY_THEN_LATE)) == expected


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        # The window is day 10 to day 90; the fills in it are those of day 20 and 80.
        ("pdc", (40, 70)),  # 20-49, 80-89
        ("mpr", (60, 70)),
        ("cma1", (30, 60)),
        ("cma2", (60, 70)),
        ("cma5", (30, 60)),
        ("cma6", (40, 70)),
        ("cma7", (60, 80)),  # 10-59 and 80-89: what was left on day 20 is used
        ("cma8", (40, 60)),  # from day 30, when the first fill is used up: 30-59, 80-89
        ("cma9", (60, 80)),  # 10 × 1 + 60 × 40/60 + 10 × 1
    ],
)
def test_a_window_that_begins_later_by_each_measure(
    measure: str, expected: tuple[int, int]
) -> None:
    assert counted(measure, seen(*EARLY_THEN_LATE, start=10, for_=80)) == expected


def test_each_figure_says_from_what_and_over_which_days() -> None:
    looked_at = seen(*EARLY_THEN_LATE, start=10, for_=80)
    found = {m: figure(m, looked_at) for m in Measure}
    assert {f.evidence for f in found.values()} == {Evidence.FILLS}
    assert {f.unit for f in found.values()} == {"days"}
    assert all(f.measure == m for m, f in found.items())

    def window(start: int, end: int) -> Window:
        return Window(start=FIRST + timedelta(start), end=FIRST + timedelta(end))

    assert found[Measure.CMA1].window == window(20, 80)
    assert found[Measure.CMA2].window == window(20, 90)
    assert found[Measure.CMA7].window == window(10, 90)
    assert found[Measure.CMA8].window == window(30, 90)


def test_more_supply_than_days_is_above_all_unless_the_measure_caps_it() -> None:
    looked_at = seen((0, 90), (30, 90), (60, 90))
    assert counted("cma1", looked_at) == (180, 60)
    assert counted("cma3", looked_at) == (60, 60)
    assert counted("mpr", looked_at) == (270, 100)
    assert counted("cma4", looked_at) == (100, 100)
    assert figure(Measure.MPR, looked_at).share == Decimal("2.7")


def test_two_medicines_that_overlap_cover_a_day_once_and_are_not_shifted() -> None:
    both = ((0, 30, "a"), (20, 30, "b"))
    assert counted("pdc", seen(*both)) == (50, 100)
    assert counted("pdc", seen((0, 30, "a"), (20, 30, "a"))) == (60, 100)


@pytest.mark.parametrize(
    ("medicine", "same", "expected"),
    [("a", False, 60), ("a", True, 60), ("b", False, 60), ("b", True, 50)],
)
def test_supply_is_given_up_at_a_change_of_medicine_where_one_says_so(
    medicine: str, expected: int, *, same: bool
) -> None:
    looked_at = seen((0, 30, "a"), (20, 30, medicine), same=same)
    assert counted("cma7", looked_at) == (expected, 100)


def test_supply_that_was_given_up_does_not_come_back_with_its_medicine() -> None:
    looked_at = seen((0, 90, "a"), (10, 10, "b"), (20, 10, "a"), same=True)
    assert counted("cma7", looked_at) == (30, 100)


def test_the_pqa_example_counts_the_early_refill_from_the_first_of_april() -> None:
    looked_at = observe(
        of((0, 90), (83, 90)), followup_days=(date(2026, 7, 1) - FIRST).days
    )
    assert counted("pdc", looked_at) == (180, 181)


# --- without a figure -------------------------------------------------------------

CANNOT = [
    # nothing between day 40 and day 60; what is there is from before
    ("mpr", NoFigure.NO_FILL),
    ("pdc", NoFigure.NO_FILL),
    ("cma1", NoFigure.NO_FILL),
    ("cma4", NoFigure.NO_FILL),
    ("cma5", NoFigure.NO_FILL),
    ("cma6", NoFigure.NO_FILL),
]


@pytest.mark.parametrize(("measure", "why"), CANNOT)
def test_a_window_without_a_fill_has_no_figure_and_not_nought(
    measure: str, why: NoFigure
) -> None:
    assert counted(measure, seen((0, 10), start=40, for_=20)) is why


def test_the_measures_of_the_whole_window_say_nought_where_supply_had_run_out() -> None:
    for measure in ("cma7", "cma8"):
        assert counted(measure, seen((0, 10), start=40, for_=20)) == (0, 20)
    # 10 of 100 days to the end of the follow-up: a tenth of each day
    assert counted("cma9", seen((0, 10), start=40, for_=20)) == (2, 20)


@pytest.mark.parametrize("measure", ["cma1", "cma3", "cma5"])
def test_one_fill_alone_has_no_interval_to_measure(measure: str) -> None:
    assert counted(measure, seen((0, 30))) is NoFigure.ONE_FILL
    two_on_a_day = seen((0, 30, "a"), (0, 30, "b"))
    assert counted(measure, two_on_a_day) is NoFigure.NO_DAYS


def test_no_day_is_left_where_supply_from_before_outlasts_the_window() -> None:
    assert counted("cma8", seen((0, 60), start=30, for_=30)) is NoFigure.NO_DAYS
    assert counted("cma8", seen((0, 59), start=30, for_=30)) == (0, 1)


@pytest.mark.parametrize(
    ("on", "expected"), [(99, (30, 99)), (100, (30, 100)), (101, NoFigure.ONE_FILL)]
)
def test_a_fill_on_the_day_on_which_the_window_ends_is_its_last(
    on: int, expected: object
) -> None:
    assert counted("cma1", seen((0, 30), (on, 30))) == expected


# --- what cannot be observed ------------------------------------------------------


def test_without_a_fill_nothing_can_be_observed() -> None:
    with pytest.raises(UnusableInputError, match="found no fill"):
        observe([], followup_days=100)


@pytest.mark.parametrize(
    ("start", "for_", "told"),
    [
        (100, None, "without a day"),
        (0, 0, "without a day"),
        (-1, 10, "without a day"),
        (50, 51, "ends on day 101"),
    ],
)
def test_a_window_out_of_the_follow_up_is_refused(
    start: int, for_: int | None, told: str
) -> None:
    assert seen((0, 1), start=50, for_=50).window.days == 50
    assert seen((0, 1), start=99).window.days == 1
    with pytest.raises(UnusableInputError, match=told):
        seen((0, 1), start=start, for_=for_)


def test_a_follow_up_beyond_the_calendar_is_refused() -> None:
    late = [Fill(on=date(9999, 12, 1), days=30)]
    with pytest.raises(UnusableInputError, match="year 9999"):
        observe(late, followup_days=31)


@pytest.mark.parametrize("days", [0, -1])
def test_a_fill_without_a_day_cannot_be_made(days: int) -> None:
    with pytest.raises(ValueError, match="one day or more"):
        Fill(on=FIRST, days=days)


# --- fills of a record ------------------------------------------------------------


def test_a_dispensing_that_cannot_be_counted_is_named_with_the_reason() -> None:
    lines = [
        fill("2026-01-01", 30),
        fill("2026-02", 30),
        fill(None, 30),
        fill("2026-03-01", None),
        fill("2026-04-01", 0),
        fill("1969-12-31", 30),
        fill("2026-05-01", 30),
        fill("2026-05-01", 30, drug="sertraline"),
        fill("2026-06-01", 30),
        fill("2026-06-01", 60),
    ]
    fills, left = fills_of(lines, birth=day("1970"))
    assert [(f.on.isoformat(), f.days, f.medicine) for f in fills] == [
        ("2026-01-01", 30, "lithium"),
        ("2026-05-01", 30, "lithium"),
        ("2026-05-01", 30, "sertraline"),
    ]
    assert left == (
        LeftOut(line="fill-2026-02", why=Unusable.NO_DAY),
        LeftOut(line="fill-None", why=Unusable.NO_DAY),
        LeftOut(line="fill-2026-03-01", why=Unusable.NO_SUPPLY),
        LeftOut(line="fill-2026-04-01", why=Unusable.NO_WHOLE_DAYS),
        LeftOut(line="fill-1969-12-31", why=Unusable.BEFORE_BIRTH),
        LeftOut(line="fill-2026-06-01", why=Unusable.TWICE_A_DAY),
        LeftOut(line="fill-2026-06-01", why=Unusable.TWICE_A_DAY),
    )


@pytest.mark.parametrize(("on", "counts"), [("1970-05-04", 0), ("1970-05-05", 1)])
def test_a_dispensing_counts_from_the_day_of_birth_on(on: str, counts: int) -> None:
    fills, _ = fills_of([fill(on, 30)], birth=day("1970-05-05"))
    assert len(fills) == counts


@pytest.mark.parametrize(
    ("days", "counts"), [("0", 0), ("0.5", 0), ("1", 1), ("1.5", 0), ("2", 1)]
)
def test_a_dispensing_counts_if_it_lasts_one_whole_day_or_more(
    days: str, counts: int
) -> None:
    line = structs.replace(fill("2026-01-01", None), supply=Supply(days=Decimal(days)))
    fills, left = fills_of([line])
    assert len(fills) == counts
    assert [one.why for one in left] == [Unusable.NO_WHOLE_DAYS] * (1 - counts)


# --- episodes ---------------------------------------------------------------------


def spans(found: tuple[Episode, ...]) -> list[tuple[int, int, int, bool]]:
    return [
        ((e.start - FIRST).days, (e.end - FIRST).days, e.gap, e.ended) for e in found
    ]


@pytest.mark.parametrize(
    ("refill", "expected"),
    [
        (50, [(0, 100, 20, False)]),
        (51, [(0, 30, 21, True), (51, 100, 19, False)]),
    ],
)
def test_a_gap_longer_than_permitted_ends_an_episode_when_supply_runs_out(
    refill: int, expected: list[tuple[int, int, int, bool]]
) -> None:
    assert spans(episodes(seen((0, 30), (refill, 30)), 20)) == expected


@pytest.mark.parametrize(
    ("supply", "expected"),
    [(80, (0, 100, 20, False)), (79, (0, 79, 21, True)), (120, (0, 100, 0, False))],
)
def test_the_last_episode_goes_to_the_end_of_the_follow_up_unless_the_gap_is_longer(
    supply: int, expected: tuple[int, int, int, bool]
) -> None:
    assert spans(episodes(seen((0, supply)), 20)) == [expected]


def test_supply_in_hand_bridges_the_way_to_a_late_refill() -> None:
    assert spans(episodes(seen((0, 30), (10, 30), (80, 30)), 20)) == [
        (0, 100, 0, False)
    ]
    apart = seen((0, 30, "a"), (10, 30, "b"), (80, 30, "b"), same=True)
    assert spans(episodes(apart, 20)) == [(0, 40, 40, True), (80, 100, 0, False)]


# --- what the documentation prints of its person 76 -------------------------------


@pytest.mark.parametrize(
    ("measure", "start", "days", "percent"),
    [
        ("cma1", 182, 365, "140"),
        ("cma2", 182, 365, "77.9"),
        ("cma3", 182, 365, "100"),
        ("cma4", 182, 365, "77.9"),
        ("cma7", 182, 365, "69"),
        ("cma9", 182, 365, "70.6"),
        ("cma8", 374, 294, "36.1"),
    ],
)
def test_the_figures_that_the_overview_prints_are_ours(
    shared_data: Path, measure: str, start: int, days: int, percent: str
) -> None:
    path = shared_data / "adherer" / "med_events.csv"
    with path.open(encoding="utf-8", newline="") as file:
        fills = [
            Fill(
                on=datetime.strptime(row["DATE"], "%m/%d/%Y").date(),  # noqa: DTZ007
                days=int(row["DURATION"]),
                medicine=row["CATEGORY"],
            )
            for row in csv.DictReader(file)
            if row["PATIENT_ID"] == "76"
        ]
    looked_at = observe(fills, followup_days=730, observe_from=start, observe_days=days)
    share = figure(Measure(measure), looked_at).share
    assert share is not None
    assert (share * 100).quantize(Decimal(percent)) == Decimal(percent)


# --- laws -------------------------------------------------------------------------

some_fills = st.lists(
    st.tuples(st.integers(0, 240), st.integers(1, 95), st.sampled_from("ab")),
    min_size=1,
    max_size=10,
).map(lambda rows: of(*rows))
a_window = st.tuples(st.integers(0, 90), st.integers(1, 110))
FOLLOWUP = 200


def looked(fills: list[Fill], window: tuple[int, int], *, same: bool) -> Observation:
    return observe(
        fills,
        followup_days=FOLLOWUP,
        observe_from=window[0],
        observe_days=window[1],
        carry_same=same,
    )


@given(some_fills, a_window, st.booleans(), st.sampled_from(Measure))
def test_a_share_is_never_negative_and_only_supply_can_be_above_all(
    fills: list[Fill], window: tuple[int, int], same: bool, measure: Measure
) -> None:
    share = figure(measure, looked(fills, window, same=same)).share
    if share is not None:
        assert share >= 0
        if measure not in (Measure.MPR, Measure.CMA1, Measure.CMA2):
            assert share <= 1


@given(some_fills, a_window, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    fills: list[Fill], window: tuple[int, int], same: bool, chance: random.Random
) -> None:
    shuffled = list(fills)
    chance.shuffle(shuffled)
    one, other = (looked(f, window, same=same) for f in (fills, shuffled))
    for measure in Measure:
        assert figure(measure, one) == figure(measure, other)
        assert events(measure, one) == events(measure, other)
    assert episodes(one, 30) == episodes(other, 30)


@given(some_fills, a_window)
def test_carry_over_never_lowers_coverage(
    fills: list[Fill], window: tuple[int, int]
) -> None:
    looked_at = looked(fills, window, same=False)
    start, end = looked_at.window.start, looked_at.window.end
    ordered = [f for f in looked_at.fills if f.on <= end]

    def days(*, carry: bool, same: bool) -> int:
        return days_supplied(
            intervals(ordered, end, carry=carry, same=same), start, end
        )

    none = days(carry=False, same=False)
    within = days(carry=True, same=True)
    across = days(carry=True, same=False)
    assert none <= within <= across


@given(some_fills, a_window, st.booleans())
def test_the_days_with_supply_agree_with_a_count_day_by_day(
    fills: list[Fill], window: tuple[int, int], same: bool
) -> None:
    looked_at = looked(fills, window, same=same)
    start, end = looked_at.window.start, looked_at.window.end
    days = _days_with_supply(looked_at.fills, end, same=same)
    found = figure(Measure.CMA7, looked_at)
    assert found.counted == sum(start <= d < end for d in days)
    assert found.of == (end - start).days
    within = looked_at.within
    if within and within[0].on < end:
        days = _days_with_supply(within, end, same=same)
        assert figure(Measure.CMA6, looked_at).counted == len(days)
    if len(within) > 1 and within[-1].on > within[0].on:
        days = _days_with_supply(within[:-1], within[-1].on, same=same)
        assert figure(Measure.CMA5, looked_at).counted == len(days)


def _days_with_supply(fills: tuple[Fill, ...], end: date, *, same: bool) -> set[date]:
    """Put each fill on the shelf on its day and take one day's worth every day.

    Where supply goes to the same medicine only, a new medicine empties the shelf.
    """
    days = set()
    shelf, now = 0, None
    on = min(f.on for f in fills)
    while on < end:
        for one in fills:
            if one.on == on:
                if same and one.medicine != now:
                    shelf = 0
                shelf += one.days
                now = one.medicine
        if shelf:
            shelf -= 1
            days.add(on)
        on += timedelta(1)
    return days


@given(some_fills, a_window)
def test_the_days_covered_agree_with_a_count_day_by_day(
    fills: list[Fill], window: tuple[int, int]
) -> None:
    looked_at = looked(fills, window, same=False)
    within = looked_at.within
    found = figure(Measure.PDC, looked_at)
    if not within:
        assert found.none is NoFigure.NO_FILL
        return
    days = set()
    for medicine in "ab":
        one = tuple(f for f in within if f.medicine == medicine)
        if one:
            days |= _days_with_supply(one, looked_at.window.end, same=False)
    if found.none is None:
        assert found.counted == len(days)
        assert found.of == (looked_at.window.end - within[0].on).days


@given(some_fills, st.booleans())
def test_the_measures_of_the_window_agree_where_it_is_the_whole_follow_up(
    fills: list[Fill], same: bool
) -> None:
    looked_at = observe(fills, followup_days=FOLLOWUP, carry_same=same)
    share = figure(Measure.CMA7, looked_at).share
    assert share is not None
    for measure in (Measure.CMA6, Measure.CMA8):
        assert figure(measure, looked_at).share == share
    weighted = figure(Measure.CMA9, looked_at).share
    assert weighted is not None
    assert abs(weighted - share) < Decimal("1e-20")


@given(some_fills, a_window, st.booleans(), st.integers(-700_000, 2_000_000))
def test_only_the_distance_between_days_counts(
    fills: list[Fill], window: tuple[int, int], same: bool, shift: int
) -> None:
    moved = [
        Fill(on=f.on + timedelta(shift), days=f.days, medicine=f.medicine)
        for f in fills
    ]
    one, other = (looked(f, window, same=same) for f in (fills, moved))
    for measure in Measure:
        assert figure(measure, one).share == figure(measure, other).share


@given(some_fills, st.integers(1, 95), a_window)
def test_one_more_fill_never_lowers_the_days_with_supply(
    fills: list[Fill], days: int, window: tuple[int, int]
) -> None:
    later = max(f.on for f in fills)
    more = [*fills, Fill(on=later, days=days, medicine="a")]
    before, after = (looked(f, window, same=False) for f in (fills, more))
    one, other = (figure(Measure.CMA7, o).counted for o in (before, after))
    assert one is not None
    assert other is not None
    assert other >= one


@given(some_fills, st.booleans(), st.integers(0, 120), st.integers(0, 120))
def test_episodes_follow_one_another_and_hold_every_fill(
    fills: list[Fill], same: bool, gap: int, more: int
) -> None:
    looked_at = observe(fills, followup_days=FOLLOWUP, carry_same=same)
    found = episodes(looked_at, gap)
    assert found[0].start == looked_at.followup.start
    assert all(e.ended for e in found[:-1])
    assert sum(e.days + e.gap * e.ended for e in found) == FOLLOWUP
    for one, other in pairwise(found):
        assert one.end + timedelta(one.gap) == other.start
    for one in looked_at.fills:
        assert any(e.start <= one.on <= e.end for e in found)
    assert len(episodes(looked_at, gap + more)) <= len(found)
    assert len(episodes(looked_at, FOLLOWUP)) == 1


@given(some_fills, st.integers(1, 260))
def test_the_review_counts_the_same_days_as_the_published_measure(
    fills: list[Fill], days: int
) -> None:
    """`supply.covered` is the days covered of one medicine up to the day of review."""
    one = [f for f in fills if f.medicine == fills[0].medicine]
    first = min(f.on for f in one)
    as_of = first + timedelta(days)
    lines = [fill(f.on.isoformat(), f.days) for f in one if f.on <= as_of]
    reviewed = covered(lines, as_of, date.min)
    found = figure(Measure.PDC, observe(one, followup_days=days))
    assert reviewed is not None
    assert (reviewed.days, reviewed.in_days) == (found.counted, found.of)


def test_every_measure_reason_and_evidence_has_words() -> None:
    assert {m.value for m in Measure} <= MEASURES.keys()
    assert {e.value for e in Evidence} == EVIDENCE.keys()
    assert {n.value for n in NoFigure} == NO_FIGURE.keys()
