"""The values of a plan: steps of doses for one or more medicines, and their reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from concord.knowledge.model import Status
from concord.terms import Quantity, Value


class PlanKind(StrEnum):
    """What the plan is for."""

    TITRATION = "titration"
    TAPER = "taper"
    SWITCH = "switch"
    RESTART = "restart"


class Basis(Value, frozen=True, kw_only=True):
    """Why a step or a warning is as it is: what was said, where, and how well read.

    `source` is empty where the prescriber asked for it: then `text` says so.
    """

    text: str
    source: str = ""
    locator: str = ""
    status: Status | None = None


class Pieces(Value, frozen=True, kw_only=True):
    """So many pieces of one strength: two and a half tablets of 2 mg.

    `count` is in steps of what may be split off (a half only where a split is
    allowed). For a liquid `strength` is what a millilitre holds (2 mg/mL) and `count`
    millilitres.
    """

    count: Decimal
    strength: Quantity
    form: str


class Intake(Value, frozen=True, kw_only=True):
    """What is taken at one time of a day; `when` is a FHIR event code or empty."""

    pieces: tuple[Pieces, ...]
    amount: Quantity
    when: str = ""


class Step(Value, frozen=True, kw_only=True):
    """One dose of one medicine from `starts` to `ends`, both inclusive.

    `ends` absent: until somebody decides. `aim` is the dose a day that was wanted,
    `dose` the one that the pieces make; a dose of nothing has no intakes.
    `every_days` is how far apart days of taking are (2: every other day), `dose` then
    the mean of a day; they are counted from `since`, if that is not `starts`.
    An injection is a step of one day.
    `needs` is what must hold before the step is taken: no step follows by itself.
    `held`: the plan is paused here, and the dose goes on as it is.
    """

    starts: date
    ends: date | None
    aim: Quantity
    dose: Quantity
    intakes: tuple[Intake, ...]
    every_days: int = 1
    since: date | None = None
    needs: str | None = None
    held: bool = False
    expect: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()


class Course(Value, frozen=True, kw_only=True):
    """The steps of one medicine in a plan, in order of their days.

    They follow each other without a gap; between injections there is no dose.
    `drug` is its id in the knowledge, `form` the tag of the product it is made of.
    `before` is the dose a day until the plan begins: nothing where it is absent.
    `by_way` is whether it ends as a way of switching in the knowledge says: that is no
    taper, and is not judged as one.
    `waiting` are the steps that wait while the plan is paused, with the days that they
    would have had.
    """

    drug: str
    name: str
    steps: tuple[Step, ...]
    form: str | None = None
    route: str = "oral"
    before: Quantity | None = None
    by_way: bool = False
    waiting: tuple[Step, ...] = ()


class Caveat(Value, frozen=True, kw_only=True):
    """Something in a plan that the knowledge advises against, and why.

    It never forbids: `needs_reason` says that a reason is asked for, and it is
    answered where the plan has one. `starts` is the day of the step it speaks of.
    """

    code: Literal[
        "too-fast",
        "first-step-too-large",
        "titration-too-fast",
        "above-maximum",
        "above-single-maximum",
        "washout-too-short",
        "interaction",
        "last-step-large",
        "rounded",
        "not-checked",
    ]
    drug: str
    seen: str
    expected: str
    starts: date | None = None
    needs_reason: bool = False
    basis: tuple[Basis, ...] = ()


class Plan(Value, frozen=True, kw_only=True):
    """A titration, taper, switch or restart as one plan.

    `reason` is the prescriber's, for what the caveats ask one for.
    `changed` are the days on which the plan was paused, resumed or made anew, and
    `paused` the day from which it waits, if it does.
    `notes` are what the knowledge says beside the plan (warnings, tables of
    equivalents): no dose of it is worked out from them.
    """

    kind: PlanKind
    title: str
    starts: date
    courses: tuple[Course, ...]
    caveats: tuple[Caveat, ...] = ()
    reason: str | None = None
    changed: tuple[date, ...] = ()
    paused: date | None = None
    notes: tuple[Basis, ...] = ()
