"""One drug and all that is known of it: `drugs/`."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from concord.knowledge.model.cited import Cited
from concord.knowledge.model.when import When
from concord.terms import Duration, Quantity, Value

Population = Literal["adult", "older-adult", "child"]


class Identity(Cited, frozen=True, kw_only=True):
    """RxNorm and UNII codes; the first RxCUI is the base ingredient."""

    rxcui: tuple[str, ...] = ()
    unii: str | None = None


class Schedule(Cited, frozen=True, kw_only=True):
    """The US controlled-substance schedule, or `none`."""

    dea: Literal["I", "II", "III", "IV", "V", "none"]


class Product(Cited, frozen=True, kw_only=True):
    """A form in which it is made: route, release, strengths of one piece.

    `tag` names the form within the file (`XR`), for doses that hold only for it.
    `interval` is the time between injections of a long-acting form.
    """

    form: str
    route: str
    strengths: tuple[str, ...]
    release: Literal["immediate", "extended", "delayed", "depot"] = "immediate"
    tag: str | None = None
    brands: tuple[str, ...] = ()
    splittable: bool | None = None
    interval: Duration | None = None


class DrugIndication(Cited, frozen=True, kw_only=True):
    """A condition that it is approved for, or commonly used for off label."""

    condition: str
    kind: Literal["approved", "off-label"]
    population: Population = "adult"
    text: str | None = None


class Dose(Cited, frozen=True, kw_only=True):
    """Start, usual and maximum dose per day (or per `every`) for one use.

    `indication` absent: for every indication that has no row of its own.
    `form` absent: for every form that has no row of its own.
    `every` is the time between doses of a form not given daily (an injection).
    `by_weight`: amounts are for each kilogram.
    `when` narrows it to some people; a row that does not hold is as if not there.
    """

    population: Population
    indication: str | None = None
    form: str | None = None
    start: Quantity | None = None
    usual_low: Quantity | None = None
    usual_high: Quantity | None = None
    maximum: Quantity | None = None
    single_maximum: Quantity | None = None
    every: Duration | None = None
    by_weight: bool = False
    when: When | None = None


class Adjustment(Cited, frozen=True, kw_only=True):
    """What changes for the kidney, the liver, the genotype or an interacting drug.

    `when` says for whom; the advice is a maximum per day, or a share of the usual
    dose, or to avoid it.
    It lowers the maximum; with `replaces` it stands in its place, higher or lower.
    """

    organ: Literal["kidney", "liver", "genotype", "interaction", "age"]
    when: When
    text: str
    form: str | None = None
    indication: str | None = None
    avoid: bool = False
    replaces: bool = False
    maximum: Quantity | None = None
    share: Decimal | None = None


class TitrationStep(Value, frozen=True, kw_only=True):
    """One step of a titration: from this day on, this dose a day.

    Day 1 is the day of the first dose.
    `dose` is what a day comes to; `each` is what is taken at one time, `times` how
    often on a day of taking, `every_days` how far such days are apart (25 mg every
    other day: dose 12.5 mg, each 25 mg, every_days 2).
    `needs` is what must hold before the step is taken: a level, no rash, no marked
    withdrawal. A step that needs nothing is taken on its day.
    `lasts` is for the last listed step, where further ones follow: how long it is kept
    first. Where it is absent that is as long as the longest one before it.
    """

    from_day: int
    dose: Quantity
    each: Quantity | None = None
    times: int | None = None
    every_days: int | None = None
    needs: str | None = None
    lasts: Duration | None = None
    text: str | None = None


class Titration(Cited, frozen=True, kw_only=True):
    """How the dose is built up, in steps or in words."""

    text: str
    when: When | None = None
    indication: str | None = None
    form: str | None = None
    steps: tuple[TitrationStep, ...] = ()
    step_at_most: Quantity | None = None
    step_every: Duration | None = None


class TimeRange(Cited, frozen=True, kw_only=True):
    """A time to effect or a half-life, from `low` to `high` units."""

    low: Decimal
    high: Decimal
    unit: Literal["minutes", "hours", "days", "weeks", "months"]
    of: str | None = None
    indication: str | None = None


class Stopping(Cited, frozen=True, kw_only=True):
    """Whether it is stopped gradually, and how."""

    gradual: bool
    text: str
    at_least: Duration | None = None


class IntendedDuration(Cited, frozen=True, kw_only=True):
    """How long a course is meant to last before it needs a reason of its own."""

    at_most: Duration
    text: str
    indication: str | None = None


class Reproduction(Cited, frozen=True, kw_only=True):
    """Pregnancy, breastfeeding or childbearing potential: the advice and why."""

    advice: Literal["contraindicated", "avoid", "caution", "usually-continue"]
    text: str
    contraception: bool = False
    indication: str | None = None


class BoxedWarning(Cited, frozen=True, kw_only=True):
    """A boxed warning, restated in our own words."""

    text: str


class Contraindication(Cited, frozen=True, kw_only=True):
    """When the label says never: a condition, an allergy, a circumstance.

    Drug pairs that a label forbids are interaction rules, not rows here.
    """

    text: str
    condition: str | None = None
    when: When | None = None


class SideEffect(Cited, frozen=True, kw_only=True):
    """An effect that is not wanted, and how it ranks."""

    name: str
    kind: Literal["common", "serious"]
    rate: str | None = None


class EnzymeRole(Cited, frozen=True, kw_only=True):
    """What it does to an enzyme or transporter, or what that does to it."""

    enzyme: str
    role: Literal["substrate", "inhibitor", "inducer"]
    strength: Literal["strong", "moderate", "weak", "major", "minor", "unstated"]


class Advice(Cited, frozen=True, kw_only=True):
    """Advice on food, alcohol, driving or storage."""

    text: str


class Deterrent(Cited, frozen=True, kw_only=True):
    """A combination in which it does nothing as taken, but deters misuse.

    `combined_with` are the RxCUIs whose presence in one piece says so: naloxone under
    the tongue with buprenorphine, naltrexone sealed in a capsule with morphine.
    """

    combined_with: tuple[str, ...]
    text: str


class LocalUse(Cited, frozen=True, kw_only=True):
    """Routes by which it acts where it is put, and what reaches the blood is slight.

    Rules of the whole body (interactions, hazards, conditions, monitoring, the same
    class twice) do not ask of it there.
    """

    routes: tuple[str, ...]


class AtcCodes(Cited, frozen=True, kw_only=True):
    """Its ATC codes: where the classification puts it, never what groups it."""

    codes: tuple[str, ...]


class Drug(Value, frozen=True, kw_only=True):
    """One active ingredient, or one substance that matters to medicines."""

    id: str
    name: str
    identity: Identity
    kind: Literal["medicine", "substance"] = "medicine"
    tall_man: str | None = None
    synonyms: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    atc: AtcCodes | None = None
    schedule: Schedule | None = None
    product: tuple[Product, ...] = ()
    indication: tuple[DrugIndication, ...] = ()
    dose: tuple[Dose, ...] = ()
    adjustment: tuple[Adjustment, ...] = ()
    titration: tuple[Titration, ...] = ()
    onset: tuple[TimeRange, ...] = ()
    half_life: tuple[TimeRange, ...] = ()
    stopping: Stopping | None = None
    duration: tuple[IntendedDuration, ...] = ()
    pregnancy: tuple[Reproduction, ...] = ()
    lactation: Reproduction | None = None
    boxed_warning: tuple[BoxedWarning, ...] = ()
    contraindication: tuple[Contraindication, ...] = ()
    side_effect: tuple[SideEffect, ...] = ()
    enzyme: tuple[EnzymeRole, ...] = ()
    deterrent: tuple[Deterrent, ...] = ()
    local: tuple[LocalUse, ...] = ()
    food: Advice | None = None
    alcohol: Advice | None = None
    driving: Advice | None = None
    storage: Advice | None = None
