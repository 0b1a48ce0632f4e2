"""Every scale: hand-computed totals, and each band from both sides of its bounds.

The tables were written by hand from the scales' own papers and sheets, not from our
files: a bound that moves in a file must fail here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from concord.errors import ImpossibleAnswersError
from concord.followup.scoring import (
    Given,
    NoTotal,
    Score,
    Suicide,
    carried,
    score,
    score_total,
)
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Scale

ON = date(2026, 12, 1)
KNOWLEDGE = load()


def answers(scale: Scale, *values: int | None) -> list[Given]:
    """Answers in the order of the form's scored items; `None` is a skipped one."""
    assert scale.form is not None
    ids = [i.id for i in scale.form.item if i.scored]
    assert len(values) == len(ids)
    return [
        Given(item=i, value=None if v is None else Decimal(v))
        for i, v in zip(ids, values, strict=True)
    ]


def scored(name: str, *values: int | None) -> Score:
    scale = KNOWLEDGE.scales[name]
    return score(scale, answers(scale, *values), ON)


def given(**values: int) -> list[Given]:
    return [
        Given(item=item.replace("_", "-"), value=Decimal(value))
        for item, value in values.items()
    ]


def named(values: Mapping[str, int]) -> list[Given]:
    return [Given(item=item, value=Decimal(value)) for item, value in values.items()]


# --- totals, worked by hand -------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "total"),
    [
        ("phq-2", (2, 1), 3),
        ("phq-8", (3, 3, 3, 3, 3, 3, 3, 3), 24),
        # The example of US Core: 2 2 2 2 1 1 2 0 0, total 12.
        ("phq-9", (2, 2, 2, 2, 1, 1, 2, 0, 0), 12),
        ("phq-9", (0,) * 9, 0),
        ("phq-9", (3,) * 9, 27),
        ("gad-2", (3, 3), 6),
        # The German module's example of the GAD-7: 1 1 1 2 2 0 0, total 7.
        ("gad-7", (1, 1, 1, 2, 2, 0, 0), 7),
        ("gad-7", (3,) * 7, 21),
        ("pcl-5", (4,) * 20, 80),
        ("pcl-5", (1, 2, 3, 4) * 5, 50),
        ("audit-c", (4, 4, 4), 12),
        ("audit-c", (3, 0, 0), 3),
        # Nine items of 7 and the last of 4: 63 + 4.
        ("ciwa-ar", (7, 7, 7, 7, 7, 7, 7, 7, 7, 4), 67),
        ("ciwa-ar", (1, 2, 3, 4, 5, 6, 7, 0, 0, 1), 29),
        # The most of each sign: 4 4 5 5 4 4 5 4 4 4 5.
        ("cows", (4, 4, 5, 5, 4, 4, 5, 4, 4, 4, 5), 48),
        ("cows", (1, 1, 0, 0, 1, 1, 2, 0, 1, 2, 3), 12),
        ("aims", (0, 1, 2, 3, 4, 0, 1), 11),
        ("aims", (4,) * 7, 28),
        ("bprs", (1,) * 18, 18),
        ("bprs", (7,) * 18, 126),
        ("cage", (1, 0, 1, 0), 2),
        # "Yes" everywhere: five of the fifteen (1, 5, 7, 11, 13) score on "no".
        ("gds-15", (1,) * 15, 10),
        ("gds-15", (0,) * 15, 5),
        ("gds-15", (0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1), 15),
        ("gds-15", (1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0), 0),
        ("sleep", (4, 3, 2, 1), 10),
        ("craving", (7,), 7),
        # The second question is the other way round: 1 + (4 - 1) + 2 + 0.
        ("mood", (1, 1, 2, 0), 6),
        ("mood-sleep-energy", (4, 4, 4, 4, 4), 20),
        ("functioning", (4, 0, 1, 2, 3), 10),
        ("quality-of-life", (10, 9, 8, 7, 6), 40),
    ],
)
def test_a_whole_form_adds_up(name: str, values: tuple[int, ...], total: int) -> None:
    found = scored(name, *values)
    assert found.total == total
    assert not found.prorated
    assert found.missing == ()
    assert found.none is None


BANDS = [
    ("phq-2", "0-2 3-6"),
    ("gad-2", "0-2 3-6"),
    ("phq-8", "0-4 5-9 10-14 15-19 20-24"),
    ("phq-9", "0-4 5-9 10-14 15-19 20-27"),
    ("gad-7", "0-4 5-9 10-14 15-21"),
    ("pcl-5", "0-30 31-80"),
    ("pc-ptsd-5", "0-3 4-5"),
    ("audit-c", "0-2 3-3 4-4 5-12"),
    ("ciwa-ar", "0-9 10-18 19-67"),
    ("cows", "0-4 5-12 13-24 25-36 37-48"),
    ("bprs", "18-30 31-40 41-52 53-126"),
    ("cage", "0-1 2-4"),
    ("gds-15", "0-4 5-15"),
    ("audit", "0-7 8-15 16-19 20-40"),
    ("dast-10", "0-0 1-2 3-5 6-8 9-10"),
    ("isi", "0-7 8-14 15-21 22-28"),
    ("ymrs", "0-19 20-60"),
    ("asrm", "0-5 6-20"),
    ("bars", "0-1 2-5"),
    ("who-5", "0-28 29-50 51-100"),
    ("fibser", "0-2 3-4 5-6"),
    ("gass", "0-21 22-42 43-63"),
    ("asrs", "0-3 4-6"),
    ("epds", "0-9 10-12 13-30"),
]
# No cut-off is stated for these.
UNBANDED = """
    aims asq bam bdi-ii c-ssrs cgi craving functioning goals hads lunsers madrs mdq mood
    mood-sleep-energy panss quality-of-life sas side-effects sleep weekly-check-in
    whodas-12
""".split()


def test_every_scale_has_its_row_in_these_tables() -> None:
    assert {n for n, _ in BANDS} | set(UNBANDED) == set(KNOWLEDGE.scales)
    assert {n for n in UNBANDED if KNOWLEDGE.scales[n].band} == set()


@pytest.mark.parametrize(("name", "bands"), BANDS)
def test_each_band_begins_and_ends_where_its_source_says(name: str, bands: str) -> None:
    scale = KNOWLEDGE.scales[name]
    titles = []
    for band in bands.split():
        low, high = (Decimal(end) for end in band.split("-"))
        at_low, at_high = (score_total(scale, t, ON).band for t in (low, high))
        assert at_low is not None
        assert at_low is at_high
        titles.append(at_low.title)
    # One point below or above an inner bound is another band.
    assert len(set(titles)) == len(titles) == len(bands.split())
    ends = [Decimal(end) for end in bands.replace("-", " ").split()]
    for outside in (ends[0] - 1, ends[-1] + 1):
        with pytest.raises(ImpossibleAnswersError, match="outside its range"):
            score_total(scale, outside, ON)


@pytest.mark.parametrize("total", ["4.5", "NaN", "Infinity"])
def test_a_total_is_a_whole_number(total: str) -> None:
    with pytest.raises(ImpossibleAnswersError):
        score_total(KNOWLEDGE.scales["phq-9"], Decimal(total), ON)


# --- missing answers --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "total"),
    [
        # 8 answered, sum 16: 16 * 9 / 8 = 18.
        ("phq-9", (2, 2, 2, 2, 2, 2, 2, 2, None), 18),
        # 7 answered, sum 10: 10 * 9 / 7 = 12.86.
        ("phq-9", (2, 2, 2, 2, 1, 1, 0, None, None), 13),
        # 8 answered, sum 4: 4 * 9 / 8 = 4.5, which rounds up and into "mild".
        ("phq-9", (1, 1, 1, 1, 0, 0, 0, None, 0), 5),
        ("phq-9", (1, 1, 1, 1, 0, 0, None, None, None), None),
        # 6 answered, sum 5: 5 * 8 / 6 = 6.67.
        ("phq-8", (1, 1, 1, 1, 1, 0, None, None), 7),
        ("phq-8", (1, 1, 1, 1, 1, None, None, None), None),
        # 5 answered, sum 8: 8 * 7 / 5 = 11.2.
        ("gad-7", (2, 2, 2, 1, 1, None, None), 11),
        ("gad-7", (2, 2, 2, 2, None, None, None), None),
        # 16 answered, sum 32: 32 * 20 / 16 = 40.
        ("pcl-5", (2,) * 16 + (None,) * 4, 40),
        ("pcl-5", (2,) * 15 + (None,) * 5, None),
        # 12 answered "no": of these 1, 5, 7 and 11 score, 4 * 15 / 12 = 5.
        ("gds-15", (0,) * 12 + (None,) * 3, 5),
        ("gds-15", (0,) * 11 + (None,) * 4, None),
        ("phq-2", (3, None), None),
        ("gad-2", (None, 3), None),
        ("audit-c", (4, 4, None), None),
        ("ciwa-ar", (7,) * 9 + (None,), None),
        ("cows", (1,) * 2 + (0,) * 8 + (None,), None),
        ("aims", (1,) * 6 + (None,), None),
        ("bprs", (2,) * 17 + (None,), None),
        ("cage", (1, 1, 1, None), None),
        ("sleep", (1, 1, 1, None), None),
        ("mood", (1, 1, 1, None), None),
        ("functioning", (1, 1, 1, 1, None), None),
        ("quality-of-life", (1, 1, 1, 1, None), None),
        ("mood-sleep-energy", (1, 1, 1, 1, None), None),
        ("craving", (None,), None),
    ],
)
def test_a_missing_item_is_made_up_as_far_as_the_scale_lets_it_be(
    name: str, values: tuple[int | None, ...], total: int | None
) -> None:
    found = scored(name, *values)
    assert found.total == total
    assert found.prorated is (total is not None)
    assert len(found.missing) == values.count(None)
    if total is None:
        assert found.none is NoTotal.TOO_MANY_MISSING
        assert found.band is None


def test_a_rounded_total_says_what_it_was_before() -> None:
    found = scored("phq-9", 1, 1, 1, 1, 0, 0, 0, None, 0)
    assert found.unrounded == Decimal("4.5")
    assert found.band is not None
    assert found.band.title == "Mild"


@pytest.mark.parametrize("name", sorted(KNOWLEDGE.scales))
def test_an_empty_form_has_no_total_and_is_never_nought(name: str) -> None:
    scale = KNOWLEDGE.scales[name]
    if scale.form is None:
        with pytest.raises(ImpossibleAnswersError):
            score(scale, [], ON)
        return
    found = score(scale, [], ON)
    assert found.total is None
    assert found.none is not None
    assert all(p.total is None for p in found.parts)
    assert all(c.met is None for c in found.criteria)
    assert found.suicide in (None, Suicide.NOT_ASSESSED)


# --- the item on suicide ----------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (0, Suicide.NOT_FLAGGED),
        (1, Suicide.FLAGGED),
        (3, Suicide.FLAGGED),
        (None, Suicide.NOT_ASSESSED),
    ],
)
def test_an_answer_above_nought_is_flagged_and_a_skipped_one_not_assessed(
    answer: int | None, says: Suicide
) -> None:
    found = scored("phq-9", 0, 0, 0, 0, 0, 0, 0, 0, answer)
    assert found.suicide is says
    assert found.total is not None  # the total stands in all four


def test_the_item_counts_also_where_the_total_is_refused() -> None:
    found = scored("phq-9", None, None, None, 0, 0, 0, 0, 0, 1)
    assert found.total is None
    assert found.suicide is Suicide.FLAGGED


@pytest.mark.parametrize("name", ["phq-9", "epds", "madrs", "bdi-ii"])
def test_a_total_entered_by_itself_says_nothing_of_suicide(name: str) -> None:
    found = score_total(KNOWLEDGE.scales[name], Decimal(0), ON)
    assert found.suicide is Suicide.NOT_ASSESSED


@pytest.mark.parametrize("name", ["phq-8", "gad-7", "pcl-5", "weekly-check-in"])
def test_a_scale_without_the_item_does_not_pretend_to_have_asked(name: str) -> None:
    assert KNOWLEDGE.scales[name].suicide_item is None
    assert score(KNOWLEDGE.scales[name], [], ON).suicide is None


# --- what each scale has of its own -----------------------------------------------


def test_the_question_on_daily_life_is_not_summed() -> None:
    scale = KNOWLEDGE.scales["phq-9"]
    nine = answers(scale, *(1,) * 9)
    found = score(scale, [*nine, *given(difficulty=3)], ON)
    assert found.total == 9
    assert found.missing == ()


def test_someone_who_met_no_trauma_scores_nought_and_is_asked_no_more() -> None:
    scale = KNOWLEDGE.scales["pc-ptsd-5"]
    found = score(scale, given(exposure=0), ON)
    assert (found.total, found.missing, found.prorated) == (0, (), False)
    with pytest.raises(ImpossibleAnswersError, match="after exposure had ended"):
        score(scale, [*given(exposure=0), *named({"1": 1})], ON)


def test_the_five_questions_count_only_after_the_first_was_answered() -> None:
    scale = KNOWLEDGE.scales["pc-ptsd-5"]
    five = named({str(n): 1 for n in range(1, 6)})
    assert score(scale, [*given(exposure=1), *five], ON).total == 5
    without = score(scale, five, ON)
    assert without.total is None
    assert without.missing == ("exposure",)


def test_of_the_movement_scale_only_the_first_seven_are_summed() -> None:
    scale = KNOWLEDGE.scales["aims"]
    rest = given(overall=4, incapacitation=4, awareness=4, teeth=1, dentures=1)
    found = score(scale, [*answers(scale, *(1,) * 7), *rest], ON)
    assert found.total == 7


@pytest.mark.parametrize(
    ("values", "met"),
    [
        ((2, 0, 0, 0, 0, 0, 0), False),
        ((2, 2, 0, 0, 0, 0, 0), True),
        ((3, 0, 0, 0, 0, 0, 0), True),
        ((1, 1, 1, 1, 1, 1, 1), False),
        ((2, None, 0, 0, 0, 0, 0), None),
        ((3, None, None, None, None, None, None), True),
    ],
)
def test_movements_are_read_from_single_items(
    values: tuple[int | None, ...], met: bool | None
) -> None:
    (criterion,) = scored("aims", *values).criteria
    assert criterion.met is met


@pytest.mark.parametrize(
    ("high", "met"),
    [
        ((1, 6, 8, 9, 15, 16), True),
        ((6, 8, 9, 15, 16), False),  # nothing of B
        ((1, 8, 9, 15, 16), False),  # nothing of C
        ((1, 6, 8, 15, 16), False),  # one of D
        ((1, 6, 8, 9, 15), False),  # one of E
    ],
)
def test_ptsd_is_read_from_its_four_clusters(high: tuple[int, ...], met: bool) -> None:
    for value, as_expected in ((2, met), (1, False)):
        values = [value if n in high else 0 for n in range(1, 21)]
        (criterion,) = scored("pcl-5", *values).criteria
        assert criterion.met is as_expected


def bam(**changed: int) -> Score:
    values = {str(n): 0 for n in range(1, 18) if n != 7}
    return score(KNOWLEDGE.scales["bam"], named(values | changed), ON)


def test_the_addiction_monitor_has_three_parts_and_no_total() -> None:
    found = bam()
    assert found.total is None
    assert found.none is NoTotal.NONE_BY_DESIGN
    assert [(p.id, p.total) for p in found.parts] == [
        ("use", 0),
        ("risk", 0),
        ("protective", 0),
    ]
    full = bam(**{str(n): 4 for n in range(1, 18) if n != 7})
    assert [p.total for p in full.parts] == [12, 24, 24]


@pytest.mark.parametrize(
    ("part", "changed", "title"),
    [
        (0, {}, "No use"),
        (0, {"6": 1}, "Use"),
        (1, {"1": 4, "2": 4, "3": 3}, "Below the cut-off"),
        (1, {"1": 4, "2": 4, "3": 4}, "High risk"),
        (2, {"9": 4, "10": 4, "12": 4}, "Little protection"),
        (2, {"9": 4, "10": 4, "12": 4, "13": 1}, "Protection above the cut-off"),
    ],
)
def test_the_parts_of_the_addiction_monitor_have_their_bounds(
    part: int, changed: dict[str, int], title: str
) -> None:
    band = bam(**changed).parts[part].band
    assert band is not None
    assert band.title == title


def test_an_open_item_costs_its_own_part_and_no_other() -> None:
    values = {str(n): 0 for n in range(1, 17) if n not in (7, 5)}
    found = score(KNOWLEDGE.scales["bam"], named(values), ON)
    assert [p.total for p in found.parts] == [None, 0, 0]
    assert found.parts[0].missing == ("5",)


@pytest.mark.parametrize(("rating", "responder"), [(2, True), (3, False)])
def test_the_global_impression_is_two_ratings(rating: int, responder: bool) -> None:
    found = score(KNOWLEDGE.scales["cgi"], given(severity=4, improvement=rating), ON)
    assert found.total is None
    severity, improvement = found.parts
    assert (severity.total, improvement.total) == (4, rating)
    assert improvement.band is not None
    assert (improvement.band.title == "Responder") is responder


def test_each_goal_is_a_line_of_its_own_in_the_persons_words() -> None:
    scale = KNOWLEDGE.scales["goals"]
    words = Given(item="goal-1", text="sleep through, and cook on Sundays")
    found = score(scale, [words, *named({"near-1": 7})], ON)
    assert found.total is None
    assert [p.total for p in found.parts] == [7, None, None]


def test_the_weekly_check_in_has_six_questions_of_which_two_may_be_left() -> None:
    form = KNOWLEDGE.scales["weekly-check-in"].form
    assert form is not None
    assert len(form.item) == 6
    assert [i.id for i in form.item if i.optional] == ["craving", "words"]


# --- from the short form to the long one ------------------------------------------


@pytest.mark.parametrize(
    ("name", "long_form", "values", "steps"),
    [
        ("phq-2", "phq-9", (1, 1), False),
        ("phq-2", "phq-9", (2, 1), True),
        ("gad-2", "gad-7", (0, 2), False),
        ("gad-2", "gad-7", (0, 3), True),
    ],
)
def test_a_positive_short_form_leads_to_the_long_one(
    name: str, long_form: str, values: tuple[int, ...], steps: bool
) -> None:
    assert scored(name, *values).long_form == (long_form if steps else None)


def test_the_answers_of_the_short_form_are_carried_over() -> None:
    short, long = KNOWLEDGE.scales["phq-2"], KNOWLEDGE.scales["phq-9"]
    begun = carried(short, answers(short, 2, 3))
    assert [(g.item, g.value) for g in begun] == [("interest", 2), ("mood", 3)]
    rest = [Given(item=i.id, value=Decimal(0)) for i in long.form.item[2:9]]  # type: ignore[union-attr]
    assert score(long, [*begun, *rest], ON).total == 5
    assert carried(short, answers(short, None, 3)) == begun[1:]
    assert carried(long, begun) == ()


# --- what cannot be -------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (named({"interest": 4}), "expected one of 0, 1, 2, 3"),
        (named({"interest": -1}), "expected one of 0, 1, 2, 3"),
        (named({"sadness": 1}), "an item that it does not have"),
        (named({"mood": 1}) * 2, "two answers"),
        ([Given(item="mood", text="bad")], "found words"),
    ],
)
def test_an_impossible_answer_is_told_and_nothing_is_scored(
    wrong: list[Given], told: str
) -> None:
    with pytest.raises(ImpossibleAnswersError, match=told):
        score(KNOWLEDGE.scales["phq-9"], wrong, ON)


def test_a_skipped_item_and_an_answer_are_two_answers_too() -> None:
    twice = [Given(item="mood"), Given(item="mood", value=Decimal(1))]
    with pytest.raises(ImpossibleAnswersError, match="two answers"):
        score(KNOWLEDGE.scales["phq-9"], twice, ON)


def test_all_problems_are_told_at_once_and_no_answer_is_repeated() -> None:
    wrong = [*named({"interest": 77, "mood": 88}), Given(item="x77")]
    with pytest.raises(ImpossibleAnswersError) as error:
        score(KNOWLEDGE.scales["phq-9"], wrong, ON)
    assert len(error.value.problems) == 3
    assert "77" not in str(error.value)
    assert "88" not in str(error.value)


def test_an_answer_between_two_numbers_of_a_rating_is_refused() -> None:
    scale = KNOWLEDGE.scales["quality-of-life"]
    for value in ("0", "10"):
        score(scale, [Given(item="life", value=Decimal(value))], ON)
    for value in ("-1", "10.5", "11"):
        with pytest.raises(ImpossibleAnswersError, match="from 0 to 10"):
            score(scale, [Given(item="life", value=Decimal(value))], ON)


def test_of_a_scale_without_its_words_only_a_total_is_taken() -> None:
    with pytest.raises(ImpossibleAnswersError, match="enter the total"):
        score(KNOWLEDGE.scales["isi"], named({"1": 1}), ON)


def test_the_suicide_severity_screener_is_no_sum() -> None:
    scale = KNOWLEDGE.scales["c-ssrs"]
    with pytest.raises(ImpossibleAnswersError, match="never a sum"):
        score_total(scale, Decimal(3), ON)
    with pytest.raises(ImpossibleAnswersError, match="never a sum"):
        score(scale, named({"1": 1}), ON)


# --- laws -------------------------------------------------------------------------


SUMMED = sorted(
    s.id
    for s in KNOWLEDGE.scales.values()
    if s.form and s.scoring and s.scoring.method == "sum" and not s.scoring.gate
)


@drawn(data=st.data(), name=st.sampled_from(SUMMED))
def test_whatever_is_answered_the_total_stays_in_its_range(
    data: st.DataObject, name: str
) -> None:
    scale = KNOWLEDGE.scales[name]
    assert scale.form is not None
    assert scale.lowest is not None
    assert scale.highest is not None
    filled = []
    for item in scale.form.item:
        kinds = scale.form.answers_of(item)
        if kinds is None:
            continue
        values = [c.value for c in kinds.choice] or [kinds.low, kinds.high]
        drawn_value = data.draw(st.sampled_from([*values, None]))
        filled.append(Given(item=item.id, value=drawn_value))
    found = score(scale, filled, ON)
    mixed = score(scale, data.draw(st.permutations(filled)), ON)
    assert found == mixed
    if found.total is not None:
        assert scale.lowest <= found.total <= scale.highest
    else:
        assert found.missing


def test_the_knowledge_of_these_tests_is_the_shipped_one(
    knowledge: Knowledge,
) -> None:
    assert knowledge.version == KNOWLEDGE.version
