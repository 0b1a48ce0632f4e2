"""The shape of every knowledge file (design §5): the format is this page.

One class is one table of TOML.
Every value that a rule uses is `Cited`: its source (an id in `sources.toml`), the
locator in that source, and its status.
An unknown key is an error.
Amounts are texts like `"50 mg"`, durations like `"4 weeks"`, dates like `"2026-03"`.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from concord.terms import Duration, Quantity, Value


class Status(StrEnum):
    """How a value was come by; `unverified` never drives an interrupting finding."""

    CHECKED = "checked"
    CONVENTION = "convention"
    UNVERIFIED = "unverified"


class Severity(StrEnum):
    """The one scale of four; the first two may interrupt, and only at a change."""

    CONTRAINDICATED = "contraindicated"
    SERIOUS = "serious"
    MODERATE = "moderate"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 for the gravest, 3 for the least."""
        return _RANKS[self]

    @property
    def interrupts(self) -> bool:
        """Whether a finding of this severity may interrupt a start or an increase."""
        return self in (Severity.CONTRAINDICATED, Severity.SERIOUS)


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Cited(Value, frozen=True, kw_only=True):
    """A value with its source, locator and status, and the dates it held between.

    `printed` is the reading: the figures as they stand in the source, number and unit,
    no sentence (`"4 mg × 3"` where the value adds up what is printed for each dose).
    `local` names the fields that are ours and not the source's: the window within
    which a baseline counts, the first day beyond a limit, an amount worked out.
    Where sources conflict both values stand: the default has no `label`, the other
    one's `label` names the school it belongs to, and no rule uses it.
    """

    source: str
    locator: str
    status: Status
    printed: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    label: str | None = None
    note: str | None = None


class SourceEntry(Value, frozen=True, kw_only=True):
    """One source: what it is, who made it, when, and what its terms allow."""

    title: str
    kind: Literal["label", "guideline", "paper", "regulation", "dataset", "local"]
    publisher: str
    published: str
    licence: str
    url: str | None = None
    identifier: str | None = None
    read: str | None = None


# --- who a value is for -----------------------------------------------------------


class When(Value, frozen=True, kw_only=True):
    """A condition on the person or the regimen; all stated parts must hold.

    Each part that cannot be known from the record makes the whole *unknown*.
    `dose_of` is a drug or group id; `dose_at_least` and `dose_below` are its total
    daily dose.
    `taking` holds where any of its drugs or groups is taken, `not_taking` where none.
    `observation` names an observation id; `below`, `at_most` and `at_least` bound its
    latest value within `within`.
    """

    age_at_least: int | None = None
    age_below: int | None = None
    sex: Literal["female", "male"] | None = None
    condition: str | None = None
    without_condition: str | None = None
    taking: tuple[str, ...] = ()
    not_taking: tuple[str, ...] = ()
    dose_of: str | None = None
    dose_at_least: Quantity | None = None
    dose_below: Quantity | None = None
    route: str | None = None
    observation: str | None = None
    below: Quantity | None = None
    at_most: Quantity | None = None
    at_least: Quantity | None = None
    within: Duration | None = None
    taken_for_less_than: Duration | None = None
    taken_for_at_least: Duration | None = None


# --- drugs ------------------------------------------------------------------------

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
    """One step of a titration: from a day after the start, this daily dose."""

    from_day: int
    dose: Quantity
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


# --- groups -----------------------------------------------------------------------


class Member(Cited, frozen=True, kw_only=True):
    """A drug's membership in a group; `score` where the group counts by a scale.

    `when` narrows it: trazodone may belong to a group only above some dose.
    """

    drug: str
    score: Decimal | None = None
    when: When | None = None


class EnzymeDerivation(Value, frozen=True, kw_only=True):
    """Members are the drugs whose own file states this role and strength."""

    enzyme: str
    role: Literal["substrate", "inhibitor", "inducer"]
    strength: tuple[str, ...]


class AllowedTogether(Cited, frozen=True, kw_only=True):
    """Members of a duplicate-therapy group that may be taken together, and why.

    `planned`: only where the directions of one of them have an end or steps, so that
    the overlap is a plan and not an oversight.
    """

    drugs: tuple[str, ...]
    text: str
    at_most: Duration | None = None
    planned: bool = False


class DuplicateFinding(Cited, frozen=True, kw_only=True):
    """What two members of a duplicate-therapy group amount to."""

    severity: Severity
    why: str
    options: tuple[str, ...]


class Burden(Cited, frozen=True, kw_only=True):
    """When the sum of a hazard over the regimen becomes a finding.

    `counting` is `members` (each counts 1) or `score` (each counts its score).
    The gravest row that holds is the finding.
    """

    at_least: Decimal
    counting: Literal["members", "score"]
    severity: Severity
    why: str
    options: tuple[str, ...]
    when: When | None = None


class Group(Value, frozen=True, kw_only=True):
    """A class, a duplicate-therapy group, an enzyme role or a hazard.

    `excludes` names groups that no member of this one may also be in.
    """

    id: str
    title: str
    kind: Literal["class", "duplicate-therapy", "enzyme", "hazard"]
    member: tuple[Member, ...] = ()
    derived: EnzymeDerivation | None = None
    duplicate: DuplicateFinding | None = None
    allowed: tuple[AllowedTogether, ...] = ()
    burden: tuple[Burden, ...] = ()
    cross_allergy: bool = False
    excludes: tuple[str, ...] = ()


# --- conditions and observations --------------------------------------------------


class ConditionCodes(Cited, frozen=True, kw_only=True):
    """Codes that mean the condition; ICD-10-CM codes stand for all below them."""

    icd10cm: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()


class Lasts(Cited, frozen=True, kw_only=True):
    """How long after its onset a condition is taken to hold, if no end is recorded."""

    length: Duration


class ConditionEntry(Value, frozen=True, kw_only=True):
    """A condition that knowledge speaks of.

    `broader` names conditions that this one is a case of.
    `lasts` bounds a condition that passes (a pregnancy, a fever).
    """

    id: str
    title: str
    codes: tuple[ConditionCodes, ...]
    broader: tuple[str, ...] = ()
    lasts: Lasts | None = None


class UnitFactor(Cited, frozen=True, kw_only=True):
    """1 `unit` of this observation is `factor` of its own unit."""

    unit: str
    factor: Decimal


class Answer(Cited, frozen=True, kw_only=True):
    """A coded answer and what it means here."""

    codes: tuple[str, ...]
    means: str


class Plausible(Cited, frozen=True, kw_only=True):
    """Outside these a result is questioned, not used."""

    low: Decimal
    high: Decimal


class LoincCodes(Cited, frozen=True, kw_only=True):
    """The LOINC codes that mean this observation."""

    loinc: tuple[str, ...]


class StandIn(Cited, frozen=True, kw_only=True):
    """Another observation that may stand in for this one where it was not made."""

    observation: str


class ObservationEntry(Value, frozen=True, kw_only=True):
    """A measurement that knowledge speaks of, in one unit of its own."""

    id: str
    title: str
    codes: tuple[LoincCodes, ...]
    unit: str | None = None
    convert: tuple[UnitFactor, ...] = ()
    answer: tuple[Answer, ...] = ()
    plausible: Plausible | None = None
    stand_in: tuple[StandIn, ...] = ()


# --- rules ------------------------------------------------------------------------


class Side(Value, frozen=True, kw_only=True):
    """One side of a rule: members of any of these groups, or any of these drugs.

    A side may instead be a `condition` or an `event` of the person
    (`smoking-stopped`); it holds while the person has it.
    """

    groups: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    except_drugs: tuple[str, ...] = ()
    condition: str | None = None
    event: Literal["smoking-stopped", "smoking-started"] | None = None
    routes: tuple[str, ...] = ()


class SeverityChange(Cited, frozen=True, kw_only=True):
    """For whom the severity is another than the base, and why."""

    to: Severity
    when: When
    text: str


class Exemption(Cited, frozen=True, kw_only=True):
    """When the rule does not apply."""

    text: str
    when: When


class Washout(Cited, frozen=True, kw_only=True):
    """How long after stopping one side the rule still holds."""

    after: Side
    lasts: Duration


class Interaction(Cited, frozen=True, kw_only=True):
    """A rule between two sides (groups, drugs, a condition or an event).

    `yields_to` names rules that say the same in particular: where one of them holds
    between the same two medicines, this one is silent.
    """

    id: str
    title: str
    a: Side
    b: Side
    mechanism: str
    effect: str
    severity: Severity
    action: str
    options: tuple[str, ...] = ()
    first_say: str | None = None
    onset: Literal["rapid", "delayed", "unstated"] = "unstated"
    raises: tuple[SeverityChange, ...] = ()
    lowers: tuple[SeverityChange, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    washout: tuple[Washout, ...] = ()
    managed_by: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    event_within: Duration | None = None


class Caution(Cited, frozen=True, kw_only=True):
    """A medicine that a condition or an age makes unsuitable."""

    id: str
    title: str
    kind: Literal["condition", "geriatric"]
    a: Side
    severity: Severity
    why: str
    options: tuple[str, ...]
    when: When
    exempt: tuple[Exemption, ...] = ()


class MonitoringDue(Cited, frozen=True, kw_only=True):
    """When a measurement is due.

    `phase` baseline: once, from `before` before the start to `after` after it (without
    `after` and `grace`: before the day of the first dose).
    `phase` once: `after` after the start.
    `phase` repeat: every `every`, from `begins` to `ends` after the start.
    `grace` is how long past due it is before it counts as overdue.
    """

    phase: Literal["baseline", "once", "repeat"]
    before: Duration | None = None
    after: Duration | None = None
    every: Duration | None = None
    begins: Duration | None = None
    ends: Duration | None = None
    grace: Duration | None = None
    after_event: Literal["start", "dose-change"] = "start"
    when: When | None = None
    severity: Severity = Severity.MODERATE


class MonitoringBound(Cited, frozen=True, kw_only=True):
    """What a result outside a bound calls for."""

    below: Quantity | None = None
    at_least: Quantity | None = None
    above: Quantity | None = None
    severity: Severity
    action: str
    when: When | None = None


class Monitoring(Value, frozen=True, kw_only=True):
    """One measurement that one group or drug calls for."""

    id: str
    title: str
    side: Side
    observation: tuple[str, ...]
    why: str
    due: tuple[MonitoringDue, ...] = ()
    bound: tuple[MonitoringBound, ...] = ()


class Visit(Cited, frozen=True, kw_only=True):
    """When the person is seen after an event."""

    event: Literal["start", "dose-change", "switch", "stable", "stop"]
    after: Duration
    every: Duration | None = None
    ends: Duration | None = None
    when: When | None = None
    text: str | None = None


class ExpectedResponse(Cited, frozen=True, kw_only=True):
    """By when a measured response is expected, for a condition, by a scale."""

    condition: str
    scales: tuple[str, ...]
    measured_within: Duration
    adequate_trial: Duration


class Followup(Value, frozen=True, kw_only=True):
    """The cadence of follow-up for one class."""

    id: str
    title: str
    side: Side
    visit: tuple[Visit, ...] = ()
    response: tuple[ExpectedResponse, ...] = ()


class Band(Cited, frozen=True, kw_only=True):
    """Scores from `low` to `high` inclusive mean this."""

    low: Decimal
    high: Decimal
    title: str


class ScaleChange(Cited, frozen=True, kw_only=True):
    """Response, remission and reliable change of a scale."""

    response_share: Decimal | None = None
    remission_below: Decimal | None = None
    reliable_change: Decimal | None = None
    floor: Decimal = Decimal(0)


class ScaleLicence(Cited, frozen=True, kw_only=True):
    """Whether the items' text may be shipped, and the evidence."""

    ship_text: bool
    text: str


class Scale(Value, frozen=True, kw_only=True):
    """A rating scale on which more is worse: its range, bands, changes and licence."""

    id: str
    title: str
    licence: ScaleLicence
    lowest: Decimal
    highest: Decimal
    items: int
    codes: tuple[LoincCodes, ...]
    band: tuple[Band, ...] = ()
    change: ScaleChange | None = None
    recall: Duration | None = None
    item_codes: tuple[str, ...] = ()
    missing: str | None = None


class TaperPace(Cited, frozen=True, kw_only=True):
    """How fast a dose comes down."""

    step_low: Decimal
    step_high: Decimal
    every_low: Duration
    every_high: Duration
    ceiling: Decimal | None = None
    ceiling_within: Duration | None = None
    of: Literal["current", "starting"] = "current"
    text: str
    when: When | None = None


class Taper(Value, frozen=True, kw_only=True):
    """How one class is tapered."""

    id: str
    title: str
    side: Side
    pace: tuple[TaperPace, ...]
    warnings: tuple[BoxedWarning, ...] = ()


class Equivalent(Cited, frozen=True, kw_only=True):
    """How much of a drug answers how much of the table's reference.

    `dose` and `equals` are amounts a day; `dose` is a rate where the drug is given so
    (a patch in ug/h), or one injection every `every`.
    `route` absent: by mouth.
    `from_dose` (inclusive) and `to_dose` (inclusive) bound a row of a sliding table.
    """

    drug: str
    dose: Quantity
    equals: Quantity
    route: str = "oral"
    every: Duration | None = None
    from_dose: Quantity | None = None
    to_dose: Quantity | None = None


class NoEquivalent(Cited, frozen=True, kw_only=True):
    """A drug that a table refuses, and why: never guessed, never counted as nothing.

    `not_counted` says that it is left out on purpose (buprenorphine for opioid use
    disorder) and not for want of a figure.
    """

    drug: str
    text: str
    route: str | None = None
    not_counted: bool = False


class Equivalents(Value, frozen=True, kw_only=True):
    """One published table of equivalent doses: for risk and comparison alone.

    It never converts a dose for a person.
    `school` tells tables of one kind apart; one of a kind is the `default`.
    `since` and `until` say when it was the one in use.
    """

    id: str
    title: str
    kind: Literal["opioid", "benzodiazepine", "antipsychotic"]
    school: str
    reference: str
    use: str
    default: bool = False
    since: date | None = None
    until: date | None = None
    row: tuple[Equivalent, ...]
    refused: tuple[NoEquivalent, ...] = ()


class MissedDoseRule(Cited, frozen=True, kw_only=True):
    """What the source says for a gap of this length or more (`gap` absent: any)."""

    action: str
    gap: Duration | None = None
    since_last: bool = False
    when: When | None = None
    call_team: bool = False
    form: str | None = None


class InjectionWindow(Cited, frozen=True, kw_only=True):
    """How early and how late an injection of one form may be given.

    `before` and `after` are counted from the day on which it is due, `not_before` from
    the last injection; all inclusive. What is absent the source does not say.
    """

    form: str
    before: Duration | None = None
    after: Duration | None = None
    not_before: Duration | None = None


class MissedDoses(Value, frozen=True, kw_only=True):
    """What to do about missed doses of one drug or class, and when one is not missed.

    A dose within its `window` is not missed.
    """

    id: str
    title: str
    side: Side
    rule: tuple[MissedDoseRule, ...]
    window: tuple[InjectionWindow, ...] = ()


class MeasureValue(Cited, frozen=True, kw_only=True):
    """A threshold of a measure: a share, a count of days or years, or a bare number.

    `at` is clock times, in order.
    """

    name: str
    share: Decimal | None = None
    days: Decimal | None = None
    years: Decimal | None = None
    number: Decimal | None = None
    at: tuple[time, ...] = ()
    text: str


class Measure(Value, frozen=True, kw_only=True):
    """A published measure of use or quality, with its thresholds."""

    id: str
    title: str
    steward: str
    side: Side | None = None
    value: tuple[MeasureValue, ...]


class EducationPoint(Cited, frozen=True, kw_only=True):
    """One thing to tell the person, in plain words."""

    topic: Literal[
        "why",
        "how",
        "onset",
        "expect",
        "serious",
        "do-not-mix",
        "driving",
        "missed",
        "stopping",
        "pregnancy",
        "tests",
        "storage",
    ]
    text: str


class Education(Value, frozen=True, kw_only=True):
    """What to tell the person about one drug or class."""

    id: str
    title: str
    side: Side
    point: tuple[EducationPoint, ...]


# --- what is meant to be covered ---------------------------------------------------


class Coverage(Cited, frozen=True, kw_only=True):
    """A list of drugs that the knowledge means to cover whole, and where it is from."""

    id: str
    title: str
    drugs: tuple[str, ...]


# --- names ------------------------------------------------------------------------


class TallManNames(Cited, frozen=True, kw_only=True):
    """Names as one part of a published list writes them; brands stand apart."""

    kind: Literal["generic", "brand"]
    written: tuple[str, ...]


class TallMan(Value, frozen=True, kw_only=True):
    """A published list of look-alike names and its edition."""

    id: str
    title: str
    edition: str
    names: tuple[TallManNames, ...]
