"""Doses of pieces that exist: exact, the fewest, the fewest halves and strengths."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from math import ceil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.dosing.plan.building import Making, maker_of
from concord.dosing.plan.pieces import Maker, Rounding
from concord.dosing.plan.stock import Piece, read_strength, stock_of
from concord.errors import UnmakeableDoseError
from concord.knowledge.lookup import Knowledge
from concord.terms import Quantity
from concord.wording.amounts import amount
from planning import DRUGS, KNOWN, START, a_maker, q

ALPHA = KNOWN.drugs["alpha"]


def made(maker: Maker, dose: str) -> list[str]:
    return [f"{p.count} x {p.strength}" for p in maker.pieces(q(dose))]


@pytest.mark.parametrize(
    ("dose", "pieces"),
    [
        ("2 mg", ["1 x 2 mg"]),
        ("4 mg", ["2 x 2 mg"]),
        ("6 mg", ["3 x 2 mg"]),
        ("7 mg", ["1 x 5 mg", "1 x 2 mg"]),
        ("10 mg", ["1 x 10 mg"]),
        ("13 mg", ["1 x 5 mg", "4 x 2 mg"]),
        ("18 mg", ["1 x 10 mg", "4 x 2 mg"]),
    ],
)
def test_a_dose_is_made_of_the_fewest_tablets(dose: str, pieces: list[str]) -> None:
    assert made(a_maker("2 mg", "5 mg", "10 mg"), dose) == pieces


def test_of_as_many_tablets_those_of_fewer_strengths_are_taken() -> None:
    # 30 mg is 25 + 5, 20 + 10 and 15 + 15: two tablets each, the last of one strength.
    maker = a_maker("5 mg", "10 mg", "15 mg", "20 mg", "25 mg")
    assert made(maker, "30 mg") == ["2 x 15 mg"]


def test_of_as_many_pieces_those_with_fewer_halves_are_taken() -> None:
    # 18 mg in four pieces: 1½ × 10 + 1½ × 2 splits two tablets, 10 + 5 + 1½ × 2 one.
    stock = msgspec.structs.replace(
        a_maker("2 mg", "5 mg", "10 mg", halves=True).stock,
        pieces=tuple(
            Piece(strength=q(s), form="tablet", halves=s != "5 mg")
            for s in ("10 mg", "5 mg", "2 mg")
        ),
    )
    maker = Maker(stock, volume=Decimal("0.1"), most=Decimal(30))
    assert made(maker, "18 mg") == ["1 x 10 mg", "1 x 5 mg", "1.5 x 2 mg"]


def test_a_half_counts_as_a_piece_and_a_whole_one_stands_before_it() -> None:
    maker = a_maker("10 mg", "20 mg", halves=True)
    assert made(maker, "10 mg") == ["1 x 10 mg"]
    assert made(maker, "15 mg") == ["1.5 x 10 mg"]
    assert made(maker, "25 mg") == ["1 x 20 mg", "0.5 x 10 mg"]


def test_a_half_beside_whole_ones_of_its_strength_is_one_half() -> None:
    # 10 + 5 + 1, 10 + 4 + 2 and 7 + 7 + 2: three pieces and one half each.
    maker = a_maker("1 mg", "4 mg", "7 mg", "10 mg", halves=True)
    assert made(maker, "16 mg") == ["1.5 x 10 mg", "1 x 1 mg"]


def test_what_may_not_be_split_is_not_split() -> None:
    assert not a_maker("10 mg").makes(q("5 mg"))
    assert a_maker("10 mg", halves=True).makes(q("5 mg"))
    assert not a_maker("10 mg", halves=True).makes(q("2.5 mg"))


def test_what_doses_are_made_of_is_named_in_short(knowledge: Knowledge) -> None:
    halves = a_maker("2 mg", "5 mg", halves=True)
    assert halves.made_of() == "tablet 5 mg, tablet 2 mg, half a tablet"
    diazepam = maker_of(knowledge, knowledge.drugs["diazepam"], Making(), START)
    with pytest.raises(UnmakeableDoseError) as error:
        diazepam.nearest(q("0.5 mg"))
    assert str(error.value).count("exists and measures less") == 1


def test_doses_below_a_milligram_are_made_like_others() -> None:
    assert a_maker("0.5 mg").makes(q("0.5 mg"))
    assert a_maker("0.5 mg").makes(q("1 mg"))
    assert not a_maker("0.5 mg").makes(q("0 mg"))


def test_a_tablet_of_which_nobody_says_that_it_may_be_split_is_not() -> None:
    assert not any(piece.halves for piece in stock_of(ALPHA, START).pieces)


def test_tablets_stand_before_a_liquid_and_a_liquid_makes_the_rest() -> None:
    maker = a_maker("2 mg", "5 mg", liquid="2 mg/mL")
    assert made(maker, "7 mg") == ["1 x 5 mg", "1 x 2 mg"]
    assert made(maker, "6.6 mg") == ["3.3 x 2 mg/mL"]


@pytest.mark.parametrize(
    ("wanted", "nearest", "down"),
    [
        ("2 mg", "2 mg", "2 mg"),
        ("3 mg", "2 mg", "2 mg"),  # half-way between 2 and 4: down
        ("3.01 mg", "4 mg", "2 mg"),
        ("4.4 mg", "4 mg", "4 mg"),
        ("4.5 mg", "4 mg", "4 mg"),  # half-way between 4 and 5
        ("4.51 mg", "5 mg", "4 mg"),
    ],
)
def test_a_dose_that_cannot_be_made_is_rounded(
    wanted: str, nearest: str, down: str
) -> None:
    maker = a_maker("2 mg", "5 mg", "10 mg")
    assert str(maker.nearest(q(wanted))) == nearest
    assert str(maker.nearest(q(wanted), Rounding.DOWN)) == down


@pytest.mark.parametrize(
    ("wanted", "up"),
    [("2 mg", "2 mg"), ("2.01 mg", "4 mg"), ("4.4 mg", "5 mg"), ("5 mg", "5 mg")],
)
def test_a_dose_may_be_rounded_up(wanted: str, up: str) -> None:
    maker = a_maker("2 mg", "5 mg", "10 mg")
    assert str(maker.nearest(q(wanted), Rounding.UP)) == up


@pytest.mark.parametrize(
    ("wanted", "present", "lower"),
    [
        ("5.4 mg", "7 mg", "6 mg"),  # up to the next dose that can be made
        ("5.4 mg", "6 mg", "5 mg"),  # up is the present dose: the next one down
        ("5.4 mg", "5.5 mg", "5 mg"),  # the present dose itself cannot be made
        ("3.6 mg", "4 mg", "2 mg"),  # nothing makes 3 mg
        ("2 mg", "2 mg", None),  # nothing is below the smallest
        ("2.5 mg", "3 mg", "2 mg"),
    ],
)
def test_a_step_down_is_always_lower(
    wanted: str, present: str, lower: str | None
) -> None:
    found = a_maker("2 mg", "5 mg", "10 mg").lower(q(wanted), q(present))
    assert (None if found is None else str(found)) == lower


def test_a_step_down_by_another_rounding_is_lower_too() -> None:
    maker = a_maker("2 mg", "5 mg", "10 mg")
    assert str(maker.lower(q("7.6 mg"), q("9 mg"), Rounding.NEAREST)) == "8 mg"
    assert str(maker.lower(q("7.6 mg"), q("8 mg"), Rounding.NEAREST)) == "7 mg"
    assert str(maker.lower(q("7.6 mg"), q("9 mg"), Rounding.DOWN)) == "7 mg"


def below(dose: str, *strengths: str) -> Maker:
    """Tablets of some strengths, and 2 mg/mL below a dose."""
    making = Making(
        made_of=strengths, liquid="10 mg/5 mL", liquid_below=q(dose), measure=None
    )
    return maker_of(KNOWN, ALPHA, making, START)


def lowered(maker: Maker, wanted: str, present: str) -> tuple[str, list[str]]:
    found = maker.lower(q(wanted), q(present))
    assert found is not None
    (intake,) = maker.intakes(found)
    return amount(found), [f"{p.count} x {p.strength}" for p in intake.pieces]


def test_below_a_dose_the_liquid_measures_what_the_tablets_cannot() -> None:
    maker = below("8 mg", "2 mg", "5 mg", "10 mg")
    assert lowered(maker, "8 mg", "9 mg") == ("8 mg", ["4 x 2 mg"])
    assert lowered(maker, "7.9 mg", "9 mg") == ("8 mg", ["4 x 2 mg"])  # up to the mark
    assert lowered(maker, "7.8 mg", "9 mg") == ("7.8 mg", ["3.9 x 2 mg/mL"])
    assert maker.smallest == q("0.2 mg")  # 0.1 mL of 2 mg/mL
    assert lowered(maker, "0.3 mg", "0.4 mg") == ("0.2 mg", ["0.1 x 2 mg/mL"])


def test_where_the_next_tablets_down_are_below_it_the_liquid_is_nearer() -> None:
    # 8.4 mg is up to 10 mg again of tablets of 5 mg; the next one down is 5 mg.
    assert lowered(below("8 mg", "5 mg"), "8.4 mg", "10 mg") == (
        "8.4 mg",
        ["4.2 x 2 mg/mL"],
    )
    # With tablets of 2 mg it is 8 mg, which is not below it.
    assert lowered(below("8 mg", "5 mg", "2 mg"), "8.4 mg", "9 mg")[0] == "8 mg"


def test_a_dose_in_parts_is_of_the_liquid_by_the_whole_of_the_day() -> None:
    (morning, evening) = below("8 mg", "2 mg", "5 mg").intakes(q("10 mg"), 2)
    assert [p.form for i in (morning, evening) for p in i.pieces] == ["tablet"] * 2
    measured = below("8 mg", "2 mg", "5 mg").intakes(q("6 mg"), 2)
    assert {p.form for i in measured for p in i.pieces} == {"oral solution"}


def test_the_mark_that_is_measured_may_be_chosen() -> None:
    making = Making(form="oral solution", measure=q("0.05 mL"))
    assert maker_of(KNOWN, ALPHA, making, START).smallest == q("0.1 mg")
    making = Making(form="oral solution", measure=q("0.0001 L"))
    assert maker_of(KNOWN, ALPHA, making, START).smallest == q("0.2 mg")
    with pytest.raises(UnmakeableDoseError, match="one above nothing"):
        maker_of(KNOWN, ALPHA, Making(measure=q("0 mL")), START)


def test_a_dose_below_the_smallest_piece_is_refused_with_the_smallest() -> None:
    maker = maker_of(KNOWN, ALPHA, Making(), START)
    assert str(maker.nearest(q("2 mg"))) == "2 mg"
    with pytest.raises(UnmakeableDoseError) as error:
        maker.nearest(q("1.99 mg"))
    assert "2 mg or more" in str(error.value)
    assert "oral solution 2 mg/mL exists" in str(error.value)


def test_without_a_liquid_none_is_named() -> None:
    maker = maker_of(KNOWN, KNOWN.drugs["delta"], Making(), START)
    with pytest.raises(UnmakeableDoseError) as error:
        maker.nearest(q("4 mg"))
    assert "5 mg or more" in str(error.value)
    assert "exists" not in str(error.value)


def test_a_dose_above_what_exists_is_refused() -> None:
    maker = a_maker("5 mg")
    assert str(maker.nearest(q("150 mg"))) == "150 mg"  # 30 tablets
    with pytest.raises(UnmakeableDoseError, match="above what exists"):
        maker.nearest(q("155 mg"))


@pytest.mark.parametrize("dose", ["20", "20 mL", "20 ug/h"])
def test_a_dose_that_measures_something_else_is_refused(dose: str) -> None:
    with pytest.raises(UnmakeableDoseError, match="expected one in mg"):
        a_maker("5 mg").nearest(q(dose))


def test_a_dose_in_another_unit_of_the_same_is_the_same() -> None:
    assert made(a_maker("2 mg"), "0.004 g") == ["2 x 2 mg"]


def test_a_strength_nobody_makes_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnmakeableDoseError) as error:
        stock_of(ALPHA, START, made_of=("2 mg", "3 mg"))
    assert "(3 mg)" in str(error.value)
    assert "2 mg, 5 mg, 10 mg" in str(error.value)
    assert "oral solution 2 mg/mL" in str(error.value)


def test_the_prescriber_may_restrict_the_strengths() -> None:
    maker = maker_of(KNOWN, ALPHA, Making(made_of=("5 mg", "10 mg/5 mL")), START)
    assert made(maker, "10 mg") == ["2 x 5 mg"]
    assert made(maker, "12 mg") == ["6 x 2 mg/mL"]


def test_a_form_nobody_makes_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnmakeableDoseError, match="oral solution"):
        stock_of(ALPHA, START, form="patch")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10 mg", "10 mg"),
        ("8 mg / 2 mg", "8 mg"),
        ("10 mg/5 mL", "2 mg/mL"),
        ("10 mg/mL", "10 mg/mL"),
        ("10 mg/3 mL", None),
        ("10 mg/0 mL", None),
        ("5%", "5 %"),
        ("many", None),
    ],
)
def test_a_strength_is_what_a_piece_or_a_millilitre_holds(
    text: str, read: str | None
) -> None:
    found = read_strength(text)
    assert (str(found) if found is not None else None) == read


# --- in parts of a day --------------------------------------------------------------


def parts(maker: Maker, dose: str, times: int) -> list[str]:
    return [f"{i.when} {i.amount}" for i in maker.intakes(q(dose), times)]


def test_a_dose_is_divided_as_evenly_as_the_tablets_allow() -> None:
    maker = a_maker("2 mg", "5 mg", "10 mg")
    assert parts(maker, "20 mg", 2) == ["MORN 10 mg", "EVE 10 mg"]
    assert parts(maker, "18 mg", 2) == ["MORN 9 mg", "EVE 9 mg"]
    assert parts(maker, "15 mg", 2) == ["MORN 7 mg", "EVE 8 mg"]
    assert parts(maker, "20 mg", 3) == ["MORN 6 mg", "AFT 7 mg", "EVE 7 mg"]


def test_a_time_for_which_nothing_is_left_is_left_out() -> None:
    assert parts(a_maker("2 mg"), "2 mg", 2) == ["EVE 2 mg"]


@pytest.mark.parametrize("times", [0, 5])
def test_a_day_has_one_to_four_times(times: int) -> None:
    with pytest.raises(UnmakeableDoseError, match="1 to 4"):
        a_maker("2 mg").intakes(q("8 mg"), times)


# --- the slow and obvious way as the referee ----------------------------------------

_STRENGTHS = st.lists(
    st.sampled_from(["1 mg", "2 mg", "2.5 mg", "5 mg", "7 mg", "10 mg"]),
    min_size=1,
    max_size=3,
    unique=True,
)


def brute_force(
    strengths: list[str], dose: Decimal, *, halves: bool
) -> tuple[int, int, int] | None:
    """Pieces, halves and strengths of the best way, by trying every one."""
    values = [q(s).value for s in strengths]
    step = Decimal("0.5") if halves else Decimal(1)
    counts = [
        [step * n for n in range(int(dose / (value * step)) + 1)] for value in values
    ]
    ways = [
        (
            sum(ceil(count) for count in way),
            sum(count % 1 != 0 for count in way),
            sum(count > 0 for count in way),
        )
        for way in product(*counts)
        if sum(c * v for c, v in zip(way, values, strict=True)) == dose
    ]
    return min(ways, default=None)


@given(_STRENGTHS, st.integers(1, 40), st.booleans())
def test_the_fewest_pieces_are_those_that_trying_every_way_finds(
    strengths: list[str], halves_of_a_mg: int, halves: bool
) -> None:
    dose = Decimal(halves_of_a_mg) / 2
    best = brute_force(strengths, dose, halves=halves)
    maker = a_maker(*strengths, halves=halves, most=1000)
    least = min(q(s).value for s in strengths) * (Decimal("0.5") if halves else 1)
    if dose < least:
        assert best is None
        return
    assert maker.makes(Quantity(dose, "mg")) == (best is not None)
    if best is None:
        return
    found = maker.pieces(Quantity(dose, "mg"))
    assert sum(p.count * p.strength.value for p in found) == dose
    assert best == (
        sum(ceil(p.count) for p in found),
        sum(p.count % 1 != 0 for p in found),
        len(found),
    )


@given(_STRENGTHS, st.integers(1, 160), st.booleans())
def test_no_dose_that_can_be_made_is_nearer_than_the_nearest(
    strengths: list[str], quarters: int, halves: bool
) -> None:
    dose = Decimal(quarters) / 4
    maker = a_maker(*strengths, halves=halves, most=1000)
    if dose < maker.smallest.value:
        return
    found = maker.nearest(Quantity(dose, "mg")).value
    assert maker.makes(Quantity(found, "mg"))
    away = abs(found - dose)
    others = (Decimal(n) / 4 for n in range(1, 200))
    assert not any(
        abs(other - dose) < away and maker.makes(Quantity(other, "mg"))
        for other in others
    )


# --- the real knowledge -------------------------------------------------------------


def test_every_medicine_makes_its_own_strengths(knowledge: Knowledge) -> None:
    made_none = []
    for drug in knowledge.drugs.values():
        try:
            maker = maker_of(knowledge, drug, Making(), date(2026, 12, 1))
        except UnmakeableDoseError:
            made_none.append(drug.id)
            continue
        for piece in maker.stock.pieces:
            (found,) = maker.pieces(piece.strength)
            assert found.count == 1
    tablets = {
        d.id
        for d in knowledge.drugs.values()
        if any(
            p.form == "tablet" and p.route == "oral" and "mg" in p.strengths[0]
            for p in d.product
            if p.strengths
        )
    }
    assert tablets.isdisjoint(made_none)
    assert len(DRUGS) < len(knowledge.drugs)


@pytest.mark.parametrize(("dose", "made"), [("0.5 mg", True), ("0.25 mg", False)])
def test_a_dose_below_one_can_be_made_where_there_is_a_piece_of_it(
    dose: str, made: bool
) -> None:
    assert a_maker("0.5 mg").makes(q(dose)) is made
