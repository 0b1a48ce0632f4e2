"""What was measured: each result in one unit, questioned where it cannot be true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from concord.errors import UnitMismatchError
from concord.followup.answered import Scored
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import ObservationEntry, Scale
from concord.record.model import Component, Observation, Sex
from concord.terms import Code, Duration, PartialDate, Quantity, System, Value

_POINTS = "{score}"


class Measured(Value, frozen=True, kw_only=True):
    """One result in the unit of its observation, or as it was coded."""

    observation: str
    on: PartialDate
    quantity: Quantity | None = None
    means: str | None = None
    plausible: bool = True
    worked_out: bool = False


class Results:
    """The results of one person up to a day, by the observations knowledge speaks of.

    `age` and `sex` are those of the day, for what has to be worked out.
    `scored` are the forms on the record: a total counts like one that came as an
    observation, under the name of its scale, a part of it under `scale:part`.
    """

    def __init__(
        self,
        observations: tuple[Observation, ...],
        knowledge: Knowledge,
        as_of: date,
        *,
        age: tuple[int, int] | None,
        sex: Sex,
        scored: tuple[Scored, ...] = (),
    ) -> None:
        self._scored = scored
        self._totals = _totals(knowledge)
        self._observations = observations
        self._knowledge = knowledge
        self._as_of = as_of
        self._age = age
        self._sex = sex

    @cached_property
    def _measured(self) -> dict[str, list[Measured]]:
        found: dict[str, list[Measured]] = {}
        for observation in self._observations:
            at = observation.at
            if at is None or at.first > self._as_of or observation.preliminary:
                continue
            for measured in self._read(observation, at):
                found.setdefault(measured.observation, []).append(measured)
        for measured in self._of_forms():
            told = found.setdefault(measured.observation, [])
            # The same total may have come as an observation, too.
            if measured not in told:
                told.append(measured)
        for results in found.values():
            results.sort(key=_in_time)
        return found

    def _of_forms(self) -> Iterator[Measured]:
        for form in self._scored:
            if form.on.first > self._as_of:
                continue
            totals = {form.scale: form.score.total} | {
                f"{form.scale}:{part.id}": part.total for part in form.score.parts
            }
            for name, total in totals.items():
                if total is not None:
                    amount = Quantity(total, _POINTS)
                    yield Measured(observation=name, on=form.on, quantity=amount)

    @property
    def names(self) -> tuple[str, ...]:
        """What has a result that can be used: observations, scales, parts of scales."""
        return tuple(sorted(name for name, found in self._usable.items() if found))

    def speaks_of(self, observation: Observation) -> bool:
        """Whether knowledge has a name for a result, or for a part of it."""
        parts = (observation.codes, *(part.codes for part in observation.components))
        return any(self.meant(code) for codes in parts for code in codes)

    def _read(self, observation: Observation, at: PartialDate) -> Iterator[Measured]:
        whole = Component(
            codes=observation.codes,
            quantity=observation.quantity,
            coded=observation.coded,
            text=observation.value_text,
        )
        for part in (whole, *observation.components):
            for code in part.codes:
                for name in self.meant(code):
                    yield self._measure(name, part, at)

    def meant(self, code: Code) -> tuple[str, ...]:
        """Return what a code means; what has no code anywhere else by its own id.

        A total of a scale needs no observation of its own: its scale says enough.
        """
        if code.system == System.LOINC:
            by_loinc = self._knowledge.links.observation_by_loinc
            return by_loinc.get(code.code, ()) or self._totals.get(code.code, ())
        if code.system != System.OWN:
            return ()
        if code.code in self._knowledge.observations:
            return (code.code,)
        scale = self._knowledge.scales.get(code.code)
        return (code.code,) if scale is not None and _has_total(scale) else ()

    def _measure(self, name: str, part: Component, at: PartialDate) -> Measured:
        entry = self._knowledge.observations.get(name)
        if entry is None:
            return _measured_total(self._knowledge.scales[name], part.quantity, at)
        means = None
        for answer in in_force(entry.answer, self._as_of):
            if any(code.code in answer.codes for code in part.coded):
                means = answer.means
        if entry.unit is None and not entry.answer and _says_something(part):
            means = "recorded"  # nothing more is asked of it than that it was made
        quantity = part.quantity
        if quantity is not None and entry.unit is not None:
            quantity = in_unit(entry, quantity, self._as_of)
        plausible = entry.plausible
        sensible = (
            quantity is None
            or plausible is None
            or plausible.low <= quantity.value <= plausible.high
        )
        return Measured(
            observation=name,
            on=at,
            quantity=quantity,
            means=means,
            plausible=sensible,
        )

    def of(self, name: str) -> tuple[Measured, ...]:
        """Return every result of an observation up to the day, oldest first.

        A result that is implausible, or in a unit that cannot be read, has no place
        here: it is questioned by the monitoring rule instead.
        """
        return self._usable.get(name, ())

    @cached_property
    def _usable(self) -> dict[str, tuple[Measured, ...]]:
        return {
            name: tuple(m for m in results if _usable(m))
            for name, results in self._measured.items()
        }

    def questionable(self, name: str) -> tuple[Measured, ...]:
        """Return the results of an observation that cannot be used as they stand."""
        return tuple(m for m in self._measured.get(name, ()) if not _usable(m))

    def latest(self, name: str, within: Duration | None = None) -> Measured | None:
        """Return the newest usable result, or `None` (none so recent, or none).

        A creatinine clearance that nobody measured is worked out where it can be;
        else what the knowledge lets stand in for an observation does so.
        """
        results = self.of(name)
        newest = results[-1] if results else self._instead(name)
        if newest is None:
            return None
        if within is not None and newest.on.last < within.before(self._as_of):
            return None
        return newest

    def _instead(self, name: str) -> Measured | None:
        entry = self._knowledge.observations.get(name)
        if entry is None or not entry.stand_in:
            return None
        if name == "creatinine-clearance" and (found := self.clearance) is not None:
            return found
        for row in in_force(entry.stand_in, self._as_of):
            if results := self.of(row.observation):
                return results[-1]
        return None

    @cached_property
    def clearance(self) -> Measured | None:
        """The creatinine clearance worked out from creatinine, weight, age and sex.

        Cockcroft and Gault's equation, its numbers from `measures/cockcroft-gault`;
        `None` where any of the four is not known, or the creatinine or the weight is
        older than `measures/renal-function` lets it be.
        """
        within = self._knowledge.figure(
            "renal-function", "kidney-result-within-days", self._as_of
        )
        oldest = self._as_of - timedelta(days=int(within))
        creatinine, weight = self.latest("creatinine"), self.latest("weight")
        if self._age is None or self._sex not in (Sex.FEMALE, Sex.MALE):
            return None
        if creatinine is None or weight is None or self._age[0] != self._age[1]:
            return None
        if creatinine.on.last < oldest or weight.on.last < oldest:
            return None
        if creatinine.quantity is None or weight.quantity is None:
            return None
        minuend, divisor, female = (
            self._knowledge.figure("cockcroft-gault", part, self._as_of)
            for part in ("age-minuend", "divisor", "female-factor")
        )
        kg = weight.quantity.to("kg").value
        mg_dl = creatinine.quantity.to("mg/dL").value
        if mg_dl <= 0:
            return None
        rate = (minuend - self._age[0]) * kg / (divisor * mg_dl)
        rate *= female if self._sex is Sex.FEMALE else 1
        return Measured(
            observation="creatinine-clearance",
            on=creatinine.on,
            quantity=Quantity(rate, "mL/min"),
            worked_out=True,
        )

    def smoking_event(self, event: str, within: timedelta) -> Measured | None:
        """Return the result that shows a recent change of smoking, or `None`.

        Only the newest change counts: someone who has started again has not stopped.
        """
        statuses = [m for m in self.of("smoking-status") if m.means]
        for earlier, later in reversed(tuple(pairwise(statuses))):
            was, is_now = earlier.means == "current", later.means == "current"
            if was == is_now:
                continue
            wanted = is_now if event == "smoking-started" else was
            recent = later.on.last >= self._as_of - within
            return later if wanted and recent else None
        return None


def _totals(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Return the scales of which a LOINC code is the total."""
    found: dict[str, tuple[str, ...]] = {}
    for scale in knowledge.scales.values():
        for loinc in (code for row in scale.codes for code in row.loinc):
            if _has_total(scale):
                found[loinc] = (*found.get(loinc, ()), scale.id)
    return found


def _has_total(scale: Scale) -> bool:
    return scale.lowest is not None and scale.highest is not None


def _measured_total(
    scale: Scale, quantity: Quantity | None, at: PartialDate
) -> Measured:
    """Return a total that came as an observation; outside its range it is in doubt."""
    counts = quantity is not None and (
        not quantity.unit or any(quantity.fits(u) for u in (_POINTS, "1"))
    )
    if quantity is None or not counts:
        return Measured(observation=scale.id, on=at)
    low, high = scale.lowest, scale.highest
    assert low is not None and high is not None  # noqa: S101, PT018 - it has a total
    return Measured(
        observation=scale.id,
        on=at,
        quantity=Quantity(quantity.value, _POINTS),
        plausible=low <= quantity.value <= high,
    )


def in_unit(entry: ObservationEntry, quantity: Quantity, on: date) -> Quantity | None:
    """Return a result in the unit of its observation, or `None` if it cannot be."""
    if entry.unit is None:
        return quantity
    if not quantity.unit and entry.unit.startswith("{"):
        return Quantity(quantity.value, entry.unit)
    if quantity.fits(entry.unit):
        return quantity.to(entry.unit)
    for row in in_force(entry.convert, on):
        if quantity.fits(row.unit):
            value = quantity.to(row.unit).value * row.factor
            return Quantity(value, entry.unit)
    return None


def _in_time(measured: Measured) -> tuple[tuple[date, datetime], Decimal, str]:
    """Return the key of the order in time: of two of one moment, the higher is last.

    Without a rule the order of the lines would decide which one is the latest.
    """
    value = measured.quantity.value if measured.quantity else Decimal(0)
    return (measured.on.order, value, measured.means or "")


def _says_something(part: Component) -> bool:
    return bool(part.quantity is not None or part.coded or part.text)


def _usable(measured: Measured) -> bool:
    return measured.plausible and (
        measured.quantity is not None or measured.means is not None
    )


def within_bounds(
    quantity: Quantity,
    *,
    below: Quantity | None = None,
    at_most: Quantity | None = None,
    at_least: Quantity | None = None,
    above: Quantity | None = None,
) -> bool | None:
    """Return whether an amount lies within every stated bound; `None` if units differ.

    `below` and `above` exclude the bound itself, `at_least` and `at_most` include it.
    """
    try:
        return (
            (below is None or quantity.to(below.unit).value < below.value)
            and (at_most is None or quantity.to(at_most.unit).value <= at_most.value)
            and (at_least is None or quantity.to(at_least.unit).value >= at_least.value)
            and (above is None or quantity.to(above.unit).value > above.value)
        )
    except UnitMismatchError:
        return None
