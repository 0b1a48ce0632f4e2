"""When a supply runs out, when it may be filled again, and whether it is enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_person, day
from concord.dosing.outlook import Outlook, outlook, setting
from concord.dosing.supply import (
    RunOut,
    Stock,
    Trip,
    Uncountable,
    earliest_refill,
    refills_left,
    refuse_impossible_fills,
    run_out,
    stock_of,
    trip,
)
from concord.errors import ImpossibleRangeError, ImpossibleSupplyError
from concord.knowledge.lookup import Knowledge
from concord.record.agreed import agreed_list
from concord.record.model import (
    AsNeeded,
    Dispensing,
    Dosage,
    Ingredient,
    Maximum,
    Medicine,
    Supply,
)
from concord.terms import Duration, Period, Quantity
from scheduling import NEW_YORK, every, of, taken

FIRST = date(2026, 1, 1)
DAY = timedelta(days=1)
TABLET = Medicine(
    text="x 50 mg tablet",
    ingredients=(Ingredient(rxcui="x", name="x", strength=Quantity.parse("50 mg")),),
)


def filled(
    on: str, amount: str, *, days: int | None = None, order: str | None = None
) -> Dispensing:
    return Dispensing(
        id=f"fill-{on}",
        medicine=TABLET,
        on=day(on),
        supply=Supply(
            quantity=Quantity.parse(amount),
            days=None if days is None else Decimal(days),
        ),
        order=order,
    )


def ahead(
    knowledge: Knowledge,
    dosages: Iterable[Dosage],
    *fills: Dispensing,
    on: str = "2026-01-10",
    medicine: Medicine = TABLET,
    supply: Supply | None = None,
    since: str = "2026-01-01",
) -> Outlook:
    record = a_person().taking("x", dosage=tuple(dosages), since=since).record
    (line,) = record.medications
    line = msgspec.structs.replace(line, medicine=medicine, supply=supply)
    as_of = date.fromisoformat(on)
    (entry,) = agreed_list((line,), as_of)
    where = setting(knowledge, as_of, here=NEW_YORK)
    return outlook(entry, fills, where, knowledge, as_of)


def counted(found: Outlook) -> RunOut:
    assert isinstance(found.runs_out, RunOut), found.runs_out
    return found.runs_out


# --- by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dosage", "amount", "out"),
    [
        (of(every(1, "d")), "30 {tablet}", "2026-01-31"),
        (of(every(1, "d", 2)), "30 {tablet}", "2026-01-16"),
        (of(every(1, "d"), "2 {tablet}"), "30 {tablet}", "2026-01-16"),
        # 29 tablets of two a day: on the fifteenth day one is left, and that is short.
        (of(every(1, "d"), "2 {tablet}"), "29 {tablet}", "2026-01-15"),
        (of(every(1, "d"), "25 mg"), "15 {tablet}", "2026-01-31"),
        (of(every(1, "d"), "75 mg"), "30 {tablet}", "2026-01-21"),
        (of(every(1, "d"), "0.5 {tablet}"), "7 {tablet}", "2026-01-15"),
        (of(every(1, "d"), "12.5 mg"), "2 {tablet}", "2026-01-09"),
        (of(every(2, "d")), "15 {tablet}", "2026-01-31"),
        (of(every(1, "wk")), "4 {tablet}", "2026-01-29"),
        (of(every(8, "h")), "30 {tablet}", "2026-01-11"),
        (of(taken("08:00", days_of_week=("mon",))), "2 {tablet}", "2026-01-19"),
    ],
    ids=str,
)
def test_the_supply_runs_out_on_the_first_day_that_is_short_of_a_dose(
    knowledge: Knowledge, dosage: Dosage, amount: str, out: str
) -> None:
    found = counted(ahead(knowledge, [dosage], filled("2026-01-01", amount)))
    assert (str(found.earliest), str(found.latest)) == (out, out)
    assert not found.lasts


def test_what_is_left_is_what_the_directions_would_leave(knowledge: Knowledge) -> None:
    found = counted(
        ahead(knowledge, [of(every(1, "d"))], filled("2026-01-01", "30 {tablet}"))
    )
    assert (found.left, found.unit) == (21, "{tablet}")  # after nine days


def test_tapering_uses_less_with_each_step(knowledge: Knowledge) -> None:
    week = Duration.parse("7 days")
    steps = (
        of(every(1, "d"), "2 {tablet}", sequence=1, lasts=week),
        of(every(1, "d"), "1 {tablet}", sequence=2, lasts=week),
        of(every(1, "d"), "0.5 {tablet}", sequence=3),
    )
    found = counted(ahead(knowledge, steps, filled("2026-01-01", "24 {tablet}")))
    # 14 and 7 leave 3 tablets: six half ones from the 15th.
    assert str(found.earliest) == "2026-01-21"


def test_a_supply_that_outlasts_its_directions_has_no_day(knowledge: Knowledge) -> None:
    course = of(every(1, "d"), lasts=Duration.parse("10 days"))
    found = counted(ahead(knowledge, [course], filled("2026-01-01", "10 {tablet}")))
    assert (found.earliest, found.latest, found.lasts) == (None, None, True)
    found = counted(ahead(knowledge, [course], filled("2026-01-01", "9 {tablet}")))
    assert str(found.earliest) == "2026-01-10"


def test_what_is_left_when_a_fill_comes_is_used_first(knowledge: Knowledge) -> None:
    fills = (filled("2026-01-01", "10 {tablet}"), filled("2026-01-08", "10 {tablet}"))
    found = counted(ahead(knowledge, [of(every(1, "d"))], *fills))
    assert str(found.earliest) == "2026-01-21"


def test_days_without_a_supply_before_the_last_fill_use_nothing(
    knowledge: Knowledge,
) -> None:
    fills = (filled("2026-01-01", "3 {tablet}"), filled("2026-01-08", "10 {tablet}"))
    found = counted(ahead(knowledge, [of(every(1, "d"))], *fills))
    assert str(found.earliest) == "2026-01-18"


def test_a_supply_that_has_run_out_says_on_which_day(knowledge: Knowledge) -> None:
    fill = filled("2026-01-01", "3 {tablet}")
    found = counted(ahead(knowledge, [of(every(1, "d"))], fill, on="2026-03-01"))
    assert (str(found.earliest), found.left) == ("2026-01-04", 0)


def test_a_range_of_doses_is_a_range_of_days(knowledge: Knowledge) -> None:
    dosage = of(every(1, "d"), dose_max=Quantity.parse("2 {tablet}"))
    found = counted(ahead(knowledge, [dosage], filled("2026-01-01", "30 {tablet}")))
    assert (str(found.earliest), str(found.latest)) == ("2026-01-16", "2026-01-31")


def test_as_needed_runs_out_soonest_at_its_maximum_and_latest_is_unknown(
    knowledge: Knowledge,
) -> None:
    most = Maximum(amount=Quantity.parse("3 {tablet}"), within=Duration.parse("1 day"))
    dosage = of(every(4, "h"), as_needed=AsNeeded(), maximum=most)
    found = counted(ahead(knowledge, [dosage], filled("2026-01-01", "30 {tablet}")))
    assert str(found.earliest) == "2026-01-11"
    assert found.latest is None
    assert not found.lasts


def test_as_needed_without_a_most_cannot_be_counted(knowledge: Knowledge) -> None:
    dosage = of(None, as_needed=AsNeeded())
    found = ahead(knowledge, [dosage], filled("2026-01-01", "30 {tablet}"))
    assert found.runs_out is Uncountable.NO_MAXIMUM


def test_a_fixed_dose_with_one_as_needed_has_both_ends(knowledge: Knowledge) -> None:
    extra = of(every(1, "d", 2), as_needed=AsNeeded())
    found = counted(
        ahead(
            knowledge, [of(every(1, "d")), extra], filled("2026-01-01", "30 {tablet}")
        )
    )
    assert (str(found.earliest), str(found.latest)) == ("2026-01-11", "2026-01-31")


BARE = Medicine(text="something")
WHOLE = Medicine(
    text="quetiapine 50 mg extended-release tablet",
    ingredients=(
        Ingredient(rxcui="51272", name="quetiapine", strength=Quantity.parse("50 mg")),
    ),
    release="extended",
    form="tablet",
)


@pytest.mark.parametrize(
    ("dosage", "medicine", "why"),
    [
        (of(every(1, "d"), "20 mg"), TABLET, Uncountable.UNEVEN_PIECES),
        (of(every(1, "d"), "25 mg"), BARE, Uncountable.NO_STRENGTH),
        (of(every(1, "d"), "5 mL"), TABLET, Uncountable.NO_STRENGTH),
        (Dosage(timing=every(1, "d")), TABLET, Uncountable.NO_DOSE),
        (of(None), TABLET, Uncountable.NO_PLAN),
        (of(every(1, "d"), "25 mg"), WHOLE, Uncountable.UNEVEN_PIECES),
    ],
    ids=str,
)
def test_what_cannot_be_counted_says_why(
    knowledge: Knowledge, dosage: Dosage, medicine: Medicine, why: Uncountable
) -> None:
    fill = filled("2026-01-01", "30 {tablet}")
    assert ahead(knowledge, [dosage], fill, medicine=medicine).runs_out is why


def test_without_a_fill_nothing_can_be_said(knowledge: Knowledge) -> None:
    assert ahead(knowledge, [of(every(1, "d"))]).runs_out is Uncountable.NO_FILLS


def daily_uses(amount: int, count: int, step: int = 1) -> list[tuple[date, Decimal]]:
    return [(FIRST + n * step * DAY, Decimal(amount)) for n in range(count)]


@pytest.mark.parametrize(("after", "left"), [(0, 29), (2, 25), (13, 3), (20, 1)])
def test_what_is_left_is_that_of_the_beginning_of_the_day_asked_about(
    after: int, left: int
) -> None:
    two = daily_uses(2, 100)
    stock = [Stock(on=FIRST, amount=Decimal(29))]
    found = run_out(stock, two, two, FIRST + after * DAY)
    assert (found.earliest, found.left) == (FIRST + 14 * DAY, left)


def test_a_fill_after_the_day_asked_about_is_not_left_on_it() -> None:
    stock = [
        Stock(on=FIRST, amount=Decimal(10)),
        Stock(on=FIRST + 5 * DAY, amount=Decimal(10)),
    ]
    weekly = daily_uses(1, 60, step=7)
    assert run_out(stock, weekly, weekly, FIRST + 4 * DAY).left == 9
    assert run_out(stock, weekly, weekly, FIRST + 5 * DAY).left == 19


def test_a_fill_that_comes_before_the_next_dose_is_there_for_it() -> None:
    stock = [
        Stock(on=FIRST, amount=Decimal(1)),
        Stock(on=FIRST + 5 * DAY, amount=Decimal(1)),
    ]
    weekly = [(FIRST + 7 * n * DAY, Decimal(1)) for n in range(9)]
    found = run_out(stock, weekly, weekly, FIRST + 4 * DAY)
    assert (found.left, found.earliest) == (0, FIRST + 14 * DAY)


def test_what_directions_that_have_ended_left_is_what_was_not_used() -> None:
    ten = daily_uses(1, 10)
    stock = [Stock(on=FIRST, amount=Decimal(30))]
    found = run_out(stock, ten, ten, FIRST + 20 * DAY)
    assert (found.lasts, found.left) == (True, 20)


@pytest.mark.parametrize(("supplied", "earliest"), [(8, "2026-01-05"), (10, "None")])
def test_what_is_needed_may_be_taken_on_the_last_day_of_its_directions(
    knowledge: Knowledge, supplied: int, earliest: str
) -> None:
    two_a_day = Maximum(
        amount=Quantity.parse("2 {tablet}"), within=Duration.parse("1 day")
    )
    dosage = of(
        None,
        as_needed=AsNeeded(),
        maximum=two_a_day,
        bounds=Period(end=day("2026-01-05")),
    )
    fill = filled("2026-01-01", f"{supplied} {{tablet}}")
    assert str(counted(ahead(knowledge, [dosage], fill)).earliest) == earliest


def test_a_fill_of_the_day_itself_counts_and_one_to_come_does_not(
    knowledge: Knowledge,
) -> None:
    first = filled("2026-01-01", "10 {tablet}")
    for on, out in (("2026-01-10", "2026-01-21"), ("2026-01-11", "2026-01-11")):
        fills = (first, filled(on, "10 {tablet}"))
        found = counted(ahead(knowledge, [of(every(1, "d"))], *fills))
        assert str(found.earliest) == out


def test_only_fills_that_name_the_order_use_up_its_refills(
    knowledge: Knowledge,
) -> None:
    supply = Supply(refills=2)
    for orders, left in ((("m0", "m0"), 1), (("m0", "other"), 2), ((None, None), None)):
        fills = (
            filled("2026-01-01", "5 {tablet}", order=orders[0]),
            filled("2026-01-06", "5 {tablet}", order=orders[1]),
        )
        found = ahead(knowledge, [of(every(1, "d"))], *fills, supply=supply)
        assert found.refills == left


@pytest.mark.parametrize(
    ("dose", "release", "out"),
    [
        ("50 mg", "extended", "2026-01-31"),
        ("75 mg", "extended", None),  # one and a half, and it is not broken
        ("75 mg", None, "2026-01-21"),
    ],
)
def test_what_is_not_split_is_counted_in_whole_pieces_or_not_at_all(
    knowledge: Knowledge, dose: str, release: str | None, out: str | None
) -> None:
    form = "Extended Release Oral Tablet" if release else "Oral Tablet"
    piece = Ingredient(
        rxcui=knowledge.drugs["quetiapine"].identity.rxcui[0],
        name="quetiapine",
        strength=Quantity.parse("50 mg"),
    )
    medicine = Medicine(
        text=f"Quetiapine 50 MG {form}", release=release, ingredients=(piece,)
    )
    fill = filled("2026-01-01", "30 {tablet}")
    found = ahead(knowledge, [of(every(1, "d"), dose)], fill, medicine=medicine)
    if out is None:
        assert found.runs_out is Uncountable.UNEVEN_PIECES
    else:
        assert str(counted(found).earliest) == out


def test_fills_from_before_the_order_are_of_another_one_unless_they_name_it(
    knowledge: Knowledge,
) -> None:
    old = filled("2025-12-01", "30 {tablet}")
    new = filled("2026-01-01", "10 {tablet}")
    for fills, out in (
        ((old, new), "2026-01-11"),
        ((filled("2025-12-30", "30 {tablet}", order="m0"), new), "2026-02-10"),
    ):
        found = counted(ahead(knowledge, [of(every(1, "d"))], *fills))
        assert str(found.earliest) == out


@pytest.mark.parametrize(
    "supply",
    [
        Supply(quantity=Quantity.parse("-1 {tablet}")),
        Supply(days=Decimal(-1)),
        Supply(refills=-1),
    ],
    ids=str,
)
def test_a_negative_supply_is_refused(knowledge: Knowledge, supply: Supply) -> None:
    fill = Dispensing(id="f", medicine=TABLET, on=day("2026-01-01"), supply=supply)
    with pytest.raises(ImpossibleSupplyError, match="found less than nothing"):
        stock_of([fill], date(2026, 1, 2))
    with pytest.raises(ImpossibleSupplyError, match="order m0"):
        ahead(knowledge, [of(every(1, "d"))], supply=supply)


def test_fills_in_other_units_than_the_newest_do_not_count() -> None:
    fills = [
        filled("2026-01-01", "30 {tablet}"),
        filled("2026-01-05", "100 mL"),
        filled("2026-01-09", "5 mL"),
    ]
    found, unit = stock_of(fills, date(2026, 1, 5))
    assert (unit, [one.amount for one in found]) == ("mL", [100])


# --- refills ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "fills", "left"),
    [(3, 0, 3), (3, 1, 3), (3, 2, 2), (3, 4, 0), (3, 9, 0), (0, 1, 0), (None, 1, None)],
)
def test_the_first_fill_is_no_refill(
    allowed: int | None, fills: int, left: int | None
) -> None:
    made = [filled(f"2026-01-{n + 1:02}", "1 {tablet}") for n in range(fills)]
    assert refills_left(Supply(refills=allowed), made) == left
    assert refills_left(None, made) is None


@pytest.mark.parametrize(
    ("fills", "out"),
    [
        ([("2026-01-01", 30)], "2026-01-27"),
        ([("2026-01-01", 100)], "2026-03-27"),
        ([("2026-01-01", 20)], "2026-01-18"),
        # An early fill begins when the one before has been used up.
        ([("2026-01-01", 30), ("2026-01-27", 30)], "2026-02-26"),
        ([("2026-01-01", 30), ("2026-02-10", 30)], "2026-03-08"),
    ],
)
def test_a_controlled_medicine_may_be_filled_once_85_percent_is_used(
    fills: list[tuple[str, int]], out: str
) -> None:
    made = [filled(on, "1 {tablet}", days=days) for on, days in fills]
    found = earliest_refill(made, Decimal("0.85"), date(2026, 4, 1))
    assert str(found) == out
    assert earliest_refill([], Decimal("0.85"), date(2026, 4, 1)) is None


def test_a_fill_of_the_day_itself_counts_for_the_next_one() -> None:
    first = filled("2026-01-01", "30 {tablet}", days=30)
    second = filled("2026-01-28", "30 {tablet}", days=30)
    share = Decimal("0.85")
    for on, wanted in ((27, "2026-01-27"), (28, "2026-02-26")):
        found = earliest_refill([first, second], share, date(2026, 1, on))
        assert str(found) == wanted


def test_a_fill_of_the_day_of_birth_can_be_and_one_of_the_day_before_cannot() -> None:
    made = [filled("2026-01-05", "30 {tablet}")]
    refuse_impossible_fills(made, day("2026-01-05"))
    with pytest.raises(ImpossibleSupplyError, match="before the person's birth"):
        refuse_impossible_fills(made, day("2026-01-06"))


def test_only_a_controlled_medicine_has_a_first_day_for_its_refill(
    knowledge: Knowledge,
) -> None:
    fill = filled("2026-01-01", "60 {tablet}", days=30)
    alprazolam = Medicine(
        text="alprazolam 0.5 mg tablet",
        ingredients=(
            Ingredient(
                rxcui="596", name="alprazolam", strength=Quantity.parse("0.5 mg")
            ),
        ),
    )
    found = ahead(knowledge, [of(every(1, "d", 2))], fill, medicine=alprazolam)
    assert (found.controlled, found.refill_from) == ("IV", date(2026, 1, 27))
    found = ahead(knowledge, [of(every(1, "d", 2))], fill)
    assert (found.controlled, found.refill_from) == (None, None)


# --- a journey --------------------------------------------------------------------

OUT = RunOut(earliest=date(2026, 1, 31), latest=date(2026, 1, 31))


@pytest.mark.parametrize(
    ("back", "enough"),
    [("2026-01-30", True), ("2026-01-31", False), ("2026-02-05", False)],
)
def test_it_is_enough_where_it_reaches_through_the_day_of_coming_back(
    back: str, enough: bool
) -> None:
    found = trip(OUT, date(2026, 1, 20), date.fromisoformat(back))
    assert found.enough is enough
    assert found.short_from == (None if enough else OUT.earliest)


@pytest.mark.parametrize(
    ("refills", "refill_from", "fill_first"),
    [
        (None, None, None),
        (0, None, False),
        (1, None, True),
        (1, date(2026, 1, 20), True),
        (1, date(2026, 1, 21), False),
        (0, date(2026, 1, 1), False),
    ],
)
def test_a_refill_before_leaving_needs_one_that_is_left_and_whose_day_has_come(
    refills: int | None, refill_from: date | None, fill_first: bool | None
) -> None:
    found = trip(
        OUT,
        date(2026, 1, 20),
        date(2026, 2, 5),
        refills=refills,
        refill_from=refill_from,
    )
    assert found == Trip(enough=False, short_from=OUT.earliest, fill_first=fill_first)


def test_a_supply_that_cannot_be_counted_is_neither_enough_nor_short() -> None:
    found = trip(Uncountable.NO_FILLS, date(2026, 1, 20), date(2026, 2, 5))
    assert found == Trip(enough=None)


def test_one_that_lasts_to_the_end_of_the_directions_is_enough() -> None:
    assert trip(RunOut(earliest=None, lasts=True), FIRST, FIRST + DAY).enough


def test_coming_back_before_leaving_is_refused() -> None:
    with pytest.raises(ImpossibleRangeError):
        trip(OUT, date(2026, 1, 20), date(2026, 1, 19))
    assert trip(OUT, date(2026, 1, 20), date(2026, 1, 20)).enough


# --- laws -------------------------------------------------------------------------

stocks = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=5
).map(
    lambda rows: [
        Stock(on=FIRST + n * DAY, amount=Decimal(amount)) for n, amount in rows
    ]
)
doses = st.sampled_from([Decimal(n) / 4 for n in (1, 2, 3, 4, 6, 8)])


def daily(amount: Decimal, since: date = FIRST) -> Iterator[tuple[date, Decimal]]:
    on = since
    while True:
        yield on, amount
        on += DAY


@given(stocks, doses)
def test_the_day_agrees_with_one_counted_on_a_shelf(
    stock: list[Stock], dose: Decimal
) -> None:
    on = max(one.on for one in stock)
    found = run_out(stock, daily(dose), daily(dose), on)
    shelf, at = Decimal(0), FIRST
    while True:
        shelf += sum((one.amount for one in stock if one.on == at), Decimal(0))
        if at == on:
            assert found.left == shelf
        if shelf >= dose:
            shelf -= dose
        elif at >= on:
            break
        at += DAY
    assert found.earliest == found.latest == at


@given(stocks, doses, st.integers(1, 40))
def test_more_supply_never_runs_out_sooner(
    stock: list[Stock], dose: Decimal, more: int
) -> None:
    on = max(one.on for one in stock)
    before = run_out(stock, daily(dose), daily(dose), on).earliest
    added = [*stock, Stock(on=on, amount=Decimal(more))]
    after = run_out(added, daily(dose), daily(dose), on).earliest
    assert before is not None
    assert after is not None
    assert after >= before


@given(st.integers(1, 90), doses, doses)
def test_the_soonest_day_is_never_after_the_latest(
    amount: int, one: Decimal, other: Decimal
) -> None:
    stock = [Stock(on=FIRST, amount=Decimal(amount))]
    least, most = min(one, other), max(one, other)
    found = run_out(stock, daily(least), daily(most), FIRST)
    assert found.earliest is not None
    assert found.latest is not None
    assert found.earliest <= found.latest
