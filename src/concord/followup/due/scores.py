"""By when a scale is filled in again after a start, so that a response can be told."""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.asked import DAY
from concord.followup.case import Case, Taking
from concord.followup.due.model import Event, EventKind, Reason, State, Wanted, standing
from concord.followup.due.naming import thing
from concord.followup.settings import basis
from concord.followup.uses import treats
from concord.knowledge.lookup import is_in_force
from concord.knowledge.model import ExpectedResponse, Severity
from concord.record.fold import LineStatus


def scores(case: Case) -> Iterator[Wanted]:
    """Yield the score that is wanted of each medicine for each condition it treats.

    Any of the scales of a row counts, from the day after the start.
    """
    for taking in case.followed:
        assert taking.drug is not None  # noqa: S101 - only known ones are followed
        if taking.entry.state.status is LineStatus.PLANNED:
            continue
        for followup in case.knowledge.followup_for(taking.drug.id):
            for index, row in enumerate(followup.response):
                if not is_in_force(row, case.as_of):
                    continue
                if row.condition in treats(case, taking):
                    rule = f"followup/{followup.id} response[{index}]"
                    yield thing(case, row.scales[0], _reason(case, taking, row, rule))


def _reason(case: Case, taking: Taking, row: ExpectedResponse, rule: str) -> Reason:
    since = taking.entry.state.since
    on = since.last if since else None
    early = due = done = None
    needs: tuple[str, ...] = ("start-date",)
    state = State.NOT_KNOWN
    days = sorted(r.on.last for name in row.scales for r in case.results.of(name))
    if on is not None:
        early, due = on + DAY, row.measured_within.after(on)
        done = next((day for day in days if day >= early), None)
        state = standing(case.as_of, early, due, due)
        needs = ()
        if done is not None:
            state = State.DONE
        elif state is State.OVERDUE and not case.record.observations:
            state, needs = State.NOT_KNOWN, ("results",)
    return Reason(
        rule=rule,
        event=Event(kind=EventKind.START, on=on),
        state=state,
        severity=Severity.MODERATE,
        medicines=(taking.entry.id,),
        names=(taking.name,),
        text=case.knowledge.conditions[row.condition].title,
        basis=basis(case, row),
        early=early,
        due=due,
        last=due,
        done_on=done,
        last_done=days[-1] if days else None,
        needs=needs,
    )
