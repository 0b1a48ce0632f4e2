"""What the timeline draws: places on the page, and the rows of its table.

Places across are in percent of the width, so that the picture fits a phone without
its letters being made smaller; places down are in pixels.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from concord.followup.results import Measured
from concord.record.agreed import Entry
from concord.record.fold import LineStatus
from concord.record.model import ChangeKind, SettingEvent, SettingKind
from concord.terms import PartialDate, Value

# Within a lane: where a bar begins and how high it is; where results begin, and how
# far they reach.
BAR_DOWN, BAR_HIGH, MARK_TOP, MARK_SPAN = 22, 20, 46, 26


class Fits(StrEnum):
    """Where a text has room: everywhere, only on a wide page, nowhere."""

    ALWAYS = "always"
    ROOMY = "roomy"
    NEVER = "never"


class Kind(StrEnum):
    """What a stretch of a bar says: taken, on hold, or not known which."""

    TAKEN = "taken"
    HELD = "held"
    UNSURE = "unsure"


class Piece(Value, frozen=True, kw_only=True):
    """A stretch of a bar between two changes, with the words of its dose."""

    x: str
    width: str
    kind: Kind
    dose: str = ""
    fits: Fits = Fits.NEVER


class Bar(Value, frozen=True, kw_only=True):
    """One medicine over time; `before` where it began left of the picture."""

    y: int
    label_x: str
    anchor: str
    entry: Entry
    pieces: tuple[Piece, ...]
    before: bool
    stopped_x: str | None = None

    @property
    def bar_y(self) -> int:
        """Where its bar begins, below its name."""
        return self.y + BAR_DOWN

    @property
    def text_y(self) -> int:
        """The line on which its name stands."""
        return self.y + 16

    @property
    def end_y(self) -> int:
        """Where its bar ends."""
        return self.bar_y + BAR_HIGH

    @property
    def stop_y(self) -> int:
        """Where the mark of its stop begins, a little above the bar."""
        return self.bar_y - 3

    @property
    def stop_end_y(self) -> int:
        """Where the mark of its stop ends."""
        return self.end_y + 3


class Point(Value, frozen=True, kw_only=True):
    """One result, higher where it is more; its value is written where there is room."""

    x: str
    y: int
    result: Measured
    anchor: str
    fits: Fits

    @property
    def text_y(self) -> int:
        """The line on which its value stands."""
        return self.y - 8


class Series(Value, frozen=True, kw_only=True):
    """The results of one observation, oldest first."""

    y: int
    title: str
    points: tuple[Point, ...]

    @property
    def text_y(self) -> int:
        """The line on which its title stands."""
        return self.y + 16

    @property
    def base_y(self) -> int:
        """Where its lane ends."""
        return self.y + MARK_TOP + MARK_SPAN + 6


class Stay(Value, frozen=True, kw_only=True):
    """A time elsewhere: in hospital, in custody, in shelter; maybe not over."""

    x: str
    width: str
    anchor: str
    text_x: str
    text_y: int
    event: SettingEvent
    ended: SettingEvent | None = None


class Tick(Value, frozen=True, kw_only=True):
    """A month, with the line of its first day across the picture."""

    x: str
    on: PartialDate
    anchor: str
    fits: Fits


class Told(Value, frozen=True, kw_only=True):
    """One row of the table that says what the picture shows."""

    on: PartialDate | None
    order: date
    change: ChangeKind | None = None
    entry: Entry | None = None
    setting: SettingKind | None = None
    title: str | None = None
    result: Measured | None = None


class Picture(Value, frozen=True, kw_only=True):
    """All that is drawn between two days, and its table, newest first."""

    begins: date
    ends: date
    height: int
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    stays: tuple[Stay, ...]
    series: tuple[Series, ...]
    rows: tuple[Told, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.bars or self.stays or self.series)

    @property
    def hatched(self) -> bool:
        """Whether any stretch on hold is drawn."""
        return any(p.kind is Kind.HELD for bar in self.bars for p in bar.pieces)

    @property
    def unsure(self) -> bool:
        """Whether any stretch is drawn of which the date is only roughly known."""
        return any(p.kind is Kind.UNSURE for bar in self.bars for p in bar.pieces)

    @property
    def results(self) -> int:
        """How many results are drawn."""
        return sum(len(series.points) for series in self.series)

    @property
    def changes(self) -> int:
        """How many changes of dose are drawn."""
        return sum(row.change is ChangeKind.DOSE_CHANGED for row in self.rows)

    @property
    def held(self) -> int:
        """How many medicines are on hold on the last day."""
        return sum(bar.entry.state.status is LineStatus.HELD for bar in self.bars)

    @property
    def stopped(self) -> int:
        """How many medicines were stopped within the picture."""
        return sum(bar.stopped_x is not None for bar in self.bars)

    @property
    def taken(self) -> int:
        """How many medicines are active on the last day."""
        return sum(bar.entry.state.status is LineStatus.ACTIVE for bar in self.bars)
