"""A plan of doses drawn as a stair: SVG to be looked at, and said in words as well.

Each medicine has its own stair on its own scale, over one line of days.
No script and no style from elsewhere; the drawing takes the colour of the text around
it, so that it serves in light and in dark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from concord.dosing.plan.days import mean_on
from concord.dosing.plan.model import Course, Plan, Step
from concord.dosing.plan.words import days_words, dose_words
from concord.terms import Value
from concord.wording.amounts import amount
from concord.wording.dates import day
from concord.wording.names import cased

# The drawing is made for a telephone 390 px wide, at which its text is 12 px high.
_WIDTH = 390
_LEFT, _RIGHT, _TOP = 10, 12, 34
_STAIR, _GAP, _FOOT = 120, 34, 30
_TEXT = 12
_LETTER = 7
_DAY = timedelta(days=1)


class _Span(Value, frozen=True, kw_only=True):
    """The days that are drawn, from the first to behind the last."""

    first: date
    last: date

    def x(self, on: date) -> float:
        """Return where a day begins."""
        wide = _WIDTH - _LEFT - _RIGHT
        whole = max((self.last - self.first).days, 1)
        return round(_LEFT + wide * (on - self.first).days / whole, 1)


def stair(plan: Plan, *, name: str = "stair") -> str:
    """Return a plan as an SVG drawing with its title and its steps in words.

    `name` begins the ids in it, for a page that holds several. The same plan gives the
    same text.
    """
    span = _span(plan)
    height = _TOP + len(plan.courses) * (_STAIR + _GAP) + _FOOT
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="100%" role="img" aria-labelledby="{escape(name)}-title" '
        f'aria-describedby="{escape(name)}-desc" font-family="sans-serif" '
        f'font-size="{_TEXT}" fill="currentColor">'
    )
    parts = [
        opening,
        f'<title id="{escape(name)}-title">{escape(plan.title)}</title>',
        f'<desc id="{escape(name)}-desc">{escape(_description(plan))}</desc>',
    ]
    for place, course in enumerate(plan.courses):
        top = _TOP + place * (_STAIR + _GAP)
        parts += _course(course, span, top)
    parts += _days(span, height)
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _span(plan: Plan) -> _Span:
    """Return the days of a plan, and some more, to show how it was and will be."""
    starts = [s.starts for c in plan.courses for s in c.steps] or [plan.starts]
    first, last = min(plan.starts, *starts), max(starts)
    more = max((last - first) // 12, _DAY)
    return _Span(first=first - more, last=last + 2 * more)


def _description(plan: Plan) -> str:
    """Return every step in words: what the drawing shows, for who cannot see it."""
    said = []
    for course in plan.courses:
        steps = "; ".join(
            f"{days_words(s)}: {dose_words(s, course)}" for s in course.steps
        )
        before = f"before: {amount(course.before)} a day; " if course.before else ""
        said.append(f"{cased(course.name)}: {before}{steps}.")
    return " ".join(said)


def _course(course: Course, span: _Span, top: int) -> Iterator[str]:
    highest = max(
        [s.dose.value for s in course.steps]
        + ([course.before.value] if course.before is not None else []),
        default=Decimal(0),
    )
    floor = top + _STAIR

    def y(value: Decimal) -> float:
        return round(floor - float(value / highest) * _STAIR, 1) if highest else floor

    yield f'<text x="{_LEFT}" y="{top - 18}" font-weight="bold">'
    yield f"{escape(cased(course.name))}</text>"
    yield (
        f'<line x1="{_LEFT}" y1="{floor}" x2="{_WIDTH - _RIGHT}" y2="{floor}" '
        'stroke="currentColor" stroke-opacity="0.5"/>'
    )
    points = _outline(course, span)
    path = " ".join(f"{span.x(on)},{y(value)}" for on, value in points)
    under = f"{span.x(span.first)},{floor} {path} {span.x(span.last)},{floor}"
    yield f'<polygon points="{under}" fill-opacity="0.12"/>'
    yield (
        f'<polyline points="{path}" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linejoin="round"/>'
    )
    yield from _labels(course, span, y)


def _outline(course: Course, span: _Span) -> list[tuple[date, Decimal]]:
    """Return the corners of a stair: two for each day on which the dose changes."""
    days = {span.first, span.last}
    for step in course.steps:
        days.add(step.starts)
        if step.ends is not None:
            days.add(step.ends + _DAY)
    corners: list[tuple[date, Decimal]] = []
    value = mean_on(course, span.first).value
    for on in sorted(one for one in days if span.first <= one <= span.last):
        corners.append((on, value))
        value = mean_on(course, on).value
        corners.append((on, value))
    return corners


def _labels(
    course: Course, span: _Span, y: Callable[[Decimal], float]
) -> Iterator[str]:
    """Yield the doses over their steps, those left out that would cover each other."""
    free = float("-inf")
    for step in _shown(course):
        words = amount(step.dose)
        left = min(span.x(step.starts) + 2, _WIDTH - _RIGHT - _LETTER * len(words))
        if left < free:
            continue
        free = left + _LETTER * (len(words) + 1)
        high = y(step.dose.value) - 5
        held = ' font-style="italic"' if step.held else ""
        place = f'x="{round(left, 1)}" y="{round(high, 1)}"'
        yield f"<text {place}{held}>{escape(words)}</text>"


def _shown(course: Course) -> Iterator[Step]:
    """Yield the steps whose dose differs from the one before them."""
    before: Step | None = None
    for step in course.steps:
        if before is None or before.dose != step.dose or step.held:
            yield step
        before = step


def _days(span: _Span, height: int) -> Iterator[str]:
    """Yield the first and the last day that is named, under the stairs."""
    low = height - _TEXT
    yield f'<text x="{_LEFT}" y="{low}">{escape(day(span.first))}</text>'
    yield (
        f'<text x="{_WIDTH - _RIGHT}" y="{low}" text-anchor="end">'
        f"{escape(day(span.last))}</text>"
    )
