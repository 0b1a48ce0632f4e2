"""The days across a picture, its months, and the room that words have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from concord.terms import PartialDate, Value
from concord.web.timeline.shapes import WIDE, Fits, Tick

# Widths in pixels, to judge whether a text fits: a phone, a page, one letter.
_PHONE, _PAGE, _LETTER = 300, 880, 7.5
_MOST_TICKS = 6
_RIGHT_HALF = 55.0
_STEPS = (1, 2, 3, 6, 12, 24, 60, 1200)


class Across(Value, frozen=True, kw_only=True):
    """The first day and the last, both drawn whole."""

    begins: date
    ends: date

    @property
    def _days(self) -> int:
        return (self.ends - self.begins).days + 1

    def share(self, day: date) -> float:
        """Return where a day begins, from 0 to 1; those outside at the edge."""
        return min(max((day - self.begins).days / self._days, 0.0), 1.0)

    def middle(self, day: date) -> float:
        """Return where the middle of a day is, from 0 to 1."""
        return min(max(((day - self.begins).days + 0.5) / self._days, 0.0), 1.0)

    def ticks(self) -> Iterator[Tick]:
        """Yield firsts of months or years, about as many as there is room for."""
        months = max(1, self._days // 30)
        step = next(s for s in _STEPS if months / s <= _MOST_TICKS)
        index = self.begins.year * 12 + self.begins.month - 1
        index += 0 if self.begins.day == 1 else 1
        index += -index % step
        for place in range(_MOST_TICKS * 2):
            first = date(index // 12, index % 12 + 1, 1)
            if first > self.ends:
                return
            x = self.share(first)
            whole_years = step >= 12
            yield Tick(
                x=percent(x),
                on=PartialDate.parse(
                    f"{first:%Y}" if whole_years else f"{first:%Y-%m}"
                ),
                # At the edge of a phone there is no room to the right of its line.
                fits=Fits.ALWAYS
                if place % 2 == 0 and x <= 1 - 9 * _LETTER / _PHONE
                else Fits.ROOMY,
            )
            index += step


class Room:
    """The stretches of one line that are written on, at one width of the page."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._taken: list[tuple[float, float]] = []

    def _stretch(self, place: float, letters: int, anchor: str) -> tuple[float, float]:
        length = letters * _LETTER / self._pixels
        return (place - length, place) if anchor == "end" else (place, place + length)

    def free(self, place: float, letters: int, anchor: str) -> bool:
        """Whether a text of so many letters runs into no other and not out of sight."""
        left, right = self._stretch(place, letters, anchor)
        inside = left >= -0.01 and right <= 1.01
        return inside and all(
            right <= begins or left >= ends for begins, ends in self._taken
        )

    def take(self, place: float, letters: int, anchor: str) -> None:
        """Write a text here."""
        self._taken.append(self._stretch(place, letters, anchor))


class Writing:
    """Decides which texts of one line fit, the first asked first."""

    def __init__(self) -> None:
        self._phone, self._page = Room(_PHONE), Room(_PAGE)

    def fits(self, place: float, words: str, anchor: str) -> Fits:
        """Return where a text fits beside those before it, and take its room."""
        letters = len(words) + 1
        if not self._page.free(place, letters, anchor):
            return Fits.NEVER
        self._page.take(place, letters, anchor)
        if not self._phone.free(place, letters, anchor):
            return Fits.ROOMY
        self._phone.take(place, letters, anchor)
        return Fits.ALWAYS


def within(words: str, width: float) -> Fits:
    """Return where a text fits into a share of the width."""
    length = (len(words) + 1) * _LETTER
    if length <= _PHONE * width:
        return Fits.ALWAYS
    return Fits.ROOMY if length <= _PAGE * width else Fits.NEVER


def anchor_at(share: float) -> str:
    """Return to which side of its place a text goes, so that it stays in sight."""
    return "end" if share * 100 > _RIGHT_HALF else "start"


def percent(share: float) -> str:
    """Return a share of the width in per cent."""
    return f"{share * 100:.2f}"


def thousandths(share: float) -> str:
    """Return a share of the width as a place in a path."""
    return f"{share * WIDE:.1f}"
