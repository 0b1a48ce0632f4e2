"""Plans of doses that read as prose, over a small knowledge of the tests' own.

Nothing in it is medicine: the figures are chosen so that they can be worked by hand.
`alpha` has tablets of 2, 5 and 10 mg that are not split, and a liquid of 2 mg/mL;
`beta` has tablets of 20 mg that may be halved and is tapered as its own file says;
`gamma` has syringes of 40, 60 and 100 mg, one a month.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from builders import MEASURES, cited, drug, group, some_knowledge
from concord.dosing.plan.building import AS_IT_COMES, Making
from concord.dosing.plan.check import checked
from concord.dosing.plan.days import dose_on
from concord.dosing.plan.known import NOTHING_SAID, Known
from concord.dosing.plan.model import Caveat, Course, Plan
from concord.dosing.plan.pace import Pace, PaceKind, Wanted
from concord.dosing.plan.pieces import Maker
from concord.dosing.plan.stock import Liquid, Piece, Stock
from concord.dosing.plan.taper import taper
from concord.knowledge.lookup import Knowledge
from concord.terms import Duration, Quantity

START = date(2026, 12, 1)


def _value(name: str, number: str) -> dict[str, Any]:
    return cited(name=name, text=name, number=number)


PLANS = {
    "id": "plans",
    "title": "plans",
    "steward": "tests",
    "value": [
        _value("smallest-volume-ml", "0.1"),
        _value("most-pieces", "30"),
        _value("most-steps", "100"),
    ],
}


def tablets(*strengths: str, **more: Any) -> dict[str, Any]:
    return cited(form="tablet", route="oral", strengths=list(strengths), **more)


PACE = {
    "step_low": "0.05",
    "step_high": "0.1",
    "every_low": "2 weeks",
    "every_high": "4 weeks",
    "ceiling": "0.25",
    "ceiling_within": "2 weeks",
    "text": "5 to 10 % every 2 to 4 weeks",
}
CURVE = {
    "drug": "alpha",
    "target": "the transporter",
    "most": "0.9",
    "half_at": "3 mg",
    "point": [
        {"dose": "15 mg", "share": "0.75"},
        {"dose": "6 mg", "share": "0.6"},
        {"dose": "1 mg", "share": "0.225"},
    ],
}
DRUGS = [
    drug(
        "alpha",
        brands=["Alphanol"],
        product=[
            tablets("2 mg", "5 mg", "10 mg"),
            cited(form="oral solution", route="oral", strengths=["10 mg/5 mL"]),
        ],
        dose=[cited(population="adult", start="5 mg", maximum="40 mg")],
        titration=[
            cited(
                text="with beta",
                when={"taking": ["beta"]},
                steps=[
                    {"from_day": 1, "dose": "5 mg", "each": "10 mg", "every_days": 2},
                    {"from_day": 15, "dose": "10 mg"},
                ],
            ),
            cited(
                text="without beta",
                when={"not_taking": ["beta"]},
                steps=[
                    {"from_day": 1, "dose": "10 mg"},
                    {"from_day": 15, "dose": "20 mg", "needs": "a level"},
                ],
                step_at_most="10 mg",
                step_every="1 week",
            ),
        ],
    ),
    drug(
        "beta",
        product=[tablets("20 mg", splittable=True)],
        dose=[cited(population="adult", start="20 mg", maximum="60 mg")],
        titration=[
            cited(text="up by 20 mg a week", step_at_most="20 mg", step_every="1 week")
        ],
    ),
    drug(
        "gamma",
        product=[
            cited(
                form="injection",
                route="intramuscular",
                release="depot",
                tag="DEPOT",
                strengths=["40 mg/0.4 mL", "60 mg/0.6 mL", "100 mg/1 mL"],
                interval="1 month",
            )
        ],
    ),
    drug("delta", product=[tablets("5 mg")]),
]


def the_knowledge(**tables: Any) -> Knowledge:
    tables = {
        "drugs": DRUGS,
        "groups": [group("slow", "alpha")],
        "measures": [*MEASURES, PLANS],
        "tapers": [
            {
                "id": "alpha",
                "title": "alpha",
                "side": {"drugs": ["alpha"]},
                "pace": [cited(**PACE)],
                "curve": [cited(**CURVE)],
                "warnings": [cited(text="never at once")],
                "sign": [
                    cited(kind="expect", text="poor sleep"),
                    cited(kind="watch", text="fits"),
                ],
            }
        ],
        **tables,
    }
    return some_knowledge(**tables)


KNOWN = the_knowledge()


def q(text: str) -> Quantity:
    return Quantity.parse(text)


def share(part: str, every: str = "2 weeks") -> Pace:
    return Pace(kind=PaceKind.SHARE, share=Decimal(part), every=Duration.parse(every))


def steps(*doses: str, every: str | None = "2 weeks") -> Pace:
    """Steps such as `18 mg` or `16 mg for 1 week`."""
    return Pace(
        kind=PaceKind.STEPS,
        steps=tuple(_wanted(dose) for dose in doses),
        every=Duration.parse(every) if every else None,
    )


def _wanted(text: str) -> Wanted:
    dose, _, lasts = text.partition(" for ")
    return Wanted(dose=q(dose), lasts=Duration.parse(lasts) if lasts else None)


def a_taper(
    name: str = "alpha",
    dose: str = "20 mg",
    pace: Pace | None = None,
    *,
    knowledge: Knowledge = KNOWN,
    starts: date = START,
    to: str | None = None,
    making: Making = AS_IT_COMES,
    known: Known = NOTHING_SAID,
    reason: str | None = None,
) -> Plan:
    return taper(
        knowledge,
        knowledge.drugs[name],
        dose=q(dose),
        starts=starts,
        pace=pace,
        to=q(to) if to is not None else None,
        making=making,
        known=known,
        reason=reason,
    )


def doses(plan: Plan, place: int = 0) -> list[str]:
    """The stair of one medicine as texts: `2026-12-01 18 mg`."""
    return [f"{s.starts} {s.dose}" for s in plan.courses[place].steps]


def pieces(plan: Plan, step: int = 0, place: int = 0) -> list[str]:
    return [
        f"{p.count} x {p.strength}"
        for intake in plan.courses[place].steps[step].intakes
        for p in intake.pieces
    ]


def caveats(plan: Plan, knowledge: Knowledge = KNOWN, **more: Any) -> list[Caveat]:
    return list(checked(plan, knowledge, **more).caveats)


def codes(plan: Plan, knowledge: Knowledge = KNOWN, **more: Any) -> list[str]:
    """The codes of all caveats but those of rounding."""
    found = caveats(plan, knowledge, **more)
    return [c.code for c in found if c.code != "rounded"]


def a_maker(
    *strengths: str, halves: bool = False, liquid: str | None = None, most: int = 30
) -> Maker:
    """What makes doses of tablets of some strengths, all of them splittable or none."""
    each = tuple(
        Piece(strength=q(s), form="tablet", halves=halves)
        for s in sorted(strengths, key=lambda s: -q(s).value)
    )
    fluid = (Liquid(strength=q(liquid), form="oral solution"),) if liquid else ()
    stock = Stock(
        drug="alpha",
        unit="mg",
        tag=None,
        route="oral",
        pieces=each,
        measured=fluid,
        every=each,
        liquids=fluid,
    )
    return Maker(stock, volume=Decimal("0.1"), most=Decimal(most))


def on_day(course: Course, day: date) -> str:
    return str(dose_on(course, day))
