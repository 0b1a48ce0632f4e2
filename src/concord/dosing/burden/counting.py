"""How much there is to do on a day: times, pieces, rules, devices.

What cannot be counted is named with what is missing, and never counted as nothing. The
rules are those of the directions (with a meal) and of the knowledge: how it is taken
with food and apart from other things, in the words of the knowledge, and not split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from concord.dosing.daily import PIECES, Unclear
from concord.dosing.outlook import Setting, drugs_of, plan_of
from concord.dosing.products import in_unit, products_of
from concord.dosing.routes import INJECTED, route_of
from concord.dosing.schedule.due import Due
from concord.dosing.schedule.rhythm import Unplanned
from concord.dosing.schedule.zones import instant
from concord.errors import ImpossibleScheduleError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Cited, Drug, Product
from concord.record.agreed import Entry
from concord.record.fold import LineStatus
from concord.record.model import Dosage, Medicine
from concord.terms import Value
from concord.wording.vocabulary import ROUTES

_DAY = timedelta(days=1)
_MIDNIGHT = time()
# HL7 FHIR R4, value set EventTiming: what stands with or around a meal.
_WITH_A_MEAL = frozenset({"C", "CM", "CD", "CV"})
_BEFORE_A_MEAL = frozenset({"AC", "ACM", "ACD", "ACV"})
_AFTER_A_MEAL = frozenset({"PC", "PCM", "PCD", "PCV"})
# The food advice that asks for nothing.
NO_FOOD_RULE = "with or without food."
_SWALLOWED = ("tablet", "capsule")


class RuleKind(StrEnum):
    """What a rule of taking is about."""

    WITH_A_MEAL = "with-a-meal"
    BEFORE_A_MEAL = "before-a-meal"
    AFTER_A_MEAL = "after-a-meal"
    INTAKE = "intake"
    NOT_SPLIT = "not-split"


class Rule(Value, frozen=True, kw_only=True):
    """One rule of taking; `cited` is `None` where the directions state it."""

    kind: RuleKind
    text: str = ""
    cited: Cited | None = None


class Device(StrEnum):
    """What is used or worn and not swallowed by the piece."""

    INJECTION = "injection"
    PATCH = "patch"
    MEASURED = "measured"
    NASAL = "nasal"
    INHALED = "inhaled"
    DROPS = "drops"
    OTHER = "other"


class Unchecked(StrEnum):
    """What could not be counted, beside the reasons of `Unplanned` and `Unclear`."""

    IMPOSSIBLE = "impossible"
    NOT_RECOGNISED = "not-recognised"
    NOT_COVERED = "not-covered"
    NO_FOOD_ADVICE = "no-food-advice"
    NO_PIECES = "no-pieces"
    WHICH_PRODUCT = "which-product"


class LineBurden(Value, frozen=True, kw_only=True):
    """What one medicine asks for on the day.

    `pieces` is `None` where none are swallowed (a `device`), nothing is due on a plan,
    or they cannot be counted; `unchecked` says which of it could not be.
    `times` are clock times of the day where the person is.
    """

    entry: Entry
    times: tuple[time, ...] = ()
    pieces: Decimal | None = None
    rules: tuple[Rule, ...] = ()
    device: Device | None = None
    as_needed: bool = False
    by_default: bool = False
    unchecked: tuple[Unplanned | Unclear | Unchecked, ...] = ()


class Burden(Value, frozen=True, kw_only=True):
    """A regimen of a day, line by line, and what it comes to.

    `listed` is whether any medicine is on record, taken or not: where none is, nothing
    was counted, and that is not a count of none.
    """

    on: date
    lines: tuple[LineBurden, ...] = ()
    listed: bool = True

    @property
    def times(self) -> tuple[time, ...]:
        """The clock times of the day at which anything is due, each once."""
        return tuple(sorted({at for line in self.lines for at in line.times}))

    @property
    def pieces(self) -> Decimal:
        """The pieces that are due and could be counted: a part where not `whole`."""
        counted = (line.pieces for line in self.lines if line.pieces is not None)
        return sum(counted, Decimal(0))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of taking, of each medicine its own."""
        return tuple(rule for line in self.lines for rule in line.rules)

    @property
    def devices(self) -> tuple[LineBurden, ...]:
        """The lines of what is injected, worn, measured or sprayed."""
        return tuple(line for line in self.lines if line.device is not None)

    @property
    def as_needed(self) -> tuple[LineBurden, ...]:
        """The lines of what is taken as needed."""
        return tuple(line for line in self.lines if line.as_needed)

    @property
    def whole(self) -> bool:
        """Whether everything could be counted."""
        return self.listed and not any(line.unchecked for line in self.lines)


def burden(
    entries: Iterable[Entry], where: Setting, knowledge: Knowledge, on: date
) -> Burden:
    """Return what the medicines being taken ask for on a day.

    Those on hold, planned or stopped ask for nothing.
    """
    entries = tuple(entries)
    taken = (e for e in entries if e.state.status is LineStatus.ACTIVE)
    lines = tuple(_line(e, where, knowledge, on) for e in taken)
    return Burden(on=on, lines=lines, listed=bool(entries))


def _line(entry: Entry, where: Setting, knowledge: Knowledge, on: date) -> LineBurden:
    medicine = entry.line.medicine
    drugs = drugs_of(medicine, knowledge)
    device = device_of(entry, drugs)
    unchecked: list[Unplanned | Unclear | Unchecked] = []
    due: tuple[Due, ...] = ()
    needed = default = False
    try:
        plan = plan_of(entry.line, where, knowledge, on)
        start = instant(on, _MIDNIGHT, where.here)
        due = plan.due(start, instant(on + _DAY, _MIDNIGHT, where.here))
        needed = any(c.first <= on <= c.last for c in plan.as_needed)
        default = plan.by_default
        unchecked += (left.why for left in plan.left)
    except ImpossibleScheduleError:
        unchecked.append(Unchecked.IMPOSSIBLE)
    pieces: Decimal | None = None
    if device is None and due:
        counted = _pieces(due, medicine)
        if isinstance(counted, Decimal):
            pieces = counted
        else:
            unchecked.append(counted)
    rules, missing = _rules(entry, drugs, on)
    return LineBurden(
        entry=entry,
        times=tuple(
            sorted(
                {d.at.astimezone(where.here).time().replace(tzinfo=None) for d in due}
            )
        ),
        pieces=pieces,
        rules=rules,
        device=device,
        as_needed=needed,
        by_default=default and bool(due),
        unchecked=tuple(dict.fromkeys((*unchecked, *missing))),
    )


def device_of(entry: Entry, drugs: tuple[Drug, ...]) -> Device | None:
    """Return what a medicine is given by, `None` where pieces are swallowed."""
    medicine = entry.line.medicine
    drug = drugs[0] if drugs else None
    route = route_of(entry.state.dosage, medicine, drug) or ""
    route = ROUTES.get(route, route)
    if route in (*INJECTED, "injection"):
        return Device.INJECTION
    found = {
        "transdermal": Device.PATCH,
        "nasal": Device.NASAL,
        "inhaled": Device.INHALED,
        "ophthalmic": Device.DROPS,
        "otic": Device.DROPS,
        "topical": Device.OTHER,
        "rectal": Device.OTHER,
        "vaginal": Device.OTHER,
    }.get(route)
    if found is not None:
        return found
    doses = [d.dose for d in entry.state.dosage if d.dose is not None]
    if any(dose.unit not in PIECES and dose.fits("mL") for dose in doses):
        return Device.MEASURED
    return None


def _pieces(due: Iterable[Due], medicine: Medicine) -> Decimal | Unclear | Unchecked:
    total = Decimal(0)
    form = f"{medicine.form or ''} {medicine.text}".casefold()
    for one in due:
        dose = one.dosage.dose
        if dose is None:
            return Unclear.NO_DOSE
        if dose.unit not in PIECES and not any(w in form for w in _SWALLOWED):
            return Unchecked.NO_PIECES
        found = in_unit(dose, "{tablet}", medicine)
        if isinstance(found, Unclear):
            return found
        total += found
    return total


# --- rules of taking --------------------------------------------------------------


def _rules(
    entry: Entry, drugs: tuple[Drug, ...], on: date
) -> tuple[tuple[Rule, ...], tuple[Unchecked, ...]]:
    found = list(_of_directions(entry.state.dosage))
    missing: list[Unchecked] = []
    medicine = entry.line.medicine
    if not medicine.ingredients:
        missing.append(Unchecked.NOT_RECOGNISED)
    elif len(drugs) < len(medicine.ingredients):
        missing.append(Unchecked.NOT_COVERED)
    for drug in drugs:
        if drug.food is None:
            missing.append(Unchecked.NO_FOOD_ADVICE)
        elif in_force((drug.food,), on) and not is_free(drug):
            found.append(
                Rule(kind=RuleKind.INTAKE, text=drug.food.text, cited=drug.food)
            )
        products = made_as(medicine, drug)
        whole = [p for p in products if p.splittable is False]
        swallowed = any(w in p.form for p in whole for w in _SWALLOWED)
        if whole and len(whole) == len(products) and swallowed:
            found.append(Rule(kind=RuleKind.NOT_SPLIT, cited=whole[0]))
    return tuple(found), tuple(missing)


def is_free(drug: Drug) -> bool:
    """Return whether a source says that food and time around it do not matter."""
    return drug.food is not None and drug.food.text.casefold() == NO_FOOD_RULE


def made_as(medicine: Medicine, drug: Drug) -> tuple[Product, ...]:
    """Return the products of a drug that a medicine may be, by its form and release.

    Where its words name none exactly, all with its release and form; empty where no
    such product is known. A release of which nothing is said is the immediate one,
    where there is such a product: names of extended-release tablets say so.
    """
    named = products_of(medicine, drug)
    release = medicine.release or "immediate"
    if named:
        return tuple(p for p in named if p.release == release) or named
    form = (medicine.form or medicine.text).casefold()
    return tuple(
        p
        for p in drug.product
        if p.release == release and any(w in form and w in p.form for w in _SWALLOWED)
    )


def _of_directions(dosages: Iterable[Dosage]) -> Iterator[Rule]:
    codes = {code for d in dosages if d.timing is not None for code in d.timing.when}
    for kind, of_it in (
        (RuleKind.WITH_A_MEAL, _WITH_A_MEAL),
        (RuleKind.BEFORE_A_MEAL, _BEFORE_A_MEAL),
        (RuleKind.AFTER_A_MEAL, _AFTER_A_MEAL),
    ):
        if codes & of_it:
            yield Rule(kind=kind)
