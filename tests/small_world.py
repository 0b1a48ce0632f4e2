"""A small knowledge in which every rule has something to say, and people to say it of.

Nothing in it is medicine: the figures are chosen so that each outcome can be reached.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from builders import (
    A,
    a_person,
    cited,
    condition,
    day,
    drug,
    group,
    nobody,
    observation,
    some_knowledge,
)
from concord.record import model as rec

DRUGS = ("alpha", "beta", "gamma", "delta")
CONDITIONS = ("low-mood", "fits", "pregnancy", "rare")
SMOKES = {"smokes": "current", "stopped": "former"}


def _score_scale() -> dict[str, Any]:
    return {
        "id": "score",
        "title": "Score",
        "licence": cited(ship_text=False, text="no"),
        "lowest": "0",
        "highest": "27",
        "items": 9,
        "codes": [cited(loinc=["score"])],
        "change": cited(response_share="0.5", remission_below="5", reliable_change="5"),
    }


def _asking_scale() -> dict[str, Any]:
    """One question on suicide, of the past two weeks."""
    return {
        "id": "asks",
        "title": "Asks",
        "licence": cited(ship_text=True, text="ours"),
        "lowest": "0",
        "highest": "3",
        "items": 1,
        "codes": [cited(loinc=["asks"])],
        "recall": "2 weeks",
        "form": cited(
            who="self",
            version="1",
            item=[{"id": "dark", "text": "Dark?", "answers": "days"}],
            answers=[{"id": "days", "lowest": "0", "highest": "3"}],
        ),
        "scoring": cited(method="sum"),
        "suicide_item": cited(item="dark", from_answer="1"),
    }


def answered_elsewhere(on: str, number: int = 2) -> A:
    """A person whose form of another house came with papers from there."""
    form = rec.Response(
        id="r1",
        source=rec.Source(system="there", type="QuestionnaireResponse", id="r1"),
        questionnaire="urn:concord:scale:asks",
        at=day(on),
        answers=(rec.Answer(item="dark", number=Decimal(number)),),
    )
    return A(msgspec.structs.replace(a_person().record, responses=(form,)))


WORLD = some_knowledge(
    drugs=[
        drug(
            "alpha",
            indication=[cited(condition="low-mood", kind="approved")],
            dose=[cited(population="adult", start="10 mg", maximum="40 mg")],
            adjustment=[
                cited(
                    organ="kidney",
                    when={"observation": "creatinine-clearance", "below": "30 mL/min"},
                    text="less in kidney failure",
                    maximum="20 mg",
                ),
                cited(
                    organ="liver",
                    when={"condition": "rare"},
                    text="never with it",
                    avoid=True,
                ),
            ],
            pregnancy=[cited(advice="caution", text="weigh it")],
            contraindication=[cited(text="never with fits", condition="fits")],
        ),
        drug(
            "beta",
            indication=[cited(condition="low-mood", kind="approved")],
            dose=[cited(population="adult", start="1 mg", maximum="9 mg")],
            duration=[cited(at_most="4 weeks", text="short courses")],
            pregnancy=[cited(advice="avoid", text="harm", contraception=True)],
        ),
        drug("gamma", pregnancy=[cited(advice="contraindicated", text="harm")]),
    ],
    groups=[
        group("class", "alpha", "beta", cross_allergy=True),
        group("purpose", "alpha", "beta", kind="duplicate-therapy")
        | {"duplicate": cited(severity="moderate", why="twice", options=["one"])},
        group(
            "hazard",
            kind="hazard",
            member=[
                cited(drug="alpha", score="0.5"),
                cited(drug="beta", score="2", when={"dose_at_least": "5 mg"}),
                cited(drug="gamma", score="2"),
            ],
            burden=[
                cited(
                    at_least="3",
                    counting="score",
                    severity="serious",
                    why="adds up",
                    options=["fewer"],
                ),
                cited(
                    at_least="2",
                    counting="members",
                    severity="minor",
                    why="adds up",
                    options=["fewer"],
                ),
            ],
        ),
    ],
    conditions=[
        condition("low-mood"),
        condition("fits"),
        condition("rare"),
        condition("pregnancy", lasts=cited(length="280 days")),
    ],
    observations=[
        observation("egfr", "mL/min", plausible=cited(low="1", high="200")),
        observation(
            "creatinine-clearance", "mL/min", stand_in=[cited(observation="egfr")]
        ),
        observation("creatinine", "mg/dL"),
        observation("weight", "kg"),
        observation("score", "{score}"),
        observation("level", "mmol/L", plausible=cited(low="0", high="9")),
        observation(
            "smoking-status",
            answer=[cited(codes=[k], means=v) for k, v in SMOKES.items()],
        ),
        observation(
            "pregnancy-test",
            answer=[cited(codes=["yes"], means="positive")],
        ),
    ],
    interactions=[
        cited(
            id="beta-gamma",
            title="t",
            a={"drugs": ["beta"]},
            b={"drugs": ["gamma"]},
            mechanism="m",
            effect="e",
            severity="serious",
            action="act",
            first_say="Do not stop it.",
            raises=[
                cited(to="contraindicated", when={"age_at_least": 65}, text="if old")
            ],
            washout=[cited(after={"drugs": ["gamma"]}, lasts="14 days")],
            managed_by=["level"],
        ),
        *(
            cited(
                id=f"gamma-{event}",
                title="t",
                a={"drugs": ["gamma"]},
                b={"event": event},
                mechanism="m",
                effect="e",
                severity="moderate",
                action="act",
            )
            for event in ("smoking-stopped", "smoking-started")
        ),
        cited(
            id="gamma-fits",
            title="t",
            a={"drugs": ["gamma"]},
            b={"condition": "fits"},
            mechanism="m",
            effect="e",
            severity="minor",
            action="act",
        ),
    ],
    cautions=[
        cited(
            id="old-alpha",
            title="t",
            kind="geriatric",
            a={"drugs": ["alpha"]},
            severity="moderate",
            why="falls",
            options=["other"],
            when={"age_at_least": 65},
            exempt=[cited(text="it helps", when={"condition": "rare"})],
        ),
        cited(
            id="kidney-beta",
            title="t",
            kind="condition",
            a={"drugs": ["beta"]},
            severity="serious",
            why="kidney",
            options=["other"],
            when={"observation": "egfr", "below": "30 mL/min"},
        ),
    ],
    monitoring=[
        {
            "id": "level",
            "title": "Level",
            "side": {"drugs": ["alpha"]},
            "observation": ["level"],
            "why": "narrow",
            "due": [cited(phase="repeat", every="6 months", severity="moderate")],
            "bound": [cited(above="1.2 mmol/L", severity="serious", action="hold")],
        }
    ],
    scales=[_score_scale(), _asking_scale()],
    followup=[
        {
            "id": "mood",
            "title": "Mood",
            "side": {"groups": ["class"]},
            "response": [
                cited(
                    condition="low-mood",
                    scales=["score"],
                    measured_within="4 weeks",
                    adequate_trial="6 weeks",
                )
            ],
        }
    ],
)

A_LONG_STORY = (
    a_person(born="1950")
    .taking("alpha", "50 mg", id="a1", by="Dr One", for_="low-mood")
    .taking("alpha", "5 mg", id="a2", by="Dr Two")
    .taking("beta", "9 mg", id="b")
    .taking("gamma", "1 mg", id="g", since=None)
    .taking("delta", "1 mg", id="d")
    .taking_something_called("a blue pill")
    .with_condition("fits", "2020-01-01")
    .with_condition("rare")
    .with_condition("low-mood")
    .measured("egfr", "20 mL/min", "2026-11-01")
    .measured("level", "1.3 mmol/L", "2026-03-01T08:00:00Z")
    .measured("score", "20", "2025-12-01")
    .measured("score", "19", "2026-11-01")
    .found("smoking-status", "smokes", "2026-01-01")
    .found("smoking-status", "stopped", "2026-11-01")
    .allergic_to("gamma", reactions=("rash",))
    .filled("beta", "2026-09-01", 30)
    .said("gamma", "not_taken", "2026-11-20")
)

PEOPLE: dict[str, A] = {
    "nobody": nobody(),
    "nobody, one medicine": nobody().taking("alpha", "20 mg"),
    "no medicine": a_person(),
    "one medicine and nothing else": a_person().taking("alpha", "20 mg"),
    "something unrecognised": a_person().taking_something_called("a blue pill"),
    "a long story": A_LONG_STORY,
    "young and possibly pregnant": (
        a_person(born="1995")
        .taking("beta", "2 mg", since="2026-11-01")
        .taking("gamma", "1 mg")
        .taking("alpha", "10 mg", for_="rare", form="Oral Tablet")
        .measured("score", "9", "2026-11-20")
    ),
    "pregnant by a test": (
        a_person(born="1995").taking("gamma").found("pregnancy-test", "yes", "2026-11")
    ),
    "pregnant": (
        a_person(born="1995").taking("alpha").with_condition("pregnancy", "2026-09")
    ),
    "a man who smokes again": (
        a_person(born="1990", sex=rec.Sex.MALE)
        .taking("gamma", "1 mg", taken=rec.Taken.TAKEN)
        .with_condition("rare")
        .found("smoking-status", "stopped", "2026-01-01")
        .found("smoking-status", "smokes", "2026-11-01")
        .allergic_to("delta")
    ),
    "a child": a_person(born="2020").taking("alpha", "1 mg"),
    "just switched, and watched": (
        a_person(born=None)
        .taking("beta", "3 mg", since="2026-11-20")
        .taking("gamma", "1 mg", stopped="2026-11-19")
        .taking("alpha", "9 mg", since="2026-05-01")
        .measured("level", "1 mmol/L", "2026-11-21")
        .filled("alpha", "2026-06-01", 60)
        .filled("alpha", "2026-10-01", 60)
        .with_condition("low-mood")
        .measured("score", "20", "2026-04-01")
        .measured("score", "10", "2026-11-01")
    ),
    "watched, and worse": (
        a_person(born="1980")
        .taking("beta", "3 mg")
        .taking("gamma", "1 mg")
        .measured("level", "90 mmol/L", "2026-11-21")
        .measured("level", "1 mmol/L", "2026-11-20")
        .with_condition("low-mood")
        .measured("score", "10", "2025-12-01")
        .measured("score", "20", "2026-11-01")
        .with_no_known_allergy()
    ),
    "old, and it is not taken": (
        a_person(born="1950")
        .taking("alpha", since=None, taken=rec.Taken.NOT_TAKEN, why_not="it hurts")
        .allergic_to("beta")
    ),
    "above the most, without a baseline": (
        a_person(born="1990")
        .taking("alpha", "50 mg")
        .with_condition("low-mood")
        .measured("egfr", "80 mL/min", "2026-11-01")
        .measured("score", "9", "2026-11-01")
    ),
    "a failing kidney, worked out": (
        a_person(born="1990-05-05")
        .taking("alpha", "30 mg")
        .taking("gamma", "1 mg")
        .measured("creatinine", "8 mg/dL", "2026-11-01")
        .measured("weight", "70 kg", "2026-11-01")
    ),
    "asked elsewhere, long ago": answered_elsewhere("2026-01-01"),
    "not yet measured": (
        a_person(born="1980")
        .taking("alpha", "5 mg", as_needed=True)
        .with_condition("low-mood")
    ),
}


@st.composite
def records(draw: st.DrawFn) -> rec.Record:
    """Any record over the small world, and a little beyond it."""
    person = nobody()
    if draw(st.booleans()):
        person = a_person(
            born=draw(st.sampled_from(["1950", "1961", "1990-05-05", "2015", None])),
            sex=draw(st.sampled_from(list(rec.Sex))),
        )
    dates = st.sampled_from(["2026-01-01", "2026-10", "2026-11-01", "2026-11-21"])
    maybe = st.none() | dates
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.integers(0, 5)) == 0:
            person = person.taking_something_called("a blue pill")
            continue
        person = person.taking(
            draw(st.sampled_from(DRUGS)),
            draw(st.sampled_from([None, "1 mg", "9 mg", "50 mg", "2 {tablet}", "5"])),
            since=draw(maybe),
            stopped=draw(st.sampled_from([None, None, "2026-11-15", "2026-11"])),
            for_=draw(st.sampled_from([None, None, "low-mood", "elsewhere"])),
            by=draw(st.sampled_from([None, "Dr One"])),
            taken=draw(st.sampled_from(list(rec.Taken))),
            as_needed=draw(st.booleans()),
        )
    for name in draw(st.lists(st.sampled_from((*CONDITIONS, "other")), max_size=3)):
        person = person.with_condition(name, draw(maybe))
    values = st.sampled_from(["0", "4", "9", "20 mL/min", "1.3 mmol/L", "90 mmol/L"])
    for name in draw(st.lists(st.sampled_from(["egfr", "score", "level"]), max_size=4)):
        person = person.measured(name, draw(values), draw(maybe))
    for answer in draw(st.lists(st.sampled_from([*SMOKES, "maybe"]), max_size=3)):
        person = person.found("smoking-status", answer, draw(dates))
    for name in draw(st.lists(st.sampled_from(DRUGS), max_size=2)):
        person = person.allergic_to(name)
    for name in draw(st.lists(st.sampled_from(DRUGS), max_size=2)):
        person = person.filled(name, draw(maybe), draw(st.integers(1, 90)))
    if draw(st.booleans()):
        person = person.went_through_the_list(draw(dates))
    return person.record
