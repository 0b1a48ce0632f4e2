"""What is drawn of each row: places across, heights, and the words beside them.

Places across are thousandths of the width where they are part of a path, and per cent
where a text or a dot stands, so that no letter is made smaller on a phone.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from concord.followup.timeline import TrackName
from concord.terms import PartialDate, Value

WIDE = 1000


class Fits(StrEnum):
    """Where a text has room: everywhere, only on a wide page, nowhere."""

    ALWAYS = "always"
    ROOMY = "roomy"
    NEVER = "never"


class Text(Value, frozen=True, kw_only=True):
    """Words in a picture: where, how they stand to that place, where they fit."""

    x: str
    y: str
    words: str
    anchor: str = "start"
    fits: Fits = Fits.ALWAYS
    kind: str = "value"


class Box(Value, frozen=True, kw_only=True):
    """A rectangle, in per cent across."""

    x: str
    width: str
    y: str
    height: str
    kind: str


class Path(Value, frozen=True, kw_only=True):
    """A path, in thousandths across."""

    d: str
    kind: str


class Dot(Value, frozen=True, kw_only=True):
    """A mark of one place: a circle or a square."""

    x: str
    y: str
    kind: str
    square: bool = False


class Level(Value, frozen=True, kw_only=True):
    """A line from one side to the other."""

    y: str
    kind: str


class Drawn(Value, frozen=True, kw_only=True):
    """One row: its name, what is said of it now, its picture, and the same in words.

    `hidden`: it is not among those that are shown.
    """

    token: str
    track: TrackName
    title: str
    now: str
    says: str
    height: int
    hidden: bool = False
    boxes: tuple[Box, ...] = ()
    levels: tuple[Level, ...] = ()
    paths: tuple[Path, ...] = ()
    dots: tuple[Dot, ...] = ()
    texts: tuple[Text, ...] = ()


class Tick(Value, frozen=True, kw_only=True):
    """The first day of a month or a year, with its line across the picture."""

    x: str
    on: PartialDate
    fits: Fits


class Shade(Value, frozen=True, kw_only=True):
    """A time that is shaded in every row: elsewhere, or still to come."""

    x: str
    width: str
    kind: str


class Group(Value, frozen=True, kw_only=True):
    """The rows of one track, under its name."""

    track: TrackName
    title: str
    rows: tuple[Drawn, ...]

    @property
    def alone(self) -> Drawn | None:
        """The only row that is shown, where it is called as the group is."""
        shown = self.shown
        return shown[0] if len(shown) == 1 and shown[0].title == self.title else None

    @property
    def shown(self) -> tuple[Drawn, ...]:
        """The rows that are not hidden."""
        return tuple(row for row in self.rows if not row.hidden)


class Picture(Value, frozen=True, kw_only=True):
    """All that is drawn between two days."""

    begins: date
    ends: date
    groups: tuple[Group, ...]
    ticks: tuple[Tick, ...]
    shades: tuple[Shade, ...]
    today: str | None

    @property
    def shown(self) -> tuple[Group, ...]:
        """The groups with a row to show."""
        return tuple(group for group in self.groups if group.shown)

    @property
    def kinds(self) -> frozenset[str]:
        """What kinds of boxes and paths are drawn, so that only they are explained."""
        rows = [row for group in self.groups for row in group.shown]
        return frozenset(
            [box.kind for row in rows for box in row.boxes]
            + [path.kind for row in rows for path in row.paths]
        )
