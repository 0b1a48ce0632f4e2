"""What a person says of taking a medicine, as a figure that says that they said it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from concord.dosing.adherence.events import Window
from concord.dosing.adherence.figure import Evidence, Figure
from concord.terms import Value


class DaysMissed(Value, frozen=True, kw_only=True):
    """On how many of the last days, before the day of asking, a dose was missed."""

    asked_on: date
    missed: int
    of_days: int

    def __post_init__(self) -> None:
        """Refuse an answer that cannot be."""
        if self.of_days < 1 or not 0 <= self.missed <= self.of_days:
            msg = (
                "found more days missed than were asked of, or fewer than none; "
                "expected a count of the days asked of; ask again"
            )
            raise ValueError(msg)


class DosesTaken(Value, frozen=True, kw_only=True):
    """How much of the doses was taken in the last days, on a line from 0 to 100."""

    asked_on: date
    percent: Decimal
    of_days: int

    def __post_init__(self) -> None:
        """Refuse an answer that cannot be."""
        if self.of_days < 1 or not 0 <= self.percent <= 100:
            msg = "found an answer off the line, expected one from 0 to 100; ask again"
            raise ValueError(msg)


def as_told(answer: DaysMissed | DosesTaken) -> Figure:
    """Return the figure of an answer: days without a missed dose, or the share taken.

    The window is that of the question and ends with the day of asking, not counted.

    >>> told = as_told(DaysMissed(asked_on=date(2026, 2, 8), missed=2, of_days=7))
    >>> (told.counted, told.of, told.window.start.isoformat())
    (Decimal('5'), 7, '2026-02-01')
    """
    window = Window(
        start=answer.asked_on - timedelta(answer.of_days), end=answer.asked_on
    )
    if isinstance(answer, DaysMissed):
        return Figure(
            measure="days-without-a-miss",
            evidence=Evidence.SELF_REPORT,
            window=window,
            unit="days",
            counted=Decimal(answer.of_days - answer.missed),
            of=answer.of_days,
        )
    return Figure(
        measure="doses-taken",
        evidence=Evidence.SELF_REPORT,
        window=window,
        unit="percent",
        counted=answer.percent,
        of=100,
    )
