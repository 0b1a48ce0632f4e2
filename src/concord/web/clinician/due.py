"""What is due for a person, and who has it: one strip under the banner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from concord.followup.case import Case
from concord.followup.settings import Basis, Follows, implications
from concord.review.model import Finding
from concord.terms import Value
from concord.web.chart.actions.reading import Reviewed
from concord.wording import Message


class Due(Value, frozen=True, kw_only=True):
    """One thing to do: words of the knowledge, or a finding to look at again.

    `by` is the day by which it is wanted, or `until` which it holds; `None` where no
    day is set.
    """

    late: bool
    until: bool = False
    by: date | None = None
    owner: str | None = None
    says: Message | None = None
    finding: Finding | None = None
    to_do: str | None = None
    basis: tuple[Basis, ...] = ()


def due(case: Case, found: Reviewed) -> tuple[Due, ...]:
    """Return what is due, the soonest first and the undated last.

    What follows from where the person is, and every finding whose newest answer named
    a day to look at it, whether that day has come or not.
    """
    made = [*_settings(case), *_answers(case, found)]
    return tuple(sorted(made, key=lambda item: (item.by is None, item.by or date.max)))


def _settings(case: Case) -> Iterator[Due]:
    for one in implications(case):
        yield Due(
            late=one.due is not None and one.due < case.as_of,
            until=one.follows is Follows.TOLERANCE,
            by=one.due,
            says=one.message,
            basis=one.basis,
        )


def _answers(case: Case, found: Reviewed) -> Iterator[Due]:
    newest = {a.answer.finding: a for a in reversed(found.answers)}
    for finding in (*found.settled.answered, *found.settled.to_check):
        answered = newest.get(finding.id)
        if answered is None or answered.answer.check_on is None:
            continue
        answer = answered.answer
        yield Due(
            late=answered.answer.check_on <= case.as_of,
            by=answer.check_on,
            owner=answer.owner or answered.by,
            finding=finding,
            to_do=answer.to_do,
        )
