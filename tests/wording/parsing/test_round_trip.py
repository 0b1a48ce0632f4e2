"""What we print of directions is read back as the very same directions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from concord.record.model import (
    AsNeeded,
    Dosage,
    Ingredient,
    Maximum,
    Medicine,
    Timing,
)
from concord.terms import Duration, PartialDate, Period, Quantity
from concord.wording.directions import clinical, sentences
from concord.wording.parsing import AsWritten, Understood, parse, reads_back
from concord.wording.parsing.words import REASONS, WEEK
from concord.wording.vocabulary import EVENTS, PIECES, ROUTES, TIMES, UNITS

PRINTED = (clinical, sentences)
DIGITS = st.decimals(min_value=Decimal("0.000001"), max_value=999_999, places=6)
NUMBERS = st.one_of(
    st.integers(1, 8).map(Decimal),
    st.sampled_from(
        [Decimal(n) for n in ("0.5", "1.5", "0.25", "2.75", "0.3", "1000")]
    ),
    DIGITS,
)
MEASURES = ("mg", "g", "ug", "ug/h", "mL", "meq", "{unit}")
PIECE_UNITS = sorted({f"{{{piece}}}" for piece in PIECES.values()})
ROUTE_NAMES = (
    "oral", "sublingual", "buccal", "nasal", "intramuscular", "subcutaneous",
    "intravenous", "injection", "inhalation", "rectal", "vaginal", "ophthalmic", "otic",
)  # fmt: skip
EXACT = sorted(set(EVENTS) - {"C", "AC", "PC"})
CLOCKS = tuple(
    f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 5, 30, 59)
    if (hour, minute) != (12, 0)
)  # fmt: skip
LENGTHS = st.builds(
    Duration,
    st.integers(1, 2000),
    st.sampled_from(["hour", "day", "week", "month", "year"]),
)
DATES = (
    st.dates(min_value=date(1000, 1, 1))
    .flatmap(lambda d: st.sampled_from([d.isoformat(), d.isoformat()[:7], str(d.year)]))
    .map(PartialDate.parse)
)


@st.composite
def timings(draw: st.DrawFn) -> Timing | None:
    """A timing in the one form in which we say it; `None` where nothing is said."""
    kind = draw(
        st.sampled_from("none each-event each-clock rate days spaced once".split())
    )
    count = draw(st.none() | st.integers(1, 2000))
    meal = draw(st.sampled_from([(), (), ("C",), ("AC",), ("PC",)]))
    day = {"period": Decimal(1), "period_unit": "d", "count": count}
    some_days = tuple(draw(st.permutations(WEEK))[: draw(st.integers(1, 6))])
    match kind:
        case "none":
            return None
        case "once":
            return Timing(count=draw(st.integers(1, 2000)))
        case "each-event":
            when = tuple(draw(st.permutations(EXACT))[: draw(st.integers(1, 4))])
            return Timing(frequency=len(when), when=(*when, *meal), **day)
        case "each-clock":
            times = tuple(draw(st.permutations(CLOCKS))[: draw(st.integers(1, 4))])
            return Timing(frequency=len(times), times_of_day=times, **day)
        case "days":
            on = draw(st.sampled_from([some_days, WEEK]))
            when = tuple(draw(st.permutations(EXACT))[: draw(st.integers(0, 2))])
            return Timing(days_of_week=on, when=when, count=count)
        case "rate":
            low = draw(st.none() | st.integers(1, 5))
            high = draw(st.integers((low or 0) + 1, 9)) if draw(st.booleans()) else None
            assume(low is not None or high is not None)
            days = draw(st.sampled_from([(), some_days]))
            return Timing(
                frequency=low, frequency_max=high, when=meal, days_of_week=days, **day
            )
        case _:
            low, high = draw(NUMBERS), draw(st.none() | NUMBERS)
            assume(high is None or high > low)
            unit = draw(st.sampled_from(sorted(TIMES)))
            times = draw(st.integers(1, 4))
            event_ = draw(st.sampled_from([(), ("HS",)]))
            weekly = unit in ("wk", "mo", "a")
            assume((low, high, unit) != (1, None, "d"))
            return Timing(
                frequency=times,
                period=low,
                period_max=high,
                period_unit=unit,
                when=event_ if weekly or (unit == "d" and times == 1) else (),
                count=count,
            )


@st.composite
def amounts(draw: st.DrawFn, unit: str) -> tuple[Quantity | None, Quantity | None]:
    low, high = draw(st.none() | NUMBERS), draw(st.none() | NUMBERS)
    assume(low is None or high is None or high > low)
    return tuple(None if n is None else Quantity(n, unit) for n in (low, high))  # type: ignore[return-value]


@st.composite
def instructions(draw: st.DrawFn, sequence: int = 1) -> Dosage:
    unit = draw(st.sampled_from([*MEASURES, *PIECE_UNITS, "{tablet}", "mg"]))
    low, high = draw(amounts(unit))
    timing = draw(timings())
    assume(low or high or timing)
    skin = "transdermal" if unit == "{patch}" and (low or high) else "topical"
    lasts = draw(st.none() | LENGTHS)
    most = draw(st.none() | NUMBERS)
    most_unit = unit if unit.startswith("{") else draw(st.sampled_from(MEASURES))
    ends = draw(st.none() | st.tuples(st.none() | DATES, st.none() | DATES))
    return Dosage(
        dose=low,
        dose_max=high,
        route=draw(st.sampled_from([None, skin, *ROUTE_NAMES])),
        timing=timing,
        as_needed=draw(
            st.none() | st.builds(AsNeeded, reason=st.sampled_from([None, *REASONS]))
        ),
        maximum=None
        if most is None
        else Maximum(amount=Quantity(most, most_unit), within=draw(LENGTHS)),
        sequence=sequence,
        bounds=Period(start=ends[0], end=ends[1]) if ends and any(ends) else None,
        lasts=lasts,
    )


@st.composite
def directions(draw: st.DrawFn) -> tuple[Dosage, ...]:
    steps = draw(st.sampled_from([(1,), (1,), (1, 1), (1, 2), (1, 1, 2), (1, 2, 3)]))
    return tuple(draw(instructions(sequence=step)) for step in steps)


@settings(max_examples=300, deadline=None)
@given(directions())
def test_what_is_printed_is_read_back_as_it_was(dosages: tuple[Dosage, ...]) -> None:
    # All that the strategy makes is claimed, but a length shorter than a period.
    assert reads_back(dosages) or any(d.lasts for d in dosages)
    assume(reads_back(dosages))
    for printed in PRINTED:
        said = printed(dosages)
        assert parse(said) == Understood(dosages=dosages), said


# --- directions of any kind, as records hold them ---------------------------------

ANY_UNIT = st.sampled_from([*UNITS, *PIECES, "mg/mL", "{of our own}"])
ANY_NUMBER = st.one_of(
    NUMBERS, st.decimals(-10, 10**12, places=8), st.sampled_from([Decimal(0)])
)
ANY_AMOUNT = st.none() | st.builds(Quantity, ANY_NUMBER, ANY_UNIT)
ANY_COUNT = st.none() | st.integers(-1, 5)
ANY_TIMING = st.none() | st.builds(
    Timing,
    frequency=ANY_COUNT,
    frequency_max=ANY_COUNT,
    period=st.none() | ANY_NUMBER,
    period_max=st.none() | ANY_NUMBER,
    period_unit=st.sampled_from([None, *TIMES, "fortnight"]),
    times_of_day=st.lists(st.sampled_from([*CLOCKS, "12:00", "tea"]), max_size=3).map(
        tuple
    ),
    days_of_week=st.lists(st.sampled_from([*WEEK, "someday"]), max_size=3).map(tuple),
    when=st.lists(st.sampled_from([*EVENTS, "MOON"]), max_size=3).map(tuple),
    code=st.sampled_from([None, "BID", "QOD", "sometimes"]),
    count=ANY_COUNT,
)
ANY_DOSAGE = st.builds(
    Dosage,
    text=st.sampled_from([None, None, "1 qd"]),
    dose=ANY_AMOUNT,
    dose_max=ANY_AMOUNT,
    route=st.sampled_from([None, *ROUTES, "by a new way"]),
    timing=ANY_TIMING,
    as_needed=st.none()
    | st.builds(AsNeeded, reason=st.sampled_from([None, "pain", "a whim"])),
    maximum=st.none()
    | st.builds(
        Maximum, amount=st.builds(Quantity, ANY_NUMBER, ANY_UNIT), within=LENGTHS
    ),
    sequence=st.integers(1, 3),
    bounds=st.none()
    | st.builds(Period, start=st.none() | DATES, end=st.none() | DATES),
    lasts=st.none() | LENGTHS,
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(ANY_DOSAGE, min_size=1, max_size=2).map(tuple))
def test_what_is_read_of_any_print_says_the_very_same(
    dosages: tuple[Dosage, ...],
) -> None:
    for printed in PRINTED:
        said = printed(dosages)
        found = parse(said)
        if isinstance(found, Understood):
            assert printed(found.dosages) == said
            if reads_back(dosages):
                assert found.dosages == dosages
        else:
            assert not reads_back(dosages), (said, found)


# --- with the medicine's own words ------------------------------------------------


def films() -> Medicine:
    parts = (("buprenorphine", "8 mg"), ("naloxone", "2 mg"))
    return Medicine(
        text="Suboxone",
        ingredients=tuple(
            Ingredient(rxcui=n, name=n, strength=Quantity.parse(s)) for n, s in parts
        ),
    )


def one(name: str, strength: str, form: str | None = None) -> Medicine:
    held = Ingredient(rxcui="1", name=name, strength=Quantity.parse(strength))
    return Medicine(text=name, ingredients=(held,), form=form)


@pytest.mark.parametrize(
    ("medicine", "dose"),
    [
        (one("sertraline", "50 mg"), "2 {tablet}"),
        (one("sertraline", "50 mg"), "0.5 {tablet}"),
        (one("lamotrigine", "25 mg"), "1.5 {tablet}"),
        (one("olanzapine", "2.5 mg"), "0.25 {tablet}"),
        (one("methadone", "10 mg/mL"), "3.5 mL"),
        (one("haloperidol", "0.005 g/mL"), "0.333 mL"),
        (films(), "1 {film}"),
        (films(), "2 {film}"),
        (films(), "0.5 {film}"),
    ],
)
@pytest.mark.parametrize("ranged", [False, True])
def test_what_the_pieces_hold_is_read_back_with_the_medicine(
    medicine: Medicine, dose: str, *, ranged: bool
) -> None:
    least = Quantity.parse(dose)
    most = Quantity(least.value * 2, least.unit) if ranged else None
    timing = Timing(frequency=2, period=Decimal(1), period_unit="d")
    dosages = (Dosage(dose=least, dose_max=most, route="oral", timing=timing),)
    for printed in PRINTED:
        said = printed(dosages, medicine)
        assert parse(said, medicine) == Understood(dosages=dosages), said


@pytest.mark.parametrize(
    ("sig", "medicine"),
    [
        ("1 tablet (50 mg) by mouth daily", one("sertraline", "50 mg")),
        ("1 tablet (50 mg total) by mouth daily", one("sertraline", "50 mg")),
        ("take 3 tablets (1500 mg) by mouth daily", one("divalproex", "500 mg")),
        ("take 3 tablets (1.5 g) by mouth daily", one("divalproex", "500 mg")),
        ("take 3 tablets (500 mg each) by mouth daily", one("divalproex", "500 mg")),
        ("take 1 tablet of sertraline by mouth daily", one("sertraline", "50 mg")),
        ("take 1 tablet of sertraline 50mg by mouth daily", one("sertraline", "50 mg")),
        ("take 1 tablet Sertraline 0.05 g daily", one("sertraline", "50 mg")),
        ("take sertraline 50 mg by mouth daily", one("sertraline", "50 mg")),
        ("dissolve 2 films (16 mg / 4 mg) under the tongue daily", films()),
        ("dissolve 1 Suboxone film under the tongue daily", None),
        ("dissolve 1 film of Suboxone under the tongue daily", films()),
    ],
)
def test_a_name_and_a_strength_are_held_against_the_medicine(
    sig: str, medicine: Medicine | None
) -> None:
    assert isinstance(parse(sig, medicine), Understood) is (medicine is not None)
    for other in (None, one("lithium", "300 mg"), Medicine(text="something")):
        assert isinstance(parse(sig, other), AsWritten)


@pytest.mark.parametrize(
    ("sig", "word", "why"),
    [
        ("2 tablets (50 mg) daily", "50", "holds"),  # each, or in all?
        ("2 tablets (200 mg) daily", "200", "holds"),
        ("2 tablets (100 mg each) daily", "100", "holds"),
        ("1-2 tablets (50 mg) daily", "50", "holds"),
        ("1 tablet of sertraline 25 mg daily", "25", "of-the-medicine"),
        ("1 tablet (50 mg of lithium) daily", "lithium", "of-the-medicine"),
        ("1 tablet (50 mg so far) daily", "so", "unknown"),
        ("1 tablet sertraline of sertraline daily", "of", "again"),
        ("50 mg (1 tablet) daily", "1", "holds"),
    ],
)
def test_what_is_not_what_the_medicine_holds_is_refused(
    sig: str, word: str, why: str
) -> None:
    found = parse(sig, one("sertraline", "50 mg"))
    assert isinstance(found, AsWritten), found
    assert (found.word, found.why) == (word, why)
