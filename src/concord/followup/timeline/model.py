"""What a timeline holds: bars, lines, marks and sentences, between two days.

Nothing here knows of a page: a drawing, a table and the JSON are made of the same
values. What nobody recorded has no value here, so a gap stays a gap.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from concord.dosing.daily import DailyAmount
from concord.knowledge.model import Severity
from concord.record.model import ChangeKind
from concord.terms import PartialDate, Value
from concord.wording import Message

VERSION = 1


class TrackName(StrEnum):
    """The groups of rows, in the order in which they stand below each other."""

    MEDICINES = "medicines"
    SCORES = "scores"
    SIDE_EFFECTS = "side-effects"
    SLEEP = "sleep"
    SUBSTANCE_USE = "substance-use"
    TESTS = "tests"
    BODY = "body"
    CONDITIONS = "conditions"
    LIFE = "life"
    THERAPY = "therapy"
    PLACES = "places"
    VISITS = "visits"
    DUE = "due"

    @property
    def rank(self) -> int:
        """The place in the order."""
        return list(TrackName).index(self)


class Named(Value, frozen=True, kw_only=True):
    """What every row has: a key that tells it from every other, and its names.

    `title` is for clinicians, `plain` for the person.
    """

    key: str
    track: TrackName
    title: str
    plain: str


# --- medicines --------------------------------------------------------------------


class Course(StrEnum):
    """What a stretch of a bar says: taken, on hold, or not known which."""

    TAKEN = "taken"
    HELD = "held"
    UNSURE = "unsure"


class Stretch(Value, frozen=True, kw_only=True):
    """A time between two changes, from `begins` up to and not including `ends`.

    `amount` is what the directions amount to in a day, `None` where that is not known;
    `dose` the same in words, or how much one dose is, or nothing.
    """

    begins: date
    ends: date
    course: Course
    line: str
    amount: DailyAmount | None = None
    dose: str = ""


class Turn(Value, frozen=True, kw_only=True):
    """A change of a medicine: when as it was told, what kind, and why."""

    day: date
    on: PartialDate | None
    kind: ChangeKind
    line: str
    reason: str | None = None
    before: str = ""
    after: str = ""
    raised: bool | None = None


class Logged(Value, frozen=True, kw_only=True):
    """Doses of some days, from `begins` up to and not including `ends`, as logged.

    `taken` and `not_taken` are what somebody said. `expected` is how many the
    directions amount to in those days, `None` where that is not known; the rest was
    not logged, which is not missed.
    """

    begins: date
    ends: date
    taken: int = 0
    not_taken: int = 0
    expected: Decimal | None = None


class Lane(Named, frozen=True, kw_only=True):
    """One medicine over time.

    Orders of the same medicine that follow each other are one lane; those that
    overlap have a lane each. `before`: it began left of the first day.
    `now` is whether it is taken or on hold on the day of the case.
    """

    lines: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    turns: tuple[Turn, ...] = ()
    log: tuple[Logged, ...] = ()
    before: bool = False
    now: Course | None = None


# --- what was measured ------------------------------------------------------------


class Point(Value, frozen=True, kw_only=True):
    """The results of some days: one, or the least, the most and how many.

    `on` is the date as it was told, where there is one result.
    """

    begins: date
    ends: date
    first: Decimal
    last: Decimal
    low: Decimal
    high: Decimal
    count: int = 1
    on: PartialDate | None = None


class ScoreBand(Value, frozen=True, kw_only=True):
    """Scores from `low` to `high`, both included, and what they are called."""

    low: Decimal
    high: Decimal
    title: str


class Limit(Value, frozen=True, kw_only=True):
    """A bound that a medicine on the list sets a result, and how grave it is beyond.

    `reached`: the value itself lies beyond.
    """

    side: Literal["above", "below"]
    value: Decimal
    severity: Severity
    reached: bool = False

    def crossed_by(self, value: Decimal) -> bool:
        """Return whether a value lies beyond."""
        if value == self.value:
            return self.reached
        return value > self.value if self.side == "above" else value < self.value


class Series(Named, frozen=True, kw_only=True):
    """What was measured again and again, oldest first, in one unit.

    `called_for`: a scale, or something that a medicine on the list calls to be
    measured. `lowest` and `highest` are the ends of a scale.
    """

    unit: str
    points: tuple[Point, ...]
    bands: tuple[ScoreBand, ...] = ()
    limits: tuple[Limit, ...] = ()
    called_for: bool = False
    lowest: Decimal | None = None
    highest: Decimal | None = None


# --- what happened ----------------------------------------------------------------


class Mark(Value, frozen=True, kw_only=True):
    """Something on a day, or from a day until the day before `ends`.

    `open`: nobody recorded that it ended. `count` above one: so many in those days,
    named by `text` where they are all alike. `left` is what its end is called, where
    that has words of its own.
    """

    begins: date
    ends: date | None = None
    on: PartialDate | None = None
    until: PartialDate | None = None
    text: str = ""
    plain: str = ""
    left: str = ""
    plain_left: str = ""
    open: bool = False
    count: int = 1


class Marks(Named, frozen=True, kw_only=True):
    """A row of what happened, in order of days."""

    marks: tuple[Mark, ...]


class DueItem(Value, frozen=True, kw_only=True):
    """Something that is due, as whoever works out what is due tells it."""

    on: date
    text: str
    kind: str = ""


class Told(Value, frozen=True, kw_only=True):
    """One thing that changed, as a sentence; `key` is the row that it is about.

    `reason` is why, as somebody wrote it.
    """

    day: date
    on: PartialDate | None
    track: TrackName
    key: str
    message: Message
    reason: str | None = None


class Timeline(Value, frozen=True, kw_only=True):
    """All that is known between two days, both included, oldest first.

    `earliest` is the first day of which anything is recorded, `None` where nothing is.
    `unread` is how many dated results between the days are of a kind that the
    knowledge does not speak of: they are not drawn, and not nothing.
    """

    version: int = VERSION
    begins: date
    ends: date
    as_of: date
    earliest: date | None = None
    lanes: tuple[Lane, ...] = ()
    series: tuple[Series, ...] = ()
    marks: tuple[Marks, ...] = ()
    told: tuple[Told, ...] = ()
    unread: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is known of these days."""
        return not (self.lanes or self.series or self.marks)

    def rows(self) -> tuple[Lane | Series | Marks, ...]:
        """Return every row, in the order in which they stand below each other."""
        found: list[Lane | Series | Marks] = [*self.lanes, *self.series, *self.marks]
        return tuple(sorted(found, key=lambda row: row.track.rank))
