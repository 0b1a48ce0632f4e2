"""Directions in clinical form and as a person reads them; what is unknown is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from concord.record.agreed import Entry
from concord.record.fold import LineStatus, State
from concord.record.model import (
    AsNeeded,
    Cycle,
    Dosage,
    Ingredient,
    Maximum,
    MedicationLine,
    Medicine,
    Timing,
)
from concord.terms import Duration, PartialDate, Period, Quantity
from concord.wording import as_written, dose_clinical, dose_words
from concord.wording.directions import clinical, sentences
from concord.wording.timing import how_often
from concord.wording.vocabulary import EVENTS, ROUTE_WORDS, ROUTES


def tablets(strength: str = "50 mg") -> Medicine:
    one = Ingredient(
        rxcui="36437", name="sertraline", strength=Quantity.parse(strength)
    )
    return Medicine(text="sertraline", ingredients=(one,), form="Oral Tablet")


def films() -> Medicine:
    parts = (("buprenorphine", "8 mg"), ("naloxone", "2 mg"))
    return Medicine(
        text="Suboxone",
        ingredients=tuple(
            Ingredient(rxcui=n, name=n, strength=Quantity.parse(s)) for n, s in parts
        ),
    )


def each_day(times: int | None = 1, **more: Any) -> Timing:
    return Timing(frequency=times, period=Decimal(1), period_unit="d", **more)


def take(dose: str | None, timing: Timing | None = None, **more: Any) -> Dosage:
    quantity = Quantity.parse(dose) if dose else None
    return Dosage(**{"dose": quantity, "route": "oral", "timing": timing} | more)


@pytest.mark.parametrize(
    ("dosage", "medicine", "short", "plain"),
    [
        (
            take("2 {tablet}", each_day(2, when=("MORN", "HS"))),
            tablets(),
            (
                "2 tablets (50 mg each, 100 mg in all) by mouth twice daily "
                "(in the morning and at bedtime)"
            ),
            (
                "Take 2 tablets (50 mg each, 100 mg in all) by mouth, twice a day: "
                "in the morning and at bedtime."
            ),
        ),
        (
            take("1 {tablet}", each_day(1, when=("MORN",))),
            tablets(),
            "1 tablet (50 mg) by mouth once daily in the morning",
            "Take 1 tablet (50 mg) by mouth, once a day, in the morning.",
        ),
        (
            take("0.5 {tablet}", each_day()),
            tablets(),
            "half a tablet (25 mg) by mouth once daily",
            "Take half a tablet (25 mg) by mouth, once a day.",
        ),
        (
            take("100.0 mg", each_day(2)),
            None,
            "100 mg by mouth twice daily",
            "Take 100 mg by mouth, twice a day.",
        ),
        (
            take("2 {film}", each_day(), route="sublingual"),
            films(),
            (
                "2 films (8 mg of buprenorphine and 2 mg of naloxone each) "
                "under the tongue once daily"
            ),
            (
                "Put 2 films (8 mg of buprenorphine and 2 mg of naloxone each) "
                "under your tongue, once a day."
            ),
        ),
        (
            take("6 mL", each_day()),
            tablets("10 mg/mL"),
            "6 mL (60 mg) by mouth once daily",
            "Take 6 mL (60 mg) by mouth, once a day.",
        ),
        (
            take("1 {tablet}", each_day(), dose_max=Quantity("2", "{tablet}")),
            tablets(),
            "1 to 2 tablets (50 mg each) by mouth once daily",
            "Take 1 to 2 tablets (50 mg each) by mouth, once a day.",
        ),
        (
            take("25 mg", each_day(), dose_max=Quantity("50", "mg")),
            None,
            "25 to 50 mg by mouth once daily",
            "Take 25 to 50 mg by mouth, once a day.",
        ),
        (
            take("500 mg", each_day(), dose_max=Quantity("1", "g")),
            None,
            "500 mg to 1 g by mouth once daily",
            "Take 500 mg to 1 g by mouth, once a day.",
        ),
        (
            take(
                "156 mg",
                Timing(frequency=1, period=Decimal(4), period_unit="wk"),
                route="78421000",
            ),
            None,
            "156 mg intramuscular every 4 weeks",
            "Get 156 mg as a shot into a muscle, every 4 weeks.",
        ),
        (
            take(
                "1 {tablet}",
                Timing(
                    frequency=1,
                    period=Decimal(4),
                    period_max=Decimal(6),
                    period_unit="h",
                ),
                as_needed=AsNeeded(reason="anxiety"),
                maximum=Maximum(
                    amount=Quantity("8", "{tablet}"), within=Duration(24, "hour")
                ),
            ),
            None,
            (
                "1 tablet by mouth every 4 to 6 hours as needed for anxiety, "
                "no more than 8 tablets in 24 hours"
            ),
            (
                "Take 1 tablet by mouth, every 4 to 6 hours. Only if you need it for "
                "anxiety. No more than 8 tablets in 24 hours."
            ),
        ),
        (
            take(
                "1 mg",
                as_needed=AsNeeded(reason="anxiety"),
                maximum=Maximum(amount=Quantity("3", "mg"), within=Duration(1, "day")),
            ),
            None,
            "1 mg by mouth as needed for anxiety, no more than 3 mg a day",
            (
                "Take 1 mg by mouth. Only if you need it for anxiety. "
                "No more than 3 mg a day."
            ),
        ),
    ],
)
def test_directions_are_said_in_two_voices(
    dosage: Dosage, medicine: Medicine | None, short: str, plain: str
) -> None:
    assert clinical((dosage,), medicine) == short
    assert sentences((dosage,), medicine) == plain


@pytest.mark.parametrize(
    ("dosage", "short", "plain"),
    [
        (
            take("100 mg"),
            "100 mg by mouth, how often not recorded",
            "Take 100 mg by mouth. How often is not recorded.",
        ),
        (
            take(None, each_day()),
            "dose not recorded by mouth once daily",
            "Take it by mouth, once a day. How much is not recorded.",
        ),
        (
            take("100 mg", each_day(), route=None),
            "100 mg (route not recorded) once daily",
            "Use 100 mg, once a day. The way to take it is not recorded.",
        ),
        (
            take("100 mg", each_day(), route="by a new way"),
            "100 mg by the route “by a new way” once daily",
            "Use 100 mg, once a day. The route, as written: “by a new way”.",
        ),
        (
            take("2", each_day()),
            "2 (of what is not recorded) by mouth once daily",
            "Take 2 (of what is not recorded) by mouth, once a day.",
        ),
        (
            take("100 mg", each_day(), as_needed=AsNeeded()),
            "100 mg by mouth once daily as needed (for what is not recorded)",
            (
                "Take 100 mg by mouth, once a day. Only if you need it. "
                "The most for one day is not recorded."
            ),
        ),
        (
            take("100 mg", Timing(code="as the moon tells")),
            "100 mg by mouth, how often, as written: “as the moon tells”",
            "Take 100 mg by mouth. How often, as written: “as the moon tells”.",
        ),
        (
            take("100 mg", text="1 daily w/ food"),
            "100 mg by mouth, how often not recorded (as written: “1 daily w/ food”)",
            (
                "Take 100 mg by mouth. How often is not recorded. "
                "As written: “1 daily w/ food”."
            ),
        ),
        (
            Dosage(text="Take ONE qd"),
            "as written: “Take ONE qd”",
            "As written: “Take ONE qd”.",
        ),
        (
            Dosage(
                text="Take ONE qd",
                route="oral",
                as_needed=AsNeeded(reason="pain"),
                maximum=Maximum(amount=Quantity("4", ""), within=Duration(1, "day")),
                lasts=Duration(7, "day"),
            ),
            (
                "as written: “Take ONE qd”, by mouth, as needed for pain, "
                "no more than 4 (of what is not recorded) a day, for 7 days"
            ),
            (
                "As written: “Take ONE qd”. By mouth. As needed for pain. "
                "No more than 4 (of what is not recorded) a day. For 7 days."
            ),
        ),
        (
            take("2 1", each_day()),
            "2 (of what is not recorded) by mouth once daily",
            "Take 2 (of what is not recorded) by mouth, once a day.",
        ),
        (
            take(None, each_day(), dose_max=Quantity("2", "{tablet}")),
            "up to 2 tablets by mouth once daily",
            "Take up to 2 tablets by mouth, once a day.",
        ),
    ],
)
def test_what_is_not_recorded_is_said_and_never_guessed(
    dosage: Dosage, short: str, plain: str
) -> None:
    assert clinical((dosage,)) == short
    assert sentences((dosage,)) == plain


def test_without_directions_that_is_said() -> None:
    assert clinical(()) == "directions not recorded"
    assert sentences(()) == "How to take it is not recorded."


def test_what_pieces_hold_is_said_only_where_it_is_known() -> None:
    unknown = Medicine(
        text="x", ingredients=(Ingredient(rxcui="1", name="sertraline"),)
    )
    one = take("2 {tablet}", each_day())
    assert clinical((one,), unknown) == "2 tablets by mouth once daily"
    assert clinical((one,), tablets("5 mg/mL")) == "2 tablets by mouth once daily"


def test_the_form_says_the_route_where_the_directions_do_not() -> None:
    one = take("1 {tablet}", each_day(), route=None)
    assert " by mouth " in clinical((one,), tablets())
    assert "route not recorded" in clinical((one,), films())


def test_steps_are_said_in_their_order() -> None:
    first = take("25 mg", each_day(), lasts=Duration(7, "day"))
    then = take("50 mg", each_day(), sequence=2)
    assert clinical((then, first)) == (
        "first 25 mg by mouth once daily, for 7 days; then 50 mg by mouth once daily"
    )
    assert sentences((then, first)) == (
        "First: take 25 mg by mouth, once a day, for 7 days. "
        "Then: take 50 mg by mouth, once a day."
    )


def test_a_step_that_never_ends_is_said_to_be_open() -> None:
    first, then = take("25 mg", each_day()), take("50 mg", each_day(), sequence=2)
    assert clinical((first, then)).endswith("(when each step ends is not recorded)")
    assert sentences((first, then)).endswith("When each step ends is not recorded.")


def test_directions_that_run_together_are_all_said() -> None:
    both = (
        take("50 mg", each_day(when=("MORN",))),
        take("100 mg", each_day(when=("HS",))),
    )
    assert clinical(both) == (
        "50 mg by mouth once daily in the morning; and "
        "100 mg by mouth once daily at bedtime"
    )
    assert sentences(both) == (
        "Take 50 mg by mouth, once a day, in the morning. "
        "Also: take 100 mg by mouth, once a day, at bedtime."
    )


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-02-03", None, "from Tue 3 Feb 2026"),
        (None, "2026-02-03", "until Tue 3 Feb 2026"),
        ("2026-02-03", "2026-02", "from Tue 3 Feb 2026 to Feb 2026"),
        (None, None, "daily"),
    ],
)
def test_the_dates_between_which_it_holds_are_said(
    start: str | None, end: str | None, said: str
) -> None:
    ends = [PartialDate.parse(t) if t else None for t in (start, end)]
    one = take("1 mg", each_day(), bounds=Period(start=ends[0], end=ends[1]))
    assert clinical((one,)).endswith(said)


def test_a_length_of_time_and_its_dates_are_both_said() -> None:
    begins = Period(start=PartialDate.parse("2026-02-03"))
    one = take("1 mg", each_day(), lasts=Duration(7, "day"), bounds=begins)
    assert clinical((one,)).endswith("once daily, for 7 days, from Tue 3 Feb 2026")


def test_what_was_read_in_words_is_said_with_them_once() -> None:
    text = "1 mg qd x 7d"
    steps = tuple(
        take("1 mg", each_day(n), sequence=n, text=text, read_from_text=True)
        for n in (1, 2)
    )
    assert clinical(steps).count(f"(as written: “{text}”)") == 1
    assert sentences(steps).endswith(f"As written: “{text}”.")
    assert sentences(steps).count("As written") == 1


def test_an_entry_is_said_by_its_state_and_a_change_by_its_directions() -> None:
    dosage = (take("1 {tablet}", each_day(), text="i po qd"),)
    line = MedicationLine(id="1", medicine=tablets())
    entry = Entry(line=line, state=State(status=LineStatus.ACTIVE, dosage=dosage))
    assert dose_clinical(entry) == "1 tablet (50 mg) by mouth once daily"
    assert dose_clinical(dosage) == "1 tablet by mouth once daily"
    assert dose_words(entry) == "Take 1 tablet (50 mg) by mouth, once a day."
    assert dose_words(dosage) == "Take 1 tablet by mouth, once a day."
    assert as_written((*dosage, *dosage)) == ("i po qd",)


def test_every_route_that_is_read_has_words() -> None:
    for route in ROUTES.values():
        assert all(w is not None for w in ROUTE_WORDS[route])
        one = take("1 mg", each_day(), route=route)
        assert "recorded" not in clinical((one,)) + sentences((one,))


# --- how often --------------------------------------------------------------------


def every(each: str, unit: str, times: int | None = 1, **more: Any) -> Timing:
    return Timing(frequency=times, period=Decimal(each), period_unit=unit, **more)


@pytest.mark.parametrize(
    ("timing", "short", "plain"),
    [
        (every("1", "d"), "once daily", "once a day"),
        (every("1.0", "d", 2), "twice daily", "twice a day"),
        (every("1", "d", 3), "3 times daily", "3 times a day"),
        (
            every("1", "d", 2, frequency_max=3),
            "2 to 3 times daily",
            "2 to 3 times a day",
        ),
        (every("1", "d", None), "once daily", "once a day"),
        (every("2", "d"), "every other day", "every other day"),
        (every("3", "d"), "every 3 days", "every 3 days"),
        (every("3", "d", 2), "twice every 3 days", "twice every 3 days"),
        (every("1", "wk"), "once weekly", "once a week"),
        (every("1", "wk", 2), "twice weekly", "twice a week"),
        (every("1", "mo"), "once monthly", "once a month"),
        (every("1", "mo", 2), "twice a month", "twice a month"),
        (every("2", "wk"), "every other week", "every other week"),
        (every("8", "h"), "every 8 hours", "every 8 hours"),
        (every("1", "h"), "every hour", "every hour"),
        (every("1", "h", 2), "twice an hour", "twice an hour"),
        (
            every("1", "d", None, frequency_max=3),
            "up to 3 times daily",
            "up to 3 times a day",
        ),
        (
            every("3", "d", None, frequency_max=1),
            "up to once every 3 days",
            "up to once every 3 days",
        ),
        (
            Timing(frequency=3, when=("MORN",)),
            "3 times (in how long is not recorded) in the morning",
            "3 times (in how long is not recorded), in the morning",
        ),
        (every("24", "h"), "every 24 hours", "every 24 hours"),
        (every("4", "h", period_max=Decimal(6)), "every 4 to 6 hours", None),
        (every("0", "h"), None, None),
        (every("1", "h", 0), None, None),
        (every("1", "fortnight"), None, None),
        (Timing(frequency=3), None, None),
        (Timing(code="QD"), "once daily", "once a day"),
        (Timing(code="b.i.d."), "twice daily", "twice a day"),
        (Timing(code="QOD"), "every other day", "every other day"),
        (Timing(code="BED"), "once daily at bedtime", "once a day, at bedtime"),
        (Timing(code="Q6H"), "every 6 hours", "every 6 hours"),
        (Timing(code="BED", when=("NIGHT",)), "once daily at night", None),
        (Timing(code="sometimes"), None, None),
        (Timing(when=("MORN",)), "once daily in the morning", None),
        (
            Timing(when=("CM", "CV")),
            "twice daily (with breakfast and with dinner)",
            "twice a day: with breakfast and with dinner",
        ),
        (
            Timing(times_of_day=("08:00", "20:30")),
            "twice daily (at 8:00 am and at 8:30 pm)",
            "twice a day: at 8:00 am and at 8:30 pm",
        ),
        (Timing(times_of_day=("12:00",)), "once daily at noon", None),
        (Timing(times_of_day=("tea",)), "once daily at tea", None),
        (Timing(when=("MOON",)), "once daily “MOON”", None),
        (Timing(days_of_week=("mon", "thu")), "on Monday and Thursday", None),
        (
            Timing(days_of_week=("mon",), when=("MORN",)),
            "on Monday in the morning",
            "on Monday, in the morning",
        ),
        (
            every("1", "d", days_of_week=("mon", "wed", "fri")),
            "once daily on Monday, Wednesday and Friday",
            "once a day on Monday, Wednesday and Friday",
        ),
        (Timing(count=1), "one time only", "one time only"),
        (Timing(count=1500), "1,500 doses in all", None),
        (every("1", "d", count=10), "once daily, 10 doses in all", None),
        (Timing(), None, None),
        (None, None, None),
    ],
)
def test_how_often_is_said_in_full_words(
    timing: Timing | None, short: str | None, plain: str | None
) -> None:
    assert how_often(timing, plain=False) == short
    if plain is not None or short is None:
        assert how_often(timing, plain=True) == plain


def test_a_week_named_in_full_is_every_day() -> None:
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert how_often(Timing(days_of_week=week), plain=True) == "every day of the week"


def test_every_event_of_the_standard_has_words() -> None:
    for code in EVENTS:
        assert "“" not in (how_often(Timing(when=(code,)), plain=True) or "“")


@pytest.mark.parametrize(
    ("timing", "plain"),
    [
        (Timing(when=("ACM",), offset=30), "once a day, 30 minutes before breakfast"),
        (Timing(when=("PCV",), offset=1), "once a day, 1 minute after dinner"),
        (Timing(when=("HS",), offset=30), "once a day, 30 minutes before bedtime"),
        (
            Timing(when=("MORN",), offset=10),
            "once a day, in the morning (10 minutes after)",
        ),
        (
            Timing(
                frequency=1,
                period=Decimal(1),
                period_unit="d",
                cycle=Cycle(length=28, days=tuple(range(1, 22))),
            ),
            "once a day, on days 1 to 21 of every 28 days",
        ),
        (
            Timing(
                frequency=1,
                period=Decimal(1),
                period_unit="d",
                cycle=Cycle(length=7, days=(1, 3, 4)),
                count=9,
            ),
            "once a day, on days 1 and 3 to 4 of every 7 days, 9 doses in all",
        ),
        (
            Timing(times_of_day=("20:00",), duration=Decimal(12), duration_unit="h"),
            "once a day, at 8:00 pm, each for 12 hours",
        ),
        (
            Timing(event=(PartialDate.parse("2026-02-03"),)),
            "on Tue 3 Feb 2026",
        ),
    ],
    ids=str,
)
def test_every_part_of_a_timing_is_said(timing: Timing, plain: str) -> None:
    assert how_often(timing, plain=True) == plain


def test_every_most_and_both_ends_of_a_length_are_said() -> None:
    dosage = Dosage(
        dose=Quantity.parse("1 {tablet}"),
        route="oral",
        timing=Timing(frequency=1, period=Decimal(6), period_unit="h"),
        maximum=Maximum(
            amount=Quantity.parse("3 {tablet}"), within=Duration.parse("1 day")
        ),
        more_maxima=(
            Maximum(
                amount=Quantity.parse("10 {tablet}"), within=Duration.parse("1 month")
            ),
        ),
        lasts=Duration.parse("7 days"),
        lasts_max=Duration.parse("10 days"),
    )
    said = clinical((dosage,))
    assert "no more than 3 tablets a day and 10 tablets in 1 month" in said
    assert "for 7 days to 10 days" in said
