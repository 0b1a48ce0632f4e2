"""Scales: what is asked, how it is scored, and what a score means: `scales/`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from concord.knowledge.model.cited import Cited
from concord.knowledge.model.finding import LoincCodes
from concord.terms import Duration, Value

Who = Literal["self", "clinician", "observer"]
MoreIs = Literal["worse", "better"]
Method = Literal["sum", "mean", "none"]


class Band(Cited, frozen=True, kw_only=True):
    """Scores from `low` to `high` inclusive mean this."""

    low: Decimal
    high: Decimal
    title: str


class ScaleChange(Cited, frozen=True, kw_only=True):
    """What a change of the score means, by the scale's authors or a later study.

    `response_share` is of the distance above `floor`: a scale whose lowest score is 18
    has its floor there. `response_points` is a fall in points that is a response.
    `remission_below`: a score under it is remission.
    `reliable_change`: so many points are more than chance, up or down.
    `deterioration`: a rise of so many is worse; where absent, a reliable rise is, and
    where that is not stated either, one that people notice (`Scale.meaningful`).
    """

    response_share: Decimal | None = None
    response_points: Decimal | None = None
    remission_below: Decimal | None = None
    reliable_change: Decimal | None = None
    deterioration: Decimal | None = None
    floor: Decimal = Decimal(0)


class MeaningfulChange(Cited, frozen=True, kw_only=True):
    """The least change for the better that people notice, as a study estimated it.

    In `points`, or as a `share` of the first score. It may be less than what chance
    explains (`ScaleChange.reliable_change`).
    """

    points: Decimal | None = None
    share: Decimal | None = None


class ScaleLicence(Cited, frozen=True, kw_only=True):
    """Whether the items' text may be shipped, and the evidence.

    `obtain` says where the form is to be had, for a scale without text here.
    """

    ship_text: bool
    text: str
    obtain: str | None = None


class AnswerChoice(Value, frozen=True, kw_only=True):
    """One answer: what it is worth, its words, and its LOINC answer code."""

    value: Decimal
    text: str | None = None
    loinc: str | None = None


class AnswerSet(Value, frozen=True, kw_only=True):
    """The answers that items share: a list, or whole numbers from one end to another.

    For a list, `choice`; for a rating, `lowest` and `highest` with words for the ends.
    """

    id: str
    choice: tuple[AnswerChoice, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    lowest_text: str | None = None
    highest_text: str | None = None

    @property
    def low(self) -> Decimal:
        """The least an answer can be worth."""
        if self.lowest is not None:
            return self.lowest
        return min((c.value for c in self.choice), default=Decimal(0))

    @property
    def high(self) -> Decimal:
        """The most an answer can be worth."""
        if self.highest is not None:
            return self.highest
        return max((c.value for c in self.choice), default=Decimal(0))

    def allows(self, value: Decimal) -> bool:
        """Return whether a value is one of these answers."""
        if self.choice:
            return any(c.value == value for c in self.choice)
        return value == value.to_integral_value() and self.low <= value <= self.high


class ScaleItem(Value, frozen=True, kw_only=True):
    """One question; without `answers` it is answered in words and never scored.

    `reversed`: the highest answer counts as the lowest and so on.
    `optional`: it may be left open without being missed.
    """

    id: str
    text: str | None = None
    help: str | None = None
    answers: str | None = None
    loinc: str | None = None
    reversed: bool = False
    scored: bool = True
    optional: bool = False
    weight: Decimal = Decimal(1)


class Form(Cited, frozen=True, kw_only=True):
    """The form as it is filled in, cited to where its wording was read.

    `version` changes whenever an item or an answer does.
    `about` is what is asked for as a whole ("In the past month ..."), shown with each
    item; `instruction` comes before the first.
    """

    who: Who
    version: str
    item: tuple[ScaleItem, ...]
    answers: tuple[AnswerSet, ...] = ()
    instruction: str | None = None
    about: str | None = None
    loinc: str | None = None

    def answers_of(self, item: ScaleItem) -> AnswerSet | None:
        """Return the answers that an item allows; `None` for one answered in words."""
        return next((a for a in self.answers if a.id == item.answers), None)

    def named(self, item: str) -> ScaleItem | None:
        """Return the item of an id, or `None`."""
        return next((i for i in self.item if i.id == item), None)


class Gate(Value, frozen=True, kw_only=True):
    """An item whose answer `ends_at` ends the form with this `total`."""

    item: str
    ends_at: Decimal
    total: Decimal


class Scoring(Cited, frozen=True, kw_only=True):
    """How a total is made of the answers.

    `none`: there is no total, and none may be made (a profile, a triage).
    `missing_at_most`: with so many scored items open, the total is the mean of the
    others times all of them; with more it is refused.
    `rounded`: such a total is rounded to a whole number, half upwards.
    """

    method: Method
    multiplier: Decimal = Decimal(1)
    missing_at_most: int = 0
    rounded: bool = True
    gate: Gate | None = None


class Subscale(Cited, frozen=True, kw_only=True):
    """A part of a scale with a score of its own; its cited bands stand inside it."""

    id: str
    title: str
    items: tuple[str, ...]
    lowest: Decimal
    highest: Decimal
    method: Literal["sum", "mean"] = "sum"
    missing_at_most: int = 0
    more_is: MoreIs = "worse"
    band: tuple[Band, ...] = ()


class CriterionPart(Value, frozen=True, kw_only=True):
    """At least `count` of these items answered with `at_least` or more."""

    items: tuple[str, ...]
    at_least: Decimal
    count: int


class Criterion(Cited, frozen=True, kw_only=True):
    """A reading of single items that no total gives; met by all parts, or by any."""

    id: str
    title: str
    met_by: Literal["all", "any"]
    part: tuple[CriterionPart, ...]


class SuicideItem(Cited, frozen=True, kw_only=True):
    """The item that asks about suicide, and from which answer on it counts."""

    item: str
    from_answer: Decimal


class StepUp(Cited, frozen=True, kw_only=True):
    """From this score on the long form follows; `carries` takes answers along.

    `carries` maps an item of this scale to the same item of the long one.
    """

    long_form: str
    from_score: Decimal
    carries: Mapping[str, str] = {}


class Translation(Cited, frozen=True, kw_only=True):
    """The words of a form in another language; the answers in the order of their set.

    Only an official translation that may be shipped stands here.
    """

    language: str
    title: str
    items: Mapping[str, str]
    answers: Mapping[str, tuple[str, ...]]
    instruction: str | None = None
    about: str | None = None


class Scale(Value, frozen=True, kw_only=True):
    """A rating scale: what it asks, its range, bands, changes and licence.

    Without `form` only a total can be entered, with its date.
    `lowest` and `highest` are those of the total; absent where there is none.
    `no_change_value` says that no published value of a change was found.
    """

    id: str
    title: str
    licence: ScaleLicence
    items: int
    codes: tuple[LoincCodes, ...]
    lowest: Decimal | None = None
    highest: Decimal | None = None
    more_is: MoreIs = "worse"
    band: tuple[Band, ...] = ()
    change: ScaleChange | None = None
    meaningful: tuple[MeaningfulChange, ...] = ()
    no_change_value: str | None = None
    recall: Duration | None = None
    missing: str | None = None
    form: Form | None = None
    scoring: Scoring | None = None
    subscale: tuple[Subscale, ...] = ()
    criterion: tuple[Criterion, ...] = ()
    suicide_item: SuicideItem | None = None
    step_up: StepUp | None = None
    translation: tuple[Translation, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the form can be filled in; none without its text."""
        if self.form is None or not self.licence.ship_text:
            return ()
        return ("en", *(t.language for t in self.translation))
