"""The days that a timeline shows, and how many of them share a mark."""

from __future__ import annotations

from datetime import date, timedelta

from concord.terms import Value

DAY = timedelta(days=1)


class Days(Value, frozen=True, kw_only=True):
    """From `begins` to `ends`, both included, drawn with at most `marks` marks.

    With more days than marks, `each` days share one.
    """

    begins: date
    ends: date
    marks: int

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.ends + DAY

    @property
    def count(self) -> int:
        """How many days there are."""
        return (self.ends - self.begins).days + 1

    @property
    def each(self) -> int:
        """How many days share a mark."""
        return max(1, -(-self.count // self.marks))

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.begins <= day <= self.ends

    def touches(self, begins: date, ends: date) -> bool:
        """Whether a time, up to and not including its end, has a day among them."""
        return begins <= self.ends and ends > self.begins

    def bucket(self, day: date) -> int:
        """Return the number of the mark that a day shares in."""
        return (day - self.begins).days // self.each

    def span(self, bucket: int) -> tuple[date, date]:
        """Return the first day of a mark, and the day after its last."""
        first = self.begins + timedelta(days=bucket * self.each)
        return first, min(first + timedelta(days=self.each), self.after)
