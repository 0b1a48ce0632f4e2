"""The case: one record, the knowledge and a day, with the questions rules ask of them.

Every question has three answers: yes (`True`), no (`False`) and not known (`None`).
A condition that a problem list does not name is a *no* only where there is a problem
list at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property

from concord.dosing.daily import DailyAmount, Unclear, daily_amount
from concord.dosing.given import given_so_far
from concord.dosing.routes import INJECTED, route_of
from concord.followup.answered import Scored, scored
from concord.followup.results import Results, within_bounds
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug, When
from concord.record.agreed import Entry, Told, agreed_list
from concord.record.fold import LineStatus
from concord.record.model import (
    Condition,
    ConditionStatus,
    Dispensing,
    DoseEvent,
    Ingredient,
    Record,
    Sex,
)
from concord.terms import Code, Duration, Quantity, Value, age_on
from concord.wording import Message


class Taking(Value, frozen=True, kw_only=True):
    """One ingredient of one medicine that a person takes, and the drug it is.

    `drug` is `None` where the ingredient was recognised but nothing is known of it.
    `key`, the ids of its entry and its ingredient, tells it from every other.
    """

    entry: Entry
    ingredient: Ingredient
    key: tuple[str, str]
    drug: Drug | None = None

    @property
    def name(self) -> str:
        """The name to show: the knowledge's own where there is one."""
        return self.drug.name if self.drug else self.ingredient.name


class Case:
    """A record read with the knowledge as of a day; what every rule is handed.

    `said` and `treated` keep what was already put in words of a medicine, and what it
    is taken for, for both are asked often.
    """

    def __init__(self, record: Record, knowledge: Knowledge, as_of: date) -> None:
        self.record = record
        self.knowledge = knowledge
        self.as_of = as_of
        self._daily: dict[tuple[str, str], DailyAmount | Unclear] = {}
        self._sought: dict[str, Condition | None] = {}
        self.said: dict[tuple[str, str], Message] = {}
        self.treated: dict[tuple[str, str], tuple[str, ...]] = {}

    # --- the person ---------------------------------------------------------------

    @cached_property
    def age(self) -> tuple[int, int] | None:
        """The youngest and oldest age possible, or `None` where birth is not known."""
        person = self.record.person
        if person is None or person.birth is None:
            return None
        return age_on(person.birth, self.as_of)

    @property
    def sex(self) -> Sex:
        """The recorded sex; unknown where there is no person."""
        return self.record.person.sex if self.record.person else Sex.UNKNOWN

    @property
    def died(self) -> bool:
        """Whether the person is recorded as having died by the day of the case.

        Of a day that is known only to the month or year the first one counts: who wrote
        it down knew that it had happened.
        """
        person = self.record.person
        if person is None or person.died is None:
            return False
        return person.died.first <= self.as_of

    # --- medicines ----------------------------------------------------------------

    @cached_property
    def agreed(self) -> tuple[Entry, ...]:
        """The agreed list of the day: current, held, planned and stopped."""
        return agreed_list(self.record.medications, self.as_of)

    @cached_property
    def current(self) -> tuple[Entry, ...]:
        """The medicines being taken, as far as anyone said; not those on hold."""
        return tuple(e for e in self.agreed if e.state.status is LineStatus.ACTIVE)

    @cached_property
    def taking(self) -> tuple[Taking, ...]:
        """Every recognised ingredient of the current medicines, with its drug."""
        return tuple(self._takings(self.current))

    @cached_property
    def every_ingredient(self) -> tuple[Taking, ...]:
        """The current ingredients, those that only deter misuse among them."""
        return tuple(self._takings(self.current, deterrents=True))

    @cached_property
    def _of_entry(self) -> dict[str, tuple[Taking, ...]]:
        found: dict[str, tuple[Taking, ...]] = {}
        for taking in self.taking:
            of_it = found.get(taking.entry.id, ())
            found[taking.entry.id] = (*of_it, taking)
        return found

    def takings_of(self, entry: Entry) -> tuple[Taking, ...]:
        """Return the recognised ingredients of one current medicine."""
        return self._of_entry.get(entry.id, ())

    @cached_property
    def _every_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for taking in self.every_ingredient:
            found.setdefault(taking.entry.id, []).append(taking.name)
        return found

    def names_of(self, entry: Entry) -> list[str]:
        """Return the names of all ingredients of one current medicine."""
        return self._every_name.get(entry.id, [])

    @cached_property
    def known(self) -> tuple[Taking, ...]:
        """The current ingredients of which something is known."""
        return tuple(t for t in self.taking if t.drug is not None)

    @cached_property
    def systemic(self) -> tuple[Taking, ...]:
        """The known ingredients that reach the blood: not a cream, not an eye drop.

        A medicine whose route is not known counts.
        """
        return tuple(t for t in self.known if not self._is_local(t))

    @cached_property
    def followed(self) -> tuple[Taking, ...]:
        """The known ingredients that are followed up: current, on hold and planned.

        A hold is not an end: what was asked for goes on. A planned course has what is
        done before its first dose.
        """
        kept = (LineStatus.ACTIVE, LineStatus.HELD, LineStatus.PLANNED)
        entries = [e for e in self.agreed if e.state.status in kept]
        return tuple(
            t
            for t in self._takings(entries)
            if t.drug is not None and not self._is_local(t)
        )

    def _is_local(self, taking: Taking) -> bool:
        """Return whether a medicine acts only where it is put, by its route."""
        rows = in_force(taking.drug.local if taking.drug else (), self.as_of)
        return any(self.route(taking) in row.routes for row in rows)

    @cached_property
    def unrecognised(self) -> tuple[Entry, ...]:
        """Current medicines in which nothing was recognised."""
        return tuple(e for e in self.current if not e.line.medicine.ingredients)

    @cached_property
    def unknown(self) -> tuple[Entry, ...]:
        """Current medicines with an ingredient of which nothing is known."""
        entries = {t.entry.id: t.entry for t in self.taking if t.drug is None}
        return tuple(entries.values())

    @cached_property
    def stopped(self) -> tuple[Taking, ...]:
        """The known ingredients of medicines that were stopped, newest stop first.

        An ingredient that is still taken in another medicine was not stopped.
        """
        current = {t.drug.id for t in self.known if t.drug}
        ended = [
            e
            for e in self.agreed
            if e.state.status is LineStatus.STOPPED and e.state.ended is not None
        ]
        ended.sort(key=_last_day, reverse=True)
        return tuple(
            taking
            for taking in self._takings(ended)
            if taking.drug is not None and taking.drug.id not in current
        )

    def _takings(
        self, entries: Iterable[Entry], *, deterrents: bool = False
    ) -> Iterator[Taking]:
        for entry in entries:
            for ingredient in entry.line.medicine.ingredients:
                drug = self.knowledge.drug_of(ingredient.rxcui)
                only_deters = drug is not None and self._only_deters(
                    drug, ingredient, entry
                )
                if only_deters and not deterrents:
                    continue
                key = (entry.id, ingredient.rxcui)
                yield Taking(entry=entry, ingredient=ingredient, key=key, drug=drug)

    def _only_deters(self, drug: Drug, ingredient: Ingredient, entry: Entry) -> bool:
        """Return whether an ingredient does nothing here but deter misuse."""
        others = entry.ingredients - {ingredient.rxcui}
        return any(
            others & set(row.combined_with)
            for row in in_force(drug.deterrent, self.as_of)
        )

    def daily(self, taking: Taking) -> DailyAmount | Unclear:
        """Return how much of the ingredient the directions in force amount to."""
        if taking.key not in self._daily:
            since = taking.entry.state.since
            self._daily[taking.key] = daily_amount(
                taking.entry.state.dosage,
                taking.entry.line.medicine,
                taking.ingredient,
                self.as_of,
                since.first if since else None,
            )
        return self._daily[taking.key]

    def takes(self, name: str, beside: Taking | None = None) -> bool | None:
        """Return whether a drug, or a member of a group, is taken into the blood.

        `beside` is the medicine that asks: it is not its own company.
        Not known where a medicine was not recognised, for it might be the one.
        """
        of_it = self._taken_as.get(name, ())
        if any(beside is None or drug is not beside.drug for drug in of_it):
            return True
        return None if self.unrecognised else False

    @cached_property
    def _taken_as(self) -> dict[str, list[Drug]]:
        """The drugs that reach the whole body, by their own names and their groups'."""
        found: dict[str, list[Drug]] = {}
        for taking in self.systemic:
            drug = taking.drug
            assert drug is not None  # noqa: S101 - only known ones
            for name in (drug.id, *self.knowledge.groups_of(drug.id)):
                found.setdefault(name, []).append(drug)
        return found

    def _takes_any(
        self, names: Iterable[str], beside: Taking | None = None
    ) -> bool | None:
        answers = [self.takes(name, beside) for name in names]
        if True in answers:
            return True
        return None if None in answers else False

    # --- conditions ---------------------------------------------------------------

    @cached_property
    def _present(self) -> dict[str, Condition]:
        present: dict[str, Condition] = {}
        for condition in self.record.conditions:
            for name in self.conditions_of(condition.codes):
                if self._holds(condition, name):
                    present.setdefault(name, condition)
        return present

    @cached_property
    def condition_lines(self) -> dict[str, Condition]:
        """The condition lines of the record by their ids."""
        return {condition.id: condition for condition in self.record.conditions}

    def conditions_of(self, codes: Iterable[Code]) -> tuple[str, ...]:
        """Return the conditions that codes mean, as the knowledge has them."""
        return self.knowledge.conditions_of(codes)

    def _holds(self, condition: Condition, name: str) -> bool:
        if condition.refuted or condition.status in (
            ConditionStatus.RESOLVED,
            ConditionStatus.INACTIVE,
        ):
            return False
        if condition.onset and condition.onset.first > self.as_of:
            return False
        if condition.abated and condition.abated.last <= self.as_of:
            return False
        lasts = self.knowledge.conditions[name].lasts
        if lasts and condition.onset:
            return self.as_of <= lasts.length.after(condition.onset.last)
        return True

    def condition(self, name: str) -> Condition | None:
        """Return the line that says the person has a condition, or a case of it."""
        if name not in self._sought:
            cases = self.knowledge.links.narrower.get(name, (name,))
            lines = (self._present[c] for c in cases if c in self._present)
            self._sought[name] = next(lines, None)
        return self._sought[name]

    def has(self, name: str) -> bool | None:
        """Return whether the person has a condition; not known without a list."""
        if self.condition(name) is not None:
            return True
        return False if self.record.conditions else None

    # --- results ------------------------------------------------------------------

    @cached_property
    def results(self) -> Results:
        """What was measured, up to the day."""
        return Results(
            self.record.observations,
            self.knowledge,
            self.as_of,
            age=self.age,
            sex=self.sex,
            scored=self.scored,
        )

    @cached_property
    def scored(self) -> tuple[Scored, ...]:
        """The forms on the record, with what each amounts to, the oldest first."""
        return scored(self.record, self.knowledge, self.as_of)

    # --- what a rule asks ---------------------------------------------------------

    def holds(self, when: When | None, taking: Taking | None = None) -> bool | None:
        """Return whether every stated part of a `When` holds; `None` if not known.

        One part that does not hold decides, even where another is not known.
        """
        answer: bool | None = True
        if when is None:
            return answer
        for _, part in self.parts(when, taking):
            if part is False:
                return False
            if part is None:
                answer = None
        return answer

    def parts(
        self, when: When, taking: Taking | None = None
    ) -> Iterator[tuple[str, bool | None]]:
        """Yield each stated part of a `When`, by the need it names, with its answer."""
        if when.age_at_least is not None:
            yield "age", self._age(at_least=when.age_at_least)
        if when.age_below is not None:
            yield "age", _not(self._age(at_least=when.age_below))
        if when.sex is not None:
            known = self.sex in (Sex.FEMALE, Sex.MALE)
            yield "sex", self.sex == when.sex if known else None
        if when.condition is not None:
            yield "conditions", self.has(when.condition)
        if when.without_condition is not None:
            yield "conditions", _not(self.has(when.without_condition))
        if when.observation is not None:
            yield when.observation, self._bounded(when)
        if when.taking:
            yield "medication-list", self._takes_any(when.taking, taking)
        if when.not_taking:
            yield "medication-list", _not(self._takes_any(when.not_taking, taking))
        if when.dose_at_least is not None or when.dose_below is not None:
            yield "dose", self._dose(when, taking)
        if when.route is not None:
            yield "route", self._routed(taking, when.route) if taking else None
        yield from self._parts_of_the_course(when, taking)

    def _parts_of_the_course(
        self, when: When, taking: Taking | None
    ) -> Iterator[tuple[str, bool | None]]:
        """Yield the parts that ask for how long, or how often, it was taken."""
        if when.taken_for_less_than is not None:
            yield "start-date", _not(self._taken_for(taking, when.taken_for_less_than))
        if when.taken_for_at_least is not None:
            yield "start-date", self._taken_for(taking, when.taken_for_at_least)
        if when.given_at_least is not None or when.given_fewer_than is not None:
            yield "given", self._given(when, taking)

    def _age(self, *, at_least: int) -> bool | None:
        if self.age is None:
            return None
        youngest, oldest = self.age
        if youngest >= at_least:
            return True
        return False if oldest < at_least else None

    def _dose(self, when: When, taking: Taking | None) -> bool | None:
        """Return whether a total daily dose lies within the bounds of a `When`.

        Every line of the drug counts; one that cannot be read leaves the total open.
        """
        of = [taking] if taking else []
        if when.dose_of is not None:
            of = [t for t in self.known if self._is(t, when.dose_of)]
            if not of:
                return None if self.unrecognised else False
        amounts = [self.daily(t) for t in of]
        if not amounts:
            return None
        total = Decimal(0)
        unit = ""
        for amount in amounts:
            if isinstance(amount, Unclear):
                return None
            unit = unit or amount.high.unit
            if not amount.high.fits(unit):
                return None
            total += amount.high.to(unit).value
        return within_bounds(
            Quantity(total, unit), below=when.dose_below, at_least=when.dose_at_least
        )

    def _is(self, taking: Taking, name: str | None) -> bool:
        drug = taking.drug
        return drug is not None and (
            drug.id == name or name in self.knowledge.groups_of(drug.id)
        )

    def _bounded(self, when: When) -> bool | None:
        assert when.observation is not None  # noqa: S101 - the caller asked for it
        result = self.results.latest(when.observation, when.within)
        if result is None or result.quantity is None:
            return None
        return within_bounds(
            result.quantity,
            below=when.below,
            at_most=when.at_most,
            at_least=when.at_least,
        )

    def _taken_for(self, taking: Taking | None, length: Duration) -> bool | None:
        since = taking.entry.state.since if taking else None
        if since is None:
            return None
        if length.after(since.last) <= self.as_of:
            return True
        return False if length.after(since.first) > self.as_of else None

    def _given(self, when: When, taking: Taking | None) -> bool | None:
        """Return whether so many doses were given, as far as the record tells."""
        if taking is None:
            return None
        after = when.given_presumed_after
        presumed = after is not None and self._taken_for(taking, after) is True
        fills, doses = self._told_fills, self._told_doses
        least, most = given_so_far(
            taking.entry, fills.of(taking.entry), doses.of(taking.entry), self.as_of
        )
        return when.given(least, most, presumed=presumed)

    @cached_property
    def _told_doses(self) -> Told[DoseEvent]:
        return Told(self.record.dose_events)

    @cached_property
    def _told_fills(self) -> Told[Dispensing]:
        return Told(self.record.dispensings)

    def route(self, taking: Taking) -> str | None:
        """Return the route of a medicine, from its directions or its form."""
        state, line = taking.entry.state, taking.entry.line
        return route_of(state.dosage, line.medicine, taking.drug)

    def _routed(self, taking: Taking, wanted: str) -> bool | None:
        route = self.route(taking)
        if route is None or (route == "injection" and wanted in INJECTED):
            return None
        return route == wanted


def _last_day(entry: Entry) -> date:
    return entry.state.ended.last if entry.state.ended else date.min


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
