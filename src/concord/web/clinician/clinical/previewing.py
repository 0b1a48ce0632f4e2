"""What a held import would do, as the page shows it: kind by kind, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from concord.exchange import Tally
from concord.record.differences import Difference
from concord.record.model import Person
from concord.terms import Value
from concord.web.chart.actions.imports import Preview
from concord.web.clinician.clinical.describing import (
    KINDS,
    Compared,
    Told,
    compared,
    told,
)

# More lines of one kind than a person reads on a page; the rest are counted.
MOST_LINES = 200


class Change(Value, frozen=True, kw_only=True):
    """A line that would be updated, or kept as corrected here: old beside new."""

    told: Told
    compared: tuple[Compared, ...] = ()


class Section(Value, frozen=True, kw_only=True):
    """One kind of line: what would be added, updated and kept; how many in all."""

    kind: str
    title: str
    added: tuple[Told, ...]
    updated: tuple[Change, ...]
    kept: tuple[Change, ...]
    added_count: int
    updated_count: int
    kept_count: int

    @property
    def more(self) -> int:
        """How many lines are counted but not shown."""
        shown = len(self.added) + len(self.updated) + len(self.kept)
        return self.added_count + self.updated_count + self.kept_count - shown


class Left(Value, frozen=True, kw_only=True):
    """How many resources of a type were not read, and why."""

    type: str
    count: int
    why: str


class PreviewPage(Value, frozen=True, kw_only=True):
    """All that the preview shows, in the order in which it is read."""

    sections: tuple[Section, ...]
    added: int
    updated: int
    unchanged: int
    left: tuple[Left, ...]
    unrecognised: int
    mine: Told | None
    theirs: Told | None


def page_of(preview: Preview, as_of: date) -> PreviewPage:
    """Return what a preview shows on a day."""
    found = preview.found
    by_kind: defaultdict[str, list[list[Difference]]] = defaultdict(
        lambda: [[], [], []]
    )
    for place, group in enumerate((found.added, found.updated, found.kept)):
        for difference in group:
            by_kind[difference.kind][place].append(difference)
    order = {kind: place for place, kind in enumerate(KINDS)}
    kinds = sorted(by_kind, key=lambda kind: order.get(kind, len(order)))
    return PreviewPage(
        sections=tuple(_section(kind, by_kind[kind], as_of) for kind in kinds),
        added=len(found.added),
        updated=len(found.updated),
        unchanged=found.unchanged,
        left=tuple(_left(preview.held.read)),
        unrecognised=sum(
            told(d.kind, d.after, as_of).recognised is False for d in found.added
        ),
        mine=_person(preview.mine, as_of),
        theirs=_person(preview.theirs, as_of),
    )


def _section(kind: str, groups: list[list[Difference]], as_of: date) -> Section:
    added, updated, kept = groups
    return Section(
        kind=kind,
        title=KINDS.get(kind, kind),
        added=tuple(told(kind, d.after, as_of) for d in added[:MOST_LINES]),
        updated=tuple(_change(d, as_of) for d in updated[:MOST_LINES]),
        kept=tuple(_change(d, as_of) for d in kept[:MOST_LINES]),
        added_count=len(added),
        updated_count=len(updated),
        kept_count=len(kept),
    )


def _change(difference: Difference, as_of: date) -> Change:
    kind, before, after = difference.kind, difference.before, difference.after
    shown = told(kind, after, as_of)
    if before is None or before == after:
        return Change(told=shown)
    return Change(told=shown, compared=compared(kind, before, after, as_of))


def _left(read: dict[str, Tally]) -> Iterable[Left]:
    for type_, tally in read.items():
        for why, count in tally.why.items():
            yield Left(type=type_, count=count, why=why)


def _person(person: Person | None, as_of: date) -> Told | None:
    return told("person", person, as_of) if person is not None else None
