"""The panel: the people in one's care, by what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from concord.followup.settings import is_away
from concord.knowledge.model import Severity
from concord.record.model import Person, SettingEvent, SettingKind
from concord.review.pressing import Pressing
from concord.terms import Value, age_on
from concord.web.chart.actions.crises import Crisis
from concord.web.chart.actions.needs import Need
from concord.web.chart.actions.panels import PanelRow
from concord.web.chart.actions.reading import read_whole_panel
from concord.web.clinician.may import runs_an_office_only
from concord.web.clinician.scales.crisis import since
from concord.web.clinician.words import PRESSING
from concord.web.pages.asking import actor_of, for_staff, now

# How many needs of one person stand open; the others are counted.
_SHOWN_NEEDS = 3
# How many people stand on one page; the others are one page on.
_SHOWN_PEOPLE = 50
_NOBODY = "nobody"


class Row(Value, frozen=True, kw_only=True):
    """One person on the panel: the most pressing needs, out of how many that fit."""

    person: UUID
    name: str
    age: str | None
    who: Person
    needs: tuple[Need, ...]
    fit: int
    not_checked: int
    reviewed_on: date | None
    setting: SettingEvent | None
    crises: tuple[CrisisNeed, ...] = ()
    stale: bool = False


class CrisisNeed(Value, frozen=True, kw_only=True):
    """A crisis as the panel shows it: whose it is now, how long, taken up or not."""

    person: UUID
    crisis: UUID
    name: str
    says: str
    owner: str
    open_for: str


class Sort(Value, frozen=True, kw_only=True):
    """A kind of need, with how many people have one; the way to them alone."""

    kind: Pressing
    words: str
    people: int
    here: bool


class Wanted(forms.Form):
    """What the panel is narrowed to; every choice is one of a closed list."""

    q = forms.CharField(
        label="Search by name",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )
    kind = forms.ChoiceField(
        label="Why",
        required=False,
        choices=[("", "Anything"), *((k.value, PRESSING[k]) for k in Pressing)],
    )
    severity = forms.ChoiceField(
        label="Severity",
        required=False,
        choices=[("", "Any"), *((s.value, s.value.title()) for s in Severity)],
    )
    owner = forms.ChoiceField(label="Owner", required=False)

    def __init__(self, data: Any, owners: Iterable[str]) -> None:
        super().__init__(data)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - declared above
        named = [(name, name) for name in owners]
        owner.choices = [("", "Anyone"), (_NOBODY, "Nobody yet"), *named]


@require_safe
@for_staff
def panel(request: HttpRequest) -> HttpResponse:
    """Show the people in the care of the one who asks, the most pressing need first.

    Who only runs an office is sent there: they see nobody's record.

    So many people a page, and the counts are of all. A filter that is not one of the
    closed list narrows nothing and is answered with 400 and the words that say so.
    """
    actor, at = actor_of(request), now()
    if runs_an_office_only(actor, at):
        return redirect("office:home")
    whole = read_whole_panel(actor=actor, now=at)
    rows = whole.rows
    owners = {need.owner for row in rows for need in row.needs if need.owner}
    form = Wanted(request.GET, sorted(owners))
    valid = form.is_valid()
    wanted = form.cleaned_data if valid else {}
    fitting = list(_narrowed(rows, wanted))
    pages = Paginator(fitting, _SHOWN_PEOPLE)
    here = pages.get_page(request.GET.get("page"))
    context = {
        "called": [_crisis(one.crisis, one.who, at) for one in whole.called],
        "form": form,
        "rows": [_row(row, needs, whole.on, at) for row, needs in here],
        "page": here,
        "fit": len(fitting),
        "all": len(rows),
        "sorts": _sorts(rows, wanted.get("kind", "")),
        "crises": sum(bool(row.crises) for row in rows),
        "unknown": sum(row.reviewed_on is None for row in rows),
        "stale": sum(row.stale and row.reviewed_on is not None for row in rows),
        "narrowed": any(wanted.values()),
        "query": urlencode({k: v for k, v in wanted.items() if v}),
        "as_of": whole.on,
    }
    return render(
        request, "clinician/panel.html", context, status=200 if valid else 400
    )


def _sorts(rows: Iterable[PanelRow], wanted: str) -> tuple[Sort, ...]:
    """Return how many people have a need of each kind, in the order of the panel."""
    people = Counter(kind for row in rows for kind in {n.kind for n in row.needs})
    return tuple(
        Sort(kind=kind, words=PRESSING[kind], people=people[kind], here=wanted == kind)
        for kind in Pressing
        if people[kind]
    )


def _narrowed(
    rows: Iterable[PanelRow], wanted: dict[str, str]
) -> Iterable[tuple[PanelRow, tuple[Need, ...]]]:
    """Yield the people who fit, each with the needs that do."""
    text = wanted.get("q", "").strip().casefold()
    kind = wanted.get("kind")
    severity, owner = wanted.get("severity"), wanted.get("owner")
    for row in rows:
        if text and not any(text in n.text.casefold() for n in row.who.names):
            continue
        needs = tuple(
            need
            for need in row.needs
            if (not kind or need.kind.value == kind)
            and (not severity or need.severity.value == severity)
            and (not owner or (need.owner or _NOBODY) == owner)
        )
        # No filter hides a crisis but the name of somebody else.
        if needs or row.crises or not (kind or severity or owner):
            yield row, needs


def _crisis(crisis: Crisis, who: Person | None, at: datetime) -> CrisisNeed:
    if crisis.acknowledged is not None:
        says = f"{crisis.acknowledged.who} took it up"
    elif crisis.nobody_took_it:
        says = "Everybody was told, and nobody has taken it up"
    else:
        says = "Not taken up yet"
    return CrisisNeed(
        person=crisis.person,
        crisis=crisis.id,
        name=who.names[0].text if who and who.names else "Name not recorded",
        says=says,
        owner=crisis.owner,
        open_for=since(crisis.opened_at, at),
    )


def _row(row: PanelRow, needs: tuple[Need, ...], today: date, at: datetime) -> Row:
    setting = row.setting
    elsewhere = is_away(setting) or (
        setting is not None and setting.kind is SettingKind.IN_SHELTER
    )
    return Row(
        person=row.person,
        name=row.who.names[0].text if row.who.names else "Name not recorded",
        age=_age(row.who, row.reviewed_on or today),
        who=row.who,
        needs=needs[:_SHOWN_NEEDS],
        fit=len(needs),
        not_checked=row.not_checked,
        reviewed_on=row.reviewed_on,
        setting=setting if elsewhere else None,
        crises=tuple(_crisis(one, row.who, at) for one in row.crises),
        stale=row.stale,
    )


def _age(who: Person, on: date) -> str | None:
    if who.birth is None:
        return None
    youngest, oldest = age_on(who.birth, on)
    return str(youngest) if youngest == oldest else f"{youngest} to {oldest}"
