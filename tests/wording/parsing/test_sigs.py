"""Directions as they are written, each with the structure that it states."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from concord.record.model import AsNeeded, Dosage, Maximum, Timing
from concord.terms import Duration, PartialDate, Period, Quantity
from concord.wording import questionable
from concord.wording.directions import clinical, sentences
from concord.wording.parsing import Understood, parse


def each_day(times: int | None = 1, most: int | None = None, **more: Any) -> Timing:
    return every(1, "d", times=times, frequency_max=most, **more)


def every(
    period: int | str,
    unit: str,
    longest: int | None = None,
    *,
    times: int | None = 1,
    **more: Any,
) -> Timing:
    return Timing(
        frequency=times,
        period=Decimal(period),
        period_max=None if longest is None else Decimal(longest),
        period_unit=unit,
        **more,
    )


def at(*events: str) -> Timing:
    return each_day(len(events), when=events)


def clock(*times: str) -> Timing:
    return each_day(len(times), times_of_day=times)


def on(*days: str, **more: Any) -> Timing:
    return Timing(days_of_week=days, **more)


def of(
    dose: str | None,
    timing: Timing | None = None,
    route: str | None = None,
    **more: Any,
) -> Dosage:
    """An instruction: "1-2 tablet" is 1 to 2 tablets, "-2 tablet" up to 2."""
    low = high = None
    if dose is not None:
        numbers, _, unit = dose.partition(" ")
        unit = unit if unit in MEASURES else f"{{{unit}}}"
        first, dash, second = numbers.partition("-")
        low = Quantity(first, unit) if first else None
        high = Quantity(second, unit) if dash else None
    if "lasts" in more:
        more["lasts"] = Duration.parse(more["lasts"])
    return Dosage(dose=low, dose_max=high, timing=timing, route=route, **more)


MEASURES = ("mg", "g", "ug", "mL", "meq", "[IU]", "ug/h", "")
NEEDED = AsNeeded()
MORNING, BEDTIME = at("MORN"), at("HS")


def needed(reason: str) -> AsNeeded:
    return AsNeeded(reason=reason)


def most(amount: str, within: str = "1 day") -> Maximum:
    number, _, unit = amount.partition(" ")
    unit = unit if unit in MEASURES else f"{{{unit}}}"
    return Maximum(amount=Quantity(number, unit), within=Duration.parse(within))


def dates(start: str | None = None, end: str | None = None) -> Period:
    ends = [PartialDate.parse(t) if t else None for t in (start, end)]
    return Period(start=ends[0], end=ends[1])


ONE = of("1 tablet", each_day())
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

UNDERSTOOD: list[tuple[str, Dosage | tuple[Dosage, ...]]] = [
    # --- how often in a day
    ("take 1 tablet daily", ONE),
    ("Take 1 tablet once daily.", ONE),
    ("take one tablet every day", ONE),
    ("Take 1 tablet once a day", ONE),
    ("take a tablet each day", ONE),
    ("take 1 tablet a day", ONE),
    ("take one (1) tablet daily", ONE),
    ("TAKE 1 (ONE) TABLET DAILY", ONE),
    ("1 tab qd", ONE),
    ("1 tab q.d.", ONE),
    ("1 tab Q.D.", ONE),
    ("1 tab q day", ONE),
    ("1 caplet qday", ONE),
    ("take 1 tablet(s) daily", ONE),
    ("Sig: 1 tab daily", ONE),
    ("take 1 tablet, daily", ONE),
    ("1 tab. daily.", ONE),
    ("take 1 tablet by mouth daily", of("1 tablet", each_day(), "oral")),
    ("1 tab po qd", of("1 tablet", each_day(), "oral")),
    ("1 tab P.O. qd", of("1 tablet", each_day(), "oral")),
    ("1 tab per os qd", of("1 tablet", each_day(), "oral")),
    ("take 1 tablet orally daily", of("1 tablet", each_day(), "oral")),
    ("swallow 1 capsule daily", of("1 capsule", each_day(), "oral")),
    ("take 1 oral tablet daily", of("1 tablet", each_day(), "oral")),
    ("take 1 tablet twice daily", of("1 tablet", each_day(2))),
    ("take 1 tablet twice a day", of("1 tablet", each_day(2))),
    ("take 1 tablet two times a day", of("1 tablet", each_day(2))),
    ("take 1 tablet 2 times per day", of("1 tablet", each_day(2))),
    ("1 tab bid", of("1 tablet", each_day(2))),
    ("1 tab B.I.D.", of("1 tablet", each_day(2))),
    ("1 tab b.i.d", of("1 tablet", each_day(2))),
    ("1 tab 2x/day", of("1 tablet", each_day(2))),
    ("1 tab 2 x daily", of("1 tablet", each_day(2))),
    ("1 cap tid", of("1 capsule", each_day(3))),
    ("take 1 capsule three times daily", of("1 capsule", each_day(3))),
    ("take 1 capsule thrice daily", of("1 capsule", each_day(3))),
    ("take 1 capsule 3 times every day", of("1 capsule", each_day(3))),
    ("2 caps qid", of("2 capsule", each_day(4))),
    ("take 1 tablet 2 to 3 times a day", of("1 tablet", each_day(2, 3))),
    ("take 1 tablet 2-3 times daily", of("1 tablet", each_day(2, 3))),
    ("take 1 tablet once or twice daily", of("1 tablet", each_day(1, 2))),
    ("take 1 tablet up to 3 times a day", of("1 tablet", each_day(None, 3))),
    ("take 1 capsule twice daily (every 12 hours)", of("1 capsule", each_day(2))),
    # --- other spacings
    ("take 1 tablet every 6 hours", of("1 tablet", every(6, "h"))),
    ("1 tab q6h", of("1 tablet", every(6, "h"))),
    ("1 tab Q 6 H", of("1 tablet", every(6, "h"))),
    ("1 tab q6hrs", of("1 tablet", every(6, "h"))),
    ("1 tab every 4 to 6 hours", of("1 tablet", every(4, "h", 6))),
    ("1 tab q4-6h", of("1 tablet", every(4, "h", 6))),
    ("1 tab every four hours", of("1 tablet", every(4, "h"))),
    ("10 mL hourly", of("10 mL", every(1, "h"))),
    ("1 tab every hour", of("1 tablet", every(1, "h"))),
    ("take 1 tablet every other day", of("1 tablet", every(2, "d"))),
    ("1 tab qod", of("1 tablet", every(2, "d"))),
    ("1 tab Q.O.D.", of("1 tablet", every(2, "d"))),
    ("take 1 tablet on alternate days", of("1 tablet", every(2, "d"))),
    ("take 1 tablet every second day", of("1 tablet", every(2, "d"))),
    ("take 1 tablet every third day", of("1 tablet", every(3, "d"))),
    ("take 4 tabs q.4.d", of("4 tablet", every(4, "d"))),
    ("1 tab Q6D", of("1 tablet", every(6, "d"))),
    ("take 1 tablet once every 3 days", of("1 tablet", every(3, "d"))),
    ("take 1 tablet twice every 3 days", of("1 tablet", every(3, "d", times=2))),
    ("take 1 tablet weekly", of("1 tablet", every(1, "wk"))),
    ("take 1 tablet once a week", of("1 tablet", every(1, "wk"))),
    ("take 1 tablet once weekly", of("1 tablet", every(1, "wk"))),
    ("take 1 tablet every week", of("1 tablet", every(1, "wk"))),
    ("1 tab qweek", of("1 tablet", every(1, "wk"))),
    ("1 tab three times a week", of("1 tablet", every(1, "wk", times=3))),
    ("1 tab TIW", of("1 tablet", every(1, "wk", times=3))),
    ("1 tab BIW", of("1 tablet", every(1, "wk", times=2))),
    ("1 tab 3 times every week", of("1 tablet", every(1, "wk", times=3))),
    ("take 1 tablet every 2 weeks", of("1 tablet", every(2, "wk"))),
    ("take 1 tablet every other week", of("1 tablet", every(2, "wk"))),
    ("1 tab q2w", of("1 tablet", every(2, "wk"))),
    ("take 1 capsule monthly", of("1 capsule", every(1, "mo"))),
    ("take 1 capsule once a month", of("1 capsule", every(1, "mo"))),
    # --- times of the day
    ("take 1 tablet every morning", of("1 tablet", MORNING)),
    ("take 1 tablet in the morning", of("1 tablet", MORNING)),
    ("take 1 tablet once every morning", of("1 tablet", MORNING)),
    ("take 1 tablet daily in the morning", of("1 tablet", MORNING)),
    ("take 1 tablet mornings", of("1 tablet", MORNING)),
    ("1 tab qam", of("1 tablet", MORNING)),
    ("1 tab q AM", of("1 tablet", MORNING)),
    ("1 tab qpm", of("1 tablet", at("EVE"))),
    ("take 1 tablet every evening", of("1 tablet", at("EVE"))),
    ("take 1 tablet at noon", of("1 tablet", at("NOON"))),
    ("take 1 tablet at bedtime", of("1 tablet", BEDTIME)),
    ("take 1 tablet every night at bedtime", of("1 tablet", BEDTIME)),
    ("take 1 tablet nightly at bedtime", of("1 tablet", BEDTIME)),
    ("take 1 tablet once daily at bedtime", of("1 tablet", BEDTIME)),
    ("take 1 tablet by mouth every day at bedtime", of("1 tablet", BEDTIME, "oral")),
    ("1 tab qhs", of("1 tablet", BEDTIME)),
    ("1 tab q.h.s.", of("1 tablet", BEDTIME)),
    ("1 tab po hs", of("1 tablet", BEDTIME, "oral")),
    ("take 1 tablet nightly", of("1 tablet", at("NIGHT"))),
    ("take 1 tablet once nightly", of("1 tablet", at("NIGHT"))),
    ("take 1 tablet in the morning and at bedtime", of("1 tablet", at("MORN", "HS"))),
    ("take 1 tablet morning and night", of("1 tablet", at("MORN", "NIGHT"))),
    ("1 tab qam and qhs", of("1 tablet", at("MORN", "HS"))),
    (
        "take 1 tablet every day in the morning and at bedtime",
        of("1 tablet", at("MORN", "HS")),
    ),
    (
        "take 1 tablet three times a day: in the morning, at noon and at bedtime",
        of("1 tablet", at("MORN", "NOON", "HS")),
    ),
    ("take 1 tablet at 8 am", of("1 tablet", clock("08:00"))),
    (
        "take 1 tablet at 8:30 a.m. and 8:30 p.m.",
        of("1 tablet", clock("08:30", "20:30")),
    ),
    (
        "take 1 tablet at 8am, 2pm, and 8pm",
        of("1 tablet", clock("08:00", "14:00", "20:00")),
    ),
    ("take 1 tablet at 08:00 and 20:00", of("1 tablet", clock("08:00", "20:00"))),
    ("take 1 tablet at midnight", of("1 tablet", clock("00:00"))),
    ("1 tab q6pm", of("1 tablet", clock("18:00"))),
    # --- meals
    ("take 1 tablet twice daily with food", of("1 tablet", each_day(2, when=("C",)))),
    ("take 1 tablet twice daily with meals", of("1 tablet", each_day(2, when=("C",)))),
    ("1 tab bid w/ food", of("1 tablet", each_day(2, when=("C",)))),
    ("1 tab daily with food", of("1 tablet", each_day(1, when=("C",)))),
    ("1 tab tid ac", of("1 tablet", each_day(3, when=("AC",)))),
    ("1 tab tid p.c.", of("1 tablet", each_day(3, when=("PC",)))),
    ("take 1 tablet before breakfast", of("1 tablet", at("ACM"))),
    ("take 1 tablet every morning with breakfast", of("1 tablet", at("CM"))),
    ("take 1 tablet with breakfast and dinner", of("1 tablet", at("CM", "CV"))),
    ("take 1 tablet after lunch and supper", of("1 tablet", at("PCD", "PCV"))),
    (
        "take 1 tablet twice daily. Take with food.",
        of("1 tablet", each_day(2, when=("C",))),
    ),
    ("1 tab with breakfast every morning", of("1 tablet", at("CM"))),
    ("1 tab every other day at bedtime", of("1 tablet", every(2, "d", when=("HS",)))),
    ("take 1 tablet upon waking", of("1 tablet", at("WAKE"))),
    # --- days of the week
    ("take 1 tablet on Mondays", of("1 tablet", on("mon"))),
    ("take 1 tablet every Monday", of("1 tablet", on("mon"))),
    ("take 1 tablet Mon, Wed, and Fri", of("1 tablet", on("mon", "wed", "fri"))),
    ("1 tab Mon/Wed/Fri", of("1 tablet", on("mon", "wed", "fri"))),
    ("1 tab MWF", of("1 tablet", on("mon", "wed", "fri"))),
    ("1 tab on weekdays", of("1 tablet", on(*WEEK[:5]))),
    ("1 tab Monday through Friday", of("1 tablet", on(*WEEK[:5]))),
    ("1 tab Mon-Fri", of("1 tablet", on(*WEEK[:5]))),
    ("1 tab on weekends", of("1 tablet", on("sat", "sun"))),
    ("take 1 tablet every day of the week", of("1 tablet", on(*WEEK))),
    (
        "take 1 tablet twice daily on weekdays",
        of("1 tablet", each_day(2, days_of_week=WEEK[:5])),
    ),
    (
        "take 1 tablet on Monday and Thursday at bedtime",
        of("1 tablet", on("mon", "thu", when=("HS",))),
    ),
    (
        "take 1 tablet once weekly on Sunday",
        of("1 tablet", every(1, "wk", days_of_week=("sun",))),
    ),
    # --- how much
    ("1/2 tab po bid x 7 days", of("0.5 tablet", each_day(2), "oral", lasts="7 days")),
    ("take half a tablet daily", of("0.5 tablet", each_day())),
    ("take one-half tablet daily", of("0.5 tablet", each_day())),
    ("take ½ tablet daily", of("0.5 tablet", each_day())),
    ("take 1/2 of a tablet daily", of("0.5 tablet", each_day())),
    ("take 0.5 tablet daily", of("0.5 tablet", each_day())),
    ("take .5 tablet daily", of("0.5 tablet", each_day())),
    ("take a quarter of a tablet daily", of("0.25 tablet", each_day())),
    ("take 1 1/2 tablets daily", of("1.5 tablet", each_day())),
    ("take 1-1/2 tablets daily", of("1.5 tablet", each_day())),
    ("take 1½ tablets daily", of("1.5 tablet", each_day())),
    ("take one and a half tablets daily", of("1.5 tablet", each_day())),
    ("take 2 and three quarters tablets daily", of("2.75 tablet", each_day())),
    ("take 1-2 tablets daily", of("1-2 tablet", each_day())),
    ("take 1 to 2 tablets daily", of("1-2 tablet", each_day())),
    ("take 1 or 2 tablets daily", of("1-2 tablet", each_day())),
    ("take 1–2 tablets daily", of("1-2 tablet", each_day())),
    ("take one to two tablets daily", of("1-2 tablet", each_day())),
    ("take 1/2 to 1 tablet daily", of("0.5-1 tablet", each_day())),
    ("take 1 tablet to 2 tablets daily", of("1-2 tablet", each_day())),
    ("take up to 2 tablets once daily", of("-2 tablet", each_day())),
    ("take up to 2 tablets at bedtime", of("-2 tablet", BEDTIME)),
    ("take 50 mg daily", of("50 mg", each_day())),
    ("50mg po daily", of("50 mg", each_day(), "oral")),
    ("take 12.5 mg daily", of("12.5 mg", each_day())),
    ("take 1.0 mg daily", of("1 mg", each_day())),
    ("take 1,000 mg daily", of("1000 mg", each_day())),
    ("take 1500 mg daily", of("1500 mg", each_day())),
    ("take 75 mcg daily", of("75 ug", each_day())),
    ("take 75 µg daily", of("75 ug", each_day())),
    ("take 25-50 mg daily", of("25-50 mg", each_day())),
    ("take 5 mL daily", of("5 mL", each_day())),
    ("take 5cc daily", of("5 mL", each_day())),
    ("take 20 mEq daily", of("20 meq", each_day())),
    ("take 1 g daily", of("1 g", each_day())),
    ("inject 10 units subcut daily", of("10 unit", each_day(), "subcutaneous")),
    ("inject 10U SC daily", of("10 unit", each_day(), "subcutaneous")),
    ("take 400 IU daily", of("400 [IU]", each_day())),
    ("take twice daily", of(None, each_day(2))),
    ("take it by mouth twice daily", of(None, each_day(2), "oral")),
    ("take 1 tablet by mouth", of("1 tablet", None, "oral")),
    # --- other forms and routes
    ("place 1 film under the tongue daily", of("1 film", each_day(), "sublingual")),
    ("dissolve 1 strip SL bid", of("1 film", each_day(2), "sublingual")),
    (
        "dissolve 2 sublingual films under the tongue once daily",
        of("2 film", each_day(), "sublingual"),
    ),
    ("put 1 film inside the cheek daily", of("1 film", each_day(), "buccal")),
    ("apply 1 patch every 72 hours", of("1 patch", every(72, "h"))),
    ("apply 1 patch to the skin daily", of("1 patch", each_day(), "transdermal")),
    ("put on 1 patch every morning", of("1 patch", MORNING)),
    ("apply 2 g to skin bid", of("2 g", each_day(2), "topical")),
    ("inject 0.5 mL im every 4 weeks", of("0.5 mL", every(4, "wk"), "intramuscular")),
    (
        "Inject 380 mg into the muscle once monthly",
        of("380 mg", every(1, "mo"), "intramuscular"),
    ),
    ("inject 156 mg every 4 weeks", of("156 mg", every(4, "wk"), "injection")),
    ("inject 40 mg sub-q q2w", of("40 mg", every(2, "wk"), "subcutaneous")),
    ("inhale 2 puffs every day", of("2 puff", each_day(), "inhalation")),
    ("inhale 2 puffs by mouth q4h", of("2 puff", every(4, "h"), "inhalation")),
    ("use 1 spray intranasally daily", of("1 spray", each_day(), "nasal")),
    ("insert 1 suppository rectally daily", of("1 suppository", each_day(), "rectal")),
    ("instill 1 gtt in the eye bid", of("1 drop", each_day(2), "ophthalmic")),
    ("take 1 pill 3 times a day", of("1 pill", each_day(3))),
    # --- when needed, and how much at most
    ("2 tabs qhs prn insomnia", of("2 tablet", BEDTIME, as_needed=needed("insomnia"))),
    ("1 tab q6h prn", of("1 tablet", every(6, "h"), as_needed=NEEDED)),
    ("1 tab as needed", of("1 tablet", as_needed=NEEDED)),
    ("1 tab q6h P.R.N. pain", of("1 tablet", every(6, "h"), as_needed=needed("pain"))),
    (
        "take 1 tablet every 6 hours as needed for severe pain",
        of("1 tablet", every(6, "h"), as_needed=needed("severe pain")),
    ),
    (
        "take 1 tablet every 6 hours if needed for pain or fever",
        of("1 tablet", every(6, "h"), as_needed=needed("pain or fever")),
    ),
    (
        "take 1 tablet every 6 hours for nausea/vomiting as needed",
        of("1 tablet", every(6, "h"), as_needed=needed("nausea/vomiting")),
    ),
    (
        "take 1-2 tablets every 4-6 hours as needed for pain, max 8 per day",
        of(
            "1-2 tablet",
            every(4, "h", 6),
            as_needed=needed("pain"),
            maximum=most("8 tablet"),
        ),
    ),
    (
        "1 tab q6h prn pain. Do not exceed 4 tablets in 24 hours.",
        of(
            "1 tablet",
            every(6, "h"),
            as_needed=needed("pain"),
            maximum=most("4 tablet", "24 hours"),
        ),
    ),
    (
        "1 tab prn anxiety, no more than 3 mg a day",
        of("1 tablet", as_needed=needed("anxiety"), maximum=most("3 mg")),
    ),
    (
        "1 tab up to 3 times daily as needed for anxiety",
        of("1 tablet", each_day(None, 3), as_needed=needed("anxiety")),
    ),
    (
        "500 mg q6h prn fever, max daily dose 4 g",
        of("500 mg", every(6, "h"), as_needed=needed("fever"), maximum=most("4 g")),
    ),
    (
        "1 tab q4h prn pain max 6/day",
        of(
            "1 tablet",
            every(4, "h"),
            as_needed=needed("pain"),
            maximum=most("6 tablet"),
        ),
    ),
    (
        "1 tab q4h prn pain, not to exceed 6 tabs per 24 hours",
        of(
            "1 tablet",
            every(4, "h"),
            as_needed=needed("pain"),
            maximum=most("6 tablet", "24 hours"),
        ),
    ),
    (
        "1 tab q4h prn pain max 4 daily",
        of(
            "1 tablet",
            every(4, "h"),
            as_needed=needed("pain"),
            maximum=most("4 tablet"),
        ),
    ),
    (
        "1 tab q4h prn pain max 4 in a 24 hour period",
        of(
            "1 tablet",
            every(4, "h"),
            as_needed=needed("pain"),
            maximum=most("4 tablet", "24 hours"),
        ),
    ),
    # --- for how long
    ("take 1 tablet daily for 7 days", of("1 tablet", each_day(), lasts="7 days")),
    (
        "take 1 tablet daily for seven (7) days",
        of("1 tablet", each_day(), lasts="7 days"),
    ),
    ("take 1 tablet daily for a week", of("1 tablet", each_day(), lasts="1 week")),
    ("1 tab daily x 2 wks", of("1 tablet", each_day(), lasts="2 weeks")),
    ("1 tab daily × 1 month", of("1 tablet", each_day(), lasts="1 month")),
    ("1 tab daily for 10 doses", of("1 tablet", each_day(count=10))),
    ("1 tab q12h x 3 doses", of("1 tablet", every(12, "h", count=3))),
    ("take 2 tablets one time only", of("2 tablet", Timing(count=1))),
    (
        "take 1 tablet daily until 2026-03-01",
        of("1 tablet", each_day(), bounds=dates(end="2026-03-01")),
    ),
    (
        "take 1 tablet daily from Tue 3 Feb 2026 to Mar 2026",
        of("1 tablet", each_day(), bounds=dates("2026-02-03", "2026-03")),
    ),
    # --- several instructions
    (
        "1 tab tid then 1 tab bid for 3 days",
        (
            of("1 tablet", each_day(3)),
            of("1 tablet", each_day(2), sequence=2, lasts="3 days"),
        ),
    ),
    (
        "take 1 tablet by mouth daily for 7 days, then 2 tablets daily",
        (
            of("1 tablet", each_day(), "oral", lasts="7 days"),
            of("2 tablet", each_day(), "oral", sequence=2),
        ),
    ),
    (
        "1 tablet daily for 7 days, then twice daily for 7 days, then 3 times daily",
        (
            of("1 tablet", each_day(), lasts="7 days"),
            of("1 tablet", each_day(2), sequence=2, lasts="7 days"),
            of("1 tablet", each_day(3), sequence=3),
        ),
    ),
    (
        "take 25 mg daily x 7 days, then increase to 50 mg daily",
        (
            of("25 mg", each_day(), lasts="7 days"),
            of("50 mg", each_day(), sequence=2),
        ),
    ),
    (
        "take 1 tablet in the morning and 2 tablets at bedtime",
        (of("1 tablet", MORNING), of("2 tablet", BEDTIME)),
    ),
    (
        "take 1 tablet po in the morning and 2 at bedtime",
        (of("1 tablet", MORNING, "oral"), of("2 tablet", BEDTIME, "oral")),
    ),
    (
        "1 tab qam, 1 tab at noon, 2 tabs qhs",
        (of("1 tablet", MORNING), of("1 tablet", at("NOON")), of("2 tablet", BEDTIME)),
    ),
    (
        "Take 1 tablet every morning. Take 2 tablets at bedtime.",
        (of("1 tablet", MORNING), of("2 tablet", BEDTIME)),
    ),
    (
        "take 1 tablet at 8 am and 2 tablets at 8 pm",
        (of("1 tablet", clock("08:00")), of("2 tablet", clock("20:00"))),
    ),
    (
        "take 1 tablet on Mon and Thu and 2 tablets on Sunday",
        (of("1 tablet", on("mon", "thu")), of("2 tablet", on("sun"))),
    ),
]


@pytest.mark.parametrize(("sig", "stated"), UNDERSTOOD, ids=[s for s, _ in UNDERSTOOD])
def test_a_direction_is_read_as_what_it_states(
    sig: str, stated: Dosage | tuple[Dosage, ...]
) -> None:
    dosages = (stated,) if isinstance(stated, Dosage) else stated
    assert parse(sig) == Understood(dosages=dosages)


def test_there_are_enough_of_them_and_each_once() -> None:
    sigs = [sig for sig, _ in UNDERSTOOD]
    assert len(set(sigs)) == len(sigs) >= 150


@pytest.mark.parametrize("sig", [s for s, _ in UNDERSTOOD])
def test_a_direction_keeps_its_meaning_in_capitals_with_spaces_and_a_full_stop(
    sig: str,
) -> None:
    found = parse(sig)
    assert parse(f"  {sig.upper()} .\n") == found
    assert parse(sig.replace(" ", "\u00a0  ")) == found


def test_an_abbreviation_that_is_misread_is_read_but_never_written() -> None:
    read = [sig for sig, _ in UNDERSTOOD if questionable(sig)]
    assert len(read) > 20
    for sig in read:
        found = parse(sig)
        assert isinstance(found, Understood)
        for printed in (clinical, sentences):
            assert questionable(printed(found.dosages)) == (), sig


def test_every_direction_is_printed_in_words_that_say_the_same() -> None:
    for sig, _ in UNDERSTOOD:
        found = parse(sig)
        assert isinstance(found, Understood)
        for printed in (clinical, sentences):
            said = printed(found.dosages)
            again = parse(said)
            assert isinstance(again, Understood), (said, again)
            assert printed(again.dosages) == said
