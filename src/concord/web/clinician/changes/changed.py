"""What was saved, what it means, and what somebody else changed meanwhile."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.record.model import MedicationLine
from concord.web.chart.actions.circle import names_of
from concord.web.clinician import changed as told
from concord.web.clinician.changes.asked import asked
from concord.web.clinician.changes.steps import ids_of, show
from concord.web.clinician.words import RULES, title_of
from concord.web.pages.asking import for_staff


@for_staff
@require_safe
def changed(request: HttpRequest, person: UUID, line: str) -> HttpResponse:
    """Show the change that was made, and every one that others made meanwhile."""
    ask = asked(request, person)
    entry = ask.entry(line)
    mine = request.GET.get("change", "")
    others = _meanwhile(entry.line, request.GET.get("seen", ""), mine)
    names = names_of(c.author.id for c in entry.line.changes if c.author is not None)
    shown = told.changed(entry.line, names)
    written = next((c.recorded_at for c in entry.line.changes if c.id == mine), None)
    review = ask.reviewed.review
    titles = {f.id: title_of(f) for f in review.findings}
    context = {
        **ask.shown,
        "ids": ids_of(request),
        "entry": entry,
        "made": [c for c in shown if c.id == mine],
        "waits": any(
            c.pharmacy is not None and c.pharmacy.told == "not-yet"
            for c in entry.line.changes
            if c.id == mine
        ),
        "others": [c for c in shown if c.id in others],
        "findings": [f for f in review.findings if line in f.medications],
        "not_checked": [n for n in review.not_checked if line in n.medications],
        # One action wrote the change and why it was made in spite of a finding.
        "overridden": [
            (titles.get(answer.answer.finding, RULES.get(answer.rule, "")), answer)
            for answer in ask.reviewed.answers
            if answer.override and answer.at == written
        ],
    }
    return show(request, "changed", context)


def _meanwhile(line: MedicationLine, seen: str, mine: str) -> set[str]:
    """Return the ids of the changes recorded after the last that the form knew of.

    None where the form knew of none: a medicine that was just put on the list has no
    earlier changes to compare with.
    """
    ids = [change.id for change in line.changes]
    if seen not in ids:
        return set()
    return {id_ for id_ in ids[ids.index(seen) + 1 :] if id_ != mine}
