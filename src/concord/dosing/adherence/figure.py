"""A figure that says what it is: from which evidence, over which days, of how many.

There is no figure called "adherence": what was supplied, what was logged and what was
told are three things, and each measure counts one of them in its own way.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from concord.dosing.adherence.events import Window
from concord.terms import Value


class Evidence(StrEnum):
    """What a figure is counted from."""

    FILLS = "fills"
    LOG = "dose-log"
    SELF_REPORT = "self-report"


class NoFigure(StrEnum):
    """Why a measure has no figure; never the same as a figure of nought."""

    NO_FILL = "no-fill"
    ONE_FILL = "one-fill"
    NO_DAYS = "no-days"
    NOTHING_LOGGED = "nothing-logged"
    NOTHING_DUE = "nothing-due"
    NO_TIMES = "no-times"


class Figure(Value, frozen=True, kw_only=True):
    """So much of so much, by one measure, from one kind of evidence, over one window.

    `window` is what this measure counts over, which may be a part of the window asked
    for. `counted` and `of` are in `unit`; both are `None` where there is no figure, and
    `none` then says why.
    """

    measure: str
    evidence: Evidence
    window: Window
    unit: Literal["days", "doses", "percent"]
    counted: Decimal | None = None
    of: int | None = None
    none: NoFigure | None = None

    @property
    def share(self) -> Decimal | None:
        """What was counted of the whole; above 1 where more was supplied.

        `None` where there is no figure.
        """
        if self.counted is None or not self.of:
            return None
        return self.counted / self.of
