"""The agreed list as the page shows it: in groups, with changes and conflicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from concord.dosing.routes import INJECTED, route_of_form
from concord.followup.case import Case
from concord.record.agreed import Entry
from concord.record.fold import LineStatus, state_on
from concord.record.model import Change, LineKind, MedicationLine, Taken
from concord.review.model import Finding
from concord.terms import Value
from concord.web.chart.policy import Action
from concord.web.clinician.changed import Changed, changed

_BOTH = "same-ingredient"


class Group(StrEnum):
    """The groups of the list, in their order."""

    SCHEDULED = "Scheduled"
    AS_NEEDED = "As needed"
    INJECTIONS = "Injections"
    OVER_THE_COUNTER = "Over the counter"
    HELD = "On hold"
    PLANNED = "Planned"
    STOPPED = "Stopped"


class Other(Value, frozen=True, kw_only=True):
    """Another line that states the same medicine, and whether it says the same."""

    entry: Entry
    report: bool
    differs: bool
    not_taken: bool


class Listed(Value, frozen=True, kw_only=True):
    """One medicine on the list, with all that its line shows.

    `acts` are the names of the changes that the actor may make of it now.
    """

    entry: Entry
    acts: tuple[str, ...]
    changes: tuple[Changed, ...]
    others: tuple[Other, ...]
    doubles: tuple[Finding, ...]
    indication: str | None
    not_taken: bool
    editable: bool


class Section(Value, frozen=True, kw_only=True):
    """A group of the list that holds something."""

    group: Group
    rows: tuple[Listed, ...]
    folded: bool = False


_ACTS = {
    LineStatus.ACTIVE: ("change", "hold", "stop"),
    LineStatus.HELD: ("change", "resume", "stop"),
    LineStatus.PLANNED: ("change", "hold", "stop"),
}


def sections(
    case: Case,
    findings: Iterable[Finding],
    may: Collection[Action],
    names: Mapping[str, str],
) -> tuple[Section, ...]:
    """Return the groups of the list that are not empty, in their order.

    Stopped medicines are shown for the days that `measures/person-page:
    stopped-shown-days` states, the day itself included; of one whose stop is not dated
    nobody knows that it is long ago, so it stays.
    """
    doubles = [f for f in findings if f.rule == _BOTH]
    days = case.knowledge.figure("person-page", "stopped-shown-days", case.as_of)
    oldest = case.as_of - timedelta(days=int(days))
    groups: dict[Group, list[Listed]] = {group: [] for group in Group}
    for entry in case.agreed:
        ended = entry.state.ended
        if entry.state.status is LineStatus.STOPPED and ended and ended.last < oldest:
            continue
        groups[group_of(entry)].append(_listed(entry, case, doubles, may, names))
    return tuple(
        Section(group=group, rows=tuple(rows), folded=group is Group.STOPPED)
        for group, rows in groups.items()
        if rows
    )


def group_of(entry: Entry) -> Group:
    """Return the group in which a medicine stands: what is not taken apart first."""
    match entry.state.status:
        case LineStatus.HELD:
            return Group.HELD
        case LineStatus.PLANNED:
            return Group.PLANNED
        case LineStatus.STOPPED | LineStatus.NEVER:
            return Group.STOPPED
    if entry.line.over_the_counter:
        return Group.OVER_THE_COUNTER
    dosage = entry.state.dosage
    if dosage and all(d.as_needed for d in dosage):
        return Group.AS_NEEDED
    routes = [d.route for d in dosage if d.route]
    said = routes or [entry.line.medicine.form or ""]
    if any(route_of_form(words) in (*INJECTED, "injection") for words in said):
        return Group.INJECTIONS
    return Group.SCHEDULED


def _listed(
    entry: Entry,
    case: Case,
    doubles: Iterable[Finding],
    may: Collection[Action],
    names: Mapping[str, str],
) -> Listed:
    line = entry.line
    reported = line.kind is LineKind.REPORT
    needed = Action.RECORD_REPORT if reported else Action.CHANGE_ORDER
    editable = needed in may
    return Listed(
        entry=entry,
        acts=_ACTS.get(entry.state.status, ()) if editable else (),
        changes=changed(line, names),
        others=tuple(_other(entry, other, case.as_of) for other in entry.also),
        doubles=tuple(f for f in doubles if entry.id in f.medications),
        indication=_indication(line, case),
        not_taken=line.taken is Taken.NOT_TAKEN,
        editable=editable,
    )


def _other(entry: Entry, other: MedicationLine, on: date) -> Other:
    state = state_on(other.changes, on)
    mine, theirs = _doses(entry.state.dosage), _doses(state.dosage)
    return Other(
        entry=Entry(line=other, state=state),
        report=other.kind is LineKind.REPORT,
        differs=bool(theirs) and mine != theirs,
        not_taken=other.taken is Taken.NOT_TAKEN,
    )


def _doses(dosage: Iterable[object]) -> list[tuple[object, ...]]:
    """Return what two directions must share to say the same: amounts and times."""
    return [
        tuple(getattr(d, name) for name in ("dose", "dose_max", "route", "timing"))
        for d in dosage
    ]


def _indication(line: MedicationLine, case: Case) -> str | None:
    """Return what it is taken for, as recorded, or by the condition it points to."""
    said: list[str] = []
    for indication in line.indications:
        pointed = case.condition_lines.get(indication.condition or "")
        codes = (*indication.codes, *(pointed.codes if pointed else ()))
        shown = indication.text or (pointed.text if pointed else None)
        shown = shown or next((c.display for c in codes if c.display), None)
        if shown:
            said.append(shown)
    return "; ".join(dict.fromkeys(said)) or None


def authors(case: Case) -> frozenset[str]:
    """Return the ids of those who made a change and are named nowhere in it."""
    changes: list[Change] = [
        change for line in case.record.medications for change in line.changes
    ]
    parties = [change.author for change in changes]
    return frozenset(p.id for p in parties if p and p.id and not p.name)
