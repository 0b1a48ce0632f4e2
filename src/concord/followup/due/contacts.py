"""When somebody is in touch after a discharge, a release, an emergency or a risk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from concord.followup.asked import DAY
from concord.followup.case import Case
from concord.followup.due.model import (
    Event,
    EventKind,
    Reason,
    State,
    Wanted,
    What,
    standing,
)
from concord.followup.due.naming import contact
from concord.followup.seen import EMERGENCY, Seen, began, is_emergency
from concord.followup.settings import (
    basis,
    contacts_wanted,
    days_after,
    is_back,
    list_wanted,
    setting_on,
)
from concord.followup.windows import Windows
from concord.knowledge.model import MeasureValue, Severity
from concord.record.model import SettingKind

ATTEMPT = "contact-after-attempt"


class Contacts:
    """The contacts that follow from what happened to the person."""

    def __init__(self, case: Case, seen: Seen, windows: Windows) -> None:
        self._case = case
        self._seen = seen
        self._long_ago = case.as_of - windows.let_go

    def wanted(self) -> Iterator[Wanted]:
        """Yield each contact, and the list that is gone through after a transition."""
        yield from self._settings()
        yield from self._risk()
        yield from self._emergency()

    def _settings(self) -> Iterator[Wanted]:
        case = self._case
        event = setting_on(case.record, case.as_of)
        if event is None or event.on is None:
            return
        kind = (
            EventKind.RELEASE
            if event.kind is SettingKind.RELEASED
            else EventKind.DISCHARGE
        )
        if not is_back(event) or event.on.last < self._long_ago:
            return
        happened = Event(kind=kind, on=event.on.last)
        for measure, value in contacts_wanted(case, event):
            yield self._contact(measure, value, happened, event.on.last)
        yield self._list(happened, event.on.last, event.on.first)

    def _list(self, event: Event, left: date, from_day: date) -> Wanted:
        value = list_wanted(self._case)
        due = days_after(left, value)
        days = [r.on.last for r in self._case.record.reconciliations]
        days = [day for day in days if from_day <= day <= self._case.as_of]
        done = min(days, default=None)
        reason = Reason(
            rule="measures/setting-list-review within-days",
            event=event,
            state=State.DONE
            if done
            else standing(self._case.as_of, from_day, due, due),
            severity=Severity.MODERATE,
            text=value.text,
            basis=basis(self._case, value),
            early=from_day,
            due=due,
            last=due,
            done_on=done,
            last_done=max(days, default=None),
        )
        return Wanted(
            ask="list", what=What.LIST, title="Go through the list", reason=reason
        )

    def _risk(self) -> Iterator[Wanted]:
        measure = self._case.knowledge.measures.get(ATTEMPT)
        if measure is None or measure.side is None or measure.side.condition is None:
            return
        line = self._case.condition(measure.side.condition)
        if line is None:
            return
        value = self._case.knowledge.threshold(ATTEMPT, "within-days", self._case.as_of)
        on = line.onset.last if line.onset else None
        if on is None or on >= self._long_ago:
            event = Event(kind=EventKind.RISK, on=on)
            yield self._contact(ATTEMPT, value, event, on)

    def _emergency(self) -> Iterator[Wanted]:
        """Yield the contacts after the newest emergency for what the measure names."""
        case = self._case
        visits = [
            (day, visit)
            for visit in case.record.encounters
            if is_emergency(case, visit)
            and (day := began(visit)) is not None
            and self._long_ago <= day <= case.as_of
        ]
        if not visits:
            return
        measure = case.knowledge.measures[EMERGENCY]
        day, visit = max(visits, key=lambda one: (one[0], one[1].id))
        broader = case.knowledge.links.broader
        reasons = {
            wider
            for name in case.conditions_of(visit.reasons)
            for wider in broader.get(name, (name,))
        }
        known = bool(visit.reasons)
        if known and not reasons & set(measure.reasons):
            return
        event = Event(kind=EventKind.EMERGENCY, on=day)
        for name in ("within-days", "at-latest-within-days"):
            value = case.knowledge.threshold(EMERGENCY, name, case.as_of)
            needs = () if known else ("emergency-reason",)
            yield self._contact(EMERGENCY, value, event, day, needs)

    def _contact(
        self,
        measure: str,
        value: MeasureValue,
        event: Event,
        on: date | None,
        needs: tuple[str, ...] = (),
    ) -> Wanted:
        """Return a contact so many days after a day; the day itself does not count."""
        early = due = done = None
        state = State.NOT_KNOWN
        if on is None:
            needs = (*needs, "onset")
        else:
            early, due = on + DAY, days_after(on, value)
            done = self._seen.first_from(early)
            state = standing(self._case.as_of, early, due, due)
            if done is not None:
                state, needs = State.DONE, ()
            elif not self._seen.known and state is not State.NOT_YET:
                needs = (*needs, "encounters")
            if needs:
                state = State.NOT_KNOWN
        reason = Reason(
            rule=f"measures/{measure} {value.name}",
            event=event,
            state=state,
            severity=Severity.SERIOUS,
            text=value.text,
            basis=basis(self._case, value),
            early=early,
            due=due,
            last=due,
            done_on=done,
            last_done=self._seen.last,
            needs=needs,
        )
        return contact(reason)
