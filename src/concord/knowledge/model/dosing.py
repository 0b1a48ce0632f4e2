"""Changing, comparing and missing doses.

The tables `tapers/`, `switches/`, `equivalents/` and `missed_doses/`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from concord.knowledge.model.cited import Cited
from concord.knowledge.model.drug import BoxedWarning
from concord.knowledge.model.when import Side, When
from concord.terms import Duration, Quantity, Value


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


class CurvePoint(Value, frozen=True, kw_only=True):
    """A dose a day and the share of the target that it occupies, as published."""

    dose: Quantity
    share: Decimal


class OccupancyCurve(Cited, frozen=True, kw_only=True):
    """How much of its target a dose of one drug occupies.

    The share at a dose is `most` × dose / (`half_at` + dose): equal steps of it are
    ever smaller steps of the dose. `point` holds the published pairs that the two
    figures are fitted to, or taken from.
    """

    drug: str
    target: str
    most: Decimal
    half_at: Quantity
    point: tuple[CurvePoint, ...] = ()


class TaperSign(Cited, frozen=True, kw_only=True):
    """What may be felt on a way down (`expect`), or calls for help (`watch`)."""

    kind: Literal["expect", "watch"]
    text: str


class Taper(Value, frozen=True, kw_only=True):
    """How one class is tapered."""

    id: str
    title: str
    side: Side
    pace: tuple[TaperPace, ...]
    warnings: tuple[BoxedWarning, ...] = ()
    curve: tuple[OccupancyCurve, ...] = ()
    sign: tuple[TaperSign, ...] = ()


class SwitchWay(Cited, frozen=True, kw_only=True):
    """One way from one medicine to another.

    `direct`: the old one ends the day before the new one starts.
    `cross-taper`: the old one comes down while the new one goes up, for `over_low` to
    `over_high`.
    `taper-then-start`: the old one comes down to nothing, then the new one starts,
    `gap` later where one is named.
    The time that two medicines must be apart is not said here: it is the `washout` of
    their interaction, and no way may be shorter.
    `first_dose` is where the new one begins, if not at its usual start.
    The default has no `label`.
    """

    method: Literal["direct", "cross-taper", "taper-then-start"]
    text: str
    gap: Duration | None = None
    over_low: Duration | None = None
    over_high: Duration | None = None
    first_dose: Quantity | None = None
    when: When | None = None


class Switch(Value, frozen=True, kw_only=True):
    """How one medicine or class (`a`) is changed for another (`b`)."""

    id: str
    title: str
    a: Side
    b: Side
    way: tuple[SwitchWay, ...]
    sign: tuple[TaperSign, ...] = ()


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
    `condition`: only where it is taken for that (methadone for opioid use disorder).
    """

    drug: str
    text: str
    route: str | None = None
    condition: str | None = None
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


class CatchUpDose(Value, frozen=True, kw_only=True):
    """One dose of a restart: on which day of it, how much, and where or how.

    `dose` absent: the usual dose; `at_most` bounds that. `times_at_most` is how often
    it may be taken on that day, where that is more than once.
    Day 1 is the day of the first dose after the gap; `after_last` counts from the last
    dose before it instead.
    """

    day: int | None = None
    after_last: Duration | None = None
    dose: Quantity | None = None
    at_most: Quantity | None = None
    times_at_most: int | None = None
    text: str | None = None


class MissedDoseRule(Cited, frozen=True, kw_only=True):
    """What the source says for a gap of this length or more (`gap` absent: any).

    `gap` counts missed days or, `since_last`, the time from the last dose.
    What to do, in figures, where the source gives them: go on at a share of the
    earlier dose (`resume_low` to `resume_high`), `begin_again` with the first step, or
    `give` these doses. `changes_dose` is a rule that changes it in words alone: like
    one in figures it is for staff.
    """

    action: str
    gap: Duration | None = None
    since_last: bool = False
    when: When | None = None
    call_team: bool = False
    form: str | None = None
    resume_low: Decimal | None = None
    resume_high: Decimal | None = None
    begin_again: bool = False
    changes_dose: bool = False
    give: tuple[CatchUpDose, ...] = ()


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
