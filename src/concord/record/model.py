"""The values of a record (design §4).

Every line says where it came from, who holds it and its labels.
Unknown is a value: an empty tuple means that nothing was told, never that there is
nothing, and `None` means not known.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from concord.errors import UnfoundedOverrideError
from concord.terms import Code, Duration, PartialDate, Period, Quantity, Value

RECORD_VERSION = 1


class Source(Value, frozen=True, kw_only=True):
    """Where a line was read: the system, the kind and id it has there, its version."""

    system: str
    type: str
    id: str
    version: str | None = None


class Holder(Value, frozen=True, kw_only=True):
    """Who holds a line: the organisation, and the programme that made it."""

    organisation: str | None = None
    programme: str | None = None


class Line(Value, frozen=True, kw_only=True):
    """What every line of a record carries."""

    id: str
    source: Source | None = None
    holder: Holder = Holder()
    labels: tuple[str, ...] = ()


class Party(Value, frozen=True, kw_only=True):
    """A person or body named on a line, by id where it is known."""

    name: str | None = None
    id: str | None = None


# --- the person -------------------------------------------------------------------


class Sex(StrEnum):
    """The sex for clinical use, as recorded."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Identifier(Value, frozen=True, kw_only=True):
    """An identifier in a named system."""

    system: str | None
    value: str


class Name(Value, frozen=True, kw_only=True):
    """One of a person's names, as written."""

    text: str
    use: str | None = None


class Person(Line, frozen=True, kw_only=True):
    """Who the record is about."""

    identifiers: tuple[Identifier, ...] = ()
    names: tuple[Name, ...] = ()
    birth: PartialDate | None = None
    sex: Sex = Sex.UNKNOWN
    pronouns: str | None = None
    languages: tuple[str, ...] = ()
    zone: str | None = None
    died: PartialDate | None = None


# --- medicines --------------------------------------------------------------------


class Ingredient(Value, frozen=True, kw_only=True):
    """An active ingredient as recognised, with its strength in one unit of the form."""

    rxcui: str
    name: str
    strength: Quantity | None = None


class Medicine(Value, frozen=True, kw_only=True):
    """A medicine: as written, its codes, and what was recognised in it.

    `ingredients` is empty where nothing was recognised; the text then stands as it was
    written and no check can be made of it.
    """

    text: str
    codes: tuple[Code, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    form: str | None = None
    release: str | None = None
    brand: str | None = None
    recognised_by: str | None = None


class Cycle(Value, frozen=True, kw_only=True):
    """On some days of a cycle that repeats: days 1 to 21 of every 28.

    FHIR's extension timing-daysOfCycle names the days and leaves the length to the
    parent; here both stand together. The first day of the directions is day 1.
    """

    length: int
    days: tuple[int, ...]


class Timing(Value, frozen=True, kw_only=True):
    """When a dose is taken: so many times in a period, or at named times.

    `frequency` times (to `frequency_max`) in each `period` `period_unit`s.
    `offset` is minutes from the events of `when`; `duration` is how long one dose
    lasts when it is given (a patch is worn so long); `event` names single moments.
    """

    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str | None = None
    times_of_day: tuple[str, ...] = ()
    days_of_week: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    code: str | None = None
    count: int | None = None
    count_max: int | None = None
    offset: int | None = None
    duration: Decimal | None = None
    duration_max: Decimal | None = None
    duration_unit: str | None = None
    event: tuple[PartialDate, ...] = ()
    cycle: Cycle | None = None


class AsNeeded(Value, frozen=True, kw_only=True):
    """Taken when needed, for a reason where one was given."""

    reason: str | None = None


class Maximum(Value, frozen=True, kw_only=True):
    """The most that may be taken in a length of time."""

    amount: Quantity
    within: Duration


class Dosage(Value, frozen=True, kw_only=True):
    """One instruction: how much, by which route, when, up to how much.

    Several instructions with one `sequence` run together; a higher `sequence` is a
    later step (a titration or a taper).
    `dose` is in a unit of mass or volume, or counts pieces (`{tablet}`).
    `more_maxima` stand beside `maximum` (so many in a day, and so many in a month).
    `lasts` is for how long at least, `lasts_max` at most, where a range was given.
    `read_from_text` is whether the fields were read by us from the words in `text`,
    and not stated by whoever wrote it.
    """

    text: str | None = None
    dose: Quantity | None = None
    dose_max: Quantity | None = None
    route: str | None = None
    timing: Timing | None = None
    as_needed: AsNeeded | None = None
    maximum: Maximum | None = None
    more_maxima: tuple[Maximum, ...] = ()
    sequence: int = 1
    bounds: Period | None = None
    lasts: Duration | None = None
    lasts_max: Duration | None = None
    read_from_text: bool = False


class AtPharmacy(Value, frozen=True, kw_only=True):
    """What was said to the pharmacy of a change, by whom, and what is left at home.

    The list prescribes and cancels nothing: a medicine stopped here may still be
    dispensed there.
    """

    told: Literal["sent", "cancelled", "not-yet", "not-needed"]
    by: Party | None = None
    pills_left: Literal["yes", "no", "unknown"] = "unknown"


class ChangeKind(StrEnum):
    """What a change does to a medicine on the list."""

    STARTED = "started"
    DOSE_CHANGED = "dose_changed"
    HELD = "held"
    RESUMED = "resumed"
    STOPPED = "stopped"
    CORRECTED = "corrected"


class Change(Value, frozen=True, kw_only=True):
    """One decision about one medicine; changes are only ever added.

    `effective` is when it takes effect (`None`: not known), `recorded_at` when it was
    written down, with its zone.
    A `corrected` change names the change it corrects and stands in its place:
    `becomes` is the kind it should have had, `None` that it never happened.
    """

    id: str
    kind: ChangeKind
    recorded_at: datetime
    effective: PartialDate | None = None
    dosage: tuple[Dosage, ...] = ()
    author: Party | None = None
    reason: str | None = None
    corrects: str | None = None
    becomes: ChangeKind | None = None
    pharmacy: AtPharmacy | None = None


class Indication(Value, frozen=True, kw_only=True):
    """Why a medicine is taken: words, codes, and the condition line it points to."""

    text: str | None = None
    codes: tuple[Code, ...] = ()
    condition: str | None = None


class LineKind(StrEnum):
    """What kind of statement put a medicine on the list."""

    ORDER = "order"
    REPORT = "report"


class Taken(StrEnum):
    """Whether a medicine or a dose was taken, as somebody said."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    NOT_LOGGED = "not_logged"


class Supply(Value, frozen=True, kw_only=True):
    """What one order or fill supplies."""

    quantity: Quantity | None = None
    days: Decimal | None = None
    refills: int | None = None


class MedicationLine(Line, frozen=True, kw_only=True):
    """A medicine on the list: the header and its append-only changes."""

    medicine: Medicine
    kind: LineKind = LineKind.ORDER
    indications: tuple[Indication, ...] = ()
    prescriber: Party | None = None
    supply: Supply | None = None
    taken: Taken = Taken.NOT_LOGGED
    not_taken_reason: str | None = None
    over_the_counter: bool = False
    replaces: str | None = None
    changes: tuple[Change, ...] = ()


class Dispensing(Line, frozen=True, kw_only=True):
    """A fill: evidence that a medicine was supplied, not that it was taken."""

    medicine: Medicine
    on: PartialDate | None = None
    supply: Supply = Supply()
    order: str | None = None
    pharmacy: Party | None = None


class DoseEvent(Line, frozen=True, kw_only=True):
    """One dose: taken, not taken as somebody said, or not logged."""

    medicine: Medicine
    at: PartialDate | None = None
    taken: Taken = Taken.NOT_LOGGED
    dose: Quantity | None = None
    order: str | None = None
    reason: str | None = None


# --- what else is known -----------------------------------------------------------


class ConditionStatus(StrEnum):
    """Whether a condition is present."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    RESOLVED = "resolved"
    UNKNOWN = "unknown"


class Condition(Line, frozen=True, kw_only=True):
    """A condition, with its codes as recorded."""

    text: str | None = None
    codes: tuple[Code, ...] = ()
    status: ConditionStatus = ConditionStatus.UNKNOWN
    onset: PartialDate | None = None
    abated: PartialDate | None = None
    refuted: bool = False


class Allergy(Line, frozen=True, kw_only=True):
    """An allergy or intolerance; `ingredients` as recognised, else text alone.

    `none_known` is the positive statement that there is no known allergy.
    """

    text: str | None = None
    codes: tuple[Code, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    reactions: tuple[str, ...] = ()
    kind: str | None = None
    criticality: str | None = None
    active: bool = True
    refuted: bool = False
    none_known: bool = False


class Component(Value, frozen=True, kw_only=True):
    """One part of an observation (systolic pressure, say)."""

    codes: tuple[Code, ...]
    quantity: Quantity | None = None
    coded: tuple[Code, ...] = ()
    text: str | None = None


class Observation(Line, frozen=True, kw_only=True):
    """A measurement, a score or a coded finding."""

    codes: tuple[Code, ...]
    text: str | None = None
    at: PartialDate | None = None
    quantity: Quantity | None = None
    coded: tuple[Code, ...] = ()
    value_text: str | None = None
    components: tuple[Component, ...] = ()
    preliminary: bool = False


class Answer(Value, frozen=True, kw_only=True):
    """One answer of a questionnaire."""

    item: str
    codes: tuple[Code, ...] = ()
    number: Decimal | None = None
    text: str | None = None


class Response(Line, frozen=True, kw_only=True):
    """A completed questionnaire, with its answers as given."""

    questionnaire: str | None = None
    at: PartialDate | None = None
    answers: tuple[Answer, ...] = ()
    complete: bool = True


class Encounter(Line, frozen=True, kw_only=True):
    """A visit or a stay."""

    kind: str | None = None
    codes: tuple[Code, ...] = ()
    period: Period | None = None
    reasons: tuple[Code, ...] = ()
    finished: bool = False


class Procedure(Line, frozen=True, kw_only=True):
    """Something that was done."""

    codes: tuple[Code, ...] = ()
    text: str | None = None
    at: Period | None = None
    done: bool = True


class Goal(Line, frozen=True, kw_only=True):
    """What the person wants to reach."""

    text: str | None = None
    codes: tuple[Code, ...] = ()
    status: str | None = None
    due: PartialDate | None = None


class Plan(Line, frozen=True, kw_only=True):
    """A plan of care."""

    text: str | None = None
    codes: tuple[Code, ...] = ()
    status: str | None = None
    period: Period | None = None


class Therapy(Line, frozen=True, kw_only=True):
    """A course of talking or group therapy."""

    text: str
    period: Period | None = None


class SettingKind(StrEnum):
    """A change of where a person lives or is cared for."""

    ADMITTED = "admitted"
    DISCHARGED = "discharged"
    IN_CUSTODY = "in_custody"
    RELEASED = "released"
    IN_SHELTER = "in_shelter"
    HOME = "home"


class SettingEvent(Line, frozen=True, kw_only=True):
    """Admitted, discharged, in custody, released, in shelter, home again."""

    kind: SettingKind
    on: PartialDate | None = None


class LegalBasis(Line, frozen=True, kw_only=True):
    """Under which law treatment is given, and whether the person agrees with it."""

    text: str
    period: Period | None = None
    person_agrees: bool | None = None
    person_says: str | None = None


class Proxy(Line, frozen=True, kw_only=True):
    """Someone who may act for the person, and for what."""

    name: str
    relation: str | None = None
    powers: tuple[str, ...] = ()
    period: Period | None = None


class Consent(Line, frozen=True, kw_only=True):
    """A consent, as recorded."""

    status: str | None = None
    scope: str | None = None
    permits: bool | None = None
    period: Period | None = None


class Practitioner(Line, frozen=True, kw_only=True):
    """Someone on the care team."""

    name: str | None = None
    roles: tuple[str, ...] = ()


class Organisation(Line, frozen=True, kw_only=True):
    """A clinic, hospital, pharmacy or plan."""

    name: str | None = None


class Reconciliation(Line, frozen=True, kw_only=True):
    """Somebody went through the whole list with the person and found it complete."""

    on: PartialDate
    by: Party | None = None


class Ended(Value, frozen=True, kw_only=True):
    """A decision was taken back: from which day it counts no more, by whom, why.

    Raises `UnfoundedOverrideError` without an author or a reason, as a decision does.
    """

    on: date
    by: Party
    reason: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        """Refuse an end that nobody decided, or without a reason."""
        _founded("end of an override", self.by, self.reason)


class Override(Line, frozen=True, kw_only=True):
    """A prescriber's decision about one thing that is due: another day, or none.

    `ask` is what the due list calls the thing; `on` is `None` where it is not to be
    done. It holds from `decided` until the thing is done next, or through `until`, or
    up to the day on which it was `ended`; `recorded_at` tells two of one day apart, and
    `replaces` is the decision that its author had read and changed.
    Raises `UnfoundedOverrideError` without an author or a reason: it is a decision.
    """

    ask: str
    on: date | None
    by: Party
    reason: str
    decided: date
    recorded_at: datetime
    replaces: str | None = None
    until: date | None = None
    ended: Ended | None = None

    def __post_init__(self) -> None:
        """Refuse a decision of nobody, or without a reason."""
        _founded("override", self.by, self.reason)


def _founded(what: str, by: Party, reason: str) -> None:
    if reason.strip() and (by.name or by.id):
        return
    missing = "author" if reason.strip() else "reason"
    msg = f"{what}: found no {missing}, expected who decided and why; state both"
    raise UnfoundedOverrideError(msg)


class Record(Value, frozen=True, kw_only=True):
    """All that is known about one person, as plain values."""

    version: int = RECORD_VERSION
    person: Person | None = None
    medications: tuple[MedicationLine, ...] = ()
    dispensings: tuple[Dispensing, ...] = ()
    dose_events: tuple[DoseEvent, ...] = ()
    conditions: tuple[Condition, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    observations: tuple[Observation, ...] = ()
    responses: tuple[Response, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    goals: tuple[Goal, ...] = ()
    plans: tuple[Plan, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    settings: tuple[SettingEvent, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    consents: tuple[Consent, ...] = ()
    practitioners: tuple[Practitioner, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    reconciliations: tuple[Reconciliation, ...] = ()
    overrides: tuple[Override, ...] = ()
